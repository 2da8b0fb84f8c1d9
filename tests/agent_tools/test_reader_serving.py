"""The offline reader on serving: which accelerator, how many, at which speed, for how many people."""

from __future__ import annotations

from typing import Any

import pytest

from compute_cost_tools import reader

LLAMA = "Llama 3.3 70B"


@pytest.mark.parametrize(
    ("question", "tool", "arguments"),
    [
        (
            "what is the cheapest GPU to serve Llama 3.3 70B for 1 billion tokens a day?",
            "cheapest_serving",
            {"params": LLAMA, "tokens_per_day": 1e9},
        ),
        (
            "cheapest way to host Llama 3.3 70B for 20k requests per day at 30 tokens/s per user",
            "cheapest_serving",
            {"params": LLAMA, "requests_per_day": 2e4, "min_tokens_per_second": 30},
        ),
        (
            "which GPU is best for serving Llama 3.3 70B to 5000 users a day?",
            "cheapest_serving",
            {"params": LLAMA, "users_per_day": 5000},
        ),
        (
            "compare GPUs for serving Llama 3.3 70B at 1B tokens a day",
            "cheapest_serving",
            {"params": LLAMA, "tokens_per_day": 1e9},
        ),
        (
            "which card for Llama 3.1 8B in Q4_K_M at 20 tokens per second?",
            "cheapest_serving",
            {"params": "Llama 3.1 8B", "precision": "q4_k_m", "min_tokens_per_second": 20},
        ),
        ("which gpu can run a 70B model?", "cheapest_serving", {"params": 70e9}),
        ("cheapest gpu to run Llama 3.3 70B in 4 bit", "cheapest_serving", {"params": LLAMA, "precision": "int4"}),
        ("哪种卡跑Llama 3.1 8B每秒20 token", "cheapest_serving", {"params": "Llama 3.1 8B", "min_tokens_per_second": 20}),
        (
            "how many H100 do I need to serve Llama 3.3 70B for 200,000 requests a day with the first token within 2 seconds?",
            "serving_gpus",
            {"params": LLAMA, "gpu": "H100", "requests_per_day": 2e5, "max_first_token": 2},
        ),
        (
            "what does it cost per month to serve Llama 3.1 8B on H100 to 10,000 users a day with 3000 input tokens",
            "serving_cost",
            {"params": "Llama 3.1 8B", "gpu": "H100", "users_per_day": 1e4, "input_tokens": 3000},
        ),
        (
            "cost per million tokens for Llama 3.3 70B on H100 at 50 tokens per second per user",
            "infer_cost",
            {"params": LLAMA, "gpu": "H100", "min_tokens_per_second": 50},
        ),
    ],
)
def test_understands(question: str, tool: str, arguments: dict[str, Any]) -> None:
    found = reader.read(question)
    assert (found.tool, found.arguments) == (tool, arguments)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("cheapest way to serve Llama 3.3 70B", "For how many requests or tokens a day?"),
        ("what gpu for Llama 3.3 70B with 64 users", "For how many requests or users a day?"),
        ("which accelerator has the lowest cost per token for Llama 3.3 70B?", "For how many requests or tokens a day?"),
        ("cheapest gpu to host Llama 3.3 70B on H100", "has no use for H100"),
        ("how fast is Llama 3.3 70B on 8 H100 with ttft under 300 ms", "seconds"),
    ],
)
def test_asks_what_is_missing(question: str, asks: str) -> None:
    found = reader.read(question)
    assert not found.tool
    assert any(asks in one for one in found.asks)


@pytest.mark.parametrize(
    "question", ["which GPU is the cheapest to train a 7B on 1T tokens?", "cheapest gpu for a 13B model and 2 trillion tokens"]
)
def test_training_is_ranked_as_before(question: str) -> None:
    assert reader.read(question).tool == "cheapest_gpu"
