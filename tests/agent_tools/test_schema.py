"""The tools as each assistant takes them, checked by the converters of those assistants' own SDKs."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter

from compute_cost import registry
from compute_cost.answers.lookup import search
from compute_cost_tools import schema
from compute_cost_tools.session import Session
from tests.support import needs

TOOLS = {tool.name: tool for tool in schema.tools(everything=True)} | {tool.name: tool for tool in schema.tools()}


OPENAI = {tool["name"]: tool for tool in (*schema.render("openai", everything=True), *schema.render("openai"))}


def nodes(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value, *(node for one in value.values() for node in nodes(one))]
    return [node for one in value for node in nodes(one)] if isinstance(value, list) else []


# What is offered


def test_a_tool_a_task_is_offered_and_the_rest_on_request() -> None:
    offered = [tool.name for tool in schema.tools()]
    over_results = [schema.COMBINE, schema.QUOTE]
    assert offered == [*schema.texts()["default"], schema.RUN_ESTIMATE, *over_results]
    everything = {tool.name for tool in schema.tools(everything=True)}
    assert everything == set(registry.estimates()) - set(registry.FOR_CELLS_ONLY) | set(over_results)
    for name in everything - set(offered):
        assert any(row[0] == name and f"{name}(" in row[1] for row in search(name.replace("_", " "))), "an assistant can't know of it"


@pytest.mark.parametrize("form", schema.FORMS)
def test_the_default_tools_fit(form: str) -> None:
    """3.77 letters a token is what cl100k_base makes of the list over MCP, and 3.86 of OpenAI's, whose strict form is longer."""
    most = 3.86 * 6200 if form.startswith("openai") else 3.77 * 6000
    assert len(json.dumps(schema.render(form), separators=(",", ":"))) < most


def test_rare_arguments_are_left_out_of_the_default_tools_alone() -> None:
    rare = set(schema.texts()["rare"])
    for tool in schema.tools():
        assert not rare & tool.properties.keys() - set(tool.required) or tool.name == schema.RUN_ESTIMATE
    assert rare <= {name for tool in schema.tools(everything=True) for name in tool.properties}, "a name that no estimate takes"
    assert Session().call("train_cost", {"params": "GPT-3", "seq_len": 4096})[1].result


@pytest.mark.parametrize(("name", "arguments"), schema.texts()["first"].items())
def test_what_a_server_asks_itself_is_of_its_tools_and_is_answered(name: str, arguments: dict[str, Any]) -> None:
    assert name in schema.texts()["default"]
    assert Session().call(name, arguments)[1].result.value


def test_descriptions_say_when_and_when_not() -> None:
    assert set(schema.texts()) - {"default", "first", "rare"} <= set(TOOLS), "a text for a tool that is not there"
    for name, tool in TOOLS.items():
        assert ". Not for " in tool.description, f"{name}: say in agent_tools/compute_cost_tools/tools.toml when to use it and when not"
    for name, tool in TOOLS.items():
        assert len(tool.description) <= 1024, f"{name}: OpenAI takes no longer description"
        for other in schema.texts().get(name, {}).get("when_not", "").split():
            assert "_" not in other or other.strip("(),.;") in {*TOOLS, "as_of", "purchase_price"}, f"{name} points to {other}"


@pytest.mark.parametrize("form", schema.FORMS)
def test_schemas_are_flat(form: str) -> None:
    """Clients stumble over $ref, anyOf and defaults; bounds are kept by our own checks."""
    for tool in (*schema.render(form), *schema.render(form, everything=True)):
        found = tool.get("function", tool)
        inside = next(found[key] for key in ("parameters", "input_schema", "parameters_json_schema", "inputSchema") if key in found)
        assert inside.get("additionalProperties", "missing") is (False if form != "mcp" else "missing")
        for node in nodes([inside, TOOLS[found["name"]].output]):
            assert not node.keys() & {"$ref", "$defs", "anyOf", "oneOf", "allOf", "default", "pattern", "minimum", "format"}
        for name, one in inside["properties"].items():
            assert one["description"], f"{found['name']}.{name} has no description"


def test_models_and_chips_are_text_not_lists() -> None:
    for tool in TOOLS.values():
        for name in ("params", "gpu", "model", "provider"):
            assert "enum" not in tool.properties.get(name, {})


# Each SDK's own converter


@pytest.mark.parametrize("name", OPENAI)
def test_openai_agents_takes_the_strict_schema_as_it_is(name: str) -> None:
    needs("agents", "sdks")
    from agents.strict_schema import ensure_strict_json_schema

    wanted = OPENAI[name]["parameters"]
    assert ensure_strict_json_schema(copy.deepcopy(wanted)) == wanted


@pytest.mark.parametrize("name", OPENAI)
def test_pydantic_ai_finds_it_strict(name: str) -> None:
    needs("pydantic_ai", "sdks")
    from pydantic_ai.profiles.openai import OpenAIJsonSchemaTransformer

    walked = OpenAIJsonSchemaTransformer(copy.deepcopy(OPENAI[name]["parameters"]), strict=None)
    walked.walk()
    assert walked.is_strict_compatible


def test_the_checkers_can_say_no() -> None:
    """The control: a schema with an optional key is not strict."""
    needs("pydantic_ai", "sdks")
    from pydantic_ai.profiles.openai import OpenAIJsonSchemaTransformer

    walked = OpenAIJsonSchemaTransformer(copy.deepcopy(TOOLS["train_cost"].parameters), strict=None)
    walked.walk()
    assert not walked.is_strict_compatible


def test_openai_types_take_both_shapes() -> None:
    from openai.types.chat import ChatCompletionFunctionToolParam
    from openai.types.responses import FunctionToolParam

    for tool in schema.render("openai", everything=True):
        assert TypeAdapter(FunctionToolParam).validate_python(tool) == tool
    for tool in schema.render("openai-chat", everything=True):
        assert TypeAdapter(ChatCompletionFunctionToolParam).validate_python(tool) == tool
        assert tool["function"]["strict"] is True


def test_anthropic_loses_nothing() -> None:
    """transform_schema moves what it does not know into descriptions; here it has nothing to move (a choice needs no type)."""
    needs("anthropic", "sdks")
    from anthropic import transform_schema
    from anthropic.types import ToolParam

    tool: Any
    for tool in (*schema.render("anthropic"), *schema.render("anthropic", everything=True)):
        assert TypeAdapter(ToolParam).validate_python(tool) == tool
        wanted = copy.deepcopy(tool["input_schema"])
        found = transform_schema(copy.deepcopy(wanted))
        for choice in (one for one in wanted["properties"].values() if "enum" in one):
            del choice["type"]
        assert found == wanted


def test_gemini_takes_the_declarations() -> None:
    needs("google.genai", "sdks")
    from google.genai import types

    for tool in (*schema.render("gemini"), *schema.render("gemini", everything=True)):
        declared = types.FunctionDeclaration(**tool)
        assert declared.parameters_json_schema == tool["parameters_json_schema"]
        assert declared.model_dump(exclude_none=True) == tool


def test_gemini_and_anthropic_take_the_mcp_tools() -> None:
    needs("anthropic", "sdks")
    needs("google.genai", "sdks")
    import mcp_types
    from anthropic.lib.tools.mcp import async_mcp_tool
    from google.genai._mcp_utils import mcp_to_gemini_tool

    client: Any = None  # only a call would need one
    for one in schema.render("mcp"):
        tool = mcp_types.Tool.model_validate(one)
        [declared] = mcp_to_gemini_tool(tool).function_declarations or []
        assert declared.parameters is not None
        taken = declared.parameters.properties or {}
        assert {name: found.description for name, found in taken.items()} == {
            name: found["description"] for name, found in one["inputSchema"]["properties"].items()
        }
        assert async_mcp_tool(tool, client).to_dict() == {
            "name": one["name"], "description": one["description"], "input_schema": one["inputSchema"],
        }  # fmt: skip


def test_json_schema_itself_takes_them() -> None:
    for tool in TOOLS.values():
        for draft in (jsonschema.Draft7Validator, jsonschema.Draft202012Validator):
            draft.check_schema(tool.parameters)
            draft.check_schema(tool.output)
