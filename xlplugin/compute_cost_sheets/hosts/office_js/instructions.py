"""What people do once, so that Excel finds the server: trust its certificate, and load the manifest, which is written here."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from compute_cost.command import files
from compute_cost.command.web import certificate
from compute_cost.command.web.access import Access
from compute_cost.errors import InputError
from compute_cost_sheets.hosts.office_js.manifest import manifest
from compute_cost_sheets.hosts.office_js.names import ADDIN_ID, NAMESPACE


def told(access: Access, public: Path | None, target: Path | None = None) -> str:
    """Writes the manifest, and says what is left to do: trust the certificate, where there is one, and give Excel the manifest.

    Raises InputError where the manifest can't be written.
    """
    target = target or certificate.folder() / "manifest.xml"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        files.write(target, manifest(access.address, access.token).encode(), private=True)  # it may hold the token
    except OSError as problem:
        raise InputError("file", problem.filename or target, f"it can't be written ({problem.strerror})") from None
    return instructions(access, target.resolve(), public)


def instructions(access: Access, manifest_file: Path, public: Path | None) -> str:
    """What is printed on start."""
    query = f"?token={quote(access.token, safe='')}" if access.token else ""
    trust = f"""Once: trust the certificate, which is this server's alone and can sign no other.
  Windows  certutil -user -addstore Root "{public}"
  Mac      security add-trusted-cert -p ssl -k ~/Library/Keychains/login.keychain-db "{public}"

"""
    return f"""Compute Cost for Excel: {access.address}/taskpane.html{query}
The same in a browser: {access.address}/index.html{query}

{trust if public else ""}Once: give Excel the manifest {manifest_file}
  Windows  reg add HKCU\\Software\\Microsoft\\Office\\16.0\\WEF\\Developer /v {ADDIN_ID} /t REG_SZ /d "{manifest_file}" /f
  Mac      cp "{manifest_file}" ~/Library/Containers/com.microsoft.Excel/Data/Documents/wef/   (make the folder if it is missing)
  web      Home, Add-ins, More Settings, Upload My Add-in; let the browser reach this computer when it asks

Restart Excel; type ={NAMESPACE}.TRAIN_COST("GPT-3") or press Compute Cost on the Home tab."""
