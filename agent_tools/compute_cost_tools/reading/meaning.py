"""Decides which estimate a question asks for: the first rule of meaning.toml that holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compute_cost import registry
from compute_cost_tools import missing
from compute_cost_tools.reading.phrases import book, load
from compute_cost_tools.reading.question import Question

NOT_THE_SUBJECT = "this is not about what AI compute costs, or not in words that this reader knows"
SUBJECT = {"model", "card", "gpu", "gpus", "gpu_hours", "params", "tokens", "input_tokens", "flops", "api_model", "unknown"}
MOST_UNKNOWN = 6  # more words that nothing explains, and the question is not understood


@dataclass(frozen=True)
class Meaning:
    """An estimate, or what to ask, or why the question is declined."""

    estimate: str = ""
    asks: str = ""
    declines: str = ""
    field: str = ""
    firm: bool = False  # what is asked or declined stays so, whatever else might answer


def is_subject(question: Question) -> bool:
    """Whether anything is named, counted or said that has to do with computing."""
    return bool(question.found() & SUBJECT) or not question.ideas.isdisjoint(("subject", "default"))


def decide(question: Question) -> Meaning:
    meaning = _first_rule(question)
    subjects, beyond = load("meaning")["subjects"], load("meaning")["beyond"]
    for idea, answered in beyond.items():
        covered = {estimate for subject in answered for estimate in subjects[subject]}
        if idea == "continued" and "corpus" in question.found():
            continue  # a run of its own, on the tokens that are said
        about_memory = bool(meaning.asks) and not covered.isdisjoint(subjects["holding"]) and bool(question.ideas & {"memory", "fit"})
        if idea in question.ideas and meaning.estimate not in covered and not about_memory:
            return Meaning(asks=missing.question("work", "adapt" if idea == "adapted" else idea), firm=idea == "continued")
    compared = {estimate for subject in load("meaning")["bound"]["compare"] for estimate in subjects[subject]}
    if meaning.estimate and "compare" in question.ideas and meaning.estimate not in compared:
        return Meaning(asks="One at a time, please: which of them?", firm=True)
    return meaning


def unheard(estimate: str, question: Question) -> list[str]:
    """The words of a question that ask for what an estimate does not answer, or set a condition that it knows nothing of."""
    rules, doc = load("meaning"), registry.get(estimate)
    if estimate in ("gpu_fact", "model_fact"):  # which fact it is was chosen by these words
        return []
    wanted, heard = rules["wanted"], rules["heard"]
    taken = {doc.unit, estimate} | {subject for subject, estimates in rules["subjects"].items() if estimate in estimates} | question.found()
    ideas = [idea for idea in question.said if idea in question.ideas and (idea in heard or idea in wanted)]
    return list(dict.fromkeys(question.said[idea] for idea in ideas if taken.isdisjoint([*wanted.get(idea, ()), *heard.get(idea, ())])))


def may_answer(estimate: str, ideas: set[str]) -> bool:
    """Whether an estimate covers what was said: no run of training is one of fine-tuning, and none is serving."""
    rules = load("meaning")
    bound, needs = {**rules["beyond"], **rules["bound"]}, rules["needs"].get(estimate)
    covered = all(any(estimate in rules["subjects"][subject] for subject in bound[idea]) for idea in ideas & bound.keys())
    return covered and (not needs or not ideas.isdisjoint(needs))


def _first_rule(question: Question) -> Meaning:
    kinds, unknown = question.found(), question.unknown_words()
    subject, strange = is_subject(question), False
    strange_words = f"I do not know these words: {', '.join(unknown[:8])}. Please ask in short and plain words."
    for rule in load("meaning")["rules"]:
        if not _holds(rule, question.ideas, kinds):
            continue
        if unknown and (rule.get("exact") or not subject):
            strange = strange or (subject and "estimate" in rule)
            continue
        if len(set(unknown) - book().words) > MOST_UNKNOWN and rule.get("estimate"):
            return Meaning(asks=strange_words)
        field = next((name for idea, name in rule.get("field", {}).items() if idea in question.ideas), "")
        field = field.replace("<precision>", next((str(piece.value) for piece in question.of("precision")), ""))
        return Meaning(
            rule.get("estimate", ""), rule.get("asks", ""), rule.get("declines", ""), field, "asks" in rule and not rule.get("open")
        )
    if strange:
        return Meaning(asks=strange_words)
    return Meaning(declines=NOT_THE_SUBJECT)


def _holds(rule: Mapping[str, Any], ideas: set[str], kinds: set[str]) -> bool:
    return (
        ideas.issuperset(rule.get("all", ()))
        and (not rule.get("any") or bool(ideas.intersection(rule["any"])))
        and not ideas.intersection(rule.get("none", ()))
        and kinds.issuperset(rule.get("has", ()))
        and not kinds.intersection(rule.get("lacks", ()))
    )
