"""Reinforcement learning: published steps, what changes them, and input that can't be used."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import CostError, DoesNotFit, InputError

# Seconds of a GRPO step as NVIDIA's NeMo RL publishes them: model, chips, sequences, mean and longest answer, asynchronous.
STEPS = [
    ("Llama 3.1 8B", 16, 2048, 869, 4096, False, 92.8),
    ("Llama 3.1 8B", 16, 2048, 973, 4096, True, 64.8),
    ("Qwen3 32B", 32, 2048, 3101, 4096, False, 376.0),
    ("Qwen3-30B-A3B", 32, 2048, 3046, 4096, False, 198.0),
]


@pytest.mark.parametrize("row", STEPS, ids=lambda row: f"{row[0]}, {row[5]}")
def test_published_steps(row: tuple[str, int, int, int, int, bool, float]) -> None:
    model, gpus, sequences, mean, longest, asynchronous, seconds = row
    found = compute_cost.rl_gpu_hours(
        model, 1, sequences / 16, 16, 150, mean, "H100", gpus, asynchronous=asynchronous, max_response_tokens=longest
    )
    assert 1 / 1.7 < found.value * 3600 / gpus / seconds < 1.7
    assert found.low < found.value < found.high


def hours(**arguments: Any) -> float:
    usual: dict[str, Any] = {"params": "Llama 3.1 8B", "steps": 100, "prompts_per_step": 64, "response_tokens": 1000, "gpus": 16}
    return float(compute_cost.rl_gpu_hours(**{**usual, **arguments}).value)


def test_what_takes_longer() -> None:
    assert hours(max_response_tokens=16000) > hours(max_response_tokens=2000)
    assert hours(max_response_tokens=16000, asynchronous=True) < hours(max_response_tokens=16000)
    assert hours(algorithm="ppo", samples_per_prompt=16) > hours()
    assert hours(algorithm="dpo") < hours()
    pairs = compute_cost.dpo_gpu_hours("Llama 3.1 8B", 6400, 2 * (150 + 1000), gpus=16)
    assert hours(algorithm="dpo", prompt_tokens=150) == pytest.approx(pairs.value), "one number for one job, whoever is asked"
    assert hours(stack="hugging-face") > hours()
    assert hours(steps=200) == pytest.approx(2 * hours())


def test_published_costs_stand_beside() -> None:
    """DeepSeek published 147,000 H800-hours at 2 dollars for R1's reinforcement learning."""
    found = compute_cost.rl_cost("DeepSeek R1", 1000, 64, 16, 300, 4000, "H800", 512, price_per_gpu_hour=2)
    assert found.values["published_cost"].value == 294_000
    assert any("$294,000" in text for text in compute_cost.train_cost("DeepSeek R1").warnings)


def test_input_that_can_not_be_used() -> None:
    with pytest.raises(DoesNotFit, match="set gpus to"):
        hours(params="Llama 2 70B", gpus=1)
    with pytest.raises(InputError, match="max_response_tokens"):
        hours(max_response_tokens=10)


def test_the_order_of_arguments_is_the_published_one() -> None:
    what = "params steps prompts_per_step samples_per_prompt prompt_tokens response_tokens gpu gpus algorithm price_per_gpu_hour precision"
    order = [*what.split(), "asynchronous", "max_response_tokens", "active_params", "stack", "as_of"]
    assert list(inspect.signature(compute_cost.rl_cost).parameters)[:16] == order
    hours = [name for name in order if name not in ("price_per_gpu_hour", "as_of")]
    assert list(inspect.signature(compute_cost.rl_gpu_hours).parameters)[:14] == hours


def test_the_rate_of_a_test_run_comes_first() -> None:
    """128 prompts x 16 answers x 2,200 tokens are 4.5 million a step; at 45,056 a second 100 s, so 100 steps on 16 take 44.4 hours."""
    found = compute_cost.rl_gpu_hours("Llama 2 7B", 100, 128, 16, 200, 2000, "H100", 16, tokens_per_second=45_056)
    assert found.value == pytest.approx(100 * 100 * 16 / 3600)
    assert found.low == found.value == found.high
    cost = compute_cost.rl_cost("Llama 2 7B", 100, 128, 16, 200, 2000, "H100", 16, tokens_per_second=45_056, price_per_gpu_hour=2)
    assert cost.value == pytest.approx(2 * found.value)
    pairs = compute_cost.rl_gpu_hours("Llama 2 7B", 100, 128, 2, 200, 2000, "H100", 16, "dpo", tokens_per_second=45_056)
    assert pairs.value == pytest.approx(100 * 128 * 2 * 2200 / 45_056 * 16 / 3600 * (1 + catalogue.constant("finetune_evaluation")))
    with pytest.raises(CostError, match="^gpus: missing"):
        compute_cost.rl_gpu_hours("Llama 2 7B", 100, 128, 16, 200, 2000, "H100", tokens_per_second=45_056)
    with pytest.raises(CostError, match="^tokens_per_second: .* peak of 16 H100"):
        compute_cost.rl_gpu_hours("Llama 2 7B", 100, 128, 16, 200, 2000, "H100", 16, tokens_per_second=45e6)


@pytest.mark.parametrize("params", ["Llama 2 7B", "Llama 2 70B"])
def test_more_answers_never_take_less(params: str) -> None:
    """Few answers on many accelerators: those that have none to write are idle, and the group is one that writes the longest soon."""
    of_prompts = [
        compute_cost.rl_gpu_hours(params, 100, prompts, 4, 200, 2000, "H100", 512).value for prompts in (1, 4, 8, 16, 32, 128, 1024)
    ]
    assert of_prompts == sorted(of_prompts)
    limits = [
        compute_cost.rl_gpu_hours(params, 100, 64, 4, 200, 2000, "H100", 512, max_response_tokens=most).value
        for most in (2000, 8000, 32000)
    ]
    assert limits == sorted(limits)
