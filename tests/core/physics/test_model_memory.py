"""What a model holds in memory, part by part against papers and by hand, and on how many chips."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from compute_cost import catalogue
from compute_cost.catalogue.records import Model
from compute_cost.physics.model_memory import (
    Footprint,
    adapter_params,
    bytes_per_chip,
    chips_needed,
    footprint,
    image_activations,
    inference_activations,
    kept_precision,
    kv_cache_bytes,
    training_activations,
    weight_bytes,
)
from compute_cost.physics.shape import Shape, shape_of
from tests.support import model

USES = ("inference", "training", "lora", "qlora")
SIZES = st.one_of(st.sampled_from(catalogue.models().rows), st.floats(min_value=1e8, max_value=1e13).map(Model.of_size))
CONTEXTS = st.integers(min_value=1, max_value=200_000)
BATCHES = st.integers(min_value=1, max_value=64)
LLAMA = model("Llama 2 7B")  # 32 layers of 4,096, 32 heads and KV heads, gated feed-forward part of 11,008, 32,000 words


def shape(name: str) -> Shape:
    return shape_of(model(name))


# Weights


def test_weights_by_hand() -> None:
    assert weight_bytes(Model.of_size(7e9), "bf16") == 14e9
    assert weight_bytes(Model.of_size(7e9), "4.5bpw") == 7e9 * 4.5 / 8
    assert weight_bytes(LLAMA, "fp16") == 2 * 6738415616
    assert weight_bytes(LLAMA, "fp32") == 4 * 6738415616


def test_embedding_and_output_head_stay_wider() -> None:
    """Two matrices of 32,000 x 4,096; one where they are the same; never more than all of the model."""
    kept, bits = 32_000 * 4096, 4.15625
    assert weight_bytes(LLAMA, "int4") == pytest.approx(((6738415616 - 2 * kept) * bits + 2 * kept * 16) / 8)
    tied = model("Llama 2 7B", tied_embeddings=1.0)
    assert weight_bytes(tied, "int4") == pytest.approx(((6738415616 - kept) * bits + kept * 16) / 8)
    assert weight_bytes(model("Llama 2 7B", params=1e8), "int4") == 2e8
    assert weight_bytes(LLAMA, "mlx_4bit") == 6738415616 * 4.5 / 8, "MLX narrows them too"


@pytest.mark.parametrize(
    ("name", "precision", "gigabytes"),
    [
        ("Llama 3 8B", "Q4_K_M", 4.92),  # sizes of published files
        ("Llama 3 8B", "Q8_0", 8.54),
        ("Llama 3 8B", "IQ2_XXS", 2.39),
        ("Llama 3 70B", "Q4_K_M", 42.52),
        ("Llama 3 70B", "Q6_K", 57.89),
        ("Llama 3 70B", "IQ1_S", 15.3),
        ("Llama 3 70B", "Q4_K_L", 43.3),
        ("Llama 2 7B", "Q4_K_M", 6.738 * 4.84 / 8),  # bits of llama.cpp's own older table
        ("Llama 2 13B", "Q5_K_M", 13.016 * 5.67 / 8),
        ("Llama 2 70B", "Q3_K_S", 68.98 * 3.47 / 8),
        ("Llama 3.1 70B", "GPTQ", 39.8),
    ],
)
def test_published_files(name: str, precision: str, gigabytes: float) -> None:
    assert weight_bytes(model(name), format_id(precision)) / 1e9 == pytest.approx(gigabytes, rel=0.015)


def format_id(name: str) -> str:
    found = catalogue.number_format(name)
    assert found
    return found.id


def test_a_size_alone_keeps_a_usual_head() -> None:
    """An 8B keeps 0.48 billion parameters at 16 bits: Llama 3 8B 1.05, Mistral 7B 0.26."""
    usual = 0.22e9 * 8**0.38
    assert weight_bytes(Model.of_size(8e9), "int4") == pytest.approx((8e9 - usual) * 4.15625 / 8 + 2 * usual)
    assert weight_bytes(Model.of_size(1e6), "int4") <= 2e6


# Cache


def test_keys_and_values_of_every_layer() -> None:
    """Llama 2 7B at 4,096 tokens: 2 x 32 layers x 4,096 x 2 bytes x 4,096 = 2 GiB, as llama.cpp logs; 16 requests 32 GiB."""
    assert kv_cache_bytes(shape_of(LLAMA), 4096, 1, "bf16") == 2 * 2**30
    assert kv_cache_bytes(shape_of(LLAMA), 4096, 16, "bf16") == 32 * 2**30


def test_the_format_of_the_cache() -> None:
    """Half in 8 bits; llama.cpp's blocks of 32 values carry their scales: 8.5 and 4.5 bits."""
    sixteen, eight, q8, q4 = (kv_cache_bytes(shape_of(LLAMA), 4096, 1, one) for one in ("fp16", "fp8", "q8_0", "q4_0"))
    assert eight / sixteen == 0.5
    assert q8 / sixteen == 8.5 / 16
    assert q4 / sixteen == 4.5 / 16


def test_windowed_layers_keep_their_window() -> None:
    """gpt-oss-20b: 12 of 24 layers see 128 tokens; 8 KV heads of 64."""
    known, layer = model("gpt-oss-20b"), 2 * 8 * 64 * 2
    assert kv_cache_bytes(shape_of(known), 10_000, 1, "bf16") == layer * 12 * (10_000 + 128)
    assert kv_cache_bytes(shape_of(known), 100, 1, "bf16") == layer * 24 * 100
    linear = model("gpt-oss-20b", window=None)
    assert kv_cache_bytes(shape_of(linear), 10_000, 1, "bf16") == layer * 12 * 10_000, "linear attention keeps no tokens"


def test_an_encoder_keeps_nothing() -> None:
    assert kv_cache_bytes(shape("BERT-Large"), 512, 1, "bf16") == 0


# Activations


def test_activations_of_training_are_those_of_korthikanti() -> None:
    """Korthikanti et al. 2022, table 2: 34 bytes x sequence x batch x width a layer beside the attention scores; with everything
    worked out again 2, and one layer whole. The scores over 32,000 words are 4 bytes each."""
    unit, words = 2048 * 4 * 4096, 4 * 2048 * 4 * 32_000
    assert training_activations(shape_of(LLAMA), 2048, 4, again=False) == 34 * unit * 32 + words
    assert training_activations(shape_of(LLAMA), 2048, 4, again=True) == (2 * 32 + 34) * unit + words


def test_working_again_never_takes_more() -> None:
    one_layer = shape_of(LLAMA)._replace(layers=1)
    assert training_activations(one_layer, 2048, 1, again=True) == training_activations(one_layer, 2048, 1, again=False)


def test_activations_of_inference_are_those_of_the_tokens_read_at_once() -> None:
    """512 tokens at most, 2 bytes for twice the feed-forward part and four times the width; 4 for each word of a request."""
    for context, batch, at_once in ((100, 1, 100), (100, 4, 400), (4096, 1, 512), (4096, 8, 512)):
        found = inference_activations(shape_of(LLAMA), context, batch)
        assert found == at_once * (2 * 11_008 + 4 * 4096) * 2 + batch * 32_000 * 4


def test_an_image_takes_memory_by_its_pixels() -> None:
    """Lambda 2022: 8.9 GB beside the weights for eight images of 512 x 512; of 1,024 x 1,024 each takes four times as much."""
    assert image_activations(model("Stable Diffusion 1.5"), 8) == pytest.approx(8.92e9, rel=0.12)
    assert image_activations(model("SDXL"), 1) == 4 * image_activations(model("Stable Diffusion 1.5"), 1)
    unsized = model("FLUX.1-dev")
    assert unsized.image_side is None
    assert image_activations(unsized, 1) == image_activations(model("Stable Diffusion 1.5"), 1)


# Adapters


def test_adapters_of_llama_2_7b() -> None:
    """Rank 64 on seven matrices of 32 layers: 159,907,840, as peft counts them. Of grouped keys and values less; of Mixtral attention alone."""
    assert catalogue.constant("lora_rank") == 64
    assert adapter_params(LLAMA, shape_of(LLAMA)) == 159_907_840
    seventy = 64 * 80 * (2 * (8192 + 8192) + 2 * (8192 + 1024) + 3 * (8192 + 28672))
    assert adapter_params(model("Llama 2 70B"), shape("Llama 2 70B")) == seventy
    assert adapter_params(model("Mixtral 8x7B"), shape("Mixtral 8x7B")) == 64 * 32 * (2 * (4096 + 4096) + 2 * (4096 + 1024))


# Formats


@pytest.mark.parametrize(
    ("name", "use", "given_precision", "kept"),
    [
        ("Llama 2 7B", "inference", None, "bf16"), ("Llama 2 7B", "inference", "int4", "int4"), ("DeepSeek-V3", "inference", None, "fp8"),
        ("Llama 2 7B", "training", None, "bf16"), ("Llama 2 7B", "training", "fp8", "bf16"), ("DeepSeek-V3", "training", None, "bf16"),
        ("Llama 2 7B", "training", "fp32", "fp32"), ("Llama 2 7B", "training", "tf32", "tf32"), ("Llama 2 7B", "lora", None, "bf16"),
        ("DeepSeek-V3", "lora", None, "bf16"), ("Llama 2 7B", "lora", "int8", "int8"), ("Llama 2 7B", "qlora", None, "nf4"),
        ("Llama 2 7B", "qlora", "bf16", "nf4"), ("Llama 2 7B", "qlora", "int8", "int8"),
    ],
)  # fmt: skip
def test_the_format_that_weights_are_kept_in(name: str, use: str, given_precision: str | None, kept: str) -> None:
    assert kept_precision(model(name), use, given_precision) == kept


# Everything


def parts_of(known: Model, use: str, precision: str | None = None, context: float | None = None, batch: float = 1) -> Footprint:
    return footprint(known, use, precision, context, batch)


def test_adam_takes_16_bytes_a_parameter() -> None:
    """Rajbhandari et al. 2019 (ZeRO), section 3.1: 2 + 2 + 12 in mixed precision; 4 + 4 + 8 in 32 bits."""
    mixed, single = parts_of(Model.of_size(1e9), "training"), parts_of(Model.of_size(1e9), "training", "fp32")
    assert (mixed.weights, mixed.gradients, mixed.optimizer_states) == (2e9, 2e9, 12e9)
    assert (single.weights, single.gradients, single.optimizer_states) == (4e9, 4e9, 8e9)
    assert mixed.states == single.states == mixed.total == 16e9


def test_what_each_use_holds() -> None:
    context = 2048
    inference, training, lora = (parts_of(LLAMA, use, None, context) for use in ("inference", "training", "lora"))
    assert inference.kv_cache == 2**30
    assert inference.gradients == inference.optimizer_states == inference.adapters == 0
    assert inference.activations == inference.activations_kept == inference_activations(shape_of(LLAMA), context, 1)
    assert training.kv_cache == training.adapters == 0
    assert training.activations == training_activations(shape_of(LLAMA), context, 1, again=True)
    assert training.activations_kept == training_activations(shape_of(LLAMA), context, 1, again=False)
    assert lora.adapters == 159_907_840 * 12
    assert lora.gradients == lora.optimizer_states == 0
    assert {one.overhead for one in (inference, training, lora)} == {catalogue.constant("runtime_memory") * 1e9}


def test_without_a_context_only_what_is_always_held() -> None:
    for use in USES:
        found = parts_of(LLAMA, use)
        assert found.total == found.states
    image = parts_of(model("SDXL"), "inference", batch=2)
    assert image.activations == image_activations(model("SDXL"), 2)
    assert image.overhead > 0
    assert parts_of(model("SDXL"), "lora").adapters == 0


# Several chips


def test_inference_splits_every_matrix_or_gives_whole_layers() -> None:
    """Eight chips hold an eighth of 64 heads and 8 KV heads each; three can't, so the fullest has 27 of 80 layers and the output head:
    with 26 on the chips at the ends, which hold embedding and head, one layer would be left over."""
    known = model("Llama 2 70B")
    parts = parts_of(known, "inference", None, 4096)
    fixed, held = parts.activations + parts.overhead, parts.weights + parts.kv_cache
    assert bytes_per_chip(parts, shape_of(known), "inference", 8, 1) == pytest.approx(held / 8 + fixed)
    end = 32000 * 8192 * 2
    layer = (held - 2 * end) / 80
    assert bytes_per_chip(parts, shape_of(known), "inference", 3, 1) == pytest.approx(27 * layer + end + fixed)
    beyond = bytes_per_chip(parts, shape_of(known), "inference", 16, 1)  # copies of KV heads, or five layers of 80
    assert beyond == pytest.approx(min(parts.weights / 16 + parts.kv_cache / 8, 5 * layer + end) + fixed)


def test_training_shards_its_states_and_gathers_a_layer() -> None:
    """ZeRO stage 3: 16 bytes over all chips, and of one of 32 layers an eighth of weights and gradients, as eight chips share it."""
    parts = parts_of(LLAMA, "training")
    assert bytes_per_chip(parts, shape_of(LLAMA), "training", 1, 1) == parts.total
    assert bytes_per_chip(parts, shape_of(LLAMA), "training", 8, 1) == pytest.approx(6738415616 * (16 / 8 + 4 / 32 / 8))


def test_sequences_go_to_different_chips() -> None:
    """Four sequences on eight chips: each is shared by two; one by the eight of a server, and by eight servers at most."""
    parts = parts_of(LLAMA, "training", None, 4096, 4)
    without = parts._replace(activations=0.0)

    def share(chips: float, batch: float) -> float:
        found, states = (bytes_per_chip(one, shape_of(LLAMA), "training", chips, batch) for one in (parts, without))
        return (found - states) / parts.activations

    assert share(8, 4) == pytest.approx(1 / 8)
    assert share(8, 1) == pytest.approx(1 / 8)
    assert share(64, 1) == share(64, 4) == pytest.approx(1 / 64)
    assert share(1024, 1) == pytest.approx(1 / 64)
    assert share(1024, 4) == pytest.approx(1 / 256)
    assert share(64, 1000) == pytest.approx(1 / 64)


@given(SIZES, CONTEXTS, BATCHES, st.sampled_from(USES), st.integers(min_value=1, max_value=300), st.integers(min_value=1, max_value=300))
def test_more_chips_never_need_more_on_each(known: Model, context: int, batch: int, use: str, chips: int, more: int) -> None:
    shape = shape_of(known)
    parts = footprint(known, use, None, context, batch)
    few, many = (bytes_per_chip(parts, shape, use, count, batch) for count in (chips, chips + more))
    assert many <= few * (1 + 1e-12)
    assert few * chips >= (parts.states + parts.kv_cache) * (1 - 1e-9), "something is held nowhere"
    assert bytes_per_chip(parts, shape, use, 1, batch) == pytest.approx(parts.total)


@given(SIZES, st.sampled_from(USES), st.floats(min_value=20e9, max_value=300e9))
def test_the_number_found_is_the_smallest(known: Model, use: str, usable: float) -> None:
    shape = shape_of(known)
    parts = footprint(known, use, None, 2048, 1)
    found = chips_needed(parts, shape, use, 1, usable)
    if found is None:
        assert bytes_per_chip(parts, shape, use, 1e9, 1) > usable
        return
    assert bytes_per_chip(parts, shape, use, found, 1) <= usable
    assert found == 1 or bytes_per_chip(parts, shape, use, found - 1, 1) > usable


def test_the_largest_number_that_is_tried() -> None:
    """Activations of a server's share of one sequence alone exceed the memory: no number helps."""
    parts = parts_of(LLAMA, "training", None, 1e7)
    assert chips_needed(parts, shape_of(LLAMA), "training", 1, 80e9) is None
    assert chips_needed(parts_of(LLAMA, "training"), shape_of(LLAMA), "training", 1, 200e9) == 1
