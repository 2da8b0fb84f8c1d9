"""Bills of hosted APIs: tiers, cache, services, fees, hosts and days, and what is refused."""

from __future__ import annotations

import csv
import math
import re

import numpy as np
import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue import shelves
from compute_cost.catalogue.records import Model
from compute_cost.errors import CostError, InputError, MissingInput, NoData, UnknownName
from compute_cost.prices import tariffs
from compute_cost.registry import estimates
from compute_cost.result import Result

pytestmark = pytest.mark.live

# As the makers' price pages had them in November 2026, through genai-prices 0.2.3, where a comment names no other source.


def test_cost_follows_the_tokens() -> None:
    found = compute_cost.api_cost("gpt-4o")
    assert found.value == pytest.approx(12.5)
    assert found.values["provider"].value == "OpenAI"
    assert found.low <= found.value <= found.high
    assert any(row[0] == "OpenAI" for row in found.table)
    assert compute_cost.api_cost("gpt-4o", 1000, 500).value == pytest.approx((1000 * 2.5 + 500 * 10) / 1e6)
    assert compute_cost.api_cost("gpt-4o", 1000, 0).value == pytest.approx(0.0025)
    assert compute_cost.api_cost("gpt-4o", 1000).value == pytest.approx(0.0025)


def test_a_total_of_tokens_is_no_single_request() -> None:
    small = compute_cost.api_cost("claude-sonnet-4-5", 1000, 1000)
    assert small.value == pytest.approx(0.018)
    assert any("tier of prompts up to 200,000 tokens, as the length of a request is not given" in step.formula for step in small.steps)
    assert not any("200,000" in text for text in small.warnings)  # 1,000 tokens hold no such prompt
    assert compute_cost.api_cost("gemini-2.5-pro", 100_000, 10_000).value == pytest.approx(0.225)
    large = compute_cost.api_cost("gpt-5.5", 5_000_000)
    assert large.value == pytest.approx(25)
    assert large.values["cost_of_long_prompts"].value == pytest.approx(50)
    assert any("$10.00 and $45.00" in text and "over 272,000 tokens" in text for text in large.warnings)


def test_the_tier_is_that_of_one_request() -> None:
    """A thousand requests of 1,000 tokens are short ones, however many tokens they are; one of 300,000 is not."""
    many = compute_cost.api_cost("gemini-2.5-pro", 1000, 100, requests=1_000_000)
    assert many.value == pytest.approx(1_000_000 * (1000 * 1.25 + 100 * 10) / 1e6)
    assert "cost_of_long_prompts" not in many.values
    one = compute_cost.api_cost("gemini-2.5-pro", 300_000, 100, requests=1)
    assert one.value == pytest.approx((300_000 * 2.5 + 100 * 15) / 1e6)
    assert any("tier of prompts over 200,000 tokens" in step.formula for step in one.steps)


def test_cached_input_is_a_part_of_the_input() -> None:
    """Half of a million at half the price: $3.875; four fifths of 3 million of Gemini: $6.05; 1,000 tokens written to Claude's cache
    cost a quarter more instead of, not on top of, their price."""
    assert compute_cost.api_cost("gpt-4o", 1e6, 2e5, cached_tokens=5e5).value == pytest.approx(3.875)
    for share in ("80%", 0.8, 2_400_000):
        assert compute_cost.api_cost("gemini-2.5-pro", 3e6, 5e5, cached_tokens=share).value == pytest.approx(6.05)
    written = compute_cost.api_cost("claude-sonnet-4-5", 1000, 0, cache_writes=1000)
    assert written.value == pytest.approx(0.00375)
    assert written.values["writes_cost"].value == pytest.approx(0.00375)
    plain = compute_cost.api_cost("gpt-4", 1000, 0, cached_tokens="100%")  # no price of its own: what other input costs
    assert plain.value == compute_cost.api_cost("gpt-4", 1000, 0).value


def test_a_cache_for_an_hour_has_its_own_price() -> None:
    """Claude Sonnet 4.5: $6 a million instead of the $3.75 of five minutes; of a million tokens a half is written."""
    assert compute_cost.api_cost("claude-sonnet-4-5", 1e6, 0, cache_writes_1h="50%").value == pytest.approx(0.5 * 3 + 0.5 * 6)
    assert compute_cost.api_cost("claude-sonnet-4-5", 1e6, 0, cache_writes=2e5, cache_writes_1h=2e5).value == pytest.approx(
        0.6 * 3 + 0.2 * 9.75
    )
    with pytest.raises(InputError, match="no price of a cache for an hour"):
        compute_cost.api_cost("gpt-4o", 1e6, 0, cache_writes_1h=1e5)
    with pytest.raises(InputError, match="cache_writes_1h.*more than the 100"):
        compute_cost.api_cost("claude-sonnet-4-5", 100, 0, cache_writes=60, cache_writes_1h=60)


def test_sound_and_pictures_are_billed_where_the_tariff_has_their_price() -> None:
    """gpt-4o-mini-realtime-preview: $10 and $20 a million of sound, beside $0.60 and $2.40 of text; 1,290 tokens make one picture of
    Gemini 2.5 Flash Image at $30 a million, $0.039 each."""
    spoken = compute_cost.api_cost("gpt-4o-mini-realtime-preview", 1000, 500, audio_input_tokens=10_000, audio_output_tokens=2000)
    assert spoken.value == pytest.approx((1000 * 0.6 + 500 * 2.4 + 10_000 * 10 + 2000 * 20) / 1e6)
    assert spoken.values["audio_output_cost"].value == pytest.approx(0.04)
    drawn = compute_cost.api_cost("gemini-2.5-flash-image", image_output_tokens=1290, requests=1000)
    assert drawn.value == pytest.approx(1000 * 1290 * 30 / 1e6)
    with pytest.raises(InputError, match="no price of audio input for GPT-4.1"):
        compute_cost.api_cost("gpt-4.1", 1000, 0, audio_input_tokens=1000)
    unused = compute_cost.api_cost("gpt-4o-mini-realtime-preview", 1000, 500)
    assert any(
        "audio input at $10.00" in text and text.endswith("give audio_input_tokens, audio_output_tokens") for text in unused.warnings
    )


def test_hosts_without_a_price_of_a_part_are_no_part_of_the_range() -> None:
    written = compute_cost.api_cost("claude-sonnet-4-5", 1e5, 0, cache_writes_1h=5e4)
    plain = compute_cost.api_cost("claude-sonnet-4-5", 1e5, 0, cache_writes=5e4)
    assert {row[0] for row in plain.table[1:]} - {row[0] for row in written.table[1:]} == {"OpenRouter"}
    assert (written.low, written.high) == (written.value, written.value)
    with pytest.raises(InputError, match="OpenRouter has no price of a cache for an hour"):
        compute_cost.api_cost("claude-sonnet-4-5", 1e5, 0, cache_writes_1h=5e4, provider="OpenRouter")


def test_thinking_is_billed_as_output() -> None:
    answered = compute_cost.api_cost("gemini-2.5-flash", 15, 359, thinking_tokens=661)
    assert answered.value == pytest.approx(compute_cost.api_cost("gemini-2.5-flash", 15, 1020).value)
    deep = compute_cost.api_cost("sonar-deep-research", 0, 1e6, thinking_tokens=1e6)
    assert deep.values["thinking_cost"].value == pytest.approx(3)
    assert "thinking" in next(one.help for one in estimates()["api_cost"].parameters if one.name == "output_tokens")


def test_services_have_their_own_tariff() -> None:
    assert compute_cost.api_cost("gpt-4o-mini", 1e8, 1e7, service="batch").value == pytest.approx(10.5)
    assert compute_cost.api_cost("gpt-5", 1e6, 1e6, service="priority").value == pytest.approx(22.5)
    with pytest.raises(InputError, match="OpenAI sells GPT-4o so; it is sold as standard, batch, priority"):
        compute_cost.api_cost("gpt-4o", service="flex", provider="OpenAI")
    with pytest.raises(UnknownName, match="standard, batch, flex, priority, fast"):
        compute_cost.api_cost("gpt-4o", service="turbo")


def test_a_fee_is_one_of_each_request() -> None:
    """Sonar Pro: $6 per thousand requests besides its tokens, with the search context that it takes unless asked otherwise."""
    assert compute_cost.api_cost("sonar-pro", 1000, 1000, requests=1).value == pytest.approx(0.024)
    assert compute_cost.api_cost("sonar-pro", 1000, 1000, requests=1000).values["fee_cost"].value == pytest.approx(6)
    said = " ".join(compute_cost.api_cost("sonar-pro", 1000, 1000).warnings)
    assert "$0.006 for each request on top" in said
    assert "larger search contexts at $0.01 and $0.014 a request" in said


@pytest.mark.parametrize("name", ["gpt-4o", "gpt-5.5", "claude-haiku-4-5", "gemini-2.5-flash"])
def test_a_tool_that_nobody_switched_on_is_a_step_and_no_warning(name: str) -> None:
    found = compute_cost.api_cost(name, 1000, 1000)
    assert not any("searches" in text for text in found.warnings)
    assert any(step.label == "Not used: web searches" and "each" in step.formula for step in found.steps)
    assert not any("storage" in step.label for step in found.steps)
    for searcher in ("sonar-deep-research", "o3-deep-research"):  # it always searches
        assert any("its own web searches at" in text for text in compute_cost.api_cost(searcher).warnings)


def test_what_the_tariff_holds_beyond_is_named() -> None:
    deep = " ".join(compute_cost.api_cost("sonar-deep-research").warnings)
    for part in ("thinking at $3.00 per million", "output citation at $2.00 per million", "web searches at $0.005 each"):
        assert part in deep
    assert any("$1.32 and $3.96" in text and "01:00-04:00" in text for text in compute_cost.api_cost("deepseek-v4-pro").warnings)
    assert any("cached_tokens" in step.formula for step in compute_cost.api_cost("gpt-4o").steps)
    assert any("not settled" in text for text in compute_cost.api_cost("grok-code-fast-1").warnings)


def test_the_spread_over_the_hosts_is_one_input() -> None:
    """The ends are those of whole bills, the 10th and 90th percentile of them; the value is the bill of one of the hosts."""
    found = compute_cost.api_cost("gpt-oss-120b", 3e6, 1e6)
    bills = [float(row[-1]) for row in found.table[1:]]
    assert len(bills) > 10
    assert found.value in bills
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(bills, (0.1, 0.9))))
    (level,) = [one for one in found.inputs if one.is_uncertain]
    assert (level.name, level.value) == ("price_level", 1)
    draws = np.asarray(found.question.run({"price_level": np.array([-1.0, 0.0, 1.0])})[0].value)
    assert draws == pytest.approx(np.array([found.low, found.value, found.high]))
    lone = compute_cost.api_cost("gpt-oss-120b", 3e6, 1e6, provider="Groq")
    assert lone.low == lone.value == lone.high
    assert compute_cost.api_cost("gpt-oss-120b", 0, 0).high == 0


def test_the_range_spans_both_lists_where_they_disagree() -> None:
    """Of one host too. The bill of the other list is worked out by hand from the prices that the row names."""
    disagreeing = [
        (row["model"], row["offer"], row["host"], row["second"]) for row in _tariff_rows() if row["second"] and row["over"] == ""
    ]
    assert any("input" in second and "output" in second for *_, second in disagreeing)
    compared = 0
    for model, offer, host, second in disagreeing:
        prices = {name: float(price) for name, price in re.findall(r"(input|output) ([\d.]+)", second)}
        try:
            found = compute_cost.api_cost(model, 1e6, 1e6, provider=host)
        except (InputError, UnknownName):  # sold in another service alone
            continue
        if found.values["offer"].value != offer or not prices or "not settled" not in " ".join(found.warnings):
            continue
        own = {name: float(found.values[f"{name}_price"].value) for name in ("input", "output")}
        other = sum((own | prices).values())
        assert (found.low, found.high) == pytest.approx((min(found.value, other), max(found.value, other))), (model, host)
        compared += 1
    assert compared > 5


def _tariff_rows() -> list[dict[str, str]]:
    return list(csv.DictReader(shelves.read_text("tariffs").splitlines()))


@pytest.mark.parametrize(
    "spellings",
    [
        ("gpt-oss-120b", "openai/gpt-oss-120b", "GPT OSS 120B"),
        ("gemma-3-27b-it", "google/gemma-3-27b-it", "Gemma 3 27B"),
        ("gpt-4o", "gpt-4o-2024-08-06", "GPT-4o", "openai/gpt-4o"),
        ("claude-sonnet-4-0", "claude-sonnet-4-20250514", "Claude Sonnet 4"),
    ],
)
def test_one_model_has_one_answer(spellings: tuple[str, ...]) -> None:
    assert len({(found.value, found.low, found.high) for found in map(compute_cost.api_cost, spellings)}) == 1


def test_an_exact_id_comes_before_a_display_name() -> None:
    for name, price in (("gpt-4", 90), ("GPT 4", 90), ("gpt-4-32k", 180)):
        assert compute_cost.api_cost(name).value == pytest.approx(price)
    with pytest.raises(InputError, match="text-embedding-3-large and text-embedding-3-small"):
        compute_cost.api_cost("text embedding 3")
    assert compute_cost.api_cost("Text-Embedding-3-Small", 1e6).value == pytest.approx(0.02)


def test_the_maker_is_who_makes_the_model() -> None:
    makers = {"claude-sonnet-4-5": "Anthropic", "claude-opus-5": "Anthropic", "gemini-2.5-pro": "Google", "gpt-4o": "OpenAI", "o3": "OpenAI",
              "mistral-large": "Mistral AI", "grok-3": "xAI", "kimi-k2": "Moonshot AI", "sonar": "Perplexity", "deepseek-chat": "DeepSeek"}  # fmt: skip
    for name, maker in makers.items():
        found = compute_cost.api_cost(name)
        assert found.values["provider"].value == maker, name
        assert any(f"of {maker}, the maker" in step.formula for step in found.steps)
    for name in ("gpt-oss-120b", "gpt-oss-20b"):  # OpenAI published the weights and sells no tokens of them
        found = compute_cost.api_cost(name)
        assert "OpenAI" not in {row[0] for row in found.table}
        assert any("median bill of" in step.formula for step in found.steps)


@pytest.mark.parametrize(
    "name", ["claude-haiku-4-5", "claude-opus-5", "glm-5.3-flash", "kimi-k2.6", "davinci", "gemini-pro", "mixtral-8x7b"]
)
def test_a_host_far_from_the_maker_is_named_and_no_bound_of_the_range(name: str) -> None:
    """A reseller at a quarter of the maker's price tells nothing of what the model costs; nor does one at eleven times it."""
    found = compute_cost.api_cost(name)
    assert found.value / 2 <= found.low <= found.value <= found.high <= found.value * 2
    far = {str(row[0]) for row in found.table[1:] if not found.value / 2 <= float(row[-1]) <= found.value * 2}
    (told,) = (step for step in found.steps if step.label.startswith("Not in the range"))
    assert far
    assert all(host in told.formula for host in far)


def test_hosts_near_the_maker_still_make_the_range_and_a_model_without_a_maker_has_the_range_of_all() -> None:
    near = compute_cost.api_cost("glm-4.7")
    assert near.low < 0.95 * near.value
    assert near.high > 1.05 * near.value
    of_all = compute_cost.api_cost("gpt-oss-120b")
    assert not any(step.label.startswith("Not in the range") for step in of_all.steps)
    alone = compute_cost.api_cost("claude-haiku-4-5", provider="QuickSilver Pro")
    assert alone.low == alone.value == alone.high < compute_cost.api_cost("claude-haiku-4-5").low / 2


def test_a_host_is_chosen_by_its_usual_names() -> None:
    for name in ("AWS", "Amazon", "Bedrock", "aws"):
        assert compute_cost.api_cost("claude-sonnet-4-5", provider=name).values["provider"].value == "Amazon Bedrock"
    assert compute_cost.api_cost("openrouter/openai/gpt-4o").values["provider"].value == "OpenRouter"
    assert compute_cost.api_cost("vertex_ai/claude-sonnet-4-5").values["provider"].value == "Google"
    with pytest.raises(UnknownName, match="^provider:"):
        compute_cost.api_cost("gpt-4o", provider="Grok Cloud Inc")


@pytest.mark.parametrize(("prefix", "host"), [("azure", "Microsoft Azure"), ("groq", "Groq")])
def test_a_host_without_a_price_is_one_case_however_it_is_named(prefix: str, host: str) -> None:
    """That the catalogue has no price of GPT-4o at Azure does not mean that Azure does not sell it."""
    usual = compute_cost.api_cost("gpt-4o")
    for found in (compute_cost.api_cost(f"{prefix}/gpt-4o"), compute_cost.api_cost("gpt-4o", provider=prefix)):
        assert (found.value, found.low, found.high, found.values["provider"].value) == (usual.value, usual.low, usual.high, "OpenAI")
        assert any(f"the catalogue has no price of GPT-4o at {host}" in text for text in found.warnings)
    assert not any("has no price of" in text for text in usual.warnings)
    assert not any("has no price of" in text for text in compute_cost.api_cost("gpt-4o", provider="OpenRouter").warnings)


def test_the_price_of_an_earlier_day() -> None:
    """o3 was $10 and $40 before 2025-06-10; GPT-4o $5 and $15 until the alias moved to the snapshot of August 2024."""
    assert compute_cost.api_cost("o3", as_of="2025-05-01").value == pytest.approx(50)
    assert compute_cost.api_cost("gpt-4o", as_of="2024-06-01").value == pytest.approx(20)
    unknown = compute_cost.api_cost("claude-sonnet-4-5", as_of="2026-01-01")
    assert unknown.low < 0.6 * unknown.value < 1.7 * unknown.value < unknown.high
    assert any("not recorded" in text for text in unknown.warnings)
    for model, day in (("gpt-5", "2020-01-01"), ("gpt-5", "2025-08-06"), ("gpt-4", "2023-03-13"), ("voyage-3", "2019-12-31")):
        with pytest.raises(NoData, match="was not sold before"):
            compute_cost.api_cost(model, as_of=day)


def test_bad_input_is_one_clear_line() -> None:
    bad: list[tuple[type[CostError], dict[str, object]]] = [
        (InputError, {"input_tokens": 10, "requests": -1}),
        (InputError, {"input_tokens": 10, "requests": 1.5}),
        (InputError, {"input_tokens": 10, "cached_tokens": 11}),
        (InputError, {"input_tokens": 10, "cached_tokens": 6, "cache_writes": 5}),
        (InputError, {"input_tokens": 10, "cached_tokens": "120%"}),
        (InputError, {"input_tokens": 10, "cached_tokens": 1.5}),
        (InputError, {"input_tokens": -1}),
        (InputError, {"input_tokens": math.nan}),
        (MissingInput, {"requests": 5}),
    ]
    for kind, arguments in bad:
        with pytest.raises(kind) as refused:
            compute_cost.api_cost("gpt-4o", **arguments)  # type: ignore[arg-type]
        assert "\n" not in str(refused.value)
    for stranger in ("gpt-4oo", "gpt-4o-foo", "claude", "GPT"):
        with pytest.raises(UnknownName, match="^model:"):
            compute_cost.api_cost(stranger)


def test_closed_models_are_those_of_the_catalogue() -> None:
    closed = str(catalogue.assumption("api_closed").value).split()
    assert set(closed) <= {one.id for one in catalogue.load("models", Model)}


def test_what_is_billed_by_its_input_alone_charges_no_output() -> None:
    """An embedding is not paid for by tokens that it writes: such a bill is refused, and is not $0."""
    with pytest.raises(InputError, match="^output_tokens: .*by what is sent alone"):
        compute_cost.api_cost("text-embedding-3-small", output_tokens=1e6)
    assert compute_cost.api_cost("text-embedding-3-small", 1e6).value > 0


def test_a_model_whose_end_is_past_says_so_and_one_before_its_end_does_not() -> None:
    end = "announced the end of deepseek-chat for 2026-07-24"
    assert end in " ".join(compute_cost.api_cost("deepseek-chat", 1000, 1000, "2026-11-22").warnings)
    for before in ("2026-07-24", "2026-01-15"):
        assert "announced the end" not in " ".join(compute_cost.api_cost("deepseek-chat", 1000, 1000, before).warnings)


def test_a_name_for_the_newest_is_the_last_release_of_the_day() -> None:
    """Mistral Large came out in February 2024, Large 3 in December 2025, Large 4 on October 6, 2026."""

    def read(name: str, day: str) -> str:
        return compute_cost.api_cost(name, 1000, 1000, day).warnings[0]

    for day, model in (("2026-11-22", "Mistral Large 4"), ("2026-03-01", "Mistral Large 3 2512"), ("2024-06-01", "Mistral Large")):
        assert f'"mistral-large-latest" is read as {model}'.casefold() in f"{read('mistral-large-latest', day)} ".casefold()
    newest = compute_cost.api_cost("mistral-large-latest", 1e6, 1e6)
    assert newest.value == compute_cost.api_cost("mistral-large-4", 1e6, 1e6).value
    assert newest.value != compute_cost.api_cost("mistral-large", 1e6, 1e6).value
    assert not any("is read as" in text for text in compute_cost.api_cost("mistral-large", 1e6, 1e6).warnings)


def test_what_a_host_sells_as_the_newest_is_no_offer_of_a_dated_release() -> None:
    """Mistral asks $2.70 and $8.10 for Medium 1, $0.10 for Ministral 8B of 2024, and other prices for what is newest."""
    cost = {
        name: compute_cost.api_cost(name, 1e6, 1e6).value
        for name in ("mistral-medium-2312", "mistral-medium-latest", "ministral-8b", "ministral-8b-latest", "ministral-8b-2512")
    }
    assert cost["mistral-medium-2312"] == pytest.approx(10.8)
    assert cost["mistral-medium-latest"] == compute_cost.api_cost("mistral-medium-3-5", 1e6, 1e6).value
    assert cost["ministral-8b"] == pytest.approx(0.2)
    assert cost["ministral-8b-latest"] == cost["ministral-8b-2512"] == pytest.approx(0.3)
    with pytest.raises(InputError, match="mistral-medium-2312 and mistral-medium-3-1"):
        compute_cost.api_cost("mistral-medium")  # the router's name of the first, its maker's of a later one


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("claude-opus-4-6-think", 'did you mean claude-opus-4-6 (without "think") or'),
        ("openai/gpt-5.1-thinking", 'did you mean gpt-5.1 (without "thinking")'),
        ("openai/gpt-oss-120b-fast", 'did you mean gpt-oss-120b (without "fast") or'),
        ("minimax-m2.7-fast", 'did you mean minimax-m2.7 (without "fast") or'),
    ],
)
def test_a_near_miss_of_what_is_sold_says_what_it_differs_in(written: str, nearest: str) -> None:
    with pytest.raises(CostError) as refused:
        compute_cost.api_cost(written, 1e6, 1e6)
    assert nearest in str(refused.value)


def test_what_is_left_out_of_a_name_that_no_host_writes_is_said() -> None:
    """The price is that of the model: a name with a region or a word for free offers is no other price."""
    for written, read in (("xai.grok-4.7", "Grok 4.7"), ("openai-gpt-54-mini", "GPT-5.4 mini")):
        found = compute_cost.api_cost(written, 1e6, 1e6)
        assert any(f'"{written}" is read as {read}'.casefold() in text.casefold() for text in found.warnings), found.warnings
    assert any("free offers are left out" in text for text in compute_cost.api_cost("gemma-4-26b-a4b-it-free", 1e6, 1e6).warnings)
    assert not any("is read as" in text for text in compute_cost.api_cost("openrouter/openai/gpt-4o", 1e6, 1e6).warnings)


def test_a_release_of_another_day_has_its_own_price_or_none() -> None:
    """A million tokens each way; Mistral AI and Cohere lowered the price with a release of the same name."""

    def asked(model: str) -> tuple[object, tuple[str, ...]]:
        found = compute_cost.api_cost(model, 1e6, 1e6)
        return found.value, found.warnings

    assert [asked(f"mistral-large-{day}")[0] for day in ("2402", "2407", "2411")] == pytest.approx([16, 8, 8])
    assert asked("aws/mistral-large-2407")[0] == pytest.approx(8), "not what the older release costs there"
    assert asked("command-r-03-2024")[0] != asked("command-r-08-2024")[0]
    with pytest.raises(UnknownName, match="did you mean"):
        compute_cost.api_cost("mistral-small-2409")  # of 2024: the newest, which its maker calls so too, is another model
    for never in ("gpt-4o-2024-02-02", "mistral-large-2501", "claude-sonnet-4-20250101", "qwen3-max-2026-01-23"):
        with pytest.raises(UnknownName, match="did you mean"):
            compute_cost.api_cost(never, 1e6, 1e6)
    assert asked("claude-3-5-sonnet-20241022")[0] == asked("claude-3-5-sonnet-20240620")[0], "both are listed, at one price"


@pytest.mark.parametrize("model", ["gpt-4o-mini-search-preview", "gpt-4o-search-preview", "gpt-5-search-api", "sonar-deep-research"])
def test_a_model_that_always_searches_says_what_its_searches_cost(model: str) -> None:
    found = compute_cost.api_cost(model, 1000, 500, requests=1000)
    assert any("its own web searches at $" in text for text in found.warnings)
    assert not any("web searches" in text for text in compute_cost.api_cost("gpt-4o-mini", 1000, 500, requests=1000).warnings)


def limits_said(answer: Result) -> list[str]:
    said = ("takes requests of up to", "in an answer", "of request and answer together")
    return [warning for warning in answer.warnings if any(words in warning for words in said)]


def test_one_request_longer_than_the_model_takes_says_so_and_a_total_does_not() -> None:
    """GPT-4o takes 128,000 tokens and writes 16,384, as OpenAI's page of the model has it."""
    model = tariffs.hosted_models()["gpt-4o"]
    assert (model.longest_input, model.longest_output) == (128_000, 16_384)
    (said,) = limits_said(compute_cost.api_cost("gpt-4o", 3e6, 1000, requests=1))
    assert "128,000" in said
    assert "3,000,000" in said
    (said,) = limits_said(compute_cost.api_cost("gpt-4o", 1000, 10_000, requests=5, thinking_tokens=10_000))
    assert "16,384" in said
    assert "20,000" in said
    assert not limits_said(compute_cost.api_cost("gpt-4o", 128_000 - 16_384, 16_384, requests=5))
    assert not limits_said(compute_cost.api_cost("gpt-4o", 3e6, 1e6))


@pytest.mark.parametrize(("model", "sent", "received", "together"), [("gpt-4", 6000, 3000, 8192), ("gpt-5", 272_000, 128_000, 0),
                                                                     ("gemini-2.5-pro", 1_000_000, 60_000, 0)])  # fmt: skip
def test_request_and_answer_share_the_context_where_a_model_counts_them_together(
    model: str, sent: int, received: int, together: int
) -> None:
    """GPT-4 holds 8,192 tokens of both, GPT-5 272,000 and 128,000 more; Gemini counts what it writes apart."""
    said = limits_said(compute_cost.api_cost(model, sent, received, requests=10))
    assert len(said) == bool(together)
    assert all(f"{together:,}" in text and f"{sent:,}" in text and f"{received:,}" in text for text in said)
    assert not limits_said(compute_cost.api_cost("gpt-4", 5192, 3000, requests=10)), "the whole context"


def test_a_model_whose_longest_request_nobody_states_has_no_limit() -> None:
    assert tariffs.hosted_models()["gpt-4.5-preview"].longest_input is None
    assert not limits_said(compute_cost.api_cost("gpt-4.5-preview", 1e8, 1e6, requests=1))


def test_no_price_begins_above_the_longest_request() -> None:
    for name, model in tariffs.hosted_models().items():
        if model.longest_input:
            priced = [tier.over or 0 for offer in tariffs.every_offer(name, catalogue.catalogue_date()) for tier in offer.tiers]
            assert max(priced, default=0) < model.longest_input, name
            assert model.limit_source, name
            assert model.limit_confidence, name


def test_every_estimate_with_a_hosted_request_says_that_it_is_too_long() -> None:
    assert limits_said(compute_cost.self_host_or_api("gpt-4o", "Llama 3.3 70B", "H100", 1000, 130_000, 500))
    assert limits_said(compute_cost.embed_cost(1000, tokens_per_document=20_000, chunk_tokens=10_000))
    assert not limits_said(compute_cost.embed_cost(1000, tokens_per_document=2000, chunk_tokens=10_000)), "no document is that long"
    found = compute_cost.cheapest_serving("Llama 3.3 70B", 1000, 200_000, 500)
    assert limits_said(found)
    assert not any(row[0] == "hosted API" for row in found.table)
