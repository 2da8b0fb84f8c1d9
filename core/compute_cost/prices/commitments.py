"""What an accelerator costs that is reserved for a term: the one price of a reservation that every estimate works with.

The first of these counts: what the user's own contract says; a provider's own quote for the term, where that provider is asked for;
the index of the term, of two providers or more or as somebody publishes it; the price on demand less what committing takes off
it, by the providers of the same class that quote both, else by the usual discount. Quotes count that are at most a year older
than the newest on demand.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import InputError, NoData
from compute_cost.inputs import assumed, is_kept, step, uncertain
from compute_cost.parameters import Choice
from compute_cost.prices.index import CLASSES
from compute_cost.prices.market import Rental, contract, rental

TERMS = ("on_demand", "spot", "reserved_1y", "reserved_3y")
LONGEST = 120  # months
_FRESH = datetime.timedelta(days=365)
_MONTHS = {"reserved_1y": 12.0, "reserved_3y": 36.0}
_SPOKEN = r"(?i)(?:reserved\W*)?(\d{1,3}(?:\.\d+)?)\W*(m|mo|months?|y|yr|years?)"


class RentalTerm(Choice):
    """On demand, spot, or the months of a commitment: 24 months, 2 years, reserved_1y."""

    def reader(self, name: str) -> Callable[[Any], str]:
        read_word = super().reader(name)

        def read(value: Any) -> str:
            spoken = re.fullmatch(_SPOKEN, value.strip()) if isinstance(value, str) else None
            if not spoken:
                return read_word(value)
            months = float(spoken[1]) * (12 if spoken[2][0] in "yY" else 1)
            if not 1 <= months <= LONGEST:
                raise InputError(name, value, f"give 1 to {LONGEST} months, on_demand or spot")
            return next((word for word, length in _MONTHS.items() if length == months), f"{months:g} months")

        return read

    def hint(self) -> str:
        return f'{super().hint()}, or months such as "24 months"'


Term = Annotated[
    str | None,
    RentalTerm("Rental term: on_demand, spot, or months such as 24 months; on demand if left out.", choices=TERMS, example='"on_demand"'),
]


def months_of(term: str | None) -> float:
    """The months that a term is committed for; 0 on demand and at spot prices."""
    if term in (None, "on_demand", "spot"):
        return 0.0
    return _MONTHS.get(str(term)) or float(str(term).split()[0])


class Discount(NamedTuple):
    """What a reservation takes off the on-demand price, as a share of it; `assumption` names the usual one."""

    share: float
    low: float
    high: float
    basis: str
    sources: tuple[str, ...] = ()
    assumption: str = ""


class Rate(NamedTuple):
    """The price of a term: quotes of it, or those on demand with what committing for so many months takes off."""

    quotes: Rental
    discount: Discount | None = None
    months: float = 0.0

    @property
    def price(self) -> float:
        return self.quotes.price * (1 - self.discount.share) if self.discount else self.quotes.price


def rate(chip: Accelerator, term: str | None, as_of: datetime.date | None, provider: str | None = None) -> Rate:
    """What a chip costs an hour for a term. Raises NoData where there is no price of it, UnknownName for a provider."""
    months = months_of(term)
    return reserved(chip, months, as_of, provider) if months else Rate(rental(chip, term, as_of, provider))


@catalogue.kept(4096)
def reserved(chip: Accelerator, months: float, as_of: datetime.date | None, provider: str | None = None) -> Rate:
    """What a reservation for so many months costs an hour, at the longest published term that it fills.

    For less than a year nothing is published: it costs what it costs on demand. Raises NoData where there is no price at all.
    """
    term = next((word for word, length in reversed(_MONTHS.items()) if months >= length), "")
    yours = contract(chip, term or "on_demand", as_of, provider)
    if yours:
        return Rate(yours, None, months)
    try:
        on_demand = rental(chip, None, as_of, provider)
    except NoData:
        if not term:
            raise
        return Rate(rental(chip, term, as_of, provider), None, months)
    if not term:
        return Rate(on_demand, None, months)
    quoted = _quoted(chip, term, as_of, provider or on_demand.provider_class, on_demand.newest)
    is_of_one = provider is not None and provider not in CLASSES
    if quoted and (is_of_one or quoted.is_published or len(quoted.providers) > 1):
        return Rate(quoted, None, months)
    return Rate(on_demand, _discount(chip, term, as_of, on_demand), months)


def _quoted(chip: Accelerator, term: str, as_of: datetime.date | None, scope: str, newest: datetime.date) -> Rental | None:
    """The quotes of a class or a provider for a term, unless the newest of them is of another market."""
    try:
        quotes = rental(chip, term, as_of, scope)
    except NoData:
        return None
    return quotes if newest - quotes.newest <= _FRESH else None


def _discount(chip: Accelerator, term: str, as_of: datetime.date | None, on_demand: Rental) -> Discount:
    """Like with like: a provider's reserved price is compared with its own on-demand price, and with its class alone."""
    shares_off: dict[str, float] = {}
    sources: set[str] = set()
    for provider in {quote.provider for quote in on_demand.quotes}:
        pair = [_quoted(chip, each_term, as_of, provider, on_demand.newest) for each_term in (term, "on_demand")]
        if pair[0] and pair[1]:
            shares_off[provider] = 1 - pair[0].price / pair[1].price
            sources |= {row.source for quotes in pair if quotes for row in quotes.quotes}
    years = "one year" if term == "reserved_1y" else "three years"
    if shares_off:
        shares = sorted(shares_off.values())
        middle = (shares[(len(shares) - 1) // 2] + shares[len(shares) // 2]) / 2
        basis = f"median discount for {years} of {', '.join(sorted(shares_off))}"
        return Discount(middle, shares[0], shares[-1], basis, tuple(sorted(sources)))
    usual = catalogue.assumption(f"reserved_discount_{term[-2:]}")
    assert usual.low is not None
    assert usual.high is not None
    basis = f"usual discount for {years}, the longest published term within the reservation"
    return Discount(catalogue.constant(usual.name), usual.low, usual.high, basis, (usual.source,), usual.name)


def discounted(on_demand: float, discount: Discount, parameter: str) -> float:
    """The price [USD per GPU-hour] of a reservation: that on demand less the discount, which is an input with its own range."""
    if discount.assumption:
        share = assumed(discount.assumption)
    else:
        share = uncertain("reserved_discount", discount.share, discount.low, discount.high, "1")
    formula = f"on demand x (1 - {share:.3g}): {discount.basis}" if is_kept() else ""
    return step("Reserved price", formula, on_demand * (1 - share), "USD per GPU-hour", *discount.sources, figure=parameter)
