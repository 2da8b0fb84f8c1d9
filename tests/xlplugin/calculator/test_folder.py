"""What the folder holds: core with the catalogue that is open, no command and no host, and nothing that asks elsewhere."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost_sheets.calculator import folder, pyodide
from compute_cost_sheets.hosts.office_js import pages
from tests.support import command, needs, npm_package

ELSEWHERE = re.compile(rb"""(?:from|import|fetch|src=|href=|url)\s*\(?\s*["'](?:https?:)?//""")


@pytest.fixture(scope="module")
def packed() -> zipfile.ZipFile:
    needs("xlsxwriter", "dev")
    return zipfile.ZipFile(io.BytesIO(folder.archive()))


def test_the_archive_holds_what_answers_and_no_more(packed: zipfile.ZipFile) -> None:
    names = packed.namelist()
    assert {"compute_cost/__init__.py", "compute_cost_sheets/calculator/answering.py", "xlsxwriter/workbook.py"} <= set(names)
    assert not [name for name in names if re.search(r"/(hosts|command|static|accuracy|__pycache__)/|commands\.py", name)]
    assert packed.read("compute_cost/data/prices.csv") == (catalogue.folder() / "prices.csv").read_bytes()


def test_the_same_files_give_the_same_bytes() -> None:
    needs("xlsxwriter", "dev")
    assert folder.archive() == folder.archive()


def test_the_archive_answers_alone(packed: zipfile.ZipFile, tmp_path: Path) -> None:
    """As in the page: another Python, with nothing installed and without the checkout."""
    packed.extractall(tmp_path)
    code = """
import sys; sys.path.insert(0, sys.argv[1])
from compute_cost_sheets.calculator.answering import told
body = '{"name": "train_cost", "arguments": {"params": "GPT-3", "gpu": "A100"}}'
for path in ("/estimate", "/block", "/book"):
    status, content = told(path, body)
    assert status == 200, content
    print(path, len(content))
print(told("/estimate", '{"name": "train_cost", "arguments": {"params": "GPT-33"}}'), told("/nowhere", ""))
print([name for name in ("typer", "rapidfuzz", "numpy", "openpyxl") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(tmp_path)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
    assert "did you mean" in done.stdout
    assert "ask one of /batch" in done.stdout


def test_no_file_of_the_page_asks_elsewhere() -> None:
    for name, content in folder.page_files({"engine": "worker"}).items():
        assert not ELSEWHERE.search(content), name
    asked = [name for name, content in pages.files(None).items() if ELSEWHERE.search(content)]
    assert asked == ["taskpane.html"], "the control: the pane takes office.js from Microsoft, as Excel demands"


def test_the_first_answer_is_that_of_core() -> None:
    told = json.loads(folder.page_files({"engine": "worker"})["forms.json"])
    assert told["first"]["answer"]["value"] == compute_cost.train_cost(**told["first"]["arguments"]).value


def test_every_file_that_a_module_imports_is_there() -> None:
    files = folder.page_files({"engine": "worker"}) | pages.files(None, worker=True)
    files |= {f"pyodide/{name}": b"" for name in pyodide.FILES}
    for name, content in files.items():
        if name.endswith((".js", ".mjs")):
            wanted = re.findall(rb"""(?:from|import)\s*\(?\s*["']\./([^"']+)["']""", content)
            assert {one.decode() for one in wanted} <= set(files), name


def test_the_command_writes_a_folder_and_says_how_it_starts(written_site: Path) -> None:
    assert "it starts from a snapshot" in (written_site / "said.txt").read_text(encoding="utf-8")
    names = {one.name for one in (written_site / "site").iterdir()}
    assert {"index.html", "calculator.js", "core.zip", "snapshot.bin.gz", "licenses.txt"} <= names
    assert "taskpane.html" not in names


def test_without_node_there_is_no_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm_package("pyodide", pyodide.VERSION)
    pyodide.package()  # while npm is there
    where = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "node" else where(name))
    (tmp_path / folder.SNAPSHOT).write_bytes(b"of an earlier version")
    assert "without Node no snapshot was made" in folder.build(tmp_path)[0]
    assert not (tmp_path / folder.SNAPSHOT).exists()
    assert b'"snapshot": ""' in (tmp_path / "settings.js").read_bytes()


def test_a_folder_that_can_not_be_written_ends_in_one_line(tmp_path: Path) -> None:
    npm_package("pyodide", pyodide.VERSION)
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = command("site", str(tmp_path / "file"))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith("folder: ")
    assert "can't be written" in done.stderr
