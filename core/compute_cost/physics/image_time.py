"""How long an image model takes to draw an image.

seconds = steps x passes x (work / (peak x share of it) + elements x seconds per element)
          and at least steps x seconds per step / images at once, which the host takes to start the work

    work        arithmetic of one pass through the network [FLOP]: 24 x layers x width^2 x tokens + 4 x layers x width x tokens^2 of a
                transformer, whose tokens are squares of 16 x 16 pixels and those of the text; of a U-Net as counted from its
                configuration, in proportion to the pixels
    share       of the dense 16-bit peak that large matrix products reach on the chip (measured in training), x a constant; on GeForce
                cards x another one, as their peak is that of sums in 32 bits, and image software adds in 16, or multiplies in 8
    elements    tokens x width x layers: norms, activations and attention, whose time faster chips have hardly shortened
    passes      2 where each step also follows an empty or negative prompt (guidance), 1 in models distilled to do without

Software differs: default (PyTorch as installed), tuned (compiled or with fused kernels) and vendor-tuned (a chip maker's own engine,
8-bit where the chip has it, as in MLPerf; on chips where that is not known to be faster than tuned software, the time of that, which
its users can run as well). Text encoder and decoder of the image are not counted apart: they are in the
constants. Constants: core/compute_cost/data/inference.csv, fitted by benchmarks/fit_media.py to published times of Stable Diffusion
1.5 to 3.5, SDXL, FLUX.1 and PixArt. Valid for models that draw by denoising, from 256 to 2,048 pixels a side.
"""

from __future__ import annotations

from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, ImageModel, Model
from compute_cost.errors import NoData
from compute_cost.physics.chips import matrix_share, step_constants
from compute_cost.physics.elementwise import larger
from compute_cost.physics.formats import multiplied_in, nominal_bits
from compute_cost.physics.serving_time import LEVELS, at_level

PATCH = 16  # pixels of the side of the square that is one token
USUAL_SIDE = 1024.0  # pixels, where the catalogue has no native size


class ImageConstants(NamedTuple):
    """The constants of the time of an image; each name is a row of core/compute_cost/data/inference.csv, which says what it means."""

    image_share: float
    image_element_seconds: float
    image_unet_elements: float
    image_step_seconds: float
    image_narrow: float
    image_short_sums: float


class ImageTime(NamedTuple):
    """Seconds of one image, and what they go to; of one pass the work [FLOP] and the elements."""

    seconds: float
    products: float
    elementwise: float
    host: float
    work: float
    elements: float


@catalogue.kept()
def image_constants(level: str) -> ImageConstants:
    return ImageConstants(*(at_level(name, level) for name in ImageConstants._fields))


def way_to_draw(model: Model) -> ImageModel:
    """How the model draws. Raises NoData for one that makes no images, and for one whose speed nothing tells."""
    if model.kind == "video":
        why = "its work grows with frames and resolution in ways that the few published times do not tell"
        raise NoData(f"params: {model.name} is a video model, and what a video takes is not estimated: {why}")
    if model.kind != "diffusion":
        what = "not an image model" if model.in_tokens else f"{model.makes}, not an image model"
        raise NoData(f"params: {model.name or 'a bare count'} is {what}; give one such as SDXL or FLUX.1-dev")
    way = catalogue.image_models().get(model.id)
    if way is None:
        known = ", ".join(row.name for row in catalogue.models().rows if row.id in catalogue.image_models())
        raise NoData(f"params: the speed of {model.name} is not known; it is of {known}")
    return way


def native_side(model: Model) -> float:
    """The side [pixels] of the square image that the model is made for."""
    return model.image_side or USUAL_SIDE


def work_of_pass(model: Model, way: ImageModel, side: float, unet_elements: float) -> tuple[float, float]:
    """Arithmetic [FLOP] and elements of one pass for an image of that many pixels a side."""
    pixels = (side / native_side(model)) ** 2
    if not model.layers or not model.hidden:
        assert way.work
        work = way.work * 1e12 * pixels
        return work, work * unet_elements
    tokens = (side / PATCH) ** 2 + (way.text_tokens or 0.0)
    elements = tokens * model.hidden * model.layers
    return way.work * 1e12 * pixels if way.work else elements * (24 * model.hidden + 4 * tokens), elements


def image_time(
    model: Model,
    way: ImageModel,
    gpu: Accelerator,
    steps: float,
    side: float,
    batch: float,
    precision: str | None,
    level: str,
    constants: ImageConstants | None = None,
) -> ImageTime:
    """The time that one chip takes for an image where it draws so many at once."""
    if constants is None:
        # Whoever has a vendor's engine can run the open one: on slow chips, of which no row shows the former faster, it is taken.
        levels = LEVELS[:2] if level == LEVELS[0] else (level,)
        ways = (image_time(model, way, gpu, steps, side, batch, precision, one, image_constants(one)) for one in levels)
        return min(ways, key=lambda time: time.seconds)
    c = constants
    work, elements = work_of_pass(model, way, side, c.image_unet_elements)
    narrow = c.image_narrow if level != LEVELS[0] and is_narrow(gpu, precision) else 1.0
    sums = c.image_short_sums if has_halved_peak(gpu) else 1.0
    speed = gpu.peak16 * matrix_share(gpu, 16, step_constants()) * c.image_share * narrow * sums
    passes = steps * way.passes
    products, elementwise = passes * work / speed, passes * elements * c.image_element_seconds
    host = steps * c.image_step_seconds / batch
    return ImageTime(larger(products + elementwise, host), products, elementwise, host, work, elements)


def has_halved_peak(gpu: Accelerator) -> bool:
    """Whether the 16-bit peak holds for sums in 32 bits, which GeForce cards add at half speed: their 8-bit peak is four times it."""
    return (gpu.int8 or 0.0) * 1e12 > 3 * gpu.peak16


def is_narrow(gpu: Accelerator, precision: str | None) -> bool:
    """Whether the network is multiplied in fewer than 16 bits."""
    return precision is not None and nominal_bits(precision) < 12 and multiplied_in(gpu, precision)[0] != gpu.format16
