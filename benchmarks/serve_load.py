"""200 clients at once on `compute-cost serve`: every request answered, every answer right, and how long a known estimate takes.

Run: uv run python benchmarks/serve_load.py [--seconds 180] [--clients 200] [--pause 2]

Over HTTPS with a token, each client on a connection and an address of its own (127.0.0.2 and up, so Linux). A client asks, reads the
answer, pauses (evenly between half and one and a half times --pause) and asks again: 6 of 10 times for one known cell, 2 of 10 for
100 cells that nobody has asked for before, 2 of 10 for a tool over MCP. --pause 0 asks without a break. "Idle" is one client at a time
that asks for the known cell, before and after: with a pause as the others have one, and without a break, which finds every cache of the
processor warm. The clients run on the same processors as the server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import ssl
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
import compute_cost  # noqa: E402
from tests.support.office_server import Server, running  # noqa: E402

CELLS, IDLE, OF_ONE = 100, 400, 50
GAP = 0.05  # seconds between two questions of one idle client
KNOWN = compute_cost.train_cost("GPT-3").value
TOOL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "train_cost", "arguments": {"params": "GPT-3"}}}


@dataclass
class Counts:
    """What happened to the requests."""

    kinds: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)  # of the known estimate


class Client:
    """One client with its own address and connection, which it opens again where the server has closed it."""

    def __init__(self, server: Server, number: int, counts: Counts) -> None:
        self.server, self.counts, self.random = server, counts, random.Random(number)  # noqa: S311
        self.address = f"127.0.{number // 250}.{number % 250 + 2}"
        self.trusted = ssl.create_default_context(cafile=str(server.certificate))
        self.number, self.asked = number, 0
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, given: Any) -> Any:
        body = json.dumps(given).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self.server.host}:{self.server.port}\r\nAuthorization: Bearer {self.server.token}\r\n"
            f"Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        if self.streams is None or self.streams[0].at_eof():
            self.close()
            self.streams = await asyncio.open_connection(
                "127.0.0.1", self.server.port, ssl=self.trusted, server_hostname=self.server.host, local_addr=(self.address, 0)
            )
        reader, writer = self.streams
        writer.write(head.encode() + body)
        await writer.drain()
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        length = next(int(line.partition(":")[2]) for line in lines if line.startswith("content-length:"))
        content = await reader.readexactly(length)
        if " 200 " not in lines[0]:
            raise RuntimeError(f"{lines[0]} {content[:80]!r}")
        return json.loads(content)

    async def ask(self, kind: str) -> None:
        """One request, with the check of its answer."""
        started = time.perf_counter()
        if kind == "known":
            right = await self.post("/batch", {"calls": [["TRAIN_COST", "GPT-3"]]}) == {"results": [KNOWN]}
            self.counts.seconds.append(time.perf_counter() - started)
        elif kind == "cells":
            sizes = [1e9 + self.number * 1e7 + self.asked * 1e3 + cell for cell in range(CELLS)]
            answers = (await self.post("/batch", {"calls": [["TRAIN_COST", size, 1e12, "H100"] for size in sizes]}))["results"]
            last = compute_cost.train_cost(sizes[-1], 1e12, "H100").value
            right = len(answers) == CELLS and answers[-1] == last
        else:
            answer = (await self.post("/mcp", TOOL))["result"]["structuredContent"]["value"]
            right = abs(answer / KNOWN - 1) < 1e-3  # tools answer with four digits
        self.asked += 1
        self.counts.kinds[kind] += 1
        if not right:
            self.counts.faults[f"a wrong answer ({kind})"] += 1

    async def work(self, until: float, pause: float) -> None:
        await asyncio.sleep(self.random.random() * pause)
        while time.perf_counter() < until:
            try:
                await self.ask(self.random.choices(("known", "cells", "tool"), (6, 2, 2))[0])
            except Exception as problem:  # every kind of loss is counted by its name
                self.counts.faults[f"{type(problem).__name__}: {problem}"[:120]] += 1
                self.close()
            await asyncio.sleep(pause * self.random.uniform(0.5, 1.5))
        self.close()

    def close(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


async def idle(server: Server, gap: float) -> list[float]:
    """Seconds of each answer; from several addresses, so that none meets the limit of requests."""
    seconds: list[float] = []
    for number in range(IDLE // OF_ONE):
        client = Client(server, 10_000 + number, Counts())
        for _ in range(OF_ONE):
            await client.ask("known")
            await asyncio.sleep(gap)
        client.close()
        seconds += client.counts.seconds[5:]  # the first ones open the connection and load what the estimate needs
    return seconds


async def load(server: Server, clients: int, seconds: float, pause: float) -> Counts:
    counts = Counts()
    until = time.perf_counter() + seconds
    await asyncio.gather(*(Client(server, number + 1, counts).work(until, pause) for number in range(clients)))
    return counts


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--seconds", type=float, default=180)
    options.add_argument("--clients", type=int, default=200)
    options.add_argument("--pause", type=float, default=2)
    given = options.parse_args()
    token = "-".join(["a", "token", "of", "the", "benchmark"])
    with tempfile.TemporaryDirectory() as folder:
        audit = Path(folder) / "audit.jsonl"
        with running(Path(folder), "--token", token, "--audit", str(audit), verb=("serve",)) as server:
            alone, hot = asyncio.run(idle(server, GAP)), asyncio.run(idle(server, 0))
            counts = asyncio.run(load(server, given.clients, given.seconds, given.pause))
            alone, hot = alone + asyncio.run(idle(server, GAP)), hot + asyncio.run(idle(server, 0))
        noted = len(audit.read_text(encoding="utf-8").splitlines())
    busy = statistics.median(counts.seconds)
    answered, lost = sum(counts.kinds.values()), sum(counts.faults.values())
    worst = statistics.quantiles(counts.seconds, n=100)[98]
    print(f"{given.clients} clients for {given.seconds:g} s, pause {given.pause:g} s: {answered:,} answers")
    print(f"{lost} lost or wrong; {noted - answered - 4 * IDLE:+d} lines of audit against what was answered")
    print(f"a known estimate: {busy * 1e3:.2f} ms, 1 in 100 over {worst * 1e3:.1f} ms")
    for words, seconds in ((f"idle, {GAP:g} s between two questions", alone), ("idle, without a break", hot)):
        print(f"{words}: {statistics.median(seconds) * 1e3:.2f} ms, so {busy / statistics.median(seconds):.1f} times")
    for fault, times in counts.faults.most_common(10):
        print(f"  {times} x {fault}")
    if lost:
        sys.exit(1)


if __name__ == "__main__":
    main()
