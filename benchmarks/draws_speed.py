"""Ratio on one machine in one run: a million draws of an estimate over a million multiplications of 6ND in numpy.

The draws are the whole call: random numbers, values, percentiles and tornado. 6ND is timed twice: as it is usually
written, and into memory already there, which is as quick as numpy can be. Run: python benchmarks/draws_speed.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from compute_cost.answers.array_costs import train_costs
from compute_cost.answers.draws import draws

COUNT, ROUNDS = 1_000_000, 25
MOST = {"infer_cost": 60.0, "train_cost": 30.0}  # times 6ND into memory already there
PLAIN, REUSED = "6ND", "6ND into memory already there"


def seconds(call: Callable[[], Any]) -> float:
    started = time.process_time()  # the processor's time: a machine that others use too would stop the longer call more often
    call()
    return time.process_time() - started


def milliseconds() -> dict[str, float]:
    """Times of 6ND and of the draws, each the median of rounds that take turns."""
    generator = np.random.default_rng(0)
    params, tokens = generator.uniform(1e9, 1e12, COUNT), generator.uniform(1e9, 1e13, COUNT)
    price, share = generator.uniform(1, 5, COUNT), generator.uniform(0.1, 0.6, COUNT)
    flop = np.empty(COUNT)
    given = {"params": 7e9, "tokens": 2e12, "gpu": "H100"}
    served = {"gpu": "H100", "precision": "fp8", "input_tokens": 1000, "output_tokens": 300}
    calls: dict[str, Callable[[], Any]] = {
        PLAIN: lambda: 6 * params * tokens,
        REUSED: lambda: np.multiply(np.multiply(params, 6, out=flop), tokens, out=flop),
        "draws of train_cost, utilization and price uncertain": lambda: draws("train_cost", given, COUNT),
        "draws of train_cost, params and tokens uncertain too": lambda: draws(
            "train_cost", {**given, "params": [5e9, 1e10], "tokens": [1e12, 4e12]}, COUNT
        ),
        "draws of infer_cost on one accelerator, lengths given": lambda: draws(
            "infer_cost", {**served, "params": "Llama 3.1 8B", "gpus": 1}, COUNT
        ),
        "draws of infer_cost, each with the best of six layouts": lambda: draws(
            "infer_cost", {**served, "params": "Llama 3.1 70B", "gpus": 4}, COUNT
        ),
        "train_costs of given arrays (train_cost)": lambda: train_costs(params, tokens, price, share, "H100"),
    }
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            times[name].append(seconds(call))
    return {name: statistics.median(some) * 1e3 for name, some in times.items()}


def main() -> None:
    times = milliseconds()
    plain, reused = times.pop(PLAIN), times.pop(REUSED)
    print(f"a million {PLAIN}: {plain:.2f} ms; {REUSED}: {reused:.2f} ms")
    for name, taken in times.items():
        most = next(times for estimate, times in MOST.items() if estimate in name)
        says = "within" if taken / reused <= most else "above"
        print(f"a million {name}: {taken / plain:.1f} times {PLAIN}, {taken / reused:.1f} times {REUSED} ({says} {most:.0f})")


if __name__ == "__main__":
    main()
