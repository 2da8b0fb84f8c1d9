"""Builds the documentation's site: the pages written by hand, and those that follow from the code and the data.

python docs/build_site.py [FOLDER]    writes the site into a folder (default: site); a broken link or anchor ends it with an error
python docs/build_site.py --serve     the same at http://127.0.0.1:8000, until it is stopped

The pages of both kinds, and the calculator of the landing page, are put together in build/docs, where the site builder reads them.
The calculator needs Pyodide, which npm fetches once; where it can't be had, the landing page keeps the answer that stands in its place.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from compute_cost.errors import InputError
from compute_cost_sheets.calculator import folder as calculator
from pages import every

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "build" / "docs"
KEPT = ("mkdocs.yml", "CHANGELOG.md", "CONTRIBUTING.md")  # what the site builder reads besides docs/


def assemble(work: Path) -> None:
    """Puts every page where the site builder reads it: the work folder, which is emptied before."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(ROOT / "docs", work / "docs", ignore=shutil.ignore_patterns("*.py", "*.yaml", "__pycache__", "pages"))
    for name in KEPT:
        shutil.copy(ROOT / name, work)
    for path, text in every():
        page = work / "docs" / path
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8", newline="\n")
    try:
        calculator.build(work / "docs" / "calculator")
    except InputError as problem:
        print(f"The landing page has no calculator: {problem}", file=sys.stderr)


def build(work: Path, folder: Path) -> None:
    """Writes the site into a folder. Raises CalledProcessError for a broken link, anchor or snippet."""
    assemble(work)
    subprocess.run([sys.executable, "-m", "zensical", "build", "--strict"], cwd=work, check=True)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.move(work / "site", folder)


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        assemble(WORK)
        subprocess.run([sys.executable, "-m", "zensical", "serve"], cwd=WORK, check=True)
    else:
        build(WORK, Path(*(sys.argv[1:] or ["site"])).resolve())
