"""How well a training step uses the chip: the share that tuned benchmarks reach, and your own from a test run."""

from __future__ import annotations

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.inputs import default, fact, figure, is_kept, step, uncertain, unheard, warn
from compute_cost.parameters import ActiveParams, Gpu, Gpus, Params, Precision, SequenceLength
from compute_cost.physics.compute import TrainingWork, active_parameters, training_work
from compute_cost.physics.formats import peak_of
from compute_cost.physics.utilization import predict, step_spread
from compute_cost.registry import estimate
from compute_cost.result import Answer
from compute_cost.training.conditions import (
    Conditions,
    DocumentTokens,
    GlobalBatch,
    MicroBatch,
    SoftwareDay,
    Stack,
    TokensPerSecond,
    measured_step,
    with_stops,
)


@estimate("1")
def step_utilization(
    params: Params,
    gpu: Gpu = None,
    precision: Precision = None,
    gpus: Gpus = None,
    seq_len: SequenceLength = None,
    active_params: ActiveParams = None,
    global_batch: GlobalBatch = None,
    micro_batch: MicroBatch = None,
    stack: Stack = None,
    as_of: SoftwareDay = None,
    document_tokens: DocumentTokens = None,
) -> Answer:
    """Share of the chip's dense peak that a well-tuned training step reaches, without restarts, evaluation and stops.

    step utilization = compute per token / (dense peak x accelerator-seconds per token)

    The seconds belong to the fastest layout (compute_cost.physics.training_step), calibrated on published throughput
    tables. The compute counts what train_flops counts. The share that a whole billed run reaches is
    another one: train_gpu_hours shows it. Left out, `gpus` is what runs of the model's size use, and batches are as usual.
    `stack` is tuned unless given; `as_of` takes the software of that day, of the newest measured releases if left out. The interval is
    that of measured steps whose stack the fit had not seen: whole frameworks differ by that much on one chip.
    Valid for decoder transformers of 0.1 to 1,000 billion active parameters, sequences up to 131,072 tokens.

    Raises InputError for a value out of bounds or a pass larger than the step, UnknownName for a model or accelerator, NoData for a
    precision that the chip does not have, DoesNotFit where the accelerators can't hold the training states.
    """
    conditions = Conditions(global_batch, micro_batch, stack, as_of, document_tokens)
    work, chip, name, peak = _work(params, gpu, precision, seq_len, active_params, document_tokens)
    prediction = predict(work, chip, name, peak, gpus, conditions.setting())
    if is_kept():
        prediction.explain_step(chip)
        conditions.question_batch(prediction.seq_len, prediction.gpus)
    value, spread = prediction.step_value, step_spread(work, chip, prediction)
    reached = uncertain("step_utilization", value, value * spread.low, min(1.0, value * spread.high), "1", "compute-cost")
    trained = prediction.step
    figure("communication_share", trained.network_share, "1")
    figure("memory_bandwidth_share", trained.memory / trained.seconds, "1")
    figure("limit", trained.limit, "")
    figure("layout", trained.layout, "")
    figure("tokens_per_second_per_gpu", 1 / trained.seconds, "tokens/s")
    figure("gpus", prediction.gpus, "GPUs")
    return Answer(reached, "step_utilization")


@estimate("1")
def measured_utilization(
    params: Params,
    tokens_per_second: TokensPerSecond,
    gpu: Gpu = None,
    gpus: Gpus = None,
    precision: Precision = None,
    seq_len: SequenceLength = None,
    active_params: ActiveParams = None,
) -> Answer:
    """Your own step utilization from a short test run's tokens per second; train_gpu_hours takes the rate itself.

    utilization = tokens per second x compute per token / (accelerators x dense peak)

    `tokens_per_second` is the rate of the whole group of `gpus` accelerators (one if left out). The result is
    a step utilization: passed on as `utilization`, the hours and costs are those of an uninterrupted run, and
    restarts and evaluation still come on top. `billed_utilization` among the values includes them (times
    goodput for that many accelerators), for a bill of a run of that size. Practice is not applied: it is measured here.

    Raises InputError where the rate is more than the accelerators can do, UnknownName for a model or
    accelerator, NoData for a precision that the chip does not have.
    """
    work, chip, name, peak = _work(params, gpu, precision, seq_len, active_params, None)
    count = default("gpus", gpus, 1.0, "GPUs")
    value = measured_step(work.per_token, chip, name, peak, tokens_per_second, count)
    with_stops(value, count)
    warn("this is the utilization of a step: restarts and evaluation come on top (billed_utilization includes them)")
    return Answer(value, "step_utilization")


def _work(
    model: Params, gpu: Gpu, precision: Precision, seq_len: SequenceLength, active_params: ActiveParams, document: float | None
) -> tuple[TrainingWork, Accelerator, str, float]:
    """The work of one token with the chip and its peak."""
    chip = default("gpu", gpu, catalogue.default_gpu())
    name, peak = peak_of(chip, precision)
    default("precision", precision, name)
    active = active_parameters(model, active_params)
    with unheard():  # of a run: here only its compute per token counts
        work = training_work(model, model.params, seq_len, active, document)
    if work.seq_len and not seq_len:
        fact("seq_len", work.seq_len, "tokens")
    papers = ("kaplan-2020", "palm-paper") if work.attention else ("kaplan-2020",)
    step("Compute per token", "as in train_flops", work.per_token, "FLOP", *papers)
    step(f"Peak of one {chip.name}", f"dense {name}", peak, "FLOP/s", chip.source)
    return work, chip, name, peak
