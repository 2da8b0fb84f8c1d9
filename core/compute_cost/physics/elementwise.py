"""Numbers and draws alike: an answer and a million draws of it, as numpy arrays, are worked out by the same formulas.

Arithmetic does both by itself; here is what Python does with single numbers alone.
"""

from __future__ import annotations

import math
from typing import Any


def larger(left: float, right: float) -> float:
    """The larger of two numbers; of draws, one by one."""
    try:
        return right if right > left else left  # in half the time of max()
    except ValueError:  # of arrays: which of two is larger has no one answer
        return _numpy().maximum(left, right)  # type: ignore[no-any-return]


def smaller(left: float, right: float) -> float:
    """The smaller of two numbers; of draws, one by one."""
    try:
        return right if right < left else left
    except ValueError:
        return _numpy().minimum(left, right)  # type: ignore[no-any-return]


def rounded(number: float) -> float:
    """The nearest whole number; of draws, one by one."""
    try:
        return float(round(number))
    except TypeError:
        return _numpy().rint(number)  # type: ignore[no-any-return]


def floored(number: float) -> float:
    """The whole number at or below; of draws, one by one, and many times as quick as // does it."""
    try:
        return float(math.floor(number))
    except TypeError:
        return _numpy().floor(number)  # type: ignore[no-any-return]


def logarithm(number: float) -> float:
    """The natural logarithm; of draws, one by one."""
    try:
        return math.log(number)
    except TypeError:
        return _numpy().log(number)  # type: ignore[no-any-return]


def any_of(condition: Any) -> bool:
    """Whether a condition holds, or holds in any of the draws."""
    return bool(condition) if isinstance(condition, bool) else bool(condition.any())


def fails(condition: Any) -> bool:
    """Whether a condition fails, so that an answer is refused. Draws are never refused: see only_where."""
    return not getattr(condition, "ndim", 0) and not condition


def only_where(condition: Any, value: float) -> float:
    """The value; NaN for the draws in which the condition fails: these have no answer."""
    if condition is True:
        return value
    return _numpy().where(condition, value, float("nan"))  # type: ignore[no-any-return]


def _numpy() -> Any:
    import numpy as np  # draws only: a cell needs no numpy

    return np
