"""How well a training step uses the chip: the share that tuned benchmarks reach, and your own from a test run."""

from __future__ import annotations

from typing import Annotated

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import InputError
from compute_cost.parameters import ActiveParams, Gpu, Gpus, Params, Precision, Quantity, SequenceLength
from compute_cost.physics.billed_run import goodput
from compute_cost.physics.compute import TrainingWork, trace_model, training_work
from compute_cost.physics.utilization import constants, predict
from compute_cost.registry import estimate
from compute_cost.result import Figure, Result, Trace


@estimate("1")
def step_utilization(
    params: Params,
    gpu: Gpu = None,
    precision: Precision = None,
    gpus: Gpus = None,
    seq_len: SequenceLength = None,
    active_params: ActiveParams = None,
) -> Result:
    """Share of the chip's dense peak that a well-tuned training step reaches, without restarts, evaluation and stops.

    step utilization = compute per token / (dense peak x accelerator-seconds per token)

    The seconds are those of the fastest layout (compute_cost.physics.training_step), calibrated on published throughput
    tables. The compute counts what train_flops counts. The share that a whole billed run reaches is
    another one: train_gpu_hours shows it. Left out, `gpus` is what runs of the model's size use.
    Valid for decoder transformers of 0.1 to 1,000 billion active parameters.

    Raises InputError for a value out of bounds, UnknownName for a model or accelerator, NoData for a
    precision that the chip does not have, DoesNotFit where the accelerators can't hold the training states.
    """
    work, chip, name, peak = _work(params, gpu, precision, seq_len, active_params)
    found = predict(work, chip, name, peak, gpus)

    def trace(trace: Trace) -> None:
        _trace_inputs(trace, work, chip, gpu is not None, name, precision is not None, peak)
        if gpus:
            trace.input("gpus", gpus, "GPUs", "given")
        found.trace_step(trace, chip, gpus is not None)

    step = found.step
    values = {
        "communication_share": Figure(step.network_share, "1"),
        "memory_bandwidth_share": Figure(step.memory / step.seconds, "1"),
        "limit": Figure(step.limit, ""),
        "layout": Figure(step.layout, ""),
        "tokens_per_second_per_gpu": Figure(1 / step.seconds, "tokens/s"),
        "gpus": Figure(found.gpus, "GPUs"),
    }
    return Result(found.step_value, "1", trace, name="step_utilization", values=values)


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
) -> Result:
    """Your own step utilization from a short test run's tokens per second; for a bill, pass on the billed one.

    utilization = tokens per second x compute per token / (accelerators x dense peak)

    `tokens_per_second` is that of the whole group of `gpus` accelerators (one if left out). The result is
    a step utilization: passed on as `utilization`, the hours and costs are those of an uninterrupted run, and
    restarts and evaluation still come on top. `billed_utilization` among the values has them included (times
    goodput for that many accelerators), for a bill of a run of that size. Practice is not applied: it is measured here.

    Raises InputError where the rate is more than the accelerators can do, UnknownName for a model or
    accelerator, NoData for a precision that the chip does not have.
    """
    work, chip, name, peak = _work(params, gpu, precision, seq_len, active_params)
    count = gpus or 1.0
    value = tokens_per_second * work.per_token / (count * peak)
    if value > 1:
        raise InputError(
            "tokens_per_second",
            tokens_per_second,
            f"it is {value:.3g} times the dense {name} peak of {count:,.0f} {chip.name}; check that precision is the one trained in, "
            "that gpus counts the whole group that does this rate, and that the rate is not a sparse-peak figure",
        )
    progress = goodput(count, constants().run)

    def trace(trace: Trace) -> None:
        _trace_inputs(trace, work, chip, gpu is not None, name, precision is not None, peak)
        trace.input("tokens_per_second", tokens_per_second, "tokens/s", "given")
        trace.input("gpus", count, "GPUs", "assumed" if gpus is None else "given")
        trace.step("Step utilization (measured)", "tokens per second x compute per token / (accelerators x peak)", value, "1")
        how = "restarts after failures, evaluation, stops"
        trace.step(f"Goodput on {count:,.0f} accelerators", how, progress, "1", "llama31-paper", "compute-cost")
        trace.step("Billed utilization", "step utilization x goodput", value * progress, "1")
        trace.warn("this is the utilization of a step: restarts and evaluation come on top (billed_utilization has them included)")

    values = {"billed_utilization": Figure(value * progress, "1"), "goodput": Figure(progress, "1")}
    return Result(value, "1", trace, name="step_utilization", values=values)


def _work(
    model: Params, gpu: Gpu, precision: Precision, seq_len: SequenceLength, active_params: ActiveParams
) -> tuple[TrainingWork, Accelerator, str, float]:
    chip = gpu or catalogue.default_gpu()
    name, peak = chip.peak(precision)
    return training_work(model, 1.0, seq_len, active_params), chip, name, peak


def _trace_inputs(
    trace: Trace, work: TrainingWork, gpu: Accelerator, gpu_given: bool, precision: str, precision_given: bool, peak: float
) -> None:
    trace_model(trace, work.model)
    if work.active_given:
        trace.input("active_params", work.active, "parameters", "given")
    if work.seq_len:
        trace.input("seq_len", work.seq_len, "tokens", "given" if work.seq_len_given else "catalogue")
    trace.input("gpu", gpu.name, "", "given" if gpu_given else "assumed", gpu.source)
    trace.input("precision", precision, "", "given" if precision_given else "assumed")
    papers = ("kaplan-2020", "palm-paper") if work.attention else ("kaplan-2020",)
    trace.step("Compute per token", "as in train_flops", work.per_token, "FLOP", *papers)
    trace.step(f"Peak of one {gpu.name}", f"dense {precision}", peak, "FLOP/s", gpu.source)
