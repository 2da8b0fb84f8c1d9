"""Can the functions be used in xlwings Lite, the store add-in that runs Python inside Excel?"""

from __future__ import annotations

from compute_cost_sheets.readiness import Readiness, desktop_excel

HOST = "xlwings Lite"


def check() -> Readiness:
    """Needs nothing of this machine but an Excel; whether the store add-in is in it can only be seen there."""
    excel = desktop_excel()
    missing = () if excel else ("desktop Excel; Excel in your browser may do",)
    step = "in Excel: Home, Add-ins, xlwings Lite; then follow README"
    return Readiness(HOST, "can't be checked", (excel,) if excel else (), missing, step)
