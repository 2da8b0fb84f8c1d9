"""What hosts ask for fine-tuning on their own accelerators: a price per million tokens, by the model or by its size.

The prices are rows of tuning_prices.csv, each from the host's own page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from compute_cost import catalogue
from compute_cost.catalogue.records import Model, Provider, TuningPrice
from compute_cost.errors import InputError, NoData, UnknownName
from compute_cost.inputs import default, step, warn
from compute_cost.parameters import Text
from compute_cost.physics.elementwise import larger
from compute_cost.prices import tariffs

TunedBy = Annotated[str | None, Text("a host that tunes for a price per token; rented accelerators if left out", example='"Fireworks"')]


def offers(model: Model, method: str | None) -> Iterator[tuple[Provider, TuningPrice]]:
    """The hosts that tune the model by that method, or by any, each with its price; by size alone only weights that are released."""
    hosts = {host.id: host for host in tariffs.hosts().rows}
    billions, is_closed = model.params / 1e9, catalogue.is_closed(model)
    for row in catalogue.tuning_prices():
        is_its = row.model == model.id if row.model else (row.over or 0) < billions <= (row.up_to or 0) and not is_closed
        if is_its and method in (None, row.method) and row.host in hosts:
            yield hosts.pop(row.host), row


def refuse_beside(provider: str, own: Mapping[str, object]) -> None:
    """Raises InputError for what only a run of one's own has: the host decides that, and its price is of one day."""
    given = [name for name, value in own.items() if value is not None]
    if given:
        raise InputError("provider", provider, f"its terms are its own; leave {' and '.join(given)} out, or provider")


def billed(row: TuningPrice, tokens: float) -> float:
    """What a job on so many tokens, all epochs together, costs [USD]."""
    return larger(tokens * row.price / 1e6, row.minimum or 0.0)


def hosted_cost(model: Model, method: str | None, provider: str, tokens: float) -> float:
    """What the host of that name asks. Raises UnknownName, InputError or NoData, which say who tunes the model."""
    host = tariffs.hosts().get(provider)
    tuners = {row.host for row in catalogue.tuning_prices()}
    if host is None:
        known = [row for row in tariffs.hosts().rows if row.id in tuners]
        hint = f"give a host that fine-tunes: {', '.join(row.name for row in known)}"
        raise UnknownName("provider", provider, (), hint, catalogue.Index(known).near(provider))
    offered = list(offers(model, method))
    row = next((price for tuner, price in offered if tuner.id == host.id), None)
    if row is None:
        what = f"{method + ' ' if method else ''}fine-tuning of {model.name or f'{model.params / 1e9:,.3g} billion parameters'}"
        others = ", ".join(tuner.name for tuner, _ in offered)
        if not others:
            raise NoData(f"provider: no host's price for {what} is in the catalogue; leave provider out for rented accelerators")
        raise InputError("provider", host.name, f"its price for {what} is not in the catalogue; that of {others} is")
    default("method", method, row.method)
    warn(f"the price of {host.name} is of {row.date} ({row.confidence}) and may have changed; it trains adapters with settings of its own")
    formula = f"tokens x epochs x {row.price:g} USD per million" + (f", at least {row.minimum:g} USD" if row.minimum else "")
    return step(f"Fine-tuning at {host.name}", formula, billed(row, tokens), "USD", row.source)


def name_offers(model: Model, method: str | None, tokens: float) -> None:
    """What hosts ask for the same job, next to the cost on rented accelerators."""
    for host, row in offers(model, method):
        label, formula = (
            f"Hosted fine-tuning at {host.name}, {row.method}",
            f"tokens x epochs x {row.price:g} USD per million, {row.date} ({row.confidence})",
        )
        step(label, formula, billed(row, tokens), "USD", row.source)
