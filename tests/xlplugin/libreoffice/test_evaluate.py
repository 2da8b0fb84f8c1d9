"""The add-in in a real LibreOffice, with the controls that a cached value or a missing function can't fake."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import compute_cost
from compute_cost.errors import CostError, InputError
from compute_cost_sheets.convert import convert
from compute_cost_sheets.hosts.libreoffice import evaluate as evaluating
from compute_cost_sheets.hosts.libreoffice.evaluate import (
    HOST,
    Change,
    Evaluation,
    evaluate,
    evaluate_all,
    programs,
    run_inside,
    stored_formulas,
)
from tests.support import ROOT, command

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]


FORMULAS = {
    "A1": "=TRAIN_COST(B1,B2,B3,B4,B5)",
    "A2": "=TRAIN_COST(B1,B2,B3,B4,B5)*2+SUM(TRAIN_COST(B1,B2,B3,B4,B5),1)",
    "A3": '=IF(TRAIN_COST(B1,B2,B3,B4,B5)>1,"yes","no")',
    "A4": '=GPU_FACT("H100","vendor")="NVIDIA"',
    "A5": "=IFERROR(TRAIN_COST(B1,B2,B3),-1)",
    "A6": '=TRAIN_COST("GPT-33")',
    "A7": "=TRAIN_COST(B1,B2,B3,B9,B5)",
    "A8": "=TRAIN_COST(1/0,B2)",
    "A9": '=INDEX(ESTIMATE_RANGE("TRAIN_COST",B1,B2,B3),2,3)',
    "A10": '=ISERROR(TRAIN_COST("GPT-33"))',
    "A11": "=COST_VERSION()",
    "A12": '=SERVING_COST("Llama 3 8B",1E9,,,,,B9)',
    "A13": '=SERVING_COST("Llama 3 8B",1E9,,,,,"0")',
    "A14": '=INDEX(ESTIMATE_RANGE("TRAIN_COST",B1,B2,B3,,,,,,,,,,,,,,,,,),2,3)',
    "A15": '=ESTIMATE_RANGE("TRAIN_COST",B1,B2,B3,,,,,,,,,,,,,,,,,"the last of twenty")',
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("books") / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as file:
        sheet = file.add_worksheet("Sheet")
        for row, value in enumerate((175e9, 300e9, "A100", 2, 1)):
            sheet.write(row, 1, value)
        for cell, formula in FORMULAS.items():
            sheet.write_formula(cell, formula, None, 999)  # a cached value that is wrong
        sheet.write_dynamic_array_formula("D1:D2", "=TRAIN_COST(E1:E2,B2,B3,B4,B5)")
        sheet.write("E1", 7e9)
        sheet.write("E2", 70e9)
        sheet.write_formula("F2", "=D2")
    return path


@pytest.fixture(scope="module")
def found(libreoffice: None, book: Path) -> Evaluation:
    return evaluate(book)


def test_calculates(found: Evaluation) -> None:
    assert found.unresolved == []
    naive = compute_cost.train_cost(175e9, 300e9, "A100", 2, 1).value
    assert isinstance(naive, float)
    assert found.value("Sheet", "A1") == pytest.approx(naive, rel=1e-12)
    assert found.value("Sheet", "A2") == pytest.approx(naive * 3 + 1, rel=1e-12)
    assert found.value("Sheet", "A3") == "yes"
    assert found.value("Sheet", "A4") == 1
    assert found.value("Sheet", "A9") == pytest.approx(compute_cost.train_cost(175e9, 300e9, "A100").high, rel=1e-12)
    assert found.value("Sheet", "A14") == found.value("Sheet", "A9")
    assert found.value("Sheet", "A11") == compute_cost.__version__


def test_a_range_spills(found: Evaluation) -> None:
    assert found.value("Sheet", "F2") == pytest.approx(compute_cost.train_cost(70e9, 300e9, "A100", 2, 1).value, rel=1e-12)


def test_mistakes_are_seen(found: Evaluation) -> None:
    cells = found.sheets["Sheet"]
    assert cells["A6"]["error"] == cells["A15"]["error"] == "#VALUE!"
    assert found.value("Sheet", "A7") == compute_cost.train_cost(175e9, 300e9, "A100", None, 1).value, "a blank price is the default"
    assert found.value("Sheet", "A12") == found.value("Sheet", "A13") == compute_cost.serving_cost("Llama 3 8B", 1e9, headroom=0).value
    assert cells["A8"]["error"] == "#DIV/0!"
    assert found.value("Sheet", "A10") == 1


def test_without_the_add_in_it_fails_loudly(libreoffice: None, book: Path) -> None:
    """The negative control: cached values and IFERROR must not hide that nothing was calculated."""
    without = evaluate(book, addin=False)
    assert without.sheets["Sheet"]["A1"]["error"] == "#NAME?"
    assert any("Sheet!A5" in line for line in without.unresolved), "IFERROR hid the missing function"
    done = command("sheets", "evaluate", str(book), "--no-addin", "--json")
    assert done.returncode == 1
    assert "did not resolve" in done.stderr


def test_a_changed_cell_changes_the_answer(libreoffice: None, book: Path) -> None:
    done = command("sheets", "evaluate", str(book), "--json", "--set", "Sheet!B4=3", "--set", "Sheet!B3=H100")
    assert done.returncode == 0, done.stderr
    cell: dict[str, Any] = json.loads(done.stdout)["Sheet"]["A1"]
    assert cell["formula"] == FORMULAS["A1"]
    assert cell["error"] is None
    assert cell["value"] == pytest.approx(compute_cost.train_cost(175e9, 300e9, "H100", 3, 1).value, rel=1e-12)


def test_an_unknown_function_is_reported(libreoffice: None, tmp_path: Path) -> None:
    path = tmp_path / "unknown.xlsx"
    with xlsxwriter.Workbook(str(path)) as file:
        file.add_worksheet("S").write_formula("A1", "=NO_SUCH_FUNCTION(1)", None, 5)
    assert evaluate(path).unresolved


def test_files_and_sheets_that_are_not_there(libreoffice: None, book: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        evaluate(tmp_path / "none.xlsx")
    (tmp_path / "broken.xlsx").write_text("no workbook", encoding="utf-8")
    with pytest.raises(InputError, match="can't be read"):
        evaluate(tmp_path / "broken.xlsx")
    with pytest.raises(InputError, match="has the sheets Sheet"):
        evaluate(book, [("Other", "A1", 1.0)])
    with pytest.raises(InputError, match="Sheet!B2=value"):
        evaluate(book, [("Sheet", "1A", 1.0)])


def test_an_active_virtual_environment_does_not_break_the_office(libreoffice: None, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`uv run` puts the environment first on PATH, where the Python inside LibreOffice looks for its home."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    assert evaluate(book).unresolved == []


def test_a_failure_leaves_no_office_behind(libreoffice: None, tmp_path: Path) -> None:
    soffice, python = programs()
    job = {
        "soffice": soffice,
        "profile": str(tmp_path),
        "extensions": None,
        "books": [{"book": str(tmp_path / "none.xlsx"), "changes": [[]], "addin": False, "saves": []}],
    }
    with pytest.raises(CostError, match="LibreOffice could not finish"):
        run_inside(python, HOST / "driver.py", job)
    assert not naming(tmp_path)


def naming(folder: Path) -> list[str]:
    """The command lines of running processes that name the folder; none where the system has no /proc."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # a process that ends meanwhile
            found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [line for line in found if str(folder) in line]


def gone(folder: Path) -> bool:
    """No process names the folder any more; one that is killed takes a moment to go."""
    return until(lambda: not naming(folder), 10)


def until(true: Callable[[], bool], seconds: float) -> bool:
    stop = time.monotonic() + seconds
    while not (reached := true()) and time.monotonic() < stop:
        time.sleep(0.05)
    return reached  # not asked again: a process that becomes another has no command line for a moment


# Holds the office as a long calculation does.


BUSY = f"""
import json, sys, time
sys.path.insert(0, {str(HOST)!r})
from office import started
job = json.load(sys.stdin)
with started(job):
    open(job["ready"], "w").close()
    time.sleep(600)
"""


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the control sees no processes here")
@pytest.mark.parametrize("seconds", [0.2, 1.0, 5.0], ids=["before it starts", "while it starts", "when it works"])
def test_a_time_out_leaves_no_office_behind(libreoffice: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    ready = timed_out(tmp_path / "first", monkeypatch, seconds)
    if seconds == 5 and not ready:  # a busy machine takes longer to start it
        ready = timed_out(tmp_path / "second", monkeypatch, 60)
    assert ready or seconds < 5, "no office was there, so this shows nothing"


def timed_out(folder: Path, monkeypatch: pytest.MonkeyPatch, seconds: float) -> bool:
    """Whether the office was at work when it was given up after so many seconds; what is left of it fails the test."""
    soffice, python = programs()
    folder.mkdir()
    script, ready = folder / "busy.py", folder / "ready"
    script.write_text(BUSY, encoding="utf-8")
    job = {"soffice": soffice, "profile": str(folder / "profile"), "extensions": None, "ready": str(ready)}
    monkeypatch.setattr(evaluating, "SECONDS", seconds)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run_inside, python, script, job)
        seen = until(lambda: any("soffice" in line for line in naming(folder)), seconds)
        with pytest.raises(CostError, match=f"did not finish within {seconds:g} seconds"):
            running.result()
    assert gone(folder)
    return seen and ready.exists()


def test_each_further_set_of_changes_has_its_time(libreoffice: None, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def run(python: str, script: Path, job: dict[str, Any], seconds: float) -> dict[str, Any]:
        given.append(seconds)
        raise CostError("enough")

    monkeypatch.setattr(evaluating, "run_inside", run)
    for jobs in (1, 45):
        with pytest.raises(CostError, match="enough"):
            evaluating.evaluate_all([(book, ())] * jobs)
    assert given[1] >= given[0] + 44 * 60


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the control sees no processes here")
def test_ctrl_c_leaves_no_office_behind(libreoffice: None, book: Path, tmp_path: Path) -> None:
    code = "from compute_cost.command.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "sheets", "evaluate", str(book)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | {"TMPDIR": str(tmp_path)},
    ) as command_line:  # fmt: skip
        assert until(lambda: any("soffice" in line for line in naming(tmp_path)), 60)
        command_line.send_signal(signal.SIGINT)
        assert command_line.stderr
        assert "Traceback" not in command_line.stderr.read()
    assert command_line.returncode != 0
    assert gone(tmp_path)


def test_a_book_that_is_open_elsewhere_is_recalculated(libreoffice: None, book: Path, tmp_path: Path) -> None:
    """LibreOffice's lock beside it: the user has it open, or an office was ended before it could take the lock away."""
    copy = tmp_path / book.name
    copy.write_bytes(book.read_bytes())
    (tmp_path / f".~lock.{book.name}#").write_text(",somebody,elsewhere,01.01.2026 12:00,file:///home/somebody;", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    assert evaluate(copy).value("Sheet", "A3") == "yes"
    assert sorted(tmp_path.iterdir()) == before
    assert copy.read_bytes() == book.read_bytes()


def test_every_spelling_is_recalculated(libreoffice: None, book: Path, tmp_path: Path, found: Evaluation) -> None:
    spelled = [tmp_path / f"{host}.xlsx" for host in ("classic", "office_js", "libreoffice")]
    for path in spelled:
        path.write_bytes(convert(book, path.stem))
    assert len({path.read_bytes() for path in spelled}) == 3
    for again in evaluate_all([(path, ()) for path in spelled]):
        assert again.unresolved == []
        assert {cell: shown["value"] for cell, shown in again.sheets["Sheet"].items()} == {
            cell: shown["value"] for cell, shown in found.sheets["Sheet"].items()
        }


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model of a user's: labels, units, a name, a mistake that is not hidden."""
    path = tmp_path_factory.mktemp("models") / "model.xlsx"
    with xlsxwriter.Workbook(str(path)) as file:
        sheet = file.add_worksheet("Plan")
        file.define_name("price", "=Plan!$B$2")
        sheet.write_row(0, 0, ["Accelerator", "A100"])
        sheet.write_row(1, 0, ["Price", 2, "USD per hour"])
        sheet.write(2, 0, "Cost of training")
        sheet.write_formula(2, 1, '=_xldudf_COMPUTE_TRAIN_COST("GPT-3",,B1,price)', None, 7)
        sheet.write(2, 2, "USD")
        sheet.write(3, 0, "Twice")
        sheet.write_formula(3, 1, "=2*B3", None, 7)
    return path


def test_names_labels_units_and_words(libreoffice: None, model: Path) -> None:
    priced, failed = evaluate_all([(model, [("", "Price", 3.0)]), (model, [("Plan", "B1", "A1000")])])
    cell = priced.sheets["Plan"]["B3"]
    assert cell["value"] == compute_cost.train_cost("GPT-3", None, "A100", 3.0).value
    assert (cell["label"], cell["unit"], cell["error"]) == ("Cost of training", "USD", None)
    assert [line.partition(" is not known")[0] for line in failed.errors] == [
        'Plan!B3 #VALUE!: gpu: "A1000"', 'Plan!B4 #VALUE!: Plan.B3: gpu: "A1000"'
    ]  # fmt: skip
    with pytest.raises(CostError, match="'prices' is not the name of a cell; the workbook has price"):
        evaluate(model, [("", "prices", 3.0)])


def test_each_set_of_changes_starts_from_the_file(libreoffice: None, tmp_path: Path) -> None:
    """Whatever kind of cell the set before it changed, and however often."""
    path = tmp_path / "kinds.xlsx"
    with xlsxwriter.Workbook(str(path)) as file:
        sheet = file.add_worksheet("S")
        sheet.write_row(0, 0, [2, "two", None, "'3"])
        sheet.write_formula("E1", "=1+1", None, 7)
        sheet.write_array_formula("F1:F1", "{=SUM(A1:A2*3)}", None, 7)
        for row, column in enumerate("ABCDEF", 1):
            sheet.write_formula(row, 6, f"={column}1", None, 7)
            sheet.write_formula(row, 7, f"=TYPE({column}1)+10*ISBLANK({column}1)+100*ISFORMULA({column}1)", None, 7)
    changes: list[Change] = [("S", f"{column}1", value) for column in "ABCDEF" for value in (5.0, "five", 6.0)]
    before, within, after = evaluate_all([(path, ()), (path, changes), (path, ())])
    assert [within.value("S", f"G{row}") for row in range(2, 8)] == [6] * 6
    shown = {cell: one["value"] for cell, one in before.sheets["S"].items()}
    assert [shown[f"G{row}"] for row in range(2, 8)] == [2, "two", 0, "'3", 2, 6]
    assert {cell: one["value"] for cell, one in after.sheets["S"].items()} == shown


def test_it_saves_what_it_recalculated(libreoffice: None, model: Path, tmp_path: Path) -> None:
    saves = [tmp_path / "saved.xlsx", tmp_path / "saved.ods", tmp_path / "saved.pdf"]
    value = evaluate(model, [("", "price", 3.0)], saves=saves).value("Plan", "B4")
    assert stored_formulas(saves[0])["Plan"]["B3"].endswith('_xldudf_COMPUTE_TRAIN_COST("GPT-3",,B1,price)'), "as it was spelled"
    for again in evaluate_all([(path, ()) for path in saves[:2]]):
        assert again.unresolved == []
        assert again.value("Plan", "B4") == value
    assert saves[2].read_bytes().startswith(b"%PDF-")
    with pytest.raises(InputError, match=r"\.xlsx, \.ods or \.pdf"):
        evaluate(model, saves=[tmp_path / "saved.docx"])


def test_the_command_with_scenarios_and_strict(libreoffice: None, model: Path, tmp_path: Path) -> None:
    table = tmp_path / "scenarios.csv"
    table.write_text("scenario,price,Plan!B1\nlow,1.5,\nhigh,4,H100\n", encoding="utf-8")
    done = command("sheets", "evaluate", str(model), "--scenarios", str(table), "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {name: sheets["Plan"]["B3"]["value"] for name, sheets in found.items()} == {
        "low": compute_cost.train_cost("GPT-3", None, "A100", 1.5).value, "high": compute_cost.train_cost("GPT-3", None, "H100", 4).value
    }  # fmt: skip
    lines = command("sheets", "evaluate", str(model)).stdout.splitlines()
    assert re.fullmatch(r"Plan!B3\t[\d,]+ USD\tCost of training\t=_xldudf.*", lines[0])
    wrong = ("sheets", "evaluate", str(model), "--set", "Plan!B1=A1000")
    lenient = command(*wrong)
    assert lenient.returncode == 0
    assert "2 cells show an error" in lenient.stderr
    strict = command(*wrong, "--strict")
    assert strict.returncode == 1
    assert 'Plan!B3 #VALUE!: gpu: "A1000" is not known' in strict.stderr
