# Written by docs/build_stub.py from the registry: change the estimates, not this file.
import datetime
import typing

from compute_cost import errors as errors, registry as registry
from compute_cost.errors import CostError as CostError
from compute_cost.result import Result as Result

__version__: str

def train_flops(
    params: float | str,
    tokens: float | str | None = None,
    seq_len: float | str | None = None,
    active_params: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Arithmetic to train a language model once, in floating-point operations.

    flop [FLOP] = (6 x active parameters + 12 x layers x attention width x seq_len) x tokens

    6 per parameter and token: 2 in the forward pass, 4 in the backward pass (Kaplan et al. 2020,
    arXiv 2001.08361, section 2.1). The attention term (Chowdhery et al. 2022, arXiv 2204.02311,
    appendix B) is included where the model's shape is in the catalogue or seq_len is given; it
    counts full, not causal, scores and no recomputation. A mixture of experts counts its active
    parameters; an encoder-decoder half of its weights; an image model has its published compute.
    Valid for transformers above about 10 million parameters and sequences up to about 100,000 tokens.

    Raises InputError for a value out of bounds, MissingInput where the tokens are unknown,
    UnknownName for a model that is not in the catalogue, NoData for an image model without published compute.
    """

def infer_flops(
    params: float | str,
    tokens: float | str | None = None,
    context: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Arithmetic to run a language model, in floating-point operations (for one token unless given).

    flop [FLOP] = (2 x active parameters + 4 x layers x attention width x context) x tokens

    One multiplication and one addition per weight and token (Kaplan et al. 2020, arXiv 2001.08361,
    section 2.1); half of both in an encoder-decoder, whose token passes one of the two. The attention term is a third of the
    training term and is counted where `context` is given. Valid for transformers of any size.

    Raises InputError for a value out of bounds, UnknownName for a model that is not in the catalogue,
    NoData for models of images, video or speech.
    """

def memory_needed(
    params: float | str,
    precision: str | None = None,
    context: float | str | None = None,
    batch: float | str | None = None,
    use: str | None = None,
    kv_precision: str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Memory a model takes: weights, and with a context KV cache, activations and overhead; also for training and fine-tuning.

    weights [GB] = parameters x bits per parameter / 8 / 1e9
    KV cache [GB] = layers x KV width x context x batch x bits of the cache / 8 / 1e9
    recurrent state [GB] = elements of the state x batch x bits of the state / 8 / 1e9
    training [GB] = weights + gradients + optimizer states (16 bytes a parameter with Adam) + activations
    lora, qlora [GB] = frozen weights (qlora: 4-bit) + adapters with their gradients and optimizer states + activations

    Without a context the value is what the model's own states take; with one it is what running takes, with
    activations and the runtime's own memory. Image models always count one image or `batch` of them.
    All parameters count, also the idle experts of a mixture. Without a precision the format of the released
    weights is taken, bf16 for most. Bits per parameter include the scales of block
    formats; embedding and output head stay at 16 bits in most formats below 16, those of GGUF files by what the files hold. The
    cache is kept in 16 bits, as engines do, unless kv_precision says otherwise. KV width is 2 x KV heads x head width
    (multi-head latent attention: its latent width); layers with a sliding window keep only the window, recurrent ones (Mamba,
    linear attention) a state of constant size, which is a part of its own. Gradients and
    optimizer states follow Rajbhandari et al. 2019 (arXiv 1910.02054, section 3.1), activations in training, with full
    recomputation, Korthikanti et al. 2022 (arXiv 2205.05198). A GB is 1e9 bytes; a GiB is 7% more.
    Valid within about 10% for transformers; where the shape is unknown the range is that of open models of the size.

    Raises InputError for a value out of bounds, UnknownName for a model that is not in the catalogue or another use.
    """

def memory_fit(
    params: float | str,
    gpu: str | None = None,
    gpus: float | str | None = None,
    precision: str | None = None,
    context: float | str | None = None,
    batch: float | str | None = None,
    use: str | None = None,
    kv_precision: str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """How many accelerators hold a model, whether the given ones do, and which kinds are enough.

    needed on each [GB] = weights and KV cache split by heads or by layers + activations + runtime, at most memory x usable share

    The parts are the same as in memory_needed. In inference each chip gets its share of the heads (the number must divide
    them, and keys and values split no further than the KV heads) or whole layers, whichever is less; in training and
    fine-tuning all states are sharded and gathered layer by layer (ZeRO stage 3 or FSDP). Of the memory that a driver
    reports, memory_share is usable on data-center chips and card_memory_share on other cards; of a memory shared with the
    processor, unified_memory_share. Holding a model says nothing about its speed.
    `fits` and the figures for each chip are for `gpus`, one if left out; share_that_fits is the part of the whole need
    that they hold. The table lists every accelerator on sale by its memory, and one of each size of unified memory.

    Raises InputError for a value out of bounds or activations that no number of chips holds, UnknownName
    for a model, an accelerator or a use that is not known.
    """

def largest_model(
    gpu: str | None = None,
    gpus: float | str | None = None,
    precision: str | None = None,
    context: float | str | None = None,
    kv_precision: str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """The largest model, in parameters, that accelerators hold for one request of a context.

    the largest N for which weights + KV cache + activations + runtime on each [GB] are at most memory x usable share

    The parts, and how they are split over several accelerators, are those of memory_fit for a model of which only the size
    is known, whose cache is what open models of that size usually keep; the range is mostly that of their caches. Without a
    precision the weights take 16 bits. The table lists the models of the catalogue that fit, largest first, each with its
    own cache, in the given precision or else in the one that it was released in. Holding a model says nothing about its speed.

    Raises InputError for a value out of bounds, UnknownName for an accelerator or a format, DoesNotFit where not even a
    million parameters fit beside the context.
    """

def longest_context(
    params: float | str,
    gpu: str | None = None,
    gpus: float | str | None = None,
    precision: str | None = None,
    kv_precision: str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """The longest context, in tokens, of one request that accelerators hold beside a model's weights.

    the longest context for which weights + KV cache + activations + runtime on each [GB] are at most memory x usable share

    The parts, and how they are split over several accelerators, are those of memory_fit. At most the context that the model
    is made for, where the catalogue has it: `held_by_memory` is what the memory alone would hold. A model whose layers keep a
    window or a state of constant size is held at any length (a billion tokens at most). Where the shape is unknown, the range
    is that of the caches of open models of the size.

    Raises InputError for a value out of bounds, UnknownName for a model, an accelerator or a format, DoesNotFit where
    the accelerators do not hold the model and one token, NoData for a model without a context.
    """

def step_utilization(
    params: float | str,
    gpu: str | None = None,
    precision: str | None = None,
    gpus: float | str | None = None,
    seq_len: float | str | None = None,
    active_params: float | str | None = None,
    global_batch: float | str | None = None,
    micro_batch: float | str | None = None,
    stack: str | None = None,
    as_of: datetime.date | str | float | None = None,
    document_tokens: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Share of the chip's dense peak that a well-tuned training step reaches, without restarts, evaluation and stops.

    step utilization = compute per token / (dense peak x accelerator-seconds per token)

    The seconds belong to the fastest layout (compute_cost.physics.training_step), calibrated on published throughput
    tables. The compute counts what train_flops counts. The share that a whole billed run reaches is
    another one: train_gpu_hours shows it. Left out, `gpus` is what runs of the model's size use, and batches are as usual.
    `stack` is tuned unless given; `as_of` takes the software of that day, of the newest measured releases if left out. The interval is
    that of measured steps whose stack the fit had not seen: whole frameworks differ by that much on one chip.
    Valid for decoder transformers of 0.1 to 1,000 billion active parameters, sequences up to 131,072 tokens.

    Raises InputError for a value out of bounds or a pass larger than the step, UnknownName for a model or accelerator, NoData for a
    precision that the chip does not have, DoesNotFit where the accelerators can't hold the training states.
    """

def measured_utilization(
    params: float | str,
    tokens_per_second: float | str,
    gpu: str | None = None,
    gpus: float | str | None = None,
    precision: str | None = None,
    seq_len: float | str | None = None,
    active_params: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Your own step utilization from a short test run's tokens per second; train_gpu_hours takes the rate itself.

    utilization = tokens per second x compute per token / (accelerators x dense peak)

    `tokens_per_second` is the rate of the whole group of `gpus` accelerators (one if left out). The result is
    a step utilization: passed on as `utilization`, the hours and costs are those of an uninterrupted run, and
    restarts and evaluation still come on top. `billed_utilization` among the values includes them (times
    goodput for that many accelerators), for a bill of a run of that size. Practice is not applied: it is measured here.

    Raises InputError where the rate is more than the accelerators can do, UnknownName for a model or
    accelerator, NoData for a precision that the chip does not have.
    """

def gpu_price(
    gpu: str,
    term: str | None = None,
    as_of: datetime.date | str | float | None = None,
    provider: str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Rental price of an accelerator on a day, with the range over providers.

    price [USD per GPU-hour] = weighted median over providers of each provider's latest quote; the weight of a quote halves for every
    90 days that it is older than the newest, up to a year; low and high are the 10th and 90th percentile over providers, and where
    fewer than five quote, at least as far off as a further provider is for other chips (assumption few_quotes)

    The quotes are those of neoclouds, where two of them quote the chip, else of marketplaces or hyperscalers, which the answer
    says; `provider` names another class or a provider. The price moves only on days with a new quote: by at most a quarter in a month,
    and by as much more as several providers, each quoted a month before, moved it. After the newest it is held as it stood on that day,
    with a warning where that was more than half a year before or `as_of` is later than the catalogue; future_cost estimates a trend.
    A year as a date counts from its first day.

    Of a reservation (`term`): the provider's own quote for the longest published term that it fills; the index of that term,
    where two providers of the class quote it or somebody publishes one; else on demand less the discount of the providers that quote
    both, or the usual one (assumptions reserved_discount_1y and _3y). For less than a year it is the price on demand. A chip
    that nobody quotes may have another that stands in (assumptions rent_as_), with a range half as wide again each way.
    US dollars, before tax, nominal, of the day quoted.

    Raises UnknownName for an accelerator or a provider that the catalogue does not
    know, NoData where it has no price for that term and day. A name is never priced as its neighbor.
    """

def train_gpu_hours(
    params: float | str,
    tokens: float | str | None = None,
    gpu: str | None = None,
    utilization: float | str | None = None,
    precision: str | None = None,
    gpus: float | str | None = None,
    seq_len: float | str | None = None,
    active_params: float | str | None = None,
    global_batch: float | str | None = None,
    micro_batch: float | str | None = None,
    stack: str | None = None,
    as_of: datetime.date | str | float | None = None,
    document_tokens: float | str | None = None,
    tokens_per_second: float | str | None = None,
    billing: str | None = None,
    test_gpus: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Accelerator-hours that one training run is billed for.

    hours [GPU-hours] = training FLOP / (dense peak [FLOP/s] x utilization x 3600)

    The FLOP come from train_flops. Utilization is the share of the chip's dense peak at that
    precision that the whole billed run reaches; left out, it is predicted from the chip, the model, the
    cluster and published runs, with an 80% interval (compute_cost.physics.utilization); "naive" means untuned code.
    The hours cover one run, without trial or failed runs. A known model is taken in its published format and, on chips of that
    generation, on its published number of them; what has been published of it stands next to the estimate, as do the hours on its own chip.
    `tokens_per_second` of a test run on `gpus` is taken before any prediction; of one on fewer, `test_gpus`, it changes on the way to
    `gpus` as the prediction does. `stack`, `global_batch`, `micro_batch` and
    `document_tokens` are those of step_utilization; `as_of` takes the software of that day. `billing` says which hours are meant: those
    metered of running jobs, or all from the first day of a reserved cluster to its last; published runs, which the prediction follows if
    it is left out, count either.
    Valid for decoder transformers of 0.1 to 1,000 billion active parameters on up to 30,000 accelerators.

    Raises InputError for a value out of bounds or a utilization, given or by the rate, below a twentieth of the lowest that was published
    (assumption training_utilization; below a third it warns), MissingInput where the tokens are unknown, UnknownName for a model or
    accelerator, NoData for a precision that the catalogue does not hold, and DoesNotFit
    where the given number of accelerators can't hold the training states (a warning where a utilization is given).
    """

@typing.overload
def train_days(
    params: float | str,
    tokens: float | str | None = None,
    gpu: str | None = None,
    *,
    gpus: float | str,
    utilization: float | str | None = None,
    precision: str | None = None,
    seq_len: float | str | None = None,
    active_params: float | str | None = None,
    global_batch: float | str | None = None,
    micro_batch: float | str | None = None,
    stack: str | None = None,
    as_of: datetime.date | str | float | None = None,
    document_tokens: float | str | None = None,
    tokens_per_second: float | str | None = None,
    billing: str | None = None,
    test_gpus: float | str | None = None,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """How long one training run takes on a given number of accelerators.

    days = GPU-hours / accelerators / 24, with the GPU-hours of train_gpu_hours

    Raises what train_gpu_hours raises, and MissingInput where the number of accelerators is left out.
    """

@typing.overload
def train_days(
    params: float | str,
    tokens: float | str | None,
    gpu: str | None,
    gpus: float | str,
    utilization: float | str | None = None,
    precision: str | None = None,
    seq_len: float | str | None = None,
    active_params: float | str | None = None,
    global_batch: float | str | None = None,
    micro_batch: float | str | None = None,
    stack: str | None = None,
    as_of: datetime.date | str | float | None = None,
    document_tokens: float | str | None = None,
    tokens_per_second: float | str | None = None,
    billing: str | None = None,
    test_gpus: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """How long one training run takes on a given number of accelerators.

    days = GPU-hours / accelerators / 24, with the GPU-hours of train_gpu_hours

    Raises what train_gpu_hours raises, and MissingInput where the number of accelerators is left out.
    """

def train_cost(
    params: float | str,
    tokens: float | str | None = None,
    gpu: str | None = None,
    price_per_gpu_hour: float | str | None = None,
    utilization: float | str | None = None,
    gpus: float | str | None = None,
    precision: str | None = None,
    seq_len: float | str | None = None,
    active_params: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    global_batch: float | str | None = None,
    micro_batch: float | str | None = None,
    stack: str | None = None,
    document_tokens: float | str | None = None,
    tokens_per_second: float | str | None = None,
    billing: str | None = None,
    test_gpus: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Rental cost of training a model once, in US dollars.

    cost [USD] = GPU-hours (train_gpu_hours) x price [USD per GPU-hour] (gpu_price unless given)

    The interval joins that of the utilization and that of the price, taken as independent, by the
    root of the summed squares of their logarithms. US dollars, before tax, nominal, of the day of
    `as_of`, whose software is taken too. One run only: trial runs, failed runs and idle reservations come on top. Of a known model the
    cost on the chip and in the year of its training stands beside. The other arguments are those of train_gpu_hours.

    Raises what train_gpu_hours raises, and NoData where the accelerator has no rental price.
    """

def project_cost(
    params: float | str,
    tokens: float | str | None = None,
    gpu: str | None = None,
    gpus: float | str | None = None,
    price_per_gpu_hour: float | str | None = None,
    utilization: float | str | None = None,
    trial_share: float | str | None = None,
    failed_share: float | str | None = None,
    months_reserved: float | str | None = None,
    precision: str | None = None,
    seq_len: float | str | None = None,
    active_params: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    team: str | None = None,
    tokens_per_second: float | str | None = None,
    test_gpus: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
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

def compute_optimal(
    budget: float | str | None = None,
    flops: float | str | None = None,
    params: float | str | None = None,
    tokens: float | str | None = None,
    gpu: str | None = None,
    price_per_gpu_hour: float | str | None = None,
    utilization: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Parameters and tokens that make the best of a budget, of an amount of arithmetic, of a model size or of a data set.

    parameters = scale x (flops / 6) ^ exponent, tokens = flops / (6 x parameters), cost [USD] = GPU-hours x price

    Exactly one of budget, flops, params and tokens is given. The main value is the parametric loss of
    Hoffmann et al. 2022 (arXiv 2203.15556, approach 3) as re-fitted by Besiroglu et al. 2024 (arXiv
    2404.10102); low and high are the lowest and highest of all the published laws (also 20 tokens per
    parameter, approach 2, and approach 3 as published, whose few parameters the re-fit contradicts),
    with a budget joined with the range of the price and the utilization. Where params is given the
    value is params and the laws differ in `tokens`. A known model is called under- or over-trained
    where its tokens per parameter lie outside the laws; a mixture of experts counts its active parameters.
    The optimum is for training alone: a model that serves many users is worth over-training.
    Valid for dense transformers on one pass of fresh text; fitted up to 16 billion parameters, beyond extrapolated.
    US dollars, before tax, nominal, at the catalogue's own date.

    Raises InputError where more than one of the four is given or a value is out of bounds, MissingInput
    where none is, UnknownName for a name and NoData for an image model or an accelerator without a price.
    """

@typing.overload
def gpus_needed(
    params: float | str,
    tokens: float | str | None = None,
    gpu: str | None = None,
    *,
    days: float | str,
    utilization: float | str | None = None,
    precision: str | None = None,
    seq_len: float | str | None = None,
    active_params: float | str | None = None,
    global_batch: float | str | None = None,
    micro_batch: float | str | None = None,
    stack: str | None = None,
    as_of: datetime.date | str | float | None = None,
    document_tokens: float | str | None = None,
    tokens_per_second: float | str | None = None,
    test_gpus: float | str | None = None,
    billing: str | None = None,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """How many accelerators finish one training run within a number of days.

    accelerators = the smallest whole number n found for which GPU-hours(n) / (24 x days) is at most n

    The GPU-hours come from train_gpu_hours; a predicted utilization depends on the number of
    accelerators, so that number is searched for by growing steps and bisection. The final run alone,
    without trial and failed runs. `tokens_per_second` of a test run on `test_gpus` is taken before any prediction, and changes with the
    number of accelerators as the prediction does. The other arguments are those of train_gpu_hours.

    Raises what train_gpu_hours raises, MissingInput where days is left out, and InputError where
    no number of accelerators does it.
    """

@typing.overload
def gpus_needed(
    params: float | str,
    tokens: float | str | None,
    gpu: str | None,
    days: float | str,
    utilization: float | str | None = None,
    precision: str | None = None,
    seq_len: float | str | None = None,
    active_params: float | str | None = None,
    global_batch: float | str | None = None,
    micro_batch: float | str | None = None,
    stack: str | None = None,
    as_of: datetime.date | str | float | None = None,
    document_tokens: float | str | None = None,
    tokens_per_second: float | str | None = None,
    test_gpus: float | str | None = None,
    billing: str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """How many accelerators finish one training run within a number of days.

    accelerators = the smallest whole number n found for which GPU-hours(n) / (24 x days) is at most n

    The GPU-hours come from train_gpu_hours; a predicted utilization depends on the number of
    accelerators, so that number is searched for by growing steps and bisection. The final run alone,
    without trial and failed runs. `tokens_per_second` of a test run on `test_gpus` is taken before any prediction, and changes with the
    number of accelerators as the prediction does. The other arguments are those of train_gpu_hours.

    Raises what train_gpu_hours raises, MissingInput where days is left out, and InputError where
    no number of accelerators does it.
    """

def cheapest_gpu(
    params: float | str,
    tokens: float | str | None = None,
    days: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result:
    """Accelerators ranked by the rental cost of one training run, and those that cannot do it with the reason.

    cost [USD] = GPU-hours x price on demand, in the chip's own 16-bit format, for each accelerator of the catalogue

    With `days` each kind gets the number that finishes in time. Without, it gets the number that runs
    of this size usually have, or as many as finish within the longest run that is worth its time
    (assumption longest_run). Left out with the reason: no 16-bit peak, no rental price of the last
    year, memory too small for the training states, more accelerators than the largest published cluster,
    or, of consumer and workstation cards, than one server (assumption largest_server).
    The range is that of the cheapest chip, as in its row of the table. Ranges overlap: a chip that costs a tenth more than
    another may not be more expensive.
    US dollars, before tax, nominal, on the price of the day of `as_of`.

    Raises what train_flops raises, and NoData where no accelerator can do it.
    """

def train_energy(
    params: float | str,
    tokens: float | str | None = None,
    gpu: str | None = None,
    utilization: float | str | None = None,
    pue: float | str | None = None,
    precision: str | None = None,
    gpus: float | str | None = None,
    tokens_per_second: float | str | None = None,
    test_gpus: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Electricity of one training run, the facility's cooling and losses included.

    energy [kWh] = GPU-hours x chip power [kW] x server power per chip power x average draw x PUE

    The GPU-hours come from train_gpu_hours, with `tokens_per_second` of a test run on `gpus` before any prediction; chip power is the
    highest rated; the server's share (CPUs, memory, network cards, fans) and the average draw in training follow the cost model of
    Cottier et al. 2024 (arXiv 2405.21015). Published figures have different
    bounds: chips alone (`chips` among the values), servers, or the whole facility. Of a known model the energy on the chip
    that it was trained on and what has been published stand beside.
    Valid for data-center servers; switches and storage outside the servers are not counted.

    Raises what train_gpu_hours raises, and NoData where the catalogue does not have the accelerator's power.
    """

def finetune_gpu_hours(
    params: float | str,
    tokens: float | str | None = None,
    gpu: str | None = None,
    method: str | None = None,
    epochs: float | str | None = None,
    examples: float | str | None = None,
    tokens_per_example: float | str | None = None,
    gpus: float | str | None = None,
    precision: str | None = None,
    rank: float | str | None = None,
    seq_len: float | str | None = None,
    packed: bool | str | None = None,
    stack: str | None = None,
    micro_batch: float | str | None = None,
    tokens_per_second: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
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

def finetune_cost(
    params: float | str,
    tokens: float | str | None = None,
    gpu: str | None = None,
    method: str | None = None,
    epochs: float | str | None = None,
    examples: float | str | None = None,
    tokens_per_example: float | str | None = None,
    gpus: float | str | None = None,
    price_per_gpu_hour: float | str | None = None,
    precision: str | None = None,
    rank: float | str | None = None,
    seq_len: float | str | None = None,
    packed: bool | str | None = None,
    stack: str | None = None,
    as_of: datetime.date | str | float | None = None,
    micro_batch: float | str | None = None,
    provider: str | None = None,
    tokens_per_second: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Cost of fine-tuning a model once, in US dollars: on rented accelerators, or by the tokens at a host that tunes.

    cost [USD] = GPU-hours (finetune_gpu_hours) x price [USD per GPU-hour] (gpu_price unless given)
    at a host [USD] = tokens x epochs x price [USD per million tokens], or its minimum

    US dollars, before tax, nominal, of the day of `as_of`. One run: trial runs come on top. With `provider` the accelerators are the
    host's, whose price is its own page's of a day that the answer names (tuning_prices.csv); left out, such prices are among the steps.
    Serving the tuned model is not included, which some hosts bill by the hour.

    Raises what finetune_gpu_hours raises, NoData where the accelerator has no rental price, UnknownName for a host, and InputError
    where the host has no price of that model and method, with those that have, or where accelerators are given too.
    """

def dpo_gpu_hours(
    params: float | str,
    pairs: float | str,
    tokens_per_pair: float | str | None = None,
    gpu: str | None = None,
    method: str | None = None,
    epochs: float | str | None = None,
    gpus: float | str | None = None,
    precision: str | None = None,
    rank: float | str | None = None,
    seq_len: float | str | None = None,
    packed: bool | str | None = None,
    stack: str | None = None,
    tokens_per_second: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Accelerator-hours of direct preference optimization (DPO) on pairs of answers.

    hours [GPU-hours] = finetune_gpu_hours of pairs x tokens_per_pair x (1 + 2 / FLOP of a training pass per parameter and token)

    The reference model reads each pair as often as the policy is trained on it; in a full training its weights are held too, which
    may call for more accelerators. `tokens_per_second` of a test run on `gpus`, the tokens of both answers and the reference in it, is
    taken before any prediction. A pass holds one pair on each accelerator. Pairs are padded unless `packed`. The answers are there
    already: where a model writes and scores them, rl_gpu_hours counts that. Also for the variants with a reference (IPO, KTO); those
    without one (ORPO, SimPO) take finetune_gpu_hours. Valid for decoders of 0.5 to 400 billion parameters; no published run gives all
    of pairs, tokens and hours, so the error is that of fine-tuning.

    Raises MissingInput without pairs, and what finetune_gpu_hours raises.
    """

def dpo_cost(
    params: float | str,
    pairs: float | str,
    tokens_per_pair: float | str | None = None,
    gpu: str | None = None,
    method: str | None = None,
    epochs: float | str | None = None,
    gpus: float | str | None = None,
    price_per_gpu_hour: float | str | None = None,
    precision: str | None = None,
    rank: float | str | None = None,
    seq_len: float | str | None = None,
    packed: bool | str | None = None,
    stack: str | None = None,
    as_of: datetime.date | str | float | None = None,
    tokens_per_second: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Rental cost of direct preference optimization (DPO) on pairs of answers, in US dollars.

    cost [USD] = GPU-hours (dpo_gpu_hours) x price [USD per GPU-hour] (gpu_price unless given)

    US dollars, before tax, nominal, of the day of `as_of`. One run: trial runs and the writing of the pairs come on top.

    Raises what dpo_gpu_hours raises, and NoData where the accelerator has no rental price.
    """

@typing.overload
def rl_gpu_hours(
    params: float | str,
    steps: float | str,
    prompts_per_step: float | str,
    samples_per_prompt: float | str | None = None,
    prompt_tokens: float | str | None = None,
    *,
    response_tokens: float | str,
    gpu: str | None = None,
    gpus: float | str | None = None,
    algorithm: str | None = None,
    precision: str | None = None,
    asynchronous: bool | str | None = None,
    max_response_tokens: float | str | None = None,
    active_params: float | str | None = None,
    stack: str | None = None,
    tokens_per_second: float | str | None = None,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
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

@typing.overload
def rl_gpu_hours(
    params: float | str,
    steps: float | str,
    prompts_per_step: float | str,
    samples_per_prompt: float | str | None,
    prompt_tokens: float | str | None,
    response_tokens: float | str,
    gpu: str | None = None,
    gpus: float | str | None = None,
    algorithm: str | None = None,
    precision: str | None = None,
    asynchronous: bool | str | None = None,
    max_response_tokens: float | str | None = None,
    active_params: float | str | None = None,
    stack: str | None = None,
    tokens_per_second: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
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

@typing.overload
def rl_cost(
    params: float | str,
    steps: float | str,
    prompts_per_step: float | str,
    samples_per_prompt: float | str | None = None,
    prompt_tokens: float | str | None = None,
    *,
    response_tokens: float | str,
    gpu: str | None = None,
    gpus: float | str | None = None,
    algorithm: str | None = None,
    price_per_gpu_hour: float | str | None = None,
    precision: str | None = None,
    asynchronous: bool | str | None = None,
    max_response_tokens: float | str | None = None,
    active_params: float | str | None = None,
    stack: str | None = None,
    as_of: datetime.date | str | float | None = None,
    tokens_per_second: float | str | None = None,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Rental cost of reinforcement learning on a language model, in US dollars.

    cost [USD] = GPU-hours (rl_gpu_hours) x price [USD per GPU-hour] (gpu_price unless given)

    US dollars, before tax, nominal, of the day of `as_of`.

    Raises what rl_gpu_hours raises, and NoData where the accelerator has no rental price.
    """

@typing.overload
def rl_cost(
    params: float | str,
    steps: float | str,
    prompts_per_step: float | str,
    samples_per_prompt: float | str | None,
    prompt_tokens: float | str | None,
    response_tokens: float | str,
    gpu: str | None = None,
    gpus: float | str | None = None,
    algorithm: str | None = None,
    price_per_gpu_hour: float | str | None = None,
    precision: str | None = None,
    asynchronous: bool | str | None = None,
    max_response_tokens: float | str | None = None,
    active_params: float | str | None = None,
    stack: str | None = None,
    as_of: datetime.date | str | float | None = None,
    tokens_per_second: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Rental cost of reinforcement learning on a language model, in US dollars.

    cost [USD] = GPU-hours (rl_gpu_hours) x price [USD per GPU-hour] (gpu_price unless given)

    US dollars, before tax, nominal, of the day of `as_of`.

    Raises what rl_gpu_hours raises, and NoData where the accelerator has no rental price.
    """

def goodput(
    gpus: float | str,
    days: float | str,
    gpu: str | None = None,
    checkpoint_minutes: float | str | None = None,
    spot: bool | str | None = None,
    as_of: datetime.date | str | float | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Share of paid time in which a training run makes progress, after checkpoints, failures and restarts.

    goodput [1] = 1 / ((1 + saving / interval) x (1 + (interval / 2 + restart) / time between failures))

    Time between failures [h] = 24,000 / (failures per 1,000 server-days x servers of eight), with published rates; spot capacity
    adds its preemptions. The best interval is sqrt(2 x saving x time between failures) (Young 1974). Saving
    and restart times are assumptions. Evaluation and stops by hand are not counted. The values hold the
    paid days, the failures to expect and the bill of the paid days; of spot capacity also what the same days cost on demand, where
    nothing is preempted. Valid for synchronous training, where any lost server stops all.

    Raises InputError where failures come faster than a restart takes or checkpoints are many failures apart, UnknownName for an
    accelerator, MissingInput without days.
    """

def image_cost(
    params: float | str,
    images: float | str | None = None,
    gpu: str | None = None,
    steps: float | str | None = None,
    size: float | str | None = None,
    gpus: float | str | None = None,
    price_per_gpu_hour: float | str | None = None,
    batch: float | str | None = None,
    precision: str | None = None,
    load: float | str | None = None,
    level: str | None = None,
    as_of: datetime.date | str | float | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """What images cost to draw on rented accelerators, with seconds per image and the energy that they take.

    cost [USD] = images x seconds per image / 3600 x price [USD per GPU-hour] / load
    seconds per image = steps x passes x (arithmetic / (peak x share) + elements x time of an element), at least what the host takes

    The time is that of one accelerator (compute_cost.physics.image_time); several each draw their own, which is sooner and costs the
    same. A thousand images unless said. Energy [Wh] = seconds x the chip's highest power x image_draw / 3600, of the accelerators
    alone: energy_use adds servers and cooling. Text encoder and decoder are part of the time. The interval is that of sources
    which the fit had not seen. US dollars, before tax, nominal. Valid for SDXL, Stable Diffusion, FLUX.1 and PixArt from 256 to 2,048
    pixels a side.

    Raises NoData for video (its work grows with frames in ways that the few published times do not tell), for models whose speed is
    not known, and where the accelerator has no rental price.
    """

def infer_throughput(
    params: float | str,
    gpu: str | None = None,
    gpus: float | str | None = None,
    precision: str | None = None,
    input_tokens: float | str | None = None,
    output_tokens: float | str | None = None,
    batch: float | str | None = None,
    active_params: float | str | None = None,
    parallelism: str | None = None,
    kv_precision: str | None = None,
    min_tokens_per_second: float | str | None = None,
    max_first_token: float | str | None = None,
    cached: float | str | None = None,
    level: str | None = None,
    speculative: float | str | None = None,
    ram_gb: float | str | None = None,
    ram_bandwidth: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Output tokens per second of a group of accelerators that serves a model, with waiting times and what limits them.

    tokens/s = batch / (decoding step + prefill x batch / output tokens)

    The terms are those of compute_cost.physics.serving_time. Without `batch` the group is saturated: as many requests at once as memory
    and engine take; with `min_tokens_per_second` or `max_first_token`, as many as leave each that speed and that wait. With 1 it is a
    single stream, whose rate counts from the first token on; its input_tokens_per_second is input tokens / time_to_first_token. That of
    more requests is the input that comes with their output, at most what the accelerators can read. Under load a request waits one and a
    half steps, for the prefills before it (Pollaczek and Khinchine) and for its own; the last of those that start together, for all
    prefills of its copy. The layout is that of the most tokens/s which engines take: copies, on accelerators that split each matrix
    (tensor), hold a part of the experts each (expert) or take turns by layers; `batch` is over all. With `parallelism` it is one copy:
    "tensor" (their number must divide the heads), "layer" (more memory, not a faster stream) or "expert". Without `gpus`, the fewest that
    hold the model and divide its heads, or that reach speed and wait. Of the input the share `cached` is not read again. With
    `speculative` tokens proposed in each pass it yields (1 - a^(n + 1)) / (1 - a), each accepted with a chance a, draft_acceptance
    (Leviathan 2023). With `ram_gb` the machine's memory holds what one accelerator, or `gpus`, do not of the weights, experts first, read
    at ram_bandwidth, for one request at a time unless `batch` says otherwise. Image models answer in images per second (image_cost takes
    steps and size). The interval is that of sources which the fit had not seen, at the `level` of software. Valid for decoder
    transformers of 1 to 1,000 billion parameters, requests up to about 32,000 tokens; prefill and decoding on the same accelerators.

    Raises InputError for a value out of bounds or a parallelism that the heads or experts do not allow, UnknownName for a
    model or accelerator, DoesNotFit with the number needed where the accelerators can't hold the model and one request,
    or with the nearest that can be had where they can't keep a speed or a wait, NoData for encoders and unmeasured image models.
    """

def infer_cost(
    params: float | str,
    gpu: str | None = None,
    gpus: float | str | None = None,
    price_per_gpu_hour: float | str | None = None,
    precision: str | None = None,
    input_tokens: float | str | None = None,
    output_tokens: float | str | None = None,
    load: float | str | None = None,
    active_params: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    kv_precision: str | None = None,
    min_tokens_per_second: float | str | None = None,
    max_first_token: float | str | None = None,
    cached: float | str | None = None,
    level: str | None = None,
    speculative: float | str | None = None,
    ram_gb: float | str | None = None,
    ram_bandwidth: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Cost of a million output tokens, the reading of their inputs included, on rented accelerators at a load.

    cost [USD per million output tokens] = accelerators x price [USD per GPU-hour] / 3600 / (tokens per second x load) x 1e6

    The tokens per second come from infer_throughput with as many requests at once as the memory holds; without `gpus`,
    on the fewest that hold the model or on 2, 4, 8 or 16, whichever serves a token at the least cost; `speculative` and `ram_gb` as there.
    `load` is the share of it that is served on average, for idle hours are paid too. Among the values, the same money split by
    the accelerators' time: per million input tokens (prefill) and per million output tokens (decoding alone), and over
    input and output tokens together; where the model's training tokens are known, how much less compute one token takes
    than training. An image model's cost is per thousand images (image_cost takes steps and size). US dollars, before tax, nominal.

    Raises what infer_throughput raises, and NoData where the accelerator has no rental price.
    """

def serving_cost(
    params: float | str,
    tokens_per_day: float | str | None = None,
    gpu: str | None = None,
    peak_to_average: float | str | None = None,
    price_per_gpu_hour: float | str | None = None,
    precision: str | None = None,
    headroom: float | str | None = None,
    months_reserved: float | str | None = None,
    margin: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    kv_precision: str | None = None,
    input_tokens: float | str | None = None,
    output_tokens: float | str | None = None,
    requests_per_day: float | str | None = None,
    min_tokens_per_second: float | str | None = None,
    max_first_token: float | str | None = None,
    cached: float | str | None = None,
    users_per_day: float | str | None = None,
    turns: float | str | None = None,
    profile: str | None = None,
    level: str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """What a fleet costs a month that serves people in their busiest hour and is paid around the clock.

    average [tokens/s] = requests per day x output tokens / 86400; peak = average x peak_to_average
    groups = peak x (1 + headroom) / tokens per second of one group, rounded up
    cost [USD per month] = groups x accelerators of a group x 730 h x price [USD per GPU-hour]

    What is served is said as requests, users or output tokens per day. With `turns` each request of a conversation sends all
    that went before again; `cached` is the share of the input that need not be read again. One group is the fewest accelerators
    that hold the model, or a usual larger number where that takes fewer in all, each in its best layout (infer_throughput). With
    `min_tokens_per_second` a group takes as many requests at once as leave each user that speed, with `max_first_token` as many
    as are read in time; what a request waits is the mean in the busiest hour: for a free place among those of all groups (Sakasegawa's
    formula for many places, requests at random, lengths spread exponentially), for the rest of a decoding step, and
    behind the inputs of others (one queue for each copy). Without either, users get the speed of full groups, which stands beside
    the cost. The whole fleet is paid on Saturday midnight too; among the values, what the idle hours cost, and what a fleet would
    cost that follows the load by the hour (autoscaling, without the time that starting takes), whose hours the table
    lists: `profile` says when people come. With a margin, the price per million output tokens = cost per million / (1 - margin).
    `months_reserved` of 12 or 36 and more takes the price of that reservation (gpu_price). US dollars, before tax, nominal; 0 for nothing.

    Raises what infer_throughput raises, MissingInput where nothing says how much is served, NoData where there is no such rental price.
    """

def serving_gpus(
    params: float | str,
    tokens_per_day: float | str | None = None,
    gpu: str | None = None,
    peak_to_average: float | str | None = None,
    precision: str | None = None,
    headroom: float | str | None = None,
    kv_precision: str | None = None,
    input_tokens: float | str | None = None,
    output_tokens: float | str | None = None,
    requests_per_day: float | str | None = None,
    min_tokens_per_second: float | str | None = None,
    max_first_token: float | str | None = None,
    cached: float | str | None = None,
    users_per_day: float | str | None = None,
    turns: float | str | None = None,
    profile: str | None = None,
    level: str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """How many accelerators serve people in their busiest hour.

    accelerators = groups x accelerators of a group
    groups = peak x (1 + headroom) / tokens per second of one group, rounded up

    The fleet of serving_cost, without its price: as many as the busiest hour takes, with headroom. The table has the number of every hour
    of the week.

    Raises what serving_cost raises, except for prices.
    """

def serving_curve(
    params: float | str,
    gpu: str | None = None,
    gpus: float | str | None = None,
    precision: str | None = None,
    input_tokens: float | str | None = None,
    output_tokens: float | str | None = None,
    price_per_gpu_hour: float | str | None = None,
    load: float | str | None = None,
    active_params: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    kv_precision: str | None = None,
    cached: float | str | None = None,
    level: str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result:
    """Throughput and cost of serving a model against the speed that each user gets, as a table.

    For each speed the layout, the number of accelerators and the requests at once that serve most tokens on each of them
    (infer_throughput with min_tokens_per_second), from full memory to one user at a time; of `gpus` accelerators where that is given,
    else of the fewest that hold the model or a usual larger number. The cost is that of infer_cost, at the same load: it is left blank
    where the accelerator has no price. The value is the fastest speed, that of one user at a time.

    Raises what infer_throughput raises.
    """

def cheapest_serving(
    params: float | str,
    requests_per_day: float | str | None = None,
    input_tokens: float | str | None = None,
    output_tokens: float | str | None = None,
    min_tokens_per_second: float | str | None = None,
    max_first_token: float | str | None = None,
    tokens_per_day: float | str | None = None,
    precision: str | None = None,
    as_of: datetime.date | str | float | None = None,
    users_per_day: float | str | None = None,
    level: str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result:
    """The cheapest way to serve a model: rented accelerators and hosted APIs ranked by cost, or one's own cards for one user.

    rented [USD per month] = accelerators x 730 h x price on demand [USD per GPU-hour], of the fleet of serving_cost
    hosted API [USD per month] = requests per day x 730 / 24 x bill of one request (api_cost)
    own [USD per month] = price paid x (1 - residual_share) / (12 x useful_life), without electricity

    With requests, users or output tokens per day each accelerator gets the layout and the number that serve the busiest hour with
    the fewest, at the speed and wait that are asked for; the hosted APIs of the same model stand in the same table. Without, it
    is one user at a time at home: the fewest cards, Macs or small machines of each kind that reach the speed, by what they cost to
    own; those without a known purchase price follow. Left out with the reason: what does not hold the model, is too slow, would
    take more for one copy than work together, or has no price of the last year. The value is the cheapest row that is known to
    keep what is asked: a hosted API counts where no speed and no wait is asked for, as theirs is not known here. Ranges overlap:
    low and high are those of price and throughput. US dollars, before tax, nominal.

    Raises what infer_throughput raises, and NoData where nothing can do it.
    """

def rent_cost(
    gpu: str,
    gpus: float | str | None = None,
    hours: float | str | None = None,
    term: str | None = None,
    provider: str | None = None,
    price_per_gpu_hour: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    cloud_credits: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """What it costs to rent a number of accelerators for some time, such as 8 H100 for a month.

    cost [USD] = accelerators x hours x price [USD per GPU-hour] - credits, not below 0

    The price is that of gpu_price for this term, day and provider, with its range over providers. A machine type of a provider, such as
    "p5.48xlarge", gives its number of accelerators and its provider's price; more machines are a multiple of that number. Every
    hour is paid, used or not; one accelerator and a month of 730 hours unless given. A reserved term is billed here for
    the hours given alone, though its contract runs for all of them (reserve_or_rent). With `price_per_gpu_hour`, `term` and
    `provider` count for nothing, but that `term` picks the row of a price of your own. US dollars, before tax, nominal; storage and
    traffic are not included.

    Raises what gpu_price raises, and InputError for a price more than 20 times off the catalogue's.
    """

def price_path(
    gpu: str,
    months: float | str | None = None,
    scenario: str | None = None,
    term: str | None = None,
    as_of: datetime.date | str | float | None = None,
    price_per_gpu_hour: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result:
    """Rental price of an accelerator month by month from a day on, and its mean, in a scenario.

    trend: price(month) = price of the day x (1 + yearly change) ^ (month / 12) (assumption rent_growth, the one of rent_or_own)
    flat: price(month) = price of the day
    forward: price(month) = price of a year's commitment in the first year, then (36 x price of three years - 12 x price of one) / 24
    own: price(month) = the row of your price that counts on the first day of that month

    The price of the day is that of gpu_price for `term`. Without a scenario it is trend, or own where `price_per_gpu_hour` is given.
    All chips have one trend: what a chip's rent did in the past year and a half does not foretell the next. Low and high are the ends
    of the day's range, apart by as much as rents change, with the square root of time. This is
    one chip's rent: what the same work costs on later chips is future_cost. US dollars, before tax, nominal. Nothing after the catalogue's
    newest quotes is known: every month ahead is a scenario.

    Raises what gpu_price raises, and InputError for the scenario own without a price of your own.
    """

def rent_or_own(
    gpu: str | None = None,
    gpus: float | str | None = None,
    months_used: float | str | None = None,
    load: float | str | None = None,
    rent_price: float | str | None = None,
    purchase_price: float | str | None = None,
    power_price: float | str | None = None,
    years: float | str | None = None,
    cost_of_capital: float | str | None = None,
    residual: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    place: str | None = None,
    rent_growth: float | str | None = None,
    ramp_months: float | str | None = None,
    delivery_months: float | str | None = None,
    loan_share: float | str | None = None,
    loan_rate: float | str | None = None,
    tax_rate: float | str | None = None,
    people: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Cost of an owned accelerator per hour of use, the load and the month from which owning beats renting, and the chance that it does.

    owned cost [USD per GPU-hour used] = present value of all that is paid / present value of the hours used, month by month:
    on the first day the purchase, K = purchase price x (1 + network) x (1 + storage), less what is borrowed
    each month electricity = chip power x server over chip x average draw x PUE x 730 h x power price (dearer by power_growth a year),
    space = chip power x server over chip x price per kW-month (colocation_growth), operations = K x yearly share / 12 (staff, spares)
    or people x salary / 12 and spares; at the end the resale, -K x residual^(months / life): equipment loses value at one rate

    Interest is by the month, (1 + cost of capital)^(1/12) - 1. Every line has an assumption that may be replaced or put to 0;
    insurance, support, storage, traffic, setup and lost hours are 0 unless given that way.
    Left out, months_used is the whole life. purchase_price is per accelerator as bought in a server, network cards included, switches
    not; the catalogue's price is brought to that by a named ratio. An owned accelerator costs the same used or idle; rent is paid for
    hours of use alone. The market's rent follows the trend of one chip (assumption rent_growth), one that is given holds unless
    rent_growth is given. Load and rent may differ by month: "10%; 40% from 4; 70% from 7". In an own hall the building is paid
    for too; in an office or at home there is no rented space, cluster network or storage, and a card needs no server.
    The chance is that of joint draws of all that is uncertain, in which resale and rents move together; the verdict is open below 80%.
    Break-even: the load, and the month, the equipment sold then, at which both cost the same; payback: when what is saved has paid
    the purchase with interest, nothing sold. The table has the cash of owning instead of renting, which net_present_value and
    internal_rate_of_return are of. Rates and amounts are nominal, before tax unless tax_rate is given; US dollars, totals for one
    accelerator unless gpus is given, on the prices of the day of `as_of`.

    Raises UnknownName for an accelerator, InputError where months_used is longer than the life, and
    NoData where the catalogue has no power, purchase price or rental price and none is given.
    """

def ways_to_pay(
    gpu: str | None = None,
    gpus: float | str | None = None,
    months_used: float | str | None = None,
    load: float | str | None = None,
    rent_price: float | str | None = None,
    reserved_price: float | str | None = None,
    purchase_price: float | str | None = None,
    power_price: float | str | None = None,
    years: float | str | None = None,
    cost_of_capital: float | str | None = None,
    residual: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    place: str | None = None,
    rent_growth: float | str | None = None,
    ramp_months: float | str | None = None,
    delivery_months: float | str | None = None,
    loan_share: float | str | None = None,
    loan_rate: float | str | None = None,
    tax_rate: float | str | None = None,
    people: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """What an hour of use costs in each way to pay for accelerators, and the chance that each of them is the cheapest.

    cost of a way [USD per GPU-hour used] = present value of all that is paid / present value of the hours used, month by month

    Ways: rent by the hour used; reserve every hour of the months, at a discount from a year on; lease (assumptions lease_rate,
    lease_residual); buy as rent_or_own has it; buy on credit (loan_share, loan_rate, loan_years, loan_balloon); buy used (used_age_years,
    used_premium, for the life that is left); and build a hall for what is bought, from `smallest_hall` on. A way that the place or the
    months rule out is left out. The chances are those of joint draws of all that is uncertain: one draw has one
    rent, one load and one electricity price for every way, and resale moves with rents. The table has each way with its cost, what it
    takes on the first day, its net present value, return and payback against renting by the hour, and its chance. One way month by
    month: cash_flow. What each input does: the swings of the answer, which are those of the cheapest way.
    US dollars, nominal, before tax unless tax_rate is given.

    Raises what rent_or_own raises.
    """

def cash_flow(
    way: str,
    gpu: str | None = None,
    gpus: float | str | None = None,
    months_used: float | str | None = None,
    load: float | str | None = None,
    rent_price: float | str | None = None,
    purchase_price: float | str | None = None,
    power_price: float | str | None = None,
    years: float | str | None = None,
    cost_of_capital: float | str | None = None,
    residual: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    place: str | None = None,
    rent_growth: float | str | None = None,
    ramp_months: float | str | None = None,
    delivery_months: float | str | None = None,
    loan_share: float | str | None = None,
    loan_rate: float | str | None = None,
    tax_rate: float | str | None = None,
    people: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result:
    """What is paid month by month in one way to pay for accelerators, line by line.

    cost [USD per GPU-hour used] = present value of all that is paid / present value of the hours used

    The ways are those of ways_to_pay, and so is what each line holds; income such as a resale is below 0. For a
    reservation, rent_price is the price reserved. The first row is the day on which use begins. Present values count interest by
    the month. US dollars, nominal, before tax unless tax_rate is given.

    Raises what rent_or_own raises, and InputError for a reservation of less than a year without rent_price.
    """

def fleet_cost(
    way: str,
    fleet: str,
    months_used: float | str,
    load: float | str | None = None,
    years: float | str | None = None,
    cost_of_capital: float | str | None = None,
    place: str | None = None,
    as_of: datetime.date | str | float | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """What an hour of use costs in a fleet of several accelerators that come at different times, and its payments month by month.

    cost [USD per GPU-hour used] = present value of all that is paid / present value of the hours used, over all parts of the fleet

    Each part is paid for as cash_flow has it, from the beginning of its month until the end of `months_used`, at the prices of the
    day of `as_of`; a load that changes by month does so from each part's own beginning. The table has the months of all together.
    US dollars, nominal, before tax.

    Raises what cash_flow raises, and InputError for a part that comes after the months of use.
    """

def cluster_capex(
    mw: float | str | None = None,
    gpu: str | None = None,
    gpus: float | str | None = None,
    purchase_price: float | str | None = None,
    hall: str | None = None,
    years: float | str | None = None,
    cost_of_capital: float | str | None = None,
    residual: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """What it costs to put up a cluster of so many accelerators or megawatts: servers, network, storage, building.

    capital [USD] = accelerators x (price in a server x (1 + network) x (1 + storage) + server power x building per kW)
    accelerators = megawatts x 1000 / (chip power x server over chip x PUE), rounded down

    The megawatts are those of the whole site at its most; the price of a building is per kW of computers (assumption
    hall_price). A yearly cost of the capital follows from the useful life, the residual value and the cost of capital, interest by
    the month; the building has a life of its own (hall_years, to nothing). US dollars, before tax, nominal, without land and
    the grid's connection.

    Raises MissingInput where neither mw nor gpus is given, InputError where both are or where mw holds no accelerator, and
    what rent_or_own raises.
    """

def energy_use(
    gpu: str | None = None,
    gpus: float | str | None = None,
    hours: float | str | None = None,
    load: float | str | None = None,
    work: str | None = None,
    params: float | str | None = None,
    tokens: float | str | None = None,
    grid: str | None = None,
    place: str | None = None,
    power_price: float | str | None = None,
    pue: float | str | None = None,
    input_tokens: float | str | None = None,
    output_tokens: float | str | None = None,
    grid_carbon: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Electricity that training, serving or owned accelerators take, what it costs, its CO2 by grid, and water.

    energy [kWh] = energy of the computers x PUE; computers = accelerators x hours x power x (idle + (average draw - idle) x load)
    training: train_energy of the model and its tokens
    serving: GPU-hours = output tokens / (tokens per second and accelerator x 3600) / load, at rest for what is not load
    CO2 [kg] = energy x g CO2e per kWh of the grid (or `grid_carbon`) / 1000
    water [l] = computers x water of the site + energy x water of generation

    Power is that of the chip with its part of a server (a card at home or in an office has none). Idle draw is measured at
    the wall of servers at rest, or on cards. CO2 is a yearly average of the whole life cycle of generation, location based: what
    a company buys in certificates does not count. Making the hardware is not included. Tokens served are output tokens of
    requests of these lengths. One accelerator and a month of 730 hours unless given. Published figures of whole products stand
    next to a serving answer.

    Raises what train_energy and infer_throughput raise, MissingInput for training or serving without a model or its tokens, and
    UnknownName for a grid, and InputError where both a grid and grid_carbon are given.
    """

def reserve_or_rent(
    months_used: float | str,
    months_reserved: float | str,
    gpus: float | str | None = None,
    gpu: str | None = None,
    on_demand_price: float | str | None = None,
    reserved_price: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    resale_price: float | str | None = None,
    prepaid_share: float | str | None = None,
    cost_of_capital: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """How many times what the months of use cost on demand a reservation costs, used or idle, and when it pays off.

    multiple = cost of reserving / cost of renting
    reserving [USD] = months reserved x 730 h x accelerators x reserved price + months beyond it x 730 h x accelerators x on-demand price
                      + interest on what is prepaid - idle hours x resale price
    renting [USD] = months used x 730 h x accelerators x on-demand price
    break-even [months of use] = months reserved x (reserved price with interest - resale price) / (on-demand price - resale price)
    interest [USD] = prepaid share x reservation x (present value of paying all on the first day / of paying by the month - 1)

    Two of 24 months at one price are 12 times. With one price given, both are that. With none, the
    on-demand price is the catalogue's and the reserved one that of gpu_price for the months reserved; a term of 12 to 35 months
    has the price of one year, a shorter one that on demand.
    Nothing is prepaid unless given, or said by a reserved price of your own (`upfront 25%`), and nothing resold unless given; idle
    hours are then what resold ones would have to bring
    (break_even_resale_price). Use beyond the reservation is rented on demand. A month of use is taken to be one of full use, and only
    the months differ. The costs are for one accelerator unless gpus is given. US dollars, before tax, nominal, not discounted.

    Raises UnknownName for an accelerator, NoData where the catalogue has no price for it, and InputError for a resale price more
    than 20 times that on demand.
    """

def api_cost(
    model: str,
    input_tokens: float | str | None = None,
    output_tokens: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    requests: float | str | None = None,
    cached_tokens: float | str | None = None,
    cache_writes: float | str | None = None,
    thinking_tokens: float | str | None = None,
    service: str | None = None,
    provider: str | None = None,
    cache_writes_1h: float | str | None = None,
    audio_input_tokens: float | str | None = None,
    audio_output_tokens: float | str | None = None,
    image_input_tokens: float | str | None = None,
    image_output_tokens: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """What a hosted API charges for a number of tokens.

    cost [USD] = requests x ((input - cached - written) x input price + cached x cache price + written x write price
    + output x output price + thinking x thinking price + audio and images x their prices + fee), prices in USD per million tokens

    The price is that of the model's maker where it sells the model, else that of the host with the median bill; low and high are the 10th
    and 90th percentile of the bills of all hosts, of which `provider` takes one, and span the bills of both lists of prices where these
    disagree about the host that counts. Where the maker sells the model, a bill of less than half or more than twice its own is no bound
    of what people pay: such hosts are named, and stay in the table. A host of whose price the catalogue knows nothing, given as
    `provider` or before the name of the model ("azure/gpt-4o"), gets the price that counts without it and a warning. With `requests` the
    tokens are those of one request, and the tier is that of its prompt. Without, they are a total of requests of unknown length: the tier
    of short prompts counts, fees per request do not, and both are named. Cached tokens and those written to the cache are part of the
    input; where a host has no price of their own they cost what other input does. Thinking is billed as output unless the tariff says
    otherwise. Tokens of sound and of pictures are counted apart from the text, for models whose host bills them apart. Counts may be
    shares: "80%" or 0.8 of the input (of the output, for thinking). A million tokens of input and of output where no tokens are given,
    and none of the others where some are. One request that is longer than any the model is known to take, whose answer is longer than
    any it writes, or that with its answer is longer than what the model holds of both, is billed with a warning that says the longest.

    Tariffs are frozen rows of tariffs.csv, from genai-prices and litellm (MIT), which name their sources. Where the price of a day is not
    recorded, it is the first that is known, within the range of recorded changes. US dollars, before tax, nominal, without free offers.

    Raises UnknownName for a model or host that is not known by exactly that name, InputError for a name of two models, for more cached
    tokens than input, for output tokens of a model that is billed by its input alone, or for a service, or a kind of token, that the host
    has no price of, and NoData for a day before the model was sold.
    """

def agent_cost(
    model: str,
    tasks: float | str | None = None,
    turns: float | str | None = None,
    first_context: float | str | None = None,
    growth_per_turn: float | str | None = None,
    output_per_turn: float | str | None = None,
    cached: float | str | None = None,
    success_rate: float | str | None = None,
    service: str | None = None,
    provider: str | None = None,
    as_of: datetime.date | str | float | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """What tasks cost that an agent does through a hosted API, which reads its context again in every turn.

    context of turn k [tokens] = first_context + (k - 1) x growth_per_turn, so that what is read grows as the square of the turns
    read in all = turns x first_context + growth_per_turn x turns x (turns - 1) / 2
    cost [USD] = tasks / success_rate x sum over turns of the bill of a request with that context

    Of what a turn reads again, the context of the turn before, the share `cached` is read from the cache; what is new is
    written to it where the tariff bills writes. Each turn is billed in the tier of its own context (api_cost), and failed
    attempts cost as much as others. Turns, tokens and the cached share are assumptions unless given, after published runs of
    coding agents, of which two at one task may differ by 30 times. Compacting the context is not modelled: a warning says from which
    turn on it is longer than any request that the model is known to take. US dollars, before tax, nominal.

    Raises what api_cost raises.
    """

@typing.overload
def self_host_or_api(
    model: str,
    own_model: float | str | None = None,
    gpu: str | None = None,
    *,
    requests_per_day: float | str,
    input_tokens: float | str | None = None,
    output_tokens: float | str | None = None,
    cached: float | str | None = None,
    min_tokens_per_second: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    price_per_gpu_hour: float | str | None = None,
    input_price: float | str | None = None,
    output_price: float | str | None = None,
    cache_read_price: float | str | None = None,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """What a fleet of one's own costs a month, beside the bill of a hosted API for the same requests.

    API [USD per month] = requests per day x 730 / 24 x bill of one request (api_cost)
    groups = requests per day x output tokens / 86400 x peak_to_average x (1 + headroom) / tokens per second of a group, rounded up
    own [USD per month] = groups x accelerators of a group x 730 h x price [USD per GPU-hour]

    The value is the cost of the own fleet, among the values that of the API, each with its range. Groups are whole, so that the
    cost of a fleet is a staircase: it costs less than the API from the break-even volume on at the earliest, which the first group
    must be able to serve; the table compares volumes. `cached` is the share of the input that both have in their cache: the API
    bills it as such, the own fleet does not read it again. With `min_tokens_per_second` a group serves fewer requests at once.
    A price of your own stands in place of the market's (`price_per_gpu_hour`) or of the tariff's, at prompts of any length
    (`input_price`, `output_price`, `cache_read_price` [USD per million tokens]): it has no range, and what is not given is the tariff's.
    A model that no list sells needs the prices of input and output.
    Rented accelerators, without staff, which an API does not need. US dollars, before tax, nominal.

    Raises what api_cost and infer_throughput raise, MissingInput where the API's model is not open and no own_model is given, and
    DoesNotFit where no group writes that fast.
    """

@typing.overload
def self_host_or_api(
    model: str,
    own_model: float | str | None,
    gpu: str | None,
    requests_per_day: float | str,
    input_tokens: float | str | None = None,
    output_tokens: float | str | None = None,
    cached: float | str | None = None,
    min_tokens_per_second: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    price_per_gpu_hour: float | str | None = None,
    input_price: float | str | None = None,
    output_price: float | str | None = None,
    cache_read_price: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """What a fleet of one's own costs a month, beside the bill of a hosted API for the same requests.

    API [USD per month] = requests per day x 730 / 24 x bill of one request (api_cost)
    groups = requests per day x output tokens / 86400 x peak_to_average x (1 + headroom) / tokens per second of a group, rounded up
    own [USD per month] = groups x accelerators of a group x 730 h x price [USD per GPU-hour]

    The value is the cost of the own fleet, among the values that of the API, each with its range. Groups are whole, so that the
    cost of a fleet is a staircase: it costs less than the API from the break-even volume on at the earliest, which the first group
    must be able to serve; the table compares volumes. `cached` is the share of the input that both have in their cache: the API
    bills it as such, the own fleet does not read it again. With `min_tokens_per_second` a group serves fewer requests at once.
    A price of your own stands in place of the market's (`price_per_gpu_hour`) or of the tariff's, at prompts of any length
    (`input_price`, `output_price`, `cache_read_price` [USD per million tokens]): it has no range, and what is not given is the tariff's.
    A model that no list sells needs the prices of input and output.
    Rented accelerators, without staff, which an API does not need. US dollars, before tax, nominal.

    Raises what api_cost and infer_throughput raise, MissingInput where the API's model is not open and no own_model is given, and
    DoesNotFit where no group writes that fast.
    """

def embed_cost(
    documents: float | str,
    tokens_per_document: float | str | None = None,
    model: str | None = None,
    chunk_tokens: float | str | None = None,
    overlap: float | str | None = None,
    queries_per_month: float | str | None = None,
    tokens_per_query: float | str | None = None,
    dimensions: float | str | None = None,
    own_model: float | str | None = None,
    gpu: str | None = None,
    service: str | None = None,
    provider: str | None = None,
    as_of: datetime.date | str | float | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """What embedding a collection once costs; among the values, what its index and its questions cost a month.

    tokens embedded = documents x tokens per document / (1 - overlap), as each chunk repeats that share of the one before
    by an API: cost [USD] = tokens x price (api_cost); on one's own chip, with own_model: 2 x parameters without the embedding
    table x tokens / (peak x utilization) seconds at the rent of the chip
    index [GB] = chunks x dimensions x 4 bytes x overhead of the index, at a price per GB and month

    The model that writes the answers is not part of it: api_cost and serving_cost say what that costs. US dollars, before tax, nominal.

    Raises what api_cost raises, and NoData where the chip has no rental price.
    """

def speech_cost(
    params: float | str,
    audio_hours: float | str | None = None,
    gpu: str | None = None,
    gpus: float | str | None = None,
    price_per_gpu_hour: float | str | None = None,
    batch: float | str | None = None,
    load: float | str | None = None,
    level: str | None = None,
    as_of: datetime.date | str | float | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """What transcribing recordings costs on rented accelerators, with how many seconds of sound they read in a second.

    cost [USD] = hours of sound x seconds per second of sound x price [USD per GPU-hour] / load
    seconds per second of sound = host + encoder / sound in a window + tokens x decoding step / windows at once

    The time is that of one accelerator (compute_cost.physics.speech_time); several each read their own recordings. One hour of sound
    unless said. real_time_factor is seconds of sound per second and accelerator. `batch` windows are read at once (speech_batch), as
    engines do with long recordings; live speech has 1 for each listener. The interval is that of sources which the fit had not
    seen. US dollars, before tax, nominal. Valid for Whisper and models distilled from it.

    Raises NoData for models that do not transcribe as Whisper does, and where the accelerator has no rental price.
    """

def gpu_fact(gpu: str, field: str, *, assume: dict[str, typing.Any] | list[str] | str | None = None) -> Result:
    """One fact of an accelerator, such as its memory or its dense peak, with its source.

    Peaks are dense (without sparsity) in TFLOP/s, memory in GB as its maker names it and in MiB as its driver reports it,
    bandwidths in GB/s, network in Gbit/s, power in W.

    Raises UnknownName for an accelerator or field, NoData where the figure is not published.
    """

def model_fact(model: str, field: str, *, assume: dict[str, typing.Any] | list[str] | str | None = None) -> Result:
    """One fact of a model, such as its training tokens or its layers, with its source.

    Raises UnknownName for a model or field, NoData where the figure is not published.
    """

def assumption(name: str, *, assume: dict[str, typing.Any] | list[str] | str | None = None) -> Result:
    """A default or constant that the estimates use, with its range and source.

    Raises UnknownName for a name that is not there; find("assumption", text) searches.
    """

def source(id: str, *, assume: dict[str, typing.Any] | list[str] | str | None = None) -> Result:
    """The source behind an id: title, publisher, address, date and license.

    Raises UnknownName for an id that is not there; find("source", text) searches.
    """

def cost_version(*, assume: dict[str, typing.Any] | list[str] | str | None = None) -> Result:
    """The version of this package; the estimates of one version and one as_of never change.

    That holds for the package's own catalogue; a warning says so where another one is open (COMPUTE_COST_CATALOGUE).
    """

def find(kind: str, text: str, *, assume: dict[str, typing.Any] | list[str] | str | None = None) -> Result:
    """Search by part of a name or by everyday words: accelerators, models, assumptions, sources or estimates.

    The value is the number of matches; the table lists each with what it is, the best first. Of a chip or a model every spelling
    is understood; of an estimate the words that people have for what it answers, such as "VRAM", "payback" or "burn rate"
    (core/compute_cost/data/synonyms.csv). Case, spaces and dashes do not matter.

    Raises UnknownName for a kind that can't be searched.
    """

def explain(
    name: str,
    a1: float | str | datetime.date | None = None,
    a2: float | str | datetime.date | None = None,
    a3: float | str | datetime.date | None = None,
    a4: float | str | datetime.date | None = None,
    a5: float | str | datetime.date | None = None,
    a6: float | str | datetime.date | None = None,
    a7: float | str | datetime.date | None = None,
    a8: float | str | datetime.date | None = None,
    a9: float | str | datetime.date | None = None,
    a10: float | str | datetime.date | None = None,
    a11: float | str | datetime.date | None = None,
    a12: float | str | datetime.date | None = None,
    a13: float | str | datetime.date | None = None,
    a14: float | str | datetime.date | None = None,
    a15: float | str | datetime.date | None = None,
    a16: float | str | datetime.date | None = None,
    a17: float | str | datetime.date | None = None,
    a18: float | str | datetime.date | None = None,
    a19: float | str | datetime.date | None = None,
    a20: float | str | datetime.date | None = None,
    a21: float | str | datetime.date | None = None,
    a22: float | str | datetime.date | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result:
    """How an estimate was reached: each step, input, warning and source as one row, and what each uncertain input does.

    The first argument names the estimate, the others are its own arguments in its own order:
    explain("TRAIN_COST", "GPT-3",, "A100"). The value is the number of steps. An input that is uncertain has the
    ends of its 80% range (input_low, input_high) and the estimate's value at each of them, all other inputs as they
    are (value_at_low, value_at_high): what the answer's own range is made of. One that only other figures rest on has no such value.

    Raises UnknownName for an estimate that is not there, and whatever the estimate itself raises.
    """

def estimate_range(
    name: str,
    a1: float | str | datetime.date | None = None,
    a2: float | str | datetime.date | None = None,
    a3: float | str | datetime.date | None = None,
    a4: float | str | datetime.date | None = None,
    a5: float | str | datetime.date | None = None,
    a6: float | str | datetime.date | None = None,
    a7: float | str | datetime.date | None = None,
    a8: float | str | datetime.date | None = None,
    a9: float | str | datetime.date | None = None,
    a10: float | str | datetime.date | None = None,
    a11: float | str | datetime.date | None = None,
    a12: float | str | datetime.date | None = None,
    a13: float | str | datetime.date | None = None,
    a14: float | str | datetime.date | None = None,
    a15: float | str | datetime.date | None = None,
    a16: float | str | datetime.date | None = None,
    a17: float | str | datetime.date | None = None,
    a18: float | str | datetime.date | None = None,
    a19: float | str | datetime.date | None = None,
    a20: float | str | datetime.date | None = None,
    a21: float | str | datetime.date | None = None,
    a22: float | str | datetime.date | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result:
    """An estimate with its 80% interval, unit and sources, as a header and one row.

    The first argument names the estimate, the others are its own arguments in its own order:
    estimate_range("TRAIN_COST", "GPT-3",, "A100"). Columns: value, low, high, unit, sources.

    Raises UnknownName for an estimate that is not there, and whatever the estimate itself raises.
    """

def estimate_table(
    name: str,
    a1: float | str | datetime.date | None = None,
    a2: float | str | datetime.date | None = None,
    a3: float | str | datetime.date | None = None,
    a4: float | str | datetime.date | None = None,
    a5: float | str | datetime.date | None = None,
    a6: float | str | datetime.date | None = None,
    a7: float | str | datetime.date | None = None,
    a8: float | str | datetime.date | None = None,
    a9: float | str | datetime.date | None = None,
    a10: float | str | datetime.date | None = None,
    a11: float | str | datetime.date | None = None,
    a12: float | str | datetime.date | None = None,
    a13: float | str | datetime.date | None = None,
    a14: float | str | datetime.date | None = None,
    a15: float | str | datetime.date | None = None,
    a16: float | str | datetime.date | None = None,
    a17: float | str | datetime.date | None = None,
    a18: float | str | datetime.date | None = None,
    a19: float | str | datetime.date | None = None,
    a20: float | str | datetime.date | None = None,
    a21: float | str | datetime.date | None = None,
    a22: float | str | datetime.date | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result:
    """The table of an estimate that has one: quotes behind a price, cash flows, months of a runway, stocks of text, later years.

    The first argument names the estimate, the others are its own arguments in its own order:
    estimate_table("RENT_OR_OWN", "H100", 8). The value is the number of rows.

    Raises UnknownName for an estimate that is not there, NoData for one without a table, and whatever the
    estimate itself raises.
    """

def estimate_value(
    name: str,
    figure: str,
    a1: float | str | datetime.date | None = None,
    a2: float | str | datetime.date | None = None,
    a3: float | str | datetime.date | None = None,
    a4: float | str | datetime.date | None = None,
    a5: float | str | datetime.date | None = None,
    a6: float | str | datetime.date | None = None,
    a7: float | str | datetime.date | None = None,
    a8: float | str | datetime.date | None = None,
    a9: float | str | datetime.date | None = None,
    a10: float | str | datetime.date | None = None,
    a11: float | str | datetime.date | None = None,
    a12: float | str | datetime.date | None = None,
    a13: float | str | datetime.date | None = None,
    a14: float | str | datetime.date | None = None,
    a15: float | str | datetime.date | None = None,
    a16: float | str | datetime.date | None = None,
    a17: float | str | datetime.date | None = None,
    a18: float | str | datetime.date | None = None,
    a19: float | str | datetime.date | None = None,
    a20: float | str | datetime.date | None = None,
    a21: float | str | datetime.date | None = None,
    a22: float | str | datetime.date | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """One figure of an estimate by its name: estimate_value("RENT_OR_OWN", "break_even_month", "H100", 8).

    The first argument names the estimate, the second one of the figures that its answer holds, the others are the estimate's own
    arguments in its own order or as "name=value". The range is that of the figure. "value" is the estimate's own value.

    Raises UnknownName for an estimate or a figure that is not there, and whatever the estimate itself raises.
    """

def estimate_low(
    name: str,
    a1: float | str | datetime.date | None = None,
    a2: float | str | datetime.date | None = None,
    a3: float | str | datetime.date | None = None,
    a4: float | str | datetime.date | None = None,
    a5: float | str | datetime.date | None = None,
    a6: float | str | datetime.date | None = None,
    a7: float | str | datetime.date | None = None,
    a8: float | str | datetime.date | None = None,
    a9: float | str | datetime.date | None = None,
    a10: float | str | datetime.date | None = None,
    a11: float | str | datetime.date | None = None,
    a12: float | str | datetime.date | None = None,
    a13: float | str | datetime.date | None = None,
    a14: float | str | datetime.date | None = None,
    a15: float | str | datetime.date | None = None,
    a16: float | str | datetime.date | None = None,
    a17: float | str | datetime.date | None = None,
    a18: float | str | datetime.date | None = None,
    a19: float | str | datetime.date | None = None,
    a20: float | str | datetime.date | None = None,
    a21: float | str | datetime.date | None = None,
    a22: float | str | datetime.date | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """The low end of an estimate's 80% range: estimate_low("TRAIN_COST", "GPT-3",, "A100").

    The first argument names the estimate, the others are its own arguments in its own order or as "name=value".

    Raises UnknownName for an estimate that is not there, and whatever the estimate itself raises.
    """

def estimate_high(
    name: str,
    a1: float | str | datetime.date | None = None,
    a2: float | str | datetime.date | None = None,
    a3: float | str | datetime.date | None = None,
    a4: float | str | datetime.date | None = None,
    a5: float | str | datetime.date | None = None,
    a6: float | str | datetime.date | None = None,
    a7: float | str | datetime.date | None = None,
    a8: float | str | datetime.date | None = None,
    a9: float | str | datetime.date | None = None,
    a10: float | str | datetime.date | None = None,
    a11: float | str | datetime.date | None = None,
    a12: float | str | datetime.date | None = None,
    a13: float | str | datetime.date | None = None,
    a14: float | str | datetime.date | None = None,
    a15: float | str | datetime.date | None = None,
    a16: float | str | datetime.date | None = None,
    a17: float | str | datetime.date | None = None,
    a18: float | str | datetime.date | None = None,
    a19: float | str | datetime.date | None = None,
    a20: float | str | datetime.date | None = None,
    a21: float | str | datetime.date | None = None,
    a22: float | str | datetime.date | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """The high end of an estimate's 80% range: estimate_high("TRAIN_COST", "GPT-3",, "A100").

    The first argument names the estimate, the others are its own arguments in its own order or as "name=value".

    Raises UnknownName for an estimate that is not there, and whatever the estimate itself raises.
    """

def cost_warnings(
    name: str,
    a1: float | str | datetime.date | None = None,
    a2: float | str | datetime.date | None = None,
    a3: float | str | datetime.date | None = None,
    a4: float | str | datetime.date | None = None,
    a5: float | str | datetime.date | None = None,
    a6: float | str | datetime.date | None = None,
    a7: float | str | datetime.date | None = None,
    a8: float | str | datetime.date | None = None,
    a9: float | str | datetime.date | None = None,
    a10: float | str | datetime.date | None = None,
    a11: float | str | datetime.date | None = None,
    a12: float | str | datetime.date | None = None,
    a13: float | str | datetime.date | None = None,
    a14: float | str | datetime.date | None = None,
    a15: float | str | datetime.date | None = None,
    a16: float | str | datetime.date | None = None,
    a17: float | str | datetime.date | None = None,
    a18: float | str | datetime.date | None = None,
    a19: float | str | datetime.date | None = None,
    a20: float | str | datetime.date | None = None,
    a21: float | str | datetime.date | None = None,
    a22: float | str | datetime.date | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result:
    """What has to be known before an estimate is used, as one text: cost_warnings("TRAIN_COST", "GPT-3",, "A100").

    The first argument names the estimate, the others are its own arguments in its own order or as "name=value". The answer starts
    with how many warnings there are; where there are none it is "no warning".

    Raises UnknownName for an estimate that is not there, and whatever the estimate itself raises.
    """

def cost_why(
    name: str,
    a1: float | str | datetime.date | None = None,
    a2: float | str | datetime.date | None = None,
    a3: float | str | datetime.date | None = None,
    a4: float | str | datetime.date | None = None,
    a5: float | str | datetime.date | None = None,
    a6: float | str | datetime.date | None = None,
    a7: float | str | datetime.date | None = None,
    a8: float | str | datetime.date | None = None,
    a9: float | str | datetime.date | None = None,
    a10: float | str | datetime.date | None = None,
    a11: float | str | datetime.date | None = None,
    a12: float | str | datetime.date | None = None,
    a13: float | str | datetime.date | None = None,
    a14: float | str | datetime.date | None = None,
    a15: float | str | datetime.date | None = None,
    a16: float | str | datetime.date | None = None,
    a17: float | str | datetime.date | None = None,
    a18: float | str | datetime.date | None = None,
    a19: float | str | datetime.date | None = None,
    a20: float | str | datetime.date | None = None,
    a21: float | str | datetime.date | None = None,
    a22: float | str | datetime.date | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result:
    """Why a call has no answer, in words: cost_why("TRAIN_COST", "GPT-33",, "A100").

    The first argument names the estimate, the others are its own arguments in its own order or as "name=value". The answer is
    "no mistake" where the call has an answer. In a spreadsheet =COST_WHY(B3) says it of the call in another cell.

    Raises nothing: a name that is not there is one of the mistakes that it puts into words.
    """

def compute_share(
    capital_raised: float | str,
    compute_per_month: float | str,
    other_per_month: float | str,
    revenue_per_month: float | str | None = None,
    compute_growth: float | str | None = None,
    other_growth: float | str | None = None,
    revenue_growth: float | str | None = None,
    rounds: str | None = None,
    users: float | str | None = None,
    price_per_user: float | str | None = None,
    tokens_per_user: float | str | None = None,
    token_cost: float | str | None = None,
    user_growth: float | str | None = None,
    start: datetime.date | str | float | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Share of the capital raised that goes to compute, months until the money runs out, and spending month by month.

    share of capital [1] = share of spending x capital drawn / capital raised, where
    share of spending = compute / (compute + other), both summed over the months until the money runs out
    capital drawn [USD] = compute + other - revenue over the same months
    amount in month n = amount in month 1 x (1 + growth) ^ (n - 1)

    Later rounds count as capital from the month in which they come in. Users add users x price to revenue and users x tokens x cost
    of a million tokens to compute, and grow at a rate of their own. Capital and revenue pay for compute and the rest alike. Where the
    money does not run out, the months end where the most has been burned; what is left then counts as capital that compute did not
    take. `capital_needed` is the capital at the start with which cash never falls below zero. Revenue and growth left out are 0. The
    projection stops at 600 months (assumption longest_projection); growth at one rate is a scenario, not a forecast.
    US dollars, nominal, before tax, without interest or debt.

    Raises MissingInput where one of the first three is left out, InputError for an amount below zero or
    a growth outside -90% to 100% a month.
    """

def raise_needed(
    params: float | str,
    tokens: float | str | None = None,
    gpu: str | None = None,
    gpus: float | str | None = None,
    price_per_gpu_hour: float | str | None = None,
    utilization: float | str | None = None,
    trial_share: float | str | None = None,
    failed_share: float | str | None = None,
    months_reserved: float | str | None = None,
    compute_share: float | str | None = None,
    capital_raised: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    other_per_month: float | str | None = None,
    months: float | str | None = None,
    rounds: str | None = None,
    users: float | str | None = None,
    price_per_user: float | str | None = None,
    tokens_per_user: float | str | None = None,
    token_cost: float | str | None = None,
    user_growth: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
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

def unit_margin(
    price: float | str,
    users: float | str,
    use: float | str,
    model: str | None = None,
    input_tokens: float | str | None = None,
    output_tokens: float | str | None = None,
    cached_tokens: float | str | None = None,
    token_cost: float | str | None = None,
    free_users: float | str | None = None,
    free_use: float | str | None = None,
    other_cost: float | str | None = None,
    fixed_cost: float | str | None = None,
    fee_share: float | str | None = None,
    as_of: datetime.date | str | float | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Gross margin of a product by subscription: what is left of the price when tokens, free users and fees are paid.

    margin [1] = (price x (1 - fees) - tokens - other) / price, per paying user and month
    tokens [USD] = (use + free users x free use) x cost of a request
    cost of a request = api_cost of the model, or (input + output tokens) x token_cost / 1e6

    Break-even use: the requests a month of a paying user at which nothing is left; break-even users: how many have to pay to cover the
    fixed cost. The table has the margin at a tenth to ten times as much use, as use is never even: a few ask most.
    Valid for a price by the month; for a price by use, give the price and the use of one unit. US dollars, before tax, nominal.

    Raises MissingInput where neither a model nor token_cost is given, InputError where both are, and what api_cost raises.
    """

def distill_cost(
    teacher: str,
    params: float | str,
    prompts: float | str | None = None,
    prompt_tokens: float | str | None = None,
    response_tokens: float | str | None = None,
    gpu: str | None = None,
    method: str | None = None,
    epochs: float | str | None = None,
    gpus: float | str | None = None,
    price_per_gpu_hour: float | str | None = None,
    teacher_on: str | None = None,
    samples_per_prompt: float | str | None = None,
    kept_share: float | str | None = None,
    precision: str | None = None,
    rank: float | str | None = None,
    seq_len: float | str | None = None,
    stack: str | None = None,
    as_of: datetime.date | str | float | None = None,
    service: str | None = None,
    provider: str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Cost of distilling a teacher model into a student, in US dollars: the teacher's answers and the student's training on them.

    cost [USD] = prompts x samples_per_prompt x cost of an answer + finetune_cost of the answers that are kept

    `params` is the student. The teacher's answers cost api_cost where it is hosted (`service` and `provider` are those of api_cost;
    batch takes about half), or infer_cost at full load on rented `gpu` where `teacher_on` is own. The student is trained, all weights
    unless `method` says otherwise, on prompt and answer as one example, on `gpus` accelerators. Prompts and lengths that are left out are
    assumed and vary a hundredfold among published sets. Valid for training on written answers; a student that learns the teacher's
    probabilities needs the teacher at hand in training, which is not counted. Check the license of the teacher: some forbid it.
    US dollars, before tax, nominal, of the day of `as_of`.

    Raises UnknownName for a teacher that is neither hosted nor in the catalogue, InputError for an own copy of a teacher whose weights
    are not released, and what api_cost, infer_cost and finetune_cost raise.
    """

def data_limit(
    tokens: float | str,
    synthetic_tokens: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """Share of the usable public text that a training set takes, and whether ten or a hundred times as much exists.

    share [1] = tokens / (stock + synthetic tokens)
    years until the text is used up = ln(stock / tokens) / ln(growth of training sets / growth of the stock)

    The stock counts public human-written text, adjusted for quality and for the few repetitions
    that still help, by Villalobos et al. 2024 (arXiv 2211.04325, assumption text_stock). Synthetic tokens
    count in full, no matter how useful they are. The table has the raw stocks as well, which contain what no one
    would train on. The years are those in which a set of this size, taken as the largest of today, would
    reach the stock at published growth rates; their low and high end join the ranges of the stock and of both rates.
    Valid for text; images, video, private and unpublished text are not counted.

    Raises MissingInput where tokens is left out and InputError for an amount out of bounds.
    """

def future_cost(
    cost: float | str,
    years: float | str,
    improvement_per_year: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """What the same computing work will cost some years from now, with a range that may exceed today's cost.

    cost later [USD] = cost / factor ^ years, factor = 2 ^ (1 / doubling time [years]) unless given

    The factor is the growth of computing per dollar of hardware, doubling in 2.07 years by the trend of GPUs
    used for machine learning (Hobbhahn and Besiroglu 2022, assumption price_performance_doubling). Rents
    follow it over years, not over months: an H100 index rose by 56% in eight months. So the rent's swing about the
    trend is an input of its own; it grows with the square root of time up to those eight months and
    then stays. With it 17 of 21 pairs of H100 rents from 2023 to 2026 lie within the interval, in sample.
    `peak` says when the cost of this work peaks; `highest` is the highest high end on the way and
    `above_today_until` the years after which even the high end is below today's cost. The same work, not
    the same quality: better algorithms come on top (`same_quality`).

    Largest training runs: their cost grows by compute growth / factor a year. It peaks, if at all, when
    text runs out (assumption text_used_up) and compute grows only with the square of new text, as
    parameters follow tokens; a scenario, not a forecast. US dollars, nominal, before tax.
    Valid for a few years; beyond ten the trend is extended without evidence.

    Raises MissingInput where cost or years is left out and InputError for a value out of bounds.
    """

def in_currency(
    amount: float | str,
    exchange_rate: float | str,
    currency_code: str,
    low: float | str | None = None,
    high: float | str | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result[float]:
    """An amount of US dollars, with its range, in another currency at an exchange rate that you give.

    amount in the currency = amount [USD] x exchange rate [units of the currency per USD]

    Every other estimate is in US dollars, nominal, before tax. The rate is never looked up: a rate of the day
    goes with prices of that day, and for later years a forward rate with later amounts. A price that you have in
    another currency goes into an estimate divided by the rate: =TRAIN_COST("GPT-3",,"A100",2.1/0.92).
    The range keeps its ends; the rate is treated as certain.

    Raises MissingInput where amount, rate or currency is left out, InputError for a rate that is not above 0,
    a currency that is not three letters, or a range whose ends the amount is not between.
    """

def cost_table(
    name: str,
    a1: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a2: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a3: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a4: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a5: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a6: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a7: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a8: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a9: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a10: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a11: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a12: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a13: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a14: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a15: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a16: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a17: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a18: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a19: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a20: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a21: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    a22: float | str | datetime.date | list[typing.Any] | tuple[typing.Any, ...] | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result:
    """Any estimate over a grid of inputs, one row for each combination, with value, low, high and unit.

    rows = product of the numbers of values of the varied arguments, at most 10,000 (500 of an estimate that is a table)

    The first argument names the estimate, the others are its own arguments in its own order:
    cost_table("TRAIN_COST", ["7B", "70B"], "1T", ["A100", "H100"]) has four rows. An argument with several
    values (a list, a range of cells, or text with commas such as "A100, H100") spans the grid, and the last one
    varies fastest; one value is fixed. Anywhere behind the name, a text such as "gpu=A100, H100" or "pue=1.1, 1.3" names its
    argument or assumption. A comma between two digits belongs to the number ("1,000"), so put a
    space after a comma that separates. Blank cells of a range are left out. Columns: the varied arguments,
    value, low, high (as the estimate gives them), unit, error. A combination that can't be answered keeps its
    row, with the reason under error. The value is the number of rows that were answered.

    Raises MissingInput where no estimate is named, UnknownName for one that does not exist, InputError for more
    than 10,000 rows, an error cell or an empty list, UnknownArgument for more arguments than the estimate has
    or a name that it does not know.
    """

def cost_bridge(
    name: str,
    before: str | dict[str, typing.Any],
    after: str | dict[str, typing.Any] | None = None,
    *,
    assume: dict[str, typing.Any] | list[str] | str | None = None,
) -> Result:
    """Why a figure moved between two days, two versions or two sets of inputs: the change, split by input.

    change = estimate(after) - estimate(before) = sum of the changes of the rows

    Each case names the estimate's inputs: "params=GPT-3; gpu=A100; as_of=2024-12-31". An assumption may stand
    among them. Each input that differs has a row: those that were given and those that were assumed, predicted or
    looked up, such as the price that moved because as_of did. An input that acts through others alone has no change of
    its own. The change of an input is the mean over all orders in which the inputs could be changed one after the
    other (its Shapley value), for up to 6 that act; beyond, they are changed in the order of the arguments, then
    of the assumptions. Orders with a case that has no answer are left out; inputs that can only change together share a row.
    A case may also be a saved result, as compute-cost call prints it: its inputs and its value then count as they
    stand, and what the inputs do not explain is the row "method": the formula or the catalogue changed.
    The interval belongs to the difference: an input moves alike on both sides. Columns: input, from, to, unit, change.

    Raises UnknownName for an estimate that is not there, InputError for a case that names no inputs, is
    answered by a text or is refused by the estimate, with what the estimate says.
    """
