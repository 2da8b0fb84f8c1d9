"""The add-in for Excel on Windows: what makes it one, and what it holds."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from compute_cost_sheets.hosts.classic import addin_file, vba
from compute_cost_sheets.hosts.classic.names import MODULE


@pytest.fixture(scope="module")
def archive() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(addin_file.build()))


def test_it_is_an_add_in_with_our_macros(archive: zipfile.ZipFile) -> None:
    assert f'PartName="/xl/workbook.xml" ContentType="{addin_file.ADDIN}"' in archive.read("[Content_Types].xml").decode()
    assert archive.read("xl/vbaProject.bin") == vba.project(addin_file.SHEET_OF_SETTINGS)
    names = re.findall(r'codeName="(\w+)"', "".join(archive.read(f"xl/{part}.xml").decode() for part in ("workbook", "worksheets/sheet1")))
    assert sorted(names) == ["Sheet1", "ThisWorkbook"], "the macros know the workbook and its sheet by these names"


def test_every_button_of_the_ribbon_has_its_macro(archive: zipfile.ZipFile) -> None:
    assert f'Target="{addin_file.RIBBON}"' in archive.read("_rels/.rels").decode()
    called = set(re.findall(r'<button [^>]*onAction="(\w+)"', archive.read(addin_file.RIBBON).decode()))
    assert called == set(addin_file.BUTTONS)
    text = (vba.HERE / "ribbon.bas").read_text(encoding="utf-8")
    assert called == set(re.findall(r"^Public Sub (\w+)\(Optional control As IRibbonControl\)$", text, re.MULTILINE))


def test_the_settings_are_inside_and_name_no_python_of_any_machine(archive: zipfile.ZipFile) -> None:
    assert 'name="xlwings.conf"' in archive.read("xl/workbook.xml").decode()
    texts = re.findall("<t[^>]*>([^<]*)</t>", archive.read("xl/sharedStrings.xml").decode())
    assert texts == ["UDF MODULES", MODULE, "ADD_WORKBOOK_TO_PYTHONPATH", "False"]


def test_the_same_settings_give_the_same_bytes() -> None:
    assert addin_file.build() == addin_file.build()
