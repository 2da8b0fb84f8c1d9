"""The command `compute-cost prices update`, and how it reaches gpuhunt's catalogs."""

from __future__ import annotations

import csv
import datetime
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from compute_cost import catalogue
from compute_cost.command import own_prices, price_index
from compute_cost.command.listing import today
from compute_cost.errors import CostError, NoData, lacks, one_line

if TYPE_CHECKING:
    import gpuhunt
    from rich.progress import Progress

    from compute_cost.command.price_update import Offers, Report

ATTEMPTS = 3
TIMEOUT = 30  # seconds without a byte; gpuhunt sets none, so a dead connection would hang for ever

prices = typer.Typer(help="Rental prices in addition to the catalogue's own.", no_args_is_help=True)
own_prices.add(prices)
prices.command("index")(price_index.monthly)


@prices.callback()
def options() -> None:
    """Rental prices in addition to the catalogue's own."""  # a callback keeps `update` a command of its own name


@prices.command()
def update() -> None:
    """Add today's rental prices from gpuhunt's public catalogs, and the tariffs of hosted models, to your own data folder.

    The catalogue's date stays the default as_of, so no answer changes by itself: give a later as_of to count the new quotes.
    Nothing is overwritten; a price that can't be right is refused and listed.
    """
    from compute_cost.command import price_update  # only this command needs it

    try:
        report, path = price_update.update(_fetch, today())
    except (CostError, OSError) as problem:
        typer.echo(f"{one_line(str(problem))}; nothing was changed", err=True)
        raise typer.Exit(2) from None
    for line in report.unread:
        typer.echo(f"not read: {line}")
    for line in report.refused:
        typer.echo(f"refused: {line}")
    for name, count in sorted(report.unknown.items()):
        typer.echo(f"not clearly an accelerator of the catalogue: {name}, {count} offer{'s' if count > 1 else ''}")
    typer.echo(
        f"{len(report.added)} prices added to {path}; {report.known} were there already, {len(report.refused)} refused, "
        f"{report.unknown.total()} of unknown accelerators, {report.older} not newer than the catalogue"
    )
    if report.added:
        newest = max(row.day for row in report.added).isoformat()
        default = catalogue.catalogue_date().isoformat()
        typer.echo(f'as_of stays {default} unless given; the new prices count with as_of "{newest}" or later')
    _update_tariffs()


def _update_tariffs() -> None:
    """The tariffs of hosted models, after the rental prices: where the one list can't be had the other counts all the same."""
    from compute_cost.command import tariff_refresh  # only this command needs it

    try:
        done = tariff_refresh.refresh(tariff_refresh.fetch(), today())
    except (CostError, OSError) as problem:
        typer.echo(f"tariffs of hosted models: {one_line(str(problem))}; they stay as they are", err=True)
        return
    new = f", {done.models} of them of models that nobody sold before" if done.models else ""
    typer.echo(f"{done.changed} tariffs of hosted models added to {done.path}{new}; {done.known} are as they were")


def _fetch(report: Report) -> Iterator[Offers]:
    """The published catalogs, one provider after the other, through gpuhunt's own loader; NoData when offline."""
    try:
        import gpuhunt
        import tenacity  # noqa: F401  (a missing part of the extra is said before anything is fetched)
    except ImportError:
        raise NoData(lacks("prices update reads the package gpuhunt", "prices")) from None
    from compute_cost.command.price_update import PROVIDERS, Offers

    catalog = gpuhunt.Catalog(auto_reload=False)
    with _progress() as progress:
        task = progress.add_task("downloading price lists", total=None)
        if folder := os.environ.get("GPUHUNT_CATALOG_DIR"):
            # gpuhunt reads the lists of this folder, whatever it has loaded; they carry no day.
            days: dict[str, datetime.date | None] = {name: None for name in PROVIDERS if Path(folder, f"{name}.csv").is_file()}
            if not days:
                raise NoData(f"GPUHUNT_CATALOG_DIR names {folder}, which holds no price list of gpuhunt")
        else:
            _download(catalog, report)
            days = {name: _day(loaded.version) for name, loaded in catalog.catalog.items()}
        progress.update(task, description="reading price lists", total=len(days))
        for provider, day in sorted(days.items()):
            try:
                with _listen(report):
                    items = catalog.query(provider=provider, min_gpu_count=1)
            except (ValueError, csv.Error) as problem:  # a list in a folder, which no download has read before
                report.unread.append(f"the price list of {provider} ({problem})")
            else:
                yield Offers(items, day)
            progress.advance(task)


def _download(catalog: gpuhunt.Catalog, report: Report) -> None:
    """Load the published lists; a fault that may pass is tried again, the rest goes into the report or is NoData."""
    import tenacity

    attempts = tenacity.Retrying(
        retry=tenacity.retry_if_result(lambda failures: any(_transient(failure) for failure in failures.values())),
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=tenacity.wait_random_exponential(multiplier=0.5, max=4),
        retry_error_callback=_last,
    )
    # gpuhunt keeps what an earlier attempt has loaded, so each one only fetches the rest.
    failures = attempts(_load, catalog, report)
    if not catalog.catalog:
        problem = next(iter(failures.values()), None)
        if problem is None or _transient(problem):
            raise NoData("offline: none of gpuhunt's price lists could be reached; try again with a network connection")
        raise NoData(f"none of gpuhunt's price lists could be read ({problem})")
    report.unread += [f"the price list of {name} ({problem})" for name, problem in sorted(failures.items())]


def _load(catalog: gpuhunt.Catalog, report: Report) -> dict[str, BaseException]:
    """One attempt: the providers that could not be loaded and why."""
    import socket

    import gpuhunt

    timeout = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)
    try:
        # Where every provider failed it raises, and the failures say why.
        with _listen(report) as failures, suppress(gpuhunt.GPUHuntError):
            catalog.load()
    finally:
        socket.setdefaulttimeout(timeout)
    return failures


@contextmanager
def _listen(report: Report) -> Iterator[dict[str, BaseException]]:
    """What gpuhunt tells only its log: the providers that failed; the rows that it can't read go into the report."""
    import logging

    failures: dict[str, BaseException] = {}

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info and record.exc_info[1] and isinstance(record.args, tuple) and record.args:
                failures[str(record.args[0])] = record.exc_info[1]
            elif record.levelno >= logging.WARNING:
                text = "".join(sign if sign.isprintable() else " " for sign in record.getMessage())
                report.unread.append(text[:200])

    log = logging.getLogger("gpuhunt")
    listener, before = Listener(), log.propagate
    log.addHandler(listener)
    log.propagate = False  # the report says it; a traceback on the terminal would say it twice
    try:
        yield failures
    finally:
        log.propagate = before
        log.removeHandler(listener)


def _last(state: object) -> dict[str, BaseException]:
    """The last attempt's answer, instead of an error that only counts the attempts."""
    import tenacity

    assert isinstance(state, tenacity.RetryCallState)
    assert state.outcome is not None
    answer: dict[str, BaseException] = state.outcome.result()
    return answer


def _transient(problem: BaseException) -> bool:
    """Whether another attempt may go better: a network that is down or slow, a server that is busy."""
    # Here and not above: every command loads this file, and these are slow to load.
    import http.client
    import ssl
    import urllib.error

    if isinstance(problem, urllib.error.HTTPError):
        return problem.code in (408, 429) or problem.code >= 500
    if isinstance(problem, urllib.error.URLError):
        reason = problem.reason
        return isinstance(reason, OSError) and not isinstance(reason, (FileNotFoundError, ssl.SSLCertVerificationError))
    return isinstance(problem, (ConnectionError, TimeoutError, http.client.HTTPException))


def _day(version: str) -> datetime.date | None:
    """The day a catalog was collected, which begins its version: 20260819-1234."""
    match = re.match(r"(\d{4})(\d\d)(\d\d)(?!\d)", version)
    try:
        return datetime.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


@contextmanager
def _progress() -> Iterator[Progress]:
    """A progress bar on a terminal; nothing elsewhere."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        yield progress
