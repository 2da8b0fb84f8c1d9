"""How much text there is to train on, and how much of it a training set takes."""

from __future__ import annotations

import math
from typing import Annotated

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Assumption
from compute_cost.parameters import Quantity
from compute_cost.registry import estimate
from compute_cost.result import Cell, Figure, Result, Trace

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
def data_limit(tokens: TrainingSet, synthetic_tokens: Synthetic = None) -> Result:
    """Share of the usable public text that a training set takes, and whether ten or a hundred times as much exists.

    share [1] = tokens / (stock + synthetic tokens)
    years until the text is used up = ln(stock / tokens) / ln(growth of training sets / growth of the stock)

    The stock is that of public human-written text, adjusted for quality and for the few repetitions
    that still help, by Villalobos et al. 2024 (arXiv 2211.04325, assumption text_stock); low and high
    are the share at the ends of its 80% interval. Synthetic tokens count in full, whatever they are worth.
    The table has the raw stocks as well, which contain what no one would train on. The years are those in
    which a set of this size, taken as the largest of today, would reach the stock at published growth rates.
    Valid for text; images, video, private and unpublished text are not counted.

    Raises MissingInput where tokens is left out and InputError for an amount out of bounds.
    """
    stock = catalogue.assumption(_STOCK)
    added = synthetic_tokens or 0.0
    middle, least, most = (one + added for one in _range(stock))
    share = tokens / middle
    sets, text = catalogue.assumption("training_set_growth"), catalogue.assumption("text_growth")
    closing = math.log(catalogue.constant(sets.name) / catalogue.constant(text.name))

    def years(size: float) -> float:
        return max(0.0, math.log(size / tokens) / closing)

    used_up = catalogue.assumption("text_used_up")

    def trace(trace: Trace) -> None:
        trace.input("tokens", tokens, "tokens", "given")
        trace.input("synthetic_tokens", added, "tokens", "assumed" if synthetic_tokens is None else "given")
        for used in (stock, sets, text):
            trace.input(used.name, used.value, used.unit, "assumed", used.source)
        trace.step("Usable public text", f"{stock.description}; {stock.date}", stock.value, "tokens", stock.source)
        if added:
            trace.step("Stock with synthetic text", "usable text + synthetic tokens", middle, "tokens")
        trace.step("Share of the stock", "tokens / stock", share, "1")
        for factor in (10, 100):
            trace.step(f"{factor} times the tokens", _fit(tokens * factor, middle, least, most), share * factor, "1")
        trace.step("Room left", "stock / tokens", middle / tokens, "times")
        how = f"ln(stock / tokens) / ln({sets.value:g} / {text.value:g}); {years(least):.2g} to {years(most):.2g} at the ends of the stock"
        trace.step("Years until sets of this size reach the stock", how, years(middle), "years", sets.source, text.source)
        for label, name in _RAW.items():
            raw = catalogue.assumption(name)
            size, least_raw, most_raw = _range(raw)
            how = f"raw, {show(size, 'tokens')} ({show(least_raw)} to {show(most_raw)}); {raw.date}"
            trace.step(f"Share of {label}", how, tokens / size, "1", raw.source)
        span = f"80% interval {used_up.low:g} to {used_up.high:g}; earlier where models are over-trained"
        trace.step("Published: year in which the text is used up", span, f"{used_up.value:g}", "", used_up.source)
        trace.warn("the stock is known to a factor of about three either way; it leaves out private text, images and video")
        weak = [name for name in _RAW.values() if catalogue.assumption(name).confidence != "checked"]
        if weak:
            trace.warn(f"not or only partly checked against their source: {', '.join(weak)}")
        if added:
            trace.warn("synthetic tokens count like human text; what they add to a model is not settled")
        if tokens > middle:
            trace.warn("the training set is larger than the estimated stock; part of it must be repeated, private or synthetic")

    values: dict[str, Figure] = {
        "share_x10": Figure(share * 10, "1"),
        "share_x100": Figure(share * 100, "1"),
        "fits_x10": Figure(_fit(tokens * 10, middle, least, most), ""),
        "fits_x100": Figure(_fit(tokens * 100, middle, least, most), ""),
        "stock": Figure(middle, "tokens"),
        "stock_low": Figure(least, "tokens"),
        "stock_high": Figure(most, "tokens"),
        "room": Figure(middle / tokens, "times"),
        "years_left": Figure(years(middle), "years"),
        "years_left_low": Figure(years(least), "years"),
        "years_left_high": Figure(years(most), "years"),
        **{f"share_of_{name.removeprefix('text_stock_')}": Figure(tokens / catalogue.constant(name), "1") for name in _RAW.values()},
    }
    return Result(share, "1", trace, low=tokens / most, high=tokens / least, name="share", values=values, table=_table(tokens, added))


def _range(stock: Assumption) -> tuple[float, float, float]:
    """Middle, low and high [tokens] of a stock."""
    assert stock.low
    assert stock.high
    return catalogue.constant(stock.name), stock.low, stock.high


def _fit(wanted: float, middle: float, least: float, most: float) -> str:
    """Whether that much text exists, given the range of the stock."""
    if wanted <= least:
        return "fits, even in the low estimate of the stock"
    if wanted <= middle:
        return "fits in the middle estimate of the stock, not in the low one"
    if wanted <= most:
        return "fits in the high estimate of the stock only"
    return "does not fit, even in the high estimate of the stock"


def _table(tokens: float, added: float) -> tuple[tuple[Cell, ...], ...]:
    header: tuple[Cell, ...] = ("stock", "tokens", "low", "high", "share", "share x10", "share x100", "source", "date", "confidence")
    rows: list[tuple[Cell, ...]] = [header]
    for label, name in {"usable public text": _STOCK, **_RAW}.items():
        known = catalogue.assumption(name)
        size, low, high = _range(known)
        share = tokens / size
        rows.append((label, size, low, high, share, share * 10, share * 100, known.source, known.date, known.confidence))
        if name == _STOCK and added:
            share = tokens / (size + added)
            label = "the same with synthetic text"
            rows.append((label, size + added, low + added, high + added, share, share * 10, share * 100, "", "", ""))
    return tuple(rows)
