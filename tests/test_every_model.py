"""Every model of the catalogue: the caches that others publish, and an answer or a reason from each estimate that takes a model."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.answers.lookup import MODEL_FIELDS
from compute_cost.catalogue.records import Model
from compute_cost.errors import CostError, MissingInput, NoData
from compute_cost.physics.shape import cache_of, shape_of
from compute_cost.result import Result

pytestmark = pytest.mark.live

GIB = 2**30
K = 1024
# Bytes of one sequence's cache in 16 bits. What is published is cited; the rest is worked out by hand from the configuration
# that the model was released with: layers that keep all tokens x 2 x KV heads x head width x 2 bytes, and the windows.
CACHES = [
    ("Llama 3.1 8B", 1, 128 * K),
    ("Llama 3.1 70B", 256 * K, 80 * GIB),  # Jamba 1.5 report (arXiv 2408.12570), table 1
    ("Llama 3.1 405B", 1, 516_096),  # Insights into DeepSeek-V3 (arXiv 2505.09343), table 1
    ("Qwen2.5 72B", 1, 327_680),  # the same table
    ("DeepSeek-V3", 1, 70_272),  # the same table
    ("Jamba v0.1", 256 * K, 4 * GIB),  # Jamba paper (arXiv 2403.19887), table 1
    ("Mixtral 8x7B", 256 * K, 32 * GIB),  # the same table
    ("Jamba 1.5 Large", 256 * K, 9 * GIB),  # Jamba 1.5 report, table 1
    ("Mistral Large 2", 256 * K, 88 * GIB),  # the same table
    ("Mixtral 8x22B", 256 * K, 56 * GIB),  # the same table
    ("gpt-oss-20b", 128 * K, 3.003 * GIB),  # gguf-parser-go, issue 32: 3 GiB and a window of 128
    ("gpt-oss-120b", 128 * K, 18 * 2048 * 128 * K + 18 * 2048 * 128),
    ("DeepSeek-V4-Flash", 2**20, 6.08 * GIB),  # the exact KV cache usage of DeepSeek V4 (provide.ai), with 8-bit index keys
    ("DeepSeek-V4-Pro", 2**20, 8.71 * GIB),  # the same
    ("Gemma 3 27B", 128 * K, 10 * 8192 * 128 * K + 52 * 8192 * K),
    ("Gemma 3 4B", 32 * K, 5 * 4096 * 32 * K + 29 * 4096 * K),
    ("Gemma 4 31B", 128 * K, 10 * 2 * 4 * 512 * 2 * 128 * K + 50 * 2 * 16 * 256 * 2 * K),
    ("Gemma 2 9B", 8 * K, 21 * 8192 * 8 * K + 21 * 8192 * 4 * K),
    ("Llama 4 Scout", 128 * K, 12 * 4096 * 128 * K + 36 * 4096 * 8 * K),
    ("Olmo 3 7B", 64 * K, 8 * 16384 * 64 * K + 24 * 16384 * 4 * K),
    ("Mistral 7B v0.1", 32 * K, 32 * 4096 * 4 * K),  # a rolling buffer (arXiv 2310.06825)
    ("Qwen3-Next 80B-A3B", 256 * K, 12 * 2 * 2 * 256 * 2 * 256 * K),
    ("Qwen3.5 27B", 215_000, 16 * 2 * 4 * 256 * 2 * 215_000),
    ("Kimi-Linear 48B-A3B", 1, 7 * 576 * 2),
    ("Kimi K2 Thinking", 1, 61 * 576 * 2),
    ("Nemotron-H 8B", 1, 4 * 2 * 8 * 128 * 2),
    ("Nemotron 3 Nano 30B-A3B", 1, 6 * 2 * 2 * 128 * 2),
    ("Granite 4.0 H-Small 32B-A9B", 1, 4 * 2 * 8 * 128 * 2),
    ("MiniMax-Text-01", 10_000_000, 10 * 2 * 8 * 128 * 2 * 10_000_000),
    ("MiMo-V2-Flash", 64 * K, 9 * 4 * 320 * 2 * 64 * K + 39 * 8 * 320 * 2 * 128),  # keys of 192 and values of 128
    ("DeepSeek-V3.2", 1, 61 * (576 * 2 + 128)),  # index keys of 128 in 8 bits
    ("LFM2 1.2B", 1, 6 * 2 * 8 * 64 * 2),
    ("Falcon-H1 7B", 1, 44 * 2 * 2 * 128 * 2),
    ("LongCat-Flash 560B", 1, 56 * 576 * 2),  # two latent caches in each of 28 layers
    ("Command R7B", 128 * K, 8 * 4096 * 128 * K + 24 * 4096 * 4 * K),
    ("T5-11B", 512, 24 * 2 * 128 * 128 * 2 * 512),  # a decoder of 24 layers, which keep the encoder's tokens too
    ("Whisper large-v3", 100_000, 32 * 2 * 20 * 64 * 2 * 1948),  # 30 seconds of sound and at most 448 tokens
    ("Mamba 2.8B", 100_000, 0),
    ("Qwen3-Embedding 8B", 100_000, 0),
]


def named(name: str) -> Model:
    found = catalogue.models().get(name)
    assert found is not None
    return found


@pytest.mark.parametrize(("name", "tokens", "size"), CACHES)
def test_the_cache_is_that_of_the_published_configuration(name: str, tokens: float, size: float) -> None:
    assert shape_of(named(name)).cache.bytes_of(tokens, 16) == pytest.approx(size, rel=0.01)


def test_the_cache_of_a_model_is_asked_for_by_its_name() -> None:
    answer = compute_cost.memory_needed("Qwen3-Next-80B-A3B", context=262144)
    assert float(answer.values["kv_cache"].value) == pytest.approx(6.44, rel=0.01)


STATES = [  # elements that recurrent layers keep of a sequence: those of each layer's heads, and what its convolution looks back on
    ("Qwen3-Next 80B-A3B", 36 * (32 * 128 * 128 + 3 * (2 * 16 * 128 + 32 * 128))),  # 32 matrices of 128 x 128 in each of 36 layers
    ("Kimi-Linear 48B-A3B", 20 * 32 * 128 * (128 + 9)),
    ("Nemotron 3 Nano 30B-A3B", 23 * (64 * 64 * 128 + 3 * (64 * 64 + 2 * 8 * 128))),
    ("Mamba 2.8B", 64 * 5120 * (16 + 3)),
    ("LFM2 1.2B", 10 * 2048 * 3),
    ("Falcon-H1 7B", 44 * (24 * 128 * 256 + 3 * (3072 + 2 * 256))),  # beside the attention of each layer
]


@pytest.mark.parametrize(("name", "elements"), STATES)
def test_recurrent_layers_keep_their_state_at_any_context(name: str, elements: int) -> None:
    assert named(name).state_width == elements
    short, long = (compute_cost.memory_needed(name, context=tokens, batch=4) for tokens in (100, 100_000))
    for answer in (short, long):
        assert float(answer.values["recurrent_state"].value) == pytest.approx(4 * elements * 4 / 1e9)
        assert not any("recurrent" in text for text in answer.warnings)


def test_no_model_without_recurrent_layers_has_a_state() -> None:
    for name in ("Llama 3.1 8B", "Gemma 3 27B", "gpt-oss-20b", "Gemma 3n E2B", "DeepSeek-V3"):
        assert float(compute_cost.memory_needed(name, context=10_000).values["recurrent_state"].value) == 0, name


def test_no_layer_keeps_more_than_the_whole_context() -> None:
    for one in catalogue.models().rows:
        if one.layers and one.hidden:
            cache, width = cache_of(one, one.layers, one.hidden), 2 * one.layers * max(one.hidden, (one.heads or 0) * (one.head_dim or 0))
            assert cache.growing + cache.windowed <= 2 * width, one.name
            assert bool(cache.windowed) <= bool(cache.window), one.name


# What each estimate says of each model


ESTIMATES: dict[str, Callable[[str], Result]] = {
    "train_flops": compute_cost.train_flops,
    "train_flops of 1T tokens": lambda name: compute_cost.train_flops(name, "1T"),
    "train_cost": compute_cost.train_cost,
    "train_cost of 1T tokens": lambda name: compute_cost.train_cost(name, "1T"),
    "infer_flops": compute_cost.infer_flops,
    "infer_cost": compute_cost.infer_cost,
    "infer_throughput": compute_cost.infer_throughput,
    "memory_needed": lambda name: compute_cost.memory_needed(name, context=8192),
    "memory_fit": compute_cost.memory_fit,
    **{f"model_fact of {field}": lambda name, field=field: compute_cost.model_fact(name, field) for field in MODEL_FIELDS},  # type: ignore[misc]
}


def refusal(one: Model, estimate: str) -> type[CostError] | None:
    """What an estimate has to answer a model with where it has no number for it."""
    if estimate.startswith("model_fact"):
        column, _ = MODEL_FIELDS[estimate.removeprefix("model_fact of ")]
        return NoData if getattr(one, column) in (None, "") else None
    if estimate.startswith("memory"):
        return None
    if estimate.startswith("infer_flops"):
        return None if one.in_tokens else NoData
    if estimate.startswith("infer"):
        if catalogue.is_closed(one):
            return NoData
        return None if one.id in catalogue.image_models() or one.kind in ("dense", "moe") else NoData
    if not one.in_tokens:
        published = any(run.catalogue_model == one.id and run.flop for run in catalogue.runs())
        return NoData if not published else MissingInput if "cost" in estimate else None
    return None if one.tokens or "1T" in estimate else MissingInput


def outcome(estimate: str, name: str) -> Result | CostError:
    try:
        return ESTIMATES[estimate](name)
    except CostError as error:
        return error


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_every_model_has_an_answer_or_a_reason(estimate: str) -> None:
    for one in catalogue.models().rows:
        answer = outcome(estimate, one.name)
        if reason := refusal(one, estimate):
            assert type(answer) is reason, f"{one.name}: {answer}"
            continue
        assert isinstance(answer, Result), f"{one.name}: {answer}"
        if not estimate.startswith("model_fact"):
            assert 0 < float(answer.value) < 1e30, one.name
            assert answer.warnings is not None


def test_at_least_280_open_models_have_a_shape() -> None:
    shaped = [
        one for one in catalogue.models().rows if one.layers and one.hidden and (shape_of(one).known or one.kind in ("diffusion", "video"))
    ]
    assert len(shaped) >= 450
    assert {one.kind for one in shaped} >= {"dense", "moe", "encoder", "encoder-decoder", "diffusion", "video", "speech"}
    assert {one.attention for one in shaped} >= {"mha", "gqa", "mqa", "mla", "hybrid"}
