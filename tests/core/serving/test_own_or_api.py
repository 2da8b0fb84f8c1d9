"""A fleet of whole groups beside the bill of a hosted API."""

from __future__ import annotations

import math
from typing import Any

import pytest

import compute_cost
from compute_cost.errors import DoesNotFit, InputError, MissingInput, NoData, UnknownName

pytestmark = pytest.mark.live

MIX: dict[str, Any] = {"input_tokens": 1000, "output_tokens": 500}


def test_the_api_is_billed_by_request_and_the_fleet_by_whole_groups() -> None:
    found = compute_cost.self_host_or_api("llama-3.3-70b", requests_per_day=100_000, **MIX)
    bill = compute_cost.api_cost("llama-3.3-70b", 1000, 500, requests=1).value
    assert found.values["api_cost"].value == pytest.approx(bill * 100_000 * 730 / 24)
    gpus = float(found.values["gpus"].value)
    assert found.value == pytest.approx(gpus * 730 * compute_cost.gpu_price("H100").value)
    assert gpus % float(found.values["groups"].value) == 0
    assert float(found.values["api_cost_low"].value) < float(found.values["api_cost"].value) < float(found.values["api_cost_high"].value)


def test_the_table_is_a_staircase_and_no_line_is_missing() -> None:
    found = compute_cost.self_host_or_api("gpt-4o", "Llama 3.1 8B", requests_per_day=200_000, **MIX)
    rows = found.table[1:]
    assert len(rows) == 9
    own, api = ([float(row[column]) for row in rows] for column in (4, 1))
    assert own == sorted(own)
    assert [row[-1] for row in rows] == ["own fleet" if mine < theirs else "API" for mine, theirs in zip(own, api, strict=True)]
    assert rows[0][4] == rows[1][4]  # one group serves both
    same = next(row for row in rows if row[0] == 200_000)
    assert same[4] == pytest.approx(found.value)


def test_break_even_is_what_a_group_costs_and_can_serve() -> None:
    found = compute_cost.self_host_or_api("gpt-4o", "Llama 3.1 8B", requests_per_day=1_000_000, **MIX)
    even = float(found.values["break_even_requests_per_day"].value)
    there = compute_cost.self_host_or_api("gpt-4o", "Llama 3.1 8B", requests_per_day=math.ceil(even), **MIX)
    assert there.value == pytest.approx(float(there.values["api_cost"].value), rel=1e-3)
    below = compute_cost.self_host_or_api("gpt-4o", "Llama 3.1 8B", requests_per_day=even // 2, **MIX)
    assert (below.values["cheaper"].value, found.values["cheaper"].value) == ("API", "own fleet")
    never = compute_cost.self_host_or_api("gpt-4o-mini", "Llama 3.1 405B", "A100", requests_per_day=1000, **MIX)
    assert "break_even_requests_per_day" not in never.values
    assert any("at any volume" in text for text in never.warnings)


def test_a_faster_stream_takes_more_chips() -> None:
    slow = compute_cost.self_host_or_api("gpt-4o", "Llama 3.1 70B", requests_per_day=1_000_000, **MIX)
    fast = compute_cost.self_host_or_api("gpt-4o", "Llama 3.1 70B", requests_per_day=1_000_000, **MIX, min_tokens_per_second=40)
    assert fast.value > 1.2 * slow.value
    with pytest.raises(DoesNotFit, match="^min_tokens_per_second"):
        compute_cost.self_host_or_api("gpt-4o", "Llama 3.1 70B", requests_per_day=1e6, min_tokens_per_second=5000)


def test_cached_input_costs_both_less() -> None:
    asked: dict[str, Any] = {"requests_per_day": 1e7, "input_tokens": 4000, "output_tokens": 200}
    plain, cached = (compute_cost.self_host_or_api("gpt-4o", "Llama 3.1 8B", **asked, cached=share) for share in (0, 0.8))
    assert float(cached.values["api_cost"].value) < float(plain.values["api_cost"].value)
    assert cached.value < plain.value
    fleet = compute_cost.serving_cost("Llama 3.1 8B", **asked, cached=0.8)
    assert cached.value == pytest.approx(fleet.value)


def test_the_own_fleet_says_how_fast_it_is() -> None:
    found = compute_cost.self_host_or_api("gpt-4o", "Llama 3.1 8B", requests_per_day=1e5)
    assert float(found.values["tokens_per_second_per_stream"].value) > 0
    assert "tokens/s" in str(found.values["users"].value)


def test_what_cannot_be_hosted_is_said() -> None:
    with pytest.raises(MissingInput, match="^own_model: .*weights of gpt-4o"):
        compute_cost.self_host_or_api("gpt-4o", requests_per_day=1000)
    with pytest.raises(MissingInput, match="requests_per_day"):
        compute_cost.self_host_or_api("gpt-4o", "Llama 3.1 8B")  # type: ignore[call-overload]
    with pytest.raises(NoData, match="nobody can host it"):
        compute_cost.self_host_or_api("gpt-4o", "GPT-4", requests_per_day=1000)


def test_an_embedding_model_writes_no_answers() -> None:
    with pytest.raises(InputError, match="^model: .*by what is sent alone"):
        compute_cost.self_host_or_api("text-embedding-3-small", "Llama 3.1 8B", requests_per_day=1000)


def test_prices_of_ones_own_stand_in_place_of_the_markets_and_the_tariffs() -> None:
    asked: dict[str, Any] = {"model": "gpt-4o", "own_model": "Llama 3.1 8B", "requests_per_day": 1e6, **MIX}
    found = compute_cost.self_host_or_api(**asked, price_per_gpu_hour=1.5, input_price=2, output_price=8)
    assert found.value == pytest.approx(float(found.values["gpus"].value) * 730 * 1.5)
    by_hand = (1000 * 2 + 500 * 8) / 1e6 * 1e6 * 730 / 24
    api = [float(found.values[name].value) for name in ("api_cost_low", "api_cost", "api_cost_high")]
    assert api == pytest.approx([by_hand] * 3), "what others ask is no range of it"
    listed = compute_cost.self_host_or_api(**asked)
    assert found.value < listed.value
    assert float(listed.values["api_cost"].value) != pytest.approx(by_hand), "the control: the tariff is another"
    assert found.table[5][1] == pytest.approx(by_hand)
    assert {step.label: step.formula for step in found.steps}["Output price"] == "as given"


def test_a_price_that_is_not_given_is_the_tariffs() -> None:
    asked: dict[str, Any] = {"model": "gpt-4o", "own_model": "Llama 3.1 8B", "requests_per_day": 1e6, "cached": 0.5}
    listed, mine = (compute_cost.self_host_or_api(**asked, cache_read_price=price) for price in (None, 0.5))
    for name in ("input_price", "output_price"):
        assert mine.values[name] == listed.values[name]
    saved = float(listed.values["cache_read_price"].value) - 0.5
    assert float(listed.values["api_cost"].value) - float(mine.values["api_cost"].value) == pytest.approx(saved * 500 * 730 / 24)


def test_a_price_of_another_number_of_tokens_is_asked_about() -> None:
    asked: dict[str, Any] = {"model": "gpt-4o", "own_model": "Llama 3.1 8B", "requests_per_day": 1000}
    with pytest.raises(InputError, match="^input_price: .*is it the price of a thousand tokens"):
        compute_cost.self_host_or_api(**asked, input_price=0.0025)
    assert any(text.startswith("output_price: ") for text in compute_cost.self_host_or_api(**asked, output_price=40).warnings)
    free = compute_cost.self_host_or_api(**asked, input_price=0, output_price=0)
    assert float(free.values["api_cost"].value) == 0


def test_a_model_that_no_list_sells_is_billed_at_ones_own_prices() -> None:
    asked: dict[str, Any] = {"model": "our-contract-model", "own_model": "Llama 3.1 8B", "requests_per_day": 1e6, **MIX}
    found = compute_cost.self_host_or_api(**asked, input_price=2, output_price=8)
    api = [float(found.values[name].value) for name in ("api_cost_low", "api_cost", "api_cost_high")]
    assert api == pytest.approx([(1000 * 2 + 500 * 8) * 730 / 24] * 3)
    assert found.values["provider"].value == "yours"
    assert found.warnings[0] == 'model: no list sells "our-contract-model"; its API is billed at the prices given'
    assert found.value == compute_cost.self_host_or_api(**{**asked, "model": "gpt-4o"}).value
    with pytest.raises(MissingInput, match="^output_price: missing; no list sells"):
        compute_cost.self_host_or_api(**asked, input_price=2)
    with pytest.raises(UnknownName, match="^model: "):
        compute_cost.self_host_or_api(**asked)
    with pytest.raises(MissingInput, match="^own_model: missing"):
        compute_cost.self_host_or_api("our-contract-model", requests_per_day=1e6, input_price=2, output_price=8)
    closed = compute_cost.self_host_or_api("OPT 6.7B", requests_per_day=1e6, input_price=2, output_price=8)
    assert closed.values["own_model"].value == "OPT 6.7B", "no list sells it, and its weights are known"


def test_the_own_copy_of_what_is_newest_is_that_of_the_newest() -> None:
    """By then that of Mistral Large 4, and not of the release of 2024."""
    own = {
        name: compute_cost.self_host_or_api(name, requests_per_day=1000).values["own_model"].value
        for name in ("mistral-large-latest", "mistral-large-4", "mistral-large")
    }
    assert own["mistral-large-latest"] == own["mistral-large-4"] != own["mistral-large"]
