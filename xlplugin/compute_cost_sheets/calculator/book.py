"""A question as cells: its inputs with their labels, and live formulas over them; as a block for a sheet and as a workbook."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from compute_cost import __version__, catalogue, registry
from compute_cost.errors import InputError
from compute_cost.registry import Doc, Reference
from compute_cost.result import Result
from compute_cost_sheets.calculator.questions import Question, answer, in_excel, read, referring, title
from compute_cost_sheets.spelling import SPELLINGS, respelled

Rows = list[list[Any]]  # of cells: a value, None, or {"formula": "=..."}, as a text that somebody typed may start with = too
MOST_SCENARIOS = 50
MOST_ROW = 1_048_576
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


def block(question: Question, at: str = "A1") -> Rows:
    """A label, what stands next to it and its unit for each given input, then the value, its 80% range and the warnings.

    The upper left cell is `at`. The formulas point at the inputs in the block, and an input that has a place in the sheet at that.
    Raises CostError for a wrong question.
    """
    doc, given = read(question.name, question.arguments)
    column, row = _corner(at)
    units = {parameter.name: parameter.kind.unit for parameter in doc.parameters}
    rows: Rows = [[title(doc.name), None, None]]
    written: dict[str, Any] = {}
    for key, value in given.items():
        written[key] = Reference(f"${_next(column)}${row + len(rows)}")
        rows.append([title(key), _formula(f"={question.places[key]}") if question.places.get(key) else value, _unit(units.get(key, ""))])
    result = doc.call(**given)
    for label, formula in _formulas(doc, result, written).items():
        rows.append([label, formula, "" if label == WARNINGS else _unit(result.unit)])
    return rows


def scenarios(question: Question, key: str, values: Sequence[str], at: str = "A1") -> Rows:
    """A row for each value of one input: the value, the answer, and its 80% range, as live formulas. Raises CostError as `block` does."""
    if not 1 <= len(values) <= MOST_SCENARIOS:
        raise InputError("values", len(values), f"give 1 to {MOST_SCENARIOS} of them")
    column, row = _corner(at)
    doc, given = read(question.name, {**question.arguments, key: values[0]})
    result, fixed = doc.call(**given), referring(given, question.places)
    rows: Rows = []
    for place, text in enumerate(values, 1):
        formulas = _formulas(doc, result, {**fixed, key: Reference(f"${column}{row + place}")})
        formulas.pop(WARNINGS, None)
        rows += [[title(key), *formulas]] if not rows else []
        rows.append([read(doc.name, {key: text})[1][key], *formulas.values()])
    return rows


WARNINGS = "Warnings"


def _formulas(doc: Doc, result: Result, written: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The value of a question by its title, the ends of its range and its warnings, as Excel takes them with the Office add-in."""
    own = {parameter.name: f"a{place}" for place, parameter in enumerate(doc.parameters, 1)}
    handed_on = {own.get(key, key): value for key, value in written.items()} | {"name": doc.cell_name}
    asked: dict[str, tuple[str, dict[str, Any]]] = {title(doc.name): (doc.name, dict(written))}
    if doc.answers == "table":  # it would spill over what stands below
        asked[title(doc.name)] = "estimate_value", {**handed_on, "figure": "value"}
    if result.range_text():
        asked |= {"Low end of its 80% range": ("estimate_low", handed_on), "High end of its 80% range": ("estimate_high", handed_on)}
    if result.warnings:
        asked[WARNINGS] = "cost_warnings", handed_on
    return {label: _formula(in_excel(registry.formula(*call))) for label, call in asked.items()}


def _formula(text: str) -> dict[str, str]:
    return {"formula": text}


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit


def _corner(at: str) -> tuple[str, int]:
    """Column and row of an address such as B2. Raises InputError for anything else."""
    address = _ADDRESS.fullmatch(at) if isinstance(at, str) else None
    if not address or int(address[2]) > MOST_ROW - 100:
        raise InputError("at", at, "give the address of a cell, such as B2")
    return address[1], int(address[2])


def _next(column: str) -> str:
    """The column to the right: B after A, AA after Z."""
    head, last = column[:-1], column[-1]
    return head + chr(ord(last) + 1) if last != "Z" else (_next(head) if head else "A") + "A"


# The workbook

_WIDTHS = (46, 26, 22, 60)


def workbook(question: Question, host: str = "office_js") -> bytes:
    """An .xlsx file: the block with live formulas in the spelling of the host, and how the answer came about on the day it was made.

    Raises CostError for a wrong question or host.
    """
    import xlsxwriter

    if host not in SPELLINGS:
        raise InputError("host", host, f"give one of {', '.join(SPELLINGS)}")
    shown = answer(question)
    rows = block(question._replace(places={}), f"A{_FIRST_ROW}")
    figures = [
        shown["value"],
        *([shown["low"], shown["high"]] if shown["range"] else []),
        *([" ".join(shown["warnings"])] if shown["warnings"] else []),
    ]
    held = iter(figures)
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    styles = {name: book.add_format(look) for name, look in _LOOKS.items()}
    sheet = book.add_worksheet("Estimate")
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.write(0, 0, shown["title"], styles["title"])
    sheet.write(1, 0, _ORIGIN.format(version=__version__, day=catalogue.catalogue_date()), styles["quiet"])
    for down, (label, content, unit) in enumerate(rows, _FIRST_ROW - 1):
        sheet.write(down, 0, label, styles["head" if content is None else "plain"])
        if isinstance(content, dict):
            sheet.write_formula(
                down, 1, respelled(content["formula"], host), styles["plain" if label == WARNINGS else "answer"], next(held)
            )
        elif content is not None:
            sheet.write(down, 1, content, styles["input"])  # a text stays a text, whatever it starts with
        sheet.write(down, 2, unit or "", styles["quiet"])
    _record(sheet, _FIRST_ROW + len(rows) + 1, shown, styles)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.close()
    return file.getvalue()


_FIRST_ROW = 4
_ORIGIN = "Compute Cost {version}, data of {day}. Change a blue cell: the formulas answer where the Compute Cost add-in is."
_NUMBERS = "[>=1000000000000000]0.00E+00;#,##0.####"
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "bottom": 1},
    "plain": {},
    "quiet": {"font_color": "#5C6B66", "indent": 1},
    "input": {"font_color": "#0000FF", "bg_color": "#FFF9DB", "align": "right"},
    "answer": {"bold": True, "num_format": _NUMBERS, "align": "right"},
    "figure": {"num_format": _NUMBERS, "align": "right"},
}


def _record(sheet: Any, row: int, shown: Mapping[str, Any], styles: Mapping[str, Any]) -> None:
    """The steps, the inputs with their origin and the sources, as they were when the file was made."""
    parts: list[tuple[str, list[tuple[Any, ...]]]] = [
        ("Steps", [(entry["label"], entry["value"], _unit(entry["unit"]), entry["formula"]) for entry in shown["steps"]]),
        ("Inputs used", [(entry["title"], entry["value"], _unit(entry["unit"]), entry["origin"]) for entry in shown["inputs"]]),
        ("Sources", [(source["title"], source["publisher"], source["date"], source["url"]) for source in shown["sources"]]),
    ]
    for name, lines in parts:
        sheet.write(row, 0, name, styles["head"])
        for line in lines:
            row += 1
            for place, content in enumerate(line):
                sheet.write(row, place, content, styles["figure" if isinstance(content, float) else "plain"])
        row += 2
