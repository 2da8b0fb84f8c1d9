"""Where a condition on whole numbers turns, found by halving."""

from __future__ import annotations

from collections.abc import Callable


def last(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The last whole number for which it holds, where it holds for `low`, fails for `high` and turns once between them."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
