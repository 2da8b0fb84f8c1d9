"""Whether a language model is asked, and what it is told: the texts of assistant.toml. Loads nothing heavy."""

from __future__ import annotations

import os
import tomllib
from functools import cache
from importlib import resources

URL, KEY = "OPENAI_BASE_URL", "OPENAI_API_KEY"


def is_named() -> bool:
    """Whether the environment names an endpoint."""
    return any(os.environ.get(name, "").strip() for name in (URL, KEY))


@cache
def settings() -> dict[str, str]:
    return tomllib.loads(resources.files("compute_cost_tools").joinpath("assistant.toml").read_text(encoding="utf-8"))
