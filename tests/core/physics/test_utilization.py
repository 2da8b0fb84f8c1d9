"""Training utilization: the step time, the billed run, measured rates, and what the constants come from."""

from __future__ import annotations

import dataclasses
import itertools
import math
import timeit
from collections.abc import Iterator

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue.measured import StepRow, step_rows
from compute_cost.errors import DoesNotFit
from compute_cost.physics import billed_run, chips, training_step, utilization
from compute_cost.training import run


def value(name: str, **arguments: object) -> float:
    found = compute_cost.registry.get(name).call(**arguments).value
    assert isinstance(found, float)
    return found


def figure(name: str, label: str, **arguments: object) -> float:
    found = compute_cost.registry.get(name).call(**arguments).values[label].value
    assert isinstance(found, float)
    return found


def llm_foundry() -> list[StepRow]:
    return [row for row in step_rows() if row.table == "llm-foundry"]


def peak(row: StepRow) -> float:
    gpu = catalogue.accelerators().get(row.gpu)
    assert gpu is not None
    return gpu.peak(row.precision)[1]


def test_the_compute_convention_reproduces_the_llm_foundry_tables() -> None:
    rows = llm_foundry()
    assert len(rows) == 143
    for row in rows:
        flop = 6 * row.params + 12 * row.layers * row.hidden * row.seq_len
        assert row.tokens_per_second_per_gpu * flop / peak(row) == pytest.approx(row.utilization, abs=0.0011), row.id


def test_without_attention_the_tables_are_not_reproduced() -> None:
    row = next(row for row in llm_foundry() if row.seq_len >= 16384)
    assert row.utilization is not None
    assert row.tokens_per_second_per_gpu * 6 * row.params / peak(row) < 0.9 * row.utilization


@pytest.mark.parametrize("gpu", ["H100", "A100"])
def test_a_measured_rate_gives_back_the_predicted_step(gpu: str) -> None:
    known = {"params": "Llama 2 7B", "gpu": gpu, "gpus": 64}
    predicted = compute_cost.registry.get("step_utilization").call(**known)
    rate = predicted.values["tokens_per_second_per_gpu"].value
    assert isinstance(rate, float)
    assert value("measured_utilization", tokens_per_second=64 * rate, **known) == pytest.approx(predicted.value)


def test_measured_utilization_of_a_published_row() -> None:
    row = next(row for row in llm_foundry() if row.model == "MPT-7b" and row.gpu == "a100-sxm-40")
    rate = row.tokens_per_second_per_gpu * row.gpus
    found = value("measured_utilization", params=row.params, tokens_per_second=rate, gpu="A100-40GB", gpus=row.gpus)
    assert row.utilization is not None
    assert found == pytest.approx(row.tokens_per_second_per_gpu * 6 * row.params / peak(row))
    assert found < row.utilization  # only a count is known: 6 per parameter and token


def test_a_measured_rate_takes_the_place_of_the_prediction() -> None:
    measured = value("measured_utilization", params="Llama 2 7B", tokens_per_second=200_000, gpu="H100", gpus=16)
    hours = value("train_gpu_hours", params="Llama 2 7B", gpu="H100", utilization=measured)
    assert hours == pytest.approx(2e12 / 200_000 * 16 / 3600)


def test_the_measured_step_says_that_restarts_come_on_top() -> None:
    result = compute_cost.registry.get("measured_utilization").call(params=7e9, tokens_per_second=3e6, gpu="H100", gpus=512)
    billed = result.values["billed_utilization"].value
    assert isinstance(billed, float)
    assert isinstance(result.value, float)
    assert 0.85 * result.value < billed < 0.95 * result.value
    assert any("come on top" in warning for warning in result.warnings)


def test_an_impossible_rate_is_refused_with_its_likely_causes() -> None:
    with pytest.raises(compute_cost.CostError, match=r"tokens_per_second.*precision.*whole group.*sparse"):
        compute_cost.registry.get("measured_utilization").call(params=7e9, tokens_per_second=200_000, gpu="H100")


def test_more_accelerators_never_cut_the_hours_by_much() -> None:
    counts = (8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384)
    for params in (7e9, 70e9, 405e9):
        fitting = [n for n in counts if n * 80e9 * 0.85 > 20 * params]
        hours = [value("train_gpu_hours", params=params, tokens=1e12, gpu="H100", gpus=n) for n in fitting]
        assert all(later > 0.93 * earlier for earlier, later in itertools.pairwise(hours)), (params, hours)
        days = [one / n for one, n in zip(hours, fitting, strict=True)]
        assert days == sorted(days, reverse=True)


def test_a_slower_network_never_helps() -> None:
    gpu = catalogue.accelerators().get("RTX 4090")
    assert gpu is not None
    work = utilization.workload(7e9, 7e9, None)
    reached = []
    for gbit in (100.0, 25.0, 3.125, 1.0):
        slower = dataclasses.replace(gpu, network_gbit=gbit)
        reached.append(work.flop / (165.2e12 * training_step.step_time(work, slower, 165.2e12, 64).seconds))
    assert reached == sorted(reached, reverse=True)
    assert reached[-1] < 0.5 * reached[0]


def test_consumer_cards_over_ethernet_are_a_poor_cluster() -> None:
    result = compute_cost.registry.get("train_gpu_hours").call(params=70e9, tokens=1e12, gpu="RTX 4090", gpus=256)
    assert figure("train_gpu_hours", "utilization", params=70e9, tokens=1e12, gpu="RTX 4090", gpus=256) < 0.25
    assert any("the network limits training" in warning for warning in result.warnings)
    assert ("Limited by", "network") in [(step.label, step.value) for step in result.steps]
    share = next(step.value for step in result.steps if step.label.startswith("Communication share"))
    assert isinstance(share, float)
    assert share > 0.4


def test_a_data_center_cluster_is_not_punished() -> None:
    result = compute_cost.registry.get("train_gpu_hours").call(params=70e9, tokens=1e12, gpu="H100", gpus=1024)
    assert not any("network" in warning for warning in result.warnings)
    assert ("Limited by", "compute") in [(step.label, step.value) for step in result.steps]
    assert figure("train_gpu_hours", "utilization", params=70e9, tokens=1e12, gpu="H100", gpus=1024) > 0.3


def test_every_factor_is_a_step_with_its_source_and_they_multiply() -> None:
    result = compute_cost.registry.get("train_gpu_hours").call(params="Llama 2 70B", gpu="A100", gpus=1024)
    steps = {step.label: step for step in result.steps}
    names = ("Step utilization", "Practice: what published runs reach against tuned benchmarks", "Goodput on 1,024 accelerators")
    product = 1.0
    for name in names:
        assert steps[name].sources
        number = steps[name].value
        assert isinstance(number, float)
        product *= number
    assert product == pytest.approx(steps["Utilization (predicted)"].value)
    assert product == pytest.approx(result.values["utilization"].value)


def test_practice_above_one_is_no_loss() -> None:
    result = compute_cost.registry.get("train_gpu_hours").call(params=7e9, tokens=1e11, gpu="H100", gpus=8)
    step = next(step for step in result.steps if step.label.startswith("Practice"))
    assert isinstance(step.value, float)
    assert step.value > 1
    assert "above 1 where experts beat them" in step.formula


def test_hours_do_not_depend_on_counting_attention() -> None:
    counted = value("train_gpu_hours", params=7e9, tokens=1e12, gpu="A100", seq_len=4096)
    uncounted = value("train_gpu_hours", params=7e9, tokens=1e12, gpu="A100")
    assert counted == pytest.approx(uncounted)
    assert value("train_flops", params=7e9, tokens=1e12, seq_len=4096) > 1.05 * value("train_flops", params=7e9, tokens=1e12)


def test_a_model_that_does_not_fit_is_refused_with_the_number_needed() -> None:
    with pytest.raises(DoesNotFit, match=r"gpus: 16 .*at least \d+ H100") as caught:
        compute_cost.registry.get("train_cost").call(params=405e9, tokens=1e12, gpu="H100", gpus=16)
    needed = int(str(caught.value).split("at least ")[1].split()[0])
    assert value("train_gpu_hours", params=405e9, tokens=1e12, gpu="H100", gpus=needed) > 0
    with pytest.raises(DoesNotFit):
        compute_cost.registry.get("train_gpu_hours").call(params=405e9, tokens=1e12, gpu="H100", gpus=needed - 1)
    # A utilization of the user's own needs no layout.
    assert value("train_gpu_hours", params=405e9, tokens=1e12, gpu="H100", gpus=16, utilization=0.3) > 0


def test_a_naive_implementation_by_name() -> None:
    naive = compute_cost.registry.get("train_cost").call(params=175e9, tokens=300e9, gpu="A100", price_per_gpu_hour=2, utilization="Naive")
    assert naive.value == pytest.approx(5608974.358974359)
    assert naive.value == value("train_cost", params=175e9, tokens=300e9, gpu="A100", price_per_gpu_hour=2, utilization=0.1)
    used = next(one for one in naive.inputs if one.name == "utilization")
    assert (used.origin, used.source) == ("assumed", "a16z-talk")
    with pytest.raises(compute_cost.CostError, match="naive"):
        compute_cost.registry.get("train_cost").call(params=175e9, tokens=300e9, gpu="A100", utilization="clever")


def test_the_named_figure_of_the_talk_is_exact() -> None:
    assert compute_cost.registry.get("train_cost").call(175e9, 300e9, "A100", 2, 1).value == 560897.4358974359


@pytest.fixture
def fresh() -> Iterator[None]:
    yield
    catalogue.forget()


@pytest.mark.parametrize("name", ["matrix_efficiency", "practice_level", "evaluation_share", "attention_efficiency_to_2021", "interval"])
@pytest.mark.usefixtures("fresh")
def test_the_constants_of_the_file_are_those_used(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    arguments = {"params": "Llama 2 70B", "gpu": "A100", "gpus": 2048}
    before = compute_cost.registry.get("train_gpu_hours").call(**arguments)
    high = before.high  # ranges are worked out when asked for: here, before the constant changes
    changed = dict(catalogue.coefficients())
    changed[name] = dataclasses.replace(changed[name], value=changed[name].value * 1.1)
    monkeypatch.setattr(catalogue, "coefficients", lambda: changed)
    catalogue.forget()
    after = compute_cost.registry.get("train_gpu_hours").call(**arguments)
    if name == "interval":
        assert after.high != high
        assert after.value == before.value
    else:
        assert after.value != before.value


def test_every_constant_of_the_file_is_read() -> None:
    read = {*chips.StepConstants._fields, *billed_run.RunConstants._fields, *utilization.Constants._fields[2:]}
    assert read == set(catalogue.coefficients())


def test_fitted_constants_have_a_range_around_them() -> None:
    for one in catalogue.coefficients().values():
        if one.low is not None and one.high is not None:
            assert one.low <= one.high
            assert 0.5 * one.low < one.value < 2 * one.high, one.name


def test_ranges_are_wider_where_nothing_is_published() -> None:
    def width(params: object = "Llama 2 7B", **arguments: object) -> float:
        result = compute_cost.registry.get("train_gpu_hours").call(params=params, tokens=1e12, **arguments)
        assert isinstance(result.high, float)
        assert isinstance(result.value, float)
        return result.high / result.value

    known = width(gpu="H100")
    assert known == pytest.approx(catalogue.coefficients()["interval"].value)
    assert 1.5 < width(gpu="B200") < 1.8
    assert width(gpu="MI300X") > known
    assert width(7e9, gpu="H100") > known, "nor is the shape of a bare count"
    assert width(gpu="H100", precision="fp8") > known
    assert width(gpu="B200", precision="fp4") > width(gpu="B200")


def test_reduced_precision_is_against_its_own_peak() -> None:
    half = compute_cost.registry.get("train_gpu_hours").call(params="Llama 3 70B", gpu="H100", gpus=512)
    low = compute_cost.registry.get("train_gpu_hours").call(params="Llama 3 70B", gpu="H100", gpus=512, precision="fp8")
    assert low.values["utilization"].value < half.values["utilization"].value  # type: ignore[operator]
    assert 0.55 * half.value < low.value < half.value  # type: ignore[operator]


def test_idle_weights_are_experts_only_where_the_model_has_them() -> None:
    dense = catalogue.models().get("nanochat d24")
    assert dense is not None
    tables = dataclasses.replace(dense, active_params=dense.params / 2)
    gpu = catalogue.accelerators().get("H100")
    with_tables = run.training_run(tables, None, gpu, None, None, None, None).predicted
    unnamed = run.training_run(dataclasses.replace(tables, id="", name=""), None, gpu, None, None, None, None).predicted
    assert with_tables is not None
    assert unnamed is not None
    assert "expert" not in with_tables.step.layout
    assert "expert" in unnamed.step.layout


def test_an_encoder_decoder_takes_half_the_compute() -> None:
    result = compute_cost.registry.get("train_gpu_hours").call(params="T5-11B", gpu="TPU v3", gpus=512)
    flop = result.values["flop"].value
    assert isinstance(flop, float)
    assert 3e22 < flop < 4.2e22  # Patterson et al. 2021: 4.05e22
    assert 0.5 < result.value / 246_733 < 1.5  # type: ignore[operator]


def test_a_prediction_is_cheap_when_asked_again() -> None:
    def call() -> object:
        return compute_cost.registry.get("train_cost").call("GPT-3", None, "A100")

    call()
    arithmetic = min(timeit.repeat(lambda: [math.sqrt(i) for i in range(100)], number=2000, repeat=5)) / 2000
    took = min(timeit.repeat(call, number=2000, repeat=5)) / 2000
    assert took < 12 * arithmetic, f"{took * 1e6:.1f} us against {arithmetic * 1e6:.1f} us for a hundred square roots"


def test_a_given_utilization_on_too_few_accelerators_is_not_taken_in_silence() -> None:
    found = compute_cost.train_days("GPT-3", None, "A100", 1, 0.4)
    assert any("set gpus to" in text for text in found.warnings)
    assert not any("set gpus to" in text for text in compute_cost.train_days("GPT-3", None, "A100", 1024, 0.4).warnings)


def test_machines_of_one_chip_exchange_over_the_network() -> None:
    """Macs share no bus with each other: what tensor parallelism exchanges goes over the network."""
    assert compute_cost.step_utilization("GPT-3", "M1 Max").value < 0.2


def test_attention_in_fp32_never_beats_the_fp32_peak() -> None:
    found = compute_cost.train_gpu_hours("Llama 3.2 1B", gpu="GB200", precision="fp32", seq_len=1_000_000)
    assert found.low < found.value < found.high
    assert float(found.values["utilization"].value) <= 1
