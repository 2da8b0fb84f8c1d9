"""Service levels: the speed that each user gets and the wait for the first token, and the ways to serve that keep both."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import DoesNotFit
from compute_cost.inputs import assumed, default, figure, is_kept, is_moved, once, step, uncertain, unheard, warn
from compute_cost.parameters import Choice, Quantity, Share
from compute_cost.physics.model_memory import usable_memory
from compute_cost.physics.serving_group import Serving, larger, serving
from compute_cost.physics.serving_layout import domain_of
from compute_cost.physics.serving_plan import ANY_SPEED, Target
from compute_cost.physics.serving_time import LEVELS, USUAL_LEVEL
from compute_cost.ranges import Z90

USUAL_GROUPS = (2, 4, 8, 16)  # up to two servers of eight: beyond, the exchange between servers was not measured
RACK_GROUPS = (32, 64)  # of chips that fast links join beyond a server
NO_MATTER = 1.01  # a difference in cost that is no reason for a larger group

StreamRate = Annotated[
    float | None,
    Quantity("Tokens per second that each user gets at least.", "tokens/s", high=1e5, above=True, example="30"),
]
FirstToken = Annotated[
    float | None,
    Quantity(
        "Longest mean wait for the first token, in seconds, the queue included.",
        "s", high=1e5, above=True, example="2",
    ),
]  # fmt: skip
CachedInput = Annotated[
    float | None,
    Share("Share of the input that the engine has in its cache; 0 if left out.", "1", high=1, example="0.5"),
]
Level = Annotated[
    str | None,
    Choice(
        "Tuning of the software: vendor-tuned (a chip maker's own), tuned (an open engine, set for the task) or default.",
        choices=LEVELS,
        example='"tuned"',
    ),
]
Proposed = Annotated[
    float | None,
    Quantity(
        "Tokens that a draft model, or the model's own heads (MTP), propose in each pass; none if left out.",
        "tokens", high=16, whole=True, example="2",
    ),
]  # fmt: skip
RamSize = Annotated[
    float | None,
    Quantity("Memory of the machine that may hold what the accelerators do not.", "GB", high=1e5, above=True, example="64"),
]
RamSpeed = Annotated[
    float | None,
    Quantity("Bandwidth of that memory; a desktop's if left out.", "GB/s", high=1e4, above=True, example="90"),
]
Pick = Callable[[Iterator[Serving]], Serving]


class Workload(NamedTuple):
    """A model on a kind of accelerator with the lengths of its requests: what all ways to serve have in common."""

    model: Model
    gpu: Accelerator
    precision: str | None = None
    input_tokens: float | None = None
    output_tokens: float | None = None
    active_params: float | None = None
    kv_precision: str | None = None
    cached: float | None = None
    batch: float | None = None
    parallelism: str | None = None
    level: str | None = None
    speculative: float | None = None
    ram_gb: float | None = None
    ram_bandwidth: float | None = None

    def on(self, gpus: float | None, target: Target = ANY_SPEED) -> Serving:
        """The best use of so many accelerators that keeps the target. Raises DoesNotFit where none does, or none holds the model."""
        return once(_on, self, gpus, target)

    @property
    def host_seconds(self) -> float:
        """What a server of many adds to the first token beside its own work: network, tokenizing, scheduling."""
        return 0.0 if self.batch == 1 else assumed("server_wait")

    def first_token(self, way: Serving) -> float:
        """Mean seconds from a request to its first token where all places are taken."""
        with unheard():
            return way.time.first_token_under_load + self.host_seconds

    def alone(self) -> Workload:
        """The same for one user at a time."""
        return self._replace(batch=1.0)

    def counts(self, gpus: float | None) -> list[float]:
        """The numbers of accelerators to try: as given, or the fewest that hold the model and each usual larger group."""
        if self.ram_gb is not None:
            return [gpus or 1.0]
        if gpus is not None:
            return [gpus]
        fewest = self.on(None).gpus
        return [fewest, *self.larger_groups(fewest)]

    def larger_groups(self, than: float) -> list[float]:
        """The usual numbers of accelerators that are larger."""
        most = self.largest_group()
        return [float(count) for count in (*USUAL_GROUPS, *RACK_GROUPS) if than < count <= most]

    def largest_group(self) -> float:
        """The most accelerators of one copy: two servers that a fast network joins, or all that fast links join; a laptop is alone."""
        joined, market = domain_of(self.gpu), self.gpu.market
        if market == "datacenter":
            return max(joined, USUAL_GROUPS[-1])
        return 1 if market in ("laptop", "embedded") else joined


def _on(work: Workload, gpus: float | None, target: Target) -> Serving:
    return serving(
        work.model, work.gpu, gpus, work.precision, work.input_tokens, work.output_tokens, work.batch, work.active_params,
        work.parallelism, work.kv_precision, target, level=default("level", work.level, USUAL_LEVEL), cached=work.cached,
        speculative=work.speculative, ram_gb=work.ram_gb, ram_bandwidth=work.ram_bandwidth,
    )  # fmt: skip


def _larger(work: Workload) -> list[Serving]:
    """The best use of the usual groups that serve more with each accelerator than the fewest that hold the model."""
    group = work.on(None)
    return larger(group, usable_memory(work.gpu), work.larger_groups(group.gpus))


class OutOfReach(DoesNotFit):
    """What was asked for and can't be had, with the nearest that can."""

    def __init__(self, target: Target, nearest: Serving, wait: float, kinds: str = "") -> None:
        self.target, self.nearest, self.wait = target, nearest, wait
        speed = 1 / nearest.time.per_token
        had = f"{speed:,.3g} tokens/s with the first token after {wait:.2g} s"
        text = f"the nearest{kinds} is {had}, one user at a time on {layout_of(nearest)}; ask for that or less, or try another gpu"
        is_slow = target.stream_rate is not None and speed < target.stream_rate
        parameter, given = ("min_tokens_per_second", target.stream_rate) if is_slow else ("max_first_token", target.first_token)
        super().__init__(parameter, given, text)


def ways(work: Workload, target: Target, gpus: float | None = None) -> Iterator[Serving]:
    """The best use that keeps the target of each number of accelerators worth trying, the fewest first.

    Raises OutOfReach where none keeps it; where inputs are moved to the ends of their ranges, the nearest that can be had is
    taken instead, as it is then that an answer may get so bad.
    """
    if target == ANY_SPEED and gpus is None and work.batch is None and work.parallelism is None and work.ram_gb is None:
        yield work.on(None)
        yield from once(_larger, work)
        return
    counts, reached = work.counts(gpus), False
    on_chips = target._replace(first_token=target.first_token - work.host_seconds) if target.first_token else target
    for count in counts:
        if on_chips.first_token is None or on_chips.first_token > 0:
            try:
                way = work.on(count, on_chips)
            except DoesNotFit:
                continue
            yield way
            reached = True
    if not reached:
        alone = [work.alone().on(count) for count in counts]
        nearest = min(alone, key=lambda option: (target.missed(option.time), option.gpus))
        if not is_moved():
            raise OutOfReach(target, nearest, work.first_token(nearest))
        yield nearest


class Taken(NamedTuple):
    """The way to serve that was taken, by how much its rate is off where the prediction is moved, and the target that it then keeps."""

    way: Serving
    error: float
    target: Target

    @property
    def rate(self) -> float:
        """Output tokens per second of the way that was taken."""
        return self.way.time.tokens_per_second * self.error


def chosen(work: Workload, target: Target, gpus: float | None, pick: Pick) -> Taken:
    """The way to serve that `pick` takes of those which keep the target.

    A slower rate than predicted leaves each user less too, so that fewer requests at once keep the target. Where not even one user may
    get what is asked for, the answer says how likely that is, and its range is that of the case in which one does.
    """
    way, late = pick(ways(work, target, gpus)), 1.0
    if target.stream_rate:
        way = _if_reached(work, target.stream_rate, gpus, way)
    error = way.rate() / way.time.tokens_per_second
    if target.first_token:
        late = _late(work, target.first_token, gpus, way)
    if target == ANY_SPEED or (error == 1 and late == 1):
        return Taken(way, error, target)
    moved = Target(target.stream_rate and target.stream_rate / error, target.first_token and target.first_token / late)
    with unheard():
        return Taken(pick(ways(work, moved, gpus)), error, moved)


def _if_reached(work: Workload, least: float, gpus: float | None, way: Serving) -> Serving:
    """The way with the interval that its rate has if a user gets the speed asked for at all, and a warning where that is in doubt."""
    low, time = way.interval[0], way.time
    if getattr(time.step, "ndim", 0):  # draws take the interval of their middle
        return way
    # Alone in the same layout a user gets at least what is left without the other requests: mostly that is sure to be enough.
    others = (1 - 1 / time.at_once) * (time.arithmetic + time.cache + time.host)
    if way.layout.stages == 1 and least * (time.step - others) <= low:
        return way

    def share(alone: Serving) -> float:
        return least * alone.time.per_token

    alone = _surest(work, gpus, way, share, low)
    if alone is None:
        return way
    missed, ends = above(way.interval, share(alone))
    if is_kept():
        speed = 1 / alone.time.per_token
        predicted = f"one user alone is predicted {show(speed, 'tokens/s')}, {show(speed * low, 'tokens/s')} at the low end of the range"
        _warn_of_doubt(predicted, "speed", missed)
    return way._replace(interval=ends)


def _late(work: Workload, most: float, gpus: float | None, way: Serving) -> float:
    """How much longer the first token takes than predicted, if it comes in time for one user at least."""
    spread = catalogue.serving_coefficients()["interval_first_token"].value

    def share(alone: Serving) -> float:
        return work.first_token(alone) / most

    ends = 1 / spread, spread
    if alone := _surest(work, gpus, way, share, 1 / spread):
        missed, ends = above(ends, share(alone))
        if is_kept():
            wait = work.first_token(alone)
            predicted = f"one user alone is predicted to wait {show(wait, 's')}, {show(wait * spread, 's')} at the high end of the range"
            _warn_of_doubt(predicted, "wait", missed)
    return uncertain("first_token_error", 1.0, 1 / ends[1], 1 / ends[0], "times", "compute-cost")


def _warn_of_doubt(predicted: str, what: str, missed: float) -> None:
    chance = f"the {what} asked for may be out of reach, with a chance of about {missed:.0%}"
    warn(f"{predicted}: {chance}; the range of this answer is that of the case in which it is reached")


def _surest(work: Workload, gpus: float | None, way: Serving, share: Callable[[Serving], float], low: float) -> Serving | None:
    """One user alone where that is nearest to what is asked for, a `share` of what it gets; None where the low end of the range will do.

    None for draws too, which take the interval of their middle.
    """
    with unheard():
        alone = work.alone().on(way.gpus)
        if getattr(share(alone), "ndim", 0) or share(alone) <= low:
            return None
        alone = min((work.alone().on(count) for count in work.counts(gpus)), key=share)
    return alone if share(alone) > low else None


def above(ends: tuple[float, float], least: float) -> tuple[float, tuple[float, float]]:
    """The chance that a factor with this 80% interval around 1 is below `least`, at most 1, and its interval where it is not."""
    from statistics import NormalDist  # few answers are in such doubt, and every start would wait for it

    normal, (low, high) = NormalDist(), ends
    missed = normal.cdf(Z90 * math.log(min(least, 1.0)) / -math.log(low))

    def reached(share: float) -> float:
        """The factor with that share of the cases above `least` below it."""
        by = normal.inv_cdf(missed + share * (1 - missed)) / Z90
        return float(high**by if by > 0 else low**-by)

    return missed, (min(1.0, reached(0.1)), max(1.0, reached(0.9)))


def fewest(options: Iterator[Serving]) -> Serving:
    """The one on the fewest accelerators: the others are not worked out."""
    return next(options)


def cheapest(options: Iterator[Serving]) -> Serving:
    """The one that serves a token with the least accelerators; of those within a percent the smallest."""
    every = [*options]
    if len(every) == 1:  # may be one of draws, which have no order
        return every[0]
    costs = [option.gpus / option.time.tokens_per_second for option in every]
    least = min(costs)
    return next(option for cost, option in zip(costs, every, strict=True) if cost <= NO_MATTER * least)


def fastest(options: Iterable[Serving]) -> Serving:
    """The one whose users get most; the smaller one where two are equal."""
    return min(options, key=lambda option: (round(option.time.per_token, 12), option.gpus))


def layout_of(way: Serving) -> str:
    """What shares the model how, in words."""
    return f"{way.gpus:,.0f} x {way.gpu.name}{f' as {way.layout.name}' if way.layout.name else ''}"


def name_level(work: Workload, target: Target, way: Serving, groups: float = 1.0) -> None:
    """The speed that each user of so many groups gets, and the wait, beside whatever an answer is about."""
    if not is_kept():
        return
    time = way.time
    formula = f"1 / time per output token, with {time.batch:,.0f} at once, {layout_of(way)}"
    step("Speed that each user gets", formula, 1 / time.per_token, "tokens/s", figure="tokens_per_second_per_stream")
    figure("batch", groups * time.batch, "requests")
    figure("layout", f"{groups:,.0f} x ({layout_of(way)})" if groups > 1 else layout_of(way), "")
    figure("users", f"{show(groups * time.batch)} at once, each with {show(1 / time.per_token, 'tokens/s')}", "")
    name_wait(work, way, target)


def name_wait(work: Workload, way: Serving, target: Target) -> None:
    """The wait for the first token while every place is taken, and a warning of a speed that is too slow to use."""
    time = way.time
    formula = "own input + its step and half of one before + queue of inputs that come at random (Pollaczek and Khinchine) + server_wait"
    step("Time to first token under load", formula, work.first_token(way), "s", figure="time_to_first_token_under_load")
    if work.batch != 1:
        with unheard():
            last = time.last_first_token + work.host_seconds
        formula = "inputs of all requests of a copy, one after the other + its step and half of one before + server_wait"
        step("Time to first token of the last, where all start at once", formula, last, "s", figure="time_to_first_token_of_last")
    taken, most = way.layout.of_copy, work.largest_group()
    if taken > most:
        joined = "a server joins" if way.gpu.market != "datacenter" else "two servers or their fast links join"
        warn(f"one copy takes {taken:,.0f} {way.gpu.name}, more than the {most:,.0f} that {joined}: not measured")
    if work.cached:
        warn("what the cache keeps between requests takes memory that is not counted here: fewer requests may fit at once")
    speed, reading = 1 / time.per_token, catalogue.constant("reading_speed")
    if target.stream_rate is None and speed < reading:
        remedy = "min_tokens_per_second sets the speed" if time.batch > 1 else "a faster accelerator, or more of them, may help"
        warn(f"each user on {way.gpu.name} gets {show(speed, 'tokens/s')}, slower than people read ({reading:g}): {remedy}")
