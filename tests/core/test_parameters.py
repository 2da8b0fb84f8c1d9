"""The kinds of argument: what a cell may hold."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from compute_cost.errors import InputError
from compute_cost.parameters import Day

NOON = datetime.datetime(2026, 11, 22, 13, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "value", [46348, 46348.0, 46348.5625, 46348.999999, NOON, NOON.date(), "2026-11-22", "2026-11-22 13:30", "2026-11-22T13:30:00Z"]
)
def test_a_day_is_read_without_its_time(value: Any) -> None:
    """46348.5625 is what =NOW() gives at half past one."""
    assert Day("day").reader("as_of")(value) == datetime.date(2026, 11, 22)


@pytest.mark.parametrize("value", [2024.5, -1.5, 1e300, float("nan"), float("inf"), True, "2026-11-22 25:00", "13:30", "noon: 1"])
def test_what_is_no_day_is_refused(value: Any) -> None:
    with pytest.raises(InputError, match='give a date such as "2026-11-22"'):
        Day("day").reader("as_of")(value)


def test_a_year_counts_at_its_end() -> None:
    assert Day("day").reader("as_of")(2024.0) == datetime.date(2024, 12, 31)
