"""The scoreboard: the estimator against every published run and throughput figure in the data, next to simple rules.

A prediction's error is |predicted / published - 1|. The held-out predictions are stored (benchmarks/data/held_out.csv, written
by benchmarks/fit_utilization.py): each is by constants fitted without the row, or without all rows of its group.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from statistics import fmean, median, quantiles
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue import measured
from compute_cost.catalogue.records import Accelerator, Model, Run
from compute_cost.errors import NoData
from compute_cost.physics.formats import peak_of
from compute_cost.training.run import TrainingRun, training_run

FLAT_RULES = (("flat 0.35", 0.35), ("flat 0.375", 0.375), ("6ND at peak", 1.0))
# Size classes [parameters] within which teams are compared for the noise floor.
SIZE_CLASSES = (0.9e9, 4e9, 15e9, 80e9)
DRAWS = 1000  # of the bootstrap


class Pair(NamedTuple):
    """A predicted and a published figure. `factor` divides the prediction to the low end of its 80% interval and multiplies it to the
    high end, unless `above` does; `rival` is what the simplest rule predicts."""

    id: str
    predicted: float
    published: float
    factor: float | None = None
    above: float | None = None
    rival: float | None = None

    @property
    def ratio(self) -> float:
        return self.predicted / self.published

    @property
    def low(self) -> float:
        return self.predicted / (self.factor or 1)

    @property
    def high(self) -> float:
        return self.predicted * (self.above or self.factor or 1)

    @property
    def is_covered(self) -> bool:
        return self.low <= self.published <= self.high

    @property
    def of_rival(self) -> Pair:
        """The simplest rule's own pair of the same row."""
        assert self.rival
        return Pair(self.id, self.rival, self.published)


class Score(NamedTuple):
    """How well predictions meet what was published; `covered` counts those inside their interval."""

    rows: int
    median: float
    ninetieth: float
    within: float
    bias: float
    covered: int | None
    width: float | None


def score(pairs: Sequence[Pair]) -> Score:
    errors = [abs(pair.ratio - 1) for pair in pairs]
    logs = [math.log(pair.ratio) for pair in pairs]
    widths = [math.sqrt(pair.high / pair.low) for pair in pairs if pair.factor]
    covered = sum(pair.is_covered for pair in pairs if pair.factor)
    ninetieth = quantiles(errors, n=10, method="inclusive")[-1] if len(errors) > 1 else errors[0]
    within = fmean(abs(log) <= math.log(1.5) for log in logs)
    return Score(
        len(pairs), median(errors), ninetieth, within, fmean(logs),
        covered if widths else None, median(widths) if widths else None,
    )  # fmt: skip


class Comparison(NamedTuple):
    """How much farther the simplest rule lies off than the prediction, with 80% of resampled groups of rows around it.

    `median` is the difference of the median errors, `mean` that of the mean absolute logarithms; above 0 the prediction is nearer.
    """

    median: float
    median_low: float
    median_high: float
    mean: float
    mean_low: float
    mean_high: float
    better: float  # share of the resamplings in which the prediction's mean is the smaller one


def compare(pairs: Sequence[Pair], group: Callable[[Pair], str]) -> Comparison:
    """The paired bootstrap: both rules on the same rows, whole groups drawn again and again, always the same ones."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[group(pair)].append(pair)
    names, drawn = sorted(groups), random.Random(1)  # noqa: S311 (resampling, no secret)
    draws = [_differences([pair for name in drawn.choices(names, k=len(names)) for pair in groups[name]]) for _ in range(DRAWS)]
    middle = _differences(pairs)
    ends = [quantiles([draw[i] for draw in draws], n=10, method="inclusive") for i in (0, 1)]
    return Comparison(middle[0], ends[0][0], ends[0][-1], middle[1], ends[1][0], ends[1][-1], fmean(draw[1] > 0 for draw in draws))


def _differences(pairs: Sequence[Pair]) -> tuple[float, float]:
    ours, theirs = [pair.ratio for pair in pairs], [pair.of_rival.ratio for pair in pairs]
    medians = median(abs(ratio - 1) for ratio in theirs) - median(abs(ratio - 1) for ratio in ours)
    return medians, fmean(abs(math.log(ratio)) for ratio in theirs) - fmean(abs(math.log(ratio)) for ratio in ours)


def run_model(run: Run) -> Model:
    """The model of a published run as the run's source describes it; heads from the catalogue where it is there."""
    assert run.params
    base = catalogue.models().get(run.catalogue_model) if run.catalogue_model else None
    model = base or Model.of_size(run.params)
    return replace(
        model, id="", kind=run.kind, params=run.params, active_params=run.active_params, tokens=run.tokens, seq_len=run.seq_len,
        layers=run.layers or model.layers, hidden=run.hidden or model.hidden,
    )  # fmt: skip


def run_precision(run: Run, gpu: Accelerator) -> str:
    """The number format of the matrix products, from the row's words; the chip's own 16 bits where they do not say."""
    return next((name for name in ("fp16", "fp8") if run.precision.startswith(name)), peak_of(gpu)[0])


def estimated(run: Run) -> TrainingRun:
    """The estimator's answer for a published run, from its model, tokens, chip, precision and number of chips.

    Raises NoData where the run's chip is not in the catalogue, and what train_gpu_hours raises.
    """
    gpu = catalogue.accelerators().get(run.gpu)
    if gpu is None:
        raise NoData(f"gpu: the chip of {run.model} is not in the catalogue")
    return training_run(run_model(run), None, gpu, None, run_precision(run, gpu), None, None, run.gpus)


def whole_runs(fitted: bool = True) -> tuple[Run, ...]:
    """The runs that the fit uses; with `fitted` false those left out (or for checking) of which hours could be compared."""
    complete = [run for run in catalogue.runs() if run.gpu_hours and run.tokens and run.params and catalogue.accelerators().get(run.gpu)]
    if fitted:
        return tuple(run for run in complete if run.use.startswith("whole run"))
    return tuple(run for run in complete if not run.use.startswith("whole run") and run.kind != "diffusion")


def shipped() -> tuple[Pair, ...]:
    """The estimator as it ships on the runs it was fitted to."""
    pairs = []
    for run in whole_runs():
        answer = estimated(run)
        assert run.gpu_hours
        assert answer.predicted
        spread = answer.predicted.spread
        pairs.append(Pair(run.id, answer.hours, run.gpu_hours, spread.high, 1 / spread.low))
    return tuple(pairs)


def _fitted(ids: Iterable[str] | None) -> list[Run]:
    """The runs that the fit uses, or those of them that are named."""
    wanted = None if ids is None else set(ids)
    return [run for run in whole_runs() if wanted is None or run.id in wanted]


def flat(share: float, ids: Iterable[str] | None = None) -> tuple[Pair, ...]:
    """The rule of other calculators, 6 x parameters x tokens / (share x 16-bit peak), on the same runs."""
    pairs = []
    for run in _fitted(ids):
        gpu = catalogue.accelerators().get(run.gpu)
        if gpu and run.params and run.tokens and run.gpu_hours:
            hours = 6 * (run.active_params or run.params) * run.tokens / (peak_of(gpu)[1] * share * 3600)
            pairs.append(Pair(run.id, hours, run.gpu_hours))
    return tuple(pairs)


def flat_on_our_compute(share: float, ids: Iterable[str] | None = None) -> tuple[Pair, ...]:
    """The same rule on the compute as train_flops counts it (attention, experts, encoder-decoders), at the run's own precision."""
    pairs = []
    for run in _fitted(ids):
        answer = estimated(run)
        assert run.gpu_hours
        pairs.append(Pair(run.id, answer.hours * answer.utilization / share, run.gpu_hours))
    return tuple(pairs)


def held_out() -> dict[tuple[str, str], tuple[Pair, ...]]:
    """The stored predictions by table and by what was left out, in the order of the file."""
    by_split: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for row in measured.held_out():
        below, above = row.predicted / row.interval_low, row.interval_high / row.predicted
        by_split[row.table, row.split].append(Pair(row.id, row.predicted, row.published, below, above, row.rival))
    return {key: tuple(pairs) for key, pairs in by_split.items()}


def noise_floor(without: str = "") -> tuple[float, int]:
    """Standard deviation of ln(utilization) between teams on one chip generation and in one size class, and its degrees of freedom.

    Dense models on data-center Ampere chips; 6ND over the 16-bit peak; a team's runs of one class count once. `without` leaves
    out one organization.
    """
    classes: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for run, at_peak in zip(whole_runs(), flat(1.0), strict=True):
        gpu = catalogue.accelerators().get(run.gpu)
        if gpu and gpu.generation == "ampere" and run.kind == "dense" and run.params and run.organization != without:
            classes[sum(run.params > bound for bound in SIZE_CLASSES)][run.organization].append(math.log(at_peak.ratio))
    squares, freedom = 0.0, 0
    for teams in classes.values():
        means = [fmean(values) for values in teams.values()]
        squares += sum((mean - fmean(means)) ** 2 for mean in means)
        freedom += len(means) - 1
    return math.sqrt(squares / freedom), freedom


def farthest_organization() -> str:
    """The organization of the run that its prediction misses most."""
    pair = max(held_out()["whole run", "one organization left out"], key=lambda pair: abs(math.log(pair.ratio)))
    return next(run.organization for run in whole_runs() if run.id == pair.id)


def by_organization(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """One pair for each organization: the median ratio of its runs."""
    owner = {run.id: run.organization for run in catalogue.runs()}
    ratios: dict[str, list[float]] = defaultdict(list)
    for pair in pairs:
        ratios[owner[pair.id]].append(pair.ratio)
    return tuple(Pair(name, median(values), 1.0) for name, values in ratios.items())
