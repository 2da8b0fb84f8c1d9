"""The arithmetic of training: what is counted for each token, what is published, and what has to be said to count it."""

from __future__ import annotations

import pytest

import compute_cost
from compute_cost.catalogue.measured import StepRow, step_rows
from compute_cost.catalogue.records import Model
from compute_cost.errors import InputError, MissingInput, NoData
from compute_cost.physics.compute import attention_per_token, training_work
from compute_cost.physics.formats import peak_of
from tests.support import chip, model

# Published training compute


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("GPT-3", 3.14e23),  # Brown et al. 2020, table D.1
        ("Chinchilla 70B", 5.76e23),  # Hoffmann et al. 2022: Gopher's budget
        ("Llama 3.1 405B", 3.8e25),  # Llama Team 2024, section 1
        ("DeepSeek-V3", 3.29e24),  # Epoch AI: 6 x 37 billion active parameters x 14.8 trillion tokens
        ("PaLM 540B", 2.53e24),  # Epoch AI: 6ND
    ],
)
def test_the_weights_take_what_is_published(name: str, published: float) -> None:
    """Those count the weights alone."""
    found = training_work(model(name), None, None, None)
    assert (found.per_token - found.attention) * found.tokens == pytest.approx(published, rel=0.03)
    assert found.flop == pytest.approx(found.per_token * found.tokens)


def test_an_encoder_decoder_passes_half_of_its_weights() -> None:
    """Patterson et al. 2021, table 4: T5 took 4.05e22 FLOP; 6ND would be 6.6e22."""
    whole = training_work(model("T5-11B", kind="dense"), None, None, None)
    half = training_work(model("T5-11B"), None, None, None)
    assert half.flop == pytest.approx(whole.flop / 2)
    assert half.per_token - half.attention == 3 * 11e9
    assert half.flop == pytest.approx(4.05e22, rel=0.15)


# Attention


def test_attention_by_hand() -> None:
    """PaLM paper, appendix B: 12 x layers x heads x head width x sequence length."""
    assert attention_per_token(model("GPT-3"), 175e9, 2048) == 12 * 96 * 12288 * 2048
    assert attention_per_token(model("PaLM 540B"), 540e9, 2048) == 12 * 118 * (48 * 256) * 2048, "not the width of 18,432"


def test_attention_of_a_stranger_is_that_of_the_usual_shape() -> None:
    """175 billion parameters: 12 x 96.2 layers x 12,312 x 2,048, as GPT-3 to a hundredth; it grows with the length alone."""
    stranger = Model.of_size(175e9)
    assert attention_per_token(stranger, 175e9, 2048) == pytest.approx(12 * 96 * 12288 * 2048, rel=0.01)
    assert attention_per_token(stranger, 175e9, 4096) == pytest.approx(2 * attention_per_token(stranger, 175e9, 2048))
    # N = 12 layers x width^2 at a fixed ratio: layers x width is N / 12 / width, so it grows as N^(2/3).
    assert attention_per_token(stranger, 8 * 175e9, 2048) == pytest.approx(4 * attention_per_token(stranger, 175e9, 2048))


def llm_foundry() -> list[StepRow]:
    return [row for row in step_rows() if row.table == "llm-foundry"]


def share_of_peak(row: StepRow, per_token: float) -> float:
    return row.tokens_per_second_per_gpu * per_token / peak_of(chip(row.gpu), row.precision)[1]


def test_so_counted_the_llm_foundry_tables_come_out() -> None:
    """They print tokens per second and the utilization by the same count: all 143 rows to a thousandth."""
    rows = llm_foundry()
    assert len(rows) == 143
    for row in rows:
        shaped = model("MPT-7B", params=row.params, active_params=None, layers=row.layers, hidden=row.hidden, heads=None)
        found = training_work(shaped, 1e12, row.seq_len, None)
        assert share_of_peak(row, found.per_token) == pytest.approx(row.utilization, abs=0.0011), row.id


def test_without_attention_the_tables_do_not_come_out() -> None:
    row = next(row for row in llm_foundry() if row.seq_len >= 16384)
    assert row.utilization is not None
    assert share_of_peak(row, training_work(Model.of_size(row.params), 1e12, None, None).per_token) < 0.9 * row.utilization


def test_when_attention_is_counted() -> None:
    """With a sequence length that is given, or that the catalogue has beside the shape; else it is left out."""

    def counts(known: Model, seq_len: float | None = None) -> tuple[bool, float | None]:
        found = training_work(known, 1e9, seq_len, None)
        return found.attention > 0, found.seq_len

    assert counts(model("GPT-3")) == (True, 2048)
    assert counts(model("GPT-3"), 512) == (True, 512)
    assert counts(Model.of_size(7e9)) == (False, None)
    assert counts(Model.of_size(7e9), 4096) == (True, 4096)
    assert counts(model("Mixtral 8x7B")) == (False, None), "a shape without a length"
    assert counts(model("GPT-3", layers=None)) == (False, None), "a length of the catalogue without a shape"
    assert counts(model("GPT-3", layers=None), 2048) == (True, 2048)


# What is given


def test_a_sequence_longer_than_the_model_is_made_for_is_said() -> None:
    for length, said in ((131072, []), (262144, ["Llama 3.1 8B is made for 131,072 tokens, and 262,144 are asked for"])):
        found = compute_cost.train_flops("Llama 3.1 8B", seq_len=length)
        assert [text for text in found.warnings if "is made for" in text] == said


def test_given_tokens_and_active_parameters_take_the_place_of_the_catalogues() -> None:
    found = training_work(model("DeepSeek-V3"), None, None, None)
    assert (found.active, found.tokens) == (37e9, 14.8e12)
    other = training_work(model("DeepSeek-V3"), 1e12, None, 20e9)
    assert (other.active, other.tokens) == (20e9, 1e12)
    assert other.per_token - other.attention == 6 * 20e9


def test_more_active_than_all_parameters_are_refused() -> None:
    assert training_work(Model.of_size(7e9), 1e12, None, 7e9).flop == 42e21
    with pytest.raises(InputError, match=r"^active_params: .*must not exceed the parameters, 7e\+09"):
        training_work(Model.of_size(7e9), 1e12, None, 7.1e9)


def test_tokens_that_nobody_knows_are_asked_for() -> None:
    with pytest.raises(MissingInput, match=r'^tokens: missing; a parameter count alone .* give the training tokens, such as "300B"'):
        training_work(Model.of_size(7e9), None, None, None)
    with pytest.raises(MissingInput, match=r"^tokens: missing; Mixtral 8x7B's training tokens are not published"):
        training_work(model("Mixtral 8x7B"), None, None, None)


# Image models


def test_an_image_model_has_its_published_compute() -> None:
    """Model card of Stable Diffusion 1: 150,000 A100-hours; Epoch AI counts 5e22 FLOP. Tokens have no effect."""
    for tokens in (None, 1e12):
        found = training_work(model("Stable Diffusion 1.5"), tokens, 77, None)
        assert (found.flop, found.tokens, found.attention) == (5e22, 0, 0)
        assert found.published is not None


def test_an_image_model_without_published_compute_is_refused() -> None:
    with pytest.raises(NoData, match=r"^params: SDXL is an image model.*its training compute is not published"):
        training_work(model("SDXL"), 1e12, None, None)
