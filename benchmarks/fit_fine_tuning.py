"""Fits the constants of fine-tuning to measured throughput and tests them on stacks, sources and organizations left out.

    python benchmarks/fit_fine_tuning.py       print the fit, the errors and the range beside those of a flat rate

A row is predicted by the function that users call (compute_cost.training.fine_tuning), with the constants of a fit in place of
those of assumptions.csv. They are fitted to ln(seconds per token) with a ridge towards round values and a Huber loss, each
stack weighed by the root of its rows. The rival knows no more than a rate: one utilization per chip generation, method and
kind of stack. The constants and the range are written into assumptions.csv by hand, rounded.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from statistics import median
from typing import TypeVar

import numpy as np
from scipy.optimize import least_squares

from compute_cost import catalogue
from compute_cost.catalogue.measured import FineTuningRow, ReinforcementRow, fine_tuning_rows
from compute_cost.catalogue.records import Model
from compute_cost.errors import DoesNotFit
from compute_cost.inputs import Evaluation, evaluation
from compute_cost.physics.formats import peak_of
from compute_cost.training.conditions import STACKS
from compute_cost.training.fine_tuning import tuning_run
from fit_utilization import Vector, line
from published_rows import chip

# Fitted constants with the middle of what is plausible before any row is seen; the width is the same for all.
PRIORS = {
    "finetune_factor_tuned": 1.0,
    "finetune_factor_hugging_face": 0.9,
    "finetune_launch": 0.0045,
    "finetune_launch_full": 0.011,
    "finetune_unpacking": 40.0,
    "finetune_scale_out": 0.07,
}
WIDTH = 0.7
SPREAD = 0.25
HUBER = 1.2

Constants = Mapping[str, float]
Row = FineTuningRow
R = TypeVar("R", FineTuningRow, ReinforcementRow)


@cache
def model_of(name: str, params: float, active: float) -> Model:
    """The model of a row: the catalogue's, or its counts alone."""
    known = catalogue.models().get(name) if name else None
    if known:
        return known
    return replace(Model.of_size(params), active_params=active, kind="moe") if params > active else Model.of_size(params)


def model(row: FineTuningRow | ReinforcementRow) -> Model:
    return model_of(row.catalogue_model, row.params, row.active_params)


def seconds(row: Row, constants: Constants, is_named: bool = True) -> float:
    """Accelerator-seconds of one token, as the estimate has them: a step without evaluation, of the row's stack or of one not named."""
    million = 1e6
    with evaluation(Evaluation(fixed={**constants, "finetune_evaluation": 0.0}, keeps=False)):
        run = tuning_run(
            model(row), million, chip(row.gpu), row.method, None, None, None, row.gpus, row.precision or None, None, row.seq_len,
            True, row.stack if is_named else None, row.micro_batch,
        )  # fmt: skip
    return run.hours * 3600 / million


def error(row: Row, constants: Constants) -> float:
    """ln(predicted / measured) of the seconds of a token."""
    return math.log(seconds(row, constants) * row.tokens_per_second_per_gpu)


@cache
def fitted(rows: tuple[Row, ...]) -> dict[str, float]:
    """The constants that predict these rows best."""
    counts = Counter(row.table for row in rows)
    weight = np.array([counts[row.table] ** -0.25 / SPREAD for row in rows])
    middle = np.log(list(PRIORS.values()))

    def named(x: Vector) -> dict[str, float]:
        return dict(zip(PRIORS, np.exp(middle + x).tolist(), strict=True))

    def residuals(x: Vector) -> Vector:
        constants = named(x)
        errors = np.array([error(row, constants) for row in rows]) / SPREAD
        far = np.abs(errors) > HUBER
        soft = np.where(far, np.sign(errors) * np.sqrt(np.maximum(2 * HUBER * np.abs(errors) - HUBER**2, 0)), errors)
        return np.concatenate([soft * weight * SPREAD, x / WIDTH])

    return named(least_squares(residuals, np.zeros(len(PRIORS)), diff_step=1e-3, max_nfev=30).x)


def ours(rows: Sequence[Row]) -> Callable[[Row], float]:
    constants = fitted(tuple(rows))
    return lambda row: seconds(row, constants)


def unnamed(rows: Sequence[Row]) -> Callable[[Row], float]:
    """The prediction where nobody says which stack it is."""
    constants = fitted(tuple(rows))
    return lambda row: seconds(row, constants, is_named=False)


def flat_rate(rows: Sequence[Row]) -> Callable[[Row], float]:
    """One utilization of the peak per chip generation, method and kind of stack; where the rows have none, of a wider group."""
    groups: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for row in rows:
        for group in _groups(row):
            groups[group].append(_at_peak(row) * row.tokens_per_second_per_gpu)
    return lambda row: _at_peak(row) / median(next(groups[group] for group in _groups(row) if group in groups))


def _groups(row: Row) -> tuple[tuple[str, ...], ...]:
    """What shares a rate, from narrow to wide."""
    generation = chip(row.gpu).generation
    return (generation, row.method, row.stack), (row.method, row.stack), (generation, row.method), (row.method,)


def _at_peak(row: Row) -> float:
    """Seconds of one token's arithmetic at the chip's peak: 6 FLOP per parameter where all are trained, 4 with adapters."""
    return (6 if row.method == "full" else 4) * row.active_params / peak_of(chip(row.gpu), row.precision or None)[1]


def left_out(
    rows: Sequence[R], key: Callable[[R], str], fit: Callable[[Sequence[R]], Callable[[R], float]], measured: Callable[[R], float]
) -> dict[str, float]:
    """ln(predicted / measured) of every row by its id, under a fit without the rows of the same key."""
    errors: dict[str, float] = {}
    for value in sorted({key(row) for row in rows}):
        predict = fit([row for row in rows if key(row) != value])
        errors |= {row.id: math.log(predict(row) / measured(row)) for row in rows if key(row) == value}
    return errors


def coverage(name: str, errors: Mapping[str, float], tables: Mapping[str, str], assumption: str) -> None:
    """How much of what was measured the range holds: the shipped range, and one taken from the other stacks alone."""
    row = catalogue.assumption(assumption)
    assert row.low is not None
    assert row.high is not None
    measured = {id_: math.exp(-e) for id_, e in errors.items()}  # over the estimate
    held = [row.low <= ratio <= row.high for ratio in measured.values()]
    low, high = np.quantile(list(measured.values()), (0.1, 0.9))
    foreign = []
    stacks = {tables[id_] for id_ in measured}
    for stack in stacks if len(stacks) > 1 else ():
        bounds = np.quantile([ratio for id_, ratio in measured.items() if tables[id_] != stack], (0.1, 0.9))
        foreign += [bounds[0] <= ratio <= bounds[1] for id_, ratio in measured.items() if tables[id_] == stack]
    others = f", a range from the other stacks alone {np.mean(foreign):.0%}" if foreign else ""
    print(
        f"{name:48} {len(held):4} range {row.low:g} to {row.high:g} (width x{row.high / row.low:.2f}) holds {np.mean(held):.0%}{others};"
        f" 10th to 90th percentile {low:.2f} to {high:.2f}"
    )
    for stack in sorted(stacks):
        each = [row.low <= ratio <= row.high for id_, ratio in measured.items() if tables[id_] == stack]
        print(f"    {stack:44} {len(each):4} held {np.mean(each):.0%}")


def main() -> None:
    rows = []
    for row in fine_tuning_rows():
        try:
            seconds(row, PRIORS)
        except DoesNotFit as refused:
            print(f"refused: {row.id}: {refused}")
        else:
            rows.append(row)
    tables = {row.id: row.table for row in rows}
    shipped = {name: catalogue.constant(name) for name in PRIORS}
    without = [fitted(tuple(row for row in rows if row.table != table)) for table in sorted(set(tables.values()))]
    for name, value in fitted(tuple(rows)).items():
        low, high = min(fit[name] for fit in without), max(fit[name] for fit in without)
        print(f"{name:32} fitted {value:.4g} ({low:.3g} to {high:.3g} with a stack left out)  shipped {shipped[name]:.4g}")
    for stack in STACKS:
        line(f"{stack}, shipped constants", [error(row, shipped) for row in rows if row.stack == stack])
    keys: dict[str, Callable[[Row], str]] = {
        "stack": lambda row: row.table,
        "source": lambda row: row.source,
        "organization": lambda row: row.organization,
    }
    for out, key in keys.items():
        for fit, who in ((ours, ""), (flat_rate, " (flat rate)")):
            errors = left_out(rows, key, fit, lambda row: 1 / row.tokens_per_second_per_gpu)
            for stack in STACKS:
                line(f"{stack}, one {out} left out{who}", [errors[row.id] for row in rows if row.stack == stack])
            if out == "stack":
                for table in sorted(set(tables.values())):
                    line(f"    {table}{who}", [errors[row.id] for row in rows if row.table == table])
            if out == "stack" and fit is ours:
                for stack in STACKS:
                    held = {row.id: errors[row.id] for row in rows if row.stack == stack}
                    coverage(f"{stack}, one stack left out", held, tables, f"finetune_error_{stack.replace('-', '_')}")
    unknown = left_out(rows, lambda row: row.table, unnamed, lambda row: 1 / row.tokens_per_second_per_gpu)
    line("stack not named, one stack left out", list(unknown.values()))
    coverage("stack not named, one stack left out", unknown, tables, "finetune_error_any_stack")


if __name__ == "__main__":
    main()
