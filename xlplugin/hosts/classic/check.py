"""Can the xlwings functions be used on this machine?"""

from __future__ import annotations

import sys
from pathlib import Path

from xlplugin.hosts.classic.names import MODULE
from xlplugin.readiness import Readiness, absent, desktop_excel

HOST = "Excel on Windows"


def check() -> Readiness:
    """Needs Windows, Excel, xlwings and pywin32; Import Functions itself can only be seen in Excel."""
    here = sys.platform == "win32"
    excel = desktop_excel() if here else None
    lacking = absent("xlwings", "win32com", "xlsxwriter") if here else absent("xlwings", "xlsxwriter")
    missing = (() if here else (f"Windows (this is {sys.platform})",)) + (() if excel or not here else ("desktop Excel",))
    missing += tuple({"win32com": "pywin32"}.get(name, name) for name in lacking)
    found = ((excel,) if excel else ()) + tuple(name for name in ("xlwings", "xlsxwriter") if name not in lacking)
    if user_configuration_names_us():
        found += ("your xlwings.conf names the functions",)
    return Readiness(HOST, "no" if missing else "yes", found, missing, _next_step(here, bool(lacking), bool(excel)))


def _next_step(here: bool, lacking: bool, excel: bool) -> str:
    if lacking:
        return 'pip install ".[sheets]"'
    if not here:
        return "on a Windows machine with Excel: compute-cost sheets excel"
    return "compute-cost sheets excel" if excel else "install desktop Excel, or use another host"


def user_configuration_names_us() -> bool:
    """Whether xlwings' own configuration of this user lists our module (one of a folder or a workbook may do so too)."""
    try:
        return MODULE in (Path.home() / ".xlwings" / "xlwings.conf").read_text(encoding="utf-8", errors="replace")
    except (OSError, RuntimeError):  # no such file, or no home
        return False
