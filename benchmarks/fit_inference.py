"""Fits the constants of the serving model to measured rows and tests them on models and chips left out.

    python -m benchmarks.fit_inference                print the fit and the held-out tables
    python -m benchmarks.fit_inference --write        also write inference.csv and inference_rows.csv of core/compute_cost/data, and
                                                      benchmarks/data/held_out_inference.csv
    python -m benchmarks.fit_inference --bootstrap N   resample the rows N times for the 80% range of each constant

The constants are fitted to ln(tokens per second) with a ridge towards plausible values and a Huber loss, prefill rates
of single chips in addition. A row is predicted by the function that users call, from the catalogue's figures alone.
Sizes that two releases share (the Llamas of 8 and of 70 billion) are left out together. The overhead of a mixture of
experts is fitted twice: in full with the other constants, as no saturated row tells how it grows, and then alone as
it grows with the batch, so that nothing of a dense model hangs on the growth.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares

from compute_cost import catalogue
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.measured import HeldOutServing, ServingRow, fitted_rows, serving_rows
from compute_cost.catalogue.records import Accelerator, Calibration
from compute_cost.physics.formats import peak_of
from compute_cost.physics.served_model import Served, served
from compute_cost.physics.serving_layout import given_layout
from compute_cost.physics.serving_time import ServingConstants, ServingTime, serving_constants, serving_time

CONSTANTS = Path(__file__).resolve().parents[1] / "core" / "compute_cost" / "data"
HELD_OUT = Path(__file__).resolve().parent / "data" / "held_out_inference.csv"
# Fitted constants with the middle and the width, in logarithm, of what is plausible before any row is seen.
PRIORS = {
    "weight_bandwidth": (0.92, 0.03),
    "weight_bandwidth_4bit": (0.85, 0.1),
    "weight_bandwidth_apple": (0.85, 0.1),
    "cache_bandwidth": (0.8, 0.12),
    "prefill_efficiency": (0.55, 0.3),
    "prefill_efficiency_consumer": (0.6, 0.3),
    "prefill_halving": (0.8, 0.3),
    "prefill_unpacking": (0.8, 0.4),
    "attention_efficiency": (0.3, 0.5),
    "decode_efficiency": (0.7, 0.4),
    "mixture_efficiency": (0.6, 0.4),
    "core_work": (8.0, 0.5),
    "core_work_apple": (6.0, 0.5),
    "layer_seconds": (5e-5, 0.8),
    "layer_seconds_apple": (1e-4, 0.8),
    "mixture_layer_seconds": (1e-4, 1.0),
    "sequence_seconds": (3e-6, 1.0),
    "exchange_seconds": (1.2e-5, 0.5),
    "exchange_traffic": (1.0, 0.5),
    "pipeline_efficiency": (0.8, 0.2),
    "output_held": (0.6, 0.2),
}
# How far a row may lie off before it counts less: repeats of one table agree within a few percent, tables do not.
SPREAD = {"saturated": 0.2, "single stream": 0.1, "prefill": 0.3}
HUBER = 1.5
# Denoising steps behind an image of the rows; those of Stable Diffusion v1 are the default of its script, not checked.
IMAGE_STEPS = {"sdxl": 20, "stable-diffusion-1.5": 30, "stable-diffusion-2-base": 20}
SAME_SHAPE = {"llama-3-8b": "llama-3.1-8b", "llama-3-70b": "llama-3.3-70b", "llama-3.1-70b": "llama-3.3-70b"}

Vector = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


class Case(NamedTuple):
    """A measured row with what its prediction needs."""

    row: ServingRow
    work: Served
    gpu: Accelerator

    @property
    def table(self) -> str:
        return "single stream" if self.row.use == "single stream" else "mixture" if self.work.mixture else "dense"

    @property
    def model(self) -> str:
        return SAME_SHAPE.get(self.row.model, self.row.model)


def cases() -> list[Case]:
    chips = {chip.id: chip for chip in catalogue.accelerators().rows}
    models = {model.id: model for model in catalogue.models().rows}
    measured_cases = []
    for row in serving_rows():
        if row.role == "fit" and row.use in ("saturated", "single stream"):
            model = models[row.model]
            measured_cases.append(Case(row, served(model, model.active, row.precision, row.kv_precision), chips[row.gpu]))
    return measured_cases


def predict(case: Case, c: ServingConstants) -> ServingTime:
    row = case.row
    length = (row.input_tokens or 1.0, row.output_tokens or 1.0)
    return serving_time(case.work, case.gpu, given_layout(row.parallelism, case.work, case.gpu, row.gpus), *length, row.batch, c)


def rate_error(case: Case, c: ServingConstants) -> float:
    """ln(predicted / published) of the tokens per second."""
    assert case.row.tokens_per_second
    return math.log(predict(case, c).tokens_per_second / case.row.tokens_per_second)


def prefill_error(case: Case, c: ServingConstants) -> float | None:
    """ln(predicted / published) of the time to read the input, where one chip was measured."""
    rate = case.row.prefill_tokens_per_second
    if not rate or case.row.gpus > 1 or case.row.use != "single stream":
        return None
    return math.log(predict(case, c).first_token * rate / (case.row.input_tokens or 1.0))


def fit(rows: Sequence[Case], start: ServingConstants | None = None) -> ServingConstants:
    """All constants together, with the overhead of a mixture in full whatever the batch."""
    return least(rows, list(PRIORS), serving_constants()._replace(mixture_half_batch=0.0), start)


def growing(rows: Sequence[Case], c: ServingConstants) -> ServingConstants:
    """The overhead of a mixture alone, as it grows with the batch."""
    return least(rows, ["mixture_layer_seconds"], c._replace(mixture_half_batch=serving_constants().mixture_half_batch), c)


def least(rows: Sequence[Case], names: list[str], base: ServingConstants, start: ServingConstants | None) -> ServingConstants:
    """The constants with those of `names` fitted to the rows, the others as in `base`."""
    middle = np.log([PRIORS[name][0] for name in names])
    width = np.array([PRIORS[name][1] for name in names])

    def residuals(x: Vector) -> Vector:
        c = base._replace(**dict(zip(names, np.exp(x).tolist(), strict=True)))
        errors = [rate_error(case, c) / SPREAD[case.row.use] for case in rows]
        errors += [error / SPREAD["prefill"] for case in rows if (error := prefill_error(case, c)) is not None]
        off = np.array(errors)
        soft = np.sign(off) * np.sqrt(2 * HUBER**2 * (np.sqrt(1 + (off / HUBER) ** 2) - 1))
        return np.concatenate([soft, (x - middle) / width])

    x = np.log([getattr(start, name) for name in names]) if start else middle
    fitted = least_squares(residuals, x, diff_step=3e-3, max_nfev=8 if start else 30)
    return base._replace(**dict(zip(names, np.exp(fitted.x).tolist(), strict=True)))


def left_out(rows: Sequence[Case], key: Callable[[Case], str], start: ServingConstants) -> dict[str, tuple[float, float | None]]:
    """Errors of rate and prefill of each row under constants fitted without the rows of the same key."""
    errors: dict[str, tuple[float, float | None]] = {}
    for value in sorted({key(case) for case in rows}):
        others = [case for case in rows if key(case) != value]
        c = growing(others, fit(others, start))
        errors |= {case.row.id: (rate_error(case, c), prefill_error(case, c)) for case in rows if key(case) == value}
    return errors


SPLITS: dict[str, Callable[[Case], str]] = {
    "one model left out": lambda case: case.model,
    "one chip left out": lambda case: case.gpu.id,
    "one chip generation left out": lambda case: case.gpu.generation,
}
TABLES = ("dense", "mixture", "single stream")


def line(name: str, errors: Sequence[float], factor: float = 0.0) -> None:
    e = np.array(errors)
    off = np.abs(np.expm1(e))
    covered = f"  in the interval {np.mean(np.abs(e) <= math.log(factor)):4.0%}" if factor else ""
    print(
        f"{name:52} {len(e):4} median {np.median(off):6.1%}  p90 {np.quantile(off, 0.9):6.1%}"
        f"  mean {e.mean():+.3f}  80% within x{spread(errors):.2f}{covered}"
    )


def spread(errors: Sequence[float]) -> float:
    return math.exp(float(np.quantile(np.abs(errors), 0.8)))


def ranges(rows: Sequence[Case], start: ServingConstants, draws: int) -> dict[str, tuple[float, float]]:
    """10th and 90th percentile of each constant over fits to resampled groups of rows."""
    rng = np.random.default_rng(1)
    groups: dict[tuple[str, str, str], list[Case]] = defaultdict(list)
    for case in rows:
        groups[case.row.use, case.row.model, case.gpu.id].append(case)
    keys = list(groups)
    fits = []
    for _ in range(draws):
        sample = [case for k in rng.integers(0, len(keys), len(keys)) for case in groups[keys[k]]]
        fitted = growing(sample, fit(sample, start))
        fits.append([getattr(fitted, name) for name in PRIORS])
    return {name: tuple(np.quantile([values[i] for values in fits], (0.1, 0.9)).tolist()) for i, name in enumerate(PRIORS)}


def image_constants() -> tuple[dict[str, float], int]:
    """Denoising steps per 1e12 FLOP of peak: the median over chips of the best batch, and what one at a time loses."""
    chips = {chip.id: chip for chip in catalogue.accelerators().rows}
    rate: dict[tuple[str, str], dict[float, float]] = defaultdict(dict)
    rows = [row for row in serving_rows() if row.use == "images"]
    for row in rows:
        steps = IMAGE_STEPS[row.model]
        rate[row.model, row.gpu][row.batch or 1.0] = (row.images_per_minute or 0.0) / 60 * steps / (peak_of(chips[row.gpu])[1] / 1e12)
    base = [max(by_batch.values()) for (model, _), by_batch in rate.items() if model != "sdxl"]
    large = [max(by_batch.values()) for (model, _), by_batch in rate.items() if model == "sdxl"]
    single = [by_batch[1.0] / max(by_batch.values()) for by_batch in rate.values() if len(by_batch) > 1]
    names = ("image_steps_per_teraflop", "image_steps_per_teraflop_xl", "image_single")
    return dict(zip(names, (median(base), median(large), median(single)), strict=True)), len(rows)


def write_constants(values: dict[str, float], spans: dict[str, tuple[float, float]], counts: dict[str, str]) -> None:
    path = CONSTANTS / "inference.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        name = row["name"]
        if name in values:
            row["value"] = f"{values[name]:.4g}"
            row["date"] = catalogue.catalogue_date().isoformat()
            row["rows"] = counts.get(name, counts[""])
        if name in spans:
            row["low"], row["high"] = (f"{bound:.4g}" for bound in spans[name])
    write(path, list(rows[0]), [list(row.values()) for row in rows])


def write(path: Path, head: list[str], rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="also write the constants and the held-out predictions")
    parser.add_argument("--bootstrap", type=int, default=0, metavar="N", help="resampled fits for the range of each constant")
    given = parser.parse_args()

    rows = cases()
    together = fit(rows)
    c = growing(rows, together)
    print({name: float(f"{getattr(c, name):.4g}") for name in PRIORS})
    for table in TABLES:
        line(f"{table}, fitted", [rate_error(case, c) for case in rows if case.table == table])
    images, image_rows = image_constants()
    print(images)
    values = {name: getattr(c, name) for name in PRIORS} | images
    errors = {split: left_out(rows, key, together) for split, key in SPLITS.items()}
    values |= intervals(rows, errors)
    held = tables(rows, errors, values)
    spans = ranges(rows, together, given.bootstrap) if given.bootstrap else {}
    if given.write:
        counts = {"": f"{len(rows)} measured rows"} | dict.fromkeys(images, f"{image_rows} image rows")
        write_constants(values, spans, counts)
        generations = {chip.id: chip.generation for chip in catalogue.accelerators().rows}
        fitted = [[*key, str(count)] for key, count in sorted(fitted_rows(serving_rows(), generations).items())]
        write(CONSTANTS / "inference_rows.csv", list(columns(Calibration)), fitted)
        write(HELD_OUT, list(columns(HeldOutServing)), held)


Errors = dict[str, dict[str, tuple[float, float | None]]]


def intervals(rows: Sequence[Case], errors: Errors) -> dict[str, float]:
    """Factors that hold 80% of the rows whose model or chip was left out, and what a new generation adds."""

    def pool(table: str, *splits: str) -> list[float]:
        return [errors[split][case.row.id][0] for split in splits for case in rows if case.table == table]

    splits = ("one model left out", "one chip left out")
    first = [error[1] for split in splits for error in errors[split].values() if error[1] is not None]
    spreads = {name: spread(pool(table, *splits)) for name, table in zip(("saturated", "mixture", "single_stream"), TABLES, strict=True)}
    new = [spread(pool(table, "one chip generation left out")) for table in TABLES]
    spreads["new_chip"] = max(1.0, *(a / b for a, b in zip(new, list(spreads.values()), strict=True)))
    return {f"interval_{name}": value for name, value in spreads.items()} | {"interval_first_token": spread(first)}


def tables(rows: Sequence[Case], errors: Errors, values: dict[str, float]) -> list[list[str]]:
    held = []
    names = dict(zip(TABLES, ("interval_saturated", "interval_mixture", "interval_single_stream"), strict=True))
    for split, missed in errors.items():
        line(f"time to first token, {split}", [error for _, error in missed.values() if error is not None], values["interval_first_token"])
        for table in TABLES:
            factor = values[names[table]]
            if table != "single stream":
                factor = math.exp(math.hypot(math.log(factor), math.log(catalogue.serving_coefficients()["interval_software"].value)))
            factor *= values["interval_new_chip"] if "generation" in split else 1.0
            mine = [case for case in rows if case.table == table]
            line(f"{table}, {split}", [missed[case.row.id][0] for case in mine], factor)
            for value in sorted({SPLITS[split](case) for case in mine}):
                line(f"    {value}", [missed[case.row.id][0] for case in mine if SPLITS[split](case) == value], factor)
            for case in mine:
                published = case.row.tokens_per_second or 0.0
                predicted = f"{published * math.exp(missed[case.row.id][0]):.5g}"
                held.append([table, split, case.row.id, predicted, f"{published:.5g}", f"{factor:.3f}", "tokens/s"])
    return held


if __name__ == "__main__":
    main()
