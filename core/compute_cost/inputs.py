"""What goes into an estimate: each input once, with its value, range, origin and source, and what comes of it step by step.

An estimate is a function of its parameters and of what it assumes. It asks for each input by one of four words and names
its intermediate figures; everything else about an answer (defaults, origins, warnings, steps, the 80% interval, draws,
overriding) follows from that, once for all estimates:

    assumed("pue")                          a row of assumptions.csv, with its range and source
    default("gpu", gpu, default_gpu())      a parameter, or what is taken where it was left out
    uncertain("utilization", value, ...)    a figure of our own with its error: a prediction, a quote, a median
    fact("params", model.params, ...)       a figure of the catalogue, which was looked up by name
    step("GPU-hours", "...", hours, unit)   an intermediate figure: what, how, and what came out
    later("Payback", "...", work, unit)     one that takes long and that nothing rests on: worked out for those who read it

The function runs once for its value and nothing is kept. Where somebody asks for the steps, the range or a draw, it runs
again in an `Evaluation`, which keeps what it hears or moves an input to an end of its range. So the body must be a pure
function of its inputs, and none of these words may stand inside a function whose results are cached.
Inputs of one name are one input: they move together.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Container, Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.price_book import OwnPrice
from compute_cost.catalogue.records import Accelerator, Model, Rented
from compute_cost.errors import CostError, quote

# How many times what is known, or which part of it, a number that was given may be.
FAR = 3  # beyond, the answer asks
TOO_FAR = 20  # beyond, there is no answer: it is a slip
ANY = ""  # among the inputs that a part asks for: whether any is moved

Cell = float | str
T = TypeVar("T")
C = TypeVar("C", bound=Cell)


class Figure(NamedTuple):
    """A named number of a result."""

    value: Cell
    unit: str


class Step(NamedTuple):
    """One line of the calculation: what, how, and what came out."""

    label: str
    formula: str
    value: Cell
    unit: str
    sources: tuple[str, ...] = ()


class Later(NamedTuple):
    """A step, and a figure, whose value is worked out when somebody reads it."""

    label: str
    formula: str
    work: Callable[[], Cell]
    unit: str
    sources: tuple[str, ...] = ()

    @property
    def value(self) -> Cell:
        return self.work()

    def now(self) -> Step:
        return Step(self.label, self.formula, self.value, self.unit, self.sources)


class Input(NamedTuple):
    """A value that went in, with the ends of its 80% interval where it has one.

    `origin` is "given", "assumed" (a default or a prediction, in whose place another value may be given), "estimate" (the estimate's
    own, which nothing gives: the error of its model, or what it has chosen), "catalogue" (looked up by name), "yours" (looked up in
    your own catalogue) or "name" (said by a name that was given).
    """

    name: str
    value: Cell
    unit: str
    origin: str
    source: str = ""
    low: float | None = None
    high: float | None = None
    date: str = ""
    confidence: str = ""

    @property
    def is_uncertain(self) -> bool:
        return self.low is not None and self.high is not None and self.low < self.high


class DataNote(str):
    """A warning of how well the data are known, and not of the case that was asked for: a brief answer says it last."""

    __slots__ = ()


def of_confidence(figures: str, confidence: str, source: str) -> DataNote:
    """The note about figures that are not checked, such as "the counts of GPT-4 are" a rumor."""
    return DataNote(f"{figures} {'a rumor' if confidence == 'rumor' else f'{confidence} against {source}'}")


class Evaluation:
    """One run of an estimate that keeps what it hears, or moves inputs, or both.

    `ends` says how far inputs are moved: -1 is the low end of the range, 1 the high end, an array holds draws.
    `fixed` holds the values that the caller has put in place of what would be assumed. `keeps` is whether the inputs are
    kept, `tells` whether what is said of them is kept as well: steps, figures, warnings and sources.
    """

    __slots__ = (
        "asked", "ends", "figures", "fixed", "inputs", "keeps", "once", "searched", "sources", "steps", "tells", "used", "warnings",
    )  # fmt: skip

    def __init__(
        self, ends: Mapping[str, Any] | None = None, fixed: Mapping[str, float] | None = None, keeps: bool = True, tells: bool = True
    ) -> None:
        self.ends = ends or {}
        self.fixed = fixed or {}
        self.keeps = keeps
        self.tells = keeps and tells
        self.used: set[str] = set()  # of `fixed`
        self.asked: set[str] = set()  # the inputs, but not those that only somebody who listens hears of
        self.searched: set[str] = set()  # those that trials of a search asked for
        self.once: dict[Any, Any] = {}  # see the function of that name
        self.inputs: dict[str, Input] = {}
        self.steps: list[Step | Later] = []
        self.figures: dict[str, Figure | Later] = {}
        self.warnings: dict[str, None] = {}  # in order, each once
        self.sources: dict[str, None] = {}

    def value(self, asked: Input) -> Any:
        """What the formula gets for an input: as the caller fixed it, moved towards an end, or as it is."""
        name = asked.name
        if name in self.fixed:
            self.used.add(name)
            if self.keeps and asked.is_uncertain:
                self.mind(asked, self.fixed[name])
            asked = Input(name, self.fixed[name], asked.unit, "given")
        if self.keeps:
            self.keep(asked)
        if name in self.ends and asked.is_uncertain:
            return moved(asked, self.ends[name])
        return asked.value

    def takes(self, name: str) -> bool:
        """Whether it matters to this run that an input of that name is asked for: to most trials of a search it does not."""
        self.asked.add(name)
        return self.keeps or name in self.ends or name in self.fixed

    def mind(self, asked: Input, given: float) -> None:
        """A warning where what the caller put in place is far from the range of what it replaces."""
        low, high = float(asked.low or 0), float(asked.high or 0)
        if not low / FAR <= given <= high * FAR:
            shown, least, most = (show(amount, "1" if asked.unit.startswith("1") else "") for amount in (given, low, high))
            self.warnings[f"{asked.name}: {shown} is far from {least} to {most}, which is usual; check it and its unit"] = None

    def keep(self, kept: Input) -> None:
        self.inputs.setdefault(kept.name, kept)
        self.cite(kept.source)

    def own(self, arguments: Container[str]) -> None:
        """Tells what is the estimate's own from what is assumed: no argument and no assumption of that name can be given."""
        rows = catalogue.assumptions()
        for name, kept in self.inputs.items():
            if kept.origin == "assumed" and name not in arguments and (name not in rows or isinstance(rows[name].value, str)):
                self.inputs[name] = kept._replace(origin="estimate")

    def keep_argument(self, name: str, value: Any, unit: str, origin: str = "given", source: str = "") -> None:
        """Keeps the value of an argument: a thing of the catalogue by its name, with what is said of its confidence."""
        if isinstance(value, Model):
            self._keep_model(value, origin)
        elif isinstance(value, Accelerator):
            self._keep_described(value)
            origin = origin if value.origin == "catalogue" else value.origin
            self.keep(Input(name, value.name, "", origin, value.source, confidence=value.confidence))
            if value.confidence not in ("checked", ""):
                self.warnings[of_confidence(f"the figures of {value.name} are", value.confidence, "their source")] = None
            if value.status == "announced":
                self.warnings[f"{value.name} is announced for {value.released} and not sold yet: its figures are its maker's"] = None
            if isinstance(value, Rented):
                self.keep(Input("provider", value.provider, "", "name"))
        elif isinstance(value, OwnPrice):
            self.keep(Input(name, value.written, "", "yours"))
        else:
            row = catalogue.assumptions().get(getattr(value, "assumption", ""))  # a word for an assumption, such as naive
            origin, source = ("assumed", row.source) if row else (origin, source)
            shown = value.isoformat() if isinstance(value, datetime.date) else value
            if isinstance(shown, str) and shown.startswith(("=", "+", "-", "@")):  # no spreadsheet may take it for a formula
                shown = quote(shown)
            self.keep(Input(name, shown, unit, origin, source))

    def _keep_model(self, model: Model, origin: str) -> None:
        if not model.name:
            self.keep(Input("params", model.params, "parameters", origin))
            return
        self._keep_described(model)
        origin = origin if model.origin == "catalogue" else model.origin
        self.keep(Input("model", model.name, "", origin, model.source, confidence=model.confidence))
        self.keep(Input("params", model.params, "parameters", model.origin, model.source, confidence=model.confidence))
        self.cite(model.shape_source)
        if model.confidence not in ("checked", ""):
            self.warnings[of_confidence(f"the counts of {model.name} are", model.confidence, "their source")] = None

    def _keep_described(self, row: Model | Accelerator) -> None:
        """Says of what is not of the catalogue where its figures are from, and which of them are not."""
        if row.origin != "catalogue":
            whose = "is of your own catalogue" if row.origin == "yours" else "is taken as described"
            self.warnings[DataNote(f"{row.name} {whose}{f'; {row.note}' if row.note else ''}")] = None

    def cite(self, *sources: str) -> None:
        for source in sources:
            if source:
                self.sources[source] = None


# What the code that runs now belongs to; None where an estimate is asked for its value alone.
_current: ContextVar[Evaluation | None] = ContextVar("evaluation", default=None)


class evaluation:  # noqa: N801 (it reads with evaluation(run); a generator would take three times as long)
    """Everything that an estimate asks for inside the block is kept by `run` and moved as it says."""

    __slots__ = ("run", "token")

    def __init__(self, run: Evaluation) -> None:
        self.run = run

    def __enter__(self) -> Evaluation:
        self.token = _current.set(self.run)
        return self.run

    def __exit__(self, *_: object) -> None:
        _current.reset(self.token)


def moved(uncertain_input: Input, by: Any) -> Any:
    """An input part of the way to an end of its range: all the way for -1 and 1."""
    value, low, high = uncertain_input.value, uncertain_input.low, uncertain_input.high
    assert isinstance(value, (int, float))
    assert low is not None
    assert high is not None
    if isinstance(by, (int, float)) and abs(by) == 1:
        return low if by < 0 else high
    return between(low, float(value), high, by)


def between(low: float, middle: float, high: float, by: Any) -> Any:
    """The middle moved by so many half-intervals, each side with its own: in logarithms where all is above zero, else straight."""
    if isinstance(by, (int, float)):
        if low > 0 and middle > 0:
            return middle * (middle / low) ** by if by < 0 else middle * (high / middle) ** by
        return middle + by * (middle - low if by < 0 else high - middle)
    import numpy as np  # draws only: a cell needs no numpy

    if low <= 0 or middle <= 0:
        return middle + by * np.where(by < 0, middle - low, high - middle)
    down, up = math.log(middle / low), math.log(high / middle)
    return middle * np.exp(by * up if math.isclose(down, up, rel_tol=1e-12) else by * np.where(by < 0, down, up))


def bounds(unit: str, high: float) -> tuple[float, float]:
    """The lowest and highest value of an input that is never negative: a share (unit 1, at most 1) ends at 1."""
    return 0.0, 1.0 if unit == "1" and high <= 1 else math.inf


def assumed(name: str, given: float | None = None, parameter: str = "") -> float:
    """The number of a named assumption, or what was given in its place as the parameter of that name."""
    run = _current.get()
    if given is not None:
        if run is None or not (run.keeps or (parameter or name) in run.fixed):
            return given  # which no range moves
        row = catalogue.assumption(name)
        asked = Input(parameter or name, given, row.unit, "given")
        if run.tells and given and isinstance(given, float) and row.low is not None:  # 0 of an argument is meant as it is
            run.mind(asked._replace(low=row.low, high=row.high), given)
        return run.value(asked)  # type: ignore[no-any-return]
    if run is None:
        return catalogue.constant(name)
    run.asked.add(name)
    if not (run.keeps or name in run.ends or name in run.fixed):  # as Evaluation.takes, without a call: a search asks many times
        return catalogue.constant(name)
    row = catalogue.assumption(name)
    return run.value(  # type: ignore[no-any-return]
        Input(name, catalogue.constant(name), row.unit, "assumed", row.source, row.low, row.high, row.date, row.confidence)
    )


def default(name: str, given: T | None, otherwise: T, unit: str = "", source: str = "") -> T:
    """The parameter `name` as given, or what is taken in its place, which the answer then names."""
    if given is not None:
        return given
    run = _current.get()
    if run is not None and run.keeps:
        run.keep_argument(name, otherwise, unit, "assumed", source)
    return otherwise


def uncertain(name: str, value: float, low: float, high: float, unit: str, source: str = "", confidence: str = "") -> float:
    """A figure of our own with its 80% interval: a prediction with its error, a price among its quotes."""
    run = _current.get()
    if run is None or not run.takes(name):
        return value
    return run.value(Input(name, value, unit, "assumed", source, low, high, "", confidence))  # type: ignore[no-any-return]


def matters(name: str) -> bool:
    """Whether anybody hears of an input, or moves it: what only its range is worked out from is worked out then alone."""
    run = _current.get()
    return run is not None and run.takes(name)


def fact(name: str, value: float, unit: str, source: str = "", confidence: str = "", origin: str = "catalogue") -> float:
    """A figure of the catalogue, looked up by a name that was given; of what is not from there, its own `origin`."""
    run = _current.get()
    if run is None or not run.takes(name):
        return value
    return run.value(Input(name, value, unit, origin, source, confidence=confidence))  # type: ignore[no-any-return]


def step(label: str, formula: str, value: C, unit: str, *sources: str, figure: str = "") -> C:
    """Names an intermediate figure; `figure` makes it one of the result's values. Returns the value."""
    run = _current.get()
    if run is not None and run.tells:
        run.steps.append(Step(label, formula, value, unit, sources))
        run.cite(*sources)
        if figure:
            run.figures[figure] = Figure(value, unit)
    return value


def later(label: str, formula: str, work: Callable[[], Cell], unit: str, *, figure: str) -> None:
    """A step that takes long and on which nothing rests: it is worked out when somebody reads it, and then kept. It asks for no input."""
    run = _current.get()
    if run is not None and run.tells:
        told = run.figures[figure] = Later(label, formula, _Kept(work), unit)
        run.steps.append(told)


class _Kept:
    """What some work comes to, worked out at the first call."""

    def __init__(self, work: Callable[[], Cell]) -> None:
        self.work: Callable[[], Cell] | None = work
        self.value: Cell = ""

    def __call__(self) -> Cell:
        if self.work is not None:
            self.value, self.work = self.work(), None
        return self.value


def figure(name: str, value: Cell, unit: str) -> None:
    """One more of the result's values, without a line of its own among the steps."""
    run = _current.get()
    if run is not None and run.tells:
        run.figures[name] = Figure(value, unit)


def warn(text: str) -> None:
    """Something that anyone who uses the answer has to know; a DataNote where it is about the data and not about the case."""
    run = _current.get()
    if run is not None and run.tells:
        run.warnings[text] = None


def cite(*sources: str) -> None:
    """A source of the answer that no input or step names."""
    run = _current.get()
    if run is not None and run.tells:
        run.cite(*sources)


def is_kept() -> bool:
    """Whether somebody listens: what only words an answer is worked out then alone."""
    run = _current.get()
    return run is not None and run.tells


def surrounding() -> Evaluation | None:
    """The run of another answer that is being worked out around this one."""
    return _current.get()


class unheard:  # noqa: N801 (as evaluation)
    """For a search: what its trials say is not kept; what was found is worked out once more afterwards."""

    __slots__ = ("before", "run")

    def __enter__(self) -> None:
        run = self.run = _current.get()
        if run is not None:
            self.before = run.keeps, run.tells, run.asked
            run.keeps, run.tells, run.asked = False, False, set()

    def __exit__(self, *_: object) -> None:
        run = self.run
        if run is not None:
            run.searched |= run.asked
            run.keeps, run.tells, run.asked = self.before


def fixed(name: str, unit: str) -> Any | None:
    """What the caller has put in place of an input that is costly to work out, so that it need not be; None where nothing."""
    run = _current.get()
    if run is None or name not in run.fixed:
        return None
    return run.value(Input(name, run.fixed[name], unit, "given"))


def is_moved() -> bool:
    """Whether inputs are away from their middle: what the caller gave is compared with the middle alone."""
    run = _current.get()
    if run is None:
        return False
    run.asked.add(ANY)
    return bool(run.ends)


def apart(ends: Mapping[str, Any] | None = None, keeps: bool = False) -> Evaluation:
    """For a run of a part of the estimate by itself, which the run around it does not hear: under what the caller has fixed."""
    run = _current.get()
    return Evaluation(ends, run.fixed if run else None, keeps, tells=False)


_UNKNOWN = object()
_NOTHING: frozenset[tuple[str, float]] = frozenset()  # fixed


class _Part(NamedTuple):
    """What a part of an estimate comes to with every input at its middle, the inputs that it asked for, and those that were fixed."""

    outcome: Any
    problem: CostError | None  # in place of the outcome: with an input moved it may come to something all the same
    asked: set[str]
    used: set[str]

    def result(self) -> Any:
        if self.problem is not None:
            raise self.problem.with_traceback(None)
        return self.outcome


def at_middle(work: Callable[..., T], *arguments: Any) -> T:
    """What a search comes to with every input at its middle, whatever is moved around it.

    It is worked out once for all runs of a question: a ranking, say, stays as it is while the inputs of its best are moved. The run
    around it does not hear it. `work` must follow from its arguments, from what is assumed and from the catalogue alone.
    """
    run = _current.get()
    part = _search(work, arguments, frozenset(run.fixed.items()) if run else frozenset())
    if run:
        run.used |= part.used
    return part.result()  # type: ignore[no-any-return]


def once(work: Callable[..., T], *arguments: Any) -> T:
    """What a part of a search comes to, worked out once for all trials of a run, and for all runs that move no input that it asks for.

    `work` must follow from its arguments, from what is assumed and from the catalogue alone.
    """
    run = _current.get()
    if run is not None and run.keeps:
        return _once_in(run, work, arguments)  # somebody listens, and has heard what it says at the first time
    try:
        part = _part(work, arguments, frozenset(run.fixed.items()) if run and run.fixed else _NOTHING)
    except TypeError:  # of draws, which can't be looked up
        return _once_in(run, work, arguments) if run else work(*arguments)
    if run is None:
        return part.result()  # type: ignore[no-any-return]
    if run.ends and (ANY in part.asked or not part.asked.isdisjoint(run.ends)):
        known = run.once.get(id(part))  # which is the part's own as long as it is held here: the arguments need no second hash
        if known is None:
            known = run.once[id(part)] = part, work(*arguments)
        return known[1]
    run.used |= part.used
    run.asked |= part.asked
    return part.result()  # type: ignore[no-any-return]


def _once_in(run: Evaluation, work: Callable[..., T], arguments: tuple[Any, ...]) -> T:
    """The same for the trials of one run alone."""
    try:
        key = work, arguments, run.keeps
        found = run.once.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            found = run.once[key] = work(*arguments)
        return found  # type: ignore[no-any-return]
    except TypeError:
        return work(*arguments)


def _worked_out(work: Callable[..., Any], arguments: tuple[Any, ...], fixed: frozenset[tuple[str, float]]) -> _Part:
    with evaluation(Evaluation(fixed=dict(fixed), keeps=False)) as run:
        outcome, problem = None, None
        try:
            outcome = work(*arguments)
        except CostError as found:
            problem = found
        return _Part(outcome, problem, run.asked | run.searched, run.used)


# These two may keep what asks for inputs, as they are told all that it depends on: what the caller has fixed. Few rankings are large,
# and many parts of searches are small.
_search = catalogue.kept(16)(_worked_out)
_part = catalogue.kept(512)(_worked_out)


def include(kept: Evaluation) -> None:
    """How another answer came about, which this one is about."""
    run = _current.get()
    if run is not None and run.tells:
        run.steps += kept.steps
        run.warnings |= kept.warnings
        run.sources |= kept.sources
    if run is not None and run.keeps:
        for kept_input in kept.inputs.values():
            run.keep(kept_input)
