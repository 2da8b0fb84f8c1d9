"""Which estimates a question may ask for where no rule names one: those that the search index finds, each filled and compared."""

from __future__ import annotations

from dataclasses import dataclass

from compute_cost import registry
from compute_cost.answers.lookup import scores
from compute_cost_tools.reading.meaning import may_answer
from compute_cost_tools.reading.phrases import load
from compute_cost_tools.reading.places import Slots
from compute_cost_tools.reading.question import Question
from compute_cost_tools.reading.slots import fill

LEAST = 6.0  # of an estimate that the words speak for
NEAR = 0.75  # of the best, from which on two are a tie
SURE = 10.0  # of one that is called though the question does not say what it wants
MOST = 8  # estimates filled
LOOKED_UP = {"field", "name", "id", "kind"}  # inputs of estimates that look something up
NAMES = ("model", "gpu", "api_model", "unknown")  # a name says what is estimated, not what of it


@dataclass(frozen=True)
class Proposal:
    """One estimate with what the question gives it. It is whole where nothing must be asked."""

    score: float
    slots: Slots
    answers: bool  # all that is wanted

    @property
    def whole(self) -> bool:
        return not self.slots.asks


def propose(question: Question) -> list[Proposal]:
    """Estimates that give what the question wants, the best first."""
    points, wanted = scores(_words(question)), _wanted(question)
    subjects = load("meaning")["subjects"]
    for name in (name for idea in question.ideas for name in subjects.get(idea, [idea])):
        points |= {name: max(points[name], SURE)} if name in points else {}  # the estimates of what is named, whatever the other words
    fitting = [
        name for name in sorted(points, key=lambda estimate: -points[estimate])
        if points[name] >= LEAST and _estimates(name) and may_answer(name, question.ideas)
    ]  # fmt: skip
    for is_enough in (all, any):
        telling = [name for name in fitting if not wanted or is_enough({registry.get(name).unit, name} & {*units} for units in wanted)]
        if telling:
            return [Proposal(points[name], fill(name, question.copy()), is_enough is all) for name in telling[:MOST]]
    return []


def choose(question: Question, proposals: list[Proposal]) -> list[Proposal]:
    """The one that is meant, or those between which the question leaves open."""
    wanted, counted = _wanted(question), any(question.amounts())
    whole = [proposal for proposal in proposals if proposal.whole and proposal.answers and (wanted or counted)]
    near = [proposal for proposal in whole if proposal.score >= NEAR * proposals[0].score]
    if wanted or not near:
        return [proposal for proposal in near if proposal.score >= NEAR * near[0].score]
    fitting = [proposal for proposal in whole if proposal.score >= near[0].score / 2] if near[0].score >= SURE else []
    return [proposal for proposal in fitting if proposal.slots.doc.unit == "USD"] or fitting  # what is wanted without a word is the cost


def _wanted(question: Question) -> list[list[str]]:
    """For each quantity that is asked for the units that it may have."""
    return [units for idea, units in load("meaning")["wanted"].items() if idea in question.ideas]


def _estimates(name: str) -> bool:
    doc = registry.get(name)
    return doc.answers != "text" and bool(doc.unit) and not LOOKED_UP & {parameter.name for parameter in doc.parameters}


def _words(question: Question) -> str:
    """The text without its names; a hosted model speaks for an API."""
    text = question.text
    for piece in sorted(question.pieces, key=lambda piece: -piece.start):
        if piece.kind in NAMES:
            text = f"{text[: piece.start]} {text[piece.end :]}"
    return f"{text} api" if question.of("api_model") else text
