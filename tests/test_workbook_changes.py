"""The workbooks with their inputs changed, in a real LibreOffice, against core computations made here."""

from __future__ import annotations

import pytest
from test_workbooks import cell_of
from workbook_cases import CASES, WRONG, Case

from xlplugin.hosts.libreoffice.evaluate import Evaluation, evaluate_all

pytestmark = pytest.mark.libreoffice


@pytest.fixture(scope="module")
def found(libreoffice: None) -> dict[tuple[str, str], Evaluation]:
    every = [*CASES, *WRONG]
    answers = evaluate_all([(case.path, case.sets) for case in every])
    return {(case.book, case.name): answer for case, answer in zip(every, answers, strict=True)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.book}: {case.name}")
def test_changed_inputs_give_what_core_gives(case: Case, found: dict[tuple[str, str], Evaluation]) -> None:
    answer = found[case.book, case.name]
    assert answer.unresolved == []
    outputs = answer.sheets["Outputs"]
    for label, wanted in case.expected().items():
        got = outputs[cell_of(case.path, label, "Outputs")]
        assert got["error"] is None, f"{label}: {got}"
        assert got["value"] == (wanted if isinstance(wanted, str) else pytest.approx(wanted, rel=1e-12, abs=1e-12)), label
    assert answer.value("Checks", cell_of(case.path, "Master check", "Checks")) == 0


@pytest.mark.parametrize("case", WRONG, ids=lambda case: f"{case.book}: {case.name}")
def test_a_wrong_input_shows_on_the_master_check(case: Case, found: dict[tuple[str, str], Evaluation]) -> None:
    answer = found[case.book, case.name]
    assert answer.value("Checks", cell_of(case.path, "Master check", "Checks")) > 0
    assert answer.value("Inputs", "D3") == "CHECKS FAIL"
