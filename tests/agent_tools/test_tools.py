"""The tools as each assistant takes them, checked by the converters of those assistants' own SDKs, and what a call answers."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter

from compute_cost import catalogue, registry
from compute_cost.errors import CostError, InputError, UnknownArgument, UnknownName
from compute_cost_sheets.functions import all_functions
from compute_cost_tools import schema
from compute_cost_tools.calls import call
from tests.core.test_every_estimate import good
from tests.support import ROOT, command, needs

TOOLS = {tool.name: tool for tool in schema.tools(everything=True)} | {tool.name: tool for tool in schema.tools()}
OPENAI = {tool["name"]: tool for tool in (*schema.render("openai", everything=True), *schema.render("openai"))}


def nodes(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value, *(node for one in value.values() for node in nodes(one))]
    return [node for one in value for node in nodes(one)] if isinstance(value, list) else []


# What is offered


def test_about_fifteen_tools_are_offered_and_the_rest_on_request() -> None:
    offered = [tool.name for tool in schema.tools()]
    assert 13 <= len(offered) <= 17
    assert offered == [*schema.texts()["default"], schema.RUN_ESTIMATE]
    everything = {tool.name for tool in schema.tools(everything=True)}
    assert everything == set(registry.estimates()) - {"explain", "estimate_range", "estimate_table"}
    for name in everything - set(offered):
        assert name in TOOLS[schema.RUN_ESTIMATE].description, "an assistant can't know of it"


def test_descriptions_say_when_and_when_not() -> None:
    assert set(schema.texts()) - {"default"} <= set(TOOLS), "a text for a tool that is not there"
    for tool in TOOLS.values():
        assert " Use it for: " in tool.description
        assert " Not for: " in tool.description
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
        for node in nodes([inside, tool.get("outputSchema", {})]):
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


# Calls


@pytest.mark.parametrize("detail", ["concise", "full", True, None])
@pytest.mark.parametrize("name", [name for name in TOOLS if name != schema.RUN_ESTIMATE])
def test_answers_follow_the_output_schema(name: str, detail: Any) -> None:
    arguments = good(name)
    answer = call(name, {**arguments, "detail": detail})
    jsonschema.validate(answer, TOOLS[name].output)
    json.dumps(answer, allow_nan=False)
    full = detail in ("full", True)
    assert ("steps" in answer) is full
    assert all(isinstance(one, dict if full else str) for one in answer["sources"])
    by_name = call(schema.RUN_ESTIMATE, {"name": name, "arguments": json.dumps(arguments), "detail": detail})
    assert by_name == answer


def test_concise_is_short_and_names_what_was_assumed() -> None:
    concise, full = (call("train_cost", {"params": "GPT-3", "gpu": "A100", "detail": detail}) for detail in ("concise", "full"))
    assert concise["assumed"]["precision"] == "bf16"
    assert concise["assumed"]["as_of"] == "2026-11-22"
    assert "gpu" not in concise["assumed"]
    assert concise["sources"] == [one["id"] for one in full["sources"]]
    assert all(one["date"] for one in full["sources"])
    assert {one["origin"] for one in full["inputs"]} == {"given", "assumed", "catalogue"}
    assert len(json.dumps(concise)) < len(json.dumps(full)) / 5


def test_quantities_are_text_or_numbers() -> None:
    for params, tokens in (("175B", "0.3T"), (1.75e11, 3e11), ("1750亿", "3000亿"), ("175,000,000,000", 300_000_000_000)):
        assert call("train_flops", {"params": params, "tokens": tokens})["value"] == 6 * 175e9 * 300e9
    assert call("train_flops", {"params": "70B", "tokens": "2万亿"})["value"] == 6 * 70e9 * 2e12


def test_a_table_too_long_to_read_is_refused() -> None:
    sizes = ", ".join(f"{size}B" for size in range(1, 32))
    grid = {"name": "train_flops", "a1": sizes, "a2": "1T, 2T, 3T, 4T, 5T, 6T, 7T, 8T, 9T"}
    assert len(call("cost_table", grid)["table"]) == 280
    with pytest.raises(InputError, match='table: "310 rows" can\'t be used; an answer holds at most 300'):
        call("cost_table", {**grid, "a2": f"{grid['a2']}, 10T"})


@pytest.mark.parametrize("assume", [["pue=1.1", "average_draw_gpu=60%"], {"pue": 1.1, "average_draw_gpu": 0.6}])
def test_an_assumption_is_put_in_place_by_its_name(assume: Any) -> None:
    wanted = registry.get("train_energy").call("GPT-3", pue=1.1, assume={"average_draw_gpu": 0.6})
    found = call("train_energy", {"params": "GPT-3", "assume": assume, "detail": "full"})
    assert (found["value"], found["low"], found["high"]) == (wanted.value, wanted.low, wanted.high)
    origins = {one["name"]: one["origin"] for one in found["inputs"]}
    assert origins["average_draw_gpu"] == origins["pue"] == "given"
    concise = call(schema.RUN_ESTIMATE, {"name": "train_energy", "arguments": json.dumps({"params": "GPT-3", "assume": assume})})
    assert concise["value"] == wanted.value
    assert "average_draw_gpu" not in concise["assumed"]
    assert "average_draw_gpu" in call("train_energy", {"params": "GPT-3"})["assumed"], "the control: where an assistant finds the name"
    cells = [cell.strip('"') or None for cell in concise["formula"].removeprefix("=TRAIN_ENERGY(").removesuffix(")").split(",")]
    assert all_functions()["TRAIN_ENERGY"](*cells) == wanted.value
    done = command("call", "train_energy", json.dumps({"params": "GPT-3", "assume": assume}))
    assert json.loads(done.stdout)["value"] == wanted.value


def test_every_estimate_that_assumes_takes_assumptions() -> None:
    """A flat list of texts; look-ups, which assume nothing, do without."""
    rows = catalogue.assumptions()
    for name, tool in TOOLS.items():
        if name == schema.RUN_ESTIMATE:
            continue
        assumed = {one.name for one in registry.get(name).call(**good(name)).inputs if one.origin == "assumed"}
        numbers = {one for one in assumed if one in rows and isinstance(rows[one].value, float)}
        if "assume" in tool.properties:
            assert tool.properties["assume"]["type"] == "array"
            assert tool.properties["assume"]["items"] == {"type": "string"}
            assert "assume" not in tool.required
        else:
            assert not numbers, f"{name} assumes {numbers}"
    assert "assume" in TOOLS["train_cost"].properties
    assert "assume" not in TOOLS["find"].properties


def test_null_is_the_default() -> None:
    every = {**dict.fromkeys(TOOLS["train_cost"].properties), "params": "GPT-3"}
    assert call("train_cost", every) == call("train_cost", {"params": "GPT-3"})


@pytest.mark.parametrize(
    ("tool", "arguments", "error", "says"),
    [
        ("train_cost", {"params": "GPT-3", "mfu": 0.5}, UnknownArgument, "it takes params, tokens, gpu"),
        ("train_cost", {"params": "GPT-3", "gpu": "A1000"}, UnknownName, "did you mean A100"),
        ("train_cots", {"params": "GPT-3"}, UnknownName, "did you mean train_cost"),
        ("train_energy", {"params": "GPT-3", "assume": ["average_drawgpu=0.6"]}, UnknownArgument, "did you mean average_draw_gpu"),
        ("train_energy", {"params": "GPT-3", "assume": ["hours_per_month=700"]}, InputError, "does not assume it here; it assumes"),
        ("train_energy", {"params": "GPT-3", "assume": ["average_draw_gpu"]}, InputError, "give each assumption with its value"),
        ("train_energy", {"params": "GPT-3", "assume": 0.6}, InputError, "give each assumption with its value"),
        ("find", {"kind": "gpu", "text": "A100", "assume": ["hours_per_month=700"]}, InputError, "it assumes nothing"),
        ("explain", {"name": "train_cost"}, UnknownName, "the tools are"),
        ("train_cost", {"params": "GPT-3", "detail": "verbose"}, InputError, "give concise or full"),
        ("train_cost", {"params": "GPT-3", "detail": ["full"]}, InputError, "give concise or full"),
        ("run_estimate", {"name": "train_flops", "arguments": '{"params": "GPT-3", "n": 1}'}, UnknownArgument, "it takes params"),
        ("run_estimate", {"name": "train_flops", "arguments": "params=GPT-3"}, InputError, "not a JSON object"),
        ("run_estimate", {"name": "train_flops", "arguments": ["GPT-3"]}, InputError, "give a JSON object"),
        ("run_estimate", {"name": "train_flops", "params": "GPT-3"}, UnknownArgument, "it takes name, arguments"),
        ("run_estimate", {"arguments": "{}"}, InputError, "needs the name of an estimate"),
        ("run_estimate", {"name": "run_estimate", "arguments": "{}"}, UnknownName, "the tools are"),
    ],
)
def test_bad_calls_get_one_line_that_says_what_to_change(tool: str, arguments: dict[str, Any], error: type[CostError], says: str) -> None:
    with pytest.raises(error) as caught:
        call(tool, arguments)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_command_prints_them() -> None:
    done = command("tools", "--format", "anthropic")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == schema.render("anthropic")
    everything = command("tools", "--all")
    assert {tool["name"] for tool in json.loads(everything.stdout)} == set(TOOLS) - {schema.RUN_ESTIMATE}
    wrong = command("tools", "--format", "xml")
    assert wrong.returncode == 2
    assert "openai, openai-chat, anthropic, gemini, mcp, json" in wrong.stderr


@pytest.mark.parametrize("name", ["README.md", "docs/start/assistant.md"])
def test_the_configuration_that_people_copy_starts_this_server(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    found = [json.loads(one) for one in re.findall(r'\{"(?:mcpServers|servers)".*?\}\}\}', text)]
    assert {key for one in found for key in one} == {"mcpServers", "servers"}
    for one in found:
        [(_, server)] = next(iter(one.values())).items()
        assert (server["command"], server["args"], server.get("type", "stdio")) == ("compute-cost", ["mcp"], "stdio")
    assert "claude mcp add compute-cost -- compute-cost mcp" in text
