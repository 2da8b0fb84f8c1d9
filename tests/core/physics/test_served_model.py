"""What a served model holds and multiplies in: bytes of weights and cache, experts touched, formats."""

from __future__ import annotations

import math

import numpy as np
import pytest

from compute_cost import catalogue
from compute_cost.catalogue.records import Model
from compute_cost.physics.served_model import Served, served, served_format
from tests.support import model


def test_what_draws_read_is_what_numbers_read() -> None:
    for name in ("Gemma 3 27B", "DeepSeek-V3", "Llama 3 8B"):
        model = catalogue.models().get(name)
        assert model
        work = served(model, model.active, "bf16")
        contexts = np.array([100.0, 3000.0, 50000.0])
        assert work.cache_at(contexts) == pytest.approx(np.array([work.cache_at(one) for one in contexts]))  # type: ignore[arg-type]
        assert work.seen(contexts) == pytest.approx(np.array([work.seen(one) for one in contexts]))  # type: ignore[arg-type]


KIB = 1024
EVEN = 1e-9  # the skew of experts that are chosen alike


def work(name: str, precision: str = "bf16") -> Served:
    found = model(name)
    return served(found, found.active, precision)


# Bytes


def test_weights_by_their_bits() -> None:
    """Narrow formats cover the matrices: embedding and output head, 128,256 x 4,096 each, stay in 16 bits, or 5.5 in Q4_K_M."""
    heads = 2 * 128256 * 4096
    rest = 8030261248 - heads
    assert work("Llama 3 8B").weight_bytes == 2 * 8030261248
    assert work("Llama 3 8B", "fp8").weight_bytes == rest + 2 * heads
    assert work("Llama 3 8B", "mxfp4").weight_bytes == pytest.approx(rest * 4.25 / 8 + 2 * heads)
    assert work("Llama 3 8B", "q4_k_m").weight_bytes == pytest.approx((rest * 4.8 + heads * 5.5) / 8)
    assert work("Llama 3 8B", "fp8").unread_bytes == heads, "of one of the two a step reads a few rows"
    assert work("Gemma 3 27B").unread_bytes == 0, "the output head is the embedding table"


@pytest.mark.parametrize(
    ("name", "kib"),
    [
        ("Llama 2 7B", 512),  # llama.cpp logs 2,048 MiB for 4,096 tokens
        ("Llama 3 8B", 128),
        ("Llama 2 70B", 320),
        ("Llama 3.1 405B", 504),
        ("DeepSeek-V3", 61 * 576 * 2 / KIB),  # DeepSeek-V3 report, a latent of 512 + 64 in each of 61 layers: 68.6 KiB
    ],
)
def test_the_cache_of_one_token(name: str, kib: float) -> None:
    assert work(name).cache_at(1) == pytest.approx(kib * KIB)


@pytest.mark.parametrize("precision", ["bf16", "int8", "int4", "fp8", "mxfp8", "fp4", "mxfp4"])
def test_the_cache_is_kept_in_16_bits_whatever_the_weights(precision: str) -> None:
    """As vLLM, SGLang and llama.cpp keep it unless they are told otherwise."""
    found = work("Llama 3 8B", precision)
    assert found.cache_bits == 16
    assert found.cache_at(1) == 2 * 32 * 2048


@pytest.mark.parametrize(("kv_precision", "bits"), [("fp16", 16), ("fp8", 8), ("q8_0", 8.5), ("q4_0", 4.5)])
def test_the_cache_in_another_format(kv_precision: str, bits: float) -> None:
    llama = model("Llama 3 8B")
    assert served(llama, llama.active, "bf16", kv_precision).cache_at(1) == 32 * 2048 * bits / 8


def test_windows_shrink_the_cache() -> None:
    """Gemma 3 27B: 52 of 62 layers keep the last 1,024 tokens; 16 KV heads of 128, keys and values of 2 bytes."""
    hybrid = work("Gemma 3 27B")
    layer = 2 * 16 * 128 * 2
    assert hybrid.cache_at(32768) == pytest.approx(layer * (10 * 32768 + 52 * 1024))
    assert hybrid.cache_at(512) == pytest.approx(layer * 62 * 512), "shorter than the window all is kept"
    assert work("Llama 3 8B").cache_at(1000) == pytest.approx(32 * 2048 * 2 * 1000)


# Experts


def test_the_experts_of_mixtral() -> None:
    """32 layers x 8 experts x 3 matrices of 4,096 x 14,336 are 45.1 of its 46.7 billion parameters; a token uses two of eight."""
    found = work("Mixtral 8x7B")
    assert found.experts_params == pytest.approx(32 * 8 * 3 * 4096 * 14336, rel=0.001)
    assert found.touched_by_one == 2 / 8
    assert found.mixture


def test_a_mixture_reads_more_experts_the_larger_the_batch() -> None:
    found = work("Mixtral 8x7B")
    assert found.expert_bytes == 2 * found.experts_params
    assert found.dense_bytes == found.weight_bytes - found.expert_bytes
    assert found.dense_active == pytest.approx(12.9e9 - found.experts_params / 4)
    assert [found.touched_experts(tokens, EVEN) for tokens in (0, 1, 2)] == pytest.approx([0, 0.25, 1 - 0.75**2], abs=1e-6)
    assert found.touched_experts(1000, EVEN) == pytest.approx(1)
    large = work("DeepSeek-V3", "fp8")
    assert large.touched_experts(1, EVEN) == pytest.approx(8 / 256)
    assert large.touched_experts(32, EVEN) < 0.7


def test_experts_that_are_chosen_unevenly_are_fewer() -> None:
    """Chances spread as an exponential distribution, whose variance is its mean squared: 1 - 0.75 / (1 + ln(4 / 3)) of two tokens."""
    mixtral = work("Mixtral 8x7B")
    assert [mixtral.touched_experts(tokens, 1.0) for tokens in (1, 2)] == pytest.approx([0.25, 1 - 0.75 / (1 + math.log(4 / 3))])
    shares = [mixtral.touched_experts(4, skew) for skew in (EVEN, 0.5, 1.0)]
    assert shares == sorted(shares, reverse=True)
    assert mixtral.touched_experts(1e6, 0.5) == pytest.approx(1)


def test_a_dense_model_has_no_experts_to_read() -> None:
    found = work("Llama 3 8B")
    assert (found.experts_params, found.expert_bytes) == (0, 0)
    assert found.touched_experts(1, EVEN) == found.touched_experts(100, EVEN) == 0
    assert found.dense_bytes == found.weight_bytes


def test_an_unnamed_mixture_is_told_by_its_numbers() -> None:
    """Of 100 billion, 10 active: nine tenths idle for a token. What is not known of it is all taken for experts."""
    found = served(Model.of_size(100e9), 10e9, "bf16")
    assert found.mixture
    assert found.experts_params == 100e9
    assert found.touched_experts(1, EVEN) == pytest.approx(0.1)
    assert found.unread_bytes == 0, "no embedding table apart from them"
    assert not served(Model.of_size(100e9), 90e9, "bf16").mixture


# Shape


def test_scores_are_taken_over_the_latent_where_there_is_one() -> None:
    assert work("DeepSeek-V3").score_width == 128 * 576
    llama = work("Llama 2 70B")
    assert llama.score_width == llama.attention_width == 64 * 128
    assert work("PaLM 540B").attention_width == 48 * 256


def test_the_shape_of_a_stranger() -> None:
    found = served(Model.of_size(175e9), 175e9, "bf16")
    assert found.hidden == pytest.approx(12312, abs=1)
    assert found.layers == pytest.approx(96.2, abs=0.1)
    assert found.attention_width == found.score_width == found.hidden
    width, growth = (float(catalogue.assumption(name).value) for name in ("usual_cache_width", "usual_cache_growth"))
    assert found.cache_at(1) == pytest.approx(width * 175**growth * 2)
    assert served(Model.of_size(1e3), 1e3, "bf16").layers == 2


# Formats


def test_the_format_of_the_weights() -> None:
    assert served_format(model("Llama 3 8B"), None) == "bf16"
    assert served_format(model("Llama 3 8B"), "fp8") == "fp8"
    assert served_format(model("DeepSeek-V3"), None) == "fp8"
    assert served_format(model("DeepSeek-V3"), "bf16") == "bf16"
    assert served_format(model("gpt-oss-20b"), "bf16") == "mxfp4", "4-bit weights hold no more than 4 bits"
