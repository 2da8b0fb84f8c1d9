"""A page for each chip of the catalogue: what it is, what it costs to rent, now and in every month before, to own, and what it can do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator
from compute_cost.command.price_index import months
from pages.drawing import Month, history
from pages.words import Asked, answer, day, named_sources, on_the_figures, page, table

INDEXED = "h100-sxm-80"  # whose index people ask for by the month
SMALL_MODEL, MODEL = "Llama 3.1 8B", "Llama 3.1 70B"
_MARKETS = {
    "datacenter": "Data center",
    "workstation": "Workstation",
    "consumer": "Home",
    "laptop": "Laptop",
    "embedded": "Small boards and desktops",
}
_TERMS = {"spot": "Rent, spot", "reserved_1y": "Rent, reserved for a year", "reserved_3y": "Rent, reserved for three years"}
_PEAKS = ("fp32", "tf32", "fp16", "bf16", "fp8", "int8", "fp4")


def pages() -> Iterator[tuple[str, str]]:
    chips = catalogue.accelerators().rows
    rents = {}
    for chip in chips:
        rents[chip.id] = Asked("Rent, on demand", "gpu_price", {"gpu": chip.name})
        yield from of_chip(chip, rents[chip.id])
    yield "chips/index.md", _index(chips, rents)


def _quoted(chip: Accelerator) -> list[Any]:
    """The quotes of the chip itself, on demand."""
    return [row for row in catalogue.prices().get(chip.id, ()) if row.term == "on_demand"]


def of_chip(chip: Accelerator, rent: Asked) -> Iterator[tuple[str, str]]:
    quotes = _quoted(chip)
    monthly = [Month(row.day, row.price, row.low, row.high) for row in months(chip, "on_demand")] if quotes else []
    if monthly:
        drawn = history(f"Rental price of {chip.name}, USD per GPU-hour on demand", monthly, [(row.day, row.price) for row in quotes])
        yield f"chips/{chip.id}.svg", drawn
    if chip.id == INDEXED:
        yield "chips/h100_by_month.md", _by_month(chip, monthly, rent)
    asked = [rent, *_other_terms(chip, bool(quotes)), *_owned(chip), *_uses(chip)]
    shown = [one for one in asked if one.result]
    parts = [
        f"# What does {chip.name} cost to rent, and what does it do?",
        _lead(chip),
        f"How much does a {chip.name} cost? This is its rental price per hour, today and in the months before, what it costs to buy and "
        f"own where that is known, and how fast it runs models. {on_the_figures()}",
        table(["what", "answer", "80% range"], (one.short() for one in shown)) if shown else "",
        "## What it costs to rent",
        *rent.long(),
        *(_drawn(chip, monthly) if monthly else ()),
        "[The index month by month](h100_by_month.md)." if chip.id == INDEXED else "",
        *_quotes(rent),
        "## What it is",
        _facts(chip),
        "## What else it costs, and what it does",
        *(part for one in asked[1:] if one.result for part in one.long()),
        "## Sources",
        named_sources(shown),
        "[The other accelerators](index.md), [how a price comes about](../prices.md), [every estimate](../reference/index.md).",
    ]
    yield f"chips/{chip.id}.md", page(*parts)


def _lead(chip: Accelerator) -> str:
    also = f" Also called {', '.join(name.strip() for name in chip.aliases.split(';'))}." if chip.aliases else ""
    doubt = f" Its figures are {chip.confidence}." if chip.confidence != "checked" else ""
    status = f" Status: {chip.status}." if chip.status else ""
    return f"{chip.name} is an accelerator of {chip.vendor}, {chip.released}.{status}{doubt}{also} {chip.note}".rstrip()


def _facts(chip: Accelerator) -> str:
    rows = [["memory", f"{chip.memory:g} GB"], ["memory bandwidth", f"{chip.memory_bandwidth:,.0f} GB/s"]]
    for name in _PEAKS:
        peak = getattr(chip, name)
        if peak:
            rows.append([f"{name} peak, dense", f"{peak:,.4g} {'TOP/s' if name == 'int8' else 'TFLOP/s'}"])
    if chip.link_bandwidth:
        rows.append([f"link between chips{f' ({chip.link})' if chip.link else ''}", f"{chip.link_bandwidth:,.0f} GB/s"])
    if chip.power:
        rows.append(["power at full load", f"{chip.power:g} W"])
    if chip.purchase_price:
        rows.append([f"price to buy, {chip.purchase_date}", show(chip.purchase_price, "USD")])
    source = catalogue.source(chip.source)
    rows.append(["source", f"{source.title} ({source.date}); recorded {chip.date}, {chip.confidence}"])
    return table(["", ""], rows)


def _drawn(chip: Accelerator, monthly: Sequence[Month]) -> Iterator[str]:
    yield f"![Rental price of {chip.name} since {monthly[0].day:%B %Y}: quotes, index and range]({chip.id}.svg)"
    yield (
        "Points are quotes of every provider, the line is the index at the end of each month, the band its range. The index follows one "
        "class of providers, neoclouds where there are two ([why](../prices.md)). The same as a table:"
    )
    yield f"```text\ncompute-cost prices index {chip.name!r} --csv\n```".replace("'", '"')


def _quotes(rent: Asked) -> Iterator[str]:
    """The quotes that the price of today is made of."""
    if rent.result and len(rent.result.table) > 1:
        header, *rows = rent.result.table
        yield "The quotes behind it:"
        yield table(map(str, header), ([f"{cell:.4g}" if isinstance(cell, float) else cell for cell in row] for row in rows))


def _other_terms(chip: Accelerator, quoted: bool) -> Iterator[Asked]:
    if quoted:
        for term, words in _TERMS.items():
            yield Asked(words, "gpu_price", {"gpu": chip.name, "term": term})


def _owned(chip: Accelerator) -> Iterator[Asked]:
    if chip.purchase_price:
        yield Asked("Own it, an hour of use", "rent_or_own", {"gpu": chip.name})


def _uses(chip: Accelerator) -> Iterator[Asked]:
    yield Asked("The largest model that one holds", "largest_model", {"gpu": chip.name})
    yield Asked(f"Speed of {SMALL_MODEL} for one user", "infer_throughput", {"params": SMALL_MODEL, "gpu": chip.name, "batch": 1})
    yield Asked(f"Cost of a million written tokens of {MODEL}", "infer_cost", {"params": MODEL, "gpu": chip.name})
    yield Asked(f"Cost of training {MODEL} once", "train_cost", {"params": MODEL, "gpu": chip.name})


def _by_month(chip: Accelerator, monthly: Sequence[Month], rent: Asked) -> str:
    rows = [[f"{row.day:%Y-%m}", f"${row.price:.2f}", f"${row.low:.2f}", f"${row.high:.2f}"] for row in reversed(monthly)]
    parts = [
        "# H100 rental price index by month",
        f"What an hour of one {chip.name} costs on demand: {answer(rent.result) if rent.result else 'not known'} on {day()}. The index is "
        "the weighted median of what providers ask, each with its latest quote; [how it is made](../prices.md).",
        *(_drawn(chip, monthly)),
        "In a cell the price of any day, and what may come:",
        f'```text\n=GPU_PRICE("H100")\n=GPU_PRICE("H100",,"{monthly[0].day.isoformat()}")\n=PRICE_PATH("H100",24)\n```',
        table(["month", "index", "low", "high"], rows),
        f"Low and high are the 10th and 90th percentile over providers. The newest row is of {monthly[-1].day.isoformat()}.",
        f"[All about the {chip.name}]({chip.id}.md).",
    ]
    return page(*parts)


def _index(chips: Sequence[Accelerator], rents: dict[str, Asked]) -> str:
    groups: dict[str, list[Accelerator]] = defaultdict(list)
    for chip in chips:
        groups[chip.market].append(chip)
    parts = [
        "# Accelerators: price, history and what each does",
        f"{len(chips)} accelerators. Rent is US dollars per GPU-hour on demand on {day()}, with its range over providers. The H100 has "
        "[a page by month](h100_by_month.md). A chip that is not here can be [described](../describe.md) in one line.",
    ]
    for market in sorted(groups, key=list(_MARKETS).index):
        rows = []
        for chip in sorted(groups[market], key=lambda chip: (chip.vendor.casefold(), chip.released)):
            result = rents[chip.id].result
            rent = answer(result).replace("**", "").replace(" per GPU-hour", "") if result else "no price"
            rows.append([f"[{chip.name}]({chip.id}.md)", chip.vendor, chip.released, f"{chip.memory:g} GB", rent])
        parts += [f"## {_MARKETS[market]}", table(["accelerator", "maker", "released", "memory", "rent"], rows)]
    return page(*parts)
