"""The offline reader as an engine: fixed rules, no language model, nothing leaves the machine."""

from __future__ import annotations

from agent_tools import answer, reader
from agent_tools.reply import Call, Reply, Screen
from core import registry


class Offline:
    """Answers each question by itself."""

    announcement = answer.NOT_A_MODEL

    def ask(self, question: str, screen: Screen) -> Reply:
        reading = reader.read(question)
        if not reading.tool:
            text = "\n".join(reading.asks) or f"I can't answer that: {reading.declined}. Try: what does GPT-3 cost to train on A100?"
            return Reply(text, asks=reading.asks, declined="" if reading.asks else reading.declined, understood=reading.understood())
        result = registry.get(reading.tool).call(**reading.arguments)
        text = answer.full(reading.tool, reading.arguments, result)
        return Reply(text, [Call(reading.tool, reading.arguments, result)], understood=reading.understood())
