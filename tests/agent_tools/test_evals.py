"""The evaluation: counts what is right as its docs define it, and can say that an engine is wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from compute_cost.errors import CostError, InputError
from compute_cost_tools import evals
from compute_cost_tools.calls import run
from compute_cost_tools.reply import Reply, Screen
from tests.support import command
from tests.support.openai_server import calls, says, serving

GPT3: dict[str, Any] = {
    "set": "T",
    "question": "what does GPT-3 cost to train on A100?",
    "tool": "train_cost",
    "arguments": {"params": "GPT-3", "gpu": "A100"},
}
WEATHER: dict[str, Any] = {"set": "T", "question": "what's the weather?", "tool": None, "arguments": {}}


def question(one: dict[str, Any]) -> evals.Question:
    return evals.read_questions([json.dumps(one)], "test")[0]


def answered(tool: str, **arguments: Any) -> Reply:
    return Reply("an answer", [run(tool, arguments)])


@pytest.mark.parametrize(
    ("arguments", "right", "invented"),
    [
        ({"params": "GPT-3", "gpu": "A100"}, 2, 0),
        ({"params": "gpt 3", "gpu": "A100-80GB"}, 2, 0),
        ({"params": "GPT-3 175B", "gpu": "A100-40GB"}, 1, 0),
        ({"params": 175e9, "gpu": "A100", "tokens": 3e11}, 1, 1),
        ({"params": "GPT-3"}, 1, 0),
    ],
)
def test_names_are_compared_through_the_catalogue(arguments: dict[str, Any], right: int, invented: int) -> None:
    score = evals.score(question(GPT3), answered("train_cost", **arguments))
    assert (score.tool_right, score.arguments_right, score.invented) == (True, right, invented)
    assert score.exact is (right == 2 and not invented)
    assert score.wrong_answer is not score.exact


@pytest.mark.parametrize(
    ("parameter", "wanted", "got", "same"),
    [
        ("params", 7e9, "7B", True),
        ("params", 7e9, "7.1B", False),
        ("utilization", 0.4, "40%", True),
        ("tokens", "2万亿", 2e12, True),
        ("precision", "bf16", "BF16", True),
        ("as_of", "2024", "2024-12-31", True),
        ("gpu", "A100", "no such chip", False),
    ],
)
def test_numbers_are_compared_in_base_units(parameter: str, wanted: Any, got: Any, same: bool) -> None:
    assert evals.same("train_cost", parameter, wanted, got) is same


def test_hosted_models_are_compared_by_what_they_are() -> None:
    assert evals.same("api_cost", "model", "Claude Sonnet 4.5", "sonnet 4.5")
    assert evals.same("api_cost", "model", "claude-sonnet-4-5", "Claude 4.5 Sonnet")
    assert not evals.same("api_cost", "model", "Claude Sonnet 4.5", "sonnet 4")
    assert not evals.same("api_cost", "model", "one that nobody sells", "another")


def test_another_tool_or_no_tool_is_wrong() -> None:
    other = evals.score(question(GPT3), answered("train_flops", params="GPT-3"))
    assert not other.tool_right
    assert other.wrong_answer
    silent = evals.score(question(GPT3), Reply("How many?", asks=["How many?"]))
    assert not silent.tool_right
    assert not silent.wrong_answer


def test_what_must_be_declined() -> None:
    assert evals.score(question(WEATHER), Reply("no", declined="no")).exact
    assert evals.score(question(WEATHER), Reply("?", asks=["?"])).exact
    assert evals.score(question(WEATHER), answered("train_cost", params="GPT-3")).wrong_answer
    strict = question(WEATHER | {"expects": "declines"})
    assert not evals.score(strict, Reply("?", asks=["?"])).exact


def test_another_right_reading_counts() -> None:
    one = question(GPT3 | {"or": [{"tool": "train_flops", "arguments": {"params": "GPT-3"}}, {"tool": None}]})
    assert evals.score(one, answered("train_flops", params="GPT-3")).exact
    assert evals.score(one, Reply("?", asks=["?"])).exact
    assert not evals.score(one, answered("train_energy", params="GPT-3")).exact


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        '{"set": "A"}',
        '{"set": "A", "question": "?", "tool": "no_such_tool"}',
        '{"set": "A", "question": "?", "tool": "train_cost", "arguments": {"mfu": 1}}',
        '{"set": "A", "question": "?", "tool": "train_cost", "expects": "asks"}',
        "[]",
    ],
)
def test_a_broken_question_is_named_by_its_line(broken: str) -> None:
    with pytest.raises(InputError, match="mine, line 2"):
        evals.read_questions([json.dumps(GPT3), broken], "mine")


def test_an_engine_that_fails_is_counted() -> None:
    class Broken:
        name = announcement = "broken"
        is_offline = True

        def ask(self, question: str, screen: Screen) -> Reply:
            raise InputError("question", question, "no")

    scores = evals.run([question(GPT3), question(WEATHER)], Broken)
    row = dict(zip(evals.COLUMNS, evals.summary(scores)[0], strict=True))
    assert (row["failed"], row["exact"], row["not answered"], row["wrong answers"]) == ("2", "0/2", "0", "0")
    with pytest.raises(CostError, match="given up after 3 questions: question: .* can't be used; no"):
        evals.run([question(GPT3)] * 100, Broken)


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in (GPT3, WEATHER, GPT3 | {"set": "U", "tool": "train_days"})), encoding="utf-8")
    done = command("evals", "--offline", "--questions", str(path), "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert [(one["set"], one["exact"]) for one in said["summary"]] == [("T", "2/2"), ("U", "0/1"), ("all", "2/3")]
    assert [one["wrong_answer"] for one in said["questions"]] == [False, False, True]
    shown = command("evals", "--offline", "--questions", str(path), "--set", "U")
    assert shown.returncode == 0
    assert "wanted  train_days" in shown.stdout
    wrong = command("evals", "--offline", "--questions", str(path), "--set", "X")
    assert wrong.returncode == 2
    assert "the sets are T, U" in wrong.stderr


def test_strict_tells_by_the_exit_code(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    for right, code in ((GPT3, 0), (GPT3 | {"tool": "train_days"}, 1)):
        path.write_text(json.dumps(right), encoding="utf-8")
        assert command("evals", "--offline", "--strict", "--questions", str(path)).returncode == code
    tried = command("evals", "--offline", "--strict", "--set", "attacks", "--json")
    assert tried.returncode == 0, tried.stderr
    assert len(json.loads(tried.stdout)["attacks"]) > 700


def test_a_model_that_invents_figures_is_told(tmp_path: Path) -> None:
    """The same command on a scripted endpoint: the first answer quotes its result, the second one invents a figure, twice."""
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(json.dumps(GPT3) for _ in range(2)), encoding="utf-8")
    asked = calls(("train_cost", {"params": "GPT-3", "gpu": "A100"}))
    lies = says("It costs $4.7 million.")
    with serving(asked, says("It costs {c1.value}."), asked, lies, lies, models=["m"]) as script:
        done = command(
            "evals",
            "--strict",
            "--json",
            "--questions",
            str(path),
            env={**os.environ, "OPENAI_BASE_URL": script.url, "OPENAI_API_KEY": "k"},
        )
    assert done.returncode == 1, done.stderr
    said = json.loads(done.stdout)["questions"]
    assert [one["ungrounded"] > 0 for one in said] == [False, True]
    assert said[0]["exact"]
