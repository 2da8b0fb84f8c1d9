"""Fits the weights of the offline reader (agent_tools/compute_cost_tools/reading/*.tsv) to the questions that come with the package.

    uv run --group fit python benchmarks/fit_reader.py            writes the files
    uv run --group fit python benchmarks/fit_reader.py --folds 5  how well each fifth is read by weights of the others

Three models are fitted, each by the likelihood of what the labels say with a penalty on the squares of its weights (reading/likely.py):
which estimate a question asks for, which input each number in it is, and which choices its words say. A number that no argument of
the label has is an aside, unless the label has an amount that no number of the question gives: then nobody knows, and it is left out.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from compute_cost import registry
from compute_cost.parameters import Quantity
from compute_cost_tools import evals
from compute_cost_tools.reading import likely, places, slots
from compute_cost_tools.reading.question import Question, take_apart
from compute_cost_tools.reading.several import compared, multiply

FOLDER = Path(__file__).parents[1] / "agent_tools" / "compute_cost_tools" / "reading"
PENALTY = 1.0
LEAST = 0.05  # a smaller weight changes nothing
SEEN = 2  # a feature of fewer examples is none
FEW = 5  # right choices; an example of more tells which are wrong, and makes no feature of theirs seen


class Example(NamedTuple):
    """The features of each choice, and the choices that are right."""

    choices: dict[str, list[str]]
    right: frozenset[str]


def of_inputs(question: evals.Question) -> Iterable[Example]:
    """One example for each number of a question that asks for one call, or for the same of several things."""
    reading = question.readings[0]
    parts = take_apart(question.text)
    multiply(parts)
    each = compared(parts) if len(reading.each) > 1 else [parts]
    for narrowed, asked in zip(each, reading.each, strict=True) if reading.tool and len(each) == len(reading.each) else ():
        yield from _of_numbers(reading, narrowed, asked)


def _of_numbers(reading: evals.Reading, parts: Question, asked: dict[str, Any]) -> Iterable[Example]:
    opened = slots.opened(reading.tool, parts)
    numbers = [(at, amount, places.open_to(opened, amount)) for at, amount in places.to_place(opened)]
    fits = {
        at: frozenset(name for name in (taken.name for taken in open_to) if _is(opened, name, amount, asked))
        for at, amount, open_to in numbers
    }
    said = {name: value for name, value in asked.items() if value != 1 and name not in opened.arguments}  # one card, one user: in words
    amounts = {name for name in said if isinstance(opened.takes[name].kind, Quantity)}
    unexplained = amounts - {name for names in fits.values() for name in names}
    for at, amount, open_to in numbers:
        if fits[at] or not unexplained:
            yield Example(likely.of_inputs(opened.doc, parts, at, amount, open_to), fits[at] or frozenset((likely.ASIDE,)))


def _is(opened: places.Slots, name: str, amount: Any, asked: dict[str, Any]) -> bool:
    """Whether an amount, put into an input, is what the label says of it."""
    if name not in asked:
        return False
    tried = replace(opened, arguments={}, asks=[], question=opened.question.copy())
    places.put(tried, name, replace(amount))
    return not tried.asks and evals.same(opened.doc.name, name, asked[name], tried.arguments.get(name))


def of_choices(question: evals.Question) -> Iterable[Example]:
    """One example for each input with few choices that an estimate has."""
    reading = question.readings[0]
    if not reading.tool or len(reading.each) != 1:
        return
    parts = take_apart(question.text)
    for parameter in likely.chosen_by_words(registry.get(reading.tool)):
        asked = reading.each[0].get(parameter.name)
        choices = likely.of_choices(parts, parameter)
        said = (
            likely.UNSAID if asked is None else next((value for value in choices if _same(reading.tool, parameter.name, asked, value)), "")
        )
        if said:
            yield Example(choices, frozenset((said,)))


def _same(tool: str, name: str, asked: Any, value: str) -> bool:
    return value != likely.UNSAID and evals.same(tool, name, asked, value)


def of_estimates(question: evals.Question) -> Iterable[Example]:
    """One example for a question that asks for an estimate, or is none of the subject; what has to be asked about may be any of it."""
    right = frozenset(reading.tool or likely.DECLINED for reading in question.readings if reading.tool or reading.expects == "declines")
    if any(reading.expects == "asks" for reading in question.readings):
        right = right or frozenset(likely.estimates()) - {likely.DECLINED}
    if right:
        parts = take_apart(question.text)
        multiply(parts)
        told = list(likely.of_question(parts))
        yield Example({name: [f"{name} {feature}" for feature in told] for name in likely.estimates()}, right)


def fit(examples: Sequence[Example], penalty: float) -> dict[str, float]:
    """The weight of each feature."""
    told = [example for example in examples if len(example.right) <= FEW]
    seen = Counter(feature for example in told for name in example.right for feature in set(example.choices[name]))
    seen += Counter({feature: SEEN for example in examples for told in example.choices.values() for feature in told if feature[0] == "*"})
    place = {feature: at for at, feature in enumerate(sorted(feature for feature, count in seen.items() if count >= SEEN))}
    rows = [[place[feature] for feature in told if feature in place] for example in examples for told in example.choices.values()]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    matrix = csr_matrix((np.ones(starts[-1]), np.concatenate([np.array(row, dtype=int) for row in rows]), starts), (len(rows), len(place)))
    begins = np.concatenate([[0], np.cumsum([len(example.choices) for example in examples])])[:-1]
    of_example = np.repeat(np.arange(len(examples)), [len(example.choices) for example in examples])
    right = np.array([name in example.right for example in examples for name in example.choices])

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        points = matrix @ values
        points = np.exp(points - np.maximum.reduceat(points, begins)[of_example])
        all_of, right_of = np.add.reduceat(points, begins), np.add.reduceat(points * right, begins)
        slope = points / all_of[of_example] - points * right / right_of[of_example]
        return float(np.log(all_of / right_of).sum() + penalty / 2 * values @ values), matrix.T @ slope + penalty * values

    values = minimize(loss, np.zeros(len(place)), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return {feature: round(float(values[at]), 2) for feature, at in place.items() if abs(values[at]) >= LEAST}


def share_right(examples: Sequence[Example], weights: dict[str, float]) -> float:
    """The share of the examples whose likeliest choice is right."""
    points = [{name: sum(weights.get(feature, 0.0) for feature in told) for name, told in example.choices.items()} for example in examples]
    return float(np.mean([max(scored, key=scored.__getitem__) in example.right for scored, example in zip(points, examples, strict=True)]))


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--more", type=Path, action="append", default=[], help="further questions to fit")
    parser.add_argument("--test", type=Path, help="questions to be read that are not fitted")
    chosen = parser.parse_args(arguments)
    questions = evals.question_sets()
    for path in chosen.more:
        questions += evals.read_questions(path.read_text(encoding="utf-8").splitlines(), path.name)
    test = evals.read_questions(chosen.test.read_text(encoding="utf-8").splitlines(), "test") if chosen.test else []
    for name, of in (("inputs", of_inputs), ("estimates", of_estimates), ("choices", of_choices)):
        if chosen.folds:
            for fold in range(chosen.folds):
                fitted = [example for at, question in enumerate(questions) if at % chosen.folds != fold for example in of(question)]
                kept = [example for at, question in enumerate(questions) if at % chosen.folds == fold for example in of(question)]
                print(f"{name}: fifth {fold + 1}: {share_right(kept, fit(fitted, PENALTY)):.1%} of {len(kept)}")
            continue
        examples = [example for question in questions for example in of(question)]
        weights = fit(examples, PENALTY)
        text = "".join(f"{feature}\t{weight:g}\n" for feature, weight in sorted(weights.items()))
        (FOLDER / f"{name}.tsv").write_text(text, encoding="utf-8", newline="\n")
        kept = [example for question in test for example in of(question)]
        told = f", {share_right(kept, weights):.1%} of {len(kept)} others" if kept else ""
        print(f"{name}: {len(examples)} examples, {len(weights)} weights; {share_right(examples, weights):.1%} of them right{told}")


if __name__ == "__main__":
    main(sys.argv[1:])
