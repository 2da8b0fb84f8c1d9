"""The file NOTICE, from the rows of sources.csv: python .ci/notice.py

Every source that the data rest on, by its license, with publisher, address and date. For a release: a source that is added between two
releases stands in sources.csv, which every wheel holds, from that moment on.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "core" / "compute_cost" / "data" / "sources.csv"
HEAD = """Compute Cost
Copyright (c) 2026 The compute-cost maintainers. MIT License, see LICENSE.

The figures in compute_cost/data rest on the sources below; each row names its own. Figures are taken, no text, code or artwork. Of tables
under an open license (CC BY 4.0, MIT, Apache-2.0), and of the data of Epoch AI above all, selections of rows are used, with changes of
names, units and form; of all others single figures. Rows that cite a source under CC BY-SA 4.0 are under that license too. This list was
made when the version was released; compute_cost/data/sources.csv is complete.

Of these under the MIT License, whose text is that of LICENSE, most rows of a table are used:
genai-prices: Copyright (c) Pydantic Services Inc. 2025 to present
litellm: Copyright (c) 2023 Berri AI
models.dev: Copyright (c) 2025 spin.dev
llmfit: Copyright (c) 2026 Alex Jones, Copyright (c) 2026 GAWD09
CodeCarbon: Copyright (c) 2019 Mila, BCG Gamma, CometML, Haverford College, Copyright (c) 2023 Code Carbon NGO

The number words in compute_cost_tools/grounding_numbers.txt are single words of some hundred and twenty languages, no text or rules. Most
were collected from numbers as these spell them:
CLDR, spell-out rules: Copyright (c) Unicode, Inc., Unicode License v3, https://www.unicode.org/license.txt
num2words2 1.0.20: LGPL-2.1-only, of which nothing is used but words that it writes, https://github.com/jqueguiner/num2words2
"""
UNNAMED = "No license named: single figures as their publishers state them"


def notice(sources: Iterable[Mapping[str, str]]) -> str:
    """The whole text."""
    groups: dict[str, list[str]] = {}
    for row in sources:
        described = ", ".join(row[part] for part in ("publisher", "url", "date") if row[part])
        groups.setdefault(row["license"] or UNNAMED, []).append(f"{row['id']}: {row['title']}. {described}")
    ordered = sorted(groups, key=lambda name: (name == UNNAMED, name))
    return "\n".join([HEAD, *(f"{name}\n{'-' * len(name)}\n" + "\n".join(sorted(groups[name])) + "\n" for name in ordered)])


def main() -> None:
    with SOURCES.open(encoding="utf-8", newline="") as file:
        (ROOT / "NOTICE").write_text(notice(csv.DictReader(file)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
