"""Fits the constants of the utilization model to published rows and tests them on rows left out.

    python benchmarks/fit_utilization.py               print the fit and the held-out tables
    python benchmarks/fit_utilization.py --write       also write core/compute_cost/data/utilization.csv and benchmarks/data/held_out.csv
    python benchmarks/fit_utilization.py --bootstrap N  resample the rows N times for the 80% range of each constant

The step constants are fitted to ln(tokens per second) with a ridge towards round physical values, each chip's factor drawn towards that
of all chips. Every row counts twice, with its batches given and without. A table with many rows of one chip generation counts
less for each, and the loss grows slowly, so that one untuned stack does not move the rest. The constants of practice are fitted to the
published whole runs, each organization weighed by the root of its rows.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares

from compute_cost import catalogue
from compute_cost.catalogue import measured
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.measured import HeldOut
from compute_cost.physics.billed_run import goodput, practice, small_cluster
from compute_cost.physics.chips import StepConstants, matrix_shares, measured_name, step_constants, width_of
from compute_cost.physics.formats import peak_of
from compute_cost.physics.training_step import USUAL, Setting, step_time
from compute_cost.physics.utilization import Constants, constants, prediction, workload
from published_rows import Row, chip, step_rows, whole_rows

CONSTANTS = Path(__file__).resolve().parents[1] / "core" / "compute_cost" / "data" / "utilization.csv"
HELD_OUT = Path(__file__).resolve().parent / "data" / "held_out.csv"
# Fitted step constants with the middle and the width, in logarithm, of what is plausible before any row is seen. Few stacks ran mixtures:
# what only these have is held closer, which is nearer to a stack that is left out (median 24% instead of 35%).
PRIORS = {
    "reach": (0.8, 0.15),
    "eight_bit_products": (1.0, 0.2),
    "four_bit_products": (0.8, 0.3),
    "attention_ampere": (0.55, 0.3),
    "attention_hopper": (0.45, 0.3),
    "attention_hopper_narrow": (0.6, 0.3),
    "attention_blackwell": (0.5, 0.3),
    "attention_other": (0.45, 0.3),
    "narrow_layer_width": (300.0, 0.7),
    "activation_passes": (60.0, 0.5),
    "mixture_passes": (2.0, 0.4),
    "low_precision_passes": (0.3, 0.7),
    "recomputation": (0.25, 0.3),
    "crowded_memory": (0.2, 0.7),
    "exposed_gradients": (0.3, 0.7),
    "line_efficiency": (0.7, 0.2),
    "hop_latency": (2e-5, 0.5),
    "tensor_parallel_traffic": (0.6, 0.4),
    "exposed_experts": (0.3, 0.4),
    "launch": (0.0015, 0.5),
    "launch_mixture": (0.008, 0.4),
    "software_gain": (0.05, 0.5),
    "software_gain_mixture": (0.2, 0.7),
}
SHARES = {name for name in PRIORS if name.startswith(("attention", "exposed", "four_bit", "line"))} | {"reach"}
CHIP_WIDTH = 0.12  # how far a chip's factor may lie from that of all, in logarithm
SPREAD, CLOSE = 0.15, 0.08  # how far a row may lie off before it counts less; in llm-foundry's table, whose repeats agree within 1%
CROWD = 0.15  # exponent of the number of a table's rows of one generation, by which each counts less
LONGEST = 131_072  # tokens: beyond it nothing is claimed
PRACTICE_PRIORS = {
    "practice_level": (0.569, 0.1),
    "practice_small_cluster": (1.22, 0.2),
    "practice_early_half_precision": (0.86, 0.15),
    "billed_over_metered": (1.15, 0.15),
}
WHOLE_SPREAD = 0.3
MIDDLE = 0.1  # beyond it a run counts by its side alone: the middle is a median, as runs lose more than they gain
NORMAL_80 = 1.2816


class Held(NamedTuple):
    """A measured step with what is predicted without its own stack, organization or release."""

    split: str
    row: Row
    kind: str  # which constants of the interval bound it
    error: float  # ln(predicted / published)
    rival: float


Vector = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def alone(row: Row) -> Setting:
    """The row's day without its batches: what an estimate knows of most runs."""
    return Setting(day=row.day)


def step_error(row: Row, c: StepConstants, setting: Setting = USUAL) -> float:
    """ln(predicted / published) of a step's speed."""
    return math.log(1 / step_time(row.work, row.gpu, row.peak, row.gpus or 8.0, c, setting).seconds / row.speed)


def error_or_nothing(row: Row, c: StepConstants, setting: Setting) -> float:
    try:
        return step_error(row, c, setting)
    except ValueError:  # refused as too large for the memory: says nothing of the speed
        return 0.0


def own_steps(rows: Sequence[Row], c: StepConstants) -> dict[str, float]:
    """Measured over predicted seconds of a step, of each model of the catalogue that was itself measured on a chip at a width.

    The geometric mean over releases of tables, drawn towards 1 as if one more had agreed with the prediction: so the factors help a
    later release most, and another stack a little.
    """
    errors: dict[str, dict[tuple[str, float], list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.known and row.gpu.id:
            errors[own_name(row)][row.table, row.day].append(step_error(row, c, row.setting))
    return {name: math.exp(sum(map(mean, of_releases.values())) / (len(of_releases) + 1)) for name, of_releases in errors.items()}


def own_name(row: Row) -> str:
    return measured_name(width_of(row.gpu, row.peak), row.gpu.id, row.known)


def chip_names(rows: Sequence[Row]) -> list[str]:
    return sorted({f"reach_{row.gpu.id.replace('-', '_')}" for row in rows if row.gpu.id})


def with_values(values: dict[str, float], base: StepConstants) -> StepConstants:
    own = {name: value for name, value in values.items() if name in base._fields}
    return base._replace(**own, shares=matrix_shares({name: value for name, value in values.items() if name.startswith("reach")}))


def fit_step(rows: Sequence[Row], start: dict[str, float] | None = None, rounds: int = 12) -> dict[str, float]:
    """The fitted constants by name; those of chips that `rows` do not hold take the factor of all."""
    chips, base = chip_names(rows), step_constants()
    names = [*PRIORS, *chips]
    middle = np.array([math.log(prior[0]) for prior in PRIORS.values()] + [0.0] * len(chips))
    width = np.array([prior[1] for prior in PRIORS.values()] + [CHIP_WIDTH] * len(chips))
    groups = Counter((row.table, row.generation) for row in rows)
    spread = np.array([(CLOSE if row.table == "llm-foundry" else SPREAD) * groups[row.table, row.generation] ** CROWD for row in rows] * 2)

    def values(x: Vector) -> dict[str, float]:
        fitted = dict(zip(names, np.exp(x).tolist(), strict=True))
        return fitted | {name: fitted[name] * fitted["reach"] for name in chips}

    def residuals(x: Vector) -> Vector:
        c = with_values(values(x), base)
        errors = np.array([error_or_nothing(row, c, way) for known in (False, True) for row in rows
                           for way in [row.setting if known else alone(row)]]) / spread  # fmt: skip
        return np.concatenate([np.sign(errors) * np.sqrt(2 * np.log1p(errors**2 / 2)), (x - middle) / width])

    x = middle.copy()
    if start:
        x = np.array([math.log(start[name] / (start["reach"] if name in chips else 1)) for name in names])
    # What is a share of something is at most all of it, however slow the rows are.
    most = np.array([0.0 if name in SHARES else math.inf for name in names])
    return values(least_squares(residuals, np.minimum(x, most - 1e-6), diff_step=1e-2, max_nfev=rounds, bounds=(-math.inf, most)).x)


def hugging_face_rows() -> list[tuple[Row, Setting]]:
    """Full fine-tuning in a Hugging Face stack: the one place where its steps with all weights trained were measured."""
    rows = []
    for row in measured.fine_tuning_rows():
        if row.stack == "hugging-face" and row.method == "full":
            gpu = chip(row.gpu)
            precision, peak = peak_of(gpu, row.precision or None)
            model = catalogue.models().get(row.catalogue_model) if row.catalogue_model else None
            widths = (
                (model.layers, model.hidden, model.attention_width or model.hidden) if model and model.layers and model.hidden else None
            )
            work = workload(row.params, row.active_params, widths, seq_len=row.seq_len, mixture=row.params > 1.3 * row.active_params)
            reached = row.tokens_per_second_per_gpu * work.flop / peak
            measured_row = Row(row.table, row.id, row.model, row.organization, 2024, gpu, precision, peak, row.gpus, work, reached)
            rows.append((measured_row, Setting(None, row.micro_batch, tuned=False)))
    return rows


def fit_hugging_face(c: StepConstants) -> dict[str, float]:
    rows = hugging_face_rows()

    def residuals(x: Vector) -> Vector:
        trial = c._replace(hugging_face=math.exp(x[0]), hugging_face_launch=math.exp(x[1]))
        errors = np.array([error_or_nothing(row, trial, setting) for row, setting in rows]) / 0.25
        return np.append(np.sign(errors) * np.sqrt(2 * np.log1p(errors**2 / 2)), (x - np.log([1.25, 0.013])) / np.array([0.3, 0.5]))

    fitted = np.exp(least_squares(residuals, np.log([1.25, 0.013]), diff_step=1e-2).x)
    best = c._replace(hugging_face=fitted[0], hugging_face_launch=fitted[1])
    line("hugging-face, full fine-tuning", [error for row, s in rows if (error := error_or_nothing(row, best, s))])
    return {"hugging_face": float(fitted[0]), "hugging_face_launch": float(fitted[1])}


class WholeFit:
    """Published whole runs as a linear problem in the logarithms of the practice constants."""

    def __init__(self, rows: Sequence[Row], step: StepConstants, own: Mapping[str, float]) -> None:
        self.rows = rows
        ones = dict.fromkeys([name for name in PRACTICE_PRIORS if name != "billed_over_metered"], 1.0)
        self.base = constants().run._replace(practice_ceiling=math.inf, **ones)
        self.offset = np.zeros(len(rows))
        self.design = np.zeros((len(rows), len(PRACTICE_PRIORS)))
        self.target = np.log([row.utilization for row in rows])
        counts = Counter(row.organization for row in rows)
        self.weight = np.array([counts[row.organization] ** -0.5 for row in rows])
        self.usual = Constants(step, constants().run, *constants()[2:])
        for i, row in enumerate(rows):
            factor = own.get(own_name(row), 1.0)
            predicted = prediction(row.work, row.work.flop, row.gpu, row.precision, row.peak, row.gpus, self.usual, own=factor)
            args = (predicted.step_value, predicted.step, row.work, row.gpu, row.precision, row.peak, predicted.gpus)
            plain = practice(*args, self.base)
            early = practice(*args, self.base._replace(practice_early_half_precision=math.e))
            billed = {"reserved": -0.5, "metered": 0.5, "": 0.0}[row.billing]
            self.offset[i] = math.log(predicted.step_value * plain * goodput(predicted.gpus, self.base))
            self.design[i] = (1.0, small_cluster(predicted.gpus, self.base), math.log(early / plain), billed)

    def solve(self, rows: Sequence[int]) -> Vector:
        """The practice constants' logarithms from the rows of those positions: ridge, towards the median."""
        middle = np.log([prior[0] for prior in PRACTICE_PRIORS.values()])
        width = np.array([prior[1] for prior in PRACTICE_PRIORS.values()])
        design, rest = self.design[rows], (self.target - self.offset)[rows]
        weight, x = self.weight[rows], np.asarray(middle)
        for _ in range(20):
            left = design.T @ (design * weight[:, None]) / WHOLE_SPREAD**2 + np.diag(1 / width**2)
            x = np.linalg.solve(left, design.T @ (weight * rest) / WHOLE_SPREAD**2 + middle / width**2)
            weight = self.weight[rows] * np.minimum(1, MIDDLE / np.maximum(np.abs(rest - design @ x), 1e-9))
        return x

    def errors(self, x: Vector) -> Vector:
        """ln(predicted hours / published hours) of every row, its billing not known."""
        return self.target - self.offset - self.design[:, :-1] @ x[:-1]

    def left_out(self, key: Callable[[Row], object]) -> Vector:
        """The error of every row under constants fitted without the rows of the same key."""
        errors = np.zeros(len(self.rows))
        for value in {key(row) for row in self.rows}:
            x = self.solve([j for j, other in enumerate(self.rows) if key(other) != value])
            mine = [i for i, row in enumerate(self.rows) if key(row) == value]
            errors[mine] = self.errors(x)[mine]
        return errors

    def ends(self, errors: Vector, rows: Sequence[int]) -> tuple[float, float]:
        """How far below and above a predicted utilization 80% of dense runs in 16 bits lie, each organization by the root of its runs."""
        dense = [i for i in rows if not self.is_wide(i)]
        repeats = np.round(self.weight[dense] * 20).astype(int)
        low, high = np.quantile(np.repeat(errors[dense], repeats), (0.1, 0.9)).tolist()
        return math.exp(-low), math.exp(high)

    def is_wide(self, i: int) -> bool:
        return self.rows[i].work.mixture or self.rows[i].peak > self.rows[i].gpu.peak16


def line(name: str, errors: Sequence[float]) -> None:
    e = np.array(errors)
    off = np.abs(np.expm1(e))
    share = float(np.mean(np.abs(e) < math.log(1.5)))
    print(
        f"{name:48} {len(e):4} median {np.median(off):6.1%}  p90 {np.quantile(off, 0.9):6.1%}  in x1.5 {share:5.0%}"
        f"  median ratio x{math.exp(np.median(e)):.2f}  80% within x{math.exp(np.quantile(np.abs(e), 0.8)):.2f}",
        flush=True,
    )


def rival_speed(row: Row, others: Sequence[Row]) -> float:
    """The simplest rule: the median utilization of the other rows of the same generation, width of format and kind, else of any."""

    def alike(other: Row) -> tuple[object, ...]:
        return (other.generation, other.peak > 1.01 * other.gpu.peak16, other.work.mixture)

    for same in (alike, lambda other: alike(other)[1:], lambda _: 0):
        if rivals := [other.utilization for other in others if same(other) == same(row)]:
            return median(rivals) * row.peak / row.work.flop
    raise AssertionError(row.id)


def step_tables(rows: Sequence[Row], start: dict[str, float]) -> tuple[list[list[str]], dict[str, float]]:
    """The held-out rows with what was left out, and the factors of the interval that they give."""
    splits: list[tuple[str, Callable[[Row], str], Callable[[Row, str], bool], Sequence[str]]] = [
        ("stack left out", lambda row: row.table, lambda row, key: row.table != key, sorted({row.table for row in rows})),
        ("organization left out", lambda row: row.organization, lambda row, key: row.organization != key,
         sorted({row.organization for row in rows})),
        # The stack with many releases: each of the later ones by what came before.
        ("next release", lambda row: row.release, lambda row, key: row.table != "Megatron-Bridge" or row.release < key,
         [name for name in sorted({row.release for row in rows if row.table == "Megatron-Bridge"}) if name >= "26.02"]),
    ]  # fmt: skip
    held: list[Held] = []
    for split, key, kept, values in splits:
        for value in values:
            others = [row for row in rows if kept(row, value)]
            c = with_values(fit_step(others, start, 5), step_constants())
            own = own_steps(others, c)
            for row in rows:
                if key(row) == value and (split != "next release" or row.table == "Megatron-Bridge"):
                    factor = own.get(own_name(row))
                    kind = "step_interval_known" if factor else "step_interval_mixture" if row.work.mixture else "step_interval"
                    error = step_error(row, c, row.setting) - math.log(factor or 1)
                    held.append(Held(split, row, kind, error, rival_speed(row, others)))
        line(f"step, {split}", [one.error for one in held if one.split == split])
        line("   of models with steps of their own", [one.error for one in held if one.split == split and one.kind.endswith("known")])
        line("   the simplest rule", [math.log(one.rival / one.row.speed) for one in held if one.split == split])
    # Not of organizations: those of NVIDIA's three tables would count once more, all left out at once.
    factors = step_factors([one for one in held if one.split != "organization left out"])
    print({name: round(value, 3) for name, value in factors.items()})
    lines = []
    for split, row, kind, error, rival in held:
        speed = row.speed * math.exp(error)
        ends = (speed / factors[f"{kind}_low"], speed * factors[f"{kind}_high"])
        lines.append(["step", split, row.id, *(f"{x:.4g}" for x in (speed, *ends, row.speed, rival)), "tokens/s"])
    return lines, factors


def step_factors(held: Sequence[Held]) -> dict[str, float]:
    """The ends that hold 80% of the steps of stacks and of later releases left out: some run a known stack, some another.

    As far down as a tenth of the steps are slower than predicted, and as far up as a tenth are faster.
    """
    factors: dict[str, float] = {}
    for name in ("step_interval", "step_interval_mixture", "step_interval_known"):
        faster, slower = np.quantile([one.error for one in held if one.kind == name], (0.1, 0.9)).tolist()
        factors |= {f"{name}_low": math.exp(max(0.0, slower)), f"{name}_high": math.exp(max(0.0, -faster))}
    return factors


def rival_hours(row: Row, others: Sequence[Row]) -> float:
    """A table of one number per chip generation, and one for mixtures, on 6ND over the 16-bit peak: the medians of the other runs."""

    def at_peak(run: Row) -> float:
        return run.hours * run.utilization * run.peak / run.work.flop * 6 * run.work.active / run.gpu.peak16

    dense = [at_peak(other) / other.hours for other in others if other.generation == row.generation and not other.work.mixture]
    level = median(dense or [at_peak(other) / other.hours for other in others])
    return at_peak(row) / (level * (0.8 if row.work.mixture else 1.0))


def whole_tables(problem: WholeFit) -> tuple[list[list[str]], dict[str, float]]:
    rows, held = problem.rows, []
    apart = problem.left_out(lambda row: row.organization)
    ends = problem.ends(apart, range(len(rows)))

    def note(split: str, errors: Vector, key: Callable[[Row], object], kept: Sequence[int], calibrate: bool) -> None:
        line(f"whole run, {split}", [float(errors[i]) for i in kept])
        covered = widths = 0.0
        for i in kept:
            row = rows[i]
            others = [j for j, other in enumerate(rows) if key(other) != key(row)]
            low, high = problem.ends(apart, others) if calibrate else ends  # the interval too is that of the others
            more = math.log(problem.usual.run.interval_mixture) if problem.is_wide(i) else 0.0
            down, up = (math.exp(math.hypot(math.log(end), more)) for end in (low, high))
            hours = row.hours * math.exp(float(errors[i]))
            covered += hours / up <= row.hours <= hours * down
            widths += math.log(up * down) / 2
            rival = rival_hours(row, [rows[j] for j in others])
            held.append(
                ["whole run", split, row.id, *(f"{x:.5g}" for x in (hours, hours / up, hours * down, row.hours, rival)), "GPU-hours"]
            )
        print(f"   interval holds {covered:.0f} of {len(kept)}, mean width x{math.exp(widths / len(kept)):.2f} to either side")
        line("   a table per generation", [math.log(float(entry[7]) / float(entry[6])) for entry in held if entry[1] == split])

    everything = range(len(rows))
    note("one run left out", problem.left_out(lambda row: row.id), lambda row: row.id, everything, False)
    note("one organization left out", apart, lambda row: row.organization, everything, True)
    note("one chip generation left out", problem.left_out(lambda row: row.generation), lambda row: row.generation, everything, False)
    by_generation: dict[str, list[float]] = defaultdict(list)
    for error, row in zip(problem.left_out(lambda row: row.generation).tolist(), rows, strict=True):
        by_generation[row.generation].append(error)
    means = [sum(errors) / len(errors) for errors in by_generation.values()]
    new = math.exp(NORMAL_80 * math.sqrt(sum(mean * mean for mean in means) / len(means)))
    return held, {"interval_low": ends[0], "interval_high": ends[1], "interval_new_chip": new}


def ranges(rows: Sequence[Row], problem: WholeFit, start: dict[str, float], draws: int) -> dict[str, tuple[float, float]]:
    """10th and 90th percentile of each constant over fits to resampled groups of rows."""
    rng = np.random.default_rng(1)
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.table, row.model, row.gpu.id].append(row)
    keys, fits = list(groups), []
    for _ in range(draws):
        fits.append(fit_step([row for k in rng.integers(0, len(keys), len(keys)) for row in groups[keys[k]]], None, 6))
    spans = {}
    for name in start:
        fitted = [fit[name] for fit in fits if name in fit]
        if len(fitted) > draws / 2:
            spans[name] = tuple(np.quantile(fitted, (0.1, 0.9)).tolist())
    organizations = sorted({row.organization for row in problem.rows})
    solutions = []
    for _ in range(10 * draws):
        drawn = rng.integers(0, len(organizations), len(organizations))
        index = [i for k in drawn for i, row in enumerate(problem.rows) if row.organization == organizations[k]]
        solutions.append(np.exp(problem.solve(index)))
    return spans | {n: tuple(np.quantile([x[i] for x in solutions], (0.1, 0.9)).tolist()) for i, n in enumerate(PRACTICE_PRIORS)}


def write_constants(values: dict[str, float], spans: dict[str, tuple[float, float]], step_count: str, whole_count: str) -> None:
    rows = list(csv.DictReader(CONSTANTS.read_text(encoding="utf-8").splitlines()))
    rows = [row for row in rows if not row["name"].startswith("measured_")]
    about = "Seconds of measured steps of this model on this chip, by the bits of its products, over those predicted; drawn towards 1"
    constant = dict.fromkeys(rows[0], "") | {"unit": "times", "description": about, "source": "compute-cost", "confidence": "checked"}
    own = [constant | {"name": name} for name in sorted(values) if name.startswith("measured_")]
    last = next(i for i, row in enumerate(rows) if row["name"].startswith("practice"))
    rows[last:last] = own
    for row in rows:
        name = row["name"]
        if name in values:
            row["value"] = f"{values[name]:.4g}"
            row["date"] = catalogue.catalogue_date().isoformat()
            row["rows"] = whole_count if name.startswith(("practice", "billed", "interval")) else step_count
            if name.startswith("hugging_face"):
                row["rows"] = f"{len(hugging_face_rows())} fine-tuning rows"
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

    rows, whole = [row for row in step_rows() if row.work.seq_len <= LONGEST], whole_rows()
    values = fit_step(rows)
    c = with_values(values, step_constants())
    print({name: round(value, 4) for name, value in values.items()})
    for table in sorted({row.table for row in rows}):
        line(f"{table}, fitted", [step_error(row, c, row.setting) for row in rows if row.table == table])
    line("all, fitted, batches given", [step_error(row, c, row.setting) for row in rows])
    line("all, fitted, batches not given", [step_error(row, c, alone(row)) for row in rows])
    step_values = dict(values)
    own = own_steps(rows, c)
    values |= fit_hugging_face(c) | own
    problem = WholeFit(whole, c, own)
    solution = problem.solve(range(len(whole)))
    line("whole run, fitted", problem.errors(solution).tolist())
    values |= dict(zip(PRACTICE_PRIORS, np.exp(solution).tolist(), strict=True))
    print({name: round(values[name], 4) for name in PRACTICE_PRIORS})

    held: list[list[str]] = []
    if not given.quick:
        whole_held, from_tables = whole_tables(problem)
        step_held, more = step_tables(rows, step_values)
        held, values = step_held + whole_held, values | from_tables | more
    spans = ranges(rows, problem, step_values, given.bootstrap) if given.bootstrap else {}
    for name, (low, high) in spans.items():
        print(f"{name:32} {values[name]:8.4g}  {low:.4g} to {high:.4g}")
    if given.write:
        write_constants(values, spans, f"{len(rows)} step rows", f"{len(whole)} whole runs")
        if held:
            with HELD_OUT.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file, lineterminator="\n").writerows([list(columns(HeldOut)), *held])


if __name__ == "__main__":
    main()
