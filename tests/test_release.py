"""What a release ships: the same bytes from the same source, and one version in every front end."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import compute_cost
from compute_cost_sheets.functions import all_functions
from compute_cost_tools.mcp_server import server
from tests.support import command

pytestmark = pytest.mark.slow
FILES = {"compute-cost.xlam", "compute-cost.oxt", "compute-cost.xlsm", "functions.json", "manifest.xml"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("built"))


def build(folder: Path) -> Path:
    done = command("sheets", "build", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def test_the_add_in_files_are_built_by_one_command_and_reproducible(built: Path, tmp_path: Path) -> None:
    assert {path.name for path in built.iterdir()} == FILES
    again = build(tmp_path)
    for name in FILES:
        assert (built / name).read_bytes() == (again / name).read_bytes(), name


def test_every_front_end_shows_the_version(built: Path) -> None:
    with zipfile.ZipFile(built / "compute-cost.oxt") as archive:
        assert f'version value="{compute_cost.__version__}"' in archive.read("description.xml").decode()
    assert f">1.{compute_cost.__version__}<" in (built / "manifest.xml").read_text(encoding="utf-8")
    assert all_functions()["COST_VERSION"]() == compute_cost.__version__
    assert server().version == compute_cost.__version__
    assert command("--version").stdout.strip() == compute_cost.__version__


@pytest.mark.parametrize("name", ["core", "xlplugin", "agent_tools"])
def test_packages_of_the_folders_names_are_other_peoples(name: str, tmp_path: Path) -> None:
    """`core` is a name that many projects have: ours neither hide theirs nor are hidden by them."""
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("OF = 'somebody else'", encoding="utf-8")
    code = (
        f"import {name}, compute_cost, compute_cost_sheets.functions, compute_cost_tools.calls; print({name}.OF, compute_cost.__version__)"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", env=environment, cwd=tmp_path, check=False
    )
    assert (done.stdout, done.stderr) == (f"somebody else {compute_cost.__version__}\n", "")


def test_a_folder_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    done = command("sheets", "build", str(tmp_path / "file" / "below"))
    assert done.returncode == 2
    assert done.stderr.startswith("folder: ")
    assert len(done.stderr.splitlines()) == 1
