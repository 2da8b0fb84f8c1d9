"""Installs the add-in into this user's LibreOffice, with LibreOffice's own installer of extensions, unopkg."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import compute_cost
from compute_cost.errors import CostError
from compute_cost_sheets.hosts.libreoffice.evaluate import clean_environment, programs
from compute_cost_sheets.hosts.libreoffice.names import IDENTIFIER

BY_HAND = "in LibreOffice: Tools, Extensions, Add"


class NotInstalled(CostError):
    """The add-in could not be installed; the message says what to do."""


def unopkg() -> str | None:
    """The installer that belongs to the LibreOffice that would be started, or one on the path."""
    office_folder = Path(programs()[0]).resolve().parent
    return shutil.which("unopkg", path=os.pathsep.join([str(office_folder), os.environ.get("PATH", "")]))


def install(addin: Path) -> None:
    """Add the .oxt for this user, in place of any version that is there, and ask LibreOffice whether it has it.

    Raises NotInstalled with one line on what to do, LibreOfficeMissing where there is no LibreOffice.
    """
    installer = unopkg()
    if installer is None:
        raise NotInstalled(f"unopkg, LibreOffice's installer of add-ins, is not on the path; {BY_HAND}, {addin}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        everybody = f"for everybody on this machine: unopkg add --shared {addin}"
        raise NotInstalled(f"LibreOffice installs no add-in for root; run this as the user who works in it, without sudo, or {everybody}")
    _run(installer, "add", "-f", str(addin.resolve()))
    if compute_cost.__version__ not in _run(installer, "list", IDENTIFIER):
        raise NotInstalled(
            f"unopkg reported no error, but LibreOffice does not list version {compute_cost.__version__}; {BY_HAND}, {addin}"
        )


def _run(installer: str, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 (the installer that `unopkg` found, arguments are ours)
        [installer, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=clean_environment(programs()[1]),
        check=False,
    )
    if done.returncode:
        reason = " ".join((done.stderr or done.stdout).split()) or "it gave no reason"
        if ".lock" in reason:
            raise NotInstalled(f"LibreOffice's profile is in use: end LibreOffice and other installations, then try again ({reason})")
        raise NotInstalled(f"unopkg could not install the add-in: {reason}")
    return done.stdout
