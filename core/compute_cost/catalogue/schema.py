"""Checks every row of the catalogue's files: types, bounds, sources, dates, and that no name means two things."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError

from compute_cost import catalogue
from compute_cost.catalogue import serving_schema
from compute_cost.catalogue.schema_kinds import (
    CoefficientRow,
    Confidence,
    Date,
    Maybe,
    Number,
    OptionalDate,
    OptionalSource,
    Positive,
    Row,
    Slug,
    SourceId,
    blank,
)


class AcceleratorRow(Row):
    id: Slug
    name: str = Field(min_length=2)
    aliases: str
    vendor: str = Field(min_length=2)
    generation: Slug
    market: Literal["datacenter", "workstation", "consumer"]
    released: Date
    fp32: Maybe
    tf32: Maybe
    fp16: Maybe
    bf16: Maybe
    fp8: Maybe
    int8: Maybe
    fp4: Maybe
    memory: Positive
    memory_bandwidth: Positive
    link: str
    link_bandwidth: Maybe
    network_gbit: Maybe
    power: Maybe
    purchase_price: Maybe
    purchase_date: OptionalDate
    purchase_source: OptionalSource
    source: SourceId
    date: Date
    confidence: Confidence
    note: str


class ModelRow(Row):
    id: Slug
    name: str = Field(min_length=2)
    aliases: str
    organization: str = Field(min_length=2)
    released: Date
    kind: Literal["dense", "moe", "encoder", "encoder-decoder", "diffusion"]
    params: Positive
    active_params: Maybe
    tokens: Maybe
    seq_len: Maybe
    layers: Maybe
    hidden: Maybe
    heads: Maybe
    kv_heads: Maybe
    head_dim: Maybe
    kv_width: Maybe
    ffn: Maybe
    gated_ffn: Annotated[Literal["0", "1"] | None, BeforeValidator(blank)]
    vocab: Maybe
    attention: Literal["", "mha", "gqa", "mqa", "mla", "hybrid"]
    experts: Maybe
    experts_per_token: Maybe
    window: Maybe
    global_layers: Maybe
    tied_embeddings: Annotated[Literal["1"] | None, BeforeValidator(blank)]
    image_side: Maybe
    released_precision: Literal["", "fp8", "mxfp4"]
    source: SourceId
    confidence: Confidence
    shape_source: OptionalSource
    shape_confidence: Annotated[Confidence | None, BeforeValidator(blank)]
    note: str


class PriceRow(Row):
    gpu: Slug
    provider: str = Field(min_length=2)
    provider_class: Literal["hyperscaler", "neocloud", "marketplace"]
    term: Literal["on_demand", "spot", "reserved_1y", "reserved_3y"]
    # A tenth of the cheapest and ten times the dearest price ever listed: beyond lies a wrong unit.
    price: Annotated[float, Field(ge=0.02, le=100)]
    date: Date
    recorded: Date
    source: SourceId
    confidence: Confidence
    note: str


class RunRow(Row):
    id: Slug
    model: str
    organization: str
    year: Annotated[int, Field(ge=2012, le=2100)]
    kind: Literal["dense", "moe", "encoder", "encoder-decoder", "diffusion", "unknown"]
    params: Maybe
    active_params: Maybe
    tokens: Maybe
    seq_len: Maybe
    layers: Maybe
    hidden: Maybe
    gpu: str
    gpus: Maybe
    gpu_hours: Maybe
    precision: str
    utilization: Maybe
    utilization_basis: Literal["", "step", "hardware", "whole run", "step, fp8 peak"]
    flop: Maybe
    cost: Maybe
    role: Literal["fit", "check"]
    use: str = Field(min_length=4)
    catalogue_model: str
    source: SourceId
    confidence: Confidence
    note: str


class StepThroughputRow(Row):
    id: Slug
    table: Literal["llm-foundry", "megatron-bridge"]
    model: str = Field(min_length=2)
    params: Positive
    active_params: Positive
    layers: Positive
    hidden: Positive
    attention_width: Maybe
    seq_len: Positive
    gpu: Slug
    gpus: Positive
    precision: Literal["bf16", "fp8", "mxfp8", "fp4"]
    tokens_per_second_per_gpu: Positive
    utilization: Annotated[float | None, Field(gt=0, le=1), BeforeValidator(blank)]
    release: str
    source: SourceId
    confidence: Confidence


class PublishedEstimateRow(Row):
    id: Slug
    subject: str = Field(min_length=2)
    model: str
    value: Positive
    unit: Literal["USD", "USD 2023", "USD (inflation-adjusted)"]
    basis: str = Field(min_length=5)
    source: SourceId
    date: Date
    confidence: Confidence
    note: str


class HeldOutRow(Row):
    table: Literal["whole run", "llm-foundry", "megatron-bridge", "step of a run"]
    split: str = Field(min_length=3)
    id: Slug
    predicted: Positive
    published: Positive
    factor: Maybe
    unit: Literal["GPU-hours", "1"]


class AssumptionRow(Row):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    value: str = Field(min_length=1)
    unit: str
    low: Number
    high: Number
    description: str = Field(min_length=10)
    source: SourceId
    date: Date
    confidence: Confidence


class SourceRow(Row):
    id: Slug
    title: str = Field(min_length=5)
    publisher: str = Field(min_length=2)
    url: Annotated[str, Field(pattern=r"^(https://\S+)?$")]
    date: Date
    license: str
    note: str


FILES: dict[str, type[Row]] = {
    "accelerators": AcceleratorRow,
    "models": ModelRow,
    "prices": PriceRow,
    "published_runs": RunRow,
    "published_estimates": PublishedEstimateRow,
    "step_throughput": StepThroughputRow,
    "utilization": CoefficientRow,
    "held_out": HeldOutRow,
    "assumptions": AssumptionRow,
    "sources": SourceRow,
}


def problems() -> list[str]:
    """Everything that is wrong with the catalogue, one line each; empty where all is well."""
    found: list[str] = []
    for name, schema in (FILES | serving_schema.FILES).items():
        for line, row in enumerate(catalogue.read_rows(name), start=2):
            try:
                schema.model_validate(row)
            except ValidationError as error:
                for one in error.errors():
                    found.append(f"{name}.csv line {line}: {one['loc'][0]}: {one['msg']} (got {one['input']!r})")
    return found or _cross_checks() + serving_schema.cross_checks()


def _cross_checks() -> list[str]:
    found: list[str] = []
    for name in ("accelerators", "models"):
        claimed: dict[str, str] = {}
        for row in catalogue.read_rows(name):
            for spelling in {catalogue.key(one) for one in (row["id"], row["name"], *filter(None, row["aliases"].split(";")))}:
                if claimed.setdefault(spelling, row["id"]) != row["id"]:
                    found.append(f"{name}.csv: {spelling!r} means both {claimed[spelling]} and {row['id']}")
    chips = {chip.id for chip in catalogue.accelerators().rows}
    found += [f"prices.csv: no accelerator {gpu}" for gpu in catalogue.prices() if gpu not in chips]
    found += [f"published_runs.csv: {run.id}: no accelerator {run.gpu}" for run in catalogue.runs() if run.gpu and run.gpu not in chips]
    found += [f"step_throughput.csv: {row.id}: no accelerator {row.gpu}" for row in catalogue.step_rows() if row.gpu not in chips]
    named = {(run.id, run.catalogue_model) for run in catalogue.runs()} | {(one.id, one.model) for one in catalogue.published_estimates()}
    known = {model.id for model in catalogue.models().rows}
    found += [f"{row} names no model of the catalogue: {model}" for row, model in sorted(named) if model and model not in known]
    for model in catalogue.models().rows:
        if model.active > model.params:
            found.append(f"models.csv: {model.id} has more active than total parameters")
    for name in (one for one in FILES if one not in ("prices", "held_out")):  # whose rows have no name of their own
        ids = [row.get("id") or row["name"] for row in catalogue.read_rows(name)]
        found += [f"{name}.csv: {one} stands twice" for one in sorted({one for one in ids if ids.count(one) > 1})]
    for prose in ("accelerators", "models", "sources"):
        for row in catalogue.read_rows(prose):
            # A spreadsheet that opens the file must not take a text for a formula.
            found += [f"{prose}.csv: {row['id']}: {k} starts like a formula" for k, v in row.items() if re.match(r"[=+@]", v or "")]
    if catalogue.accelerators().get(str(catalogue.assumption("gpu").value)) is None:
        found.append("assumptions.csv: gpu is no accelerator")
    return found
