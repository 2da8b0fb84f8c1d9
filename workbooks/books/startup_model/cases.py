"""The plan in many cases at once, a row each: the scenarios, the ways to serve, each driver at its ends, two drivers against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from books.startup_model.inputs import WAYS, Given, served
from books.startup_model.months import Months, Ways
from cells import Area, Cell, Expression, anchor, area, link, plug, xl
from formats import COUNT, DENSE, MONEY, PLAIN, WHOLE
from page import Page
from parts import SCENARIOS
from timeline import IN_YEAR, MONTHS

NAMES = ("growth", "fade", "churn", "price", "requests", "free", "rent", "people", "training", "chips")
STEPS = (-0.2, -0.1, 0, 0.1, 0.2)
TABLES = (("price", "requests"), ("growth", "churn"))
UNIT_COSTS = ("Chip-month", "Its factor", "Bought", "Request", "Stays", "Chips")
RESULTS = ("Lowest cash", "In month", "Cash at the end", "Revenue a year at the end", "Cash before tax and financing", "Figure shown")
FIRST = 2 + len(NAMES)  # column of what follows from the drivers
RESULT = FIRST + 4 + len(UNIT_COSTS)
BLOCK = RESULT + len(RESULTS)  # column where the months begin
BLOCKS = ("Requests a day", "Accelerators needed", "Accelerators held", "Cash before tax and financing", "Receivables less payables",
          "Profits before tax so far", "Cash")  # fmt: skip
WIDTHS = (38, 10, *[9] * len(NAMES), *[11] * (4 + len(UNIT_COSTS)), *[15] * len(RESULTS), *[11] * ((MONTHS + 1) * len(BLOCKS)))


@dataclass
class Case:
    """One row: its label, way and drivers, then the cells of the row."""

    label: Expression | str
    way: Expression | str
    drivers: list[Expression]
    row: int = 0
    cells: dict[str, Cell] = field(default_factory=dict)

    def result(self, name: str) -> Cell:
        return self.cells[name]


@dataclass(frozen=True)
class Cases:
    live: Case
    scenarios: list[Case]
    ways: list[Case]
    swings: list[tuple[Case, Case]]
    tables: list[list[list[Case]]]

    @property
    def every(self) -> list[Case]:
        pairs = [case for pair in self.swings for case in pair]
        return [self.live, *self.scenarios, *self.ways, *pairs, *(case for table in self.tables for row in table for case in row)]


def steps(page: Page) -> list[list[list[Cell]]]:
    """On Sensitivity: the steps of the two-way tables, which the reader may change; for each table those across and those down."""
    page.heading("Steps of the two-way tables", *[""] * len(STEPS), right=())
    cells = []
    for label in ("Of the driver across", "Of the driver down"):
        page.put(0, label, align="left")
        row = [page.put(at, step, "+0%;-0%;0%", given=True) for at, step in enumerate(STEPS, start=1)]
        for cell in row:
            page.allow(cell, least=-0.9, most=5)
        cells.append(row)
        page.row += 1
    return [cells for _ in TABLES]


def choose(given: Given, moved: list[list[list[Cell]]]) -> Cases:
    """Every case that the workbook shows."""
    live = [link(given.driver(name)) for name in NAMES]
    way = link(given["way"])

    def case(label: str, **other: Expression) -> Case:
        return Case(label, way, [other.get(name, value) for name, value in zip(NAMES, live, strict=True)])

    drivers = {driver.name: driver for driver in given.drivers}
    columns = [Case(name, way, [link(drivers[driver].cases[at]) for driver in NAMES]) for at, name in enumerate(SCENARIOS)]
    ways = [Case(name, name, live) for name in WAYS]
    swings = []
    for name in NAMES:
        pair = [case(f"{drivers[name].label}: {SCENARIOS[at].lower()}", **{name: link(drivers[name].cases[at])}) for at in (0, 2)]
        swings.append((pair[0], pair[1]))
    tables = []
    for (across, down), (steps_across, steps_down) in zip(TABLES, moved, strict=True):
        table = []
        for second in steps_down:
            row = []
            for first in steps_across:
                values = {across: given.driver(across) * (1 + first), down: given.driver(down) * (1 + second)}
                row.append(case(f"{drivers[across].label} and {drivers[down].label.lower()}", **values))
            table.append(row)
        tables.append(table)
    return Cases(case("In use"), columns, ways, swings, tables)


def write(page: Page, given: Given, rows: Months, ways: Ways, cases: Cases) -> None:
    """The sheet Cases."""
    page.note("One row a case, one block of months a quantity. Rounds and the loan are the same in each.")
    heads = ("Case", "Way", *(driver.label for driver in given.drivers), "Column of the way", "Revenue of a request", "Winning one",
             "Requests at first", *UNIT_COSTS, *RESULTS)  # fmt: skip
    page.row += 1
    _heads(page, heads, rows)
    for at, case in enumerate(cases.every):
        case.row = page.row + at
        _drivers(page, given, case, ways)
    first, last = cases.every[0].row, cases.every[-1].row
    requests = [_requests(page, given, rows, case) for case in cases.every]
    page.row = first
    grid = Area(requests[0][1], requests[-1][-1], tuple(tuple(cell.value for cell in row[1:]) for row in requests))
    needed = page.spill(_column(1, 1), plug("serving_gpus", *served(given, grid)), COUNT)
    page.book.watch("SERVING_GPUS: accelerators of all cases", area(*(cell for row in needed for cell in row)))
    for case, asked, wanted in zip(cases.every, requests, needed, strict=True):
        page.row = case.row
        _cash(page, given, rows, case, asked, wanted)
    page.row = last + 1
    page.sheet.print_area(0, 0, last, BLOCK - 1)  # the months behind it are for the screen
    page.sheet.fit_to_pages(2, 0)
    page.sheet.repeat_columns(0)


def _column(block: int, month: int) -> int:
    """The column of a month in a block, the start being month 0."""
    return BLOCK + block * (MONTHS + 1) + month


def _heads(page: Page, heads: Sequence[str], rows: Months) -> None:
    style = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3864", "text_wrap": True, "align": "right"}
    for at, text in enumerate(heads):
        page.sheet.write(page.row, at, text, page.book.style(**{**style, "align": "left" if at < 2 else "right"}))
    for block, name in enumerate(BLOCKS):
        page.sheet.write(page.row, _column(block, 0), name, page.book.style(**style))
        for month in range(1, MONTHS + 1):
            page.put(_column(block, month), anchor(link(rows["number"][month]), column=False), WHOLE, bold=True)
    page.sheet.set_row(page.row, 54)
    page.row += 1
    page.keep_head(1)


def _drivers(page: Page, given: Given, case: Case, ways: Ways) -> None:
    row, page.row = page.row, case.row
    cells = {"label": page.put(0, case.label, align="left")}
    way = page.put(1, case.way, align="left")
    for at, (driver, value) in enumerate(zip(given.drivers, case.drivers, strict=True), start=2):
        cells[driver.name] = page.put(at, value, driver.number)
    place = page.put(FIRST, xl.MATCH(way, area(*ways.names), 0), WHOLE)
    of_paying = (1 + cells["free"] * given["free use"]) * cells["requests"]
    cells["revenue"] = page.put(FIRST + 1, cells["price"] * (1 - given["fees"]) / of_paying, "0.0000")
    cells["win"] = page.put(FIRST + 2, given["acquire"] / of_paying, "0.0000")
    cells["start"] = page.put(FIRST + 3, given["users"] * of_paying, COUNT)
    for at, (name, of_ways) in enumerate(zip(UNIT_COSTS, ways.costs, strict=True), start=FIRST + 4):
        listed = xl.INDEX(area(*of_ways), place)
        cells[name] = page.put(at, 1 + listed * cells["rent"] if name == "Its factor" else listed, PLAIN)
    case.cells, page.row = cells, row


def _requests(page: Page, given: Given, rows: Months, case: Case) -> list[Cell]:
    page.row = case.row
    of = {name: anchor(cell, row=False) for name, cell in case.cells.items()}
    cells = [page.put(_column(0, 0), link(case.cells["start"]), COUNT)]
    for month in range(1, MONTHS + 1):
        growth = of["growth"] / (1 + (_month(rows, month) - 1) / of["fade"])
        cells.append(page.put(_column(0, month), cells[-1] * (1 + growth - of["churn"]), COUNT))
    return cells


def _month(rows: Months, month: int) -> Expression:
    return anchor(rows["number"][month], column=False)


def _cash(page: Page, given: Given, rows: Months, case: Case, requests: list[Cell], needed: list[Cell]) -> None:
    of = {name: anchor(cell, row=False) for name, cell in case.cells.items()}
    months = _Path(page, given, rows, of, requests)
    for month in range(1, MONTHS + 1):
        wanted = xl.ROUNDUP(needed[month - 1] * of["chips"], 0)
        months.put(months.held, 2, month, of["Chips"] * xl.MAX(wanted, months.held[-1] * of["Stays"]), COUNT)
    for month in range(1, MONTHS + 1):
        months.work(month)
    path = area(*months.cash[1:])
    lowest = page.put(RESULT, xl.MIN(path), MONEY)
    results = (lowest, page.put(RESULT + 1, xl.MATCH(lowest, path, 0), WHOLE), page.put(RESULT + 2, link(months.cash[-1]), MONEY))
    revenue = requests[-1] * of["revenue"] / (1 - given["fees"]) * given["year"]
    more = (page.put(RESULT + 3, revenue, MONEY), page.put(RESULT + 4, xl.SUM(area(*months.flows[1:])), MONEY))
    figure = page.put(RESULT + 5, xl.IF(given["figure"].same(RESULTS[0]), lowest, results[2]), MONEY)
    case.cells |= dict(zip(RESULTS, (*results, *more, figure), strict=True)) | {"Accelerators at the end": months.held[-1]}


class _Path:
    """The months of one case: what Months has in many lines, in a few."""

    def __init__(self, page: Page, given: Given, rows: Months, of: dict[str, Expression], requests: list[Cell]) -> None:
        self.page, self.given, self.rows, self.of, self.requests = page, given, rows, of, requests
        start: list[object] = [0, None, 0, 0, link(given["cash"])]
        columns: list[list[Cell]] = [[page.put(_column(block, 0), value, DENSE)] for block, value in enumerate(start, 2)]
        self.held, self.flows, self.open, self.profits, self.cash = columns

    def planned(self, name: str, month: int) -> Expression:
        return anchor(self.rows[name][month], column=False)

    def work(self, month: int) -> None:
        """What follows in one month from the accelerators held. Each cell rests on those before it, and on the month before."""
        given, of, held = self.given, self.of, self.held
        number, requests = _month(self.rows, month), self.requests[month]
        won = self.requests[month - 1] * of["growth"] / (1 + (number - 1) / of["fade"]) * of["win"]
        serving = held[month] * of["Chip-month"] * of["Its factor"] ** ((number - 1) / given["year"])
        bought = (held[month] - held[month - 1]) * of["Bought"]
        people = self.planned("people", month) * of["people"]
        other = self.planned("training", month) * of["training"] + self.planned("other", month)
        self.put(self.flows, 3, month, requests * (of["revenue"] - of["Request"]) - serving - bought - won - people - other)
        sales = requests * of["revenue"] / (1 - given["fees"])
        bills = sales - self.flows[-1] - bought - people  # all that is paid but equipment and people
        self.put(self.open, 4, month, (sales * given["paid in"] - bills * given["pay in"]) / given["days"])
        earned = xl.MAX(0, self.cash[-1]) * given["interest"] / given["year"]
        life = xl.ROUNDUP(given["life"], 0)
        before = xl.INDEX(anchor(area(*held), row=False), xl.MAX(1, number + 1 - life))  # held when the oldest was bought that still wears
        worn = (held[month] - before) * of["Bought"] / life
        profit = self.flows[-1] + bought - worn - self.planned("interest", month) + earned
        self.put(self.profits, 5, month, self.profits[-1] + profit)
        moved = self.planned("financing", month) - self.planned("interest", month) + earned - (self.open[-1] - self.open[-2])
        if month % IN_YEAR == 0:  # taxed is what the profits so far exceed those of any month before: losses are carried forward
            taxed = xl.MAX(area(*self.profits)) - xl.MAX(area(*self.profits[: month - IN_YEAR + 1]))
            moved = moved - taxed * given["tax"]
        self.put(self.cash, 6, month, self.cash[-1] + self.flows[-1] + moved)

    def put(self, cells: list[Cell], block: int, month: int, value: Expression, number: str = DENSE) -> None:
        cells.append(self.page.put(_column(block, month), value, number))
