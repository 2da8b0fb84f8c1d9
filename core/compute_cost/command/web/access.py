"""How a server is reached, and what a front end brings to it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compute_cost.errors import InputError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LOCAL = ("localhost", "127.0.0.1", "::1")
USUAL_PORT = {"https": 443, "http": 80}  # which no browser writes into Host or Origin
SHORTEST_TOKEN, LONGEST_TOKEN = 16, 200  # characters


@dataclass(frozen=True)
class Access:
    """The names that a server answers to, its port, and the token where one is asked for.

    `names` are this machine's, the first of them the one that people are given. `outside` are further values of the Host header, such as
    the name of a proxy; with `proxy` the first of these is what people are given, and the proxy's word for who asks is believed.
    """

    names: tuple[str, ...]
    port: int
    token: str | None = None
    scheme: str = "https"
    outside: tuple[str, ...] = ()
    proxy: bool = False

    @property
    def _own(self) -> tuple[str, ...]:
        port = "" if self.port == USUAL_PORT[self.scheme] else f":{self.port}"
        return tuple(f"[{name}]{port}" if ":" in name else f"{name}{port}" for name in self.names)

    @property
    def hosts(self) -> frozenset[str]:
        """What may stand in a request's Host header."""
        return frozenset(name.lower() for name in (*self._own, *self.outside))

    @property
    def origins(self) -> frozenset[str]:
        """The server's own pages. A proxy may have turned https into http, so its name counts with both."""
        own, outside = (
            (f"{self.scheme}://{host}" for host in self._own),
            (f"{scheme}://{host}" for scheme in USUAL_PORT for host in self.outside),
        )
        return frozenset(origin.lower() for origin in (*own, *outside))

    @property
    def address(self) -> str:
        """The address that people and programs are given."""
        return f"https://{self.outside[0]}" if self.proxy else f"{self.scheme}://{self._own[0]}"

    def reach(self) -> str:
        """How it is stopped and who may use it, in one line."""
        where = f"on port {self.port} for the proxy at {self.address}" if self.proxy else f"on {self.names[0]} only"
        return f"Stop it with Ctrl+C. It listens {where}{'; anyone who has the token may use it' if self.token else ''}."


@dataclass(frozen=True)
class Part:
    """What a front end brings to a server: an application and the paths that it answers.

    `guarded` are the paths that need the token, `origins` a pattern of the foreign pages that may ask, `largest_body` the most bytes of a
    request, `headers` what every answer carries, and `told` says to people how to go on, given the certificate to trust, if there is one.
    """

    app: Application
    paths: frozenset[str]
    guarded: frozenset[str] = frozenset()
    origins: str = ""
    largest_body: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    lifespan: Callable[[], AbstractAsyncContextManager[object]] | None = None
    told: Callable[[Path | None], str] = lambda _: ""


def checked_token(token: str | None) -> str | None:
    """The token if it can be one. Raises InputError, which does not repeat it."""
    if token is not None and not (SHORTEST_TOKEN <= len(token) <= LONGEST_TOKEN and re.fullmatch(r"[!-~]+", token)):
        raise InputError(
            "--token", f"{len(token)} characters", f"give {SHORTEST_TOKEN} to {LONGEST_TOKEN} plain characters without a space"
        )
    return token


def new_token() -> str:
    return secrets.token_urlsafe(24)
