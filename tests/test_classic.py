"""The xlwings functions through xlwings' real udfs.py, with stand-ins for pywin32 and Excel (stub_excel.py)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from conftest import ROOT

import core
from core import registry


@pytest.fixture(scope="module")
def excel() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / "tests" / "stub_excel.py")],
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def scalar(answer: Any) -> Any:
    while isinstance(answer, list):
        (answer,) = answer
    return answer


def test_the_module_imports_without_excel() -> None:
    from xlplugin.hosts.classic import functions as classic

    assert vars(classic)["TRAIN_COST"](175e9, 300e9, "A100", 2, 1) == 560897.4358974359


def test_numbers_are_those_of_the_core(excel: dict[str, Any]) -> None:
    assert scalar(excel["naive"]) == 560897.4358974359
    assert scalar(excel["default"]) == core.train_cost("GPT-3").value
    assert excel["range"] == [[core.train_cost("GPT-3", None, "A100").value], [core.train_cost("GPT-3", None, "H100").value]]
    assert excel["table"][1][:3] == [getattr(core.train_cost("GPT-3"), part) for part in ("value", "low", "high")]


def test_mistakes_show_their_message(excel: dict[str, Any]) -> None:
    assert scalar(excel["unknown"]).startswith('#COST! params: "GPT-33" is not known')


def test_an_error_cell_is_refused(excel: dict[str, Any]) -> None:
    assert scalar(excel["error_cell"]).startswith('#COST! gpu: "#DIV/0!"')


def test_every_estimate_has_its_vba_wrapper(excel: dict[str, Any]) -> None:
    for doc in registry.estimates().values():
        assert f"Function {doc.cell_name}(" in excel["vba"]
    assert excel["metadata"] == "Compute Cost"
    assert "H100" in excel["help"]
    assert len(excel["help"]) <= 255
