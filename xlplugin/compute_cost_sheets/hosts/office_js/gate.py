"""Who may ask: the Host and Origin of every request are checked, and a token where one is set, before anything else happens."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from compute_cost_sheets.calculator.answering import PATHS

# Where Excel on the web runs; a SharePoint page may frame it, but has nothing to ask of the server.
OFFICE_SITES = ("officeapps.live.com", "office.com", "cloud.microsoft")
FRAMES = (*OFFICE_SITES, "sharepoint.com")
OFFICE_ORIGIN = rf"https://([a-z0-9-]+\.)+({'|'.join(re.escape(site) for site in OFFICE_SITES)})"

# office.js must come from Microsoft's own host, and styles its elements in place; Excel on the web shows the pane in a frame.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' https://appsforoffice.microsoft.com",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self' https://appsforoffice.microsoft.com",
        "base-uri 'none'",
        "form-action 'none'",
        f"frame-ancestors 'self' {' '.join(f'https://*.{site}' for site in FRAMES)}",
    )
)
HEADERS = {
    "Cache-Control": "no-store",  # an answer of one version is never shown by another
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "cross-origin",  # Excel on the web loads the icons
    "Referrer-Policy": "no-referrer",  # the address of the page may hold the token
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Access:
    """The names that the server answers to, its port, and the token where one is asked for."""

    names: tuple[str, ...]
    port: int
    token: str | None = None

    @property
    def hosts(self) -> frozenset[str]:
        """What may stand in a request's Host header."""
        return frozenset(f"[{name}]:{self.port}" if ":" in name else f"{name}:{self.port}" for name in self.names)

    @property
    def origins(self) -> frozenset[str]:
        """The server's own pages."""
        return frozenset(f"https://{host}" for host in self.hosts)

    @property
    def address(self) -> str:
        """The address that people and Excel are given: the first name."""
        name = self.names[0]
        return f"https://[{name}]:{self.port}" if ":" in name else f"https://{name}:{self.port}"


class Gate:
    """Refuses a request with a foreign Host, a foreign Origin or without the token; adds the security headers to every answer.

    The Host check is what keeps another site from reaching the server by pointing its own name at 127.0.0.1.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app, self.access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"{scope['type']} is not served")

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._refusal(scope["path"], scope["method"], Headers(scope=scope))
        if refusal is None:
            await self.app(scope, receive, send_safely)
            return
        status, why = refusal
        content = json.dumps({"error": why}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        await send_safely({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _refusal(self, path: str, method: str, headers: Headers) -> tuple[int, str] | None:
        if headers.get("host", "").lower() not in self.access.hosts:
            return 421, f"this server answers to {self.access.address} only"
        origin = headers.get("origin")
        if origin is not None and origin not in self.access.origins and not re.fullmatch(OFFICE_ORIGIN, origin):
            return 403, "pages of this site may not use the server"
        wanted = self.access.token
        if wanted is not None and path in PATHS and method != "OPTIONS":  # a preflight can't carry it
            scheme, _, given = headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not secrets.compare_digest(given.encode(), wanted.encode()):
                return 401, "the token is missing or wrong; take the address that the server printed"
        return None
