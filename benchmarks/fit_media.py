"""Fits the constants of images and speech to measured rows and tests them on sources that the fit has not seen.

    python benchmarks/fit_media.py            print the fit and the rows left out by source
    python benchmarks/fit_media.py --write    also write inference.csv of core/compute_cost/data and benchmarks/data/held_out_media.csv

As in fit_inference: logarithms of the constants, a ridge towards plausible values, a soft loss, and large tables count for less. Each
table is left out of the fit that predicts it; the intervals of 80% come from these errors, with every source counting alike.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from scipy.optimize import least_squares

from compute_cost import catalogue
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.measured import HeldOutMedia, ImageRow, SpeechRow, image_rows, speech_rows
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.physics.image_time import ImageConstants, image_constants, image_time
from compute_cost.physics.serving_time import LEVELS
from compute_cost.physics.speech_time import SpeechConstants, speech_constants, speech_time
from fit_inference import CONSTANTS, VENDOR, shortest_of, write

HELD_OUT = Path(__file__).resolve().parent / "data" / "held_out_media.csv"
# Fitted constants with the middle and the width, in logarithm, of what is plausible before any row is seen.
IMAGE_PRIORS = {
    "image_share": (1.1, 0.3), "image_share_default": (0.9, 0.3), "image_share_vendor_tuned": (0.8, 0.3),
    "image_element_seconds": (6e-11, 0.7), "image_element_seconds_default": (1e-10, 0.7), "image_unet_elements": (5e-5, 0.7),
    "image_step_seconds": (0.01, 0.7), "image_step_seconds_default": (0.02, 0.7), "image_narrow": (1.4, 0.3),
    "image_short_sums": (1.5, 0.3), "image_short_sums_default": (1.2, 0.3),
}  # fmt: skip
SPEECH_PRIORS = {
    "speech_host_seconds": (3e-3, 0.5), "speech_share": (0.7, 0.3), "speech_layer_seconds": (5e-4, 0.5),
    "speech_layer_seconds_default": (1e-3, 0.5),
}  # fmt: skip
ALIKE = 15  # rows of a table from which on more of them count no more
SPREAD = 0.2  # how far a row may lie off before it counts less

Vector = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Row = ImageRow | SpeechRow
Table = dict[str, float]
C = TypeVar("C", ImageConstants, SpeechConstants)


class Kind(NamedTuple):
    """What is fitted: its rows, its constants before any row is seen, and ln(predicted / published) of the time of one."""

    use: str
    unit: str
    rows: Sequence[Row]
    priors: dict[str, tuple[float, float]]
    error: Callable[[Row, Table], float]
    published: Callable[[Row], float]

    @property
    def fitted(self) -> list[Row]:
        return [row for row in self.rows if row.role == "fit"]


def at_level(table: Table, name: str, level: str, otherwise: float) -> float:
    suffixed = f"{name}_{level.replace('-', '_')}"
    return table.get(suffixed, otherwise if suffixed in catalogue.serving_coefficients() else table.get(name, otherwise))


def of_row(row: Row) -> tuple[Model, Accelerator]:
    model, gpu = catalogue.models().get(row.model), catalogue.accelerators().get(row.gpu)
    assert model
    assert gpu
    return model, gpu


def fitted(shipped: C, table: Table, level: str) -> C:
    """The constants that ship, with those of the table in their place."""
    return shipped._replace(**{name: at_level(table, name, level, value) for name, value in shipped._asdict().items()})


def image_error(row: Row, table: Table) -> float:
    assert isinstance(row, ImageRow)
    model, gpu = of_row(row)
    c = fitted(image_constants(row.level), table, row.level)
    way = catalogue.image_models()[row.model]
    time = image_time(model, way, gpu, row.steps, row.side, row.batch, row.precision, row.level, c)
    return math.log(time.seconds / row.seconds)


def speech_error(row: Row, table: Table) -> float:
    assert isinstance(row, SpeechRow)
    model, gpu = of_row(row)
    c = fitted(speech_constants(row.level), table, row.level)
    time = speech_time(model, gpu, row.batch, row.window, catalogue.constant("speech_tokens"), row.level, c)
    return math.log(time.seconds * row.speed)


def image_seconds(row: Row) -> float:
    assert isinstance(row, ImageRow)
    return row.seconds


def speech_seconds(row: Row) -> float:
    assert isinstance(row, SpeechRow)
    return 1 / row.speed


KINDS = (
    Kind("images", "s per image", image_rows(), IMAGE_PRIORS, image_error, image_seconds),
    Kind("speech", "s per s of audio", speech_rows(), SPEECH_PRIORS, speech_error, speech_seconds),
)


def fit(kind: Kind, rows: Sequence[Row]) -> Table:
    names = list(kind.priors)
    middle = np.log([middle for middle, _ in kind.priors.values()])
    width = np.array([width for _, width in kind.priors.values()])
    counts = Counter(row.table for row in rows)
    weight = np.array([min(1.0, math.sqrt(ALIKE / counts[row.table])) / SPREAD for row in rows])

    def table(x: Vector) -> Table:
        return dict(zip(names, np.exp(x).tolist(), strict=True))

    def residuals(x: Vector) -> Vector:
        constants = table(x)
        off = np.array([kind.error(row, constants) for row in rows]) * weight
        soft = np.sign(off) * np.sqrt(2 * (np.sqrt(1 + off**2) - 1))
        return np.concatenate([soft, (x - middle) / width])

    return table(least_squares(residuals, middle, diff_step=1e-3).x)


def left_out(kind: Kind) -> list[tuple[Row, float]]:
    """Errors of each row under constants fitted without its table; to some tables nothing is fitted."""
    missed = []
    for name in sorted({row.table for row in kind.rows}):
        constants = fit(kind, [row for row in kind.fitted if row.table != name])
        missed += [(row, kind.error(row, constants)) for row in kind.rows if row.table == name]
    return missed


def intervals(kind: Kind, missed: Sequence[tuple[Row, float]]) -> dict[str, float]:
    """Ends of the 80% interval: of open software and, where there are rows enough, of vendor-tuned."""
    ends_of: dict[str, float] = {}
    vendor = [pair for pair in missed if pair[0].level == LEVELS[0] and pair[0].role == "fit"]
    others = [pair for pair in missed if pair[0].level != LEVELS[0] and pair[0].role == "fit"]
    for suffix, group in (("", others), (VENDOR, vendor)):
        if group:
            low, high = shortest_of([(row.table, -error) for row, error in group], ALIKE)
            ends_of |= {f"interval_{kind.use}_low{suffix}": low, f"interval_{kind.use}_high{suffix}": high}
    return ends_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="also write the constants and the held-out predictions")
    given = parser.parse_args()
    values: dict[str, float] = {}
    held: list[list[str]] = []
    counts: dict[str, str] = {}
    for kind in KINDS:
        fitted, missed = fit(kind, kind.fitted), left_out(kind)
        ends = intervals(kind, missed)
        values |= fitted | ends
        counts |= dict.fromkeys((*fitted, *ends), f"{len(kind.fitted)} rows of {kind.use}")
        print({name: float(f"{value:.3g}") for name, value in (fitted | ends).items()})
        for table in sorted({row.table for row in kind.rows}):
            e = np.array([error for row, error in missed if row.table == table])
            print(f"{kind.use:8} {table:24} {len(e):4} median {np.median(np.abs(np.expm1(e))):6.1%} ratio {math.exp(np.median(e)):.2f}")
        off = [abs(math.expm1(e)) for row, e in missed if row.role == "fit"]
        print(f"{kind.use:8} {'all that is fitted':24} {len(off):4} median {np.median(off):6.1%}")
        for row, error in missed:
            suffix = VENDOR if row.level == LEVELS[0] and f"interval_{kind.use}_low{VENDOR}" in ends else ""
            low, high = ends[f"interval_{kind.use}_low{suffix}"], ends[f"interval_{kind.use}_high{suffix}"]
            published = kind.published(row)
            predicted = published * math.exp(error)
            figures = (f"{number:.5g}" for number in (predicted, predicted * low, predicted * high, published))
            held.append([kind.use, row.id, *figures, kind.unit])
    if given.write:
        write_constants(values, counts)
        write(HELD_OUT, list(columns(HeldOutMedia)), held)


def write_constants(values: dict[str, float], counts: dict[str, str]) -> None:
    path = CONSTANTS / "inference.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        if row["name"] in values:
            row["value"], row["date"] = f"{values[row['name']]:.4g}", catalogue.catalogue_date().isoformat()
            row["rows"] = counts[row["name"]]
    write(path, list(rows[0]), [list(row.values()) for row in rows])


if __name__ == "__main__":
    main()
