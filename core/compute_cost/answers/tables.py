"""Scenario tables: any estimate over a grid of inputs, one row for each combination."""

from __future__ import annotations

import datetime
import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, NamedTuple

from compute_cost import registry
from compute_cost.errors import CostError, InputError, UnknownArgument, quote
from compute_cost.inputs import Cell, Evaluation, cite, figure, include, is_kept, step, warn
from compute_cost.parameters import Anything, Text
from compute_cost.registry import Doc, estimate
from compute_cost.result import Answer, Result, Table

MOST_ROWS = 10_000
MOST_RANKINGS = 500  # of an estimate that itself answers with a table: a hundred times the work
NAMED_WARNINGS = 20  # a grid of many models would otherwise fill an assistant's answer with them

# A comma between two digits belongs to a number ("1,000"); one with a space after it always separates.
_SEPARATOR = r"\s*(?:,\s+|(?<!\d),|,(?!\d)|;)\s*"


class Several(tuple[Any, ...]):
    """The values of an argument that spans the grid."""


class Values(Anything):
    """One value that is fixed, or several that span the grid: a list, a range of cells, or text such as "A100, H100"."""

    accepts: ClassVar[Any] = Anything.accepts | list[Any] | tuple[Any, ...]
    ranges: ClassVar[bool] = True  # a spreadsheet hands over ranges whole instead of element by element

    def reader(self, name: str) -> Callable[[Any], Any]:
        read_one = super().reader(name)

        def read(value: Any) -> Any:
            if isinstance(value, str):
                parts = [part for part in re.split(_SEPARATOR, value.strip()) if part]
                return read_one(value) if len(parts) < 2 else Several(read_one(part) for part in parts)
            return several(name, value) if isinstance(value, (list, tuple)) else read_one(value)

        return read


def several(name: str, value: Any) -> Any:
    """A list, or rows of cells, as the values of an argument that spans the grid; anything else as it is."""
    if not isinstance(value, (list, tuple)):
        return value
    read_one = Anything("").reader(name)
    cells = list(itertools.islice(_cells(name, value), MOST_ROWS + 1))
    if not cells:
        raise InputError(name, "a list", "it holds no value")
    if len(cells) > MOST_ROWS:
        raise InputError(name, "a list", f"it holds more than {MOST_ROWS:,} values")
    return Several(None if cell is None else read_one(cell) for cell in cells)


def _cells(name: str, value: Sequence[Any]) -> Iterator[Any]:
    """The cells of a list, or of a range as rows of cells."""
    for row in value:
        if isinstance(row, (list, tuple)):
            for cell in row:
                if isinstance(cell, (list, tuple)):
                    raise InputError(name, quote(cell), "give a list of numbers and texts, or rows of them")
                yield cell
        else:
            yield row


class Row(NamedTuple):
    """One combination of the varied values: its answer, or why it has none."""

    varied: tuple[Any, ...]
    answer: Result | None
    error: str


class Grid(NamedTuple):
    """An estimate over every combination of the varied arguments; the last argument varies fastest."""

    doc: Doc
    fixed: Mapping[str, Any]
    varied: Mapping[str, Several]
    rows: tuple[Row, ...]

    def table(self) -> Table:
        """Header and rows: the varied arguments, value, low, high, unit and, where there is no answer, why."""
        header: tuple[Cell, ...] = (*self.varied, "value", "low", "high", "unit", "error")
        return (header, *(self._cells(row) for row in self.rows))

    @staticmethod
    def _cells(row: Row) -> tuple[Cell, ...]:
        shown = tuple(_shown(value) for value in row.varied)
        if row.answer is None:
            return (*shown, "", "", "", "", row.error)
        return (*shown, row.answer.value, row.answer.low, row.answer.high, row.answer.unit, "")

    def tell(self) -> None:
        """What is said of the whole: what was fixed and varied, how many rows have no answer, the warnings and sources of all."""
        run = Evaluation()
        for name, value in self.fixed.items():
            run.keep_argument(name, _shown(value), "")
        for name, values in self.varied.items():
            some = ", ".join(str(_shown(value)) for value in values[:10])
            run.keep_argument(name, some + (f" ... ({len(values):,} values)" if len(values) > 10 else ""), "")
        include(run)
        product = " x ".join(f"{len(values):,} {name}" for name, values in self.varied.items()) or "nothing is varied"
        step(f"Rows of {self.doc.name}", product, float(len(self.rows)), "rows")
        answers = [row.answer for row in self.rows if row.answer is not None]
        unanswered = len(self.rows) - len(answers)
        if unanswered:
            warn(f"{unanswered:,} of {len(self.rows):,} rows have no answer; the column error says why")
        warnings: dict[str, None] = {}
        for answer in answers:
            warnings.update(dict.fromkeys(answer.warnings))
            cite(*(cited.id for cited in answer.sources))
        for text in itertools.islice(warnings, NAMED_WARNINGS):
            warn(text)
        if len(warnings) > NAMED_WARNINGS:
            warn(f"{len(warnings) - NAMED_WARNINGS} more warnings; run a row as a single estimate to see all of its warnings")


def grid(doc: Doc, arguments: Mapping[str, Any]) -> Grid:
    """Call the estimate `doc` for every combination of the arguments that have several values; the others are fixed.

    `arguments` are those of the estimate, numbers in place of what it assumes by the assumption's name, and `assume` with more of
    these. A list, or rows of cells, spans the grid.

    Raises InputError for more than MOST_ROWS (MOST_RANKINGS) rows or for a table of tables, UnknownArgument for a
    name that is neither an argument nor an assumption. What one combination raises stands in its row.
    """
    if doc.name == cost_table.__name__:
        raise InputError("name", doc.name, "a table can't hold tables; name another estimate")
    given = {name: several(name, value) for name, value in registry.by_name(doc, arguments).items() if value is not None}
    varied = {name: value for name, value in given.items() if isinstance(value, Several)}
    fixed = {name: value for name, value in given.items() if not isinstance(value, Several)}
    count = math.prod(len(values) for values in varied.values())
    most = MOST_ROWS if doc.answers != "table" else MOST_RANKINGS
    if count > most:
        sizes = " x ".join(f"{len(values):,} {name}" for name, values in varied.items())
        raise InputError("arguments", f"{count:,} rows", f"a table of {doc.name} has at most {most:,} rows; {sizes} are too many")
    rows = (_row(doc, fixed, tuple(varied), combination) for combination in itertools.product(*varied.values()))
    return Grid(doc, fixed, varied, tuple(rows))


def _row(doc: Doc, fixed: Mapping[str, Any], names: Sequence[str], combination: tuple[Any, ...]) -> Row:
    try:
        return Row(combination, doc.call(**fixed, **dict(zip(names, combination, strict=True))), "")
    except CostError as problem:
        return Row(combination, None, str(problem))


def _shown(value: Any) -> Cell:
    """A given value as a cell can show it."""
    if value is None:
        return "default"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        text = str(value)
        return quote(text) if text.startswith(("=", "+", "-", "@")) else text  # a saved table must not start a formula
    return value if -1e300 < value < 1e300 else quote(value)  # no host shows a NaN or an infinity as a number


TableName = Annotated[str, Text("the name of an estimate", example='"TRAIN_COST"')]
GridArgument = Annotated[
    Any,
    Values('The estimate\'s own argument in its own order: one value, or several (a range, or "A100, H100") that span the grid.'),
]


@estimate("rows", answers="table")
def cost_table(name: TableName, *a: GridArgument) -> Answer:
    """Any estimate over a grid of inputs, one row for each combination, with value, low, high and unit.

    rows = product of the numbers of values of the varied arguments, at most 10,000 (500 of an estimate that is a table)

    The first argument names the estimate, the others are its own arguments in its own order:
    cost_table("TRAIN_COST", ["7B", "70B"], "1T", ["A100", "H100"]) has four rows. An argument with several
    values (a list, a range of cells, or text with commas such as "A100, H100") spans the grid, and the last one
    varies fastest; one value is fixed. Anywhere behind the name, a text such as "gpu=A100, H100" or "pue=1.1, 1.3" names its
    argument or assumption. A comma between two digits belongs to the number ("1,000"), so put a
    space after a comma that separates. Blank cells of a range are left out. Columns: the varied arguments,
    value, low, high (as the estimate gives them), unit, error. A combination that can't be answered keeps its
    row, with the reason under error. The value is the number of rows that were answered.

    Raises MissingInput where no estimate is named, UnknownName for one that does not exist, InputError for more
    than 10,000 rows, an error cell or an empty list, UnknownArgument for more arguments than the estimate has
    or a name that it does not know.
    """
    doc = registry.get(name)
    combinations = grid(doc, _arguments(doc, a))
    if is_kept():
        combinations.tell()
    answered = float(sum(row.answer is not None for row in combinations.rows))
    figure("unanswered", len(combinations.rows) - answered, "rows")
    return Answer(answered, "answered", table=combinations.table, low=answered, high=answered)


def _arguments(doc: Doc, listed: Sequence[Any]) -> dict[str, Any]:
    """The arguments by name: each in its place, or where it stands under the name that its text gives it."""
    names = [parameter.name for parameter in doc.parameters]
    values: dict[str, Any] = {}
    for place, value in enumerate(listed):
        name = names[place] if place < len(names) else ""
        named = None if name and doc.parameters[place].kind.free else registry.named(value[0] if isinstance(value, Several) else value)
        if named:
            name, first = named
            value = Several((first, *value[1:])) if isinstance(value, Several) else first
        if value is None:
            continue
        if not name:
            raise UnknownArgument(doc.name, place + 1, names)
        if name in values:
            raise InputError(name, value, registry.GIVEN_TWICE)
        values[name] = value
    return values
