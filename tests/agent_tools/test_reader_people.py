"""Questions as people write them in forums: asides, several numbers, no verb. What no rule reads goes to the search index."""

from __future__ import annotations

from typing import Any

import pytest

from compute_cost import registry
from compute_cost_tools import evals, reader
from compute_cost_tools.offline import Offline
from compute_cost_tools.reply import Silent

pytestmark = pytest.mark.live


def is_meant(found: reader.Reading, tool: str) -> bool:
    """Whether an estimate was called, or is one of those that it asks to choose from."""
    offered = bool(found.asks) and found.asks[0].startswith("Which is wanted") and registry.get(tool).summary.rstrip(".") in found.asks[0]
    return found.tool == tool or (not found.tool and offered)


@pytest.mark.parametrize(
    ("question", "tool", "arguments"),
    [
        (
            "gpt-5-mini on flex: 3000 in per call, 1500 of it cached, 400 out, 200k calls",
            "api_cost",
            {
                "model": "gpt-5-mini",
                "service": "flex",
                "input_tokens": 3000,
                "cached_tokens": 1500,
                "output_tokens": 400,
                "requests": 200_000,
            },
        ),
        (
            "Llama 3.1 8B for 3 people, full 32k window, 8 bit, how much vram",
            "memory_needed",
            {"params": "Llama 3.1 8B", "batch": 3, "context": 32000, "precision": "8bit"},
        ),
        (
            "4 L40S running 24/7, kWh a month and the bill at 25 ct",
            "energy_use",
            {"gpu": "L40S", "gpus": 4, "hours": 730, "power_price": 0.25},
        ),
        (
            "8M seed, 200k a month compute, 150k everything else. runway?",
            "compute_share",
            {"capital_raised": 8e6, "compute_per_month": 200_000, "other_per_month": 150_000},
        ),
        ("13B, 1T tok, done in 2 months, A100 - how many", "gpus_needed", {"params": 13e9, "tokens": 1e12, "days": 60, "gpu": "A100"}),
        ("账上800万,每月算力50万人员30万,收入20万每月涨5%,撑多久", "compute_share", {"revenue_per_month": 200_000, "revenue_growth": 0.05}),
    ],
)
def test_is_read(question: str, tool: str, arguments: dict[str, Any]) -> None:
    found = reader.read(question)
    assert (found.tool, found.asks) == (tool, []), found
    for name, value in arguments.items():
        assert found.arguments[name] == value, name


@pytest.mark.parametrize(
    ("question", "tool", "absent"),
    [
        ("gpt-4o-mini: 100M tokens in, 20M out. I get $27, correct?", "api_cost", "$27"),
        ("Llama 2 7B on one A100, 500 in 500 out: can it really do 3000 tok/s?", "infer_throughput", "3000 tok/s"),
        ("a 13B trained on 1.4T tokens with 256 A100 took 25 days, sane?", "train_days", "25 days"),
        ("is 4 dollars per hour for an H100 normal?", "gpu_price", "4 dollars per hour"),
    ],
)
def test_a_figure_that_somebody_has_for_the_answer_is_left_aside_aloud_or_asked_about(question: str, tool: str, absent: str) -> None:
    found = reader.read(question)
    assert is_meant(found, tool) or any("stand for" in one for one in found.asks), found
    assert not found.tool or absent in found.not_used, found


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("GPT-4 vs claude opus: price per million?", "I do not know claude opus; did you mean Claude Opus"),
        ("GPT-5 mini vs nano for 1M requests 500 in 200 out", "One at a time"),
        ("what does it cost to train llama 70B on 2T tokens", "I do not know llama 70B; did you mean"),
        ("API cost of 500 calls of gpt-4o-mini", "How many input tokens?"),
        ("gpt-4o-mini price for 10M audio tokens", "What does 10M audio tokens stand for"),
        ("speed of Llama 3 8B on 4090 + 3090", "Only one at a time"),
        ("a 14B video model on 4 4090, cost a clip?", "video models are not estimated"),
        ("tokens/s of kimi k9 on 8 H100", "k9"),
        ("tok/s of a 7B on 8 H3", "H3"),
    ],
)
def test_what_changes_the_answer_is_asked_about(question: str, asks: str) -> None:
    found = reader.read(question)
    assert not found.tool, found
    assert any(asks in one for one in found.asks), found.asks


def test_the_cheapest_card_is_named_where_one_cost_is_worked_out() -> None:
    found = reader.read("cheapest card for finetuning an 8B on 10M tokens")
    assert is_meant(found, "finetune_cost")
    assert not found.tool or found.not_used == ["cheapest"]


def test_a_path_of_prices_is_one_of_them_and_says_so() -> None:
    found = reader.read("A100 $/h month by month since 2024?")
    assert found.tool == "gpu_price"
    assert 'not used: "month by month": prices are worked out for one date at a time' in found.notes


def test_a_speed_is_a_floor_only_where_it_is_said_to_be_one() -> None:
    floor = reader.read("throughput of Llama 3 8B on an H100 with at least 30 tokens/s per user")
    assert floor.arguments["min_tokens_per_second"] == 30
    measured = reader.read("my L4 does 43 tokens/s on Llama 3 8B, what speed should it reach")
    assert "min_tokens_per_second" not in measured.arguments
    assert measured.not_used == ["43 tokens/s"]


def test_requests_of_a_day_and_of_a_month_are_the_bill_of_a_month() -> None:
    month = reader.read("claude haiku 4.5 bill, 10k requests a month, 3k in 500 out")
    assert (month.tool, month.arguments["requests"]) == ("api_cost", 10_000)
    day = reader.read("GPT-4o每天1200次请求,每次输入2k输出500,一个月多少钱")
    assert (day.tool, day.arguments["requests"]) == ("api_cost", 36_500)
    assert (day.arguments["input_tokens"], day.arguments["output_tokens"]) == (2000, 500)
    assert any("the bill of a month" in note for note in day.notes)
    own = reader.read("3M requests a month, 1500 in 250 out on mistral small: own gpus or api")
    assert is_meant(own, "self_host_or_api")
    assert own.arguments["requests_per_day"] == pytest.approx(3e6 * 12 / 365)


def test_reinforcement_learning_is_called_where_all_of_it_is_said() -> None:
    whole = reader.read("GRPO on Qwen2.5 7B: 200 steps, 128 prompts per step, 8 samples, 2000 response tokens, 8 H100, cost?")
    assert whole.tool == "rl_cost", whole
    assert whole.arguments == {
        "params": "Qwen2.5 7B", "algorithm": "grpo", "steps": 200, "prompts_per_step": 128, "samples_per_prompt": 8,
        "response_tokens": 2000, "gpu": "H100", "gpus": 8,
    }  # fmt: skip
    other = reader.read("RLOO on a 7B: 200 steps, 128 prompts per step, 8 samples, 2000 response tokens, 8 H100, cost?")
    assert other.notes == ['not used: "RLOO": only GRPO and PPO are estimated']
    assert "algorithm" not in other.arguments


@pytest.mark.parametrize(
    ("question", "tool", "each"),
    [
        ("MI300X or H100 for serving Llama 3 8B, $ per M tokens", "infer_cost", [{"gpu": "MI300X"}, {"gpu": "H100"}]),
        ("train GPT-3 or BLOOM, cost?", "train_cost", [{"params": "GPT-3"}, {"params": "BLOOM"}]),
        ("8 H100 at $2 vs 16 A100 at $1: cost to train a 7B on 1T tokens", "train_cost",
         [{"gpu": "H100", "gpus": 8, "price_per_gpu_hour": 2}, {"gpu": "A100", "gpus": 16, "price_per_gpu_hour": 1}]),
        ("is an A10 slower than a 3090 for a 7B in int4, single user?", "infer_throughput", [{"gpu": "A10"}, {"gpu": "RTX 3090"}]),
        ("A100和H100训练GPT-3,哪个更便宜", "train_cost", [{"gpu": "A100"}, {"gpu": "H100"}]),
        ("CO2 of training a 13B on 1T tokens, norway vs germany", "energy_use", [{"grid": "Norway"}, {"grid": "Germany"}]),
        ("is spot cheaper than on demand for an H100, per hour?", "gpu_price", [{"term": "spot"}, {"term": "on_demand"}]),
        ("what do we save training a 7B on 1T tokens in fp8 instead of bf16 on H100", "train_cost", [{"precision": "fp8"}, {"precision": "bf16"}]),
        ("llama 3.3 70b on groq or on together for 5M tokens in and 1M out, cost?", "api_cost", [{"provider": "groq"}, {"provider": "together"}]),
        ("deepseek v3.2 vs gpt-5-mini for 30M in and 5M out, cost?", "api_cost", [{"model": "DeepSeek-V3.2"}, {"model": "gpt-5-mini"}]),
        ("lora or full fine tuning of llama 3.1 8b on 20M tokens, cost?", "finetune_cost", [{"method": "lora"}, {"method": "full"}]),
    ],
)  # fmt: skip
def test_what_is_compared_is_answered_for_each(question: str, tool: str, each: list[dict[str, object]]) -> None:
    found = reader.read(question)
    assert found.tool == tool, found
    said = [found.arguments, *found.others]
    assert [{name: one[name] for name in wanted} for wanted, one in zip(each, said, strict=True)] == each
    assert len({frozenset(one) for one in said}) == 1


@pytest.mark.parametrize(
    ("question", "argument", "value", "note"),
    [
        ("cost to train a 7B on 1T tokens with 3 nodes of 8 H100", "gpus", 24, "x 8"),
        ("tokens/s of DeepSeek-R1 on two 8-GPU nodes of H100", "gpus", 16, "two x 8"),
        ("400 users, 5 messages a day each, 1k in 200 out, gpt-4o-mini", "requests", 60833, "400 users x 5 messages a day"),
        ("tokens per second of llama 70B on 4 H100", "params", "Llama 3.3 70B", "the newest of that size"),
    ],
)
def test_what_is_worked_out_or_taken_is_said(question: str, argument: str, value: object, note: str) -> None:
    found = reader.read(question)
    assert found.arguments.get(argument) == value, found
    assert any(note in one for one in found.notes), found.notes


def test_the_makers_own_price_needs_no_name() -> None:
    found = reader.read("is gpt-4.1 cheaper on azure than from openai, 20M tokens in and 4M out")
    assert [one.get("provider") for one in (found.arguments, *found.others)] == ["azure", None], found


@pytest.mark.parametrize(
    ("question", "tool", "arguments"),
    [
        ("96 H100 from the start, 16 B200 more in month 7, all rented, 24 months. what do we pay each month", "fleet_cost",
         {"fleet": "96 H100; 16 B200 from 7", "months_used": 24, "way": "rent"}),
        ("distill deepseek r1 into qwen3 8b, 50k prompts, R1's answers have 3k tokens. cost?", "distill_cost",
         {"teacher": "DeepSeek-R1", "params": "Qwen3 8B", "prompts": 50_000}),
        ("can 8 A100 80GB do a full finetune of a 13B? lora is not an option", "memory_fit", {"use": "training", "gpus": 8}),
        ("3 3090s at home, 30 cents per kWh: what does the electricity come to a month?", "energy_use", {"hours": 730, "gpus": 3}),
        ("llama 3.3 70b awq with q8 kv cache and 16384 context on 2 A6000, does it fit", "memory_fit", {"kv_precision": "q8_0"}),
        ("租 16 张 H100 用三个星期要花多少钱?", "rent_cost", {"hours": 504, "gpus": 16}),
        ("Wie viel kWh braucht Llama 3.3 70B auf H100 für eine Milliarde Ausgabetoken?", "energy_use", {"tokens": 1e9, "work": "serving"}),
        ("how often should we save checkpoints on 1024 H100 in a 30 day run", "goodput", {"gpus": 1024, "days": 30}),
    ],
)  # fmt: skip
def test_what_is_named_finds_its_place(question: str, tool: str, arguments: dict[str, Any]) -> None:
    found = reader.read(question)
    assert (found.tool, found.asks) == (tool, []), found
    assert {name: found.arguments.get(name) for name in arguments} == arguments


@pytest.mark.parametrize(
    ("question", "tool", "unused"),
    [
        ("transcribe 900 hours with whisper large-v3 on an L4, cost? half of them are in danish", "speech_cost", "half"),
        ("we pay openai for gpt-4o-mini (azure was a pain), 90k requests a day with 800 in and 200 out. llama 3.1 8b on our own L4s, cheaper?",
         "self_host_or_api", "azure"),
    ],
)  # fmt: skip
def test_an_aside_is_named_and_stops_no_answer(question: str, tool: str, unused: str) -> None:
    found = reader.read(question)
    assert (found.tool, found.asks) == (tool, []), found
    assert unused in found.not_used


@pytest.mark.parametrize(
    ("question", "code", "rate"),
    [
        ("the answer was $71,000, treasury wants it in pounds, 0.78 pounds per dollar", "GBP", 0.78),
        ("260k usd in danish kroner, take 6.9 kroner to the dollar", "DKK", 6.9),
        ("$5,100 in euros at 0.9", "EUR", 0.9),
    ],
)
def test_an_amount_in_another_currency_is_converted_at_the_rate_that_is_given(question: str, code: str, rate: float) -> None:
    found = reader.read(question)
    assert (found.tool, found.arguments["currency_code"], found.arguments["exchange_rate"]) == ("in_currency", code, rate), found


def test_a_currency_that_several_countries_have_is_asked_for() -> None:
    assert reader.read("$5,100 in pesos at 20.1").asks


@pytest.mark.parametrize(
    ("question", "arguments"),
    [
        ("we get claims: 700 of them a month at 9k tokens in and 400 out, gpt-4.1, cost?", {"requests": 700, "input_tokens": 9000}),
        ("gpt-4o, 5,000 calls with 8k tokens in, 6k of these cached, 300 out", {"cached_tokens": 6000, "input_tokens": 8000}),
        ("30,000 letters a quarter through gpt-4.1 mini, 900 tokens in and 200 out, cost?", {"requests": 30_000}),
        ("claude sonnet 4.5, one call of 30k tokens, 25k of them written to the 5 minute cache, 500 out", {"cache_writes": 25_000}),
    ],
)
def test_what_is_said_of_them_is_counted_as_they_are(question: str, arguments: dict[str, Any]) -> None:
    found = reader.read(question)
    assert (found.tool, found.asks) == ("api_cost", []), found
    assert {name: found.arguments.get(name) for name in arguments} == arguments


@pytest.mark.parametrize(
    ("question", "unused"),
    [
        ("does qwen3 32b in q4_k_m fit on a 4090? the power supply has 850w", "850w"),
        ("gpt-4.1 on 7,000 reports with 5k tokens in and 700 out, cost? the agency quoted us 9k eur", "9k"),
        ("what would fireworks charge for lora tuning of llama 3.3 70b on 30M tokens? my boss thinks its thousands", "thousands"),
    ],
)
def test_an_amount_that_nothing_takes_is_named_and_stops_no_answer(question: str, unused: str) -> None:
    found = reader.read(question)
    assert found.tool, found
    assert found.asks == []
    assert unused in found.not_used


def test_a_guess_of_the_speed_is_none_that_is_asked_for() -> None:
    found = reader.read("llama 3.3 70b in q4_k_m on two 3090s, is that 5 tok/s or rather 20?")
    assert found.tool == "infer_throughput", found
    assert "min_tokens_per_second" not in found.arguments


def test_a_count_that_is_said_again_is_the_same() -> None:
    found = reader.read("our 1.3B does 410k tok/s on 8 H100s, what will 200B tokens cost on the same 8")
    assert (found.tool, found.arguments["gpus"], found.arguments["tokens_per_second"]) == ("train_cost", 8, 410_000), found


def test_training_that_goes_on_is_fine_tuning() -> None:
    assert reader.read("continued training of Llama 3.1 70B on 5B tokens of text with H200, what does it cost").tool == "finetune_cost"


def test_half_an_acre_is_no_accelerator() -> None:
    assert "acer" not in " ".join(reader.read("what does half an acre cost a year").asks).casefold()


def test_things_that_are_counted_are_requests_and_their_name_is_not_used() -> None:
    found = reader.read("gpt-4o-mini for 20k short tweets, 300 in 50 out")
    assert (found.tool, found.arguments["requests"], found.not_used) == ("api_cost", 20_000, ["tweets"])


@pytest.mark.parametrize(
    ("name", "count", "least"),
    [
        ("people", 167, 163), ("traps", 28, 28), ("third", 273, 264), ("seventh", 1340, 1155), ("eighth", 282, 268), ("ninth", 687, 678),
        ("tenth", 520, 467), ("eleventh", 260, 252), ("twelfth", 583, 553), ("thirteenth", 473, 460),
    ],
)  # fmt: skip
def test_the_shipped_questions_of_people_and_the_traps_are_read_as_they_are_meant(name: str, count: int, least: int) -> None:
    scores = evals.run([one for one in evals.question_sets() if one.set == name], Offline)
    assert len(scores) == count
    assert sum(one.exact for one in scores) >= least, [(one.question, one.got) for one in scores if not one.exact]


def test_words_that_are_not_used_stand_in_the_answer_and_its_data() -> None:
    reply = Offline().ask("cost to train a 7B on 1T curated tokens with H100 in Norway", Silent())
    assert "Not used of the question: norway, curated." in reply.answer
    assert reply.as_dict()["not_used"] == ["norway", "curated"]
    plain = Offline().ask("cost to train a 7B on 1T tokens with H100", Silent())
    assert "Not used" not in plain.answer
    assert plain.as_dict()["not_used"] == []


def test_a_comparison_is_one_answer_with_every_call() -> None:
    reply = Offline().ask("A100 or H100 for training GPT-3, what does it cost?", Silent())
    assert [call.arguments["gpu"] for call in reply.calls] == ["A100", "H100"]
    assert "  A100: $" in reply.answer
    assert len(reply.as_dict()["calls"]) == 2


def test_of_things_compared_one_that_has_no_answer_says_why() -> None:
    reply = Offline().ask("tokens per second of Llama 3 70B in bf16 on one RTX 4090 or one MI300X", Silent())
    assert len(reply.calls) == 1
    assert "RTX 4090" in reply.answer


@pytest.mark.parametrize(
    ("question", "tool", "arguments"),
    [
        ("what does serving mixtral 8x7b to 10000 users cost per month", "serving_cost", {"users_per_day": 10_000}),
        ("serve llama 3.1 70b to 500 concurrent users, cost per month", "serving_cost", {"peak_to_average": 1}),
        ("serve llama 3.1 70b to 20 people at the same time, cost per month", "serving_cost", {"peak_to_average": 1}),
        ("how much is 1 hour of a p4d.24xlarge", "rent_cost", {"hours": 1}),
        ("will H100 get cheaper next year", "price_path", {"months": 12}),
        ("what do 8 H200 cost per hour", "rent_cost", {"gpus": 8, "hours": 1}),
        ("how much co2 does training a 70B on 2T tokens emit in France", "energy_use", {"work": "training", "grid": "France"}),
        ("kWh per million tokens llama 70b h100", "energy_use", {"work": "serving", "tokens": 1e6}),
        ("train 7B 2T H100 at $1.8 per hour 50% MFU", "train_cost", {"tokens": 2e12, "utilization": 0.5, "price_per_gpu_hour": 1.8}),
        ("GRPO on Qwen3 8B, 200 steps, 64 prompts per step, 8 samples, 2000 response tokens, 8 H100", "rl_cost", {"steps": 200}),
        ("what does a 100 MW data center of GB200 cost", "cluster_capex", {"mw": 100, "gpu": "GB200"}),
        ("total cost of ownership of 16 B200 for 3 years", "rent_or_own", {"gpus": 16, "months_used": 36}),
        ("MFU of a 70B on 512 H100", "step_utilization", {"gpus": 512}),
        ("llama 3.1 8b on L4 running 24/7 cost per million tokens", "infer_cost", {"load": 1}),
    ],
)
def test_every_word_that_changes_the_answer_is_used(question: str, tool: str, arguments: dict[str, Any]) -> None:
    found = reader.read(question)
    assert is_meant(found, tool), found
    assert found.not_used == []
    assert {name: found.arguments.get(name) for name in arguments} == arguments


def test_a_second_question_is_asked_about_or_answered_in_a_note() -> None:
    both = reader.read("train llama 3.1 8b on 64 h100, cost and time?")
    assert is_meant(both, "train_cost")
    assert is_meant(both, "train_days") or any("days" in note for note in both.notes)
    assert any("lowest quote" in note for note in reader.read("cheapest H100 cloud right now").notes)
    assert reader.read("price of an H100").notes == []


def test_a_hosted_model_that_nobody_tunes_is_not_taken_for_another() -> None:
    found = reader.read("cost to fine tune gpt-4o-mini on 2M tokens")
    assert found.asks == ["No price for tuning gpt-4o-mini is known, and its size is not published, so that none can be worked out."]


@pytest.mark.parametrize(
    ("question", "gpus"),
    [
        ("qwen3 8b on a 4090, cost per million tokens", 1), ("speed of llama 3.1 8b with one H100", 1), ("mistral 7b on my 3090, how fast", 1),
        ("lora on llama 3.1 8b with 2M tokens on an A100, cost?", 1), ("train 350M on 7B tokens on a 4090, how long", 1),
        ("llama 3.1 70b on an H100 server, cost per million tokens", None), ("llama 3.1 70b on my 3090s, how fast", None),
        ("what would GPT-3 cost to train on an A100?", None), ("qwen3 8b on 2 4090, how fast", 2),
    ],
)  # fmt: skip
def test_one_card_is_one(question: str, gpus: int | None) -> None:
    """But "an A100" to train from scratch on is a kind of card, and a server has as many as nobody said."""
    found = reader.read(question)
    assert found.tool or found.asks[0].startswith("Which is wanted"), found
    assert found.arguments.get("gpus") == gpus


@pytest.mark.parametrize("where", ["locally on a 4090", "at home on a 4090", "on my 3090", "on my own 3090"])
def test_a_card_at_home_is_priced_as_a_rented_one_only_where_that_is_said(where: str) -> None:
    """Without a price per hour it costs its electricity, or what is wanted is asked, or the words stand among those not used."""
    found = reader.read(f"what does it cost to run qwen3 8b {where}")
    assert found.tool in ("energy_use", "") or where.removeprefix("on ") in found.not_used, found
    assert found.tool or found.asks[0].startswith("Which is wanted")
    rented = reader.read(f"what does it cost to run qwen3 8b {where} at $0.4/hour")
    assert rented.arguments["price_per_gpu_hour"] == 0.4
    assert rented.tool == "infer_cost" or (rented.asks and not rented.tool), rented


@pytest.mark.parametrize(
    ("question", "tool", "arguments"),
    [
        ("cost per image with SDXL on an L40S", "image_cost", {"images": 1}),
        ("8 H100 at 70% use for 3 years: buy or rent?", "rent_or_own", {"load": 0.7, "months_used": 36}),
        ("we use 16 H100 55% of the time, rent or buy them?", "rent_or_own", {"load": 0.55, "gpus": 16}),
        ("what is the default PUE?", "assumption", {"name": "pue"}),
        ("what cost of capital do you assume by default", "assumption", {"name": "cost_of_capital"}),
        ("energy of 8 H100 for a month at full load", "energy_use", {"load": 1, "hours": 730}),
        ("27B; layers 64; kv_heads 4: memory at 32k context?", "memory_needed", {"params": "27B; layers 64; kv_heads 4", "context": 32000}),
        ("13B, 40 layers, 40 heads, hidden 5120 on an A100 with 8k context, does it fit", "memory_fit", {"gpu": "A100", "context": 8000}),
        ("llama 3.1 8b for 400 concurrent users on H100, monthly cost", "serving_cost", {"peak_to_average": 1}),
    ],
)
def test_such_questions_end_in_an_answer(question: str, tool: str, arguments: dict[str, Any]) -> None:
    found = reader.read(question)
    assert (found.tool, found.asks) == (tool, []), found
    assert {name: found.arguments.get(name) for name in arguments} == arguments


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("100 A100 hours, and is spot cheaper?", "Which term: spot or on_demand?"),
        ("electricity of 16 A100 for a month in Atlantis", "I know no electricity of Atlantis"),
        ("what does it cost to run qwen3 8b locally", "Which accelerator"),
    ],
)
def test_what_would_be_dropped_is_asked_about(question: str, says: str) -> None:
    found = reader.read(question)
    assert found.tool == ""
    assert says.casefold() in " ".join(found.asks).casefold()


def test_money_alone_is_no_question_about_compute() -> None:
    assert reader.read("how long does $20M last?").declined
