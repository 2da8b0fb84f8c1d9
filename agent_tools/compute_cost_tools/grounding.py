"""Checks that every figure in a text comes from a tool's result or from the user's own words.

A figure is grounded if it equals a known one at the precision at which it is written ("$1.2 million" for 1,214,567.3);
rounding may move it by a tenth at most, so "$1 million" is not 760,000. Units are compared where both sides have one: days
are not dollars, 48 hours are 2 days. Nothing else is worked out: a sum, a difference or a ratio needs a tool's result.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from compute_cost import catalogue, registry
from compute_cost.amounts import units as amount_units
from compute_cost.amounts.numbers import plain
from compute_cost.catalogue import names as resolver
from compute_cost.parameters import CatalogueName, Choice, Quantity
from compute_cost.result import Result
from compute_cost_tools import figures
from compute_cost_tools.figures import Figure

LONGEST_TEXT = 20_000
MARK = " [no source]"
MOST_ROUNDING = 0.1
_LINK = re.compile(r"https?://[^\s<>\"')\]]{1,500}")


PLAIN = "plain"  # what a bare number in a tool's text measures: it grounds bare numbers only


class Amount(NamedTuple):
    """A known figure. `size` is the size of its unit within what it measures."""

    amount: float
    measures: str = ""
    size: float = 1.0
    per: str = ""


class Known:
    """The figures, dates and links that a conversation may use."""

    def __init__(self) -> None:
        self._amounts: set[Amount] = {Amount(0.8, "ratio")}  # every range is an 80% interval
        self._dates: set[str] = set()
        self._texts: list[str] = []
        self._titles: set[str] = set()  # quoting a source's title claims nothing

    def add_text(self, text: str, bare: str = "") -> None:
        """What the user said. `bare` says what a number without a unit measures."""
        text = text[:LONGEST_TEXT]
        self._texts.append(plain(text))
        for figure in figures.find(text, names=False):
            self._amounts.update(Amount(amount, figure.measures or bare, figure.size, figure.per) for amount, _ in figure.readings)
            if figure.date:
                self._dates.add(figure.date)

    def add_result(self, result: Result, answer: Mapping[str, Any]) -> None:
        """The answer that the assistant got to a call, and the inputs. Steps that it did not get, it can't know."""
        units = {entry.name: entry.unit for entry in result.inputs}
        self._add_data(answer, units)
        self._add_data({entry.name: entry.value for entry in result.inputs}, units)
        for source in result.sources:
            self._titles.add(source.title)
            self._texts.append(source.url)
            self._dates.add(source.date)

    def _add_data(self, data: Any, units: Mapping[str, str], unit: str = "") -> None:
        if isinstance(data, Mapping):
            own = str(data.get("unit", ""))
            if own.endswith("per million tokens"):
                self._amounts.add(Amount(1e6, "tokens"))
            for key, value in data.items():
                self.add_text(str(key).replace("_", " "), PLAIN)  # a figure may be named after one: cache_write_1h_price
                self._add_data(value, units, own if key in ("value", "low", "high") else units.get(key, ""))
        elif isinstance(data, (list, tuple)):
            for value in data:
                self._add_data(value, units)
        elif isinstance(data, str):
            self.add_text(data, PLAIN)
        elif isinstance(data, (int, float)) and not isinstance(data, bool):
            self._amounts.add(Amount(float(data), *amount_units.of(unit)))

    def unknown(self, text: str) -> list[Figure]:
        """The figures of `text` that are not known, and links that no tool gave, in their order."""
        text = text[:LONGEST_TEXT]
        for title in self._titles:
            text = text.replace(title, " " * len(title))
        links = [Figure(match.start(), match.end(), match[0].rstrip(".,;:")) for match in _LINK.finditer(text)]
        inside = [(link.start, link.end) for link in links]
        strange = [link for link in links if not any(link.text in told for told in self._texts)]
        for figure in figures.find(text):
            if not any(start <= figure.start < end for start, end in inside) and not self.knows(figure):
                strange.append(figure)
        return sorted(strange, key=lambda figure: figure.start)

    def knows(self, figure: Figure) -> bool:
        """Whether the figure equals a known one at the precision at which it is written."""
        if figure.date and any(date.startswith(figure.date) for date in self._dates):
            return True
        if figure.span and any(plain(figure.text) in text for text in self._texts):  # "hundreds" is said again, not worked out
            return True
        return any(_matches(figure, amount) for amount in self._amounts)

    def unsaid(self, name: str, arguments: Mapping[str, Any]) -> list[str]:
        """The arguments of a call that are in nobody's words and no earlier result: the assistant chose them."""
        kinds = {parameter.name: parameter.kind for parameter in registry.get(name).parameters}
        said = " ".join(self._texts)
        chosen = []
        for key, value in arguments.items():
            kind = kinds.get(key)
            if value is None or kind is None or isinstance(kind, Choice):
                continue
            text = str(value)
            number = figures.find(f"{text} {kind.unit}" if isinstance(kind, Quantity) and text[-1:].isdigit() else text)
            is_said = all(self.knows(figure) for figure in number) if number else catalogue.key(text) in catalogue.key(said)
            if not is_said and isinstance(kind, CatalogueName):
                is_said = _names(kind.what, text, said)
            if not is_said:
                chosen.append(key)
        return chosen


def _names(what: str, name: str, text: str) -> bool:
    """Whether a text names the same chip or model, however either writes it."""
    named = resolver.find(what, name)
    others = (resolver.find(what, text[start:end]) for start, end, _ in figures.names_in(text)) if named else ()
    return any(other is not None and other.row.id == named.row.id for other in others if named)


def _matches(figure: Figure, known_amount: Amount) -> bool:
    if figure.per and known_amount.per and figure.per != known_amount.per:
        return False
    if known_amount.measures == PLAIN and figure.measures:
        return False
    if figure.measures and known_amount.measures:
        if figure.measures != known_amount.measures:
            return False
        scales = [(figure.size, known_amount.size)]
    else:
        # Without a unit on both sides the plain numbers are compared, and a share also as a percentage.
        share = known_amount.measures == "ratio" or figure.measures == "ratio"
        scales = [(1.0, 1.0), *([(figure.size, known_amount.size), (0.01, known_amount.size)] if share else [])]
    for ours, theirs in scales:
        wanted = abs(known_amount.amount) * theirs
        if figure.span and figure.span[0] * ours <= wanted < figure.span[1] * ours:
            return True
        for amount, half in figure.readings:
            room = max(min(half * ours, MOST_ROUNDING * wanted), 0.0) + 1e-9 * wanted
            if math.isfinite(amount) and abs(amount * ours - wanted) <= room:
                return True
    return False


def mark(text: str, unknown: list[Figure]) -> str:
    """The text with a mark behind each figure that is not known."""
    for figure in reversed(unknown):
        text = text[: figure.end] + MARK + text[figure.end :]
    return text
