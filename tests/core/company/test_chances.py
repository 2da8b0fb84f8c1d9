"""How often a way is the cheapest: against chances known by hand, and the same with numpy or without."""

from __future__ import annotations

import sys
from statistics import NormalDist

import pytest

from compute_cost.company.chances import chances, compared
from compute_cost.inputs import uncertain
from compute_cost.ranges import interval_of, moves_of


def amount(name: str, middle: float, spread: float = 1.5) -> float:
    return uncertain(name, middle, middle / spread, middle * spread, "USD")


def test_certain_ways_need_no_draws() -> None:
    assert chances({"one": lambda: 1.0, "other": lambda: 2.0}) == {"one": 1.0, "other": 0.0}
    assert chances({"one": lambda: 1.0, "other": lambda: 1.0}) == {"one": 0.5, "other": 0.5}


@pytest.mark.parametrize("ratio", [0.7, 0.9, 1.0, 1.2, 2.0])
def test_two_ways_of_known_spread(ratio: float) -> None:
    """Log-normal each: the chance is that of a normal distribution whose spreads add up by squares."""
    import math

    spread = math.log(1.5) / NormalDist().inv_cdf(0.9)
    known = NormalDist().cdf(-math.log(ratio) / (spread * math.sqrt(2)))
    found = chances({"one": lambda: amount("a", ratio), "other": lambda: amount("b", 1.0)})
    assert found["one"] == pytest.approx(known, abs=0.03)
    assert sum(found.values()) == pytest.approx(1)


def test_what_both_share_cancels_out() -> None:
    """One price in both ways: the cheaper one is cheaper in every draw."""
    assert chances({"one": lambda: amount("price", 1.0), "other": lambda: 1.01 * amount("price", 1.0)}) == {"one": 1.0, "other": 0.0}


def test_a_share_stays_within_one() -> None:
    def load() -> float:
        return uncertain("load", 0.8, 0.5, 0.95, "1")

    assert chances({"idle": lambda: 1 - load(), "nothing": lambda: -1e-9})["nothing"] == 1


def test_resale_moves_with_rents() -> None:
    """Where rents and resale move together, a high rent comes with a high resale: their difference spreads less than apart."""

    def rents() -> float:
        return 100 + 100 * uncertain("rent_growth", -0.1, -0.2, 0.0, "1 per year")

    def resale(name: str) -> float:
        return 75 + 75 * uncertain(name, 0.2, 0.1, 0.3, "1")

    together = chances({"rent": rents, "own": lambda: 2 + resale("residual_share")})["rent"]
    apart = chances({"rent": rents, "own": lambda: 2 + resale("another")})["rent"]
    assert together > apart + 0.03


def test_the_same_without_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = {"one": lambda: amount("a", 1.1), "other": lambda: amount("b", 1.0) * amount("c", 1.0, 1.1)}
    at_once = chances(ways)
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert chances(ways) == at_once


@pytest.mark.parametrize("has_numpy", [True, False])
def test_what_inputs_do_is_worked_out_with_the_draws(has_numpy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of each way by itself, whose own inputs alone are in it."""
    ways = {"one": lambda: amount("a", 1.1) + 3.0, "other": lambda: amount("b", 1.0) * amount("a", 1.1), "none": lambda: 7.0}
    if not has_numpy:
        monkeypatch.setitem(sys.modules, "numpy", None)
    found = compared(ways)
    for name, way in ways.items():
        value, moves = moves_of(way)
        assert found.values[name] == value
        assert [swing.input for swing in found.moves[name]] == [swing.input for swing in moves]
        for swing, alone in zip(found.moves[name], moves, strict=True):
            assert swing[1:] == pytest.approx(alone[1:], rel=1e-12)
        assert found.interval(name) == pytest.approx(interval_of(way), rel=1e-12)
