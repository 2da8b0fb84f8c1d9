"""A price month by month: flat, by the chip's own index, as commitments imply it, or by the rows of a price of one's own."""

from __future__ import annotations

import pytest

import compute_cost
from compute_cost import registry
from compute_cost.errors import InputError, UnknownName
from tests.core.prices.conftest import LAST, Quotes
from tests.support import number

MANY = ("a", "b", "c", "d", "e")


def column(found: compute_cost.Result, place: int) -> list[float]:
    return [number(row[place]) for row in found.table[1:]]


def test_flat_is_the_price_of_the_day(quotes: Quotes) -> None:
    quotes(("a", 0, 2.0), ("b", 0, 3.0))
    found = compute_cost.price_path("A100", 24, as_of=LAST)
    assert found.value == 2.5
    assert column(found, 3) == [2.5] * 24
    days = [row[1] for row in found.table[1:]]
    assert days[:3] == ["2025-06-30", "2025-07-30", "2025-08-30"]
    assert days[8] == "2026-02-28"
    lows = column(found, 2)
    assert lows[0] == pytest.approx(2.1), "the 10th percentile of the two"
    assert lows == sorted(lows, reverse=True), "the further, the wider"
    assert lows[12] == pytest.approx(2.1 * 0.77)


def test_a_trend_is_that_of_the_chips_own_index_within_what_rents_do(quotes: Quotes) -> None:
    """From 4 to 2.916 in three years is 0.9 a year; from 4 to 1 would be 0.63, which no decile of the yearly changes reaches."""
    for now, change in ((2.916, 0.9), (1.0, 0.77), (9.0, 1.25)):
        quotes(*((name, 1095, 4.0) for name in MANY), *((name, 0, now) for name in MANY))
        found = compute_cost.price_path("A100", 25, "trend", as_of=LAST)
        assert column(found, 3)[12] == pytest.approx(now * change)
        assert column(found, 3)[24] == pytest.approx(now * change**2)
    quotes(*((name, 1095, 4.0) for name in MANY[:4]), *((name, 0, 3.0) for name in MANY[:4]))
    assert compute_cost.price_path("A100", 25, "trend", as_of=LAST).values["last"].value == 3.0, "four providers have no trend"
    quotes(*((name, 100, 4.0) for name in MANY), *((name, 0, 3.0) for name in MANY))
    assert compute_cost.price_path("A100", 25, "trend", as_of=LAST).values["last"].value == 3.0, "a hundred days are no trend"


def test_forward_points_are_those_that_commitments_imply(quotes: Quotes) -> None:
    """One year at 2.00 and three at 1.50: (36 x 1.5 - 12 x 2) / 24 = 1.25 for the second and the third."""
    quotes(("a", 0, 3.0), ("i", 0, 2.0, "reserved_1y", "neocloud", "index"), ("i", 0, 1.5, "reserved_3y", "neocloud", "index"))
    found = compute_cost.price_path("A100", 36, "forward", as_of=LAST)
    assert column(found, 3) == pytest.approx([2.0] * 12 + [1.25] * 24)
    assert found.value == pytest.approx(1.5)


def test_a_price_of_your_own_by_the_days_of_its_rows(quotes: Quotes) -> None:
    quotes(("a", 0, 2.0))
    found = registry.get("price_path").call("A100", 4, as_of=LAST, price="A100; 2.5; to 2025-07-31\nA100; 2.1; from 2025-08-01")
    assert column(found, 3) == [2.5, 2.5, 2.1, 2.1]
    assert column(found, 2) == column(found, 4) == column(found, 3), "what you pay has no range"
    assert registry.get("price_path").call("A100", 2, "flat", as_of=LAST, price=2.2).value == 2.2


def test_a_mistake_is_one_clear_line() -> None:
    with pytest.raises(InputError, match="^scenario: .*price_per_gpu_hour"):
        compute_cost.price_path("A100", 12, "own")
    with pytest.raises(UnknownName, match="^scenario: "):
        compute_cost.price_path("A100", 12, "up")
    with pytest.raises(InputError, match="^months: "):
        compute_cost.price_path("A100", 0.5)
