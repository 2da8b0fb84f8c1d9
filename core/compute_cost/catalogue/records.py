"""What one row of each catalogue file holds."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Literal, get_args

from compute_cost.errors import NoData

# How sure a figure is: seen in its source, seen in part, and so on down.
Confidence = Literal["checked", "partly checked", "not checked", "date inferred", "rumor"]
CONFIDENCES: tuple[str, ...] = get_args(Confidence)


# eq=False: rows are the catalogue's own objects, compared and hashed by identity, which a cached price needs to be fast.
@dataclass(frozen=True, slots=True, eq=False)
class Accelerator:
    """A chip. Peaks are dense (no sparsity) in TFLOP/s, memory in GB, bandwidths in GB/s."""

    id: str
    name: str
    aliases: str
    vendor: str
    generation: str
    market: str
    released: str
    fp32: float | None
    tf32: float | None
    fp16: float | None
    bf16: float | None
    fp8: float | None
    int8: float | None
    fp4: float | None
    memory: float
    memory_bandwidth: float
    link: str
    link_bandwidth: float | None
    network_gbit: float | None
    power: float | None
    purchase_price: float | None
    purchase_date: str
    purchase_source: str
    source: str
    date: str
    confidence: str
    note: str

    @property
    def format16(self) -> str:
        """The 16-bit format that it multiplies in; fp32 where it has none."""
        return "bf16" if self.bf16 else "fp16" if self.fp16 else "fp32"

    @property
    def peak16(self) -> float:
        """The dense peak [FLOP/s] in that format."""
        return (self.bf16 or self.fp16 or self.fp32 or 1.0) * 1e12

    def peak(self, precision: str | None = None) -> tuple[str, float]:
        """The precision that is meant (the chip's 16-bit format unless given) and its dense peak [FLOP/s]."""
        wanted = precision or self.format16
        # Block-scaled formats run at the rate of the plain format of that width, on chips that have fp4 units.
        field = {"mxfp8": "fp8", "mxfp4": "fp4", "int4": "fp4"}.get(wanted, wanted)
        tera = getattr(self, field)
        if not tera or (wanted == "mxfp8" and not self.fp4) or wanted == "int4":
            have = ", ".join(p for p in ("fp32", "tf32", "fp16", "bf16", "fp8", "int8", "fp4") if getattr(self, p))
            raise NoData(f"precision: {self.name} has no {wanted} peak in the catalogue; it has {have}")
        return wanted, tera * 1e12


@dataclass(frozen=True, eq=False)
class Model:
    """A model. Counts are parameters and tokens; the shape fields are empty where it is not published.

    Where attention is hybrid, `global_layers` see all tokens, the others the last `window` (none where it is
    empty: linear attention). `image_side` is in pixels; `released_precision` is the format of the weights where it is not 16 bits.
    """

    id: str
    name: str
    aliases: str
    organization: str
    released: str
    kind: str
    params: float
    active_params: float | None
    tokens: float | None
    seq_len: float | None
    layers: float | None
    hidden: float | None
    heads: float | None
    kv_heads: float | None
    head_dim: float | None
    kv_width: float | None
    ffn: float | None
    gated_ffn: float | None
    vocab: float | None
    attention: str
    experts: float | None
    experts_per_token: float | None
    window: float | None
    global_layers: float | None
    tied_embeddings: float | None
    image_side: float | None
    released_precision: str
    source: str
    confidence: str
    shape_source: str
    shape_confidence: str
    note: str

    @classmethod
    @lru_cache(maxsize=1024)
    def of_size(cls, params: float) -> Model:
        """A dense model of which only the parameter count is known: every other field is empty."""
        model = cls.__new__(cls)
        model.__dict__.update(_ONLY_A_SIZE, params=params)  # a spreadsheet asks for thousands: not one field at a time
        return model

    @property
    def active(self) -> float:
        return self.active_params or self.params

    @property
    def attention_width(self) -> float | None:
        """Heads times width per head: what the attention scores are computed over."""
        if self.heads and self.head_dim:
            return self.heads * self.head_dim
        return self.hidden


_ONLY_A_SIZE = {one.name: "" if one.type == "str" else None for one in fields(Model)} | {"kind": "dense"}


@dataclass(frozen=True, slots=True)
class Price:
    """A rental price [USD per GPU-hour] of one provider, term and day."""

    gpu: str
    provider: str
    provider_class: str
    term: str
    price: float
    date: str
    recorded: str
    source: str
    confidence: str
    note: str

    @property
    def day(self) -> datetime.date:
        """The day it counts from: the end of its period, but never after it was written down."""
        return min(period_end(self.date), period_end(self.recorded))


@dataclass(frozen=True, slots=True)
class Run:
    """A published training run. `role` is fit or check; an empty gpu_hours means it was not published.

    `use` says what the fit of the utilization takes it for, or why not; `catalogue_model` is the id of the
    model whose training it is, empty for a part, a projection or a model outside the catalogue.
    """

    id: str
    model: str
    organization: str
    year: float
    kind: str
    params: float
    active_params: float | None
    tokens: float | None
    seq_len: float | None
    layers: float | None
    hidden: float | None
    gpu: str
    gpus: float | None
    gpu_hours: float | None
    precision: str
    utilization: float | None
    utilization_basis: str
    flop: float | None
    cost: float | None
    role: str
    use: str
    catalogue_model: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """Measured training throughput [tokens/s of one accelerator].

    `utilization` is as its source prints it; Megatron-Bridge prints TFLOP/s, here over the catalogue's dense peak.
    """

    id: str
    table: str
    model: str
    params: float
    active_params: float
    layers: float
    hidden: float
    attention_width: float | None
    seq_len: float
    gpu: str
    gpus: float
    precision: str
    tokens_per_second_per_gpu: float
    utilization: float | None
    release: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class PublishedEstimate:
    """What someone else estimated one model's training to cost [USD]; `model` is an id of the catalogue or empty."""

    id: str
    subject: str
    model: str
    value: float
    unit: str
    basis: str
    source: str
    date: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A constant of the utilization model. `low` and `high` bound 80% of resampled fits where it is fitted."""

    name: str
    value: float
    low: float | None
    high: float | None
    unit: str
    description: str
    rows: str
    source: str
    date: str
    confidence: str


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A prediction for a row that the fit had not seen. `unit` is that of `predicted` and `published`."""

    table: str
    split: str
    id: str
    predicted: float
    published: float
    factor: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Assumption:
    """A default or constant of an estimate, with its range where it has one."""

    name: str
    value: float | str
    unit: str
    low: float | None
    high: float | None
    description: str
    source: str
    date: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from. `date` is the publication's, as YYYY, YYYY-MM or YYYY-MM-DD."""

    id: str
    title: str
    publisher: str
    url: str
    date: str
    license: str
    note: str = ""


def period_end(text: str) -> datetime.date:
    """The last day of YYYY, YYYY-MM or YYYY-MM-DD."""
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", text):
        raise ValueError(f"{text!r} is no date such as 2026-11-22")
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]
    return datetime.date(year, month, day)
