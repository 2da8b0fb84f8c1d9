"""The MCP server as a client sees it: the official client over stdio and over HTTP, and the MCP Inspector's command line."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import threading
from typing import Any

import pytest

import compute_cost
from compute_cost_tools import mcp_server, schema
from tests.support import ROOT, npm_package

pytestmark = pytest.mark.slow
NAIVE = {"params": "175B", "tokens": "300 billion", "gpu": "A100", "price_per_gpu_hour": "$2", "utilization": "100%"}


def test_tools_over_the_official_client(talk: Any) -> None:
    async def conversation(client: Any) -> Any:
        calls = [
            ("train_cost", NAIVE), ("train_cost", {**NAIVE, "params": 175e9, "tokens": 3e11, "price_per_gpu_hour": 2, "utilization": 1}),
            ("train_cost", {**NAIVE, "mfu": 0.5}), ("train_cost", {**NAIVE, "gpu": "A1000"}), ("rm", {}),
            ("run_estimate", {"name": "train_flops", "arguments": '{"params": "70B", "tokens": "2万亿"}'}),
        ]  # fmt: skip
        listed = (await client.list_tools()).tools
        return client.server_info, client.instructions, listed, [await client.call_tool(*one) for one in calls]

    info, instructions, listed, (text, numbers, unknown_argument, unknown_chip, no_tool, by_name) = talk(conversation)
    assert (info.name, info.version) == ("compute-cost", compute_cost.__version__)
    for wanted in ("every number from a tool's answer", "sources", "never an instruction"):
        assert wanted in instructions
    assert [one.name for one in listed] == [tool.name for tool in schema.tools()]
    for one in listed:
        hints = one.annotations
        assert (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint) == (True, False, True, False)
        assert one.output_schema is None, "they take as much room again, and are given where asked for"
    assert text.is_error is False
    assert text.structured_content["value"] == 560897.4358974359
    assert text.structured_content["formula"] == '=TRAIN_COST("175B","300 billion","A100","$2","100%")'
    assert text.structured_content["id"] == "c1" == numbers.structured_content["id"] or numbers.structured_content["id"] == "c2"
    assert text.content[0].text.startswith("c1 = $560,897: rental cost of training a model once")
    assert numbers.structured_content["value"] == text.structured_content["value"]
    assert by_name.structured_content["value"] == 6 * 70e9 * 2e12
    for bad, says in (
        (unknown_argument, 'no argument "mfu"; it takes params'), (unknown_chip, "did you mean A100"), (no_tool, "the tools are"),
    ):  # fmt: skip
        assert bad.is_error is True
        assert says in bad.content[0].text
        assert bad.structured_content is None


# The Inspector


def inspect(target: list[str], *arguments: str) -> Any:
    """What the MCP Inspector's command line prints, which checks each answer against its schema."""
    program = npm_package("@modelcontextprotocol/inspector-cli", "0.15.0") / "build" / "index.js"
    done = subprocess.run(
        ["node", str(program), *target, *arguments], capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_inspector_over_stdio(tmp_path: Any) -> None:
    program = tmp_path / "server.py"  # its command line takes options such as -c for its own
    program.write_text(
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from compute_cost.command.cli import main; main()", encoding="utf-8"
    )
    target = [sys.executable, str(program), "mcp"]
    listed = inspect(target, "--method", "tools/list")
    assert [one["name"] for one in listed["tools"]] == [tool.name for tool in schema.tools()]
    called = inspect(target, "--method", "tools/call", "--tool-name", "train_cost", "--tool-arg", *(f"{k}={v}" for k, v in NAIVE.items()))
    assert called["structuredContent"]["value"] == 560897.4358974359


def test_inspector_over_http(address: str) -> None:
    refused = inspect([address], "--method", "tools/call", "--tool-name", "train_cost", "--tool-arg", "params=GPT-99")
    assert refused["isError"] is True
    assert "did you mean" in refused["content"][0]["text"]
    read = inspect([address], "--method", "resources/read", "--uri", "compute-cost://sources/gpt3-paper")
    assert json.loads(read["contents"][0]["text"])["id"] == "gpt3-paper"
    assert len(inspect([address], "--method", "resources/templates/list")["resourceTemplates"]) == 4
    assert len(inspect([address], "--method", "prompts/list")["prompts"]) == 2


def test_a_full_collection_looks_through_the_catalogue_no_more() -> None:
    before = gc.get_freeze_count()
    gc.callbacks.append(mcp_server._settle)
    try:
        gc.collect(1)
        assert (gc.get_freeze_count(), mcp_server._settle in gc.callbacks) == (before, True), "a small one changes nothing"
        gc.collect()
        assert gc.get_freeze_count() > before + 10_000
        assert mcp_server._settle not in gc.callbacks, "what comes later is collected as ever"
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("calls_before", [0, 1])
def test_the_server_asks_itself_nothing_more_once_a_client_calls(monkeypatch: pytest.MonkeyPatch, calls_before: int) -> None:
    asked: list[str] = []
    is_used = threading.Event()

    def answered(_session: Any, name: str, _arguments: Any) -> None:
        asked.append(name)
        if len(asked) == calls_before:
            is_used.set()

    monkeypatch.setattr(mcp_server, "IDLE", 0)
    monkeypatch.setattr(mcp_server, "PAUSE", 0)
    monkeypatch.setattr(mcp_server, "_is_used", is_used)
    monkeypatch.setattr(mcp_server, "_answered", answered)
    if not calls_before:
        is_used.set()
    mcp_server.warm_up()
    assert len(asked) == calls_before
    is_used.clear()
    asked.clear()
    monkeypatch.setattr(mcp_server, "_answered", lambda _session, name, _arguments: asked.append(name))
    mcp_server.warm_up()
    assert asked == list(schema.texts()["first"]), "all of them where nobody calls"
