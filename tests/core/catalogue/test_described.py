"""A line of text in place of a name: every order and spelling of its figures, what it leaves out, and one line for what can't be."""

from __future__ import annotations

import itertools
import json
import tomllib
from typing import Any

import pytest

import compute_cost
from compute_cost.catalogue import described
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import InputError, NoData
from compute_cost.result import Result
from tests.support import ROOT

MODEL = "27B; layers 64; attention_layers 16; kv_heads 4; head_dim 256"
CHIP = "48 GB; 960 GB/s; 91 TFLOP/s bf16; 300 W"


def figures(what: str, text: str) -> dict[str, Any]:
    found = described.find(what, text)
    assert found is not None, text
    return {
        field: value for field in (described._MODEL if what == "model" else described._CHIP) if (value := described.known(found, field))
    }


def refused(what: str, text: str) -> str:
    with pytest.raises(described.CannotBe) as caught:
        described.find(what, text)
    assert len(str(caught.value)) < 320
    return str(caught.value)


def says(result: Result, words: str) -> bool:
    return any(words in text for text in result.warnings)


# What a line gives


def test_a_model_in_any_order() -> None:
    wanted = {"params": 27e9, "layers": 64, "global_layers": 16, "kv_heads": 4, "head_dim": 256}
    for pieces in itertools.permutations(MODEL.split("; ")):
        assert figures("model", "; ".join(pieces)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "27B; 64 layers; 16 attention layers; 4 kv heads; head dim 256",
        "27B, 64 layers, 16 full attention layers, 4 KV heads, head_dim 256",
        "27 billion parameters; layers: 64; attention-layers: 16; kv_heads: 4; head_dim: 256;",
        "my model: 27B; layers=64; attention_layers=16; kv_heads=4; head_dim=256",
        "27B；layers 64；attention_layers 16；kv_heads 4；head_dim 256",
        "  27e9 ;layers 64\nattention_layers 16\nkv_heads 4; head_size 256",
        "total 27B; num_hidden_layers 64; global layers 16; num_key_value_heads 4; head_dim 256",
    ],
)
def test_spellings_of_one_model(text: str) -> None:
    assert figures("model", text) == figures("model", MODEL)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (CHIP, {"memory": 48, "memory_bandwidth": 960, "bf16": 91, "power": 300}),
        ("300 W; bf16 91 TFLOPS; bandwidth 0.96 TB/s; VRAM 48GB GDDR6", {"memory": 48, "memory_bandwidth": 960, "bf16": 91, "power": 300}),
        ("48 GB, 960 GB/s, 91 TFLOP/s bf16, 300 W", {"memory": 48, "memory_bandwidth": 960, "bf16": 91, "power": 300}),
        ("my card: 24 GiB; memory bandwidth 936 GB/s; TDP 0.35 kW", {"memory": 24, "memory_bandwidth": 936, "power": 350}),
        ("80 GB HBM3; 3.35 TB/s; fp16/bf16 989 TFLOP/s; 1979 TFLOP/s fp8; int8 1979 TOPS; NVLink 900 GB/s; 400 Gbit/s network; released 2022",
         {"memory": 80, "memory_bandwidth": 3350, "fp16": 989, "bf16": 989, "fp8": 1979, "int8": 1979, "link_bandwidth": 900, "network_gbit": 400, "released": "2022"}),
        ("8192 MB; 1.2 PFLOP/s fp4", {"memory": 8, "fp4": 1200}),
        ("24 GB; memory bandwidth 900 GiB/s", {"memory": 24, "memory_bandwidth": 900 * 1.073741824}),
    ],
)  # fmt: skip
def test_a_chip(text: str, wanted: dict[str, Any]) -> None:
    found = figures("gpu", text)
    assert found == pytest.approx({**wanted, "released": wanted.get("released", "2023")})


def test_memory_as_a_driver_reports_it_is_not_that_of_the_name() -> None:
    """A maker's GB is of 1024^3 bytes, of which a driver reports a little less: 24 GiB reported are all there."""
    named, reported = (float(compute_cost.memory_fit("7B", text).values["usable_per_gpu"].value) for text in ("24 GB", "24 GiB"))
    assert 1.0 < reported / named < 1.08
    shared = described.find("gpu", "128 GB unified memory; 800 GB/s")
    assert isinstance(shared, Accelerator)
    assert (shared.memory, shared.link) == (128, "unified memory")


def test_a_peak_without_its_format_is_the_one_of_16_bits_and_said() -> None:
    found = described.find("gpu", "48 GB; 91 TFLOP/s; 960 GB/s")
    assert isinstance(found, Accelerator)
    assert (found.bf16, found.peak16) == (91, 91e12)
    assert "91 TFLOP/s is read as the dense peak in 16 bits" in found.note


@pytest.mark.parametrize(
    "text",
    [
        "GPT-33",
        "Llama 3, 70B",
        "",
        " ",
        "the model",
        "7 days",
        "x" * 10_000,
        "RTX 9999",
        "H20 141GB",
        "consumer",
        "fp8",
        "\x00",
        "a, b, c",
        "70B instruct",
    ],
)
def test_what_is_no_description(text: str) -> None:
    assert described.find("model", text) is None
    assert described.find("gpu", text) is None


@pytest.mark.parametrize(
    ("what", "text", "words"),
    [
        ("model", "27B; layers -3", 'layers can\'t be "-3"; give a whole number from 1'),
        ("model", "27B; layers 0", 'layers can\'t be "0"'),
        ("model", "27B; layers 6.5", 'layers can\'t be "6.5"; give a whole number'),
        ("model", "-27B; layers 64", 'params can\'t be "-27b"'),
        ("model", "27; layers 64", 'params can\'t be "27"'),
        ("model", "27B; heads 40; kv_heads 7", "kv_heads 7 does not divide heads 40"),
        ("model", "27B; heads 4; kv_heads 8", "kv_heads 8 is more than heads 4"),
        ("model", "27B; layers 64; attention_layers 65", "attention_layers 65 is more than layers 64"),
        ("model", "27B; attention_layers 16", "attention_layers needs layers"),
        ("model", "27B; window 4096", "window needs layers"),
        ("model", "27B; active 30B", "active 3e+10 is more than params 2.7e+10"),
        ("model", "27B; experts 8; active 30B; experts_per_token 9", "experts_per_token 9 is more than experts 8"),
        ("model", "27B; experts 128; experts_per_token 8", 'needs the parameters that a token passes; add them, such as "active 3B"'),
        ("model", "27B; dense; active 3B", "a dense model has neither experts nor fewer active"),
        ("model", "27B; layers 64; layers 64", "gives its layers twice"),
        ("model", "27B; 30B; layers 64", "gives its params twice"),
        ("model", "layers 64; kv_heads 4", 'gives no parameter count; add it, such as "27B"'),
        ("model", "27B; flavour 5", '"flavour 5" is not one figure of a model; it takes params, active,'),
        ("model", "27B; kvheads five and a bit", '"kvheads five and a bit": '),
        ("model", "27B; layer 64 hidden 4096", '"layer 64 hidden 4096" is not one figure of a model'),
        ("model", "27B; kv_heads", '"kv_heads" gives no amount; write "kv_heads 8"'),
        ("model", "27B; 4 bit", "a number format is an argument of its own, precision"),
        ("model", "27B; context 32k", "context and batch are arguments of their own"),
        ("model", "27B; layers nan", '"layers nan": it is not an amount'),
        ("model", "27B; layers 1e999", '"layers 1e999": it is not a finite number'),
        ("model", "27B; " + "layers 64; " * 1000, "it has 11,005 characters; a description has at most 400"),
        ("model", "=HYPERLINK(1): 27B; layers 64", "is not a name"),
        ("gpu", "960 GB/s; 300 W", 'gives no memory; add it, such as "48 GB"'),
        ("gpu", "-48 GB; 960 GB/s", 'memory can\'t be "-48 gb"'),
        ("gpu", "48 GB; $2.50 per hour", "a price is an argument of its own, such as price_per_gpu_hour"),
        ("gpu", "48 GB; 8 GPUs", "the number of chips is an argument of its own, gpus"),
        ("gpu", "48 GB; 1979 TFLOP/s fp8 with sparsity", "peaks are dense here"),
        ("gpu", "48 GB; 960", '"960" is not one figure of a chip'),
        ("gpu", "48 GB; 24 GB", "gives its memory twice"),
        ("gpu", "48 parsecs; 960 GB/s", "is not one figure of a chip"),
    ],
)  # fmt: skip
def test_a_figure_that_can_not_be_is_named_with_the_way_out(what: str, text: str, words: str) -> None:
    assert words in refused(what, text)


def test_active_parameters_are_counted_where_the_experts_say_them() -> None:
    """Qwen3 30B-A3B: 3.3 billion active."""
    text = "30.5B; layers 48; hidden 2048; experts 128; experts_per_token 8; ffn 768; kv_heads 4; head_dim 128"
    found = described.find("model", text)
    assert isinstance(found, Model)
    assert found.active == pytest.approx(3.3e9, rel=0.02)
    assert "3.321B active is counted from its experts" in found.note
    assert "its experts alone have more than 3B" in refused("model", text.replace("30.5B", "3B"))


def test_parameters_are_counted_from_a_whole_shape() -> None:
    """Llama 3.1 8B: 8.03 billion."""
    shape = "layers 32; hidden 4096; heads 32; kv_heads 8; head_dim 128; ffn 14336; vocab 128256"
    found = described.find("model", shape)
    assert isinstance(found, Model)
    assert found.params == pytest.approx(8.03e9, rel=0.005)
    assert found.note == "8.03B parameters are counted from its shape, within 3% of most published counts"
    assert "which differs: check the figures" in described.find("model", f"10B; {shape}").note  # type: ignore[union-attr]
    assert described.find("model", f"8B; {shape}").note == ""  # type: ignore[union-attr]
    assert "its shape has about 8.03B parameters, not 80B" in refused("model", f"80B; {shape}")


# The line of a thing


def test_a_line_written_of_a_thing_describes_it_again() -> None:
    """Every published configuration survives as a line, which a cell can hold."""
    rows = tomllib.loads((ROOT / "tests" / "data" / "model_configs.toml").read_text(encoding="utf-8"))
    found = [described.find("model", json.dumps(row["config"])) for row in rows.values()]
    found += [described.find("model", MODEL), described.find("model", "1.5B; active 1.2B; seq_len 4096; tokens 2.5T")]
    for row in found:
        assert isinstance(row, Model)
        again = described.find("model", described.line(row))
        assert isinstance(again, Model)
        for field in set(columns(Model)) - {"note", "name"}:
            assert (getattr(again, field) or None) == (getattr(row, field) or None), (described.line(row), field)
        assert len(described.line(row)) < described.LONGEST_LINE
    for text in (
        CHIP,
        "24564 MiB",
        "64 GB unified memory; 400 GB/s; laptop",
        "80 GB; NVLink 900 GB/s; 400 Gbit/s network; fp8 1979 TFLOP/s; consumer; released 2024",
    ):
        chip = described.find("gpu", text)
        assert isinstance(chip, Accelerator)
        assert figures("gpu", described.line(chip)) == pytest.approx(figures("gpu", text))


# In estimates


def test_a_described_model_has_the_cache_of_its_line() -> None:
    """16 layers of 4 heads of 256 keep 2 x 4 x 256 x 2 bytes a token each: 65,536 bytes; a usual 27B keeps more than half as much again."""
    cache = {text: compute_cost.memory_needed(text, context=100_000).values["kv_cache"].value for text in (MODEL, "27B")}
    assert cache[MODEL] == pytest.approx(100_000 * 65_536 / 1e9)
    assert float(cache["27B"]) > 1.5 * float(cache[MODEL])


def test_the_origin_of_what_is_described_is_given_and_what_is_not_is_said() -> None:
    result = compute_cost.memory_fit(MODEL, CHIP)
    origins = {one.name: (one.value, one.origin) for one in result.inputs}
    assert origins["model"] == ("27B model", "given")
    assert origins["params"] == (27e9, "given")
    assert origins["gpu"] == ("48 GB chip", "given")
    assert says(result, "27B model is taken as described; not given, so the usual is taken where it is needed: hidden, ffn, vocab")
    assert says(
        result,
        "48 GB chip is taken as described; not given, so taken where it is needed: market datacenter, released 2023, a link over PCIe",
    )
    assert not any(source.id == "" for source in result.sources)
    assert not says(result, "not checked against their source")


def test_a_known_name_is_not_described() -> None:
    assert {one.origin for one in compute_cost.memory_fit("GPT-3", "H100").inputs if one.name == "params"} == {"catalogue"}


def test_memory_alone_answers_what_needs_no_more() -> None:
    """A 70B in 4 bits does not fit in 32 GB, and does in 48 GB."""
    assert [compute_cost.memory_fit("70B", f"{memory} GB", 1, "int8").values["fits"].value for memory in (48, 100)] == ["no", "yes"]
    with pytest.raises(NoData, match='^gpu: the description of 48 GB chip gives no bandwidth; add it, such as "960 GB/s"'):
        compute_cost.infer_throughput("7B", "48 GB")
    with pytest.raises(NoData, match='gives no peak; add it, such as "91 TFLOP/s bf16"'):
        compute_cost.train_days("7B", "1T", "48 GB; 960 GB/s", gpus=8)
    with pytest.raises(NoData, match="give price_per_gpu_hour"):
        compute_cost.train_cost("7B", "1T", CHIP)
    assert compute_cost.train_cost("7B", "1T", CHIP, 2).value > 0


def test_more_bandwidth_gives_more_tokens() -> None:
    slow, fast = (compute_cost.infer_throughput("7B", f"48 GB; {rate} GB/s; 91 TFLOP/s bf16", batch=1).value for rate in (500, 1000))
    assert 1.3 < fast / slow < 2.1


def test_in_a_cell_a_line_is_a_value_by_place_and_by_name() -> None:
    by_place = compute_cost.memory_fit(MODEL, CHIP)
    assert compute_cost.memory_fit("27B; layers=64; attention_layers=16; kv_heads=4; head_dim=256", f"gpu={CHIP}").value == by_place.value
    assert compute_cost.memory_fit(f"params={MODEL}", gpu=CHIP).value == by_place.value
    assert compute_cost.explain("memory_fit", MODEL, CHIP).table
    config = json.dumps({"num_hidden_layers": 2, "hidden_size": 64, "vocab_size": 1000, "x": "a=b"})
    assert compute_cost.memory_needed(config).values["weights"].value == pytest.approx(
        2 * float(compute_cost.model_fact(config, "params").value) / 1e9
    )


def test_a_wrong_line_is_one_line_that_names_the_argument() -> None:
    with pytest.raises(InputError, match="^params: .*layers can't be"):
        compute_cost.memory_fit("27B; layers 0")
    with pytest.raises(InputError, match="^gpu: .*is not one figure of a chip"):
        compute_cost.gpu_fact("48 GB; 960", "memory")


def test_one_line_is_one_chip() -> None:
    """What is worked out of a chip is kept by it."""
    assert described.find("gpu", CHIP) is described.find("gpu", CHIP)
