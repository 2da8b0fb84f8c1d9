"""Recalculates a workbook for real in LibreOffice, with the add-in, and tells what each formula came to."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import compute_cost
from compute_cost import registry
from compute_cost.command import files
from compute_cost.errors import CostError, InputError
from compute_cost_sheets.convert import convert, formulas as stored
from compute_cost_sheets.hosts.libreoffice.build import build
from compute_cost_sheets.hosts.libreoffice.names import typed_name
from compute_cost_sheets.spelling import calls, host_of

HOST = Path(__file__).parent
SECONDS = 300  # within which one workbook is recalculated
SECONDS_MORE = 60  # for each further one, or further set of changes


class LibreOfficeMissing(CostError):
    """LibreOffice, or its Python with the module uno, is not on this machine."""


@dataclass(frozen=True)
class Evaluation:
    """What each formula came to: {sheet: {cell: {formula, value, error, why, label, unit}}}, what did not resolve, and the time it took."""

    sheets: dict[str, dict[str, dict[str, Any]]]
    unresolved: list[str] = field(default_factory=list)
    seconds: float = 0.0  # that the recalculation took

    def value(self, sheet: str, cell: str) -> Any:
        return self.sheets[sheet][cell]["value"]

    @property
    def errors(self) -> list[str]:
        """The cells that show an error, each with its words where they are known."""
        return [
            f"{sheet}!{cell} {shown['error']}{': ' + shown['why'] if shown.get('why') else ''}"
            for sheet, cells in self.sheets.items()
            for cell, shown in cells.items()
            if shown["error"]
        ]


Change = tuple[str, str, float | str]  # sheet, cell, value; without a sheet the cell is a name of the workbook


def evaluate(book: Path, sets: Sequence[Change] = (), addin: bool = True, saves: Sequence[Path] = ()) -> Evaluation:
    """Recalculate `book` with the cells of `sets` (sheet, cell, value) changed; the file stays as it is.

    `book` is an .xlsx in the spelling of any host, or an .ods; `saves` are files for the recalculated book: .xlsx in the spelling that
    it had, .ods, .pdf. Raises InputError for a file, sheet or cell that is not there, LibreOfficeMissing where it can't run.
    """
    return evaluate_all([(book, sets)], addin, saves)[0]


def evaluate_all(jobs: Sequence[tuple[Path, Sequence[Change]]], addin: bool = True, saves: Sequence[Path] = ()) -> list[Evaluation]:
    """`evaluate` for several workbooks, or one with several changes, in one start of LibreOffice; the first of them is saved."""
    books = dict.fromkeys(book for book, _ in jobs)
    formulas = {book: None if book.suffix.lower() == ".ods" else stored_formulas(book) for book in books}
    for book, sets in jobs:
        _check(formulas[book], sets)
    for path in saves:
        if path.suffix.lower() not in (".xlsx", ".ods", ".pdf"):
            raise InputError("--save", str(path), "give a file that ends with .xlsx, .ods or .pdf")
    soffice, python = programs()
    with tempfile.TemporaryDirectory(prefix="compute-cost-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        if addin:
            with zipfile.ZipFile(build(folder / "addin.oxt")) as archive:
                archive.extractall(folder / "extensions" / "addin")
        # LibreOffice locks the book that it opens: the user may have it open, and an office that is ended leaves the lock behind.
        copies = {book: _copy(book, folder / f"book{number}") for number, book in enumerate(formulas)}
        saved = [folder / f"saved{number}{path.suffix.lower()}" for number, path in enumerate(saves)]
        job = {
            "soffice": soffice,
            "profile": str(folder / "profile"),
            "extensions": str(folder / "extensions") if addin else None,
            "books": [
                {
                    "book": copy,
                    "changes": [list(map(list, sets)) for changed, sets in jobs if changed == book],
                    "addin": addin,
                    "saves": list(map(str, saved)) if book == jobs[0][0] else [],
                }
                for book, copy in copies.items()
            ],
        }
        answer = run_inside(python, HOST / "driver.py", job, SECONDS + SECONDS_MORE * (len(jobs) - 1))
        for path, target in zip(saved, saves, strict=True):
            content = path.read_bytes()
            files.write(target, convert(path, _spelled(jobs[0][0])) if path.suffix == ".xlsx" else content)
    done = {book: iter(answers) for book, answers in zip(copies, answer["books"], strict=True)}
    return [_evaluation(formulas[book], next(done[book]), answer, addin) for book, _ in jobs]


def _check(formulas: dict[str, dict[str, str]] | None, sets: Sequence[Change]) -> None:
    for sheet, cell, value in sets:
        if sheet and formulas is not None and sheet not in formulas:
            raise InputError("--set", sheet, f"the workbook has the sheets {', '.join(formulas)}")
        if sheet and not re.fullmatch(r"[A-Z]{1,3}[1-9][0-9]{0,6}", cell):
            raise InputError("--set", f"{sheet}!{cell}={value}", "write it like Sheet!B2=value, or name=value for a name of the workbook")


def _spelled(book: Path) -> str:
    """The host in whose spelling an .xlsx is stored; an .ods is LibreOffice's."""
    return "libreoffice" if book.suffix.lower() == ".ods" else host_of(iter(stored(book)))


def _copy(book: Path, folder: Path) -> str:
    """A copy that LibreOffice understands: of an .xlsx with our functions by its own names."""
    folder.mkdir()
    copy = folder / book.name
    if book.suffix.lower() == ".ods":
        shutil.copy(book, copy)
    else:
        copy.write_bytes(convert(book, "libreoffice"))
    return str(copy)


def run_inside(python: str, script: Path, job: dict[str, Any], seconds: float | None = None) -> dict[str, Any]:
    """What `script` prints as JSON for `job`, run by LibreOffice's own Python; however it ends, the office ends with it.

    Raises CostError where it takes longer than `seconds`, or SECONDS if that is left out.
    """
    limit = SECONDS if seconds is None else seconds
    # A session of its own, so that the script and the office that it starts are one process group.
    with subprocess.Popen(  # noqa: S603 (programs found by `programs`, arguments are ours)
        [python, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=clean_environment(python),
        start_new_session=True,
    ) as process:
        try:
            printed, problems = process.communicate(json.dumps(job), timeout=limit)
        except subprocess.TimeoutExpired:
            raise CostError(f"LibreOffice did not finish within {limit:g} seconds") from None
        finally:
            _end_all(process)
    if process.returncode:
        last = (problems.strip() or "it gave no reason").splitlines()[-1]
        raise CostError(f"LibreOffice could not finish: {last}")
    answer: dict[str, Any] = json.loads(printed)
    return answer


def _end_all(process: subprocess.Popen[str]) -> None:
    """End the process and whatever it has started and is still there."""
    if sys.platform == "win32":
        taskkill = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(taskkill, capture_output=True, check=False)  # noqa: S603 (a program of Windows, our own process)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left, or on a Mac nobody that is not ending
            os.killpg(process.pid, signal.SIGKILL)


def clean_environment(python: str) -> dict[str, str]:
    """The environment for LibreOffice and its Python, which looks for its home along PATH: an active virtual environment would break it."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON") and key != "VIRTUAL_ENV"}
    return environment | {"PATH": os.pathsep.join([str(Path(python).parent), environment.get("PATH", "")])}


def _evaluation(formulas: dict[str, dict[str, str]] | None, done: dict[str, Any], answer: dict[str, Any], addin: bool) -> Evaluation:
    functions, computed = set(answer["functions"]), done["sheets"]
    if formulas is None:  # of a file that only the office reads, as the office shows them
        formulas = {sheet: {cell: shown["formula"] for cell, shown in cells.items()} for sheet, cells in computed.items()}
    sheets: dict[str, dict[str, dict[str, Any]]] = {}
    unresolved: list[str] = []
    for sheet, cells in formulas.items():
        sheets[sheet] = {}
        for cell, formula in cells.items():
            shown = computed.get(sheet, {}).get(cell, {"value": None, "error": "the cell holds no formula any more"})
            sheets[sheet][cell] = {**shown, "formula": formula}
            # IFERROR hides a missing function, so the names are looked at too, not only the values.
            missing = [call.doc.cell_name for call in calls(formula) if typed_name(call.doc) not in functions]
            if missing or shown["error"] == "#NAME?":
                unresolved.append(f"{sheet}!{cell} {formula}: {', '.join(dict.fromkeys(missing)) or 'a name'} did not resolve")
    ours = {typed_name(doc) for doc in registry.estimates().values()}
    if addin and not ours <= functions:
        unresolved.append(f"the add-in did not load: LibreOffice does not know {', '.join(sorted(ours - functions)[:3])} ...")
    if addin and answer["version"] != compute_cost.__version__:
        unresolved.append(f"the add-in did not answer: its version came as {answer['version']!r}, not {compute_cost.__version__}")
    return Evaluation(sheets, unresolved, done["seconds"])


def stored_formulas(book: Path) -> dict[str, dict[str, str]]:
    """The formulas as the file stores them, by sheet and cell; one that fills several cells stands at each of them."""
    import openpyxl.utils  # of the extra [sheets]; loaded when a workbook is read

    if not book.is_file():
        raise InputError("book", str(book), "there is no such file")
    try:
        loaded = openpyxl.load_workbook(book)
    except Exception as problem:  # openpyxl raises many kinds for a broken file
        raise InputError("book", str(book), f"it can't be read as an .xlsx workbook ({type(problem).__name__})") from None
    formulas: dict[str, dict[str, str]] = {}
    for sheet in loaded.worksheets:
        formulas[sheet.title] = {}
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    text = str(getattr(cell.value, "text", cell.value))
                    for line in openpyxl.utils.rows_from_range(getattr(cell.value, "ref", cell.coordinate)):
                        formulas[sheet.title] |= dict.fromkeys(line, text)
    return formulas


def programs() -> tuple[str, str]:
    """LibreOffice and a Python that can talk to it, or LibreOfficeMissing."""
    places = [
        Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
        Path(os.environ.get("PROGRAMFILES", "C:/Program Files")) / "LibreOffice/program/soffice.exe",
        Path("/usr/lib/libreoffice/program/soffice"),
    ]
    soffice = shutil.which("soffice") or shutil.which("libreoffice") or next((str(p) for p in places if p.is_file()), None)
    if soffice is None:
        raise LibreOfficeMissing("LibreOffice is not installed; on Debian: apt-get install libreoffice-calc-nogui python3-uno")
    home = Path(soffice).resolve().parent
    candidates = [home / "python.exe", home / "python", home.parent / "Resources" / "python", Path("/usr/bin/python3")]
    for python in [str(p) for p in candidates if p.is_file()] + ([sys.executable] if sys.executable else []):
        if subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode == 0:  # noqa: S603
            return soffice, python
    raise LibreOfficeMissing("LibreOffice is there, but no Python with its module uno; on Debian: apt-get install python3-uno")
