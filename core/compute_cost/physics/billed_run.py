"""From a step to a billed run: what teams reach in practice, what restarts take, and how far predictions miss.

Constants: core/compute_cost/data/utilization.csv. The goodput constants are published rates; those of practice are fitted to
published whole runs by benchmarks/fit_utilization.py.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.physics.elementwise import smaller
from compute_cost.physics.training_step import StepTime, Workload


class RunConstants(NamedTuple):
    """The constants that lead from the step to the billed run; each name is a row of core/compute_cost/data/utilization.csv."""

    practice_level: float
    practice_exponent: float
    practice_low_precision: float
    practice_mixture: float
    practice_small_cluster: float
    practice_early_half_precision: float
    practice_ceiling: float
    ordinary_network_share: float
    small_cluster_gpus: float
    evaluation_share: float
    failure_share: float
    failure_exponent: float
    billed_over_metered: float
    interval_low: float
    interval_high: float
    interval_new_chip: float
    interval_mixture: float
    step_interval_low: float
    step_interval_high: float
    step_interval_mixture_low: float
    step_interval_mixture_high: float
    step_interval_new_chip: float
    step_interval_known_low: float
    step_interval_known_high: float


class Spread(NamedTuple):
    """What multiplies a utilization to the ends of its 80% interval."""

    low: float
    high: float


def small_cluster(gpus: float, c: RunConstants) -> float:
    """1 on one accelerator, a half on 16, nearly 0 on hundreds."""
    return 1 / (1 + (gpus / c.small_cluster_gpus) ** 2)


def goodput(gpus: float, c: RunConstants) -> float:
    """Share of billed time that makes progress: (1 - evaluation share) / (1 + failure share x (accelerators / 1024)^exponent)."""
    failures = c.failure_share * math.pow(gpus / 1024, c.failure_exponent)
    return (1 - c.evaluation_share * (1 - small_cluster(gpus, c))) / (1 + failures)


def practice(
    reached: float, step: StepTime, work: Workload, gpu: Accelerator, precision: str, peak: float, gpus: float, c: RunConstants
) -> float:
    """What published runs reach, as a ratio to the step utilization that tuned benchmarks reach on the same chip.

    Runs follow the benchmark's differences between chips and sizes only in part (the exponent); time lost
    to a network that takes more than the ordinary share is lost in full.
    """
    network_share, peak16 = step.network_share, gpu.peak16
    without_network = reached / (1 - network_share)
    level = c.practice_level * (c.practice_mixture if work.mixture else 1.0)
    if peak > peak16:
        # What narrow formats lose in practice is lost in computation: no network is slower for them.
        level *= math.pow(c.practice_low_precision, smaller(2.0, math.log2(peak / peak16)) * (1 - network_share))
    level *= math.pow(c.practice_small_cluster, small_cluster(gpus, c))
    if _is_early_half_precision(gpu, precision):
        level *= c.practice_early_half_precision
    if network_share > c.ordinary_network_share:
        level *= (1 - network_share) / (1 - c.ordinary_network_share)
    return smaller(c.practice_ceiling, level * math.pow(without_network, c.practice_exponent) / reached)


@catalogue.kept(1000)
def _is_early_half_precision(gpu: Accelerator, precision: str) -> bool:
    year = int(gpu.released[:4])
    return (precision == "fp16" and year <= 2021) or (year < 2020 and gpu.vendor == "NVIDIA")


BILLINGS = ("metered", "reserved")


def billed_over_metered(billing: str, c: RunConstants) -> float:
    """Hours paid over those of the average published run, which counts either.

    Some published figures are metered hours of running jobs, others whole days of a reserved cluster, which also hold what stood
    still; `billed_over_metered` lies between the two, and half of it (in logarithm) between each and the average.
    """
    return 1.0 if not billing else math.pow(c.billed_over_metered, 0.5 if billing == "reserved" else -0.5)


@catalogue.kept(100)
def interval(calibrated: bool, mixture_or_low_precision: bool, billing: str, c: RunConstants) -> Spread:
    """What bounds 80% of published runs, further down than up, as runs lose more than they gain; the parts are taken as independent.

    Where the billing is known, its part of the spread is gone.
    """
    more = [c.interval_new_chip] * (not calibrated) + [c.interval_mixture] * mixture_or_low_precision
    known = math.log(c.billed_over_metered) / 2 if billing else 0.0
    low, high = (
        math.exp(math.sqrt(max(0.0, math.log(end) ** 2 - known**2) + sum(math.log(part) ** 2 for part in more)))
        for end in (c.interval_low, c.interval_high)
    )
    return Spread(1 / low, high)


@catalogue.kept(10)
def step_interval(measured: bool, mixture: bool, known: bool, c: RunConstants) -> Spread:
    """What bounds 80% of measured steps of a stack or release that the fit had not seen, on a chip whose generation was measured or not.

    `known` is a model that was itself measured on the chip, in another stack or in an earlier release.
    """
    if known:
        return Spread(1 / c.step_interval_known_low, c.step_interval_known_high)
    more = 0.0 if measured else math.log(c.step_interval_new_chip)
    ends = (c.step_interval_mixture_low, c.step_interval_mixture_high) if mixture else (c.step_interval_low, c.step_interval_high)
    low, high = (math.exp(math.hypot(math.log(end), more)) for end in ends)
    return Spread(1 / low, high)


@catalogue.kept()
def calibrated_generations() -> frozenset[str]:
    """Chip generations with at least five published whole runs in the fit."""
    generation = {chip.id: chip.generation for chip in catalogue.accelerators().rows}
    counted = Counter(generation[run.gpu] for run in catalogue.runs() if run.use.startswith("whole run"))
    return frozenset(name for name, runs in counted.items() if runs >= 5)
