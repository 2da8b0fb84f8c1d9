"""Each estimate as a tool: a flat JSON schema of text and closed choices, in the form that each assistant takes.

No $ref, anyOf, default or bound: clients stumble over them, and our own checks keep the bounds. Amounts are
text, because assistants write "175B" and "40%"; a number is accepted too. Models and chips are text with `find`
next to them, never a list to pick from: a decoder that must pick would turn an unknown chip into a known one.

tools.toml says when to use a tool and when not, and which are offered; the rest is reached through run_estimate,
a tool that every client can call: it needs no list that changes, no restart and no nested arguments. Two tools are no estimates:
combine calculates with earlier results, and quote writes a text with their figures filled in (session.py).
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

RUN_ESTIMATE = "run_estimate"
COMBINE = "combine"
QUOTE = "quote"
ASSUME = {
    "type": "array",
    "items": {"type": "string"},
    "description": 'Your own numbers in place of what was assumed, e.g. ["hours_per_month=720"].',
}
# Look-ups assume nothing.
WITHOUT_ASSUMPTIONS = ("find", "gpu_fact", "model_fact", "assumption", "source", "cost_version", "gpu_price", "api_cost", "in_currency")
DETAIL = {
    "type": "string",
    "enum": ["concise", "full"],
    "description": "full adds steps, inputs, sources, figures and the whole table.",
}


@dataclass(frozen=True)
class Tool:
    """One tool, before it takes the form of a protocol. `properties` are flat JSON schemas."""

    name: str
    description: str
    properties: Mapping[str, dict[str, Any]]
    required: Sequence[str]
    value: Mapping[str, Any] | None  # None for a text

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
        if self.value is None:
            return {
                "type": "object",
                "properties": {"text": {"type": "string", "description": "The text as people read it."}},
                "required": ["text"],
            }
        spread = {key: {**self.value, "description": what} for key, what in _SPREAD.items()}
        return {"type": "object", "properties": {**_OUTPUT, **spread}, "required": [*_REQUIRED, *_SPREAD]}


_TEXT = {"type": "string", "description": "The text as people read it."}
_SPREAD = {
    "value": "The answer.",
    "low": "Lower end of the 80% interval, or the value where there is none.",
    "high": "Upper end of the 80% interval, or the value where there is none.",
}
_REQUIRED = ("id", "unit", "formula")
_OUTPUT: dict[str, Any] = {
    "id": {"type": "string", "description": "What the result is referred to by: {c1.value}, {c1.low}."},
    "unit": {"type": "string", "description": "Unit of value, low and high."},
    "values": {"type": "object", "description": "Other figures of the answer by name, each with its unit; in full detail all."},
    # Nothing is said about the cells of a table: a client that checks each would take longer than the estimate.
    "table": {"type": "array", "items": {"type": "array"}, "description": "Header and rows, where the answer is a table: the first ones."},
    "drivers": {"type": "object", "description": "The inputs that move the answer most, and between which answers."},
    "more": {"type": "object", "description": "What full detail has besides: names of figures, which may be quoted, and counts."},
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
    """The default tools, run_estimate and those over earlier results; or every estimate as a tool of its own."""
    docs = {name: doc for name, doc in registry.estimates().items() if name not in registry.FOR_CELLS_ONLY}
    if everything:
        return [*(of(doc) for doc in docs.values()), _combine(), _quote()]
    return [*(of(docs[name], rare=False) for name in texts()["default"]), _run_estimate(), _combine(), _quote()]


def of(doc: Doc, rare: bool = True) -> Tool:
    """One estimate as a tool; without the `rare` arguments, which every call takes all the same."""
    assume = {} if doc.name in WITHOUT_ASSUMPTIONS else {"assume": ASSUME}
    properties = {**{parameter.name: _property(parameter) for parameter in doc.parameters}, **assume, "detail": DETAIL}
    required = [parameter.name for parameter in doc.parameters if parameter.required]
    shown = {name: described for name, described in properties.items() if rare or name in required or name not in texts()["rare"]}
    return Tool(doc.name, _about(doc.name, doc.summary), shown, required, {"type": "number"} if doc.answers == "number" else {})


def _run_estimate() -> Tool:
    """The tool that runs any estimate, for those without a tool of their own."""
    return Tool(
        RUN_ESTIMATE,
        _about(RUN_ESTIMATE, ""),
        {
            "name": {"type": "string", "description": 'As find gives it, e.g. "train_flops".'},
            "arguments": {"type": "string", "description": 'A JSON object in text, e.g. {"params": "GPT-3"}.'},
            "detail": DETAIL,
        },
        ["name", "arguments"],
        {},
    )


def _combine() -> Tool:
    return Tool(
        COMBINE,
        _about(COMBINE, ""),
        {
            "how": {"type": "string", "enum": ["add", "subtract", "multiply", "divide", "convert"], "description": "From left to right."},
            "results": {"type": "string", "description": 'Ids, or figures of results, e.g. "c1, c2" or "c1.gpu_hours".'},
            "by": {
                "type": "string",
                "description": 'A count in the user\'s words to multiply or divide by, e.g. "1200 users", "12 months".',
            },
            "unit": {"type": "string", "description": 'Unit of the answer, e.g. "USD per year".'},
        },
        ["how", "results"],
        {"type": "number"},
    )


def _quote() -> Tool:
    return Tool(
        QUOTE,
        _about(QUOTE, ""),
        {
            "text": {"type": "string", "description": 'E.g. "It costs {c1.value} ({c1.range}) on {you: 64 H100}."'},
            "question": {"type": "string", "description": "The user's own words, for references such as {you: 64 H100}."},
        },
        ["text"],
        None,
    )


def _about(name: str, summary: str) -> str:
    """What an assistant picks a tool by; a new estimate is one before anybody wrote a text for it."""
    text = texts().get(name)
    return f"{text['when'][0].upper()}{text['when'][1:]}. Not for {text['when_not']}." if text else summary


def _property(parameter: Parameter) -> dict[str, Any]:
    kind = parameter.kind
    told = kind.example and not kind.choices and '"' not in kind.doc  # what the text has no example of
    text = f"{kind.doc[0].upper()}{kind.doc[1:].rstrip('.')}{f', e.g. {kind.example}' if told else ''}."
    described: dict[str, Any] = {"type": kind.json_type, "description": text}
    if kind.choices:
        described["enum"] = list(kind.choices)
    return described


def render(form: str, everything: bool = False, outputs: bool = False) -> list[dict[str, Any]]:
    """The tools in one of FORMS; with `outputs` those of MCP say what they answer with, which takes as much room again."""
    rendered = [_FORMS[form](tool) for tool in tools(everything)]
    if outputs and form == "mcp":
        rendered = [{**shown, "outputSchema": tool.output} for shown, tool in zip(rendered, tools(everything), strict=True)]
    return rendered


def _plain(tool: Tool, parameters: str) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, parameters: tool.parameters}


def _strict(tool: Tool) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "parameters": tool.strict_parameters, "strict": True}


def _mcp(tool: Tool) -> dict[str, Any]:
    hints = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False}
    described = {**_plain(tool, "inputSchema"), "annotations": hints}
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
