"""The load of a service over the hours of a week: when the chips are needed that stand there all week."""

from __future__ import annotations

import math
from functools import lru_cache

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = 24 * len(DAYS)
# The busiest hour of the day, and what a day of the weekend has of a working day's requests, in logarithms: stylized weeks.
PROFILES = {"office": (11, -2.0), "consumer": (20, 0.0), "flat": (0, 0.0)}
_STEEPEST = 1e6  # all requests in one hour


@lru_cache(64)
def week(profile: str, peak: float) -> tuple[float, ...]:
    """The load of each hour of the week from Monday 0:00 on, over the average of the week; its largest is `peak`.

    load of an hour = exp(k x (cos(2 pi x (hour - busiest hour) / 24) + weekend)) over its mean, k such that the largest is `peak`;
    of two days as busy as each other the earlier one is taken to be a little busier, so that one hour is the busiest. A peak of
    more than 168 times is shorter than an hour: then that hour has them all. Flat is the average all week.
    """
    busiest, weekend = PROFILES[profile]
    base = [
        math.cos(2 * math.pi * (hour % 24 - busiest) / 24) + (weekend if hour >= 5 * 24 else 0.0) - 0.001 * (hour // 24)
        for hour in range(HOURS)
    ]
    top = max(base)
    below = [value - top for value in base]
    low, high = 0.0, _STEEPEST if profile != "flat" else 0.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if HOURS / sum(_weights(below, middle)) < peak else (low, middle)
    weights = _weights(below, high)
    whole = sum(weights)
    return tuple(weight * HOURS / whole for weight in weights)


def _weights(below: list[float], steepness: float) -> list[float]:
    return [math.exp(steepness * value) for value in below]
