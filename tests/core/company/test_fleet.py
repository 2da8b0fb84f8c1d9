"""Fleets in parts: the sum of their cash flows, each from its own month, and refused by name where a part can't be."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
from compute_cost.errors import InputError
from tests.support import figure


def test_one_part_is_its_cash_flow() -> None:
    for way in ("rent", "buy", "lease"):
        alone = compute_cost.cash_flow(way, "H100", 64, 36)
        fleet = compute_cost.fleet_cost(way, "64 H100", 36)
        assert fleet.value == pytest.approx(alone.value, rel=1e-12), way
        assert fleet.table[1:] == tuple(tuple(pytest.approx(cell, rel=1e-9, abs=1e-6) for cell in row) for row in alone.table[1:])


def test_parts_add_up_from_their_months() -> None:
    found = compute_cost.fleet_cost("buy", "64 H100; 32 x B200 from 7; 8 A100 from month 13", 36)
    parts = [compute_cost.cash_flow("buy", *part) for part in (("H100", 64, 36), ("B200", 32, 30), ("A100", 8, 24))]
    assert figure(found, "paid_in_all") == pytest.approx(sum(figure(part, "paid_in_all") for part in parts))
    assert figure(found, "gpu_hours") == pytest.approx(sum(figure(part, "gpu_hours") for part in parts))
    bought = {row[0]: row[6] for row in found.table[1:] if row[6]}
    assert bought == {
        0: pytest.approx(parts[0].table[1][6]),
        6: pytest.approx(parts[1].table[1][6]),
        12: pytest.approx(parts[2].table[1][6]),
    }
    assert found.table[-1][0] == 36


def test_in_two_halves_is_later_and_no_dearer_an_hour_without_interest() -> None:
    free: dict[str, Any] = {"cost_of_capital": 0, "load": 0.5}
    whole, halves = (compute_cost.fleet_cost("rent", fleet, 24, **free) for fleet in ("64 H100", "32 H100; 32 H100 from 13"))
    assert figure(halves, "gpu_hours") == pytest.approx(0.75 * figure(whole, "gpu_hours"))


@pytest.mark.parametrize("wrong", ["H100", "64", "64 H1000", "0 H100", "1.5 H100", "64 H100 from 0", "", "64 H100, 32 B200", ";"])
def test_what_is_no_fleet_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(InputError, match="^fleet: ") as caught:
        compute_cost.fleet_cost("buy", wrong, 36)
    assert "\n" not in str(caught.value)


def test_a_part_after_the_end_is_refused() -> None:
    with pytest.raises(InputError, match="^fleet: .*comes after 12 months"):
        compute_cost.fleet_cost("buy", "64 H100; 32 B200 from 13", 12)


def test_credits_pay_a_fleet_once() -> None:
    """However many parts it has: what all of it costs is less by the credits, and by no more."""
    plain = compute_cost.fleet_cost("rent", "8 H100; 8 A100 from 7", 12)
    less = compute_cost.fleet_cost("rent", "8 H100; 8 A100 from 7", 12, assume={"cloud_credits": 50_000})
    assert figure(less, "paid_in_all") == pytest.approx(figure(plain, "paid_in_all") - 50_000)
