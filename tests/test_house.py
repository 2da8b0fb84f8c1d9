"""The house in order: short functions, a test for every module, light imports, no traces of a machine or of a registry."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

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


# Test files of core without a module of their name, each with its reason.
BESIDE = {
    "test_amounts.py": "amounts/__init__.py, which holds the reading and showing itself",
    "test_signatures.py": "the signatures of all estimates: registry.py, parameters.py and the stub together",
    "catalogue/test_data.py": "the rows of the package, not the code that reads them",
    "command/test_price_update_faults.py": "prices update killed at any moment and on a full disk: processes of their own, slow",
}


def test_every_module_of_core_has_its_tests_by_name() -> None:
    """core/compute_cost/ROOM/MODULE.py is tested in tests/core/ROOM/test_MODULE.py; what concerns several stands at the top of tests."""
    modules = [Path(name).relative_to("core/compute_cost") for name in tracked() if re.fullmatch(r"core/compute_cost/.+\.py", name)]
    wanted = {(one.parent / f"test_{one.name}").as_posix() for one in modules if one.name != "__init__.py"}
    assert len(wanted) > 50
    there = {
        Path(name).relative_to("tests/core").as_posix() for name in tracked() if re.fullmatch(r"tests/core/(.+/)?test_[^/]+\.py", name)
    }
    assert wanted - there == set(), "modules without tests of their name"
    assert there - wanted == set(BESIDE), "tests without a module of their name: move them to its file, or to the top of tests"


HEAVY = ("pydantic", "typer", "numpy", "openai", "mcp", "xlwings", "openpyxl", "xlsxwriter", "tomllib", "asyncio")


def test_core_is_light() -> None:
    """A cell's calculation loads none of what commands and assistants need."""
    code = f"import compute_cost, sys; compute_cost.train_cost('GPT-3').sources; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
