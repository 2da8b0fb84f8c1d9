"""The same formulas for a number and for draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from compute_cost.physics.elementwise import any_of, fails, floored, larger, only_where, rounded, smaller

DRAWS: Any = np.array([1.0, 3.0, 2.5])


def test_numbers_stay_numbers() -> None:
    assert (larger(2.0, 3.0), smaller(2.0, 3.0), rounded(2.5), rounded(3.5)) == (3, 2, 2, 4)
    assert type(rounded(2.5)) is type(floored(2.5)) is float
    assert [floored(one) for one in (2.9, -0.5, 3.0)] == [2, -1, 3]
    assert only_where(True, 2.0) == 2
    assert any_of(True)
    assert not any_of(False)
    assert fails(False)
    assert fails(np.False_)
    assert not fails(True)


def test_draws_are_taken_one_by_one() -> None:
    assert list(np.asarray(larger(2.0, DRAWS))) == [2, 3, 2.5]
    assert list(np.asarray(smaller(DRAWS, 2.0))) == [1, 2, 2]
    assert list(np.asarray(rounded(DRAWS))) == [1, 3, 2]
    assert list(np.asarray(floored(DRAWS))) == [1, 3, 2]
    assert only_where(DRAWS > 1, DRAWS) == pytest.approx(np.array([np.nan, 3, 2.5]), nan_ok=True)
    assert any_of(DRAWS > 2)
    assert not any_of(DRAWS > 3)
    assert not fails(DRAWS > 3), "draws are never refused"
