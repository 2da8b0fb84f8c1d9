"""What a spreadsheet host says about itself: usable on this machine or not, what is missing, what to do next.

Each host has a module `check` with a function check() that answers with a Readiness; compute_cost_sheets.doctor asks them all.
A check looks and never starts a spreadsheet: the platform, files, importable packages, Windows' registry.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Usable = Literal["yes", "no", "can't be checked"]


@dataclass(frozen=True, slots=True)
class Readiness:
    """One host as it is on this machine."""

    host: str
    usable: Usable
    found: tuple[str, ...]
    missing: tuple[str, ...]
    next_step: str


def absent(*modules: str) -> tuple[str, ...]:
    """Those of the modules that can't be imported here; nothing is imported to find out."""
    return tuple(name for name in modules if importlib.util.find_spec(name) is None)


def desktop_excel() -> str | None:
    """The Excel installed on this machine, as a phrase for people, or None; it is not started."""
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, r"Excel.Application\CurVer") as key:
                return f"Excel ({winreg.QueryValue(key, None)})"
        except OSError:
            return None
    if sys.platform == "darwin":
        folders = (Path("/Applications"), Path(os.path.expanduser("~/Applications")))
        return next((f"Excel in {folder}" for folder in folders if (folder / "Microsoft Excel.app").exists()), None)
    return None
