"""The names by which LibreOffice knows the add-in, its functions and their arguments."""

from __future__ import annotations

from compute_cost.registry import Doc

IDENTIFIER = "org.computecost.addin"
IMPLEMENTATION = "COMPUTE"  # an .xlsx file may call a function as COMPUTE.TRAINCOST


def method_name(doc: Doc) -> str:
    """Calc can't call a method whose name holds an underscore."""
    return doc.cell_name.lower().replace("_", "")


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
