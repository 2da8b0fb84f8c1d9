"""Puts amounts into the arguments of an estimate, by their units and by the words around them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from compute_cost import catalogue
from compute_cost.amounts import OTHER_CURRENCY
from compute_cost.amounts.numbers import doubt
from compute_cost.answers.lookup import stems
from compute_cost.errors import CostError
from compute_cost.parameters import Quantity
from compute_cost.registry import Doc
from compute_cost_tools.reading import names
from compute_cost_tools.reading.amounts import OTHER_MONEY
from compute_cost_tools.reading.cues import cue_score
from compute_cost_tools.reading.phrases import TIME, book, load
from compute_cost_tools.reading.pieces import Amount, Piece
from compute_cost_tools.reading.question import Question

CLAUSE_ENDS = frozenset(".!?;,。():")
NEAREST = 6  # words beside a number in which an input may be named
UNTELLING = frozenset(stems("tokens per of max min price gpu day month second number params"))
UNIT_ALONE = 1.0  # what a unit says for a parameter; words around the number say more
COUNTED = ("requests", "examples", "documents", "tasks")  # what so many of an unknown noun may be
OF_TOKENS = {"prompts": ("response_tokens", "distill_response_tokens"), "pairs": ("tokens_per_pair", "dpo_tokens_per_pair")}
MANY = ("tokens", "input_tokens", "output_tokens")
HOURS = {unit: sizes["hours"] for unit, sizes in load("meaning")["time"].items()}
TO_BASE = {"hours/day": 1 / 24, "audio_minutes": 1 / 60}  # of the input that such an amount is
MOST_PERCENT = 100.0  # of a share without a sign
DEAREST_CHIP = 200_000.0  # USD; a purchase price above it is that of all of them


@dataclass
class Slots:
    """The arguments of one estimate while they are filled."""

    doc: Doc
    question: Question
    arguments: dict[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)  # what was said earlier in the conversation
    asks: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)  # arguments that were not said and are usual
    misfits: int = 0  # names that the estimate has no use for

    @cached_property
    def takes(self) -> dict[str, Any]:
        return {parameter.name: parameter for parameter in self.doc.parameters}


@dataclass(frozen=True)
class _Claim:
    """An amount may be this parameter; a higher score is a better reason."""

    score: float
    at: int
    parameter: str


def place(slots: Slots) -> None:
    """Every amount goes where the best reason puts it, or is asked about."""
    left: dict[int, Amount] = {}
    claims: list[_Claim] = []
    for at, amount in slots.question.amounts():
        written = amount.written
        if _is_opinion(slots, at, amount):
            slots.question.notes.append(f"left aside {written}: a figure that somebody has for it already")
        elif amount.negative or amount.value < 0:
            slots.asks.append(f"{written} is negative; what is meant?")
        elif amount.unit == "vague":
            slots.asks.append(f"What does {written} stand for? Please give a number.")
        elif amount.unit == OTHER_MONEY:
            slots.asks.append(f"{written}: {OTHER_CURRENCY}.")
        elif amount.unit == "gb":
            _memory(slots, amount)
        elif _apiece(slots.question.pieces, at, amount):
            continue
        else:
            claimed = _claims(slots, at, amount)
            if not _said_already(slots, amount, claimed):
                left[at] = amount
                claims += claimed
    _settle(slots, left, claims)
    left = {at: amount for at, amount in left.items() if slots.question.pieces[at].value is not None}
    _by_name(slots, left)
    _only_place(slots, left)
    _ask(slots, left)


def _settle(slots: Slots, left: dict[int, Amount], claims: list[_Claim]) -> None:
    """Give each amount to the parameter that has the best reason for it; what two of them have an equal reason for is asked."""
    claims.sort(key=lambda claim: (-claim.score, claim.at))
    for claim in claims:
        if claim.at not in left or claim.parameter in slots.arguments:
            continue
        rivals = {
            other.parameter for other in claims
            if other.at == claim.at and other.score == claim.score and other.parameter not in slots.arguments
        }  # fmt: skip
        amount = left.pop(claim.at)
        only = rivals - {other.parameter for other in claims if other.at in left}  # 输入2k输出500: the output is that of 500
        if len(rivals) > 1 and len(only) == 1:
            _put(slots, only.pop(), amount)
        elif len(rivals) > 1:
            slots.asks.append(f"What does {amount.written} stand for: {' or '.join(sorted(rivals))}?")
        else:
            _put(slots, claim.parameter, amount)


def _ask(slots: Slots, left: Mapping[int, Amount]) -> None:
    """Ask about each amount that found no place, and each word that wants a number and found none."""
    if {"users_per_day", "requests_per_day"} <= slots.arguments.keys():
        slots.asks.append("Is that the number of requests of all users together, or of each of them?")
    pieces, covered = slots.question.pieces, slots.question.covered
    for at in range(len(pieces)):
        for _, end in book().numbered.at(pieces, at):
            known = {slots.arguments.get("name"), *"_".join((slots.doc.name, *slots.arguments)).split("_")}
            asked_for = any(piece.text in known for piece in pieces[at:end])
            if not asked_for and not covered.intersection(range(at, end)):
                word = slots.question.text[pieces[at].start : pieces[end - 1].end]
                slots.asks.append(f'What is "{word}" to be? I found no number that belongs to it.')
    for amount in left.values():
        fitting = ", ".join(_open_inputs(slots, amount)[:5]).replace("_", " ")
        told = f"Say which it is: {fitting}." if fitting else f"{slots.doc.name} has no place for it as it is said."
        slots.asks.append(f"What does {amount.written} stand for? {told}")


def _clause(pieces: Sequence[Piece], at: int) -> range:
    """The places between the signs around one."""
    start = next((place + 1 for place in range(at - 1, -1, -1) if pieces[place].text in CLAUSE_ENDS), 0)
    return range(start, next((place for place in range(at, len(pieces)) if pieces[place].text in CLAUSE_ENDS), len(pieces)))


def _by_name(slots: Slots, left: dict[int, Amount]) -> None:
    """What is left goes to the input whose own name stands beside it: "rank 32", "95% from cache", "500 out per turn"."""
    pieces = slots.question.pieces
    for at, amount in list(left.items()):
        clause = _clause(pieces, at)
        behind = itertools.takewhile(lambda place: not isinstance(pieces[place].value, Amount), range(at + 1, clause.stop))
        before = itertools.takewhile(lambda place: not isinstance(pieces[place].value, Amount), range(at - 1, clause.start - 1, -1))
        beside = [*itertools.islice(before, NEAREST), *itertools.islice(behind, NEAREST)]
        words = {*stems(" ".join(pieces[place].text for place in beside)), *stems(amount.written)}
        shared = {name: len(words & ({*stems(name)} - UNTELLING)) for name in _open_inputs(slots, amount)}
        best = [name for name, count in shared.items() if count and count == max(shared.values())]
        if len(best) == 1:
            slots.question.covered |= {place for place in beside if words & {*stems(pieces[place].text)} & {*stems(best[0])}}
            _put_aloud(slots, best[0], left.pop(at))


def _open_inputs(slots: Slots, amount: Amount) -> list[str]:
    """The inputs that are not said yet, are counted in the unit of an amount and may have its value."""
    return [
        name for name, taken in slots.takes.items()
        if name not in slots.arguments and _counts(taken.kind, amount) and _within(slots, name, amount.value)
    ]  # fmt: skip


def _counts(kind: object, amount: Amount) -> bool:
    """Whether an input is counted in the unit of an amount, or in any that is no share and no money where it has none."""
    if not isinstance(kind, Quantity):
        return False
    if amount.unit == "share":
        return kind.unit == "1"
    if amount.unit.startswith("money"):
        return kind.unit.startswith("USD")
    if not amount.unit or amount.unit in ("calls", "requests", "calls/month", "requests/month"):
        return kind.unit != "1" and not kind.unit.startswith("USD") and (not amount.unit or kind.unit in ("requests", "queries", "users"))
    return amount.unit in (*MANY, "examples") and kind.unit == amount.unit.rpartition("_")[2]


def _is_opinion(slots: Slots, at: int, amount: Amount) -> bool:
    """Whether an amount is what people say, or the asker's own figure for that which the estimate works out: "I get $366, correct?"."""
    pieces, covered = slots.question.pieces, slots.question.covered
    if any(cue_score(cue, pieces, at, covered) for cue in book().cues_near(amount.unit, pieces) if "opinion" in cue.parameters):
        return True
    answers = load("meaning")["answer_units"].get(slots.doc.unit, ())
    measured = amount.unit in answers
    beside = any(other.unit in answers for _, other in slots.question.amounts())  # 12 t/s in one, 60 in another
    wished = measured and amount.unit in TIME  # 3 weeks, doable?
    seen = "opinion" in slots.question.ideas and (measured or (not amount.unit and beside))
    return (wished or seen or amount.unit == "money/tokens") and not _claims(slots, at, amount)


def _apiece(pieces: Sequence[Piece], at: int, amount: Amount) -> bool:
    """一张三万美元: next to an amount of money "one" says what is priced, not how many there are."""
    beside = [piece.value for piece in (*pieces[max(at - 1, 0) : at], *pieces[at + 1 : at + 2])]
    priced = any(isinstance(piece, Amount) and piece.unit.startswith("money") for piece in beside)
    return priced and amount.unit == "gpus" and amount.value == 1


def _claims(slots: Slots, at: int, amount: Amount) -> list[_Claim]:
    scores: dict[str, float] = {}
    unit = "time" if amount.unit in TIME else amount.unit
    extra = ["term"] if unit == "time" and "reserve" in slots.question.ideas else []
    extra += ["input_tokens"] if unit == "tokens" and "embed" in slots.question.ideas else []  # an embedding has no output
    letter = {"b": "billions", "t": "trillions"}.get(amount.scale, "")
    undecided = unit in load("meaning")["undecided"].get(slots.doc.name, ())
    open_to = [
        name
        for name in [*load("meaning")["units"].get(unit or letter, (unit.replace("/", "_per_"),)), *extra]
        if name in slots.takes and not undecided
    ]
    for parameter in [name for name in open_to if _within(slots, name, amount.value)][:1] or open_to[:1]:
        scores[parameter] = UNIT_ALONE
    pieces, covered = slots.question.pieces, slots.question.covered
    for cue in book().cues_near(unit, pieces):
        parameter = next((name for name in cue.parameters if name in slots.takes), "")
        score = cue_score(cue, pieces, at, covered) if parameter and _worth(slots, parameter, amount) else 0.0
        scores |= {parameter: score} if score > scores.get(parameter, 0.0) else {}
    return [_Claim(score, at, parameter) for parameter, score in scores.items()]


def _worth(slots: Slots, parameter: str, amount: Amount) -> bool:
    """No one rents an accelerator for thousands of dollars an hour, and no prompt has 8B tokens: that amount is something else."""
    kind = slots.takes[parameter].kind
    exact = kind.unit == "USD per GPU-hour" or not amount.unit
    is_share = amount.unit or kind.unit != "1" or amount.value <= MOST_PERCENT
    return is_share and (not exact or _within(slots, parameter, amount.value))


def _said_already(slots: Slots, amount: Amount, claims: list[_Claim]) -> bool:
    """The unit that the answer has anyway, or the size of the model that was named; not "a million tokens of input"."""
    per = [unit for unit, estimates in load("meaning")["answers_per"].items() if slots.doc.name in estimates]
    if amount.unit in MANY and any(claim.score > UNIT_ALONE and _within(slots, claim.parameter, amount.value) for claim in claims):
        return False
    if amount.unit in per or f"{amount.unit}={amount.value:.0f}" in per:
        if amount.unit == "per_tokens" and amount.value != 1e6:
            slots.question.notes.append(f"asked {amount.written}; the answer is per million tokens")
        return True
    model = names.known("model", str(slots.arguments.get("params", "")))
    size = amount.unit == "params" or (not amount.unit and amount.scale == "b")
    return bool(model and size and math.isclose(model.params, amount.value, rel_tol=0.05))


def _memory(slots: Slots, amount: Amount) -> None:
    """24 GB of a 4090: a chip's own memory says which chip is meant; of a card without a name it describes the card."""
    unnamed = "gpu" not in slots.arguments and not slots.question.names_machine()
    if unnamed and slots.doc.name in load("meaning")["subjects"]["by_memory"]:
        slots.arguments["gpu"] = f"{amount.value:g} GB"
        return
    chip = names.known("gpu", str(slots.arguments.get("gpu", "")))
    counts = {1.0, slots.arguments.get("gpus", 1.0), *(other.value for _, other in slots.question.amounts() if other.unit == "gpus")}
    if chip and any(abs(chip.memory * count - amount.value) <= 1 for count in counts):
        return
    variant = names.known("gpu", f"{slots.arguments.get('gpu')} {amount.value:g}GB")
    if variant:
        slots.arguments["gpu"] = names.spelled(variant, f"{slots.arguments['gpu']}-{amount.value:g}GB")
    else:
        slots.asks.append(f"Which accelerator has {amount.written}?")


def _put(slots: Slots, parameter: str, amount: Amount) -> None:
    target = slots.takes[parameter].kind.unit
    target = "hours" if target == "h" else target
    value = amount.value * TO_BASE.get(amount.unit, 1.0)
    if amount.unit.endswith("s/month") and parameter.endswith("_per_day"):
        value /= load("meaning")["month"]
    if amount.unit == "requests/day" and parameter == "requests":
        spans = [at for at, other in slots.question.amounts() if other.unit in ("weeks", "months", "years")]
        months = _span(slots.question, spans[0]) if len(spans) == 1 else 12 if "yearly" in slots.question.ideas else 1
        value = round(value * load("meaning")["month"] * months)
        slots.question.notes.append(f"{amount.written}: the bill of {'a month' if months == 1 else f'{months:.3g} months'}")
    if parameter in OF_TOKENS and amount.unit == "tokens":
        length, usual = OF_TOKENS[parameter]
        each = slots.arguments.get(length) or float(catalogue.assumption(usual).value)
        value = max(float(round(value / each)), 1.0)
        slots.question.notes.append(f"{amount.written}, {each:,.0f} each: {value:,.0f} {parameter}")
    if parameter == "term":
        months = round(value * load("meaning")["time"][amount.unit].get("months", 0), 3)
        if 1 <= months == int(months):
            slots.arguments["term"] = load("meaning")["terms"].get(f"{months:g}", f"{months:g} months")
        else:
            slots.asks.append(f"A reservation is of whole months, not {amount.written}; of how many?")
        return
    unclear = amount.number and doubt(amount.number, amount.written, target)
    if unclear:
        slots.asks.append(f"{amount.written}: {unclear}.")
        return
    if amount.unit in TIME or (target in TIME and not amount.unit):
        others = {other.unit for _, other in slots.question.amounts() if other.unit in TIME}
        unit = amount.unit or (others.pop() if len(others) == 1 else "")
        factor = load("meaning")["time"].get(unit, {}).get(target)
        if factor is None:
            slots.asks.append(f"What does {amount.written} stand for? {parameter} is in {target}.")
            return
        value = round(value * factor, 9)
    if parameter == "purchase_price" and value > DEAREST_CHIP:
        count = slots.arguments.get("gpus") or next((other.value for _, other in slots.question.amounts() if other.unit == "gpus"), 0)
        if count > 1:
            value /= count
            slots.question.notes.append(f"{amount.written} for {count:g} together")
    if not _within(slots, parameter, value):
        low, high = _bounds(slots, parameter)
        slots.asks.append(f"{amount.written} as {parameter}? Between {low:g} and {high:g} is usual; please say it in another way.")
        return
    if amount.unit == "money" and target == "USD per GPU-hour":
        slots.question.notes.append(f"read {amount.written} as a price per hour")
    try:
        slots.takes[parameter].read(value)
    except CostError as problem:
        slots.asks.append(str(problem))
        return
    slots.arguments[parameter] = value


def _span(question: Question, at: int) -> float:
    """The months of a time for which something is done each day."""
    time = next(amount for place, amount in question.amounts() if place == at)
    question.pieces[at].kind, question.pieces[at].value = "said", None
    return time.value * float(HOURS[time.unit] / HOURS["months"])


def _bounds(slots: Slots, parameter: str) -> tuple[float, float]:
    bounds = load("meaning")["bounds"]
    unit = slots.takes[parameter].kind.unit
    low, high = bounds.get(f"{slots.doc.name}.{parameter}") or bounds.get(parameter) or bounds.get(f"[{unit}]") or (-math.inf, math.inf)
    return low, high


def _within(slots: Slots, parameter: str, value: float) -> bool:
    low, high = _bounds(slots, parameter)
    return low <= value <= high


def _only_place(slots: Slots, left: dict[int, Amount]) -> None:
    """What is left goes where one place alone is open to it: a size, a time or money that is required; so many things; 1k/200."""
    required = [parameter for parameter in slots.doc.parameters if parameter.required and parameter.name not in slots.arguments]
    for units, is_left in (
        (TIME, TIME),
        (("USD", "USD per month"), ("money", "money/month", "")),
        (("parameters",), ("params", "")),
    ):
        missing = [parameter for parameter in required if parameter.kind.unit in units]
        fitting = [place for place, amount in left.items() if amount.unit in is_left and (amount.unit or amount.scale)]
        if len(missing) == len(fitting) == 1:
            _put_aloud(slots, missing[0].name, left.pop(fitting[0]))
    pieces = slots.question.pieces
    for at in sorted(left):
        other = left.get(at + 2)
        if other and pieces[at + 1].text == "/" and _open(slots, "input_tokens") and _open(slots, "output_tokens"):
            _put_aloud(slots, "input_tokens", left.pop(at))
            _put_aloud(slots, "output_tokens", left.pop(at + 2))
            break
    ends = [name for name in ("input_tokens", "output_tokens") if _open(slots, name)]
    lengths = [at for at, amount in left.items() if amount.unit == "tokens"]
    if len(ends) == len(lengths) == 1:
        _put_aloud(slots, ends[0], left.pop(lengths[0]))
    things = [at for at, amount in left.items() if not amount.unit and at + 1 < len(pieces) and _is_thing(slots.question, at + 1)]
    counted = next((name for name in COUNTED if _open(slots, name) and "tokens" not in slots.arguments), "")
    if len(things) == 1 and counted:
        _put_aloud(slots, counted, left.pop(things[0]))


def _open(slots: Slots, parameter: str) -> bool:
    return parameter in slots.takes and parameter not in slots.arguments


def _put_aloud(slots: Slots, parameter: str, amount: Amount) -> None:
    slots.question.notes.append(f"read {amount.written} as {parameter}")
    _put(slots, parameter, amount)


def _is_thing(question: Question, at: int) -> bool:
    """Whether a noun that says nothing here stands at a place, or one word behind: reviews, product descriptions, 条评论."""
    nouns = [piece.text for piece in question.pieces[at : at + 2] if piece.kind == "word" and piece.text not in book().words]
    return any(noun.endswith("s") for noun in nouns) or question.pieces[at].text in book().measures
