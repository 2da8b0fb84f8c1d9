"""The MCP server over streamable HTTP: on this machine only unless told otherwise, and then for those who hold the token.

Host and Origin are checked (a web page must not reach the server under a name of its own: DNS rebinding), a
body has a limit, and no session is kept: every call stands alone.
"""

from __future__ import annotations

import contextlib
import ipaddress
import secrets
import signal
import socket
from collections.abc import Callable, Sequence
from typing import Any

import uvicorn
from mcp.server.auth.provider import AccessToken, TokenVerifier
from mcp.server.auth.settings import AuthSettings
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import AnyHttpUrl
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from compute_cost.command import web_server
from compute_cost.errors import InputError, MissingInput
from compute_cost_tools.mcp_server import server

PATH = "/mcp"
LARGEST_BODY = 256 * 1024  # bytes; a call is a few hundred
SHORTEST_TOKEN = 16  # characters


class _Token(TokenVerifier):
    """The one token that was given at the start."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    async def verify_token(self, token: str) -> AccessToken | None:
        if secrets.compare_digest(token.encode(), self._token):
            return AccessToken(token=token, client_id="compute-cost", scopes=[])
        return None


class _PostOnly:
    """Refuses anything but POST: GET would open a stream that never ends, and this server has nothing to send on it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] != "POST":
            await PlainTextResponse("send a JSON-RPC message with POST", 405, {"Allow": "POST"})(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def names(host: str, port: int, also: Sequence[str]) -> list[str]:
    """The values of the Host header that are let in: this machine's names with the port, and those given."""
    here = ["127.0.0.1", "localhost", "[::1]"]
    if not _is_loopback(host):
        here += [f"[{host}]" if ":" in host else host, socket.gethostname()]
    return [*dict.fromkeys(f"{name}:{port}" for name in here), *also]


def app(host: str, port: int, token: str = "", also: Sequence[str] = (), everything: bool = False, outputs: bool = False) -> Starlette:
    """The server as an ASGI application."""
    allowed = names(host, port, also)
    origins = [f"{scheme}://{name}" for name in allowed for scheme in ("http", "https")]
    settings: dict[str, Any] = {}
    if token:
        settings["token_verifier"] = _Token(token)
        settings["auth"] = AuthSettings(issuer_url=AnyHttpUrl(f"http://localhost:{port}"), resource_server_url=None)
    web_app = server(everything, outputs).streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=LARGEST_BODY,
        transport_security=TransportSecuritySettings(allowed_hosts=allowed, allowed_origins=origins),
        host=host,
        **settings,
    )
    web_app.add_middleware(_PostOnly)
    return web_app


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def listen(host: str, port: int, token: str) -> socket.socket:
    """A socket that listens, or an error of one line: no token where one is needed, or a port that is taken."""
    if token and (len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable()):
        raise InputError("token", f"{len(token)} characters", f"give at least {SHORTEST_TOKEN} plain characters")
    if not token and not _is_loopback(host):
        raise MissingInput("token", f"host {host} opens the server to others; give --token or the variable COMPUTE_COST_MCP_TOKEN")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        try:
            if socket.has_ipv6 and family == socket.AF_INET6:
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            # After a stop the port is free at once; on Windows the option would let two servers share it.
            if not hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(128)
        except OSError:
            listening.close()
            raise
    except (OSError, OverflowError, UnicodeError) as problem:
        raise InputError("port", port, f"can't listen on {host} ({problem}); give another --port, or --port 0 for a free one") from None
    return listening


def serve(host: str, port: int, token: str, also: Sequence[str], everything: bool, outputs: bool, announce: Callable[[str], None]) -> None:
    """Answer until SIGINT or SIGTERM. `announce` gets the address once it is listening. Raises InputError."""
    with listen(host, port, token) as listening:
        port = listening.getsockname()[1]
        running = uvicorn.Server(web_server.config(app(host, port, token, also, everything, outputs)))

        def stop(*_: object) -> None:
            running.should_exit = True

        # uvicorn's own handlers raise the signal again at the end, for whoever ran it: here nobody, so the end is clean.
        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            shown = f"[{host}]" if ":" in host else host
            announce(f"http://{shown}:{port}{PATH}")
            running.run(sockets=[listening])
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
