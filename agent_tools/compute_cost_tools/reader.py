"""Reads a question about compute cost without a language model, in English and Chinese. docs/reader.md says what it reads.

It never guesses: a number that it can't place, a name that it does not know, or two possible meanings
make it ask back. What it knows of a language stands in reading/*.toml.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from compute_cost import amounts
from compute_cost.errors import InputError
from compute_cost_tools.reading import names
from compute_cost_tools.reading.meaning import NOT_THE_SUBJECT, decide
from compute_cost_tools.reading.question import take_apart
from compute_cost_tools.reading.slots import fill

LONGEST = 500


@dataclass
class Reading:
    """What a question was taken to mean. `tool` is empty where it was declined or something must be asked."""

    tool: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    asks: list[str] = field(default_factory=list)
    declined: str = ""
    notes: list[str] = field(default_factory=list)

    def understood(self) -> str:
        """The call in words that people can check, and what was read as something else or left aside."""
        values = [f"{name}={amounts.show(value) if isinstance(value, float) else value}" for name, value in self.arguments.items()]
        call = f"{self.tool}({', '.join(values)})" if self.tool else ", ".join(values) or "nothing yet"
        return "; ".join([call, *self.notes])


def read(question: str, before: Reading | None = None) -> Reading:
    """What `question` asks for: an estimate with its arguments, or what must be asked, or why it is declined.

    What says no estimate but something that the one asked for before takes ("and on A100?") asks for that again with it.
    Raises InputError for an empty question or one of more than 500 characters.
    """
    if not question.strip():
        raise InputError("question", question, 'ask something, such as "what does GPT-3 cost to train?"')
    if len(question) > LONGEST:
        raise InputError("question", question, f"it has {len(question)} characters; at most {LONGEST} are read")
    parts = take_apart(question)
    meaning = decide(parts)
    if before and before.tool and not meaning.estimate:
        slots = fill(before.tool, parts, before=before.arguments)
        if slots.arguments and not slots.asks:
            return Reading(before.tool, {**before.arguments, **slots.arguments}, notes=["as before, with what is new", *parts.notes])
    strangers = [f"I do not know {piece.value}{names.hint(str(piece.value))}" for piece in parts.of("unknown")]
    if meaning.declines == NOT_THE_SUBJECT and strangers:
        return Reading(asks=strangers, notes=parts.notes)
    if not meaning.estimate:
        asides = [f'I can\'t use "{words}": {why.partition("|")[0]}.' for words, why in parts.asides.items()]
        return Reading(asks=[meaning.asks, *asides] if meaning.asks else [], declined=meaning.declines, notes=parts.notes)
    slots = fill(meaning.estimate, parts, meaning.field)
    unknown = parts.unknown_words()
    notes = parts.notes + ([f"not used: {', '.join(unknown)}"] if unknown else [])
    return Reading("" if slots.asks else meaning.estimate, slots.arguments, slots.asks, notes=notes)
