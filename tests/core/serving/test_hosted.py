"""Prices of hosted APIs: the package's own, dated, never of a model with a similar name."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import NoData, UnknownName
from compute_cost.serving import hosted


def test_a_known_list_price() -> None:
    """OpenAI listed GPT-4o at $2.50 and $10 per million tokens (openai.com/api/pricing, from 2024-10)."""
    found = compute_cost.api_cost("GPT-4o")
    assert found.value == pytest.approx(12.5)
    assert found.values["input_price"].value == 2.5
    assert found.values["output_price"].value == 10
    assert found.values["provider"].value == "OpenAI"
    assert found.low <= found.value <= found.high
    assert any(row[0] == "OpenAI" for row in found.table)
    assert any("genai-prices" in text for text in found.warnings)


def test_cost_follows_the_tokens() -> None:
    assert compute_cost.api_cost("gpt-4o", 1000, 500).value == pytest.approx((1000 * 2.5 + 500 * 10) / 1e6)
    assert compute_cost.api_cost("gpt-4o", 1000, 0).value == pytest.approx(0.0025)


def test_without_a_maker_it_is_the_median_of_the_hosts() -> None:
    found = compute_cost.api_cost("llama-3.3-70b")
    assert found.values["provider"].value == "median"
    assert compute_cost.api_cost("deepseek-chat").values["provider"].value == "Deepseek"


def test_every_maker_is_a_provider_of_the_package() -> None:
    makers = set(str(catalogue.assumption("api_makers").value).split())
    assert makers <= {provider.id for provider, _ in hosted._listed()}


def test_a_similar_name_is_not_priced() -> None:
    for stranger in ("gpt-4oo", "gpt-4o-foo", "claude", "GPT"):
        with pytest.raises(UnknownName, match="^model:"):
            compute_cost.api_cost(stranger)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("genai_prices"):
            raise ImportError(name)
        return real(name, *rest, **named)

    hosted._offers.cache_clear()
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(NoData, match=r"pip install \.\[prices\]"):
        compute_cost.api_cost("gpt-4o")


def test_hosting_an_open_model_stands_beside_the_api() -> None:
    found = compute_cost.api_cost("meta-llama/llama-3.1-70b-instruct")
    monthly, gpus = (float(found.values[one].value) for one in ("self_hosted_cost", "self_hosted_gpus"))
    assert monthly == pytest.approx(gpus * 730 * compute_cost.gpu_price("H100").value)
    even = found.values.get("break_even_tokens_per_day")
    if even is not None:  # a million tokens in and out cost found.value at the API
        assert float(even.value) * 730 / 24 * found.value / 1e6 == pytest.approx(monthly)
    else:
        assert any("at any volume" in text for text in found.warnings)
    assert "self_hosted_cost" not in compute_cost.api_cost("gpt-4o").values
