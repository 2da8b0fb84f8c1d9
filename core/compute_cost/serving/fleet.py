"""A fleet that serves a model at its peak: what the peak costs when the rest of the week is quieter."""

from __future__ import annotations

import math
from typing import Annotated

from compute_cost import catalogue
from compute_cost.parameters import AsOf, Gpu, HourlyPrice, Params, Precision, Quantity
from compute_cost.physics.serving_group import Serving, group_sizes
from compute_cost.prices.commitments import discount_of
from compute_cost.prices.rental import joint_spread, trace_given, usual_rent
from compute_cost.registry import estimate
from compute_cost.result import Figure, Result, Trace

SECONDS_PER_DAY = 86400

TokensPerDay = Annotated[float, Quantity("Output tokens served on an average day.", "tokens", low=1, high=1e16, example='"1B"')]
PeakToAverage = Annotated[
    float | None, Quantity("Load of the busiest hour over the average of the week.", "times", low=1, high=1000, example="2")
]
Headroom = Annotated[float | None, Quantity("Spare capacity kept above the peak, as a share of it.", "1", high=10, example='0.2 or "20%"')]
Months = Annotated[
    float | None, Quantity("Months the fleet is reserved for; on demand if left out.", "months", high=120, above=True, example="12")
]
Margin = Annotated[float | None, Quantity("Gross margin that the price of the tokens is to leave.", "1", high=0.99, example='0.5 or "50%"')]


@estimate("USD per month")
def serving_cost(
    params: Params,
    tokens_per_day: TokensPerDay,
    gpu: Gpu = None,
    peak_to_average: PeakToAverage = None,
    price_per_gpu_hour: HourlyPrice = None,
    precision: Precision = None,
    headroom: Headroom = None,
    months_reserved: Months = None,
    margin: Margin = None,
    as_of: AsOf = None,
) -> Result:
    """What a fleet costs a month that serves a model's peak hour and is paid around the clock.

    average [tokens/s] = tokens_per_day / 86400; peak = average x peak_to_average
    groups = peak x (1 + headroom) / tokens per second of one group, rounded up
    cost [USD per month] = groups x accelerators of a group x 730 h x price [USD per GPU-hour]

    One group is the fewest accelerators that hold the model, or 2, 4, 8 or 16 where that takes
    fewer in all, as memory for more requests at once makes each of them faster (infer_throughput). The whole fleet is paid
    on Saturday midnight too; among the values, what the idle hours cost, and what a fleet would cost
    that follows the load down to one group (autoscaling, without the time that starting takes). With a
    margin, the price per million output tokens = cost per million / (1 - margin). `months_reserved` of
    12 or 36 and more takes the discount of that reservation (reserve_or_rent). US dollars, before tax, nominal.
    The interval joins those of throughput and price; the rounding to whole groups is not part of it.

    Raises what infer_throughput raises, and NoData where the accelerator has no such rental price.
    """
    chip = gpu or catalogue.default_gpu()
    quote = usual_rent(chip, as_of, "price_per_gpu_hour") if price_per_gpu_hour is None else None
    discount = discount_of(chip, months_reserved, as_of) if quote and months_reserved else None
    kept = 1 - discount.share if discount else 1.0
    price = quote.price * kept if quote else price_per_gpu_hour or 0.0
    ratio = peak_to_average or catalogue.constant("peak_to_average")
    spare = catalogue.constant("serving_headroom") if headroom is None else headroom
    hours = catalogue.constant("hours_per_month")
    average = tokens_per_day / SECONDS_PER_DAY
    wanted = average * ratio * (1 + spare)
    sizes = group_sizes(params, chip, precision, None, None)
    one = min(sizes, key=lambda one: math.ceil(wanted / one.rate) * one.gpus)  # the smaller one where two are equal
    groups = math.ceil(wanted / one.rate)
    cost = groups * one.gpus * hours * price
    used = average / (groups * one.rate)
    following = max(1.0, average * (1 + spare) / one.rate)
    million = cost / (tokens_per_day * hours / 24) * 1e6
    values = {
        "gpus": Figure(groups * one.gpus, "GPUs"),
        "groups": Figure(float(groups), "groups"),
        "tokens_per_second_at_peak": Figure(average * ratio, "tokens/s"),
        "load": Figure(used, "1"),
        "idle_cost": Figure(cost * (1 - used), "USD per month"),
        "autoscaled_cost": Figure(min(cost, following * one.gpus * hours * price), "USD per month"),
        "per_million_tokens": Figure(million, "USD per million tokens"),
        "price_per_gpu_hour": Figure(price, "USD per GPU-hour"),
    }
    if margin is not None:
        values["price_per_million_tokens"] = Figure(million / (1 - margin), "USD per million tokens")

    def trace(trace: Trace) -> None:
        one.trace(trace, frozenset({"gpu"} if gpu else ()) | frozenset({"precision"} if precision else ()))
        trace.input("tokens_per_day", tokens_per_day, "tokens", "given")
        _trace_share(trace, "peak_to_average", "peak_to_average", ratio, peak_to_average is not None)
        _trace_share(trace, "headroom", "serving_headroom", spare, headroom is not None)
        if quote:
            quote.trace(trace, chip, as_of is not None)
            if discount:
                how = f"on demand x (1 - {discount.share:.3g}): {discount.how}"
                trace.step("Reserved price", how, price, "USD per GPU-hour", *discount.sources)
                if not discount.term:
                    trace.warn("no discount is published for terms under a year, so the price is that on demand")
        else:
            off = discount_of(chip, months_reserved, as_of).share if months_reserved else 0.0
            trace_given(trace, "price_per_gpu_hour", price, chip, as_of, discount=off, count="peak_to_average", share="headroom")
        _trace_fleet(trace, one, average, ratio, wanted, groups, cost, used)
        if months_reserved:
            trace.input("months_reserved", months_reserved, "months", "given")
            trace.step("Paid over the reservation", "cost a month x months", cost * months_reserved, "USD")
        if margin is not None:
            trace.input("margin", margin, "1", "given")
            how = "cost of a million output tokens / (1 - margin)"
            trace.step("Price of a million output tokens", how, million / (1 - margin), "USD per million tokens")

    down, up = joint_spread(math.log(one.factor), math.log(one.factor), quote)
    return Result(cost, "USD per month", trace, low=cost / math.exp(down), high=cost * math.exp(up), name="cost", values=values)


def _trace_share(trace: Trace, name: str, assumption: str, value: float, given: bool) -> None:
    used = catalogue.assumption(assumption)
    trace.input(name, value, used.unit, "given" if given else "assumed", "" if given else used.source)
    if not given and used.confidence != "checked":
        trace.warn(f"{name} is assumed, {value:g}; published and plausible values run from {used.low:g} to {used.high:g}")


def _trace_fleet(trace: Trace, one: Serving, average: float, ratio: float, wanted: float, groups: int, cost: float, used: float) -> None:
    trace.step("Average load", "tokens per day / 86400 s", average, "tokens/s")
    trace.step("Peak load", "average x peak_to_average", average * ratio, "tokens/s")
    trace.step("Capacity wanted", "peak x (1 + headroom)", wanted, "tokens/s")
    trace.step("One group serves", f"{one.gpus:,.0f} x {one.gpu.name}, saturated", one.rate, "tokens/s")
    trace.step("Groups", "capacity wanted / one group, rounded up", float(groups), "groups")
    trace.step("Share of the fleet in use", "average / capacity of the fleet", used, "1")
    trace.step("Cost of the fleet", "groups x accelerators x 730 h x price", cost, "USD per month", "compute-cost")
    trace.step("Of it for idle hours", "cost x (1 - share in use)", cost * (1 - used), "USD per month")
