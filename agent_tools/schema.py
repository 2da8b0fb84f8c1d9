"""Each estimate as a JSON schema: a flat object of text, numbers and closed choices, no $ref, no anyOf, no default.

Amounts are text, because assistants write "175B" and "40%"; a number is accepted too. Models and chips are
text, never a list to pick from: a decoder that must pick would turn an unknown chip into a known one.
"""

from __future__ import annotations

from typing import Any

from core import registry
from core.registry import Doc, Parameter

# Names that the assistant never calls: they open up another estimate for a cell.
FOR_CELLS_ONLY = ("explain", "estimate_range", "estimate_table")
DETAIL = {
    "type": "string",
    "enum": ["concise", "full"],
    "description": "concise (the default) gives value, range, inputs, warnings and sources; full adds every step.",
}


def tools() -> list[Doc]:
    """The estimates that assistants are offered."""
    return [doc for doc in registry.estimates().values() if doc.name not in FOR_CELLS_ONLY]


def parameters(doc: Doc) -> dict[str, Any]:
    """The arguments of one estimate as a plain JSON schema."""
    return {
        "type": "object",
        "properties": {**{one.name: _property(one) for one in doc.parameters}, "detail": dict(DETAIL)},
        "required": [one.name for one in doc.parameters if one.required],
        "additionalProperties": False,
    }


def strict_parameters(doc: Doc) -> dict[str, Any]:
    """The same for OpenAI's strict mode: every key required, an optional one may be null."""
    plain = parameters(doc)
    for name, one in plain["properties"].items():
        if name not in plain["required"]:
            one["type"] = [one["type"], "null"]
            if "enum" in one:
                one["enum"] = [*one["enum"], None]
    return {**plain, "required": list(plain["properties"])}


def _property(parameter: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = {"type": parameter.kind.json_type, "description": parameter.help}
    if parameter.kind.choices:
        found["enum"] = list(parameter.kind.choices)
    return found


def description(doc: Doc) -> str:
    """When to use the tool and what it answers with."""
    unit = f" The value is in {doc.unit}." if doc.unit and doc.answers == "number" else ""
    return f"{doc.summary}{unit} Leave an argument out to use its default, which the answer then names."


OUTPUT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "value": {"type": ["number", "string"], "description": "The answer."},
        "unit": {"type": "string", "description": "Unit of value, low and high."},
        "low": {"type": ["number", "string"], "description": "Lower end of the 80% interval, or the value."},
        "high": {"type": ["number", "string"], "description": "Upper end of the 80% interval, or the value."},
        "formula": {"type": "string", "description": "The same call as a spreadsheet formula."},
        "inputs": {"type": "array", "items": {"type": "object"}, "description": "Values used: given, assumed or from the catalogue."},
        "warnings": {"type": "array", "items": {"type": "string"}, "description": "What lowers the trust in the answer."},
        "sources": {"type": "array", "items": {}, "description": "Where the figures come from, with dates."},
        "table": {"type": "array", "items": {"type": "array", "items": {}}, "description": "Header and rows, where the answer is a table."},
        "steps": {"type": "array", "items": {"type": "object"}, "description": "The calculation (full detail only)."},
        "values": {"type": "object", "description": "Named figures (full detail only)."},
    },
    "required": ["value", "unit", "low", "high", "formula", "inputs", "warnings", "sources"],
}


def render(form: str) -> list[dict[str, Any]]:
    """All tools in a form: openai (Responses API, strict), mcp or json."""
    return [_FORMS[form](doc) for doc in tools()]


def _openai(doc: Doc) -> dict[str, Any]:
    return {
        "type": "function",
        "name": doc.name,
        "description": description(doc),
        "parameters": strict_parameters(doc),
        "strict": True,
    }


def _mcp(doc: Doc) -> dict[str, Any]:
    return {
        "name": doc.name,
        "title": doc.name.replace("_", " "),
        "description": description(doc),
        "inputSchema": parameters(doc),
        "outputSchema": OUTPUT,
        "annotations": {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False},
    }


def _json(doc: Doc) -> dict[str, Any]:
    return {"name": doc.name, "description": description(doc), "parameters": parameters(doc)}


_FORMS = {"openai": _openai, "mcp": _mcp, "json": _json}
FORMS = tuple(_FORMS)
