"""One server for a company: the add-in, the tools and the calculator behind one port and one token."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import compute_cost
from tests.support import ROOT, command
from tests.support.office_server import Server, running

pytestmark = pytest.mark.slow
TOKEN = "-".join(["correct", "horse", "battery", "staple"])
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "train_cost", "arguments": {"params": "GPT-3"}}}
ACCEPT = "application/json, text/event-stream"
MAIN = "from compute_cost.command.cli import main; main()"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("served")
    (made / "site").mkdir()
    (made / "site" / "index.html").write_text("<h1>Calculator</h1>", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    options = ("--token", TOKEN, "--site", str(folder / "site"), "--audit", str(folder / "audit.jsonl"))
    with running(folder, *options, verb=("serve",)) as found:
        yield found
        assert found.stop() == 0
        assert found.process.stdout is not None
        assert found.process.stdout.read() == "Stopped.\n"


def test_one_port_and_one_token_carry_all_three(server: Server) -> None:
    cost = compute_cost.train_cost("GPT-3").value
    assert server.token == TOKEN
    right = {"Authorization": f"Bearer {TOKEN}"}
    assert server.post("/batch", {"calls": [["TRAIN_COST", "GPT-3"]]}, **right) == (200, {"results": [cost]})
    status, told = server.post("/mcp", CALL, Accept=ACCEPT, **right)
    assert (status, told["result"]["structuredContent"]["value"]) == (200, pytest.approx(cost, rel=1e-3))
    assert server.request("GET", "/calculator/")[:2] == (200, b"<h1>Calculator</h1>")
    assert server.request("GET", "/")[2]["location"] == "/calculator/"
    assert server.request("GET", "/taskpane.html")[0] == 200
    for path in ("/batch", "/estimate", "/mcp"):
        assert server.post(path, CALL, Accept=ACCEPT)[0] == 401
    assert server.post("/mcp", CALL, Accept=ACCEPT, **right, Origin="https://excel.cloud.microsoft")[0] == 403
    assert server.post("/mcp", {"x": "y" * 300_000}, Accept=ACCEPT, **right)[0] == 413, "each part has its own limit"


def test_the_audit_names_no_contents(server: Server, folder: Path) -> None:
    server.post("/batch", {"calls": [["TRAIN_COST", "a very secret model"]]}, Authorization=f"Bearer {TOKEN}")
    server.request("GET", "/find?kind=model&text=secret", Authorization=f"Bearer {TOKEN}")
    end = time.monotonic() + 10  # a line is written behind its answer
    while '"/find"' not in (text := (folder / "audit.jsonl").read_text(encoding="utf-8")):
        assert time.monotonic() < end, text
        time.sleep(0.05)
    assert "secret" not in text
    assert TOKEN not in text


def test_the_official_client_speaks_through_it(server: Server) -> None:
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    async def talk() -> Any:
        trusted = ssl.create_default_context(cafile=str(server.certificate))
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}, verify=trusted) as http_client,
            Client(streamable_http_client(f"{server.address}/mcp", http_client=http_client)) as client,
        ):
            return await client.call_tool("train_cost", {"params": "GPT-3"})

    assert asyncio.run(asyncio.wait_for(talk(), 60)).structured_content["unit"] == "USD"


def test_it_says_how_each_client_gets_there(server: Server) -> None:
    for said in (
        "Ctrl+C",
        f"{server.address}/mcp",
        f"{server.address}/calculator/",
        "/index.html?token=",
        "certutil",
        "NODE_EXTRA_CA_CERTS",
        "manifest.xml",
    ):
        assert said in server.printed


def test_behind_a_proxy_it_speaks_plain_http_under_the_name_of_the_proxy(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", MAIN, "serve", "--port", "0", "--behind", "https://costs.example.com", "--rate", "0.5"],
        stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT, env={**os.environ, "COMPUTE_COST_DATA": str(tmp_path)},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        printed = ""
        for line in process.stdout:
            printed += line
            if line.startswith("Restart Excel"):
                break
        token, port = re.search(r"Token: (\S+)", printed), re.search(r"port (\d+)", printed)
        assert token, printed
        assert port, printed
        manifest = (tmp_path / "office_js" / "manifest.xml").read_text(encoding="utf-8")
        assert f"https://costs.example.com/taskpane.html?token={token[1]}" in manifest
        assert not list(tmp_path.rglob("*.pem")), "the proxy has the certificate"

        def ask(**headers: str) -> int:
            connection = http.client.HTTPConnection("127.0.0.1", int(port[1]), timeout=20)
            sent = {"Content-Type": "application/json", "Accept": ACCEPT, "Authorization": f"Bearer {token[1]}", **headers}
            connection.request("POST", "/mcp", json.dumps(CALL).encode(), sent)
            try:
                return connection.getresponse().status
            finally:
                connection.close()

        assert ask(Host="costs.example.com", Origin="https://costs.example.com") == 200
        assert ask(Host="evil.example.com") == 421
        statuses = [ask(Host="costs.example.com", **{"X-Forwarded-For": "192.0.2.1"}) for _ in range(9)]
        assert statuses.count(429) >= 3
        assert ask(Host="costs.example.com", **{"X-Forwarded-For": "192.0.2.2"}) == 200, "another client of the proxy is not held up"
    finally:
        process.terminate()
        assert process.wait(20) == 0
        process.stdout.close()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--behind", "http://costs.example.com"), "--behind"),
        (("--behind", "https://costs.example.com/path"), "--behind"),
        (("--behind", "costs.example.com"), "--behind"),
        (("--token", "short"), "--token"),
        (("--host", "0.0.0.0"), "--host"),  # noqa: S104 (refused)
        (("--site", "no such folder"), "--site"),
        (("--audit", "no such folder/file"), "--audit"),
    ],
)
def test_what_can_not_be_served_is_one_line(options: tuple[str, ...], says: str, tmp_path: Path) -> None:
    done = command("serve", "--port", "0", *options, env={**os.environ, "COMPUTE_COST_DATA": str(tmp_path)})
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert says in done.stderr
