"""When a figure is to be looked up again: every default and every price has a day after which it is overdue.

How long a figure holds follows from what it is of: the market moves within months, hardware and mathematics within years. The day is
counted from the row's own date, which is that of its source, so a figure is no fresher for having been copied late. A figure that was
looked up again and kept says why (reviews.csv), for as long as it would hold from that day.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from compute_cost.catalogue import shelves
from compute_cost.catalogue.columns import period_end
from compute_cost.catalogue.records import Assumption, Review

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
    months: int  # for which it holds
    reviewed: str = ""  # the day on which it was looked up again
    reason: str = ""  # why it was kept then

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
        months = months_of(row)
        yield Due(row.name, value, row.date, after(row.date, months), row.source, months)
    for gpu, rows in shelves.prices().items():
        newest = max((row for row in rows if row.term == "on_demand"), key=lambda row: row.seen, default=None)
        if newest:
            seen = newest.seen.isoformat()
            yield Due(f"rent of {gpu}", f"{newest.price:g} USD per GPU-hour", newest.date, after(seen, RENT), newest.source, RENT)
    for chip in shelves.accelerators().rows:
        if chip.purchase_price:
            value = f"{chip.purchase_price:,.0f} USD"
            expires = after(chip.purchase_date, PURCHASE)
            yield Due(f"purchase price of {chip.id}", value, chip.purchase_date, expires, chip.purchase_source, PURCHASE)


def overdue(day: datetime.date) -> list[Due]:
    """What is past its day: first what nobody has looked up again in its time, then what was and stays; the longest overdue first."""
    reviewed = reviews()
    late = [_kept(due, reviewed.get(due.figure), day) for due in figures() if due.expires < day]
    return sorted(late, key=lambda due: (bool(due.reason), due.expires, due.figure))


def reviews() -> dict[str, Review]:
    """The figures that were looked up again and kept, by their names."""
    return {row.figure: row for row in shelves.load("reviews", Review)}


def _kept(due: Due, review: Review | None, day: datetime.date) -> Due:
    """The figure with why it was kept, if that is known and no older than the figure may be."""
    if review is None or after(review.date, due.months) < day:
        return due
    return due._replace(reviewed=review.date, reason=review.reason)
