"""Under which conditions a training run is looked at: batches, software, documents, what is billed, and a rate of one's own."""

from __future__ import annotations

import datetime
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator, Assumption
from compute_cost.errors import InputError, MissingInput
from compute_cost.inputs import FAR, TOO_FAR, cite, step, warn
from compute_cost.parameters import Choice, Day, Quantity
from compute_cost.physics.billed_run import BILLINGS, goodput
from compute_cost.physics.elementwise import any_of, fails, only_where
from compute_cost.physics.training_step import USUAL, Setting
from compute_cost.physics.utilization import constants, day_of

STACKS = ("tuned", "hugging-face")
FEW_TOKENS = 4096  # of one accelerator and step: with fewer the exchange of gradients takes most of the time

GlobalBatch = Annotated[
    float | None,
    Quantity("Sequences of one optimizer step over all accelerators.", "sequences", low=1, high=1e7, whole=True, example="1024"),
]
MicroBatch = Annotated[
    float | None,
    Quantity("Sequences of one pass on one accelerator; as long a pass as fits if left out.", "sequences", low=1, high=1e5, whole=True,
             example="2"),
]  # fmt: skip
Stack = Annotated[
    str | None,
    Choice(
        "Software: tuned (Megatron, NeMo, MaxText, torchtune) or hugging-face (Trainer, TRL).", choices=STACKS, example='"hugging-face"'
    ),
]
DocumentTokens = Annotated[
    float | None,
    Quantity("Mean tokens of a document where rows are packed with several: attention reaches no further.", "tokens", low=1, high=1e9,
             example="840"),
]  # fmt: skip
TokensPerSecond = Annotated[
    float, Quantity("Training tokens per second of the whole group.", "tokens/s", high=1e12, above=True, example="24000")
]
MeasuredRate = Annotated[
    float | None,
    Quantity("Training tokens per second of the whole group of gpus in a test run of yours: taken before any prediction.", "tokens/s",
             high=1e12, above=True, example="24000"),
]  # fmt: skip
TestGpus = Annotated[
    float | None,
    Quantity("Accelerators of the test run behind tokens_per_second; those of the run itself if left out.", "GPUs", low=1, high=1e7,
             whole=True, example="8", only_with="tokens_per_second"),
]  # fmt: skip
Billing = Annotated[
    str | None,
    Choice("What is paid: metered (hours of running jobs) or reserved (each hour from the first day to the last).", choices=BILLINGS,
           example='"reserved"'),
]  # fmt: skip
SoftwareDay = Annotated[
    datetime.date | None, Day("Day of the software; that of the newest measured releases if left out.", example='"2025-06-30"')
]
PricesAndSoftwareDay = Annotated[
    datetime.date | None,
    Day(
        "Day of the prices and of the software; the catalogue's own date, and the newest measured releases, if left out.",
        example='"2026-11-22"',
    ),
]


class Conditions(NamedTuple):
    """All that a run is looked at under besides its model, chip and number of chips; None is what is usual."""

    global_batch: float | None = None
    micro_batch: float | None = None
    stack: str | None = None
    as_of: datetime.date | None = None
    document_tokens: float | None = None
    tokens_per_second: float | None = None
    billing: str | None = None
    test_gpus: float | None = None

    def setting(self) -> Setting:
        """How the step is run. Raises InputError for a pass that is larger than the step."""
        if self == USUAL_CONDITIONS:  # of most runs, and what is kept of a step is found by it: the same object needs no comparison
            return USUAL
        if self.micro_batch and self.global_batch and self.micro_batch > self.global_batch:
            raise InputError("micro_batch", int(self.micro_batch), f"it exceeds global_batch, {self.global_batch:,.0f} sequences of a step")
        return Setting(self.global_batch, self.micro_batch, self.stack != "hugging-face", day_of(self.as_of))

    def question_batch(self, seq_len: float, gpus: float) -> None:
        """Warns of a step that is too small for so many accelerators."""
        each = (self.global_batch or 0) * seq_len / gpus
        if self.global_batch and each < FEW_TOKENS:
            warn(
                f"global_batch: {each:,.0f} tokens of a step for each of {gpus:,.0f} accelerators are few, so the exchange of gradients "
                "takes much of it; fewer accelerators or a larger batch cost less"
            )


USUAL_CONDITIONS = Conditions()


def question_utilization(given: float) -> float:
    """A given utilization, NaN for draws with one that is refused: below a third of the lowest that was published, or above the highest,
    it warns. Raises InputError for one below a twentieth of the lowest."""
    usual = catalogue.assumption("training_utilization")
    low, high = usual.low or 0.0, usual.high or 1.0
    if not any_of((given < low / FAR) | (given > high)):
        return given
    if fails((given >= low / FAR) & (given <= high)):
        if given > high:
            ask = "the utilization that a monitor shows is the share of time in which a chip does anything, which is another figure"
        elif low <= given * 100 <= high:
            ask = f"did you mean {given * 100:.3g}, which is {given * 100:.0%}?"
        else:
            ask = "check it"
        _question("utilization", given, "1", given, f"{_beside(given, low, high)} of the dense peak; {ask}", usual)
    return only_where(given * TOO_FAR >= low, given)


def _beside(share: float, low: float, high: float) -> str:
    """A share of the peak beside those that were published."""
    return f"{'more' if share > high else 'far less'} than the {low:.2g} to {high:.2g} that published runs reach"


def _question(parameter: str, given: float, unit: str, share: float, said: str, usual: Assumption) -> None:
    """Warns of a figure whose share of the peak is not usual; raises InputError below a twentieth of the lowest that was published."""
    if share * TOO_FAR < (usual.low or 0.0):
        raise InputError(parameter, given, f"it is {said}")
    warn(f"{parameter}: {show(given, unit)} is {said}")
    cite(usual.source)


def measured_step(
    per_token: float, gpu: Accelerator, precision: str, peak: float, rate: float, count: float, published: str = "training_utilization"
) -> float:
    """The step utilization of a measured rate, at so many FLOP per token. Raises what question_rate raises."""
    formula = "tokens per second x compute per token / (accelerators x peak)"
    value = step("Step utilization (measured)", formula, rate * per_token / (count * peak), "1")
    question_rate(value, rate, gpu, precision, count, published)
    return value


def question_rate(share: float, rate: float, gpu: Accelerator, precision: str, count: float, published: str) -> None:
    """Warns of a measured rate whose share of the peak is below a third of the lowest that was published, or above the highest.

    `published` names the row with both. Raises InputError for more than the peak, and for less than a twentieth of the lowest.
    """
    if share > 1:
        raise InputError(
            "tokens_per_second",
            rate,
            f"it is {share:.3g} times the dense {precision} peak of {count:,.0f} {gpu.name}; check that precision is the one trained in, "
            "that gpus counts the whole group that does this rate, and that the rate is not a sparse-peak figure",
        )
    usual = catalogue.assumption(published)
    low, high = usual.low or 0.0, usual.high or 1.0
    if low / FAR <= share <= high:
        return
    size = f"{share:.2g} of the dense {precision} peak of {count:,.0f} {gpu.name}, {_beside(share, low, high)}"
    if share > high:
        ask = "check that precision is the one trained in, and that gpus counts the whole group that does this rate"
    elif count > 1 and low <= share * count <= high:
        ask = f"is it the rate of one accelerator? Give that of all {count:,.0f}"
    else:
        ask = "check that it counts tokens, not examples or steps, of a second and of the whole group"
    _question("tokens_per_second", rate, "tokens/s", share, f"{size}; {ask}", usual)


def with_stops(measured: float, count: float) -> tuple[float, float, float]:
    """Lowest, middle and highest billed utilization of a measured step: restarts and evaluation as usual, twice that, and none."""
    progress = goodput(count, constants().run)
    step(f"Goodput on {count:,.0f} accelerators", "restarts after failures, evaluation, stops", progress, "1", "llama31-paper",
         "compute-cost", figure="goodput")  # fmt: skip
    billed = step("Billed utilization", "step utilization x goodput", measured * progress, "1", figure="billed_utilization")
    return billed * progress, billed, measured


def question_count(gpus: float) -> None:
    """Warns of many more accelerators than any fine-tuning or reinforcement learning was measured on."""
    most = catalogue.constant("tuned_on_most")
    if gpus > FAR * most:
        warn(f"gpus: {gpus:,.0f} are far more than the {most:,.0f} at most that such runs were measured on; check their number")


def group_of(gpus: float | None, rate: float, parameter: str = "gpus") -> float:
    """The accelerators that a measured rate is of. Raises MissingInput where they are not given."""
    if gpus is None:
        why = f"a measured rate of {rate:,.0f} tokens per second is that of a group; give its number of accelerators"
        raise MissingInput(parameter, why)
    return gpus
