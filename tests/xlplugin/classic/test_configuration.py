"""xlwings.conf: our two lines in it, everything else as it was, and a copy of what it was."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from compute_cost.errors import CostError
from compute_cost_sheets.hosts.classic import configuration
from compute_cost_sheets.hosts.classic.names import MODULE


def settings_of(text: str) -> dict[str, str]:
    """As the VBA of xlwings reads them: two quoted fields a line."""
    return dict(re.findall(r'^"([^"]*)","([^"]*)"\r$', text, re.MULTILINE))


def test_a_new_configuration(windows: str, tmp_path: Path) -> None:
    file, kept = configuration.write(tmp_path)
    assert kept is None
    assert settings_of(file.read_bytes().decode("cp1252")) == {"INTERPRETER_WIN": windows, "UDF MODULES": MODULE}


def test_what_the_configuration_held_stays(windows: str, tmp_path: Path) -> None:
    before = '"LICENSE_KEY","ünlock, me"\r\n"interpreter_win","C:\\old\\python.exe"\r\n"UDF Modules","mine;theirs;"\r\n'.encode("cp1252")
    (tmp_path / "xlwings.conf").write_bytes(before)
    file, kept = configuration.write(tmp_path)
    assert kept is not None
    assert kept.read_bytes() == before
    assert settings_of(file.read_bytes().decode("cp1252")) == {
        "LICENSE_KEY": "ünlock, me", "INTERPRETER_WIN": windows, "UDF MODULES": f"mine;theirs;{MODULE}",
    }  # fmt: skip
    again = configuration.write(tmp_path)
    assert again == (file, None), "a second run changes nothing"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["xlwings.conf", "xlwings.conf.bak"]


def test_every_older_configuration_is_kept(windows: str, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "xlwings.conf").write_text(f'"SHOW CONSOLE","{number}"\n', encoding="utf-8")
        configuration.write(tmp_path)
    copies = {path.read_text(encoding="utf-8").strip() for path in tmp_path.glob("xlwings.conf*bak*")}
    assert copies == {f'"SHOW CONSOLE","{number}"' for number in range(3)}


def test_a_path_that_the_code_page_lacks(windows: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "C:\\Users\\王\\python.exe")
    with pytest.raises(CostError, match="can't be written in xlwings.conf"):
        configuration.write(tmp_path)
    assert list(tmp_path.iterdir()) == []
