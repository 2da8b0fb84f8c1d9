"""The talk's example: what GPT-3 costs to train, from the naive figure to the bill with trials and idle reservations."""

from __future__ import annotations

import compute_cost
from book import Book
from cells import Cell, Expression, area, column, lift, link, plug, xl
from charts import BLUE, GOLD, GRAY, NAVY, RED, axis, draw, series
from choices import accelerators
from formats import COUNT, DAYS, FACTOR, MILLIONS, MONEY, MONEY_CENTS, PLAIN, SCIENTIFIC, SHARE, WHOLE
from page import Page
from parts import checks, constants, finish, scenario

TITLE = "What does GPT-3 cost to train?"
QUESTION = "from the naive figure of a talk to the bill that a project pays"
CASES = ("Naive", "Untuned code", "Published practice", "Two years reserved", "Well run")
NARROW, WIDE = (40, 20, 20, 84), (36, 16, 16, 18, 18, 16, 18, 62)


def build(book: Book) -> None:
    inputs = book.page("Inputs", "change the blue cells; everything else follows", NARROW, "#FFC000")
    cases = book.page("Scenarios", "five ways to look at the same run; the switch is on Inputs", WIDE, "#FFC000")
    workings = book.page("Workings", "each step, for all scenarios side by side", WIDE)
    outputs = book.page("Outputs", "the answer, its range and where the money goes", NARROW, NAVY)
    checked = checks(book)

    inputs.heading("The run", "Value", "Unit", "Note")
    switch = scenario(inputs, CASES, CASES[2], "Which column of Scenarios the answer takes.")
    paper = "GPT-3, Brown et al. 2020 (arXiv 2005.14165)."
    params = inputs.input("Parameters", 175e9, "parameters", f"{paper} {_by_name()}", COUNT, least=1e6, most=1e15)
    tokens = inputs.input("Training tokens", 300e9, "tokens", paper, COUNT, least=1e6, most=1e16)
    note = "Chips with a rental price; COST_FIND searches the others."
    gpu = inputs.input("Accelerator", "A100 SXM 80GB", "", note, choices=accelerators(book))
    note = "For the time it takes and, with it, the utilization and the reservation. Any number: OPT-175B had 992."
    gpus = inputs.input("Number of accelerators", 1024, "GPUs", note, COUNT, least=1, most=1e6)
    inputs.heading("Prices and terms", "Value", "Unit", "Note")
    note = "Leave empty for the catalogue's median price (=GPU_PRICE)."
    own = inputs.input("Price, if you have your own", None, "USD per GPU-hour", note, PLAIN, least=0.001, most=1e4)
    note = "The talk of 2023: an A100 rents for $1 to $4 an hour."
    talk_price = inputs.input("Naive price", 2, "USD per GPU-hour", note, PLAIN, least=0.001, most=1e4)
    top_share = inputs.input(
        "Naive utilization", 1, "share of peak", "The naive case takes the chip at its peak.", SHARE, least=0.001, most=1
    )
    note = "The talk: capacity is reserved for two years though two months are needed."
    term = inputs.input("Months reserved", 24, "months", note, WHOLE, least=1, most=120)
    inputs.heading("Unit conversions, for the check by hand", "Value", "Unit", "Note")
    tera = inputs.constant("FLOP/s in a TFLOP/s", 1e12, "FLOP/s", "Definition.", SCIENTIFIC)
    seconds = inputs.constant("Seconds in an hour", 3600, "s", "Definition.", WHOLE)
    day = inputs.constant("Hours in a day", 24, "h", "Definition.", WHOLE)
    fixed = constants(inputs)

    run = (params, tokens, gpu)
    cases.heading("In each scenario", *CASES, "Unit", "How", right=(1, 2, 3, 4, 5))
    names = area(*(Cell(cases.name, cases.row - 1, at, text) for at, text in enumerate(CASES, start=1)))
    peak_hours = plug("train_gpu_hours", *run, top_share)
    reached = top_share * peak_hours / plug("train_gpu_hours", *run, None, None, gpus)
    best = top_share * peak_hours / fixed.low("train_gpu_hours", *run, None, None, gpus)
    naive_share = plug("assumption", "naive_utilization")
    note = "At the peak; =ASSUMPTION of untuned code; predicted from published runs; the same; the high end of its 80% range."
    shares = cases.across("Utilization", (link(top_share), naive_share, reached, reached, best), "share of peak", note, SHARE)
    listed = xl.IF(xl.ISBLANK(own), plug("gpu_price", gpu), own)
    cheap = xl.IF(xl.ISBLANK(own), fixed.low("gpu_price", gpu), own)
    note = "The talk's price; =GPU_PRICE unless you gave your own; the low end of the quotes."
    prices = cases.across("Price", (link(talk_price), listed, listed, listed, cheap), "USD per GPU-hour", note, PLAIN)
    for_shares = {}
    for name, label in (("trial_share", "Trial runs"), ("failed_share", "Failed runs")):
        usual, least = plug("assumption", name), fixed.low("assumption", name)
        note = f'=ASSUMPTION("{name}"): hours of {label.lower()} over those of the final run; its low end where well run.'
        for_shares[name] = cases.across(label, (0, 0, usual, usual, least), "of the final run", note, SHARE, given=(0, 1))
    note = "0: only the hours used are paid."
    months = cases.across("Months reserved", (0, 0, 0, link(term), 0), "months", note, WHOLE, given=(0, 1, 2, 4))

    workings.heading("Final run", *CASES, "Unit", "How", right=(1, 2, 3, 4, 5))
    count = range(len(CASES))
    note = "=TRAIN_GPU_HOURS at the peak."
    at_peak = workings.across("Accelerator-hours at the peak", [peak_hours * top_share] * len(CASES), "GPU-hours", note, COUNT)
    hours = workings.across(
        "Accelerator-hours billed", [at_peak[i] / shares[i] for i in count], "GPU-hours", "At the peak / utilization.", COUNT
    )
    days = workings.across("Time it takes", [h / gpus / day for h in hours], "days", "Hours / accelerators / 24.", DAYS)
    workings.heading("Cost", *CASES, "Unit", "How", right=(1, 2, 3, 4, 5))
    final = workings.across("Final run", [hours[i] * prices[i] for i in count], "USD", "Hours x price.", MONEY)
    trials = workings.across("Trial runs", [final[i] * for_shares["trial_share"][i] for i in count], "USD", "Final run x share.", MONEY)
    failed = workings.across("Failed runs", [final[i] * for_shares["failed_share"][i] for i in count], "USD", "Final run x share.", MONEY)
    hours_used = workings.across(
        "Accelerator-hours used", [(final[i] + trials[i] + failed[i]) / prices[i] for i in count], "GPU-hours", "Of all runs.", COUNT
    )
    month = plug("assumption", "hours_per_month")
    reserved = workings.across(
        "Accelerator-hours reserved", [months[i] * month * gpus for i in count], "GPU-hours", "Months x 730 x chips.", COUNT
    )
    idle = [xl.MAX(0, reserved[i] - hours_used[i]) * prices[i] for i in count]
    idle_cost = workings.across("Reserved but idle", idle, "USD", "Hours reserved beyond those used x price.", MONEY)
    totals = [xl.SUM(area(final[i], trials[i], failed[i])) + idle_cost[i] for i in count]
    total = workings.across("Cost of the project", totals, "USD", "Sum of the four.", MONEY)
    predicted = (*run, gpus, own)
    asked = (
        (*run, gpus, prices[0], shares[0], for_shares["trial_share"][0], for_shares["failed_share"][0]),
        (*run, gpus, own, shares[1], for_shares["trial_share"][1], for_shares["failed_share"][1]),
        predicted,
        (*predicted, None, None, None, months[3]),
        (*run, gpus, prices[4], shares[4], for_shares["trial_share"][4], for_shares["failed_share"][4]),
    )
    note = "80% range of =PROJECT_COST, what the scenario fixes held; where it fixes all, both ends are its value."
    lows = workings.across("Cost of the project, low", [fixed.low("project_cost", *call) for call in asked], "USD", note, MONEY)
    highs = workings.across("Cost of the project, high", [fixed.high("project_cost", *call) for call in asked], "USD", note, MONEY)

    workings.heading("The scenario in use", "Value", "", "", "", "", "Unit", "How")
    place = _one(workings, "Its column", xl.MATCH(switch, names, 0), "", "Of the scenarios, from the left.", WHOLE)
    shown = (
        ("final", "Final run", final, "USD", MONEY), ("trials", "Trial runs", trials, "USD", MONEY),
        ("failed", "Failed runs", failed, "USD", MONEY), ("idle", "Reserved but idle", idle_cost, "USD", MONEY),
        ("total", "Cost of the project", total, "USD", MONEY),
        ("low", "  low", lows, "USD", MONEY), ("high", "  high", highs, "USD", MONEY),
        ("hours", "Hours billed", hours, "GPU-hours", COUNT),
        ("at peak", "Hours at the peak", at_peak, "GPU-hours", COUNT), ("days", "Time it takes", days, "days", DAYS),
        ("price", "Price", prices, "USD per GPU-hour", PLAIN), ("share", "Utilization", shares, "share of peak", SHARE),
        ("trial share", "Trial runs", for_shares["trial_share"], "of the final run", SHARE),
        ("failed share", "Failed runs", for_shares["failed_share"], "of the final run", SHARE),
        ("months", "Months reserved", months, "months", WHOLE),
    )  # fmt: skip
    live = {name: _one(workings, label, xl.INDEX(area(*cells), place), unit, "", number) for name, label, cells, unit, number in shown}
    steps = _waterfall(workings, live, total[0])

    workings.heading("The same by other ways, for the checks", "Value", "", "", "", "", "Unit", "How")
    flop = _one(workings, "Training compute", plug("train_flops", params, tokens), "FLOP", "6 x parameters x tokens.", SCIENTIFIC)
    brain, half = plug("gpu_fact", gpu, "peak_bf16"), plug("gpu_fact", gpu, "peak_fp16")
    top = _one(workings, "Peak of one accelerator", xl.IF(xl.ISNUMBER(brain), brain, half), "TFLOP/s", "Dense, bf16 or else fp16.", COUNT)
    by_hand = flop / (top * tera * top_share * seconds) * talk_price
    hand = _one(workings, "Naive cost by plain formulas", by_hand, "USD", "Compute / (peak x utilization x seconds) x price.", MONEY)
    no_term = xl.IF(live["months"].same(0), "", live["months"])
    whole = plug("project_cost", *run, gpus, live["price"], live["share"], live["trial share"], live["failed share"], no_term)
    function = _one(
        workings, "Cost of the project by =PROJECT_COST", whole, "USD", "With the utilization and shares of the scenario.", MONEY
    )

    answer, low, high, naive = _answers(outputs, live, total[0], switch, run)
    _draw(outputs, steps, names, {"Final run": final, "Trial runs": trials, "Failed runs": failed, "Reserved but idle": idle_cost})

    close = fixed.tolerance
    checked.equal("The naive cost equals the plain formula", total[0], hand, close, "=TRAIN_GPU_HOURS x price against compute / peak.")
    checked.equal("The steps add up to =PROJECT_COST", live["total"], function, close, "Plain formulas against the function.")
    within = xl.AND(live["low"] <= live["total"] * (1 + close), live["total"] <= live["high"] * (1 + close))
    checked.holds("Low, value and high are in order", within, "In the scenario chosen.")
    checked.equal(
        "The waterfall ends at the cost of the project", steps[-2][4] + steps[-2][3], live["total"], close, "Last step of Workings."
    )
    said = [
        ("Cost of the project", answer, "USD", MONEY, "In the scenario chosen on Inputs."),
        ("  low", low, "USD", MONEY, "80% range in the scenario: one project in ten costs less."),
        ("  high", high, "USD", MONEY, "80% range in the scenario: one project in ten costs more."),
        ("Naive cost", naive, "USD", MONEY, "At the chip's peak and the talk's price."),
    ]
    use = (
        "1. On Inputs choose a scenario, or another model size, chip, number of chips or price.",
        "2. Outputs shows where the money goes, from the naive figure to the bill.",
        "3. Scenarios holds the figures behind each case.",
    )
    finish(book, inputs, checked, said, [("The project in published practice: =PROJECT_COST", "project_cost", predicted)], use)


def _answers(outputs: Page, live: dict[str, Cell], naive_cost: Cell, switch: Cell, run: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The sheet Outputs; gives the cost with the ends of its range, and the naive cost."""
    outputs.heading("Answer", "Value", "Unit", "What it means")
    answer = outputs.line("Cost of the project", link(live["total"]), "USD", "In the scenario chosen on Inputs.", MONEY, bold=True)
    outputs.line("Scenario", link(switch), "", ", ".join(CASES) + ": change it on Inputs.")
    note = "One project in ten costs less. Where a scenario fixes price and utilization, both ends are its value."
    low = outputs.line("  80% range in this scenario, low", link(live["low"]), "USD", note, MONEY)
    high = outputs.line("  80% range in this scenario, high", link(live["high"]), "USD", "One project in ten costs more.", MONEY)
    note = "The one function with its three arguments: utilization predicted, the catalogue's price, one run alone."
    outputs.line("=TRAIN_COST(parameters, tokens, accelerator)", plug("train_cost", *run), "USD", note, MONEY)
    note = "At the chip's peak and the talk's price: the talk's half a million."
    naive = outputs.line("Naive cost", link(naive_cost), "USD", note, MONEY)
    outputs.line("Cost of the project against naive", answer / naive, "times", "The talk: one zero more.", FACTOR)
    outputs.line("Cost of the final run alone", link(live["final"]), "USD", "Without trials, failures and idle time.", MONEY)
    outputs.line("Accelerator-hours of the final run", link(live["hours"]), "GPU-hours", "Compute / (peak x utilization).", COUNT)
    outputs.line("Utilization", link(live["share"]), "share of peak", "That of the scenario; predicted in published practice.", SHARE)
    outputs.line("Time the final run takes", link(live["days"]), "days", "On the accelerators of the inputs.", DAYS)
    outputs.line("Price", link(live["price"]), "USD per GPU-hour", "Of the catalogue's day, unless you gave your own.", MONEY_CENTS)
    return answer, low, high, naive


def _by_name() -> str:
    """What the name of the model adds to its size."""
    named, sized = (float(compute_cost.train_flops(params, 300e9).value) for params in ("GPT-3", 175e9))
    return (
        f'A size alone leaves attention out, as 6ND does; =TRAIN_COST("GPT-3", ...) and ask "GPT-3" know its layers and count it: '
        f"{named / sized - 1:+.1%} compute."
    )


def _one(page: Page, label: str, expression: Expression, unit: str, note: str, number: str) -> Cell:
    """A row of the wide sheet with one value."""
    return page.across(label, [expression, *[None] * (len(CASES) - 1)], unit, note, number)[0]


def _waterfall(page: Page, live: dict[str, Cell], naive: Cell) -> list[list[Cell]]:
    """Steps from the naive cost to that of the project: label, step, hidden base, up, level before, down."""
    page.heading("Waterfall", "Step", "Base", "Up", "Level before", "Down", "", "", right=(1, 2, 3, 4, 5))
    price = live["at peak"] * live["price"] - naive
    loss = live["final"] - live["at peak"] * live["price"]
    wanted = [("Price today", price), ("Utilization", loss), ("Trial runs", link(live["trials"]))]
    wanted += [("Failed runs", link(live["failed"])), ("Idle reservation", link(live["idle"]))]
    rows = [_bar(page, "Naive", link(naive), None)]
    for label, step in wanted:
        rows.append(_bar(page, label, step, rows[-1]))
    rows.append(_bar(page, "Project", link(live["total"]), None))
    return rows


def _bar(page: Page, label: str, step: Expression, before: list[Cell] | None) -> list[Cell]:
    row = page.row
    size = page.put(1, step, MONEY)
    name = page.put(0, lift(label + ": ").join(xl.TEXT(size, MILLIONS)), align="left")
    level = before[4] + before[1] if before else 0
    level_cell = page.put(4, level, MONEY)
    base = page.put(2, xl.MIN(level_cell, level_cell + size), MONEY)
    up = page.put(3, xl.MAX(0, size), MONEY)
    down = page.put(5, xl.MAX(0, 0 - size), MONEY)
    page.row = row + 1
    return [name, size, base, up, level_cell, down]


def _draw(page: Page, steps: list[list[Cell]], names: Expression, parts: dict[str, list[Cell]]) -> None:
    ends = [{"fill": {"color": NAVY}}, *[{"fill": {"color": BLUE}}] * (len(steps) - 2), {"fill": {"color": NAVY}}]
    page.row += 1
    draw(
        page, {"type": "column", "subtype": "stacked"}, "From the naive cost to that of the project, in the scenario chosen",
        [
            series(column(steps, 2), "base", NAVY, column(steps, 0), fill={"none": True}, border={"none": True}),
            series(column(steps, 3), "up", BLUE, column(steps, 0), points=ends),
            series(column(steps, 5), "down", RED, column(steps, 0)),
        ],
        axis("step by step"), axis("million USD", MILLIONS, min=0), rows=18, legend=False, gap=50,
    )  # fmt: skip
    colors = (NAVY, BLUE, GOLD, GRAY)
    bars = [series(area(*cells), label, color, names) for (label, cells), color in zip(parts.items(), colors, strict=True)]  # type: ignore[arg-type]
    draw(page, {"type": "column", "subtype": "stacked"}, "The same run, five ways", bars, axis("scenario"),
         axis("million USD", MILLIONS, min=0), gap=70)  # fmt: skip
