"""Accelerators for a deadline, the cheapest kind, and energy against published measurements."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import CostError, InputError, MissingInput, NoData


def number(value: float | str) -> float:
    assert isinstance(value, float)
    return value


@settings(deadline=None, max_examples=40)
@given(size=st.floats(1e9, 5e11), days=st.floats(20, 300), utilization=st.one_of(st.none(), st.floats(0.1, 1)))
def test_number_found_is_in_time_and_one_less_is_not(size: float, days: float, utilization: float | None) -> None:
    found = compute_cost.gpus_needed(size, 20 * size, "H100", days, utilization)
    count = number(found.value)
    assert count == int(count)
    taken = compute_cost.train_days(size, 20 * size, "H100", count, utilization)
    assert number(taken.value) <= days * (1 + 1e-6)
    assert number(found.low) <= count <= number(found.high)
    if count > 1:
        try:
            fewer = compute_cost.train_days(size, 20 * size, "H100", count - 1, utilization)
        except CostError:
            return  # the model does not fit fewer
        assert number(fewer.value) > days * (1 - 1e-6)


def test_exact_number_with_a_given_utilization() -> None:
    # 3.15e23 FLOP / (312e12 x 0.5 x 86400 s x 30 days) = 779.03, so 780.
    assert compute_cost.gpus_needed(175e9, 300e9, "A100", 30, 0.5).value == 780


def test_published_cluster_of_llama_3_1() -> None:
    # Model card: 30.84 million H100-hours on 16,384, that is 78.4 days.
    found = compute_cost.gpus_needed("Llama-3.1-405B", None, "H100", 30.84e6 / 16384 / 24)
    assert number(found.low) <= 16384 <= number(found.high)


def test_number_that_was_found_is_not_called_given() -> None:
    found = compute_cost.gpus_needed("GPT-3", None, "A100", 30)
    assert all(one.origin != "given" for one in found.inputs if one.name == "gpus")


def test_days_are_required_and_bounded() -> None:
    with pytest.raises(MissingInput, match=r"^days: missing"):
        compute_cost.gpus_needed("GPT-3")  # type: ignore[call-overload]
    with pytest.raises(InputError, match=r"^days: 0.001 can't be used; no number of accelerators up to 1,000,000 finishes"):
        compute_cost.gpus_needed("Llama-3.1-405B", None, "H100", 0.001)


def test_table_is_ranked_and_holds_every_accelerator_once() -> None:
    found = compute_cost.cheapest_gpu("GPT-3", None, 30)
    names = [str(row[0]) for row in found.table[1:]]
    assert sorted(names) == sorted(chip.name for chip in catalogue.accelerators().rows)
    costs = [row[1] for row in found.table[1:] if row[1] != ""]
    assert costs == sorted(costs)
    assert found.value == costs[0]
    assert found.values["gpu"].value == names[0]
    for row in found.table[1:]:
        assert len(row) == len(found.table[0])
        if row[1] == "":
            assert row[-1], f"{row[0]} is left out without a reason"
        else:
            assert number(row[9]) <= 30 * (1 + 1e-6)


def test_cost_in_the_table_is_what_train_cost_says() -> None:
    table = compute_cost.cheapest_gpu("Llama 2 70B", None, 30).table
    row = next(row for row in table if row[0] == "H100 SXM 80GB")
    assert row[1] == pytest.approx(compute_cost.train_cost("Llama 2 70B", None, "H100", gpus=row[8]).value, rel=1e-12)


@pytest.mark.parametrize("name", ["RTX 3090", "RTX 4090", "RTX 5090", "RTX 6000 Ada"])
def test_consumer_cards_do_not_train_large_models(name: str) -> None:
    for model in ("GPT-3", "Llama-3.1-405B", "Llama 2 7B"):
        row = next(row for row in compute_cost.cheapest_gpu(model).table if row[0] == name)
        assert row[1] == ""
        assert "cluster network" in str(row[-1])


def test_consumer_cards_train_small_models() -> None:
    row = next(row for row in compute_cost.cheapest_gpu("GPT-2 124M").table if row[0] == "RTX 4090")
    assert number(row[1]) > 0
    assert number(row[8]) <= 8


def test_laptops_and_old_prices_are_left_out_with_the_reason() -> None:
    reasons = {row[0]: row[-1] for row in compute_cost.cheapest_gpu("GPT-3").table}
    assert reasons["M2 Ultra"] == "no rental price in the catalogue"
    assert "days old" in str(reasons["P100 SXM2 16GB"])


def test_impossible_deadline_and_unknown_tokens() -> None:
    with pytest.raises(NoData, match=r"^days: no accelerator"):
        compute_cost.cheapest_gpu("Llama-3.1-405B", None, 0.01)
    with pytest.raises(MissingInput, match=r"^tokens: "):
        compute_cost.cheapest_gpu("70B")


def energy(model: str, gpu: str, gpu_hours: float, pue: float) -> compute_cost.Result:
    """The energy of a run whose accelerator-hours are published."""
    chip = catalogue.accelerators().get(gpu)
    assert chip
    utilization = number(compute_cost.train_flops(model).value) / (chip.peak()[1] * 3600 * gpu_hours)
    found = compute_cost.train_energy(model, None, gpu, utilization, pue)
    assert found.values["gpu_hours"].value == pytest.approx(gpu_hours, rel=1e-9)
    assert isinstance(found, compute_cost.Result)
    return found


@pytest.mark.parametrize(
    ("model", "gpu", "gpu_hours", "pue", "bound", "published", "tolerance"),
    [
        # Patterson et al. 2021, arXiv 2104.10350, table 4: whole facility, measured power.
        ("GPT-3", "V100", 3_552_000, 1.10, "energy", 1_287_000, 0.20),
        ("T5-11B", "TPU v3", 246_733, 1.12, "energy", 86_000, 0.10),
        # Luccioni et al. 2022, arXiv 2211.02001: 433 MWh are the chips at full rated power; with 257 MWh of idle servers, 690 MWh.
        ("BLOOM-176B", "A100", 1_082_990, 1.0, "servers", 690_000, 0.10),
        # muxup.com, Olmo 3 training cost, 2025: 624 and 649 W for each accelerator, which is the chips alone.
        ("Olmo 3 7B", "H100", 234_000, 1.0, "chips", 146_000, 0.20),
        ("Olmo 3 32B", "H100", 1_050_000, 1.0, "chips", 681_000, 0.20),
    ],
)  # fmt: skip
def test_published_energy(model: str, gpu: str, gpu_hours: float, pue: float, bound: str, published: float, tolerance: float) -> None:
    found = energy(model, gpu, gpu_hours, pue)
    assert found.values[bound].value == pytest.approx(published, rel=tolerance)


def test_bloom_chips_at_full_power_are_the_published_433_mwh() -> None:
    # 1,082,990 A100-hours x 400 W: the published figure takes the whole rated power, ours the average draw.
    found = energy("BLOOM-176B", "A100", 1_082_990, 1.0)
    draw = catalogue.constant("average_draw_gpu")
    assert number(found.values["chips"].value) / draw == pytest.approx(433_196, rel=1e-4)


def test_energy_by_hand() -> None:
    # 1e22 FLOP at half the H100's peak; 0.7 kW x 1.82 x 0.75 x 1.2.
    found = compute_cost.train_energy(1e9, 1e22 / 6e9, "H100", 0.5, 1.2)
    assert found.value == pytest.approx(1e22 / (989e12 * 0.5 * 3600) * 0.7 * 1.82 * 0.75 * 1.2, rel=1e-12)


def test_range_narrows_with_what_is_given() -> None:
    wide, narrow = compute_cost.train_energy("GPT-3", None, "A100"), compute_cost.train_energy("GPT-3", None, "A100", 0.35, 1.25)
    assert number(wide.high) / number(wide.low) > number(narrow.high) / number(narrow.low) > 1
    assert {one.name for one in wide.inputs if one.origin == "assumed"} >= {"pue", "average_draw_gpu", "server_power_a100"}


def test_chip_without_power_and_pue_below_one() -> None:
    with pytest.raises(NoData, match=r"^gpu: the catalogue has no power of Trainium1"):
        compute_cost.train_energy("GPT-3", None, "Trainium1")
    with pytest.raises(InputError, match=r"^pue: 0.9 can't be used"):
        compute_cost.train_energy("GPT-3", None, "A100", None, 0.9)
