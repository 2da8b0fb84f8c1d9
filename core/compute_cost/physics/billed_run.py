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
    interval: float
    interval_new_chip: float
    interval_mixture: float


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
    without_network = reached / (1 - step.network_share)
    halvings = math.log2(max(1.0, peak / gpu.peak16))
    level = c.practice_level * math.pow(c.practice_low_precision, min(2.0, halvings)) * (c.practice_mixture if work.mixture else 1.0)
    level *= math.pow(c.practice_small_cluster, small_cluster(gpus, c))
    year = int(gpu.released[:4])
    if (precision == "fp16" and year <= 2021) or (year < 2020 and gpu.vendor == "NVIDIA"):
        level *= c.practice_early_half_precision
    level *= min(1.0, (1 - step.network_share) / (1 - c.ordinary_network_share))
    return min(c.practice_ceiling, level * math.pow(without_network, c.practice_exponent) / reached)


def interval(calibrated: bool, mixture_or_low_precision: bool, c: RunConstants) -> float:
    """Factor to either side that bounds 80%; the parts are taken as independent."""
    parts = [c.interval]
    if not calibrated:
        parts.append(c.interval_new_chip)
    if mixture_or_low_precision:
        parts.append(c.interval_mixture)
    return math.exp(math.hypot(*(math.log(part) for part in parts)))


@catalogue.kept()
def calibrated_generations() -> frozenset[str]:
    """Chip generations with at least five published whole runs in the fit."""
    generation = {chip.id: chip.generation for chip in catalogue.accelerators().rows}
    counted = Counter(generation[run.gpu] for run in catalogue.runs() if run.use.startswith("whole run"))
    return frozenset(name for name, runs in counted.items() if runs >= 5)
