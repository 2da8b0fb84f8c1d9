"""What kind of thing a figure is said to be: a true one that is called something else is refused, and where no word says it, a note does.

The low end of a range is never "the most you pay", days are no price, the cost of hosting is none of training, what is worked out for one
model none of another, and the user's own words are no result. The words stand in grounding_kinds.toml; they are looked for near the
figure, in its sentence or clause.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import units
from compute_cost.amounts.numbers import CJK
from compute_cost.answers import languages
from compute_cost.answers.lookup import stems
from compute_cost.catalogue import names
from compute_cost.prices import tariffs
from compute_cost_tools.grounding_units import CLAUSE, SENTENCE, Part, References, parts, within
from compute_cost_tools.grounding_words import NAMED, Span
from compute_cost_tools.ledger import Quote

_NEAR = 300  # characters in which words are beside a figure
_BEFORE = 80  # in which they are right before it
_AMOUNTS = {"money", "other_money", "time", "chip_time", "energy"}  # what results are
_UNIT_WORD = re.compile(r"[^\W\d_]+|[$€£¥₹₩]")
_WHOSE = 60  # in which a quotation is said to be the user's
_TOPICS = ("train_", "finetune_", "rl_", "infer_", "serving_", "api_")  # as the names of tools begin
_ALIKE = {"infer_": "serving_"}  # which the same words are said of
_NOT_NEAR = 30  # in which a "not" is of the word behind it
_RATHER = re.compile(r"\b(?:rather|instead|other|more|less)\s+(?:than|of)\b|\b(?:below|above|beneath)\s", re.IGNORECASE)
_AGAIN = re.compile(r"\b(?:redo|rerun|recalculate|recompute|repeat|reprice)\b", re.IGNORECASE)  # for something else
_BOTH_ENDS = re.compile(r"\b(?:low(?:er)?|min(?:imum)?) and (?:high(?:er)?|upper|max(?:imum)?)\b", re.IGNORECASE)
_CAPITALS = re.compile(r"\b(?:gpu|kv)\b")
_FOR = re.compile(r"\s+(?:(?:to|of|for|on|with|using|when|by)\s+)(?:\w+\s+){0,3}", re.IGNORECASE)  # between a figure and what it is of
_NOT = re.compile(r"n['’]t\b|\b(?:not|no)\b|不", re.IGNORECASE)
_NOT_THEM = re.compile(rf"{_NOT.pattern}|\b(?:I|we)\s+(?:have\s+)?\Z", re.IGNORECASE)  # "I took {you: 500 steps}"
_IS = (
    r"(?:(?<!\w)(?:is|are|was|(?:will|would|should|may|might)\s+be|comes\s+to|comes\s+out\s+at|reach(?:es)?|hits?|stands?\s+at|amounts?\s+to|equals?|"
    r"ist|beträgt|liegt\s+bei|est|sera|es|será|è|é)(?!\w)|[为是约])"
)
_FILLER = (
    r"(?:\s+(?:you|us|them|it|is|are|of|at|to|in|out|a|an|the|about|around|roughly|some|only|just|up|comes?|be|will|would|should|by|as|at\s+least|"
    r"nearly|almost|exactly|approximately|estimated))"
)


class Thing(NamedTuple):
    """A model, a chip or a number format: `kind` is "model", "gpu", "format", "sold" for a model that hosts sell and nobody can run, or
    "line" for all of a name, such as Claude.
    """

    kind: str
    key: str


class Place(NamedTuple):
    """Where a thing is named, and how."""

    start: int
    end: int
    thing: Thing
    name: str


@catalogue.kept(4096)
def thing(text: str) -> Thing | None:
    """The model, chip or number format of that name."""
    if written := catalogue.formats().get(text):
        return Thing("format", written.name)
    if model := names.find("model", text):
        return Thing("model", model.row.id)
    if chip := names.find("gpu", text):
        return Thing("gpu", chip.row.id)
    return Thing("sold", sold) if (sold := tariffs.identity(text)) else None


def lines_in(text: str) -> Iterator[Place]:
    """The lines of models that a text names by a word alone, and where."""
    for match in _lines().finditer(text):
        yield Place(*match.span(), Thing("line", match[0].casefold()), match[0])


@cache
def _lines() -> re.Pattern[str]:
    words = [word for line, others in _read()["lines"].items() for word in (line, *others)]
    return re.compile(rf"(?<![^\W{CJK}])(?:{'|'.join(words)})(?![^\W{CJK}])", re.IGNORECASE)


@cache
def _own_lines(names_of: tuple[str, ...]) -> frozenset[Thing]:
    """The words for the lines that some names are of; one that is none where there are none."""
    named = " ".join(names_of).casefold()
    found = {word for line, others in _read()["lines"].items() if line in named for word in (line, *others)}
    return frozenset(Thing("line", word) for word in (found or {""}))


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(resources.files("compute_cost_tools").joinpath("grounding_kinds.toml").read_text(encoding="utf-8"))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """The words of grounding_kinds.toml by their names; those right before and right behind a figure end or begin there."""
    read = _read()
    lists = {**{name: words for name, words in read.items() if name not in ("topics", "measured", "lines")}, **read["topics"]}
    lists["low"], lists["high"] = lists["low"] + lists["least"], lists["high"] + lists["most"]
    found = {}
    for name, words in lists.items():
        pattern = rf"(?<![a-z])(?:{'|'.join(words)})(?![a-z])"
        if name in ("exactly", "result", "is", "upper", "lower"):
            pattern = rf"{pattern}{_FILLER}{{0,5}}\s*\Z"
        elif name == "other_than":
            pattern = rf"{pattern}(?:\s+\w+){{0,2}}\s*\Z"
        elif name in ("the_result", "alike"):
            pattern = rf"\s*{pattern}"
        found[name] = re.compile(pattern, re.IGNORECASE)
    return found


@cache
def _measured() -> dict[frozenset[str], re.Pattern[str]]:
    """What a figure may measure, with the words before it that say so: a verb, or a noun of which it is said what it is."""
    found = {}
    for group in _read()["measured"].values():
        nouns = "|".join(group["nouns"])
        said = "|".join([*group["verbs"], rf"(?:{nouns})(?:\s+(?!that\b|which\b)[\w'’/-]+){{0,4}}?\s*{_IS}"])
        head = r"(?:(?!(?:for|of|by|until|before|within|per|in)\s)[^\W\d]+\s+){0,3}"
        label = rf"(?m:^)[\s|*•>-]*{head}(?:{nouns})(?:\s+[\w.{NAMED}-]+){{0,6}}[\s*|]*[:：=|][\s*|]*"
        pattern = rf"(?:(?<![^\W{CJK}])(?:{said}){_FILLER}{{0,5}}\s*|{label})\Z"
        found[frozenset(group["measures"])] = re.compile(pattern, re.IGNORECASE)
    return found


def _find(name: str, text: str, start: int, end: int) -> re.Match[str] | None:
    return _patterns()[name].search(text, start, end)


def _behind(name: str, text: str, at: int) -> re.Match[str] | None:
    return _patterns()[name].match(text, at)


def contradicted(text: str, references: References, named: Sequence[Place]) -> Iterator[Span]:
    """True figures that the words beside them make something else of; `named` is where models and chips stand, in order."""
    sold = [(place.start, place.end) for place in named if place.thing.kind == "sold"]
    for sentence in parts(text, SENTENCE, references):
        if sentence.references:
            yield from _of_another(text, sentence, within(named, sentence))
            for clause in parts(text, CLAUSE, sentence.references, sentence.start, sentence.end):
                for start, end, quote in clause.references:
                    if quote.is_said:
                        yield from _said_as_result(text, start, end, quote, clause)
                    elif quote.unit is not None:
                        yield from _kind_contradicted(text, start, end, quote, clause)
                        yield from _topic_contradicted(text, (start, end), quote, clause, sold)
                    if quote.end:
                        yield from _end_contradicted(text, (start, end), quote, clause, sentence)


def _of_another(text: str, sentence: Part, named: Sequence[Place]) -> Iterator[Span]:
    """An answer that is said to be of another model or chip than it is: "DeepSeek-V3 costs {c1}", "{c1} for DeepSeek-V3"."""
    told = sentence.start
    for start, end, quote in sentence.references:
        is_of_these = quote.is_answer or _holds(quote)
        own = {found for found in map(thing, quote.things) if found} if named and is_of_these else set()
        own |= _own_lines(quote.things) if any(found.kind in ("model", "sold") for found in own) else set()
        for kinds in (("model", "sold", "line"), ("gpu",), ("format",))[0 if quote.is_answer else 2 :]:
            of_kind = {found for found in own if found.kind in kinds}
            begin = max(told, text.rfind(";", told, start), text.rfind(", but ", told, start))
            before = [place for place in named if place.thing.kind in kinds and begin <= place.start < start]
            before = [place for place in before if not _is_compared(text, sentence.start, place)]
            behind = [place for place in named if place.thing.kind in kinds and _FOR.fullmatch(text, end, place.start)]
            if not of_kind or not of_kind.isdisjoint(place.thing for place in (*before, *behind)):
                continue
            if any(_begins_one(place.name, quote.things) for place in (*before, *behind)) or _AGAIN.search(text, sentence.start, start):
                continue
            if before and not ("|" in text[before[0].end : start] or _find("is", text, before[0].end, start)):
                before = []
            if (before or behind) and not _NOT.search(text, told, start):
                yield min(place.start for place in (*before[:1], *behind[:1])), max([end, *(place.end for place in behind)])
        told = end


def _begins_one(name: str, names_of: tuple[str, ...]) -> bool:
    """Whether a name is how one of some others begins, as A100 is of "A100 40GB"."""
    written = name.casefold().removesuffix("s")
    return any(re.match(rf"{re.escape(written)}(?!\w)", other.casefold()) for other in names_of)


def _holds(quote: Quote) -> bool:
    """Whether it is what something takes of a memory, which its number format decides, and what it is used for."""
    return quote.unit is not None and not quote.is_said and units.of(quote.unit)[0] == "memory"


def _is_compared(text: str, begin: int, place: Place) -> bool:
    """Whether a name is only what something is compared with: "cheaper than GPT-4o", "a GPT-4o class model"."""
    return bool(_find("other_than", text, begin, place.start) or _behind("alike", text, place.end))


def _said_as_result(text: str, start: int, end: int, quote: Quote, clause: Part) -> Iterator[Span]:
    """The user's own words as what a run takes or costs; "I took {you: 3 million documents}" makes no result of them."""
    if _AMOUNTS.isdisjoint(units.WORDS.get(word, ("",))[0] for word in _UNIT_WORD.findall(quote.text.casefold())):
        return
    before = max(clause.start, start - _BEFORE)
    verb = _find("result", text, before, start)
    if (
        verb
        and not _find("theirs", text, verb.start(), start)
        and not _find("attributed", text, max(before, verb.start() - 40), verb.start())
        and not _NOT_THEM.search(text, max(before, verb.start() - _NOT_NEAR), verb.start())
    ):
        yield verb.start(), end
    if behind := _behind("the_result", text, end):
        yield start, behind.end()


def _kind_contradicted(text: str, start: int, end: int, quote: Quote, clause: Part) -> Iterator[Span]:
    """Words right before a figure that make a price of a time, or a time of a price; "costs" calls cost_of_capital by its name."""
    last, measure = _since_the_last(start, clause, text.rfind("\n", 0, start) + 1), units.of(quote.unit or "")[0]
    said = {measures: found for measures, pattern in _measured().items() if (found := pattern.search(text, last, start))}
    own = next((measures for measures in _measured() if measure in measures), None)
    if said and own and own not in said and not any(set(stems(found[0])) & set(stems(quote.about)) for found in said.values()):
        yield min(found.start() for found in said.values()), end


def _since_the_last(start: int, clause: Part, begin: int) -> int:
    """From where on words are of the figure there: from the beginning of its clause or line on, behind the figure before it."""
    return max([start - _BEFORE, begin, *(stop for _, stop, _ in clause.references if stop <= start)])


def _topic_of(quote: Quote) -> str:
    """The topic of a result: how its tool's name begins, or what its memory is for."""
    if use := quote.beside.get("use"):
        return "infer_" if use.value == "inference" else "train_" if use.value == "training" else "finetune_"
    return next((topic for topic in _TOPICS if quote.tool.startswith(topic)), "")


def _topic_contradicted(text: str, place: Span, quote: Quote, clause: Part, sold: Sequence[Span]) -> Iterator[Span]:
    """ "Hosting costs" before what training costs: the answer of another tool than the one that the words speak of."""
    start, end = place
    first = _since_the_last(start, clause, clause.start)
    last = min([clause.end, *(begin for begin, _, _ in clause.references if begin >= end)])
    verb, own = _find("is", text, first, start), _topic_of(quote)
    if not ((quote.is_answer or _holds(quote)) and verb and own):
        return
    about = [
        (match.start(), topic)
        for topic in _TOPICS
        for match in _patterns()[topic].finditer(text, first, last)
        if match.start() < verb.start() or own == topic  # "costs {c1} to train"
        if own == topic or not _RATHER.search(text, match.end(), verb.start())  # "training rather than hosting, which costs {c4}"
    ]
    about += [(begin, "api_") for begin, _ in sold if first <= begin < verb.start()]
    # "cheaper than GPT-4o" speaks of another thing than the one that follows.
    told = {topic: begin for begin, topic in about if not _find("other_than", text, first, begin)}
    told = {_ALIKE.get(topic, topic): begin for topic, begin in told.items()}
    if own in ("finetune_", "rl_"):  # which are training too
        told.pop("train_", None)
    if "use" in quote.beside:  # what holds a model says nothing of an API
        told = {topic: begin for topic, begin in told.items() if topic in ("train_", "finetune_", "rl_")}
    if told and _ALIKE.get(own, own) not in told and not _NOT.search(text, first, start):
        yield min(told.values()), end


def _end_contradicted(text: str, place: Span, quote: Quote, clause: Part, sentence: Part) -> Iterator[Span]:
    """The low end said to be the most, the high end the least, either what is usual, or the middle to be one of them or exact."""
    begin, stop = max(clause.start, place[0] - _NEAR), min(clause.end, place[1] + _NEAR)
    word = _find("certain", text, max(sentence.start, place[0] - _NEAR), min(sentence.end, place[1] + _NEAR))
    if word and not _NOT.search(text, max(sentence.start, word.start() - _NOT_NEAR), word.start()):
        yield word.span()
    if quote.end == "middle":
        word = _find("exactly", text, max(clause.start, place[0] - _BEFORE), place[0])
        if not word and sentence.ends[quote.call] == {"middle"}:
            word = _find("extreme", text, begin, stop)
        yield from (word.span() for word in [word] if word)
        return
    both = _BOTH_ENDS.search(text, begin, place[0]) and {"low", "high"} <= sentence.ends[quote.call]
    if not both and (called := _find("upper" if quote.end == "low" else "lower", text, max(begin, place[0] - _BEFORE), place[0])):
        yield called.start(), place[1]
    other, own = ("most", "least") if quote.end == "low" else ("least", "most")
    word = _find(other, text, begin, stop)
    if word and clause.ends[quote.call] <= {quote.end, "middle"} and not _find(own, text, begin, stop):
        yield word.span()
    elif sentence.ends[quote.call] == {quote.end} and not _find(quote.end, text, begin, stop):
        begin, stop = max(sentence.start, place[0] - _NEAR), min(sentence.end, place[1] + _NEAR)
        begin = max(begin, text.rfind(";", begin, place[0]))
        yield from (word.span() for word in _patterns()["usual"].finditer(text, begin, stop))


def notes(text: str, references: References) -> Iterator[tuple[int, str]]:
    """Where a note belongs, and the note: which end of a range a figure is, which of several figures of its result, or that words are the
    user's own.
    """
    language = languages.of(text)
    chinese = bool(language.letters)
    for sentence in parts(text, SENTENCE, references):
        words = set(stems(text[sentence.start : sentence.end])) if sentence.references else set()
        for start, end, quote in sentence.references:
            begin, stop = max(sentence.start, start - _NEAR), min(sentence.end, end + _NEAR)
            if quote.is_said:
                if not _find("theirs", text, max(begin, start - _WHOSE), start):
                    yield end, "（您的原话）" if chinese else " (your words)"
                continue
            if quote.end in ("low", "high") and not _is_told(text, quote, sentence, (begin, stop)):
                note = f"80%区间的{'下限' if quote.end == 'low' else '上限'}" if chinese else f"{quote.end} end of the 80% range"
            elif _is_one_of_several(quote) and _is_called_nothing(quote, words):
                note = _CAPITALS.sub(lambda match: match[0].upper(), language.name(quote.about).replace("_", " "))
            else:
                continue
            inside = text.rfind("(", begin, start) > text.rfind(")", begin, start)
            yield end, f"（{note}）" if chinese else f", {note}" if inside else f" ({note})"


def _is_called_nothing(quote: Quote, words: set[str]) -> bool:
    """Whether no word of a figure's own name, or its initials, is among those of its sentence; what its unit says is told by that."""
    own = set(stems(quote.about)) - set(stems(quote.unit or ""))
    initials = "".join(part[0] for part in quote.about.split("_"))
    return bool(own) and own.isdisjoint(words) and initials not in words


def _is_one_of_several(quote: Quote) -> bool:
    """Whether it is a figure beside the answer, and the result has others that measure the same."""
    if quote.unit is None or quote.is_answer or quote.about not in quote.beside:
        return False
    measured = [units.of(figure.unit) for figure in quote.beside.values() if not isinstance(figure.value, str)]
    return measured.count(units.of(quote.unit)) > 1


def _is_told(text: str, quote: Quote, sentence: Part, near: Span) -> bool:
    """Whether a sentence says that a figure is an end of a range: both stand in it, or it names the range or that end."""
    return {"low", "high"} <= sentence.ends[quote.call] or any(_find(name, text, *near) for name in (quote.end, "range"))
