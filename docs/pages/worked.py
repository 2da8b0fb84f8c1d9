"""The worked examples that every front end is tested on: the published figures next to ours."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from compute_cost import registry
from compute_cost.amounts import show
from pages.words import answer, page, table

ROOT = Path(__file__).parents[2]


@cache
def published() -> list[dict[str, Any]]:
    files = sorted((ROOT / "tests" / "published").glob("*.yaml"))
    return [example for file in files for example in yaml.safe_load(file.read_text(encoding="utf-8"))]


@cache
def samples() -> dict[str, dict[str, Any]]:
    """A call for each estimate that has no published answer, such as the search."""
    calls: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docs" / "samples.yaml").read_text(encoding="utf-8"))
    return calls


def pages() -> Iterator[tuple[str, str]]:
    groups: dict[str, list[list[str]]] = {}
    for example in published():
        result = registry.get(example["estimate"]).call(**example["arguments"])
        apart = f"{float(result.value) / example['value'] - 1:+.1%}" if example["value"] else ""
        groups.setdefault(example["estimate"], []).append(
            [f"{example['name']} ({example['source']})<br>`{registry.formula(example['estimate'], example['arguments'])}`",
             show(example["value"], example["unit"]), answer(result), apart]
        )  # fmt: skip
    parts = [
        "# Published figures next to ours",
        "Each row is a test: core, cell, tool, command, MCP and the spreadsheet hosts give the same number to 1e-12, and it lies "
        "as near to the published figure as the row's own tolerance says (`tests/published`). Rows were chosen because the "
        "estimate answers them; how far the estimates miss what they have not seen is on the page [Accuracy](accuracy.md).",
    ]
    for name in registry.estimates():
        if name in groups:
            header = ["what, and the formula", "published", "ours (80% interval)", "apart"]
            parts += [f"## {name}", f"[What {name} does](reference/{name}.md)", table(header, groups[name])]
    yield "examples.md", page(*parts)
