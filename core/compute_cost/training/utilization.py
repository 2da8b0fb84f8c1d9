"""How well a training step uses the chip: the share that tuned benchmarks reach, and your own from a test run."""

from __future__ import annotations

from typing import Annotated

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import InputError
from compute_cost.inputs import default, fact, figure, is_kept, step, unheard, warn
from compute_cost.parameters import ActiveParams, Gpu, Gpus, Params, Precision, Quantity, SequenceLength
from compute_cost.physics.billed_run import goodput
from compute_cost.physics.compute import TrainingWork, active_parameters, training_work
from compute_cost.physics.formats import peak_of
from compute_cost.physics.utilization import constants, predict
from compute_cost.registry import estimate
from compute_cost.result import Answer


@estimate("1")
def step_utilization(
    params: Params,
    gpu: Gpu = None,
    precision: Precision = None,
    gpus: Gpus = None,
    seq_len: SequenceLength = None,
    active_params: ActiveParams = None,
) -> Answer:
    """Share of the chip's dense peak that a well-tuned training step reaches, without restarts, evaluation and stops.

    step utilization = compute per token / (dense peak x accelerator-seconds per token)

    The seconds belong to the fastest layout (compute_cost.physics.training_step), calibrated on published throughput
    tables. The compute counts what train_flops counts. The share that a whole billed run reaches is
    another one: train_gpu_hours shows it. Left out, `gpus` is what runs of the model's size use.
    Valid for decoder transformers of 0.1 to 1,000 billion active parameters.

    Raises InputError for a value out of bounds, UnknownName for a model or accelerator, NoData for a
    precision that the chip does not have, DoesNotFit where the accelerators can't hold the training states.
    """
    work, chip, name, peak = _work(params, gpu, precision, seq_len, active_params)
    found = predict(work, chip, name, peak, gpus)
    if is_kept():
        found.explain_step(chip)
    trained = found.step
    figure("communication_share", trained.network_share, "1")
    figure("memory_bandwidth_share", trained.memory / trained.seconds, "1")
    figure("limit", trained.limit, "")
    figure("layout", trained.layout, "")
    figure("tokens_per_second_per_gpu", 1 / trained.seconds, "tokens/s")
    figure("gpus", found.gpus, "GPUs")
    return Answer(found.step_value, "step_utilization")


TokensPerSecond = Annotated[
    float, Quantity("Training tokens per second of the whole group.", "tokens/s", high=1e12, above=True, example="24000")
]


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
    """Your own step utilization from a short test run's tokens per second; for a bill, pass on the billed one.

    utilization = tokens per second x compute per token / (accelerators x dense peak)

    `tokens_per_second` is the rate of the whole group of `gpus` accelerators (one if left out). The result is
    a step utilization: passed on as `utilization`, the hours and costs are those of an uninterrupted run, and
    restarts and evaluation still come on top. `billed_utilization` among the values includes them (times
    goodput for that many accelerators), for a bill of a run of that size. Practice is not applied: it is measured here.

    Raises InputError where the rate is more than the accelerators can do, UnknownName for a model or
    accelerator, NoData for a precision that the chip does not have.
    """
    work, chip, name, peak = _work(params, gpu, precision, seq_len, active_params)
    count = default("gpus", gpus, 1.0, "GPUs")
    how = "tokens per second x compute per token / (accelerators x peak)"
    value = step("Step utilization (measured)", how, tokens_per_second * work.per_token / (count * peak), "1")
    if value > 1:
        raise InputError(
            "tokens_per_second",
            tokens_per_second,
            f"it is {value:.3g} times the dense {name} peak of {count:,.0f} {chip.name}; check that precision is the one trained in, "
            "that gpus counts the whole group that does this rate, and that the rate is not a sparse-peak figure",
        )
    how = "restarts after failures, evaluation, stops"
    progress = goodput(count, constants().run)
    step(f"Goodput on {count:,.0f} accelerators", how, progress, "1", "llama31-paper", "compute-cost", figure="goodput")
    step("Billed utilization", "step utilization x goodput", value * progress, "1", figure="billed_utilization")
    warn("this is the utilization of a step: restarts and evaluation come on top (billed_utilization includes them)")
    return Answer(value, "step_utilization")


def _work(
    model: Params, gpu: Gpu, precision: Precision, seq_len: SequenceLength, active_params: ActiveParams
) -> tuple[TrainingWork, Accelerator, str, float]:
    """The work of one token with the chip and its peak."""
    chip = default("gpu", gpu, catalogue.default_gpu())
    name, peak = peak_of(chip, precision)
    default("precision", precision, name)
    active = active_parameters(model, active_params)
    with unheard():  # of a run: here only its compute per token counts
        work = training_work(model, model.params, seq_len, active)
    if work.seq_len and not seq_len:
        fact("seq_len", work.seq_len, "tokens")
    papers = ("kaplan-2020", "palm-paper") if work.attention else ("kaplan-2020",)
    step("Compute per token", "as in train_flops", work.per_token, "FLOP", *papers)
    step(f"Peak of one {chip.name}", f"dense {name}", peak, "FLOP/s", chip.source)
    return work, chip, name, peak
