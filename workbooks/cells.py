"""Spreadsheet expressions that know their value: written once, they give a formula and the value that is kept with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from xlsxwriter.utility import xl_rowcol_to_cell

from compute_cost import registry
from compute_cost_sheets.functions import calculate
from native import VALUES

COMPARE, JOIN, ADD, MULTIPLY, POWER, ATOM = range(6)  # how tightly an expression holds together


class Place(NamedTuple):
    """Where a cell or an area stands. Unless `anchor` says so, it moves with a copied formula on its own sheet and is fixed on others."""

    sheet: str
    row: int
    column: int
    last_row: int
    last_column: int
    fixed_row: bool | None = None
    fixed_column: bool | None = None

    def text(self, sheet: str) -> str:
        elsewhere = sheet != self.sheet
        row = elsewhere if self.fixed_row is None else self.fixed_row
        column = elsewhere if self.fixed_column is None else self.fixed_column
        first = xl_rowcol_to_cell(self.row, self.column, row, column)
        last = xl_rowcol_to_cell(self.last_row, self.last_column, row, column)
        return (f"{self.sheet}!" if elsewhere else "") + (first if first == last else f"{first}:{last}")


class Function(NamedTuple):
    """A function of the plug-in, which each host spells in its own way."""

    name: str


Part = str | Place | Function
Spelling = Callable[[str], str]


class Expression:
    """Part of a formula with the value that it comes to."""

    def __init__(self, parts: tuple[Part, ...], value: Any, level: int = ATOM) -> None:
        self.parts = parts
        self.value = value
        self.level = level

    def text(self, sheet: str, spell: Spelling) -> str:
        def spelled(part: Part) -> str:
            if isinstance(part, Place):
                return part.text(sheet)
            return spell(part.name) if isinstance(part, Function) else part

        return "".join(spelled(part) for part in self.parts)

    def leaves(self, sheet: str) -> bool:
        """Whether it draws on another sheet."""
        return any(isinstance(part, Place) and part.sheet != sheet for part in self.parts)

    @property
    def calls(self) -> tuple[str, ...]:
        """The functions of the plug-in that it calls."""
        return tuple(part.name for part in self.parts if isinstance(part, Function))

    @property
    def place(self) -> Place:
        """Where a cell or an area stands."""
        for part in self.parts:
            if isinstance(part, Place):
                return part
        raise TypeError("no cell stands here")

    def __add__(self, other: Any) -> Expression:
        return _binary(self, "+", other, ADD, lambda a, b: a + b)

    def __sub__(self, other: Any) -> Expression:
        return _binary(self, "-", other, ADD, lambda a, b: a - b)

    def __rsub__(self, other: Any) -> Expression:
        return lift(other) - self

    def __radd__(self, other: Any) -> Expression:
        return lift(other) + self

    def __mul__(self, other: Any) -> Expression:
        return _binary(self, "*", other, MULTIPLY, lambda a, b: a * b)

    def __truediv__(self, other: Any) -> Expression:
        return _binary(self, "/", other, MULTIPLY, lambda a, b: a / b)

    def __rtruediv__(self, other: Any) -> Expression:
        return lift(other) / self

    def __pow__(self, other: Any) -> Expression:
        return _binary(self, "^", other, POWER, lambda a, b: a**b)

    def __le__(self, other: Any) -> Expression:
        return _binary(self, "<=", other, COMPARE, lambda a, b: _rank(a) <= _rank(b))

    def __lt__(self, other: Any) -> Expression:
        return _binary(self, "<", other, COMPARE, lambda a, b: _rank(a) < _rank(b))

    def __ge__(self, other: Any) -> Expression:
        return _binary(self, ">=", other, COMPARE, lambda a, b: _rank(a) >= _rank(b))

    def __gt__(self, other: Any) -> Expression:
        return _binary(self, ">", other, COMPARE, lambda a, b: _rank(a) > _rank(b))

    def join(self, other: Any) -> Expression:
        """Two texts in one."""
        return _binary(self, "&", other, JOIN, lambda a, b: shown(a) + shown(b))

    def same(self, other: Any) -> Expression:
        return _binary(self, "=", other, COMPARE, lambda a, b: _rank(a) == _rank(b))


class Cell(Expression):
    """A written cell."""

    def __init__(self, sheet: str, row: int, column: int, value: Any) -> None:
        super().__init__((Place(sheet, row, column, row, column),), value)
        self.sheet, self.row, self.column = sheet, row, column

    @property
    def link(self) -> str:
        return f"internal:{self.sheet}!{xl_rowcol_to_cell(self.row, self.column)}"


class Area(Expression):
    """A rectangle of written cells; its value is rows of values."""

    def __init__(self, first: Cell, last: Cell, value: tuple[tuple[Any, ...], ...]) -> None:
        super().__init__((Place(first.sheet, first.row, first.column, last.row, last.column),), value)
        self.first, self.last = first, last


def area(*cells: Cell) -> Area:
    """The cells of one row or of one column, or any others that fill a rectangle row by row."""
    first, last = cells[0], cells[-1]
    width = last.column - first.column + 1
    rows = tuple(tuple(cell.value for cell in cells[at : at + width]) for at in range(0, len(cells), width))
    if len(cells) != width * (last.row - first.row + 1):
        raise ValueError(f"{len(cells)} cells fill no rectangle")
    return Area(first, last, rows)


def column(rows: Sequence[Sequence[Cell]], at: int) -> Area:
    """One column of a table's rows."""
    return area(*(row[at] for row in rows))


def lift(value: Any) -> Expression:
    """A part of a formula; of numbers only 0 and 1, for anything else is an input with a unit and a source."""
    if isinstance(value, Expression):
        return value
    if value is None:
        return Expression(("",), None)
    if isinstance(value, str):
        return Expression(('"' + value.replace('"', '""') + '"',), value)
    if isinstance(value, int) and not isinstance(value, bool) and value in (0, 1):
        return Expression((str(value),), value)
    raise TypeError(f"{value!r} may not stand inside a formula: make it an input")


def _binary(left: Expression, sign: str, other: Any, level: int, compute: Callable[[Any, Any], Any]) -> Expression:
    right = lift(other)
    blank = "" if sign == "&" else 0
    value = compute(blank if left.value is None else left.value, blank if right.value is None else right.value)
    parts = (*_wrap(left, level), sign, *_wrap(right, level if sign in "+*" else level + 1))
    return Expression(parts, value, level)


def _rank(value: Any) -> tuple[bool, Any]:
    """Where a value stands in a spreadsheet's order: numbers before texts, texts without regard to case."""
    return (True, value.casefold()) if isinstance(value, str) else (False, value)


def _wrap(inner: Expression, least: int) -> tuple[Part, ...]:
    return inner.parts if inner.level >= least else ("(", *inner.parts, ")")


def _call(name: Part, arguments: list[Expression], value: Any) -> Expression:
    parts: list[Part] = [name, "("]
    for index, argument in enumerate(arguments):
        parts += [",", *argument.parts] if index else argument.parts
    return Expression((*parts, ")"), value)


class _Native:
    """The spreadsheet's own functions: xl.SUM(area), xl.IF(test, yes, no)."""

    def __getattr__(self, name: str) -> Callable[..., Expression]:
        def call(*arguments: Any) -> Expression:
            given = [lift(argument) for argument in arguments]
            return _call(name, given, VALUES[name](*(expression.value for expression in given)))

        return call


xl = _Native()


def plug(name: str, *arguments: Any) -> Expression:
    """A function of the plug-in by the name of its estimate; None leaves an argument out."""
    doc = registry.get(name)
    given = _given(arguments)
    return _call(Function(doc.cell_name), given, calculate(doc, tuple(expression.value for expression in given)))


def unasked(name: str, *arguments: Any) -> Expression:
    """The same in a branch that is not taken today: a formula whose value nobody works out."""
    return _call(Function(registry.get(name).cell_name), _given(arguments), None)


def _given(arguments: Sequence[Any]) -> list[Expression]:
    """The arguments of a call; None leaves one out, and those at the end are not written."""
    given = [lift(argument) for argument in arguments]
    while given and given[-1].parts == ("",):
        given.pop()
    return given


def link(cell: Cell) -> Expression:
    """A formula that shows another cell."""
    return Expression(cell.parts, cell.value)


def anchor(cells: Expression, row: bool = True, column: bool = True) -> Expression:
    """The same cells, written so that their row or their column stays when the formula is copied, and the other moves."""
    parts = (part._replace(fixed_row=row, fixed_column=column) if isinstance(part, Place) else part for part in cells.parts)
    return Expression(tuple(parts), cells.value)


def failures(test: Expression) -> Expression:
    """0 where a test holds; 1 where it does not or is an error: COUNT leaves the error of 1/FALSE out."""
    return Expression(("1-COUNT(1/(", *test.parts, "))"), 0 if test.value else 1)


def shown(value: Any) -> str:
    """A value as a spreadsheet joins it to a text."""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    return "" if value is None else str(value)


def text_of(cell: Cell) -> Expression:
    """A text from a table of the plug-in; LibreOffice compares such a text only once it has been joined to another."""
    return cell.join("")
