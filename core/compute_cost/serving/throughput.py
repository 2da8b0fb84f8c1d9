"""What it takes to run a model: tokens per second, waiting times and the cost of a million tokens."""

from __future__ import annotations

import math
from typing import Annotated

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.parameters import ActiveParams, AsOf, Choice, Gpu, Gpus, HourlyPrice, Params, Precision, Quantity, Share
from compute_cost.physics.image_time import image_time
from compute_cost.physics.serving_group import SOURCES, group_sizes, serving, trace_chip
from compute_cost.prices.rental import Rental, joint_spread, trace_given, usual_rent
from compute_cost.registry import estimate
from compute_cost.result import Figure, Result, Trace

PARALLELISM = ("tensor", "layer")

InputTokens = Annotated[float | None, Quantity("Input tokens of a request.", "tokens", low=1, high=1e7, whole=True, example="1000")]
OutputTokens = Annotated[float | None, Quantity("Output tokens of a request.", "tokens", low=1, high=1e7, whole=True, example="1000")]
ServingBatch = Annotated[
    float | None,
    Quantity("Requests served at once; as many as the memory holds if left out, 1 for a single stream.", "requests", low=1, high=1e7,
             whole=True, example="1"),
]  # fmt: skip
Parallelism = Annotated[
    str | None,
    Choice(
        "How several accelerators share the model: tensor (all work on each token) or layer (in turn, as llama.cpp does).",
        choices=PARALLELISM,
        example='"tensor"',
    ),
]
Load = Annotated[
    float | None,
    Share("Share of its saturated throughput that the group serves on average.", "1", high=1, above=True, example='0.5 or "50%"'),
]


def _names(**values: object) -> frozenset[str]:
    return frozenset(name for name, value in values.items() if value is not None)


@estimate("tokens/s")
def infer_throughput(
    params: Params,
    gpu: Gpu = None,
    gpus: Gpus = None,
    precision: Precision = None,
    input_tokens: InputTokens = None,
    output_tokens: OutputTokens = None,
    batch: ServingBatch = None,
    active_params: ActiveParams = None,
    parallelism: Parallelism = None,
) -> Result:
    """Output tokens per second of a group of accelerators that serves a model, with waiting times and what limits them.

    tokens/s = batch / (decoding step + prefill x (batch - 1) / output tokens)

    The decoding step is the longer of reading the weights and the arithmetic, plus reading the KV cache, the
    exchange between accelerators and a time per layer and sequence (compute_cost.physics.serving_time). Without `batch` the group is
    saturated: as many requests at once as the memory holds. With 1 it is a single stream, whose rate counts from the
    first token on; its input_tokens_per_second is input tokens / time_to_first_token. That of more requests is the input
    that comes with their output, tokens/s x input / output tokens, and at most what the accelerators can read.
    With `parallelism` "tensor" all of a server work on each layer, for which their number must divide the attention
    heads; with "layer" they take turns (llama.cpp's split): more memory, not a faster stream. Left out it is tensor as
    far as the heads allow. Without `gpus`, the fewest that hold the model and divide its heads. Image models answer in
    images per second, from measured rows scaled by the peak. The 80% interval is that of published rows whose model or
    chip the fit had not seen. Valid for decoder transformers of 1 to 1,000 billion parameters within one server or NVLink
    domain and requests up to about 32,000 tokens, as TensorRT-LLM serves many and llama.cpp one; prefill and decoding on
    the same accelerators.

    Raises InputError for a value out of bounds or a number of accelerators that does not divide the heads where tensor
    parallel was asked for, UnknownName for a model or accelerator, DoesNotFit with the number needed where the
    accelerators can't hold the model and one request, NoData for encoders and unmeasured image models.
    """
    given = _names(gpu=gpu, gpus=gpus, precision=precision, input_tokens=input_tokens, output_tokens=output_tokens, batch=batch,
                   active_params=active_params, parallelism=parallelism)  # fmt: skip
    if params.kind == "diffusion":
        return _images(params, gpu or catalogue.default_gpu(), gpus or 1.0, batch, given)
    found = serving(params, gpu, gpus, precision, input_tokens, output_tokens, batch, active_params, parallelism)
    time = found.time
    values = {
        "time_to_first_token": Figure(time.first_token, "s"),
        "time_per_output_token": Figure(time.per_token, "s"),
        "batch": Figure(time.batch, "requests"),
        "limit": Figure(time.limit, ""),
        "tokens_per_second_per_gpu": Figure(found.rate / found.gpus, "tokens/s"),
        "tokens_per_second_per_stream": Figure(1 / time.per_token, "tokens/s"),
        "input_tokens_per_second": Figure(time.input_tokens_per_second, "tokens/s"),
        "gpus": Figure(found.gpus, "GPUs"),
    }

    def trace(trace: Trace) -> None:
        found.trace(trace, given)
        spread = catalogue.serving_coefficients()["interval_first_token"].value
        how = f"of a request that starts at once; 80% interval x/÷{spread:.2f}"
        trace.step("Time to first token", how, time.first_token, "s", *SOURCES)

    low, high = found.rate / found.factor, found.rate * found.factor
    return Result(found.rate, "tokens/s", trace, low=low, high=high, name="tokens_per_second", values=values)


def _images(model: Model, gpu: Accelerator, gpus: float, batch: float | None, given: frozenset[str]) -> Result:
    found = image_time(model, gpu, gpus, batch)

    def trace(trace: Trace) -> None:
        trace_chip(trace, gpu, gpus, given)
        found.trace(trace, model, gpu)

    values = {"seconds_per_image": Figure(gpus / found.rate, "s"), "gpus": Figure(gpus, "GPUs")}
    low, high = found.rate / found.factor, found.rate * found.factor
    return Result(found.rate, "images/s", trace, low=low, high=high, name="images_per_second", values=values)


@estimate("USD per million tokens")
def infer_cost(
    params: Params,
    gpu: Gpu = None,
    gpus: Gpus = None,
    price_per_gpu_hour: HourlyPrice = None,
    precision: Precision = None,
    input_tokens: InputTokens = None,
    output_tokens: OutputTokens = None,
    load: Load = None,
    active_params: ActiveParams = None,
    as_of: AsOf = None,
) -> Result:
    """Cost of a million output tokens, the reading of their inputs included, on rented accelerators at a load.

    cost [USD per million output tokens] = accelerators x price [USD per GPU-hour] / 3600 / (tokens per second x load) x 1e6

    The tokens per second are those of infer_throughput with as many requests at once as the memory holds; without `gpus`,
    on the fewest that hold the model or on 2, 4, 8 or 16, whichever serves a token at the least cost. `load` is
    the share of it that is served on average, for idle hours are paid too. Among the values, the same money split by
    the accelerators' time: per million input tokens (prefill) and per million output tokens (decoding alone), and over
    input and output tokens together; where the model's training tokens are known, how much less compute one token takes
    than training. An image model's cost is per thousand images. US dollars, before tax, nominal.

    Raises what infer_throughput raises, and NoData where the accelerator has no rental price.
    """
    chip = gpu or catalogue.default_gpu()
    quote = usual_rent(chip, as_of, "price_per_gpu_hour") if price_per_gpu_hour is None else None
    price = quote.price if quote else price_per_gpu_hour or 0.0
    share = load or catalogue.constant("serving_load")
    given = _names(gpu=gpu, gpus=gpus, precision=precision, input_tokens=input_tokens, output_tokens=output_tokens, load=load,
                   active_params=active_params)  # fmt: skip
    if params.kind == "diffusion":
        return _image_cost(params, chip, gpus or 1.0, price, quote, share, given, as_of)
    if gpus is None:
        found = min(group_sizes(params, chip, precision, input_tokens, output_tokens, active_params), key=lambda one: one.gpus / one.rate)
    else:
        found = serving(params, chip, gpus, precision, input_tokens, output_tokens, None, active_params)
    cost = found.gpus * price / 3600 / (found.rate * share) * 1e6
    reading = found.time.input_share
    ratio = found.input_tokens / found.output_tokens
    values = {
        "per_million_input_tokens": Figure(cost * reading / ratio, "USD per million tokens"),
        "per_million_output_tokens": Figure(cost * (1 - reading), "USD per million tokens"),
        "per_million_tokens_together": Figure(cost / (1 + ratio), "USD per million tokens"),
        "tokens_per_second": Figure(found.rate, "tokens/s"),
        "price_per_gpu_hour": Figure(price, "USD per GPU-hour"),
        "load": Figure(share, "1"),
        "gpus": Figure(found.gpus, "GPUs"),
        "limit": Figure(found.time.limit, ""),
    }
    if params.tokens:
        # 6 N D of training over 2 N of one token; attention leaves the ratio as it is.
        values["training_over_one_token"] = Figure(3 * params.tokens, "times")

    def trace(trace: Trace) -> None:
        found.trace(trace, given)
        _trace_price(trace, chip, price, quote, share, given, as_of)
        how = "accelerators x price / 3600 / (tokens per second x load) x 1e6"
        trace.step("Cost of a million output tokens, with their inputs", how, cost, "USD per million tokens")
        trace.step("Share of the time that reads inputs", "prefill / (prefill + decoding)", reading, "1")
        if params.tokens:
            how = "training compute (6 per parameter and token) / inference compute of one token (2 per parameter)"
            trace.step("Training beside one inference token", how, 3 * params.tokens, "times", "kaplan-2020", params.source)

    low, high = _range(cost, found.factor, quote)
    return Result(cost, "USD per million tokens", trace, low=low, high=high, name="per_million_output_tokens_with_inputs", values=values)


def _image_cost(
    model: Model, gpu: Accelerator, gpus: float, price: float, quote: Rental | None, share: float, given: frozenset[str], as_of: AsOf
) -> Result:
    found = image_time(model, gpu, gpus, None)
    cost = gpus * price / 3600 / (found.rate * share) * 1000

    def trace(trace: Trace) -> None:
        trace_chip(trace, gpu, gpus, given)
        found.trace(trace, model, gpu)
        _trace_price(trace, gpu, price, quote, share, given, as_of)
        trace.step("Cost of a thousand images", "accelerators x price / 3600 / (images per second x load) x 1000", cost, "USD")

    values = {"images_per_second": Figure(found.rate, "images/s"), "price_per_gpu_hour": Figure(price, "USD per GPU-hour")}
    low, high = _range(cost, found.factor, quote)
    return Result(cost, "USD per thousand images", trace, low=low, high=high, name="per_thousand_images", values=values)


def _trace_price(
    trace: Trace, gpu: Accelerator, price: float, quote: Rental | None, load: float, given: frozenset[str], as_of: AsOf
) -> None:
    if quote:
        quote.trace(trace, gpu, as_of is not None)
    else:
        trace_given(trace, "price_per_gpu_hour", price, gpu, as_of, count="gpus", share="load")
    assumed = catalogue.assumption("serving_load")
    trace.input("load", load, "1", "given" if "load" in given else "assumed", "" if "load" in given else assumed.source)
    if "load" not in given:
        trace.warn(f"the load is assumed, {load:.0%}; it may be {assumed.low:.0%} to {assumed.high:.0%}, which the range does not include")


def _range(cost: float, factor: float, quote: Rental | None) -> tuple[float, float]:
    """80% interval of a cost: that of the rate and that of the price, taken as independent."""
    down, up = joint_spread(math.log(factor), math.log(factor), quote)
    return cost / math.exp(down), cost * math.exp(up)
