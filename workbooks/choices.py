"""Drop-downs from the catalogue."""

from __future__ import annotations

import compute_cost
from book import Book
from compute_cost import catalogue
from compute_cost.errors import InputError
from compute_cost.prices import tariffs
from compute_cost.training.capacity import cheapest_gpu


def accelerators(book: Book) -> str:
    """Accelerators that a large run can be priced on, in the catalogue's order."""
    ranked = {str(row[0]) for row in cheapest_gpu(7e9, 1e12).table[1:] if row[1] != ""}
    return book.choices("Accelerators", [chip.name for chip in catalogue.accelerators().rows if chip.name in ranked])


def models(book: Book) -> str:
    """Language models with a published number of parameters and tokens."""
    rows = catalogue.models().rows
    return book.choices("Models", [model.name for model in rows if model.kind in ("dense", "moe") and model.tokens and model.layers])


def bought() -> dict[str, tuple[str, str]]:
    """The accelerators that are sold and rented, each with the names of its assumptions of the server's price and power."""
    kinds = {}
    for chip in catalogue.accelerators().rows:
        if chip.power and chip.purchase_price and chip.id in catalogue.prices() and chip.generation != "tpu":
            names = [entry.name for entry in compute_cost.rent_or_own(chip.name).inputs]
            price, power = (next(name for name in names if name.startswith(kind)) for kind in ("server_price_", "server_power_"))
            kinds[chip.name] = (price, power)
    return kinds


def hosted(book: Book) -> str:
    """Language models with open weights that an API sells by the token."""
    return book.choices("Models of an API", [model.name for model in catalogue.models().rows if model.layers and _is_sold(model.name)])


def _is_sold(model: str) -> bool:
    try:
        return tariffs.find(model) is not None
    except InputError:  # of several at different prices
        return False
