"""A speed and a wait that are asked for: kept by the best layout, with as many at once as they allow, or refused with the nearest."""

from __future__ import annotations

import math
import re
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import compute_cost
from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import CostError, DoesNotFit
from compute_cost.physics.serving_group import Serving
from compute_cost.physics.serving_plan import ANY_SPEED
from compute_cost.result import Result
from compute_cost.serving.levels import Workload, above, cheapest, ways
from tests.support import chip, model
from tests.support.ranges import ranged

MODEL, CHIP = "Llama 3.1 70B", "H100"


def value(result: Result, name: str) -> float:
    return float(result.values[name].value)


@settings(max_examples=25)
@given(st.floats(min_value=5, max_value=39), st.sampled_from([4.0, 8.0, 16.0]))
def test_the_floor_is_kept_and_no_more_than_needed_is_given_up(floor: float, gpus: float) -> None:
    found = compute_cost.infer_throughput(MODEL, CHIP, gpus, min_tokens_per_second=floor)
    assert value(found, "tokens_per_second_per_stream") >= floor * (1 - 1e-9)
    free = compute_cost.infer_throughput(MODEL, CHIP, gpus)
    assert found.value <= free.value
    if value(free, "tokens_per_second_per_stream") >= floor:
        assert found.value == free.value


def test_one_request_more_would_break_the_floor() -> None:
    found = compute_cost.infer_throughput(MODEL, CHIP, 8, min_tokens_per_second=40)
    batch = value(found, "batch")
    more = compute_cost.infer_throughput(MODEL, CHIP, 8, batch=1.1 * batch // 1, parallelism="tensor")
    assert value(more, "tokens_per_second_per_stream") < 40
    assert more.value > found.value


def test_a_higher_speed_costs_more_and_its_cost_says_how_fast_it_is() -> None:
    costs = [compute_cost.infer_cost(MODEL, CHIP, min_tokens_per_second=floor) for floor in (None, 20, 30, 40, 50)]
    assert [one.value for one in costs] == sorted(one.value for one in costs)
    assert costs[-1].value > 3 * costs[0].value
    for one in costs:
        assert one.values["tokens_per_second_per_stream"].unit == "tokens/s"
        assert "tokens/s" in str(one.values["users"].value)
        assert any(step.label == "Speed that each user gets" for step in one.steps)


def test_a_speed_below_reading_is_said() -> None:
    slow = compute_cost.infer_cost("Llama 3.3 70B", "T4")
    assert value(slow, "tokens_per_second_per_stream") < 5.3
    assert any("slower than people read (5.3): min_tokens_per_second sets" in text for text in slow.warnings)
    alone = compute_cost.infer_throughput("Llama 3.1 70B", "A10", 8, batch=1, parallelism="layer")
    assert any("slower than people read (5.3): a faster accelerator" in text for text in alone.warnings)
    assert not any("slower than people read" in text for text in compute_cost.infer_cost(MODEL, CHIP).warnings)


def test_the_first_token_waits_for_others_and_may_be_bounded() -> None:
    full = compute_cost.infer_throughput(MODEL, CHIP, 8, None, 8000, 500)
    assert value(full, "time_to_first_token_under_load") > value(full, "time_to_first_token")
    wait = (value(full, "time_to_first_token_under_load") + value(full, "time_to_first_token")) / 2
    found = compute_cost.infer_throughput(MODEL, CHIP, 8, None, 8000, 500, max_first_token=wait)
    assert value(found, "time_to_first_token_under_load") <= wait < value(full, "time_to_first_token_under_load")
    alone = compute_cost.infer_throughput(MODEL, CHIP, 8, None, 8000, 500, 1)
    assert value(alone, "time_to_first_token_under_load") == pytest.approx(value(alone, "time_to_first_token"), rel=0.1)


@pytest.mark.parametrize(
    "asked", [{"min_tokens_per_second": 500}, {"max_first_token": 0.001}, {"min_tokens_per_second": 40, "max_first_token": 0.001}]
)
def test_what_cannot_be_had_says_the_nearest_that_can(asked: dict[str, Any]) -> None:
    with pytest.raises(DoesNotFit, match=r"the nearest is [\d.]+ tokens/s with the first token after [\d.]+ s") as problem:
        compute_cost.infer_cost(MODEL, CHIP, **asked)
    assert str(problem.value).startswith("max_first_token" if asked.get("min_tokens_per_second") != 500 else "min_tokens_per_second")
    with pytest.raises(DoesNotFit):
        compute_cost.infer_throughput(MODEL, CHIP, 8, **asked)


def test_the_nearest_can_indeed_be_had() -> None:
    with pytest.raises(DoesNotFit) as problem:
        compute_cost.infer_throughput(MODEL, CHIP, min_tokens_per_second=500)
    text = str(problem.value)
    speed = float(text.split("the nearest is ")[1].split(" ")[0])
    assert compute_cost.infer_throughput(MODEL, CHIP, min_tokens_per_second=0.99 * speed).value > 0
    with pytest.raises(CostError):
        compute_cost.infer_throughput(MODEL, CHIP, min_tokens_per_second=1.02 * speed)


def test_a_layout_that_no_engine_takes_is_refused_with_the_rule() -> None:
    with pytest.raises(CostError, match="64 attention heads.*give gpus of 4 or 8"):
        compute_cost.infer_throughput(MODEL, CHIP, 7, parallelism="tensor", min_tokens_per_second=5)


@pytest.mark.parametrize(
    ("gpu", "market", "most"), [("H100", "", 16), ("RTX 4090", "", 8), ("RTX 4090", "laptop", 1), ("M2 Ultra", "", 1), ("GB200", "", 72)]
)
def test_how_many_work_on_one_copy(gpu: str, market: str, most: float) -> None:
    assert Workload(model("Llama 3 8B"), chip(gpu, market=market or chip(gpu).market)).largest_group() == most


@pytest.mark.parametrize(
    ("name", "gpu", "gpus", "numbers"),
    [
        (MODEL, "H100", None, [2, 4, 8, 16]),
        ("Llama 3 8B", "H100", None, [1, 2, 4, 8, 16]),
        ("Llama 3 8B", "GB200", None, [1, 2, 4, 8, 16, 32, 64]),
        ("Llama 3 8B", "M2 Ultra", None, [1]),
        (MODEL, "H100", 4, [4]),
    ],
)
def test_the_numbers_that_are_tried(name: str, gpu: str, gpus: float | None, numbers: list[float]) -> None:
    assert Workload(model(name), chip(gpu)).counts(gpus) == numbers


def test_more_cards_than_a_server_joins_are_pointed_out() -> None:
    far = compute_cost.infer_cost("DeepSeek-R1", "RTX 4090", price_per_gpu_hour=0.5)
    assert any("more than the 8 that a server joins" in text for text in far.warnings)
    assert not any("a server joins" in text for text in compute_cost.infer_cost("Llama 3 8B", "RTX 4090", price_per_gpu_hour=0.5).warnings)


def test_the_range_is_wider_where_a_speed_has_to_be_kept() -> None:
    """A slower rate than predicted leaves each user less as well, so that fewer at once keep the speed."""
    given = (MODEL, CHIP, 8, None, 1000, 1000)
    kept = compute_cost.infer_throughput(*given, min_tokens_per_second=30)
    error = next(one for one in kept.swings if one.input.name == "throughput_error")
    assert error.input.low
    assert error.input.high
    assert error.at_low < 0.95 * error.input.low * kept.value
    assert error.at_high > 1.05 * error.input.high * kept.value


def test_the_error_of_the_wait_counts_where_a_wait_is_asked_for() -> None:
    given = (MODEL, CHIP, 8, None, 8000, 500)
    moves = {
        wait: {one.input.name: one.size for one in compute_cost.infer_throughput(*given, max_first_token=wait).swings} for wait in (None, 0.9)
    }  # fmt: skip
    assert not moves[None].get("first_token_error")
    assert moves[0.9]["first_token_error"] > 0
    assert ranged("infer_throughput", *given, max_first_token=0.9) == {"memory_share", "server_wait"}


def test_a_server_adds_a_wait_of_its_own() -> None:
    """Network, tokenizing and scheduling: of 274 published waits most are longer than the chips alone explain."""
    long, none = (
        compute_cost.infer_throughput(MODEL, CHIP, 8, None, 1000, 500, max_first_token=0.5, assume={"server_wait": wait})
        for wait in (0.42, 0.02)
    )
    assert value(long, "batch") < value(none, "batch")
    assert value(long, "time_to_first_token_under_load") <= 0.5
    with pytest.raises(DoesNotFit, match="^max_first_token"):
        compute_cost.infer_throughput(MODEL, CHIP, 8, None, 1000, 500, max_first_token=0.1)


def test_a_speed_that_may_be_out_of_reach_is_said() -> None:
    alone = compute_cost.infer_throughput(MODEL, CHIP, 8, batch=1).value
    sure, unsure = (compute_cost.infer_throughput(MODEL, CHIP, 8, min_tokens_per_second=share * alone) for share in (0.4, 0.97))
    (said,) = [text for text in unsure.warnings if "out of reach" in text]
    found = re.match(r"one user alone is predicted ([\d.]+) tokens/s, ([\d.]+) tokens/s at the low end.*chance of about (\d+)%", said)
    assert found
    assert float(found[1]) == pytest.approx(alone, rel=1e-3)
    assert float(found[2]) < 0.97 * float(found[1])
    assert 5 < float(found[3]) < 50
    assert not any("out of reach" in text for text in sure.warnings)


def test_the_range_of_a_speed_in_doubt_is_that_of_the_case_in_which_it_is_reached() -> None:
    """At its low end too one user gets it at least, and the nearer it is to what one user gets, the fewer users there are."""
    lengths: dict[str, Any] = {"input_tokens": 1000, "output_tokens": 300}
    alone = value(compute_cost.infer_throughput(MODEL, CHIP, 8, batch=1, **lengths), "tokens_per_second_per_stream")
    for share in (0.93, 0.97, 0.999):
        asked = share * alone
        found = compute_cost.infer_throughput(MODEL, CHIP, 8, min_tokens_per_second=asked, **lengths)
        assert 0.9 * asked < found.low <= found.value < found.high < 22 * found.low  # the input is read besides
        assert any("out of reach" in text for text in found.warnings)


@pytest.mark.parametrize(("least", "missed"), [(1.0, 0.5), (0.8, 0.1), (0.4, 0.0)])
def test_a_factor_that_is_known_to_be_above_something_has_the_tenths_of_what_is_left(least: float, missed: float) -> None:
    """Against a sample of a log-normal factor of which a tenth is below 0.8 and a tenth above 1.25."""
    normal = NormalDist(0, math.log(1.25) / NormalDist().inv_cdf(0.9))
    left = [factor for factor in (math.exp(normal.inv_cdf((place + 0.5) / 40000)) for place in range(40000)) if factor >= least]
    chance, (low, high) = above((0.8, 1.25), least)
    assert chance == pytest.approx(missed, abs=1e-3)
    assert chance == pytest.approx(1 - len(left) / 40000, abs=1e-3)
    assert low == pytest.approx(min(1.0, left[len(left) // 10]), rel=1e-3)
    assert high == pytest.approx(left[len(left) * 9 // 10], rel=1e-3)


def test_a_group_is_named_by_itself_and_two_as_two() -> None:
    one, speed = compute_cost.infer_cost(MODEL, CHIP, 8), compute_cost.infer_throughput(MODEL, CHIP, 8)
    assert value(one, "batch") == value(speed, "batch")
    assert not str(one.values["layout"].value).endswith(")")
    each = show(value(one, "tokens_per_second_per_stream"), "tokens/s")
    assert one.values["users"].value == f"{show(value(one, 'batch'))} at once, each with {each}"
    fleets = [compute_cost.serving_gpus("Llama 3.1 8B", tokens, CHIP, 1, None, 0) for tokens in range(int(1e8), int(1e9), int(1e8))]
    assert {fleet.values["layout"].value for fleet in fleets if value(fleet, "groups") == 2} == {"2 x (1 x H100 SXM 80GB)"}


def test_each_side_of_a_factor_has_its_own_spread() -> None:
    """Nothing is ruled out, so a tenth is still below a half and a tenth above 1.25."""
    chance, ends = above((0.5, 1.25), 1e-9)
    assert chance == pytest.approx(0, abs=1e-12)
    assert ends == pytest.approx((0.5, 1.25))


def test_a_wait_that_may_be_too_long_is_said() -> None:
    alone = value(compute_cost.infer_throughput(MODEL, CHIP, 8, None, 8000, 500, 1), "time_to_first_token") + 0.1  # that of the server
    sure, unsure = (
        compute_cost.infer_throughput(MODEL, CHIP, 8, None, 8000, 500, max_first_token=most) for most in (3 * alone, 1.4 * alone)
    )
    assert any("the wait asked for may be out of reach, with a chance of about" in text for text in unsure.warnings)
    assert not any("out of reach" in text for text in sure.warnings)


def test_cached_input_is_not_read_again() -> None:
    none, half, most = (
        compute_cost.infer_throughput(MODEL, CHIP, 8, None, 8000, 300, cached=share) for share in (None, 0.5, 0.95)
    )  # fmt: skip
    assert none.value < half.value < most.value
    assert any("between requests" in text for text in half.warnings)
    assert not any("between requests" in text for text in none.warnings)
    assert none.value == compute_cost.infer_throughput(MODEL, CHIP, 8, None, 8000, 300, cached=0).value
    assert value(most, "time_to_first_token") < value(half, "time_to_first_token") < value(none, "time_to_first_token")
    # What is new attends to all that is there: the second half of a long input takes more than half of its reading.
    assert value(half, "time_to_first_token") > 0.5 * value(none, "time_to_first_token")


def test_more_at_once_than_keep_the_speed_wait() -> None:
    found = compute_cost.infer_throughput(MODEL, CHIP, 8, batch=640, min_tokens_per_second=45)
    assert value(found, "batch") < 640
    assert any("are served at once and the rest wait" in text for text in found.warnings)


def test_without_a_number_the_fewest_that_keep_the_speed() -> None:
    slow, fast = (compute_cost.infer_throughput(MODEL, CHIP, min_tokens_per_second=floor) for floor in (10, 50))
    assert value(slow, "gpus") < value(fast, "gpus")
    with pytest.raises(DoesNotFit):
        compute_cost.infer_throughput(MODEL, CHIP, value(fast, "gpus") / 2, min_tokens_per_second=50)


@pytest.mark.parametrize("name", ["min_tokens_per_second", "max_first_token"])
@pytest.mark.parametrize("wrong", [0, -1, "fast"])
def test_bad_input(name: str, wrong: Any) -> None:
    with pytest.raises(CostError, match=f"^{name}:"):
        compute_cost.infer_throughput(MODEL, CHIP, **{name: wrong})


def test_the_last_of_those_that_start_together_waits_for_all_inputs() -> None:
    few, many = (compute_cost.infer_throughput("Llama 3.3 70B", "H200", 8, batch=batch, input_tokens=8000) for batch in (8, 64))
    for answer in (few, many):
        alone = value(answer, "time_to_first_token")
        mean, last = (value(answer, f"time_to_first_token_{which}") for which in ("under_load", "of_last"))
        assert alone < mean < last
    assert value(many, "time_to_first_token_of_last") > 3 * value(few, "time_to_first_token_of_last")
    single = compute_cost.infer_throughput("Llama 3.3 70B", "H200", 8, batch=1)
    assert "time_to_first_token_of_last" not in single.values


OPEN = st.deferred(
    lambda: st.sampled_from([row for row in catalogue.models().rows if row.kind in ("dense", "moe") and not catalogue.is_closed(row)])
)
CHIPS = st.deferred(lambda: st.sampled_from(catalogue.accelerators().rows))


@settings(max_examples=60)
@given(OPEN, CHIPS, st.floats(20, 20_000), st.floats(1e-3, 1e6))
def test_groups_that_are_not_worked_out_would_be_no_better(row: Model, gpu: Accelerator, length: float, wanted: float) -> None:
    """The cheapest way, and the smallest fleet for any demand, are those of all numbers of accelerators."""
    work = Workload(row, gpu, input_tokens=length)
    try:
        every = [work.on(count) for count in work.counts(None)]
    except DoesNotFit:
        return

    def size(group: Serving) -> float:
        return math.ceil(wanted / group.time.tokens_per_second * (1 - 1e-9)) * group.gpus

    found = [*ways(work, ANY_SPEED)]
    assert cheapest(iter(found)) == cheapest(iter(every))
    assert min(map(size, found)) == min(map(size, every))
