"""Estimates what an AI model costs to train, to run and to rent, with a range, the steps and the sources.

>>> import core
>>> core.train_cost(175e9, 300e9, "A100", 2, 1)
<Result $560,897>

Every estimate is a function of this package (`core.train_cost`) and an entry of `core.registry.estimates()`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from core import errors, registry
from core.errors import CostError
from core.result import Result

__version__ = "0.2.1"

# The modules whose functions are estimates. A new module of estimates is added here and nowhere else.
for _module in (
    "transformer", "memory", "utilization", "training",
    "project", "scaling_law", "capacity", "energy", "inference", "fleet",
    "pricing", "ownership", "commitment", "api_prices", "lookup", "explanation",
    "funding", "fundraising", "data_stock", "trends", "currency", "scenarios",
):  # fmt: skip
    import_module(f"core.{_module}")


def __getattr__(name: str) -> Any:
    if name in registry.estimates():
        return registry.estimates()[name].call
    raise AttributeError(f"core has no estimate or attribute {name}")


def __dir__() -> list[str]:
    return sorted([*globals(), *registry.estimates()])


__all__ = ["CostError", "Result", "errors", "registry"]
