"""Numbers written in words, English and Chinese: "five weeks", "half a million", "tens of millions", "twice", "三百万"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_WORD = re.compile(r"[a-z]{1,20}", re.IGNORECASE)
_GAP = re.compile(r"[\s-]{1,2}")
_AND = re.compile(r"\s(?:and\s|and\sa\s|a\s|of\sa\s)", re.IGNORECASE)
_TENS_OF = {"tens": 10.0, "hundreds": 100.0}


class Spelled(NamedTuple):
    """A number in words at its place. `small` ones (up to twelve) are figures only before a unit; `span` bounds a vague one."""

    start: int
    end: int
    value: float
    small: bool = False
    ratio: bool = False
    span: tuple[float, float] | None = None


def find(text: str, table: dict[str, Any]) -> Iterator[Spelled]:
    """The numbers in words of `text`; `table` is the section [words] of figures.toml."""
    spots = [(match.start(), match.end(), match[0].casefold()) for match in _WORD.finditer(text)]
    at = 0
    while at < len(spots):
        start, end, word = spots[at]
        after = text[end : end + 6].casefold()
        following = [spot[2] for spot in spots[at + 1 : at + 3]]
        if word in _TENS_OF and following[:1] == ["of"] and following[-1] in table["vague"]:
            times, low = _TENS_OF[word], table["vague"][following[-1]][0]
            yield Spelled(start, spots[at + 2][1], low * times, span=(low * times, low * times * 10))
            at += 2
        elif word in table["vague"]:
            yield Spelled(start, end, table["vague"][word][0], span=tuple(table["vague"][word]))
        elif word in table["ratios"] and not after.startswith("-"):  # "double-check" doubles nothing
            yield Spelled(start, end, table["ratios"][word], ratio=True)
        elif word in table["fractions"] and _is_fraction(word, after, spots[at - 1][2] if at else "", table):
            count = table["small"].get(spots[at - 1][2], 1) if at else 1
            yield Spelled(start, end, table["fractions"][word] * count, ratio=True)
        elif word in table["small"] or word in table["large"]:
            run = _run(text, spots, at, table)
            value = _value([spots[place][2] for place in run], table)
            before = spots[at - 1][2] if at else ""
            alone = word in table["large"] or word in ("half", "quarter")
            if before in table["several"] and all(spots[place][2] in table["large"] for place in run):  # "a few million"
                yield Spelled(spots[at - 1][0], spots[run[-1]][1], value, span=(value * 2, value * 10))
            elif not (alone and len(run) == 1 and before not in ("a", "one")):  # "per million tokens" counts nothing
                yield Spelled(start, spots[run[-1]][1], value, small=value <= 12)
            at = run[-1]
        at += 1
    yield from _chinese(text, table)


def _is_fraction(word: str, after: str, before: str, table: dict[str, Any]) -> bool:
    if word == "half":
        return bool(re.match(r"\s(?:of|the|as|that)\b", after)) and not re.match(r"\sof a ", after)
    return (before in ("a", "an") or before in table["small"]) and (after.startswith(" of") or word.endswith("s"))


def _run(text: str, spots: list[tuple[int, int, str]], at: int, table: dict[str, Any]) -> list[int]:
    """The places of the words that make up one number: "thirty four", "one hundred and five", "half a million"."""
    run = [at]
    for place in range(at + 1, min(at + 12, len(spots))):
        start, _, word = spots[place]
        gap = text[spots[run[-1]][1] : start]
        counts = word in table["small"] or word in table["large"]
        joins = spots[run[-1]][2] in table["large"] or spots[run[-1]][2] in ("half", "quarter")
        if counts and (_GAP.fullmatch(gap) or (joins and _AND.fullmatch(gap))):
            run.append(place)
        elif word not in ("and", "a", "of"):
            break
    return run


def _value(run: list[str], table: dict[str, Any]) -> float:
    total, current = 0.0, 0.0
    for word in run:
        if word in table["small"]:
            current += table["small"][word]
        elif word == "hundred":
            current = (current or 1) * 100
        else:
            total, current = total + (current or 1) * table["large"][word], 0.0
    return total + current


def _chinese(text: str, table: dict[str, Any]) -> Iterator[Spelled]:
    digits, tens, large = table["chinese"], table["chinese_tens"], table["chinese_large"]
    for match in re.finditer(f"[{''.join([*digits, *tens, *large])}]{{1,12}}", text):
        if match[0] in ("一", "万一", "千万", "百", "千", "万", "亿") or text[: match.start()][-1:].isdigit():
            continue
        total, section, current = 0.0, 0.0, 0.0
        for sign in match[0]:
            if sign in digits:
                current = digits[sign]
            elif sign in tens:
                section, current = section + (current or 1) * tens[sign], 0.0
            else:
                total, section, current = total + ((section + current) or 1) * large[sign], 0.0, 0.0
        value = total + section + current
        yield Spelled(match.start(), match.end(), value, small=value <= 12)
