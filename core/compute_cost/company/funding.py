"""How long capital lasts and how much of it compute takes."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.company.rounds import LaterRounds, PricePerUser, Product, Rounds, TokenCost, TokensPerUser, UserGrowth, Users
from compute_cost.errors import InputError
from compute_cost.inputs import Cell, assumed, default, figure, is_kept, step, warn
from compute_cost.parameters import Day, Quantity
from compute_cost.physics.elementwise import fails
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table

Capital = Annotated[float, Quantity("Capital raised, as cash at the start.", "USD", high=1e13, above=True, example='50e6 or "$50M"')]
ComputePerMonth = Annotated[
    float, Quantity("Spending on compute in the first month; 0 for none.", "USD", high=1e12, example='4e6 or "$4M"')
]
OtherPerMonth = Annotated[
    float, Quantity("All other spending in the first month: staff, offices, data; 0 for none.", "USD", high=1e12, example='1e6 or "$1M"')
]
RevenuePerMonth = Annotated[float | None, Quantity("Revenue of the first month; none if left out.", "USD", high=1e12, example='"$200,000"')]


def _growth(of: str) -> Quantity:
    return Quantity(f"Growth of {of} each month, may be negative; 0 if left out.", "1", low=-0.9, high=1, example='0.05 or "5%"')


ComputeGrowth = Annotated[float | None, _growth("the spending on compute")]
OtherGrowth = Annotated[float | None, _growth("the other spending")]
RevenueGrowth = Annotated[float | None, _growth("revenue")]

Start = Annotated[datetime.date | None, Day("Day on which month 1 begins; the catalogue's own date if left out.", example='"2027-01"')]

NO_PRODUCT, NO_ROUNDS = Product(), MappingProxyType[int, float]({})
_MOST_MONTHS = 1200  # that are ever projected
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
    received: float  # from later rounds until the months end [USD]


def plan(
    capital: float,
    first: tuple[float, float, float],
    growth: tuple[float, float, float],
    limit: int,
    product: Product = NO_PRODUCT,
    rounds: Mapping[int, float] = NO_ROUNDS,
) -> Plan:
    """Project compute, other spending and revenue, each growing at its own rate a month, over `limit` months.

    The users of the product add to revenue and to compute; a round comes in at the beginning of its month. The
    months end where the money runs out, within a month if need be, or else where what was burned is highest: from there
    revenue carries the company. `covers` is the first month whose revenue is at least its spending, `turns` the first one
    after the most was burned; `needed` is the capital at the start with which cash never falls below zero until then.
    """
    months: list[Month] = []
    runway: float | None = None
    covers: int | None = None
    burned = most = received = needed = 0.0
    last, draws = 0, False
    for number, (compute, other, revenue) in enumerate(_spending(first, growth, product, limit), start=1):
        received += rounds.get(number, 0.0)
        burn = compute + other - revenue
        draws = burn > 0
        if not draws and covers is None:
            covers = number
        cash = capital + received - burned
        if runway is None and burn > cash:
            part = max(0.0, cash) / burn
            runway = number - 1 + part
            if part < 1e-9 and months:  # a rounding error: the month before took all
                months[-1] = months[-1]._replace(cash=0.0)
            else:
                months.append(Month(runway, compute * part, other * part, revenue * part, 0.0))
        burned += burn
        needed = max(needed, burned - received)
        if runway is None:
            months.append(Month(float(number), compute, other, revenue, capital + received - burned))
        if draws and burned >= most:  # also where the burn is too small to change the sum
            most, last = burned, number
    ends = last if runway is None else math.floor(runway) + 1
    if runway is None:
        months = months[: max(1, last)]
    # A low point in the last month projected is no turn: spending is still above revenue.
    turns = None if last == limit and draws else last + 1
    return Plan(tuple(months), runway, covers, turns, needed, sum(amount for month, amount in rounds.items() if month <= ends))


def _spending(
    first: tuple[float, float, float], growth: tuple[float, float, float], product: Product, limit: int
) -> Iterator[tuple[float, float, float]]:
    """Compute, other spending and revenue of each month [USD]."""
    compute, other, revenue = first
    served, sold = product.serving, product.revenue
    for _ in range(limit):
        yield compute + served, other, revenue + sold
        compute, other, revenue = compute * (1 + growth[0]), other * (1 + growth[1]), revenue * (1 + growth[2])
        served, sold = served * (1 + product.growth), sold * (1 + product.growth)


@estimate("1")
def compute_share(
    capital_raised: Capital,
    compute_per_month: ComputePerMonth,
    other_per_month: OtherPerMonth,
    revenue_per_month: RevenuePerMonth = None,
    compute_growth: ComputeGrowth = None,
    other_growth: OtherGrowth = None,
    revenue_growth: RevenueGrowth = None,
    rounds: LaterRounds = None,
    users: Users = None,
    price_per_user: PricePerUser = None,
    tokens_per_user: TokensPerUser = None,
    token_cost: TokenCost = None,
    user_growth: UserGrowth = None,
    start: Start = None,
) -> Answer:
    """Share of the capital raised that goes to compute, months until the money runs out, and spending month by month.

    share of capital [1] = share of spending x capital drawn / capital raised, where
    share of spending = compute / (compute + other), both summed over the months until the money runs out
    capital drawn [USD] = compute + other - revenue over the same months
    amount in month n = amount in month 1 x (1 + growth) ^ (n - 1)

    Later rounds count as capital from the month in which they come in. Users add users x price to revenue and users x tokens x cost
    of a million tokens to compute, and grow at a rate of their own. Capital and revenue pay for compute and the rest alike. Where the
    money does not run out, the months end where the most has been burned; what is left then counts as capital that compute did not
    take. `capital_needed` is the capital at the start with which cash never falls below zero. Revenue and growth left out are 0. The
    projection stops at 600 months (assumption longest_projection); growth at one rate is a scenario, not a forecast.
    US dollars, nominal, before tax, without interest or debt.

    Raises MissingInput where one of the first three is left out, InputError for an amount below zero or
    a growth outside -90% to 100% a month.
    """
    limit = int(assumed("longest_projection"))
    if not 1 <= limit <= _MOST_MONTHS:
        raise InputError("longest_projection", limit, f"give from 1 to {_MOST_MONTHS:,} months, such as 120")
    first = (compute_per_month, other_per_month, default("revenue_per_month", revenue_per_month, 0.0, "USD per month"))
    growths = {"compute_growth": compute_growth, "other_growth": other_growth, "revenue_growth": revenue_growth}
    grow_compute, grow_other, grow_revenue = (default(name, given, 0.0, "1") for name, given in growths.items())
    product = Product.of(users, price_per_user, tokens_per_user, token_cost, user_growth)
    begin = start or catalogue.catalogue_date()
    planned = rounds.by_month(begin) if isinstance(rounds, Rounds) else NO_ROUNDS
    projected = plan(capital_raised, first, (grow_compute, grow_other, grow_revenue), limit, product, planned)
    capital_in = capital_raised + projected.received
    months, over = projected.months, "sum over the months that draw on the capital"
    of_spending = _share_of_spending(months, over)
    drawn = min(capital_in, max(0.0, capital_in - months[-1].cash))
    formula = "share of spending x capital drawn / capital raised"
    share = step("Compute's share of the capital", formula, of_spending * drawn / capital_in, "1")
    if is_kept():
        step("Revenue", over, sum(month.revenue for month in months), "USD", figure="revenue_total")
        _explain(projected, capital_raised, limit)
        if rounds is not None:
            figure("capital_with_rounds", capital_in, "USD")
        if projected.runway is not None and (start or rounds):
            figure("runs_out", _month_of(begin, projected.runway), "")
        _explain_way(months, *_ends(_spending(first, (grow_compute, grow_other, grow_revenue), product, len(months))))
        left_out = [name for name, given in {"revenue_per_month": revenue_per_month, **growths}.items() if given is None]
        _warn_of_growth([] if users else left_out, any(growths.values()) or bool(user_growth))
    return Answer(share, "share_of_capital", table=lambda: _table(months))


def _share_of_spending(months: tuple[Month, ...], over: str) -> float:
    compute = step("Spent on compute", over, sum(month.compute for month in months), "USD", figure="compute_total")
    other = step("Spent on the rest", over, sum(month.other for month in months), "USD", figure="other_total")
    if fails(compute + other > 0):
        raise InputError("compute_per_month", 0, "nothing is spent at all; give what compute or the rest costs in the first month")
    share = compute / (compute + other)
    return step("Compute's share of spending", "compute / (compute + other)", share, "1", figure="share_of_spending")


def _ends(spending: Iterator[tuple[float, float, float]]) -> tuple[float, float]:
    """Compute in the first and in the last month [USD]."""
    amounts = [compute for compute, _, _ in spending]
    return amounts[0], amounts[-1]


def _warn_of_growth(left_out: list[str], grows: bool) -> None:
    if left_out:
        warn(f"{', '.join(left_out)}: not given, assumed to be 0")
    if grows:
        warn("growth is held at the same rate a month throughout; few companies keep one for years")


def _month_of(start: datetime.date, runway: float) -> str:
    """The calendar month in which the money runs out, as YYYY-MM."""
    number = 12 * start.year + start.month - 1 + int(runway)
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _explain(projected: Plan, capital: float, limit: int) -> None:
    """How long the capital lasts, and the verdict."""
    end, never = projected.months[-1], f"not within {limit} months"
    if projected.runway is None:
        step("Months until cash is lowest", "the money does not run out", end.number, "months")
        figure("runway", f"does not run out within {limit} months", "")
        warn("the money does not run out: shares are those until cash is lowest, and the capital left then counts as unspent")
    else:
        step("Months until the money runs out", "the last one counts in part", projected.runway, "months", figure="runway")
    step("Capital left", "capital raised - compute - other + revenue", end.cash, "USD", figure="capital_left")
    figure("break_even_month", *((never, "") if projected.covers is None else (float(projected.covers), "month")))
    figure("capital_needed", *((never, "") if projected.turns is None else (projected.needed, "USD")))
    step("Verdict", "from these inputs alone", _verdict(projected, capital, limit), "", figure="verdict")
    warn("nominal US dollars before tax; no interest, debt or further raise; revenue is cash of its month")
    if len(projected.months) > _MONTHLY_ROWS:
        warn("the table has every twelfth month and the first and last")


def _explain_way(months: tuple[Month, ...], first: float, last: float) -> None:
    """Share and amount of compute in the first and in the last month."""
    begin, end = months[0], months[-1]
    formula = "compute / (compute + other)"
    step("Share of spending, first month", formula, begin.compute / begin.spent, "1", figure="share_first_month")
    formula = _direction(begin, end, first, last)
    step("Share of spending, last month", formula, end.compute / end.spent, "1", figure="share_last_month")
    figure("compute_first_month", first, "USD per month")
    figure("compute_last_month", last, "USD per month")
    claim = catalogue.assumption("compute_share_claim")
    formula = "many companies spend more than this"
    step("Published: share of capital for compute", formula, catalogue.constant(claim.name), "1", claim.source)


def _verdict(projected: Plan, capital: float, limit: int) -> str:
    """What the capital covers, in one sentence, from the inputs alone."""
    if projected.runway is not None:
        covered = f"the capital covers {projected.runway:.3g} months"
        if projected.turns is None and not any(month.revenue for month in projected.months):
            return f"{covered}; there is no revenue, so more capital only buys more months"
        if projected.turns is None:
            return f"{covered}; at these rates revenue does not catch up with spending within {limit} months"
        more = show(projected.needed - capital, "USD")
        return f"{covered}; revenue covers spending from month {projected.turns}, and {more} more capital is needed to get there"
    if projected.turns is None:
        return f"the capital covers all {limit} months projected, though revenue does not catch up with spending"
    if projected.turns == 1:
        return "revenue covers spending from the first month on, so the capital is not drawn on"
    left = show(capital - projected.needed, "USD")
    return f"the capital covers the way to month {projected.turns}, from which revenue covers spending; {left} is left at the lowest point"


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


def _table(months: tuple[Month, ...]) -> Table:
    rows: list[tuple[Cell, ...]] = [("month", "compute (USD)", "other (USD)", "revenue (USD)", "cash left (USD)", "compute's share so far")]
    compute = spent = 0.0
    for index, month in enumerate(months, start=1):
        compute, spent = compute + month.compute, spent + month.spent
        if len(months) <= _MONTHLY_ROWS or index % 12 == 0 or index in (1, len(months)):
            rows.append((month.number, month.compute, month.other, month.revenue, month.cash, compute / spent))
    return tuple(rows)
