"""How well the words around a number say which parameter it is."""

from __future__ import annotations

from compute_cost_tools.reading.phrases import GAP, Cue, book, fits, match
from compute_cost_tools.reading.pieces import Piece

FARTHEST = 3  # connectors between a number and the words that explain it


def cue_score(cue: Cue, pieces: list[Piece], at: int, covered: set[int]) -> float:
    """How well the words around the number at a place fit a cue; 0 where they don't. Adds the words used to `covered`."""
    skipped = 0
    start, end = at, at + 1
    for skip in range(FARTHEST + 1) if cue.before else ():
        start = _backwards(cue.before, pieces, at - skip)
        if start >= 0 or at - skip < 1 or pieces[at - skip - 1].text not in book().connectors:
            skipped += skip
            break
    for skip in range(FARTHEST + 1) if cue.after and start >= 0 else ():
        end = match(cue.after, pieces, at + 1 + skip)
        if end or at + 1 + skip >= len(pieces) or pieces[at + 1 + skip].text not in book().connectors:
            skipped += skip
            break
    if start < 0 or not end:
        return 0.0
    covered |= set(range(start, end))
    words = sum(element != GAP for element in (*cue.before, *cue.after))
    return 2.0 + min(words, 4) - 0.3 * skipped - (1.5 if GAP in cue.before else 0)


def _backwards(pattern: tuple[str, ...], pieces: list[Piece], stop: int) -> int:
    """Where a pattern that ends right before `stop` starts; -1 where it doesn't."""
    gap = pattern.index(GAP) if GAP in pattern else len(pattern)
    head, rest = pattern[:gap], pattern[gap + 1 :]
    tail = stop - len(rest)
    if not _stands(rest, pieces, tail):
        return -1
    for start in range(tail - len(head), max(-1, stop - 9) if GAP in pattern else tail - len(head) - 1, -1):
        if _stands(head, pieces, start) and not any(piece.text in ".!?;,。" for piece in pieces[start + len(head) : tail]):
            return start
    return -1


def _stands(pattern: tuple[str, ...], pieces: list[Piece], start: int) -> bool:
    return start >= 0 and all(map(fits, pattern, pieces[start : start + len(pattern)]))
