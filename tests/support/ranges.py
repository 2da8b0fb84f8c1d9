"""What an answer's range must hold: each of its ranged assumptions at its own ends."""

from __future__ import annotations

from typing import Any

from compute_cost import catalogue, registry
from compute_cost.errors import DoesNotFit


def ranged(name: str, *arguments: Any, **named: Any) -> set[str]:
    """The ranged assumptions behind an answer, each of which was put at both its ends by name and stayed inside low to high."""
    call = registry.get(name).call
    result = call(*arguments, **named)
    low, high = float(result.low), float(result.high)
    names = set()
    for entry in result.inputs:
        if entry.is_uncertain and entry.name in catalogue.assumptions():
            names.add(entry.name)
            for end in (entry.low, entry.high):
                try:
                    moved = float(call(*arguments, **named, assume={entry.name: end}).value)
                except DoesNotFit:  # no answer there
                    continue
                assert low * (1 - 1e-12) <= moved <= high * (1 + 1e-12), (entry.name, end, moved, result)
    assert not names or low < high
    return names
