"""A start-up that serves a model: users to tokens to accelerators to cash, over sixty months, with the three statements."""

from __future__ import annotations

from book import Book
from books.startup_model import cases as many, inputs as asked, months, shown
from books.startup_model.cases import Cases
from books.startup_model.inputs import Given
from books.startup_model.months import Months
from cells import Cell, area, xl
from formats import MONEY, SHARE, WHOLE
from page import NAVY, Page
from parts import Checks, Constants, checks, finish
from timeline import MONTHS, Timeline

TITLE = "Does a start-up's money last?"
QUESTION = "users to tokens to accelerators to cash over five years, with the three statements"
NARROW = (46, 20, 20, 84)
YELLOW = "#FFC000"


def build(book: Book) -> None:
    inputs = book.page("Inputs", "change the blue cells; everything else follows", NARROW, YELLOW)
    drivers = book.page(
        "Scenarios", "what differs between the three courses; the switch is on Inputs", (40, 17, 17, 17, 17, 18, 80), YELLOW
    )
    plan = book.page("Plan", "people, training calendar and rounds", (36, 16, 18, 18, 15, 15, 15, 17, 17), YELLOW)
    time = Timeline(book, "Months", "every line of the plan, a month a column")
    outputs = book.page("Outputs", "whether the money lasts, and where it goes", NARROW, NAVY)
    yearly = book.page("Statements", "income, cash flow and balance sheet by year", (46, 18, 18, 18, 18, 18, 18), NAVY)
    swings = book.page("Sensitivity", "scenarios, ways to serve, one driver at a time, two at a time", (54, 18, 18, 18, 18, 18, 18), NAVY)
    actual = Timeline(book, "Actuals", "type what happened into the blue cells, beside the plan", YELLOW)
    workings = book.page("Workings", "what an accelerator and a request cost", NARROW)
    side = book.page("Ways", "what each way to serve costs, side by side", (46, 16, 16, 16, 16, 20, 70))
    grid = book.page("Cases", "the plan in every case that Sensitivity shows, a row each", many.WIDTHS)
    checked = checks(book)

    given, fixed = asked.company(book, inputs)
    asked.plan(plan, given)
    asked.scenarios(drivers, given, fixed)
    ways = months.ways(side, given, months.prices(workings, given))
    rows = months.months(time, given, ways.live)
    years = shown.statements(yearly, rows)
    cases = many.choose(given, many.steps(swings))
    many.write(grid, given, rows, ways, cases)
    shown.sensitivity(swings, given, cases)
    shown.actuals(actual, given, rows)
    out = shown.answers(outputs, given, rows, years, cases)
    shown.charts(outputs, rows, years)
    shown.more_charts(yearly, rows)
    _check(checked, fixed, rows, years, cases, out)
    _finish(book, inputs, checked, given, rows, out)


def _check(checked: Checks, fixed: Constants, rows: Months, years: dict[str, list[Cell]], cases: Cases, out: dict[str, Cell]) -> None:
    close = fixed.tolerance
    checked.add("Months out of balance", xl.SUM(rows["balances"].months), "Assets against debts and equity, month by month.")
    paid = xl.SUM(area(*years["change"])) + rows["cash"][0]
    checked.equal(
        "The cash flow ends at the cash of the balance sheet", paid + 1, rows["cash"][MONTHS] + 1, close, "Statements against Months."
    )
    profit = xl.SUM(area(*years["net"])) - rows["retained"][MONTHS]
    checked.holds(
        "Profits and losses add up",
        xl.ABS(profit) <= (1 + xl.ABS(rows["retained"][MONTHS])) * close,
        "Statements against the balance sheet.",
    )
    live, direct = cases.live.result("Cash before tax and financing"), xl.SUM(rows["free flow"].months)
    gap = xl.ABS(live - direct) <= (1 + xl.SUM(rows["spending"].months)) * close
    checked.holds("The case in use is the plan", gap, "The row of Cases against Months: two ways to the same cash.")
    same = xl.ABS(cases.live.result("Lowest cash") - out["lowest"]) <= (1 + xl.SUM(rows["spending"].months)) * close
    checked.holds("Its lowest cash is the plan's", same, "Cases against Months.")


def _finish(book: Book, inputs: Page, checked: Checks, given: Given, rows: Months, out: dict[str, Cell]) -> None:
    said = [
        ("Lowest cash", out["lowest"], "USD", MONEY, "Of sixty months. Below zero: so much more has to be raised."),
        ("  unfavorable", out["worst"], "USD", MONEY, "The scenario of that name."),
        ("  favorable", out["best"], "USD", MONEY, "The scenario of that name."),
        ("Months until the cash runs out", out["lasts"], "months", WHOLE, "Or that it does not."),
        ("Compute's share of spending", out["share"], "share", SHARE, "Serving, training and accelerators bought, over the sixty months."),
    ]
    use = (
        "1. On Inputs describe the product, the way to serve it and the money; on Plan people, training and rounds.",
        "2. Scenarios holds what differs between three courses; the switch is on Inputs.",
        "3. Outputs says whether the money lasts; Statements has the years, Sensitivity what moves the lowest cash.",
        "4. Each month type what happened into Actuals, beside the plan.",
    )
    shape = (given["read"], given["written"], rows["requests"][MONTHS])
    fleet = (given["model"], None, given["gpu"], given["peak"], given["own rent"], given["precision"], *[None] * 5, *shape)
    sources = [
        ("The fleet of the last month: =SERVING_COST", "serving_cost", fleet),
        ("A training project: =PROJECT_COST", "project_cost", asked.first_project(given)),
        ("An owned accelerator: =RENT_OR_OWN", "rent_or_own", (given["gpu"], given["server"], given["year"])),
    ]
    finish(book, inputs, checked, said, sources, use)
