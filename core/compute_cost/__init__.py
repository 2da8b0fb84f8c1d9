"""Estimates what an AI model costs to train, to run and to rent, with a range, the steps and the sources.

>>> import compute_cost
>>> compute_cost.train_cost(175e9, 300e9, "A100", 2, 1)
<Result $560,897>

Every estimate is a function of this package (`compute_cost.train_cost`) and an entry of `compute_cost.registry.estimates()`.
"""

from __future__ import annotations

from typing import Any

from compute_cost import errors, registry
from compute_cost.errors import CostError
from compute_cost.result import Result

__version__ = "0.12.0"


def __getattr__(name: str) -> Any:
    if name in registry.estimates():
        globals()[name] = call = registry.estimates()[name].call  # found at once from then on: many cells are calculated by such calls
        return call
    raise AttributeError(f"compute_cost has no estimate or attribute {name}")


def __dir__() -> list[str]:
    return sorted({*globals(), *registry.estimates()})


__all__ = ["CostError", "Result", "errors", "registry", *registry.estimates()]
