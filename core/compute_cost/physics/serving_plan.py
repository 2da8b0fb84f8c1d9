"""The best use of a group of accelerators that serve a model: the layout, and how many requests at once.

Best is the most tokens per second of the whole group, for the requests at once that are asked for, or for as many as fit, or for as
many as leave each stream a speed and each request a wait. Every layout that an engine takes is tried (serving_layout.layouts),
each at about 5 microseconds; what was found is kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.physics.elementwise import larger, smaller
from compute_cost.physics.served_model import Served
from compute_cost.physics.serving_layout import Layout, layouts
from compute_cost.physics.serving_time import (
    USUAL_LEVEL,
    Basis,
    Copy,
    Pace,
    ServingConstants,
    ServingTime,
    basis_of,
    own_prefill_of,
    serving_constants,
)

ENOUGH = 2  # numbers of stages that hold the model: with more, each accelerator does less
CLOSE = 0.99  # of the fastest stream's rate, which is as good
STEPS = 8  # of the search for a number of requests
DRAWN_STEPS = 14  # of the same among draws


class Target(NamedTuple):
    """What a stream gets at least [tokens/s] and how long a request waits at most for its first token under load [s]."""

    stream_rate: float | None = None
    first_token: float | None = None

    def missed(self, time: ServingTime) -> float:
        """The larger of speed asked for over speed and wait over longest wait: kept where at most 1."""
        slow = time.per_token * self.stream_rate if self.stream_rate else 0.0
        late = time.first_token_under_load / self.first_token if self.first_token else 0.0
        return larger(slow, late)


ANY_SPEED = Target()


class Plan(NamedTuple):
    """A layout, the times with the requests at once that are best, and how far the target is missed where it can't be kept."""

    layout: Layout
    time: ServingTime
    missed: float = 0.0


class Asked(NamedTuple):
    """What is served, on what, and how: everything that the best layout depends on."""

    work: Served
    gpu: Accelerator
    usable: float  # bytes of one accelerator
    input_tokens: float
    output_tokens: float
    batch: float | None = None
    target: Target = ANY_SPEED
    level: str = USUAL_LEVEL

    @property
    def is_drawn(self) -> bool:
        """Whether some of it is draws: arrays, which have no hash. A chip has one whatever its figures are."""
        try:
            hash((self, self.gpu.network_gbit))
        except TypeError:
            return True
        return False

    def basis(self, constants: ServingConstants | None = None) -> Basis:
        """What all layouts have in common, by other constants than those of its level where they are given."""
        c = constants or serving_constants(self.level)
        return basis_of(self.work, self.gpu, self.usable, self.input_tokens, self.output_tokens, c)


@catalogue.kept(16)
def _basis(asked: tuple[Served, Accelerator, float, float, float], level: str) -> Basis:
    """Kept, as a search asks for several numbers of accelerators and of requests, for which most layouts have the same sets."""
    return basis_of(*asked, serving_constants(level))


def plan_of(
    asked: Asked, choices: Iterable[list[Layout]], constants: ServingConstants | None = None, above: float = -math.inf
) -> Plan | None:
    """The best of some layouts, in lists that differ in their stages, the fewest first; None where none holds the model, or where all of
    them serve no more than `above` [tokens/s].

    Where the target can't be kept, what comes nearest to it, with one request for each copy at a time.
    """
    basis = asked.basis(constants) if constants else _basis(asked[:5], asked.level)
    if asked.target == ANY_SPEED and asked.batch is None:
        return _fullest(basis, choices, above)
    best: Plan | None = None
    most = above
    for stages in choices:
        holding = 0
        for layout in stages:
            pace = basis.pace(layout)
            if pace.room < 1:
                continue
            plan, worth = _planned(asked, pace, most)
            if plan and _is_better(asked, plan, worth, best, most):
                best = plan
            most = max(most, worth) if plan else most
            holding += 1
            if holding == ENOUGH:
                break
    return _filled(asked, best, basis) if best and best.missed <= 1 and asked.target != ANY_SPEED else best


def _fullest(basis: Basis, choices: Iterable[list[Layout]], above: float) -> Plan | None:
    """The best of those layouts that serve more than `above`, where each takes as many requests at once as fit: copies of one kind serve
    the same each.

    Where a copy has as many as an engine takes, a larger one that shares the model the same way has no more, and adds exchange and
    time per layer: it serves less for each accelerator. Such need not be worked out.
    """
    best: tuple[Layout, Copy] | None = None
    most, each = above, math.inf  # the best rate, and that of the smallest copy that is full for each of its accelerators
    cap = basis.constants.most_sequences
    for stages in choices:
        holding = 0
        for layout in stages:
            copies, turns, together, spread = layout
            if spread or each * (copies * turns * together) > most:
                copy = basis.copy(layout)
                if copy is None:
                    continue
                if (worth := copy.rate * copies) > most:
                    best, most = (layout, copy), worth
                if copy.time.at_once >= cap and each == math.inf:
                    each = copy.rate / together
            holding += 1
            if holding == ENOUGH:
                break
    return Plan(best[0], best[1].times(best[0].copies)) if best else None


@catalogue.kept(4000)
def best_plan(asked: Asked, gpus: float) -> Plan | None:
    """The best plan for a group of accelerators, None where no layout holds it."""
    return plan_of(asked, layouts(asked.work, asked.gpu, gpus))


def _is_better(asked: Asked, plan: Plan, worth: float, best: Plan | None, most: float) -> bool:
    """Whether a plan comes before the best so far; for a single stream, of those that write about as fast the one that begins sooner."""
    if best is None or asked.batch != 1:
        return worth > most
    return worth >= CLOSE * most and (CLOSE * worth > most or plan.time.first_token < best.time.first_token)


def _planned(asked: Asked, pace: Pace, most: float) -> tuple[Plan | None, float]:
    """The plan with a layout, and what it is worth: its rate, or less than nothing by as much as it misses the target."""
    target, layout = asked.target, pace.layout
    full = pace.at(asked.batch, own_prefill_of(asked.batch))
    if target == ANY_SPEED or target.missed(full) <= 1:
        return Plan(layout, full), full.tokens_per_second
    low: ServingTime | None = None
    if most > 0 and target.stream_rate and not target.first_token:
        # At the speed asked for, more tokens are more requests: does it hold as many as the best so far needs?
        low = pace.at(math.ceil(most / target.stream_rate))
        if target.missed(low) > 1:
            if low.tokens_per_second <= most:  # nor do fewer serve more
                return None, 0.0
            full, low = low, None
    low = low or pace.at(min(layout.copies, asked.batch or layout.copies), own_prefill_of(asked.batch))
    off = target.missed(low)
    if off > 1:
        return Plan(layout, low, off), -off
    chosen = _most_requests(target, pace, low, full)
    return Plan(layout, chosen), chosen.tokens_per_second


def _filled(asked: Asked, plan: Plan, basis: Basis) -> Plan:
    """The plan with as many requests at once as keep the target, to the last one."""
    pace, time, more = basis.pace(plan.layout), plan.time, 1.0
    most = pace.at(asked.batch).batch
    while more >= 1 and time.batch < most:
        tried = pace.at(min(time.batch + more, most))
        if asked.target.missed(tried) <= 1:
            time, more = tried, 2 * more
        else:
            most, more = tried.batch - 1, math.floor(min(more, most - time.batch) / 2)
    return plan._replace(time=time) if time is not plan.time else plan


def _most_requests(target: Target, pace: Pace, low: ServingTime, high: ServingTime) -> ServingTime:
    """The times with about the most requests at once that keep the target, which `low` keeps and `high` does not.

    What is missed is taken to grow in line with the requests between the two, as the time of a step does, then as a power of them;
    every third time their middle is tried, which alone gets there whatever it grows like.
    """
    kept, missed = target.missed(low), target.missed(high)
    for step in range(STEPS):
        if step % 3 == 0:
            between = low.batch + (1 - kept) / (missed - kept) * (high.batch - low.batch)
        elif step % 3 == 1:
            between = low.batch * (high.batch / low.batch) ** (math.log(kept) / math.log(kept / missed))
        else:
            between = math.sqrt(low.batch * high.batch)
        batch = max(math.floor(between), low.batch + 1)
        if batch >= high.batch:
            break
        time = pace.at(batch)
        if (tried := target.missed(time)) > 1:
            high, missed = time, tried
        else:
            low, kept = time, tried
    return low


def drawn_time(asked: Asked, choices: Iterable[list[Layout]]) -> ServingTime:
    """The times where some of what is asked is draws: each draw with its own best layout, and none where it has no answer."""
    np, basis = _numpy(), asked.basis()
    best: Any = None
    rate: Any = None
    for stages in choices:
        holding: Any = 0
        for layout in stages:
            pace = basis.pace(layout)
            tried: Any = (holding < ENOUGH) & (pace.room >= 1)
            holding = holding + tried
            if best is not None and not np.any(tried):
                continue
            time = pace.at(asked.batch, own_prefill_of(asked.batch)) if asked.target == ANY_SPEED else _drawn_requests(asked, pace)
            its_rate = time.tokens_per_second
            better = True if best is None else tried & ~(its_rate <= rate)
            if np.all(better):
                best, rate = time, its_rate
            elif np.any(better):
                best = ServingTime(*(old if new is old else np.where(better, new, old) for new, old in zip(time, best, strict=True)))
                rate = np.where(better, its_rate, rate)
    return best  # type: ignore[no-any-return]


def _drawn_requests(asked: Asked, pace: Pace) -> ServingTime:
    """As _most_requests, of draws."""
    np, own = _numpy(), own_prefill_of(asked.batch)
    full = pace.at(asked.batch, own)
    keeps = asked.target.missed(full) <= 1
    low: Any = smaller(pace.layout.copies, full.batch) + 0 * full.batch
    high: Any = full.batch
    for _ in range(DRAWN_STEPS):
        middle = np.sqrt(low * high)
        kept = asked.target.missed(pace.at(middle)) <= 1
        low, high = np.where(kept, middle, low), np.where(kept, high, middle)
    time = pace.at(np.where(keeps, full.batch, np.floor(low)), own)
    return ServingTime(*(np.where(asked.target.missed(time) <= 1, value, np.nan) for value in time))


def _numpy() -> Any:
    import numpy as np  # draws only: a cell needs no numpy

    return np
