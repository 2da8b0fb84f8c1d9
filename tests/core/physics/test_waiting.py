"""Queues: exact for one place, near the exact formula for many, and without end where more comes than is done."""

from __future__ import annotations

import math

import pytest

from compute_cost.physics.waiting import waiting


@pytest.mark.parametrize("busy", [0.1, 0.5, 0.9])
def test_one_place_is_exact(busy: float) -> None:
    """M/M/1 waits busy / (1 - busy) services; M/D/1, where all take as long, half of it (Pollaczek and Khinchine)."""
    assert waiting(1, busy, 3.0, 1.0) == pytest.approx(3 * busy / (1 - busy))
    assert waiting(1, busy, 3.0, 0.0) == pytest.approx(1.5 * busy / (1 - busy))


def _erlang(places: int, busy: float) -> float:
    """The exact wait of M/M/c in services, by Erlang's recursion."""
    load, blocked = places * busy, 1.0
    for number in range(1, places + 1):
        blocked = load * blocked / (number + load * blocked)
    waits = blocked / (1 - busy * (1 - blocked))
    return waits / (places * (1 - busy))


@pytest.mark.parametrize("places", [2, 8, 32, 128])
@pytest.mark.parametrize("busy", [0.7, 0.83, 0.95])
def test_many_places_are_near_erlang_and_never_promise_too_little(places: int, busy: float) -> None:
    exact = _erlang(places, busy)
    assert 0.99 * exact <= waiting(places, busy, 1.0, 1.0) <= 1.25 * exact + 0.005


def test_more_places_share_the_same_load_with_less_waiting() -> None:
    waits = [waiting(places, 0.8, 10.0, 1.0) for places in (1, 4, 16, 64)]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] > 100 * waits[-1]


def test_a_queue_that_only_grows_has_no_end() -> None:
    assert math.isinf(waiting(5, 1.0, 1.0, 1.0))
    assert not math.isinf(waiting(5, 0.999, 1.0, 1.0))
