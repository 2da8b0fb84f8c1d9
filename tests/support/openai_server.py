"""A small OpenAI-compatible server on loopback that answers by script: one step of the script for each request."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Step:
    """What one request is answered with: an HTTP error, or pieces of a stream (each a delta), or a broken stream."""

    deltas: list[dict[str, Any]] = field(default_factory=list)
    finish: str | None = "stop"
    status: int = 200
    error: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    drop_after: int | None = None  # close the connection after so many pieces
    wait: float = 0.0
    raw: str | None = None


def says(text: str, **options: Any) -> Step:
    """The text in pieces of three characters, so that figures arrive in parts."""
    return Step([{"content": text[at : at + 3]} for at in range(0, len(text), 3)], **options)


def calls(*wanted: tuple[str, Any], **options: Any) -> Step:
    """Tool calls in pieces: the name first, the arguments a few characters at a time, several calls interleaved as they come."""
    deltas: list[dict[str, Any]] = []
    for index, (name, arguments) in enumerate(wanted):
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        first = {"index": index, "id": f"call-{index}", "type": "function", "function": {"name": name, "arguments": ""}}
        deltas.append({"tool_calls": [first]})
        deltas += [{"tool_calls": [{"index": index, "function": {"arguments": text[at : at + 5]}}]} for at in range(0, len(text), 5)]
    return Step(deltas, finish="tool_calls", **options)


@dataclass
class Script:
    """The steps to come and the requests that came."""

    url: str
    steps: list[Step]
    models: list[str] | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def sent(self, number: int = -1) -> list[dict[str, Any]]:
        """The messages of a request."""
        messages: list[dict[str, Any]] = self.requests[number]["messages"]
        return messages


@contextmanager
def serving(*steps: Step, models: list[str] | None = None) -> Iterator[Script]:
    """The server while the block runs; it fails a request beyond the script with HTTP 418."""
    script = Script("", list(steps), models)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's name
            pass

        def do_GET(self) -> None:  # the base class's name
            listed = {"object": "list", "data": [{"id": name, "object": "model"} for name in script.models or ()]}
            self.json(200 if script.models is not None else 404, listed)

        def do_POST(self) -> None:  # the base class's name
            script.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            script.keys.append(self.headers.get("Authorization", ""))
            step = script.steps.pop(0) if script.steps else Step(status=418, error={"message": "beyond the script"})
            done.wait(step.wait)
            if step.status != 200:
                self.json(step.status, {"error": step.error}, step.headers)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            if step.raw is not None:
                self.wfile.write(step.raw.encode())
                return
            for number, delta in enumerate(step.deltas):
                if number == step.drop_after:
                    return
                self.event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
            if step.drop_after is not None:
                return
            self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": step.finish}]})
            self.event({"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}})
            self.wfile.write(b"data: [DONE]\n\n")

        def event(self, body: dict[str, Any]) -> None:
            whole = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "scripted", **body}
            self.wfile.write(f"data: {json.dumps(whole, ensure_ascii=False)}\n\n".encode())
            self.wfile.flush()

        def json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

    done = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield script
    finally:
        done.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
