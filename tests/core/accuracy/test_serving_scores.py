"""The scoreboard of inference: rows left out, rows as users call them, and simple rules worked out by hand."""

from __future__ import annotations

import functools
import math
from statistics import median

import pytest

import compute_cost
from compute_cost.accuracy import serving_scores
from compute_cost.accuracy.scores import Pair, score
from compute_cost.catalogue.measured import held_out_serving, serving_rows
from compute_cost.errors import NoData

pytestmark = pytest.mark.live


@functools.cache
def rules() -> list[tuple[str, list[Pair]]]:
    """The two simple rules by name: the bare peak, and the bandwidth over the weights."""
    return list(serving_scores.rules().items())


def pair_of(rule: str, row: str) -> Pair:
    return next(one for one in dict(rules())[rule] if one.id == row)


def test_every_stored_prediction_is_in_its_table() -> None:
    found = serving_scores.held_out_tables()
    assert sum(len(pairs) for pairs in found.values()) == len(held_out_serving())
    assert {kind for kind, _ in found} == {"saturated, dense", "saturated, mixture of experts", "single stream"}
    for (_, split), pairs in found.items():
        assert "left out" in split
        assert all(pair.factor and pair.factor > 1 for pair in pairs)


def test_a_bare_roofline_by_hand() -> None:
    """Llama 3.3 70B in FP8 on an H100 of 1,979 TFLOP/s, as much in as out: two tokens of 2 x 70.55e9 FLOP each."""
    row = next(
        one for one in serving_rows()
        if (one.model, one.gpu, one.precision, one.gpus, one.use) == ("llama-3.3-70b", "h100-sxm-80", "fp8", 2, "saturated")
        and one.input_tokens == one.output_tokens
    )  # fmt: skip
    found = pair_of(rules()[0][0], row.id)
    assert found.predicted == pytest.approx(2 * 1979e12 / (2 * 70.55e9 * 2), rel=0.001)
    assert found.published == row.tokens_per_second


def test_bandwidth_over_weights_by_hand() -> None:
    """Llama 3 8B in 4.16 bits on an RTX 4090 of 1,008 GB/s: 60% of it; by layers eight cards are no faster than one."""
    one, eight = (
        next(row for row in serving_rows() if (row.model, row.gpu, row.precision, row.gpus) == ("llama-3-8b", "rtx-4090", "int4", cards))
        for cards in (1, 8)
    )
    by_hand = 0.6 * 1008e9 / (8.03e9 * 4.15625 / 8)
    assert pair_of(rules()[1][0], one.id).predicted == pytest.approx(by_hand, rel=0.001)
    assert eight.parallelism == "layer"
    assert pair_of(rules()[1][0], eight.id).predicted == pytest.approx(by_hand, rel=0.001)


def test_the_rules_are_asked_the_same_rows_and_ours_is_nearer() -> None:
    held = serving_scores.held_out_tables()
    (_, peak), (_, bandwidth) = rules()
    for pairs_of, kinds in ((peak, ("saturated, dense", "saturated, mixture of experts")), (bandwidth, ("single stream",))):
        ours = [pair for (kind, split), pairs in held.items() if kind in kinds and split == "one model left out" for pair in pairs]
        assert {pair.id for pair in pairs_of} == {pair.id for pair in ours}
        assert score(ours).median < 0.5 * score(pairs_of).median
        assert median(pair.ratio for pair in ours) == pytest.approx(1, abs=0.1)


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
                row.model,
                row.gpu,
                row.gpus,
                row.precision,
                row.input_tokens,
                row.output_tokens,
                row.batch,
                None,
                row.parallelism,
                row.kv_precision,
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
