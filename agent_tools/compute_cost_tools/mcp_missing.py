"""Asks the user of an MCP client for what a call lacks, where the client can ask (elicitation); else the call is refused as ever.

The protocol of 2026-07-28 has the server answer "input required" and the client call again with what the user said;
before it the server asks while the call waits.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from compute_cost import registry
from compute_cost.command.arguments import parse_object
from compute_cost.errors import CostError
from compute_cost.registry import Parameter
from compute_cost_tools import schema
from compute_cost_tools.calls import meant
from compute_cost_tools.missing import question

MISSING = "missing"  # the only question of a call


def form(tool: str, arguments: Mapping[str, Any], lacking: Collection[str] = ()) -> types.ElicitRequestFormParams | None:
    """What to ask for a call: every input that it needs, always or for what is `lacking`, and does not give; None where it lacks none."""
    name, given = _estimate(tool, arguments)
    estimates = registry.estimates()
    parameters = estimates[name].parameters if name in estimates else ()
    missing = [
        parameter for parameter in parameters if (parameter.required or parameter.name in lacking) and given.get(parameter.name) is None
    ]
    if not missing:
        return None
    asked = " ".join(question(name, parameter.name) for parameter in missing)
    wanted = {
        "type": "object",
        "properties": {parameter.name: _field(parameter) for parameter in missing},
        "required": [parameter.name for parameter in missing],
    }
    return types.ElicitRequestFormParams(message=f"{estimates[name].summary} {asked}", requested_schema=wanted)


def _estimate(tool: str, arguments: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The estimate that a call runs, and what it is given; nothing of what can't be read, which the call itself refuses."""
    if tool != schema.RUN_ESTIMATE:
        return tool, meant(arguments)
    inner = arguments.get("arguments", "{}")
    try:
        return str(arguments.get("name")), meant(parse_object(inner) if isinstance(inner, str) else dict(inner))
    except (CostError, TypeError, ValueError):
        return "", {}


def _field(parameter: Parameter) -> dict[str, Any]:
    """Text, as people write amounts; the choices of a closed set."""
    kind = parameter.kind
    about = f"{kind.doc}{f' For example {kind.example}.' if kind.example else ''}".replace('"', "")
    choices = {"enum": list(kind.choices)} if kind.choices else {}
    return {"type": "string", "title": parameter.name.replace("_", " ").capitalize(), "description": about, **choices}


async def complete(
    context: ServerRequestContext[Any], request: types.CallToolRequestParams, lacking: Collection[str]
) -> types.InputRequiredResult | Mapping[str, Any]:
    """The arguments of a call with what the user adds where the client shows forms; or the answer that makes the client ask."""
    arguments = request.arguments or {}
    wanted = form(request.name, arguments, lacking)
    if not wanted or not context.session.check_client_capability(types.ClientCapabilities(elicitation=types.ElicitationCapability())):
        return arguments
    said = await _ask(context, request, wanted)
    return said if isinstance(said, types.InputRequiredResult) else _filled(request.name, arguments, said)


async def _ask(
    context: ServerRequestContext[Any], request: types.CallToolRequestParams, wanted: types.ElicitRequestFormParams
) -> types.InputRequiredResult | Mapping[str, Any]:
    """What the user said, nothing where they would not; or the answer that makes the client ask."""
    if context.protocol_version in MODERN_PROTOCOL_VERSIONS:
        said = (request.input_responses or {}).get(MISSING)
        if said is None:
            return types.InputRequiredResult(input_requests={MISSING: types.ElicitRequest(params=wanted)})
    else:
        said = await context.session.elicit_form(wanted.message, wanted.requested_schema, context.request_id)
    accepted = isinstance(said, types.ElicitResult) and said.action == "accept" and said.content
    return {name: value for name, value in accepted.items() if name in wanted.requested_schema["properties"]} if accepted else {}


def _filled(tool: str, arguments: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the call with what the user said."""
    if tool != schema.RUN_ESTIMATE:
        return {**arguments, **said}
    return {**arguments, "arguments": json.dumps({**_estimate(tool, arguments)[1], **said})}
