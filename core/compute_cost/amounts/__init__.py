"""Amounts as people write them: `read` takes what means one thing ("175B", "half a million", "2万亿", "40%", "$2.10"), `show` prints them.

`numbers` finds the numbers in any text, `units` holds the words; the readers of questions and answers stand on the same two.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from compute_cost.amounts import units
from compute_cost.amounts.numbers import Number, Token, cut, doubt, is_time, number_at, plain, text_at

LONGEST_TEXT = 60
MINUS = ("-", "–", "—", "minus", "负")
ABOUT = ("~", "≈", "about", "approx", "approximately", "around", "roughly", "circa", "ca", "约", "大约")
OTHER_CURRENCY = "amounts are in US dollars; divide yours by its exchange rate, and in_currency converts an answer into another currency"

# The usual forms in one step: this runs for every cell. Whatever else a text may be is read below.
_USUAL = re.compile(
    r"(\$?)([+-]?(?:\d{1,3}(?:,\d{3}){2,6}|\d{1,30})(?:\.(?:\d{1,2}|\d{4,30}))?(?:[eE][+-]?\d{1,3})?)"
    r" ?(%|[A-Za-z]{0,12})(?: ([A-Za-z]{1,12}))?"
)
_SPACED = re.compile(r"(?<![\d.,'])\d{1,3}(?: \d{3})+(?!\d)")  # in a cell a space in digits groups them, and parts no two numbers
_CHIP_NAME = re.compile(r"^(?: [a-z]{1,8}){1,2} \d{1,4}(?= [-/a-z]+| per)")
_CODE = re.compile(r"^[A-Z]{3} ?[\d.,]|\d ?[A-Z]{3}$")  # CHF 2.10 or 2.10 SEK
_OTHER_MONEY = [word for word in units.UNITS["other_money"] if not word.isascii()]
_LONGEST_WORD = 4  # pieces of a unit, such as "us dollars" or 个百分点
_BETWEEN = frozenset(("/", "per", "a", "an", "-", "·", "*", "每", "each", "gpu", "gpus", "chip", "card", "accelerator", "卡"))


class Unreadable(ValueError):
    """The text is not an amount in the unit asked for; the message says why."""


def read(text: str, unit: str = "") -> float:
    """The number that `text` means, in `unit`.

    Accepts what can mean one thing only: digits however they are grouped, decimals, powers ("1.4e12", "10^24"), fractions, words
    in English and Chinese ("half a million", 三百万, "a month"), scales ("175B", "4 Mrd", "5 lakh"), a share ("40%", 四成) where `unit` is
    "1", US dollars in any of their forms where `unit` is in USD ("($500)" is negative), the unit's own noun, and "per hour"
    where the unit is.
    Raises Unreadable otherwise, with what to write instead; never guesses.
    """
    usual = _USUAL.fullmatch(text)
    if usual and (not usual[1] or unit.startswith("USD")):
        scale = _usual_scale(usual[3].lower(), (usual[4] or "").lower(), unit)
        if scale:
            number = float(usual[2].replace(",", ""))
            return _finite(number * scale if scale >= 1 else number / 100)
    if len(text) > LONGEST_TEXT:
        raise Unreadable(f"{len(text)} characters is too long for an amount")
    return _read(text, unit)


def _usual_scale(word: str, noun: str, unit: str) -> float:
    """What a scale, a percent sign or the unit's own name multiplies a number by; 0 where it takes more to say."""
    if (noun and noun != unit) or (word == "m" and is_time(unit)):
        return 0.0
    if word == "%":
        return 0.01 if unit == "1" else 0.0
    return 1.0 if not word or (word == unit and not noun) else units.SCALES.get(word, 0.0)


@dataclass(slots=True)
class _Said:
    """What stands around a number: its sign, a unit word with what it measures and its size, and what it is per."""

    negative: bool = False
    word: str = ""
    measures: str = ""
    size: float = 1.0
    per: str = ""

    def noun(self, word: str) -> bool:
        """Take the word as the unit; False where it is not a unit or another one was given ("$2.50 USD" says one twice)."""
        measures, size = units.WORDS.get(word, ("", 1.0))
        if not measures or (self.measures and self.measures != measures):
            return False
        self.word, self.measures, self.size = word, measures, min(size, self.size) if self.measures else size
        return True


@lru_cache(maxsize=4096)
def _read(text: str, unit: str) -> float:
    written = _SPACED.sub(lambda digits: digits[0].replace(" ", "'"), plain(text).strip())
    # Without the point behind a letter, as in Mio.
    pieces = [piece for at, piece in enumerate(cut(written)) if piece.text != "." or not written[piece.start - 1 : piece.start].isalpha()]
    if unit.startswith("USD") and _in_other_currency(written, pieces):
        raise Unreadable(OTHER_CURRENCY)
    said = _Said()
    opened = next((at for at, piece in enumerate(pieces[:3]) if piece.text == "("), -1)
    if opened >= 0 and pieces[-1].text == ")":  # as accountants write it
        said.negative, pieces = True, pieces[:opened] + pieces[opened + 1 : -1]
    at = _before(pieces, said)
    number = number_at(pieces, at) if at < len(pieces) else None
    if number is None and text_at(pieces, at) in ("a", "an") and units.WORDS.get(text_at(pieces, at + 1), ("",))[0] == "time":
        number = Number(1.0, at + 1)  # a month
    if number is None or number.bare or number.span:
        raise Unreadable(_why_not(written, number))
    at, share = number.end, number.share
    if share and text_at(pieces, at) in ("of", "a", "an"):  # half a day
        at, share = at + 1 + (text_at(pieces, at + 1) in ("a", "an")), False
    if share:
        said.word, said.measures = "%", "ratio"
    at = _after(pieces, at, said, unit)
    if at < len(pieces):
        raise Unreadable(_why_not(written, number))
    factor = 1.0 if share and unit == "1" else _factor(said, unit)
    question = doubt(number, written, unit)
    if question:
        raise Unreadable(question)
    return _finite(units.times(-number.value if said.negative else number.value, factor))


def _before(pieces: Sequence[Token], said: _Said) -> int:
    """Where the number starts, behind a sign, "about" and a dollar sign in any order."""
    at = 0
    while at < len(pieces):
        word = pieces[at].text
        if word in MINUS and not said.negative:
            said.negative = True
        elif word not in ABOUT and word != "+":
            two = f"{word} {text_at(pieces, at + 1)}"
            if units.WORDS.get(two, ("",))[0] == "money" and said.noun(two):
                at += 1
            elif said.measures or units.WORDS.get(word, ("",))[0] != "money" or not said.noun(word):
                break
        at += 1
    return at


def _after(pieces: Sequence[Token], at: int, said: _Said, unit: str) -> int:
    """Where the unit and its "per" end that follow the number."""
    while at < len(pieces):
        for end in range(min(at + _LONGEST_WORD, len(pieces)), at, -1):
            words = [piece.text for piece in pieces[at:end]]
            own = " ".join(words) in (unit.casefold(), unit.casefold().removesuffix("s"))
            if own or said.noun(" ".join(words)) or said.noun("".join(words)):
                said.word = unit if own else said.word
                break
        else:
            if pieces[at].text != "个":
                break
            end = at + 1
        at = end
    if at < len(pieces) and pieces[at].text in ("/", "per", "a", "an", "每", "hourly", "each"):
        chip = _CHIP_NAME.search("".join(f" {piece.text}" for piece in pieces[at + 1 :]))  # per H100-hour
        words = [piece.text.removesuffix("ly") for piece in pieces[at + (len(chip[0].split()) + 1 if chip else 0) :]]
        words = [word for word in words if word not in _BETWEEN]
        said.per = units.PER.get(" ".join(words)) or units.PER.get("".join(words)) or ("GPU" if not words else "")
        return len(pieces) if said.per else at
    return at


def _factor(said: _Said, unit: str) -> float:
    """What turns an amount in the unit that was said into the one wanted: dollars from cents, days from weeks, nothing inexact."""
    measures, size, per = units.of(unit)
    percent = (said.measures == "ratio" and said.size == 0.01) or said.word == "%"
    if said.measures == "money" and measures != "money":
        raise Unreadable("it is in dollars")
    if percent and unit != "1":
        raise Unreadable("it is a percentage")
    if said.per and said.per not in (per, *per.split(" and ")):  # of what is per user and month people say one of the two
        raise Unreadable(f"it is per {said.per}")
    if not said.measures or said.word == unit:
        return 1.0
    factor = said.size / (1.0 if measures == "ratio" else size)
    if said.measures != measures or (not percent and not any(math.isclose(ratio, round(ratio)) for ratio in (factor, 1 / factor))):
        raise Unreadable(f"it is an amount of {said.word}")
    return factor


def _in_other_currency(written: str, pieces: Sequence[Token]) -> bool:
    if not written.isascii() and any(word in written.replace("美元", "") for word in _OTHER_MONEY):
        return True
    for at, piece in enumerate(pieces):
        before = pieces[at - 1].text if at and pieces[at - 1].end == piece.start else ""
        named = piece.text.isascii() and units.WORDS.get(piece.text, ("",))[0] == "other_money"
        if named or (not piece.text.isascii() and piece.text != "¢" and unicodedata.category(piece.text[0]) == "Sc"):
            return True
        if piece.text == "$" and before.isalpha() and before not in ("us", "usd") and before not in units.SCALES:  # HK$
            return True
    code = _CODE.search(written)
    word = code[0].strip("0123456789., ").casefold() if code else "usd"
    return word != "usd" and word not in units.SCALES and word not in units.WORDS


def _why_not(written: str, number: Number | None) -> str:
    if number and number.span:
        return "it is not a single number"
    if re.search(r"\d,\d", written):
        return "write a decimal point, and commas only between thousands"
    if re.fullmatch(r"\s*(?:(?:19|20)\d\d-\d{1,2}(?:-\d{1,2})?|\d{1,2}[/.]\d{1,2}[/.](?:19|20)?\d\d)\s*", written):
        return "it is a date"
    if (part := re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", written)) and int(part[2]):
        return f"it is a fraction: write {int(part[1]) / int(part[2]):.4g}"
    if re.search(r"\d[^\d]{0,12}(?:[-–—~至到]|\bto\b)[^\d]{0,4}\d", written):
        return "it is a range: give one number"
    return "it is not an amount"


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise Unreadable("it is not a finite number")
    return number


_PLURAL = re.compile(r"^(?!per )([A-Za-z][A-Za-z -]*?)(ies|(?<=ch)es|(?<=[a-zA-Z]{2})s)\b")  # queries, matches, GPU-hours, tokens/s


def show(value: float | str, unit: str = "") -> str:
    """An amount for people: "$560,897", "3.15e+23 FLOP", "280,449 GPU-hours", "34.3%"."""
    if isinstance(value, (str, bool)):
        return value if isinstance(value, str) else "yes" if value else "no"
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
    unit = {"multiple": "times", "ratio": "", "exponent": ""}.get(unit, unit)
    if text == "1":
        unit = _PLURAL.sub(lambda plural: plural[1] + ("y" if plural[2] == "ies" else ""), unit)
    return f"{text} {unit}".rstrip()


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
