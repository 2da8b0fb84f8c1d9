"""Small drawings as SVG text: ranges of several answers, and a price over the months. A page draws hundreds in a second."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import NamedTuple

from compute_cost.amounts import show

MAIN, BAND, QUIET, INK = "#00796b", "#80cbc4", "#90a4ae", "#37474f"
WIDTH = 480
_FONT = "font-family='system-ui, sans-serif' font-size='13'"


class Bar(NamedTuple):
    """A value with the ends of its range."""

    name: str
    value: float
    low: float
    high: float


def _svg(height: float, title: str, parts: Iterable[str]) -> str:
    inside = "\n".join(parts)
    size = f"viewBox='0 0 {WIDTH} {height:g}' width='{WIDTH}' height='{height:g}'"
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' {size} role='img' {_FONT}>\n"
        f"<title>{escape(title)}</title>\n<rect width='{WIDTH}' height='{height:g}' fill='#ffffff'/>\n{inside}\n</svg>\n"
    )


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' fill='{INK}' text-anchor='{anchor}'>{escape(words)}</text>"


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between the ends, four to eight of them."""
    step = 10.0 ** math.floor(math.log10((high - low) / 4))
    step *= next(times for times in (1, 2, 5, 10) if (high - low) / (step * times) <= 8)
    first = math.ceil(low / step)
    return [number * step for number in range(first, math.floor(high / step) + 1)]


def ranges(title: str, bars: Sequence[Bar], unit: str) -> str:
    """One line a bar: its name, its range and its value, on an axis that is logarithmic where they lie far apart."""
    left, right, row = 80, 100, 30
    low, high = min(bar.low for bar in bars), max(bar.high for bar in bars)
    log = low > 0 and high > 30 * low
    turn: Callable[[float], float] = math.log if log else float
    start, end = (turn(low), turn(high)) if log else (min(0.0, low), high or 1.0)

    def place(value: float) -> float:
        return left + (turn(value) - start) / ((end - start) or 1.0) * (WIDTH - left - right)

    parts = []
    for number, bar in enumerate(bars):
        y = 20 + number * row
        parts += [
            _text(left - 10, y + 4, bar.name, "end"),
            f"<line x1='{place(bar.low):.1f}' x2='{place(bar.high):.1f}' y1='{y}' y2='{y}' stroke='{BAND}' stroke-width='8'/>",
            f"<circle cx='{place(bar.value):.1f}' cy='{y}' r='5' fill='{MAIN}'/>",
            _text(place(bar.high) + 8, y + 4, show(bar.value, unit)),
        ]
    return _svg(20 + row * len(bars), title, parts)


class Month(NamedTuple):
    """An index with its range on a day."""

    day: datetime.date
    price: float
    low: float
    high: float


def history(title: str, months: Sequence[Month], quotes: Sequence[tuple[datetime.date, float]]) -> str:
    """The price over the years: the quotes as points, the index as a line in the band between its low and high providers."""
    left, right, top, bottom, height = 44, 12, 14, 28, 260
    days = [month.day.toordinal() for month in months] + [day.toordinal() for day, _ in quotes]
    first, last = min(days), max(max(days), min(days) + 30)
    most = 1.05 * max([month.high for month in months] + [price for _, price in quotes])

    def x(day: datetime.date) -> float:
        return left + (day.toordinal() - first) / (last - first) * (WIDTH - left - right)

    def y(price: float) -> float:
        return top + (1 - price / most) * (height - top - bottom)

    parts = []
    for tick in _ticks(0, most):
        parts.append(f"<line x1='{left}' x2='{WIDTH - right}' y1='{y(tick):.1f}' y2='{y(tick):.1f}' stroke='#eceff1'/>")
        parts.append(_text(left - 6, y(tick) + 4, f"${tick:g}", "end"))
    years = range(datetime.date.fromordinal(first).year + 1, datetime.date.fromordinal(last).year + 1)
    for year in (datetime.date(number, 1, 1) for number in years):
        parts.append(f"<line x1='{x(year):.1f}' x2='{x(year):.1f}' y1='{top}' y2='{height - bottom}' stroke='#eceff1'/>")
        parts.append(_text(x(year), height - 8, str(year.year), "middle"))
    parts += [f"<circle cx='{x(day):.1f}' cy='{y(price):.1f}' r='2.2' fill='{QUIET}' fill-opacity='0.6'/>" for day, price in quotes]
    upper = [f"{x(month.day):.1f},{y(month.high):.1f}" for month in months]
    lower = [f"{x(month.day):.1f},{y(month.low):.1f}" for month in reversed(months)]
    parts.append(f"<polygon points='{' '.join(upper + lower)}' fill='{BAND}' fill-opacity='0.45'/>")
    line = " ".join(f"{x(month.day):.1f},{y(month.price):.1f}" for month in months)
    parts.append(f"<polyline points='{line}' fill='none' stroke='{MAIN}' stroke-width='2.5'/>")
    return _svg(height, title, parts)
