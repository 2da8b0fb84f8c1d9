"""What a commitment takes off the price: a provider's own pair of quotes, else the usual discount of the term."""

from __future__ import annotations

import datetime

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.inputs import Evaluation, evaluation
from compute_cost.prices.commitments import discount_of, discounted
from compute_cost.result import Result
from tests.core.prices.conftest import LAST, Quotes

CHIP = catalogue.default_gpu()


@pytest.mark.parametrize(("months", "term"), [(0.1, ""), (11.9, ""), (12, "1y"), (35.9, "1y"), (36, "3y"), (1200, "3y")])
def test_the_longest_published_term_that_is_filled_counts(months: float, term: str) -> None:
    found = discount_of(CHIP, months, None)
    assert found.term == (f"reserved_{term}" if term else "")
    assert found.assumption == (f"reserved_discount_{term}" if term else "")
    assert found.share == (catalogue.constant(found.assumption) if term else 0)
    assert found.low <= found.share <= found.high


def test_quotes_of_the_chip_come_first_and_name_their_sources() -> None:
    found = discount_of(CHIP, 12, datetime.date(2025, 6, 1))
    assert not found.assumption
    assert "gcp" in found.basis
    assert found.sources
    with evaluation(Evaluation()) as run:
        price = discounted(10, found)
    assert price == pytest.approx(10 * (1 - found.share))
    assert run.inputs["reserved_discount"].value == found.share
    assert set(found.sources) <= set(run.sources)


def test_a_discount_is_an_input_that_moves_and_may_be_another() -> None:
    usual = discount_of(CHIP, 12, None)
    for ends, fixed, share in (
        ({usual.assumption: -1.0}, {}, usual.low),
        ({usual.assumption: 1.0}, {}, usual.high),
        ({}, {usual.assumption: 0.1}, 0.1),
    ):
        with evaluation(Evaluation(ends, fixed)) as run:
            assert discounted(10, usual) == pytest.approx(10 * (1 - share), rel=1e-12)
    assert run.figures["reserved_price"].value == 9


def reserve(months: float) -> Result:
    found: Result = compute_cost.reserve_or_rent(months, months, None, "A100", as_of=LAST)
    return found


def discount(months: float = 12) -> tuple[float, float, float]:
    """The discount and its range: with every month used, the cost of reserving over that of renting is what is left."""
    found = reserve(months)
    assert isinstance(found.value, float)
    assert isinstance(found.low, float)
    assert isinstance(found.high, float)
    return 1 - found.value, 1 - found.high, 1 - found.low


def how(months: float = 12) -> str:
    return " ".join(one.formula for one in reserve(months).steps)


def test_a_provider_is_compared_with_itself_and_not_with_the_market(quotes: Quotes) -> None:
    """A dear provider's reserved 3.00 against its own 4.00 is a quarter off, although others rent at 1.00."""
    quotes(("dear", 0, 4.0), ("dear", 0, 3.0, "reserved_1y"), ("cheap", 0, 1.0), ("other", 0, 1.0))
    assert discount() == pytest.approx((0.25, 0.25, 0.25))
    assert "median discount for one year of dear" in how()
    prices = {name: reserve(12).values[name].value for name in ("on_demand_price", "reserved_price")}
    assert prices == pytest.approx({"on_demand_price": 1.0, "reserved_price": 0.75})


def test_of_several_providers_the_median_and_all_of_them(quotes: Quotes) -> None:
    pairs = [("a", 0.9), ("b", 0.8), ("c", 0.5)]
    rented, reserved = [(name, 0, 2.0) for name, _ in pairs], [(name, 0, 2.0 * left, "reserved_1y") for name, left in pairs]
    quotes(*rented, *reserved)
    assert discount() == pytest.approx((0.2, 0.1, 0.5))
    assert "of a, b, c" in how()
    quotes(*rented[1:], *reserved[1:])
    assert discount() == pytest.approx((0.35, 0.2, 0.5)), "of two, the middle between them"


def test_the_longest_term_that_the_reservation_fills(quotes: Quotes) -> None:
    quotes(("a", 0, 2.0), ("a", 0, 1.6, "reserved_1y"), ("a", 0, 1.0, "reserved_3y"))
    assert [discount(months)[0] for months in (11.9, 12, 35.9, 36, 60)] == pytest.approx([0, 0.2, 0.2, 0.5, 0.5])
    assert "for three years of a" in how(36)
    assert any("no discount is published for terms under a year" in text or "under a year" in text for text in reserve(11.9).warnings)


def test_without_a_pair_the_usual_discount_with_its_range(quotes: Quotes) -> None:
    """A reserved price of a provider that lists none on demand says nothing about a discount."""
    for given in ([("a", 0, 2.0)], [("a", 0, 2.0), ("b", 0, 1.0, "reserved_1y")], [("a", 0, 2.0), ("a", 0, 1.0, "reserved_3y")]):
        quotes(*given)
        usual = catalogue.assumption("reserved_discount_1y")
        assert discount(12) == pytest.approx((usual.value, usual.low, usual.high))
        assert "usual discount for one year" in how()
        assert usual.name in {one.name for one in reserve(12).inputs if one.origin == "assumed"}


@pytest.mark.parametrize(("age", "counts"), [(365, True), (366, False)])
def test_a_pair_counts_for_a_year(age: int, counts: bool, quotes: Quotes) -> None:
    """Either quote may be the old one."""
    usual = catalogue.assumption("reserved_discount_1y").value
    for old in (("a", age, 1.8, "reserved_1y"), ("a", age, 2.0)):
        new = ("a", 0, 2.0) if len(old) == 4 else ("a", 0, 1.8, "reserved_1y")
        quotes(old, new, ("b", 0, 2.0))
        assert discount()[0] == pytest.approx(0.1 if counts else usual)


def test_a_reserved_price_above_the_own_rent_is_no_discount_but_a_premium(quotes: Quotes) -> None:
    quotes(("a", 0, 2.0), ("a", 0, 2.2, "reserved_1y"))
    assert discount()[0] == pytest.approx(-0.1)
