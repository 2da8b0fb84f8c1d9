"""What an owned accelerator costs for each hour that it is used, beside its rent."""

from __future__ import annotations

import contextlib
import datetime
import math
from typing import Annotated

from compute_cost import catalogue
from compute_cost.catalogue.columns import period_end
from compute_cost.catalogue.records import Accelerator, Assumption
from compute_cost.company.owned_plan import Plan, annuity
from compute_cost.errors import InputError, NoData
from compute_cost.parameters import AsOf, Gpu, Gpus, Quantity
from compute_cost.prices.rental import trace_given, usual_rent, warn_if_far
from compute_cost.registry import estimate
from compute_cost.result import Figure, Result, Trace

_MONTHS_USED = Quantity("Months for which the accelerators are needed.", "months", high=1200, above=True, example="24")
MonthsUsed = Annotated[float | None, _MONTHS_USED]
RequiredMonthsUsed = Annotated[float, _MONTHS_USED]
Load = Annotated[
    float | None,
    Quantity("Share of the hours in which the owned accelerators are used.", "1", high=1, above=True, example='0.7 or "70%"'),
]
RentPrice = Annotated[
    float | None,
    Quantity("Rent of one accelerator for one hour of use.", "USD per GPU-hour", high=1e4, above=True, example='2.5 or "$2.50"'),
]
PurchasePrice = Annotated[
    float | None,
    Quantity(
        "Price of one accelerator as bought in a server: the server with its network cards over its accelerators, without switches.",
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
    Quantity("Yearly return that lenders and owners ask for the capital.", "1", high=1, example='0.1 or "10%"'),
]
Residual = Annotated[
    float | None,
    Quantity("Value at the end of the useful life over the price paid.", "1", high=1, example='0.1 or "10%"'),
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
) -> Result:
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
    idle; rent is paid for hours of use alone and taken to stay as it is. Break-even: the load, at these
    months, and the month, at this load, at which both cost the same, the equipment sold then; the payback
    month is when the rent saved has paid the purchase with interest, nothing sold. The interval takes each
    assumed input at its ends and joins the effects by the root of the summed squares of the logarithms.
    The table has the cash flows of owning instead of renting, each at the end of its year; for whole years
    net_present_value and internal_rate_of_return (both by numpy-financial) are those of the table. Its value
    is the yearly saving over the annuity, so it is above 0 where owning is cheaper. Rates and amounts are
    nominal: to work in real terms give the real cost of capital, (1 + nominal) / (1 + inflation) - 1.
    Valid for servers in rented space; totals are for one accelerator unless gpus is given.
    US dollars, before tax, nominal, on the prices of the day of `as_of`.

    Raises UnknownName for an accelerator, InputError where months_used is longer than the life, and
    NoData where the catalogue has no power, purchase price or rental price and none is given.
    """
    chip = gpu or catalogue.default_gpu()
    if not chip.power:
        raise NoData(f"gpu: the catalogue has no power of {chip.name}; name another accelerator")
    given = {
        "power_price": power_price, "useful_life": years, "cost_of_capital": cost_of_capital,
        "residual_share": residual, "load": load,
    }  # fmt: skip
    server = catalogue.assumption_of_chip("server_power", chip, "other")
    ratio = _server_price(chip) if purchase_price is None else None
    assumed = {name: catalogue.assumption(_ASSUMED.get(name, name)) for name in _VARIED if given.get(name) is None}
    assumed["draw"] = catalogue.assumption("average_draw_tpu" if chip.generation == "tpu" else "average_draw_gpu")
    numbers = {name: catalogue.constant(used.name) for name, used in assumed.items()}
    numbers |= {name: value for name, value in given.items() if value is not None}
    life = 12 * numbers["useful_life"]
    if months_used is not None and months_used > life * (1 + 1e-12):
        way_out = f"the equipment lasts {life:g} months; give years = {months_used / 12:g} or more, or fewer months"
        raise InputError("months_used", months_used, way_out)
    price = (chip.purchase_price or 0.0) * catalogue.constant(ratio.name) if ratio else purchase_price or 0.0
    kw = chip.power / 1000 * catalogue.constant(server.name)
    plan = Plan(price=price, server_kw=kw, months=months_used or life, **numbers)
    quote = usual_rent(chip, as_of, "rent_price") if rent_price is None else None
    rent = quote.price if quote else rent_price or 0.0
    parts = plan.yearly()
    cost = plan.per_hour()
    down, up = _spread(plan, assumed, ratio, months_used)
    low, high = cost / math.exp(down), cost * math.exp(up)
    count = gpus or 1.0
    hours = plan.months * catalogue.constant("hours_per_month") * plan.load * count
    total = math.fsum(parts.values()) * plan.months / 12 * count
    rented = hours * rent
    verdict = "same" if math.isclose(total, rented, rel_tol=1e-9) else "own" if total < rented else "rent"
    never = f"none within {life:g} months"

    def figures() -> dict[str, Figure]:
        return {
            "rent_price": Figure(rent, "USD per GPU-hour"),
            "cheaper": Figure(verdict, ""),
            "break_even_load": Figure(cost * plan.load / rent, "1"),
            "break_even_month": _month(plan.break_even_month(rent), never),
            "payback_month": _month(plan.payback_month(rent), never),
            "owned_total": Figure(total, "USD"),
            "rent_total": Figure(rented, "USD"),
            "saving_by_owning": Figure(rented - total, "USD"),
            "paid_at_purchase": Figure(plan.capital * count, "USD"),
            "resale": Figure(plan.capital * plan.resale_share * count, "USD"),
            **{f"{name}_per_gpu_year": Figure(value, "USD per GPU-year") for name, value in parts.items()},
            "purchase_price": Figure(price, "USD"),
            "power_per_gpu": Figure(kw * plan.draw * plan.pue, "kW"),
            "months": Figure(plan.months, "months"),
            "gpu_hours": Figure(hours, "GPU-hours"),
            **(plan.appraisal(rent, count)),
        }

    def trace(trace: Trace) -> None:
        values = figures()
        trace.input("gpu", chip.name, "", "given" if gpu else "assumed")
        trace.input("gpus", count, "GPUs", "given" if gpus else "assumed")
        trace.input("months_used", plan.months, "months", "given" if months_used else "assumed")
        _trace_price(trace, chip, price, ratio, as_of)
        for name, value in given.items():
            if value is not None:
                trace.input(_GIVEN.get(name, name), value, catalogue.assumption(_ASSUMED.get(name, name)).unit, "given")
        for used in (server, *assumed.values(), catalogue.assumption("hours_per_month")):
            trace.input(used.name, used.value, used.unit, "assumed", used.source)
        if quote:
            quote.trace(trace, chip, as_of is not None)
            trace.warn("rent at the on-demand price; a term of a year or more usually costs less an hour: see reserve_or_rent")
        else:
            trace_given(trace, "rent_price", rent, chip, as_of, count="gpus or months_used", share="load")
        _trace_parts(trace, plan, parts, assumed, chip.source, server.source)
        how = f"sum of the four / (8760 h x load {plan.load:.3g})"
        trace.step("Owned cost per hour of use", how, cost, "USD per GPU-hour")
        trace.step("Break-even load", "owned cost at full load / rent", cost * plan.load / rent, "1")
        trace.step("Break-even month", "where both totals are the same, sold then", values["break_even_month"].value, "months")
        trace.step("Payback month", "rent saved has paid the purchase with interest, unsold", values["payback_month"].value, "months")
        trace.step("Owning, in all", f"yearly cost x {plan.months:g} months / 12 x {count:g} GPUs", total, "USD")
        trace.step("Renting, in all", f"{hours:,.0f} GPU-hours used x rent", rented, "USD")
        _trace_appraisal(trace, plan, values)
        trace.step("Cheaper", f"over {plan.months:g} months at load {plan.load:.3g}", verdict, "")
        _warn(trace, plan, cost / rent, low < (quote.high if quote else rent) and high > (quote.low if quote else rent))
        if years and residual is None:
            trace.warn(f"the residual value assumed is that after {catalogue.constant('useful_life'):g} years; give residual for {years:g}")
        if gpus and gpus <= catalogue.constant("largest_server"):
            trace.warn("so few fit one server, which needs less network than the share counted here")

    rows = tuple((year, *(amount * count for amount in amounts)) for year, *amounts in plan.cash_flows(rent))
    table = (("year", "rent saved (USD)", "running cost (USD)", "equipment (USD)", "cash flow (USD)"), *rows)
    return Result(cost, "USD per GPU-hour", trace, low=low, high=high, name="owned_cost", values=figures, table=table)


# Fields of a plan whose default is an assumption; that of `load` has a longer name, and a given one has the parameter's.
_VARIED = (
    "network_share", "storage_share", "pue", "power_price", "colocation_price", "operations_share",
    "useful_life", "cost_of_capital", "residual_share", "load",
)  # fmt: skip
_ASSUMED = {"load": "owned_load"}
_GIVEN = {"useful_life": "years", "residual_share": "residual"}


def _server_price(chip: Accelerator) -> Assumption:
    """Server price per accelerator over the catalogue's price: by the longest beginning of the chip's id, then by vendor."""
    if chip.generation == "tpu":
        raise NoData(f"purchase_price: {chip.name} is not sold; give purchase_price to see what it would cost")
    if not chip.purchase_price:
        raise NoData(f"purchase_price: the catalogue has none of {chip.name}; give purchase_price, such as 35000")
    return catalogue.assumption_of_chip("server_price", chip, chip.vendor.casefold(), "other")


def _month(month: float | None, never: str) -> Figure:
    return Figure(never if month is None else month, "months")


def _spread(plan: Plan, assumed: dict[str, Assumption], ratio: Assumption | None, months_used: float | None) -> tuple[float, float]:
    """ln of the factors to low and high: each assumed input alone at both ends, the effects joined as independent."""

    def cost(**change: float) -> float:
        moved = plan._replace(**change)
        life = 12 * moved.useful_life
        return moved._replace(months=life if months_used is None else min(months_used, life)).per_hour()

    middle = plan.per_hour()
    ends: list[tuple[float, float]] = []
    for name, used in assumed.items():
        if used.low is not None and used.high is not None:
            ends.append((cost(**{name: used.low}), cost(**{name: used.high})))
    if ratio and ratio.low is not None and ratio.high is not None:
        chip_price = plan.price / catalogue.constant(ratio.name)
        ends.append((cost(price=chip_price * ratio.low), cost(price=chip_price * ratio.high)))
    down = math.hypot(*(max(0.0, math.log(middle / min(pair))) for pair in ends))
    return down, math.hypot(*(max(0.0, math.log(max(pair) / middle)) for pair in ends))


def _trace_price(trace: Trace, chip: Accelerator, price: float, ratio: Assumption | None, as_of: datetime.date | None) -> None:
    if ratio is None:
        trace.input("purchase_price", price, "USD", "given")
        trace.step("Price in a server, per accelerator", "given", price, "USD")
        with contextlib.suppress(NoData):  # where the catalogue has none, there is nothing to compare with
            usual = catalogue.constant(_server_price(chip).name) * (chip.purchase_price or 0.0)
            likely = ["the price of a whole server"] if price > usual else ["a price in thousands"] if price < usual / 100 else []
            warn_if_far(trace, "purchase_price", price, usual, chip, likely, "one accelerator")
        return
    assert chip.purchase_price
    trace.input("purchase_price", chip.purchase_price, "USD", "catalogue", chip.purchase_source)
    trace.input(ratio.name, ratio.value, ratio.unit, "assumed", ratio.source)
    how = f"{chip.name} of {chip.purchase_date}, {chip.purchase_price:,.0f} USD x {ratio.value:g} (server over the catalogue's price)"
    sources = dict.fromkeys((chip.purchase_source, ratio.source))
    trace.step("Price in a server, per accelerator", how, price, "USD", *sources)
    if ratio.name == "server_price_other":
        trace.warn(f"no server price of {chip.name} is in the catalogue: the usual ratio of server to chip price is taken")
    day = as_of or catalogue.catalogue_date()
    age = (day - period_end(chip.purchase_date)).days
    if age > catalogue.constant("oldest_price") or age < 0:
        trace.warn(f"the purchase price is of {chip.purchase_date}, the rent of {day.isoformat()}; give a purchase_price of that day")


def _trace_parts(trace: Trace, plan: Plan, parts: dict[str, float], assumed: dict[str, Assumption], *power_sources: str) -> None:
    def step(label: str, how: str, value: float, unit: str, names: str, *more: str) -> None:
        used = [assumed[name].source for name in names.split() if name in assumed]
        trace.step(label, how, value, unit, *dict.fromkeys([*more, *used]))

    how = f"price x (1 + network {plan.network_share:g}) x (1 + storage {plan.storage_share:g})"
    step("Paid at purchase, per accelerator", how, plan.capital, "USD", "network_share storage_share")
    years, rate, sold = plan.months / 12, plan.cost_of_capital, plan.resale_share
    how = f"purchase x (annuity {annuity(rate, years):.4f} of {rate:.3g} a year over {years:.3g} years"
    how += f" - resale {sold:.3g} x ({annuity(rate, years):.4f} - {rate:.3g}))"
    step("Capital", how, parts["capital"], "USD per GPU-year", "useful_life cost_of_capital residual_share")
    how = f"{plan.server_kw:.4g} kW with its server x draw {plan.draw:g} x PUE {plan.pue:g} x 8760 h x {plan.power_price:g} USD per kWh"
    step("Electricity", how, parts["power"], "USD per GPU-year", "draw pue power_price", *power_sources)
    how = f"{plan.server_kw:.4g} kW x {plan.colocation_price:g} USD per kW-month x 12"
    step("Rented space", how, parts["colocation"], "USD per GPU-year", "colocation_price")
    how = f"purchase x {plan.operations_share:g} a year"
    step("Staff, spares and maintenance", how, parts["operations"], "USD per GPU-year", "operations_share")


def _trace_appraisal(trace: Trace, plan: Plan, values: dict[str, Figure]) -> None:
    if "net_present_value" in values:
        how = f"of the cash flows of owning instead of renting at {plan.cost_of_capital:g} a year; NPV() of the years + year 0"
        trace.step("Net present value of owning", how, *values["net_present_value"])
        how = "the yearly return on the purchase at which that value is 0; IRR() of the cash flows"
        trace.step("Internal rate of return of owning", how, *values["internal_rate_of_return"])
    elif plan.whole_years:
        trace.warn("net present value and rate of return need pip install .[tables]; here take NPV() and IRR() of the table of cash flows")
    else:
        trace.warn("net present value and rate of return are those of whole years; give months_used as a multiple of 12")


def _warn(trace: Trace, plan: Plan, needed: float, ranges_meet: bool) -> None:
    if needed * plan.load > 1:
        trace.warn("break-even load above 100%: at this rent and for these months renting is cheaper at any load")
    if ranges_meet:
        trace.warn("the ranges of the owned cost and of the rent overlap: which is cheaper is not sure")
    if plan.power_price and plan.colocation_price:
        trace.warn("the price of rented space is taken to exclude electricity; where yours includes it, give power_price = 0")
    if plan.months < 12 * plan.useful_life:
        trace.warn(
            f"counts on selling the equipment after {plan.months:g} months at {plan.resale_share:.0%} of its price; "
            "payback_month counts on no sale"
        )
    trace.warn("before tax and nominal; rents may change over the months; delivery time, insurance and financing fees are left out")
