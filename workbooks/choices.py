"""Drop-downs from the catalogue."""

from __future__ import annotations

from book import Book
from compute_cost import catalogue
from compute_cost.training.capacity import cheapest_gpu


def accelerators(book: Book) -> str:
    """Accelerators that a large run can be priced on, in the catalogue's order."""
    ranked = {str(row[0]) for row in cheapest_gpu(7e9, 1e12).table[1:] if row[1] != ""}
    return book.choices("Accelerators", [chip.name for chip in catalogue.accelerators().rows if chip.name in ranked])


def models(book: Book) -> str:
    """Language models with a published number of parameters and tokens."""
    rows = catalogue.models().rows
    return book.choices("Models", [model.name for model in rows if model.kind in ("dense", "moe") and model.tokens and model.layers])
