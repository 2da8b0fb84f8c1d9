"""The 80% question: what share of the capital goes to compute, how long it lasts, and whether training a model is within reach."""

from __future__ import annotations

from book import Book
from cells import Area, Cell, area, column, link, plug, xl
from charts import BLUE, GOLD, NAVY, RED, axis, curve, lines
from choices import accelerators
from formats import COUNT, DAYS, MILLIONS, MONEY, SHARE, WHOLE
from page import Page
from parts import SCENARIOS, checks, constants, finish, scenario

TITLE = "How much of the capital goes to compute, and how long does it last?"
QUESTION = "the 80% question of a start-up, month by month, and whether training a model is within reach"
NARROW = (44, 22, 22, 84)
MONTHS, SHOWN = 120, 60  # in the table, in the charts


def build(book: Book) -> None:
    inputs = book.page("Inputs", "change the blue cells; everything else follows", NARROW, "#FFC000")
    cases = book.page("Scenarios", "three courses of the company; the switch is on Inputs", (40, 17, 17, 17, 17, 18, 80), "#FFC000")
    months = book.page(
        "Months", "the plan month by month, and what the money pays of it", (30, 15, 15, 15, 15, 12, 15, 10, 16, 16, 18, 14, 14, 14)
    )
    workings = book.page("Workings", "sums over the months, and the training project", NARROW)
    outputs = book.page("Outputs", "the share of compute, the runway and what is within reach", NARROW, NAVY)
    checked = checks(book)

    inputs.heading("The company", "Value", "Unit", "Note")
    switch = scenario(inputs, note="Which column of Scenarios is used.")
    note = "Cash at the start. Illustrative."
    capital = inputs.input("Capital raised", 50e6, "USD", note, MONEY, least=1, most=1e12)
    compute = inputs.input("Spending on compute, first month", 2e6, "USD per month", "Illustrative.", MONEY, least=1, most=1e12)
    note = "Staff, offices, data. Illustrative."
    other = inputs.input("All other spending, first month", 6e5, "USD per month", note, MONEY, least=0, most=1e12)
    revenue = inputs.input("Revenue, first month", 2e5, "USD per month", "Illustrative.", MONEY, least=0, most=1e12)
    inputs.heading("The model to train", "Value", "Unit", "Note")
    params = inputs.input(
        "Parameters", 70e9, "parameters", "About 20 tokens for each parameter is the usual rule.", COUNT, least=1e7, most=1e14
    )
    tokens = inputs.input("Training tokens", 1.4e12, "tokens", "Illustrative: Chinchilla's 1.4 trillion.", COUNT, least=1e6, most=1e16)
    note = "Chips with a rental price, at the catalogue's median."
    gpu = inputs.input("Accelerator", "H100 SXM 80GB", "", note, choices=accelerators(book))
    gpus = inputs.input("Number of accelerators", 1024, "GPUs", "For the utilization.", COUNT, least=1, most=1e6)
    fixed = constants(inputs)

    cases.heading("Growth each month", *SCENARIOS, "In use", "Unit", "Note", right=(1, 2, 3, 4))
    names = area(*(Cell(cases.name, cases.row - 1, at, text) for at, text in enumerate(SCENARIOS, start=1)))

    def growth(label: str, rates: tuple[float, float, float], note: str) -> Cell:
        page = cases
        own = [page.put(at, rate, SHARE, given=True) for at, rate in enumerate(rates, start=1)]
        for cell in own:
            page.allow(cell, least=-0.9, most=1)
        page.put(0, label, align="left")
        rate = page.put(4, xl.INDEX(area(*own), xl.MATCH(switch, names, 0)), SHARE, bold=True)
        page.put(5, "a month", align="left", indent=1)
        page.put(6, note, align="left", text_wrap=True)
        page.row += 1
        return rate

    up_compute = growth(
        "Spending on compute", (0.01, 0.02, 0.04), "Illustrative. Amounts rise while the share falls: the talk's company that grows."
    )
    up_other = growth("All other spending", (0.03, 0.03, 0.03), "Illustrative.")
    up_revenue = growth("Revenue", (0.15, 0.1, 0.05), "Illustrative. Growth held for years is rare.")

    claim = plug("assumption", "compute_share_claim")
    workings.heading("Published", "Value", "Unit", "How")
    note = "Many companies spend more than this on compute: what an investor has seen, no survey."
    claim = workings.line("Claim: share of the capital", claim, "share", note, SHARE)
    funds = plug("assumption", "well_funded_capital")
    note = "Median of rounds of makers of generative models, October 2022 to July 2023."
    funded = workings.line("What the well-funded raised in a round", funds, "USD", note, MONEY)
    table = _months(months, (compute, other, revenue), (up_compute, up_other, up_revenue), capital, claim)
    work = workings
    work.heading("The months that draw on the capital", "Value", "Unit", "How")
    cash = column(table, 6)
    least = work.line("Lowest cash", xl.MIN(cash), "USD", "Of all months.", MONEY)
    lowest = work.line(
        "Month of the lowest cash", xl.MATCH(least, cash, 0), "month", "The first one; from there revenue carries the company.", WHOLE
    )
    counted = _counted(months, table, lowest)
    note = "Months until the money runs out, the last one in part."
    lasts = work.line("Months that count", xl.SUMPRODUCT(column(table, 5), counted), "months", note, DAYS)
    on_compute = work.line(
        "Spent on compute", xl.SUMPRODUCT(column(table, 1), column(table, 5), counted), "USD", "Over these months.", MONEY
    )
    on_other = work.line(
        "Spent on the rest", xl.SUMPRODUCT(column(table, 2), column(table, 5), counted), "USD", "Over these months.", MONEY
    )
    came_in = work.line("Revenue", xl.SUMPRODUCT(column(table, 3), column(table, 5), counted), "USD", "Over these months.", MONEY)
    drawn = work.line("Capital drawn", xl.MAX(0, xl.MIN(capital, capital - least)), "USD", "Capital raised - lowest cash.", MONEY)
    spending = work.line("Compute's share of spending", on_compute / (on_compute + on_other), "share", "Compute / (compute + rest).", SHARE)
    share = work.line(
        "Compute's share of the capital", spending * drawn / capital, "share", "Share of spending x capital drawn / raised.", SHARE
    )
    start = work.line("Share of spending, first month", compute / (compute + other), "share", "", SHARE)
    note = f"The one in which the money runs out; month {MONTHS} where it does not."
    end = work.line("Share of spending, last month paid", link(table[-1][11]), "share", note, SHARE)
    work.heading("The same by the function", "Value", "Unit", "How")
    asked = (capital, compute, other, revenue, up_compute, up_other, up_revenue)
    function = work.line("Compute's share by =COMPUTE_SHARE", plug("compute_share", *asked), "share", "For the check.", SHARE)
    work.heading("Training a model of this size", "Value", "Unit", "How")
    project = (params, tokens, gpu, gpus)
    note = "=PROJECT_COST: final run, trials and failures."
    needed = work.line("Cost of the project", plug("project_cost", *project), "USD", note, MONEY)
    raising = (*project, None, None, None, None, None, share, capital)
    note = "=RAISE_NEEDED: cost of the project / compute's share of the capital."
    raised = work.line("Capital to raise for it", plug("raise_needed", *raising), "USD", note, MONEY)
    low = work.line("  low", fixed.low("raise_needed", *raising), "USD", "80% range.", MONEY)
    high = work.line("  high", fixed.high("raise_needed", *raising), "USD", "80% range.", MONEY)

    outputs.heading("Answer", "Value", "Unit", "What it means")
    answer = outputs.line(
        "Compute's share of the capital", link(share), "share", "Of every dollar raised, what goes to compute.", SHARE, bold=True
    )
    outputs.line(
        "Published claim", link(claim), "share", "The talk: many companies spend over 80% of the capital they raise on compute.", SHARE
    )
    outputs.line("Compute's share of spending", link(spending), "share", "Over the months that draw on the capital.", SHARE)
    outputs.line("  first month", link(start), "share", "At the start.", SHARE)
    note = f"When the money runs out, or month {MONTHS}. The talk: the share falls while the amount rises."
    outputs.line("  last month paid", link(end), "share", note, SHARE)
    runs_out = xl.IF(least <= 0, "runs out", xl.IF(lowest < xl.ROWS(cash), "does not run out", "lasts beyond the table"))
    outputs.line("The money", runs_out, "", "Within the months of the table.")
    runway = outputs.line("Months until it runs out, or cash is lowest", link(lasts), "months", "The last month in part.", DAYS)
    outputs.line("Lowest cash", link(least), "USD", "Zero where the money runs out.", MONEY)
    outputs.line("Cost of training the model", link(needed), "USD", "The whole project in rented compute.", MONEY)
    outputs.line("Months of today's compute spending", needed / compute, "months", "Cost of the project / first month's compute.", DAYS)
    need = outputs.line("Capital to raise for it", link(raised), "USD", "At this share of the capital for compute.", MONEY)
    outputs.line("  80% range, low", link(low), "USD", "One project in ten needs less.", MONEY)
    outputs.line("  80% range, high", link(high), "USD", "One project in ten needs more.", MONEY)
    verdict = xl.IF(high <= capital, "within reach", xl.IF(low <= capital, "within the range", "out of reach"))
    reach = outputs.line("With the capital raised", verdict, "", "Within reach: even the high end is at most the capital.")
    outputs.line(
        "Against what the well-funded raise", raised / funded, "share", "Below 100%: within reach of a well-funded start-up.", SHARE
    )
    outputs.row += 1
    _draw(outputs, table)

    close = fixed.tolerance
    difference = xl.ABS(share - function)
    beyond = xl.AND(least > 0, lowest.same(xl.ROWS(cash)))
    same = xl.IF(xl.ISNUMBER(difference), xl.IF(beyond, 0, xl.IF(difference <= close, 0, 1)), 1)
    checked.add("The months add up to =COMPUTE_SHARE", same, f"Asked where the money or its lowest point falls within {MONTHS} months.")
    left = xl.ABS(capital - on_compute - on_other + came_in - least) <= capital * close
    checked.holds("Capital - spending + revenue is the lowest cash", left, "Over the months that count.")
    checked.equal("Capital to raise is cost / share", raised, needed / share, close, "=RAISE_NEEDED against =PROJECT_COST.")
    checked.holds("Low, value and high are in order", xl.AND(low <= raised, raised <= high), "Capital to raise.")
    said = [
        ("Compute's share of capital", answer, "share", SHARE, "Of every dollar raised, what goes to compute."),
        ("Months until the money runs out", runway, "months", DAYS, "Or until cash is lowest."),
        ("Capital to raise to train the model", need, "USD", MONEY, "At this share for compute."),
        ("With the capital raised", reach, "", "General", "Whether training a model of this size is within reach."),
    ]
    use = (
        "1. On Inputs give capital, spending and revenue of the first month, and the model to train.",
        "2. Scenarios holds the growth each month of three courses; choose one on Inputs.",
        "3. Outputs shows the share of compute, the runway and what the model needs.",
    )
    sources = [
        ("The share: =COMPUTE_SHARE", "compute_share", asked),
        ("The raise: =RAISE_NEEDED", "raise_needed", raising),
    ]
    finish(book, inputs, checked, said, sources, use, ("First version.",))


def _months(page: Page, starts: tuple[Cell, ...], rates: tuple[Cell, ...], capital: Cell, claim: Cell) -> list[list[Cell]]:
    """Month, compute, other, revenue, burn, part of the month that is paid, cash left, then what is paid so far.

    After the money the plan runs on, in gray; all that is paid keeps its last value there, and the charts end.
    """
    titles = ("Compute, planned", "Other, planned", "Revenue, planned", "Burn, planned", "Part paid", "Cash left", "Counts")
    paid_titles = ("Compute paid, so far", "All paid, so far", "Share, so far", "Published claim", "Share that month", "Months paid")
    page.heading("Month", *titles, *paid_titles, right=range(1, 14))
    page.keep_head()
    rows: list[list[Cell]] = []
    for _ in range(MONTHS):
        before = rows[-1] if rows else []
        month = page.put(0, before[0] + 1 if before else 1, "0", align="left")
        compute, other, revenue = (
            page.put(at, before[at] * (1 + rate) if before else link(first), MONEY)
            for at, (first, rate) in enumerate(zip(starts, rates, strict=True), start=1)
        )
        burn = page.put(4, compute + other - revenue, MONEY)
        had = before[6] if before else capital
        part = page.put(5, xl.IF(had <= 0, 0, xl.IF(burn <= had, 1, had / burn)), "0.00")
        cash = page.put(6, xl.IF(part < 1, 0, had - burn), MONEY)
        paid = page.put(8, compute * part + before[7] if before else compute * part, MONEY)
        spent = page.put(9, (compute + other) * part + before[8] if before else (compute + other) * part, MONEY)
        share = page.put(10, paid / spent, SHARE)
        rows.append([month, compute, other, revenue, burn, part, cash, paid, spent, share, page.put(11, link(claim), SHARE)])
        that_month = compute / (compute + other)
        rows[-1].append(page.put(12, xl.IF(part <= 0, before[11], that_month) if before else that_month, SHARE))
        rows[-1].append(page.put(13, before[12] + part if before else link(part), DAYS))
        page.row += 1
    first = rows[0][0].row + 1
    everything = Area(rows[0][0], rows[-1][-1], ())
    page.highlight(everything, f"=$F{first}<=0", font_color="#BFBFBF")
    return rows


def _counted(page: Page, table: list[list[Cell]], lowest: Cell) -> Area:
    """1 for the months up to the lowest cash, 0 after."""
    cells = []
    for row in table:
        page.row = row[0].row
        cells.append(page.put(7, xl.IF(row[0] <= lowest, 1, 0), "0"))
    page.row += 1
    return area(*cells)


def _draw(page: Page, table: list[list[Cell]]) -> None:
    """Both charts end where the money does."""
    shown = table[:SHOWN]
    paid = column(shown, 12)
    end = axis(f"months; to the end of the money, at most {SHOWN}", "0")
    drawn = ((7, "compute paid, so far", NAVY), (8, "all spending paid, so far", BLUE), (6, "cash left", GOLD))
    curves = [curve(column(shown, at), name, color, paid) for at, name, color in drawn]
    lines(page, "Spent so far (revenue pays a part), and cash left", curves, end, axis("million USD", MILLIONS, min=0), width=600)
    drawn = ((11, "that month", BLUE), (9, "so far", NAVY), (10, "published claim", RED))
    curves = [curve(column(shown, at), name, color, paid) for at, name, color in drawn]
    title = "Compute's share of spending"
    lines(page, title, curves, end, axis("share of spending", "0%", min=0, max=1), width=580, column=3)
