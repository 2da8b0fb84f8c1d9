"""One conversation with the tools, whoever holds it: results have numbers, may go into later calls, and are quoted by reference."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from compute_cost import registry
from compute_cost.answers import in_words, languages
from compute_cost.catalogue import names
from compute_cost.command.arguments import parse_object
from compute_cost.errors import InputError, MissingInput, UnknownArgument
from compute_cost.parameters import CatalogueName, Choice
from compute_cost_tools import combine, grounding, schema
from compute_cost_tools.calls import ToolCall, run
from compute_cost_tools.ledger import Ledger, numbers

# As an argument a reference stands alone; any other braces are the text of one.
_REFERENCE = re.compile(r"\{\s*(c\d{1,9}(?:\.[^{}\n]{1,200})?|you:[^{}\n]{1,200})\}", re.IGNORECASE)
DIGITS = 4


class Session:
    """Runs calls and keeps their results. Where it `hears` the user, a call says which of its arguments nobody said."""

    def __init__(self, hears: bool = False) -> None:
        self.ledger = Ledger()
        self._hears = hears

    def call(self, tool: str, arguments: Mapping[str, Any]) -> tuple[str, ToolCall]:
        """The number of a call's result, and the call. A reference in place of an argument gives that figure.

        Raises CostError with one line that says what to change.
        """
        given = {key: self._given(value) for key, value in arguments.items() if value is not None}
        inner = given.get("arguments") if tool == schema.RUN_ESTIMATE else None
        inner = parse_object(inner) if isinstance(inner, str) else inner
        if isinstance(inner, Mapping):
            given["arguments"] = {key: self._given(value) for key, value in inner.items()}
        if tool == combine.NAME:
            given.pop("detail", None)
            result, formula = combine.combine(given, self.ledger)
            call = ToolCall(tool, given, result, False, formula)
        else:
            call = run(tool, given)
            if self._hears:  # before its own result is there, which holds them
                call = replace(call, chosen=tuple(_unsaid(call.name, call.arguments, self.ledger)))
        return self.ledger.add(call), call

    def quote(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """A text with its references filled in, and below it what each result in it is of, in our words: whatever the text makes of a
        figure, that stands beside it. Raises InputError that names every figure without a reference.
        """
        for key in arguments:
            if key not in ("text", "question"):
                raise UnknownArgument(schema.QUOTE, key, ("text", "question"))
        text = arguments.get("text")
        if not isinstance(text, str) or not text.strip():
            raise MissingInput("text", "write the answer, with a reference such as {c1.value} where a figure belongs")
        if arguments.get("question"):
            self.ledger.say(str(arguments["question"]))
        written = grounding.write(text, self.ledger)
        if written.strange:
            raise InputError("text", "; ".join(bad.text for bad in written.strange), grounding.advice(written.strange))
        language = languages.of(text)
        calls = [self.ledger.call(name) for name in dict.fromkeys(quote.call for quote in written.quotes if quote.call)]
        of_results = [f"{in_words.headline(call, language)} {call.formula}".rstrip() for call in calls]
        return {"text": "\n".join([written.text, *(["", *of_results] if of_results else [])])}

    def _given(self, value: Any) -> Any:
        """The figure that a reference names, or the value as it is."""
        reference = _REFERENCE.fullmatch(value.strip()) if isinstance(value, str) else None
        return self.ledger.value(reference[1]) if reference else value


def told(name: str, call: ToolCall) -> dict[str, Any]:
    """A call's answer as an assistant gets it: unless it asked for all, what a brief answer says, in figures of four digits."""
    if call.full:
        return {"id": name, **call.answer()}
    short = {key: rounded(value) for key, value in in_words.in_short(call).items() if value}
    result = call.result
    ends = {"low": rounded(result.low), "high": rounded(result.high)}
    return {"id": name, "value": result.value, "unit": result.unit, **ends, "formula": call.formula, **short}


def rounded(value: Any) -> Any:
    """The same with four digits in each figure, for one who reads them."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _unsaid(name: str, arguments: Mapping[str, Any], ledger: Ledger) -> list[str]:
    """The arguments of a call that are in nobody's words and no earlier result: the assistant chose them."""
    kinds = {parameter.name: parameter.kind for parameter in registry.get(name).parameters}
    amounts = ledger.amounts()
    chosen = []
    for key, value in arguments.items():
        kind = kinds.get(key)
        if value is None or kind is None or isinstance(kind, Choice):
            continue
        said = set(numbers(str(value)))
        is_said = (said <= amounts if said else False) or ledger.has_said(str(value))
        if not is_said and not (isinstance(kind, CatalogueName) and _named(kind.what, str(value), ledger.words())):
            chosen.append(key)
    return chosen


def _named(what: str, name: str, text: str) -> bool:
    """Whether a text names the same chip or model, however either writes it."""
    wanted = names.find(what, name)
    others = [names.find(what, text[start:end]) for start, end in grounding.names_in(text)] if wanted else []
    return any(other is not None and wanted is not None and other.row.id == wanted.row.id for other in others)
