"""Arithmetic of one token: known for a known model, a guess where the context meets an unknown shape."""

from __future__ import annotations

import pytest

import compute_cost
from compute_cost.errors import NoData
from tests.support.ranges import ranged


def test_two_flop_per_weight_and_token() -> None:
    found = compute_cost.infer_flops(70e9, 100)
    assert found.low == found.value == found.high == 2 * 70e9 * 100
    assert compute_cost.infer_flops("DeepSeek-V3").value == pytest.approx(2 * 37e9)
    assert {one.name: one.value for one in compute_cost.infer_flops(70e9).inputs}["tokens"] == 1


def test_attention_over_a_context() -> None:
    known = compute_cost.infer_flops("GPT-3", context=2048)
    assert known.value - compute_cost.infer_flops("GPT-3").value == pytest.approx(4 * 96 * 12288 * 2048)
    assert known.low == known.high
    assert ranged("infer_flops", 70e9, context=100_000) == {"width_per_layer"}


def test_an_image_model_has_no_tokens() -> None:
    with pytest.raises(NoData, match="image model"):
        compute_cost.infer_flops("SDXL")
