"""Is LibreOffice here, does its Python work, is the add-in installed and of this version?"""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import compute_cost
from compute_cost_sheets.hosts.libreoffice.evaluate import LibreOfficeMissing, programs
from compute_cost_sheets.hosts.libreoffice.install import unopkg
from compute_cost_sheets.hosts.libreoffice.names import IDENTIFIER
from compute_cost_sheets.readiness import Readiness

HOST = "LibreOffice"
OLDEST_PYTHON = (3, 11)
INSTALL = "compute-cost sheets addin --install"


def check() -> Readiness:
    """Usable where LibreOffice has a Python of 3.11 or newer; the next step says whether the add-in is still to be installed."""
    try:
        soffice, python = programs()
    except LibreOfficeMissing as problem:
        return Readiness(HOST, "no", (), ("LibreOffice with its Python",), str(problem))
    version = _python_version(python)
    present = [soffice, f"Python {'.'.join(map(str, version))} with uno"]
    if version < OLDEST_PYTHON:
        return Readiness(HOST, "no", tuple(present), ("a LibreOffice with Python 3.11 or newer",), "install a newer LibreOffice")
    installed = sorted(set(installed_versions()))
    present += [f"add-in {ours}" for ours in installed]
    if installed == [compute_cost.__version__]:
        return Readiness(HOST, "yes", tuple(present), (), 'in a cell: =TRAIN_COST("GPT-3")')
    missing = [f"add-in {compute_cost.__version__} (another version is installed)" if installed else "the add-in"]
    by_hand = unopkg() is None
    if by_hand:
        missing.append("unopkg, which installs add-ins")
    step = "compute-cost sheets addin; in LibreOffice: Tools, Extensions, Add" if by_hand else INSTALL
    return Readiness(HOST, "yes", tuple(present), tuple(missing), step)


def _python_version(python: str) -> tuple[int, ...]:
    show = "import sys; print(*sys.version_info[:2])"
    done = subprocess.run([python, "-c", show], capture_output=True, text=True, check=False)  # noqa: S603
    return tuple(int(part) for part in done.stdout.split())


def installed_versions() -> Iterator[str]:
    """The versions of our add-in that LibreOffice has for this user or for all, as their folders say."""
    for folder in _extension_folders():
        for description in folder.glob("**/description.xml"):
            try:
                # Files of this user's own LibreOffice.
                root = ElementTree.parse(description).getroot()  # noqa: S314 # nosec B314
            except (OSError, ElementTree.ParseError):
                continue
            values = {node.tag.rpartition("}")[2]: node.get("value") for node in root}
            if values.get("identifier") == IDENTIFIER:
                yield values.get("version") or "of unknown version"


def _extension_folders() -> Iterator[Path]:
    """Where LibreOffice unpacks add-ins: its own places in the user's profile on each system, and next to the program."""
    home = Path(os.path.expanduser("~"))
    if sys.platform == "win32":
        profile = Path(os.environ.get("APPDATA", home / "AppData/Roaming")) / "LibreOffice/4"
    elif sys.platform == "darwin":
        profile = home / "Library/Application Support/LibreOffice/4"
    else:
        profile = Path(os.environ.get("XDG_CONFIG_HOME", home / ".config")) / "libreoffice/4"
    yield profile / "user/uno_packages/cache"
    share = Path(programs()[0]).resolve().parent.parent / "share"
    yield share / "uno_packages/cache"
    yield share / "extensions"
