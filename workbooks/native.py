"""What the spreadsheet's own functions come to, for the values that a workbook keeps with its formulas."""

from __future__ import annotations

import calendar
import datetime
import math
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any

DAY_ZERO = datetime.date(1899, 12, 30)  # the day that a spreadsheet counts as 0
MILLIONS_TEXT = '$#,##0.0,,"M"'


def flat(values: Any) -> Iterator[Any]:
    """The cells of ranges, one after the other."""
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from flat(value)
        else:
            yield value


def numbers(*values: Any) -> list[float]:
    return [value for value in flat(values) if isinstance(value, (int, float)) and not isinstance(value, bool)]


def _index(values: Sequence[Sequence[Any]], row: float, column: float = 0) -> Any:
    if len(values) == 1 and not column:  # one row: the position counts along it
        return values[0][int(row) - 1]
    return values[int(row) - 1][int(column) - 1 if column else 0]


def _match(wanted: Any, values: Any, kind: int = 1) -> float:
    if kind:
        raise ValueError("only exact matches are used")
    cells = list(flat(values))
    return cells.index(wanted) + 1 if wanted in cells else math.nan  # an error in a cell, here of a branch that is not taken


def npv(rate: float, *flows: Any) -> float:
    """Present value of flows at the end of each period, the first after one period."""
    return math.fsum(flow / (1 + rate) ** period for period, flow in enumerate(numbers(*flows), start=1))


def irr(flows: Any, guess: float = 0.1) -> float:
    """The rate at which the flows, the first at once, are worth nothing; by bisection, for flows that change sign once."""
    flow_list = numbers(flows)

    def worth(rate: float) -> float:
        return math.fsum(flow / (1 + rate) ** period for period, flow in enumerate(flow_list))

    low, high = -0.99, 100.0
    if worth(low) * worth(high) > 0:
        return math.nan  # they never change sign
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if worth(middle) * worth(low) > 0 else (low, middle)
    return (low + high) / 2


def pmt(rate: float, periods: float, present: float, future: float = 0) -> float:
    growth = math.pow(1 + rate, periods)
    return -(present * growth + future) * rate / (growth - 1)


def percentile(values: Any, share: float) -> float:
    """Between the ordered values, the ends included, as PERCENTILE of the spreadsheets."""
    ordered = sorted(numbers(values))
    place = share * (len(ordered) - 1)
    low = min(int(place), len(ordered) - 2) if len(ordered) > 1 else 0
    return float(ordered[low] + (ordered[min(low + 1, len(ordered) - 1)] - ordered[low]) * (place - low))


def edate(day: float, months: float) -> float:
    """The same day so many months later, as a spreadsheet counts days; the last of the month where it has no such day."""
    start = DAY_ZERO + datetime.timedelta(days=int(day))
    at = start.year * 12 + start.month - 1 + int(months)
    year, month = divmod(at, 12)
    end = calendar.monthrange(year, month + 1)[1]
    return float((datetime.date(year, month + 1, min(start.day, end)) - DAY_ZERO).days)


def _sumproduct(*ranges: Any) -> float:
    return math.fsum(math.prod(row) for row in zip(*(flat([array]) for array in ranges), strict=True))


def _sumif(where: Any, criterion: float, values: Any) -> float:
    """The values where the cell of the other range is the number."""
    return math.fsum(value or 0 for at, value in zip(flat([where]), flat([values]), strict=True) if at == criterion)


def _millions(value: float, number: str) -> str:
    if number != MILLIONS_TEXT:
        raise ValueError(f"no value for the number format {number}")
    return f"{'-' if value < 0 else ''}${abs(value) / 1e6:,.1f}M"


VALUES: dict[str, Callable[..., Any]] = {
    "IF": lambda test, yes, no: yes if test else no,
    "AND": lambda *tests: all(tests),
    "SUM": lambda *values: math.fsum(numbers(*values)),
    "MIN": lambda *values: min(numbers(*values), default=0),
    "MAX": lambda *values: max(numbers(*values), default=0),
    "AVERAGE": lambda *values: math.fsum(numbers(*values)) / len(numbers(*values)),
    "MEDIAN": lambda *values: median(numbers(*values)),
    "PERCENTILE": percentile,
    "ABS": abs,
    "LN": lambda value: math.log(value) if value > 0 else math.nan,  # in a branch that is not taken
    "EXP": math.exp,
    "ROUNDUP": lambda value, digits: math.ceil(value) if digits == 0 else None,
    "SUMIF": _sumif,
    "LARGE": lambda values, place: sorted(numbers(values), reverse=True)[int(place) - 1],
    "COUNT": lambda *values: len(numbers(*values)),
    "SUMPRODUCT": _sumproduct,
    "ROWS": len,
    "COLUMNS": lambda values: len(values[0]),
    "INDEX": _index,
    "MATCH": _match,
    "NPV": npv,
    "IRR": irr,
    "PMT": pmt,
    "TEXT": _millions,
    "SEARCH": lambda part, text: text.casefold().find(part.casefold()) + 1 or None,  # none found: an error in a cell
    "LEFT": lambda text, count=1: str(text)[:count],
    "ISBLANK": lambda value: value is None,
    "ISERROR": lambda value: False,
    "OR": lambda *tests: any(tests),
    "ROUND": lambda value, digits: math.floor(value + 0.5) if digits == 0 else None,
    "MOD": lambda value, by: value % by,
    "EDATE": edate,
    "ISNUMBER": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
}
