"""The MCP server as a client sees it: the official client over stdio and over HTTP, and the MCP Inspector's command line."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import compute_cost
from compute_cost_tools import schema
from tests.support import ROOT, npm_package

pytestmark = pytest.mark.slow
SERVER = [sys.executable, "-W", "error", "-c", "from compute_cost.command.cli import main; main()", "mcp"]
NAIVE = {"params": "175B", "tokens": "300 billion", "gpu": "A100", "price_per_gpu_hour": "$2", "utilization": "100%"}


@contextmanager
def http_server(*options: str, **more: Any) -> Iterator[str]:
    """`compute-cost mcp --http` on a free port; gives its address and holds that it ends cleanly."""
    process = subprocess.Popen(
        [*SERVER, "--http", "--port", "0", *options], stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT, **more
    )
    assert process.stderr
    try:
        line = process.stderr.readline()
        assert line.startswith("MCP server at "), line + process.stderr.read()
        yield line.split()[3]
    finally:
        process.terminate()
        rest = process.communicate(timeout=20)[1]
    assert process.returncode == 0, rest
    assert "Traceback" not in rest


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with http_server() as url:
        yield url


@pytest.fixture(params=["stdio", "http"])
def talk(request: pytest.FixtureRequest) -> Callable[[Callable[[Any], Awaitable[Any]]], Any]:
    """Runs a conversation of the official client with the server, over either transport."""
    from mcp import Client, StdioServerParameters

    target: Any
    if request.param == "stdio":
        catalogue = {"COMPUTE_COST_CATALOGUE": os.environ["COMPUTE_COST_CATALOGUE"]}  # the client hands on few variables of its own accord
        target = StdioServerParameters(command=SERVER[0], args=SERVER[1:], cwd=str(ROOT), env=catalogue)
    else:
        target = request.getfixturevalue("address")

    def run(conversation: Callable[[Any], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            async with Client(target) as client:
                return await conversation(client)

        return asyncio.run(asyncio.wait_for(whole(), 60))

    return run


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
        assert one.output_schema["required"]
    assert text.is_error is False
    assert text.structured_content["value"] == 560897.4358974359
    assert text.structured_content["formula"] == '=TRAIN_COST("175B","300 billion","A100","$2","100%")'
    assert json.loads(text.content[0].text) == text.structured_content
    assert numbers.structured_content["value"] == text.structured_content["value"]
    assert by_name.structured_content["value"] == 6 * 70e9 * 2e12
    for bad, says in (
        (unknown_argument, 'no argument "mfu"; it takes params'), (unknown_chip, "did you mean A100"), (no_tool, "the tools are"),
    ):  # fmt: skip
        assert bad.is_error is True
        assert says in bad.content[0].text
        assert bad.structured_content is None


def test_the_catalogue_as_resources(talk: Any) -> None:
    from mcp import MCPError

    async def conversation(client: Any) -> Any:
        resources = (await client.list_resources()).resources
        read = {one.name: (await client.read_resource(one.uri)).contents[0] for one in resources}
        templates = (await client.list_resource_templates()).resource_templates
        names = {"accelerators": "H100%20PCIe", "models": "gpt-3", "prices": "H100", "sources": "gpt3-paper"}
        entries = {key: (await client.read_resource(f"compute-cost://{key}/{name}")).contents[0] for key, name in names.items()}
        refused = []
        for uri in (
            "compute-cost://accelerators/H1000",
            "compute-cost://accelerators/../../etc/passwd",
            "file:///etc/passwd",
            "x" * 10_000,
        ):
            with pytest.raises(MCPError) as caught:
                await client.read_resource(uri)
            refused.append(str(caught.value))
        return resources, read, templates, entries, refused

    resources, read, templates, entries, refused = talk(conversation)
    assert [one.name for one in resources] == ["accelerators", "models", "prices", "sources"]
    assert {one.mime_type for one in resources} == {"text/csv"} == {one.mime_type for one in read.values()}
    tables = {name: list(csv.DictReader(io.StringIO(one.text))) for name, one in read.items()}
    assert [row["name"] for row in tables["accelerators"] if row["id"] == "h100-sxm-80"] == ["H100 SXM 80GB"]
    assert {row["id"] for row in tables["sources"]} >= {row["source"] for name in ("models", "prices") for row in tables[name]}
    assert all(row["date"] and float(row["usd_per_gpu_hour"]) > 0 for row in tables["prices"])
    assert {one.uri_template for one in templates} == {f"compute-cost://{name}/{{name}}" for name in tables}
    assert {one.mime_type for one in entries.values()} == {"application/json"}
    found = {key: json.loads(one.text) for key, one in entries.items()}
    assert found["accelerators"]["name"] == "H100 PCIe 80GB"
    assert found["models"]["params"] == 175e9
    assert {quote["gpu"] for quote in found["prices"]} == {"H100 SXM 80GB"}
    assert found["sources"]["date"] == "2020-05-28"
    assert "did you mean H100" in refused[0]
    for message in refused[1:]:
        assert "give one of compute-cost://accelerators" in message
        assert len(message) < 400


def test_prompts_and_completion(talk: Any) -> None:
    import mcp_types as types
    from mcp import MCPError

    wrong: list[tuple[str, dict[str, str], str]] = [
        ("cost_memo", {"model": "GPT-3", "gpu": "A1000"}, "did you mean A100"),
        ("cost_memo", {"model": "GPT-3"}, "gpu: missing"),
        ("cost_memo", {"model": "GPT-3", "gpu": "A100", "tone": "rude"}, "takes model, gpu"),
        ("cost_memos", {}, "did you mean cost_memo"),
        ("compare_hardware", {"model": "GPT-3", "gpus": "H100, h100"}, "2 to 6 different"),
        ("compare_hardware", {"model": "GPT-3", "gpus": "A100,H100,B200,L4,L40S,V100,A40,H200"}, "not known"),
    ]

    async def conversation(client: Any) -> Any:
        listed = (await client.list_prompts()).prompts
        memo = await client.get_prompt("cost_memo", {"model": "gpt 3", "gpu": "h100"})
        compared = await client.get_prompt("compare_hardware", {"model": "GPT-3", "gpus": "h100, A100"})
        for name, arguments, says in wrong:
            with pytest.raises(MCPError, match=says):
                await client.get_prompt(name, arguments)
        entry = types.ResourceTemplateReference(uri="compute-cost://accelerators/{name}")
        one = await client.complete(entry, {"name": "name", "value": "h100"})
        second = await client.complete(types.PromptReference(name="compare_hardware"), {"name": "gpus", "value": "A100, h20"})
        nothing = await client.complete(types.PromptReference(name="nonsense"), {"name": "nonsense", "value": "x" * 10_000})
        return listed, memo, compared, [found.completion.values for found in (one, second, nothing)]

    listed, memo, compared, (one, second, nothing) = talk(conversation)
    assert {prompt.name: [a.name for a in prompt.arguments] for prompt in listed} == {
        "cost_memo": ["model", "gpu"], "compare_hardware": ["model", "gpus"],
    }  # fmt: skip
    text = memo.messages[0].content.text
    assert 'Call train_cost with params "GPT-3", gpu "H100 SXM 80GB"' in text
    assert "none from memory" in text
    assert "{" not in text
    assert "accelerators H100 SXM 80GB, A100 SXM 80GB" in compared.messages[0].content.text
    assert one == ["H100 PCIe 80GB", "H100 SXM 80GB", "H100 NVL 94GB"]
    assert second == ["A100, H20 96GB", "A100, H200 SXM 141GB"]
    assert nothing == []


def test_every_tool_that_a_prompt_or_the_instructions_name_is_there() -> None:
    from compute_cost_tools import mcp_prompts
    from compute_cost_tools.mcp_server import INSTRUCTIONS

    memo = mcp_prompts.get("cost_memo", {"model": "GPT-3", "gpu": "H100"})
    both = mcp_prompts.get("compare_hardware", {"model": "GPT-3", "gpus": "H100, A100"})
    words = {word.strip(".,:;") for prompt in (memo, both) for word in prompt.messages[0].model_dump()["content"]["text"].split()}
    offered = {tool.name for tool in schema.tools()}
    assert {word for word in words if "_" in word} <= offered
    assert "find" in INSTRUCTIONS.split()


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
