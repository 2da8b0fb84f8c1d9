"""What serving a model costs on rented accelerators at a load: a million tokens, a thousand images."""

from __future__ import annotations

import datetime
from typing import Annotated

from compute_cost import catalogue
from compute_cost.inputs import assumed, default, figure, is_kept, step
from compute_cost.parameters import ActiveParams, AsOf, CacheFormat, Gpu, Gpus, HourlyPrice, Params, Share, WeightFormat
from compute_cost.physics.serving_group import Serving
from compute_cost.physics.serving_plan import Target
from compute_cost.prices.rental import hourly_price
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
    cheapest,
    chosen,
    name_level,
)
from compute_cost.serving.throughput import RequestInput, RequestOutput

ServedLoad = Annotated[
    float | None,
    Share(
        "Share of its saturated throughput that the group serves on average.",
        "1",
        high=1,
        above=True,
        example='0.5 or "50%"',
        zero_is_typed=True,
    ),
]


@estimate("USD per million tokens")
def infer_cost(
    params: Params,
    gpu: Gpu = None,
    gpus: Gpus = None,
    price_per_gpu_hour: HourlyPrice = None,
    precision: WeightFormat = None,
    input_tokens: RequestInput = None,
    output_tokens: RequestOutput = None,
    load: ServedLoad = None,
    active_params: ActiveParams = None,
    as_of: AsOf = None,
    kv_precision: CacheFormat = None,
    min_tokens_per_second: StreamRate = None,
    max_first_token: FirstToken = None,
    cached: CachedInput = None,
    level: Level = None,
    speculative: Proposed = None,
    ram_gb: RamSize = None,
    ram_bandwidth: RamSpeed = None,
) -> Answer:
    """Cost of a million output tokens, the reading of their inputs included, on rented accelerators at a load.

    cost [USD per million output tokens] = accelerators x price [USD per GPU-hour] / 3600 / (tokens per second x load) x 1e6

    The tokens per second come from infer_throughput with as many requests at once as the memory holds; without `gpus`,
    on the fewest that hold the model or on 2, 4, 8 or 16, whichever serves a token at the least cost; `speculative` and `ram_gb` as there.
    `load` is the share of it that is served on average, for idle hours are paid too. Among the values, the same money split by
    the accelerators' time: per million input tokens (prefill) and per million output tokens (decoding alone), and over
    input and output tokens together; where the model's training tokens are known, how much less compute one token takes
    than training. An image model's cost is per thousand images (image_cost takes steps and size). US dollars, before tax, nominal.

    Raises what infer_throughput raises, and NoData where the accelerator has no rental price.
    """
    chip = default("gpu", gpu, catalogue.default_gpu())
    work = Workload(
        params, chip, precision, input_tokens, output_tokens, active_params, kv_precision, cached, None, None, level, speculative, ram_gb,
        ram_bandwidth,
    )  # fmt: skip
    target = Target(min_tokens_per_second, max_first_token)
    if params.kind == "diffusion":
        return _image_cost(Drawing.of(work, target), gpus, price_per_gpu_hour, load, as_of)
    choice = chosen(work, target, gpus, cheapest)
    group, rate = choice.way, choice.rate
    name_level(work, target, group)
    price = hourly_price(chip, price_per_gpu_hour, as_of, count="gpus", share="load")
    share = assumed("serving_load", load, "load")
    formula = "accelerators x price / 3600 / (tokens per second x load) x 1e6"
    cost = group.gpus * price / 3600 / (rate * share) * 1e6
    step("Cost of a million output tokens, with their inputs", formula, cost, "USD per million tokens")
    if is_kept():
        figure("load", share, "1")
        _figures(group, cost)
    return Answer(cost, "per_million_output_tokens_with_inputs")


def _figures(group: Serving, cost: float) -> None:
    """The cost split by what the accelerators' time goes to, and one token's work compared with training."""
    reading, ratio = group.time.input_share, group.input_tokens / group.output_tokens
    step("Share of the time that reads inputs", "prefill / (prefill + decoding)", reading, "1")
    if group.model.tokens:
        formula = "training compute (6 per parameter and token) / inference compute of one token (2 per parameter)"
        times = 3 * group.model.tokens  # 6 N D over 2 N; attention leaves the ratio as it is
        sources = "kaplan-2020", group.model.source
        step("Training compared with one inference token", formula, times, "times", *sources, figure="training_over_one_token")
    figure("per_million_input_tokens", cost * reading / ratio, "USD per million tokens")
    figure("per_million_output_tokens", cost * (1 - reading), "USD per million tokens")
    figure("per_million_tokens_together", cost / (1 + ratio), "USD per million tokens")
    figure("tokens_per_second", group.time.tokens_per_second, "tokens/s")
    figure("gpus", group.gpus, "GPUs")
    figure("limit", group.time.limit, "")


def _image_cost(drawing: Drawing, gpus: float | None, given_price: float | None, load: float | None, as_of: datetime.date | None) -> Answer:
    count = default("gpus", gpus, 1.0, "GPUs")
    each = drawing.seconds()
    figure("images_per_second", count / each, "images/s")
    price = hourly_price(drawing.gpu, given_price, as_of, count="gpus", share="load")
    cost = each * price / 3600 / assumed("serving_load", load, "load") * 1000
    step("Cost of a thousand images", "seconds of an image x price / 3600 / load x 1000", cost, "USD")
    return Answer(cost, "per_thousand_images", "USD per thousand images")
