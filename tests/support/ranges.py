"""What an answer's range must hold: each of its ranged assumptions at its own ends."""

from __future__ import annotations

from typing import Any

from compute_cost import catalogue, registry
from compute_cost.errors import DoesNotFit


def ranged(name: str, *arguments: Any, **named: Any) -> set[str]:
    """The ranged assumptions behind an answer, each of which was put at both its ends by name and stayed inside low to high."""
    call = registry.get(name).call
    found = call(*arguments, **named)
    low, high = float(found.low), float(found.high)
    names = set()
    for one in found.inputs:
        if one.is_uncertain and one.name in catalogue.assumptions():
            names.add(one.name)
            for end in (one.low, one.high):
                try:
                    moved = float(call(*arguments, **named, assume={one.name: end}).value)
                except DoesNotFit:  # no answer there
                    continue
                assert low * (1 - 1e-12) <= moved <= high * (1 + 1e-12), (one.name, end, moved, found)
    assert not names or low < high
    return names
