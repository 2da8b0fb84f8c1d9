"""The audit log: private, one line for each request, never what was asked; a full disk does not stop the server."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from compute_cost.command.web.audit import Audit
from compute_cost.errors import InputError


def test_a_line_says_who_when_and_how_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = Audit(path)
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    audit.write("192.0.2.1", "POST", "/batch", 200, 10, 20, 0.00123)
    path.rename(tmp_path / "old")
    audit.write("x\n" * 100, "HACK\n", "other", 404, 0, 0, 1)
    first, second = ((tmp_path / name).read_text(encoding="utf-8") for name in ("old", "audit.jsonl"))
    assert {**json.loads(first), "time": ""} == {
        "time": "", "client": "192.0.2.1", "method": "POST", "path": "/batch", "status": 200, "received": 10, "sent": 20, "milliseconds": 1.2
    }  # fmt: skip
    assert json.loads(first)["time"].endswith("+00:00")
    assert second.count("\n") == 1
    assert json.loads(second)["method"] == "other"
    assert len(json.loads(second)["client"]) <= 45


def test_a_file_that_can_not_be_written_is_refused_at_the_start_and_said_once_later(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError, match="--audit"):
        Audit(tmp_path / "missing" / "audit.jsonl")
    folder = tmp_path / "there"
    folder.mkdir()
    audit = Audit(folder / "audit.jsonl")
    (folder / "audit.jsonl").unlink()
    folder.rmdir()
    for _ in range(3):
        audit.write("192.0.2.1", "GET", "/", 200, 0, 0, 0)
    assert capsys.readouterr().err.count("can't be written") == 1
