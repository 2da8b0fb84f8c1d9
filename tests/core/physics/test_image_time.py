"""How long an image takes: by hand from the constants, what makes it longer, and what is refused."""

from __future__ import annotations

import pytest

from compute_cost import catalogue
from compute_cost.errors import NoData
from compute_cost.physics.chips import matrix_share, step_constants
from compute_cost.physics.image_time import (
    ImageTime,
    has_halved_peak,
    image_constants,
    image_time,
    is_narrow,
    native_side,
    way_to_draw,
    work_of_pass,
)
from tests.support import chip, model


def drawn(
    name: str = "SDXL", gpu: str = "A100", steps: float = 20, side: float = 1024, batch: float = 8, fmt: str | None = None,
    level: str = "default",
) -> ImageTime:  # fmt: skip
    return image_time(model(name), way_to_draw(model(name)), chip(gpu), steps, side, batch, fmt, level)


def test_a_unet_by_hand() -> None:
    """SDXL: 20 steps of two passes of 6.76 TFLOP, on the share of an A100's 312 TFLOP/s that is reached."""
    c = image_constants("default")
    share = matrix_share(chip("A100"), 16, step_constants()) * c.image_share
    products = 40 * 6.76e12 / (312e12 * share)
    elementwise = 40 * 6.76e12 * c.image_unet_elements * c.image_element_seconds
    assert drawn().seconds == pytest.approx(products + elementwise)
    assert drawn().host == pytest.approx(20 * c.image_step_seconds / 8)


def test_a_transformer_by_hand() -> None:
    """FLUX.1-dev: 4,096 tokens of the image and 512 of the text through 57 layers of width 3,072, once a step."""
    work, elements = work_of_pass(model("FLUX.1-dev"), way_to_draw(model("FLUX.1-dev")), 1024, 1.0)
    assert elements == 4608 * 3072 * 57
    assert work == pytest.approx(24 * 57 * 3072**2 * 4608 + 4 * 57 * 3072 * 4608**2)
    assert drawn("FLUX.1-dev").work == work


def test_what_makes_it_longer() -> None:
    assert drawn(steps=40).seconds == pytest.approx(2 * drawn().seconds)
    assert drawn(side=512).seconds == pytest.approx(drawn().seconds / 4)
    assert drawn("FLUX.1-dev", side=2048).seconds > 4 * drawn("FLUX.1-dev").seconds, "attention grows with the square of the tokens"
    assert drawn(level="default").seconds > drawn(level="tuned").seconds > drawn(level="vendor-tuned").seconds
    assert drawn(gpu="H100").seconds < drawn().seconds
    small = drawn("Stable Diffusion 1.5", "H100", side=512, batch=1)
    assert small.seconds == small.host > small.products + small.elementwise, "of a small image on a fast chip the host is the limit"


def test_eight_bits_are_faster_where_the_chip_multiplies_them() -> None:
    narrow = image_constants("tuned").image_narrow
    assert drawn(fmt="fp8", gpu="H100", level="tuned").products == pytest.approx(drawn(gpu="H100", level="tuned").products / narrow)
    assert drawn(fmt="fp8", level="tuned") == drawn(level="tuned"), "an A100 has no fp8"
    assert drawn(fmt="fp8", gpu="H100", level="vendor-tuned") == drawn(gpu="H100", level="vendor-tuned"), "whose rows are 8-bit already"
    assert is_narrow(chip("H100"), "fp8")
    assert not is_narrow(chip("H100"), "bf16")
    assert not is_narrow(chip("H100"), None)


@pytest.mark.parametrize("fmt", [None, "fp8", "w8a8"])
@pytest.mark.parametrize("batch", [1, 8])
def test_software_that_is_tuned_further_is_never_slower(fmt: str | None, batch: float) -> None:
    """Of slow chips too, of which published runs of a vendor's software have no more than an L4 and an Orin."""
    for name in catalogue.image_models():
        one = catalogue.models().get(name)
        assert one
        for gpu in catalogue.accelerators().rows:
            levels = ("default", "tuned", "vendor-tuned")
            seconds = [image_time(one, way_to_draw(one), gpu, 20, 1024, batch, fmt, level).seconds for level in levels]
            assert seconds == sorted(seconds, reverse=True), (name, gpu.name)


def test_geforce_cards_multiply_images_faster_than_their_peak_of_long_sums() -> None:
    """An RTX 4090 has 165 TFLOP/s with sums in 32 bits, 330 with sums in 16, and 661 TOP/s in 8 bits; an L40S 362 and 733."""
    card, server = chip("RTX 4090"), chip("L40S")
    assert has_halved_peak(card)
    assert not has_halved_peak(server)
    for level in ("tuned", "vendor-tuned"):
        c = image_constants(level)
        share = matrix_share(card, 16, step_constants()) * c.image_share * c.image_short_sums
        assert drawn(gpu="RTX 4090", level=level).products == pytest.approx(40 * 6.76e12 / (card.peak16 * share))


def test_the_native_size() -> None:
    assert native_side(model("Stable Diffusion 1.5")) == 512
    assert native_side(model("FLUX.1-dev")) == 1024, "where none is recorded"


def test_what_is_refused_by_name() -> None:
    with pytest.raises(NoData, match="^params: Llama 2 7B is not an image model; give one such as SDXL"):
        way_to_draw(model("Llama 2 7B"))
    with pytest.raises(NoData, match="^params: a bare count is not an image model"):
        way_to_draw(catalogue.models().rows[0].of_size(7e9))


def test_every_way_to_draw_is_of_an_image_model_whose_work_is_known() -> None:
    assert len(catalogue.image_models()) >= 4
    for name, way in catalogue.image_models().items():
        one = catalogue.models().get(name)
        assert one
        assert one.kind == "diffusion"
        assert way.work or (one.layers and one.hidden), name
        assert way.text_tokens is not None or way.work, name
