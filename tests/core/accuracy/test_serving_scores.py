"""The scoreboard of inference: sources left out, rows as users call them, and a roofline worked out by hand."""

from __future__ import annotations

import functools
from statistics import median

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.accuracy.serving_scores import (
    APART,
    BURSTS,
    FITTED,
    ROOFLINE_BANDWIDTH,
    ROOFLINE_PEAK,
    UNFITTED,
    Scored,
    Scores,
    cases,
    duels,
    media_scores,
    roofline,
    scores,
)
from compute_cost.catalogue.measured import held_out_media, held_out_serving, image_rows, rival_serving, speech_rows

pytestmark = pytest.mark.live
SOURCE, CHIP = "one source left out", "one chip generation left out"
# Of the mixtures at a speed three quarters are one model on Hopper, of those that are saturated as many are one vendor's tables: the
# roofline happens to have their share of the peak.
OF_FEW = (("mixture", "at a speed"), ("mixture", "saturated"))


@functools.cache
def found() -> Scores:
    return scores()


def of(table: str, use: str, split: str = SOURCE) -> Scored:
    return found().by_question[split, table, use]


def test_every_stored_prediction_is_in_its_table() -> None:
    assert sum(one.rows for one in found().by_question.values()) == len(held_out_serving())
    assert sum(one.rows for one in found().by_source.values()) == sum(one.split == SOURCE for one in held_out_serving())
    assert {use for _, _, use in found().by_question} == {*FITTED, *UNFITTED}
    assert {split for split, _, _ in found().by_question} == {SOURCE, CHIP}


def test_the_roofline_by_hand() -> None:
    """Llama 3.1 8B on one H100, 64 requests of 128 and 128 tokens in bf16, by its two shares and nothing else."""
    case = next(one for one in cases(("batch given",)) if one.row.id == "llm-inference-bench-llama-3-8b-h100-sxm-80-1-bf16-128-128-64")
    plan = case.plan(roofline("default"))
    assert plan is not None
    bandwidth, peak = ROOFLINE_BANDWIDTH * 3350e9, ROOFLINE_PEAK * 989.5e12
    weights = 2 * (8030261248 - 128256 * 4096) / bandwidth
    cache = 64 * 192 * 131072 / bandwidth
    prefill = (2 * 8030261248 * 128 + 2 * 32 * 4096 * 128**2) / peak
    step = weights + 2 * 8030261248 * 64 / peak + cache
    assert plan.time.tokens_per_second == pytest.approx(64 / (step + prefill * 63 / 128), rel=0.01)


@pytest.mark.parametrize(
    ("table", "use", "most"),
    [
        ("dense", "saturated", 0.20), ("dense", "batch given", 0.20), ("dense", "at a speed", 0.30), ("dense", "single stream", 0.12),
        ("dense", "prefill", 0.30), ("mixture", "batch given", 0.30), ("mixture", "single stream", 0.20), ("mixture", "prefill", 0.30),
        ("mixture", APART, 0.30), ("mixture", "saturated", 0.30),
        ("mixture", "at a speed", 0.35),  # three quarters of the rows are one model with software of 2024
        ("dense", BURSTS, 0.30),
    ],
)  # fmt: skip
def test_sources_left_out(table: str, use: str, most: float) -> None:
    assert of(table, use).median <= most


@pytest.mark.parametrize("split", [SOURCE, CHIP])
def test_the_interval_holds_what_it_says_where_there_are_rows_enough(split: str) -> None:
    for (one_split, table, use), one in found().by_question.items():
        if one_split == split and one.rows >= 35:
            assert 0.65 <= one.held <= 0.97, (table, use)
            assert one.width < 4.5, (table, use)
    rows = [one for one in held_out_serving() if one.split == split]
    assert 0.7 <= sum(one.lower <= one.published <= one.upper for one in rows) / len(rows) <= 0.9


def test_ours_is_nearer_than_a_roofline_that_has_seen_the_rows() -> None:
    for (split, table, use), one in found().by_question.items():
        if split == SOURCE and one.rows >= 15 and (table, use) not in OF_FEW:
            assert one.median < 0.8 * one.rule_median, (table, use)
            assert one.within > one.rule_within + 0.05, (table, use)


def test_rows_are_predicted_by_the_function_that_users_call() -> None:
    errors = []
    for case in cases(FITTED)[::7]:
        row, plan = case.row, case.plan()
        lengths = (row.input_tokens, row.output_tokens)
        if not all(float(length or 0).is_integer() for length in lengths):  # a mean of many
            continue
        if plan is None or (row.table == "TensorRT-LLM" and not row.parallelism):  # of one copy
            continue
        answer = compute_cost.infer_throughput(
            row.model, row.gpu, row.gpus, row.precision, *lengths, row.batch, None, row.parallelism or None,
            row.kv_precision, row.stream_rate, level=row.level,
        )  # fmt: skip
        assert answer.value == pytest.approx(plan.time.tokens_per_second)
        errors.append(abs(answer.value / (row.tokens_per_second or 1.0) - 1))
    assert len(errors) > 150
    assert median(errors) < 0.18


def test_levels_are_in_the_order_of_their_names() -> None:
    rates = [
        compute_cost.infer_throughput("Llama 3.1 8B", "B200", 1, "fp8", level=level).value for level in ("vendor-tuned", "tuned", "default")
    ]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] > 1.5 * rates[1] > 1.5 * rates[2]
    assert compute_cost.infer_throughput("Llama 3.1 8B", "B200", 1, "fp8").value == rates[1]


def test_ours_is_as_near_as_the_other_tool_on_the_rows_that_it_answers() -> None:
    answered = {one.id: one.predicted for one in rival_serving()}
    found = duels()
    assert sum(one.rows for (_, name), one in found.items() if name == "all") == len(answered) > 40
    for kind in ("dense", "mixture"):
        assert found[kind, "all"].ours <= found[kind, "all"].theirs + 0.02, kind


@pytest.mark.parametrize(("use", "most", "held"), [("images", 0.20, 0.70), ("speech", 0.60, 0.70)])
def test_images_and_speech_with_sources_left_out(use: str, most: float, held: float) -> None:
    every = media_scores()[use, "all"]
    fitted = {row.id for row in image_rows() if row.role == "fit"} | {row.id for row in speech_rows() if row.role == "fit"}
    assert every.rows == sum(one.use == use and one.id in fitted for one in held_out_media())
    assert every.median <= most
    assert held <= every.held <= 0.90


def test_constants_of_a_level_have_a_row_for_all() -> None:
    """A constant of one level is a factor of the same thing: the name without the level has a row too."""
    names = set(catalogue.serving_coefficients())
    for name in names:
        for level in ("_vendor_tuned", "_default"):
            assert name.removesuffix(level) in names
