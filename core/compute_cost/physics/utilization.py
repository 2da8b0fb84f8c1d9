"""Training utilization: the share of a chip's dense peak that a training step, and a whole billed run, reaches.

billed utilization = step utilization x practice x goodput

    step      FLOP per token / (peak x seconds per token), from compute_cost.physics.training_step, calibrated on published throughput
    practice  what published whole runs reach against the tuned benchmarks behind the step; above 1 where experts on a
              few chips beat them, so it is a comparison and not a loss
    goodput   share of billed time that makes progress: restarts after failures, evaluation and other stops

with an 80% interval from published runs that the fit had not seen. A utilization counts the same FLOP as
compute_cost.physics.compute: where only a parameter count is known, 6 per parameter and token, although the step spends time on
attention too; the hours do not depend on it. Constants: core/compute_cost/data/utilization.csv.
"""

from __future__ import annotations

import datetime
import math
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import DoesNotFit
from compute_cost.inputs import assumed, default, once, step, warn
from compute_cost.physics import shape
from compute_cost.physics.billed_run import (
    RunConstants,
    Spread,
    billed_over_metered,
    calibrated_generations,
    goodput,
    interval,
    practice,
    step_interval,
)
from compute_cost.physics.chips import (
    StepConstants,
    as_measured,
    connected,
    links,
    measured_in_steps,
    network_gbit,
    rented_network,
    step_constants,
)
from compute_cost.physics.compute import TrainingWork, scoring_layers, share_passed
from compute_cost.physics.elementwise import larger, smaller
from compute_cost.physics.training_step import USUAL, Setting, StepTime, Workload, fastest, fewest_to_train, software, step_time

SOURCES = ("compute-cost", "llm-foundry-benchmarks", "megatron-bridge", "mlperf-training-5.0")


class Constants(NamedTuple):
    """Everything a prediction uses besides its inputs."""

    step: StepConstants
    run: RunConstants
    default_seq_len: float
    default_gpus: float
    default_gpus_exponent: float

    def __hash__(self) -> int:
        return hash(self.step)


@catalogue.kept()
def constants() -> Constants:
    """The constants of core/compute_cost/data/utilization.csv."""
    table = catalogue.coefficients()
    run = RunConstants(*(table[name].value for name in RunConstants._fields))
    return Constants(step_constants(), run, *(table[name].value for name in Constants._fields[2:]))


class Prediction(NamedTuple):
    """A predicted utilization and what it is made of. `step_value` and `value` count the FLOP of the work it is for."""

    value: float
    low: float
    high: float
    step_value: float
    practice: float
    goodput: float
    step: StepTime
    gpus: float
    seq_len: float
    spread: Spread
    calibrated: bool
    in_range: bool
    as_measured: float

    def explain(self, gpu: Accelerator) -> None:
        """The steps from the peak to the billed utilization."""
        self.explain_step(gpu)
        formula = "published runs against tuned benchmarks; above 1 where experts beat them"
        step("Practice: what published runs reach against tuned benchmarks", formula, self.practice, "1", "compute-cost")
        formula = "billed time that makes progress: restarts after failures, evaluation, stops"
        step(f"Goodput on {self.gpus:,.0f} accelerators", formula, self.goodput, "1", "llama31-paper", "compute-cost")
        step("Utilization (predicted)", "step x practice x goodput", self.value, "1", "compute-cost")
        step("80% interval of the utilization, low", "multiplied by", self.spread.low, "times", "compute-cost")
        step("80% interval of the utilization, high", "multiplied by", self.spread.high, "times", "compute-cost")
        if not self.calibrated:
            warn(f"few or no published runs on {gpu.name} or its generation calibrate the utilization, so the range is wider")

    def explain_step(self, gpu: Accelerator) -> None:
        """The step alone; a sequence length and a number of accelerators that nobody gave are those the prediction took."""
        trained = self.step
        default("seq_len", None, self.seq_len, "tokens", "compute-cost")  # no effect where it is given or published
        default("gpus", None, self.gpus, "GPUs", "compute-cost")
        step("Step utilization", f"compute per token / (peak x step time); {trained.layout}", self.step_value, "1", *SOURCES)
        if trained.recomputed:
            step("Recomputation", "layers whose activations do not fit the memory and are computed again", trained.recomputed, "1")
        if self.as_measured != 1:
            formula = "time of this model's own measured steps on this chip over that predicted, multiplied to the step"
            step("Measured steps of the model", formula, self.as_measured, "times", *SOURCES)
        step("Communication share of the step", "network time that computation can't hide", trained.network_share, "1")
        step("Memory bandwidth share of the step", "time of element-wise passes", trained.memory / trained.seconds, "1")
        step("Limited by", "the network or memory bandwidth where it takes a quarter of the step, else compute", trained.limit, "")
        if trained.limit == "network":
            warn(
                f"the network limits training: {trained.network_share:.0%} of each step on {self.gpus:,.0f} {gpu.name} is communication; "
                "fewer, stronger or better connected accelerators lose less"
            )
        c = constants().step
        if not (gpu.network_gbit or rented_network(gpu.id)) and self.gpus > links(gpu, c).domain:
            rate = f"{network_gbit(connected(gpu, self.gpus), c):.3g} Gbit/s for each"
            decides = ", which decides this answer" if trained.limit == "network" else ""
            warn(f"the network of {gpu.name} between servers is not in the catalogue: {rate} is assumed{decides}")
        if not self.in_range:
            warn("outside the range of the published runs (0.1 to 1,000 billion active parameters, up to 30,000 accelerators)")


def predict(
    work: TrainingWork, gpu: Accelerator, precision: str, peak: float, gpus: float | None, setting: Setting = USUAL, billing: str = ""
) -> Prediction:
    """Utilization of a billed run for `work` at a precision's dense `peak` [FLOP/s], with its 80% interval.

    Without a number of accelerators as many as runs of the size usually have, or as hold the training states, but no more than
    can be had together. Raises DoesNotFit where so many, or the given number, can't hold the training states.
    """
    model = work.model
    mixture = shape.is_mixture(model, work.active)
    length = work.seq_len or model.seq_len
    task = once(workload, model.params, work.active, widths_of(model), share_passed(model), length, mixture, work.document)
    most = math.inf if gpus or gpu.market == "datacenter" else most_together(gpu)  # the usual numbers are below the largest cluster
    own = as_measured(model.id, gpu, peak) if model.id and setting.tuned and work.active == model.active else 1.0
    return _predict(task, work.per_token, connected(gpu, gpus), precision, peak, gpus, most, setting, billing, own)


def step_spread(work: TrainingWork, gpu: Accelerator, predicted: Prediction) -> Spread:
    """What multiplies a predicted step utilization to the ends of its 80% interval."""
    c = constants()
    return step_interval(measured_in_steps(gpu, c.step), shape.is_mixture(work.model, work.active), predicted.as_measured != 1, c.run)


def day_of(date: datetime.date | None) -> float:
    """The day in years, such as 2026.5, for the software of that day; that of the newest measured release where none is given."""
    return math.inf if date is None else date.year + (date.timetuple().tm_yday - 0.5) / 365.25


def most_together(gpu: Accelerator) -> float:
    """How many of one kind can train together: consumer and workstation cards are rented as single machines, which no network joins."""
    return assumed("largest_cluster" if gpu.market == "datacenter" else "largest_server")


def refuse_more_than_one_machine(gpu: Accelerator, needed: float, what: str, way_out: str = "") -> None:
    """Raises DoesNotFit for more consumer or workstation cards than one machine has, where nobody gave a number of them."""
    if gpu.market != "datacenter" and needed > (most := most_together(gpu)):
        raise DoesNotFit("gpu", gpu.name, _too_many(what, needed, most) + way_out)


def widths_of(model: Model) -> tuple[float, float, float] | None:
    """Layers, hidden width and attention width, where all three are known; recurrent layers have no scores, so the last is a mean."""
    if not (model.layers and model.hidden and (width := model.attention_width)):
        return None
    return model.layers, model.hidden, width * scoring_layers(model, model.layers) / model.layers


@catalogue.kept(4096)
def _predict(
    work: Workload, per_token: float, gpu: Accelerator, precision: str, peak: float, gpus: float | None, most: float,
    setting: Setting, billing: str, own: float,
) -> Prediction:  # fmt: skip
    return prediction(work, per_token, gpu, precision, peak, gpus, constants(), most, setting, billing, own)


def _too_many(what: str, needed: float, most: float) -> str:
    return (
        f"{what} needs the memory of at least {needed:,.0f} of them, and {most:,.0f} in "
        "one machine, which no network joins to others, are all that is for rent; name another gpu, or give gpus for a cluster of your own"
    )


def workload(
    params: float,
    active: float,
    widths: tuple[float, float, float] | None,
    share: float = 1.0,
    seq_len: float | None = None,
    mixture: bool = False,
    document: float | None = None,
) -> Workload:
    """What a step works on; a model without published shape gets the usual width per layer of its size.

    Attention reaches over a `document` where rows are packed with several.
    """
    length = seq_len or constants().default_seq_len
    if widths:
        layers, hidden, width = widths
        scored = layers
    else:
        scored, hidden = shape.usual(active)
        layers, width = max(2.0, scored), hidden
    attention = 12 * scored * width * (min(length, document) if document else length)
    return Workload(params, active, layers, hidden, 6 * active * share, attention * share, length, mixture)


@catalogue.kept(1000)
def _whatever_size(gpu: Accelerator, peak: float, mixture: bool, billing: str, c: Constants) -> tuple[bool, Spread, float]:
    """What a prediction takes from the chip alone: whether runs calibrate it, the spread of its interval, and billed over metered hours."""
    calibrated = gpu.generation in calibrated_generations() and gpu.market == "datacenter"
    return calibrated, interval(calibrated, mixture or peak > gpu.peak16, billing, c.run), billed_over_metered(billing, c.run)


def _usual_gpus(active: float, c: Constants) -> float:
    """Accelerators that runs of a model with so many active parameters usually have."""
    return float(round(smaller(16384.0, larger(8.0, c.default_gpus * (active / 1e9) ** c.default_gpus_exponent))))


def prediction(
    work: Workload,
    per_token: float,
    gpu: Accelerator,
    precision: str,
    peak: float,
    gpus: float | None,
    c: Constants,
    most: float = math.inf,
    setting: Setting = USUAL,
    billing: str = "",
    own: float = 1.0,
) -> Prediction:
    """The prediction by given constants; `per_token` is the FLOP that the utilization counts.

    `own` is how many times the predicted time the model's own steps were measured to take on the chip.
    """
    # Runs of this size use so many, or at least as many as hold the model.
    count = gpus or smaller(_usual_gpus(work.active, c), most)
    trained = fastest(work, gpu, peak, count, c.step, setting)
    if trained is None:
        needed = float(fewest_to_train(work, gpu) or 0)
        if not gpus and needed > most:
            raise DoesNotFit("gpu", gpu.name, _too_many(f"training of {show(work.params, 'parameters')}", needed, most))
        count = gpus or max(count, needed)
        trained = step_time(work, gpu, peak, count, c.step, setting)
    trained = trained if own == 1 else trained.times(own)
    flop = work.flop
    reached = flop / (peak * trained.seconds)
    ratio = practice(reached, trained, work, gpu, precision, peak, count, c.run)
    calibrated, spread, billed = _whatever_size(gpu, peak, work.mixture, billing, c)
    progress = goodput(count, c.run) / billed
    counted = per_token / flop
    if trained.network_share > c.run.ordinary_network_share and software(work.mixture, setting, c.step) > 1:
        # Slower software hides more of the network, which practice takes for a better step: it is never better than the newest.
        newest = setting._replace(tuned=True, day=math.inf)
        best = prediction(work, per_token, gpu, precision, peak, count, c, most, newest, billing, own)
        ratio = min(ratio, best.value / (reached * progress * counted))
    value = reached * ratio * progress * counted
    value = value if value < 1 else 1.0
    in_range = 1e8 <= work.active <= 1e12 and count <= 30_000
    return Prediction(
        value, value * spread.low, smaller(1.0, value * spread.high), reached * counted, ratio, progress,
        trained, count, work.seq_len, spread, calibrated, in_range, own,
    )  # fmt: skip
