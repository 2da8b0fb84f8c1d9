"""Throughput and cost against the speed that each user gets: all that a kind of accelerator offers, in one table."""

from __future__ import annotations

from compute_cost import catalogue
from compute_cost.errors import DoesNotFit, NoData
from compute_cost.inputs import assumed, default, figure, is_kept, step, unheard, warn
from compute_cost.parameters import ActiveParams, AsOf, CacheFormat, Gpu, Gpus, HourlyPrice, Params, WeightFormat
from compute_cost.physics.serving_group import Serving
from compute_cost.physics.serving_plan import ANY_SPEED, Target
from compute_cost.prices.rental import hourly_price
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table
from compute_cost.serving.cost import ServedLoad
from compute_cost.serving.levels import CachedInput, Level, Workload, cheapest, fastest, ways
from compute_cost.serving.throughput import RequestInput, RequestOutput

SPEEDS = tuple(step * 10.0**power for power in range(5) for step in (1, 1.5, 2, 3, 4, 5, 6, 8))  # tokens/s that people may ask for

NEAR_MOST = (0.85, 0.95, 1.0)  # of the fastest speed: there the throughput falls steeply


@estimate("tokens/s", answers="table")
def serving_curve(
    params: Params,
    gpu: Gpu = None,
    gpus: Gpus = None,
    precision: WeightFormat = None,
    input_tokens: RequestInput = None,
    output_tokens: RequestOutput = None,
    price_per_gpu_hour: HourlyPrice = None,
    load: ServedLoad = None,
    active_params: ActiveParams = None,
    as_of: AsOf = None,
    kv_precision: CacheFormat = None,
    cached: CachedInput = None,
    level: Level = None,
) -> Answer:
    """Throughput and cost of serving a model against the speed that each user gets, as a table.

    For each speed the layout, the number of accelerators and the requests at once that serve most tokens on each of them
    (infer_throughput with min_tokens_per_second), from full memory to one user at a time; of `gpus` accelerators where that is given,
    else of the fewest that hold the model or a usual larger number. The cost is that of infer_cost, at the same load: it is left blank
    where the accelerator has no price. The value is the fastest speed, that of one user at a time.

    Raises what infer_throughput raises.
    """
    chip = default("gpu", gpu, catalogue.default_gpu())
    work = Workload(params, chip, precision, input_tokens, output_tokens, active_params, kv_precision, cached, level=level)
    quickest = fastest([work.alone().on(count) for count in work.counts(gpus)])
    error = quickest.rate() / quickest.time.tokens_per_second
    share = assumed("serving_load", load, "load")
    try:
        price = hourly_price(chip, price_per_gpu_hour, as_of, count="gpus", share="load")
    except NoData as problem:
        price = None
        warn(f"no costs: {problem}")
    if is_kept():
        with unheard():
            fullest = cheapest(ways(work, ANY_SPEED, gpus))
        figure("most_tokens_per_second_per_gpu", fullest.time.tokens_per_second / fullest.gpus, "tokens/s")
        figure("speed_at_most_tokens", 1 / fullest.time.per_token, "tokens/s")
        if price is not None:
            figure("least_per_million_tokens", _cost(fullest, price, share), "USD per million tokens")
        figure("gpus", quickest.gpus, "GPUs")
    fast = step("Fastest speed of a user", "one user at a time, on the best layout", error / quickest.time.per_token, "tokens/s")
    return Answer(fast, "tokens_per_second_per_stream", table=lambda: _curve(work, gpus, 1 / quickest.time.per_token, price, share))


def _cost(way: Serving, price: float, load: float) -> float:
    """USD per million output tokens, with their inputs."""
    return way.gpus * price / 3600 / (way.time.tokens_per_second * load) * 1e6


def _curve(work: Workload, gpus: float | None, most: float, price: float | None, load: float) -> Table:
    """One row for each speed, the slowest first."""
    head = (
        "tokens/s per user", "tokens/s per GPU", "tokens/s", "requests at once", "GPUs", "layout", "first token (s)",
        "USD per million output tokens with inputs",
    )  # fmt: skip
    full = cheapest(ways(work, ANY_SPEED, gpus))
    points = [full]
    for speed in sorted((*(speed for speed in SPEEDS if 1 / full.time.per_token < speed < most), *(share * most for share in NEAR_MOST))):
        try:
            way = cheapest(ways(work, Target(speed), gpus))
        except DoesNotFit:
            continue
        if way.time.per_token < points[-1].time.per_token:
            points.append(way)
    rows = (
        (
            1 / way.time.per_token, way.time.tokens_per_second / way.gpus, way.time.tokens_per_second, way.time.batch, way.gpus,
            way.layout.name or "one accelerator", work.first_token(way), "" if price is None else _cost(way, price, load),
        )
        for way in points
    )  # fmt: skip
    return (head, *rows)
