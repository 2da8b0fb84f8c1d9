"""The command `compute-cost actual`: what a bill says, next to a plan."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TextIO

import typer

from compute_cost.command import own_prices
from compute_cost.command.listing import fail
from compute_cost.company import bill as bills
from compute_cost.errors import CostError

_LISTED = 20
_WIDE = 30  # characters of the bar


def actual(
    bill: Annotated[Path, typer.Argument(help="A FOCUS 1.x export as CSV.")],
    plan: Annotated[Path | None, typer.Option("--plan", help="A CSV with gpu, gpu_hours, price and perhaps utilization.")] = None,
    prices: Annotated[str | None, typer.Option("--prices", help="Keep the effective prices as yours, by this name.")] = None,
    rate: Annotated[float | None, typer.Option("--rate", help="US dollars per unit of the bill's currency, to keep its prices.")] = None,
    skip: Annotated[bool, typer.Option("--skip", help="Leave out rows that can't be read, and list them.")] = False,
) -> None:
    """Read a cloud bill in the FOCUS format: GPU-hours, effective prices, unused commitments and tokens, next to a plan.

    A row counts whole or not at all; the first that can't be read is named by its line.
    With --plan the difference is split into volume, mix, utilization and price.
    With --prices the bill's prices of a GPU-hour become yours by that name, which every estimate takes (see prices list).
    A file of any size is read row by row.
    """
    try:
        wanted = bills.read_plan(plan) if plan else None
        with bill.open(encoding="utf-8", newline="") as file:
            charges = bills.read(file, bill.name, skip, _bar(file, bill.stat().st_size) if sys.stderr.isatty() else None)
        kept = own_prices.keep(bills.measured_prices(charges, prices, bill.name, rate), replace=True) if prices else []
        rows = [charges.table(), *([bills.variance(charges, wanted)] if wanted is not None else [])]
    except CostError as problem:
        raise fail(str(problem)) from None
    except OSError as problem:
        raise fail(f"{problem.filename} can't be read: {problem.strerror}") from None
    text = io.StringIO()
    for number, table in enumerate(rows):
        text.write("\n" if number else "")
        csv.writer(text, lineterminator="\n").writerows(
            [f"{cell:.15g}" if isinstance(cell, float) else cell for cell in row] for row in table
        )
    typer.echo(text.getvalue(), nl=False)
    typer.echo(f"{charges.rows:,} rows read, {len(charges.broken):,} left out", err=True)
    for line in kept:
        typer.echo(line, err=True)
    for line in charges.broken[:_LISTED]:
        typer.echo(f"left out: {line}", err=True)


def _bar(file: TextIO, size: int) -> Callable[[int], None]:
    """Shows how much of the file has been read."""

    def told(rows: int) -> None:
        share = min(file.buffer.tell() / size, 1.0)
        typer.echo(f"\r[{'#' * round(_WIDE * share):<{_WIDE}}] {share:.0%}, {rows:,} rows", err=True, nl=share == 1)

    return told
