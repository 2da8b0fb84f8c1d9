"""Two ratios of the MCP server, side by side in one run: its start against the SDK's empty servers, and a call against an empty tool.

Run: uv run python benchmarks/mcp_speed.py
The client is the official one, over stdio. "Ready" is the answer to the first message of a client, initialize. The first call of a
tool after the start reads the modules and the rows that it needs, which later calls find there.
"""

from __future__ import annotations

import asyncio
import datetime
import itertools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from mcp import Client, StdioServerParameters

STARTS, CALLS = 15, 40
IDLE = 5  # seconds
INITIALIZE = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "benchmark", "version": "0"}}

OURS = "import sys; sys.argv[1:] = ['mcp']; from compute_cost.command.cli import main; main()"
EMPTY = """
import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
async def run():
    one = Server("empty")
    async with stdio_server() as (read, write):
        await one.run(read, write, one.create_initialization_options())
anyio.run(run)
"""
EMPTY_HIGH_LEVEL = 'from mcp.server.mcpserver import MCPServer; MCPServer("empty").run("stdio")'

# Our server with one tool more, which answers with nothing: what remains of a call is the protocol's own time.
WITH_EMPTY_TOOL = """
import anyio, mcp_types as types
from compute_cost_tools.mcp_server import on_stdio, server
one = server()
ours = one.get_request_handler("tools/call").handler
lists = one.get_request_handler("tools/list").handler
async def call(context, request):
    return types.CallToolResult(content=[]) if request.name == "empty" else await ours(context, request)
async def listed(context, request):
    found = await lists(context, request)
    return types.ListToolsResult(tools=[*found.tools, types.Tool(name="empty", input_schema={"type": "object"})])
one.add_request_handler("tools/call", types.CallToolRequestParams, call)
one.add_request_handler("tools/list", types.PaginatedRequestParams, listed)
anyio.run(on_stdio, one)
"""


# A call of each default tool, with one amount of its own each time.
NEW: dict[str, Callable[[float], dict[str, Any]]] = {
    "train_cost": lambda by: {"params": 7e9 * by, "tokens": "1T"},
    "finetune_cost": lambda by: {"params": "Llama 3.1 8B", "tokens": 1e7 * by, "gpu": "H100", "method": "lora"},
    "rl_cost": lambda by: {"params": "Llama 3.1 8B", "steps": 100, "prompts_per_step": 128, "response_tokens": 1000 * by},
    "memory_fit": lambda by: {"params": 70e9 * by, "gpu": "H100", "context": 8192},
    "infer_throughput": lambda by: {"params": 8e9 * by, "gpu": "H100"},
    "serving_cost": lambda by: {"params": "Llama 3.1 70B", "requests_per_day": round(2e4 * by), "input_tokens": 1000, "gpu": "H100"},
    "cheapest_serving": lambda by: {"params": "Llama 3.1 8B", "requests_per_day": round(1e5 * by)},
    "api_cost": lambda by: {"model": "gpt-4o", "input_tokens": round(1e6 * by), "output_tokens": 1000},
    "agent_cost": lambda by: {"model": "claude-sonnet-4-6", "turns": 40, "first_context": round(10_000 * by)},
    "rent_cost": lambda by: {"gpu": "H100", "gpus": 8, "hours": 100 * by},
    "rent_or_own": lambda by: {"gpu": "H100", "gpus": 64, "months_used": 24, "purchase_price": 30_000 * by},
    "compute_share": lambda by: {"capital_raised": 1e8 * by, "compute_per_month": 1e6, "other_per_month": 5e5},
    "energy_use": lambda by: {"gpu": "H100", "gpus": 8, "work": "training", "params": 7e9 * by, "tokens": "1T"},
    "cheapest_gpu": lambda by: {"params": 7e9 * by, "tokens": "1T"},
}


def start(code: str) -> float:
    """Seconds from the start of a process to its answer to initialize."""
    started = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": INITIALIZE}) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        seconds = time.perf_counter() - started
        assert "serverInfo" in answer["result"], answer
        process.stdin.close()
        process.wait(timeout=20)
    return seconds


def starts() -> None:
    servers = {"compute-cost mcp": OURS, "the SDK's empty low-level server": EMPTY, "the SDK's empty MCPServer": EMPTY_HIGH_LEVEL}
    times: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(STARTS):
        for name, code in servers.items():
            times[name].append(start(code))
    ours, *others = (statistics.median(runs) for runs in times.values())
    for name, other in zip(list(servers)[1:], others, strict=True):
        print(f"ready in {ours:.2f} s, {name} in {other:.2f} s: {ours / other:.2f} times")


def _next(given: Callable[[float], dict[str, Any]], fresh: Iterator[float]) -> dict[str, Any]:
    return given(next(fresh))


def _by_name(name: str, given: Callable[[float], dict[str, Any]], fresh: Iterator[float]) -> dict[str, Any]:
    return {"name": name, "arguments": json.dumps(given(next(fresh)))}


async def calls() -> None:
    fresh = (1 + number / 1e4 for number in itertools.count())  # a call asked before is answered from what is kept
    kinds: dict[str, tuple[str, Any]] = {
        "train_cost of a named model, asked again": ("train_cost", lambda: {"params": "GPT-3", "gpu": "A100"}),
        "train_cost in full detail, asked again": ("train_cost", lambda: {"params": "GPT-3", "gpu": "A100", "detail": "full"}),
        "find": ("find", lambda: {"kind": "model", "text": "llama"}),
        "a refused call": ("train_cost", lambda: {"params": "GPT-3", "gpu": "A1000"}),
    }
    others: dict[str, Callable[[float], dict[str, Any]]] = {
        "infer_cost": lambda by: {"params": 8e9 * by, "gpu": "H100"},
        "gpu_price": lambda by: {"gpu": "H100", "as_of": str(datetime.date(2026, 1, 1) + datetime.timedelta(by * 1e4 % 300))},
        "self_host_or_api": lambda by: {"model": "llama-3.3-70b", "requests_per_day": round(1e5 * by)},
    }
    for name, given in NEW.items():
        kinds[f"{name}, never asked before"] = (name, partial(_next, given, fresh))
    for name, given in others.items():
        kinds[f"{name} through run_estimate, never asked before"] = ("run_estimate", partial(_by_name, name, given, fresh))
    async with Client(StdioServerParameters(command=sys.executable, args=["-c", WITH_EMPTY_TOOL])) as client:

        async def milliseconds(tool: str, arguments: Mapping[str, Any]) -> float:
            started = time.perf_counter()
            answer = await client.call_tool(tool, dict(arguments))
            seconds = time.perf_counter() - started
            assert answer.is_error == (tool != "empty" and arguments.get("gpu") == "A1000"), answer.content
            return seconds * 1e3

        await client.list_tools()
        await asyncio.sleep(IDLE)  # what the server reads before anybody has called is no part of a call
        for what, (tool, arguments) in kinds.items():
            for _ in range(3):
                await milliseconds(tool, arguments())  # the catalogue loads here
            pairs = [(await milliseconds("empty", arguments()), await milliseconds(tool, arguments())) for _ in range(CALLS)]
            more = statistics.median(ours - empty for empty, ours in pairs)
            empty, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
            most = max(ours - empty for empty, ours in pairs)
            print(f"{what}: {more:.2f} ms more than an empty tool ({ours:.2f} against {empty:.2f}), at most {most:.2f}")


async def first_call(tool: str, arguments: Mapping[str, Any], idle: float) -> float:
    """Milliseconds of the first call of a tool in a server that has been idle for so many seconds, over those of an empty tool."""
    async with Client(StdioServerParameters(command=sys.executable, args=["-c", WITH_EMPTY_TOOL])) as client:
        await client.list_tools()
        await asyncio.sleep(idle)
        times = []
        for name in ("empty", "empty", tool):
            started = time.perf_counter()
            await client.call_tool(name, dict(arguments))
            times.append((time.perf_counter() - started) * 1e3)
    return times[2] - times[1]


async def first_calls() -> None:
    for name, given in NEW.items():
        at_once, later = [await first_call(name, given(1.0), idle) for idle in (0, IDLE)]
        print(f"{name}, the first call of a server: {at_once:.0f} ms more than an empty tool, {later:.0f} ms after {IDLE} s idle")


def main() -> None:
    starts()
    asyncio.run(calls())
    asyncio.run(first_calls())


if __name__ == "__main__":
    main()
