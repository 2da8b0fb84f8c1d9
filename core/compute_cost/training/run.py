"""What it takes to train a model: accelerator-hours, days and money."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model, PublishedEstimate, Run
from compute_cost.errors import MissingInput
from compute_cost.parameters import (
    REQUIRED,
    ActiveParams,
    AsOf,
    AssumedShare,
    Gpu,
    Gpus,
    HourlyPrice,
    Params,
    Precision,
    RequiredGpus,
    SequenceLength,
    Tokens,
    Utilization,
)
from compute_cost.physics.compute import TrainingWork, training_work
from compute_cost.physics.training_step import DoesNotFit
from compute_cost.physics.utilization import Prediction, predict
from compute_cost.prices.rental import Rental, joint_spread, trace_given, usual_rent
from compute_cost.registry import estimate
from compute_cost.result import Figure, Result, Trace


class Published(NamedTuple):
    """What has been published about a model's training: its own hours and bills, and what others estimated."""

    runs: tuple[Run, ...] = ()
    estimates: tuple[PublishedEstimate, ...] = ()

    def trace(self, trace: Trace) -> None:
        for run in self.runs:
            chip = catalogue.accelerators().get(run.gpu)
            weak = "" if run.confidence == "checked" else f"; {run.confidence}"
            where = f"{run.organization}, {run.year:.0f}{weak}"
            if run.gpu_hours:
                trace.step(f"Published: {run.model} on {chip.name if chip else run.gpu}", where, run.gpu_hours, "GPU-hours", run.source)
            if run.cost:
                trace.step(f"Published: cost of {run.model}", where, run.cost, "USD", run.source)
        for one in self.estimates:
            trace.step(f"Published: outside estimate for {one.subject}", f"{one.basis}; {one.date}", one.value, one.unit, one.source)


@catalogue.kept()
def published(model_id: str) -> Published:
    """The published runs and estimates of a model of the catalogue; a bare parameter count has none."""
    if not model_id:
        return Published()
    runs = tuple(run for run in catalogue.runs() if run.catalogue_model == model_id and (run.gpu_hours or run.cost))
    return Published(runs, tuple(one for one in catalogue.published_estimates() if one.model == model_id))


@catalogue.kept()
def published_figures(model_id: str) -> Mapping[str, Figure]:
    """Hours and cost as published (the most complete of several rows), and the range of the outside estimates."""
    known = published(model_id)
    found: dict[str, Figure] = {}
    if hours := [run.gpu_hours for run in known.runs if run.gpu_hours]:
        found["published_gpu_hours"] = Figure(max(hours), "GPU-hours")
    if costs := [run.cost for run in known.runs if run.cost]:
        found["published_cost"] = Figure(max(costs), "USD")
    if values := [one.value for one in known.estimates]:
        found["outside_estimate_low"] = Figure(min(values), "USD")
        found["outside_estimate_high"] = Figure(max(values), "USD")
    return found


class TrainingRun(NamedTuple):
    """One training run on one kind of accelerator: its work, its utilization and its billed hours."""

    work: TrainingWork
    gpu: Accelerator
    gpu_given: bool
    precision: str
    precision_given: bool
    peak: float
    utilization: float
    predicted: Prediction | None
    gpus: float | None
    hours: float
    low: float
    high: float

    def trace(self, trace: Trace) -> None:
        self.work.trace(trace)
        gpu = self.gpu
        trace.input("gpu", gpu.name, "", "given" if self.gpu_given else "assumed", gpu.source)
        if gpu.confidence != "checked":
            trace.warn(f"the figures of {gpu.name} are {gpu.confidence} against their source")
        trace.input("precision", self.precision, "", "given" if self.precision_given else "assumed")
        released = self.work.model.released_precision
        if not self.precision_given and released in ("fp8", "mxfp8"):
            trace.warn(f"{self.work.model.name} was released in {released}: give that precision if it was trained in it")
        trace.step(f"Peak of one {gpu.name}", f"dense {self.precision}", self.peak, "FLOP/s", gpu.source)
        if self.gpus:
            trace.input("gpus", self.gpus, "GPUs", "given")
        if self.predicted:
            self.predicted.trace(trace, gpu, self.gpus is not None)
        elif isinstance(self.utilization, AssumedShare):
            assumed = catalogue.assumption(self.utilization.assumption)
            trace.input("utilization", self.utilization, "1", "assumed", assumed.source)
            trace.step("Utilization", f"{assumed.name}: {assumed.description}", self.utilization, "1", assumed.source)
        else:
            trace.input("utilization", self.utilization, "1", "given")
            trace.step("Utilization", "given", self.utilization, "1")
            if self.gpus and not self.work.published:
                try:  # a given utilization is taken at its word, but not in silence where it can't be
                    predict(self.work, gpu, self.precision, self.peak, self.gpus)
                except DoesNotFit as problem:
                    trace.warn(str(problem))
        trace.step("GPU-hours", "compute / (peak x utilization x 3600 s)", self.hours, "GPU-hours")
        published(self.work.model.id).trace(trace)


def training_run(
    model: Model,
    tokens: float | None,
    gpu: Accelerator | None,
    utilization: float | None,
    precision: str | None,
    seq_len: float | None,
    active_params: float | None,
    gpus: float | None = None,
) -> TrainingRun:
    """Billed hours [GPU-hours] = FLOP / (peak x utilization x 3600); utilization is predicted unless given."""
    work = training_work(model, tokens, seq_len, active_params)
    chip = gpu or catalogue.default_gpu()
    name, peak = chip.peak(precision)
    if work.published and utilization is None:
        raise MissingInput("utilization", f'{model.name} is an image model, for which none is predicted; give one, such as 0.3 or "30%"')
    predicted = predict(work, chip, name, peak, gpus) if utilization is None else None
    used = predicted.value if predicted else utilization or 0.0
    at_peak = work.flop / (peak * 3600)
    low, high = (at_peak / predicted.high, at_peak / predicted.low) if predicted else (at_peak / used,) * 2
    return TrainingRun(work, chip, gpu is not None, name, precision is not None, peak, used, predicted, gpus, at_peak / used, low, high)


@estimate("GPU-hours")
def train_gpu_hours(
    params: Params,
    tokens: Tokens = None,
    gpu: Gpu = None,
    utilization: Utilization = None,
    precision: Precision = None,
    gpus: Gpus = None,
    seq_len: SequenceLength = None,
    active_params: ActiveParams = None,
) -> Result:
    """Accelerator-hours that one training run is billed for.

    hours [GPU-hours] = training FLOP / (dense peak [FLOP/s] x utilization x 3600)

    The FLOP are those of train_flops. Utilization is the share of the chip's dense peak at that
    precision that the whole billed run reaches; left out, it is predicted from the chip, the model, the
    cluster and published runs, with an 80% interval (compute_cost.physics.utilization); "naive" is that of untuned code.
    The hours are those of one run, without trial or failed runs. Where hours or costs of the model
    have been published, the result carries them beside the estimate.
    Valid for decoder transformers of 0.1 to 1,000 billion active parameters on up to 30,000 accelerators.

    Raises InputError for a value out of bounds, MissingInput where the tokens are unknown, UnknownName
    for a model or accelerator, NoData for a precision that the catalogue does not hold, and DoesNotFit
    where the given number of accelerators can't hold the training states (a warning where a utilization is given).
    """
    run = training_run(params, tokens, gpu, utilization, precision, seq_len, active_params, gpus)

    def values() -> dict[str, Figure]:
        return {"flop": Figure(run.work.flop, "FLOP"), "utilization": Figure(run.utilization, "1"), **published_figures(params.id)}

    return Result(run.hours, "GPU-hours", run.trace, low=run.low, high=run.high, name="gpu_hours", values=values)


@estimate("days")
def train_days(
    params: Params,
    tokens: Tokens = None,
    gpu: Gpu = None,
    gpus: RequiredGpus = REQUIRED,
    utilization: Utilization = None,
    precision: Precision = None,
    seq_len: SequenceLength = None,
    active_params: ActiveParams = None,
) -> Result:
    """How long one training run takes on a given number of accelerators.

    days = GPU-hours / accelerators / 24, with the GPU-hours of train_gpu_hours

    Raises what train_gpu_hours raises, and MissingInput where the number of accelerators is left out.
    """
    run = training_run(params, tokens, gpu, utilization, precision, seq_len, active_params, gpus)
    days = run.hours / gpus / 24

    def trace(trace: Trace) -> None:
        run.trace(trace)
        trace.step("Days", "GPU-hours / accelerators / 24", days, "days")

    values = {"gpu_hours": Figure(run.hours, "GPU-hours"), "utilization": Figure(run.utilization, "1")}
    low, high = run.low / gpus / 24, run.high / gpus / 24
    return Result(days, "days", trace, low=low, high=high, name="days", values=values)


@estimate("USD")
def train_cost(
    params: Params,
    tokens: Tokens = None,
    gpu: Gpu = None,
    price_per_gpu_hour: HourlyPrice = None,
    utilization: Utilization = None,
    gpus: Gpus = None,
    precision: Precision = None,
    seq_len: SequenceLength = None,
    active_params: ActiveParams = None,
    as_of: AsOf = None,
) -> Result:
    """Rental cost of training a model once, in US dollars.

    cost [USD] = GPU-hours (train_gpu_hours) x price [USD per GPU-hour] (gpu_price unless given)

    The interval joins that of the utilization and that of the price, taken as independent, by the
    root of the summed squares of their logarithms. US dollars, before tax, nominal, of the day of
    `as_of`. One run only: trial runs, failed runs and idle reservations come on top.

    Raises what train_gpu_hours raises, and NoData where the accelerator has no rental price.
    """
    run = training_run(params, tokens, gpu, utilization, precision, seq_len, active_params, gpus)
    quote: Rental | None = usual_rent(run.gpu, as_of, "price_per_gpu_hour") if price_per_gpu_hour is None else None
    price = quote.price if quote else price_per_gpu_hour or 0.0
    cost = run.hours * price

    def trace(trace: Trace) -> None:
        run.trace(trace)
        if quote:
            quote.trace(trace, run.gpu, as_of is not None)
            if run.gpu.market == "consumer":
                trace.warn(f"{run.gpu.name} is priced as rented by the single host: no provider lists a training cluster of them")
        else:
            trace_given(trace, "price_per_gpu_hour", price, run.gpu, as_of, count="gpus", share="utilization")
            trace.step("Price", "given", price, "USD per GPU-hour")
        trace.step("Cost of one run", "GPU-hours x price", cost, "USD")
        trace.warn("one run only: trial runs, failed runs and idle reserved time are not included")

    def values() -> dict[str, Figure]:
        return {
            "gpu_hours": Figure(run.hours, "GPU-hours"),
            "price_per_gpu_hour": Figure(price, "USD per GPU-hour"),
            "utilization": Figure(run.utilization, "1"),
            "flop": Figure(run.work.flop, "FLOP"),
            **published_figures(params.id),
        }

    down, up = cost_spread(run, quote)
    return Result(cost, "USD", trace, low=cost / math.exp(down), high=cost * math.exp(up), name="cost", values=values)


def cost_spread(run: TrainingRun, quote: Rental | None) -> tuple[float, float]:
    """ln of the factors by which the cost of a run may be lower and higher: utilization and price, taken as independent."""
    return joint_spread(math.log(run.hours / run.low), math.log(run.high / run.hours), quote)
