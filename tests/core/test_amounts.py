"""Amounts as people write them."""

from __future__ import annotations

import contextlib
import math
import re
import time

import pytest
from hypothesis import given, strategies as st

from compute_cost.amounts import Unreadable, read, show
from tests.support.spellings import SPELLINGS, Spelling


def test_the_table_is_long_and_of_unlike_kinds() -> None:
    assert len(SPELLINGS) > 400
    assert len({one.text for one in SPELLINGS}) > 350


@pytest.mark.parametrize("one", [one for one in SPELLINGS if not one.cell.startswith("refused")], ids=str)
def test_a_cell_reads(one: Spelling) -> None:
    assert read(one.text, one.unit) == pytest.approx(float(one.cell), rel=1e-12)


@pytest.mark.parametrize("one", [one for one in SPELLINGS if one.cell.startswith("refused")], ids=str)
def test_a_cell_refuses_with_the_reason(one: Spelling) -> None:
    with pytest.raises(Unreadable, match=re.escape(one.cell.removeprefix("refused: "))):
        read(one.text, one.unit)


@pytest.mark.parametrize(
    "text", ["$20", "$20/month", "$20 per user", "$20 a seat", "$20/user/month", "$20 per user per month", "20 a month"]
)
def test_what_is_per_user_and_month_is_said_by_either(text: str) -> None:
    assert read(text, "USD per user and month") == 20


@pytest.mark.parametrize(
    ("text", "unit"), [("$240/year", "USD per user and month"), ("$20/user", "USD per GPU-hour"), ("$20/month", "USD")]
)
def test_what_is_per_something_else_is_refused(text: str, unit: str) -> None:
    with pytest.raises(Unreadable, match="it is per"):
        read(text, unit)


@pytest.mark.parametrize("unit", ["", "tokens", "USD", "1"])
def test_no_text_is_slow_or_long(unit: str) -> None:
    for piece in ("1", "1,", "1 000", "1.000", "10^", "half a ", "two ", "万", "$", "1/2 ", "(", "million ", "one and "):
        started = time.perf_counter()
        with contextlib.suppress(Unreadable):
            read((piece * 60)[:60], unit)
        assert time.perf_counter() - started < 1
    with pytest.raises(Unreadable, match="61 characters is too long"):
        read("9" * 61, unit)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Unreadable):
        assert math.isfinite(read(text, "tokens"))


@given(st.floats(min_value=1, max_value=999), st.sampled_from([("K", 1e3), ("M", 1e6), ("B", 1e9), (" trillion", 1e12)]))
def test_scales_multiply(number: float, scale: tuple[str, float]) -> None:
    assert read(f"{number:.6f}{scale[0]}") == pytest.approx(float(f"{number:.6f}") * scale[1], rel=1e-12)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (560897.4, "USD", "$560,897"), (1.02e6, "USD", "$1.02 million"), (2.1, "USD per GPU-hour", "$2.10 per GPU-hour"), (0.343, "1", "34.3%"), (12.5, "1", "1,250%"),
        (3.15e23, "FLOP", "3.15e+23 FLOP"), (280449, "GPU-hours", "280,449 GPU-hours"), (3e11, "tokens", "300 billion tokens"), (0.0000123, "USD", "$1.23e-05"),
        ("H100", "", "H100"), (0.0, "GB", "0 GB"), (True, "", "yes"), (False, "", "no"), (1.25, "ratio", "1.25"), (0.093, "exponent", "0.093"), (1.5, "multiple", "1.5 times"),
        (1, "requests", "1 request"), (1, "GPU-hours", "1 GPU-hour"), (1, "requests per day", "1 request per day"), (1, "multiple", "1 time"),
        (1, "tokens/s", "1 token/s"), (1, "ms", "1 ms"), (1, "matches", "1 match"), (1, "queries", "1 query"), (1, "times a year", "1 time a year"), (1, "s", "1 s"), (1, "per 1000 server-days", "1 per 1000 server-days"), (2, "requests", "2 requests"),
    ],
)  # fmt: skip
def test_shows(value: float | str, unit: str, text: str) -> None:
    assert show(value, unit) == text


@pytest.mark.parametrize(
    ("written", "says"),
    [("2026-01-01", "it is a date"), ("31/12/2026", "it is a date"), ("2025-03", "it is a date"), ("1/2", "it is a fraction: write 0.5"),
     ("2.5-3", "it is a range"), ("3/0", "it is not an amount")],
)  # fmt: skip
def test_what_a_spreadsheet_makes_of_an_amount_is_named(written: str, says: str) -> None:
    with pytest.raises(Unreadable, match=f"^{says}"):
        read(written, "years")
