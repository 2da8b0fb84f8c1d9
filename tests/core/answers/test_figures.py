"""One part of an answer for a cell: a figure, an end, the warnings, the mistake."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
from compute_cost.errors import CostError, UnknownName


def test_a_figure_by_its_name_is_that_of_the_answer() -> None:
    inner = compute_cost.rent_or_own("H100", 8)
    for name in ("owned_total", "rent_total", "break_even_load"):
        found = compute_cost.estimate_value("RENT_OR_OWN", name, "H100", 8)
        assert (found.value, found.unit) == (inner.values[name].value, inner.values[name].unit)
    assert compute_cost.estimate_value("RENT_OR_OWN", " Rent Total ", "H100", "gpus=8").value == inner.values["rent_total"].value
    words = compute_cost.estimate_value("RENT_OR_OWN", "cheaper", "H100", 8).value
    assert words == inner.values["cheaper"].value


def test_a_figure_has_the_range_of_the_estimate_that_answers_with_it() -> None:
    found = compute_cost.estimate_value("TRAIN_COST", "gpu_hours", "GPT-3", None, "A100")
    hours = compute_cost.train_gpu_hours("GPT-3", None, "A100")
    assert [found.value, found.low, found.high] == pytest.approx([hours.value, hours.low, hours.high])
    assert found.low < found.value < found.high


@pytest.mark.parametrize("name", ["value", "cost"])
def test_the_estimates_own_value_goes_by_both_names(name: str) -> None:
    inner = compute_cost.train_cost("GPT-3", None, "A100")
    found = compute_cost.estimate_value("train_cost", name, "GPT-3", "gpu=A100")
    assert (found.value, found.low, found.high, found.unit) == (inner.value, inner.low, inner.high, "USD")


def test_an_unknown_figure_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownName, match='figure: "breakeven_month" is not known; did you mean break_even_month.* has owned_cost'):
        compute_cost.estimate_value("RENT_OR_OWN", "breakeven_month", "H100", 8)


def test_the_ends_are_those_of_the_range() -> None:
    inner = compute_cost.train_cost("GPT-3", None, "A100")
    low, high = (one("TRAIN_COST", "GPT-3", None, "A100") for one in (compute_cost.estimate_low, compute_cost.estimate_high))
    assert (low.value, high.value) == (inner.low, inner.high)
    assert low.value < inner.value < high.value
    assert (low.unit, low.low, low.high) == ("USD", low.value, low.value)
    assert compute_cost.estimate_low("ASSUMPTION", "pue").value == compute_cost.assumption("pue").low


def test_warnings_are_one_text() -> None:
    inner = compute_cost.train_cost("GPT-3", None, "A100")
    assert len(inner.warnings) > 1
    text = compute_cost.cost_warnings("TRAIN_COST", "GPT-3", None, "A100").value
    assert text == f"{len(inner.warnings)} warnings: {'; '.join(inner.warnings)}"
    assert compute_cost.train_flops("GPT-3", 300e9).warnings == ()
    assert compute_cost.cost_warnings("TRAIN_FLOPS", "GPT-3", 300e9).value == "no warning"


MISTAKES: list[tuple[tuple[Any, ...], str]] = [
    (("TRAIN_COST", "GPT-33"), "params: "), (("TRAIN_COST", "7B"), "tokens: "), (("TRAIN_COSTS",), "name: "),
    (("TRAIN_DAYS", "GPT-3"), "gpus: missing"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "says"), MISTAKES)
def test_the_mistake_in_the_words_of_the_estimate(call: tuple[Any, ...], says: str) -> None:
    with pytest.raises(CostError) as raised:
        compute_cost.explain(*call)
    assert compute_cost.cost_why(*call).value == str(raised.value)
    assert str(raised.value).startswith(says)


def test_where_there_is_no_mistake_it_says_so() -> None:
    assert compute_cost.cost_why("TRAIN_COST", "GPT-3", None, "A100").value == "no mistake"
