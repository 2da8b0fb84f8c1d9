"""Every way to pay for accelerators next to each other: rent, reserve, lease, buy, on credit, used, or with a hall of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial, reduce
from typing import Annotated

from compute_cost import catalogue
from compute_cost.company.cash_flow import (
    Hired,
    Month,
    Number,
    Owned,
    Worth,
    least,
    paid_back,
    present_value,
    rate_of_return,
    saved,
    worth_of,
)
from compute_cost.company.chances import chances
from compute_cost.company.ownership import (
    CostOfCapital,
    DeliveryMonths,
    Load,
    LoanRate,
    LoanShare,
    MonthsUsed,
    People,
    Place,
    PowerPrice,
    PurchasePrice,
    RampMonths,
    RentGrowth,
    RentPrice,
    Residual,
    TaxRate,
    Years,
    verdict,
)  # fmt: skip
from compute_cost.company.ways import Asked, hired, owned, reserved
from compute_cost.errors import InputError
from compute_cost.inputs import assumed, at_middle, default, figure, is_kept, step, warn
from compute_cost.parameters import AsOf, Choice, Gpu, Gpus, RentalPrice
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table

WAYS = ("rent", "reserve", "lease", "buy", "buy_on_credit", "buy_used", "build")
Way = Annotated[
    str,
    Choice(
        "How the accelerators are paid for: by the hour, reserved for the whole time, leased, new, on credit or used, or with a hall.",
        choices=WAYS,
        example='"lease"',
    ),
]
ReservedPrice = Annotated[
    float | None,
    RentalPrice(
        "Price of one accelerator for one hour, reserved for all the months; the market's with the usual discount if left out.",
        "USD per GPU-hour", high=1e4, above=True, example='2.1 or "$2.10"',
    ),
]  # fmt: skip


@estimate("USD per GPU-hour")
def ways_to_pay(
    gpu: Gpu = None,
    gpus: Gpus = None,
    months_used: MonthsUsed = None,
    load: Load = None,
    rent_price: RentPrice = None,
    reserved_price: ReservedPrice = None,
    purchase_price: PurchasePrice = None,
    power_price: PowerPrice = None,
    years: Years = None,
    cost_of_capital: CostOfCapital = None,
    residual: Residual = None,
    as_of: AsOf = None,
    place: Place = None,
    rent_growth: RentGrowth = None,
    ramp_months: RampMonths = None,
    delivery_months: DeliveryMonths = None,
    loan_share: LoanShare = None,
    loan_rate: LoanRate = None,
    tax_rate: TaxRate = None,
    people: People = None,
) -> Answer:
    """What an hour of use costs in each way to pay for accelerators, and the chance that each of them is the cheapest.

    cost of a way [USD per GPU-hour used] = present value of all that is paid / present value of the hours used, month by month

    Ways: rent by the hour used; reserve every hour of the months, at a discount from a year on; lease (assumptions lease_rate,
    lease_residual); buy as rent_or_own has it; buy on credit (loan_share, loan_rate, loan_years, loan_balloon); buy used (used_age_years,
    used_premium, for the life that is left); and build a hall for what is bought, from `smallest_hall` on. A way that the place or the
    months rule out is left out. The chances are those of joint draws of all that is uncertain: one draw has one
    rent, one load and one electricity price for every way, and resale moves with rents. The table has each way with its cost, what it
    takes on the first day, its net present value, return and payback against renting by the hour, and its chance. One way month by
    month: cash_flow. What each input does: the swings of the answer, which are those of the cheapest way.
    US dollars, nominal, before tax unless tax_rate is given.

    Raises what rent_or_own raises.
    """
    asked = Asked(
        default("gpu", gpu, catalogue.default_gpu()), gpus, months_used, load, rent_price, purchase_price, power_price, years,
        cost_of_capital, residual, as_of, place, rent_growth, ramp_months, delivery_months, loan_share, loan_rate, tax_rate, people,
    )  # fmt: skip
    plans = {name: make() for name, make in _ways(asked, reserved_price).items()}
    rate = asked.rate()
    costs = {name: worth_of(plan, rate) for name, plan in plans.items()}
    value: Number = reduce(least, (cost.per_hour for cost in costs.values()))
    step("Cost per hour of use", "the cheapest way", value, "USD per GPU-hour")
    if is_kept():
        chance = at_middle(_chances, asked, reserved_price)
        for name, cost in costs.items():
            formula = f"present value of all that is paid / that of the hours; the cheapest in {chance[name]:.0%} of draws"
            step(name.replace("_", " ").capitalize(), formula, cost.per_hour, "USD per GPU-hour", figure=f"{name}_cost")
            figure(f"chance_of_{name}", chance[name], "1")
        step("Cheapest", "at the middle of all inputs", min(costs, key=lambda name: float(costs[name].paid)), "", figure="cheapest")
        step("Verdict", "from those chances", verdict(chance), "", figure="verdict")
        if asked.place == "own_hall":
            warn("the hall is that of build alone: what is leased or bought is counted in rented space")
        if "reserve" not in plans:
            warn("no discount is known for less than 12 months, so reserving is left out: give reserved_price")
        warn("nominal; equipment is sold at the end of use, a lease and a reservation run for exactly these months")
    return Answer(value, "cost", table=lambda: _comparison(asked, plans, costs, rate, reserved_price))


def _ways(asked: Asked, reserved_price: float | None, of_one: bool = False) -> dict[str, Callable[[], Hired | Owned]]:
    """The ways to pay that there are, each as what makes it; next to building a hall, what is bought stands in rented space."""
    ways: dict[str, Callable[[], Hired | Owned]] = {"rent": partial(hired, asked)}
    term = asked.use().shortest
    if reserved_price is not None or term >= 12:
        ways["reserve"] = partial(reserved, asked, reserved_price, term)
    bought = asked._replace(loan_share=None, place=None if asked.place == "own_hall" and not of_one else asked.place)
    ways["lease"] = partial(owned, bought, lease=True)
    ways["buy"] = partial(owned, bought)
    ways["buy_on_credit"] = partial(_on_credit, bought, asked.loan_share)
    if term <= 12 * (float(asked.life()) - assumed("used_age_years")) if isinstance(asked.life(), float) else False:
        ways["buy_used"] = partial(owned, bought, used=True)
    hall = bought._replace(place="own_hall")
    if asked.place == "own_hall" or (asked.place in (None, "data_center") and _kw(asked) >= catalogue.constant("smallest_hall")):
        ways["build"] = partial(owned, hall)
    return ways


def _kw(asked: Asked) -> float:
    return float(asked.server_kw()) * (asked.gpus or 1.0)


def _on_credit(asked: Asked, share: float | None) -> Owned:
    return owned(asked._replace(loan_share=assumed("loan_share", share)))


def _chances(asked: Asked, reserved_price: float | None) -> dict[str, float]:
    """How often each way is the cheapest."""
    return chances({name: partial(_cost, asked, make) for name, make in _ways(asked, reserved_price).items()})


def _cost(asked: Asked, make: Callable[[], Hired | Owned]) -> Number:
    return worth_of(make(), asked.rate()).per_hour


def _comparison(asked: Asked, plans: dict[str, Hired | Owned], costs: dict[str, Worth], rate: float, reserved_price: float | None) -> Table:
    """The ways by their cost, each against renting by the hour."""
    chance = at_middle(_chances, asked, reserved_price)
    head = (
        "way", "USD per hour of use", "chance of being cheapest", "paid on the first day (USD)", "paid in all (USD)",
        "net present value against renting (USD)", "internal rate of return", "payback (months)",
    )  # fmt: skip
    rows = []
    for name in sorted(plans, key=lambda name: float(costs[name].paid)):
        months = list(plans[name].months())
        flows = saved(months, plans["rent"].months())
        back = paid_back(flows, rate) if name != "rent" else None
        rows.append((
            name, costs[name].per_hour, chance[name], months[0].paid, sum(month.paid for month in months),
            present_value(flows, rate), "" if name == "rent" else rate_of_return(flows), "" if back is None else back,
        ))  # fmt: skip
    return (head, *rows)


@estimate("USD per GPU-hour", answers="table")
def cash_flow(
    way: Way,
    gpu: Gpu = None,
    gpus: Gpus = None,
    months_used: MonthsUsed = None,
    load: Load = None,
    rent_price: RentPrice = None,
    purchase_price: PurchasePrice = None,
    power_price: PowerPrice = None,
    years: Years = None,
    cost_of_capital: CostOfCapital = None,
    residual: Residual = None,
    as_of: AsOf = None,
    place: Place = None,
    rent_growth: RentGrowth = None,
    ramp_months: RampMonths = None,
    delivery_months: DeliveryMonths = None,
    loan_share: LoanShare = None,
    loan_rate: LoanRate = None,
    tax_rate: TaxRate = None,
    people: People = None,
) -> Answer:
    """What is paid month by month in one way to pay for accelerators, line by line.

    cost [USD per GPU-hour used] = present value of all that is paid / present value of the hours used

    The ways are those of ways_to_pay, and so is what each line holds; income such as a resale is below 0. For a
    reservation, rent_price is the price reserved. The first row is the day on which use begins. Present values count interest by
    the month. US dollars, nominal, before tax unless tax_rate is given.

    Raises what rent_or_own raises, and InputError for a reservation of less than a year without rent_price.
    """
    asked = Asked(
        default("gpu", gpu, catalogue.default_gpu()), gpus, months_used, load, rent_price, purchase_price, power_price, years,
        cost_of_capital, residual, as_of, place, rent_growth, ramp_months, delivery_months, loan_share, loan_rate, tax_rate, people,
    )  # fmt: skip
    plan, rate = ways(asked, way)(), asked.rate()
    cost = worth_of(plan, rate)
    value = step("Cost per hour of use", "present value of all that is paid / that of the hours used", cost.per_hour, "USD per GPU-hour")
    if is_kept():
        months = list(plan.months())
        step("Paid on the first day", "before use begins", months[0].paid, "USD", figure="first_day")
        step("Paid in all", "sum of the months, less what is sold", sum(month.paid for month in months), "USD", figure="paid_in_all")
        step("Present value", f"at {rate:g} a year", cost.paid, "USD", figure="present_value")
        figure("gpu_hours", cost.total_hours, "GPU-hours")
        warn("nominal US dollars; insurance, support and traffic are left out unless given")
        if loan_share is not None and way != "buy_on_credit":
            warn(f"loan_share: it has no effect in the way {way}; buy_on_credit has a loan")
    return Answer(value, "cost", table=lambda: lines_table(plan.months()))


def ways(asked: Asked, way: str) -> Callable[[], Hired | Owned]:
    """What makes the plan of one way; the rent given is the price of a reservation. Raises InputError where it can't be."""
    asked = asked._replace(wears_out=way not in ("rent", "reserve"), place="own_hall" if way == "build" else asked.place)
    made = _ways(asked, asked.rent_price if way == "reserve" else None, of_one=True)
    if way in made:
        return made[way]
    why = "no discount is known for less than 12 months: give rent_price, the price reserved"
    if way == "buy_used":
        why = "that is longer than what is left of their life: give fewer months, or more years"
    raise InputError("way", way, why if way in ("reserve", "buy_used") else "it can't be at that place")


def lines_table(months: Iterable[Month]) -> Table:
    """Every line by month, with what has been paid so far."""
    lines = ("rent", "power", "space", "operations", "equipment", "resale", "finance", "tax")
    head = ("month", "GPU-hours used", *(f"{line} (USD)" for line in lines), "paid (USD)", "paid so far (USD)")
    rows, so_far = [], 0.0
    for month in months:
        so_far += month.paid
        rows.append((*month, month.paid, so_far))
    return (head, *rows)
