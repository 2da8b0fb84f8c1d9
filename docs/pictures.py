"""Draws the pictures that the pages show: plots of estimates, a workbook as LibreOffice shows it, and commands as a terminal shows them.

What is in a picture is what the page says: the workbook is typed from the tables of its tutorial, the command is the page's own.
"""

from __future__ import annotations

import io
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import xlsxwriter
import yaml
from rich.console import Console
from rich.text import Text

from compute_cost.command import plots
from compute_cost_sheets.hosts.libreoffice.evaluate import LibreOfficeMissing, evaluate

DOCS = Path(__file__).parent
BOOK = "tutorials/finance_workbook.md"
TERMINALS = {"ask": "tutorials/assistant_with_tools.md"}  # the first command of the page
WIDTH = 82


def draw(folder: Path) -> None:
    """Every picture, into a folder; that of the workbook stays as it is where LibreOffice or pdftoppm is missing, which is said."""
    folder.mkdir(exist_ok=True)
    for name, picture in yaml.safe_load((DOCS / "pictures.yaml").read_text(encoding="utf-8")).items():
        plots.plot(picture["estimate"], picture["arguments"]).savefig(folder / f"{name}.png", metadata={"Software": None})
    for name, page in TERMINALS.items():
        drawn = terminal(commands((DOCS / page).read_text(encoding="utf-8"))[0])
        (folder / f"{name}.svg").write_text(drawn, encoding="utf-8", newline="\n")
    try:
        sheet(cells((DOCS / BOOK).read_text(encoding="utf-8")), folder / f"{Path(BOOK).stem}.png")
    except (LibreOfficeMissing, FileNotFoundError) as problem:
        print(f"{Path(BOOK).stem}.png is not drawn again: {problem}", file=sys.stderr)


def cells(page: str) -> dict[str, str]:
    """What a tutorial says to type into each cell."""
    return dict(re.findall(r"^\| ([A-Z]\d+) \| `(.*)` \|$", page, re.MULTILINE))


def commands(page: str) -> list[str]:
    """The commands of a page."""
    return re.findall(r"^compute-cost .+$", page, re.MULTILINE)


def write(typed: dict[str, str], book: Path) -> None:
    """A workbook with these cells, as it would be after typing them."""
    with xlsxwriter.Workbook(str(book)) as file:
        page = file.add_worksheet("Budget")
        page.set_column("A:A", 28)
        page.set_column("B:D", 14)
        page.hide_gridlines(0)  # shown in print too
        page.print_row_col_headers()
        page.fit_to_pages(1, 1)
        page.set_landscape()
        money, title = file.add_format({"num_format": "#,##0.00"}), file.add_format({"bold": True})
        for cell, text in typed.items():
            if text.startswith("="):
                page.write_formula(cell, text, money, 0)
            elif re.fullmatch(r"\d+", text):
                page.write_number(cell, float(text), file.add_format({"num_format": "#,##0"}))
            else:
                page.write_string(cell, text, title if cell in ("A1", "C2", "D2") else None)


def sheet(typed: dict[str, str], target: Path) -> None:
    """A picture of the workbook with these cells, recalculated and printed by LibreOffice, with its grid and headings."""
    with tempfile.TemporaryDirectory() as temporary:
        book, printed = Path(temporary, "budget.xlsx"), Path(temporary, "budget.pdf")
        write(typed, book)
        found = evaluate(book, saves=[printed])
        if found.errors:
            raise ValueError(f"{BOOK}: {'; '.join(found.errors)}")
        drawer = shutil.which("pdftoppm")
        if not drawer:
            raise FileNotFoundError("pdftoppm")
        drawn = Path(temporary, "page")
        subprocess.run([drawer, "-png", "-r", "110", "-singlefile", str(printed), str(drawn)], check=True)
        _trim(drawn.with_suffix(".png"), target)


def _trim(picture: Path, target: Path) -> None:
    """The picture without the empty paper around it."""
    from PIL import Image, ImageChops

    with Image.open(picture) as paper:
        shown = paper.convert("RGB")
        box = ImageChops.difference(shown, Image.new("RGB", shown.size, "white")).getbbox()
        if not box:
            raise ValueError("nothing was printed")
        shown.crop(box).save(target)


def terminal(line: str) -> str:
    """What a terminal shows for a command, as SVG."""
    code = "from compute_cost.command.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *shlex.split(line)[1:]], capture_output=True, text=True, encoding="utf-8", check=True
    )
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text(f"$ {line}", style="bold"))
    console.print(Text(done.stdout))
    return re.sub(r"@font-face \{.*?\}", "", console.export_svg(title="compute-cost"), flags=re.DOTALL)  # no fonts from elsewhere
