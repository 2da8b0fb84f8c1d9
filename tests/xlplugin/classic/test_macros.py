"""Macros as Office keeps them: read back by rules of the specification, and run by a real LibreOffice."""

from __future__ import annotations

import io
import json
import random
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

from compute_cost import registry
from compute_cost_sheets.hosts.classic import addin_file, macros, vba
from compute_cost_sheets.hosts.classic.names import MODULE
from compute_cost_sheets.hosts.libreoffice.evaluate import programs, run_inside
from tests.support import needs


def expanded(content: bytes) -> bytes:
    """The text of a compressed stream ([MS-OVBA] 2.4.1.3), read by the rules for readers."""
    assert content[0] == 1
    found, at = bytearray(), 1
    while at < len(content):
        (header,) = struct.unpack_from("<H", content, at)
        end, start, at = at + (header & 0x0FFF) + 3, len(found), at + 2
        assert header >> 12 & 7 == 3
        if not header & 0x8000:
            found, at = found + content[at:end], end
        while at < end:
            flags, at = content[at], at + 1
            for bit in range(8):
                if at >= end:
                    break
                if not flags >> bit & 1:
                    found.append(content[at])
                    at += 1
                    continue
                (token,) = struct.unpack_from("<H", content, at)
                at += 2
                bits = max(4, (len(found) - start - 1).bit_length())
                distance, length = (token >> 16 - bits) + 1, (token & 0xFFFF >> bits) + 3
                assert distance <= len(found) - start
                for _ in range(length):
                    found.append(found[-distance])
    return bytes(found)


TEXTS = [
    b"a", b"a" * 5000, b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa", b"abc" * 3000, vba.functions().encode("cp1252"),
    bytes(range(256)) * 40,
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=len)
def test_what_is_compressed_is_read_back(text: bytes) -> None:
    assert expanded(macros.compressed(text)) == text


def test_what_does_not_get_shorter_is_kept_as_it_is() -> None:
    noise = random.Random(1).randbytes(macros.CHUNK)  # noqa: S311
    assert expanded(macros.compressed(noise)) == noise


READER = """
import json, sys
from oletools.olevba import VBA_Parser
print(json.dumps({name: code for _, _, name, code in VBA_Parser(sys.argv[1]).extract_macros()}))
"""


def test_olevba_reads_every_module(tmp_path: Path) -> None:
    needs("oletools", "engines")
    file = tmp_path / "compute-cost.xlam"
    file.write_bytes(addin_file.build())
    done = subprocess.run([sys.executable, "-c", READER, str(file)], capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    assert sorted(found) == [
        "Answers.bas",
        "Dictionary.cls",
        "Functions.bas",
        "Ribbon.bas",
        "Sheet1.cls",
        "ThisWorkbook.cls",
        "xlwings.bas",
    ]
    assert found["Functions.bas"].replace("\r\n", "\n").partition("\n")[2] == vba.functions()
    assert f'PYTHON_MODULE As String = "{MODULE}"' in found["Answers.bas"]
    assert "Function XLPy()" in found["xlwings.bas"]


# In place of xlwings' bridge, which needs Windows: answers that tell what was asked.
BRIDGE = """Private there As Object
Public Function XLPy() As Object
    If there Is Nothing Then Set there = New Dictionary
    Set XLPy = there
End Function
Public Sub KillPy()
End Sub
"""
PYTHON = """Public Function CallUDF(module As String, called As String, given As Variant, book As Variant, caller As Variant) As Variant
    Dim rows(1 To 2, 1 To 2) As Variant
    If called = "EXPLAIN" Then
        rows(1, 1) = 5
        rows(1, 2) = "text"
        rows(2, 1) = "#COST! gpu: wrong"
        rows(2, 2) = 7
        CallUDF = rows
    ElseIf given(0) = "bad" Then
        CallUDF = "#COST! params: wrong"
    ElseIf given(0) = "broken" Then
        CallUDF = given(99)
    Else
        CallUDF = UBound(given) + 1
    End If
End Function
"""
DRIVER = """
import json, sys
sys.path.insert(0, {host!r})
from office import prop, started, url
job = json.load(sys.stdin)
with started(job) as (context, desktop):
    book = desktop.loadComponentFromURL(url(job["book"]), "_blank", 0, (prop("Hidden", True), prop("MacroExecutionMode", 4)))
    sheet = book.Sheets.getByIndex(0)
    for place, formula in job["cells"].items():
        cells = sheet.getCellRangeByName(place)
        cells.setArrayFormula(formula) if ":" in place else cells.setFormula(formula)
    book.calculateAll()
    shown = {{place: [[cells.getCellByPosition(across, down).String for across in range(cells.Columns.Count)] for down in range(cells.Rows.Count)]
             for place in job["cells"] for cells in [sheet.getCellRangeByName(place)]}}
    print(json.dumps({{"modules": list(book.BasicLibraries.getByName("ComputeCost").ElementNames), "shown": shown}}))
    book.close(True)
"""


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_real_office_loads_and_runs_the_functions(libreoffice: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice runs macros of Excel; it writes an error value of theirs as the text Error 2015, which Excel shows as #VALUE!."""
    monkeypatch.setattr(vba, "_plain", lambda name: PYTHON if name.endswith(".cls") else BRIDGE)
    book = tmp_path / "macros.xlsm"
    with xlsxwriter.Workbook(str(book)) as file:
        file.add_vba_project(io.BytesIO(vba.project("Sheet1")), is_stream=True)
        file.set_vba_name("ThisWorkbook")
        file.add_worksheet("S").set_vba_name("Sheet1")
    cells = {
        "A1": '=TRAIN_COST("good")', "A2": '=TRAIN_COST("bad")', "A3": '=TRAIN_COST("broken")', "A4": "=A2*2",
        "C1:D2": '=EXPLAIN("TRAIN_COST")',
    }  # fmt: skip
    soffice, python = programs()
    script = tmp_path / "driver.py"
    script.write_text(DRIVER.format(host=str(Path(vba.__file__).parents[1] / "libreoffice")), encoding="utf-8")
    job = {"soffice": soffice, "profile": str(tmp_path / "profile"), "extensions": None, "book": str(book), "cells": cells}
    found = run_inside(python, script, job)
    assert {"Functions", "Answers", "Ribbon", "xlwings", "Dictionary", "ThisWorkbook", "Sheet1"} == set(found["modules"])
    shown = {place: rows[0][0] for place, rows in found["shown"].items() if ":" not in place}
    assert shown == {"A1": str(len(registry.get("train_cost").parameters)), "A2": "Error 2015", "A3": "Error 2015", "A4": "#VALUE!"}
    assert found["shown"]["C1:D2"] == [["5", "text"], ["Error 2015", "7"]]
