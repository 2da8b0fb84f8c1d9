"""What every estimate returns: a number with its unit, its range, its steps and its sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple

from compute_cost.amounts import show
from compute_cost.catalogue.records import Source

Cell = float | str
if TYPE_CHECKING:  # type checkers know what Python itself has from 3.13 on: a default for those who say no more than Result
    from typing_extensions import TypeVar

    V = TypeVar("V", bound=Cell, default=Cell, covariant=True)
else:
    from typing import TypeVar

    V = TypeVar("V")
Table = tuple[tuple[Cell, ...], ...]


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


class Input(NamedTuple):
    """A value that went in. `origin` is "given", "assumed" (a default) or "catalogue" (looked up by name)."""

    name: str
    value: Cell
    unit: str
    origin: str
    source: str = ""


class Trace:
    """Collects how a result came about, in the order of the calculation."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.inputs: list[Input] = []
        self.warnings: list[str] = []
        self.source_ids: list[str] = []

    def input(self, name: str, value: Cell, unit: str, origin: str, source: str = "") -> None:
        if all(known.name != name for known in self.inputs):
            self.inputs.append(Input(name, value, unit, origin, source))
        self.cite(source)

    def step(self, label: str, formula: str, value: Cell, unit: str, *sources: str) -> None:
        self.steps.append(Step(label, formula, value, unit, sources))
        self.cite(*sources)

    def warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    def cite(self, *source_ids: str) -> None:
        for one in source_ids:
            if one and one not in self.source_ids:
                self.source_ids.append(one)

    def include(self, other: Result) -> None:
        """How another answer came about, on which this one builds."""
        for one in other.inputs:
            self.input(*one)
        for step in other.steps:
            self.step(step.label, step.formula, step.value, step.unit, *step.sources)
        for text in other.warnings:
            self.warn(text)
        self.cite(*(one.id for one in other.sources))


Tracer = Callable[[Trace], None]


class Result(Generic[V]):
    """An answer. `low` and `high` bound an 80% interval where the estimate has one, else they equal `value`.

    A Result[float] is a number; any other may be a text, such as a fact of the catalogue.
    `values` holds every named figure (the first is `value`); `table` holds header and rows where the
    answer is a table. `steps`, `inputs`, `warnings` and `sources` are worked out when first asked for;
    `values` too, where an estimate gives a function for them.
    """

    value: V
    unit: str
    low: V
    high: V
    table: Table
    _name: str
    _figures: Mapping[str, Figure] | Callable[[], Mapping[str, Figure]]
    _tracer: Tracer

    def __init__(
        self,
        value: V,
        unit: str,
        tracer: Tracer,
        *,
        low: V | None = None,
        high: V | None = None,
        name: str = "value",
        values: Mapping[str, Figure] | Callable[[], Mapping[str, Figure]] | None = None,
        table: Table = (),
    ) -> None:
        self.__dict__.update(
            value=value,
            unit=unit,
            low=value if low is None else low,
            high=value if high is None else high,
            table=table,
            _name=name,
            _figures=values or {},
            _tracer=tracer,
        )

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Result can't be changed ({name})")

    @cached_property
    def values(self) -> Mapping[str, Figure]:
        figures = self._figures() if callable(self._figures) else self._figures
        return {self._name: Figure(self.value, self.unit), **figures}

    @cached_property
    def _trace(self) -> Trace:
        trace = Trace()
        self._tracer(trace)
        _warn_of_unchecked(trace)
        return trace

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(self._trace.steps)

    @property
    def inputs(self) -> tuple[Input, ...]:
        return tuple(self._trace.inputs)

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(self._trace.warnings)

    @property
    def sources(self) -> tuple[Source, ...]:
        from compute_cost.catalogue import source  # the catalogue loads only when a source is asked for

        return tuple(source(one) for one in self._trace.source_ids)

    def as_dict(self) -> dict[str, Any]:
        """The result as plain data for JSON."""
        found: dict[str, Any] = {"value": self.value, "unit": self.unit, "low": self.low, "high": self.high}
        if self.table:
            found["table"] = [list(row) for row in self.table]
        found["inputs"] = [one._asdict() for one in self.inputs]
        found["warnings"] = list(self.warnings)
        found["values"] = {key: figure._asdict() for key, figure in self.values.items()}
        found["steps"] = [step._asdict() | {"sources": list(step.sources)} for step in self.steps]
        found["sources"] = [{key: getattr(one, key) for key in Source.__slots__} for one in self.sources]
        return found

    def range_text(self) -> str:
        """The interval for people: "$637,375 to $1.77 million"; empty where there is none."""
        return "" if self.low == self.high else range_text(self.low, self.high, self.unit, self.value)

    def __repr__(self) -> str:
        spread = self.range_text()
        return f"<Result {show(self.value, self.unit)}{f' ({spread})' if spread else ''}>"


def range_text(low: Cell, high: Cell, unit: str, value: Cell | None = None) -> str:
    """Two bounds for people: three digits each, or as many as keep the value, as it is shown, between them."""
    short = "USD" if unit.startswith("USD") else "1" if unit == "1" else ""
    if not (isinstance(low, float) and isinstance(high, float)):
        return f"{show(low, short)} to {show(high, short)}"
    shown = float(f"{value:.4g}") if isinstance(value, float) else None
    for digits in (3, 4, 5):
        near, far = float(f"{low:.{digits}g}"), float(f"{high:.{digits}g}")
        if shown is None or near <= shown <= far:
            break
    return f"{show(near, short)} to {show(far, short)}"


def _warn_of_unchecked(trace: Trace) -> None:
    """Say which of the assumptions used nobody has checked against their source, or not in full."""
    from compute_cost.catalogue import assumptions  # the catalogue loads only when the trace is asked for

    known = assumptions()
    used = [known[one.name] for one in trace.inputs if one.origin == "assumed" and one.name in known]
    for confidence in dict.fromkeys(one.confidence for one in used if one.confidence != "checked"):
        trace.warn(f"assumed and {confidence} against a source: {', '.join(one.name for one in used if one.confidence == confidence)}")
