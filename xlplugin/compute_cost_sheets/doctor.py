"""`compute-cost sheets doctor`: which spreadsheet hosts are usable on this machine, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from compute_cost_sheets.hosts.classic.check import check as classic
from compute_cost_sheets.hosts.libreoffice.check import check as libreoffice
from compute_cost_sheets.hosts.lite.check import check as lite
from compute_cost_sheets.hosts.office_js.check import check as office_js
from compute_cost_sheets.readiness import Readiness

CHECKS: tuple[Callable[[], Readiness], ...] = (classic, office_js, lite, libreoffice)


def readiness() -> list[Readiness]:
    """Every host's answer, in the order of CHECKS."""
    return [check() for check in CHECKS]


def table(hosts: Sequence[Readiness]) -> str:
    """The answers for people; the next step stands on a line of its own, so that a command in it can be copied."""
    rows = [("host", "usable here", "")]
    for host in hosts:
        rows.append((host.host, host.usable, f"found    {', '.join(host.found) or 'nothing'}"))
        rows.append(("", "", f"missing  {', '.join(host.missing) or 'nothing'}"))
        rows.append(("", "", f"next     {host.next_step}"))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "\n".join(f"{name.ljust(widths[0])}  {usable.ljust(widths[1])}  {text}".rstrip() for name, usable, text in rows)
