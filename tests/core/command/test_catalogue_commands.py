"""models, gpus, providers and instances: what is listed, how it is filtered, and entries of one's own added and removed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue import own
from compute_cost.prices import tariffs
from tests.support.command_line import refused, run

CONFIG = {
    "model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32,
    "num_key_value_heads": 8, "vocab_size": 128256, "hidden_act": "silu", "tie_word_embeddings": False,
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("COMPUTE_COST_DATA", str(tmp_path / "data"))
    catalogue.forget()
    yield tmp_path
    monkeypatch.undo()
    catalogue.forget()


def listed(*arguments: str) -> list[dict[str, Any]]:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def names(*arguments: str) -> list[str]:
    return [row["name"] for row in listed(*arguments)]


# Lists


def test_everything_is_listed_with_every_figure() -> None:
    assert len(listed("models")) == len(catalogue.models().rows)
    assert len(listed("gpus")) == len(catalogue.accelerators().rows)
    assert len(listed("providers")) == len(catalogue.providers().rows)
    assert len(listed("instances")) == len(catalogue.instances().rows)
    (h100,) = (row for row in listed("gpus", "h100") if row["id"] == "h100-sxm-80")
    assert (h100["memory"], h100["memory_bandwidth"], h100["bf16"], h100["origin"]) == (80, 3350, 989, "catalogue")


def test_the_hosts_of_apis_are_listed_too() -> None:
    assert len(listed("providers", "--apis")) == len(tariffs.hosts().rows)
    assert names("providers", "--apis", "bedrock") == ["Amazon Bedrock"]
    assert names("providers", "lambda") == ["Lambda"]


def test_words_and_options_leave_out_the_others() -> None:
    assert names("models", "LLAMA", "3.1") == [name for name in names("models", "llama") if "3.1" in name] != []
    assert names("models", "list", "llama") == names("models", "llama")
    assert {row["kind"] for row in listed("models", "--kind", "moe")} == {"moe"}
    assert {row["organization"] for row in listed("models", "--maker", "meta")} == {"Meta"}
    assert all(1e9 <= row["params"] <= 9e9 for row in listed("models", "--params-from", "1B", "--params-to", "9B"))
    assert {row["memory"] >= 100 for row in listed("gpus", "--memory-from", "100 GB")} == {True}
    assert {row["market"] for row in listed("gpus", "--market", "consumer")} == {"consumer"}
    assert {row["provider"] for row in listed("instances", "--provider", "google")} == {"gcp"}
    assert {row["gpu"] for row in listed("instances", "--gpu", "H100", "--gpus-from", "8")} == {"h100-sxm-80"}


def test_a_spelling_of_a_hub_or_a_driver_lists_its_thing() -> None:
    assert names("models", "meta-llama/Llama-3.1-70B-Instruct") == ["Llama 3.1 70B"]
    assert names("gpus", "NVIDIA H100 80GB HBM3") == ["H100 SXM 80GB"]


@pytest.mark.parametrize("command", ["models", "gpus", "providers", "instances"])
def test_a_table_for_people_and_csv_for_sheets(command: str) -> None:
    lines = run(command).stdout.splitlines()
    assert lines[0].startswith("name ")
    assert f"{len(listed(command)):,} " in "\n".join(lines[-2:])
    rows = list(csv.DictReader(io.StringIO(run(command, "--csv").stdout)))
    assert [row["name"] for row in rows] == names(command)
    done = run(command, "no such thing at all")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "is like that" in done.stderr
    assert run(command, "no such thing at all", "--json").stdout == "[]\n"


def test_a_chip_without_a_peak_has_none_in_its_table() -> None:
    run("gpus", "add", "Bare card", "48 GB")
    assert "Bare card" in run("gpus", "--own").stdout


def test_an_option_that_can_not_be_is_one_line() -> None:
    assert refused("gpus", "--memory-from", "much").startswith('--memory-from: "much" can\'t be used')
    assert refused("instances", "--gpu", "X9").startswith('--gpu: "X9" can\'t be used')
    assert "did you mean" in run("models", "Lamma 3.1 70B").stderr


def test_estimates_are_found_by_everyday_words() -> None:
    assert names("find", "burn", "rate") == ["compute_share"]
    assert run("find", "VRAM").stdout.splitlines()[1].startswith("memory_")
    assert run("find", "zebra").stderr == "no estimate is like that\n"


# Entries of one's own


def test_an_entry_is_added_answers_as_yours_and_is_removed() -> None:
    done = run("models", "add", "Our  model", "27B; layers 64; kv_heads 4; head_dim 256")
    assert done.stdout.splitlines()[0] == "Our model is yours now: 27B; layers 64; kv_heads 4; head_dim 256"
    assert names("models", "--own") == ["Our model"]
    assert "Our model" in names("models")
    result = compute_cost.memory_needed("our-model")
    assert {one.origin for one in result.inputs if one.name == "model"} == {"yours"}
    assert refused("models", "add", "OUR MODEL", "3B; layers 2").endswith("add --replace to put this in its place")
    assert run("models", "add", "OUR MODEL", "3B; layers 2", "--replace").exit_code == 0
    assert compute_cost.model_fact("our model", "layers").value == 2
    assert run("models", "remove", "our model").exit_code == 0
    assert own.entries("model") == ()
    assert refused("models", "remove", "our model").startswith('name: your catalogue has no "our model"')


def test_a_configuration_is_read_from_its_file(folder: Path) -> None:
    file = folder / "config.json"
    file.write_text(json.dumps(CONFIG), encoding="utf-8")
    assert run("models", "add", "house", str(file)).exit_code == 0
    assert compute_cost.model_fact("house", "params").value == pytest.approx(8.03e9, rel=0.005)
    assert "counted from the shape in its config.json" in "".join(compute_cost.memory_needed("house").warnings)
    call = run("call", "model_fact", json.dumps({"model": f"@{file}", "field": "layers"}))
    assert json.loads(call.stdout)["value"] == 32
    assert json.loads(run("call", "model_fact", json.dumps({"model": json.dumps(CONFIG), "field": "layers"})).stdout)["value"] == 32


def test_no_cell_and_no_tool_reads_a_file(folder: Path) -> None:
    file = folder / "config.json"
    file.write_text(json.dumps(CONFIG), encoding="utf-8")
    for text in (f"@{file}", str(file)):
        with pytest.raises(compute_cost.CostError, match="can't be used|is not known"):
            compute_cost.model_fact(text, "layers")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("models", "add", "GPT-3", "27B; layers 64"), "the catalogue has it: GPT-3"),
        (("gpus", "add", "NVIDIA H100 80GB HBM3", "48 GB"), "the catalogue has it: H100 SXM 80GB"),
        (("models", "add", "7B", "27B; layers 64"), "it reads as a figure"),
        (("gpus", "add", "48 GB", "48 GB"), "it reads as a figure"),
        (("models", "add", "=1+1", "27B; layers 64"), "is not a name"),
        (("models", "add", "x" * 100, "27B; layers 64"), "is not a name"),
        (("models", "add", "ours", "27B; layers 0"), 'layers can\'t be "0"'),
        (("models", "add", "ours", "something"), "it describes nothing"),
        (("models", "add", "ours", "nowhere.json"), "it can't be read (No such file or directory)"),
        (("gpus", "add", "ours", "960 GB/s; 300 W"), "it gives no memory"),
        (("call", "memory_needed", '{"params": "@nowhere.json"}'), "it can't be read (No such file or directory)"),
    ],
)
def test_what_can_not_be_added_is_one_line(arguments: tuple[str, ...], says: str) -> None:
    assert says in refused(*arguments)
    assert own.entries("model") == own.entries("gpu") == ()


def test_a_file_that_is_too_large_is_not_read(folder: Path) -> None:
    file = folder / "config.json"
    file.write_bytes(b" " * (4 * own.LONGEST_FILE + 1))
    assert "it has 8,000,001 bytes" in refused("models", "add", "ours", str(file))


def test_a_damaged_entry_is_named_and_the_others_are_listed(folder: Path) -> None:
    run("models", "add", "ours", "27B; layers 64")
    with own.file("model").open("a", encoding="utf-8") as file:
        file.write("broken,27B; layers -1,,\n")
    catalogue.forget()
    done = run("models", "--own")
    assert "ours" in done.stdout
    assert "line 3 of your catalogue" in done.stderr
    assert run("models", "remove", "broken").exit_code == 0
    assert [entry.problem for entry in own.entries("model")] == [""]
