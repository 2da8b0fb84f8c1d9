"""A fleet that serves a model at its peak: what the peak costs when the rest of the week is quieter."""

from __future__ import annotations

import math
from typing import Annotated

from compute_cost import catalogue
from compute_cost.inputs import assumed, default, figure, is_kept, step
from compute_cost.parameters import AsOf, CacheFormat, Gpu, HourlyPrice, Params, Quantity, WeightFormat
from compute_cost.physics.serving_group import Serving, group_sizes
from compute_cost.prices.rental import hourly_price
from compute_cost.registry import estimate
from compute_cost.result import Answer

SECONDS_PER_DAY = 86400

TokensPerDay = Annotated[float, Quantity("Output tokens served on an average day.", "tokens", low=1, high=1e16, example='"1B"')]
PeakToAverage = Annotated[
    float | None, Quantity("Load of the busiest hour divided by the week's average.", "times", low=1, high=1000, example="2")
]
Headroom = Annotated[float | None, Quantity("Spare capacity kept above the peak, as a share of it.", "1", high=10, example='0.2 or "20%"')]
Months = Annotated[
    float | None, Quantity("Months the fleet is reserved for; on demand if left out.", "months", high=120, above=True, example="12")
]
Margin = Annotated[
    float | None, Quantity("Gross margin that the price of the tokens should leave.", "1", high=0.99, example='0.5 or "50%"')
]


@estimate("USD per month")
def serving_cost(
    params: Params,
    tokens_per_day: TokensPerDay,
    gpu: Gpu = None,
    peak_to_average: PeakToAverage = None,
    price_per_gpu_hour: HourlyPrice = None,
    precision: WeightFormat = None,
    headroom: Headroom = None,
    months_reserved: Months = None,
    margin: Margin = None,
    as_of: AsOf = None,
    kv_precision: CacheFormat = None,
) -> Answer:
    """What a fleet costs a month that serves a model's peak hour and is paid around the clock.

    average [tokens/s] = tokens_per_day / 86400; peak = average x peak_to_average
    groups = peak x (1 + headroom) / tokens per second of one group, rounded up
    cost [USD per month] = groups x accelerators of a group x 730 h x price [USD per GPU-hour]

    One group is the fewest accelerators that hold the model, or 2, 4, 8 or 16 where that takes
    fewer in all, as memory for more requests at once makes each of them faster (infer_throughput). The whole fleet is paid
    on Saturday midnight too; among the values, what the idle hours cost, and what a fleet would cost
    that follows the load down to one group (autoscaling, without the time that starting takes). With a
    margin, the price per million output tokens = cost per million / (1 - margin). `months_reserved` of
    12 or 36 and more takes the price of that reservation (gpu_price). US dollars, before tax, nominal.

    Raises what infer_throughput raises, and NoData where the accelerator has no such rental price.
    """
    chip = default("gpu", gpu, catalogue.default_gpu())
    average = step("Average load", "tokens per day / 86400 s", tokens_per_day / SECONDS_PER_DAY, "tokens/s")
    peak = average * assumed("peak_to_average", peak_to_average)
    step("Peak load", "average x peak_to_average", peak, "tokens/s", figure="tokens_per_second_at_peak")
    spare = 1 + assumed("serving_headroom", headroom, "headroom")
    wanted = step("Capacity wanted", "peak x (1 + headroom)", peak * spare, "tokens/s")
    sizes = group_sizes(params, chip, precision, None, None, None, kv_precision)
    # The smaller one where two are equal.
    group = min(sizes, key=lambda size: math.ceil(wanted / size.time.tokens_per_second) * size.gpus)
    rate = group.rate()
    groups = _groups(group, rate, wanted)
    price = hourly_price(chip, price_per_gpu_hour, as_of, months=months_reserved, count="peak_to_average", share="headroom")
    hours = assumed("hours_per_month")
    cost = groups * group.gpus * hours * price
    step("Cost of the fleet", "groups x accelerators x 730 h x price", cost, "USD per month", "compute-cost")
    if is_kept():
        share = step("Share of the fleet in use", "average / capacity of the fleet", average / (groups * rate), "1", figure="load")
        step("Of it for idle hours", "cost x (1 - share in use)", cost * (1 - share), "USD per month", figure="idle_cost")
        following = max(1.0, average * spare / rate) * group.gpus * hours * price
        figure("autoscaled_cost", min(cost, following), "USD per month")
        _price_tokens(cost / (tokens_per_day * hours / 24) * 1e6, margin)
        if months_reserved:
            step("Paid over the reservation", "cost a month x months", cost * months_reserved, "USD")
    return Answer(cost, "cost")


def _groups(group: Serving, rate: float, wanted: float) -> float:
    """How many groups serve what is wanted [tokens/s] at the rate of one."""
    groups = float(math.ceil(wanted / rate))
    if is_kept():
        step("One group serves", f"{group.gpus:,.0f} x {group.gpu.name}, saturated", rate, "tokens/s")
        step("Groups", "capacity wanted / one group, rounded up", groups, "groups", figure="groups")
        figure("gpus", groups * group.gpus, "GPUs")
    return groups


def _price_tokens(million: float, margin: float | None) -> None:
    """The cost of a million output tokens [USD], and the price that leaves the margin."""
    figure("per_million_tokens", million, "USD per million tokens")
    if margin is not None:
        formula, price = "cost of a million output tokens / (1 - margin)", million / (1 - margin)
        step("Price of a million output tokens", formula, price, "USD per million tokens", figure="price_per_million_tokens")
