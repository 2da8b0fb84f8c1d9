"""The mechanism of the serving time, part by part, against figures worked out by hand or published."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.physics.served_model import Served, served
from compute_cost.physics.serving_time import exchange_seconds, serving_constants, serving_time


def chip(name: str) -> Accelerator:
    found = catalogue.accelerators().get(name)
    assert found
    return found


def model(name: str, precision: str) -> Served:
    found = catalogue.models().get(name)
    assert found
    return served(found, found.active, precision)


def test_the_overhead_of_a_mixture_grows_with_the_batch() -> None:
    """Hardly anything for one stream, half at the constant's batch, nearly all where a server is full; nothing if dense."""
    c = serving_constants()
    work = model("Qwen3 30B A3B", "fp8")
    none = c._replace(mixture_layer_seconds=0.0)

    def further(batch: float, work: Served = work) -> float:
        with_, without = (serving_time(work, chip("B200"), 1, 100, 100, batch, constants=one) for one in (c, none))
        assert with_.step - without.step == pytest.approx(with_.overhead - without.overhead)
        return (with_.overhead - without.overhead) / work.layers

    assert further(1) < 0.02 * c.mixture_layer_seconds
    assert further(c.mixture_half_batch) == pytest.approx(c.mixture_layer_seconds / 2)
    assert 0.95 * c.mixture_layer_seconds < further(4000) < c.mixture_layer_seconds
    assert further(4000, model("Llama 3 8B", "fp8")) == 0


@pytest.mark.parametrize(
    ("name", "gpu", "gpus", "precision", "lengths", "batch", "published"),
    [
        ("gpt-oss-20b", "RTX 4090", 1, None, (128, 256), 1, 279.65),  # llama.cpp, geerlingguy/ai-benchmarks, 2025
        ("DeepSeek-R1", "M3 Ultra", 1, "int4", (128, 256), 1, 19.89),  # llama.cpp, the same
        ("DeepSeek-R1", "GB200", 4, "fp4", (1000, 1000), 1, 109.3),  # vLLM, V3.2, vLLM blog of 2026-05-11
        ("Mixtral 8x7B", "A100 40GB", 4, "fp16", (1024, 1024), 1, 98.0),  # vLLM, Argonne LLM-Inference-Bench, 2024
        ("gpt-oss-120b", "B200", 2, None, (400, 1566), 8, 1701.2),  # vLLM, ML.ENERGY 3.0, 2026
        ("Qwen3 30B A3B", "H100", 1, "bf16", (400, 931), 88, 2658.8),  # vLLM, ML.ENERGY 3.0, 2026
    ],
)
def test_mixtures_at_a_given_batch(
    name: str, gpu: str, gpus: float, precision: str | None, lengths: tuple[float, float], batch: float, published: float
) -> None:
    found = compute_cost.infer_throughput(name, gpu, gpus, precision, *lengths, batch)
    assert found.value == pytest.approx(published, rel=0.4)
    assert found.low < published < found.high


def test_a_single_stream_of_a_mixture_says_that_no_row_measures_it() -> None:
    def says(*arguments: Any) -> bool:
        return any("single stream of a mixture" in text for text in compute_cost.infer_throughput(*arguments).warnings)

    assert says("gpt-oss-20b", "RTX 4090", 1, None, 128, 256, 1)
    assert not says("gpt-oss-20b", "RTX 4090", 1, None, 128, 256, 8)
    assert not says("Llama 3 8B", "RTX 4090", 1, "int4", 128, 256, 1)


@pytest.mark.parametrize("gpus", [2, 4, 8])
def test_two_chips_exchange_as_well_as_eight(gpus: int) -> None:
    """Two all-reduces a layer of 16-bit activations, each sending 2 (n - 1) / n of them over NVLink, 450 GB/s one way."""
    work, c = model("Llama 3.3 70B", "fp8"), serving_constants()
    sent = 80 * 2 * 8192 * 2 * 2 * (gpus - 1) / gpus
    assert exchange_seconds(work, chip("H100"), gpus, c) == pytest.approx(c.exchange_traffic * sent / 450e9)
    assert exchange_seconds(work, chip("H100"), 1, c) == 0
    one, more = (serving_time(work, chip("H200"), count, 1000, 1000, 16) for count in (1, gpus))
    assert one.exchange == 0
    assert more.exchange > 160 * c.exchange_seconds


def test_attention_over_a_compressed_cache_is_held_up_by_its_arithmetic() -> None:
    """DeepSeek-V3: 61 layers, 128 heads over a latent of 576, two products of 2 FLOP for each token of the context."""
    c = serving_constants()
    found = serving_time(model("DeepSeek-V3", "fp8"), chip("H200"), 8, 1000, 1000, 256)
    flops = 4 * 61 * 128 * 576 * 1500 * 256
    assert found.cache == pytest.approx(flops / (8 * 989.5e12 * c.attention_efficiency), rel=0.001)


def test_a_window_bounds_what_a_long_input_attends_to() -> None:
    """What a prefill of twice the length takes beyond twice the time is attention alone; windowed layers add none to it."""
    hybrid = model("Gemma 3 27B", "bf16")
    assert 0.5 < hybrid.windowed_share < 1

    def squared(work: Served, tokens: float) -> float:
        once, twice = (serving_time(work, chip("H200"), 1, count, 100, 1).prefill for count in (tokens, 2 * tokens))
        return twice - 2 * once

    full = hybrid._replace(windowed_share=0.0)
    assert squared(hybrid, 8 * hybrid.window) == pytest.approx((1 - hybrid.windowed_share) * squared(full, 8 * hybrid.window))
    assert squared(hybrid, hybrid.window / 2) == pytest.approx(squared(full, hybrid.window / 2))
