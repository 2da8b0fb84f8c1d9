"""Models and chips of one's own: lines that describe them, kept by name apart from the catalogue.

They stand in two files of the folder my_catalogue in the user's data folder (that of `compute-cost prices update`, which
COMPUTE_COST_DATA names): models.csv and gpus.csv, with a name, a line that `compute_cost.catalogue.described` reads, a note and
the day. An answer that uses one says so, with the origin "yours". A name of the catalogue is never one's own, and what is wrong
with one entry is said where that entry is asked for: all other answers stay as they are.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, NamedTuple

from compute_cost.catalogue import described
from compute_cost.catalogue.shelves import kept, key, user_prices_file
from compute_cost.errors import NoData, one_line

COLUMNS = ("name", "line", "note", "added")
FILES = {"model": "models.csv", "gpu": "gpus.csv"}
LONGEST_FILE = 2_000_000  # bytes
LONGEST_NOTE = 300


class Entry(NamedTuple):
    """One line of a file: a row, or what is wrong with it."""

    name: str
    line: str
    note: str
    added: str
    row: Any | None
    problem: str = ""


def file(what: str) -> Path:
    return user_prices_file().parent / "my_catalogue" / FILES[what]


@kept()
def entries(what: str) -> tuple[Entry, ...]:
    """Every entry of the kind "gpu" or "model", read once per process. Raises NoData for a file that can't be read at all."""
    path = file(what)
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise NoData(f"your catalogue {path} has more than {LONGEST_FILE:,} bytes; make it smaller")
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise NoData(f"your catalogue {path} can't be read ({one_line(str(problem))}); fix it or move it away") from None
    listed: list[Entry] = []
    for number, cells in enumerate(rows, start=2):
        name, line, note, added = (one_line(str(cells.get(column) or "")) for column in COLUMNS)
        row, why = None, ""
        try:
            if key(name) in {key(entry.name) for entry in listed}:
                raise described.CannotBe("its name is there twice")
            row = described.own(what, described.checked_name(name), line, note[:LONGEST_NOTE])
        except described.CannotBe as wrong:
            why = f"line {number} of your catalogue {path} can't be used: {wrong}"
        listed.append(Entry(name, line, note, added, row, why))
    return tuple(listed)


@kept()
def _by_key(what: str) -> dict[str, Entry]:
    return {key(entry.name): entry for entry in reversed(entries(what))}


def find(what: str, name: str) -> Any | None:
    """Your own "gpu" or "model" of that name, or None. Raises NoData where its line is damaged."""
    if len(name) > 2 * described.LONGEST_OWN_NAME:
        return None
    entry = _by_key(what).get(key(name))
    if entry is not None and entry.row is None:
        raise NoData(entry.problem)
    return entry.row if entry else None


def written(listed: list[Entry]) -> bytes:
    """The file that holds these entries."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((entry.name, entry.line, entry.note, entry.added) for entry in listed)
    return text.getvalue().encode("utf-8")
