"""The sixty months: users to requests to accelerators to cost of revenue to cash, and the three statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from books.startup_model.inputs import TEAMS, WAYS, Given, served
from cells import Cell, Expression, anchor, area, link, plug, xl
from formats import COUNT, DENSE, MONEY, MONEY_CENTS, SHARE, WHOLE
from page import Page
from timeline import MONTHS, START, Formula, Line, Timeline

USD = "USD"
_BLANK = [None] * (len(WAYS) - 1)


@dataclass(frozen=True)
class Way:
    """What a way costs: an accelerator a month at first, 1 where that follows rents, a purchase, a request a day for a month."""

    month: Cell
    follows: Cell
    purchase: Cell
    request: Cell
    sticky: Cell  # 1 where the fleet never shrinks
    fleet: Cell  # 1 where there is one


class Months(dict[str, Line]):
    """The lines of the sheet by name."""


@dataclass(frozen=True)
class Ways:
    """The ways side by side: their names, a row for each unit cost, and those of the way in use."""

    names: list[Cell]
    costs: list[list[Cell]]
    live: Way


@dataclass(frozen=True)
class Prices:
    """What an accelerator or a request costs: USD per GPU-month, per accelerator, per request a day for a month."""

    rent: Expression
    reserved: Expression
    bought: Cell
    running: Cell
    request: Expression


def prices(page: Page, given: Given) -> Prices:
    """On Workings: the unit prices, by the functions or of the reader."""
    page.heading("Prices", "Value", "Unit", "How")
    month = page.line("Hours in a month", plug("assumption", "hours_per_month"), "h", '=ASSUMPTION("hours_per_month").', COUNT)
    own = given["own rent"]
    listed = xl.IF(xl.ISBLANK(own), plug("gpu_price", given["gpu"]), own)
    rent = page.line("Rent", listed, "USD per GPU-hour", "Your own, else =GPU_PRICE.", MONEY_CENTS)
    own = given["own reserved"]
    less = rent * (1 - plug("assumption", "reserved_discount_1y"))
    note = "Your own, else the rent less the discount for a year of =ASSUMPTION."
    reserved = page.line("Reserved", xl.IF(xl.ISBLANK(own), less, own), "USD per GPU-hour", note, MONEY_CENTS)
    asked = (given["gpu"], given["server"], given["year"])
    own, paid = given["own purchase"], plug("estimate_value", "RENT_OR_OWN", "paid_at_purchase", *asked) / given["server"]
    note = "Your own, else =RENT_OR_OWN's paid_at_purchase, with network and storage."
    bought = page.line("Purchase, per accelerator", xl.IF(xl.ISBLANK(own), paid, own), USD, note, MONEY)
    parts = []
    for name, label in (("power", "Electricity"), ("colocation", "Rented space"), ("operations", "Operations")):
        value = plug("estimate_value", "RENT_OR_OWN", f"{name}_per_gpu_year", *asked)
        parts.append(page.line(f"{label} of an owned accelerator", value, "USD per year", "=RENT_OR_OWN's yearly cost.", MONEY))
    running = page.line("Running an owned accelerator", xl.SUM(area(*parts)) / given["year"], "USD per month", "The three / 12.", MONEY)
    call = plug("api_cost", given["api"], given["read"], given["written"])
    request = page.line("A request to the API", call, USD, "=API_COST of one request.", "0.000000")
    return Prices(rent * month, reserved * month, bought, running, request * given["days"])


def ways(page: Page, given: Given, paid: Prices) -> Ways:
    """The sheet Ways: what each way to serve costs, side by side, and the one in use."""
    page.heading("Each way", *WAYS, "Unit", "How", right=(1, 2, 3, 4))
    names = [Cell(page.name, page.row - 1, at, way) for at, way in enumerate(WAYS, start=1)]
    lines = (
        ("An accelerator, a month at first", (paid.rent, paid.reserved, link(paid.running), 0), USD, "Rent x hours, or running.", MONEY),
        ("Follows the rents", (1, 1, 0, 0), "1: yes", "Rents change by the driver of Scenarios.", WHOLE),
        ("An accelerator bought", (0, 0, link(paid.bought), 0), USD, "With network and storage.", MONEY),
        ("A request a day, for a month", (0, 0, 0, paid.request), USD, "By the API.", "0.000000"),
        ("Never fewer accelerators", (0, 1, 1, 0), "1: yes", "Reserved and bought ones stay.", WHOLE),
        ("Has accelerators", (1, 1, 1, 0), "1: yes", "The API's are another's.", WHOLE),
    )
    rows = [page.across(label, values, unit, note, number) for label, values, unit, note, number in lines]
    page.heading("The way in use", "", "", "", "", "Unit", "How", right=())
    note = "Of the ways above; chosen on Inputs."
    place = page.across("Its column", [xl.MATCH(given["way"], area(*names), 0), *_BLANK], "", note, WHOLE)[0]
    live = [
        page.across(label, [xl.INDEX(area(*cells), place), *_BLANK], unit, "", number)[0]
        for (label, _, unit, _, number), cells in zip(lines, rows, strict=True)
    ]
    return Ways(names, rows, Way(*live))


def months(time: Timeline, given: Given, way: Way) -> Months:
    rows = Months()
    page, year = time.page, given["year"]
    number = [Cell(page.name, page.row + 2, START + month, float(month)) for month in range(MONTHS + 1)]  # the line below the heading
    rows["date"] = time.axis(lambda m: xl.EDATE(given["first"], number[m] - 1))
    rows["number"] = time.line("Month of the plan", "month", lambda m: rows["number"][m - 1] + 1, WHOLE, 0)
    rows["year"] = time.line("Year of the plan", "year", lambda m: xl.ROUNDUP(rows["number"][m] / year, 0), WHOLE)
    rows["of year"] = time.line(
        "Month of that year", "month", lambda m: rows["number"][m] - (rows["year"][m] - 1) * year, WHOLE
    )  # fmt: skip
    _users(time, given, rows)
    _fleet(time, given, way, rows)
    _people(time, given, rows)
    _training(time, given, rows)
    _operating(time, given, rows)
    time.flush()
    _below_operating(time, given, rows)
    _cash_flow(time, given, rows)
    _balance(time, given, rows)
    _key_figures(time, rows)
    time.flush()
    return rows


def _users(time: Timeline, given: Given, rows: Months) -> None:
    time.section("Users and their requests")
    growth, fade, churn = (given.driver(name) for name in ("growth", "fade", "churn"))
    free, requests = given.driver("free"), given.driver("requests")
    rows["growth"] = time.line(
        "New users over those there", "share", lambda m: growth / (1 + (rows["number"][m] - 1) / fade), SHARE
    )  # fmt: skip
    rows["users"] = users = time.line(
        "Paying users", "users", lambda m: users[m - 1] * (1 + rows["growth"][m] - churn), start=link(given["users"]), bold=True
    )
    rows["new"] = time.line("  of them new", "users", lambda m: users[m - 1] * rows["growth"][m])
    rows["free"] = time.line("Free users", "users", lambda m: users[m] * free)

    def asked(m: int) -> Expression:
        return users[m] * (1 + free * given["free use"]) * requests

    rows["requests"] = time.line("Requests a day", "requests", asked, start=lambda: asked(0))
    rows["tokens"] = time.line("Output tokens a day", "tokens", lambda m: rows["requests"][m] * given["written"])
    time.flush()


def _fleet(time: Timeline, given: Given, way: Way, rows: Months) -> None:
    time.section("Accelerators")
    call = plug("serving_gpus", *served(given, rows["requests"].months))
    rows["needed"] = time.spill("Accelerators needed: =SERVING_GPUS", "GPUs", call)

    def kept(m: int) -> Expression:
        return way.fleet * xl.MAX(xl.ROUNDUP(rows["needed"][m] * given.driver("chips"), 0), held[m - 1] * way.sticky)

    rows["held"] = held = time.line("Accelerators held", "GPUs", kept, start=0, bold=True)
    rows["chip month"] = time.line(
        "One of them, this month",
        USD,
        lambda m: way.month * (1 + way.follows * given.driver("rent")) ** ((rows["number"][m] - 1) / given["year"]),
        DENSE,
    )
    rows["accelerators"] = time.line("Rent or running cost", USD, lambda m: held[m] * rows["chip month"][m], DENSE)
    rows["api"] = time.line("API", USD, lambda m: rows["requests"][m] * way.request, DENSE)
    rows["capex"] = time.line("Bought", USD, lambda m: (held[m] - held[m - 1]) * way.purchase, DENSE)


def _people(time: Timeline, given: Given, rows: Months) -> None:
    time.section("People")
    heads = []
    for (label, _, _), team in zip(TEAMS, given.teams, strict=True):
        ends = area(*team[:6])

        def staffed(m: int, ends: Expression = ends) -> Expression:
            before, after = xl.INDEX(ends, rows["year"][m]), xl.INDEX(ends, rows["year"][m] + 1)
            return xl.ROUND(before + (after - before) * rows["of year"][m] / given["year"], 0)

        heads.append(time.line(label, "people", staffed))
    rows["heads"] = time.line("People", "people", lambda m: _sum(heads, m), bold=True)
    rows["salary"] = time.line(
        "Salaries over those of the first year", "times", lambda m: (1 + given["raise"]) ** (rows["year"][m] - 1), "0.000"
    )
    names = ("research", "service", "sales", "administration")
    for name, (label, _, _), team, people in zip(names, TEAMS, given.teams, heads, strict=True):

        def paid(m: int, people: Line = people, salary: Cell = team[6]) -> Expression:
            return people[m] * salary * rows["salary"][m] * (1 + given["on-costs"]) / given["year"]

        rows[name] = time.line(f"{label}, cost", USD, paid, DENSE)
    rows["people"] = time.line("People as planned", USD, lambda m: _sum([rows[name] for name in names], m), DENSE, bold=True)


def _sum(lines: Sequence[Line], month: int) -> Expression:
    """The sum of lines that stand below each other."""
    return xl.SUM(area(*(line[month] for line in lines)))


def _training(time: Timeline, given: Given, rows: Months) -> None:
    time.section("Training calendar")
    lines = []
    for project in given.projects:
        first, takes, every, cost = project[5:9]

        def spent(m: int, first: Cell = first, takes: Cell = takes, every: Cell = every, cost: Cell = cost) -> Expression:
            since = rows["number"][m] - first
            runs = xl.IF(every.same(0), since, xl.MOD(since, xl.MAX(1, every)))
            return xl.IF(xl.OR(first.same(0), since < 0), 0, xl.IF(runs < takes, cost / xl.MAX(1, takes), 0))

        lines.append(time.line(xl.IF(xl.ISBLANK(project[0]), "(free line of Plan)", project[0]), USD, spent, DENSE))
    rows["training"] = time.line("Training as estimated", USD, lambda m: _sum(lines, m), DENSE, bold=True)


def _operating(time: Timeline, given: Given, rows: Months) -> None:
    time.page.new_page()
    time.section("Income statement")
    people = given.driver("people")

    def add(name: str, label: str, formula: Formula, bold: bool = False) -> None:
        rows[name] = time.line(label, USD, formula, DENSE, bold=bold)

    add("revenue", "Revenue", lambda m: rows["users"][m] * given.driver("price"), True)
    add("serving", "Serving: accelerators and API", lambda m: rows["accelerators"][m] + rows["api"][m])
    add("fees", "Payment fees", lambda m: rows["revenue"][m] * given["fees"])
    add("service cost", "Running the service", lambda m: rows["service"][m] * people)
    add("cost", "Cost of revenue", lambda m: _sum([rows[name] for name in ("serving", "fees", "service cost")], m), True)
    add("gross", "Gross profit before depreciation", lambda m: rows["revenue"][m] - rows["cost"][m], True)
    add("training cost", "Training", lambda m: rows["training"][m] * given.driver("training"))
    add("research cost", "Research and engineering", lambda m: rows["research"][m] * people)
    add("sales cost", "Sales and support", lambda m: rows["sales"][m] * people)
    add("marketing", "Winning users", lambda m: rows["new"][m] * given["acquire"])
    add("administration cost", "Management and administration", lambda m: rows["administration"][m] * people)
    add("other", "Desks, tools, data, law", lambda m: rows["heads"][m] * given["desk"] + given["fixed"])
    names = ("training cost", "research cost", "sales cost", "marketing", "administration cost", "other")
    add("operating", "Operating expenses", lambda m: _sum([rows[name] for name in names], m), True)
    add("ebitda", "Earnings before interest, tax, depreciation", lambda m: rows["gross"][m] - rows["operating"][m], True)


def _below_operating(time: Timeline, given: Given, rows: Months) -> None:
    def add(name: str, label: str, formula: Formula, bold: bool = False, start: object = None) -> None:
        rows[name] = time.line(label, USD, formula, DENSE, start, bold=bold)

    life, bought, year = given["life"], rows["capex"].months, given["year"]

    def worn(m: int) -> Expression:
        now = rows["number"][m]
        ended = xl.IF(now <= xl.ROUNDUP(life, 0), 0, xl.INDEX(anchor(bought), xl.MAX(1, now - xl.ROUNDUP(life, 0))))
        return rows["depreciation"][m - 1] + (rows["capex"][m] - ended) / xl.ROUNDUP(life, 0)

    add("depreciation", "Depreciation", worn, start=0)
    add("interest", "Interest paid", lambda m: rows["debt"][m - 1] * given["loan rate"] / year)
    add("earned", "Interest earned", lambda m: xl.MAX(0, rows["cash"][m - 1]) * given["interest"] / year)

    def before_tax(m: int) -> Expression:
        return rows["ebitda"][m] - rows["depreciation"][m] - rows["interest"][m] + rows["earned"][m]

    add("before tax", "Profit before tax", before_tax, True)
    add("losses", "Losses carried forward", lambda m: xl.MAX(0, rows["losses"][m - 1] - rows["before tax"][m]), start=0)
    add("tax", "Tax", lambda m: xl.MAX(0, rows["before tax"][m] - rows["losses"][m - 1]) * given["tax"])
    add("net", "Net profit", lambda m: rows["before tax"][m] - rows["tax"][m], True)


def _cash_flow(time: Timeline, given: Given, rows: Months) -> None:
    time.section("Cash flow")

    def add(name: str, label: str, formula: Formula, bold: bool = False) -> None:
        rows[name] = time.line(label, USD, formula, DENSE, bold=bold)

    def grown(name: str) -> Formula:
        return lambda m: rows[name][m] - rows[name][m - 1]

    owed = rows["serving"], rows["fees"], rows["training cost"], rows["marketing"], rows["other"]
    add("owed", "Costs that suppliers send bills for", lambda m: owed[0][m] + owed[1][m] + owed[2][m] + owed[3][m] + owed[4][m])
    add("from operations", "Net profit and depreciation", lambda m: rows["net"][m] + rows["depreciation"][m])
    add("to customers", "Rise of receivables", grown("receivables"))
    add("of suppliers", "Rise of payables", grown("payables"))
    add("of tax", "Rise of tax owed", grown("tax owed"))
    add("operations", "Cash of operations",
        lambda m: rows["from operations"][m] - rows["to customers"][m] + rows["of suppliers"][m] + rows["of tax"][m], True)  # fmt: skip
    add("investing", "Accelerators bought", lambda m: 0 - rows["capex"][m])
    when, net = given.round_column(0), given.round_column(3)
    add("raised", "Rounds, after costs of issue", lambda m: xl.SUMIF(when, rows["number"][m], net))
    add("drawn", "Loan drawn", lambda m: xl.IF(rows["number"][m].same(given["loan month"]), given["loan"], 0))
    start = given["loan month"] + given["loan wait"]

    def repaid(m: int) -> Expression:
        now = rows["number"][m]
        return xl.IF(xl.AND(now > start, now <= start + given["loan term"]), given["loan"] / given["loan term"], 0)

    add("repaid", "Loan repaid", repaid)
    add("financing", "Cash of financing", lambda m: rows["raised"][m] + rows["drawn"][m] - rows["repaid"][m], True)
    add("change", "Change of cash", lambda m: rows["operations"][m] + rows["investing"][m] + rows["financing"][m], True)


def _balance(time: Timeline, given: Given, rows: Months) -> None:
    time.section("Balance sheet")

    def add(name: str, label: str, formula: Formula, start: object = 0, bold: bool = False) -> None:
        rows[name] = time.line(label, USD, formula, DENSE, start, bold=bold)

    def at_any(name: str, formula: Formula, label: str) -> None:
        """A sum that holds at the start too."""
        add(name, label, formula, lambda: formula(0), True)

    days = given["days"]
    add("cash", "Cash", lambda m: rows["cash"][m - 1] + rows["change"][m], link(given["cash"]), True)
    add("receivables", "Receivables", lambda m: rows["revenue"][m] * given["paid in"] / days)
    add("equipment", "Accelerators, less depreciation", lambda m: rows["equipment"][m - 1] + rows["capex"][m] - rows["depreciation"][m])
    at_any("assets", lambda m: _sum([rows[name] for name in ("cash", "receivables", "equipment")], m), "Assets")
    add("payables", "Payables", lambda m: rows["owed"][m] * given["pay in"] / days)

    def tax_owed(m: int) -> Expression:
        return xl.IF(rows["of year"][m].same(given["year"]), 0, rows["tax owed"][m - 1] + rows["tax"][m])

    add("tax owed", "Tax owed", tax_owed)
    add("debt", "Loan", lambda m: rows["debt"][m - 1] + rows["drawn"][m] - rows["repaid"][m])
    add("paid-in", "Capital paid in", lambda m: rows["paid-in"][m - 1] + rows["raised"][m], link(given["cash"]))
    add("retained", "Profits and losses so far", lambda m: rows["retained"][m - 1] + rows["net"][m])
    names = ("payables", "tax owed", "debt", "paid-in", "retained")
    at_any("claims", lambda m: _sum([rows[name] for name in names], m), "Debts and equity")
    tolerance = time.page.book.tolerance

    def difference(m: int) -> Expression:
        gap = rows["assets"][m] - rows["claims"][m]
        size = xl.ABS(rows["assets"][m]) + rows["debt"][m] + rows["paid-in"][m] + 1
        return xl.IF(xl.ABS(gap) <= size * tolerance, 0, gap)

    at_any("difference", difference, "Difference, beyond rounding")


def _key_figures(time: Timeline, rows: Months) -> None:
    time.section("Key figures")
    rows["compute"] = time.line(
        "Compute: serving, training, accelerators bought", USD,
        lambda m: rows["serving"][m] + rows["training cost"][m] + rows["capex"][m], DENSE,
    )  # fmt: skip
    rows["spending"] = time.line(
        "All spending", USD, lambda m: rows["cost"][m] + rows["operating"][m] + rows["capex"][m], DENSE
    )  # fmt: skip
    rows["share"] = time.line("Compute's share of it", "share", lambda m: rows["compute"][m] / rows["spending"][m], SHARE)
    rows["free flow"] = time.line(
        "Cash before tax, interest, payment days, financing", USD, lambda m: rows["ebitda"][m] - rows["capex"][m], DENSE, bold=True
    )
    rows["burn"] = time.line("Burn", USD, lambda m: 0 - rows["operations"][m] - rows["investing"][m], DENSE)
    rows["runway"] = time.line(
        "Months that the cash lasts at this burn", "months",
        lambda m: xl.IF(rows["burn"][m] <= 0, "", xl.MAX(0, rows["cash"][m]) / xl.MAX(1, rows["burn"][m])), "#,##0.0",
    )  # fmt: skip
    rows["gone"] = time.line("Cash below zero", "1: yes", lambda m: xl.IF(rows["cash"][m] < 0, 1, 0), WHOLE)
    rows["earns"] = time.line(
        "Earns money before interest, tax, depreciation", "1: yes", lambda m: xl.IF(rows["ebitda"][m] > 0, 1, 0), WHOLE
    )
    rows["balances"] = time.line("Out of balance", "1: yes", lambda m: xl.IF(rows["difference"][m].same(0), 0, 1), WHOLE)
