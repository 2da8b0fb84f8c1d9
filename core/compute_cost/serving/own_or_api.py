"""Hosting an open model oneself beside a hosted API: a fleet of whole groups against a bill by the token."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue import names
from compute_cost.catalogue.records import Accelerator, HostedModel, Model
from compute_cost.errors import MissingInput
from compute_cost.inputs import assumed, default, figure, is_kept, once, step, warn
from compute_cost.parameters import REQUIRED, AsOf, Gpu, HourlyPrice, ModelSize, Quantity
from compute_cost.physics.serving_group import Serving
from compute_cost.physics.serving_plan import Target
from compute_cost.prices.rental import hourly_price
from compute_cost.prices.tariffs import Request
from compute_cost.ranges import interval_of
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table
from compute_cost.serving.fleet import SECONDS_PER_DAY
from compute_cost.serving.hosted import (
    ApiModel,
    Choosing,
    PriceRange,
    at_own_prices,
    bill_of,
    choose,
    name_prices,
    of_own_prices,
    price_level,
    price_range,
    refuse_free_output,
    warn_of_limits,
)
from compute_cost.serving.levels import StreamRate, Taken, Workload, chosen, name_level
from compute_cost.serving.throughput import RequestInput, RequestOutput

VOLUMES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)  # of the volume asked for

OwnModel = Annotated[
    Model | None,
    ModelSize("Open model to host instead; the API's own where its weights are released.", "parameters", example='"Llama 3.3 70B"'),
]

SharedCache = Annotated[
    float | None,
    Quantity("Share of the input that comes from the cache, of the API and of the own fleet; 0 if left out.", "1", high=1, example="0.5"),
]


def _own_price(what: str, example: str) -> Quantity:
    return Quantity(f"Your own price of the API's {what}; its tariff's if left out.", "USD per million tokens", high=1e5, example=example)


InputPrice = Annotated[float | None, _own_price("input", "2.5")]
OutputPrice = Annotated[float | None, _own_price("output", "10")]
CachePrice = Annotated[float | None, _own_price("input from the cache", "0.25")]

RequiredRequests = Annotated[float, Quantity("Requests on an average day.", "requests", low=1, high=1e12, example="100000")]


class _Group(NamedTuple):
    """A group that serves the model, and what it can do at the usual load [requests a day] and costs [USD per month]."""

    served: Serving
    capacity: float
    cost: float

    def fleet(self, requests: float) -> tuple[int, float]:
        """The groups for so many requests a day, and their cost."""
        count = math.ceil(requests / self.capacity)
        return count, count * self.cost


@estimate("USD per month")
def self_host_or_api(
    model: ApiModel,
    own_model: OwnModel = None,
    gpu: Gpu = None,
    requests_per_day: RequiredRequests = REQUIRED,
    input_tokens: RequestInput = None,
    output_tokens: RequestOutput = None,
    cached: SharedCache = None,
    min_tokens_per_second: StreamRate = None,
    as_of: AsOf = None,
    price_per_gpu_hour: HourlyPrice = None,
    input_price: InputPrice = None,
    output_price: OutputPrice = None,
    cache_read_price: CachePrice = None,
) -> Answer:
    """What a fleet of one's own costs a month, beside the bill of a hosted API for the same requests.

    API [USD per month] = requests per day x 730 / 24 x bill of one request (api_cost)
    groups = requests per day x output tokens / 86400 x peak_to_average x (1 + headroom) / tokens per second of a group, rounded up
    own [USD per month] = groups x accelerators of a group x 730 h x price [USD per GPU-hour]

    The value is the cost of the own fleet, among the values that of the API, each with its range. Groups are whole, so that the
    cost of a fleet is a staircase: it costs less than the API from the break-even volume on at the earliest, which the first group
    must be able to serve; the table compares volumes. `cached` is the share of the input that both have in their cache: the API
    bills it as such, the own fleet does not read it again. With `min_tokens_per_second` a group serves fewer requests at once.
    A price of your own stands in place of the market's (`price_per_gpu_hour`) or of the tariff's, at prompts of any length
    (`input_price`, `output_price`, `cache_read_price` [USD per million tokens]): it has no range, and what is not given is the tariff's.
    A model that no list sells needs the prices of input and output.
    Rented accelerators, without staff, which an API does not need. US dollars, before tax, nominal.

    Raises what api_cost and infer_throughput raise, MissingInput where the API's model is not open and no own_model is given, and
    DoesNotFit where no group writes that fast.
    """
    reads = assumed("serving_input_tokens", input_tokens, "input_tokens")
    writes = assumed("serving_output_tokens", output_tokens, "output_tokens")
    request = Request(reads, writes, (cached or 0.0) * reads)
    prices = {"input": input_price, "output": output_price, "cache_read": cache_read_price}
    chosen = of_own_prices(model, prices) or _as_listed(model, request, as_of, prices)
    own = own_model or _open_copy(model, chosen.model)
    default("own_model", own_model, own)
    chip = default("gpu", gpu, catalogue.default_gpu())
    days = assumed("hours_per_month") / 24

    def api() -> Callable[[], float]:
        return partial(_of_api, chosen, request, cache(partial(price_range, chosen, request, True)), days)

    target = Target(min_tokens_per_second)
    sizes, work, taken = _groups(own, chip, request, target, requests_per_day, partial(hourly_price, chip, price_per_gpu_hour, as_of))
    group = sizes[0]
    count, cost = group.fleet(requests_per_day)
    if is_kept():
        of_api = api()
        bill = of_api()
        name_prices(chosen, chosen.offer.tier(reads), bill / days / (bill_of(chosen.offer, request).total or 1.0), True)
        warn_of_limits(chosen.model, request)
        _name_fleet(group, count, work, target, taken)
    step("Own fleet", "groups x accelerators x 730 h x price", cost, "USD per month", "compute-cost")
    if is_kept():
        _name_api(of_api, requests_per_day, sizes)
    return Answer(cost, "self_hosted_cost", table=lambda: _volume_table(api(), sizes, requests_per_day), rows=len(VOLUMES))


def _of_api(chosen: Choosing, request: Request, ranged: Callable[[], PriceRange], days: float) -> float:
    """The API's bill for a month of one request a day [USD]."""
    return bill_of(chosen.offer, request).total * price_level(chosen, ranged) * days


def _as_listed(model: str, request: Request, as_of: datetime.date | None, prices: Mapping[str, float | None]) -> Choosing:
    """The API of a model that a list sells, at its tariff but for the prices that are given."""
    listed = once(choose, model, request, as_of, None, None, True)
    refuse_free_output(listed, "model", model)
    return at_own_prices(listed, request, prices)


def _name_fleet(group: _Group, count: int, work: Workload, target: Target, taken: Taken) -> None:
    """What one group serves and how fast, and of how many groups and chips the fleet is."""
    formula = f"{group.served.gpus:,.0f} x {work.gpu.name}, at the usual peak and headroom"
    step("One group serves", formula, group.capacity, "requests per day")
    name_level(work, target, taken.way)
    figure("groups", float(count), "groups")
    figure("gpus", count * group.served.gpus, "GPUs")
    figure("own_model", work.model.name or f"{show(work.model.params)} parameters", "")


def _open_copy(name: str, sold: HostedModel) -> Model:
    """The catalogue's model behind the API's name."""
    for text in (name, sold.id, sold.name):
        match = names.find("model", text)
        if match is not None and not catalogue.is_closed(match.row):
            return match.row  # type: ignore[no-any-return]
    raise MissingInput("own_model", f"the weights of {name} are not in the catalogue; name the open model to host instead")


def _groups(
    own: Model, chip: Accelerator, request: Request, target: Target, wanted: float, rent: Callable[[], float]
) -> tuple[list[_Group], Workload, Taken]:
    """Every size of group that is fast enough, first that whose fleet costs least for so many requests a day."""
    each = assumed("peak_to_average") * (1 + assumed("serving_headroom")) * request.output / SECONDS_PER_DAY
    price = rent() * assumed("hours_per_month")
    share = request.cached / request.input
    work = Workload(own, chip, None, request.input, request.output, cached=share)

    def group_of(size: Serving, error: float = 1.0) -> _Group:
        """`each` is the tokens per second that a request a day calls for."""
        return _Group(size, size.time.tokens_per_second * error / each, size.gpus * price)

    def cost(size: Serving) -> tuple[float, float]:
        group = group_of(size)
        return group.fleet(wanted)[1], group.cost

    sizes: list[Serving] = []

    def pick(options: Iterable[Serving]) -> Serving:
        sizes[:] = options  # those that keep the target which was taken in the end
        return min(sizes, key=cost)

    taken = chosen(work, target, None, pick)
    groups = [group_of(size, taken.error) for size in sizes]
    groups.sort(key=lambda group: (group.fleet(wanted)[1], group.cost))
    return groups, work, taken


def _name_api(of_api: Callable[[], float], requests: float, sizes: list[_Group]) -> None:
    """The API's bill with its range, and the volume from which a fleet costs less."""
    each, own = of_api(), sizes[0].fleet(requests)[1]
    low, high = interval_of(of_api)
    step("API", "requests per day x 730 / 24 x bill of one request", each * requests, "USD per month", figure="api_cost")
    figure("api_cost_low", low * requests, "USD per month")
    figure("api_cost_high", high * requests, "USD per month")
    figure("cheaper", "own fleet" if own < each * requests else "API", "")
    even = min((group.cost / each for group in sizes if group.cost <= group.capacity * each), default=None) if each else None
    if even is not None:
        formula = "cost of a group that can serve them / API's cost of one request"
        step("Break-even volume", formula, even, "requests per day", figure="break_even_requests_per_day")
    else:
        best = min(sizes, key=lambda group: group.cost / group.capacity)
        serves = f"serves {best.capacity:,.0f} requests a day, which this API serves for {show(best.capacity * each, 'USD')}"
        warn(f"hosting it costs more than this API at any volume: a group of {show(best.cost, 'USD')} a month {serves}")


def _volume_table(of_api: Callable[[], float], sizes: list[_Group], requests: float) -> Table:
    """Both costs over volumes around the one that is asked for, each with the size of group that costs least for it."""
    head = ("requests per day", "API USD per month", "groups", "GPUs", "own fleet USD per month", "cheaper")
    rows, each = [], of_api()
    for volume in (times * requests for times in VOLUMES):
        group = min(sizes, key=lambda group: group.fleet(volume)[1])
        count, own = group.fleet(volume)
        rows.append((volume, each * volume, float(count), count * group.served.gpus, own, "own fleet" if own < each * volume else "API"))
    return (head, *rows)
