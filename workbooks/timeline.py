"""A sheet whose columns are months: each line holds one formula, copied along; the column before the first month holds the start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from book import Book
from cells import Area, Cell, Expression, area, xl
from formats import COUNT, DATE
from page import BLACK, GRAY, NAVY

MONTHS, IN_YEAR = 60, 12
START = 2  # the column of what is there before the first month
LABEL, UNIT, MONTH = 46, 14, 12.5  # widths
Formula = Callable[[int], Any]


class Line:
    """One line: its row, and a cell for the start and for each month, worked out when first asked for."""

    def __init__(self, row: int, label: Any, number: str, work: Callable[[int], Cell]) -> None:
        self.row, self.label, self.number, self.work = row, label, number, work
        self.known: dict[int, Cell] = {}

    def __getitem__(self, month: int) -> Cell:
        if month not in self.known:
            self.known[month] = self.work(month)
        return self.known[month]

    @property
    def cells(self) -> list[Cell]:
        return [self[month] for month in range(MONTHS + 1)]

    @property
    def months(self) -> Area:
        return area(*self.cells[1:])

    def year(self, number: int) -> Area:
        """The twelve months of a year of the plan, the first being 1."""
        return area(*self.cells[1 + IN_YEAR * (number - 1) : 1 + IN_YEAR * number])

    def end(self, number: int) -> Cell:
        return self.cells[IN_YEAR * number]


class Timeline:
    """The sheet with its axis of dates.

    Lines wait until `flush` works them out month by month, so that a line may use those below it, and all of the months before.
    """

    def __init__(self, book: Book, name: str, purpose: str, color: str = "#A6A6A6") -> None:
        self.page = book.page(name, purpose, (LABEL, UNIT, MONTH, *[MONTH] * MONTHS), color)
        self.page.sheet.fit_to_pages(MONTHS // IN_YEAR, 0)
        self.page.sheet.repeat_columns(0, 1)
        self.waiting: list[Line] = []

    def axis(self, dates: Formula) -> Line:
        """The heading of dates, which stays in view."""
        page = self.page
        page.row += 1
        style: dict[str, Any] = {"bold": True, "font_color": "#FFFFFF", "bg_color": NAVY}
        for column, text in enumerate(("Month", "Unit")):
            page.put(column, text, align="left", **style)
        cells = [page.put(START, "Start", **style)]
        cells += [page.put(START + month, dates(month), DATE, **style) for month in range(1, MONTHS + 1)]
        page.row += 1
        page.keep_head(START)
        return Line(page.row - 1, "Month", DATE, cells.__getitem__)

    def section(self, text: str) -> None:
        """A band that opens a section."""
        page = self.page
        style = page.book.style(bold=True, font_color=NAVY, bg_color="#D9E1F2")
        for column in range(page.width):
            page.sheet.write(page.row, column, text if column == 0 else "", style)
        page.row += 1

    def line(self, label: Any, unit: str, formula: Formula, number: str = COUNT, start: Any = None, **style: Any) -> Line:
        """A line with one formula for the months. `start` is what is there before the first: a value, or what gives it when asked."""

        def work(month: int) -> Cell:
            value = formula(month) if month else start() if callable(start) else start
            own = style if month else {name: style[name] for name in style if name != "given"}
            color: dict[str, Any] = {} if isinstance(value, Expression) or own.get("given") else {"font_color": BLACK}
            below, self.page.row = self.page.row, line.row
            cell = self.page.put(START + month, value, number, **color, **own)
            self.page.row = below
            return cell

        line = self._begin(label, unit, number, work, style.get("bold", False))
        self.waiting.append(line)
        return line

    def flush(self) -> None:
        """Work out the lines that wait."""
        for month in range(MONTHS + 1):
            for line in self.waiting:
                line[month]
        self.waiting = []

    def spill(self, label: str, unit: str, call: Expression, number: str = COUNT) -> Line:
        """A line that one function answers at once, of ranges along the months."""
        self.page.put(START, None)
        cells = [Cell(self.page.name, self.page.row, START, None), *self.page.spill(START + 1, call, number)[0]]
        line = self._begin(label, unit, number, cells.__getitem__, False)
        self.page.book.watch(f"{', '.join(call.calls)}: {label}", line.months)
        return line

    def _begin(self, label: Any, unit: str, number: str, work: Callable[[int], Cell], bold: bool) -> Line:
        page = self.page
        page.put(0, label, align="left", bold=bold)
        page.put(1, unit, align="left", font_color=GRAY, indent=1)
        page.row += 1
        return Line(page.row - 1, label, number, work)


def total(line: Line, year: int) -> Expression:
    """What a year adds up to."""
    return xl.SUM(line.year(year))
