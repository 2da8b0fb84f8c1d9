"""What a start-up has to raise to train a model, and whether a well-funded one can."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import partial
from typing import Annotated

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.company.funding import NO_ROUNDS, plan
from compute_cost.company.rounds import LaterRounds, PricePerUser, Product, Rounds, TokenCost, TokensPerUser, UserGrowth, Users
from compute_cost.errors import InputError, MissingInput
from compute_cost.inputs import assumed, figure, is_kept, step, warn
from compute_cost.parameters import Day, Gpu, Gpus, HourlyPrice, Params, Quantity, Tokens, Utilization
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
OtherPerMonth = Annotated[
    float | None,
    Quantity(
        "All other spending of the first month: staff, offices, data. With it the need is worked out month by month.",
        "USD", high=1e12, example='1e6 or "$1M"',
    ),
]  # fmt: skip
FirstDay = Annotated[
    datetime.date | None,
    Day("Day of the prices and of the software, in month 1; the catalogue's own date if left out.", example='"2026-11-22"'),
]
Months = Annotated[
    float | None,
    Quantity(
        "Months that the capital is to last, in which the project is paid for evenly.", "months", low=1, high=1200, whole=True, example="18"
    ),
]
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
    as_of: FirstDay = None,
    other_per_month: OtherPerMonth = None,
    months: Months = None,
    rounds: LaterRounds = None,
    users: Users = None,
    price_per_user: PricePerUser = None,
    tokens_per_user: TokensPerUser = None,
    token_cost: TokenCost = None,
    user_growth: UserGrowth = None,
) -> Answer:
    """Capital to raise for training a model, and whether that is within reach of a well-funded start-up.

    raise needed [USD] = cost of the training project / share of the capital raised that goes to compute
    cost of the training project [USD] = project_cost of the same arguments: final run, trials, failures, idle reservation

    The share left out is the published 80% (assumption compute_share_claim); =COMPUTE_SHARE(...) works out your own. With
    other_per_month the need is worked out month by month instead: the most that is ever owed while the project is paid for evenly
    over `months`, with the other spending and what users cost, less what they pay and less later rounds that have come in by then
    (month 1 holds the day of `as_of`). Capital left out is that of well-funded start-ups (assumption well_funded_capital): the
    median, smallest and largest of rounds that made news, so it represents the well-funded, not start-ups in general.

    Verdict: within reach where even the high end of the need is at most the low end of the capital; out of reach where even its low end
    is above the high end; in between the middles decide and the verdict says so. US dollars, nominal, before tax; one project.

    Raises what project_cost raises, InputError for a share outside 0 to 1 or next to other_per_month, and MissingInput without it.
    """
    runs = (trial_share, failed_share, months_reserved)
    _check(other_per_month, compute_share, {"months": months, "rounds": rounds, "users": users})
    product = Product.of(users, price_per_user, tokens_per_user, token_cost, user_growth)
    planned = rounds.by_month(as_of or catalogue.catalogue_date()) if isinstance(rounds, Rounds) else NO_ROUNDS
    working = partial(project_cost.of, params, tokens, gpu, gpus, price_per_gpu_hour, utilization, *runs, as_of=as_of)

    def need(project: float) -> float:
        if other_per_month is None:
            return project / assumed("compute_share_claim", compute_share, "compute_share")
        last = int(assumed("round_months", months, "months"))
        return plan(0.0, (project / last, other_per_month, 0.0), (0.0, 0.0, 0.0), last, product, planned).needed

    project = float(working().value)
    formula = "cost of the project / share of the capital that goes to compute" if other_per_month is None else "the most that is ever owed"
    needed = step("Capital to raise", formula, need(project), "USD")
    if is_kept():
        figure("project_cost", project, "USD")
        step("For staff and the rest", "capital to raise - cost of the project", needed - project, "USD", figure="rest")
        _judge(project, needed, interval_of(lambda: need(float(working().value))), capital_raised)
        if other_per_month is None:
            _explain_share(project / needed, compute_share is None)
    return Answer(needed, "raise_needed")


def _explain_share(share: float, is_assumed: bool) -> None:
    figure("compute_share", share, "1")
    if is_assumed:
        warn("compute is assumed to be 80% of the capital, which an investor has seen and no survey shows; see compute_share")


def _check(other_per_month: float | None, share: float | None, by_month: Mapping[str, object]) -> None:
    """Refuses what goes with other_per_month alone where it is left out, and a share next to it."""
    given = next((name for name, value in by_month.items() if value is not None), None)
    if other_per_month is None and given:
        raise MissingInput(
            "other_per_month", f"{given} is given, so the need is worked out by month: say what the rest costs a month, or 0"
        )
    if other_per_month is not None and share is not None:
        raise InputError("compute_share", share, "other_per_month says what the rest costs: give one of the two")


def _judge(project: float, needed: float, ends: tuple[float, float], given: float | None) -> None:
    """Whether what is needed [USD] is within reach of the capital, given or that of a well-funded start-up."""

    def funds() -> float:
        return assumed("well_funded_capital", given, "capital_raised")

    capital, (low, high) = funds(), interval_of(funds)
    compared = f"{show(needed, 'USD')} ({range_text(*ends, 'USD')}) to raise against {show(capital, 'USD')}"
    if given is None:
        spread, funded = range_text(low, high, "USD"), catalogue.assumption("well_funded_capital")
        compared += f" ({spread}) that well-funded start-ups raised in a round"
        step("Published: capital of a well-funded start-up", f"{funded.description}; {spread}", capital, "USD", funded.source)
        warn(f"{funded.confidence}: rounds that made news ({funded.date}) represent a well-funded start-up; or give capital_raised")
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
