"""How many accelerators a training run needs for a deadline, and which kind is cheapest."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import CostError, InputError, NoData
from compute_cost.parameters import (
    REQUIRED,
    ActiveParams,
    AsOf,
    Gpu,
    Params,
    Precision,
    Quantity,
    SequenceLength,
    Tokens,
    Utilization,
)
from compute_cost.physics.compute import training_work
from compute_cost.prices.rental import Rental, rental
from compute_cost.registry import estimate
from compute_cost.result import Cell, Figure, Result, Trace
from compute_cost.training.run import TrainingRun, cost_spread, training_run

_DAYS = Quantity("Days within which the run has to finish.", "days", high=36500, above=True, example="30")
Days = Annotated[float | None, _DAYS]
RequiredDays = Annotated[float, _DAYS]
_ALONE = ", and single machines without a cluster network are all there is"
RunOn = Callable[[float | None], TrainingRun]


@estimate("GPUs")
def gpus_needed(
    params: Params,
    tokens: Tokens = None,
    gpu: Gpu = None,
    days: RequiredDays = REQUIRED,
    utilization: Utilization = None,
    precision: Precision = None,
    seq_len: SequenceLength = None,
    active_params: ActiveParams = None,
) -> Result:
    """How many accelerators finish one training run within a number of days.

    accelerators = the smallest whole number n found for which GPU-hours(n) / (24 x days) is at most n

    The GPU-hours are those of train_gpu_hours; a predicted utilization depends on the number of
    accelerators, so that number is searched for by growing steps and bisection. The interval is that of
    the GPU-hours at the number found. The final run alone, without trial and failed runs.

    Raises what train_gpu_hours raises, MissingInput where days is left out, and InputError where
    no number of accelerators does it.
    """

    def run_on(gpus: float | None) -> TrainingRun:
        return training_run(
            model=params, tokens=tokens, gpu=gpu, utilization=utilization, precision=precision,
            seq_len=seq_len, active_params=active_params, gpus=gpus,
        )  # fmt: skip

    largest = catalogue.assumption("largest_cluster")
    most = largest.high or math.inf
    found = _fewest(run_on, days, most)
    if found is None:
        raise InputError("days", days, f"no number of accelerators up to {most:,.0f} finishes in that time; give more days or another gpu")
    count, run = found
    low, high = (float(math.ceil(hours / (24 * days))) for hours in (run.low, run.high))

    def trace(trace: Trace) -> None:
        run._replace(gpus=None).trace(trace)  # the number is the answer, it was not given
        trace.input("days", days, "days", "given")
        trace.step("Accelerators", "GPU-hours on that many / (24 x days), rounded up", count, "GPUs")
        if count > catalogue.constant(largest.name):
            trace.warn(f"{count:,.0f} accelerators are more than the largest published cluster, {largest.value:,.0f}")
            trace.cite(largest.source)
        trace.warn("one run only: trial runs, failed runs and spare servers take accelerators or time on top")

    values = {
        "gpu_hours": Figure(run.hours, "GPU-hours"),
        "utilization": Figure(run.utilization, "1"),
        "days": Figure(run.hours / count / 24, "days"),
    }
    return Result(count, "GPUs", trace, low=min(low, count), high=max(high, count), name="gpus", values=values)


def _fewest(run_on: RunOn, days: float, most: float) -> tuple[float, TrainingRun] | None:
    """The smallest number of accelerators that finishes in time, with its run; None where no number up to `most` does."""
    first = run_on(None)
    at_peak = first.hours * first.utilization  # no number below this can do it, whatever the utilization

    def in_time(count: int) -> TrainingRun | None:
        try:
            run = run_on(float(count))
        except CostError:  # the model does not fit so few
            return None
        return run if run.hours <= count * 24 * days * (1 + 1e-9) else None

    low = max(1, math.floor(at_peak / (24 * days)))
    high, found = low, in_time(low)
    while found is None:
        # By a quarter, not by doubling: with too many the throughput falls again, and the window that is in time may be narrow.
        low, high = high + 1, high + max(1, high // 4)
        if low > most:
            return None
        found = in_time(high)
    while low < high:
        middle = (low + high) // 2
        run = in_time(middle)
        if run is None:
            low = middle + 1
        else:
            high, found = middle, run
    return (float(high), found) if high <= most else None


class Offer(NamedTuple):
    """What one kind of accelerator would cost."""

    gpu: Accelerator
    run: TrainingRun
    quote: Rental
    gpus: float
    cost: float
    low: float
    high: float
    note: str

    @property
    def days(self) -> float:
        return self.run.hours / self.gpus / 24


@estimate("USD", answers="table")
def cheapest_gpu(params: Params, tokens: Tokens = None, days: Days = None, as_of: AsOf = None) -> Result:
    """Accelerators ranked by the rental cost of one training run, and those that cannot do it with the reason.

    cost [USD] = GPU-hours x price on demand, in the chip's own 16-bit format, for each accelerator of the catalogue

    With `days` each kind gets the number that finishes in time. Without, it gets the number that runs
    of this size usually have, or as many as finish within the longest run that is worth its time
    (assumption longest_run). Left out with the reason: no 16-bit peak, no rental price of the last
    year, memory too small for the training states, more accelerators than the largest published cluster,
    or, of consumer and workstation cards, than one server (assumption largest_server).
    Ranges overlap: a chip that costs a tenth more than another is not surely dearer.
    US dollars, before tax, nominal, on the price of the day of `as_of`.

    Raises what train_flops raises, and NoData where no accelerator can do it.
    """
    work = training_work(params, tokens, None, None)
    offers: list[Offer] = []
    refused: list[tuple[Accelerator, str]] = []
    for chip in catalogue.accelerators().rows:
        found = _offer(chip, params, tokens, days, as_of)
        if isinstance(found, str):
            refused.append((chip, found))
        else:
            offers.append(found)
    if not offers:
        raise NoData("days: no accelerator of the catalogue with a rental price can do this run; give more days or a later as_of")
    offers.sort(key=lambda offer: offer.cost)
    best = offers[0]

    def trace(trace: Trace) -> None:
        best.run._replace(gpus=None).trace(trace)
        best.quote.trace(trace, best.gpu, as_of is not None)
        if days is not None:
            trace.input("days", days, "days", "given")
        for name in ("longest_run", "largest_cluster", "largest_server", "oldest_price"):
            used = catalogue.assumption(name)
            trace.input(name, used.value, used.unit, "assumed", used.source)
        how = f"GPU-hours x price; cheapest of {len(offers)} kinds, {len(refused)} others can't do it or have no price"
        trace.step(f"Cost on {best.gpu.name}", how, best.cost, "USD")
        close = [offer.gpu.name for offer in offers[1:] if offer.low < best.cost]
        if close:
            trace.warn(f"{best.gpu.name} is not surely the cheapest: the ranges of {len(close)} others reach below its cost")
        trace.warn("on-demand prices of single accelerators or servers: that many of one kind may not be for rent at that price")

    header: tuple[Cell, ...] = (
        "accelerator", "cost (USD)", "low", "high", "GPU-hours", "utilization", "USD per GPU-hour", "price of",
        "accelerators", "days", "note",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            one.gpu.name, one.cost, one.low, one.high, one.run.hours, one.run.utilization,
            one.quote.price, max(quote.date for quote in one.quote.quotes), one.gpus, one.days, one.note,
        )
        for one in offers
    ]  # fmt: skip
    rows += [(chip.name, *[""] * (len(header) - 2), reason) for chip, reason in refused]
    values = {
        "gpu": Figure(best.gpu.name, ""),
        "gpu_hours": Figure(best.run.hours, "GPU-hours"),
        "price_per_gpu_hour": Figure(best.quote.price, "USD per GPU-hour"),
        "utilization": Figure(best.run.utilization, "1"),
        "gpus": Figure(best.gpus, "GPUs"),
        "days": Figure(best.days, "days"),
        "flop": Figure(work.flop, "FLOP"),
    }
    return Result(best.cost, "USD", trace, low=best.low, high=best.high, name="cost", values=values, table=(header, *rows))


def _offer(chip: Accelerator, params: Model, tokens: float | None, days: float | None, as_of: datetime.date | None) -> Offer | str:
    """What the run costs on this kind of accelerator, or why it can't be done there."""
    if not (chip.bf16 or chip.fp16):
        return "no 16-bit peak in the catalogue"
    try:
        quote = rental(chip, as_of=as_of)
    except NoData:
        return "no rental price in the catalogue"
    if quote.stale_days > catalogue.constant("oldest_price"):
        return f"no rental price of the last year: the newest is {quote.stale_days} days old"

    def run_on(gpus: float | None) -> TrainingRun:
        return training_run(
            model=params, tokens=tokens, gpu=chip, utilization=None, precision=None, seq_len=None, active_params=None, gpus=gpus
        )

    alone = chip.market != "datacenter"  # rented as single machines: no network joins them to a cluster
    most = catalogue.constant("largest_server" if alone else "largest_cluster")
    limit = days or catalogue.constant("longest_run") * catalogue.constant("hours_per_month") / 24
    try:
        run = run_on(None)
        assert run.predicted
        gpus = min(run.predicted.gpus, most)
        run = run_on(gpus)
    except InputError as problem:
        return f"does not fit: {problem.allowed.split(';')[0]}{_ALONE if alone else ''}"
    if days is not None or run.hours > gpus * 24 * limit:
        found = _fewest(run_on, limit, most)
        if found is None:
            return f"{limit:,.0f} days need more than {most:,.0f} of them{_ALONE if alone else ''} ({_limit(run)})"
        gpus, run = found
    assert run.predicted
    down, up = cost_spread(run, quote)
    cost = run.hours * quote.price
    notes = [_limit(run)] if _limit(run) != "limited by compute" else []
    providers = len({one.provider for one in quote.quotes})
    notes += [f"price of {providers} provider{'s' if providers > 1 else ''}"] if quote.low == quote.high else []
    notes += [] if run.predicted.calibrated else ["few or no published runs: wider range"]
    return Offer(chip, run, quote, gpus, cost, cost / math.exp(down), cost * math.exp(up), "; ".join(notes))


def _limit(run: TrainingRun) -> str:
    """What limits the step of a run whose utilization was predicted."""
    assert run.predicted
    step = run.predicted.step
    share = f": {step.network_share:.0%} of each step is communication" if step.limit == "network" else ""
    return f"limited by {step.limit}{share}"
