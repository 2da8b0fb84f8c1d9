"""Machine types of providers, by the package's own data: which of them has the price that is known of its chip there."""

from __future__ import annotations

import pytest

import compute_cost
from compute_cost.catalogue import names
from compute_cost.errors import NoData
from compute_cost.prices.market import LargerMachine, rental

pytestmark = pytest.mark.live


@pytest.mark.parametrize("machine", ["g5.12xlarge", "g6e.48xlarge", "g2-standard-96", "Standard_NC64as_T4_v3"])
def test_a_machine_with_far_more_processors_has_no_known_price(machine: str) -> None:
    """Of the A10G, Amazon's price that is known is that of g5.xlarge: in g5.48xlarge each costs about twice as much."""
    with pytest.raises(NoData, match=r"^gpu: the price of .* is known of machines with 4 vCPUs for each"):
        compute_cost.rent_cost(machine, hours=730)
    with pytest.raises(NoData, match=r"^price_per_gpu_hour: the price of .*; give price_per_gpu_hour as its provider lists it"):
        compute_cost.train_cost("7B", 1e10, machine, utilization=0.3)
    assert compute_cost.rent_cost(machine, hours=10, price_per_gpu_hour=1.5).value > 0
    named = names.find("gpu", machine)
    assert named
    with pytest.raises(LargerMachine):
        rental(named.row)  # the market's price is no way round


@pytest.mark.parametrize("machine", ["g5.xlarge", "g5.2xlarge", "p5.48xlarge", "p4d.24xlarge", "a2-highgpu-8g", "inf2.48xlarge"])
def test_machines_of_one_kind_have_the_price_of_their_provider(machine: str) -> None:
    assert compute_cost.gpu_price(machine).value > 0
