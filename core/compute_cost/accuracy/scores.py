"""The scoreboard: the estimator against every published run and throughput figure in the data, next to simple rules.

A prediction's error is |predicted / published - 1|. The held-out predictions are stored (benchmarks/data/held_out.csv, written
by benchmarks/fit_utilization.py): each is by constants fitted without the row, or without all rows of its group.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
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


class Pair(NamedTuple):
    """A predicted and a published figure; `factor` multiplies and divides the prediction to its 80% interval."""

    id: str
    predicted: float
    published: float
    factor: float | None = None

    @property
    def ratio(self) -> float:
        return self.predicted / self.published


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
    factors = [pair.factor for pair in pairs if pair.factor]
    covered = sum(abs(log) <= math.log(pair.factor) for log, pair in zip(logs, pairs, strict=True) if pair.factor)
    ninetieth = quantiles(errors, n=10, method="inclusive")[-1] if len(errors) > 1 else errors[0]
    within = fmean(abs(log) <= math.log(1.5) for log in logs)
    return Score(
        len(pairs), median(errors), ninetieth, within, fmean(logs),
        covered if factors else None, median(factors) if factors else None,
    )  # fmt: skip


def run_model(run: Run) -> Model:
    """The model of a published run as the run's source describes it; heads from the catalogue where it is there."""
    assert run.params
    base = catalogue.models().get(run.catalogue_model) if run.catalogue_model else None
    known = base or Model.of_size(run.params)
    return replace(
        known, id="", kind=run.kind, params=run.params, active_params=run.active_params, tokens=run.tokens, seq_len=run.seq_len,
        layers=run.layers or known.layers, hidden=run.hidden or known.hidden,
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
    found = []
    for run in whole_runs():
        answer = estimated(run)
        assert run.gpu_hours
        assert answer.predicted
        found.append(Pair(run.id, answer.hours, run.gpu_hours, answer.predicted.factor))
    return tuple(found)


def _fitted(ids: Iterable[str] | None) -> list[Run]:
    """The runs that the fit uses, or those of them that are named."""
    wanted = None if ids is None else set(ids)
    return [run for run in whole_runs() if wanted is None or run.id in wanted]


def flat(share: float, ids: Iterable[str] | None = None) -> tuple[Pair, ...]:
    """The rule of other calculators, 6 x parameters x tokens / (share x 16-bit peak), on the same runs."""
    found = []
    for run in _fitted(ids):
        gpu = catalogue.accelerators().get(run.gpu)
        if gpu and run.params and run.tokens and run.gpu_hours:
            hours = 6 * (run.active_params or run.params) * run.tokens / (peak_of(gpu)[1] * share * 3600)
            found.append(Pair(run.id, hours, run.gpu_hours))
    return tuple(found)


def flat_on_our_compute(share: float, ids: Iterable[str] | None = None) -> tuple[Pair, ...]:
    """The same rule on the compute as train_flops counts it (attention, experts, encoder-decoders), at the run's own precision."""
    found = []
    for run in _fitted(ids):
        answer = estimated(run)
        assert run.gpu_hours
        found.append(Pair(run.id, answer.hours * answer.utilization / share, run.gpu_hours))
    return tuple(found)


def held_out() -> dict[tuple[str, str], tuple[Pair, ...]]:
    """The stored predictions by table and by what was left out, in the order of the file."""
    found: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for row in measured.held_out():
        found[row.table, row.split].append(Pair(row.id, row.predicted, row.published, row.factor))
    return {key: tuple(pairs) for key, pairs in found.items()}


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
