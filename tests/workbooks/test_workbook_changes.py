"""The workbooks with their inputs changed, in a real LibreOffice, against core computations made here."""

from __future__ import annotations

from pathlib import Path

import pytest

import compute_cost
from compute_cost_sheets.hosts.libreoffice.evaluate import Evaluation, evaluate_all
from tests.support.workbook_case import Case, cell_of
from tests.support.workbook_cases import CASES, OWNED_ASKED, WRONG, owning

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]


@pytest.fixture(scope="module")
def found(libreoffice: None, books: Path) -> dict[tuple[str, str], Evaluation]:
    every = [*CASES, *WRONG]
    answers = evaluate_all([(case.path(books), case.sets(books)) for case in every])
    return {(case.book, case.name): answer for case, answer in zip(every, answers, strict=True)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.book}: {case.name}")
def test_changed_inputs_give_what_core_gives(case: Case, found: dict[tuple[str, str], Evaluation], books: Path) -> None:
    answer = found[case.book, case.name]
    assert answer.unresolved == []
    outputs = answer.sheets["Outputs"]
    for label, wanted in case.expected().items():
        got = outputs[cell_of(case.path(books), label, "Outputs")]
        assert got["error"] is None, f"{label}: {got}"
        assert got["value"] == (wanted if isinstance(wanted, str) else pytest.approx(wanted, rel=1e-12, abs=1e-12)), label
    assert answer.value("Checks", cell_of(case.path(books), "Master check", "Checks")) == 0


@pytest.mark.parametrize("case", WRONG, ids=lambda case: f"{case.book}: {case.name}")
def test_a_wrong_input_shows_on_the_master_check(case: Case, found: dict[tuple[str, str], Evaluation], books: Path) -> None:
    answer = found[case.book, case.name]
    assert answer.value("Checks", cell_of(case.path(books), "Master check", "Checks")) > 0
    assert answer.value("Inputs", "D3") == "CHECKS FAIL"


def rows(answer: Evaluation, sheet: str, columns: str) -> list[list[float]]:
    """The numbers of some columns of a long table."""
    cells = answer.sheets[sheet]
    numbers = sorted({int(cell[1:]) for cell in cells if cell[0] == columns[0] and cell[1:].isdigit() and int(cell[1:]) > 5})
    return [[cells[f"{column}{row}"]["value"] for column in columns] for row in numbers]


@pytest.mark.parametrize("name", OWNED_ASKED)
def test_the_months_and_so_the_chart_tell_what_core_says_of_each_month(
    name: str, found: dict[tuple[str, str], Evaluation], books: Path
) -> None:
    asked = {"months": 36.0, "rent": compute_cost.gpu_price("H100").value} | OWNED_ASKED[name]
    table = rows(found["rent_or_own", name], "Months", "BCD")
    assert len(table) == 72
    assert table[int(asked["months"]) - 1] == table[-1], "the lines end with the months of use"
    even = owning(**asked).values["break_even_month"].value
    for month, rented, owned in table[: int(asked["months"])]:
        core_says = owning(**asked | {"months": month}).values
        assert rented == pytest.approx(core_says["rent_total"].value, rel=1e-12)
        assert owned == pytest.approx(core_says["owned_total"].value, rel=1e-12)
        assert (owned <= rented) == (isinstance(even, float) and month >= even), "the lines cross at the break-even month"


def test_the_lines_of_one_case_cross(found: dict[tuple[str, str], Evaluation], books: Path) -> None:
    table = rows(found["rent_or_own", "a rent at which buying comes to pay"], "Months", "BCD")
    assert {owned <= rented for _, rented, owned in table} == {True, False}
