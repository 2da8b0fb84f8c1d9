"""The catalogue's price index against those that others publish: the median deviation is at most 15%, and no point was fitted."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from statistics import median

import pytest

from compute_cost import catalogue
from compute_cost.accuracy.price_scores import FEWEST, deviations, price_scores
from compute_cost.prices import index
from compute_cost.prices.market import Rental, rental

pytestmark = pytest.mark.live


def off() -> float:
    compared = {(one.gpus, one.scope) for one in price_scores()}
    return median(abs(ratio - 1) for row, ratio in deviations() if (row.gpus, row.scope) in compared)


def test_the_index_is_near_what_others_publish() -> None:
    scores = price_scores()
    assert len(scores) >= 6
    assert all(one.points >= FEWEST for one in scores)
    assert off() <= 0.15


def test_the_half_life_is_not_fitted_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third of it or four times as long, the deviation stays as it is."""
    for days in (30, 365):
        monkeypatch.setattr(index, "HALF_LIFE", days)
        assert off() <= 0.15


def months(gpu: str) -> Iterator[Rental]:
    """The price on demand at the end of each month, from the chip's first quote on, and that of the catalogue's day."""
    chip = catalogue.accelerators().get(gpu)
    assert chip
    for year in range(2015, catalogue.catalogue_date().year + 1):
        for month in range(1, 13):
            day = datetime.date(year, month, calendar.monthrange(year, month)[1])
            first = index.panel(gpu, "on_demand").days
            if first and first[0] <= day <= catalogue.catalogue_date():
                yield rental(chip, None, day)
    if index.panel(gpu, "on_demand").days:
        yield rental(chip, None, catalogue.catalogue_date())


@pytest.mark.parametrize("gpu", sorted(catalogue.prices()))
def test_any_day_has_a_price_and_no_month_a_jump_for_one_provider(gpu: str) -> None:
    """A quarter at most, unless two providers moved; the first month of a chip has nothing to be held to."""
    first = index.panel(gpu, "on_demand").days[:1]
    before: Rental | None = None
    for now in months(gpu):
        if before and before.day - first[0] > index.MONTH and not 1 / 1.2501 <= now.price / before.price <= 1.2501:
            quotes = index.panel(gpu, "on_demand")
            moved = {row.provider for row in quotes.rows[quotes.place(before.day) : quotes.place(now.day)]}
            assert len(moved) > 1, f"{gpu}: {before.price} to {now.price} on {now.day} for {moved}"
        before = now
    assert before or not first
