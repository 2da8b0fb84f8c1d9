"""What the reader knows of each language: the phrases of the data files, and how a phrase is found among pieces."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import Any

from compute_cost.amounts import OTHER_CURRENCY, units
from compute_cost_tools.reading.pieces import Amount, Piece, cut, normalize

LANGUAGES = ("english", "english_numbers", "chinese", "choices")
GAP = ".."  # in a phrase: up to so many pieces of any kind
LONGEST_GAP = 4
TIME = ("hours", "days", "weeks", "months", "years")
RATES = ("hour", "day", "month", "year", "kWh")
PLAIN = ("word", "number", "cjk", "vulgar", "power", "sign", "mark")  # kinds of piece that a phrase names by their text

Pattern = tuple[str, ...]


@dataclass  # frozen ones can't keep what they have worked out
class Cue:
    """Words around a number (#) that say which parameter it is; the first one that the estimate has."""

    before: Pattern
    after: Pattern
    parameters: tuple[str, ...]
    kinds: tuple[str, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(word for word in (*self.before, *self.after) if word[0] != "<" and word != GAP)


@dataclass
class Index:
    """Phrases by their first piece, the longest first."""

    by_first: dict[str, list[tuple[Pattern, str]]] = field(default_factory=dict)

    def add(self, phrase: str, meaning: str) -> None:
        pattern = as_pattern(phrase)
        row = self.by_first.setdefault(pattern[0], [])
        row.append((pattern, meaning))
        row.sort(key=lambda entry: -len(entry[0]))

    def at(self, pieces: Sequence[Piece], at: int) -> Iterator[tuple[str, int]]:
        """Every meaning that starts at a place, and where it ends; the longest first."""
        if at < len(pieces):
            piece = pieces[at]
            for first in (piece.text, f"<{piece.kind}>", *(("<amount>",) if isinstance(piece.value, Amount) else ())):
                for pattern, meaning in self.by_first.get(first, ()):
                    end = match(pattern, pieces, at)
                    if end:
                        yield meaning, end


@lru_cache(maxsize=1 << 13)  # of the names in the catalogue most are asked for several times at each start
def as_pattern(phrase: str) -> Pattern:
    return tuple(piece.text for piece in cut(normalize(phrase)))


def match(pattern: Pattern, pieces: Sequence[Piece], at: int) -> int:
    """Where `pattern` ends if it starts at `at`; 0 where it doesn't. One gap at most is tried at each length."""
    for place, element in enumerate(pattern):
        if element == GAP:
            rest = pattern[place + 1 :]
            for skip in range(LONGEST_GAP + 1):
                if at + skip > len(pieces) or (skip and not _may_skip(pieces[at + skip - 1])):
                    return 0
                end = match(rest, pieces, at + skip)
                if end:
                    return end
            return 0
        if at >= len(pieces) or not fits(element, pieces[at]):
            return 0
        at += 1
    return at


def _may_skip(piece: Piece) -> bool:
    return piece.text not in ".!?;,。" and not isinstance(piece.value, Amount)


def fits(element: str, piece: Piece) -> bool:
    if element[0] != "<" or len(element) == 1:
        return piece.text == element and piece.kind in PLAIN
    return piece.kind == element[1:-1] or (element == "<amount>" and isinstance(piece.value, Amount))


class Book:
    """Everything the data files say, ready to be matched."""

    def __init__(self, tables: Sequence[dict[str, Any]]) -> None:
        def listed(name: str) -> list[Any]:
            return [entry for table in tables for entry in table.get(name, ())]

        self.alternatives = frozenset(listed("alternatives"))
        self.connectors = frozenset(piece for phrase in listed("connectors") for piece in as_pattern(phrase))
        self.hosted_families, self.hosted_words = frozenset(listed("hosted_families")), frozenset(listed("hosted_words"))
        money = {word: code for code, words in load("meaning")["currencies"].items() for word in words}
        asides = dict.fromkeys(money, f"{OTHER_CURRENCY}|currency_code|strict")
        for row in listed("asides"):
            strict = "strict" * row.get("strict", False)
            asides |= {phrase: "|".join((row["why"], row.get("unless", ""), strict)) for phrase in row["phrases"]}
        self.simplified = str.maketrans("".join(listed("traditional")), "".join(listed("simplified")))
        self.units, self.rates, self.ideas, self.fillers, self.choices = Index(), Index(), Index(), Index(), Index()
        self.not_names, self.excluded, self.negations = Index(), Index(), Index()
        self.rates_before: list[tuple[Pattern, str]] = []
        kinds, counted = load("meaning")["kinds"], load("meaning")["counted"]
        for table in tables:
            for index, name in ((self.units, "units"), (self.ideas, "ideas"), (self.choices, "choices")):
                for meaning, phrases in table.get(name, {}).items():
                    for phrase in phrases:
                        index.add(phrase, meaning)
            times = {f"{base}/{time}": phrases for time, phrases in table.get("times", {}).items() for base in counted[time]}
            for meaning, phrases in [*table.get("rates", {}).items(), *times.items()]:
                for phrase in phrases:
                    if phrase.endswith("#"):
                        self.rates_before.append((as_pattern(phrase[:-1]), meaning))
                    else:
                        self.rates.add(phrase, meaning)
            for name in ("fillers", "not_names", "excluded", "negations"):
                for phrase in table.get(name, ()):
                    getattr(self, name).add(phrase, name)
        for word, (measures, size) in units.WORDS.items():
            kind = kinds.get(measures, {}).get(f"{size:g}", "")
            if kind and (len(word) > 1 or not word.isascii() or word in "h$%"):  # in "N=7B D=1T" the D is not a day
                self.units.add(word, kind)
        for word, per in units.PER.items():
            for sign in ("per ", "a ", "an ", "every ", "/") if word.isascii() else ("每", "/"):
                for base in (*counted.get(per, ()), *(("money",) if per in RATES else ())):
                    self.rates.add(f"{sign}{word}", f"{base}/{per.casefold()}")
        for word, code in money.items():
            self.choices.add(word, f"currency_code:{code}")
        for phrase, why in asides.items():
            self.ideas.add(phrase, f"aside:{why}")
        cues = [
            Cue(*(as_pattern(part) for part in phrase.split("#")), tuple(row["parameters"]), tuple(row.get("kinds", ())))  # type: ignore[call-arg]
            for row in listed("cues")
            for phrase in row["phrases"]
        ]
        self._cues_to: defaultdict[str, list[Cue]] = defaultdict(list)
        for cue in cues:
            for kind in cue.kinds:
                self._cues_to[kind].append(cue)
        self._cues_to["calls"] += [cue for cue in self._cues_to["requests"] if "calls" not in cue.kinds]
        self._cue_words = frozenset(word for cue in cues for word in (*cue.before, *cue.after))

    def cues_near(self, unit: str, pieces: Sequence[Piece]) -> list[Cue]:
        """The cues to an amount of that unit whose words all stand somewhere in a question."""
        said = {piece.text for piece in pieces}
        return [cue for cue in self._cues_to[unit] if cue.words <= said]

    def unit_at(self, pieces: Sequence[Piece], at: int) -> str:
        """The kind of the unit word at a place; "" where there is none."""
        return next((meaning for meaning, _ in self.units.at(pieces, at)), "")

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of every phrase."""
        return self.telling_words | self.plain_words

    @cached_property
    def plain_words(self) -> frozenset[str]:
        """Words that change nothing, such as "please"."""
        return self.connectors | {piece for row in self.fillers.by_first.values() for pattern, _ in row for piece in pattern}

    @cached_property
    def telling_words(self) -> frozenset[str]:
        """The words that say something: of ideas, units, cues, numbers and choices."""
        words = {"pair", *units.COUNTS, *units.ONES, *units.TENS, *units.SCALES, *units.FRACTIONS, *units.VAGUE}
        for index in (self.units, self.rates, self.ideas, self.choices):
            words |= {piece for row in index.by_first.values() for pattern, _ in row for piece in pattern}
        return frozenset(words | self._cue_words | self.hosted_families | self.hosted_words)

    @cached_property
    def targets(self) -> frozenset[str]:
        """What a mistyped word may have been meant to be: a telling word that is not plain too, or a noun of the subject."""
        nouns = {piece for row in self.units.by_first.values() for pattern, _ in row for piece in pattern}
        nouns |= {pattern[0] for row in self.ideas.by_first.values() for pattern, meaning in row if meaning == "subject"}
        return (self.telling_words - self.plain_words) | nouns


@cache
def book() -> Book:
    return Book([load(name) for name in LANGUAGES])


@cache
def load(name: str) -> dict[str, Any]:
    """One data file next to this module."""
    return tomllib.loads(resources.files("compute_cost_tools").joinpath("reading", f"{name}.toml").read_text(encoding="utf-8"))
