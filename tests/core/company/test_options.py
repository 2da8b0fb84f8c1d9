"""The ways to pay side by side: each as its own cash flow, chances that add up, and none that can't be."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
from compute_cost import registry
from compute_cost.answers.draws import draws
from compute_cost.company.options import WAYS
from compute_cost.errors import InputError
from tests.support import number

ASKED: dict[str, Any] = {"gpu": "H100", "gpus": 1024, "months_used": 24}


def figures(result: compute_cost.Result) -> dict[str, Any]:
    return {name: value.value for name, value in result.values.items()}


def test_each_way_costs_what_its_cash_flow_says() -> None:
    found = compute_cost.ways_to_pay(**ASKED)
    said = figures(found)
    for way in WAYS:
        alone = compute_cost.cash_flow(way, **ASKED)
        assert alone.value == pytest.approx(said[f"{way}_cost"], rel=1e-9), way
    assert found.value == min(said[f"{way}_cost"] for way in WAYS)
    assert said["cheapest"] == min(WAYS, key=lambda way: said[f"{way}_cost"])
    assert said["buy_cost"] == pytest.approx(compute_cost.rent_or_own(**ASKED).value, rel=1e-12)
    assert said["rent_cost"] == pytest.approx(compute_cost.rent_or_own(**ASKED).values["rented_cost"].value, rel=1e-12)


def test_chances_are_shares_of_the_draws() -> None:
    found = compute_cost.ways_to_pay(**ASKED)
    said = figures(found)
    chances = {way: said[f"chance_of_{way}"] for way in WAYS}
    assert sum(chances.values()) == pytest.approx(1)
    assert str(said["verdict"]).startswith(("open: ", *(f"{way}: " for way in WAYS)))
    sure = figures(compute_cost.ways_to_pay(**ASKED, rent_price=0.2, reserved_price=0.5))
    assert sure["chance_of_rent"] == 1
    assert str(sure["verdict"]).startswith("rent: the cheapest in 100%")


def test_the_table_has_every_way_by_its_cost() -> None:
    rows = compute_cost.ways_to_pay(**ASKED).table[1:]
    assert {row[0] for row in rows} == set(WAYS)
    costs = [float(row[1]) for row in rows]
    assert costs == sorted(costs)
    first_day = {row[0]: row[3] for row in rows}
    assert first_day["rent"] == first_day["lease"] == 0
    assert float(first_day["buy_on_credit"]) == pytest.approx(0.4 * float(first_day["buy"]))
    assert next(row for row in rows if row[0] == "rent")[5] == 0, "against itself"


def test_ways_that_can_not_be_are_left_out() -> None:
    def ways(**other: Any) -> set[str]:
        return {str(row[0]) for row in compute_cost.ways_to_pay(**{**ASKED, **other}).table[1:]}

    assert "reserve" not in ways(months_used=6)
    assert "reserve" in ways(months_used=6, reserved_price=2)
    assert "buy_used" not in ways(months_used=36), "two years old, they have two left"
    assert "build" not in ways(gpus=8)
    assert "build" in ways(gpus=8, place="own hall")
    assert not {"build"} & ways(place="office")
    with pytest.raises(InputError, match="^way: .*give rent_price") as caught:
        compute_cost.cash_flow("reserve", "H100", 8, 6)
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="^way: .*what is left of their life"):
        compute_cost.cash_flow("buy used", "H100", 8, 36)


def test_the_months_add_up() -> None:
    found = compute_cost.cash_flow("buy on credit", **ASKED, load="20%; 60% from 7", tax_rate=0.25)
    head, *rows = found.table
    assert head[0] == "month"
    assert head[-1] == "paid so far (USD)"
    assert [row[0] for row in rows] == list(range(25))
    for row in rows:
        assert sum(float(cell) for cell in row[2:-2]) == pytest.approx(float(row[-2]))
    assert rows[-1][-1] == pytest.approx(found.values["paid_in_all"].value)
    assert sum(float(row[1]) for row in rows) == pytest.approx(1024 * 730 * (6 * 0.2 + 18 * 0.6))
    assert found.values["present_value"].value == pytest.approx(sum(float(row[-2]) * 1.1 ** (-float(row[0]) / 12) for row in rows))


def test_draws_take_every_way_at_once() -> None:
    """The formula works on arrays: a hundred thousand draws are quick, and their middle is near the answer."""
    drawn = draws("ways_to_pay", {**ASKED, "years": 4}, 100_000)
    assert drawn.p10 < drawn.middle < drawn.p90
    assert {swing.input.name for swing in drawn.tornado} > {"rent_growth", "residual_share", "owned_load"}


def test_nothing_left_at_the_end_is_answered_for_every_way() -> None:
    nothing, little = (compute_cost.ways_to_pay("H100", 8, 24, residual=share) for share in (0, 1e-6))
    assert number(nothing.values["buy_cost"].value) == pytest.approx(number(little.values["buy_cost"].value), rel=0.01)


def test_a_contract_is_the_price_of_a_reservation() -> None:
    """A price of one's own, by its lines, with what it asks upfront."""
    call = registry.get("ways_to_pay").call
    plain, early = call("H100", 8, 24, reserved_price=2), call("H100", 8, 24, reserved_price="H100; 2; upfront 25%")
    assert number(early.values["reserve_cost"].value) > number(plain.values["reserve_cost"].value)
    assert number(early.values["buy_cost"].value) == number(plain.values["buy_cost"].value)


@pytest.mark.parametrize("way", ["rent", "reserve"])
def test_what_is_hired_is_not_bound_by_the_life_of_equipment(way: str) -> None:
    """Equipment lasts four years; a contract may run for ten, and costs each month what it did before."""
    short, long = (compute_cost.cash_flow(way, "H100", 8, months, rent_price=2.0) for months in (48, 120))
    assert long.value == pytest.approx(short.value, rel=1e-9)
    assert len(long.table) == 2 + 120
    assert (
        compute_cost.fleet_cost(way, "8 H100", 120).values["gpu_hours"].value
        == compute_cost.cash_flow(way, "H100", 8, 120).values["gpu_hours"].value
    )
    with pytest.raises(InputError, match="the equipment lasts 48 months"):
        compute_cost.cash_flow("buy", "H100", 8, 120)


@pytest.mark.parametrize("way", ["buy", "build"])
def test_a_hall_of_ones_own_is_paid_for_in_the_cash_flow_as_in_rent_or_own(way: str) -> None:
    asked: dict[str, Any] = {"gpu": "H100", "gpus": 64, "months_used": 12, "load": 0.5, "rent_price": 4, "place": "own_hall"}
    alone = compute_cost.rent_or_own(**asked)
    assert compute_cost.cash_flow(way, **asked).value == pytest.approx(alone.value, rel=1e-12)
    in_rented_space = compute_cost.cash_flow("buy", **asked | {"place": "data_center"})
    assert alone.value != pytest.approx(in_rented_space.value, rel=1e-6)
    said = compute_cost.ways_to_pay(**asked)
    assert said.values["build_cost"].value == pytest.approx(alone.value, rel=1e-12)
    assert "the hall is that of build alone: what is leased or bought is counted in rented space" in said.warnings
