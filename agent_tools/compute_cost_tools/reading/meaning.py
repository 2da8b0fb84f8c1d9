"""Which estimates a question may ask for, by what it says and by what people ask who say it."""

from __future__ import annotations

from compute_cost import registry
from compute_cost_tools.reading import likely
from compute_cost_tools.reading.phrases import load
from compute_cost_tools.reading.question import Question

NOT_THE_SUBJECT = "this is not about what AI compute costs, or not in words that this reader knows"
SUBJECT = {"model", "card", "gpu", "gpus", "gpu_hours", "params", "tokens", "input_tokens", "flops", "api_model", "unknown"}


def is_subject(question: Question) -> bool:
    """Whether anything is named, counted or said that has to do with computing."""
    return bool(question.found() & SUBJECT) or not question.ideas.isdisjoint(("subject", "default"))


def chances(question: Question) -> dict[str, float]:
    """The probability of each estimate that covers what was said, the likeliest first; of none where another subject is likelier."""
    shares = likely.shares(likely.estimate_points(question))
    subjects, found = load("meaning")["subjects"], question.found()
    unfit = {*subjects["serving"]} if "closed" in found else set()  # nobody else serves such a model
    if "train" not in question.ideas and {"infer", "serve", "at_home"} & question.ideas and found.isdisjoint(("corpus", "set", "tokens")):
        unfit |= {*subjects["training"]} - {*subjects["of_a_run"]}
    unfit |= {"train_cost"} if "continued" in question.ideas and question.of("model") else set()  # it is fine-tuned in full
    fitting = {
        name: share for name, share in shares.items() if name == likely.DECLINED or (name not in unfit and may_answer(name, question.ideas))
    }
    return dict(sorted(fitting.items(), key=lambda pair: -pair[1]))


def may_answer(estimate: str, ideas: set[str]) -> bool:
    """Whether an estimate covers what was said: no run of training is one of fine-tuning or of reinforcement learning."""
    subjects, beyond = load("meaning")["subjects"], load("meaning")["beyond"]
    if any(estimate in load("meaning")["never"].get(idea, ()) for idea in ideas):
        return False
    return all(any(estimate in subjects[subject] for subject in beyond[idea]) for idea in ideas & beyond.keys())


def work(question: Question) -> str:
    """The work that was named and that no likely estimate covers."""
    said = next((idea for idea in load("meaning")["beyond"] if idea in question.ideas), "all")
    return "adapt" if said == "adapted" else said


def fact(estimate: str, question: Question) -> str:
    """Which fact of a chip or a model is asked for; "" of other estimates."""
    asked = [name for idea, name in load("meaning")["facts"].get(estimate, {}).items() if idea in question.ideas]
    precision = next((str(piece.value) for piece in question.of("precision")), "bf16")
    return next(iter(asked), "").replace("<precision>", precision)


def unheard(estimate: str, question: Question) -> list[str]:
    """The words of a question that ask for what an estimate does not answer, or set a condition that it knows nothing of."""
    rules, doc = load("meaning"), registry.get(estimate)
    if estimate in ("gpu_fact", "model_fact"):  # which fact it is was chosen by these words
        return []
    wanted, heard = rules["wanted"], rules["heard"]
    taken = {doc.unit, estimate} | {subject for subject, estimates in rules["subjects"].items() if estimate in estimates} | question.found()
    ideas = [idea for idea in question.said if idea in question.ideas and (idea in heard or idea in wanted)]
    return list(dict.fromkeys(question.said[idea] for idea in ideas if taken.isdisjoint([*wanted.get(idea, ()), *heard.get(idea, ())])))
