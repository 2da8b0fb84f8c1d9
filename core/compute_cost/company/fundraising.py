"""What a start-up has to raise to train a model, and whether a well-funded one can."""

from __future__ import annotations

from typing import Annotated

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.inputs import assumed, figure, is_kept, step, warn
from compute_cost.parameters import AsOf, Gpu, Gpus, HourlyPrice, Params, Quantity, Tokens, Utilization
from compute_cost.ranges import interval_of
from compute_cost.registry import estimate
from compute_cost.result import Answer, range_text
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
        "Capital that the start-up can raise; a well-funded one's if left out.",
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
) -> Answer:
    """Capital to raise for training a model, and whether that is within reach of a well-funded start-up.

    raise needed [USD] = cost of the training project / share of the capital raised that goes to compute
    cost of the training project [USD] = project_cost of the same arguments: final run, trials, failures, idle reservation

    The share left out is the published 80% (assumption compute_share_claim); =COMPUTE_SHARE(...) works out
    your own. Capital left out is taken from well-funded start-ups: seven rounds of makers of generative models from
    October 2022 to July 2023 (assumption well_funded_capital), their median with the smallest and the largest.
    Such rounds make news, so it represents the well-funded, not start-ups in general.

    Verdict: within reach where even the high end of the need is at most the low end of the capital; out of
    reach where even the low end of the need is above the high end of the capital; in between the middles decide
    and the verdict says that the ranges overlap.
    US dollars, nominal, before tax; one training project, without serving the model and without later ones.

    Raises what project_cost raises, and InputError for a share outside 0 to 1 or capital that is not above 0.
    """
    runs = (trial_share, failed_share, months_reserved)

    def cost() -> float:
        return float(project_cost.of(params, tokens, gpu, gpus, price_per_gpu_hour, utilization, *runs, as_of=as_of).value)

    def share() -> float:
        return assumed("compute_share_claim", compute_share, "compute_share")

    project = cost()
    needed = step("Capital to raise", "cost of the project / share of the capital that goes to compute", project / share(), "USD")
    if is_kept():
        figure("project_cost", project, "USD")
        step("For staff and the rest", "capital to raise - cost of the project", needed - project, "USD", figure="rest")
        figure("compute_share", share(), "1")
        _judge(project, needed, interval_of(lambda: cost() / share()), capital_raised)
        if compute_share is None:
            warn("compute is assumed to be 80% of the capital, which an investor has seen and no survey shows; see compute_share")
    return Answer(needed, "raise_needed")


def _judge(project: float, needed: float, ends: tuple[float, float], given: float | None) -> None:
    """Whether what is needed [USD] is within reach of the capital, given or that of a well-funded start-up."""

    def funds() -> float:
        return assumed("well_funded_capital", given, "capital_raised")

    capital, (low, high) = funds(), interval_of(funds)
    compared = f"{show(needed, 'USD')} ({range_text(*ends, 'USD')}) to raise against {show(capital, 'USD')}"
    if given is None:
        spread, funded = range_text(low, high, "USD"), catalogue.assumption("well_funded_capital")
        compared += f" ({spread}) that well-funded start-ups raised in a round"
        sources = (funded.source, "mistral-seed", "stability-round")
        step("Published: capital of a well-funded start-up", f"{funded.description}; {spread}", capital, "USD", *sources)
        warn(f"{funded.confidence}: seven rounds of 2022-23 that made news represent a well-funded start-up; or give capital_raised")
    figure("capital", capital, "USD")
    figure("share_of_capital", needed / capital, "1")
    step("Share of that capital for compute", "cost of the project / capital", project / capital, "1")
    figure("more_needed", max(0.0, needed - capital), "USD")
    verdict = f"{_reach(ends[0], needed, ends[1], low, capital, high)}: {compared}"
    step("Verdict", "from the two ranges", verdict, "", figure="verdict")


def _reach(low: float, middle: float, high: float, capital_low: float, capital: float, capital_high: float) -> str:
    """Whether a need is within reach of a capital, both with their ranges."""
    if high <= capital_low:
        return "within reach"
    if low > capital_high:
        return "out of reach"
    return f"probably {'within' if middle <= capital else 'out of'} reach (the ranges overlap)"
