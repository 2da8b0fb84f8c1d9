"""What the task pane asks of the server: the estimates to choose from, names as they are typed, and one estimate opened up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from compute_cost import registry
from compute_cost.amounts import show
from compute_cost.errors import InputError
from compute_cost.parameters import Anything, CatalogueName, Choice, ModelSize, Text
from compute_cost.registry import Doc, Parameter
from compute_cost_sheets.hosts.office_js.names import formula

MOST_MATCHES = 12
# A number as a spreadsheet writes it; anything else goes into the formula as text.
_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})(e[+-]?\d{1,3})?", re.IGNORECASE)


def estimates() -> list[dict[str, Any]]:
    """Every estimate that takes its own arguments, with its fields and their help."""
    offered = [
        doc for doc in registry.estimates().values() if not any(isinstance(parameter.kind, Anything) for parameter in doc.parameters)
    ]
    return [
        {"name": doc.name, "title": _title(doc.name), "summary": doc.summary, "fields": [_field(parameter) for parameter in doc.parameters]}
        for doc in offered
    ]


def _field(parameter: Parameter) -> dict[str, Any]:
    kind = parameter.kind
    return {
        "name": parameter.name,
        "title": _title(parameter.name),
        "help": parameter.help,
        "example": kind.example.replace('"', ""),  # a cell needs the quotation marks, the field does not
        "required": parameter.required,
        "choices": list(kind.choices),
        "search": "model" if isinstance(kind, ModelSize) else kind.what if isinstance(kind, CatalogueName) else "",
    }


_SHORT = {"gpu": "GPU", "gpus": "GPUs", "api": "API", "flops": "FLOPs", "pue": "PUE"}


def _title(name: str) -> str:
    """price_per_gpu_hour for people: Price per GPU hour."""
    words = name.replace("_", " ")
    return " ".join(_SHORT.get(word.lower(), word) for word in (words[0].upper() + words[1:]).split())


def matches(kind: str, text: str) -> list[dict[str, str]]:
    """Names of the catalogue that hold the text, those that start with it first."""
    entries = registry.get("find").call(kind, text).table[1:] if text.strip() else ()
    wanted = text.strip().casefold()
    rows = sorted(entries, key=lambda row: not str(row[0]).casefold().startswith(wanted))
    return [{"name": str(name), "what": str(what)} for name, _, what in rows[:MOST_MATCHES]]


def answer(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """One estimate with everything behind it, and its formula as Excel takes it.

    Raises CostError with one line that says what to change.
    """
    doc = registry.get(name)
    given = {key: _typed(doc, key, value) for key, value in arguments.items() if value not in (None, "")}
    result = doc.call(**given)
    full = result.as_dict()
    full["formula"] = formula(doc.name, given)
    full["shown"] = show(result.value, result.unit)
    full["range"] = result.range_text()
    full["shown_low"], _, full["shown_high"] = full["range"].partition(" to ")
    for line in [*full["steps"], *full["inputs"]]:
        line["shown"] = show(line["value"], line["unit"])
    for step in full["steps"]:
        step["published"] = step["label"].startswith("Published: ")  # shown next to the estimate, not part of it
    return full


def _typed(doc: Doc, key: str, value: Any) -> Any:
    """What was typed into a field, as a cell would hold it: a number where it is one."""
    if not isinstance(value, str):
        raise InputError(key, value, "send it as the text that was typed")
    kind = next((parameter.kind for parameter in doc.parameters if parameter.name == key), None)
    text = value.strip()
    if (isinstance(kind, (Text, Choice, CatalogueName)) and not isinstance(kind, ModelSize)) or not _NUMBER.fullmatch(text):
        return text
    return float(text)
