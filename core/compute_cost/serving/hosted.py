"""What hosted APIs charge for tokens: one bill by the tariff of the host, its tiers, cache, services and fees."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue import near_misses
from compute_cost.catalogue.records import HostedModel, Provider, Tariff
from compute_cost.errors import InputError, MissingInput, NoData, UnknownName, quote
from compute_cost.inputs import FAR, DataNote, assumed, default, figure, is_kept, matters, step, uncertain, warn
from compute_cost.parameters import AsOf, Choice, CountOrShare, Part, Quantity, Text
from compute_cost.prices import tariffs
from compute_cost.prices.index import OUTLYING, quantile
from compute_cost.prices.rental import question_given
from compute_cost.prices.tariffs import Bill, Offer, Request
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table

SERVICES = ("standard", "batch", "flex", "priority", "fast")
TOOLS = ("web searches", "file searches")  # billed to those alone who switch them on
MEDIA = ("audio_input", "audio_output", "image_input", "image_output")

ApiModel = Annotated[str, Text("a model that a hosted API offers", example='"gpt-4o"')]
TokensSent = Annotated[
    float | None,
    Quantity(
        "Tokens sent, cached ones among them: of one request with `requests`, else of all; a million if left out.",
        "tokens", high=1e18, whole=True, example='1000 or "1M"',
    ),
]  # fmt: skip
TokensReceived = Annotated[
    float | None,
    Quantity(
        "Tokens received, with the thinking tokens unless these are given apart; a million if left out.",
        "tokens", high=1e18, whole=True, example='1000 or "1M"',
    ),
]  # fmt: skip
Requests = Annotated[
    float | None,
    Quantity("Requests of so many tokens each; left out, these are a total.", "requests", high=1e15, whole=True, example="1000"),
]  # fmt: skip
CachedTokens = Annotated[
    float | None, CountOrShare("Of the tokens sent, those read from the cache.", "tokens", high=1e18, whole=True, example='8000 or "80%"')
]
CacheWrites = Annotated[
    float | None,
    CountOrShare("Of the tokens sent, those written to the cache for 5 minutes.", "tokens", high=1e18, whole=True, example='2000 or "10%"'),
]
ThinkingTokens = Annotated[
    float | None,
    CountOrShare(
        "Thinking tokens on top of the tokens received; a share is one of these.", "tokens", high=1e18, whole=True, example="5000"
    ),
]
HourWrites = Annotated[
    float | None,
    CountOrShare("Of the tokens sent, those written to the cache for an hour.", "tokens", high=1e18, whole=True, example='2000 or "10%"'),
]


def _media(what: str) -> Quantity:
    return Quantity(f"Tokens of {what}, on top of the other tokens.", "tokens", high=1e18, whole=True, example="5000")


AudioSent = Annotated[float | None, _media("sound that is sent")]
AudioReceived = Annotated[float | None, _media("sound that comes back")]
ImagesSent = Annotated[float | None, _media("pictures that are sent, where the host bills them apart from text")]
ImagesReceived = Annotated[float | None, _media("pictures that come back")]
Service = Annotated[str | None, Choice("How fast the host answers; standard if left out.", choices=SERVICES, example='"batch"')]
Host = Annotated[str | None, Text("the host whose price counts; its maker's if left out, else the median of all hosts", example='"Azure"')]


class Choosing(NamedTuple):
    """The offer that a bill is made by, and all those that it was chosen among."""

    model: HostedModel
    offer: Offer
    among: tuple[Offer, ...]
    how: str
    is_lone: bool  # whether one host was asked for
    own: tuple[str, ...] = ()  # the prices that were given in place of the tariff's


@estimate("USD")
def api_cost(
    model: ApiModel,
    input_tokens: TokensSent = None,
    output_tokens: TokensReceived = None,
    as_of: AsOf = None,
    requests: Requests = None,
    cached_tokens: CachedTokens = None,
    cache_writes: CacheWrites = None,
    thinking_tokens: ThinkingTokens = None,
    service: Service = None,
    provider: Host = None,
    cache_writes_1h: HourWrites = None,
    audio_input_tokens: AudioSent = None,
    audio_output_tokens: AudioReceived = None,
    image_input_tokens: ImagesSent = None,
    image_output_tokens: ImagesReceived = None,
) -> Answer:
    """What a hosted API charges for a number of tokens.

    cost [USD] = requests x ((input - cached - written) x input price + cached x cache price + written x write price
    + output x output price + thinking x thinking price + audio and images x their prices + fee), prices in USD per million tokens

    The price is that of the model's maker where it sells the model, else that of the host with the median bill; low and high are the 10th
    and 90th percentile of the bills of all hosts, of which `provider` takes one, and span the bills of both lists of prices where these
    disagree about the host that counts. Where the maker sells the model, a bill of less than half or more than twice its own is no bound
    of what people pay: such hosts are named, and stay in the table. A host of whose price the catalogue knows nothing, given as
    `provider` or before the name of the model ("azure/gpt-4o"), gets the price that counts without it and a warning. With `requests` the
    tokens are those of one request, and the tier is that of its prompt. Without, they are a total of requests of unknown length: the tier
    of short prompts counts, fees per request do not, and both are named. Cached tokens and those written to the cache are part of the
    input; where a host has no price of their own they cost what other input does. Thinking is billed as output unless the tariff says
    otherwise. Tokens of sound and of pictures are counted apart from the text, for models whose host bills them apart. Counts may be
    shares: "80%" or 0.8 of the input (of the output, for thinking). A million tokens of input and of output where no tokens are given,
    and none of the others where some are. One request that is longer than any the model is known to take, whose answer is longer than
    any it writes, or that with its answer is longer than what the model holds of both, is billed with a warning that says the longest.

    Tariffs are frozen rows of tariffs.csv, from genai-prices and litellm (MIT), which name their sources. Where the price of a day is not
    recorded, it is the first that is known, within the range of recorded changes. US dollars, before tax, nominal, without free offers.

    Raises UnknownName for a model or host that is not known by exactly that name, InputError for a name of two models, for more cached
    tokens than input, for output tokens of a model that is billed by its input alone, or for a service, or a kind of token, that the host
    has no price of, and NoData for a day before the model was sold.
    """
    count, by_request = (1.0, False) if requests is None else (requests, True)
    media = [tokens or 0.0 for tokens in (audio_input_tokens, audio_output_tokens, image_input_tokens, image_output_tokens)]
    sent, received = _tokens(input_tokens, output_tokens, requests, sum(media))
    request = request_of(sent, received, cached_tokens, cache_writes, thinking_tokens, cache_writes_1h)
    if any(media):
        request = request._replace(**dict(zip(MEDIA, media, strict=True)))
    chosen = choose(model, request, as_of, service, provider, by_request)
    if output_tokens:
        refuse_free_output(chosen, "output_tokens", output_tokens)
    _refuse_unpriced(chosen, request)
    bill, level = bill_of(chosen.offer, request, by_request), price_level(chosen, partial(price_range, chosen, request, by_request))
    cost = count * level * bill.total
    if is_kept():
        name_prices(chosen, row_of(chosen.offer, request, by_request), level, by_request, request)
        _name_parts(bill, count * level, by_request)
        step("Cost", "sum of its parts" if requests is None else "requests x sum of its parts", cost, "USD")
        _name_unused(chosen, request, by_request, cached_tokens is not None, level)
    return Answer(cost, "cost", table=lambda: offer_table(chosen, request, by_request))


def _tokens(sent: float | None, received: float | None, requests: float | None, others: float) -> tuple[float, float]:
    is_none = sent is None and received is None and not others
    if is_none and requests is not None:
        raise MissingInput("input_tokens", "with requests, give the tokens of one request: what it sends and what comes back")
    usual = assumed("api_tokens") if is_none else 0.0  # what is named alone is all there is
    return default("input_tokens", sent, usual, "tokens"), default("output_tokens", received, usual, "tokens")


def request_of(
    sent: float,
    received: float,
    cached: float | None = None,
    writes: float | None = None,
    thinking: float | None = None,
    writes_1h: float | None = None,
) -> Request:
    """A request by its counts, some of which may be shares. Raises InputError for more cached and written tokens than are sent."""
    counts = [_count(part, whole) for part, whole in ((cached, sent), (writes, sent), (thinking, received), (writes_1h, sent))]
    short = counts[0] + counts[1]
    for name, given, count in (
        ("cached_tokens", cached, counts[0]), ("cache_writes", writes, short), ("cache_writes_1h", writes_1h, short + counts[3]),
    ):  # fmt: skip
        if count > sent * (1 + 1e-12):
            raise InputError(
                name, given, f"{count:,.0f} tokens are cached or written to the cache, more than the {sent:,.0f} that are sent"
            )
    return Request(sent, received, *counts)


def _count(part: float | None, whole: float) -> float:
    return 0.0 if part is None else part * whole if isinstance(part, Part) else part


def choose(model: str, request: Request, as_of: datetime.date | None, service: str | None, provider: str | None, is_one: bool) -> Choosing:
    """The offer that counts for a model, and those that it is one of."""
    sold = tariffs.find(model)
    if sold is None:
        raise UnknownName("model", model, (), "give the name that the API uses, such as gpt-4o", near_misses.nearest("hosted", model))
    day = default("as_of", as_of, catalogue.catalogue_date())
    newest = sold.newest(day)
    if not sold.as_listed or newest is not sold.model:
        free = "; free offers are left out" if "free" in model.casefold() else ""
        warn(f"{quote(model)} is read as {newest.name}{free}")
    if sold.unread:
        warn(f"{quote(sold.unread)} in the name of the model tells no price that the catalogue has: this is the price without it")
    sold = sold._replace(model=newest)
    wanted = default("service", service, "standard")
    asked = _host(provider) if provider else sold.host
    if asked and (exact := tariffs.at_host(model, asked)):
        sold = sold._replace(model=exact)
    every = tariffs.offers(sold.model.id, day)
    host = asked if asked and any(offer.host == asked for offer in every) else None
    if asked and not host:
        warn(f"the catalogue has no price of {sold.model.name} at {asked.name} on {day.isoformat()}: this is what others ask")
    offers = _of_service(sold.model.id, wanted, host.id if host else None, day)
    if request.is_special:
        priced = tuple(offer for offer in offers if not _unpriced(offer.base, request))  # the others would bill a part as something else
        offers = priced if any(host is None or offer.host.id == host.id for offer in priced) else offers
    own = [offer for offer in offers if offer.host.id == (host.id if host else sold.model.maker)]
    if own:
        offer = tariffs.of_name(own[0], model, day)
        _warn_of_end(offer, day)
        origin = f"of {offer.host.name}{'' if host else ', the maker'}"
        return Choosing(sold.model, offer, offers, origin, host is not None)
    middle = sorted(offers, key=lambda offer: (bill_of(offer, request, is_one).total, offer.host.id))[(len(offers) - 1) // 2]
    _warn_of_end(middle, day)
    several = f"median bill of {len(offers)} hosts, that of {middle.host.name}"
    return Choosing(sold.model, middle, offers, several if len(offers) > 1 else f"of {middle.host.name}, the only host of that name", False)


def _warn_of_end(offer: Offer, day: datetime.date) -> None:
    """Says of an offer that its host announced its end for an earlier day."""
    if (ends := offer.base.ends) and ends < day.isoformat():
        warn(f"{offer.host.name} announced the end of {offer.id} for {ends}: this is its last price; give the model that follows it")


def warn_of_limits(model: HostedModel, request: Request) -> None:
    """Says of one request what no host is known to take or to write: the bill is of a request that can't be had."""
    for said in tariffs.beyond(model, request):
        warn(f"{said}: no host is known to do so, and nobody gets this bill; make it several shorter requests")


def refuse_free_output(chosen: Choosing, parameter: str, given: float | str) -> None:
    """Raises InputError for output of a model that is billed by its input alone, such as an embedding: it has none, and is not free."""
    if chosen.offer.base.output is None:
        alone = f"{chosen.offer.host.name} bills {chosen.model.name} by what is sent alone"
        instead = "leave output_tokens out" if parameter == "output_tokens" else "give a model that writes answers"
        raise InputError(parameter, given, f"{alone}; {instead}")


def _unpriced(row: Tariff, request: Request) -> str:
    """The first part of a request that a tariff has no price of; "" where it prices all."""
    if request.writes_1h and row.cache_write_1h is None:
        return "writes_1h"
    return next((name for name in MEDIA if getattr(request, name) and getattr(row, name) is None), "")


def _refuse_unpriced(chosen: Choosing, request: Request) -> None:
    """Raises InputError for tokens that the host has no price of: they would be billed as others, which it may not do."""
    if not request.is_special:
        return
    host, part = chosen.offer.host.name, _unpriced(chosen.offer.base, request)
    if part == "writes_1h":
        raise InputError("cache_writes_1h", request.writes_1h, f"{host} has no price of a cache for an hour; give cache_writes")
    if part:
        kind, way = part.split("_")
        instead = f"where it bills them as text, add these to {way}_tokens"
        raise InputError(
            f"{part}_tokens", getattr(request, part), f"{host} has no price of {kind} {way} for {chosen.model.name}; {instead}"
        )


def _host(name: str) -> Provider:
    host = tariffs.hosts().get(name)
    if host is None:
        hint = "give the host of an API, such as OpenAI, Azure or OpenRouter; compute-cost providers --apis lists them"
        raise UnknownName("provider", name, (), hint, tariffs.hosts().near(name))
    return host


@catalogue.kept(256)
def _of_service(model: str, service: str, host: str | None, day: datetime.date) -> tuple[Offer, ...]:
    """The offers of a model in that service; raises InputError where the host, or nobody, has one, with what there is instead."""
    every, name = tariffs.offers(model, day), tariffs.hosted_models()[model].name
    there = [offer for offer in every if host is None or offer.host.id == host]
    if not there:
        raise NoData(f"model: no host has a text price for {name} on {day.isoformat()}; give another as_of")
    offers = [offer for offer in every if offer.base.service == service]
    if not any(offer in offers for offer in there):
        has = ", ".join(kind for kind in SERVICES if any(offer.base.service == kind for offer in there))
        raise InputError("service", service, f"{there[0].host.name if host else 'nobody'} sells {name} so; it is sold as {has}")
    known = [offer for offer in offers if offer.is_known]  # where it is known what some asked on that day, others don't widen it
    return tuple(known if any(offer in known for offer in there) else offers)


def _of_other_counts(times: float) -> list[str]:
    """What a price of tokens is mistaken for, by how many times the usual one it is."""
    return ["the price of a thousand tokens"] if 1 / FAR < times * 1000 < FAR else []


def at_own_prices(chosen: Choosing, request: Request, given: Mapping[str, float | None]) -> Choosing:
    """The offer at prices of one's own [USD per million tokens] by the tariff's columns, whatever the prompt; what is not given stays.

    They hold for one host, so that what others ask widens nothing. Raises InputError for one that is far from the tariff's.
    """
    own = {name: price for name, price in given.items() if price is not None}
    if not own:
        return chosen
    row = chosen.offer.tier(request.prompt)
    for name, price in own.items():
        usual = getattr(row, name)
        if price and usual:
            question_given(f"{name}_price", price, usual, chosen.model, _of_other_counts, "a million tokens")
    row = replace(row, **own, second="")  # type: ignore[arg-type]
    is_whole = {"input", "output"} <= own.keys()
    if is_whole:
        row = replace(row, confidence="checked")  # nothing of the list is left that might be wrong
    offer = chosen.offer._replace(tiers=(row,), peaks=(), is_known=is_whole or chosen.offer.is_known)
    return chosen._replace(offer=offer, among=(offer,), is_lone=True, own=tuple(own))


def of_own_prices(model: str, given: Mapping[str, float | None]) -> Choosing | None:
    """The offer of a model that no list sells, at prices of one's own [USD per million tokens]; None where one does, or none are given.

    Raises MissingInput where input or output has no price.
    """
    own = {name: price for name, price in given.items() if price is not None}
    if not own or tariffs.find(model) is not None:
        return None
    if missing := {"input", "output"} - own.keys():
        raise MissingInput(f"{min(missing)}_price", f"no list sells {quote(model)}, so its input and its output need a price")
    warn(f"model: no list sells {quote(model)}; its API is billed at the prices given")
    offer = tariffs.own_offer(model, own)
    return Choosing(
        HostedModel(model, model, "", "", "", "", "checked", None, None, None, "", ""), offer, (offer,), "as given", True, tuple(own)
    )


def row_of(offer: Offer, request: Request, is_one: bool) -> Tariff:
    """The prices that count: those of the tier of a request; of a total, which is no request, those of short prompts."""
    return offer.tier(request.prompt) if is_one else offer.base


def bill_of(offer: Offer, request: Request, is_one: bool = True) -> Bill:
    """The bill of a request, or of a total, which has no fee."""
    return offer.bill(request, row_of(offer, request, is_one), has_fee=is_one)


class PriceRange(NamedTuple):
    """The bill of the chosen host [USD], the ends of its range, and the bills that are too far from the maker's to be in it."""

    usual: float
    low: float
    high: float
    far: list[tuple[float, str]]


def price_range(chosen: Choosing, request: Request, is_one: bool) -> PriceRange:
    """How dear the chosen host is among all and by either list."""
    usual, other = (bill_of(offer, request, is_one).total for offer in (chosen.offer, chosen.offer.by_second_list()))
    is_makers = usual > 0 and chosen.offer.host.id == chosen.model.maker
    bills = sorted((bill_of(offer, request, is_one).total, offer.host.name) for offer in chosen.among)
    far = [(bill, host) for bill, host in bills if is_makers and not usual / OUTLYING <= bill <= usual * OUTLYING]
    costs = [bill for bill, host in bills if (bill, host) not in far]
    spread = () if chosen.is_lone else (quantile(costs, 0.1), quantile(costs, 0.9))
    return PriceRange(usual, min(usual, other, *spread), max(usual, other, *spread), far if spread else [])


def price_level(chosen: Choosing, ranged: Callable[[], PriceRange]) -> float:
    """What the bill of the chosen host is multiplied by: its range, and how dear it was that day among the days that are known."""
    if not matters("price_level"):
        return 1.0 if chosen.offer.is_known else assumed("api_price_then")
    usual, low, high, far = ranged()
    if far and is_kept():
        named = ", ".join(f"{host} at {show(bill / usual, 'times')} the maker's bill" for bill, host in far)
        step("Not in the range: hosts far from the maker", f"{named}: less than half or more than twice", float(len(far)), "offers")
    level = 1.0
    if usual and low != high:
        level = uncertain("price_level", 1.0, low / usual, high / usual, "times", chosen.offer.base.source)
    return level if chosen.offer.is_known else level * assumed("api_price_then")


def name_prices(chosen: Choosing, row: Tariff, level: float, is_one: bool, request: Request | None = None) -> None:
    """Every price of the tariff of text as a step, those of sound and pictures where they are used, and whose it is."""
    offer, origin = chosen.offer, chosen.how
    if len(offer.tiers) > 1:
        ends = [tier.over for tier in offer.tiers if tier.over]
        shortest = f"tier of prompts up to {min(ends):,.0f} tokens"
        origin += f"; {f'tier of prompts over {row.over:,.0f} tokens' if row.over else shortest}"
        origin += "" if is_one else ", as the length of a request is not given"
    named = {"input": "Input", "output": "Output", "cache_read": "Cache read", "cache_write": "Cache write (5 minutes)",
             "cache_write_1h": "Cache write (1 hour)", "thinking": "Thinking"}  # fmt: skip
    named |= {name: name.replace("_", " ").capitalize() for name in MEDIA if request and getattr(request, name)}
    for column, label in named.items():
        price = getattr(row, column)
        if price is not None or column in ("input", "output"):
            name = "cache_write_hour_price" if column == "cache_write_1h" else f"{column}_price"
            whose, sources = ("as given", ()) if column in chosen.own else (origin, (row.source,))
            step(f"{label} price", whose, (price or 0.0) * level, "USD per million tokens", *sources, figure=name)
    figure("provider", offer.host.name, "")
    figure("offer", offer.id, "")
    figure("hosts", float(len({other.host.id for other in chosen.among})), "hosts")
    if not offer.is_known:
        warn(
            f"the price of {chosen.model.name} on that day is not recorded: this is the first one known, with the range of recorded changes"
        )
    if row.second:
        warn(f"{offer.host.name}, {offer.id}: another list has other prices per million tokens, not settled ({row.second})")
    elif row.confidence != "checked":
        warn(DataNote(f"{offer.host.name}, {offer.id}: {row.confidence} against a second list"))


def _name_parts(bill: Bill, times: float, is_one: bool) -> None:
    labels = {"input": "Uncached input", "cached": "Input from the cache", "writes": "Input written to the cache", "fee": "Fee per request",
              "writes_1h": "Input written to the cache for an hour"}  # fmt: skip
    for name, amount in bill._asdict().items():
        label = labels.get(name, name.replace("_", " ").capitalize())
        if amount or name in ("input", "output"):
            step(
                label,
                f"tokens x price{' x requests' if is_one else ''}" if name != "fee" else "fee x requests",
                amount * times,
                "USD",
                figure=f"{name}_cost",
            )


def _name_unused(chosen: Choosing, request: Request, by_request: bool, cached: bool, level: float) -> None:
    """What the tariff holds beyond what was counted, with its figures, and what of one request is too long for the model."""
    offer = chosen.offer
    if by_request:
        warn_of_limits(chosen.model, request)
    for other in {id(other): other for other in (offer, *(chosen.among if not chosen.model.maker and not chosen.is_lone else ()))}.values():
        for text in _uncounted(other, request, by_request):
            warn(f"{other.host.name} {text}")
    if not by_request and len(offer.tiers) > 1 and request.prompt > (offer.tiers[1].over or 0):
        longest = [tier for tier in offer.tiers if request.prompt > (tier.over or 0)][-1]
        figure("cost_of_long_prompts", offer.bill(request, longest)._replace(fee=0.0).total * level, "USD")
    row = row_of(offer, request, by_request)
    if not cached and row.cache_read is not None:
        step("Not used: input from the cache", f"at {show(row.cache_read, 'USD')} per million tokens; give cached_tokens", 0.0, "tokens")
    for what, price in _apart(row):
        if what in TOOLS:
            step(f"Not used: {what}", f"at {price}", 0.0, "searches")


def _uncounted(offer: Offer, request: Request, by_request: bool) -> Iterator[str]:
    row = row_of(offer, request, by_request)
    if not by_request:
        for tier in offer.tiers[1:]:
            if request.prompt > (tier.over or 0):
                asks = f"asks {_pair(tier)} per million tokens for requests with a prompt over {tier.over:,.0f} tokens"
                yield f"{asks}; this is the price of shorter ones"
        if row.request:
            yield f"charges {show(row.request, 'USD')} for each request on top, not counted here: give requests"
    if others := [f"{what} at {price}" for what, price in _apart(row) if what not in TOOLS]:
        yield f"bills separately, not counted here: {'; '.join(others)}"
    if row.thinking is not None and not request.thinking:
        yield f"bills thinking at {show(row.thinking, 'USD')} per million tokens: give thinking_tokens"
    media = {name: price for name in MEDIA if (price := getattr(row, name)) and not getattr(request, name)}
    if media:
        asked = ", ".join(f"{name.replace('_', ' ')} at {show(price, 'USD')}" for name, price in media.items())
        yield f"bills separately, not counted here: {asked} per million tokens: give {', '.join(f'{name}_tokens' for name in media)}"
    if offer.peaks:
        dearest = max(offer.peaks, key=lambda peak: peak.output or 0.0)
        hours = " and ".join(dict.fromkeys(peak.hours for peak in offer.peaks))
        yield f"asks {_pair(dearest)} per million tokens at {hours} UTC; this is the price of the other hours"


def _apart(row: Tariff) -> list[tuple[str, str]]:
    """What a tariff bills on top, and at which price."""
    return [(what, price) for what, _, price in (part.partition(" at ") for part in row.other.split("; ") if part)]


def _pair(row: Tariff) -> str:
    return f"{show(row.input or 0.0, 'USD')} and {show(row.output or 0.0, 'USD')}"


def offer_table(chosen: Choosing, request: Request, is_one: bool) -> Table:
    """All offers with their prices and the bill of one request at each."""
    head = (
        "host",
        "offer",
        "service",
        "input USD per million tokens",
        "output USD per million tokens",
        "cache read USD per million tokens",
        "bill USD",
    )
    rows = []
    for offer in chosen.among:
        row = row_of(offer, request, is_one)
        cached = row.input if row.cache_read is None else row.cache_read
        prices = row.input or 0.0, row.output or 0.0, cached or 0.0
        rows.append((offer.host.name, offer.id, row.service, *prices, bill_of(offer, request, is_one).total))
    return (head, *sorted(rows, key=lambda row: (row[-1], row[0])))
