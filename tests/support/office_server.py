"""Starts the real server for Excel in a process of its own, talks to it over its pinned certificate, and plays Excel in Node."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STARTED = re.compile(r"Compute Cost for Excel: (https://([^:/]+):(\d+))/taskpane.html(?:\?token=(\S+))?")


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    folder: Path
    address: str
    host: str
    port: int
    token: str | None
    printed: str

    @property
    def certificate(self) -> Path:
        (certificate,) = (self.folder / "office_js").glob("*.cer")
        return certificate

    def request(
        self, method: str, path: str, body: bytes | Iterator[bytes] | None = None, **headers: str
    ) -> tuple[int, bytes, Mapping[str, str]]:
        """Status, content and headers of one request; the certificate must be the server's own."""
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        connection = http.client.HTTPSConnection(self.host, self.port, context=trusted, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()

    def post(self, path: str, given: Any, **headers: str) -> tuple[int, Any]:
        status, content, _ = self.request("POST", path, json.dumps(given).encode(), content_type="application/json", **headers)
        return status, json.loads(content)

    def results(self, *calls: list[Any]) -> list[Any]:
        status, body = self.post("/batch", {"calls": list(calls)})
        assert status == 200, body
        results: list[Any] = body["results"]
        return results

    def stop(self) -> int:
        """Stop it as Ctrl+C or a service manager does; the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(20)


@contextmanager
def running(folder: Path, *options: str, verb: Sequence[str] = ("sheets", "serve"), **environment: str) -> Iterator[Server]:
    """The server with these options, a user's folder of its own and these variables too; it is stopped at the end."""
    code = "from compute_cost.command.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *verb, "--port", "0", *options],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", cwd=ROOT,
        env={**os.environ, "COMPUTE_COST_DATA": str(folder), **environment},
    )  # fmt: skip
    assert process.stdout is not None
    printed = ""
    try:
        for line in process.stdout:
            printed += line
            if line.startswith("Restart Excel"):
                break
        started = STARTED.search(printed)
        assert started, printed
        yield Server(process, folder, started[1], started[2], int(started[3]), started[4], printed)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(20)
        process.stdout.close()


class Excel:
    """The served functions.js, run in Node by a stand-in for Excel; `origin` may be another server than the script's."""

    def __init__(self, server: Server, *, origin: str | None = None, requirement: str = "1.20", **settings: Any) -> None:
        _, content, _ = server.request("GET", "/functions.js")
        script = content.decode() if not settings else _with_settings(content.decode(), settings)
        node = shutil.which("node")
        assert node, "needs Node"
        self.process = subprocess.Popen(
            [node, str(ROOT / "tests" / "xlplugin" / "office_js" / "node" / "cells.mjs")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
            env={**os.environ, "NODE_EXTRA_CA_CERTS": str(server.certificate)},
        )  # fmt: skip
        page = f"{origin or server.address}/taskpane.html" + (f"?token={server.token}" if server.token else "")
        self.functions = self._ask({"origin": page, "script": script, "requirement": requirement})["functions"]

    def recalculate(self, *calls: list[Any], parameters: Sequence[str] = ()) -> dict[str, Any]:
        """Every cell's {"value": rows} or {"error", "message"}, the requests it took and the milliseconds.

        The calls stand in A1, A2 and so on; `parameters` are the addresses of their arguments.
        """
        return self._ask({"calls": list(calls), "parameters": list(parameters)})

    def _ask(self, job: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        self.process.kill()
        self.process.wait(20)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()

    def __enter__(self) -> Excel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _with_settings(script: str, changed: dict[str, Any]) -> str:
    """The script with other settings than the server's, which stand in its first line."""
    first, rest = script.split("\n", 1)
    settings = json.loads(first.removeprefix("const COMPUTE_COST = ").removesuffix(";"))
    assert changed.keys() <= settings.keys()
    return f"const COMPUTE_COST = {json.dumps(settings | changed)};\n{rest}"
