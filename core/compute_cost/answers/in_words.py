"""An answer in words for people: the figure and its range, what moves it, what was assumed, what to mind, the formula.

One answer for the commands, a conversation and MCP. The steps and the sources stand below it for those who ask for them.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from compute_cost import registry
from compute_cost.amounts import show
from compute_cost.inputs import Step
from compute_cost.parameters import Quantity
from compute_cost.ranges import Swing
from compute_cost.result import Result, range_text

# Figures in words that are what people asked for: of several in one answer the first one here is said before the number.
VERDICTS = ("verdict", "way", "fits", "cheaper", "gpu", "provider")
PUBLISHED = "Published: "  # how a step starts that holds somebody else's figure
WIDTH = 80
MOST = {"drivers": 3, "assumed": 6, "notes": 2, "rows": 3, "columns": 3}
MOST_LINES = 2  # of each part
MOST_ANSWER_LINES = 12
BEFORE_NOTES = 6  # parts that stand before the notes


class Answered(Protocol):
    """An estimate's name, the arguments that were given, what came out, and the same call in a spreadsheet."""

    @property
    def name(self) -> str: ...
    @property
    def arguments(self) -> Mapping[str, Any]: ...
    @property
    def result(self) -> Result: ...
    @property
    def formula(self) -> str: ...


class Details(NamedTuple):
    """What stands below the answer."""

    steps: bool = False
    sources: bool = False


BRIEF = Details()


def brief(call: Answered) -> str:
    """The answer in at most twelve lines of 80 columns."""
    result = call.result
    spread = result.range_text()
    drivers = [_driver(swing, result) for swing in result.swings[: MOST["drivers"]] if swing.size] if spread else []
    assumed = [f"{entry.name} {show(entry.value, entry.unit)}" for entry in result.inputs if entry.origin == "assumed"]
    published = [step for step in result.steps if step.label.startswith(PUBLISHED)]
    notes = [f"Note: {_sentence(text.removeprefix('note: '))}" for text in result.warnings]
    parts = [
        _wrapped(headline(call)),
        [f"80% range {spread}."] if spread else [],
        _rows(call),
        _wrapped(f"Moved most by {listed(drivers)}." if drivers else ""),
        _wrapped(f"Assumed: {listed(assumed, MOST['assumed'])}." if assumed else ""),
        _wrapped(f"Published: {_published(published, result.unit)}." if published else ""),
        *map(_wrapped, notes[: MOST["notes"]]),
    ]
    last = [f"In a spreadsheet: {call.formula}"] if call.formula else []
    left = len(notes) - MOST["notes"]
    while sum(map(len, parts)) + len(last) + 1 > MOST_ANSWER_LINES:
        left += bool(parts.pop()[:1] and len(parts) > BEFORE_NOTES)
    said = [f"{left} more {'notes' if left > 1 else 'note'} with --steps"] if left > 0 else []
    said += [f"{len(result.sources)} sources with --sources"] if result.sources else []
    more = [f"{', '.join(said)}."] if said else []
    return "\n".join([*(line for part in parts for line in part), *more, *last])


def _rows(call: Answered) -> list[str]:
    """The first rows of an answer that is a table."""
    if call.name not in registry.estimates() or registry.get(call.name).answers != "table" or len(call.result.table) < 2:
        return []
    header, *rows = call.result.table
    shown = [
        "  " + ", ".join(_cell(name, value) for name, value in list(zip(header, row, strict=False))[: MOST["columns"]] if value != "")
        for row in rows[: MOST["rows"]]
    ]
    left = len(rows) - len(shown)
    return [line if len(line) <= WIDTH else f"{line[: WIDTH - 4]} ..." for line in shown] + ([f"  {left:,} more rows."] if left else [])


def _cell(name: Any, value: Any) -> str:
    written = re.search(r"\(([^()]+)\)$", str(name))
    return value if isinstance(value, str) else show(value, written[1]) if written else f"{name} {show(value)}"


def headline(call: Answered) -> str:
    """One sentence with the verdict, the figure, and what it is of."""
    result = call.result
    texts = {key: figure.value for key, figure in result.values.items() if isinstance(figure.value, str) and not figure.unit}
    verdict = next((key for key in VERDICTS if key in texts and key != result.name), "")
    said = f"{verdict.capitalize()}: {texts[verdict]}. " if verdict else ""
    return f"{said}{show(result.value, result.unit)}: {_subject(call)}."


def _subject(call: Answered) -> str:
    if call.name not in registry.estimates():
        return "; ".join(step.formula for step in call.result.steps[-1:])
    doc = registry.get(call.name)
    kinds = {parameter.name: parameter.kind for parameter in doc.parameters}
    given = [
        f"{key} {_plain(value)}" if isinstance(kinds.get(key), Quantity) else _plain(value)
        for key, value in call.arguments.items()
        if key != "assume"
    ]
    summary = doc.summary.rstrip(".")
    return f"{summary[0].lower()}{summary[1:]}{f' ({listed(given)})' if given else ''}"


def _plain(value: Any) -> str:
    return show(value) if isinstance(value, float) else str(value)


def _driver(swing: Swing, result: Result) -> str:
    """What one uncertain input does: utilization (25% to 48%: $561,000 to $1.1 million)."""
    moving = swing.input
    low, high = sorted((swing.at_low, swing.at_high))
    return f"{moving.name} ({range_text(moving.low or 0.0, moving.high or 0.0, moving.unit)}: {range_text(low, high, result.unit)})"


def _published(steps: Sequence[Step], unit: str) -> str:
    """The first published figure, in the answer's own unit where there is one."""
    first = min(steps, key=lambda step: step.unit != unit)
    return f"{show(first.value, first.unit)} ({first.label.removeprefix(PUBLISHED)})" + (
        f" and {len(steps) - 1} more" if len(steps) > 1 else ""
    )


def listed(texts: Sequence[str], most: int = 0) -> str:
    """A list in words, of which the first count."""
    shown = texts[:most] if most else texts
    return ", ".join([*shown, *([f"{len(texts) - len(shown)} more"] if len(texts) > len(shown) else [])])


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _wrapped(text: str) -> list[str]:
    """A part in lines; what is longer than two ends with dots."""
    lines = textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    if len(lines) <= MOST_LINES:
        return lines
    rest = textwrap.shorten(" ".join(line.strip() for line in lines[MOST_LINES - 1 :]), WIDTH - 2, placeholder=" ...")
    return [*lines[: MOST_LINES - 1], f"  {rest}"]


def details(calls: Sequence[Answered], wanted: Details) -> str:
    """The steps and the sources of some calls, as far as they are wanted."""
    lines: list[str] = []
    for call in calls if wanted.steps else ():
        lines += _steps(call.result)
    if wanted.sources:
        lines += _sources([call.result for call in calls])
    return "\n".join(lines)


def _steps(result: Result) -> list[str]:
    published = [step for step in result.steps if step.label.startswith(PUBLISHED)]
    own = [step for step in result.steps if step not in published]
    width = max((len(step.label) for step in own), default=0)
    lines = ["", "How", *(f"  {step.label:<{width}}  {show(step.value, step.unit)}   {step.formula}" for step in own)]
    if published:
        lines += ["", "Published figures to compare with"]
        lines += [f"  {show(step.value, step.unit):<24}  {step.label.removeprefix(PUBLISHED)}: {step.formula}" for step in published]
    inputs = [entry for entry in result.inputs if entry.origin == "assumed"]
    if inputs:
        lines += ["", "Assumed (say otherwise to change it)", *(f"  {entry.name}: {show(entry.value, entry.unit)}" for entry in inputs)]
    if result.warnings:
        lines += ["", "Warnings", *(f"  - {text}" for text in result.warnings)]
    return lines


def _sources(results: Iterable[Result]) -> list[str]:
    sources = dict.fromkeys(
        f"  - {source.title}, {source.publisher}, {source.date} {source.url}".rstrip() for result in results for source in result.sources
    )
    return ["", "Sources", *sources]


def whole(calls: Sequence[Answered], wanted: Details) -> str:
    """The answers to some calls, and their details."""
    return "\n".join(filter(None, ["\n\n".join(brief(call) for call in calls), details(calls, wanted)]))


def side_by_side(calls: Sequence[Answered], wanted: Details) -> str:
    """The answers of one estimate for each of several things: what they share, then a line for each with what is its own."""
    shared = {key: value for key, value in calls[0].arguments.items() if all(call.arguments.get(key) == value for call in calls)}
    summary = registry.get(calls[0].name).summary.rstrip(".")
    given = listed([f"{key} {_plain(value)}" for key, value in shared.items() if key != "assume"])
    lines = _wrapped(f"{summary}{f' ({given})' if given else ''}:")
    for call in calls:
        own = listed([_plain(value) for key, value in call.arguments.items() if key not in shared])
        spread = call.result.range_text()
        lines.append(f"  {own}: {show(call.result.value, call.result.unit)}{f' (80% range {spread})' if spread else ''}")
    lines += [f"In a spreadsheet: {call.formula}" for call in calls if call.formula]
    return "\n".join(filter(None, ["\n".join(lines), details(calls, wanted)]))
