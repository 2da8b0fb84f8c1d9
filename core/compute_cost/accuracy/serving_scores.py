"""The scoreboard of inference: measured serving throughput against predictions that had not seen the model or the chip."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from compute_cost import catalogue
from compute_cost.accuracy.scores import Pair
from compute_cost.catalogue.measured import ServingRow, held_out_serving, serving_rows
from compute_cost.physics.formats import peak_of

NAMES = {"dense": "saturated, dense", "mixture": "saturated, mixture of experts", "single stream": "single stream"}
BANDWIDTH_RULE = 0.6  # the share of the memory bandwidth that a common rule of thumb grants a single stream


def held_out_tables() -> dict[tuple[str, str], list[Pair]]:
    """Predicted and published tokens per second by kind of row and by what was left out."""
    found: dict[tuple[str, str], list[Pair]] = {}
    for row in held_out_serving():
        found.setdefault((NAMES.get(row.table, row.table), row.split), []).append(Pair(row.id, row.predicted, row.published, row.factor))
    return found


def rules() -> dict[str, list[Pair]]:
    """What simple rules say of the same rows: a bare roofline, and a share of bandwidth over the weights."""
    ids = {row.table: {one.id for one in held_out_serving() if one.table == row.table} for row in held_out_serving()}
    rows = {row.id: row for row in serving_rows()}
    saturated = [rows[one] for table in ("dense", "mixture") for one in sorted(ids.get(table, ()))]
    single = [rows[one] for one in sorted(ids.get("single stream", ()))]
    return {
        "2 FLOP per parameter at peak, saturated rows": list(_pairs(saturated, _at_peak)),
        f"{BANDWIDTH_RULE} x bandwidth / weights, single stream": list(_pairs(single, _by_bandwidth)),
    }


def _pairs(rows: Iterable[ServingRow], rule: Callable[[ServingRow], float | None]) -> Iterable[Pair]:
    for row in rows:
        value = rule(row)
        if value and row.tokens_per_second:
            yield Pair(row.id, value, row.tokens_per_second)


def _at_peak(row: ServingRow) -> float | None:
    """Output tokens per second if every operation ran at the peak: each output token brings its share of the input."""
    chip, model = catalogue.accelerators().get(row.gpu), catalogue.models().get(row.model)
    if chip is None or model is None or not row.output_tokens:
        return None
    _, peak = peak_of(chip, row.precision if getattr(chip, row.precision, None) else None)
    tokens = 1 + (row.input_tokens or 0) / row.output_tokens
    return row.gpus * peak / (2 * model.active * tokens)


def _by_bandwidth(row: ServingRow) -> float | None:
    chip, model = catalogue.accelerators().get(row.gpu), catalogue.models().get(row.model)
    if chip is None or model is None:
        return None
    weights = model.active * catalogue.constant(f"bits_per_parameter_{row.precision}") / 8
    together = row.gpus if row.parallelism == "tensor" else 1.0  # by layers, the cards take turns
    return BANDWIDTH_RULE * chip.memory_bandwidth * 1e9 * together / weights
