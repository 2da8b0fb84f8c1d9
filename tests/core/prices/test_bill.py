"""The simplest bill: accelerators x hours x the price of that term, provider and day, to the last digit."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import InputError, NoData, UnknownName
from tests.core.prices.conftest import LAST, Quotes

MONTH = catalogue.constant("hours_per_month")


@pytest.mark.parametrize(
    "asked",
    [
        {"gpu": "H100"},
        {"gpu": "A100", "term": "spot"},
        {"gpu": "A100", "term": "reserved_3y", "provider": "aws", "as_of": "2022-08-31"},
        {"gpu": "H100", "provider": "hyperscaler"},
        {"gpu": "H100", "as_of": "2024-06-30"},
        {"gpu": "p5.48xlarge"},
    ],
)
def test_it_multiplies_what_gpu_price_answers(asked: dict[str, Any]) -> None:
    price = compute_cost.gpu_price(**asked)
    found = compute_cost.rent_cost(**asked, gpus=16, hours=100)
    assert found.value == 1600 * price.value
    assert (found.low, found.high) == pytest.approx((1600 * price.low, 1600 * price.high), rel=1e-12)
    assert found.values["price_per_gpu_hour"].value == price.value
    assert found.values["gpu_hours"].value == 1600


def test_by_hand(quotes: Quotes) -> None:
    """Two accelerators for 10 hours at 1, 2 and 6 dollars: $40 in the middle, and each provider's bill in the table."""
    quotes(("b", 0, 2.0), ("a", 0, 1.0), ("c", 0, 6.0))
    found = compute_cost.rent_cost("A100", 2, 10, as_of=LAST)
    assert found.value == 40
    assert [row[:4] for row in found.table[1:]] == [("a", "neocloud", 20, 1.0), ("b", "neocloud", 40, 2.0), ("c", "neocloud", 120, 6.0)]
    assert found.values["per_month"].value == 2 * MONTH * 2.0


@pytest.mark.parametrize(
    ("written", "hours"),
    [("a month", MONTH), ("1 month", MONTH), ("3 weeks", 504), ("720", 720), (720, 720), ("30 days", 720), ("a year", 8760), (None, MONTH)],
)
def test_hours_as_people_write_them(written: Any, hours: float) -> None:
    assert compute_cost.rent_cost("H100", 8, written, price_per_gpu_hour=2).values["gpu_hours"].value == 8 * hours


def test_what_is_left_out_is_said() -> None:
    assumed = {one.name: one.value for one in compute_cost.rent_cost("H100").inputs if one.origin == "assumed"}
    assert assumed["hours_per_month"] == MONTH
    assert assumed["gpus"] == 1
    assert assumed["term"] == "on_demand"
    assert "as_of" in assumed


def test_machines_have_their_number_of_accelerators_and_their_provider() -> None:
    one = compute_cost.rent_cost("p5.48xlarge", hours=24)
    assert one.value == compute_cost.rent_cost("H100", 8, 24, provider="aws").value
    assert compute_cost.rent_cost("p5.48xlarge", 64, 24).value == 8 * one.value
    assert compute_cost.rent_cost("8xH100", hours=24).value == compute_cost.rent_cost("H100", 8, 24).value
    own = compute_cost.rent_cost("p5.48xlarge", hours=24, price_per_gpu_hour=5)
    assert own.value == 8 * 24 * 5
    assert not any("has no effect" in text for text in own.warnings)


def test_a_given_price_counts_alone_and_says_so() -> None:
    found = compute_cost.rent_cost("H100", 8, 10, "spot", "aws", 2.5)
    assert (found.low, found.value, found.high) == (200, 200, 200)
    for name in ("term", "provider"):
        assert f"{name} has no effect, as price_per_gpu_hour is given" in found.warnings


def test_a_part_of_a_reserved_term_is_said_to_be_one(quotes: Quotes) -> None:
    quotes(("a", 0, 2.0), ("a", 0, 1.0, "reserved_1y"), ("a", 0, 1.0, "reserved_3y"))
    for term, whole in (("reserved_1y", 8760), ("reserved_3y", 26280)):
        for hours, part in ((whole - 1, True), (whole, False)):
            said = compute_cost.rent_cost("A100", 1, hours, term, as_of=LAST).warnings
            assert any(f"is paid for {whole:,} hours" in text for text in said) == part
    assert not any("used or not" in text for text in compute_cost.rent_cost("A100", 1, 1, as_of=LAST).warnings)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"hours": "ages"}, InputError, "^hours: "),
        ({"hours": -1}, InputError, "^hours: "),
        ({"gpus": 1.5}, InputError, "^gpus: "),
        ({"term": "weekly"}, UnknownName, "^term: .*on_demand"),
        ({"provider": "nobody"}, UnknownName, "^provider: "),
        ({"as_of": "2020"}, NoData, "no on_demand price of H100"),
        ({"price_per_gpu_hour": 1000}, InputError, "^price_per_gpu_hour: .*gpus"),
    ],
)
def test_a_mistake_is_one_clear_line(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        compute_cost.rent_cost("H100", **arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("count", "whole"), [(3, 8), (9, 16), (8, None), (16, None)])
def test_a_machine_is_rented_whole(count: int, whole: int | None, quotes: Quotes) -> None:
    quotes(("a", 0, 2.0, "on_demand", "neocloud", "", 8))
    said = [
        text for text in compute_cost.rent_cost("A100", count, 1, provider="a", as_of=LAST).warnings if "in machines of 8 alone" in text
    ]
    assert len(said) == (whole is not None)
    assert all(f"it bills {whole}, and this bill is for {count}" in text for text in said)
    quotes(("a", 0, 2.0))
    assert not any("machines" in text for text in compute_cost.rent_cost("A100", 3, 1, provider="a", as_of=LAST).warnings)


def test_credits_pay_as_much_as_they_can(quotes: Quotes) -> None:
    quotes(("a", 0, 2.0), ("b", 0, 3.0))
    assert compute_cost.rent_cost("A100", 8, 100, as_of=LAST, cloud_credits=500).value == 8 * 100 * 2.5 - 500
    rich = compute_cost.rent_cost("A100", 8, 100, as_of=LAST, cloud_credits="$100k")
    assert rich.value == 0
    assert rich.values["credits_left"].value == 98_000
    ranged = compute_cost.rent_cost("A100", 8, 100, as_of=LAST, cloud_credits=1800)
    assert (ranged.low, ranged.value) == (0, 200), "not below 0 at the low end either"


def test_hours_beyond_the_life_of_an_accelerator_are_asked_about() -> None:
    years = catalogue.assumption("useful_life").high
    assert years

    def asked(hours: float) -> list[str]:
        return [text for text in compute_cost.rent_cost("H100", 1, hours, price_per_gpu_hour=2).warnings if text.startswith("hours: ")]

    assert asked(12 * years * MONTH) == [], "as long as they stay useful at most"
    (question,) = asked(24 * years * MONTH)
    assert question.startswith(f"hours: {2 * years:,.0f} years are longer than the {years:g} that accelerators stay useful at most")
