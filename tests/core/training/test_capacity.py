"""Accelerators for a deadline, and the cheapest kind."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import CostError, DoesNotFit, InputError, MissingInput, NoData
from tests.support import number


@settings(max_examples=40)
@given(size=st.floats(1e9, 5e11), days=st.floats(20, 300), utilization=st.one_of(st.none(), st.floats(0.1, 1)))
def test_number_found_is_in_time_and_one_less_is_not(size: float, days: float, utilization: float | None) -> None:
    found = compute_cost.gpus_needed(size, 20 * size, "H100", days, utilization)
    count = number(found.value)
    assert count == int(count)
    taken = compute_cost.train_days(size, 20 * size, "H100", count, utilization)
    assert number(taken.value) <= days * (1 + 1e-6)
    assert number(found.low) <= count <= number(found.high)
    if count > 1:
        try:
            fewer = compute_cost.train_days(size, 20 * size, "H100", count - 1, utilization)
        except CostError:
            return  # the model does not fit fewer
        assert number(fewer.value) > days * (1 - 1e-6)


def test_exact_number_with_a_given_utilization() -> None:
    # 3.15e23 FLOP / (312e12 x 0.5 x 86400 s x 30 days) = 779.03, so 780.
    assert compute_cost.gpus_needed(175e9, 300e9, "A100", 30, 0.5).value == 780


def test_published_cluster_of_llama_3_1() -> None:
    # Model card: 30.84 million H100-hours on 16,384, that is 78.4 days.
    found = compute_cost.gpus_needed("Llama-3.1-405B", None, "H100", 30.84e6 / 16384 / 24)
    assert number(found.low) <= 16384 <= number(found.high)


def test_number_that_was_found_is_not_called_given() -> None:
    found = compute_cost.gpus_needed("GPT-3", None, "A100", 30)
    assert all(one.origin != "given" for one in found.inputs if one.name == "gpus")


def test_the_rate_of_a_test_run_comes_first() -> None:
    """Eight that are a tenth faster than predicted: a tenth fewer hours on any number of them."""
    predicted = compute_cost.step_utilization("Llama 2 7B", "H100", gpus=8)
    rate = 1.1 * 8 * float(predicted.values["tokens_per_second_per_gpu"].value)
    tested: dict[str, Any] = {"tokens_per_second": rate, "test_gpus": 8}
    count = number(compute_cost.gpus_needed("Llama 2 7B", 2e12, "H100", 30, **tested).value)
    assert number(compute_cost.train_days("Llama 2 7B", 2e12, "H100", count, **tested).value) <= 30
    assert number(compute_cost.train_days("Llama 2 7B", 2e12, "H100", count - 1, **tested).value) > 30
    slower = number(compute_cost.gpus_needed("Llama 2 7B", 2e12, "H100", 30, **{**tested, "tokens_per_second": rate / 2}).value)
    assert slower == pytest.approx(2 * count, rel=0.1)
    with pytest.raises(MissingInput, match=r"^test_gpus: missing; a measured rate of"):
        compute_cost.gpus_needed("Llama 2 7B", 2e12, "H100", 30, tokens_per_second=rate)
    with pytest.raises(InputError, match="utilization is given too"):
        compute_cost.gpus_needed("Llama 2 7B", 2e12, "H100", 30, 0.4, **tested)


def test_a_small_batch_needs_more_accelerators() -> None:
    usual, small = (compute_cost.gpus_needed("Llama 2 7B", 2e12, "H100", 10, global_batch=size).value for size in (4096, 64))
    assert small > usual


def test_days_are_required_and_bounded() -> None:
    with pytest.raises(MissingInput, match=r"^days: missing"):
        compute_cost.gpus_needed("GPT-3")  # type: ignore[call-overload]
    with pytest.raises(InputError, match=r"^days: 0.001 can't be used; no number of .* up to 1,000,000 finishes"):
        compute_cost.gpus_needed("Llama-3.1-405B", None, "H100", 0.001)


def test_what_no_number_of_accelerators_holds_is_refused_by_the_argument_that_was_given() -> None:
    """Nobody gave gpus, and more of them would not do."""
    said = "^seq_len: 100000000 can't be used; no number of H100"
    with pytest.raises(InputError, match=said):
        compute_cost.gpus_needed("7B", "1T", "H100", 30, seq_len=1e8)
    with pytest.raises(InputError, match=said):
        compute_cost.train_cost("7B", "1T", "H100", seq_len=1e8)
    with pytest.raises(InputError, match='^gpu: "RTX 4090" can\'t be used; no number of them'):
        compute_cost.train_cost("999T", "1T", "RTX 4090")


@pytest.mark.parametrize(
    ("params", "tokens", "days"),
    [("GPT-3", None, 30), ("GPT-3", None, None), ("Llama 2 70B", None, 20), ("7B", "140B", 2), ("70B", "15T", None)],
)
def test_the_range_is_that_of_the_chip_that_is_named(params: str, tokens: str | None, days: float | None) -> None:
    """As its row of the table has it, and as train_cost has it on so many of that chip; not that of whatever were cheapest then."""
    found = compute_cost.cheapest_gpu(params, tokens, days)
    name, _, low, high = found.table[1][:4]
    room = 0.01 if tokens else 1e-6  # the shape of a bare size is assumed, with a small range of its own
    assert (number(found.low), number(found.high)) == pytest.approx((low, high), rel=room)
    alone = compute_cost.train_cost(params, tokens, str(name), gpus=number(found.values["gpus"].value))
    assert (alone.value, alone.low, alone.high) == pytest.approx((found.value, found.low, found.high), rel=1e-6)


def test_table_is_ranked_and_holds_every_accelerator_with_a_price_once() -> None:
    found = compute_cost.cheapest_gpu("GPT-3", None, 30)
    *names, others = [str(row[0]) for row in found.table[1:]]
    assert sorted(names) == sorted(chip.name for chip in catalogue.accelerators().rows if chip.id in catalogue.prices())
    assert others == f"{len(catalogue.accelerators().rows) - len(names)} others"
    costs = [row[1] for row in found.table[1:] if row[1] != ""]
    assert costs == sorted(costs)
    assert found.value == costs[0]
    assert found.values["gpu"].value == names[0]
    for row in found.table[1:]:
        assert len(row) == len(found.table[0])
        if row[1] == "":
            assert row[-1], f"{row[0]} is left out without a reason"
        else:
            assert number(row[9]) <= 30 * (1 + 1e-6)


def test_cost_in_the_table_is_what_train_cost_says() -> None:
    table = compute_cost.cheapest_gpu("Llama 2 70B", None, 30).table
    row = next(row for row in table if row[0] == "H100 SXM 80GB")
    assert row[1] == pytest.approx(compute_cost.train_cost("Llama 2 70B", None, "H100", gpus=row[8]).value, rel=1e-12)


@pytest.mark.parametrize("name", ["RTX 3090", "RTX 4090", "RTX 5090", "RTX 6000 Ada"])
def test_consumer_cards_do_not_train_large_models(name: str) -> None:
    for model in ("GPT-3", "Llama-3.1-405B", "Llama 2 7B"):
        row = next(row for row in compute_cost.cheapest_gpu(model).table if row[0] == name)
        assert row[1] == ""
        assert "cluster network" in str(row[-1])


@pytest.mark.parametrize("model", ["GPT-3", "Llama 2 7B", "Llama 3.1 405B"])
def test_what_the_ranking_refuses_for_its_memory_no_estimate_bills(model: str) -> None:
    """Consumer and workstation cards are rented as single machines: eight hold what they hold, in every estimate."""
    table = compute_cost.cheapest_gpu(model).table or ()
    too_large = [str(row[0]) for row in table if str(row[-1]).startswith("does not fit")]
    assert bool(too_large) == (model != "Llama 2 7B")
    for name in too_large:
        with pytest.raises(DoesNotFit, match="^gpu: "):
            compute_cost.train_gpu_hours(model, gpu=name)
        with pytest.raises(DoesNotFit, match="^gpu: "):
            compute_cost.gpus_needed(model, gpu=name, days=3650)
    for name in [str(row[0]) for row in table[1:] if row[1] != ""]:
        assert compute_cost.train_gpu_hours(model, gpu=name).value > 0


def test_a_cluster_of_your_own_is_taken_at_your_word() -> None:
    with pytest.raises(DoesNotFit, match=r"^gpu: .*at least 1\d\d of them, and 8 in one machine"):
        compute_cost.train_cost("GPT-3", gpu="RTX 4090")
    assert compute_cost.train_cost("GPT-3", gpu="RTX 4090", gpus=1024).value > 0
    with pytest.raises(DoesNotFit, match=r"^gpu: .*8 in one machine, .* take 1,\d\d\d days"):
        compute_cost.train_cost("Llama 2 7B", gpu="RTX 4090")
    assert compute_cost.train_cost("Llama 2 7B", gpu="RTX 4090", gpus=256).value > 0
    assert compute_cost.train_cost("GPT-2 124M", gpu="RTX 4090").value > 0
    given = compute_cost.train_cost("GPT-3", gpu="RTX 4090", utilization=0.4)
    assert any("of them, and 8 in one machine" in one for one in given.warnings), "a given utilization is believed, not in silence"


def test_consumer_cards_train_small_models() -> None:
    row = next(row for row in compute_cost.cheapest_gpu("GPT-2 124M").table if row[0] == "RTX 4090")
    assert number(row[1]) > 0
    assert number(row[8]) <= 8


def test_laptops_and_old_prices_are_left_out_with_the_reason() -> None:
    reasons = {row[0]: row[-1] for row in compute_cost.cheapest_gpu("GPT-3").table}
    assert "M2 Ultra" not in reasons
    assert any(str(name).endswith(" others") and "price_per_gpu_hour of yours" in str(reason) for name, reason in reasons.items())
    assert any("days old" in str(reason) for reason in reasons.values())


def test_impossible_deadline_and_unknown_tokens() -> None:
    with pytest.raises(NoData, match=r"^days: no accelerator"):
        compute_cost.cheapest_gpu("Llama-3.1-405B", None, 0.01)
    with pytest.raises(MissingInput, match=r"^tokens: "):
        compute_cost.cheapest_gpu("70B")
