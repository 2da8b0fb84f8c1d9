"""The arithmetic of a training run as an estimate: by hand, with its steps, inputs and warnings."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

import compute_cost
from compute_cost.errors import InputError, MissingInput, NoData, UnknownName

PARAMS = st.floats(min_value=1e8, max_value=1e12)
TOKENS = st.floats(min_value=1e9, max_value=1e13)  # further on a small model it is taken for a slip


def inputs_of(result: compute_cost.Result) -> dict[str, tuple[object, str]]:
    return {one.name: (one.value, one.origin) for one in result.inputs}


def test_six_for_each_parameter_and_token() -> None:
    """Kaplan et al. 2020, section 2.1: 2 in the forward pass, 4 in the backward pass."""
    found = compute_cost.train_flops("175B", "300 billion")
    assert (found.value, found.unit) == (3.15e23, "FLOP")
    assert found.low == found.value == found.high
    assert [one.label for one in found.steps] == ["Compute per token, weights", "Training compute"]
    assert any("attention is left out" in text for text in found.warnings)


def test_attention_of_a_known_shape() -> None:
    """GPT-3: 12 x 96 layers x 12,288 x 2,048 tokens beside 6 x 175e9: 2.8% more."""
    found = compute_cost.train_flops("GPT-3")
    steps = {one.label: one.value for one in found.steps}
    assert steps["Compute per token, weights"] == 6 * 175e9
    assert steps["Compute per token, attention"] == 12 * 96 * 12288 * 2048
    assert found.value == steps["Training compute"] == (6 * 175e9 + 12 * 96 * 12288 * 2048) * 300e9
    assert {"kaplan-2020", "palm-paper", "gpt3-paper"} <= {one.id for one in found.sources}
    assert not any("shape unknown" in text for text in found.warnings)


def test_attention_of_a_stranger_says_that_its_shape_is_assumed() -> None:
    found = compute_cost.train_flops("175B", "300B", 2048)
    assert found.value == pytest.approx(compute_cost.train_flops("GPT-3").value, rel=0.001)
    assert inputs_of(found)["width_per_layer"] == (128, "assumed")
    assert any("those usual for 175 billion parameters" in text for text in found.warnings)


@given(PARAMS, TOKENS, st.integers(min_value=1, max_value=131_072), st.floats(min_value=1.01, max_value=10))
def test_how_it_grows(params: float, tokens: float, length: int, factor: float) -> None:
    """With the tokens in proportion; a longer sequence adds in proportion to its length."""
    plain, counted = compute_cost.train_flops(params, tokens).value, compute_cost.train_flops(params, tokens, length).value
    assert plain == pytest.approx(6 * params * tokens)
    assert compute_cost.train_flops(params, tokens * factor, length).value == pytest.approx(counted * factor)
    assert compute_cost.train_flops(params, tokens, 2 * length).value - plain == pytest.approx(
        2 * (counted - plain), rel=1e-6, abs=1e-12 * plain
    )


def test_a_mixture_counts_its_active_parameters() -> None:
    assert compute_cost.train_flops("671B", "14.8T", active_params="37B").value == pytest.approx(6 * 37e9 * 14.8e12)
    found = compute_cost.train_flops("DeepSeek-V3", active_params="40B")
    assert inputs_of(found)["active_params"] == (40e9, "given")
    assert inputs_of(compute_cost.train_flops("DeepSeek-V3"))["active_params"] == (37e9, "catalogue")
    assert "active_params" not in inputs_of(compute_cost.train_flops("GPT-3"))


def test_an_encoder_decoder_says_that_half_of_its_weights_count() -> None:
    step = next(one for one in compute_cost.train_flops("T5-11B").steps if one.label == "Compute per token, weights")
    assert step.formula == "6 x active parameters x 0.5 (encoder-decoder)"
    assert step.value == 6 * 11e9 * 0.5


def test_an_image_model_has_its_published_compute() -> None:
    found = compute_cost.train_flops("Stable Diffusion 1.5", 1e9)
    assert found.value == 5e22
    assert any("tokens and sequence length have no effect" in text for text in found.warnings)
    assert found.value == compute_cost.train_flops("Stable Diffusion 1.5").value, "nor have those that are given"
    assert "tokens" not in inputs_of(compute_cost.train_flops("Stable Diffusion 1.5"))


def test_where_the_figures_are_from() -> None:
    found = inputs_of(compute_cost.train_flops("GPT-3"))
    assert found["tokens"] == (300e9, "catalogue")
    assert found["seq_len"] == (2048, "catalogue")
    assert found["model"] == ("GPT-3", "given")
    own = inputs_of(compute_cost.train_flops("GPT-3", "1T", 512))
    assert (own["tokens"], own["seq_len"]) == ((1e12, "given"), (512, "given"))
    assert inputs_of(compute_cost.train_flops("7B", "1T"))["params"] == (7e9, "given")


def test_a_rumor_is_called_one() -> None:
    assert any("the counts of GPT-4 are a rumor" in text for text in compute_cost.train_flops("GPT-4").warnings)
    assert any(
        "the counts of Stable Diffusion 2-base are not checked against their source" in text
        for text in compute_cost.memory_needed("Stable Diffusion 2-base").warnings
    )
    assert not any("the counts of" in text for text in compute_cost.train_flops("GPT-3").warnings)


def test_what_cannot_be_counted() -> None:
    with pytest.raises(
        MissingInput,
        match='^tokens: missing; a parameter count alone says nothing about the data; give the training tokens, such as "300B"',
    ):
        compute_cost.train_flops("7B")
    with pytest.raises(InputError, match=r"^active_params: .*must not exceed"):
        compute_cost.train_flops("7B", "1T", active_params="8B")
    with pytest.raises(UnknownName, match='^params: "GPT-33" is not known; did you mean GPT-3'):
        compute_cost.train_flops("GPT-33")
    with pytest.raises(NoData, match="^params: SDXL is an image model"):
        compute_cost.train_flops("SDXL")
