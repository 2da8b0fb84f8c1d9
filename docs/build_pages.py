"""Writes what follows from the code and the data and is kept: the README of the folders of data, and pictures.

python docs/build_pages.py               writes core/compute_cost/data/README.md and benchmarks/data/README.md
python docs/build_pages.py --pictures    draws docs/pictures/* too, as a release does: plots, workbooks in LibreOffice, terminals

Every other page that is written by a program is written at each build of the site (docs/build_site.py).
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pictures
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.schema import MEASURED, PACKAGED
from pages.words import table

DOCS = Path(__file__).parent


def columns_of_answers() -> str:
    licensed = "Hardware, price and model data of Epoch AI: CC BY 4.0, https://epoch.ai/data."
    return _columns(f"What answers need, in every installed package. {licensed}", PACKAGED)


def columns_of_measured() -> str:
    return _columns(
        "What the fits of this folder and `compute-cost accuracy` compare with; no answer needs it, so an installed package lacks it.",
        MEASURED,
    )


def _columns(about: str, files: Mapping[str, type]) -> str:
    parts = [
        "# The catalogue's files",
        "*This page is written by `python docs/build_pages.py` from `core/compute_cost/catalogue`, where each column is defined.*",
        f"{about} One row is one fact, and every file opens in a spreadsheet. `source` and the like hold an id of `sources.csv`, "
        "which gives title, publisher, address, date and license. `confidence` is `checked` (seen in the source), `partly checked`, "
        "`date inferred`, `not checked` or `rumor`; all but the first show as a warning with an answer. `compute-cost data check` "
        "checks every cell.",
    ]
    for record in dict.fromkeys(files.values()):
        names = ", ".join(f"{name}.csv" for name, kind in files.items() if kind is record)
        meaning = meanings(record)
        rows = [[f"`{name}`", column.kind.words, meaning[name]] for name, column in columns(record).items()]
        parts += [f"## {names}", f"A row: {inspect.getdoc(record)}", table(["column", "holds", "meaning [unit]"], rows)]
    return "\n\n".join(parts) + "\n"


def meanings(record: type) -> dict[str, str]:
    """What each column means: the comment behind its definition."""
    lines = inspect.getsource(record).splitlines()
    fields = (re.fullmatch(r"    (\w+): .*?(?:  # (.*))?", line) for line in lines)
    return {match[1]: match[2] or "" for match in fields if match}


PAGES = {
    "../core/compute_cost/data/README.md": columns_of_answers,
    "../benchmarks/data/README.md": columns_of_measured,
}


if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8", newline="\n")
        print(f"docs/{name}", file=sys.stderr)
    if "--pictures" in sys.argv[1:]:
        pictures.draw(DOCS / "pictures")
