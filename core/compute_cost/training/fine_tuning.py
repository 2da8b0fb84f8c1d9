"""What fine-tuning takes: all weights, or low-rank adapters on a base that stays frozen (LoRA) or is packed in 4 bits (QLoRA).

seconds per token and accelerator = (the greater of computation and starting the kernels, smoothed) + unpacking + exchange

    computation  6 N FLOP where all weights are trained, 4 N with adapters, 2 N more where activations are computed again; attention
                 and memory passes as in compute_cost.physics.training_step; times a factor of the stack
    starting     a time per layer and pass: it rules short sequences in a Hugging Face stack
    unpacking    of a 4-bit base, once a pass
    exchange     of sharded weights, as far as computation does not hide it

The constants are rows of assumptions.csv (finetune_...); benchmarks/fit_fine_tuning.py fits them to measured steps and prints their
errors with a stack, a source or an organization left out.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import DoesNotFit, InputError, MissingInput
from compute_cost.inputs import FAR, assumed, default, figure, is_kept, once, step, warn
from compute_cost.parameters import AsOf, Choice, Gpu, Gpus, HourlyPrice, NumberFormat, Params, Quantity, YesNo
from compute_cost.physics.chips import chip_rates, connected, step_constants
from compute_cost.physics.elementwise import larger, smaller
from compute_cost.physics.formats import format_of, peak_of
from compute_cost.physics.model_memory import Footprint, bytes_per_chip, chips_needed, footprint, usable_memory
from compute_cost.physics.shape import Shape, is_mixture, shape_of
from compute_cost.physics.training_step import computation
from compute_cost.physics.utilization import refuse_more_than_one_machine, widths_of, workload
from compute_cost.prices.rental import hourly_price
from compute_cost.registry import estimate
from compute_cost.result import Answer
from compute_cost.training.conditions import STACKS, MeasuredRate, Stack, group_of, measured_step, question_count
from compute_cost.training.hosted_tuning import TunedBy, hosted_cost, name_offers, refuse_beside

USES = {"full": "training", "lora": "lora", "qlora": "qlora"}
APART = 1.05  # how far tokens and examples x tokens_per_example may lie apart

DataTokens = Annotated[
    float | None,
    Quantity("Tokens of the training data, read once.", "tokens", low=1, high=1e15, example='"10M"'),
]
Method = Annotated[
    str | None,
    Choice("What is trained: all weights, adapters, or adapters on a 4-bit base.", choices=tuple(USES), example='"lora"'),
]
Epochs = Annotated[float | None, Quantity("How many times the data is read; 1 if left out.", "times", high=1e4, above=True, example="3")]
Examples = Annotated[float | None, Quantity("Examples of the training data.", "examples", low=1, high=1e12, whole=True, example="52000")]
TokensPerExample = Annotated[
    float | None, Quantity("Tokens of one example, question and answer.", "tokens", low=1, high=1e7, above=True, example="500")
]
Rank = Annotated[float | None, Quantity("Rank of the adapters.", low=1, high=1e5, whole=True, example="16")]
RowLength = Annotated[
    float | None, Quantity("Tokens of the longest row in training.", "tokens", low=1, high=1e7, whole=True, example="4096")
]
Packed = Annotated[bool | None, YesNo("Whether short examples share a row; if not, rows are padded.", json_type="boolean", example="true")]
TuningFormat = Annotated[
    str | None,
    NumberFormat("Number format of the matrix multiplications; of QLoRA also one that its base is only stored in, such as NF4.",
                 example='"bf16"'),
]  # fmt: skip
MicroBatch = Annotated[
    float | None, Quantity("Rows of one pass on one accelerator; 1 if left out.", "rows", low=1, high=1e5, whole=True, example="4")
]


class Tuning(NamedTuple):
    """One fine-tuning run on one kind of accelerator. `forward` is what a pass without training takes of the time of a training pass."""

    gpu: Accelerator
    gpus: float
    tokens: float
    hours: float
    forward: float


class _Load(NamedTuple):
    """What a pass works on: the model, its memory, and the tokens of a row, of a document and of a pass."""

    model: Model
    shape: Shape
    parts: Footprint
    method: str
    row: float
    document: float
    rows: float
    too_large: float  # share of the activations that the memory does not hold, and that is computed again
    gathered: float  # bytes of the weights that are trained or adapted
    tuned: bool = True

    @property
    def use(self) -> str:
        return USES[self.method]

    @property
    def again(self) -> float:
        """Share of the activations that is computed again; in a Hugging Face stack all, whatever the memory."""
        return self.too_large if self.tuned else 1.0

    @property
    def each(self) -> float:
        """FLOP of one parameter and token: 2 forward, as many for gradients of activations, as many for those of trained weights."""
        return (6 if self.method == "full" else 4) + 2 * self.again


def tuning_run(
    model: Model, tokens: float | None, gpu: Accelerator | None, method: str | None, epochs: float | None, examples: float | None,
    tokens_per_example: float | None, gpus: float | None, precision: str | None, rank: float | None, seq_len: float | None,
    packed: bool | None, stack: str | None, micro_batch: float | None, *, rate: float | None = None, beside: float = 0.0,
) -> Tuning:  # fmt: skip
    """Billed hours [GPU-hours] = tokens x epochs x seconds per token x (1 + evaluation) / 3600.

    `rate` is that of a test run [tokens/s], taken before any prediction; `beside` is how many more copies of the weights the memory
    holds, such as a reference that is not trained.
    """
    _refuse_other_than_text(model)
    worked = trained = _tokens_trained(tokens, examples, tokens_per_example, epochs)
    chip = default("gpu", gpu, catalogue.default_gpu())
    tuning_method = default("method", method, "full")
    stored = _stored(precision, tuning_method)
    name, peak = peak_of(chip, None if stored else precision)
    default("precision", precision, name)
    shape = shape_of(model)
    if rank is not None and tuning_method == "full":
        raise InputError("rank", rank, 'a full fine-tuning has no adapters; leave rank out or give method "lora"')
    if rank is not None and rank > shape.hidden:
        raise InputError("rank", rank, f"it exceeds the model's width of {shape.hidden:,.0f}; most adapters have 8 to 256")
    if rate is not None:
        return _measured(model, trained, chip, name, peak, tuning_method, group_of(gpus, rate), rate)
    row = assumed("finetune_seq_len", seq_len, "seq_len")
    if seq_len is None:
        row = larger(row, tokens_per_example or 0.0)  # no row is shorter than an example
    rows = default("micro_batch", micro_batch, 1.0, "rows")
    is_packed = default("packed", packed, True)
    if tokens_per_example is not None and is_kept() and tokens_per_example > row:
        warn(f"seq_len: examples of {tokens_per_example:,.0f} tokens are cut or split at {row:,.0f}, and counted whole here")
    document = smaller(row, tokens_per_example or row)
    parts = footprint(model, USES[tuning_method], stored, row, rows, shape, rank=rank)
    gathered, parts = parts.weights, parts._replace(weights=parts.weights * (1 + beside))
    count = _count(model, chip, gpus, parts, shape, tuning_method, rows)
    again = _recomputed(parts, shape, USES[tuning_method], count, rows, usable_memory(chip))
    question_count(count)
    load = _Load(model, shape, parts, tuning_method, row if is_packed else document, document, rows, again, gathered)
    seconds, forward = once(_in_stacks, load, chip, peak, count, stack)
    figure("tokens_per_second_per_gpu", 1 / seconds, "tokens/s")
    if not is_packed:
        worked = step("Tokens with padding", "tokens x padding", worked * assumed("finetune_padding"), "tokens")
    error = assumed(f"finetune_error_{(stack or 'any_stack').replace('-', '_')}")
    formula = "tokens x seconds per token and accelerator x (1 + evaluation) / 3600"
    hours = step(
        "GPU-hours", formula, worked * seconds * (1 + assumed("finetune_evaluation")) * error / 3600, "GPU-hours", figure="gpu_hours"
    )
    figure("gpus", count, "GPUs")
    figure("hours", hours / count, "h")
    if is_kept():
        warn("one run only: trial runs over learning rates and data, and loading the model, come on top")
    return Tuning(chip, count, trained, hours, forward)


def _measured(
    model: Model, tokens: float, chip: Accelerator, precision: str, peak: float, method: str, count: float, rate: float
) -> Tuning:
    """The run at the rate of a test run: the steps as measured, and evaluation as usual."""
    least = 6 if method == "full" else 4
    figure("step_utilization", measured_step(least * model.active, chip, precision, peak, rate, count, "finetune_utilization"), "1")
    formula = "tokens x accelerators / tokens per second x (1 + evaluation) / 3600"
    hours = tokens * count / rate * (1 + assumed("finetune_evaluation")) / 3600
    hours = step("GPU-hours", formula, hours, "GPU-hours", figure="gpu_hours")
    figure("tokens_per_second_per_gpu", rate / count, "tokens/s")
    figure("gpus", count, "GPUs")
    figure("hours", hours / count, "h")
    if is_kept():
        warn("one run only: trial runs over learning rates and data, and loading the model, come on top")
    return Tuning(chip, count, tokens, hours, 0.0)


def _stored(precision: str | None, method: str) -> str | None:
    """The format that a QLoRA base is stored in where one is given that nothing is computed in; None else."""
    if precision is None or format_of(precision).trained_in:
        return None
    if method != "qlora":
        way_out = 'leave it out, or give method "qlora", whose base is stored in it'
        raise InputError("precision", precision, f"{format_of(precision).name} is a format of stored weights, not of training; {way_out}")
    return precision


def _refuse_other_than_text(model: Model) -> None:
    if not model.in_tokens:
        raise InputError("params", model.name, f"it is {model.makes}, whose fine-tuning is not estimated; give a language model")


def _tokens_trained(tokens: float | None, examples: float | None, each: float | None, epochs: float | None) -> float:
    data, times = _data_tokens(tokens, examples, each), default("epochs", epochs, 1.0, "times")
    most = catalogue.constant("finetune_most_epochs")
    if times > FAR * most:
        warn(f"epochs: the data is read {times:,.0f} times, published fine-tuning reads it {most:,.0f} at most; give passes, not steps")
    return step("Tokens trained", "tokens x epochs", data * times, "tokens", figure="tokens")


def _data_tokens(tokens: float | None, examples: float | None, each: float | None) -> float:
    """Tokens of the data, read once: as given, or examples x tokens per example; both have to agree."""
    if examples is None:
        if tokens is None:
            raise MissingInput("tokens", 'give the tokens of the training data, such as "10M", or examples and tokens_per_example')
        return tokens
    if tokens is not None and each is None:
        return tokens
    counted = examples * assumed("finetune_tokens_per_example", each, "tokens_per_example")
    if each is None:
        warn("tokens_per_example is assumed, and data sets differ tenfold; give your own")
    if tokens is not None and not 1 / APART <= tokens / counted <= APART:
        raise InputError("tokens", tokens, f"examples x tokens_per_example are {counted:,.0f}; give one of both, or numbers that agree")
    return step("Tokens of the data", "examples x tokens per example", counted, "tokens")


def _count(model: Model, chip: Accelerator, gpus: float | None, parts: Footprint, shape: Shape, method: str, rows: float) -> float:
    """The accelerators as given, or the fewest that hold it. Raises DoesNotFit with the way out."""
    usable = usable_memory(chip)
    if gpus is not None and bytes_per_chip(parts, shape, USES[method], gpus, rows) <= usable:
        return gpus
    needed = chips_needed(parts, shape, USES[method], rows, usable)
    if needed is None:
        raise DoesNotFit("gpu", chip.name, "no number of them holds the activations; give a shorter seq_len or a gpu with more memory")
    lighter = {"full": ', or method "lora"', "lora": ', or method "qlora"', "qlora": ""}[method]
    if gpus is None:
        refuse_more_than_one_machine(chip, needed, f"{method} fine-tuning", lighter)
        return default("gpus", None, needed, "GPUs")
    size = model.name or f"{model.params / 1e9:,.3g} billion parameters"
    raise DoesNotFit(
        "gpus", int(gpus), f"{method} fine-tuning of {size} needs at least {needed:,.0f} {chip.name}; set gpus to that{lighter}"
    )


def _recomputed(parts: Footprint, shape: Shape, use: str, count: float, rows: float, usable: float) -> float:
    """The least share of the activations to compute again so that the rest fits the memory."""
    kept = bytes_per_chip(parts._replace(activations=parts.activations_kept), shape, use, count, rows)
    if kept <= usable:
        return 0.0
    return min(1.0, (kept - usable) / (kept - bytes_per_chip(parts, shape, use, count, rows)))


def _in_stacks(load: _Load, chip: Accelerator, peak: float, count: float, stack: str | None) -> tuple[float, float]:
    """Accelerator-seconds of one token in the stack, and what a pass without training takes of them.

    Where no stack is given, the geometric mean of both kinds: the same job takes 1.2 to 2.8 times as long in one as in the other.
    """
    seconds = forward = 1.0
    stacks = (stack,) if stack else STACKS
    for name in stacks:
        own = load._replace(tuned=name == "tuned")
        seconds *= step(f"Time per token and accelerator, {name}", "computation, starting, unpacking and exchange",
                        _seconds_per_token(own, chip, peak, count), "s", figure=f"seconds_per_token_{name.replace('-', '_')}")  # fmt: skip
        forward *= 2 / own.each
    if stack is None:
        seconds, forward = seconds**0.5, forward**0.5
        step("Time per token and accelerator", "geometric mean of both stacks, as none is given", seconds, "s")
        if is_kept():
            warn("stack: none is given, so the answer lies between tuned software and a Hugging Face trainer; name it for a narrower range")
    return seconds, forward


def _seconds_per_token(load: _Load, chip: Accelerator, peak: float, count: float) -> float:
    """Accelerator-seconds for one token."""
    links, c = chip_rates(connected(chip, count), step_constants()).links, step_constants()
    busy = _computation(load, chip, peak)
    tokens = load.row * load.rows
    together = max(tokens, assumed("finetune_micro_tokens")) if load.tuned else tokens
    starting = 0.0
    if not load.tuned:
        launch = assumed("finetune_launch_full" if load.method == "full" else "finetune_launch")
        starting = step("Starting the kernels", "layers x time per layer / tokens of a pass", load.shape.layers * launch / tokens, "s")
        if is_kept() and starting > busy:
            warn(f"micro_batch: passes of {tokens:,.0f} tokens are over before the next kernels start; more rows a pass cost less")
    seconds = math.pow(busy**4 + starting**4, 0.25)
    if load.method == "qlora":
        unpacked = load.model.params * assumed("finetune_unpacking") / (chip.memory_bandwidth * 1e9)
        seconds += step("Unpacking the 4-bit weights", "parameters x bytes / memory bandwidth / tokens of a pass", unpacked / together, "s")
    needed = 1.0 if count == 1 else chips_needed(load.parts, load.shape, load.use, load.rows, usable_memory(chip)) or count
    if count > 1 and (load.method == "full" or needed > 1):
        # Frozen weights are gathered within a server where it holds them; trained ones are exchanged with all.
        beyond = count > links.domain and (load.method == "full" or needed > links.domain)
        line = c.line_efficiency * (min(links.inside, links.between * links.domain) if beyond else links.inside)
        passes = 3 if load.method == "full" else 2
        exchange = passes * load.gathered * (count - 1) / count / line / together
        shown = max(c.exposed_gradients * exchange, exchange - (1 - c.exposed_gradients) * seconds)
        if is_kept() and shown > seconds:
            what = "network between machines" if beyond else "links inside the machine"
            warn(f"gpus: the exchange of weights over the {what} takes most of the time; fewer or better connected accelerators cost less")
        seconds += step("Exchange of the weights", "bytes / line rate / tokens of a pass, as far as not hidden", shown, "s")
    servers = max(1.0, count / links.domain)
    return seconds * math.pow(servers, assumed("finetune_scale_out"))


def _computation(load: _Load, chip: Accelerator, peak: float) -> float:
    """Seconds of arithmetic and memory passes for one token on one accelerator."""
    model, shape = load.model, load.shape
    each, more = load.each, 1 + load.again / 3
    widths = widths_of(model) or (shape.layers, shape.hidden, shape.query_width)
    mixture = is_mixture(model, model.active)
    work = workload(model.params, model.active, widths, seq_len=load.row, mixture=mixture, document=load.document)
    parts = computation(work, chip, peak, step_constants())
    factor = assumed("finetune_factor_tuned" if load.tuned else "finetune_factor_hugging_face")
    formula = f"({each:.2g} N / (peak x efficiency) + attention over {load.document:,.0f} tokens + memory passes) x factor of the stack"
    seconds = (parts.products * each / 6 + (parts.passes + parts.attention) * more) * factor
    return step("Computation per token", formula, seconds, "s", "kaplan-2020", "compute-cost")


@estimate("GPU-hours")
def finetune_gpu_hours(
    params: Params,
    tokens: DataTokens = None,
    gpu: Gpu = None,
    method: Method = None,
    epochs: Epochs = None,
    examples: Examples = None,
    tokens_per_example: TokensPerExample = None,
    gpus: Gpus = None,
    precision: TuningFormat = None,
    rank: Rank = None,
    seq_len: RowLength = None,
    packed: Packed = None,
    stack: Stack = None,
    micro_batch: MicroBatch = None,
    tokens_per_second: MeasuredRate = None,
) -> Answer:
    """Accelerator-hours of fine-tuning a model: all weights, LoRA or QLoRA.

    hours [GPU-hours] = tokens x epochs x seconds per token and accelerator x (1 + evaluation) / 3600

    The data are `tokens` or `examples` x `tokens_per_example`, read `epochs` times (once if left out). Arithmetic is 6 FLOP
    per parameter and token for method "full" (taken if left out), 4 for "lora" and "qlora", 2 more where activations are
    computed again (compute_cost.training.fine_tuning). Memory decides how many accelerators hold it: left out, `gpus` is the
    fewest. `stack` left out gives the geometric mean of a tuned and a Hugging Face stack, with a range over both, and both times
    among the steps. Attention counts over a document when packed; rows that are not packed are padded. `tokens_per_second` of a test
    run on `gpus`, padding not counted, is taken before any prediction, and with it nothing is asked of the memory. Valid for decoders
    of 0.5 to 400 billion parameters on up to about 1,000 accelerators; the interval is that of measured steps whose stack the fit had
    not seen.

    Raises InputError for a value out of bounds, numbers of tokens that disagree or a rank above the width, MissingInput where
    the tokens are unknown, UnknownName for a model or accelerator, DoesNotFit with the number needed.
    """
    run = tuning_run(
        params, tokens, gpu, method, epochs, examples, tokens_per_example, gpus, precision, rank, seq_len, packed, stack, micro_batch,
        rate=tokens_per_second,
    )  # fmt: skip
    return Answer(run.hours, "gpu_hours")


@estimate("USD")
def finetune_cost(
    params: Params,
    tokens: DataTokens = None,
    gpu: Gpu = None,
    method: Method = None,
    epochs: Epochs = None,
    examples: Examples = None,
    tokens_per_example: TokensPerExample = None,
    gpus: Gpus = None,
    price_per_gpu_hour: HourlyPrice = None,
    precision: TuningFormat = None,
    rank: Rank = None,
    seq_len: RowLength = None,
    packed: Packed = None,
    stack: Stack = None,
    as_of: AsOf = None,
    micro_batch: MicroBatch = None,
    provider: TunedBy = None,
    tokens_per_second: MeasuredRate = None,
) -> Answer:
    """Cost of fine-tuning a model once, in US dollars: on rented accelerators, or by the tokens at a host that tunes.

    cost [USD] = GPU-hours (finetune_gpu_hours) x price [USD per GPU-hour] (gpu_price unless given)
    at a host [USD] = tokens x epochs x price [USD per million tokens], or its minimum

    US dollars, before tax, nominal, of the day of `as_of`. One run: trial runs come on top. With `provider` the accelerators are the
    host's, whose price is its own page's of a day that the answer names (tuning_prices.csv); left out, such prices are among the steps.
    Serving the tuned model is not included, which some hosts bill by the hour.

    Raises what finetune_gpu_hours raises, NoData where the accelerator has no rental price, UnknownName for a host, and InputError
    where the host has no price of that model and method, with those that have, or where accelerators are given too.
    """
    if provider is not None:
        own = {"gpu": gpu, "gpus": gpus, "price_per_gpu_hour": price_per_gpu_hour, "precision": precision, "rank": rank,
               "seq_len": seq_len, "packed": packed, "stack": stack, "as_of": as_of, "micro_batch": micro_batch,
               "tokens_per_second": tokens_per_second}  # fmt: skip
        refuse_beside(provider, own)
        _refuse_other_than_text(params)
        worked = _tokens_trained(tokens, examples, tokens_per_example, epochs)
        return Answer(hosted_cost(params, method, provider, worked), "cost")
    run = tuning_run(
        params, tokens, gpu, method, epochs, examples, tokens_per_example, gpus, precision, rank, seq_len, packed, stack, micro_batch,
        rate=tokens_per_second,
    )  # fmt: skip
    price = hourly_price(run.gpu, price_per_gpu_hour, as_of, count="gpus")
    if is_kept():
        name_offers(params, method, run.tokens)
    return Answer(step("Cost of one run", "GPU-hours x price", run.hours * price, "USD"), "cost")
