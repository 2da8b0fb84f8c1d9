"""Each claim of the talk has an answer, and the formula on the page gives it when it is typed into a real spreadsheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xlsxwriter

from compute_cost import registry
from compute_cost_sheets.hosts.libreoffice.evaluate import evaluate
from pages import talk

pytestmark = pytest.mark.live
CLAIMS = talk.claims()


def test_every_claim_is_answered_once() -> None:
    assert [one["claim"] for one in CLAIMS] == [f"T{number}" for number in range(1, 24)]
    assert all(one["cells"] for one in CLAIMS)


@pytest.mark.libreoffice
def test_the_formulas_of_the_page_answer_in_libreoffice(libreoffice: None, tmp_path: Path) -> None:
    ((_, page),) = talk.pages()
    formulas = re.findall(r"^\| `(=[^`]+)` \|", page, re.MULTILINE)
    cells = [cell for one in CLAIMS for cell in one["cells"]]
    assert len(formulas) == len(cells)
    book = tmp_path / "talk.xlsx"
    with xlsxwriter.Workbook(str(book)) as file:
        sheet = file.add_worksheet("Talk")
        for row, formula in enumerate(formulas):
            sheet.write_formula(row, 0, formula, None, -1)  # a cached value that is wrong
    found = evaluate(book)
    for row, cell in enumerate(cells, start=1):
        answer = registry.get(cell["estimate"]).call(**cell["arguments"])
        assert found.value("Talk", f"A{row}") == pytest.approx(answer.value, rel=1e-12), formulas[row - 1]
