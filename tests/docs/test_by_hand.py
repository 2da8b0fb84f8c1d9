"""What the pages written by hand tell people to type: every command of an estimate answers, every formula is read."""

from __future__ import annotations

import csv
import re
import shlex
from typing import Any

import pytest
import typer
import yaml
from typer.testing import CliRunner, Result

from compute_cost import registry
from compute_cost.command import estimate_commands
from compute_cost.errors import CostError
from compute_cost_sheets.spelling import calls
from tests.support import ROOT

pytestmark = pytest.mark.live
DOCS = ROOT / "docs"
BY_HAND = sorted(DOCS.glob("**/*.md"))
ESTIMATES = {name.replace("_", "-") for name in registry.estimates()}


def of_pages(pattern: str) -> list[tuple[str, str]]:
    """What matches in each page, with the page."""
    pages = [(page.relative_to(DOCS).as_posix(), page.read_text(encoding="utf-8")) for page in BY_HAND]
    return [(name, text) for name, page in pages for text in re.findall(pattern, page, re.MULTILINE)]


COMMANDS = [(page, line) for page, line in of_pages(r"^compute-cost (.+)$") if line.split()[0] in ESTIMATES]


def run(line: str) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    estimate_commands.add(app, shlex.split(line))
    return CliRunner().invoke(app, shlex.split(line))


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_every_command_of_an_estimate_answers(page: str, line: str) -> None:
    done = run(line)
    assert done.exit_code == 0, done.output


def test_there_are_commands_to_try_and_a_wrong_one_fails() -> None:
    assert len(COMMANDS) > 40
    assert run("train-cost GPT-33 --gpu A100").exit_code
    assert run("train-cost GPT-3 --chips 8").exit_code


def asked(formula: str) -> Any:
    """The answer to a formula that refers to no cell. Raises CostError where there is none."""
    (call,) = calls(formula)
    arguments = next(csv.reader([",".join(call.arguments)]))
    return call.doc.call(*(one or None for one in arguments))


REFERENCE = r"[(,]'?[A-Z]{1,2}\d*[,:)]|[&;!]|\.\.\."  # to a cell, or what a reader fills in
FORMULAS = [
    (page, formula)
    for page, formula in of_pages(r"(?:^|`)(=[A-Z_]+\(\"[^`\n]*?\))(?=$|`| )")
    if not re.search(REFERENCE, formula) and page != "excel_checklist.md"  # whose mistakes are to be shown as such
]


@pytest.mark.parametrize(("page", "formula"), FORMULAS)
def test_every_formula_without_cells_answers(page: str, formula: str) -> None:
    asked(formula)


def test_there_are_formulas_to_try_and_a_wrong_one_fails() -> None:
    assert len(FORMULAS) > 5
    with pytest.raises(CostError):
        asked('=TRAIN_COST("GPT-33",,"A100")')


def test_every_page_is_in_the_navigation() -> None:
    written = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = set(re.findall(r"[\w/.]+\.md", str(yaml.safe_load(written)["nav"])))
    assert {page.relative_to(DOCS).as_posix() for page in BY_HAND} - listed == set()
