"""Fills the references of an assistant's text in, and refuses every other figure in it.

The assistant writes words and references (ledger.py); figures, units, what they are per and ranges are written here, from the
results themselves. So no figure can be invented: any other digit, number word, share, span of time, currency or "per" is refused,
whatever it claims. What may stand as it is: names of models, chips, number formats and machines, the number of a list's line, an address
that a source gave, and words without a number.

`write` covers what may stand with signs, character by character, and then asks four questions of the rest: is there a digit; is there a
word that claims a number (grounding_words.py); does what stands beside a figure say something else than the figure does, in its unit
(grounding_units.py) or in what kind of thing it is (grounding_kinds.py); and, of the sentences in which all this finds nothing, does one
read like those that claim a figure (grounding_likely.py)?
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Container, Iterable, Iterator
from functools import cache
from importlib import resources
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import units
from compute_cost.amounts.numbers import CJK, plain
from compute_cost.catalogue import names
from compute_cost.errors import CostError
from compute_cost.prices import tariffs
from compute_cost_tools import grounding_kinds as kinds, grounding_likely, grounding_units, grounding_words as words
from compute_cost_tools.grounding_words import DONE, NAMED, QUOTED, Span
from compute_cost_tools.ledger import REFERENCE, Ledger, Quote

LONGEST_TEXT = 20_000
MARK = " [no source]"
LONGEST_NAME_WORDS = 12
LONGEST_WORD_OF_OTHERS = 6  # letters of a name that may be a word of something else

_References = list[tuple[int, int, Quote]]

_LINK = re.compile(r"https?://[^\s<>\"')\]]{1,500}")
_LIST_NUMBER = re.compile(r"(?m)^[ \t#*>-]{0,8}\d{1,2}[.)](?=\s)")
# A name goes on from letters to digits and back, and ends where another script begins: "70B" of "70Bの".
_NAME_WORD = re.compile(
    rf"\d{{1,30}}(?:\.\d{{1,30}})?|[{CJK}]|[^\W\d_{CJK}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\uac00-\ud7af]{{1,40}}"
)
_HEADING = re.compile(r"(?m)^([ \t]{0,3}#{1,6}[^\n]*)(\n\s*)(?![#|\s])")  # what it says, it says of the sentence below
# How many things the text itself goes on to say, and what prices of tokens are per: no figures.
_OF_THE_TEXT = re.compile(
    r"\b(?:two|three|four)\s+(?:(?:main|other)\s+)?(?:ways|options|points|things|results|estimates|caveats|cautions|warnings|remarks|assumptions|scenarios|risks|sides|paths|reasons|questions|parts|notes|answers|cases)\b"
    r"|\b(?:the|these|those)\s+(?:two|three)(?=\s*[,.;:!?)]|\s+(?:is|are|was|were|differ|have)\b)"
    r"|[这這那]?[两兩三四](?=[种種个個](?:方案|办法|方式|选择|选项|原因|问题))|\b(?:desde|da|do|von|de|from|partir\s+de)\s+(?:cero|zero|zéro|null)(?!\w)|\ban?\s+(?:kWh|GPU-hour|FLOP)(?=\s+(?:is|means|counts|measures)\b)"
    r"|\bfrom\s+time\s+to\s+time\b|[两兩二]者|第[一二三四五六七八九十](?=[，,、：:点點种種步项項])",
    re.IGNORECASE,
)
_PER_MILLION = re.compile(r"\b(?:per|each|every)\s+million\s+(?:in|out)?(?:put)?\s?tokens\b|每百万(?=[个個]?\s?tokens?)", re.IGNORECASE)
_RANGE = re.compile(r"\{\s*(\w+)\.low\s*\}\s?(?P<dash>[-–—/])\s?\{\s*\1\.high\s*\}")  # the ends of one range
# The share of every range, said of one whose ends stand in the same sentence.
_SHARE_OF_RANGES = re.compile(
    r"80%(?=[ -]?(?:(?:confidence )?(?:range|interval)|confidence|的?区间)[^.!?。！？\n]{0,80}\{\s*\w+\.(?:low|high)\s*\})"
)
# Markdown's *, where it makes no product; a substance, kinds of numbers, and an optimizer that is written like one.
_EMPHASIS = re.compile(
    rf"(?<![^\s(|>\"':：,，.。;；、（{CJK}])(\*{{1,3}})(?=[^\s*])[^*\n]{{1,300}}(?<=\S)\1(?![^\s).,;:!?|\"'：，。；、！？）{CJK}])"
)
_TERM = re.compile(r"(?<![\w.,-])(?:CO[2₂](?:e|eq)?|(?:1|2|3|4|5|6|8|16|32|64)-bit|(?-i:ZeRO)(?!-?[1-3]))(?!\w)", re.IGNORECASE)
_ONE_CARD = re.compile(r"(?:(?<!\w)(?:an?|the|single|your|my)[ -]|[张張块塊片台])\Z", re.IGNORECASE)  # before a chip whose name is a number
# "a 7B model", "the v5e": what else begins with a digit may be an amount.
_PART = re.compile(
    r"(?:\b(?:an?|the|your|our|my|this|that)\s+(?=\d)|(?<![\w$€£¥.,])(?=[a-z]))(?P<part>\d{1,4}(?:\.\d{1,2})?[bm]|[a-z]{1,8}\d[a-z\d]{0,8})(?!\w)",
    re.IGNORECASE,
)
_VERSION = re.compile(r"s\b|\s?v\d{1,2}[a-z]?\b")  # behind a name: a plural, "ND H100 v5"
_QUARTER = re.compile("[QH][1-4]", re.IGNORECASE)  # of a year: no name
_BREAK = re.compile(r"[,;!?$€£=\n]|[.:] ")
# A name as what something costs or how long it takes: "It costs RTX 4090."
_NAME_AS_FIGURE = re.compile(
    rf"(?<!\w)(?:costs?|pays?|takes?|lasts?|price\s+is|equals?|charges?)\s+(?:(?:you|us|about|around|roughly|an?|some)\s+){{0,2}}{NAMED}+(?=\s*(?:[.,;!?)]|\Z|\n|an?\s|per\s))",
    re.IGNORECASE,
)


class Strange(NamedTuple):
    """A piece of the text that claims a figure without a reference, or a reference to nothing: its place, and what to do."""

    start: int
    end: int
    text: str
    why: str = ""


class Written(NamedTuple):
    """A text with its references filled in, each strange piece marked, and those pieces."""

    text: str
    strange: tuple[Strange, ...]
    quotes: tuple[Quote, ...]


class Found(NamedTuple):
    """A text with what may stand covered, its references, what is strange in it, and what only repeats a figure's own unit."""

    text: str
    references: _References
    strange: list[Strange]
    repeats: list[Span]

    def without_repeats(self) -> str:
        """The text as the model reads it."""
        return _covered(self.text, ((*repeat, " ") for repeat in self.repeats))


def write(text: str, ledger: Ledger) -> Written:
    """The text as people read it."""
    text = text[:LONGEST_TEXT]
    found = by_rules(text, ledger)
    strange = list(found.strange)
    for start, end in grounding_likely.claims(found.without_repeats(), found.references):
        if not any(start <= bad.start < end for bad in found.strange):
            strange.append(_piece(text, start, end)._replace(why=grounding_likely.WHY))
    notes = () if strange else kinds.notes(found.text, found.references)
    return _filled_in(text, found.references, found.repeats, sorted(strange), notes)


def by_rules(text: str, ledger: Ledger) -> Found:
    """What the rules find: all but the model that reads what they leave."""
    references, strange = _references(text, ledger)
    read, links = _with_what_may_stand_covered(text, references, strange, ledger.parts_of_names())
    read = _HEADING.sub(lambda match: match[1] + " " * len(match[2]), read)
    strange += [_piece(text, *link) for link in links if not ledger.has_link(text[slice(*link)].rstrip(".,;:"))]
    worded = words.read(read)
    quantities, rates = words.quantities(worded)
    claims, repeats = grounding_units.at_figures(worded, references)
    claims += [*_digits(read), *words.disguised(text), *_number_words(worded, quantities), *grounding_units.between(read, references)]
    claims += [
        *grounding_units.in_sentences(worded, references, rates, ledger.words().casefold()),
        *kinds.contradicted(read, references, list(_things(text, read))),
    ]
    claims += grounding_units.in_tables(worded, references)
    claims += [match.span() for match in _NAME_AS_FIGURE.finditer(read)]
    dealt_with = bytearray(len(text))
    for start, end in [*((bad.start, bad.end) for bad in strange), *repeats]:
        dealt_with[start:end] = b"\x01" * (end - start)
    for start, end in sorted(set(claims)):
        if dealt_with.find(1, start, end) < 0:
            strange.append(_piece(text, start, end))
            dealt_with[start:end] = b"\x01" * (end - start)
    return Found(read, references, strange, repeats)


def _with_what_may_stand_covered(
    text: str, references: _References, strange: Iterable[Strange], parts: Container[str]
) -> tuple[str, list[Span]]:
    """The text to be read on, and its links."""
    covered = [(start, end, QUOTED) for start, end, _ in references] + [(bad.start, bad.end, DONE) for bad in strange]
    read = _covered(plain(text), covered + [(*match.span("dash"), DONE) for match in _RANGE.finditer(text)])
    read = _covered(read, [(*match.span(), DONE) for match in _SHARE_OF_RANGES.finditer(text)])
    links = [(match.start(), match.end()) for match in _LINK.finditer(read)]
    read = _covered(read, [(*link, DONE) for link in links] + [(*match.span(), NAMED) for match in _TERM.finditer(text)])
    read = _EMPHASIS.sub(lambda match: match[0].replace("*", " "), read)
    read = _names_covered(_list_numbers_covered(read))
    read = _covered(read, [(*match.span("part"), NAMED) for match in _PART.finditer(read) if _is_part(match, read, parts)])
    return read.replace("_", " "), links


def _is_part(match: re.Match[str], text: str, parts: Container[str]) -> bool:
    """Whether that is a part of a name that a result is of, and no unit stands behind it."""
    return match["part"].casefold() in parts and not _measured().match(text, match.end())


def _piece(text: str, start: int, end: int) -> Strange:
    return Strange(start, end, text[start:end].strip())


def _references(text: str, ledger: Ledger) -> tuple[_References, list[Strange]]:
    quoted, strange = [], []
    for match in REFERENCE.finditer(text):
        try:
            quoted.append((match.start(), match.end(), ledger.quote(match[1])))
        except CostError as problem:
            strange.append(Strange(match.start(), match.end(), match[0], str(problem)))
    return quoted, strange


def _covered(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    for start, end, sign in spans:
        text = text[:start] + sign * (end - start) + text[end:]
    return text


@catalogue.kept()
def _first_words() -> frozenset[str]:
    """How names begin: of chips, models, formats and hosted models with or without their family, and the words of makers and hosts that may
    stand before one.

    Those that begin with a digit are left out: "4090" alone may be a figure.
    """
    shelves = (catalogue.accelerators(), catalogue.models(), catalogue.formats())
    words = [word for kind in ("line", "maker", "host", "region", "family") for word in catalogue.name_words()[kind]]
    spelled = (*(name for shelf in shelves for name, _ in shelf.names()), *tariffs.known_names(), *words, *_other_names())
    return frozenset(word[0].casefold() for word in map(_NAME_WORD.match, spelled) if word and word[0][0].isalpha()) | {
        word.split()[0] for word in _other_names()
    }


@catalogue.kept(4096)
def _is_name(text: str) -> bool:
    """Whether that is the name of a known thing; what says how many chips is none: the 8 of H100 x 8 is a figure."""
    if chip := names.find("gpu", text):
        count = chip.says.get("gpus")
        return not count or isinstance(count, names.OfOneMachine)
    return bool(names.find("model", text) or catalogue.formats().get(text) or tariffs.is_sold(text))


def _things(text: str, read: str) -> Iterator[kinds.Place]:
    """The models, chips and formats that a text names, and where, in order; `read` has its names with digits covered."""
    spans = [match.span() for match in re.finditer(f"{NAMED}+", read)] + [match.span() for match in _chips_in_letters().finditer(read)]
    named = [(*span, text[slice(*span)]) for span in spans]
    things = ((start, end, kinds.thing(name) or kinds.thing(name.removesuffix("s")), name) for start, end, name in named)
    yield from sorted([*(kinds.Place(start, end, thing, name) for start, end, thing, name in things if thing), *kinds.lines_in(read)])


@catalogue.kept()
def _chips_in_letters() -> re.Pattern[str]:
    """The names of chips that hold no digit, such as Trainium."""
    spelled = {
        name for name, _ in catalogue.accelerators().names() if len(name) > LONGEST_WORD_OF_OTHERS and name.replace(" ", "").isalpha()
    }
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, spelled), key=len, reverse=True))})(?!\w)", re.IGNORECASE)


@catalogue.kept()
def _families() -> frozenset[str]:
    """What the names of several sizes of a model begin with: "llama 3" of "Llama 3 70B"."""
    found = set[str]()
    for name, _ in catalogue.models().names():
        pieces = _NAME_WORD.findall(name)
        found.update(" ".join(pieces[:last]).casefold() for last in range(2, len(pieces)) if pieces[last - 1][0].isdigit())
    return frozenset(found)


@cache
def _other_names() -> frozenset[str]:
    """Names with digits of things that are in no catalogue, piece by piece."""
    read = resources.files("compute_cost_tools").joinpath("grounding_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(" ".join(_NAME_WORD.findall(name)).casefold() for name in read if not name.startswith("#"))


@cache
def _measured() -> re.Pattern[str]:
    """A unit, or a number that goes on, behind a figure."""
    return re.compile(
        rf"[\s-]?(?:{words.spoken_units()}|{'|'.join(units.SCALES)}|tokens?|users?|requests?|times|x|of|percent)(?!\w)|[.,]?\d|\s?%",
        re.IGNORECASE,
    )


def _is_other_name(text: str, start: int, end: int) -> bool:
    """Whether that is a family of models or a name of grounding_names.txt, and no unit stands behind it."""
    written = " ".join(_NAME_WORD.findall(text[start:end])).casefold()
    return (written in _families() or written in _other_names()) and not _measured().match(text, end)


def names_in(text: str) -> Iterator[Span]:
    """The names with digits of known things."""
    spots = [match.span() for match in _NAME_WORD.finditer(text)]
    at = 0
    while at < len(spots):
        start, end = spots[at]
        if (
            text[start].isdigit()
            and _ONE_CARD.search(text, max(0, start - 8), start)
            and _is_name(text[start:end])
            and not _measured().match(text, end)
        ):
            yield start, end
        longest = LONGEST_NAME_WORDS if text[start:end].casefold() in _first_words() else 0
        for last in range(min(at + longest, len(spots)) - 1, at - 1, -1):
            name = text[start : spots[last][1]]
            # What holds no digit hides no figure, and no name goes on after the end of a sentence or a currency, or to "it" behind a blank.
            if not any(sign.isdigit() for sign in name) or _BREAK.search(name) or _QUARTER.fullmatch(name) or name.endswith(" it"):
                continue
            if (name[0].isalpha() and _is_name(name)) or _is_other_name(text, start, spots[last][1]):
                yield start, start + len(name)
                at = last
                break
        at += 1


def _names_covered(text: str) -> str:
    """The text with names covered up, a plural's s and a version with them."""
    for start, end in list(names_in(text)):
        behind = _VERSION.match(text, end)
        text = _covered(text, [(start, behind.end() if behind else end, NAMED)])
    return text


def _list_numbers_covered(text: str) -> str:
    """The text without the numbers of its lists: one that does not follow the one before, or stands alone, is a figure."""
    numbered = [(match.span(), int(re.sub(r"\D", "", match[0]))) for match in _LIST_NUMBER.finditer(text)]
    follows = 1
    for at, (span, number) in enumerate(numbered):
        goes_on = at + 1 < len(numbered) and numbered[at + 1][1] == number + 1
        if number == follows != 1 or (number == 1 and goes_on):
            follows = number + 1
            text = _covered(text, [(*span, DONE)])
    return text


def _digits(text: str) -> Iterator[Span]:
    """Words with a character that has a numeric value, in any script. Han words are not parted by blanks: see grounding_words.py."""
    for match in re.finditer(rf"[^\s{QUOTED}{NAMED}{DONE}{CJK}]+", text):
        if any(sign.isnumeric() for sign in match[0]):
            inner = match[0].strip(".,;:!?()[]{}\"'*_")
            start = match.start() + match[0].index(inner)
            yield start, start + len(inner)


def _number_words(text: words.Text, quantities: Iterable[Span]) -> Iterator[Span]:
    """Words that claim a number, but for what the text says of itself and the "million" of a rate."""
    free = [match.span() for match in (*_OF_THE_TEXT.finditer(text.text), *_PER_MILLION.finditer(text.text))]
    for rate in grounding_units.rates_in(text):
        if rate["single"]:  # "one cent" stays a number word
            continue
        begin = rate.end() - len(rate[0].lstrip())
        free.append((begin, rate.end() if grounding_units.is_rate(rate) else begin + 1))
    free.sort()
    for start, end in [*words.numbers(text), *quantities]:
        at = bisect.bisect_right(free, (start, len(text.text))) - 1
        if not any(a <= start < b for a, b in free[max(0, at - 1) : at + 1]):
            yield start, end


def _filled_in(
    text: str, references: _References, repeats: list[Span], strange: list[Strange], notes: Iterable[tuple[int, str]]
) -> Written:
    edits = [(start, end, quote.text) for start, end, quote in references] + [(start, end, "") for start, end in repeats]
    edits += [(end, end, note) for end, note in notes]
    for bad in strange:  # a mark stands behind a figure, never inside its reference
        behind = next((end for start, end, _ in references if start < bad.end < end), bad.end)
        edits.append((behind, behind, MARK))
    shown = text
    for start, end, new in sorted(edits, reverse=True):
        shown = shown[:start] + new + shown[end:]
    return Written(shown, tuple(strange), tuple(quote for _, _, quote in references))


def advice(strange: Iterable[Strange]) -> str:
    """What to write instead."""
    wrong = dict.fromkeys(bad.why for bad in strange if bad.why)
    return "; ".join(
        [
            "write a reference in place of every figure, such as {c1.value}, {c1.low}, {c1.gpu_hours} or {you: 2 years}; "
            "its unit and what it is per are written for you",
            *wrong,
        ]
    )
