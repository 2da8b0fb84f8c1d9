"""The terminal of ask and chat: pieces as they come, notes on lines of their own, questions from a pipe."""

from __future__ import annotations

import io
import sys

import pytest

from compute_cost_tools.grounding import MARK
from compute_cost_tools.terminal import Terminal


def test_pieces_follow_each_other_and_a_note_begins_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Terminal()
    screen.note("Asked.")
    for piece in ("It costs ", "", "$2", MARK, "."):
        screen.text(piece)
    screen.note("Done.")
    screen.text("More.\n")
    screen.note("End.")
    assert capsys.readouterr().out == f"Asked.\nIt costs $2{MARK}.\nDone.\nMore.\nEnd.\n"


def test_a_long_line_is_left_to_the_terminal_and_markup_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().text("[bold]" + "x" * 500 + "[/bold] :smile:")
    assert capsys.readouterr().out == "[bold]" + "x" * 500 + "[/bold] :smile:"


def test_a_problem_stands_apart(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Terminal()
    screen.text("half")
    screen.problem("params: wrong")
    assert capsys.readouterr().out == "half\n\nparams: wrong\n"


def test_questions_of_a_pipe_have_no_prompt_and_end(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("first\nsecond\n"))
    screen = Terminal()
    assert [screen.question() for _ in range(3)] == ["first", "second", None]
    assert capsys.readouterr().out == ""
