"""Finds a date in a text that is cut into pieces: a day, a month, a quarter or a year, as an ISO date of that length."""

from __future__ import annotations

from collections.abc import Sequence

from compute_cost.amounts.numbers import Piece
from compute_cost.amounts.units import MONTH_NUMBERS, MONTHS

_BETWEEN = frozenset(("the", "of", "de", ",", ".", "st", "nd", "rd", "th"))
_LONGEST = 6  # pieces
_LAST_DAY = 31


def date_at(pieces: Sequence[Piece], at: int) -> tuple[str, int] | None:
    """The date that starts at a piece and the place behind it: 30 June 2024, June 30th, 2024, March 2025, Q1 2025, end of 2023, 2025年3月.

    A quarter is its last month, and "end of 2023" December, for prices are those of the end of what is said.
    """
    if pieces[at].kind == "date":
        return pieces[at].text, at + 1
    texts = [piece.text for piece in pieces[at : at + _LONGEST]]
    if is_year(texts[0]) and texts[1:2] == ["年"]:
        month = int(texts[2]) if texts[3:4] == ["月"] and texts[2].isdecimal() else 0
        return (f"{texts[0]}-{month:02d}", at + 4) if 1 <= month <= len(MONTHS) else (texts[0], at + 2)
    places = [place for place, text in enumerate(texts) if text not in _BETWEEN][:3]
    said = [texts[place] for place in places]
    if not places or places[0] or len(said) < 2:
        return None
    months = [MONTH_NUMBERS.get(text, 0) for text in said[:2]]
    days = [int(text) for text in said[:2] if text.isdecimal() and len(text) < 3 and 1 <= int(text) <= _LAST_DAY]
    if len(said) == 3 and is_year(said[2]) and len(days) == 1 and any(months):
        return f"{said[2]}-{max(months):02d}-{days[0]:02d}", at + places[2] + 1
    if len(said) == 3 and is_year(said[2]) and said[0] == "q" and said[1] in ("1", "2", "3", "4"):
        return f"{said[2]}-{3 * int(said[1]):02d}", at + places[2] + 1
    month = months[0] or 12 * (said[0] == "end")
    return (f"{said[1]}-{month:02d}", at + places[1] + 1) if is_year(said[1]) and month else None


def is_year(text: str) -> bool:
    """Whether a text is a year of this century or the last."""
    return len(text) == 4 and text.isdecimal() and text[:2] in ("19", "20")
