"""What an accelerator costs to rent: dated prices by provider, class and term."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from statistics import median
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator, Price, Rented
from compute_cost.errors import InputError, NoData, UnknownName
from compute_cost.inputs import FAR, TOO_FAR, default, figure, is_kept, step, uncertain, warn
from compute_cost.parameters import AsOf, Choice, RequiredGpu, Text
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table

TERMS = ("on_demand", "spot", "reserved_1y", "reserved_3y")
CLASSES = ("hyperscaler", "neocloud", "marketplace")
_QUOTE_DAYS = 365  # up to the newest quote: older ones are of another market
_FRESH_DAYS = 183  # beyond, an answer says how old its price is
Term = Annotated[str | None, Choice("Rental term; on demand if left out.", choices=TERMS, example='"on_demand"')]
Provider = Annotated[
    str | None,
    Text(
        "a provider (aws, lambda ...) or a class (hyperscaler, neocloud, marketplace); all but hyperscalers if left out",
        example='"aws"',
    ),
]


class Rental(NamedTuple):
    """A rental price on a day with the quotes it is the median of; `newest` is the day of the last of them."""

    price: float
    low: float
    high: float
    term: str
    day: datetime.date
    quotes: tuple[Price, ...]
    scope: str
    newest: datetime.date

    @property
    def stale_days(self) -> int:
        return (self.day - self.newest).days

    def explain(self, gpu: Accelerator) -> None:
        """Where the price comes from and how old it is."""
        providers = sorted({quote.provider for quote in self.quotes})
        shown = ", ".join(providers[:6]) + (" ..." if len(providers) > 6 else "")
        label = f"Price of {gpu.name}, {self.term.replace('_', ' ')}"
        formula = f"median of {len(providers)} {self.scope}: {shown}"
        step(label, formula, self.price, "USD per GPU-hour", *sorted({quote.source for quote in self.quotes}))
        if len(providers) == 1:
            warn(f"the price of {gpu.name} comes from one provider, so its range is not known")
        weak = sum(quote.confidence != "checked" for quote in self.quotes)
        if weak:
            warn(f"{weak} of {len(self.quotes)} price quotes have an inferred date or were not checked against their source")
        known_until = max(catalogue.catalogue_date(), self.newest)
        age = f"{self.stale_days:,} day{'' if self.stale_days == 1 else 's'} older than {self.day}"
        held = f"the price of {gpu.name} is from {self.newest}, {age}, held flat"
        if self.day > known_until:
            warn(f"prices after {known_until} are not known: {held}; future_cost estimates a trend")
        elif self.stale_days > _FRESH_DAYS:
            warn(held)


@catalogue.kept(4096)
def rental(gpu: Accelerator, term: str | None = None, as_of: datetime.date | None = None, provider: str | None = None) -> Rental:
    """The rental price of `gpu` on a day: the median over providers of each provider's latest quotes.

    The newest quote up to the day and those of the 365 days before it count, so the price changes only
    on days with a new quote and is held after the last one. The range is the 10th to the 90th percentile
    over providers. Of a chip in a provider's machine, that provider's price counts where it is known.
    """
    if provider is None and isinstance(gpu, Rented):
        try:
            return rental(gpu, term, as_of, gpu.provider)
        except NoData:
            market = rental(_anyone(gpu), term, as_of)
            return market._replace(scope=f"{market.scope}, as {gpu.provider} has none in the catalogue")
    day = as_of or catalogue.catalogue_date()
    chosen = term or "on_demand"
    wanted, scope = _scope(provider)
    rows = [row for row in catalogue.prices().get(gpu.id, ()) if row.term == chosen and row.day <= day]
    mine = [row for row in rows if wanted(row)]
    if not mine and provider is None and rows:
        mine, scope = rows, "providers (hyperscalers only)"
    if not mine:
        where = f" from {provider}" if provider else ""
        raise NoData(
            f"gpu: no {chosen} price of {gpu.name}{where} up to {day.isoformat()} is in the catalogue; "
            "give your own price, a later as_of or another gpu"
        )
    newest = max(row.day for row in mine)
    since = newest - datetime.timedelta(days=_QUOTE_DAYS)
    latest: dict[str, list[Price]] = {}
    for row in mine:  # oldest first
        if row.day >= since:
            kept = latest.setdefault(row.provider, [])
            if kept and kept[-1].day < row.day:
                kept.clear()
            kept.append(row)
    by_provider = sorted(median(quote.price for quote in quotes) for quotes in latest.values())
    quotes = tuple(quote for latest_quotes in latest.values() for quote in latest_quotes)
    price = median(by_provider)
    return Rental(price, quantile(by_provider, 0.1), quantile(by_provider, 0.9), chosen, day, quotes, scope, newest)


def _anyone(gpu: Rented) -> Accelerator:
    """The chip itself, whoever rents it out."""
    chip = catalogue.accelerators().get(gpu.id)
    assert chip is not None  # it was made from that row
    return chip


def hourly_price(
    gpu: Accelerator,
    given: float | None,
    as_of: datetime.date | None,
    parameter: str = "price_per_gpu_hour",
    *,
    discount: float = 0.0,
    count: str = "",
    share: str = "",
) -> float:
    """The price [USD per GPU-hour] that an estimate works with: as given for `parameter`, or the on-demand rent of the day.

    A given one is compared with the catalogue's, less `discount`; `count` and `share` name the estimate's arguments
    that a whole number or a share may have been meant for. Raises NoData that names `parameter` where neither is known.
    """
    if given is not None:
        if isinstance(given, float):  # not the array of a draw
            question_price(parameter, given, gpu, as_of, discount, count, share)
        step("Price", "given", given, "USD per GPU-hour", figure=parameter)
        return given
    try:
        quote = rental(gpu, as_of=as_of)
    except NoData:
        day = (as_of or catalogue.catalogue_date()).isoformat()
        raise NoData(f"{parameter}: no price of {gpu.name} up to {day} is in the catalogue; give {parameter}, such as 2.5") from None
    return quoted_price(quote, gpu, as_of, parameter)


def quoted_price(quote: Rental, gpu: Accelerator, as_of: datetime.date | None, parameter: str = "price_per_gpu_hour") -> float:
    """The price of a rental as an input, with the range over its providers."""
    default("as_of", as_of, quote.day, source="compute-cost")
    if is_kept():
        quote.explain(gpu)
    price = uncertain(parameter, quote.price, quote.low, quote.high, "USD per GPU-hour")
    figure(parameter, price, "USD per GPU-hour")
    return price


# What a price of one accelerator and hour is mistaken for, and how many times that it then is.
_MISTAKEN = ((8, "a server of 8"), (24, "a day"), (730, "a month"))
_DEAREST = 5  # times the catalogue's median that the most expensive providers charge, about


def question_price(
    parameter: str, price: float, gpu: Accelerator, as_of: datetime.date | None, discount: float = 0.0, count: str = "", share: str = ""
) -> None:
    """Compares a given price [USD per GPU-hour] with the catalogue's, less `discount`: see question_given.

    `count` and `share` name the estimate's arguments that a whole number or a share may have been meant for.
    """
    try:
        usual = rental(gpu, as_of=as_of).price * (1 - discount)
    except NoData:
        return

    def likely(times: float) -> list[str]:
        guesses = [f"the price of {what}" for factor, what in _MISTAKEN if factor / FAR < times < factor * _DEAREST]
        if times > 1 and count and price == int(price):
            guesses.append(f"the number meant for {count}")
        if times < 1 and share and price <= 1:
            guesses.append(f"the share meant for {share}")
        return guesses

    question_given(parameter, price, usual, gpu, likely, "one accelerator and one hour")


def question_given(parameter: str, price: float, usual: float, gpu: Accelerator, likely: Callable[[float], list[str]], wanted: str) -> None:
    """Warns of a given price [USD] more than 3 times, or less than a third of, the usual one; beyond 20 times it raises InputError.

    `likely` gives what it may be instead, by how many times the usual one it is.
    """
    times = price / usual
    if 1 / FAR <= times <= FAR:
        return
    size = f"only {show(times, '1')} of" if times < 1 else f"{times:,.0f} times" if times >= 10 else f"{times:.2g} times"
    guesses = likely(times)
    ask = f"is it {' or '.join(guesses)}? Give" if guesses else "check it: give"
    if not 1 / TOO_FAR <= times <= TOO_FAR:
        raise InputError(parameter, price, f"it is {size} the catalogue's {show(usual, 'USD')} for {gpu.name}; {ask} the price of {wanted}")
    warn(f"{parameter}: {show(price, 'USD')} is {size} the catalogue's {show(usual, 'USD')} for {gpu.name}; {ask} the price of {wanted}")


def _scope(provider: str | None):  # type: ignore[no-untyped-def]
    if provider is None:
        return (lambda row: row.provider_class != "hyperscaler"), "neoclouds and marketplaces"
    name = catalogue.key(provider)
    if name in CLASSES:
        return (lambda row: row.provider_class == name), f"{name}s"
    quoted = {catalogue.key(row.provider): row.provider for rows in catalogue.prices().values() for row in rows}
    listed = catalogue.providers().get(provider)
    wanted = listed.id if listed else quoted.get(name)  # one that only the user's own prices name is on no list
    if wanted is None:
        names = [listed_name for listed_name, _ in catalogue.providers().names()]
        raise UnknownName(
            "provider", provider, names, f"give a class ({', '.join(CLASSES)}) or one of {', '.join(sorted(quoted.values()))}"
        )
    return (lambda row: row.provider == wanted), "provider"


def quantile(ordered: list[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


@estimate("USD per GPU-hour")
def gpu_price(gpu: RequiredGpu, term: Term = None, as_of: AsOf = None, provider: Provider = None) -> Answer:
    """Rental price of an accelerator on a day, with the range over providers.

    price [USD per GPU-hour] = median over providers of each provider's latest quote in the 365 days
    up to the newest quote at `as_of`; low and high are the 10th and 90th percentile over providers. After
    the newest quote the price is held as it stood on that day, with a warning where that was more than half
    a year before or `as_of` is later than the catalogue; future_cost estimates a trend. Without `provider`
    the hyperscalers' list prices are left out. US dollars, before tax, nominal, of the day quoted.

    Raises UnknownName for an accelerator or a provider that the catalogue does not
    know, NoData where it has no price for that term and day. A name is never priced as its neighbor.
    """
    rate = rental(gpu, term, as_of, provider)
    default("term", term, rate.term)
    price = quoted_price(rate, gpu, as_of, "price")
    figure("providers", float(len({quote.provider for quote in rate.quotes})), "providers")
    return Answer(price, "price", table=lambda: _quotes(rate))


def _quotes(rate: Rental) -> Table:
    rows = sorted((q.provider, q.provider_class, q.price, q.date, q.source, q.confidence) for q in rate.quotes)
    return (("provider", "class", "USD per GPU-hour", "date", "source", "confidence"), *rows)
