"""Why a figure moved: the difference between two answers of one estimate, split by input and adding up."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from statistics import fmean
from typing import Annotated, Any, ClassVar, NamedTuple

from compute_cost import registry
from compute_cost.answers.explanation import EstimateName
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import CostError, InputError
from compute_cost.inputs import Cell, Evaluation, include, is_kept, step, surrounding
from compute_cost.parameters import Kind
from compute_cost.registry import Doc, estimate
from compute_cost.result import Answer, Question, Result, Table

MOST_ORDERED = 6  # inputs that act of which every order is looked at: 64 answers
LONGEST, LONGEST_SHOWN = 50_000, 1_000  # characters of a saved result; of named values
METHOD = "method"


class Case(str):
    """One side of a comparison, as it is shown; `given` are its named values or a saved result."""

    given: Mapping[str, Any]

    @classmethod
    def of(cls, shown: str, given: Mapping[str, Any]) -> Case:
        case = cls(shown)
        case.given = given
        return case

    @property
    def is_saved(self) -> bool:
        return {"value", "inputs"} <= self.given.keys()


class Cases(Kind):
    """Named values such as "params=GPT-3; gpu=A100", a mapping of them, or a saved result."""

    accepts: ClassVar[Any] = str | dict[str, Any]
    free: ClassVar[bool] = True

    def reader(self, name: str) -> Callable[[Any], Case]:
        def read(value: Any) -> Case:
            given = _named_values(name, value) if isinstance(value, str) else value
            if not isinstance(given, Mapping) or not given or not all(isinstance(key, str) for key in given):
                raise InputError(name, value, f"give named values such as {self.example}, or the JSON of a saved result")
            shown = "; ".join(f"{key}={value}" for key, value in given.items())
            if Case.of(shown, given).is_saved:
                shown = f"a saved result: {_saved_value(name, given):g} {given.get('unit', '')}".rstrip()
            if len(shown) > LONGEST_SHOWN or not shown.isprintable():
                raise InputError(name, shown, f"give at most {LONGEST_SHOWN:,} characters that can be seen")
            return Case.of(shown, given)

        return read


def _named_values(name: str, text: str) -> Any:
    """The values of a text: JSON, or name=value with semicolons or line breaks between."""
    if len(text) > LONGEST:
        raise InputError(name, text, f"it has {len(text):,} characters; at most {LONGEST:,} are allowed")
    if text.lstrip().startswith("{"):
        import json  # a saved result only: a cell loads none of it

        try:
            return json.loads(text)
        except (ValueError, RecursionError) as problem:
            raise InputError(name, text, f"it is not a JSON object ({problem})") from None
    values: dict[str, str | None] = {}
    for part in text.replace("\n", ";").split(";"):
        pair = registry.named(part)
        if part.strip() and (not pair or pair[0] in values):
            raise InputError(name, part.strip(), 'write each input once, as name=value with semicolons between: "params=GPT-3; gpu=A100"')
        if pair:
            values[pair[0]] = pair[1]
    return values


def _saved_value(name: str, saved: Mapping[str, Any]) -> float:
    value, inputs = saved["value"], saved["inputs"]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise InputError(name, value, "a saved result must hold a number as its value")
    if not isinstance(inputs, list) or not all(
        isinstance(entry, Mapping) and {"name", "value", "origin"} <= entry.keys() for entry in inputs
    ):
        raise InputError(name, "a saved result", "its inputs must each have name, value and origin, as compute-cost call prints them")
    return float(value)


_EXAMPLE = '"params=GPT-3; gpu=A100; as_of=2024-12-31"'
Before = Annotated[
    Case,
    Cases("The first case: the estimate's inputs as name=value with semicolons between, or the JSON of a saved result.", example=_EXAMPLE),
]
After = Annotated[
    Case | None,
    Cases("The second case, in the same form; if left out, the inputs of the first with today's data.", example='"params=GPT-3; gpu=H100"'),
]


class Side(NamedTuple):
    """One case: its answer by this version, its value (that of a saved result as it stands), and what it rested on.

    `held` are the numbers that were assumed, predicted or looked up, which can be put in place by their names.
    """

    result: Result
    value: float
    held: Mapping[str, float]
    is_saved: bool

    def is_answered_by(self, value: float | None) -> bool:
        """Whether that is this side's value, which nobody can say of a saved one."""
        return self.is_saved or (value is not None and math.isclose(value, self.value, rel_tol=1e-9, abs_tol=1e-12))

    def as_given(self) -> Side:
        """The same with nothing held but what the caller put in place of assumptions."""
        return self._replace(held=self.question.assume)

    @property
    def question(self) -> Question:
        return self.result.question

    def shown(self, name: str, place: int | None) -> Cell:
        """An input as people read it."""
        given = self.question.values[place] if place is not None else None
        if isinstance(given, (Model, Accelerator)):
            return given.name or given.params if isinstance(given, Model) else given.name
        if given is not None:
            return given if isinstance(given, (int, float)) else str(given)
        values = {entry.name: entry.value for entry in self.result.inputs}
        return self.held.get(name, values.get(name, "default"))


@estimate("the estimate's own", answers="table")
def cost_bridge(name: EstimateName, before: Before, after: After = None) -> Answer:
    """Why a figure moved between two days, two versions or two sets of inputs: the change, split by input.

    change = estimate(after) - estimate(before) = sum of the changes of the rows

    Each case names the estimate's inputs: "params=GPT-3; gpu=A100; as_of=2024-12-31". An assumption may stand
    among them. Each input that differs has a row: those that were given and those that were assumed, predicted or
    looked up, such as the price that moved because as_of did. An input that acts through others alone has no change of
    its own. The change of an input is the mean over all orders in which the inputs could be changed one after the
    other (its Shapley value), for up to 6 that act; beyond, they are changed in the order of the arguments, then
    of the assumptions. Orders with a case that has no answer are left out; inputs that can only change together share a row.
    A case may also be a saved result, as compute-cost call prints it: its inputs and its value then count as they
    stand, and what the inputs do not explain is the row "method": the formula or the catalogue changed.
    The interval belongs to the difference: an input moves alike on both sides. Columns: input, from, to, unit, change.

    Raises UnknownName for an estimate that is not there, InputError for a case that names no inputs, is
    answered by a text or is refused by the estimate, with what the estimate says.
    """
    doc = registry.get(name)
    if doc.name == cost_bridge.__name__:
        raise InputError("name", doc.name, "a bridge compares two answers of another estimate; name that one")
    first = _side(doc, "before", before)
    second = _side(doc, "after", after) if after else _side(doc, "before", _again(doc, before))
    if first.result.unit != second.result.unit:
        raise InputError("after", after or "", f"its answer is in {second.result.unit}, that of before in {first.result.unit}")
    change = second.value - first.value
    rows = cache(lambda: _rows(doc, first, second))
    if surrounding():
        _include(first, second)
    if is_kept():
        _tell(first, second, rows(), change)
    return Answer(change, "change", second.result.unit, table=lambda: _table(rows()))


def _side(doc: Doc, name: str, case: Case) -> Side:
    arguments = _arguments(doc, case.given) if case.is_saved else case.given
    try:
        result = doc.call(**arguments)
    except CostError as problem:
        raise InputError(name, case, str(problem)) from None
    if isinstance(result.value, str):
        raise InputError("name", doc.name, "its answer is text; name an estimate whose answer is a number")
    held, middle = _held(result)
    if not case.is_saved:
        return Side(result, result.value, held, False)
    saved = {entry["name"]: entry["value"] for entry in case.given["inputs"]}
    held |= {key: float(saved[key]) for key in held if isinstance(saved.get(key), (int, float)) and math.isfinite(saved[key])}
    run = surrounding()
    moves = result.value / middle if run and run.ends and middle else 1.0  # an input that is moved moves what was saved alike
    return Side(result, float(case.given["value"]) * moves, held, True)


def _arguments(doc: Doc, saved: Mapping[str, Any]) -> dict[str, Any]:
    """What was given when a result was saved."""
    names = [parameter.name for parameter in doc.parameters]
    given = {entry["name"]: entry["value"] for entry in saved["inputs"] if entry["origin"] == "given"}
    given |= {entry["name"]: entry["value"] for entry in saved["inputs"] if entry["origin"] == "name" and entry["name"] in names}
    if "model" in given and "model" not in names:
        given[names[0]] = given.pop("model")
    return given


def _again(doc: Doc, case: Case) -> Case:
    """The same inputs, to be answered by this version."""
    if not case.is_saved:
        return case
    return Case.of(case, _arguments(doc, case.given))


def _held(result: Result) -> tuple[dict[str, float], float]:
    """The numbers that an answer rests on besides its arguments, where it comes out the same with them put in place; and what comes out.

    One that is the answer itself, as a quoted price is, explains nothing.
    """
    question = result.question
    given = {parameter.name for parameter, value in zip(question.parameters, question.values, strict=False) if value is not None}
    numbers = {entry.name: entry.value for entry in result.inputs if isinstance(entry.value, (int, float)) and entry.value != result.value}
    held: dict[str, float] = {**{name: value for name, value in numbers.items() if name not in given}, **question.assume}
    try:
        answer, run = question._replace(assume=held).run()
    except Exception:  # a search over chips can't have the price of one of them put in place for all
        return dict(question.assume), float(result.value)
    middle = float(answer.value)
    if not math.isclose(middle, float(result.value), rel_tol=1e-9):
        return dict(question.assume), middle
    return {name: float(value) for name, value in held.items() if name in run.used}, middle


class Row(NamedTuple):
    """What one input, or several that can only change together, did to the value."""

    name: str
    before: Cell
    after: Cell
    unit: str
    change: float


class _Bridge:
    """All cases between the two: each differing input as it is on one side or on the other."""

    def __init__(self, doc: Doc, first: Side, second: Side) -> None:
        self.first, self.second = first, second
        self.places = {parameter.name: place for place, parameter in enumerate(doc.parameters)}
        units = {entry.name: entry.unit for side in (second, first) for entry in side.result.inputs}
        self.units = units | {parameter.name: parameter.kind.unit for parameter in doc.parameters}
        pairs = zip(doc.parameters, first.question.values, second.question.values, strict=True)
        given = [parameter.name for parameter, was, now in pairs if _key(was) != _key(now)]
        common = [name for name in first.held if name in second.held and name not in given]
        self.inputs = [*given, *(name for name in common if not math.isclose(first.held[name], second.held[name], rel_tol=1e-12))]
        self.answer = cache(self._answer)

    def _answer(self, changed: frozenset[str]) -> float | None:
        """The value with these inputs as they are after, and all others as they are before; None where that has no answer."""
        values = list(self.first.question.values)
        held: dict[str, float] = {}
        for name in dict.fromkeys([*self.inputs, *self.first.held, *self.second.held]):
            sides = [self.second if name in changed else self.first] if name in self.inputs else [self.first, self.second]
            if name in self.inputs and name in self.places:
                values[self.places[name]] = sides[0].question.values[self.places[name]]
            held |= next(({name: side.held[name]} for side in sides if name in side.held), {})
        try:
            return float(self.first.question._replace(values=values, assume=held).run()[0].value)
        except CostError:
            return None

    def rows(self) -> list[Row]:
        """The change by each input; their sum is what the inputs change together."""
        silent = [name for name in self.inputs if self._is_silent(name)]
        if self.answer(frozenset(silent)) != self.answer(frozenset()):
            silent = []
        acting = [name for name in self.inputs if name not in silent]
        rows = (len(acting) <= MOST_ORDERED and self._in_all_orders(acting, frozenset(silent))) or self._in_order(acting, frozenset(silent))
        return [*rows, *(self._row([name], 0.0) for name in silent)]

    def _is_silent(self, name: str) -> bool:
        """Whether an input does nothing by itself, neither first nor last, as far as there is an answer without the others."""
        everything = frozenset(self.inputs)
        alone, without = self.answer(frozenset([name])), self.answer(everything - {name})
        ends = self.answer(frozenset()), self.answer(everything)
        return alone in (None, ends[0]) and without in (None, ends[1]) and (alone, without) != (None, None)

    def _in_all_orders(self, inputs: Sequence[str], silent: frozenset[str]) -> list[Row]:
        """Each input's change, the mean over all orders that have an answer at every step; no rows where no order has."""
        changes: dict[str, list[float]] = {name: [] for name in inputs}
        for order in itertools.permutations(inputs):
            values = [self.answer(silent.union(order[:place])) for place in range(len(order) + 1)]
            totals = [value for value in values if value is not None]
            if len(totals) == len(values):
                for name, was, now in zip(order, totals, totals[1:], strict=False):
                    changes[name].append(now - was)
        return [self._row([name], fmean(some)) for name, some in changes.items() if some]

    def _in_order(self, inputs: Sequence[str], silent: frozenset[str]) -> list[Row]:
        """Each input's change, one after the other; one that has no answer by itself goes with the next."""
        rows, waiting, value = [], [], self.answer(silent)
        for place, name in enumerate(inputs, start=1):
            waiting.append(name)
            new = self.answer(silent.union(inputs[:place]))
            if new is not None and value is not None:
                rows.append(self._row(waiting, new - value))
                waiting, value = [], new
        return rows

    def _row(self, names: Sequence[str], change: float) -> Row:
        before, after = ([side.shown(name, self.places.get(name)) for name in names] for side in (self.first, self.second))
        if len(names) == 1:
            return Row(names[0], before[0], after[0], self.units.get(names[0], ""), change)
        return Row(" and ".join(names), ", ".join(map(str, before)), ", ".join(map(str, after)), "", change)


def _key(given: Any) -> Any:
    """By which two values of an argument are the same."""
    return (given.name, given.params) if isinstance(given, Model) else given


def _rows(doc: Doc, first: Side, second: Side) -> list[Row]:
    """The change by each input, and by the method what they do not explain; the sum is the difference."""
    bridge = _Bridge(doc, first, second)
    ends = bridge.answer(frozenset()), bridge.answer(frozenset(bridge.inputs))
    if not (first.is_answered_by(ends[0]) and second.is_answered_by(ends[1])):  # what is held of one side does not suit the other
        bridge = _Bridge(doc, first.as_given(), second.as_given())
    rows = bridge.rows()
    method = second.value - first.value - math.fsum(row.change for row in rows)
    if abs(method) > 1e-9 * max(abs(first.value), abs(second.value)):
        return [*rows, Row(METHOD, "", "", "", method)]
    if rows:  # what rounding leaves over goes with the largest
        largest = max(range(len(rows)), key=lambda place: abs(rows[place].change))
        rows[largest] = rows[largest]._replace(change=rows[largest].change + method)
    return rows


def _table(rows: Sequence[Row]) -> Table:
    return (("input", "from", "to", "unit", "change"), *(tuple(row) for row in rows))


def _include(first: Side, second: Side) -> None:
    """The inputs, warnings and sources are those of both answers."""
    both = Evaluation()
    inputs = [*second.result.inputs, *first.result.inputs]
    for kept in sorted(inputs, key=lambda entry: not entry.is_uncertain):  # of two by one name, the one that moves
        both.keep(kept)
    for side in (second, first):
        both.warnings |= dict.fromkeys(side.result.warnings)
        both.cite(*(cited.id for cited in side.result.sources))
    include(both)


def _tell(first: Side, second: Side, rows: Sequence[Row], change: float) -> None:
    """The two values and the change by each input as steps."""
    unit = second.result.unit
    step("Before", "the first case", first.value, unit, figure="before")
    step("After", "the second case", second.value, unit, figure="after")
    for row in rows:
        shares = (
            "what the inputs do not explain: the formula or the catalogue changed" if row.name == METHOD else f"{row.before} to {row.after}"
        )
        step(f"Change by {row.name}", shares, row.change, unit)
    step("Change", "after - before", change, unit)
