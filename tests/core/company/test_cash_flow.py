"""The monthly engine: loans, leases, tax and resale by hand, returns as spreadsheets publish them, arrays as one by one."""

from __future__ import annotations

import importlib
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from compute_cost.company.cash_flow import (
    Hired,
    Month,
    Owned,
    Until,
    Use,
    after_credits,
    annuity,
    first_month,
    later,
    least,
    merged,
    monthly,
    most,
    paid_back,
    present_value,
    rate_of_return,
    saved,
    worth,
    worth_of,
)  # fmt: skip
from compute_cost.company.paths import ByAge

numpy_financial = importlib.import_module("numpy_financial")
USE = Use(8, 36, 730.0, (0.5,))
RATES = st.one_of(st.just(0.0), st.floats(1e-4, 0.5))


def bought(use: Use = USE, **other: Any) -> Owned:
    return Owned(use, 300_000.0, 0.2, 48.0, 900.0, 1_500.0, 1_200.0, cost_of_capital=0.1)._replace(**other)


def flows(amounts: list[float], months: float = 12) -> list[tuple[float, float]]:
    """Amounts a year apart, the first today."""
    return [(months * place, amount) for place, amount in enumerate(amounts)]


@pytest.mark.parametrize(
    ("rate", "amounts", "value"),
    [
        (0.10, [0, -10_000, 3_000, 4_200, 6_800], 1_188.44),  # Excel's help for NPV, first example: everything a year later
        (0.08, [-40_000, 8_000, 9_200, 10_000, 12_000, 14_500], 1_922.06),  # the second: the cost is paid today
        (0.08, [-40_000, 5_000, 8_000, 12_000, 30_000], 3_065.22),  # numpy-financial's documentation
    ],
)
def test_net_present_value_is_that_of_published_examples(rate: float, amounts: list[float], value: float) -> None:
    assert present_value(flows(amounts), rate) == pytest.approx(value, abs=0.006)


@pytest.mark.parametrize(
    ("amounts", "back"),
    [
        ([-70_000, 12_000, 15_000, 18_000, 21_000], -0.021),  # Excel's help for IRR: after four years
        ([-70_000, 12_000, 15_000, 18_000, 21_000, 26_000], 0.087),  # after five
        ([-100, 39, 59, 55, 20], 0.281),  # numpy-financial's documentation
    ],
)
def test_internal_rate_of_return_is_that_of_published_examples(amounts: list[float], back: float) -> None:
    assert rate_of_return(flows(amounts)) == pytest.approx(back, abs=0.0005)


@pytest.mark.parametrize(
    ("amounts", "why"),
    [
        ([-100, -5, -5], "every month is paid, nothing comes back"),
        ([], "every month is paid"),
        ([5, 5], "nothing is paid in advance"),
        ([100, -50, -60], "which is a loan, not an investment"),
        ([-100, 230, -132], "change their sign 2 times"),  # the textbook case: 10% and 20% both fit
    ],
)
def test_where_no_return_is_the_answer_it_says_why(amounts: list[float], why: str) -> None:
    back = rate_of_return(flows(amounts))
    assert isinstance(back, str)
    assert back.startswith("none: ")
    assert why in back
    assert "\n" not in back


def test_a_return_may_be_unique_though_the_sign_turns_again() -> None:
    back = rate_of_return(flows([-100, 200, -10]))  # the sums so far turn once: Norstrom
    assert isinstance(back, float)
    assert present_value(flows([-100, 200, -10]), back) == pytest.approx(0, abs=1e-9)


@given(rate=RATES, periods=st.integers(1, 480))
def test_annuity_is_that_of_numpy_financial(rate: float, periods: int) -> None:
    assert annuity(rate, periods) == pytest.approx(-numpy_financial.pmt(rate, periods, 1), rel=1e-7)


@given(rate=RATES, share=st.floats(0.1, 1), months=st.integers(2, 60), balloon=st.sampled_from([0.0, 0.3, 1.0]))
def test_a_loan_at_the_cost_of_capital_changes_nothing(rate: float, share: float, months: int, balloon: float) -> None:
    """Borrowing at the rate at which everything is discounted has no value of its own, whatever the term and the balloon."""
    plain = bought(cost_of_capital=rate)
    loan = plain._replace(loan_share=share, loan_rate=rate, loan_months=months, balloon=balloon)
    assert worth(loan.months(), rate).paid == pytest.approx(worth(plain.months(), rate).paid, rel=1e-9)
    assert next(loan.months()).paid == pytest.approx(300_000 * (1 - share))
    dear = loan._replace(loan_rate=rate + 0.05)
    assert worth(dear.months(), rate).paid > worth(loan.months(), rate).paid


def test_the_payments_of_a_loan_are_those_of_a_spreadsheet() -> None:
    loan = bought(loan_share=0.6, loan_rate=0.12, loan_months=24, balloon=0.25)
    paid = [month.finance for month in loan.months()][1:]
    level = -numpy_financial.pmt(monthly(0.12), 24, 180_000, -45_000)
    assert paid[:23] == pytest.approx([level] * 23)
    assert paid[23] == pytest.approx(level + 45_000)
    assert sum(paid[24:]) == 0
    early = list(loan._replace(use=USE._replace(months=10)).months())
    assert early[-1].finance == pytest.approx(level - numpy_financial.fv(monthly(0.12), 10, level, -180_000) * -1, rel=1e-9)


def test_a_lease_costs_what_the_lessor_must_get() -> None:
    lease = bought(lease_rate=0.15, lease_residual=0.1)
    paid = [month.finance for month in lease.months()]
    assert paid[0] == 0
    assert paid[1:] == pytest.approx([-numpy_financial.pmt(monthly(0.15), 36, 300_000, -30_000)] * 36)
    assert all(month.resale == month.equipment == 0 for month in lease.months())
    free = bought(lease_rate=0.0, lease_residual=0.1)
    assert sum(month.finance for month in free.months()) == pytest.approx(270_000)


def test_what_is_bought_loses_value_at_one_rate() -> None:
    last = list(bought().months())[-1]
    assert last.resale == pytest.approx(-300_000 * 0.2 ** (36 / 48))
    assert list(bought().until(48).months())[-1].resale == pytest.approx(-60_000)


def test_tax_is_a_share_of_all_that_is_lost() -> None:
    """Without interest, what owning costs after tax is the share that tax leaves of it, however fast it is written off."""
    before = worth(bought(cost_of_capital=0.0).months(), 0.0).paid
    for months in (1, 12, 60):
        after = bought(cost_of_capital=0.0, tax_rate=0.25, write_off_months=months)
        assert worth(after.months(), 0.0).paid == pytest.approx(0.75 * before, rel=1e-12)
    fast, slow = (worth(bought(tax_rate=0.25, write_off_months=months).months(), 0.1).paid for months in (1, 60))
    assert fast < slow, "what is written off at once saves tax at once"
    built = bought(cost_of_capital=0.0, hall=80_000, hall_months=168, setup=5_000)
    taxed = built._replace(tax_rate=0.25, write_off_months=12)
    assert worth(taxed.months(), 0.0).paid == pytest.approx(0.75 * worth(built.months(), 0.0).paid, rel=1e-12), "building and setup too"
    rent = Hired(USE, (3.0,), setup=5_000, running=100.0)
    assert worth(rent._replace(tax_rate=0.25).months(), 0.0).paid == pytest.approx(0.75 * worth(rent.months(), 0.0).paid, rel=1e-12)
    credit = bought(cost_of_capital=0.0, tax_rate=0.25, write_off_months=12, loan_share=0.5, loan_rate=0.1, loan_months=24)
    gross = bought(cost_of_capital=0.0, loan_share=0.5, loan_rate=0.1, loan_months=24)
    assert worth(credit.months(), 0.0).paid == pytest.approx(0.75 * worth(gross.months(), 0.0).paid, rel=1e-12), "interest counts too"


def test_paying_before_delivery_costs_the_interest() -> None:
    early = bought(lead_months=6)
    assert next(early.months()).paid == pytest.approx(300_000 * 1.1**0.5)
    part = bought(lead_months=6, prepaid=0.25)
    assert next(part.months()).paid == pytest.approx(300_000 + 75_000 * (1.1**0.5 - 1))


def test_running_costs_rise_once_a_year() -> None:
    dearer = list(bought(yearly=(0.05, 0.03, 0.0)).months())
    assert [dearer[month].power for month in (1, 12, 13, 25)] == pytest.approx([900, 900, 945, 992.25])
    assert dearer[13].space == pytest.approx(1545)
    assert dearer[36].operations == 1200


def test_a_reservation_pays_every_hour_and_in_advance_what_it_says() -> None:
    reserved = Hired(USE, (2.0,), committed=True, prepaid=0.25)
    months = list(reserved.months())
    assert months[0].rent == pytest.approx(8 * 730 * 36 * 2 * 0.25)
    assert sum(month.paid for month in months) == pytest.approx(8 * 730 * 36 * 2)
    on_demand = Hired(USE, (2.0,))
    assert sum(month.paid for month in on_demand.months()) == pytest.approx(8 * 730 * 36 * 2 * 0.5)
    assert worth(reserved.months(), 0.0).per_hour == pytest.approx(4.0)


@settings(max_examples=30)
@given(months=st.floats(0.5, 40), ramp=st.sampled_from([0.0, 7.5]), rate=RATES)
def test_part_of_a_month_counts_as_that_part(months: float, ramp: float, rate: float) -> None:
    use = USE._replace(months=months, ramp_months=ramp)
    rows = list(bought(use).months())
    assert rows[-1].end == months
    assert sum(row.space for row in rows) == pytest.approx(1_500 * months)
    if not ramp:
        assert sum(row.hours for row in rows) == pytest.approx(8 * 730 * 0.5 * months)
    assert worth(rows, rate).hours == pytest.approx(sum(row.hours * (1 + rate) ** (-row.end / 12) for row in rows), rel=1e-9)


@settings(max_examples=20)
@given(seed=st.integers(0, 1000))
def test_arrays_of_draws_are_worked_out_as_one_by_one(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    months, price, rate, load, tax = (
        drawn.uniform(1, 40, 5),
        drawn.uniform(1e5, 5e5, 5),
        drawn.uniform(0, 0.3, 5),
        drawn.uniform(0.1, 1, 5),
        0.2,
    )

    def cost(months: Any, price: Any, rate: Any, load: Any) -> Any:
        use = Use(8, months, 730.0, (load,), 6)
        own = Owned(
            use, price, 0.2, 48.0, 900.0, 1_500.0, 1_200.0, (0.05, 0.0, 0.0), cost_of_capital=rate, loan_share=0.5, loan_rate=rate,
            loan_months=24, tax_rate=tax, write_off_months=36,
        )  # fmt: skip
        return worth(own.months(), rate).per_hour - worth(Hired(use, (price * 1e-5,), rate - 0.2).months(), rate).per_hour

    months[0] = 12.0  # the end of a month, which the next one does not begin
    alone = [float(cost(float(a), float(b), float(c), float(d))) for a, b, c, d in zip(months, price, rate, load, strict=True)]
    assert np.asarray(cost(months, price, rate, load)) == pytest.approx(alone, rel=1e-9)


def test_credits_pay_the_first_rents_of_a_list_of_months_and_nothing_else() -> None:
    rented = [*Hired(USE, (2.0,), setup=100.0).months()]
    paid = [*after_credits(rented, 10_000.0)]
    assert sum(month.rent for month in rented) - sum(month.rent for month in paid) == pytest.approx(10_000)
    assert [month._replace(rent=0.0) for month in paid] == [month._replace(rent=0.0) for month in rented]
    assert paid[1].rent == 0 < paid[-1].rent == rented[-1].rent


def test_fleets_of_several_purchases_add_up() -> None:
    """Half of the machines half a year later: the months of both, each with its own end."""
    first, second = bought(), bought(USE._replace(months=30))
    both = merged([first.months(), later(second.months(), 6)])
    assert sum(month.paid for month in both) == pytest.approx(sum(month.paid for one in (first, second) for month in one.months()))
    assert both[6].equipment == 300_000
    assert both[-1].end == 36


def test_payback_is_when_nothing_is_owed_any_more() -> None:
    assert paid_back(flows([-100, 60, 60], 1), 0.0) == pytest.approx(1 + 40 / 60)
    assert paid_back(flows([-100, 40, 40], 1), 0.0) is None
    assert paid_back(flows([10, -5], 1), 0.1) == 0
    level = numpy_financial.nper(monthly(0.21), -60, 100)  # a spreadsheet's number of payments, the last of them in part
    assert paid_back(flows([-100, 60, 60], 1), 0.21) == pytest.approx(level, rel=1e-9)


def test_the_first_month_from_which_it_holds() -> None:
    assert first_month(lambda month: month >= 7.25, 48) == pytest.approx(7.25, rel=1e-6)
    assert first_month(lambda month: month >= 50, 48) is None
    assert first_month(lambda month: month >= 0, 48) == 0
    assert first_month(lambda month: month >= 1.5, 2) == pytest.approx(1.5, rel=1e-6)


def test_what_is_saved_is_the_difference_of_the_months() -> None:
    rent = Hired(USE, (3.0,))
    assert sum(amount for _, amount in saved(bought().months(), rent.months())) == pytest.approx(
        sum(month.paid for month in rent.months()) - sum(month.paid for month in bought().months())
    )
    assert Month(1.0, rent=5.0, resale=-2.0).paid == 3


def test_small_helpers() -> None:
    assert (least(1, 2.5), most(1, 2.5)) == (1, 2.5)
    assert least(np.array([1, 3]), 2).tolist() == [1, 2]
    assert most(np.array([1, 3]), 2).tolist() == [2, 3]
    assert monthly(0.1) == pytest.approx(1.1 ** (1 / 12) - 1)
    assert math.isclose(float(monthly(np.array([0.1]))[0]), monthly(0.1), rel_tol=1e-9)


def test_credits_pay_the_first_of_the_rent_once() -> None:
    """100 hours a month at 2: the first two months and a half are paid by credits of 500."""
    plan = Hired(Use(1.0, 4.0, 100.0, (1.0,)), (2.0,), credits=500.0)
    assert [month.rent for month in plan.months()] == [0, 0, 0, 100, 200]
    assert worth(plan._replace(tax_rate=0.5).months(), 0.0).paid == pytest.approx(150), "what is not paid lowers no tax"
    draws = np.array([0.0, 500.0, 5000.0])
    assert list(worth(plan._replace(credits=draws).months(), 0.0).paid) == pytest.approx([800, 300, 0])


def test_equipment_is_sold_for_what_is_left_at_its_age() -> None:
    """Bought new it is worth 36% after two years; bought after one year, at 64%, a year of use leaves 36 / 64 of what was paid."""
    curve = ByAge("64% after 12; 36% after 24", ((12.0, 0.64), (24.0, 0.36)))
    plan = Owned(Use(1.0, 24.0, 100.0, (1.0,)), 1000.0, curve, 48.0, 0.0, 0.0, 0.0)
    assert sum(month.resale for month in plan.months()) == pytest.approx(-360)
    assert plan.until(12)._replace(age_months=12.0).resale == pytest.approx(0.36 / 0.64)
    assert plan._replace(residual=0.0, age_months=12.0).resale == 0, "bought used, worth nothing at the end of its life"


@pytest.mark.parametrize(
    "plan",
    [
        bought(yearly=(0.05, 0.03, 0.0), setup=5_000.0),
        bought(USE._replace(load=(0.1, 0.2, 0.6), ramp_months=6.0), hall=90_000.0, hall_months=240.0),
        bought(loan_share=0.6, loan_rate=0.11, loan_months=30.0, balloon=0.1, lead_months=3.0, prepaid=0.4),
        bought(tax_rate=0.25, write_off_months=60.0, residual=ByAge("", [(12.0, 0.6), (36.0, 0.3)])),
        Hired(USE, (2.0, 2.1, 1.9), -0.2, running=300.0, setup=1_000.0, tax_rate=0.25),
        Hired(USE, (2.0,), committed=True, credits=50_000.0, tax_rate=0.3),
    ],
)
def test_a_plan_that_ends_early_comes_to_what_its_months_do(plan: Owned | Hired) -> None:
    """Whichever ends are asked about in whichever order: none leaves anything behind in what is kept of the months before."""
    until = Until(plan, 0.1)
    for months in (24.0, 3.0, 36.0, 24.0, 0.4, 1e-6, 12.5, 60.0, 13.0):
        assert until.worth(months) == worth(plan.until(months).months(), 0.1)
        assert worth_of(plan.until(months), 0.1) == until.worth(months)


def test_loads_and_rents_that_differ_by_month_are_those_of_their_month() -> None:
    """Eight accelerators; the last load is that of all later months, the last rent grows from then on by 21% a year."""
    plan = Hired(Use(8, 4.5, 100.0, (0.1, 0.4)), (2.0, 3.0), 0.21)
    (first, *months) = plan.months()
    assert first.paid == 0
    assert [month.hours for month in months] == [80, 320, 320, 320, 160]
    step = 1.21 ** (1 / 12)
    assert [month.rent for month in months] == pytest.approx([160, 960, 960 * step, 960 * step**2, 480 * step**3])
    assert [month.end for month in months] == [1, 2, 3, 4, 4.5]
