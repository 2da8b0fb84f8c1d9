"""The estimates as xlwings calls them for Excel on Windows (the open-source part of xlwings).

The macros of our files (`vba`) hand each call of a cell to the function of that name here, and make a real error of a text that starts
with #COST!. Ranges spill by themselves in an Excel with dynamic arrays (2021, 365); an older one needs Ctrl+Shift+Enter. xlwings'
own `expand` is not used: it was made for the older ones and rewrites the cells around the formula.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import xlwings

from compute_cost import registry
from compute_cost.registry import Doc
from compute_cost_sheets import cells
from compute_cost_sheets.functions import cell_function
from compute_cost_sheets.hosts.classic.names import CATEGORY

LONGEST_HELP = 255  # Excel's function wizard takes no more
# Excel hands an error over as a whole number, anything else never: xlwings names the old seven, these came later.
NEWER_ERRORS = {-2146828288 + code: name for code, name in {
    2043: "#GETTING_DATA", 2045: "#SPILL!", 2046: "#CONNECT!", 2047: "#BLOCKED!", 2048: "#UNKNOWN!", 2049: "#FIELD!", 2050: "#CALC!",
}.items()}  # fmt: skip


def worksheet_function(doc: Doc) -> Callable[..., Any]:
    """One estimate with its help, as xlwings imports it into Excel."""
    answer = cell_function(doc)

    @functools.wraps(answer)
    def function(*arguments: Any) -> Any:
        return _shown(answer(*map(_argument, arguments)))

    del function.__annotations__  # xlwings would look for converters named by them
    function.__module__ = __name__
    for parameter in doc.parameters:
        # Without err_to_str an error cell would arrive as a blank and be priced as a default.
        function = xlwings.arg(parameter.name, ndim=2, err_to_str=True, doc=parameter.help[:LONGEST_HELP])(function)
    registered: Callable[..., Any] = xlwings.func(category=CATEGORY)(function)
    return registered


def _argument(value: Any) -> Any:
    """An argument with the errors that xlwings does not know by name."""
    if isinstance(value, list):
        return [[NEWER_ERRORS.get(cell, cell) if type(cell) is int else cell for cell in row] for row in value]
    return value


def _shown(answer: Any) -> Any:
    """An answer as Excel takes it: a text above 255 characters would turn its cell into #VALUE!."""
    if isinstance(answer, str):
        return cells.shorten(answer)
    if isinstance(answer, (tuple, list)):
        return [_shown(part) for part in answer]
    return float(answer) if type(answer) is int else answer  # the VBA of a 32-bit Excel knows no whole number above 2^31


# xlwings writes a VBA function for every name of this module that holds one of ours, so no other name may hold it too.
globals().update({doc.cell_name: worksheet_function(doc) for doc in registry.estimates().values()})
