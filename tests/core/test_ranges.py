"""The 80% interval, joined by hand: one input, several, across zero, of counts, of a product."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import pytest

from compute_cost.errors import InputError
from compute_cost.inputs import Input, uncertain
from compute_cost.ranges import Z90, Swing, interval, interval_of, of_product, rounded_up, swings

PRICE = Input("price", 2.0, "USD", "assumed", low=1.0, high=4.0)
GIVEN = Input("hours", 50.0, "h", "given")


def swing(low: float, high: float) -> Swing:
    return Swing(PRICE, low, high)


def test_each_uncertain_input_is_moved_alone_to_both_ends() -> None:
    asked = []

    def again(ends: Mapping[str, Any]) -> float:
        asked.append(dict(ends))
        return 200.0 if ends["price"] > 0 else 50.0

    (found,) = swings(100.0, again, [PRICE, GIVEN])
    assert asked == [{"price": -1.0}, {"price": 1.0}]
    assert found == Swing(PRICE, 50.0, 200.0)
    assert found.size == 150


def test_an_end_without_an_answer_stays_at_the_middle_and_a_text_has_no_swings() -> None:
    def again(ends: Mapping[str, Any]) -> float:
        if ends["price"] > 0:
            raise InputError("gpus", 1, "it does not fit")
        return 50.0

    assert swings(100.0, again, [PRICE]) == [Swing(PRICE, 50.0, 100.0)]
    assert swings("H100", again, [PRICE]) == []


def test_one_input_has_its_own_ends_to_the_last_digit() -> None:
    assert interval(0.3, [swing(0.1, 0.7)]) == (0.1, 0.7)
    assert interval(0.3, [swing(0.7, 0.1)]) == (0.1, 0.7), "whichever end of the input makes more"
    assert interval(0.3, [swing(0.4, 0.7)]) == (0.3, 0.7), "the value lies within"


def test_without_inputs_both_ends_are_the_value() -> None:
    assert interval(0.3, []) == (0.3, 0.3)


def test_factors_join_by_the_root_of_squared_logarithms_each_side_apart() -> None:
    """2 and 2 down are 2^sqrt(2); 3 and 4 up are exp(sqrt(ln(3)^2 + ln(4)^2))."""
    low, high = interval(100.0, [swing(50.0, 300.0), swing(50.0, 400.0)])
    assert low == pytest.approx(100 / 2 ** math.sqrt(2))
    assert high == pytest.approx(100 * math.exp(math.sqrt(math.log(3) ** 2 + math.log(4) ** 2)))


def test_shares_join_as_factors_too() -> None:
    """2 and 4 down are 0.4 / 2^sqrt(5)."""
    assert interval(0.4, [swing(0.2, 0.4), swing(0.1, 0.4)]) == pytest.approx((0.4 / 2 ** math.sqrt(5), 0.4))


def test_where_an_end_is_not_above_zero_differences_join() -> None:
    """3 and 4 down are 5, 6 and 8 up are 10."""
    assert interval(2.0, [swing(-1.0, 8.0), swing(-2.0, 10.0)]) == pytest.approx((-3.0, 12.0))
    assert interval(-2.0, [swing(-5.0, 4.0), swing(-6.0, 6.0)]) == pytest.approx((-7.0, 8.0))


def test_what_no_input_brings_below_nothing_is_not_below_nothing() -> None:
    """A bill that credits may pay in full: two inputs that each bring it to nothing do not bring it below together."""
    assert interval(5.0, [swing(0.0, 8.0), swing(0.0, 9.0)]) == (0.0, 10.0)
    assert interval(5.0, [swing(-1.0, 8.0), swing(0.0, 9.0)])[0] < -1, "a saving may be a loss"


def test_a_last_digit_lost_is_no_accelerator_more() -> None:
    assert [rounded_up(number) for number in (7.4, 8 * (1 - 1e-15), 8 * (1 + 1e-15), 0.2)] == [8, 8, 8, 1]


def test_a_product_has_the_interval_of_its_factors() -> None:
    def work() -> float:
        return 5 * uncertain("price", 2.0, 1.0, 4.0, "USD", "") * uncertain("load", 0.5, 0.4, 0.8, "1", "")

    found = of_product(5.0, (1.0, 2.0, 4.0), (0.4, 0.5, 0.8))
    assert found == pytest.approx(interval_of(work))
    assert found == pytest.approx(interval(5.0, [swing(2.5, 10.0), swing(4.0, 8.0)]))
    assert of_product(5.0) == (5.0, 5.0)


def test_what_is_written_out_is_the_quantile() -> None:
    assert NormalDist().inv_cdf(0.9) == Z90
