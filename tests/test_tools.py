"""The schemas that assistants get, checked by the checkers of those who use them, and the MCP server by its official client."""

from __future__ import annotations

import asyncio
import copy
import json
import sys
from typing import Any

import pytest
from conftest import ROOT, command

from agent_tools import schema
from core import registry

TOOLS = {tool["name"]: tool for tool in schema.render("openai")}


def nodes(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value, *(node for one in value.values() for node in nodes(one))]
    return [node for one in value for node in nodes(one)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", TOOLS)
def test_openai_agents_takes_the_strict_schema_as_it_is(name: str) -> None:
    from agents.strict_schema import ensure_strict_json_schema

    wanted = TOOLS[name]["parameters"]
    assert ensure_strict_json_schema(copy.deepcopy(wanted)) == wanted


@pytest.mark.parametrize("name", TOOLS)
def test_pydantic_ai_finds_it_strict(name: str) -> None:
    from pydantic_ai.profiles.openai import OpenAIJsonSchemaTransformer

    walked = OpenAIJsonSchemaTransformer(copy.deepcopy(TOOLS[name]["parameters"]), strict=None)
    walked.walk()
    assert walked.is_strict_compatible


def test_the_checkers_can_say_no() -> None:
    """The control: a schema with an optional key is not strict."""
    from pydantic_ai.profiles.openai import OpenAIJsonSchemaTransformer

    walked = OpenAIJsonSchemaTransformer(copy.deepcopy(schema.parameters(registry.get("train_cost"))), strict=None)
    walked.walk()
    assert not walked.is_strict_compatible


@pytest.mark.parametrize("form", schema.FORMS)
def test_schemas_are_flat(form: str) -> None:
    """Clients stumble over $ref, anyOf and defaults; bounds are kept by our own checks."""
    for tool in schema.render(form):
        inside = tool.get("parameters") or tool["inputSchema"]
        assert inside["additionalProperties"] is False
        for node in nodes(inside):
            assert not node.keys() & {"$ref", "$defs", "anyOf", "oneOf", "allOf", "default", "pattern", "minimum", "format"}
        for name, one in inside["properties"].items():
            assert one["description"], f"{tool['name']}.{name} has no description"


def test_models_and_chips_are_text_not_lists() -> None:
    for tool in schema.render("json"):
        for name in ("params", "gpu", "model", "provider"):
            assert "enum" not in tool["parameters"]["properties"].get(name, {})


def test_every_estimate_is_a_tool_but_those_for_cells() -> None:
    assert set(TOOLS) == set(registry.estimates()) - {"explain", "estimate_range", "estimate_table"}


def test_command_prints_them() -> None:
    done = command("tools", "--format", "openai")
    assert done.returncode == 0, done.stderr
    assert {tool["name"] for tool in json.loads(done.stdout)} == set(TOOLS)
    wrong = command("tools", "--format", "xml")
    assert wrong.returncode == 2
    assert "openai, mcp, json" in wrong.stderr


def over_stdio(*calls: tuple[str, dict[str, Any]]) -> tuple[list[str], list[Any]]:
    """Start `compute-cost mcp` as a client does and make the calls with the official client."""
    from mcp import Client, StdioServerParameters

    server = StdioServerParameters(command=sys.executable, args=["-c", "from core.cli import main; main()", "mcp"], cwd=str(ROOT))

    async def talk() -> tuple[list[str], list[Any]]:
        async with Client(server) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            return names, [await client.call_tool(name, arguments) for name, arguments in calls]

    return asyncio.run(asyncio.wait_for(talk(), 60))


def test_official_client_over_stdio() -> None:
    naive = {"params": "175B", "tokens": "300 billion", "gpu": "A100", "price_per_gpu_hour": "$2", "utilization": "100%"}
    names, (good, unknown_argument, unknown_chip, no_tool) = over_stdio(
        ("train_cost", naive), ("train_cost", {**naive, "mfu": 0.5}), ("train_cost", {**naive, "gpu": "A1000"}), ("rm", {})
    )
    assert set(names) == set(TOOLS)
    assert good.is_error is False
    assert good.structured_content["value"] == 560897.4358974359
    assert good.structured_content["formula"] == '=TRAIN_COST("175B","300 billion","A100","$2","100%")'
    assert json.loads(good.content[0].text) == good.structured_content
    for bad, says in ((unknown_argument, 'no argument "mfu"'), (unknown_chip, "did you mean A100"), (no_tool, "the tools are")):
        assert bad.is_error is True
        assert says in bad.content[0].text
        assert bad.structured_content is None
