"""An estimate as of a day is frozen for a version: a number in a model of last month is the same today."""

from __future__ import annotations

import yaml

import compute_cost
from tests.freeze import FROZEN, answers, moved

KEPT = yaml.safe_load(FROZEN.read_text(encoding="utf-8"))
HOW = "raise __version__, name the results in CHANGELOG.md, and run python tests/freeze.py"


def test_answers_are_those_of_this_version() -> None:
    assert KEPT["version"] == compute_cost.__version__, HOW
    assert not moved(KEPT["answers"], answers()), HOW


def test_a_moved_answer_would_be_seen() -> None:
    """The control: a millionth more is noticed, and so is a question that is gone."""
    now = answers()
    formula = '=TRAIN_COST("GPT-3",,"A100",,,,,,,"2023-12-31")'
    assert len(moved({**now, formula: [now[formula][0] * 1.000001, *now[formula][1:]]}, now)) == 1
    assert moved({"=GONE()": [1, 1, 1]}, now) == ["=GONE() is no longer asked"]


def test_the_past_does_not_depend_on_todays_prices() -> None:
    assert compute_cost.gpu_price("H100", as_of="2024-06-30").value != compute_cost.gpu_price("H100").value
