"""Can the xlwings functions be used on this machine?"""

from __future__ import annotations

import sys
from pathlib import Path

from compute_cost_sheets.hosts.classic.names import MODULE
from compute_cost_sheets.readiness import Readiness, absent, desktop_excel

HOST = "Excel on Windows"
PACKAGES = {"xlwings": "xlwings", "xlsxwriter": "xlsxwriter", "win32com": "pywin32"}
INSTALL = 'pip install ".[sheets]"'


def check() -> Readiness:
    """Needs Windows, Excel, xlwings with its library, and pywin32; what Import Functions does can only be seen in Excel."""
    here = sys.platform == "win32"
    excel = desktop_excel() if here else None
    lacking = absent(*(PACKAGES if here else ("xlwings", "xlsxwriter")))  # pywin32 is for Windows only
    present = [excel] if excel else []
    present += [name for module, name in PACKAGES.items() if module not in lacking and (here or module != "win32com")]
    missing = [] if here else [f"Windows (this is {sys.platform})"]
    step = "compute-cost sheets excel" if here else "on a Windows machine with Excel: compute-cost sheets excel"
    if here and not excel:
        missing.append("desktop Excel")
        step = "install desktop Excel, or use another host"
    if here and "xlwings" not in lacking and not library_beside_python():
        missing.append("xlwings' library (a .dll) next to Python")
        step = f"in a new virtual environment: {INSTALL}"
    if lacking:
        missing += [PACKAGES[module] for module in lacking]
        step = INSTALL
    if user_configuration_names_us():
        present.append("your xlwings.conf names the functions")
    return Readiness(HOST, "no" if missing else "yes", tuple(present), tuple(missing), step)


def library_beside_python() -> bool:
    """Whether Excel will find xlwings' library: its macros look next to the interpreter and one folder up, nowhere else."""
    folder = Path(sys.executable).parent
    return any(next(place.glob("xlwings*.dll"), None) for place in (folder, folder.parent))


def user_configuration_names_us() -> bool:
    """Whether xlwings' own configuration of this user lists our module (one of a folder or a workbook may do so too)."""
    try:
        return MODULE in (Path.home() / ".xlwings" / "xlwings.conf").read_text(encoding="utf-8", errors="replace")
    except (OSError, RuntimeError):  # no such file, or no home
        return False
