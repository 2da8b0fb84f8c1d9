"""Monte Carlo over the uncertain inputs of any estimate, by the estimate's own formula.

An input that is not known exactly is log-normal: its middle is the 50th percentile, the ends of its 80% interval are the 10th
and 90th. Where they are not equally far from the middle, each side has its own spread; what may be zero is normal. A share stays
within 1, an argument within its bounds. Each input takes one of 16,384 equally likely values of that distribution: finer than
the draws can show, and many times as quick as a normal number and its exponential for each of them.

A formula that works on arrays is worked out for a block of draws at once, with values put in place of what it would predict; how
a prediction follows other inputs is interpolated between 13 values of each, taken alone. Any other formula, such as one with a
search in it, is worked out one draw after the other, and so is one that would refuse draws which it takes as arrays.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple

from compute_cost import registry
from compute_cost.answers.array_costs import load_numpy
from compute_cost.catalogue.records import Model
from compute_cost.errors import CostError, InputError
from compute_cost.inputs import Evaluation, Input, between, bounds
from compute_cost.parameters import Kind, ModelSize, Quantity
from compute_cost.ranges import Z90, Swing, swings
from compute_cost.registry import Doc
from compute_cost.result import Answer, Question, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST_DRAWS, MOST_DRAWS = 100, 10_000_000  # 80 MB of values
MOST_ALONE, MOST_RANKED = 200_000, 5_000  # one draw after the other; of an estimate that itself answers with a table
_BLOCK = 16_384  # draws worked on at once: they stay in the processor's cache, which is several times quicker
_LIKELY = 16_384  # values of an input: 14 random bits pick one
_TRIED, _NEAR = 4, 0.1  # draws that a formula is tried with; how near it has to come where inputs follow others
_KNOTS = tuple(half / 2 for half in range(-6, 7))  # half-intervals between which an input that follows another is interpolated


class Draws(NamedTuple):
    """The drawn values with their percentiles, and the swings of the inputs, the largest first (a tornado).

    `warnings` say what the draws leave out.
    """

    name: str
    unit: str
    values: Floats
    p10: float
    p50: float
    p90: float
    mean: float
    middle: float
    tornado: tuple[Swing, ...]
    warnings: tuple[str, ...]

    def table(self) -> Table:
        """The value in the first row, then each uncertain input with the value at its ends."""
        ends = (f"{self.name}_at_P10", f"{self.name}_at_P90")
        rows: list[tuple[float | str, ...]] = [("figure", "P10", "P50", "P90", "mean", "unit", *ends, "swing")]
        rows.append((self.name, self.p10, self.p50, self.p90, self.mean, self.unit, "", "", ""))
        for swing in self.tornado:
            moved = swing.input
            assert moved.low is not None
            assert moved.high is not None
            rows.append((moved.name, moved.low, moved.value, moved.high, "", moved.unit, swing.at_low, swing.at_high, swing.size))
        return tuple(rows)


def draws(name: str, arguments: Mapping[str, Any], n: int = 100_000, seed: int = 0) -> Draws:
    """The value of an estimate in `n` draws of what is uncertain, in the estimate's own unit.

    `arguments` go to the estimate, and `assume` with numbers in place of what it assumes. A number may be given as
    [low, high], its 10th and 90th percentile. What the estimate predicts, quotes or assumes with a range is uncertain
    unless it is given. Inputs are drawn independently; a prediction follows those it depends on. A draw that has no answer,
    such as a model that no longer fits, is left out, and a warning counts them. One seed gives one answer. Valid where the
    estimate is.

    Raises InputError for a bad range or a bad count, an estimate whose answer is not a number, or too many draws of one that is worked out
    one draw after the other; CostError without numpy or where too few draws have an answer; and what the estimate raises.
    """
    np = load_numpy()
    doc = registry.get(name)
    for what, number, least, most in (("draws", n, FEWEST_DRAWS, MOST_DRAWS), ("seed", seed, 0, 2**63 - 1)):
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            raise InputError(what, number, f"give a whole number from {least:,} to {most:,}")
    problem = _Problem(doc, arguments)
    at_once = problem.takes_arrays()
    most = MOST_DRAWS if at_once else MOST_RANKED if doc.answers == "table" else MOST_ALONE
    if n > most:
        raise InputError("draws", n, f"{doc.name} is worked out one draw after the other with these arguments; give at most {most:,}")
    values: Floats = np.empty(n)
    generator = np.random.SFC64(seed)
    refused: list[str] = []
    for start in range(0, n, _BLOCK):
        part = values[start : start + _BLOCK]
        places = _places(generator, len(problem.inputs), len(part))
        part[:] = problem.at_once(places) if at_once else [problem.alone(place, refused) for place in places.T]
        if at_once and not refused and np.isnan(part).any():
            problem.alone(places.T[np.isnan(part)][0], refused)  # says why
    tornado = problem.tornado()
    warnings = [
        f"{swing.input.name} was given as a range, but has no effect here"
        for swing in tornado
        if not swing.size and swing.input.origin == "given"
    ]
    answered = np.isfinite(values)
    if not answered.all():
        values = values[answered]
        why = refused[0] if refused else "the numbers are too large"
        warnings.append(f"{n - len(values):,} of {n:,} draws have no answer and are left out, such as: {why}")
        if len(values) < FEWEST_DRAWS:
            raise CostError(f"draws: {warnings[-1]}")
    p10, p50, p90 = _quantiles(values, (0.1, 0.5, 0.9))
    middle = problem.result
    return Draws(middle.name, middle.unit, values, p10, p50, p90, float(values.mean()), float(middle.value), tornado, tuple(warnings))


def _places(generator: np.random.SFC64, inputs: int, draws: int) -> Any:
    """For each input and draw one of the likely values, by its place in their list: four of every 64 random bits."""
    np = load_numpy()
    bits = generator.random_raw((inputs, -(-draws // 4))) & np.uint64((_LIKELY - 1) * 0x0001_0001_0001_0001)
    return bits.view(np.uint16)[:, :draws]


@cache
def _half_intervals() -> Floats:
    """The middles of as many equally likely parts of a normal distribution as an input has values, in half-intervals."""
    np, normal = load_numpy(), NormalDist()
    lower = np.array([normal.inv_cdf((place + 0.5) / _LIKELY) for place in range(_LIKELY // 2)]) / Z90
    return np.concatenate((lower, -lower[::-1]))  # type: ignore[no-any-return]


class _Drawn:
    """An uncertain input. `by` are its likely values in half-intervals from the middle, `values` the values themselves.

    A value beyond the bounds of the input is moved to the last one within. `place` is that of an argument given as a range;
    `is_given` is true of an assumption that was, too.
    """

    def __init__(self, moving: Input, kind: Kind | None, place: int | None = None, is_given: bool = False) -> None:
        np = load_numpy()
        assert moving.low is not None
        assert moving.high is not None
        assert isinstance(moving.value, (int, float))
        self.input, self.place, self.is_given = moving, place, is_given
        self.ends = moving.low, moving.value, moving.high
        self.is_whole = isinstance(kind, Quantity) and kind.whole
        least, self.most = (kind.low, kind.high) if isinstance(kind, Quantity) else bounds(moving.unit, moving.high)
        self.by, self.values = _half_intervals(), self.at(_half_intervals())
        if moving.low >= 0 and not (least <= self.values[0] and self.values[-1] <= self.most):
            inside = self.by[(self.values >= least) & (self.values <= self.most)]
            if len(inside):
                self.by = np.clip(self.by, inside[0], inside[-1])
                self.values = self.at(self.by)

    def at(self, by: Any) -> Any:
        """The value so many half-intervals from the middle."""
        value = between(*self.ends, by)
        return load_numpy().rint(value) if self.is_whole else value

    def within(self, by: float) -> float:
        """So many half-intervals, or as many as its bounds allow."""
        return min(max(by, float(self.by[0])), float(self.by[-1]))


class _Problem:
    """One call with its uncertain inputs; `result` is the answer with each at its middle."""

    def __init__(self, doc: Doc, arguments: Mapping[str, Any]) -> None:
        given, ranges = _read(doc, arguments)
        self.result = doc.call(**given)
        if isinstance(self.result.value, str):
            raise InputError("name", doc.name, "its answer is text; draws need an estimate whose answer is a number")
        own = {parameter.name: parameter.kind for parameter in doc.parameters}
        kinds = registry.kinds(doc, ranges)
        self.inputs = [_Drawn(moving, kinds[name], list(own).index(name) if name in own else None, True) for name, moving in ranges.items()]
        run = self.result.question.run(keeps=True, tells=False)[1]  # what the value rests on, without what only its words do
        self.middle = {heard.name: heard.value for heard in run.inputs.values()}
        self.inputs += [_Drawn(heard, own.get(heard.name)) for heard in run.inputs.values() if heard.is_uncertain]
        self.acting: list[int] = []  # the inputs that do something where values are put in place of all
        self.following: list[tuple[int, int, Floats]] = []

    def put(self, values: Iterable[tuple[_Drawn, Any]]) -> Question:
        """The question with numbers, or arrays, in place of inputs."""
        question = self.result.question
        arguments, assume = list(question.values), dict(question.assume)
        for drawn, value in values:
            if drawn.place is None:
                assume[drawn.input.name] = value
            else:
                was = arguments[drawn.place]
                arguments[drawn.place] = dataclasses.replace(was, params=value) if isinstance(was, Model) else value
        return question._replace(values=arguments, assume=assume)

    def moved(self, by: Mapping[str, float], keeps: bool = False) -> tuple[Answer, Evaluation]:
        """The answer with these inputs so many half-intervals from their middles, and the inputs where they are kept."""
        given = [(drawn, float(drawn.at(by[drawn.input.name]))) for drawn in self.inputs if drawn.is_given and drawn.input.name in by]
        names = [drawn.input.name for drawn, _ in given]
        return self.put(given).run({name: end for name, end in by.items() if name not in names}, keeps, tells=False)

    def alone(self, places: Iterable[Any], refused: list[str]) -> float:
        """The value of one draw; where there is none, `refused` gets why."""
        try:
            return float(
                self.moved({drawn.input.name: float(drawn.by[place]) for drawn, place in zip(self.inputs, places, strict=True)})[0].value
            )
        except CostError as problem:
            refused.append(str(problem))
            return math.nan

    def at_once(self, places: Any) -> Any:
        """The values of many draws, whose inputs have the likely values in these places of their lists."""
        np = load_numpy()
        values = {place: self.inputs[place].values.take(places[place]) for place in self.acting}
        with np.errstate(all="ignore"):
            for follows, other, factors in self.following:
                values[follows] = values[follows] * factors.take(places[other])
            for follows in {follows for follows, _, _ in self.following}:
                values[follows] = np.minimum(values[follows], self.inputs[follows].most)
            return self.put((self.inputs[place], value) for place, value in values.items()).run()[0].value

    def takes_arrays(self) -> bool:
        """Whether the formula answers on arrays of draws as it does on one draw after the other, and refuses the same.

        Where an input follows others it answers nearly so: by what each of them does alone.
        """
        np = load_numpy()
        trial = _places(np.random.SFC64(0), len(self.inputs), _TRIED)
        try:
            assumed = self.put((drawn, drawn.input.value) for drawn in self.inputs).run()[1].used
        except Exception:  # a search can't have one value put in place for all that it looks at
            return False
        self.acting = [place for place, drawn in enumerate(self.inputs) if drawn.place is not None or drawn.input.name in assumed]
        self.following = list(self._following())
        edges = self._edges()
        try:
            at_once, far, singles = self.at_once(trial), self.at_once(edges), [self._one(place) for place in trial.T]
        except Exception:  # it branches on an array; an error of another kind shows again in the first draw alone
            return False
        alone = [self.alone(place, []) for place in trial.T]
        same = np.allclose(at_once, singles, rtol=1e-9, atol=0, equal_nan=True)
        near = np.allclose(at_once, alone, rtol=_NEAR if self.following else 1e-9, atol=0, equal_nan=True)
        return bool(same and near and all(np.isnan(far) == np.isnan([self.alone(place, []) for place in edges.T])))

    def _one(self, places: Any) -> float:
        """What `at_once` answers for one draw, with numbers instead of arrays."""
        try:
            return float(self.at_once(places))
        except CostError:
            return math.nan

    def _following(self) -> Iterator[tuple[int, int, Floats]]:
        """Which input follows which other, as a prediction follows the size of a model, and by which factor at each of its values.

        A value that is put in place of a prediction would not follow by itself.
        """
        np = load_numpy()
        for other, leading in enumerate(self.inputs):
            middles = {by: self._middles(leading, by) for by in (-3.0, 3.0)}
            for follows, follower in enumerate(each.input for each in self.inputs):
                if (
                    follows != other
                    and follower.name in self.middle
                    and any(some.get(follower.name, follower.value) != follower.value for some in middles.values())
                ):
                    middles |= {by: self._middles(leading, by) for by in _KNOTS if by not in middles}
                    knots = [
                        (by, some[follower.name] / self.middle[follower.name])
                        for by, some in sorted(middles.items())
                        if follower.name in some
                    ]
                    yield follows, other, np.interp(leading.by, *zip(*knots, strict=True))

    def _middles(self, leading: _Drawn, by: float) -> dict[str, Any]:
        """The middles of the uncertain inputs with one so many half-intervals from its own; none where that has no answer."""
        try:
            inputs = self.moved({leading.input.name: leading.within(by)}, keeps=True)[1].inputs
        except CostError:
            return {}
        return {moved.name: moved.value for moved in inputs.values() if moved.is_uncertain}

    def _edges(self) -> Any:
        """Places far out: of each input alone, and of those together that were given as ranges or that others follow."""
        np = load_numpy()
        leading = {place for place, drawn in enumerate(self.inputs) if drawn.is_given} | {other for _, other, _ in self.following}
        far = [{place: side} for place in range(len(self.inputs)) for side in (-3.0, 3.0)]
        far += [dict(zip(sorted(leading), sides, strict=False)) for sides in itertools.product((-2.0, 2.0), repeat=min(len(leading), 6))]
        edges = [[np.searchsorted(drawn.by, edge.get(place, 0.0)) for place, drawn in enumerate(self.inputs)] for edge in far]
        return np.minimum(np.array(edges).T, _LIKELY - 1)

    def tornado(self) -> tuple[Swing, ...]:
        """What each input does at the ends of its own 80% interval, the largest first."""
        moves = swings(self.result.value, lambda ends: self.moved(ends)[0].value, [drawn.input for drawn in self.inputs])
        return tuple(sorted(moves, key=lambda swing: -swing.size))


def _read(doc: Doc, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Input]]:
    """The arguments with each range at its middle, and the ranges."""
    given = registry.by_name(doc, arguments)
    ranges: dict[str, Input] = {}
    for name, kind in registry.kinds(doc, given).items():
        if isinstance(given[name], (list, tuple)):
            if not isinstance(kind, (Quantity, ModelSize)):
                raise InputError(name, "a range", "only a number may be a range in a draw; give one value")
            ends = [kind.reader(name)(end) for end in given[name]]
            counts = [float(count.params if isinstance(count, Model) else count) for count in ends]
            if len(counts) != 2 or not 0 < counts[0] < counts[1] or any(isinstance(count, Model) and count.name for count in ends):
                raise InputError(name, "a list", "give its 10th and 90th percentile as two numbers, the lower first")
            middle = math.sqrt(counts[0] * counts[1])
            if isinstance(kind, Quantity) and kind.whole:
                middle = float(round(middle))
            given[name] = middle
            ranges[name] = Input(name, middle, kind.unit, "given", low=counts[0], high=counts[1])
    return given, ranges


def _quantiles(values: Floats, shares: tuple[float, ...]) -> list[float]:
    """numpy.quantile in a tenth of its time: a sample of the values tells the narrow bands in which to look."""
    np = load_numpy()
    sample = np.sort(values[::25])
    last = len(sample) - 1
    bands: list[Floats] = []
    for share in shares:
        middle, margin = share * last, 4 * math.sqrt(share * (1 - share) * last)
        bands.append(sample[[max(0, int(middle - margin)), min(last, int(middle + margin))]])
    below, within = [0] * len(shares), [[values[:0]] for _ in shares]
    for start in range(0, len(values), _BLOCK):
        part = values[start : start + _BLOCK]
        for at, (first, beyond) in enumerate(bands):
            above = part >= first
            below[at] += len(part) - int(np.count_nonzero(above))
            above &= part <= beyond
            within[at].append(part[above])
    quantiles = []
    for share, under, parts in zip(shares, below, within, strict=True):
        place, band = share * (len(values) - 1), np.sort(np.concatenate(parts))
        rank = int(place) - under
        if not 0 <= rank < len(band) - 1:  # a sample that misleads, which is rare, or a short one
            return [float(quantile) for quantile in np.quantile(values, shares)]
        quantiles.append(float(band[rank] + (band[rank + 1] - band[rank]) * (place - int(place))))
    return quantiles
