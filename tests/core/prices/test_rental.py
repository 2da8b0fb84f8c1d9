"""What an estimate pays for an hour: a price that was given is compared with the catalogue's, in words that fit it."""

from __future__ import annotations

from typing import Any

import pytest

from compute_cost.errors import InputError
from compute_cost.inputs import Evaluation, evaluation
from compute_cost.prices.rental import hourly_price
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
