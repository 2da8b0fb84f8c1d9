"""Lists for people: rows as a table that fits the terminal, as CSV or as JSON, and which rows words ask for."""

from __future__ import annotations

import csv
import datetime
import io
import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

import typer

from compute_cost import amounts
from compute_cost.errors import CostError, InputError, near, one_line

PIPED = 200  # columns of what is not shown on a terminal
R = TypeVar("R")
Row = Mapping[str, Any]
Columns = Mapping[str, Callable[[R], Any]]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, with every figure.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV, with every figure.")]
Words = Annotated[list[str] | None, typer.Argument(help="Words that a row must all hold; the whole name of a row finds that one alone.")]


def today() -> datetime.date:
    """The day by the clock, for what a person writes down or looks up: no estimate reads it."""
    return datetime.datetime.now(datetime.UTC).date()


def fail(message: str) -> typer.Exit:
    """One line on stderr and exit code 2: what every command does with bad input."""
    typer.echo(one_line(message), err=True)
    return typer.Exit(2)


@contextmanager
def told() -> Iterator[None]:
    """Bad input is one line and exit code 2."""
    try:
        yield
    except CostError as problem:
        raise fail(str(problem)) from None


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
        missing = f"no {what} is like that" if asked else f"there is no {what} to list"
        typer.echo(f"{missing}{f'; did you mean {guesses}?' if guesses else ''}", err=True)
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
    """Columns as wide as their cells, numbers to the right; where all is too wide, the last column is cut."""
    cells = [list(rows[0]), *([_cell(cell) for cell in row.values()] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(rows[0]))]
    numeric = [all(row[name] in ("", None) or isinstance(row[name], (int, float)) for row in rows) for name in rows[0]]
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPED
    for line in cells:
        padded = [cell.rjust(width) if right else cell.ljust(width) for cell, width, right in zip(line, widths, numeric, strict=True)]
        text = " ".join(padded).rstrip()
        typer.echo(text if len(text) <= room else f"{text[: room - 1]}…")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return str(value)
