"""The talk that started this, claim by claim, each with our number and the formulas that give it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from compute_cost import registry
from compute_cost.amounts import show
from compute_cost.result import Result
from pages.words import answer, day, page, table


def claims() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parents[1] / "talk.yaml").read_text(encoding="utf-8"))
    return listed


def pages() -> Iterator[tuple[str, str]]:
    parts = [
        "# The talk, claim by claim",
        "What AI compute really costs, a16z, 2023: each claim with our number (80% interval where the estimate has one) and the "
        "formula that gives it. The same name is a tool for assistants and a command; `=EXPLAIN(...)` shows the steps and the "
        f"sources. Prices are of {day()}, in US dollars, nominal, before tax.",
    ]
    for claim in claims():
        rows = [[f"`{registry.formula(cell['estimate'], cell['arguments'])}`", _figures(cell)] for cell in claim["cells"]]
        parts += [
            f"## {claim['claim']}. {claim['says']}",
            f"The talk says: {claim['number']}. {claim['remark']}" if claim["number"] else claim["remark"],
            table(["in a cell", "ours"], rows),
        ]
    yield "talk.md", page(*parts)


def _figures(cell: dict[str, Any]) -> str:
    result = registry.get(cell["estimate"]).call(**cell["arguments"])
    return "; ".join(_figure(result, name) for name in cell.get("show", list(result.values)[:1]))


def _figure(result: Result, name: str) -> str:
    """A named figure of an answer; the first is the answer itself, with its range."""
    if name == next(iter(result.values)):
        return answer(result)
    return f"{name.replace('_', ' ')}: {show(*result.values[name])}"
