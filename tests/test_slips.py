"""Slips that can be computed but hardly be meant: the answer comes with a question, or the question in place of an answer."""

from __future__ import annotations

import math
from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue, registry
from compute_cost.errors import InputError
from compute_cost.result import Result

CHIP, LLAMA = "A100", "Llama 3.1 70B"
# Every estimate that takes a price of one accelerator and hour, and the name of that price.
PRICED: dict[str, tuple[str, dict[str, Any]]] = {
    "train_cost": ("price_per_gpu_hour", {"params": "GPT-3", "gpu": CHIP}),
    "project_cost": ("price_per_gpu_hour", {"params": "GPT-3", "gpu": CHIP}),
    "raise_needed": ("price_per_gpu_hour", {"params": "GPT-3", "gpu": CHIP}),
    "compute_optimal": ("price_per_gpu_hour", {"budget": 1e6, "gpu": CHIP}),
    "finetune_cost": ("price_per_gpu_hour", {"params": LLAMA, "tokens": 1e7, "gpu": CHIP, "method": "lora"}),
    "dpo_cost": ("price_per_gpu_hour", {"params": LLAMA, "pairs": 1e4, "gpu": CHIP, "method": "lora"}),
    "distill_cost": ("price_per_gpu_hour", {"teacher": LLAMA, "params": "Llama 2 7B", "gpu": CHIP, "teacher_on": "own"}),
    "rl_cost": (
        "price_per_gpu_hour",
        {"params": "Llama 2 7B", "steps": 10, "prompts_per_step": 64, "response_tokens": 500, "gpu": CHIP},
    ),
    "infer_cost": ("price_per_gpu_hour", {"params": LLAMA, "gpu": CHIP}),
    "serving_cost": ("price_per_gpu_hour", {"params": LLAMA, "gpu": CHIP, "tokens_per_day": 1e9}),
    "serving_curve": ("price_per_gpu_hour", {"params": LLAMA, "gpu": CHIP}),
    "self_host_or_api": ("price_per_gpu_hour", {"model": LLAMA, "gpu": CHIP, "requests_per_day": 1e5}),
    "image_cost": ("price_per_gpu_hour", {"params": "SDXL", "gpu": CHIP, "images": 1000}),
    "speech_cost": ("price_per_gpu_hour", {"params": "Whisper large-v3", "gpu": CHIP, "audio_hours": 100}),
    "rent_cost": ("price_per_gpu_hour", {"gpu": CHIP}),
    "price_path": ("price_per_gpu_hour", {"gpu": CHIP}),
    "rent_or_own": ("rent_price", {"gpu": CHIP}),
    "ways_to_pay": ("rent_price", {"gpu": CHIP}),
    "cash_flow": ("rent_price", {"way": "rent", "gpu": CHIP}),
    "reserve_or_rent": ("on_demand_price", {"gpu": CHIP, "months_used": 2, "months_reserved": 6}),
}


def far(result: Result) -> list[str]:
    return [text for text in result.warnings if "the catalogue's $" in text]


def refused(name: str, price: float, **more: Any) -> str:
    with pytest.raises(InputError) as caught:
        priced(name, price, **more)
    assert caught.value.parameter == PRICED[name][0]
    return str(caught.value)


def priced(name: str, price: float, **more: Any) -> Result:
    parameter, arguments = PRICED[name]
    return registry.get(name).call(**{**arguments, parameter: price, **more})


def usual(gpu: str = CHIP, **more: Any) -> float:
    return float(compute_cost.gpu_price(gpu, **more).value)


def test_no_estimate_with_a_price_is_left_out() -> None:
    prices = {"price_per_gpu_hour", "rent_price", "on_demand_price"}
    taking = {doc.name for doc in registry.estimates().values() for one in doc.parameters if one.name in prices}
    assert taking == set(PRICED)


@pytest.mark.parametrize("name", PRICED)
def test_a_price_far_from_the_catalogues_is_asked_about(name: str) -> None:
    for close in (1 / 2.99, 1.0, 2.99):
        assert not far(priced(name, usual() * close))
    for other in (1 / 19.9, 1 / 3.01, 3.01, 8.0, 19.9):
        (said,) = far(priced(name, usual() * other))
        assert said.startswith(f"{PRICED[name][0]}: $")
        assert "for A100 SXM 80GB" in said
        assert said.endswith("ive the price of one accelerator and one hour")
    for beyond in (1 / 20.1, 20.1, 4000.0):
        said = refused(name, usual() * beyond)
        assert "for A100 SXM 80GB" in said
        assert said.endswith("ive the price of one accelerator and one hour")


@pytest.mark.parametrize(
    ("times", "slip"), [(8, "the price of a server of 8"), (24, "the price of a day"), (730, "the price of a month"), (400, "a month")]
)
def test_the_likely_slip_is_named(times: float, slip: str) -> None:
    assert slip in (far(priced("train_cost", usual() * times))[0] if times < 20 else refused("train_cost", usual() * times))
    assert "the price of a day" not in refused("train_cost", usual() * 730)
    assert "server" not in refused("train_cost", usual() * 730)


@pytest.mark.parametrize(
    "name", ["train_cost", "project_cost", "raise_needed", "infer_cost", "rent_cost", "rent_or_own", "reserve_or_rent"]
)
def test_the_number_of_chips_in_the_place_of_the_price(name: str) -> None:
    assert "the number meant for gpus" in refused(name, 1024)
    assert "the number meant for gpus" in far(priced(name, 16))[0]
    assert "meant for" not in refused(name, 1024.5)


@pytest.mark.parametrize(
    ("name", "argument"),
    [("train_cost", "utilization"), ("compute_optimal", "utilization"), ("infer_cost", "load"), ("rent_or_own", "load"), ("serving_cost", "headroom")],
)  # fmt: skip
def test_a_share_in_the_place_of_the_price(name: str, argument: str) -> None:
    assert f"the share meant for {argument}" in far(priced(name, 0.4))[0]


def test_the_price_is_that_of_the_day_and_the_term() -> None:
    day = "2023-12-31"
    factor = usual() / usual(as_of=day)
    assert factor != 1
    edge = 3 * max(1.0, factor) * usual(as_of=day)  # three times the dearer of the two days
    for given in (None, day):
        then = usual(as_of=given)
        assert bool(far(priced("train_cost", edge, as_of=given))) == (edge > 3 * then * (1 + 1e-12))
    reserved = compute_cost.reserve_or_rent(2, 36, gpu=CHIP).values["reserved_price"].value
    assert isinstance(reserved, float)
    for name, free in (("reserve_or_rent", "reserved_price"), ("serving_cost", "price_per_gpu_hour")):
        arguments = {**PRICED[name][1], "months_reserved": 36, "on_demand_price": usual()}
        if name == "serving_cost":
            del arguments["on_demand_price"]
        assert not far(registry.get(name).call(**arguments, **{free: reserved * 2.99}))
        assert far(registry.get(name).call(**arguments, **{free: reserved * 3.01}))


def test_a_chip_without_a_price_gets_no_warning() -> None:
    priceless = "V100 PCIe 16GB"
    assert "v100-pcie-16" not in catalogue.prices()
    assert not far(compute_cost.train_cost("GPT-3", None, priceless, 5000))


def test_a_price_of_the_whole_server_in_rent_or_own() -> None:
    price = compute_cost.rent_or_own(CHIP).values["purchase_price"].value
    assert isinstance(price, float)
    assert not far(compute_cost.rent_or_own(CHIP, purchase_price=price * 2))
    assert "the price of a whole server?" in far(compute_cost.rent_or_own(CHIP, purchase_price=price * 8))[0]
    with pytest.raises(InputError, match=r"^purchase_price: .*a price in thousands\?"):
        compute_cost.rent_or_own(CHIP, purchase_price=price / 1000)
    assert not far(compute_cost.rent_or_own("TPU v4", rent_price=usual("TPU v4"), purchase_price=1e6))


# Tokens


def few(result: Result) -> list[str]:
    return [text for text in result.warnings if "did you mean" in text]


@pytest.mark.parametrize(
    ("params", "tokens", "meant"),
    [
        ("GPT-3", 300, "300 billion"), ("GPT-3", 300e3, "300 billion"), ("70B", 15, "15 trillion"), ("405B", 15.6, "15.6 trillion"),
        ("7B", 2, "2 trillion"), ("1B", 20, "20 billion"),
    ],
)  # fmt: skip
def test_tokens_without_their_scale_are_refused(params: str, tokens: float, meant: str) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [("train_flops", {}), ("train_gpu_hours", {}), ("train_cost", {}), ("project_cost", {})]
    calls += [
        ("train_energy", {}),
        ("train_days", {"gpus": 1024}),
        ("gpus_needed", {"days": 30}),
        ("cheapest_gpu", {}),
        ("raise_needed", {}),
    ]
    for name, more in calls:
        with pytest.raises(InputError, match=f"is too little for a training run; did you mean {meant}") as caught:
            registry.get(name).call(params=params, tokens=tokens, **more)
        assert caught.value.parameter == "tokens", name


@pytest.mark.parametrize(
    ("params", "tokens", "meant"), [(70e3, "1.4T", "70 billion"), (1024, "300B", "1.024 billion"), (46203, "15T", "46.2 billion")]
)
def test_parameters_without_their_scale_are_refused(params: float, tokens: str, meant: str) -> None:
    """As the number of a day in a cell is (46203 is one of June 2026)."""
    for name, more in (("train_flops", {}), ("train_cost", {}), ("train_days", {"gpus": 8}), ("project_cost", {})):
        with pytest.raises(InputError, match=f"is more than any training run sees; did you mean {meant}") as caught:
            registry.get(name).call(params=params, tokens=tokens, **more)
        assert caught.value.parameter == "params", name
    with pytest.raises(InputError, match="^active_params: "):
        compute_cost.train_flops("70B", tokens, active_params=params)


def test_many_tokens_are_no_slip() -> None:
    """Qwen3 0.6B saw 36 trillion."""
    assert not any("training run" in text or "much training" in text for text in compute_cost.train_cost("0.6B", "36T").warnings)
    (said,) = [text for text in compute_cost.train_cost("7M", "15T").warnings if "very much training" in text]
    assert said.endswith("did you mean 7 billion?")


def test_few_tokens_are_no_slip() -> None:
    assert not few(compute_cost.train_cost("70B", 70e6))
    (said,) = few(compute_cost.train_cost("70B", math.nextafter(70e6, 0)))
    assert said.endswith("is very little training; did you mean 70 billion?")
    assert few(compute_cost.train_cost("70B", 3.6e6)), "a small fine-tuning run: asked about, but answered"
    assert not few(compute_cost.train_cost("GPT-3"))


# Utilization, given or as a measured rate implies it


RUN: dict[str, Any] = {"params": "7B", "gpu": "A100", "gpus": 64}
TUNING: dict[str, Any] = {**RUN, "method": "lora"}
# Every estimate that takes a utilization or a measured rate, and the row that says what was published.
TRAINED: dict[str, tuple[str, dict[str, Any]]] = {
    "train_gpu_hours": ("training_utilization", {**RUN, "tokens": "1T"}),
    "train_days": ("training_utilization", {**RUN, "tokens": "1T"}),
    "train_cost": ("training_utilization", {**RUN, "tokens": "1T"}),
    "train_energy": ("training_utilization", {**RUN, "tokens": "1T"}),
    "project_cost": ("training_utilization", {**RUN, "tokens": "1T"}),
    "raise_needed": ("training_utilization", {**RUN, "tokens": "1T"}),
    "gpus_needed": ("training_utilization", {"params": "7B", "tokens": "1T", "gpu": "A100", "days": 100, "test_gpus": 64}),
    "compute_optimal": ("training_utilization", {"flops": 1e22, "gpu": "A100"}),
    "measured_utilization": ("training_utilization", RUN),
    "finetune_gpu_hours": ("finetune_utilization", {**TUNING, "tokens": 1e9}),
    "finetune_cost": ("finetune_utilization", {**TUNING, "tokens": 1e9}),
    "dpo_gpu_hours": ("finetune_utilization", {**TUNING, "pairs": 1e5}),
    "dpo_cost": ("finetune_utilization", {**TUNING, "pairs": 1e5}),
    "rl_gpu_hours": ("rl_utilization", {**RUN, "steps": 100, "prompts_per_step": 64, "response_tokens": 500}),
    "rl_cost": ("rl_utilization", {**RUN, "steps": 100, "prompts_per_step": 64, "response_tokens": 500}),
}


def beside_published(name: str, argument: str, value: float) -> list[str]:
    warnings = registry.get(name).call(**TRAINED[name][1], **{argument: value}).warnings
    return [text for text in warnings if "that published runs reach" in text]


def taking(argument: str) -> set[str]:
    return {doc.name for doc in registry.estimates().values() for parameter in doc.parameters if parameter.name == argument}


def test_no_estimate_with_a_utilization_or_a_rate_is_left_out() -> None:
    assert taking("utilization") | taking("tokens_per_second") == set(TRAINED)


@pytest.mark.parametrize("name", sorted(taking("utilization")))
def test_a_utilization_far_from_what_runs_reach_is_asked_about(name: str) -> None:
    row = catalogue.assumption("training_utilization")
    assert row.low
    assert row.high
    for close in (row.low / 2.99, 0.1, 0.4, row.high):
        assert not beside_published(name, "utilization", close)
    for other in (0.02, row.low / 3.01, row.high * 1.01, 0.95):
        assert beside_published(name, "utilization", other)
    for beyond in (row.low / 20.1, 1e-4):
        with pytest.raises(InputError, match="that published runs reach") as caught:
            beside_published(name, "utilization", beyond)
        assert caught.value.parameter == "utilization"


def test_the_likely_slip_of_a_utilization_is_named() -> None:
    with pytest.raises(InputError, match=r"did you mean 0\.4, which is 40%\?"):
        beside_published("train_cost", "utilization", 0.004)
    assert "that a monitor shows" in beside_published("train_cost", "utilization", 0.95)[0]
    assert not beside_published("train_cost", "utilization", "naive")  # type: ignore[arg-type]
    sources = compute_cost.train_cost("7B", "1T", utilization=0.95).sources
    assert catalogue.assumption("training_utilization").source in {source.id for source in sources}


@pytest.mark.parametrize("name", sorted(taking("tokens_per_second")))
def test_a_rate_far_from_what_runs_reach_is_asked_about(name: str) -> None:
    row_name, arguments = TRAINED[name]
    row = catalogue.assumption(row_name)
    assert row.low
    assert row.high
    each = 4 if "method" in arguments else 6
    least = 64 * 312e12 / (each * 7e9)  # tokens a second of all at the peak, without the little that attention adds
    for close in (row.low / 2.9, row.low * 2, row.high * 0.85):
        assert not beside_published(name, "tokens_per_second", close * least)
    for other in (row.low / 3.5, row.low / 15, row.high * 1.05):
        (said,) = beside_published(name, "tokens_per_second", other * least)
        assert said.startswith("tokens_per_second: ")
    with pytest.raises(InputError, match="that published runs reach") as caught:
        beside_published(name, "tokens_per_second", row.low / 25 * least)
    assert caught.value.parameter == "tokens_per_second"


def test_the_rate_of_one_accelerator_is_recognized() -> None:
    with pytest.raises(InputError, match="is it the rate of one accelerator. Give that of all 64"):
        beside_published("train_cost", "tokens_per_second", 3000)
    with pytest.raises(InputError, match="check that it counts tokens"):
        beside_published("rl_cost", "tokens_per_second", 0.5)


def test_a_utilization_that_so_many_chips_never_reach() -> None:
    """One billion parameters on 100,000: the share of the peak is then the network's."""
    said = "utilization: 0.4 is far more than the "
    assert any(text.startswith(said) for text in compute_cost.train_days("1B", "1T", CHIP, 100_000, 0.4).warnings)
    assert not any(text.startswith(said) for text in compute_cost.train_days("7B", "1T", CHIP, 512, 0.4).warnings)


# Other numbers in place of a default


@pytest.mark.parametrize(
    ("name", "arguments", "argument", "plain", "slip"),
    [
        ("image_cost", {"params": "SDXL", "gpu": CHIP}, "load", 0.5, 0.005),
        ("speech_cost", {"params": "Whisper large-v3", "gpu": CHIP, "audio_hours": 100}, "load", 0.5, 0.005),
        ("rent_cost", {"gpu": CHIP, "gpus": 64}, "hours", 24 * 365, 24 * 365 * 64),
        ("energy_use", {"gpu": CHIP, "gpus": 64}, "hours", 24 * 365, 24 * 365 * 64),
        ("reserve_or_rent", {"gpu": CHIP, "months_used": 6}, "months_reserved", 24, 730),
        ("project_cost", {"params": "GPT-3", "gpu": CHIP, "gpus": 1024}, "months_reserved", 24, 730),
        ("cluster_capex", {"gpu": CHIP}, "mw", 100, 100_000),
        ("finetune_cost", {"params": "7B", "tokens": 1e7, "gpu": CHIP}, "epochs", 3, 3000),
        ("dpo_cost", {"params": "7B", "pairs": 1e4, "gpu": CHIP}, "epochs", 3, 3000),
        ("finetune_cost", {"params": "7B", "tokens": 1e7, "gpu": CHIP}, "gpus", 64, 100_000),
        ("rl_cost", {"params": "7B", "steps": 10, "prompts_per_step": 64, "response_tokens": 500, "gpu": CHIP}, "gpus", 64, 100_000),
    ],
)  # fmt: skip
def test_a_number_of_another_unit_is_asked_about(name: str, arguments: dict[str, Any], argument: str, plain: float, slip: float) -> None:
    def said(value: float) -> list[str]:
        warnings = registry.get(name).call(**arguments, **{argument: value}).warnings
        return [text for text in warnings if text.startswith(f"{argument}: ")]

    assert not said(plain)
    assert said(slip)
