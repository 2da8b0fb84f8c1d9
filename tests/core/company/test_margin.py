"""Gross margin of a subscription: by hand at given token costs, that of the API where a model is named, and break-evens at which nothing is left."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import compute_cost
from compute_cost.errors import InputError, MissingInput
from tests.support import figure


def test_by_hand() -> None:
    """20 USD, 300 requests of 2,500 tokens at 2 USD a million, nine free users who ask 20 times, 3% fees, 1 USD of support."""
    found = compute_cost.unit_margin(
        20, 10_000, 300, None, 2000, 500, token_cost=2, free_users=9, free_use=20, other_cost=1, fixed_cost=100_000, fee_share=0.03
    )
    tokens = (300 + 9 * 20) * 2500 * 2 / 1e6
    left = 20 * 0.97 - tokens - 1
    assert tokens == 2.4
    assert found.value == pytest.approx(left / 20)
    assert figure(found, "left_per_user") == pytest.approx(left)
    assert figure(found, "break_even_users") == pytest.approx(100_000 / left)
    assert figure(found, "profit_per_month") == pytest.approx(10_000 * left - 100_000)
    assert figure(found, "break_even_use") == pytest.approx((20 * 0.97 - 1) / 0.005 - 180)
    assert found.low == found.value == found.high, "all is given"


def test_all_free_users_in_place_of_those_for_each_paying_one_are_asked_about() -> None:
    given: dict[str, Any] = {"input_tokens": 1000, "output_tokens": 300, "token_cost": 2, "free_use": 30}
    many = compute_cost.unit_margin(20, 1000, 300, free_users=9000, **given)
    assert "free_users: 9,000 was given for each paying user; for 9,000 in all give 9" in many.warnings
    assert not any("in all give" in text for text in compute_cost.unit_margin(20, 1000, 300, free_users=9, **given).warnings)


def test_a_model_costs_what_its_api_charges() -> None:
    found = compute_cost.unit_margin(20, 1000, 300, "gpt-4o", 2000, 500)
    request = compute_cost.api_cost("gpt-4o", 2000, 500, requests=1)
    assert figure(found, "cost_per_request") == request.value
    assert {source.id for source in request.sources} <= {source.id for source in found.sources}
    cached = compute_cost.unit_margin(20, 1000, 300, "gpt-4o", 2000, 500, "80%")
    assert cached.value > found.value


@settings(max_examples=50)
@given(price=st.floats(1, 500), use=st.floats(1, 1e4), cost=st.floats(0.01, 50), free=st.floats(0, 20))
def test_at_the_break_even_use_nothing_is_left(price: float, use: float, cost: float, free: float) -> None:
    given: dict[str, Any] = {"input_tokens": 1000, "output_tokens": 1000, "token_cost": cost, "free_users": free, "free_use": 5}
    even = compute_cost.unit_margin(price, 1, use, **given).values["break_even_use"].value
    if isinstance(even, float) and 1e-3 < even < 1e9:
        assert compute_cost.unit_margin(price, 1, even, **given).value == pytest.approx(0, abs=1e-9)
    elif isinstance(even, str):
        assert compute_cost.unit_margin(price, 1, 1e-3, **given).value < 0


def test_those_who_ask_most_may_cost_more_than_they_pay() -> None:
    rows = compute_cost.unit_margin(20, 1000, 1000, None, 1000, 1000, token_cost=2).table[1:]
    margins = [float(row[3]) for row in rows]
    assert margins == sorted(margins, reverse=True)
    assert margins[0] > 0 > margins[-1]
    assert rows[2][3] == compute_cost.unit_margin(20, 1000, 1000, None, 1000, 1000, token_cost=2).value
    lossy = compute_cost.unit_margin(20, 1000, 9000, None, 1000, 1000, token_cost=2, fixed_cost=1)
    assert lossy.value < 0
    assert str(lossy.values["break_even_users"].value).startswith("none")


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({}, MissingInput, "^model: missing; name a model"),
        ({"model": "gpt-4o", "token_cost": 1}, InputError, "^token_cost: .*one of the two"),
        ({"model": "gpt-4o", "fee_share": 30}, InputError, "^fee_share: 30"),
        ({"model": "gpt-4o", "price": 0}, InputError, "^price: 0"),
        ({"model": "gpt-4o", "use": None}, MissingInput, "^use: missing"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        compute_cost.unit_margin(**{"price": 20, "users": 1000, "use": 300, **arguments})
    assert "\n" not in str(caught.value)
