"""How people are asked for an input that a call lacks: by the offline reader, and in the forms of MCP clients."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


def question(estimate: str, name: str) -> str:
    """The question for the input `name` of an estimate."""
    asked = questions().get(f"{estimate}.{name}") or questions().get(name)
    words = name.replace("_", " ")
    return asked or (f"How many {words}?" if "s" in (words[-1], words.split()[0][-1]) else f"What is the {words}?")


@cache
def questions() -> dict[str, str]:
    """All of them, by estimate and input or by the input alone."""
    return tomllib.loads(resources.files("compute_cost_tools").joinpath("missing.toml").read_text(encoding="utf-8"))
