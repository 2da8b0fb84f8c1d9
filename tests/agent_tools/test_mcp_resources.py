"""The catalogue as resources of the Model Context Protocol, as the official client sees them."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest


def test_the_catalogue_as_resources(talk: Any) -> None:
    from mcp import MCPError

    async def conversation(client: Any) -> Any:
        resources = (await client.list_resources()).resources
        read = {one.name: (await client.read_resource(one.uri)).contents[0] for one in resources}
        templates = (await client.list_resource_templates()).resource_templates
        names = {"accelerators": "H100%20PCIe", "models": "gpt-3", "prices": "H100", "sources": "gpt3-paper"}
        entries = {key: (await client.read_resource(f"compute-cost://{key}/{name}")).contents[0] for key, name in names.items()}
        refused = []
        for uri in (
            "compute-cost://accelerators/H1000",
            "compute-cost://accelerators/../../etc/passwd",
            "file:///etc/passwd",
            "x" * 10_000,
        ):
            with pytest.raises(MCPError) as caught:
                await client.read_resource(uri)
            refused.append(str(caught.value))
        return resources, read, templates, entries, refused

    resources, read, templates, entries, refused = talk(conversation)
    assert [one.name for one in resources] == ["accelerators", "models", "prices", "sources"]
    assert {one.mime_type for one in resources} == {"text/csv"} == {one.mime_type for one in read.values()}
    tables = {name: list(csv.DictReader(io.StringIO(one.text))) for name, one in read.items()}
    assert [row["name"] for row in tables["accelerators"] if row["id"] == "h100-sxm-80"] == ["H100 SXM 80GB"]
    assert {row["id"] for row in tables["sources"]} >= {row["source"] for name in ("models", "prices") for row in tables[name]}
    assert all(row["date"] and float(row["usd_per_gpu_hour"]) > 0 for row in tables["prices"])
    assert {one.uri_template for one in templates} == {f"compute-cost://{name}/{{name}}" for name in tables}
    assert {one.mime_type for one in entries.values()} == {"application/json"}
    found = {key: json.loads(one.text) for key, one in entries.items()}
    assert found["accelerators"]["name"] == "H100 PCIe 80GB"
    assert found["models"]["params"] == 175e9
    assert {quote["gpu"] for quote in found["prices"]} == {"H100 SXM 80GB"}
    assert found["sources"]["date"] == "2020-05-28"
    assert "did you mean H100" in refused[0]
    for message in refused[1:]:
        assert "give one of compute-cost://accelerators" in message
        assert len(message) < 400
