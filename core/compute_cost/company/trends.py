"""What the same computing work will cost later, and whether frontier training gets dearer or cheaper."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated

from compute_cost import catalogue
from compute_cost.catalogue.records import Assumption
from compute_cost.parameters import Quantity
from compute_cost.registry import estimate
from compute_cost.result import Cell, Figure, Result, Trace

Cost = Annotated[float, Quantity("What the work costs today.", "USD", high=1e15, above=True, example='1e6 or "$1M"')]
Years = Annotated[float, Quantity("Years from today, may be fractional.", "years", high=30, example="2.5")]
Improvement = Annotated[
    float | None,
    Quantity(
        "Factor by which a dollar buys more computing each year; below 1 prices rise; the published trend if left out.",
        low=0.5,
        high=10,
        example="1.4 (a dollar buys 40% more each year)",
    ),
]

_DOUBLING = "price_performance_doubling"


@estimate("USD")
def future_cost(cost: Cost, years: Years, improvement_per_year: Improvement = None) -> Result:
    """What the same computing work will cost some years from now, with a range that may exceed today's cost.

    cost later [USD] = cost / factor ^ years, factor = 2 ^ (1 / doubling time [years]) unless given

    The factor is that of computing per dollar of hardware, doubling in 2.07 years by the trend of GPUs
    used for machine learning (Hobbhahn and Besiroglu 2022, assumption price_performance_doubling). Rents
    follow it over years, not over months: an H100 index rose by 56% in eight months. The interval joins the
    range of the doubling time (none where the factor is given) and that swing, by the root of the summed
    squares of their logarithms; the swing grows with the square root of time up to its eight months and
    then stays. With it 17 of 21 pairs of H100 rents from 2023 to 2026 lie within the interval, in sample.
    `peak` says when the cost of this work peaks; `highest` is the highest high end on the way and
    `above_today_until` the years after which even the high end is below today's cost. The same work, not
    the same quality: better algorithms come on top (`same_quality`).

    Largest training runs: their cost grows by compute growth / factor a year. It peaks, if at all, when
    text runs out (assumption text_used_up) and compute grows only with the square of new text, as
    parameters follow tokens; a scenario, no forecast. US dollars, nominal, before tax.
    Valid for a few years; beyond ten the trend is carried on without evidence.

    Raises MissingInput where cost or years is left out and InputError for a value out of bounds.
    """
    doubling, swing, lasts = (catalogue.assumption(name) for name in (_DOUBLING, "rent_swing", "rent_swing_months"))
    factor = 2 ** (1 / catalogue.constant(_DOUBLING)) if improvement_per_year is None else improvement_per_year
    slowest, fastest = _ends(doubling) if improvement_per_year is None else (factor, factor)
    full = catalogue.constant(lasts.name) / 12
    risen = catalogue.constant(swing.name) - 1

    def at(year: float) -> tuple[float, float, float]:
        """Low, middle and high cost [USD] after that many years."""
        middle = cost / factor**year
        rent = math.log1p(risen) * math.sqrt(min(1.0, year / full))
        down, up = math.hypot(year * math.log(fastest / factor), rent), math.hypot(year * math.log(factor / slowest), rent)
        return middle / math.exp(down), middle, middle * math.exp(up)

    low, later, high = at(years)
    top, top_year, passed = _rise(cost, lambda year: at(year)[2])
    compute, observed = catalogue.assumption("frontier_compute_growth"), catalogue.assumption("frontier_cost_growth")
    text, used_up = catalogue.assumption("text_growth"), catalogue.assumption("text_used_up")
    growth = catalogue.constant(compute.name)
    after = catalogue.constant(text.name) ** 2 / factor
    peak = _peak(growth / factor, after)
    algorithms = catalogue.assumption("algorithm_halving")
    same_quality = later / 2 ** (years * 12 / catalogue.constant(algorithms.name))
    when = _when(factor, top / cost, top_year, passed)
    halving: Cell = math.log(2) / math.log(factor) if factor > 1 else "never at this factor"

    def trace(trace: Trace) -> None:
        trace.input("cost", cost, "USD", "given")
        trace.input("years", years, "years", "given")
        if improvement_per_year is None:
            trace.input(doubling.name, doubling.value, doubling.unit, "assumed", doubling.source)
            trace.input("improvement_per_year", factor, "times", "assumed", doubling.source)
            how = f"2 ^ (1 / {doubling.value:g} years); {slowest:.3g} to {fastest:.3g} by the published trends"
            trace.step("Computing per dollar, each year", how, factor, "times", doubling.source, "ai-index-2025")
        else:
            trace.input("improvement_per_year", factor, "times", "given")
            trace.step("Computing per dollar, each year", "given", factor, "times")
        for used in (swing, lasts):
            trace.input(used.name, used.value, used.unit, "assumed", used.source)
        trace.step("Cost by the trend", f"cost / {factor:.4g} ^ {years:g}", later, "USD")
        how = f"trend and swing of rents, {swing.value:g} times within {lasts.value:g} months, joined"
        trace.step("High end", f"{how}: {high / cost:.3g} times today's cost", high, "USD", swing.source)
        until = "never within 30 years" if passed is None else f"after {passed:.2g} years"
        trace.step("High end falls below today's cost", "month by month", until, "")
        trace.step("This work: cost peaks", "by the trend, and at the high end of the range", when, "")
        how = f"also by algorithms that halve the compute every {algorithms.value:g} months ({algorithms.low:g} to {algorithms.high:g})"
        trace.step("Highest cost on the way", f"highest high end, after {top_year:.2g} years", top, "USD")
        trace.step("The same quality later", how, same_quality, "USD", algorithms.source)
        how = f"compute x {compute.value:g} a year ({compute.low:g} to {compute.high:g}) / computing per dollar"
        trace.step("Largest runs: growth of cost", how, growth / factor, "times a year", compute.source)
        how = f"{observed.low:g} to {observed.high:g}, amortized hardware and energy, 2016 to 2024"
        trace.step("Published: growth of the cost of the largest runs", how, observed.value, "times a year", observed.source)
        how = f"growth of text {text.value:g} ^ 2 / computing per dollar"
        trace.step("Largest runs: growth of cost without new text", how, after, "times a year", text.source)
        how = f"text is used up {used_up.low:g} to {used_up.high:g} (80% interval)"
        trace.step("Largest runs: cost peaks", how, f"{peak:g}" if isinstance(peak, float) else peak, "", used_up.source)
        rise = f"an H100 rent index has risen by {risen:.0%} in {lasts.value:g} months"
        beyond = ", more than this 80% range allows for" if at(full)[2] < cost * (1 + risen) else ""
        trace.warn(f"a trend, no promise: {rise}{beyond}")
        if high > cost:
            trace.warn(f"the high end is {high / cost:.3g} times today's cost: waiting that long may save nothing")
        trace.warn("the same computing work at rented prices; nominal US dollars before tax")
        if improvement_per_year is not None:
            trace.warn("improvement_per_year is given and taken as certain; the range holds only the swing of rents")
        if years > 10:
            trace.warn("more than ten years ahead: the trend is carried on without evidence")
        if isinstance(peak, float):
            trace.warn("the peak of the largest runs supposes that compute follows text; synthetic data or other uses of compute move it")

    values = {
        "improvement_per_year": Figure(factor, "times"),
        "change": Figure(later / cost - 1, "1"),
        "halving_time": Figure(halving, "years" if isinstance(halving, float) else ""),
        "highest": Figure(top, "USD"),
        "highest_after": Figure(top_year, "years"),
        "peak": Figure(when, ""),
        "above_today_until": Figure("never within 30 years", "") if passed is None else Figure(passed, "years"),
        "same_quality": Figure(same_quality, "USD"),
        "frontier_growth": Figure(growth / factor, "times a year"),
        "frontier_growth_published": Figure(catalogue.constant(observed.name), "times a year"),
        "frontier_growth_without_new_text": Figure(after, "times a year"),
        "frontier_peak": Figure(peak, "year" if isinstance(peak, float) else ""),
    }
    rows: list[tuple[Cell, ...]] = [("years", "low (USD)", "cost (USD)", "high (USD)")]
    rows += [(year, *at(year)) for year in [*map(float, range(math.ceil(years))), years]]
    return Result(later, "USD", trace, low=low, high=high, name="cost", values=values, table=tuple(rows))


def _rise(cost: float, high: Callable[[float], float]) -> tuple[float, float, float | None]:
    """Highest high end [USD], the years until it, and the years until it is below today's cost (None: never within 30)."""
    top, top_year = cost, 0.0
    for month in range(1, 361):
        now = high(month / 12)
        if now > top:
            top, top_year = now, month / 12
        if now < cost:
            return top, top_year, month / 12
    return top, top_year, None


def _when(factor: float, rise: float, after: float, passed: float | None) -> str:
    """When the cost of the same work peaks, in words."""
    trend = "by the trend today is its peak" if factor > 1 else "by the trend it stays" if factor == 1 else "by the trend it only rises"
    if rise <= 1 or factor < 1:
        return trend
    until = f"above today's until {passed:.2g} years from now" if passed is not None else "above today's for 30 years and more"
    return f"{trend}; at the high end it peaks {12 * after:.0f} months from now at {rise:.3g} times today's cost and is {until}"


def _ends(doubling: Assumption) -> tuple[float, float]:
    """Slowest and fastest factor a year: those of the longest and the shortest doubling time."""
    assert doubling.low
    assert doubling.high
    return 2 ** (1 / doubling.high), 2 ** (1 / doubling.low)


def _peak(growth: float, after: float) -> Cell:
    """Year in which the cost of the largest runs peaks, if price-performance and text go on as assumed."""
    if growth <= 1:
        return "falling already: computing per dollar grows faster than the largest runs"
    if after >= 1:
        return "no peak: even without new text the largest runs grow faster than computing per dollar"
    return catalogue.constant("text_used_up")
