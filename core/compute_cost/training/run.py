"""What it takes to train a model: accelerator-hours, days and money."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator, Model, PublishedEstimate, Run
from compute_cost.errors import CostError, DoesNotFit, InputError, MissingInput
from compute_cost.inputs import FAR, assumed, default, figure, fixed, is_kept, once, step, uncertain, unheard, warn
from compute_cost.parameters import (
    REQUIRED,
    ActiveParams,
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
from compute_cost.prices.market import rental
from compute_cost.prices.rental import hourly_price
from compute_cost.registry import estimate
from compute_cost.result import Answer
from compute_cost.training.conditions import (
    USUAL_CONDITIONS,
    Billing,
    Conditions,
    DocumentTokens,
    GlobalBatch,
    MeasuredRate,
    MicroBatch,
    PricesAndSoftwareDay,
    SoftwareDay,
    Stack,
    TestGpus,
    group_of,
    measured_step,
    question_utilization,
    with_stops,
)

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
            if run.energy:
                step(f"Published: energy of {run.model}", where, run.energy, "kWh", run.source)
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
def as_published(model_id: str) -> Run | None:
    """The run that trained a model of the catalogue, on a chip that is there; None where its chip or hours are not published."""
    chips = catalogue.accelerators()
    whole = (run for run in catalogue.runs() if run.use.startswith("whole run") and run.catalogue_model)
    return next((run for run in whole if run.catalogue_model == model_id and chips.get(run.gpu)), None)


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
    if energies := [run.energy for run in shown.runs if run.energy]:
        figures["published_energy"] = (max(energies), "kWh")
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
    conditions: Conditions = USUAL_CONDITIONS,
    *,
    of_any_length: bool = False,
) -> TrainingRun:
    """Billed hours [GPU-hours] = FLOP / (peak x utilization x 3600); utilization is measured, given or predicted, in this order.

    `of_any_length` is for a search that limits the time of the run itself.
    """
    work = once(training_work, model, tokens, seq_len, active_params, conditions.document_tokens)
    chip = default("gpu", gpu, catalogue.default_gpu())
    format_used = _published_precision(model, chip) if precision is None else precision
    name, peak = peak_of(chip, format_used)
    default("precision", precision, name)
    heard = is_kept()
    if heard:
        if format_used is None and model.released_precision in ("fp8", "mxfp8"):
            warn(f"{model.name} was released in {model.released_precision}: give that precision if it was trained in it")
        step(f"Peak of one {chip.name}", f"dense {name}", peak, "FLOP/s", chip.source)
    if work.published and utilization is None:
        raise MissingInput("utilization", f'{model.name} is {model.makes}, for which none is predicted; give one, such as 0.3 or "30%"')
    count = gpus
    if gpus is None and utilization is None and not of_any_length:
        count = _published_cluster(model, chip, work)
    share, predicted = _utilization(work, chip, name, peak, utilization, count, conditions)
    hours = work.flop / (peak * 3600) / share
    if predicted is not None and not (gpus or of_any_length) and chip.market != "datacenter":
        _refuse_what_takes_too_long(chip, predicted.gpus, hours)
    if heard:
        figure("utilization", share, "1")
        step("GPU-hours", "compute / (peak x utilization x 3600 s)", hours, "GPU-hours", figure="gpu_hours")
        if (learned := post_training(model.id)) and learned.cost:
            spent = show(learned.cost, "USD")
            warn(f"this is the training of the base from scratch; the reinforcement learning of {model.name} alone is published at {spent}")
        published(model.id).explain()
        for published_name, (value, unit) in published_figures(model.id).items():
            figure(published_name, value, unit)
    return TrainingRun(work, chip, peak, share, predicted, hours)


def _published_precision(model: Model, chip: Accelerator) -> str | None:
    """The format of a known model's own training, where it is narrower than 16 bits and the chip has it; None for the chip's own."""
    run = as_published(model.id) if model.id else None
    return "fp8" if run is not None and run.precision.startswith("fp8") and chip.fp8 else None


def _published_cluster(model: Model, chip: Accelerator, work: TrainingWork) -> float | None:
    """The number of accelerators that a known model was trained on, for chips of that generation and its own tokens; else None."""
    run = as_published(model.id) if model.id else None
    if run is None or not run.gpus or work.tokens != model.tokens:
        return None
    trained_on = catalogue.accelerators().get(run.gpu)
    if trained_on is None or trained_on.generation != chip.generation:
        return None
    return default("gpus", None, run.gpus, "GPUs", run.source)


class OnPublishedChip(NamedTuple):
    """A known model's training as estimated on the chip, number of chips and format that it was trained with."""

    run: TrainingRun
    published: Run

    @property
    def day(self) -> datetime.date:
        return datetime.date(int(self.published.year), 12, 31)

    def price(self) -> tuple[float, str]:
        """What the chip cost an hour by the end of that year, or at the day of the catalogue where no price is so old."""
        try:
            return rental(self.run.gpu, as_of=self.day).price, f"{self.day:%Y}"
        except CostError:
            return rental(self.run.gpu).price, "today"


def on_published_chip(model: Model, tokens: float | None, gpu: Accelerator) -> OnPublishedChip | None:
    """The same training on the chip of the publication, beside the chip asked about; None where it is that or nothing is published."""
    known = as_published(model.id) if model.id else None
    if known is None or tokens is not None or known.gpu == gpu.id:
        return None
    chip = catalogue.accelerators().get(known.gpu)
    with unheard():
        try:
            run = training_run(model, None, chip, None, None, None, None, known.gpus)
        except CostError:
            return None
    where = f"{run.gpu.name}, {known.year:.0f}" + (f", {known.gpus:,.0f} of them" if known.gpus else "")
    step(f"On the chip that {model.name} was trained on: GPU-hours", where, run.hours, "GPU-hours", known.source)
    figure("published_gpu", run.gpu.name, "")
    figure("gpu_hours_on_published_gpu", run.hours, "GPU-hours")
    return OnPublishedChip(run, known)


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
    work: TrainingWork, gpu: Accelerator, precision: str, peak: float, given: float | None, gpus: float | None, conditions: Conditions
) -> tuple[float, Prediction | None]:
    rate = conditions.tokens_per_second
    if rate is not None:
        return _measured(work, gpu, precision, peak, given, gpus, rate, conditions), None
    if given is None:
        held = fixed("utilization", "1")
        if held is not None:
            return held, None
        prediction = predict(work, gpu, precision, peak, gpus, conditions.setting(), conditions.billing or "")
        if is_kept():
            prediction.explain(gpu)
            conditions.question_batch(prediction.seq_len, prediction.gpus)
        return uncertain("utilization", prediction.value, prediction.low, prediction.high, "1", "compute-cost"), prediction
    if isinstance(given, AssumedShare):
        row = catalogue.assumption(given.assumption)
        step("Utilization", f"{row.name}: {row.description}", given, "1", row.source)
    else:
        given = question_utilization(given)
        if is_kept():
            step("Utilization", "given", given, "1")
    if is_kept() and not work.published:
        _compare(given, work, gpu, precision, peak, gpus)
    return given, None


def _compare(given: float, work: TrainingWork, gpu: Accelerator, precision: str, peak: float, gpus: float | None) -> None:
    """A given utilization is taken at its word, but not in silence where it can't be, nor far from the prediction for that many."""
    try:
        predicted = predict(work, gpu, precision, peak, gpus)
    except DoesNotFit as problem:
        warn(str(problem))
        return
    if given > FAR * predicted.high:
        share = f"{given:.2g} is far more than the {predicted.value:.2g} that is predicted on {predicted.gpus:,.0f} {gpu.name}"
        warn(f"utilization: {share}; check gpus and the model's size")


def _measured(
    work: TrainingWork, gpu: Accelerator, precision: str, peak: float, given: float | None, gpus: float | None, rate: float,
    conditions: Conditions,
) -> float:  # fmt: skip
    """The billed utilization by the rate of a test run: the step as measured, and stops as they are usual.

    On another number of accelerators than those of the test, the step changes as the prediction does.
    """
    if given is not None:
        raise InputError("tokens_per_second", rate, "utilization is given too; give one of them")
    tested = group_of(conditions.test_gpus or gpus, rate)
    count = gpus or tested
    reached = measured_step(work.per_token, gpu, precision, peak, rate, tested)
    if count != tested:
        there, here = (predict(work, gpu, precision, peak, n, conditions.setting()).step_value for n in (count, tested))
        formula = "step as measured x predicted step on all / predicted step on those of the test"
        reached = step(f"Step utilization on {count:,.0f} accelerators", formula, min(1.0, reached * there / here), "1")
    low, middle, high = with_stops(reached, count)
    return uncertain("utilization", middle, low, high, "1", "compute-cost")


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
    global_batch: GlobalBatch = None,
    micro_batch: MicroBatch = None,
    stack: Stack = None,
    as_of: SoftwareDay = None,
    document_tokens: DocumentTokens = None,
    tokens_per_second: MeasuredRate = None,
    billing: Billing = None,
    test_gpus: TestGpus = None,
) -> Answer:
    """Accelerator-hours that one training run is billed for.

    hours [GPU-hours] = training FLOP / (dense peak [FLOP/s] x utilization x 3600)

    The FLOP come from train_flops. Utilization is the share of the chip's dense peak at that
    precision that the whole billed run reaches; left out, it is predicted from the chip, the model, the
    cluster and published runs, with an 80% interval (compute_cost.physics.utilization); "naive" means untuned code.
    The hours cover one run, without trial or failed runs. A known model is taken in its published format and, on chips of that
    generation, on its published number of them; what has been published of it stands next to the estimate, as do the hours on its own chip.
    `tokens_per_second` of a test run on `gpus` is taken before any prediction; of one on fewer, `test_gpus`, it changes on the way to
    `gpus` as the prediction does. `stack`, `global_batch`, `micro_batch` and
    `document_tokens` are those of step_utilization; `as_of` takes the software of that day. `billing` says which hours are meant: those
    metered of running jobs, or all from the first day of a reserved cluster to its last; published runs, which the prediction follows if
    it is left out, count either.
    Valid for decoder transformers of 0.1 to 1,000 billion active parameters on up to 30,000 accelerators.

    Raises InputError for a value out of bounds or a utilization, given or by the rate, below a twentieth of the lowest that was published
    (assumption training_utilization; below a third it warns), MissingInput where the tokens are unknown, UnknownName for a model or
    accelerator, NoData for a precision that the catalogue does not hold, and DoesNotFit
    where the given number of accelerators can't hold the training states (a warning where a utilization is given).
    """
    conditions = Conditions(global_batch, micro_batch, stack, as_of, document_tokens, tokens_per_second, billing, test_gpus)
    run = training_run(params, tokens, gpu, utilization, precision, seq_len, active_params, gpus, conditions)
    if is_kept():
        on_published_chip(params, tokens, run.gpu)
    return Answer(run.hours, "gpu_hours")


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
    global_batch: GlobalBatch = None,
    micro_batch: MicroBatch = None,
    stack: Stack = None,
    as_of: SoftwareDay = None,
    document_tokens: DocumentTokens = None,
    tokens_per_second: MeasuredRate = None,
    billing: Billing = None,
    test_gpus: TestGpus = None,
) -> Answer:
    """How long one training run takes on a given number of accelerators.

    days = GPU-hours / accelerators / 24, with the GPU-hours of train_gpu_hours

    Raises what train_gpu_hours raises, and MissingInput where the number of accelerators is left out.
    """
    conditions = Conditions(global_batch, micro_batch, stack, as_of, document_tokens, tokens_per_second, billing, test_gpus)
    run = training_run(params, tokens, gpu, utilization, precision, seq_len, active_params, gpus, conditions)
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
    as_of: PricesAndSoftwareDay = None,
    global_batch: GlobalBatch = None,
    micro_batch: MicroBatch = None,
    stack: Stack = None,
    document_tokens: DocumentTokens = None,
    tokens_per_second: MeasuredRate = None,
    billing: Billing = None,
    test_gpus: TestGpus = None,
) -> Answer:
    """Rental cost of training a model once, in US dollars.

    cost [USD] = GPU-hours (train_gpu_hours) x price [USD per GPU-hour] (gpu_price unless given)

    The interval joins that of the utilization and that of the price, taken as independent, by the
    root of the summed squares of their logarithms. US dollars, before tax, nominal, of the day of
    `as_of`, whose software is taken too. One run only: trial runs, failed runs and idle reservations come on top. Of a known model the
    cost on the chip and in the year of its training stands beside. The other arguments are those of train_gpu_hours.

    Raises what train_gpu_hours raises, and NoData where the accelerator has no rental price.
    """
    conditions = Conditions(global_batch, micro_batch, stack, as_of, document_tokens, tokens_per_second, billing, test_gpus)
    run = training_run(params, tokens, gpu, utilization, precision, seq_len, active_params, gpus, conditions)
    price = hourly_price(run.gpu, price_per_gpu_hour, as_of, count="gpus", share="utilization")
    if price_per_gpu_hour is None and run.gpu.is_consumer:
        warn(f"{run.gpu.name} is priced as rented by the single host: no provider lists a training cluster of them")
    heard = is_kept()
    if heard and tokens is not None and params.tokens and not 0.9 <= tokens / params.tokens <= 1.1:
        warn("this is training from scratch; continued pre-training costs the same per token, for fine-tuning ask finetune_cost")
    warn("one run only: trial runs, failed runs and idle reserved time are not included")
    if heard and (then := on_published_chip(params, tokens, run.gpu)):
        _cost_then(then)
    return Answer(step("Cost of one run", "GPU-hours x price", run.hours * price, "USD"), "cost")


def _cost_then(then: OnPublishedChip) -> None:
    try:
        price, year = then.price()
    except CostError:
        return
    formula = f"GPU-hours x {price:.2f} USD, the price of {year}"
    step(f"On {then.run.gpu.name}: cost", formula, then.run.hours * price, "USD", figure="cost_on_published_gpu")
