"""The cheapest way to serve a model: every accelerator with a price, and every hosted API, ranked for one demand."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import CostError, InputError
from compute_cost.inputs import Cell, assumed, at_middle, default, figure, is_kept, is_moved, once, step, warn
from compute_cost.parameters import AsOf, Params, WeightFormat
from compute_cost.physics.serving_plan import ANY_SPEED, Target
from compute_cost.prices import tariffs
from compute_cost.prices.market import NO_PRICE, Rental, for_rent
from compute_cost.prices.rental import quoted_price
from compute_cost.prices.tariffs import Request
from compute_cost.ranges import of_product
from compute_cost.registry import estimate
from compute_cost.result import Answer
from compute_cost.serving.fleet import REQUESTS_PER_DAY, TOKENS_PER_DAY, USERS_PER_DAY, Demand, Fleet, demand_of, fleet_of
from compute_cost.serving.home import BEST_FEW, Refusal, at_home, nothing, together
from compute_cost.serving.levels import FirstToken, Level, StreamRate, Workload, layout_of
from compute_cost.serving.throughput import RequestInput, RequestOutput

# With nothing to serve there is nothing to rank: 0 is refused, and in a host that passes a blank cell as 0 it is a blank.
RequestsPerDay = Annotated[float | None, replace(REQUESTS_PER_DAY, low=1)]
TokensPerDay = Annotated[float | None, replace(TOKENS_PER_DAY, low=1)]
UsersPerDay = Annotated[float | None, replace(USERS_PER_DAY, low=1)]

HEADER = (
    "way", "what", "layout", "GPUs", "USD per month", "low", "high", "USD per million output tokens", "tokens/s per user",
    "first token (s)", "note",
)  # fmt: skip


class Rented(NamedTuple):
    """A fleet of one kind of rented accelerator, and what it costs a month [USD]."""

    fleet: Fleet
    quote: Rental
    cost: float

    @property
    def name(self) -> str:
        return self.fleet.group.gpu.name

    @property
    def interval(self) -> tuple[float, float]:
        """Of the price and the throughput, the two uncertain factors."""
        quote, (slow, fast) = self.quote, self.fleet.group.interval
        return of_product(self.cost, (quote.low, quote.price, quote.high), (1 / fast, 1.0, 1 / slow))

    @property
    def layout(self) -> str:
        return f"{self.fleet.groups:,.0f} x ({layout_of(self.fleet.group)})"

    def row(self, days: float) -> tuple[Cell, ...]:
        group, fleet = self.fleet.group, self.fleet
        million = self.cost / (fleet.demand.tokens_per_day * days) * 1e6
        note = "" if group.known_chip else "no measurements of its generation: wider range"
        speed, wait = 1 / group.time.per_token, fleet.first_token()
        return ("rented", self.name, self.layout, fleet.gpus, self.cost, *self.interval, million, speed, wait, note)


class Bill(NamedTuple):
    """What a hosted API asks a month, and per million output tokens with their inputs [USD]."""

    host: str
    offer: str
    cost: float
    million: float

    def row(self) -> tuple[Cell, ...]:
        none = ("", "")
        return ("hosted API", self.host, self.offer, "", *(self.cost,) * 3, self.million, *none, "how fast it answers is not known here")


@estimate("USD per month", answers="table")
def cheapest_serving(
    params: Params,
    requests_per_day: RequestsPerDay = None,
    input_tokens: RequestInput = None,
    output_tokens: RequestOutput = None,
    min_tokens_per_second: StreamRate = None,
    max_first_token: FirstToken = None,
    tokens_per_day: TokensPerDay = None,
    precision: WeightFormat = None,
    as_of: AsOf = None,
    users_per_day: UsersPerDay = None,
    level: Level = None,
) -> Answer:
    """The cheapest way to serve a model: rented accelerators and hosted APIs ranked by cost, or one's own cards for one user.

    rented [USD per month] = accelerators x 730 h x price on demand [USD per GPU-hour], of the fleet of serving_cost
    hosted API [USD per month] = requests per day x 730 / 24 x bill of one request (api_cost)
    own [USD per month] = price paid x (1 - residual_share) / (12 x useful_life), without electricity

    With requests, users or output tokens per day each accelerator gets the layout and the number that serve the busiest hour with
    the fewest, at the speed and wait that are asked for; the hosted APIs of the same model stand in the same table. Without, it
    is one user at a time at home: the fewest cards, Macs or small machines of each kind that reach the speed, by what they cost to
    own; those without a known purchase price follow. Left out with the reason: what does not hold the model, is too slow, would
    take more for one copy than work together, or has no price of the last year. The value is the cheapest row that is known to
    keep what is asked: a hosted API counts where no speed and no wait is asked for, as theirs is not known here. Ranges overlap:
    low and high are those of price and throughput. US dollars, before tax, nominal.

    Raises what infer_throughput raises, and NoData where nothing can do it.
    """
    target = Target(min_tokens_per_second, max_first_token)
    work = Workload(params, catalogue.default_gpu(), precision, input_tokens, output_tokens, level=level)
    if requests_per_day is None and tokens_per_day is None and users_per_day is None:
        return at_home(work, target)
    load = tokens_per_day, requests_per_day, users_per_day, input_tokens, output_tokens, None, None, None
    offers, refused = at_middle(_ranked, work, load, target, as_of)
    demand, hours = demand_of(*load), assumed("hours_per_month")
    days = hours / 24
    hosts = once(_of_request, params, Request(demand.input_tokens, demand.output_tokens), as_of)
    if not offers and (target != ANY_SPEED or not hosts):
        raise nothing(refused, "accelerator with a price")
    least = demand.requests * days * min([bill for *_, bill in hosts], default=math.inf)
    asks = least if target == ANY_SPEED else math.inf
    if asks < (offers[0].cost if offers else math.inf):  # said before what the fleet has to say of itself
        warn("the cheapest is a hosted API, whose speed is not known here; min_tokens_per_second ranks what is known to reach it")
    fleet = _best(work, offers, demand, target, as_of, hours, asks)
    is_hosted = asks < (fleet.cost if fleet else math.inf)
    cost = fleet.cost if fleet and not is_hosted else least
    if is_kept():
        _name(offers, fleet, _bills(hosts, demand, days), refused, is_hosted)
    return Answer(
        cost,
        "cost",
        table=lambda: _table(offers, _bills(hosts, demand, days), refused, days),
        rows=lambda: len(offers) + len(hosts) + len(_left_out(refused)),
    )


def _ranked(
    work: Workload, load: tuple[float | None, ...], target: Target, as_of: datetime.date | None
) -> tuple[list[Rented], list[Refusal]]:
    """A fleet of each kind of accelerator for a load as demand_of takes it, the cheapest first, and the others with the reason."""
    demand = demand_of(*load)
    work = demand.of(work)
    offers: list[Rented] = []
    priced, others = _for_rent(as_of)
    refused = [*others]
    month = assumed("hours_per_month")
    for place, chip, quote in priced:
        try:
            fleet = fleet_of(together(work._replace(gpu=chip)), demand, target)
            offers.append(Rented(fleet, quote, fleet.gpus * (month * quote.price)))
        except InputError as problem:
            refused[place] = Refusal.of(chip, problem)
    return sorted(offers, key=lambda offer: offer.cost), [refusal for refusal in refused if refusal]


@catalogue.kept(64)
def _for_rent(as_of: datetime.date | None) -> tuple[list[tuple[int, Accelerator, Rental]], list[Refusal | None]]:
    """The accelerators with a price, each with its place in the catalogue, and the many others in theirs."""
    every = for_rent(as_of)
    priced = [(place, chip, quote) for place, (chip, quote) in enumerate(every) if not isinstance(quote, str)]
    return priced, [Refusal(chip.name, quote) if isinstance(quote, str) else None for chip, quote in every]


def _best(
    work: Workload, offers: list[Rented], demand: Demand, target: Target, as_of: datetime.date | None, hours: float, asks: float
) -> Rented | None:
    """The cheapest fleet, worked out once more with all that is said of it; where inputs are moved, that of the best few then.

    A fleet is at least one accelerator: where that alone costs no less than the cheapest so far, or than the hosted API `asks`, the
    fleet is not worked out.
    """

    def fleet(offer: Rented) -> Fleet:
        return once(fleet_of, work._replace(gpu=default("gpu", None, offer.fleet.group.gpu)), demand, target)

    def month(offer: Rented) -> float:
        return hours * quoted_price(offer.quote, offer.fleet.group.gpu, as_of)

    if not is_moved():
        return Rented(taken := fleet(offers[0]), offers[0].quote, taken.gpus * month(offers[0])) if offers else None
    best, least = None, asks
    for offer in offers[:BEST_FEW]:
        if (each := month(offer)) < least and (cost := (taken := fleet(offer)).gpus * each) < least:
            best, least = Rented(taken, offer.quote, cost), cost
    return best


def _name(offers: list[Rented], fleet: Rented | None, bills: list[Bill], refused: list[Refusal], is_hosted: bool) -> None:
    """The cheapest fleet, the next few and the cheapest hosted API, and what may come out another way."""
    assumed("oldest_price")
    if fleet:
        figure("gpu", fleet.name, "")
        formula = f"accelerators x 730 h x price; cheapest of {len(offers)} kinds, {len(refused)} others can't do it or have no price"
        step(f"On rented {fleet.name}", formula, fleet.cost, "USD per month", figure="rented_cost")
    for offer in offers[1:BEST_FEW]:
        speed = show(1 / offer.fleet.group.time.per_token, "tokens/s")
        step(f"On rented {offer.name}", f"{offer.layout}, each user with {speed}", offer.cost, "USD per month")
    if bills:
        formula = "requests per day x 730 / 24 x bill of one request"
        step(f"Hosted API of {bills[0].host}", formula, bills[0].cost, "USD per month", figure="api_cost")
    if is_hosted or not fleet:
        figure("way", f"hosted API of {bills[0].host}", "")
        figure("host", bills[0].host, "")  # the answer is its bill, and the figures of a fleet are those of another way
        return
    figure("way", f"{fleet.fleet.gpus:,.0f} rented {fleet.name}", "")
    if bills and bills[0].cost < fleet.cost:
        asks = f"{bills[0].host} asks {show(bills[0].cost, 'USD')} a month"
        warn(f"a hosted API may cost less: {asks}, but how fast it answers is not known here, so it does not count as fast enough")
    close = sum(offer.interval[0] < fleet.cost for offer in offers[1:])
    if close:
        warn(f"{fleet.name} may not be the cheapest: the ranges of {close} others reach below its cost")


def _bills(hosts: list[tuple[str, str, float]], demand: Demand, days: float) -> list[Bill]:
    """What each host of the same model asks for the requests of a month, the cheapest first."""
    bills = [Bill(host, offer, demand.requests * days * bill, bill / demand.output_tokens * 1e6) for host, offer, bill in hosts]
    return sorted(bills, key=lambda bill: (bill.cost, bill.host))


def _of_request(model: Model, request: Request, as_of: datetime.date | None) -> list[tuple[str, str, float]]:
    """The hosts of a model with their offers and what one request costs there [USD]."""
    if not model.name:  # a bare count is sold by nobody
        return []
    day = as_of or catalogue.catalogue_date()
    for name in (model.name, model.id, f"{model.name} Instruct"):
        try:
            sold = tariffs.find(name)
            offers = tariffs.offers(sold.model.id, day) if sold else ()
        except CostError:  # a name of two, or not sold yet
            continue
        bills = [
            (offer.host.name, offer.id, offer.bill(request).total)
            for offer in offers
            if offer.base.service == "standard" and offer.is_known and offer.base.output is not None
        ]
        if bills and sold and (said := tariffs.beyond(sold.model, request)):
            warn(f"hosted APIs are left out: {said[0]}")
            return []
        if bills:
            return bills
    return []


def _table(offers: list[Rented], bills: list[Bill], refused: list[Refusal], days: float) -> Iterator[tuple[Cell, ...]]:
    yield HEADER
    ways: list[Rented | Bill] = [*offers, *bills]
    for way in sorted(ways, key=lambda way: way.cost):
        yield way.row(days) if isinstance(way, Rented) else way.row()
    blank = ("",) * (len(HEADER) - 3)
    yield from (("left out", name, *blank, reason) for name, reason in _left_out(refused))


def _left_out(refused: list[Refusal]) -> list[tuple[str, str]]:
    """What can't do it, each with its reason; those without a price in one row."""
    priced = [(refusal.name, refusal.reason) for refusal in refused if refusal.reason != NO_PRICE]
    unpriced = len(refused) - len(priced)
    if unpriced:
        priced.append((f"{unpriced} others", f"{NO_PRICE}; serving_cost takes a price_per_gpu_hour of yours"))
    return priced
