"""One rule for the 80% interval of every estimate: it holds the answer at each end of every uncertain input."""

from __future__ import annotations

from typing import Any

import pytest

from compute_cost import catalogue, registry
from tests import freeze
from tests.support import sample_call

pytestmark = pytest.mark.live  # the worked examples and samples, as they are answered today
CALLS: list[tuple[str, dict[str, Any]]] = [*freeze.calls(), *((name, sample_call(name)) for name in registry.estimates())]
# Answers about another answer, whose interval they hand on, or of facts.
ABOUT_OTHERS = {"explain", "estimate_range", "estimate_table", "estimate_value", "estimate_low", "estimate_high", "cost_warnings", "cost_why", "cost_table", "cost_bridge", "cost_version", "find", "source", "assumption", "gpu_fact", "model_fact"}  # fmt: skip


def answer(name: str, arguments: dict[str, Any]) -> Any:
    return registry.get(name).call(**arguments)


@pytest.mark.parametrize(("name", "arguments"), CALLS, ids=[registry.formula(name, arguments) for name, arguments in CALLS])
def test_the_interval_holds_every_end(name: str, arguments: dict[str, Any]) -> None:
    found = answer(name, arguments)
    if name in ABOUT_OTHERS or isinstance(found.value, str):
        assert name in ABOUT_OTHERS or found.low == found.value == found.high
        return
    room = 1e-9 * abs(found.value)
    ends = [end for one in found.swings for end in (one.at_low, one.at_high)]
    assert all(found.low - room <= end <= found.high + room for end in ends)
    assert found.low <= found.value <= found.high
    if any(end < found.value - room for end in ends):
        assert found.low < found.value
    if any(end > found.value + room for end in ends):
        assert found.value < found.high
    assert (found.low, found.high) == (found.value, found.value) or any(one.is_uncertain for one in found.inputs)


def test_every_assumption_with_a_range_is_asked_for_as_an_input() -> None:
    """The control: the ranges above are there, and of most estimates."""
    uncertain = {
        name for name, arguments in CALLS if name not in ABOUT_OTHERS for one in answer(name, arguments).inputs if one.is_uncertain
    }
    assert len(uncertain) > 15
    for name, inputs in {
        "infer_cost": {"serving_load", "serving_input_tokens", "throughput_error", "price_per_gpu_hour"},
        "serving_cost": {"peak_to_average", "serving_headroom", "throughput_error", "price_per_gpu_hour"},
        "train_energy": {"utilization", "pue", "average_draw_gpu"},
    }.items():
        arguments = {"params": "Llama 3.1 70B", "gpu": "H100"} | ({"tokens_per_day": 1e9} if name == "serving_cost" else {})
        assert inputs <= {one.name for one in answer(name, arguments).inputs if one.is_uncertain}, name


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("infer_cost", {"params": "Llama 3.1 70B", "gpu": "H100"}),
        ("serving_cost", {"params": "Llama 3.1 70B", "tokens_per_day": 1e9, "gpu": "H100"}),
        ("memory_fit", {"params": "70B", "gpu": "H100"}),
        ("memory_needed", {"params": "7B", "context": 8192, "use": "qlora"}),
        ("train_energy", {"params": "GPT-3"}),
        ("project_cost", {"params": "GPT-3"}),
        ("rent_or_own", {"gpu": "H100"}),
        ("reserve_or_rent", {"months_used": 6, "months_reserved": 36, "gpu": "A100"}),
        ("future_cost", {"cost": 1e6, "years": 3}),
        ("data_limit", {"tokens": "15T"}),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_an_assumption_put_at_its_own_end_stays_inside(name: str, arguments: dict[str, Any]) -> None:
    """By the way that a user has, and not by the engine's own: the value with each assumption replaced by its end."""
    found = answer(name, arguments)
    ranged: list[Any] = [one for one in found.inputs if one.is_uncertain and one.name in catalogue.assumptions()]
    assert ranged
    for one in ranged:
        for end in (one.low, one.high):
            moved = answer(name, {**arguments, "assume": {one.name: end}}).value
            assert found.low * (1 - 1e-9) <= moved <= found.high * (1 + 1e-9), f"{one.name} = {end}"


def test_what_is_called_assumed_can_be_given() -> None:
    """As an argument or in place of an assumption; what nothing sets is the estimate's own, such as the error of its model."""
    rows, of_estimates = catalogue.assumptions(), set()
    for name, arguments in CALLS:
        settable = {one.name for one in registry.get(name).parameters} | {"model", "params"}
        for one in answer(name, arguments).inputs if name not in ABOUT_OTHERS else ():
            can_be_given = one.name in settable or (one.name in rows and not isinstance(rows[one.name].value, str))
            if one.origin == "assumed":
                assert can_be_given, (name, one.name)
            elif one.origin == "estimate":
                assert not can_be_given, (name, one.name)
                of_estimates.add(one.name)
    assert {"throughput_error", "image_time_error", "speech_time_error", "first_token_error", "price_level"} <= of_estimates
    assert "finetune_error_any_stack" not in of_estimates, "the control: it is an assumption, in whose place a number may be given"
