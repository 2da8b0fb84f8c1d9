"""`compute-cost sheets excel`: the configuration that xlwings reads and the start workbook, read back."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings
from typer.testing import CliRunner

import compute_cost
from compute_cost.errors import CostError
from compute_cost_sheets import commands
from compute_cost_sheets.hosts.classic import configuration, functions, start_file
from compute_cost_sheets.hosts.classic.names import MODULE
from compute_cost_sheets.hosts.classic.prepare import prepare
from compute_cost_sheets.hosts.libreoffice.evaluate import evaluate
from tests.support import command

OURS = f'"UDF MODULES","{MODULE}"'


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> str:
    """As on Windows, where this Python is the one that Excel shall start."""
    python = r"C:\Users\Ann\venv\Scripts\python.exe"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", python)
    monkeypatch.setattr(configuration, "CODE_PAGE", "cp1252")
    return python


@pytest.fixture(scope="module")
def book() -> Any:
    return openpyxl.load_workbook(io.BytesIO(start_file.build()), keep_vba=True)


@pytest.fixture(scope="module")
def saved() -> Any:
    return openpyxl.load_workbook(io.BytesIO(start_file.build()), data_only=True)["Start here"]


def settings_of(text: str) -> dict[str, str]:
    """As the VBA of xlwings reads them: two quoted fields a line."""
    return dict(re.findall(r'^"([^"]*)","([^"]*)"\r$', text, re.MULTILINE))


def test_a_new_configuration(windows: str, tmp_path: Path) -> None:
    file, kept = configuration.write(tmp_path)
    assert kept is None
    assert settings_of(file.read_bytes().decode("cp1252")) == {"INTERPRETER_WIN": windows, "UDF MODULES": MODULE}


def test_what_the_configuration_held_stays(windows: str, tmp_path: Path) -> None:
    before = '"LICENSE_KEY","ünlock, me"\r\n"interpreter_win","C:\\old\\python.exe"\r\n"UDF Modules","mine;theirs;"\r\n'.encode("cp1252")
    (tmp_path / "xlwings.conf").write_bytes(before)
    file, kept = configuration.write(tmp_path)
    assert kept is not None
    assert kept.read_bytes() == before
    assert settings_of(file.read_bytes().decode("cp1252")) == {
        "LICENSE_KEY": "ünlock, me", "INTERPRETER_WIN": windows, "UDF MODULES": f"mine;theirs;{MODULE}",
    }  # fmt: skip
    again = configuration.write(tmp_path)
    assert again == (file, None), "a second run changes nothing"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["xlwings.conf", "xlwings.conf.bak"]


def test_every_older_configuration_is_kept(windows: str, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "xlwings.conf").write_text(f'"SHOW CONSOLE","{number}"\n', encoding="utf-8")
        configuration.write(tmp_path)
    copies = {path.read_text(encoding="utf-8").strip() for path in tmp_path.glob("xlwings.conf*bak*")}
    assert copies == {f'"SHOW CONSOLE","{number}"' for number in range(3)}


def test_a_path_that_the_code_page_lacks(windows: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "C:\\Users\\王\\python.exe")
    with pytest.raises(CostError, match="can't be written in xlwings.conf"):
        configuration.write(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_macros_are_those_of_the_installed_xlwings(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(start_file.build())) as archive:
        assert archive.read("xl/vbaProject.bin") == start_file.macros()
        button = archive.read("xl/drawings/vmlDrawing1.vml").decode()
        parts = "".join(archive.read(name).decode() for name in archive.namelist() if re.search(r"(workbook|sheet\d)\.xml$", name))
    assert f"[0]!{start_file.IMPORT}</x:FmlaMacro>" in button
    # The template is built from this file, and keeps it compressed.
    source = (Path(xlwings.__file__).parent / "xlwings.bas").read_text(encoding="utf-8")
    assert f"Sub {start_file.IMPORT}()" in source
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
    assert formulas[labels["Cost, US dollars"]] == "=TRAIN_COST($B$14,,$B$15,$B$16)"
    assert (saved["B14"].value, saved["B15"].value, saved["B16"].value) == ("GPT-3", "A100", None)
    hours = compute_cost.train_gpu_hours("GPT-3", None, "A100").value
    assert saved[labels["Accelerator-hours"]].value == pytest.approx(hours, rel=1e-12)
    assert saved[labels["A mistake says what to change"]].value.startswith("#COST! params")
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
    found = evaluate(path, [("Start here", "B15", "H100"), ("Start here", "B16", 2.0)])
    assert found.unresolved == []
    assert found.value("Start here", "B3") == f"yes, version {compute_cost.__version__}"
    cost = compute_cost.train_cost("GPT-3", None, "H100", 2)
    assert found.value("Start here", "B19") == pytest.approx(cost.value, rel=1e-12)
    assert found.value("Start here", "C26") == pytest.approx(cost.high, rel=1e-12)


def test_nothing_below_the_last_spill(book: Any) -> None:
    """EXPLAIN spills as many rows as there is to say: what stood below would turn it into #SPILL!."""
    sheet = book["Start here"]
    (explain,) = [cell for row in sheet.iter_rows() for cell in row if "EXPLAIN" in str(getattr(cell.value, "text", ""))]
    table = functions.__dict__["EXPLAIN"]("TRAIN_COST", "GPT-3", None, "A100")
    assert sheet.max_row == explain.row + len(table) - 1


def test_no_saved_value_passes_for_a_connection(book: Any, saved: Any) -> None:
    assert saved["B3"].value == start_file.NOT_YET
    assert f'COST_VERSION()="{compute_cost.__version__}"' in book["Start here"]["B3"].value


def test_the_command_writes_both_files_and_keeps_yours(tmp_path: Path) -> None:
    folder = tmp_path / "a new folder"
    done = command("sheets", "excel", str(folder))
    assert done.returncode == 0, done.stderr
    assert "One click is left: open compute-cost.xlsm" in done.stdout
    assert sorted(path.name for path in folder.iterdir()) == ["compute-cost.xlsm", "xlwings.conf"]
    assert ("on Windows only" in done.stdout) == (sys.platform != "win32")
    list(prepare(folder))
    assert len(list(folder.iterdir())) == 2, "the same again"
    mine = b"a model that somebody built in it"
    (folder / "compute-cost.xlsm").write_bytes(mine)
    told = "\n".join(prepare(folder))
    assert (folder / "compute-cost.xlsm").read_bytes() == mine
    assert "compute-cost.xlsm stays as it is" in told
    assert (folder / "compute-cost-2.xlsm").read_bytes() == start_file.build(configuration.settings())
    assert OURS in (folder / "xlwings.conf").read_text(encoding="utf-8")


def test_a_folder_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = CliRunner().invoke(commands.sheets, ["excel", str(tmp_path / "file")])
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("package", ["xlwings", "xlsxwriter"])
def test_a_missing_package_is_named(package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("compute_cost_sheets.hosts.classic.")]:
        monkeypatch.delitem(sys.modules, name)
        monkeypatch.delattr(name, raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    done = CliRunner().invoke(commands.sheets, ["excel", str(tmp_path)])
    assert done.exit_code == 2
    assert done.stderr.strip() == f"{package} is missing; install the extra: pip install .[sheets]"
    assert list(tmp_path.iterdir()) == []
