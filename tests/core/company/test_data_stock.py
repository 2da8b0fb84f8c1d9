"""How much text there is: ten times as much as today's sets, not a hundred times."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, strategies as st

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import InputError, MissingInput
from tests.support import figure, number


def test_ten_times_is_possible_and_a_hundred_is_not() -> None:
    """The talk: large models have used perhaps 10% of the internet; x10 is possible, x100 is not, unless data is generated."""
    found = compute_cost.data_limit(compute_cost.model_fact("Llama 3 70B", "tokens").value)
    assert figure(found, "share_of_common_crawl") == pytest.approx(0.115, abs=0.001)
    assert figure(found, "share_x10") < 1 < figure(found, "share_x100")
    assert found.values["fits_x10"].value == "fits in the middle estimate of the stock, not in the low one"
    assert found.values["fits_x100"].value == "does not fit, even in the high estimate of the stock"
    generated = compute_cost.data_limit("15T", "1500T")
    assert generated.values["fits_x100"].value == "fits, even in the low estimate of the stock"
    assert any("synthetic" in text for text in generated.warnings)
    assert compute_cost.data_limit("3T").values["fits_x10"].value == "fits, even in the low estimate of the stock"
    assert compute_cost.data_limit("50T").values["fits_x10"].value == "fits in the high estimate of the stock only"


def test_range_is_the_published_one_narrowed_to_80_percent() -> None:
    """Villalobos et al. 2024: 1e14 to 1e15 at 90%; z is 1.2816 at 80% and 1.6449 at 90%, on a logarithmic scale."""
    stock = catalogue.assumption("text_stock")
    for end, published in ((stock.low, 1e14), (stock.high, 1e15)):
        assert end == pytest.approx(3e14 * (published / 3e14) ** (1.2816 / 1.6449), rel=0.005)


def test_years_left_meet_the_published_year() -> None:
    """Villalobos et al. 2024 project 2028 (80% interval 2026 to 2032); here from the 15 trillion tokens of April 2024."""
    year = 2024.3 + figure(compute_cost.data_limit("15T"), "years_left")
    assert 2026 < year < 2029
    assert any(step.label.startswith("Published: ") and step.value == "2028" for step in compute_cost.data_limit("15T").steps)
    assert figure(compute_cost.data_limit("900T"), "years_left") == 0


def test_the_years_left_join_the_ranges_of_the_stock_and_of_both_growths() -> None:
    """By hand, with one of the three at its end: the stock 1.27e14 to 7.66e14, training sets 2.2 to 3 a year, text 1.01 to 1.07."""
    found = compute_cost.data_limit("15T")

    def years(stock: float = 3e14, sets: float = 2.9, text: float = 1.07) -> float:
        return math.log(stock / 15e12) / math.log(sets / text)

    middle = figure(found, "years_left")
    assert middle == pytest.approx(years(), rel=1e-12)
    down = math.hypot(*(math.log(years() / end) for end in (years(stock=1.27e14), years(sets=3), years(text=1.01))))
    up = math.hypot(*(math.log(end / years()) for end in (years(stock=7.66e14), years(sets=2.2))))
    assert math.log(middle / figure(found, "years_left_low")) == pytest.approx(down, rel=1e-9)
    assert math.log(figure(found, "years_left_high") / middle) == pytest.approx(up, rel=1e-9)


def test_the_share_has_the_range_of_the_stock() -> None:
    found = compute_cost.data_limit("15T", "100T")
    assert (found.low, found.value, found.high) == pytest.approx(tuple(15e12 / (one + 1e14) for one in (7.66e14, 3e14, 1.27e14)), rel=1e-12)
    assert (figure(found, "stock_low"), figure(found, "stock_high")) == pytest.approx((2.27e14, 8.66e14), rel=1e-12)


def test_another_stock_is_certain_in_every_figure() -> None:
    found = compute_cost.data_limit("15T", "text_stock=1e14")
    assert found.low == found.value == found.high == 0.15
    assert figure(found, "stock_low") == figure(found, "stock") == figure(found, "stock_high") == 1e14
    assert found.table[1][1:4] == (1e14, 1e14, 1e14)
    assert found.values["fits_x10"].value == "does not fit, even in the high estimate of the stock"
    assert figure(found, "years_left_low") < figure(found, "years_left") < figure(found, "years_left_high")
    other = compute_cost.data_limit("15T", "text_stock_common_crawl=1e14")
    assert figure(other, "share_of_common_crawl") == 0.15
    assert other.table[2][1:4] == (1e14, 1e14, 1e14)
    assert other.table[1][1:4] == compute_cost.data_limit("15T").table[1][1:4]
    with pytest.raises(InputError, match="^training_set_growth: .*more than text_growth, 1.07"):
        compute_cost.data_limit("15T", "training_set_growth=1.05")


@given(tokens=st.floats(1e9, 1e16), synthetic=st.floats(0, 1e16))
def test_shares_hold_together(tokens: float, synthetic: float) -> None:
    found = compute_cost.data_limit(tokens, synthetic)
    assert number(found.low) < number(found.value) < number(found.high)
    assert number(found.value) * (3e14 + synthetic) == pytest.approx(tokens, rel=1e-12)
    assert figure(found, "share_x100") == pytest.approx(10 * figure(found, "share_x10")) == pytest.approx(100 * number(found.value))
    assert figure(found, "room") * number(found.value) == pytest.approx(1)
    left = figure(found, "years_left")
    assert figure(found, "years_left_low") <= left <= figure(found, "years_left_high")
    if left:
        grown, stock = tokens * 2.9**left, (3e14 + synthetic) * 1.07**left
        assert math.log(grown) == pytest.approx(math.log(stock), rel=1e-9), "by then the set is as large as the stock"
    assert number(compute_cost.data_limit(tokens, synthetic + 1e12).value) < number(found.value)


def test_every_stock_has_range_source_and_date() -> None:
    found = compute_cost.data_limit("15T")
    header, *rows = found.table
    assert header[:4] == ("stock", "tokens", "low", "high")
    assert len(rows) == 4
    for row in rows:
        assert number(row[2]) < number(row[1]) < number(row[3])
        assert catalogue.source(str(row[7])).title
        assert str(row[8]).startswith("20")
    assert any("text_stock_common_crawl" in text and "checked" in text for text in found.warnings)
    assert len(compute_cost.data_limit("15T", "100T").table) == 6, "a row for the stock with synthetic text"
    assert any("larger than the estimated stock" in text for text in compute_cost.data_limit("400T").warnings)
    assert {one.name: one.origin for one in found.inputs}["synthetic_tokens"] == "assumed"


@pytest.mark.parametrize(
    ("name", "wrong"), [("tokens", 0), ("tokens", -1), ("tokens", "GPT-3"), ("tokens", "10%"), ("tokens", 1e19), ("synthetic_tokens", -1)]
)
def test_bad_input_is_named(name: str, wrong: Any) -> None:
    with pytest.raises(InputError, match=f"^{name}: .*such as"):
        compute_cost.data_limit(**{"tokens": 15e12, name: wrong})
    with pytest.raises(MissingInput, match="^tokens: missing"):
        compute_cost.data_limit()  # type: ignore[call-arg]
