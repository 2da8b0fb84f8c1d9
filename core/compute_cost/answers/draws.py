"""Monte Carlo over the uncertain inputs of train_cost, vectorized with numpy.

An input that is not known exactly is log-normal: its middle is the 50th percentile, low and high are the 10th and
90th. Where they are not equally far from the middle, each side has its own spread.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple

from compute_cost import registry
from compute_cost.answers.array_costs import cost_of, load_numpy, per_token
from compute_cost.catalogue.records import Model
from compute_cost.errors import InputError, UnknownArgument
from compute_cost.prices.rental import rental
from compute_cost.result import Table
from compute_cost.training.run import training_run

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Z90 = NormalDist().inv_cdf(0.9)  # an 80% interval reaches this many standard deviations to either side
MOST_DRAWS = 10_000_000  # 80 MB of costs
_BLOCK = 16_384  # draws worked on at once: they stay in the processor's cache, which is several times quicker
_MAY_VARY = ("params", "tokens", "price_per_gpu_hour", "utilization")


class Spread(NamedTuple):
    """An uncertain input: its 10th, 50th and 90th percentile."""

    name: str
    low: float
    middle: float
    high: float
    unit: str

    @property
    def sides(self) -> tuple[float, float]:
        """Standard deviations of the logarithm below and above the middle; one number where they are the same."""
        down, up = math.log(self.middle / self.low) / Z90, math.log(self.high / self.middle) / Z90
        return (up, up) if math.isclose(down, up, rel_tol=1e-12) else (down, up)

    def deviation(self, normal: Floats, spare: Floats) -> Floats:
        """ln(value / middle) for standard normal draws, in place."""
        np, (down, up) = load_numpy(), self.sides
        if down != up:  # below 0 the smaller of the two products is that with the larger factor, above 0 the other way round
            np.multiply(normal, down, out=spare)
        normal *= up
        if down != up:
            (np.maximum if up > down else np.minimum)(normal, spare, out=normal)
        return normal


class Swing(NamedTuple):
    """What one input does to the cost [USD] at its 10th and 90th percentile, the others at their middle."""

    spread: Spread
    at_low: float
    at_high: float

    @property
    def size(self) -> float:
        return abs(self.at_high - self.at_low)


class Draws(NamedTuple):
    """The drawn costs [USD] with their percentiles, and the swings of the inputs, the largest first (a tornado)."""

    costs: Floats
    p10: float
    p50: float
    p90: float
    mean: float
    middle: float
    tornado: tuple[Swing, ...]

    def table(self) -> Table:
        """The cost in the first row, then each uncertain input with the cost at its ends."""
        rows: list[tuple[float | str, ...]] = [("figure", "P10", "P50", "P90", "mean", "unit", "cost_at_P10", "cost_at_P90", "swing")]
        rows.append(("cost", self.p10, self.p50, self.p90, self.mean, "USD", "", "", ""))
        for one in self.tornado:
            name, low, middle, high, unit = one.spread
            rows.append((name, low, middle, high, "", unit, one.at_low, one.at_high, one.size))
        return tuple(rows)


def draws(name: str, arguments: Mapping[str, Any], n: int = 100_000, seed: int = 0) -> Draws:
    """Cost of training [USD] in `n` draws of what is uncertain, by the formula of train_cost.

    cost = FLOP per token x tokens / (peak x 3600) / utilization x price

    The utilization is log-normal within its predicted 80% interval (at most 1), the price within the 10th to
    90th percentile of its quotes; given as one value, either is fixed. params, tokens, price_per_gpu_hour and
    utilization may be given as [low, high], the 10th and 90th percentile of a log-normal. Inputs are drawn
    independently. The utilization is predicted at the middle of params and kept there, so its own change
    with the model's size is not in the range. US dollars, before tax, nominal. One seed gives one answer.
    Valid where train_cost is.

    Raises InputError for another estimate, a bad range or a bad count, CostError without numpy, and what train_cost raises.
    """
    np = load_numpy()
    doc = registry.get(name)
    if doc.name != "train_cost":
        raise InputError("name", doc.name, "draws know the uncertain inputs of train_cost only; a grid takes any estimate")
    for what, number, least, most in (("draws", n, 100, MOST_DRAWS), ("seed", seed, 0, 2**63 - 1)):
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            raise InputError(what, number, f"give a whole number from {least} to {most}")
    fixed, spreads = _read(arguments)
    problem = _Problem(fixed, spreads)
    generator = np.random.Generator(np.random.SFC64(seed))  # the quickest of numpy's generators
    costs: Floats = np.empty(n)
    spare: Floats = np.empty((2, min(n, _BLOCK)))
    for start in range(0, n, _BLOCK):
        part = costs[start : start + _BLOCK]
        problem.draw(generator, part, *spare[:, : len(part)])
    p10, p50, p90 = (_quantile(costs, share) for share in (0.1, 0.5, 0.9))
    tornado = [Swing(one, problem.cost({one.name: one.low}), problem.cost({one.name: one.high})) for one in problem.spreads]
    tornado.sort(key=lambda one: -one.size)
    return Draws(costs, p10, p50, p90, float(costs.mean()), problem.cost({}), tuple(tornado))


def _quantile(values: Floats, share: float) -> float:
    """numpy.quantile in a third of its time: a sample of the values tells the narrow band in which to look for it."""
    np = load_numpy()
    sample = np.sort(values[::100])
    place, margin = share * (len(values) - 1), 5 * math.sqrt(share * (1 - share) * len(sample))
    first, last = (min(len(sample) - 1, max(0, int(share * len(sample) + side * margin))) for side in (-1, 1))
    above = values >= sample[first]
    rank = int(place) - (len(values) - int(np.count_nonzero(above)))
    above &= values <= sample[last]
    band = values[above]
    if not 0 <= rank < len(band) - 1:  # a sample that misleads, which is rare, or a short one
        return float(np.quantile(values, share))
    band.partition((rank, rank + 1))
    return float(band[rank] + (band[rank + 1] - band[rank]) * (place - int(place)))


def _read(arguments: Mapping[str, Any]) -> tuple[dict[str, Any], list[Spread]]:
    """The checked arguments of train_cost with every range at its middle, and the ranges."""
    doc = registry.get("train_cost")
    readers = {parameter.name: parameter for parameter in doc.parameters}
    fixed: dict[str, Any] = {}
    spreads: list[Spread] = []
    for name, value in arguments.items():
        if name not in readers:
            raise UnknownArgument(doc.name, name, readers)
        if not isinstance(value, (list, tuple)):
            fixed[name] = None if value is None else readers[name].read(value)
            continue
        if name not in _MAY_VARY:
            raise InputError(name, "a range", f"of train_cost only {', '.join(_MAY_VARY)} may be ranges in a draw")
        ends = [readers[name].read(one) for one in value]
        counts = [float(one.params if isinstance(one, Model) else one) for one in ends]
        if len(counts) != 2 or not 0 < counts[0] < counts[1] or any(isinstance(one, Model) and one.name for one in ends):
            raise InputError(name, "a list", "give its 10th and 90th percentile as two numbers, the lower first")
        middle = math.sqrt(counts[0] * counts[1])
        spreads.append(Spread(name, counts[0], middle, counts[1], readers[name].kind.unit))
        fixed[name] = readers[name].read(middle)
    if arguments.get("active_params") is not None and any(one.name == "params" for one in spreads):
        raise InputError("params", "a range", "with active_params the compute does not follow params; give params as one value")
    return fixed, spreads


class _Problem:
    """One call of train_cost with everything worked out that the draws share."""

    def __init__(self, given: Mapping[str, Any], spreads: Sequence[Spread]) -> None:
        names = ("tokens", "gpu", "utilization", "precision", "seq_len", "active_params", "gpus")
        if given.get("params") is None:
            registry.get("train_cost").call()  # says that params is missing, and how to give it
        run = training_run(given["params"], **{name: given.get(name) for name in names})
        self.run, self.seq_len, self.spreads = run, given.get("seq_len"), list(spreads)
        self.price = given.get("price_per_gpu_hour")
        if run.predicted:
            found = run.predicted
            self._uncertain("utilization", found.low, found.value, found.high, "1")
        if self.price is None:
            quote = rental(run.gpu, as_of=given.get("as_of"))
            self.price = quote.price
            self._uncertain("price_per_gpu_hour", quote.low, quote.price, quote.high, "USD per GPU-hour")

    def _uncertain(self, name: str, low: float, middle: float, high: float, unit: str) -> None:
        if low < high:  # quotes of one provider have no range
            self.spreads.append(Spread(name, low, middle, high, unit))

    def draw(self, generator: np.random.Generator, costs: Floats, normal: Floats, spare: Floats) -> None:
        """Fill `costs` with drawn costs [USD]: the middle times exp of the sum of what each input deviates, in logarithms."""
        np = load_numpy()
        joint, apart = 0.0, []
        for one in self.spreads:
            # Independent log-normal factors multiply to a log-normal: those that are as wide below as above take one draw.
            factor = one.name != "utilization" and not (one.name == "params" and self.seq_len)
            if factor and one.sides[0] == one.sides[1]:
                joint = math.hypot(joint, one.sides[0])
            else:
                apart.append(one)
        if joint:
            generator.standard_normal(out=costs)
            costs *= joint
        else:
            costs.fill(0)
        for one in apart:
            off = one.deviation(generator.standard_normal(out=normal), spare)
            if one.name == "utilization":
                costs -= np.minimum(off, -math.log(one.middle), out=off)  # a chip can't do more than its peak
            elif one.name == "params" and self.seq_len:  # attention does not grow as fast as the weights
                size = np.exp(off, out=off)
                size *= one.middle
                costs += np.log(per_token(size, self.seq_len) / per_token(one.middle, self.seq_len))
            else:
                costs += off
        np.exp(costs, out=costs)
        costs *= self.cost({})

    def cost(self, drawn: Mapping[str, float]) -> float:
        """Cost [USD] with some inputs at other values and the others at their middle."""
        work = self.run.work
        if work.published:  # an image model is not counted in tokens
            flop = work.flop
        else:
            each = per_token(drawn["params"], self.seq_len) if "params" in drawn else work.per_token
            flop = each * drawn.get("tokens", work.tokens)
        share, price = drawn.get("utilization", self.run.utilization), drawn.get("price_per_gpu_hour", self.price)
        return float(cost_of(flop, self.run.peak, share, price))
