"""The shipped workbooks: kept numbers for a reader without the plug-in, real recalculation with it, loud failure in between."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import ROOT

import core
from xlplugin.hosts.libreoffice.evaluate import Evaluation, evaluate, stored_formulas

BOOK = ROOT / "workbooks" / "gpt3_training.xlsx"


@pytest.fixture(scope="module")
def recalculated(libreoffice: None) -> Evaluation:
    return evaluate(BOOK)


def cached() -> dict[str, dict[str, Any]]:
    loaded = openpyxl.load_workbook(BOOK, data_only=True)
    return {sheet.title: {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row} for sheet in loaded.worksheets}


def cell_of(label: str, sheet: str, column: str = "B") -> str:
    """The cell beside a label, so that a moved row does not break the test's meaning."""
    for coordinate, value in cached()[sheet].items():
        if value == label:
            return f"{column}{re.sub(r'[A-Z]', '', coordinate)}"
    raise AssertionError(f"no {label} on {sheet}")


def test_a_reader_without_the_plug_in_keeps_the_numbers() -> None:
    with zipfile.ZipFile(BOOK) as archive:
        calculation = re.search(r"<calcPr[^>]*>", archive.read("xl/workbook.xml").decode())
    assert calculation is not None
    assert "fullCalcOnLoad" not in calculation[0]
    assert int(re.findall(r'calcId="(\d+)"', calculation[0])[0]) >= 191029, "an old id makes Excel recalculate on opening"
    values = cached()
    for sheet, cells in stored_formulas(BOOK).items():
        for cell in cells:
            blank = "EXPLAIN" in cells[cell]  # rows of a table have empty places
            assert blank or values[sheet][cell] is not None, f"{sheet}!{cell} has no cached value"


@pytest.mark.libreoffice
def test_cached_values_are_what_the_functions_answer(recalculated: Evaluation) -> None:
    assert recalculated.unresolved == []
    values = cached()
    for sheet, cells in recalculated.sheets.items():
        for cell, found in cells.items():
            assert found["error"] is None, f"{sheet}!{cell}: {found}"
            kept = values[sheet][cell]
            assert found["value"] == (pytest.approx(kept, rel=1e-12) if isinstance(kept, (int, float)) else kept or ""), f"{sheet}!{cell}"


def test_it_shows_the_talks_naive_case_and_the_range() -> None:
    values = cached()
    assert values["Outputs"][cell_of("Naive cost", "Outputs")] == pytest.approx(560897.4358974359, rel=1e-12)
    low, cost, high = (values["Outputs"][cell_of(label, "Outputs")] for label in ("  low", "Cost in practice", "  high"))
    assert low < cost < high
    assert values["Outputs"][cell_of("Master check", "Outputs")] == 0


@pytest.mark.libreoffice
def test_a_changed_input_recalculates_for_real(libreoffice: None) -> None:
    changes: list[tuple[str, str, float | str]] = [
        ("Inputs", cell_of("Training tokens", "Inputs"), 600e9),
        ("Inputs", cell_of("Accelerator", "Inputs"), "H100"),
    ]
    found = evaluate(BOOK, changes)
    gpus = cached()["Inputs"][cell_of("Number of accelerators", "Inputs")]
    price = core.gpu_price("H100").value
    expected = core.train_cost(175e9, 600e9, "H100", price, None, gpus)
    assert found.value("Outputs", cell_of("Cost in practice", "Outputs")) == pytest.approx(expected.value, rel=1e-12)
    assert found.value("Outputs", cell_of("  low", "Outputs")) == pytest.approx(expected.low, rel=1e-12)
    naive = core.train_cost(175e9, 600e9, "H100", 2, 1)
    assert found.value("Outputs", cell_of("Naive cost", "Outputs")) == pytest.approx(naive.value, rel=1e-12)
    assert found.value("Outputs", cell_of("Master check", "Outputs")) == 0


@pytest.mark.libreoffice
def test_your_own_price_is_used(libreoffice: None) -> None:
    found = evaluate(BOOK, [("Inputs", cell_of("Price, if you have your own", "Inputs"), 4.0)])
    assert found.value("Outputs", cell_of("Price used", "Outputs")) == 4


@pytest.mark.libreoffice
def test_a_wrong_input_shows_on_the_master_check(libreoffice: None) -> None:
    found = evaluate(BOOK, [("Inputs", cell_of("Accelerator", "Inputs"), "A1000")])
    master = found.sheets["Outputs"][cell_of("Master check", "Outputs")]
    assert master["error"] or master["value"] > 0


@pytest.mark.libreoffice
def test_without_the_add_in_it_fails_visibly(libreoffice: None) -> None:
    found = evaluate(BOOK, addin=False)
    assert found.unresolved
    assert found.sheets["Outputs"][cell_of("Cost in practice", "Outputs")]["error"] == "#NAME?"
    master = found.sheets["Outputs"][cell_of("Master check", "Outputs")]
    assert master["error"] or master["value"] > 0


def test_no_constant_hides_in_a_formula() -> None:
    """Numbers in formulas are 0 and 1 (the outcomes of a check) and nothing else; amounts are inputs."""
    for sheet, cells in stored_formulas(BOOK).items():
        for cell, formula in cells.items():
            bare = re.sub(r"""'[^']*'!|"[^"]*"|\$?[A-Z]{1,3}\$?[0-9]+""", " ", formula)
            numbers = set(re.findall(r"(?<![A-Za-z_])[0-9.]+(?:E[+-]?[0-9]+)?", bare))
            assert numbers <= {"0", "1"}, f"{sheet}!{cell}: {formula}"


def test_it_is_built_by_the_script(tmp_path: Path) -> None:
    """The file in the repository is what build_workbooks.py makes of today's numbers."""
    import subprocess
    import sys

    subprocess.run([sys.executable, str(ROOT / "workbooks" / "build_workbooks.py"), str(tmp_path)], check=True, cwd=ROOT, env=None)
    made, kept = tmp_path / BOOK.name, BOOK
    with zipfile.ZipFile(made) as new, zipfile.ZipFile(kept) as old:
        assert new.namelist() == old.namelist()
        for name in new.namelist():
            assert new.read(name) == old.read(name), f"{name} differs: run python workbooks/build_workbooks.py"
