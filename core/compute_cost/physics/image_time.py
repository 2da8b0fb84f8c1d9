"""How fast image models draw: denoising steps per second, scaled by the chip's dense 16-bit peak from measured rows."""

from __future__ import annotations

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import NoData
from compute_cost.inputs import assumed, is_kept, step, uncertain, warn

# The measured family of each image model; those of one family have U-Nets of one size at one resolution.
FAMILY = {
    "stable-diffusion-1.5": "image_steps_per_teraflop",
    "stable-diffusion-2-base": "image_steps_per_teraflop",
    "sdxl": "image_steps_per_teraflop_xl",
}
SOURCES = ("lambda-diffusers", "apple-stable-diffusion")


def image_rate(model: Model, gpu: Accelerator, gpus: float, batch: float | None) -> float:
    """Images per second [1/s] of a group, each chip drawing its own = chips x peak [TFLOP/s] x steps per TFLOP / steps of an image.

    Raises NoData for an image model without measured rows.
    """
    name = FAMILY.get(model.id)
    if name is None:
        raise NoData(f"params: no measured speed of {model.name} is in the catalogue; it has Stable Diffusion 1.5, 2-base and SDXL")
    table = catalogue.serving_coefficients()
    per_peak, factor = table[name].value, table["interval_images"].value
    single = batch == 1 and gpu.generation != "apple"  # Apple's rows are single images already
    rate = gpus * gpu.peak16 / 1e12 * per_peak / assumed("image_steps") * (table["image_single"].value if single else 1.0)
    if is_kept():
        step(f"Peak of one {gpu.name}", "dense 16 bit", gpu.peak16, "FLOP/s", gpu.source)
        step("Denoising steps per 1e12 FLOP of peak", "measured", per_peak, "steps per TFLOP", *SOURCES)
        alone = " x share of one at a time" if single else ""
        step("Images per second", f"chips x peak x steps per FLOP / steps of an image{alone}", rate, "images/s")
        step("80% interval of the rate", "multiplied and divided by", factor, "times", "compute-cost")
        warn("image models are scaled by the peak from a few measured chips (A10, A100, V100; Apple for SDXL); tokens have no effect")
    return rate * uncertain("throughput_error", 1.0, 1 / factor, factor, "times", "compute-cost")
