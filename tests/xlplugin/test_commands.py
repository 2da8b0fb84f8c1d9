"""The command `compute-cost sheets`: changes as they are typed."""

from __future__ import annotations

import pytest

from compute_cost.errors import InputError
from compute_cost_sheets.commands import parse_set


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("Sheet!B2=3", ("Sheet", "B2", 3.0)), ("Inputs!B9=H100", ("Inputs", "B9", "H100")), ("My sheet!A1=a=b", ("My sheet", "A1", "a=b")),
        ("Sheet!B2=1e9", ("Sheet", "B2", 1e9)),
    ],
)  # fmt: skip
def test_a_change_is_a_sheet_a_cell_and_a_number_or_a_text(text: str, change: tuple[str, str, float | str]) -> None:
    assert parse_set(text) == change


@pytest.mark.parametrize("text", ["Sheet!B2", "B2=1", "=1", "Sheet!=1"])
def test_a_change_that_can_not_be_read(text: str) -> None:
    with pytest.raises(InputError, match="Sheet!B2=value"):
        parse_set(text)
