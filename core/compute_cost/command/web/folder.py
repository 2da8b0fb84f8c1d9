"""A folder of static files, such as the calculator that `compute-cost site` writes, as a part of the server."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path

from compute_cost.command.web.access import Access, Message, Part, Receive, Scope, Send
from compute_cost.errors import InputError

PREFIX = "/calculator/"
# Whatever the folder holds, its pages reach nothing but this server. Pyodide runs WebAssembly in a worker.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
MEDIA = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".whl": "application/zip"}


def part(folder: Path, access: Access) -> Part:
    """The files as they are now, read into memory, so that no path can lead out of the folder. Raises InputError."""
    if not (folder / "index.html").is_file():
        raise InputError("--site", str(folder), "it holds no index.html; write it with: compute-cost site FOLDER")
    root = folder.resolve()
    inside = [path for path in sorted(root.rglob("*")) if path.is_file() and path.resolve().is_relative_to(root)]
    files = {PREFIX + path.relative_to(root).as_posix(): _File(path) for path in inside}
    files[PREFIX] = files[f"{PREFIX}index.html"]

    async def answer(scope: Scope, _: Receive, send: Send) -> None:
        head = {name: value for name, value in scope["headers"] if name == b"if-none-match"}
        if scope["method"] not in ("GET", "HEAD"):
            await _send(send, 405, [(b"allow", b"GET, HEAD")], b"")
        elif scope["path"] not in files:
            await _send(send, 307, [(b"location", PREFIX.encode())], b"")
        elif head.get(b"if-none-match") == (file := files[scope["path"]]).tag:
            await _send(send, 304, [(b"etag", file.tag)], b"")
        else:
            length = (b"content-length", str(len(file.content)).encode())
            body = file.content if scope["method"] == "GET" else b""
            await _send(send, 200, [(b"content-type", file.media), (b"etag", file.tag), length], body)

    return Part(
        app=answer,
        paths=frozenset([*files, "/", PREFIX.rstrip("/")]),
        headers={"Cache-Control": "no-cache", "Content-Security-Policy": POLICY},
        told=lambda _: f"Calculator: {access.address}{PREFIX}",
    )


class _File:
    """Content, kind, and a mark by which a browser knows whether it has it already."""

    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        self.media = (MEDIA.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream").encode()
        self.tag = f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'.encode()


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    start: Message = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})
