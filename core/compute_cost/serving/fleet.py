"""A fleet that serves people at their peak hour: how many chips, what they cost a month, a request and a user."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.errors import InputError, MissingInput
from compute_cost.inputs import assumed, default, figure, is_kept, step, warn
from compute_cost.parameters import AsOf, CacheFormat, Choice, Gpu, HourlyPrice, Params, Quantity, WeightFormat
from compute_cost.physics.serving_group import Serving
from compute_cost.physics.serving_plan import Target
from compute_cost.physics.waiting import waiting
from compute_cost.prices.rental import hourly_price
from compute_cost.ranges import rounded_up
from compute_cost.registry import estimate
from compute_cost.result import Answer, Rounded, Table
from compute_cost.serving.levels import CachedInput, FirstToken, Level, StreamRate, Taken, Workload, chosen, layout_of, name_level
from compute_cost.serving.throughput import RequestInput, RequestOutput
from compute_cost.serving.week import DAYS, HOURS, PROFILES, week

SECONDS_PER_DAY = 86400
HEAD = ("day", "hour", "tokens per second", "groups", "GPUs")  # of the table of hours

TOKENS_PER_DAY = Quantity("Output tokens served on an average day, in place of requests.", "tokens", high=1e16, example='"1B"')
TokensPerDay = Annotated[float | None, TOKENS_PER_DAY]
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
REQUESTS_PER_DAY = Quantity("Requests on an average day; each turn of a chat is one.", "requests", high=1e12, example="100000")
RequestsPerDay = Annotated[float | None, REQUESTS_PER_DAY]
USERS_PER_DAY = Quantity("People who use it on an average day, in place of requests.", "users", high=1e11, example="10000")
UsersPerDay = Annotated[float | None, USERS_PER_DAY]
ChatTurns = Annotated[
    float | None,
    Quantity(
        "Requests of one conversation: each sends again all that was sent and answered before it, so that the input grows. 1 if left out.",
        "turns", low=1, high=1e5, whole=True, example="5",
    ),
]  # fmt: skip
Profile = Annotated[
    str | None,
    Choice(
        "When people come: office (working hours), consumer (evenings, every day) or flat (day and night).",
        choices=tuple(PROFILES),
        example='"office"',
    ),
]


class Demand(NamedTuple):
    """What a service is asked for: requests on an average day, with their tokens, and the load of its busiest hour [tokens/s]."""

    requests: float
    input_tokens: float
    output_tokens: float
    peak: float
    wanted: float

    def of(self, work: Workload) -> Workload:
        """The work with requests of so many tokens."""
        return work._replace(input_tokens=self.input_tokens, output_tokens=self.output_tokens)

    @property
    def tokens_per_day(self) -> float:
        return self.requests * self.output_tokens

    @property
    def average(self) -> float:
        """Output tokens per second over the week."""
        return self.tokens_per_day / SECONDS_PER_DAY


class Fleet(NamedTuple):
    """Groups of accelerators that serve a demand."""

    work: Workload
    choice: Taken
    groups: float
    demand: Demand

    @property
    def group(self) -> Serving:
        return self.choice.way

    @property
    def rate(self) -> float:
        """Output tokens per second of one group."""
        return self.choice.rate

    @property
    def gpus(self) -> float:
        return self.groups * self.group.gpus

    @property
    def rounded(self) -> Rounded:
        """The accelerators before their groups were rounded up; where waiting asks for more groups than the load, as many as that."""
        each, groups = self.group.gpus, self.demand.wanted / self.rate
        exact = groups if rounded_up(groups) == self.groups else self.groups
        return Rounded(exact * each, lambda gpus: rounded_up(gpus / each) * each)

    def first_token(self) -> float:
        """Mean seconds to the first token in the busiest hour: for a free place of the fleet, then behind the inputs of others."""
        return _wait_for_place(self.group, self.rate, self.groups, self.demand.peak) + self.work.first_token(self.group)

    def by_hour(self, profile: str) -> list[tuple[str, float, float, float]]:
        """For each hour of the week its day, the hour, the load [tokens/s] and the groups that it takes, with the same headroom."""
        demand, rate, average = self.demand, self.rate, self.demand.average
        spare = demand.wanted / demand.peak
        loads = [times * average for times in week(profile, demand.peak / average)]
        taken = [min(self.groups, max(1.0, math.ceil(load * spare / rate - 1e-9))) for load in loads]
        return [(DAYS[hour // 24], float(hour % 24), load, count) for hour, (load, count) in enumerate(zip(loads, taken, strict=True))]

    def mean_groups(self, profile: str) -> float:
        """Groups over the week where they follow the load by the hour."""
        return sum(groups for *_, groups in self.by_hour(profile)) / HOURS


def _wait_for_place(group: Serving, rate: float, groups: float, load: float) -> float:
    """Mean seconds until one of the places of all groups is free, where answers are spread exponentially."""
    places = groups * group.time.batch
    return waiting(places, load / (groups * rate), group.output_tokens * group.time.batch / rate, 1.0)


def groups_for(work: Workload, group: Serving, rate: float, demand: Demand, target: Target) -> float:
    """The fewest groups that serve what is wanted, with so many places that the first token comes in time at the peak."""
    count = rounded_up(demand.wanted / rate)
    if target.first_token:
        spare = target.first_token * (1 + 1e-9) - work.first_token(group)
        while spare > 0 and _wait_for_place(group, rate, count, demand.peak) > spare:
            count += max(1.0, count // 8)
    return count


def fleet_of(work: Workload, demand: Demand, target: Target) -> Fleet:
    """The fleet with the fewest accelerators that serves a demand as asked, of groups of any usual size, and what is said of it."""
    if work.input_tokens is not demand.input_tokens or work.output_tokens is not demand.output_tokens:  # in a ranking they are already
        work = demand.of(work)

    def size(group: Serving) -> float:
        return groups_for(work, group, group.time.tokens_per_second, demand, target) * group.gpus

    def smallest(options: Iterator[Serving]) -> Serving:
        """The group of the smallest fleet, the smaller group where two are equal; larger groups than that fleet need not be tried."""
        best = next(options)
        least = size(best)
        last = best.gpus
        while last < least and (option := next(options, None)):
            last, its_size = option.gpus, size(option)
            if its_size < least:
                best, least = option, its_size
        return best

    choice = chosen(work, target, None, smallest)
    fleet = Fleet(work, choice, groups_for(work, choice.way, choice.rate, demand, target), demand)
    if is_kept():
        _name_fleet(fleet, target)
    return fleet


def demand_of(
    tokens_per_day: float | None,
    requests_per_day: float | None,
    users_per_day: float | None,
    input_tokens: float | None,
    output_tokens: float | None,
    turns: float | None,
    peak_to_average: float | None,
    headroom: float | None,
) -> Demand:
    """What is asked for a day, said in one of three ways. Raises MissingInput for none of them, InputError for more than one."""
    said = {"tokens_per_day": tokens_per_day, "requests_per_day": requests_per_day, "users_per_day": users_per_day}
    given = [name for name, value in said.items() if value is not None]
    given = [name for name in given if said[name]] or given[:1]  # of none of what another says, nothing need be said
    if not given:
        raise MissingInput("requests_per_day", "give requests_per_day, users_per_day or tokens_per_day, such as 100000 requests")
    if len(given) > 1:
        raise InputError(given[1], said[given[1]], f"{given[0]} says how much is served already; give one of the two")
    reads = assumed("serving_input_tokens", input_tokens, "input_tokens")
    writes = assumed("serving_output_tokens", output_tokens, "output_tokens")
    if turns and turns > 1:
        formula = "input_tokens + (turns - 1) / 2 x (input_tokens + output_tokens)"
        reads = step("Input of a request, with the turns before it", formula, reads + (turns - 1) / 2 * (reads + writes), "tokens")
    if users_per_day:
        requests = step("Requests", "users x requests of one user", users_per_day * assumed("requests_per_user"), "requests per day")
    else:
        requests = requests_per_day or (tokens_per_day or 0.0) / writes
    average = step("Average load", "output tokens per day / 86400 s", requests * writes / SECONDS_PER_DAY, "tokens/s")
    peak = average * assumed("peak_to_average", peak_to_average)
    step("Peak load", "average x peak_to_average", peak, "tokens/s", figure="tokens_per_second_at_peak")
    wanted = peak * (1 + assumed("serving_headroom", headroom, "headroom"))
    step("Capacity wanted", "peak x (1 + headroom)", wanted, "tokens/s")
    return Demand(requests, reads, writes, peak, wanted)


@estimate("USD per month")
def serving_cost(
    params: Params,
    tokens_per_day: TokensPerDay = None,
    gpu: Gpu = None,
    peak_to_average: PeakToAverage = None,
    price_per_gpu_hour: HourlyPrice = None,
    precision: WeightFormat = None,
    headroom: Headroom = None,
    months_reserved: Months = None,
    margin: Margin = None,
    as_of: AsOf = None,
    kv_precision: CacheFormat = None,
    input_tokens: RequestInput = None,
    output_tokens: RequestOutput = None,
    requests_per_day: RequestsPerDay = None,
    min_tokens_per_second: StreamRate = None,
    max_first_token: FirstToken = None,
    cached: CachedInput = None,
    users_per_day: UsersPerDay = None,
    turns: ChatTurns = None,
    profile: Profile = None,
    level: Level = None,
) -> Answer:
    """What a fleet costs a month that serves people in their busiest hour and is paid around the clock.

    average [tokens/s] = requests per day x output tokens / 86400; peak = average x peak_to_average
    groups = peak x (1 + headroom) / tokens per second of one group, rounded up
    cost [USD per month] = groups x accelerators of a group x 730 h x price [USD per GPU-hour]

    What is served is said as requests, users or output tokens per day. With `turns` each request of a conversation sends all
    that went before again; `cached` is the share of the input that need not be read again. One group is the fewest accelerators
    that hold the model, or a usual larger number where that takes fewer in all, each in its best layout (infer_throughput). With
    `min_tokens_per_second` a group takes as many requests at once as leave each user that speed, with `max_first_token` as many
    as are read in time; what a request waits is the mean in the busiest hour: for a free place among those of all groups (Sakasegawa's
    formula for many places, requests at random, lengths spread exponentially), for the rest of a decoding step, and
    behind the inputs of others (one queue for each copy). Without either, users get the speed of full groups, which stands beside
    the cost. The whole fleet is paid on Saturday midnight too; among the values, what the idle hours cost, and what a fleet would
    cost that follows the load by the hour (autoscaling, without the time that starting takes), whose hours the table
    lists: `profile` says when people come. With a margin, the price per million output tokens = cost per million / (1 - margin).
    `months_reserved` of 12 or 36 and more takes the price of that reservation (gpu_price). US dollars, before tax, nominal; 0 for nothing.

    Raises what infer_throughput raises, MissingInput where nothing says how much is served, NoData where there is no such rental price.
    """
    chip, peak = default("gpu", gpu, catalogue.default_gpu()), _peak(profile, peak_to_average)
    demand = demand_of(tokens_per_day, requests_per_day, users_per_day, input_tokens, output_tokens, turns, peak, headroom)
    work = Workload(params, chip, precision, None, None, None, kv_precision, cached, level=level)
    if not demand.requests:
        return _nothing_served("cost", "USD per month")
    fleet = fleet_of(work, demand, Target(min_tokens_per_second, max_first_token))
    price = hourly_price(chip, price_per_gpu_hour, as_of, months=months_reserved, count="peak_to_average", share="headroom")
    hours = assumed("hours_per_month")
    cost = step("Cost of the fleet", "groups x accelerators x 730 h x price", fleet.gpus * hours * price, "USD per month", "compute-cost")
    when = default("profile", profile, "office")
    if is_kept():
        _name_bill(fleet, cost, users_per_day, hours / 24)
        figure("autoscaled_cost", cost * fleet.mean_groups(when) / fleet.groups, "USD per month")
        _price_tokens(cost / (demand.tokens_per_day * hours / 24) * 1e6, margin)
        if months_reserved:
            step("Paid over the reservation", "cost a month x months", cost * months_reserved, "USD")
    return Answer(cost, "cost", table=lambda: _hours(fleet, when), rows=HOURS)


@estimate("GPUs")
def serving_gpus(
    params: Params,
    tokens_per_day: TokensPerDay = None,
    gpu: Gpu = None,
    peak_to_average: PeakToAverage = None,
    precision: WeightFormat = None,
    headroom: Headroom = None,
    kv_precision: CacheFormat = None,
    input_tokens: RequestInput = None,
    output_tokens: RequestOutput = None,
    requests_per_day: RequestsPerDay = None,
    min_tokens_per_second: StreamRate = None,
    max_first_token: FirstToken = None,
    cached: CachedInput = None,
    users_per_day: UsersPerDay = None,
    turns: ChatTurns = None,
    profile: Profile = None,
    level: Level = None,
) -> Answer:
    """How many accelerators serve people in their busiest hour.

    accelerators = groups x accelerators of a group
    groups = peak x (1 + headroom) / tokens per second of one group, rounded up

    The fleet of serving_cost, without its price: as many as the busiest hour takes, with headroom. The table has the number of every hour
    of the week.

    Raises what serving_cost raises, except for prices.
    """
    chip = default("gpu", gpu, catalogue.default_gpu())
    peak = _peak(profile, peak_to_average)
    demand = demand_of(tokens_per_day, requests_per_day, users_per_day, input_tokens, output_tokens, turns, peak, headroom)
    work = Workload(params, chip, precision, None, None, None, kv_precision, cached, level=level)
    if not demand.requests:
        return _nothing_served("gpus", "GPUs")
    fleet = fleet_of(work, demand, Target(min_tokens_per_second, max_first_token))
    when = default("profile", profile, "office")
    count = step("Accelerators", "groups x accelerators of a group", fleet.gpus, "GPUs")
    return Answer(count, "gpus", table=lambda: _hours(fleet, when), whole=fleet.rounded, rows=HOURS)


def _nothing_served(name: str, unit: str) -> Answer:
    """The fleet of a month before anybody is served: none."""
    step("Groups", "nothing is served, so that nothing is rented", 0.0, "groups", figure="groups")
    figure("gpus", 0.0, "GPUs")
    none = step("Fleet", "groups x accelerators of a group", 0.0, unit)
    rows = ((DAYS[hour // 24], float(hour % 24), 0.0, 0.0, 0.0) for hour in range(HOURS))
    return Answer(none, name, table=(HEAD, *rows))


def _peak(profile: str | None, peak_to_average: float | None) -> float | None:
    """The peak as given, or that of a profile: where people come day and night alike it is the average."""
    if profile != "flat":
        return peak_to_average
    if peak_to_average is not None and peak_to_average != 1:
        raise InputError("peak_to_average", peak_to_average, "a flat profile has no peak; give 1, or another profile")
    return 1.0


def _name_fleet(fleet: Fleet, target: Target) -> None:
    """The groups of a fleet, and what users get in its busiest hour."""
    group = fleet.group
    step("One group serves", f"{layout_of(group)}, {group.time.batch:,.0f} requests at once", fleet.rate, "tokens/s")
    step("Groups", "capacity wanted / one group, rounded up", fleet.groups, "groups", figure="groups")
    figure("gpus", fleet.gpus, "GPUs")
    name_level(fleet.work, target, fleet.group, fleet.groups)
    wait = fleet.first_token()
    if math.isinf(wait):
        warn("in the busiest hour every place is taken and the queue grows: give some headroom")
    else:
        step(
            "Time to first token in the busiest hour",
            "wait for a free place + time under load",
            wait,
            "s",
            figure="time_to_first_token_at_peak",
        )


def _name_bill(fleet: Fleet, cost: float, users: float | None, days: float) -> None:
    """The cost of a month split: what idle hours take, a request, a user."""
    demand = fleet.demand
    share = step(
        "Share of the fleet in use", "average / capacity of the fleet", demand.average / (fleet.groups * fleet.rate), "1", figure="load"
    )
    step("Of it for idle hours", "cost x (1 - share in use)", cost * (1 - share), "USD per month", figure="idle_cost")
    step("Cost of a request", "cost / (requests per day x 730 / 24)", cost / (demand.requests * days), "USD", figure="per_request")
    if users is not None:
        step("Cost of a user", "cost / users of an average day", cost / users, "USD per user and month", figure="per_user")
    figure("requests_per_day", demand.requests, "requests per day")
    figure("input_tokens", demand.input_tokens, "tokens")


def _hours(fleet: Fleet, profile: str) -> Table:
    """What every hour of the week takes."""
    rows = [(day, hour, load, groups, groups * fleet.group.gpus) for day, hour, load, groups in fleet.by_hour(profile)]
    return (HEAD, *rows)


def _price_tokens(million: float, margin: float | None) -> None:
    """The cost of a million output tokens [USD], and the price that leaves the margin."""
    figure("per_million_tokens", million, "USD per million tokens")
    if margin is not None:
        formula, price = "cost of a million output tokens / (1 - margin)", million / (1 - margin)
        step("Price of a million output tokens", formula, price, "USD per million tokens", figure="price_per_million_tokens")
