"""Whether to reserve accelerators for a term or to rent them for the months of use."""

from __future__ import annotations

import datetime
import math
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator
from compute_cost.company.cash_flow import Hired, Use, worth_of
from compute_cost.company.ownership import CostOfCapital, RequiredMonthsUsed
from compute_cost.errors import InputError
from compute_cost.inputs import TOO_FAR, Cell, assumed, default, figure, is_kept, is_moved, step, warn
from compute_cost.parameters import AsOf, Gpu, Gpus, Quantity, RentalPrice
from compute_cost.prices.bill import MONTHS_NOT_DAYS, question_term
from compute_cost.prices.commitments import reserved as reserved_rate
from compute_cost.prices.rental import given_price, hourly_price, paid, upfront_of
from compute_cost.registry import estimate
from compute_cost.result import Answer

RequiredMonthsReserved = Annotated[
    float,
    Quantity("Months for which the accelerators are reserved and paid, used or not.", "months", high=1200, above=True, example="24"),
]
_PRICE = "Price of one accelerator for one hour, {}; where only one of the two prices is given, both are the same."
OnDemandPrice = Annotated[
    float | None, RentalPrice(_PRICE.format("on demand"), "USD per GPU-hour", high=1e4, above=True, example='2.5 or "$2.50"')
]
ReservedPrice = Annotated[
    float | None, RentalPrice(_PRICE.format("reserved"), "USD per GPU-hour", high=1e4, above=True, example='1.75 or "$1.75"')
]
ResalePrice = Annotated[
    float | None,
    Quantity(
        "What an idle reserved hour earns when it is resold; nothing if left out.",
        "USD per GPU-hour",
        high=1e4,
        example='1 or "$1"',
    ),
]
PrepaidShare = Annotated[
    float | None,
    Quantity(
        "Share of the reservation that is paid on the first day instead of monthly, with interest; none if left out.",
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
) -> Answer:
    """How many times what the months of use cost on demand a reservation costs, used or idle, and when it pays off.

    multiple = cost of reserving / cost of renting
    reserving [USD] = months reserved x 730 h x accelerators x reserved price + months beyond it x 730 h x accelerators x on-demand price
                      + interest on what is prepaid - idle hours x resale price
    renting [USD] = months used x 730 h x accelerators x on-demand price
    break-even [months of use] = months reserved x (reserved price with interest - resale price) / (on-demand price - resale price)
    interest [USD] = prepaid share x reservation x (present value of paying all on the first day / of paying by the month - 1)

    Two of 24 months at one price are 12 times. With one price given, both are that. With none, the
    on-demand price is the catalogue's and the reserved one that of gpu_price for the months reserved; a term of 12 to 35 months
    has the price of one year, a shorter one that on demand.
    Nothing is prepaid unless given, or said by a reserved price of your own (`upfront 25%`), and nothing resold unless given; idle
    hours are then what resold ones would have to bring
    (break_even_resale_price). Use beyond the reservation is rented on demand. A month of use is taken to be one of full use, and only
    the months differ. The costs are for one accelerator unless gpus is given. US dollars, before tax, nominal, not discounted.

    Raises UnknownName for an accelerator, NoData where the catalogue has no price for it, and InputError for a resale price more
    than 20 times that on demand.
    """
    chip = default("gpu", gpu, catalogue.default_gpu())
    rent, price = _prices(chip, on_demand_price, reserved_price, months_reserved, as_of)
    resale = default("resale_price", resale_price, 0.0, "USD per GPU-hour")
    if resale > TOO_FAR * rent and not is_moved():
        raise InputError("resale_price", resale, f"give less than the {show(rent, 'USD per GPU-hour')} that the hour costs on demand")
    upfront = upfront_of(reserved_price, chip, as_of, "reserved_price", months_reserved)
    prepaid = default("prepaid_share", prepaid_share, upfront, "1")

    def interest() -> float:
        """Of 1 USD that is paid on the first day instead of by the month."""
        level = Hired(Use(1.0, months_reserved, 1.0, (1.0,)), (1.0,), committed=True)
        rate = assumed("cost_of_capital", cost_of_capital)
        return float(worth_of(level._replace(prepaid=1.0), rate).paid / worth_of(level, rate).paid - 1)

    bill = Bill(months_used, months_reserved, rent, price, resale, 1 + prepaid * interest() if prepaid else 1.0)
    if is_kept():
        question_term("months_reserved", months_reserved, MONTHS_NOT_DAYS)
        hours = assumed("hours_per_month") * default("gpus", gpus, 1.0, "GPUs")
        _explain(bill, hours)
        is_counted = prepaid_share is not None or prepaid > 0
        advance = months_reserved * hours * price * interest() * (prepaid if is_counted else 1.0)
        advance_on = "if all is paid on the first day, not by the month; not in the costs above"
        if is_counted:
            advance_on = f"on {prepaid:.3g} of the reservation, paid on the first day, not by the month"
        step("Paying in advance", f"interest {advance_on}", advance, "USD", figure="prepayment_cost")
        warn("before tax and nominal; both prices are assumed to stay as they are")
    return Answer(step("Multiple", "reserving / renting", bill.multiple, "multiple"), "multiple")


def _prices(
    chip: Accelerator, on_demand: float | None, reserved: float | None, months: float, as_of: datetime.date | None
) -> tuple[float, float]:
    """On demand and reserved [USD per GPU-hour]: as given, one for both where only one is, or the catalogue's."""
    if on_demand is None and reserved is None:
        rent = hourly_price(chip, None, as_of, "on_demand_price")
        return rent, paid(reserved_rate(chip, months, as_of), chip, as_of, "reserved_price", "on_demand_price")
    if on_demand is not None:
        on_demand, _ = given_price("on_demand_price", on_demand, chip, as_of, count="gpus")
    if reserved is not None:
        reserved, _ = given_price("reserved_price", reserved, chip, as_of, months, count="gpus", counts_upfront=True)
    origin = "both given"
    if on_demand is None or reserved is None:
        origin = "one given, taken for both"
        warn("both prices are the same, as only one is given; a reservation of a year or more usually has a discount")
    unit = "USD per GPU-hour"
    rent = step("Price on demand", origin, default("on_demand_price", on_demand, reserved or 0.0, unit), unit, figure="on_demand_price")
    return rent, step("Price reserved", origin, default("reserved_price", reserved, rent, unit), unit, figure="reserved_price")


class Bill(NamedTuple):
    """A reservation compared with renting: the months of use and those reserved, and the prices of an hour [USD per GPU-hour].

    `with_interest` is what is paid for the reservation over the sum of its months.
    """

    months_used: float
    months_reserved: float
    rent: float
    price: float
    resale: float
    with_interest: float

    @property
    def idle(self) -> float:
        return max(0.0, self.months_reserved - self.months_used)

    @property
    def beyond(self) -> float:
        """Months of use beyond the reservation."""
        return max(0.0, self.months_used - self.months_reserved)

    @property
    def multiple(self) -> float:
        """Cost of reserving over that of renting: months at the price on demand, so that 24 x 1 / 2 is 12 to the last digit."""
        reserving = (
            self.months_reserved * (self.price / self.rent) * self.with_interest + self.beyond - self.idle * (self.resale / self.rent)
        )
        return reserving / self.months_used

    @property
    def break_even(self) -> Cell:
        """Months of use from which reserving costs no more than renting, within the reservation."""
        price = self.price * self.with_interest
        if self.resale < self.rent:
            months = self.months_reserved * (price - self.resale) / (self.rent - self.resale)
            return max(0.0, months) if price <= self.rent else "none: reserved costs more an hour"
        return 0.0 if price <= self.resale else "none: reserved costs more an hour"


def _explain(bill: Bill, hours: float) -> None:
    """Both bills [USD] for as many accelerators as run for `hours` in a month, and where they are the same."""
    renting, idle = bill.months_used * hours * bill.rent, bill.idle * hours
    cost = bill.multiple * renting
    per = f"x {hours:,.0f} GPU-hours a month x"
    step("Renting", f"{bill.months_used:g} months used {per} {bill.rent:.4g} USD", renting, "USD", figure="on_demand_cost")
    more = f" + {bill.beyond:g} months beyond it on demand" if bill.beyond else ""
    more += " + interest on what is prepaid" if bill.with_interest > 1 else ""
    more += f" - {idle:,.0f} idle GPU-hours resold" if bill.resale and idle else ""
    step("Reserving", f"{bill.months_reserved:g} months reserved {per} {bill.price:.4g} USD{more}", cost, "USD", figure="reservation_cost")
    figure("saving_by_reserving", renting - cost, "USD")
    same = math.isclose(bill.multiple, 1, rel_tol=1e-12)
    figure("cheaper", "same" if same else "reserve" if cost < renting else "rent", "")
    formula = "months reserved x (reserved price with interest - resale price) / (on-demand price - resale price)"
    step("Months of use at which both cost the same", formula, bill.break_even, "months", figure="break_even_months")
    figure("multiple_at_one_price", max(bill.months_used, bill.months_reserved) / bill.months_used, "multiple")
    figure("idle_gpu_hours", idle, "GPU-hours")
    step("Paid for idle time", f"{idle:,.0f} idle GPU-hours x reserved price", idle * bill.price, "USD", figure="idle_cost")
    figure("resale_income", idle * bill.resale, "USD")
    if bill.resale:
        step("Idle hours resold", f"{idle:,.0f} idle GPU-hours x {bill.resale:g} USD", idle * bill.resale, "USD")
    formula = "(reserving unsold - renting) / idle GPU-hours: what resold idle hours must bring for both to cost the same"
    needed = max(0.0, cost + idle * bill.resale - renting) / idle if idle else 0.0
    step("Break-even price of idle hours", formula, needed, "USD per GPU-hour", figure="break_even_resale_price")
    if bill.resale > bill.rent:
        resold, rented = (show(price, "USD per GPU-hour") for price in (bill.resale, bill.rent))
        warn(f"resale_price: {resold} is more than the {rented} that it costs on demand; check it")
    if bill.resale and idle:
        warn("every idle hour is assumed to sell at resale_price; many contracts forbid it")
    if bill.beyond:
        warn("used longer than reserved: the months beyond the reservation are rented on demand")
