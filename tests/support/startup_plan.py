"""The plan of startup_model.xlsx as a plain loop over months, with the estimates asked of core: what its cash is held to."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import compute_cost
from compute_cost import catalogue

GPU, MODEL, READ, WRITTEN = "H100 SXM 80GB", "Llama 3.1 70B", 3000, 800
HEADS = ((8, 12, 16, 20, 24, 27), (2, 3, 4, 6, 8, 10), (2, 4, 7, 10, 13, 15), (2, 3, 4, 5, 6, 7))
SALARIES = (190_000, 150_000, 120_000, 140_000)
COLUMNS = {"Favorable": 0, "Expected": 1, "Unfavorable": 2}
DRIVERS = {
    "growth": (0.2, 0.18, 0.15), "fade": (21, 18, 15), "churn": (0.025, 0.03, 0.04), "price": (32, 29, 25), "requests": (20, 25, 32),
    "free": (4, 5, 8), "rent": (-0.15, -0.08, 0.05), "people": (0.95, 1, 1.15),
}  # fmt: skip


@dataclass
class Plan:
    cash: list[float] = field(default_factory=list)
    chips: list[float] = field(default_factory=list)
    revenue: list[float] = field(default_factory=list)


def end(name: str, estimate: str, *asked: Any) -> float:
    """An end of an estimate's range over its value; 1 for the value itself."""
    result = getattr(compute_cost, estimate)(*asked)
    return float(getattr(result, name)) / float(result.value)


def startup(scenario: str, way: str) -> Plan:
    column = COLUMNS[scenario]
    growth, fade, churn, price, requests, free, rents, people = (values[column] for values in DRIVERS.values())
    which = ("low", "value", "high")[column]
    training_factor = end(which, "project_cost", 8e9, 1e12, GPU, 256)
    shape: list[Any] = [MODEL, None, GPU, None, "fp8", None, None, READ, WRITTEN]
    chip_factor = end(which, "serving_gpus", *shape, 4000 * DRIVERS["requests"][1] * 12)
    rent = float(compute_cost.gpu_price(GPU).value) * catalogue.assumption("hours_per_month").value  # type: ignore[operator]
    owned = compute_cost.rent_or_own(GPU, 8, 12).values
    running = sum(float(owned[f"{part}_per_gpu_year"].value) for part in ("power", "colocation", "operations")) / 12
    discount = catalogue.assumption("reserved_discount_1y").value
    chip_month = {"Rent": rent, "Reserve": rent * (1 - discount), "Buy": running, "API": 0.0}[way]  # type: ignore[operator]
    chip_price = float(owned["paid_at_purchase"].value) / 8 if way == "Buy" else 0.0
    request = float(compute_cost.api_cost(MODEL, READ, WRITTEN).value) * 365 / 12 if way == "API" else 0.0
    projects = (
        (float(compute_cost.project_cost(8e9, 1e12, GPU, 256).value), 4, 3, 0),
        (float(compute_cost.project_cost(3e10, 3e12, GPU, 512).value), 27, 4, 0),
        (float(compute_cost.finetune_cost(MODEL, 5e9, GPU, gpus=16).value), 2, 1, 3),
    )
    plan = Plan()
    users, held, cash, debt, losses, tax_owed = 4000.0, 0.0, 1e6, 0.0, 0.0, 0.0
    receivables = payables = 0.0
    bought: list[float] = []
    for month in range(1, 61):
        won = users * growth / (1 + (month - 1) / fade)
        users += won - users * churn
        asked = users * (1 + free * 0.1) * requests
        wanted = math.ceil(float(compute_cost.serving_gpus(*[*shape, asked]).value) * chip_factor)
        before = held
        held = 0.0 if way == "API" else float(wanted) if way == "Rent" else max(held, wanted)
        bought.append((held - before) * chip_price)
        chip = chip_month * (1 + rents) ** ((month - 1) / 12) if way in ("Rent", "Reserve") else chip_month
        serving = held * chip + asked * request
        year, of_year = (month - 1) // 12, (month - 1) % 12 + 1
        heads = [math.floor(team[year] + (team[year + 1] - team[year]) * of_year / 12 + 0.5) for team in HEADS]
        staff = sum(count * salary for count, salary in zip(heads, SALARIES, strict=True)) * 1.03**year * 1.25 / 12 * people
        training = sum(spent(month, *project) for project in projects) * training_factor
        other = sum(heads) * 1500 + 20_000
        revenue, fees, marketing = users * price, users * price * 0.03, won * 60
        worn = sum(bought[-48:]) / 48
        profit = revenue - serving - fees - staff - training - marketing - other - worn - debt * 0.11 / 12 + max(0.0, cash) * 0.03 / 12
        tax = max(0.0, profit - losses) * 0.25
        losses = max(0.0, losses - profit)
        owed = (serving + fees + training + marketing + other) * 30 / (365 / 12)
        due = revenue * 20 / (365 / 12)
        paid_tax = tax_owed + tax if of_year == 12 else 0.0
        drawn = 3e6 if month == 12 else 0.0
        repaid = 3e6 / 24 if 24 < month <= 48 else 0.0
        raised = {1: 3e6 * 0.97, 10: 12e6 * 0.95, 26: 30e6 * 0.95}.get(month, 0.0)
        cash += profit + worn - paid_tax - (due - receivables) + (owed - payables) - bought[-1] + raised + drawn - repaid
        receivables, payables, debt = due, owed, debt + drawn - repaid
        tax_owed = tax_owed + tax - paid_tax
        plan.cash.append(cash)
        plan.chips.append(held)
        plan.revenue.append(revenue)
    return plan


def spent(month: int, cost: float, first: int, takes: int, every: int) -> float:
    """What a project of the training calendar costs in a month."""
    since = month - first
    return cost / takes if since >= 0 and (since % every if every else since) < takes else 0.0
