"""The sheets around the model: a cover, the lists of the drop-downs, the change log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import compute_cost
from book import BAD, FIRST_CHOICE, Book
from cells import Cell, link
from page import BLACK, CONSTANT, GREEN, INPUT, Page

# Which host a file is for, and what to do in another one.
SPELLING = {
    "classic": (
        "This file spells the functions as Excel on Windows does, =TRAIN_COST(...). It finds them once the add-in compute-cost.xlam, which",
        "compute-cost sheets excel writes, is switched on under File, Options, Add-ins. LibreOffice and other hosts show #NAME? for them.",
        "For those: compute-cost sheets convert FILE --host libreoffice (or office_js: Excel with the Office add-in, Mac and web too).",
    ),
    "office_js": (
        "This file spells the functions as Excel with the Office add-in does, =COMPUTE.TRAIN_COST(...). Other hosts show #NAME? for them.",
        "For those: compute-cost sheets convert FILE --host libreoffice (or classic: Excel on Windows with xlwings).",
    ),
    "libreoffice": (
        "This file spells the functions as LibreOffice with the add-in reads them. Excel shows #NAME? for them.",
        "For Excel: compute-cost sheets convert FILE --host classic (Windows with xlwings) or office_js (the Office add-in).",
    ),
}


def lists(book: Book) -> None:
    page = book.page("Lists", "choices of the drop-downs, from the catalogue", (34,) * max(5, len(book.lists)), "#7F7F7F")
    page.row = FIRST_CHOICE - 2
    page.heading(*(title for title, _ in book.lists), right=())
    for column, (_, values) in enumerate(book.lists):
        for row, value in enumerate(values):
            page.sheet.write(FIRST_CHOICE + row, column, value, book.style())


def changes(book: Book) -> None:
    page = book.page("Changes", "what changed in this workbook, newest first", (14, 14, 20, 90), "#7F7F7F")
    page.heading("Version", "Date", "By", "Change", right=())
    built = (compute_cost.__version__, book.date.isoformat(), "compute-cost", "As it was built: what changed before is in CHANGELOG.md.")
    page.fill(built, ("General",) * 4, left=(0, 1, 2, 3))
    for _ in range(6):
        page.fill((None,) * 4, ("General",) * 4, given=(0, 1, 2, 3), left=(0, 1, 2, 3))
    page.note("Write your own changes into the blue cells: version, date, name, what and why.")


def about(book: Book, answers: Sequence[tuple[str, Cell, str, str, str]], use: Sequence[str]) -> None:
    page = book.about
    page.heading("What it answers", "Value", "Unit", "What it means")
    for label, cell, unit, number, meaning in answers:
        page.line(label, link(cell), unit, meaning, number)
    page.heading("How to use it")
    for text in use:
        page.note(text)
    page.heading("What it needs")
    for text in SPELLING[book.host]:
        page.note(text)
    page.note(
        'Where the functions are missing, the numbers kept in the file stay, and each sheet says "not calculated here": LibreOffice on '
        "opening, Excel once the file"
    )
    page.note("is recalculated. To recalculate all of it at once: Ctrl+Alt+F9 in Excel, Ctrl+Shift+F9 in LibreOffice.")
    page.note("Sheets are protected without a password, inputs stay open. To change a formula: Review, Unprotect Sheet.")
    page.note(
        'Where does a number come from? Select its cell: the function is in it. =EXPLAIN("TRAIN_COST", ...) lists its steps; see Sources.'
    )
    page.heading("Sheets", "", "", "What is on them")
    for other in book.pages[1:]:
        blue = book.style(font_color="#0563C1", underline=1)
        page.sheet.write_url(page.row, 0, f"internal:{other.name}!A1", blue, other.name)
        page.sheet.write(page.row, 3, _purpose(other), book.style(font_color="#595959"))
        page.row += 1
    page.heading("Colors", "", "", "")
    samples: tuple[tuple[str, dict[str, Any]], ...] = (
        ("input: change it", {**INPUT, "locked": True}),
        ("constant: leave it as it is", CONSTANT),
        ("formula on the same sheet", {"font_color": BLACK}),
        ("formula that draws on other sheets", {"font_color": GREEN}),
        ("a check that fails", BAD),
    )
    for text, style in samples:
        page.sheet.write(page.row, 0, text, book.style(**style))
        page.row += 1
    page.heading("Basis", "", "", "")
    page.note(
        "Money in US dollars, before tax, nominal. A month has 730 hours. Ranges are 80% intervals: one case in ten is below, one above."
    )
    page.note(
        f"Built with compute-cost {compute_cost.__version__} on the catalogue of {book.date.isoformat()}; "
        "every function takes that day's prices."
    )
    page.note(
        "Cell references in formulas; no names, so that each can be traced with Excel's own arrows. Signs: costs and income are positive."
    )


def _purpose(page: Page) -> str:
    texts = {
        "Inputs": "Everything that you may change.",
        "Assumptions": "Assumptions of the catalogue with their ranges, by scenario; your own values win.",
        "Workings": "Each step, by functions of the plug-in and plain formulas.",
        "Outputs": "The answer with its range and charts.",
        "Checks": "What this workbook asks of itself, with a master check.",
        "Sources": "Steps, inputs, warnings and sources of the estimates.",
        "Register": "Every assumption with its range, source and date, and room for a signature.",
        "Limits": "What each input may be, and whether it is.",
        "Lists": "Choices of the drop-downs.",
        "Changes": "The change log.",
    }
    return texts.get(page.name, page.purpose)
