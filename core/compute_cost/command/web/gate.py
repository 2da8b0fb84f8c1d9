"""The door of a web server: what is refused before a front end sees it, which part answers, and one line of audit for each request.

The Host check is what keeps another site from reaching the server by pointing its own name at 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
import time
from collections.abc import Sequence

from compute_cost.command.web.access import Access, Message, Part, Receive, Scope, Send
from compute_cost.command.web.audit import Audit
from compute_cost.command.web.rate import Rate

READ_SECONDS = 20.0  # for the body of a request to arrive
DRAINED_BYTES = 64_000_000  # read and thrown away, so that a browser sees the refusal and not a broken connection
HEADERS = {
    "Cache-Control": "no-store",  # an answer of one version is never shown by another
    "Referrer-Policy": "no-referrer",  # the address of a page may hold the token
    "X-Content-Type-Options": "nosniff",
}


class Refused(Exception):
    """A request that no part gets to see, with the status and one line of why."""

    def __init__(self, status: int, why: str, **headers: str) -> None:
        super().__init__(why)
        self.status, self.why, self.headers = status, why, headers


class Gone(Exception):
    """The client hung up before its request was here: nobody is left to tell."""


class Gate:
    """An application of all `parts`; where two know a path, the first answers it."""

    def __init__(self, parts: Sequence[Part], access: Access, rate: Rate | None = None, audit: Audit | None = None) -> None:
        self._parts, self._access, self._rate, self._audit = parts, access, rate, audit
        self._at = {path: part for part in reversed(parts) for path in part.paths}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            raise RuntimeError(f"{scope['type']} is not served")

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with contextlib.AsyncExitStack() as stack:
            for part in self._parts:
                if part.lifespan is not None:
                    await stack.enter_async_context(part.lifespan())
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        part, client = self._at.get(scope["path"]), self._client(scope, headers)
        added = {**HEADERS, **(part.headers if part else {})}
        status, received, sent = 0, 0, 0

        async def send_on(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                kept = [(name, value) for name, value in message["headers"] if name.decode("latin-1").title() not in added]
                message = {**message, "headers": [*kept, *((name.lower().encode(), value.encode()) for name, value in added.items())]}
            sent += len(message.get("body", b""))
            await send(message)

        try:
            self._admit(part, client, scope, headers)
            assert part is not None, "_admit refuses unknown paths"
            body = await _read(receive, part.largest_body)
            received = len(body)
            await part.app(scope, _again(body, receive), send_on)
        except Refused as refusal:
            await _refuse(refusal, send_on)
        except Gone:
            status = 499
        finally:
            if self._audit is not None:
                path = scope["path"] if part else "other"
                self._audit.write(client, scope["method"], path, status or 500, received, sent, time.perf_counter() - started)

    def _client(self, scope: Scope, headers: dict[str, str]) -> str:
        """Who asks: the address of the connection, or the one that our proxy wrote behind all that it was told itself."""
        told = headers.get("x-forwarded-for", "").rpartition(",")[2].strip() if self._access.proxy else ""
        return told or (scope["client"][0] if scope.get("client") else "")

    def _admit(self, part: Part | None, client: str, scope: Scope, headers: dict[str, str]) -> None:
        if self._rate is not None and not self._rate.allows(client):
            raise Refused(429, "too many requests from one address; wait a second", **{"Retry-After": "1"})
        if headers.get("host", "").lower() not in self._access.hosts:
            raise Refused(421, f"this server answers to {self._access.address} only")
        origin = headers.get("origin")
        if origin is not None and origin not in self._access.origins and not (part and part.origins and re.fullmatch(part.origins, origin)):
            raise Refused(403, "pages of this site may not use the server")
        if part is None:
            raise Refused(404, "there is nothing at this address")
        wanted = self._access.token
        if wanted is not None and scope["path"] in part.guarded and scope["method"] != "OPTIONS":  # a preflight can't carry it
            scheme, _, given = headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not secrets.compare_digest(given.encode(), wanted.encode()):
                raise Refused(401, "the token is missing or wrong; take what the server printed", **{"WWW-Authenticate": "Bearer"})


async def _read(receive: Receive, most: int) -> bytes:
    """The whole body, refused where it is too large or too slow: counted as it comes, whatever its header says."""
    body, size, more = bytearray(), 0, True
    try:
        async with asyncio.timeout(READ_SECONDS):
            while more and size <= DRAINED_BYTES:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                piece, more = message.get("body", b""), message.get("more_body", False)
                size += len(piece)
                if size <= most:
                    body += piece
    except TimeoutError:
        raise Refused(408, f"the request did not arrive within {READ_SECONDS:g} seconds") from None
    if size > most:
        raise Refused(413, f"the request is larger than {most // 1000:,} kB; ask for less at a time")
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body that has been read, then what the client does next."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again


async def _refuse(refusal: Refused, send: Send) -> None:
    content = json.dumps({"error": refusal.why}).encode()
    headers = {"content-type": "application/json", "content-length": str(len(content)), **refusal.headers}
    lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": refusal.status, "headers": lines})
    await send({"type": "http.response.body", "body": content})
