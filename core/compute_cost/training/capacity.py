"""How many accelerators a training run needs for a deadline, and which kind is cheapest."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import CostError, InputError, NoData
from compute_cost.inputs import Cell, assumed, at_middle, cite, default, figure, is_kept, step, uncertain, unheard, warn
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
from compute_cost.physics.utilization import most_together
from compute_cost.prices.market import NO_PRICE, Rental, for_rent
from compute_cost.prices.rental import quoted_price
from compute_cost.ranges import of_product, rounded_up
from compute_cost.registry import estimate
from compute_cost.result import Answer, Rounded
from compute_cost.training.conditions import (
    Billing,
    Conditions,
    DocumentTokens,
    GlobalBatch,
    MeasuredRate,
    MicroBatch,
    SoftwareDay,
    Stack,
    TestGpus,
    group_of,
)
from compute_cost.training.run import TrainingRun, training_run

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
    global_batch: GlobalBatch = None,
    micro_batch: MicroBatch = None,
    stack: Stack = None,
    as_of: SoftwareDay = None,
    document_tokens: DocumentTokens = None,
    tokens_per_second: MeasuredRate = None,
    test_gpus: TestGpus = None,
    billing: Billing = None,
) -> Answer:
    """How many accelerators finish one training run within a number of days.

    accelerators = the smallest whole number n found for which GPU-hours(n) / (24 x days) is at most n

    The GPU-hours come from train_gpu_hours; a predicted utilization depends on the number of
    accelerators, so that number is searched for by growing steps and bisection. The final run alone,
    without trial and failed runs. `tokens_per_second` of a test run on `test_gpus` is taken before any prediction, and changes with the
    number of accelerators as the prediction does. The other arguments are those of train_gpu_hours.

    Raises what train_gpu_hours raises, MissingInput where days is left out, and InputError where
    no number of accelerators does it.
    """

    def run_on(gpus: float | None) -> TrainingRun:
        return training_run(params, tokens, gpu, utilization, precision, seq_len, active_params, gpus, conditions, of_any_length=True)

    if tokens_per_second is not None:
        group_of(test_gpus, tokens_per_second, "test_gpus")
    conditions = Conditions(global_batch, micro_batch, stack, as_of, document_tokens, tokens_per_second, billing, test_gpus)
    largest = catalogue.assumption("largest_cluster")
    chip = gpu or catalogue.default_gpu()
    alone = chip.market != "datacenter"
    most = most_together(chip) if alone else largest.high or math.inf
    with unheard():
        count = _fewest(run_on, run_on(None), days, most)
    if count is None:
        one = ", the most that train together without a cluster network," if alone else ""
        raise InputError(
            "days", days, f"no number of {chip.name} up to {most:,.0f}{one} finishes in that time; give more days or another gpu"
        )
    run = run_on(count)
    if count > catalogue.constant(largest.name):
        warn(f"{count:,.0f} accelerators are more than the largest published cluster, {largest.value:,.0f}")
        cite(largest.source)
    warn("one run only: trial runs, failed runs and spare servers take accelerators or time on top")
    figure("days", run.hours / count / 24, "days")
    step("Accelerators", "GPU-hours on that many / (24 x days), rounded up", count, "GPUs")
    return Answer(count, "gpus", whole=Rounded(run.hours / (24 * days), rounded_up))


def _fewest(run_on: RunOn, usual: TrainingRun, days: float, most: float) -> float | None:
    """The smallest number of accelerators that finishes in time; None where no number up to `most` does.

    `usual` is the run on as many as runs of its size have.
    """
    at_peak = usual.hours * usual.utilization  # no number below this can do it, whatever the utilization

    def in_time(count: int) -> bool:
        try:
            return run_on(float(count)).hours <= count * 24 * days * (1 + 1e-9)
        except CostError:  # the model does not fit so few
            return False

    low = max(1, math.floor(at_peak / (24 * days)))
    high = low
    while low <= most and not in_time(high):
        # By a quarter, not by doubling: with too many the throughput falls again, and the window that is in time may be narrow.
        low, high = high + 1, high + max(1, high // 4)
    if low > most:
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if in_time(middle) else (middle + 1, high)
    return float(high) if high <= most else None


@dataclass(frozen=True, eq=False)
class Offer:
    """What one kind of accelerator would cost."""

    gpu: Accelerator
    run: TrainingRun
    quote: Rental
    gpus: float
    cost: float

    @property
    def days(self) -> float:
        return self.run.hours / self.gpus / 24

    @cached_property
    def interval(self) -> tuple[float, float]:
        """Of the utilization and the price, the two uncertain factors."""
        quote, predicted = self.quote, self.run.predicted
        assert predicted
        hours = (1 / predicted.high, 1 / predicted.value, 1 / predicted.low)
        return of_product(self.cost, (quote.low, quote.price, quote.high), hours)

    @property
    def note(self) -> str:
        assert self.run.predicted
        limit = _limit(self.run)
        notes = [limit] if limit != "limited by compute" else []
        providers = len({quote.provider for quote in self.quote.quotes})
        if self.quote.low == self.quote.high:
            notes.append(f"price of {providers} provider{'s' if providers > 1 else ''}")
        return "; ".join(notes if self.run.predicted.calibrated else [*notes, "few or no published runs: wider range"])


@estimate("USD", answers="table")
def cheapest_gpu(params: Params, tokens: Tokens = None, days: Days = None, as_of: AsOf = None) -> Answer:
    """Accelerators ranked by the rental cost of one training run, and those that cannot do it with the reason.

    cost [USD] = GPU-hours x price on demand, in the chip's own 16-bit format, for each accelerator of the catalogue

    With `days` each kind gets the number that finishes in time. Without, it gets the number that runs
    of this size usually have, or as many as finish within the longest run that is worth its time
    (assumption longest_run). Left out with the reason: no 16-bit peak, no rental price of the last
    year, memory too small for the training states, more accelerators than the largest published cluster,
    or, of consumer and workstation cards, than one server (assumption largest_server).
    The range is that of the cheapest chip, as in its row of the table. Ranges overlap: a chip that costs a tenth more than
    another may not be more expensive.
    US dollars, before tax, nominal, on the price of the day of `as_of`.

    Raises what train_flops raises, and NoData where no accelerator can do it.
    """
    offers, refused = at_middle(_ranked, params, tokens, days, as_of)  # the range is that of the chip that is named
    best = offers[0]
    chip = default("gpu", None, best.gpu)
    run = training_run(params, tokens, chip, None, None, None, None, best.gpus)
    price = quoted_price(best.quote, chip, as_of)
    if is_kept():
        _explain(offers, days)
    figure("gpu", chip.name, "")
    figure("gpus", best.gpus, "GPUs")
    figure("days", run.hours / best.gpus / 24, "days")
    formula = f"GPU-hours x price; cheapest of {len(offers)} kinds, {len(refused)} others can't do it or have no price"
    cost = step(f"Cost on {chip.name}", formula, run.hours * price, "USD")
    return Answer(cost, "cost", table=lambda: _ranking(offers, refused), rows=lambda: len(offers) + len(_left_out(refused)))


def _ranked(
    params: Model, tokens: float | None, days: float | None, as_of: datetime.date | None
) -> tuple[list[Offer], list[tuple[Accelerator, str]]]:
    """What each kind of accelerator would cost, the cheapest first, and those that can't do it with the reason."""
    offers: list[Offer] = []
    training_work(params, tokens, None, None)  # says what is missing before any chip is looked at
    priced, others = _for_rent(as_of)
    refused = [*others]
    for place, chip, quote in priced:
        if isinstance(offer := _offer(chip, quote, params, tokens, days), str):
            refused[place] = chip, offer
        else:
            offers.append(offer)
    if not offers:
        raise NoData("days: no accelerator of the catalogue with a rental price can do this run; give more days or a later as_of")
    return sorted(offers, key=lambda offer: offer.cost), [left_out for left_out in refused if left_out]


@catalogue.kept(64)
def _for_rent(as_of: datetime.date | None) -> tuple[list[tuple[int, Accelerator, Rental]], list[tuple[Accelerator, str] | None]]:
    """The accelerators with a price and a 16-bit peak, each with its place in the catalogue, and the many others in theirs."""
    priced: list[tuple[int, Accelerator, Rental]] = []
    others: list[tuple[Accelerator, str] | None] = []
    for place, (chip, quote) in enumerate(for_rent(as_of)):
        reason = quote if chip.bf16 or chip.fp16 else "no 16-bit peak in the catalogue"
        others.append((chip, reason) if isinstance(reason, str) else None)
        if not isinstance(reason, str):
            priced.append((place, chip, reason))
    return priced, others


def _explain(offers: list[Offer], days: float | None) -> None:
    if days is None:
        assumed("longest_run")
    for name in ("largest_cluster", "largest_server", "oldest_price"):
        assumed(name)
    best = offers[0]
    close = [offer for offer in offers[1:] if offer.interval[0] < best.cost]
    if close:
        warn(f"{best.gpu.name} may not be the cheapest: the ranges of {len(close)} others reach below its cost")
    warn("on-demand prices of single accelerators or servers: that many of one kind may not be for rent at that price")


def _ranking(offers: list[Offer], refused: list[tuple[Accelerator, str]]) -> Iterator[tuple[Cell, ...]]:
    header = (
        "accelerator", "cost (USD)", "low", "high", "GPU-hours", "utilization", "USD per GPU-hour", "price of",
        "accelerators", "days", "note",
    )  # fmt: skip
    yield header
    for offer in offers:
        yield (
            offer.gpu.name, offer.cost, *offer.interval, offer.run.hours, offer.run.utilization,
            offer.quote.price, max(quote.date for quote in offer.quote.quotes), offer.gpus, offer.days, offer.note,
        )  # fmt: skip
    yield from ((name, *[""] * (len(header) - 2), reason) for name, reason in _left_out(refused))


def _left_out(refused: list[tuple[Accelerator, str]]) -> list[tuple[str, str]]:
    """What can't do it, each with its reason; those without a price in one row."""
    priced = [(chip.name, reason) for chip, reason in refused if reason != NO_PRICE]
    unpriced = len(refused) - len(priced)
    if unpriced:
        priced.append((f"{unpriced} others", f"{NO_PRICE}; train_cost takes a price_per_gpu_hour of yours"))
    return priced


def _offer(chip: Accelerator, quote: Rental, params: Model, tokens: float | None, days: float | None) -> Offer | str:
    """What the run costs on this kind of accelerator, or why it can't be done there."""

    def run_on(gpus: float | None) -> TrainingRun:
        return training_run(params, tokens, chip, None, None, None, None, gpus, of_any_length=True)

    alone = chip.market != "datacenter"  # rented as single machines: no network joins them to a cluster
    most = most_together(chip)
    limit = days or assumed("longest_run") * assumed("hours_per_month") / 24
    price = uncertain("price_per_gpu_hour", quote.price, quote.low, quote.high, "USD per GPU-hour")
    try:
        run = usual = run_on(None)
        assert usual.predicted
        gpus = min(usual.predicted.gpus, most)
        if gpus < usual.predicted.gpus:
            run = run_on(gpus)
    except InputError as problem:
        return f"does not fit: {problem.allowed.split(';')[0]}{_ALONE if alone else ''}"
    if days is not None or run.hours > gpus * 24 * limit:
        fewest = _fewest(run_on, usual, limit, most)
        if fewest is None:
            return f"{limit:,.0f} days need more than {most:,.0f} of them{_ALONE if alone else ''} ({_limit(run)})"
        gpus, run = fewest, run_on(fewest)
    return Offer(chip, run, quote, gpus, run.hours * price)


def _limit(run: TrainingRun) -> str:
    """What limits the step of a run whose utilization was predicted."""
    assert run.predicted
    step = run.predicted.step
    limit = step.limit
    share = f": {step.network_share:.0%} of each step is communication" if limit == "network" else ""
    return f"limited by {limit}{share}"
