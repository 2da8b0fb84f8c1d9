"""How fast a group of accelerators serves a model: tokens per second and waiting times."""

from __future__ import annotations

from typing import Annotated

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.inputs import default, figure, is_kept, step, uncertain, warn
from compute_cost.parameters import ActiveParams, CacheFormat, Choice, Gpu, Gpus, Params, Quantity, WeightFormat
from compute_cost.physics.serving_group import SOURCES, Serving
from compute_cost.physics.serving_plan import ANY_SPEED, Target
from compute_cost.registry import estimate
from compute_cost.result import Answer
from compute_cost.serving.images import Drawing
from compute_cost.serving.levels import (
    CachedInput,
    FirstToken,
    Level,
    Proposed,
    RamSize,
    RamSpeed,
    StreamRate,
    Workload,
    chosen,
    fewest,
    name_wait,
)

MOST_OF_IT = 0.8  # of a rate, above which what is left out of it needs no warning
PARALLELISM = ("tensor", "layer", "expert")

RequestInput = Annotated[float | None, Quantity("Input tokens of a request.", "tokens", low=1, high=1e7, whole=True, example="1000")]
RequestOutput = Annotated[float | None, Quantity("Output tokens of a request.", "tokens", low=1, high=1e7, whole=True, example="1000")]
ServingBatch = Annotated[
    float | None,
    Quantity("Requests served at once; as many as the memory holds if left out, 1 for a single stream.", "requests", low=1, high=1e7,
             whole=True, example="1"),
]  # fmt: skip
Parallelism = Annotated[
    str | None,
    Choice(
        "How accelerators share one copy of the model: tensor (all work on each token), layer (in turn, as llama.cpp does) or "
        "expert (each has its part of the experts); the best if left out.",
        choices=PARALLELISM,
        example='"tensor"',
    ),
]


@estimate("tokens/s")
def infer_throughput(
    params: Params,
    gpu: Gpu = None,
    gpus: Gpus = None,
    precision: WeightFormat = None,
    input_tokens: RequestInput = None,
    output_tokens: RequestOutput = None,
    batch: ServingBatch = None,
    active_params: ActiveParams = None,
    parallelism: Parallelism = None,
    kv_precision: CacheFormat = None,
    min_tokens_per_second: StreamRate = None,
    max_first_token: FirstToken = None,
    cached: CachedInput = None,
    level: Level = None,
    speculative: Proposed = None,
    ram_gb: RamSize = None,
    ram_bandwidth: RamSpeed = None,
) -> Answer:
    """Output tokens per second of a group of accelerators that serves a model, with waiting times and what limits them.

    tokens/s = batch / (decoding step + prefill x batch / output tokens)

    The terms are those of compute_cost.physics.serving_time. Without `batch` the group is saturated: as many requests at once as memory
    and engine take; with `min_tokens_per_second` or `max_first_token`, as many as leave each that speed and that wait. With 1 it is a
    single stream, whose rate counts from the first token on; its input_tokens_per_second is input tokens / time_to_first_token. That of
    more requests is the input that comes with their output, at most what the accelerators can read. Under load a request waits one and a
    half steps, for the prefills before it (Pollaczek and Khinchine) and for its own; the last of those that start together, for all
    prefills of its copy. The layout is that of the most tokens/s which engines take: copies, on accelerators that split each matrix
    (tensor), hold a part of the experts each (expert) or take turns by layers; `batch` is over all. With `parallelism` it is one copy:
    "tensor" (their number must divide the heads), "layer" (more memory, not a faster stream) or "expert". Without `gpus`, the fewest that
    hold the model and divide its heads, or that reach speed and wait. Of the input the share `cached` is not read again. With
    `speculative` tokens proposed in each pass it yields (1 - a^(n + 1)) / (1 - a), each accepted with a chance a, draft_acceptance
    (Leviathan 2023). With `ram_gb` the machine's memory holds what one accelerator, or `gpus`, do not of the weights, experts first, read
    at ram_bandwidth, for one request at a time unless `batch` says otherwise. Image models answer in images per second (image_cost takes
    steps and size). The interval is that of sources which the fit had not seen, at the `level` of software. Valid for decoder
    transformers of 1 to 1,000 billion parameters, requests up to about 32,000 tokens; prefill and decoding on the same accelerators.

    Raises InputError for a value out of bounds or a parallelism that the heads or experts do not allow, UnknownName for a
    model or accelerator, DoesNotFit with the number needed where the accelerators can't hold the model and one request,
    or with the nearest that can be had where they can't keep a speed or a wait, NoData for encoders and unmeasured image models.
    """
    chip = default("gpu", gpu, catalogue.default_gpu())
    work = Workload(
        params, chip, precision, input_tokens, output_tokens, active_params, kv_precision, cached, batch, parallelism, level, speculative,
        ram_gb, ram_bandwidth,
    )  # fmt: skip
    target = Target(min_tokens_per_second, max_first_token)
    if params.kind == "diffusion":
        return _images(Drawing.of(work, target), default("gpus", gpus, 1.0, "GPUs"))
    if target == ANY_SPEED:
        group = work.on(gpus)
        rate = group.rate()
    else:
        taken = chosen(work, target, gpus, fewest)
        group, rate = taken.way, taken.rate
    if is_kept():
        _figures(group)
        name_wait(work, group, target)
    return Answer(rate, "tokens_per_second")


def _images(drawing: Drawing, gpus: float) -> Answer:
    """Images per second of so many accelerators."""
    each = drawing.seconds()
    rate = step("Images per second", "accelerators / seconds of an image", gpus / each, "images/s")
    figure("seconds_per_image", each, "s")
    figure("gpus", gpus, "GPUs")
    return Answer(rate, "images_per_second", "images/s")


def _figures(group: Serving) -> None:
    """Waiting times and the rate in other units. The time to the first token has an error of its own, which the rate does not rest on."""
    time, spread = group.time, catalogue.serving_coefficients()["interval_first_token"].value
    uncertain("first_token_error", 1.0, 1 / spread, spread, "times", "compute-cost")
    formula = f"of a request that starts at once; 80% interval x/÷{spread:.2f}"
    step("Time to first token", formula, time.first_token, "s", *SOURCES, figure="time_to_first_token")
    if not time.own_prefill:
        _name_whole_answer(group)
    figure("time_per_output_token", time.per_token, "s")
    figure("batch", time.batch, "requests")
    figure("limit", time.limit, "")
    figure("tokens_per_second_per_gpu", time.tokens_per_second / group.gpus, "tokens/s")
    figure("tokens_per_second_per_stream", 1 / time.per_token, "tokens/s")
    figure("input_tokens_per_second", time.input_tokens_per_second, "tokens/s")
    figure("gpus", group.gpus, "GPUs")
    figure("layout", group.layout.name, "")


def _name_whole_answer(group: Serving) -> None:
    """The rate of a single stream that reads its input too, as the rates of more requests do."""
    time = group.time
    whole = 1 / (time.per_token + time.first_token / group.output_tokens)
    formula = "1 / (time per output token + time to first token / output tokens)"
    step("Tokens per second with the reading of the input", formula, whole, "tokens/s", figure="tokens_per_second_with_input")
    if whole * time.per_token < MOST_OF_IT:
        said = f"the rate of a single stream counts from its first token on; with the {show(time.first_token, 's')} before it"
        warn(f"{said} an answer comes at {show(whole, 'tokens/s')}, as the rates of more requests count")
