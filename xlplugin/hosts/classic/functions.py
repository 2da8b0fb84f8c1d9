"""The estimates as xlwings user-defined functions for Excel on Windows (the open-source part of xlwings).

Name this module under "UDF MODULES" in xlwings.conf and press Import Functions (`compute-cost sheets excel` does the
first and builds a workbook for the second): TRAIN_COST and its neighbors are then functions of the category "Compute Cost".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import xlwings

from core import registry
from core.registry import Doc
from xlplugin.functions import cell_function
from xlplugin.hosts.classic.names import CATEGORY

LONGEST_HELP = 255  # Excel's function wizard takes no more


def worksheet_function(doc: Doc) -> Callable[..., Any]:
    """One estimate with its help, as xlwings imports it into Excel."""
    function = cell_function(doc)
    for parameter in doc.parameters:
        # Without err_to_str an error cell would arrive as a blank and be priced as a default.
        function = xlwings.arg(parameter.name, ndim=2, err_to_str=True, doc=parameter.help[:LONGEST_HELP])(function)
    function.__module__ = __name__
    registered: Callable[..., Any] = xlwings.func(category=CATEGORY)(function)
    return registered


# xlwings writes a VBA function for every name of this module that holds a function of ours: no other name may hold one.
globals().update({doc.cell_name: worksheet_function(doc) for doc in registry.estimates().values()})
