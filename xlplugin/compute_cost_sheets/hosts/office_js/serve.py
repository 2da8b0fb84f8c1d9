"""Runs the server for Excel until it is stopped, and says how Excel gets to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from compute_cost.command.web import certificate, server
from compute_cost.command.web.gate import Gate
from compute_cost_sheets.hosts.office_js.app import part
from compute_cost_sheets.hosts.office_js.instructions import told


def serve(port: int, host: str, token: str | None, manifest_file: Path | None, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. Raises InputError for a port or host that can't be used.

    Beyond this computer (`host`) the server asks for a token, and makes one where none is given.
    """
    with server.listening_for_https(host, port, token) as (listener, access):
        private, public = certificate.for_host(host)
        addin = part(access)
        if manifest_file is not None:
            addin = replace(addin, told=partial(told, access, target=manifest_file))
        started = f"{access.reach()}\n\n{addin.told(public)}"
        server.run(Gate([addin], access), listener, lambda: say(started), private)
    say("Stopped.")
