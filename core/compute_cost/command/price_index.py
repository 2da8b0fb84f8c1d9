"""The command `prices index`: what a chip has cost to rent at the end of each month."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated

import typer

from compute_cost import catalogue, registry
from compute_cost.catalogue.records import Accelerator
from compute_cost.command.listing import AsCsv, AsJson, Columns, form_of, show, told
from compute_cost.errors import NoData
from compute_cost.prices.market import Rental, rental


def monthly(
    gpu: Annotated[str, typer.Argument(help="The accelerator, such as H100.")],
    term: Annotated[str, typer.Option("--term", help="on_demand, spot, reserved_1y or reserved_3y.")] = "on_demand",
    provider: Annotated[str | None, typer.Option("--provider", help="A provider or a class; the market's if left out.")] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List the price index of an accelerator at the end of each month since its first quote: `compute-cost prices index H100`."""
    with told():
        read = {parameter.name: parameter.read for parameter in registry.get("gpu_price").parameters}
        chip = read["gpu"](gpu)
        rows = list(months(chip, read["term"](term), provider))
    columns: Columns[Rental] = {
        "month": lambda row: row.day.isoformat()[:7],
        "low": lambda row: f"{row.low:.3f}",
        "USD per GPU-hour": lambda row: f"{row.price:.3f}",
        "high": lambda row: f"{row.high:.3f}",
        "providers": lambda row: len(row.providers),
        "class": lambda row: row.provider_class,
        "newest quote": lambda row: row.newest.isoformat(),
    }
    show("month", rows, columns, lambda row: {name: cell(row) for name, cell in columns.items()}, form_of(as_json, as_csv))


def months(chip: Accelerator, term: str, provider: str | None = None) -> Iterator[Rental]:
    """The price at the end of each month up to the catalogue's day. Raises NoData where there never was one."""
    last = catalogue.catalogue_date()
    newest = rental(chip, term, last, provider)  # says what is missing
    first = min(row.day for row in catalogue.prices().get((newest.stand_in or chip).id, ()))
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        day = min(datetime.date(year, month, calendar.monthrange(year, month)[1]), last)
        with suppress(NoData):  # this term or provider was not quoted yet
            yield rental(chip, term, day, provider)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
