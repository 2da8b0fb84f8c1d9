"""The measured rows: what each must hold so that fits and checks can use it, and how far the shipped constants lie off them."""

from __future__ import annotations

import math
from statistics import median
from typing import Any

import numpy as np
import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.accuracy.serving_scores import FITTED, UNFITTED
from compute_cost.catalogue.measured import fine_tuning_rows, held_out_serving, reinforcement_rows, serving_rows
from compute_cost.errors import DoesNotFit

pytestmark = pytest.mark.live


def test_a_row_that_is_fitted_says_all_that_a_prediction_needs() -> None:
    fitted = [row for row in serving_rows() if row.role == "fit"]
    assert len(fitted) > 240
    for row in fitted:
        assert catalogue.accelerators().get(row.gpu), row.id
        assert catalogue.models().get(row.model), row.id
        assert row.tokens_per_second, row.id
        assert row.input_tokens, row.id
        assert row.output_tokens, row.id


def test_a_single_stream_is_a_batch_of_one() -> None:
    assert {row.batch for row in serving_rows() if row.use == "single stream"} == {1}


def test_blanks_are_none_and_numbers_are_numbers() -> None:
    row = next(row for row in serving_rows() if row.batch is None)
    assert (row.batch, type(row.gpus), type(row.tokens_per_second)) == (None, float, float)


def test_constants_by_name() -> None:
    for name, one in catalogue.serving_coefficients().items():
        assert one.name == name
        assert one.low is None or one.high is None or one.low <= one.value <= one.high, name
        assert one.value > 0


def test_a_held_out_prediction_is_of_a_row_and_of_its_published_figure() -> None:
    """Those of the sources and chips left out; none is fitted on what it predicts (benchmarks/fit_inference.py)."""
    rows = {row.id: row for row in serving_rows()}
    assert len(held_out_serving()) > 3000
    for one in held_out_serving():
        row = rows[one.id]
        assert one.published == pytest.approx(row.tokens_per_second, rel=1e-4), one.id
        assert one.use == row.use
        assert row.role == "fit" or row.use in UNFITTED
        assert one.lower < one.predicted < one.upper
        assert one.unit == "tokens/s"


def test_nearly_every_row_is_predicted_without_its_source_and_without_its_chip() -> None:
    fitted = {row.id for row in serving_rows() if row.use in FITTED}
    for split in ("one source left out", "one chip generation left out"):
        missing = fitted - {one.id for one in held_out_serving() if one.split == split}
        assert len(missing) < 0.01 * len(fitted), split  # the model does not fit by our count


def test_a_row_says_how_it_was_asked() -> None:
    for row in serving_rows():
        if row.use in FITTED:
            assert (row.use == "at a speed") == bool(row.stream_rate), row.id
            assert catalogue.formats().get(row.precision), row.id
            assert row.use not in ("batch given", "single stream") or row.batch, row.id
    assert len({row.table for row in serving_rows() if row.use in FITTED}) >= 10


def spread(measured: list[float], estimated: list[float]) -> tuple[float, list[float]]:
    """The median error of the estimates, and what was measured over each."""
    ratios = [m / e for m, e in zip(measured, estimated, strict=True)]
    return median(abs(1 / ratio - 1) for ratio in ratios), ratios


def share_held(assumption: str, ratios: list[float]) -> float:
    row = catalogue.assumption(assumption)
    assert row.low
    assert row.high
    return float(np.mean([row.low <= ratio <= row.high for ratio in ratios]))


@pytest.mark.parametrize(("stack", "most"), [("tuned", 0.2), ("hugging-face", 0.22)])
def test_the_constants_of_fine_tuning_fit_what_was_measured(stack: str, most: float) -> None:
    """docs/method.md gives the errors of constants that have not seen the row; those that have lie within them."""
    step_alone: dict[str, Any] = {"finetune_evaluation": 0}
    measured, estimated = [], []
    for row in fine_tuning_rows():
        if row.stack != stack or (row.params > row.active_params and not row.catalogue_model):
            continue
        try:
            found = compute_cost.finetune_gpu_hours(
                row.catalogue_model or row.params, 1e6, row.gpu, row.method, gpus=row.gpus, precision=row.precision or None,
                seq_len=row.seq_len, stack=stack, micro_batch=row.micro_batch, **step_alone,
            )  # fmt: skip
        except DoesNotFit:
            assert "rtx" in row.gpu  # offloaded to the host
            continue
        measured.append(1e6 / 3600 / row.tokens_per_second_per_gpu)
        estimated.append(float(found.value))
    error, ratios = spread(measured, estimated)
    assert len(ratios) > 110
    assert error < most
    assert 0.7 < share_held(f"finetune_error_{stack.replace('-', '_')}", ratios) < 0.95
    assert abs(math.log(median(ratios))) < 0.1


def test_the_constants_of_reinforcement_learning_fit_what_was_measured() -> None:
    measured, estimated = [], []
    for row in reinforcement_rows():
        if row.stack == "tuned":
            found = compute_cost.rl_gpu_hours(
                row.catalogue_model, 1, row.sequences, 1, row.prompt_tokens, row.response_tokens, row.gpu, row.gpus, row.algorithm,
                row.precision, row.asynchronous == 1, row.max_response_tokens,
            )  # fmt: skip
            measured.append(row.step_seconds * row.gpus / 3600)
            estimated.append(float(found.value))
    error, ratios = spread(measured, estimated)
    assert len(ratios) == 43
    assert error < 0.25
    assert 0.7 < share_held("rl_error_tuned", ratios) < 0.95
