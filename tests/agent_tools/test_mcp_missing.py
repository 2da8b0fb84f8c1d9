"""What a call lacks is asked of the user where the client can ask, with the official client, by both forms of the protocol."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any
from xml.etree import ElementTree

import mcp_types as types
import pytest
from mcp import Client
from mcp.client import ClientRequestContext

from compute_cost_tools import mcp_missing
from compute_cost_tools.mcp_server import server

MODES = ["legacy", "2026-07-28"]
RUN = {"params": "7B", "tokens": "1T", "gpu": "H100"}


def talk(mode: str, tool: str, arguments: dict[str, Any], reply: types.ElicitResult | None) -> tuple[types.CallToolResult, list[Any]]:
    """The answer to a call of a client that replies so to forms, and the forms; without a reply it shows none."""
    shown: list[Any] = []

    async def answer(context: ClientRequestContext, params: types.ElicitRequestParams) -> types.ElicitResult:
        shown.append(params)
        assert reply
        return reply

    async def conversation() -> types.CallToolResult:
        async with Client(server(), mode=mode, elicitation_callback=answer if reply else None) as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(asyncio.wait_for(conversation(), 30)), shown


def accepted(**content: Any) -> types.ElicitResult:
    return types.ElicitResult(action="accept", content=content)


@pytest.mark.parametrize("mode", MODES)
def test_what_is_missing_is_asked_once_and_used(mode: str) -> None:
    done, shown = talk(mode, "rl_cost", {"params": "7B", "steps": 100}, accepted(prompts_per_step="64", response_tokens="1000", gpu="A100"))
    assert done.is_error is False
    assert len(shown) == 1
    wanted = shown[0].requested_schema
    assert list(wanted["properties"]) == wanted["required"] == ["prompts_per_step", "response_tokens"]
    assert {field["type"] for field in wanted["properties"].values()} == {"string"}
    assert '"7B",100,64,1000' in done.structured_content["formula"].replace(",,,", ",").replace(",,", ","), "and nothing else is taken"
    assert "A100" not in done.structured_content["formula"]


@pytest.mark.parametrize("nothing", ["", "null", None])
def test_what_stands_for_nothing_is_missing(nothing: str | None) -> None:
    done, shown = talk(MODES[0], "train_cost", {**RUN, "params": nothing}, accepted(params="13B"))
    assert (done.is_error, len(shown)) == (False, 1)
    assert '"13B"' in done.structured_content["formula"]


@pytest.mark.parametrize("mode", MODES)
def test_an_input_that_only_this_model_needs_is_asked_too(mode: str) -> None:
    """The tokens of a model that the catalogue knows are known; a bare size has none."""
    done, shown = talk(mode, "train_cost", {"params": "7B", "gpu": "H100"}, accepted(tokens="1T"))
    assert done.is_error is False, done
    assert len(shown) == 1
    assert list(shown[0].requested_schema["properties"]) == ["tokens"]
    assert done.structured_content["formula"] == '=TRAIN_COST("7B","1T","H100")'
    named, unasked = talk(mode, "train_cost", {"params": "GPT-3", "gpu": "H100"}, accepted(tokens="1T"))
    assert named.is_error is False
    assert not unasked
    declined, shown = talk(mode, "train_cost", {"params": "7B"}, types.ElicitResult(action="decline"))
    assert declined.is_error
    assert len(shown) == 1


@pytest.mark.parametrize("mode", MODES)
def test_the_estimate_behind_run_estimate_is_asked_for_too(mode: str) -> None:
    arguments = {"name": "train_days", "arguments": json.dumps(RUN)}
    done, shown = talk(mode, "run_estimate", arguments, accepted(gpus="256"))
    assert len(shown) == 1
    assert done.structured_content["unit"] == "days"
    assert done.structured_content["formula"] == '=TRAIN_DAYS("7B","1T","H100",256)'


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("reply", [types.ElicitResult(action="decline"), types.ElicitResult(action="cancel"), None])
def test_without_an_answer_the_call_is_refused_as_ever(mode: str, reply: types.ElicitResult | None) -> None:
    done, shown = talk(mode, "train_cost", {"gpu": "H100"}, reply)
    assert len(shown) == (reply is not None)
    assert done.is_error is True
    assert done.content[0].text.startswith("params: missing; ")  # type: ignore[union-attr]


@pytest.mark.parametrize("mode", MODES)
def test_what_the_user_says_is_checked_as_any_argument(mode: str) -> None:
    done, _ = talk(mode, "train_cost", {"gpu": "H100"}, accepted(params="GPT-99"))
    assert done.is_error is True
    assert "GPT-99" in done.content[0].text  # type: ignore[union-attr]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("tool", "arguments"), [("train_cost", RUN), ("combine", {}), ("rm", {}), ("run_estimate", {"name": "train_days", "arguments": "{"})])  # fmt: skip
def test_a_call_that_lacks_no_input_of_an_estimate_asks_nothing(mode: str, tool: str, arguments: dict[str, Any]) -> None:
    _, shown = talk(mode, tool, arguments, accepted(gpus="1"))
    assert shown == []


def test_a_closed_set_is_asked_for_by_its_choices() -> None:
    wanted = mcp_missing.form("run_estimate", {"name": "cash_flow"})
    assert wanted
    assert "enum" in wanted.requested_schema["properties"]["way"]


def test_lists_may_be_kept_for_an_hour_and_what_a_conversation_holds_may_not() -> None:
    async def conversation() -> Any:
        async with Client(server(), mode="2026-07-28") as client:
            return await client.list_tools(), await client.list_prompts(), await client.read_resource("compute-cost://models")

    tools, prompts, models = asyncio.run(conversation())
    assert (tools.ttl_ms, tools.cache_scope) == (prompts.ttl_ms, prompts.cache_scope) == (3_600_000, "public")
    assert models.ttl_ms == 0


def test_the_server_has_an_icon_that_no_client_must_fetch() -> None:
    async def conversation() -> Any:
        async with Client(server(), mode="legacy") as client:
            return client.server_info

    (icon,) = asyncio.run(conversation()).icons
    assert icon.mime_type == "image/svg+xml"
    drawn = base64.b64decode(icon.src.removeprefix("data:image/svg+xml;base64,"))
    assert ElementTree.fromstring(drawn).tag.endswith("svg")  # noqa: S314
