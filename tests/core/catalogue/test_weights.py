"""The parameters that a shape asks for, on models whose exact count is published."""

from __future__ import annotations

import pytest

from compute_cost import catalogue
from compute_cost.catalogue.records import Model
from compute_cost.catalogue.weights import parameters_of_shape

pytestmark = pytest.mark.live


def named(name: str) -> Model:
    found = catalogue.models().get(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "params"),  # stored totals of the published weights
    [
        ("Llama 3.1 8B", 8_030_261_248),
        ("Llama 3.1 405B", 405_853_388_800),
        ("Qwen2.5 0.5B", 494_032_768),  # one table for input and output
        ("GPT-2", 1_557_611_200),  # two matrices in the feed-forward part
        ("Mixtral 8x7B", 46_702_792_704),
        ("Qwen3-30B-A3B", 30_532_122_624),
        ("gpt-oss-120b", 116_829_156_672),
        ("DeepSeekMoE 16B", 16_375_728_128),  # a dense layer in front, two shared experts
        ("Llama 4 Maverick", 400_000_000_000),  # experts in every second layer
        ("Gemma 2 2B", 2_614_341_888),
        ("bge-large-en-v1.5", 335_142_400),
        ("Whisper large-v3", 1_543_490_560),  # an encoder, and a decoder that attends twice
    ],
)
def test_the_count_of_a_published_shape(name: str, params: float) -> None:
    assert parameters_of_shape(named(name)) == pytest.approx(params, rel=0.015)


def test_latent_attention_is_counted_within_three_percent() -> None:
    """671B without what multi-token prediction adds: the narrow matrix that queries pass has no column."""
    assert parameters_of_shape(named("DeepSeek-V3")) == pytest.approx(671e9, rel=0.03)


@pytest.mark.parametrize("name", ["GPT-4", "SDXL", "Wan 2.1 T2V 14B", "Command A 111B"])
def test_too_little_of_a_shape_gives_no_count(name: str) -> None:
    assert parameters_of_shape(named(name)) is None


def test_a_size_alone_gives_no_count() -> None:
    assert parameters_of_shape(Model.of_size(7e9)) is None


def test_most_models_have_a_shape_that_is_checked() -> None:
    counted = [parameters_of_shape(one) for one in catalogue.models().rows]
    assert sum(count is not None for count in counted) > 380
