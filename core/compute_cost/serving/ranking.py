"""The cheapest way to serve a model: every accelerator with a price, and every hosted API, ranked for one demand."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Model
from compute_cost.errors import CostError, DoesNotFit, InputError, NoData
from compute_cost.inputs import Cell, apart, assumed, default, evaluation, figure, is_kept, step, warn
from compute_cost.parameters import AsOf, Params, WeightFormat
from compute_cost.physics.serving_group import Serving
from compute_cost.physics.serving_plan import ANY_SPEED, Target
from compute_cost.prices import tariffs
from compute_cost.prices.rental import Rental, quoted_price, rental
from compute_cost.prices.tariffs import Request
from compute_cost.ranges import of_product
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table
from compute_cost.serving.fleet import Demand, Fleet, RequestsPerDay, TokensPerDay, demand_of, fleet_of
from compute_cost.serving.levels import FirstToken, StreamRate, Workload, chosen, fewest, name_level
from compute_cost.serving.throughput import RequestInput, RequestOutput

NO_PRICE = "no rental price in the catalogue"
HEADER = (
    "way", "what", "layout", "GPUs", "USD per month", "low", "high", "USD per million output tokens", "tokens/s per user",
    "first token (s)", "note",
)  # fmt: skip


class Rented(NamedTuple):
    """A fleet of one kind of rented accelerator."""

    fleet: Fleet
    quote: Rental
    month: float  # USD of one accelerator

    @property
    def cost(self) -> float:
        return self.fleet.gpus * self.month

    def row(self, days: float) -> tuple[Cell, ...]:
        fleet, group, quote = self.fleet, self.fleet.group, self.quote
        low, high = of_product(self.cost, (quote.low, quote.price, quote.high), (1 / group.factor, 1.0, group.factor))
        million = self.cost / (fleet.demand.tokens_per_day * days) * 1e6
        layout = f"{fleet.groups:,.0f} x ({group.layout.name or 'one accelerator'})"
        note = "" if group.known_chip else "no measurements of its generation: wider range"
        waits = fleet.group.time.first_token_under_load
        return ("rented", group.gpu.name, layout, fleet.gpus, self.cost, low, high, million, 1 / group.time.per_token, waits, note)


class Bill(NamedTuple):
    """What a hosted API asks a month."""

    host: str
    offer: str
    cost: float
    million: float

    def row(self) -> tuple[Cell, ...]:
        return (
            "hosted API",
            self.host,
            self.offer,
            "",
            self.cost,
            self.cost,
            self.cost,
            self.million,
            "",
            "",
            "its speed is not known here",
        )


class Owned(NamedTuple):
    """One's own cards for one user at a time; the cost is what they lose in worth a month, where the price is known."""

    group: Serving
    cost: float | None

    def row(self) -> tuple[Cell, ...]:
        group, time = self.group, self.group.time
        price = group.gpu.purchase_price
        note = f"bought at {show(price, 'USD')} each ({group.gpu.purchase_date})" if price else "no purchase price in the catalogue"
        cost = "" if self.cost is None else self.cost
        layout = group.layout.name or "one accelerator"
        return ("own", group.gpu.name, layout, group.gpus, cost, "", "", "", 1 / time.per_token, time.first_token, note)


Refused = tuple[str, str]


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
) -> Answer:
    """Ways to serve a model ranked by cost: every accelerator with a price, hosted APIs, and one's own card for one user at home.

    rented [USD per month] = accelerators x 730 h x price on demand [USD per GPU-hour], of the fleet of serving_cost
    hosted API [USD per month] = requests per day x 730 / 24 x bill of one request (api_cost)
    own [USD per month] = price paid x (1 - residual_share) / (12 x useful_life), without electricity

    With requests (or output tokens) per day each accelerator gets the layout and the number that serve the busiest hour with
    the fewest, at the speed and wait that are asked for; the hosted APIs of the same model stand in the same table. Without, it
    is one user at a time at home: the fewest cards, Macs or small machines of each kind that reach the speed, by what they cost to
    own; those without a known purchase price follow. Left out with the reason: what does not hold the model, is too slow, would
    take more for one copy than work together, or has no price of the last year. The value is the cheapest row that is known to
    keep what is asked: a hosted API counts where no speed and no wait is asked for, as theirs is not known here. Ranges overlap:
    low and high are those of price and throughput. US dollars, before tax, nominal.

    Raises what infer_throughput raises, and NoData where nothing can do it.
    """
    target = Target(min_tokens_per_second, max_first_token)
    work = Workload(params, catalogue.default_gpu(), precision, input_tokens, output_tokens)
    if requests_per_day is None and tokens_per_day is None:
        return _at_home(work, target)

    def asked() -> Demand:
        return demand_of(tokens_per_day, requests_per_day, None, input_tokens, output_tokens, None, None, None)

    days = assumed("hours_per_month") / 24
    with evaluation(apart()):  # the choice is that of the middle, whatever is moved
        offers, refused = _ranked(work, asked(), target, as_of)
    bills = _bills(params, asked(), days, as_of)
    if not offers and not bills:
        raise _nothing(refused)
    is_hosted = bool(bills) and (not offers or (target == ANY_SPEED and bills[0].cost < offers[0].cost))
    cost = _name_rented(work, offers, refused, asked(), target, as_of) if offers else 0.0
    if bills:
        step(
            f"Hosted API of {bills[0].host}",
            "requests per day x 730 / 24 x bill of one request",
            bills[0].cost,
            "USD per month",
            figure="api_cost",
        )
    if is_kept():
        figure("way", f"hosted API of {bills[0].host}" if is_hosted else f"rented {offers[0].fleet.group.gpu.name}", "")
        _warn(offers, bills, is_hosted)
    return Answer(bills[0].cost if is_hosted else cost, "cost", table=lambda: _table(offers, bills, refused, days))


def _ranked(work: Workload, demand: Demand, target: Target, as_of: datetime.date | None) -> tuple[list[Rented], list[Refused]]:
    """A fleet of each kind of accelerator, the cheapest first, and the others with the reason."""
    offers: list[Rented] = []
    refused: list[Refused] = []
    month = assumed("hours_per_month")
    everywhere = work._replace(input_tokens=demand.input_tokens, output_tokens=demand.output_tokens)
    for chip in catalogue.accelerators().rows:
        try:
            quote = rental(chip, as_of=as_of)
        except NoData:
            refused.append((chip.name, NO_PRICE))
            continue
        if quote.stale_days > catalogue.constant("oldest_price"):
            refused.append((chip.name, f"no rental price of the last year: the newest is {quote.stale_days} days old"))
            continue
        try:
            there = _together(everywhere._replace(gpu=chip))
            offers.append(Rented(fleet_of(there, demand, target), quote, month * quote.price))
        except InputError as problem:
            refused.append((chip.name, problem.allowed.split(";")[0]))
    return sorted(offers, key=lambda offer: offer.cost), refused


def _together(work: Workload) -> Workload:
    """The work, where so many of the accelerators can work together as one copy takes. Raises DoesNotFit where not."""
    most, needed = work.largest_group(), work.on(None).gpus
    if needed > most:
        why = f"one copy takes {needed:,.0f} of them, and at most {most:,.0f} work together"
        raise DoesNotFit("gpu", work.gpu.name, why)
    return work


def _bills(model: Model, demand: Demand, days: float, as_of: datetime.date | None) -> list[Bill]:
    """What each host of the same model asks for the requests of a month, the cheapest first."""
    day = as_of or catalogue.catalogue_date()
    request = Request(demand.input_tokens, demand.output_tokens)
    for name in filter(None, (model.name, model.id, f"{model.name} Instruct")):
        try:
            sold = tariffs.find(name)
            offers = tariffs.offers(sold.model.id, day) if sold else ()
        except CostError:  # a name of two, or not sold yet
            continue
        bills = [
            Bill(
                offer.host.name,
                offer.id,
                demand.requests * days * offer.bill(request).total,
                offer.bill(request).total / request.output * 1e6,
            )
            for offer in offers
            if offer.base.service == "standard" and offer.is_known and offer.base.output is not None
        ]
        if bills:
            return sorted(bills, key=lambda bill: (bill.cost, bill.host))
    return []


def _name_rented(
    work: Workload, offers: list[Rented], refused: list[Refused], demand: Demand, target: Target, as_of: datetime.date | None
) -> float:
    """The cost of the cheapest fleet, worked out once more with all that is said of it."""
    best = offers[0]
    chip = default("gpu", None, best.fleet.group.gpu)
    fleet = fleet_of(work._replace(gpu=chip), demand, target)
    price = quoted_price(best.quote, chip, as_of)
    figure("gpu", chip.name, "")
    cost = fleet.gpus * assumed("hours_per_month") * price
    how = f"accelerators x 730 h x price; cheapest of {len(offers)} kinds, {len(refused)} others can't do it or have no price"
    return step(f"On rented {chip.name}", how, cost, "USD per month", figure="rented_cost")


def _warn(offers: list[Rented], bills: list[Bill], is_hosted: bool) -> None:
    """What may come out another way, and what was not counted."""
    assumed("oldest_price")
    if bills and offers and not is_hosted and bills[0].cost < offers[0].cost:
        asks = f"{bills[0].host} asks {show(bills[0].cost, 'USD')} a month"
        warn(f"a hosted API may cost less: {asks}, but how fast it answers is not known here, so it does not count as fast enough")
    if is_hosted:
        warn("the cheapest is a hosted API, whose speed is not known here; min_tokens_per_second ranks what is known to reach it")
    if offers and not is_hosted:
        low = offers[0].cost
        close = sum(float(offer.row(1.0)[5]) < low for offer in offers[1:])
        if close:
            warn(f"{offers[0].fleet.group.gpu.name} may not be the cheapest: the ranges of {close} others reach below its cost")


def _nothing(refused: list[Refused]) -> NoData:
    slow = next((f"; {name}: {reason}" for name, reason in refused if reason != NO_PRICE), "")
    return NoData(f"min_tokens_per_second: no accelerator with a price and no hosted API serves this model so{slow}")


def _at_home(work: Workload, target: Target) -> Answer:
    """One user at a time on cards of one's own."""
    owned: list[Owned] = []
    refused: list[Refused] = []
    with evaluation(apart()):
        share = _lost_a_month()
        for chip in catalogue.accelerators().rows:
            if chip.market == "datacenter" or chip.status == "announced":
                continue
            try:
                there = _together(work._replace(gpu=chip)).alone()
                group = chosen(there, target, None, fewest).way
            except InputError as problem:
                refused.append((chip.name, problem.allowed.split(";")[0]))
                continue
            owned.append(Owned(group, chip.purchase_price * group.gpus * share if chip.purchase_price else None))
    owned.sort(key=lambda one: (one.cost is None, one.cost or one.group.time.per_token))
    if not owned or owned[0].cost is None:
        known = f", but {owned[0].group.gpu.name}, whose price is not in the catalogue, does" if owned else ""
        raise NoData(f"min_tokens_per_second: no card or machine with a known price serves this model so{known}; give a narrower precision")
    best = owned[0].group
    chip = default("gpu", None, best.gpu)
    there = work._replace(gpu=chip).alone()
    taken = chosen(there, target, None, fewest)
    name_level(there, target, taken)
    price = step(f"Price of {chip.name}", f"at purchase, {chip.purchase_date}", chip.purchase_price or 0.0, "USD", chip.purchase_source)
    figure("gpu", chip.name, "")
    figure("gpus", taken.way.gpus, "GPUs")
    figure("purchase_cost", taken.way.gpus * price, "USD")
    formula = f"cards x price x (1 - residual_share) / (12 x useful_life); cheapest of {sum(one.cost is not None for one in owned)} kinds"
    cost = step("What it loses in worth", formula, taken.way.gpus * price * _lost_a_month(), "USD per month")
    if is_kept():
        warn("one user at a time, on a machine of one's own; other parts and electricity come on top")
        warn("rented accelerators and hosted APIs are ranked where requests_per_day or tokens_per_day is given")
    return Answer(cost, "cost", table=lambda: (HEADER, *(one.row() for one in owned), *_left_out(refused)))


def _lost_a_month() -> float:
    """The share of its price that a machine loses in a month."""
    return (1 - assumed("residual_share")) / (12 * assumed("useful_life"))


def _table(offers: list[Rented], bills: list[Bill], refused: list[Refused], days: float) -> Table:
    rows = [*((offer.cost, offer.row(days)) for offer in offers), *((bill.cost, bill.row()) for bill in bills)]
    return (HEADER, *(row for _, row in sorted(rows, key=lambda one: one[0])), *_left_out(refused))


def _left_out(refused: list[Refused]) -> Iterator[tuple[Cell, ...]]:
    """What can't do it, each with its reason; those without a price in one row."""
    blank = ("",) * (len(HEADER) - 3)
    yield from (("left out", name, *blank, reason) for name, reason in refused if reason != NO_PRICE)
    unpriced = sum(reason == NO_PRICE for _, reason in refused)
    if unpriced:
        yield ("left out", f"{unpriced} others", *blank, f"{NO_PRICE}; serving_cost takes a price_per_gpu_hour of yours")
