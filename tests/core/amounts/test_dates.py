"""Dates in a text: of a day, a month, a quarter or a year."""

from __future__ import annotations

import pytest

from compute_cost.amounts.dates import date_at, is_year
from compute_cost_tools.reading.pieces import cut, normalize


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("30 June 2024", "2024-06-30"),
        ("June 30th, 2024", "2024-06-30"),
        ("1st of March 2024", "2024-03-01"),
        ("March 2025", "2025-03"),
        ("2025-03-07", "2025-03-07"),
        ("Q1 2025", "2025-03"),
        ("end of 2023", "2023-12"),
        ("2025年3月", "2025-03"),
        ("2025年", "2025"),
    ],
)
def test_a_date_is_found_as_it_is_written(text: str, date: str) -> None:
    found = date_at(cut(normalize(text)), 0)
    assert found is not None
    assert found[0] == date


@pytest.mark.parametrize("text", ["30 H100", "June and July", "2024 tokens", "7B on 2T", "40 June 2024"])
def test_other_numbers_are_no_dates(text: str) -> None:
    assert date_at(cut(normalize(text)), 0) is None


def test_years_are_of_this_century_or_the_last() -> None:
    assert [is_year(text) for text in ("2024", "1999", "1850", "24")] == [True, True, False, False]
