"""Prices of hosted APIs: the package's own, dated, never of a model with a similar name."""

from __future__ import annotations

import builtins
import datetime
from typing import Any

import numpy as np
import pytest
from genai_prices import Usage
from genai_prices.data_snapshot import get_snapshot

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue.records import Model
from compute_cost.errors import InputError, NoData, UnknownName
from compute_cost.registry import estimates
from compute_cost.serving import hosted

NOON = datetime.datetime.combine(catalogue.catalogue_date(), datetime.time(12), datetime.UTC)


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


def test_the_spread_over_the_hosts_is_one_input() -> None:
    """Input and output price of an offer belong together: the ends are those of whole bills, the 10th and 90th percentile of them."""
    found = compute_cost.api_cost("gpt-oss-120b", 3e6, 1e6)
    bills = sorted(3 * float(row[2]) + float(row[3]) for row in found.table[1:])
    assert len(bills) > 5
    low, high = np.quantile(bills, (0.1, 0.9))
    assert (found.low, found.high) == pytest.approx((low, high))
    (level,) = [one for one in found.inputs if one.is_uncertain]
    assert (level.name, level.value) == ("price_level", 1)
    draws = np.asarray(found.question.run({"price_level": np.array([-1.0, 0.0, 1.0])})[0].value)
    assert draws == pytest.approx(np.array([low, found.value, high]))
    alone = compute_cost.api_cost("gpt-4o")
    assert alone.low == alone.value == alone.high


def test_nothing_costs_nothing() -> None:
    found = compute_cost.api_cost("gpt-oss-120b", 0, 0)
    assert found.low == found.value == found.high == 0


def test_a_total_of_tokens_is_no_single_request() -> None:
    """Base tiers of the makers' price pages as genai-prices 0.2.3 keeps them: Claude Sonnet 4.5 $3 and $15, $6 and $22.50 for prompts
    over 200,000 tokens (platform.claude.com/docs/en/about-claude/pricing); Gemini 2.5 Pro $1.25 and $10
    (ai.google.dev/gemini-api/docs/pricing); GPT-5.5 $5 of input, $10 over 272,000 (developers.openai.com/api/docs/pricing)."""
    small = compute_cost.api_cost("claude-sonnet-4-5", 1000, 1000)
    assert small.value == pytest.approx(0.018)
    assert any("base tier, prompts up to 200,000 tokens" in step.formula for step in small.steps)
    assert not any("200,000" in text for text in small.warnings)  # 1,000 tokens hold no such prompt
    assert compute_cost.api_cost("gemini-2.5-pro", 100_000, 10_000).value == pytest.approx(0.225)
    large = compute_cost.api_cost("gpt-5.5", 5_000_000)
    assert large.value == pytest.approx(25)
    assert any("$10.00 and $45.00" in text and "over 272,000 tokens" in text for text in large.warnings)
    hosted = compute_cost.api_cost("qwen/qwen3-coder-flash")  # two tiers, no maker's offer
    assert [sum(start in text for text in hosted.warnings) for start in ("over 32,000", "over 128,000")] == [1, 1]
    assert not any("tier" in step.formula for step in compute_cost.api_cost("gpt-4o").steps)


def test_an_exact_id_comes_before_a_display_name() -> None:
    """GPT-4 was $30 and $60, GPT-4 32k $60 and $120 (developers.openai.com/api/docs/pricing); the package calls both "gpt 4"."""
    for name, price in (("gpt-4", 90), ("GPT 4", 90), ("gpt-4-32k", 180)):
        found = compute_cost.api_cost(name)
        assert found.value == pytest.approx(price)
        assert len({row[0] for row in found.table}) == len(found.table)  # one row of each provider
    assert compute_cost.api_cost("gpt-4").high == pytest.approx(90)
    assert "self_hosted_cost" not in compute_cost.api_cost("gpt-4").values  # in the catalogue, but nobody else has its weights


def test_a_name_of_two_prices_is_refused_with_the_ids() -> None:
    with pytest.raises(InputError, match="text-embedding-3-large and text-embedding-3-small"):
        compute_cost.api_cost("text embedding 3")
    assert compute_cost.api_cost("Text-Embedding-3-Small", 1e6).value == pytest.approx(0.02)


def test_the_maker_is_who_makes_the_model() -> None:
    makers = {
        "claude-sonnet-4-5": "Anthropic",
        "claude-opus-5": "Anthropic",
        "gemini-2.5-pro": "Google",
        "gpt-4o": "OpenAI",
        "o3": "OpenAI",
        "mistral-large": "Mistral",
        "grok-3": "X AI",
        "kimi-k2": "MoonshotAi",
        "command-r": "Cohere",
        "sonar": "Perplexity",
    }
    for name, maker in makers.items():
        found = compute_cost.api_cost(name)
        assert found.values["provider"].value == maker
        assert any(f"of {maker}, the maker" in step.formula for step in found.steps)
    for name, host in (("claude-4-sonnet", "Google"), ("zai-glm-5-3", "Mistral"), ("perplexity/kimi-k3", "Perplexity")):
        found = compute_cost.api_cost(name)  # sold by a maker of other models
        assert found.values["provider"].value == "median"
        assert any(f"of {host}, the only provider" in step.formula for step in found.steps)


def test_a_maker_that_sells_nothing_makes_no_offer() -> None:
    """OpenAI published the weights of gpt-oss and does not serve them; the package's row is a copy of a router's price."""
    for name in ("gpt-oss-120b", "gpt-oss-20b", "gpt-oss-safeguard-20b"):
        found = compute_cost.api_cost(name)
        assert found.values["provider"].value == "median"
        assert "OpenAI" not in {row[0] for row in found.table}


def test_what_the_tariff_bills_apart_is_named() -> None:
    """Sonar Pro: $14 per thousand requests; Sonar Deep Research: $3 and $2 a million reasoning and citation tokens, $5 per thousand
    searches (docs.perplexity.ai); DeepSeek V4 Pro: double by day (api-docs.deepseek.com). As genai-prices 0.2.3 keeps them."""
    assert any("requests at $0.014 each" in text for text in compute_cost.api_cost("sonar-pro", 1000, 1000).warnings)
    deep = " ".join(compute_cost.api_cost("sonar-deep-research").warnings)
    for part in ("output reasoning at $3.00 per million", "output citation at $2.00 per million", "web searches at $0.005 each"):
        assert part in deep
    assert any("$1.32 and $3.96" in text and "hour" in text for text in compute_cost.api_cost("deepseek-v4-pro").warnings)
    assert not any("apart" in text for text in compute_cost.api_cost("command-r").warnings)
    assert "thinking" in next(one.help for one in estimates()["api_cost"].parameters if one.name == "output_tokens")


@pytest.mark.slow
def test_every_id_of_the_package_answers_with_its_own_base_price() -> None:
    """All rows, against the package's own price of a short request: none at a dearer tier, none at the price of another row."""
    asked = 0
    for provider, rows in hosted._listed():
        for row in rows:
            short = row.calc_price(Usage(input_tokens=1000, output_tokens=1000), provider, genai_request_timestamp=NOON)
            if short.input_price or short.output_price:
                _, tariffs = hosted._tariffs(row.id, NOON.date())
                (own,) = [one for one in tariffs if one.provider == provider.name]
                assert own[2:4] == pytest.approx((float(short.input_price) * 1000, float(short.output_price) * 1000)), row.id
                assert all(tier.input_price >= own.input_price and tier.output_price >= own.output_price for tier in own.tiers)
                asked += 1
    assert asked > 2000


def test_every_maker_and_every_exception_is_in_the_package() -> None:
    ids = [f"{provider.id}/{row.id}" for provider in get_snapshot().providers for row in provider.models]
    for name in ("api_makers", "api_not_sold"):
        for start in str(catalogue.assumption(name).value).split():
            assert any(one.startswith(start) for one in ids), start
    assert set(str(catalogue.assumption("api_closed").value).split()) <= {one.id for one in catalogue.load("models", Model)}
    makers = tuple(str(catalogue.assumption("api_makers").value).split())
    own = [one.split("/", 1)[1] for one in ids if one.startswith(makers)]
    assert len(own) == len(set(own))  # no model has two makers


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

    catalogue.forget()
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
    assert not {"memory_share", "throughput_error"} & {one.name for one in found.inputs}, "the API's bill does not rest on them"


def test_a_day_before_the_accelerator_was_for_rent_has_an_api_price_all_the_same() -> None:
    found = compute_cost.api_cost("meta-llama/llama-3.1-70b-instruct", as_of="2020-01-01")
    assert found.value > 0
    assert "self_hosted_cost" not in found.values
