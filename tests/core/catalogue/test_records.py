"""What the rows say of themselves."""

from __future__ import annotations

import dataclasses

import pytest

from compute_cost import catalogue
from compute_cost.errors import NoData


def test_the_16_bit_peak_is_that_of_the_format_that_is_meant() -> None:
    chips = catalogue.accelerators().rows
    for chip in chips:
        assert chip.peak() == (chip.format16, chip.peak16)
    assert {chip.format16 for chip in chips} == {"bf16", "fp16"}  # V100, T4 and P100 have no bf16


def test_a_chip_without_16_bits_multiplies_in_fp32() -> None:
    chip = dataclasses.replace(catalogue.default_gpu(), bf16=None, fp16=None)
    assert (chip.format16, chip.peak16) == chip.peak() == ("fp32", 67e12)
    with pytest.raises(NoData, match="no bf16 peak"):
        chip.peak("bf16")
