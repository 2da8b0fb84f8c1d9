"""The estimates as tools for assistants: schemas, calls, an MCP server and a reader of questions.

`compute_cost_tools.functions()` gives plain functions; openai(), anthropic(), gemini(), openai_agents(), pydantic_ai(), langchain(),
llamaindex() and llm() give what each framework takes (frameworks.py).
"""

from importlib import import_module
from typing import Any

FRAMEWORKS = ("functions", "openai", "anthropic", "gemini", "openai_agents", "pydantic_ai", "langchain", "llamaindex", "llm")


def __getattr__(name: str) -> Any:
    if name in FRAMEWORKS:  # loaded when asked for: most who import this package want one of its modules
        return getattr(import_module("compute_cost_tools.frameworks"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
