"""How every web server here listens and runs: uvicorn, quiet, with limits, done with a client that stops talking or stops reading."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import re
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from compute_cost.command.web.access import LOCAL, Access, Application, checked_token, new_token
from compute_cost.errors import InputError

MOST_CONNECTIONS = 400  # any more are told to try again later (503)
HEAD_SECONDS = 10.0  # for a client to send the head of a request
BODY_SECONDS = 30.0  # and its body
PIECE = 64 * 1024  # bytes of an answer that a client takes in PIECE_SECONDS, or it is let go
PIECE_SECONDS = 20.0  # the system hands it on in pieces of up to some MB
GRACE = 3  # seconds that open requests get at the end


class Impatient(H11Protocol):
    """Ends a connection that waits for its client for too long: uvicorn itself would wait for ever.

    200 silent connections would otherwise keep everybody else out.
    """

    _allowed: float | None = None
    _receiving: asyncio.TimerHandle | None = None
    _sending: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def _watch(self) -> None:
        """Start or stop the clock where another part of a request is being waited for than before."""
        if self.cycle is None or self.cycle.response_complete:
            allowed = None if self.transport.is_closing() else HEAD_SECONDS
        else:
            allowed = BODY_SECONDS if self.cycle.more_body else None
        if allowed != self._allowed:
            self._allowed = allowed
            _cancel(self._receiving)
            self._receiving = self.loop.call_later(allowed, self._give_up, allowed) if allowed else None

    def _give_up(self, allowed: float) -> None:
        if self.transport.get_write_buffer_size():  # the answer before is still on its way, so nothing is owed yet
            self._receiving = self.loop.call_later(allowed, self._give_up, allowed)
        else:
            self.transport.abort()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect_less(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        super().resume_writing()
        _cancel(self._sending)

    def _expect_less(self, before: int) -> None:
        def look() -> None:
            left = self.transport.get_write_buffer_size()
            if left > before - PIECE:
                self.transport.abort()
            else:
                self._expect_less(left)

        _cancel(self._sending)
        self._sending = self.loop.call_later(PIECE_SECONDS, look)

    def connection_lost(self, exc: Exception | None) -> None:
        _cancel(self._receiving)
        _cancel(self._sending)
        super().connection_lost(exc)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def config(app: Application, **more: Any) -> uvicorn.Config:
    """uvicorn's settings for one of our applications. It believes no header of a proxy: the gate does, where there is one."""
    return uvicorn.Config(
        app, http=Impatient, ws="none", log_level="warning", access_log=False, server_header=False, proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS, timeout_graceful_shutdown=GRACE, **more,
    )  # fmt: skip


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises InputError for a name that is not this computer's and a port that is taken."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        try:
            if family == socket.AF_INET6:
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows would let two servers share a port
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:  # after a stop the port is free at once
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((address[0], port, *address[2:]))  # getaddrinfo itself would make port 34463 of 99999
            listening.listen(256)  # who comes before the server is ready waits instead of being turned away
        except (OSError, OverflowError):
            listening.close()
            raise
    except (OSError, OverflowError, UnicodeError) as problem:
        if isinstance(problem, (socket.gaierror, UnicodeError)) or getattr(problem, "errno", None) == errno.EADDRNOTAVAIL:
            raise InputError("--host", host, "it is not a name or address of this computer") from None
        raise InputError("--port", port, "it is in use or not allowed; give another --port, or --port 0 for a free one") from None
    return listening


HOST_WANTED = "give the name or address of this computer, as the others will type it"


@contextlib.contextmanager
def listening_for_https(host: str, port: int, token: str | None) -> Iterator[tuple[socket.socket, Access]]:
    """A socket and how it is reached by HTTPS: from this computer, or from others, who need a token; one is made where none is given.

    Raises InputError for what can't be used, every address at once (0.0.0.0) too: nobody can type that one.
    """
    local = host in LOCAL
    if not re.fullmatch(r"[A-Za-z0-9.:-]{1,253}", host):
        raise InputError("--host", host, HOST_WANTED)
    token = checked_token(token) or (None if local else new_token())
    with contextlib.closing(listen("127.0.0.1" if local else host, port)) as listener:
        address, at = listener.getsockname()[:2]
        if ipaddress.ip_address(address).is_unspecified:
            raise InputError("--host", host, HOST_WANTED)
        yield listener, Access(LOCAL if local else (host,), at, token)


def run(app: Application, listener: socket.socket, ready: Callable[[], None], certificate: Path | None = None) -> None:
    """Answer until SIGINT or SIGTERM; `ready` is called when a stop would be noticed. The certificate's file holds its key too."""
    server = uvicorn.Server(config(app, ssl_certfile=certificate, ssl_keyfile=certificate, lifespan="on"))

    def stop(*_: object) -> None:
        server.should_exit = True

    # For the moments before uvicorn's own handlers and after them: they raise the signal again at the end, and so the end is clean.
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        ready()
        server.run(sockets=[listener])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
