"""Reads amounts as people write them ("175B", "300 billion", "2万亿", "40%", "$2.10") and prints them for people."""

from __future__ import annotations

import math
import re
import unicodedata

LONGEST_TEXT = 60

# Each repeat is bounded and no two neighbors can match the same character, so matching time is linear.
_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3}){1,6}|\d{1,30})?(\.\d{1,30})?(?:e([+-]?\d{1,4}))?", re.IGNORECASE)

SCALES: dict[str, float] = {
    "": 1.0,
    **dict.fromkeys(("k", "thousand", "千"), 1e3),
    "万": 1e4,
    **dict.fromkeys(("m", "mm", "mn", "mio", "million", "百万"), 1e6),
    "亿": 1e8,
    **dict.fromkeys(("b", "bn", "billion", "十亿"), 1e9),
    **dict.fromkeys(("t", "tn", "trillion", "万亿"), 1e12),
    **dict.fromkeys(("quadrillion",), 1e15),
}

# Words that may follow an amount, and the unit that they claim.
NOUNS: dict[str, str] = {
    **dict.fromkeys(("param", "params", "parameter", "parameters", "参数"), "parameters"),
    **dict.fromkeys(("tok", "token", "tokens"), "tokens"),
    **dict.fromkeys(("flop", "flops"), "FLOP"),
    **dict.fromkeys(("gpu", "gpus", "chip", "chips", "card", "cards"), "GPUs"),
    **dict.fromkeys(("usd", "dollar", "dollars"), "USD"),
    **dict.fromkeys(("day", "days"), "days"),
    **dict.fromkeys(("month", "months"), "months"),
    **dict.fromkeys(("year", "years"), "years"),
}
# Amounts in these units may also be written with these words.
ALSO: dict[str, tuple[str, ...]] = {"USD per GPU-hour": ("USD",), "USD": ("USD",)}
_CODE = re.compile(r"^(?!USD)[A-Z]{3} ?[\d.]|\d ?(?!USD|MIO)[A-Z]{3}$")  # EUR 2.10 or 2.10 EUR
_PER_HOUR = re.compile(r"\s*(?:/|per )\s*(?:gpu[- ]?)?(?:h|hr|hour)$", re.IGNORECASE)


class Unreadable(ValueError):
    """The text is no amount of the unit asked for; the message says why."""


def read(text: str, unit: str = "") -> float:
    """The number that `text` stands for, in `unit`.

    Accepts digits with thousands commas, decimals, powers ("1.4e12"), scales ("175B", "300 billion",
    "2万亿"), a percent sign where `unit` is "1" (a share), a dollar sign where `unit` is in USD,
    and the unit's own noun ("300B tokens"). Raises Unreadable otherwise; never guesses.
    """
    if len(text) > LONGEST_TEXT:
        raise Unreadable(f"{len(text)} characters is too long for an amount")
    rest = unicodedata.normalize("NFKC", text).strip()
    money = unit.startswith("USD")
    for sign in ("US$", "$"):
        if rest.startswith(sign):
            if not money:
                raise Unreadable("it is in dollars")
            rest = rest[len(sign) :].lstrip()
            break
    if money and (any(unicodedata.category(one) == "Sc" for one in rest) or _CODE.search(rest)):
        raise Unreadable("amounts are in US dollars: divide it by its exchange rate (in_currency turns an answer round)")
    match = _NUMBER.match(rest)
    if not match or not (match[2] or match[3]):
        raise Unreadable("it is no amount")
    number = float(match[1] + (match[2] or "0").replace(",", "") + (match[3] or "") + ("e" + match[4] if match[4] else ""))
    rest = rest[match.end() :].strip().casefold()
    if unit == "USD per GPU-hour":
        rest = _PER_HOUR.sub("", rest)
    if rest == "%" or rest == "percent":
        if unit != "1":
            raise Unreadable("it is a percentage")
        return _finite(number / 100)
    scale, noun = _scale_and_noun(rest)
    if noun and noun != unit and noun not in ALSO.get(unit, ()):
        raise Unreadable(f"it is an amount of {noun}")
    return _finite(number * scale)


def _scale_and_noun(rest: str) -> tuple[float, str]:
    words = rest.split()
    if rest in SCALES:
        return SCALES[rest], ""
    if rest in NOUNS:
        return 1.0, NOUNS[rest]
    if len(words) == 2 and words[0] in SCALES and words[1] in NOUNS:
        return SCALES[words[0]], NOUNS[words[1]]
    for word, scale in SCALES.items():  # "2万亿参数": no space in Chinese
        if word and not word.isascii() and rest.startswith(word) and rest[len(word) :] in NOUNS:
            return scale, NOUNS[rest[len(word) :]]
    raise Unreadable("it is no amount")


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise Unreadable("it is not a finite number")
    return number


_PLURALS = ("GPUs", "GPU-hours", "days", "months", "years", "tokens", "parameters", "rows", "steps", "final runs")


def show(value: float | str, unit: str = "") -> str:
    """An amount for people: "$560,897", "3.15e+23 FLOP", "280,449 GPU-hours", "34.3%"."""
    if isinstance(value, str):
        return value
    if unit.startswith("USD"):
        return _dollars(value) + unit[3:]
    if unit == "1" or unit.startswith("1 per "):
        return (f"{value * 100:,.0f}%" if abs(value) >= 10 else f"{value * 100:.3g}%") + unit[1:]
    if unit == "year":
        return f"{value:g}"  # 2028, not 2,028
    size = abs(value)
    if size >= 1e15 or (size and size < 1e-3):
        text = f"{value:.3g}"
    elif size >= 1e9:
        scale, word = (1e12, "trillion") if size >= 1e12 else (1e9, "billion")
        text = f"{value / scale:.4g} {word}"
    elif size >= 1000:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.4g}"
    if text == "1" and unit in _PLURALS:
        unit = unit[:-1]
    return f"{text} {'times' if unit == 'multiple' else unit}".rstrip()


def _dollars(value: float) -> str:
    size = abs(value)
    sign = "-" if value < 0 else ""
    if size >= 1e9:
        return f"{sign}${size / 1e9:.3g} billion"
    if size >= 1e6:
        return f"{sign}${size / 1e6:.3g} million"
    if size >= 1000:
        return f"{sign}${size:,.0f}"
    if size >= 1 or size == 0 or round(size, 2) == float(f"{size:.3g}"):
        return f"{sign}${size:.2f}"
    return f"{sign}${size:.3g}"
