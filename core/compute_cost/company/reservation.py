"""Whether to reserve accelerators for a term or to rent them for the months of use."""

from __future__ import annotations

import math
from typing import Annotated

from compute_cost import catalogue
from compute_cost.company.owned_plan import annuity
from compute_cost.company.ownership import CostOfCapital, RequiredMonthsUsed
from compute_cost.parameters import AsOf, Gpu, Gpus, Quantity
from compute_cost.prices.commitments import Discount, discount_of
from compute_cost.prices.rental import Rental, trace_given, usual_rent
from compute_cost.registry import estimate
from compute_cost.result import Cell, Figure, Result, Trace

RequiredMonthsReserved = Annotated[
    float,
    Quantity("Months for which the accelerators are reserved and paid, used or not.", "months", high=1200, above=True, example="24"),
]
_PRICE = "Price of one accelerator for one hour, {}; where only one of the two prices is given, both are the same."
OnDemandPrice = Annotated[
    float | None, Quantity(_PRICE.format("on demand"), "USD per GPU-hour", high=1e4, above=True, example='2.5 or "$2.50"')
]
ReservedPrice = Annotated[
    float | None, Quantity(_PRICE.format("reserved"), "USD per GPU-hour", high=1e4, above=True, example='1.75 or "$1.75"')
]
ResalePrice = Annotated[
    float | None,
    Quantity(
        "What an idle reserved hour brings when it is let to somebody else; nothing if left out.",
        "USD per GPU-hour",
        high=1e4,
        example='1 or "$1"',
    ),
]
PrepaidShare = Annotated[
    float | None,
    Quantity(
        "Share of the reservation that is paid on the first day instead of by the month, with interest until then; none if left out.",
        "1",
        high=1,
        example='0.25 or "25%"',
    ),
]


@estimate("multiple")
def reserve_or_rent(
    months_used: RequiredMonthsUsed,
    months_reserved: RequiredMonthsReserved,
    gpus: Gpus = None,
    gpu: Gpu = None,
    on_demand_price: OnDemandPrice = None,
    reserved_price: ReservedPrice = None,
    as_of: AsOf = None,
    resale_price: ResalePrice = None,
    prepaid_share: PrepaidShare = None,
    cost_of_capital: CostOfCapital = None,
) -> Result:
    """How many times what the months of use cost on demand a reservation costs, used or idle, and when it pays off.

    multiple = cost of reserving / cost of renting
    reserving [USD] = months reserved x 730 h x accelerators x reserved price + months beyond it x 730 h x accelerators x on-demand price
                      + interest on what is prepaid - idle hours x resale price
    renting [USD] = months used x 730 h x accelerators x on-demand price
    break-even [months of use] = months reserved x (reserved price with interest - resale price) / (on-demand price - resale price)
    interest [USD] = prepaid share x reservation x (months reserved x level payment of 1 by the month at the cost of capital - 1)

    Two of 24 months at one price are 12 times. With one price given, both are that. With none, the
    on-demand price is the catalogue's and the reserved one is less by a discount: that of the providers
    which quote both for this accelerator within a year before `as_of`, else the usual one (assumptions
    reserved_discount_1y and _3y); a term of 12 to 35 months has the one-year discount, a shorter one none.
    Nothing is prepaid and nothing resold unless given; idle hours are then what resold ones would have to bring
    (break_even_resale_price). Use beyond the reservation is rented on demand. A month of use is taken to be one of full use, and only
    the months differ. The interval is that of an assumed discount; with given prices there is none.
    The costs are for one accelerator unless gpus is given. US dollars, before tax, nominal, not discounted.

    Raises UnknownName for an accelerator and NoData where the catalogue has no price of it.
    """
    chip = gpu or catalogue.default_gpu()
    quote: Rental | None = None
    discount: Discount | None = None
    if on_demand_price is None and reserved_price is None:
        quote = usual_rent(chip, as_of, "on_demand_price")
        discount = discount_of(chip, months_reserved, as_of)
        rent, reserved = quote.price, quote.price * (1 - discount.share)
    else:
        rent = on_demand_price or reserved_price or 0.0
        reserved = reserved_price or rent
    month = catalogue.constant("hours_per_month")
    count = gpus or 1.0
    idle = max(0.0, months_reserved - months_used) * month * count
    beyond = max(0.0, months_used - months_reserved) * month * count

    rate = catalogue.constant("cost_of_capital") if cost_of_capital is None else cost_of_capital
    per_month = math.expm1(math.log1p(rate) / 12)
    interest = months_reserved * annuity(per_month, months_reserved) - 1  # of 1 USD paid on the first day instead of by the month
    resale, with_interest = resale_price or 0.0, 1 + (prepaid_share or 0.0) * interest

    def months_paid(price: float) -> float:
        """Cost of reserving, in months of one accelerator at 1 USD."""
        used_beyond, unused = max(0.0, months_used - months_reserved), max(0.0, months_reserved - months_used)
        return months_reserved * price * with_interest + used_beyond * rent - unused * resale

    renting = months_used * month * count * rent
    cost = months_paid(reserved) * month * count
    # Months times price: 24 x 1 / (2 x 1) is 12 to the last digit, whatever the hours.
    multiple = months_paid(reserved) / (months_used * rent)
    break_even = _break_even(months_reserved, reserved * with_interest, rent, resale)
    prepaid = months_reserved * month * count * reserved * interest * (1.0 if prepaid_share is None else prepaid_share)
    verdict = "same" if math.isclose(cost, renting, rel_tol=1e-12) else "reserve" if cost < renting else "rent"
    values = {
        "reservation_cost": Figure(cost, "USD"),
        "on_demand_cost": Figure(renting, "USD"),
        "saving_by_reserving": Figure(renting - cost, "USD"),
        "cheaper": Figure(verdict, ""),
        "break_even_months": Figure(break_even, "months"),
        "multiple_at_one_price": Figure(max(months_used, months_reserved) / months_used, "multiple"),
        "on_demand_price": Figure(rent, "USD per GPU-hour"),
        "reserved_price": Figure(reserved, "USD per GPU-hour"),
        "idle_gpu_hours": Figure(idle, "GPU-hours"),
        "idle_cost": Figure(idle * reserved, "USD"),
        "resale_income": Figure(idle * resale, "USD"),
        "break_even_resale_price": Figure(max(0.0, cost + idle * resale - renting) / idle if idle else 0.0, "USD per GPU-hour"),
        "prepayment_cost": Figure(prepaid, "USD"),
    }

    def trace(trace: Trace) -> None:
        trace.input("months_used", months_used, "months", "given")
        trace.input("months_reserved", months_reserved, "months", "given")
        trace.input("gpus", count, "GPUs", "given" if gpus else "assumed")
        trace.input("gpu", chip.name, "", "given" if gpu else "assumed")
        for name, value in (("hours_per_month", None), ("cost_of_capital", cost_of_capital)):
            used = catalogue.assumption(name)
            if value is None:
                trace.input(used.name, used.value, used.unit, "assumed", used.source)
            else:
                trace.input(used.name, value, used.unit, "given")
        trace.input("resale_price", resale, "USD per GPU-hour", "assumed" if resale_price is None else "given")
        trace.input("prepaid_share", prepaid_share or 0.0, "1", "assumed" if prepaid_share is None else "given")
        if quote and discount:
            quote.trace(trace, chip, as_of is not None)
            source = discount.sources[0] if discount.assumption else ""
            trace.input(discount.assumption or "reserved_discount", discount.share, "1", "assumed", source)
            how = f"on demand x (1 - {discount.share:.3g}): {discount.how}"
            trace.step("Reserved price", how, reserved, "USD per GPU-hour", *discount.sources)
            if discount.term:
                trace.warn("a reserved price is negotiated: compare your offer by giving on_demand_price and reserved_price")
            else:
                trace.warn("no discount is published for terms under a year, so both prices are the same")
        else:
            for name, value in (("on_demand_price", on_demand_price), ("reserved_price", reserved_price)):
                if value is None:
                    trace.input(name, rent if name == "on_demand_price" else reserved, "USD per GPU-hour", "assumed")
                    continue
                off = 0.0 if name == "on_demand_price" else discount_of(chip, months_reserved, as_of).share
                trace_given(trace, name, value, chip, as_of, discount=off, count="gpus")
            both = on_demand_price is not None and reserved_price is not None
            how = "both given" if both else "one given, taken for both"
            trace.step("Price on demand", how, rent, "USD per GPU-hour")
            trace.step("Price reserved", how, reserved, "USD per GPU-hour")
            if not both:
                trace.warn("both prices are the same, as only one is given; a reservation of a year or more usually has a discount")
        per = f"x {month:g} h x {count:g} GPUs x"
        trace.step("Renting", f"{months_used:g} months used {per} {rent:.4g} USD", renting, "USD")
        more = f" + {months_used - months_reserved:g} months beyond it on demand" if beyond else ""
        more += " + interest on what is prepaid" if prepaid_share else ""
        more += f" - {idle:,.0f} idle GPU-hours resold" if resale and idle else ""
        trace.step("Reserving", f"{months_reserved:g} months reserved {per} {reserved:.4g} USD{more}", cost, "USD")
        trace.step("Paid for idle time", f"{idle:,.0f} idle GPU-hours x reserved price", idle * reserved, "USD")
        trace.step("Multiple", "reserving / renting", multiple, "multiple")
        how = "months reserved x (reserved price with interest - resale price) / (on-demand price - resale price)"
        trace.step("Months of use at which both cost the same", how, values["break_even_months"].value, "months")
        if resale:
            trace.step("Idle hours resold", f"{idle:,.0f} idle GPU-hours x {resale:g} USD", idle * resale, "USD")
        how = "(reserving unsold - renting) / idle GPU-hours: what resold idle hours must bring for both to cost the same"
        trace.step("Break-even price of idle hours", how, values["break_even_resale_price"].value, "USD per GPU-hour")
        how = f"interest at {rate:g} a year if all is paid on the first day, not by the month; not in the costs above"
        if prepaid_share is not None:
            how = f"interest at {rate:g} a year on {prepaid_share:.3g} of the reservation, paid on the first day, not by the month"
        trace.step(
            "Paying in advance", how, prepaid, "USD", *(() if cost_of_capital else (catalogue.assumption("cost_of_capital").source,))
        )
        if resale and idle:
            trace.warn("every idle hour is taken to find a taker at resale_price; many contracts forbid it")
        if beyond:
            trace.warn("used longer than reserved: the months beyond the reservation are rented on demand")
        trace.warn("before tax and nominal; both prices are taken to stay as they are")

    low = high = multiple
    if discount:
        low, high = (months_paid(rent * (1 - share)) / (months_used * rent) for share in (discount.high, discount.low))
    return Result(multiple, "multiple", trace, low=low, high=high, name="multiple", values=values)


def _break_even(months: float, reserved: float, rent: float, resale: float) -> Cell:
    """Months of use from which reserving costs no more than renting, within the reservation."""
    if resale < rent:
        found = months * (reserved - resale) / (rent - resale)
        return max(0.0, found) if reserved <= rent else "none: reserved costs more an hour"
    return 0.0 if reserved <= resale else "none: reserved costs more an hour"
