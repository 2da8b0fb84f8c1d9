"""What a language model is told: the texts of assistant.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def settings() -> dict[str, str]:
    return tomllib.loads(resources.files("agent_tools").joinpath("assistant.toml").read_text(encoding="utf-8"))
