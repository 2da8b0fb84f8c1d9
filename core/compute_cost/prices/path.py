"""What an accelerator will rent for month by month: a time axis for plans, in four scenarios."""

from __future__ import annotations

import calendar
import datetime
import math
from collections.abc import Callable, Iterator
from statistics import fmean
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.price_book import OwnPrice
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import InputError
from compute_cost.inputs import assumed, default, figure, step, warn
from compute_cost.parameters import AsOf, Choice, HourlyPrice, Quantity, RequiredGpu
from compute_cost.prices.commitments import Term, months_of, rate, reserved
from compute_cost.prices.market import Rental
from compute_cost.prices.rental import hourly_price, paid
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table

HORIZON = 4.0  # years over which the yearly change of rents has the range of rent_growth
Months = Annotated[
    float | None,
    Quantity("Months from the day of `as_of`; 36 if left out.", "months", low=1, high=120, whole=True, example="36"),
]
Scenario = Annotated[
    str | None,
    Choice(
        "How it goes on: trend, as rents change; flat; forward, as committed terms imply; own, your price by its days.",
        choices=("trend", "flat", "forward", "own"),
        example='"flat"',
    ),
]


class Point(NamedTuple):
    """The price of one month with its ends [USD per GPU-hour]."""

    month: int
    day: datetime.date
    low: float
    price: float
    high: float


@estimate("USD per GPU-hour", answers="table")
def price_path(
    gpu: RequiredGpu,
    months: Months = None,
    scenario: Scenario = None,
    term: Term = None,
    as_of: AsOf = None,
    price_per_gpu_hour: HourlyPrice = None,
) -> Answer:
    """Rental price of an accelerator month by month from a day on, and its mean, in a scenario.

    trend: price(month) = price of the day x (1 + yearly change) ^ (month / 12) (assumption rent_growth, the one of rent_or_own)
    flat: price(month) = price of the day
    forward: price(month) = price of a year's commitment in the first year, then (36 x price of three years - 12 x price of one) / 24
    own: price(month) = the row of your price that counts on the first day of that month

    The price of the day is that of gpu_price for `term`. Without a scenario it is trend, or own where `price_per_gpu_hour` is given.
    All chips have one trend: what a chip's rent did in the past year and a half does not foretell the next. Low and high are the ends
    of the day's range, apart by as much as rents change, with the square root of time. This is
    one chip's rent: what the same work costs on later chips is future_cost. US dollars, before tax, nominal. Nothing after the catalogue's
    newest quotes is known: every month ahead is a scenario.

    Raises what gpu_price raises, and InputError for the scenario own without a price of your own.
    """
    count = int(default("months", months, 36.0, "months"))
    is_given = price_per_gpu_hour is not None
    chosen = default("scenario", scenario, "own" if is_given else "trend")
    first = as_of or catalogue.catalogue_date()
    if chosen == "own":
        at = _own(gpu, price_per_gpu_hour, first, months_of(term))
    elif is_given:
        at = _flat(hourly_price(gpu, price_per_gpu_hour, as_of, months=months_of(term)))
    elif chosen == "forward":
        at = _forward(gpu, as_of)
    else:
        at = _flat(paid(rate(gpu, default("term", term, "on_demand"), as_of), gpu, as_of, "price_per_gpu_hour"))
    if chosen == "trend":
        at = _trend(at)
    prices = [at(month) for month in range(count)]
    mean = step(f"Mean over {count} months", f"scenario {chosen}", fmean(prices), "USD per GPU-hour")
    figure("first", prices[0], "USD per GPU-hour")
    figure("last", prices[-1], "USD per GPU-hour")
    warn(f"a scenario, not a forecast: {chosen} from {first} on")
    return Answer(mean, "mean", table=lambda: _table(_points(first, prices, None if is_given else rate(gpu, term, as_of).quotes)))


At = Callable[[int], float]


def _flat(price: float) -> At:
    return lambda month: price


def _trend(at: At) -> At:
    """The price, changing each year as rents of one chip have."""
    growth = assumed("rent_growth")
    return lambda month: at(month) * (1 + growth) ** (month / 12)


def _forward(gpu: Accelerator, as_of: datetime.date | None) -> At:
    """What commitments of one and three years say of the second and third year: both are means over their months."""
    one, three = (paid(reserved(gpu, months, as_of), gpu, as_of, f"reserved_{years}") for months, years in ((12, "1y"), (36, "3y")))
    later = max((36 * three - 12 * one) / 24, 0.0)
    formula = "(36 x price of three years - 12 x price of one year) / 24"
    step("Second and third year", formula, later, "USD per GPU-hour", figure="after_a_year")
    return lambda month: one if month < 12 else later


def _own(gpu: Accelerator, price: float | None, first: datetime.date, months: float) -> At:
    """The user's own price by the day of each month. Raises InputError where none is given."""
    if not isinstance(price, float):
        raise InputError(
            "scenario", "own", 'give price_per_gpu_hour: a price of yours by name, or lines such as "H100; 2.35; from 2026-12"'
        )
    if not isinstance(price, OwnPrice):
        return _flat(hourly_price(gpu, price, first, months=months))
    hourly_price(gpu, price, first, months=months)  # questions it, and says which row counts first
    return lambda month: price.of(gpu, _ahead(first, month), "price_per_gpu_hour", months).price


def _ahead(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _points(first: datetime.date, prices: list[float], now: Rental | None) -> Iterator[Point]:
    """Each month with its ends: those of the term's quotes of the day, further apart with the root of time; a given price has none.

    The range of rent_growth is that of a yearly change over HORIZON years, which a change by chance of so much in a year averages to.
    """
    usual = catalogue.assumption("rent_growth")
    assert usual.low is not None
    assert usual.high is not None
    down, up = ((1 + end) / (1 + catalogue.constant(usual.name)) for end in (usual.low, usual.high))
    for month, price in enumerate(prices):
        years = math.sqrt(HORIZON * month / 12)
        low, high = (now.low / now.price * down**years, now.high / now.price * up**years) if now else (1.0, 1.0)
        yield Point(month, _ahead(first, month), price * low, price, price * high)


def _table(points: Iterator[Point]) -> Table:
    rows = ((float(point.month), point.day.isoformat(), point.low, point.price, point.high) for point in points)
    return (("month", "from", "low (USD per GPU-hour)", "price (USD per GPU-hour)", "high (USD per GPU-hour)"), *rows)
