"""Each estimate as a tool: a flat JSON schema of text and closed choices, in the form that each assistant takes.

No $ref, anyOf, default or bound: clients stumble over them, and our own checks keep the bounds. Amounts are
text, because assistants write "175B" and "40%"; a number is accepted too. Models and chips are text with `find`
next to them, never a list to pick from: a decoder that must pick would turn an unknown chip into a known one.

tools.toml says when to use a tool and when not, and which are offered; the rest is reached through run_estimate,
a tool that every client can call: it needs no list that changes, no restart and no nested arguments.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from compute_cost import registry
from compute_cost.registry import Doc, Parameter

# Names that the assistant never calls: they open up another estimate for a cell.
FOR_CELLS_ONLY = (
    "explain", "estimate_range", "estimate_table", "estimate_value", "estimate_low", "estimate_high", "cost_warnings", "cost_why",
)  # fmt: skip
RUN_ESTIMATE = "run_estimate"
ASSUME = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Your own numbers in place of what the estimate assumes, by the names in the answer's assumed. "
    'Example: ["hours_per_month=720"].',
}
# Look-ups assume nothing.
WITHOUT_ASSUMPTIONS = ("find", "gpu_fact", "model_fact", "assumption", "source", "cost_version", "gpu_price", "api_cost", "in_currency")
DETAIL = {
    "type": "string",
    "enum": ["concise", "full"],
    "description": "concise (the default) or full, with every step, input and source in full.",
}


@dataclass(frozen=True)
class Tool:
    """One tool, before it takes the form of a protocol. `properties` are flat JSON schemas."""

    name: str
    description: str
    properties: Mapping[str, dict[str, Any]]
    required: Sequence[str]
    value: Mapping[str, Any]

    @property
    def parameters(self) -> dict[str, Any]:
        """The arguments as a plain JSON schema."""
        properties = {name: dict(described) for name, described in self.properties.items()}
        return {"type": "object", "properties": properties, "required": list(self.required), "additionalProperties": False}

    @property
    def strict_parameters(self) -> dict[str, Any]:
        """The same for OpenAI's strict mode: every key required, an optional one may be null."""
        plain = self.parameters
        for name, described in plain["properties"].items():
            if name not in self.required:
                described["type"] = [described["type"], "null"]
                if "enum" in described:
                    described["enum"] = [*described["enum"], None]
        return {**plain, "required": list(plain["properties"])}

    @property
    def output(self) -> dict[str, Any]:
        """What the tool answers with, as a JSON schema."""
        spread = {key: {**self.value, "description": what} for key, what in _SPREAD.items()}
        return {"type": "object", "properties": {**spread, **_OUTPUT}, "required": [*_SPREAD, *_REQUIRED]}


_SPREAD = {
    "value": "The answer.",
    "low": "Lower end of the 80% interval, or the value where there is none.",
    "high": "Upper end of the 80% interval, or the value where there is none.",
}
_REQUIRED = ("unit", "formula", "warnings", "sources")
_OUTPUT: dict[str, Any] = {
    "unit": {"type": "string", "description": "Unit of value, low and high."},
    "values": {"type": "object", "description": "The other figures of the answer by name, each with its unit."},
    # Nothing is said about the cells of a table: a client that checks each would take longer than the estimate.
    "table": {"type": "array", "items": {"type": "array"}, "description": "Header and rows, where the answer is a table."},
    "formula": {"type": "string", "description": "The same call as a spreadsheet formula."},
    "assumed": {"type": "object", "description": "The defaults that were used, by argument."},
    "warnings": {"type": "array", "items": {"type": "string"}, "description": "What lowers the trust in the answer."},
    "sources": {
        "type": "array",
        "items": {},
        "description": "Where the figures come from: ids (the estimate source tells about one), or in full detail title, address and date.",
    },
    "inputs": {"type": "array", "items": {"type": "object"}, "description": "Full detail: each value used: given, assumed or catalogue."},
    "steps": {"type": "array", "items": {"type": "object"}, "description": "Full detail: the calculation."},
}


@cache
def texts() -> Mapping[str, Any]:
    """tools.toml: `default`, and when and when_not by tool."""
    return tomllib.loads(resources.files("compute_cost_tools").joinpath("tools.toml").read_text(encoding="utf-8"))


def tools(everything: bool = False) -> list[Tool]:
    """The default tools and run_estimate, or every estimate as a tool of its own."""
    docs = {name: doc for name, doc in registry.estimates().items() if name not in FOR_CELLS_ONLY}
    if everything:
        return [of(doc) for doc in docs.values()]
    default = texts()["default"]
    return [*(of(docs[name]) for name in default), _run_estimate([name for name in docs if name not in default])]


def of(doc: Doc) -> Tool:
    """One estimate as a tool."""
    unit = f" The value is in {doc.unit}." if doc.unit and doc.answers == "number" else ""
    assume = {} if doc.name in WITHOUT_ASSUMPTIONS else {"assume": ASSUME}
    return Tool(
        doc.name,
        f"{doc.summary}{unit}{_when(doc.name)} Leave an argument out to use its default, which the answer then names.",
        {**{parameter.name: _property(parameter) for parameter in doc.parameters}, **assume, "detail": DETAIL},
        [parameter.name for parameter in doc.parameters if parameter.required],
        {"type": "number"} if doc.answers == "number" else {},
    )


def _run_estimate(names: Sequence[str]) -> Tool:
    """The tool that runs any estimate, for those without a tool of their own."""
    return Tool(
        RUN_ESTIMATE,
        f"Runs any estimate by its name: {', '.join(names)}.{_when(RUN_ESTIMATE)} "
        'find with kind "estimate" tells what each answers and takes.',
        {
            "name": {"type": "string", "description": 'Name of the estimate. Example: "train_flops".'},
            "arguments": {"type": "string", "description": 'Its arguments as a JSON object in text. Example: {"params": "GPT-3"}.'},
            "detail": DETAIL,
        },
        ["name", "arguments"],
        {},
    )


def _when(name: str) -> str:
    text = texts().get(name)  # a new estimate is a tool before anybody wrote a text for it
    return f" Use it for: {text['when']}. Not for: {text['when_not']}." if text else ""


def _property(parameter: Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {"type": parameter.kind.json_type, "description": parameter.help}
    if parameter.kind.choices:
        described["enum"] = list(parameter.kind.choices)
    return described


def render(form: str, everything: bool = False) -> list[dict[str, Any]]:
    """The tools in one of FORMS."""
    return [_FORMS[form](tool) for tool in tools(everything)]


def _plain(tool: Tool, parameters: str) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, parameters: tool.parameters}


def _strict(tool: Tool) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "parameters": tool.strict_parameters, "strict": True}


def _mcp(tool: Tool) -> dict[str, Any]:
    title = tool.name.replace("_", " ")
    hints = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False}
    described = {**_plain(tool, "inputSchema"), "title": title, "outputSchema": tool.output, "annotations": {"title": title, **hints}}
    # google-genai's converter of MCP tools fails over the word; an unknown argument is refused without it too.
    del described["inputSchema"]["additionalProperties"]
    return described


_FORMS: dict[str, Callable[[Tool], dict[str, Any]]] = {
    "openai": lambda tool: {"type": "function", **_strict(tool)},  # the Responses API
    "openai-chat": lambda tool: {"type": "function", "function": _strict(tool)},
    "anthropic": lambda tool: _plain(tool, "input_schema"),
    "gemini": lambda tool: _plain(tool, "parameters_json_schema"),
    "mcp": _mcp,
    "json": lambda tool: _plain(tool, "parameters"),
}
FORMS = tuple(_FORMS)
