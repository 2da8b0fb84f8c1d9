"""What an agent costs that works through a hosted API: it reads its whole context again in every turn."""

from __future__ import annotations

import math
from functools import partial
from typing import Annotated

from compute_cost.catalogue.records import HostedModel
from compute_cost.inputs import assumed, default, figure, is_kept, step, warn
from compute_cost.parameters import AsOf, Quantity, Share
from compute_cost.prices import tariffs
from compute_cost.prices.tariffs import Bill, Request
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table
from compute_cost.serving.hosted import (
    ApiModel,
    Choosing,
    Host,
    Service,
    choose,
    name_prices,
    price_level,
    price_range,
    refuse_free_output,
    warn_of_limits,
)

MOST_TURNS = 10_000

Tasks = Annotated[float | None, Quantity("Tasks that are to be done; one if left out.", "tasks", high=1e12, whole=True, example="500")]
Turns = Annotated[
    float | None, Quantity("Requests of one attempt at a task.", "requests", low=1, high=MOST_TURNS, whole=True, example="50")
]
FirstContext = Annotated[
    float | None, Quantity("Tokens of the first request: instructions, tools, task.", "tokens", low=1, high=1e8, example="10000")
]
Growth = Annotated[
    float | None, Quantity("Tokens that each turn adds to the context: its answer, results of tools.", "tokens", high=1e8, example="2000")
]
OutputPerTurn = Annotated[float | None, Quantity("Tokens written in a turn, with thinking.", "tokens", high=1e8, example="600")]
CachedShare = Annotated[float | None, Share("Share of what is read again that comes from the cache.", "1", high=1, example='0.9 or "90%"')]
SuccessRate = Annotated[
    float | None,
    Share("Share of attempts that do the task; the others are tried again. 1 if left out.", "1", high=1, above=True, example="0.7"),
]


@estimate("USD")
def agent_cost(
    model: ApiModel,
    tasks: Tasks = None,
    turns: Turns = None,
    first_context: FirstContext = None,
    growth_per_turn: Growth = None,
    output_per_turn: OutputPerTurn = None,
    cached: CachedShare = None,
    success_rate: SuccessRate = None,
    service: Service = None,
    provider: Host = None,
    as_of: AsOf = None,
) -> Answer:
    """What tasks cost that an agent does through a hosted API, which reads its context again in every turn.

    context of turn k [tokens] = first_context + (k - 1) x growth_per_turn, so that what is read grows as the square of the turns
    read in all = turns x first_context + growth_per_turn x turns x (turns - 1) / 2
    cost [USD] = tasks / success_rate x sum over turns of the bill of a request with that context

    Of what a turn reads again, the context of the turn before, the share `cached` is read from the cache; what is new is
    written to it where the tariff bills writes. Each turn is billed in the tier of its own context (api_cost), and failed
    attempts cost as much as others. Turns, tokens and the cached share are assumptions unless given, after published runs of
    coding agents, of which two at one task may differ by 30 times. Compacting the context is not modelled: a warning says from which
    turn on it is longer than any request that the model is known to take. US dollars, before tax, nominal.

    Raises what api_cost raises.
    """
    steps = round(assumed("agent_turns", turns, "turns"))
    first = assumed("agent_first_context", first_context, "first_context")
    growth = assumed("agent_growth_per_turn", growth_per_turn, "growth_per_turn")
    written = assumed("agent_output_per_turn", output_per_turn, "output_per_turn")
    share = assumed("agent_cached", cached, "cached")
    if growth_per_turn is not None and output_per_turn is not None and written > growth > 0:
        warn("a turn writes more than it adds to the context: right only where answers or thinking are left out of what is read again")
    middle = first + growth * (steps - 1) / 2
    chosen = choose(model, Request(middle, written, share * middle), as_of, service, provider, True)
    refuse_free_output(chosen, "model", model)
    level = price_level(chosen, partial(price_range, chosen, Request(middle, written, share * middle), True))
    bills = [(request, chosen.offer.bill(request)) for request in _requests(steps, first, growth, written, share, chosen)]
    attempt = sum(bill.total for _, bill in bills) * level
    wanted, rate = default("tasks", tasks, 1.0, "tasks"), default("success_rate", success_rate, 1.0, "1")
    if is_kept():
        name_prices(chosen, chosen.offer.tier(middle), level, True)
        _name_tokens([request for request, _ in bills])
        _warn_of_limit(chosen.model, [request for request, _ in bills])
        _name_attempt([bill for _, bill in bills], level, attempt)
    done = step("Cost of a task done", "cost of an attempt / success_rate", attempt / rate, "USD", figure="per_task")
    cost = step("Cost", "tasks x cost of a task done", wanted * done, "USD")
    return Answer(cost, "cost", table=lambda: _turn_table(bills, level), rows=len(bills))


def _requests(turns: int, first: float, growth: float, written: float, share: float, chosen: Choosing) -> list[Request]:
    """The request of each turn: what was read before comes from the cache in part, what is new is written to it."""
    writes = chosen.offer.base.cache_write is not None and share > 0
    requests = []
    for turn in range(turns):
        context, before = first + turn * growth, first + (turn - 1) * growth if turn else 0.0
        requests.append(Request(context, written, share * before, context - before if writes else 0.0))
    return requests


def _name_tokens(requests: list[Request]) -> None:
    """What one attempt reads and writes."""
    read = sum(request.input for request in requests)
    formula = "turns x first_context + growth_per_turn x turns x (turns - 1) / 2"
    step("Read in one attempt", formula, read, "tokens", figure="input_tokens")
    step(
        "Of it from the cache", "share of what is read again", sum(request.cached for request in requests), "tokens", figure="cached_tokens"
    )
    step(
        "Of it written to the cache",
        "what is new in each turn",
        sum(request.writes for request in requests),
        "tokens",
        figure="cache_writes",
    )
    step("Written in one attempt", "turns x output_per_turn", sum(request.output for request in requests), "tokens", figure="output_tokens")
    figure("last_context", requests[-1].input, "tokens")


def _warn_of_limit(model: HostedModel, requests: list[Request]) -> None:
    """Says from which turn on the context is longer than any request that the model is known to take."""
    written = min(requests[0].output, model.longest_output or math.inf)  # a longer answer is said of the first turn
    fitting = sum(not tariffs.beyond(model, request._replace(output=written)) for request in requests)
    if 0 < fitting < len(requests):
        (longest,) = tariffs.beyond(model, requests[fitting]._replace(output=written))
        warn(
            f"from turn {fitting + 1:,.0f} on the context is too long: {longest}. Agents cut or sum it up by then, which is not modelled:"
            f" the turns after are billed as if it fitted; give {fitting:,.0f} turns, or a model that takes more"
        )
    warn_of_limits(model, requests[0])


def _name_attempt(bills: list[Bill], level: float, attempt: float) -> None:
    for name, label in (("input", "Uncached input"), ("cached", "Input from the cache"), ("writes", "Input written to the cache"),
                        ("output", "Output"), ("fee", "Fees")):  # fmt: skip
        amount = sum(getattr(bill, name) for bill in bills) * level
        if amount:
            step(label, "sum over turns of tokens x price", amount, "USD", figure=f"{name}_cost")
    step("Cost of an attempt", "sum of its parts", attempt, "USD", figure="per_attempt")


def _turn_table(bills: list[tuple[Request, Bill]], level: float) -> Table:
    head = ("turn", "context tokens", "from the cache", "written to the cache", "output tokens", "USD", "USD so far")
    rows, so_far = [], 0.0
    for turn, (request, bill) in enumerate(bills, start=1):
        so_far += bill.total * level
        rows.append((float(turn), request.input, request.cached, request.writes, request.output, bill.total * level, so_far))
    return (head, *rows)
