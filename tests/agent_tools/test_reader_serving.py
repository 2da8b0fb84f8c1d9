"""The offline reader on serving: which accelerator, how many, at which speed, for how many people."""

from __future__ import annotations

from typing import Any

import pytest

from compute_cost import registry
from compute_cost_tools import reader
from compute_cost_tools.calls import run

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
            "which card for Llama 3.1 8B in Q4_K_M at 20 tokens per second?",
            "cheapest_serving",
            {"params": "Llama 3.1 8B", "precision": "q4_k_m", "min_tokens_per_second": 20},
        ),
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


def test_a_number_of_users_is_of_a_day_said_aloud() -> None:
    found = reader.read("what gpu for Llama 3.3 70B with 64 users")
    assert found.arguments.get("users_per_day") == 64
    assert "64 users: so many people a day, not at once" in found.notes


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("cheapest way to serve Llama 3.3 70B", "a day"),
        ("how fast is Llama 3.3 70B on 8 H100 with ttft under 300 ms", "seconds"),
    ],
)
def test_asks_what_is_missing(question: str, asks: str) -> None:
    found = reader.read(question)
    assert not found.tool
    assert any(asks in one for one in found.asks)


@pytest.mark.parametrize(
    ("question", "arguments"),
    [
        ("which gpu can run a 70B model?", {"params": 70e9}),
        ("compare GPUs for serving Llama 3.3 70B at 1B tokens a day", {"params": LLAMA, "tokens_per_day": 1e9}),
        ("cheapest gpu to run Llama 3.3 70B in 4 bit", {"params": LLAMA, "precision": "4bit"}),
    ],
)
def test_running_a_model_is_ranked_or_offered(question: str, arguments: dict[str, Any]) -> None:
    """By what it costs, or by which kinds hold it at all: memory_fit names those."""
    found = reader.read(question)
    assert found.arguments == arguments
    assert found.tool in ("cheapest_serving", "memory_fit") or registry.get("cheapest_serving").summary.rstrip(".") in found.asks[0]


def test_which_accelerator_is_ranked_or_named_as_not_used_where_one_cost_is_worked_out() -> None:
    found = reader.read("which accelerator has the lowest cost per token for Llama 3.3 70B?")
    is_ranked = found.tool == "cheapest_serving" or any(registry.get("cheapest_serving").summary.rstrip(".") in ask for ask in found.asks)
    assert is_ranked or (found.tool, found.not_used) == ("infer_cost", ["which accelerator"]), found


@pytest.mark.parametrize(
    "question", ["which GPU is the cheapest to train a 7B on 1T tokens?", "cheapest gpu for a 13B model and 2 trillion tokens"]
)
def test_training_is_ranked_as_before(question: str) -> None:
    assert reader.read(question).tool == "cheapest_gpu"


def test_people_at_once_are_tokens_a_day_without_a_peak() -> None:
    """Where no speed is said, each gets what is left in that fleet itself when its memory is taken, and the answer says so."""
    found = reader.read(f"how many H100 to serve 500 concurrent users with {LLAMA}")
    assert found.tool == "serving_gpus"
    assert found.arguments["peak_to_average"] == 1
    fleet = run(found.tool, found.arguments).result.values
    assert found.arguments["tokens_per_day"] == pytest.approx(500 * float(fleet["tokens_per_second_per_stream"].value) * 86_400, abs=1)
    assert float(fleet["batch"].value) >= 500
    assert any("no speed was said" in note for note in found.notes)
    told = reader.read(f"how many H100 to serve 500 concurrent users with {LLAMA} at 20 tokens/s each")
    assert told.arguments["tokens_per_day"] == 500 * 20 * 86_400
    assert not any("no speed was said" in note for note in told.notes)


def test_people_at_once_on_a_chip_that_holds_no_model_are_asked_about() -> None:
    assert reader.read(f"how many H100 to serve 500 concurrent users of {LLAMA} at 900 tokens/s each").tool in ("", "serving_gpus")
    found = reader.read(f"what does it cost a month to serve 40 concurrent users with {LLAMA} on H100")
    assert found.tool == "serving_cost"
    assert found.arguments["peak_to_average"] == 1


@pytest.mark.parametrize(
    ("question", "gpu"),
    [
        ("how fast does a MacBook Pro M3 Max run Llama 3 8B", "M3 Max"),
        ("Llama 3 8B speed on an M3 Max", "M3 Max"),
        ("how much does an H100 card cost", "H100"),
        ("max context of Llama 3 8B on an H100", "H100"),
        ("what is the longest context on an M3 Max for Llama 3 8B", "M3 Max"),
    ],
)
def test_a_word_that_says_something_ends_a_chips_name_unless_it_is_another_chips(question: str, gpu: str) -> None:
    assert reader.read(question).arguments["gpu"] == gpu


@pytest.mark.parametrize("question", ["total throughput of Llama 3 8B on a 4090", "speed of Llama 3 8B on a 4090 with 20 tokens/s each"])
def test_a_chip_of_ones_own_serves_many_where_that_is_said(question: str) -> None:
    found = reader.read(question)
    assert found.tool == "infer_throughput"
    assert "batch" not in found.arguments
    assert not found.taken


@pytest.mark.parametrize(
    ("question", "teacher", "student"),
    [
        ("distill Llama 3.1 405B into Llama 3.1 8B, 10k prompts", "Llama 3.1 405B", "Llama 3.1 8B"),
        ("Llama 3.1 8B from Llama 3.1 405B by distillation, 10k prompts: cost", "Llama 3.1 405B", "Llama 3.1 8B"),
        ("distillation of gpt-4o to Llama 3.1 8B with 10k prompts", "gpt-4o", "Llama 3.1 8B"),
    ],
)
def test_the_larger_or_the_hosted_model_teaches(question: str, teacher: str, student: str) -> None:
    found = reader.read(question)
    assert found.tool == "distill_cost"
    assert (found.arguments["teacher"], found.arguments["params"]) == (teacher, student)


def test_a_student_alone_has_no_teacher() -> None:
    assert reader.read("distill into Llama 3.1 8B with 10k prompts").asks == ["Which model is the teacher, such as DeepSeek-R1 or gpt-4o?"]


@pytest.mark.parametrize(
    ("question", "precision", "kv_precision"),
    [
        ("memory of Llama 3 8B at 32k context with an fp8 KV cache", None, "fp8"),
        ("memory of Llama 3 8B in int4 at 32k context with the KV cache in fp8", "int4", "fp8"),
        ("memory of Llama 3 8B in int4 at 32k context", "int4", None),
    ],
)
def test_the_format_next_to_the_cache_is_the_caches(question: str, precision: str | None, kv_precision: str | None) -> None:
    arguments = reader.read(question).arguments
    assert (arguments.get("precision"), arguments.get("kv_precision")) == (precision, kv_precision)


@pytest.mark.parametrize(
    ("question", "parameter", "value"),
    [
        ("transcribe 90 minutes of audio with Whisper large-v3", "audio_hours", 1.5),
        ("100 SDXL images, 512x512, on an A100: cost", "size", 512),
        ("DPO of an 8B on 20M tokens, cost", "pairs", 20_000),
        ("DPO of an 8B on 20M tokens, 500 tokens per pair, cost", "pairs", 40_000),
        ("what do 8 H100 cost a year", "hours", 8760),
        ("daily cost of 8 H100", "hours", 24),
        ("what is the daily energy of 64 H100", "hours", 24),
        ("how much memory does an RTX 4090 card have", "field", "memory"),
        ("what is the power draw of an RTX 4090 card", "field", "power"),
        ("what do 3,000 SDXL images cost on an A100", "images", 3000),
    ],
)
def test_units_become_those_of_the_estimate(question: str, parameter: str, value: float | str) -> None:
    assert reader.read(question).arguments[parameter] == value
