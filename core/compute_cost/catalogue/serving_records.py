"""What serving adds to the catalogue: measured throughput, fitted constants and held-out rows."""

from __future__ import annotations

from dataclasses import dataclass

from compute_cost.catalogue import kept, load
from compute_cost.catalogue.records import Coefficient


@dataclass(frozen=True, slots=True)
class ServingRow:
    """A measured throughput [tokens/s of the whole group, or images per minute].

    `role` is fit or check; `use` says what the fit takes the row for, or why not. An empty batch stands for as
    many requests as the server takes; `hardware` is the chip as its source names it.
    """

    id: str
    table: str
    model: str
    gpu: str
    hardware: str
    gpus: float
    precision: str
    parallelism: str
    batch: float | None
    input_tokens: float | None
    output_tokens: float | None
    tokens_per_second: float | None
    prefill_tokens_per_second: float | None
    images_per_minute: float | None
    role: str
    use: str
    source: str
    date: str
    confidence: str


@dataclass(frozen=True, slots=True)
class HeldOutServing:
    """A prediction for a measured row that the fit had not seen, with the factor of its 80% interval."""

    table: str
    split: str
    id: str
    predicted: float
    published: float
    factor: float
    unit: str


@kept()
def serving_rows() -> tuple[ServingRow, ...]:
    return load("serving_benchmarks", ServingRow)


@kept()
def serving_coefficients() -> dict[str, Coefficient]:
    """The constants of the serving model by name."""
    return {one.name: one for one in load("inference", Coefficient)}


@kept()
def held_out_serving() -> tuple[HeldOutServing, ...]:
    return load("held_out_inference", HeldOutServing)
