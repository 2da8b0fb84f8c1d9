"""What to raise for a training run: the project's cost over compute's share, and a verdict that follows the two ranges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.company.fundraising import raise_needed
from compute_cost.errors import InputError, MissingInput, UnknownName
from compute_cost_tools.calls import call

EXACT: dict[str, Any] = {"gpu": "A100", "gpus": 1024, "price_per_gpu_hour": 2, "utilization": 0.4, "trial_share": 1, "failed_share": 0.2}


def text(result: compute_cost.Result, name: str) -> str:
    value = result.values[name].value
    assert isinstance(value, str)
    return value


def test_it_is_the_cost_of_the_project_over_the_share_of_compute() -> None:
    project = compute_cost.project_cost("Llama 2 70B", gpus=2000, months_reserved=3)
    found = compute_cost.raise_needed("Llama 2 70B", gpus=2000, months_reserved=3, compute_share=0.5)
    for ours, theirs in ((found.value, project.value), (found.low, project.low), (found.high, project.high)):
        assert ours == pytest.approx(2 * theirs, rel=1e-12)
    assert {step.label for step in project.steps} < {step.label for step in found.steps}
    assert {one.name for one in project.inputs} < {one.name for one in found.inputs}
    assert {one.id for one in project.sources} <= {one.id for one in found.sources}


def test_the_share_may_come_from_the_spending_planned() -> None:
    share = compute_cost.compute_share(50e6, 3e6, 1e6).value
    found = compute_cost.raise_needed(70e9, 2e12, **EXACT, compute_share=share)
    assert found.value == pytest.approx(compute_cost.project_cost(70e9, 2e12, **EXACT).value / 0.75)
    assert not any("80%" in text for text in found.warnings)


def test_a_count_and_a_name_are_the_same_model() -> None:
    assert compute_cost.raise_needed(70e9, 2e12, **EXACT).value == compute_cost.raise_needed("70B", "2T", **EXACT).value
    named = compute_cost.raise_needed("GPT-3", gpu="A100", price_per_gpu_hour=2, utilization="naive", trial_share=0, failed_share=0)
    assert named.value == pytest.approx(compute_cost.train_cost("GPT-3", None, "A100", 2, "naive").value / 0.8)


@pytest.mark.parametrize(
    ("capital", "verdict"),
    [(1.01, "within reach: "), (0.99, "out of reach: ")],
)
def test_with_everything_given_the_verdict_is_sharp(capital: float, verdict: str) -> None:
    need = compute_cost.raise_needed(70e9, 2e12, **EXACT).value
    found = compute_cost.raise_needed(70e9, 2e12, **EXACT, capital_raised=need * capital)
    assert found.low == found.value == found.high
    assert text(found, "verdict").startswith(verdict)
    assert found.values["more_needed"].value == pytest.approx(max(0.0, need * (1 - capital)))


def test_the_verdict_follows_the_ranges() -> None:
    found = compute_cost.raise_needed("Llama 2 70B")
    low, middle, high = found.low, found.value, found.high

    def verdict(capital: float) -> str:
        return text(compute_cost.raise_needed("Llama 2 70B", capital_raised=capital), "verdict").split(":")[0]

    assert verdict(high * 1.001) == "within reach"
    assert verdict(middle * 1.001) == "probably within reach (the ranges overlap)"
    assert verdict(middle * 0.999) == "probably out of reach (the ranges overlap)"
    assert verdict(low * 0.999) == "out of reach"


def test_shares_and_yardsticks_may_be_put_in_the_place_of_the_assumed() -> None:
    plain, half = compute_cost.raise_needed("GPT-3"), compute_cost.raise_needed("GPT-3", "compute_share_claim=0.5")
    for end in ("low", "value", "high"):
        assert getattr(half, end) == pytest.approx(getattr(plain, end) * 0.8 / 0.5, rel=1e-12)
    assert half.values["compute_share"].value == 0.5
    large, poor = compute_cost.raise_needed("Llama 3.1 405B"), compute_cost.raise_needed("Llama 3.1 405B", "well_funded_capital=6e6")
    assert (poor.low, poor.value, poor.high) == (large.low, large.value, large.high), "the capital is not part of what is needed"
    assert text(poor, "verdict").startswith("out of reach: ")
    less = compute_cost.raise_needed("GPT-3", trial_share=0.3)
    assert plain.low < less.value < plain.value
    assert less.high - less.low < plain.high - plain.low


def test_the_talk_training_a_language_model_is_within_reach_of_a_well_funded_start_up() -> None:
    """A speed bump, not a moat; the largest models of today are another matter."""
    for model in ("GPT-3", "Llama 2 70B", "Llama 2 7B"):
        assert text(compute_cost.raise_needed(model), "verdict").startswith("within reach: ")
    assert not text(compute_cost.raise_needed("Llama 3.1 405B"), "verdict").startswith("within reach")
    assert text(compute_cost.raise_needed("10T", "200T"), "verdict").startswith("out of reach")


def test_the_yardstick_names_its_sources_and_how_far_they_were_checked() -> None:
    found = compute_cost.raise_needed("GPT-3")
    assert any(text.startswith("partly checked: rounds that made news (2023-07-13)") for text in found.warnings)
    assert {"ai-impacts-funding", "a16z-compute"} <= {one.id for one in found.sources}
    assert any(step.label == "Verdict" for step in found.steps), "a cell shows it through EXPLAIN"
    own = compute_cost.raise_needed("GPT-3", capital_raised=30e6)
    assert not any("rounds that made news" in text for text in own.warnings)
    assert "ai-impacts-funding" not in {one.id for one in own.sources}
    for detail in ("concise", "full"):
        said = call("raise_needed", {"params": "GPT-3", "detail": detail})["values"]["verdict"]["value"]
        assert said == text(found, "verdict"), "an assistant reads the verdict"


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"params": None}, MissingInput, "^params: missing"),
        ({"params": "Llama 2 70B", "compute_share": 80}, InputError, "^compute_share: 80"),
        ({"params": "Llama 2 70B", "compute_share": 0}, InputError, "^compute_share: 0"),
        ({"params": "Llama 2 70B", "capital_raised": 0}, InputError, "^capital_raised: 0"),
        ({"params": 7e9}, InputError, "^tokens: missing"),
        ({"params": "Llama 2 70B", "months_reserved": 24}, MissingInput, "^gpus: missing"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        compute_cost.raise_needed(**arguments)
    assert "\n" not in str(caught.value)


def test_what_was_read_is_handed_on_and_not_read_again() -> None:
    """A model and a chip that the catalogue does not hold: read again by their names they would be refused."""
    model, chip = catalogue.models().get("GPT-3"), catalogue.accelerators().get("A100")
    assert model
    assert chip
    found = raise_needed.of(replace(model, name="ours"), gpu=replace(chip, name="ours"), price_per_gpu_hour=2, utilization=0.4)
    assert found.value == compute_cost.raise_needed("GPT-3", gpu="A100", price_per_gpu_hour=2, utilization=0.4).value
    with pytest.raises(UnknownName):
        compute_cost.raise_needed("ours")
