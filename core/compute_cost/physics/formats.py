"""What a number format means: how many bits a weight or a cached value takes, and at which of a chip's peaks it is multiplied."""

from __future__ import annotations

from compute_cost import catalogue
from compute_cost.catalogue.records import PEAKS, Accelerator, Format
from compute_cost.catalogue.shelves import BITS, OF_WEIGHT
from compute_cost.errors import NoData
from compute_cost.inputs import assumed


def format_of(precision: str) -> Format:
    """The format of that name. The name is one that an argument has been read as, or that a row of the catalogue holds."""
    row = catalogue.number_format(precision)
    assert row is not None
    return row


def bits_of(precision: str) -> float:
    """Bits of one weight, or of one key or value in a cache, the scales of its block included."""
    if precision.endswith(OF_WEIGHT):
        return float(precision.removesuffix(OF_WEIGHT))
    return assumed(f"{BITS}{precision}")


def nominal_bits(precision: str) -> float:
    """The same as the catalogue has it, whatever the caller puts in its place: for telling narrow formats from wide ones."""
    return float(precision.removesuffix(OF_WEIGHT)) if precision.endswith(OF_WEIGHT) else catalogue.constant(f"{BITS}{precision}")


def multiplied_in(gpu: Accelerator, precision: str) -> tuple[str, float]:
    """The format that the matrix products of serving run in and its dense peak [FLOP/s].

    The precision's own where the chip has it; else the weights are unpacked and multiplied in the chip's 16-bit format.
    """
    name = format_of(precision).served_in
    if name in ("fp32", "tf32"):
        wide = (gpu.tf32 if name == "tf32" else None) or gpu.fp32
        return precision, wide * 1e12 if wide else gpu.peak16
    own = float(getattr(gpu, name) or 0.0) if name and name not in ("bf16", "fp16") else 0.0
    return (name, own * 1e12) if own else (gpu.format16, gpu.peak16)


def is_unpacked(gpu: Accelerator, precision: str) -> bool:
    """Whether weights are stored narrower than the format that they are multiplied in."""
    return nominal_bits(precision) < 16 and multiplied_in(gpu, precision)[0] == gpu.format16


@catalogue.kept(1000)
def peak_of(gpu: Accelerator, precision: str | None = None) -> tuple[str, float]:
    """The format that training computes in (the chip's 16-bit format unless given) and its dense peak [FLOP/s].

    Block-scaled formats run at the rate of the plain format of their width, on chips that have fp4 units. Raises NoData where
    the chip has no such peak.
    """
    wanted = precision or gpu.format16
    field = format_of(wanted).trained_in
    tera = getattr(gpu, field) if field else None
    if not tera or (wanted == "mxfp8" and not gpu.fp4):
        have = ", ".join(name for name in PEAKS if getattr(gpu, name) and format_of(name).trained_in)
        raise NoData(f"precision: {gpu.name} has no {wanted} peak in the catalogue; it has {have}")
    return wanted, tera * 1e12
