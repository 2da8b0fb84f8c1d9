"""Serving: predictions of measured rows that the fit had not seen, and of all rows by the function that users call."""

from __future__ import annotations

import math
from statistics import median

import pytest

import compute_cost
from compute_cost.catalogue.measured import held_out_serving, serving_rows
from compute_cost.errors import NoData

pytestmark = pytest.mark.live


def rows(split: str, *tables: str) -> list[tuple[float, float]]:
    """ln(predicted / published) and ln of the interval's factor of the held-out rows."""
    return [
        (math.log(one.predicted / one.published), math.log(one.factor))
        for one in held_out_serving()
        if one.split == split and one.table in tables
    ]


@pytest.mark.parametrize("split", ["one model left out", "one chip left out"])
def test_saturated_on_models_and_chips_left_out(split: str) -> None:
    found = rows(split, "dense", "mixture")
    assert len(found) > 150
    assert median(abs(math.expm1(error)) for error, _ in found) <= 0.20
    assert sum(abs(error) <= factor for error, factor in found) / len(found) >= 0.75


@pytest.mark.parametrize("split", ["one model left out", "one chip left out", "one chip generation left out"])
def test_single_stream_on_models_and_chips_left_out(split: str) -> None:
    found = rows(split, "single stream")
    assert len(found) > 50
    assert median(abs(math.expm1(error)) for error, _ in found) <= 0.09
    assert sum(abs(error) <= factor for error, factor in found) / len(found) >= 0.75


def test_the_range_is_not_so_wide_that_it_says_nothing() -> None:
    assert all(one.factor < 2.5 for one in held_out_serving())
    assert all(one.factor < 1.25 for one in held_out_serving() if one.table == "single stream" and "generation" not in one.split)


def test_rows_are_predicted_by_the_function_that_users_call() -> None:
    errors = []
    for row in serving_rows():
        if row.role == "fit" and row.use in ("saturated", "single stream") and row.tokens_per_second:
            found = compute_cost.infer_throughput(
                row.model, row.gpu, row.gpus, row.precision, row.input_tokens, row.output_tokens, row.batch, None, row.parallelism
            )
            errors.append(abs(found.value / row.tokens_per_second - 1))
    assert len(errors) > 240
    assert median(errors) < 0.12


def test_images() -> None:
    for row in serving_rows():
        if row.use == "images":
            found = compute_cost.infer_throughput(row.model, row.gpu, batch=row.batch)
            steps = 20 if row.model == "sdxl" else 30  # what the row was measured with; the estimate assumes 30
            assert found.value * 60 * 30 / steps == pytest.approx(row.images_per_minute, rel=0.4)
    with pytest.raises(NoData):
        compute_cost.infer_throughput("FLUX.1-dev")
