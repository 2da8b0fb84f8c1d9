"""Amounts that may differ by month, as one argument: a number for all months, or "10%; 40% from 4; 70% from 7"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from compute_cost.errors import InputError
from compute_cost.parameters import Quantity, RentalPrice

MOST_MONTHS = 1200
_LATER = 360  # months after the last age that is given
_AT_AGE = r"(?i)(.+?)\s+(?:after|at)\s+(\d{1,4})(?:\s+months)?"
_FROM = r"(?i)(.+?)\s+from(?:\s+month)?\s+(\d{1,4})"


class Path(str):
    """A text of several amounts, with the amount of each month; the last is that of all later ones."""

    __slots__ = ("amounts",)
    amounts: tuple[float, ...]

    def __new__(cls, text: str, amounts: Sequence[float]) -> Path:
        path = super().__new__(cls, text)
        path.amounts = tuple(amounts)
        return path


class ByAge(str):
    """A text of what is left of a price at several ages, with the months and the share of each."""

    __slots__ = ("points",)
    points: tuple[tuple[float, float], ...]

    def __new__(cls, text: str, points: Sequence[tuple[float, float]]) -> ByAge:
        curve = super().__new__(cls, text)
        (young, before), (old, after) = ((0.0, 1.0), *points)[-2:]
        end = max(after * (after / before) ** (_LATER / (old - young)), 1e-300)  # it falls on as between the last two
        curve.points = ((0.0, 1.0), *points, (old + _LATER, end))
        return curve

    def at(self, months: Any) -> Any:
        """The share left after so many months, a number or an array of draws; between two ages it falls at one rate."""
        if not isinstance(months, (int, float)):
            import numpy as np  # draws only: a cell needs no numpy

            ages, shares = zip(*self.points, strict=True)
            return np.exp(np.interp(months, ages, np.log(shares)))
        place = next((place for place, (age, _) in enumerate(self.points) if place and months <= age), len(self.points) - 1)
        (young, before), (old, after) = self.points[place - 1], self.points[place]
        return float(before * (after / before) ** ((months - young) / (old - young)))


def by_month(amount: Any) -> tuple[Any, ...]:
    """The amounts of the first months, the last of them that of all later ones: of a path, or of one number (or array of draws)."""
    return amount.amounts if isinstance(amount, Path) else (amount,)


@dataclass(frozen=True)
class Monthly(Quantity):
    """An amount for all months, or several with a semicolon between them, for the months in turn or each from a month on; or a list."""

    ranges: ClassVar[bool] = True  # of a table, a spreadsheet hands over ranges whole: the cells are the months
    in_order: ClassVar[bool] = True  # with their blanks, which would move the months after them

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
            if isinstance(value, (list, tuple)) and 0 < len(value) <= MOST_MONTHS:
                if None in value:
                    raise InputError(name, f"month {value.index(None) + 1}", f"it is blank; {self.allowed()}")
                return Path("; ".join(str(amount) for amount in value), [read_one(amount) for amount in value])
            if not isinstance(value, str) or not self.is_path(value):
                return read_one(value)
            amounts: list[float] = []
            for text in value.strip().strip(";").split(";"):
                match = re.fullmatch(_FROM, text.strip())
                month = int(match[2]) if match else len(amounts) + 1
                if (not amounts and month != 1) or month <= len(amounts) or month > MOST_MONTHS:
                    raise InputError(name, value, f"the first amount is that of month 1, each later one begins later; {self.allowed()}")
                amounts += amounts[-1:] * (month - 1 - len(amounts))
                amounts.append(read_one(match[1] if match else text))
            return Path(value.strip(), amounts)

        return read


class MonthlyRent(Monthly, RentalPrice):
    """A price of an accelerator and hour, or several by month; a text that begins with a chip is lines of a price book."""

    def is_path(self, text: str) -> bool:
        return super().is_path(text) and text.strip()[:1] in "$€£0123456789."


class ShareLeft(Quantity):
    """What is left of a price at the end of a life, as one share; or at several ages: "65% after 12; 45% after 24; 30% after 36"."""

    def allowed(self) -> str:
        return f'{super().allowed()}; by age in months, "A after 12; B after 24"'

    def reader(self, name: str) -> Callable[[Any], Any]:
        read_one = super().reader(name)

        def read(value: Any) -> Any:
            if isinstance(value, ByAge) or not isinstance(value, str):
                return value if isinstance(value, ByAge) else read_one(value)
            texts = value.strip().strip(";").split(";")
            matches = [re.fullmatch(_AT_AGE, text.strip()) for text in texts]
            if not any(matches):
                return read_one(value)
            points = [(float(match[2]), read_one(match[1])) for match in matches if match]
            ages, shares = [age for age, _ in points], [share for _, share in points]
            if len(points) < len(texts) or ages != sorted({*ages}) or not ages[0]:
                raise InputError(name, value, f"each part is a share and its age, the younger first; {self.allowed()}")
            if shares != sorted(shares, reverse=True) or min(shares) <= 0:
                raise InputError(name, value, "what is left falls with age, and never to nothing")
            return ByAge(value.strip(), points)

        return read
