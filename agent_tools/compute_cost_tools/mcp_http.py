"""The MCP server over streamable HTTP: on this machine only unless told otherwise, and then for those who hold the token.

The gate checks Host, Origin, token and size (a web page must not reach the server under a name of its own: DNS rebinding). No
session is kept: every call stands alone.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

from mcp.server.transport_security import TransportSecuritySettings
from starlette.responses import PlainTextResponse

from compute_cost.command.web import server as web_server
from compute_cost.command.web.access import LOCAL, Access, Part, Receive, Scope, Send, checked_token
from compute_cost.command.web.gate import Gate
from compute_cost.errors import MissingInput
from compute_cost_tools.mcp_server import server

PATH = "/mcp"
LARGEST_BODY = 256 * 1024  # bytes; a call is a few hundred


def part(access: Access, everything: bool = False, outputs: bool = False) -> Part:
    """The tools, the catalogue and the prompts as a part of a web server."""
    checked_by_the_gate = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    tools = server(everything, outputs).streamable_http_app(
        streamable_http_path=PATH, json_response=True, stateless_http=True, transport_security=checked_by_the_gate
    )

    async def post_only(scope: Scope, receive: Receive, send: Send) -> None:
        """GET would open a stream that never ends, and this server has nothing to send on it."""
        if scope["method"] == "POST":
            await tools(scope, receive, send)
        else:
            await PlainTextResponse("send a JSON-RPC message with POST", 405, {"Allow": "POST"})(scope, receive, send)

    return Part(
        app=post_only,
        paths=frozenset([PATH]),
        guarded=frozenset([PATH]),
        largest_body=LARGEST_BODY,
        lifespan=lambda: tools.router.lifespan_context(tools),
        told=lambda public: told(access, public),
    )


def told(access: Access, public: Path | None) -> str:
    """How an assistant is connected, in a line or two."""
    lines = [f"Compute Cost for assistants: {access.address}{PATH}"]
    if access.token:
        lines.append("Every request carries the header Authorization: Bearer TOKEN, with the server's token.")
    if public:
        lines.append(f"Programs that run in Node trust the certificate by the variable NODE_EXTRA_CA_CERTS={public}")
    return "\n".join(lines)


def names(host: str) -> tuple[str, ...]:
    """The names of this machine by which a server on that address is asked."""
    return LOCAL if _is_loopback(host) else (*LOCAL, host, socket.gethostname())


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host in LOCAL


def serve(host: str, port: int, token: str, also: Sequence[str], everything: bool, outputs: bool, announce: Callable[[str], None]) -> None:
    """Answer until SIGINT or SIGTERM. `announce` gets the address once it is listening. Raises InputError."""
    checked_token(token or None)
    if not token and not _is_loopback(host):
        raise MissingInput("token", f"host {host} opens the server to others; give --token or the variable COMPUTE_COST_MCP_TOKEN")
    with contextlib.closing(web_server.listen(host, port)) as listening:
        access = Access(names(host), listening.getsockname()[1], token or None, "http", tuple(also))
        shown = f"[{host}]" if ":" in host else host
        gate = Gate([part(access, everything, outputs)], access)
        web_server.run(gate, listening, lambda: announce(f"http://{shown}:{access.port}{PATH}"))
