"""How fast image models draw: denoising steps per second, scaled by the chip's dense 16-bit peak from measured rows."""

from __future__ import annotations

from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import NoData
from compute_cost.physics.compute import trace_model
from compute_cost.result import Trace

# The measured family of each image model; those of one family have U-Nets of one size at one resolution.
FAMILY = {
    "stable-diffusion-1.5": "image_steps_per_teraflop",
    "stable-diffusion-2-base": "image_steps_per_teraflop",
    "sdxl": "image_steps_per_teraflop_xl",
}
SOURCES = ("lambda-diffusers", "apple-stable-diffusion")


class ImageTime(NamedTuple):
    """Images per second of a group, each chip drawing its own, with the factor of the 80% interval."""

    rate: float
    single: bool
    steps: float
    factor: float

    def trace(self, trace: Trace, model: Model, gpu: Accelerator) -> None:
        trace_model(trace, model)
        steps = catalogue.assumption("image_steps")
        trace.input("image_steps", steps.value, steps.unit, "assumed", steps.source)
        peak = gpu.peak()[1]
        trace.step(f"Peak of one {gpu.name}", "dense 16 bit", peak, "FLOP/s", gpu.source)
        per_peak = catalogue.serving_coefficients()[FAMILY[model.id]].value
        trace.step("Denoising steps per 1e12 FLOP of peak", "measured", per_peak, "steps per TFLOP", *SOURCES)
        one = " x share of one at a time" if self.single else ""
        trace.step("Images per second", f"chips x peak x steps per FLOP / steps of an image{one}", self.rate, "images/s")
        trace.step("80% interval", "multiplied and divided by", self.factor, "times", "compute-cost")
        trace.warn("image models are scaled by the peak from a few measured chips (A10, A100, V100; Apple for SDXL); tokens have no effect")


def image_time(model: Model, gpu: Accelerator, gpus: float, batch: float | None) -> ImageTime:
    """Images per second [1/s] = chips x peak [TFLOP/s] x steps per TFLOP / steps of an image.

    Raises NoData for an image model without measured rows.
    """
    name = FAMILY.get(model.id)
    if name is None:
        raise NoData(f"params: no measured speed of {model.name} is in the catalogue; it has Stable Diffusion 1.5, 2-base and SDXL")
    table = catalogue.serving_coefficients()
    steps = catalogue.constant("image_steps")
    single = batch == 1 and gpu.generation != "apple"  # Apple's rows are single images already
    rate = gpus * gpu.peak()[1] / 1e12 * table[name].value / steps * (table["image_single"].value if single else 1.0)
    return ImageTime(rate, single, steps, table["interval_images"].value)
