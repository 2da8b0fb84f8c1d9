"""The offline reader on what no estimate covers and on words that it does not know: a question back, never another question's answer."""

from __future__ import annotations

import pytest

from compute_cost import registry
from compute_cost_tools import reader
from compute_cost_tools.offline import Offline
from compute_cost_tools.reading.phrases import load
from compute_cost_tools.reply import Silent

TUNING = ("finetune_cost", "finetune_gpu_hours", "dpo_cost", "dpo_gpu_hours", "distill_cost")
# What is asked for such work alone, or of names; "How many training tokens?" would be of a run from scratch.
ASKED = (
    "For reinforcement learning: ",
    "Direct preference optimization costs",
    "Distillation costs",
    "Which model is the teacher",
    "How many steps",
    "Fine-tuned how",
    "On how many tokens",
    "response_tokens: ",
    "tokens_per_pair: ",
    "I do not know",
    "Which is wanted",
)


@pytest.mark.parametrize(
    "question",
    [
        "What did DeepSeek R1's RL training cost?",
        "What does GRPO on a 7B model cost with 8 H100?",
        "how long does PPO take for a 7B on 8 H100 with 1B tokens",
        "DPO training of Llama 2 7B on 1B tokens, cost?",
        "RLVR on Qwen2.5 32B: how many GPU hours with 100B tokens?",
        "post-training cost of Llama 3 70B",
        "train a 7B with human feedback on 1B tokens: cost",
        "energy of RL on a 32B over 1T tokens with H100",
        "how much memory does GRPO on a 7B take?",
        "knowledge distillation from Llama 3.1 405B into an 8B: gpu hours with 1T tokens",
        "QLoRA Llama 3 8B on a 4090 cost",
        "LoRA on Llama 2 70B with 8 H100: how many GPU hours?",
        "cost to SFT a 7B on 1B tokens",
        "what does instruction tuning Llama 3.1 8B on 500M tokens cost",
        "price of fine tunning Llama 3 8B on 1B tokens",
        "a 13B fine-tuned on 2B tokens: what was the bill on A100?",
        "cheapest gpu to fine-tune Llama 3 8B",
        "gpus needed to fine-tune Llama 3 70B in 3 days",
        "what throughput does LoRA fine-tuning Llama 2 70B reach on 8 H100",
        "project cost of finetuning a 70B on 10B tokens",
        "what must we raise to fine-tune a 70B on 10B tokens",
        "how many tokens was Llama 2 fine-tuned on",
        "用强化学习训练DeepSeek-R1花了多少钱",
        "微调Llama 3 8B 10亿token要多少钱",
        "蒸馏一个7B模型 100B token要多少钱",
        "后训练Qwen2.5 72B要多少卡时, 1万亿token",
        "对Llama 2 7B做SFT要多久, 8张A100, 1B token",
        "RLHF训练70B模型要多少张H100,30天,1B token",
    ],
)
def test_tuning_and_reinforcement_are_not_priced_as_pretraining(question: str) -> None:
    found = reader.read(question)
    assert found.tool in TUNING or (not found.tool and found.asks and found.asks[0].startswith(ASKED)), found
    assert not any("training a model once" in one or "training run" in one for one in found.asks), found.asks


@pytest.mark.parametrize(
    ("question", "tool", "arguments"),
    [
        ("cost to SFT a 7B on 1B tokens", "finetune_cost", {"params": 7e9, "tokens": 1e9}),
        (
            "what does it cost to fine-tune Llama 3 8B with QLoRA on 50,000 examples of 500 tokens for 3 epochs on one H100",
            "finetune_cost",
            {
                "params": "Llama 3 8B",
                "method": "qlora",
                "examples": 50000,
                "tokens_per_example": 500,
                "epochs": 3,
                "gpu": "H100",
                "gpus": 1,
            },
        ),
        (
            "How many GPU-hours does a full fine-tune of Llama 2 7B on 20k samples take?",
            "finetune_gpu_hours",
            {"params": "Llama 2 7B", "method": "full", "examples": 20000},
        ),
        (
            "how much does it cost to LoRA fine-tune Llama 3.1 8B on 10M tokens with an H100",
            "finetune_cost",
            {"params": "Llama 3.1 8B", "tokens": 1e7, "gpu": "H100", "method": "lora", "gpus": 1},
        ),
        (
            "GPU hours of full fine-tuning a 7B on 50M tokens on 8 H100",
            "finetune_gpu_hours",
            {"params": 7e9, "tokens": 5e7, "gpu": "H100", "gpus": 8, "method": "full"},
        ),
    ],
)
def test_fine_tuning_finds_its_estimate(question: str, tool: str, arguments: dict[str, object]) -> None:
    found = reader.read(question)
    assert (found.tool, found.asks, found.arguments) == (tool, [], arguments)


def test_reinforcement_learning_is_asked_what_it_needs() -> None:
    reply = Offline().ask("What did DeepSeek R1's RL training cost?", Silent())
    assert "For reinforcement learning: how many steps, prompts a step, answers to a prompt and tokens an answer" in reply.answer
    assert not reply.calls


@pytest.mark.parametrize(
    ("question", "estimate", "tokens"),
    [
        ("how much for continued pretraining of Llama 3.1 8B on 100B tokens", "finetune_cost", 100e9),
        ("cost to train a 7B further on 50B tokens, from a checkpoint", "train_cost", 50e9),
        ("继续预训练Llama 3 8B,1000亿token,多少钱", "finetune_cost", 100e9),
    ],
)
def test_further_training_is_a_run_on_the_tokens_that_are_said(question: str, estimate: str, tokens: float) -> None:
    found = reader.read(question)
    assert (found.tool, found.arguments["tokens"]) == (estimate, tokens)


def test_further_training_without_tokens_is_asked_about() -> None:
    found = reader.read("how much for continued pretraining of Llama 3.1 8B")
    assert found.tool == ""
    assert found.asks


@pytest.mark.parametrize(
    ("question", "tool", "arguments"),
    [
        ("memory to LoRA fine-tune Llama 2 13B", "memory_needed", {"params": "Llama 2 13B", "use": "lora"}),
        ("QLoRA 70B on a 4090, does it fit?", "memory_fit", {"params": 70e9, "gpu": "RTX 4090", "use": "qlora"}),
        ("full fine-tuning a 7B, how many A100?", "memory_fit", {"params": 7e9, "gpu": "A100", "use": "training"}),
        ("LoRA微调Llama 2 7B需要多少显存", "memory_needed", {"params": "Llama 2 7B", "use": "lora"}),
        ("memory to pretrain a 7B", "memory_needed", {"params": 7e9, "use": "training"}),
        ("cost per million tokens to serve our fine-tuned Llama 3 8B on an L4", "infer_cost", {"params": "Llama 3 8B", "gpu": "L4", "gpus": 1}),
        ("reserve 12 months of H100 for RLHF but use 5", "reserve_or_rent", {"gpu": "H100", "months_reserved": 12, "months_used": 5}),
    ],
)  # fmt: skip
def test_what_stays_the_same_for_a_tuned_model_is_answered(question: str, tool: str, arguments: dict[str, object]) -> None:
    found = reader.read(question)
    assert (found.tool, found.arguments) == (tool, arguments), found


def test_how_a_model_is_tuned_is_asked_where_its_words_do_not_tell() -> None:
    found = reader.read("8块32G的V100能不能全量微调7B")
    assert found.tool == ""
    assert found.asks == ["Fine-tuned how: lora, qlora or in full (training)?"]
    assert (found.arguments["gpu"], found.arguments["gpus"], found.arguments["params"]) == ("V100", 8, 7e9)


def test_no_idea_beyond_reaches_an_estimate_of_training() -> None:
    open_to = {name for subjects in load("meaning")["beyond"].values() for name in subjects}
    allowed = {estimate for subject in open_to for estimate in load("meaning")["subjects"][subject]}
    assert not [name for name in allowed if name.startswith("train_")]
    assert allowed.isdisjoint(
        {"project_cost", "cheapest_gpu", "gpus_needed", "compute_optimal", "raise_needed", "data_limit", "model_fact"}
    )


@pytest.mark.parametrize(
    "question",
    [
        "how fast does gpt-oss-120b run on one RTX PRO 6000 for a single user",
        "how fast is Llama 3.1 8B on my 4090",
        "tokens per second of Llama 3 70B on 2 H100, one user",
        "throughput for a single stream of Mistral 7B on A100",
        "Mac Studio M3 Ultra on Qwen3 30B A3B 4 bit: tokens/s for one person?",
        "what speed does Llama 3 8B reach on an L4 if nobody else uses it",
        "tok/s of Llama 2 13B on a 3090 at home",
        "what's tok/s of Qwen2.5 7B at batch size one on an A100",
        "单路Qwen2.5 32B在A100上每秒多少token",
        "一个用户用4090跑Llama 3 8B,每秒多少token",
    ],
)
def test_one_user_is_a_batch_of_one(question: str) -> None:
    found = reader.read(question)
    assert found.tool == "infer_throughput", found
    assert found.arguments["batch"] == 1
    assert "gpu" in found.arguments


@pytest.mark.parametrize(
    ("question", "batch"),
    [
        ("how fast is Llama 3 8B on my L4 with 8 users", 8),
        ("speed of Llama 3 8B on L4 for 5 people", 5),
        ("how fast does Llama 3.1 8B run on a 4090?", 1),
        ("Llama 3.1 8B on a 4090 at 30 tokens/s each: throughput?", None),
        ("how fast does Llama 3.1 8B run on an L40S?", None),
        ("what throughput do our 8 H100s give for Llama 3 70B", None),
    ],
)
def test_a_batch_is_read_only_where_it_is_said(question: str, batch: float | None) -> None:
    found = reader.read(question)
    assert found.tool == "infer_throughput", found
    assert found.arguments.get("batch") == batch


@pytest.mark.parametrize(
    "question",
    [
        "how fast is Llama 3 8B on my own machine?",
        "tokens per second of Mistral 7B on my PC",
        "how many tokens per second does a DGX Spark give for gpt-oss-120b?",
    ],
)
def test_an_unnamed_machine_is_asked_about(question: str) -> None:
    found = reader.read(question)
    assert found.tool == ""
    assert found.asks


def test_a_user_without_a_place_is_named() -> None:
    found = reader.read("cost per million tokens of Llama 3 8B on L4 for one user")
    assert found.tool == "infer_cost"
    assert found.not_used == ["one user"]


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("does a quantized Llama 3 70B fit on a 4090?", "which number format"),
        ("量化的70B要多少显存", "which number format"),
        ("Llama 3 70B exl2 on 2 3090, does it fit", "I do not know exl2"),
        ("memory of Llama 3 8B in int4_g128", "I do not know int4_g128"),
        ("memory of Llama 3 70B in 7-bit", "7-bit"),
        ("8位KV缓存,70B要多少显存", "What does 8 stand for"),
        ("memory of Llama 3 70B with an 8-bit KV cache", "For a context of how many tokens?"),
        ("Llama 3 70B in fp8, how much memory for the KV cache at 32k context", "of the weights or of the cache"),
        ("gpt-4o for 1M input tokens and 200k output tokens, cached: cost?", "how much of the input"),
    ],
)
def test_a_format_that_is_not_known_is_asked_about(question: str, asks: str) -> None:
    found = reader.read(question)
    assert found.tool == ""
    assert any(asks in one for one in found.asks), found.asks


@pytest.mark.parametrize(
    ("question", "precision"),
    [
        ("does a 4-bit GPTQ of Llama 3.1 70B fit on one A100 80GB?", "gptq"),
        ("can I run Llama 3.3 70B Q4_K_M on a 24GB 4090?", "q4_k_m"),
        ("does Llama 3.1 8B at Q8_0 fit on T4?", "q8_0"),
        ("memory of a 70B in NF4", "nf4"),
        ("cost per million tokens of Llama 3 8B in W4A16 on an L4", "w4a16"),
        ("does Llama 3.1 70B GPTQ fit on one A100 80GB?", "gptq"),
        ("memory of Llama 3 70B AWQ", "awq"),
        ("memory of Llama 3 70B quantized to 8 bits", "8bit"),
        ("32B模型4bit量化后一张3090放得下吗", "4bit"),
        ("memory of Llama 3 8B at Q4", "4bit"),
    ],
)
def test_a_format_that_is_said_is_used(question: str, precision: str) -> None:
    found = reader.read(question)
    assert found.tool
    assert found.arguments["precision"] == precision


@pytest.mark.parametrize(
    ("question", "arguments"),
    [
        ("memory of meta-llama/Llama-3.1-8B-Instruct", {"params": "Llama 3.1 8B"}),
        ("how much memory does unsloth/Llama-3.1-8B-Instruct-bnb-4bit take?", {"params": "unsloth/Llama-3.1-8B-Instruct-bnb-4bit"}),
        ("what does llama3.1:8b need in memory?", {"params": "Llama 3.1 8B"}),
        ("how many NVIDIA H100 80GB HBM3 do I need to serve DeepSeek-V3?", {"gpu": "H100 SXM 80GB", "params": "DeepSeek-V3"}),
        ("cost to train Llama 3 70B on AMD Instinct MI300X", {"gpu": "MI300X"}),
        ("cost to train Llama 3 8B on p5.48xlarge", {"gpu": "p5.48xlarge"}),
        ("cost to train Llama 3 8B on 8xH100", {"gpu": "H100", "gpus": 8}),
        ("Price check: Llama 3.1 70B training, H100, $2.2/hr", {"params": "Llama 3.1 70B", "gpu": "H100"}),
    ],
)
def test_a_name_is_read_as_hubs_drivers_and_providers_write_it(question: str, arguments: dict[str, object]) -> None:
    found = reader.read(question)
    assert found.tool or registry.get("memory_fit").summary.rstrip(".") in found.asks[0], found.asks
    assert {name: found.arguments.get(name) for name in arguments} == arguments


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("WHAT DOES GPT-3 COST TO TRAIN ON ASCEND", "ASCEND"),
        ("does Llama 3 70B fit on a Jetson", "Jetson"),
        ("用昇腾训练GPT-3要多少钱", "昇腾"),
        ("cost to train dolly 12b on 1T tokens", "dolly"),
        ("memory of yi 34b", "yi"),
        ("what does GPT-3 cost to train with FSDP", "FSDP"),
    ],
)
def test_an_unknown_name_is_asked_about(question: str, word: str) -> None:
    found = reader.read(question)
    assert found.tool == ""
    assert found.asks == [f'I do not know "{word}". Ask again without it if it changes nothing.']


@pytest.mark.parametrize(
    ("question", "chip"),
    [
        ("cost to train 7B on 1T tokens with a Groq LPU", "Groq LPU"),
        ("cost to train 7B on 1T tokens on cerebras", "Cerebras WSE-3"),
        ("How fast is Llama 3.1 8B on Cerebras WSE-3?", "Cerebras WSE-3"),
        ("rent price of a SambaNova SN40L", "SambaNova SN40L"),
    ],
)
def test_a_chip_that_is_not_estimated_is_named_with_the_reason(question: str, chip: str) -> None:
    found = reader.read(question)
    assert found.tool == ""
    assert f"{chip} is not estimated: " in found.asks[0]
    assert found.arguments.get("gpu") is None


def test_a_price_of_an_unknown_chip_is_asked_about() -> None:
    assert reader.read("rent price of a Z9000?").asks == ["I do not know Z9000."]


@pytest.mark.parametrize(
    "question",
    [
        "what does GPT-3 cost to train in Norway?",
        "what would it have cost Google to train PaLM on TPU v4",
        "speed of Llama 3 8B on an NVIDIA GeForce RTX 4090",
        "memory of meta-llama/Llama-3.1-8B-Instruct",
        "how much does GPT-3 cost to train on average",
        "Our CFO asks: what does GPT-3 cost to train?",
    ],
)
def test_words_that_change_nothing_do_not_stop_an_answer(question: str) -> None:
    assert reader.read(question).tool


@pytest.mark.parametrize(
    "question",
    [
        "reserve 24, use 10 hours",
        "we reserved 8 GPUs for 24 and need them 12 hours",
        "reserve 24 hours, use 10",
        "sign for 36 hours of H100, need 4",
        "签24,只用10小时,H100",
    ],
)
def test_hours_of_a_reservation_are_no_months(question: str) -> None:
    """They are asked about, and declined where nothing else tells that accelerators are meant."""
    found = reader.read(question)
    assert found.tool == ""
    assert any("is in months" in one for one in found.asks) or found.declined
    assert not any(name.startswith("months") for name in found.arguments)


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("train GPT-3 on 10.000 H100, how many days", "10.000"),
        ("train a 1.500B model on 1T tokens, cost", "1.500B"),
        ("cost to train 7B on 2.000B tokens", "2.000B"),
        ("we have a budget of $10.000, what size model can we train on H100", "$10.000"),
        ("gpt-4o price for 100.000 input tokens and 20 output tokens", "100.000"),
        ("memory of Llama 3 8B at 8.192 context", "8.192"),
        ("how fast is Llama 3 8B on an L4 with 1.024 requests", "1.024"),
        ("训练7B模型,1万亿token,1.024张H100,多少钱", "1.024"),
    ],
)
def test_a_dot_before_three_digits_may_group_thousands(question: str, written: str) -> None:
    found = reader.read(question)
    assert found.tool == ""
    assert any(one.startswith(written) and "group thousands" in one for one in found.asks), found.asks


@pytest.mark.parametrize(
    ("question", "argument", "value"),
    [
        ("cost to train a 7B on 1T tokens with H100 at $2.095 an hour", "price_per_gpu_hour", 2.095),
        ("energy to train GPT-3 with PUE 1.125", "pue", 1.125),
        ("what does a 0.125B model cost to train on 1T tokens", "params", 0.125e9),
        ("train GPT-3 on 10,000 H100, how many days", "gpus", 10000),
        ("what does a 1.5578B model cost to train on 1T tokens", "params", 1.5578e9),
    ],
)
def test_other_decimals_are_read(question: str, argument: str, value: float) -> None:
    found = reader.read(question)
    assert found.arguments[argument] == pytest.approx(value)
    assert not any("group thousands" in one or "stand for" in one for one in found.asks), found.asks
