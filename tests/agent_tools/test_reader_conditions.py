"""What a question rules out, sets as a condition or says beside the point is used, named or asked about."""

from __future__ import annotations

from typing import Any

import pytest

from compute_cost_tools import reader

pytestmark = pytest.mark.live


@pytest.mark.parametrize(
    ("question", "tool", "arguments"),
    [
        ("lora, not qlora, llama-3.3-70b, 30M tokens on 4 H100, cost", "finetune_cost", {"method": "lora"}),
        ("full fine-tuning, not lora, of mistral 7b on 5M tokens on H100: cost", "finetune_cost", {"method": "full"}),
        ("gpu hours, not dollars: 8B on 2T tokens on H100", "train_gpu_hours", {}),
        ("Not batch please - regular price for 2M input tokens and 2M output on gpt-4.1-mini", "api_cost", {}),
        ("GPU-hours for 3B, 500B tokens, H100s without fp8, bf16 only", "train_gpu_hours", {"precision": "bf16"}),
        ("agent, gpt-4.1, 50 turns, no caching at all, 20k initial context", "agent_cost", {"cached": 0.0, "first_context": 20_000.0}),
        ("I don't need training, just inference: 13B on A10G per million tokens", "infer_cost", {"gpu": "A10G"}),
        ("训练一个3B模型500B token,不用H100,用A100,多少钱", "train_cost", {"gpu": "A100"}),
        ("claude-haiku-4.5不用批处理,1000次调用,每次2000输入500输出", "api_cost", {"requests": 1000.0}),
    ],
)
def test_what_is_ruled_out_is_no_input(question: str, tool: str, arguments: dict[str, Any]) -> None:
    reading = reader.read(question)
    assert reading.tool == tool, reading
    assert arguments.items() <= reading.arguments.items()
    assert "service" not in reading.arguments


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("what does a 70B on 2T tokens cost to train, not on H100", "Which accelerator, then?"),
        ("fine-tune mistral 7b on 5M tokens, not lora, h100, cost", "Which method, then?"),
        ("does mistral 7b not fit on a 4090 in fp16", ""),
        ("why not rent 8 H100 for 3 weeks, what would that cost", ""),
    ],
)
def test_where_nothing_else_is_named_it_asks_what_then(question: str, asks: str) -> None:
    reading = reader.read(question)
    assert reading.asks == ([asks] if asks else [])


@pytest.mark.parametrize(
    ("question", "unused"),
    [
        ("flux dev, price per image on my 4090", "my 4090"),
        ("price per million tokens of Llama 3.3 70B on my own 4 H100", "own"),
        ("how much vram + how fast: llama 3.1 8b q4 on a 3060", "vram"),
        ("electricity of one picture from SDXL on H100", "electricity"),
    ],
)
def test_a_wish_or_a_condition_that_is_not_taken_up_is_named(question: str, unused: str) -> None:
    reading = reader.read(question)
    assert reading.tool
    assert unused in reading.not_used
    assert f"not used: {', '.join(reading.not_used)}" in reading.understood()


@pytest.mark.parametrize(
    ("question", "parameter", "value"),
    [
        ("LoRA-tune gpt-oss-20b with 4,000 chats (2k tokens per chat), rank 32, cost", "rank", 32.0),
        ("gpt-5 agent, 100 tasks, 40 turns each, 90% of the input from the cache", "cached", 0.9),
        ("agent with gpt-5: 200 tasks, 40 turns, starts with 12k context, grows 1.5k per turn, 500 out per turn", "output_per_turn", 500.0),
        ("embed 50k documents of 500 tokens with text-embedding-3-large plus 10k queries monthly", "queries_per_month", 10_000.0),
        ("my agent succeeds in 70% of the tries. 1000 tasks with claude-haiku-4-5, 25 turns. cost?", "success_rate", 0.7),
    ],
)
def test_a_number_goes_to_the_input_that_is_named_beside_it(question: str, parameter: str, value: float) -> None:
    reading = reader.read(question)
    assert reading.arguments.get(parameter) == pytest.approx(value), reading


def test_a_number_of_a_clause_about_something_else_is_asked_about() -> None:
    reading = reader.read(
        "I'm 34, work at a 200 person company. What does fine-tuning llama 3.1 8b with lora on 10M tokens on one H100 cost?"
    )
    said = [*(ask.partition(" stand for")[0] for ask in reading.asks), *reading.not_used]
    assert not reading.tool
    assert any(number in one for one in said for number in ("34", "200 person")), reading


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("80% of my 12k token prompt is cached, 5,000 calls to claude sonnet 4.5 with 600 tokens output: cost", "80%"),
        ("4k sequences, lora on llama 3.1 70b, memory?", "4k sequences"),
    ],
)
def test_a_number_that_may_be_an_input_is_never_dropped_unsaid(question: str, asks: str) -> None:
    reading = reader.read(question)
    assert any(asks in one for one in (reading.not_used if reading.tool else reading.asks)), reading


@pytest.mark.parametrize(
    ("question", "arguments"),
    [
        ("公司80人,每人每天问20次,gpt-4o-mini,每次800输入200输出,一个月多少钱", {"requests": 48_667.0}),
        ("$15 a month, 2000 users each 300 messages a month at 1.2k in 300 out on gpt-4o-mini, margin?", {"users": 2000.0, "use": 300.0}),
        ("a year of 10,000 requests/day at 800/200 tokens on gpt-5-mini, cost", {"requests": 3_650_000.0}),
        ("gemini-2.5-flash for 700 invoices daily, 1800 tokens in, 150 out: cost per month", {"requests": 21_292.0}),
    ],
)
def test_what_each_asks_and_how_often_is_multiplied(question: str, arguments: dict[str, float]) -> None:
    reading = reader.read(question)
    assert arguments.items() <= reading.arguments.items(), reading


def test_what_each_asks_is_asked_about_or_named_where_it_is_not_multiplied() -> None:
    asked = reader.read("500 users, 10 requests each per day, gemma 3 27b on A100, 900 in 250 out, cost per month")
    assert not asked.tool
    assert asked.asks == ["Is that the number of requests of all users together, or of each of them?"]
    named = reader.read("20 messages each, 300 users, gpt-4o-mini, 1k in 200 out, cost")
    assert named.arguments.get("requests") == 6000 or named.not_used == ["20 messages"], named


def test_a_name_takes_nothing_from_a_bracket() -> None:
    reading = reader.read("what does serving llama 3.3 70B (20k requests/day, 6000 in, 400 out) cost on H100?")
    assert reading.arguments["requests_per_day"] == 20_000


def test_two_prices_of_one_choice_are_no_alternatives() -> None:
    reading = reader.read("12 month commitment at $1.9 vs $2.8 on demand, we use it 8 months, one H100")
    assert not reading.others
    assert (reading.arguments["reserved_price"], reading.arguments["on_demand_price"]) == (1.9, 2.8)


def test_compared_chips_serve_as_many_users() -> None:
    reading = reader.read("which is faster for llama 3.1 8b, rtx 5090 or a100?")
    assert [arguments["batch"] for arguments in (reading.arguments, *reading.others)] == [1, 1]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("what do you assume for electricity per kWh?", ""),
        ("default load of owned gpus", "owned_load"),
        ("what PUE do you assume", "pue"),
        ("default utilization", ""),
    ],
)
def test_an_assumption_is_found_by_its_words_or_asked_for(question: str, name: str) -> None:
    reading = reader.read(question)
    assert (
        (reading.arguments.get("name", "") == name and reading.tool == "assumption")
        if name
        else "assumption" in reading.tool or reading.asks
    )


def test_reinforcement_learning_that_says_its_steps_is_asked_for_the_rest_alone() -> None:
    reading = reader.read("GRPO on Qwen2.5 7B 200 steps with 8 H100")
    assert reading.asks == ["How many prompts per step?", "How many response tokens?"]


def test_a_strange_word_about_a_known_thing_is_named_and_nothing_is_declined() -> None:
    reading = reader.read("what did an a100 go for in mid 2023")
    assert (reading.tool, reading.arguments, reading.not_used) == ("gpu_price", {"gpu": "A100", "as_of": "2023"}, ["mid"])
