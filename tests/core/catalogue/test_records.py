"""What a row holds, and what its definition says of its columns."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import fields

import pytest

import compute_cost
from build_pages import meanings
from compute_cost import catalogue
from compute_cost.catalogue import schema
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.records import Model
from compute_cost.errors import NoData

pytestmark = pytest.mark.live  # the check is of the package's own rows


@pytest.mark.parametrize("name", schema.FILES)
def test_every_number_has_its_unit(name: str) -> None:
    """In the comment behind the column, from which the README of the folder is written."""
    meaning = meanings(schema.FILES[name])
    assert list(meaning) == list(columns(schema.FILES[name]))
    bare = [column for column, one in columns(schema.FILES[name]).items() if one.number and not re.search(r"\[.+\]$", meaning[column])]
    assert bare == []


def test_dense_peaks() -> None:
    """Sparse peaks are twice as high and often quoted; NVIDIA's data sheets list both."""
    peaks = {"A100": 312e12, "H100": 989e12, "V100": 125e12, "RTX 4090": 165.2e12, "MI300X": 1307e12, "TPU v4": 275e12, "L40S": 362e12}
    for name, peak in peaks.items():
        chip = catalogue.accelerators().get(name)
        assert chip is not None
        assert chip.peak()[1] == pytest.approx(peak, rel=1e-3)


def test_precisions_a_chip_lacks_are_refused() -> None:
    with pytest.raises(compute_cost.CostError, match="V100 SXM2 32GB has no bf16 peak"):
        compute_cost.train_cost("GPT-3", gpu="V100", precision="bf16")
    with pytest.raises(compute_cost.CostError, match="no mxfp8 peak"):
        compute_cost.train_cost("GPT-3", gpu="H100", precision="mxfp8")
    assert compute_cost.train_cost("GPT-3", gpu="V100").value > 0


def test_a_model_of_a_size_is_a_dense_one_of_which_nothing_else_is_known() -> None:
    found = Model.of_size(7e9)
    known = {"params": 7e9, "kind": "dense"}
    assert {one.name: getattr(found, one.name) for one in fields(Model)} == {
        name: known.get(name, None if one.number else "") for name, one in columns(Model).items()
    }
    assert found.active == 7e9
    assert Model.of_size(7e9) is found


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
