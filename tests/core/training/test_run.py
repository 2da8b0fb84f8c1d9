"""One training run: its hours, days and money by hand, its range, its story, and what was published beside it."""

from __future__ import annotations

import itertools
import math
import timeit
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import compute_cost
from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.errors import DoesNotFit, InputError, MissingInput, NoData, UnknownName
from compute_cost.physics.compute import training_work
from compute_cost.physics.utilization import predict
from compute_cost.result import Result
from compute_cost.training.run import POST_TRAINING, as_published
from tests.support import chip, figure, model

# The talk's case: 175 billion parameters, 300 billion tokens, an A100 of 312 TFLOP/s at its peak, $2 an hour.
TALK: dict[str, Any] = {"params": 175e9, "tokens": 300e9, "gpu": "A100"}
TALK_HOURS = 6 * 175e9 * 300e9 / (312e12 * 3600)  # 280,448.7


def steps_of(result: Result) -> dict[str, object]:
    return {one.label: one.value for one in result.steps}


def origins(result: Result) -> dict[str, str]:
    return {one.name: one.origin for one in result.inputs}


def says(result: Result, *words: str) -> bool:
    return any(all(word in text for word in words) for text in result.warnings)


# By hand


def test_the_named_figure_of_the_talk_is_exact() -> None:
    assert compute_cost.train_cost(**TALK, price_per_gpu_hour=2, utilization=1).value == 560897.4358974359


def test_hours_days_and_cost_of_the_talk() -> None:
    hours = compute_cost.train_gpu_hours(**TALK, utilization=0.5)
    assert hours.value == pytest.approx(2 * TALK_HOURS)
    assert figure(hours, "flop") == 6 * 175e9 * 300e9
    days = compute_cost.train_days(**TALK, gpus=1024, utilization=0.5)
    assert days.value == pytest.approx(2 * TALK_HOURS / 1024 / 24)
    assert figure(days, "gpu_hours") == pytest.approx(2 * TALK_HOURS)
    cost = compute_cost.train_cost(**TALK, price_per_gpu_hour=3, utilization=0.5)
    assert cost.value == pytest.approx(2 * TALK_HOURS * 3)
    assert (figure(cost, "gpu_hours"), figure(cost, "price_per_gpu_hour"), figure(cost, "utilization")) == (hours.value, 3, 0.5)
    for found in (hours, days, cost):
        assert found.low == found.value == found.high, "nothing is uncertain where all is given"


def test_the_units() -> None:
    found = (compute_cost.train_gpu_hours(**TALK), compute_cost.train_days(**TALK, gpus=1024), compute_cost.train_cost(**TALK))
    assert [one.unit for one in found] == ["GPU-hours", "days", "USD"]
    assert [next(iter(one.values)) for one in found] == ["gpu_hours", "days", "cost"]


def test_a_precision_has_its_own_peak() -> None:
    """Dense peaks of the H100: 989 TFLOP/s in bf16, 1,979 in fp8, 67 in fp32."""
    hours = {name: compute_cost.train_gpu_hours(175e9, 300e9, "H100", 0.4, name).value for name in ("bf16", "fp8", "fp32")}
    assert hours["bf16"] == pytest.approx(6 * 175e9 * 300e9 / (989e12 * 0.4 * 3600))
    assert hours["bf16"] / hours["fp8"] == pytest.approx(1979 / 989)
    assert hours["fp32"] / hours["bf16"] == pytest.approx(989 / 67)


def test_a_naive_implementation_by_name() -> None:
    naive = compute_cost.train_cost(**TALK, price_per_gpu_hour=2, utilization="Naive")
    assert naive.value == pytest.approx(5608974.358974359)  # ten times the talk's ideal case
    assert naive.value == compute_cost.train_cost(**TALK, price_per_gpu_hour=2, utilization=0.1).value
    used = next(one for one in naive.inputs if one.name == "utilization")
    assert (used.origin, used.source) == ("assumed", "a16z-talk")
    assert next(one for one in naive.steps if one.label == "Utilization").formula.startswith("naive_utilization: ")
    with pytest.raises(InputError, match="naive"):
        compute_cost.train_cost(**TALK, utilization="clever")


# Predicted utilization


def test_more_accelerators_never_cut_the_hours_by_much() -> None:
    counts = (8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384)
    for params in (7e9, 70e9, 405e9):
        fitting = [n for n in counts if n * 80e9 * 0.85 > 20 * params]
        hours = [compute_cost.train_gpu_hours(params, 1e12, "H100", gpus=n).value for n in fitting]
        assert all(later > 0.93 * earlier for earlier, later in itertools.pairwise(hours)), (params, hours)
        days = [compute_cost.train_days(params, 1e12, "H100", n).value for n in fitting]
        assert days == sorted(days, reverse=True)
        assert days == pytest.approx([one / n / 24 for one, n in zip(hours, fitting, strict=True)])


@pytest.mark.parametrize("gpu", ["A100", "H100", "B200", "MI300X", "TPU v5p"])
@pytest.mark.parametrize("name", ["Llama 2 7B", "Llama 2 70B", "GPT-3"])
def test_a_larger_batch_never_takes_longer(name: str, gpu: str) -> None:
    """Once a step gradients and weights are exchanged, however few its tokens: of a small batch they take most."""
    hours = [compute_cost.train_gpu_hours(name, 1e12, gpu, gpus=512, seq_len=4096, global_batch=size).value
             for size in (16, 32, 64, 128, 256, 512, 2048, 8192)]  # fmt: skip
    assert all(later <= 1.005 * earlier for earlier, later in itertools.pairwise(hours)), hours
    assert hours[0] > (1.05 if "TPU" in gpu else 1.5) * hours[-1], "the links of a TPU join all of them"


@pytest.mark.parametrize("gpu", ["A100", "H100", "B200", "MI300X", "L40S"])
@pytest.mark.parametrize("params", ["Llama 2 7B", "Llama 2 70B", "DeepSeek-V3"])
def test_slower_software_is_never_the_faster(params: str, gpu: str) -> None:
    """Not even where the network takes most of the time, which slower arithmetic hides."""
    for gpus in (256, 2048, 8192):
        asked: dict[str, Any] = {"params": params, "tokens": 1e12, "gpu": gpu, "gpus": gpus}
        days = ["2021-01-01", "2024-06-01", "2025-03-01", "2025-12-31", None]
        hours = [compute_cost.train_gpu_hours(**asked, as_of=day).value for day in days]
        assert all(later <= earlier * (1 + 1e-9) for earlier, later in itertools.pairwise(hours)), (gpus, hours)
        assert compute_cost.train_gpu_hours(**asked, stack="hugging-face").value >= hours[-1] * (1 - 1e-9)


@pytest.mark.parametrize("gpu", ["A100", "H100", "L40S", "MI300X"])
def test_a_slightly_larger_model_is_not_much_cheaper(gpu: str) -> None:
    """Ten billion parameters are no line at which the layout of another size begins."""
    for gpus in (512, 8192):
        hours = [compute_cost.train_gpu_hours(size, 1e12, gpu, gpus=gpus).value for size in (9e9, 9.9e9, 10.1e9, 11e9)]
        assert all(later > 0.97 * earlier for earlier, later in itertools.pairwise(hours)), (gpus, hours)


@settings(max_examples=60)
@given(
    name=st.sampled_from(("Llama 2 7B", "Llama 2 70B", "Mixtral 8x7B")),
    gpu=st.sampled_from(("A100", "H100", "B200", "MI300X")),
    gpus=st.integers(32, 4096),
    tokens=st.floats(1e11, 1e13),
    price=st.floats(0.5, 10),
)
def test_one_run_is_the_same_in_every_estimate(name: str, gpu: str, gpus: int, tokens: float, price: float) -> None:
    hours = compute_cost.train_gpu_hours(name, tokens, gpu, gpus=gpus)
    assert compute_cost.train_cost(name, tokens, gpu, price, gpus=gpus).value == pytest.approx(hours.value * price)
    assert compute_cost.train_days(name, tokens, gpu, gpus).value == pytest.approx(hours.value / gpus / 24)
    assert figure(compute_cost.project_cost(name, tokens, gpu, gpus, price), "final_run") == pytest.approx(hours.value * price)
    energy = compute_cost.train_energy(name, tokens, gpu, gpus=gpus)
    assert energy.value == pytest.approx(figure(energy, "power_per_gpu") * hours.value)
    assert compute_cost.train_gpu_hours(name, 2 * tokens, gpu, gpus=gpus).value == pytest.approx(2 * hours.value)
    utilization = figure(hours, "utilization")
    assert compute_cost.train_gpu_hours(name, tokens, gpu, utilization, gpus=gpus).value == pytest.approx(hours.value)


def test_hours_do_not_depend_on_counting_attention() -> None:
    counted = compute_cost.train_gpu_hours(7e9, 1e12, "A100", seq_len=4096)
    uncounted = compute_cost.train_gpu_hours(7e9, 1e12, "A100")
    assert counted.value == pytest.approx(uncounted.value)
    assert figure(counted, "flop") > 1.05 * figure(uncounted, "flop")


def test_reduced_precision_is_against_its_own_peak() -> None:
    half = compute_cost.train_gpu_hours("Llama 3 70B", gpu="H100", gpus=512)
    low = compute_cost.train_gpu_hours("Llama 3 70B", gpu="H100", gpus=512, precision="fp8")
    assert figure(low, "utilization") < figure(half, "utilization")
    assert 0.55 * half.value < low.value < half.value


def test_an_encoder_decoder_takes_half_the_compute() -> None:
    """Patterson et al. 2021, table 4: T5 took 4.05e22 FLOP and 246,733 TPU-v3-hours."""
    found = compute_cost.train_gpu_hours("T5-11B", gpu="TPU v3", gpus=512)
    assert 3e22 < figure(found, "flop") < 4.2e22
    assert 0.5 < found.value / 246_733 < 1.5


def test_attention_in_fp32_never_beats_the_fp32_peak() -> None:
    found = compute_cost.train_gpu_hours("Llama 3.2 1B", gpu="GB200", precision="fp32", seq_len=1_000_000)
    assert found.low < found.value < found.high
    assert float(found.values["utilization"].value) <= 1


def test_no_run_is_looked_up() -> None:
    named = compute_cost.train_gpu_hours("Llama 2 7B", gpu="A100")
    stranger = predict(training_work(model("Llama 2 7B", id="", name=""), None, None, None), chip("A100"), "bf16", 312e12, None)
    assert figure(named, "utilization") == stranger.value
    assert named.value != figure(named, "published_gpu_hours") == 184_320


def test_a_prediction_is_cheap_when_asked_again() -> None:
    def call() -> object:
        return compute_cost.train_cost("GPT-3", None, "A100")

    call()
    arithmetic = min(timeit.repeat(lambda: [math.sqrt(i) for i in range(100)], number=2000, repeat=5)) / 2000
    took = min(timeit.repeat(call, number=2000, repeat=5)) / 2000
    assert took < 12 * arithmetic, f"{took * 1e6:.1f} us against {arithmetic * 1e6:.1f} us for a hundred square roots"


# The range


def test_the_range_of_the_hours_is_that_of_the_utilization() -> None:
    found = compute_cost.train_gpu_hours("Llama 2 70B", gpu="A100", gpus=1024)
    low, high = (steps_of(found)[f"80% interval of the utilization, {end}"] for end in ("low", "high"))
    assert isinstance(low, float)
    assert isinstance(high, float)
    assert (found.low / found.value, found.high / found.value) == pytest.approx((1 / high, 1 / low))
    days = compute_cost.train_days("Llama 2 70B", gpu="A100", gpus=1024)
    assert (days.low / days.value, days.high / days.value) == pytest.approx((found.low / found.value, found.high / found.value))


def test_ranges_are_wider_where_nothing_is_published() -> None:
    def width(params: object = "Llama 2 7B", **arguments: object) -> float:
        result = compute_cost.registry.get("train_gpu_hours").call(params=params, tokens=1e12, **arguments)
        assert isinstance(result.high, float)
        assert isinstance(result.value, float)
        return result.high / result.value

    known = width(gpu="H100")
    assert known == pytest.approx(catalogue.coefficients()["interval_low"].value)
    assert 1.05 * known < width(gpu="B200") < 1.4 * known
    assert width(gpu="MI300X") > known
    assert width(7e9, gpu="H100") > known, "nor is the shape of a bare count"
    assert width(gpu="H100", precision="fp8") > known
    assert width(gpu="B200", precision="fp4") > width(gpu="B200")


def test_the_range_of_the_cost_joins_price_and_utilization() -> None:
    both = compute_cost.train_cost("GPT-3")
    price_given = compute_cost.train_cost("GPT-3", price_per_gpu_hour=figure(both, "price_per_gpu_hour"))
    utilization_given = compute_cost.train_cost("GPT-3", utilization=figure(both, "utilization"))
    assert both.value == pytest.approx(price_given.value, rel=1e-12) == pytest.approx(utilization_given.value, rel=1e-12)
    for part in (price_given, utilization_given):
        assert both.low < part.low < both.value < part.high < both.high
    for end in ("low", "high"):
        whole, *parts = (abs(math.log(getattr(one, end) / one.value)) for one in (both, price_given, utilization_given))
        assert max(parts) < whole < sum(parts)


# The story


def test_every_factor_is_a_step_with_its_source_and_they_multiply() -> None:
    found = compute_cost.train_gpu_hours("Llama 2 70B", gpu="A100", gpus=1024)
    steps = {step.label: step for step in found.steps}
    product = 1.0
    for name in ("Step utilization", "Practice: what published runs reach against tuned benchmarks", "Goodput on 1,024 accelerators"):
        assert steps[name].sources
        number = steps[name].value
        assert isinstance(number, float)
        product *= number
    assert product == pytest.approx(steps["Utilization (predicted)"].value)
    assert product == pytest.approx(figure(found, "utilization"))


def test_the_steps_lead_from_the_compute_to_the_bill() -> None:
    steps = steps_of(compute_cost.train_cost(**TALK, price_per_gpu_hour=3, utilization=0.5))
    assert steps["Training compute"] == 6 * 175e9 * 300e9
    assert steps["Peak of one A100 SXM 80GB"] == 312e12
    assert steps["Utilization"] == 0.5
    assert steps["GPU-hours"] == pytest.approx(2 * TALK_HOURS)
    assert steps["Price"] == 3
    assert steps["Cost of one run"] == pytest.approx(6 * TALK_HOURS)
    assert steps_of(compute_cost.train_days(**TALK, gpus=1024, utilization=1))["Days"] == pytest.approx(TALK_HOURS / 1024 / 24)


def test_what_was_given_and_what_was_assumed() -> None:
    bare = origins(compute_cost.train_cost("GPT-3"))
    assert {bare[name] for name in ("gpu", "precision", "utilization", "gpus", "price_per_gpu_hour", "as_of")} == {"assumed"}
    assert {bare[name] for name in ("tokens", "params", "seq_len")} == {"catalogue"}
    full = origins(compute_cost.train_cost("GPT-3", 1e11, "H100", 3, 0.4, 1024, "bf16", 2048, 175e9))
    assert {
        full[name] for name in ("tokens", "gpu", "precision", "utilization", "gpus", "price_per_gpu_hour", "seq_len", "active_params")
    } == {"given"}


def test_practice_above_one_is_no_loss() -> None:
    found = compute_cost.train_gpu_hours(7e9, 1e11, "H100", gpus=8)
    step = next(step for step in found.steps if step.label.startswith("Practice"))
    assert isinstance(step.value, float)
    assert step.value > 1
    assert "above 1 where experts beat them" in step.formula


def test_consumer_cards_over_ethernet_are_a_poor_cluster() -> None:
    found = compute_cost.train_gpu_hours(70e9, 1e12, "RTX 4090", gpus=256)
    assert figure(found, "utilization") < 0.25
    assert says(found, "the network limits training")
    assert steps_of(found)["Limited by"] == "network"
    share = steps_of(found)["Communication share of the step"]
    assert isinstance(share, float)
    assert share > 0.4


def test_a_data_center_cluster_is_not_punished() -> None:
    found = compute_cost.train_gpu_hours(70e9, 1e12, "H100", gpus=1024)
    assert not says(found, "network")
    assert steps_of(found)["Limited by"] == "compute"
    assert figure(found, "utilization") > 0.3


def test_what_the_bill_leaves_out_is_said() -> None:
    assert says(compute_cost.train_cost(**TALK), "one run only: trial runs, failed runs and idle reserved time are not included")
    assert says(compute_cost.train_cost(7e9, 1e11, "RTX 4090"), "RTX 4090 is priced as rented by the single host")
    assert not says(compute_cost.train_cost(**TALK), "single host")
    assert not says(compute_cost.train_cost(7e9, 1e11, "RTX 4090", 0.5), "single host"), "a price of your own is yours"


def test_what_is_weak_is_said() -> None:
    assert says(
        compute_cost.train_gpu_hours(**{**TALK, "gpu": "P100"}), "the figures of P100 SXM2 16GB are partly checked against their source"
    )
    assert not says(compute_cost.train_gpu_hours(**TALK), "figures of A100")
    assert says(compute_cost.train_gpu_hours("7B", "1T", "B200"), "few or no published runs on B200")
    assert not says(compute_cost.train_gpu_hours("7B", "1T", "H100"), "published runs on")


def test_a_model_released_in_fp8_may_have_been_trained_in_it() -> None:
    """DeepSeek-V3 was, which is published; on a chip without the format, and of a model whose training format is not, it is said."""
    assert says(compute_cost.train_gpu_hours("DeepSeek-V3", gpu="A100"), "DeepSeek-V3 was released in fp8: give that precision if")
    own = compute_cost.train_gpu_hours("DeepSeek-V3", gpu="H100")
    assert own.value == compute_cost.train_gpu_hours("DeepSeek-V3", gpu="H100", precision="fp8").value
    assert not says(own, "released")
    assert not says(compute_cost.train_gpu_hours("gpt-oss-120b", "1T", "H100"), "was released in"), "4 bits are quantized afterwards"


# Memory


def test_a_model_that_does_not_fit_is_refused_with_the_number_needed() -> None:
    with pytest.raises(DoesNotFit, match=r"gpus: 16 .*at least \d+ H100") as caught:
        compute_cost.registry.get("train_cost").call(params=405e9, tokens=1e12, gpu="H100", gpus=16)
    needed = int(str(caught.value).split("at least ")[1].split()[0])
    assert compute_cost.train_gpu_hours(405e9, 1e12, "H100", gpus=needed).value > 0
    with pytest.raises(DoesNotFit):
        compute_cost.registry.get("train_gpu_hours").call(params=405e9, tokens=1e12, gpu="H100", gpus=needed - 1)
    # A utilization of the user's own needs no layout.
    assert compute_cost.train_gpu_hours(405e9, 1e12, "H100", gpus=16, utilization=0.3).value > 0


def test_a_given_utilization_on_too_few_accelerators_is_not_taken_in_silence() -> None:
    assert says(compute_cost.train_days("GPT-3", None, "A100", 1, 0.4), "set gpus to")
    assert not says(compute_cost.train_days("GPT-3", None, "A100", 1024, 0.4), "set gpus to")


# What cannot be answered


def test_a_run_of_years_on_one_machine_is_refused_with_its_days() -> None:
    """The cards of one machine are all that are for rent together, and a run on them is refused where it takes too long to be worth it."""
    longest = catalogue.constant("longest_run") * catalogue.constant("hours_per_month") / 24
    hours = compute_cost.train_gpu_hours("1B", "20B", "RTX 4090")
    cards = next(one.value for one in hours.inputs if one.name == "gpus")
    assert isinstance(cards, float)
    shortest = hours.value / cards / 24  # days of 20 billion tokens; in proportion to them
    just = 20e9 * longest / shortest
    assert compute_cost.train_gpu_hours("1B", 0.99 * just, "RTX 4090").value == pytest.approx(0.99 * longest * cards * 24)
    with pytest.raises(DoesNotFit, match=rf"take {1.01 * longest:,.0f} days.* \({longest:,.0f} days\)"):
        compute_cost.train_gpu_hours("1B", 1.01 * just, "RTX 4090")
    assert compute_cost.train_gpu_hours("1B", 2 * just, "RTX 4090", 0.4).value > 0, "a given share is taken at its word"
    assert compute_cost.train_gpu_hours("1B", 2 * just, "RTX 4090", gpus=64).value > 0, "so is a cluster of one's own"


def test_a_utilization_may_be_put_in_place_of_the_predicted_one() -> None:
    """As a bridge does, which moves the prediction of one case to that of another."""
    predicted, given = compute_cost.train_cost("GPT-3", gpu="A100"), compute_cost.train_cost("GPT-3", gpu="A100", utilization=0.4)
    assert predicted.question._replace(assume={"utilization": 0.4}).run()[0].value == given.value != predicted.value


def test_a_model_with_published_reinforcement_learning_says_that_this_is_its_base() -> None:
    learned = {run.catalogue_model: run for run in catalogue.runs() if run.use.startswith(POST_TRAINING) and run.catalogue_model}
    assert learned
    for name, run in learned.items():
        row = catalogue.models().get(name)
        assert row is not None
        assert run.cost
        text = f"the reinforcement learning of {row.name} alone is published at {show(run.cost, 'USD')}"
        assert says(compute_cost.train_gpu_hours(row.name, row.tokens or "1T"), text), run
    for other in (("GPT-3",), ("MPT-7B",), ("7B", "1T")):  # the second has a published bill of its own
        assert not says(compute_cost.train_gpu_hours(*other), "reinforcement learning")


def test_what_is_missing_or_unknown() -> None:
    with pytest.raises(MissingInput, match="^gpus: missing"):
        compute_cost.registry.get("train_days").call(7e9, 1e12)
    with pytest.raises(MissingInput, match="^tokens: missing"):
        compute_cost.train_cost(7e9)
    with pytest.raises(UnknownName, match='^gpu: "H1000" is not known; did you mean H100'):
        compute_cost.train_gpu_hours(7e9, 1e12, "H1000")
    with pytest.raises(NoData, match="^precision: A100 SXM 80GB has no fp8 peak in the catalogue; it has fp32, tf32, fp16, bf16$"):
        compute_cost.train_cost(7e9, 1e12, "A100", precision="fp8")


def test_an_image_model_needs_a_utilization_of_ones_own() -> None:
    with pytest.raises(MissingInput, match="^utilization: missing; Stable Diffusion 1.5 is an image model, for which none is predicted"):
        compute_cost.train_gpu_hours("Stable Diffusion 1.5", gpu="A100")
    found = compute_cost.train_gpu_hours("Stable Diffusion 1.5", None, "A100", 0.3)
    assert found.value == pytest.approx(5e22 / (312e12 * 0.3 * 3600))
    assert says(found, "tokens and sequence length have no effect")


def test_a_chip_without_a_price_asks_for_one() -> None:
    priceless = chip("V100 PCIe 16GB")
    assert priceless.id not in catalogue.prices()
    with pytest.raises(NoData, match=r"^price_per_gpu_hour: no price of .* give price_per_gpu_hour, such as"):
        compute_cost.train_cost(7e9, 1e12, priceless.name)
    assert compute_cost.train_cost(7e9, 1e12, priceless.name, 2).value > 0


# Published


@pytest.mark.parametrize(
    ("name", "hours", "cost"),
    [("Llama 3.1 405B", 30.84e6, None), ("DeepSeek-V3", 2.788e6, 5.576e6), ("MPT-7B", 100_320, 200_000)],
)
def test_published_facts_stand_beside_the_prediction(name: str, hours: float, cost: float | None) -> None:
    found = compute_cost.train_cost(name, gpu="H100")
    assert found.values["published_gpu_hours"].value == hours
    assert ("published_cost" in found.values) == (cost is not None)
    if cost:
        assert found.values["published_cost"].value == cost
    assert any(step.label.startswith("Published: ") and step.value == hours and step.sources for step in found.steps)
    assert found.values["gpu_hours"].value != hours


def test_what_a_run_cost_is_a_step_and_says_how_sure_it_is() -> None:
    for name, cost, confidence in (("MPT-7B", 200_000, ""), ("GPT-4", 63e6, "rumor")):
        (bill,) = [step for step in compute_cost.train_gpu_hours(name, gpu="A100").steps if step.label.startswith("Published: cost of")]
        assert (bill.value, bill.unit) == (cost, "USD")
        assert bill.sources
        assert bill.formula.partition("; ")[2] == confidence
    assert not any(step.label.startswith("Published: cost") for step in compute_cost.train_gpu_hours("Llama 3.1 405B", gpu="H100").steps)


def test_outside_estimates_of_gpt3_run_from_1_4_to_4_6_million() -> None:
    found = compute_cost.train_cost("GPT-3", gpu="A100")
    assert (figure(found, "outside_estimate_low"), figure(found, "outside_estimate_high")) == (1.4e6, 4.6e6)
    outside = [step.value for step in found.steps if step.label.startswith("Published: outside estimate")]
    assert {1.4e6, 4.6e6} <= set(outside)


def test_a_bare_count_has_no_history() -> None:
    found = compute_cost.train_cost(175e9, 300e9, "A100")
    assert not any(step.label.startswith("Published") for step in found.steps)
    assert not any(name.startswith(("published", "outside")) for name in found.values)


def test_hours_on_the_published_chip_stand_beside_those_asked_for() -> None:
    beside = compute_cost.train_gpu_hours("Llama 2 70B", gpu="H100").values
    alone = compute_cost.train_gpu_hours("Llama 2 70B", gpu=str(beside["published_gpu"].value)).values
    assert beside["gpu_hours_on_published_gpu"].value == alone["gpu_hours"].value
    assert "gpu_hours_on_published_gpu" not in alone
    assert "gpu_hours_on_published_gpu" not in compute_cost.train_gpu_hours("Llama 2 70B", "1T", "H100").values, "other tokens, another run"
    assert "gpu_hours_on_published_gpu" not in compute_cost.train_gpu_hours("MT-NLG 530B", gpu="H100").values, "its hours are not published"
    (line,) = (entry for entry in compute_cost.train_gpu_hours("GPT-3", gpu="H100").steps if entry.label.startswith("On the chip"))
    assert (line.formula, line.unit) == ("V100 SXM2 32GB, 2020, 10,000 of them", "GPU-hours")
    assert line.sources


def test_what_a_run_took_of_energy_stands_beside() -> None:
    """Patterson et al. 2021: 1,287 MWh for GPT-3."""
    shown = compute_cost.train_gpu_hours("GPT-3", gpu="V100")
    assert figure(shown, "published_energy") == 1_287_000
    (line,) = (entry for entry in shown.steps if entry.label.startswith("Published: energy of"))
    assert (line.value, line.unit, bool(line.sources)) == (1_287_000, "kWh", True)
    other = compute_cost.train_gpu_hours("Llama 3.1 405B", gpu="H100")
    assert "published_energy" not in other.values
    assert not any(entry.label.startswith("Published: energy") for entry in other.steps)


def test_a_known_model_is_trained_on_its_published_number_of_chips() -> None:
    """Of its own tokens and on chips of that generation; a number that is given, and a utilization, come first."""
    run = as_published("llama-65b")
    assert run is not None
    assert run.gpus == 2048

    def taken(**other: Any) -> Any:
        result = compute_cost.train_gpu_hours("LLaMA 65B", **{"gpu": "A100", **other})
        return next(((entry.value, entry.origin, entry.source) for entry in result.inputs if entry.name == "gpus"), None)

    assert taken() == (run.gpus, "assumed", run.source)
    given = compute_cost.train_gpu_hours("LLaMA 65B", gpu="A100", gpus=2048)
    assert compute_cost.train_gpu_hours("LLaMA 65B", gpu="A100").value == given.value
    for other in ({"tokens": "1T"}, {"gpu": "H100"}):
        assert taken(**other)[2] == "compute-cost", "as many as are usual"
    assert taken(gpus=64)[:2] == (64, "given")
    assert taken(utilization=0.4) is None


def test_the_cost_on_the_published_chip_is_at_the_price_of_its_year() -> None:
    shown = compute_cost.train_cost("Llama 2 70B", gpu="H100")
    price = compute_cost.gpu_price("A100", as_of="2023-12-31").value
    assert figure(shown, "cost_on_published_gpu") == pytest.approx(figure(shown, "gpu_hours_on_published_gpu") * float(price))
    (line,) = (entry for entry in shown.steps if entry.label.endswith(": cost") and entry.label.startswith("On "))
    assert line.formula == f"GPU-hours x {price:.2f} USD, the price of 2023"


# Measured by a test run


def test_a_measured_rate_comes_before_any_prediction() -> None:
    """8 A100 of 312 TFLOP/s that work on 20,000 tokens/s of 6 x 7 billion FLOP each: a third of their peak, less what stops take."""
    case: dict[str, Any] = {"params": 7e9, "tokens": 1e12, "gpu": "A100", "tokens_per_second": 20_000}
    here = compute_cost.train_gpu_hours(**case, gpus=8)
    reached = 6 * 7e9 * 20_000 / (8 * 312e12)
    assert steps_of(here)["Step utilization (measured)"] == pytest.approx(reached)
    assert 0.9 * reached < figure(here, "utilization") < reached
    assert here.low < here.value < here.high
    more = compute_cost.train_gpu_hours(**case, gpus=256, test_gpus=8)
    there = steps_of(more)["Step utilization on 256 accelerators"]
    all_of_them, those_of_the_test = (
        steps_of(compute_cost.train_gpu_hours(7e9, 1e12, "A100", gpus=count))["Step utilization"] for count in (256, 8)
    )
    assert isinstance(all_of_them, float)
    assert isinstance(those_of_the_test, float)
    assert isinstance(there, float)
    assert there / reached == pytest.approx(all_of_them / those_of_the_test)
    assert there != reached
    with pytest.raises(InputError, match=r"^tokens_per_second: .*utilization is given too; give one of them"):
        compute_cost.train_gpu_hours(**case, gpus=8, utilization=0.4)


def test_a_global_batch_too_small_for_so_many_accelerators_is_said() -> None:
    assert says(compute_cost.train_gpu_hours("Llama 2 7B", gpu="A100", gpus=512, global_batch=16), "global_batch: ", "are few")
    assert not says(compute_cost.train_gpu_hours("Llama 2 7B", gpu="A100", gpus=512, global_batch=1024), "global_batch")


def test_other_tokens_than_a_models_own_are_said_to_be_training_from_scratch() -> None:
    warned = "this is training from scratch; continued pre-training costs the same per token, for fine-tuning ask finetune_cost"
    for tokens, says_so in (("20B", True), ("1.7T", True), ("1.9T", False), ("2.1T", False), ("2.3T", True)):  # a tenth off is its own
        assert says(compute_cost.train_cost("Llama 2 70B", tokens), warned) is says_so, tokens
    own = compute_cost.train_cost("Llama 2 70B").values  # its own, given again, and a bare size are no such case
    assert own
    assert not says(compute_cost.train_cost("Llama 2 70B", "2T"), warned)
    assert not says(compute_cost.train_cost(70e9, "20B"), warned)
