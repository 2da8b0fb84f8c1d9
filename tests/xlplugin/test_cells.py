"""The one rule for cells: blanks, errors, ranges."""

from __future__ import annotations

from typing import Any

import pytest

from compute_cost import registry
from compute_cost.errors import InputError
from compute_cost_sheets import cells
from compute_cost_sheets.functions import all_functions, calculate


def test_blank_empty_text_and_omitted_are_the_default() -> None:
    cost = all_functions()["TRAIN_COST"]
    assert cost("GPT-3") == cost("GPT-3", None, "") == cost([["GPT-3"]], [[None]], (("",),))


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#NAME?", "#COST! params: wrong", " #REF!"])
def test_an_error_cell_is_never_a_default(error: str) -> None:
    shown = all_functions()["TRAIN_COST"]("GPT-3", None, "A100", error)
    assert shown.startswith("#COST! price_per_gpu_hour:")
    assert "holds an error" in shown


def test_zero_is_never_a_default() -> None:
    assert all_functions()["TRAIN_COST"]("GPT-3", None, None, 0.0).startswith("#COST! price_per_gpu_hour: 0.0")


def test_a_column_and_a_row_spill_over_each_other() -> None:
    cost = all_functions()["TRAIN_COST"]
    grid = cost([["GPT-3"], ["BLOOM"]], None, [["A100", "H100", "V100"]], 2)
    assert len(grid) == 2
    assert len(grid[0]) == 3
    assert grid[1][2] == cost("BLOOM", None, "V100", 2)


def test_only_the_wrong_element_shows_its_message() -> None:
    shown = all_functions()["TRAIN_COST"]([["GPT-3"], ["GPT-33"]])
    assert isinstance(shown[0][0], float)
    assert shown[1][0].startswith("#COST! params:")


@pytest.mark.parametrize("value", [[], [[]], [[1, 2], [3]]])
def test_a_ragged_or_empty_range_is_refused(value: Any) -> None:
    with pytest.raises(InputError):
        cells.apply(lambda x: x, ["x"], [value])


def test_ranges_of_different_sizes_are_refused() -> None:
    with pytest.raises(InputError, match="differ in size"):
        cells.apply(lambda x, y: x, ["x", "y"], [[[1], [2], [3]], [[1], [2]]])


def test_a_table_takes_no_range() -> None:
    with pytest.raises(InputError, match="spills a table"):
        calculate(registry.get("find"), ("gpu", [["a"], ["b"]]))


def test_too_many_arguments_are_refused() -> None:
    assert all_functions()["GPU_FACT"]("H100", "memory", 1).startswith("#COST! arguments")


def test_messages_fit_a_cell() -> None:
    shown = all_functions()["TRAIN_COST"]("x" * 10_000)
    assert len(shown) <= 255


def test_the_spreadsheets_own_names_are_left_alone() -> None:
    names = set(all_functions())
    assert "COST_FIND" in names
    assert not names & {"FIND", "SEARCH", "LOOKUP", "RATE", "PRICE", "COST", "INDEX", "INFO", "TYPE"}
