"""Clients that lie, dawdle, flood or say nothing: every server refuses them, goes on serving, and ends when told to."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import compute_cost
from compute_cost.command.web import server as web_server
from compute_cost_sheets.hosts.office_js.app import MOST_BYTES
from tests.support import web_client
from tests.support.mcp_server import http_server
from tests.support.office_server import running

pytestmark = pytest.mark.slow
GPT3 = ["TRAIN_COST", "GPT-3"]


class Target:
    """One of the servers: how it is reached, and a request that it must answer at any time."""

    def __init__(self, host: str, port: int, path: str, certificate: Path | None = None) -> None:
        self.host, self.port, self.path, self.certificate = host, port, path, certificate

    def connect(self, receive_buffer: int = 0) -> socket.socket:
        return web_client.connect(self.host, self.port, self.certificate, receive_buffer)

    def head(self, first: str = "", **headers: object) -> bytes:
        """The head of a request; the Host is right unless another is given."""
        sent = {"Host": f"{self.host}:{self.port}", "Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        sent |= {name.replace("_", "-"): str(value) for name, value in headers.items()}
        lines = [first or f"POST {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items() if value != "None")]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def ask(self, data: bytes, seconds: float = 10) -> bytes:
        with contextlib.closing(self.connect()) as connection:
            with contextlib.suppress(OSError):  # the server may hang up before it has read everything
                connection.sendall(data)
            return web_client.answer(connection, seconds)

    def right(self) -> tuple[bytes, bytes]:
        """A request in order, and what its answer must hold."""
        cost = repr(compute_cost.train_cost("GPT-3").value).encode()
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "train_cost", "arguments": {"params": "GPT-3"}}}
        body = json.dumps(call if self.certificate is None else {"calls": [GPT3]}).encode()
        return self.head(Content_Length=len(body)) + body, cost

    def is_well(self) -> None:
        """The control: a right request is answered rightly, at once."""
        request, wanted = self.right()
        started = time.monotonic()
        found = self.ask(request)
        assert web_client.status(found) == 200, found
        assert wanted in found
        assert time.monotonic() - started < 5


@pytest.fixture(scope="module", params=["office", "mcp", "serve"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    if request.param == "mcp":
        with http_server() as url:
            parts = urlsplit(url)
            found = Target(parts.hostname or "", parts.port or 0, parts.path)
            yield found
            found.is_well()
        return
    verb = ("serve", "--rate", "0") if request.param == "serve" else ("sheets", "serve")  # or all would be told that they ask too often
    with running(tmp_path_factory.mktemp("hostile"), verb=verb) as server:
        found = Target(server.host, server.port, "/batch", server.certificate)
        yield found
        found.is_well()
        assert server.stop() == 0
        assert server.process.stdout is not None
        assert "Traceback" not in server.process.stdout.read()


@pytest.fixture(autouse=True)
def _lives_on(target: Target) -> Iterator[None]:
    yield
    target.is_well()


# What a request may not look like: its head, and the statuses that are a refusal.
LIES: dict[str, tuple[Callable[[Target], bytes], set[int]]] = {
    "a name that is rebound to this computer": (lambda t: t.head(Host=f"evil.example:{t.port}"), {421}),
    "a dot after the name": (lambda t: t.head(Host=f"localhost.:{t.port}"), {421}),
    "two names": (lambda t: t.head(Host=f"{t.host}:{t.port}, evil.example"), {421}),
    "a name before an @": (lambda t: t.head(Host=f"{t.host}:{t.port}@evil.example"), {421}),
    "no port": (lambda t: t.head(Host=t.host), {421}),
    "an empty Host": (lambda t: t.head(Host=""), {421}),
    "no Host, as HTTP/1.0 allows": (lambda t: t.head(f"POST {t.path} HTTP/1.0", Host=None), {421}),
    "no Host at all": (lambda t: t.head(Host=None), {400}),
    "two Hosts": (lambda t: t.head(Host=f"{t.host}:{t.port}\r\nHost: evil.example"), {400}),
    "a right address in the request line and a wrong Host": (lambda t: t.head(f"GET http://{t.host}:{t.port}{t.path} HTTP/1.1", Host="evil.example"), {421, 404, 405}),
    "a wrong address in the request line": (lambda t: t.head("GET http://evil.example/health HTTP/1.1"), {404}),
    "a proxy's word for the Host": (lambda t: t.head(Host="evil.example", X_Forwarded_Host=f"{t.host}:{t.port}", Forwarded=f"host={t.host}:{t.port}"), {421}),
    "Origin null": (lambda t: t.head(Origin="null"), {403}),
    "an empty Origin": (lambda t: t.head(Origin=""), {403, 400}),
    "an Origin that begins like ours": (lambda t: t.head(Origin=f"https://{t.host}:{t.port}.evil.example"), {403}),
    "an Origin with our name as its user": (lambda t: t.head(Origin=f"https://{t.host}:{t.port}@evil.example"), {403}),
    "two Origins": (lambda t: t.head(Origin=f"https://{t.host}:{t.port}, https://evil.example"), {403}),
    "an Origin in other letters": (lambda t: t.head(Origin="https://xn--excel-cloud-9xa.microsoft"), {403}),
    "a preflight of a foreign page for a private network": (
        lambda t: t.head(f"OPTIONS {t.path} HTTP/1.1", Origin="https://evil.example", Access_Control_Request_Method="POST", Access_Control_Request_Private_Network="true"), {403, 405}),
    "a form": (lambda t: t.head(Content_Type="text/plain", Content_Length=2) + b"{}", {400, 415}),
    "TRACE": (lambda t: t.head(f"TRACE {t.path} HTTP/1.1"), {405}),
    "CONNECT": (lambda t: t.head(f"CONNECT {t.host}:{t.port} HTTP/1.1"), {404, 405}),
    "a word for a method": (lambda t: t.head(f"HACK {t.path} HTTP/1.1"), {405}),
    "an unknown version": (lambda t: t.head(f"POST {t.path} HTTP/9.9"), {400}),
    "two lengths": (lambda t: t.head(Content_Length="2\r\nContent-Length: 3") + b"{}", {400}),
    "a negative length": (lambda t: t.head(Content_Length=-2) + b"{}", {400}),
    "a length in words": (lambda t: t.head(Content_Length="0x2") + b"{}", {400}),
    "an unknown transfer encoding": (lambda t: t.head(Transfer_Encoding="gzip, chunked") + b"0\r\n\r\n", {400, 501}),
    "a compressed body": (lambda t: t.head(Content_Encoding="gzip", Content_Length=4) + b"\x1f\x8b\x08\x00", {400, 415}),
    "a huge header": (lambda t: t.head(X="a" * 200_000), {400, 431, 0}),
    "20,000 headers": (lambda t: t.head(X="\r\nX: ".join("a" * 20_000)), {400, 431, 0}),
    "a very long address": (lambda t: t.head(f"GET /{'a' * 200_000} HTTP/1.1"), {400, 404, 414, 0}),
    "a space in a header's name": (lambda t: t.head().replace(b"Host:", b"Host :"), {400}),
    "no text at all": (lambda t: bytes(range(256)) + b"\r\n\r\n", {400}),
    "a path that climbs": (lambda t: t.head("GET /../../../../etc/passwd HTTP/1.1"), {404}),
    "a path that climbs in disguise": (lambda t: t.head("GET /%2e%2e%2f%2e%2e/etc/passwd HTTP/1.1"), {404}),
    "a path that climbs in double disguise": (lambda t: t.head("GET /%252e%252e/%c0%ae%c0%ae/etc/passwd HTTP/1.1"), {404}),
    "a path with backslashes": (lambda t: t.head("GET /..\\..\\windows\\win.ini HTTP/1.1"), {400, 404}),
    "a path of a drive": (lambda t: t.head("GET /C:/Windows/win.ini HTTP/1.1"), {404}),
    "a device of Windows": (lambda t: t.head("GET /CON.html HTTP/1.1"), {404}),
    "a path with a NUL": (lambda t: t.head("GET /health%00.html HTTP/1.1"), {404}),
    "two slashes": (lambda t: t.head("GET //health HTTP/1.1"), {404}),
    "bytes that are no text": (lambda t: t.head("GET /%ff%fe HTTP/1.1"), {404}),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_it_is_refused(target: Target, lie: str) -> None:
    make, statuses = LIES[lie]
    found = target.ask(make(target))
    assert web_client.status(found) in statuses, found[:300]
    assert b"access-control-allow-origin" not in found.lower()
    assert b"Traceback" not in found
    assert b"root:" not in found


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"\x00\xff\xfe",
    "half of JSON": b'{"calls": [["TRAIN_COST"',
    "deep nesting": b"[" * 100_000 + b"]" * 100_000,
    "deep nesting of objects": b'{"calls":' * 20_000,
    "NaN": b'{"jsonrpc": "2.0", "id": NaN, "calls": [["TRAIN_COST", NaN]]}',
    "half of a character": b'{"jsonrpc": "2.0", "id": "\\ud800", "method": "\\ud800", "calls": "\\ud800"}',
    "a key twice": b'{"calls": 1, "calls": 2, "method": 1, "method": 2}',
    "a list of nothing": b"[" + b"null," * 10_000 + b"null]",
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_request_is_refused(target: Target, name: str) -> None:
    body = BODIES[name]
    found = target.ask(target.head(Content_Length=len(body)) + body)
    assert web_client.status(found) == 400, found[:300]
    assert b"Traceback" not in found


def test_a_number_without_end_is_a_mistake_of_its_cell_or_no_request(target: Target) -> None:
    """Cells hold no whole numbers: one that is too large for them is infinite, which no function takes."""
    body = b'{"id": ' + b"9" * 100_000 + b', "calls": [["TRAIN_COST", "7B", ' + b"9" * 100_000 + b"]]}"
    found = target.ask(target.head(Content_Length=len(body)) + body)
    assert web_client.status(found) == (200 if target.path == "/batch" else 400), found[:300]
    assert (b"#COST! tokens" in found) == (target.path == "/batch"), found
    assert b"Traceback" not in found


def test_a_body_over_the_limit_is_refused_whatever_its_head_says(target: Target) -> None:
    size = MOST_BYTES + 1000 if target.certificate else 300_000
    for request in (
        target.head(Content_Length=size) + b" " * size,
        target.head(Transfer_Encoding="chunked") + b"%x\r\n%s\r\n0\r\n\r\n" % (size, b" " * size),
    ):
        assert web_client.status(target.ask(request)) in (413, 0)  # 0: it hung up before all had come


def test_a_second_request_behind_the_first_is_judged_by_itself(target: Target) -> None:
    """What one request smuggles in behind another must meet the same checks."""
    request, wanted = target.right()
    with contextlib.closing(target.connect()) as connection:
        connection.sendall(request + target.head(Host="evil.example", Content_Length=0))
        first = web_client.answer(connection)
        both = first if first.count(b"HTTP/1.1 ") > 1 else first + web_client.answer(connection)
    assert wanted in both
    assert both.count(b"HTTP/1.1 200") == 1
    assert b"HTTP/1.1 421" in both


@pytest.mark.parametrize("target", ["office"], indirect=True)
def test_hundreds_of_silent_clients_are_let_go(target: Target) -> None:
    """They fill every place, and each is sent away in time: those that say nothing, half a head, or a byte now and then.

    One server by its real times, as one loop serves all of them; tests/core/command/web/test_server.py has others with short times.
    """
    started = time.monotonic()
    silent = [target.connect() for _ in range(web_server.MOST_CONNECTIONS)]
    try:
        for connection in silent[::2]:
            connection.sendall(target.head()[:30])
        assert web_client.status(target.ask(target.head())) == 503, "the places are not full, so this shows nothing"
        with contextlib.suppress(OSError):
            for byte in target.head()[:-1]:
                silent[1].sendall(bytes([byte]))
                if web_client.ends(silent[1], 0.25):
                    break
        assert web_server.HEAD_SECONDS - 3 < time.monotonic() - started < web_server.HEAD_SECONDS + 5
        assert all(web_client.ends(connection, 3) for connection in silent)
    finally:
        for connection in silent:
            connection.close()
