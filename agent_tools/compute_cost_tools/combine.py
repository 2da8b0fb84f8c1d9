"""Arithmetic over earlier results, so that an assistant forms no figure itself: add, subtract, multiply, divide, convert.

The result is an answer like any other: value, 80% range, steps, assumptions and sources of what went in. Inputs of one name move
together, as everywhere: what both results assume widens their sum and falls out of their ratio.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from compute_cost.amounts import units
from compute_cost.amounts.numbers import cut, number_at, plain
from compute_cost.errors import InputError, MissingInput, UnknownArgument
from compute_cost.inputs import fact, step
from compute_cost.registry import is_left_out
from compute_cost.result import Answer, Question, Result
from compute_cost_tools.calls import ToolCall
from compute_cost_tools.ledger import Ledger

NAME = "combine"
SIGNS = {"add": " + ", "subtract": " - ", "multiply": " * ", "divide": " / ", "convert": ""}
WORDS = {
    "sum": "add", "total": "add", "plus": "add", "+": "add",
    "minus": "subtract", "difference": "subtract", "-": "subtract",
    "times": "multiply", "product": "multiply", "*": "multiply",
    "ratio": "divide", "quotient": "divide", "/": "divide",
}  # fmt: skip
MOST_RESULTS = 20


class Unit(NamedTuple):
    """A unit as what it measures, each with its power and the word for it: "USD per million tokens" is money, and tokens to -1.

    `size` is its size in the base units of amounts.units.
    """

    size: float
    powers: Mapping[str, int]
    words: Mapping[str, str]

    @classmethod
    def read(cls, text: str) -> Unit:
        size, powers, words = 1.0, dict[str, int](), dict[str, str]()
        for place, part in enumerate(text.split(" per ")):
            if part.strip() in ("", "1", "multiple"):
                continue
            measures, each = _measure(part.strip())
            power = -1 if place else 1
            size *= each**power
            powers[measures] = powers.get(measures, 0) + power
            words[measures] = part.strip()
        return cls(size, {measures: power for measures, power in powers.items() if power}, words)

    def times(self, other: Unit, power: int) -> Unit:
        """This unit times another one, or with power -1 divided by it."""
        powers = {
            measures: self.powers.get(measures, 0) + power * other.powers.get(measures, 0) for measures in {**self.powers, **other.powers}
        }
        left = {measures: count for measures, count in powers.items() if count}
        return Unit(self.size * other.size**power, left, {**other.words, **self.words})

    def __str__(self) -> str:
        over = [_plural(self.words[measures]) for measures, power in self.powers.items() if power > 0]
        under = [_singular(self.words[measures]) for measures, power in self.powers.items() for _ in range(-power)]
        return " per ".join([" ".join(over) or "1", *under]) if self.powers else "multiple"


def _measure(word: str) -> tuple[str, float]:
    """What a unit measures and its size; a noun that is no unit counts itself: users, seats."""
    scale, _, noun = word.rpartition(" ")
    times = units.SCALES.get(scale.casefold(), 0.0)
    if times:
        measures, size = _measure(noun)
        return measures, times * size
    for spelled in (word.casefold(), word.casefold().replace("-", " ")):
        if spelled in units.WORDS:
            return units.WORDS[spelled]
    return _singular(word), 1.0


def _singular(word: str) -> str:
    scaled = word.rpartition(" ")[0].casefold() in units.SCALES
    return word if scaled or not re.search(r"[^s]s$", word) else word[:-1]


def _plural(word: str) -> str:
    return f"{word}s" if re.search(r"[a-z]{3}$", word) and not word.endswith("s") and word[0].islower() else word


class _Operand(NamedTuple):
    """A figure of an earlier result, or a count in the user's words."""

    label: str
    unit: Unit
    value: Callable[[], float]
    formula: str


def combine(arguments: Mapping[str, Any], ledger: Ledger) -> tuple[Result[Any], str]:
    """The result and its spreadsheet formula (empty where a figure has none).

    `arguments`: how (a key of SIGNS, or a word of WORDS for one), results ("c1, c2.gpu_hours"), by ("1200 users"), unit ("USD per day").
    add and subtract take results of one kind; multiply and divide work from the left, `by` is the last one; each answers in `unit` where
    it is given.
    Raises InputError for units that do not go together.
    """
    for key in arguments:
        if key not in ("how", "results", "by", "unit"):
            raise UnknownArgument(NAME, key, ("how", "results", "by", "unit"))
    said = str(arguments.get("how") or "").strip().casefold()
    verb = WORDS.get(said, said)
    if verb not in SIGNS:
        raise InputError("how", arguments.get("how"), f"give one of {', '.join(SIGNS)}")
    operands = _operands(arguments.get("results"), ledger)
    if not is_left_out(arguments.get("by")):
        if verb not in ("multiply", "divide"):
            raise InputError("by", arguments["by"], f"it counts in multiply and divide, not in {verb}")
        operands.append(_count(str(arguments["by"])))
    if (len(operands) == 1) != (verb == "convert"):
        raise InputError("results", operands[0].label, "convert takes one result" if verb == "convert" else f"give two results to {verb}")
    natural = _natural(verb, operands)
    target = Unit.read(str(arguments.get("unit") or natural))
    if target.powers != natural.powers:
        raise InputError("unit", str(target), f"the result is in {natural}; give a unit of that kind")
    factor = natural.size / target.size
    formula = SIGNS[verb].strip().join(operand.formula for operand in operands) if all(operand.formula for operand in operands) else ""
    if formula and not math.isclose(factor, 1):
        formula = f"({formula})*{factor:.12g}"
    return Result(Question(NAME, _work(verb, operands, target), (), (), {}), str(target)), f"={formula}" if formula else ""


def _natural(verb: str, operands: Sequence[_Operand]) -> Unit:
    """The unit that comes out by itself: that of the first one in a sum, what is left after canceling in a product."""
    unit = operands[0].unit
    for operand in operands[1:]:
        if verb in ("add", "subtract"):
            if operand.unit.powers != unit.powers:
                raise InputError(
                    "results", operand.label, f"{operand.unit} and {unit} can't be added or subtracted; convert or divide first"
                )
        else:
            unit = unit.times(operand.unit, 1 if verb == "multiply" else -1)
    # What is counted falls away from a product: the cost of 12 runs is a cost.
    counted = [measures for measures, power in unit.powers.items() if power > 0 and measures not in units.UNITS]
    if verb == "multiply" and len(counted) < len(unit.powers):
        unit = unit._replace(powers={measures: power for measures, power in unit.powers.items() if measures not in counted})
    if sum(power for power in unit.powers.values() if power > 0) > 1 or min(unit.powers.values(), default=0) < -1:
        raise InputError("results", ", ".join(operand.label for operand in operands), f"{verb} gives {unit}, which means nothing")
    return unit


def _work(verb: str, operands: Sequence[_Operand], target: Unit) -> Callable[[], Answer]:
    def work() -> Answer:
        # In base units, so that hours and days go together.
        values = [operand.value() * operand.unit.size for operand in operands]
        total = values[0]
        for value in values[1:]:
            if verb == "divide" and not value:
                raise InputError("results", operands[-1].label, "it is zero, and nothing can be divided by it")
            total = {"add": total + value, "subtract": total - value, "multiply": total * value, "divide": total / (value or 1)}[verb]
        written = SIGNS[verb].join(operand.label for operand in operands)
        return Answer(step("Combined", written, total / target.size, str(target)), "combined", str(target))

    return work


def _operands(given: Any, ledger: Ledger) -> list[_Operand]:
    listed = given if isinstance(given, (list, tuple)) else re.split(r"[,;\s]+", str(given or "").strip())
    references = [str(reference).strip().strip("{}") for reference in listed if str(reference).strip()]
    if not references:
        raise MissingInput("results", 'name earlier results, such as "c1, c2" or "c1.gpu_hours"')
    if len(references) > MOST_RESULTS:
        raise InputError("results", len(references), f"at most {MOST_RESULTS} at a time")
    return [_earlier(reference, ledger) for reference in references]


def _earlier(reference: str, ledger: Ledger) -> _Operand:
    name, _, figure = reference.partition(".")
    call = ledger.call(name)
    result = call.result
    key = result.name if figure in ("", "value") else figure
    if key not in result.values:
        raise InputError(
            "results", reference, f"its figures are {', '.join(result.values)}; the ends of ranges are worked out by themselves"
        )
    value, unit = result.values[key]
    if isinstance(value, str):
        raise InputError("results", reference, "it is a text, not an amount")

    def again() -> float:
        """The figure, worked out within this question, so that what moves it moves the result."""
        inner: Result[Any] = Result(result.question, result.unit)
        inner.include()
        return float(inner.values[key].value)

    return _Operand(reference, Unit.read(unit), again, _formula(call, "" if key == result.name else key))


def _formula(call: ToolCall, key: str) -> str:
    """A figure in a spreadsheet, without the equals sign; "" for one of a combined result, which has no formula of its own."""
    if call.name == NAME:
        return f"({call.formula.removeprefix('=')})" if call.formula and not key else ""
    if not key:
        return call.formula.removeprefix("=")
    name, _, arguments = call.formula.removeprefix("=").partition("(")
    return f'ESTIMATE_VALUE("{name}","{key}"{"," if arguments != ")" else ""}{arguments}'


def _count(text: str) -> _Operand:
    """A count in the user's words: "1,200 users", "12"."""
    pieces = cut(plain(text))
    number = number_at(pieces, 0) if pieces else None
    if number is None or number.span:
        raise InputError("by", text, 'give a count, such as "1200 users" or "12 months"')
    noun = text[pieces[number.end - 1].end :].strip()
    value = number.value
    if noun in ("%", "percent"):
        value, noun = value / 100, ""
    return _Operand(text.strip(), Unit.read(noun), lambda: fact("by", value, noun, origin="given"), f"{value:.12g}")
