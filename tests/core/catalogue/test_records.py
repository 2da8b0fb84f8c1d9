"""What a row knows of itself: the peak of a precision, a model's active parameters and width, the day a price counts from."""

from __future__ import annotations

import datetime

import pytest

import compute_cost
from compute_cost.catalogue.records import Model, Price, period_end
from compute_cost.errors import NoData
from tests.support import chip, model

# Peaks


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
    ("text", "day"),
    [("2024", "2024-12-31"), ("2024-02", "2024-02-29"), ("2023-02", "2023-02-28"), ("2024-02-03", "2024-02-03"), ("2024-12", "2024-12-31")],
)
def test_a_partial_date_counts_at_its_end(text: str, day: str) -> None:
    assert period_end(text).isoformat() == day


@pytest.mark.parametrize("text", ["", "24", "2024-13", "2024-02-30", "soon", "2024-1-1", "2024-01-01-01", "2024-01-01 "])
def test_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        period_end(text)


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
