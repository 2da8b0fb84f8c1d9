"""A model served on a group of accelerators: what is assumed where nothing is said, and how the times come about."""

from __future__ import annotations

import math
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import NoData
from compute_cost.inputs import assumed, default, is_kept, step, uncertain, unheard, warn
from compute_cost.physics.compute import active_parameters
from compute_cost.physics.elementwise import any_of
from compute_cost.physics.formats import format_of, is_unpacked, multiplied_in
from compute_cost.physics.model_memory import CACHE, chips_needed, footprint, usable_memory
from compute_cost.physics.served_model import Served, served, served_format
from compute_cost.physics.serving_layout import Layout, layout, next_shared
from compute_cost.physics.serving_time import ServingTime, fewest_to_serve, serving_time
from compute_cost.physics.shape import shape_of

USUAL_GROUPS = (2, 4, 8, 16)  # up to two servers of eight: beyond, the exchange between servers was not measured
SOURCES = ("compute-cost", "trtllm-perf-v1", "gpu-benchmarks-llm")


class Serving(NamedTuple):
    """A model served on a group of accelerators, the times as predicted, and the factor of the rate's 80% interval.

    `precision` and `batch` are what was asked for.
    """

    model: Model
    work: Served
    gpu: Accelerator
    gpus: float
    precision: str | None
    input_tokens: float
    output_tokens: float
    layout: Layout
    time: ServingTime
    batch: float | None
    factor: float
    known_chip: bool

    def rate(self) -> float:
        """Output tokens per second, as uncertain as predictions of the kind are, with the steps that lead there."""
        if is_kept():
            self._explain()
        return self.time.tokens_per_second * uncertain("throughput_error", 1.0, 1 / self.factor, self.factor, "times", "compute-cost")

    def _explain(self) -> None:
        """What was taken where nothing was said, the steps, and what anyone who uses them has to know."""
        work, time = self.work, self.time
        default("gpus", None, self.gpus, "GPUs")  # no effect where it is given, nor have the next ones
        default("precision", None, work.precision, source=self.model.source if self.model.released_precision else "")
        default("batch", None, time.batch, "requests")
        if self.gpus > 1:
            default("parallelism", None, self.layout.parallelism)
        step("Weights", "parameters x bits per parameter / 8", work.weight_bytes / 1e9, "GB")
        formula = f"layers x KV width x {work.cache_bits:g} bits / 8"
        step("KV cache of one token", formula, work.cache_at(1.0) / 1e6, "MB", self.model.shape_source)
        step("Requests that fit", "memory left by the weights / KV cache of one request", time.room, "requests", "vllm-memory")
        self._explain_times()
        self._warn()
        self._warn_of_layout()

    def _explain_times(self) -> None:
        gpu, time = self.gpu, self.time
        fmt, peak = multiplied_in(gpu, self.work.precision)
        formula = "bytes touched / (chips x bandwidth x efficiency) + bytes touched x work per byte / (chips x fp32 peak)"
        step("Reading the weights", formula, time.weights, "s", gpu.source, *SOURCES)
        formula = f"2 x active parameters x batch / (chips x {fmt} peak {peak / 1e12:,.0f} TFLOP/s x efficiency)"
        step("Arithmetic of the step", formula, time.arithmetic, "s", "kaplan-2020", *SOURCES)
        formula = "batch x cache at the mean context / (chips x bandwidth x efficiency)"
        step("Reading the KV cache", formula, time.cache, "s", *SOURCES)
        if time.exchange:
            formula = "two all-reduces a layer: latency and activations"
            step("Exchange between the accelerators", formula, time.exchange, "s", *SOURCES)
        step("Time per layer and sequence", "layers x time per layer + batch x time per sequence", time.overhead, "s", *SOURCES)
        formula = "the longer of weights and arithmetic + cache + exchange + time per layer and sequence"
        step("Decoding step", formula, time.step, "s")
        step("Reading one request's input", "arithmetic of its tokens, attention included, + exchange", time.prefill, "s", *SOURCES)
        formula = "decoding step + prefill x (others of the batch) / output tokens"
        step("Time per output token", formula, time.per_token, "s")
        step("Limited by", "what takes most of a request's time", time.limit, "")
        step("Tokens per second", "batch / time per output token", time.tokens_per_second, "tokens/s")
        step("80% interval of the rate", "multiplied and divided by", self.factor, "times", "compute-cost")

    def _warn(self) -> None:
        model, gpu, work, time = self.model, self.gpu, self.work, self.time
        if self.precision and model.released_precision == work.precision == "mxfp4":
            warn(f"{model.name} was released in mxfp4 and is served that way, whatever precision is given")
        if not self.known_chip:
            warn(f"no measurements of {gpu.generation} chips such as {gpu.name} calibrate this, so the range is wider")
        if not model.layers:
            warn("shape unknown: layers, width and KV heads are those usual for the size")
        elif model.shape_confidence not in ("", "checked"):
            warn(f"the shape of {model.name} is {model.shape_confidence}")
        if self.batch and self.batch > time.batch:
            warn(f"{self.batch:,.0f} requests do not fit the memory at once; {time.batch:,.0f} are served and the rest wait")
        if note := format_of(work.precision).note:
            warn(f"{format_of(work.precision).name}: {note}")
        if is_unpacked(gpu, work.precision):
            warn(f"the weights are held in {work.precision} and multiplied in {multiplied_in(gpu, work.precision)[0]}")
        if time.batch == 1 and gpu.market == "datacenter":
            warn("single streams are calibrated on llama.cpp; servers made for data-center chips may be faster")
        if work.mixture and time.at_once <= 1:
            warn("the fit has no measurement of a single stream of a mixture of experts; the growth of its overhead is set, not fitted")

    def _warn_of_layout(self) -> None:
        gpu, work, time = self.gpu, self.work, self.time
        with unheard():
            asked = _memory_asks(self.model, gpu, work.precision, work.kv_precision, self.input_tokens + self.output_tokens)
            fewest = _fewest(self.model, work, gpu, self.precision, self.input_tokens, self.output_tokens)
            best = self._copies() if self.batch is None else None
        if best:
            split, rate = best
            warn(
                f"{self.gpus / split:,.0f} copies of the model on {split:,.0f} each would serve {rate:,.0f} tokens/s together; "
                "this is one copy over all of them"
            )
        if asked > self.gpus:
            warn(f"memory_fit, which also counts activations and the runtime, asks for {asked:,.0f} {gpu.name}")
        self.layout.explain(self.model, gpu, self.gpus, fewest)
        if self.layout.parallelism != "layer" and self.gpus > 1 and time.batch == 1:
            warn("a single stream over several accelerators in tensor parallel is not among the measurements of the fit")

    def _copies(self) -> tuple[float, float] | None:
        """Accelerators for each of several copies of the model and their common rate, where that is a quarter more."""
        fewest = fewest_to_serve(self.work, self.gpu, self.input_tokens, self.output_tokens)
        best, split = None, self.gpus / 2
        while split >= fewest and split == int(split):
            together = layout(self.model, self.gpu, split).together
            copy = serving_time(self.work, self.gpu, split, self.input_tokens, self.output_tokens, None, together)
            rate = copy.tokens_per_second * self.gpus / split
            if rate > 1.25 * self.time.tokens_per_second and (best is None or rate > best[1]):
                best = split, rate
            split /= 2
        return best


@catalogue.kept()
def measured_generations() -> frozenset[tuple[str, bool]]:
    """Chip generations with rows in the fit, for a single stream (True) and for many requests (False)."""
    return frozenset((row.generation, row.use == "single stream") for row in catalogue.serving_calibration())


def serving(
    model: Model,
    gpu: Accelerator,
    gpus: float | None,
    precision: str | None,
    input_tokens: float | None,
    output_tokens: float | None,
    batch: float | None,
    active_params: float | None,
    parallelism: str | None = None,
    kv_precision: str | None = None,
) -> Serving:
    """A language model on a group of accelerators; where no number is given, on the fewest that hold it and can share it."""
    if model.kind == "diffusion":
        raise NoData(f"params: {model.name} is an image model, which is not served by tokens; infer_cost answers per thousand images")
    if not model.in_tokens:
        raise NoData(f"params: {model.name} is {model.makes}, whose speed is not among what the catalogue has measured")
    if model.kind.startswith("encoder"):
        raise NoData(f"params: {model.name} is not a decoder; serving is estimated only for models that write token by token")
    if catalogue.is_closed(model):
        why = f"the weights of {model.name} are not released and its size is a rumor, so nobody can host it"
        raise NoData(f"params: {why}; api_cost gives what its maker charges for tokens")
    cache = default("kv_precision", kv_precision, CACHE)
    work = served(model, active_parameters(model, active_params), served_format(model, precision), cache)
    reads = assumed("serving_input_tokens", input_tokens, "input_tokens")
    writes = assumed("serving_output_tokens", output_tokens, "output_tokens")
    count = gpus
    if count is None:
        fewest = _fewest(model, work, gpu, precision, reads, writes)
        count = (parallelism != "layer" and next_shared(model, gpu, fewest)) or fewest
    split = layout(model, gpu, count, parallelism, lambda: _fewest(model, work, gpu, precision, reads, writes))
    time = serving_time(work, gpu, count, reads, writes, batch, split.together)
    single = not any_of(time.at_once > 1)
    is_measured = (gpu.generation, single) in measured_generations()
    factor = _factor(work, model, is_measured, single, 1.0 if split.parallelism == "layer" else count)
    return Serving(model, work, gpu, count, precision, reads, writes, split, time, batch, factor, is_measured)


def _fewest(model: Model, work: Served, gpu: Accelerator, precision: str | None, reads: float, writes: float) -> float:
    """The fewest accelerators that hold the model and one request."""
    return max(float(fewest_to_serve(work, gpu, reads, writes)), _memory_asks(model, gpu, precision, work.kv_precision, reads + writes))


def _memory_asks(model: Model, gpu: Accelerator, precision: str | None, kv_precision: str, context: float) -> float:
    """The accelerators that memory_fit asks for, which also counts activations and the runtime; 0 where it can't say."""
    shape = shape_of(model)
    parts = footprint(model, "inference", precision, context, 1.0, shape, kv_precision)
    return chips_needed(parts, shape, "inference", 1.0, usable_memory(gpu)) or 0.0


def group_sizes(
    model: Model, gpu: Accelerator, precision: str | None, input_tokens: float | None, output_tokens: float | None,
    active_params: float | None = None, kv_precision: str | None = None,
) -> list[Serving]:  # fmt: skip
    """The model on the fewest accelerators that hold it, and on each usual larger group: memory for more requests
    at once often makes each accelerator serve more."""

    def on(count: float | None) -> Serving:
        return serving(model, gpu, count, precision, input_tokens, output_tokens, None, active_params, None, kv_precision)

    fewest = on(None)
    return [fewest, *(on(float(count)) for count in USUAL_GROUPS if count > fewest.gpus)]


def cheapest_size(sizes: list[Serving]) -> Serving:
    """The group that serves a token at the least cost; the smaller one where two are equal."""
    return min(sizes, key=lambda group: group.gpus / group.time.tokens_per_second)


def _factor(work: Served, model: Model, is_measured: bool, single: bool, together: float) -> float:
    """The factor of the 80% interval: rows whose model or chip was left out, and more for what no row measures."""
    table = catalogue.serving_coefficients()
    factor = _error_factor("mixture" if work.mixture else "single_stream" if single else "saturated", single)
    if not is_measured:
        factor *= table["interval_new_chip"].value
    if not model.layers:
        factor *= table["interval_unknown_shape"].value
    if single and together > 1:
        factor *= table["interval_untested_parallel"].value
    return factor


def _error_factor(kind: str, single: bool) -> float:
    """The factor of a kind of row on a chip and shape that are known: the fit's own spread and that between servers."""
    table = catalogue.serving_coefficients()
    own, software = table[f"interval_{kind}"].value, table["interval_software"].value
    return own if single else math.exp(math.hypot(math.log(own), math.log(software)))
