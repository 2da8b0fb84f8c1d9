"""What a sentence says of several figures together, which the figures themselves decide.

That one is more than another, that the user's amount is what a result was worked out for, and what some come to: the first two are
compared with the figures and the inputs of the results, the third is for `combine` alone. The words that say so stand in
grounding_together.toml.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import NamedTuple

from compute_cost.amounts import units
from compute_cost.amounts.numbers import CJK, cut, plain
from compute_cost_tools.combine import NAME as COMBINE
from compute_cost_tools.grounding_units import SENTENCE, Part, References, parts
from compute_cost_tools.grounding_words import Span
from compute_cost_tools.ledger import Quote, numbers_at

_NEAR = 80  # characters between two figures that are compared
_CLOSE = 1.02  # below which two figures are the same
_OTHER_CURRENCY = 2.0  # what a rate of exchange may come to among the currencies near the dollar
_COUNTS = ("tokens", "requests", "chips", "users")  # what the user says of a case, and results are worked out for
_ELSE = re.compile(r";|[,，][^,，]*[,，]|\b(?:while|whereas)\b", re.IGNORECASE)  # another sentence begins
_NOT = re.compile(r"n['’]t\b|\b(?:not|no|never|nor|nicht|kein\w*|ne|pas|non?|não)\b|不|没", re.IGNORECASE)
_PER = re.compile(r"(?:\b(?:an?|per|each|every)\s+|/\s?|每)(?P<of>\w+)", re.IGNORECASE)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """The words of grounding_together.toml: those of a comparison as one pattern, and those right before a figure."""
    read = tomllib.loads(resources.files("compute_cost_tools").joinpath("grounding_together.toml").read_text(encoding="utf-8"))
    worded = {name: rf"(?<![^\W{CJK}])(?:{'|'.join(words)})(?![^\W{CJK}])" for name, words in read.items()}
    compared = "|".join(f"(?P<{name}>{worded.pop(name)})" for name in ("more", "less", "enough"))
    worded["up_to"] = rf"\s*(?:{'|'.join(read['up_to'])})\s*"
    worded["near_dollar"] = "|".join(read["near_dollar"])
    found = {**worded, "basis": rf"{worded['basis']}\s*\Z", "compared": compared}
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in found.items()}


class Amount(NamedTuple):
    """A figure in the first unit of what it measures, and what it is per."""

    value: float
    measures: str
    per: str = ""

    @classmethod
    def of(cls, value: float, unit: str) -> Amount:
        measures, size, per = units.of(unit)
        return cls(value * size, measures, per)


@cache
def _unit() -> re.Pattern[str]:
    whole = rf"(?<![^\W{CJK}\d])%s(?![^\W{CJK}])"
    words = sorted(units.WORDS, key=len, reverse=True)
    return re.compile("|".join(whole % re.escape(word) if word.isalnum() else re.escape(word) for word in words))


def said(words: str) -> Amount | None:
    """The amount in words of the user, such as "10,000 requests a day"; None where there is none, or several."""
    text = plain(words).casefold()
    pieces, found = cut(text), list[Amount]()
    per = _PER.search(text)
    for at, number in numbers_at(pieces):
        behind = _unit().match(text, pieces[number.end].start) if number.end < len(pieces) else None
        named = behind[0] if behind else text[: pieces[at].start].rstrip()[-1:]
        if named in units.WORDS and (behind or not named.isalpha()):  # a sign of money stands before its number
            measures, size = units.WORDS[named]
            far = measures == "other_money" and not _patterns()["near_dollar"].fullmatch(named)
            found.append(Amount(number.value * size, named if far else measures, units.PER.get(per["of"], per["of"]) if per else ""))
    return found[0] if len(found) == 1 else None


def _amount(quote: Quote) -> Amount | None:
    if quote.is_said:
        return said(quote.text.strip('"'))
    return Amount.of(quote.value, quote.unit) if quote.unit is not None and isinstance(quote.value, float | int) else None


def contradicted(text: str, references: References) -> Iterator[Span]:
    """The words that a figure says the opposite of."""
    for sentence in parts(text, SENTENCE, references):
        if len(sentence.references) > 1:
            yield from _compared(text, sentence)
            yield from _of_one_range(text, sentence)
            yield from _worked_out_for(text, sentence)
            yield from _added_up(text, sentence)


def _compared(text: str, sentence: Part) -> Iterator[Span]:
    """ "{c1} is below {c2}", where it is not; figures that are per something else, or in other units, are not compared."""
    for (_, end, one), (start, _, other) in itertools.pairwise(sentence.references):
        first, second = _amount(one), _amount(other)
        both_ends = one.call == other.call and one.is_answer and other.is_answer  # of a range, which says so
        if start - end > _NEAR or both_ends or first is None or second is None or first.per != second.per:
            continue
        money = {first.measures, second.measures} <= {"money", "other_money"}
        if first.measures != second.measures and not money:
            continue
        margin = _CLOSE if first.measures == second.measures == "money" or not money else _OTHER_CURRENCY
        found = _patterns()["compared"].search(text, end, start)
        if found is None or not found.lastgroup or _ELSE.search(text, end, start):
            continue
        is_more = found.lastgroup != "less"
        if _NOT.search(text, end, found.start()) or (found.lastgroup == "enough" and _NOT.search(text, found.end(), start)):
            is_more = not is_more
        if (first.value * margin < second.value) if is_more else (second.value * margin < first.value):
            yield found.span()


def _of_one_range(text: str, sentence: Part) -> Iterator[Span]:
    """ "From {c5.low} up to {c1.high}": the ends of two ranges are none of one."""
    for (start, end, one), (after, last, other) in itertools.pairwise(sentence.references):
        if one.call != other.call and {one.end, other.end} & {"low", "high"} and _patterns()["up_to"].fullmatch(text, end, after):
            yield start, last


def _worked_out_for(text: str, sentence: Part) -> Iterator[Span]:
    """ "On {you: 2T tokens} it costs {c1}", where the result is of other tokens, and the sentence does not say of how many."""
    for start, end, quote in sentence.references:
        asked = _amount(quote) if quote.is_said else None
        before = _patterns()["basis"].search(text, max(sentence.start, start - 30), start)
        if asked is None or before is None or asked.measures not in _COUNTS:
            continue
        for _, _, told in sentence.references:
            basis = [] if told.is_said or told.unit is None else _of_kind(told, asked)
            if basis and not any(asked.value / _CLOSE <= amount.value <= asked.value * _CLOSE for _, amount in basis):
                if {name for name, _ in basis}.isdisjoint(other.about for _, _, other in sentence.references):
                    yield before.start(), end
                break


def _of_kind(quote: Quote, asked: Amount) -> list[tuple[str, Amount]]:
    """The inputs and figures of a result, its answer left out, that measure what the user's amount does."""
    found = [(name, Amount.of(figure.value, figure.unit)) for name, figure in quote.beside.items() if isinstance(figure.value, float | int)]
    return [(name, amount) for name, amount in found if (amount.measures, amount.per) == (asked.measures, asked.per)]


def _added_up(text: str, sentence: Part) -> Iterator[Span]:
    """ "Add {c4} to {c1} and it comes to {c5}": no sum of answers is formed here."""
    *others, (start, end, last) = sentence.references
    answers = [(behind, quote.call) for _, behind, quote in others if quote.is_answer]
    if len({call for _, call in answers}) < 2 or last.tool == COMBINE or last.unit is None:
        return
    adds = _patterns()["adds"].search(text, sentence.start, start)
    if adds and _patterns()["makes"].search(text, answers[-1][0], start):
        yield adds.start(), end
