"""What a training step's time takes from the chip: its efficiencies, its memory and its links, by the fitted constants."""

from __future__ import annotations

from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator

MIB = 1024.0**2  # bytes
UNIFIED = "unified memory"  # the link of a chip that shares its memory with the processor beside it


class StepConstants(NamedTuple):
    """The constants of the step time; each name is a row of core/compute_cost/data/utilization.csv, which says what it means."""

    matrix_efficiency: float
    blackwell_gain: float
    attention_efficiency_to_2021: float
    attention_efficiency_from_2022: float
    attention_efficiency_from_2025: float
    narrow_layer_width: float
    activation_passes: float
    mixture_passes: float
    low_precision_passes: float
    recomputation: float
    exposed_gradients: float
    tensor_parallel_traffic: float
    exposed_experts: float
    watts_per_teraflop: float
    training_memory_share: float
    line_efficiency: float
    pcie_efficiency: float
    pcie_consumer_efficiency: float
    pcie_bandwidth: float
    network_gbit: float
    network_gbit_consumer: float


class Links(NamedTuple):
    """Bandwidth [byte/s], one direction and one accelerator, inside the fast domain and between domains."""

    inside: float
    between: float
    domain: int


class ChipRates(NamedTuple):
    """One chip by given constants. Peak in FLOP/s, memory in bytes, bandwidth in byte/s."""

    peak16: float
    matrix_efficiency: float
    attention_efficiency: float
    memory_bandwidth: float
    usable_memory: float
    links: Links


def reported_memory(gpu: Accelerator) -> float:
    """The memory of one chip in all, as its driver reports it [bytes].

    Makers count the GB of a memory in units of 1024^3 bytes. Of those a driver reports a little less, of which the catalogue holds
    the figure of many chips; of the others it is taken to report memory_reported_share. A memory that a processor shares is whole.
    """
    if gpu.memory_reported:
        return gpu.memory_reported * MIB
    return gpu.memory * 1024 * MIB * (1.0 if gpu.link == UNIFIED else catalogue.constant("memory_reported_share"))


@catalogue.kept()
def step_constants() -> StepConstants:
    table = catalogue.coefficients()
    return StepConstants(*(table[name].value for name in StepConstants._fields))


def links(gpu: Accelerator, c: StepConstants) -> Links:
    """The published two-way link figure halved; PCIe with its protocol losses, and without peer-to-peer on consumer cards."""
    kind = gpu.link
    bandwidth = (c.pcie_bandwidth if "bridge" in kind or not gpu.link_bandwidth else gpu.link_bandwidth) / 2 * 1e9
    if "PCIe" in kind or "bridge" in kind:  # a bridge joins two cards only: the rest of the node is PCIe
        bandwidth *= c.pcie_consumer_efficiency if gpu.is_consumer else c.pcie_efficiency
    domain = 72 if "72" in kind else 4096 if "ICI" in kind else 1 if kind in ("-", "", UNIFIED) else 8
    between = network_gbit(gpu, c) / 8 * 1e9
    # A torus of chips goes on through the same links; a quarter of them leads out of a slice.
    return Links(bandwidth, max(between, bandwidth / 4) if domain > 1000 else between, domain)


def network_gbit(gpu: Accelerator, c: StepConstants) -> float:
    """Network between servers [Gbit/s per accelerator]: the chip's usual one, or an assumed Ethernet where it has none."""
    return gpu.network_gbit or (c.network_gbit_consumer if gpu.is_consumer else c.network_gbit)


@catalogue.kept(1000)
def chip_rates(gpu: Accelerator, c: StepConstants) -> ChipRates:
    """The rates of `gpu`; matrix products run below their efficiency on a chip with few watts per FLOP/s."""
    half = gpu.peak16
    year = int(gpu.released[:4])
    recent = year >= 2025 or gpu.generation == "blackwell"
    watts = (gpu.power or 300) * 1e12 / half
    matrix = c.matrix_efficiency * (c.blackwell_gain if recent else 1) / (1 + (c.watts_per_teraflop / watts) ** 2)
    older = c.attention_efficiency_from_2022 if year >= 2022 else c.attention_efficiency_to_2021
    attention = c.attention_efficiency_from_2025 if recent else older
    return ChipRates(half, matrix, attention, gpu.memory_bandwidth * 1e9, reported_memory(gpu) * c.training_memory_share, links(gpu, c))
