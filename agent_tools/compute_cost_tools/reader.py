"""Reads a question about compute cost without a language model, in English and Chinese. docs/reader.md says what it reads.

Where it is not sure it asks: of a number that it can't place, a name that it does not know, or two likely meanings. What it knows of a
language stands in reading/*.toml, and how likely what people ask is, in the weights of reading/*.tsv.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from compute_cost import amounts, registry
from compute_cost.errors import CostError, InputError
from compute_cost_tools import missing
from compute_cost_tools.reading import names
from compute_cost_tools.reading.likely import DECLINED
from compute_cost_tools.reading.meaning import NOT_THE_SUBJECT, chances, fact, is_subject, unheard, work
from compute_cost_tools.reading.phrases import load
from compute_cost_tools.reading.places import Slots
from compute_cost_tools.reading.question import Question, take_apart
from compute_cost_tools.reading.several import compared, multiply
from compute_cost_tools.reading.slots import fill

LONGEST = 500
OF_TWO = {"self_host_or_api", "distill_cost", "fleet_cost"}  # take two models, or chips of several kinds
SAID_WHOLE = ("reinforce", "prefer", "distill")  # work of which people are told at once all that it costs by
# With one of these said, the others are asked for.
OF_REINFORCING = {"steps", "prompts_per_step", "samples_per_prompt", "response_tokens", "pairs", "prompts"}
ANOTHER = 0.5  # the probability of another estimate, from which on a question adds nothing to the one before
LONGEST_ADDITION = 8  # pieces of a question that only adds to the one before
MOST = 7  # estimates that are tried
RIVAL = 0.2  # of the probability of the likeliest estimate, from which on another is tried
SURE = 0.65  # the least probability of a reading that is called
NEAR = 0.05  # of its points, from which on another estimate is named in a question back
MOST_NAMED = 3  # estimates in one
DECLINES = 0.5  # the probability of another subject with which a question is declined
LEFT = 0.3  # of its points remain for each number that is none of its inputs, and for each thing said that it does not answer
MISFIT = 0.05  # and for each name that it has no use for


@dataclass
class Reading:
    """What a question was taken to mean. `tool` is empty where it was declined or something must be asked."""

    tool: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    asks: list[str] = field(default_factory=list)
    declined: str = ""
    notes: list[str] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)  # the arguments of each further call, where things are compared
    taken: list[str] = field(default_factory=list)  # arguments that were not said and are usual
    not_used: list[str] = field(default_factory=list)  # words that nothing here explains

    def understood(self) -> str:
        """The call in words that people can check, and what was read as something else or left aside."""
        calls = [_said(self.tool, arguments) for arguments in (self.arguments, *self.others)]
        unused = [f"not used: {', '.join(self.not_used)}"] if self.not_used else []
        return "; ".join([*calls, *self.notes, *unused])


class _Tried(NamedTuple):
    """An estimate with what the question gives it, and how likely its words ask for it."""

    slots: Slots
    chance: float
    unheard: list[str]

    @property
    def points(self) -> float:
        """How likely this is what was meant: its words, its numbers, and less for what it lacks or has no use for."""
        lacks = LEFT ** (self.slots.unplaced + len(self.slots.aside) + len(self.unheard)) * MISFIT**self.slots.misfits
        return self.chance * self.slots.chance * lacks


def _said(tool: str, arguments: dict[str, Any]) -> str:
    values = [f"{name}={amounts.show(value) if isinstance(value, float) else value}" for name, value in arguments.items()]
    return f"{tool}({', '.join(values)})" if tool else ", ".join(values) or "nothing yet"


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
    multiply(parts)
    return _compared(parts) or _one(parts, before)


def _is_another_subject(parts: Question, likely_ones: Mapping[str, float]) -> bool:
    """Whether a question is likely one that no estimate answers, or says nothing of computing and none is likely."""
    most = max((chance for name, chance in likely_ones.items() if name != DECLINED), default=0.0)
    return likely_ones.get(DECLINED, 0.0) >= DECLINES or (most < DECLINES and not is_subject(parts))


def _compared(parts: Question) -> Reading | None:
    """The same estimate for each of the things that are compared; what is asked of one where only others can be called."""
    each = [_one(question, None) for question in compared(parts)]
    tools = {reading.tool for reading in each} - {""}
    first = each[0] if each else Reading()
    alike = len(tools) == 1 or (not tools and all(reading.asks == first.asks for reading in each))
    same = any(reading.arguments == other.arguments for reading, other in itertools.combinations(each, 2) if reading.tool)
    if not each or not alike or same or tools & OF_TWO or any(reading.declined for reading in each):
        return None
    asks = list(dict.fromkeys(ask for reading in each for ask in reading.asks))
    if asks:
        return Reading(arguments=first.arguments, asks=asks, notes=first.notes)
    notes = list(dict.fromkeys(note for reading in each for note in reading.notes))
    usual = {name: reading.arguments[name] for reading in each for name in reading.taken}
    for reading in each if "batch" in usual else ():  # one user on each, where one of them is a card of one's own
        reading.arguments.setdefault("batch", usual["batch"])
    return replace(first, others=[reading.arguments for reading in each[1:]], notes=notes)


def _one(parts: Question, before: Reading | None) -> Reading:
    unknown_names = [f"I do not know {piece.value}{names.hint(str(piece.value))}" for piece in parts.of("unknown")]
    likely_ones = chances(parts)
    if before and before.tool and (again := _again(parts, before, likely_ones)):
        return again
    if _is_another_subject(parts, likely_ones):
        return Reading(declined=NOT_THE_SUBJECT, notes=parts.notes)
    likely = next((chance for name, chance in likely_ones.items() if name != DECLINED), 0.0)
    tried = [
        _Tried(fill(name, parts.copy(), fact(name, parts)), chance, unheard(name, parts))
        for name, chance in itertools.islice(likely_ones.items(), MOST) if chance >= RIVAL * likely and name != DECLINED
    ]  # fmt: skip
    if not tried:
        return Reading(asks=unknown_names or [missing.question("work", work(parts))], notes=parts.notes)
    if {"money", "time"} <= parts.ideas and any(one.slots.doc.name == "train_cost" and "gpus" in one.slots.arguments for one in tried):
        tried = [one for one in tried if one.slots.doc.name != "train_days"]  # a note to the cost says how long it takes
    tried.sort(key=lambda one: -one.points)
    slots, share = tried[0].slots, tried[0].points / sum(one.points for one in tried)
    if not slots.asks and share * slots.chance < SURE:
        near = [one.slots.doc.summary.rstrip(".") for one in tried if one.points >= NEAR * tried[0].points]
        slots.asks.append(slots.doubt[1] if slots.doubt[0] < share else f"Which is wanted: {' or '.join(near[:MOST_NAMED])}?")
    if {"train", "serve"} <= parts.ideas and parts.ideas.isdisjoint(("memory", "fit")) and not slots.asks:
        slots.asks.append("One at a time, please: training it or running it?")
    timed = slots.doc.name == "train_cost" or (slots.doc.name == "train_gpu_hours" and parts.said.get("time") == "how long")
    if timed and "time" in parts.ideas and parts.ideas.isdisjoint(("gpu_hours", "count_hours")) and "gpus" not in slots.arguments:
        slots.asks += [] if slots.asks else [missing.question("train_cost", "gpus")]  # how long it takes is asked for too
    named = work(parts)
    if slots.asks and named in SAID_WHOLE and OF_REINFORCING.isdisjoint(slots.arguments):
        slots.asks = [missing.question("work", named)]
    ranked = {name for subject in ("ranking", "either") for name in load("meaning")["subjects"][subject]}
    if "compare" in parts.ideas and slots.doc.name not in ranked and not slots.asks:
        slots.asks.append("One at a time, please: which of them?")
    parts, more = slots.question, _also(slots)
    ruled_out = [idea for idea in sorted(parts.ruled_out - parts.ideas) if slots.doc.unit in load("meaning")["wanted"].get(idea, ())]
    slots.asks += ["What should be worked out, then?"] if ruled_out else []
    words = [word for word in parts.unknown_words() if word not in slots.doc.name.split("_")]
    unused = words if more or slots.asks else list(dict.fromkeys([*slots.aside, *unheard(slots.doc.name, parts), *words]))
    return Reading(
        "" if slots.asks else slots.doc.name,
        slots.arguments,
        slots.asks,
        notes=[*parts.notes, *more],
        taken=slots.taken,
        not_used=unused,
    )


def _again(parts: Question, before: Reading, likely_ones: Mapping[str, float]) -> Reading | None:
    """The estimate of before with what is new, where the question asks for no other by itself."""
    likeliest, chance = next(iter(likely_ones.items()))
    if len(parts.pieces) > LONGEST_ADDITION or (likeliest not in (before.tool, DECLINED) and chance >= ANOTHER):
        return None
    again = fill(before.tool, parts, before=before.arguments)
    if again.asks or not again.arguments:
        return None
    return Reading(before.tool, {**before.arguments, **again.arguments}, notes=["as before, with what is new", *parts.notes])


def _also(slots: Slots) -> list[str]:
    """What else was asked: how long a run takes that is priced, and who quotes an accelerator the lowest."""
    ideas, arguments = slots.question.ideas, slots.arguments
    try:
        if slots.doc.name == "train_cost" and {"money", "time"} <= ideas and "gpus" in arguments and not slots.asks:
            run = registry.get("train_days")
            days = run.call(**{taken.name: arguments[taken.name] for taken in run.parameters if taken.name in arguments})
            return [f"it takes {amounts.show(days.value, 'days')}"]
        if slots.doc.name == "gpu_price" and "cheapest" in ideas and "provider" not in arguments and not slots.asks:
            quotes = slots.doc.call(**arguments).table[1:]
            provider, _, price, day, *_ = min(quotes, key=lambda quote: float(quote[2]))
            return [f"the lowest quote is {amounts.show(price, 'USD per GPU-hour')} at {provider} ({day})"]
    except CostError:
        pass  # the call itself says why
    return []
