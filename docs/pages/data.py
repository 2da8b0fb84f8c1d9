"""What the estimates rest on: every default and constant, and every source with its license."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.schema import FILES
from pages.words import page, table

NONE = "none recorded"


def pages() -> Iterator[tuple[str, str]]:
    counts = ", ".join(f"{len(catalogue.read_rows(name)):,} {name.replace('_', ' ')}" for name in FILES)
    yield (
        "data/index.md",
        page(
            "# Data",
            "What answers need is in `core/compute_cost/data/*.csv`, what the fits and the accuracy report compare with in "
            "`benchmarks/data/*.csv`: one row is one fact, with unit, source, date and confidence; each folder's README explains the "
            "columns.",
            f"There are {counts}.",
            "- [Models](../models/index.md) and [accelerators](../chips/index.md), each with a page of its own\n"
            "- [Assumptions](assumptions.md): every default and constant, with its range\n"
            "- [Sources](sources.md): every source, with its license",
            "A figure that nobody has checked against its source says so with every answer that uses it. In a cell `=GPU_FACT(...)`, "
            "`=MODEL_FACT(...)`, `=ASSUMPTION(...)` and `=SOURCE(...)` give any of them.",
        ),
    )
    yield "data/assumptions.md", _assumptions()
    yield "data/sources.md", _sources()


def _assumptions() -> str:
    rows = []
    for row in catalogue.assumptions().values():
        ends = f"{show(row.low, row.unit)} to {show(row.high, row.unit)}" if row.low is not None and row.high is not None else ""
        rows.append([f"`{row.name}`", show(row.value, row.unit), ends, f"{row.description} ({row.source}, {row.date}, {row.confidence})"])
    return page(
        "# Assumptions",
        "Each default and constant. `=ASSUMPTION(name)` gives one in a cell, and any that has a number can be replaced in any call: "
        '`"pue=1.1"` as an argument of a cell, `--assume pue=1.1` in a command. The words in brackets are the id of the '
        "[source](sources.md), the day, "
        "and whether it was checked.",
        table(["name", "value", "80% range", "what it is"], rows),
    )


def _sources() -> str:
    listed = list(catalogue.sources().values())
    licenses = Counter(source.license or NONE for source in listed)
    rows = []
    for source in listed:
        title = f"[{source.title}]({source.url})" if source.url else source.title
        rows.append(
            [
                f'<span id="{source.id}">{title}</span>, {source.publisher}, {source.date} (`{source.id}`)',
                source.license or NONE,
                source.note,
            ]
        )
    return page(
        "# Sources and their licenses",
        "Facts carry over from sources; sentences and tables do not. Where a source states no license, single figures of it are "
        "used as facts. Hardware, price and model data of Epoch AI are used under CC BY 4.0.",
        table(["license", "sources"], ([name, number] for name, number in licenses.most_common())),
        table(["source", "license", "note"], rows),
    )
