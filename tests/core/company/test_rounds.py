"""Later rounds and users: read as written, in at their month, and refused by name where they can't be."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

import compute_cost
from compute_cost.company.funding import plan
from compute_cost.company.rounds import Product, Rounds, RoundsKind
from compute_cost.errors import InputError, MissingInput
from tests.support import figure

READ = RoundsKind("Rounds.", example='"$20M at month 7"').reader("rounds")
START = datetime.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("$20M at month 7", {7: 20e6}),
        ("20M at 7; $100M in 2028-03", {7: 20e6, 17: 100e6}),
        ("5M from 2026-11-30; 5M at 1;", {1: 10e6}),
    ],
)
def test_rounds_come_in_at_their_month(text: str, money: dict[int, float]) -> None:
    rounds = READ(text)
    assert isinstance(rounds, Rounds)
    assert rounds == text
    assert rounds.by_month(START) == money
    assert READ(rounds) is rounds


@pytest.mark.parametrize(
    "wrong", ["20M", "20M at 0", "at 7", "lots at 7", "20M at 2028-13", "0 at 3", "-5M at 3", ";", 7, "20M at 7, 30M at 9"]
)
def test_what_is_no_round_is_refused_by_name(wrong: Any) -> None:
    with pytest.raises(InputError, match="^rounds: .*such as") as caught:
        READ(wrong)
    assert "\n" not in str(caught.value)


def test_a_round_before_the_start_is_capital() -> None:
    with pytest.raises(InputError, match=r"^rounds: .*before the first month, 2026-11"):
        compute_cost.compute_share(10e6, 1e6, 1e5, rounds="5M at 2026-03", start="2026-11-22")


def test_a_round_lengthens_the_runway() -> None:
    """10 million at 1.2 a month last 8.33 months; 6 more at month 5 last 5 more, at month 20 they come too late."""
    plain, early, late = (compute_cost.compute_share(10e6, 0.8e6, 0.4e6, rounds=text) for text in (None, "6M at 5", "6M at 20"))
    assert figure(plain, "runway") == figure(late, "runway") == pytest.approx(10 / 1.2)
    assert figure(early, "runway") == pytest.approx(16 / 1.2)
    assert figure(early, "capital_with_rounds") == 16e6
    assert figure(late, "capital_with_rounds") == 10e6
    assert early.value == pytest.approx(2 / 3), "all of it is drawn, two thirds on compute"
    dated = compute_cost.compute_share(10e6, 0.8e6, 0.4e6, rounds="6M at 2027-03", start="2026-11")
    assert figure(dated, "runway") == figure(early, "runway")
    assert dated.values["runs_out"].value == "2027-12"


def test_users_pay_and_cost() -> None:
    """10,000 users at 20 USD, 2 million tokens each at 0.5 USD a million: 200,000 in, 10,000 more of compute."""
    found = compute_cost.compute_share(10e6, 0.3e6, 0.4e6, users=10_000, price_per_user=20, tokens_per_user="2M", token_cost=0.5)
    months = figure(found, "runway")
    assert months == pytest.approx(10e6 / (0.3e6 + 0.01e6 + 0.4e6 - 0.2e6))
    assert figure(found, "revenue_total") == pytest.approx(0.2e6 * months)
    growing = compute_cost.compute_share(
        10e6, 0.3e6, 0.4e6, users=10_000, price_per_user=20, tokens_per_user="2M", token_cost=0.5, user_growth=0.1
    )
    assert growing.values["runway"].value == "does not run out within 600 months"
    assert any("growth is held" in text for text in growing.warnings)


def test_what_is_needed_is_just_enough_with_rounds() -> None:
    product, rounds = Product(1e5, 5e3, 0.08), {7: 2e6}
    spending = (4e5, 2e5, 0.0)
    needed = plan(1.0, spending, (0.0, 0.0, 0.0), 120, product, rounds).needed
    assert plan(needed * (1 + 1e-9), spending, (0.0, 0.0, 0.0), 120, product, rounds).runway is None
    assert plan(needed * (1 - 1e-6), spending, (0.0, 0.0, 0.0), 120, product, rounds).runway is not None


def test_the_raise_by_month() -> None:
    """Without users it is the project and the other spending; a later round and users take from it."""
    exact: dict[str, Any] = {
        "gpu": "A100",
        "gpus": 1024,
        "price_per_gpu_hour": 2,
        "utilization": 0.4,
        "trial_share": 1,
        "failed_share": 0.2,
    }
    project = compute_cost.project_cost(70e9, 2e12, **exact).value
    plain = compute_cost.raise_needed(70e9, 2e12, **exact, other_per_month=0.5e6, months=12)
    assert plain.value == pytest.approx(project + 6e6)
    assert figure(plain, "rest") == pytest.approx(6e6)
    later = compute_cost.raise_needed(70e9, 2e12, **exact, other_per_month=0.5e6, months=12, rounds="5M at 7")
    assert later.value == pytest.approx(max(project + 6e6 - 5e6, (project + 6e6) / 2))
    users: dict[str, Any] = {"users": 10_000, "price_per_user": 20, "tokens_per_user": 1e6, "token_cost": 1}
    sold = compute_cost.raise_needed(70e9, 2e12, **exact, other_per_month=0.5e6, months=12, **users)
    assert sold.value == pytest.approx(project + 6e6 - 12 * 10_000 * (20 - 1))
    assert "compute_share" not in sold.values


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"users": 10}, MissingInput, "^price_per_user: missing"),
        ({"users": 10, "price_per_user": 1, "tokens_per_user": 5}, MissingInput, "^token_cost: missing"),
    ],
)
def test_users_without_their_price_are_refused(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        compute_cost.compute_share(1e6, 1e5, 1e5, **arguments)
    with pytest.raises(error, match=says):
        compute_cost.raise_needed("GPT-3", other_per_month=0, **arguments)


def test_what_goes_by_month_needs_the_rest_of_the_spending() -> None:
    with pytest.raises(MissingInput, match="^other_per_month: missing; rounds is given"):
        compute_cost.raise_needed("GPT-3", rounds="5M at 7")
    with pytest.raises(InputError, match="^compute_share: .*one of the two"):
        compute_cost.raise_needed("GPT-3", compute_share=0.5, other_per_month=0)
