"""Runs the speed benchmarks and writes docs/speed.md: uv run --with ftuneai --with llm-analysis python benchmarks/publish.py [SECTION ...]

All of them, or the sections that are named, such as `mcp`; the others stay as they were written. Ratios within one run are what counts:
times depend on the machine and on what else it does. A benchmark that fails stops the run, and the page stays as it was.
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


def measured(script: Path) -> str:
    """What a benchmark is about, when and where it ran, and what it printed."""
    about = (ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or "").split("\n\n")[0].replace("\n", " ")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"{script.name} failed:\n{done.stderr}")
    when = datetime.datetime.now(tz=datetime.UTC).date()
    told = f"Version {compute_cost.__version__} on {when}, Python {platform.python_version()} on {platform.system()}."
    return f"{about} *{told}*\n\n```text\n{done.stdout.strip()}\n```"


def main(asked: list[str]) -> None:
    scripts = {script.stem.removesuffix("_speed"): script for script in sorted((ROOT / "benchmarks").glob("*_speed.py"))}
    if unknown := set(asked) - scripts.keys():
        sys.exit(f"{', '.join(sorted(unknown))}: no such section; there are {', '.join(scripts)}")
    head, *written = PAGE.read_text(encoding="utf-8").split("\n## ")
    told = dict(part.strip().split("\n\n", 1) for part in written)
    for name, script in scripts.items():
        if name in asked or not asked or TITLES[name] not in told:
            print(script.name, file=sys.stderr, flush=True)
            told[TITLES[name]] = measured(script)
    parts = [head.strip(), *(f"## {TITLES[name]}\n\n{told[TITLES[name]]}" for name in scripts)]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
