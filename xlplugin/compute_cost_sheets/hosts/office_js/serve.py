"""Runs the server until it is stopped, and says how Excel gets to it."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import re
import secrets
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from compute_cost.catalogue import user_prices_file
from compute_cost.command import files, web_server
from compute_cost.errors import InputError
from compute_cost_sheets.hosts.office_js import certificate
from compute_cost_sheets.hosts.office_js.app import app
from compute_cost_sheets.hosts.office_js.gate import Access
from compute_cost_sheets.hosts.office_js.manifest import manifest
from compute_cost_sheets.hosts.office_js.names import ADDIN_ID, NAMESPACE

HOST_WANTED = "give the name or address of this computer, as the others will type it"
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}")


def folder() -> Path:
    """Where the certificate and the manifest are kept: next to the user's own prices."""
    return user_prices_file().parent / "office_js"


def serve(port: int, host: str, token: str | None, manifest_file: Path | None, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. Raises InputError for a port or host that can't be used.

    Beyond this computer (`host`) the server asks for a token, and makes one where none is given.
    """
    local = host in certificate.LOCAL
    if not _HOST.fullmatch(host):
        raise InputError("--host", host, HOST_WANTED)
    if token is not None and not re.fullmatch(r"[A-Za-z0-9_-]{16,200}", token):
        raise InputError("--token", "what was given", "give 16 to 200 letters, digits, - or _")
    if not local and token is None:
        token = secrets.token_urlsafe(24)
    listener = _listen("127.0.0.1" if local else host, port)
    with contextlib.closing(listener):
        access = Access(certificate.LOCAL if local else (host,), listener.getsockname()[1], token)
        target = manifest_file or folder() / "manifest.xml"
        try:
            private, public = certificate.ensure(folder(), host)
            target.parent.mkdir(parents=True, exist_ok=True)
            files.write(target, manifest(access.address, token).encode(), private=True)  # it may hold the token
        except OSError as problem:
            raise InputError("file", problem.filename or target, f"it can't be written ({problem.strerror})") from None
        server = uvicorn.Server(web_server.config(app(access), ssl_certfile=private, ssl_keyfile=private, lifespan="off"))
        for number in (signal.SIGINT, signal.SIGTERM):
            # For the moments before uvicorn's own handler and after it: it raises the signal again when all is done.
            signal.signal(number, lambda *_: setattr(server, "should_exit", True))
        say(instructions(access, target.resolve(), public))
        server.run(sockets=[listener])
    say("Stopped.")


def _listen(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        if ipaddress.ip_address(listener.getsockname()[0]).is_unspecified:  # every address: nobody can type that one
            raise InputError("--host", address, HOST_WANTED)
        listener.listen(128)  # who comes before the server is ready waits instead of being turned away
    except InputError:
        listener.close()
        raise
    except (OSError, OverflowError) as problem:
        listener.close()
        if isinstance(problem, socket.gaierror) or getattr(problem, "errno", None) == errno.EADDRNOTAVAIL:
            raise InputError("--host", address, "it is not a name or address of this computer") from None
        raise InputError("--port", port, "it is in use or not allowed; give another, such as --port 8792") from None
    return listener


def instructions(access: Access, manifest_file: Path, public: Path) -> str:
    """What is printed on start."""
    page = f"{access.address}/taskpane.html" + (f"?token={access.token}" if access.token else "")
    return f"""Compute Cost for Excel: {page}
Stop it with Ctrl+C. It listens on {access.names[0]} only{"; anyone who has the token may use it" if access.token else ""}.

Once: trust the certificate, which is this server's alone and can sign no other.
  Windows  certutil -user -addstore Root "{public}"
  Mac      security add-trusted-cert -p ssl -k ~/Library/Keychains/login.keychain-db "{public}"

Once: give Excel the manifest {manifest_file}
  Windows  reg add HKCU\\Software\\Microsoft\\Office\\16.0\\WEF\\Developer /v {ADDIN_ID} /t REG_SZ /d "{manifest_file}" /f
  Mac      cp "{manifest_file}" ~/Library/Containers/com.microsoft.Excel/Data/Documents/wef/   (make the folder if it is missing)
  web      Home, Add-ins, More Settings, Upload My Add-in; let the browser reach this computer when it asks

Restart Excel; type ={NAMESPACE}.TRAIN_COST("GPT-3") or press Compute Cost on the Home tab."""
