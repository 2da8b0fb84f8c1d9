"""What accelerators cost that are rented for some time: the simplest bill."""

from __future__ import annotations

import math
from typing import Annotated

from compute_cost import catalogue
from compute_cost.catalogue.price_book import OwnPrice
from compute_cost.catalogue.records import Accelerator, Rented
from compute_cost.inputs import assumed, default, figure, is_kept, step, warn
from compute_cost.parameters import AsOf, GpusOrNone, HourlyPrice, Quantity, RequiredGpu
from compute_cost.prices.commitments import Rate, Term, months_of, rate
from compute_cost.prices.market import Provider, Rental, class_or_provider
from compute_cost.prices.rental import hourly_price, paid
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table

Hours = Annotated[
    float | None,
    Quantity(
        "Hours that each accelerator is rented, used or not; a month of 730 if left out.",
        "hours",
        high=1e6,
        example='720 or "3 weeks"',
    ),
]
CloudCredits = Annotated[
    float | None,
    Quantity("Credits of the provider that pay as much as they can; none if left out.", "USD", high=1e12, example='100000 or "$100k"'),
]


@estimate("USD")
def rent_cost(
    gpu: RequiredGpu,
    gpus: GpusOrNone = None,
    hours: Hours = None,
    term: Term = None,
    provider: Provider = None,
    price_per_gpu_hour: HourlyPrice = None,
    as_of: AsOf = None,
    cloud_credits: CloudCredits = None,
) -> Answer:
    """What it costs to rent a number of accelerators for some time, such as 8 H100 for a month.

    cost [USD] = accelerators x hours x price [USD per GPU-hour] - credits, not below 0

    The price is that of gpu_price for this term, day and provider, with its range over providers. A machine type of a provider, such as
    "p5.48xlarge", gives its number of accelerators and its provider's price; more machines are a multiple of that number. Every
    hour is paid, used or not; one accelerator and a month of 730 hours unless given. A reserved term is billed here for
    the hours given alone, though its contract runs for all of them (reserve_or_rent). With `price_per_gpu_hour`, `term` and
    `provider` count for nothing, but that `term` picks the row of a price of your own. US dollars, before tax, nominal; storage and
    traffic are not included.

    Raises what gpu_price raises, and InputError for a price more than 20 times off the catalogue's.
    """
    count = default("gpus", gpus, 1.0, "GPUs")
    time = assumed("hours_per_month", hours, "hours")
    if price_per_gpu_hour is None:
        hourly = rate(gpu, default("term", term, "on_demand"), as_of, provider)
        price = paid(hourly, gpu, as_of, "price_per_gpu_hour")
    else:
        hourly = None
        class_or_provider(provider)  # one that is not known is a slip, whether or not it counts
        months = -1.0 if term == "spot" else months_of(term)  # of the rows of a price of one's own, those at spot prices are below 0
        price = hourly_price(gpu, price_per_gpu_hour, as_of, months=months, count="gpus")
    rented = step("GPU-hours", "accelerators x hours", count * time, "GPU-hours", figure="gpu_hours")
    cost = step("Cost", "GPU-hours x price", rented * price, "USD")
    pays = assumed("cloud_credits", cloud_credits)
    if pays:
        due = cost - pays
        due = (due + abs(due)) / 2  # not below 0, also in draws
        figure("credits_left", pays - (cost - due), "USD")
        cost = step("Cost after credits", "cost - credits, not below 0", due, "USD")
    if is_kept():
        figure("per_month", count * assumed("hours_per_month") * price, "USD per month")
        question_term("hours", time / assumed("hours_per_month"), HOURS_OF_ONE)
        _limits(gpu, term, provider, time, price_per_gpu_hour)
        if hourly:
            _machines(gpu, count, hourly.quotes)
    return Answer(cost, "cost", table=lambda: _bills(hourly, rented) if hourly else ())


MONTHS_NOT_DAYS = "give months, not days"
HOURS_OF_ONE = "give the hours of one accelerator, not those of all together"


def question_term(parameter: str, months: float, meant: str) -> None:
    """Warns of accelerators that are paid for longer than any stay useful; `meant` says what else the number may be."""
    years = catalogue.assumption("useful_life").high or 0.0
    if months > 12 * years:
        warn(f"{parameter}: {months / 12:,.0f} years are longer than the {years:g} that accelerators stay useful at most; {meant}")


def _limits(gpu: Accelerator, term: str | None, provider: str | None, hours: float, given: float | None) -> None:
    """What the bill leaves out."""
    if given is not None:  # of one's own prices the term picks the row
        said = {"term": None if isinstance(given, OwnPrice) else term, "provider": None if isinstance(gpu, Rented) else provider}
        for name in (name for name, value in said.items() if value is not None):
            warn(f"{name} has no effect, as price_per_gpu_hour is given")
    elif hours < (committed := months_of(term) * assumed("hours_per_month")):
        warn(f"{term} of {gpu.name} is paid for {committed:,.0f} hours, used or not; this bill is for {hours:,.0f} of them")


def _machines(gpu: Accelerator, count: float, quotes: Rental) -> None:
    """Says where one provider rents the chip in whole machines alone, of which the number wanted is no multiple."""
    nodes = {quote.node for quote in quotes.quotes}
    node = nodes.pop() if len(nodes) == 1 and len(quotes.providers) == 1 else None
    if node and count % node:
        whole = math.ceil(count / node) * node
        warn(f"{quotes.providers[0]} rents {gpu.name} in machines of {node:g} alone: it bills {whole:g}, and this bill is for {count:g}")


def _bills(price: Rate, hours: float) -> Table:
    """The same hours at each of the quotes behind the price, the cheapest first."""
    quotes = sorted(price.quotes.quotes, key=lambda quote: (quote.price, quote.provider))
    rows = [(q.provider, q.provider_class, q.price * hours, q.price, q.date, q.source, q.confidence) for q in quotes]
    return (("provider", "class", "USD", "USD per GPU-hour", "date", "source", "confidence"), *rows)
