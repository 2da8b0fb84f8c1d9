"""How long capital lasts and how much of it compute takes."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.parameters import Quantity
from compute_cost.registry import estimate
from compute_cost.result import Cell, Figure, Result, Trace

Capital = Annotated[float, Quantity("Capital raised, as cash at the start.", "USD", high=1e13, above=True, example='50e6 or "$50M"')]
ComputePerMonth = Annotated[
    float, Quantity("Spending on compute in the first month.", "USD", high=1e12, above=True, example='4e6 or "$4M"')
]
OtherPerMonth = Annotated[
    float, Quantity("All other spending in the first month: staff, offices, data; 0 for none.", "USD", high=1e12, example='1e6 or "$1M"')
]
RevenuePerMonth = Annotated[float | None, Quantity("Revenue of the first month; none if left out.", "USD", high=1e12, example='"$200,000"')]


def _growth(of: str) -> Quantity:
    return Quantity(f"Growth of {of} each month, may be negative; none if left out.", "1", low=-0.9, high=1, example='0.05 or "5%"')


ComputeGrowth = Annotated[float | None, _growth("the spending on compute")]
OtherGrowth = Annotated[float | None, _growth("the other spending")]
RevenueGrowth = Annotated[float | None, _growth("revenue")]

_MONTHLY_ROWS = 60  # a table longer than this has a row a year


class Month(NamedTuple):
    """Money of one month [USD]; the last one before the money runs out is cut short."""

    number: float
    compute: float
    other: float
    revenue: float
    cash: float

    @property
    def spent(self) -> float:
        return self.compute + self.other


class Plan(NamedTuple):
    """The months that draw on the capital, and what the projection says beyond them."""

    months: tuple[Month, ...]
    runway: float | None
    covers: int | None
    turns: int | None
    needed: float


def plan(capital: float, first: tuple[float, float, float], growth: tuple[float, float, float], limit: int) -> Plan:
    """Project compute, other spending and revenue, each growing at its own rate a month, over `limit` months.

    The months end where the money runs out, within a month if need be, or else where cash is lowest:
    from there revenue carries the company. `covers` is the first month whose revenue is at least its
    spending, `turns` the first one after the lowest cash; `needed` is the capital that reaches it.
    """
    months: list[Month] = []
    runway: float | None = None
    covers: int | None = None
    drawn = most = 0.0  # of the capital, had it no bottom
    last, draws = 0, False
    compute, other, revenue = first
    for number in range(1, limit + 1):
        if number > 1:
            compute, other, revenue = compute * (1 + growth[0]), other * (1 + growth[1]), revenue * (1 + growth[2])
        burn = compute + other - revenue
        draws = burn > 0
        if not draws and covers is None:
            covers = number
        if runway is None and burn > capital - drawn:
            part = max(0.0, capital - drawn) / burn
            runway = number - 1 + part
            if part < 1e-9 and months:  # a rounding error: the month before took all
                months[-1] = months[-1]._replace(cash=0.0)
            else:
                months.append(Month(runway, compute * part, other * part, revenue * part, 0.0))
        drawn += burn
        if runway is None:
            months.append(Month(float(number), compute, other, revenue, capital - drawn))
        if draws and drawn >= most:  # also where the burn is too small to change the sum
            most, last = drawn, number
    if runway is None:
        months = months[: max(1, last)]
    # A low point in the last month projected is no turn: spending is still above revenue.
    turns = None if last == limit and draws else last + 1
    return Plan(tuple(months), runway, covers, turns, most)


@estimate("1")
def compute_share(
    capital_raised: Capital,
    compute_per_month: ComputePerMonth,
    other_per_month: OtherPerMonth,
    revenue_per_month: RevenuePerMonth = None,
    compute_growth: ComputeGrowth = None,
    other_growth: OtherGrowth = None,
    revenue_growth: RevenueGrowth = None,
) -> Result:
    """Share of the capital raised that goes to compute, months until the money runs out, and spending month by month.

    share of capital [1] = share of spending x capital drawn / capital raised, where
    share of spending = compute / (compute + other), both summed over the months until the money runs out
    capital drawn [USD] = compute + other - revenue over the same months
    amount in month n = amount in month 1 x (1 + growth) ^ (n - 1)

    Capital and revenue pay for compute and the rest alike, in proportion. Where the money does not run
    out, the months end where cash is lowest; what is left then counts as capital that compute did not
    take. `capital_needed` is the capital with which cash never falls below zero. Revenue and growth left
    out are 0. The projection stops at 600 months (assumption longest_projection); a growth that stays
    the same is a scenario, no forecast. What a training run asks for: raise_needed, which takes this share.
    US dollars, nominal, before tax, without interest or debt.

    Raises MissingInput where one of the first three is left out, InputError for an amount below zero or
    a growth outside -90% to 100% a month.
    """
    horizon = catalogue.assumption("longest_projection")
    limit = int(catalogue.constant(horizon.name))
    first = (compute_per_month, other_per_month, revenue_per_month or 0.0)
    growth = (compute_growth or 0.0, other_growth or 0.0, revenue_growth or 0.0)
    found = plan(capital_raised, first, growth, limit)
    begin, end = found.months[0], found.months[-1]
    compute = sum(month.compute for month in found.months)
    other = sum(month.other for month in found.months)
    revenue = sum(month.revenue for month in found.months)
    of_spending = compute / (compute + other)
    left = end.cash
    drawn = min(capital_raised, max(0.0, capital_raised - left))
    share = of_spending * drawn / capital_raised
    verdict = _verdict(found, capital_raised, limit)
    rate = tuple(amount * (1 + by) ** (len(found.months) - 1) for amount, by in zip(first, growth, strict=True))

    def trace(trace: Trace) -> None:
        trace.input("capital_raised", capital_raised, "USD", "given")
        trace.input("compute_per_month", compute_per_month, "USD per month", "given")
        trace.input("other_per_month", other_per_month, "USD per month", "given")
        trace.input("revenue_per_month", first[2], "USD per month", "assumed" if revenue_per_month is None else "given")
        names = ("compute_growth", "other_growth", "revenue_growth")
        for name, value, given in zip(names, growth, (compute_growth, other_growth, revenue_growth), strict=True):
            trace.input(name, value, "1", "assumed" if given is None else "given")
        trace.input(horizon.name, limit, horizon.unit, "assumed", horizon.source)
        if found.runway is not None:
            trace.step("Months until the money runs out", "the last one counts in part", end.number, "months")
        else:
            trace.step("Months until cash is lowest", "the money does not run out", end.number, "months")
        trace.step("Spent on compute", f"sum over {end.number:.4g} months{_pace(growth[0])}", compute, "USD")
        trace.step("Spent on the rest", f"sum over the same months{_pace(growth[1])}", other, "USD")
        trace.step("Revenue", f"sum over the same months{_pace(growth[2])}", revenue, "USD")
        trace.step("Capital left", "capital raised - compute - other + revenue", left, "USD")
        trace.step("Compute's share of spending", "compute / (compute + other)", of_spending, "1")
        trace.step("Compute's share of the capital", "share of spending x capital drawn / capital raised", share, "1")
        trace.step("Share of spending, first month", "compute / (compute + other)", begin.compute / begin.spent, "1")
        trace.step("Share of spending, last month", _direction(begin, end, first[0], rate[0]), end.compute / end.spent, "1")
        trace.step("Verdict", "from these inputs alone", verdict, "")
        claim = catalogue.assumption("compute_share_claim")
        trace.step("Published: share of capital for compute", "many companies spend more than this", claim.value, "1", claim.source)
        left_out = [one.name for one in trace.inputs if one.origin == "assumed" and one.name != horizon.name]
        if left_out:
            trace.warn(f"{', '.join(left_out)}: not given, taken as 0")
        if found.runway is None:
            trace.warn("the money does not run out: shares are those until cash is lowest, and the capital left then counts as unspent")
        if any(growth):
            trace.warn("growth is held at the same rate a month throughout; few companies keep one for years")
        trace.warn("nominal US dollars before tax; no interest, debt or further raise; revenue is cash of its month")
        if len(found.months) > _MONTHLY_ROWS:
            trace.warn("the table has every twelfth month and the first and last")

    never = f"not within {limit} months"
    values = {
        "share_of_spending": Figure(of_spending, "1"),
        "share_first_month": Figure(begin.compute / begin.spent, "1"),
        "share_last_month": Figure(end.compute / end.spent, "1"),
        "compute_first_month": Figure(first[0], "USD per month"),
        "compute_last_month": Figure(rate[0], "USD per month"),
        "runway": Figure(f"does not run out within {limit} months", "") if found.runway is None else Figure(found.runway, "months"),
        "compute_total": Figure(compute, "USD"),
        "other_total": Figure(other, "USD"),
        "revenue_total": Figure(revenue, "USD"),
        "capital_left": Figure(left, "USD"),
        "break_even_month": Figure(never, "") if found.covers is None else Figure(float(found.covers), "month"),
        "capital_needed": Figure(never, "") if found.turns is None else Figure(found.needed, "USD"),
        "verdict": Figure(verdict, ""),
    }
    return Result(share, "1", trace, name="share_of_capital", values=values, table=_table(found.months))


def _pace(growth: float) -> str:
    return f", {growth * 100:+.3g}% each month" if growth else ""


def _verdict(found: Plan, capital: float, limit: int) -> str:
    """What the capital covers, in one sentence, from the inputs alone."""
    if found.runway is not None:
        covered = f"the capital covers {found.runway:.3g} months"
        if found.turns is None and not any(month.revenue for month in found.months):
            return f"{covered}; there is no revenue, so more capital only buys more months"
        if found.turns is None:
            return f"{covered}; at these rates revenue does not catch up with spending within {limit} months"
        more = show(found.needed - capital, "USD")
        return f"{covered}; revenue covers spending from month {found.turns}, and {more} more capital is needed to get there"
    if found.turns is None:
        return f"the capital covers all {limit} months projected, though revenue does not catch up with spending"
    if found.turns == 1:
        return "revenue covers spending from the first month on, so the capital is not drawn on"
    left = show(capital - found.needed, "USD")
    return f"the capital covers the way to month {found.turns}, from which revenue covers spending; {left} is left at the lowest point"


def _direction(begin: Month, end: Month, first: float, last: float) -> str:
    """How share and amount of compute moved, as the label of the last month's share."""
    before, after = begin.compute / begin.spent, end.compute / end.spent
    amounts = f"{show(first, 'USD')} to {show(last, 'USD')} a month"
    if abs(after - before) < 5e-4:
        return f"the share stays, the amount goes from {amounts}" if first != last else "share and amount stay the same"
    moved = "falls" if after < before else "rises"
    grown = "rises" if last > first else "falls" if last < first else "stays"
    joint = "and" if moved == grown else "while"
    return f"the share {moved} {joint} the amount {grown}: {amounts}"


def _table(months: tuple[Month, ...]) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = [("month", "compute (USD)", "other (USD)", "revenue (USD)", "cash left (USD)", "compute's share so far")]
    compute = spent = 0.0
    for index, month in enumerate(months, start=1):
        compute, spent = compute + month.compute, spent + month.spent
        if len(months) <= _MONTHLY_ROWS or index % 12 == 0 or index in (1, len(months)):
            rows.append((month.number, month.compute, month.other, month.revenue, month.cash, compute / spent))
    return tuple(rows)
