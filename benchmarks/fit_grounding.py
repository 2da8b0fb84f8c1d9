"""Fits the last part of the check of figures (agent_tools/compute_cost_tools/grounding_likely.tsv) to the texts that come with the package.

    uv run --group fit python benchmarks/fit_grounding.py            writes the file
    uv run --group fit python benchmarks/fit_grounding.py --left-out what it does with the texts of each set, fitted to those of the others

Sentences alone: pieces such as "$4.7 million" are for the rules. A logistic regression, by likelihood with a penalty on the squares of
its weights (grounding_likely.py). The sentences of natural answers claim nothing; those of an attack in which the other modules find
something do, or all of an attack in which they find nothing. `--left-out` counts, of the texts left out, the attacks that pass and the
natural answers that are refused, with and without it; those of one set are about the same results, and their writers saw none of the
others.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from compute_cost_tools import attacks, grounding, grounding_likely
from compute_cost_tools.grounding_units import SENTENCE, parts

FILE = Path(grounding_likely.__file__).with_suffix(".tsv")
PENALTY = 0.4
LEAST = 0.1  # a smaller weight changes nothing: half of them, and the texts left out are read as well
SEEN = 2  # a feature of fewer sentences is none


class Text(NamedTuple):
    """A text as the sum of its sentences: their features, which of them the other modules find something in, and what it is."""

    of: str  # its set
    sentences: list[set[str]]
    sure: list[float]  # the logit from which each is refused
    found: list[bool]
    is_attack: bool
    is_refused: bool  # by the other modules


def texts() -> list[Text]:
    read = []
    for name, kind, text, ledger in attacks.texts():
        if not kind.startswith((attacks.NATURAL, attacks.IN_SENTENCES)):
            continue
        found = grounding.by_rules(text, ledger)
        told = found.without_repeats()
        sentences = [part for part in parts(told, SENTENCE, found.references) if told[part.start : part.end].strip()]
        hit = [any(part.start <= bad.start < part.end for bad in found.strange) for part in sentences]
        features = [grounding_likely.features(told, part) for part in sentences]
        sure = [grounding_likely.sure(part) for part in sentences]
        read.append(Text(name, features, sure, hit, kind != attacks.NATURAL, bool(found.strange)))
    return read


def fit(read: Sequence[Text]) -> dict[str, float]:
    """The weight of each feature."""
    examples = [
        (features, text.is_attack)
        for text in read
        for features, hit in zip(text.sentences, text.found, strict=True)
        if hit or not text.is_attack or not any(text.found)
    ]
    seen = Counter(feature for features, _ in examples for feature in features)
    place = {feature: at for at, feature in enumerate(sorted(feature for feature, count in seen.items() if count >= SEEN))}
    rows = [sorted(place[feature] for feature in features if feature in place) for features, _ in examples]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    matrix = csr_matrix((np.ones(starts[-1]), np.concatenate([np.array(row, dtype=int) for row in rows]), starts), (len(rows), len(place)))
    side = np.array([1.0 if is_attack else -1.0 for _, is_attack in examples])
    penalty = np.full(len(place), PENALTY)
    penalty[place[grounding_likely.INTERCEPT]] = 0.0

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        margin = side * (matrix @ values)
        slope = -side / (1.0 + np.exp(margin))
        return float(np.logaddexp(0.0, -margin).sum() + penalty @ values**2 / 2), matrix.T @ slope + penalty * values

    values = minimize(loss, np.zeros(len(place)), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return {feature: round(float(values[at]), 2) for feature, at in place.items() if abs(values[at]) >= LEAST}


def is_refused(text: Text, weights: dict[str, float]) -> bool:
    """Whether the model refuses a text."""
    return any(sum(weights.get(name, 0.0) for name in features) > sure for features, sure in zip(text.sentences, text.sure, strict=True))


def counts(read: Sequence[Text], weights: dict[str, float]) -> str:
    passed = [text for text in read if text.is_attack and not text.is_refused]
    refused = [text for text in read if not text.is_attack and text.is_refused]
    alone = [text for text in read if not text.is_attack and not text.is_refused and is_refused(text, weights)]
    caught = sum(is_refused(text, weights) for text in read if text.is_attack)
    return (
        f"{sum(text.is_attack for text in read)} attacks, {len(passed)} pass the other modules, "
        f"{sum(not is_refused(text, weights) for text in passed)} this one as well, which alone refuses {caught}; "
        f"{sum(not text.is_attack for text in read)} natural answers, {len(refused)} refused by the others, {len(alone)} more by this one"
    )


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--left-out", action="store_true")
    left_out = parser.parse_args(arguments).left_out
    read = texts()
    for name in sorted({text.of for text in read}) if left_out else ():
        weights = fit([text for text in read if text.of != name])
        print(f"{name}: {counts([text for text in read if text.of == name], weights)}")
    if not left_out:
        weights = fit(read)
        FILE.write_text("".join(f"{feature}\t{weight:g}\n" for feature, weight in sorted(weights.items())), encoding="utf-8", newline="\n")
        print(f"{len(weights)} weights: {counts(read, weights)}")


if __name__ == "__main__":
    main(sys.argv[1:])
