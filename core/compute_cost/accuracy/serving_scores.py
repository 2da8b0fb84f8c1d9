"""The scoreboard of inference: measured serving throughput against predictions that had not seen who measured it, and a roofline."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean, median
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.measured import (
    HeldOutMedia,
    HeldOutServing,
    ServingRow,
    held_out_media,
    held_out_serving,
    image_rows,
    rival_serving,
    serving_rows,
    speech_rows,
)
from compute_cost.catalogue.records import Accelerator
from compute_cost.physics.model_memory import usable_memory
from compute_cost.physics.served_model import Served, served
from compute_cost.physics.serving_layout import Layout, given_layout, layouts
from compute_cost.physics.serving_plan import Asked, Plan, Target, plan_of
from compute_cost.physics.serving_time import ServingConstants, serving_constants

FITTED = ("saturated", "prefill", "batch given", "at a speed", "single stream")
APART = "not fitted: prefill and decoding on separate chips"  # predicted as on one pool of chips
BURSTS = "not fitted: bursts, which fill and drain"  # predicted as if full all the time: several hundred requests that start together
UNFITTED = (APART, BURSTS)
# The two constants of a roofline: shares of bandwidth and peak, the pair that is nearest to these very rows.
ROOFLINE_BANDWIDTH = 0.5
ROOFLINE_PEAK = 0.25


class Case(NamedTuple):
    """A measured row with what its prediction needs."""

    row: ServingRow
    asked: Asked
    choices: list[list[Layout]]

    @property
    def table(self) -> str:
        return "mixture" if self.asked.work.mixture else "dense"

    def plan(self, constants: ServingConstants | None = None) -> Plan | None:
        """The best plan; None where the row's accelerators do not hold the model or can't keep the row's speed."""
        plan = plan_of(self.asked, self.choices, constants)
        return plan if plan and plan.missed <= 1 else None


def cases(uses: Sequence[str]) -> list[Case]:
    """The measured rows of some uses, each asked as a user would ask for it."""
    chips = {chip.id: chip for chip in catalogue.accelerators().rows}
    models = {model.id: model for model in catalogue.models().rows}
    asked_cases = []
    for row in serving_rows():
        if row.use in uses:
            assert row.input_tokens
            assert row.output_tokens
            model, chip = models[row.model], chips[row.gpu]
            work = served(model, model.active, row.precision, row.kv_precision)
            lengths = (row.input_tokens, row.output_tokens)
            asked = Asked(work, chip, usable_memory(chip), *lengths, row.batch, Target(row.stream_rate), row.level)
            asked_cases.append(Case(row, asked, choices_of(row, work, chip)))
    return asked_cases


def choices_of(row: ServingRow, work: Served, chip: Accelerator) -> list[list[Layout]]:
    """The layout that the row says, or every one; of TensorRT-LLM's tables, which give the chips of one copy, those of one copy."""
    if row.parallelism:
        return [[given_layout(row.parallelism, work, chip, row.gpus)]]
    choices = list(layouts(work, chip, row.gpus))
    if row.table == "TensorRT-LLM":
        return [[layout for layout in stages if layout.copies == 1 and layout.used == row.gpus] for stages in choices]
    return choices


def roofline(level: str) -> ServingConstants:
    """Constants of which only the two shares cost time: no time for layers, hosts and exchange, no loss but theirs."""
    free = {name: 0.0 for name in ServingConstants._fields if name.endswith(("seconds", "traffic", "_width", "work"))}
    whole = {name: 1.0 for name in ServingConstants._fields if name.startswith(("matrix", "pipeline", "output"))}
    shares = {"bandwidth": ROOFLINE_BANDWIDTH, "matrix_efficiency": ROOFLINE_PEAK, "attention_efficiency": ROOFLINE_PEAK}
    return serving_constants(level)._replace(**free, **{**whole, **shares})


class Scored(NamedTuple):
    """Predictions of one kind against what was measured."""

    rows: int
    sources: int
    median: float
    within: float  # share within a factor of 1.5
    ratio: float  # median of predicted / published
    held: float  # share inside the 80% interval
    width: float  # median of high over low
    rule_median: float  # of the roofline
    rule_within: float


class Scores(NamedTuple):
    """The tables of the page: by question, and by who measured."""

    by_question: dict[tuple[str, str, str], Scored]  # split, table, use
    by_source: dict[tuple[str, str, str], Scored]  # table, use, source; sources left out


def scores() -> Scores:
    """How far the stored predictions are from what was measured, beside the roofline on the same rows."""
    rule = {}
    for case in cases((*FITTED, *UNFITTED)):
        plan = case.plan(roofline(case.row.level))
        if plan:
            rule[case.row.id] = plan.time.tokens_per_second
    sources = {row.id: row.table for row in serving_rows()}
    questions: dict[tuple[str, str, str], list[HeldOutServing]] = defaultdict(list)
    measured: dict[tuple[str, str, str], list[HeldOutServing]] = defaultdict(list)
    for row in held_out_serving():
        questions[row.split, row.table, row.use].append(row)
        if "source" in row.split:
            measured[row.table, row.use, sources[row.id]].append(row)
    return Scores(
        {key: _scored(group, sources, rule) for key, group in sorted(questions.items(), reverse=True)},
        {key: _scored(group, sources, rule) for key, group in sorted(measured.items())},
    )


class MediaScored(NamedTuple):
    """Predictions of images or speech against what was measured; see Scored."""

    rows: int
    median: float
    within: float
    ratio: float
    held: float
    width: float


def media_scores() -> dict[tuple[str, str], MediaScored]:
    """How far the stored predictions of images and speech are from what was measured, by who measured and in all."""
    rows = {row.id: row for row in image_rows()} | {row.id: row for row in speech_rows()}
    groups: dict[tuple[str, str], list[HeldOutMedia]] = defaultdict(list)
    for prediction in held_out_media():
        row = rows[prediction.id]
        groups[prediction.use, row.table if row.role == "fit" else f"{row.table} (software of 2022, not fitted)"].append(prediction)
        if row.role == "fit":
            groups[prediction.use, "all"].append(prediction)
    scored = {}
    for key, group in sorted(groups.items(), key=lambda pair: (pair[0][0], pair[0][1] == "all", pair[0][1])):
        errors = [math.log(row.predicted / row.published) for row in group]
        held = fmean(row.lower <= row.published <= row.upper for row in group)
        width = median(row.upper / row.lower for row in group)
        scored[key] = MediaScored(len(group), _median_error(errors), _within(errors), math.exp(median(errors)), held, width)
    return scored


class Duel(NamedTuple):
    """Our predictions, the source left out of the fit, and another tool's of the same rows."""

    rows: int
    ours: float  # median error
    ours_within: float  # share within a factor of 1.5
    ours_ratio: float  # median of predicted / published
    theirs: float
    theirs_within: float
    theirs_ratio: float


def duels() -> dict[tuple[str, str], Duel]:
    """By kind of model and who measured, the rows that the other tool could answer."""
    theirs = {row.id: row.predicted for row in rival_serving()}
    tables = {row.id: row.table for row in serving_rows()}
    groups: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for row in held_out_serving():
        if "source" in row.split and row.id in theirs:
            errors = math.log(row.predicted / row.published), math.log(theirs[row.id] / row.published)
            for name in (tables[row.id], "all"):
                groups[row.table, name].append(errors)
    by_source = {}
    for key, pairs in sorted(groups.items(), key=lambda pair: (pair[0][0], pair[0][1] == "all", pair[0][1])):
        figures = [(_median_error(errors), _within(errors), math.exp(median(errors))) for errors in map(list, zip(*pairs, strict=True))]
        by_source[key] = Duel(len(pairs), *figures[0], *figures[1])
    return by_source


def _scored(group: Sequence[HeldOutServing], sources: dict[str, str], rule: dict[str, float]) -> Scored:
    ours = [math.log(row.predicted / row.published) for row in group]
    ruled = [math.log(rule[row.id] / row.published) for row in group if row.id in rule]
    return Scored(
        len(group), len({sources[row.id] for row in group}), _median_error(ours), _within(ours), math.exp(median(ours)),
        fmean(row.lower <= row.published <= row.upper for row in group), median(row.upper / row.lower for row in group),
        _median_error(ruled), _within(ruled),
    )  # fmt: skip


def _median_error(errors: Sequence[float]) -> float:
    return median(abs(math.expm1(error)) for error in errors)


def _within(errors: Sequence[float]) -> float:
    return fmean(abs(error) <= math.log(1.5) for error in errors)
