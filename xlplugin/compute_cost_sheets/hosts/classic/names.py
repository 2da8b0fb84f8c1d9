"""The names by which Excel and xlwings know this host."""

from __future__ import annotations

MODULE = "compute_cost_sheets.hosts.classic.functions"  # what "UDF MODULES" of an xlwings.conf names
CATEGORY = "Compute Cost"  # of Excel's function wizard
