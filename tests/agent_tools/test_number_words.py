"""Numbers in words, English and Chinese, and the words that only look like numbers."""

from __future__ import annotations

import pytest

from compute_cost_tools import figures, number_words

TABLE = figures.words()["words"]


def found(text: str) -> list[number_words.Spelled]:
    return list(number_words.find(text, TABLE))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("thirty-four", 34), ("one hundred and five", 105), ("two thousand and twelve", 2012), ("half a million", 5e5),
        ("three hundred billion", 3e11), ("one million two hundred thousand", 1.2e6), ("a thousand", 1000), ("三百万", 3e6), ("三十四万五千", 345_000), ("两亿", 2e8),
        ("二十", 20), ("一百零五", 105),
    ],
)  # fmt: skip
def test_one_number(text: str, value: float) -> None:
    (one,) = found(text)
    assert one.value == pytest.approx(value)


def test_a_number_is_where_it_was_written() -> None:
    text = "It takes thirty-four days and 三百万 dollars."
    assert [text[one.start : one.end] for one in found(text)] == ["thirty-four", "三百万"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("twice", 2),
        ("tripled", 3),
        ("half of it", 0.5),
        ("two thirds", 2 / 3),
        ("a quarter of it", 0.25),
        ("three fifths", 0.6),
        ("a tenth of it", 0.1),
    ],
)
def test_ratios(text: str, value: float) -> None:
    one = next(one for one in found(text) if one.ratio)
    assert one.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "span"),
    [("tens of millions", (1e7, 1e8)), ("hundreds of thousands", (1e5, 1e6)), ("dozens", (24, 100)), ("millions", (1e6, 1e9)), ("a few thousand", (2e3, 1e4)), ("several million", (2e6, 1e7))],
)  # fmt: skip
def test_vague_numbers_lie_between_two(text: str, span: tuple[float, float]) -> None:
    (one,) = found(text)
    assert one.span == span


@pytest.mark.parametrize(
    "text", ["per million tokens", "double-check", "the half", "a third-party source", "百", "第一", "someone", "often"]
)
def test_what_only_looks_like_a_number(text: str) -> None:
    assert [one for one in found(text) if not one.small] == []


def test_small_ones_are_marked() -> None:
    """Up to twelve they count only before a unit: "one run, two options"."""
    assert [one.small for one in found("one run, twelve eggs, thirteen chairs")] == [True, True, False]
