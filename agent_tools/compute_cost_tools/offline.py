"""The offline reader as an engine: rules and fitted weights, no language model, nothing leaves the machine."""

from __future__ import annotations

from compute_cost.answers import in_words, languages
from compute_cost.answers.in_words import BRIEF, Details
from compute_cost.answers.languages import Language
from compute_cost.answers.lookup import search
from compute_cost.errors import CostError
from compute_cost_tools import answer, reader
from compute_cost_tools.calls import run
from compute_cost_tools.reply import Refused, Reply, Screen


class Offline:
    """Answers each question by itself, or as the one before with something new ("and on A100?").

    `why` says why no language model is asked.
    """

    name = "the offline reader"
    is_offline = True

    def __init__(self, why: str = "", details: Details = BRIEF) -> None:
        self._details = details
        self._before: reader.Reading | None = None
        self.announcement = f"{answer.NOT_A_MODEL} {why}".rstrip()

    def ask(self, question: str, screen: Screen) -> Reply:
        reading = reader.read(question, self._before)
        self._before = reading if reading.tool else self._before
        screen.note(f"Understood: {reading.understood()}")
        language = languages.of(question)
        if reading.tool:
            reply = _answered(reading, self._details, language)
        elif reading.asks:
            asks = [language.question(ask) for ask in reading.asks]
            reply = Reply("\n".join(asks), asks=asks, not_used=reading.not_used)
        else:
            near = [f"{name} ({language.summary(name)})" for name, _, _ in search(question)[:2]]
            hint = language.say("nearest", names="; ".join(near)) if near else language.say("try")
            why = language.question(reading.declined)
            reply = Reply(language.say("declined", why=why, hint=hint), declined=why)
        screen.text(f"\n{reply.answer}\n")
        return reply


def _answered(reading: reader.Reading, details: Details, language: Language) -> Reply:
    """The answer, below what was left out of the question. Of things that are compared those that can't be answered say why."""
    calls, problems = [], []
    for arguments in (reading.arguments, *reading.others):
        try:
            calls.append(run(reading.tool, arguments))
        except CostError as problem:
            problems.append(Refused(reading.tool, arguments, problem))
    if not calls:
        raise problems[0]
    words = (in_words.side_by_side if reading.others else in_words.whole)(calls, details, language)
    usual = [in_words.given(reading.tool, key, reading.arguments[key], language) for key in reading.taken]
    taken = [language.say("taken", given=language.listed(usual))] if usual else []
    unused = [language.say("not_used", words=language.listed(reading.not_used))] if reading.not_used else []
    return Reply("\n".join([*unused, words, *map(str, problems), *taken]), list(calls), not_used=reading.not_used)
