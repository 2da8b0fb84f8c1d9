"""What a cluster costs to put up: by accelerators or megawatts the same, and near a published site."""

from __future__ import annotations

import importlib

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import InputError, MissingInput
from tests.support import figure

numpy_financial = importlib.import_module("numpy_financial")


def test_megawatts_and_accelerators_are_two_ways_to_say_it() -> None:
    by_count = compute_cost.cluster_capex(gpu="H100", gpus=10_000)
    by_power = compute_cost.cluster_capex(figure(by_count, "mw") * (1 + 1e-9), "H100")
    assert figure(by_power, "gpus") == 10_000
    assert by_power.value == pytest.approx(by_count.value, rel=1e-12)
    assert by_count.value == pytest.approx(figure(by_count, "equipment") + figure(by_count, "building"))
    assert figure(by_count, "equipment") == pytest.approx(10_000 * figure(by_count, "purchase_price") * 1.15 * 1.05)
    assert figure(by_count, "per_gpu") == pytest.approx(by_count.value / 10_000)


def test_in_rented_space_there_is_no_building() -> None:
    rented = compute_cost.cluster_capex(gpu="H100", gpus=1000, hall="rented")
    assert figure(rented, "building") == 0
    assert rented.value < compute_cost.cluster_capex(gpu="H100", gpus=1000).value


def test_the_yearly_cost_is_a_level_payment() -> None:
    found = compute_cost.cluster_capex(gpu="H100", gpus=1000, years=5, residual=0, cost_of_capital=0.1)
    month = 1.1 ** (1 / 12) - 1
    hall = catalogue.constant("hall_years") * 12
    by_hand = -12 * (
        numpy_financial.pmt(month, 60, figure(found, "equipment")) + numpy_financial.pmt(month, hall, figure(found, "building"))
    )
    assert figure(found, "capital_per_year") == pytest.approx(by_hand, rel=1e-9)


def test_a_shorter_life_of_the_computers_at_a_published_site() -> None:
    """Epoch AI, May 2026: 1 GW costs 8.5 billion USD a year with computers that last 5 years, 12 with 3 and 7 with 7, 0.9 of it to run."""
    yearly = {
        years: 0.9e9 + figure(compute_cost.cluster_capex(1000, "GB200", years=years, residual=0, cost_of_capital=0.06,
                              assume={"pue": 1, "network_share": 0.1, "storage_share": 0}), "capital_per_year")
        for years in (3, 5, 7)
    }  # fmt: skip
    assert yearly[3] / yearly[5] == pytest.approx(12 / 8.5, rel=0.05)
    assert yearly[7] / yearly[5] == pytest.approx(7 / 8.5, rel=0.05)
    assert yearly[5] == pytest.approx(8.5e9, rel=0.1)


def test_bad_input_is_one_line_that_names_it() -> None:
    with pytest.raises(MissingInput, match="^mw: missing; give the megawatts"):
        compute_cost.cluster_capex()
    with pytest.raises(InputError, match="^mw: .*not both"):
        compute_cost.cluster_capex(10, "H100", 100)
    with pytest.raises(InputError, match="^mw: .*give more megawatts"):
        compute_cost.cluster_capex(0.0001, "H100")
