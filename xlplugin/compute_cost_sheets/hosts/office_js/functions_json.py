"""What Excel reads to know the functions: their names, help and parameters, generated from the registry."""

from __future__ import annotations

from typing import Any

from compute_cost import registry
from compute_cost.registry import Doc
from compute_cost_sheets.functions import WHY


def metadata() -> dict[str, Any]:
    """The contents of functions.json.

    Every parameter takes any value and a range, and every function may spill: what a cell means is decided once,
    by compute_cost_sheets.cells. Error cells are asked for, because Excel would otherwise answer before the function can
    say which argument is at fault. Each call is told its own cell, so that COST_WHY can say what was wrong in another.
    """
    return {"allowErrorForDataTypeAny": True, "functions": [_function(doc) for doc in registry.estimates().values()]}


def _function(doc: Doc) -> dict[str, Any]:
    unit = f" In {doc.unit}." if doc.unit and doc.answers == "number" else ""
    return {
        "id": doc.cell_name,
        "name": doc.cell_name,
        "description": f"{doc.summary}{unit}",
        "parameters": [
            {
                "name": parameter.name,
                "description": parameter.help,
                "type": "any",
                "dimensionality": "matrix",
                "optional": not parameter.required,
            }
            for parameter in doc.parameters
        ],
        "result": {"type": "any", "dimensionality": "matrix"},
        "options": {"requiresAddress": True} | ({"requiresParameterAddresses": True} if doc.name == WHY else {}),
    }
