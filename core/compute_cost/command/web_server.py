"""How both front ends run uvicorn: quiet, with limits, and done with a client that stops talking or stops reading.

Only the servers import this file; nothing else of core knows uvicorn.
"""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 200  # any more are told to try again later (503)
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


def config(app: Any, **more: Any) -> uvicorn.Config:
    """uvicorn's settings for one of our applications. Headers of a proxy are not believed: there is none."""
    return uvicorn.Config(
        app, http=Impatient, ws="none", log_level="warning", access_log=False, server_header=False, proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS, timeout_graceful_shutdown=GRACE, **more,
    )  # fmt: skip
