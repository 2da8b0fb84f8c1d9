"""Fine-tuning: measured runs, what fits, and input that can't be used."""

from __future__ import annotations

import inspect
import itertools
import math
from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import CostError, DoesNotFit

# Tokens per second and accelerator as published: MLPerf Training (LoRA at 8,192 tokens), NeMo, and the profile in Qwen's README.
MEASURED = [
    ({"params": "Llama 2 70B", "gpu": "H100", "gpus": 8, "method": "lora", "precision": "fp8", "seq_len": 8192}, 2199.0),
    ({"params": "Llama 2 70B", "gpu": "H100", "gpus": 64, "method": "lora", "precision": "fp8", "seq_len": 8192}, 1605.0),
    ({"params": "Llama 2 7B", "gpu": "H100", "gpus": 8, "method": "full", "precision": "fp8", "seq_len": 4096}, 16891.0),
    ({"params": 7.721e9, "gpu": "A100 80GB", "gpus": 1, "method": "lora", "seq_len": 256}, 1706.67),
    ({"params": 7.721e9, "gpu": "A100 80GB", "gpus": 1, "method": "lora", "seq_len": 2048}, 3150.77),
    ({"params": 14.17e9, "gpu": "A100 80GB", "gpus": 1, "method": "qlora", "seq_len": 1024}, 999.024),
]


@pytest.mark.parametrize(("arguments", "measured"), MEASURED)
def test_measured_steps(arguments: dict[str, Any], measured: float) -> None:
    stack = "tuned" if arguments["gpus"] > 1 else "hugging-face"
    found = compute_cost.finetune_gpu_hours(tokens=1e8, stack=stack, **arguments)
    assert 1 / 1.5 < float(found.values["tokens_per_second_per_gpu"].value) / measured < 1.5
    assert found.low < found.value < found.high


def test_ways_to_say_the_same_data() -> None:
    by_examples = compute_cost.finetune_gpu_hours("Llama 2 7B", examples=50_000, tokens_per_example=400, method="lora", packed=False)
    both = compute_cost.finetune_gpu_hours("Llama 2 7B", 2e7, examples=50_000, tokens_per_example=400, method="lora", packed=False)
    assert by_examples.value == both.value
    three = compute_cost.finetune_gpu_hours("Llama 2 7B", 2e7, method="lora", epochs=3)
    assert three.value == pytest.approx(3 * compute_cost.finetune_gpu_hours("Llama 2 7B", 2e7, method="lora").value)


def test_methods_and_their_memory() -> None:
    gpus = [
        compute_cost.finetune_gpu_hours("Llama 2 70B", 1e7, "H100", method).values["gpus"].value for method in ("full", "lora", "qlora")
    ]
    assert gpus == sorted(gpus, reverse=True)
    assert gpus[2] == 1
    cost = compute_cost.finetune_cost("Llama 2 70B", 1e7, "H100", "lora", price_per_gpu_hour=2)
    assert cost.value == pytest.approx(2 * compute_cost.finetune_gpu_hours("Llama 2 70B", 1e7, "H100", "lora").value)


@pytest.mark.parametrize(
    ("arguments", "parameter", "way_out"),
    [
        ({"tokens": 1e7, "epochs": 0}, "epochs", "above 0"),
        ({"tokens": 1e7, "method": "lora", "rank": 90_000}, "rank", "width"),
        ({"tokens": 1e7, "rank": 8}, "rank", "lora"),
        ({"tokens": 1e7, "examples": 10, "tokens_per_example": 10}, "tokens", "agree"),
        ({}, "tokens", "examples"),
        ({"tokens": 1e7, "packed": "perhaps"}, "packed", "true or false"),
    ],
)
def test_input_that_can_not_be_used(arguments: dict[str, Any], parameter: str, way_out: str) -> None:
    with pytest.raises(CostError, match=way_out) as caught:
        compute_cost.finetune_gpu_hours("Llama 2 7B", **arguments)
    assert str(caught.value).startswith(f"{parameter}: ")


def test_the_rate_of_a_test_run_comes_first() -> None:
    """10 million tokens at 10,000 a second are 1,000 s, on eight 2.22 hours, and evaluation; the memory is not asked."""
    evaluation = 1 + catalogue.constant("finetune_evaluation")
    found = compute_cost.finetune_gpu_hours("Llama 2 70B", 1e7, "H100", gpus=8, tokens_per_second=10_000)
    assert found.value == pytest.approx(8 * 1000 / 3600 * evaluation)
    assert found.high / found.low < 1.2
    padded = compute_cost.finetune_gpu_hours("Llama 2 70B", 1e7, "H100", gpus=8, tokens_per_second=10_000, packed=False, seq_len=512)
    assert padded.value == found.value, "the rate is that of the text"
    cost = compute_cost.finetune_cost("Llama 2 70B", 1e7, "H100", gpus=8, tokens_per_second=10_000, price_per_gpu_hour=3)
    assert cost.value == pytest.approx(3 * found.value)
    pairs = compute_cost.dpo_gpu_hours("Llama 2 70B", 10_000, 1000, "H100", gpus=8, tokens_per_second=10_000)
    assert pairs.value == found.value, "the reference is in the rate"
    with pytest.raises(CostError, match="^gpus: missing"):
        compute_cost.finetune_gpu_hours("Llama 2 70B", 1e7, "H100", tokens_per_second=10_000)
    with pytest.raises(CostError, match=r"^tokens_per_second: .* times the dense bf16 peak of 8 H100"):
        compute_cost.finetune_gpu_hours("Llama 2 70B", 1e7, "H100", gpus=8, tokens_per_second=20e6)
    with pytest.raises(CostError, match="^provider: .*tokens_per_second"):
        compute_cost.finetune_cost("Llama 2 7B", 1e7, provider="Fireworks", tokens_per_second=10_000)


def test_short_passes_and_cut_examples_are_named() -> None:
    idle = "over before the next kernels start"
    assert any(idle in text for text in compute_cost.finetune_gpu_hours(0.5e9, 1e7, "H100", gpus=1).warnings)
    assert not any(idle in text for text in compute_cost.finetune_gpu_hours("Llama 2 7B", 1e7, "A100", gpus=8).warnings)
    cut = compute_cost.finetune_gpu_hours("Llama 2 7B", gpus=8, examples=1000, tokens_per_example=5000, seq_len=2048)
    assert any("cut or split at 2,048" in text for text in cut.warnings)


@pytest.mark.parametrize("method", ["full", "lora", "qlora"])
@pytest.mark.parametrize("gpu", ["A100", "H100", "B200", "MI300X"])
def test_more_accelerators_never_take_longer(gpu: str, method: str) -> None:
    """Nor many more hours, in a stack that is the same on any number of them."""
    hours = []
    for gpus in (2, 4, 8, 16, 64, 256):
        try:
            hours.append((gpus, compute_cost.finetune_gpu_hours("Llama 2 7B", 1e9, gpu, method, gpus=gpus, stack="tuned").value))
        except DoesNotFit:
            assert not hours, "what fits some fits more"
    days = [one / gpus for gpus, one in hours]
    assert days == sorted(days, reverse=True)
    assert all(0.9 * few[1] < many[1] < 1.5 * few[1] for few, many in itertools.pairwise(hours))


@pytest.mark.parametrize("gpu", ["A100", "H100", "MI300X", "RTX 4090"])
def test_one_accelerator_is_no_other_kind_of_run_than_two(gpu: str) -> None:
    """Whichever stack is named or none: what fits one takes about as many hours on a few, and adapters less than all weights."""
    for stack in (None, "tuned", "hugging-face"):
        hours = {}
        for method, gpus in itertools.product(("lora", "full"), (1, 2, 4, 8)):
            hours[method, gpus] = compute_cost.finetune_gpu_hours(0.5e9, 1e8, gpu, method, gpus=gpus, stack=stack).value
        adapters = [hours["lora", gpus] for gpus in (1, 2, 4, 8)]
        assert max(adapters) < 1.1 * min(adapters)
        assert max(adapters) < min(hours["full", gpus] for gpus in (1, 2, 4, 8))


def test_a_stack_that_nobody_names_lies_between_both_kinds() -> None:
    """Neither is taken in silence: both stand among the steps, and the range reaches from the middle of one to that of the other."""
    for gpus in (1, 8, 64):
        asked = ("Llama 2 7B", 1e8, "A100", "lora")
        unnamed = compute_cost.finetune_gpu_hours(*asked, gpus=gpus)
        tuned, other = (compute_cost.finetune_gpu_hours(*asked, gpus=gpus, stack=stack) for stack in ("tuned", "hugging-face"))
        assert unnamed.value == pytest.approx(math.sqrt(tuned.value * other.value))
        assert unnamed.low < tuned.value < other.value < unnamed.high
        for stack, alone in (("tuned", tuned), ("hugging_face", other)):
            seconds = unnamed.values[f"seconds_per_token_{stack}"].value
            assert seconds == pytest.approx(1 / float(alone.values["tokens_per_second_per_gpu"].value))


@pytest.mark.parametrize("gpu", ["A100", "H100", "B200"])
def test_full_fine_tuning_is_near_training_on_the_same_tokens(gpu: str) -> None:
    for params, gpus in (("Llama 2 7B", 8), ("Llama 2 7B", 64), ("Llama 2 70B", 64)):
        tuned = compute_cost.finetune_gpu_hours(params, 1e11, gpu, "full", gpus=gpus, seq_len=4096)
        trained = compute_cost.train_gpu_hours(params, 1e11, gpu, gpus=gpus, seq_len=4096)
        assert 0.6 < tuned.value / trained.value < 1.6
        assert tuned.low < trained.high
        assert trained.low < tuned.high


def test_what_does_not_fit_says_what_does() -> None:
    with pytest.raises(DoesNotFit, match=r'set gpus to that, or method "lora"'):
        compute_cost.finetune_gpu_hours("Llama 2 70B", 1e7, "H100", "full", gpus=1)


@pytest.mark.parametrize("name", ["train_cost", "finetune_cost", "rl_cost", "dpo_cost"])
def test_every_estimate_of_training_refuses_more_cards_than_one_machine_has(name: str) -> None:
    """Cards that no network joins: cheap by the hour, and no way to train what needs a hundred of them."""
    arguments: dict[str, dict[str, Any]] = {
        "finetune_cost": {"tokens": 1e7},
        "rl_cost": {"steps": 10, "prompts_per_step": 64, "response_tokens": 500},
        "dpo_cost": {"pairs": 1000},
    }
    ask, more = getattr(compute_cost, name), arguments.get(name, {})
    with pytest.raises(DoesNotFit, match="which no network joins to others"):
        ask("GPT-3", gpu="RTX 4090", **more)
    assert ask("GPT-3", gpu="RTX 4090", gpus=144, **more).value > 0, "a cluster of one's own"


def test_consumer_cards_end_at_one_machine() -> None:
    """No network joins those that are for rent; a cluster of one's own is answered."""
    with pytest.raises(DoesNotFit, match=r"^gpu: .* and 8 in one machine, .*give gpus for a cluster of your own"):
        compute_cost.finetune_gpu_hours("Llama 2 70B", 1e7, "RTX 4090", "full")
    with pytest.raises(DoesNotFit, match=r"^gpu: .* and 8 in one machine"):
        compute_cost.rl_gpu_hours("Llama 2 70B", 10, 128, response_tokens=500, gpu="RTX 4090")
    assert compute_cost.finetune_gpu_hours("Llama 2 70B", 1e7, "RTX 4090", "full", gpus=256).value > 0
    assert compute_cost.finetune_gpu_hours("Llama 2 7B", 1e7, "RTX 4090", "qlora").values["gpus"].value == 1


def test_a_base_may_be_stored_in_what_nothing_is_trained_in() -> None:
    plain = compute_cost.finetune_gpu_hours("Llama 2 70B", 1e7, "H100", "qlora")
    for stored in ("nf4", "int4", "AWQ"):
        assert compute_cost.finetune_gpu_hours("Llama 2 70B", 1e7, "H100", "qlora", precision=stored).value == pytest.approx(
            plain.value, rel=0.01
        )
    larger = compute_cost.finetune_gpu_hours("Llama 2 70B", 1e7, "H100", "qlora", precision="Q8_0")
    assert float(larger.values["gpus"].value) > float(plain.values["gpus"].value)
    for method in ("full", "lora"):
        with pytest.raises(CostError, match=r'^precision: .*method "qlora"'):
            compute_cost.finetune_gpu_hours("Llama 2 70B", 1e7, "H100", method, precision="nf4")


def test_activations_are_computed_again_only_as_far_as_needed() -> None:
    """So more rows in a pass never take a fifth longer at once, where the memory no longer holds them."""
    hours = [
        compute_cost.finetune_gpu_hours("Llama 2 7B", 1e8, "A100", "lora", gpus=8, stack="tuned", seq_len=4096, micro_batch=rows).value
        for rows in range(1, 40)
    ]
    assert max(later / earlier for earlier, later in itertools.pairwise(hours)) < 1.06
    assert max(hours) > 1.08 * min(hours), "in the end many of them are computed again"


def test_the_order_of_arguments_is_the_published_one() -> None:
    order = "params tokens gpu method epochs examples tokens_per_example gpus price_per_gpu_hour precision rank seq_len packed stack as_of"
    assert list(inspect.signature(compute_cost.finetune_cost).parameters)[:15] == order.split()
    hours = [name for name in order.split() if name not in ("price_per_gpu_hour", "as_of")]
    assert list(inspect.signature(compute_cost.finetune_gpu_hours).parameters)[:13] == hours
