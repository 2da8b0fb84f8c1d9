"""The tutorial's workbook holds what its page says to type, and comes out without an error where it is recalculated for real."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

import pictures
from compute_cost import registry
from compute_cost_sheets.hosts.libreoffice.evaluate import evaluate
from compute_cost_sheets.spelling import calls

pytestmark = pytest.mark.live
PAGE = (pictures.DOCS / pictures.BOOK).read_text(encoding="utf-8")
TYPED = pictures.cells(PAGE)


def test_every_cell_of_the_page_is_typed_and_each_estimate_is_known() -> None:
    assert len(TYPED) == len(re.findall(r"^\| [A-Z]\d+ \|", PAGE, re.MULTILINE))
    formulas = [text for text in TYPED.values() if text.startswith("=") and "(" in text]
    assert len(formulas) > 6
    assert all(list(calls(formula)) for formula in formulas)


@pytest.mark.libreoffice
def test_the_workbook_is_what_the_estimates_say(libreoffice: None, tmp_path: Path) -> None:
    book = tmp_path / "budget.xlsx"
    pictures.write(TYPED, book)
    found = evaluate(book)
    assert found.errors == []
    project = registry.get("project_cost").call("8B", "2T", "H100", 256)
    serving = registry.get("serving_cost").call("8B", gpu="H100", requests_per_day=200000, input_tokens=1500, output_tokens=400)
    assert found.value("Budget", "B11") == pytest.approx(project.value, rel=1e-12)
    assert found.value("Budget", "B16") == pytest.approx(serving.value, rel=1e-12)
    assert found.value("Budget", "B17") == pytest.approx(float(project.value) + 12 * float(serving.value), rel=1e-12)
    assert found.value("Budget", "C16") == pytest.approx(serving.low, rel=1e-12)


def test_a_terminal_shows_the_command_and_its_answer_and_asks_nobody_for_fonts() -> None:
    (line, *_) = pictures.commands("```text\ncompute-cost train-cost GPT-3 --gpu A100\n```")
    drawn = pictures.terminal(line)
    shown = "".join(ElementTree.fromstring(drawn).itertext()).replace("\xa0", " ")  # noqa: S314 (our own)
    assert "$ compute-cost train-cost GPT-3 --gpu A100" in shown
    assert '=TRAIN_COST("GPT-3",,"A100")' in shown
    assert "url(" not in drawn.partition("</style>")[0]


def test_every_picture_that_a_page_shows_is_there() -> None:
    shown = [
        (page, link)
        for page in pictures.DOCS.glob("**/*.md")
        for link in re.findall(r"\]\(([^)]*pictures/[^)]+)\)", page.read_text(encoding="utf-8"))
    ]
    assert len(shown) > 8
    assert [link for page, link in shown if not (page.parent / link).is_file()] == []
