"""What a number format means: bits, the peak it is multiplied at, and what training can compute in."""

from __future__ import annotations

import dataclasses

import pytest

from compute_cost import catalogue
from compute_cost.errors import NoData
from compute_cost.parameters import PRECISIONS
from compute_cost.physics.formats import bits_of, is_unpacked, multiplied_in, peak_of
from tests.support import chip


@pytest.mark.parametrize(
    ("gpu", "precision", "format_", "teraflops", "unpacked"),
    [
        ("H100", "bf16", "bf16", 989, False),
        ("H100", "fp8", "fp8", 1979, False),
        ("A100", "fp8", "bf16", 312, True),  # no fp8 units: held in 8 bits, multiplied in 16
        ("H100", "int4", "bf16", 989, True),
        ("B200", "mxfp4", "fp4", 9000, False),
        ("T4", "int8", "fp16", 65, True),
        ("H100", "tf32", "tf32", 495, False),
        ("H100", "fp32", "fp32", 67, False),
        ("H100", "w8a8", "int8", 1979, False),
        ("T4", "w8a8", "int8", 130, False),
        ("H100", "q4_k_m", "bf16", 989, True),
        ("V100", "tf32", "tf32", 15.7, False),  # as wide as fp32 where it has no tf32 units
    ],
)
def test_the_format_that_a_chip_multiplies_in(gpu: str, precision: str, format_: str, teraflops: float, unpacked: bool) -> None:
    name, peak = multiplied_in(chip(gpu), precision)
    assert name == format_
    assert peak == pytest.approx(teraflops * 1e12)
    assert is_unpacked(chip(gpu), precision) == unpacked


def test_bits() -> None:
    assert bits_of("int4") == 4.15625
    assert bits_of("4.65bpw") == 4.65
    assert bits_of("mlx_4bit") == 4.5


def test_the_formats_that_training_computes_in() -> None:
    assert {one.id for one in catalogue.formats().rows if one.trained_in} == set(PRECISIONS)


@pytest.mark.parametrize(
    ("gpu", "precision", "multiplied", "tera", "unpacked"),
    [
        ("H100", "bf16", "bf16", 989, False),
        ("H100", "fp8", "fp8", 1979, False),
        ("H100", "mxfp8", "fp8", 1979, False),
        ("H100", "fp4", "bf16", 989, True),  # Hopper has no fp4 units
        ("GB200", "fp4", "fp4", 10000, False),
        ("GB200", "mxfp4", "fp4", 10000, False),
        ("H100", "int8", "bf16", 989, True),  # weights only
        ("H100", "int4", "bf16", 989, True),
        ("A100", "fp8", "bf16", 312, True),
        ("V100", "bf16", "fp16", 125, False),
        ("V100", "int4", "fp16", 125, True),
        ("H100", "fp32", "fp32", 67, False),
        ("H100", "tf32", "tf32", 495, False),
        ("V100", "tf32", "tf32", 15.7, False),  # as fast as fp32
    ],
)
def test_what_the_products_run_in(gpu: str, precision: str, multiplied: str, tera: float, unpacked: bool) -> None:
    assert multiplied_in(chip(gpu), precision) == (multiplied, tera * 1e12)
    assert is_unpacked(chip(gpu), precision) is unpacked


def test_a_chip_of_which_only_one_peak_is_known() -> None:
    assert multiplied_in(chip("V100", fp16=None), "fp16") == ("fp32", 15.7e12)
    assert multiplied_in(chip("H100", fp32=None), "fp32") == ("fp32", 989e12)


# Training


@pytest.mark.parametrize(
    ("name", "tera"), [("A100", 312), ("H100", 989), ("V100", 125), ("RTX 4090", 165.2), ("MI300X", 1307), ("TPU v4", 275), ("L40S", 362)]
)
def test_dense_peaks(name: str, tera: float) -> None:
    """Sparse peaks are twice as high and often quoted; NVIDIA's data sheets list both."""
    assert peak_of(chip(name))[1] == pytest.approx(tera * 1e12, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "precision", "peak"),
    [
        ("H100", None, ("bf16", 989e12)), ("V100", None, ("fp16", 125e12)), ("H100", "fp8", ("fp8", 1979e12)), ("H100", "tf32", ("tf32", 495e12)),
        ("GB200", "mxfp8", ("mxfp8", 5000e12)), ("GB200", "mxfp4", ("mxfp4", 10000e12)), ("GB200", "fp4", ("fp4", 10000e12)),
    ],
)  # fmt: skip
def test_the_peak_of_a_precision(name: str, precision: str | None, peak: tuple[str, float]) -> None:
    assert peak_of(chip(name), precision) == peak


@pytest.mark.parametrize(
    ("name", "precision", "says"),
    [
        ("V100", "bf16", "precision: V100 SXM2 32GB has no bf16 peak in the catalogue; it has fp32, fp16"),
        ("H100", "mxfp8", "precision: H100 SXM 80GB has no mxfp8 peak in the catalogue; it has fp32, tf32, fp16, bf16, fp8"),
        ("A100", "fp8", "precision: A100 SXM 80GB has no fp8 peak"), ("H100", "fp4", "no fp4 peak"), ("H100", "mxfp4", "no mxfp4 peak"),
        ("GB200", "int4", "no int4 peak"),  # int4 holds weights, nothing multiplies in it
    ],
)  # fmt: skip
def test_precisions_a_chip_lacks_are_refused(name: str, precision: str, says: str) -> None:
    with pytest.raises(NoData) as caught:
        peak_of(chip(name), precision)
    assert says in str(caught.value)


def test_the_16_bit_peak_is_that_of_the_format_that_is_meant() -> None:
    chips = catalogue.accelerators().rows
    for one in chips:
        assert peak_of(one) == (one.format16, one.peak16)
    assert {one.format16 for one in chips} == {"bf16", "fp16"}  # V100, T4 and P100 have no bf16


def test_a_chip_without_16_bits_multiplies_in_fp32() -> None:
    chip = dataclasses.replace(catalogue.default_gpu(), bf16=None, fp16=None)
    assert (chip.format16, chip.peak16) == peak_of(chip) == ("fp32", 67e12)
    with pytest.raises(NoData, match="no bf16 peak"):
        peak_of(chip, "bf16")


def test_block_scaled_formats_need_a_chip_that_has_units_for_them() -> None:
    assert peak_of(chip("H100", fp4=4000.0), "mxfp8") == ("mxfp8", 1979e12)
