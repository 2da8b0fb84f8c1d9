"""What it takes to train a model: accelerator-hours, days and money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator, Model, PublishedEstimate, Run
from compute_cost.errors import DoesNotFit, MissingInput
from compute_cost.inputs import assumed, default, figure, fixed, is_kept, step, uncertain, warn
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
from compute_cost.physics.elementwise import fails
from compute_cost.physics.formats import peak_of
from compute_cost.physics.utilization import Prediction, predict
from compute_cost.prices.rental import hourly_price
from compute_cost.registry import estimate
from compute_cost.result import Answer

POST_TRAINING = "out: reinforcement learning"  # how the use of a run begins that is no training from scratch


class Published(NamedTuple):
    """What has been published about a model's training: its own hours and bills, and what others estimated."""

    runs: tuple[Run, ...] = ()
    estimates: tuple[PublishedEstimate, ...] = ()

    def explain(self) -> None:
        for run in self.runs:
            chip = catalogue.accelerators().get(run.gpu)
            weak = "" if run.confidence == "checked" else f"; {run.confidence}"
            where = f"{run.organization}, {run.year:.0f}{weak}"
            if run.gpu_hours:
                step(f"Published: {run.model} on {chip.name if chip else run.gpu}", where, run.gpu_hours, "GPU-hours", run.source)
            if run.cost:
                step(f"Published: cost of {run.model}", where, run.cost, "USD", run.source)
        for row in self.estimates:
            step(f"Published: outside estimate for {row.subject}", f"{row.basis}; {row.date}", row.value, row.unit, row.source)


@catalogue.kept()
def published(model_id: str) -> Published:
    """The published runs and estimates of a model of the catalogue; a bare parameter count has none."""
    if not model_id:
        return Published()
    runs = tuple(
        run
        for run in catalogue.runs()
        if run.catalogue_model == model_id and (run.gpu_hours or run.cost) and not run.use.startswith(POST_TRAINING)
    )
    return Published(runs, tuple(row for row in catalogue.published_estimates() if row.model == model_id))


@catalogue.kept()
def post_training(model_id: str) -> Run | None:
    """The published reinforcement learning of a model of the catalogue; None where none is known."""
    known = (run for run in catalogue.runs() if run.use.startswith(POST_TRAINING) and run.catalogue_model)
    return next((run for run in known if run.catalogue_model == model_id), None)


@catalogue.kept()
def published_figures(model_id: str) -> Mapping[str, tuple[float, str]]:
    """Hours and cost as published (the most complete of several rows), and the range of the outside estimates."""
    shown = published(model_id)
    figures: dict[str, tuple[float, str]] = {}
    if hours := [run.gpu_hours for run in shown.runs if run.gpu_hours]:
        figures["published_gpu_hours"] = (max(hours), "GPU-hours")
    if costs := [run.cost for run in shown.runs if run.cost]:
        figures["published_cost"] = (max(costs), "USD")
    if values := [row.value for row in shown.estimates]:
        figures["outside_estimate_low"] = (min(values), "USD")
        figures["outside_estimate_high"] = (max(values), "USD")
    return figures


class TrainingRun(NamedTuple):
    """One training run on one kind of accelerator: its work, its utilization and its billed hours."""

    work: TrainingWork
    gpu: Accelerator
    peak: float
    utilization: float
    predicted: Prediction | None
    hours: float


def training_run(
    model: Model,
    tokens: float | None,
    gpu: Accelerator | None,
    utilization: float | None,
    precision: str | None,
    seq_len: float | None,
    active_params: float | None,
    gpus: float | None = None,
    *,
    of_any_length: bool = False,
) -> TrainingRun:
    """Billed hours [GPU-hours] = FLOP / (peak x utilization x 3600); utilization is predicted unless given.

    `of_any_length` is for a search that limits the time of the run itself.
    """
    work = training_work(model, tokens, seq_len, active_params)
    chip = default("gpu", gpu, catalogue.default_gpu())
    name, peak = peak_of(chip, precision)
    default("precision", precision, name)
    if precision is None and model.released_precision in ("fp8", "mxfp8"):
        warn(f"{model.name} was released in {model.released_precision}: give that precision if it was trained in it")
    heard = is_kept()
    if heard:
        step(f"Peak of one {chip.name}", f"dense {name}", peak, "FLOP/s", chip.source)
    if work.published and utilization is None:
        raise MissingInput("utilization", f'{model.name} is {model.makes}, for which none is predicted; give one, such as 0.3 or "30%"')
    share, predicted = _utilization(work, chip, name, peak, utilization, gpus)
    hours = work.flop / (peak * 3600) / share
    if predicted is not None and not (gpus or of_any_length) and chip.market != "datacenter":
        _refuse_what_takes_too_long(chip, predicted.gpus, hours)
    if heard:
        figure("utilization", share, "1")
        step("GPU-hours", "compute / (peak x utilization x 3600 s)", hours, "GPU-hours", figure="gpu_hours")
        if learned := post_training(model.id):
            spent = show(learned.cost or 0.0, "USD")
            warn(f"this is the training of the base from scratch; the reinforcement learning of {model.name} alone is published at {spent}")
        published(model.id).explain()
        for published_name, (value, unit) in published_figures(model.id).items():
            figure(published_name, value, unit)
    return TrainingRun(work, chip, peak, share, predicted, hours)


def _refuse_what_takes_too_long(gpu: Accelerator, cards: float, hours: float) -> None:
    """Raises DoesNotFit where the cards of one machine, all that can be rented together, take longer than any run worth starting.

    So that no estimate prices a run on a chip that cheapest_gpu leaves out.
    """
    days, longest = hours / cards / 24, assumed("longest_run") * assumed("hours_per_month") / 24
    if fails(days <= longest):
        takes = f"{cards:,.0f} in one machine, which no network joins to others, take {days:,.0f} days for this run"
        raise DoesNotFit(
            "gpu",
            gpu.name,
            f"{takes}, longer than any worth starting ({longest:,.0f} days); name another gpu, or give gpus for a cluster of your own",
        )


def _utilization(
    work: TrainingWork, gpu: Accelerator, precision: str, peak: float, given: float | None, gpus: float | None
) -> tuple[float, Prediction | None]:
    if given is None:
        held = fixed("utilization", "1")
        if held is not None:
            return held, None
        prediction = predict(work, gpu, precision, peak, gpus)
        if is_kept():
            prediction.explain(gpu)
        return uncertain("utilization", prediction.value, prediction.low, prediction.high, "1", "compute-cost"), prediction
    if isinstance(given, AssumedShare):
        row = catalogue.assumption(given.assumption)
        step("Utilization", f"{row.name}: {row.description}", given, "1", row.source)
    elif is_kept():
        step("Utilization", "given", given, "1")
    if is_kept() and not work.published:
        try:  # a given utilization is taken at its word, but not in silence where it can't be
            predict(work, gpu, precision, peak, gpus)
        except DoesNotFit as problem:
            warn(str(problem))
    return given, None


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
) -> Answer:
    """Accelerator-hours that one training run is billed for.

    hours [GPU-hours] = training FLOP / (dense peak [FLOP/s] x utilization x 3600)

    The FLOP come from train_flops. Utilization is the share of the chip's dense peak at that
    precision that the whole billed run reaches; left out, it is predicted from the chip, the model, the
    cluster and published runs, with an 80% interval (compute_cost.physics.utilization); "naive" means untuned code.
    The hours cover one run, without trial or failed runs. Where hours or costs of the model
    have been published, the result carries them next to the estimate.
    Valid for decoder transformers of 0.1 to 1,000 billion active parameters on up to 30,000 accelerators.

    Raises InputError for a value out of bounds, MissingInput where the tokens are unknown, UnknownName
    for a model or accelerator, NoData for a precision that the catalogue does not hold, and DoesNotFit
    where the given number of accelerators can't hold the training states (a warning where a utilization is given).
    """
    return Answer(training_run(params, tokens, gpu, utilization, precision, seq_len, active_params, gpus).hours, "gpu_hours")


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
) -> Answer:
    """How long one training run takes on a given number of accelerators.

    days = GPU-hours / accelerators / 24, with the GPU-hours of train_gpu_hours

    Raises what train_gpu_hours raises, and MissingInput where the number of accelerators is left out.
    """
    run = training_run(params, tokens, gpu, utilization, precision, seq_len, active_params, gpus)
    return Answer(step("Days", "GPU-hours / accelerators / 24", run.hours / gpus / 24, "days"), "days")


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
) -> Answer:
    """Rental cost of training a model once, in US dollars.

    cost [USD] = GPU-hours (train_gpu_hours) x price [USD per GPU-hour] (gpu_price unless given)

    The interval joins that of the utilization and that of the price, taken as independent, by the
    root of the summed squares of their logarithms. US dollars, before tax, nominal, of the day of
    `as_of`. One run only: trial runs, failed runs and idle reservations come on top.

    Raises what train_gpu_hours raises, and NoData where the accelerator has no rental price.
    """
    run = training_run(params, tokens, gpu, utilization, precision, seq_len, active_params, gpus)
    price = hourly_price(run.gpu, price_per_gpu_hour, as_of, count="gpus", share="utilization")
    if price_per_gpu_hour is None and run.gpu.is_consumer:
        warn(f"{run.gpu.name} is priced as rented by the single host: no provider lists a training cluster of them")
    if is_kept() and tokens is not None and params.tokens and not 0.9 <= tokens / params.tokens <= 1.1:
        warn("this is training from scratch; continued pre-training costs the same per token, for fine-tuning ask finetune_cost")
    warn("one run only: trial runs, failed runs and idle reserved time are not included")
    return Answer(step("Cost of one run", "GPU-hours x price", run.hours * price, "USD"), "cost")
