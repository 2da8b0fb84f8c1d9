"""The command `compute-cost serve`: every front end that brings a part, and the calculator's folder, behind one port and one token."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from compute_cost.command.listing import fail, told
from compute_cost.errors import InputError, lacks

if TYPE_CHECKING:  # the packages of the extras are loaded by the command alone
    import socket

    from compute_cost.command.web.access import Access, Part

PARTS = "compute_cost.web"  # the entry points: each a function that takes an Access and gives a Part
PORT = 8791  # where the built manifest has Excel look, so `compute-cost sheets serve` listens there too


def serve(
    port: Annotated[int, typer.Option("--port", help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = PORT,
    host: Annotated[str, typer.Option("--host", help="This computer's name or address for others; they then need a token.")] = "localhost",
    token: Annotated[
        str | None,
        typer.Option("--token", envvar="COMPUTE_COST_TOKEN", help="Require this token; one is made if left out where others may connect."),
    ] = None,
    behind: Annotated[
        str | None,
        typer.Option("--behind", help="The https address of a proxy that passes requests on to this server's plain HTTP."),
    ] = None,
    site: Annotated[Path | None, typer.Option("--site", help="A folder to show at /calculator/.")] = None,
    rate: Annotated[float, typer.Option("--rate", help="Requests a second from one address over ten seconds; 0 for no limit.", min=0)] = 20,
    audit: Annotated[Path | None, typer.Option("--audit", help="Append a line for each request, without contents, to this file.")] = None,
) -> None:
    """Serve the Excel add-in, the tools for assistants and the calculator to a company, behind one port and one token."""
    try:
        with told():
            _run(port, host, token, behind, site, rate, audit)
    except ImportError as problem:
        raise fail(lacks(f"{problem.name} is missing", "serve", "mcp")) from None


def _run(
    port: int, host: str, token: str | None, behind: str | None, site: Path | None, rate: float, audit: Path | None
) -> None:  # everything that can be refused is refused before the first client comes
    from compute_cost.command.web import certificate, folder, server
    from compute_cost.command.web.audit import Audit
    from compute_cost.command.web.gate import Gate
    from compute_cost.command.web.rate import Rate

    with _behind(behind, host, port, token) if behind else server.listening_for_https(host, port, token) as (listener, access):
        private, public = (None, None) if behind else certificate.for_host(host)
        parts = [*([folder.part(site, access)] if site else []), *(make(access) for make in _makers())]
        gate = Gate(parts, access, Rate(rate) if rate else None, Audit(audit) if audit else None)
        said = "\n\n".join([access.reach(), *_token(access, token), *(part.told(public) for part in parts)])
        server.run(gate, listener, lambda: typer.echo(said), private)
    typer.echo("Stopped.")


def _makers() -> Sequence[Callable[[Access], Part]]:
    from importlib.metadata import entry_points  # which reads e-mail headers, and every command imports this module

    return [entry.load() for entry in sorted(entry_points(group=PARTS))]


def _token(access: Access, given: str | None) -> list[str]:
    """The token that was made, for people to pass on; one that was given they know."""
    return [f"Token: {access.token}"] if access.token and given is None else []


@contextlib.contextmanager
def _behind(address: str, host: str, port: int, token: str | None) -> Iterator[tuple[socket.socket, Access]]:
    """A socket for a proxy that adds HTTPS and its own word for who asks. Raises InputError for an address that is not https."""
    from compute_cost.command.web import server
    from compute_cost.command.web.access import LOCAL, Access, checked_token, new_token

    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.netloc or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise InputError("--behind", address, "give the address that people type, such as https://costs.example.com")
    with contextlib.closing(server.listen("127.0.0.1" if host in LOCAL else host, port)) as listener:
        at = listener.getsockname()[1]
        yield (
            listener,
            Access(LOCAL, at, checked_token(token) or new_token(), "http", (parts.netloc.lower().removesuffix(":443"),), proxy=True),
        )
