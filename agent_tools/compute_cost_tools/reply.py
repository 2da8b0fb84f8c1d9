"""What every engine answers with: the text, the calls behind it and what they took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from compute_cost import registry
from compute_cost.errors import CostError
from compute_cost.parameters import ModelSize, Quantity
from compute_cost_tools.calls import ToolCall


class Refused(CostError):
    """The estimate that was chosen can't answer: a model that does not fit, no price. Keeps the call, so that the choice can be checked."""

    def __init__(self, name: str, arguments: Mapping[str, Any], problem: CostError) -> None:
        self.name, self.arguments = name, arguments
        super().__init__(str(problem))

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, as a reply has it."""
        return {
            "tool": self.name,
            "arguments": in_base_units(self.name, self.arguments),
            "result": None,
            "answer": str(self),
            "asks": [],
            "not_used": [],
        }


@dataclass
class Reply:
    """An answer. Without a call it asks back (`asks`), or declines or fails (`declined` says why)."""

    answer: str = ""
    calls: list[ToolCall] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    declined: str = ""
    not_used: list[str] = field(default_factory=list)  # words of the question that nothing explained
    ungrounded: list[str] = field(default_factory=list)
    refused: Refused | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def call(self) -> ToolCall | None:
        """The call that answers: the last one, unless the answer was held back."""
        return self.calls[-1] if self.calls and not self.asks and not self.declined else None

    @property
    def chosen(self) -> ToolCall | Refused | None:
        """The call that was chosen to answer, whether or not the estimate could."""
        return self.call or self.refused

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        call = self.call
        said: dict[str, Any] = _as_dict(call) if call else {"tool": None, "arguments": {}, "result": None}
        said |= {"answer": self.answer, "asks": self.asks, "not_used": self.not_used}
        if len(self.calls) > (1 if call else 0):
            said["calls"] = [_as_dict(made) for made in self.calls]
        return said


def _as_dict(call: ToolCall) -> dict[str, Any]:
    return {"tool": call.name, "arguments": in_base_units(call.name, call.arguments), "result": call.result.as_dict()}


class Screen(Protocol):
    """Where an engine shows what it does while it works."""

    def text(self, piece: str) -> None:
        """The next piece of the answer."""

    def note(self, line: str) -> None:
        """One line about what happens: a call, a second try."""


class Silent:
    """Shows nothing."""

    def text(self, piece: str) -> None: ...

    def note(self, line: str) -> None: ...


class Engine(Protocol):
    """Answers questions; one engine is one conversation."""

    is_offline: bool

    @property
    def name(self) -> str:
        """The engine in a few words."""

    @property
    def announcement(self) -> str:
        """One line: which engine answers, and where the question goes."""

    def ask(self, question: str, screen: Screen) -> Reply:
        """The reply to `question`. Raises CostError with one line where there can be none."""


def in_base_units(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that were said: "175B" as 175e9, "40%" as 0.4; names, words and days as written."""
    kinds = {taken.name: taken for taken in registry.get(name).parameters}
    said: dict[str, Any] = {}
    for key, value in arguments.items():
        parameter = kinds.get(key)
        if parameter is None or value is None:
            continue
        said[key] = value
        try:
            if isinstance(parameter.kind, Quantity):
                said[key] = float(parameter.read(value))
            elif isinstance(parameter.kind, ModelSize) and not parameter.read(value).name:
                said[key] = parameter.read(value).params
        except CostError:
            pass  # the estimate has said so
    return said
