"""What stands around an answer in words: who answers, what an assistant chose, and a call on one line."""

from __future__ import annotations

from collections.abc import Sequence

from compute_cost.amounts import show
from compute_cost.answers.in_words import Details, whole
from compute_cost.answers.languages import IN_ENGLISH
from compute_cost_tools.calls import ToolCall

NOT_A_MODEL = "Answered by the offline reader: rules and fitted weights, not a language model. Nothing leaves this machine."


def ending(calls: Sequence[ToolCall], wanted: Details) -> str:
    """What stands below an assistant's own words: the same answers, and which arguments nobody said."""
    chosen = dict.fromkeys(f"{key} {call.arguments[key]}" for call in calls for key in call.chosen)
    lines = [f"Chosen by the assistant (not said by you): {IN_ENGLISH.listed([*chosen])}", ""] if chosen else []
    return "\n".join([*lines, whole(calls, wanted)])


def call_line(call: ToolCall) -> str:
    """A call and what came out: train_cost(params=GPT-3): $1.2 million (80% range $800,000 to $1.9 million)."""
    given = ", ".join(f"{name}={value}" for name, value in call.arguments.items())
    spread = call.result.range_text()
    return f"{call.name}({given}): {show(call.result.value, call.result.unit)}{f' (80% range {spread})' if spread else ''}"
