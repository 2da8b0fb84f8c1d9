"""Fits the constants of the utilization model to published rows and tests them on rows left out.

    python benchmarks/fit_utilization.py               print the fit and the held-out tables
    python benchmarks/fit_utilization.py --write       also write core/compute_cost/data/utilization.csv and benchmarks/data/held_out.csv
    python benchmarks/fit_utilization.py --bootstrap N  resample the rows N times for the 80% range of each constant

The step constants are fitted to ln(utilization) of the measured throughput with a ridge towards round physical values
and a Huber loss; those of practice to the published whole runs, each organization weighed by the root of its rows.
Whole runs are tested with step constants that were fitted without the step figures of the same runs.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from compute_cost import catalogue
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.measured import HeldOut
from compute_cost.physics.billed_run import goodput, practice, small_cluster
from compute_cost.physics.chips import StepConstants
from compute_cost.physics.training_step import step_time
from compute_cost.physics.utilization import Constants, constants, prediction
from published_rows import Row, step_rows, whole_rows

CONSTANTS = Path(__file__).resolve().parents[1] / "core" / "compute_cost" / "data" / "utilization.csv"
HELD_OUT = Path(__file__).resolve().parent / "data" / "held_out.csv"
# Fitted step constants with the middle and the width, in logarithm, of what is plausible before any row is seen.
PRIORS = {
    "matrix_efficiency": (0.72, 0.2),
    "blackwell_gain": (1.0, 0.15),
    "attention_efficiency_to_2021": (0.55, 0.3),
    "attention_efficiency_from_2022": (0.35, 0.3),
    "attention_efficiency_from_2025": (0.5, 0.4),
    "narrow_layer_width": (300.0, 0.7),
    "activation_passes": (60.0, 0.5),
    "mixture_passes": (2.0, 0.7),
    "low_precision_passes": (0.3, 0.7),
    "recomputation": (0.22, 0.3),
    "exposed_gradients": (0.3, 0.7),
    "tensor_parallel_traffic": (0.6, 0.4),
    "exposed_experts": (0.4, 0.7),
}
PRACTICE_PRIORS = {
    "practice_level": (0.569, 0.1),
    "practice_small_cluster": (1.22, 0.2),
    "practice_early_half_precision": (0.86, 0.15),
}
# How far a row may lie off before it counts less: repeats agree within 1% in one table and within 15% in another.
SPREAD = {"llm-foundry": 0.06, "megatron-bridge": 0.25, "step of a run": 0.20}
HUBER = 1.5
WHOLE_SPREAD = 0.3


Vector = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def step_error(row: Row, c: StepConstants) -> float:
    """ln(predicted / published) of a step's utilization."""
    count = row.gpus or 8.0
    return math.log(row.work.flop / (row.peak * step_time(row.work, row.gpu, row.peak, count, c).seconds) / row.utilization)


def fit_step(rows: Sequence[Row], start: StepConstants | None = None) -> StepConstants:
    names = list(PRIORS)
    base = constants().step
    middle = np.log([PRIORS[name][0] for name in names])
    width = np.array([PRIORS[name][1] for name in names])
    weight = np.array([1 / SPREAD[row.table] for row in rows])

    def residuals(x: Vector) -> Vector:
        c = base._replace(**dict(zip(names, np.exp(x).tolist(), strict=True)))
        errors = np.array([step_error(row, c) for row in rows]) * weight
        soft = np.sign(errors) * np.sqrt(2 * HUBER**2 * (np.sqrt(1 + (errors / HUBER) ** 2) - 1))
        return np.concatenate([soft, (x - middle) / width])

    x = np.log([getattr(start, name) for name in names]) if start else middle
    best = None
    for step in (1e-3, 1e-2):  # a layout that flips makes the error jump: a second, wider difference gets over it
        fitted = least_squares(residuals, x, diff_step=step, max_nfev=40)
        if best is None or fitted.cost < best.cost:
            best = fitted
        x = best.x
    assert best is not None
    return base._replace(**dict(zip(names, np.exp(best.x).tolist(), strict=True)))


class WholeFit:
    """Published whole runs as a linear problem in the logarithms of the practice constants."""

    def __init__(self, rows: Sequence[Row], step: StepConstants) -> None:
        self.rows = rows
        self.base = constants().run._replace(practice_ceiling=math.inf, **dict.fromkeys(PRACTICE_PRIORS, 1.0))
        self.offset = np.zeros(len(rows))
        self.design = np.zeros((len(rows), len(PRACTICE_PRIORS)))
        self.target = np.log([row.utilization for row in rows])
        counts = Counter(row.organization for row in rows)
        self.weight = np.array([counts[row.organization] ** -0.5 for row in rows])
        self.usual = Constants(step, constants().run, *constants()[2:])
        for i, row in enumerate(rows):
            predicted = prediction(row.work, row.work.flop, row.gpu, row.precision, row.peak, row.gpus, self.usual)
            args = (predicted.step_value, predicted.step, row.work, row.gpu, row.precision, row.peak, predicted.gpus)
            plain = practice(*args, self.base)
            early = practice(*args, self.base._replace(practice_early_half_precision=math.e))
            self.offset[i] = math.log(predicted.step_value * plain * goodput(predicted.gpus, self.base))
            self.design[i] = (1.0, small_cluster(predicted.gpus, self.base), math.log(early / plain))

    def solve(self, rows: Sequence[int]) -> Vector:
        """The practice constants' logarithms from the rows of those positions: ridge, Huber weights."""
        middle = np.log([prior[0] for prior in PRACTICE_PRIORS.values()])
        width = np.array([prior[1] for prior in PRACTICE_PRIORS.values()])
        design, rest = self.design[rows], (self.target - self.offset)[rows]
        weight, x = self.weight[rows], np.asarray(middle)
        for _ in range(20):
            left = design.T @ (design * weight[:, None]) / WHOLE_SPREAD**2 + np.diag(1 / width**2)
            x = np.linalg.solve(left, design.T @ (weight * rest) / WHOLE_SPREAD**2 + middle / width**2)
            weight = self.weight[rows] * np.minimum(1, 0.35 / np.maximum(np.abs(rest - design @ x), 1e-9))
        return x

    def errors(self, x: Vector) -> Vector:
        """ln(predicted hours / published hours) of every row."""
        return self.target - self.offset - self.design @ x

    def left_out(self, key: Callable[[Row], object]) -> Vector:
        """The error of every row under constants fitted without the rows of the same key."""
        errors = np.zeros(len(self.rows))
        for i, row in enumerate(self.rows):
            errors[i] = self.errors(self.solve([j for j, other in enumerate(self.rows) if key(other) != key(row)]))[i]
        return errors


def cross_validate(rows: Sequence[Row], table: str, key: Callable[[Row], object], start: StepConstants) -> dict[str, float]:
    """The error of each row of `table` under constants fitted without the table's rows of the same key."""
    errors: dict[str, float] = {}
    for value in sorted({str(key(row)) for row in rows if row.table == table}):
        c = fit_step([row for row in rows if row.table != table or str(key(row)) != value], start)
        errors |= {row.id: step_error(row, c) for row in rows if row.table == table and str(key(row)) == value}
    return errors


def line(name: str, errors: Sequence[float]) -> None:
    e = np.array(errors)
    off = np.abs(np.expm1(e))
    share = float(np.mean(np.abs(e) < math.log(1.5)))
    print(
        f"{name:48} {len(e):4} median {np.median(off):6.1%}  p90 {np.quantile(off, 0.9):6.1%}  in x1.5 {share:5.0%}"
        f"  mean {e.mean():+.3f}  sd {e.std():.3f}  80% within x{math.exp(np.quantile(np.abs(e), 0.8)):.2f}"
    )


def generation(row: Row) -> str:
    return row.gpu.generation


def ranges(rows: Sequence[Row], whole: Sequence[Row], step: StepConstants, draws: int) -> dict[str, tuple[float, float]]:
    """10th and 90th percentile of each constant over fits to resampled groups of rows."""
    rng = np.random.default_rng(1)
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.table, row.group, row.gpu.id].append(row)
    keys = list(groups)
    fits = []
    for _ in range(draws):
        sample = [row for k in rng.integers(0, len(keys), len(keys)) for row in groups[keys[k]]]
        fits.append([getattr(fit_step(sample, step), name) for name in PRIORS])
    spans = {name: tuple(np.quantile([values[i] for values in fits], (0.1, 0.9)).tolist()) for i, name in enumerate(PRIORS)}
    problem = WholeFit(whole, step)
    organizations = sorted({row.organization for row in whole})
    solutions = []
    for _ in range(10 * draws):
        drawn = rng.integers(0, len(organizations), len(organizations))
        index = [i for k in drawn for i, row in enumerate(whole) if row.organization == organizations[k]]
        solutions.append(np.exp(problem.solve(index)))
    return spans | {n: tuple(np.quantile([x[i] for x in solutions], (0.1, 0.9)).tolist()) for i, n in enumerate(PRACTICE_PRIORS)}


def write_constants(values: dict[str, float], spans: dict[str, tuple[float, float]], step_count: str, whole_count: str) -> None:
    rows = list(csv.DictReader(CONSTANTS.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        name = row["name"]
        if name in values:
            row["value"] = f"{values[name]:.4g}"
            row["date"] = catalogue.catalogue_date().isoformat()
            row["rows"] = step_count if name in PRIORS else whole_count
        if name in spans:
            row["low"], row["high"] = (f"{bound:.4g}" for bound in spans[name])
    with CONSTANTS.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="also write the constants and the held-out predictions")
    parser.add_argument("--bootstrap", type=int, default=0, metavar="N", help="resampled fits for the range of each constant")
    parser.add_argument("--quick", action="store_true", help="only the fit, no held-out tables")
    given = parser.parse_args()

    rows, whole = step_rows(), whole_rows()
    step = fit_step(rows)
    print({name: round(getattr(step, name), 4) for name in PRIORS})
    for table in SPREAD:
        line(f"{table}, fitted", [step_error(row, step) for row in rows if row.table == table])
    fitted_runs = {row.id for row in whole}
    clean = fit_step([row for row in rows if row.id not in fitted_runs], step)
    problem = WholeFit(whole, clean)
    solution = problem.solve(range(len(whole)))
    line("whole run, fitted", problem.errors(solution).tolist())
    values = {name: getattr(step, name) for name in PRIORS} | dict(zip(PRACTICE_PRIORS, np.exp(solution).tolist(), strict=True))
    print({name: round(values[name], 4) for name in PRACTICE_PRIORS})

    held: list[list[str]] = []
    if not given.quick:
        held = step_tables(rows, step) + whole_tables(problem)
        apart = problem.left_out(generation)
        by_generation: dict[str, list[float]] = defaultdict(list)
        for error, row in zip(apart.tolist(), whole, strict=True):
            by_generation[generation(row)].append(error)
        means = [sum(errors) / len(errors) for errors in by_generation.values()]
        values["interval_new_chip"] = math.exp(1.2816 * math.sqrt(sum(m * m for m in means) / len(means)))
        print(f"mean error by generation left out {[round(m, 3) for m in means]}: interval_new_chip {values['interval_new_chip']:.3f}")
    spans = ranges(rows, whole, clean, given.bootstrap) if given.bootstrap else {}
    for name, (low, high) in spans.items():
        print(f"{name:32} {values[name]:8.4g}  {low:.4g} to {high:.4g}")
    if given.write:
        write_constants(values, spans, f"{len(rows)} step rows", f"{len(whole)} whole runs")
        if held:
            with HELD_OUT.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file, lineterminator="\n").writerows([list(columns(HeldOut)), *held])


def step_tables(rows: Sequence[Row], step: StepConstants) -> list[list[str]]:
    rng = np.random.default_rng(1)
    fold = {row.id: int(k) for row, k in zip(rows, rng.permutation(len(rows)) % 5, strict=True)}
    splits: list[tuple[str, str, Callable[[Row], object]]] = [
        ("llm-foundry", "five folds", lambda row: fold[row.id]),
        ("llm-foundry", "one model left out", lambda row: row.group),
        ("llm-foundry", "one chip left out", lambda row: row.gpu.id),
        ("megatron-bridge", "five folds", lambda row: fold[row.id]),
        ("megatron-bridge", "one model left out", lambda row: row.group),
        ("megatron-bridge", "one chip left out", lambda row: row.gpu.id),
        ("step of a run", "one organization left out", lambda row: row.organization),
    ]
    held = []
    for table, split, key in splits:
        errors = cross_validate(rows, table, key, step)
        line(f"{table}, {split}", list(errors.values()))
        for row in rows:
            if row.table == table:
                held.append([table, split, row.id, f"{row.utilization * math.exp(errors[row.id]):.4g}", f"{row.utilization:.4g}", "", "1"])
    return held


def whole_tables(problem: WholeFit) -> list[list[str]]:
    rows = problem.rows
    held = []

    def note(split: str, errors: Vector, mask: Sequence[bool] | None = None) -> None:
        kept = [i for i in range(len(rows)) if mask is None or mask[i]]
        line(f"whole run, {split}", [float(errors[i]) for i in kept])
        for i in kept:
            row = rows[i]
            factor = prediction(row.work, row.work.flop, row.gpu, row.precision, row.peak, row.gpus, problem.usual).factor
            predicted = row.hours * math.exp(float(errors[i]))
            held.append(["whole run", split, row.id, f"{predicted:.5g}", f"{row.hours:.5g}", f"{factor:.3f}", "GPU-hours"])

    note("one run left out", problem.left_out(lambda row: row.id))
    note("one organization left out", problem.left_out(lambda row: row.organization))
    note("one chip generation left out", problem.left_out(generation))
    for year in (2022, 2023):
        early = [i for i, row in enumerate(rows) if row.year <= year]
        note(f"fitted up to {year}, later runs", problem.errors(problem.solve(early)), [row.year > year for row in rows])
    return held


if __name__ == "__main__":
    main()
