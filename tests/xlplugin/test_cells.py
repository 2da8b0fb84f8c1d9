"""The one rule for cells: blanks, errors, ranges."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
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


def test_a_text_names_its_argument_or_assumption() -> None:
    energy = all_functions()["TRAIN_ENERGY"]
    wanted = compute_cost.train_energy("GPT-3", gpu="A100", pue=1.1, assume={"average_draw_gpu": 0.6}).value
    assert energy("GPT-3", "pue=1.1", "A100", "average_draw_gpu=60%") == wanted
    assert energy("GPT-3", None, "A100", "", "pue = 1.1", "Average_Draw_GPU=0.6") == wanted
    assert energy([["GPT-3"]], [["pue=1.1"]], (("gpu=A100",),), "average_draw_gpu=0.6") == wanted
    assert energy("GPT-3", "pue=") == energy("GPT-3", None) == energy("GPT-3"), "a blank behind the name is the default too"
    column = energy("GPT-3", [["pue=1.1"], ["pue=1.5"], [None]])
    assert [row[0] for row in column] == [compute_cost.train_energy("GPT-3", pue=one).value for one in (1.1, 1.5, None)]


def test_a_wrong_name_in_a_text_is_refused_with_suggestions() -> None:
    energy = all_functions()["TRAIN_ENERGY"]
    assert "did you mean pue" in energy("GPT-3", "puee=1.1")
    assert "does not assume it here" in energy("GPT-3", "hours_per_month=700")
    assert energy("GPT-3", "pue=#N/A").startswith("#COST! pue: ")
    assert energy("GPT-3", None, None, None, 1.2, "pue=1.1").startswith('#COST! train_energy has no argument "pue, given twice"')
    (right,), (wrong,) = energy("GPT-3", [["pue=1.1"], ["puee=1"]])
    assert right == energy("GPT-3", "pue=1.1")
    assert "did you mean pue" in wrong


def test_an_assumption_reaches_the_estimate_that_another_opens_up() -> None:
    functions = all_functions()
    wanted = functions["TRAIN_ENERGY"]("GPT-3", "average_draw_gpu=0.6")
    assert functions["ESTIMATE_RANGE"]("TRAIN_ENERGY", "GPT-3", "average_draw_gpu=0.6")[1][0] == wanted
    assert ("input", "average_draw_gpu", "given", 0.6) in [
        row[:4] for row in functions["EXPLAIN"]("TRAIN_ENERGY", "GPT-3", "average_draw_gpu=0.6")
    ]
    assert functions["COST_TABLE"]("TRAIN_ENERGY", "GPT-3", "average_draw_gpu=0.6")[1][0] == wanted
