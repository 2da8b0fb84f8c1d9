"""The figures of a text: the number, its last place, its unit and what stands behind "per"; names, dates and lists are none."""

from __future__ import annotations

import pytest

from compute_cost_tools import figures
from compute_cost_tools.figures import Figure


def one(text: str) -> Figure:
    (found,) = figures.find(text)
    return found


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1,234.5", 1234.5),
        ("1.234.567", 1234567),
        ("1\u202f234\u202f567", 1234567),
        ("1,5 Millionen", 1.5e6),
        ("1.2e3", 1200),
        ("10^23", 1e23),
        ("half a million", 5e5),
        ("one hundred and five", 105),
        ("thirty-four", 34),
        ("2万亿", 2e12),
        ("五千万", 5e7),
        ("三十四万五千", 345000),
        (".5", 0.5),
    ],
)
def test_reads_numbers(written: str, amount: float) -> None:
    (found,) = figures.find(f"It is {written} dollars.")
    assert found.readings[0][0] == pytest.approx(amount, rel=1e-12)


@pytest.mark.parametrize(
    ("written", "half"),
    [
        ("$1.2 million", 0.05e6),  # a figure stands for all that round to it
        ("$1.25 million", 0.005e6),
        ("$750,830", 5),  # a last zero may be rounded
        ("$750,831", 0.5),
        ("100 days", 5),  # of a whole number two places count: 95 to 105, and not 50 to 150
        ("3 days", 0.5),
        ("1.2e3 days", 50),
    ],
)
def test_the_last_place_says_how_exact_it_is(written: str, half: float) -> None:
    assert one(f"It is {written}.").readings[0][1] == pytest.approx(half)


@pytest.mark.parametrize(
    ("written", "measures", "size", "per"),
    [
        ("34 days", "time", 24, ""), ("5 weeks", "time", 168, ""), ("34小时", "time", 1, ""), ("256,151 GPU-hours", "chip_time", 1, ""), ("40 H100-hours", "chip_time", 1, ""),
        ("$2.93/hr", "money", 1, "hour"), ("$2.93 per GPU-hour", "money", 1, "hour"), ("20 cents", "money", 0.01, ""), ("€5", "other_money", 1, ""), ("35.5%", "ratio", 0.01, ""),
        ("8x H100", "chips", 1, ""), ("1,024 GPUs", "chips", 1, ""), ("300B tokens", "tokens", 1, ""), ("$3 per million tokens", "money", 1, "million tokens"), ("80 GiB", "memory", 1.073741824, ""),
        ("12 times", "ratio", 1, ""), ("5 MWh", "energy", 1000, ""), ("3.14e23 FLOP", "compute", 1, ""), ("42", "", 1, ""),
    ],
)  # fmt: skip
def test_units(written: str, measures: str, size: float, per: str) -> None:
    found = one(f"It takes {written}.")
    assert (found.measures, found.per) == (measures, per)
    assert found.size == pytest.approx(size)


@pytest.mark.parametrize(
    ("written", "date"),
    [("2024-05", "2024-05"), ("2024-05-17", "2024-05-17"), ("May 2024", "2024-05"), ("17 May 2024", "2024-05-17"), ("Nov. 22, 2026", "2026-11-22"),
     ("May 3rd, 2024", "2024-05-03"), ("2026年11月22日", "2026-11-22"), ("2024年", "2024"), ("2024", "2024")],
)  # fmt: skip
def test_dates(written: str, date: str) -> None:
    assert one(f"Prices of {written} count.").date == date


@pytest.mark.parametrize(
    "text",
    [
        "H100 SXM 80GB", "Llama 2 70B", "A800-80GB-SXM", "Qwen2.5-72B", "GPT-4o", "8x7B", "bf16 and 16-bit", "the 1st and 2nd", "1. First\n2. Then", "see [4] and (2)", "step 3",
        "double-check it", "per million tokens", "一 run", "a few words", "NVIDIA H100 80GB HBM3", "on an AMD Instinct MI300X 192GB HBM3, in all",
        "bartowski/Llama-3.1-8B-Instruct-GGUF:Q4_K_M", "a p5.48xlarge in Ohio", "Claude Sonnet 4.5 and claude-sonnet-4-5", "us.meta.llama3-1-8b-instruct-v1:0",
    ],
)  # fmt: skip
def test_no_figures(text: str) -> None:
    assert figures.find(text) == []


@pytest.mark.parametrize(
    ("text", "amount"), [("H100 x 8", 8), ("on NVIDIA H100, 80 of them", 80), ("H100: 5 days", 5), ("Claude 9000 tokens", 9000)]
)
def test_a_figure_beside_a_name_is_no_part_of_it(text: str, amount: float) -> None:
    assert amount in [value for found in figures.find(text) for value, _ in found.readings]


def test_digits_of_a_name_count_where_a_user_says_them() -> None:
    """What the user wrote may be repeated, and a name may be meant as a count."""
    assert figures.find("Llama 2 70B") == []
    assert 70e9 in {amount for one in figures.find("Llama 2 70B", names=False) for amount, _ in one.readings}


def test_two_ends_share_scale_and_unit() -> None:
    low, high = figures.find("0.9–1.8 million days")
    assert 0.9e6 in [amount for amount, _ in low.readings]
    assert (low.measures, low.size) == (high.measures, high.size) == ("time", 24)
    first, second = figures.find("$3 to 4")
    assert first.measures == second.measures == "money"


def test_a_vague_figure_has_bounds() -> None:
    assert one("It costs tens of millions of dollars.").span == (10e6, 100e6)
    assert one("It costs hundreds of thousands of dollars.").span == (1e5, 1e6)
    assert one("It costs a few million dollars.").span == (2e6, 10e6)


def test_a_figure_is_where_it_was_written() -> None:
    text = "Ｉt costs ＄1.2 million，about 34 days。"
    assert (
        [text[found.start : found.end] for found in figures.find(text)]
        == [found.text for found in figures.find(text)]
        == ["＄1.2 million", "34 days"]
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [("twice", 2), ("tripled", 3), ("half of it", 0.5), ("two thirds", 2 / 3), ("a quarter of it", 0.25), ("three fifths", 0.6), ("a tenth of it", 0.1)],
)  # fmt: skip
def test_ratios_in_words(text: str, value: float) -> None:
    found = one(text)
    assert found.measures == "ratio"
    assert found.readings[0][0] * found.size == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["per million tokens", "double-check", "the half", "a third-party source", "百", "第一", "someone", "often"]
)
def test_what_only_looks_like_a_number(text: str) -> None:
    assert figures.find(text) == []


def test_small_ones_count_only_before_a_unit() -> None:
    """Up to twelve: "one run, two options"."""
    assert [found.readings[0][0] for found in figures.find("one run, twelve eggs, thirteen chairs")] == [13]
    assert one("It takes twelve days.").readings[0][0] == 12
