"""functions.json: every estimate as Excel reads it."""

from __future__ import annotations

import json
import re

from compute_cost import registry
from tests.support.office_server import Server


def test_functions_json_describes_every_estimate(office_server: Server) -> None:
    found = json.loads(office_server.request("GET", "/functions.json")[1])
    assert found["allowErrorForDataTypeAny"] is True
    assert [one["id"] for one in found["functions"]] == [doc.cell_name for doc in registry.estimates().values()]
    for function, doc in zip(found["functions"], registry.estimates().values(), strict=True):
        assert re.fullmatch(r"[A-Z][A-Z0-9_.]{2,}", function["name"])
        assert function["name"] == function["id"]
        assert [(one["name"], one["optional"]) for one in function["parameters"]] == [
            (one.name, not one.required) for one in doc.parameters
        ]
        assert all(one["description"] and one["dimensionality"] == "matrix" and one["type"] == "any" for one in function["parameters"])
