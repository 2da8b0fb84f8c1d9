"""What a page asks, by path: answers, refusals in one line, and bugs that leave the page going."""

from __future__ import annotations

import json
from typing import Any

import pytest

import compute_cost
from compute_cost.errors import InputError
from compute_cost_sheets.calculator import answering, questions

TRAINING = {"name": "train_cost", "arguments": {"params": "GPT-3", "gpu": "A100"}}


def told(address: str, body: Any = None) -> tuple[int, Any]:
    status, content = answering.told(address, "" if body is None else body if isinstance(body, str) else json.dumps(body))
    return status, json.loads(content)


def test_a_page_is_answered_as_by_a_server() -> None:
    value = compute_cost.train_cost("GPT-3", None, "A100").value
    assert told("/batch", {"calls": [["TRAIN_COST", "GPT-3", None, "A100"]]}) == (200, {"results": [value]})
    assert told("/batch?blank=zero", {"calls": [["TRAIN_COST", "GPT-3", 0, "A100"]]}) == (200, {"results": [value]})
    assert told("/estimate", TRAINING)[1]["value"] == value
    assert told("/call", {"calls": [["TRAIN_COST", "GPT-3", None, "A100"]]}) == (200, TRAINING)
    assert told("/find?kind=gpu&text=h100%20pcie")[1][0]["name"].startswith("H100 PCIe")


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/nowhere", TRAINING), ("/estimate", ""), ("/estimate", "{"), ("/estimate", "[" * 5000), ("/estimate", {"name": "train_cost"}),
        ("/estimate", {**TRAINING, "places": ["B2"]}), ("/estimate", {"name": "train_cost", "arguments": {"params": None, "gpu": 5}}),
        ("/call", {"calls": []}), ("/call", {"calls": [["NO_SUCH"]]}), ("/block", {**TRAINING, "at": 7}), ("/block", {**TRAINING, "at": None}),
        ("/scenarios", TRAINING), ("/scenarios", {**TRAINING, "vary": "gpu", "values": [1]}), ("/scenarios", {**TRAINING, "vary": 5, "values": ["x"]}),
        ("/book", {**TRAINING, "host": "lotus"}), ("/find?kind=nothing&text=x", ""), ("/estimate", "\ud800"),
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused_in_one_line(address: str, body: Any) -> None:
    status, found = told(address, body)
    assert status == 400
    assert list(found) == ["error"]
    assert "\n" not in found["error"]


def test_a_bug_leaves_the_page_going(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(questions, "answer", lambda _: 1 / 0)
    assert told("/estimate", TRAINING) == (500, {"error": answering.BUG})
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_server_hears_of_a_bug_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "answer", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        answering.answer("/estimate", {}, json.dumps(TRAINING).encode())
    with pytest.raises(InputError, match="ask one of"):
        answering.answer("/estimates", {}, b"")
