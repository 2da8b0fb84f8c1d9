"""The catalogue's price index against published ones, by half-life of a quote: python benchmarks/price_index.py

No constant is fitted to these points; the table of half-lives shows how little the choice matters.
"""

from __future__ import annotations

from statistics import median

from compute_cost.accuracy.price_scores import deviations, price_scores
from compute_cost.prices import index

if __name__ == "__main__":
    print("| chips | class | points | ours over published | median deviation |\n|---|---|---|---|---|")
    for one in price_scores():
        print(f"| {one.gpus} | {one.scope} | {one.points} | {one.ratio:.2f} | {one.deviation:.0%} |")
    compared = {(one.gpus, one.scope) for one in price_scores()}
    for days in (30, 45, 60, 90, 120, 180, 365):
        index.HALF_LIFE = days
        found = [abs(ratio - 1) for row, ratio in deviations() if (row.gpus, row.scope) in compared]
        print(f"half-life of {days} days: median deviation {median(found):.1%} of {len(found)} points")
