"""Today's tariffs of hosted models, kept in the user's own data folder next to the package's own.

The list is that of the package genai-prices (an optional extra), as its makers publish it today. What an offer asks from the day of
the update on becomes a row where it differs from what is known; the rows count only where a later `as_of` than the catalogue's
date is given, so the package's own answers stay as they are.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.records import HostedModel, Tariff
from compute_cost.command import files
from compute_cost.command.tariff_update import COLUMNS, FIRST, Row, listed, tariff_rows
from compute_cost.errors import InputError, NoData, lacks
from compute_cost.prices import tariffs

PRICES = (*COLUMNS.values(), "request")


class Refreshed(NamedTuple):
    """What an update of the tariffs came to."""

    path: Path
    changed: int  # offers with new prices
    models: int  # that were not sold before
    known: int  # offers whose prices are as they were


def fetch() -> list[Any]:
    """The list as it is published today. Raises NoData where it can't be had."""
    try:
        from genai_prices import UpdatePrices
    except ImportError:
        raise NoData(lacks("the prices of hosted models come from the package genai-prices", "prices")) from None
    try:
        fetched = UpdatePrices().fetch()
    except Exception as problem:  # whatever its client raises: what is known stays
        raise NoData(f"the list of genai-prices could not be read ({type(problem).__name__})") from None
    return list(fetched.providers) if fetched else []


def refresh(providers: Iterable[Any], today: datetime.date) -> Refreshed:
    """Add what differs from today on to the user's own rows. Raises NoData for a day that is not after the catalogue's."""
    if today <= catalogue.catalogue_date():
        raise NoData(f"prices of {today.isoformat()} are not newer than the catalogue, which has those of {catalogue.catalogue_date()}")
    path = tariffs.own_file("tariffs")
    rows, models = (
        [dict(row) for row in tariffs.own_rows("tariffs", Tariff)],
        {row["id"]: row for row in tariffs.own_rows("hosted_models", HostedModel)},
    )
    before, changed, known = len(models), 0, 0
    for entry in listed(providers):
        if tariffs.hosts().get(entry.host) is None:
            continue
        model = _model(entry.offer, entry.info.name or entry.offer, models)
        for now in _current(tariff_rows(entry, today)):
            asked = _asks(now)
            # A tier that another list alone has is no change of this one.
            if asked == {tier: ask for tier, (ask, source) in _known(model, now[0], today).items() if tier in asked or source == FIRST}:
                known += 1
                continue
            changed += 1
            rows = [row for row in rows if _offer(row) != _offer(now[0]) or row["since"] != today.isoformat()]
            stamp = {"model": model, "since": today.isoformat(), "date": today.isoformat(), "checked": "", "second": ""}
            rows += [row | stamp | {"source": FIRST, "confidence": "not checked"} for row in now]
    path.parent.mkdir(parents=True, exist_ok=True)
    priced = {row["model"] for row in rows}
    files.write(tariffs.own_file("hosted_models"), _text(HostedModel, (row for row in models.values() if row["id"] in priced)))
    files.write(path, _text(Tariff, rows))
    catalogue.forget()
    return Refreshed(path, changed, len([model for model in list(models)[before:] if model in priced]), known)


def _current(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """What each service of an offer asks now: the tiers and hours of its latest price, where it has one at all."""
    by_service: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_service[row["service"]].append(row)
    for listed_rows in by_service.values():
        latest = max(row["since"] for row in listed_rows)
        now = [row for row in listed_rows if row["since"] == latest]
        if any(float(row[column] or 0) for row in now for column in PRICES):
            yield now


def _offer(row: Row) -> tuple[str, str, str]:
    return row["host"], row["offer"], row["service"]


def _asks(rows: Iterable[Row]) -> dict[tuple[str, float], tuple[float | None, ...]]:
    """The prices by hours and by the length of a prompt."""
    return {
        (row["hours"], float(row["over"] or 0)): tuple(float(row[column]) if row[column] else None for column in PRICES) for row in rows
    }


def _known(model: str, row: Row, today: datetime.date) -> dict[tuple[str, float], tuple[tuple[float | None, ...], str]]:
    """The same of that offer as the catalogue and the user's own rows have it today, each with its source."""
    for offer in tariffs.every_offer(model, today) if tariffs.is_listed(model) else ():
        if (offer.host.id, offer.id, offer.base.service) == _offer(row):
            tiers = (*offer.tiers, *offer.peaks)
            return {(tier.hours, tier.over or 0.0): (tuple(getattr(tier, column) for column in PRICES), tier.source) for tier in tiers}
    return {}


def _model(offer: str, title: str, models: dict[str, Row]) -> str:
    """The id of the model that is offered so, which is added to `models` where no host has sold one of that name."""
    try:
        sold = tariffs.find(offer)
    except InputError:  # a name of two models: the host's own spelling is kept apart
        sold = None
    if sold:
        return sold.model.id
    name = offer.rpartition("/")[2]
    slug = re.sub(r"[^a-z0-9.-]+", "-", name.casefold()).strip("-.")[:79]
    blank = dict.fromkeys(columns(HostedModel), "")
    named = title if len(title) > 1 and ";" not in title else name
    models.setdefault(slug, blank | {"id": slug, "name": named, "source": FIRST, "confidence": "not checked"})
    return slug


def _text(kind: type[Any], rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns(kind)), lineterminator="\n", extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")
