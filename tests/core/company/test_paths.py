"""Amounts that change by month: how they are read, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from compute_cost.company.paths import Monthly, Path, by_month
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
