"""Rent accelerators or buy them: cost of an owned hour, break-even, payback, and monthly cash flows with NPV and IRR."""

from __future__ import annotations

import datetime

from book import Book
from cells import Area, Cell, Expression, area, column, link, plug, xl
from charts import BLUE, NAVY, RED, axis, curve, draw, lines, series
from choices import bought
from compute_cost import catalogue
from formats import COUNT, DATE, DAYS, MILLIONS, MONEY, MONEY_CENTS, PLAIN, SHARE, WHOLE
from native import DAY_ZERO
from page import Page
from parts import ASSUMPTION_WIDTHS, Constants, assumptions, checks, constants, finish, scenario

TITLE = "Rent accelerators or buy them?"
QUESTION = "the cost of an owned hour of use next to its rent, when buying pays, and the cash flows"
NARROW = (44, 22, 24, 84)
MONTHS = 72
FLAT = ("power_growth=0", "colocation_growth=0")  # the plain formulas have running costs that stay as they are
USE = (
    "1. On Inputs choose the chip, how many, the months of use from which day, and your offer of rent and purchase price.",
    "2. Assumptions holds load, power price, life, cost of capital and residual value by scenario; your own values win.",
    "3. Outputs tells which is cheaper and from when; Cash has the monthly flows with NPV and IRR.",
)
SERVER_PRICE, SERVER_POWER = "Server over chip price of each", "Server over chip power of each"


def build(book: Book) -> None:
    inputs = book.page("Inputs", "change the blue cells; everything else follows", NARROW, "#FFC000")
    assumed = book.page("Assumptions", "of the catalogue, by scenario; your own values win", ASSUMPTION_WIDTHS, "#FFC000")
    workings = book.page("Workings", "the owned cost by plain formulas", NARROW)
    months = book.page("Months", "cost by months of use; when owning is cheaper", (30, 14, 17, 17, 17, 19, 21, 21, 12))
    cash = book.page("Cash", "cash of owning instead of renting, by month", (30, 17, 20, 17, 19, 19, 17, 20))
    outputs = book.page("Outputs", "the verdict, when it turns, and the cash", NARROW, NAVY)
    checked = checks(book)

    inputs.heading("The equipment", "Value", "Unit", "Note")
    switch = scenario(inputs)
    chips = bought()
    source = book.choices("Accelerators", list(chips))
    for index, title in enumerate((SERVER_PRICE, SERVER_POWER)):
        book.choices(title, [names_of[index] for names_of in chips.values()])
    note = "Chips with a rental price, a purchase price and a published power; a name of the list."
    gpu = inputs.input("Accelerator", "H100 SXM 80GB", "", note, choices=source)
    gpus = inputs.input("Number of accelerators", 512, "GPUs", "Illustrative: 64 servers of eight.", COUNT, least=1, most=1e6)
    note = "In a server with its network cards. Leave empty for the catalogue's price x server over catalogue price."
    offer = inputs.input("Purchase price, if you have your own offer", None, "USD per accelerator", note, MONEY, least=1, most=1e7)
    inputs.heading("The use", "Value", "Unit", "Note")
    note = "For how long they are needed; at most the useful life. Then they are sold."
    used_months = inputs.input("Months of use", 36, "months", note, WHOLE, least=1, most=MONTHS)
    first = float((datetime.date(2027, 1, 1) - DAY_ZERO).days)
    first_day = inputs.input(
        "First day of use", first, "date", "When they are paid for, or the rent begins.", "yyyy-mm-dd", least=36526, most=73050
    )
    note = "Leave empty for the catalogue's median price on demand (=GPU_PRICE)."
    own = inputs.input("Rent, if you have your own offer", None, "USD per GPU-hour", note, PLAIN, least=0.001, most=1e4)
    inputs.heading("Unit conversions", "Value", "Unit", "Note")
    kilo = inputs.constant("Watts in a kilowatt", 1000, "W", "Definition.", COUNT)
    year = inputs.constant("Months in a year", 12, "months", "Definition.", WHOLE)
    fixed = constants(inputs)
    rates = [("owned_load", False, SHARE), ("power_price", True, "0.000"), ("useful_life", False, DAYS), ("cost_of_capital", True, SHARE),
             ("residual_share", False, SHARE)]  # fmt: skip
    chosen = assumptions(book, assumed, switch, fixed, rates)
    load, rate, life = chosen["owned_load"], chosen["cost_of_capital"], chosen["useful_life"]

    work = workings
    names = ("network_share", "storage_share", "pue", "average_draw_gpu", "colocation_price", "operations_share", "hours_per_month")
    work.heading("Assumptions that the function does not vary", "Value", "Unit", "What it is")
    of = {}
    for name in names:
        row = catalogue.assumption(name)
        of[name] = work.line(name, plug("assumption", name), row.unit, f"{row.description.split(';')[0]}. {row.source}", "General")
    work.heading("One accelerator", "Value", "Unit", "How")
    rent = work.line(
        "Rent", xl.IF(xl.ISBLANK(own), plug("gpu_price", gpu), own), "USD per GPU-hour", "Your own, else =GPU_PRICE.", MONEY_CENTS
    )
    place = xl.MATCH(plug("gpu_fact", gpu, "name"), book.listed("Accelerators"), 0)
    place = work.line("Place of the accelerator on Lists", place, "", "=GPU_FACT gives its full name.", WHOLE)
    named = [xl.INDEX(book.listed(title), place) for title in (SERVER_PRICE, SERVER_POWER)]
    ratio = work.line(SERVER_PRICE, named[0], "", "Name for =ASSUMPTION, from Lists.")
    server = work.line(SERVER_POWER, named[1], "", "Name for =ASSUMPTION, from Lists.")
    listed = plug("gpu_fact", gpu, "purchase_price") * plug("assumption", ratio)
    note = "Your own, else =GPU_FACT x =ASSUMPTION of the server."
    purchase = work.line("Price in a server", xl.IF(xl.ISBLANK(offer), listed, offer), "USD", note, MONEY)
    capital = purchase * (1 + of["network_share"]) * (1 + of["storage_share"])
    paid = work.line("Paid at purchase", capital, "USD", "Price x (1 + network) x (1 + storage).", MONEY)
    kw = plug("gpu_fact", gpu, "power") / kilo * plug("assumption", server)
    power = work.line("Power with its server", kw, "kW", "=GPU_FACT x =ASSUMPTION of the server.", "0.000")
    hours = work.line("Hours in a year", of["hours_per_month"] * year, "h", "730 x 12.", COUNT)
    term = work.line("Years of use", used_months / year, "years", "", PLAIN)
    sold = work.line(
        "Resale over the price paid", chosen["residual_share"] ** (term / life), "share", "Value falls at one rate to the residual.", SHARE
    )
    by_month = work.line("Cost of capital a month", (1 + rate) ** (1 / year) - 1, "a month", "(1 + rate) ^ (1 / 12) - 1.", "0.0000%")
    work.heading("Owned cost a year, per accelerator", "Value", "Unit", "How")
    note = "Monthly annuity of the price less that of the resale, times 12: -PMT(rate a month, months, price, -resale)."
    owned = work.line("Capital", 0 - xl.PMT(by_month, used_months, paid, 0 - paid * sold) * year, "USD per year", note, MONEY)
    electricity = power * of["average_draw_gpu"] * of["pue"] * hours * chosen["power_price"]
    electric = work.line("Electricity", electricity, "USD per year", "Power x draw x PUE x hours x price.", MONEY)
    space = work.line("Rented space", power * of["colocation_price"] * year, "USD per year", "Power x price a month x 12.", MONEY)
    staff = work.line("Operations", paid * of["operations_share"], "USD per year", "Price paid x share a year.", MONEY)
    running = work.line("Running cost", xl.SUM(area(electric, space, staff)), "USD per year", "Electricity, space, operations.", MONEY)
    cost = work.line(
        "Owned cost per hour of use",
        (owned + running) / (hours * load),
        "USD per GPU-hour",
        "Yearly cost / (hours x load).",
        MONEY_CENTS,
        bold=True,
    )
    even_load = work.line("Break-even load", cost * load / rent, "share of hours", "Owned cost at full load / rent.", SHARE)
    saved = work.line(
        "Saved a year before capital", hours * load * rent - running, "USD per year", "Rent of the same hours - running cost.", MONEY
    )
    back = xl.IF(saved <= by_month * year * paid, "none", 0 - xl.LN(1 - by_month * year * paid / saved) / xl.LN(1 + by_month))
    note = "When the rent saved has paid the purchase with interest, however long that takes."
    long = work.line("Months to pay back, nothing sold", back, "months", note, DAYS)
    within = xl.IF(xl.ISNUMBER(long), xl.IF(long <= life * year, long, "none"), "none")
    payback = work.line("Payback month, nothing sold", within, "months", "None beyond the useful life.", DAYS)
    work.heading("The same by the function", "Value", "Unit", "How")
    asked = (gpu, gpus, used_months, load, rent, purchase, chosen["power_price"], life, rate, chosen["residual_share"], *FLAT)
    function = work.line("Owned cost by =RENT_OR_OWN", plug("rent_or_own", *asked), "USD per GPU-hour", "For the check.", MONEY_CENTS)
    fixed_here = (*asked[:4], own, offer, *asked[6:])
    note = "80% range of =RENT_OR_OWN with the assumptions of the scenario: price, network, draw and the like are free."
    low, high = _ends(work, fixed, "in this scenario", note, fixed_here)
    note = "80% range of =RENT_OR_OWN with the assumptions free; a life shorter than the use is cut."
    least, most = _ends(work, fixed, "every assumption free", note, (gpu, gpus, used_months, None, own, offer, *FLAT))

    table = _months(months, first_day, used_months, gpus, paid, running, rent, hours, load, by_month, life, chosen["residual_share"], year)
    whole = table[-1]  # the rows beyond the months of use repeat their end
    cheaper = area(*(row[7] for row in table))
    even = xl.IF(xl.COUNT(cheaper).same(0), "none", xl.MIN(cheaper))
    dates, flows, theirs = _cash(cash, first_day, used_months, gpus, paid, sold, running, rent, hours, load, year, asked)
    worth, back_rate = _worth(cash, flows, by_month, year)

    outputs.heading("Answer", "Value", "Unit", "What it means")
    verdict = xl.IF(cost < rent, "buy", "rent")
    answer = outputs.line("Cheaper for these months and this load", verdict, "", "Owned cost per hour of use against the rent.", bold=True)
    unit = "USD per GPU-hour"
    outputs.line(
        "Owned cost per hour of use", link(cost), unit, "Capital, electricity, space and operations over the hours used.", MONEY_CENTS
    )
    outputs.line("  80% range in this scenario, low", link(low), unit, "One case in ten costs less.", MONEY_CENTS)
    outputs.line("  80% range in this scenario, high", link(high), unit, "One case in ten costs more.", MONEY_CENTS)
    outputs.line("Rent", link(rent), unit, "On demand, unless you gave your own offer.", MONEY_CENTS)
    note = "All accelerators for these months: with the cost of capital, less the resale. Where the chart's line ends."
    outputs.line("Owning, then sold", link(whole[3]), "USD", note, MONEY)
    outputs.line("Renting the same hours", link(whole[2]), "USD", "All accelerators for these months.", MONEY)
    sure = xl.IF(xl.AND(least < rent, rent < most), "not sure", "likely")
    outputs.line("How sure", sure, "", "Not sure where the 80% range with every assumption free holds the rent.")
    outputs.line("  every assumption free, low", link(least), unit, "Of the owned cost, whatever the scenario.", MONEY_CENTS)
    outputs.line("  every assumption free, high", link(most), unit, "Of the owned cost, whatever the scenario.", MONEY_CENTS)
    outputs.line("Break-even load", link(even_load), "share of hours", "Above 100%: renting is cheaper at any load.", SHARE)
    even_out = _break_even(outputs, even, first_day)
    outputs.line(
        "Payback month, nothing sold", link(payback), "months of use", "When the rent saved has repaid the purchase with interest.", DAYS
    )
    outputs.line("Paid at purchase", paid * gpus, "USD", "All accelerators with network and storage.", MONEY)
    outputs.line("Net present value of buying", link(worth), "USD", "Above zero: buying is worth more than its cost of capital.", MONEY)
    outputs.line("Internal rate of return", link(back_rate), "a year", "Of buying instead of renting.", SHARE)
    _draw(outputs, table, dates, flows)

    close = fixed.tolerance
    checked.equal("The plain formulas equal =RENT_OR_OWN", cost, function, close, "Owned cost per hour of use.")
    checked.equal("The cash flows equal those of =ESTIMATE_TABLE", xl.SUM(flows), xl.SUM(theirs), close, "Sum of the months.")
    yearly = (0 - xl.PMT(by_month, used_months, worth)) * year
    same = xl.ABS(yearly - (rent - cost) * hours * load * gpus) <= paid * gpus * close
    checked.holds("The present value matches the yearly saving", same, "By =PMT of the months.")
    checked.holds("The months are within the useful life", used_months <= life * year * (1 + close), "Inputs against Assumptions.")
    checked.holds("Low, value and high are in order", xl.AND(low <= cost, cost <= high), "In the scenario chosen.")
    share = xl.ABS(whole[3] / whole[2] - cost / rent) <= close
    checked.holds("The months end at the owned cost over the rent", share, "Last row of Months against the cost of an hour.")
    said = [
        ("Cheaper", answer, "", "General", "For these months and this load."),
        ("Owned cost per hour of use", cost, unit, MONEY_CENTS, "Capital, electricity, space, operations."),
        ("80% range, low", low, unit, MONEY_CENTS, "One case in ten costs less."),
        ("80% range, high", high, unit, MONEY_CENTS, "One case in ten costs more."),
        ("Rent", rent, unit, MONEY_CENTS, "On demand, or your own offer."),
        ("Break-even month", even_out, "months of use", WHOLE, "From which buying pays, sold then."),
    ]
    a_month = (gpu, gpus, of["hours_per_month"], None, None, own)
    sources = [("Renting them for a month: =RENT_COST", "rent_cost", a_month), ("Owned cost: =RENT_OR_OWN", "rent_or_own", fixed_here)]
    finish(book, inputs, checked, said, sources, USE)


def _worth(cash: Page, flows: Area, by_month: Cell, year: Cell) -> tuple[Cell, Cell]:
    """Net present value and internal rate of return of the cash flows, below them."""
    first, rest = flows.first, Area(Cell(cash.name, flows.first.row + 1, 4, None), flows.last, flows.value[1:])
    cash.row += 1
    worth = cash.across("Net present value", [link(first) + xl.NPV(by_month, rest), None, None, None], "USD", "=NPV", MONEY)[0]
    internal_rate = xl.IF(xl.SUM(flows) <= 0, "none", (1 + xl.IRR(flows)) ** year - 1)
    return worth, cash.across("Internal rate of return", [internal_rate, None, None, None], "a year", "=IRR", SHARE)[0]


def _break_even(outputs: Page, even: Expression, first_day: Cell) -> Cell:
    """The month from which buying pays, by its number and by its date."""
    note = "First month of the useful life from which buying and selling then costs no more than renting."
    month = outputs.line("Break-even month", even, "months of use", note, WHOLE)
    turns = xl.ISNUMBER(month)
    date = xl.IF(turns, xl.EDATE(first_day, xl.IF(turns, month, 0)), "none")
    outputs.line("  on the calendar", date, "", "The end of that month.", "d mmm yyyy")
    return month


def _ends(work: Page, fixed: Constants, of: str, note: str, asked: tuple[object, ...]) -> tuple[Cell, Cell]:
    """The ends of the range of RENT_OR_OWN."""
    low = work.line(f"Low, {of}", fixed.low("rent_or_own", *asked), "USD per GPU-hour", note, MONEY_CENTS)
    return low, work.line(f"High, {of}", fixed.high("rent_or_own", *asked), "USD per GPU-hour", note, MONEY_CENTS)


def _draw(outputs: Page, table: list[list[Cell]], dates: Area, flows: Area) -> None:
    """The cost by months of use, and the cash."""
    outputs.row += 1
    drawn = ((4, "owned, nothing sold", NAVY), (3, "owned, then sold", BLUE), (2, "rented", RED))
    curves = [curve(column(table, at), name, color, column(table, 1)) for at, name, color in drawn]
    millions = axis("million USD", MILLIONS)
    title = "Cost of so many months of use, cost of capital included"
    lines(outputs, title, curves, axis("months of use", "0"), {**millions, "min": 0}, width=600)
    bars = [series(flows, "cash flow", BLUE, dates, invert_if_negative=True, invert_if_negative_color=RED)]
    ends = axis("paid on", DATE, label_position="low", interval_unit=12, interval_tick=12, text_axis=True)
    draw(outputs, {"type": "column"}, "Cash of buying instead of renting", bars, ends, millions, width=580, column=3, gap=60, legend=False)


def _months(
    page: Page, first_day: Cell, months_used: Cell, gpus: Cell, paid: Cell, running: Cell, rent: Cell, hours: Cell, load: Cell, rate: Cell,
    life: Cell, residual: Cell, year: Cell,
) -> list[list[Cell]]:  # fmt: skip
    """What it costs to use the accelerators for so many months, as RENT_OR_OWN counts it: the cost of capital by a monthly annuity."""
    titles = ("Month", "Months of use", "Rented", "Owned, then sold", "Owned, nothing sold", "Resale value")
    page.heading(*titles, "Owned cost per hour, then sold", "Number, where buying is cheaper", "Number", right=range(1, 9))
    page.keep_head()
    rows: list[list[Cell]] = []
    for _ in range(MONTHS):
        month = page.put(8, rows[-1][0] + 1 if rows else 1, "0")
        page.put(0, xl.EDATE(first_day, month - 1), DATE, align="left")
        so_far = page.put(1, xl.MIN(month, months_used), DAYS)
        rented = page.put(2, so_far * hours / year * load * rent * gpus, MONEY)

        def yearly(months: Cell, sold: bool = True) -> Expression:
            worth = paid * residual ** (months / (year * life)) if sold else 0
            return (0 - xl.PMT(rate, months, paid, 0 - worth)) * year + running

        resale = page.put(5, paid * gpus * residual ** (so_far / (year * life)), MONEY)
        sold = page.put(3, yearly(so_far) * so_far / year * gpus, MONEY)
        unsold = page.put(4, yearly(so_far, sold=False) * so_far / year * gpus, MONEY)
        per_hour = page.put(6, xl.IF(month <= year * life, yearly(month) / (hours * load), ""), MONEY_CENTS)
        cheaper = page.put(7, xl.IF(xl.ISNUMBER(per_hour), xl.IF(per_hour <= rent, month, ""), ""), "0")
        rows.append([month, so_far, rented, sold, unsold, resale, per_hour, cheaper])
        page.row += 1
    first = rows[0][0].row + 1
    page.highlight(area(*(cell for row in rows for cell in row[1:6])), f"=$I{first}>$B{first}", font_color="#BFBFBF")
    return rows


def _cash(
    page: Page, first_day: Cell, months_used: Cell, gpus: Cell, paid: Cell, sold: Cell, running: Cell, rent: Cell, hours: Cell, load: Cell,
    year: Cell, asked: tuple[object, ...],
) -> tuple[Area, Area, Area]:  # fmt: skip
    """The monthly cash flows, the first day in month 0, by plain formulas and by the function."""
    page.heading("Paid on", "Rent saved", "Running cost", "Equipment", "Cash flow", "Part of the month", "Month", right=range(1, 7))
    page.keep_head()
    rows: list[list[Cell]] = []
    for index in range(MONTHS + 1):
        number = page.put(6, rows[-1][0] + 1 if rows else 0, "0")
        date = page.put(0, xl.EDATE(first_day, number), "d mmm yy", align="left")
        part = page.put(5, xl.MAX(0, xl.MIN(1, months_used - (number - 1))) if index else 0, PLAIN)
        saved = page.put(1, part * hours / year * load * rent * gpus, MONEY)
        cost = page.put(2, 0 - part * running / year * gpus, MONEY)
        last = xl.IF(xl.ROUNDUP(months_used, 0).same(number), paid * sold * gpus, 0)
        bought = page.put(3, last if index else 0 - paid * gpus, MONEY)
        flow = page.put(4, xl.SUM(area(saved, cost, bought)), MONEY)
        rows.append([number, saved, cost, bought, flow, date])
        page.row += 1
    after = page.row
    page.row += 4
    page.print_to(page.row - 1)  # what follows is for the check alone
    page.heading("The same by =ESTIMATE_TABLE of RENT_OR_OWN", right=())
    right = {"num_format": MONEY, "align": "right", "text_wrap": True}
    call = plug("estimate_table", "RENT_OR_OWN", *asked)
    table = page.block(call, page.rows_of(call), MONTHS + 3, [{"align": "left"}, *[right] * 7])
    page.row = after
    return column(rows, 5), column(rows, 4), column(table[1:], 4)
