"""What a row knows of itself: the peak of a precision, a model's active parameters and width, the day a price counts from."""

from __future__ import annotations

import dataclasses
import datetime
import re
from dataclasses import fields

import pytest

import compute_cost
from build_pages import meanings
from compute_cost import catalogue
from compute_cost.catalogue import schema
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.records import Model, Price
from compute_cost.errors import NoData
from tests.support import chip, model

# Peaks

pytestmark = pytest.mark.live  # the check is of the package's own rows


@pytest.mark.parametrize(
    ("name", "tera"), [("A100", 312), ("H100", 989), ("V100", 125), ("RTX 4090", 165.2), ("MI300X", 1307), ("TPU v4", 275), ("L40S", 362)]
)
def test_dense_peaks(name: str, tera: float) -> None:
    """Sparse peaks are twice as high and often quoted; NVIDIA's data sheets list both."""
    assert chip(name).peak()[1] == pytest.approx(tera * 1e12, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "precision", "peak"),
    [
        ("H100", None, ("bf16", 989e12)), ("V100", None, ("fp16", 125e12)), ("H100", "fp8", ("fp8", 1979e12)), ("H100", "tf32", ("tf32", 495e12)),
        ("H100", "int8", ("int8", 1979e12)), ("GB200", "mxfp8", ("mxfp8", 5000e12)), ("GB200", "mxfp4", ("mxfp4", 10000e12)), ("GB200", "fp4", ("fp4", 10000e12)),
    ],
)  # fmt: skip
def test_the_peak_of_a_precision(name: str, precision: str | None, peak: tuple[str, float]) -> None:
    assert chip(name).peak(precision) == peak


@pytest.mark.parametrize(
    ("name", "precision", "says"),
    [
        ("V100", "bf16", "precision: V100 SXM2 32GB has no bf16 peak in the catalogue; it has fp32, fp16"),
        ("H100", "mxfp8", "precision: H100 SXM 80GB has no mxfp8 peak in the catalogue; it has fp32, tf32, fp16, bf16, fp8, int8"),
        ("A100", "fp8", "precision: A100 SXM 80GB has no fp8 peak"), ("H100", "fp4", "no fp4 peak"), ("H100", "mxfp4", "no mxfp4 peak"),
        ("GB200", "int4", "no int4 peak"),  # int4 holds weights, nothing multiplies in it
    ],
)  # fmt: skip
def test_precisions_a_chip_lacks_are_refused(name: str, precision: str, says: str) -> None:
    with pytest.raises(NoData) as caught:
        chip(name).peak(precision)
    assert says in str(caught.value)


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
    for one in chips:
        assert one.peak() == (one.format16, one.peak16)
    assert {one.format16 for one in chips} >= {"bf16", "fp16"}  # V100, T4 and P100 have no bf16


def test_a_chip_without_16_bits_multiplies_in_fp32() -> None:
    chip = dataclasses.replace(catalogue.default_gpu(), bf16=None, fp16=None)
    assert (chip.format16, chip.peak16) == chip.peak() == ("fp32", 67e12)
    with pytest.raises(NoData, match="no bf16 peak"):
        chip.peak("bf16")


def test_block_scaled_formats_need_a_chip_that_has_units_for_them() -> None:
    assert chip("H100", fp4=4000.0).peak("mxfp8") == ("mxfp8", 1979e12)


# Models


def test_a_bare_count_is_a_dense_model_of_which_nothing_else_is_known() -> None:
    found = Model.of_size(7e9)
    assert (found.params, found.active, found.kind, found.id, found.name) == (7e9, 7e9, "dense", "", "")
    assert [found.tokens, found.layers, found.attention_width, found.released_precision] == [None, None, None, ""]
    assert found is Model.of_size(7e9)
    assert Model.of_size(8e9).params == 8e9


def test_active_parameters_are_all_unless_fewer_are_known() -> None:
    assert model("DeepSeek-V3").active == 37e9
    assert model("DeepSeek-V3", active_params=None).active == 671e9


def test_the_width_of_attention_is_that_of_its_heads() -> None:
    assert model("PaLM 540B").attention_width == 48 * 256  # on a layer of 18,432
    assert model("PaLM 540B", head_dim=None).attention_width == 18432
    assert model("PaLM 540B", heads=None, hidden=None).attention_width is None


# Days


@pytest.mark.parametrize(
    ("date", "recorded", "day"),
    [
        ("2024-07-20", "2024-08-01", "2024-07-20"),
        ("2024", "2024-08-01", "2024-08-01"),  # not later than it was written down
        ("2024-07", "2024", "2024-07-31"),
        ("2024-07-20", "2024-07-20", "2024-07-20"),
    ],
)
def test_a_price_counts_from_the_end_of_its_period_but_not_from_the_future(date: str, recorded: str, day: str) -> None:
    price = Price("a100-sxm-80", "lambda", "neocloud", "on_demand", 1.0, date, recorded, "gpuhunt", "checked", "")
    assert price.day == datetime.date.fromisoformat(day)


# Facts as users see them


def test_a_rumor_and_an_unchecked_shape_are_said() -> None:
    assert any("rumor" in text for text in compute_cost.train_cost("GPT-4").warnings)
    assert model("GPT-4").confidence == "rumor"


@pytest.mark.parametrize("name", schema.FILES)
def test_every_number_has_its_unit(name: str) -> None:
    """In the comment behind the column, from which the README of the folder is written."""
    meaning = meanings(schema.FILES[name])
    assert list(meaning) == list(columns(schema.FILES[name]))
    bare = [column for column, one in columns(schema.FILES[name]).items() if one.number and not re.search(r"\[.+\]$", meaning[column])]
    assert bare == []
