"""The spellings of amounts that cells, questions and answers read alike: tests/data/spellings.csv.

`value` is what a text means in its unit. The columns `cell`, `question` and `answer` are filled where one of them does otherwise:
"refused: " and a part of the reason, "asks", "vague" (bounds, no value) or "none" (left out).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

from tests.support import ROOT


@dataclass(frozen=True)
class Spelling:
    text: str
    unit: str
    cell: str
    question: str
    answer: str

    def __str__(self) -> str:
        return f"{self.text} as {self.unit}"


def _spellings() -> list[Spelling]:
    with (ROOT / "tests" / "data" / "spellings.csv").open(encoding="utf-8", newline="") as file:
        return [
            Spelling(row["text"], row["unit"], *(row[reader] or row["value"] for reader in ("cell", "question", "answer")))
            for row in csv.DictReader(file)
        ]


SPELLINGS = _spellings()
