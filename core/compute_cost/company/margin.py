"""What is left of a product's price when the tokens of its users are paid."""

from __future__ import annotations

import datetime
from typing import Annotated

from compute_cost.company.rounds import TokenCost
from compute_cost.errors import InputError, MissingInput
from compute_cost.inputs import assumed, default, figure, is_kept, step, warn
from compute_cost.parameters import AsOf, Quantity, Text
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table
from compute_cost.serving.hosted import CachedTokens, api_cost

Price = Annotated[
    float, Quantity("What a paying user pays, before tax.", "USD per user and month", high=1e7, above=True, example='20 or "$20"')
]
PayingUsers = Annotated[float, Quantity("Paying users.", "users", above=True, high=1e10, example="10000")]
FREE_USERS_USUAL = 100  # for each paying one: above it the number is most likely that of all together
Use = Annotated[float, Quantity("Requests of a paying user.", "requests per user and month", high=1e9, example="300")]
MaybeModel = Annotated[str | None, Text("a model that a hosted API offers; or give token_cost", example='"gpt-4o"')]
InputTokens = Annotated[float | None, Quantity("Tokens that a request sends.", "tokens", high=1e9, example="1000")]
OutputTokens = Annotated[float | None, Quantity("Tokens that a request gets back.", "tokens", high=1e9, example="500")]
FreeUsers = Annotated[
    float | None, Quantity("Users without a subscription, for each paying one; none if left out.", "users", high=1e5, example="9")
]
FreeUse = Annotated[
    float | None,
    Quantity(
        "Requests of a free user; as many as of a paying one if left out.",
        "requests per user and month",
        high=1e7,
        example="20",
        only_with="free_users",
    ),
]
OtherCost = Annotated[
    float | None,
    Quantity("All other cost of a paying user: support, storage; none if left out.", "USD per user and month", high=1e7, example="1"),
]
FixedCost = Annotated[
    float | None,
    Quantity(
        "What is paid each month however many users there are: staff, rent; none if left out.",
        "USD per month",
        high=1e12,
        example="100000",
    ),
]
FeeShare = Annotated[float | None, Quantity("Share of the price that payment and app stores keep.", "1", high=1, example='0.03 or "3%"')]


@estimate("1")
def unit_margin(
    price: Price,
    users: PayingUsers,
    use: Use,
    model: MaybeModel = None,
    input_tokens: InputTokens = None,
    output_tokens: OutputTokens = None,
    cached_tokens: CachedTokens = None,
    token_cost: TokenCost = None,
    free_users: FreeUsers = None,
    free_use: FreeUse = None,
    other_cost: OtherCost = None,
    fixed_cost: FixedCost = None,
    fee_share: FeeShare = None,
    as_of: AsOf = None,
) -> Answer:
    """Gross margin of a product by subscription: what is left of the price when tokens, free users and fees are paid.

    margin [1] = (price x (1 - fees) - tokens - other) / price, per paying user and month
    tokens [USD] = (use + free users x free use) x cost of a request
    cost of a request = api_cost of the model, or (input + output tokens) x token_cost / 1e6

    Break-even use: the requests a month of a paying user at which nothing is left; break-even users: how many have to pay to cover the
    fixed cost. The table has the margin at a tenth to ten times as much use, as use is never even: a few ask most.
    Valid for a price by the month; for a price by use, give the price and the use of one unit. US dollars, before tax, nominal.

    Raises MissingInput where neither a model nor token_cost is given, InputError where both are, and what api_cost raises.
    """
    request = _request_cost(model, input_tokens, output_tokens, cached_tokens, token_cost, as_of)
    free = default("free_users", free_users, 0.0, "users")
    free_requests = free * (use if free_use is None else free_use)
    kept = price * (1 - assumed("payment_fee", fee_share, "fee_share"))
    other = default("other_cost", other_cost, 0.0, "USD per user and month")
    tokens = step("Tokens of a paying user", "(use + free users x free use) x cost of a request", (use + free_requests) * request, "USD")
    left = step("Left of the price", "price x (1 - fees) - tokens - other", kept - tokens - other, "USD", figure="left_per_user")
    margin = step("Gross margin", "left / price", left / price, "1")
    if is_kept():
        fixed = default("fixed_cost", fixed_cost, 0.0, "USD per month")
        step("Tokens over the price", "tokens / price", tokens / price, "1", figure="token_share")
        room = (kept - other) / request - free_requests if request else None
        never = "none: every request is free" if room is None else "none: less than nothing is left before the first request"
        step("Break-even use", "requests of a paying user at which nothing is left", never if room is None or room < 0 else room,
             "requests per user and month", figure="break_even_use")  # fmt: skip
        step("Break-even users", "fixed cost / left of the price", fixed / left if left > 0 else "none: each user costs more than is left",
             "users", figure="break_even_users")  # fmt: skip
        step("Profit a month", "users x left - fixed cost", users * left - fixed, "USD per month", figure="profit_per_month")
        figure("revenue_per_month", users * price, "USD per month")
        figure("tokens_per_month", users * tokens, "USD per month")
        figure("cost_per_request", request, "USD")
        warn("use is that of the average user: see the table for those who ask more; staff, training and taxes are not in a gross margin")
        if free > FREE_USERS_USUAL and users > 1:
            warn(f"free_users: {free:,.0f} was given for each paying user; for {free:,.0f} in all give {free / users:.3g}")
    return Answer(margin, "margin", table=lambda: _by_use(price, kept - other, use, free_requests, request))


def _request_cost(
    model: str | None,
    sent: float | None,
    received: float | None,
    cached: float | None,
    token_cost: float | None,
    as_of: datetime.date | None,
) -> float:
    """What one request costs [USD]."""
    tokens = (assumed("serving_input_tokens", sent, "input_tokens"), assumed("serving_output_tokens", received, "output_tokens"))
    if token_cost is not None:
        if model is not None:
            raise InputError("token_cost", token_cost, "a model is given too, whose API has its prices: give one of the two")
        return step("Cost of a request", "tokens x cost of a million", sum(tokens) * token_cost / 1e6, "USD")
    if model is None:
        raise MissingInput("model", "name a model whose API is used, such as gpt-4o, or give token_cost")
    return float(api_cost.of(model, *tokens, as_of, 1.0, cached).value)


def _by_use(price: float, kept: float, use: float, free: float, request: float) -> Table:
    """The margin of users who ask more or less than the average one, which the free ones burden alike."""
    rows = []
    for times in (0.1, 0.3, 1.0, 3.0, 10.0):
        left = kept - (use * times + free) * request
        rows.append((times, use * times, left, left / price))
    return (("times the average use", "requests a month", "left of the price (USD)", "margin"), *rows)
