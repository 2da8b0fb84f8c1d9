"""Owning against renting: the worked case, the annuity against numpy-financial, and break-evens at which both cost the same."""

from __future__ import annotations

import importlib
import math
from typing import Any

import pytest
from hypothesis import assume, given, settings, strategies as st

import compute_cost
from compute_cost import catalogue
from compute_cost.company.cash_flow import annuity
from compute_cost.errors import InputError, NoData, UnknownName
from compute_cost.inputs import Input
from tests.support import figure

numpy_financial = importlib.import_module("numpy_financial")
RATES = st.one_of(st.just(0.0), st.floats(1e-6, 1))
LOADS = st.floats(0.05, 1)
HOURS = 8760
FEWER = settings(max_examples=40)  # each of them works out several plans


def plan(
    months: float | None = None, load: float = 1.0, rent: float = 2.97, residual: float = 0.1, rate: float = 0.1
) -> compute_cost.Result:
    """The worked case: 64 H100 at 35,000 USD each, running costs that stay as they are."""
    arguments = ("H100", 64, months, load, rent, 35000, 0.085, 4, rate, residual)
    found: compute_cost.Result = compute_cost.rent_or_own(*arguments, assume={"power_growth": 0, "colocation_growth": 0})
    return found


def by_month(rate: float) -> float:
    return float((1 + rate) ** (1 / 12) - 1)


def cost(result: compute_cost.Result) -> float:
    assert isinstance(result.value, float)
    return result.value


@given(rate=RATES, periods=st.integers(1, 480))
def test_annuity_is_that_of_numpy_financial(rate: float, periods: int) -> None:
    assert annuity(rate, periods) == pytest.approx(-numpy_financial.pmt(rate, periods, 1), rel=1e-7)


@given(rate=RATES, periods=st.floats(1, 100))
def test_annuity_lies_between_the_principal_and_the_principal_with_interest(rate: float, periods: float) -> None:
    assert 1 / periods * (1 - 1e-9) <= annuity(rate, periods) <= (1 / periods + rate) * (1 + 1e-9)


def test_worked_case_line_by_line() -> None:
    found = plan()
    assert figure(found, "paid_at_purchase") / 64 == pytest.approx(42_260, rel=1e-3)
    # With interest once a year the capital would be 12,422 a year, as published, and the hour 2.08 USD.
    capital = -12 * numpy_financial.pmt(by_month(0.1), 48, 42_262.5, -4_226.25)
    assert capital == pytest.approx(12_422 * 0.957, rel=1e-3)
    for name, value in {"capital": capital, "power": 890, "colocation": 2_815, "operations": 2_113}.items():
        assert figure(found, f"{name}_per_gpu_year") == pytest.approx(value, rel=1e-3), name
    assert found.value == pytest.approx(2.08, rel=0.03)
    assert plan(load=0.7).value == pytest.approx(2.97, rel=0.03)
    assert figure(found, "power_per_gpu") == pytest.approx(1.19, rel=0.005)


def test_a_node_over_three_years_against_a_published_total() -> None:
    """v2-pseo-ai.pages.dev, GPU TCO analysis (secondary): 450,000 to 650,000 USD for a node of eight H100 over three years."""
    found = compute_cost.rent_or_own("H100", 8, 36, 1.0, 3.75, years=3)
    assert 450_000 < figure(found, "owned_total") < 650_000
    # Buying pays off there in 14 to 18 months at 3.00 to 4.50 USD: between what selling and keeping the equipment give here.
    assert figure(found, "break_even_month") < 14
    assert 18 < figure(found, "payback_month") < 24


def test_capital_and_electricity_against_the_method_of_cottier() -> None:
    """Cottier et al. 2024: value lost at 0.14 orders of magnitude a year, a network of 19% of the cluster, no cost of capital."""
    published = 35_000 * 0.14 * math.log(10) / 8766 / (1 - 0.19) + 0.7 * 1.82 * 0.75 * 1.25 * 0.085
    found = plan()
    ours = (figure(found, "capital_per_gpu_year") + figure(found, "power_per_gpu_year")) / HOURS
    assert ours == pytest.approx(published, rel=0.15)


def test_no_interest_and_no_residual_is_the_straight_line() -> None:
    found = plan(residual=0, rate=0)
    assert figure(found, "capital_per_gpu_year") == pytest.approx(figure(found, "paid_at_purchase") / 64 / 4, rel=1e-12)


@FEWER
@given(months=st.integers(1, 48), rate=st.floats(0.01, 0.5), residual=st.floats(0, 0.9), rent=st.floats(0.5, 10))
def test_capital_has_the_net_present_value_of_the_purchase(months: int, rate: float, residual: float, rent: float) -> None:
    """Paying a twelfth of the yearly capital cost each month is worth what is paid at purchase less the resale, by numpy-financial's NPV."""
    found = plan(months, 1, rent, residual, rate)
    payment = figure(found, "capital_per_gpu_year") * 64 / 12
    flows = [figure(found, "paid_at_purchase"), *[-payment] * (months - 1), -payment - figure(found, "resale")]
    assert numpy_financial.npv(by_month(rate), flows) == pytest.approx(0, abs=1e-6 * flows[0])
    assert figure(found, "resale") == pytest.approx(flows[0] * residual ** (months / 48), rel=1e-9)


@FEWER
@given(load=LOADS, more=LOADS)
def test_more_load_costs_less_an_hour(load: float, more: float) -> None:
    load, more = sorted((load, more))
    assume(more > load * 1.001)
    idle, busy = cost(plan(load=load)), cost(plan(load=more))
    assert busy < idle
    assert busy * more == pytest.approx(idle * load, rel=1e-12), "owned costs are the same, used or idle"


@FEWER
@given(months=st.floats(1, 47), residual=st.floats(0, 0.9), rate=st.floats(0, 0.5))
def test_longer_use_favors_owning(months: float, residual: float, rate: float) -> None:
    short, long = (plan(one, 0.7, 2.97, residual, rate) for one in (months, 48))
    assert cost(long) < cost(short)
    assert figure(long, "break_even_load") < figure(short, "break_even_load")


@FEWER
@given(months=st.floats(1, 48), rent=st.floats(0.5, 20), load=LOADS)
def test_at_the_break_even_load_both_cost_the_same(months: float, rent: float, load: float) -> None:
    needed = figure(plan(months, load, rent), "break_even_load")
    if needed > 1:
        assert plan(months, 1, rent).values["cheaper"].value == "rent"
        assert any("above 100%" in text for text in plan(months, load, rent).warnings)
    else:
        found = plan(months, needed, rent)
        assert figure(found, "owned_total") == pytest.approx(figure(found, "rent_total"), rel=1e-9)
        busier = min(1, needed * 1.01)
        cheaper = plan(months, busier, rent).values["cheaper"].value
        assert cheaper == "own" or (cheaper == "same" and needed > busier * (1 - 1e-6))


@FEWER
@given(rent=st.floats(1, 8), load=LOADS, residual=st.floats(0, 0.8))
def test_at_the_break_even_month_both_cost_the_same(rent: float, load: float, residual: float) -> None:
    month = plan(None, load, rent, residual).values["break_even_month"].value
    if isinstance(month, str):
        assert month == "none within 48 months"
        assert plan(48, load, rent, residual).values["cheaper"].value == "rent"
    elif month > 1e-3:
        found = plan(month, load, rent, residual)
        assert figure(found, "owned_total") == pytest.approx(figure(found, "rent_total"), rel=1e-6)
        assert plan(month * 0.95, load, rent, residual).values["cheaper"].value == "rent"
    else:
        assert plan(0.5, load, rent, residual).values["cheaper"].value == "own"


@FEWER
@given(rent=st.floats(1, 8), load=LOADS, rate=RATES)
def test_payback_is_when_the_rent_saved_is_worth_the_purchase(rent: float, load: float, rate: float) -> None:
    found = plan(None, load, rent, 0.1, rate)
    running = sum(figure(found, f"{name}_per_gpu_year") for name in ("power", "colocation", "operations"))
    saved = rent * load * HOURS - running
    purchase = figure(found, "paid_at_purchase") / 64
    month = found.values["payback_month"].value
    if isinstance(month, str):
        assert saved <= 0 or saved / 12 / annuity(by_month(rate), 48) < purchase * (1 + 1e-9)
    else:
        worth = -numpy_financial.pv(by_month(rate), month, saved / 12) if rate else saved * month / 12
        assert worth == pytest.approx(purchase, rel=1e-6)
        assert month >= figure(found, "break_even_month") * (1 - 1e-6), "selling the equipment can only bring the month forward"


def test_a_rent_below_the_running_cost_never_pays_back() -> None:
    found = plan(None, 1, 0.5)
    for name in ("break_even_month", "payback_month"):
        assert found.values[name].value == "none within 48 months"
    assert found.values["cheaper"].value == "rent"


@FEWER
@given(gpus=st.integers(1, 100_000))
def test_totals_follow_the_number_and_the_cost_does_not(gpus: int) -> None:
    one, many = (compute_cost.rent_or_own("H100", count, 24, 0.7, 3) for count in (1, gpus))
    assert many.value == pytest.approx(one.value, rel=1e-12)
    for name in ("owned_total", "rent_total", "paid_at_purchase", "resale", "gpu_hours"):
        assert figure(many, name) == pytest.approx(gpus * figure(one, name), rel=1e-12)


@settings(max_examples=30)
@given(months=st.integers(1, 48), rate=RATES, residual=st.floats(0, 0.9), rent=st.floats(0.5, 10), load=LOADS)
def test_the_cash_flows_have_the_net_present_value_and_the_return_of_owning(
    months: int, rate: float, residual: float, rent: float, load: float
) -> None:
    found = plan(months, load, rent, residual, rate)
    flows = [float(row[4]) for row in found.table[1:]]
    assert [row[0] for row in found.table[1:]] == list(range(months + 1))
    assert flows[0] == -figure(found, "paid_at_purchase")
    size, worth = sum(abs(one) for one in flows), figure(found, "net_present_value")
    assert worth == pytest.approx(numpy_financial.npv(by_month(rate), flows), abs=1e-9 * size)
    back = found.values["internal_rate_of_return"].value
    if isinstance(back, float):
        assert numpy_financial.npv(by_month(back), flows) == pytest.approx(0, abs=1e-6 * size)
        if abs(worth) > 1e-6 * size:
            assert (back > rate) == (worth > 0) == (found.values["cheaper"].value == "own")


def test_the_appraisal_is_of_all_the_accelerators_and_of_any_months() -> None:
    one, many = (compute_cost.rent_or_own("H100", count, 18, 0.7, 3) for count in (1, 64))
    assert figure(many, "net_present_value") == pytest.approx(64 * figure(one, "net_present_value"), rel=1e-9)
    assert figure(many, "internal_rate_of_return") == pytest.approx(figure(one, "internal_rate_of_return"), rel=1e-9)
    assert len(one.table) == len(many.table) == 1 + 1 + 18
    part = compute_cost.rent_or_own("H100", 1, 18.5, 0.7, 3)
    assert [row[0] for row in part.table[-2:]] == [18, 18.5]
    assert plan(48, 1, 0.3, 0).values["internal_rate_of_return"].value == "none: every month is paid, nothing comes back"


def test_the_chance_is_that_of_joint_draws() -> None:
    sure, open_, hopeless = (compute_cost.rent_or_own("H100", rent_price=rent) for rent in (20, 2.9, 0.5))
    chance = [figure(found, "chance_owning_is_cheaper") for found in (sure, open_, hopeless)]
    assert chance[0] == 1
    assert 0.2 < chance[1] < 0.8
    assert chance[2] == 0
    verdicts = [str(found.values["verdict"].value) for found in (sure, open_, hopeless)]
    assert [said.split(":")[0] for said in verdicts] == ["own", "open", "rent"]
    assert "rent" in verdicts[1]
    assert "own" in verdicts[1]


def test_the_market_rent_follows_the_trend_and_a_given_rent_holds() -> None:
    market, flat = compute_cost.rent_or_own("H100"), compute_cost.rent_or_own("H100", rent_growth=0)
    price = figure(flat, "rent_price")
    assert figure(flat, "rented_cost") == pytest.approx(price, rel=1e-9)
    assert figure(market, "rented_cost") < price
    assert figure(compute_cost.rent_or_own("H100", rent_price=price), "rented_cost") == pytest.approx(price, rel=1e-9)
    given = [text for text in compute_cost.rent_or_own("H100", rent_price=3).warnings if "is held for 48 months" in text]
    assert len(given) == 1, "a rent that is given is another belief than the market's, and says so"
    assert not [text for text in compute_cost.rent_or_own("H100", rent_price=3, rent_growth=0).warnings if "is held for" in text]
    falling = compute_cost.rent_or_own("H100", months_used=12, cost_of_capital=0, rent_price=price, rent_growth=-0.5)
    by_hand = sum(price * 0.5 ** (month / 12) for month in range(12)) / 12
    assert figure(falling, "rented_cost") == pytest.approx(by_hand, rel=1e-9)
    stepped = compute_cost.rent_or_own("H100", months_used=12, cost_of_capital=0, rent_price="3; 2 from 7")
    assert figure(stepped, "rented_cost") == pytest.approx(2.5, rel=1e-9)


def test_a_ramp_and_a_profile_of_the_load() -> None:
    flat, ramp = (compute_cost.rent_or_own("H100", 1, 24, 0.6, 3, ramp_months=months) for months in (None, 12))
    assert figure(ramp, "gpu_hours") == pytest.approx(figure(flat, "gpu_hours") * 0.75, rel=1e-9)
    assert cost(ramp) > cost(flat)
    profile = compute_cost.rent_or_own("H100", 1, 24, "20%; 40% from 7; 80% from 13", 3)
    assert figure(profile, "gpu_hours") == pytest.approx(730 * (6 * 0.2 + 6 * 0.4 + 12 * 0.8), rel=1e-9)


def test_a_place_without_a_hall_has_no_space_network_or_server() -> None:
    """A card in a computer that is there already: its own price and power, and nothing else to pay."""
    given = {"months_used": 36, "load": 0.5, "rent_price": 0.5, "cost_of_capital": 0, "residual": 0.2, "years": 3, "power_price": 0.2}
    home = compute_cost.rent_or_own("RTX 4090", place="home", purchase_price=2000, **given, assume={"power_growth": 0})
    assert figure(home, "paid_at_purchase") == 2000
    kw = 0.45 * 0.75
    assert cost(home) == pytest.approx((2000 * 0.8 + kw * 730 * 36 * 0.2) / (730 * 36 * 0.5), rel=1e-9)
    office = compute_cost.rent_or_own("H100", 8, place="office", rent_price=3)
    assert figure(office, "colocation_per_gpu_year") == 0
    assert figure(office, "paid_at_purchase") == pytest.approx(8 * figure(office, "purchase_price"), rel=1e-12)
    rented, built = (compute_cost.rent_or_own("H100", 1024, place=place, rent_price=3) for place in (None, "own hall"))
    assert figure(built, "paid_at_purchase") > figure(rented, "paid_at_purchase")
    assert figure(built, "colocation_per_gpu_year") == 0


def test_what_published_cases_leave_out_can_be_put_aside() -> None:
    lines = dict.fromkeys(("network_share", "storage_share", "colocation_price", "operations_share"), 0)
    bare = compute_cost.rent_or_own("H100", 1, None, 1, 3, 30000, 0, 4, 0, 0, assume=lines)
    assert cost(bare) == pytest.approx(30000 / (48 * 730), rel=1e-12)
    people = {"network_share": 0, "storage_share": 0, "colocation_price": 0, "spares_share": 0, "staff_salary": 200_000}
    staffed = compute_cost.rent_or_own("H100", 64, None, 1, 3, 30000, 0, 4, 0, 0, people=1, assume=people)
    assert figure(staffed, "owned_total") == pytest.approx(64 * 30000 + 4 * 200_000, rel=1e-12)


def test_a_sale_before_the_end_of_the_life_is_said() -> None:
    assert not any("is sold after" in text for text in plan(48).warnings)
    assert any("is sold after 47 months" in text for text in plan(47).warnings)
    (capital,) = [step for step in plan(48).steps if step.label == "Capital"]
    assert "over 4 years" in capital.formula


def test_a_price_of_another_unit_is_recognized() -> None:
    usual = figure(compute_cost.rent_or_own("H100", rent_price=3), "purchase_price")
    for price, meant in ((usual / 1000, "a price in thousands"), (usual * 40, "the price of a whole server")):
        with pytest.raises(InputError, match=f"^purchase_price: .*is it {meant}"):
            compute_cost.rent_or_own("H100", rent_price=3, purchase_price=price)
    with pytest.raises(InputError, match="^purchase_price: .*check it"):
        compute_cost.rent_or_own("H100", rent_price=3, purchase_price=usual / 40)


def test_the_range_comes_from_what_is_assumed() -> None:
    default = compute_cost.rent_or_own("H100")
    assert default.low < default.value < default.high
    given_load = compute_cost.rent_or_own("H100", load=0.7)
    assert given_load.value == default.value
    assert math.log(given_load.high / given_load.low) < math.log(default.high / default.low)
    given: dict[str, Any] = {"purchase_price": 35000, "power_price": 0.085, "years": 4, "cost_of_capital": 0.1, "residual": 0.1}
    for name, value in given.items():
        narrower = compute_cost.rent_or_own("H100", load=0.7, **{name: value})
        assert narrower.value == pytest.approx(given_load.value, rel=1e-12)
        assert math.log(narrower.high / narrower.low) < math.log(given_load.high / given_load.low), name
    more = compute_cost.rent_or_own("H100", None, None, 0.7, 3, 35000, 0.085, 4, 0.1, 0.1)
    assert more.value == pytest.approx(given_load.value, rel=1e-12), "the defaults are the worked case's inputs"
    assert given_load.low < more.low < more.value < more.high < given_load.high


def test_a_life_that_is_assumed_widens_the_range_by_its_own_effect() -> None:
    """The squares of the logarithms add up: the life at its low end, used to that end, and nothing else."""
    assumed, fixed, short = (compute_cost.rent_or_own("H100", None, None, 0.7, 3, 35000, 0.085, years, 0.1, 0.1) for years in (None, 4, 3))
    assert short.value == pytest.approx(compute_cost.rent_or_own("H100", None, 36, 0.7, 3, 35000, 0.085, 3, 0.1, 0.1).value, rel=1e-12)
    up = [math.log(one.high / one.value) for one in (assumed, fixed)]
    assert math.sqrt(up[0] ** 2 - up[1] ** 2) == pytest.approx(math.log(short.value / fixed.value), rel=1e-9)


def test_a_life_that_may_end_before_the_months_of_use_is_in_the_range() -> None:
    """40 months are within the life of 4 years; were it 3, the low end of its range, the equipment would last 36 of them."""
    given = (1.0, 3, 35000, 0.085)
    fixed, assumed = (compute_cost.rent_or_own("H100", None, 40, *given, years, 0.1, 0.1) for years in (4, None))
    assert assumed.value == fixed.value
    short, long = (compute_cost.rent_or_own("H100", None, months, *given, years, 0.1, 0.1) for months, years in ((36, 3), (40, 6)))
    for end, other in (("high", short), ("low", long)):
        alone = math.log(other.value / fixed.value)
        rest = math.log(getattr(fixed, end) / fixed.value)
        assert math.log(getattr(assumed, end) / fixed.value) ** 2 == pytest.approx(alone**2 + rest**2, rel=1e-9)


RANGED = [
    known for known in compute_cost.rent_or_own("H100").inputs if known.is_uncertain and known.name not in ("rent_price", "rent_growth")
]


@pytest.mark.parametrize("known", RANGED, ids=lambda known: known.name)
def test_every_assumption_may_be_another_and_stays_within_the_range_at_its_ends(known: Input) -> None:
    default = compute_cost.rent_or_own("H100")
    ends = [compute_cost.rent_or_own("H100", f"{known.name}={end}") for end in (known.low, known.high)]
    for end in ends:
        assert default.low <= end.value <= default.high
        assert end.low < end.value < end.high
        assert {one.name: one.origin for one in end.inputs}[known.name] == "given"
    assert ends[0].value != ends[1].value


def test_a_longer_life_that_is_put_in_its_place_allows_more_months() -> None:
    longer = compute_cost.rent_or_own("H100", "useful_life=6", 60)
    assert longer.value == pytest.approx(compute_cost.rent_or_own("H100", months_used=60, years=6).value, rel=1e-12)
    assert longer.table[-1][0] == 60
    with pytest.raises(InputError, match="^months_used: .*the equipment lasts 36 months"):
        compute_cost.rent_or_own("H100", "useful_life=3", 48)


def test_the_saving_may_be_on_either_side_of_zero() -> None:
    found = compute_cost.rent_or_own("H100", 64, rent_price=3)
    assert figure(found, "saving_by_owning") == pytest.approx(figure(found, "rent_total") - figure(found, "owned_total"), rel=1e-9)
    assert (figure(found, "saving_by_owning") > 0) == (found.values["cheaper"].value == "own")
    assert found.unit == "USD per GPU-hour"
    assert found.value * figure(found, "gpu_hours") == pytest.approx(figure(found, "owned_total"), rel=1e-12)


@pytest.mark.parametrize("gpu", [chip.name for chip in catalogue.accelerators().rows if chip.market == "datacenter"])
def test_every_accelerator_answers_or_says_what_to_give(gpu: str) -> None:
    try:
        found = compute_cost.rent_or_own(gpu, rent_price=3)
    except NoData as problem:
        assert str(problem).startswith(("gpu:", "purchase_price:"))  # noqa: PT017
        return
    assert 0 < found.low < found.value < found.high
    assert any(source.url for source in found.sources)


def test_the_catalogue_price_is_brought_to_a_server() -> None:
    chip, server = (figure(compute_cost.rent_or_own(name, rent_price=2), "purchase_price") for name in ("A100", "H200"))
    assert chip == pytest.approx(17500 * 1.66)
    assert server == 39083, "an eighth of a server already"
    assert any("usual ratio of server to chip price" in text for text in compute_cost.rent_or_own("L40S").warnings)
    assert any("the purchase price is of 2018" in text for text in compute_cost.rent_or_own("V100").warnings)


def test_electricity_and_space_are_not_counted_twice() -> None:
    assert any("give power_price = 0" in text for text in plan().warnings)
    included = compute_cost.rent_or_own("H100", 64, None, 1.0, 2.97, 35000, 0, 4, 0.1, 0.1, assume={"colocation_growth": 0})
    assert figure(included, "power_per_gpu_year") == 0
    assert cost(plan()) - cost(included) == pytest.approx(figure(plan(), "power_per_gpu_year") / HOURS, rel=1e-9)
    assert not any("give power_price = 0" in text for text in included.warnings)


def test_what_is_weak_is_said() -> None:
    warnings = " ".join(compute_cost.rent_or_own("H100", 8, 24, years=5).warnings)
    for part in (
        "on-demand price",
        "overlap",
        "assumes that the equipment is sold after 24 months",
        "give residual for 5",
        "one server",
        "not checked",
    ):
        assert part in warnings, part
    assert "overlap" not in " ".join(compute_cost.rent_or_own("H100", rent_price=20).warnings)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"gpu": "H1000"}, UnknownName, "^gpu: .*did you mean"),
        ({"months_used": 60}, InputError, r"^months_used: 60 can't be used; the equipment lasts 48 months; give years = 5"),
        ({"months_used": 49}, InputError, "^months_used: 49.* the equipment lasts 48 months"),
        ({"months_used": 0}, InputError, "^months_used: 0"),
        ({"load": 70}, InputError, "^load: 70"),
        ({"load": 0}, InputError, "^load: 0"),
        ({"rent_price": -2}, InputError, "^rent_price: -2"),
        ({"purchase_price": "a lot"}, InputError, "^purchase_price: .a lot"),
        ({"power_price": -0.1}, InputError, "^power_price: -0.1"),
        ({"years": 0}, InputError, "^years: 0"),
        ({"cost_of_capital": 10}, InputError, "^cost_of_capital: 10"),
        ({"residual": 1.1}, InputError, "^residual: 1.1"),
        ({"gpu": "TPU v4"}, NoData, "^purchase_price: TPU v4 is not sold; give purchase_price"),
        ({"gpu": "Trainium2"}, NoData, "^purchase_price: .*give purchase_price"),
        ({"gpu": "Inferentia2"}, NoData, "^gpu: the catalogue has no power"),
        ({"gpu": "M4 Max"}, NoData, "^rent_price: no price of M4 Max .*give rent_price"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        compute_cost.rent_or_own(**arguments)
    assert "\n" not in str(caught.value)
