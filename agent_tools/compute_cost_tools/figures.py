"""Finds the figures in a text: "$1.2 million", "about 34 days", "40%", "0.9–1.8 million", "2万亿", "five weeks", "May 2024".

What is part of a name ("H100", "Llama 2 70B", "bf16") or numbers the lines of a list is not a figure.
Numbers and units are those of compute_cost.amounts: what is kept here is which digits were written, for a figure may be rounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from compute_cost import catalogue
from compute_cost.amounts import units
from compute_cost.amounts.numbers import Number, Token, cut, last_place, number_at, plain
from compute_cost.catalogue import names as resolver
from compute_cost.prices import tariffs

CHIP = "\ue000"  # replaces the letters of an accelerator's name while the text is read
NAME = "\ue001"  # and this for those of a model's
LONGEST_NAME_WORDS = 12
SMALL = 12.0  # "one run, two options": in words up to here a number is a figure only before a unit
TWICE, THRICE = ("twice", "double", "doubles", "doubled"), ("thrice", "triple", "triples", "tripled")
RATIOS = {**dict.fromkeys(TWICE, 2.0), **dict.fromkeys(THRICE, 3.0), "quadruple": 4.0, "tenfold": 10.0}
NO_NUMBERS = frozenset(("一", "万一", "千万"))  # "one", "in case", "by all means"
# A number behind one of these counts the text's own parts.
LABELS = frozenset(["step", "approach", "option", "case", "scenario", "table", "note", "part", "section", "point", "assumption"])


@dataclass(frozen=True)
class Figure:
    """A figure as written. `readings` are (amount, half of the last place); `size` is the size of its unit within `measures`.

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


def _any_of(spellings: Iterable[str]) -> str:
    """The longest first; a space also matches a hyphen; letters may not follow a Latin word."""
    ordered = sorted(spellings, key=len, reverse=True)
    return "|".join(
        re.escape(phrase).replace(r"\ ", r"[\s\-]?") + ("(?![a-z])" if phrase[-1].isascii() and phrase[-1].isalpha() else "")
        for phrase in ordered
    )


def _letters(word: str) -> str:
    return re.sub(r"[\s-]", "", word.casefold())


@cache
def _by_letters() -> dict[str, tuple[str, float]]:
    return {_letters(word): meaning for word, meaning in units.WORDS.items()}


@cache
def _pers() -> dict[str, str]:
    return {_letters(word): per for word, per in units.PER.items()}


@cache
def _unit() -> re.Pattern[str]:
    return re.compile(rf"[\s\-]{{0,2}}(?:of )?(?:{CHIP}{{1,40}}s?[\s\-]?)?({_any_of(units.WORDS)})", re.IGNORECASE)


@cache
def _per() -> re.Pattern[str]:
    chip = rf"(?:(?:{CHIP}{{1,40}}|gpu|card|chip)(?:\s?/\s?|\sper\s|[\s\-])?)?"
    return re.compile(rf"\s?(?:/|per |an? |every |每)\s?{chip}({_any_of(units.PER)})", re.IGNORECASE)


_ISO = re.compile(r"(?<![\w-])((?:19|20)\d{2})-(\d{2})(?:-(\d{2}))?(?![\d-])")
_CHINESE_DATE = re.compile(r"((?:19|20)\d{2})年(?:(\d{1,2})月(?:(\d{1,2})日)?)?")
_YEAR = re.compile(r"(?:19[89]|20[0-4])\d")
_RANGE = re.compile(r"\s?(?:[-–—~至到]|to|and|bis)\s?", re.IGNORECASE)
_NO_FIGURE = re.compile(r"(?:st|nd|rd|th|o)\b|x\d|[\s-]?bits?\b", re.IGNORECASE)  # "1st", "4o", "8x7B", "16-bit"
_OF_A = re.compile(r"\s(?:of\s)?an?\s", re.IGNORECASE)
_LIST_NUMBER = re.compile(r"(?m)^[ \t#*>-]{0,8}\(?\d{1,2}[.)](?=\s|$)|\[\d{1,2}\]|\(\d\)")
_FOREIGN = "|".join(word for word in units.UNITS["other_money"] if word.isascii() or not word.isalpha())
_CURRENCY = re.compile(rf"(?:(?P<dollars>us\$|usd|(?<![a-z])\$)|[a-z]{{1,2}}\$|{_FOREIGN})\s?\Z", re.IGNORECASE)
_GLUED = re.compile(rf"(?:[a-z0-9_]|[a-z{CHIP}{NAME}]-|\d\.)\Z", re.IGNORECASE)  # H100, GPT-4, the 7 of 3.5.7


def find(text: str, *, names: bool = True) -> list[Figure]:
    """The figures of `text` in their order. With `names` False, the digits of known names count as figures too."""
    read = plain(text)
    read = _mask_names(read) if names else read
    read = _LIST_NUMBER.sub(lambda match: " " * len(match[0]), read)
    figures: list[Figure] = []
    taken = bytearray(len(read))
    for figure in (*_dates(read), *_numbers(read)):
        if not any(taken[figure.start : figure.end]):
            taken[figure.start : figure.end] = b"1" * (figure.end - figure.start)
            figures.append(figure)
    figures = _ranges(sorted(figures, key=lambda figure: figure.start), read)
    return [replace(figure, text=text[figure.start : figure.end]) for figure in figures]


_NAME_WORD = re.compile(r"\d{1,30}(?:\.\d{1,30})?|[^\W\d_]{1,40}")
_BREAK = re.compile(r"[,;!?$€£=\n]|[.:] ")


# Names that the catalogue does not hold: "Llama-3.1-70B-Instruct", "A800-80GB", "Qwen2.5-72B".
_NAME_CHAIN = re.compile(r"(?<![\w-])[a-z]{1,20}-?\d[a-z\d]{0,10}(?:\.\d{1,3})?[a-z]{0,10}(?:-[a-z\d]{1,20}){0,4}(?![\w-])", re.IGNORECASE)


@catalogue.kept()
def _first_words() -> frozenset[str]:
    """How names begin: of chips, models and hosted models, and the words of makers and hosts that may stand before one.

    Those that begin with a digit are left out: "4090" alone may be a figure.
    """
    listed = [name for index in (catalogue.accelerators(), catalogue.models()) for name, _ in index.names()]
    words = [word for kind in ("line", "maker", "host", "region") for word in catalogue.name_words()[kind]]
    found = (match[0].casefold() for match in map(_NAME_WORD.match, (*listed, *tariffs.known_names(), *words)) if match)
    return frozenset(word for word in found if word.isalpha())


def _sign(name: str) -> str:
    """What covers up a name in a text; "" for what is none, or says how many chips: the 8 of H100 x 8 is a figure."""
    if named := resolver.find("gpu", name):
        count = named.says.get("gpus")
        return "" if count and not isinstance(count, resolver.OfOneMachine) else CHIP
    return NAME if resolver.find("model", name) or tariffs.is_sold(name) else ""


def names_in(text: str) -> Iterator[tuple[int, int, str]]:
    """The names with digits of known things in a text: where each begins and ends, and the sign that covers it up."""
    spots = [match.span() for match in _NAME_WORD.finditer(text)]
    sign_of = cache(_sign)  # for this text alone: it says the same names again and again
    at = 0
    while at < len(spots):
        start, end = spots[at]
        longest = LONGEST_NAME_WORDS if text[start:end].casefold() in _first_words() else 0
        for last in range(min(at + longest, len(spots)) - 1, at - 1, -1):
            name = text[start : spots[last][1]]
            if name.isalpha() or _BREAK.search(name):
                continue  # it hides no figure, or goes on after the end of a name
            if sign := sign_of(name):
                yield start, start + len(name), sign
                at = last
                break
        at += 1


def _mask_names(text: str) -> str:
    """The text with the names of known models and accelerators covered up, place by place."""
    for start, end, sign in list(names_in(text)):
        end += re.match(r"s\b", text[end:]) is not None  # a plural's s
        text = text[:start] + sign * (end - start) + text[end:]
    return _NAME_CHAIN.sub(lambda match: NAME * len(match[0]), text)


def _numbers(text: str) -> Iterator[Figure]:
    pieces = cut(text)
    at = 0
    while at < len(pieces):
        piece, number = pieces[at], number_at(pieces, at)
        end = max(number.end, at + 1) if number else at + 1
        if number:
            start = pieces[at + 1].start if piece.text in ("a", "an") else piece.start
            said = Figure(start, pieces[end - 1].end, "", ((number.value, number.place / 2),), scale=number.scale, span=number.span)
            written = (
                _in_digits(said, number, piece, text)
                if piece.kind in ("number", "vulgar")
                else _in_words(said, number, pieces[at:end], text)
            )
            if written:
                yield written
        elif piece.text in RATIOS and text[piece.end : piece.end + 1] != "-":  # "double-check" doubles nothing
            yield Figure(piece.start, piece.end, "", ((RATIOS[piece.text], 0.005),), "ratio")
        at = end


def _in_digits(figure: Figure, number: Number, first: Token, text: str) -> Figure | None:
    """A number in digits, unless it is part of a name or counts the text's own parts."""
    currency = _CURRENCY.search(text, max(0, figure.start - 6), figure.start)
    if currency:
        figure = replace(figure, start=currency.start(), measures="money" if currency["dollars"] else "other_money")
    before = text[max(0, figure.start - 14) : figure.start]
    if _GLUED.search(before) or _NO_FIGURE.match(text, figure.end) or (not currency and _counts_the_text(before)):
        return None
    if number.style == "dot" and number.scale == 1:  # 10.000 is ten or ten thousand: either may be known
        figure = replace(figure, readings=(*figure.readings, (number.value * 1000, last_place(number.value * 1000) / 2)))
    figure = replace(figure, measures="ratio") if number.share else _with_unit(figure, text)
    year = _YEAR.fullmatch(text[figure.start : figure.end]) and not figure.measures
    return replace(figure, date=first.text) if year else figure


def _in_words(figure: Figure, number: Number, said: Sequence[Token], text: str) -> Figure | None:
    """A number in words, where it claims an amount: not "half-baked", the "million" of "per million" or the "one" of "one run"."""
    word = "".join(piece.text for piece in said)
    if number.bare or word in NO_NUMBERS:
        return None
    if number.span:
        return _with_unit(replace(figure, readings=()), text)
    if number.share:
        article = _OF_A.match(text, figure.end)  # half a day
        if article and _unit().match(text, article.end() - 1):
            return _with_unit(replace(figure, end=article.end() - 1), text)
        return replace(figure, measures="ratio") if said[0].kind == "cjk" or _is_fraction(said, text) else None
    figure = _with_unit(figure, text)
    return figure if number.value > SMALL or (figure.measures and number.value != 1) else None


def _is_fraction(said: Sequence[Token], text: str) -> bool:
    after = text[said[-1].end : said[-1].end + 6].casefold()
    if len(said) == 1 and said[0].text == "half":
        return bool(re.match(r"\s(?:of|the|as|that)\b", after)) and not re.match(r"\sof a ", after)
    return len(said) > 1 and (after.startswith(" of") or said[-1].text.endswith("s"))


def _counts_the_text(before: str) -> bool:
    word = re.search(r"([a-z]{1,12})\s\Z", before.casefold())
    return word is not None and word[1] in LABELS


def _with_unit(figure: Figure, text: str) -> Figure:
    """The figure with the unit and the "per" that follow it."""
    unit = _unit().match(text, figure.end)
    if unit and not re.match(r"\s[x×]", unit[0], re.IGNORECASE):  # "4 x 8" multiplies
        word = unit[1].casefold()
        measures, size = _by_letters()[_letters(word)]
        if measures == "time" and CHIP in unit[0]:
            measures = "chip_time"
        if (
            measures == "ratio"
            and word in ("x", "×")
            and re.match(rf"\s?(?:{CHIP}|gpus?\b)", text[unit.end() : unit.end() + 8], re.IGNORECASE)
        ):
            measures, size = "chips", 1.0  # "8x H100"
        if figure.measures not in ("money", "other_money") or measures == "other_money":
            figure = replace(figure, measures=measures, size=size)
        figure = replace(figure, end=unit.end())
    elif text[figure.end : figure.end + 2].lstrip(" -").startswith(CHIP):
        figure = replace(figure, measures="chips")
    per = _per().match(text, figure.end)
    return replace(figure, per=_pers()[_letters(per[1])]) if per else figure


def _dates(text: str) -> Iterator[Figure]:
    for match in (*_ISO.finditer(text), *_CHINESE_DATE.finditer(text)):
        yield Figure(match.start(), match.end(), "", date="-".join(part.zfill(2) for part in match.groups() if part))
    named = "|".join(f"{month[:3]}(?:{month[3:]})?" for month in units.MONTHS)
    day = r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s)?"
    pattern = rf"(?<![a-z0-9])(?P<before>\d{{1,2}}\s)?(?P<month>{named})\.?,?\s{day}(?P<year>(?:19|20)\d{{2}})(?!\d)"
    for match in re.finditer(pattern, text, re.IGNORECASE):
        number = next(place for place, month in enumerate(units.MONTHS, 1) if month[:3] == match["month"][:3].casefold())
        date = f"{match['year']}-{number:02}"
        given = match["before"] or match["day"]
        yield Figure(match.start(), match.end(), "", date=f"{date}-{int(given):02}" if given else date)


def _ranges(figures: list[Figure], text: str) -> list[Figure]:
    """In "0.9–1.8 million days" the first has the scale and the unit of the second, in "$3 to 4" the second the unit of the first."""
    for place, (first, second) in enumerate(pairwise(figures)):
        if not (first.readings and second.readings and _RANGE.fullmatch(text[first.end : second.start])):
            continue
        if not first.measures:
            first = replace(first, measures=second.measures, size=second.size, per=second.per)
        elif not second.measures:
            second = replace(second, measures=first.measures, size=first.size, per=first.per)
        if first.scale == 1 and second.scale != 1 and first.readings[0][0] < 1000:
            first = replace(
                first, readings=(*first.readings, *((amount * second.scale, half * second.scale) for amount, half in first.readings))
            )
        figures[place], figures[place + 1] = first, second
    return figures
