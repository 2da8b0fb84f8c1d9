"""When a figure is to be looked up again: every default and every price has a day after which it is overdue.

How long a figure holds follows from what it is of: the market moves within months, hardware and mathematics within years. The day is
counted from the row's own date, which is that of its source, so a figure is no fresher for having been copied late.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from compute_cost.catalogue import shelves
from compute_cost.catalogue.columns import period_end
from compute_cost.catalogue.records import Assumption

# Months for which a figure holds.
RENT = 6  # the newest quote of a chip
DATE = 3  # of the catalogue itself
MONEY = 12  # other defaults in US dollars, and those that follow a market
PURCHASE = 24  # the price of a chip
OTHER = 36  # ratios, shares and times: of hardware and of practice
ARITHMETIC = 120  # what follows from number formats and shapes
_MARKET = ("rent_", "reserved_", "residual_", "cost_of_capital", "api_", "server_price_", "frontier_", "price_performance")
_ARITHMETIC = ("optimizer_bytes", "bits_per_", "width_", "hours_per_")


class Due(NamedTuple):
    """A figure with the day after which it is overdue."""

    figure: str
    value: str
    date: str
    expires: datetime.date
    source: str

    def days_over(self, day: datetime.date) -> int:
        return (day - self.expires).days


def months_of(row: Assumption) -> int:
    """For how many months a default holds."""
    if row.name == "as_of":
        return DATE
    if row.name.startswith(_ARITHMETIC):
        return ARITHMETIC
    return MONEY if row.unit.startswith("USD") or row.name.startswith(_MARKET) else OTHER


def after(date: str, months: int) -> datetime.date:
    """The first day of the month so many months after that in which a date ends."""
    end = period_end(date)
    years, month = divmod(end.month - 1 + months, 12)
    return datetime.date(end.year + years, month + 1, 1)


def figures() -> Iterator[Due]:
    """Every figure that has an expiry: the defaults, the newest rent of each chip, and the purchase prices."""
    for row in shelves.assumptions().values():
        value = f"{row.value:g} {row.unit}".rstrip(" 1") if isinstance(row.value, float) and row.unit != "1" else str(row.value)
        yield Due(row.name, value, row.date, after(row.date, months_of(row)), row.source)
    for gpu, rows in shelves.prices().items():
        newest = max((row for row in rows if row.term == "on_demand"), key=lambda row: row.seen, default=None)
        if newest:
            seen = newest.seen.isoformat()
            yield Due(f"rent of {gpu}", f"{newest.price:g} USD per GPU-hour", newest.date, after(seen, RENT), newest.source)
    for chip in shelves.accelerators().rows:
        if chip.purchase_price:
            value = f"{chip.purchase_price:,.0f} USD"
            expires = after(chip.purchase_date, PURCHASE)
            yield Due(f"purchase price of {chip.id}", value, chip.purchase_date, expires, chip.purchase_source)


def overdue(day: datetime.date) -> list[Due]:
    """What is past its day, the longest overdue first."""
    return sorted((one for one in figures() if one.expires < day), key=lambda one: (one.expires, one.figure))
