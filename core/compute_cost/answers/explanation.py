"""Any estimate opened up for a spreadsheet: its steps, its range and sources, or its own table, as a spilling table."""

from __future__ import annotations

from typing import Annotated, Any

from compute_cost import registry
from compute_cost.errors import NoData
from compute_cost.parameters import Anything, Text
from compute_cost.registry import estimate
from compute_cost.result import Cell, Result

EstimateName = Annotated[str, Text("the name of an estimate", example='"TRAIN_COST"')]
Argument = Annotated[Any, Anything("Argument passed on to the estimate, in its own order.")]


@estimate("steps", answers="table")
def explain(name: EstimateName, *a: Argument) -> Result:
    """How an estimate came about: each step, input, warning and source as one row.

    The first argument names the estimate, the others are its own arguments in its own order:
    explain("TRAIN_COST", "GPT-3",, "A100"). The value is the number of steps.

    Raises UnknownName for an estimate that is not there, and whatever the estimate itself raises.
    """
    inner = _call(name, *a)
    rows: list[tuple[Cell, ...]] = [("kind", "what", "how", "value", "unit", "source")]
    rows += [("step", s.label, s.formula, s.value, s.unit, ", ".join(s.sources)) for s in inner.steps]
    rows += [("input", i.name, i.origin, i.value, i.unit, i.source) for i in inner.inputs]
    rows += [("warning", text, "", "", "", "") for text in inner.warnings]
    rows += [("source", s.title, s.url, s.date, "", s.id) for s in inner.sources]
    return Result(float(len(inner.steps)), "steps", lambda trace: trace.include(inner), name="steps", table=tuple(rows))


@estimate("the estimate's own", answers="table")
def estimate_range(name: EstimateName, *a: Argument) -> Result:
    """An estimate with its 80% interval, unit and sources, as a header and one row.

    The first argument names the estimate, the others are its own arguments in its own order:
    estimate_range("TRAIN_COST", "GPT-3",, "A100"). Columns: value, low, high, unit, sources.

    Raises UnknownName for an estimate that is not there, and whatever the estimate itself raises.
    """
    inner = _call(name, *a)
    sources = "; ".join(f"{one.title} ({one.date})" for one in inner.sources)
    table = (("value", "low", "high", "unit", "sources"), (inner.value, inner.low, inner.high, inner.unit, sources))
    return Result(
        inner.value, inner.unit, lambda trace: trace.include(inner), low=inner.low, high=inner.high, values=inner.values, table=table
    )


@estimate("rows", answers="table")
def estimate_table(name: EstimateName, *a: Argument) -> Result:
    """The table of an estimate that has one: quotes behind a price, cash flows, months of a runway, stocks of text, later years.

    The first argument names the estimate, the others are its own arguments in its own order:
    estimate_table("RENT_OR_OWN", "H100", 8). The value is the number of rows.

    Raises UnknownName for an estimate that is not there, NoData for one without a table, and whatever the
    estimate itself raises.
    """
    inner = _call(name, *a)
    if not inner.table:
        raise NoData(f"name: {registry.get(name).name} has no table; explain shows its steps")
    return Result(float(len(inner.table) - 1), "rows", lambda trace: trace.include(inner), name="rows", table=inner.table)


def _call(name: str, *arguments: Any) -> Result:
    doc = registry.get(name)
    given = list(arguments)
    while given and given[-1] is None:
        given.pop()
    return doc.call(*given)
