"""The add-in as LibreOffice loads it: every estimate of the registry as a method that a cell can call."""

import struct

import unohelper
from com.sun.star.uno import RuntimeException
from org.computecost import XComputeCost

from compute_cost.errors import CostError
from compute_cost.registry import estimates
from compute_cost_sheets.functions import cell_function
from compute_cost_sheets.hosts.libreoffice.names import IMPLEMENTATION, WHY_METHOD, method_name
from compute_cost_sheets.hosts.libreoffice.why import words

# Calc keeps an error as a number that is none, with the error's own number in its low bits; 519 is #VALUE!, which it also makes of an
# exception. Unlike an exception the number may stand in one cell of a table; but within a table MAX and MIN pass it over, as they do
# errors of Calc's own, so the error of a single call is an exception.
MISTAKE = struct.unpack("<d", struct.pack("<Q", 0x7FF8000000000000 | 519))[0]


class AddIn(unohelper.Base, XComputeCost):
    """Answers the calls of Calc; its methods are added below, one for each estimate."""

    def __init__(self, context):
        self.context = context


def in_a_table(problem):
    return MISTAKE


def of_a_call(problem):
    raise RuntimeException("", None)


def _method(doc):
    """A method declared to return rows, so that a range spills; one value is one row of one.

    A method that may answer with text returns it bare instead: Calc can't compare a text that comes inside rows.
    """
    function = cell_function(doc, of_a_call, in_a_table, blank_is_zero=True)

    bare = doc.answers == "text"

    def method(self, *arguments):
        answer = function(*arguments)
        if type(answer) is tuple:
            return MISTAKE if bare else answer  # declared to answer one cell, it can't fill several
        return answer if bare else ((answer,),)

    return method


def _why(self, document, cell):
    """The words for the error in a cell; Calc gives the document of its own accord."""
    try:
        return words(document, cell)
    except CostError as problem:
        return str(problem)


for _doc in estimates().values():
    setattr(AddIn, method_name(_doc), _method(_doc))
setattr(AddIn, WHY_METHOD, _why)

g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 (the name that LibreOffice looks for)
g_ImplementationHelper.addImplementation(AddIn, IMPLEMENTATION, ("com.sun.star.sheet.AddIn",))
