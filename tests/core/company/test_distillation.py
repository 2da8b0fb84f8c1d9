"""Distillation: the teacher's answers as an API or as own chips give them, and the student's training as fine-tuning gives it."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
from compute_cost.errors import CostError

DATA: dict[str, Any] = {"prompts": 10_000, "prompt_tokens": 200, "response_tokens": 1_000, "gpu": "H100"}


def parts(**more: Any) -> tuple[float, float]:
    found = compute_cost.distill_cost(**{"teacher": "gpt-4o", "params": "Llama 2 7B", **DATA, **more})
    teacher, student = (float(found.values[name].value) for name in ("teacher_cost", "student_cost"))
    assert found.value == pytest.approx(teacher + student)
    return teacher, student


def test_a_hosted_teacher_is_billed_by_its_tariff_and_the_student_fine_tuned() -> None:
    teacher, student = parts()
    assert teacher == pytest.approx(compute_cost.api_cost("gpt-4o", 200, 1_000, requests=10_000).value)
    assert student == pytest.approx(compute_cost.finetune_cost("Llama 2 7B", None, "H100", examples=10_000, tokens_per_example=1_200).value)


def test_an_own_teacher_generates_at_full_load() -> None:
    teacher, _ = parts(teacher="Llama 2 70B", teacher_on="own")
    million = compute_cost.infer_cost("Llama 2 70B", "H100", input_tokens=200, output_tokens=1_000, load=1)
    assert teacher == pytest.approx(million.value * 10_000 * 1_000 / 1e6)


def test_an_open_teacher_that_nobody_hosts_runs_on_own_chips() -> None:
    assert parts(teacher="70B") == pytest.approx(parts(teacher="70B", teacher_on="own"))


def test_answers_that_are_thrown_away_are_paid_and_not_trained_on() -> None:
    teacher, student = parts()
    assert parts(samples_per_prompt=4) == pytest.approx((4 * teacher, 4 * student))
    assert parts(samples_per_prompt=4, kept_share=0.25) == pytest.approx((4 * teacher, student))


def test_price_and_method_reach_the_student_and_the_own_teacher() -> None:
    own = {"teacher": "Llama 2 70B", "teacher_on": "own"}
    twice = parts(**own, price_per_gpu_hour=4)
    assert twice == pytest.approx([2 * cost for cost in parts(**own, price_per_gpu_hour=2)])
    assert parts(method="lora", price_per_gpu_hour=2)[1] == pytest.approx(
        compute_cost.finetune_cost(
            "Llama 2 7B", None, "H100", "lora", examples=10_000, tokens_per_example=1_200, price_per_gpu_hour=2
        ).value
    )


def test_batch_halves_the_bill_where_the_host_says_so() -> None:
    assert parts(service="batch")[0] == pytest.approx(parts()[0] / 2)


def test_two_names_are_enough_and_the_rest_is_said_to_be_assumed() -> None:
    found = compute_cost.distill_cost("gpt-4o", "Llama 2 7B")
    assert any("give your own" in text for text in found.warnings)
    assert {"distill_prompts", "distill_response_tokens"} <= {one.name for one in found.inputs if one.origin == "assumed"}
    assert found.low < found.value / 5, "data sets differ that much"


@pytest.mark.parametrize(
    ("arguments", "parameter", "way_out"),
    [
        ({"teacher": "text-embedding-3-small"}, "teacher", "give a model that writes answers"),
        ({"teacher": "nosuch model"}, "teacher", "not known"),
        ({"teacher": "gpt-4o", "teacher_on": "own"}, "teacher_on", "leave teacher_on out"),
        ({"teacher": "Llama 2 70B", "teacher_on": "own", "service": "batch"}, "teacher_on", "leave them out"),
        ({"teacher": "gpt-4o", "kept_share": 0}, "kept_share", "above 0"),
        ({"teacher": "gpt-4o", "params": "Llama 2 70B", "gpus": 1}, "gpus", "lora"),
    ],
)
def test_input_that_can_not_be_used(arguments: dict[str, Any], parameter: str, way_out: str) -> None:
    with pytest.raises(CostError, match=way_out) as caught:
        compute_cost.distill_cost(**{"params": "Llama 2 7B", **DATA, **arguments})
    assert str(caught.value).startswith(f"{parameter}: ")
