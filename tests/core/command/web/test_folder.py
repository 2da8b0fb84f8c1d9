"""A folder of static files behind the gate: its own files and nothing else, fresh but not sent again, reaching nowhere."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from compute_cost.command.web.access import LOCAL, Access
from compute_cost.command.web.folder import part
from compute_cost.command.web.gate import Gate
from compute_cost.errors import InputError

ACCESS = Access(LOCAL, 80)


def ask(gate: Gate, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request to the application itself."""
    sent: list[Any] = []
    lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "localhost:80", **headers}.items()]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "method": method, "headers": lines, "client": ("127.0.0.1", 1)}
    asyncio.run(gate(scope, receive, send))
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}, sent[1]["body"]


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    site = tmp_path / "site"
    (site / "deep").mkdir(parents=True)
    (site / "index.html").write_text("<p>hello", encoding="utf-8")
    (site / "deep" / "run.wasm").write_bytes(b"\0asm")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    if os.name == "posix":
        (site / "link.txt").symlink_to(tmp_path / "secret.txt")
    return Gate([part(site, ACCESS)], ACCESS)


def test_files_are_served_with_their_kind_and_may_reach_this_server_only(gate: Gate) -> None:
    for path in ("/calculator/", "/calculator/index.html"):
        status, headers, body = ask(gate, path)
        assert (status, headers["content-type"], body) == (200, "text/html", b"<p>hello")
        assert headers["content-security-policy"].startswith("default-src 'self'; script-src 'self' 'wasm-unsafe-eval';")
        assert headers["cache-control"] == "no-cache"
    assert ask(gate, "/calculator/deep/run.wasm")[1]["content-type"] == "application/wasm"
    assert ask(gate, "/calculator/", "HEAD")[0::2] == (200, b"")
    for start in ("/", "/calculator"):
        status, headers, _ = ask(gate, start)
        assert (status, headers["location"]) == (307, "/calculator/")


def test_what_a_browser_has_is_not_sent_again(gate: Gate) -> None:
    tag = ask(gate, "/calculator/")[1]["etag"]
    assert ask(gate, "/calculator/", if_none_match=tag)[0::2] == (304, b"")
    assert ask(gate, "/calculator/deep/run.wasm", if_none_match=tag)[0] == 200, "each file has its own mark"


@pytest.mark.parametrize(
    "path", ["/calculator/link.txt", "/calculator/../secret.txt", "/calculator/deep/", "/secret.txt", "/calculator//index.html"]
)
def test_nothing_else_is_there(gate: Gate, path: str) -> None:
    assert ask(gate, path)[0] == 404


def test_files_are_only_read(gate: Gate) -> None:
    status, headers, _ = ask(gate, "/calculator/", "POST")
    assert (status, headers["allow"]) == (405, "GET, HEAD")


def test_a_folder_without_a_page_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"index\.html"):
        part(tmp_path, ACCESS)
