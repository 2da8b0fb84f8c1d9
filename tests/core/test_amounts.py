"""Amounts as people write them."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compute_cost.amounts import Unreadable, read, show


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("175B", "parameters", 175e9), ("1.4T", "tokens", 1.4e12), ("300 billion", "tokens", 300e9), ("300 billion tokens", "tokens", 300e9),
        ("2万亿", "tokens", 2e12), ("70亿参数", "parameters", 70e8), ("１７５b", "parameters", 175e9), ("1,000,000", "", 1e6), ("1e12", "", 1e12),
        ("1.5E+3", "", 1500), ("40%", "1", 0.4), ("40 percent", "1", 0.4), ("0.4", "1", 0.4), (".5", "1", 0.5), ("$2.10", "USD per GPU-hour", 2.1),
        ("US$ 2", "USD", 2), ("$2.50/h", "USD per GPU-hour", 2.5), ("2 usd per GPU-hour", "USD per GPU-hour", 2), ("64 GPUs", "GPUs", 64), ("3 years", "years", 3),
        ("5k", "", 5000), ("3 m", "", 3e6), ("-3", "", -3),
    ],
)  # fmt: skip
def test_reads(text: str, unit: str, number: float) -> None:
    assert read(text, unit) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", ""), ("abc", ""), ("1.2.3", ""), ("1,2", ""), ("1,0000", ""), ("0x10", ""), ("40%", "tokens"), ("$5", "tokens"), ("300B params", "tokens"),
        ("1e999", ""), ("1e99999", ""), ("9" * 61, ""), ("nan", ""), ("inf", ""), ("1 2", ""), ("7B model!", "parameters"), ("$$2", "USD"), ("2/h", "tokens"),
    ],
)  # fmt: skip
def test_refuses(text: str, unit: str) -> None:
    with pytest.raises(Unreadable):
        read(text, unit)


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
        ("H100", "", "H100"), (0.0, "GB", "0 GB"),
    ],
)  # fmt: skip
def test_shows(value: float | str, unit: str, text: str) -> None:
    assert show(value, unit) == text
