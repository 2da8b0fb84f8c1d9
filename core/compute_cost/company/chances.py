"""How often each of several ways costs least, in joint draws of all that is uncertain in them, and what each input does to each."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache, reduce
from statistics import NormalDist
from typing import Any, NamedTuple

from compute_cost.inputs import Input, apart, assumed, bounds, evaluation
from compute_cost.physics.elementwise import smaller
from compute_cost.ranges import Z90, Swing, interval

_DRAWS = 1024  # a chance of a half has a standard error below 1.6%; less, as each input is drawn evenly
FOLLOWS = {"residual_share": ("rent_growth", "resale_follows_rent")}  # an input, the one that it moves with, and their correlation


class Compared(NamedTuple):
    """Of each way its value, the share of draws in which that is the smallest, and what inputs do to it."""

    values: dict[str, float]
    chances: dict[str, float]
    moves: dict[str, list[Swing]]

    def interval(self, way: str) -> tuple[float, float]:
        """The 80% interval of the value of a way."""
        return interval(self.values[way], self.moves[way])


def compared(ways: Mapping[str, Callable[[], Any]]) -> Compared:
    """How often each way has the smallest value, and what each of its inputs does to that; ways that tie share the draw.

    Every input that any of the ways asks for is drawn once for all of them: normal in logarithms, as its range says, each side of
    the middle with its own spread. The same numbers are drawn each time, evenly over each input (a Latin hypercube), with numpy
    or without. Behind the draws, and worked out with them, each input is moved alone to either end of its range.
    """
    middle: dict[str, float] = {}
    asked: dict[str, list[Input]] = {}
    inputs: dict[str, Input] = {}
    for name, way in ways.items():
        with evaluation(apart(keeps=True)) as run:
            middle[name] = way()
        asked[name] = [each for each in run.inputs.values() if each.is_uncertain]
        for each in asked[name]:
            inputs.setdefault(each.name, each)
    places = {name: place for place, name in enumerate(inputs)}
    shares, ends = _drawn(ways, inputs) if inputs else (_shares([(value,) for value in middle.values()]), [()] * len(ways))
    moves = {name: [Swing(each, *own[2 * places[each.name] :][:2]) for each in asked[name]] for name, own in zip(ways, ends, strict=True)}
    return Compared(middle, dict(zip(ways, shares, strict=True)), moves)


def chances(ways: Mapping[str, Callable[[], Any]]) -> dict[str, float]:
    """The share of draws in which each way has the smallest value: see compared."""
    return compared(ways).chances


def _drawn(ways: Mapping[str, Callable[[], Any]], inputs: Mapping[str, Input]) -> tuple[list[float], list[Sequence[float]]]:
    """Of each way the share of draws that it has, and its values with the inputs one after the other at their low and high ends."""
    moves, count = _moves(inputs), _DRAWS + 2 * len(inputs)
    try:
        import numpy as np  # many draws at once; a host without it works them out one by one
    except ImportError:
        one_by_one = [
            _values(ways, {name: min(max(_draws(*drawn)[place], least), most) for name, (drawn, least, most) in moves.items()})
            for place in range(count)
        ]
        rows: list[Sequence[float]] = [*zip(*one_by_one, strict=True)]
        return _shares([row[:_DRAWS] for row in rows]), [row[_DRAWS:] for row in rows]
    drawn = _values(ways, {name: np.minimum(np.maximum(_array(*drawn), least), most) for name, (drawn, least, most) in moves.items()})
    arrays = [np.broadcast_to(value, (count,)) for value in drawn]
    won = _won([array[:_DRAWS] for array in arrays])
    return [sum(each.tolist()) / _DRAWS for each in won], [array[_DRAWS:].tolist() for array in arrays]


def _values(ways: Mapping[str, Callable[[], Any]], ends: Mapping[str, Any]) -> list[Any]:
    with evaluation(apart(ends)):
        return [way() for way in ways.values()]


# The place of an input among all and how many these are, the place of the one that it moves with, and their correlation.
_Drawn = tuple[int, int, int | None, float]


def _moves(inputs: Mapping[str, Input]) -> dict[str, tuple[_Drawn, float, float]]:
    """For each input how it is drawn, and how far it may be moved: see _draws and _furthest."""
    places = {name: place for place, name in enumerate(inputs)}
    with evaluation(apart()):
        leading = {name: (places[other], assumed(by)) for name, (other, by) in FOLLOWS.items() if other in places}
    return {name: ((place, len(inputs), *leading.get(name, (None, 0.0))), *_furthest(inputs[name])) for name, place in places.items()}


@lru_cache(256)
def _draws(place: int, inputs: int, leading: int | None, correlation: float) -> tuple[float, ...]:
    """How far an input is moved in each draw, in half-intervals: with the one at the place `leading` as far as they are correlated.
    Behind the draws each of so many inputs is moved in turn, to its low and to its high end."""
    own = _evenly(place)
    if leading is not None:
        alone = math.sqrt(1 - correlation * correlation)
        own = tuple(correlation * led + alone * each for led, each in zip(_evenly(leading), own, strict=True))
    return own + (0.0, 0.0) * place + (-1.0, 1.0) + (0.0, 0.0) * (inputs - place - 1)


@lru_cache(256)
def _array(place: int, inputs: int, leading: int | None, correlation: float) -> Any:
    import numpy as np

    return np.array(_draws(place, inputs, leading, correlation))


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


def _shares(values: Sequence[Sequence[float]]) -> list[float]:
    """For each way its share of the draws."""
    return [sum(won) / len(won) for won in zip(*map(_won, zip(*values, strict=True)), strict=True)]


def _won(values: Sequence[Any]) -> list[Any]:
    """For each way what it has of a draw: all where its value is the smallest, of which ways that tie have as much each."""
    least = reduce(smaller, values)
    wins = [(value <= least + 1e-12 * abs(least)) * 1.0 for value in values]
    ties = sum(wins)
    return [won / ties for won in wins]
