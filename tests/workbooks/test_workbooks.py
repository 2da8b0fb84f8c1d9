"""The shipped workbooks: kept numbers for a reader without the plug-in, real recalculation with it, loud failure in between."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from compute_cost import catalogue
from compute_cost_sheets.hosts.libreoffice.evaluate import Evaluation, evaluate_all, stored_formulas
from tests.support import ROOT

pytestmark = pytest.mark.slow
BOOKS = sorted((ROOT / "workbooks").glob("*.xlsx"))
NAMES = [book.stem for book in BOOKS]
SHEETS = ("About", "Inputs", "Outputs", "Checks", "Sources", "Lists", "Changes")
INPUT_COLOR, INPUT_FILL, CONSTANT_FILL = "FF0000FF", "FFFFF9DB", "FFEDEDED"


@cache
def cached(book: Path) -> dict[str, dict[str, Any]]:
    """The values that the file keeps, by sheet and cell."""
    loaded = openpyxl.load_workbook(book, data_only=True)
    return {sheet.title: {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row} for sheet in loaded.worksheets}


@cache
def sheets(book: Path) -> tuple[Worksheet, ...]:
    return tuple(openpyxl.load_workbook(book).worksheets)


def cell_of(book: Path, label: str, sheet: str, column: str = "B") -> str:
    """The cell beside a label, so that a moved row does not break the test's meaning."""
    for coordinate, value in cached(book)[sheet].items():
        if value == label:
            return f"{column}{re.sub(r'[A-Z]', '', coordinate)}"
    raise AssertionError(f"no {label} on {sheet} of {book.name}")


@pytest.fixture(scope="module")
def recalculated(libreoffice: None) -> dict[str, Evaluation]:
    return dict(zip(NAMES, evaluate_all([(book, ()) for book in BOOKS]), strict=True))


@pytest.fixture(scope="module")
def without(libreoffice: None) -> dict[str, Evaluation]:
    return dict(zip(NAMES, evaluate_all([(book, ()) for book in BOOKS], addin=False), strict=True))


every_book = pytest.mark.parametrize("book", BOOKS, ids=NAMES)


def test_the_six_are_there() -> None:
    assert set(NAMES) == {"gpt3_training", "training_budget", "inference_service", "rent_or_own", "startup_runway", "back_test"}


@every_book
def test_a_reader_without_the_plug_in_keeps_the_numbers(book: Path) -> None:
    with zipfile.ZipFile(book) as archive:
        calculation = re.search(r"<calcPr[^>]*>", archive.read("xl/workbook.xml").decode())
    assert calculation is not None
    assert "fullCalcOnLoad" not in calculation[0]
    assert int(re.findall(r'calcId="(\d+)"', calculation[0])[0]) >= 191029, "an old id makes Excel recalculate on opening"
    for sheet, cells in stored_formulas(book).items():
        for cell, formula in cells.items():
            blank_may_be = '""' in formula  # the formula itself may leave the cell empty
            assert blank_may_be or cached(book)[sheet][cell] is not None, f"{sheet}!{cell} has no kept value"
    assert cached(book)["Checks"][cell_of(book, "Master check", "Checks")] == 0


@pytest.mark.libreoffice
@every_book
def test_kept_values_are_what_the_functions_answer(book: Path, recalculated: dict[str, Evaluation]) -> None:
    found = recalculated[book.stem]
    assert found.unresolved == []
    compared = 0
    for sheet, cells in found.sheets.items():
        for cell, answer in cells.items():
            assert answer["error"] is None, f"{sheet}!{cell}: {answer}"
            kept = cached(book)[sheet][cell]
            wanted = pytest.approx(kept, rel=1e-12, abs=1e-12) if isinstance(kept, (int, float)) else kept or ""
            assert answer["value"] == wanted, f"{sheet}!{cell}: {answer}"
            compared += isinstance(kept, (int, float))
    assert compared > 100
    assert found.value("Checks", cell_of(book, "Master check", "Checks")) == 0


@pytest.mark.libreoffice
@every_book
def test_without_the_add_in_it_fails_visibly(book: Path, without: dict[str, Evaluation]) -> None:
    found = without[book.stem]
    assert found.unresolved
    master = found.sheets["Checks"][cell_of(book, "Master check", "Checks")]
    assert master["error"] is None, "the master check counts failures, it does not fail itself"
    assert master["value"] > 0
    for sheet, cells in found.sheets.items():  # and each sheet says so on top
        status = [cells[cell] for cell in ("B3", "D3") if cell in cells]
        assert "CHECKS FAIL" in [one["value"] for one in status], sheet
    answers = [one for cell, one in found.sheets["Outputs"].items() if cell.startswith("B")]
    assert any(one["error"] for one in answers)


@every_book
def test_no_constant_hides_in_a_formula(book: Path) -> None:
    """Numbers in formulas are 0 and 1 (the outcomes of a check) and nothing else; amounts are inputs."""
    for sheet, cells in stored_formulas(book).items():
        for cell, formula in cells.items():
            bare = re.sub(r""""[^"]*"|'[^']*'!|\$?[A-Z]{1,3}\$?[0-9]+""", " ", formula)
            numbers = set(re.findall(r"(?<![A-Za-z_0-9])[0-9.]+(?:E[+-]?[0-9]+)?", bare))
            assert numbers <= {"0", "1"}, f"{sheet}!{cell}: {formula}"
            assert not re.search(r"\b(IFERROR|IFNA|OFFSET|INDIRECT|RAND|NOW|TODAY)\(", formula), f"{sheet}!{cell}: {formula}"


@every_book
def test_sheets_print_and_can_be_read(book: Path) -> None:
    titles = [sheet.title for sheet in sheets(book)]
    assert set(SHEETS) <= set(titles)
    assert titles[0] == "About"
    for sheet in sheets(book):
        assert sheet.page_setup.orientation == "landscape", sheet.title
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert str(sheet.print_title_rows).startswith("$1:$")
        assert sheet.oddFooter is not None
        assert sheet.oddFooter.right.text
        assert sheet.freeze_panes is not None
    with zipfile.ZipFile(book) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert charts
    for chart in charts:
        for axis in re.findall(r"<c:(?:cat|val)Ax>.*?</c:(?:cat|val)Ax>", chart, re.DOTALL):
            assert "<c:title>" in axis, f"an axis without a title in {re.findall(r'<a:t>([^<]*)', chart)[:1]}"
    assert book.stat().st_size < 100_000


@every_book
def test_inputs_have_a_unit_or_a_list_and_a_note(book: Path) -> None:
    """What may be changed is blue on yellow and held to a list or to bounds; any other number on Inputs is a gray constant."""
    sheet = next(one for one in sheets(book) if one.title == "Inputs")
    allowed = {cell for rule in sheet.data_validations.dataValidation for cell in str(rule.sqref).split()}
    inputs = [cell for cell in sheet["B"][4:] if cell.fill.fgColor.rgb == INPUT_FILL]
    constants = [cell for cell in sheet["B"][4:] if cell.fill.fgColor.rgb == CONSTANT_FILL]
    assert len(inputs) >= 5
    assert {"Tolerance of the checks", "Row of the answer"} < {sheet.cell(cell.row, 1).value for cell in constants}
    for cell in constants:
        assert cell.font.color.rgb != INPUT_COLOR, cell.coordinate
        assert cell.coordinate not in allowed, "a constant asks for no input"
    for cell in inputs:
        label, unit, note = (sheet.cell(cell.row, column).value for column in (1, 3, 4))
        assert cell.font.color.rgb == INPUT_COLOR, cell.coordinate
        assert label, cell.coordinate
        assert note, f"{label} has no note"
        assert unit or isinstance(cell.value, str), f"{label} has no unit"
        assert isinstance(cell.value, str) or cell.coordinate in allowed, f"{label} is not held to any bounds"
    for cell in sheet["B"][4:]:
        assert cell in inputs or cell in constants or not isinstance(cell.value, (int, float)), (
            f"{cell.coordinate} is a number but neither input nor constant"
        )


@every_book
def test_drop_downs_hold_their_default(book: Path) -> None:
    lists, values = 0, cached(book)
    for sheet in sheets(book):
        for rule in sheet.data_validations.dataValidation:
            if rule.type != "list":
                continue
            lists += 1
            column, first, last = re.findall(r"Lists!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)", rule.formula1)[0]
            choices = [values["Lists"][f"{column}{row}"] for row in range(int(first), int(last) + 1)]
            assert all(choices), rule.formula1
            assert values["Lists"].get(f"{column}{int(last) + 1}") is None
            for cell in str(rule.sqref).split():
                assert values[sheet.title][cell] in choices, f"{sheet.title}!{cell}"
    assert lists >= 2


@every_book
def test_the_catalogue_knows_what_drop_downs_offer(book: Path) -> None:
    values = cached(book)["Lists"]
    heads = {value: cell for cell, value in values.items() if re.fullmatch(r"[A-Z]+5", cell) and value}
    for head, shelf in (("Accelerators", catalogue.accelerators()), ("Models", catalogue.models())):
        if head in heads:
            column = heads[head].rstrip("5")
            offered = [
                value for cell, value in values.items() if re.fullmatch(rf"{column}\d+", cell) and int(cell[len(column) :]) > 5 and value
            ]
            assert len(offered) > 5
            assert all(shelf.get(name) for name in offered)


def test_the_script_builds_them(tmp_path: Path) -> None:
    """The files in the repository are what build_workbooks.py makes of today's numbers."""
    subprocess.run([sys.executable, str(ROOT / "workbooks" / "build_workbooks.py"), str(tmp_path)], check=True, cwd=ROOT)
    assert sorted(made.name for made in tmp_path.iterdir()) == [book.name for book in BOOKS]
    for kept in BOOKS:
        with zipfile.ZipFile(tmp_path / kept.name) as new, zipfile.ZipFile(kept) as old:
            assert new.namelist() == old.namelist()
            for name in new.namelist():
                assert new.read(name) == old.read(name), f"{kept.name}, {name} differs: run python workbooks/build_workbooks.py"


def test_the_readmes_command_changes_an_input() -> None:
    cell = cell_of(ROOT / "workbooks" / "gpt3_training.xlsx", "Accelerator", "Inputs")
    assert f'gpt3_training.xlsx --set "Inputs!{cell}=H100"' in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("host", "spelled"), [("office_js", r"_xldudf_COMPUTE_(?=[A-Z])"), ("libreoffice", r"COMPUTE\.(?=[A-Z])")])
def test_each_host_has_its_spelling(host: str, spelled: str, tmp_path: Path) -> None:
    script = str(ROOT / "workbooks" / "build_workbooks.py")
    subprocess.run([sys.executable, script, str(tmp_path), "--host", host], check=True, cwd=ROOT)
    ours, theirs = stored_formulas(BOOKS[0]), stored_formulas(tmp_path / BOOKS[0].name)
    assert sum(bool(re.search(spelled, formula)) for cells in theirs.values() for formula in cells.values()) > 50
    for sheet, cells in theirs.items():
        plain = {cell: re.sub(spelled, "", formula).replace("_", "") for cell, formula in cells.items()}
        assert plain == {cell: formula.replace("_", "") for cell, formula in ours[sheet].items()}
    assert about(tmp_path / BOOKS[0].name) != about(BOOKS[0])


def about(book: Path) -> str:
    return "\n".join(value for value in cached(book)["About"].values() if isinstance(value, str))


@every_book
def test_each_file_says_which_host_it_is_for_and_what_to_do_in_another(book: Path) -> None:
    command = "python workbooks/build_workbooks.py FOLDER --host libreoffice"
    assert "as Excel on Windows with xlwings does" in about(book)
    assert command in about(book)
    assert command in (ROOT / "docs" / "start" / "libreoffice.md").read_text(encoding="utf-8")
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "workbooks/libreoffice" in (ROOT / ".ci" / "release").read_text(encoding="utf-8")
