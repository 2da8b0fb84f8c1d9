"""The names by which LibreOffice knows the add-in, its functions and their arguments."""

from __future__ import annotations

from compute_cost.registry import Doc
from compute_cost_sheets.spelling import PREFIX, WHY, WHY_CALL

IDENTIFIER = "org.computecost.addin"
IMPLEMENTATION = PREFIX  # an .xlsx file may call a function as COMPUTE.TRAINCOST
WHY_METHOD = WHY.lower().replace("_", "")


def typed_name(doc: Doc) -> str:
    """The name of a function as it is typed."""
    return WHY_CALL if doc.cell_name == WHY else doc.cell_name


def method_name(doc: Doc) -> str:
    """Calc can't call a method whose name holds an underscore."""
    return typed_name(doc).lower().replace("_", "")


# Words of the interface language: one of them as the name of an argument, and Calc loads none of the add-in.
RESERVED = frozenset((
    "any", "attribute", "base", "boolean", "bound", "byte", "char", "const", "constants", "constrained", "default", "double", "enum",
    "exception", "false", "float", "get", "hyper", "in", "inout", "interface", "long", "maybeambiguous", "maybedefault", "maybevoid",
    "module", "needs", "observes", "oneway", "optional", "out", "property", "published", "raises", "readonly", "removable", "sequence",
    "service", "set", "short", "singleton", "singletons", "string", "struct", "switch", "transient", "true", "type", "typedef",
    "union", "unsigned", "void",
))  # fmt: skip


def argument_name(name: str) -> str:
    bare = name.replace("_", "")
    return f"{bare}value" if bare in RESERVED else bare
