"""What a start-up has to raise to train a model, and whether a well-funded one can."""

from __future__ import annotations

from typing import Annotated

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.parameters import AsOf, Gpu, Gpus, HourlyPrice, Params, Quantity, Tokens, Utilization
from compute_cost.registry import estimate
from compute_cost.result import Figure, Result, Trace, range_text
from compute_cost.training.project import FailedShare, MonthsReserved, TrialShare, project_cost

ComputeShare = Annotated[
    float | None,
    Quantity(
        "Share of the capital raised that goes to compute, as compute_share gives it; the published one if left out.",
        "1", high=1, above=True, example='0.8 or "80%"',
    ),
]  # fmt: skip
CapitalRaised = Annotated[
    float | None,
    Quantity(
        "Capital that the start-up can raise; that of a well-funded one if left out.",
        "USD", high=1e13, above=True, example='50e6 or "$50M"',
    ),
]  # fmt: skip


@estimate("USD")
def raise_needed(
    params: Params,
    tokens: Tokens = None,
    gpu: Gpu = None,
    gpus: Gpus = None,
    price_per_gpu_hour: HourlyPrice = None,
    utilization: Utilization = None,
    trial_share: TrialShare = None,
    failed_share: FailedShare = None,
    months_reserved: MonthsReserved = None,
    compute_share: ComputeShare = None,
    capital_raised: CapitalRaised = None,
    as_of: AsOf = None,
) -> Result:
    """Capital to raise for training a model, and whether that is within reach of a well-funded start-up.

    raise needed [USD] = cost of the training project / share of the capital raised that goes to compute
    cost of the training project [USD] = project_cost of the same arguments: final run, trials, failures, idle reservation

    The share left out is the published 80% (assumption compute_share_claim); =COMPUTE_SHARE(...) works out
    your own. Capital left out is that of well-funded start-ups: seven rounds of makers of generative models from
    October 2022 to July 2023 (assumption well_funded_capital), their median with the smallest and the largest.
    Such rounds make news, so it stands for the well-funded, not for start-ups at large.

    Verdict: within reach where even the high end of the need is at most the low end of the capital; out of
    reach where even the low end of the need is above the high end of the capital; in between the middles decide
    and the verdict says that the ranges overlap. low and high are those of the project's cost over the share.
    US dollars, nominal, before tax; one training project, without serving the model and without later ones.

    Raises what project_cost raises, and InputError for a share outside 0 to 1 or capital that is not above 0.
    """
    project = project_cost.of(
        params, tokens, gpu, gpus, price_per_gpu_hour, utilization, trial_share, failed_share, months_reserved, as_of=as_of
    )
    claim, funded = catalogue.assumption("compute_share_claim"), catalogue.assumption("well_funded_capital")
    share = compute_share or catalogue.constant(claim.name)
    capital = capital_low = capital_high = capital_raised or catalogue.constant(funded.name)
    if capital_raised is None:
        assert funded.low
        assert funded.high
        capital_low, capital_high = funded.low, funded.high
    middle, low, high = (float(one) / share for one in (project.value, project.low, project.high))
    compared = f"{show(middle, 'USD')} ({range_text(low, high, 'USD')}) to raise against {show(capital, 'USD')}"
    if capital_raised is None:
        compared += f" ({range_text(capital_low, capital_high, 'USD')}) that well-funded start-ups raised in a round"
    verdict = f"{_reach(low, middle, high, capital_low, capital, capital_high)}: {compared}"

    def trace(trace: Trace) -> None:
        trace.include(project)
        if compute_share is None:
            trace.input("compute_share", share, claim.unit, "assumed", claim.source)
        else:
            trace.input("compute_share", share, "1", "given")
        how = "cost of the project / share of the capital that goes to compute"
        trace.step("Capital to raise", how, middle, "USD", *(() if compute_share else (claim.source,)))
        trace.step("For staff and the rest", "capital to raise - cost of the project", middle - float(project.value), "USD")
        if capital_raised is None:
            trace.input("capital_raised", capital, funded.unit, "assumed", funded.source)
            how = f"{funded.description}; {range_text(capital_low, capital_high, 'USD')}"
            trace.step(
                "Published: capital of a well-funded start-up", how, capital, "USD", funded.source, "mistral-seed", "stability-round"
            )
        else:
            trace.input("capital_raised", capital, "USD", "given")
        trace.step("Share of that capital for compute", "cost of the project / capital", float(project.value) / capital, "1")
        trace.step("Verdict", "from the two ranges", verdict, "")
        if capital_raised is None:
            trace.warn(
                f"{funded.confidence}: seven rounds of 2022-23 that made news stand for a well-funded start-up; or give capital_raised"
            )
        if compute_share is None:
            trace.warn("compute taken as 80% of the capital, which is what an investor has seen, not a survey; see compute_share")

    values = {
        "project_cost": Figure(project.value, "USD"),
        "rest": Figure(middle - float(project.value), "USD"),
        "compute_share": Figure(share, "1"),
        "capital": Figure(capital, "USD"),
        "share_of_capital": Figure(middle / capital, "1"),
        "more_needed": Figure(max(0.0, middle - capital), "USD"),
        "verdict": Figure(verdict, ""),
    }
    return Result(middle, "USD", trace, low=low, high=high, name="raise_needed", values=values)


def _reach(low: float, middle: float, high: float, capital_low: float, capital: float, capital_high: float) -> str:
    """Whether a need is within reach of a capital, both with their ranges."""
    if high <= capital_low:
        return "within reach"
    if low > capital_high:
        return "out of reach"
    return f"probably {'within' if middle <= capital else 'out of'} reach (the ranges overlap)"
