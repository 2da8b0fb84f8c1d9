"""Compute-optimal training against Chinchilla's tables, and what must hold whatever the constants."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import compute_cost
from compute_cost.errors import InputError, MissingInput, NoData
from compute_cost.training.scaling_law import laws, loss
from tests.support import figure

# Hoffmann et al. 2022, arXiv 2203.15556, table 3 (approach 1) and table A3 (approaches 2 and 3): optimal tokens by parameters.
SIZES = (4e8, 1e9, 1e10, 6.7e10, 1.75e11, 2.8e11, 5.2e11, 1e12, 1e13)
APPROACH_1 = (8e9, 2.02e10, 2.051e11, 1.5e12, 3.7e12, 5.9e12, 1.1e13, 2.12e13, 2.162e14)
APPROACH_2 = (7.7e9, 2e10, 2.195e11, 1.7e12, 4.3e12, 7.1e12, 1.34e13, 2.65e13, 2.92e14)
APPROACH_3 = (9.2e9, 2.71e10, 4.101e11, 4.1e12, 1.2e13, 2.01e13, 4.35e13, 9.41e13, 1.426e15)
LAWS = {law.name: law for law in laws()}


def tokens_of(name: str, params: float) -> float:
    return LAWS[name].flops(params, None) / 6 / params


@pytest.mark.parametrize(
    ("law", "table", "tolerance"), [("rule", APPROACH_1, 0.12), ("approach_2", APPROACH_2, 0.08), ("approach_3", APPROACH_3, 0.20)]
)
def test_each_law_gives_its_own_table(law: str, table: tuple[float, ...], tolerance: float) -> None:
    for params, tokens in zip(SIZES, table, strict=True):
        assert tokens_of(law, params) == pytest.approx(tokens, rel=tolerance), params


def test_refit_agrees_with_approach_1_and_not_with_approach_3() -> None:
    for params, one, three in zip(SIZES[1:8], APPROACH_1[1:8], APPROACH_3[1:8], strict=True):
        assert tokens_of("refit", params) == pytest.approx(one, rel=0.25)
        if params >= 1e10:
            assert tokens_of("refit", params) < 0.55 * three


def test_rounded_exponents_miss_the_table_of_approach_3() -> None:
    # The paper prints alpha 0.34 and beta 0.28; with them its own table is missed by 1.6 to 2.2 times (Besiroglu et al. 2024).
    alpha, beta = 0.34, 0.28
    scale = (alpha * 406.4 / (beta * 410.7)) ** (1 / (alpha + beta))
    rounded = LAWS["approach_3"]._replace(scale=scale, exponent=beta / (alpha + beta))
    for params, tokens in zip(SIZES, APPROACH_3, strict=True):
        assert 1.5 < rounded.flops(params, None) / 6 / params / tokens < 2.3


def test_refit_has_about_twenty_tokens_per_parameter_at_chinchilla_budget() -> None:
    assert figure(compute_cost.compute_optimal(flops=5.76e23), "tokens_per_parameter") == pytest.approx(20, rel=0.1)


@given(flops=st.floats(1e18, 1e28))
def test_optimum_is_the_minimum_of_the_loss(flops: float) -> None:
    found = compute_cost.compute_optimal(flops=flops)
    params, tokens = figure(found, "params"), figure(found, "tokens")
    assert 6 * params * tokens == pytest.approx(flops, rel=1e-9)
    least = loss(params, tokens)
    assert figure(found, "loss") == least
    for factor in (0.8, 1.25):
        assert loss(params * factor, tokens / factor) > least


@settings(max_examples=40)
@given(params=st.floats(1e8, 1e12))
def test_four_ways_in_agree(params: float) -> None:
    start = compute_cost.compute_optimal(params=params, gpu="H100", price_per_gpu_hour=2, utilization=0.4)
    asks: dict[str, Any] = {"flops": figure(start, "flops"), "tokens": figure(start, "tokens"), "budget": figure(start, "cost")}
    for name, value in asks.items():
        found = compute_cost.compute_optimal(gpu="H100", price_per_gpu_hour=2, utilization=0.4, **{name: value})
        assert found.value == pytest.approx(params, rel=1e-6), name


@pytest.mark.parametrize("budget", [1e4, 1e5, 1e6, 3e6, 5e6, 1e7, 3e7, 1.26e8, 5.01e8, 1e9])
def test_every_budget_is_answered_and_never_exceeded(budget: float) -> None:
    """The utilization jumps where a larger model needs another layout; a budget that falls into a jump is nearly spent."""
    assert 0.95 * budget <= figure(compute_cost.compute_optimal(budget), "cost") <= budget * (1 + 1e-6)


def test_budget_is_spent() -> None:
    found = compute_cost.compute_optimal(budget="$1M", gpu="H100")
    assert figure(found, "cost") == pytest.approx(1e6, rel=1e-6)
    assert isinstance(found.low, float)
    assert isinstance(found.high, float)
    assert found.low < figure(found, "params") < found.high
    assert compute_cost.compute_optimal(budget=2e6, gpu="H100").value > found.value


@pytest.mark.parametrize(
    ("model", "verdict"),
    [
        ("GPT-3", "under-trained"), ("Gopher 280B", "under-trained"), ("MT-NLG 530B", "under-trained"),
        ("Chinchilla 70B", "within the range of the laws"), ("LLaMA 65B", "within the range of the laws"),
        ("Llama 3 8B", "over-trained"), ("DeepSeek-V3", "over-trained"),
    ],
)  # fmt: skip
def test_known_models_are_judged(model: str, verdict: str) -> None:
    found = compute_cost.compute_optimal(params=model)
    assert found.values["training"].value == verdict
    assert any(verdict in step.formula for step in found.steps)


def test_size_that_was_given_is_the_value() -> None:
    found = compute_cost.compute_optimal(params="70B")
    assert found.value == found.low == found.high == 70e9
    assert "training" not in found.values


@pytest.mark.parametrize(
    "arguments", [{"budget": 1e6, "flops": 1e24}, {"params": "GPT-3", "tokens": "300B"}, {"budget": 1e6, "params": 7e9}]
)
def test_more_than_one_is_refused(arguments: dict[str, Any]) -> None:
    first, second = arguments
    with pytest.raises(
        InputError, match=f"^{second}: .* can't be used; {first} is given too; give exactly one of budget, flops, params, tokens"
    ):
        compute_cost.compute_optimal(**arguments)


def test_none_is_refused() -> None:
    with pytest.raises(MissingInput, match="exactly one of budget, flops, params, tokens"):
        compute_cost.compute_optimal(gpu="H100")


def test_image_model_is_refused() -> None:
    with pytest.raises(NoData, match="image model"):
        compute_cost.compute_optimal(params="SDXL")
