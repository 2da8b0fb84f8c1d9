"""A model served on a group of accelerators: what is assumed where nothing is said, and how the times come about."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import DoesNotFit, InputError, NoData
from compute_cost.inputs import DataNote, assumed, default, is_kept, of_confidence, once, step, uncertain, unheard, warn
from compute_cost.physics.at_home import offloaded, with_proposals
from compute_cost.physics.chips import connected
from compute_cost.physics.compute import active_parameters
from compute_cost.physics.formats import format_of, is_unpacked, multiplied_in
from compute_cost.physics.model_memory import CACHE, Footprint, bytes_per_chip, chips_needed, footprint, usable_memory, warn_beyond_context
from compute_cost.physics.served_model import ON_CHIPS, Served, served, served_format
from compute_cost.physics.serving_layout import Layout, given_layout, is_shared, layouts, next_shared, what_is_split
from compute_cost.physics.serving_plan import ANY_SPEED, Asked, Plan, Target, best_plan, drawn_time, plan_of
from compute_cost.physics.serving_time import USUAL_LEVEL, ServingTime, at_level, does_not_fit, fewest_to_serve
from compute_cost.physics.shape import Shape, shape_of

FEW = 4.0  # requests at once up to which a server is timed by its layers and weights alone
MANY = 16.0  # those from which on it is not
ENOUGH_ROWS = 3  # by which a generation of chips counts as measured where nothing else of its maker was
SOURCES = ("compute-cost", "trtllm-perf-v1", "ml-energy-3", "inferencex-app")


class Serving(NamedTuple):
    """A model served on a group of accelerators, the times as predicted, and the ends of the rate's 80% interval over it.

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
    interval: tuple[float, float]
    level: str = USUAL_LEVEL

    @property
    def known_chip(self) -> bool:
        """Whether chips of the generation were measured, or enough of their maker's where only few were."""
        return self.gpu.generation in measured_generations() and not is_of_new_maker(self.gpu)

    def rate(self) -> float:
        """Output tokens per second, as uncertain as predictions of the kind are, with the steps that lead there."""
        if is_kept():
            self._explain()
        return self.time.tokens_per_second * uncertain("throughput_error", 1.0, *self.interval, "times", "compute-cost")

    def _explain(self) -> None:
        """What was taken where nothing was said, the steps, and what anyone who uses them has to know."""
        work, time = self.work, self.time
        default("gpus", None, self.gpus, "GPUs")  # no effect where it is given, nor have the next ones
        default("precision", None, work.precision, source=self.model.source if self.model.released_precision else "")
        default("batch", None, time.batch, "requests")
        if self.gpus > 1:
            default("parallelism", None, self.layout.name)
        moved = work.offload.moved
        step("Weights", "parameters x bits per parameter / 8", (work.weight_bytes + moved) / 1e9, "GB")
        if moved:
            step("Weights in the machine's memory", "what the accelerators do not hold, experts first", moved / 1e9, "GB", figure="in_ram")
        formula = f"layers x KV width x {work.cache_bits:g} bits / 8"
        step("KV cache of one token", formula, work.cache_at(1.0) / 1e6, "MB", self.model.shape_source)
        step("Requests that fit", "memory left by the weights / KV cache of one request", time.room, "requests", "vllm-memory")
        self._explain_times()
        self._warn()
        self._warn_of_layout()

    def _explain_times(self) -> None:
        gpu, work, time = self.gpu, self.work, self.time
        fmt, peak = multiplied_in(gpu, self.work.precision)
        formula = "bytes touched / (chips x bandwidth x efficiency) + bytes touched x work per byte / (chips x fp32 peak)"
        step("Reading the weights", formula, time.weights, "s", gpu.source, *SOURCES)
        formula = f"2 x active parameters x batch / (chips x {fmt} peak {peak / 1e12:,.0f} TFLOP/s x efficiency)"
        step("Arithmetic of the step", formula, time.arithmetic, "s", "kaplan-2020", *SOURCES)
        formula = "batch x cache at the mean context / (chips x bandwidth x efficiency)"
        step("Reading the KV cache", formula, time.cache, "s", *SOURCES)
        if time.exchange:
            formula = "each token to its experts and back" if self.layout.spread else "two all-reduces a layer: latency and activations"
            step("Exchange between the accelerators", formula, time.exchange, "s", *SOURCES)
        step("Time per layer and sequence", "layers x time per layer + batch x time per sequence", time.overhead + time.host, "s", *SOURCES)
        if time.ram:
            formula = "bytes touched / speed of the machine's memory and processor"
            step("Reading the machine's memory", formula, time.ram, "s", "ktransformers-doc", "ai-benchmarks")
        if work.verified != 1:
            formula = "passes for an output token: (1 + proposed x draft_cost) / tokens that a pass yields; the times above are parts of it"
            step("Speculation", formula, work.passes, "1", figure="passes_per_token")
        formula = "weights + arithmetic + cache + exchange + time per layer and sequence"
        step("Decoding step", formula, time.step, "s")
        step("Reading one request's input", "arithmetic of its tokens, attention included, + exchange", time.prefill, "s", *SOURCES)
        formula = "decoding step + prefill x (others of the batch) / output tokens"
        step("Time per output token", formula, time.per_token, "s")
        step("Limited by", "what takes most of a request's time", time.limit, "")
        formula = "batch / (decoding step + prefill x batch / output tokens)" if time.own_prefill else "1 / time per output token"
        step("Tokens per second", formula, time.tokens_per_second, "tokens/s")
        low, high = self.interval
        step("80% interval of the rate", "times", f"{low:.2f} to {high:.2f}", "", "compute-cost")

    def _warn(self) -> None:
        model, gpu, work, time = self.model, self.gpu, self.work, self.time
        if self.precision and model.released_precision == work.precision == "mxfp4":
            warn(f"{model.name} was released in mxfp4 and is served that way, whatever precision is given")
        if is_of_new_maker(gpu):
            reach = "published runs on chips of such makers reach from a third of a prediction to all of it"
            warn(f"no measurements of data-center chips of {gpu.vendor}, the maker of {gpu.name}, calibrate this; {reach}")
        elif not self.known_chip:
            warn(f"no measurements of {gpu.generation} chips such as {gpu.name} calibrate this, so the range is wider")
        if not model.layers:
            warn(DataNote("shape unknown: layers, width and KV heads are those usual for the size"))
        elif model.shape_confidence not in ("", "checked"):
            warn(of_confidence(f"the shape of {model.name} is", model.shape_confidence, "its source"))
        warn_beyond_context(model, self.input_tokens + self.output_tokens)
        if self.batch and self.batch > time.batch:
            warn(f"of {self.batch:,.0f} requests {time.batch:,.0f} are served at once and the rest wait")
        if note := format_of(work.precision).note:
            warn(f"{format_of(work.precision).name}: {note}")
        if is_unpacked(gpu, work.precision):
            warn(f"the weights are held in {format_of(work.precision).name} and multiplied in {multiplied_in(gpu, work.precision)[0]}")

    def _warn_of_layout(self) -> None:
        gpu, work = self.gpu, self.work
        if work.offload is not ON_CHIPS:
            return  # memory_fit asks for what holds all of it
        with unheard():
            usable = usable_memory(gpu)
            precision = self.precision and work.precision  # left out, both are what it was released in
            asked = _memory_asks(self.model, usable, precision, work.kv_precision, self.input_tokens + self.output_tokens)
            fewest = _fewest(self.model, work, usable, self.precision, self.input_tokens, self.output_tokens)
        if asked > self.gpus:
            warn(f"memory_fit, which also counts activations and the runtime, asks for {asked:,.0f} {gpu.name}")
        layout = self.layout
        if layout.used < self.gpus:
            idle = self.gpus - layout.used
            warn(f"{layout.name or 'one accelerator'} is the best use of {self.gpus:,.0f}; {idle:,.0f} of them have nothing to do")
        elif layout.stages > 1 and layout.copies == 1 and not is_shared(work, gpu, self.gpus):
            better = next_shared(work, gpu, max(self.gpus, fewest))
            more = f"; {better:,.0f} would work on each layer together" if better else ""
            warn(
                f"tensor parallel splits {what_is_split(work)}, so not over {self.gpus:,.0f} accelerators: they take turns by layers{more}"
            )


@catalogue.kept()
def measured_generations() -> frozenset[str]:
    """Chip generations with rows in the fit."""
    return frozenset(row.generation for row in catalogue.serving_calibration() if row.use != "images")


def is_of_new_maker(gpu: Accelerator) -> bool:
    """Whether next to nothing of the chip's generation was measured, and no data-center chip of its maker either."""
    return gpu.generation not in _well_measured() and gpu.vendor not in _measured_makers()


@catalogue.kept()
def _well_measured() -> frozenset[str]:
    rows = Counter[str]()
    for row in catalogue.serving_calibration():
        rows[row.generation] += int(row.rows) if row.use != "images" else 0
    return frozenset(name for name, count in rows.items() if count >= ENOUGH_ROWS)


@catalogue.kept()
def _measured_makers() -> frozenset[str]:
    chips = catalogue.accelerators().rows
    return frozenset(chip.vendor for chip in chips if chip.market == "datacenter" and chip.generation in _well_measured())


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
    target: Target = ANY_SPEED,
    level: str = USUAL_LEVEL,
    cached: float | None = None,
    speculative: float | None = None,
    ram_gb: float | None = None,
    ram_bandwidth: float | None = None,
) -> Serving:
    """A language model on the best layout of a group of accelerators, or as `parallelism` says.

    Where no number is given, on the fewest that hold it and can share it. With a target, as many requests at once as keep it, of
    those that are asked for. Raises InputError for a parallelism that is no layout of so many accelerators, DoesNotFit where the
    model does not fit or the target can't be kept, with what can, and NoData for what does not write token by token.
    """
    work, reads, writes, usable = once(
        _asked_of, model, gpu, precision, input_tokens, output_tokens, active_params, kv_precision, cached, speculative
    )
    if ram_gb is not None:
        gpus, batch = default("gpus", gpus, 1.0, "GPUs"), default("batch", batch, 1.0, "requests")
        work = offloaded(work, gpu, gpus, usable, (reads + writes) * batch, ram_gb, ram_bandwidth)
        if work.offload is not ON_CHIPS:
            parallelism = "layer"
    elif ram_bandwidth is not None:
        warn("ram_bandwidth has no effect without ram_gb, the memory that it is the bandwidth of")
    asked = Asked(work, gpu, usable, reads, writes, batch, target, level)
    fewest = partial(_fewest, model, work, usable, precision, reads, writes)
    count = gpus or (fewest() if parallelism == "layer" else _first_that_shares(asked, fewest()))
    if work.mixture and parallelism in (None, "expert"):  # of a copy only experts are spread beyond a server
        asked = asked._replace(gpu=connected(gpu, count))
    given = given_layout(parallelism, work, gpu, count, lambda: _fewest_as(parallelism or "", asked, fewest())) if parallelism else None
    plan: Plan | None = None
    if asked.is_drawn:  # each draw has a layout of its own
        layout, time = given or Layout(), drawn_time(asked, [[given]] if given else layouts(work, gpu, count))
    else:
        plan = plan_of(asked, [[given]]) if given else best_plan(asked, count)
        if plan is None:
            raise does_not_fit(work, gpu, count, reads, writes, _fewest_as(parallelism, asked, fewest()) if parallelism else None)
        if plan.missed > 1:
            raise _too_slow(target, gpu, count, plan.time)
        layout, time = plan.layout, plan.time
    ends = _interval(model, asked, plan)
    return Serving(model, work, gpu, count, precision, reads, writes, layout, time, batch, ends, level)


def larger(group: Serving, usable: float, counts: list[float]) -> list[Serving]:
    """The same service, of as many requests at once as fit, on larger groups of accelerators of so many usable bytes each: on those
    where each accelerator serves more than in the smaller ones, of which the others are no more than copies.

    `counts` are powers of two. Where the sets are too, the largest group has the layouts of all others, in more copies: none serves
    more with each accelerator than the largest does.
    """
    best, rate, found = group, group.time.tokens_per_second, []
    asked = Asked(group.work, group.gpu, usable, group.input_tokens, group.output_tokens, level=group.level)

    def as_copies(count: float) -> float:
        copies = count / best.gpus
        return copies * rate if copies.is_integer() else -math.inf

    def plan(count: float) -> Plan | None:
        joined = asked._replace(gpu=connected(group.gpu, count)) if group.work.mixture else asked
        return plan_of(joined, layouts(group.work, group.gpu, count), above=as_copies(count))

    most = math.inf
    if counts and all(math.log2(stages[0].together).is_integer() for stages in layouts(group.work, group.gpu, counts[-1])):
        largest = plan(counts[-1])
        most = largest.time.tokens_per_second if largest else -math.inf
    for count in counts:
        if as_copies(counts[-1]) >= most:
            break
        if better := plan(count):
            best, rate = group._replace(gpus=count, layout=better.layout, time=better.time), better.time.tokens_per_second
            found.append(best)
    return found


def _asked_of(
    model: Model,
    gpu: Accelerator,
    precision: str | None,
    input_tokens: float | None,
    output_tokens: float | None,
    active_params: float | None,
    kv_precision: str | None,
    cached: float | None,
    speculative: float | None,
) -> tuple[Served, float, float, float]:
    """What is asked whatever the number of accelerators: what is served, the tokens read and written, the usable bytes of one chip."""
    _refuse(model)
    cache = default("kv_precision", kv_precision, CACHE)
    work = once(served, model, active_parameters(model, active_params), served_format(model, precision), cache)
    work = with_proposals(work._replace(cached=cached) if cached else work, speculative or 0.0)
    reads = assumed("serving_input_tokens", input_tokens, "input_tokens")
    writes = assumed("serving_output_tokens", output_tokens, "output_tokens")
    return work, reads, writes, usable_memory(gpu)


def _refuse(model: Model) -> None:
    """Raises NoData for a model that does not write token by token, or that nobody can host."""
    if model.kind == "diffusion":
        raise NoData(f"params: {model.name} is an image model, which is not served by tokens; image_cost takes its steps and size")
    if not model.in_tokens:
        way_out = "speech_cost says what transcripts take and cost" if model.kind == "speech" else "nothing measured tells its speed"
        raise NoData(f"params: {model.name} is {model.makes}, which is not served by tokens; {way_out}")
    if model.kind.startswith("encoder"):
        why = "serving is estimated only for models that write token by token"
        raise NoData(f"params: {model.name} is not a decoder; {why}; embed_cost says what embedding a collection costs")
    if catalogue.is_closed(model):
        why = f"the weights of {model.name} are not released and its size is a rumor, so nobody can host it"
        raise NoData(f"params: {why}; api_cost gives what its maker charges for tokens")


def _first_that_shares(asked: Asked, fewest: float) -> float:
    """The smallest number from `fewest` on of which a layout holds the model and whose servers work on each layer together."""
    count = next_shared(asked.work, asked.gpu, fewest)
    while count and best_plan(asked._replace(target=ANY_SPEED), count) is None:
        count = next_shared(asked.work, asked.gpu, count + 1)
    return count or fewest


def _fewest_as(parallelism: str, asked: Asked, fewest: float) -> float:
    """The smallest number from `fewest` on that holds the model as the parallelism shares it: what it keeps whole on each counts again.

    Raises InputError where none up to eight times as many does.
    """
    for count in range(int(fewest), 8 * int(fewest) + 1):
        with suppress(InputError):
            layout = given_layout(parallelism, asked.work, asked.gpu, count)
            if plan_of(asked._replace(target=ANY_SPEED), [[layout]]):
                return float(count)
    held = f"no number of {asked.gpu.name} up to {8 * fewest:,.0f} holds {asked.work.name or 'the model'} and one request that way"
    raise InputError("parallelism", parallelism, f"{held}; leave parallelism out")


def _too_slow(target: Target, gpu: Accelerator, gpus: float, time: ServingTime) -> DoesNotFit:
    """The error that no layout keeps the target: what comes nearest to it."""
    nearest = f"{1 / time.per_token:,.1f} tokens/s and {time.first_token_under_load:,.2f} s to the first token"
    remedy = f"the nearest that {gpus:,.0f} {gpu.name} come to it is {nearest}, with {time.batch:,.0f} at once; give more, or another gpu"
    if target.stream_rate and time.per_token * target.stream_rate > 1:
        return DoesNotFit("min_tokens_per_second", target.stream_rate, remedy)
    return DoesNotFit("max_first_token", target.first_token, remedy)


def _fewest(model: Model, work: Served, usable: float, precision: str | None, reads: float, writes: float) -> float:
    """The fewest accelerators, of so many usable bytes each, that hold the model and one request."""
    fewest = float(fewest_to_serve(work, usable, reads, writes))
    parts, shape = once(_held, model, precision, work.kv_precision, reads + writes)
    if bytes_per_chip(parts, shape, "inference", fewest, 1.0) <= usable:  # as mostly: then fewer would do for memory_fit
        return fewest
    return max(fewest, chips_needed(parts, shape, "inference", 1.0, usable) or 0.0)


def _memory_asks(model: Model, usable: float, precision: str | None, kv_precision: str, context: float) -> float:
    """The accelerators that memory_fit asks for, which also counts activations and the runtime; 0 where it can't say."""
    parts, shape = once(_held, model, precision, kv_precision, context)
    return chips_needed(parts, shape, "inference", 1.0, usable) or 0.0


def _held(model: Model, precision: str | None, kv_precision: str, context: float) -> tuple[Footprint, Shape]:
    """What is held of the model and one request, on whatever accelerators."""
    shape = once(shape_of, model)
    return footprint(model, "inference", precision, context, 1.0, shape, kv_precision), shape


def interval_kinds(mixture: bool, gpu: Accelerator, batch: float | None, asked: bool) -> list[tuple[str, float]]:
    """The names of the intervals, without their ends, that a question lies between, with the share of each: few requests at once, at home
    or on a server; as many as were asked for or as keep a speed; or all that fit."""
    kind = f"interval_{'mixture' if mixture else 'dense'}"
    given = f"{kind}_{'given' if asked else 'saturated'}"
    if batch is None or batch >= MANY:
        return [(given, 1.0)]
    few = f"{kind}_{'few' if gpu.market == 'datacenter' else 'home'}"
    share = math.log(batch / FEW) / math.log(MANY / FEW) if batch > FEW else 0.0
    return [(few, 1 - share), (given, share)] if share else [(few, 1.0)]


def interval_ends(kinds: list[tuple[str, float]], at: Callable[[str], float]) -> tuple[float, float]:
    """The ends of the interval over the prediction, `at` giving those of a name with its end: between two kinds in line with logarithms."""
    low, high = (math.prod(at(f"{kind}_{end}") ** share for kind, share in kinds) for end in ("low", "high"))
    return low, high


def _interval(model: Model, asked: Asked, plan: Plan | None) -> tuple[float, float]:
    """The ends of the 80% interval over the rate: errors on sources left out of the fit, and more for what no row measures."""
    is_free = asked.target == ANY_SPEED
    requests = asked.batch if is_free or plan is None else plan.time.at_once
    if getattr(requests, "ndim", 0) or (requests and requests >= MANY):  # draws of a batch, whose errors are of any number at once
        requests = None
    work, given = asked.work, bool(asked.batch) or not is_free
    return _ends(work.mixture, asked.gpu, requests, given, asked.level, bool(model.layers), work.offload != ON_CHIPS)


@catalogue.kept(1000)
def _ends(
    mixture: bool, gpu: Accelerator, batch: float | None, asked: bool, level: str, known_shape: bool, offloaded: bool
) -> tuple[float, float]:
    table, wider = catalogue.serving_coefficients(), 1.0
    kinds = interval_kinds(mixture, gpu, batch, asked)
    low, high = interval_ends(kinds, lambda name: at_level(name, level))
    if is_of_new_maker(gpu):
        low, high = low / table["interval_new_maker_low"].value, high * table["interval_new_maker_high"].value
    elif gpu.generation not in measured_generations():
        wider *= table["interval_new_chip"].value
    if not known_shape:
        wider *= table["interval_unknown_shape"].value
    if offloaded:
        wider *= table["interval_offload"].value
    return low / wider, high * wider
