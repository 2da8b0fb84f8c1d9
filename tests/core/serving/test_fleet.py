"""A fleet for the peak: Monday 9 am is paid for on Saturday midnight too."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import InputError, NoData
from compute_cost.physics.serving_group import Serving, larger
from tests.support.ranges import ranged

MODEL, CHIP = "Llama 3 8B", "H100"


def test_the_bill_adds_up() -> None:
    found = compute_cost.serving_cost(MODEL, "1B", CHIP, 3, 2, None, 0.25)
    figures = {name: one.value for name, one in found.values.items() if isinstance(one.value, float)}
    assert found.value == pytest.approx(figures["gpus"] * 730 * 2)
    capacity = figures["groups"] * compute_cost.infer_throughput(MODEL, CHIP, figures["gpus"] / figures["groups"]).value
    assert figures["load"] == pytest.approx(1e9 / 86400 / capacity)
    assert capacity >= 1e9 / 86400 * 3 * 1.25
    assert figures["idle_cost"] == pytest.approx(found.value * (1 - figures["load"]))
    assert figures["per_million_tokens"] == pytest.approx(found.value / (1e9 * 730 / 24) * 1e6)
    assert figures["autoscaled_cost"] < found.value


def test_a_fleet_takes_no_more_groups_than_it_needs() -> None:
    found = compute_cost.serving_cost(MODEL, "10B", CHIP, 3)
    gpus, groups = (float(found.values[one].value) for one in ("gpus", "groups"))
    assert (groups - 1) * compute_cost.infer_throughput(MODEL, CHIP, gpus / groups).value < 10e9 / 86400 * 3 * 1.2


@pytest.mark.parametrize(("tokens", "tried"), [(1.0123e6, []), (1.0123e11, [[2.0, 4.0, 8.0, 16.0]])])
def test_groups_larger_than_the_smallest_fleet_are_not_tried(
    monkeypatch: pytest.MonkeyPatch, tokens: float, tried: list[list[float]]
) -> None:
    asked: list[list[float]] = []

    def heard(group: Serving, usable: float, counts: list[float]) -> list[Serving]:
        asked.append(counts)
        return larger(group, usable, counts)

    monkeypatch.setattr("compute_cost.serving.levels.larger", heard)
    catalogue.forget()  # what other tests have asked
    compute_cost.serving_gpus(MODEL, tokens, CHIP, 3.0123)
    assert asked == tried


@settings(max_examples=40)
@given(st.floats(min_value=1e6, max_value=1e12), st.floats(min_value=1, max_value=10), st.floats(min_value=1.1, max_value=5))
def test_a_higher_peak_never_costs_less(tokens: float, peak: float, factor: float) -> None:
    assert (
        compute_cost.serving_cost(MODEL, tokens, CHIP, peak * factor, 2).value
        >= compute_cost.serving_cost(MODEL, tokens, CHIP, peak, 2).value
    )
    assert (
        compute_cost.serving_cost(MODEL, tokens * factor, CHIP, peak, 2).value
        >= compute_cost.serving_cost(MODEL, tokens, CHIP, peak, 2).value
    )


def test_margin_is_on_the_price_not_on_the_cost() -> None:
    found = compute_cost.serving_cost(MODEL, "1B", CHIP, margin="60%")
    cost, price = (float(found.values[one].value) for one in ("per_million_tokens", "price_per_million_tokens"))
    assert (price - cost) / price == pytest.approx(0.6)
    assert "price_per_million_tokens" not in compute_cost.serving_cost(MODEL, "1B", CHIP).values


def test_a_reservation_has_the_discount_of_reserve_or_rent() -> None:
    demand = compute_cost.serving_cost(MODEL, "1B", CHIP)
    year = compute_cost.serving_cost(MODEL, "1B", CHIP, months_reserved=12)
    assert year.values["price_per_gpu_hour"].value == pytest.approx(
        compute_cost.reserve_or_rent(12, 12, gpu=CHIP).values["reserved_price"].value
    )
    assert year.value < demand.value
    month = compute_cost.serving_cost(MODEL, "1B", CHIP, months_reserved=1)
    assert month.value == demand.value
    assert any("under a year" in text for text in month.warnings)


def test_an_assumed_discount_is_in_the_range() -> None:
    year = compute_cost.serving_cost(MODEL, "1B", CHIP, 2, months_reserved=12, headroom=0.2)
    demand = compute_cost.serving_cost(MODEL, "1B", CHIP, 2, headroom=0.2)
    assert "reserved_discount_1y" in ranged("serving_cost", MODEL, "1B", CHIP, 2, months_reserved=12, headroom=0.2)
    assert year.high / year.low > demand.high / demand.low
    own = compute_cost.serving_cost(MODEL, "1B", CHIP, 2, months_reserved=12, price_per_gpu_hour=2)  # a price is a price, whatever the term
    assert own.values["price_per_gpu_hour"].value == 2


def test_an_image_model_is_not_served_by_tokens() -> None:
    with pytest.raises(NoData, match="image model"):
        compute_cost.serving_cost("SDXL", "1B", CHIP)


def test_assumptions_are_named_and_in_the_range() -> None:
    found = compute_cost.serving_cost(MODEL, "20B")
    inputs = {one.name: one for one in found.inputs if one.origin == "assumed"}
    assert {"peak_to_average", "serving_headroom", "gpu", "price_per_gpu_hour"} <= set(inputs)
    assert {one.name: one.origin for one in found.inputs}["throughput_error"] == "estimate"
    assert (inputs["peak_to_average"].low, inputs["peak_to_average"].high) == (1.23, 4.2)
    assert ranged("serving_cost", MODEL, "20B") >= {"peak_to_average", "serving_headroom", "serving_input_tokens", "memory_share"}
    assert ranged("serving_cost", MODEL, "20B", CHIP, 2, 2, headroom=0.2) == ranged("infer_throughput", MODEL, CHIP)


def test_the_range_rests_on_the_peak_and_the_spare_capacity() -> None:
    def width(*arguments: Any) -> float:
        found = compute_cost.serving_cost(MODEL, "50B", CHIP, *arguments)
        return found.high / found.low

    assert width(2, 2.5, None, 0.2) < width(2, 2.5) < width(None, 2.5) < width()


def test_a_fleet_of_one_group_can_cost_no_less() -> None:
    """Whole groups: a quiet service is one group at any load in the range, and at a given price costs the same."""
    found = compute_cost.serving_cost(MODEL, 1e6, CHIP, price_per_gpu_hour=2)
    assert found.low == found.value == found.high == 730 * 2


@pytest.mark.parametrize(("name", "wrong"), [("peak_to_average", 0.5), ("headroom", -0.1), ("margin", 1), ("tokens_per_day", -1)])
def test_bad_input(name: str, wrong: Any) -> None:
    with pytest.raises(InputError, match=f"^{name}:"):
        compute_cost.serving_cost(**{"params": MODEL, "tokens_per_day": 1e9, "gpu": CHIP, name: wrong})


PEOPLE: dict[str, Any] = {"params": "Llama 3.1 70B", "gpu": CHIP, "input_tokens": 2000, "output_tokens": 400}


def test_requests_users_and_tokens_say_the_same_in_three_ways() -> None:
    requests = compute_cost.serving_cost(**PEOPLE, requests_per_day=3.7e6)
    users = compute_cost.serving_cost(**PEOPLE, users_per_day=1e6, assume={"requests_per_user": 3.7})
    tokens = compute_cost.serving_cost(**PEOPLE, tokens_per_day=3.7e6 * 400)
    assert requests.value == users.value == tokens.value
    figures = {name: one.value for name, one in users.values.items() if isinstance(one.value, float)}
    assert figures["per_request"] == pytest.approx(users.value / (3.7e6 * 730 / 24))
    assert figures["per_user"] == pytest.approx(users.value / 1e6)
    assert figures["per_million_tokens"] == pytest.approx(figures["per_request"] / 400 * 1e6)
    assert "per_user" not in requests.values


@pytest.mark.parametrize(
    ("said", "why"),
    [({}, "requests_per_day: missing"), ({"requests_per_day": 10, "users_per_day": 5}, "users_per_day: .*requests_per_day says")],
)
def test_how_much_is_served_is_said_once(said: dict[str, Any], why: str) -> None:
    with pytest.raises(InputError, match=why):
        compute_cost.serving_cost(**PEOPLE, **said)


def test_long_inputs_are_several_times_dearer() -> None:
    """A question with retrieved text reads ten times as much for the same answer."""
    chat = compute_cost.serving_cost(**{**PEOPLE, "input_tokens": 500}, requests_per_day=5e6)
    retrieval = compute_cost.serving_cost(**{**PEOPLE, "input_tokens": 8000}, requests_per_day=5e6)
    assert 3 < retrieval.value / chat.value < 12


def test_a_conversation_sends_what_went_before_again() -> None:
    turns = compute_cost.serving_cost(**PEOPLE, requests_per_day=1e6, turns=5)
    assert turns.values["input_tokens"].value == 2000 + 2 * 2400  # of the third turn, the middle one
    same = compute_cost.serving_cost(**{**PEOPLE, "input_tokens": 6800}, requests_per_day=1e6)
    assert turns.value == same.value
    assert turns.value > compute_cost.serving_cost(**PEOPLE, requests_per_day=1e6, turns=1).value
    assert compute_cost.serving_cost(**PEOPLE, requests_per_day=1e6, turns=5, cached=0.8).value < turns.value


def test_the_fleet_keeps_the_speed_and_the_wait() -> None:
    asked: dict[str, Any] = {"min_tokens_per_second": 40, "max_first_token": 0.5}
    found = compute_cost.serving_cost(**PEOPLE, requests_per_day=1e6, **asked)
    figures = {name: one.value for name, one in found.values.items() if isinstance(one.value, float)}
    assert figures["tokens_per_second_per_stream"] >= 40
    assert figures["time_to_first_token_under_load"] <= figures["time_to_first_token_at_peak"] <= 0.5
    assert found.value > compute_cost.serving_cost(**PEOPLE, requests_per_day=1e6).value
    group = compute_cost.infer_throughput("Llama 3.1 70B", CHIP, figures["gpus"] / figures["groups"], None, 2000, 400, **asked)
    assert figures["groups"] == -(-1e6 * 400 / 86400 * 2 * 1.2 // group.value)
    assert figures["groups"] > 1
    assert figures["batch"] == figures["groups"] * float(group.values["batch"].value)
    assert str(found.values["users"].value).startswith(f"{figures['batch']:,.0f} at once, each with ")


def test_a_few_places_need_more_than_the_load_says() -> None:
    """So fast that few are served at once: a queue before so few places is long, and the wait is what sizes the fleet."""
    model = "Llama 3.1 70B"
    lengths: dict[str, Any] = {"input_tokens": 500, "output_tokens": 500}
    alone = compute_cost.infer_throughput(model, CHIP, 8, batch=1, **lengths).value
    group = compute_cost.infer_throughput(model, CHIP, min_tokens_per_second=0.99 * alone, **lengths)
    fast: dict[str, Any] = {"gpu": CHIP, **lengths, "min_tokens_per_second": 0.99 * alone, "headroom": 0, "peak_to_average": 1}
    busy = 0.93 * group.value * 86400 / 500
    patient = compute_cost.serving_gpus(model, **fast, requests_per_day=busy)
    hurried = compute_cost.serving_gpus(model, **fast, requests_per_day=busy, max_first_token=1)
    assert patient.value == group.values["gpus"].value
    assert float(patient.values["time_to_first_token_at_peak"].value) > 1 >= float(hurried.values["time_to_first_token_at_peak"].value)
    assert hurried.value > patient.value


def test_the_number_alone_is_that_of_the_fleet_that_is_paid() -> None:
    asked: dict[str, Any] = {**PEOPLE, "users_per_day": 1e6, "min_tokens_per_second": 30, "turns": 3, "cached": 0.5}
    gpus, cost = compute_cost.serving_gpus(**asked), compute_cost.serving_cost(**asked)
    assert gpus.value == cost.values["gpus"].value
    assert gpus.unit == "GPUs"
    assert gpus.low <= gpus.value <= gpus.high
    assert gpus.low == int(gpus.low)


def test_the_chips_of_every_hour_of_the_week() -> None:
    found = compute_cost.serving_cost(**PEOPLE, requests_per_day=5e6, profile="office")
    head, *rows = found.table
    assert head == ("day", "hour", "tokens per second", "groups", "GPUs")
    assert len(rows) == 168
    gpus = [float(row[4]) for row in rows]
    assert max(gpus) == found.values["gpus"].value
    assert min(gpus) < max(gpus) / 3
    assert sum(float(row[2]) for row in rows) / 168 == pytest.approx(5e6 * 400 / 86400)
    assert max(float(row[2]) for row in rows) == pytest.approx(float(found.values["tokens_per_second_at_peak"].value), rel=1e-3)
    assert found.values["autoscaled_cost"].value == pytest.approx(found.value * sum(gpus) / 168 / max(gpus))
    flat = compute_cost.serving_cost(**PEOPLE, requests_per_day=5e6, profile="flat")
    assert flat.value < found.value
    assert len({row[4] for row in flat.table[1:]}) == 1
    with pytest.raises(InputError, match="^peak_to_average: .*flat"):
        compute_cost.serving_cost(**PEOPLE, requests_per_day=5e6, profile="flat", peak_to_average=2)


def test_a_full_fleet_has_a_queue_that_grows() -> None:
    capacity = compute_cost.infer_throughput("Llama 3.1 70B", CHIP, 4, None, 2000, 400).value
    asked: dict[str, Any] = {**PEOPLE, "tokens_per_day": capacity * 86400, "peak_to_average": 1}
    assert any("queue grows" in text for text in compute_cost.serving_cost(**asked, headroom=0).warnings)
    assert not any("queue grows" in text for text in compute_cost.serving_cost(**asked).warnings)


def test_the_level_of_the_software_is_an_input() -> None:
    """The service that vendor-tuned software runs takes fewer accelerators than a tuned open engine, in all three estimates."""
    asked = {"requests_per_day": 1e8, "input_tokens": 100, "output_tokens": 100}
    for name in ("serving_cost", "serving_gpus"):
        estimate = getattr(compute_cost, name)
        vendor, tuned, usual = (
            float(estimate("Llama 3.1 8B", gpu="H100", level=level, **asked).value) for level in ("vendor-tuned", "tuned", None)
        )
        assert vendor < tuned == usual
    ranked = [
        compute_cost.cheapest_serving("Llama 3.1 8B", 1e8, 100, 100, min_tokens_per_second=20, level=level)
        for level in ("vendor-tuned", None)
    ]
    assert float(ranked[0].value) < float(ranked[1].value)
    assert {one.name: one.value for one in ranked[0].inputs}["level"] == "vendor-tuned"


@pytest.mark.parametrize(("reads", "writes"), [(200, 800), (20_000, 100)])
@pytest.mark.parametrize("name", ["Llama 3.1 70B", "Qwen3-30B-A3B", "DeepSeek-V3"])
def test_a_fleet_has_the_time_that_its_requests_take(name: str, reads: int, writes: int) -> None:
    """At any speed, to the fastest that one user alone can get: the chips of the fleet are not busy for more than the whole day."""
    asked: dict[str, Any] = {"input_tokens": reads, "output_tokens": writes}
    most = float(compute_cost.serving_curve(name, CHIP, **asked).value)
    last = 0.0
    for share in (0.1, 0.5, 0.8, 0.99):
        fleet = compute_cost.serving_gpus(
            name, gpu=CHIP, requests_per_day=1e7, profile="flat", headroom=0, min_tokens_per_second=share * most, **asked
        )
        places = float(fleet.values["batch"].value)  # of all groups
        each = writes / float(fleet.values["tokens_per_second_per_stream"].value)  # s of a place for the output alone
        assert places * 86400 >= 0.99 * 1e7 * each
        assert float(fleet.value) >= 0.95 * last
        last = float(fleet.value)


def test_before_anybody_is_served_nothing_is_rented() -> None:
    """The first months of a plan serve 0; of none of what another argument says, nothing need be said."""
    for said in ("requests_per_day", "tokens_per_day", "users_per_day"):
        none: Any = {said: 0}
        cost, gpus = compute_cost.serving_cost("Llama 3.1 8B", **none), compute_cost.serving_gpus("Llama 3.1 8B", **none)
        assert (cost.low, cost.value, cost.high, gpus.low, gpus.value, gpus.high) == (0,) * 6
        assert cost.values["gpus"].value == 0
        assert len(cost.table) == len(compute_cost.serving_cost("Llama 3.1 8B", requests_per_day=1000).table)
        with pytest.raises(InputError, match=f"^{said}: 0 can't be used; give an amount"):
            compute_cost.cheapest_serving("Llama 3.1 8B", **none)
    some = compute_cost.serving_cost("Llama 3.1 8B", requests_per_day=1000)
    assert compute_cost.serving_cost("Llama 3.1 8B", 0, requests_per_day=1000).value == some.value > 0
