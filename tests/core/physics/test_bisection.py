"""The number at which a condition turns."""

from __future__ import annotations

import pytest

from compute_cost.physics.bisection import last


@pytest.mark.parametrize("turn", [0, 1, 2, 7, 63, 64, 99])
def test_the_last_number_before_it_turns(turn: int) -> None:
    asked: list[int] = []

    def holds(number: int) -> bool:
        asked.append(number)
        return number <= turn

    assert last(holds, 0, 100) == turn
    assert len(asked) <= 7, "by halving"
    assert all(0 < number < 100 for number in asked), "both ends are known"


def test_neighbors_are_not_asked_about() -> None:
    assert last(lambda number: number / 0 > 0, 4, 5) == 4
