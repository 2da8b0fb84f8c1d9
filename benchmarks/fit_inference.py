"""Fits the constants of the serving model to measured rows and tests them on sources that the fit has not seen.

    python -m benchmarks.fit_inference                print the fit and the tables of rows left out
    python -m benchmarks.fit_inference --write        also write inference.csv and inference_rows.csv of core/compute_cost/data, and
                                                      benchmarks/data/held_out_inference.csv
    python -m benchmarks.fit_inference --bootstrap N   resample the rows N times for the 80% range of each constant

The constants are fitted to ln(tokens per second) with a ridge towards plausible values and a soft loss; prefill rates of single chips
count too. A row is predicted by the function that users call, from the catalogue's figures alone: the layout is the row's where it
says one, else the best. Large tables count for less, as their rows share an engine and its habits. The levels of software share
every constant but those of LEVELS. Each table is left out of the fit that predicts it, so that an error is that of a server
that nobody measured; the intervals of 80% come from these errors, with every source counting alike.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares

from compute_cost import catalogue
from compute_cost.accuracy.serving_scores import FITTED, UNFITTED, Case, cases
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.measured import HeldOutServing, fitted_rows, serving_rows
from compute_cost.catalogue.records import Calibration
from compute_cost.physics.serving_group import interval_ends, interval_kinds
from compute_cost.physics.serving_layout import Layout
from compute_cost.physics.serving_time import LEVELS, ServingConstants, at_level, serving_constants

CONSTANTS = Path(__file__).resolve().parents[1] / "core" / "compute_cost" / "data"
HELD_OUT = Path(__file__).resolve().parent / "data" / "held_out_inference.csv"
# Fitted constants with the middle and the width, in logarithm, of what is plausible before any row is seen.
PRIORS = {
    "bandwidth": (0.9, 0.03),
    "core_work": (4.0, 0.5),
    "matrix_efficiency": (0.6, 0.2),
    "matrix_efficiency_amd": (0.7, 0.3),
    "matrix_efficiency_mixture": (0.85, 0.2),
    "matrix_halving": (0.7, 0.3),
    "matrix_unpacking": (0.8, 0.4),
    "expert_half_width": (1000.0, 0.8),
    "expert_skew": (0.4, 0.7),
    "narrow_width": (300.0, 1.0),
    "attention_efficiency": (0.4, 0.4),
    "layer_seconds": (5e-5, 0.7),
    "mixture_layer_seconds": (5e-5, 0.8),
    "mixture_full_seconds": (2e-4, 1.0),
    "mixture_half_tokens": (4.0, 1.2),
    "sequence_seconds": (4e-5, 1.0),
    "request_seconds": (1e-3, 1.0),
    "exchange_seconds": (1e-5, 0.5),
    "exchange_traffic": (1.0, 0.5),
    "pipeline_efficiency": (0.6, 0.2),
    "output_held": (0.7, 0.2),
}
# Constants of which vendor-tuned software has its own, as a factor on the others'.
OWN = {"sequence_seconds": (0.2, 0.8), "matrix_halving": (1.2, 0.2)}
VENDOR = "_vendor_tuned"
NAMES = (*PRIORS, *(name + VENDOR for name in OWN))
MIDDLE = np.log([middle for middle, _ in (*PRIORS.values(), *OWN.values())])
WIDTH = np.array([width for _, width in (*PRIORS.values(), *OWN.values())])
ALIKE = 40  # rows of a table from which on more of them count no more
SPREAD = 0.3  # how far a row of a server may lie off before it counts less
SPREAD_AT_HOME = 0.12  # the same of a single stream on a card or Mac, which few habits change
SPREAD_PREFILL = 0.4
LEAST = 15  # rows behind an interval of a level's own

Vector = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Levels = dict[str, ServingConstants]


def at_home(case: Case) -> bool:
    return case.row.use == "single stream" and case.asked.gpu.market != "datacenter"


def levels_of(x: Vector) -> Levels:
    """The constants of each level of software."""
    values = dict(zip(NAMES, np.exp(x).tolist(), strict=True))
    by_level = {}
    for level in LEVELS:
        own = {name: values[name] * (values[name + VENDOR] if level == LEVELS[0] and name in OWN else 1.0) for name in PRIORS}
        by_level[level] = serving_constants(level)._replace(**{**own, "bandwidth": min(1.0, own["bandwidth"])})
    return by_level


def rate_error(case: Case, levels: Levels, layout: Layout | None = None) -> float | None:
    """ln(predicted / published) of the tokens per second, on the layout or on the best; None where there is no prediction."""
    chosen = case._replace(choices=[[layout]]) if layout else case
    plan = chosen.plan(levels[case.row.level])
    assert case.row.tokens_per_second
    return math.log(plan.time.tokens_per_second / case.row.tokens_per_second) if plan else None


def prefill_error(case: Case, levels: Levels) -> float | None:
    """ln(predicted / published) of the time to read the input, where one chip was measured."""
    rate = case.row.prefill_tokens_per_second
    if not rate or case.row.gpus > 1 or case.row.use != "single stream":
        return None
    basis, alone = case.asked.basis(levels[case.row.level]), Layout()
    time = basis.pace(alone).at(1.0)
    return math.log(time.first_token * rate / case.asked.input_tokens)


def fit(rows: Sequence[Case], start: Vector | None = None, rounds: int = 2) -> Vector:
    """The logarithms of all constants together, the best layouts chosen anew in each round."""
    x = MIDDLE if start is None else start
    counts = Counter(case.row.table for case in rows)
    weight = np.array([
        min(1.0, math.sqrt(ALIKE / counts[case.row.table])) / (SPREAD_AT_HOME if at_home(case) else SPREAD) for case in rows
    ])  # fmt: skip
    for _ in range(rounds):
        levels = levels_of(x)
        plans = [case.plan(levels[case.row.level]) for case in rows]
        chosen = [(case, plan.layout) if plan else None for case, plan in zip(rows, plans, strict=True)]

        def residuals(x: Vector, chosen: list[tuple[Case, Layout] | None] = chosen) -> Vector:
            levels = levels_of(x)
            rates = np.array([(rate_error(*pair[:1], levels, pair[1]) if pair else None) or 0.0 for pair in chosen]) * weight
            prefills = [error / SPREAD_PREFILL for case in rows if (error := prefill_error(case, levels)) is not None]
            off = np.concatenate([rates, prefills])
            soft = np.sign(off) * np.sqrt(2 * (np.sqrt(1 + off**2) - 1))
            return np.concatenate([soft, (x - MIDDLE) / WIDTH])

        x = least_squares(residuals, x, diff_step=3e-3, max_nfev=8).x
    return x


class Missed(NamedTuple):
    """A row predicted by constants that had not seen its source or its chip generation: ln(predicted / published)."""

    case: Case
    error: float


SPLITS: dict[str, Callable[[Case], str]] = {
    "one source left out": lambda case: case.row.table,
    "one chip generation left out": lambda case: case.asked.gpu.generation,
}


def left_out(rows: Sequence[Case], split: str, start: Vector, checks: Sequence[Case] = ()) -> list[Missed]:
    """Errors of each row, and of those that nothing is fitted to, under constants fitted without the rows of the same key."""
    key, missed = SPLITS[split], []
    for value in sorted({key(case) for case in rows}):
        levels = levels_of(fit([case for case in rows if key(case) != value], start, 1))
        for case in (*rows, *checks):
            if key(case) == value and (error := rate_error(case, levels)) is not None:
                missed.append(Missed(case, error))
    return missed


def kinds_of(case: Case) -> list[tuple[str, float]]:
    """The kinds of interval that a row lies between, as Serving asks for them."""
    batch = None if case.row.use == "prefill" else case.row.batch
    return interval_kinds(case.asked.work.mixture, case.asked.gpu, batch, bool(batch or case.row.stream_rate))


def shortest(missed: Sequence[Missed]) -> tuple[float, float]:
    """What was published over what was predicted: the shortest interval of 80%, no source's rows of one question counting for more than
    ALIKE."""
    return shortest_of([(f"{miss.case.row.table}, {miss.case.row.use}", -miss.error) for miss in missed], ALIKE)


def shortest_of(missed: Sequence[tuple[str, float]], alike: int) -> tuple[float, float]:
    """Of sources with ln(published / predicted): the shortest interval of 80%, no source counting for more than `alike` rows."""
    counts = Counter(source for source, _ in missed)
    pairs = sorted((error, min(1.0, alike / counts[source])) for source, error in missed)
    ratios, weights = np.array(pairs).T
    share = (np.cumsum(weights) - weights / 2) / weights.sum()
    below = np.linspace(0.03, 0.17, 29)
    low, high = np.interp(below, share, ratios), np.interp(below + 0.8, share, ratios)
    at = int(np.argmin(high - low))
    return min(math.exp(low[at]), 0.95), max(math.exp(high[at]), 1.05)


def intervals(errors: dict[str, list[Missed]], seen: Sequence[float]) -> dict[str, float]:
    """Ends of the 80% interval by kind of model and question, and what a new generation of chips adds to the errors of rows that the
    fit has `seen`.

    Vendor-tuned software has an interval of its own where there are rows enough, and so have the others together. That of the first
    token is set in inference.csv: too few rows give a prefill rate.
    """
    by_source, by_chip = (errors[split] for split in SPLITS)
    ends_of: dict[str, float] = {}
    kinds: dict[str, list[Missed]] = defaultdict(list)
    for miss in by_source:
        kinds[kinds_of(miss.case)[-1][0]].append(miss)
    for kind, rows in kinds.items():
        if kind.endswith("_home"):  # of one source alone: set in inference.csv
            continue
        vendor = [miss for miss in rows if miss.case.row.level == LEVELS[0]]
        others = [miss for miss in rows if miss.case.row.level != LEVELS[0]]
        for suffix, group in (("", others), (VENDOR, vendor)):
            low, high = shortest(group if len(group) >= LEAST else rows)
            ends_of |= {f"{kind}_low{suffix}": low, f"{kind}_high{suffix}": high}
    new = np.quantile([abs(miss.error) for miss in by_chip], 0.8) - np.quantile(np.abs(seen), 0.8)
    ends_of["interval_new_chip"] = max(1.0, math.exp(float(new)))
    return ends_of


def line(name: str, missed: Sequence[Missed], values: dict[str, float]) -> None:
    e = np.array([miss.error for miss in missed])
    off = np.abs(np.expm1(e))
    inside = [ends(miss.case, values)[0] <= math.exp(-miss.error) <= ends(miss.case, values)[1] for miss in missed]
    print(
        f"{name:62} {len(e):4} median {np.median(off):6.1%}  p90 {np.quantile(off, 0.9):6.1%}  ratio {math.exp(np.median(e)):.2f}"
        f"  within x1.5 {np.mean(np.abs(e) <= math.log(1.5)):4.0%}  in the interval {np.mean(inside):4.0%}"
    )


def ends(case: Case, values: dict[str, float]) -> tuple[float, float]:
    """The ends of a row's interval: as worked out here, or as set."""
    suffix = VENDOR if case.row.level == LEVELS[0] else ""
    return interval_ends(kinds_of(case), lambda name: values.get(name + suffix) or at_level(name, case.row.level))


def ranges(rows: Sequence[Case], start: Vector, draws: int) -> dict[str, tuple[float, float]]:
    """10th and 90th percentile of each constant over fits to resampled groups of rows."""
    rng = np.random.default_rng(1)
    groups: dict[tuple[str, str, str], list[Case]] = defaultdict(list)
    for case in rows:
        groups[case.row.table, case.row.model, case.row.gpu].append(case)
    keys = list(groups)
    fits = [fit([case for k in rng.integers(0, len(keys), len(keys)) for case in groups[keys[k]]], start, 1) for _ in range(draws)]
    levels = [levels_of(fit) for fit in fits]
    spans = {name: [getattr(level[LEVELS[1]], name) for level in levels] for name in PRIORS}
    spans |= {name + VENDOR: [getattr(level[LEVELS[0]], name) for level in levels] for name in OWN}
    return {name: tuple(np.quantile(values, (0.1, 0.9)).tolist()) for name, values in spans.items()}


def write_constants(values: dict[str, float], spans: dict[str, tuple[float, float]], counted: str) -> None:
    path = CONSTANTS / "inference.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        name = row["name"]
        if name in values:
            row["value"] = f"{values[name]:.4g}"
            row["date"] = catalogue.catalogue_date().isoformat()
            row["rows"] = counted
        if name in spans:
            row["low"], row["high"] = (f"{bound:.4g}" for bound in spans[name])
    write(path, list(rows[0]), [list(row.values()) for row in rows])


def write(path: Path, head: list[str], rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="also write the constants and the held-out predictions")
    parser.add_argument("--bootstrap", type=int, default=0, metavar="N", help="resampled fits for the range of each constant")
    given = parser.parse_args()

    rows, checks = cases(FITTED), cases(UNFITTED)
    x = fit(rows)
    levels = levels_of(x)
    values = {name: getattr(levels[LEVELS[1]], name) for name in PRIORS}
    values |= {name + VENDOR: getattr(levels[LEVELS[0]], name) for name in OWN}
    print({name: float(f"{value:.4g}") for name, value in values.items()})
    errors = {split: left_out(rows, split, x, checks if "source" in split else ()) for split in SPLITS}
    seen = [error for case in rows if (error := rate_error(case, levels)) is not None]
    values |= intervals(errors, seen)
    print({name: float(f"{value:.3g}") for name, value in values.items() if name.startswith("interval")})
    held = tables(errors, values)
    spans = ranges(rows, x, given.bootstrap) if given.bootstrap else {}
    if given.write:
        write_constants(values, spans, f"{len(rows)} measured rows")
        generations = {chip.id: chip.generation for chip in catalogue.accelerators().rows}
        fitted = [[*key, str(count)] for key, count in sorted(fitted_rows(serving_rows(), generations).items())]
        write(CONSTANTS / "inference_rows.csv", list(columns(Calibration)), fitted)
        write(HELD_OUT, list(columns(HeldOutServing)), held)


def tables(errors: dict[str, list[Missed]], values: dict[str, float]) -> list[list[str]]:
    """The rows of held_out_inference.csv, printed as tables by question and by source."""
    held = []
    for split, missed in errors.items():
        kinds: dict[tuple[str, str], list[Missed]] = defaultdict(list)
        for miss in missed:
            kinds[miss.case.table, miss.case.row.use].append(miss)
        for (table, use), group in sorted(kinds.items()):
            line(f"{table}, {use}, {split}", group, values)
            for value in sorted({SPLITS[split](miss.case) for miss in group}):
                line(f"    {value}", [miss for miss in group if SPLITS[split](miss.case) == value], values)
        for case, error in missed:
            published = case.row.tokens_per_second or 0.0
            predicted = published * math.exp(error)
            low, high = ends(case, values)
            if "generation" in split:
                low, high = low / values["interval_new_chip"], high * values["interval_new_chip"]
            figures = (f"{number:.5g}" for number in (predicted, predicted * low, predicted * high, published))
            held.append([case.table, case.row.use, split, case.row.id, *figures, "tokens/s"])
    return held


if __name__ == "__main__":
    main()
