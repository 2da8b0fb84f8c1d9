"""Fits factor and overhead of reinforcement learning to measured steps and tests them on stacks, sources and organizations left out.

    python benchmarks/fit_reinforcement.py     print the fit, the errors and the range beside those of a flat rate

A row is predicted by the function that users call (compute_cost.training.reinforcement), with the constants of a fit in place
of those of assumptions.csv: seconds = factor x (generation + training + new weights) + overhead. The rival knows no more than
a rate: one utilization per chip generation, of 8 FLOP per parameter and token to train and 2 to generate.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from statistics import median

from compute_cost import catalogue
from compute_cost.catalogue.measured import ReinforcementRow, reinforcement_rows
from compute_cost.errors import DoesNotFit
from compute_cost.inputs import Evaluation, evaluation
from compute_cost.physics.formats import peak_of
from compute_cost.training.reinforcement import reinforcement_run
from fit_fine_tuning import coverage, left_out, model
from fit_utilization import line
from published_rows import chip

FACTORS = tuple(n / 20 for n in range(14, 101))
OVERHEADS = tuple(5.0 * n for n in range(13))
FAR = 1.5  # how far off a step, in logarithm, a row pulls no more

Row = ReinforcementRow
Predict = Callable[[Row], float]


@cache
def bare(row: Row) -> float:
    """Seconds of a step with neither factor nor overhead."""
    fixed = {"rl_factor_tuned": 1.0, "rl_factor_hugging_face": 1.0, "rl_step_overhead": 0.0}
    with evaluation(Evaluation(fixed=fixed, keeps=False)):
        run = reinforcement_run(
            model(row), 1.0, row.sequences, 1.0, row.prompt_tokens, row.response_tokens, chip(row.gpu), row.gpus, row.algorithm,
            row.precision, row.asynchronous == 1, row.max_response_tokens, None, row.stack,
        )  # fmt: skip
    return run.hours * 3600 / row.gpus


def error(row: Row, factor: float, overhead: float) -> float:
    """ln(predicted / measured) of the seconds of a step."""
    return math.log((bare(row) * factor + overhead) / row.step_seconds)


def fitted(rows: Sequence[Row], overheads: Sequence[float] = OVERHEADS) -> tuple[float, float]:
    """Factor and overhead with the least absolute error, each stack weighed by the root of its rows."""
    counts = Counter(row.table for row in rows)

    def loss(at: tuple[float, float]) -> float:
        return sum(min(abs(error(row, *at)), FAR) / math.sqrt(counts[row.table]) for row in rows)

    return min(((factor, overhead) for factor in FACTORS for overhead in overheads), key=loss)


def ours(rows: Sequence[Row]) -> Predict:
    factor, overhead = fitted(rows)
    return lambda row: bare(row) * factor + overhead


def flat_rate(rows: Sequence[Row]) -> Predict:
    """One utilization of the peak per chip generation; of all, where the rows have none of that generation."""
    groups: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for generation in (chip(row.gpu).generation, ""):
            groups[generation].append(_at_peak(row) / row.step_seconds)
    return lambda row: _at_peak(row) / median(groups.get(chip(row.gpu).generation) or groups[""])


def _at_peak(row: Row) -> float:
    """Seconds of a step's arithmetic at the peak of its chips."""
    trained = 8 * (row.prompt_tokens + row.response_tokens) + 2 * row.response_tokens
    return row.sequences * trained * row.active_params / peak_of(chip(row.gpu), row.precision)[1] / row.gpus


def main() -> None:
    rows = []
    for row in reinforcement_rows():
        try:
            bare(row)
        except DoesNotFit as refused:
            print(f"refused: {row.id}: {refused}")
        else:
            rows.append(row)
    tuned = [row for row in rows if row.stack == "tuned"]
    own = [row for row in rows if row.stack != "tuned"]
    tables = {row.id: row.table for row in rows}
    shipped = catalogue.constant("rl_factor_tuned"), catalogue.constant("rl_step_overhead")
    print(f"factor and overhead fitted {fitted(tuned)}, shipped {shipped}")
    for table in sorted({row.table for row in tuned}):
        print(f"    {table} left out: {fitted([row for row in tuned if row.table != table])}")
    line("tuned, shipped constants", [error(row, *shipped) for row in tuned])
    keys: dict[str, Callable[[Row], str]] = {
        "stack": lambda row: row.table,
        "source": lambda row: row.source,
        "organization": lambda row: row.organization,
        "model": lambda row: row.model,
    }
    for out, key in keys.items():
        for fit, who in ((ours, ""), (flat_rate, " (flat rate)")):
            errors = left_out(tuned, key, fit, lambda row: row.step_seconds)
            line(f"tuned, one {out} left out{who}", list(errors.values()))
            print(f"    median ratio {math.exp(median(errors.values())):.2f}")
            if out == "stack":
                for table in sorted({row.table for row in tuned}):
                    line(f"    {table}{who}", [errors[row.id] for row in tuned if row.table == table])
            if out in ("stack", "model") and fit is ours:
                coverage(f"tuned, one {out} left out", errors, tables, "rl_error_tuned")
    print(f"hugging-face: factor fitted {fitted(own, (shipped[1],))[0]}")
    factor = catalogue.constant("rl_factor_hugging_face")
    errors = {row.id: error(row, factor, shipped[1]) for row in own}
    line("hugging-face, shipped constants, not left out", list(errors.values()))
    coverage("hugging-face, shipped constants, not left out", errors, tables, "rl_error_hugging_face")


if __name__ == "__main__":
    main()
