"""Finds a number in a text: digits with grouping, powers, fractions, English and Chinese words, and what multiplies them.

    "1,000,000" "1 000 000" "1'000.5" "1,00,000" "10^24" "1.4 x 10^12" "1½ million" "one and a half trillion" "3 dozen" "5 lakh" 三百万 四成

A text is cut into pieces once; `number_at` reads the number that starts at one of them. What a number means (a price, a share that
must be refused, a figure that must be known) is for others to say.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, Protocol

from compute_cost.amounts.units import (
    COMMON_ELSEWHERE,
    COUNTS,
    FRACTIONS,
    HAN_DIGITS,
    HAN_LARGE,
    HAN_SEVERAL,
    HAN_TENS,
    ONES,
    SCALES,
    SEVERAL,
    TENS,
    UNITS,
    VAGUE,
)

CJK = r"\u3400-\u9fff"
VULGAR = "¼½¾⅐-⅞"
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
POWER = rf"[⁺⁻]?[{_SUPERSCRIPTS}]{{1,4}}"
LETTER = rf"[^\W\d_{CJK}{VULGAR}{_SUPERSCRIPTS}]"
_SUPERSCRIPT = str.maketrans("⁺⁻" + _SUPERSCRIPTS, "+-0123456789")

# How digits are grouped and where their decimals begin. Each repeat is bounded, so that the time is linear.
# A space groups thousands where there are two groups, or one that starts with 0, or a currency sign before them: in "Llama 3 405B" it parts
# two numbers.
_GROUPED = "|".join(
    (
        r"(?<!\d,)\d{1,3}(?:,\d{3}){1,9}(?!\d|,\d)(?:\.\d{1,30})?",
        r"(?<!\d,)\d{1,2}(?:,\d{2}){1,7},\d{3}(?!\d|,\d)(?:\.\d{1,30})?",
        r"\d{1,3}(?:\.\d{3}){2,9}(?!\d|\.\d)(?:,\d{1,30}(?!\d))?",
        r"\d{1,3}\.\d{3},\d{1,2}(?!\d|,\d)",
        r"\d{1,3}(?:'\d{3}){1,9}(?!\d)(?:[.,]\d{1,30})?",
        r"(?<!\w)(?<!\w-)(?<!\d[., ])\d{1,3}(?:(?: \d{3}){2,9}| 0\d\d)(?! ?\d)(?:[.,]\d{1,30})?",
        r"(?<=[$€£¥])\d{1,3} \d{3}(?! ?\d)(?:[.,]\d{1,30})?",
        r"0,\d{3,30}(?!\d|,\d)",
        r"(?<!\d,)\d{1,3},\d{1,2}(?!\d|,\d)",
    )
)
DIGITS = rf"(?:{_GROUPED}|\d{{1,40}}(?:\.\d{{1,40}})?|(?<![\w.])\.\d{{1,40}})(?:[eE][+-]?\d{{1,4}}(?!\d|\.\d))?"
_GROUP_SIGN = re.compile(r"(?<=\d)[\u00a0\u2009\u202f'’_](?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"0,\d{1,30}|\d{1,3},\d{1,2}")
_THREE_DECIMALS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_ONE_GROUP = re.compile(r"[1-9]\d{0,2},\d{3}")
_LONE_M = re.compile(r"\d ?m(?!\w)", re.IGNORECASE)
_KEPT = frozenset("⁺⁻" + _SUPERSCRIPTS)
MOST_TRIES = 100
MOST_EXPONENT = 400
LONGEST_HAN = 40


@cache  # built for the first text that needs it: it takes longer than the rest of the module, and cells mostly hold numbers
def _piece() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<number>{DIGITS})|(?P<cjk>[{CJK}])|(?P<vulgar>[{VULGAR}])|(?P<power>{POWER})|(?P<word>{LETTER}{{1,60}})|(?P<sign>\S)"
    )


class Piece(Protocol):
    """A piece of a text: its kind ("number", "word", "cjk", "vulgar", "power" or "sign"), its letters in lower case, its place."""

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


class Number(NamedTuple):
    """A number as it was written.

    `end` is the piece after it. `place` is the size of its last written digit ("1.2 million": 100,000), 0 where it has no last one (10^24);
    `scale` is what it was multiplied by, `letter` the first letter of that. `share` marks 四成 and "a third",
    `span` the bounds of a vague one ("tens of millions"), `bare` a scale without a number ("per million tokens"),
    `spelled` one in words, `style` how digits were written where that can mean two things: see `doubt`.
    """

    value: float
    end: int
    place: float = 0.0
    scale: float = 1.0
    letter: str = ""
    share: bool = False
    span: tuple[float, float] | None = None
    bare: bool = False
    spelled: bool = False
    style: str = ""
    digits: str = ""


def plain(text: str) -> str:
    """The text with one way to write each digit and sign, every character in its place."""
    if text.isascii() and "'" not in text and "_" not in text:
        return text
    text = _GROUP_SIGN.sub("'", text).replace("\u2212", "-").replace("\u2011", "-").replace("\u00a0", " ")
    return "".join(
        character if character in _KEPT or len(folded := unicodedata.normalize("NFKC", character)) != 1 else folded for character in text
    )


def cut(text: str) -> list[Token]:
    """The pieces of a plain text. A hyphen that joins words ("thirty-four", "7-billion") is not a piece."""
    tokens = []
    for match in _piece().finditer(text):
        at = match.start()
        if match[0] == "-" and at and text[at - 1].isalnum() and text[at + 1 : at + 2].isalpha():
            continue
        tokens.append(Token(match.lastgroup or "sign", match[0].casefold(), match.start(), match.end()))
    return tokens


def number_at(pieces: Sequence[Piece], at: int) -> Number | None:
    """The number that starts at a piece; None where none does, or where it is beyond all bounds."""
    number = _chinese(pieces, at) if _is_chinese(pieces, at) else _vague(pieces, at) or _power(pieces, at) or _english(pieces, at)
    return number if number and math.isfinite(number.value) else None


def doubt(number: Number, written: str, unit: str = "") -> str:
    """What to ask about `written`, an amount in `unit` whose digits mean one thing here and another there; "" where there is no doubt.

    "2,50" has a decimal comma. "10.000" is ten or ten thousand, "1.500B" 1.5 billion or 1,500: but "6.738B" is how sizes are written, and
    prices per hour and shares have decimals as a rule and are never in the thousands, for which "2,500" may be 2.5 too. Of a time "90m" is
    minutes, months or millions.
    """
    fine = unit in ("1", "times") or unit.startswith(("USD per ", "per "))  # a share, a multiple, a price
    digits, without, point = number.digits, number.digits.replace(".", "").replace(",", ""), number.digits.replace(",", ".")
    if is_time(unit) and number.scale == 1e6 and _LONE_M.search(written):
        return "is the m minutes, months or millions? Write the word out"
    if number.style == "decimal comma":
        return f"write a decimal point: {written.replace(digits, point)}"
    dot = number.style == "dot" and not (fine or unit in ("", "months", "years")) and (number.scale == 1 or digits.endswith("0"))
    if dot or (number.style == "comma" and fine and number.scale == 1):
        clear = f"{written.replace(digits, without)} or {written.replace(digits, f'{float(point):g}')}"
        return f"is the {'dot' if dot else 'comma'} a decimal point, or does it group thousands? Write {clear}"
    return ""


def of_tries(pieces: Sequence[Piece], at: int) -> Number | None:
    """A share as people count it: 4 of 5 tries, 1 in 20 of the users; "2 of 8 GPUs" is none."""
    part, whole, end = text_at(pieces, at), text_at(pieces, at + 2), at + 3 + (text_at(pieces, at + 3) == "of")
    counted = (
        text_at(pieces, at + 1) in ("of", "in") and part.isdecimal() and whole.isdecimal() and 0 < int(part) < int(whole) <= MOST_TRIES
    )
    named = end > at + 3 or text_at(pieces, at + 3) in ("tries", "attempts", "times", "runs", "cases", "users", "customers", "tasks")
    return Number(int(part) / int(whole), at + 3, share=True) if counted and named else None


def half_more(pieces: Sequence[Piece], at: int) -> tuple[float, int]:
    """The half that stands behind a unit, and where it ends: a year and a half, 两年半."""
    if text_at(pieces, at) == "半":
        return 0.5, at + 1
    return (0.5, at + 3) if [text_at(pieces, place) for place in range(at, at + 3)] == ["and", "a", "half"] else (0.0, at)


def is_elsewhere(pieces: Sequence[Piece]) -> bool:
    """Whether a text is in a language that writes 1.000,5: by its short words, fewer where a decimal comma tells too."""
    told = len(COMMON_ELSEWHERE.intersection(piece.text for piece in pieces))
    return told >= (2 if any(piece.kind == "number" and _DECIMAL_COMMA.fullmatch(piece.text) for piece in pieces) else 3)


def is_time(unit: str) -> bool:
    """Whether an amount in that unit is a time."""
    return unit in UNITS["time"] or unit == "min"


def last_place(value: float) -> float:
    """The size of the last digit that counts, of a fraction a hundredth. At least two count: 100 is 95 to 105, not 50 to 150."""
    if not value.is_integer():
        return value / 100
    digits = f"{value:.0f}"
    zeros = len(digits) - len(digits.rstrip("0")) if digits.strip("0") else 0
    return float(10.0 ** min(zeros, max(len(digits.lstrip("0")) - 2, 0)))


def text_at(pieces: Sequence[Piece], at: int) -> str:
    """The text of a piece; "" outside of them."""
    return pieces[at].text if 0 <= at < len(pieces) else ""


def _kind(pieces: Sequence[Piece], at: int) -> str:
    return pieces[at].kind if at < len(pieces) else ""


# Digits.


def _digits(piece: Piece) -> tuple[float, float, str, str]:
    """Their value, the size of the last one, how they were written, and the digits without an exponent."""
    written, _, exponent = piece.text.partition("e")
    style, digits = "", written
    if written.count(".") > 1 or 0 <= written.find(".") < written.find(","):
        digits = written.replace(".", "").replace(",", ".")
    elif "'" in written or " " in written:
        digits = written.replace("'", "").replace(" ", "").replace(",", ".")
    elif _DECIMAL_COMMA.fullmatch(written):
        style, digits = "decimal comma", written.replace(",", ".")
    elif "," in written:
        style, digits = "comma" if _ONE_GROUP.fullmatch(written) else "", written.replace(",", "")
    elif _THREE_DECIMALS.fullmatch(written):
        style = "dot"
    decimals = len(digits.partition(".")[2])
    power = float(10.0 ** max(-MOST_EXPONENT, min(MOST_EXPONENT - 100, int(exponent)))) if exponent else 1.0
    value = float(f"{digits}e{exponent}") if exponent else float(digits)
    return value, 10.0**-decimals * power if decimals else last_place(float(digits)) * power, style, written


def _power(pieces: Sequence[Piece], at: int) -> Number | None:
    """10^24, 10**24, 10²⁴, 3.14 x 10^23."""
    if pieces[at].kind != "number":
        return None
    factor, place, base = 1.0, 0.0, at
    if text_at(pieces, at + 1) in ("x", "×", "*", "·", "⋅") and text_at(pieces, at + 2) == "10":
        factor, place, _, _ = _digits(pieces[at])
        base = at + 2
    sign = base + 1
    if _kind(pieces, sign) == "power":
        exponent, end = text_at(pieces, sign).translate(_SUPERSCRIPT), sign + 1
    else:
        sign += 1 if text_at(pieces, sign) == "^" else 2 if text_at(pieces, sign) + text_at(pieces, sign + 1) == "**" else 0
        braces = text_at(pieces, sign) == "{"
        minus = "-" if text_at(pieces, sign + braces) == "-" or _kind(pieces, sign + braces) == "minus" else ""
        last = sign + braces + len(minus) + (text_at(pieces, sign + braces) == "+")
        if sign == base + 1 or _kind(pieces, last) != "number" or (braces and text_at(pieces, last + 1) != "}"):
            return None
        exponent, end = minus + text_at(pieces, last), last + 1 + braces
    if not exponent.lstrip("+-").isdigit() or len(exponent) > 4:
        return None
    try:
        power = float(_digits(pieces[base])[0] ** max(-MOST_EXPONENT, min(MOST_EXPONENT, int(exponent))))
    except (OverflowError, ZeroDivisionError):
        power = math.inf
    return Number(factor * power, end, place * power)


# English.


def _vague(pieces: Sequence[Piece], at: int) -> Number | None:
    """Tens of millions, hundreds of thousands, a few hundred, several million."""
    at += text_at(pieces, at) == "a" and text_at(pieces, at + 1) in SEVERAL
    word = text_at(pieces, at)
    if word in VAGUE and text_at(pieces, at - 1) != "many":
        low, high = VAGUE[word]
        of = text_at(pieces, at + 2) if text_at(pieces, at + 1) == "of" else ""
        if of in VAGUE and of not in ("tens", "dozens") and word in ("tens", "dozens", "hundreds", "thousands"):
            unit = VAGUE[of][0]
            low, high = VAGUE[word][0] * unit, VAGUE[word][0] * unit * 10
            return Number(low, at + 3, span=(low, high), spelled=True)
        return Number(low, at + 1, span=(low, high), spelled=True)
    if word in SEVERAL and text_at(pieces, at - 1) not in ("how", "as"):
        at += 1 + (text_at(pieces, at + 1) == "of") + (text_at(pieces, at + 1) == "of" and text_at(pieces, at + 2) == "a")
        scale, end, _ = _scales(pieces, at, digits=False)
        if end > at:
            return Number(scale * 2, end, span=(scale * 2, scale * 10), spelled=True)
    return None


def _english(pieces: Sequence[Piece], at: int) -> Number | None:
    if _kind(pieces, at) == "number" and not _goes_on(pieces, at + 1):
        value, place, style, digits = _digits(pieces[at])
        return Number(value, at + 1, place, style=style, digits=digits)
    fraction = _fraction(pieces, at)
    if fraction:
        return fraction
    total, below, end, letter = 0.0, math.inf, at, ""
    first: Number | None = None
    while end < len(pieces):
        start = end + (
            first is not None and first.spelled and text_at(pieces, end) == "and" and text_at(pieces, end - 1) in ("hundred", "thousand")
        )
        part = _count(pieces, start) if start < len(pieces) else None
        if part is None or (first and part.bare):
            break
        scale, after, name = _scales(pieces, part.end, digits=not part.spelled)
        if first and (scale >= below or part.value >= below or (scale == 1 and not (first.spelled and part.spelled)) or len(name) == 1):
            break
        more, after = (0.0, after) if first else _and_a_half(pieces, after)
        first = first or part._replace(scale=scale)
        total, end, below = total + (part.value + more) * scale, after, scale
        letter = letter or name[:1]
        if scale == 1 or len(name) == 1:
            break
    if first is None:
        return None
    exact = not first.spelled and end == _scales(pieces, first.end, digits=True)[1]
    place = first.place * first.scale if exact else last_place(total)
    return first._replace(value=total, end=end, place=place, letter=letter, bare=first.bare and end == at + 1)


def _goes_on(pieces: Sequence[Piece], at: int) -> bool:
    """Whether what stands behind digits may be part of the number."""
    word = text_at(pieces, at)
    return (
        word in SCALES
        or word in COUNTS
        or word == "and"
        or (word in ("/", "⁄") and _kind(pieces, at + 1) == "number")
        or _kind(pieces, at) in ("number", "vulgar")
    )


def _count(pieces: Sequence[Piece], at: int) -> Number | None:
    """What stands before a scale: 175, 1½, 1 1/2, two hundred and fifty-six, one point five, one and a half, a (million), hundred."""
    piece = pieces[at]
    if piece.kind == "number":
        part, end = _over(pieces, at)
        if part and len(_scales(pieces, end, digits=False)[2]) > 1:  # 1/2 million: by itself it may be a date
            return Number(part, end, 0.01)
        value, place, style, digits = _digits(piece)
        part, end = _over(pieces, at + 1) if value.is_integer() else (0.0, at + 1)
        part, end = (part, end) if part else _and_a_half(pieces, at + 1)
        return Number(value + part, end, 0.01 if part else place, style=style, digits=digits)
    if piece.kind == "vulgar":
        return Number(unicodedata.numeric(piece.text), at + 1, 0.01)
    if piece.kind != "word":
        return None
    if piece.text in ("a", "an"):
        return Number(1.0, at + 1, spelled=True) if len(_scales(pieces, at + 1, digits=False)[2]) > 1 else None
    if (piece.text in COUNTS or piece.text in SCALES) and len(piece.text) > 1:
        return Number(1.0, at, spelled=True, bare=True)
    return _cardinal(pieces, at)


def _cardinal(pieces: Sequence[Piece], at: int) -> Number | None:
    """Below a thousand, with decimals in words and "and a half"."""
    value, end = _below_hundred(pieces, at)
    if end == at:
        return None
    if text_at(pieces, end) == "hundred" and value:
        value, end = value * 100, end + 1
        start = end + (text_at(pieces, end) == "and")
        more, after = _below_hundred(pieces, start)
        value, end = (value + more, after) if after > start else (value, end)
    elif text_at(pieces, end) == "point":
        digits = 0
        while digits < 9 and 0 <= ONES.get(text_at(pieces, end + 1 + digits), 10.0) < 10:
            digits += 1
            value += ONES[text_at(pieces, end + digits)] / 10.0**digits
        value, end = round(value, digits), end + (1 + digits if digits else 0)
    more, end = _and_a_half(pieces, end)
    return Number(value + more, end, spelled=True)


def _below_hundred(pieces: Sequence[Piece], at: int) -> tuple[float, int]:
    word = text_at(pieces, at)
    if word == "pair":
        return 2.0, at + 1
    if word in TENS:
        units = ONES.get(text_at(pieces, at + 1), 0.0)
        return (TENS[word] + units, at + 2) if 0 < units < 10 else (TENS[word], at + 1)
    return (ONES[word], at + 1) if word in ONES else (0.0, at)


def _scales(pieces: Sequence[Piece], at: int, *, digits: bool) -> tuple[float, int, str]:
    """What multiplies the count before it: "million", "hundred thousand", "lakh crore", or one letter; k and m only behind digits."""
    scale, name = 1.0, ""
    while at < len(pieces):
        word = pieces[at].text
        letter = len(word) == 1
        if (word not in SCALES and word not in COUNTS) or (letter and (name or not (digits or word in "bt"))):
            break
        scale, name, at = scale * (SCALES.get(word) or COUNTS[word]), name + word, at + 1
        if letter or scale > 1e30:
            break
    return scale, at, name


def _and_a_half(pieces: Sequence[Piece], at: int) -> tuple[float, int]:
    """The part that "and a half", "and a quarter" or "and three quarters" adds."""
    count = 1.0 if text_at(pieces, at + 1) in ("a", "an", "1") else ONES.get(text_at(pieces, at + 1), 0.0)
    part = FRACTIONS.get(text_at(pieces, at + 2), 0.0)
    if text_at(pieces, at) == "and" and 0 < count < 4 and part > 0.2 and text_at(pieces, at + 3) != "of":
        return count * part, at + 3
    return 0.0, at


def _over(pieces: Sequence[Piece], at: int) -> tuple[float, int]:
    """½ or 1/2 at a place, and where it ends."""
    if _kind(pieces, at) == "vulgar":
        return unicodedata.numeric(pieces[at].text), at + 1
    above, sign, below = (text_at(pieces, place) for place in (at, at + 1, at + 2))
    if (
        sign in ("/", "⁄")
        and len(above) == 1
        and above.isdigit()
        and below in ("2", "3", "4", "5", "8", "10")
        and 0 < int(above) < int(below)
    ):
        return int(above) / int(below), at + 3
    return 0.0, at


def _fraction(pieces: Sequence[Piece], at: int) -> Number | None:
    """Half a trillion, a quarter of a million, two thirds of a billion, quarter-trillion; else a share: half, a tenth."""
    count = 1.0 if text_at(pieces, at) in ("a", "an") else ONES.get(text_at(pieces, at), 0.0)
    place = at + 1 if count else at
    word = text_at(pieces, place)
    if word not in FRACTIONS or not (count or word.startswith(("hal", "quarter"))):  # "fifth" alone is a place
        return None
    part, end = (count or 1.0) * FRACTIONS[word], place + 1
    start = end + (text_at(pieces, end) == "of")
    start += text_at(pieces, start) in ("a", "an")
    scale, after, name = _scales(pieces, start, digits=False)
    if len(name) > 1:
        value = part * scale
        return Number(value, after, last_place(value), scale, name[0], spelled=True)
    return Number(part, end, part / 100, share=True, spelled=True)


# Chinese.


def _is_chinese(pieces: Sequence[Piece], at: int) -> bool:
    following = text_at(pieces, at + 1)
    return pieces[at].kind == "cjk" or (
        pieces[at].kind == "number" and (following in HAN_TENS or following in HAN_LARGE or following == "成")
    )


def _chinese(pieces: Sequence[Piece], at: int) -> Number | None:
    """三百万, 2.5万亿, 三点五亿, 四成, 三成八, 百分之四十, 三分之一, 一半, 数百."""
    words = "".join(text_at(pieces, place) for place in range(at, at + 3))
    if words[:2] == "一半":
        return Number(0.5, at + 2, 0.005, share=True, spelled=True)
    if words[:1] in HAN_SEVERAL and (words[1:2] in HAN_TENS or words[1:2] in HAN_LARGE):
        unit, end = _sections(pieces, at + 1)
        return Number(unit, end, span=(unit, unit * 10), spelled=True)
    percent = words == "百分之"
    start = at + 3 if percent else at
    value, end = _sections(pieces, start)
    if end == start:
        return None
    share = percent
    if percent:
        value /= 100
    elif text_at(pieces, end) == "成":
        more = {**HAN_DIGITS, "半": 5.0}.get(text_at(pieces, end + 1), 0.0)  # 三成八 is 38%
        value, end, share = (value + more / 10) / 10, end + (2 if more else 1), True
    elif text_at(pieces, end) + text_at(pieces, end + 1) == "分之":
        above, after = _sections(pieces, end + 2)
        if after > end + 2 and value:
            value, end, share = above / value, after, True
    spelled = pieces[start].kind == "cjk"
    place = last_place(value)
    scale, style, digits = 1.0, "", ""
    if not spelled:
        count, size, style, digits = _digits(pieces[start])
        scale = value / count if count else 1.0
        place = size * scale
    bare = end == at + 1 and (text_at(pieces, at) in HAN_TENS or text_at(pieces, at) in HAN_LARGE)
    return Number(
        value, end, place, scale, share=share, spelled=spelled, style=style, digits=digits, bare=bare and text_at(pieces, at) != "十"
    )


def _sections(pieces: Sequence[Piece], at: int) -> tuple[float, int]:
    """Sections of up to four digits before 万 and 亿; 两千五 is 2500."""
    total, section, current, unit = 0.0, 0.0, -1.0, 0.0
    first = at
    while at < min(len(pieces), first + LONGEST_HAN):
        text = pieces[at].text
        if pieces[at].kind == "number" and current < 0 and (at == first or pieces[at].start == pieces[at - 1].end):
            current, unit = _digits(pieces[at])[0], unit if len(text) == 1 else 0.0
        elif text in HAN_DIGITS:
            digit = HAN_DIGITS[text]
            current = min(current * 10 + digit, math.inf) if current >= 0 else digit
            unit = 0.0 if digit == 0 else unit
        elif text == "点" and current >= 0 and text_at(pieces, at + 1) in HAN_DIGITS:
            at, current = _decimals(pieces, at + 1, current)
            continue
        elif text in HAN_TENS:
            if current < 0 and not (text in "十拾" and not section) and at > first:
                break
            unit = HAN_TENS[text]
            section, current = section + (current if current >= 0 else 1) * unit, -1.0
        elif text in HAN_LARGE and (section or current >= 0 or total or (at == first and text_at(pieces, at + 1) in ("亿", "億"))):
            unit = HAN_LARGE[text]
            below = section + max(current, 0) if at > first else 1.0  # 万亿参数
            total = (total + below) * unit if unit >= 1e8 or not total else total + below * unit
            section, current = 0.0, -1.0
        else:
            break
        at += 1
    if current >= 0:
        section += current * unit / 10 if unit >= 100 and current < 10 else current
    return total + section, at


def _decimals(pieces: Sequence[Piece], at: int, value: float) -> tuple[int, float]:
    digits = 0
    while text_at(pieces, at) in HAN_DIGITS and digits < 9:
        digits += 1
        value += HAN_DIGITS[text_at(pieces, at)] / 10.0**digits
        at += 1
    return at, round(value, digits)
