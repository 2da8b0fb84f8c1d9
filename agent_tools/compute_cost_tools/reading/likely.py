"""How likely a question asks for an estimate, a number in it is one of the inputs, and its words say a choice: three log-linear models.

    P(choice) = exp(sum of the weights of its features) / the same sum over all choices

The features are what the other modules found: names, units, ideas, and the words around a number. benchmarks/fit_reader.py fits the
weights to the questions that come with the package, so that what people wrote decides, and not the order of rules.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from compute_cost import registry
from compute_cost.answers.lookup import stems
from compute_cost.parameters import CountOrShare, Quantity, YesNo
from compute_cost.registry import Doc, Parameter
from compute_cost_tools.reading.cues import cue_score
from compute_cost_tools.reading.phrases import TIME, book, load
from compute_cost_tools.reading.pieces import Amount, Piece
from compute_cost_tools.reading.question import Question

DECLINED = "declined"  # a question that is none of the subject
UNSAID, YES = "unsaid", "yes"  # of choices
NAMED = ("precision", "field", "kind")  # inputs with choices that are names, or looked up
LEAST_ALIKE = 4  # letters that two words begin with
ASIDE = "aside"  # a number that is none of the inputs: last year's, somebody else's
CLAUSE_ENDS = frozenset(".!?;,。():")
NEXT = 3  # stems right beside it
RATES = ("hour", "day", "month", "year", "step", "user", "example", "document", "turn", "prompt", "pair", "query")  # in names of inputs
RATE_WITHIN = 4  # words of a number, in which what it is per may stand
BEGINNING = 3  # words of a question
NEAREST = 9  # words beside a number that may tell what it is
UNTELLING = frozenset(stems("tokens per of max min price gpu day month second number params used"))
MEASURED: dict[str, list[str]] = load("meaning")["measured"]


@cache
def weights(name: str) -> Mapping[str, float]:
    """The weight of each feature of one of the models."""
    lines = resources.files("compute_cost_tools").joinpath("reading", f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return {feature: float(weight) for feature, _, weight in (line.rpartition("\t") for line in lines)}


def shares(points: Mapping[str, float]) -> dict[str, float]:
    """The probability of each choice."""
    top = max(points.values(), default=0.0)
    raised = {choice: math.exp(point - top) for choice, point in points.items()}
    return {choice: value / sum(raised.values()) for choice, value in raised.items()}


def may_be(parameter: Parameter, amount: Amount) -> bool:
    """Whether an input is measured in the unit of an amount."""
    unit = parameter.kind.unit if isinstance(parameter.kind, Quantity) else {"params": "parameters", "term": "months"}.get(parameter.name)
    if unit is None:
        return False
    if not amount.unit:
        return parameter.name != "term"
    if amount.unit in MEASURED:
        return unit in MEASURED[amount.unit] or (amount.unit.startswith("share") and isinstance(parameter.kind, CountOrShare))
    if amount.unit.startswith("money"):
        return unit.startswith("USD")
    if "tokens" in amount.unit:
        return unit.startswith("tokens") and unit != "tokens/s"
    return unit in load("meaning")["counts"]


def beside(pieces: Sequence[Piece], at: int) -> tuple[list[str], list[str]]:
    """The words before and behind a number, the nearest first, up to another number or the end of the clause."""
    sides: tuple[list[str], list[str]] = ([], [])
    for words, places in zip(sides, (range(at - 1, -1, -1), range(at + 1, len(pieces))), strict=True):
        for place in places:
            piece = pieces[place]
            words.append(piece.text if piece.kind in ("word", "cjk", "sign", "mark") else f"<{piece.kind}>")
            if len(words) == NEAREST or isinstance(piece.value, Amount) or piece.text in CLAUSE_ENDS:
                break
        else:
            words.append("$")
    return sides


def cues(question: Question, at: int, amount: Amount) -> list[tuple[float, tuple[str, ...]]]:
    """The cues that fit a number, with how well they do."""
    unit = "time" if amount.unit in TIME else amount.unit
    scored = [(cue_score(cue, question.pieces, at, set()), cue.parameters) for cue in book().cues_near(unit, question.pieces)]
    return [(score, parameters) for score, parameters in scored if score]


def of_number(question: Question, at: int, amount: Amount) -> list[str]:
    """What stands around a number, whatever it may be: its unit and size, the words and the numbers beside it."""
    before, behind = beside(question.pieces, at)
    numbers = [place for place, _ in question.amounts()]
    nth = numbers.index(at)
    units = [other.unit or "n" for _, other in question.amounts()]
    size = math.floor(math.log10(amount.value)) if amount.value > 0 else -9
    unit = amount.unit or f"n{amount.scale}"
    told = [f"u:{unit}", f"m:{size}", f"um:{unit}:{size}"]
    told += [f"p:{units[nth - 1] if nth else '^'}", f"n:{units[nth + 1] if nth + 1 < len(units) else '$'}", f"i:{min(nth, 3)}"]
    for side, words in (("l", before), ("r", behind)):
        told += [f"{side}{place}:{word}" for place, word in enumerate(words[:3])]
        told += [f"{side}:{word}" for word in dict.fromkeys(words[:8])]
        told += [f"{side}01:{words[0]} {words[1]}"] if len(words) > 1 else []
    told += [f"lr:{before[0]} {behind[0]}"]
    told += [f"w:{word}" for word in amount.written.casefold().split()[1:]]
    return told


def of_inputs(doc: Doc, question: Question, at: int, amount: Amount, open_to: Sequence[Parameter]) -> dict[str, list[str]]:
    """The features of each input that a number may be, and of its being none."""
    told, said = of_number(question, at, amount), cues(question, at, amount)
    before, behind = (stems(" ".join(word for word in words if word[0] != "<")) for words in beside(question.pieces, at))
    takes = {parameter.name for parameter in doc.parameters}
    unit = "time" if amount.unit in TIME else amount.unit
    letter = {"b": "billions", "t": "trillions"}.get(amount.scale, "")
    usual = [name for name in load("meaning")["units"].get(unit or letter, (unit.replace("/", "_per_"),)) if name in takes]
    cued = {next((name for name in names if name in takes), ""): score for score, names in sorted(said)}
    named = {parameter.name: len(({*stems(parameter.name)} - UNTELLING) & {*before, *behind}) for parameter in open_to}
    rates = {word for words in beside(question.pieces, at) for word in words[:RATE_WITHIN] if word in RATES}
    features = {}
    for parameter in open_to:
        name = parameter.name
        measure = parameter.kind.unit if isinstance(parameter.kind, Quantity) else name
        own = {*stems(name)} - UNTELLING
        described = {*stems(parameter.kind.doc)} - own - UNTELLING
        rivals = max((count for other, count in named.items() if other != name), default=0)
        shared = [f"*named {(named[name] > rivals) - (named[name] < rivals)} {named[name]}"]
        shared += [f"*name l{len(own & {*before[:NEXT]})} r{len(own & {*behind[:NEXT]})}"]
        shared += [f"*about {min(len(described & {*before, *behind}), 2)}"]
        shared += [f"*rate {rate in name.split('_')}" for rate in rates]
        shared += [f"*cue {min(round(cued[name]), 6)}"] if name in cued else ["*cue of another"] if cued else []
        shared += [f"*usual {min(usual.index(name), 2)}"] if name in usual else ["*unusual"] if usual else []
        shared += [f"*{unit}|{measure}", "*needed" if parameter.required else "*optional", f"*alone {len(open_to) == 1}"]
        features[name] = [*shared, *(f"{name} {feature}" for feature in ("", f"t:{doc.name}", *told))]
    shared = [f"*cued {bool(cued)} {'' in cued}", f"*open {min(len(open_to), 2)}"]
    return features | {ASIDE: [*shared, ASIDE, *(f"{ASIDE} {one}" for one in told)]}


def points(doc: Doc, question: Question, at: int, amount: Amount, open_to: Sequence[Parameter]) -> dict[str, float]:
    """The logarithm of the weight of each input that a number may be, and of its being none of them."""
    learned = weights("inputs")
    return {name: _sum(learned, told) for name, told in of_inputs(doc, question, at, amount, open_to).items()}


def chosen_by_words(doc: Doc) -> list[Parameter]:
    """The inputs of an estimate that have few choices, which words say."""
    return [taken for taken in doc.parameters if taken.name not in NAMED and (taken.kind.choices or isinstance(taken.kind, YesNo))]


def of_choices(question: Question, parameter: Parameter) -> dict[str, list[str]]:
    """The features of each choice that words may say, and of none being said."""
    name, words = parameter.name, list(_words(question))
    told = [f"1:{word}" for word in words] + [f"2:{one} {two}" for one, two in itertools.pairwise(words)]
    phrases = {said for at in range(len(question.pieces)) for said, _ in book().choices.at(question.pieces, at)}
    features = {UNSAID: [f"{name} {UNSAID} {feature}" for feature in ("", *(f"i:{idea}" for idea in sorted(question.ideas)), *told)]}
    # How long a reservation is, an amount says.
    for value in [value for value in parameter.kind.choices if not value[-2:-1].isdigit()] or (YES,):
        written = re.split(r"[-_ ]", name if value == YES else value)
        alike = sum(any(is_alike(word, part) for word in words) for part in written)
        shared = [f"*alike {alike == len(written)}", f"*phrase {not phrases.isdisjoint((f'{name}:{value}', f'use:{value}'))}"]
        features[value] = [*shared, *(f"{name} {value} {feature}" for feature in ("", *told))]
    return features


def choices(question: Question, parameter: Parameter) -> dict[str, float]:
    """The probability of each choice, and of none being said."""
    learned = weights("choices")
    return shares({value: _sum(learned, told) for value, told in of_choices(question, parameter).items()})


def is_alike(word: str, part: str) -> bool:
    """Whether a word is a form or the beginning of another: async, asynchronous; replicate, replication."""
    shared = next((at for at, (one, two) in enumerate(zip(word, part, strict=False)) if one != two), min(len(word), len(part)))
    return shared >= LEAST_ALIKE and shared >= min(len(word), len(part)) - 2


def _words(question: Question) -> Iterator[str]:
    yield from (piece.text if piece.kind in ("word", "cjk") else f"<{piece.kind}>" for piece in question.pieces)


def _sum(learned: Mapping[str, float], features: Iterable[str]) -> float:
    return sum(learned.get(feature, 0.0) for feature in features)


def estimate_points(question: Question) -> dict[str, float]:
    """The logarithm of the weight of each estimate that a question may ask for, and of its being none."""
    learned, told = weights("estimates"), list(of_question(question))
    return {name: _sum(learned, (f"{name} {feature}" for feature in told)) for name in estimates()}


def of_question(question: Question) -> Iterator[str]:
    """What a question is made of: its ideas, what was found in it, its words, how it begins, and how many words nothing explains."""
    yield ""
    yield from (f"i:{idea}" for idea in sorted(question.ideas))
    yield from (f"k:{kind}" for kind in sorted(question.found()))
    words = list(_words(question))
    yield from (f"1:{word}" for word in dict.fromkeys(words))
    yield from (f"b:{word}" for word in dict.fromkeys(words[:BEGINNING]))
    unknown, said = len(question.unknown_words()), sum(word[0] != "<" for word in words)
    share = round(4 * unknown / said) if said else 0
    yield from (f"b2:{' '.join(words[:2])}", f"n:{min(len(words) // 6, 5)}", f"u:{min(unknown, 6)}", f"us:{share}")


@cache
def estimates() -> tuple[str, ...]:
    """What a question may ask for: every estimate, or nothing of the subject."""
    return (*registry.estimates(), DECLINED)
