"""One call of a tool: what it answers, in short and in full, and the one line that a bad call gets."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from compute_cost import catalogue, registry
from compute_cost.errors import CostError, InputError, UnknownArgument, UnknownName
from compute_cost_sheets.functions import all_functions
from compute_cost_tools import schema
from compute_cost_tools.calls import call
from tests.support import command, sample_call

TOOLS = {tool.name: tool for tool in schema.tools(everything=True) if tool.name in registry.estimates()}


@pytest.mark.parametrize("detail", ["concise", "full", True, None])
@pytest.mark.parametrize("name", TOOLS)
def test_answers_follow_the_output_schema(name: str, detail: Any) -> None:
    arguments = sample_call(name)
    answer = call(name, {**arguments, "detail": detail})
    jsonschema.validate({"id": "c1", **answer}, TOOLS[name].output)
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


def test_a_table_too_long_to_read_is_cut_and_says_so() -> None:
    sizes = ", ".join(f"{size}B" for size in range(1, 32))
    grid = {"name": "train_flops", "a1": sizes, "a2": "1T, 2T, 3T, 4T, 5T, 6T, 7T, 8T, 9T"}
    whole, longer = call("cost_table", grid), {**grid, "a2": f"{grid['a2']}, 10T"}
    assert len(whole["table"]) == 280
    assert not [one for one in whole["warnings"] if "rows" in one]
    for detail in ("concise", "full"):
        cut = call("cost_table", {**longer, "detail": detail})
        assert len(cut["table"]) == 301, "its header and 300 rows"
        assert cut["warnings"][-1] == "the table has 310 rows, of which these are the first 300; the command compute-cost prints all"


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
        assumed = {one.name for one in registry.get(name).call(**sample_call(name)).inputs if one.origin == "assumed"}
        numbers = {one for one in assumed if one in rows and isinstance(rows[one].value, float)}
        if "assume" in tool.properties:
            assert tool.properties["assume"]["type"] == "array"
            assert tool.properties["assume"]["items"] == {"type": "string"}
            assert "assume" not in tool.required
        else:
            assert not numbers, f"{name} assumes {numbers}"
    assert "assume" in TOOLS["train_cost"].properties
    assert "assume" not in TOOLS["find"].properties


@pytest.mark.parametrize("nothing", [None, "", " ", "default", "Default", "null"])
def test_null_is_the_default(nothing: Any) -> None:
    every = {**dict.fromkeys(TOOLS["train_cost"].properties, nothing), "params": "GPT-3"}
    assert call("train_cost", every) == call("train_cost", {"params": "GPT-3"})


def test_default_is_a_level_and_for_all_else_what_is_left_out() -> None:
    asked = {"params": "Llama 3.1 8B", "gpu": "H100"}
    levels = {level: call("infer_throughput", asked | {"level": level})["value"] for level in ("default", "tuned", None)}
    assert levels["default"] == registry.get("infer_throughput").call(**asked, level="default").value
    assert levels["default"] < levels["tuned"] == levels[None]
    place = [parameter.name for parameter in registry.get("infer_throughput").parameters].index("level") + 1
    handed_on = {"name": "infer_throughput", "a1": "Llama 3.1 8B", "a2": "H100", f"a{place}": "default"}
    assert levels["default"] in call("cost_table", handed_on | {"detail": "full"})["table"][1]


@pytest.mark.parametrize(
    ("tool", "sloppy", "meant"),
    [
        ("train_cost", {"params": ["GPT-3"], "gpu": '["A100"]'}, {"params": "GPT-3", "gpu": "A100"}),
        ("Train-Cost", {"params": "GPT-3"}, {"params": "GPT-3"}),
        ("cost_table", {"name": "train_flops", "a1": '["7B", "13B"]', "a2": "1T"}, {"name": "train_flops", "a1": "7B, 13B", "a2": "1T"}),
    ],
)
def test_what_assistants_write_is_read_as_they_mean_it(tool: str, sloppy: dict[str, Any], meant: dict[str, Any]) -> None:
    got, wanted = call(tool, sloppy), call(tool.casefold().replace("-", "_"), meant)
    assert (got["value"], got["unit"], got.get("table")) == (wanted["value"], wanted["unit"], wanted.get("table"))


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
        ("train_cost", {"params": "GPT-3", "detail": ["full", "concise"]}, InputError, "give concise or full"),
        ("train_cost", {"params": "GPT-3", "gpu": ["H100", "A100"]}, InputError, "give one, and call again for each of the others"),
        ("train_cost", {"params": "GPT-3", "gpu": "none"}, UnknownName, '"none" is not known'),
        ("serving_cost", {"params": "8B", "requests_per_day": "10 per hour"}, InputError, "it is per hour"),
        ("run_estimate", {"name": "train_flops", "arguments": '{"params": "GPT-3", "n": 1}'}, UnknownArgument, "it takes params"),
        ("run_estimate", {"name": "train_flops", "arguments": "params=GPT-3"}, InputError, "not a JSON object"),
        ("run_estimate", {"name": "train_flops", "arguments": ["GPT-3", "A100"]}, InputError, "give a JSON object"),
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
