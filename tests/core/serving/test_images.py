"""What images cost: seconds, money and energy, near published figures; memory, and what is refused."""

from __future__ import annotations

import pytest

import compute_cost
from compute_cost import catalogue, registry
from compute_cost.catalogue.measured import image_rows
from compute_cost.errors import InputError, NoData
from compute_cost.physics.serving_time import LEVELS
from compute_cost.serving.images import TIMED
from tests.support.ranges import ranged

pytestmark = pytest.mark.live


def test_a_thousand_images_are_seconds_at_the_rent() -> None:
    """1,000 x seconds / 3600 x $2; as much on eight accelerators, in an eighth of the time."""
    one = compute_cost.image_cost("SDXL", gpu="A100", price_per_gpu_hour=2)
    seconds = float(one.values["seconds_per_image"].value)
    assert one.value == pytest.approx(1000 * seconds / 3600 * 2)
    assert one.values["per_image"].value == pytest.approx(one.value / 1000)
    assert one.values["hours"].value == pytest.approx(1000 * seconds / 3600)
    eight = compute_cost.image_cost("SDXL", gpu="A100", gpus=8, price_per_gpu_hour=2)
    assert eight.value == pytest.approx(one.value)
    assert eight.values["hours"].value == pytest.approx(float(one.values["hours"].value) / 8)
    assert eight.values["images_per_second"].value == pytest.approx(8 / seconds)
    assert compute_cost.image_cost("SDXL", 5000, "A100", price_per_gpu_hour=2, load=0.5).value == pytest.approx(10 * one.value)


@pytest.mark.parametrize(
    ("name", "gpu", "steps", "level", "published"),
    [
        ("SDXL", "H100", 20, "vendor-tuned", 0.61),  # MLPerf Inference 4.0, TensorRT
        ("SDXL", "A800", 20, "tuned", 1.62),  # OneDiff
        ("FLUX.1-dev", "H100", 50, "default", 11.0),  # ML.ENERGY, eight at once
        ("FLUX.1-dev", "H20", 20, "default", 14.94),  # OneDiff's comparison, Diffusers
        ("Stable Diffusion 3.5 Large", "H100", 28, "default", 6.1),  # ML.ENERGY
    ],
)
def test_near_published_times(name: str, gpu: str, steps: float, level: str, published: float) -> None:
    found = compute_cost.image_cost(name, gpu=gpu, steps=steps, level=level, price_per_gpu_hour=1).values["seconds_per_image"]
    assert found.value == pytest.approx(published, rel=0.3)


def test_the_energy_of_an_image_is_near_a_measured_one() -> None:
    """ML.ENERGY: FLUX.1-dev on an H100, 50 steps, about 690 W for 11 s: 2.1 Wh."""
    found = compute_cost.image_cost("FLUX.1-dev", gpu="H100", steps=50, level="default", price_per_gpu_hour=1)
    assert found.values["energy_per_image"].value == pytest.approx(690 * 11 / 3600, rel=0.3)
    assert found.values["energy"].value == pytest.approx(found.values["energy_per_image"].value)


def test_steps_are_a_range_unless_the_model_is_distilled() -> None:
    assert ranged("image_cost", "SDXL", gpu="A100", price_per_gpu_hour=2) == {"image_steps", "image_draw"}
    assert ranged("image_cost", "FLUX.1 schnell", gpu="H100", price_per_gpu_hour=2) == {"image_draw"}
    quick = compute_cost.image_cost("FLUX.1 schnell", gpu="H100", price_per_gpu_hour=2).values["seconds_per_image"].value
    assert quick == compute_cost.image_cost("FLUX.1 schnell", gpu="H100", steps=4, price_per_gpu_hour=2).values["seconds_per_image"].value
    given = compute_cost.image_cost("SDXL", gpu="A100", steps=20, price_per_gpu_hour=2)
    usual = compute_cost.image_cost("SDXL", gpu="A100", price_per_gpu_hour=2)
    assert usual.value == pytest.approx(1.5 * given.value)
    assert given.low < given.value < given.high


def test_what_does_not_fit_and_what_was_never_measured_is_said() -> None:
    tight = compute_cost.image_cost("FLUX.1-dev", gpu="RTX 4090")
    assert any("for one image do not fit in the 24" in text and "smaller batch" not in text for text in tight.warnings)
    many = compute_cost.image_cost("SDXL", gpu="RTX 4090", size=2048, batch=64)
    assert any("for 64 at once do not fit" in text and "give a smaller batch" in text for text in many.warnings)
    assert not any(
        "do not fit" in text for text in compute_cost.image_cost("FLUX.1-dev", gpu="RTX 4090", precision="fp8", batch=1).warnings
    )
    assert any("nothing was measured at 4096" in text for text in compute_cost.image_cost("SDXL", gpu="H100", size=4096).warnings)


def test_chips_of_a_generation_that_was_never_timed_are_named() -> None:
    chips = [catalogue.accelerators().get(row.gpu) for row in image_rows()]
    assert {chip.generation for chip in chips if chip} == TIMED
    assert any("no images were timed on turing chips such as T4" in text for text in compute_cost.image_cost("SDXL", gpu="T4").warnings)
    assert not any("were timed" in text for text in compute_cost.image_cost("SDXL", gpu="A100").warnings)


def test_video_is_refused_by_name_and_so_is_what_has_no_known_speed() -> None:
    with pytest.raises(NoData, match="^params: HunyuanVideo is a video model, and what a video takes is not estimated: its work grows"):
        compute_cost.image_cost("HunyuanVideo")
    with pytest.raises(NoData, match="^params: the speed of GLM-Image is not known; it is of Stable Diffusion 1.5"):
        compute_cost.image_cost("GLM-Image")
    for name, value in (("images", 0.5), ("steps", 0), ("size", 10), ("load", 0), ("batch", 0.5)):
        with pytest.raises(InputError, match=f"^{name}:"):
            compute_cost.image_cost("SDXL", **{name: value})  # type: ignore[arg-type]


def test_throughput_and_cost_of_an_image_model_are_of_the_same_time() -> None:
    seconds = float(compute_cost.image_cost("SDXL", gpu="A100", price_per_gpu_hour=2).values["seconds_per_image"].value)
    rate = compute_cost.infer_throughput("SDXL", "A100", 8)
    assert rate.value == pytest.approx(8 / seconds)
    assert rate.unit == "images/s"
    assert compute_cost.infer_cost("SDXL", "A100", price_per_gpu_hour=2, load=1).value == pytest.approx(1000 * seconds / 3600 * 2)


def test_the_text_encoders_of_flux_are_named_beside_its_memory() -> None:
    """T5 and CLIP, 4.88 billion parameters: 9.76 GB in 16 bits, which the 12 billion of the model do not count."""
    found = compute_cost.memory_needed("FLUX.1-dev", "bf16")
    assert found.values["text_encoders"].value == pytest.approx(9.76)
    assert found.values["with_text_encoders"].value == pytest.approx(found.value + 9.76)
    assert any("the text encoders are not counted, as they can leave" in text for text in found.warnings)
    assert "text_encoders" not in compute_cost.memory_needed("SDXL").values, "whose parameters count them"


@pytest.mark.parametrize("estimate", ["infer_throughput", "infer_cost"])
def test_what_has_no_effect_on_images_is_named(estimate: str) -> None:
    call = registry.get(estimate).call
    plain = call("SDXL", "A100", 1)
    assert not any("no effect" in text for text in plain.warnings)
    for name, value in (
        ("input_tokens", 500), ("output_tokens", 500), ("cached", 0.5), ("kv_precision", "fp8"), ("min_tokens_per_second", 5),
        ("max_first_token", 1), ("speculative", 2), ("ram_gb", 64), ("ram_bandwidth", 90),
    ):  # fmt: skip
        found = call("SDXL", "A100", 1, **{name: value})
        assert found.value == plain.value
        assert any(text.startswith(f"{name}: no effect on an image model") for text in found.warnings), name


def test_what_vendor_tuned_was_measured_for_is_said() -> None:
    said = [
        any("measured for SDXL alone" in text for text in compute_cost.image_cost("FLUX.1-dev", level=level).warnings) for level in LEVELS
    ]
    assert said == [True, False, False]
