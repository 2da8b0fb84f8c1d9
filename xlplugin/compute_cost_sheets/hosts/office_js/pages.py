"""The files of the add-in that Excel loads, by name: the pane, the functions, their description and the manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compute_cost.errors import InputError
from compute_cost_sheets.calculator import folder as page
from compute_cost_sheets.hosts.office_js.functions_json import metadata
from compute_cost_sheets.hosts.office_js.manifest import manifest
from compute_cost_sheets.hosts.office_js.names import NAMESPACE

STATIC = Path(__file__).parent / "static"
WAIT_SECONDS = 30.0  # of a cell for a server's answer: longer than the server allows itself
CALLS_OF_A_REQUEST = 2_500  # that a page sends: of a larger sheet it takes the first answers in while the next are calculated
NO_ADDRESS = "no manifest was written: give --address, the https:// address at which the folder will be hosted"


def files(address: str | None, **told: Any) -> dict[str, bytes]:
    """Every file of the add-in at that address, without the calculator's own; `told` is what its functions are told besides."""
    functions = metadata()
    settings = {
        "namespace": NAMESPACE,
        "functions": {entry["id"]: [parameter["name"] for parameter in entry["parameters"]] for entry in functions["functions"]},
        "mostCalls": CALLS_OF_A_REQUEST,
        "seconds": WAIT_SECONDS,
        **told,
    }
    contents = {path.name: path.read_bytes() for path in STATIC.iterdir() if path.is_file()}
    contents["functions.js"] = f"const COMPUTE_COST = {json.dumps(settings)};\n".encode() + contents["functions.js"]
    contents["functions.json"] = json.dumps(functions).encode()
    return contents | ({"manifest.xml": manifest(address).encode()} if address else {})


def served(address: str) -> Mapping[str, bytes]:
    """What the server gives out: pages that ask the server."""
    return files(address) | page.page_files({"engine": "server"})


def build(folder: Path, address: str | None, package: Path | None) -> list[str]:
    """Write an add-in that needs no server into the folder, and say what is left to do.

    Raises InputError for an address that Office does not take, and what the calculator's folder raises.
    """
    if address and not address.startswith("https://"):
        raise InputError("--address", address, "Office loads add-ins from https:// addresses only")
    said = page.build(folder, package, files(address and address.rstrip("/"), worker=True))
    return [*said, f"Give Excel {folder / 'manifest.xml'} once the folder is at {address}." if address else NO_ADDRESS]
