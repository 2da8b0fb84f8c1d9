"""The bounds of the inputs, looked at by formulas: what is pasted or written by a program, no drop-down and no bound of a cell stops."""

from __future__ import annotations

from book import Book
from cells import Expression, area, failures, xl
from formats import AMOUNT
from page import CONSTANT


def limits(book: Book) -> Expression | None:
    """Write the sheet Limits: each input with bounds, and whether it is within them. Gives how many are not; None where none has any."""
    if not book.bounds:
        return None
    purpose = "what each input may be; a value from a program or the clipboard is held to it by a check"
    page = book.page("Limits", purpose, (44, 18, 18, 18, 18, 18), "#7F7F7F")
    page.heading("Input", "Value", "Least", "Most", "Out of bounds", "Cell", right=(1, 2, 3, 4))
    page.keep_head()
    registered = {given.cell.link: given for given in book.given}
    beyond = []
    for cell, least, most in book.bounds:
        where = cell.link.removeprefix("internal:")
        given = registered.get(cell.link)
        number = given.number if given and given.unit == "date" else AMOUNT
        page.put(0, given.label if given else where, align="left")
        page.put(5, where, align="left", indent=1)
        page.put(1, xl.IF(xl.ISBLANK(cell), "", cell), number)
        low, high = (page.put(at, bound, number, **CONSTANT) for at, bound in ((2, least), (3, most)))
        within = xl.AND(cell >= low, cell <= high)
        beyond.append(page.put(4, xl.IF(xl.ISBLANK(cell), 0, failures(within)), "0"))
        page.row += 1
    return xl.SUM(area(*beyond))
