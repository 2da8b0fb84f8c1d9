"""How many names of a list are read rightly, how many are taken for something else, and how long a name takes.

    python benchmarks/names.py FOLDER

FOLDER holds name_variants.csv (spelling, model_name) and gpu_names.csv (printed_string, match_kind, chip_id, candidates). A
spelling counts as held where the catalogue knows the name of what it is said to mean. Each model is then taken out of the
catalogue by turns: a name of it that is still read is taken for another model.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from compute_cost import catalogue
from compute_cost.catalogue import names, shelves


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def row_of(what: str, written: str) -> Any:
    match = names.find(what, written)
    return match.row if match else None


def verdict(got: Any, wanted: Any) -> str:
    if got is None:
        return "missed" if wanted else "refused rightly"
    return "right" if got is wanted else "taken for something else"


def models(folder: Path) -> Iterator[tuple[str, str, str]]:
    for row in rows(folder, "name_variants"):
        got, wanted = row_of("model", row["spelling"]), row_of("model", row["model_name"])
        yield row["spelling"], verdict(got, wanted), getattr(got, "name", "")


def chips(folder: Path) -> Iterator[tuple[str, str, str]]:
    for row in rows(folder, "gpu_names"):
        named = [name.strip() for name in (row["chip_id"], *row["candidates"].split(";"))]
        got, alone = row_of("gpu", row["printed_string"]), row["match_kind"] in ("exact", "pool", "part_of_card")
        wanted = got if got is not None and got.id in named else catalogue.accelerators().get(named[0]) if named[0] and alone else None
        yield row["printed_string"], verdict(got, wanted), getattr(got, "name", "")


def _same(index: Any) -> Any:
    return index


def without_each(folder: Path) -> Iterator[tuple[str, str, str]]:
    """The names of each model where the catalogue lacks that model."""
    spellings: dict[str, list[str]] = {}
    for row in rows(folder, "name_variants"):
        wanted = row_of("model", row["model_name"])
        if wanted is not None and row_of("model", row["spelling"]) is wanted:
            spellings.setdefault(wanted.id, []).append(row["spelling"])
    whole, read = shelves.models(), shelves.models
    try:
        for out in whole.rows:
            if out.id in spellings:
                catalogue.forget()
                rest = shelves.Index([row for row in whole.rows if row is not out])
                shelves.models = partial(_same, rest)
                for spelling in spellings[out.id]:
                    got = row_of("model", spelling)
                    yield spelling, verdict(got, None), getattr(got, "name", "")
    finally:
        shelves.models = read
        catalogue.forget()


def speed(folder: Path) -> str:
    written = list(dict.fromkeys(row["spelling"] for row in rows(folder, "name_variants")))
    catalogue.forget()
    names.find("model", "a name to load the catalogue for 1")
    took = []
    for _ in range(2):
        start = time.perf_counter()
        for name in written:
            names.find("model", name)
        took.append((time.perf_counter() - start) / len(written) * 1e6)
    return f"{took[0]:.0f} us a new name, {took[1]:.1f} us one seen before, {len(catalogue.models().rows)} models"


def main(folder: Path) -> None:
    for label, answers in (("models", models(folder)), ("chips", chips(folder)), ("models, each left out", without_each(folder))):
        kept = list(answers)
        counts = Counter(outcome for _, outcome, _ in kept)
        held = counts["right"] + counts["missed"]
        print(f"{label}: {dict(counts)}" + (f"; {counts['right'] / held:.1%} of what is held" if held else ""))
        for written, outcome, got in kept:
            if outcome == "taken for something else":
                print(f"    {written} is read as {got}")
    print(speed(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
