"""Answers stay: those with the fixed catalogue until the code is meant to move them, those of a version while it is the version."""

from __future__ import annotations

import compute_cost
from compute_cost import registry
from tests.freeze import FIXED, FROZEN, answers, calls, moved, of_the_code, read

HOW = "run python .ci/outputs.py and look at what moved; it needs a new __version__ and a line in CHANGELOG.md (.ci/answers)"


def test_the_code_answers_as_it_did() -> None:
    """Today's prices have no part in it; what they move in tests/frozen.yaml is for .ci/answers to judge."""
    kept, now = read(FIXED)["answers"], of_the_code(answers())
    assert not moved(kept, now), HOW
    assert kept.keys() == now.keys(), HOW


def test_every_question_is_frozen() -> None:
    assert read(FROZEN)["answers"].keys() == {registry.formula(name, arguments) for name, arguments in calls()}, HOW


def test_a_moved_answer_would_be_seen() -> None:
    """The control: a millionth more is noticed, and so is a question that is gone."""
    now = answers()
    formula = '=TRAIN_COST("GPT-3",,"A100","as_of=2023-12-31")'
    assert len(moved({**now, formula: [now[formula][0] * 1.000001, *now[formula][1:]]}, now)) == 1
    assert moved({"=GONE()": [1, 1, 1]}, now) == ["=GONE() is no longer asked"]


def test_the_past_does_not_depend_on_todays_prices() -> None:
    assert compute_cost.gpu_price("H100", as_of="2024-06-30").value != compute_cost.gpu_price("H100").value
