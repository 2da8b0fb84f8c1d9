"""Writes what this version answers: python tests/freeze.py [--release]

tests/frozen.yaml holds the answers of the last release with its own catalogue. They are a promise: between releases this script
adds new questions and strikes those that are gone, and tells which answers moved since without writing them. With --release, once
__version__ is raised, it writes them all under the new version: the commit that does so is the release, so it is the last of its
version. .ci/answers holds that a version and the changelog went with what moved.

tests/data/answers.yaml holds the answers with the fixed catalogue of the tests, which the code alone can move.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

import compute_cost
from compute_cost import catalogue, registry

ROOT = Path(__file__).parents[1]
FROZEN = ROOT / "tests" / "frozen.yaml"
FIXED = ROOT / "tests" / "data" / "answers.yaml"
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
    return [*worked, *samples.items(), *PAST]


Answers = dict[str, list[Any]]


def answers() -> Answers:
    """Value, low and high of every call, by its formula."""
    found = {}
    for name, arguments in calls():
        result = registry.get(name).call(**arguments)
        found[registry.formula(name, arguments)] = [result.value, result.low, result.high]
    return found


def of_the_code(found: Answers) -> Answers:
    """The answers that a new version alone does not move."""
    return {formula: answer for formula, answer in found.items() if formula != registry.formula("cost_version", {})}


def moved(before: Answers, now: Answers) -> list[str]:
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


def read(path: Path) -> dict[str, Any]:
    """A file of answers, with the version that wrote it."""
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def _write(path: Path, version: str, found: Answers) -> None:
    text = yaml.safe_dump({"version": version, "answers": found}, allow_unicode=True, sort_keys=False, width=200)
    path.write_text(text, encoding="utf-8", newline="\n")


def _tell(path: Path, lines: list[str]) -> None:
    print("\n".join([f"{path.relative_to(ROOT)}: {len(lines) or 'no'} answers moved", *lines]))


def main(*, release: bool) -> None:
    os.environ.pop("COMPUTE_COST_CATALOGUE", None)
    now, kept = answers(), read(FROZEN)
    version = compute_cost.__version__ if release else kept["version"]
    _tell(FROZEN, lines := moved(kept["answers"], now))
    if kept["version"] == version:
        now |= {formula: answer for formula, answer in kept["answers"].items() if formula in now}
        if lines:
            print(f"They stay as {version} gave them until a release raises __version__ and CHANGELOG.md says which moved and by how much.")
    _write(FROZEN, version, now)

    sys.path.insert(0, str(ROOT))
    from tests.support.fixed_catalogue import write_fixed

    with tempfile.TemporaryDirectory() as folder:
        write_fixed(Path(folder))
        catalogue.open(folder)
        now = of_the_code(answers())
    _tell(FIXED, moved(read(FIXED)["answers"], now))
    _write(FIXED, compute_cost.__version__, now)


if __name__ == "__main__":
    main(release="--release" in sys.argv[1:])
