"""What the columns of the catalogue's files may hold: names, dates, amounts, choices, and ids of other files.

A record types each of its columns once, with one of the kinds below. Reading a file (`compute_cost.catalogue.shelves`),
checking it (`compute_cost.catalogue.schema`) and the README of its folder follow from that line alone.
"""

from __future__ import annotations

import calendar
import datetime
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Annotated, NamedTuple, get_args


class Kind(NamedTuple):
    """What a cell may hold: in words, and as a test of its text.

    `files` are those of which it is an id; `own` marks the id of the row itself, which stands once in its file.
    """

    words: str
    fits: Callable[[str], bool]
    files: tuple[str, ...] = ()
    own: bool = False


class Column(NamedTuple):
    """One column: its kind, and whether its cells are read as numbers, as words, or as whatever each is."""

    kind: Kind
    number: bool
    word: bool


def columns(record: type) -> dict[str, Column]:
    """The columns of a record's file by name, in the order in which they stand there."""
    columns_by_name = {}
    for field in fields(record):
        plain, kind = get_args(field.type)
        types = (plain, *get_args(plain))
        columns_by_name[field.name] = Column(kind, float in types, float not in types or str in types)
    return columns_by_name


def wrong_cells(wanted: Mapping[str, Column], row: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    """The columns of a row, read as text, in which something else stands than may, each with what may stand there."""
    for name, column in wanted.items():
        cell = row.get(name)
        if cell is None or not column.kind.fits(cell):
            yield name, column.kind.words


def period_start(text: str) -> datetime.date:
    """The first day of YYYY, YYYY-MM or YYYY-MM-DD."""
    return datetime.date.fromisoformat((text + "-01-01")[:10])


def period_end(text: str) -> datetime.date:
    """The last day of YYYY, YYYY-MM or YYYY-MM-DD."""
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", text):
        raise ValueError(f"{text!r} is not a date such as 2026-11-22")
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]
    return datetime.date(year, month, day)


def text(words: str, pattern: str) -> Kind:
    """A text on one line, of 500 characters at most; no spreadsheet that opens the file can take it for a formula."""
    return Kind(words, lambda cell: re.fullmatch(f"(?![=+@]){pattern}", cell) is not None and len(cell) <= 500 and cell.isprintable())


def number(words: str, within: Callable[[float], bool]) -> Kind:
    """Digits as every program reads them, without spaces or underscores, whose value is within bounds."""

    def fits(cell: str) -> bool:
        return re.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?", cell) is not None and math.isfinite(float(cell)) and within(float(cell))

    return Kind(words, fits)


def one_of(*choices: str) -> Kind:
    return Kind(" / ".join(choices), choices.__contains__)


def id_of(*files: str) -> Kind:
    return Kind(f"an id of {' or '.join(f'{file}.csv' for file in files)}", _ID.fits, files)


def maybe(kind: Kind) -> Kind:
    """The same, or an empty cell."""
    return kind._replace(words=f"{kind.words}; or empty", fits=lambda cell: not cell or kind.fits(cell))


def _is_date(cell: str) -> bool:
    try:
        return bool(period_end(cell))
    except ValueError:
        return False


# How sure a figure is: seen in its source, seen in part, and so on down.
_CONFIDENCE = one_of("checked", "partly checked", "not checked", "date inferred", "rumor")
_DATE = Kind("a date as YYYY, YYYY-MM or YYYY-MM-DD", _is_date)
_ID = text("small letters, digits, dots and dashes", r"[a-z0-9][a-z0-9.-]{0,79}")
_POSITIVE = number("a number above 0", lambda value: value > 0)
_SHARE = number("a number above 0, up to 1", lambda value: 0 < value <= 1)

Id = Annotated[str, _ID._replace(own=True)]
Variable = Annotated[str, text("small letters, digits and underscores", r"[a-z][a-z0-9_]*")._replace(own=True)]
Slug = Annotated[str, _ID]
Text = Annotated[str, text("any text", r".*")]
Name = Annotated[str, text("a text of two characters or more", r".{2,}")]
Sentence = Annotated[str, text("a text of ten characters or more", r".{10,}")]
Date = Annotated[str, _DATE]
MaybeDate = Annotated[str, maybe(_DATE)]
Positive = Annotated[float, _POSITIVE]
MaybePositive = Annotated[float | None, maybe(_POSITIVE)]
MaybeCount = Annotated[float | None, maybe(number("a number from 0 on", lambda value: value >= 0))]
MaybeShare = Annotated[float | None, maybe(_SHARE)]
Number = Annotated[float, number("a number", lambda value: True)]
MaybeNumber = Annotated[float | None, maybe(number("a number", lambda value: True))]
SourceId = Annotated[str, id_of("sources")]
MaybeSourceId = Annotated[str, maybe(id_of("sources"))]
ChipId = Annotated[str, id_of("accelerators")]
MaybeChipId = Annotated[str, maybe(id_of("accelerators"))]
MaybeModelId = Annotated[str, maybe(id_of("models"))]
Confidence = Annotated[str, _CONFIDENCE]
MaybeConfidence = Annotated[str, maybe(_CONFIDENCE)]
