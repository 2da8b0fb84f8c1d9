"""Asks an engine every question of the question sets and counts what it got right. docs/evals.md says what the columns mean.

A question is one line of JSON in agent_tools/compute_cost_tools/questions/*.jsonl:
{"set": "A", "question": "...", "tool": "train_cost", "arguments": {"params": "GPT-3"}}. `tool` is null where
no estimate may be called; "expects": "asks" or "declines" then says which of the two is right (either, if left out).
"or" lists further readings that are right too: [{"tool": "memory_needed", "arguments": {...}}, {"tool": null}]. A question that
compares has "each" in place of "arguments", with those of each call in the order of the question.
"""

from __future__ import annotations

import json
import math
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from typing import Any

from compute_cost import catalogue, registry
from compute_cost.amounts import show
from compute_cost.catalogue.records import Model
from compute_cost.errors import CostError, InputError
from compute_cost.prices import tariffs
from compute_cost_tools.attacks import Tried
from compute_cost_tools.reply import Engine, Refused, Reply, Silent

GIVE_UP = 3


@dataclass(frozen=True)
class Reading:
    """One right way to take a question. `tool` is empty where nothing may be called."""

    tool: str = ""
    each: tuple[dict[str, Any], ...] = ()  # the arguments of each call; one, unless things are compared
    expects: str = ""

    @property
    def wanted(self) -> int:
        return sum(map(len, self.each))


@dataclass(frozen=True)
class Question:
    """A question with its right readings, the best first."""

    set: str
    text: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Score:
    """How one question went."""

    set: str
    question: str
    wanted: str
    got: str
    must_answer: bool
    tool_right: bool
    arguments_wanted: int
    arguments_right: int
    invented: int
    exact: bool
    wrong_answer: bool
    ungrounded: int
    failed: str
    seconds: float
    tokens: int


def read_questions(lines: Iterable[str], where: str) -> list[Question]:
    """The questions of a file. Raises InputError that names the line."""
    questions = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            readings = tuple(_reading(reading) for reading in (row, *row.get("or", ())))
            questions.append(Question(str(row["set"]), str(row["question"]), readings))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise InputError(f"{where}, line {number}", line, f"{type(problem).__name__}: {problem}") from None
    return questions


def _reading(row: dict[str, Any]) -> Reading:
    tool, expects = row["tool"] or "", row.get("expects", "")
    if expects not in ("", "asks", "declines") or (tool and expects):
        raise ValueError('"expects" is "asks" or "declines", where tool is null')
    each = tuple(dict(arguments) for arguments in row.get("each", [row.get("arguments", {})])) if tool else ()
    takes = {parameter.name for parameter in registry.get(tool).parameters} if tool else set()
    unknown = {name for arguments in each for name in arguments} - takes
    if unknown:
        raise ValueError(f"{tool} has no argument {', '.join(sorted(unknown))}")
    return Reading(tool, each, expects)


def question_sets() -> list[Question]:
    """The sets that come with the package."""
    folder = resources.files("compute_cost_tools").joinpath("questions")
    questions: list[Question] = []
    for path in sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else ():
        if path.name.endswith(".jsonl"):
            questions += read_questions(path.read_text(encoding="utf-8").splitlines(), path.name)
    return questions


def run(questions: Sequence[Question], new_engine: Callable[[], Engine], told: Callable[[Score], None] = lambda score: None) -> list[Score]:
    """Ask each question in a conversation of its own. Raises CostError where none of the first three can be answered at all."""
    scores = []
    for question in questions:
        started = time.perf_counter()
        failed = ""
        try:
            reply = new_engine().ask(question.text, Silent())
        except Refused as problem:
            reply = Reply(refused=problem)
        except CostError as problem:
            failed = str(problem)
            reply = Reply()
        scores.append(score(question, reply, time.perf_counter() - started, failed))
        told(scores[-1])
        if len(scores) == GIVE_UP and all(score.failed for score in scores):
            raise CostError(f"given up after {GIVE_UP} questions: {failed}")
    return scores


def score(question: Question, reply: Reply, seconds: float = 0.0, failed: str = "") -> Score:
    """The reply against the reading that it comes nearest to."""
    marks = [_mark(reading, reply) for reading in question.readings]
    reading, (tool_right, right, invented) = max(
        zip(question.readings, marks, strict=True), key=lambda pair: (pair[1][0], pair[1][1] - pair[0].wanted, -pair[1][2])
    )
    exact = tool_right and right == reading.wanted and not invented
    chosen = reply.chosen
    got = _shown(chosen.name, *_last(reply, len(reading.each))) if chosen else f"{_did(reply) or 'failed'}: {reply.answer or failed}"
    if reply.refused:
        got += f", which can't answer: {reply.refused}"
    return Score(
        set=question.set,
        question=question.text,
        wanted=_shown(reading.tool, *reading.each) if reading.tool else reading.expects or "asks or declines",
        got=got,
        must_answer=bool(question.readings[0].tool),
        tool_right=tool_right,
        arguments_wanted=reading.wanted,
        arguments_right=right,
        invented=invented,
        exact=exact,
        wrong_answer=bool(reply.call) and not exact,
        ungrounded=len(reply.ungrounded),
        failed=failed,
        seconds=seconds,
        tokens=reply.prompt_tokens + reply.completion_tokens,
    )


def _mark(reading: Reading, reply: Reply) -> tuple[bool, int, int]:
    """Whether the tool is right, how many wanted arguments are, and how many nobody asked for."""
    call = reply.chosen
    if not reading.tool:
        did = _did(reply)
        return bool(did) and reading.expects in ("", did), 0, len(call.arguments) if call else 0
    made = _last(reply, len(reading.each))
    if not call or call.name != reading.tool or len(made) < len(reading.each):
        return False, 0, 0
    pairs = list(zip(reading.each, made, strict=True))
    right = sum(name in given and same(reading.tool, name, value, given[name]) for wanted, given in pairs for name, value in wanted.items())
    return True, right, sum(len(given.keys() - wanted.keys()) for wanted, given in pairs)


def _last(reply: Reply, count: int) -> list[Mapping[str, Any]]:
    """The arguments of the last calls, which answer."""
    if reply.refused or count < 2:
        return [reply.chosen.arguments] if reply.chosen else []
    return [call.arguments for call in reply.calls[-count:]]


def _did(reply: Reply) -> str:
    return "" if reply.chosen or not reply.answer else "asks" if reply.asks else "declines"


def same(tool: str, parameter: str, wanted: Any, got: Any) -> bool:
    """Numbers are compared as numbers in base units, names through the catalogue ("A100" is "A100-80GB"), words without case."""
    read = next(taken.read for taken in registry.get(tool).parameters if taken.name == parameter)
    try:
        expected, actual = read(wanted), read(got)
    except CostError:
        return False
    if isinstance(expected, Model) and isinstance(actual, Model) and not expected.name and not actual.name:
        expected, actual = expected.params, actual.params
    if isinstance(expected, float) and isinstance(actual, float):
        return math.isclose(expected, actual, rel_tol=1e-6)
    if isinstance(expected, str) and isinstance(actual, str):
        return catalogue.key(expected) == catalogue.key(actual) or "" != tariffs.identity(expected) == tariffs.identity(actual)
    return bool(expected == actual)


def _shown(tool: str, *each: Mapping[str, Any]) -> str:
    calls = ((f"{name}={value if isinstance(value, str) else show(float(value))}" for name, value in call.items()) for call in each)
    return ", ".join(f"{tool}({', '.join(values)})" for values in calls)


def told(score: Score) -> str:
    """A question that was not answered exactly, for people."""
    got = (score.got.splitlines() or [""])[0]
    return f"\n{score.set}: {score.question}\n  wanted  {score.wanted}\n  got     {got}"


COLUMNS = (
    "set", "questions", "right tool", "arguments right", "exact", "invented arguments",
    "asked or declined when it must", "wrong answers", "figures without a source", "not answered",
    "failed", "seconds (median)", "seconds (most)", "tokens",
)  # fmt: skip


def summary(scores: Sequence[Score]) -> list[list[str]]:
    """One row per set and one for all, under COLUMNS."""
    sets = list(dict.fromkeys(score.set for score in scores))
    rows = [_row(name, [score for score in scores if score.set == name]) for name in sets]
    return rows if len(sets) <= 1 else [*rows, _row("all", scores)]


def _row(name: str, scores: Sequence[Score]) -> list[str]:
    answerable = [score for score in scores if score.must_answer]
    others = [score for score in scores if not score.must_answer]
    wanted = sum(score.arguments_wanted for score in scores)
    return [
        name,
        str(len(scores)),
        f"{sum(score.tool_right for score in answerable)}/{len(answerable)}",
        f"{sum(score.arguments_right for score in scores)}/{wanted}",
        f"{sum(score.exact for score in scores)}/{len(scores)}",
        str(sum(score.invented for score in scores)),
        f"{sum(score.tool_right for score in others)}/{len(others)}",
        str(sum(score.wrong_answer for score in scores)),
        str(sum(score.ungrounded for score in scores)),
        str(sum(not score.tool_right and not score.wrong_answer and not score.failed for score in answerable)),
        str(sum(bool(score.failed) for score in scores)),
        f"{statistics.median(score.seconds for score in scores):.3g}",
        f"{max(score.seconds for score in scores):.3g}",
        f"{sum(score.tokens for score in scores):,}",
    ]


def as_dict(engine: str, scores: Sequence[Score], tried: Sequence[Tried] = ()) -> dict[str, Any]:
    """Everything as plain data."""
    return {
        "engine": engine,
        "summary": [dict(zip(COLUMNS, row, strict=True)) for row in summary(scores)],
        "questions": [asdict(score) for score in scores],
        "attacks": [asdict(attempt) | {"right": attempt.right} for attempt in tried],
    }
