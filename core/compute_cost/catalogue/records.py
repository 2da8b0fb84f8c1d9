"""What one row of each file of core/compute_cost/data holds.

A column is named and typed here and nowhere else: its kind (`compute_cost.catalogue.columns`) says what its cells may hold, the
comment behind it what they mean and in which unit. A column's place here is its place in the file.
"""

# No `from __future__ import annotations`: the kinds must be there as objects, not as text that has to be evaluated first.

import datetime
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from compute_cost.catalogue.columns import (
    ChipId,
    Confidence,
    Date,
    Id,
    MaybeChipId,
    MaybeConfidence,
    MaybeCount,
    MaybeDate,
    MaybeModelId,
    MaybeNumber,
    MaybePositive,
    MaybeShare,
    MaybeSourceId,
    Name,
    Number,
    Positive,
    Sentence,
    Slug,
    SourceId,
    Text,
    Variable,
    columns,
    id_of,
    maybe,
    number,
    one_of,
    period_end,
    period_start,
    text,
)  # fmt: skip

# The peaks of a chip that a number format may count as: columns of accelerators.csv.
PEAKS = ("fp32", "tf32", "fp16", "bf16", "fp8", "int8", "fp4")


# eq=False: rows are the catalogue's own objects, compared and hashed by identity, which a cached price needs to be fast.
@dataclass(frozen=True, slots=True, eq=False)
class Accelerator:
    """A chip. Peaks are dense, without sparsity."""

    origin = "catalogue"  # "given" where a line of text describes it, "yours" where it is of your own catalogue
    id: Id
    name: Name
    aliases: Text  # other names, separated by semicolons
    vendor: Name
    generation: Slug  # chips of one generation share what is fitted
    market: Annotated[str, one_of("datacenter", "workstation", "consumer", "laptop", "embedded")]
    released: Date  # or when it was announced for
    status: Annotated[str, maybe(one_of("announced", "aftermarket"))]  # announced: not sold yet; aftermarket: memory changed by others
    fp32: MaybePositive  # dense peak [TFLOP/s]
    tf32: MaybePositive  # dense peak [TFLOP/s]
    fp16: MaybePositive  # dense peak [TFLOP/s]
    bf16: MaybePositive  # dense peak [TFLOP/s]
    fp8: MaybePositive  # dense peak [TFLOP/s]
    int8: MaybePositive  # dense peak [TOP/s]
    fp4: MaybePositive  # dense peak [TFLOP/s]
    memory: Positive  # as its maker names it [GB]
    memory_reported: MaybePositive  # in all, as its driver reports it [MiB]
    memory_bandwidth: Positive  # [GB/s]
    link: Text  # what connects the chips of one server
    link_bandwidth: MaybePositive  # of one chip, both ways together [GB/s]
    network_gbit: MaybePositive  # of one chip between servers [Gbit/s]
    units: MaybePositive  # SMs, CUs or GPU cores, where peaks were worked out from them [count]
    clock: MaybePositive  # boost clock that they were worked out at [MHz]
    power: MaybePositive  # at full load [W]
    purchase_price: MaybePositive  # nominal, at purchase_date [USD]
    purchase_date: MaybeDate
    purchase_source: MaybeSourceId
    source: SourceId
    date: Date  # when the row was recorded
    confidence: Confidence
    note: Text

    @property
    def is_consumer(self) -> bool:
        """Whether it is in machines that people have at home, which no fast network joins."""
        return self.market in ("consumer", "laptop", "embedded")

    @property
    def has_judged_price(self) -> bool:
        """Whether nobody states its purchase price, so that it is judged from offers that were seen."""
        return self.purchase_source == "judged-prices"

    @property
    def format16(self) -> str:
        """The 16-bit format that it multiplies in; fp32 where it has none."""
        return "bf16" if self.bf16 else "fp16" if self.fp16 else "fp32"

    @property
    def peak16(self) -> float:
        """The dense peak [FLOP/s] in that format."""
        return (self.bf16 or self.fp16 or self.fp32 or 1.0) * 1e12


@dataclass(frozen=True, slots=True, eq=False)
class Rented(Accelerator):
    """A chip as one provider rents it out, at that provider's prices."""

    provider: str
    vcpus: float = 0.0  # of the machine for each of its chips; 0: not known


@dataclass(frozen=True, slots=True, eq=False)
class Refused:
    """A chip, a kind of processor or a model that people ask about and no estimate takes."""

    id: Id
    name: Name
    aliases: Text  # other names, separated by semicolons
    reason: Sentence  # why it is not estimated, as the end of a sentence
    instead: Sentence  # what to do, as the end of a sentence
    source: SourceId
    date: Date  # when the row was recorded
    confidence: Confidence


@dataclass(frozen=True, eq=False)
class Model:
    """A model. The columns of its shape are empty where it is not published."""

    origin = "catalogue"  # "given" where a line of text describes it, "yours" where it is of your own catalogue
    id: Id
    name: Name
    aliases: Text  # other names, separated by semicolons
    organization: Name
    released: Date
    kind: Annotated[str, one_of("dense", "moe", "encoder", "encoder-decoder", "diffusion", "video", "speech")]  # diffusion: of images
    params: Positive  # [parameters]
    active_params: MaybePositive  # that one token passes through [parameters]
    tokens: MaybePositive  # of the training [tokens]
    seq_len: MaybePositive  # of the training [tokens]
    max_context: MaybePositive  # that the release is made for [tokens]
    layers: MaybePositive  # of an encoder and a decoder together [count]
    hidden: MaybePositive  # width of a token between the layers [elements]
    heads: MaybePositive  # of attention in a layer [count]
    kv_heads: MaybePositive  # heads of keys and values in a layer [count]
    head_dim: MaybePositive  # width of one head [elements]
    kv_width: MaybePositive  # kept of one token in the cache of one layer [elements]
    global_kv_width: MaybePositive  # the same of a layer that sees all tokens, where it is another [elements]
    index_width: MaybePositive  # of the 8-bit keys by which sparse attention picks tokens, kept besides in each such layer [elements]
    ffn: MaybePositive  # width inside the feed-forward part, of one expert [elements]
    gated_ffn: Annotated[float | None, maybe(one_of("0", "1"))]  # 1: the feed-forward part has a third matrix [0 or 1]
    vocab: MaybePositive  # [tokens]
    attention: Annotated[str, maybe(one_of("mha", "gqa", "mqa", "mla", "hybrid"))]
    experts: MaybePositive  # in a layer [count]
    experts_per_token: MaybePositive  # that a token passes through in a layer [count]
    shared_ffn: MaybePositive  # width of what every token passes beside the experts of a layer [elements]
    dense_layers: MaybeCount  # of a mixture: layers without experts; empty: unknown [count]
    dense_ffn: MaybePositive  # width inside the feed-forward part of those layers [elements]
    global_layers: MaybeCount  # that keep all tokens: not those with a window, recurrent ones or an encoder's; empty: all [count]
    window: MaybePositive  # tokens that the layers with a window keep; empty: no layer has one [tokens]
    window_layers: MaybeCount  # layers with a window; empty: all that are not global, where there is a window [count]
    state_width: MaybeCount  # kept of any sequence by all recurrent layers (Mamba, linear attention) together; empty: unknown [elements]
    tied_embeddings: Annotated[float | None, maybe(one_of("1"))]  # 1: input and output share one table [0 or 1]
    image_side: MaybePositive  # [pixels]
    released_precision: Annotated[str, maybe(one_of("fp8", "mxfp4", "int4"))]  # of the weights where it is not 16 bits
    license: Text  # of the weights, as the release names it; empty where that is not recorded
    source: SourceId
    confidence: Confidence
    shape_source: MaybeSourceId  # where the shape is from: layers, widths, heads and experts
    shape_confidence: MaybeConfidence
    note: Text

    @classmethod
    @lru_cache(maxsize=256)
    def of_size(cls, params: float) -> "Model":
        """A dense model of which only the parameter count is known: every other field is empty."""
        model = cls.__new__(cls)
        model.__dict__.update(_ONLY_A_SIZE, params=params)  # a spreadsheet asks for thousands: not one field at a time
        return model

    @property
    def draws(self) -> bool:
        """Whether it makes pictures or video."""
        return self.kind in ("diffusion", "video")

    @property
    def makes(self) -> str:
        """What a model that is not counted in tokens is called."""
        return {"diffusion": "an image model", "video": "a video model", "speech": "a speech model"}[self.kind]

    @property
    def in_tokens(self) -> bool:
        """Whether its work is counted in tokens: not that of models that draw or that hear."""
        return self.kind not in ("diffusion", "video", "speech")

    @property
    def active(self) -> float:
        return self.active_params or self.params

    @property
    def attention_width(self) -> float | None:
        """Heads times width per head: what the attention scores are computed over."""
        if self.heads and self.head_dim:
            return self.heads * self.head_dim
        return self.hidden


_ONLY_A_SIZE = {name: None if column.number else "" for name, column in columns(Model).items()} | {"kind": "dense"}


# A tenth of the cheapest and ten times the highest price ever listed: beyond lies a wrong unit.
_HourlyPrice = Annotated[float, number("a number from 0.02 to 100", lambda value: 0.02 <= value <= 100)]


# Single words, those of the user's own file too: they reach answers, where a sentence could pass for an instruction.
_PROVIDER = text("a word of up to 40 small letters, digits and signs", r"[a-z0-9][a-z0-9._/-]{0,39}")


@dataclass(frozen=True, slots=True)
class Price:
    """A rental price of one provider, term and day. Rows are appended, never changed."""

    gpu: ChipId
    provider: Annotated[str, _PROVIDER]
    provider_class: Annotated[str, one_of("hyperscaler", "neocloud", "marketplace")]
    term: Annotated[str, one_of("on_demand", "spot", "reserved_1y", "reserved_3y")]
    price: _HourlyPrice  # nominal, before tax [USD per GPU-hour]
    date: Date  # of the quote; a partial date counts at its end, never after `recorded`
    recorded: Date  # when the row was written down
    source: SourceId
    confidence: Confidence
    note: Text
    kind: Annotated[str, maybe(one_of("index", "contract"))]  # index: `provider` publishes it; contract: yours
    region: Text  # as the provider names it
    node: MaybePositive  # sold in machines of so many alone; empty: singly, or not known [chips]

    @property
    def day(self) -> datetime.date:
        """The day it counts from: the end of its period, but never after it was written down."""
        return min(period_end(self.date), period_end(self.recorded))

    @property
    def seen(self) -> datetime.date:
        """The day that its age is counted from: the first of its period, so that a year alone is never fresh."""
        return period_start(self.date)


@dataclass(frozen=True, slots=True)
class Provider:
    """Who rents out accelerators or sells the tokens of models, by the names that it goes by."""

    id: Annotated[str, _PROVIDER._replace(own=True)]
    name: Name
    aliases: Text  # other names, separated by semicolons


@dataclass(frozen=True, slots=True)
class Grid:
    """The electricity of a country or of a provider's place, as an average of a year."""

    id: Id
    name: Name
    aliases: Text  # other names, separated by semicolons
    carbon: Positive  # of the generation, whole life cycle [g CO2e/kWh]
    year: Date  # that it is of
    source: SourceId
    date: Date  # when the row was recorded
    confidence: Confidence
    note: Text


@dataclass(frozen=True, slots=True)
class Format:
    """A number format of weights or of a KV cache. Its bits are the assumption bits_per_parameter_ and its id."""

    id: Annotated[str, text("small letters, digits and underscores", r"[a-z0-9_]+")._replace(own=True)]
    name: Name
    aliases: Text  # other names, separated by semicolons
    family: Annotated[str, one_of("plain", "scaled", "integer", "gguf", "mlx", "unsaid")]  # scaled: floats with a scale per block
    head_bits: MaybePositive  # of the embedding and the output head; empty: as all others [bits]
    trained_in: Annotated[str, maybe(one_of(*PEAKS))]  # whose peak counts in training; empty: no run in it is known
    served_in: Annotated[str, maybe(one_of(*PEAKS))]  # whose peak counts in serving; empty: unpacked to the chip's 16-bit format
    cache: Annotated[str, maybe(one_of("yes"))]  # whether engines keep a KV cache in it
    note: Text  # what each answer with it has to say


@dataclass(frozen=True, slots=True)
class NameWord:
    """A word in the names of models or chips that says nothing about which one is meant, or says one thing alone."""

    word: Annotated[str, text("small letters, digits and signs", r"[a-z0-9][a-z0-9._-]{0,39}")]
    # edition, service: of the weights and of who serves them; training, tier, effort, moving: may change which model is meant;
    # container, of_format: of the file; region, host, maker: who offers or made a model; line: a maker's words for its chips;
    # filler, memory: any chip's; form, architecture: true of some chips; pool: what a number of chips is counted in;
    # label: what a cloud's scheduler writes, exactly so; machine: a maker's server, with the number of its chips;
    # family: stands in the makers' own apps without its family, which is `of`: the sonnet of Sonnet 4.5
    kind: Annotated[
        str,
        one_of(
            "edition", "service", "training", "tier", "effort", "moving", "container", "of_format", "region", "host", "maker",
            "line", "filler", "memory", "form", "architecture", "pool", "label", "machine", "family",
        ),
    ]  # fmt: skip
    of: Text  # whose word it is, which chip a pool or a label is of, the format meant where none is named, the usual word, or families
    number: MaybePositive  # of what a pool counts, on one chip [count]


# eq=False, as of accelerators.
@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """A machine type of a provider, with the chips in it."""

    id: Id
    name: Name  # as the provider writes it
    aliases: Text  # other names, separated by semicolons
    provider: Annotated[str, id_of("providers")]
    gpu: MaybeChipId  # empty where the chip is refused
    gpus: Positive  # in one machine; below 1 where it rents a share of a chip, which is refused [chips]
    gpu_memory: MaybePositive  # of one chip, as the provider writes it [GB]
    vcpus: MaybePositive  # [count]
    host_memory: MaybePositive  # [GiB]
    network_gbit: MaybePositive  # of the whole machine [Gbit/s]
    refused: Text  # why no estimate takes it; empty where it holds whole chips of the catalogue
    source: SourceId
    date: Date  # of the listing
    confidence: Confidence
    note: Text


@dataclass(frozen=True, slots=True)
class HostedModel:
    """A model that is sold by the token, by whoever hosts it."""

    id: Id
    name: Name
    aliases: Text  # other names, separated by semicolons; the ids of tariffs.csv are names too
    maker: Annotated[str, maybe(id_of("hosts"))]  # the host that made it and sells it; empty where others sell it alone
    released: MaybeDate  # nobody sold it before; empty: not known
    source: SourceId  # of the day
    confidence: Confidence
    longest_input: MaybePositive  # the most that one request can send, at its maker or else at any host; empty: not known [tokens]
    longest_output: MaybePositive  # the most that one answer can hold, with thinking; empty: not known [tokens]
    context: MaybePositive  # the most that request and answer hold together; empty: not known, or not counted together [tokens]
    limit_source: MaybeSourceId  # of the longest input, or else of the longest output
    limit_confidence: MaybeConfidence  # checked where two lists have the same longest input


_TokenPrice = Annotated[float | None, maybe(number("a number from 0 to 10,000", lambda value: 0 <= value <= 1e4))]


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a host asks for one model in one service, from a day on, for prompts over a length."""

    host: Annotated[str, id_of("hosts")]
    offer: Name  # the host's own id of the model
    model: Annotated[str, id_of("hosted_models")]
    service: Annotated[str, one_of("standard", "batch", "flex", "priority", "fast")]
    since: MaybeDate  # the price counts from then on; empty: its history is not known
    ends: MaybeDate  # when the host stops selling it by that id, as it announced; empty: no end is known
    over: MaybePositive  # for prompts longer than this; empty: for the shortest [tokens]
    hours: Annotated[str, maybe(text("hours of the day as 01:00-04:00", r"\d\d:\d\d-\d\d:\d\d"))]  # UTC; empty: all others
    input: _TokenPrice  # [USD per million tokens]
    output: _TokenPrice  # [USD per million tokens]
    cache_read: _TokenPrice  # of input that is read from the cache; empty: as input [USD per million tokens]
    cache_write: _TokenPrice  # of input that is written to the cache for five minutes; empty: as input [USD per million tokens]
    cache_write_1h: _TokenPrice  # for an hour [USD per million tokens]
    thinking: _TokenPrice  # empty: as output [USD per million tokens]
    audio_input: _TokenPrice  # [USD per million tokens]
    audio_output: _TokenPrice  # [USD per million tokens]
    image_input: _TokenPrice  # [USD per million tokens]
    image_output: _TokenPrice  # [USD per million tokens]
    request: MaybePositive  # of each request, on top [USD]
    other: Text  # what else is billed, and how
    checked: MaybeDate  # when the price was last seen at the host, where that is known
    date: Date  # when the row was written down
    source: SourceId
    confidence: Confidence
    second: Text  # what another list says, where it is more than 2% away


@dataclass(frozen=True, slots=True)
class TuningPrice:
    """What a host asks for fine-tuning a model on its own accelerators, by the tokens of the data times the epochs."""

    host: Annotated[str, id_of("hosts")]
    model: MaybeModelId  # empty: any model of such a size that the host tunes
    over: MaybePositive  # of models with more parameters than this [billion parameters]
    up_to: MaybePositive  # and no more than this [billion parameters]
    method: Annotated[str, one_of("full", "lora")]
    price: Positive  # [USD per million tokens]
    minimum: MaybePositive  # of one job [USD]
    date: Date  # of the price
    source: SourceId
    confidence: Confidence
    note: Text


@dataclass(frozen=True, slots=True)
class Run:
    """A published training run."""

    id: Id
    model: Name
    organization: Name
    year: Annotated[float, number("a year from 2012 to 2100", lambda value: value in range(2012, 2101))]  # [year]
    kind: Annotated[str, one_of("dense", "moe", "encoder", "encoder-decoder", "diffusion", "unknown")]
    params: MaybePositive  # [parameters]
    active_params: MaybePositive  # that one token passes through [parameters]
    tokens: MaybePositive  # [tokens]
    seq_len: MaybePositive  # [tokens]
    layers: MaybePositive  # [count]
    hidden: MaybePositive  # width of a token between the layers [elements]
    gpu: MaybeChipId
    gpus: MaybePositive  # [chips]
    gpu_hours: MaybePositive  # empty where they were not published [GPU-hours]
    precision: Text  # as its source words it
    utilization: MaybeShare  # as published [share of the dense peak, 16-bit unless the basis says otherwise]
    utilization_basis: Annotated[str, maybe(one_of("step", "hardware", "whole run", "step, fp8 peak"))]  # what the utilization counts
    flop: MaybePositive  # [FLOP]
    cost: MaybePositive  # nominal [USD]
    role: Annotated[str, one_of("fit", "check")]  # check: nothing may be fitted to the row
    use: Name  # what the fit of the utilization takes the row for, or why not
    catalogue_model: MaybeModelId  # whose training it is; empty for a part, a projection or a model outside the catalogue
    source: SourceId
    confidence: Confidence
    note: Text
    billing: Annotated[str, maybe(one_of("metered", "reserved"))]  # metered: hours of running jobs; reserved: whole days of a cluster
    energy: MaybePositive  # of the whole facility [kWh]


@dataclass(frozen=True, slots=True)
class PublishedEstimate:
    """What others estimated the training of a model to cost."""

    id: Id
    subject: Name  # what was trained
    model: MaybeModelId
    value: Positive  # [the row's `unit`]
    unit: Annotated[str, one_of("USD", "USD 2023", "USD (inflation-adjusted)")]
    basis: Name  # how it was estimated
    source: SourceId
    date: Date
    confidence: Confidence
    note: Text


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A constant, fitted to published rows (then written by benchmarks/fit_utilization.py or benchmarks/fit_inference.py) or set."""

    name: Variable
    value: Number  # [the row's `unit`]
    low: MaybeNumber  # with high: 80% of the fits to resampled rows, where it is fitted [the row's `unit`]
    high: MaybeNumber  # [the row's `unit`]
    unit: Text
    description: Sentence
    rows: Text  # what it is fitted to
    source: SourceId
    date: Date
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class ImageModel:
    """How an image model draws: what its shape does not say."""

    model: Annotated[str, id_of("models")._replace(own=True)]
    steps: MaybePositive  # that a distilled release is made for; empty: any, image_steps if left out [count]
    passes: Positive  # through the network in one step: 2 with guidance by a second prompt [count]
    text_tokens: MaybeCount  # that attention sees besides those of the image [tokens]
    work: MaybePositive  # of one pass at the native size, where the shape does not give it [TFLOP]
    text_encoders: MaybePositive  # of those that the model's parameters do not count [parameters]
    source: SourceId
    date: Date
    confidence: Confidence
    note: Text


@dataclass(frozen=True, slots=True)
class Calibration:
    """A chip generation with measured rows behind the constants of serving; written by benchmarks/fit_inference.py."""

    generation: Slug
    use: Annotated[str, one_of("saturated", "prefill", "batch given", "at a speed", "single stream")]  # what was asked
    rows: Positive  # of serving_benchmarks.csv that were fitted [count]


@dataclass(frozen=True, slots=True)
class Assumption:
    """A default or constant of an estimate."""

    name: Variable
    value: Annotated[float | str, text("a number or a word", r".+")]  # [the row's `unit`]
    unit: Text  # empty where the value is a word
    low: MaybeNumber  # with high: its range, where it has one [the row's `unit`]
    high: MaybeNumber  # [the row's `unit`]
    description: Sentence
    source: SourceId
    date: Date
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Review:
    """A figure that was looked up again and stays as it is, with the reason."""

    figure: Annotated[str, text("a default, or rent or purchase price of a chip", r"[a-z][a-z0-9_.-]*(?: [a-z0-9.-]+)*")._replace(own=True)]
    date: Date  # when it was looked up
    reason: Sentence  # why it stays, as the end of a sentence


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Everyday words for what an estimate answers: the one index by which people, tools and the reader of questions search."""

    estimate: Variable
    words: Sentence  # words and phrases, separated by semicolons; of an estimate that is not there yet they count for nothing


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from."""

    id: Id
    title: Name
    publisher: Name
    url: Annotated[str, maybe(text("a web address", r"https://\S+"))]
    date: Date  # of the publication
    license: Name  # or "own figures", facts that their author states; or "none", a lead that no row cites
    note: Text = ""
