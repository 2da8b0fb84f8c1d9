"""What reinforcement learning of a language model takes: answers are generated, scored and trained on, step by step.

seconds of a step = generation + log-probabilities and training + new weights for generation

    generation  sequences x response tokens / tokens per second of all groups that serve, at the batch that each gets; and in a
                synchronous run at least the time in which a single stream writes the longest answer
    training    tokens x seconds per token of the training step, x 8/6 for the log-probabilities of the old policy, 10/6 with a critic
    weights     bytes of the weights over the network of a group

An asynchronous run generates while it trains: with the accelerators split so that neither waits, it takes the sum without the wait
for the longest answers. DPO generates nothing: it is what compute_cost.training.preference says of the same pairs, without the overhead
of such a step.
benchmarks/fit_reinforcement.py fits factor and overhead to measured steps and prints their errors with a stack left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import DoesNotFit, InputError
from compute_cost.inputs import assumed, default, figure, is_kept, once, step, unheard, warn
from compute_cost.parameters import REQUIRED, ActiveParams, AsOf, Choice, Gpu, Gpus, HourlyPrice, Params, Precision, Quantity, YesNo
from compute_cost.physics.chips import connected, links, step_constants
from compute_cost.physics.compute import active_parameters
from compute_cost.physics.formats import peak_of
from compute_cost.physics.serving_group import serving
from compute_cost.physics.shape import is_mixture
from compute_cost.physics.training_step import Workload, fewest_to_train, step_time
from compute_cost.physics.utilization import refuse_more_than_one_machine, widths_of, workload
from compute_cost.prices.rental import hourly_price
from compute_cost.registry import estimate
from compute_cost.result import Answer
from compute_cost.training.conditions import STACKS, MeasuredRate, group_of, question_count, question_rate
from compute_cost.training.preference import preference_run
from compute_cost.training.run import post_training

ALGORITHMS = ("grpo", "ppo", "dpo")
# Passes over the weights in units of a training step's six: with the log-probabilities before it, and those of a critic.
TRAINING_PASSES = {"grpo": 8 / 6, "ppo": 10 / 6}

Steps = Annotated[float, Quantity("Steps of the run.", "steps", low=1, high=1e8, whole=True, example="200")]
Prompts = Annotated[float, Quantity("Prompts of one step.", "prompts", low=1, high=1e8, whole=True, example="128")]
Samples = Annotated[
    float | None, Quantity("Answers to one prompt; assumed by the algorithm.", "answers", low=1, high=1e5, whole=True, example="16")
]
PromptTokens = Annotated[float | None, Quantity("Mean tokens of a prompt.", "tokens", low=1, high=1e7, example="200")]
ResponseTokens = Annotated[
    float, Quantity("Mean tokens of an answer, all turns of an agent together.", "tokens", low=1, high=1e7, example="2000")
]
Algorithm = Annotated[
    str | None,
    Choice("grpo (DAPO, RLOO and other methods without a critic), ppo (with a critic) or dpo (pairs, no generation).",
           choices=ALGORITHMS, example='"grpo"'),
]  # fmt: skip
Asynchronous = Annotated[
    bool | None, YesNo("Whether answers are generated while earlier ones are trained on.", json_type="boolean", example="true")
]
Stack = Annotated[
    str | None,
    Choice("Software: tuned (answers by a serving engine such as vLLM) or hugging-face (by the trainer itself, as in 2023).",
           choices=STACKS, example='"tuned"'),
]  # fmt: skip
LongestResponse = Annotated[float | None, Quantity("Most tokens of an answer.", "tokens", low=1, high=1e7, example="8192")]


class Reinforcement(NamedTuple):
    """One run of reinforcement learning on one kind of accelerator."""

    gpu: Accelerator
    hours: float


class _Batch(NamedTuple):
    """What one step generates and trains on."""

    sequences: float
    prompt: float
    response: float
    longest: float | None
    algorithm: str

    @property
    def tokens(self) -> float:
        return self.sequences * (self.prompt + self.response)


def reinforcement_run(
    model: Model, steps: float, prompts: float, samples: float | None, prompt_tokens: float | None, response_tokens: float,
    gpu: Accelerator | None, gpus: float | None, algorithm: str | None, precision: str | None, asynchronous: bool | None,
    longest: float | None, active_params: float | None, stack: str | None, rate: float | None = None,
) -> Reinforcement:  # fmt: skip
    """Billed hours [GPU-hours] = steps x seconds of a step x accelerators / 3600."""
    if longest is not None and longest < response_tokens:
        raise InputError("max_response_tokens", longest, f"it is less than the mean of {response_tokens:,.0f} tokens; give the limit")
    chip, rl_algorithm = default("gpu", gpu, catalogue.default_gpu()), default("algorithm", algorithm, "grpo")
    each = default("samples_per_prompt", samples, {"grpo": 16.0, "ppo": 1.0, "dpo": 2.0}[rl_algorithm], "answers")
    batch = _Batch(prompts * each, assumed("rl_prompt_tokens", prompt_tokens, "prompt_tokens"), response_tokens, longest, rl_algorithm)
    if rl_algorithm == "dpo":
        tuned = replace(model, active_params=active_params) if active_params else model
        return _on_pairs(tuned, steps, batch, chip, gpus, precision, stack, rate)
    software = default("stack", stack, "tuned")
    name, peak = peak_of(chip, precision)
    default("precision", precision, name)
    active = active_parameters(model, active_params)
    if rate is not None:
        count = group_of(gpus, rate)
        question_rate(rate * 6 * active / (count * peak), rate, chip, name, count, "rl_utilization")
        measured = step("Seconds of a step", "tokens of prompts and answers / tokens per second", batch.tokens / rate, "s",
                        figure="step_seconds")  # fmt: skip
        return _billed(model, steps, measured, chip, count)
    work = workload(model.params, active, widths_of(model), seq_len=batch.prompt + response_tokens, mixture=is_mixture(model, active))
    count = _count(work, chip, gpus)
    seconds = step_time(work, connected(chip, count), peak, count).seconds * TRAINING_PASSES[rl_algorithm] * batch.tokens / count
    training = step(
        "Log-probabilities and training", "tokens x seconds per token x passes / accelerators", seconds, "s", figure="training_seconds"
    )
    whole = training + _generation(model, batch, chip, count, active_params, default("asynchronous", asynchronous, False), precision)
    whole = whole * assumed(f"rl_factor_{software.replace('-', '_')}") + assumed("rl_step_overhead")
    step("Seconds of a step", "(generation + training + new weights) x factor + overhead", whole, "s", figure="step_seconds")
    return _billed(model, steps, whole, chip, count, assumed(f"rl_error_{software.replace('-', '_')}"))


def _billed(model: Model, steps: float, seconds: float, chip: Accelerator, count: float, error: float = 1.0) -> Reinforcement:
    """The run of so many steps of so many seconds."""
    total = seconds * steps * count / 3600 * error
    if is_kept():
        warn("one run only; scoring by other models, code sandboxes and evaluation are not included, nor trial runs")
        _published(model)
    question_count(count)
    figure("gpus", count, "GPUs")
    figure("days", total / count / 24, "days")
    return Reinforcement(chip, step("GPU-hours", "steps x seconds x accelerators / 3600", total, "GPU-hours", figure="gpu_hours"))


def _on_pairs(
    model: Model, steps: float, batch: _Batch, chip: Accelerator, gpus: float | None, precision: str | None,
    stack: str | None, rate: float | None,
) -> Reinforcement:  # fmt: skip
    """Direct preference optimization on the answers of all steps, two a pair."""
    pairs, each = steps * batch.sequences / 2, 2 * (batch.prompt + batch.response)
    run = preference_run(model, pairs, each, chip, None, None, gpus, precision, None, None, None, stack, rate)
    seconds = run.hours / run.gpus * 3600
    figure("training_seconds", seconds / steps, "s")
    figure("step_seconds", seconds / steps, "s")
    figure("gpus", run.gpus, "GPUs")
    figure("days", seconds / 86400, "days")
    return Reinforcement(run.gpu, run.hours)


def _published(model: Model) -> None:
    """What is published of the model's own reinforcement learning, beside the estimate."""
    run = post_training(model.id)
    if run is None:
        return
    if run.gpu_hours:
        step("Published: hours of its reinforcement learning", run.organization, run.gpu_hours, "GPU-hours", run.source)
        figure("published_gpu_hours", run.gpu_hours, "GPU-hours")
    if run.cost:
        step("Published: cost of its reinforcement learning", run.organization, run.cost, "USD", run.source)
        figure("published_cost", run.cost, "USD")


def _count(work: Workload, chip: Accelerator, gpus: float | None) -> float:
    """The accelerators as given, or the fewest whole servers whose memory holds the training states. Raises DoesNotFit."""
    fewest = fewest_to_train(work, chip)
    if fewest is None:
        raise DoesNotFit("gpu", chip.name, "no number of them holds the training states; name another gpu")
    if gpus is None:
        refuse_more_than_one_machine(chip, fewest, "training")
        server = assumed("largest_server")
        return default("gpus", None, float(-(-fewest // server) * server), "GPUs")
    if gpus < fewest:
        raise DoesNotFit("gpus", int(gpus), f"the training states need at least {fewest:,} {chip.name}; set gpus to {fewest:,} or more")
    return gpus


class _Group(NamedTuple):
    """Accelerators that serve together: seconds until all answers of a step are written, and until the longest is."""

    gpus: float
    weight_bytes: float
    all_answers: float
    longest: float


def _group(
    model: Model, batch: _Batch, chip: Accelerator, size: float, count: float, precision: str | None, active: float | None, longest: float
) -> _Group:
    """Groups of that size out of all accelerators; one without an answer to write is idle."""
    groups = max(1.0, min(count // size, batch.sequences))
    lengths = (batch.prompt, batch.response)
    served = once(serving, model, chip, size, precision, *lengths, max(1.0, batch.sequences / groups), active)
    all_answers = batch.sequences * batch.response / (served.time.tokens_per_second * groups)
    wait = longest * once(serving, model, chip, size, precision, *lengths, 1.0, active).time.per_token if longest else 0.0
    return _Group(size, served.work.weight_bytes, all_answers, wait)


def _generation(
    model: Model, batch: _Batch, chip: Accelerator, count: float, active: float | None, asynchronous: bool, precision: str | None
) -> float:
    """Seconds in which all accelerators generate the answers of a step, and get the new weights before it."""
    longest, constants = 0.0 if asynchronous else batch.longest or 2 * batch.response, step_constants()
    line = links(connected(chip, None), constants).between * constants.line_efficiency
    with unheard():
        smallest = once(serving, model, chip, None, precision, batch.prompt, batch.response, None, active).gpus
        sizes = [size for size in (smallest, 2 * smallest, 4 * smallest) if size == smallest or size <= min(count, 8.0)]
        groups = [_group(model, batch, chip, size, count, precision, active, longest) for size in sizes]
    quickest = min(groups, key=lambda group: max(group.all_answers, group.longest) + group.weight_bytes / line / group.gpus)
    figure("gpus_per_group", quickest.gpus, "GPUs")
    seconds = step("Generation", "sequences x response tokens / tokens per second", quickest.all_answers, "s", figure="generation_seconds")
    if not asynchronous:
        if batch.longest is None and is_kept():
            warn("max_response_tokens is not given: the wait for the longest answers is taken as that of twice the mean")
        seconds = max(seconds, step("Longest answer", "longest response x time of a token", quickest.longest, "s"))
    return seconds + step(
        "New weights for generation", "bytes of the weights / network of a group", quickest.weight_bytes / line / quickest.gpus, "s"
    )


@estimate("GPU-hours")
def rl_gpu_hours(
    params: Params,
    steps: Steps = REQUIRED,
    prompts_per_step: Prompts = REQUIRED,
    samples_per_prompt: Samples = None,
    prompt_tokens: PromptTokens = None,
    response_tokens: ResponseTokens = REQUIRED,
    gpu: Gpu = None,
    gpus: Gpus = None,
    algorithm: Algorithm = None,
    precision: Precision = None,
    asynchronous: Asynchronous = None,
    max_response_tokens: LongestResponse = None,
    active_params: ActiveParams = None,
    stack: Stack = None,
    tokens_per_second: MeasuredRate = None,
) -> Answer:
    """Accelerator-hours of reinforcement learning on a language model: GRPO, PPO or DPO.

    hours [GPU-hours] = steps x (generation + training + new weights) [s] x accelerators / 3600

    Each step answers `prompts_per_step` prompts `samples_per_prompt` times (16 with grpo, 1 with ppo if left out), at the speed of
    infer_throughput on the smallest groups that hold the model, and trains on the answers (compute_cost.training.reinforcement). With
    dpo nothing is generated: each pair of answers, 2 to a prompt if left out, is one of dpo_gpu_hours. An agent's turns count as one
    answer. Without `max_response_tokens` the wait for the longest answers is that of twice the mean. Left out, `gpus` is the fewest
    servers that hold the training states. `tokens_per_second` of a test run on `gpus`, prompts and answers of a whole step over its
    time, is taken before any prediction. A factor and an overhead are fitted to measured steps. Valid for decoders of 1 to 700 billion
    parameters; rewards by rules.

    Raises InputError for a value out of bounds, MissingInput without steps, prompts or response tokens, UnknownName for a model or
    accelerator, DoesNotFit with the number needed.
    """
    run = reinforcement_run(
        params, steps, prompts_per_step, samples_per_prompt, prompt_tokens, response_tokens, gpu, gpus, algorithm, precision,
        asynchronous, max_response_tokens, active_params, stack, tokens_per_second,
    )  # fmt: skip
    return Answer(run.hours, "gpu_hours")


@estimate("USD")
def rl_cost(
    params: Params,
    steps: Steps = REQUIRED,
    prompts_per_step: Prompts = REQUIRED,
    samples_per_prompt: Samples = None,
    prompt_tokens: PromptTokens = None,
    response_tokens: ResponseTokens = REQUIRED,
    gpu: Gpu = None,
    gpus: Gpus = None,
    algorithm: Algorithm = None,
    price_per_gpu_hour: HourlyPrice = None,
    precision: Precision = None,
    asynchronous: Asynchronous = None,
    max_response_tokens: LongestResponse = None,
    active_params: ActiveParams = None,
    stack: Stack = None,
    as_of: AsOf = None,
    tokens_per_second: MeasuredRate = None,
) -> Answer:
    """Rental cost of reinforcement learning on a language model, in US dollars.

    cost [USD] = GPU-hours (rl_gpu_hours) x price [USD per GPU-hour] (gpu_price unless given)

    US dollars, before tax, nominal, of the day of `as_of`.

    Raises what rl_gpu_hours raises, and NoData where the accelerator has no rental price.
    """
    run = reinforcement_run(
        params, steps, prompts_per_step, samples_per_prompt, prompt_tokens, response_tokens, gpu, gpus, algorithm, precision,
        asynchronous, max_response_tokens, active_params, stack, tokens_per_second,
    )  # fmt: skip
    price = hourly_price(run.gpu, price_per_gpu_hour, as_of, count="gpus")
    return Answer(step("Cost of the run", "GPU-hours x price", run.hours * price, "USD"), "cost")
