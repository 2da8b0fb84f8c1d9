"""What a million tokens cost: the parts of a bill, what is assumed in it, and a million draws of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import DoesNotFit, InputError, NoData
from compute_cost.inputs import Input
from compute_cost.result import Question
from tests.support.ranges import ranged


def test_cost_splits_into_input_and_output() -> None:
    found = compute_cost.infer_cost("Llama 3.3 70B", "H100", 4, 2.5, "fp8", 1000, 500, 1)
    rate = compute_cost.infer_throughput("Llama 3.3 70B", "H100", 4, "fp8", 1000, 500).value
    assert found.value == pytest.approx(4 * 2.5 / 3600 / rate * 1e6)
    per_input, per_output = (float(found.values[f"per_million_{one}_tokens"].value) for one in ("input", "output"))
    assert 2 * per_input + per_output == pytest.approx(found.value)
    assert per_output > per_input
    assert found.values["per_million_tokens_together"].value == pytest.approx(found.value / 3)
    assert compute_cost.infer_cost("Llama 3.3 70B", "H100", 4, 2.5, "fp8", 1000, 500, 0.5).value == pytest.approx(2 * found.value)


def test_one_token_beside_training() -> None:
    """The talk's claim: about 1e12 times less work, a fraction of a cent."""
    found = compute_cost.infer_cost("GPT-3", "A100")
    ratio = float(found.values["training_over_one_token"].value)
    assert ratio == pytest.approx(compute_cost.train_flops("GPT-3", seq_len=None).value / compute_cost.infer_flops("GPT-3").value, rel=0.1)
    assert 3e11 < ratio < 3e12
    assert found.value / 1e6 < 0.01


def test_the_assumed_load_and_lengths_are_named_and_in_the_range() -> None:
    """The load may be 0.2 to 0.82: the cost at these ends stands inside the range, which no warning has to excuse any more."""
    found = compute_cost.infer_cost("Llama 3.3 70B", "H100", 4)
    origin = {one.name: one.origin for one in found.inputs}
    assert origin["serving_load"] == origin["serving_input_tokens"] == origin["serving_output_tokens"] == "assumed"
    row = catalogue.assumption("serving_load")
    assert (row.low, row.high) == (0.2, 0.82)
    assert found.low < found.value * 0.5 / 0.82 < found.value < found.value * 0.5 / 0.2 < found.high
    assert not any("range does not include" in one for one in found.warnings)
    given = compute_cost.infer_cost("Llama 3.3 70B", "H100", 4, load=0.5)
    assert given.value == pytest.approx(found.value)
    assert {one.name: one.origin for one in given.inputs}["load"] == "given"
    assert given.high < found.high
    lengths = {"serving_load", "serving_input_tokens", "serving_output_tokens", "memory_share"}
    assert ranged("infer_cost", "Llama 3.3 70B", "H100", 4) == lengths
    assert ranged("infer_cost", "Llama 3.1 70B", "H100") > lengths
    assert ranged("infer_cost", "SDXL", "A100") == {"image_steps", "serving_load"}


def test_with_everything_given_the_range_is_that_of_rate_and_price() -> None:
    cost = compute_cost.infer_cost("Llama 3.1 70B", "H100", 4, None, "fp8", 1000, 500, 0.4)
    rate = compute_cost.infer_throughput("Llama 3.1 70B", "H100", 4, "fp8", 1000, 500)
    price = compute_cost.gpu_price("H100")
    for side, slow, dear in ((cost.high, rate.low, price.high), (cost.low, rate.high, price.low)):
        # Apart, in logarithms: the rate's range holds the share of the memory that is usable, as the cost's does.
        apart = np.hypot(np.log(slow / rate.value), np.log(dear / price.value))
        assert abs(np.log(side / cost.value)) == pytest.approx(apart)
    fixed = compute_cost.infer_cost("Llama 3.1 70B", "H100", 4, price.value, "fp8", 1000, 500, 0.4)
    assert fixed.value == pytest.approx(cost.value)
    assert cost.low < fixed.low < fixed.high < cost.high


def ends(inputs: tuple[Input, ...], count: int) -> dict[str, np.ndarray[Any, Any]]:
    """Draws of every uncertain input, as how far towards its ends; an 80% interval ends at 1.28 standard deviations."""
    generator = np.random.default_rng(1)
    return {one.name: generator.standard_normal(count) / 1.2815515655446004 for one in inputs if one.is_uncertain}


LAYOUTS: list[tuple[Any, ...]] = [
    ("Llama 3.3 70B", "H100", 4, None, "fp8", 1000, 500),
    ("DeepSeek-V3", "H200", 8, None, "fp8", 1000, 500),  # a mixture of experts
    ("Gemma 3 27B", "A100", 3, None, None, 1000, 500),  # windows, and a group that takes turns by layers
    ("Llama 3 8B", "M2 Ultra", 1, 0.5, "int4"),  # lengths that are assumed
    ("70B", "H100", 4, 2.5),  # a shape that is assumed
    ("SDXL", "A100", 2),
]


@pytest.mark.parametrize("arguments", LAYOUTS, ids=lambda arguments: arguments[0])
def test_draws_are_worked_out_as_arrays_and_one_by_one_alike(arguments: tuple[Any, ...]) -> None:
    question = compute_cost.infer_cost(*arguments).question
    moved = ends(compute_cost.infer_cost(*arguments).inputs, 50)
    together = question.run(moved)[0].value
    assert isinstance(together, np.ndarray)
    alone = [one_draw(question, {name: float(draws[index]) for name, draws in moved.items()}) for index in range(50)]
    assert together == pytest.approx(np.array(alone), nan_ok=True)
    assert len(set(alone)) > 45


def one_draw(question: Question, moved: dict[str, float]) -> float:
    try:
        return float(question.run(moved)[0].value)
    except DoesNotFit:
        return math.nan


def test_a_million_draws_of_a_given_layout() -> None:
    found = compute_cost.infer_cost(*LAYOUTS[0])
    costs = np.asarray(found.question.run(ends(found.inputs, 1_000_000))[0].value)
    assert costs.shape == (1_000_000,)
    assert np.isfinite(costs).all()
    low, middle, high = np.quantile(costs, (0.1, 0.5, 0.9))
    assert (low, high) == pytest.approx((found.low, found.high), rel=0.1)
    assert middle == pytest.approx(found.value, rel=0.3)  # load and rate may fall further than rise: the median is above


def test_draws_in_which_the_model_does_not_fit_have_no_answer() -> None:
    """73 GB of weights and a cache of 4 GB: with less than 0.89 of the memory usable not one request fits."""
    question = compute_cost.infer_cost("Llama 3.3 70B", "H100", 1, None, "fp8", 22000, 500, kv_precision="fp8").question
    costs = np.asarray(question.run({"memory_share": np.array([-1.0, 0.0, 1.0])})[0].value)
    assert list(np.isnan(costs)) == [True, False, False]
    assert np.isnan(question.run({"memory_share": np.array([-1.0, -1.0])})[0].value).all()
    with pytest.raises(DoesNotFit, match="^gpus"):
        question.run({"memory_share": -1.0})
    with pytest.raises(DoesNotFit, match="^gpus"):
        question.run({"memory_share": np.float64(-1.0)})


def test_images_are_priced_by_the_thousand() -> None:
    cost = compute_cost.infer_cost("Stable Diffusion 1.5", "RTX 4090", 1, 0.4)
    assert cost.unit == "USD per thousand images"
    assert 0.02 < cost.value < 2
    rate = compute_cost.infer_throughput("Stable Diffusion 1.5", "RTX 4090", 1).value
    assert cost.value == pytest.approx(0.4 / 3600 / (rate * 0.5) * 1000)
    assert compute_cost.infer_cost("FLUX.1-dev", price_per_gpu_hour=2).value > compute_cost.infer_cost("SDXL", price_per_gpu_hour=2).value


def test_bad_input() -> None:
    with pytest.raises(InputError, match="^load"):
        compute_cost.infer_cost("7B", load=0)
    with pytest.raises(NoData, match="^price_per_gpu_hour"):
        compute_cost.infer_cost("Llama 3 8B", "M2 Ultra")
