"""The skill folder for agents: of the standard's form, true in what it says, and its script writes a workbook whose formulas hold."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from compute_cost import registry
from tests.support import ROOT, command

SKILL = ROOT / "agent_tools" / "skills" / "compute-cost"
PAGES = [SKILL / "SKILL.md", *sorted((SKILL / "references").glob("*.md"))]
MODEL: dict[str, Any] = {
    "title": "A model",
    "inputs": [{"name": "model", "value": "GPT-3", "note": "the paper's"}, {"name": "chip", "value": "A100"}],
    "lines": [
        {"label": "Training", "call": ["TRAIN_COST", "model", None, "chip"]},
        {"label": "Energy", "call": ["TRAIN_ENERGY", "model", "gpu=A100", "average_draw_gpu=60%"]},
        {"label": "Rent", "call": ["RENT_COST", "chip", 8, 730]},
    ],
}


def test_the_head_is_of_the_standards_form() -> None:
    head = yaml.safe_load((SKILL / "SKILL.md").read_text(encoding="utf-8").split("---")[1])
    assert head.keys() == {"name", "description", "license", "compatibility"}
    assert head["name"] == SKILL.name
    assert 1 <= len(head["description"]) <= 1024
    assert "Use when" in head["description"]
    assert len(head["compatibility"]) <= 500


def test_every_link_function_and_command_is_there() -> None:
    names = {doc.cell_name for doc in registry.estimates().values()}
    commands = set(re.findall(r"^\W*([a-z-]+) ", command("--help").stdout, re.MULTILINE))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for link in re.findall(r"\]\((references/[^)]+)\)", text):
            assert (SKILL / link).is_file(), link
        for script in re.findall(r"python (scripts/\S+)", text):
            assert (SKILL / script).is_file(), script
        assert set(re.findall(r"\b[A-Z]{2,}(?:_[A-Z]+)+\b", text)) <= names | {"COST_AS_OF"}, page
        for used in re.findall(r"`compute-cost ([a-z]+(?:-[a-z]+)*)", text):
            assert used in commands | {"finetune-cost", "train-cost"}, used


def test_every_call_that_is_shown_answers() -> None:
    shown = [call for page in PAGES for call in re.findall(r"compute-cost call (\w+) '(\{.*?\})'", page.read_text(encoding="utf-8"))]
    whole = [(name, arguments) for name, arguments in shown if "..." not in arguments and "NAME" not in arguments]
    assert whole
    for name, arguments in whole:
        assert registry.get(name).call(**json.loads(arguments)).value


def test_the_model_that_is_shown_is_one(tmp_path: Path) -> None:
    shown = re.search(r"```json\n(.*?)```", (SKILL / "references" / "formulas.md").read_text(encoding="utf-8"), re.DOTALL)
    assert shown
    assert built(tmp_path, json.loads(shown[1])).returncode == 0


def built(folder: Path, model: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    (folder / "model.json").write_text(json.dumps(model), encoding="utf-8")
    script = SKILL / "scripts" / "new_model.py"
    return subprocess.run(
        [sys.executable, "-W", "error", str(script), str(folder / "model.json"), str(folder / "model.xlsx")],
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip


def test_the_workbook_is_live_and_its_inputs_stand_once(tmp_path: Path) -> None:
    done = built(tmp_path, MODEL)
    assert done.returncode == 0, done.stderr
    book = openpyxl.load_workbook(tmp_path / "model.xlsx")
    assert {name: one.attr_text for name, one in book.defined_names.items()} == {"model": "Inputs!$B$2", "chip": "Inputs!$B$3"}
    rows = list(book["Costs"].iter_rows(values_only=True))
    assert rows[1] == (
        "Training", "=TRAIN_COST(model,,chip)", '=ESTIMATE_LOW("TRAIN_COST",model,,chip)', '=ESTIMATE_HIGH("TRAIN_COST",model,,chip)',
        "USD", '=COST_WARNINGS("TRAIN_COST",model,,chip)',
    )  # fmt: skip
    assert rows[2][1] == '=TRAIN_ENERGY(model,"gpu=A100","average_draw_gpu=60%")'
    assert rows[3][1] == "=RENT_COST(chip,8,730)"
    respelled = command("sheets", "convert", str(tmp_path / "model.xlsx"), "--host", "libreoffice")
    assert "12 calls" in respelled.stdout, respelled.stderr


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"lines": [{"label": "x", "call": ["TRIAN_COST", "model"]}]}, "is no function"),
        ({"lines": [{"label": "x", "call": ["RENT_COST", *[1] * 30]}]}, "takes"),
        ({"lines": [{"label": "=x", "call": ["RENT_COST", "chip"]}]}, "may not begin like a formula"),
        ({"lines": [{"label": "x", "call": ["RENT_COST", ["chip"]]}]}, "an argument is"),
        ({"inputs": [{"name": "A1", "value": 1}]}, "a name of its own"),
        ({"inputs": [{"name": "model", "value": "=cmd()"}]}, "may not begin like a formula"),
        ({"inputs": 1}, "model.json"),
    ],
)
def test_what_would_be_a_broken_workbook_is_one_line(change: dict[str, Any], says: str, tmp_path: Path) -> None:
    done = built(tmp_path, MODEL | change)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert says in done.stderr
    assert not (tmp_path / "model.xlsx").exists()
