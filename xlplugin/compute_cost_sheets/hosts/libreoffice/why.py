"""The words for an error in a cell: LibreOffice shows its number only, so the calls of the cell's formula are looked at again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from compute_cost.answers.figures import NO_MISTAKE
from compute_cost.errors import CostError, InputError
from compute_cost.registry import Doc, estimates
from compute_cost_sheets.functions import cell_function
from compute_cost_sheets.hosts.libreoffice.names import IMPLEMENTATION, method_name

DEEPEST = 50  # of cells that take their error from others
SHOWN = {503: "#NUM!", 519: "#VALUE!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A"}  # errors of the office by their numbers
ERRORS = 4  # of com.sun.star.sheet.FormulaResult
_CALL = re.compile(rf"{IMPLEMENTATION}\.([A-Z]+)\(")
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_PIECE = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|.', re.DOTALL)
_PLACE = r"\$?[A-Z]{1,3}\$?[1-9][0-9]*"
_REFERENCE = re.compile(rf"(?<![\w.$'])(?:\$?(?:'(?:[^']|'')+'|\w+)\.)?{_PLACE}(?::{_PLACE})?(?![\w(.])")
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)(E[+-]?\d+)?(%?)", re.IGNORECASE)


class _NotSimple(Exception):
    """An argument that is neither a number, a text, a reference nor a call of ours."""


def words(document: Any, cell: Any) -> str:
    """Why the first cell of a range shows an error: the words of its call, or of the cell from which the error comes."""
    asked = source = cell.getCellByPosition(0, 0)
    if not asked.getError():
        return NO_MISTAKE
    for _ in range(DEEPEST):
        earlier = _failed(document, source)
        if earlier is None:
            break
        source = earlier
    place = "" if source.AbsoluteName == asked.AbsoluteName else f"{source.AbsoluteName.replace('$', '')}: "
    return place + _words(document, source)


def _words(document: Any, cell: Any) -> str:
    """The words for an error that comes from no other cell."""
    unclear = ""
    for method, arguments in _calls(cell.Formula):
        try:
            _answer(document, cell, method, arguments)
        except _NotSimple as problem:
            name = _functions()[method][0].cell_name
            unclear = unclear or f"{problem} is worked out within {name}: give it a cell of its own, or ask =COST_WHY_CALL"
        except CostError as problem:
            return str(problem)
    return unclear or f"{SHOWN.get(cell.getError(), f'Err:{cell.getError()}')} is not of a Compute Cost function"


def _failed(document: Any, cell: Any) -> Any | None:
    """The first cell with an error among those that a formula refers to."""
    for reference in _REFERENCE.finditer(_TEXT.sub('""', cell.Formula)):
        for area in _cells(document, cell, reference[0]).queryFormulaCells(ERRORS):
            return area.getCellByPosition(0, 0)
    return None


@cache
def _functions() -> dict[str, tuple[Doc, Callable[..., Any]]]:
    """Every estimate by the name of its method, with a function that raises its mistakes."""

    def raised(problem: CostError) -> Any:
        raise problem

    return {method_name(doc).upper(): (doc, cell_function(doc, raised, raised, blank_is_zero=True)) for doc in estimates().values()}


def _calls(formula: str) -> Iterator[tuple[str, list[str]]]:
    """The calls of ours in a formula as LibreOffice stores it, the inner ones behind those around them."""
    bare = _TEXT.sub(lambda text: " " * len(text[0]), formula)
    for call in _CALL.finditer(bare.upper()):
        if call[1] in _functions():
            yield call[1], _arguments(formula[call.end() :])


def _arguments(text: str) -> list[str]:
    """The arguments of a call whose opening bracket stands before the text."""
    depth, arguments = 0, [""]
    for piece in _PIECE.findall(text):
        depth += (piece in "({") - (piece in ")}")
        if depth < 0:
            break
        if piece == ";" and not depth:
            arguments.append("")
        else:
            arguments[-1] += piece
    return [argument.strip() for argument in arguments]


def _answer(document: Any, cell: Any, method: str, arguments: list[str]) -> Any:
    doc, function = _functions()[method]
    answer = function(*(_value(document, cell, text) for text in arguments))
    if isinstance(answer, tuple) and doc.answers == "text":
        raise InputError("arguments", "a range", f"LibreOffice takes one answer of {doc.cell_name}: give it single cells and fill it down")
    return answer


def _value(document: Any, cell: Any, text: str) -> Any:
    """What an argument comes to, as Calc hands it over. Raises _NotSimple for one that the office alone can work out."""
    if not text:
        return None
    if _TEXT.fullmatch(text):
        return text[1:-1].replace('""', '"')
    if number := _NUMBER.fullmatch(text):
        return float(text.rstrip("%")) / (100 if number[3] else 1)
    if text.upper() in ("TRUE()", "FALSE()"):
        return float(text.upper() == "TRUE()")
    call = _CALL.match(text.upper())
    if call and text.endswith(")") and call[1] in _functions():
        return _answer(document, cell, call[1], _arguments(text[call.end() :]))
    try:
        cells = _cells(document, cell, text)
    except Exception:  # an exception of the office, where the text is no reference
        raise _NotSimple(text) from None
    where = cells.RangeAddress
    if (where.StartRow, where.StartColumn) != (where.EndRow, where.EndColumn):
        return cells.getDataArray()
    single = cells.getCellByPosition(0, 0)
    value = cells.getDataArray()[0][0]
    return single.Value if value == "" and not single.Formula else value  # a blank cell is handed over as 0


def _cells(document: Any, cell: Any, text: str) -> Any:
    """The cells that a reference or a name of the workbook means."""
    if document.NamedRanges.hasByName(text):
        return document.NamedRanges.getByName(text).getReferredCells()
    sheet, dot, place = text.rpartition(".")
    name = sheet.lstrip("$").strip("'").replace("''", "'")
    return (document.Sheets.getByName(name) if dot else cell.Spreadsheet).getCellRangeByName(place.replace("$", ""))
