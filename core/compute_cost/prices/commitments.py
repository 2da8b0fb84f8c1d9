"""What committing to a term takes off the on-demand price: published discounts by accelerator and term."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import NoData
from compute_cost.inputs import assumed, is_kept, step, uncertain
from compute_cost.prices.rental import rental


class Discount(NamedTuple):
    """What a reservation takes off the on-demand price, as a share of it."""

    share: float
    low: float
    high: float
    term: str
    basis: str
    sources: tuple[str, ...]
    assumption: str = ""


def discount_of(chip: Accelerator, months: float, as_of: datetime.date | None) -> Discount:
    """The discount of the longest published term that the reservation fills."""
    return _of_term(chip, "reserved_3y" if months >= 36 else "reserved_1y" if months >= 12 else "", as_of)


@catalogue.kept(4096)
def _of_term(chip: Accelerator, term: str, as_of: datetime.date | None) -> Discount:
    if not term:
        return Discount(0.0, 0.0, 0.0, "", "no published discount for terms under a year", ())
    # Like with like: a provider's reserved price is compared with its own on-demand price, not with the market's.
    shares_off: dict[str, float] = {}
    sources: set[str] = set()
    for provider in {row.provider for row in catalogue.prices().get(chip.id, ()) if row.term == term}:
        try:
            quotes = [rental(chip, priced_term, as_of, provider) for priced_term in (term, "on_demand")]
        except NoData:
            continue
        if max(quote.stale_days for quote in quotes) <= catalogue.constant("oldest_price"):
            shares_off[provider] = 1 - quotes[0].price / quotes[1].price
            sources |= {row.source for quote in quotes for row in quote.quotes}
    years = "one year" if term == "reserved_1y" else "three years"
    if shares_off:
        shares = sorted(shares_off.values())
        middle = (shares[(len(shares) - 1) // 2] + shares[len(shares) // 2]) / 2
        basis = f"median discount for {years} of {', '.join(sorted(shares_off))}"
        return Discount(middle, shares[0], shares[-1], term, basis, tuple(sorted(sources)))
    usual = catalogue.assumption(f"reserved_discount_{term[-2:]}")
    assert usual.low is not None
    assert usual.high is not None
    basis = f"usual discount for {years}, the longest published term within the reservation"
    return Discount(catalogue.constant(usual.name), usual.low, usual.high, term, basis, (usual.source,), usual.name)


def discounted(on_demand: float, discount: Discount) -> float:
    """The price [USD per GPU-hour] of a reservation: that on demand less the discount, which is an input with its own range."""
    if discount.assumption:
        share = assumed(discount.assumption)
    else:
        share = uncertain("reserved_discount", discount.share, discount.low, discount.high, "1")
    formula = f"on demand x (1 - {share:.3g}): {discount.basis}" if is_kept() else ""
    return step("Reserved price", formula, on_demand * (1 - share), "USD per GPU-hour", *discount.sources, figure="reserved_price")
