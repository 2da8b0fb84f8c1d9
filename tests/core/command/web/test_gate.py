"""What the gate lets in, to which part, and what it writes down: asked directly, without a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from compute_cost.command.web import gate as gates
from compute_cost.command.web.access import LOCAL, Access, Part
from compute_cost.command.web.audit import Audit
from compute_cost.command.web.gate import Gate
from compute_cost.command.web.rate import Rate

TOKEN = "-".join(["correct", "horse", "battery"])
ACCESS = Access(LOCAL, 80, TOKEN)


def part(name: str, *paths: str, **more: Any) -> Part:
    """A part that answers with its name and what it was sent."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        assert message["more_body"] is False, "a part gets its body whole"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"its own")]})
        await send({"type": "http.response.body", "body": name.encode() + b":" + message["body"]})

    return Part(app=app, paths=frozenset(paths), largest_body=10, **more)


def ask(
    gate: Gate, path: str, body: Sequence[bytes] = (b"",), method: str = "POST", client: str = "127.0.0.1", **headers: Any
) -> tuple[int, bytes, dict[str, str]]:
    sent: list[Any] = []
    pieces = list(body)
    lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "localhost:80", **headers}.items()]

    async def receive() -> dict[str, Any]:
        if not pieces:
            return {"type": "http.disconnect"}
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "method": method, "headers": lines, "client": (client, 1)}
    asyncio.run(gate(scope, receive, send))
    if not sent:
        return 0, b"", {}
    return sent[0]["status"], sent[1]["body"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_each_path_has_its_part_its_token_and_its_foreign_pages() -> None:
    gate = Gate(
        [
            part("one", "/a", "/open", guarded=frozenset(["/a"]), origins=r"https://excel\.example"),
            part("two", "/b", "/open", guarded=frozenset(["/b"])),
        ],
        ACCESS,
    )
    right: dict[str, Any] = {"authorization": f"bearer {TOKEN}"}
    assert ask(gate, "/a", [b"x", b"y"], **right)[:2] == (200, b"one:xy")
    assert ask(gate, "/b", **right)[:2] == (200, b"two:")
    assert ask(gate, "/open")[:2] == (200, b"one:"), "no token, and the first part that knows it"
    wrongs: list[dict[str, Any]] = [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": f"Basic {TOKEN}"},
        {"authorization": f"Bearer {TOKEN} x"},
    ]
    for wrong in wrongs:
        status, body, headers = ask(gate, "/b", **wrong)
        assert (status, headers["www-authenticate"]) == (401, "Bearer")
        assert TOKEN.encode() not in body
    page: dict[str, Any] = {"origin": "https://excel.example"}
    assert ask(gate, "/a", **right, **page)[0] == 200
    assert ask(gate, "/b", **right, **page)[0] == 403, "a page that may ask one part may not ask another"
    assert ask(gate, "/open", origin="")[0] == 403
    assert ask(gate, "/a", method="OPTIONS", **page)[0] == 200, "a preflight can't carry the token"
    assert ask(gate, "/c", **right)[0] == 404
    assert ask(gate, "/c", host="evil.example")[0] == 421


def test_a_body_has_a_limit_and_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate([part("one", "/a")], ACCESS)
    assert ask(gate, "/a", [b"12345", b"67890"])[0] == 200
    assert ask(gate, "/a", [b"12345", b"67890", b"1"])[0] == 413
    assert ask(gate, "/a", [])[0] == 0, "nobody is there to be told"
    monkeypatch.setattr(gates, "DRAINED_BYTES", 20)
    endless = [b"x" * 10] * 1000
    assert ask(gate, "/a", endless)[0] == 413
    monkeypatch.setattr(gates, "READ_SECONDS", 0.05)

    async def never() -> Any:
        await asyncio.sleep(60)

    with pytest.raises(gates.Refused) as caught:
        asyncio.run(gates._read(never, 10))
    assert caught.value.status == 408


def test_every_answer_carries_the_headers_once() -> None:
    gate = Gate([part("one", "/a", headers={"Cache-Control": "no-cache", "X-Own": "1"})], ACCESS)
    found = ask(gate, "/a")[2]
    assert (found["cache-control"], found["x-own"], found["x-content-type-options"]) == ("no-cache", "1", "nosniff")
    assert ask(gate, "/b")[2]["cache-control"] == "no-store"


def test_behind_a_proxy_its_word_says_who_asks(tmp_path: Path) -> None:
    def clients(access: Access, *forwarded: str) -> list[str]:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.jsonl"
        gate = Gate([part("one", "/a")], access, audit=Audit(path))
        for one in forwarded:
            ask(gate, "/a", x_forwarded_for=one)
        return [json.loads(line)["client"] for line in path.read_text(encoding="utf-8").splitlines()]

    behind = Access(LOCAL, 80, TOKEN, "http", ("costs.example.com",), proxy=True)
    told = ("192.0.2.9", "10.0.0.1, 192.0.2.7", "")  # what a client claims itself stands before what the proxy adds
    assert clients(behind, *told) == ["192.0.2.9", "192.0.2.7", "127.0.0.1"]
    assert clients(ACCESS, *told) == ["127.0.0.1"] * 3, "where there is no proxy nobody is believed"


def test_one_client_has_a_rate_and_the_others_go_on() -> None:
    gate = Gate([part("one", "/a")], ACCESS, Rate(0.1, lambda: 0.0))
    assert ask(gate, "/a")[0] == 200
    status, _, headers = ask(gate, "/a")
    assert (status, headers["retry-after"]) == (429, "1")
    assert ask(gate, "/a", client="192.0.2.1")[0] == 200


def test_the_audit_holds_how_it_ended_and_no_contents(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    gate = Gate([part("one", "/a", guarded=frozenset(["/a"]))], ACCESS, audit=Audit(path))
    ask(gate, "/a", [b"secret"], authorization=f"Bearer {TOKEN}")
    ask(gate, "/a", [b"secret"], authorization="Bearer secret")
    ask(gate, "/secret", [b"secret"])
    ask(gate, "/a", [], authorization=f"Bearer {TOKEN}")
    text = path.read_text(encoding="utf-8")
    assert [(one["path"], one["status"], one["received"]) for one in map(json.loads, text.splitlines())] == [
        ("/a", 200, 6), ("/a", 401, 0), ("other", 404, 0), ("/a", 499, 0)
    ]  # fmt: skip
    assert "secret" not in text
    assert TOKEN not in text


def test_every_part_lives_as_long_as_the_server() -> None:
    seen: list[str] = []

    def living(name: str) -> Any:
        @asynccontextmanager
        async def life() -> AsyncIterator[None]:
            seen.append(f"{name} begins")
            yield
            seen.append(f"{name} ends")

        return life

    gate = Gate([part("one", "/a", lifespan=living("one")), part("two", "/b", lifespan=living("two")), part("three", "/c")], ACCESS)

    async def receive() -> dict[str, Any]:
        seen.append("asked")
        return {}

    async def send(message: Any) -> None:
        seen.append(message["type"])

    asyncio.run(gate({"type": "lifespan"}, receive, send))
    assert seen == [
        "asked",
        "one begins",
        "two begins",
        "lifespan.startup.complete",
        "asked",
        "two ends",
        "one ends",
        "lifespan.shutdown.complete",
    ]
