"""Who may talk to the MCP server over HTTP: this machine, under its own names, and others with the token only."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support import ROOT, command
from tests.support.mcp_server import SERVER, http_server

pytestmark = pytest.mark.slow
TOKEN = "-".join(["correct", "horse", "battery", "staple"])
WIDE = ".".join("0000")  # every address of the machine
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}


@pytest.fixture(scope="module")
def plain() -> Iterator[str]:
    with http_server() as url:
        yield url


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    environment = {**os.environ, "COMPUTE_COST_MCP_TOKEN": TOKEN}
    with http_server("--allowed-host", "costs.example.com", env=environment) as url:
        yield url


def post(url: str, body: bytes | None = None, path: str = "/mcp", **headers: Any) -> tuple[int, str]:
    """Status and text of one request; a header given as _host is sent instead of the client's own."""
    parts = urlsplit(url)
    sent = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    sent |= {key.strip("_").replace("_", "-").title(): value for key, value in headers.items()}
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        connection.request("POST", path, body if body is not None else json.dumps(LIST).encode(), sent)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_this_machine_is_answered(plain: str) -> None:
    """The control for all refusals below."""
    status, text = post(plain)
    assert status == 200
    assert "train_cost" in text
    port = urlsplit(plain).port
    assert post(plain, host=f"localhost:{port}", origin=f"http://localhost:{port}")[0] == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example.com"}, 421),
        ({"host": "evil.example.com:{port}"}, 421),
        ({"host": "127.0.0.1"}, 421),
        ({"host": "127.0.0.1.evil.example.com:{port}"}, 421),
        ({"host": "localhost:1"}, 421),
        ({"origin": "http://evil.example.com"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:1"}, 403),
        ({"content_type": "text/plain"}, 400),
    ],
)
def test_a_web_page_is_not(plain: str, headers: dict[str, str], status: int) -> None:
    port = str(urlsplit(plain).port)
    sent: dict[str, Any] = {key: value.replace("{port}", port) for key, value in headers.items()}
    assert post(plain, **sent)[0] == status


def test_a_body_has_a_limit(plain: str) -> None:
    assert post(plain, b" " * 300_000)[0] == 413
    assert post(plain, b"{" * 5_000)[0] == 400
    assert post(plain)[0] == 200, "and the server lives on"


def test_only_the_one_path_is_there(plain: str) -> None:
    for path in ("/", "/mcp/../etc/passwd", "/docs", "/.well-known/oauth-protected-resource"):
        assert post(plain, path=path)[0] == 404


def test_others_need_the_token(guarded: str) -> None:
    assert post(guarded)[0] == 401
    for wrong in ("Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer "):
        status, text = post(guarded, authorization=wrong)
        assert status == 401
        assert "train_cost" not in text
        assert TOKEN not in text
    right: dict[str, Any] = {"authorization": f"Bearer {TOKEN}"}
    assert post(guarded, **right)[0] == 200
    assert post(guarded, **right, host="costs.example.com", origin="https://costs.example.com")[0] == 200
    assert post(guarded, **right, host="evil.example.com")[0] == 421
    assert post(guarded, **right, origin="https://evil.example.com")[0] == 403


def test_official_client_brings_the_token(guarded: str) -> None:
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client
    from mcp.shared._httpx_utils import create_mcp_http_client

    async def talk() -> Any:
        async with (
            create_mcp_http_client(headers={"Authorization": f"Bearer {TOKEN}"}) as http,
            Client(streamable_http_client(guarded, http_client=http)) as client,
        ):
            return await client.call_tool("train_cost", {"params": "GPT-3"})

    assert asyncio.run(asyncio.wait_for(talk(), 60)).structured_content["unit"] == "USD"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--host", WIDE), f"token: missing; host {WIDE} opens the server to others"),
        (("--host", "192.0.2.1"), "token: missing"),
        (("--host", "::"), "token: missing"),
        (("--host", WIDE, "--token", "short"), "give 16 to 200 plain characters"),
        (("--host", "no.such.host.invalid", "--token", TOKEN), '--host: "no.such.host.invalid" can\'t be used'),
    ],
)
def test_it_does_not_open_by_mistake(options: tuple[str, ...], says: str) -> None:
    done = command("mcp", "--http", "--port", "0", *options)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_names_that_are_let_in() -> None:
    from compute_cost_tools.mcp_http import names

    here = {"127.0.0.1", "localhost", "::1"}
    assert set(names("127.0.0.1")) == here
    assert set(names("192.0.2.1")) == {*here, "192.0.2.1", socket.gethostname()}


def test_a_port_in_use_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = command("mcp", "--http", "--port", port)
    assert done.returncode == 2
    assert f"port: {port} can't be used" in done.stderr
    assert "give another --port" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(number: int) -> None:
    process = subprocess.Popen([*SERVER, "--http", "--port", "0"], stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT)
    assert process.stderr
    line = process.stderr.readline()
    url = line.split()[3]
    waiting = http.client.HTTPConnection(urlsplit(url).hostname or "", urlsplit(url).port)
    waiting.connect()  # somebody who is connected and says nothing must not hold it up
    process.send_signal(number)
    try:
        rest = process.communicate(timeout=20)[1]
    finally:
        waiting.close()
        process.kill()
    assert process.returncode == 0, rest
    assert rest == ""
    with pytest.raises(ConnectionRefusedError):
        post(url)
