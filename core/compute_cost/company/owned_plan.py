"""What one owned accelerator costs by the year: capital with its resale, electricity, rented space and operations."""

from __future__ import annotations

import math
from typing import NamedTuple

from compute_cost.inputs import Cell


def annuity(rate: float, periods: float) -> float:
    """The level payment at the end of each period that repays 1 with interest: rate / (1 - (1 + rate)^-periods).

    PMT of the spreadsheets (OpenDocument 1.2, part 2: OpenFormula) with the sign turned; part of a period counts as that part.
    """
    if rate * periods < 1e-12:  # the limit: nothing but the principal is repaid
        return 1 / periods
    return rate / -math.expm1(-periods * math.log1p(rate))


class Plan(NamedTuple):
    """Everything that the cost of one accelerator depends on. Shares are of 1, `months` is how long it is kept, of `month_hours` each."""

    price: float
    network_share: float
    storage_share: float
    server_kw: float
    draw: float
    pue: float
    power_price: float
    colocation_price: float
    operations_share: float
    months: float
    useful_life: float
    cost_of_capital: float
    residual_share: float
    load: float
    month_hours: float

    @property
    def capital(self) -> float:
        """Server, network and storage [USD]."""
        return self.price * (1 + self.network_share) * (1 + self.storage_share)

    @property
    def resale_share(self) -> float:
        """Value at the end of use: it falls at one rate, to the residual value at the end of the useful life."""
        return float(self.residual_share ** (self.months / (12 * self.useful_life)))

    @property
    def year_hours(self) -> float:
        return 12 * self.month_hours

    def yearly(self) -> dict[str, float]:
        """The cost of owning one accelerator [USD per year], used or not."""
        factor = annuity(self.cost_of_capital, self.months / 12)
        return {
            "capital": self.capital * (factor - self.resale_share * (factor - self.cost_of_capital)),
            "power": self.server_kw * self.draw * self.pue * self.year_hours * self.power_price,
            "colocation": self.server_kw * self.colocation_price * 12,
            "operations": self.capital * self.operations_share,
        }

    def per_hour(self) -> float:
        """Owned cost of an hour in use [USD]."""
        return math.fsum(self.yearly().values()) / (self.year_hours * self.load)

    def saving(self, rent: float) -> float:
        """What a year of owning saves against the rent of the same hours of use [USD]."""
        return self.year_hours * self.load * (rent - self.per_hour())

    @property
    def whole_years(self) -> int:
        """Years of use; 0 where they are not whole."""
        years = round(self.months / 12)
        return years if math.isclose(self.months, 12 * years, rel_tol=1e-12) else 0

    def cash_flows(self, rent: float) -> list[tuple[float, float, float, float, float]]:
        """Cash of owning instead of renting [USD], today and at the end of each year.

        Each row: year, rent saved, running cost, equipment bought or sold, and the sum of the three. The
        last part of a year counts as that part.
        """
        years, costs = self.months / 12, self.yearly()
        running = costs["power"] + costs["colocation"] + costs["operations"]
        saved = self.year_hours * self.load * rent
        count = self.whole_years or math.ceil(years)
        rows = [(0.0, 0.0, 0.0, -self.capital, -self.capital)]
        for year in range(1, count + 1):
            end = min(float(year), years)
            part = end - (year - 1)
            sold = self.capital * self.resale_share if year == count else 0.0
            rows.append((end, saved * part, -running * part, sold, (saved - running) * part + sold))
        return rows

    def appraisal(self, rent: float) -> tuple[float, Cell] | None:
        """Net present value [USD] and internal rate of return of the cash flows, by numpy-financial.

        None where the years are not whole, as flows are a year apart, and where numpy-financial is not
        installed, as in LibreOffice's own Python.
        """
        try:
            import numpy_financial  # here, not above: a cell needs neither it nor numpy
        except ImportError:
            return None
        if not self.whole_years:
            return None
        flows = [row[-1] for row in self.cash_flows(rent)]
        rate = float(numpy_financial.irr(flows))
        back = rate if math.isfinite(rate) else "none: nothing is paid back"
        return float(numpy_financial.npv(self.cost_of_capital, flows)), back

    def break_even_month(self, rent: float) -> float | None:
        """The months of use from which owning costs no more than renting; None where no month of the life does."""
        low, high = 0.0, 12 * self.useful_life
        if self._replace(months=high).saving(rent) < 0:
            return None
        if self._replace(months=1e-6).saving(rent) >= 0:
            return 0.0
        for _ in range(40):  # the saving of a year only grows with the months, so halving finds the one crossing
            middle = (low + high) / 2
            low, high = (low, middle) if self._replace(months=middle).saving(rent) >= 0 else (middle, high)
        return high

    def payback_month(self, rent: float) -> float | None:
        """The months after which the rent saved has repaid the purchase with interest; None where that is after the life."""
        rate = self.cost_of_capital
        saved = self.saving(rent) + self.yearly()["capital"]
        if saved <= rate * self.capital:
            return None
        # The annuity turned around: the periods n for which capital x annuity(rate, n) is what is saved in a year.
        years = -math.log1p(-rate * self.capital / saved) / math.log1p(rate) if rate > 1e-9 else self.capital / saved
        return 12 * years if years <= self.useful_life else None
