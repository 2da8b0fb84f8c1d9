"""A change of a workbook's inputs, and how its expected figures are asked of core."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from compute_cost import catalogue

Figures = dict[str, float | str]


@cache
def cached(book: Path) -> dict[str, dict[str, Any]]:
    """The values that the file keeps, by sheet and cell."""
    loaded = openpyxl.load_workbook(book, data_only=True)
    return {sheet.title: {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row} for sheet in loaded.worksheets}


def cell_of(book: Path, label: str, sheet: str, column: str = "B") -> str:
    """The cell beside a label, so that a moved row does not break the test's meaning."""
    for coordinate, value in cached(book)[sheet].items():
        if value == label:
            return f"{column}{re.sub(r'[A-Z]', '', coordinate)}"
    raise AssertionError(f"no {label} on {sheet} of {book.name}")


@dataclass(frozen=True)
class Case:
    """A workbook, the inputs that change (label on Inputs, or sheet and label with its column) and what Outputs must say."""

    book: str
    name: str
    changes: dict[str, float | str]
    expected: Callable[[], Figures]
    column: dict[str, str] = field(default_factory=dict)  # of labels on other sheets: "Assumptions!trial_share" in E

    def path(self, books: Path) -> Path:
        return books / f"{self.book}.xlsx"

    def sets(self, books: Path) -> list[tuple[str, str, float | str]]:
        """The inputs that change, by sheet and cell of the book in the folder `books`."""
        changes = []
        for key, value in self.changes.items():
            sheet, _, label = key.rpartition("!")
            column = self.column.get(key, "B")
            changes.append((sheet or "Inputs", cell_of(self.path(books), label, sheet or "Inputs", column), value))
        return changes


def number(result: Any) -> float:
    assert isinstance(result.value, float)
    return result.value


def end(name: str, which: str) -> float:
    return float(getattr(catalogue.assumption(name), which))


def in_scenario(scenario: str, *names: tuple[str, bool]) -> list[float]:
    """The assumptions in a scenario; each with whether its low end is the favorable one."""
    sides = {"Favorable": ("low", "high"), "Expected": ("value", "value"), "Unfavorable": ("high", "low")}[scenario]
    return [end(name, sides[0 if low_is_good else 1]) for name, low_is_good in names]
