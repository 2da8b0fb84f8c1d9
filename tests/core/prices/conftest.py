"""Made-up quotes, so that a rule is tested whatever the market does."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from compute_cost import catalogue
from compute_cost.catalogue.records import Price
from tests.support import chip

LAST = datetime.date(2025, 6, 30)
Quotes = Callable[..., None]


@pytest.fixture
def quotes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Quotes]:
    """Takes (provider, days before LAST, price and, unless on demand of a neocloud, term, class, kind and node) as the only prices of the A100."""
    gpu = chip("A100").id

    def row(
        provider: str,
        before: int,
        price: float,
        term: str = "on_demand",
        of_class: str = "neocloud",
        kind: str = "",
        node: float | None = None,
    ) -> Price:
        date = str(LAST - datetime.timedelta(days=before))
        return Price(gpu, provider, of_class, term, price, date, "2026-01-01", "gpuhunt", "checked", "", kind, "", node)

    def take(*given: tuple[Any, ...]) -> None:
        made_up = {gpu: tuple(sorted((row(*one) for one in given), key=lambda one: one.day))}
        catalogue.forget()
        monkeypatch.setattr(catalogue, "prices", lambda: made_up)

    yield take
    monkeypatch.undo()
    catalogue.forget()
