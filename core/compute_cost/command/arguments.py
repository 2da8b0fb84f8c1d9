"""The arguments of a call as JSON text, as commands and assistants give them."""

from __future__ import annotations

import json
from typing import Any

from compute_cost.errors import InputError


def parse_object(text: str) -> dict[str, Any]:
    """A JSON object with unique keys and finite numbers, or an InputError."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise ValueError("a key is there twice")
        return dict(pairs)

    try:
        if len(text) > 20_000:
            raise ValueError("longer than 20,000 characters")
        parsed = json.loads(text, object_pairs_hook=unique)
        if not isinstance(parsed, dict):
            raise ValueError("no object")
    except (ValueError, RecursionError) as problem:
        message = f'not a JSON object ({problem}); write them like {{"params": "GPT-3", "gpu": "A100"}}'
        raise InputError("arguments", text, message) from None
    return parsed
