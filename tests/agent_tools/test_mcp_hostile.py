"""What no honest client says to the MCP server, over HTTP and over standard input: it is refused or ignored, and the next one is answered."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.support import ROOT
from tests.support.mcp_server import SERVER, http_server

pytestmark = pytest.mark.slow
CASES = int(os.environ.get("COMPUTE_COST_CASES", "2000"))
ACCEPT = "application/json, text/event-stream"
PING = {
    "jsonrpc": "2.0",
    "id": "control",
    "method": "tools/call",
    "params": {"name": "train_flops", "arguments": {"params": "70B", "tokens": "2T"}},
}


def cases(share: float) -> settings:
    return settings(max_examples=max(20, round(CASES * share)), suppress_health_check=list(HealthCheck))


class Http:
    """One connection after another to the server, and what it answers."""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)

    def post(self, body: bytes, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.parts.hostname or "", self.parts.port, timeout=20)
        try:
            sent = {"Content-Type": "application/json", "Accept": ACCEPT} | {
                name.replace("_", "-"): value for name, value in headers.items()
            }
            connection.request("POST", self.parts.path, body, sent)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def is_well(self) -> None:
        status, text = self.post(json.dumps(PING).encode())
        assert status == 200
        assert json.loads(text)["result"]["structuredContent"]["value"] == 6 * 70e9 * 2e12


@pytest.fixture(scope="module")
def server() -> Iterator[Http]:
    with http_server() as url:
        found = Http(url)
        yield found
        found.is_well()


ANY = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-(10**30), 10**30) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
METHODS = st.sampled_from(
    ["initialize", "notifications/initialized", "notifications/cancelled", "ping", "tools/list", "tools/call", "resources/read", "resources/list",
     "prompts/get", "completion/complete", "logging/setLevel", "resources/subscribe", "sampling/createMessage", "", "__class__"]
)  # fmt: skip
PARAMS = ANY | st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from(["train_cost", "run_estimate", "cost_memo", ""]) | ANY, "arguments": ANY, "uri": st.text(max_size=40), "cursor": ANY, "_meta": ANY,
                  "ref": ANY, "argument": ANY, "protocolVersion": ANY, "capabilities": ANY, "clientInfo": ANY, "requestId": ANY, "level": ANY}
)  # fmt: skip
MESSAGE = st.fixed_dictionaries(
    {}, optional={"jsonrpc": st.just("2.0") | ANY, "id": ANY, "method": METHODS | ANY, "params": PARAMS, "result": ANY, "error": ANY}
)
SAID = st.one_of(
    st.binary(max_size=200),
    MESSAGE.map(lambda one: json.dumps(one).encode()),
    st.lists(MESSAGE, max_size=4).map(lambda many: json.dumps(many).encode()),
    MESSAGE.map(lambda one: json.dumps(one).encode()[:-3]),
)


@cases(0.004)
@given(SAID, st.sampled_from(["", "1999-01-01", "2025-06-18", "2025-11-25", "x" * 300]), st.sampled_from(["", "00", "../../x"]))
def test_any_message_over_http_is_answered_or_refused(server: Http, body: bytes, version: str, session: str) -> None:
    headers = {"MCP_Protocol_Version": version} if version else {}
    status, text = server.post(body, **headers, **({"MCP_Session_Id": session} if session else {}))
    assert status in (200, 202, 400, 404), (status, text[:200])
    assert b"Traceback" not in text
    assert b"Internal" not in text
    if status == 200:
        assert json.loads(text)["jsonrpc"] == "2.0"


ODD: dict[str, bytes] = {
    "a batch of a thousand": json.dumps([{**PING, "id": number} for number in range(1000)]).encode(),
    "a number for an id that no one can count": b'{"jsonrpc": "2.0", "id": 1e999, "method": "ping"}',
    "a huge id": json.dumps({**PING, "id": "x" * 100_000}).encode(),
    "a huge number for an id": b'{"jsonrpc": "2.0", "id": ' + b"9" * 4000 + b', "method": "ping"}',
    "half a character": b'{"jsonrpc": "2.0", "id": "\\ud800", "method": "tools/call", "params": {"name": "\\ud800", "arguments": {"\\ud800": "\\ud800"}}}',
    "a key twice": b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "method": "tools/list"}',
    "deep nesting in the arguments": b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "train_cost", "arguments": {"params": '
    + b"[" * 5000 + b"]" * 5000 + b"}}}",
    "a table of far too many rows": json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
         "params": {"name": "run_estimate", "arguments": {"name": "cost_table", "arguments": json.dumps({"name": "train_cost", "a1": list(range(1, 200)), "a2": list(range(1, 2000))})}}}
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
def test_odd_messages_end_in_time(server: Http, what: str) -> None:
    started = time.monotonic()
    status, text = server.post(ODD[what])
    assert status in (200, 202, 400), (status, text[:300])  # 202: taken for a notification
    assert b"Traceback" not in text
    assert time.monotonic() - started < 10
    server.is_well()


def test_a_client_that_listens_for_ever_keeps_nobody_out(server: Http) -> None:
    """GET would open a stream that never ends, each in a place of its own; there is nothing to send on it, nor a session to end."""
    for method in ("GET", "DELETE", "PUT", "HEAD"):
        connection = http.client.HTTPConnection(server.parts.hostname or "", server.parts.port, timeout=20)
        connection.request(method, server.parts.path, headers={"Accept": ACCEPT, "MCP-Session-Id": "00"})
        status = connection.getresponse().status
        connection.close()
        assert status == 405
    server.is_well()


class Stdio:
    """The server on standard input and output."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
        self.number = 0

    def say(self, line: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def is_well(self) -> None:
        """A right request is answered; every line before it is JSON."""
        self.number += 1
        self.say(json.dumps({**PING, "id": f"control {self.number}"}).encode())
        assert self.process.stdout
        while True:
            line = self.process.stdout.readline()
            assert line, self.process.poll()
            answer: dict[str, Any] = json.loads(line)
            if answer.get("id") == f"control {self.number}":
                break
        assert answer["result"]["structuredContent"]["value"] == 6 * 70e9 * 2e12


@pytest.fixture(scope="module")
def stdio() -> Iterator[Stdio]:
    found = Stdio()
    found.say(json.dumps({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}}).encode())  # fmt: skip
    found.say(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}')
    yield found
    _, errors = found.process.communicate(timeout=20)  # closing its input ends it
    assert found.process.returncode == 0
    assert b"Fatal" not in errors


@cases(0.002)
@given(st.lists(SAID, max_size=5))
def test_any_lines_on_standard_input_are_answered_or_ignored(stdio: Stdio, lines: list[bytes]) -> None:
    for line in lines:
        stdio.say(line.replace(b"\n", b" "))
    stdio.is_well()


@pytest.mark.parametrize("what", ODD)
def test_odd_lines_on_standard_input(stdio: Stdio, what: str) -> None:
    stdio.say(ODD[what])
    stdio.say(b"\xff\xfe\x00" + b"x" * 100_000)
    stdio.is_well()
