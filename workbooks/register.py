"""The register of assumptions: every input and every assumption of the catalogue, with range, source, date and room for a signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from book import Book
from cells import Cell, Expression, area, link, plug, xl
from compute_cost import catalogue, registry
from formats import AMOUNT
from page import Given, Page

TITLES = ("Value", "Low", "High", "Unit", "Where from", "Date", "Confidence", "Signed off by", "On")
WIDTHS = (44, 16, 14, 14, 20, 84, 12, 16, 18, 12)


def register(book: Book, sources: Sequence[tuple[str, Sequence[Any]]]) -> None:
    """Write the sheet Register: the inputs of the workbook, then what the catalogue adds behind the estimates of `sources`."""
    page = book.page("Register", "every assumption with its range, source and date; sign off those you stand behind", WIDTHS, "#7F7F7F")
    page.heading("Inputs of this workbook", *TITLES, right=(1, 2, 3))
    page.keep_head()
    for given in book.given:
        _given(page, given)
    names = _names(book, sources)
    if names:
        page.heading("Assumptions of the catalogue", *TITLES, right=(1, 2, 3))
        book.watch("ASSUMPTION: the register", area(*(_assumed(page, name) for name in names)))


def _names(book: Book, sources: Sequence[tuple[str, Sequence[Any]]]) -> list[str]:
    """The assumptions that the scenarios vary, then those that the estimates rest on today."""
    names = dict.fromkeys(book.assumptions)
    for name, arguments in sources:
        values = [value.value if isinstance(value, Expression) else value for value in arguments]
        for entry in registry.get(name).call(*values).inputs:
            if entry.origin == "assumed" and isinstance(entry.value, float) and entry.name in catalogue.assumptions():
                names[entry.name] = None
    return list(names)


def _given(page: Page, given: Given) -> None:
    value: Expression = link(given.cell)
    if given.cell.value is None:
        value = xl.IF(xl.ISBLANK(given.cell), "default", given.cell)
    ends = [link(end) if end else None for end in (given.low, given.high)]
    _row(page, given.label, (value, *ends), given.number, given.unit, given.note, page.book.date.isoformat(), "yours")


def _assumed(page: Page, name: str) -> Cell:
    entry = catalogue.assumption(name)
    source = catalogue.source(entry.source)
    ends = [
        plug(f"estimate_{end}", "ASSUMPTION", name) if getattr(entry, end) is not None and entry.low is not None else None
        for end in ("low", "high")
    ]
    text = f"{entry.description}. {source.title}"
    return _row(page, name, (plug("assumption", name), *ends), AMOUNT, entry.unit, text, entry.date, entry.confidence)


def _row(
    page: Page, label: str, values: Sequence[Expression | None], number: str, unit: str, origin: str, date: str, confidence: str
) -> Cell:  # fmt: skip
    page.put(0, label, align="left", text_wrap=True)
    cells = [page.put(at, value, number) for at, value in enumerate(values, start=1)]
    gray: dict[str, Any] = {"align": "left", "font_color": "#595959", "text_wrap": True}
    page.put(4, unit, indent=1, **gray)
    for at, text in enumerate((origin, date, confidence), start=5):
        page.put(at, text, **gray)
    for at in (8, 9):
        page.put(at, None, given=True, align="left")
    page.fit((label, unit, origin), (0, 4, 5))
    page.row += 1
    return cells[0]
