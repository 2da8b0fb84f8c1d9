"""Checks every row of the serving files: measured throughput, fitted constants and held-out predictions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from compute_cost import catalogue
from compute_cost.catalogue.schema_kinds import CoefficientRow, Confidence, Date, Maybe, Positive, Row, Slug, SourceId
from compute_cost.catalogue.serving_records import serving_rows


class ServingBenchmarkRow(Row):
    id: Slug
    table: Literal["TensorRT-LLM", "llama.cpp", "FasterTransformer", "GLM-130B", "MLPerf", "large-scale", "images", "other"]
    model: str
    gpu: str
    hardware: str = Field(min_length=2)
    gpus: Positive
    precision: Literal["fp16", "bf16", "fp8", "fp4", "int8", "int4"]
    parallelism: Literal["tensor", "layer"]
    batch: Maybe
    input_tokens: Maybe
    output_tokens: Maybe
    tokens_per_second: Maybe
    prefill_tokens_per_second: Maybe
    images_per_minute: Maybe
    role: Literal["fit", "check"]
    use: str = Field(min_length=4)
    source: SourceId
    date: Date
    confidence: Confidence


class HeldOutServingRow(Row):
    table: Literal["dense", "mixture", "single stream"]
    split: str = Field(min_length=3)
    id: Slug
    predicted: Positive
    published: Positive
    factor: Positive
    unit: Literal["tokens/s"]


FILES: dict[str, type[Row]] = {
    "inference": CoefficientRow,
    "serving_benchmarks": ServingBenchmarkRow,
    "held_out_inference": HeldOutServingRow,
}


def cross_checks() -> list[str]:
    """Rows that name what the catalogue does not hold, and names that stand twice."""
    chips = {chip.id for chip in catalogue.accelerators().rows} | {""}
    models = {model.id for model in catalogue.models().rows} | {""}
    rows = serving_rows()
    found = [f"serving_benchmarks.csv: {row.id}: no accelerator {row.gpu}" for row in rows if row.gpu not in chips]
    found += [f"serving_benchmarks.csv: {row.id}: no model {row.model}" for row in rows if row.model not in models]
    found += [f"serving_benchmarks.csv: {row.id}: no figure" for row in rows if not (row.tokens_per_second or row.images_per_minute)]
    for name, ids in (
        ("serving_benchmarks", [row.id for row in rows]),
        ("inference", [row["name"] for row in catalogue.read_rows("inference")]),
    ):
        found += [f"{name}.csv: {one} stands twice" for one in sorted({one for one in ids if ids.count(one) > 1})]
    return found
