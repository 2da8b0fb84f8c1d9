"""Compiling the tables of tariffs: what one row of a list becomes, and which names are one model."""

from __future__ import annotations

import csv
import datetime
import shutil
from pathlib import Path
from typing import Any

import pytest
from genai_prices.data_snapshot import get_snapshot

from compute_cost.catalogue.shelves import folded
from compute_cost.command import tariff_update
from compute_cost.command.tariff_update import Listed, compared, ends, grouped, listed, release_days, tariff_rows

DAY = datetime.date(2026, 11, 22)


def rows_of(host: str, offer: str) -> list[dict[str, str]]:
    (one,) = [one for one in listed(get_snapshot().providers) if (one.host, one.offer, one.service) == (host, offer, "standard")]
    return list(tariff_rows(one, DAY))


def test_every_price_of_an_offer_is_a_row() -> None:
    rows = rows_of("openai", "o3")
    assert [(row["since"], row["input"]) for row in rows if row["service"] == "standard"] == [("", "10"), ("2025-06-10", "2")]
    assert {row["service"] for row in rows} > {"standard", "batch"}
    tiers = [row for row in rows_of("google", "gemini-2.5-pro") if row["service"] == "standard"]
    assert [(row["over"], row["input"], row["output"]) for row in tiers] == [("", "1.25", "10"), ("200000", "2.5", "15")]
    assert "file searches at $0.0025 each" in rows_of("openai", "gpt-4o")[0]["other"]
    peaks = {row["hours"]: row["output"] for row in rows_of("deepseek", "deepseek-v4-pro") if row["since"]}
    assert peaks == {"": "1.98", "01:00-04:00": "3.96", "06:00-10:00": "3.96"}


def test_spellings_are_one_model_unless_a_host_sells_two() -> None:
    cheap, dear = ("1", "2"), ("5", "15")
    found = grouped(
        {
            ("a", "gpt-4o"): cheap,
            ("a", "gpt-4o-2024-05-13"): dear,
            ("b", "openai/gpt-4o"): cheap,
            ("c", "gpt-4o-2024-08-06"): cheap,
            ("a", "llama-3-8b"): cheap,
            ("b", "meta-llama/Llama-3-8B-Instruct"): dear,
        }
    )
    assert found["a", "gpt-4o"] == found["b", "openai/gpt-4o"] == found["c", "gpt-4o-2024-08-06"]
    assert found["a", "gpt-4o-2024-05-13"] != found["a", "gpt-4o"]
    assert found["a", "llama-3-8b"] == found["b", "meta-llama/Llama-3-8B-Instruct"]


def test_a_day_is_left_out_only_where_somebody_asks_the_price_of_both() -> None:
    cheap, dear = ("1", "2"), ("5", "15")
    found = grouped({("a", "gpt-9"): cheap, ("b", "gpt-9-2024-05-13"): dear, ("b", "gpt-9-2025-05-13"): cheap})
    assert found["a", "gpt-9"] == found["b", "gpt-9-2025-05-13"] != found["b", "gpt-9-2024-05-13"]
    of_open_weights = grouped({("a", "Mistral-Small-3.2-24B-Instruct-2506"): dear, ("b", "mistral-small-3.2-24b-instruct"): cheap})
    assert len(set(of_open_weights.values())) == 1, "the same model, whatever it costs there"


@pytest.mark.parametrize(
    ("price", "confidence", "second"), [(2.5e-6, "checked", ""), (3e-6, "partly checked", "litellm: input 3"), (None, "partly checked", "")]
)
def test_a_second_list_confirms_a_row_or_is_named(price: float | None, confidence: str, second: str) -> None:
    row = {**rows_of("openai", "gpt-4o")[0], "source": "genai-prices"}
    other: dict[str, Any] = {
        "input_cost_per_token": price,
        "output_cost_per_token": 1e-5,
        "input_cost_per_token_flex": 1e-6,
        "output_cost_per_token_flex": 2e-6,
    }
    found = list(compared([row], {("openai", "gpt4o"): other}, DAY))
    assert (found[0]["confidence"], found[0]["second"]) == (confidence, second)
    # What the second list alone has counts only where it confirms the rest, and is checked by nobody.
    assert [(one["service"], one["input"], one["confidence"]) for one in found[1:]] == (
        [("flex", "1", "not checked")] if confidence == "checked" else []
    )


def test_a_release_is_the_makers_word(tmp_path: Any) -> None:
    for place, day in (("models/openai", "2024-05-13"), ("providers/x/models", "2023-01-01")):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "gpt-4o.toml").write_text(f'release_date = "{day}"\n', encoding="utf-8")
    assert release_days(tmp_path) == {"gpt4o": "2024-05-13"}


def test_a_price_that_is_still_to_come_is_a_row_that_no_list_confirms() -> None:
    """Gemini 3.6 Flash at half its price until the end of 2026, in batches at half of either."""
    rows = [row | {"source": "genai-prices"} for row in rows_of("google", "gemini-3.6-flash")]
    prices = {(row["service"], row["since"]): row["input"] for row in rows if row["service"] in ("standard", "batch")}
    assert prices == {("standard", ""): "0.75", ("standard", "2027-01-01"): "1.5", ("batch", ""): "0.375", ("batch", "2027-01-01"): "0.75"}
    second = {("google", "gemini36flash"): {"input_cost_per_token": 0.75e-6, "output_cost_per_token": 3.75e-6}}
    said = {row["since"]: (row["confidence"], row["second"]) for row in compared(rows, second, DAY) if row["service"] == "standard"}
    assert said == {"": ("checked", ""), "2027-01-01": ("partly checked", "")}


def test_a_day_is_that_of_a_table_of_announcements_or_of_the_model_that_it_is_a_copy_of(tmp_path: Any) -> None:
    blank = {"name": "", "aliases": "", "released": "", "source": "", "confidence": ""}
    rows = [blank | {"id": "claude-2", "name": "Claude 2"}, blank | {"id": "x", "name": "X"}]
    (tmp_path / "systems.csv").write_text("Model,Publication date\nClaude 2,2023-07-11\nX,2023\n", encoding="utf-8")
    tariff_update.announced(rows, tmp_path / "systems.csv")
    assert [row["released"] for row in rows] == ["2023-07-11", ""]
    copies = [blank | {"id": "kimi-k3", "released": "2026-07-15"}, blank | {"id": "kimi-k3-fast"}, blank | {"id": "kimi-k4"}]
    assert [row["released"] for row in tariff_update._as_their_models(copies)] == ["2026-07-15", "2026-07-15", ""]


def test_a_batch_id_of_a_router_is_a_service() -> None:
    services = {
        one.service for one in listed(get_snapshot().providers) if one.host == "openrouter" and one.offer == "anthropic/claude-opus-4.5"
    }
    assert services == {"standard", "batch"}
    assert Listed._fields == ("host", "offer", "service", "info")
    assert not tariff_update.maker_of("google", "claude-sonnet-4-5")


def test_a_tier_of_long_prompts_that_the_second_list_alone_has_is_a_row() -> None:
    row = {**rows_of("openai", "gpt-4o")[0], "source": "genai-prices"}
    other: dict[str, Any] = {
        "input_cost_per_token": 2.5e-6, "output_cost_per_token": 1e-5, "cache_read_input_token_cost_above_200k_tokens": 2.5e-6,
        "input_cost_per_token_above_200k_tokens": 5e-6, "output_cost_per_token_above_200k_tokens": 1.5e-5,
    }  # fmt: skip
    confirmed, longer = compared([row], {("openai", "gpt4o"): other}, DAY)
    assert (confirmed["over"], confirmed["confidence"]) == ("", "checked")
    assert [longer[name] for name in ("over", "input", "cache_read", "output", "source", "confidence")] == [
        "200000", "5", "2.5", "15", "litellm", "not checked",
    ]  # fmt: skip
    known = row | {"over": "128000"}
    assert len(list(compared([row, known], {("openai", "gpt4o"): other}, DAY))) == 2, "the first list's own tiers count"


def test_a_model_ends_on_the_latest_day_that_is_listed_and_not_at_all_where_one_list_has_none() -> None:
    def row(provider: str, day: str | None) -> dict[str, str | None]:
        return {"litellm_provider": provider, "deprecation_date": day}

    listed = {
        "gemini-2.5-pro": row("vertex_ai-language-models", "2026-10-20"), "gemini/gemini-2.5-pro": row("gemini", "2026-12-01"),
        "gpt-4": row("openai", "2026-10-23"), "azure/gpt-4-turbo": row("azure", None), "azure/eu/gpt-4-turbo": row("azure", "2026-01-01"),
        "elsewhere/gpt-4": row("elsewhere", "2020-01-01"), "o1": row("openai", "date when it ends"),
    }  # fmt: skip
    assert ends(listed) == {("google", folded("gemini-2.5-pro")): "2026-12-01", ("openai", folded("gpt-4")): "2026-10-23"}


def test_searches_that_the_second_list_alone_prices_stand_with_a_model_that_always_searches() -> None:
    other = {"input_cost_per_token": 1.25e-6, "search_context_cost_per_query": {"search_context_size_medium": 0.01}}
    for offer, told in (("gpt-5-search-api", "its own web searches at $0.01 each"), ("gpt-5", "")):
        row = {**rows_of("openai", "gpt-5")[0], "source": "genai-prices", "offer": offer, "input": "1.25", "other": ""}
        (found,) = list(compared([row], {("openai", offer.replace("-", "")): other}, DAY))[:1]
        assert found["other"] == told


@pytest.mark.parametrize(
    ("offers", "longest"),
    [
        ([(272_000, 128_000, 400_000)], ("272000", "checked", "400000")),  # the other list has the whole context
        ([(8192, 4096, 8192)], ("8192", "checked", "8192")),  # both have it, for request and answer together
        ([(1_048_576, 65_536, 1_000_000)], ("1048576", "checked", "")),  # and rounds it
        ([(128_000, 128_000, 256_000)], ("256000", "partly checked", "256000")),  # no division of the context: of two the longer one
        ([(0, 0, 200_000)], ("200000", "partly checked", "200000")),
        ([(0, 0, 0)], ("", "", "")),
    ],
)
def test_the_longest_request_is_what_two_lists_make_of_it(offers: list[tuple[float, float, float]], longest: tuple[str, ...]) -> None:
    rows = [{"host": "openai", "offer": str(place), "over": ""} for place, _ in enumerate(offers)]
    limits = {("openai", str(place)): tariff_update.Limits(*said) for place, said in enumerate(offers)}
    found = tariff_update.limited({"maker": "openai"}, rows, limits)
    assert (found["longest_input"], found["limit_confidence"], found["context"]) == longest
    assert not tariff_update.limited({"maker": "google"}, rows, limits)["context"], "it takes so many tokens and writes so many more"


def test_the_longest_request_is_the_makers_unless_a_price_begins_above_it() -> None:
    limits = {("anthropic", "a"): tariff_update.Limits(200_000, 64_000, 200_000), ("router", "a"): tariff_update.Limits(0, 0, 1_000_000)}
    for over, longest in (("", "200000"), ("200000", "1000000"), ("1000000", "")):
        rows = [{"host": host, "offer": "a", "over": over} for host in ("anthropic", "router")]
        found = tariff_update.limited({"maker": "anthropic"}, rows, limits)
        assert (found["longest_input"], found["longest_output"]) == (longest, "64000")


def test_compiling_again_keeps_which_model_an_offer_is_and_what_was_written_by_hand(tmp_path: Path) -> None:
    """From the first list alone, without the days of the others."""

    def rows(folder: Path, name: str) -> list[dict[str, str]]:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    data = Path(tariff_update.__file__).parents[1] / "data"
    for name in ("hosted_models", "tariffs"):
        shutil.copy(data / f"{name}.csv", tmp_path)
    (tmp_path / "second.json").write_text("{}", encoding="utf-8")
    (tmp_path / "published.csv").write_text("Model,Publication date\n", encoding="utf-8")
    tariff_update.write(tmp_path, tmp_path / "second.json", tmp_path / "releases", tmp_path / "published.csv", DAY)
    kept = ("id", "name", "aliases", "maker", "released", "source", "confidence")
    before, after = ([[row[column] for column in kept] for row in rows(folder, "hosted_models")] for folder in (data, tmp_path))
    assert before == after
    prices = ("host", "offer", "model", "service", "since", "over", "hours", "input", "output", "cache_read")
    before, after = (
        [[row[column] for column in prices] for row in rows(folder, "tariffs") if row["source"] != "litellm"] for folder in (data, tmp_path)
    )
    assert before == after
    models = {(row["host"], row["offer"]): row["model"] for row in rows(tmp_path, "tariffs")}
    assert models["openrouter", "cohere/command-r"] == "command-r-03-2024" != models["openrouter", "cohere/command-r-08-2024"]
    assert models["openrouter", "cohere/command-r-plus"] == "command-r-plus-04-2024"
    assert models["aws", "mistral.mistral-large-2402-v1:0"] == "mistral.mistral-large-2402-v1-0"


def test_a_new_offer_is_the_model_that_the_others_of_its_name_are() -> None:
    def row(offer: str, model: str) -> dict[str, str]:
        return {"host": "a", "offer": offer, "model": model, "service": "standard", "source": "genai-prices"}

    standing = tariff_update.Standing({"x": {"id": "x"}}, [row("x-1", "x"), row("y-1", "y"), row("y-2", "y-apart")])
    models = {("a", "x-1"): "gx", ("b", "x-1"): "gx", ("a", "y-1"): "gy", ("a", "y-2"): "gy", ("b", "y"): "gy", ("b", "z"): "gz"}
    found = standing.model_of(models, {"gx": "other", "gy": "y", "gz": "z"})
    assert found == {
        ("a", "x-1"): "x", ("b", "x-1"): "x", ("a", "y-1"): "y", ("a", "y-2"): "y-apart", ("b", "y"): "y", ("b", "z"): "z",
    }  # fmt: skip
    added = standing.with_models([{"id": "z"}, {"id": "x", "name": "renamed"}, {"id": "y"}, {"id": "y-apart"}], {"x", "z"})
    assert {one["id"] for one in added} == {"x", "y", "y-apart", "z"}
    assert {"id": "x"} in added, "as it stands"


def test_rows_of_other_sources_and_of_offers_that_no_list_has_any_more_stay() -> None:
    blank = dict.fromkeys((*tariff_update.COLUMNS.values(), "over", "hours", "request", "other", "since"), "")

    def row(offer: str, source: str, price: str) -> dict[str, str]:
        return blank | {"host": "a", "offer": offer, "service": "standard", "source": source, "input": price}

    by_hand, gone = row("x", "openai-api-prices", "1"), row("y", "litellm", "2")
    standing = tariff_update.Standing({}, [by_hand, gone, row("z", "genai-prices", "3")])
    found = standing.with_rows([row("x", "genai-prices", "5"), row("z", "genai-prices", "4")])
    assert sorted((one["offer"], one["input"]) for one in found) == [("x", "1"), ("y", "2"), ("z", "4")]
