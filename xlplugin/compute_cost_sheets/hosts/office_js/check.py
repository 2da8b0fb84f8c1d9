"""Can the functions be served to Excel on Mac, on the web and on Windows from this machine?"""

from __future__ import annotations

from compute_cost_sheets.readiness import Readiness, absent, desktop_excel

HOST = "Excel on Mac and web"
SERVER = ("starlette", "uvicorn", "cryptography")


def check() -> Readiness:
    """Needs the server's packages here and an Excel that loads add-ins: one on this machine, or one in a browser."""
    lacking = absent(*SERVER)
    present = tuple(name for name in SERVER if name not in lacking)
    if lacking:
        return Readiness(HOST, "no", present, lacking, 'pip install ".[serve]"')
    excel = desktop_excel()
    if excel:
        return Readiness(HOST, "yes", (excel, *present), (), "compute-cost sheets serve")
    return Readiness(HOST, "can't be checked", present, ("desktop Excel; Excel in your browser may do",), "compute-cost sheets serve")
