"""What a cluster costs to put up, from its accelerators or from its megawatts."""

from __future__ import annotations

from typing import Annotated

from compute_cost import catalogue
from compute_cost.company.cash_flow import annuity, monthly
from compute_cost.company.ownership import CostOfCapital, PurchasePrice, Residual, Years
from compute_cost.company.ways import Asked, owned
from compute_cost.errors import InputError, MissingInput
from compute_cost.inputs import assumed, default, figure, is_kept, step, warn
from compute_cost.parameters import AsOf, Choice, Gpu, Gpus, Quantity
from compute_cost.registry import estimate
from compute_cost.result import Answer

Megawatts = Annotated[
    float | None,
    Quantity("Power of the whole site at most, cooling included; or give gpus.", "MW", high=1e6, above=True, example="100"),
]
Hall = Annotated[
    str | None,
    Choice("Whether the building is put up too, or space for the cluster is rented.", choices=("built", "rented"), example='"rented"'),
]


def _question_size(mw: float) -> None:
    """Warns of a site that is larger than any."""
    largest = catalogue.constant("largest_site")
    if mw > largest:
        warn(f"mw: {mw:,.0f} MW are more than any site has, {largest:,.0f} MW or so; were kW meant?")


@estimate("USD")
def cluster_capex(
    mw: Megawatts = None,
    gpu: Gpu = None,
    gpus: Gpus = None,
    purchase_price: PurchasePrice = None,
    hall: Hall = None,
    years: Years = None,
    cost_of_capital: CostOfCapital = None,
    residual: Residual = None,
    as_of: AsOf = None,
) -> Answer:
    """What it costs to put up a cluster of so many accelerators or megawatts: servers, network, storage, building.

    capital [USD] = accelerators x (price in a server x (1 + network) x (1 + storage) + server power x building per kW)
    accelerators = megawatts x 1000 / (chip power x server over chip x PUE), rounded down

    The megawatts are those of the whole site at its most; the price of a building is per kW of computers (assumption
    hall_price). A yearly cost of the capital follows from the useful life, the residual value and the cost of capital, interest by
    the month; the building has a life of its own (hall_years, to nothing). US dollars, before tax, nominal, without land and
    the grid's connection.

    Raises MissingInput where neither mw nor gpus is given, InputError where both are or where mw holds no accelerator, and
    what rent_or_own raises.
    """
    chip = default("gpu", gpu, catalogue.default_gpu())
    per_gpu = Asked(chip, purchase_price=purchase_price, years=years, cost_of_capital=cost_of_capital, residual=residual, as_of=as_of)
    peak = per_gpu.server_kw() * assumed("pue")
    if mw is not None and gpus is not None:
        raise InputError("mw", mw, "give the megawatts or the accelerators, not both")
    if mw is not None:
        count = step("Accelerators", "megawatts x 1000 / kW of one with server and cooling", mw * 1000 / peak // 1, "GPUs", figure="gpus")
        if isinstance(count, float) and count < 1:
            raise InputError("mw", mw, f"one {chip.name} with its server and cooling needs {peak / 1000:.2g} MW; give more megawatts")
    elif gpus is not None:
        count = gpus
        step("Megawatts", "accelerators x kW of one with server and cooling / 1000", gpus * peak / 1000, "MW", figure="mw")
    else:
        raise MissingInput("mw", "give the megawatts of the site, such as 100, or gpus, such as 1024")
    plan = owned(per_gpu._replace(gpus=count, place="own_hall" if hall != "rented" else None))
    total = step("Capital", "equipment + building", plan.price + plan.hall, "USD")
    if is_kept():
        _question_size(count * peak / 1000)
        step("Equipment", "accelerators x price in a server x (1 + network) x (1 + storage)", plan.price, "USD", figure="equipment")
        step("Building with power and cooling", "kW of computers x price per kW", plan.hall, "USD", figure="building")
        figure("per_gpu", total / count, "USD")
        figure("per_mw", total / (count * peak / 1000), "USD per MW")
        rate = monthly(plan.cost_of_capital)
        level = annuity(rate, plan.life_months)
        yearly = 12 * plan.price * (level - plan.resale * (level - rate))
        if plan.hall:
            yearly += 12 * plan.hall * annuity(rate, plan.hall_months)
        formula = f"level payments over {plan.life_months / 12:g} years of use for the equipment, of its own life for the building"
        step("Cost of the capital a year", formula, yearly, "USD per year", figure="capital_per_year")
        warn("land, the grid's connection and a yearly bill of electricity are left out: see rent_or_own for the cost of running it")
    return Answer(total, "capital")
