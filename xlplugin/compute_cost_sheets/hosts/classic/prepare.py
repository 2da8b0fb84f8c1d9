"""What `compute-cost sheets excel` does: the configuration, the start workbook, and what is left for a person."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import xlwings

from compute_cost_sheets.hosts.classic import addin_file, configuration, start_file


def prepare(folder: Path) -> Iterator[str]:
    """Write the three files and tell, line by line, what was done and what is left; a file of yours is never overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    file, kept = configuration.write(folder)
    yield f"{file.resolve()}: names our functions" + (f"; as it was: {kept.name}" if kept else "")
    addin = addin_file.write(folder)
    yield f"{addin.resolve()}: the add-in" + ("" if addin.name == addin_file.FILE else f"; {addin_file.FILE} stays as it is")
    book = start_file.write(folder)
    yield f"{book.resolve()}: the start workbook" + ("" if book.name == start_file.FILE else f"; {start_file.FILE} stays as it is")
    yield ""
    if sys.platform != "win32":
        yield f"This machine ({sys.platform}) builds these files but can't use them: xlwings functions run in Excel on Windows only."
        yield "Run this command on the Windows machine, so that it names the right Python. If you carry the files there instead,"
        yield f"the `python` on its path needs this package and xlwings {xlwings.__version__}. For this machine: compute-cost sheets doctor"
        yield ""
    yield f"One click is left: open {book.name} in Excel and enable its macros; its first sheet shows whether Python answers."
    yield f"For the functions in every workbook: File, Options, Add-ins, Excel Add-ins, Go, Browse: {addin.name}."
    yield "Nothing outside this folder was changed."
