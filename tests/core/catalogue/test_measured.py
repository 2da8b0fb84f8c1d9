"""The measured rows of serving: what each must hold so that fits and checks can use it."""

from __future__ import annotations

import pytest

from compute_cost import catalogue
from compute_cost.catalogue.measured import held_out_serving, serving_rows

pytestmark = pytest.mark.live


def test_a_row_that_is_fitted_says_all_that_a_prediction_needs() -> None:
    fitted = [row for row in serving_rows() if row.role == "fit"]
    assert len(fitted) > 240
    for row in fitted:
        assert catalogue.accelerators().get(row.gpu), row.id
        assert catalogue.models().get(row.model), row.id
        if row.use == "images":
            assert row.images_per_minute, row.id
            continue
        assert row.tokens_per_second, row.id
        assert row.input_tokens, row.id
        assert row.output_tokens, row.id


def test_a_single_stream_is_a_batch_of_one() -> None:
    assert {row.batch for row in serving_rows() if row.use == "single stream"} == {1}


def test_blanks_are_none_and_numbers_are_numbers() -> None:
    row = next(row for row in serving_rows() if row.batch is None)
    assert (row.images_per_minute, type(row.gpus), type(row.tokens_per_second)) == (None, float, float)


def test_constants_by_name() -> None:
    for name, one in catalogue.serving_coefficients().items():
        assert one.name == name
        assert one.low is None or one.high is None or one.low <= one.value <= one.high, name
        assert one.value > 0


def test_a_held_out_prediction_is_of_a_row_and_of_its_published_figure() -> None:
    """Those of the chips and models left out are of fitted rows; none is fitted on what it predicts (benchmarks/fit_inference.py)."""
    rows = {row.id: row for row in serving_rows()}
    assert len(held_out_serving()) > 400
    for one in held_out_serving():
        assert one.published == pytest.approx(rows[one.id].tokens_per_second, rel=1e-4), one.id
        assert rows[one.id].role == "fit"
        assert one.factor > 1
        assert one.unit == "tokens/s"


def test_every_fitted_row_is_predicted_without_its_model_and_without_its_chip() -> None:
    fitted = {row.id for row in serving_rows() if row.role == "fit" and row.use in ("saturated", "single stream")}
    for split in ("one model left out", "one chip left out"):
        assert {one.id for one in held_out_serving() if one.split == split} == fitted, split
