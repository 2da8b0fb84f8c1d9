"""Arithmetic over earlier results: the number, its unit, its range, and what does not go together."""

from __future__ import annotations

from typing import Any

import pytest

from compute_cost.errors import CostError, InputError
from compute_cost_tools.calls import run
from compute_cost_tools.combine import Unit, combine
from compute_cost_tools.ledger import Ledger

PRICE = 2.5
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("train_cost", {"params": "GPT-3", "gpu": "A100", "price_per_gpu_hour": PRICE}),
    ("train_days", {"params": "GPT-3", "gpu": "A100", "gpus": 1024}),
    ("serving_cost", {"params": "Llama 3.1 70B", "gpu": "H100", "tokens_per_day": 1e9, "price_per_gpu_hour": PRICE}),
    ("infer_cost", {"params": "Llama 3.1 70B", "gpu": "H100", "price_per_gpu_hour": PRICE}),
    ("train_cost", {"params": "GPT-3", "gpu": "H100", "price_per_gpu_hour": PRICE}),
    ("gpu_price", {"gpu": "H100"}),
    ("memory_fit", {"params": "Llama 2 70B", "gpu": "RTX 4090", "gpus": 1}),
]


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    kept = Ledger()
    for number, (name, arguments) in enumerate(CALLS, 1):
        assert kept.add(run(name, arguments)) == f"c{number}"
    return kept


def value(ledger: Ledger, reference: str) -> float:
    number = ledger.value(reference)
    assert isinstance(number, float)
    return number


@pytest.mark.parametrize(
    ("how", "results", "by", "unit", "expected", "in_unit"),
    [
        ("add", "c1, c5", None, None, lambda c: c("c1") + c("c5"), "USD"),
        ("subtract", ["c1", "c5"], None, None, lambda c: c("c1") - c("c5"), "USD"),
        ("divide", "{c1} {c5}", None, None, lambda c: c("c1") / c("c5"), "multiple"),
        ("divide", "c3", "1,200 users", None, lambda c: c("c3") / 1200, "USD per month per user"),
        ("divide", "c3", "1200 users", "USD per user per year", lambda c: c("c3") / 100, "USD per user per year"),
        ("multiply", "c3", "12 months", None, lambda c: c("c3") * 12, "USD"),
        ("multiply", "c3", "a dozen months", None, lambda c: c("c3") * 12, "USD"),
        ("multiply", "c4", "5 billion tokens", None, lambda c: c("c4") * 5000, "USD"),
        ("multiply", "c6, c1.gpu_hours", None, None, lambda c: c("c6") * c("c1.gpu_hours"), "USD"),
        ("multiply", "c1", "3 runs", None, lambda c: c("c1") * 3, "USD"),
        ("convert", "c2", None, "weeks", lambda c: c("c2") / 7, "weeks"),
        ("convert", "c4", None, "USD per token", lambda c: c("c4") / 1e6, "USD per token"),
        ("divide", "c1, c3", None, None, lambda c: c("c1") / c("c3"), "months"),
        ("multiply", "c1", "10%", None, lambda c: c("c1") / 10, "USD"),
        ("divide", "c1", "four", None, lambda c: c("c1") / 4, "USD"),
    ],
)
def test_the_number_and_its_unit(ledger: Ledger, how: str, results: Any, by: Any, unit: Any, expected: Any, in_unit: str) -> None:
    result, _ = combine({"how": how, "results": results, "by": by, "unit": unit}, ledger)
    assert result.value == pytest.approx(expected(lambda reference: value(ledger, reference)), rel=1e-9)
    assert result.unit == in_unit
    assert result.low < result.value < result.high or how in ("divide", "subtract")
    assert result.sources


@pytest.mark.parametrize(
    ("word", "how"),
    [("sum", "add"), ("Total", "add"), ("+", "add"), ("difference", "subtract"), ("product", "multiply"), ("ratio", "divide")],
)
def test_other_words_for_the_same_arithmetic(ledger: Ledger, word: str, how: str) -> None:
    arguments = {"results": "c2, c2" if how in ("add", "subtract") else "c3" if how == "multiply" else "c1, c5"}
    by = {"by": "12 months"} if how == "multiply" else {"by": "", "unit": ""}  # assistants fill what they need not give with an empty text
    said, meant = (combine({"how": one, **arguments, **by}, ledger)[0] for one in (word, how))
    assert (said.value, said.unit) == (meant.value, meant.unit)


def test_what_both_assume_moves_both(ledger: Ledger) -> None:
    """Utilization is predicted in both: their sum is as uncertain as each, their ratio less."""
    total, _ = combine({"how": "add", "results": "c1, c5"}, ledger)
    ratio, _ = combine({"how": "divide", "results": "c1, c5"}, ledger)
    one = ledger.call("c1").result
    width = float(one.high) / float(one.low)
    assert float(total.high) / float(total.low) == pytest.approx(width, rel=0.1)
    assert float(ratio.high) / float(ratio.low) < width**0.8


def test_the_formula_is_arithmetic_over_the_formulas(ledger: Ledger) -> None:
    first, fifth = (ledger.call(name).formula for name in ("c1", "c5"))
    assert combine({"how": "add", "results": "c1,c5"}, ledger)[1] == f"{first}+{fifth[1:]}"
    assert combine({"how": "convert", "results": "c3", "unit": "USD per year"}, ledger)[1] == f"=({ledger.call('c3').formula[1:]})*12"
    figure = f'ESTIMATE_VALUE("TRAIN_COST","gpu_hours",{first.partition("(")[2]}'
    assert combine({"how": "multiply", "results": "c6, c1.gpu_hours"}, ledger)[1] == f"{ledger.call('c6').formula}*{figure}"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"how": "add", "results": "c1, c2"}, "days and USD can't be added or subtracted"),
        ({"how": "multiply", "results": "c1, c2"}, "means nothing"),
        ({"how": "divide", "results": "c3", "by": "30 days"}, "USD per month per month, which means nothing"),
        ({"how": "convert", "results": "c2", "unit": "USD"}, "the result is in days"),
        ({"how": "convert", "results": "c1, c5", "unit": "USD"}, "convert takes one result"),
        ({"how": "add", "results": "c1"}, "give two results"),
        ({"how": "add", "results": "c1, c5", "by": "3"}, "it counts in multiply and divide"),
        ({"how": "divide", "results": "c1", "by": "0 users"}, "it is zero"),
        ({"how": "divide", "results": "c1", "by": "some users"}, "give a count"),
        ({"how": "mean", "results": "c1, c5"}, "give one of add, subtract"),
        ({"how": "add", "results": "c1, c99"}, "the results are"),
        ({"how": "add", "results": "c1.low, c5"}, "its figures are"),
        ({"how": "add"}, "name earlier results"),
        ({"how": "add", "results": "c1," * 30}, "at most 20"),
        ({"how": "add", "results": "c7.fits, c1"}, "it is a text"),
        ({"how": "add", "result": "c1"}, 'no argument "result"'),
    ],
)
def test_what_does_not_go_together(ledger: Ledger, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(CostError, match=says) as problem:
        combine(arguments, ledger)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize("text", ["USD per GPU-hour", "USD per million tokens", "days", "USD per month", "GPU-hours", "tokens per second"])
def test_a_unit_is_written_as_it_is_read(text: str) -> None:
    assert str(Unit.read(text)) == text


def test_a_combined_result_goes_into_another(ledger: Ledger) -> None:
    result, formula = combine({"how": "add", "results": "c1, c5"}, ledger)
    from compute_cost_tools.calls import ToolCall

    name = ledger.add(ToolCall("combine", {"how": "add"}, result, False, formula))
    half, written = combine({"how": "divide", "results": name, "by": "2"}, ledger)
    assert half.value == pytest.approx(result.value / 2)
    assert written == f"=({formula[1:]})/2"
    assert isinstance(half.low, float)
    with pytest.raises(InputError):
        ledger.call("c77")
