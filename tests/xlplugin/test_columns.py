"""A range answers each row as a cell of its own does, to the last bit and the last word, whatever stands in its rows."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from compute_cost import registry
from compute_cost.registry import Doc
from compute_cost_sheets.functions import cell_function
from tests.support import sample_call

DOCS = [doc for doc in registry.estimates().values() if doc.answers != "table" and not any(p.kind.handed_on for p in doc.parameters)]
# What people put into a column, right and wrong: each row of a range may be of another kind.
ODD = [None, "", " ", "default", 0.0, 0, 1, 0.4, "40%", 45.0, True, -1.0, 1e30, float("inf"), "7B", "no such thing", "#N/A", "8x H100",
       "Qwen2.5-72B-Instruct-AWQ", "gpus=8", "pue=1.2", "fp8", datetime.date(2026, 6, 30), 46203.0, "2030-01-01", "2,50", "H100"]  # fmt: skip


def single_cells(function: Callable[..., Any], rows: list[list[Any]]) -> list[list[Any]]:
    return [[function(*row)] for row in rows]


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_a_range_answers_as_its_cells(doc: Doc) -> None:
    function = cell_function(doc)
    usual = sample_call(doc.name)
    names = [parameter.name for parameter in doc.parameters]
    given = [usual.get(name) for name in names]
    for place in range(len(names)):
        rows = [[*given[:place], value, *given[place + 1 :]] for value in [given[place], *ODD, given[place]]]
        column = [[row[place]] for row in rows]
        answers = function(*given[:place], column, *given[place + 1 :])
        assert [list(row) for row in answers] == single_cells(function, rows), names[place]


def test_columns_of_all_arguments_differ_row_by_row() -> None:
    rows: list[list[Any]] = [
        [7e9, 1e12, "H100", 2.0, 0.4],
        ["8x H100", 1e12, "H100", 2.0, 0.4],
        ["70B", "2T", "8x H100", "$2.50", "45%"],
        ["GPT-3", None, "A100", None, None],
        [13e9, 1e12, "no such chip", 2.0, 0.4],
        [13e9, "gpus=64", "A100", None, "tokens=1T"],
        ["GPT-3", None, "default", "default", "default"],
    ]
    function = cell_function(registry.get("train_cost"))
    for width in (5, 4, 3):
        cut = [row[:width] for row in rows]
        columns = [[[row[place]] for row in cut] for place in range(width)]
        assert [list(row) for row in function(*columns)] == single_cells(function, cut)


def test_a_plain_row_needs_no_call_of_its_own() -> None:
    """The control: what stands above would hold if every row were left to the whole call."""
    doc = registry.get("train_cost")
    asked = []

    def call(*values: Any) -> Any:
        asked.append(values)
        return doc.call(*values)

    vars(call)["of"] = vars(doc.call)["of"]
    function = cell_function(replace(doc, call=call))
    assert function([[7e9], ["70B"], ["gpus=8"]], "1T", "H100")[0] == (doc.call(7e9, "1T", "H100").value,)
    assert asked == [("gpus=8", "1T", "H100")]
