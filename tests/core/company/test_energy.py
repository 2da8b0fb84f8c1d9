"""Energy of training, serving and cards: by hand, as train_energy has it, near published figures, and refused by name."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import InputError, MissingInput, UnknownName
from tests.support import figure


def test_a_card_at_home_by_hand() -> None:
    """450 W, a fifth of the hours at three quarters of it and a tenth at rest, nothing cooled."""
    found = compute_cost.energy_use("RTX 4090", 2, 100, 0.2, place="home", power_price=0.3, grid="France")
    by_hand = 2 * 100 * 0.45 * (0.1 + (0.75 - 0.1) * 0.2)
    assert found.value == pytest.approx(by_hand)
    assert figure(found, "cost") == pytest.approx(by_hand * 0.3)
    carbon = catalogue.grids().get("France")
    assert carbon
    assert figure(found, "co2") == pytest.approx(by_hand * carbon.carbon / 1000)
    assert figure(found, "water_site") == 0 < figure(found, "water_generation")


def test_training_takes_what_train_energy_says() -> None:
    found = compute_cost.energy_use(work="training", params="GPT-3", gpu="V100", pue=1.1)
    alone = compute_cost.train_energy("GPT-3", gpu="V100", pue=1.1)
    assert (found.low, found.value, found.high) == pytest.approx((alone.low, alone.value, alone.high))
    assert found.low < 1_287_000 < found.high, "Patterson et al. 2021: 1,287 MWh"
    assert figure(found, "co2") == pytest.approx(found.value * 0.475)


def test_serving_takes_the_hours_of_its_tokens_and_those_at_rest() -> None:
    asked: dict[str, Any] = {"gpu": "H100", "gpus": 8, "work": "serving", "params": "Llama 3.1 70B", "tokens": 1e9}
    full, half = (compute_cost.energy_use(**asked, load=load) for load in (1, 0.5))
    rate = compute_cost.infer_throughput("Llama 3.1 70B", "H100", 8).value
    assert figure(full, "gpu_hours") == pytest.approx(8 * 1e9 / rate / 3600, rel=1e-9)
    assert figure(half, "gpu_hours") == pytest.approx(2 * figure(full, "gpu_hours"))
    long = compute_cost.energy_use(**asked, load=1, input_tokens=8000, output_tokens=500)
    assert long.value > full.value, "much input for each token that comes back"
    assert full.value < half.value < 2 * full.value, "machines at rest take less"
    # An answer of some hundred tokens is within a factor of three of the published 0.24 and 0.34 Wh per prompt.
    assert 0.08 < figure(half, "per_million_tokens") * 0.5 < 1.0
    answer = compute_cost.energy_use("H100", work="serving", params="Llama 3.1 8B", tokens=1e9, input_tokens=500, output_tokens=400)
    assert figure(answer, "per_answer") == pytest.approx(figure(answer, "per_million_tokens") * 400 / 1000)  # kWh a million is mWh each
    published = {step.value for step in half.steps if step.label.startswith("Published: ")}
    assert published == {0.24, 0.34}


def test_place_and_load_change_it() -> None:
    rented, office = (compute_cost.energy_use("H100", 8, load=0.5, place=place) for place in (None, "office"))
    assert office.value / rented.value == pytest.approx(catalogue.constant("pue_office") / catalogue.constant("pue"))
    idle, busy = (compute_cost.energy_use("H100", load=load).value for load in (0.001, 1))
    assert idle == pytest.approx(busy * catalogue.constant("idle_draw_server") / 0.75, rel=0.01)
    assert figure(rented, "water_low") < figure(rented, "water") < figure(rented, "water_high")


@pytest.mark.parametrize("name", ["Germany", "DEU", "US", "gcp europe-west9", "europe-west9", "World"])
def test_grids_go_by_the_names_people_use(name: str) -> None:
    assert figure(compute_cost.energy_use("H100", grid=name), "co2") > 0


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"work": "training"}, MissingInput, "^params: missing"),
        ({"work": "serving", "params": "Llama 2 7B"}, MissingInput, "^tokens: missing"),
        ({"params": "Llama 2 7B"}, MissingInput, "^work: missing"),
        ({"grid": "Atlantis"}, UnknownName, "^grid: "),
        ({"load": 70}, InputError, "^load: 70"),
        ({"load": "10%; 20%"}, InputError, "^load: .*one share"),
        ({"gpu": "Inferentia2"}, compute_cost.errors.NoData, "^gpu: the catalogue has no power"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        compute_cost.energy_use(**{"gpu": "H100", **arguments})
    assert "\n" not in str(caught.value)


def test_carbon_of_ones_own_stands_in_place_of_a_grid() -> None:
    found = compute_cost.energy_use("H100", 8, grid_carbon=50)
    assert figure(found, "co2") == pytest.approx(found.value * 50 / 1000)
    assert "grid" not in {entry.name for entry in found.inputs}
    assert not any("average of the grid" in text for text in found.warnings)
    assert figure(compute_cost.energy_use("H100", grid_carbon=0), "co2") == 0
    assert any(text.startswith("grid_carbon: 0.05") for text in compute_cost.energy_use("H100", grid_carbon=0.05).warnings), "kg, not g"
    with pytest.raises(InputError, match="^grid_carbon: .*one of the two"):
        compute_cost.energy_use("H100", grid="Germany", grid_carbon=50)


def test_a_grid_is_suggested_by_its_name() -> None:
    with pytest.raises(UnknownName, match=r"did you mean Germany\? "):
        compute_cost.energy_use("H100", grid="Germny")
