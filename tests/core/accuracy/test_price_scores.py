"""The catalogue's price index against those that others publish: the median deviation is at most 15%, and no point was fitted."""

from __future__ import annotations

from statistics import median

import pytest

from compute_cost.accuracy.price_scores import FEWEST, deviations, price_scores
from compute_cost.prices import index

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
