"""How likely a sentence claims a figure that no reference gives, or makes something else of one: a log-linear model.

    logit P(claim) = sum of the weights of the sentence's features

The features are its words, alone and two and three in a row, the letters of each word, and the words near each reference with what its
figure measures and what it is called. benchmarks/fit_grounding.py fits the weights to the attacks and the natural answers that come with
the package (attacks.py), so that what people wrote decides where no rule of the other modules does: an idiom, a word of another
language, a riddle, a quantity under a wrong name. A model is no proof: it comes last, and only a sentence of which it is sure is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from compute_cost.amounts import units
from compute_cost.amounts.numbers import CJK
from compute_cost_tools.grounding_units import SENTENCE, Part, References, parts
from compute_cost_tools.grounding_words import DONE, NAMED, QUOTED
from compute_cost_tools.ledger import Quote

SURE = 2.25  # logit from which a sentence is refused: benchmarks/fit_grounding.py --left-out counts what that costs
SURE_WITHOUT = 3.75  # where no reference stands in it: a claim without one nearly always has a word that a rule knows
WHY = "this sentence reads as if it claimed a figure of its own, or made something else of one; say it plainly, with references"
NEAR = 8  # words of a reference
LETTERS = (3, 4, 5)  # of a word, in a row
INTERCEPT = ""  # the feature of every sentence

_PIECE = re.compile(rf"{NAMED}+|{DONE}+|[{CJK}]|[^\W\d_]+|\d+|[^\w\s{QUOTED}]")
_SIGNS = {NAMED: "<name>", DONE: "<done>"}


def claims(text: str, references: References) -> Iterator[tuple[int, int]]:
    """The sentences that claim a figure, by their places; `text` has its names and references covered."""
    for sentence in parts(text, SENTENCE, references):
        if text[sentence.start : sentence.end].strip() and logit(features(text, sentence)) > sure(sentence):
            yield sentence.start, sentence.end


def sure(sentence: Part) -> float:
    """The logit from which a sentence is refused."""
    return SURE if sentence.references else SURE_WITHOUT


def logit(of_sentence: set[str]) -> float:
    """The logarithm of the odds that a sentence of these features claims a figure."""
    learned = weights()
    return sum(learned.get(feature, 0.0) for feature in of_sentence)


@cache
def weights() -> Mapping[str, float]:
    """The weight of each feature."""
    lines = resources.files("compute_cost_tools").joinpath("grounding_likely.tsv").read_text(encoding="utf-8").splitlines()
    return {feature: float(weight) for feature, _, weight in (line.rpartition("\t") for line in lines)}


def features(text: str, sentence: Part) -> set[str]:
    """What a sentence is made of."""
    words, figures = _pieces(text, sentence)
    row = ["^", *words, "$"]
    found = {INTERCEPT, *words}
    found.update(" ".join(row[at : at + count]) for count in (2, 3) for at in range(len(row) - count + 1))
    for word in {f"^{word}$" for word in words if word[0].isalpha()}:
        found.update(f"~{word[at : at + count]}" for count in LETTERS for at in range(len(word) - count + 1))
    for at, quote in figures.items():
        told = {words[at], *(f"'{name}" for name in (*quote.about.split("_"), quote.end) if name)}
        beside = {f"{word}<" for word in words[max(0, at - NEAR) : at]} | {f">{word}" for word in words[at + 1 : at + 1 + NEAR]}
        found.update(f"{name} {word}" for name in told for word in beside)
    return found


def _pieces(text: str, sentence: Part) -> tuple[list[str], dict[int, Quote]]:
    """The words and signs of a sentence, references among them as what they measure, and which reference stands where."""
    words, figures, at = list[str](), dict[int, Quote](), sentence.start
    for start, end, quote in [*sentence.references, (sentence.end, sentence.end, None)]:
        words += [_SIGNS.get(piece[0], piece.casefold()) for piece in _PIECE.findall(text, at, start)]
        if quote:
            figures[len(words)] = quote
            words.append(f"<{_measure(quote)}>")
        at = end
    return words, figures


def _measure(quote: Quote) -> str:
    """What a figure measures and what it is per."""
    if quote.is_said or quote.unit is None:
        return "you" if quote.is_said else "word"
    measures, _, per = units.of(quote.unit)
    return f"{measures or quote.unit or 'number'}/{per}" if per else measures or quote.unit or "number"
