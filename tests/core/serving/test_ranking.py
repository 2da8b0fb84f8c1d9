"""Every accelerator with a price and every hosted API in one ranking; what can't do it is there with the reason."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import CostError, DoesNotFit, NoData
from tests.support import number

MIX: dict[str, Any] = {"requests_per_day": 2e6, "input_tokens": 2000, "output_tokens": 400}
MODEL = "Llama 3.1 70B"


def rows(way: str, **asked: Any) -> list[dict[str, Any]]:
    head, *lines = compute_cost.cheapest_serving(MODEL, **{**MIX, **asked}).table
    return [dict(zip(map(str, head), line, strict=True)) for line in lines if line[0] == way]


def test_each_fleet_is_that_of_serving_cost() -> None:
    for row in rows("rented", min_tokens_per_second=25)[:4]:
        fleet = compute_cost.serving_cost(MODEL, gpu=row["what"], **MIX, min_tokens_per_second=25)
        assert fleet.value == pytest.approx(row["USD per month"])
        assert fleet.values["gpus"].value == row["GPUs"]
        assert fleet.values["per_million_tokens"].value == pytest.approx(row["USD per million output tokens"])
        assert row["low"] <= row["USD per month"] <= row["high"]


def test_ranked_by_cost_and_the_value_is_the_first_that_is_fast_enough() -> None:
    found = compute_cost.cheapest_serving(MODEL, **MIX, min_tokens_per_second=25)
    ranked = rows("rented", min_tokens_per_second=25)
    assert [row["USD per month"] for row in ranked] == sorted(row["USD per month"] for row in ranked)
    assert found.value == pytest.approx(ranked[0]["USD per month"])
    assert found.values["gpu"].value == ranked[0]["what"]
    assert all(row["tokens/s per user"] >= 25 for row in ranked)
    assert number(found.low) < number(found.value) < number(found.high)


def test_every_accelerator_is_in_it_or_left_out_with_a_reason() -> None:
    there = {row["what"] for row in rows("rented", min_tokens_per_second=25)}
    out = rows("left out", min_tokens_per_second=25)
    assert all(row["note"] for row in out)
    unpriced = int(out[-1]["what"].removesuffix(" others"))
    assert len(there) + len(out) - 1 + unpriced == len(catalogue.accelerators().rows)
    reasons = " ".join(row["note"] for row in out)
    assert "the nearest is" in reasons
    assert "no rental price in the catalogue" in reasons


def test_of_an_earlier_day_what_had_no_price_yet_is_left_out() -> None:
    then = {row["what"] for row in rows("rented", as_of="2024-06-01")}
    b200 = catalogue.accelerators().get("B200")
    assert b200
    assert min(row.date for row in catalogue.prices()[b200.id]) > "2024-06-01"
    assert b200.name in {row["what"] for row in rows("rented")} - then
    assert {"A100 SXM 80GB", "H100 SXM 80GB"} <= then


def test_a_speed_leaves_out_what_is_too_slow() -> None:
    slow, fast = ({row["what"] for row in rows("rented", min_tokens_per_second=floor)} for floor in (None, 45))
    assert fast < slow


def test_a_hosted_api_counts_where_no_speed_is_asked_for() -> None:
    """Its speed is not known: without one it may be the cheapest, with one it may not."""
    few: dict[str, Any] = {**MIX, "requests_per_day": 1000}
    free, asked = compute_cost.cheapest_serving(MODEL, **few), compute_cost.cheapest_serving(MODEL, **few, min_tokens_per_second=10)
    assert number(free.value) == number(free.values["api_cost"].value) < number(free.values["rented_cost"].value)
    assert "hosted API" in str(free.values["way"].value)
    assert asked.value == asked.values["rented_cost"].value
    assert any("a hosted API may cost less" in text for text in asked.warnings)
    unsold = compute_cost.cheapest_serving(70e9, **few)
    assert unsold.value == unsold.values["rented_cost"].value


def test_the_bill_of_a_hosted_api_is_that_of_api_cost() -> None:
    row = rows("hosted API")[0]
    bill = compute_cost.api_cost("llama-3.1-70b", 2000, 400, requests=1, provider=row["what"])
    assert row["USD per month"] == pytest.approx(float(bill.value) * 2e6 * 730 / 24)
    assert row["tokens/s per user"] == ""
    assert "not known" in row["note"]


def test_a_bare_count_is_sold_by_nobody() -> None:
    assert not [row for row in compute_cost.cheapest_serving(70e9, **MIX).table if row[0] == "hosted API"]


@pytest.mark.parametrize("asked", [{"min_tokens_per_second": 3000}, {"max_first_token": 0.001}])
def test_what_nothing_reaches_says_the_nearest_of_all(asked: dict[str, Any]) -> None:
    with pytest.raises(DoesNotFit, match=r"the nearest of any accelerator with a price is [\d.]+ tokens/s"):
        compute_cost.cheapest_serving(MODEL, **MIX, **asked)


def test_what_nobody_can_host_is_refused() -> None:
    with pytest.raises(NoData, match="api_cost"):
        compute_cost.cheapest_serving("GPT-4", requests_per_day=1000)
    with pytest.raises(CostError, match="image model"):
        compute_cost.cheapest_serving("SDXL", requests_per_day=1000)


def test_it_is_quick() -> None:
    """Over all chips at most 150 ms of the processor's time where the same was not asked before."""
    compute_cost.cheapest_serving("Llama 3 8B", **MIX)
    times = []
    for floor in (21.0, 22.0, 23.0):
        start = time.process_time()
        compute_cost.cheapest_serving(MODEL, **MIX, min_tokens_per_second=floor)
        times.append(time.process_time() - start)
    assert min(times) < 0.15


def test_the_steps_name_the_next_few_and_the_cheapest_api() -> None:
    found = compute_cost.cheapest_serving(MODEL, **MIX, min_tokens_per_second=25)
    ranked, hosted = rows("rented", min_tokens_per_second=25), rows("hosted API", min_tokens_per_second=25)
    rented = [(step.label, step.value) for step in found.steps if step.label.startswith("On rented ")]
    assert [label for label, _ in rented] == [f"On rented {row['what']}" for row in ranked[:6]]
    assert [value for _, value in rented] == pytest.approx([row["USD per month"] for row in ranked[:6]])
    api = next(step for step in found.steps if step.label.startswith("Hosted API"))
    assert api.label == f"Hosted API of {hosted[0]['what']}"
    assert api.value == found.values["api_cost"].value == hosted[0]["USD per month"] == min(row["USD per month"] for row in hosted)
    assert found.values["way"].value == f"{ranked[0]['GPUs']:,.0f} rented {ranked[0]['what']}"


def test_the_ends_of_a_row_are_those_of_price_and_throughput() -> None:
    for row in rows("rented", min_tokens_per_second=25)[:5]:
        price = compute_cost.gpu_price(row["what"])
        error = next(
            one for one in compute_cost.serving_cost(MODEL, gpu=row["what"], **MIX, min_tokens_per_second=25).inputs
            if one.name == "throughput_error"
        )  # fmt: skip
        assert error.low
        assert error.high
        cheap, dear = math.log(price.value / price.low), math.log(price.high / price.value)
        cost = row["USD per month"]
        assert row["low"] == pytest.approx(cost / math.exp(math.hypot(cheap, math.log(error.high))))
        assert row["high"] == pytest.approx(cost * math.exp(math.hypot(dear, -math.log(error.low))))


@pytest.mark.parametrize("speed", [25, None])
def test_where_inputs_are_moved_the_cheapest_of_the_best_few_counts(speed: float | None) -> None:
    found = compute_cost.cheapest_serving(MODEL, **MIX, min_tokens_per_second=speed)
    hosted = [] if speed else [found.values["api_cost"].value]
    few = [row["what"] for row in rows("rented", min_tokens_per_second=speed)[:6]]
    ends = {
        swing.input.name: ((swing.input.low, swing.at_low), (swing.input.high, swing.at_high))
        for swing in found.swings
        if swing.input.name in ("peak_to_average", "serving_headroom", "memory_share", "prefill_chunk")
    }
    assert len(ends) >= 3
    for name, pairs in ends.items():
        for end, cost in pairs:
            fleets = [
                compute_cost.serving_cost(MODEL, gpu=chip, **MIX, min_tokens_per_second=speed, assume={name: end}).value for chip in few
            ]
            assert cost == pytest.approx(min([*fleets, *hosted])), (name, end)


def test_the_cost_of_a_million_tokens_stands_in_each_row() -> None:
    tokens = 2e6 * 400 * 730 / 24
    for row in (*rows("rented")[:3], *rows("hosted API")[:3]):
        assert row["USD per million output tokens"] == pytest.approx(row["USD per month"] / tokens * 1e6)


def test_close_ranges_are_pointed_out() -> None:
    found = compute_cost.cheapest_serving(MODEL, **MIX, min_tokens_per_second=25)
    ranked = rows("rented", min_tokens_per_second=25)
    close = sum(row["low"] < found.value for row in ranked[1:])
    said = [text for text in found.warnings if "may not be the cheapest" in text]
    assert said == ([f"{ranked[0]['what']} may not be the cheapest: the ranges of {close} others reach below its cost"] if close else [])
