"""The names by which LibreOffice knows the add-in, its functions and their arguments."""

from __future__ import annotations

from compute_cost.registry import Doc

IDENTIFIER = "org.computecost.addin"
IMPLEMENTATION = "COMPUTE"  # an .xlsx file may call a function as COMPUTE.TRAINCOST


def method_name(doc: Doc) -> str:
    """Calc can't call a method whose name holds an underscore."""
    return doc.cell_name.lower().replace("_", "")


def argument_name(name: str) -> str:
    return name.replace("_", "")
