"""How often each of several ways costs least, in joint draws of all that is uncertain in them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from statistics import NormalDist
from typing import Any

from compute_cost.inputs import Input, apart, assumed, bounds, evaluation
from compute_cost.ranges import Z90

_DRAWS = 1024  # a chance of a half has a standard error below 1.6%; less, as each input is drawn evenly
FOLLOWS = {"residual_share": ("rent_growth", "resale_follows_rent")}  # an input, the one that it moves with, and their correlation


def chances(ways: Mapping[str, Callable[[], Any]]) -> dict[str, float]:
    """The share of draws in which each way has the smallest value; ways that tie share the draw.

    Every input that any of the ways asks for is drawn once for all of them: normal in logarithms, as its range says, each side of
    the middle with its own spread. The same numbers are drawn each time, evenly over each input (a Latin hypercube), with numpy
    or without.
    """
    with evaluation(apart(keeps=True)) as run:
        middle = {name: way() for name, way in ways.items()}
        correlations = {name: (other, assumed(by)) for name, (other, by) in FOLLOWS.items()}
    inputs = {each.name: each for each in run.inputs.values() if each.is_uncertain}
    if not inputs:
        return _shares([[middle[name]] for name in ways], list(ways))
    moves = _moves(inputs, correlations)
    try:
        import numpy as np  # many draws at once; a host without it works them out one by one
    except ImportError:
        drawn = [
            _values(ways, {name: min(max(_draws(*drawn)[place], least), most) for name, (drawn, least, most) in moves.items()})
            for place in range(_DRAWS)
        ]
        return _shares(list(zip(*drawn, strict=True)), list(ways))
    values = _values(ways, {name: np.minimum(np.maximum(_array(*drawn), least), most) for name, (drawn, least, most) in moves.items()})
    return _shares([np.broadcast_to(value, (_DRAWS,)).tolist() for value in values], list(ways))


def _values(ways: Mapping[str, Callable[[], Any]], ends: Mapping[str, Any]) -> list[Any]:
    with evaluation(apart(ends)):
        return [way() for way in ways.values()]


_Drawn = tuple[int, int | None, float]  # the place of an input among all, that of the one that it moves with, and their correlation


def _moves(inputs: Mapping[str, Input], correlations: Mapping[str, tuple[str, float]]) -> dict[str, tuple[_Drawn, float, float]]:
    """For each input how it is drawn, and how far it may be moved: see _draws and _furthest."""
    places = {name: place for place, name in enumerate(inputs)}
    leading = {name: (places[other], by) for name, (other, by) in correlations.items() if other in places}
    return {name: ((place, *leading.get(name, (None, 0.0))), *_furthest(inputs[name])) for name, place in places.items()}


@lru_cache(64)
def _draws(place: int, leading: int | None, correlation: float) -> tuple[float, ...]:
    """How far an input is moved in each draw, in half-intervals: with the one at the place `leading` as far as they are correlated."""
    own = _evenly(place)
    if leading is None:
        return own
    alone = math.sqrt(1 - correlation * correlation)
    return tuple(correlation * led + alone * each for led, each in zip(_evenly(leading), own, strict=True))


@lru_cache(64)
def _array(place: int, leading: int | None, correlation: float) -> Any:
    import numpy as np

    return np.array(_draws(place, leading, correlation))


@cache
def _evenly(place: int) -> tuple[float, ...]:
    """Equally likely values of a normal distribution [half-intervals], shuffled for the input of that place."""
    values = [NormalDist().inv_cdf((draw + 0.5) / _DRAWS) / Z90 for draw in range(_DRAWS)]
    random.Random(place).shuffle(values)  # noqa: S311  draws, no secrets
    return tuple(values)


def _furthest(moving: Input) -> tuple[float, float]:
    """How far an input can be moved down and up before it leaves its bounds: a share stays within 1, what can't be negative above 0."""
    value, low, high = float(moving.value), float(moving.low or 0), float(moving.high or 0)
    least, most = bounds(moving.unit, high) if low >= 0 else (-math.inf, math.inf)
    is_log = low > 0 and value > 0
    up = math.inf if high == value else math.log(most / value) / math.log(high / value) if is_log else (most - value) / (high - value)
    down = math.inf if is_log or low == value else (value - least) / (value - low)
    return -down, up


def _shares(values: Sequence[Sequence[float]], names: Sequence[str]) -> dict[str, float]:
    as_low = [least + 1e-12 * abs(least) for least in map(min, zip(*values, strict=True))]
    wins = [[value <= low for value, low in zip(drawn, as_low, strict=True)] for drawn in values]
    ties = [*map(sum, zip(*wins, strict=True))]
    return {
        name: sum(1 / tied for won, tied in zip(each, ties, strict=True) if won) / len(ties) for name, each in zip(names, wins, strict=True)
    }
