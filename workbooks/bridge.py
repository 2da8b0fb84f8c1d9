"""The sheet that says why a figure moved: =COST_BRIDGE between an estimate as it is and one that differs in an input or in the day."""

from __future__ import annotations

from typing import NamedTuple

from book import Book
from cells import Cell, Expression, area, lift, plug, xl
from compute_cost import registry
from formats import AMOUNT, PLAIN
from page import Page

ROOM = 24  # rows of the table


class Asked(NamedTuple):
    """An estimate and what it is asked: in its places, and by name ("" for a text that names its argument itself)."""

    name: str
    places: list[Cell | None]
    by_name: list[tuple[str, Cell]]


class Bridged(NamedTuple):
    """What the checks compare: the change that the table splits, the sum of its rows and the figure itself."""

    change: Cell
    total: Cell
    now: Cell


def bridge(book: Book, asked: Asked, other: Expression, other_is: str) -> Bridged:
    """The sheet Bridge: from the estimate with the further input `other`, a text such as as_of=2025-12-31, to the one without it."""
    doc = registry.get(asked.name)
    page = book.page("Bridge", f"why ={doc.cell_name} moved, input by input", (34, 22, 24, 84, 20), "#7F7F7F")
    page.heading("What both cases are asked", "Value", "", "The case as a text, so far", right=(1,))
    case = _case(page, asked)
    page.heading("The two cases", "Value", "Unit", "What differs")
    then = page.line("Before", plug(asked.name, *asked.places, other), doc.unit, other_is, PLAIN)
    now = page.line("Now", plug(asked.name, *asked.places), doc.unit, "As the workbook has it, at the catalogue's prices.", PLAIN)
    change = page.line("Change", now - then, doc.unit, "Now less before.", PLAIN, bold=True)
    total_row, page.row = page.row, page.row + 1
    page.put(0, "The case before, as a text", align="left")
    before = page.put(3, case.join(other), align="left", text_wrap=True, font_color="#595959")
    page.fit((before.value,), (3,))
    page.row += 2
    call = plug("cost_bridge", asked.name.upper(), before, case)
    long = page.rows_of(call)
    page.heading("Why: =COST_BRIDGE(name, before, now)", right=())
    text = {"align": "left", "text_wrap": True}
    amount = {"num_format": AMOUNT, "align": "right"}
    rows = page.block(call, long, ROOM, [text, amount, amount, {"indent": 1, **text}, {**amount, "num_format": PLAIN}])
    page.highlight(area(*rows[0]), "=TRUE", bold=True, bg_color="#D9E1F2")
    page.row = total_row
    changes = area(*(row[4] for row in rows[1:]))
    total = page.line("Sum of the changes below", xl.SUM(changes), doc.unit, "It is the change.", PLAIN, bold=True)
    page.row = rows[-1][0].row + 1
    return Bridged(change, total, now)


def _case(page: Page, asked: Asked) -> Cell:
    """The arguments as one text, name=value with semicolons between, put together row by row; a blank one stays out."""
    text: Cell | None = None
    for name, cell in asked.by_name:
        page.put(0, name or "by its name", align="left")
        value = page.put(1, xl.IF(cell.same(""), "", cell), AMOUNT)
        spoken = lift(f"{name}=").join(value) if name else value
        piece = xl.IF(value.same(""), "", spoken.join("; "))
        page.put(2, None)
        text = page.put(3, text.join(piece) if text else piece, align="left", text_wrap=True, font_color="#595959")
        page.fit((text.value,), (3,))
        page.row += 1
    if text is None:
        raise ValueError("an estimate that is asked nothing has no case")
    return text
