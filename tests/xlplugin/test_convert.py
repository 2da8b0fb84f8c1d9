"""A user's workbook respelled: only the formulas change."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

import compute_cost
from compute_cost.errors import InputError
from compute_cost_sheets.convert import convert, formulas
from compute_cost_sheets.hosts.libreoffice.evaluate import evaluate
from tests.support import command


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("books") / "mine.xlsx"
    with xlsxwriter.Workbook(str(path)) as file:
        sheet = file.add_worksheet("Mine & yours")
        sheet.write("A1", "TRAIN_COST(1) is a text")
        sheet.write_formula("B1", '=IF(TRAIN_COST("GPT-3",,"A100")>1,"a<b","")', None, "a<b")
        sheet.write_dynamic_array_formula("C1:C2", "=TRAIN_COST(D1:D2,300E9)")
        sheet.write("D1", 7e9)
        sheet.write("D2", 70e9)
        file.define_name("cost", '=TRAIN_COST("GPT-3",,"A100")')
        file.define_name("other", "=1")
        sheet.conditional_format("B1", {"type": "formula", "criteria": '=TRAIN_COST("GPT-3")>1', "format": file.add_format({"bold": True})})
        chart = file.add_chart({"type": "line"})
        chart.add_series({"values": "='Mine & yours'!$D$1:$D$2"})
        sheet.insert_chart("F1", chart)
    return path


def test_only_the_formulas_change(book: Path) -> None:
    with zipfile.ZipFile(book) as before, zipfile.ZipFile(BytesIO(convert(book, "office_js"))) as after:
        assert before.namelist() == after.namelist()
        changed = {name for name in before.namelist() if before.read(name) != after.read(name)}
        assert changed == {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
        sheet = after.read("xl/worksheets/sheet1.xml").decode()
        assert sheet.replace("_xldudf_COMPUTE_", "") == before.read("xl/worksheets/sheet1.xml").decode()
        assert sheet.count("_xldudf_COMPUTE_TRAIN_COST(") == 3, "a cell, an array, a rule of formatting"
        assert "=IF(" not in sheet
        assert "a&lt;b" in sheet
        assert after.read("xl/workbook.xml").decode().count("_xldudf_COMPUTE_TRAIN_COST(") == 1, "a name"
    again = BytesIO(convert(book, "classic"))
    with zipfile.ZipFile(book) as before, zipfile.ZipFile(again) as after:
        assert all(before.read(name) == after.read(name) for name in before.namelist())


def test_a_day_for_the_whole_workbook(book: Path, tmp_path: Path) -> None:
    day = compute_cost.catalogue.catalogue_date()
    dated = tmp_path / "dated.xlsx"
    dated.write_bytes(convert(book, "libreoffice", day))
    names = openpyxl.load_workbook(dated).defined_names
    assert names["COST_AS_OF"].value == f'"as_of={day}"'
    assert list(names) == ["cost", "COST_AS_OF", "other"], "in the order that Excel keeps"
    assert sum("COST_AS_OF" in formula for formula in formulas(dated)) == 3
    dated.write_bytes(convert(dated, "libreoffice", compute_cost.catalogue.catalogue_date().replace(day=1)))
    assert sum(formula.count("COST_AS_OF") for formula in formulas(dated)) == 3, "once in each"
    assert openpyxl.load_workbook(dated).defined_names["COST_AS_OF"].value == f'"as_of={day.replace(day=1)}"'


@pytest.mark.slow
@pytest.mark.libreoffice
def test_the_day_moves_the_prices(libreoffice: None, book: Path, tmp_path: Path) -> None:
    dated = tmp_path / "dated.xlsx"
    done = command("sheets", "convert", str(book), "--host", "libreoffice", "--as-of", "2026-03-31", "--to", str(dated))
    assert done.returncode == 0, done.stderr
    found = evaluate(dated)
    assert found.unresolved == []
    wanted = compute_cost.train_cost(7e9, 300e9, as_of="2026-03-31").value
    assert found.value("Mine & yours", "C1") == pytest.approx(wanted, rel=1e-12)
    assert wanted != compute_cost.train_cost(7e9, 300e9).value


def test_what_can_not_be_converted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        convert(tmp_path / "none.xlsx", "classic")
    (tmp_path / "broken.xlsx").write_text("no workbook", encoding="utf-8")
    with pytest.raises(InputError, match="give an .xlsx"):
        convert(tmp_path / "broken.xlsx", "classic")
    done = command("sheets", "convert", str(tmp_path / "broken.xlsx"), "--host", "numbers")
    assert (done.returncode, "give one of classic, office_js, libreoffice" in done.stderr) == (2, True)
