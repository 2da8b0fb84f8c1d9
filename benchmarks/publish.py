"""Runs every speed benchmark and writes docs/speed.md: uv run --with ftuneai --with llm-analysis python benchmarks/publish.py

Ratios within one run are what counts: times depend on the machine and on what else it does. A benchmark that fails
stops the run, and the page stays as it was.
"""

from __future__ import annotations

import ast
import datetime
import platform
import subprocess
import sys
from pathlib import Path

import compute_cost

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "speed.md"
TITLES = {
    "cells": "Cells in Python",
    "libreoffice": "LibreOffice",
    "mcp": "MCP",
    "office_js": "Office.js",
    "static_addin": "Excel without a server",
    "draws": "Random draws",
    "estimate": "One estimate, and starting",
}


def main() -> None:
    today = datetime.datetime.now(tz=datetime.UTC).date()
    parts = [
        "# Speed",
        f"*Written by `python benchmarks/publish.py` on {today} with version {compute_cost.__version__}, "
        f"Python {platform.python_version()} on "
        f"{platform.system()}.* Ratios within one run are what counts; the times next to them were measured on one small shared machine.",
    ]
    for script in sorted((ROOT / "benchmarks").glob("*_speed.py")):
        about = (ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or "").split("\n\n")[0].replace("\n", " ")
        print(script.name, file=sys.stderr, flush=True)
        done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False)
        if done.returncode:
            sys.exit(f"{script.name} failed:\n{done.stderr}")
        parts += [f"## {TITLES[script.stem.removesuffix('_speed')]}", about, f"```text\n{done.stdout.strip()}\n```"]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
