"""What every workbook has: constants, assumptions with scenarios, checks with one master, sources."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from xlsxwriter.utility import xl_col_to_name

import compute_cost
import cover
from book import BAD, Book
from bridge import Asked, bridge
from cells import Area, Cell, Expression, area, failures, lift, link, plug, xl
from compute_cost import catalogue, registry
from formats import AMOUNT
from limits import limits
from page import LINE, NAVY, Page
from register import register

SCENARIOS = ("Favorable", "Expected", "Unfavorable")
SCIENTIFIC = "0.0E+00"
STEPS_ROOM = 80
LABEL_WIDTH = 30
MASTER_ROW = 4
NOT_CALCULATED = "not calculated here"  # where no plug-in answers
ASSUMPTION_WIDTHS = (30, 14, 14, 14, 14, 14, 20, 92, 10)


@dataclass(frozen=True)
class Constants:
    """The tolerance of the checks: a cell, so that no formula holds a number. And the ends of an estimate's range."""

    tolerance: Cell

    def low(self, name: str, *arguments: Any) -> Expression:
        """The low end of an estimate's 80% interval."""
        return plug("estimate_low", name.upper(), *arguments)

    def high(self, name: str, *arguments: Any) -> Expression:
        return plug("estimate_high", name.upper(), *arguments)


def constants(inputs: Page) -> Constants:
    inputs.heading("Constants: leave them as they are", "Value", "Unit", "Note")
    note = "Largest relative difference that counts as equal."
    inputs.book.tolerance = inputs.constant("Tolerance of the checks", 1e-9, "share", note, SCIENTIFIC)
    return Constants(inputs.book.tolerance)


def scenario(inputs: Page, names: Sequence[str] = SCENARIOS, chosen: str = SCENARIOS[1], note: str = "") -> Cell:
    """The switch: which column of the scenario table is live."""
    source = inputs.book.choices("Scenario", names)
    return inputs.input("Scenario", chosen, "", note or "Which column of Assumptions is used; your own value there wins.", choices=source)


def assumptions(book: Book, page: Page, switch: Cell, fixed: Constants, wanted: Sequence[tuple[str, bool, str]]) -> dict[str, Cell]:
    """The catalogue's assumptions with a scenario table; (name, whether low is favorable, number format) of each.

    Gives the cell in use of each: your own value where there is one, else that of the live scenario.
    """
    page.heading("Assumption", *SCENARIOS, "Your own", "In use", "Unit", "What it is, and its source", "Source", right=(1, 2, 3, 4, 5))
    head = page.row - 1
    names = area(*(Cell(page.name, head, at, text) for at, text in enumerate(SCENARIOS, start=1)))
    chosen: dict[str, Cell] = {}
    first = page.row
    for name, low_is_good, number in wanted:
        entry = catalogue.assumption(name)
        book.assumptions.append(name)
        label = page.put(0, name, align="left")
        ends = fixed.low("assumption", label), fixed.high("assumption", label)
        good, bad = ends if low_is_good else ends[::-1]
        cells = [page.put(at, case, number) for at, case in enumerate((good, plug("assumption", label), bad), start=1)]
        own = page.put(4, None, number, given=True)
        row = area(*cells)
        live = xl.IF(xl.ISBLANK(own), xl.INDEX(row, xl.MATCH(switch, names, 0)), own)
        chosen[name] = page.put(5, live, number, bold=True)
        page.put(6, entry.unit, align="left", font_color="#595959", indent=1)
        source = catalogue.source(entry.source)
        text = f"{entry.description}. Source: {source.title}, {entry.date}."
        page.put(7, text, align="left", font_color="#595959", text_wrap=True)
        if source.url:  # in a cell of its own, for LibreOffice wraps no text that is a link
            blue = book.style(font_color="#0563C1", underline=1, bottom=1, bottom_color=LINE)
            page.sheet.write_url(page.row, 8, source.url, blue, "open", source.url)
        else:
            page.put(8, None)
        page.fit((text,), (7,))
        page.row += 1
    table = Area(Cell(page.name, first, 1, None), Cell(page.name, page.row - 1, 3, None), ((0.0,) * 3,) * len(wanted))
    book.watch("ASSUMPTION, ESTIMATE_LOW, ESTIMATE_HIGH: the scenarios", table)
    return chosen


@dataclass
class Checks:
    """The sheet of checks: each 0 where all is well, 1 or more where not; the master adds them up."""

    page: Page
    found: list[Cell]

    def add(self, label: str, expression: Expression, note: str) -> None:
        """One check, an expression that is 0 where all is well."""
        self.found.append(self.page.line(label, expression, "failures", note, "0"))

    def equal(self, label: str, first: Expression, second: Expression, tolerance: Cell, note: str) -> None:
        """Whether two figures agree; an error on either side fails."""
        self.holds(label, xl.ABS(first / second - 1) <= tolerance, note)

    def holds(self, label: str, test: Expression, note: str) -> None:
        self.add(label, failures(test), note)


def checks(book: Book) -> Checks:
    page = book.page(
        "Checks", "0 is well; anything else is a failure, and the master check on top adds them up", (58, 14, 14, 92), "#548235"
    )
    page.row = MASTER_ROW + 2  # the master check and the version are written when all are known
    page.heading("What this workbook asks of itself", "Value", "Unit", "What it compares")
    return Checks(page, [])


def finish(
    book: Book, inputs: Page, checked: Checks, answers: Sequence[tuple[str, Cell, str, str, str]],
    sources: Sequence[tuple[str, str, Sequence[Any]]], use: Sequence[str], compared: Compared | None = None,
) -> None:  # fmt: skip
    """Write what all the workbooks share. `answers`: label, cell, unit, number format, meaning; the first stands on every sheet.

    `compared` is the case that the sheet Bridge starts from; without it, the first estimate that has a day of prices, a year ago.
    """
    compared = compared or _a_year_ago(book, inputs)
    steps = book.page("Sources", "how the estimates came about: steps, inputs, warnings and the sources of each figure",
                      (26, 58, 70, 15, 20, 36, 15, 15, 15, 15), "#7F7F7F")  # fmt: skip
    asked = [_explain(steps, title, name, arguments) for title, name, arguments in sources]
    moved = bridge(book, next(call for call in asked if _takes(call.name, compared.argument)), compared.text, compared.meaning)
    register(book, [(name, arguments) for _, name, arguments in sources])
    share = xl.ABS(moved.total - moved.change) <= xl.ABS(moved.now) * inputs.book.tolerance
    checked.holds("The changes on Bridge add up", share, "Sum of the rows of =COST_BRIDGE against now less before.")
    beyond = limits(book)
    if beyond:
        checked.add("Inputs out of their bounds", beyond, "Limits: what each may be. Nothing else stops what is pasted.")
    built = inputs.constant(
        "Version this workbook was built with", compute_cost.__version__, "", "Compared on Checks with =COST_VERSION()."
    )
    version, master = _master(book, checked, built)
    cover.lists(book)
    cover.changes(book)
    cover.about(book, answers, use)
    for page in book.pages:
        _cockpit(page, version, master, answers[0])
    book.file.get_worksheet_by_name("Checks").set_first_sheet()
    book.about.sheet.set_first_sheet()
    book.about.sheet.activate()
    book.close()


class Compared(NamedTuple):
    """What the sheet Bridge compares with: one more argument, as a text name=value, and what it means."""

    argument: str
    text: Expression
    meaning: str


def _a_year_ago(book: Book, inputs: Page) -> Compared:
    """The prices of a day of the reader's, a year before the catalogue's unless changed."""
    inputs.heading("Why it moved", "Value", "Unit", "Note")
    day = (book.date - datetime.timedelta(days=365)).isoformat()
    note = "The sheet Bridge splits the change since the prices of that day by input: write it as year-month-day."
    cell = inputs.input("Compared with the prices of", day, "", note, "@")  # a text, which a typed day then stays
    return Compared("as_of", lift("as_of=").join(cell), "At the prices of the day on Inputs.")


def _takes(name: str, argument: str) -> bool:
    return argument in [parameter.name for parameter in registry.get(name).parameters]


def _explain(page: Page, title: str, name: str, arguments: Sequence[Any]) -> Asked:
    """What an estimate is asked, each argument in a cell, and its explanation below."""
    page.heading(title, right=())
    asked = Asked(name, [], [])
    for place, value in enumerate(arguments):
        if value is None:
            asked.places.append(None)
            continue
        spoken = registry.named(value)
        label = spoken[0] if spoken else registry.get(name).parameters[place].name
        page.put(0, label, align="left")
        given = xl.IF(xl.ISBLANK(value), "", value) if isinstance(value, Cell) else value
        cell = page.put(1, given, AMOUNT, align="left")
        asked.places.append(cell)
        asked.by_name.append(("" if spoken else label, cell))
        page.row += 1
    call = plug("explain", name.upper(), *asked.places)
    long = page.rows_of(call)
    wrap = {"text_wrap": True, "align": "left"}
    right: dict[str, Any] = {"align": "right", "num_format": AMOUNT}
    styles: list[dict[str, Any]] = [{}, wrap, wrap, right, {"indent": 1, **wrap}, {"font_color": "#595959", **wrap}]
    styles += [right] * 4  # of an uncertain input: its low and high end, and what the answer then is
    rows = page.block(call, long, STEPS_ROOM, styles)
    where = area(*(cell for row in rows for cell in row))
    first = rows[0][0].row + 1
    line = {"bottom": 1, "bottom_color": "#E7E6E6"}
    kinds: dict[str, dict[str, Any]] = {
        "kind": {"bold": True, "bg_color": "#D9E1F2"}, "step": {}, "input": {}, "warning": {"font_color": "#9C5700"},
        "source": {"font_color": "#1F4E79"},
    }  # fmt: skip
    for kind, style in kinds.items():
        page.highlight(where, f'=$A{first}&""="{kind}"', **style, **line)
    filled = sum(bool(row[0].value) for row in rows)
    for index in range(filled, STEPS_ROOM):  # the room left over stays, folded to a sliver
        page.sheet.set_row(rows[index][0].row, 1)
    return asked


def _master(book: Book, checked: Checks, built: Cell) -> tuple[Cell, Cell]:
    """The version that answers and the master check, which says so where none does."""
    page = checked.page
    last, page.row = page.row, MASTER_ROW + 1
    # An array formula: LibreOffice works those out on opening, also where it keeps all other numbers of a file.
    version = page.line("Version of the plug-in now", plug("cost_version"), "", "Of the functions that calculate here.", array=True)
    page.row = last
    checked.holds("The plug-in is the version of this workbook", version.same(built), "Another version may give other numbers.")
    page.heading(
        "Every function of the plug-in has answered", "Value", "Unit", "1 or more where the plug-in is missing or an input is wrong"
    )
    for label, where in book.numbers:
        if isinstance(where, Area):
            checked.add(label, xl.ROWS(where) * xl.COLUMNS(where) - xl.COUNT(where), "Cells of the table that hold no number.")
        else:
            checked.add(label, xl.IF(xl.ISNUMBER(where), 0, 1), f"{where.sheet}: a number, no error and no message.")
    for label, cell in book.texts:
        checked.add(label, xl.IF(xl.ISERROR(cell), 1, 0), f"{cell.sheet}: no error.")
    page.heading("No cell has failed", "Value", "Unit", "=SUMIF and =COUNT leave an error out of a total; here each is counted")
    for other in book.pages:
        cells = other.below_head()
        if cells and other is not page:
            checked.add(f"Cells with an error on {other.name}", xl.SUMPRODUCT(xl.ISERROR(cells) * 1), "Whatever they are for.")
    last = page.row
    page.row = MASTER_ROW
    every = Area(checked.found[0], checked.found[-1], tuple((check.value,) for check in checked.found))
    counted = xl.IF(xl.ISERROR(version), NOT_CALCULATED, xl.SUM(every))
    master = page.line("Master check", counted, "failures", "0: all is well. It shows on top of every sheet.", "0", bold=True)
    page.row = last
    column = Area(checked.found[0], checked.found[-1], ())
    page.highlight(column, f"=AND(ISNUMBER(B{column.first.row + 1}),B{column.first.row + 1}<>0)", **BAD)
    page.highlight(column, f"=ISERROR(B{column.first.row + 1})", **BAD)
    page.highlight(master, f"=OR(ISERROR(B{master.row + 1}),B{master.row + 1}<>0)", **BAD)
    return version, master


def _cockpit(page: Page, version: Cell, master: Cell, answer: tuple[str, Cell, str, str, str]) -> None:
    """The third row of each sheet, always in view: the answer as it stands and whether all checks pass."""
    label, cell, unit, number, _ = answer
    row, page.row = page.row, 2
    narrow = page.widths[0] < LABEL_WIDTH  # no room for the answer
    if not narrow:
        page.sheet.write(2, 0, f"{label}:", page.book.style(bold=True, font_color=NAVY))
    checked = xl.IF(failures(master.same(0)).same(0), "all checks pass", "CHECKS FAIL")
    status = xl.IF(xl.ISERROR(version), NOT_CALCULATED, checked)
    color: dict[str, Any] = {"font_color": NAVY, "bold": True}
    at = 1 if narrow else 3
    if not narrow:
        page.put(1, link(cell), number, **color)
        if len(unit) < page.widths[2]:
            page.sheet.write(2, 2, unit, page.book.style(font_color="#595959", align="left", indent=1))
        if page.name != "Sources":
            blue = page.book.style(font_color="#0563C1", underline=1)
            page.sheet.write_url(1, 3, "internal:Sources!A1", blue, "Where from: steps, range and sources")
    where = page.put(at, status, align="left", array=True, **color)
    place = f"${xl_col_to_name(at)}$3"
    page.highlight(where, f'=OR(ISERROR({place}),{place}<>"all checks pass")', **BAD)
    page.row = row
