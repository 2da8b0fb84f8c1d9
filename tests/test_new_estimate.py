"""A function decorated with @estimate appears in every front end, without being typed again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
import xlsxwriter

import compute_cost
from compute_cost import registry
from compute_cost.inputs import step
from compute_cost.parameters import Quantity
from compute_cost.registry import estimate
from compute_cost.result import Answer
from compute_cost_sheets.functions import all_functions
from compute_cost_sheets.hosts.libreoffice.build import _interface
from compute_cost_tools import schema
from compute_cost_tools.calls import call

Side = Annotated[float, Quantity("Length of one side.", "m", high=1e6, above=True, example="2")]


@pytest.fixture
def square() -> Iterator[None]:
    @estimate("m2")
    def square_area(side: Side) -> Answer:
        """Area of a square."""
        return Answer(step("Area", "side x side", side * side, "m2"), "area")

    yield
    del registry._DEFINED["square_area"]
    vars(compute_cost).pop("square_area", None)  # where a name that was asked for stays


@pytest.mark.usefixtures("square")
def test_a_new_estimate_is_everywhere() -> None:
    assert compute_cost.square_area("3").value == 9  # type: ignore[attr-defined]
    assert all_functions()["SQUARE_AREA"](3.0) == 9
    assert call("square_area", {"side": "3"})["formula"] == "=SQUARE_AREA(3)"
    assert "square_area" in {tool["name"] for tool in schema.render("openai", everything=True)}
    assert "squarearea([in] any side)" in _interface()
    assert compute_cost.find("estimate", "square").value == 1

    from mcp import Client

    from compute_cost_tools.mcp_server import server

    async def ask() -> Any:
        async with Client(server()) as client:
            return (await client.call_tool("square_area", {"side": 3})).structured_content

    assert asyncio.run(ask())["value"] == 9


def test_and_it_is_gone_again() -> None:
    """The control: nothing above came from elsewhere."""
    assert "SQUARE_AREA" not in all_functions()
    with pytest.raises(AttributeError):
        _ = compute_cost.square_area  # type: ignore[attr-defined]


def test_a_book_can_hold_every_formula(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "all.xlsx")) as file:
        sheet = file.add_worksheet()
        for row, doc in enumerate(registry.estimates().values()):
            assert sheet.write_formula(row, 0, registry.formula(doc.name, {})) == 0
