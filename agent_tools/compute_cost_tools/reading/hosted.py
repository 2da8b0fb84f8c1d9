"""Finds names of models that only a hosted API offers: GPT-4o, text-embedding-3-small. The estimates of API bills alone know them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compute_cost import catalogue
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
            joined.append(Piece("api_model", name.casefold(), pieces[at].start, pieces[end - 1].end, name))
        else:
            joined.append(pieces[at])
        at = max(end, at + 1)
    return joined


def _known(pieces: Sequence[Piece], at: int, end: int, text: str) -> int:
    """Where the longest name ends that somebody sells a model by ("gpt-4o-mini", of "gpt-4o-mini 100M tokens"); `end` where none does."""
    least = at + (pieces[at].kind in ("model", "number"))  # GPT-4 is a model, GPT-4 turbo is sold alone
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
    """Where a hosted name that starts here ends: a family or a version (of 2.5 Pro), then the versions and words of such names."""
    first, end = pieces[at], at + 1
    is_family = first.kind in ("word", "unknown", "model") and as_pattern(first.text)[0] in book().hosted_families
    words = book().hosted_words | catalogue.name_words()["family"].keys() if is_family or first.kind == "number" else ()
    while words and end < len(pieces) and pieces[end].start - pieces[end - 1].end <= 1:
        is_version = pieces[end].kind == "number" and not book().unit_at(pieces, end + 1)  # the 60 of 60% is none
        if not is_version and pieces[end].text not in words:
            break
        end += 1
    if first.text.isdigit() and end > at + 1 and first.end < pieces[at + 1].start:
        behind = [piece.text for piece in pieces[end : end + 1] if piece.kind == "word"]
        if book().unit_at(pieces, end) or not book().words.issuperset(behind):
            return 0  # 5 pro users, 5 mini PCs
    return end if words and (end > at + 1 or first.kind == "unknown") else 0  # an unknown name has its digits in it
