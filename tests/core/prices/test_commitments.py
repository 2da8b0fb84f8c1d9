"""Discounts of a term: like with like, the usual one where a chip has no pair of quotes, and an input of the answer that uses it."""

from __future__ import annotations

import datetime

import pytest

from compute_cost import catalogue
from compute_cost.inputs import Evaluation, evaluation
from compute_cost.prices.commitments import discount_of, discounted

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
    assert "gcp" in found.how
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
