"""Images: how long one takes, what a number of them costs on rented accelerators, and the energy that they take."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.inputs import assumed, default, figure, is_kept, step, uncertain, unheard, warn
from compute_cost.parameters import AsOf, Gpu, Gpus, HourlyPrice, ModelSize, Quantity, WeightFormat
from compute_cost.physics.image_time import image_time, native_side, way_to_draw
from compute_cost.physics.model_memory import footprint, usable_memory
from compute_cost.physics.serving_plan import Target
from compute_cost.physics.serving_time import LEVELS, USUAL_LEVEL, at_level
from compute_cost.prices.rental import hourly_price
from compute_cost.registry import estimate
from compute_cost.result import Answer
from compute_cost.serving.levels import Level, Workload

SOURCES = ("compute-cost", "ml-energy-images", "mlperf-inference-4.1", "onediff")
# Generations of chips on which images were timed (benchmarks/data/image_rows.csv).
TIMED = frozenset(("ada", "ampere", "ampere-embedded", "apple", "blackwell", "gaudi", "hopper", "tpu", "volta"))
FAR_FROM_NATIVE = 2.0  # times the native side, beyond which no row was measured

Painter = Annotated[
    Model, ModelSize("An image model's name; of a bare count the speed is not known.", "parameters", example='"SDXL" or "FLUX.1-dev"')
]
Images = Annotated[float | None, Quantity("Images to be drawn.", "images", high=1e12, whole=True, example="1000")]
Steps = Annotated[
    float | None,
    Quantity(
        "Denoising steps of one image; of a distilled model those that it is made for, of others image_steps if left out.",
        "steps", low=1, high=1000, whole=True, example="30",
    ),
]  # fmt: skip
Side = Annotated[
    float | None,
    Quantity("Pixels of a side of the image, as wide as high; what the model is made for if left out.", "pixels",
             low=64, high=8192, whole=True, example="1024"),
]  # fmt: skip
AtOnce = Annotated[float | None, Quantity("Images that one accelerator draws at once.", "images", low=1, high=1e4, whole=True, example="1")]
HiredLoad = Annotated[
    float | None,
    Quantity(
        "Share of the paid hours in which there is work; all of them if left out.",
        "1",
        high=1,
        above=True,
        example='0.5 or "50%"',
        zero_is_typed=True,
    ),
]


def hired_load(load: float | None) -> float:
    """The share of the paid hours with work: all of them unless given."""
    return default("load", None, 1.0, "1") if load is None else assumed("serving_load", load, "load")


class Drawing(NamedTuple):
    """An image model on a kind of accelerator, with what an image is like."""

    model: Model
    gpu: Accelerator
    steps: float | None = None
    side: float | None = None
    batch: float | None = None
    precision: str | None = None
    level: str | None = None

    @classmethod
    def of(cls, work: Workload, target: Target) -> Drawing:
        """The images of a workload. Warns of what was given and is of language models alone: lengths of requests, a cache, a speed."""
        given = work._asdict() | {"min_tokens_per_second": target.stream_rate, "max_first_token": target.first_token}
        unused = [name for name, value in given.items() if value is not None and name not in cls._fields]
        if unused:
            warn(f"{', '.join(unused)}: no effect on {work.model.makes}; image_cost takes steps and size")
        return cls(work.model, work.gpu, batch=work.batch, precision=work.precision, level=work.level)

    def seconds(self) -> float:
        """Seconds of one accelerator for one image, as uncertain as such predictions are. Raises NoData where nothing tells."""
        way = way_to_draw(self.model)
        made_for = self.steps if way.steps is None else default("steps", self.steps, way.steps, "steps")
        steps = assumed("image_steps", made_for, "steps")
        side = default("size", self.side, native_side(self.model), "pixels")
        batch = self._at_once(side)
        level = default("level", self.level, USUAL_LEVEL)
        time = image_time(self.model, way, self.gpu, steps, side, batch, self.precision, level)
        ends = at_level("interval_images_low", level), at_level("interval_images_high", level)
        if is_kept():
            step("Arithmetic of one pass", "by the shape of the network, text and attention included", time.work, "FLOP", way.source)
            formula = f"{steps:g} steps x {way.passes:g} passes x arithmetic / (16-bit peak x share)"
            step("Matrix products of an image", formula, time.products, "s", self.gpu.source, *SOURCES)
            formula = "steps x passes x tokens x width x layers x time of an element"
            step("Norms, activations and attention", formula, time.elementwise, "s", *SOURCES)
            step("Seconds of an image", "the sum of both, or what the host takes to start its steps", time.seconds, "s")
            step("80% interval of the time", "times", f"{ends[0]:.2f} to {ends[1]:.2f}", "", "compute-cost")
            self._warn(side, level)
        return time.seconds * uncertain("image_time_error", 1.0, *ends, "times", "compute-cost")

    def _at_once(self, side: float) -> float:
        """How many images are drawn at once: as many as are given, or as usual where the memory holds these."""
        batch = assumed("image_batch", self.batch, "batch")
        with unheard():
            parts, usable = footprint(self.model, "inference", self.precision, None, 1.0), usable_memory(self.gpu)
        each = parts.activations * (side / native_side(self.model)) ** 2
        rest = parts.total - parts.activations
        if rest + batch * each <= usable:
            return batch
        most = max(1.0, float((usable - rest) // each))
        if self.batch is None and rest + most * each <= usable:
            return step("Images at once", "as many as the memory holds", most, "images", figure="batch")
        fits_one = rest + each <= usable
        need, have = (f"{amount / 1e9:,.1f} GB" for amount in (rest + (batch if fits_one else 1.0) * each, usable))
        short = f"{need} for {f'{batch:g} at once' if fits_one else 'one image'} do not fit in the {have} of one {self.gpu.name}"
        warn(f"{short}: give {'a smaller batch or ' if fits_one else ''}a narrower precision, such as fp8")
        return batch

    def _warn(self, side: float, level: str) -> None:
        if level == LEVELS[0]:
            warn("vendor-tuned was measured for SDXL alone, in 8 bits where the chip has them; there precision has no effect on the time")
        if self.gpu.generation not in TIMED:
            warn(f"no images were timed on {self.gpu.generation} chips such as {self.gpu.name}: the time may lie outside the range")
        native = native_side(self.model)
        if not native / FAR_FROM_NATIVE <= side <= native * FAR_FROM_NATIVE:
            warn(f"{self.model.name} is made for images of {native:g} pixels a side; nothing was measured at {side:g}")


@estimate("USD")
def image_cost(
    params: Painter,
    images: Images = None,
    gpu: Gpu = None,
    steps: Steps = None,
    size: Side = None,
    gpus: Gpus = None,
    price_per_gpu_hour: HourlyPrice = None,
    batch: AtOnce = None,
    precision: WeightFormat = None,
    load: HiredLoad = None,
    level: Level = None,
    as_of: AsOf = None,
) -> Answer:
    """What images cost to draw on rented accelerators, with seconds per image and the energy that they take.

    cost [USD] = images x seconds per image / 3600 x price [USD per GPU-hour] / load
    seconds per image = steps x passes x (arithmetic / (peak x share) + elements x time of an element), at least what the host takes

    The time is that of one accelerator (compute_cost.physics.image_time); several each draw their own, which is sooner and costs the
    same. A thousand images unless said. Energy [Wh] = seconds x the chip's highest power x image_draw / 3600, of the accelerators
    alone: energy_use adds servers and cooling. Text encoder and decoder are part of the time. The interval is that of sources
    which the fit had not seen. US dollars, before tax, nominal. Valid for SDXL, Stable Diffusion, FLUX.1 and PixArt from 256 to 2,048
    pixels a side.

    Raises NoData for video (its work grows with frames in ways that the few published times do not tell), for models whose speed is
    not known, and where the accelerator has no rental price.
    """
    chip = default("gpu", gpu, catalogue.default_gpu())
    count = default("images", images, 1000.0, "images")
    each = Drawing(params, chip, steps, size, batch, precision, level).seconds()
    chips = default("gpus", gpus, 1.0, "GPUs")
    price = hourly_price(chip, price_per_gpu_hour, as_of, count="gpus", share="load")
    share = hired_load(load)
    hours = step("GPU-hours", "images x seconds per image / 3600 / load", count * each / 3600 / share, "GPU-hours", figure="gpu_hours")
    cost = step("Cost of the images", "GPU-hours x price", hours * price, "USD")
    if is_kept():
        figure("seconds_per_image", each, "s")
        figure("images_per_second", chips / each, "images/s")
        figure("per_image", each / 3600 / share * price, "USD")
        figure("per_thousand_images", each / 3600 / share * price * 1000, "USD")
        step("Time in all", "images x seconds per image / accelerators", count * each / chips / 3600, "h", figure="hours")
        _name_energy(chip, each, count)
    return Answer(cost, "cost")


def _name_energy(chip: Accelerator, seconds: float, images: float) -> None:
    """Energy of the accelerator for an image, where its power is known."""
    if chip.power:
        formula = "seconds per image x highest power x image_draw / 3600, of the accelerator alone"
        each = step(
            "Energy of an image", formula, seconds * chip.power * assumed("image_draw") / 3600, "Wh", chip.source, figure="energy_per_image"
        )
        figure("energy", images * each / 1000, "kWh")
