"""What an estimate pays for an hour of an accelerator: a price that was given, or that of a term and a day."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.price_book import OwnPrice
from compute_cost.catalogue.records import Accelerator, HostedModel
from compute_cost.errors import InputError, NoData
from compute_cost.inputs import FAR, TOO_FAR, default, figure, is_kept, step, uncertain, warn
from compute_cost.parameters import AsOf, RequiredGpu
from compute_cost.prices.commitments import Rate, Term, discounted, rate, reserved
from compute_cost.prices.index import CONTRACT
from compute_cost.prices.market import LargerMachine, Provider, Rental, rental
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table


def hourly_price(
    gpu: Accelerator,
    given: float | None,
    as_of: datetime.date | None,
    parameter: str = "price_per_gpu_hour",
    *,
    months: float | None = None,
    count: str = "",
    share: str = "",
) -> float:
    """The price [USD per GPU-hour] that an estimate works with: as given for `parameter`, or that of the day.

    It is the price of a reservation for so many `months`, or on demand. A given one is compared with it; `count` and `share` name
    the estimate's arguments that a whole number or a share may have been meant for. Raises NoData that names `parameter` where
    neither is known.
    """
    if given is not None:
        price, formula = given_price(parameter, given, gpu, as_of, months, count, share)
        return step("Price", formula, price, "USD per GPU-hour", figure=parameter)
    try:
        hourly = reserved(gpu, months or 0.0, as_of)
    except LargerMachine as problem:
        raise NoData(f"{parameter}: {problem.why}; give {parameter} as its provider lists it, or {gpu.name} alone as gpu") from None
    except NoData:
        day = (as_of or catalogue.catalogue_date()).isoformat()
        raise NoData(f"{parameter}: no price of {gpu.name} up to {day} is in the catalogue; give {parameter}, such as 2.5") from None
    return paid(hourly, gpu, as_of, parameter)


def paid(price: Rate, gpu: Accelerator, as_of: datetime.date | None, parameter: str, on_demand: str = "") -> float:
    """The price of a term [USD per GPU-hour] as an input with its range: that of its quotes, or on demand less the discount.

    `on_demand` names the input that the price on demand is, where the estimate has it apart.
    """
    warn_of_term(price.months)
    if is_kept():
        _warn_if_dearer(price, gpu, as_of)
    is_same = bool(on_demand) and price.quotes.term == "on_demand"
    quoted = quoted_price(price.quotes, gpu, as_of, on_demand if is_same else parameter)
    if price.discount:
        return discounted(quoted, price.discount, parameter)
    if is_same:
        return step("Price reserved", "as on demand", quoted, "USD per GPU-hour", figure=parameter)
    return quoted


def _warn_if_dearer(price: Rate, gpu: Accelerator, as_of: datetime.date | None) -> None:
    """Says where quotes of a term are above the market's price on demand, which nobody would pay."""
    quotes = price.quotes
    if quotes.term == "on_demand" or quotes.quotes[0].kind == CONTRACT:
        return
    try:
        usual = rental(gpu, None, as_of)
    except NoData:
        return
    if price.price > usual.price:
        term = quotes.term.replace("_", " ")
        warn(f"{term} is dearer than {usual.scope} on demand, {show(usual.price, 'USD')}: its quotes are of others or of another day")


def given_price(
    parameter: str,
    given: float,
    gpu: Accelerator,
    as_of: datetime.date | None,
    months: float | None = None,
    count: str = "",
    share: str = "",
    counts_upfront: bool = False,
) -> tuple[float, str]:
    """A price that was given [USD per GPU-hour] and how: as a number, or as one of the user's own, of the row for that chip, day and term.

    It is compared with the catalogue's: see question_price. `counts_upfront` is whether the estimate counts what is paid upfront.
    """
    if not isinstance(given, float):  # the array of a draw
        return given, "given"
    if not isinstance(given, OwnPrice):
        question_price(parameter, given, gpu, as_of, months, count, share)
        return given, "given"
    day = as_of or catalogue.catalogue_date()
    offer = given.of(gpu, day, parameter, months or 0.0)
    question_price(parameter, offer.price, gpu, as_of, months)
    about = f"{parameter}, {offer.place}"
    if not offer.counts_on(day):
        warn(f"{about}: it counts from {offer.since or 'ever'} to {offer.until or 'ever'}, and is taken for {day} all the same")
    if offer.minimum:
        warn(f"{about}: it is for {offer.minimum:,.0f} accelerators or more")
    if offer.upfront and not counts_upfront:
        warn(f"{about}: {offer.upfront:.0%} of it is paid upfront, whose interest is not counted: see reserve_or_rent")
    return offer.price, f"yours, {offer.place}: {offer.written}"


def upfront_of(given: float | None, gpu: Accelerator, as_of: datetime.date | None, parameter: str, months: float) -> float:
    """The share of a price of one's own that is paid on the first day, by the row for that chip, day and term; 0 where none says so."""
    if not isinstance(given, OwnPrice):
        return 0.0
    return given.of(gpu, as_of or catalogue.catalogue_date(), parameter, months).upfront or 0.0


def warn_of_term(months: float) -> None:
    """What to know of the price of a reservation for so many months."""
    if months >= 12:
        warn("a reserved price is negotiated: compare your offer by giving it")
    elif months:
        warn("no discount is published for terms under a year, so the on-demand price is used")


def quoted_price(quote: Rental, gpu: Accelerator, as_of: datetime.date | None, parameter: str = "price_per_gpu_hour") -> float:
    """The price of a rental as an input, with the range over its providers."""
    default("as_of", as_of, quote.day, source="compute-cost")
    is_told = is_kept()
    if is_told:
        quote.explain(gpu)
    price = uncertain(parameter, quote.price, quote.low, quote.high, "USD per GPU-hour")
    if is_told:
        figure(parameter, price, "USD per GPU-hour")
    return price


# What a price of one accelerator and hour is mistaken for, and how many times that it then is.
_MISTAKEN = ((8, "a server of 8"), (24, "a day"), (730, "a month"))
_DEAREST = 5  # times the catalogue's price that the most expensive providers charge, about


def question_price(
    parameter: str,
    price: float,
    gpu: Accelerator,
    as_of: datetime.date | None,
    months: float | None = None,
    count: str = "",
    share: str = "",
) -> None:
    """Compares a given price [USD per GPU-hour] with the catalogue's of a reservation for so many `months`: see question_given.

    `count` and `share` name the estimate's arguments that a whole number or a share may have been meant for.
    """
    usual = _usual_price(gpu, months or 0.0, as_of)
    if usual is None:
        return

    def likely(times: float) -> list[str]:
        guesses = [f"the price of {what}" for factor, what in _MISTAKEN if factor / FAR < times < factor * _DEAREST]
        if times > 1 and count and price == int(price):
            guesses.append(f"the number meant for {count}")
        if times < 1 and share and price <= 1:
            guesses.append(f"the share meant for {share}")
        return guesses

    question_given(parameter, price, usual, gpu, likely, "one accelerator and one hour")


@catalogue.kept(4096)
def _usual_price(gpu: Accelerator, months: float, as_of: datetime.date | None) -> float | None:
    """The catalogue's price [USD per GPU-hour] of a reservation for so many months, or None: kept too, where an error would not be."""
    try:
        return reserved(gpu, months, as_of).price
    except NoData:
        return None


def question_given(
    parameter: str, price: float, usual: float, thing: Accelerator | HostedModel, likely: Callable[[float], list[str]], wanted: str
) -> None:
    """Warns of a price [USD] more than 3 times, or less than a third of, the usual one of a thing; beyond 20 times it raises InputError.

    `likely` gives what it may be instead, by how many times the usual one it is.
    """
    times = price / usual
    if 1 / FAR <= times <= FAR:
        return
    size = f"only {show(times, '1')} of" if times < 1 else f"{times:,.0f} times" if times >= 10 else f"{times:.2g} times"
    guesses = likely(times)
    theirs = f"the catalogue's {show(usual, 'USD')} for {thing.name}"
    ask = f"is it {' or '.join(guesses)}? Give" if guesses else "check it: give"
    if not 1 / TOO_FAR <= times <= TOO_FAR:
        raise InputError(parameter, price, f"it is {size} {theirs}; {ask} the price of {wanted}")
    warn(f"{parameter}: {show(price, 'USD')} is {size} {theirs}; {ask} the price of {wanted}")


@estimate("USD per GPU-hour")
def gpu_price(gpu: RequiredGpu, term: Term = None, as_of: AsOf = None, provider: Provider = None) -> Answer:
    """Rental price of an accelerator on a day, with the range over providers.

    price [USD per GPU-hour] = weighted median over providers of each provider's latest quote; the weight of a quote halves for every
    90 days that it is older than the newest, up to a year; low and high are the 10th and 90th percentile over providers, and where
    fewer than five quote, at least as far off as a further provider is for other chips (assumption few_quotes)

    The quotes are those of neoclouds, where two of them quote the chip, else of marketplaces or hyperscalers, which the answer
    says; `provider` names another class or a provider. The price moves only on days with a new quote: by at most a quarter in a month,
    and by as much more as several providers, each quoted a month before, moved it. After the newest it is held as it stood on that day,
    with a warning where that was more than half a year before or `as_of` is later than the catalogue; future_cost estimates a trend.
    A year as a date counts from its first day.

    Of a reservation (`term`): the provider's own quote for the longest published term that it fills; the index of that term,
    where two providers of the class quote it or somebody publishes one; else on demand less the discount of the providers that quote
    both, or the usual one (assumptions reserved_discount_1y and _3y). For less than a year it is the price on demand. A chip
    that nobody quotes may have another that stands in (assumptions rent_as_), with a range half as wide again each way.
    US dollars, before tax, nominal, of the day quoted.

    Raises UnknownName for an accelerator or a provider that the catalogue does not
    know, NoData where it has no price for that term and day. A name is never priced as its neighbor.
    """
    hourly = rate(gpu, default("term", term, "on_demand"), as_of, provider)
    price = paid(hourly, gpu, as_of, "price")
    figure("providers", float(len(hourly.quotes.providers)), "providers")
    figure("newest_quote", hourly.quotes.newest.isoformat(), "")
    return Answer(price, "price", table=lambda: _quotes(hourly.quotes))


def _quotes(quotes: Rental) -> Table:
    """The quotes behind a price."""
    rows = sorted((q.provider, q.provider_class, q.price, q.date, q.source, q.confidence) for q in quotes.quotes)
    return (("provider", "class", "USD per GPU-hour", "date", "source", "confidence"), *rows)
