"""Rounds of capital by month or date, and a product with users: what start-up estimates are asked besides monthly spending."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

from compute_cost import amounts
from compute_cost.catalogue.columns import period_end
from compute_cost.errors import InputError, MissingInput
from compute_cost.inputs import default
from compute_cost.parameters import Kind, Quantity

_ROUND = r"(?i)(.+?)\s+(?:at|in|from|on)\s+(?:month\s+)?(\d{4}-\d{2}(?:-\d{2})?|\d{1,4})"


class Rounds(str):
    """A text of rounds, with what each brings [USD] and when: a month from 1 or a date."""

    __slots__ = ("each",)
    each: tuple[tuple[float, int | datetime.date], ...]

    def __new__(cls, text: str, each: tuple[tuple[float, int | datetime.date], ...]) -> Rounds:
        rounds = super().__new__(cls, text)
        rounds.each = each
        return rounds

    def by_month(self, start: datetime.date) -> dict[int, float]:
        """What comes in at the beginning of each month [USD], where month 1 holds the day `start`."""
        money: dict[int, float] = {}
        for amount, when in self.each:
            month = when if isinstance(when, int) else 12 * (when.year - start.year) + when.month - start.month + 1
            if month < 1:
                raise InputError("rounds", str(self), f"{when} is before the first month, {start:%Y-%m}; count what has come in as capital")
            money[month] = money.get(month, 0.0) + amount
        return money


class RoundsKind(Kind):
    """Amounts with their months or dates, separated by semicolons."""

    def reader(self, name: str) -> Callable[[Any], Rounds]:
        def read(value: Any) -> Rounds:
            if isinstance(value, Rounds):
                return value
            wanted = f"give amounts with their months or dates, such as {self.example}"
            if not isinstance(value, str) or len(value) > 1000 or not value.strip().strip(";"):
                raise InputError(name, value, wanted)
            each = []
            for text in value.strip().strip(";").split(";"):
                match = re.fullmatch(_ROUND, text.strip())
                if not match:
                    raise InputError(name, value, wanted)
                try:
                    money = amounts.read(match[1], "USD")
                    when = int(match[2]) if match[2].isdigit() else period_end(match[2])
                except ValueError as problem:
                    raise InputError(name, value, f"{problem}; {wanted}") from None
                if not 0 < money <= 1e13 or when == 0:
                    raise InputError(name, value, wanted)
                each.append((money, when))
            return Rounds(value.strip(), tuple(each))

        return read


LaterRounds = Annotated[
    str | None,
    RoundsKind("Later rounds of capital, each with its month or date; none if left out.", example='"$20M at month 7; $100M at 2028-03"'),
]
Users = Annotated[float | None, Quantity("Paying users in the first month; none if left out.", "users", high=1e10, example="10000")]
PricePerUser = Annotated[
    float | None, Quantity("What a user pays.", "USD per user and month", high=1e7, example='20 or "$20"', only_with="users")
]
TokensPerUser = Annotated[
    float | None, Quantity("Tokens that a user sends and gets.", "tokens per user and month", high=1e13, example='"2M"', only_with="users")
]
TokenCost = Annotated[
    float | None,
    Quantity(
        "What a million of these tokens costs to serve, as infer_cost or api_cost gives it.",
        "USD per million tokens",
        high=1e6,
        example="0.5",
    ),
]
UserGrowth = Annotated[
    float | None,
    Quantity(
        "Growth of the users each month, may be negative; 0 if left out.", "1", low=-0.9, high=1, example='0.1 or "10%"', only_with="users"
    ),
]


class Product(NamedTuple):
    """What users bring and cost in the first month [USD], and how their number grows by the month."""

    revenue: float = 0.0
    serving: float = 0.0
    growth: float = 0.0

    @classmethod
    def of(cls, users: float | None, price: float | None, tokens: float | None, cost: float | None, growth: float | None) -> Product:
        """Raises MissingInput where users are given without their price, or their tokens without what those cost."""
        if not users:
            return cls()
        if price is None:
            raise MissingInput("price_per_user", "users are given: say what each pays a month, such as 20, or 0")
        if tokens and cost is None:
            raise MissingInput("token_cost", "tokens_per_user is given: say what a million of them costs, such as 0.5; see infer_cost")
        served = users * default("tokens_per_user", tokens, 0.0, "tokens per user and month") * (cost or 0.0) / 1e6
        return cls(users * price, served, default("user_growth", growth, 0.0, "1"))
