"""What `compute-cost sheets excel` does: the configuration, the start workbook, and what is left for a person."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import xlwings

from compute_cost_sheets.hosts.classic import configuration, start_file


def prepare(folder: Path) -> Iterator[str]:
    """Write both files and tell, line by line, what was done and what is left; a file of yours is never overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    file, kept = configuration.write(folder)
    yield f"{file.resolve()}: names our functions" + (f"; as it was: {kept.name}" if kept else "")
    book = start_file.write(folder)
    yield f"{book.resolve()}: the start workbook" + ("" if book.name == start_file.FILE else f"; {start_file.FILE} stays as it is")
    yield ""
    if sys.platform != "win32":
        yield f"This machine ({sys.platform}) builds these files but can't use them: xlwings functions run in Excel on Windows only."
        yield "Run this command on the Windows machine, so that it names the right Python. If you carry the files there instead,"
        yield f"the `python` on its path needs this package and xlwings {xlwings.__version__}. For this machine: compute-cost sheets doctor"
        yield ""
    yield f"One click is left: open {book.name} in Excel, enable its macros and press Import Functions on its first sheet."
    yield "The first time, Excel must allow it: File, Options, Trust Center, Trust Center Settings, Macro Settings,"
    yield 'tick "Trust access to the VBA project object model". Nothing outside this folder was changed.'
