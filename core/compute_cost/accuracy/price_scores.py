"""How far the catalogue's price index is from indices that others publish of the same chips, class and term."""

from __future__ import annotations

from itertools import groupby
from statistics import median
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.columns import period_end
from compute_cost.catalogue.measured import PublishedIndex, published_indices
from compute_cost.prices import index

FEWEST = 5  # points of a published series that is compared


class PriceScore(NamedTuple):
    """A published series: how many points it has, and the median of ours over it, and of the deviation either way."""

    gpus: str
    scope: str
    source: str
    points: int
    ratio: float
    deviation: float


def deviations() -> list[tuple[PublishedIndex, float]]:
    """Every published point with our index over it, on its day and of the same forms of the chip and class."""
    points = []
    for row in published_indices():
        quotes = _pooled(row)
        place = quotes.place(period_end(row.date))
        if place:
            points.append((row, index.level(quotes, place).price / row.price))
    return points


def price_scores() -> list[PriceScore]:
    """The series of at least FEWEST points, in the order of the file."""
    scores = []
    for (gpus, scope), group in groupby(deviations(), key=lambda point: (point[0].gpus, point[0].scope)):
        points = list(group)
        if len(points) >= FEWEST:
            sources = " ".join(sorted({row.source for row, _ in points}))
            off = median(abs(ratio - 1) for _, ratio in points)
            scores.append(PriceScore(gpus, scope, sources, len(points), median(ratio for _, ratio in points), off))
    return scores


def _pooled(row: PublishedIndex) -> index.Panel:
    """The quotes on demand of all forms of the chip and of the classes that a published index is of; a published index is none."""
    classes = ("neocloud", "marketplace") if row.scope == "not hyperscaler" else (row.scope,)
    rows = [quote for gpu in row.gpus.split() for quote in catalogue.prices().get(gpu, ()) if quote.term == "on_demand" and not quote.kind]
    wanted = sorted((quote for quote in rows if quote.provider_class in classes), key=lambda quote: quote.day)
    return index.Panel(tuple(quote.day for quote in wanted), tuple(quote.seen for quote in wanted), tuple(wanted))
