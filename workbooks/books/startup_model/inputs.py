"""What the founder gives: the company, the product, its people, its training calendar and its money."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from book import Book
from cells import Area, Cell, Expression, area, column, plug, unasked, xl
from choices import bought, hosted, models
from formats import COUNT, DAYS, FACTOR, MONEY, MONEY_CENTS, PLAIN, SHARE, WHOLE
from native import DAY_ZERO
from page import Given as Recorded, Page
from parts import SCENARIOS, Constants, constants, scenario

WAYS = ("Rent", "Reserve", "Buy", "API")
KINDS = ("Pretraining", "Fine-tuning")
TEAMS = (  # label, people at the start and at the end of each year, USD a year
    ("Research and engineering", (8, 12, 16, 20, 24, 27), 190_000),
    ("Running the service", (2, 3, 4, 6, 8, 10), 150_000),
    ("Sales and support", (2, 4, 7, 10, 13, 15), 120_000),
    ("Management and administration", (2, 3, 4, 5, 6, 7), 140_000),
)
PROJECTS = (  # name, kind, model, tokens, accelerators, first month, months, every so many months
    ("First model", KINDS[0], 8e9, 1e12, 256, 4, 3, None),
    ("Larger model", KINDS[0], 3e10, 3e12, 512, 27, 4, None),
    ("Fine-tuning for customers", KINDS[1], "Llama 3.1 70B", 5e9, 16, 2, 1, 3),
    (None,) * 8,
    (None,) * 8,
)
ROUNDS = (("Seed", 1, 3e6, 0.03), ("Series A", 10, 12e6, 0.05), ("Series B", 26, 30e6, 0.05), (None,) * 4)

BOUNDS = {"rent": (-0.9, 1), "fade": (1, 1e6), "free": (0, 1e6)}  # of drivers that others do not fit


@dataclass
class Given:
    """The inputs by name, and the tables of the sheet Plan."""

    cells: dict[str, Cell] = field(default_factory=dict)
    teams: list[list[Cell]] = field(default_factory=list)  # people at the start and at each year's end, then the salary
    projects: list[list[Cell]] = field(default_factory=list)  # as PROJECTS, then the cost of one
    rounds: list[list[Cell]] = field(default_factory=list)  # month, amount, costs of issue, paid in
    first: list[Cell] = field(default_factory=list)  # model, tokens and chips of the first project, or of a usual one where it is empty
    drivers: list[Driver] = field(default_factory=list)

    def __getitem__(self, name: str) -> Cell:
        return self.cells[name]

    def driver(self, name: str) -> Cell:
        return next(driver.live for driver in self.drivers if driver.name == name)

    def round_column(self, at: int) -> Area:
        return column(self.rounds, at)


@dataclass(frozen=True)
class Driver:
    """What differs between the scenarios: its label, the cell in each and the one in use."""

    name: str
    label: str
    number: str
    cases: list[Cell]
    live: Cell


def company(book: Book, inputs: Page) -> tuple[Given, Constants]:
    given = Given()
    here = given.cells
    inputs.heading("The company", "Value", "Unit", "Note")
    here["scenario"] = scenario(inputs, note="Which column of Scenarios is used.")
    first = float((datetime.date(2027, 1, 1) - DAY_ZERO).days)
    here["first"] = inputs.input("First month of the plan", first, "date", "Its first day.", "yyyy-mm-dd", least=36526, most=73050)
    here["cash"] = inputs.input("Cash at the start", 1e6, "USD", "Illustrative.", MONEY, least=0, most=1e12)
    here["users"] = inputs.input("Paying users at the start", 4000, "users", "Illustrative.", COUNT, least=1, most=1e9)
    figures = ("Lowest cash", "Cash at the end")
    note = "What the tables and the chart of Sensitivity show."
    here["figure"] = inputs.input("Figure on Sensitivity", figures[1], "", note, choices=book.choices("Figure", figures))
    note = "Advertising and trials. Illustrative."
    here["acquire"] = inputs.input("Cost of winning a paying user", 60, "USD per user", note, MONEY, least=0, most=1e6)
    _product(book, inputs, here)
    _money(inputs, here)
    inputs.heading("Constants of the calendar", "Value", "Unit", "Note")
    here["year"] = inputs.constant("Months in a year", 12, "months", "Definition.", WHOLE)
    here["days"] = inputs.constant("Days in a month", 365 / 12, "days", "365 / 12.", PLAIN)
    here["server"] = inputs.constant(
        "Accelerators that a purchase is asked for", 8, "GPUs", "A server: its price is divided by them.", WHOLE
    )
    here["cent"] = inputs.constant("Step that orders equal bars", 0.01, "USD", "Of the chart of swings on Sensitivity.", PLAIN)
    return given, constants(inputs)


def _product(book: Book, inputs: Page, here: dict[str, Cell]) -> None:
    inputs.heading("The product", "Value", "Unit", "Note")
    note = "A model of the catalogue, or a number of parameters such as 8E9."
    here["model"] = inputs.input("Model served", "Llama 3.1 70B", "", note, choices=models(book))
    note = "Chips with a rental price, a purchase price and a published power."
    here["gpu"] = inputs.input("Accelerator", "H100 SXM 80GB", "", note, choices=book.choices("Accelerators", list(bought())))
    source = book.choices("Precision", ("bf16", "fp16", "fp8", "int8", "int4"))
    here["precision"] = inputs.input("Precision", "fp8", "", "Of the weights; it sets memory and speed.", choices=source)
    note = "Of a usual request, with what is read before the question. Illustrative."
    here["read"] = inputs.input("Input tokens of a request", 3000, "tokens", note, COUNT, least=1, most=1e6)
    here["written"] = inputs.input("Output tokens of a request", 800, "tokens", "Illustrative.", COUNT, least=1, most=1e6)
    note = "Leave empty for the catalogue's peak_to_average."
    here["peak"] = inputs.input("Busiest hour over the average", None, "times", note, PLAIN, least=1, most=100)
    note = "Requests of a free user over those of a paying one. Illustrative."
    here["free use"] = inputs.input("Use of a free user", 0.1, "share", note, SHARE, least=0, most=1)
    inputs.heading("How it is served", "Value", "Unit", "Note")
    note = "Rented by the month, reserved (never fewer), bought (never fewer), or an API paid by the token."
    here["way"] = inputs.input("Way", WAYS[0], "", note, choices=book.choices("Way", WAYS))
    note = "Leave empty for the catalogue's price on demand (=GPU_PRICE)."
    here["own rent"] = inputs.input("Rent, if you have an offer", None, "USD per GPU-hour", note, PLAIN, least=0.001, most=1e4)
    note = "Leave empty for the rent less the catalogue's discount for a year."
    here["own reserved"] = inputs.input(
        "Reserved price, if you have an offer", None, "USD per GPU-hour", note, PLAIN, least=0.001, most=1e4
    )
    note = "With network and storage. Leave empty for that of =RENT_OR_OWN."
    here["own purchase"] = inputs.input("Purchase price, if you have an offer", None, "USD per GPU", note, MONEY, least=1, most=1e7)
    here["api"] = inputs.input(
        "Model behind the API", "Llama 3.1 70B", "", "For the way API: =API_COST of a request.", choices=hosted(book)
    )


def _money(inputs: Page, here: dict[str, Cell]) -> None:
    rows = (
        ("fees", "Payment fees", 0.03, "of revenue", "Cards and app stores. Illustrative.", SHARE, 0, 0.9),
        ("on-costs", "Added to salaries", 0.25, "share", "Social security, benefits. Illustrative.", SHARE, 0, 2),
        ("raise", "Raise of salaries a year", 0.03, "a year", "Illustrative.", SHARE, -0.5, 1),
        ("desk", "Desk, tools and travel", 1500, "USD per person", "A month. Illustrative.", MONEY, 0, 1e6),
        ("fixed", "Data, audit, law, insurance", 20000, "USD per month", "Illustrative.", MONEY, 0, 1e9),
        ("paid in", "Customers pay after", 20, "days", "On average.", WHOLE, 0, 365),
        ("pay in", "Suppliers are paid after", 30, "days", "All costs but people.", WHOLE, 0, 365),
        ("life", "Useful life of what is bought", 48, "months", "Straight line, to nothing.", WHOLE, 1, 240),
        ("tax", "Tax on profit", 0.25, "share", "After losses carried forward; paid at each year's end.", SHARE, 0, 0.9),
        ("interest", "Interest on cash", 0.03, "a year", "On the cash of the month before.", SHARE, 0, 1),
        ("loan", "Loan", 3e6, "USD", "Illustrative; 0 for none.", MONEY, 0, 1e12),
        ("loan month", "Month in which it is drawn", 12, "month", "Of the plan, the first being 1.", WHOLE, 1, 60),
        ("loan wait", "Months until it is repaid", 12, "months", "Only interest is paid until then.", WHOLE, 0, 120),
        ("loan term", "Months in which it is repaid", 24, "months", "In equal parts.", WHOLE, 1, 240),
        ("loan rate", "Interest on the loan", 0.11, "a year", "Illustrative.", SHARE, 0, 1),
    )
    inputs.heading("Money", "Value", "Unit", "Note")
    for name, label, value, unit, note, number, least, most in rows:
        here[name] = inputs.input(label, value, unit, note, number, least=least, most=most)


def scenarios(page: Page, given: Given, fixed: Constants) -> None:
    """The drivers in three columns that the reader may change; the two that the estimates give keep their own range."""
    titles = ("Driver", *SCENARIOS, "In use", "Unit", "Note")
    page.heading(*titles, right=(1, 2, 3, 4))
    names = area(*(Cell(page.name, page.row - 1, at, text) for at, text in enumerate(SCENARIOS, start=1)))
    rows: tuple[tuple[str, str, tuple[float, float, float], str, str, str], ...] = (
        ("growth", "Growth of paying users at first", (0.2, 0.18, 0.15), SHARE, "a month", "New users over those there. Illustrative."),
        ("fade", "Months until that growth has halved", (21, 18, 15), WHOLE, "months", "Growth / (1 + months / this). Illustrative."),
        ("churn", "Users who leave", (0.025, 0.03, 0.04), SHARE, "a month", "Illustrative."),
        ("price", "Price", (32, 29, 25), MONEY_CENTS, "USD per month", "Of a paying user. Illustrative."),
        ("requests", "Requests of a paying user", (20, 25, 32), DAYS, "a day", "Illustrative."),
        ("free", "Free users for each paying one", (4, 5, 8), DAYS, "users", "Illustrative."),
        ("rent", "Change of rents", (-0.15, -0.08, 0.05), SHARE, "a year", "=PRICE_PATH shows what is known of it."),
        ("people", "People against the plan", (0.95, 1, 1.15), FACTOR, "times", "Of their cost. Illustrative."),
    )
    for name, label, values, number, unit, note in rows:
        cells = [page.put(at, value, number, given=True) for at, value in enumerate(values, start=1)]
        for cell in cells:
            page.allow(cell, *BOUNDS.get(name, (0, 1) if number == SHARE else (0.01, 1e6)))
        _driver(page, given, names, (name, label, number, unit, note), cells)
    project = first_project(given)
    whole = plug("project_cost", *project)
    training = fixed.low("project_cost", *project) / whole, fixed.high("project_cost", *project) / whole
    # The expected case in every scenario: a range that moved with the scenario in use would change the others.
    expected = next(driver.cases[1] for driver in given.drivers if driver.name == "requests")
    load = served(given, given["users"] * expected * given["year"])
    middle = plug("serving_gpus", *load)
    chips = fixed.low("serving_gpus", *load) / middle, fixed.high("serving_gpus", *load) / middle
    notes = (
        "80% range of =PROJECT_COST for the first project of Plan.",
        "80% range of =SERVING_GPUS at twelve times the expected requests of the start.",
    )
    for name, label, (low, high), note in (
        ("training", "Training against the estimate", training, notes[0]),
        ("chips", "Accelerators against the estimate", chips, notes[1]),
    ):
        cells = [page.put(at, value, FACTOR) for at, value in ((1, low), (2, 1), (3, high))]
        _driver(page, given, names, (name, label, FACTOR, "times", note), cells)


def _driver(page: Page, given: Given, names: Expression, texts: tuple[str, str, str, str, str], cells: list[Cell]) -> None:
    name, label, number, unit, note = texts
    page.put(0, label, align="left")
    live = page.put(4, xl.INDEX(area(*cells), xl.MATCH(given["scenario"], names, 0)), number, bold=True)
    page.put(5, unit, align="left", indent=1)
    page.put(6, note, align="left", text_wrap=True)
    page.row += 1
    given.drivers.append(Driver(name, label, number, cells, live))
    page.book.given.append(Recorded(label, live, unit, note, number, cells[0], cells[2]))


def first_project(given: Given) -> tuple[Cell, ...]:
    """What the first training project asks PROJECT_COST."""
    return given.first[0], given.first[1], given["gpu"], given.first[2], given["own rent"]


def served(given: Given, requests: Expression) -> tuple[Expression | None, ...]:
    """What SERVING_GPUS is asked for so many requests a day."""
    shape = (given["read"], given["written"])
    return (given["model"], None, given["gpu"], given["peak"], given["precision"], None, None, *shape, requests)


def plan(page: Page, given: Given) -> None:
    """People, training calendar and rounds, as tables that the reader fills."""
    page.heading("People", "At the start", *(f"End of year {year}" for year in range(1, 6)), "USD a year", "", right=range(1, 8))
    for label, people, salary in TEAMS:
        page.put(0, label, given=True, align="left")
        cells = [page.put(at, count, WHOLE, given=True) for at, count in enumerate(people, start=1)]
        cells.append(page.put(7, salary, MONEY, given=True))
        for cell in cells:
            page.allow(cell, least=0, most=1e7)
        given.teams.append(cells)
        page.row += 1
    page.note("Between two ends the number rises evenly, in whole people.")
    page.heading("Training calendar", "Kind", "Model or size", "Tokens", "Accelerators", "First month", "Months", "Every so many months",
                 "Cost of one", right=range(3, 9))  # fmt: skip
    for row in PROJECTS:
        _project(page, given, row)
    page.put(0, "Asked for its range on Scenarios", align="left")
    words = ("8E9", "1E12", "256")
    given.first = [
        page.put(at, xl.IF(xl.OR(xl.ISBLANK(cell), cell.same(0)), word, cell), COUNT)
        for (at, cell), word in zip([(at, given.projects[0][at]) for at in (2, 3, 4)], words, strict=True)
    ]
    page.row += 1
    page.note(
        "=PROJECT_COST (with trials and failed runs) or =FINETUNE_COST on the accelerator of Inputs; no model or 0 tokens cost nothing."
    )
    page.heading("Rounds", "Month", "Amount", "Costs of issue", "Paid in", right=(1, 2, 3, 4))
    for name, month, amount, share in ROUNDS:
        page.put(0, name, given=True, align="left")
        cells = [
            page.put(at, value, number, given=True) for at, value, number in ((1, month, WHOLE), (2, amount, MONEY), (3, share, SHARE))
        ]
        for cell, most in zip(cells, (60, 1e12, 0.5), strict=True):
            page.allow(cell, least=0, most=most)
        cells.append(page.put(4, cells[1] * (1 - cells[2]), MONEY))
        given.rounds.append(cells)
        page.row += 1
    page.note("Months of the plan, the first being 1.")


def _project(page: Page, given: Given, row: tuple[object, ...]) -> None:
    numbers = ("General", "General", "General", COUNT, COUNT, WHOLE, WHOLE, WHOLE)
    cells = [
        page.put(at, value, COUNT if isinstance(value, float) else number, given=True, align="left" if at < 2 else "right")
        for at, (value, number) in enumerate(zip(row, numbers, strict=True))
    ]
    page.allow(cells[1], choices=page.book.choices("Kind", KINDS))
    for cell, least, most in zip(cells[3:], (0, 1, 0, 0, 0), (1e16, 1e6, 60, 60, 60), strict=True):
        page.allow(cell, least=least, most=most)
    run = (cells[2], cells[3], given["gpu"], cells[4])
    price = given["own rent"]
    calls = (
        ("project_cost", (*run, price)),
        ("finetune_cost", (*run[:3], None, None, None, None, run[3], price)),
    )
    whole, tuned = (  # only the one that the line asks for has a value today
        (plug if cells[1].value == kind else unasked)(name, *asked) for kind, (name, asked) in zip(KINDS, calls, strict=True)
    )
    neither = xl.MATCH(cells[1], page.book.listed("Kind"), 0)  # an error: a line without a kind is no fine-tuning
    asked = xl.IF(cells[1].same(KINDS[0]), whole, xl.IF(cells[1].same(KINDS[1]), tuned, neither))
    none = xl.OR(xl.ISBLANK(cells[2]), xl.IF(xl.ISBLANK(cells[3]), 0, cells[3].same(0)))  # blank tokens are those of the model
    cost = page.put(8, xl.IF(none, 0, asked), MONEY)
    page.book.watch(f"PROJECT_COST, FINETUNE_COST: row {page.row + 1} of Plan", cost)
    given.projects.append([*cells, cost])
    page.row += 1
