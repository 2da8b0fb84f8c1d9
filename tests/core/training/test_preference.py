"""DPO: training and reference on the same tokens, the memory of both, and a published run."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
from compute_cost.errors import CostError, DoesNotFit


@pytest.mark.parametrize(("method", "share"), [("full", 2 / 6), ("lora", 2 / 4)])
def test_the_reference_reads_what_the_policy_is_trained_on(method: str, share: float) -> None:
    """Two of six FLOP, or two of the four of adapters, where nothing is computed again."""
    found = compute_cost.dpo_gpu_hours("Llama 2 7B", 60_000, 1_000, "H100", method, gpus=8, stack="tuned", packed=True)
    alone = compute_cost.finetune_gpu_hours(
        "Llama 2 7B", 60e6, "H100", method, tokens_per_example=500, gpus=8, stack="tuned", micro_batch=2
    )
    training, reference = (found.values[name].value for name in ("training_gpu_hours", "reference_gpu_hours"))
    assert training == pytest.approx(alone.value)
    assert reference == pytest.approx(share * alone.value)
    assert found.value == found.values["gpu_hours"].value == pytest.approx((1 + share) * alone.value)
    assert float(found.values["hours"].value) == pytest.approx(found.value / 8)


def test_activations_that_are_computed_again_make_the_reference_a_smaller_part() -> None:
    found = compute_cost.dpo_gpu_hours("Llama 2 7B", 60_000, 1_000, "H100", gpus=8, stack="hugging-face")
    assert found.values["reference_gpu_hours"].value == pytest.approx(float(found.values["training_gpu_hours"].value) / 4)


def test_a_full_training_holds_the_reference_too_and_adapters_do_not() -> None:
    def fewest(name: str, *data: float, **more: Any) -> float:
        return float(getattr(compute_cost, name)("Llama 2 70B", *data, gpu="H100", **more).values["gpus"].value)

    tuned = {"tokens_per_example": 500, "micro_batch": 2}
    assert fewest("dpo_gpu_hours", 1e4, 1e3, method="full") > fewest("finetune_gpu_hours", 1e7, method="full", **tuned)
    assert fewest("dpo_gpu_hours", 1e4, 1e3, method="lora") == fewest("finetune_gpu_hours", 1e7, method="lora", **tuned)


def test_zephyr_took_2_to_4_hours_on_16_a100() -> None:
    """Zephyr 7B (arXiv 2310.16944): 61,135 pairs of UltraFeedback, three epochs. The tokens of a pair are ours."""
    found = compute_cost.dpo_gpu_hours("Llama 2 7B", 61_135, 1_000, "A100 80GB", epochs=3, gpus=16, stack="hugging-face")
    assert 16 * 2 < found.value < 16 * 4
    assert found.low < 16 * 3 < found.high


def test_cost_is_hours_times_price_and_epochs_count() -> None:
    data = ("Llama 2 7B", 60_000, 1_000, "H100", "lora")
    once = compute_cost.dpo_gpu_hours(*data)
    assert compute_cost.dpo_cost(*data, price_per_gpu_hour=2).value == pytest.approx(2 * once.value)
    assert compute_cost.dpo_cost(*data, epochs=3, price_per_gpu_hour=2).value == pytest.approx(6 * once.value)


def test_left_out_lengths_are_assumed_and_said() -> None:
    found = compute_cost.dpo_cost("Llama 2 7B", 60_000)
    assert any("tokens_per_pair is assumed" in text for text in found.warnings)
    assert "dpo_tokens_per_pair" in {one.name for one in found.inputs if one.origin == "assumed"}


@pytest.mark.parametrize(
    ("arguments", "parameter", "way_out"),
    [({}, "pairs", "for example"), ({"pairs": 0}, "pairs", "1"), ({"pairs": 10, "epochs": 0}, "epochs", "above 0"),
     ({"pairs": 10, "rank": 8}, "rank", "lora"), ({"pairs": 10, "tokens_per_pair": 1}, "tokens_per_pair", "2")],
)  # fmt: skip
def test_input_that_can_not_be_used(arguments: dict[str, Any], parameter: str, way_out: str) -> None:
    with pytest.raises(CostError, match=f"(?i){way_out}") as caught:
        compute_cost.dpo_cost("Llama 2 7B", **arguments)
    assert str(caught.value).startswith(f"{parameter}: ")


def test_what_does_not_fit_says_what_does() -> None:
    with pytest.raises(DoesNotFit, match="set gpus to that"):
        compute_cost.dpo_cost("Llama 2 70B", 60_000, 1_000, "H100", gpus=8)
