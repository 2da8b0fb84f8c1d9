"""A chip's rates: what is halved, lost or assumed between its data sheet and a training step."""

from __future__ import annotations

import pytest

from compute_cost.physics.chips import StepConstants, chip_rates, links, network_gbit, reported_memory, step_constants
from tests.support import chip

C = step_constants()._replace(
    matrix_efficiency=0.8, blackwell_gain=1.25, attention_efficiency_to_2021=0.1, attention_efficiency_from_2022=0.2,
    attention_efficiency_from_2025=0.3, watts_per_teraflop=0.5, training_memory_share=0.9, pcie_efficiency=0.5, pcie_consumer_efficiency=0.25,
    pcie_bandwidth=64, network_gbit=4, network_gbit_consumer=1,
)  # fmt: skip


# Peaks


def test_the_16_bit_peak_is_that_of_the_format_that_the_chip_has() -> None:
    assert chip("H100", bf16=900.0, fp16=800.0).peak16 == 900e12
    assert chip("V100").peak16 == 125e12  # NVIDIA's data sheet: no bf16, 125 TFLOP/s of tensor cores in fp16
    assert chip("V100", fp16=None).peak16 == 15.7e12  # its fp32 peak


# Links


def test_a_published_link_counts_both_ways() -> None:
    """NVLink of the H100: 900 GB/s both ways, 450 one way, among eight chips; 400 Gbit/s of network are 50 GB/s."""
    found = links(chip("H100"), C)
    assert (found.inside, found.between, found.domain) == (450e9, 50e9, 8)


def test_the_size_of_a_domain_goes_by_the_link() -> None:
    assert links(chip("GB200"), C).domain == 72
    assert links(chip("M1 Max"), C).domain == 1
    assert links(chip("H100", link="unified memory"), C).domain == links(chip("H100", link=""), C).domain == 1
    assert links(chip("MI300X"), C).domain == 8


def test_pcie_loses_half_and_without_peer_to_peer_three_quarters() -> None:
    assert links(chip("L4"), C).inside == 64e9 / 2 * 0.5
    assert links(chip("RTX 4090"), C).inside == 64e9 / 2 * 0.25
    assert links(chip("L4", link_bandwidth=None), C).inside == links(chip("L4"), C).inside, "the usual PCIe where none is listed"


def test_a_bridge_joins_two_cards_only() -> None:
    """The bridge's own 112.5 GB/s do not reach over a node: its cards share PCIe."""
    found = links(chip("RTX 3090"), C)
    assert found.inside == 64e9 / 2 * 0.25
    assert links(chip("RTX 3090", market="workstation"), C).inside == 64e9 / 2 * 0.5


def test_a_torus_goes_on_through_its_own_links() -> None:
    """TPU v4: 600 GB/s both ways, a quarter of 300 one way leads on; 25 Gbit/s of Ethernet would be 3.1 GB/s."""
    found = links(chip("TPU v4"), C)
    assert (found.inside, found.between) == (300e9, 75e9)
    assert found.domain > 1000
    assert links(chip("TPU v4", network_gbit=1000.0), C).between == 125e9, "a faster network would be taken"


def test_the_network_is_the_chips_own_or_an_assumed_one() -> None:
    assert network_gbit(chip("H100"), C) == 400
    assert network_gbit(chip("H100", network_gbit=None), C) == 4
    assert network_gbit(chip("RTX 4090"), C) == 1
    assert links(chip("RTX 4090"), C).between == 1e9 / 8


# Rates


def rates_of(c: StepConstants = C, **other: object) -> tuple[float, float]:
    """Efficiency of matrix products and of attention on a chip with ample power."""
    found = chip_rates(chip("H100", **{"power": 1e9, **other}), c)
    return found.matrix_efficiency, found.attention_efficiency


@pytest.mark.parametrize(
    ("released", "generation", "matrix", "attention"),
    [
        ("2021-12", "ampere", 0.8, 0.1),
        ("2022-01", "hopper", 0.8, 0.2),
        ("2024-12", "cdna3", 0.8, 0.2),
        ("2024-11", "blackwell", 1.0, 0.3),
        ("2025-01", "cdna4", 1.0, 0.3),
    ],
)
def test_software_and_chips_of_a_year(released: str, generation: str, matrix: float, attention: float) -> None:
    assert rates_of(released=released, generation=generation) == pytest.approx((matrix, attention))


def test_a_chip_with_few_watts_for_its_peak_holds_less_of_its_clock() -> None:
    """At the constant, 0.5 W per TFLOP/s, half is left; at twice the power 1 / (1 + 1/4) of it."""
    assert rates_of(bf16=1000.0, power=500.0)[0] == pytest.approx(0.8 / 2)
    assert rates_of(bf16=1000.0, power=1000.0)[0] == pytest.approx(0.8 / 1.25)
    assert rates_of(bf16=1000.0, power=250.0)[0] == pytest.approx(0.8 / 5)
    assert rates_of(bf16=1000.0, power=None) == rates_of(bf16=1000.0, power=300.0), "300 W where none is listed"


def test_the_memory_is_what_the_driver_reports() -> None:
    """Makers count GiB: nvidia-smi shows 24,564 MiB of an RTX 4090, and 81,559 of an H100; a TPU reports about 0.98 of 16 GiB."""
    assert reported_memory(chip("RTX 4090")) == 24564 * 2**20
    assert reported_memory(chip("H100")) == 81559 * 2**20
    assert reported_memory(chip("TPU v5e", memory_reported=None)) == pytest.approx(0.98 * 16 * 2**30)
    assert reported_memory(chip("M1 Max")) == 64 * 2**30, "shared with the processor: all of it is there"


def test_units_are_base_units() -> None:
    found = chip_rates(chip("H100"), C)  # 989 TFLOP/s, 3,350 GB/s, 80 GB
    assert (found.peak16, found.memory_bandwidth) == (989e12, 3350e9)
    assert found.usable_memory == pytest.approx(0.9 * 81559 * 2**20)
    assert found.links == links(chip("H100"), C)
