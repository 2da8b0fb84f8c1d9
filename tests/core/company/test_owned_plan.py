"""Owning instead of renting year by year: the flows, their net present value and internal rate of return."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings, strategies as st

import compute_cost
from compute_cost.company.owned_plan import Plan, annuity
from compute_cost.inputs import Cell
from tests.support import ROOT

RATES = st.one_of(st.just(0.0), st.floats(1e-6, 1))
LOADS = st.floats(0.05, 1)


def plan(
    months: float | None = None, load: float = 1.0, rent: float = 2.97, residual: float = 0.1, rate: float = 0.1
) -> compute_cost.Result:
    found: compute_cost.Result = compute_cost.rent_or_own("H100", 64, months, load, rent, 35000, 0.085, 4, rate, residual)
    return found


def figure(result: compute_cost.Result, name: str) -> float:
    value = result.values[name].value
    assert isinstance(value, float), value
    return value


def cash_flows(result: compute_cost.Result) -> list[float]:
    flows = [row[-1] for row in result.table[1:]]
    for row in result.table[1:]:
        assert sum(float(one) for one in row[1:-1]) == pytest.approx(row[-1])
    return [float(one) for one in flows]


@settings(deadline=None, max_examples=50)
@given(years=st.integers(1, 4), rate=RATES, residual=st.floats(0, 0.9), rent=st.floats(0.5, 10), load=LOADS)
def test_the_cash_flows_have_the_net_present_value_and_the_return_of_owning(
    years: int, rate: float, residual: float, rent: float, load: float
) -> None:
    found = plan(12 * years, load, rent, residual, rate)
    flows = cash_flows(found)
    assert len(flows) == years + 1
    assert flows[0] == -figure(found, "paid_at_purchase")
    worth, size = figure(found, "net_present_value"), sum(abs(one) for one in flows)
    assert worth == pytest.approx(sum(flow / (1 + rate) ** year for year, flow in enumerate(flows)), abs=1e-9 * size)
    # The yearly saving, worked out by the annuity alone, is that value spread over the years.
    assert figure(found, "saving_by_owning") / years / annuity(rate, years) == pytest.approx(worth, abs=1e-6 * size)
    back = found.values["internal_rate_of_return"].value
    if isinstance(back, float) and back > -0.5:
        assert sum(flow / (1 + back) ** year for year, flow in enumerate(flows)) == pytest.approx(0, abs=1e-5 * size)
        if abs(worth) > 1e-6 * size:
            assert (back > rate) == (worth > 0) == (found.values["cheaper"].value == "own")


@pytest.mark.parametrize(
    ("rate", "flows", "present_value"),
    [
        (0.10, [0, -10_000, 3_000, 4_200, 6_800], 1_188.44),  # Excel's help for NPV, first example: everything a year later
        (0.08, [-40_000, 8_000, 9_200, 10_000, 12_000, 14_500], 1_922.06),  # the second: the cost is paid today
        (0.08, [-40_000, 5_000, 8_000, 12_000, 30_000], 3_065.22),  # numpy-financial's documentation
    ],
)
def test_net_present_value_is_that_of_published_examples(
    monkeypatch: pytest.MonkeyPatch, rate: float, flows: list[float], present_value: float
) -> None:
    assert appraised(monkeypatch, rate, flows)[0] == pytest.approx(present_value, abs=0.006)


@pytest.mark.parametrize(
    ("flows", "back"),
    [
        ([-70_000, 12_000, 15_000, 18_000, 21_000], -0.021),  # Excel's help for IRR: after four years
        ([-70_000, 12_000, 15_000, 18_000, 21_000, 26_000], 0.087),  # after five
        ([-100, 39, 59, 55, 20], 0.281),  # numpy-financial's documentation
    ],
)
def test_internal_rate_of_return_is_that_of_published_examples(monkeypatch: pytest.MonkeyPatch, flows: list[float], back: float) -> None:
    assert appraised(monkeypatch, 0.1, flows)[1] == pytest.approx(back, abs=0.0005)


def appraised(monkeypatch: pytest.MonkeyPatch, rate: float, flows: list[float]) -> tuple[float, Cell]:
    """The appraisal that rent_or_own makes, of other flows."""
    monkeypatch.setattr(Plan, "cash_flows", lambda self, rent: [(0.0, 0.0, 0.0, 0.0, flow) for flow in flows])
    found = Plan(1, 0, 0, 1, 1, 1, 0, 0, 0, 12 * (len(flows) - 1), 10, rate, 0, 1, 730).appraisal(1)
    assert found
    return found


def test_part_of_a_year_has_cash_flows_but_no_yearly_return() -> None:
    found = plan(30, 0.7)
    assert [row[0] for row in found.table[1:]] == [0, 1, 2, 2.5]
    flows = cash_flows(found)
    assert flows[3] - figure(found, "resale") == pytest.approx(flows[2] / 2)
    assert "net_present_value" not in found.values
    assert any("multiple of 12" in text for text in found.warnings)


def test_a_rent_below_the_running_cost_has_no_return() -> None:
    assert plan(48, 1, 0.3, 0).values["internal_rate_of_return"].value == "none: nothing is paid back"


def test_a_cell_needs_neither_numpy_nor_numpy_financial() -> None:
    """LibreOffice's own Python has neither: the table of cash flows is for its NPV() and IRR()."""
    code = """
import sys
import compute_cost
found = compute_cost.rent_or_own("H100")
assert found.value and found.low and "numpy" not in sys.modules, "the value waits for numpy"
if sys.argv[1:]:
    sys.modules["numpy"] = sys.modules["numpy_financial"] = None
print("net_present_value" in found.values, any("use NPV() and IRR() on the table" in text for text in found.warnings))
"""
    for arguments, says in ((["without"], "False True"), ([], "True False")):
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, cwd=ROOT, check=True)
        assert done.stdout.strip() == says
