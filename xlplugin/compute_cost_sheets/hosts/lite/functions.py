"""Every estimate as xlwings Lite registers it: help for each argument, and a mistake as the message of a real #VALUE!."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import xlwings

from compute_cost import registry
from compute_cost.errors import CostError
from compute_cost.registry import Doc
from compute_cost_sheets.cells import error_text
from compute_cost_sheets.functions import cell_function

VALUE_ERROR = "#VALUE!"  # of this text among rows xlwings makes a real error


def custom_function(doc: Doc) -> Callable[..., Any]:
    """One estimate with its help, as xlwings Lite registers it in Excel."""
    function = cell_function(doc, _refuse, lambda _: VALUE_ERROR)
    function.__module__ = __name__
    for parameter in doc.parameters:
        # Two dimensions keep a row a row. Without err_to_str an error cell would arrive as a blank and be priced as a default.
        function = xlwings.arg(parameter.name, ndim=2, err_to_str=True, doc=parameter.help)(function)
    registered: Callable[..., Any] = xlwings.func(function)
    return registered


def _refuse(problem: CostError) -> NoReturn:
    """Only this kind of exception reaches the user with its own words."""
    raise xlwings.XlwingsError(error_text(problem)) from None


globals().update({doc.cell_name: custom_function(doc) for doc in registry.estimates().values()})
