"""Numbers in digits and in words, English and Chinese, and the words that only look like numbers."""

from __future__ import annotations

import pytest

from compute_cost.amounts.numbers import Number, cut, doubt, last_place, number_at, plain


def found(text: str) -> list[tuple[str, Number]]:
    """The numbers of a text, each with the words it was written in."""
    text, result, at = plain(text), [], 0
    pieces = cut(text)
    while at < len(pieces):
        number = number_at(pieces, at)
        if number:
            result.append((text[pieces[at].start : pieces[number.end - 1].end], number))
        at = number.end if number else at + 1
    return result


def one(text: str) -> Number:
    ((_, number),) = found(text)
    return number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("thirty-four", 34), ("one hundred and five", 105), ("two thousand and twelve", 2012), ("half a million", 5e5),
        ("three hundred billion", 3e11), ("one million two hundred thousand", 1.2e6), ("a thousand", 1000), ("三百万", 3e6), ("三十四万五千", 345_000), ("两亿", 2e8),
        ("二十", 20), ("一百零五", 105), ("1,234.5", 1234.5), ("10^23", 1e23), ("1½ million", 1.5e6), ("5 lakh", 5e5), ("3 dozen", 36),
    ],
)  # fmt: skip
def test_one_number(text: str, value: float) -> None:
    assert one(text).value == pytest.approx(value)


def test_a_number_is_where_it_was_written() -> None:
    assert [said for said, _ in found("It takes thirty-four days and 三百万 dollars.")] == ["thirty-four", "三百万"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("half of it", 0.5), ("two thirds", 2 / 3), ("a quarter of it", 0.25), ("three fifths", 0.6), ("a tenth of it", 0.1)],
)
def test_shares(text: str, value: float) -> None:
    assert one(text).share
    assert one(text).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "span"),
    [("tens of millions", (1e7, 1e8)), ("hundreds of thousands", (1e5, 1e6)), ("dozens", (24, 100)), ("millions", (1e6, 1e9)), ("a few thousand", (2e3, 1e4)), ("several million", (2e6, 1e7))],
)  # fmt: skip
def test_vague_numbers_lie_between_two(text: str, span: tuple[float, float]) -> None:
    assert one(text).span == span


def test_a_scale_without_a_number_is_marked() -> None:
    assert one("per million tokens").bare
    assert not one("a million tokens").bare


@pytest.mark.parametrize("text", ["someone", "often", "GPU", "第"])
def test_what_only_looks_like_a_number(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(("text", "place"), [("1.2 million", 1e5), ("1.25 million", 1e4), ("10^24", 0)])
def test_the_last_place_is_that_of_the_last_written_digit(text: str, place: float) -> None:
    assert one(text).place == pytest.approx(place)


def test_of_a_whole_number_two_places_count() -> None:
    assert last_place(100.0) == pytest.approx(10)
    assert last_place(3.0) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "unit", "asks"),
    [
        ("10.000", "GPUs", "group thousands? Write 10000 or 10"), ("10.000", "USD per GPU-hour", ""), ("2,500", "USD per GPU-hour", "Write 2500 or 2.5"), ("2,500", "GPUs", ""),
        ("2,50", "USD", "write a decimal point: 2.50"), ("6.738B", "parameters", ""), ("1.500B", "parameters", "Write 1500B or 1.5B"), ("2.5", "GPUs", ""),
        ("90m", "h", "minutes, months or millions"), ("1 M", "hours", "minutes, months or millions"), ("90 million", "h", ""), ("3 months", "hours", ""), ("2M", "tokens", ""),
    ],
)  # fmt: skip
def test_digits_that_can_mean_two_numbers_are_asked_about(text: str, unit: str, asks: str) -> None:
    said = doubt(one(text), text, unit)
    assert asks in said
    assert bool(asks) == bool(said)
