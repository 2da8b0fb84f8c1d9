"""One sheet of a workbook: a heading that stays in view, rows of label, value, unit and note, and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from xlsxwriter.utility import xl_pixel_width

from cells import Area, Cell, Expression, Place, area, xl

if TYPE_CHECKING:
    from book import Book

NAVY, GRAY, LINE = "#1F3864", "#595959", "#D9D9D9"
INPUT: dict[str, Any] = {"font_color": "#0000FF", "bg_color": "#FFF9DB", "border": 1, "border_color": "#BFBFBF", "locked": False}
CONSTANT: dict[str, Any] = {"font_color": "#404040", "bg_color": "#EDEDED", "border": 1, "border_color": "#D9D9D9"}
GREEN, BLACK = "#00703C", "#000000"
PAPER_A4 = 9
DIGIT = 7  # pixels of a unit of column width
PLAIN_TEXT, BOLD_TEXT = 10 / 11, 1.0  # width of our letters over those that xlsxwriter measures, which are one size larger
LINE_HEIGHT = 13.5  # points of a line at font size 10
FROZEN_ROWS = 3
# Without a password: formulas are safe from a slip, inputs stay open, and whoever wants to change more takes the protection off.
OPEN = {"format_cells": True, "format_columns": True, "format_rows": True, "objects": True}


class Given(NamedTuple):
    """An input of the workbook, for the register of assumptions."""

    label: str
    cell: Cell
    unit: str
    note: str
    number: str
    low: Cell | None = None
    high: Cell | None = None


class Page:
    """One sheet. Rows are written from the top down; `row` is the next one."""

    def __init__(self, book: Book, name: str, purpose: str, widths: Sequence[float], color: str) -> None:
        self.book, self.name, self.purpose = book, name, purpose
        self.sheet = book.file.add_worksheet(name)
        self.widths = widths
        self.width = len(widths)
        self.row = FROZEN_ROWS
        self.formulas = False  # whether it holds any
        self.breaks: list[int] = []  # rows that begin a printed page
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        self.sheet.write(0, 0, book.title, book.style(bold=True, font_size=16, font_color=NAVY))
        self.sheet.set_row(0, 24)
        self.sheet.write(1, 0, f"{name}: {purpose}", book.style(italic=True, font_color=GRAY))
        self.sheet.set_tab_color(color)
        self.sheet.hide_gridlines(2)
        self.sheet.protect("", OPEN)
        self.sheet.freeze_panes(FROZEN_ROWS, 0)
        self.sheet.set_landscape()
        self.sheet.set_paper(PAPER_A4)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0, FROZEN_ROWS - 1)
        self.sheet.set_footer("&L&8&F, &A&C&8US dollars, before tax, nominal&R&8page &P of &N")

    def heading(self, *texts: str, right: Sequence[int] | range = (1,)) -> None:
        """A band that opens a section; the columns of `right` hold numbers below."""
        self.row += 1
        for column in range(self.width):
            text = texts[column] if column < len(texts) else ""
            align = "right" if column in right else "left"
            indent = int(column not in right and column - 1 in right)
            style = self.book.style(
                bold=True, font_color="#FFFFFF", bg_color=NAVY, align=align, indent=indent, text_wrap=len(texts) > 4, valign="vcenter"
            )
            self.sheet.write(self.row, column, text, style)
        if len(texts) > 4:
            self.fit(texts, range(len(texts)), BOLD_TEXT)
        self.row += 1

    def keep_head(self, columns: int = 0) -> None:
        """Let the heading just written stay in view and stand on every printed page, as the one of a long table."""
        self.sheet.freeze_panes(self.row, columns)
        self.sheet.repeat_rows(0, self.row - 1)

    def new_page(self) -> None:
        """Let what follows begin a printed page."""
        self.breaks.append(self.row)
        self.sheet.set_h_pagebreaks(self.breaks)

    def print_to(self, row: int) -> None:
        """Let the printed pages end with that row."""
        self.sheet.print_area(0, 0, row, self.width - 1)

    def note(self, text: str) -> None:
        """A line of text across the sheet."""
        self.sheet.write(self.row, 0, text, self.book.style(italic=True, font_color=GRAY))
        self.row += 1

    def input(
        self, label: str, value: Any, unit: str, note: str, number: str = "General", choices: str = "", least: float | None = None,
        most: float | None = None,
    ) -> Cell:  # fmt: skip
        """A value that the reader may change: blue on yellow, with a drop-down or the bounds that it is held to."""
        cell = self.put(1, value, number, given=True)
        self.allow(cell, least, most, choices)
        self._label(label, unit, note)
        self.book.given.append(Given(label, cell, unit, note, number))
        return cell

    def constant(self, label: str, value: Any, unit: str, note: str, number: str = "General") -> Cell:
        """A fixed value that formulas draw on: gray, no input, here so that no formula holds a number."""
        cell = self.put(1, value, number, **CONSTANT)
        self._label(label, unit, note)
        return cell

    def allow(self, cell: Cell, least: float | None = None, most: float | None = None, choices: str = "") -> None:
        """What the reader may put into an input."""
        rule: dict[str, Any] = {}
        if choices:
            rule = {"validate": "list", "source": choices, "error_type": "warning", "error_title": "Not in the list"}
            rule["error_message"] = "Choose from the list, or go on with a name that the plug-in knows."
        elif least is not None or most is not None:
            low, high = least if least is not None else -1e300, most if most is not None else 1e300
            rule = {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high, "error_type": "stop"}
            self.book.bounds.append((cell, low, high))
            rule |= {"error_title": "Out of bounds", "error_message": f"Give a number from {low:g} to {high:g}."}
        if rule:
            self.sheet.data_validation(cell.row, cell.column, cell.row, cell.column, rule)

    def line(
        self, label: str, expression: Expression, unit: str, note: str, number: str = "General", bold: bool = False, array: bool = False
    ) -> Cell:  # fmt: skip
        """A row with a formula."""
        cell = self.put(1, expression, number, array=array, bold=bold)
        if expression.calls:
            self.book.watch(f"{', '.join(expression.calls)}: {label.strip()}", cell)
        self._label(label, unit, note, bold)
        return cell

    def _label(self, label: str, unit: str, note: str, bold: bool = False) -> None:
        under: dict[str, Any] = {"bottom": 1, "bottom_color": LINE}
        self.sheet.write(self.row, 0, label, self.book.style(bold=bold, **under))
        self.sheet.write(self.row, 2, unit, self.book.style(font_color=GRAY, align="left", indent=1, **under))
        self.sheet.write(self.row, 3, note, self.book.style(font_color=GRAY, text_wrap=True, **under))
        self.fit((label, note), (0, 3))
        self.row += 1

    def fit(self, texts: Sequence[Any], columns: Sequence[int], scale: float = PLAIN_TEXT) -> None:
        """Make the current row as high as its wrapped texts need."""
        lines = max((_lines(str(text), self.widths[at] * DIGIT / scale) for text, at in zip(texts, columns, strict=True)), default=1)
        if lines > 1:
            self.sheet.set_row(self.row, LINE_HEIGHT * lines)

    def put(self, column: int, value: Any, number: str = "General", given: bool = False, array: bool = False, **more: Any) -> Cell:
        """One cell of the current row: a formula (of its own as an array where `array`), a value, or an input where `given`."""
        wanted: dict[str, Any] = {"num_format": number, "align": "right"}
        wanted |= INPUT if given else {"bottom": 1, "bottom_color": LINE}
        if isinstance(value, Expression):
            wanted["font_color"] = GREEN if value.leaves(self.name) else BLACK
            text = "=" + value.text(self.name, self.book.spell)
            style = self.book.style(**wanted | more)
            if array:
                self.sheet.write_array_formula(self.row, column, self.row, column, "{" + text + "}", style, value.value)
            else:
                self.sheet.write_formula(self.row, column, text, style, value.value)
            self.formulas = True
            return Cell(self.name, self.row, column, value.value)
        style = self.book.style(**wanted | more)
        if value is None:
            self.sheet.write_blank(self.row, column, None, style)
        else:
            self.sheet.write(self.row, column, value, style)
        return Cell(self.name, self.row, column, value)

    def fill(self, values: Sequence[Any], numbers: Sequence[str], given: Sequence[int] = (), left: Sequence[int] = ()) -> list[Cell]:
        """One row of a table; the columns of `given` are inputs, those of `left` hold text."""
        cells = []
        for at, (value, number) in enumerate(zip(values, numbers, strict=True)):
            text: dict[str, Any] = {"align": "left", "text_wrap": True, "indent": int(at > 0)} if at in left else {}
            cells.append(self.put(at, value, number, at in given, **text))
        self.fit([cells[at].value or "" for at in left], left)
        self.row += 1
        return cells

    def across(self, label: str, values: Sequence[Any], unit: str, note: str, number: str, given: Sequence[int] = ()) -> list[Cell]:
        """A row with one value for each column of a table that has its cases side by side; those of `given` are inputs."""
        under: dict[str, Any] = {"bottom": 1, "bottom_color": LINE}
        self.sheet.write(self.row, 0, label, self.book.style(**under))
        cells = [self.put(at, value, number, at - 1 in given) for at, value in enumerate(values, start=1)]
        after = len(values) + 1
        self.sheet.write(self.row, after, unit, self.book.style(font_color=GRAY, align="left", indent=1, **under))
        self.sheet.write(self.row, after + 1, note, self.book.style(font_color=GRAY, text_wrap=True, **under))
        called = dict.fromkeys(name for value in values if isinstance(value, Expression) for name in value.calls)
        if called:
            self.book.watch(f"{', '.join(called)}: {label.strip()}", area(*(cell for cell in cells if cell.value is not None)))
        self.fit((label, note), (0, after + 1))
        self.row += 1
        return cells

    def spill(self, column: int, call: Expression, number: str) -> list[list[Cell]]:
        """One formula that answers a rectangle of cells at once, from the current row down and a column to the right."""
        values = call.value
        text = "{=" + call.text(self.name, self.book.spell) + "}"
        color = GREEN if call.leaves(self.name) else BLACK
        style = self.book.style(num_format=number, align="right", bottom=1, bottom_color=LINE, font_color=color)
        last = self.row + len(values) - 1, column + len(values[0]) - 1
        self.sheet.write_array_formula(self.row, column, *last, text, style, values[0][0])
        self.formulas = True
        cells = [[Cell(self.name, row, at, value) for at, value in enumerate(some, column)] for row, some in enumerate(values, self.row)]
        for cell in [cell for row in cells for cell in row][1:]:
            self.sheet.write(cell.row, cell.column, cell.value, style)
        return cells

    def rows_of(self, call: Expression) -> Cell:
        """A line that says how many rows a table has; `block` asks it, for an array formula fills what is beyond a table with #N/A."""
        self.put(0, "Rows of the table below", align="left", font_color=GRAY)
        rows = self.put(1, xl.ROWS(call), "0", font_color=GRAY)
        self.row += 1
        return rows

    def block(self, call: Expression, long: Cell, room: int, styles: Sequence[dict[str, Any]]) -> list[list[Cell]]:
        """A table from a function, in a fixed area with room for more rows than it needs today; the rest stays empty."""
        table, columns = call.value, len(styles)
        if len(table) > room or len(table[0]) != columns:
            raise ValueError(f"{call.calls[0]} needs {len(table)} x {len(table[0])} cells")
        first = Place(self.name, self.row, 0, self.row, 0)
        down = first._replace(last_row=self.row + room - 1)
        parts = ("IF(ROW(", down, ")-ROW(", first, ")+1<=", *long.parts, ",", *call.parts, ',"")')
        text = "=" + Expression(parts, None).text(self.name, self.book.spell)
        self.formulas = True
        formats = [self.book.style(**style) for style in styles]
        self.sheet.write_array_formula(self.row, 0, self.row + room - 1, columns - 1, "{" + text + "}", formats[0], table[0][0])
        written = []
        wraps = [at for at, style in enumerate(styles) if style.get("text_wrap")]
        top = self.row
        for index in range(room):
            self.row = top + index
            row = table[index] if index < len(table) else ("",) * columns
            for column, value in enumerate(row):
                if index or column:
                    self.sheet.write(self.row, column, value, formats[column])
            if wraps:
                self.fit([row[at] for at in wraps], wraps)
            written.append([Cell(self.name, self.row, column, value) for column, value in enumerate(row)])
        self.book.texts.append((f"{call.calls[0]}: the table on {self.name}", written[0][0]))
        self.row = top + room
        return written

    def below_head(self) -> Area | None:
        """What is written below the lines on top that every sheet has; None where it holds no formula."""
        last_row, last_column = self.sheet.dim_rowmax, self.sheet.dim_colmax
        if not self.formulas or last_row is None or last_row < FROZEN_ROWS:
            return None
        return Area(Cell(self.name, FROZEN_ROWS, 0, None), Cell(self.name, last_row, last_column, None), ())

    def highlight(self, where: Cell | Area, criteria: str, **style: Any) -> None:
        """Mark the cells for which a formula, written for the first of them, holds."""
        place = where.place
        rule = {"type": "formula", "criteria": criteria, "format": self.book.file.add_format(style)}
        self.sheet.conditional_format(place.row, place.column, place.last_row, place.last_column, rule)


def _lines(text: str, room: float) -> int:
    """The lines that a text takes when it is wrapped between words at `room` pixels."""
    lines, filled, space = 1, 0, xl_pixel_width(" ")
    for word in text.split():
        width = xl_pixel_width(word)
        if filled and filled + space + width > room:
            lines, filled = lines + 1, width
        else:
            filled += width + (space if filled else 0)
    return lines
