"""Electricity of a training run: by hand, against published meters, and where its range comes from."""

from __future__ import annotations

import math
from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import InputError, NoData
from compute_cost.physics.formats import peak_of
from tests.support import chip, figure

# 1e21 FLOP at 40% of 312 TFLOP/s: 2,226 hours of an A100 of 400 W.
RUN: dict[str, Any] = {"params": 1e9, "tokens": 1e21 / 6e9, "gpu": "A100", "utilization": 0.4}
HOURS = 1e21 / (312e12 * 0.4 * 3600)


def test_by_hand() -> None:
    """Hours x 0.4 kW x average draw 0.75; a DGX A100 takes 2.03 times what its chips take; PUE 1.1."""
    found = compute_cost.train_energy(**RUN, pue=1.1)
    assert figure(found, "gpu_hours") == pytest.approx(HOURS)
    assert figure(found, "chips") == pytest.approx(HOURS * 0.4 * 0.75)
    assert figure(found, "servers") == pytest.approx(HOURS * 0.4 * 0.75 * 2.03)
    assert found.value == pytest.approx(HOURS * 0.4 * 0.75 * 2.03 * 1.1)
    assert figure(found, "power_per_gpu") == pytest.approx(0.4 * 0.75 * 2.03 * 1.1)
    assert found.unit == "kWh"
    steps = {one.label: one.value for one in found.steps}
    assert steps["Energy of the chips (A100 SXM 80GB)"] == figure(found, "chips")
    assert steps["Energy of the servers"] == figure(found, "servers")
    assert steps["Energy of the facility"] == found.value


def test_a_measured_rate_comes_before_any_prediction() -> None:
    """As many tokens per second on as many chips cost the same hours here as in train_gpu_hours."""
    test_run: dict[str, Any] = {"gpu": "A100", "gpus": 8, "tokens_per_second": 120_000}
    found = compute_cost.train_energy(1e9, 1e11, **test_run)
    assert figure(found, "gpu_hours") == pytest.approx(compute_cost.train_gpu_hours(1e9, 1e11, **test_run).value)
    twice = compute_cost.train_energy(1e9, 1e11, **{**test_run, "tokens_per_second": 60_000})
    assert twice.value == pytest.approx(2 * found.value)


def energy(model: str, gpu: str, gpu_hours: float, pue: float) -> compute_cost.Result:
    """The energy of a run whose accelerator-hours are published."""
    utilization = compute_cost.train_flops(model).value / (peak_of(chip(gpu))[1] * 3600 * gpu_hours)
    found: compute_cost.Result = compute_cost.train_energy(model, None, gpu, utilization, pue)
    assert figure(found, "gpu_hours") == pytest.approx(gpu_hours, rel=1e-9)
    return found


@pytest.mark.parametrize(
    ("model", "gpu", "gpu_hours", "pue", "bound", "published", "tolerance"),
    [
        # Patterson et al. 2021, arXiv 2104.10350, table 4: whole facility, measured power.
        ("GPT-3", "V100", 3_552_000, 1.10, "energy", 1_287_000, 0.20),
        ("T5-11B", "TPU v3", 246_733, 1.12, "energy", 86_000, 0.10),
        # Luccioni et al. 2022, arXiv 2211.02001: 433 MWh are the chips at full rated power; with 257 MWh of idle servers, 690 MWh.
        ("BLOOM-176B", "A100", 1_082_990, 1.0, "servers", 690_000, 0.10),
        # muxup.com, Olmo 3 training cost, 2025: 624 and 649 W for each accelerator, which is the chips alone.
        ("Olmo 3 7B", "H100", 234_000, 1.0, "chips", 146_000, 0.20),
        ("Olmo 3 32B", "H100", 1_050_000, 1.0, "chips", 681_000, 0.20),
    ],
)  # fmt: skip
def test_published_energy(model: str, gpu: str, gpu_hours: float, pue: float, bound: str, published: float, tolerance: float) -> None:
    assert figure(energy(model, gpu, gpu_hours, pue), bound) == pytest.approx(published, rel=tolerance)


def test_bloom_chips_at_full_power_are_the_published_433_mwh() -> None:
    # 1,082,990 A100-hours x 400 W: the published figure takes the whole rated power, ours the average draw.
    found = energy("BLOOM-176B", "A100", 1_082_990, 1.0)
    draw = catalogue.constant("average_draw_gpu")
    assert figure(found, "chips") / draw == pytest.approx(433_196, rel=1e-4)


def test_the_server_goes_by_the_chip() -> None:
    def ratio(gpu: str) -> float:
        found = compute_cost.train_energy(1e9, 1e11, gpu, 0.4)
        return figure(found, "servers") / figure(found, "chips")

    assert ratio("A100-40GB") == pytest.approx(2.03)  # DGX A100: 6.5 kW / 8 / 0.4 kW
    assert ratio("H100") == pytest.approx(1.82)  # DGX H100: 10.2 kW / 8 / 0.7 kW
    assert ratio("TPU v3") == pytest.approx(660 / 450, abs=0.005)
    assert ratio("TPU v4") == pytest.approx(1.56), "of a TPU without a figure of its own, that of TPUs"
    assert ratio("B200") == pytest.approx(1.8), "of any other chip, the usual one"
    said = "the power of servers with B200"
    assert any(said in text for text in compute_cost.train_energy(1e9, 1e11, "B200", 0.4).warnings)
    assert not any("power of servers" in text for text in compute_cost.train_energy(1e9, 1e11, "TPU v4", 0.4).warnings)


def test_a_tpu_draws_less_of_its_rated_power() -> None:
    """Patterson et al. 2021: 245 to 310 W of the 660 W of a TPU v3 system; its chip is rated 450 W."""
    found = compute_cost.train_energy(1e9, 1e11, "TPU v3", 0.4, 1)
    assert 0.245 < figure(found, "power_per_gpu") < 0.310
    power = chip("TPU v3").power
    assert power
    assert figure(found, "chips") == pytest.approx(figure(found, "gpu_hours") * power / 1000 * 0.43)
    assert any("TPU v2 and v3" in text for text in found.warnings)
    assert not any("TPU" in text for text in compute_cost.train_energy(**RUN).warnings)


def test_the_usual_pue_is_assumed_and_ones_own_is_given() -> None:
    usual, own = compute_cost.train_energy(**RUN), compute_cost.train_energy(**RUN, pue=1)
    assert usual.value == pytest.approx(own.value * catalogue.constant("pue"))
    assert own.value == pytest.approx(figure(own, "servers"))
    origin = {one.name: one.origin for one in usual.inputs}
    assert (origin["pue"], origin["average_draw_gpu"], origin["server_power_a100"]) == ("assumed", "assumed", "assumed")
    assert {one.name: one.origin for one in own.inputs}["pue"] == "given"
    row = catalogue.assumption("pue")
    source = {one.name: one.source for one in usual.inputs}["pue"]
    assert source == row.source
    assert row.source in {one.id for one in usual.sources}
    assert {one.name: one.source for one in own.inputs}["pue"] == ""


def test_the_range_joins_what_is_not_given() -> None:
    """Draw 0.6 to 0.9 about 0.75 and PUE 1.1 to 1.54 about 1.25, as roots of summed squares of logarithms; a prediction adds its own."""
    own = compute_cost.train_energy(**RUN, pue=1.2)
    assert (own.low / own.value, own.high / own.value) == pytest.approx((0.6 / 0.75, 0.9 / 0.75))
    usual = compute_cost.train_energy(**RUN)
    assert math.log(usual.value / usual.low) == pytest.approx(math.hypot(math.log(0.75 / 0.6), math.log(1.25 / 1.1)))
    assert math.log(usual.high / usual.value) == pytest.approx(math.hypot(math.log(0.9 / 0.75), math.log(1.54 / 1.25)))
    predicted = compute_cost.train_energy(RUN["params"], RUN["tokens"], "A100")
    hours = compute_cost.train_gpu_hours(RUN["params"], RUN["tokens"], "A100")
    for found, run, given in ((predicted.high, hours.high, usual.high), (predicted.low, hours.low, usual.low)):
        joined = math.hypot(math.log(run / hours.value), math.log(given / usual.value))
        assert abs(math.log(found / predicted.value)) == pytest.approx(joined)


def test_energy_follows_the_hours() -> None:
    one, twice = (compute_cost.train_energy(**{**RUN, "tokens": RUN["tokens"] * times}) for times in (1, 2))
    assert twice.value == pytest.approx(2 * one.value)
    assert compute_cost.train_energy(**{**RUN, "utilization": 0.2}).value == pytest.approx(2 * one.value)
    assert figure(twice, "power_per_gpu") == pytest.approx(figure(one, "power_per_gpu"))


def test_what_is_refused() -> None:
    with pytest.raises(InputError, match=r"^pue: 0\.9 .*from 1 to 5"):
        compute_cost.train_energy(**RUN, pue=0.9)
    powerless = next(one for one in catalogue.accelerators().rows if not one.power and peak_of(one)[1])
    with pytest.raises(NoData, match=f"^gpu: the catalogue has no power for {powerless.name}; name another accelerator"):
        compute_cost.train_energy(**{**RUN, "gpu": powerless.name})
