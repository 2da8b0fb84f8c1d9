"""Reserving against renting: exact at given prices, like with like at the catalogue's, and never silent about what is assumed."""

from __future__ import annotations

import datetime
import importlib
from typing import Any

import pytest
from hypothesis import given, strategies as st

import compute_cost
from compute_cost import catalogue, registry
from compute_cost.errors import InputError, MissingInput, NoData, UnknownName
from tests.support import figure

numpy_financial = importlib.import_module("numpy_financial")
MONTHS = st.floats(0.1, 120)
PRICES = st.floats(0.05, 100)
# No price in the catalogue, so any that is given is taken.
PRICELESS = next(chip.name for chip in catalogue.accelerators().rows if chip.id not in catalogue.prices())


def test_the_talk_two_of_twenty_four_months_are_twelve_times() -> None:
    for prices in ((1.0, 1.0), (2.37, 2.37), (2.37, None), (None, 2.37)):
        found = compute_cost.reserve_or_rent(2, 24, 1000, "A100", *prices)
        assert found.value == found.low == found.high == 12
        assert figure(found, "reservation_cost") == pytest.approx(12 * figure(found, "on_demand_cost"), rel=1e-12)
    # A million for the months of use becomes twelve.
    million = compute_cost.reserve_or_rent(2, 24, 1000, None, 1e6 / (2 * 730 * 1000))
    assert figure(million, "reservation_cost") == pytest.approx(12e6, rel=1e-12)
    assert figure(million, "idle_cost") == pytest.approx(11e6, rel=1e-12)


@given(used=MONTHS, reserved=MONTHS, on_demand=PRICES, price=PRICES, gpus=st.integers(1, 100_000))
def test_the_figures_hang_together(used: float, reserved: float, on_demand: float, price: float, gpus: int) -> None:
    found = compute_cost.reserve_or_rent(used, reserved, gpus, PRICELESS, on_demand, price)
    cost, rent = figure(found, "reservation_cost"), figure(found, "on_demand_cost")
    assert found.value == pytest.approx(cost / rent, rel=1e-9)
    assert figure(found, "saving_by_reserving") == pytest.approx(rent - cost, rel=1e-9, abs=1e-9 * cost)
    assert (found.values["cheaper"].value == "reserve") == (cost < rent * (1 - 1e-12))
    idle = figure(found, "idle_gpu_hours")
    assert idle == pytest.approx(max(0.0, reserved - used) * 730 * gpus, rel=1e-9, abs=1e-6)
    if idle > 1e-3 * gpus and cost > rent:  # selling the idle hours at that price makes both cost the same
        assert cost - idle * figure(found, "break_even_resale_price") == pytest.approx(rent, rel=1e-6)


@given(reserved=MONTHS, on_demand=PRICES, share=st.floats(0.05, 1))
def test_at_the_break_even_months_both_cost_the_same(reserved: float, on_demand: float, share: float) -> None:
    price = on_demand * share
    months = figure(compute_cost.reserve_or_rent(1, reserved, None, PRICELESS, on_demand, price), "break_even_months")
    assert compute_cost.reserve_or_rent(months, reserved, None, PRICELESS, on_demand, price).value == pytest.approx(1, rel=1e-9)
    assert compute_cost.reserve_or_rent(months * 0.9, reserved, None, PRICELESS, on_demand, price).value > 1
    if share < 0.99:
        assert compute_cost.reserve_or_rent(months * 1.05, reserved, None, PRICELESS, on_demand, price).value < 1


def test_a_reservation_dearer_by_the_hour_never_breaks_even() -> None:
    found = compute_cost.reserve_or_rent(24, 24, None, None, 2, 3)
    assert str(found.values["break_even_months"].value).startswith("none")
    assert found.values["cheaper"].value == "rent"


def test_use_beyond_the_reservation_is_rented_on_demand() -> None:
    found = compute_cost.reserve_or_rent(30, 24, 8, None, 2, 1.5)
    assert figure(found, "reservation_cost") == pytest.approx((24 * 1.5 + 6 * 2) * 730 * 8, rel=1e-12)
    assert found.value == pytest.approx(0.8, rel=1e-12)
    assert figure(found, "idle_cost") == 0
    assert any("beyond the reservation are rented on demand" in text for text in found.warnings)


@pytest.mark.parametrize(("months", "discount"), [(6, 0.0), (12, 0.3), (24, 0.3), (35.9, 0.3), (36, 0.55), (60, 0.55)])
def test_a_term_has_the_discount_of_the_longest_published_one_within_it(months: float, discount: float) -> None:
    found = compute_cost.reserve_or_rent(months, months)
    assert found.value == pytest.approx(1 - discount, rel=1e-12)
    assert figure(found, "on_demand_price") == compute_cost.gpu_price("H100").value
    assert (found.low < found.value < found.high) == (discount > 0)
    assert any("no discount is published" in text for text in found.warnings) == (discount == 0)


def test_own_quotes_of_the_chip_come_before_the_usual_discount() -> None:
    # Oblivus, a neocloud, in February 2024: 5.17 on demand, 3.62 for one year.
    found = compute_cost.reserve_or_rent(12, 12, None, "H100", as_of="2024-06")
    asked = {term: compute_cost.gpu_price("H100", term, "2024-06", "oblivus-cloud").value for term in ("reserved_1y", "on_demand")}
    assert found.value == pytest.approx(asked["reserved_1y"] / asked["on_demand"], rel=1e-12)
    assert any("discount for one year of oblivus-cloud" in step.formula for step in found.steps)
    later = compute_cost.reserve_or_rent(12, 12, None, "H100", as_of=datetime.date(2026, 9, 1))
    assert later.value == pytest.approx(0.7, rel=1e-12), "a quote older than a year is no longer compared with today's"


@given(months=st.integers(1, 120))
def test_paying_in_advance_costs_the_interest(months: int) -> None:
    found = compute_cost.reserve_or_rent(1, months, None, None, 1.0, 1.0)
    level = -numpy_financial.pmt(1.1 ** (1 / 12) - 1, months, figure(found, "reservation_cost"))
    assert figure(found, "prepayment_cost") == pytest.approx(level * months - figure(found, "reservation_cost"), rel=1e-9)


def test_a_prepaid_share_adds_its_part_of_the_interest() -> None:
    plain, whole, part = (compute_cost.reserve_or_rent(6, 24, 8, None, 2, 1.5, prepaid_share=share) for share in (None, 1, 0.25))
    interest = figure(plain, "prepayment_cost")
    assert figure(whole, "prepayment_cost") == interest
    assert figure(whole, "reservation_cost") == pytest.approx(figure(plain, "reservation_cost") + interest, rel=1e-12)
    assert figure(part, "reservation_cost") == pytest.approx(figure(plain, "reservation_cost") + interest / 4, rel=1e-12)
    free = compute_cost.reserve_or_rent(6, 24, 8, None, 2, 1.5, prepaid_share=1, cost_of_capital=0)
    assert free.value == pytest.approx(plain.value, rel=1e-12)
    dear = compute_cost.reserve_or_rent(6, 24, 8, None, 2, 1.5, prepaid_share=1, cost_of_capital=0.2)
    assert dear.value > whole.value > part.value > plain.value
    assert {one.name: one.origin for one in dear.inputs}["cost_of_capital"] == "given"


def test_the_range_is_that_of_what_moves_the_multiple() -> None:
    """The discount; with a prepaid share the cost of capital, 7 to 15%; with a given price of idle hours also the rent."""
    plain = compute_cost.reserve_or_rent(2, 24)
    assert (plain.low, plain.value, plain.high) == pytest.approx((12 * 0.59, 12 * 0.7, 12 * 0.83), rel=1e-9)
    arguments = (6, 24, 8, None, 2, 1.5, None, None, 0.25)
    assumed, cheap, middle, dear = (compute_cost.reserve_or_rent(*arguments, rate) for rate in (None, 0.07, 0.1, 0.15))
    assert (assumed.low, assumed.value, assumed.high) == pytest.approx((cheap.value, middle.value, dear.value), rel=1e-12)
    assert middle.low == middle.value == middle.high
    resold = compute_cost.reserve_or_rent(2, 24, resale_price=0.5)
    assert {one.input.name for one in resold.swings if one.size > 1e-9} == {"on_demand_price", "reserved_discount_1y"}
    assert {one.input.name for one in plain.swings if one.size > 1e-9} == {"reserved_discount_1y"}


def test_idle_hours_that_are_resold_take_the_sting_out_of_the_twelve() -> None:
    """Two of 24 months at 2 USD: half of the price back for 22 idle months makes 12 times into 6.5."""
    found = compute_cost.reserve_or_rent(2, 24, 1000, "A100", 2, 2, resale_price=1)
    assert found.value == pytest.approx((24 * 2 - 22 * 1) / (2 * 2), rel=1e-12) == 6.5
    assert figure(found, "resale_income") == pytest.approx(22 * 730 * 1000)
    plain = compute_cost.reserve_or_rent(2, 24, 1000, "A100", 2, 1.5)
    needed = figure(plain, "break_even_resale_price")
    assert compute_cost.reserve_or_rent(2, 24, 1000, "A100", 2, 1.5, resale_price=needed).value == pytest.approx(1, rel=1e-12)
    assert compute_cost.reserve_or_rent(2, 24, 1000, "A100", 2, 1.5, resale_price=needed).values[
        "break_even_resale_price"
    ].value == pytest.approx(needed)
    assert any("every idle hour" in text for text in found.warnings)
    assert not any("every idle hour" in text for text in plain.warnings)


def test_nobody_pays_more_for_an_idle_hour_than_it_costs_on_demand() -> None:
    for resale, warned in ((2.0, False), (2.01, True), (40.0, True)):
        found = compute_cost.reserve_or_rent(2, 24, 1000, "A100", 2, 1.5, resale_price=resale)
        assert any(text.startswith("resale_price: ") for text in found.warnings) is warned
    with pytest.raises(InputError, match="resale_price: 41 can't be used; give less than the \\$2.00 per GPU-hour"):
        compute_cost.reserve_or_rent(2, 24, 1000, "A100", 2, 1.5, resale_price=41)


@given(reserved=MONTHS, rent=PRICES, share=st.floats(0.05, 1), resold=st.floats(0, 0.99), prepaid=st.floats(0, 1))
def test_at_the_break_even_months_both_cost_the_same_with_resale_and_prepayment(
    reserved: float, rent: float, share: float, resold: float, prepaid: float
) -> None:
    arguments = (None, PRICELESS, rent, rent * share, None, rent * resold, prepaid)
    months = compute_cost.reserve_or_rent(1, reserved, *arguments).values["break_even_months"].value
    if isinstance(months, str):  # a full reservation with its interest is dearer than renting
        assert compute_cost.reserve_or_rent(reserved, reserved, *arguments).value > 1 - 1e-9
    elif months > 1e-3 * reserved:
        assert compute_cost.reserve_or_rent(months, reserved, *arguments).value == pytest.approx(1, rel=1e-6)
    else:
        assert compute_cost.reserve_or_rent(reserved / 2, reserved, *arguments).values["cheaper"].value in ("reserve", "same")


def test_what_is_assumed_is_said() -> None:
    assert any("only one is given" in text for text in compute_cost.reserve_or_rent(2, 24, None, None, 2).warnings)
    origins = {one.name: one.origin for one in compute_cost.reserve_or_rent(2, 24, None, None, 2).inputs}
    assert (origins["on_demand_price"], origins["reserved_price"]) == ("given", "assumed")
    default = compute_cost.reserve_or_rent(2, 24)
    assert "reserved_discount_1y" in {one.name for one in default.inputs}
    assert figure(default, "multiple_at_one_price") == 12
    assert {"epoch-hardware"} <= {source.id for source in default.sources}


def test_every_figure_of_the_bill_is_a_step() -> None:
    found = compute_cost.reserve_or_rent(2, 24, 1024)
    steps = [step.value for step in found.steps]
    for name in ("reservation_cost", "on_demand_cost", "idle_cost", "multiple", "break_even_months", "prepayment_cost"):
        assert found.values[name].value in steps, name


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"months_reserved": 24}, MissingInput, "^months_used: missing"),
        ({"months_used": 2}, MissingInput, "^months_reserved: missing"),
        ({"months_used": 0, "months_reserved": 24}, InputError, "^months_used: 0"),
        ({"months_used": 2, "months_reserved": -1}, InputError, "^months_reserved: -1"),
        ({"months_used": 2, "months_reserved": 24, "gpus": 1.5}, InputError, "^gpus: 1.5"),
        ({"months_used": 2, "months_reserved": 24, "on_demand_price": 0}, InputError, "^on_demand_price: 0"),
        ({"months_used": 2, "months_reserved": 24, "reserved_price": "cheap"}, InputError, "^reserved_price: .cheap"),
        ({"months_used": 2, "months_reserved": 24, "gpu": "H1000"}, UnknownName, "^gpu: .*did you mean"),
        ({"months_used": 2, "months_reserved": 24, "gpu": "M4 Pro"}, NoData, "^on_demand_price: no price of M4 Pro .*give on_demand_price"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        compute_cost.reserve_or_rent(**arguments)
    assert "\n" not in str(caught.value)


def test_what_a_contract_asks_upfront_bears_interest() -> None:
    """A price of one's own that says "upfront 25%" is the same reservation as that share given."""
    plain = compute_cost.reserve_or_rent(12, 24, gpu="H100", on_demand_price=3, reserved_price=2, prepaid_share=0.25)
    call = registry.get("reserve_or_rent").call
    book = call(12, 24, gpu="H100", on_demand_price=3, reserved_price="H100; 2; upfront 25%")
    assert book.value == pytest.approx(plain.value)
    assert book.values["prepayment_cost"].value == pytest.approx(plain.values["prepayment_cost"].value)
    assert not any("upfront" in text for text in book.warnings)
    none = call(12, 24, gpu="H100", on_demand_price=3, reserved_price="H100; 2; upfront 25%", prepaid_share=0)
    assert float(none.value) < plain.value
    flow = registry.get("cash_flow").call("reserve", "H100", 1, 24, rent_price="H100; 2; upfront 25%")
    same = compute_cost.cash_flow("reserve", "H100", 1, 24, rent_price=2, assume={"reservation_prepaid": 0.25})
    assert flow.value == pytest.approx(same.value)
