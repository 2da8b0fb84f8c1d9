"""The catalogue's price index against published ones, by half-life of a quote: python benchmarks/price_index.py

No constant is fitted to these points; the table of half-lives shows how little the choice matters.
"""

from __future__ import annotations

from statistics import median

from compute_cost.accuracy.price_scores import deviations, price_scores
from compute_cost.prices import index

if __name__ == "__main__":
    print("| chips | class | points | ours over published | median deviation |\n|---|---|---|---|---|")
    for score in price_scores():
        print(f"| {score.gpus} | {score.scope} | {score.points} | {score.ratio:.2f} | {score.deviation:.0%} |")
    compared = {(score.gpus, score.scope) for score in price_scores()}
    for days in (30, 45, 60, 90, 120, 180, 365):
        index.HALF_LIFE = days
        deviation = [abs(ratio - 1) for row, ratio in deviations() if (row.gpus, row.scope) in compared]
        print(f"half-life of {days} days: median deviation {median(deviation):.1%} of {len(deviation)} points")
