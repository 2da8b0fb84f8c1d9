"""An answer in words for people: the figure and its range, what moves it, what was assumed, what to mind, the formula.

One answer for the commands, a conversation and MCP. The steps and the sources stand below it for those who ask for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol

from compute_cost import registry
from compute_cost.amounts import show
from compute_cost.answers.languages import IN_ENGLISH, Language
from compute_cost.inputs import DataNote, Input, Step
from compute_cost.parameters import Quantity
from compute_cost.ranges import Swing
from compute_cost.result import Result, range_text

# Figures in words that are what people asked for: of several in one answer the first one here is said before the number.
VERDICTS = ("verdict", "way", "fits", "cheaper", "gpu", "provider")
# What people need beside the figure, by the sentence that says it: said where the answer has all of these values, none of them 0.
BESIDE = {
    "at_once": ("gpus", "batch", "tokens_per_second_per_stream"),
    "an_image": ("seconds_per_image", "energy_per_image"),
    "speech": ("hours", "real_time_factor"),
    "held": ("weights", "kv_cache"),
    "student": ("teacher_cost", "student_cost"),
    "best_size": ("tokens", "tokens_per_parameter", "cost"),
    "electricity": ("cost", "co2"),
    "hosted_too": ("self_hosted_cost", "api_cost"),
    "rented_too": ("owned_cost", "rented_cost"),
    "reserved_too": ("reservation_cost", "on_demand_cost"),
    "cluster": ("gpus", "equipment", "building"),
    "left": ("left_per_user", "break_even_use"),
    "tariff": ("input_price", "output_price"),
}
PUBLISHED = "Published: "  # how a step starts that holds somebody else's figure
WIDTH = 80
MOST = {"drivers": 3, "assumed": 6, "in short": 2, "fewer rows": 3, "columns": 3, "names": 4, "letters": 80}
DOTS = " ..."
MOST_LINES = 2  # of each part
MOST_ANSWER_LINES = 12
# Which parts make room, in this order, where an answer is longer; "in short" stands in for "assumed".
LEFT_OUT = ("about data", "assumed", "published", "second note", "further rows", "in short", "first note", "drivers")


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


def brief(call: Answered, language: Language = IN_ENGLISH) -> str:
    """The answer in at most twelve lines of 80 columns: verdict, range, what would change it, what was assumed, how good the data are."""
    result, say = call.result, language.say
    spread = language.range(result)
    drivers = [driver(swing, result, language) for swing in result.swings[: MOST["drivers"]] if swing.size] if spread else []
    entries = _assumed(call)
    assumed = [f"{language.name(entry.name)} {language.show(entry.value, entry.unit)}" for entry in entries[: MOST["assumed"]]]
    others = len(entries) - len(assumed)
    published = result.steps_about(PUBLISHED)

    def wrapped(sentence: str, **parts: str) -> list[str]:
        return _wrapped(say(sentence, **parts), language.width) if all(parts.values()) else []

    def note(texts: Sequence[str], place: int) -> list[str]:
        return wrapped("note", note=language.warning(texts[place].removeprefix("note: "))) if place < len(texts) else []

    about_it, about_data = _notes(call)
    rows = _rows(call, language)
    further = call.result.rows - len(rows) if rows else 0
    parts = {
        "headline": _wrapped(headline(call, language), language.width),
        "range": [say("range", range=spread)] if spread else [],
        "beside": [line for text in _beside(result, language) for line in _wrapped(text, language.width)],
        "rows": rows[: MOST["fewer rows"]],
        "further rows": rows[MOST["fewer rows"] :],
        "more rows": [_more_rows(further, language)] if further else [],
        "drivers": wrapped("drivers", drivers=language.listed(drivers)),
        "first note": note(about_it, 0),
        "second note": note(about_it, 1),
        "assumed": wrapped("assumed", assumed=language.listed(assumed, others=others)),
        "in short": [],
        "published": wrapped("published", published=_published(published, result.unit, language) if published else ""),
        "about data": note(about_data, 0),
    }
    last = [say("formula", formula=call.formula)] if call.formula else []
    for part in LEFT_OUT:
        if sum(map(len, parts.values())) + len(last) + 1 <= MOST_ANSWER_LINES:
            break
        parts["in short"] = (
            wrapped("assumed", assumed=language.listed(assumed, MOST["in short"], others)) if part == "assumed" else parts["in short"]
        )
        if part == "further rows" and parts[part]:
            parts["more rows"] = [_more_rows(further + len(parts[part]), language)]
        parts[part] = []
    left = len(result.warnings) - sum(bool(parts[part]) for part in ("first note", "second note", "about data"))
    said = [say("more_notes", count=left, notes="notes" if left > 1 else "note")] if left > 0 else []
    sources = len(result.sources)
    said += [say("sources", count=sources, sources="sources" if sources > 1 else "source")] if sources else []
    more = [f"{language.comma.join(said)}{language.sentences['end']}"] if said else []
    return "\n".join([*(line for part in parts.values() for line in part), *more, *last])


def in_short(call: Answered) -> dict[str, Any]:
    """What a brief answer says, as data: the figures that it names or the first rows, what moves it, notes; and what it leaves out.

    `more` has names of other figures, and how many rows, warnings and sources there are besides.
    """
    result, most = call.result, MOST["in short"]
    table = _first(call)
    sentences = [name for sentence in _sentences(result) for name in BESIDE[sentence] if not table]
    named = [name for name in (_verdict(result), *sentences) if name not in ("", result.name)]
    others = [name for name in result.values if not table and name not in (*named, result.name)]
    about_it, about_data = _notes(call)
    notes = about_it[: 1 if table else most] or about_data[:1]
    more = {
        "figures": IN_ENGLISH.listed(others, MOST["names"]),
        "rows": result.rows - max(len(table) - 1, 0),
        "warnings": len(result.warnings) - len(notes),
        "sources": len(result.sources),
    }
    return {
        "values": {name: {key: part for key, part in result.values[name]._asdict().items() if part != ""} for name in named},
        "table": table,
        "drivers": {swing.input.name: sorted((swing.at_low, swing.at_high)) for swing in result.swings[:most] if swing.size},
        "warnings": [_shortened(" ".join(text.split()), MOST["letters"]) for text in notes],
        "more": {what: left for what, left in more.items() if left},
    }


def _notes(call: Answered) -> tuple[list[str], list[str]]:
    """The warnings about the case, and those about how well the data are known."""
    about_data: list[str] = [text for text in call.result.warnings if isinstance(text, DataNote)]
    given = _of_what_was_given(call)  # mostly a slip, so said first
    return sorted((text for text in call.result.warnings if text not in about_data), key=lambda text: text not in given), about_data


def _assumed(call: Answered) -> list[Input]:
    """What was assumed: first what the estimate could have been given as an argument, such as the number of accelerators."""
    own = {parameter.name for parameter in registry.get(call.name).parameters} if call.name in registry.estimates() else set()
    return sorted((entry for entry in call.result.inputs if entry.origin == "assumed"), key=lambda entry: entry.name not in own)


def _of_what_was_given(call: Answered) -> list[str]:
    """The warnings about an argument or an assumption that was given: mostly a slip."""
    parameters = registry.get(call.name).parameters if call.name in registry.estimates() else ()
    given = [*call.arguments, *(name for name, _ in registry.assumptions(call.arguments.get("assume") or {}))]
    names = {registry.meant(parameters, name) for name in given}
    return [text for text in call.result.warnings if text.partition(": ")[0] in names]


def _beside(result: Result, language: Language) -> list[str]:
    """The sentences of BESIDE that the answer has the values for: the speed of each user, what a picture takes."""
    return [
        language.say(sentence, **{name: language.show(result.values[name].value, result.values[name].unit) for name in BESIDE[sentence]})
        for sentence in _sentences(result)
    ]


def _sentences(result: Result) -> list[str]:
    """The sentences of BESIDE that the answer has all the values for; none about a fleet where the answer is the bill of an API."""
    values = result.values
    there = {*values}
    left_out = ("at_once",) if "host" in there else ()
    has = (sentence for sentence, names in BESIDE.items() if there.issuperset(names) and all(values[name].value for name in names))
    return [sentence for sentence in has if sentence not in left_out]


def _rows(call: Answered, language: Language) -> list[str]:
    """The first rows of an answer that is a table."""
    if not _is_table(call):
        return []
    header, *rows = call.result.top
    places = _columns([str(name) for name in header], call.result.unit)
    shown = [
        "  " + language.comma.join(_cell(header[place], row[place], language) for place in places if place < len(row) and row[place] != "")
        for row in rows
    ]
    return [line if len(line) <= language.width else f"{line[: language.width - 4]} ..." for line in shown]


def _more_rows(count: int, language: Language) -> str:
    return language.say("more_rows", count=f"{count:,}", rows="rows" if count > 1 else "row")


def _is_table(call: Answered) -> bool:
    return call.name in registry.estimates() and registry.get(call.name).answers == "table" and call.result.rows > 0


def _first(call: Answered) -> list[list[Any]]:
    """The rows and columns that are shown of an answer that is a table, below their names."""
    if not _is_table(call):
        return []
    top = call.result.top
    places = _columns([str(name) for name in top[0]], call.result.unit)
    return [[row[place] for place in places if place < len(row)] for row in top]


def _columns(header: Sequence[str], unit: str) -> list[int]:
    """Which columns are shown: the first ones but for ends of ranges, and that of the answer's own unit."""
    places = [place for place, name in enumerate(header) if not name.startswith(("low", "high"))]
    own = next((place for place in places if header[place] == unit or header[place].endswith(f"({unit})")), None)
    first = places[: MOST["columns"]]
    return first if own is None or own in first else [*first[:-1], own]


def _cell(name: Any, value: Any, language: Language) -> str:
    written = re.search(r"\(([^()]+)\)$|^(?=(USD .*))", str(name))
    return (
        value if isinstance(value, str) else language.show(value, written[1] or written[2]) if written else f"{name} {language.show(value)}"
    )


def headline(call: Answered, language: Language = IN_ENGLISH) -> str:
    """One sentence with the verdict, the figure, and what it is of."""
    result = call.result
    verdict = _verdict(result)
    name = language.name(verdict)
    told = language.told(str(result.values[verdict].value)) if verdict else ""
    said = language.say("verdict", name="GPU" if name == "gpu" else f"{name[:1].upper()}{name[1:]}", said=told) if verdict else ""
    return language.say("headline", verdict=said, value=language.show(*_head(call)), subject=_subject(call, language))


def _head(call: Answered) -> tuple[Any, str]:
    """The figure that is said first: not a size that was given, but the first that goes with it, such as the tokens for a 7B."""
    result = call.result
    beside = [name for sentence in _sentences(result) for name in BESIDE[sentence]]
    echoed = result.name in call.arguments and beside and not _verdict(result)
    head = result.values[beside[0]] if echoed else result
    return head.value, head.unit


def _verdict(result: Result) -> str:
    """The name of the figure in words that is what people asked for; "" where there is none."""
    values = result.values
    said = (key for key in VERDICTS if key in values and key != result.name)
    return next((key for key in said if isinstance(values[key].value, str) and not values[key].unit), "")


def _subject(call: Answered, language: Language) -> str:
    if call.name not in registry.estimates():
        return "; ".join(step.formula for step in call.result.steps[-1:])
    said = [given(call.name, key, value, language) for key, value in call.arguments.items() if key != "assume"]
    summary = language.summary(call.name)
    summary = f"{summary[0].lower()}{summary[1:]}"
    return language.say("subject", summary=summary, given=language.listed(said)) if said else summary


def given(estimate: str, key: str, value: Any, language: Language) -> str:
    """An argument as it was given; a number alone says what it is of, and so does what a name of several words takes."""
    parameters = registry.get(estimate).parameters
    key = registry.meant(parameters, key)
    said = language.show(value) if isinstance(value, float) else language.name(str(value))
    is_amount = "_" in key or any(isinstance(parameter.kind, Quantity) for parameter in parameters if parameter.name == key)
    return f"{language.name(key)} {said}" if is_amount else said


def driver(swing: Swing, result: Result, language: Language = IN_ENGLISH) -> str:
    """What one uncertain input does: utilization (25% to 48%: $561,000 to $1.1 million)."""
    moving = swing.input
    low, high = sorted((swing.at_low, swing.at_high))
    span = language.between(moving.low or 0.0, moving.high or 0.0, moving.unit)
    effect = language.between(low, high, result.unit)
    return language.say("only" if effect == span else "driver", name=language.name(moving.name), range=span, effect=effect)


def _published(steps: Sequence[Step], unit: str, language: Language) -> str:
    """The first published figure, in the answer's own unit where there is one."""
    first = min(steps, key=lambda step: step.unit != unit)
    more = f"{language.comma}{language.say('more', count=len(steps) - 1)}" if len(steps) > 1 else ""
    return f"{language.show(first.value, first.unit)} ({first.label.removeprefix(PUBLISHED)}){more}"


_STOPS = r"\u3001\u3002\uff01-\uff0f\uff1a-\uff1f"
# The longest piece of a text that a line holds: up to a space, to the end, or to either side of a Chinese character, but to no stop.
_LINE = rf"(.{{{{1,{{0}}}}}})(?:\s|\Z|(?![{_STOPS}])(?:(?<=[\u2e80-\uffef])|(?=[\u2e80-\uffef])))"
_INDENT = "  "  # of every line but the first


@cache
def _line(room: int) -> re.Pattern[str]:
    return re.compile(_LINE.format(room))


def _lines(text: str, width: int) -> list[str]:
    """A text of single spaces in lines, broken between words, and in Chinese between characters, which no space parts."""
    lines: list[str] = []
    at = 0
    while at < len(text):
        indent = _INDENT if lines else ""
        room = width - len(indent)
        line = _line(room).match(text, at)
        lines.append(f"{indent}{line[1] if line else text[at : at + room]}".rstrip())
        at = line.end() if line else at + room
        at += text[at : at + 1] == " "
    return lines


def _wrapped(text: str, width: int = WIDTH) -> list[str]:
    """A part in lines; what is longer than two ends with dots."""
    if len(text) <= width and text.isprintable() and text == text.strip():
        return [text] if text else []  # as it would be wrapped, in a tenth of the time
    lines = _lines(" ".join(text.split()), width)
    if len(lines) <= MOST_LINES:
        return lines
    rest = " ".join(line.strip() for line in lines[MOST_LINES - 1 :])
    return [*lines[: MOST_LINES - 1], f"{_INDENT}{_shortened(rest, width - len(_INDENT))}"]


def _shortened(text: str, width: int) -> str:
    """A text of single spaces, or as much of it as has room before dots."""
    return text if len(text) <= width else f"{_lines(text, width - len(DOTS))[0]}{DOTS}"


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
    fixed = [entry for entry in result.inputs if entry.origin == "estimate"]
    if fixed:
        lines += ["", "Set by the estimate itself (no argument does: the error of its model, or its choice)", *map(_own_input, fixed)]
    if result.warnings:
        lines += ["", "Warnings", *(f"  - {text}" for text in result.warnings)]
    return lines


def _own_input(entry: Input) -> str:
    """An input of the estimate itself, with its range."""
    value = show(entry.value, entry.unit)
    told = f" ({range_text(entry.low or 0.0, entry.high or 0.0, entry.unit, entry.value)})" if entry.is_uncertain else ""
    return f"  {entry.name}: {value}{told}"


def _sources(results: Iterable[Result]) -> list[str]:
    sources = dict.fromkeys(
        f"  - {source.title}, {source.publisher}, {source.date} {source.url}".rstrip() for result in results for source in result.sources
    )
    return ["", "Sources", *sources]


def whole(calls: Sequence[Answered], wanted: Details, language: Language = IN_ENGLISH) -> str:
    """The answers to some calls, and their details."""
    return "\n".join(filter(None, ["\n\n".join(brief(call, language) for call in calls), details(calls, wanted)]))


def side_by_side(calls: Sequence[Answered], wanted: Details, language: Language = IN_ENGLISH) -> str:
    """The answers of one estimate for each of several things: what they share, then a line for each with what is its own.

    Where the first figure is the same for all, such as the energy of a run in two countries, what stands beside it tells them apart.
    """
    name = calls[0].name
    shared = {key: value for key, value in calls[0].arguments.items() if all(call.arguments.get(key) == value for call in calls)}
    said = [given(name, key, value, language) for key, value in shared.items() if key != "assume"]
    summary = language.summary(name)
    lines = _wrapped(language.say("subject", summary=summary, given=language.listed(said)) if said else summary, language.width)
    alike = len({call.result.value for call in calls}) == 1
    for call in calls:
        own = language.listed([given(name, key, value, language) for key, value in call.arguments.items() if key not in shared])
        spread = language.range(call.result)
        told = f" ({language.say('range', range=spread).rstrip('.。')})" if spread else ""
        lines.append(f"  {own}: {language.show(call.result.value, call.result.unit)}{told}")
        lines += [f"    {line}" for text in _beside(call.result, language) if alike for line in _wrapped(text, language.width - 4)]
    for text in dict.fromkeys(text for call in calls for text in _of_what_was_given(call)):
        lines += _wrapped(language.say("note", note=language.warning(text)), language.width)
    lines += [language.say("formula", formula=call.formula) for call in calls if call.formula]
    return "\n".join(filter(None, ["\n".join(lines), details(calls, wanted)]))
