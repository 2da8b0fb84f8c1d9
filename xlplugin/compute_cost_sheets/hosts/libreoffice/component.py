"""The add-in as LibreOffice loads it: every estimate of the registry as a method that a cell can call."""

import unohelper
from org.computecost import XComputeCost

from compute_cost.registry import estimates
from compute_cost_sheets.functions import cell_function
from compute_cost_sheets.hosts.libreoffice.names import IMPLEMENTATION, method_name

NO_RANGE = "#COST! arguments: LibreOffice passes single cells to this function; fill it down instead of giving it a range"
EMPTY_CELL = (
    "#COST! {}: LibreOffice passes an empty cell as 0, so a bare 0 is not taken; leave the argument out for its default, "
    'or write the text "0" for zero'
)


class AddIn(unohelper.Base, XComputeCost):
    """Answers the calls of Calc; its methods are added below, one for each estimate."""

    def __init__(self, context):
        self.context = context


def empty_cell(doc, arguments):
    return EMPTY_CELL.format(doc.parameters[arguments.index(0.0)].name)


def _method(doc):
    """A method declared to return rows, so that a range spills; one value is one row of one.

    A method that may answer with text returns it bare instead: Calc can't compare a text that comes inside rows.
    """
    function = cell_function(doc)

    bare = doc.answers == "text"

    def method(self, *arguments):
        # A blank cell or a zero: neither may be taken for the other.
        answer = empty_cell(doc, arguments) if 0.0 in arguments else function(*arguments)
        if type(answer) is tuple:
            return NO_RANGE if bare else answer
        return answer if bare else ((answer,),)

    return method


for _doc in estimates().values():
    setattr(AddIn, method_name(_doc), _method(_doc))

g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 (the name that LibreOffice looks for)
g_ImplementationHelper.addImplementation(AddIn, IMPLEMENTATION, ("com.sun.star.sheet.AddIn",))
