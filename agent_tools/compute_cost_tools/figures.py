"""Finds the figures in a text: "$1.2 million", "about 34 days", "40%", "0.9–1.8 million", "2万亿", "five weeks", "May 2024".

What is part of a name ("H100", "Llama 2 70B", "bf16") or numbers the lines of a list is no figure. The words stand in figures.toml.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from compute_cost import amounts, catalogue
from compute_cost_tools import number_words

CHIP = "\ue000"  # stands for the letters of an accelerator's name while the text is read
NAME = "\ue001"  # and this for those of a model's
LONGEST_NAME_WORDS = 8


@dataclass(frozen=True)
class Figure:
    """A figure as written. `readings` are (amount, half of the last place); `size` is that of its unit within `measures`.

    A date has `date` ("2024-05"), a vague figure ("tens of millions") its two bounds in `span`.
    """

    start: int
    end: int
    text: str
    readings: tuple[tuple[float, float], ...] = ()
    measures: str = ""
    size: float = 1.0
    per: str = ""
    date: str = ""
    span: tuple[float, float] | None = None
    scale: float = 1.0


@cache
def words() -> dict[str, Any]:
    return tomllib.loads(resources.files("compute_cost_tools").joinpath("figures.toml").read_text(encoding="utf-8"))


@cache
def _units() -> dict[str, tuple[str, float]]:
    return {word: (measures, size) for measures, table in words()["units"].items() for word, size in table.items()}


@cache
def _pers() -> dict[str, str]:
    return {word: name for name, spellings in words()["per"].items() for word in spellings}


@cache
def _scales() -> dict[str, float]:
    return {word: scale for word, scale in {**amounts.SCALES, **words()["scales"]}.items() if word}


def _any_of(spellings: Iterable[str]) -> str:
    """The longest first; a space also stands for a hyphen; letters may not follow a Latin word."""
    ordered = sorted(spellings, key=len, reverse=True)
    return "|".join(
        re.escape(one).replace(r"\ ", r"[\s\-]") + ("(?![a-z])" if one[-1].isascii() and one[-1].isalpha() else "") for one in ordered
    )


# Every repeat is bounded and each place of the text starts at most one of them: the time is linear.
_DIGITS = (
    r"\d{1,3}(?:,\d{3}){1,6}(?!\d)(?:\.\d{1,30})?|\d{1,3}(?:\.\d{3}){2,6}(?!\d)|\d{1,3},\d{1,2}(?![,\d])|\d{1,30}(?:\.\d{1,30})?|\.\d{1,30}"
)
_CURRENCY = r"(?:(?P<currency>us\$|[a-z]{0,2}\$|[€£¥]|usd|eur|gbp|cny|rmb)\s?)?"


_POWER = r"\^\s?\{?([+-]?\d{1,3})\}?|([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})"


@cache
def _number() -> re.Pattern[str]:
    power = rf"e([+-]?\d{{1,3}})(?!\d)|\s?[×x*·⋅]\s?10\s?(?:{_POWER})|(?:{_POWER})"
    return re.compile(
        rf"(?<![a-z0-9_])(?<![a-z{CHIP}{NAME}]-)(?<!\d\.){_CURRENCY}(?P<digits>{_DIGITS})(?P<power>{power})?(?:[\s\-]?(?P<scale>{_any_of(_scales())}))?",
        re.IGNORECASE,
    )


@cache
def _unit() -> re.Pattern[str]:
    return re.compile(rf"[\s\-]{{0,2}}(?:of )?(?:{CHIP}{{1,40}}s?[\s\-]?)?({_any_of(_units())})", re.IGNORECASE)


@cache
def _per() -> re.Pattern[str]:
    return re.compile(rf"\s?(?:/|per |an? |every |每)\s?(?:{CHIP}{{1,40}}[\s\-]?)?({_any_of(_pers())})", re.IGNORECASE)


_ISO = re.compile(r"(?<![\w-])((?:19|20)\d{2})-(\d{2})(?:-(\d{2}))?(?![\d-])")
_CHINESE_DATE = re.compile(r"((?:19|20)\d{2})年(?:(\d{1,2})月(?:(\d{1,2})日)?)?")
_YEAR = re.compile(r"(?:19[89]|20[0-4])\d")
_RANGE = re.compile(r"\s?(?:[-–—~至到]|to|and|bis)\s?", re.IGNORECASE)
_NO_FIGURE = re.compile(r"(?:st|nd|rd|th|o)\b|x\d|[\s-]?bits?\b", re.IGNORECASE)  # "1st", "4o", "8x7B", "16-bit"
_LIST_NUMBER = re.compile(r"(?m)^[ \t#*>-]{0,8}\(?\d{1,2}[.)](?=\s|$)|\[\d{1,2}\]|\(\d\)")
_SUPERSCRIPTS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
_EXPONENT = re.compile(r"(?:e|\^\s?\{?)([+-]?\d+)|([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)", re.IGNORECASE)


def plain(text: str) -> str:
    """The text with one way to write each sign and every character in its place: full-width digits, thin spaces between digits."""
    text = re.sub(r"(?<=\d)[\u00a0\u2009\u202f'’](?=\d{3}(?!\d))", ",", text).replace("\u2212", "-").replace("\u2011", "-")
    return "".join(
        one if one.translate(_SUPERSCRIPTS) != one or len(folded := unicodedata.normalize("NFKC", one)) != 1 else folded for one in text
    )


def find(text: str, *, names: bool = True) -> list[Figure]:
    """The figures of `text` in their order. With `names` False, the digits of known names count as figures too."""
    read = plain(text)
    read = _mask_names(read) if names else read
    read = _LIST_NUMBER.sub(lambda match: " " * len(match[0]), read)
    found: list[Figure] = []
    taken = bytearray(len(read))
    for figure in (*_dates(read), *_numbers(read), *_spelled(read)):
        if not any(taken[figure.start : figure.end]):
            taken[figure.start : figure.end] = b"1" * (figure.end - figure.start)
            found.append(figure)
    found = _ranges(sorted(found, key=lambda one: one.start), read)
    return [replace(one, text=text[one.start : one.end]) for one in found]


_NAME_WORD = re.compile(r"\d{1,30}(?:\.\d{1,30})?|[^\W\d_]{1,40}")


# Names that the catalogue does not hold: "Llama-3.1-70B-Instruct", "A800-80GB", "Qwen2.5-72B".
_NAME_CHAIN = re.compile(r"(?<![\w-])[a-z]{1,20}-?\d[a-z\d]{0,10}(?:\.\d{1,3})?[a-z]{0,10}(?:-[a-z\d]{1,20}){0,4}(?![\w-])", re.IGNORECASE)


@catalogue.kept()
def _first_words() -> set[str]:
    """How names begin. Those that begin with a digit are left out: "4090" alone may be a figure."""
    names = [name for index in (catalogue.accelerators(), catalogue.models()) for name, _ in index.names()]
    return {match[0].casefold() for match in map(_NAME_WORD.match, names) if match and match[0].isalpha()}


def _mask_names(text: str) -> str:
    """The text with the names of known models and accelerators covered up, place by place."""
    spots = [match.span() for match in _NAME_WORD.finditer(text)]
    at = 0
    while at < len(spots):
        start, end = spots[at]
        longest = LONGEST_NAME_WORDS if text[start:end].casefold() in _first_words() else 0
        for last in range(min(at + longest, len(spots)) - 1, at - 1, -1):
            name = text[start : spots[last][1]]
            if name.isalpha():
                continue  # it hides no figure
            sign = CHIP if catalogue.accelerators().get(name) else NAME if catalogue.models().get(name) else ""
            if sign:
                end = start + len(name) + (re.match(r"s\b", text[start + len(name) :]) is not None)  # a plural's s
                text = text[:start] + sign * (end - start) + text[end:]
                at = last
                break
        at += 1
    return _NAME_CHAIN.sub(lambda match: NAME * len(match[0]), text)


def _numbers(text: str) -> Iterator[Figure]:
    for match in _number().finditer(text):
        digits, rest = match["digits"], text[match.end() : match.end() + 8]
        if _NO_FIGURE.match(rest) or (not match["currency"] and _counts_the_text(text[max(0, match.start() - 14) : match.start()])):
            continue
        number, place = _amount(digits)
        scale = _scales()[match["scale"].casefold()] if match["scale"] else 1.0
        if match["power"] and match["power"][0] in "^⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹":  # 10^23
            number, place = _power(number, _exponent(match["power"])), 0.0
        elif match["power"]:
            power = _power(10.0, _exponent(match["power"]))
            number, place = number * power, place * power
        found = Figure(match.start(), match.end(), "", ((number * scale, place * scale / 2),), scale=scale)
        if match["currency"]:
            dollars = match["currency"].strip().casefold() in ("$", "us$", "usd")
            found = replace(found, measures="money" if dollars else "other_money")
        found = _with_unit(found, text)
        year = _YEAR.fullmatch(digits) and not found.measures and not match["scale"] and not match["power"]
        yield replace(found, date=digits) if year else found


def _power(base: float, exponent: int) -> float:
    try:
        return float(base**exponent)
    except (OverflowError, ZeroDivisionError):
        return float("inf")


def _exponent(power: str) -> int:
    digits = next((match[1] or match[2] for match in _EXPONENT.finditer(power)), "0")
    return max(-300, min(300, int(digits.translate(_SUPERSCRIPTS))))


def _counts_the_text(before: str) -> bool:
    word = re.search(r"([a-z]{1,12})\s\Z", before.casefold())
    return word is not None and word[1] in words()["words"]["labels"]


def _amount(digits: str) -> tuple[float, float]:
    """The number, and the size of its last place. Of a whole number two places count at least: 100 is 95 to 105, not 50 to 150."""
    if digits.count(".") > 1:
        digits = digits.replace(".", "")
    if re.fullmatch(r"\d{1,3},\d{1,2}", digits):
        digits = digits.replace(",", ".")
    digits = digits.replace(",", "")
    if "." in digits:
        return float(digits), 10.0 ** -len(digits.split(".")[1])
    zeros = len(digits) - len(digits.rstrip("0")) if digits.strip("0") else 0
    return float(digits), 10.0 ** min(zeros, max(len(digits.lstrip("0")) - 2, 0))


def _with_unit(found: Figure, text: str) -> Figure:
    """The figure with the unit and the "per" that follow it."""
    unit = _unit().match(text, found.end)
    if unit and not re.match(r"\s[x×]", unit[0], re.IGNORECASE):  # "4 x 8" multiplies
        word = unit[1].casefold().replace("-", " ")
        measures, size = _units()[re.sub(r"\s", " ", word)]
        if measures == "time" and CHIP in unit[0]:
            measures = "chip_time"
        if (
            measures == "ratio"
            and word in ("x", "×")
            and re.match(rf"\s?(?:{CHIP}|gpus?\b)", text[unit.end() : unit.end() + 8], re.IGNORECASE)
        ):
            measures, size = "chips", 1.0  # "8x H100"
        if found.measures not in ("money", "other_money") or measures == "other_money":
            found = replace(found, measures=measures, size=size)
        found = replace(found, end=unit.end())
    elif text[found.end : found.end + 2].lstrip(" -").startswith(CHIP):
        found = replace(found, measures="chips")
    per = _per().match(text, found.end)
    return replace(found, per=_pers()[re.sub(r"[\s-]", " ", per[1].casefold())]) if per else found


def _spelled(text: str) -> Iterator[Figure]:
    for one in number_words.find(text, words()["words"]):
        if one.span:
            yield _with_unit(Figure(one.start, one.end, "", span=one.span), text)
            continue
        number, place = _amount(f"{one.value:.0f}") if one.value == int(one.value) else (one.value, one.value / 100)
        found = Figure(one.start, one.end, "", ((number, place / 2),), measures="ratio" if one.ratio else "")
        found = found if one.ratio else _with_unit(found, text)
        if not one.small or (found.measures and number != 1):
            yield found


def _dates(text: str) -> Iterator[Figure]:
    for match in (*_ISO.finditer(text), *_CHINESE_DATE.finditer(text)):
        yield Figure(match.start(), match.end(), "", date="-".join(part.zfill(2) for part in match.groups() if part))
    months = words()["words"]["months"]
    named = "|".join(f"{one[:3]}(?:{one[3:]})?" for one in months)
    day = r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s)?"
    pattern = rf"(?<![a-z0-9])(?P<before>\d{{1,2}}\s)?(?P<month>{named})\.?,?\s{day}(?P<year>(?:19|20)\d{{2}})(?!\d)"
    for match in re.finditer(pattern, text, re.IGNORECASE):
        number = next(place for place, one in enumerate(months, 1) if one[:3] == match["month"][:3].casefold())
        date = f"{match['year']}-{number:02}"
        given = match["before"] or match["day"]
        yield Figure(match.start(), match.end(), "", date=f"{date}-{int(given):02}" if given else date)


def _ranges(found: list[Figure], text: str) -> list[Figure]:
    """In "0.9–1.8 million days" the first has the scale and the unit of the second, in "$3 to 4" the second the unit of the first."""
    for place, (one, other) in enumerate(pairwise(found)):
        if not (one.readings and other.readings and _RANGE.fullmatch(text[one.end : other.start])):
            continue
        if not one.measures:
            one = replace(one, measures=other.measures, size=other.size, per=other.per)
        elif not other.measures:
            other = replace(other, measures=one.measures, size=one.size, per=one.per)
        if one.scale == 1 and other.scale != 1 and one.readings[0][0] < 1000:
            one = replace(one, readings=(*one.readings, *((amount * other.scale, half * other.scale) for amount, half in one.readings)))
        found[place], found[place + 1] = one, other
    return found


def unit_of(unit: str) -> tuple[str, float, str]:
    """What a unit of core measures, its size, and what stands behind "per": ("money", 1, "hour") for "USD per GPU-hour"."""
    head, _, per = unit.replace("/", " per ").replace(" a ", " per ").partition(" per ")
    measures, size = _units().get(head.casefold().replace("-", " "), ("ratio", 1.0) if head == "1" else (head, 1.0))
    return measures, float(size), _pers().get(per.casefold().replace("-", " "), "")
