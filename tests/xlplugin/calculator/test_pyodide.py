"""Pyodide's package: pinned, checked against its hash, fetched by npm once."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from compute_cost.errors import InputError
from compute_cost_sheets import commands
from compute_cost_sheets.calculator import pyodide
from tests.support import npm_package, skip


@pytest.fixture(scope="module")
def fetched() -> dict[str, bytes]:
    npm_package("pyodide", pyodide.VERSION)  # skips without npm
    return pyodide.package()


def test_the_files_are_those_of_the_package_that_npm_installs(fetched: dict[str, bytes]) -> None:
    installed = npm_package("pyodide", pyodide.VERSION)
    assert set(fetched) == set(pyodide.FILES)
    for name, content in fetched.items():
        assert content == (installed / name).read_bytes(), name


def test_the_version_is_the_one_that_its_files_state(fetched: dict[str, bytes]) -> None:
    assert f'"{pyodide.VERSION}"'.encode() in fetched["pyodide.mjs"]


def test_what_was_fetched_is_kept(fetched: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    assert fetched
    monkeypatch.setenv("PATH", "")
    assert set(pyodide.package()) == set(pyodide.FILES)


def test_another_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "pyodide.tgz"
    other.write_bytes(b"not the package")
    with pytest.raises(InputError, match=f"it is not the package of version {pyodide.VERSION}"):
        pyodide.package(other)
    with pytest.raises(InputError, match="it can't be read"):
        pyodide.package(tmp_path / "missing.tgz")


def test_without_npm_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=f"npm is missing.*npm pack pyodide@{pyodide.VERSION}"):
        pyodide.package()


def npm_that(does: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program by the name of npm, the only one to be found."""
    if os.name == "nt":
        skip("needs a shell script in place of npm")
    npm = folder / "npm"
    npm.write_text(f"#!{sys.executable}\nimport sys, time\n{does}\n", encoding="utf-8")
    npm.chmod(npm.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setenv("PATH", str(folder))


def test_an_npm_that_never_ends_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm_that("time.sleep(60)", tmp_path, monkeypatch)
    monkeypatch.setattr(pyodide, "SECONDS", 0.2)
    app = typer.Typer()
    commands.add(app)
    done = CliRunner().invoke(app, ["site", str(tmp_path / "site")])
    assert done.exit_code == 2
    assert "npm was not done within 0.2 seconds" in done.output


def test_an_npm_that_fails_is_quoted_and_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm_that("sys.exit('npm error 404 no such version')", tmp_path, monkeypatch)
    with pytest.raises(InputError, match="npm error 404 no such version"):
        pyodide.package()
    assert not list((tmp_path / "cache").rglob("*.tgz"))
