"""The results of a conversation by number, and references to what is in them.

An assistant writes a reference where a figure belongs, and the figure, its unit and what it is per are written here:

    {c1}                the value of the first call          {c1.low}, {c1.high}   the ends of its 80% range
    {c1.range}          "80% range $477,000 to $1.29 million"
    {c1.gpu_hours}      another figure of the answer, or an input, by its name
    {c1.table.2.cost}   a cell of its table, by row and header
    {c1.warnings.1}     a warning; {c1.sources.2} a source; {c1.steps.3} an intermediate figure, in the order of the full answer
    {you: 2 years}      words of the user, in quotation marks
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from compute_cost.amounts import show
from compute_cost.amounts.numbers import cut, number_at, plain
from compute_cost.errors import InputError, near
from compute_cost.inputs import Figure
from compute_cost_tools.calls import ToolCall

REFERENCE = re.compile(r"\{([^{}\n]{0,300})\}")
_NAMED = ("model", "gpu", "precision")  # the inputs that are names of things
_PART_OF_NAME = re.compile(r"(?<![\w.])(?:\d{1,4}(?:\.\d{1,2})?[bm]|[a-z]{1,8}\d[a-z\d]{0,8})(?!\w)", re.IGNORECASE)
LISTS = ("table", "warnings", "sources", "steps")
MOST_CALLS = 1000  # the oldest are forgotten


class Quote(NamedTuple):
    """What stands where a reference stood: its text, the unit of its figure (None for words) and the names it goes by."""

    text: str
    unit: str | None = None
    about: str = ""
    value: str | float = ""
    call: str = ""  # the name of the call, and its tool; none for the user's words
    tool: str = ""
    end: str = ""  # "low", "middle" or "high" of a range; none where there is no range, or where it is the whole of it
    is_answer: bool = False  # the value, an end of its range, or the range
    things: tuple[str, ...] = ()  # the names of the model, the chip and the number formats that the result is of
    beside: Mapping[str, Figure] = {}  # the inputs and the other figures of the result, by their names

    @property
    def is_said(self) -> bool:
        """Whether these are the user's words."""
        return not self.call

    @property
    def is_name(self) -> bool:
        """Whether it is a word of a result, such as the name of a chip."""
        return bool(self.call) and self.unit is None


class Ledger:
    """The calls of a conversation, c1, c2, ..., and the user's words."""

    def __init__(self) -> None:
        self._calls: dict[str, ToolCall] = {}
        self._names: dict[tuple[str, str, bool], str] = {}  # by what was asked
        self._count = 0
        self._said: deque[str] = deque(maxlen=MOST_CALLS)

    def say(self, text: str) -> None:
        """Keep what the user said."""
        self._said.append(_one_line(text))

    def add(self, call: ToolCall) -> str:
        """Keep a call; returns the name it is referred to by. The same call again keeps its name."""
        asked = (call.name, repr(sorted(call.arguments.items())), call.full)
        name = self._names.get(asked)
        if name is None:
            self._count += 1
            name = self._names[asked] = f"c{self._count}"
            self._calls[name] = call
        if len(self._calls) > MOST_CALLS:
            del self._calls[next(iter(self._calls))], self._names[next(iter(self._names))]
        return name

    def call(self, name: str) -> ToolCall:
        """The call of that name. Raises InputError that lists those there are."""
        try:
            return self._calls[name.strip().strip("{}").casefold()]
        except KeyError:
            there = f"the results are {', '.join([*self._calls][-20:])}" if self._calls else "no tool has answered yet"
            raise InputError("reference", name, there) from None

    def has_said(self, words: str) -> bool:
        """Whether the user said that, as it is and not as a part of a longer number or word."""
        wanted = _one_line(words)
        return bool(wanted) and any(re.search(rf"(?<![\w.,$]){re.escape(wanted)}(?![\w%]|[.,]\d)", said) for said in self._said)

    def words(self) -> str:
        """All that the user said."""
        return "\n".join(self._said)

    def has_link(self, address: str) -> bool:
        """Whether a source of a result, or the user, gave that address and no longer one."""
        given = {source.url.casefold() for call in self._calls.values() for source in call.result.sources}
        said = {word.strip(".,;:!?()<>\"'") for text in self._said for word in text.split()}
        return address.casefold() in given | said

    def amounts(self) -> set[float]:
        """The numbers that the user said and that results hold."""
        said = {amount for text in self._said for amount in numbers(text)}
        for call in self._calls.values():
            values = [figure.value for figure in call.result.values.values()] + [entry.value for entry in call.result.inputs]
            said.update(value for value in values if not isinstance(value, str))
        return said

    def parts_of_names(self) -> set[str]:
        """The words with digits of the names that calls were given, such as "7b" and "v5e"."""
        given = (value for call in self._calls.values() for value in call.arguments.values() if isinstance(value, str))
        return {part.casefold() for value in given for part in _PART_OF_NAME.findall(value)}

    def value(self, reference: str) -> str | float:
        """The figure itself, in the base unit of the answer, for another call."""
        quote = self.quote(reference)
        return quote.value if quote.value != "" else quote.text

    def quote(self, reference: str) -> Quote:
        """What a reference stands for, without its braces. Raises InputError that says what there is."""
        head, colon, words = reference.partition(":")
        if colon and head.strip().casefold() == "you":
            if not self.has_said(words):
                raise InputError("reference", reference, "the user did not say that; quote the user's own words")
            return Quote(f'"{words.strip()}"', value=words.strip())
        name, *path = (part.strip() for part in reference.split("."))
        call = self.call(name)
        figures = _figures(call)
        quote = _quote(call, figures, path, reference)
        things = _things(call) if not path or path[0] not in LISTS else ()  # a row of a table may be of another
        beside = {key: figure for key, figure in figures.items() if key != call.result.name}
        return quote._replace(call=name.strip("{}").casefold(), tool=call.name, things=things, beside=beside)


def _things(call: ToolCall) -> tuple[str, ...]:
    """What is said of models, chips and formats in the arguments of a call, and what was taken for that."""
    said = [value for value in call.arguments.values() if isinstance(value, str)]
    return (*said, *(entry.value for entry in call.result.inputs if isinstance(entry.value, str) and entry.name in _NAMED))


def _figures(call: ToolCall) -> dict[str, Figure]:
    """The inputs and the figures of a result by their names."""
    return {entry.name: Figure(entry.value, entry.unit) for entry in call.result.inputs} | dict(call.result.values)


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", plain(text)).strip().casefold()


def _quote(call: ToolCall, figures: Mapping[str, Figure], path: Sequence[str], reference: str) -> Quote:
    result, key = call.result, ".".join(path) or "value"
    ranged = result.low != result.high
    if key in ("low", "high"):
        end = getattr(result, key)
        return Quote(show(end, result.unit), result.unit, result.name, end, end=key if ranged else "", is_answer=True)
    if key == "range":
        spread = result.range_text()
        return Quote(f"80% range {spread}" if spread else show(result.value, result.unit), result.unit, result.name, is_answer=True)
    if key in ("value", result.name):
        shown = show(result.value, result.unit)
        return Quote(shown, result.unit, result.name, result.value, end="middle" if ranged else "", is_answer=True)
    if key in figures:
        value, unit = figures[key]
        return Quote(show(value, unit), None if isinstance(value, str) else unit, key, value)
    lists = {"table": result.table[1:], "warnings": result.warnings, "sources": result.sources, "steps": result.steps}
    if path[0] in LISTS and len(path) > 1:
        return _entry(path[0], _nth(lists[path[0]], path[1], reference), result.table[:1], ".".join(path[2:]), reference)
    guess = near(key, figures) or [*figures]
    raise InputError("reference", reference, f"it has value, low, high, range, {', '.join(guess[:12])}")


def _nth(entries: Sequence[Any], place: str, reference: str) -> Any:
    if not (place.isascii() and place.isdigit() and 0 < int(place) <= len(entries)):
        raise InputError("reference", reference, f"count from 1 to {len(entries)}" if entries else "it has none")
    return entries[int(place) - 1]


def _entry(what: str, entry: Any, header: Sequence[Sequence[Any]], column: str, reference: str) -> Quote:
    """A row's cell, a warning, a source or a step."""
    if what == "warnings":
        return Quote(entry)
    if what == "sources":
        return Quote(", ".join(part for part in (entry.title, entry.publisher, entry.date) if part))
    if what == "steps":
        return Quote(show(entry.value, entry.unit), entry.unit, entry.label, entry.value)
    columns = [str(name) for name in header[0]]
    column = next((name for name in columns if column in (name, name.partition(" (")[0])), column)  # with its unit or without
    if column not in columns:
        raise InputError("reference", reference, f"the columns are {', '.join(columns)}")
    value, written = entry[columns.index(column)], re.search(r"\(([^()]+)\)$", column)
    if isinstance(value, str):
        return Quote(value)
    if written:
        return Quote(show(value, written[1]), written[1], column, value)
    return Quote(f"{show(value)} ({column})", column, column, value)


def numbers(text: str) -> Iterator[float]:
    """The numbers of a text, digits of names included; a scale without one is none."""
    pieces, at = cut(plain(text)), 0
    while at < len(pieces):
        number = number_at(pieces, at)
        if number and not number.bare:
            yield number.value
        at = max(number.end, at + 1) if number else at + 1
