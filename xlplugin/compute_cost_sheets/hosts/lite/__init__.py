"""The estimates as custom functions of xlwings Lite, the store add-in that runs Python inside Excel.

Two lines of a workbook make them its own. requirements.txt, ADDRESS being where this package's wheel can be fetched:

    compute-cost @ ADDRESS

main.py:

    from compute_cost_sheets.hosts.lite import *
"""

from __future__ import annotations

from typing import Any

from compute_cost import registry

__all__ = [doc.cell_name for doc in registry.estimates().values()]


def __getattr__(name: str) -> Any:
    """The functions are made when main.py asks for them: the rest of this folder needs no xlwings."""
    if name in __all__:
        from compute_cost_sheets.hosts.lite import functions

        return getattr(functions, name)
    raise AttributeError(f"xlwings Lite has no function {name}")
