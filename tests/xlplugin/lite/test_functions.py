"""xlwings Lite as far as it goes without Excel: the built wheel in Pyodide under Node, called as xlwings Lite calls a cell.

What is real: Pyodide (npm), xlwings' wheel for it and micropip (from the package index), our wheel as a user's
requirements.txt installs it, the line of main.py, xlwings' own dispatch and conversion of a cell's call. What is not
seen: the task pane, Excel, and which versions the add-in in the store runs today.

xlwings asks for a licence key outside of xlwings Lite. This test runs under the key "noncommercial", which its PolyForm
Noncommercial license allows a project without commercial use; inside Excel, xlwings Lite is free and needs no key.
"""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import compute_cost
from compute_cost import registry
from compute_cost_sheets.calculator.pyodide import VERSION  # Python 3.14
from tests.support import ROOT, needs, npm_package, worked_examples

pytestmark = [pytest.mark.slow, pytest.mark.live]  # the wheel has the package's own data
LICENSE_KEY = "noncommercial"
BROUGHT_ALONG = ("xlwings==0.37.8", "micropip==0.11.1", "packaging==26.3")
PLATFORM = ("--python-version", "3.14", "--implementation", "cp", "--abi", "cp314", "--abi", "none", "--platform",
            "pyemscripten_2026_0_wasm32", "--platform", "any")  # fmt: skip
MAIN = "from compute_cost_sheets.hosts.lite import *"

EXAMPLES = worked_examples()
ERRORS = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#BUSY!"]


def cell(value: Any) -> Any:
    """One argument as Excel hands it over: rows of cells; null where it is left out."""
    if value is None:
        return None
    return [[one] for one in value] if isinstance(value, list) else [[value]]


def example_calls() -> list[tuple[str, list[Any]]]:
    calls = []
    for one in EXAMPLES:
        calls.append((registry.get(one.estimate).cell_name, [cell(value) for value in one.cells]))
    return calls


OTHERS: dict[str, tuple[str, list[Any]]] = {
    "unknown function": ("TRAIN_COSTS", [cell("GPT-3")]),
    "mistake": ("TRAIN_COST", [cell("GPT-33")]),
    "zero": ("TRAIN_COST", [cell("GPT-3"), None, None, cell(0)]),
    "blank cell": ("TRAIN_COST", [cell("GPT-3"), cell("")]),
    "left out": ("TRAIN_COST", [cell("GPT-3")]),
    "column": ("TRAIN_COST", [cell(["GPT-3", "BLOOM", "GPT-33"])]),
    "column and row": ("TRAIN_COST", [cell(["GPT-3", "BLOOM"]), None, [["A100", "H100", "V100"]]]),
    "why": ("COST_WHY", [cell("TRAIN_COST"), cell("GPT-33")]),
    "named": ("TRAIN_COST", [cell("GPT-3"), cell("gpus=1024"), cell("gpu=A100"), cell("default")]),
    "zero where it makes sense": ("FUTURE_COST", [cell(1000), cell(0)]),
    "table": ("EXPLAIN", [cell("TRAIN_COST"), cell("GPT-3")]),
    "long text": ("TRAIN_COST", [cell("x" * 5000)]),
    **{error: ("TRAIN_COST", [cell("GPT-3"), None, None, cell({"type": "Error", "basicValue": error})]) for error in ERRORS},
}


def run(*command: str, **options: Any) -> str:
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False, **options
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    pyodide = npm_package("pyodide", VERSION)
    wheels = tmp_path_factory.mktemp("wheels")
    needs("pip", "engines")
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "download", "--no-deps", "--only-binary=:all:", *PLATFORM, "--dest", str(wheels), *BROUGHT_ALONG)
    run(*pip, "wheel", "--no-deps", "--wheel-dir", str(wheels), str(ROOT))
    calls = example_calls() + list(OTHERS.values())
    job = {"pyodide": str(pyodide), "wheels": str(wheels), "license": LICENSE_KEY, "main": MAIN, "calls": calls}
    found: dict[str, Any] = json.loads(run("node", str(ROOT / "tests" / "xlplugin" / "lite" / "node" / "cells.mjs"), input=json.dumps(job)))
    found["others"] = dict(zip(OTHERS, found["answers"][len(EXAMPLES) :], strict=True))
    return found


def test_every_worked_example_is_equal_to_core(lite: dict[str, Any]) -> None:
    for one, answer in zip(EXAMPLES, lite["answers"], strict=False):
        expected = registry.get(one.estimate).call(**one.arguments).value
        assert "value" in answer, (one.name, answer)
        assert answer["value"] == [[expected if isinstance(expected, str) else pytest.approx(expected, rel=1e-12)]], one.name
    assert len(EXAMPLES) > 20


def test_an_unknown_function_fails(lite: dict[str, Any]) -> None:
    """The negative control: nothing answers for a name that the line of main.py did not bring."""
    assert "no attribute 'TRAIN_COSTS'" in lite["others"]["unknown function"]["unknown"]


def test_the_wheel_installs_and_calculates_alone(lite: dict[str, Any]) -> None:
    """micropip found nothing else to install, and no cell has loaded what only commands and assistants need."""
    assert lite["installed"] == ["compute-cost", "micropip", "packaging", "xlwings"]
    assert lite["loaded"] == []


def test_a_mistake_is_the_message_of_an_error(lite: dict[str, Any]) -> None:
    assert lite["others"]["mistake"]["message"].startswith('#COST! params: "GPT-33" is not known; did you mean GPT-3')
    assert lite["others"]["zero"]["message"].startswith("#COST! price_per_gpu_hour: 0")
    assert len(lite["others"]["long text"]["message"]) <= 255


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_cell_is_refused(lite: dict[str, Any], error: str) -> None:
    message = lite["others"][error]["message"]
    assert message.startswith(f'#COST! price_per_gpu_hour: "{error}"')
    assert "the cell holds an error" in message


def test_a_blank_cell_is_the_default(lite: dict[str, Any]) -> None:
    cost = pytest.approx(compute_cost.train_cost("GPT-3").value, rel=1e-12)
    assert lite["others"]["blank cell"]["value"] == lite["others"]["left out"]["value"] == [[cost]]


def test_ranges_spill(lite: dict[str, Any]) -> None:
    column = lite["others"]["column"]["value"]
    assert column[:2] == [[pytest.approx(compute_cost.train_cost(name).value, rel=1e-12)] for name in ("GPT-3", "BLOOM")]
    assert column[2] == [{"type": "Error", "errorType": "Value"}], "the wrong element alone is a real error, which any total shows"
    grid = lite["others"]["column and row"]["value"]
    assert [len(row) for row in grid] == [3, 3]
    assert grid[1][2] == pytest.approx(compute_cost.train_cost("BLOOM", None, "V100").value, rel=1e-12)
    assert lite["others"]["table"]["value"][0] == list(compute_cost.explain("train_cost", "GPT-3").table[0])


def test_named_arguments_zeros_and_words(lite: dict[str, Any]) -> None:
    shown = {name: lite["others"][name]["value"] for name in ("why", "named", "zero where it makes sense")}
    assert shown["why"][0][0].startswith('params: "GPT-33" is not known')
    assert shown["named"] == [[pytest.approx(compute_cost.train_cost("GPT-3", None, "A100", gpus=1024).value, rel=1e-12)]]
    assert shown["zero where it makes sense"] == [[1000]]


def test_every_function_has_help_for_each_argument(lite: dict[str, Any]) -> None:
    found = {one["name"]: one for one in lite["functions"]}
    assert set(found) == {doc.cell_name for doc in registry.estimates().values()}
    for doc in registry.estimates().values():
        one = found[doc.cell_name]
        assert one["description"] == doc.summary
        assert [(p["name"], p["description"]) for p in one["parameters"]] == [(p.name, p.help) for p in doc.parameters]
        assert all(p["type"] == "any" and p["dimensionality"] == "matrix" for p in one["parameters"]), "ranges are taken everywhere"


def test_only_main_py_needs_xlwings() -> None:
    """sheets doctor looks into this folder where xlwings is not installed."""
    code = "import sys; sys.modules['xlwings'] = None; import compute_cost_sheets.hosts.lite.check"
    run(sys.executable, "-c", code, cwd=ROOT)
    from compute_cost_sheets.hosts import lite

    assert MAIN in (inspect.getdoc(lite) or "")
    assert Path(lite.__file__).name == "__init__.py"
