"""Ways to pay for accelerators, made of what was asked and of what is assumed: hired from somebody, or one's own."""

from __future__ import annotations

import contextlib
import datetime
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.columns import period_end
from compute_cost.catalogue.records import Accelerator, Assumption
from compute_cost.company.cash_flow import Hired, Number, Owned, Use, least, value_left
from compute_cost.company.paths import Path, by_month
from compute_cost.errors import InputError, NoData
from compute_cost.inputs import DataNote, assumed, default, fact, is_kept, is_moved, step, warn
from compute_cost.prices.commitments import reserved as reserved_rate
from compute_cost.prices.rental import given_price, hourly_price, paid, question_given, question_price, upfront_of


class Asked(NamedTuple):
    """What an estimate that compares ways to pay was asked; None for what was left out."""

    chip: Accelerator
    gpus: float | None = None
    months_used: Number | None = None
    load: Number | None = None
    rent_price: Number | None = None
    purchase_price: Number | None = None
    power_price: Number | None = None
    years: Number | None = None
    cost_of_capital: Number | None = None
    residual: Number | None = None
    as_of: datetime.date | None = None
    place: str | None = None
    rent_growth: Number | None = None
    ramp_months: float | None = None
    delivery_months: Number | None = None
    loan_share: Number | None = None
    loan_rate: Number | None = None
    tax_rate: Number | None = None
    people: Number | None = None
    credits: Number | None = None  # of the provider [USD], where they are not those assumed
    wears_out: bool = True  # whether use ends with the equipment's life, as it does where some of it is owned

    def rate(self) -> Number:
        return assumed("cost_of_capital", self.cost_of_capital)

    def life(self) -> Number:
        return assumed("useful_life", self.years, "years")

    @property
    def has_cluster(self) -> bool:
        """Whether the place has a cluster's network and storage."""
        return self.place in (None, "data_center", "own_hall")

    @property
    def is_colocated(self) -> bool:
        """Whether the space is rented from somebody."""
        return self.place in (None, "data_center")

    @property
    def is_card(self) -> bool:
        """Whether it is a card, or a whole computer, that needs no server where it stands."""
        return not self.has_cluster and self.chip.market != "datacenter"

    def server_kw(self) -> Number:
        """The most that one accelerator draws [kW], with its part of a server where it is in one."""
        if not self.chip.power:
            raise NoData(f"gpu: the catalogue has no power for {self.chip.name}; name another accelerator, or describe it with its power")
        return (
            self.chip.power
            / 1000
            * (1.0 if self.is_card else assumed(catalogue.assumption_of_chip("server_power", self.chip, "other").name))
        )

    def average_kw(self) -> Number:
        """What one accelerator draws on average [kW], with its part of server and cooling."""
        draw = assumed("average_draw_tpu" if self.chip.generation == "tpu" else "average_draw_gpu")
        return self.server_kw() * draw * self.cooling()

    def cooling(self, given: Number | None = None) -> Number:
        """Energy of the place over that of the computers in it; nothing is cooled at home."""
        return 1.0 if self.place == "home" and given is None else assumed("pue_office" if self.place == "office" else "pue", given, "pue")

    def use(self) -> Use:
        """What is needed, within the useful life of what is owned."""
        life = self.life()
        months = default("months_used", self.months_used, 12 * life, "months")
        if self.wears_out:
            if isinstance(months, float) and isinstance(life, float) and months > 12 * life * (1 + 1e-12) and not is_moved():
                remedy = f"the equipment lasts {12 * life:g} months; give years = {months / 12:g} or more, or fewer months"
                raise InputError("months_used", months, remedy)
            months = least(months, 12 * life)
        lost = assumed("lost_share")
        load = tuple(share * (1 - lost) for share in by_month(assumed("owned_load", self.load, "load")))
        ramp = default("ramp_months", self.ramp_months, 0.0, "months")
        count = default("gpus", self.gpus, 1.0, "GPUs")
        return Use(count, months, assumed("hours_per_month"), load, ramp)

    def services(self) -> Number:
        """Storage, traffic and support [USD per month], rented or owned alike."""
        return assumed("storage_price") + assumed("egress_price") + (self.gpus or 1.0) * assumed("support_price") / 12


def hired(asked: Asked) -> Hired:
    """Rented by the hour at the price given, or at the market's, which follows its trend unless another is given."""
    price = rent_price(asked)
    if asked.rent_growth is None and asked.rent_price is not None:
        growth = default("rent_growth", None, 0.0, "1 per year")
    else:
        growth = assumed("rent_growth", asked.rent_growth)
    return _hired(asked, price)._replace(growth=growth)


def _hired(asked: Asked, price: Number) -> Hired:
    tax = default("tax_rate", asked.tax_rate, 0.0, "1")
    return Hired(
        asked.use(), by_month(price), running=asked.services(), setup=assumed("setup_price"), tax_rate=tax,
        credits=assumed("cloud_credits") if asked.credits is None else asked.credits,
    )  # fmt: skip


def rent_price(asked: Asked) -> Number:
    """The rent [USD per GPU-hour] of the first month or of each; the one place that asks for the market's price."""
    given = asked.rent_price
    if isinstance(given, Path):
        for price in {min(given.amounts), max(given.amounts)}:
            question_price("rent_price", price, asked.chip, asked.as_of)
        return step("Price", "given by month", given, "USD per GPU-hour", figure="rent_price")
    return hourly_price(asked.chip, given, asked.as_of, "rent_price", count="gpus or months_used", share="load")


def reserved(asked: Asked, given: Number | None, term: float) -> Hired:
    """Every hour reserved, used or not, at the price given or at the market's with the usual discount for a term of so many months."""
    if given is not None:
        price, formula = given_price("reserved_price", given, asked.chip, asked.as_of, term, count="gpus", counts_upfront=True)
        price = step("Price reserved", formula, price, "USD per GPU-hour", figure="reserved_price")
    else:
        on_demand = "rent_price" if asked.rent_price is None else ""  # one input for both, where renting is at the market's price too
        price = paid(reserved_rate(asked.chip, term, asked.as_of), asked.chip, asked.as_of, "reserved_price", on_demand)
    upfront = upfront_of(given, asked.chip, asked.as_of, "reserved_price", term)
    return _hired(asked, price)._replace(committed=True, prepaid=assumed("reservation_prepaid", upfront or None))


def owned(asked: Asked, lease: bool = False, used: bool = False) -> Owned:
    """Bought in a server or as a card, new or used, on credit where a share is borrowed; or leased for the months of use."""
    use, life = asked.use(), asked.life()
    kw = asked.server_kw()
    fall = assumed("residual_share", asked.residual, "residual")
    price = _purchase_price(asked)
    age: Number = 12 * assumed("used_age_years") if used else 0.0
    if used:
        price = price * value_left(fall, age, 12 * life) * assumed("used_premium")
    if asked.has_cluster:
        price = price * (1 + assumed("network_share")) * (1 + assumed("storage_share"))
    price = price * use.gpus
    space = use.gpus * kw * assumed("colocation_price") if asked.is_colocated else 0.0
    power_name = "power_price" if asked.has_cluster else "power_price_commercial"
    power = use.gpus * asked.average_kw() * use.month_hours * assumed(power_name, asked.power_price, "power_price")
    more: dict[str, Number] = {}
    upkeep: Number = 0.0
    if asked.place == "own_hall":
        more = {"hall": use.gpus * kw * assumed("hall_price"), "hall_months": 12 * assumed("hall_years")}
        upkeep = more["hall"] * assumed("hall_upkeep") / 12
    if lease:
        more |= {"lease_rate": assumed("lease_rate"), "lease_residual": assumed("lease_residual")}
    elif asked.loan_share is not None:
        more |= {"loan_share": asked.loan_share, "loan_rate": assumed("loan_rate", asked.loan_rate)}
        more |= {"loan_months": 12 * assumed("loan_years"), "balloon": assumed("loan_balloon")}
    if asked.delivery_months is not None:
        more |= {"lead_months": asked.delivery_months, "prepaid": assumed("order_share")}
    if asked.tax_rate is not None:
        more |= {"tax_rate": asked.tax_rate, "write_off_months": 12 * assumed("write_off_years")}
    return Owned(
        use, price, fall, 12 * life, power, space, _operations(asked, price) + upkeep + asked.services(),
        yearly=(assumed("power_growth"), assumed("colocation_growth") if asked.is_colocated else 0.0, 0.0),
        cost_of_capital=asked.rate(), setup=assumed("setup_price"), age_months=age, **more,
    )  # fmt: skip


def _operations(asked: Asked, price: Number) -> Number:
    """Staff, spares and insurance [USD per month]; nobody is paid at home."""
    yearly = price * assumed("insurance_share")
    if asked.people is not None:
        yearly = yearly + asked.people * assumed("staff_salary") + price * assumed("spares_share")
    elif asked.place != "home":
        yearly = yearly + price * assumed("operations_share")
    return yearly / 12


def _purchase_price(asked: Asked) -> Number:
    """Price of one accelerator [USD], as given or the catalogue's: in a server by a named ratio, or of the card alone."""
    chip, given, label = asked.chip, asked.purchase_price, "Price in a server, per accelerator"
    if given is not None:
        if isinstance(given, float):
            with contextlib.suppress(NoData):  # where the catalogue has none, there is nothing to compare with
                usual = catalogue.constant(_server_price(chip).name) * (chip.purchase_price or 0.0)
                question_given("purchase_price", given, usual, chip, _likely_price, "one accelerator")
        return step(label, "given", given, "USD", figure="purchase_price")
    ratio = _server_price(chip)
    alone = fact("purchase_price", chip.purchase_price or 0.0, "USD", chip.purchase_source)
    if is_kept():
        if chip.has_judged_price:
            warn(DataNote(f"the purchase price of {chip.name} is judged from offers, right within about a third: give purchase_price"))
        if ratio.name == "server_price_other" and not asked.is_card:
            warn(f"no server price of {chip.name} is in the catalogue: the usual ratio of server to chip price is assumed")
        day = asked.as_of or catalogue.catalogue_date()
        if not 0 <= (day - period_end(chip.purchase_date)).days <= catalogue.constant("oldest_price"):
            warn(f"the purchase price is of {chip.purchase_date}, the rent of {day.isoformat()}; give a purchase_price of that day")
    if asked.is_card:
        return step("Price of the card", f"{chip.name} of {chip.purchase_date}", alone, "USD", figure="purchase_price")
    formula = f"{chip.name} of {chip.purchase_date} x server over the catalogue's price"
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
