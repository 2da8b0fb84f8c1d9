"""What hosted APIs charge for tokens, from the dated prices of the package genai-prices (an optional extra)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Annotated, Any, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Model
from compute_cost.errors import CostError, InputError, NoData, UnknownName
from compute_cost.inputs import assumed, default, figure, is_kept, step, uncertain, unheard, warn
from compute_cost.parameters import AsOf, Quantity, Text
from compute_cost.physics.serving_group import cheapest_size, group_sizes
from compute_cost.prices.rental import quantile, rental
from compute_cost.registry import estimate
from compute_cost.result import Answer

SOURCE = "genai-prices"
ApiModel = Annotated[str, Text("a model that a hosted API offers", example='"gpt-4o"')]
TokensSent = Annotated[
    float | None, Quantity("Tokens sent; a million if left out.", "tokens", high=1e18, whole=True, example='1000 or "1M"')
]
TokensReceived = Annotated[
    float | None,
    Quantity(
        "Tokens received, including thinking tokens, which are billed as output; a million if left out.",
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


class Tariff(NamedTuple):
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
def api_cost(model: ApiModel, input_tokens: TokensSent = None, output_tokens: TokensReceived = None, as_of: AsOf = None) -> Answer:
    """What a hosted API charges for a number of tokens.

    cost [USD] = input tokens x input price + output tokens x output price, a million of each where
    neither is given and none of the other where one is, at the price of the
    model's own maker where it offers one, else the median over the providers that host it; low and
    high are the 10th and 90th percentile over providers. Standard, uncached text prices, of the day of
    `as_of` where the package has dated ones and today's otherwise; US dollars, before tax, nominal;
    free offers are left out. The prices come from the installed genai-prices package (MIT), which
    names its own sources and dates.

    Where the price rises with the length of a prompt the price for short prompts counts (the base tier): a total
    says nothing about single requests. The more expensive tiers, and what the tariff bills separately, such as a fee
    per request, are warnings with their figures.

    For an open model of the catalogue, the cheapest way to host it is shown too: one group of
    accelerators a month, and the output tokens a day, in the same mix, from which it costs less.

    An exact id comes before a display name. Raises UnknownName for a model that no provider offers under
    exactly that name, InputError for a display name that one provider gives to models of different prices,
    and NoData where the package is not installed or no provider has a price on that day.
    """
    day = as_of or catalogue.catalogue_date()
    own, offers = _tariffs(model, day)
    if not offers:
        _refuse(model, day)
    default("as_of", as_of, day)
    # One named alone is all there is.
    usual = assumed("api_tokens") if input_tokens is None and output_tokens is None else 0.0
    sent = default("input_tokens", input_tokens, usual, "tokens")
    received = default("output_tokens", output_tokens, usual, "tokens")
    chosen = own or _middle(offers)
    level = _price_level(chosen, offers, sent, received)
    how = _explain(own, offers, sent) if is_kept() else ""
    price = step("Input price", how, chosen.input_price * level, "USD per million tokens", SOURCE, figure="input_price")
    other = step("Output price", how, chosen.output_price * level, "USD per million tokens", SOURCE, figure="output_price")
    cost = (sent * price + received * other) / 1e6
    step("Cost", "input tokens x input price + output tokens x output price", cost, "USD")
    if is_kept():
        figure("provider", chosen.provider, "")
        if as_of:
            warn("most prices of genai-prices carry no history: this may be today's price, not the one on as_of")
        _explain_hosting(chosen.model, sent, received, cost, as_of)
        warn(f"prices of genai-prices {_version()}, which may be older or newer than this catalogue")
    head = ("provider", "model", "input USD per million tokens", "output USD per million tokens")
    return Answer(cost, "cost", table=(head, *((one.provider, one.model, one.input_price, one.output_price) for one in offers)))


def _price_level(chosen: Tariff, offers: Sequence[Tariff], sent: float, received: float) -> float:
    """How dear the API is, 1 as chosen, among the offers: input and output price of one offer move together."""
    usual, *costs = ((sent * one.input_price + received * one.output_price) / 1e6 for one in (chosen, *offers))
    costs.sort()
    low, high = min(usual, quantile(costs, 0.1)), max(usual, quantile(costs, 0.9))
    if not usual or low == high:
        return 1.0
    return uncertain("price_level", 1.0, low / usual, high / usual, "times", SOURCE)


def _explain(own: Tariff | None, offers: Sequence[Tariff], sent: float) -> str:
    """Whose price it is; with warnings of what the tariffs hold beyond it."""
    hosts = f"median of {len(offers)} providers" if len(offers) > 1 else f"of {offers[0].provider}, the only provider of that name"
    how = f"of {own.provider}, the maker" if own else hosts
    asked = (own,) if own else offers
    if starts := [tier.over for one in asked for tier in one.tiers]:
        how += f"; base tier, prompts up to {min(starts):,} tokens"
    for one in asked:
        for text in one.uncounted(sent):
            warn(text)
    return how


def _explain_hosting(name: str, sent: float, received: float, cost: float, as_of: datetime.date | None) -> None:
    """Hosting the same model, if it is open, on rented accelerators: the group that serves a token at the least cost."""
    model = _open_model(name)
    if model is None or not received or not sent:
        return
    chip = catalogue.default_gpu()
    mix = min(sent / received, 1000.0)
    try:
        with unheard():  # the API's cost does not rest on it
            group = cheapest_size(group_sizes(model, chip, None, round(1000 * mix) or 1, 1000))
            hours, price = assumed("hours_per_month"), rental(chip, as_of=as_of).price
    except CostError:  # its shape is unknown, no group of measured size holds it, or nobody rented the chip out on that day
        return
    monthly = group.gpus * hours * price
    how = f"{group.gpus:,.0f} x {chip.name} x 730 h x price of {chip.name}"
    step("Hosting it oneself, one group", how, monthly, "USD per month", "compute-cost", figure="self_hosted_cost")
    figure("self_hosted_gpus", group.gpus, "GPUs")
    even = monthly / (hours / 24) / (cost / received)  # output tokens a day
    if even > group.time.tokens_per_second * 86400:
        warn(f"hosting it on {chip.name} costs more than this API at any volume")
        return
    how = "cost of the group / API cost of one output token with its inputs"
    step("Break-even volume", how, even, "tokens", figure="break_even_tokens_per_day")
    warn("the break-even assumes a steady load day and night; serving_cost sizes a fleet for a peak")


def _open_model(name: str) -> Model | None:
    """The catalogue's model behind an API's name such as meta-llama/llama-3.1-70b-instruct."""
    bare = re.sub(r"[-_ ](instruct|chat|it|versatile)$", "", name.rsplit("/", 1)[-1])
    model = catalogue.models().get(bare)
    return None if model and model.id in str(catalogue.assumption("api_closed").value).split() else model


def _middle(offers: tuple[Tariff, ...]) -> Tariff:
    inputs, outputs = median(one.input_price for one in offers), median(one.output_price for one in offers)
    return Tariff("median", offers[0].model, inputs, outputs)


def _refuse(model: str, day: datetime.date) -> None:
    names = [row.id for _, rows in _listed() for row in rows]
    if catalogue.key(model) in {catalogue.key(name) for name in names}:
        raise NoData(f"model: no provider has a text price for {model} on {day.isoformat()}; give another as_of")
    raise UnknownName("model", model, names, "give the name that the API uses, such as gpt-4o")


@catalogue.kept(256)
def _tariffs(model: str, day: datetime.date) -> tuple[Tariff | None, tuple[Tariff, ...]]:
    """The maker's tariff, where there is one, and that of each provider of a model on a day."""
    noon = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
    makers = tuple(str(catalogue.assumption("api_makers").value).split())
    found: list[Tariff] = []
    own: Tariff | None = None
    for provider, rows in _listed():
        offers = [tariff for row in _called(model, rows) if (tariff := _tariff(provider, row, noon))]
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


def _tariff(provider: Any, row: Any, noon: datetime.datetime) -> Tariff | None:
    """What a row of the package asks for text, if anything."""
    prices = row.get_prices(noon)
    base = _text_prices(prices)
    if not any(base):
        return None
    starts = sorted({tier.start for price in (prices.input_mtok, prices.output_mtok) for tier in getattr(price, "tiers", ())})
    tiers = tuple(Tier(start, *_text_prices(prices, start + 1)) for start in starts)
    notes = []
    if apart := [_apart(name, price) for name, price in vars(prices).items() if price and not _is_text(name)]:
        notes.append(f"bills separately, not counted here: {', '.join(apart)}")
    hours = sorted({_text_prices(row.get_prices(noon.replace(hour=hour))) for hour in range(24)})
    if len(hours) > 1:
        asks = f"asks {_pair(*hours[0])} at some hours of the day, up to {_pair(*hours[-1])} at others, per million tokens"
        notes.append(f"{asks}; this is the price at noon UTC")
    return Tariff(provider.name, row.id, *base, tiers, tuple(notes))


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
