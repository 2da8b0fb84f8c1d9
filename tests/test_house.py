"""The house in order: small files, light imports, no traces of a machine or of a registry."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import compute_cost
from tests.support import ROOT, command


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return listed.stdout.splitlines()


def test_no_file_is_long() -> None:
    long = {}
    for name in tracked():
        if name.endswith((".py", ".toml", ".md")) and (ROOT / name).is_file():
            lines = len((ROOT / name).read_text(encoding="utf-8").splitlines())
            if lines > 300 and not name.startswith("docs/"):
                long[name] = lines
    assert long == {}


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
