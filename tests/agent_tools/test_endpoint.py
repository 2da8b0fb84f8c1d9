"""What can go wrong between here and a language model: transient faults are tried again, the others are one clear line."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from typing import Any

import pytest

from compute_cost_tools import endpoint as module
from compute_cost_tools.assistant import is_named
from compute_cost_tools.endpoint import ATTEMPTS, Endpoint, EndpointError, from_environment
from compute_cost_tools.openai_chat import Conversation
from tests.support.openai_server import Script, Step, says, serving

FINE = says("Which model?")


class Notes:
    """A screen that keeps its notes."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def text(self, piece: str) -> None: ...

    def note(self, line: str) -> None:
        self.notes.append(line)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_backoff", lambda state: 0.01)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "COMPUTE_COST_MODEL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def error(status: int, message: str = "no", **options: Any) -> Step:
    body = {"message": message, "code": options.pop("code", None), "type": "x"}
    return Step(status=status, error=body, **options)


def ask(script: Script, timeout: float = 5, model: str = "scripted") -> tuple[str, list[str]]:
    """The answer, or the message of the failure, and the notes."""
    screen = Notes()
    try:
        return Conversation(Endpoint(script.url, "k", model, timeout)).ask("hi", screen).answer, screen.notes
    except EndpointError as problem:
        return "failed: " + str(problem).replace("\n", "MORE THAN ONE LINE"), screen.notes


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504])
def test_transient_faults_are_tried_again(status: int) -> None:
    with serving(error(status), error(status), FINE) as script:
        answer, notes = ask(script)
    assert answer == "Which model?"
    assert len(script.requests) == 3
    assert [f"HTTP {status} at {script.url}; trying again" in note for note in notes] == [True, True]


def test_the_attempts_are_bounded_and_the_sdk_adds_none() -> None:
    with serving(*[error(503, "overloaded")] * 20) as script:
        answer, _ = ask(script)
    assert len(script.requests) == ATTEMPTS
    assert f"failed {ATTEMPTS} times (HTTP 503" in answer
    assert "overloaded" in answer
    assert "--offline" in answer


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_lasting_faults_are_not_tried_again(status: int) -> None:
    with serving(error(status), FINE) as script:
        answer, notes = ask(script)
    assert answer.startswith("failed: ")
    assert len(script.requests) == 1
    assert notes == []


@pytest.mark.parametrize("headers", [{"Retry-After": "0.6"}, {"retry-after-ms": "600"}])
def test_retry_after_is_kept(headers: dict[str, str]) -> None:
    started = time.perf_counter()
    with serving(error(429, headers=headers), FINE) as script:
        answer, _ = ask(script)
    assert answer == "Which model?"
    assert time.perf_counter() - started >= 0.6


@pytest.mark.parametrize("wait", ["120", formatdate(time.time() + 7200, usegmt=True)], ids=["seconds", "a date"])
def test_a_long_wait_is_given_up_at_once(wait: str) -> None:
    with serving(error(429, "slow down", headers={"Retry-After": wait}), FINE) as script:
        answer, _ = ask(script)
    assert len(script.requests) == 1
    assert "asks to wait" in answer


def test_an_empty_account_is_not_tried_again() -> None:
    with serving(error(429, "You exceeded your quota", code="insufficient_quota"), FINE) as script:
        answer, _ = ask(script)
    assert len(script.requests) == 1
    assert "quota" in answer


@pytest.mark.parametrize(
    ("step", "says_what"),
    [
        (error(401, "Incorrect API key"), "refuses the key of OPENAI_API_KEY (401: "),
        (error(404, "no such model", code="model_not_found"), 'has no model "scripted"; it offers small, large'),
        (error(400, 'model "scripted" not found, try pulling it first'), "it offers small, large"),
        (error(400, "This model's maximum context length is 4096 tokens"), "too long for scripted"),
        (error(400, "the request exceeds the available context size"), "too long for scripted"),
        (error(400, "scripted does not support tools"), "scripted does not support tools"),
        (Step(raw="<html>hello</html>"), "does the address end in /v1?"),
        (Step(raw="data: {broken\n\n"), "broke off or can't be read"),
        (Step(raw='data: {"error": {"message": "out of memory"}}\n\n'), "out of memory"),
        (Step(raw=""), "is empty"),
        (says("", finish="stop"), "empty answer"),
        (says("It costs", drop_after=1), "broke off in the middle"),
        (says("It", finish="content_filter"), "content filter"),
    ],
)  # fmt: skip
def test_the_message_says_what_and_where(step: Step, says_what: str) -> None:
    with serving(step, models=["small", "large"]) as script:
        answer, _ = ask(script)
    assert says_what in answer
    assert "MORE THAN ONE LINE" not in answer
    assert script.url in answer or "scripted" in answer


def test_a_model_that_takes_tools_only_without_reasoning() -> None:
    refused = Step(status=400, error={"message": "Function tools with reasoning_effort are not supported", "param": "reasoning_effort"})
    with serving(refused, FINE, FINE, refused) as script:
        answers = [ask(script)[0] for _ in range(2)]
        assert answers == ["Which model?"] * 2
        assert [one.get("reasoning_effort") for one in script.requests] == [None, "none", "none"]
        assert "refuses the request (HTTP 400: Function tools" in ask(script)[0], "said again, it is a fault"
        assert len(script.requests) == 4


def test_a_slow_endpoint() -> None:
    with serving(says("late", wait=20)) as script:
        started = time.perf_counter()
        answer, _ = ask(script, timeout=1)
    assert time.perf_counter() - started < 10
    assert "no answer from" in answer
    assert "--timeout" in answer
    assert len(script.requests) == 1


@contextmanager
def closed_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]  # bound, but nobody listens


def test_nobody_there() -> None:
    with closed_port() as port:
        answer, notes = ask(Script(f"http://127.0.0.1:{port}/v1", []))
    assert f"no connection to http://127.0.0.1:{port}/v1" in answer
    assert "is the server running?" in answer
    assert len(notes) == ATTEMPTS - 1


def test_no_name_server_knows_it() -> None:
    answer, _ = ask(Script("http://nobody.invalid/v1", []))
    assert "no connection to http://nobody.invalid/v1" in answer
    assert "check the network" in answer


def test_no_secret_in_any_message() -> None:
    with closed_port() as port:
        place = Endpoint(f"http://me:secret@127.0.0.1:{port}/v1?token=secret", "secret", "m", 2)
        assert "secret" not in Conversation(place).announcement
        with pytest.raises(EndpointError) as caught:
            Conversation(place).ask("hi", Notes())
    assert "secret" not in str(caught.value)


def test_a_key_that_the_server_repeats_is_not_shown() -> None:
    with serving(error(401, "Incorrect API key provided: sk-very-secret")) as script:
        with pytest.raises(EndpointError) as caught:
            Conversation(Endpoint(script.url, "sk-very-secret", "m", 5)).ask("hi", Notes())
        assert script.keys == ["Bearer sk-very-secret"]
    assert "sk-very-secret" not in str(caught.value)


def test_where_questions_go(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_named()
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert is_named()
    openai = from_environment("some-model")
    assert (openai.place, openai.model, openai.is_local) == ("https://api.openai.com/v1", "some-model", False)
    assert from_environment().model
    monkeypatch.setenv("OPENAI_BASE_URL", "ollama")
    with pytest.raises(EndpointError, match="OPENAI_BASE_URL"):
        from_environment()


@pytest.mark.parametrize(("models", "expected"), [(["only"], "only"), (["a", "b"], "it offers a, b"), (None, "it lists none")])
def test_the_one_model_of_a_local_server_needs_no_name(monkeypatch: pytest.MonkeyPatch, models: list[str] | None, expected: str) -> None:
    with serving(models=models) as script:
        monkeypatch.setenv("OPENAI_BASE_URL", script.url)
        if models == ["only"]:
            assert from_environment().model == expected
        else:
            with pytest.raises(EndpointError, match=expected):
                from_environment()
        monkeypatch.setenv("COMPUTE_COST_MODEL", "b")
        assert from_environment().model == "b"
