"""What a training step's time takes from the chip: its efficiencies, its memory and its links, by the fitted constants."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.inputs import assumed
from compute_cost.ranges import median

MIB = 1024.0**2  # bytes
UNIFIED = "unified memory"  # the link of a chip that shares its memory with the processor beside it


@dataclass(frozen=True, eq=False)
class Shares:
    """For a chip's id and 16 or 8 bits, the share of its peak that a tuned step's matrix products reach.

    Compared by identity, as it is a part of what kept answers are looked up by.
    """

    rows: tuple[tuple[str, int, float], ...]


class StepConstants(NamedTuple):
    """The constants of the step time; each name is a row of core/compute_cost/data/utilization.csv, which says what it means.

    `shares` is made of several rows, matmul_... and reach_...
    """

    eight_bit_products: float
    four_bit_products: float
    attention_ampere: float
    attention_hopper: float
    attention_hopper_narrow: float
    attention_blackwell: float
    attention_other: float
    narrow_layer_width: float
    activation_passes: float
    mixture_passes: float
    low_precision_passes: float
    recomputation: float
    crowded_memory: float
    exposed_gradients: float
    tensor_parallel_traffic: float
    exposed_experts: float
    launch: float
    launch_mixture: float
    software_gain: float
    software_gain_mixture: float
    software_known_until: float
    software_known_years: float
    hugging_face: float
    hugging_face_launch: float
    watts_per_teraflop: float
    line_efficiency: float
    hop_latency: float
    pcie_efficiency: float
    pcie_consumer_efficiency: float
    pcie_bandwidth: float
    network_gbit: float
    network_gbit_consumer: float
    shares: Shares

    def __hash__(self) -> int:
        """Of one part alone: every prediction looks up by these what is kept of its chip, and to hash all takes several times as long."""
        return hash(self.shares)


class Links(NamedTuple):
    """Bandwidth [byte/s], one direction and one accelerator, inside the fast domain and between domains."""

    inside: float
    between: float
    domain: int


class ChipRates(NamedTuple):
    """One chip by given constants. Peak in FLOP/s, memory in bytes, bandwidth in byte/s."""

    peak16: float
    attention_efficiency: float
    narrow_attention_efficiency: float  # where the matrix products run in less than 16 bits
    memory_bandwidth: float
    reported_memory: float
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
    return StepConstants._make((*(table[name].value for name in StepConstants._fields[:-1]), matrix_shares()))


def matrix_shares(reach: Mapping[str, float] | None = None) -> Shares:
    """The share of the peak that matrix products reach in a step: the best that was measured alone x `reach` of it in a step.

    A chip's row `matmul_16_a100_sxm_80` holds the measured TFLOP/s, `reach_a100_sxm_80` the fitted factor, `reach` that of a chip
    without one. Where the chip has a `reach` but no measurement, the best share is the median of its vendor's chips.
    """
    table = {name: row.value for name, row in catalogue.coefficients().items()} | dict(reach or {})
    chips = catalogue.accelerators().rows
    best = {(chip.id, bits): table[name] * 1e12 / peak for chip in chips for bits, peak in _peaks(chip)
            if (name := f"matmul_{bits}_{_word(chip)}") in table}  # fmt: skip
    vendor = {chip.id: chip.vendor for chip in chips}
    shares = []
    for chip in chips:
        factor = table.get(f"reach_{_word(chip)}")
        for bits, _ in _peaks(chip):
            alike = [share for (other, width), share in best.items() if width == bits and vendor[other] == chip.vendor]
            known = best.get((chip.id, bits), best.get((chip.id, 24 - bits)))
            if known is None and factor is not None:
                known = median(alike or best.values())
            if known is not None:
                shares.append((chip.id, bits, known * (table["reach"] if factor is None else factor)))
    return Shares(tuple(shares))


def _word(chip: Accelerator) -> str:
    return chip.id.replace("-", "_").replace(".", "_")


@catalogue.kept(1000)
def as_measured(model: str, gpu: Accelerator, peak: float) -> float:
    """Seconds of a step as measured over those predicted, of a model of the catalogue on a chip with a peak [FLOP/s]; 1 if it was not.

    Rows such as `measured_8_h100_sxm_80_deepseek_v3`, by the width of the products [bits].
    """
    row = catalogue.coefficients().get(measured_name(width_of(gpu, peak), gpu.id, model)) if model else None
    return row.value if row else 1.0


def width_of(gpu: Accelerator, peak: float) -> int:
    """The nearest of 16, 8 and 4 bits by the peak of a chip, as peaks are rounded; 0 for wider numbers."""
    bits = 16 * gpu.peak16 / peak
    return 0 if bits > 24 else 16 if bits > 12 else 8 if bits >= 6 else 4


def measured_name(width: int, gpu: str, model: str) -> str:
    """The constant of a model whose own steps were measured on a chip."""
    return re.sub(r"\W", "_", f"measured_{width}_{gpu}_{model}")


def _peaks(chip: Accelerator) -> list[tuple[int, float]]:
    """The widths [bits] of a chip's matrix products that have a measured best, with their dense peaks [FLOP/s]."""
    return [(16, chip.peak16), *([(8, chip.fp8 * 1e12)] if chip.fp8 else [])]


@catalogue.kept(2000)
def matrix_share(gpu: Accelerator, bits: float, c: StepConstants) -> float:
    """The share of its dense peak that a chip's large matrix products reach in a tuned step.

    A chip that was not measured has the median of its generation, else of its vendor, else of all. Among NVIDIA's, one with fewer
    watts per FLOP/s than those holds less of its clock; that rule is of no other vendor's chips, and of none whose power is not known.
    """
    width = 16 if bits > 12 else 8
    # The nearest of 16, 8 and 4, as peaks are rounded. How much better 8 bits do than 16 is a matter of the vendor's software, and
    # was measured of NVIDIA's.
    narrow = (c.eight_bit_products if bits <= 12 and gpu.vendor == "NVIDIA" else 1.0) * (c.four_bit_products if bits < 6 else 1.0)
    own = {size: share for name, size, share in c.shares.rows if name == gpu.id}
    if own:
        return min(1.0, own.get(width, own.get(24 - width, 0.0)) * narrow)
    chips = {chip.id: chip for chip in catalogue.accelerators().rows}
    rows = [(chips[name], share) for name, size, share in c.shares.rows if size == width]
    of_vendor = [row for row in rows if row[0].vendor == gpu.vendor]
    alike = [row for row in of_vendor if row[0].generation == gpu.generation] or of_vendor or rows
    share = median(share for _, share in alike)
    if gpu.vendor == "NVIDIA" and gpu.power:
        share *= _held_clock(gpu.power, gpu, c) / median(_held_clock(chip.power, chip, c) for chip, _ in alike if chip.power)
    return min(1.0, share * narrow)


def measured_in_steps(gpu: Accelerator, c: StepConstants) -> bool:
    """Whether training steps were measured on a chip of this generation."""
    return gpu.market == "datacenter" and gpu.generation in _measured_generations(c)


@catalogue.kept(10)
def _measured_generations(c: StepConstants) -> frozenset[str]:
    measured = {name for name, _, _ in c.shares.rows}
    return frozenset(chip.generation for chip in catalogue.accelerators().rows if chip.id in measured)


def _held_clock(power: float, gpu: Accelerator, c: StepConstants) -> float:
    watts = power * 1e12 / gpu.peak16
    return 1 / (1 + (c.watts_per_teraflop / watts) ** 2)


@catalogue.kept(1000)
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


def connected(gpu: Accelerator, gpus: float | None) -> Accelerator:
    """A data-center chip with a network between its servers, where more than one server trains and the catalogue has none for it.

    It is that of the largest machines of the chip that are for rent; where there are none, as much for its arithmetic as other
    chips have, whose range is wide.
    """
    if gpu.network_gbit or gpu.market != "datacenter" or (gpus and gpus <= links(gpu, step_constants()).domain):
        return gpu
    return _with_network(gpu, rented_network(gpu.id) or assumed("network_per_teraflop") * gpu.peak16 / 1e12)


@catalogue.kept(1000)
def _with_network(gpu: Accelerator, rate: float) -> Accelerator:
    """Kept, as chips are told apart by what they are and not by their figures."""
    return replace(gpu, network_gbit=rate)


@catalogue.kept(1000)
def rented_network(chip: str) -> float | None:
    """Network of one chip in the largest machines with it that are for rent [Gbit/s], the median of them; None where none is known."""
    known = [row for row in catalogue.instances().rows if row.gpu == chip and row.network_gbit]
    largest = max((row.gpus for row in known), default=0.0)
    return median(row.network_gbit / row.gpus for row in known if row.gpus == largest and row.network_gbit) if known else None


@catalogue.kept(1000)
def chip_rates(gpu: Accelerator, c: StepConstants) -> ChipRates:
    """The rates of `gpu` besides its matrix products. How well attention runs goes by the generation of the chip."""
    attention = narrow = c.attention_other
    if gpu.vendor == "NVIDIA":
        attention = narrow = c.attention_ampere
        if gpu.generation == "hopper":
            attention, narrow = c.attention_hopper, c.attention_hopper_narrow
        elif gpu.generation in ("blackwell", "rubin"):
            attention = narrow = c.attention_blackwell
    return ChipRates(gpu.peak16, attention, narrow, gpu.memory_bandwidth * 1e9, reported_memory(gpu), links(gpu, c))
