"""An estimate in words for people: the figure, its range, how it came about, what was assumed and the sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compute_cost import registry
from compute_cost.amounts import show
from compute_cost.result import Result
from compute_cost_tools.calls import ToolCall

NOT_A_MODEL = "Answered by the offline reader: fixed rules, not a language model. Nothing leaves this machine."

PUBLISHED = "Published: "  # how a step starts that holds somebody else's figure


def headline(name: str, result: Result) -> str:
    """One sentence with the figure and its range."""
    subject = registry.get(name).summary.rstrip(".")
    # What an estimate says in words, such as whether a model fits or what is cheaper, is what people asked for.
    _, *others = result.values.items()
    verdicts = [(key, figure.value) for key, figure in others if isinstance(figure.value, str) and not figure.unit]
    said = "".join(f" {key.replace('_', ' ').capitalize()}: {text}." for key, text in verdicts)
    return f"{_figure(result)}: {subject[0].lower()}{subject[1:]}.{said}"


def full(name: str, arguments: dict[str, Any], result: Result) -> str:
    """The whole answer as text."""
    lines = [headline(name, result), "", "How"]
    published = [step for step in result.steps if step.label.startswith(PUBLISHED)]
    own = [step for step in result.steps if step not in published]
    width = max((len(step.label) for step in own), default=0)
    lines += [f"  {step.label:<{width}}  {show(step.value, step.unit)}   {step.formula}" for step in own]
    if published:
        lines += ["", "Published figures to compare with"]
        lines += [f"  {show(step.value, step.unit):<24}  {step.label.removeprefix(PUBLISHED)}: {step.formula}" for step in published]
    lines += _assumed([result])
    if result.warnings:
        lines += ["", "Warnings"]
        lines += [f"  - {text}" for text in result.warnings]
    lines += _sources([result])
    lines += ["", f"In a spreadsheet  {registry.formula(name, arguments)}"]
    return "\n".join(lines)


def ending(calls: Sequence[ToolCall], chosen: Mapping[str, str]) -> str:
    """What stands below an assistant's own words: each call with its range and formula, what was assumed and the sources.

    `chosen` are the arguments that nobody said: the assistant's own.
    """
    lines = ["Worked out"]
    lines += [f"  {call_line(call)}   {call.formula}" for call in calls]
    if chosen:
        lines += ["", "Chosen by the assistant (not said by you)", *(f"  {name}: {value}" for name, value in chosen.items())]
    results = [call.result for call in calls]
    warnings = dict.fromkeys(text for result in results for text in result.warnings)
    lines += _assumed(results)
    if warnings:
        lines += ["", "Warnings", *(f"  - {text}" for text in warnings)]
    return "\n".join([*lines, *_sources(results)])


def call_line(call: ToolCall) -> str:
    """A call and what came out: train_cost(params=GPT-3): $1.2 million (80% range $800,000 to $1.9 million)."""
    given = ", ".join(f"{name}={value}" for name, value in call.arguments.items())
    return f"{call.name}({given}): {_figure(call.result)}"


def _figure(result: Result) -> str:
    spread = result.range_text()
    return f"{show(result.value, result.unit)}{f' (80% range {spread})' if spread else ''}"


def _assumed(results: Sequence[Result]) -> list[str]:
    lines = dict.fromkeys(
        f"  {entry.name}: {show(entry.value, entry.unit)}" for result in results for entry in result.inputs if entry.origin == "assumed"
    )
    return ["", "Assumed (say otherwise to change it)", *lines] if lines else []


def _sources(results: Sequence[Result]) -> list[str]:
    sources = dict.fromkeys(
        f"  - {source.title}, {source.publisher}, {source.date} {source.url}".rstrip() for result in results for source in result.sources
    )
    return ["", "Sources", *sources]
