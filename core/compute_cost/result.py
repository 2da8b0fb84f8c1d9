"""What every estimate returns: a number with its unit, its range, its steps and its sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Source
from compute_cost.errors import InputError, near
from compute_cost.inputs import Cell, DataNote, Evaluation, Figure, Input, Later, Step, evaluation, include, surrounding
from compute_cost.ranges import Swing, interval, swings

if TYPE_CHECKING:  # type checkers know what Python itself has from 3.13 on: a default for those who say no more than Result
    from typing_extensions import TypeVar

    V = TypeVar("V", bound=Cell, default=Cell, covariant=True)
else:
    from typing import TypeVar

    V = TypeVar("V")
T = TypeVar("T")
Table = tuple[tuple[Cell, ...], ...]
TOP = 5  # rows that a brief answer shows
_OF_A_MODEL = ("model", "params")  # inputs that an argument of any name makes which is a model


class Rounded(NamedTuple):
    """A count before it was rounded, and how any such number is.

    Its range comes from the exact number: of the count itself each input would move either nothing or a whole one.
    """

    exact: float
    rounding: Callable[[float], float | None]  # None where no number is enough


class Answer(NamedTuple):
    """What the function of an estimate returns; `name` is that of its value among the figures.

    `unit` is the estimate's own if left out; a text has none, which is "".
    `table` may be a function, so that the rows are worked out only for those who look at them, one by one where it is a generator;
    `rows` then says how many these are, without the header, where that is known before or told without them. `low` and `high` are for
    answers that quote a range, such as an assumption's; all others leave them out and have the interval of their inputs.
    `whole` is for counts: their ends are whole numbers too. `moves` says what inputs do to the value, where the estimate has
    worked that out for its words; inputs that it leaves out do nothing.
    """

    value: Cell
    name: str = "value"
    unit: str | None = None
    table: Table | Callable[[], Iterable[tuple[Cell, ...]]] = ()
    low: Cell | None = None
    high: Cell | None = None
    whole: Rounded | None = None
    moves: Sequence[Swing] | None = None
    rows: int | Callable[[], int] | None = None


class Question(NamedTuple):
    """An estimate with its arguments as they were read, by which it can be worked out again.

    `assume` holds numbers in place of what the estimate would assume. Where the answer to one question is worked out within
    that to another, the inputs that the outer one moves are moved in it too: one name is one input.
    """

    estimate: str
    function: Callable[..., Answer]
    parameters: Sequence[Any]  # with a name and a kind that has a unit: those of compute_cost.registry, which stands above
    values: Sequence[Any]
    assume: Mapping[str, float]
    written: Sequence[Any] = ()
    said: Mapping[str, Any] = {}  # arguments that a name gives, and those that count nowhere here

    def run(self, ends: Mapping[str, Any] | None = None, keeps: bool = False, tells: bool = True) -> tuple[Answer, Evaluation]:
        """The answer with inputs moved to these ends of their ranges, and what was kept on the way."""
        outer = surrounding()
        if outer:
            ends = {**outer.ends, **(ends or {})}
        with evaluation(Evaluation(ends, self.assume, keeps, tells)) as run:
            if keeps:
                for parameter, value in zip(self.parameters, self.values, strict=False):
                    if value is not None and not parameter.kind.handed_on:
                        origin = "name" if parameter.name in self.said else "given"
                        run.keep_argument(parameter.name, value, parameter.kind.unit, origin)
                if tells:
                    self._note(run)
            answer = self.function(*self.values)
            if keeps and tells:
                self._question(run)
        if keeps and not any(parameter.kind.handed_on for parameter in self.parameters):  # else they are those of another estimate
            run.own({*_OF_A_MODEL, *(parameter.name for parameter in self.parameters)})
        run.once.clear()  # a result that is kept needs what was said, and not how it was found
        if outer:
            outer.used |= run.used
            outer.asked |= run.asked
            outer.searched |= run.searched
        return answer, run

    def _note(self, run: Evaluation) -> None:
        """What was left out of names that are not the catalogue's own, what they say besides, and which arguments have no effect."""
        for parameter, text in zip(self.parameters, self.written, strict=False):
            if isinstance(text, str) and (note := parameter.kind.note(text)):
                run.warnings[f"{parameter.name}: {note}"] = None
        names = {parameter.name for parameter in self.parameters}
        given = {parameter.name for parameter, value in zip(self.parameters, self.values, strict=False) if value is not None}
        if "gpus" in names and "gpus" not in given - self.said.keys():
            for parameter, text in zip(self.parameters, self.written, strict=False):
                if isinstance(text, str) and (note := parameter.kind.note_of_rack(text)):
                    run.warnings[f"{parameter.name}: {note}"] = None
        for parameter in self.parameters:
            if parameter.name in given and parameter.kind.only_with and parameter.kind.only_with not in given:
                run.warnings[f"{parameter.name}: it has no effect without {parameter.kind.only_with}"] = None
        for name, value in self.said.items():
            if name not in names and name != "provider":  # whose prices count without an argument
                run.warnings[f"the name says {name} {show(value)}, which has no effect in {self.estimate}"] = None

    def _question(self, run: Evaluation) -> None:
        """Asks about values that are most likely slips, of which the estimate itself has said nothing."""
        for parameter, value in zip(self.parameters, self.values, strict=False):
            question = "" if value is None or parameter.kind.handed_on else parameter.kind.question(value)
            if question and not any(text.startswith(f"{parameter.name}: ") for text in run.warnings):
                run.warnings[f"{parameter.name}: {question}"] = None


class _Values(Mapping[str, Figure]):
    """Named figures; one that is left for later is worked out when it is read."""

    def __init__(self, figures: Mapping[str, Figure | Later]) -> None:
        self._figures = figures

    def __getitem__(self, name: str) -> Figure:
        figure = self._figures[name]
        return Figure(figure.value, figure.unit) if isinstance(figure, Later) else figure

    def __contains__(self, name: object) -> bool:
        return name in self._figures  # which is asked for many names that are not there, and needs no figure

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def __repr__(self) -> str:
        return repr(dict(self))


class Result(Generic[V]):
    """An answer. `low` and `high` bound an 80% interval where any of its inputs is uncertain, else they equal `value`.

    A Result[float] is a number; any other may be a text, such as a fact of the catalogue. `name` is that of the value
    among the figures. `values` holds every named figure (the first is `value`); `table` holds header and rows where the
    answer is a table; `swings` says what each uncertain input does to the value. All but the value is worked
    out when first asked for.
    """

    value: V
    unit: str
    name: str
    question: Question
    _answer: Answer

    def __init__(self, question: Question, unit: str, answer: Answer | None = None, own: Iterable[str] = ()) -> None:
        """`answer` answers the question where it has been worked out already.

        `own` names what the question itself put in place of assumptions: each must be one that it makes.
        """
        if answer is None:
            kept = question.run(keeps=True)
            answer = kept[0]
            _check(question, kept[1], own)
            self.__dict__["_kept"] = kept
        held = self.__dict__
        held["question"], held["_answer"] = question, answer
        held["value"], held["name"] = answer.value, answer.name
        held["unit"] = unit if answer.unit is None else answer.unit

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Result can't be changed ({name})")

    @cached_property
    def _kept(self) -> tuple[Answer, Evaluation]:
        return self.question.run(keeps=True)

    @cached_property
    def _moves(self) -> tuple[Swing, ...]:
        """What each uncertain input does to the value, of a count to the exact number, the largest first."""
        # Where nobody has asked for the words, nor for what is worked out for them, they are not worked out.
        told, run = self._kept if "_kept" in self.__dict__ else self.question.run(keeps=True, tells=False)
        if told.moves is not None:
            moves = _of_inputs(run.inputs.values(), told.moves, _exact(told))
        else:
            moves = swings(_exact(told), self._moved, run.inputs.values())
        return tuple(sorted(moves, key=lambda swing: -swing.size))

    def _moved(self, ends: Mapping[str, Any]) -> Any:
        """The value with an input moved; None where it does not ask for it: then it is of what is told beside the value.

        Up to where it first asks for the input a run is as the middle is, save for a search whose trials asked for it before.
        """
        answer, run = self.question.run(ends)
        heard = run.asked if run.searched.isdisjoint(ends) else self._heard
        return None if heard.isdisjoint(ends) else _exact(answer)

    @cached_property
    def _heard(self) -> set[str]:
        """The inputs that the value asks for, all of them at their middle."""
        return self.question.run()[1].asked

    @cached_property
    def swings(self) -> tuple[Swing, ...]:
        """What each uncertain input does to the value, at both ends of its range, the largest first (a tornado)."""
        if self._answer.whole is None:
            return self._moves
        return tuple(swing._replace(at_low=self._counted(swing.at_low), at_high=self._counted(swing.at_high)) for swing in self._moves)

    @cached_property
    def _interval(self) -> tuple[Any, Any]:
        answer = self._answer
        if isinstance(answer.value, str) or answer.low is not None or answer.high is not None:
            return (answer.value if answer.low is None else answer.low), (answer.value if answer.high is None else answer.high)
        low, high = interval(_exact(answer), self._moves)
        return min(answer.value, self._counted(low)), max(answer.value, self._counted(high))

    def _counted(self, exact: float) -> Any:
        """A number as the estimate rounds its answer; the answer itself where no count is enough, as where an end has no answer."""
        whole = self._answer.whole
        if whole is None:
            return exact
        count = self._answer.value if exact == whole.exact else whole.rounding(exact)
        return self._answer.value if count is None else count

    @property
    def low(self) -> V:
        return self._interval[0]  # type: ignore[no-any-return]

    @property
    def high(self) -> V:
        return self._interval[1]  # type: ignore[no-any-return]

    @cached_property
    def table(self) -> Table:
        table = self._answer.table
        return self._as_assumed(lambda: tuple(table())) if callable(table) else table

    @cached_property
    def top(self) -> Table:
        """The header and the first rows, as many as a brief answer shows: of a long table the others are not worked out."""
        table = self._answer.table
        if "table" in self.__dict__ or not callable(table):
            return self.table[: TOP + 1]
        return self._as_assumed(lambda: tuple(islice(table(), TOP + 1)))

    @cached_property
    def rows(self) -> int:
        """How many rows the table has below its header."""
        rows = self._answer.rows
        return max(len(self.table) - 1, 0) if rows is None else self._as_assumed(rows) if callable(rows) else rows

    def _as_assumed(self, work: Callable[[], T]) -> T:
        """What is left for later rests on the same assumptions."""
        with evaluation(Evaluation(fixed=self.question.assume, keeps=False)):
            return work()

    @cached_property
    def values(self) -> Mapping[str, Figure]:
        answer, run = self._kept
        return _Values({answer.name: Figure(self.value, self.unit), **run.figures})

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.steps_about("")

    def steps_about(self, beginning: str) -> tuple[Step, ...]:
        """The steps whose label begins so."""
        told = (step for step in self._kept[1].steps if step.label.startswith(beginning))
        return tuple(step.now() if isinstance(step, Later) else step for step in told)

    @property
    def inputs(self) -> tuple[Input, ...]:
        return tuple(self._kept[1].inputs.values())

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        return (*self._kept[1].warnings, *_unchecked(self.inputs))

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        return tuple(catalogue.source(cited) for cited in self._kept[1].sources)

    def include(self) -> None:
        """Hands on how this answer came about to the one that is being worked out around it, which is about this one."""
        if surrounding():
            include(self._kept[1])

    def as_dict(self) -> dict[str, Any]:
        """The result as plain data for JSON."""
        shown: dict[str, Any] = {"value": self.value, "unit": self.unit, "low": self.low, "high": self.high}
        if self.table:
            shown["table"] = [list(row) for row in self.table]
        shown["inputs"] = [entry._asdict() for entry in self.inputs]
        shown["warnings"] = list(self.warnings)
        shown["values"] = {key: figure._asdict() for key, figure in self.values.items()}
        shown["steps"] = [step._asdict() | {"sources": list(step.sources)} for step in self.steps]
        shown["sources"] = [{key: getattr(cited, key) for key in Source.__slots__} for cited in self.sources]
        return shown

    def range_text(self) -> str:
        """The interval for people: "$637,375 to $1.77 million"; empty where there is none."""
        return "" if self.low == self.high else range_text(self.low, self.high, self.unit, self.value)

    def __repr__(self) -> str:
        spread = self.range_text()
        return f"<Result {show(self.value, self.unit)}{f' ({spread})' if spread else ''}>"


def _of_inputs(inputs: Iterable[Input], moves: Iterable[Swing], middle: float) -> list[Swing]:
    """What each uncertain input does by moves that are known."""
    known = {swing.input.name: swing for swing in moves}
    none = Swing(Input("", middle, "", ""), middle, middle)
    return [known.get(entry.name, none)._replace(input=entry) for entry in inputs if entry.is_uncertain]


def _exact(answer: Answer) -> Any:
    return answer.value if answer.whole is None else answer.whole.exact


def _check(question: Question, run: Evaluation, own: Iterable[str]) -> None:
    """Refuses what was put in place of an assumption that the estimate does not make."""
    unused = next((name for name in own if name not in run.used), None)
    if unused:
        rows = catalogue.assumptions()
        made = [name for name in run.inputs if name in rows and isinstance(rows[name].value, float)]
        guess = f"did you mean {' or '.join(near(unused, made))}? " if near(unused, made) else ""
        allowed = f"it assumes {', '.join(made)}" if made else "with these arguments it assumes nothing that can be"
        raise InputError("assume", unused, f"{question.estimate} does not assume it here; {guess}{allowed}")


def _unchecked(inputs: tuple[Input, ...]) -> list[str]:
    """Which of the assumptions nobody has checked against their source, or not in full."""
    rows = catalogue.assumptions()
    weak = [
        rows[entry.name]
        for entry in inputs
        if entry.origin == "assumed" and entry.name in rows and rows[entry.name].confidence != "checked"
    ]
    return [
        DataNote(f"assumed and {confidence} against a source: {', '.join(row.name for row in weak if row.confidence == confidence)}")
        for confidence in dict.fromkeys(row.confidence for row in weak)
    ]


def range_text(
    low: Cell, high: Cell, unit: str, value: Cell | None = None, shown_by: Callable[..., str] = show, between: str = "{low} to {high}"
) -> str:
    """Two bounds for people: three digits each, or four, as many as a value is shown with, where it would lie outside of them."""
    short = "USD" if unit.startswith("USD") else "1" if unit == "1" else ""
    if not (isinstance(low, float) and isinstance(high, float)):
        return between.format(low=shown_by(low, short), high=shown_by(high, short))
    shown = float(f"{value:.4g}") if isinstance(value, float) else None
    for digits in (3, 4):
        near, far = float(f"{low:.{digits}g}"), float(f"{high:.{digits}g}")
        if shown is None or near <= shown <= far:
            break
    return between.format(low=_whole(shown_by(near, short), near), high=_whole(shown_by(far, short), far))


def _whole(shown: str, value: float) -> str:
    """Three digits from 100 on hold no cents."""
    return shown.removesuffix(".00") if abs(value) >= 100 else shown
