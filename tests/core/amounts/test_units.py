"""The words of amounts: what a unit of core measures, and that no word means two things."""

from __future__ import annotations

import pytest

from compute_cost.amounts import units


@pytest.mark.parametrize(
    ("unit", "known"),
    [
        ("USD", ("money", 1, "")), ("USD per GPU-hour", ("money", 1, "hour")), ("USD per million tokens", ("money", 1, "million tokens")), ("1", ("ratio", 1, "")),
        ("GPU-hours", ("chip_time", 1, "")), ("days", ("time", 24, "")), ("tokens/s", ("tokens", 1, "second")), ("kWh", ("energy", 1, "")), ("furlongs", ("furlongs", 1, "")),
    ],
)  # fmt: skip
def test_what_a_unit_of_core_measures(unit: str, known: tuple[str, float, str]) -> None:
    assert units.of(unit) == known


def test_no_word_of_a_unit_measures_two_things() -> None:
    words = [word for line in units.UNITS.values() for word in line]
    assert sorted(set(words)) == sorted(words)


def test_words_are_in_lower_case() -> None:
    tables = (units.SCALES, units.COUNTS, units.ONES, units.TENS, units.FRACTIONS, units.VAGUE, units.WORDS, units.PER)
    assert [word for table in tables for word in table if word != word.casefold()] == []
