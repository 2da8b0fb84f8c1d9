"""How fast image models draw: by hand from the measured steps, and what is refused."""

from __future__ import annotations

import pytest

from compute_cost import catalogue
from compute_cost.catalogue.measured import ServingRow, serving_rows
from compute_cost.errors import NoData
from compute_cost.physics.image_time import FAMILY, image_rate
from tests.support import chip, model


def rate(name: str = "Stable Diffusion 1.5", gpu: str = "A100", gpus: float = 1, batch: float | None = None) -> float:
    return image_rate(model(name), chip(gpu), gpus, batch)


def test_by_hand() -> None:
    """312 TFLOP/s x steps per TFLOP / 30 steps of an image."""
    each = catalogue.serving_coefficients()["image_steps_per_teraflop"].value
    assert rate() == pytest.approx(312 * each / 30)
    assert rate("SDXL") == pytest.approx(312 * catalogue.serving_coefficients()["image_steps_per_teraflop_xl"].value / 30)
    assert catalogue.constant("image_steps") == 30


def test_chips_draw_on_their_own_and_as_fast_as_their_peak() -> None:
    assert rate(gpus=8) == pytest.approx(8 * rate())
    assert rate(gpu="H100") / rate() == pytest.approx(989 / 312)
    assert rate("Stable Diffusion 2-base") == rate(), "U-Nets of one size at one resolution"


def test_one_at_a_time_is_slower_except_where_that_was_measured() -> None:
    share = catalogue.serving_coefficients()["image_single"].value
    assert rate(batch=1) == pytest.approx(share * rate())
    assert rate(batch=2) == rate()
    assert rate(gpu="M1 Max", batch=1) == rate(gpu="M1 Max"), "Apple's rows are single images"
    assert rate("SDXL", batch=1) == pytest.approx(share * rate("SDXL"))


@pytest.mark.parametrize("row", [one for one in serving_rows() if one.use == "images"], ids=lambda one: one.id)
def test_the_measured_rows_lie_within_the_range(row: ServingRow) -> None:
    found = rate(row.model, row.gpu, row.gpus, row.batch)
    factor = catalogue.serving_coefficients()["interval_images"].value
    measured_steps = 20 if row.model == "sdxl" else 30  # Apple's rows of SDXL are of 20 steps, Lambda's of 30
    published = (row.images_per_minute or 0) / 60 * measured_steps / 30
    assert found / factor < published < found * factor


def test_a_model_that_nobody_measured_is_refused() -> None:
    with pytest.raises(
        NoData, match=r"^params: no measured speed of FLUX\.1-dev is in the catalogue; it has Stable Diffusion 1\.5, 2-base and SDXL"
    ):
        image_rate(model("FLUX.1-dev"), chip("A100"), 1, None)


def test_every_family_names_a_model_and_a_constant() -> None:
    for name, constant in FAMILY.items():
        assert catalogue.models().get(name)
        assert constant in catalogue.serving_coefficients()
