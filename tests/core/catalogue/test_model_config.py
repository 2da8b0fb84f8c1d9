"""A config.json as pasted text: parameters as published, the shape of each kind of architecture, and one line for what can't be read."""

from __future__ import annotations

import json
import time
import tomllib
from typing import Any

import pytest

from compute_cost.catalogue import described, model_config
from compute_cost.catalogue.records import Model
from compute_cost.catalogue.weights import parameters_of_shape
from tests.support import ROOT

PUBLISHED: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "tests" / "data" / "model_configs.toml").read_text(encoding="utf-8"))
DENSE = PUBLISHED["Llama 3.1 8B"]["config"]


def read(config: object) -> Model:
    found = described.find("model", json.dumps(config))
    assert isinstance(found, Model)
    return found


def refused(text: str) -> str:
    with pytest.raises(described.CannotBe) as caught:
        described.find("model", text)
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", PUBLISHED)
def test_parameters_are_those_that_are_published(name: str) -> None:
    """Within 3%; those that one token passes are counted in several ways, so within 15%."""
    row = PUBLISHED[name]
    found = read(row["config"])
    assert found.params / 1e9 == pytest.approx(row["params"], rel=0.03)
    assert found.active / 1e9 == pytest.approx(row.get("active", found.active / 1e9), rel=0.15)
    assert ("active" in row) <= (found.kind == "moe")
    assert "parameters are counted from the shape in its config.json, within 3%" in found.note


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("Llama 3.1 8B", {"kind": "dense", "layers": 32, "hidden": 4096, "heads": 32, "kv_heads": 8, "head_dim": 128, "ffn": 14336, "gated_ffn": 1, "vocab": 128256}),
        ("Mistral 7B v0.1", {"global_layers": 0, "window": 4096}),
        ("Qwen2.5 72B", {"global_layers": None, "window": None}),
        ("Gemma 2 9B", {"global_layers": 21, "window": 4096, "tied_embeddings": 1}),
        ("Gemma 3 27B", {"global_layers": 10, "window": 1024, "layers": 62}),
        ("gpt-oss-120b", {"global_layers": 18, "window": 128, "experts": 128, "experts_per_token": 4, "released_precision": "mxfp4"}),
        ("Llama 4 Maverick", {"global_layers": 12, "window": 8192}),
        ("DeepSeek-V3", {"attention": "mla", "kv_width": 576, "kv_heads": None, "ffn": 2048, "shared_ffn": 2048, "dense_layers": 3, "dense_ffn": 18432, "released_precision": "fp8"}),
        ("Qwen3-Next 80B-A3B", {"attention": "hybrid", "global_layers": 12, "window": None, "kv_heads": 2, "head_dim": 256}),
        ("Jamba 1.5 Mini", {"global_layers": 4, "experts": 16}),
        ("Nemotron 3 Nano 30B-A3B", {"layers": 52, "global_layers": 6, "gated_ffn": 0, "ffn": 1856}),
        ("MiniMax-M1", {"global_layers": 10}),
        ("Step-3.7-Flash", {"global_layers": 12, "window": 512, "window_layers": 33, "dense_layers": 3}),
        ("DeepSeek-V4-Flash", {"global_layers": 5.40625, "window": 128, "kv_width": 512, "released_precision": "mxfp4", "shared_ffn": 2048}),
        ("Sarvam 30B", {"dense_layers": 1, "dense_ffn": 8192, "shared_ffn": 1024}),
        ("Inkling-2-Small", {"global_layers": 8, "window": 1024, "window_layers": 40}),
        ("BERT large", {"kind": "encoder"}),
        ("T5 11B", {"kind": "encoder-decoder", "head_dim": 128, "layers": 48, "global_layers": 24}),
        ("Falcon 7B", {"kv_heads": 1}),
    ],
)  # fmt: skip
def test_the_shape_is_read_by_the_keys_of_its_architecture(name: str, shape: dict[str, Any]) -> None:
    found = read(PUBLISHED[name]["config"])
    assert {field: getattr(found, field) for field in shape} == shape


def test_the_shape_alone_has_the_same_parameters() -> None:
    """As the catalogue's own check counts them, where it counts every kind of layer."""
    for name, row in PUBLISHED.items():
        found = read(row["config"])
        keeps = (found.global_layers or 0) + (found.window_layers or 0)
        if (
            "vision_config" not in row["config"]
            and found.kind != "encoder"
            and found.params > 1e9
            and (keeps == found.layers or found.global_layers is None)
        ):
            assert parameters_of_shape(found) == pytest.approx(found.params, rel=0.04), name


def test_layers_that_compress_their_cache_are_named_by_list_or_by_kind() -> None:
    listed = PUBLISHED["DeepSeek-V4-Flash"]["config"]
    words = {0: "sliding_attention", 4: "compressed_sparse_attention", 128: "heavily_compressed_attention"}
    named = {key: value for key, value in listed.items() if key != "compress_ratios"} | {
        "layer_types": [words[ratio] for ratio in listed["compress_ratios"][: listed["num_hidden_layers"]]],
        "compress_rates": {"compressed_sparse_attention": 4, "heavily_compressed_attention": 128},
    }
    assert (found := read(named)).global_layers == read(listed).global_layers
    assert found.index_width == pytest.approx(124.3, rel=0.001)


def test_a_figure_given_for_each_layer_is_read_where_all_are_the_same() -> None:
    assert read({**DENSE, "intermediate_size": [14336] * 32}).params == read(DENSE).params
    assert "intermediate_size of the config.json can't be" in refused(json.dumps({**DENSE, "intermediate_size": [14336, 7168]}))


def test_a_window_without_its_size_is_refused() -> None:
    assert "sliding_window; add it" in refused(json.dumps({**DENSE, "layer_types": ["sliding_attention", "full_attention"]}))


def test_weights_in_another_format_are_said() -> None:
    packed = {**DENSE, "quantization_config": {"quant_method": "awq", "bits": 4}}
    assert 'its weights are stored as "awq" of 4 bits: give that as precision, else 16 bits are taken' in read(packed).note
    assert "stored" not in read(DENSE).note


def test_what_no_shape_needs_may_be_anything() -> None:
    """Published files hold infinities among the settings of layers."""
    assert read({**DENSE, "time_step_limit": [0.0, float("inf")], "rope_scaling": {"factor": "8"}}).params == read(DENSE).params


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[]", "this is a list"),
        ("[" * 100_000, "nested too deeply"),
        ("{" * 5_000, "not the text of a config.json"),
        ('{"a": ' * 20_000, "nested too deeply"),
        ("{", "not the text of a config.json"),
        ('{"hidden_size": 4096', "paste the whole file"),
        ("{}", "gives no num_hidden_layers"),
        ('{"model_type": "resnet", "depths": [3, 4]}', "not that of a language model"),
        ("{" + " " * 50_000_000, "has 50,000,001 characters"),
        ('{"num_hidden_layers": ' + "9" * 10_000 + "}", "not the text of a config.json"),
    ],
    ids=str.__len__,
)  # fmt: skip
def test_a_text_that_is_no_configuration(text: str, says: str) -> None:
    start = time.perf_counter()
    assert says in refused(text)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"hidden_size": "4096"}, 'hidden_size of the config.json can\'t be "4096"; it is a whole number from 1 to'),
        ({"hidden_size": -4096}, "hidden_size of the config.json can't be -4096"),
        ({"hidden_size": True}, "hidden_size of the config.json can't be True"),
        ({"hidden_size": 4096.5}, "hidden_size of the config.json can't be 4096.5"),
        ({"hidden_size": float("nan")}, "hidden_size of the config.json can't be nan"),
        ({"num_hidden_layers": [32]}, "num_hidden_layers of the config.json can't be [32]"),
        ({"num_hidden_layers": 1e300}, "num_hidden_layers of the config.json can't be 1e+300"),
        ({"num_hidden_layers": 5_000_000}, "no model has 5,000,000 layers"),
        ({"vocab_size": None}, "gives no vocab_size"),
        ({"num_key_value_heads": 7}, "kv_heads 7 does not divide heads 32"),
        ({"num_key_value_heads": 64}, "kv_heads 64 is more than heads 32"),
        ({"num_local_experts": 8}, "not how many a token passes"),
        ({"num_local_experts": 8, "num_experts_per_tok": 9}, "experts_per_token 9 is more than experts 8"),
        ({"layer_types": ["full_attention", "time_travel"]}, 'a kind of layer that is not known, "time_travel"'),
        ({"block_configs": [{}]}, "its layers differ from each other"),
    ],
)  # fmt: skip
def test_a_figure_that_can_not_be_is_named(changed: dict[str, Any], says: str) -> None:
    assert says in refused(json.dumps({**DENSE, **changed}))


def test_reading_takes_no_longer_for_many_layers() -> None:
    many = {**DENSE, "num_hidden_layers": 10_000, "attn_layer_indices": list(range(30_000))}
    start = time.perf_counter()
    assert model_config.read(json.dumps(many))[0]["layers"] == 10_000
    assert time.perf_counter() - start < 1
