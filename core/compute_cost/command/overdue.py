"""The command `data overdue`: the figures of the catalogue that are past their day."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from compute_cost.catalogue import expiry
from compute_cost.catalogue.columns import period_end
from compute_cost.command.listing import AsCsv, AsJson, Columns, fail, form_of, show, today


def overdue(
    on: Annotated[str | None, typer.Option("--on", help="The day to look from, such as 2027-06-30; today if left out.")] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List the defaults, rents and purchase prices that are past the day by which they should be looked up again.

    One that was looked up and kept says when and why; those that were not come first.
    """
    try:
        day = period_end(on) if on else today()
    except ValueError:
        raise fail(f"--on: {on!r} is not a day such as 2027-06-30") from None
    rows = expiry.overdue(day)
    columns: Columns[expiry.Due] = {
        "figure": lambda row: row.figure,
        "value": lambda row: row.value,
        "date": lambda row: row.date,
        "overdue since": lambda row: row.expires.isoformat(),
        "days": lambda row: row.days_over(day),
        "source": lambda row: row.source,
        "looked up": lambda row: row.reviewed,
    }

    def figures(row: expiry.Due) -> dict[str, Any]:
        return row._asdict() | {"expires": row.expires.isoformat(), "days": row.days_over(day)}

    form = form_of(as_json, as_csv)
    if rows or form == "json":
        show("figure", rows, columns, figures, form)
        if form == "table":
            _explain(rows)
    else:
        typer.echo(f"nothing is overdue on {day.isoformat()}", err=True)


def _explain(rows: list[expiry.Due]) -> None:
    """Why figures are kept that were looked up again, each reason with its figures."""
    reasons: dict[str, list[str]] = {}
    for row in rows:
        reasons.setdefault(row.reason, []).append(row.figure)
    left = reasons.pop("", [])
    for reason, figures in reasons.items():
        typer.echo(f"\n{', '.join(figures)}\n  kept: {reason}")
    typer.echo(f"\n{len(left)} not looked up since" if left else "\nall were looked up again since", err=True)
