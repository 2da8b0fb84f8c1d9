"""The house in order: short functions, a test for every module, light imports, no traces of a machine or of a registry."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator

import pytest

import compute_cost
from tests.support import ROOT, command

LONGEST = 60


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return listed.stdout.splitlines()


def functions() -> Iterator[tuple[str, int]]:
    """Every function of the repository by file and name, with its lines."""
    for name in tracked():
        if name.endswith(".py") and (ROOT / name).is_file():
            for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{name}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_a_function_is_at_most_60_lines() -> None:
    """A file is as long as its sense; a function is not. The exceptions may only shrink: lower a number or strike its line."""
    allowed = tomllib.loads((ROOT / "tests" / "long_functions.toml").read_text(encoding="utf-8"))["lines"]
    found = {name: lines for name, lines in functions() if lines > LONGEST}
    assert found, "the count itself is broken if it finds none of the listed functions"
    assert {name: lines for name, lines in found.items() if lines > allowed.get(name, LONGEST)} == {}
    assert {name: lines for name, lines in allowed.items() if lines > found.get(name, 0)} == {}, "shorter now: tests/long_functions.toml"


def test_no_registry_host_or_lock_file() -> None:
    hosts = "|".join(("py" + "pi.org", "pythonhosted" + ".org", "registry.npm" + "js.org", "deb." + "debian.org"))
    for name in tracked():
        path = ROOT / name
        if not path.is_file() or path.suffix in (".xlsx", ".png"):
            continue
        assert path.name not in ("uv.lock", "package-lock.json", "poetry.lock")
        assert not re.search(hosts, path.read_text(encoding="utf-8")), name


HEAVY = ("pydantic", "typer", "numpy", "openai", "mcp", "xlwings", "openpyxl", "xlsxwriter", "tomllib", "asyncio")


def test_core_is_light() -> None:
    """A cell's calculation loads none of what commands and assistants need."""
    code = f"import compute_cost, sys; compute_cost.train_cost('GPT-3').sources; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_version() -> None:
    assert command("--version").stdout.strip() == compute_cost.__version__
    assert compute_cost.cost_version().value == compute_cost.__version__
