"""A change of a workbook's inputs, and how its expected figures are asked of core."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from compute_cost import catalogue
from tests.support import ROOT
from tests.workbooks.test_workbooks import cell_of

Figures = dict[str, float | str]


@dataclass(frozen=True)
class Case:
    """A workbook, the inputs that change (label on Inputs, or sheet and label with its column) and what Outputs must say."""

    book: str
    name: str
    changes: dict[str, float | str]
    expected: Callable[[], Figures]
    column: dict[str, str] = field(default_factory=dict)  # of labels on other sheets: "Assumptions!trial_share" in E

    @property
    def path(self) -> Any:
        return ROOT / "workbooks" / f"{self.book}.xlsx"

    @property
    def sets(self) -> list[tuple[str, str, float | str]]:
        found = []
        for key, value in self.changes.items():
            sheet, _, label = key.rpartition("!")
            column = self.column.get(key, "B")
            found.append((sheet or "Inputs", cell_of(self.path, label, sheet or "Inputs", column), value))
        return found


def number(result: Any) -> float:
    assert isinstance(result.value, float)
    return result.value


def end(name: str, which: str) -> float:
    return float(getattr(catalogue.assumption(name), which))


def in_scenario(scenario: str, *names: tuple[str, bool]) -> list[float]:
    """The assumptions in a scenario; each with whether its low end is the favorable one."""
    sides = {"Favorable": ("low", "high"), "Expected": ("value", "value"), "Unfavorable": ("high", "low")}[scenario]
    return [end(name, sides[0 if low_is_good else 1]) for name, low_is_good in names]
