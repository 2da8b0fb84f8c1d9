"""What an estimate pays for an hour: the price of a term, or one that was given, compared with the catalogue's in words that fit it."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue import price_book
from compute_cost.catalogue.price_book import OwnPrice
from compute_cost.errors import InputError, NoData
from compute_cost.inputs import Evaluation, evaluation
from compute_cost.prices.commitments import reserved
from compute_cost.prices.rental import given_price, hourly_price, paid, upfront_of
from tests.core.prices.conftest import LAST, Quotes
from tests.support import chip

# A price that is given, compared with a catalogue that has 2 USD


def question(price: float, **about: Any) -> str:
    """What is said of a given price: nothing, a warning, or why it is refused."""
    run = Evaluation()
    with evaluation(run):
        try:
            hourly_price(chip("A100"), price, LAST, **about)
        except InputError as problem:
            return f"refused: {problem}"
    return "; ".join(run.warnings)


@pytest.mark.parametrize(
    ("price", "about", "parts"),
    [
        (16.0, {}, ["is 8 times", "is it the price of a server of 8? Give"]),
        (18.0, {}, ["is it the price of a server of 8 or the price of a day? Give"]),
        (79.0, {}, ["refused: ", "is it the price of a server of 8 or the price of a day? Give"]),
        (81.0, {}, ["refused: ", "is it the price of a day? Give"]),
        (1460.0, {}, ["refused: ", "is it the price of a month? Give"]),
        (16.0, {"count": "gpus"}, ["the number meant for gpus"]),
        (0.25, {"share": "utilization"}, ["is it the share meant for utilization? Give"]),
        (0.25, {}, ["check it: give"]),
        (0.59, {"months": 36}, []),
        (2.4, {"months": 36}, ["12 times"]),
        (6.0, {"count": "gpus", "share": "utilization"}, []),
        (0.7, {}, []),
        (7.0, {"count": "gpus"}, ["is 3.5 times", "the number meant for gpus"]),
        (20.0, {}, ["is 10 times"]),
        (0.5, {}, ["is only 25% of"]),
        (40.0, {}, ["price_per_gpu_hour: $40.00 is 20 times"]),
        (0.1, {}, ["price_per_gpu_hour: $0.10 is only 5% of"]),
        (0.09, {}, ["refused: ", "only 4.5% of"]),
    ],
)
def test_a_given_price_far_off_is_asked_about(quotes: Quotes, price: float, about: dict[str, Any], parts: list[str]) -> None:
    quotes(("a", 0, 2.0), ("published", 0, 0.2, "reserved_3y", "neocloud", "index"))
    said = question(price, **about)
    assert bool(said) == bool(parts), said
    assert all(part in said for part in parts), said


def test_only_what_fits_the_price_is_guessed(quotes: Quotes) -> None:
    quotes(("a", 0, 2.0))
    both = {"count": "gpus", "share": "utilization"}
    assert "gpus" not in question(16.5, **both), "no whole number"
    assert "utilization" not in question(16.0, **both), "no share"
    assert "gpus" not in question(0.25, **both)
    assert "utilization" not in question(0.25 * 8, **both)
    quotes(("a", 0, 4.0))
    assert "the share meant for utilization" in question(1.0, **both), "all of it is a share too"
    assert "utilization" not in question(1.1, **both)


def test_draws_of_a_price_are_taken_as_they_are(quotes: Quotes) -> None:
    np = pytest.importorskip("numpy")
    quotes(("a", 0, 2.0))
    draws = np.array([1.0, 2.0, 99.0])
    prices: Any = hourly_price(chip("A100"), draws, LAST)
    assert list(prices) == [1, 2, 99]


# The price of a term


def said_of(months: float) -> tuple[float, Evaluation]:
    run = Evaluation()
    with evaluation(run):
        return hourly_price(chip("A100"), None, LAST, months=months), run


def test_a_reservation_of_less_than_a_year_costs_what_it_costs_on_demand_and_says_so(quotes: Quotes) -> None:
    quotes(("a", 0, 2.0), ("b", 0, 2.0))
    price, run = said_of(11)
    assert price == 2
    assert "no discount is published for terms under a year, so the on-demand price is used" in run.warnings
    price, run = said_of(12)
    assert price == pytest.approx(2 * (1 - catalogue.constant("reserved_discount_1y")))
    assert "a reserved price is negotiated: compare your offer by giving it" in run.warnings
    assert run.figures["price_per_gpu_hour"] == (price, "USD per GPU-hour")
    price, run = said_of(0)
    assert (price, [text for text in run.warnings if "reserved" in text or "discount" in text]) == (2, [])


def test_a_reserved_price_that_is_the_one_on_demand_is_one_input_with_two_figures(quotes: Quotes) -> None:
    quotes(("a", 0, 2.0), ("b", 0, 3.0), ("published", 0, 1.0, "reserved_3y", "neocloud", "index"))
    for months, names in ((6, {"on_demand_price"}), (36, {"reserved_price"})):
        run = Evaluation()
        with evaluation(run):
            price = paid(reserved(chip("A100"), months, LAST), chip("A100"), LAST, "reserved_price", "on_demand_price")
        assert names == {name for name in run.inputs if name.endswith("_price")}
        assert run.figures["reserved_price"].value == price
        steps = {entry.label: (entry.formula, entry.value) for entry in run.steps}
        assert steps.get("Price reserved") == (("as on demand", price) if months == 6 else None)


def test_no_price_of_a_chip_asks_for_one(quotes: Quotes) -> None:
    quotes(("a", 0, 2.0))
    with pytest.raises(NoData, match=r"^price: no price of .* up to 2025-06-29 is in the catalogue; give price, such as 2.5"):
        hourly_price(chip("A100"), None, LAST.replace(day=29), "price")


def test_the_price_of_a_day_shows_its_quotes_and_how_new_they_are(quotes: Quotes) -> None:
    quotes(("b", 9, 3.0), ("a", 4, 2.0))
    result = compute_cost.gpu_price("A100", as_of=LAST.isoformat())
    assert (result.values["providers"].value, result.values["newest_quote"].value) == (2, "2025-06-26")
    assert result.values["price"].value == result.value
    assert result.low < result.value < result.high
    assert result.table == (
        ("provider", "class", "USD per GPU-hour", "date", "source", "confidence"),
        ("a", "neocloud", 2.0, "2025-06-26", "gpuhunt", "checked"),
        ("b", "neocloud", 3.0, "2025-06-21", "gpuhunt", "checked"),
    )
    assert any(entry.label.startswith("Price of A100") for entry in result.steps)
    days = [{entry.name: (entry.value, entry.origin) for entry in compute_cost.gpu_price("A100", as_of=day).inputs}["as_of"]
            for day in (None, LAST.isoformat())]  # fmt: skip
    assert days == [(catalogue.catalogue_date().isoformat(), "assumed"), (LAST.isoformat(), "given")]


# A price of one's own


def own(line: str) -> OwnPrice:
    price = price_book.find(line)
    assert price is not None
    return price


def test_what_a_contract_says_that_the_estimate_does_not_count_is_told(quotes: Quotes) -> None:
    quotes(("a", 0, 2.0))
    deal = own("deal; 2.10; A100; upfront 25%; minimum 64; from 2025-07-01 to 2025-12-31")
    run = Evaluation()
    with evaluation(run):
        price, formula = given_price("price", deal, chip("A100"), LAST)
    assert price == 2.1
    assert formula.startswith("yours, ")
    outside, minimum, upfront = run.warnings
    assert outside.endswith("it counts from 2025-07-01 to 2025-12-31, and is taken for 2025-06-30 all the same")
    assert minimum.endswith("it is for 64 accelerators or more")
    assert upfront.endswith("25% of it is paid upfront, whose interest is not counted: see reserve_or_rent")
    run = Evaluation()
    with evaluation(run):
        given_price("price", deal, chip("A100"), LAST.replace(month=7), counts_upfront=True)
        given_price("price", own("plain; 2.10; A100"), chip("A100"), LAST)
    assert [text for text in run.warnings if text != minimum] == []
    run = Evaluation()
    with evaluation(run):
        given_price("price", own("late; 2.10; A100; from 2025-07-01"), chip("A100"), LAST)
        given_price("price", own("past; 2.10; A100; to 2025-05-31"), chip("A100"), LAST)
    assert ["from 2025-07-01 to ever" in text or "from ever to 2025-05-31" in text for text in run.warnings] == [True, True]


def test_a_contract_is_compared_with_the_price_of_its_day(quotes: Quotes) -> None:
    quotes(("a", 0, 2.0))
    run = Evaluation()
    with evaluation(run):
        given_price("price", own("dear; 12; A100"), chip("A100"), LAST)
    assert any("is 6 times the catalogue's" in text for text in run.warnings)


def test_the_share_paid_upfront_is_that_of_the_contract_and_nothing_else() -> None:
    assert upfront_of(own("deal; 2.10; A100; upfront 25%"), chip("A100"), LAST, "price", 0) == 0.25
    for price in (own("plain; 2.10; A100"), 2.1, None):
        assert upfront_of(price, chip("A100"), LAST, "price", 0) == 0
    renewed = own("deal; 2.10; A100; upfront 25%; to 2025-06-30\ndeal; 2.10; A100; upfront 50%; from 2025-07-01")
    assert [upfront_of(renewed, chip("A100"), day, "price", 0) for day in (LAST, LAST.replace(month=7))] == [0.25, 0.5]
    today = catalogue.catalogue_date()
    assert upfront_of(renewed, chip("A100"), None, "price", 0) == upfront_of(renewed, chip("A100"), today, "price", 0)
