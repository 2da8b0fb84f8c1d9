"""Puts amounts into the arguments of an estimate, by their units and by the words around them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from compute_cost import catalogue
from compute_cost.amounts import OTHER_CURRENCY
from compute_cost.amounts.numbers import doubt, text_at
from compute_cost.errors import CostError
from compute_cost.registry import Doc, Parameter
from compute_cost_tools.reading import likely, names
from compute_cost_tools.reading.amounts import OTHER_MONEY
from compute_cost_tools.reading.phrases import TIME, book, load
from compute_cost_tools.reading.pieces import Amount
from compute_cost_tools.reading.question import Question

SURE = 0.5  # the least probability with which a number is taken for an input
SURE_ASIDE = 0.8  # and with which it is left aside
NEAR = 0.02  # and with which an input is named in a question back
MOST_NAMED = 3  # inputs in one
TAKEN_UP = 3  # words on each side of a number that it explains
OF_TOKENS = {"prompts": ("response_tokens", "distill_response_tokens"), "pairs": ("tokens_per_pair", "dpo_tokens_per_pair")}
HOURS = {unit: sizes["hours"] for unit, sizes in load("meaning")["time"].items()}
TO_BASE = {"hours/day": 1 / 24, "audio_minutes": 1 / 60}  # of the input that such an amount is
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
    aside: list[str] = field(default_factory=list)  # numbers that are none of its inputs
    unplaced: int = 0  # numbers and choices that must be asked about
    misfits: int = 0  # names that the estimate has no use for
    said: set[str] = field(default_factory=set)  # words of closed sets, "term:spot"
    at_once: float = 0.0  # people who are served at the same time
    chance: float = 1.0  # that every number and every choice is what it was taken for
    doubt: tuple[float, str] = (1.0, "")  # the least sure of them, and the question about it

    def take(self, chance: float, ask: str, least: float = SURE) -> bool:
        """Whether something is sure enough; otherwise it is asked about."""
        self.chance *= chance
        self.doubt = min(self.doubt, (chance, ask))
        self.asks += [ask] if chance < least else []
        self.unplaced += chance < least
        return chance >= least

    @cached_property
    def takes(self) -> dict[str, Any]:
        return {parameter.name: parameter for parameter in self.doc.parameters}


def place(slots: Slots) -> None:
    """Every amount goes to the input that it most likely is, the surest first; what is not sure is asked about."""
    left = dict(to_place(slots))
    points = {at: likely.points(slots.doc, slots.question, at, amount, open_to(slots, amount)) for at, amount in left.items()}
    while left:
        chances = {at: likely.shares({name: point for name, point in points[at].items() if name not in slots.arguments}) for at in left}
        best = {at: max(chances[at].items(), key=lambda pair: pair[1]) for at in left}
        at = max(left, key=lambda place: (best[place][0] not in OF_TOKENS, best[place][1]))  # those last: the length of one may be said
        amount, (name, chance) = left.pop(at), best[at]
        if _is_a_way_to_say(slots.question, at, amount):
            times = {taken.name for taken in open_to(slots, amount)} - {"term"} if amount.unit in TIME else {}
            if times == {"hours"} or chance < (SURE_ASIDE if name == likely.ASIDE or amount.unit == "share" else SURE):
                name, chance = "hours" if times == {"hours"} else likely.ASIDE, 1.0
        if not slots.take(chance, _what_is(amount, chances[at]), SURE if name != likely.ASIDE else SURE_ASIDE):
            continue
        if name != likely.ASIDE:
            _cover(slots.question, at, name)
            put(slots, name, amount)
        elif amount.unit == "gb":
            _memory(slots, amount)
        else:
            slots.aside.append(amount.written)
            beside = {text_at(slots.question.pieces, at - 1), text_at(slots.question.pieces, at + 1)}  # the euros of a quote
            slots.question.asides = {words: why for words, why in slots.question.asides.items() if words.casefold() not in beside}
    if {"users_per_day", "requests_per_day"} <= slots.arguments.keys():
        slots.asks.append("Is that the number of requests of all users together, or of each of them?")


def _is_a_way_to_say(question: Question, at: int, amount: Amount) -> bool:
    """What it comes to "a month", and half "of them", which are not named: asked for or told, and rarely an input."""
    words = [text_at(question.pieces, place) for place in (at + 1, at + 2)]
    of_them = amount.unit == "share" and words[0] == "of" and words[1] in ("them", "it", "these", "those")
    one = amount.value == 1 and (amount.number is None or amount.number.spelled)
    return of_them or (one and amount.unit in (*TIME, "calls", "tasks"))  # one call is what is priced anyway


def _is_a_guess(slots: Slots, at: int) -> bool:
    """Whether "thousands" is of the money that is asked for, and no number of something else."""
    of = text_at(slots.question.pieces, at + 1) == "of"
    is_money = book().unit_at(slots.question.pieces, at + 1 + of) == "money"
    return slots.doc.unit.startswith("USD") and (is_money or text_at(slots.question.pieces, at + 1) in likely.CLAUSE_ENDS)


def _what_is(amount: Amount, chances: Mapping[str, float]) -> str:
    """The question about a number, with what it may be."""
    near = sorted((name for name, chance in chances.items() if chance >= NEAR and name != likely.ASIDE), key=lambda name: -chances[name])
    told = [name.replace("_", " ") for name in near[:MOST_NAMED]]
    return f"What does {amount.written} stand for: {' or '.join([*told, 'nothing that matters here'])}?"


def to_place(slots: Slots) -> Iterator[tuple[int, Amount]]:
    """The amounts that may be inputs, each with its place; asks about those that can be none."""
    for at, amount in slots.question.amounts():
        written, before = amount.written, slots.question.pieces[at - 1]
        if amount.negative or amount.value < 0:
            slots.asks.append(f"{written} is negative; what is meant?")
        elif amount.unit == "guess" and slots.doc.unit == "tokens/s":
            slots.question.notes.append(f'left aside "{written}"')
        elif amount.unit in ("elsewhere", "guess") or (amount.unit == "watts" and slots.doc.unit == "kWh"):
            slots.unplaced += 1
            slots.asks.append(f"What does {written} stand for? No estimate takes it as it is said.")
        elif amount.unit == "watts" or (amount.unit == "vague" and _is_a_guess(slots, at)):
            slots.aside.append(written)
        elif amount.unit == "vague":
            slots.asks.append(f"What does {written} stand for? Please give a number.")
        elif amount.unit == OTHER_MONEY and "currency_code" in slots.takes:
            yield at, replace(amount, unit="")
        elif amount.unit == OTHER_MONEY:
            slots.asks.append(f"{written}: {OTHER_CURRENCY}.")
        elif amount.unit == "gb" and "ram_gb" not in slots.takes:
            _memory(slots, amount)
        elif amount.unit in TIME and amount.number is None and before.kind == "amount":
            continue  # 80k a year
        elif _is_input(slots, at, amount) or not _said_already(slots, amount):
            yield at, amount


def open_to(slots: Slots, amount: Amount) -> list[Parameter]:
    """The inputs that are not said yet and that an amount may be."""
    return [
        taken for name, taken in slots.takes.items()
        if name not in slots.arguments and _within(slots, name, amount.value)
        and (likely.may_be(taken, amount) or (amount.unit == "tokens" and name in OF_TOKENS))
    ]  # fmt: skip


def _cover(question: Question, at: int, name: str) -> None:
    """The known words beside a number that found its place are taken up, and those of its own name."""
    near = range(max(at - TAKEN_UP, 0), min(at + TAKEN_UP + 1, len(question.pieces)))
    question.covered |= {place for place in near if question.pieces[place].text in {*book().words, *name.split("_")}}


def _is_input(slots: Slots, at: int, amount: Amount) -> bool:
    """Whether the words around a number say that it is an input: a million tokens of input are no unit."""
    return any(not slots.takes.keys().isdisjoint(inputs) for _, inputs in likely.cues(slots.question, at, amount))


def _said_already(slots: Slots, amount: Amount) -> bool:
    """The unit that the answer has anyway, or the size of the model that was named."""
    per = [unit for unit, estimates in load("meaning")["answers_per"].items() if slots.doc.name in estimates]
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


def put(slots: Slots, parameter: str, amount: Amount) -> None:
    target = {"h": "hours"}.get(unit := slots.takes[parameter].kind.unit, unit)
    value = amount.value * TO_BASE.get(amount.unit, 1.0)
    at = next((at for at, other in slots.question.amounts() if other is amount), 0)
    near = {piece.text for piece in slots.question.pieces[max(0, at - 3) : at + 3]}
    value *= -1 if parameter.endswith("_growth") and not near.isdisjoint(load("meaning")["falling"]) else 1  # "rents fall 15% a year"
    if amount.unit.endswith("s/month") and parameter.endswith("_per_day"):
        value /= load("meaning")["month"]
    if amount.unit == "requests/day" and parameter == "requests":
        spans = [at for at, other in slots.question.amounts() if other.unit in ("weeks", "months", "years")]
        months = _span(slots.question, spans[0]) if len(spans) == 1 else 12 if "yearly" in slots.question.ideas else 1
        value = round(value * load("meaning")["month"] * months)
        slots.question.notes.append(f"{amount.written}: the bill of {'a month' if months == 1 else f'{months:.3g} months'}")
    if parameter == "users_per_day" and amount.unit != "users/day":
        slots.question.notes.append(f"{amount.written}: so many people a day, not at once")
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
