"""What an owned accelerator costs for each hour that it is used, next to its rent."""

from __future__ import annotations

import contextlib
import datetime
import math
from functools import partial
from typing import Annotated

from compute_cost import catalogue
from compute_cost.catalogue.columns import period_end
from compute_cost.catalogue.records import Accelerator, Assumption
from compute_cost.company.owned_plan import Plan, annuity
from compute_cost.errors import InputError, NoData
from compute_cost.inputs import assumed, default, fact, figure, is_kept, is_moved, step, warn
from compute_cost.parameters import AsOf, Gpu, Gpus, Quantity, RentalPrice
from compute_cost.prices.rental import hourly_price, question_given
from compute_cost.ranges import interval_of
from compute_cost.registry import estimate
from compute_cost.result import Answer, Table

_MONTHS_USED = Quantity("Months for which the accelerators are needed.", "months", high=1200, above=True, example="24")
MonthsUsed = Annotated[float | None, _MONTHS_USED]
RequiredMonthsUsed = Annotated[float, _MONTHS_USED]
Load = Annotated[
    float | None,
    Quantity("Share of the hours in which the owned accelerators are used.", "1", high=1, above=True, example='0.7 or "70%"'),
]
RentPrice = Annotated[
    float | None,
    RentalPrice("Rent of one accelerator for one hour of use.", "USD per GPU-hour", high=1e4, above=True, example='2.5 or "$2.50"'),
]
PurchasePrice = Annotated[
    float | None,
    Quantity(
        "Price of one accelerator as bought in a server: the server with its network cards, without switches, divided by its accelerators.",
        "USD",
        high=1e7,
        above=True,
        example='35000 or "$35,000"',
    ),
]
PowerPrice = Annotated[
    float | None, Quantity("Price of electricity; 0 where the rent of the space includes it.", "USD per kWh", high=10, example="0.085")
]
Years = Annotated[
    float | None, Quantity("Useful life, after which the equipment is sold at `residual`.", "years", low=0.25, high=30, example="4")
]
CostOfCapital = Annotated[
    float | None,
    Quantity("Yearly return that lenders and owners ask on the capital.", "1", high=1, example='0.1 or "10%"'),
]
Residual = Annotated[
    float | None,
    Quantity("Value at the end of the useful life divided by the price paid.", "1", high=1, example='0.1 or "10%"'),
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
) -> Answer:
    """Cost of an owned accelerator per hour of use, the load and the month from which owning beats renting, and both totals.

    owned cost [USD per GPU-hour used] = (capital + power + colocation + operations) / (8760 h x load), each per GPU-year:
    capital = K x (a - s x (a - r)), K = purchase price x (1 + network) x (1 + storage), a = r / (1 - (1 + r)^-n)
    power = chip power x server over chip x average draw x PUE x 8760 h x power price
    colocation = chip power x server over chip x price per kW-month x 12; operations = K x yearly share (staff, spares)

    r is the cost of capital, n the years of use, s = residual^(n / years) the share of its price that the
    equipment is sold for then: it loses value at one rate. Interest is due at the end of each year; paid
    by the month, capital would be 4% less at 10%. Left out, months_used is the whole life.
    purchase_price is per accelerator as bought in a server, network cards included, switches not; the
    catalogue's price is brought to that by a named ratio. An owned accelerator costs the same used or
    idle; rent is paid only for hours of use and is assumed to stay as it is. Break-even: the load, at these
    months, and the month, at this load, at which both cost the same, the equipment sold then; the payback
    month is when the rent saved has paid the purchase with interest, nothing sold. The table has the cash
    flows of owning instead of renting, each at the end of its year; for whole years net_present_value and
    internal_rate_of_return (both by numpy-financial) are those of the table. Its value is the yearly
    saving over the annuity, so it is above 0 where owning is cheaper. Rates and amounts are nominal:
    to work in real terms give the real cost of capital, (1 + nominal) / (1 + inflation) - 1.
    Valid for servers in rented space; totals are for one accelerator unless gpus is given.
    US dollars, before tax, nominal, on the prices of the day of `as_of`.

    Raises UnknownName for an accelerator, InputError where months_used is longer than the life, and
    NoData where the catalogue has no power, purchase price or rental price and none is given.
    """
    chip = default("gpu", gpu, catalogue.default_gpu())
    owned = partial(_plan, chip, months_used, load, purchase_price, power_price, years, cost_of_capital, residual, as_of)
    rented = partial(hourly_price, chip, rent_price, as_of, "rent_price", count="gpus or months_used", share="load")
    plan, rent, count = owned(), rented(), default("gpus", gpus, 1.0, "GPUs")
    cost = step("Owned cost per hour of use", "sum of the four / (8760 h x load)", plan.per_hour(), "USD per GPU-hour")
    if is_kept():
        _compare(plan, rent, count)
        _appraise(plan, rent, count)
        _warn(plan, rent, interval_of(lambda: owned().per_hour()), interval_of(rented))
        if rent_price is None:
            warn("rent at the on-demand price; a term of a year or more usually costs less an hour: see reserve_or_rent")
        if years and residual is None:
            warn(f"the residual value assumed holds after {catalogue.constant('useful_life'):g} years; give residual for {years:g}")
        if gpus and gpus <= catalogue.constant("largest_server"):
            warn("so few fit in one server, which needs less network than the share counted here")
    return Answer(cost, "owned_cost", table=lambda: _flows(plan, rent, count))


def _plan(
    chip: Accelerator, months_used: float | None, load: float | None, purchase_price: float | None, power_price: float | None,
    years: float | None, cost_of_capital: float | None, residual: float | None, as_of: datetime.date | None,
) -> Plan:  # fmt: skip
    """Everything that the cost of one accelerator depends on, as given or assumed."""
    if not chip.power:
        raise NoData(f"gpu: the catalogue has no power for {chip.name}; name another accelerator, or describe it with its power")
    price = _purchase_price(chip, purchase_price, as_of)
    life = assumed("useful_life", years, "years")
    months = default("months_used", months_used, 12 * life, "months")
    if months > 12 * life * (1 + 1e-12) and not is_moved():
        remedy = f"the equipment lasts {12 * life:g} months; give years = {months / 12:g} or more, or fewer months"
        raise InputError("months_used", months, remedy)
    plan = Plan(
        price=price, months=min(months, 12 * life), useful_life=life, month_hours=assumed("hours_per_month"),
        server_kw=chip.power / 1000 * assumed(catalogue.assumption_of_chip("server_power", chip, "other").name),
        draw=assumed("average_draw_tpu" if chip.generation == "tpu" else "average_draw_gpu"),
        load=assumed("owned_load", load, "load"), residual_share=assumed("residual_share", residual, "residual"),
        cost_of_capital=assumed("cost_of_capital", cost_of_capital), power_price=assumed("power_price", power_price),
        **{name: assumed(name) for name in ("network_share", "storage_share", "pue", "colocation_price", "operations_share")},
    )  # fmt: skip
    if is_kept():
        _explain(plan)
    return plan


def _purchase_price(chip: Accelerator, given: float | None, as_of: datetime.date | None) -> float:
    """Price of one accelerator in a server [USD], as given or the catalogue's by a named ratio."""
    label = "Price in a server, per accelerator"
    if given is not None:
        with contextlib.suppress(NoData):  # where the catalogue has none, there is nothing to compare with
            usual = catalogue.constant(_server_price(chip).name) * (chip.purchase_price or 0.0)
            question_given("purchase_price", given, usual, chip, _likely_price, "one accelerator")
        return step(label, "given", given, "USD", figure="purchase_price")
    ratio = _server_price(chip)
    alone = fact("purchase_price", chip.purchase_price or 0.0, "USD", chip.purchase_source)
    formula = f"{chip.name} of {chip.purchase_date} x server over the catalogue's price"
    if is_kept():
        if ratio.name == "server_price_other":
            warn(f"no server price of {chip.name} is in the catalogue: the usual ratio of server to chip price is assumed")
        day = as_of or catalogue.catalogue_date()
        if not 0 <= (day - period_end(chip.purchase_date)).days <= catalogue.constant("oldest_price"):
            warn(f"the purchase price is of {chip.purchase_date}, the rent of {day.isoformat()}; give a purchase_price of that day")
    return step(label, formula, alone * assumed(ratio.name), "USD", figure="purchase_price")


def _likely_price(times: float) -> list[str]:
    """What a purchase price so many times the usual one may be."""
    return ["the price of a whole server"] if times > 1 else ["a price in thousands"] if times < 0.01 else []


def _server_price(chip: Accelerator) -> Assumption:
    """Server price per accelerator over the catalogue's price: by the longest beginning of the chip's id, then by vendor."""
    if chip.generation == "tpu":
        raise NoData(f"purchase_price: {chip.name} is not sold; give purchase_price to see what it would cost")
    if not chip.purchase_price:
        raise NoData(f"purchase_price: the catalogue has none for {chip.name}; give purchase_price, such as 35000")
    return catalogue.assumption_of_chip("server_price", chip, chip.vendor.casefold(), "other")


def _explain(plan: Plan) -> None:
    """What is paid at purchase, and the four parts of the cost of a year."""
    step("Paid at purchase, per accelerator", "price x (1 + network) x (1 + storage)", plan.capital, "USD")
    grown, rate, parts = annuity(plan.cost_of_capital, plan.months / 12), plan.cost_of_capital, plan.yearly()
    formula = f"purchase x (annuity {grown:.4f} of {rate:.3g} a year over {plan.months / 12:.3g} years"
    formula += f" - resale {plan.resale_share:.3g} x ({grown:.4f} - {rate:.3g}))"
    step("Capital", formula, parts["capital"], "USD per GPU-year", figure="capital_per_gpu_year")
    formula = f"{plan.server_kw:.4g} kW with its server x draw x PUE x 8760 h x price"
    step("Electricity", formula, parts["power"], "USD per GPU-year", figure="power_per_gpu_year")
    formula = f"{plan.server_kw:.4g} kW x price per kW-month x 12"
    step("Rented space", formula, parts["colocation"], "USD per GPU-year", figure="colocation_per_gpu_year")
    formula = "purchase x yearly share"
    step("Staff, spares and maintenance", formula, parts["operations"], "USD per GPU-year", figure="operations_per_gpu_year")
    figure("power_per_gpu", plan.server_kw * plan.draw * plan.pue, "kW")
    figure("months", plan.months, "months")


def _compare(plan: Plan, rent: float, count: float) -> None:
    """What both ways cost over the months, and where they cost the same."""
    hours = plan.months * plan.month_hours * plan.load * count
    total, rented = plan.per_hour() * hours, rent * hours
    step("Break-even load", "owned cost at full load / rent", plan.per_hour() * plan.load / rent, "1", figure="break_even_load")
    never, month = f"none within {12 * plan.useful_life:g} months", plan.break_even_month(rent)
    formula = "where both totals are the same, sold then"
    step("Break-even month", formula, never if month is None else month, "months", figure="break_even_month")
    formula, month = "rent saved has paid the purchase with interest, unsold", plan.payback_month(rent)
    step("Payback month", formula, never if month is None else month, "months", figure="payback_month")
    formula = f"yearly cost x {plan.months:g} months / 12 x {count:g} GPUs"
    step("Owning, in all", formula, total, "USD", figure="owned_total")
    step("Renting, in all", f"{hours:,.0f} GPU-hours used x rent", rented, "USD", figure="rent_total")
    figure("saving_by_owning", rented - total, "USD")
    figure("paid_at_purchase", plan.capital * count, "USD")
    figure("resale", plan.capital * plan.resale_share * count, "USD")
    figure("gpu_hours", hours, "GPU-hours")
    verdict = "same" if math.isclose(total, rented, rel_tol=1e-9) else "own" if total < rented else "rent"
    step("Cheaper", f"over {plan.months:g} months at load {plan.load:.3g}", verdict, "", figure="cheaper")


def _appraise(plan: Plan, rent: float, count: float) -> None:
    appraisal = plan.appraisal(rent)
    if appraisal:
        formula = f"of the cash flows of owning instead of renting at {plan.cost_of_capital:g} a year; NPV() of the years + year 0"
        step("Net present value of owning", formula, appraisal[0] * count, "USD", figure="net_present_value")
        formula = "the yearly return on the purchase at which that value is 0; IRR() of the cash flows"
        step("Internal rate of return of owning", formula, appraisal[1], "1", figure="internal_rate_of_return")
    elif plan.whole_years:
        warn("net present value and rate of return need pip install .[tables]; without it, use NPV() and IRR() on the table of cash flows")
    else:
        warn("net present value and rate of return exist only for whole years; give months_used as a multiple of 12")


def _warn(plan: Plan, rent: float, owned: tuple[float, float], rented: tuple[float, float]) -> None:
    """What to watch for, given the ranges of the owned cost and of the rent [USD per GPU-hour]."""
    if plan.per_hour() * plan.load > rent:
        warn("break-even load above 100%: at this rent and for these months renting is cheaper at any load")
    if owned[0] < rented[1] and owned[1] > rented[0]:
        warn("the ranges of the owned cost and of the rent overlap, so either may be cheaper")
    if plan.power_price and plan.colocation_price:
        warn("the price of rented space is assumed to exclude electricity; where yours includes it, give power_price = 0")
    if plan.months < 12 * plan.useful_life:
        warn(
            f"assumes that the equipment is sold after {plan.months:g} months at {plan.resale_share:.0%} of its price; "
            "payback_month assumes no sale"
        )
    warn("before tax and nominal; rents may change over the months; delivery time, insurance and financing fees are left out")


def _flows(plan: Plan, rent: float, count: float) -> Table:
    rows = ((year, *(amount * count for amount in amounts)) for year, *amounts in plan.cash_flows(rent))
    return (("year", "rent saved (USD)", "running cost (USD)", "equipment (USD)", "cash flow (USD)"), *rows)
