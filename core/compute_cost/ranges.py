"""The 80% interval of any answer, by one rule, and what each input does to it.

Each uncertain input is moved alone to both ends of its own 80% interval and the estimate is recalculated. The changes
down and up are joined apart from each other, as independent: by the root of the summed squares, of logarithms where all
answers are above zero and of differences where not. Inputs of one name move together; a prediction's own error and the
spread of quotes are inputs like any other (compute_cost.inputs.uncertain). For factors that multiply this is the interval of
the product of log-normals; elsewhere it holds as far as the inputs act independently.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from compute_cost.errors import CostError
from compute_cost.inputs import Input, apart, evaluation

Z90 = 1.2815515655446008  # standard deviations to either side that an 80% interval reaches; written out, as start-up needs no statistics

Again = Callable[[Mapping[str, Any]], Any]  # the estimate's value with inputs moved to these ends; None where it does not ask for them


class Swing(NamedTuple):
    """One uncertain input and the answer at the low and the high end of its range, all other inputs at their middle."""

    input: Input
    at_low: float
    at_high: float

    @property
    def size(self) -> float:
        return abs(self.at_high - self.at_low)


def swings(middle: Any, again: Again, inputs: Iterable[Input]) -> list[Swing]:
    """What each uncertain input of the value does alone; an end at which there is no answer, such as a model that no longer fits, is
    left out."""
    moves: list[Swing] = []
    if isinstance(middle, str):
        return moves
    for moving in inputs:
        if moving.is_uncertain:
            ends = []
            for side in (-1.0, 1.0):
                try:
                    end = again({moving.name: side})
                except CostError:
                    end = middle
                if end is None:
                    break
                ends.append(middle if isinstance(end, str) else float(end))
            else:
                moves.append(Swing(moving, *ends))
    return moves


def interval(value: float, moves: Iterable[Swing]) -> tuple[float, float]:
    """The ends of the 80% interval around `value`."""
    pairs = [(min(value, swing.at_low, swing.at_high), max(value, swing.at_low, swing.at_high)) for swing in moves]
    if len(pairs) == 1:
        ((low, high),) = pairs  # as it is, without a last digit lost on the way
    elif all(low > 0 for low, _ in pairs):
        low = value / math.exp(math.hypot(*(math.log(value / low) for low, _ in pairs)))
        high = value * math.exp(math.hypot(*(math.log(high / value) for _, high in pairs)))
    else:
        low = value - math.hypot(*(value - low for low, _ in pairs))
        high = value + math.hypot(*(high - value for _, high in pairs))
        if all(low >= 0 for low, _ in pairs):
            low = max(low, 0.0)  # what no input brings below nothing is not below nothing
    return low, high


def rounded_up(number: float) -> float:
    """The next whole number; a last digit lost in logarithms is no accelerator more."""
    return float(math.ceil(number * (1 - 1e-9)))


def moves_of(work: Callable[[], float]) -> tuple[float, list[Swing]]:
    """A figure on the way, which `work` asks for and returns, and what each of its inputs does to it."""

    def again(ends: Mapping[str, Any]) -> float:
        with evaluation(apart(ends)):
            return work()

    with evaluation(apart(keeps=True)) as run:
        value = work()
    return value, swings(value, again, run.inputs.values())


def interval_of(work: Callable[[], float]) -> tuple[float, float]:
    """The 80% interval of a figure on the way, for an estimate that compares it with another."""
    return interval(*moves_of(work))


def of_product(value: float, *factors: tuple[float, float, float]) -> tuple[float, float]:
    """The same for a product of independent factors, each given as its low end, middle and high end, without working it out again."""
    down = math.hypot(*[math.log(middle / low) for low, middle, _ in factors])
    return value / math.exp(down), value * math.exp(math.hypot(*[math.log(high / middle) for _, middle, high in factors]))


def median(numbers: Iterable[float]) -> float:
    """The middle of some numbers; of an even count the mean of the two in the middle. Not that of the module statistics, whose import
    takes as long as reading the catalogue's chips."""
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
