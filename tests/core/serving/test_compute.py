"""The arithmetic of running a model as an estimate: by hand, and as a third of training."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

import compute_cost
from compute_cost.errors import InputError, MissingInput, NoData
from tests.support.ranges import ranged


def steps_of(result: compute_cost.Result) -> dict[str, object]:
    return {one.label: one.value for one in result.steps}


def test_two_for_each_parameter_and_token() -> None:
    """Kaplan et al. 2020, section 2.1: one multiplication and one addition."""
    one = compute_cost.infer_flops("GPT-3")
    assert (one.value, one.unit) == (3.5e11, "FLOP")
    assert compute_cost.infer_flops(175e9, "1M").value == 3.5e17
    assert one.low == one.value == one.high
    assert {item.name: item.origin for item in one.inputs}["tokens"] == "assumed"


def test_attention_over_the_context() -> None:
    """PaLM paper, appendix B: 4 x layers x attention width x context, GPT-3 at 2,048 tokens 9.7e9 beside 3.5e11."""
    found = compute_cost.infer_flops("GPT-3", 10, 2048)
    steps = steps_of(found)
    assert steps["Compute per token, weights"] == 2 * 175e9
    assert steps["Compute per token, attention"] == pytest.approx(4 * 96 * 12288 * 2048)
    assert found.value == steps["Inference compute"] == pytest.approx(10 * (2 * 175e9 + 4 * 96 * 12288 * 2048))
    assert "Compute per token, attention" not in steps_of(compute_cost.infer_flops("GPT-3"))


@given(st.floats(min_value=1e8, max_value=1e12), st.integers(min_value=1, max_value=10**6), st.floats(min_value=1, max_value=1e6))
def test_how_it_grows(params: float, context: int, tokens: float) -> None:
    each, plain = compute_cost.infer_flops(params, None, context).value, compute_cost.infer_flops(params).value
    assert compute_cost.infer_flops(params, tokens, context).value == pytest.approx(tokens * each)
    assert compute_cost.infer_flops(params, None, 2 * context).value - plain == pytest.approx(
        2 * (each - plain), rel=1e-6, abs=1e-12 * plain
    )


@pytest.mark.parametrize("name", ["GPT-3", "Llama 3.1 405B", "DeepSeek-V3", "T5-11B"])
def test_a_forward_pass_is_a_third_of_training(name: str) -> None:
    """At the length it was trained at, as 2 of 6 operations a parameter and 4 of 12 of attention."""
    length = compute_cost.model_fact(name, "seq_len").value
    trained = compute_cost.train_flops(name).value / float(compute_cost.model_fact(name, "tokens").value)
    assert compute_cost.infer_flops(name, context=length).value == pytest.approx(trained / 3)


def test_a_mixture_runs_its_active_parameters_and_an_encoder_decoder_half() -> None:
    assert compute_cost.infer_flops("DeepSeek-V3").value == 2 * 37e9
    assert compute_cost.infer_flops("T5-11B").value == 11e9


def test_what_cannot_be_counted() -> None:
    with pytest.raises(NoData, match="^params: SDXL is an image model; its work is not counted in tokens"):
        compute_cost.infer_flops("SDXL")
    with pytest.raises(MissingInput, match="^params: missing"):
        compute_cost.registry.get("infer_flops").call()
    with pytest.raises(InputError, match=r"^context: 1\.5"):
        compute_cost.infer_flops("GPT-3", context=1.5)
    with pytest.raises(InputError, match=r"^tokens: 0"):
        compute_cost.infer_flops("GPT-3", 0)


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
