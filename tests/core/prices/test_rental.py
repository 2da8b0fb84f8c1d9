"""Rental prices: dated, by provider and class, with a range, never a neighbor's."""

from __future__ import annotations

import datetime
from statistics import median

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import CostError, NoData


def test_the_default_is_the_median_of_the_others_than_hyperscalers() -> None:
    """Worked out again here from the plain rows."""
    day = catalogue.catalogue_date()
    latest: dict[str, tuple[datetime.date, list[float]]] = {}
    for row in catalogue.read_rows("prices"):
        if row["gpu"] != "h100-sxm-80" or row["term"] != "on_demand" or row["provider_class"] == "hyperscaler":
            continue
        price = next(
            p
            for p in catalogue.prices()["h100-sxm-80"]
            if p.provider == row["provider"] and p.date == row["date"] and p.price == float(row["price"])
        )
        if not day - datetime.timedelta(days=365) <= price.day <= day:
            continue
        seen, values = latest.get(row["provider"], (price.day, []))
        if price.day > seen:
            values = []
        if price.day >= seen:
            latest[row["provider"]] = (price.day, [*values, price.price])
    expected = median(median(values) for _, values in latest.values())
    found = compute_cost.gpu_price("H100")
    assert found.value == pytest.approx(expected, rel=1e-12)
    assert found.low < found.value < found.high
    assert found.values["providers"].value == len(latest)


def test_the_past_has_its_own_price() -> None:
    """An H100 list price of the day; Lambda asked $3.49 from January to July 2024 (source: Epoch AI hardware prices)."""
    assert compute_cost.gpu_price("H100", as_of="2024-07-20", provider="lambda").value == 3.49
    assert compute_cost.gpu_price("H100", as_of="2023-12-31", provider="lambda").value == 1.99


def test_no_price_from_the_future() -> None:
    with pytest.raises(NoData, match="B200"):
        compute_cost.gpu_price("B200", as_of="2020")


def test_as_of_takes_every_way_to_write_a_day() -> None:
    day = datetime.date(2024, 7, 20)
    serial = (day - datetime.date(1899, 12, 30)).days
    prices = {
        compute_cost.gpu_price("H100", None, one).value
        for one in ("2024-07-20", day, datetime.datetime(2024, 7, 20, 12), serial, float(serial))
    }
    assert len(prices) == 1


def test_classes_and_terms() -> None:
    assert compute_cost.gpu_price("H100", provider="hyperscaler").value > compute_cost.gpu_price("H100", provider="neocloud").value
    assert compute_cost.gpu_price("A100", "spot").value < compute_cost.gpu_price("A100").value
    with pytest.raises(CostError, match="^provider:"):
        compute_cost.gpu_price("H100", provider="nobody")


def test_warnings_name_what_is_weak() -> None:
    assert any("inferred date" in text for text in compute_cost.gpu_price("H100").warnings)
    assert any("days older" in text for text in compute_cost.gpu_price("P100").warnings)
    assert any("one provider" in text for text in compute_cost.gpu_price("H100", provider="lambda").warnings)


def test_the_range_joins_price_and_utilization() -> None:
    both = compute_cost.train_cost("GPT-3")
    price_given = compute_cost.train_cost("GPT-3", price_per_gpu_hour=both.values["price_per_gpu_hour"].value)
    utilization_given = compute_cost.train_cost("GPT-3", utilization=both.values["utilization"].value)
    assert both.value == pytest.approx(price_given.value, rel=1e-12) == pytest.approx(utilization_given.value, rel=1e-12)
    for part in (price_given, utilization_given):
        assert both.low < part.low < both.value < part.high < both.high
    exact = compute_cost.train_cost("GPT-3", price_per_gpu_hour=2, utilization=0.4)
    assert exact.low == exact.value == exact.high
