"""The workbooks that the tests recalculate."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT, made_once


def build(folder: Path, *options: str, **environment: str) -> Path:
    """Build the workbooks into a folder, of the catalogue that the tests answer from or of another one."""
    script = str(ROOT / "workbooks" / "build_workbooks.py")
    subprocess.run(
        [sys.executable, script, str(folder), *options], check=True, cwd=ROOT, env={**os.environ, **environment}, capture_output=True
    )
    return folder


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory, fixed_catalogue: Path) -> Path:
    """The workbooks, built of the fixed catalogue: what they keep and what core answers are of the same prices."""
    return made_once(tmp_path_factory, "books", lambda folder: build(folder, COMPUTE_COST_CATALOGUE=str(fixed_catalogue)))
