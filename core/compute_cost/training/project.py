"""What a training project costs, from the naive figure at the chip's peak to the bill with idle reserved capacity."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.errors import InputError, MissingInput
from compute_cost.parameters import (
    ActiveParams,
    AsOf,
    Gpu,
    Gpus,
    HourlyPrice,
    Params,
    Precision,
    Quantity,
    SequenceLength,
    Tokens,
    Utilization,
)
from compute_cost.prices.rental import Rental, trace_given, usual_rent
from compute_cost.registry import estimate
from compute_cost.result import Figure, Result, Trace
from compute_cost.training.run import TrainingRun, training_run

TrialShare = Annotated[
    float | None,
    Quantity(
        "Hours of trial runs (sweeps of learning rate and batch size, ablations) over those of the final run, which may exceed 1.",
        "1",
        high=100,
        example='0.5 (ten trials of a twentieth each) or "50%"',
    ),
]
FailedShare = Annotated[
    float | None,
    Quantity("Hours of failed runs that are thrown away over those of the final run.", "1", high=100, example='0.2 or "20%"'),
]
MonthsReserved = Annotated[
    float | None,
    Quantity("Months for which the accelerators are reserved and paid, used or not.", "months", high=1200, above=True, example="24"),
]


class Shares(NamedTuple):
    """What varies in the bill: hours of the final run, price, and the hours beside it as shares of it."""

    hours: float
    price: float
    trials: float
    failed: float


@estimate("USD")
def project_cost(
    params: Params,
    tokens: Tokens = None,
    gpu: Gpu = None,
    gpus: Gpus = None,
    price_per_gpu_hour: HourlyPrice = None,
    utilization: Utilization = None,
    trial_share: TrialShare = None,
    failed_share: FailedShare = None,
    months_reserved: MonthsReserved = None,
    precision: Precision = None,
    seq_len: SequenceLength = None,
    active_params: ActiveParams = None,
    as_of: AsOf = None,
) -> Result:
    """Rental cost of a whole training project: the final run, trial and failed runs, and reserved but idle time.

    cost [USD] = naive + utilization + goodput + trials + failures + idle, where
    naive = FLOP / (dense peak x 3600) x price
    final run = the first three; trials = final run x trial_share; failures = final run x failed_share
    idle = (months_reserved x 730 h x accelerators - GPU-hours used) x price, where both are given

    A given utilization is that of the billed run, so it holds the goodput, whose line is then 0.
    Shares left out are assumed from published projects and vary widely. The interval takes the
    utilization, the price and the assumed shares one at a time and joins their effects on the total
    by the root of the summed squares of the logarithms; hours within a reservation change nothing.
    US dollars, before tax, nominal, on the price of the day of `as_of`; without staff, data and storage.

    Raises what train_cost raises, MissingInput where months_reserved comes without gpus, and
    InputError where the reservation is shorter than the final run.
    """
    if months_reserved is not None and gpus is None:
        raise MissingInput("gpus", "months_reserved needs the number of accelerators that are reserved, such as gpus = 1024")
    run = training_run(
        model=params, tokens=tokens, gpu=gpu, utilization=utilization, precision=precision,
        seq_len=seq_len, active_params=active_params, gpus=gpus,
    )  # fmt: skip
    quote = usual_rent(run.gpu, as_of, "price_per_gpu_hour") if price_per_gpu_hour is None else None
    price = quote.price if quote else price_per_gpu_hour or 0.0
    trials = catalogue.constant("trial_share") if trial_share is None else trial_share
    failed = catalogue.constant("failed_share") if failed_share is None else failed_share
    month = catalogue.constant("hours_per_month")
    reserved = (months_reserved or 0.0) * month * (gpus or 0.0)
    if months_reserved is not None and gpus is not None and reserved < run.hours:
        raise InputError(
            "months_reserved", months_reserved,
            f"the final run alone takes {run.hours / gpus / month:.3g} months on {gpus:g} GPUs; reserve that long or more GPUs",
        )  # fmt: skip
    at_peak = run.work.flop / (run.peak * 3600)
    goodput = run.predicted.goodput if run.predicted else 1.0  # a given utilization has no parts
    stepped = run.hours * goodput
    used = run.hours * (1 + trials + failed)
    parts = {
        "naive": at_peak * price,
        "utilization_loss": (stepped - at_peak) * price,
        "goodput_loss": (run.hours - stepped) * price,
        "trials": run.hours * trials * price,
        "failures": run.hours * failed * price,
        "idle": max(0.0, reserved - used) * price,
    }
    total = math.fsum(parts.values())

    def trace(trace: Trace) -> None:
        run.trace(trace)
        if quote:
            quote.trace(trace, run.gpu, as_of is not None)
        else:
            trace_given(trace, "price_per_gpu_hour", price, run.gpu, as_of, count="gpus", share="utilization")
            trace.step("Price", "given", price, "USD per GPU-hour")
        trace.step("Naive cost", "GPU-hours at the chip's peak x price", parts["naive"], "USD")
        _trace_run(trace, run, goodput, parts)
        _trace_share(trace, "trial_share", "Trial runs", trials, trial_share, parts["trials"], "olmo-footprint", "llama1-card")
        _trace_share(trace, "failed_share", "Failed runs", failed, failed_share, parts["failures"], "opt-logbook")
        if months_reserved is not None:
            hours = catalogue.assumption("hours_per_month")
            trace.input("months_reserved", months_reserved, "months", "given")
            trace.input(hours.name, month, hours.unit, "assumed", hours.source)
            how = f"({months_reserved:g} months x {month:g} h x {gpus:g} GPUs - {used:,.0f} GPU-hours used) x price"
            trace.step("Reserved but idle", how, parts["idle"], "USD")
            if quote:
                trace.warn(
                    "reserved at the on-demand price; a term of a year or more usually costs less an hour: see gpu_price, reserved_1y"
                )
            if reserved < used:
                trace.warn(
                    f"the reservation holds the final run but not all trial and failed runs: {used - reserved:,.0f} GPU-hours "
                    "more are rented at the same price"
                )
        else:
            trace.step("Reserved but idle", "0: no months_reserved given, only hours used are paid", 0.0, "USD")
        trace.step("Cost of the project", "sum of naive, utilization, goodput, trial, failed and idle cost", total, "USD")
        trace.warn("compute only: staff, data, storage, evaluation and fine-tuning after the run are not included")

    def bill(shares: Shares) -> float:
        hours = shares.hours * (1 + shares.trials + shares.failed)
        return max(hours, reserved) * shares.price

    down, up = _spread(bill, Shares(run.hours, price, trials, failed), run, quote, trial_share is None, failed_share is None)
    values = {name: Figure(value, "USD") for name, value in parts.items()}
    values["multiple"] = Figure(total / (run.hours * price), "final runs")
    values["final_run"] = Figure(run.hours * price, "USD")
    values["gpu_hours"] = Figure(used + max(0.0, reserved - used), "GPU-hours")
    values["price_per_gpu_hour"] = Figure(price, "USD per GPU-hour")
    values["utilization"] = Figure(run.utilization, "1")
    if gpus:
        values["days"] = Figure(run.hours / gpus / 24, "days")
        values["project_days"] = Figure(used / gpus / 24, "days")
    return Result(total, "USD", trace, low=total / math.exp(down), high=total * math.exp(up), name="cost", values=values)


def _trace_run(trace: Trace, run: TrainingRun, goodput: float, parts: dict[str, float]) -> None:
    if run.predicted is None:
        trace.step("Lost to utilization", "naive cost x (1 / utilization - 1)", parts["utilization_loss"], "USD")
        how = "0: the utilization given is taken for that of the billed run, failures and restarts included"
        trace.step("Lost to failures and restarts", how, 0.0, "USD")
    else:
        how = "naive cost x (goodput / utilization - 1): the share of the peak that the steps reach"
        trace.step("Lost to utilization (step and practice)", how, parts["utilization_loss"], "USD")
        how = f"cost of the final run x (1 - goodput), goodput {goodput:.3g}"
        trace.step("Lost to failures and restarts", how, parts["goodput_loss"], "USD", "llama31-paper")
    trace.step("Final run", "naive cost + both losses", parts["naive"] + parts["utilization_loss"] + parts["goodput_loss"], "USD")


def _trace_share(trace: Trace, name: str, label: str, share: float, given: float | None, value: float, *sources: str) -> None:
    if given is not None:
        trace.input(name, share, "1", "given")
        trace.step(label, f"final run x {share:g}", value, "USD")
        return
    used = catalogue.assumption(name)
    trace.input(name, share, used.unit, "assumed", used.source)
    trace.step(label, f"final run x {share:g} (assumed; published projects {used.low:g} to {used.high:g})", value, "USD", *sources)
    trace.warn(f"{name} is assumed from a few published projects that differ by more than tenfold; give your own")


def _spread(
    bill: Callable[[Shares], float], middle: Shares, run: TrainingRun, quote: Rental | None, any_trials: bool, any_failed: bool
) -> tuple[float, float]:
    """ln of the factors to low and high: each input alone at its ends, the effects on the bill joined as independent."""
    ends = [(middle._replace(hours=run.low), middle._replace(hours=run.high))]
    if quote:
        ends.append((middle._replace(price=quote.low), middle._replace(price=quote.high)))
    if any_trials:
        low, high = _assumed_range("trial_share")
        ends.append((middle._replace(trials=low), middle._replace(trials=high)))
    if any_failed:
        low, high = _assumed_range("failed_share")
        ends.append((middle._replace(failed=low), middle._replace(failed=high)))
    total = bill(middle)
    down = math.hypot(*(math.log(total / bill(least)) for least, _ in ends))
    return down, math.hypot(*(math.log(bill(most) / total) for _, most in ends))


def _assumed_range(name: str) -> tuple[float, float]:
    used = catalogue.assumption(name)
    assert used.low is not None
    assert used.high is not None
    return used.low, used.high
