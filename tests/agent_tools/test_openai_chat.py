"""Questions to a language model: calls, grounded answers, follow-ups. A scripted server on loopback is the model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import compute_cost
from compute_cost.amounts import show
from compute_cost.errors import InputError
from compute_cost_tools.endpoint import Endpoint, EndpointError
from compute_cost_tools.openai_chat import MOST_STEPS, Conversation
from tests.support.openai_server import Script, Step, calls, says, serving

ASKED = "what does GPT-3 cost to train?"
GPT3 = ("train_cost", {"params": "GPT-3"})
GOOD = "It costs about {c1.value} ({c1.range})."
COST = compute_cost.train_cost("GPT-3")
FIGURE = show(COST.value, "USD")
READ = f"It costs about {FIGURE} (80% range {COST.range_text()})."


class Recorder:
    """A screen that keeps what it is shown."""

    def __init__(self) -> None:
        self.shown = ""
        self.notes: list[str] = []

    def text(self, piece: str) -> None:
        self.shown += piece

    def note(self, line: str) -> None:
        self.notes.append(line)


@contextmanager
def talking(*steps: Step, **options: Any) -> Iterator[tuple[Conversation, Recorder, Script]]:
    with serving(*steps, **options) as script:
        yield Conversation(Endpoint(script.url, "a-key", "scripted", 5)), Recorder(), script


def test_a_call_an_answer_and_where_it_comes_from() -> None:
    with talking(calls(GPT3), says(GOOD)) as (conversation, screen, script):
        reply = conversation.ask(ASKED, screen)
    assert script.url in conversation.announcement
    assert "scripted" in conversation.announcement
    assert reply.call
    assert (reply.call.name, dict(reply.call.arguments)) == GPT3
    assert reply.answer.startswith(READ)
    assert screen.shown.startswith(READ)
    assert reply.answer.strip() in screen.shown
    for part in ("80% range", '=TRAIN_COST("GPT-3")', "Assumed: gpu H100", "sources with --sources"):
        assert part in reply.answer
    assert "Chosen by the assistant" not in reply.answer
    assert screen.notes == [f"train_cost(params=GPT-3): {FIGURE} (80% range {COST.range_text()})"]
    assert (reply.prompt_tokens, reply.completion_tokens) == (200, 20)
    first, second = script.requests
    assert all(tool["function"]["strict"] for tool in first["tools"])
    assert first["stream"] is True
    told = json.loads(second["messages"][-1]["content"])
    assert told["id"] == "c1"
    assert told["value"] == float(f"{compute_cost.train_cost('GPT-3').value:.4g}")
    assert script.keys == ["Bearer a-key"] * 2


def test_two_calls_at_once() -> None:
    with talking(calls(GPT3, ("train_days", {"params": "GPT-3", "gpus": "1,024"})), says("Done, see below.")) as (
        conversation,
        screen,
        script,
    ):
        reply = conversation.ask("cost and days of GPT-3 on 1024 GPUs?", screen)
    assert [call.name for call in reply.calls] == ["train_cost", "train_days"]
    assistant, *answers = script.sent()[-3:]
    assert [one["id"] for one in assistant["tool_calls"]] == [one["tool_call_id"] for one in answers] == ["call-0", "call-1"]
    said = reply.as_dict()
    assert (said["tool"], said["arguments"]) == ("train_days", {"params": "GPT-3", "gpus": 1024.0})
    assert [one["tool"] for one in said["calls"]] == ["train_cost", "train_days"]
    assert "=TRAIN_DAYS" in said["answer"]
    assert "=TRAIN_COST" in said["answer"]


def test_servers_that_number_every_call_0_or_give_no_id() -> None:
    def call(name: str, gpus: str, call_id: str | None) -> dict[str, Any]:
        function = {"name": name, "arguments": json.dumps({"params": "GPT-3", "gpus": gpus})}
        return {"tool_calls": [{"index": 0, "id": call_id, "type": "function", "function": function}]}

    twice = Step([call("train_days", "64", "a"), call("train_days", "128", "b")], finish="tool_calls")
    once = Step([call("train_days", "256", None)], finish="tool_calls")
    with talking(twice, once, says("See below.")) as (conversation, screen, script):
        reply = conversation.ask("days of GPT-3 on 64, 128 and 256 GPUs?", screen)
    assert [call.arguments["gpus"] for call in reply.calls] == ["64", "128", "256"]
    assert all(one["tool_call_id"] for one in script.sent() if one["role"] == "tool")


def test_an_invented_figure_is_marked_and_asked_for_again() -> None:
    with talking(calls(GPT3), says("It costs $4.7 million."), says(GOOD)) as (conversation, screen, script):
        reply = conversation.ask(ASKED, screen)
    assert "$4.7 [no source] million [no source]." in screen.shown
    assert "No source for $4.7, million: asked again." in screen.notes
    assert "$4.7, million" in script.sent()[-1]["content"]
    assert "{c1.value}" in script.sent()[-1]["content"], "what to write instead"
    assert reply.answer.startswith(READ)
    assert "4.7" not in reply.answer
    assert reply.call
    assert not reply.ungrounded


def test_twice_invented_is_refused() -> None:
    """Asking again names the figures; that must not make them known."""
    with talking(calls(GPT3), says("It costs $4.7 million."), says("Yes, $4.7 million, sure.")) as (conversation, screen, _):
        reply = conversation.ask(ASKED, screen)
    assert reply.call is None
    assert reply.ungrounded == ["$4.7", "million"]
    assert reply.answer.startswith("Refused:")
    assert '=TRAIN_COST("GPT-3")' in reply.answer, "what the tools gave is still shown"
    assert reply.answer in screen.shown
    said = reply.as_dict()
    assert said["tool"] is None
    assert said["result"] is None
    assert [one["tool"] for one in said["calls"]] == ["train_cost"]


def test_without_any_call_a_figure_is_refused() -> None:
    with talking(says(GOOD), says(GOOD)) as (conversation, screen, _):
        reply = conversation.ask(ASKED, screen)
    assert reply.ungrounded == ["{c1.value}", "{c1.range}"]


def test_a_true_figure_without_a_reference_is_refused_too() -> None:
    with talking(calls(GPT3), says(READ), says(READ)) as (conversation, screen, _):
        reply = conversation.ask(ASKED, screen)
    assert reply.ungrounded == [FIGURE, "80%", *(word for word in COST.range_text().split() if word != "to")]


def test_the_result_of_a_call_goes_into_another() -> None:
    later = ("in_currency", {"amount": "{c1.value}", "exchange_rate": "{you: 0.9}", "currency_code": "EUR"})
    total = ("combine", {"how": "multiply", "results": "c1", "by": "3 runs"})
    with talking(calls(GPT3), calls(later, total), says("That is {c2.value}, and {c3.value} for {you: 3 runs}.")) as (
        conversation,
        screen,
        _,
    ):
        reply = conversation.ask("what does GPT-3 cost to train in EUR at 0.9, and 3 runs of it?", screen)
    cost = compute_cost.train_cost("GPT-3").value
    assert [call.result.value for call in reply.calls[1:]] == pytest.approx([cost * 0.9, cost * 3])
    assert "Chosen by the assistant" not in reply.answer
    assert not reply.ungrounded


def test_asking_back_and_declining() -> None:
    with talking(says("How many training tokens?"), says("That is not my subject.")) as (conversation, screen, _):
        asked, declined = conversation.ask("cost to train a 7B model?", screen), conversation.ask("weather?", screen)
    assert (asked.call, asked.asks) == (None, ["How many training tokens?"])
    assert (declined.call, declined.asks) == (None, [])
    assert declined.declined
    assert "Sources" not in declined.answer


def test_what_the_assistant_chose_is_named() -> None:
    arguments = {"params": "7B", "tokens": "2T", "gpu": "H100"}
    with talking(calls(("train_cost", arguments)), says("See below.")) as (conversation, screen, _):
        reply = conversation.ask("cost to train a 7B model on an H100?", screen)
    chosen = reply.answer.split("Chosen by the assistant", 1)[1].split("\n\n")[0]
    assert "tokens 2T" in chosen
    assert "gpu" not in chosen
    assert "params" not in chosen


def test_follow_up_questions_see_what_went_before() -> None:
    steps = (calls(GPT3), says(GOOD), says("As said, {c1}."), calls(("train_cost", {"params": "GPT-3", "gpu": "A100"})), says("More."))
    with talking(*steps) as (conversation, screen, script):
        conversation.ask(ASKED, screen)
        again = conversation.ask("how much, again?", screen)
        other = conversation.ask("and on A100?", screen)
    assert again.answer.startswith(f"As said, {FIGURE}.")
    assert '=TRAIN_COST("GPT-3")' in again.answer, "an answer from an earlier call ends with its formula"
    assert [one["content"] for one in script.sent() if one["role"] == "user"] == [ASKED, "how much, again?", "and on A100?"]
    assert '=TRAIN_COST("GPT-3",,"A100")' in other.answer
    assert '=TRAIN_COST("GPT-3")' not in other.answer


def test_looking_up_a_name_and_asking_is_no_answer() -> None:
    find = ("find", {"kind": "model", "text": "llama 3 70b"})
    with talking(calls(find), says("Do you mean Llama 3 70B?"), calls(find), says("Llama 3 70B is in the catalogue.")) as (
        conversation,
        screen,
        _,
    ):
        asked = conversation.ask("cost of that llama?", screen)
        told = conversation.ask("is there a llama?", screen)
    assert (asked.call, asked.asks) == (None, ["Do you mean Llama 3 70B?"])
    assert told.call is None
    assert told.answer == "Llama 3 70B is in the catalogue."


@pytest.mark.parametrize(
    ("call", "says_why"),
    [
        (("train_cost", '{"params": "GPT-3"'), "not a JSON object"),
        (("train_cost", '{"params": "GPT-3", "params": "GPT-4"}'), "a key is there twice"),
        (("train_cost", "[1]"), "not a JSON object"),
        (("train_cost", {"params": "GPT-3", "mfu": 0.5}), 'no argument \\"mfu\\"'),
        (("train_cost", {"params": "GPT-9"}), "is not known"),
        (("train_cost", {"params": "GPT-3", "utilization": "400%"}), "utilization"),
        (("rm", {"path": "/"}), "is not known"),
        (("", {}), "is not known"),
    ],
)
def test_a_wrong_call_goes_back_to_the_model(call: tuple[str, Any], says_why: str) -> None:
    with talking(calls(call), calls(GPT3), says(GOOD)) as (conversation, screen, script):
        reply = conversation.ask(ASKED, screen)
    error = script.sent(1)[-1]
    assert error["role"] == "tool"
    assert error["content"].startswith("Error: ")
    assert says_why in json.dumps(error["content"])
    assert [one.name for one in reply.calls] == ["train_cost"]
    for message in script.sent():
        for one in message.get("tool_calls") or ():
            assert isinstance(json.loads(one["function"]["arguments"]), dict), "a broken call must not break the conversation"


def test_the_steps_are_bounded() -> None:
    with talking(*[calls(("train_cost", "{"))] * (MOST_STEPS + 3)) as (conversation, screen, script):
        with pytest.raises(EndpointError, match=f"no answer in {MOST_STEPS} steps"):
            conversation.ask(ASKED, screen)
        assert len(script.requests) == MOST_STEPS
    with talking(calls(*[GPT3] * 20), says(GOOD)) as (conversation, screen, _):
        assert len(conversation.ask(ASKED, screen).calls) == 8


def test_after_a_failure_the_conversation_is_as_before() -> None:
    with talking(calls(GPT3), Step(status=400, error={"message": "no"}), says(GOOD), says(GOOD)) as (conversation, screen, script):
        with pytest.raises(EndpointError):
            conversation.ask(ASKED, screen)
        reply = conversation.ask("hi", screen)
        assert [one["role"] for one in script.sent(2)] == ["system", "user"]
    assert reply.ungrounded, "what only the failed question had given is not known"


def test_what_is_thought_aloud_and_control_characters_are_not_shown() -> None:
    with talking(says("<think>Maybe $9 million. No.</think>\n\nWhich \x1bmodel\x07?")) as (conversation, screen, _):
        reply = conversation.ask(ASKED, screen)
    assert reply.answer == "Which model?"
    assert screen.shown.strip() == "Which model?"


def test_figures_are_checked_before_they_are_shown_although_they_come_in_pieces() -> None:
    with talking(calls(GPT3), says("No. It is $750,\u200b830? Of {c1.\u200bvalue}. Fine."), says(GOOD)) as (conversation, screen, _):
        conversation.ask(ASKED, screen)
    assert f"830 [no source]? Of {FIGURE}. Fine." in screen.shown


@pytest.mark.parametrize("question", ["", "  ", "x" * 4001])
def test_a_question_out_of_bounds(question: str) -> None:
    with talking() as (conversation, screen, script), pytest.raises(InputError, match="^question:"):
        conversation.ask(question, screen)
    assert script.requests == []


def test_an_endless_answer_is_stopped() -> None:
    with (
        talking(Step([{"content": "word " * 1000}] * 5)) as (conversation, screen, _),
        pytest.raises(EndpointError, match="more than 20,000"),
    ):
        conversation.ask(ASKED, screen)


def test_a_cut_answer_says_so() -> None:
    with talking(says("It depends on", finish="length")) as (conversation, screen, _):
        conversation.ask(ASKED, screen)
    assert any("cut off" in one for one in screen.notes)
