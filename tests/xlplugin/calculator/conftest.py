"""The folder that these tests look at and open in a browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compute_cost_sheets.calculator import pyodide
from tests.support import command, made_once, npm_package


@pytest.fixture(scope="session")
def written_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `site` of the package's own data, as the command writes it, and said.txt, what it says."""

    def make(folder: Path) -> None:
        done = command("site", str(folder / "site"), env={**os.environ, "COMPUTE_COST_CATALOGUE": ""})
        assert (done.returncode, done.stderr) == (0, "")
        (folder / "said.txt").write_text(done.stdout, encoding="utf-8")

    npm_package("pyodide", pyodide.VERSION)  # skips without npm
    return made_once(tmp_path_factory, "calculator", make)
