"""The one rule for cells: blanks, errors, ranges."""

from __future__ import annotations

from typing import Any

import pytest

from compute_cost.errors import InputError
from compute_cost_sheets import cells
from compute_cost_sheets.functions import all_functions


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


@pytest.mark.parametrize("value", [[], [[]], [[1, 2], [3]]])
def test_a_ragged_or_empty_range_is_refused(value: Any) -> None:
    with pytest.raises(InputError):
        cells.apply(lambda x: x, ["x"], [value])


def test_ranges_of_different_sizes_are_refused() -> None:
    with pytest.raises(InputError, match="differ in size"):
        cells.apply(lambda x, y: x, ["x", "y"], [[[1], [2], [3]], [[1], [2]]])


def test_messages_fit_a_cell() -> None:
    shown = all_functions()["TRAIN_COST"]("x" * 10_000)
    assert len(shown) <= 255
