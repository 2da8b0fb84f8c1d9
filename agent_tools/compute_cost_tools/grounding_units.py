"""What is written beside a figure: a unit, a currency or a "per" that is not its own, and arithmetic.

A figure brings its unit and what it is per from the result (ledger.py). Words beside it may repeat that, and are then left out, or say
something else, and are then refused.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeVar

from compute_cost.amounts import units
from compute_cost.amounts.numbers import CJK
from compute_cost_tools.grounding_words import NAMED, QUOTED, Rate, Span, Text, is_time, spoken_units, unit_behind
from compute_cost_tools.ledger import Quote

References = Sequence[tuple[int, int, Quote]]

_OPERATION = r"[x×*/÷−]|minus|times|multiplied\s+by|divided\s+by|减|乘以|除以"
_ARITHMETIC = re.compile(rf"[^\S\n]*(?:{_OPERATION})?[^\S\n]*", re.IGNORECASE)
_UP_TO = re.compile(r"\s*(?:up\s+)?to\s*|\s*[-–—至到]\s*", re.IGNORECASE)
SENTENCE = re.compile(r"[.!?](?=\s)|[。！？\n]")
_CLAUSE_END = re.compile(r"[.,;!?\n]")
CLAUSE = re.compile(r"[,;()（），；|—]|\s[-–]\s")
_ADVERBS = {
    "hourly": "hour", "daily": "day", "nightly": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter",
    "yearly": "year", "annual": "year", "annually": "year", "annualized": "year", "annualised": "year",
}  # fmt: skip
# What "each" and "every" count beside a figure; "every figure" and "each of these results" count none.
_COUNTED_WORDS = (
    r"seconds?|minutes?|hours?|days?|nights?|weeks?|months?|quarters?|years?|GPU\w*|cards?|chips?|nodes?|servers?|boxe?s?|racks?|machines?|"
    r"requests?|calls?|quer(?:y|ies)|tokens?|answers?|repl(?:y|ies)|prompts?|messages?|conversations?|users?|persons?|people|employees?|customers?|"
    r"seats?|heads?|epochs?|steps?|runs?|one|members?|colleagues?|patients?|students?|tickets?|agents?|examples?|documents?|pages?|rows?|tasks?|attempts?|images?|developers?|engineers?|analysts?|teachers?|clients?|visitors?|callers?"
)
_COSTLY = {"money", "other_money", "time", "chip_time", "energy"}  # what is one thing of each, and another of all
_CHIPS = ("gpu", "card", "chip", "accelerator")  # of which a price per GPU-hour is one of each
_COUNTED = re.compile(rf"(?:{_COUNTED_WORDS})\Z", re.IGNORECASE)
_PER_WORDS = (
    r"(?:per|by\s+the(?=\s(?:GPU-)?(?:second|minute|hour|day|month|token))|"
    r"(?P<thing>(?:price|cost|rent|rate)s?\s+(?:of|for)\s+an?)|"
    r"(?P<each>(?:each|every)(?:\s+single)?(?:\s+(?:one\s+)?of\s+(?:your|our|my|their|the|these|those))?)|(?P<single>(?:an?\s+single|one)(?!\s+run)))"
)
_HAN_PER = f"{'|'.join(word for word in units.PER if not word.isascii())}|人|用户|用戶|员工|卡|显卡|请求|請求|调用|查询|对话|任务"
_RATE = re.compile(
    # "per month", "each request", "/month"
    rf"\s*(?:(?<!\w){_PER_WORDS}\s+|(?<=[{QUOTED}\w)])(?<!\bw)/\s?)(?P<of>[^\W\d_]+(?:[\s-](?:hours?|tokens?|requests?))?|{NAMED}+)"
    # "a person" and "for each of you" behind a figure
    rf"|(?<=[{QUOTED}])\s+an?\s+(?P<a>{_COUNTED_WORDS})(?=\s*(?:[.,;:!?)]|\Z|\n|(?:and|or|of|for|with|on|in|at|over|when|if|while)\s))"
    r"|\s*(?:for\s+)?each\s+of\s+(?P<all_of>you|us|them)(?!\w)"
    rf"|\s*(?P<all>每[个個位张張块塊台次条條笔筆项項]?)(?P<han>{_HAN_PER})|\s*(?P<head>人均|单卡|單卡)"
    rf"|\s*(?<!\w)(?P<adverb>{'|'.join(_ADVERBS)})(?!\w)",
    re.IGNORECASE,
)
_HAN_OF = {
    "人": "user", "用户": "user", "用戶": "user", "员工": "user", "卡": "gpu", "显卡": "gpu", "请求": "request", "請求": "request",
    "调用": "request", "查询": "request", "对话": "conversation", "任务": "task",
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A sentence or a clause: where it begins and ends, and the figures in it."""

    start: int
    end: int
    references: References

    @cached_property
    def figures(self) -> list[Quote]:
        return [quote for _, _, quote in self.references if quote.unit is not None]

    @cached_property
    def ends(self) -> Mapping[str, set[str]]:
        """Of each call, which of "low", "middle" and "high" are told."""
        told: dict[str, set[str]] = defaultdict(set)
        for _, _, quote in self.references:
            if quote.is_answer:
                told[quote.call].add(quote.end)
        return told


def parts(text: str, pattern: re.Pattern[str], references: References, begin: int = 0, stop: int | None = None) -> Iterator[Part]:
    stop, at = len(text) if stop is None else stop, 0
    for end in [*(match.end() for match in pattern.finditer(text, begin, stop)), stop]:
        last = bisect.bisect_left(references, end, lo=at, key=lambda reference: reference[0])
        yield Part(begin, end, references[at:last])
        begin, at = end, last


_Spanned = TypeVar("_Spanned", bound=tuple[Any, ...])


def within(spans: Sequence[_Spanned], part: Part) -> Sequence[_Spanned]:
    """Those of some spans in order that begin in a part of the text."""
    first, last = (bisect.bisect_left(spans, place, key=lambda span: span[0]) for place in (part.start, part.end))
    return spans[first:last]


@cache
def _before() -> re.Pattern[str]:
    """A currency, a sign or a letter right before a figure."""
    money = sorted((*units.UNITS["money"], *units.UNITS["other_money"]), key=len, reverse=True)
    return re.compile(
        rf"(?:(?<![^\W\d_])(?:{'|'.join(map(re.escape, money))})\s?|\b(?:minus|negative)\s|[a-zà-ÿ]|[$€£¥₹₩+×*/^−-])\Z", re.IGNORECASE
    )


@cache
def _behind() -> re.Pattern[str]:
    """A unit, also in brackets, a scale, a "per" or a letter right behind a figure; "won't" is no currency."""
    words = sorted((*units.WORDS, *units.SCALES, *_OTHER_UNITS), key=len, reverse=True)
    spelled = "|".join(
        re.escape(word).replace(r"\ ", r"[\s-]?") + (r"(?![^\W\d_]|['’]\w)" if word[-1] < "\u3400" else "") for word in words
    )
    worked = r"(?:business|working|calendar)[\s-](?:hours?|days?|weeks?|months?|years?)"
    apiece = rf"\s(?:apiece|each(?=\W*(?:\Z|\n|[.,;!?)]))|a\s(?:head|pop)|p\.\s?[am]\.|pcm|pa|{worked})(?!\w)"
    return re.compile(
        rf"{apiece}|[^\S\n]?个?(?:-?(?P<unit>{spelled})|[(（\[]\s?(?:in\s)?(?P<boxed>{spelled})\s?[)）\]])|[%‰°]|[a-z_]+", re.IGNORECASE
    )


@cache
def _after_a_name() -> re.Pattern[str]:
    return re.compile(rf"\s?(?:{spoken_units()})(?!\w)|[%‰]", re.IGNORECASE)


@cache
def _of_unit() -> re.Pattern[str]:
    """ "of wall-clock weeks" behind a figure, "measured in megawatts" in its sentence, and what only memory is of."""
    return re.compile(
        rf"\s+of\s+(?:[\w-]+\s+){{0,2}}?(?:(?P<of>{spoken_units()})|(?P<memory>memory|VRAM|RAM))(?!\w)"
        rf"|\b(?:measured|expressed|stated|counted|reckoned)\s+in\s+(?P<in>{spoken_units()})(?!\w)",
        re.IGNORECASE,
    )


# Of weight, volume, length and work, which no result is in.
_OTHER_UNITS = [
    f"{unit}{plural}"
    for unit in (
        "ton",
        "tonne",
        "kilogram",
        "gram",
        "ounce",
        "gallon",
        "barrel",
        "pint",
        "mile",
        "kilometer",
        "kilometre",
        "acre",
        "joule",
        "calorie",
    )
    for plural in ("", "s")
]
# What a figure is a number of in the words behind it; what may be a verb as well, at the end of a clause alone.
_SEVERAL = re.compile(
    r"(?:\s(?:racks|nodes|servers|machines|boxes|clusters|pods|cabinets|sites|rooms|offices|companies|engineers|developers|analysts|teachers|"
    r"people|persons|employees|colleagues|members|teams|customers|clients|subscribers|visitors|callers|patients|students|users|seats|agents|"
    r"messages|conversations|tickets|queries|words|pages|rows|images|epochs|layers|experts|batches|jobs|tasks|models)(?!\w)|个?(?:用户|人(?![民工均员])))"
    r"|\s(?:runs|answers|questions|points|degrees|steps|stages|levels|copies|calls|prompts|attempts|documents|examples)(?=\s*(?:[.,;:!?)|\n]|\Z))",
    re.IGNORECASE,
)
_EXCHANGE = re.compile(r"exchange\s+rate|convert|wechselkurs|umrechn|taux\s+de\s+change|tipo\s+de\s+cambio|汇率|匯率|换算", re.IGNORECASE)
_NONE = re.compile(r"n['’]t\b|\b(?:cannot|no|not|need|without|unless|kein\w*|nicht|sans|pas|sin)\b|没|无法|不|未", re.IGNORECASE)
_THEIRS = re.compile(r"(?<!\w)(?:yours?|ours?|my|you|we)(?!\w)[^.]{0,60}\Z", re.IGNORECASE)
_STATED_IN = r"(?:is|are|already|quoted|given|stated|denominated|billed|amounts?|prices?|figures?)\s+(?:\w+\s+)?in\s+"


_APIECE = ("each", "apiece")  # as needed_per_gpu is


def _is_a_word(unit: re.Match[str], text: Text) -> bool:
    """Whether a letter behind a figure is a word of its language and no unit: Polish w, Czech s."""
    letter = unit[0].strip()
    goes_on = text.text[unit.end() : unit.end() + 2].strip(" ").isalpha()
    return unit[0][0] == " " and len(letter) == 1 and letter.islower() and goes_on and "en" not in text.languages


def _unit_said(match: re.Match[str]) -> tuple[str, float] | None:
    return units.WORDS.get((match["of"] or match["in"] or "").casefold())


def at_figures(worded: Text, references: References) -> tuple[list[Span], list[Span]]:
    """What is written right beside a figure: what claims another unit, and what only repeats its own."""
    text, claims, repeats = worded.text, list[Span](), list[Span]()
    for start, end, quote in references:
        measures = units.of(quote.unit)[:2] if quote.unit else ("", 1.0)
        before = _before().search(text, max(0, start - 12), start)
        if before:
            same = units.WORDS.get(before[0].strip().casefold()) == measures
            (repeats if same else claims).append((before.start(), start))
        behind = _behind().match(text, end)
        if behind and (_is_a_word(behind, worded) or ("_per_" in quote.about and behind[0].strip() in _APIECE)):
            behind = None
        unit = ((behind["unit"] or behind["boxed"] or "") if behind else "").casefold()
        counts = units.WORDS.get(unit, ("",))[0] in ("chips", "parameters", "tokens", "requests")
        if behind and not (counts and quote.is_name and not quote.text[:1].isdigit()):  # "int4 weights", "H100 cards"
            same = bool(unit) and units.WORDS.get(unit) == measures
            (repeats if same else claims).append(behind.span())
            end = behind.end()
        elif not behind and (foreign := unit_behind(worded, end)):
            span, kind = foreign
            if not (
                (kind == "money" and measures[0] == "other_money") or (quote.unit and units.of(quote.unit)[:2] == units.WORDS.get(kind))
            ):
                claims.append(span)
        several = _SEVERAL.match(text, end) if quote.unit is not None and not quote.is_said else None
        if several and several[0].strip().rstrip("s").casefold() not in f"{quote.unit} {quote.about}":
            claims.append((start, several.end()))
        of = _of_unit().match(text, end)
        if of and quote.unit and not quote.is_said:
            fits = measures[0] in ("memory", "ratio") if of["memory"] else measures == _unit_said(of)
            if not fits:
                claims.append(of.span())
        rate = _RATE.match(text, end)
        if (
            rate
            and _counts(rate, worded.languages)
            and (not (rate["each"] or rate["single"]) or _COUNTED.match(rate["of"].rpartition(" ")[2]))
        ):
            (repeats if is_per(quote, _of(rate)) else claims).append((end, rate.end()))
    for name in re.finditer(f"{NAMED}+", text):
        unit = _after_a_name().match(text, name.end())
        if unit or re.search(r"[$€£¥₹₩]\s?\Z", text[max(0, name.start() - 2) : name.start()]):
            claims.append((name.start(), unit.end() if unit else name.end()))
    return claims, repeats


def between(text: str, references: References) -> Iterator[Span]:
    """Two figures with arithmetic, or nothing, between them, and the ends of two ranges as those of one.

    No sum is formed here, but how a result came about may be told.
    """
    answers = {quote.call for _, _, quote in references if quote.is_answer}
    for (_, end, one), (after, _, other) in itertools.pairwise(references):
        beside = one.call == other.call and one.call in answers and not (one.is_answer or other.is_answer)
        is_told = text[end:after].strip() if beside else one.is_said and other.is_said and text[end:after].isspace()
        of_two = one.call != other.call and {one.end, other.end} == {"low", "high"} and _UP_TO.fullmatch(text, end, after)
        if of_two or (not is_told and _ARITHMETIC.fullmatch(text, end, after)):
            yield end, max(after, end + 1)


@cache
def _other_money() -> re.Pattern[str]:
    """Currencies in words; those that are also other words (won, real) count right beside a figure alone."""
    words = [
        word
        for word in units.UNITS["other_money"]
        if len(word) > (2 if word.isascii() else 1) and word not in ("won", "pound", "peso", "reais")
    ]
    of = r"(?:[A-Z][a-z]+(?:ian|ese|ean|ish)|Hong Kong|New Zealand|Singapore|Taiwan|Fiji|Swiss|Mexican)"
    others = rf"{of}\s+(?:dollars?|pesos?|francs?|crowns?)"
    return re.compile(rf"(?<![^\W{CJK}])(?:(?-i:{others})|{'|'.join(map(re.escape, words))})(?![^\W{CJK}])", re.IGNORECASE)


@cache
def _stated() -> re.Pattern[str]:
    """What says that figures are in another currency, which the user's own words may be in."""
    return re.compile(rf"(?<!\w){_STATED_IN}(?:{_other_money().pattern})", re.IGNORECASE)


def _of(rate: re.Match[str]) -> str:
    if rate["head"]:
        return "user" if rate["head"] == "人均" else "gpu"
    if rate["all_of"]:
        return "user"
    if rate["of"] and rate["of"][0] == NAMED:
        return "gpu"
    return rate["of"] or rate["a"] or _HAN_OF.get(rate["han"] or "", rate["han"]) or _ADVERBS[rate["adverb"].casefold()]


def _is_of_one_chip(quote: Quote, of: str) -> bool:
    """Whether a figure is a price per GPU-hour, which is one of each chip."""
    return of.casefold() in _CHIPS and ("per GPU-hour" in (quote.unit or "") or quote.about == "purchase_price")


def _is_of_each(rate: re.Match[str]) -> bool:
    """Whether it is said of each of some, and no "per month"."""
    return any(rate[name] for name in ("each", "single", "all", "head", "a", "all_of"))


def is_per(quote: Quote, of: str) -> bool:
    """Whether a figure is per that: by its unit, or by its own name (cost_per_request)."""
    own = units.of(quote.unit or "")[2]
    said = re.split(r"[^\w]+|_", f"{quote.unit or ''} {quote.about}".casefold().partition("per")[2])
    asked = of.casefold().replace("-", " ")
    asked = asked if asked.isascii() else units.PER.get(asked, asked)
    if asked in ("step", "task", "turn") and (asked in quote.about.split("_") or quote.about.endswith("_seconds")):  # of a step
        return True
    if asked == "request" and quote.about in ("input_tokens", "output_tokens"):  # of one, by their meaning
        return True
    if asked == "user" and "stream" in said:  # which is what one user gets
        return True
    if not {"million", "thousand"}.intersection(said) <= set(asked.split()):  # a price of a million tokens is none of a token
        return False
    return units.PER.get(asked, asked) == own or all(word.rstrip("s") in {part.rstrip("s") for part in said} for word in asked.split())


def is_rate(rate: re.Match[str]) -> bool:
    """Whether it is per something that a figure may be per."""
    return _of(rate).casefold().rpartition("-")[2] in units.PER


def _counts(rate: re.Match[str], languages: frozenset[str]) -> bool:
    """Whether a rate is one: Italian and Catalan say "per" for "for" too, "per maand" is one of grounding_quantities.toml, and
    "the cost of a training run" none.
    """
    of = (rate["of"] or "").casefold().replace("-", " ")
    if not of or of in units.PER or of.split(" ")[0] in units.PER or _COUNTED.match(of.rpartition(" ")[2]):
        return True
    return not (
        rate["thing"]
        or of in ("the", "your", "our", "my", "this", "that")
        or is_time(of)
        or ("en" not in languages and {"it", "ca"}.intersection(languages))
    )


def rates_in(text: Text) -> Iterator[re.Match[str]]:
    """The rates of English and Chinese: "per month", "each request", 每月."""
    return (rate for rate in _RATE.finditer(text.text) if _counts(rate, text.languages))


def _is_claimed(rate: re.Match[str], text: str) -> bool:
    """Whether "the price of a seat" is said to be a figure, or a figure to be that."""
    before, after = text[max(0, rate.start() - 25) : rate.start()].rpartition(QUOTED), text[rate.end() : rate.end() + 25].partition(QUOTED)
    return not rate["thing"] or any(beside and not _CLAUSE_END.search(words) for words, beside in ((before[2], before[1]), after[:2]))


def _told_rates(text: Text) -> list[tuple[int, int, str, bool]]:
    """The rates of a text in order: where each stands, what it is per, and whether it is said of each of some."""
    return [(*rate.span(), _of(rate), _is_of_each(rate)) for rate in rates_in(text) if _is_claimed(rate, text.text)]


def _counted(text: str, sentence: Part, rates: Sequence[tuple[int, int, str, bool]]) -> Iterator[Span]:
    """ "each" and "every" beside a price or a time that is not per that: of spans of time in its sentence, of things in its clause."""
    for clause in parts(text, CLAUSE, sentence.references, sentence.start, sentence.end):
        for start, end, of, each in within(rates, clause):
            figures = (sentence if of in units.PER else clause).figures
            measures = {units.of(quote.unit or "")[0] for quote in figures}
            counts = _COUNTED.match(of.rpartition(" ")[2]) or not of.isascii()
            if text[:start].endswith(" that"):  # "assumes that every request hits the cache"
                continue
            if each and counts and measures & _COSTLY and not any(is_per(quote, of) or _is_of_one_chip(quote, of) for quote in figures):
                yield start, end


def in_sentences(worded: Text, references: References, foreign: Sequence[Rate], said: str) -> Iterator[Span]:
    """ "per month", "monthly" and "euros" where no figure of the sentence is; "each" and "every" beside prices and times alone.

    `said` is what the user said: its currencies may be named.
    """
    text, told = worded.text, False  # before any figure is told, "prices are per hour" claims none
    rates = _told_rates(worded)
    for part in parts(text, SENTENCE, references):
        figures = part.figures
        own = {units.of(quote.unit or "")[0] for quote in figures}
        quoted = "".join(quote.text for _, _, quote in part.references if quote.is_said)
        measured = {units.of(quote.unit or "")[:2] for quote in figures}
        stated = _of_unit().finditer(text, part.start, part.end) if figures else ()
        yield from (match.span() for match in stated if match["in"] and _unit_said(match) not in measured)
        # Why nothing is said in another currency may be told.
        is_told_why = bool(_EXCHANGE.search(text, part.start, part.end) and _NONE.search(text, part.start, part.end))
        if not is_told_why and figures and "other_money" not in own and not any(sign in quoted for sign in units.UNITS["other_money"]):
            named = _other_money().finditer(text, part.start, part.end)
            yield from (match.span() for match in named if match[0].casefold() not in said)
        if not is_told_why and "money" in own:
            stated = _stated().finditer(text, part.start, part.end)
            yield from (match.span() for match in stated if not _THEIRS.search(text, part.start, match.start()))
        told = told or bool(figures)
        yield from (
            (start, end)
            for start, end, of, each in within(rates, part)
            if told and not each and not any(is_per(quote, of) or _is_of_one_chip(quote, of) for quote in figures)
        )
        yield from _counted(text, part, within(rates, part))
        yield from (
            (start, end) for start, end, per in within(foreign, part) if figures and not any(is_per(quote, per) for quote in figures)
        )


_ROW = re.compile(r"(?m)^[ \t]*\|.*$")
_RULE = re.compile(r"[\s|:-]+-[\s|:-]*")


def _tables(text: str) -> list[list[Span]]:
    """The rows of each table of Markdown, its head first."""
    tables: list[list[Span]] = []
    for start, end in (match.span() for match in _ROW.finditer(text)):
        if not tables or tables[-1][-1][1] != start - 1:
            tables.append([])
        tables[-1].append((start, end))
    return tables


def _cells(text: str, row: Span) -> list[Span]:
    """The cells of a row: where each begins and ends."""
    bars = [match.start() for match in re.finditer(r"\|", text[: row[1]]) if match.start() >= row[0]]
    return list(itertools.pairwise([*bars, *([row[1]] if bars and text[bars[-1] + 1 : row[1]].strip() else [])]))


def in_tables(worded: Text, references: References) -> Iterator[Span]:
    """Heads of columns whose figures are per something else, or of another currency."""
    text = worded.text
    tables = [rows for rows in _tables(text) if len(rows) > 1 and _RULE.fullmatch(text, *rows[1])]
    rates = _told_rates(worded) if tables else []
    for head, *rows in tables:
        for column, (start, end) in enumerate(_cells(text, head)):
            below = [cells[column] for cells in (_cells(text, row) for row in rows[1:]) if len(cells) > column]
            figures = [quote for cell in below for _, _, quote in within(references, Part(*cell, ())) if quote.unit is not None]
            money = any(units.of(quote.unit or "")[0] == "money" for quote in figures)
            if money and (other := _other_money().search(text, start, end)):
                yield other.span()
            costly = [quote for quote in figures if units.of(quote.unit or "")[0] in _COSTLY]
            for first, last, of, each in within(rates, Part(start, end, ())):
                beside = costly if each else figures
                if beside and not all(is_per(quote, of) for quote in beside):
                    yield first, last
