"""Amounts that change by month: how they are read, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from compute_cost.company.paths import ByAge, Monthly, Path, ShareLeft, by_month
from compute_cost.errors import InputError

READ = Monthly("Load.", "1", high=1, above=True, example="0.7").reader("load")


def test_one_amount_is_a_number_as_before() -> None:
    assert READ("70%") == READ(0.7) == 0.7
    assert by_month(0.7) == (0.7,)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("10%; 20%; 40%", (0.1, 0.2, 0.4)),
        ("10%; 40% from 4; 70% from month 6", (0.1, 0.1, 0.1, 0.4, 0.4, 0.7)),
        ("0.1 from 1;0.5", (0.1, 0.5)),
        ("10%; 20%;", (0.1, 0.2)),
    ],
)
def test_several_amounts_are_those_of_the_months(text: str, amounts: tuple[float, ...]) -> None:
    path = READ(text)
    assert isinstance(path, Path)
    assert path == text.strip(), "it shows as it was written"
    assert by_month(path) == amounts
    assert READ(path) is path


@pytest.mark.parametrize("wrong", ["10%; 70", "10% from 2; 20%", "10%; 20% from 1", "10%; 20% from 9999", "; ;", "10%; x", "10%;; 20%"])
def test_what_can_not_be_is_refused_by_name(wrong: Any) -> None:
    with pytest.raises(InputError, match="^load: ") as caught:
        READ(wrong)
    assert "\n" not in str(caught.value)


def test_a_list_is_the_amounts_of_the_months() -> None:
    assert by_month(READ([0.1, "20%", 0.4])) == (0.1, 0.2, 0.4)
    assert by_month(READ((0.5,))) == (0.5,)
    with pytest.raises(InputError, match="^load: "):
        READ([])
    with pytest.raises(InputError, match="^load: "):
        READ([0.1, 70])


LEFT = ShareLeft("Left.", "1", high=1, example="0.2").reader("residual")


def test_what_is_left_by_age_falls_at_one_rate_between_two_ages() -> None:
    curve = LEFT("64% after 12; 36% after 24 months")
    assert isinstance(curve, ByAge)
    assert LEFT(curve) is curve
    assert LEFT("20%") == 0.2
    for months, left in ((0, 1), (6, 0.8), (12, 0.64), (18, 0.48), (24, 0.36), (36, 0.2025), (48, 0.36 * 0.5625**2)):
        assert curve.at(months) == pytest.approx(left)
    draws = pytest.importorskip("numpy").array([0.0, 6.0, 18.0, 36.0])
    assert list(curve.at(draws)) == pytest.approx([1, 0.8, 0.48, 0.2025])


@pytest.mark.parametrize(
    "wrong",
    ["60% after 24; 40% after 12", "40% after 12; 60% after 24", "60% after 0", "60% after 12; 40%", "0% after 12", "160% after 12"],
)
def test_a_curve_that_can_not_be_is_refused(wrong: str) -> None:
    with pytest.raises(InputError, match="^residual: "):
        LEFT(wrong)
