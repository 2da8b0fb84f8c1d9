"""What a training project costs, from the naive figure at the chip's peak to the bill with idle reserved capacity."""

from __future__ import annotations

from typing import Annotated

from compute_cost.amounts import show
from compute_cost.errors import InputError, MissingInput
from compute_cost.inputs import assumed, figure, step, warn
from compute_cost.parameters import (
    ActiveParams,
    Choice,
    Gpu,
    Gpus,
    HourlyPrice,
    Params,
    Precision,
    Quantity,
    SequenceLength,
    Tokens,
    Utilization,
)
from compute_cost.prices.bill import MONTHS_NOT_DAYS, question_term
from compute_cost.prices.rental import hourly_price
from compute_cost.registry import estimate
from compute_cost.result import Answer
from compute_cost.training.conditions import Conditions, MeasuredRate, PricesAndSoftwareDay, TestGpus
from compute_cost.training.run import TrainingRun, training_run

TrialShare = Annotated[
    float | None,
    Quantity(
        "Hours of trial runs (sweeps of learning rate and batch size, ablations) over those of the final run, which may exceed 1.",
        "1",
        high=10,
        example='0.5 (ten trials of a twentieth each) or "50%"',
    ),
]
FailedShare = Annotated[
    float | None,
    Quantity("Hours of failed runs that are thrown away, divided by those of the final run.", "1", high=10, example='0.2 or "20%"'),
]
Team = Annotated[
    str | None,
    Choice("Kind of team, for the trial runs: fine-tune, replication (of a known recipe) or frontier (research of its own).",
           choices=("fine-tune", "replication", "frontier"), example='"frontier"'),
]  # fmt: skip
MonthsReserved = Annotated[
    float | None,
    Quantity("Months for which the accelerators are reserved and paid, used or not.", "months", high=1200, above=True, example="24"),
]


@estimate("USD")
def project_cost(
    params: Params,
    tokens: Tokens = None,
    gpu: Gpu = None,
    gpus: Gpus = None,
    price_per_gpu_hour: HourlyPrice = None,
    utilization: Utilization = None,
    trial_share: TrialShare = None,
    failed_share: FailedShare = None,
    months_reserved: MonthsReserved = None,
    precision: Precision = None,
    seq_len: SequenceLength = None,
    active_params: ActiveParams = None,
    as_of: PricesAndSoftwareDay = None,
    team: Team = None,
    tokens_per_second: MeasuredRate = None,
    test_gpus: TestGpus = None,
) -> Answer:
    """Rental cost of a whole training project: the final run, trial and failed runs, and reserved but idle time.

    cost [USD] = naive + utilization + goodput + trials + failures + idle, where
    naive = FLOP / (dense peak x 3600) x price
    final run = the first three; trials = final run x trial_share; failures = final run x failed_share
    idle = (months_reserved x 730 h x accelerators - GPU-hours used) x price, where both are given

    A given utilization is the billed run's, so it includes the goodput, whose line is then 0; `tokens_per_second` of a test run on
    `gpus` is taken before any prediction.
    Shares left out are assumed from published projects and vary widely; with `team`, from projects of that kind: the whole
    was 1.2 to 3 times the final run where a recipe was repeated and 4 to 10 times in research of its own.
    With months_reserved every hour is paid at the price of that reservation (gpu_price), else on demand.
    US dollars, before tax, nominal, on the price of the day of `as_of`; without staff, data and storage.

    Raises what train_cost raises, MissingInput where months_reserved comes without gpus, and
    InputError where the reservation is shorter than the final run.
    """
    if months_reserved is not None and gpus is None:
        raise MissingInput("gpus", "months_reserved needs the number of accelerators that are reserved, such as gpus = 1024")
    conditions = Conditions(as_of=as_of, tokens_per_second=tokens_per_second, test_gpus=test_gpus)
    run = training_run(params, tokens, gpu, utilization, precision, seq_len, active_params, gpus, conditions)
    price = hourly_price(run.gpu, price_per_gpu_hour, as_of, months=months_reserved, count="gpus", share="utilization")
    final = _final_run(run, price)
    name = "trial_share" if team is None else f"trial_share_{team.replace('-', '_')}"
    trials = step("Trial runs", "final run x trial_share", final * assumed(name, trial_share, "trial_share"), "USD", figure="trials")
    failed = step("Failed runs", "final run x failed_share", final * assumed("failed_share", failed_share), "USD", figure="failures")
    for name, given in (("trial_share", trial_share), ("failed_share", failed_share)):
        if given is None:
            warn(f"{name} is assumed from a few published projects that differ by more than tenfold; give your own")
    hours_used = (final + trials + failed) / price
    reserved = _reserved(months_reserved, gpus, run.hours, hours_used)
    formula = "(hours reserved - hours used) x price" if months_reserved else "0: no months_reserved given, only hours used are paid"
    paid = max(hours_used, reserved) if months_reserved else hours_used
    idle = step("Reserved but idle", formula, (paid - hours_used) * price, "USD", figure="idle")
    total = step("Cost of the project", "final run + trial and failed runs + idle", final + trials + failed + idle, "USD")
    warn("compute only: staff, data, storage, evaluation and fine-tuning after the run are not included")
    figure("multiple", total / final, "final runs")
    figure("gpu_hours", paid, "GPU-hours")
    if gpus:
        figure("days", run.hours / gpus / 24, "days")
        figure("project_days", hours_used / gpus / 24, "days")
    return Answer(total, "cost")


def _final_run(run: TrainingRun, price: float) -> float:
    """Cost of the final run [USD]: what it would be at the chip's peak, and what is lost on the way."""
    naive = step("Naive cost", "GPU-hours at the chip's peak x price", run.work.flop / (run.peak * 3600) * price, "USD", figure="naive")
    goodput = run.predicted.goodput if run.predicted else 1.0  # a given utilization has no parts
    stepped, final = run.hours * goodput * price, run.hours * price
    if run.predicted:
        formula = "naive cost x (goodput / utilization - 1): the share of the peak that the steps reach"
        step("Lost to utilization (step and practice)", formula, stepped - naive, "USD", figure="utilization_loss")
        formula = "cost of the final run x (1 - goodput)"
        step("Lost to failures and restarts", formula, final - stepped, "USD", "llama31-paper", figure="goodput_loss")
    else:
        step("Lost to utilization", "naive cost x (1 / utilization - 1)", stepped - naive, "USD", figure="utilization_loss")
        formula = "0: the utilization given is taken for that of the billed run, failures and restarts included"
        step("Lost to failures and restarts", formula, 0.0, "USD", figure="goodput_loss")
    return step("Final run", "naive cost + both losses", final, "USD", figure="final_run")


def _reserved(months: float | None, gpus: float | None, final: float, hours_used: float) -> float:
    """GPU-hours that are paid whether used or not. Raises InputError where they do not hold the final run."""
    if months is None or gpus is None:
        return 0.0
    question_term("months_reserved", months, MONTHS_NOT_DAYS)
    month = assumed("hours_per_month")
    reserved = step("Hours reserved", "months x hours per month x accelerators", months * month * gpus, "GPU-hours")
    if reserved < final:
        need = f"the final run alone takes {show(final / gpus / month, 'months')} on {show(gpus, 'GPUs')}"
        raise InputError("months_reserved", months, f"{need}; reserve that long or more GPUs")
    if reserved < hours_used:
        warn(
            f"the reservation holds the final run but not all trial and failed runs: {hours_used - reserved:,.0f} GPU-hours "
            "more are rented at the same price"
        )
    return reserved
