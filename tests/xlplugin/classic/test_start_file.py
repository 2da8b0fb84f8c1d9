"""The start workbook for Excel on Windows, read back: its macros, its settings, and examples that hold what the estimator says."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import compute_cost
from compute_cost_sheets.hosts.classic import functions, start_file, vba
from compute_cost_sheets.hosts.classic.names import MODULE
from compute_cost_sheets.hosts.libreoffice.evaluate import evaluate


@pytest.fixture(scope="module")
def book() -> Iterator[Any]:
    loaded: Any = openpyxl.load_workbook(io.BytesIO(start_file.build()), keep_vba=True)
    yield loaded
    loaded.vba_archive.close()  # openpyxl leaves the copy of the macros open


@pytest.fixture(scope="module")
def saved() -> Any:
    return openpyxl.load_workbook(io.BytesIO(start_file.build()), data_only=True)["Start here"]


def test_the_macros_are_in_the_file() -> None:
    with zipfile.ZipFile(io.BytesIO(start_file.build())) as archive:
        assert archive.read("xl/vbaProject.bin") == vba.project("Sheet1", "Sheet2")
        button = archive.read("xl/drawings/vmlDrawing1.vml").decode()
        parts = "".join(archive.read(name).decode() for name in archive.namelist() if re.search(r"(workbook|sheet\d)\.xml$", name))
    assert f"[0]!{start_file.BUTTON}</x:FmlaMacro>" in button
    # The macros know the workbook and its sheets by these names.
    assert sorted(re.findall(r'codeName="(\w+)"', parts)) == ["Sheet1", "Sheet2", "ThisWorkbook"]


def test_xlwings_reads_the_settings_sheet(windows: str, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(start_file.write(tmp_path))["xlwings.conf"]
    assert {row[0].value: row[1].value for row in sheet.iter_rows()} == {
        "INTERPRETER_WIN": windows,
        "UDF MODULES": MODULE,
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
    }


def test_a_start_workbook_for_everybody_names_no_python(windows: str, book: Any) -> None:
    assert {row[0].value for row in book["xlwings.conf"].iter_rows()} == {"UDF MODULES", "ADD_WORKBOOK_TO_PYTHONPATH"}


def test_examples_live_and_hold_what_the_estimator_says(book: Any, saved: Any) -> None:
    sheet = book["Start here"]
    formulas = {
        cell.coordinate: getattr(cell.value, "text", cell.value) for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    }
    labels = {saved[f"A{cell.row}"].value: cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    cost = compute_cost.train_cost("GPT-3", None, "A100")
    assert saved[labels["Cost, US dollars"]].value == pytest.approx(cost.value, rel=1e-12)
    assert formulas[labels["Cost, US dollars"]] == "=TRAIN_COST($B$12,,$B$13,$B$14)"
    assert (saved["B12"].value, saved["B13"].value, saved["B14"].value) == ("GPT-3", "A100", None)
    hours = compute_cost.train_gpu_hours("GPT-3", None, "A100").value
    assert saved[labels["Accelerator-hours"]].value == pytest.approx(hours, rel=1e-12)
    assert saved[labels["What is wrong with a call"]].value.startswith('params: "GPT-33" is not known')
    (top,) = [int(place[1:]) for place, formula in formulas.items() if "ESTIMATE_RANGE" in formula]
    assert [saved.cell(top + 1, column).value for column in (1, 2, 3)] == pytest.approx([cost.value, cost.low, cost.high], rel=1e-12)
    assert any("EXPLAIN" in formula for formula in formulas.values())
    known = set(vars(functions))
    for formula in formulas.values():
        assert set(re.findall(r"([A-Z_]+)\(", formula)) <= known | {"IF", "ISERROR"}


@pytest.mark.libreoffice
def test_examples_calculate_in_a_spreadsheet(libreoffice: None, tmp_path: Path) -> None:
    """In LibreOffice, for want of Excel; a saved value can't pass: the cell of the connection is saved as not yet."""
    path = tmp_path / start_file.FILE
    path.write_bytes(start_file.build())
    found = evaluate(path, [("Start here", "B13", "H100"), ("Start here", "B14", 2.0)])
    assert found.unresolved == []
    assert found.value("Start here", "B3") == f"yes, version {compute_cost.__version__}"
    cost = compute_cost.train_cost("GPT-3", None, "H100", 2)
    assert found.value("Start here", "B17") == pytest.approx(cost.value, rel=1e-12)
    assert found.value("Start here", "C24") == pytest.approx(cost.high, rel=1e-12)


def test_nothing_below_the_last_spill(book: Any) -> None:
    """EXPLAIN spills as many rows as there is to say: what stood below would turn it into #SPILL!."""
    sheet = book["Start here"]
    (explain,) = [cell for row in sheet.iter_rows() for cell in row if "EXPLAIN" in str(getattr(cell.value, "text", ""))]
    table = functions.__dict__["EXPLAIN"]("TRAIN_COST", "GPT-3", None, "A100")
    assert sheet.max_row == explain.row + len(table) - 1


def test_no_saved_value_passes_for_a_connection(book: Any, saved: Any) -> None:
    assert saved["B3"].value == start_file.NOT_YET
    assert f'COST_VERSION()="{compute_cost.__version__}"' in book["Start here"]["B3"].value
