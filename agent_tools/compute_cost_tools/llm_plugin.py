"""The tools as a plug-in of Simon Willison's llm: `llm -T train_cost "what does GPT-3 cost to train?"`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import llm

from compute_cost_tools import frameworks


@llm.hookimpl  # type: ignore[untyped-decorator]
def register_tools(register: Callable[[Any], None]) -> None:
    """Every default tool, under its own name."""
    for tool in frameworks.llm():
        register(tool)
