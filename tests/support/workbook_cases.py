"""Changes of the workbooks' inputs, and what core says to each."""

from __future__ import annotations

import math
from statistics import median
from typing import Any

import numpy_financial

import compute_cost
from compute_cost import catalogue
from compute_cost.accuracy import scores
from tests.support.startup_plan import startup
from tests.support.workbook_case import Case, Figures, end, in_scenario, number


def gpt3(
    scenario: str, gpu: str = "A100", tokens: float = 300e9, gpus: float = 1024, own: float | None = None, naive: float = 2
) -> Figures:
    run = (175e9, tokens, gpu)
    price = own or number(compute_cost.gpu_price(gpu))
    predicted = compute_cost.train_gpu_hours(*run, gpus=gpus)
    at_peak = number(compute_cost.train_gpu_hours(*run, utilization=1))
    whole = compute_cost.project_cost(*run, gpus, own)
    if scenario == "Naive":
        cost = number(compute_cost.train_cost(*run, naive, 1))
    elif scenario == "Untuned code":
        cost = number(compute_cost.train_cost(*run, price, end("naive_utilization", "value")))
    elif scenario == "Published practice":
        cost = number(whole)
    elif scenario == "Two years reserved":
        cost = number(compute_cost.project_cost(*run, gpus, price, months_reserved=24))
    else:
        cheap = own or compute_cost.gpu_price(gpu).low
        cost = number(
            compute_cost.project_cost(
                *run, gpus, cheap, at_peak / float(predicted.low), end("trial_share", "low"), end("failed_share", "low")
            )
        )
    at_peak_share = at_peak / float(predicted.low)
    cheapest = own or compute_cost.gpu_price(gpu).low
    ranged = {
        "Naive": lambda: compute_cost.project_cost(*run, gpus, naive, 1, 0, 0),
        "Untuned code": lambda: compute_cost.project_cost(*run, gpus, own, end("naive_utilization", "value"), 0, 0),
        "Published practice": lambda: whole,
        "Two years reserved": lambda: compute_cost.project_cost(*run, gpus, own, months_reserved=24),
        "Well run": lambda: compute_cost.project_cost(
            *run, gpus, cheapest, at_peak_share, end("trial_share", "low"), end("failed_share", "low")
        ),
    }[scenario]()
    return {
        "Cost of the project": cost,
        "  80% range in this scenario, low": float(ranged.value if ranged.low is None else ranged.low),
        "  80% range in this scenario, high": float(ranged.value if ranged.high is None else ranged.high),
        "=TRAIN_COST(parameters, tokens, accelerator)": number(compute_cost.train_cost(*run)),
        "Naive cost": number(compute_cost.train_cost(*run, naive, 1)),
        "Scenario": scenario,
    }


GPT3 = [
    Case("gpt3_training", name, {"Scenario": name}, lambda name=name: gpt3(name))  # type: ignore[misc]
    for name in ("Naive", "Untuned code", "Two years reserved", "Well run")
] + [
    Case(
        "gpt3_training", "another chip, size and price",
        {"Accelerator": "H100", "Training tokens": 600e9, "Number of accelerators": 2048, "Price, if you have your own": 4, "Naive price": 3},
        lambda: gpt3("Published practice", "H100", 600e9, 2048, 4, 3),
    ),
]  # fmt: skip


def budget(
    scenario: str, params: float = 70e9, tokens: float = 1.4e12, days: float = 60, gpu: str = "H100", own: float | None = None,
    term: float = 12, trials: float | None = None,
) -> Figures:  # fmt: skip
    trial_share, failed_share, discount = in_scenario(
        scenario, ("trial_share", True), ("failed_share", True), ("reserved_discount_1y", False)
    )
    trial_share = trial_share if trials is None else trials
    gpus = number(compute_cost.gpus_needed(params, tokens, gpu, days))
    price = own or number(compute_cost.gpu_price(gpu))
    final = compute_cost.train_cost(params, tokens, gpu, price, None, gpus)
    rented = number(final) * (1 + trial_share + failed_share)
    months = rented / price / gpus / 730
    multiple = number(compute_cost.reserve_or_rent(months, term, gpus, gpu, price, price * (1 - discount)))
    predicted = compute_cost.project_cost(params, tokens, gpu, gpus, own, None, trial_share, failed_share)
    cheaper = min(rented, rented * multiple) / rented
    ranked = compute_cost.cheapest_gpu(params, tokens, days)
    spare = 5e6 * number(final) / rented
    return {
        "Cost of the project": min(rented, rented * multiple),
        "Accelerators": gpus,
        "Reserving against renting": multiple,
        "  80% range in this scenario, low": float(predicted.low) * cheaper,
        "  80% range in this scenario, high": float(predicted.high) * cheaper,
        "Cheapest chip in the ranking": str(ranked.table[1][0]),
        "Share of the usable public text": number(compute_cost.data_limit(tokens)),
        "  its price": f"{'one provider' if 'price of 1 provider' in str(ranked.table[1][10]) else 'several providers'}, {ranked.table[1][7]}",
        "Compute-optimal size for the budget": number(compute_cost.compute_optimal(spare, gpu=gpu, price_per_gpu_hour=price)) / 1e9,
        "The same project later": number(compute_cost.future_cost(rented, 1)),
    }


FIRST = compute_cost.cheapest_gpu(70e9, 1.4e12, 60).table[1]
BUDGET = [
    Case("training_budget", "Favorable", {"Scenario": "Favorable"}, lambda: budget("Favorable")),
    Case("training_budget", "a note of Ranking without its one provider", {f"Ranking!{FIRST[0]}": "none"},
         lambda: {"  its price": f"several providers, {FIRST[7]}"}, {f"Ranking!{FIRST[0]}": "K"}),
    Case(
        "training_budget", "Unfavorable, another run",
        {"Scenario": "Unfavorable", "Parameters": 7e9, "Training tokens": 2e12, "Deadline of the final run": 20, "Accelerator": "A100",
         "Price, if you have your own": 1.5, "Reservation on offer": 3, "Assumptions!trial_share": 0.5},
        lambda: budget("Unfavorable", 7e9, 2e12, 20, "A100", 1.5, 3, 0.5),
        {"Assumptions!trial_share": "E"},
    ),
]  # fmt: skip


def service(
    scenario: str, model: str = "Llama 3.1 70B", tokens: float = 2e9, gpu: str = "H100", precision: str = "fp8", margin: float = 0.5,
    own: float | None = None, peak: float | None = None, group: float = 4,
) -> Figures:  # fmt: skip
    ratio, spare, load = in_scenario(scenario, ("peak_to_average", True), ("serving_headroom", True), ("serving_load", False))
    ratio = peak or ratio
    price = own or number(compute_cost.gpu_price(gpu))
    fleet = compute_cost.serving_cost(model, tokens, gpu, ratio, own, precision, spare)
    million = number(fleet) / (tokens * 730 / 24) * 1e6
    return {
        "Cost of the service": number(fleet),
        "  80% range in this scenario, low": float(fleet.low),
        "  80% range in this scenario, high": float(fleet.high),
        "Accelerators": float(fleet.values["gpus"].value),
        "Cost of a million output tokens": million,
        "Price for the margin wanted": million / (1 - margin),
        "Of the cost, for the peak": 1 - number(compute_cost.serving_cost(model, tokens, gpu, 1, own, precision, spare)) / number(fleet),
        "Saturated speed of one group": number(compute_cost.infer_throughput(model, gpu, group, precision)),
        "Cost at the usual load of Assumptions": number(compute_cost.infer_cost(model, gpu, group, price, precision, load=load)),
    }


SERVICE = [
    Case("inference_service", "Favorable", {"Scenario": "Favorable"}, lambda: service("Favorable")),
    Case(
        "inference_service", "Unfavorable, another model",
        {"Scenario": "Unfavorable", "Model": "Llama 3 8B", "Output tokens on an average day": 5e8, "Accelerator": "A100", "Precision": "bf16",
         "Accelerators in a group of your own, at least": 1, "Gross margin wanted": 0.7},
        lambda: service("Unfavorable", "Llama 3 8B", 5e8, "A100", "bf16", 0.7, group=1),
    ),
    Case(
        "inference_service", "the peak of the day, an own price",
        {"Peak from": "Day sheet", "Price of an accelerator, if you have your own": 2.5},
        lambda: service("Expected", own=2.5, peak=100 * 24 / 1352),  # the busiest hour of Day over its average
    ),
]  # fmt: skip


FLAT = {"power_growth": 0, "colocation_growth": 0}  # as the workbook has it


def owning(
    scenario: str, gpu: str = "H100", months: float = 36, rent: float | None = None, purchase: float | None = None, load: float | None = None,
) -> Any:  # fmt: skip
    """RENT_OR_OWN as the workbook asks it."""
    assumed = in_scenario(
        scenario, ("owned_load", False), ("power_price", True), ("useful_life", False), ("cost_of_capital", True), ("residual_share", False)
    )
    usual, power, life, rate, residual = assumed
    return compute_cost.rent_or_own(gpu, 512, months, load or usual, rent, purchase, power, life, rate, residual, assume=FLAT)


def owned(
    scenario: str, gpu: str = "H100", months: float = 36, rent: float | None = None, purchase: float | None = None, load: float | None = None,
) -> Figures:  # fmt: skip
    here = owning(scenario, gpu, months, rent, purchase, load)
    listed = rent or number(compute_cost.gpu_price(gpu))
    answer = owning(scenario, gpu, months, listed, purchase, load)
    rate = in_scenario(scenario, ("cost_of_capital", True))[0]
    flows = [float(row[4]) for row in answer.table[1:]]
    by_month = (1 + rate) ** (1 / 12) - 1
    free = compute_cost.rent_or_own(gpu, 512, months, None, rent, purchase, assume=FLAT)
    even, payback = answer.values["break_even_month"].value, answer.values["payback_month"].value
    return {
        "Owned cost per hour of use": number(answer),
        "Cheaper for these months and this load": str(answer.values["cheaper"].value).replace("own", "buy"),
        "  80% range in this scenario, low": float(here.low),
        "  80% range in this scenario, high": float(here.high),
        "  every assumption free, low": float(free.low),
        "  every assumption free, high": float(free.high),
        "Owning, then sold": float(answer.values["owned_total"].value),
        "Renting the same hours": float(answer.values["rent_total"].value),
        "Break-even load": float(answer.values["break_even_load"].value),
        "Break-even month": "none" if isinstance(even, str) else max(1.0, math.ceil(even)),
        "Payback month, nothing sold": "none" if isinstance(payback, str) else payback,
        "Net present value of buying": float(numpy_financial.npv(by_month, flows)),
        "Internal rate of return": float(numpy_financial.irr(flows) + 1) ** 12 - 1 if sum(flows) > 0 else "none",
    }


OWNED_ASKED: dict[str, dict[str, Any]] = {
    "Favorable": {"scenario": "Favorable"},
    "Unfavorable": {"scenario": "Unfavorable"},
    "a rent at which buying comes to pay": {"scenario": "Expected", "rent": 3.5},
    "two years of A100 at an offer": {"scenario": "Expected", "gpu": "A100", "months": 24, "rent": 2.4, "purchase": 18000, "load": 0.9},
}
OWNED = [
    *(Case("rent_or_own", name, {"Scenario": name}, lambda name=name: owned(name)) for name in ("Favorable", "Unfavorable")),  # type: ignore[misc]
    Case("rent_or_own", "a rent at which buying comes to pay", {"Rent, if you have your own offer": 3.5},
         lambda: owned(**OWNED_ASKED["a rent at which buying comes to pay"])),
    Case(
        "rent_or_own", "two years of A100 at an offer",
        {"Accelerator": "A100 SXM 80GB", "Months of use": 24,
         "Rent, if you have your own offer": 2.4, "Purchase price, if you have your own offer": 18000, "Assumptions!owned_load": 0.9},
        lambda: owned(**OWNED_ASKED["two years of A100 at an offer"]),
        {"Assumptions!owned_load": "E"},
    ),
]  # fmt: skip


def venture(scenario: str, way: str) -> Figures:
    plan = startup(scenario, way)
    return {
        "Lowest cash": min(plan.cash),
        "Accelerators at the end": plan.chips[-1],
        "Revenue of the last year": math.fsum(plan.revenue[-12:]),
        "Scenario": scenario,
        "Way to serve": way,
    }


VENTURE = [
    Case("startup_model", f"{scenario}, {way}", {"Scenario": scenario, "Way": way}, lambda asked=(scenario, way): venture(*asked))  # type: ignore[misc]
    for scenario, way in (("Favorable", "Buy"), ("Unfavorable", "API"))
]


def back_test(fitted: tuple[bool, ...], flat: float = 0.35, **changed: float) -> Figures:
    errors, simple, inside = [], [], []
    published_hours = {run.id: run.gpu_hours or 0.0 for run in scores.whole_runs()} | changed
    left_out = scores.held_out()["whole run", "one organization left out"]
    held_out = [abs(held.predicted / published_hours[held.id] - 1) for held in left_out if held.id in published_hours]
    for run in [run for kind in fitted for run in scores.whole_runs(kind)]:
        chip = next(row for row in catalogue.accelerators().rows if row.id == run.gpu)
        published = changed.get(run.id, run.gpu_hours) or 0.0
        precision = scores.run_precision(run, chip)
        asked: dict[str, Any] = {
            "params": run.catalogue_model or run.params,
            "tokens": run.tokens,
            "gpu": chip.name,
            "precision": precision,
            "gpus": run.gpus,
            "seq_len": run.seq_len,
        }
        predicted = compute_cost.train_gpu_hours(**asked)
        errors.append(abs(number(predicted) / published - 1))
        inside.append(float(predicted.low) <= published <= float(predicted.high))
        simple.append(abs(number(compute_cost.train_gpu_hours(utilization=flat, **asked)) / published - 1))
    figures: Figures = {
        "Median error of the runs that count": median(errors),
        "Number of runs": float(len(errors)),
        "Simple rule": median(simple),
    }
    figures["Median error, organization left out"] = median(held_out)
    return figures | {"Published hours within the 80% range": sum(inside) / len(inside)}


BACK = [
    Case("back_test", "the runs left out", {"Runs that count": "left out"}, lambda: back_test((False,))),
    Case(
        "back_test", "all, another rule, a run published anew",
        {"Runs that count": "all", "Simple rule: one utilization for all": 0.45, "Runs!GPT-3 175B (davinci)": 1e6},
        lambda: back_test((True, False), 0.45, **{"gpt-3-175b-davinci": 1e6}),
        {"Runs!GPT-3 175B (davinci)": "J"},
    ),
]  # fmt: skip

CASES = [*GPT3, *BUDGET, *SERVICE, *OWNED, *VENTURE, *BACK]
WRONG = [
    Case("gpt3_training", "an unknown chip", {"Accelerator": "A1000"}, dict),
    Case("rent_or_own", "more months than the life", {"Scenario": "Unfavorable", "Months of use": 48}, dict),
    Case("inference_service", "a precision that the chip lacks", {"Accelerator": "A100", "Precision": "fp8", "Model": "GPT-33"}, dict),
    Case("startup_model", "fees of 300%, which no formula minds", {"Payment fees": 3.0}, dict),
]
