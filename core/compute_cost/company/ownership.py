"""What an owned accelerator costs for each hour that it is used, next to its rent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated

from compute_cost import catalogue
from compute_cost.company.cash_flow import (
    Hired,
    Number,
    Owned,
    Until,
    Worth,
    first_month,
    paid_back,
    present_value,
    rate_of_return,
    saved,
    worth_of,
)
from compute_cost.company.chances import compared
from compute_cost.company.paths import Monthly, MonthlyRent, Path, ShareLeft
from compute_cost.company.ways import Asked, hired, owned
from compute_cost.inputs import assumed, default, figure, is_kept, later, step, warn
from compute_cost.parameters import AsOf, Choice, Gpu, Gpus, Quantity
from compute_cost.ranges import Swing
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table

_MONTHS_USED = Quantity("Months for which the accelerators are needed.", "months", high=1200, above=True, example="24", zero_is_typed=True)
MonthsUsed = Annotated[float | None, _MONTHS_USED]
RequiredMonthsUsed = Annotated[float, _MONTHS_USED]
Load = Annotated[
    float | None,
    Monthly(
        "Share of the hours in which the owned accelerators are used.", "1", high=1, above=True, example='0.7 or "70%"', zero_is_typed=True
    ),
]
RentPrice = Annotated[
    float | None,
    MonthlyRent("Rent of one accelerator for one hour of use.", "USD per GPU-hour", high=1e4, above=True, example='2.5 or "$2.50"'),
]
PurchasePrice = Annotated[
    float | None,
    Quantity(
        "Price of one accelerator as bought in a server: the server, without switches, divided by its accelerators.",
        "USD",
        high=1e7,
        above=True,
        example='35000 or "$35,000"',
    ),
]
PowerPrice = Annotated[
    float | None, Quantity("Price of electricity; 0 where the rent of the space includes it.", "USD per kWh", high=2, example="0.085")
]
Years = Annotated[float | None, Quantity("Useful life, after which the equipment is sold.", "years", low=0.25, high=30, example="4")]
CostOfCapital = Annotated[
    float | None,
    Quantity("Yearly return that lenders and owners ask on the capital.", "1", high=1, example='0.1 or "10%"'),
]
Residual = Annotated[
    float | None,
    ShareLeft("Value at the end of the useful life divided by the price paid, or by age.", "1", high=1, example='0.1 or "10%"'),
]
PLACES = ("data_center", "own_hall", "office", "home")
Place = Annotated[
    str | None,
    Choice(
        "Where owned accelerators stand; rented space in a data center if left out.",
        choices=PLACES,
        example='"office"',
    ),
]
RentGrowth = Annotated[
    float | None,
    Quantity(
        "Yearly change of the rent, below 0 where rents fall; that of the market if left out, 0 where rent_price is given.",
        "1",
        low=-0.9,
        high=5,
        example='-0.1 or "-10%"',
    ),
]
RampMonths = Annotated[
    float | None, Quantity("Months over which the load rises from nothing to `load`; none if left out.", "months", high=120, example="12")
]
DeliveryMonths = Annotated[
    float | None,
    Quantity(
        "Months between paying for the equipment and its first use, which bear interest; none if left out.", "months", high=60, example="6"
    ),
]
LoanShare = Annotated[
    float | None, Quantity("Part of the price that is borrowed (loan to value); none if left out.", "1", high=1, example='0.6 or "60%"')
]
_INTEREST = Quantity("Yearly interest on what is borrowed.", "1", high=1, example='0.11 or "11%"')
LoanRate = Annotated[float | None, _INTEREST]
LoanRateWithShare = Annotated[float | None, replace(_INTEREST, only_with="loan_share")]  # where nothing is borrowed unless it is given
TaxRate = Annotated[
    float | None,
    Quantity("Tax on profit, which all costs and the loss in value lower; before tax if left out.", "1", high=0.9, example='0.25 or "25%"'),
]
People = Annotated[
    float | None,
    Quantity("People who run the equipment, in place of a share of its price.", "people", high=1e6, example="0.5"),
]


@estimate("USD per GPU-hour")
def rent_or_own(
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
    loan_rate: LoanRateWithShare = None,
    tax_rate: TaxRate = None,
    people: People = None,
) -> Answer:
    """Cost of an owned accelerator per hour of use, the load and the month from which owning beats renting, and the chance that it does.

    owned cost [USD per GPU-hour used] = present value of all that is paid / present value of the hours used, month by month:
    on the first day the purchase, K = purchase price x (1 + network) x (1 + storage), less what is borrowed
    each month electricity = chip power x server over chip x average draw x PUE x 730 h x power price (dearer by power_growth a year),
    space = chip power x server over chip x price per kW-month (colocation_growth), operations = K x yearly share / 12 (staff, spares)
    or people x salary / 12 and spares; at the end the resale, -K x residual^(months / life): equipment loses value at one rate

    Interest is by the month, (1 + cost of capital)^(1/12) - 1. Every line has an assumption that may be replaced or put to 0;
    insurance, support, storage, traffic, setup and lost hours are 0 unless given that way.
    Left out, months_used is the whole life. purchase_price is per accelerator as bought in a server, network cards included, switches
    not; the catalogue's price is brought to that by a named ratio. An owned accelerator costs the same used or idle; rent is paid for
    hours of use alone. The market's rent follows the trend of one chip (assumption rent_growth), one that is given holds unless
    rent_growth is given. Load and rent may differ by month: "10%; 40% from 4; 70% from 7". In an own hall the building is paid
    for too; in an office or at home there is no rented space, cluster network or storage, and a card needs no server.
    The chance is that of joint draws of all that is uncertain, in which resale and rents move together; the verdict is open below 80%.
    Break-even: the load, and the month, the equipment sold then, at which both cost the same; payback: when what is saved has paid
    the purchase with interest, nothing sold. The table has the cash of owning instead of renting, which net_present_value and
    internal_rate_of_return are of. Rates and amounts are nominal, before tax unless tax_rate is given; US dollars, totals for one
    accelerator unless gpus is given, on the prices of the day of `as_of`.

    Raises UnknownName for an accelerator, InputError where months_used is longer than the life, and
    NoData where the catalogue has no power, purchase price or rental price and none is given.
    """
    chip = default("gpu", gpu, catalogue.default_gpu())
    asked = Asked(
        chip, gpus, months_used, load, rent_price, purchase_price, power_price, years, cost_of_capital, residual, as_of, place,
        rent_growth, ramp_months, delivery_months, loan_share, loan_rate, tax_rate, people,
    )  # fmt: skip

    plan, rented, rate = owned(asked), hired(asked), asked.rate()
    own, formula = worth_of(plan, rate), "present value of all that is paid / that of the hours used"
    cost = step("Owned cost per hour of use", formula, own.per_hour, "USD per GPU-hour")
    moves = _beside(asked, plan, rented, own) if is_kept() else None
    return Answer(cost, "owned_cost", table=lambda: flows_table(plan, rented, rate), moves=moves, rows=plan.use.rows + 1)


def _beside(asked: Asked, plan: Owned, rented: Hired, own: Worth) -> list[Swing]:
    """What stands beside the cost. Returns what inputs do to it, which the verdict rests on."""
    rate = asked.rate()
    rent = worth_of(rented, rate)
    _explain(asked, plan, own)
    _compare(plan, rented, rate, own, rent)
    return _judge(asked, own, rent)


def owned_cost(asked: Asked) -> Number:
    """Cost of an owned hour of use [USD]."""
    return worth_of(owned(asked), asked.rate()).per_hour


def rented_cost(asked: Asked) -> Number:
    """Cost of a rented hour of use [USD]."""
    return worth_of(hired(asked), asked.rate()).per_hour


def _explain(asked: Asked, plan: Owned, own: Worth) -> None:
    """What is paid at purchase, and the parts of the cost of a year: each spread over the hours of use with interest."""
    months, count, lines = plan.use.months, plan.use.gpus, own.lines
    step("Paid at purchase, per accelerator", "price x (1 + network) x (1 + storage)", plan.price / count, "USD")
    rate, years = plan.cost_of_capital, months / 12
    spread = own.total_hours / own.hours / count / years
    capital = f"purchase less resale at {plan.resale:.3g} of it, interest of {rate:.3g} a year by the month over {years:.3g} years"
    parts = {
        "capital": ("Capital", capital, lines["equipment"] + lines["resale"] + lines["finance"]),
        "power": ("Electricity", f"{asked.server_kw():.4g} kW with its server x draw x PUE x 8760 h x price", lines["power"]),
        "colocation": ("Rented space", f"{asked.server_kw():.4g} kW x price per kW-month x 12", lines["space"]),
        "operations": ("Staff, spares and maintenance", "share of the price, or people; insurance, support, storage", lines["operations"]),
    }
    if lines["tax"]:
        parts["tax"] = ("Tax", "of all costs and the loss in value, saved", lines["tax"])
    for name, (label, formula, amount) in parts.items():
        step(label, formula, amount * spread, "USD per GPU-year", figure=f"{name}_per_gpu_year")
    figure("power_per_gpu", asked.average_kw(), "kW")
    figure("months", months, "months")
    _warn(asked, plan)


def _compare(plan: Owned, rented: Hired, rate: float, own: Worth, rent: Worth) -> None:
    """What both ways cost over the months, and where they cost the same."""
    total, renting, hours = own.per_hour * own.total_hours, rent.per_hour * own.total_hours, own.total_hours
    every = plan.use._replace(load=(1.0,), ramp_months=0.0)
    load = own.hours / worth_of(rented._replace(use=every), rate).hours
    even = own.per_hour * load / rent.per_hour
    step("Break-even load", "owned cost at full load / rent, both at present values", even, "1", figure="break_even_load")
    if even > 1:
        warn("break-even load above 100%: at this rent and for these months renting is cheaper at any load")
    life = plan.life_months
    never = f"none within {life:g} months"

    def even_month() -> float | str:
        month = _break_even(plan, rented, rate)
        return never if month is None else month

    def payback_month() -> float | str:
        unsold = saved((row._replace(resale=0.0) for row in plan.until(life).months()), rented.until(life).months())
        month = paid_back(unsold, rate)
        return never if month is None else month

    later("Break-even month", "where both cost the same, sold then", even_month, "months", figure="break_even_month")
    formula = "what is saved has paid the purchase with interest, unsold"
    later("Payback month", formula, payback_month, "months", figure="payback_month")
    step("Owning, in all", "owned cost x hours of use", total, "USD", figure="owned_total")
    step("Renting, in all", f"{hours:,.0f} GPU-hours used x rent", renting, "USD", figure="rent_total")
    _appraise(plan, rented, rate)
    figure("rented_cost", rent.per_hour, "USD per GPU-hour")
    figure("saving_by_owning", renting - total, "USD")
    figure("paid_at_purchase", plan.price + plan.hall, "USD")
    figure("resale", plan.price * plan.resale + plan.hall * plan.hall_resale, "USD")
    figure("gpu_hours", hours, "GPU-hours")


def _break_even(plan: Owned, rented: Hired, rate: float) -> float | None:
    """The months of use from which owning costs no more than renting, the equipment sold then."""

    owning, renting = Until(plan, rate), Until(rented, rate)
    return first_month(lambda months: bool(owning.worth(months).paid <= renting.worth(months).paid), plan.life_months)


def _appraise(plan: Owned, rented: Hired, rate: float) -> None:
    def flows() -> list[tuple[float, float]]:
        return saved(plan.months(), rented.months())

    formula = f"of the cash flows of owning instead of renting at {rate:g} a year, month by month"
    later("Net present value of owning", formula, lambda: present_value(flows(), rate), "USD", figure="net_present_value")
    formula = "the yearly return on the purchase at which that value is 0"
    later("Internal rate of return of owning", formula, lambda: rate_of_return(flows()), "1", figure="internal_rate_of_return")


def _judge(asked: Asked, own: Worth, rent: Worth) -> list[Swing]:
    """Which is cheaper, and how often in draws of all that is uncertain. Returns what inputs do to the owned cost."""
    same = math.isclose(own.paid, rent.paid, rel_tol=1e-9)
    figure("cheaper", "same" if same else "own" if own.paid < rent.paid else "rent", "")
    ways = {"own": partial(owned_cost, asked), "rent": partial(rented_cost, asked)}
    found = compared(ways)
    chance = found.chances
    formula = "share of joint draws of all that is uncertain in which owning costs less"
    step("Chance that owning is cheaper", formula, chance["own"], "1", figure="chance_owning_is_cheaper")
    step("Verdict", "from that chance", verdict(chance), "", figure="verdict")
    (low, high), (least, most) = found.interval("own"), found.interval("rent")
    if low < most and high > least:
        warn("the ranges of the owned cost and of the rent overlap, so either may be cheaper")
    return found.moves["own"]


def verdict(chance: Mapping[str, float]) -> str:
    """The way to pay that is likely the cheapest, or that it is open."""
    likely = max(chance, key=lambda way: chance[way])
    if chance[likely] >= catalogue.constant("sure_enough"):
        return f"{likely}: the cheapest in {chance[likely]:.0%} of draws"
    listed = ", ".join(f"{way} {share:.0%}" for way, share in sorted(chance.items(), key=lambda each: -each[1]) if share >= 0.005)
    return f"open: the cheapest in draws are {listed}"


def _warn(asked: Asked, plan: Owned) -> None:
    """What to watch for."""
    if plan.power and plan.space:
        warn("the price of rented space is assumed to exclude electricity; where yours includes it, give power_price = 0")
    if asked.rent_price is None:
        warn("rent at the on-demand price; a term of a year or more usually costs less an hour: see reserve_or_rent")
        if asked.rent_growth is None:
            warn(
                f"the market's rent is taken to change by {assumed('rent_growth'):.0%} a year, as rents of one chip have; give rent_growth"
            )
    elif asked.rent_growth is None and not isinstance(asked.rent_price, Path) and plan.use.months > 12:
        usual = catalogue.constant("rent_growth")
        warn(f"the rent given is held for {plan.use.months:g} months; the market's changed by {usual:.0%} a year: give rent_growth")
    if asked.years and asked.residual is None:
        usual = catalogue.constant("useful_life")
        warn(f"the residual value assumed holds after {usual:g} years; give residual for {asked.years:g}")
    if asked.gpus and asked.gpus <= catalogue.constant("largest_server") and asked.has_cluster:
        warn("so few fit in one server, which needs less network than the share counted here: see place, or give network_share")
    if plan.use.months < plan.life_months:
        sold = f"{plan.use.months:g} months at {plan.resale:.0%} of its price"
        warn(f"assumes that the equipment is sold after {sold}; payback_month assumes no sale")
    if not asked.delivery_months:
        wait = catalogue.assumption("lead_months")
        figure("lead_months", catalogue.constant(wait.name), "months")
        warn(f"use is taken to begin at once; servers may take {wait.low:g} to {wait.high:g} months from the order: give delivery_months")
    taxed = "" if asked.tax_rate else "before tax and "
    warn(f"{taxed}nominal; insurance, support and traffic are left out unless given")


def flows_table(plan: Owned, rented: Hired, rate: float) -> Table:
    """The cash of owning instead of renting by month, with what both have cost so far with interest, the equipment sold then."""
    head = ("month", "rent saved (USD)", "running cost (USD)", "equipment and finance (USD)", "cash flow (USD)", "tax (USD)")
    rows, ways = [], (Until(rented, rate), Until(plan, rate))
    for own, rent in zip(plan.months(), rented.months(), strict=True):
        running, equipment = own.power + own.space + own.operations, own.equipment + own.resale + own.finance
        spared, tax = rent.rent + rent.operations, own.tax - rent.tax
        so_far = (0.0, 0.0)
        if own.end:
            so_far = tuple(way.per_hour * way.total_hours for way in (each.worth(own.end) for each in ways))
        rows.append((own.end, spared, -running, -equipment, spared - running - equipment - tax, -tax, *so_far))
    return ((*head, "renting so far (USD)", "owning so far, sold then (USD)"), *rows)
