"""Capital, compute and the months it lasts: the books balance, the talk's claims hold in a worked case, bad input is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import compute_cost
from compute_cost.company.funding import plan
from compute_cost.errors import InputError, MissingInput
from tests.support import figure, number

MONEY = st.floats(1e3, 1e8)
NONE_OR_MONEY = st.one_of(st.just(0.0), MONEY)
GROWTH = st.floats(-0.2, 0.3)


@settings(max_examples=200)
@given(capital=st.floats(1e4, 1e10), compute=MONEY, other=NONE_OR_MONEY, revenue=NONE_OR_MONEY, grow=st.tuples(GROWTH, GROWTH, GROWTH))
def test_the_books_balance(capital: float, compute: float, other: float, revenue: float, grow: tuple[float, float, float]) -> None:
    found = compute_cost.compute_share(capital, compute, other, revenue, *grow)
    spent = figure(found, "compute_total") + figure(found, "other_total")
    scale = max(capital, spent)
    assert spent - figure(found, "revenue_total") + figure(found, "capital_left") == pytest.approx(capital, abs=1e-6 * scale)
    assert 0 <= number(found.value) <= 1
    assert figure(found, "compute_total") / spent == pytest.approx(figure(found, "share_of_spending"))
    assert figure(found, "capital_left") >= 0
    if isinstance(found.values["runway"].value, float):
        assert figure(found, "capital_left") == 0
        assert found.value == pytest.approx(figure(found, "share_of_spending"), rel=1e-9)
    json.dumps(found.as_dict(), allow_nan=False)


@settings(max_examples=100)
@given(
    capital=st.floats(1e4, 1e9), more=st.floats(1, 10), compute=MONEY, other=NONE_OR_MONEY, revenue=NONE_OR_MONEY,
    grow=st.tuples(GROWTH, GROWTH, GROWTH),
)  # fmt: skip
def test_more_capital_never_shortens_the_runway(
    capital: float, more: float, compute: float, other: float, revenue: float, grow: tuple[float, float, float]
) -> None:
    first, longer = (plan(amount, (compute, other, revenue), grow, 600) for amount in (capital, capital * more))
    assert longer.runway is None or (first.runway is not None and longer.runway >= first.runway - 1e-9)
    assert first.turns == longer.turns, "the turn does not depend on the capital"


@settings(max_examples=100)
@given(compute=MONEY, other=NONE_OR_MONEY, revenue=MONEY, grow=st.tuples(GROWTH, GROWTH, GROWTH))
def test_the_capital_needed_is_just_enough(compute: float, other: float, revenue: float, grow: tuple[float, float, float]) -> None:
    projected = plan(1.0, (compute, other, revenue), grow, 600)
    if projected.turns is None or projected.needed < 1:
        return
    assert plan(projected.needed * (1 + 1e-6), (compute, other, revenue), grow, 600).runway is None
    assert plan(projected.needed * (1 - 1e-6), (compute, other, revenue), grow, 600).runway is not None


def test_share_falls_while_the_amount_rises() -> None:
    """The talk: over 80% of capital at first; the share falls as the company grows, although the amount rises."""
    found = compute_cost.compute_share("$100M", "$4M", "$0.8M", "$0.5M", "3%", "6%", "12%")
    assert figure(found, "share_first_month") == pytest.approx(4 / 4.8)
    assert figure(found, "share_first_month") > 0.8 > figure(found, "share_last_month")
    assert figure(found, "compute_last_month") > 1.7 * figure(found, "compute_first_month")
    step = next(step for step in found.steps if step.label == "Share of spending, last month")
    assert step.formula.startswith("the share falls while the amount rises")
    so_far = [number(row[-1]) for row in found.table[1:]]
    assert so_far == sorted(so_far, reverse=True)
    assert so_far[-1] == pytest.approx(figure(found, "share_of_spending"), rel=1e-12)
    published = next(step for step in found.steps if step.label.startswith("Published: "))
    assert published.value == 0.8
    assert "a16z-compute" in {one.id for one in found.sources}


def test_months_by_hand() -> None:
    found = compute_cost.compute_share(10e6, 0.8e6, 0.4e6)
    assert figure(found, "runway") == pytest.approx(10 / 1.2)
    assert found.value == pytest.approx(2 / 3)
    assert len(found.table) == 1 + 9
    assert found.table[-1][0] == pytest.approx(10 / 1.2)
    assert found.values["break_even_month"].value == "not within 600 months"
    assert found.values["verdict"].value == "the capital covers 8.33 months; there is no revenue, so more capital only buys more months"
    # Doubling each month: 1 + 2 + 4 = 7, and 3 of the fourth month's 8.
    doubling = compute_cost.compute_share(10e6, 1e6, 0, compute_growth=1)
    assert figure(doubling, "runway") == pytest.approx(3 + 3 / 8)
    assert doubling.value == 1


def test_a_company_that_never_runs_out_is_said_so() -> None:
    found = compute_cost.compute_share(20e6, 1e6, 0.3e6, 0.2e6, 0.02, 0, 0.15)
    assert found.values["runway"].value == "does not run out within 600 months"
    month = figure(found, "break_even_month")
    compute, revenue = (first * (1 + by) ** (month - 1) for first, by in ((1e6, 0.02), (0.2e6, 0.15)))
    assert revenue >= compute + 0.3e6
    assert revenue / 1.15 < compute / 1.02 + 0.3e6
    assert figure(found, "capital_needed") + figure(found, "capital_left") == pytest.approx(20e6)
    assert "covers the way to month 17" in str(found.values["verdict"].value)
    assert any("does not run out" in text for text in found.warnings)
    covered = compute_cost.compute_share(1e6, 1e5, 1e5, 3e5)
    assert covered.value == 0
    assert figure(covered, "capital_needed") == 0
    assert "not drawn on" in str(covered.values["verdict"].value)


def test_a_long_plan_is_bounded() -> None:
    found = compute_cost.compute_share(1e13, 1, 0)
    assert figure(found, "capital_left") == 1e13 - 600
    assert found.values["capital_needed"].value == "not within 600 months"
    assert "all 600 months" in str(found.values["verdict"].value)
    assert len(found.table) == 1 + 1 + 50, "a long table has a row a year"
    assert any("every twelfth" in text for text in found.warnings)
    json.dumps(compute_cost.compute_share(1e6, 1e12, 1e12, 1e12, 1, 1, 1).as_dict(), allow_nan=False)


def test_another_projection_is_as_long_as_it_says() -> None:
    found = compute_cost.compute_share(1e13, 1, 0, "longest_projection=120")
    assert figure(found, "capital_left") == 1e13 - 120
    assert found.values["capital_needed"].value == "not within 120 months"
    assert len(found.table) == 1 + 1 + 10
    with pytest.raises(InputError, match="^longest_projection: .*from 1 to 1,200 months"):
        compute_cost.compute_share(1e13, 1, 0, "longest_projection=1201")
    for far in (0, 0.5, 1e30):  # as every assumption: at most twenty times off
        with pytest.raises(InputError, match="^longest_projection: .*from 30 to 12,000"):
            compute_cost.compute_share(1e13, 1, 0, f"longest_projection={far}")


def test_what_is_given_is_certain() -> None:
    found = compute_cost.compute_share("$100M", "$4M", "$0.8M", "$0.5M", "3%", "6%", "12%")
    assert found.low == found.value == found.high
    origins = {one.name: one.origin for one in compute_cost.compute_share(10e6, 0.8e6, 0.4e6).inputs}
    assert origins["capital_raised"] == "given"
    assert origins["revenue_per_month"] == origins["compute_growth"] == origins["longest_projection"] == "assumed"


def test_spending_that_fades_is_no_turn() -> None:
    """Without revenue the burn only gets small; that a sum no longer changes by it is rounding, not break-even."""
    found = compute_cost.compute_share(1e6, 1000, 0, 0, -0.125)
    assert found.values["capital_needed"].value == found.values["break_even_month"].value == "not within 600 months"
    assert figure(found, "capital_left") == pytest.approx(1e6 - 8000)


def test_what_is_left_out_is_named() -> None:
    found = compute_cost.compute_share(50e6, 4e6, 1e6, compute_growth=0.01)
    assert {one.name for one in found.inputs if one.origin == "assumed"} == {
        "revenue_per_month", "other_growth", "revenue_growth", "longest_projection"
    }  # fmt: skip
    assert any(text.startswith("revenue_per_month, other_growth, revenue_growth: not given") for text in found.warnings)
    assert any("before tax" in text for text in found.warnings)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("capital_raised", 0), ("capital_raised", -1), ("capital_raised", "lots"), ("compute_per_month", -1), ("compute_per_month", "40%"),
        ("other_per_month", -5), ("revenue_per_month", -1), ("compute_growth", 5), ("compute_growth", "500%"), ("other_growth", -1),
        ("revenue_growth", float("nan")), ("revenue_growth", "fast"),
    ],
)  # fmt: skip
def test_bad_input_is_named(name: str, wrong: Any) -> None:
    good: dict[str, Any] = {"capital_raised": 50e6, "compute_per_month": 4e6, "other_per_month": 1e6}
    with pytest.raises(InputError, match=f"^{name}: .*such as") as caught:
        compute_cost.compute_share(**{**good, name: wrong})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["capital_raised", "compute_per_month", "other_per_month"])
def test_missing_input_is_named(name: str) -> None:
    good: dict[str, Any] = {"capital_raised": 50e6, "compute_per_month": 4e6, "other_per_month": 1e6}
    with pytest.raises(MissingInput, match=f"^{name}: missing"):
        compute_cost.compute_share(**{**good, name: None})
