"""A conversation with a language model that may call the tools, over any OpenAI-compatible endpoint.

The model chooses calls and words; the estimates are worked out here, every figure of its text is filled in from them by reference
(grounding.py), and the assumptions, ranges, sources and formulas below the answer are ours.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from openai.types.chat.chat_completion_chunk import ChoiceDeltaToolCall

from compute_cost.answers.in_words import BRIEF, Details
from compute_cost.command.arguments import parse_object
from compute_cost.errors import CostError, InputError
from compute_cost_tools import answer, grounding, schema
from compute_cost_tools.assistant import settings
from compute_cost_tools.endpoint import Endpoint, EndpointError, stream
from compute_cost_tools.reply import Reply, Screen
from compute_cost_tools.session import Session, rounded, told

MOST_STEPS = 8
MOST_CALLS = 8  # in one step
LONGEST_QUESTION = 4000
# Text is shown up to a place that neither a figure nor a sentence, whose figures say what "per month" may stand for, can straddle.
_SAFE = re.compile(r"\n|(?<=[^\d\s][.!?])\s|[。！？]")


@dataclass
class _Asked:
    """A call as the model writes it, piece by piece."""

    id: str
    index: int
    name: str = ""
    arguments: str = ""


@dataclass
class _Turn:
    """One answer of the model: text, calls or both."""

    text: str = ""
    calls: list[_Asked] = field(default_factory=list)
    cut: bool = False


class Conversation:
    """Questions and answers with one model; follow-up questions see what went before."""

    is_offline = False

    def __init__(self, endpoint: Endpoint, tools: Sequence[dict[str, Any]] | None = None, details: Details = BRIEF) -> None:
        self.endpoint = endpoint
        self._details = details
        self._tools = _tools() if tools is None else list(tools)
        self._messages: list[Any] = [{"role": "system", "content": settings()["prompt"].strip()}]
        self._session = Session(hears=True)
        self._ending = ""

    @property
    def name(self) -> str:
        return f"{self.endpoint.model} at {self.endpoint.place}"

    @property
    def announcement(self) -> str:
        where = "an address on this machine" if self.endpoint.is_local else "over the network"
        return (
            f"Answered by the language model {self.name} ({where}): your questions and the tools' answers go there. "
            "The figures are worked out on this machine."
        )

    def ask(self, question: str, screen: Screen) -> Reply:
        """The reply to `question`. Raises CostError with one line; the conversation is then as it was before."""
        if not question.strip():
            raise InputError("question", question, 'ask something, such as "what does GPT-3 cost to train?"')
        if len(question) > LONGEST_QUESTION:
            raise InputError("question", question, f"it has {len(question)} characters; at most {LONGEST_QUESTION} are read")
        before = len(self._messages), copy.deepcopy(self._session)
        try:
            return self._answer(question, screen)
        except BaseException:
            del self._messages[before[0] :]
            self._session = before[1]
            raise

    def _answer(self, question: str, screen: Screen) -> Reply:
        self._messages.append({"role": "user", "content": question})
        self._session.ledger.say(question)
        reply, invented = Reply(), list[str]()
        for _ in range(MOST_STEPS):
            turn = self._turn(reply, screen)
            if turn.calls:
                self._run(turn, reply, screen)
                continue
            text = turn.text.strip()
            if not text:
                raise EndpointError(f"{self.endpoint.model} at {self.endpoint.place} gave an empty answer; ask again, or try another model")
            self._messages.append({"role": "assistant", "content": text})
            if turn.cut:
                screen.note("The answer is cut off at the endpoint's limit of tokens.")
            written = grounding.write(text, self._session.ledger)
            if not written.strange:
                return self._done(written, reply, screen)
            unknown = list(dict.fromkeys(bad.text for bad in written.strange))
            if invented:
                return self._refused([*invented, *unknown], reply, screen)
            invented = unknown
            screen.note(f"No source for {', '.join(unknown)}: asked again.")
            again = settings()["again"].strip()
            again = again.replace("{figures}", ", ".join(unknown)).replace("{advice}", grounding.advice(written.strange))
            self._messages.append({"role": "user", "content": again})
        raise EndpointError(f"{self.endpoint.model} reached no answer in {MOST_STEPS} steps; ask a narrower question, or try another model")

    def _turn(self, reply: Reply, screen: Screen) -> _Turn:
        """One request: streams the text, sentence by sentence and checked, and gathers the calls."""
        turn, shown, finish, usage = _Turn(), 0, "", None
        for chunk in stream(self.endpoint, self._messages, self._tools, screen.note):
            usage = chunk.usage or usage  # some servers count along, so the last one counts
            for choice in (chunk.choices or ())[:1]:
                turn.text += _printable(choice.delta.content or choice.delta.refusal or "")
                for piece in choice.delta.tool_calls or ():
                    _gather(turn.calls, piece)
                finish = choice.finish_reason or finish
            if len(turn.text) + sum(len(call.arguments) for call in turn.calls) > grounding.LONGEST_TEXT:
                raise EndpointError(f"{self.endpoint.model} wrote more than {grounding.LONGEST_TEXT:,} characters; ask a narrower question")
            shown = self._show(_spoken(turn.text), shown, screen, whole=False)
        if not finish:
            what = "broke off in the middle; ask again" if turn.text or turn.calls else "is empty; does the address end in /v1?"
            raise EndpointError(f"the answer of {self.endpoint.place} {what}")
        if finish == "content_filter":
            raise EndpointError(f"{self.endpoint.place} withheld the answer (content filter); rephrase the question")
        if usage:
            reply.prompt_tokens += usage.prompt_tokens or 0
            reply.completion_tokens += usage.completion_tokens or 0
        turn.text, turn.cut = _spoken(turn.text), finish == "length"
        self._show(turn.text, shown, screen, whole=True)
        return turn

    def _show(self, text: str, shown: int, screen: Screen, *, whole: bool) -> int:
        """Show what can be checked by now; returns up to where."""
        end = len(text) if whole else max((match.end() for match in _SAFE.finditer(text, shown)), default=shown)
        if end > shown:
            screen.text(grounding.write(text[shown:end], self._session.ledger).text)
        return end

    def _run(self, turn: _Turn, reply: Reply, screen: Screen) -> None:
        """Run the calls of a turn; a mistake goes back to the model as one line."""
        said: list[dict[str, Any]] = []
        answers: list[dict[str, Any]] = []
        for number, asked in enumerate(turn.calls):
            asked.id = asked.id or f"call_{len(self._messages)}_{number}"
            arguments = "{}"  # broken ones would make some servers refuse the whole conversation from here on
            try:
                if number >= MOST_CALLS:
                    raise InputError("calls", len(turn.calls), f"at most {MOST_CALLS} at a time")
                given = parse_object(asked.arguments or "{}")
                arguments = asked.arguments or "{}"
                name, call = self._session.call(asked.name, given)
                reply.calls.append(call)
                content = json.dumps(rounded(told(name, call)), ensure_ascii=False)[: grounding.LONGEST_TEXT]
                screen.note(answer.call_line(call))
            except CostError as problem:
                content = f"Error: {problem}"
                screen.note(f"{asked.name}: {problem}")
            said.append({"id": asked.id, "type": "function", "function": {"name": asked.name, "arguments": arguments}})
            answers.append({"role": "tool", "tool_call_id": asked.id, "content": content})
        self._messages += [{"role": "assistant", "content": turn.text or None, "tool_calls": said}, *answers]

    def _done(self, written: grounding.Written, reply: Reply, screen: Screen) -> Reply:
        text = written.text
        looked_up = all(call.name == "find" for call in reply.calls)
        if looked_up:
            reply.asks = [text] if "?" in text.replace("？", "?") else []
            reply.declined = "" if reply.asks else "no estimate was called"
        ending = ""
        if not looked_up or (written.quotes and not reply.asks):
            # What quotes figures without a call of its own ends with where those of before come from.
            ending = self._ending = answer.ending(reply.calls, self._details) if reply.calls else self._ending
        reply.answer = f"{text}\n\n{ending}" if ending else text
        screen.text(f"\n\n{ending}\n" if ending else "\n")
        return reply

    def _refused(self, invented: list[str], reply: Reply, screen: Screen) -> Reply:
        """Twice invented: the text is not an answer; what the tools gave still is."""
        reply.ungrounded = list(dict.fromkeys(invented))
        reply.declined = "the model wrote figures without a source"
        reply.answer = (
            f"Refused: {self.endpoint.model} twice wrote figures that no tool gave and you did not say: {', '.join(reply.ungrounded)}."
        )
        if reply.calls:
            reply.answer += f" What the tools gave:\n\n{answer.ending(reply.calls, self._details)}"
        self._messages[-1]["content"] = "(refused: figures without a source)"
        screen.text(f"\n\n{reply.answer}\n")
        return reply


def _tools() -> list[dict[str, Any]]:
    """The default tools but quote: the text itself is one here."""
    return [tool for tool in schema.render("openai-chat") if tool["function"]["name"] != schema.QUOTE]


def _gather(calls: list[_Asked], piece: ChoiceDeltaToolCall) -> None:
    """Add a piece of a call. Some servers number every call 0, so another id starts another call."""
    call = next((begun for begun in reversed(calls) if begun.index == piece.index and (not piece.id or begun.id == piece.id)), None)
    if call is None:
        call = _Asked(piece.id or "", piece.index)
        calls.append(call)
    if piece.function:
        call.name = call.name or _printable(piece.function.name or "")
        call.arguments += piece.function.arguments or ""


def _printable(text: str) -> str:
    """Without control characters, which a terminal might obey."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")


def _spoken(text: str) -> str:
    """The text without what a local reasoning model thinks aloud first."""
    if text.lstrip().startswith("<think>"):
        return text.partition("</think>")[2].lstrip()
    return text
