"""The words around the figures of an answer, by language: English here, any other from one file of words/.

A file says how amounts are scaled and written, the sentences, and the names of estimates, inputs and verdicts. What it has no
word for stays in English, so that nothing is left out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Any

from compute_cost import amounts, registry
from compute_cost.inputs import Cell
from compute_cost.result import Result, range_text

ENGLISH = {
    "headline": "{verdict}{value}: {subject}.",
    "verdict": "{name}: {said}. ",
    "subject": "{summary} ({given})",
    "range": "80% range {range}.",
    "between": "{low} to {high}",
    "at_once": "On {gpus}: {batch} at once, {tokens_per_second_per_stream} each.",
    "an_image": "An image takes {seconds_per_image} of one accelerator and {energy_per_image}.",
    "speech": "Takes {hours}, at {real_time_factor} on each accelerator.",
    "held": "Weights take {weights}, the cache of keys and values {kv_cache}.",
    "best_size": "On {tokens}, {tokens_per_parameter}; training it once costs {cost}.",
    "electricity": "It costs {cost} and gives off {co2}.",
    "hosted_too": "Hosting it costs {self_hosted_cost}, the API {api_cost}.",
    "rented_too": "Owned it costs {owned_cost}, rented {rented_cost}.",
    "reserved_too": "Reserved it costs {reservation_cost} in all, on demand {on_demand_cost}.",
    "cluster": "For {gpus}: servers, network and storage {equipment}, the building {building}.",
    "left": "Of a user's price {left_per_user} is left; at {break_even_use} nothing is.",
    "tariff": "Input at {input_price}, output at {output_price}.",
    "student": "Of it the teacher's answers take {teacher_cost}, the student's training {student_cost}.",
    "more_rows": "  {count} more {rows}.",
    "drivers": "Moved most by {drivers}.",
    "driver": "{name} ({range}: {effect})",
    "only": "{name} ({range})",
    "assumed": "Assumed: {assumed}.",
    "published": "Published: {published}.",
    "note": "Note: {note}",
    "more_notes": "{count} more {notes} with --steps",
    "sources": "{count} {sources} with --sources",
    "more": "{count} more",
    "formula": "In a spreadsheet: {formula}",
    "taken": "Not said, so taken as usual: {given}.",
    "not_used": "Not used of the question: {words}.",
    "end": ".",
    "or": " or ",
    "declined": "I can't answer that: {why}. {hint}",
    "nearest": "What comes nearest: {names}.",
    "try": "Try: what does GPT-3 cost to train on A100?",
}


@dataclass(frozen=True)
class Language:
    """How an answer is worded. Without a file it is in English."""

    width: int = 80
    comma: str = ", "
    letters: str = ""
    scales: Sequence[tuple[float, str]] = ()
    sentences: Mapping[str, str] = field(default_factory=lambda: ENGLISH)
    units: Mapping[str, str] = field(default_factory=dict)
    estimates: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    warnings: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)

    def say(self, sentence: str, **parts: Any) -> str:
        return self.sentences[sentence].format(**parts)

    def name(self, word: str) -> str:
        return self.names.get(word, word)

    def summary(self, estimate: str) -> str:
        """What an estimate answers, without an end."""
        return self.estimates.get(estimate) or registry.get(estimate).summary.rstrip(".")

    def listed(self, texts: Sequence[str], most: int = 0, others: int = 0) -> str:
        """A list in words, of which the first count; `others` are further ones that are left out."""
        shown = texts[:most] if most else texts
        left = len(texts) - len(shown) + others
        return self.comma.join([*shown, *([self.say("more", count=left)] if left else [])])

    def show(self, value: float | str, unit: str = "") -> str:
        """An amount as `amounts.show` has it, in this language's scales and units: 120万美元."""
        if not (self.scales or self.names):
            return amounts.show(value, unit)
        pattern = self.units.get(unit, "")
        value = amounts.show(value) if isinstance(value, bool) else value
        if isinstance(value, str) or unit == "1" or unit.startswith("1 per ") or not (self.scales and (pattern or not unit)):
            return self.name(value) if isinstance(value, str) else amounts.show(value, unit)
        return (pattern or "{}").format(self._scaled(value))

    def _scaled(self, value: float) -> str:
        size = abs(value)
        scale, word = next(((scale, word) for scale, word in self.scales if size >= scale), (1.0, ""))
        return f"{value:.3g}" if size >= 1e16 or (size and size < 1e-3) else f"{float(f'{value / scale:.4g}'):,.10g}{word}"

    def range(self, result: Result[Any]) -> str:
        """The interval of a result; empty where there is none."""
        return "" if result.low == result.high else self.between(result.low, result.high, result.unit, result.value)

    def between(self, low: Cell, high: Cell, unit: str, value: Cell | None = None) -> str:
        return range_text(low, high, unit, value, self.show, self.sentences["between"])

    def warning(self, text: str) -> str:
        """A warning as a sentence, of which names and figures stay as they are."""
        said = _translated(text, self._warned)
        text = said[0].format(*said[1]) if said else text
        return text if text.endswith((".", "!", "?", self.sentences["end"])) else f"{text}{self.sentences['end']}"

    def told(self, text: str) -> str:
        """A figure in words, such as a verdict; its parts are names."""
        said = _translated(text, self._warned)
        if not said:
            return self.name(text)
        parts = ([self.names.get(name) or " ".join(map(self.name, name.split(" "))) for name in part.split(", ")] for part in said[1])
        return said[0].format(*map(self.comma.join, parts))

    def question(self, text: str) -> str:
        """A question back, or why there is no answer, its parts too; what this language has no words for stays as it is."""
        said = _translated(text, self._asked)
        if said:
            return said[0].format(*map(self.question, said[1]))
        parts = [[self.names.get(word.replace(" ", "_"), word) for word in part.split(", ")] for part in text.split(" or ")]
        return self.say("or").join(map(self.comma.join, parts)) if self.questions else text

    @cached_property
    def _warned(self) -> _Patterns:
        return _patterns(self.warnings)

    @cached_property
    def _asked(self) -> _Patterns:
        return _patterns(self.questions)


_Patterns = list[tuple[re.Pattern[str], str]]


def _patterns(texts: Mapping[str, str]) -> _Patterns:
    return [(re.compile("(.+?)".join(map(re.escape, text.split("{}")))), said) for text, said in texts.items()]


def _translated(text: str, patterns: _Patterns) -> tuple[str, tuple[str, ...]] | None:
    """What a text is in another language, and its parts."""
    return next(((said, match.groups()) for pattern, said in patterns if (match := pattern.fullmatch(text))), None)


IN_ENGLISH = Language()


@cache
def others() -> tuple[Language, ...]:
    """The languages of the files."""
    files = sorted(resources.files("compute_cost").joinpath("answers", "words").iterdir(), key=lambda file: file.name)
    return tuple(Language(**tomllib.loads(file.read_text(encoding="utf-8"))) for file in files if file.name.endswith(".toml"))


def of(text: str) -> Language:
    """The language that a text is written in, as far as there is a file for it; English otherwise."""
    return next((language for language in others() if re.search(language.letters, text)), IN_ENGLISH)
