"""Amounts that may differ by month, as one argument: a number for all months, or "10%; 40% from 4; 70% from 7"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from compute_cost.errors import InputError
from compute_cost.parameters import Quantity, RentalPrice

MOST_MONTHS = 1200
_FROM = re.compile(r"(.+?)\s+from(?:\s+month)?\s+(\d{1,4})", re.IGNORECASE)


class Path(str):
    """A text of several amounts, with the amount of each month; the last is that of all later ones."""

    __slots__ = ("amounts",)
    amounts: tuple[float, ...]

    def __new__(cls, text: str, amounts: Sequence[float]) -> Path:
        path = super().__new__(cls, text)
        path.amounts = tuple(amounts)
        return path


def by_month(amount: Any) -> tuple[Any, ...]:
    """The amounts of the first months, the last of them that of all later ones: of a path, or of one number (or array of draws)."""
    return amount.amounts if isinstance(amount, Path) else (amount,)


@dataclass(frozen=True)
class Monthly(Quantity):
    """An amount for all months, or several with a semicolon between them, for the months in turn or each from a month on."""

    def allowed(self) -> str:
        return f'{super().allowed()}; for amounts that change, "A; B" by month or "A; B from 7"'

    def is_path(self, text: str) -> bool:
        """Whether a text is of several amounts."""
        return ";" in text

    def reader(self, name: str) -> Callable[[Any], Any]:
        read_one = super().reader(name)

        def read(value: Any) -> Any:
            if isinstance(value, Path):
                return value
            if not isinstance(value, str) or not self.is_path(value):
                return read_one(value)
            amounts: list[float] = []
            for text in value.strip().strip(";").split(";"):
                found = _FROM.fullmatch(text.strip())
                month = int(found[2]) if found else len(amounts) + 1
                if (not amounts and month != 1) or month <= len(amounts) or month > MOST_MONTHS:
                    raise InputError(name, value, f"the first amount is that of month 1, each later one begins later; {self.allowed()}")
                amounts += amounts[-1:] * (month - 1 - len(amounts))
                amounts.append(read_one(found[1] if found else text))
            return Path(value.strip(), amounts)

        return read


@dataclass(frozen=True)
class MonthlyRent(Monthly, RentalPrice):
    """A price of an accelerator and hour, or several by month; a text that begins with a chip is lines of a price book."""

    def is_path(self, text: str) -> bool:
        return super().is_path(text) and text.strip()[:1] in "$€£0123456789."
