"""A model served on a group of accelerators: what is assumed where nothing is said, and how the times come about."""

from __future__ import annotations

import math
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.catalogue.serving_records import serving_coefficients, serving_rows
from compute_cost.errors import InputError, NoData
from compute_cost.physics.compute import trace_model
from compute_cost.physics.model_memory import chips_needed, footprint
from compute_cost.physics.served_model import Served, compute_peak, is_unpacked, served, served_format
from compute_cost.physics.serving_layout import Layout, layout, next_shared
from compute_cost.physics.serving_time import ServingTime, fewest_gpus, serving_time, usable_memory
from compute_cost.physics.shape import shape_of
from compute_cost.result import Trace

USUAL_GROUPS = (2, 4, 8, 16)  # up to two servers of eight: beyond, the exchange between servers was not measured
SOURCES = ("compute-cost", "trtllm-perf-v1", "gpu-benchmarks-llm")


class Serving(NamedTuple):
    """A model served on a group of accelerators: what was assumed, the times, and the factor of the 80% interval."""

    model: Model
    work: Served
    gpu: Accelerator
    gpus: float
    input_tokens: float
    output_tokens: float
    layout: Layout
    time: ServingTime
    batch_wanted: float | None
    factor: float
    known_chip: bool

    @property
    def rate(self) -> float:
        return self.time.tokens_per_second

    def trace(self, trace: Trace, given: frozenset[str]) -> None:
        """Inputs and steps; `given` names the parameters that were not left out."""
        trace_model(trace, self.model)
        work, gpu, time = self.work, self.gpu, self.time
        if "active_params" in given:
            trace.input("active_params", work.active, "parameters", "given")
        trace_chip(trace, gpu, self.gpus, given)
        bits = catalogue.assumption(f"bits_per_parameter_{work.precision}")
        trace.input("precision", work.precision, "", "given" if "precision" in given else "assumed")
        if "precision" in given and self.model.released_precision == work.precision == "mxfp4":
            trace.warn(f"{self.model.name} was released in mxfp4 and is served so, whatever precision is given")
        trace.input(bits.name, bits.value, bits.unit, "assumed", bits.source)
        _trace_length(trace, "serving_input_tokens", self.input_tokens, "input_tokens" in given)
        _trace_length(trace, "serving_output_tokens", self.output_tokens, "output_tokens" in given)
        trace.input("batch", time.batch, "requests", "given" if "batch" in given else "assumed")
        if self.gpus > 1:
            trace.input("parallelism", self.layout.parallelism, "", "given" if "parallelism" in given else "assumed")
        trace.step("Weights", "parameters x bits per parameter / 8", work.weight_bytes / 1e9, "GB", bits.source)
        how = f"layers x KV width x {work.cache_byte} byte{'s' if work.cache_byte > 1 else ''}, as served with {work.precision} weights"
        trace.step("KV cache of one token", how, work.cache_bytes / 1e6, "MB", self.model.shape_source)
        trace.step("Requests that fit", "memory beside the weights / KV cache of one request", time.room, "requests", "vllm-memory")
        self._trace_times(trace)
        self._warn(trace)

    def _trace_times(self, trace: Trace) -> None:
        gpu, time = self.gpu, self.time
        fmt, peak = compute_peak(gpu, self.work.precision)
        how = "bytes touched / (chips x bandwidth x efficiency) + bytes touched x work per byte / (chips x fp32 peak)"
        trace.step("Reading the weights", how, time.weights, "s", gpu.source, *SOURCES)
        how = f"2 x active parameters x batch / (chips x {fmt} peak {peak / 1e12:,.0f} TFLOP/s x efficiency)"
        trace.step("Arithmetic of the step", how, time.arithmetic, "s", "kaplan-2020", *SOURCES)
        how = "batch x cache at the mean context / (chips x bandwidth x efficiency)"
        trace.step("Reading the KV cache", how, time.cache, "s", *SOURCES)
        if time.exchange:
            how = "two all-reduces a layer: latency and activations"
            trace.step("Exchange between the accelerators", how, time.exchange, "s", *SOURCES)
        trace.step("Time per layer and sequence", "layers x time per layer + batch x time per sequence", time.overhead, "s", *SOURCES)
        how = "the longer of weights and arithmetic + cache + exchange + time per layer and sequence"
        trace.step("Decoding step", how, time.step, "s")
        trace.step("Reading one request's input", "arithmetic of its tokens, attention included, + exchange", time.prefill, "s", *SOURCES)
        how = "decoding step + prefill x (others of the batch) / output tokens"
        trace.step("Time per output token", how, time.per_token, "s")
        trace.step("Limited by", "what takes most of a request's time", time.limit, "")
        trace.step("Tokens per second", "batch / time per output token", self.rate, "tokens/s")
        trace.step("80% interval", "multiplied and divided by", self.factor, "times", "compute-cost")

    def _copies(self) -> tuple[float, float] | None:
        """Accelerators for each of several copies of the model and their common rate, where that is a quarter more."""
        fewest = fewest_gpus(self.work, self.gpu, self.input_tokens, self.output_tokens)
        best, split = None, self.gpus / 2
        while split >= fewest and split == int(split):
            together = layout(self.model, self.gpu, split, None, fewest).together
            one = serving_time(self.work, self.gpu, split, self.input_tokens, self.output_tokens, None, together)
            rate = one.tokens_per_second * self.gpus / split
            if rate > 1.25 * self.rate and (best is None or rate > best[1]):
                best = split, rate
            split /= 2
        return best

    def _warn(self, trace: Trace) -> None:
        model, gpu, time = self.model, self.gpu, self.time
        if not self.known_chip:
            trace.warn(f"no measured serving of {gpu.generation} chips such as {gpu.name} calibrates this; the range is wider for it")
        if not model.layers:
            trace.warn("shape unknown: layers, width and KV heads are those usual for the size")
        elif model.shape_confidence not in ("", "checked"):
            trace.warn(f"the shape of {model.name} is {model.shape_confidence}")
        if self.batch_wanted and self.batch_wanted > time.batch:
            trace.warn(f"{self.batch_wanted:,.0f} requests do not fit the memory at once; {time.batch:,.0f} are served and the rest wait")
        if is_unpacked(gpu, self.work.precision):
            fmt, _ = compute_peak(gpu, self.work.precision)
            trace.warn(f"the weights are held in {self.work.precision} and multiplied in {fmt}")
        if time.batch == 1 and gpu.market == "datacenter":
            trace.warn("single streams are calibrated on llama.cpp; servers made for data-center chips may be faster")
        if self.batch_wanted is None and (best := self._copies()):
            split, rate = best
            trace.warn(
                f"{self.gpus / split:,.0f} copies of the model on {split:,.0f} each would serve {rate:,.0f} tokens/s together; "
                "this is one copy over all of them"
            )
        asked = _memory_asks(self.model, self.gpu, self.work.precision, self.input_tokens + self.output_tokens)
        if asked > self.gpus:
            trace.warn(f"memory_fit, which also counts activations and the runtime, asks for {asked:,.0f} {self.gpu.name}")
        if self.work.mixture and time.at_once <= 1:
            trace.warn("no row of the fit measures a single stream of a mixture of experts; how its overhead grows is set, not fitted")
        if self.layout.warning:
            trace.warn(self.layout.warning)
        if self.layout.parallelism != "layer" and self.gpus > 1 and time.batch == 1:
            trace.warn("a single stream over several accelerators in tensor parallel is not measured by any row of the fit")


def trace_chip(trace: Trace, gpu: Accelerator, gpus: float, given: frozenset[str]) -> None:
    trace.input("gpu", gpu.name, "", "given" if "gpu" in given else "assumed", gpu.source)
    if gpu.confidence != "checked":
        trace.warn(f"the figures of {gpu.name} are {gpu.confidence} against their source")
    trace.input("gpus", gpus, "GPUs", "given" if "gpus" in given else "assumed")


def _trace_length(trace: Trace, name: str, value: float, given: bool) -> None:
    source = "" if given else catalogue.assumption(name).source
    trace.input(name.removeprefix("serving_"), value, "tokens", "given" if given else "assumed", source)


@catalogue.kept()
def measured_generations() -> frozenset[tuple[str, bool]]:
    """Chip generations with rows in the fit, for a single stream (True) and for many requests (False)."""
    generation = {chip.id: chip.generation for chip in catalogue.accelerators().rows}
    return frozenset((generation[row.gpu], row.use == "single stream") for row in serving_rows() if row.role == "fit" and row.gpu)


def serving(
    model: Model,
    gpu: Accelerator | None,
    gpus: float | None,
    precision: str | None,
    input_tokens: float | None,
    output_tokens: float | None,
    batch: float | None,
    active_params: float | None,
    parallelism: str | None = None,
) -> Serving:
    """A language model on a group of accelerators; where no number is given, on the fewest that hold it and can share it."""
    if model.kind == "diffusion":
        raise NoData(f"params: {model.name} is an image model, which is not served by tokens; infer_cost answers per thousand images")
    if model.kind.startswith("encoder"):
        raise NoData(f"params: {model.name} is no decoder; serving is estimated for models that write token by token")
    if active_params is not None and active_params > model.params:
        raise InputError("active_params", active_params, f"it must not exceed the parameters, {model.params:g}")
    chip = gpu or catalogue.default_gpu()
    work = served(model, active_params or model.active, served_format(model, precision))
    reads = input_tokens or catalogue.constant("serving_input_tokens")
    writes = output_tokens or catalogue.constant("serving_output_tokens")
    fewest = max(float(fewest_gpus(work, chip, reads, writes)), _memory_asks(model, chip, precision, reads + writes))
    count = gpus or (parallelism != "layer" and next_shared(model, chip, fewest)) or fewest
    split = layout(model, chip, count, parallelism, fewest)
    time = serving_time(work, chip, count, reads, writes, batch, split.together)
    single = time.at_once <= 1
    known = (chip.generation, single) in measured_generations()
    factor = _factor(work, model, known, single, 1.0 if split.parallelism == "layer" else count)
    return Serving(model, work, chip, count, reads, writes, split, time, batch, factor, known)


def _memory_asks(model: Model, gpu: Accelerator, precision: str | None, context: float) -> float:
    """The accelerators that memory_fit asks for, which also counts activations and the runtime; 0 where it can't say."""
    shape = shape_of(model)
    parts = footprint(model, shape, "inference", precision, context, 1.0)
    return chips_needed(parts, shape, "inference", 1.0, usable_memory(gpu)) or 0.0


def group_sizes(
    model: Model, gpu: Accelerator | None, precision: str | None, input_tokens: float | None, output_tokens: float | None,
    active_params: float | None = None,
) -> list[Serving]:  # fmt: skip
    """The model on the fewest accelerators that hold it, and on each usual larger group: memory for more requests
    at once often makes each accelerator serve more."""
    fewest = serving(model, gpu, None, precision, input_tokens, output_tokens, None, active_params)
    counts = [float(count) for count in USUAL_GROUPS if count > fewest.gpus]
    return [fewest, *(serving(model, gpu, count, precision, input_tokens, output_tokens, None, active_params) for count in counts)]


def _factor(work: Served, model: Model, known: bool, single: bool, together: float) -> float:
    """The factor of the 80% interval: rows whose model or chip was left out, and more for what no row measures."""
    table = serving_coefficients()
    factor = interval("mixture" if work.mixture else "single_stream" if single else "saturated", single)
    if not known:
        factor *= table["interval_new_chip"].value
    if not model.layers:
        factor *= table["interval_unknown_shape"].value
    if single and together > 1:
        factor *= table["interval_untested_parallel"].value
    return factor


def interval(kind: str, single: bool) -> float:
    """The factor of a kind of row on a chip and shape that are known: the fit's own spread and that between servers."""
    table = serving_coefficients()
    own, software = table[f"interval_{kind}"].value, table["interval_software"].value
    return own if single else math.exp(math.hypot(math.log(own), math.log(software)))
