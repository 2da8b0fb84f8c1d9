"""Finds known models, chips, number formats and providers in a question, mistyped ones too where no other is as near.

Digits are never corrected: H10 is not H100. A word is taken for another only where it is at most one typing error
away (two in a long word), starts with the same letter, and no second word is as near; the answer then says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise, product
from typing import Any

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from compute_cost import catalogue
from compute_cost.amounts import units
from compute_cost.amounts.dates import date_at
from compute_cost.amounts.numbers import is_elsewhere
from compute_cost.catalogue import names as resolver
from compute_cost.errors import near
from compute_cost.prices import tariffs
from compute_cost.prices.index import CLASSES
from compute_cost_tools.reading.phrases import as_pattern, book, load
from compute_cost_tools.reading.pieces import Piece

LONGEST_NAME = 12  # pieces
BEFORE_SELLERS = ("via", "through", "from", "on", "at", "does", "would")
LONGEST_SELLER = 4  # pieces of a provider's name
LONGEST_WRITTEN = 6  # words of a name as drivers print them
_WRITTEN = re.compile(r"\S+")
_FORMAT = re.compile(r"(?:(?:exl[23] ?)?\d{1,2}(?:\.\d{1,4})?[ -]?bpw(?: exl[23])?|\d{1,2}[ -]?bits?|[a-z][\w.-]*\w)\b", re.A | re.I)
SHORTEST_MENDED = 4
SHORTEST_FOREIGN = 6  # in another language, whose short words are no slips
_MEMORY = re.compile(r"(?:sxm\d?)?(?:\d{1,3}gb)?")


@catalogue.kept()
def shelves() -> tuple[tuple[str, catalogue.Index[Any]], ...]:
    return (("gpu", catalogue.accelerators()), ("model", catalogue.models()))


@catalogue.kept()
def families(kind: str = "") -> dict[str, list[str]]:
    """Names (of one kind, or all) by their first word, if it is of letters: what "Llama" may mean."""
    by_word: dict[str, list[str]] = {}
    for shelf, index in shelves():
        for row in index.rows if kind in ("", shelf) else ():
            for name in (row.name, *filter(None, (alias.strip() for alias in row.aliases.split(";")))):
                word = as_pattern(name)[0]
                if len(word) > 2 and word.isalpha() and word not in book().plain_words:  # "all" is not all-MiniLM
                    names = by_word.setdefault(word, [])
                    if row.name not in names:
                        names.append(row.name)
    return by_word


@catalogue.kept()
def sellers() -> dict[str, str]:
    """Who rents accelerators out or sells tokens, by name; not makers of models, whose names say what a model is, nor plain words."""
    others = passed_over() | book().words
    rented = {
        name: row.id
        for row in catalogue.providers().rows
        for name in (row.id, row.name, *row.aliases.split("; "))
        if len(as_pattern(name)) > 1 or not others.issuperset(as_pattern(name))
    }
    hosted = {name: row.id for name, row in tariffs.hosts().names() if as_pattern(name)[0] not in others}
    classes = {word: kind for kind in CLASSES for word in (kind, f"{kind}s")}
    return {catalogue.key(name): seller for name, seller in {**hosted, **rented, **classes}.items() if name}


@catalogue.kept()
def _known() -> frozenset[str]:
    """Words that are right as they stand."""
    indexes: list[catalogue.Index[Any]] = [catalogue.grids(), catalogue.providers(), tariffs.hosts(), *(index for _, index in shelves())]
    named = (piece for index in indexes for name, _ in index.names() for piece in as_pattern(name))
    return frozenset(named) | book().words | set(load("ordinary")["ordinary"].split())


@catalogue.kept()
def passed_over() -> frozenset[str]:
    """Words that may be left unused however they are written: ordinary ones, makers, and families (asked about elsewhere)."""
    makers = {row.organization for row in catalogue.models().rows} | {row.vendor for row in catalogue.accelerators().rows}
    words = {word for maker in makers for word in (*as_pattern(maker), catalogue.key(maker))}
    return frozenset(words | families().keys() | set(load("ordinary")["ordinary"].split()) | set(load("ordinary")["beside_names"].split()))


@catalogue.kept()
def _targets() -> frozenset[str]:
    """Words that a mistyped one may have been meant to be: those that say something."""
    return frozenset(word for word in book().targets | families().keys() if len(word) > 2 and word.isalpha() and word.isascii())


def mend(pieces: list[Piece], text: str) -> list[str]:
    """Put mistyped words right, in place; what was read as what."""
    notes = []
    elsewhere = is_elsewhere(pieces)
    for at, piece in enumerate(pieces):
        if elsewhere and not (piece.text in book().hosted_words and at and pieces[at - 1].kind == "number"):  # pro, of Gemini 2.5 Pro
            piece.text = units.IN_ENGLISH.get(piece.text, piece.text)
        if piece.kind != "word" or piece.text in _known() or not piece.text.isascii() or (elsewhere and len(piece.text) < SHORTEST_FOREIGN):
            continue
        meant = _meant(pieces, at)
        if meant:
            notes.append(f'read "{text[piece.start : piece.end]}" as {meant}')
            piece.text = meant
    return notes


def _meant(pieces: Sequence[Piece], at: int) -> str:
    """The one word that is a slip away, or ""."""
    word = pieces[at].text
    named = at + 1 < len(pieces) and pieces[at + 1].kind == "number"
    if len(word) < (3 if named else SHORTEST_MENDED):
        return ""
    swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)} & _known()
    swapped -= {hit for hit in swapped if not named and len(families().get(hit, ())) == 1}  # an acre is no Acer
    if len(swapped) == 1 and len(word) >= SHORTEST_MENDED:
        return swapped.pop()  # two neighboring letters: the commonest slip
    slips = 2 if len(word) >= 8 else 1
    near_words = extract(word, _targets(), scorer=OSA.distance, score_cutoff=slips, limit=8)
    lone = {hit for hit, _, _ in near_words if not named and len(families().get(hit, ())) == 1}  # nobody would be asked which
    hits = [(hit, distance) for hit, distance, _ in near_words if hit[0] == word[0] and hit not in lone]
    if len(word) < 5:  # in a short word only swapped letters are surely a slip
        hits = [(hit, distance) for hit, distance in hits if len(hit) > len(word) > 3]
    nearest = [hit for hit, distance in hits if distance == min(other for _, other in hits)]
    better = [hit for hit in nearest if named and _is_name(hit, pieces, at)]
    if len(better) == 1:
        return better[0]
    stems = {hit.rstrip("s") for hit in nearest}  # model and models mean the same
    return min(nearest, key=len) if len(stems) == 1 else ""


def _is_name(word: str, pieces: Sequence[Piece], at: int) -> bool:
    """Whether a known name starts with `word` in the place of the piece there."""
    rest = [piece.text for piece in pieces[at + 1 : at + LONGEST_NAME]]
    return any(index.get(word + "".join(rest[:count])) for count in range(1, len(rest) + 1) for _, index in shelves())


def find(pieces: Sequence[Piece], text: str) -> list[Piece]:
    """The pieces with each known name as one piece of kind gpu, model, precision, provider or utilization."""
    joined: list[Piece] = []
    none = {place for at in range(len(pieces)) for _, end in book().not_names.at(pieces, at) for place in range(at, end)}
    at = 0
    while at < len(pieces):
        readings = () if at in none else filter(None, (_by_memory(pieces, at), _name(pieces, at, text), _resolved(pieces, at, text)))
        named = max(readings, key=lambda reading: reading[1], default=None)
        piece, end = named or _choice(pieces, at, text) or _unknown(pieces, at, text, joined) or (pieces[at], at + 1)
        if piece.kind == "precision" and joined and joined[-1].kind == "precision":  # 4-bit GPTQ
            format_id = resolver.one_format([str(joined.pop().value), str(piece.value)])
            piece = Piece("precision", format_id, piece.start, piece.end, format_id)
        joined.append(piece)
        at = end
    return joined


def known(kind: str, written: str) -> Any:
    """The "gpu" or "model" that an argument names, or None."""
    named = resolver.find(kind, written)
    return named.row if named else None


def identity(piece: Piece) -> str:
    """What a piece names, however it is spelled: "R1" is DeepSeek-R1."""
    row = known(piece.kind, str(piece.value)) if piece.kind in ("gpu", "model") else None
    return str(getattr(row, "id", "") or piece.value)


@catalogue.kept()
def _telling() -> frozenset[str]:
    """Words that say something to the reader: at the end of a name they belong to the question."""
    fillers = catalogue.name_words()["filler"]
    return (book().words | set(load("ordinary")["ordinary"].split()) | fillers.keys()) - catalogue.name_words()["line"].keys()


def _resolved(pieces: Sequence[Piece], at: int, text: str) -> tuple[Piece, int] | None:
    """A name as hubs, files, drivers and providers write it, which may give a number format or a count as well; then as written."""
    first = pieces[at]
    if first.kind not in ("word", "number") or (at and not text[pieces[at - 1].end : first.start].isspace()):
        return None
    words = list(islice(_WRITTEN.finditer(text, first.start), LONGEST_WRITTEN))
    words = words[: next((place for place, word in enumerate(words, start=1) if word[0][-1] in ",;?!"), None)]  # no name goes on behind
    words = words[: next((place for place, word in enumerate(words) if word[0][0] == "(" and ")" not in word[0]), None)]
    if first.text in _telling() and first.text not in families() and words[0][0].rstrip(",;?!.:").casefold() == first.text:
        return None
    for count in range(len(words), 0, -1):
        stop = words[count - 1].end()
        written = text[first.start : stop].rstrip(".,;:!?)")
        last = words[count - 1][0].casefold().rstrip(".,?!")
        if not any(letter.isdigit() for letter in written):
            continue
        for kind in ("gpu", "model"):
            named = resolver.find(kind, written)
            if named and count > 1 and (not last or last in _telling()):  # the Max of an M3 Max says which chip, "max context" does not
                shorter = resolver.find(kind, text[first.start : words[count - 2].end()])
                named = named if shorter and shorter.row.id != named.row.id else None
            of_words = named and not named.says and (kind == "gpu" or written.split()[-1] not in named.without)
            if named and (count == 1 or of_words):  # 8 x H100 is an amount and a name, and what stands behind a model is the question's
                end = next((place for place in range(at, len(pieces)) if pieces[place].start >= first.start + len(written)), len(pieces))
                value = written if named.says else spelled(named.row, named.row.name)
                return Piece(kind, written.casefold(), first.start, pieces[end - 1].end, value), end
    return None


def _name(pieces: Sequence[Piece], at: int, text: str) -> tuple[Piece, int] | None:
    first = pieces[at]
    if first.kind not in ("word", "number"):
        return None
    if at and _touch(pieces[at - 1], first) and pieces[at - 1].text != "x":
        return None
    for end in range(min(at + LONGEST_NAME, len(pieces)), at, -1):
        written = "".join(piece.text for piece in pieces[at:end])
        if len(written) > 60 or (first.text == "a" and end > at + 1 and not _touch(first, pieces[at + 1])):
            continue  # "a 100 billion" is no A100
        ends_in_s = end > at + 1 and text[pieces[end - 1].start : pieces[end - 1].end] == "s" and _touch(pieces[end - 2], pieces[end - 1])
        if ends_in_s and not _is_quoted_more(written):
            continue  # V100s are several V100, not a V100S
        plain = written.removesuffix("s") if pieces[end - 1].kind == "word" else written  # A10Gs
        for (kind, index), spelling in product(shelves(), dict.fromkeys((written, plain))):
            row = index.get(spelling)
            if row is None or not _ends_well(pieces, end):
                continue
            if written.isdigit() and book().unit_at(pieces, end) not in ("", "gpus"):
                continue  # "4090 tokens" is not a chip
            plural = end < len(pieces) and pieces[end].text == "s" and _touch(pieces[end - 1], pieces[end])
            last = pieces[end if plural else end - 1]
            return Piece(kind, spelling, first.start, last.end, spelled(row, spelling)), end + plural
    return None


def _by_memory(pieces: Sequence[Piece], at: int) -> tuple[Piece, int] | None:
    """A chip whose name leaves open which of several it is, where its memory stands behind: RTX 4060 Ti with 16 GB."""
    sizes = [size.text for size, unit in pairwise(pieces[at + 2 : at + 11]) if unit.text == "gb"]
    for end in range(min(at + 4, len(pieces)), at + 1, -1) if sizes else ():
        written, chips = "".join(piece.text for piece in pieces[at:end]), catalogue.accelerators()
        row = next(filter(None, (chips.get(f"{line}{written}{size}gb") for size in sizes for line in ("", "rtx"))), None)
        if row and not chips.get(written):
            return Piece("gpu", row.name.casefold(), pieces[at].start, pieces[end - 1].end, row.name), end
    return None


def _is_quoted_more(written: str) -> bool:
    """Whether the chip whose name ends in s is offered more often than several of the other: L40S, not V100S."""
    chips = [catalogue.accelerators().get(name) for name in (written, written.removesuffix("s"))]
    quotes = [len(catalogue.prices().get(chip.id, ())) if chip else 0 for chip in chips]
    return quotes[0] > quotes[1]


def _touch(piece: Piece, other: Piece) -> bool:
    return piece.end == other.start and piece.kind in ("word", "number") and other.kind in ("word", "number")


def _ends_well(pieces: Sequence[Piece], end: int) -> bool:
    """Not in the middle of a longer word; a plural s may follow, or the x of "A100x8"."""
    return end >= len(pieces) or not _touch(pieces[end - 1], pieces[end]) or pieces[end].text in ("s", "x")


def spelled(row: Any, written: str) -> str:
    """The catalogue's own spelling of what was written: "gpt3" is GPT-3, "4090" RTX 4090, "H100 80GB" H100."""
    wanted = catalogue.key(written)
    names = [row.name, *(alias.strip() for alias in row.aliases.split(";") if alias.strip())]
    for name in names:
        short = catalogue.key(name)
        if hasattr(row, "vendor") and short[0].isalpha() and wanted.startswith(short) and _MEMORY.fullmatch(wanted[len(short) :]):
            return str(name)
    fitting = [name for name in names if catalogue.key(name) == wanted and name[0].isalpha()]
    return str(fitting[0] if fitting else row.name)


def _choice(pieces: Sequence[Piece], at: int, text: str) -> tuple[Piece, int] | None:
    for meaning, end in book().choices.at(pieces, at):
        parameter, value = meaning.split(":")
        if parameter in ("precision", "provider", "utilization"):
            return Piece(parameter, value, pieces[at].start, pieces[end - 1].end, value), end
    return _format(pieces, at, text) or _seller(pieces, at, text)


def _seller(pieces: Sequence[Piece], at: int, text: str) -> tuple[Piece, int] | None:
    """A provider of accelerators or of hosted models by its name: Groq, Google Cloud, Vast.ai."""
    for end in range(min(at + LONGEST_SELLER, len(pieces)), at, -1):
        written = text[pieces[at].start : pieces[end - 1].end] if pieces[at].kind == "word" else ""
        seller = sellers().get(catalogue.key(written))
        as_name = at > 0 and (written[:1].isupper() or pieces[at - 1].text in BEFORE_SELLERS)  # "together" may be Together
        if as_name and not seller and written.casefold() not in passed_over():
            seller = getattr(catalogue.providers().get(written), "id", None)
        if seller and _ends_well(pieces, end):
            return Piece("provider", seller, pieces[at].start, pieces[end - 1].end, seller), end
    return None


def _format(pieces: Sequence[Piece], at: int, text: str) -> tuple[Piece, int] | None:
    """A number format by its usual name: Q4_K_M, AWQ, 4 bits; the half of "half a million" is none."""
    first = pieces[at]
    written = _FORMAT.match(text, first.start)
    row = catalogue.number_format(re.sub(" exl.$", "", written[0])) if written else None
    if row is None or written is None or (written[0].isalpha() and catalogue.key(written[0]) != row.id):
        return None
    if text[: first.start][-1:] in ("-", "_", ".") or (at and _touch(pieces[at - 1], first)):
        return None
    end = next((place for place in range(at, len(pieces)) if pieces[place].start >= written.end()), len(pieces))
    return Piece("precision", row.id, first.start, pieces[end - 1].end, row.id), end


def _unknown(pieces: Sequence[Piece], at: int, text: str, before: Sequence[Piece]) -> tuple[Piece, int] | None:
    """What looks like a name but is not one: H300, GPT-5, RTX 2080; a word where nothing hangs on it, such as DDR5."""
    word = pieces[at]
    if word.kind != "word" or at + 1 >= len(pieces) or pieces[at + 1].kind != "number" or date_at(pieces, at):  # Q1 2025
        return None
    family = word.text in families()
    joined = text[word.end : pieces[at + 1].start] in ("", "-")
    scale = at and _touch(pieces[at - 1], word)  # the B of 7B
    times = word.text == "x" and before and before[-1].kind in ("gpu", "model")  # A100 x8; but 100 X900 are an unknown chip
    glued = word.end == pieces[at + 1].start and not scale and not times and len(word.text) <= 6 and word.text != "usd"
    if not (family or glued or (joined and len(word.text) <= 6 and word.text not in _known())):
        return None
    end = at + 2
    while end < len(pieces) and (_touch(pieces[end - 1], pieces[end]) or text[pieces[end - 1].end : pieces[end].start] in ("-", "_")):
        end += 1
    written = text[word.start : pieces[end - 1].end]
    kind = "word" if written.casefold() in passed_over() else "unknown"
    return Piece(kind, written.casefold(), word.start, pieces[end - 1].end, written), end


def is_machine(written: str) -> bool:
    """Whether the name is that of a machine with its accelerators, as clouds rent it out."""
    named = resolver.find("gpu", written)
    return named is not None and isinstance(named.says.get("gpus"), resolver.OfOneMachine)


def newest(written: str) -> Any:
    """The last released model of a family and size alone ("Llama 70B"), or None."""
    family, _, size = written.casefold().replace("-", " ").partition(" ")
    plain = re.compile(rf"{re.escape(family)}[ -]?v?[\d.]*[ -]{re.escape(size)}", re.IGNORECASE)
    rows = [row for row in catalogue.models().rows if size[:1].isdigit() and plain.fullmatch(row.name)]
    return max(rows, key=lambda row: row.released, default=None)


def hint(name: str) -> str:
    """How to go on where a name is not known: names that look like it."""
    if why := resolver.refused("gpu", name):
        return f": {why}."
    listed = dict.fromkeys(known_name for _, index in shelves() for known_name, _ in index.names())
    guesses = near(name, list(listed))[:3] or near((resolver.with_family(name) or [name])[0], list(tariffs.known_names()))
    return f"; did you mean {' or '.join(guesses)}?" if guesses else "."
