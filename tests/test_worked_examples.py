"""Every worked example gives the published answer, and the same number through every front end."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from compute_cost import registry
from compute_cost_sheets.functions import all_functions
from compute_cost_sheets.hosts.libreoffice.evaluate import evaluate
from compute_cost_tools.calls import call
from tests.support import Example, command, worked_examples

pytestmark = pytest.mark.live
EXAMPLES = worked_examples()
EXACT = 1e-12
ids = [f"{one.estimate}: {one.name}" for one in EXAMPLES]


def core_value(one: Example) -> Any:
    return registry.get(one.estimate).call(**one.arguments).value


@pytest.mark.parametrize("one", EXAMPLES, ids=ids)
def test_published_answer(one: Example) -> None:
    result = registry.get(one.estimate).call(**one.arguments)
    assert result.value == pytest.approx(one.value, rel=one.relative_tolerance)
    assert result.unit == one.unit
    assert result.sources, "an answer without a source"


@pytest.mark.parametrize("one", EXAMPLES, ids=ids)
def test_cell_function(one: Example) -> None:
    doc = registry.get(one.estimate)
    assert all_functions()[doc.cell_name](*one.cells) == pytest.approx(core_value(one), rel=EXACT)


@pytest.mark.parametrize("one", EXAMPLES, ids=ids)
def test_tool(one: Example) -> None:
    assert call(one.estimate, one.arguments)["value"] == pytest.approx(core_value(one), rel=EXACT)


def test_command() -> None:
    one = EXAMPLES[0]
    done = command("call", one.estimate, json.dumps(one.arguments))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["value"] == pytest.approx(core_value(one), rel=EXACT)


def test_mcp() -> None:
    from mcp import Client

    from compute_cost_tools.mcp_server import server

    async def ask() -> list[Any]:
        async with Client(server()) as client:
            answers = [await client.call_tool(one.estimate, one.arguments) for one in EXAMPLES]
        return [answer.structured_content for answer in answers]

    for one, answer in zip(EXAMPLES, asyncio.run(ask()), strict=True):
        assert answer["value"] == pytest.approx(core_value(one), rel=EXACT), one.name


@pytest.mark.libreoffice
def test_libreoffice(libreoffice: None, tmp_path: Path) -> None:
    book = tmp_path / "examples.xlsx"
    with xlsxwriter.Workbook(str(book)) as file:
        sheet = file.add_worksheet("Examples")
        for row, one in enumerate(EXAMPLES):
            # The cached value is wrong on purpose: only a real calculation can pass.
            sheet.write_formula(row, 0, registry.formula(one.estimate, one.arguments), None, -1)
    found = evaluate(book)
    assert not found.unresolved
    for row, one in enumerate(EXAMPLES, start=1):
        assert found.value("Examples", f"A{row}") == pytest.approx(core_value(one), rel=EXACT), one.name
