"""Lists for people: rows as a table that fits the terminal, as CSV or as JSON, and which rows words ask for."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

import typer

from compute_cost import amounts
from compute_cost.errors import InputError, near, one_line

PIPED = 200  # columns of what is not shown on a terminal
R = TypeVar("R")
Row = Mapping[str, Any]
Columns = Mapping[str, Callable[[R], Any]]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, with every figure.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV, with every figure.")]
Words = Annotated[list[str] | None, typer.Argument(help="Words that must all stand in a row; a row's own name needs no other.")]


def fail(message: str) -> typer.Exit:
    """One line on stderr and exit code 2: what every command does with bad input."""
    typer.echo(one_line(message), err=True)
    return typer.Exit(2)


def amount(option: str, text: str | None, unit: str) -> float | None:
    """The amount that an option gives. Raises InputError for a text that is none."""
    if text is None:
        return None
    try:
        return amounts.read(text, unit)
    except amounts.Unreadable as problem:
        raise InputError(option, text, f"{problem}; give an amount in {unit}") from None


def holding(rows: Iterable[R], words: Sequence[str], text: Callable[[R], str]) -> list[R]:
    """The rows in whose text every word stands; case, spaces and dashes do not matter."""
    wanted = [_plain(word) for word in words]
    return [row for row in rows if all(word in _plain(text(row)) for word in wanted)]


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign not in " -_")


def show(
    what: str,
    rows: Sequence[R],
    columns: Columns[R],
    figures: Callable[[R], Row],
    form: str,
    asked: Sequence[str] = (),
    known: Iterable[str] = (),
) -> None:
    """Prints the rows: a table of these columns, or with all their figures where `form` is csv or json. Near names where there is none."""
    if form == "json":
        typer.echo(json.dumps([figures(row) for row in rows], indent=2, ensure_ascii=False))
    elif not rows:
        guesses = " or ".join(near(" ".join(asked), known)) if asked else ""
        typer.echo(f"no {what} is like that{f'; did you mean {guesses}?' if guesses else ''}", err=True)
    elif form == "csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, list(figures(rows[0])), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: "" if cell is None else cell for name, cell in figures(row).items()} for row in rows)
        typer.echo(text.getvalue(), nl=False)
    else:
        _table([{name: column(row) for name, column in columns.items()} for row in rows])
        typer.echo(f"{len(rows):,} {what}{'' if len(rows) == 1 else 's'}")


def form_of(as_json: bool, as_csv: bool) -> str:
    return "json" if as_json else "csv" if as_csv else "table"


def _table(rows: Sequence[Row]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    *whole, last = rows[0]
    for name in (*whole, last):
        is_number = all(isinstance(row[name], (int, float)) or row[name] in ("", None) for row in rows)
        width = None if name == last else max(len(name), *(len(_cell(row[name])) for row in rows))  # where all is too wide, the last is cut
        table.add_column(Text(name), justify="right" if is_number else "left", no_wrap=True, overflow="ellipsis", min_width=width)
    for row in rows:
        table.add_row(*(Text(_cell(cell), no_wrap=True, overflow="ellipsis") for cell in row.values()))
    Console(width=None if sys.stdout.isatty() else PIPED, highlight=False).print(table)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return str(value)
