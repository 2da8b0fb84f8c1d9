"""The folder that any static host serves: the page, its component, Pyodide, and core with its catalogue in one archive."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import compute_cost
from compute_cost import catalogue
from compute_cost.command import files
from compute_cost.errors import InputError
from compute_cost_sheets.calculator import pyodide, questions
from compute_cost_sheets.calculator.questions import Question

STATIC = resources.files("compute_cost_sheets.calculator") / "static"
FIRST = Question("train_cost", {"params": "Llama 3 70B", "gpu": "H100"})  # shown before anything is asked
ARCHIVE, SNAPSHOT = "core.zip", "snapshot.bin.gz"
SECONDS = 300  # for Node to make the snapshot
# What of the packages no page needs: commands, hosts, the pages themselves.
_LEFT_OUT = frozenset(("accuracy", "command", "commands.py", "convert.py", "doctor.py", "hosts", "static", "__pycache__", "py.typed"))
_LICENSES = """This folder holds, besides compute-cost {version} (MIT license):

Pyodide {pyodide}, Mozilla Public License 2.0, https://github.com/pyodide/pyodide
CPython and its standard library, as Pyodide builds them, Python Software Foundation License, https://www.python.org
XlsxWriter, BSD 2-Clause License, https://github.com/jmcnamara/XlsxWriter
"""


def build(folder: Path, package: Path | None = None, more: Mapping[str, bytes] | None = None) -> list[str]:
    """Write the folder and say what is in it; files of other names that stand there stay.

    `package` is Pyodide's npm package, fetched if left out; `more` are files that stand next to the page. Raises InputError where
    Pyodide can't be had or started, OSError where nothing can be written, ImportError without xlsxwriter.
    """
    contents = {f"pyodide/{name}": content for name, content in pyodide.package(package).items()}
    contents[ARCHIVE] = archive()
    contents["licenses.txt"] = _LICENSES.format(version=compute_cost.__version__, pyodide=pyodide.VERSION).encode()
    contents |= page_files({"engine": "worker", "archive": ARCHIVE, "snapshot": ""}) | dict(more or {})
    write(folder, contents)
    made = _snapshot(folder)
    if made:
        write(folder, {"settings.js": settings({"engine": "worker", "archive": ARCHIVE, "snapshot": SNAPSHOT})})
    else:
        (folder / SNAPSHOT).unlink(missing_ok=True)
    size = sum((folder / name).stat().st_size for name in [*contents, *([SNAPSHOT] if made else [])])
    start = "it starts from a snapshot" if made else "without Node no snapshot was made, so the page takes a few seconds longer to start"
    return [
        f"{folder}: {size / 1e6:.0f} MB; {start}",
        "Any static host serves it; to look at it here: python -m http.server --directory " + str(folder),
    ]


def page_files(engine: Mapping[str, Any]) -> dict[str, bytes]:
    """The page, its component and what both are told, by name."""
    shown = {path.name: path.read_bytes() for path in STATIC.iterdir() if path.is_file()}
    first = {"arguments": FIRST.arguments, "answer": questions.answer(FIRST)}
    return {
        **shown,
        "forms.json": json.dumps({"estimates": questions.forms(), "first": first}, ensure_ascii=False).encode(),
        "settings.js": settings(engine),
    }


def settings(engine: Mapping[str, Any]) -> bytes:
    """What the page is told of who answers it."""
    told = {**engine, "version": compute_cost.__version__, "day": catalogue.catalogue_date().isoformat()}
    return f"export default {json.dumps(told)};\n".encode()


def write(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write the files, each whole or not at all. Raises OSError."""
    for name, content in contents.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        files.write(target, content)


def archive() -> bytes:
    """Core with the catalogue that is open here, what writes cells and workbooks, as a zip archive."""
    import xlsxwriter

    packed = {
        **dict(_files(resources.files("compute_cost"), "compute_cost")),
        **dict(_files(resources.files("compute_cost_sheets"), "compute_cost_sheets")),
        **dict(_files(resources.files(xlsxwriter), "xlsxwriter")),
        **{f"compute_cost/data/{path.name}": path.read_bytes() for path in catalogue.folder().iterdir() if path.name.endswith(".csv")},
    }
    return files.zipped(dict(sorted(packed.items())))


def _files(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for path in folder.iterdir():
        if path.name in _LEFT_OUT:
            continue
        if path.is_dir():
            yield from _files(path, f"{name}/{path.name}")
        elif path.name.endswith((".py", ".csv")):
            yield f"{name}/{path.name}", path.read_bytes()


def _snapshot(folder: Path) -> bool:
    """Start Pyodide once, with core imported, and keep its memory, from which a page then starts; False without Node."""
    node = shutil.which("node")
    if not node:
        return False
    done = subprocess.run(  # noqa: S603 (the Node found on this machine)
        [node, "--input-type=module", "-", str(folder.resolve()), ARCHIVE, SNAPSHOT],
        input=(resources.files("compute_cost_sheets.calculator") / "snapshot.mjs").read_text(encoding="utf-8"),
        capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False,
    )  # fmt: skip
    if done.returncode:
        raise InputError(
            "folder", folder, f"Node could not start the page's Python: {(done.stderr.strip().splitlines() or ['no reason'])[-1][:300]}"
        )
    return True
