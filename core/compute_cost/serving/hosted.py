"""What hosted APIs charge for tokens, from the dated prices of the package genai-prices (an optional extra)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from statistics import median
from typing import Annotated, Any, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Model
from compute_cost.errors import CostError, InputError, NoData, UnknownName
from compute_cost.parameters import AsOf, Quantity, Text
from compute_cost.physics.serving_group import Serving, group_sizes
from compute_cost.prices.rental import quantile, rental
from compute_cost.registry import estimate
from compute_cost.result import Cell, Figure, Result, Trace

SOURCE = "genai-prices"
ApiModel = Annotated[str, Text("a model that a hosted API offers", example='"gpt-4o"')]
InputTokens = Annotated[
    float | None, Quantity("Tokens sent; a million if left out.", "tokens", high=1e18, whole=True, example='1000 or "1M"')
]
OutputTokens = Annotated[
    float | None,
    Quantity(
        "Tokens received, those of thinking included, as they are billed as output; a million if left out.",
        "tokens",
        high=1e18,
        whole=True,
        example='1000 or "1M"',
    ),
]
# The units in which the package gives its other prices: how many of the thing one price is for, and how to say it.
PER = {
    "mtok": (1, "per million tokens"),
    "mchars": (1, "per million characters"),
    "gpixels": (1, "per billion pixels"),
    "hours": (1, "an hour"),
    "kpages": (1000, "a page"),
    "kcount": (1000, "each"),
}


class Tier(NamedTuple):
    """What a request costs whose prompt is over a number of tokens [USD per million tokens]."""

    over: int
    input_price: float
    output_price: float


class Offer(NamedTuple):
    """What one provider asks for one model [USD per million tokens], of short prompts where their length counts."""

    provider: str
    model: str
    input_price: float
    output_price: float
    tiers: tuple[Tier, ...] = ()
    notes: tuple[str, ...] = ()  # what else the tariff holds

    def uncounted(self, sent: float) -> Iterator[str]:
        """What the tariff holds beyond the two prices, for so many tokens sent: fewer hold no longer prompt."""
        for over, *prices in self.tiers:
            if sent > over:
                asks = f"{self.provider} asks {_pair(*prices)} per million tokens for requests with a prompt over {over:,} tokens"
                yield f"{asks}; this is the price of shorter ones"
        yield from (f"{self.provider} {note}" for note in self.notes)


@estimate("USD")
def api_cost(model: ApiModel, input_tokens: InputTokens = None, output_tokens: OutputTokens = None, as_of: AsOf = None) -> Result:
    """What a hosted API charges for a number of tokens.

    cost [USD] = input tokens x input price + output tokens x output price, a million of each where
    neither is given and none of the other where one is, at the price of the
    model's own maker where it offers one, else the median over the providers that host it; low and
    high are the 10th and 90th percentile over providers. Standard, uncached text prices, of the day of
    `as_of` where the package has dated ones and today's otherwise; US dollars, before tax, nominal;
    free offers are left out. The prices are those of the installed genai-prices package (MIT), which
    names its own sources and dates.

    Where the price rises with the length of a prompt it is that of short prompts (the base tier): a total
    says nothing about single requests. The dearer tiers, and what the tariff bills apart, such as a fee
    per request, are warnings with their figures.

    For an open model of the catalogue, the cheapest way to host it stands beside: one group of
    accelerators a month, and the output tokens a day, in the same mix, from which it costs less.

    An exact id comes before a display name. Raises UnknownName for a model that no provider offers under
    exactly that name, InputError for a display name that one provider gives to models of different prices,
    and NoData where the package is not installed or no provider has a price on that day.
    """
    day = as_of or catalogue.catalogue_date()
    own, offers = _offers(model, day)
    if not offers:
        _refuse(model, day)
    usual = catalogue.constant("api_tokens") if input_tokens is None and output_tokens is None else 0.0  # one named alone is all there is
    sent = usual if input_tokens is None else input_tokens
    received = usual if output_tokens is None else output_tokens
    costs = sorted((sent * one.input_price + received * one.output_price) / 1e6 for one in offers)
    chosen = own or _middle(offers)
    cost = (sent * chosen.input_price + received * chosen.output_price) / 1e6
    low, high = min(cost, quantile(costs, 0.1)), max(cost, quantile(costs, 0.9))

    def trace(trace: Trace) -> None:
        trace.input("model", chosen.model, "", "given", SOURCE)
        trace.input("input_tokens", sent, "tokens", "assumed" if input_tokens is None else "given")
        trace.input("output_tokens", received, "tokens", "assumed" if output_tokens is None else "given")
        trace.input("as_of", day.isoformat(), "", "assumed" if as_of is None else "given")
        hosts = f"median of {len(offers)} providers" if len(offers) > 1 else f"of {offers[0].provider}, the only provider of that name"
        how = f"of {own.provider}, the maker" if own else hosts
        asked = (own,) if own else offers
        if starts := [tier.over for one in asked for tier in one.tiers]:
            how += f"; base tier, prompts up to {min(starts):,} tokens"
        for one in asked:
            for text in one.uncounted(sent):
                trace.warn(text)
        if as_of:
            trace.warn("most prices of genai-prices carry no history: this may be today's price, not that of as_of")
        trace.step("Input price", how, chosen.input_price, "USD per million tokens", SOURCE)
        trace.step("Output price", how, chosen.output_price, "USD per million tokens", SOURCE)
        trace.step("Cost", "input tokens x input price + output tokens x output price", cost, "USD")
        if beside:
            beside.trace(trace)
        trace.warn(f"prices of genai-prices {_version()}, which may be older or newer than this catalogue")

    rows: list[tuple[Cell, ...]] = [("provider", "model", "input USD per million tokens", "output USD per million tokens")]
    beside = _self_hosted(chosen.model, sent, received, cost, as_of)
    values = {
        "input_price": Figure(chosen.input_price, "USD per million tokens"),
        "output_price": Figure(chosen.output_price, "USD per million tokens"),
        "provider": Figure(chosen.provider, ""),
        **(beside.figures if beside else {}),
    }
    return Result(cost, "USD", trace, low=low, high=high, name="cost", values=values, table=(*rows, *(one[:4] for one in offers)))


class SelfHosted(NamedTuple):
    """Hosting the same model on one group of rented accelerators, beside the hosted API."""

    group: Serving
    monthly: float
    break_even: float | None  # output tokens a day; None where the API stays cheaper at any volume

    @property
    def figures(self) -> dict[str, Figure]:
        found = {"self_hosted_cost": Figure(self.monthly, "USD per month"), "self_hosted_gpus": Figure(self.group.gpus, "GPUs")}
        if self.break_even is not None:
            found["break_even_tokens_per_day"] = Figure(self.break_even, "tokens")
        return found

    def trace(self, trace: Trace) -> None:
        chip = self.group.gpu.name
        how = f"{self.group.gpus:,.0f} x {chip} x 730 h x price of {chip}"
        trace.step("Hosting it oneself, one group", how, self.monthly, "USD per month", "compute-cost")
        if self.break_even is None:
            trace.warn(f"hosting it on {chip} costs more than this API at any volume")
        else:
            trace.step("Break-even volume", "cost of the group / API cost of one output token with its inputs", self.break_even, "tokens")
            trace.warn("the break-even assumes a steady load day and night; serving_cost sizes a fleet for a peak")


def _self_hosted(name: str, sent: float, received: float, cost: float, as_of: datetime.date | None) -> SelfHosted | None:
    """The group of assumed accelerators that serves a token at the least cost, if the model is in the catalogue."""
    model = _open_model(name)
    if model is None or not received or not sent:
        return None
    chip = catalogue.default_gpu()
    mix = min(sent / received, 1000.0)
    try:
        sizes = group_sizes(model, chip, None, round(1000 * mix) or 1, 1000)
    except CostError:  # its shape is unknown, or no group of measured size holds it
        return None
    group = min(sizes, key=lambda one: one.gpus / one.rate)
    monthly = group.gpus * catalogue.constant("hours_per_month") * rental(chip, as_of=as_of).price
    days = catalogue.constant("hours_per_month") / 24
    even = monthly / days / (cost / received)
    return SelfHosted(group, monthly, even if even <= group.rate * 86400 else None)


def _open_model(name: str) -> Model | None:
    """The catalogue's model behind an API's name such as meta-llama/llama-3.1-70b-instruct."""
    bare = re.sub(r"[-_ ](instruct|chat|it|versatile)$", "", name.rsplit("/", 1)[-1])
    model = catalogue.models().get(bare)
    return None if model and model.id in str(catalogue.assumption("api_closed").value).split() else model


def _middle(offers: tuple[Offer, ...]) -> Offer:
    inputs, outputs = median(one.input_price for one in offers), median(one.output_price for one in offers)
    return Offer("median", offers[0].model, inputs, outputs)


def _refuse(model: str, day: datetime.date) -> None:
    names = [row.id for _, rows in _listed() for row in rows]
    if catalogue.key(model) in {catalogue.key(name) for name in names}:
        raise NoData(f"model: no provider has a text price for {model} on {day.isoformat()}; give another as_of")
    raise UnknownName("model", model, names, "give the name that the API uses, such as gpt-4o")


@catalogue.kept(256)
def _offers(model: str, day: datetime.date) -> tuple[Offer | None, tuple[Offer, ...]]:
    """The maker's offer, where there is one, and the offer of each provider of a model on a day."""
    noon = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
    makers = tuple(str(catalogue.assumption("api_makers").value).split())
    found: list[Offer] = []
    own: Offer | None = None
    for provider, rows in _listed():
        offers = [offer for row in _called(model, rows) if (offer := _offer(provider, row, noon))]
        if len({one[2:] for one in offers}) > 1:
            ids = " and ".join(one.model for one in offers)
            raise InputError("model", model, f"{provider.name} has {ids} of that name, at different prices; give one of these")
        found += offers[:1]
        if offers and f"{provider.id}/{offers[0].model}".startswith(makers):
            own = offers[0]
    return own, tuple(found)


def _called(model: str, rows: list[Any]) -> list[Any]:
    """The rows of one provider with that id; where there are none, with an id spelled alike; then with that display name."""
    key, exact = catalogue.key(model), model.casefold()
    alike = [row for row in rows if catalogue.key(row.id) == key]
    return [row for row in alike if row.id.casefold() == exact] or alike or [row for row in rows if catalogue.key(row.name or "") == key]


def _offer(provider: Any, row: Any, noon: datetime.datetime) -> Offer | None:
    """What a row of the package asks for text, if anything."""
    prices = row.get_prices(noon)
    base = _text_prices(prices)
    if not any(base):
        return None
    starts = sorted({tier.start for price in (prices.input_mtok, prices.output_mtok) for tier in getattr(price, "tiers", ())})
    tiers = tuple(Tier(start, *_text_prices(prices, start + 1)) for start in starts)
    notes = []
    if apart := [_apart(name, price) for name, price in vars(prices).items() if price and not _is_text(name)]:
        notes.append(f"bills apart, not counted here: {', '.join(apart)}")
    hours = sorted({_text_prices(row.get_prices(noon.replace(hour=hour))) for hour in range(24)})
    if len(hours) > 1:
        asks = f"asks {_pair(*hours[0])} at some hours of the day, up to {_pair(*hours[-1])} at others, per million tokens"
        notes.append(f"{asks}; this is the price at noon UTC")
    return Offer(provider.name, row.id, *base, tiers, tuple(notes))


def _text_prices(prices: Any, prompt: int = 0) -> tuple[float, float]:
    """The prices of input and output in a request with a prompt of that many tokens [USD per million tokens]."""
    return _price(prices.input_mtok, prompt), _price(prices.output_mtok, prompt)


def _price(price: Any, prompt: int = 0) -> float:
    """A price of the package: nothing, a number, or a base with tiers in ascending order of the prompt's length."""
    reached = [tier.price for tier in getattr(price, "tiers", ()) if prompt > tier.start]
    return float(reached[-1] if reached else getattr(price, "base", price) or 0)


def _is_text(name: str) -> bool:
    return name in ("input_mtok", "output_mtok") or name.startswith("cache_")  # an uncached price is what is asked for


def _apart(name: str, price: Any) -> str:
    """The package's requests_kcount of 14 as "requests at $0.014 each"."""
    what, _, unit = name.rpartition("_")
    many, per = PER.get(unit, (1, f"per {unit}"))
    return f"{what.replace('_', ' ')} at {show(_price(price) / many, 'USD')} {per}"


def _pair(sent: float, received: float) -> str:
    return f"{show(sent, 'USD')} and {show(received, 'USD')}"


def _listed() -> Iterator[tuple[Any, list[Any]]]:
    """The package's providers with their rows, without those of models that the provider does not sell."""
    try:
        from genai_prices import data_snapshot  # loaded when first asked for: core stays light
    except ImportError:
        need = "API prices need the package genai-prices (pip install .[prices]); LibreOffice's own Python lacks it"
        raise NoData(f"model: {need}") from None
    unsold = tuple(str(catalogue.assumption("api_not_sold").value).split())
    for provider in data_snapshot.get_snapshot().providers:
        yield provider, [row for row in provider.models if not f"{provider.id}/{row.id}".startswith(unsold)]


def _version() -> str:
    from importlib.metadata import version

    return version("genai-prices")
