"""Pictures of estimates: a waterfall from naive to real, chips by cost, what speed costs, rent against own, the share of capital, ranges.

Each picture says under its axes where its numbers come from. Needs matplotlib: the extra `plots`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import compute_cost
from compute_cost import catalogue, registry
from compute_cost.amounts import show
from compute_cost.answers import tables
from compute_cost.errors import InputError, NoData
from compute_cost.registry import Doc
from compute_cost.result import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAIN, SECOND, LOSS, QUIET = "#00796b", "#ef6c00", "#c62828", "#90a4ae"
MOST_BARS = 24


def plot(name: str, arguments: Mapping[str, Any]) -> Figure:
    """The picture of the estimate `name` for these arguments, as a matplotlib figure.

    project_cost: waterfall; cheapest_gpu: chips by cost; serving_curve: throughput and cost by speed; rent_or_own: both totals
    over the months; compute_share: share and amount by month; any other number: value and 80% interval, a list of values for
    each of its members.

    Raises what the estimate raises, UnknownName for an unknown name, NoData where the answer is not a number.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    doc = registry.get(name)
    with mpl.rc_context({"text.parse_math": False}):  # two dollar signs are two amounts, not a formula
        figure = Figure(figsize=(10, 5.6), dpi=120, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="both", color="#eceff1")
        axes.set_axisbelow(True)
        draw: Callable[..., list[Result]] = PICTURES.get(doc.name, _ranges)
        results = draw(doc, arguments, axes)
        figure.supxlabel(_provenance(doc, arguments, results), fontsize=7, color="#546e7a", x=0.01, ha="left")
    return figure


def _provenance(doc: Doc, arguments: Mapping[str, Any], results: Sequence[Result]) -> str:
    """The formula, the version, the day and the sources, as the small print under the picture."""
    sources = dict.fromkeys(f"{source.title} ({source.date})" for result in results for source in result.sources)
    warnings = dict.fromkeys(text for result in results for text in result.warnings)
    shown = ", ".join(f"{key}={value}" for key, value in arguments.items())
    day = arguments.get("as_of") or catalogue.assumption("as_of").value
    lines = [
        f"{doc.cell_name}({shown})  ·  compute-cost {compute_cost.__version__}, prices as of {day}, US dollars, nominal, before tax",
        f"Sources: {'; '.join(sources)}",
        *(f"Note: {text}" for text in warnings),
    ]
    return "\n".join(part for line in lines[:5] for part in textwrap.wrap(line, 165, max_lines=2, placeholder=" ..."))


def _money(axes: Axes, axis: str) -> None:
    from matplotlib.ticker import FuncFormatter

    getattr(axes, f"{axis}axis").set_major_formatter(FuncFormatter(lambda value, _: show(value, "USD")))


def _waterfall(doc: Doc, arguments: Mapping[str, Any], axes: Axes) -> list[Result]:
    """From the naive cost to that of the project, each loss on top of the one before."""
    result = doc.call(**arguments)
    parts = {
        "Naive": "naive", "Utilization": "utilization_loss", "Goodput": "goodput_loss", "Trial runs": "trials",
        "Failed runs": "failures", "Reserved\nbut idle": "idle",
    }  # fmt: skip
    height = 0.0
    for place, (label, key) in enumerate(parts.items()):
        amount = float(result.values[key].value) if key in result.values else 0.0
        axes.bar(label, amount, bottom=height, color=MAIN if place == 0 else LOSS, width=0.65)
        height += amount
        axes.annotate(show(amount, "USD"), (label, height), ha="center", va="bottom", fontsize=9)
    low, high = float(result.low), float(result.high)
    axes.bar("Project", height, color=MAIN, width=0.65)
    axes.errorbar("Project", height, yerr=[[height - low], [high - height]], color="black", capsize=5, linewidth=1)
    axes.annotate(f"{show(height, 'USD')}\n({result.range_text()})", ("Project", high), ha="center", va="bottom", fontsize=9)
    axes.set_title(f"From the naive cost to the project: {height / float(result.values['naive'].value):.1f} times", loc="left")
    axes.set_ylim(top=1.18 * max(high, height))
    _money(axes, "y")
    return [result]


def _chips(doc: Doc, arguments: Mapping[str, Any], axes: Axes) -> list[Result]:
    """The accelerators that can do it, cheapest on top, with their ranges."""
    result = doc.call(**arguments)
    columns = {str(name): place for place, name in enumerate(result.table[0])}
    rows = [row for row in result.table[1:] if isinstance(row[columns["cost (USD)"]], float)][:MOST_BARS]
    names = [str(row[columns["accelerator"]]) for row in rows]
    _bars(axes, names, [(float(row[1]), float(row[columns["low"]]), float(row[columns["high"]])) for row in rows], "USD")
    axes.set_title("Cost of one training run by accelerator (bar: 80% interval; overlapping ones may not differ)", loc="left")
    return [result]


def _bars(axes: Axes, names: Sequence[str], spreads: Sequence[tuple[float, float, float]], unit: str) -> None:
    """One dot with its interval a name, on a logarithmic axis where they lie far apart."""
    places = range(len(names))
    values = [value for value, _, _ in spreads]
    down = [value - low for value, low, _ in spreads]
    up = [high - value for value, _, high in spreads]
    axes.errorbar(values, places, xerr=[down, up], fmt="none", ecolor=QUIET, elinewidth=5)
    axes.scatter(values, places, c=[SECOND if name.startswith("Published") else MAIN for name in names], zorder=3)
    for place, (value, _, high) in zip(places, spreads, strict=True):
        axes.annotate(show(value, unit), (high, place), xytext=(6, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set_yticks(list(places), names, fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.15, y=0.08 if len(names) > 3 else 0.5)
    if min(low for _, low, _ in spreads) > 0 and max(values) > 30 * min(values):
        axes.set_xscale("log")
    elif min(low for _, low, _ in spreads) >= 0:
        axes.set_xlim(left=0)
    if unit.startswith("USD"):
        _money(axes, "x")
    axes.set_xlabel(unit if unit != "1" else "share")


def _curve(doc: Doc, arguments: Mapping[str, Any], axes: Axes) -> list[Result]:
    """Tokens per second of an accelerator against those of each user, and what a million of them cost."""
    result = doc.call(**arguments)
    columns = {str(name): place for place, name in enumerate(result.table[0])}
    speed, each, cost = (
        [row[columns[name]] for row in result.table[1:]]
        for name in ("tokens/s per user", "tokens/s per GPU", "USD per million output tokens with inputs")
    )
    axes.plot(speed, each, color=MAIN, marker="o", linewidth=2)
    for row in result.table[1:]:
        label = f"{show(row[columns['requests at once']])} at once, {row[columns['GPUs']]:g} GPUs"
        axes.annotate(
            label,
            (row[columns["tokens/s per user"]], row[columns["tokens/s per GPU"]]),
            xytext=(5, 5),
            textcoords="offset points",
            fontsize=7,
        )
    axes.set_yscale("log")
    axes.set_xlabel("tokens/s that each user gets")
    axes.set_ylabel("tokens/s of one accelerator", color=MAIN)
    axes.margins(x=0.1)
    if "" not in cost:
        money = axes.twinx()
        money.spines["top"].set_visible(False)
        money.plot(speed, cost, color=SECOND, linestyle="--", linewidth=2)
        money.set_yscale("log")
        money.set_ylabel("USD per million output tokens with inputs (dashed)", color=SECOND)
        _money(money, "y")
    axes.set_title("What speed costs: throughput and price against the speed of a user", loc="left")
    return [result]


def _rent_or_own(doc: Doc, arguments: Mapping[str, Any], axes: Axes) -> list[Result]:
    """What renting and owning have cost after each month; an owned machine is sold at what it is then worth."""
    result = doc.call(**arguments)
    rows = [row for row in result.table[1:] if row[0]]
    months = [float(row[0]) for row in rows]
    for place, label, color in ((-2, "renting", SECOND), (-1, "owning, sold at the end", MAIN)):
        line = [float(row[place]) for row in rows]
        axes.plot(months, line, color=color, linewidth=2)
        axes.annotate(
            f"{label}\n{show(line[-1], 'USD')}", (months[-1], line[-1]), xytext=(6, 0), textcoords="offset points", va="center", color=color
        )
    month = result.values["break_even_month"].value
    if isinstance(month, float):
        axes.axvline(month, color=QUIET, linestyle="--", linewidth=1)
        axes.annotate(f"break-even: month {month:.1f}", (month, axes.get_ylim()[1]), xytext=(4, -4), textcoords="offset points", va="top")
    axes.set_title(
        f"Rent or own: {show(result.value, 'USD')} per owned GPU-hour, {show(result.values['rent_price'].value, 'USD')} rented", loc="left"
    )
    axes.set_xlabel("months of use")
    axes.margins(x=0.16)
    axes.set_xlim(left=0)
    _money(axes, "y")
    return [result]


def _share(doc: Doc, arguments: Mapping[str, Any], axes: Axes) -> list[Result]:
    """Spending by month stacked, and the share that compute takes."""
    result = doc.call(**arguments)
    whole = [row for row in result.table[1:] if float(row[0]).is_integer()]  # the month in which the money ends is a part of one
    month, compute, other, revenue = ([float(row[place]) for row in whole] for place in range(4))
    axes.stackplot(month, compute, other, colors=[MAIN, QUIET], labels=["compute", "other spending"])
    axes.plot(month, revenue, color=SECOND, linewidth=2, label="revenue")
    axes.set_xlabel("month")
    axes.set_ylabel("USD a month")
    _money(axes, "y")
    share = axes.twinx()
    share.spines["top"].set_visible(False)
    share.plot(
        month, [100 * a / (a + b) if a + b else 0 for a, b in zip(compute, other, strict=True)], color=LOSS, linewidth=2, linestyle=":"
    )
    share.set_ylim(0, 100)
    share.set_ylabel("share of compute in the month's spending (dotted)", color=LOSS)
    share.yaxis.set_major_formatter("{x:.0f}%")
    axes.legend(loc="center left", framealpha=0.9)
    runway = result.values["runway"].value
    axes.set_title(f"Compute takes {show(result.value, '1')} of the capital; runway: {show(runway, 'months')}", loc="left")
    return [result]


def _ranges(doc: Doc, arguments: Mapping[str, Any], axes: Axes) -> list[Result]:
    """Value and interval of each combination of the arguments given as lists, and published figures of the same unit."""
    if doc.answers != "number":
        raise NoData(f"{doc.name} answers with {doc.answers}, which is not a picture; compute-cost call prints it")
    grid = tables.grid(doc, arguments)
    if not grid.varied:
        results = [doc.call(**arguments)]  # raises what is wrong with the one call
        names = [doc.cell_name]
    else:
        answered = [row for row in grid.rows if row.answer is not None]
        if not answered:
            raise InputError("arguments", "every combination", grid.rows[0].error)
        results = [row.answer for row in answered if row.answer is not None]
        names = [", ".join(str(value) for value in row.varied) for row in answered]
    if len(names) > MOST_BARS:
        raise InputError("arguments", f"{len(names)} combinations", f"a picture holds at most {MOST_BARS}; give fewer values")
    spreads = [(float(result.value), float(result.low), float(result.high)) for result in results]
    if not grid.varied:
        for step in results[0].steps:
            if step.label.startswith("Published") and step.unit == results[0].unit and isinstance(step.value, float):
                names.append(textwrap.fill(f"{step.label}: {step.formula}", 44))
                spreads.append((step.value, step.value, step.value))
    _bars(axes, names, spreads, results[0].unit)
    axes.set_title(
        doc.summary + " Bar: 80% interval." if any(low < high for _, low, high in spreads) else doc.summary, loc="left", fontsize=10
    )
    return results


PICTURES: dict[str, Callable[..., list[Result]]] = {
    "project_cost": _waterfall,
    "cheapest_gpu": _chips,
    "serving_curve": _curve,
    "rent_or_own": _rent_or_own,
    "compute_share": _share,
}
