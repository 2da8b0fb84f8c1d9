"""How much text there is to train on, and how much of it a training set takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Annotated

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.errors import InputError
from compute_cost.inputs import Cell, assumed, default, figure, is_kept, step, warn
from compute_cost.parameters import Quantity
from compute_cost.ranges import interval_of
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table

TrainingSet = Annotated[float, Quantity("Tokens of the training set.", "tokens", low=1, high=1e18, example='15e12 or "15T"')]
Synthetic = Annotated[
    float | None, Quantity("Tokens of generated text that add to the stock; none if left out.", "tokens", high=1e18, example='"100T"')
]

_STOCK = "text_stock"  # the one that value and range are of
_RAW = {
    "Common Crawl": "text_stock_common_crawl",
    "the indexed web": "text_stock_indexed_web",
    "the whole web": "text_stock_whole_web",
}


@estimate("1")
def data_limit(tokens: TrainingSet, synthetic_tokens: Synthetic = None) -> Answer:
    """Share of the usable public text that a training set takes, and whether ten or a hundred times as much exists.

    share [1] = tokens / (stock + synthetic tokens)
    years until the text is used up = ln(stock / tokens) / ln(growth of training sets / growth of the stock)

    The stock counts public human-written text, adjusted for quality and for the few repetitions
    that still help, by Villalobos et al. 2024 (arXiv 2211.04325, assumption text_stock). Synthetic tokens
    count in full, no matter how useful they are. The table has the raw stocks as well, which contain what no one
    would train on. The years are those in which a set of this size, taken as the largest of today, would
    reach the stock at published growth rates; their low and high end join the ranges of the stock and of both rates.
    Valid for text; images, video, private and unpublished text are not counted.

    Raises MissingInput where tokens is left out and InputError for an amount out of bounds.
    """
    added = default("synthetic_tokens", synthetic_tokens, 0.0, "tokens")

    def stock() -> float:
        return assumed(_STOCK) + added

    size = stock()
    if is_kept():
        row = catalogue.assumption(_STOCK)
        step("Usable public text", f"{row.description}; {row.date}", assumed(_STOCK), "tokens", row.source)
        if added:
            step("Stock with synthetic text", "usable text + synthetic tokens", size, "tokens")
    share = step("Share of the stock", "tokens / stock", tokens / size, "1")
    if is_kept():
        _explain_room(tokens, size, interval_of(stock))
        _explain_years(tokens, stock)
        _explain_raw(tokens)
        warn("the stock is known to a factor of about three either way; it leaves out private text, images and video")
        if added:
            warn("synthetic tokens count like human text; how much they help a model is not settled")
        if tokens > size:
            warn("the training set is larger than the estimated stock; part of it must be repeated, private or synthetic")
    return Answer(share, "share", table=lambda: _table(tokens, added))


def _explain_room(tokens: float, size: float, ends: tuple[float, float]) -> None:
    """Whether ten and a hundred times as much exists."""
    for factor in (10, 100):
        fits = _fit(tokens * factor, size, *ends)
        step(f"{factor} times the tokens", fits, tokens / size * factor, "1", figure=f"share_x{factor}")
        figure(f"fits_x{factor}", fits, "")
    for name, amount in {"stock": size, "stock_low": ends[0], "stock_high": ends[1]}.items():
        figure(name, amount, "tokens")
    step("Room left", "stock / tokens", size / tokens, "times", figure="room")


def _explain_years(tokens: float, stock: Callable[[], float]) -> None:
    """When training sets reach the stock at the growth of both."""

    def years() -> float:
        sets, text = assumed("training_set_growth"), assumed("text_growth")
        if sets <= text:
            raise InputError("training_set_growth", sets, f"give more than text_growth, {text:g}, or the text is never used up")
        return max(0.0, math.log(stock() / tokens) / math.log(sets / text))

    low, high = interval_of(years)
    low = max(0.0, low)
    formula = f"ln(stock / tokens) / ln(growth of training sets / growth of text); {low:.2g} to {high:.2g}"
    step("Years until sets of this size reach the stock", formula, years(), "years", figure="years_left")
    figure("years_left_low", low, "years")
    figure("years_left_high", high, "years")
    published = catalogue.assumption("text_used_up")
    formula = f"80% interval {published.low:g} to {published.high:g}; earlier where models are over-trained"
    step("Published: year in which the text is used up", formula, f"{published.value:g}", "", published.source)


def _explain_raw(tokens: float) -> None:
    """The shares of the raw stocks, which contain what no one would train on."""
    for label, name in _RAW.items():
        raw, size = catalogue.assumption(name), assumed(name)
        formula = f"raw, {show(size, 'tokens')} ({show(raw.low or size)} to {show(raw.high or size)}); {raw.date}"
        step(f"Share of {label}", formula, tokens / size, "1", figure=f"share_of_{name.removeprefix('text_stock_')}")


def _fit(wanted: float, middle: float, least: float, most: float) -> str:
    """Whether that much text exists, given the range of the stock."""
    if wanted <= least:
        return "fits, even in the low estimate of the stock"
    if wanted <= middle:
        return "fits in the middle estimate of the stock, not in the low one"
    if wanted <= most:
        return "fits in the high estimate of the stock only"
    return "does not fit, even in the high estimate of the stock"


def _table(tokens: float, added: float) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for label, name in {"usable public text": _STOCK, **_RAW}.items():
        size, ends = assumed(name), interval_of(partial(assumed, name))
        stock = catalogue.assumption(name)
        rows.append((label, size, *ends, *_shares(tokens, size), stock.source, stock.date, stock.confidence))
        if name == _STOCK and added:
            more = (size + added, *(end + added for end in ends))
            rows.append(("the same with synthetic text", *more, *_shares(tokens, size + added), "", "", ""))
    return (("stock", "tokens", "low", "high", "share", "share x10", "share x100", "source", "date", "confidence"), *rows)


def _shares(tokens: float, size: float) -> tuple[float, float, float]:
    return tokens / size, tokens / size * 10, tokens / size * 100
