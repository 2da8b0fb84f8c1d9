"""A small evaluator of a workbook's own formulas, so that a thousand sets of inputs can be tried without an office.

It reads the text of the stored formulas, and knows nothing of the expressions that wrote them. It is held to the values that
LibreOffice gives, through those that the file keeps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.formula import Tokenizer
from openpyxl.utils import rows_from_range
from openpyxl.worksheet.formula import ArrayFormula

from compute_cost import registry
from compute_cost.errors import CostError
from compute_cost_sheets.cells import ERROR_MARK
from compute_cost_sheets.functions import calculate

Plug = Callable[..., Any]
SMALL = ("ROUNDUP", "ROUND", "MOD", "MAX", "MIN", "SUM", "ABS", "INDEX", "MATCH", "SUMIF", "AND", "OR", "ISBLANK")


class Workbook:
    """The formulas of a file; `evaluate` gives what chosen cells come to with inputs changed."""

    def __init__(self, path: Path, changed: dict[str, str] | None = None) -> None:
        """`changed` puts other formulas in place of some, by Sheet!A1."""
        self.constants: dict[str, Any] = {}
        self.formulas: dict[str, str] = {}
        self.arrays: dict[str, tuple[str, list[list[str]]]] = {}  # of each cell of an array formula: its text and all its cells
        for sheet in openpyxl.load_workbook(path).worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    place = f"{sheet.title}!{cell.coordinate}"
                    if isinstance(cell.value, ArrayFormula):
                        self._array(sheet.title, cell.value.ref, str(cell.value.text))
                    elif cell.data_type == "f":
                        self.formulas[place] = str(cell.value)
                    elif cell.value is not None and place not in self.arrays:
                        self.constants[place] = cell.value
        self.formulas |= changed or {}
        self._code: dict[tuple[str, ...], Any] = {}

    def _array(self, sheet: str, where: str, text: str) -> None:
        cells = _cells(sheet, where)
        if len(cells) == len(cells[0]) == 1:
            self.formulas[cells[0][0]] = text
            return
        for row in cells:
            self.arrays |= dict.fromkeys(row, (text, cells))

    def evaluate(self, wanted: Sequence[str], inputs: dict[str, Any] | None = None, plug: Plug | None = None) -> dict[str, Any]:
        """The wanted cells and all that they rest on, with the cells of `inputs` changed. Raises what an estimate raises.

        `plug` answers in place of the plug-in's functions: it gets the name of one and its arguments.
        """
        key = tuple(wanted)
        if key not in self._code:
            lines = ["def work(v, plug):", *(f" {line}" for line in self._lines(wanted))]
            space: dict[str, Any] = {name: globals()[f"_{name.lower()}"] for name in SMALL} | {"number": _number, "area": _area}
            exec("\n".join(lines), space)  # noqa: S102 (our own text, from our own formulas)
            self._code[key] = space["work"]
        values = {**self.constants, **(inputs or {})}
        self._code[key](values, plug or answered)
        return values

    def _lines(self, wanted: Sequence[str]) -> Iterable[str]:
        """A statement for each cell, those that it rests on first."""
        done: set[str] = set()
        waiting = [(place, False) for place in reversed(wanted)]
        while waiting:
            place, ready = waiting.pop()
            if place in done:
                continue
            if place not in self.formulas and place not in self.arrays:
                done.add(place)
                continue
            text = self.arrays[place][0] if place in self.arrays else self.formulas[place]
            code, needed = _translated(text, place.split("!")[0])
            missing = [need for need in needed if need not in done and need != place]
            if missing and not ready:
                waiting += [(place, True), *((need, False) for need in missing)]
                continue
            if place in self.arrays:
                cells = self.arrays[place][1]
                done |= {cell for row in cells for cell in row}
                yield f"v.update(zip({[cell for row in cells for cell in row]!r}, [one for row in {code} for one in row]))"
            else:
                done.add(place)
                yield f"v[{place!r}] = {code}"


@cache
def _translated(formula: str, sheet: str) -> tuple[str, tuple[str, ...]]:
    """A formula as Python, and the cells that it names."""
    tokens = [token for token in Tokenizer(formula).items if token.type != "WHITE-SPACE"]
    needed: list[str] = []
    code, rest = _expression(tokens, 0, sheet, needed, False)
    if rest != len(tokens):
        raise ValueError(formula)
    return code, tuple(dict.fromkeys(needed))


def _expression(tokens: Sequence[Any], at: int, sheet: str, needed: list[str], bare: bool) -> tuple[str, int]:
    """The Python of the tokens from `at` to the end of an argument; `bare` leaves a blank cell blank, as an argument of a function."""
    parts: list[str] = []
    alone = bare and (at + 1 == len(tokens) or tokens[at + 1].type in ("SEP", "FUNC")) and tokens[at].type == "OPERAND"
    while at < len(tokens):
        token = tokens[at]
        if token.type == "SEP" or token.subtype == "CLOSE":
            break
        if token.type == "FUNC":
            code, at = _call(tokens, at, sheet, needed)
            parts.append(code)
        elif token.type == "PAREN":
            code, at = _expression(tokens, at + 1, sheet, needed, False)
            parts.append(f"({code})")
        elif token.type == "OPERAND" and token.subtype == "RANGE":
            parts.append(_reference(token.value, sheet, needed, alone))
        elif token.type == "OPERAND":
            parts.append(repr(token.value[1:-1].replace('""', '"')) if token.subtype == "TEXT" else token.value)
        else:
            parts.append({"^": "**", "=": "==", "<>": "!="}.get(token.value, token.value))
        at += 1
    return " ".join(parts) or "None", at


def _call(tokens: Sequence[Any], at: int, sheet: str, needed: list[str]) -> tuple[str, int]:
    name = tokens[at].value.rstrip("(")
    arguments: list[str] = []
    while tokens[at].subtype != "CLOSE" or tokens[at].type != "FUNC":
        code, at = _expression(tokens, at + 1, sheet, needed, name not in ("IF",))
        arguments.append(code)
    if name == "IF":
        return f"(({arguments[1]}) if ({arguments[0]}) else ({arguments[2]}))", at
    if name in SMALL:
        return f"{name}({', '.join(arguments)})", at
    return f"plug({', '.join([repr(name), *arguments])})", at


def _reference(text: str, sheet: str, needed: list[str], bare: bool) -> str:
    where, _, cells = text.replace("$", "").rpartition("!")
    sheet = where or sheet
    rows = _cells(sheet, cells)
    needed += [cell for row in rows for cell in row]
    if ":" in cells:
        return f"area(v, {rows!r})"
    return f"v.get({rows[0][0]!r})" if bare else f"number(v.get({rows[0][0]!r}))"


@cache
def _cells(sheet: str, where: str) -> list[list[str]]:
    return [[f"{sheet}!{cell}" for cell in row] for row in rows_from_range(where)]


def _number(value: Any) -> Any:
    return 0 if value is None else value


def _area(values: dict[str, Any], rows: list[list[str]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(values.get(cell) for cell in row) for row in rows)


@cache
def answered(name: str, *arguments: Any) -> Any:
    """A function of the plug-in."""
    while arguments and arguments[-1] is None:
        arguments = arguments[:-1]
    answer = calculate(next(doc for doc in registry.estimates().values() if doc.cell_name == name), arguments)
    for element in [cell for row in answer for cell in row] if isinstance(answer, tuple) else [answer]:
        if isinstance(element, str) and element.startswith(ERROR_MARK):
            raise CostError(element)
    return answer


def _flat(values: Iterable[Any]) -> list[float]:
    cells = [cell for value in values for row in (value if isinstance(value, tuple) else ((value,),)) for cell in row]
    return [cell for cell in cells if isinstance(cell, (int, float))]


def _max(*values: Any) -> float:
    return max(_flat(values), default=0)


def _min(*values: Any) -> float:
    return min(_flat(values), default=0)


def _sum(*values: Any) -> float:
    return math.fsum(_flat(values))


def _abs(value: Any) -> float:
    return abs(float(_number(value)))


def _round(value: float, digits: int) -> float:
    if digits:
        raise ValueError("whole numbers only")
    return math.copysign(math.floor(abs(value) + 0.5), value)


def _roundup(value: Any, digits: int) -> float:
    if digits:
        raise ValueError("whole numbers only")
    return math.copysign(math.ceil(abs(_number(value))), _number(value))


def _mod(value: float, by: float) -> float:
    return float(_number(value) - _number(by) * math.floor(_number(value) / _number(by)))


def _index(rows: tuple[tuple[Any, ...], ...], place: Any) -> Any:
    cells = rows[0] if len(rows) == 1 else [row[0] for row in rows]
    return _number(cells[int(place) - 1])


def _match(wanted: Any, rows: tuple[tuple[Any, ...], ...], kind: int) -> int:
    if kind:
        raise ValueError("exact matches only")
    return [cell for row in rows for cell in row].index(wanted) + 1


def _sumif(rows: tuple[tuple[Any, ...], ...], wanted: Any, values: tuple[tuple[Any, ...], ...]) -> float:
    pairs = zip((cell for row in rows for cell in row), (cell for row in values for cell in row), strict=True)
    return math.fsum(_number(value) for cell, value in pairs if cell == wanted)


def _and(*tests: Any) -> bool:
    return all(tests)


def _or(*tests: Any) -> bool:
    return any(tests)


def _isblank(value: Any) -> bool:
    return value is None
