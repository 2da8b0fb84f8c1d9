"""One's own card: which reach a speed for one user, how many of them, and what they cost to own."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import DoesNotFit
from tests.support import number

MODEL, FORMAT = "Llama 3.1 8B", "int4"


def rows(**asked: Any) -> list[dict[str, Any]]:
    head, *lines = compute_cost.cheapest_serving(MODEL, precision=FORMAT, **asked).table
    return [dict(zip(map(str, head), line, strict=True)) for line in lines]


def test_the_speed_is_that_of_one_user_on_those_cards() -> None:
    able = [row for row in rows(min_tokens_per_second=20) if row["number"]]
    assert len(able) >= 4
    for row in able:
        found = compute_cost.infer_throughput(MODEL, row["card or machine"], row["number"], FORMAT, batch=1)
        assert found.value == pytest.approx(row["tokens/s"])
        assert row["tokens/s"] >= 20
        market = catalogue.accelerators().get(row["card or machine"])
        assert market is not None
        assert market.market != "datacenter"


def test_the_cost_is_what_they_lose_in_worth() -> None:
    found = compute_cost.cheapest_serving(MODEL, precision=FORMAT, min_tokens_per_second=20)
    chip = str(found.values["gpu"].value)
    price = float(compute_cost.gpu_fact(chip, "purchase_price").value)
    assert found.value == pytest.approx(float(found.values["gpus"].value) * price * 0.9 / 48)
    assert found.values["purchase_cost"].value == float(found.values["gpus"].value) * price
    assert number(found.low) < number(found.value) < number(found.high)
    costs = [row["USD per month"] for row in rows(min_tokens_per_second=20) if row["USD per month"] != ""]
    assert costs == sorted(costs)
    assert costs[0] == pytest.approx(found.value)


def test_more_speed_takes_more() -> None:
    slow, fast = (compute_cost.cheapest_serving("Llama 3.1 70B", precision=FORMAT, min_tokens_per_second=floor) for floor in (8, 40))
    assert number(fast.value) > number(slow.value)
    assert float(fast.values["tokens_per_second_per_stream"].value) >= 40


def test_what_cannot_do_it_is_listed_with_the_reason() -> None:
    out = [row for row in rows(min_tokens_per_second=60) if not row["number"]]
    assert out
    assert all(row["note"].startswith(("the nearest is", "one copy takes")) for row in out)


def test_what_nothing_at_home_reaches_says_the_nearest() -> None:
    with pytest.raises(DoesNotFit, match=r"the nearest of any card or machine is [\d.]+ tokens/s"):
        compute_cost.cheapest_serving(MODEL, precision=FORMAT, min_tokens_per_second=5000)


def test_sixteen_bits_at_home_are_pointed_out() -> None:
    wide, narrow = compute_cost.cheapest_serving(MODEL), compute_cost.cheapest_serving(MODEL, precision=FORMAT)
    assert any("about 4 bits" in text for text in wide.warnings)
    assert not any("about 4 bits" in text for text in narrow.warnings)
