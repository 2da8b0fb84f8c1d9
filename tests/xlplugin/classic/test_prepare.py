"""`compute-cost sheets excel`: its files written, yours kept, what is missing named."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compute_cost_sheets import commands
from compute_cost_sheets.hosts.classic import configuration, start_file
from compute_cost_sheets.hosts.classic.names import MODULE
from compute_cost_sheets.hosts.classic.prepare import prepare
from tests.support import command

OURS = f'"UDF MODULES","{MODULE}"'


def test_the_command_writes_its_files_and_keeps_yours(tmp_path: Path) -> None:
    folder = tmp_path / "a new folder"
    done = command("sheets", "excel", str(folder))
    assert done.returncode == 0, done.stderr
    assert "One click is left: open compute-cost.xlsm" in done.stdout
    assert sorted(path.name for path in folder.iterdir()) == ["compute-cost.xlam", "compute-cost.xlsm", "xlwings.conf"]
    assert ("on Windows only" in done.stdout) == (sys.platform != "win32")
    list(prepare(folder))
    assert len(list(folder.iterdir())) == 3, "the same again"
    mine = b"a model that somebody built in it"
    (folder / "compute-cost.xlsm").write_bytes(mine)
    told = "\n".join(prepare(folder))
    assert (folder / "compute-cost.xlsm").read_bytes() == mine
    assert "compute-cost.xlsm stays as it is" in told
    assert (folder / "compute-cost-2.xlsm").read_bytes() == start_file.build(configuration.settings())
    assert OURS in (folder / "xlwings.conf").read_text(encoding="utf-8")


def test_a_folder_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = CliRunner().invoke(commands.sheets, ["excel", str(tmp_path / "file")])
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("package", ["xlwings", "xlsxwriter"])
def test_a_missing_package_is_named(package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("compute_cost_sheets.hosts.classic.")]:
        monkeypatch.delitem(sys.modules, name)
        monkeypatch.delattr(name, raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    done = CliRunner().invoke(commands.sheets, ["excel", str(tmp_path)])
    assert done.exit_code == 2
    assert done.stderr.strip() == f'{package} is missing; install the extra: pip install ".[sheets]"'
    assert list(tmp_path.iterdir()) == []
