"""The project's bill: its lines add up, follow their inputs, and refuse what can't be."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import compute_cost
from compute_cost.errors import InputError, MissingInput
from tests.support import figure, number

PARTS = ("naive", "utilization_loss", "goodput_loss", "trials", "failures", "idle")
shares = st.floats(0, 10)


@settings(max_examples=60)
@given(
    size=st.floats(1e9, 1e12), utilization=st.one_of(st.none(), st.floats(0.05, 1)), trials=shares, failed=shares,
    price=st.floats(0.2, 20), months=st.one_of(st.none(), st.floats(600, 1200)),
)  # fmt: skip
def test_lines_add_up_to_the_total(
    size: float, utilization: float | None, trials: float, failed: float, price: float, months: float | None
) -> None:
    found = compute_cost.project_cost(size, 20 * size, "H100", 16384, price, utilization, trials, failed, months)
    lines = [figure(found, name) for name in PARTS]
    assert math.fsum(lines) == pytest.approx(found.value, rel=1e-12)
    assert all(line >= -1e-9 * number(found.value) for line in (lines[0], *lines[2:]))
    assert number(found.low) <= number(found.value) <= number(found.high)
    assert figure(found, "gpu_hours") * price == pytest.approx(found.value, rel=1e-9)


def test_final_run_is_what_train_cost_says() -> None:
    project = compute_cost.project_cost("GPT-3", None, "A100", 1024)
    run = compute_cost.train_cost("GPT-3", None, "A100", None, None, 1024)
    assert figure(project, "final_run") == pytest.approx(run.value, rel=1e-12)
    assert figure(project, "naive") == pytest.approx(compute_cost.train_cost("GPT-3", None, "A100", None, 1.0).value, rel=1e-12)


def test_two_months_used_of_twenty_four_reserved_cost_twelve_times() -> None:
    # The talk: capacity is reserved for two years though two months are needed, one zero more.
    gpus, month = 1024, 730
    hours = 2 * month * gpus
    utilization = number(compute_cost.train_flops("GPT-3").value) / (312e12 * 3600 * hours)
    found = compute_cost.project_cost("GPT-3", None, "A100", gpus, 1.0, utilization, 0, 0, 24)
    assert found.value == pytest.approx(12 * hours, rel=1e-12)
    assert figure(found, "multiple") == pytest.approx(12, rel=1e-12)
    assert found.low == found.value == found.high, "nothing is uncertain in what is reserved at a given price"


def test_llama_1_project_against_its_final_runs() -> None:
    # LLaMA paper and model card: 5 months on 2,048 A100 (7.48M GPU-hours) against 1.77M in the four final runs, 4.2 times.
    found = compute_cost.project_cost(65e9, "1.4T", "A100", None, 1.0, 0.45)
    run = figure(found, "final_run")
    assert number(found.low) / run < 1.5 < number(found.value) / run < 4.2 < number(found.high) / run


def test_given_utilization_has_no_goodput_line_and_says_so() -> None:
    found = compute_cost.project_cost("GPT-3", None, "A100", 1024, 2.0, 0.4)
    assert figure(found, "goodput_loss") == 0
    step = next(step for step in found.steps if step.label == "Lost to failures and restarts")
    assert step.value == 0
    assert "utilization given" in step.formula
    assert figure(compute_cost.project_cost("GPT-3", None, "A100", 1024, 2.0), "goodput_loss") > 0


def test_each_line_is_a_step_with_its_value() -> None:
    found = compute_cost.project_cost("GPT-3", None, "A100", 1024, None, None, None, None, 24)
    values = [step.value for step in found.steps]
    for name in (*PARTS, "cost"):
        assert found.values[name].value in values, name
    assumed = {one.name for one in found.inputs if one.origin == "assumed"}
    assert {"trial_share", "failed_share", "hours_per_month", "price_per_gpu_hour"} <= assumed


def test_more_trials_cost_more_and_a_given_share_narrows_the_range() -> None:
    few, many = (compute_cost.project_cost("GPT-3", None, "A100", 1024, 2.0, 0.4, trials, 0.2) for trials in (0.5, 2))
    assert number(many.value) - number(few.value) == pytest.approx(1.5 * figure(few, "final_run"), rel=1e-12)
    assumed = compute_cost.project_cost("GPT-3", None, "A100", 1024, 2.0, 0.4, None, 0.2)
    assert few.low == pytest.approx(few.value, rel=1e-12)
    assert number(assumed.low) < number(assumed.value) < number(assumed.high)


def test_reservation_that_holds_the_run_but_not_the_trials() -> None:
    found = compute_cost.project_cost("GPT-3", None, "A100", 1024, 2.0, 0.4, 5, 0, 2)
    assert figure(found, "idle") == 0
    assert any("rented at the same price" in text for text in found.warnings)


def test_reservation_shorter_than_the_run_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"^months_reserved: 0\.5 can't be used; the final run alone takes .* months on 1,024 GPUs; reserve"
    ):
        compute_cost.project_cost("GPT-3", None, "A100", 1024, None, 0.4, None, None, 0.5)


def test_reservation_needs_a_number_of_accelerators() -> None:
    with pytest.raises(MissingInput, match=r"^gpus: missing; months_reserved needs"):
        compute_cost.project_cost("GPT-3", None, "A100", None, None, None, None, None, 24)


@pytest.mark.parametrize(("name", "value"), [("trial_share", -0.1), ("failed_share", 101), ("months_reserved", 0)])
def test_values_out_of_bounds(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=f"^{name}: "):
        compute_cost.project_cost(**{"params": "GPT-3", "gpus": 1024, name: value})


def test_trial_runs_by_kind_of_team() -> None:
    """Frontier teams report 4 to 10 final runs in all, repeated recipes 1.2 to 3."""
    multiples = [figure(compute_cost.project_cost("GPT-3", team=team), "multiple") for team in ("replication", None, "frontier")]
    assert multiples == sorted(multiples)
    assert 1.2 < multiples[0] < 3
    assert 4 < multiples[2] < 10
    assert figure(compute_cost.project_cost("GPT-3", team="frontier", trial_share=0.5), "multiple") == pytest.approx(1.7)
