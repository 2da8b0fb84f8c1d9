"""What hosted APIs charge for tokens, from the dated prices of the package genai-prices (an optional extra)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from functools import lru_cache
from statistics import median
from typing import Annotated, Any, NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Model
from compute_cost.errors import CostError, NoData, UnknownName
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
    float | None, Quantity("Tokens received; a million if left out.", "tokens", high=1e18, whole=True, example='1000 or "1M"')
]


class Offer(NamedTuple):
    """What one provider asks for one model [USD per million tokens]."""

    provider: str
    model: str
    input_price: float
    output_price: float


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

    For an open model of the catalogue, the cheapest way to host it stands beside: one group of
    accelerators a month, and the output tokens a day, in the same mix, from which it costs less.

    Raises UnknownName for a model that no provider offers under exactly that name, and NoData where
    the package is not installed or no provider has a price on that day.
    """
    day = as_of or catalogue.catalogue_date()
    own, offers = _offers(catalogue.key(model), day)
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
        how = f"of {chosen.provider}, the maker" if own else f"median of {len(offers)} providers"
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
    return Result(cost, "USD", trace, low=low, high=high, name="cost", values=values, table=(*rows, *offers))


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
    return catalogue.models().get(bare)


def _middle(offers: tuple[Offer, ...]) -> Offer:
    inputs, outputs = median(one.input_price for one in offers), median(one.output_price for one in offers)
    return Offer("median", offers[0].model, inputs, outputs)


def _refuse(model: str, day: datetime.date) -> None:
    names = [row.id for _, row in _listed()]
    if catalogue.key(model) in {catalogue.key(name) for name in names}:
        raise NoData(f"model: no provider has a text price for {model} on {day.isoformat()}; give another as_of")
    raise UnknownName("model", model, names, "give the name that the API uses, such as gpt-4o")


@lru_cache(maxsize=256)
def _offers(key: str, day: datetime.date) -> tuple[Offer | None, tuple[Offer, ...]]:
    """The maker's offer, where there is one, and all offers of a model on a day."""
    package = _package()
    usage = package.Usage(input_tokens=1_000_000, output_tokens=1_000_000)
    moment = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
    makers = str(catalogue.assumption("api_makers").value).split()
    found: list[Offer] = []
    own: Offer | None = None
    for provider, row in _listed():
        if key not in (catalogue.key(row.id), catalogue.key(row.name or row.id)):
            continue
        try:
            price = package.calc_price(usage, model_ref=row.id, provider_id=provider.id, genai_request_timestamp=moment)
        except LookupError:  # listed, but not under this name
            continue
        if price.model.id == row.id and price.total_price > 0:
            offer = Offer(provider.name, row.id, float(price.input_price), float(price.output_price))
            found.append(offer)
            if provider.id in makers:
                own = offer
    return own, tuple(found)


def _listed() -> Iterator[tuple[Any, Any]]:
    _package()
    from genai_prices import data_snapshot

    for provider in data_snapshot.get_snapshot().providers:
        for row in provider.models:
            yield provider, row


def _package() -> Any:
    try:
        import genai_prices  # loaded when first asked for: core stays light
    except ImportError:
        need = "API prices need the package genai-prices (pip install .[prices]); LibreOffice's own Python lacks it"
        raise NoData(f"model: {need}") from None
    return genai_prices


def _version() -> str:
    from importlib.metadata import version

    return version("genai-prices")
