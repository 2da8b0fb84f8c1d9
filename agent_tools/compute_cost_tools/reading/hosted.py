"""Finds names of models that only a hosted API offers: GPT-4o, text-embedding-3-small. The estimates of API bills alone know them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compute_cost.prices import tariffs
from compute_cost_tools.reading.phrases import as_pattern, book
from compute_cost_tools.reading.pieces import Piece

SHORTEST_LISTED = 4
_WRITTEN = re.compile(r"[\w./-]*\w", re.ASCII)


def find(pieces: Sequence[Piece], text: str) -> list[Piece]:
    """The pieces with each such name as one piece of kind api_model. What the catalogue knows stays a model."""
    joined: list[Piece] = []
    at = 0
    while at < len(pieces):
        end = _known(pieces, at, _end(pieces, at), text) or _listed(pieces, at, text)
        if end:
            name = text[pieces[at].start : pieces[end - 1].end]
            short = pieces[at].text in ("sonnet", "opus", "haiku") and not tariffs.is_sold(name)
            name = f"Claude {name}" if short else name
            if joined and joined[-1].kind == "number" and joined[-1].end == pieces[at].start:  # 4o-mini
                name = f"gpt-{joined.pop().text}{name}"
            joined.append(Piece("api_model", name.casefold(), pieces[at].start, pieces[end - 1].end, name))
        else:
            joined.append(pieces[at])
        at = max(end, at + 1)
    return joined


def _known(pieces: Sequence[Piece], at: int, end: int, text: str) -> int:
    """Where the longest name ends that somebody sells a model by ("gpt-4o-mini", of "gpt-4o-mini 100M tokens"); `end` where none does."""
    least = at + (pieces[at].kind == "model")  # GPT-4 is a model, GPT-4 turbo is sold alone
    known = (stop for stop in range(end, least, -1) if tariffs.is_sold(text[pieces[at].start : pieces[stop - 1].end]))
    return next(known, 0 if least > at else end)


def _listed(pieces: Sequence[Piece], at: int, text: str) -> int:
    """Where a name ends that a price list holds as it is written: one word with a digit or a hyphen; 0 where none starts here."""
    first = pieces[at]
    written = _WRITTEN.match(text, first.start) if first.kind in ("word", "unknown", "model") else None
    inside = at > 0 and not text[pieces[at - 1].end : first.start].isspace()
    if written is None or inside or (first.kind == "model" and written.end() <= first.end):
        return 0
    end = next((place for place in range(at, len(pieces)) if pieces[place].start >= written.end()), len(pieces))
    is_a_name = any(letter.isdigit() or letter == "-" for letter in written[0])
    return end if len(written[0]) >= SHORTEST_LISTED and is_a_name and tariffs.is_sold(written[0]) else 0


def _end(pieces: Sequence[Piece], at: int) -> int:
    """Where a hosted name that starts here ends: a family, then versions and the words that such names are made of."""
    if pieces[at].kind not in ("word", "unknown", "model") or as_pattern(pieces[at].text)[0] not in book().hosted_families:
        return 0
    end = at + 1
    said = pieces[at].kind == "unknown"  # its digits are in the piece already
    while end < len(pieces):
        piece = pieces[end]
        touching = piece.start - pieces[end - 1].end <= 1
        counts = end + 1 < len(pieces) and bool(book().unit_at(pieces, end + 1))  # 60% of something
        if not touching or counts or not (piece.kind == "number" or piece.text in book().hosted_words):
            break
        said = True
        end += 1
    return end if said else 0
