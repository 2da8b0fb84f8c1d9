"""What the same computing work will cost later, and whether frontier training gets more expensive or cheaper."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.inputs import Cell, assumed, default, figure, is_kept, step, uncertain, warn
from compute_cost.parameters import Quantity
from compute_cost.ranges import interval_of, of_product
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table

Cost = Annotated[float, Quantity("What the work costs today.", "USD", high=1e15, example='1e6 or "$1M"')]
Years = Annotated[float, Quantity("Years from today, may be fractional.", "years", high=30, example="2.5")]
Improvement = Annotated[
    float | None,
    Quantity(
        "How many times as much computing a dollar buys each year; below 1 prices rise; the published trend if left out.",
        low=0.5,
        high=10,
        example="1.4 (a dollar buys 40% more each year)",
    ),
]


@estimate("USD")
def future_cost(cost: Cost, years: Years, improvement_per_year: Improvement = None) -> Answer:
    """What the same computing work will cost some years from now, with a range that may exceed today's cost.

    cost later [USD] = cost / factor ^ years, factor = 2 ^ (1 / doubling time [years]) unless given

    The factor is the growth of computing per dollar of hardware, doubling in 2.07 years by the trend of GPUs
    used for machine learning (Hobbhahn and Besiroglu 2022, assumption price_performance_doubling). Rents
    follow it over years, not over months: an H100 index rose by 56% in eight months. So the rent's swing about the
    trend is an input of its own; it grows with the square root of time up to those eight months and
    then stays. With it 17 of 21 pairs of H100 rents from 2023 to 2026 lie within the interval, in sample.
    `peak` says when the cost of this work peaks; `highest` is the highest high end on the way and
    `above_today_until` the years after which even the high end is below today's cost. The same work, not
    the same quality: better algorithms come on top (`same_quality`).

    Largest training runs: their cost grows by compute growth / factor a year. It peaks, if at all, when
    text runs out (assumption text_used_up) and compute grows only with the square of new text, as
    parameters follow tokens; a scenario, not a forecast. US dollars, nominal, before tax.
    Valid for a few years; beyond ten the trend is extended without evidence.

    Raises MissingInput where cost or years is left out and InputError for a value out of bounds.
    """
    factor = _factor(improvement_per_year)
    later = step("Cost by the trend", "cost / computing per dollar ^ years", cost / factor**years, "USD")
    swing = _swing(assumed("rent_swing"), assumed("rent_swing_months"), years)
    later *= uncertain("rent_over_trend", 1.0, 1 / swing, swing, "ratio", "h100-rent-index")
    if is_kept():
        figure("halving_time", *((math.log(2) / math.log(factor), "years") if factor > 1 else ("never at this factor", "")))
        if cost:  # work that costs nothing never costs more or less
            figure("change", later / cost - 1, "1")
            _explain_path(CostPath.of(cost, factor, improvement_per_year), years)
        halving = assumed("algorithm_halving")
        formula = "also by algorithms that halve the compute in that time: cost / 2 ^ (years x 12 / algorithm_halving)"
        step("The same quality later", formula, later / 2 ** (years * 12 / halving), "USD", figure="same_quality")
        _explain_frontier(factor)
        if improvement_per_year is not None:
            warn("improvement_per_year is given and treated as certain; the range covers only the swing of rents")
            if factor < 1:
                better = 1 + factor
                warn(f"improvement_per_year: at {factor:g} a dollar buys less each year; for {factor:.0%} more each year give {better:g}")
        if years > 10:
            warn("more than ten years ahead: the trend is extended without evidence")
    return Answer(later, "cost", table=lambda: _table(CostPath.of(cost, factor, improvement_per_year), years))


def _factor(given: float | None) -> float:
    """How many times as much computing a dollar buys after a year."""
    if given is not None:
        return step("Computing per dollar, each year", "given", given, "times", figure="improvement_per_year")
    factor = default("improvement_per_year", None, 2 ** (1 / assumed("price_performance_doubling")), "times")
    formula = "2 ^ (1 / doubling time in years)"
    return step("Computing per dollar, each year", formula, factor, "times", "ai-index-2025", figure="improvement_per_year")


def _swing(largest: float, months: float, years: float) -> float:
    """How many times the trend rents are at most after that long, by the root of time until the largest swing at `months`."""
    return math.pow(largest, math.sqrt(min(1.0, years * 12 / months)))


class CostPath(NamedTuple):
    """The cost of the same work [USD] by year: by the trend, at both ends of it, and with the swing of rents about it."""

    cost: float
    factor: float
    slowest: float
    fastest: float
    swing: float
    swing_months: float

    @classmethod
    def of(cls, cost: float, factor: float, given: float | None) -> CostPath:
        slowest, fastest = interval_of(lambda: _factor(given))
        return cls(cost, factor, slowest, fastest, assumed("rent_swing"), assumed("rent_swing_months"))

    def at(self, year: float) -> tuple[float, float, float]:
        """Low, middle and high cost after that many years: the two are independent factors."""
        middle = self.cost / self.factor**year
        swing = _swing(self.swing, self.swing_months, year)
        trend = ((self.factor / self.fastest) ** year, 1.0, (self.factor / self.slowest) ** year)
        low, high = of_product(middle, trend, (1 / swing, 1.0, swing))
        return low, middle, high

    def rise(self) -> tuple[float, float, float | None]:
        """The highest high end, the years until it, and the years until it is below today's cost (None: never within 30)."""
        top, top_year = self.cost, 0.0
        for month in range(1, 361):
            now = self.at(month / 12)[2]
            if now > top:
                top, top_year = now, month / 12
            if now < self.cost:
                return top, top_year, month / 12
        return top, top_year, None


def _explain_path(path: CostPath, years: float) -> None:
    """What the range does on the way, and when the cost of this work peaks."""
    cost, high, months = path.cost, path.at(years)[2], path.swing_months
    formula = f"trend and swing of rents, {path.swing:g} times within {months:g} months, joined: {high / cost:.3g} times today's cost"
    step("High end", formula, high, "USD")
    top, top_year, passed = path.rise()
    never = "never within 30 years"
    step("High end falls below today's cost", "month by month", never if passed is None else f"after {passed:.2g} years", "")
    figure("above_today_until", *((never, "") if passed is None else (passed, "years")))
    when = _when(path.factor, top / cost, top_year, passed)
    step("This work: cost peaks", "by the trend, and at the high end of the range", when, "", figure="peak")
    step("Highest cost on the way", f"highest high end, after {top_year:.2g} years", top, "USD", figure="highest")
    figure("highest_after", top_year, "years")
    beyond = ", more than this 80% range allows for" if path.at(months / 12)[2] < cost * path.swing else ""
    warn(f"a trend, not a promise: an H100 rent index has risen by {path.swing - 1:.0%} in {months:g} months{beyond}")
    if high > cost:
        warn(f"the high end is {high / cost:.3g} times today's cost: waiting that long may save nothing")
    warn("the same computing work at rented prices; nominal US dollars before tax")


def _explain_frontier(factor: float) -> None:
    """How the cost of the largest runs grows, and when it peaks if price-performance and text go on as assumed."""
    growth = assumed("frontier_compute_growth") / factor
    step("Largest runs: growth of cost", "growth of compute / computing per dollar", growth, "times a year", figure="frontier_growth")
    observed = catalogue.assumption("frontier_cost_growth")
    formula = f"{observed.low:g} to {observed.high:g}, amortized hardware and energy, 2016 to 2024"
    published = catalogue.constant(observed.name)
    label = "Published: growth of the cost of the largest runs"
    step(label, formula, published, "times a year", observed.source, figure="frontier_growth_published")
    after = assumed("text_growth") ** 2 / factor
    label, formula = "Largest runs: growth of cost without new text", "growth of text ^ 2 / computing per dollar"
    step(label, formula, after, "times a year", figure="frontier_growth_without_new_text")
    peak: Cell = assumed("text_used_up")
    formula = "year in which text is used up, from which compute grows only with the square of new text"
    if growth <= 1:
        peak = "falling already: computing per dollar grows faster than the largest runs"
    elif after >= 1:
        peak = "no peak: even without new text the largest runs grow faster than computing per dollar"
    else:
        warn("the peak of the largest runs assumes that compute follows text; synthetic data or other uses of compute move it")
    figure("frontier_peak", peak, "" if isinstance(peak, str) else "year")
    step("Largest runs: cost peaks", formula, peak if isinstance(peak, str) else f"{peak:g}", "")


def _table(path: CostPath, years: float) -> Table:
    rows = ((year, *path.at(year)) for year in [*map(float, range(math.ceil(years))), years])
    return (("years", "low (USD)", "cost (USD)", "high (USD)"), *rows)


def _when(factor: float, rise: float, after: float, passed: float | None) -> str:
    """When the cost of the same work peaks, in words."""
    trend = "by the trend today is its peak" if factor > 1 else "by the trend it stays" if factor == 1 else "by the trend it only rises"
    if rise <= 1 or factor < 1:
        return trend
    until = f"above today's until {passed:.2g} years from now" if passed is not None else "above today's for 30 years and more"
    return f"{trend}; at the high end it peaks {12 * after:.0f} months from now at {rise:.3g} times today's cost and is {until}"
