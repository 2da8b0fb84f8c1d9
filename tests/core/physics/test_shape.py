"""The shape of a transformer: the published one, a usual one where there is none, and how many chips can share a layer."""

from __future__ import annotations

import pytest

from compute_cost import catalogue
from compute_cost.catalogue.records import Model
from compute_cost.physics.shape import Cache, Shape, is_mixture, kv_width, largest_split, shape_of, splits_evenly, usual
from tests.support import model


def shared(heads: float | None, kv_parts: float) -> Shape:
    """A shape of which only the heads matter."""
    return Shape(
        layers=32, hidden=4096, query_width=4096, kv_width=2048, kv_parts=kv_parts, cache=Cache(0, 0, 0, 0), heads=heads, ffn=16384, ffn_matrices=2, vocab=0, known=True
    )  # fmt: skip


# The usual shape


@pytest.mark.parametrize("params", [1e8, 7e9, 175e9, 1e12])
def test_a_usual_transformer_has_its_parameters(params: float) -> None:
    """N = 12 layers x width^2: four matrices of attention and eight of a feed-forward part four times as wide."""
    found = usual(params)
    assert 12 * found.layers * found.hidden**2 == pytest.approx(params, rel=1e-12)
    assert found.hidden / found.layers == pytest.approx(catalogue.constant("width_per_layer"))


@pytest.mark.parametrize("name", ["GPT-3", "Llama 2 7B", "Llama 2 13B", "Llama 3.1 405B"])
def test_the_usual_shape_is_near_that_of_known_models(name: str) -> None:
    """From the parameters alone: 96 layers of 12,288 (GPT-3), 32 of 4,096, 40 of 5,120, 126 of 16,384."""
    known = model(name)
    found = usual(known.params)
    assert known.layers
    assert known.hidden
    assert found.hidden == pytest.approx(known.hidden, rel=0.02)
    assert found.layers == pytest.approx(known.layers, rel=0.02)


def test_eight_times_the_parameters_are_twice_the_layers_and_the_width() -> None:
    small, large = usual(1e9), usual(8e9)
    assert (large.layers, large.hidden) == pytest.approx((2 * small.layers, 2 * small.hidden))


# Keys and values


def test_keys_and_values_of_a_token() -> None:
    """Two of each KV head's width; a latent vector where the catalogue has one; of a stranger its layers' part of what is usual."""
    assert kv_width(model("Llama 3 8B", kv_width=None), 32, 4096) == 2 * 8 * 128
    assert kv_width(model("Llama 2 7B", kv_width=None), 32, 4096) == 2 * 32 * 128
    assert kv_width(model("DeepSeek-V3"), 61, 7168) == 576  # DeepSeek-V3 report: a latent of 512 and 64 of the rotary key
    assert kv_width(Model.of_size(70e9), 80, 8192) == pytest.approx(42_000 * 70**0.093 / 80)


def test_a_small_stranger_keeps_no_more_than_a_head_for_every_head() -> None:
    assert kv_width(Model.of_size(1e8), 10, 768) == 2 * 768
    assert kv_width(Model.of_size(1e9), 1, 2048) == 2 * 2048


# Mixtures


@pytest.mark.parametrize(
    ("known", "active", "mixture"),
    [
        (model("Mixtral 8x7B"), 12.9e9, True),
        (model("Llama 2 7B"), 1e9, False),  # named and dense: what is idle is no expert
        (Model.of_size(100e9), 100e9, False),
        (Model.of_size(100e9), 80e9, False),  # embedding tables
        (Model.of_size(100e9), 70e9, True),
    ],
)
def test_whose_weights_are_experts(known: Model, active: float, mixture: bool) -> None:
    assert is_mixture(known, active) is mixture


# All of it


def test_the_published_shape() -> None:
    llama = shape_of(model("Llama 2 70B"))  # model card and config: 80 layers of 8,192, 64 heads, 8 KV heads, SwiGLU of 28,672
    tables = 2 * 32000 * 8192 / 68_976_648_192  # of all the checkpoint's parameters, embedding and head apart
    assert llama.head_share == pytest.approx(tables, rel=0.001)
    assert llama == Shape(
        80,
        8192,
        64 * 128,
        2 * 8 * 128,
        8,
        Cache(80 * 2 * 8 * 128, 0, 0, 0),
        64,
        28672,
        3,
        32000,
        True,
        head_share=llama.head_share,
    )
    palm = shape_of(model("PaLM 540B"))  # PaLM paper: 48 heads of 256 on a width of 18,432, one KV head
    assert (palm.query_width, palm.hidden, palm.kv_parts) == (48 * 256, 18432, 1)
    mixtral = shape_of(model("Mixtral 8x7B"))  # two experts of 14,336 for each token
    assert mixtral.ffn == 2 * 14336
    gpt3 = shape_of(model("GPT-3"))
    assert gpt3.ffn_matrices == 2  # no gate


def test_a_latent_vector_is_needed_whole_on_every_chip() -> None:
    assert shape_of(model("DeepSeek-V3")).kv_parts == 1
    assert shape_of(model("DeepSeek-V3", attention="gqa")).kv_parts == 128


def test_the_shape_of_a_stranger() -> None:
    found = shape_of(Model.of_size(175e9))
    assert not found.known
    assert (found.heads, found.vocab, found.ffn_matrices) == (None, 0, 2)
    assert found.layers == 96  # 12,312 / 128 = 96.2, as a whole number
    assert found.hidden == pytest.approx(12312, abs=1)
    assert found.ffn == 4 * found.hidden
    assert found.kv_parts == 8
    assert shape_of(Model.of_size(1e3)).layers == 1


def test_a_mixture_without_shape_is_as_wide_as_its_active_parameters() -> None:
    whole, part = Model.of_size(100e9), model("Mixtral 8x7B", params=100e9, active_params=10e9, layers=None, hidden=None)
    assert shape_of(part).hidden == usual(10e9).hidden < shape_of(whole).hidden


# Sharing a layer


@pytest.mark.parametrize(
    ("heads", "kv_heads", "works"),
    [
        (64, 8, {1, 2, 4, 8, 16, 32, 64}),  # Llama 2 70B: beyond eight, copies of a KV head
        (52, 52, {1, 2, 4, 13, 26, 52}),  # LLaMA 33B
        (40, 8, {1, 2, 4, 8, 40}),  # Llama 4 Scout: five divides the heads, but not the KV heads
        (96, 8, {1, 2, 4, 8, 16, 24, 32, 48, 96}),
        (71, 1, {1, 71}),  # Falcon 7B
    ],
)
def test_tensor_parallel_takes_whole_heads(heads: float, kv_heads: float, works: set[int]) -> None:
    assert {chips for chips in range(1, 129) if splits_evenly(shared(heads, kv_heads), chips)} == works


def test_where_the_heads_are_unknown_powers_of_two_can() -> None:
    assert {chips for chips in range(1, 40) if splits_evenly(shared(None, 8), chips)} == {1, 2, 4, 8, 16, 32}


@pytest.mark.parametrize(
    ("heads", "kv_heads", "most", "split"),
    [(64, 8, 7, 4), (64, 8, 8, 8), (40, 8, 7, 4), (40, 8, 39, 8), (40, 8, 1e6, 40), (71, 1, 8, 1), (None, 8, 7, 4), (None, 8, 8, 8), (None, 8, 1, 1)],
)  # fmt: skip
def test_the_largest_split(heads: float | None, kv_heads: float, most: float, split: float) -> None:
    assert largest_split(shared(heads, kv_heads), most) == split
