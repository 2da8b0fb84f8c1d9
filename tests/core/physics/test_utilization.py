"""The predicted utilization: step x practice x goodput, its range, what is assumed, and where its constants are."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue.records import Model
from compute_cost.errors import DoesNotFit
from compute_cost.physics import billed_run, chips, shape, utilization
from compute_cost.physics.chips import Shares, as_measured, measured_name
from compute_cost.physics.compute import training_work
from compute_cost.physics.formats import peak_of
from compute_cost.physics.training_step import fewest_to_train, step_time
from compute_cost.physics.utilization import Prediction, constants, predict, prediction, widths_of, workload
from tests.support import ROOT, chip, model

DATA = ROOT / "core" / "compute_cost" / "data"


def predicted(
    known: Model, gpu: str = "H100", gpus: float | None = None, precision: str | None = None, seq_len: float | None = None
) -> Prediction:
    name, peak = peak_of(chip(gpu), precision)
    return predict(training_work(known, 1e12, seq_len, None), chip(gpu), name, peak, gpus)


# What is worked on


def test_the_workload_of_a_published_shape() -> None:
    """GPT-3: 96 layers of 12,288; 6 FLOP a parameter, 12 x 96 x 12,288 x 2,048 of attention."""
    found = workload(175e9, 175e9, (96, 12288, 12288), seq_len=2048)
    assert (found.layers, found.hidden, found.seq_len, found.mixture) == (96, 12288, 2048, False)
    assert (found.weights_flop, found.attention_flop) == (6 * 175e9, 12 * 96 * 12288 * 2048)
    assert found.flop == found.weights_flop + found.attention_flop
    palm = workload(540e9, 540e9, (118, 18432, 12288), seq_len=2048)
    assert palm.attention_flop == 12 * 118 * 12288 * 2048, "of the attention's width, not of the layer's"
    half = workload(175e9, 175e9, (96, 12288, 12288), 0.5, 2048)
    assert half.flop == found.flop / 2


def test_the_workload_of_a_stranger() -> None:
    found, usual = workload(70e9, 10e9, None, mixture=True), shape.usual(10e9)
    assert (found.params, found.active, found.layers, found.hidden) == (70e9, 10e9, usual.layers, usual.hidden)
    assert found.seq_len == constants().default_seq_len
    assert found.attention_flop == pytest.approx(12 * usual.layers * usual.hidden * found.seq_len)
    assert workload(1e3, 1e3, None).layers == 2


def test_a_shape_counts_only_if_it_is_whole() -> None:
    assert widths_of(model("PaLM 540B")) == (118, 18432, 48 * 256)
    assert widths_of(model("GPT-3", layers=None)) is None
    assert widths_of(model("GPT-3", hidden=None)) is None
    assert widths_of(Model.of_size(7e9)) is None


# The prediction


def test_a_prediction_is_the_product_of_its_parts() -> None:
    found = predicted(model("Llama 2 70B"), "A100", 1024)
    assert found.value == pytest.approx(found.step_value * found.practice * found.goodput)
    assert found.goodput == billed_run.goodput(1024, constants().run)
    assert (found.low, found.high) == pytest.approx((found.value * found.spread.low, found.value * found.spread.high))
    assert found.high / found.value < found.value / found.low, "runs lose more than they gain"
    task = workload(68976648192, 68976648192, (80, 8192, 8192), seq_len=4096)
    step = step_time(task, chip("A100"), 312e12, 1024).times(as_measured("llama-2-70b", chip("A100"), 312e12))
    assert found.step == step
    assert found.step_value == pytest.approx(task.flop / 312e12 / step.seconds)


def test_a_model_with_measured_steps_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps of Llama 2 70B on the H100 in 8 bits were measured to take half as long again as predicted; nothing else is slower for it."""
    plain = {name: row for name, row in catalogue.coefficients().items() if not name.startswith("measured_")}
    own = "measured_8_h100_sxm_80_llama_2_70b"
    for table in (plain, plain | {own: dataclasses.replace(plain["reach"], name=own, value=1.5)}):
        monkeypatch.setattr(catalogue, "coefficients", lambda table=table: table)
        catalogue.forget()
        answers = [
            compute_cost.step_utilization(params, gpu, gpus=64, precision=precision, **more)
            for params, gpu, precision, more in (
                ("Llama 2 70B", "H100", "fp8", {}),
                ("Llama 2 70B", "H100", "bf16", {}),
                ("Llama 2 70B", "H200", "fp8", {}),
                ("Llama 2 13B", "H100", "fp8", {}),
                ("Llama 2 70B", "H100", "fp8", {"stack": "hugging-face"}),
            )
        ]
        seconds = [1 / float(answer.values["tokens_per_second_per_gpu"].value) for answer in answers]
        ends = [answer.high / answer.low for answer in answers]
        if table is plain:
            before, wide = seconds, ends
    assert [now / then for now, then in zip(seconds, before, strict=True)] == pytest.approx([1.5, 1, 1, 1, 1])
    assert ends[0] < wide[0]
    assert ends[1:] == pytest.approx(wide[1:])
    assert any("Measured steps of the model" in one.label for one in answers[0].steps)
    monkeypatch.undo()
    catalogue.forget()


def test_it_counts_the_work_that_it_is_for() -> None:
    """Of a bare count 6 a parameter, although the step spends time on attention: the hours are the same either way."""
    plain, counted = predicted(Model.of_size(7e9)), predicted(Model.of_size(7e9), seq_len=4096)
    ratio = training_work(Model.of_size(7e9), 1e12, 4096, None).per_token / 42e9
    assert counted.value / plain.value == pytest.approx(ratio)
    assert counted.step_value / plain.step_value == pytest.approx(ratio)
    assert ratio > 1.05


def test_a_utilization_ends_at_one() -> None:
    """A chip that does no work of its own beside the products: better than any team, but never more than all."""
    best = constants()
    best = best._replace(
        step=best.step._replace(shares=Shares((("h100-sxm-80", 16, 1.0),)), activation_passes=0.0, narrow_layer_width=0.0),
        run=best.run._replace(practice_level=1.5, practice_exponent=1.0),
    )
    found = prediction(workload(7e9, 7e9, None), 60e9, chip("H100"), "bf16", 989e12, 64, best)
    assert found.value == found.high == 1
    assert found.low == pytest.approx(found.spread.low)


def test_an_encoder_decoder_is_timed_for_half_of_its_work() -> None:
    whole, half = (predicted(model("T5-11B", kind=kind), "TPU v3", 512) for kind in ("dense", "encoder-decoder"))
    assert half.step.seconds < 0.6 * whole.step.seconds
    assert 0.9 < half.value / whole.value < 1.1


def test_idle_weights_are_experts_only_where_the_model_has_them() -> None:
    tables = model("nanochat d24")
    tables = dataclasses.replace(tables, active_params=tables.params / 2)
    assert "expert" not in predicted(tables).step.layout
    assert "expert" in predicted(dataclasses.replace(tables, id="", name="")).step.layout


# What is assumed


@pytest.mark.parametrize(("params", "gpus"), [(1e8, 8), (1e9, 32), (10e9, 254), (1e12, 16038), (2e12, 16384)])
def test_runs_of_a_size_use_so_many(params: float, gpus: float) -> None:
    """32 for a billion parameters, growing with their 0.9th power (10^0.9 = 7.943, 1,000^0.9 = 501.2), from 8 to 16,384."""
    c = constants()
    exact = c._replace(default_gpus=32, default_gpus_exponent=0.9)
    task = workload(params, params, (100, math.sqrt(params / 1200), 1e4))
    assert prediction(task, task.flop, chip("GB200"), "bf16", 2500e12, None, exact).gpus == gpus


def test_more_than_usual_where_the_model_needs_them() -> None:
    """32 would do for a billion active parameters, but not hold the trillion that they are chosen from: 16 TB on chips of 16 GB."""
    known = model("Mixtral 8x7B", params=1e12, active_params=1e9)
    found = predicted(known, "T4")
    assert found.gpus == fewest_to_train(workload(1e12, 1e9, widths_of(known), mixture=True), chip("T4"))
    assert found.gpus > 1e12 * 16 / 16e9
    with pytest.raises(DoesNotFit, match="^gpus: 64 "):
        predicted(known, "T4", 64)


def test_a_sequence_is_the_given_the_published_or_the_usual_one() -> None:
    assert predicted(model("GPT-3"), seq_len=512).seq_len == 512
    assert predicted(model("GPT-3")).seq_len == 2048
    assert predicted(Model.of_size(7e9)).seq_len == constants().default_seq_len


# The range


def test_the_range_is_wider_for_what_nobody_has_published() -> None:
    c = constants().run
    known = predicted(model("Llama 2 70B"), "H100", 1024)
    assert known.calibrated
    assert known.spread == billed_run.interval(True, False, "", c)
    assert predicted(model("Llama 2 70B"), "H100", 1024, "fp8").spread == billed_run.interval(True, True, "", c)
    assert predicted(model("DeepSeek-V3"), "H100", 1024).spread == billed_run.interval(True, True, "", c)
    assert predicted(model("Llama 2 7B"), "MI300X", 64).spread == billed_run.interval(False, False, "", c)
    consumer = predicted(model("Llama 2 7B"), "RTX 3090", 64)  # of the generation of the A100, but in no data center
    assert not consumer.calibrated


@pytest.mark.parametrize(
    ("params", "gpus", "inside"),
    [(1e8, 64, True), (0.99e8, 64, False), (1e12, 30_000, True), (1.01e12, 30_000, False), (7e9, 30_001, False)],
)
def test_where_published_runs_end(params: float, gpus: float, inside: bool) -> None:
    assert predicted(Model.of_size(params), "GB200", gpus).in_range is inside
    warned = compute_cost.train_gpu_hours(params, 1e12, "GB200", gpus=gpus).warnings
    assert any("outside the range of the published runs" in text for text in warned) is not inside


# The constants


@pytest.fixture
def fresh() -> Iterator[None]:
    yield
    catalogue.forget()


@pytest.mark.parametrize("name", ["reach_a100_sxm_80", "practice_level", "evaluation_share", "attention_ampere", "interval_low"])
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
    if name == "interval_low":
        assert after.high != high
        assert after.value == before.value
    else:
        assert after.value != before.value


def test_every_constant_of_the_file_is_read() -> None:
    read = {*chips.StepConstants._fields[:-1], *billed_run.RunConstants._fields, *utilization.Constants._fields[2:], "reach"}
    of_chips = {name for name in catalogue.coefficients() if name.startswith(("matmul_", "reach_"))}
    of_models = {name for name in catalogue.coefficients() if name.startswith("measured_")}
    assert read | of_chips | of_models == set(catalogue.coefficients())
    gpus, models = ([row.split(",")[0] for row in (DATA / f"{name}.csv").read_text(encoding="utf-8").splitlines()[1:]]
                    for name in ("accelerators", "models"))  # fmt: skip
    ids = {gpu.replace("-", "_") for gpu in gpus}
    assert {name.split("_", 2 if name.startswith("matmul") else 1)[-1] for name in of_chips if name != "reach"} <= ids
    assert of_models <= {measured_name(width, gpu, known) for width in (16, 8, 4) for gpu in gpus for known in models}


def test_fitted_constants_have_a_range_around_them() -> None:
    for one in catalogue.coefficients().values():
        if one.low is not None and one.high is not None:
            assert one.low <= one.high
            assert 0.5 * one.low < one.value < 2 * one.high, one.name
