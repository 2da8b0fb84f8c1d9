"""What the reader looks at: the answers with charts, the statements by year, the sensitivities and the actual figures beside the plan."""

from __future__ import annotations

from typing import Any

from books.startup_model.cases import NAMES, STEPS, TABLES, Case, Cases
from books.startup_model.inputs import Given, first_project
from books.startup_model.months import USD, Months
from cells import Area, Cell, Expression, anchor, area, link, plug, xl
from charts import BLUE, GOLD, GRAY, NAVY, RED, axis, curve, draw, series
from formats import COUNT, DATE, DENSE, MILLIONS, MONEY, SHARE, TEXT, WHOLE
from page import Page
from parts import SCENARIOS
from timeline import IN_YEAR, MONTHS, Line, Timeline, total

YEARS = range(1, MONTHS // IN_YEAR + 1)
NEGATIVE = {"font_color": "#C00000"}
SUMS = ("revenue", "serving", "fees", "service cost", "cost", "gross", "training cost", "research cost", "sales cost", "marketing",
        "administration cost", "other", "operating", "ebitda", "depreciation", "interest", "earned", "before tax",
        "tax", "net")  # fmt: skip
FLOWS = ("from operations", "to customers", "of suppliers", "of tax", "operations", "investing", "raised", "drawn", "repaid", "financing",
         "change")  # fmt: skip
ENDS = ("cash", "receivables", "equipment", "assets", "payables", "tax owed", "debt", "paid-in", "retained", "claims", "difference")
FIGURE = "Figure shown"
STRONG = ("revenue", "cost", "gross", "operating", "ebitda", "before tax", "net", "operations", "financing", "change", "assets", "claims")


def statements(page: Page, rows: Months) -> dict[str, list[Cell]]:
    """The three statements by year of the plan."""
    years: dict[str, list[Cell]] = {}
    heads = tuple(f"Year {year}" for year in YEARS)
    page.heading("Year of the plan", *heads, "Unit", right=range(1, 6))
    page.keep_head(1)
    years["of"] = [Cell(page.name, page.row - 1, at, head) for at, head in enumerate(heads, start=1)]
    years["ends"] = _row(page, "Its last month", [link(_end(rows, "number", year)) for year in YEARS], "month", WHOLE)
    for title, names, at_end in (("Income statement", SUMS, False), ("Cash flow", FLOWS, False), ("Balance sheet, year's end", ENDS, True)):
        page.heading(title, right=())
        for name in names:
            line = rows[name]
            values = [link(line.end(year)) if at_end else total(line, year) for year in YEARS]
            years[name] = _row(page, line.label, values, USD, DENSE, name in STRONG)
    page.new_page()
    page.heading("Key figures", right=())
    margin = [gross / revenue for gross, revenue in zip(years["gross"], years["revenue"], strict=True)]
    years["margin"] = _row(page, "Gross margin before depreciation", margin, "of revenue", SHARE)
    share = [total(rows["compute"], year) / total(rows["spending"], year) for year in YEARS]
    years["share"] = _row(page, "Compute's share of all spending", share, "share", SHARE)
    for name, unit in (("users", "users"), ("held", "GPUs"), ("heads", "people")):
        years[name] = _row(page, f"{rows[name].label} at the end", [link(rows[name].end(year)) for year in YEARS], unit, COUNT)
    first = years["ends"][0]
    page.highlight(Area(first, years["heads"][-1], ()), f"=AND(ISNUMBER(B{first.row + 1}),B{first.row + 1}<0)", **NEGATIVE)
    return years


def _end(rows: Months, name: str, year: int) -> Cell:
    return rows[name].end(year)


def _row(page: Page, label: str, values: list[Expression], unit: str, number: str, bold: bool = False) -> list[Cell]:
    page.put(0, label, align="left", bold=bold)
    cells = [page.put(at, value, number, bold=bold) for at, value in enumerate(values, start=1)]
    page.put(len(values) + 1, unit, align="left", font_color="#595959", indent=1)
    page.row += 1
    return cells


def sensitivity(page: Page, given: Given, cases: Cases) -> None:
    """Scenarios and ways side by side, two-way tables and the tornado."""
    page.heading("Scenarios side by side", *SCENARIOS, "In use", "Unit", right=(1, 2, 3, 4))
    _side_by_side(page, given, [*cases.scenarios, cases.live])
    page.heading("Ways to serve, in the scenario in use", *(str(case.label) for case in cases.ways), "Unit", right=(1, 2, 3, 4))
    _side_by_side(page, given, cases.ways)
    for names, table in zip(TABLES, cases.tables, strict=True):
        _two_way(page, given, names, table)
    _tornado(page, given, cases)


def _side_by_side(page: Page, given: Given, columns: list[Case]) -> None:
    first = page.row
    for name, number in (("Lowest cash", MONEY), ("Cash at the end", MONEY), ("Revenue a year at the end", MONEY),
                         ("Accelerators at the end", COUNT)):  # fmt: skip
        unit = "GPUs" if number == COUNT else USD
        _row(page, name, [link(case.result(name)) for case in columns], unit, number)
    dates = [xl.EDATE(given["first"], case.result("In month") - 1) for case in columns]
    _row(page, "Month of the lowest cash", list(dates), "month", DATE)
    place = Cell(page.name, first, 1, None)
    page.highlight(Area(place, Cell(page.name, first + 1, 4, None), ()), f"=B{first + 1}<0", **NEGATIVE)


def _tornado(page: Page, given: Given, cases: Cases) -> None:
    """Each driver alone at its two ends: how much the figure then moves, in order of the swing."""
    labels = {driver.name: driver.label for driver in given.drivers}
    ends_of = [f"{SCENARIOS[at]} end" for at in (0, 2)]
    page.heading("One driver at a time", *ends_of, "Swing", "Number", "To order by", "", right=range(1, 6))
    rows: list[list[Cell]] = []
    for name, pair in zip(NAMES, cases.swings, strict=True):
        label = page.put(0, labels[name], align="left")
        ends = [page.put(at, case.result(FIGURE) - cases.live.result(FIGURE), MONEY) for at, case in enumerate(pair, start=1)]
        swing = page.put(3, xl.ABS(ends[0] - ends[1]), MONEY)
        number = page.put(4, rows[-1][4] + 1 if rows else 1, WHOLE)
        rows.append([label, *ends, swing, number, page.put(5, swing + number * given["cent"], "#,##0.00")])
        page.row += 1
    page.new_page()
    page.heading("In order of the swing", *ends_of, "Place", "", "", "", right=(1, 2, 3))
    columns = [area(*(row[at] for row in rows)) for at in (0, 1, 2)]
    by = anchor(area(*(row[5] for row in rows)))
    ordered: list[list[Cell]] = []
    for _ in rows:
        rank = page.put(3, ordered[-1][3] + 1 if ordered else 1, WHOLE)
        place = xl.MATCH(xl.LARGE(by, rank), by, 0)
        cells = [page.put(at, xl.INDEX(anchor(columns[at]), place), number, align="left" if number == TEXT else "right")
                 for at, number in enumerate((TEXT, MONEY, MONEY))]  # fmt: skip
        ordered.append([*cells, rank])
        page.row += 1
    _swings(page, ordered)


def _swings(page: Page, ordered: list[list[Cell]]) -> None:
    names = area(*(row[0] for row in ordered))
    bars = [
        series(area(*(row[at] for row in ordered)), name, color, names, overlap=100)
        for at, name, color in ((1, "at its favorable end", BLUE), (2, "at its unfavorable end", RED))
    ]
    page.row += 1
    title, change = "What moves the figure chosen on Inputs, one driver at a time", axis("change, million USD", MILLIONS)
    draw(page, {"type": "bar"}, title, bars, change, axis("driver", label_position="low", reverse=True), rows=20, width=1000, gap=40)


def _two_way(page: Page, given: Given, names: tuple[str, str], table: list[list[Case]]) -> None:
    """The figure over two drivers."""
    across, down = (next(driver for driver in given.drivers if driver.name == name) for name in names)
    page.heading(f"{across.label} across, {down.label.lower()} down, in USD", right=())
    page.put(0, link(given["figure"]), align="right")
    for at, case in enumerate(table[0], start=1):
        page.put(at, link(case.result(across.name)), across.number, bold=True, bg_color="#D9E1F2")
    page.row += 1
    first = page.row
    for row in table:
        page.put(0, link(row[0].result(down.name)), down.number, bold=True, bg_color="#D9E1F2")
        for at, case in enumerate(row, start=1):
            page.put(at, link(case.result(FIGURE)), MONEY)
        page.row += 1
    corner = Cell(page.name, first, 1, None)
    page.highlight(Area(corner, Cell(page.name, page.row - 1, len(STEPS), None), ()), f"=B{first + 1}<0", **NEGATIVE)


def actuals(time: Timeline, given: Given, rows: Months) -> None:
    """What came in and went out, typed in by the reader, beside the plan."""
    time.axis(lambda m: xl.EDATE(given["first"], _along(rows["number"], m) - 1))
    for name, unit in (("users", "users"), ("revenue", USD), ("compute", USD), ("people", USD), ("cash", USD)):
        label = "People" if name == "people" else rows[name].label.split(":")[0]
        time.section(label)
        planned = time.line("Plan", unit, lambda m, name=name: _along(rows[name], m), DENSE)  # type: ignore[misc]
        actual = time.line("Actual", unit, lambda m: None, DENSE, given=True)
        time.line("Actual less plan", unit, lambda m, a=actual, p=planned: xl.IF(xl.ISBLANK(a[m]), "", a[m] - p[m]), DENSE)  # type: ignore[misc]
        time.line("  over the plan", "share", lambda m, a=actual, p=planned: xl.IF(xl.ISBLANK(a[m]), "", a[m] / p[m] - 1), SHARE)  # type: ignore[misc]
        time.flush()


def _along(line: Line, month: int) -> Expression:
    """A month of a line of another sheet, so that the formula can be copied along."""
    return anchor(line[month], column=False)


def answers(page: Page, given: Given, rows: Months, years: dict[str, list[Cell]], cases: Cases) -> dict[str, Cell]:
    """The sheet Outputs without its charts; gives what the cover shows and the checks compare."""
    out: dict[str, Cell] = {}
    cash = rows["cash"].months
    page.heading("Answer", "Value", "Unit", "What it means")
    note = "Of the sixty months, as planned. Below zero: so much more has to be raised."
    out["lowest"] = page.line("Lowest cash", xl.MIN(cash), USD, note, MONEY, bold=True)
    out["worst"] = page.line("  unfavorable", link(cases.scenarios[2].result("Lowest cash")), USD, "The scenario of that name.", MONEY)
    out["best"] = page.line("  favorable", link(cases.scenarios[0].result("Lowest cash")), USD, "The scenario of that name.", MONEY)
    out["scenario"] = page.line("Scenario", link(given["scenario"]), "", "Change it on Inputs.")
    page.line("Way to serve", link(given["way"]), "", "Change it on Inputs.")
    place = xl.MATCH(out["lowest"], cash, 0)
    out["when"] = page.line("Month of the lowest cash", xl.EDATE(given["first"], place - 1), "month", "Its first day.", "mmm yyyy")
    gone = xl.SUM(rows["gone"].months)
    out["lasts"] = page.line("Months until the cash runs out", xl.IF(gone.same(0), "it does not", xl.MATCH(1, rows["gone"].months, 0)),
                             "months", "The first month that ends below zero.", WHOLE)  # fmt: skip
    out["raise"] = page.line("To raise beyond the plan", xl.MAX(0, 0 - out["lowest"]), USD, "So that the cash stays above zero.", MONEY)
    positive = xl.IF(xl.MAX(rows["ebitda"].months) > 0, xl.MATCH(1, rows["earns"].months, 0), "none")
    page.line("First month that earns money", positive, "month", "Before interest, tax and depreciation.", WHOLE)
    page.heading("The business", "Value", "Unit", "What it means")
    out["revenue"] = page.line("Revenue of the last year", link(years["revenue"][-1]), USD, "Of the plan's five.", MONEY)
    page.line("Gross margin of the last year", link(years["margin"][-1]), "of revenue", "Before depreciation.", SHARE)
    page.line("Accelerators at the end", link(rows["held"].end(YEARS[-1])), "GPUs", "For serving.", COUNT)
    page.line("People at the end", link(rows["heads"].end(YEARS[-1])), "people", "", COUNT)
    _compute(page, given, rows, years, out)
    return out


def _compute(page: Page, given: Given, rows: Months, years: dict[str, list[Cell]], out: dict[str, Cell]) -> None:
    page.heading("Compute and the capital", "Value", "Unit", "What it means")
    compute, spending = rows["compute"].months, rows["spending"].months
    note = "Serving, training and accelerators bought, of all spending."
    page.line("Compute's share of spending, first year", link(years["share"][0]), "share", note, SHARE)
    page.line("  last year", link(years["share"][-1]), "share", "The talk: the share falls while the amount rises.", SHARE)
    out["share"] = page.line("  all sixty months", xl.SUM(compute) / xl.SUM(spending), "share", note, SHARE)
    claim = plug("assumption", "compute_share_claim")
    page.line(
        "Published claim",
        claim,
        "of capital",
        "Many companies spend more than this on compute: what an investor has seen, no survey.",
        SHARE,
    )
    capital = given["cash"] + xl.SUM(rows["raised"].months)
    page.line("Capital of the plan", capital, USD, "Cash at the start and what the rounds bring.", MONEY)
    asked = (*first_project(given), *[None] * 4, out["share"])
    page.line(
        "First training project", plug("project_cost", *asked[:5]), USD, "The first line of the calendar on Plan: =PROJECT_COST.", MONEY
    )
    note = "=RAISE_NEEDED: cost of the project / compute's share, were this the one reason to raise."
    out["needed"] = page.line("Capital to raise for it alone", plug("raise_needed", *asked), USD, note, MONEY)
    trained = xl.SUM(rows["training cost"].months)
    page.line("Training, all sixty months", trained, USD, "In the scenario in use.", MONEY)


def _by_month() -> dict[str, Any]:
    return axis("month", "mmm yy", date_axis=True, major_unit=6, major_unit_type="months", label_position="low")


def charts(page: Page, rows: Months, years: dict[str, list[Cell]]) -> None:
    heads = area(*years["of"])
    page.row += 1
    dates = rows["date"].months
    money = axis("million USD", MILLIONS)
    shown = _by_month()
    parts = [
        curve(rows[name].months, label, color, dates)
        for name, label, color in (("cash", "cash at the month's end", NAVY), ("revenue", "revenue", BLUE), ("burn", "burn", RED))
    ]
    draw(page, {"type": "line"}, "Cash, revenue and burn", parts, shown, money, width=600)
    costs = (
        ("cost", "cost of revenue", NAVY),
        ("training cost", "training", BLUE),
        ("research cost", "research and engineering", GOLD),
        ("sales cost", "sales and support", GRAY),
        ("marketing", "winning users", "#70AD47"),
        ("administration cost", "administration", "#9DC3E6"),
        ("other", "desks, tools, data, law", "#D9D9D9"),
    )
    stacked = [series(area(*years[name]), label, color, heads) for name, label, color in costs]
    over = page.book.file.add_chart({"type": "line"})
    over.add_series(curve(area(*years["revenue"]), "revenue", RED, heads))
    title = "Where the money goes, and revenue"
    by_year = axis("year of the plan")
    draw(page, {"type": "column", "subtype": "stacked"}, title, stacked, by_year, money, width=580, column=3, gap=60, also=over)


def more_charts(page: Page, rows: Months) -> None:
    """Under the statements: accelerators and compute's share by month."""
    page.row += 1
    dates, shown = rows["date"].months, _by_month()
    chips = [curve(rows["held"].months, "accelerators", NAVY, dates)]
    draw(page, {"type": "line"}, "Accelerators for serving", chips, shown, axis("GPUs", COUNT, min=0), width=600, legend=False)
    share = [curve(rows["share"].months, "compute's share of spending", BLUE, dates)]
    draw(page, {"type": "line"}, "Compute's share of spending", share, shown, axis("share", "0%", min=0), width=580, column=3, legend=False)
