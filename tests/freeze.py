"""Writes tests/frozen.yaml: what this version answers. Run it when results are meant to move: python tests/freeze.py

First raise __version__ in core/compute_cost/__init__.py and say in CHANGELOG.md which results moved and by how much: this script prints that.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

import compute_cost
from compute_cost import registry

ROOT = Path(__file__).parents[1]
FROZEN = ROOT / "tests" / "frozen.yaml"
# What a host of an API charges comes from another package, whose prices move with its own releases.
OTHERS = {"api_cost"}
PAST: list[tuple[str, dict[str, Any]]] = [
    ("train_cost", {"params": "GPT-3", "gpu": "A100", "as_of": "2023-12-31"}),
    ("train_cost", {"params": "Llama 3.1 405B", "gpu": "H100", "as_of": "2024-12-31"}),
    ("gpu_price", {"gpu": "H100", "as_of": "2024-06-30"}),
    ("gpu_price", {"gpu": "H100", "as_of": "2025-06"}),
    ("infer_cost", {"params": "Llama 3.1 70B", "gpu": "H100", "as_of": "2025-06-30"}),
    ("project_cost", {"params": "GPT-3", "gpu": "A100", "as_of": "2023-12-31"}),
]


def calls() -> list[tuple[str, dict[str, Any]]]:
    """The worked examples, the samples of the reference, and some answers as of days past."""
    published = sorted((ROOT / "tests" / "published").glob("*.yaml"))
    worked = [(one["estimate"], one["arguments"]) for path in published for one in yaml.safe_load(path.read_text(encoding="utf-8"))]
    samples = yaml.safe_load((ROOT / "docs" / "samples.yaml").read_text(encoding="utf-8"))
    return [*worked, *((name, one) for name, one in samples.items() if name not in OTHERS), *PAST]


def answers() -> dict[str, list[Any]]:
    """Value, low and high of every call, by its formula."""
    found = {}
    for name, arguments in calls():
        result = registry.get(name).call(**arguments)
        found[registry.formula(name, arguments)] = [result.value, result.low, result.high]
    return found


def moved(before: dict[str, list[Any]], now: dict[str, list[Any]]) -> list[str]:
    """One line for each answer that is not what it was."""
    lines = []
    for formula, was in before.items():
        new = now.get(formula)
        if new is None:
            lines.append(f"{formula} is no longer asked")
        elif any(_apart(a, b) for a, b in zip(was, new, strict=True)):
            lines.append(f"{formula}: {was} is now {new}")
    return lines


def _apart(was: Any, new: Any) -> bool:
    if isinstance(was, (int, float)) and isinstance(new, (int, float)):
        return abs(was - new) > 1e-9 * abs(was)  # another machine's arithmetic may differ in the last digits
    return bool(was != new)


if __name__ == "__main__":
    now = answers()
    if FROZEN.exists():
        print("\n".join(moved(yaml.safe_load(FROZEN.read_text(encoding="utf-8"))["answers"], now)) or "nothing moved")
    text = yaml.safe_dump({"version": compute_cost.__version__, "answers": now}, allow_unicode=True, sort_keys=False, width=200)
    FROZEN.write_text(text, encoding="utf-8", newline="\n")
