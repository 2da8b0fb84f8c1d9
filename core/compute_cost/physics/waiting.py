"""How long a request waits for its turn where requests come at random: the queue before several places."""

from __future__ import annotations

import math


def waiting(places: float, busy: float, seconds: float, spread: float) -> float:
    """Mean seconds that a request waits before one of so many places is free; infinite where more comes than they can do.

    wait = seconds / places x busy^(sqrt(2 x (places + 1)) - 1) / (1 - busy) x (1 + spread) / 2

    Sakasegawa 1977 (doi 10.1007/BF02532776), exact for one place (Pollaczek and Khinchine) and at most a quarter too
    long for more. `busy` is the share of the places that is taken on average, `seconds` how long a request takes one, `spread` the variance
    of that over its square: 0 where all take as long, 1 where they are spread exponentially. Requests come independently of each other.
    """
    if busy >= 1:
        return math.inf
    crowded: float = busy ** (math.sqrt(2 * (places + 1)) - 1) / (1 - busy)
    return seconds / places * crowded * (1 + spread) / 2
