"""Tariffs of hosted models: their bills against the package that they are compiled from, and the names that models go by."""

from __future__ import annotations

import contextlib
import csv
import datetime
from collections import defaultdict
from typing import Any

import pytest
from genai_prices import Usage
from genai_prices.data_snapshot import get_snapshot

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue import names, shelves
from compute_cost.catalogue.records import Tariff
from compute_cost.catalogue.shelves import folded
from compute_cost.command.tariff_update import FIRST, MAKERS, SECOND, SERVICES, listed, maker_of
from compute_cost.errors import InputError, NoData
from compute_cost.prices import tariffs
from compute_cost.prices.tariffs import Offer, Request

pytestmark = pytest.mark.live

DAY = datetime.date(2026, 11, 22)  # of the snapshot
NOON = datetime.datetime.combine(DAY, datetime.time(12), datetime.UTC)
CLOSE = 0.005


def every_offer() -> dict[tuple[str, str, str], Offer]:
    """Each offer of the first package on the day of the snapshot, by host, id and service, without what others say of it."""
    found = {}
    for model in tariffs.hosted_models():
        for offer in tariffs.every_offer(model, DAY):
            if offer.base.source == FIRST:
                tiers = tuple(row for row in offer.tiers if row.source == FIRST)
                found[offer.host.id, offer.id, offer.base.service] = offer._replace(tiers=tiers)
    return found


def of_vendors() -> set[tuple[str, str]]:
    """Host and id of what is priced by the vendor's own page, whatever a list has."""
    return {
        (offer.host.id, offer.id)
        for model in tariffs.hosted_models()
        for offer in tariffs.every_offer(model, DAY)
        if offer.base.source not in (FIRST, SECOND)
    }


def test_every_row_bills_a_request_as_the_package_does() -> None:
    """Short and long prompts, cached and not, in every service: within 0.5% of the package's own price of that request."""
    ours, asked, wrong, not_compared = every_offer(), 0, [], of_vendors()
    for provider in get_snapshot().providers:
        for one in listed([provider]):
            if (one.host, one.offer) in not_compared:
                continue
            contexts: list[dict[str, str]] = [{}]
            for variant in one.info.price_variants or ():
                if next(iter(variant.when.items())) in SERVICES and len(variant.when) == 1:
                    contexts.append(variant.when)
            for context in contexts:
                service = SERVICES[next(iter(context.items()))] if context else one.service
                offer = ours.get((one.host, one.offer, service))
                for prompt in (1_000, 100_000, 250_000, 900_000):
                    for cached in (0, prompt * 9 // 10):
                        price = theirs(one.info, provider, prompt, cached, context)
                        if not price:
                            continue
                        if offer is None:
                            # A variant that asks the same is no row of its own.
                            assert context, one
                            offer = ours[one.host, one.offer, one.service]
                        bill = offer.bill(Request(prompt, 1_000, cached)).total
                        asked += 1
                        if abs(bill - price) > CLOSE * price:
                            wrong.append((one.host, one.offer, service, prompt, cached, bill, price))
    assert wrong == []
    assert asked > 15_000


def test_tokens_of_sound_and_an_hour_of_cache_cost_what_the_package_asks() -> None:
    """Audio that is sent and comes back is part of the package's counts, and comes on top of ours."""
    ours, asked, wrong = every_offer(), 0, []
    for provider in get_snapshot().providers:
        for one in listed([provider]):
            offer = ours.get((one.host, one.offer, one.service))
            if offer is None or not (offer.base.audio_input or offer.base.cache_write_1h):
                continue
            for heard, said, hour in ((2_000, 300, 0), (0, 0, 4_000)):
                if (heard and not (offer.base.audio_input and offer.base.audio_output)) or (hour and not offer.base.cache_write_1h):
                    continue
                usage = Usage(
                    input_tokens=10_000 + heard, output_tokens=500 + said, input_audio_tokens=heard, output_audio_tokens=said,
                    cache_write_tokens=hour, cache_write_1h_tokens=hour,
                )  # fmt: skip
                price = float(one.info.calc_price(usage, provider, genai_request_timestamp=NOON).total_price)
                bill = offer.bill(Request(10_000, 500, writes_1h=hour, audio_input=heard, audio_output=said)).total
                asked += 1
                if abs(bill - price) > CLOSE * price:
                    wrong.append((one.host, one.offer, heard, hour, bill, price))
    assert wrong == []
    assert asked > 40


def theirs(info: Any, provider: Any, prompt: int, cached: int, context: dict[str, str]) -> float:
    usage = Usage(input_tokens=prompt, output_tokens=1_000, cache_read_tokens=cached)
    try:
        return float(info.calc_price(usage, provider, genai_request_timestamp=NOON, price_context=context or None).total_price)
    except ValueError:  # a model that has no price of text
        return 0.0


def test_every_row_that_two_lists_disagree_on_is_marked() -> None:
    rows = catalogue.load("tariffs", Tariff)
    disputed = [row for row in rows if row.second]
    assert 10 < len(disputed) < 100
    assert {row.confidence for row in disputed} == {"partly checked"}
    assert {row.confidence for row in rows if row.source == SECOND} == {"not checked"}
    assert {row.source for row in rows} > {FIRST, SECOND}


def test_spellings_of_one_model_are_one_model() -> None:
    """Offers whose ids differ in the host's folder alone are of one model; an exact id is that of its own host."""
    apart = defaultdict(set)
    for row in catalogue.load("tariffs", Tariff):
        apart[folded(row.offer.rpartition("/")[2])].add(row.model)
    several = {name: models for name, models in apart.items() if len(models) > 1}
    assert len(several) < 0.005 * len(apart), several


@pytest.mark.parametrize(
    ("written", "model"),
    [
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("claude-sonnet-4-20250514", "claude-sonnet-4-0"),
        ("us.anthropic.claude-opus-4-7", "regional.anthropic.claude-opus-4-7-v1-0"),
        ("global.anthropic.claude-fable-5", "claude-fable-5"),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", "regional.anthropic.claude-sonnet-4-5-20250929-v1-0"),
        ("ft:gpt-4o-mini-2024-07-18:acme:support:9xYz", "ft-gpt-4o-mini"),
        ("claude-4-sonnet", "claude-sonnet-4-0"),
        ("openrouter/openai/gpt-4o", "gpt-4o"),
        ("azure/gpt-4o", "gpt-4o"),
        ("vertex_ai/gemini-2.5-pro", "gemini-2.5-pro"),
        ("grok-3-latest", "grok-3"),
        ("GPT 4", "gpt-4"),
        ("gpt-4-32k", "gpt-4-32k"),
        ("@cf/openai/gpt-oss-120b", "gpt-oss-120b"),
        ("accounts/fireworks/models/llama-v3p1-8b-instruct", "llama3.1-8b"),
        ("meta-llama/Llama-3.1-8B-Instruct", "llama3.1-8b"),
        ("deepseek.r1-v1:0", "deepseek-r1"),
        ("gpt-5-high", "gpt-5"),
        ("llama3.1:8b", "llama3.1-8b"),
        ("unsloth/Meta-Llama-3.1-8B-Instruct-bnb-4bit", "llama3.1-8b"),
        ("meta-llama/Llama-4-Scout-17B-16E-Instruct", "llama-4-scout"),
        ("llama4:scout", "llama-4-scout"),
        ("minimax/minimax-m2.5", "minimax-m2.5"),
    ],
)
def test_names_as_hosts_and_routers_write_them(written: str, model: str) -> None:
    found = tariffs.find(written)
    assert found
    assert found.model.id == model


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("meta.llama3-70b-instruct-v1:0", "aws"),
        ("us.deepseek.v3.2", "aws"),
        ("databricks-gpt-oss-120b", "databricks"),
        ("llama-3.1-8b-instant", "groq"),
        ("meta-llama/Llama-3.1-8B-Instruct", ""),
        ("gpt-4.1", ""),
    ],
)
def test_a_name_as_one_host_alone_writes_it_means_that_host(written: str, host: str) -> None:
    found = tariffs.find(written)
    assert found
    assert (found.host.id if found.host else "") == host


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("hyperbolic/deepseek-ai/DeepSeek-R1-0528", "hyperbolic"),
        ("kyma/gpt-5.2", "kyma"),
        ("azure/eu/gpt-4o", "eu"),
        ("eu.amazon.nova-lite-v1:0", "eu"),
        ("us.anthropic.claude-opus-4-7", ""),
        ("deepseek-ai/DeepSeek-R1-0528", ""),
        ("accounts/fireworks/models/kimi-k2p6", ""),
        ("openrouter/anthropic/claude-sonnet-4.5", ""),
    ],
)
def test_a_host_or_a_region_that_no_list_prices_is_said(written: str, part: str) -> None:
    found = tariffs.find(written)
    assert found
    assert found.unread == part
    said = [text for text in compute_cost.api_cost(written, 1e6, 1e6).warnings if "in the name of the model tells no price" in text]
    assert len(said) == bool(part)


def test_every_name_of_a_model_is_that_model_alone() -> None:
    """Ids, other names and offers, in capitals and with spaces; display names that two rows share are of one of them."""
    asked, wrong = 0, []
    for model in tariffs.hosted_models().values():
        names = {model.id, *filter(None, model.aliases.split(";")), *(row[1] for row in tariffs._book().rows[model.id])}
        for name in names | {name.upper() for name in names} | {name.replace("-", " ") for name in names}:
            asked += 1
            try:
                found = tariffs.find(name)
            except InputError:
                continue
            if found is None or found.model is not model:
                wrong.append((name, model.id, found and found.model.id))
    assert len(wrong) < 0.003 * asked, wrong


def test_a_similar_name_is_no_name() -> None:
    for stranger in ("gpt-4oo", "gpt-4o-foo", "claude", "GPT", "mistral", "r", "x" * 500, "gpt-3.5"):
        assert tariffs.find(stranger) is None, stranger
    with pytest.raises(InputError, match="text-embedding-3-large and text-embedding-3-small"):
        tariffs.find("text embedding 3")


@pytest.mark.parametrize(
    ("written", "model"),
    [
        ("Claude 4.5 Sonnet", "claude-sonnet-4-5"),
        ("anthropic/claude-4.1-opus", "claude-opus-4-1"),
        ("Claude Sonnet 3.7", "claude-3-7-sonnet-latest"),
        ("Gemini Flash Lite 2.5", "gemini-2.5-flash-lite"),
        ("GLM Air 4.5", "glm-4.5-air"),
        ("Kimi Thinking K2", "kimi-k2-thinking"),
        ("Grok Fast 4", "grok-4-fast-reasoning"),
        ("gpt-mini-4.1", "gpt-4.1-mini"),
    ],
)
def test_the_same_words_in_another_order_are_the_same_model(written: str, model: str) -> None:
    found = tariffs.find(written)
    assert found
    assert found.model.id == model


def test_other_words_or_another_number_in_another_order_are_no_model() -> None:
    for stranger in (
        "Claude 5.4 Sonnet", "Sonnet 5.4", "Claude 4.5", "Claude Sonnet 54", "Gemini 5.2 Pro", "Grok 4 mini", "gpt-4-mini", "Kimi 2K",
        "Hermes 3 Pro Llama 2 8B", "Nous Hermes 2 Llama 13B", "Qwen 3.5 397B A71B", "Medium Mistral 4", "Llama 4 Maverick Scout",
    ):  # fmt: skip
        assert tariffs.find(stranger) is None, stranger


def test_no_name_of_a_model_is_another_one_in_another_order() -> None:
    asked, wrong = 0, []
    for name in tariffs.hosted_models():
        words = name.split("-")
        for turned in {"-".join(reversed(words)), "-".join((*words[1:], words[0]))} - {name}:
            models = tariffs._models_of_words(turned) or frozenset[str]()
            asked += len(models)
            wrong += [(turned, model) for model in models if sorted(folded(model)) != sorted(folded(name)) and model != name]
    assert asked > 200
    assert not wrong


@pytest.mark.parametrize(
    ("written", "model"),
    [
        ("Sonnet 4.5", "claude-sonnet-4-5"),
        ("Opus 4.1", "claude-opus-4-1"),
        ("anthropic/haiku-4.5", "claude-haiku-4-5"),
        ("sonnet 3.7", "claude-3-7-sonnet-latest"),
        ("2.5 Pro", "gemini-2.5-pro"),
        ("vertex_ai/2.5-flash", "gemini-2.5-flash"),
        ("Flash Lite 2.5", "gemini-2.5-flash-lite"),
        ("4o", "gpt-4o"),
        ("4o mini", "gpt-4o-mini"),
        ("4.1 nano", "gpt-4.1-nano"),
        ("5 mini", "gpt-5-mini"),
        ("5 pro", "gpt-5-pro"),
    ],
)
def test_a_name_may_leave_out_its_family_as_its_makers_apps_do(written: str, model: str) -> None:
    found = tariffs.find(written)
    assert found
    assert (found.model.id, found.as_listed) == (model, False)
    short = compute_cost.api_cost(written, 1e6, 1e6)
    assert short.value == compute_cost.api_cost(model, 1e6, 1e6).value
    assert f'"{written}" is read as {found.model.name}' in short.warnings


def test_without_its_family_a_name_is_the_model_that_it_is_with_it() -> None:
    """Every id and display name of a family, without its first word, but for those with a day; every word of a family is in one of them."""
    asked, unused, wrong = 0, set(shelves.name_words()["family"]), []
    for name in {name for model in tariffs.hosted_models().values() for name in (model.id, model.name)}:
        family, _, rest = name.replace("-", " ").casefold().partition(" ")
        is_dated = any("day" in form.says for form in names.peeled(rest))
        if f"{family} {rest}" in names.with_family(rest) and tariffs.identity(f"{family} {rest}") and not is_dated:
            asked += 1
            unused -= set(rest.split())
            wrong += [name] if tariffs.identity(rest) != tariffs.identity(f"{family} {rest}") else []
    assert asked > 80
    assert not unused
    assert not wrong


def test_a_family_is_put_before_no_name_that_is_known_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.forget()
    monkeypatch.setattr(names, "with_family", lambda name: pytest.fail(f"{name} is listed"))
    for name in tariffs.known_names():
        with contextlib.suppress(InputError):
            assert tariffs.find(name), name


def test_without_a_number_with_a_family_or_of_two_models_it_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for word, row in shelves.name_words()["family"].items():
        of = row.of.split(";")
        assert names.with_family(word) == ([] if word.isalpha() else [f"{family} {word}" for family in of])
        assert names.with_family(f"{word} 1.5") == [f"{family} {word} 1.5" for family in of]
        assert not any(names.with_family(f"{family} {word} 1.5") for family in of)
        assert tariffs.find(f"{word} 99.7") is None
    monkeypatch.setattr(names, "with_family", lambda name: ["gemini-2.5-pro", "gpt-5-pro"])
    assert tariffs.find("7.5 pro") is None


def test_what_may_not_be_left_out_stays() -> None:
    assert tariffs.spellings("gpt-3.5-turbo")[-1] == "gpt-3.5-turbo"  # a tier
    assert tariffs.spellings("mistral-large")[-1] == "mistral-large"  # the maker's name is the model's
    assert tariffs.spellings("gpt-4-0613")[-1] == "gpt-4-0613"  # a day without its year
    assert tariffs.spellings("llama-3.3-70b-versatile")[-1] == "llama-3.3-70b"


def test_a_tier_is_that_of_one_request() -> None:
    (offer,) = [one for one in tariffs.offers("gemini-2.5-pro", DAY) if (one.host.id, one.base.service) == ("google", "standard")]
    short, long = offer.bill(Request(200_000)), offer.bill(Request(200_001))
    assert long.input == pytest.approx(2 * short.input, rel=1e-4)
    assert offer.bill(Request(1000, 0, 1000)).input == 0
    assert offer.bill(Request(900_000), offer.base).input == pytest.approx(4.5 * short.input)


def test_a_day_before_the_model_is_no_day() -> None:
    for model, day in (("gpt-5", "2025-08-06"), ("gpt-4o", "2024-05-12"), ("voyage-3", "2019-01-01")):
        with pytest.raises(NoData, match="was not sold before"):
            tariffs.offers(model, datetime.date.fromisoformat(day))
    for day, price in (("2025-06-09", 10), ("2025-06-10", 2)):
        (own,) = [
            one
            for one in tariffs.offers("o3", datetime.date.fromisoformat(day))
            if one.host.id == "openai" and one.base.service == "standard"
        ]
        assert own.base.input == price
        assert own.is_known
    assert not any(one.is_known for one in tariffs.offers("gpt-4", datetime.date(2024, 1, 1)))


def test_the_table_is_read_in_a_moment() -> None:
    """Three thousand rows: only those of the model that is asked for become objects."""
    rows = list(csv.reader(shelves.read_text("tariffs").splitlines()))
    assert 2_000 < len(rows) < 10_000
    assert sum(map(len, tariffs._book().rows.values())) == len(rows) - 1


def test_a_model_has_one_maker() -> None:
    makers = defaultdict(set)
    for provider in get_snapshot().providers:
        for one in listed([provider]):
            if maker_of(one.host, one.offer):
                makers[folded(one.offer.rpartition("/")[2])].add(one.host)
    assert all(len(hosts) == 1 for hosts in makers.values())
    assert {host.id for host in tariffs.hosts().rows} >= MAKERS.keys()


def test_no_model_has_a_name_of_another_version() -> None:
    """gpt-realtime-2.1 is not gpt-realtime-2, though a list bills both alike: whoever asks for it is told that it is not known."""
    models = tariffs.hosted_models().values()
    others = [(model.id, alias) for model in models for alias in filter(None, model.aliases.split(";"))]
    wrong = [(model, alias) for model, alias in others if names.is_other_version(alias, model, tariffs.hosted_models()[model].name)]
    assert not wrong
    assert len(others) > 500
    assert tariffs.find("gpt-realtime-2.1") is None
    assert tariffs.find("gpt-realtime-2")


def test_what_one_host_calls_so_may_be_another_release_than_its_maker_s() -> None:
    """Cohere's command-r is that of August 2024, OpenRouter's cohere/command-r that of March, at three times the price."""
    own = compute_cost.api_cost("cohere/command-r", 1e6, 1e6)
    for asked in (
        compute_cost.api_cost("openrouter/cohere/command-r", 1e6, 1e6),
        compute_cost.api_cost("cohere/command-r", 1e6, 1e6, provider="OpenRouter"),
    ):
        assert asked.values["offer"].value == "cohere/command-r"
        assert asked.value > own.value


@pytest.mark.parametrize("copy", ["llama-3.1-8b-instruct", "llama-3.1-8b-instruct-fp8", "llama-3.1-8b-instruct-awq"])
def test_of_the_copies_of_a_host_the_one_that_is_called_so_counts(copy: str) -> None:
    """Cloudflare asks nearly three times as much for the copy in 16 bits as for that in 4; without a copy's name the cheapest counts."""
    found = compute_cost.api_cost(f"@cf/meta/{copy}", 1e6, 1e6)
    assert found.values["offer"].value == f"cf/meta/{copy}"
    usual = compute_cost.api_cost("Llama 3.1 8B", 1e6, 1e6, provider="Cloudflare")
    assert usual.value <= found.value
