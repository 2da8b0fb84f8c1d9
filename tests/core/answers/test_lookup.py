"""Facts, assumptions, sources and search: what is in the catalogue comes out with its unit, source and doubt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue, registry
from compute_cost.answers.lookup import GPU_FIELDS, KINDS, MODEL_FIELDS
from compute_cost.errors import NoData, UnknownName
from compute_cost.result import Result
from tests.support import chip, model


def says(result: Result, words: str) -> bool:
    return any(words in text for text in result.warnings)


# Facts of a chip


@pytest.mark.parametrize(
    ("gpu", "field", "value", "unit"),
    [
        ("H100", "memory", 80, "GB"), ("H100", "memory_bandwidth", 3350, "GB/s"), ("H100", "peak_bf16", 989, "TFLOP/s"), ("H100", "peak_fp8", 1979, "TFLOP/s"),
        ("H100", "link_bandwidth", 900, "GB/s"), ("H100", "network", 400, "Gbit/s"), ("H100", "power", 700, "W"), ("h100", "name", "H100 SXM 80GB", ""),
        ("H100", "vendor", "NVIDIA", ""), ("A100", "Peak-BF16", 312, "TFLOP/s"), ("A100", "released", "2020-11", ""), ("MI300X", "generation", "cdna3", ""),
    ],
)  # fmt: skip
def test_a_fact_of_a_chip(gpu: str, field: str, value: float | str, unit: str) -> None:
    """NVIDIA's data sheets of the H100 and A100."""
    found = compute_cost.gpu_fact(gpu, field)
    assert (found.value, found.unit) == (value, unit)
    assert found.low == found.high == value


def test_a_fact_has_the_source_of_its_row_and_a_price_its_own() -> None:
    assert [one.id for one in compute_cost.gpu_fact("H100", "memory").sources] == [chip("H100").source]
    other = next(one for one in catalogue.accelerators().rows if one.purchase_price and one.purchase_source != one.source)
    assert compute_cost.gpu_fact(other.name, "purchase_price").steps[0].sources == (other.purchase_source,)


def test_a_note_and_a_doubt_come_with_the_fact() -> None:
    assert says(compute_cost.gpu_fact("H100", "peak_bf16"), "note: 1979 bf16 / 3958 fp8 are sparse")
    assert says(compute_cost.gpu_fact("T4", "memory"), "the figures of T4 are partly checked against their source")
    assert not says(compute_cost.gpu_fact("H100", "peak_bf16"), "checked")


def test_a_fact_that_is_not_known_is_no_zero() -> None:
    with pytest.raises(NoData, match="^field: the peak_fp8 of A100 SXM 80GB is not in the catalogue"):
        compute_cost.gpu_fact("A100", "peak_fp8")
    with pytest.raises(UnknownName, match="^field: .*give one of memory, memory_reported, memory_bandwidth, "):
        compute_cost.gpu_fact("A100", "colour")
    with pytest.raises(UnknownName, match="^gpu: .*did you mean A100"):
        compute_cost.gpu_fact("A1000", "memory")


# Facts of a model


@pytest.mark.parametrize(
    ("name", "field", "value", "unit"),
    [
        ("GPT-3", "params", 175e9, "parameters"), ("GPT-3", "tokens", 300e9, "tokens"), ("GPT-3", "layers", 96, "layers"), ("GPT-3", "heads", 96, "heads"),
        ("Llama 2 70B", "kv_heads", 8, "heads"), ("DeepSeek-V3", "active_params", 37e9, "parameters"), ("GPT-3", "active_params", 175e9, "parameters"),
        ("DeepSeek-V3", "experts", 256, "experts"), ("gpt3", "organization", "OpenAI", ""), ("DeepSeek-V3", "kind", "moe", ""), ("Llama 2 7B", "vocab", 32000, "tokens"),
        ("Llama 3.1 8B", "max_context", 131072, "tokens"), ("GPT-2 XL", "license", "mit", ""),
    ],
)  # fmt: skip
def test_a_fact_of_a_model(name: str, field: str, value: float | str, unit: str) -> None:
    found = compute_cost.model_fact(name, field)
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize("field", ["hidden", "ffn"])
def test_a_width_is_no_percentage(field: str) -> None:
    assert "%" not in repr(compute_cost.model_fact("GPT-3", field))


def test_the_shape_has_a_source_and_a_doubt_of_its_own() -> None:
    """Llama 2's counts are of its card, its shape of another source; of GLaM the shape was not checked."""
    known = model("Llama 2 7B")
    assert known.source != known.shape_source
    assert compute_cost.model_fact("Llama 2 7B", "params").steps[0].sources == (known.source,)
    assert compute_cost.model_fact("Llama 2 7B", "layers").steps[0].sources == (known.shape_source,)
    assert says(compute_cost.model_fact("GLaM", "layers"), "the shape of GLaM 64B/64E is not checked against its source")
    assert not says(compute_cost.model_fact("GLaM", "params"), "checked")
    assert says(compute_cost.model_fact("GPT-4", "params"), "the counts of GPT-4 are a rumor")
    assert not says(compute_cost.model_fact("GPT-4", "params"), "rumor against")


def test_what_is_not_published_is_said() -> None:
    with pytest.raises(NoData, match="^field: the tokens of Mixtral 8x7B is not in the catalogue"):
        compute_cost.model_fact("Mixtral 8x7B", "tokens")
    with pytest.raises(UnknownName, match="^model: "):
        compute_cost.model_fact("175B", "tokens")


@pytest.mark.parametrize("field", GPU_FIELDS)
def test_every_field_of_a_chip_is_of_some_chip(field: str) -> None:
    assert any(getattr(one, GPU_FIELDS[field][0]) for one in catalogue.accelerators().rows)


@pytest.mark.parametrize("field", MODEL_FIELDS)
def test_every_field_of_a_model_is_of_some_model(field: str) -> None:
    assert any(getattr(one, MODEL_FIELDS[field][0]) for one in catalogue.models().rows)


# Assumptions and sources


def test_an_assumption_has_its_range_its_description_and_its_doubt() -> None:
    found = compute_cost.assumption("pue")
    assert (found.value, found.low, found.high, found.unit) == (1.25, 1.1, 1.54, "ratio")
    assert found.steps[0].formula == catalogue.assumption("pue").description
    assert not says(found, "checked")
    plain = compute_cost.assumption("hours_per_month")
    assert plain.low == plain.value == plain.high == 730
    weak = next(one for one in catalogue.assumptions().values() if one.confidence == "not checked")
    assert says(compute_cost.assumption(weak.name), f"{weak.name}: not checked against its source")
    with pytest.raises(UnknownName, match='^name: "average_draw" is not known; did you mean average_draw_.*find\\("assumption", text\\)'):
        compute_cost.assumption("average_draw")


def test_a_source_in_full() -> None:
    found = compute_cost.source("kaplan-2020")
    fields: dict[Any, Any] = dict(found.table)  # type: ignore[arg-type]
    assert fields["id"] == "kaplan-2020"
    assert found.value == fields["title"] == "Scaling Laws for Neural Language Models"
    assert "2001.08361" in fields["url"]
    assert set(fields) == {"id", "title", "publisher", "url", "date", "license", "note"}
    with pytest.raises(UnknownName, match='^id: "kaplan" is not known'):
        compute_cost.source("kaplan")


def test_the_version() -> None:
    assert compute_cost.cost_version().value == compute_cost.__version__


# Search


def found_by(kind: str, text: str) -> list[str]:
    result = compute_cost.find(kind, text)
    assert result.value == len(result.table) - 1
    return [str(row[0]) for row in result.table[1:]]


def test_search_minds_no_case_spaces_or_dashes() -> None:
    assert found_by("model", "llama 3.1") == found_by("model", "LLAMA-3.1") == [one for one in found_by("model", "llama") if "3.1" in one]
    assert {"Llama 3.1 70B", "Llama 3.1 405B"} <= set(found_by("model", "llama 3.1"))
    assert found_by("gpu", "no such chip") == []


def test_aliases_and_descriptions_are_searched_too() -> None:
    assert found_by("gpu", "HGX B200") == ["B200"]
    assert "pue" in found_by("assumption", "power usage effectiveness")
    assert "kaplan-2020" in found_by("source", "scaling laws for neural")
    assert "train_energy" in found_by("estimate", "electricity of one training run")
    assert "H100 SXM 80GB" in found_by("gpu", "hopper")


def test_a_row_says_what_it_is() -> None:
    rows = {row[0]: row for row in compute_cost.find("gpu", "h100").table}
    assert rows["name"] == ("name", "also", "what it is")
    assert rows["H100 SXM 80GB"][2] == "NVIDIA hopper, 80 GB, datacenter"
    (gpt3,) = (row for row in compute_cost.find("model", "gpt-3").table if row[0] == "GPT-3")
    assert gpt3[2] == "OpenAI, 175 billion parameters, dense, 2020-05"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_searched(kind: str) -> None:
    everything = {
        "gpu": len(catalogue.accelerators().rows), "model": len(catalogue.models().rows), "assumption": len(catalogue.assumptions()),
        "source": len(catalogue.sources()), "estimate": len(registry.estimates()),
    }  # fmt: skip
    assert len(found_by(kind, "e")) <= everything[kind]
    assert len(found_by(kind, "-")) == everything[kind], "what does not matter in a name is in all of them"


EVERYDAY = {
    "VRAM": "memory_fit", "LoRA": "memory_needed", "MFU": "step_utilization", "payback": "rent_or_own", "spot": "gpu_price", "carbon": "train_energy",
    "break-even": "rent_or_own", "tokens per second": "infer_throughput", "latency": "infer_throughput", "H100 price": "gpu_price",
    "quantization": "memory_needed", "electricity": "train_energy", "burn rate": "compute_share", "runway": "compute_share", "cached": "api_cost",
    "embedding": "embed_cost", "depreciation": "rent_or_own", "price trend": "future_cost", "how long will the money last": "compute_share",
    "显存": "memory_fit", "买还是租": "rent_or_own", "out of memory": "memory_fit", "Chinchilla": "compute_optimal",
}  # fmt: skip


@pytest.mark.parametrize("words", EVERYDAY)
def test_an_estimate_is_found_by_everyday_words(words: str) -> None:
    assert EVERYDAY[words] in found_by("estimate", words)[:3]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("cost per agent task", "agent_cost"), ("embedding cost", "embed_cost"), ("self host or API", "self_host_or_api"),
        ("largest model for 24 GB", "largest_model"), ("how long a context fits", "longest_context"), ("cost of an agent run", "agent_cost"),
    ],
)  # fmt: skip
def test_the_estimate_of_the_very_thing_comes_before_a_more_general_one(words: str, name: str) -> None:
    assert found_by("estimate", words)[0] == name


@pytest.mark.parametrize("words", ["who won the cup", "zebra", "天气", "'"])
def test_what_is_about_nothing_here_finds_no_estimate(words: str) -> None:
    assert found_by("estimate", words) == []


def test_a_part_of_a_name_finds_every_estimate_of_it() -> None:
    assert {name for name in registry.estimates() if "train" in name} <= set(found_by("estimate", "train"))
    assert found_by("estimate", "compute opt")[0] == found_by("estimate", "optimal")[0] == "compute_optimal"


def test_synonyms_are_of_estimates_that_there_are_or_will_be() -> None:
    """Every estimate can be found by words that are not its own."""
    without = set(registry.estimates()) - set(catalogue.synonyms())
    assert not without, "give each a row of core/compute_cost/data/synonyms.csv"


def test_a_thing_is_found_by_every_spelling_of_it_first() -> None:
    assert found_by("gpu", "NVIDIA H100 80GB HBM3")[0] == "H100 SXM 80GB"
    assert found_by("model", "meta-llama/Llama-3.1-70B-Instruct")[0] == "Llama 3.1 70B"
    assert found_by("assumption", "usage power") == found_by("assumption", "power usage")


def test_your_own_entries_are_found_and_a_broken_file_takes_nothing_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "my_catalogue"
    folder.mkdir()
    monkeypatch.setenv("COMPUTE_COST_DATA", str(tmp_path))
    (folder / "gpus.csv").write_text("name,line,note,added\nLab card,48 GB,,\n", encoding="utf-8")
    catalogue.forget()
    assert compute_cost.find("gpu", "lab card").table[1] == ("Lab card", "yours", "48 GB")
    (folder / "gpus.csv").write_bytes(b"\xff")
    catalogue.forget()
    result = compute_cost.find("gpu", "HGX B200")
    assert (result.value, says(result, "can't be read")) == (1, True)
    monkeypatch.undo()
    catalogue.forget()


def test_what_can_not_be_searched() -> None:
    with pytest.raises(UnknownName, match="^kind: .*give one of gpu, model, assumption, source, estimate"):
        compute_cost.find("price", "H100")
