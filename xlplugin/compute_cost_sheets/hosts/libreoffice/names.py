"""The names by which LibreOffice knows the add-in, its functions and their arguments."""

from __future__ import annotations

from compute_cost.registry import Doc

IDENTIFIER = "org.computecost.addin"
# Words of the interface language that an estimate's parameter might be called by: as an argument's name they break every function.
# LibreOffice SDK, UNOIDL specification, keywords.
KEYWORDS = frozenset(
    [
        "any",
        "attribute",
        "boolean",
        "bound",
        "byte",
        "char",
        "const",
        "constants",
        "constrained",
        "default",
        "double",
        "enum",
        "exception",
        "float",
        "get",
        "hyper",
        "in",
        "interface",
        "long",
        "maybeambiguous",
        "maybedefault",
        "maybevoid",
        "module",
        "optional",
        "out",
        "property",
        "published",
        "raises",
        "readonly",
        "removable",
        "sequence",
        "service",
        "set",
        "short",
        "singleton",
        "string",
        "struct",
        "transient",
        "type",
        "typedef",
        "union",
        "unsigned",
        "void",
    ]
)
IMPLEMENTATION = "COMPUTE"  # an .xlsx file may call a function as COMPUTE.TRAINCOST


def method_name(doc: Doc) -> str:
    """Calc can't call a method whose name holds an underscore."""
    return doc.cell_name.lower().replace("_", "")


def argument_name(name: str) -> str:
    word = name.replace("_", "")
    return f"the{word}" if word in KEYWORDS else word
