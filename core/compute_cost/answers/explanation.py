"""Any estimate opened up for a spreadsheet: its steps, its range and sources, or its own table, as a spilling table."""

from __future__ import annotations

from typing import Annotated, Any

from compute_cost import registry
from compute_cost.errors import NoData
from compute_cost.inputs import Cell, figure, is_kept
from compute_cost.parameters import Anything, Text
from compute_cost.registry import estimate
from compute_cost.result import Answer, Result, Table

EstimateName = Annotated[str, Text("the name of an estimate", example='"TRAIN_COST"')]
Argument = Annotated[Any, Anything("Argument passed on to the estimate, in its own order.")]


@estimate("steps", answers="table")
def explain(name: EstimateName, *a: Argument) -> Answer:
    """How an estimate was reached: each step, input, warning and source as one row, and what each uncertain input does.

    The first argument names the estimate, the others are its own arguments in its own order:
    explain("TRAIN_COST", "GPT-3",, "A100"). The value is the number of steps. An input that is uncertain has the
    ends of its 80% range (input_low, input_high) and the estimate's value at each of them, all other inputs as they
    are (value_at_low, value_at_high): what the answer's own range is made of. One that only other figures rest on has no such value.

    Raises UnknownName for an estimate that is not there, and whatever the estimate itself raises.
    """
    inner = call(name, *a)
    count = float(len(inner.steps))
    return Answer(count, "steps", table=lambda: _explained(inner), low=count, high=count)


_EXPLAINED = ("kind", "what", "how", "value", "unit", "source", "input_low", "input_high", "value_at_low", "value_at_high")


def _explained(inner: Result) -> Table:
    ends: dict[str, tuple[Any, ...]] = {entry.name: (entry.low, entry.high, "", "") for entry in inner.inputs if entry.is_uncertain}
    ends |= {swing.input.name: (swing.input.low, swing.input.high, swing.at_low, swing.at_high) for swing in inner.swings}
    none = ("", "", "", "")
    rows: list[tuple[Cell, ...]] = [("step", s.label, s.formula, s.value, s.unit, ", ".join(s.sources), *none) for s in inner.steps]
    rows += [("input", i.name, i.origin, i.value, i.unit, i.source, *ends.get(i.name, none)) for i in inner.inputs]
    rows += [("warning", text, "", "", "", "", *none) for text in inner.warnings]
    rows += [("source", s.title, s.url, s.date, "", s.id, *none) for s in inner.sources]
    return (_EXPLAINED, *rows)


@estimate("the estimate's own", answers="table")
def estimate_range(name: EstimateName, *a: Argument) -> Answer:
    """An estimate with its 80% interval, unit and sources, as a header and one row.

    The first argument names the estimate, the others are its own arguments in its own order:
    estimate_range("TRAIN_COST", "GPT-3",, "A100"). Columns: value, low, high, unit, sources.

    Raises UnknownName for an estimate that is not there, and whatever the estimate itself raises.
    """
    inner = call(name, *a)
    if is_kept():
        for value_name, (value, unit) in inner.values.items():
            figure(value_name, value, unit)

    sources = "; ".join(f"{cited.title} ({cited.date})" for cited in inner.sources)
    table = (("value", "low", "high", "unit", "sources"), (inner.value, inner.low, inner.high, inner.unit, sources))
    return Answer(inner.value, inner.name, inner.unit, table, inner.low, inner.high)


@estimate("rows", answers="table")
def estimate_table(name: EstimateName, *a: Argument) -> Answer:
    """The table of an estimate that has one: quotes behind a price, cash flows, months of a runway, stocks of text, later years.

    The first argument names the estimate, the others are its own arguments in its own order:
    estimate_table("RENT_OR_OWN", "H100", 8). The value is the number of rows.

    Raises UnknownName for an estimate that is not there, NoData for one without a table, and whatever the
    estimate itself raises.
    """
    inner = call(name, *a)
    if not inner.table:
        raise NoData(f"name: {registry.get(name).name} has no table; explain shows its steps")
    count = float(len(inner.table) - 1)
    return Answer(count, "rows", table=inner.table, low=count, high=count)


def call(name: str, *arguments: Any) -> Result:
    """The estimate's answer, which these answers are about: its steps, inputs, warnings and sources are theirs."""
    doc = registry.get(name)
    given = list(arguments)
    while given and given[-1] is None:
        given.pop()
    inner = doc.call(*given)
    inner.include()
    return inner
