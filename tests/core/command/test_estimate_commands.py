"""Every estimate as a command of its own, as it is typed."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import typer
from rich.text import Text

import compute_cost
from compute_cost import registry
from compute_cost.command.estimate_commands import _completion, _paragraphs, add
from tests.support import command

pytestmark = pytest.mark.slow


def test_a_command_answers_as_python_does() -> None:
    done = command("train-cost", "GPT-3", "--gpu", "A100", "--price-per-gpu-hour", "$2", "--gpus", "1,024")
    assert done.returncode == 0, done.stderr
    result = compute_cost.train_cost("GPT-3", gpu="A100", price_per_gpu_hour=2, gpus=1024)
    assert f"80% range {result.range_text()}." in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1] == 'In a spreadsheet: =TRAIN_COST("GPT-3",,"A100","$2",,"1,024")'
    assert len(done.stdout.splitlines()) <= 12


def test_what_is_required_may_be_named_too() -> None:
    plain = command("self-host-or-api", "gpt-4o", "1000", "--own-model", "Llama 3.1 8B")
    assert plain.returncode == 0, plain.stderr
    for named in (("gpt-4o", "--requests-per-day", "1000"), ("--requests_per_day=1000", "gpt-4o"), ("--model", "gpt-4o", "1000")):
        assert command("self-host-or-api", "--own-model", "Llama 3.1 8B", *named).stdout == plain.stdout
    missing = command("self-host-or-api", "--model", "gpt-4o")
    assert missing.returncode == 2
    assert "requests_per_day" in missing.stderr


def test_values_stand_at_their_places_as_in_a_cell() -> None:
    named = command("train-cost", "GPT-3", "--tokens", "300B", "--gpu", "A100", "--price-per-gpu-hour", "2")
    assert command("train-cost", "GPT-3", "300B", "A100", "2").stdout == named.stdout
    assert command("largest-model", "RTX 4090").stdout == command("largest-model", "--gpu", "RTX 4090").stdout
    for given, says in (
        (("train-cost", "GPT-3", "300B", "--tokens", "400B"), "tokens is given twice"),
        (("gpu-price", "H100", "spot", "2026-11-22", "lambda", "more"), "unexpected extra argument"),
        (("train-days", "GPT-3", "300B", "A100", "1024"), "give optional ones by name"),  # gpus is required, and stands second
    ):
        done = command(*given)
        assert done.returncode == 2
        assert says in " ".join(done.stderr.replace("│", " ").split())


def test_an_empty_text_is_an_option_left_out() -> None:
    assert command("rent-cost", "H100", "--gpus", "", "--term", " ").stdout == command("rent-cost", "H100").stdout != ""


def test_json_details_and_assumptions() -> None:
    done = command("train_energy", "GPT-3", "--json", "--assume", "pue=1.1", "--assume", "average_draw_gpu=60%")
    wanted = compute_cost.train_energy("GPT-3", assume={"pue": 1.1, "average_draw_gpu": 0.6})
    assert json.loads(done.stdout)["value"] == wanted.value
    full = command("train-energy", "GPT-3", "--full").stdout
    assert "\nHow\n" in full
    assert "\nSources\n" in full
    assert "\nHow\n" not in command("train-energy", "GPT-3", "--sources").stdout


def test_a_model_described_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
                                "intermediate_size": 11008, "vocab_size": 32000}), encoding="utf-8")  # fmt: skip
    done = command("memory-needed", f"@{path}", "--precision", "bf16")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("train-cost", "GPT-9"), "GPT-9"),
        (("train-cost", "GPT-3", "--gpu", "A1000"), "did you mean A100"),
        (("train-cost", "GPT-3", "--assume", "pu=1"), "did you mean"),
    ],
)
def test_what_can_not_be_answered_is_one_line(arguments: tuple[str, ...], says: str) -> None:
    done = command(*arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_slip_in_a_command_is_met_with_the_nearest() -> None:
    done = command("trian-cost", "GPT-3", env={**os.environ, "COLUMNS": "200"})
    assert done.returncode == 2
    assert "train-cost" in done.stderr


def test_the_help_breaks_no_sentence_and_keeps_each_formula_on_a_line() -> None:
    text = _paragraphs("Summary.\n\na = b x c, where\nd = e\n\nA sentence that is\nlong. Another.")
    assert text == "Summary.\n\na = b x c, where\nd = e\n\nA sentence that is long. Another."
    assert (
        _paragraphs("a = b\n    + c\nown: d of\ne\n\nIt is long: x\nis = 3. Another.")
        == "a = b + c\nown: d of e\n\nIt is long: x is = 3. Another."
    )


@pytest.mark.parametrize("name", list(registry.estimates()))
def test_the_help_keeps_units_in_brackets(name: str) -> None:
    """The library that prints takes [kWh] for a style, and would leave it out."""
    text = registry.get(name).text
    assert re.findall(r"\[[^]]*\]", Text.from_markup(_paragraphs(text)).plain) == re.findall(r"\[[^]]*\]", text)


def test_numbers_of_a_command_are_numbers_in_a_formula() -> None:
    assert command("gpus-needed", "7B", "60", "--tokens", "2T").stdout.splitlines()[-1] == 'In a spreadsheet: =GPUS_NEEDED("7B","2T",,60)'


def test_the_help_lists_every_estimate_and_each_its_arguments() -> None:
    listed = command("-h", env={**os.environ, "COLUMNS": "200"}).stdout
    for name in registry.estimates():
        if name not in registry.FOR_CELLS_ONLY:
            assert f" {name.replace('_', '-')} " in listed, name
    told = command("rl-cost", "--help", env={**os.environ, "COLUMNS": "200"}).stdout
    for parameter in registry.get("rl_cost").parameters:
        assert parameter.name in told or f"--{parameter.name.replace('_', '-')}" in told, parameter.name
    assert "--full" in told


def test_names_are_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {parameter.name: parameter for parameter in registry.get("train_cost").parameters}
    assert "H100 PCIe 80GB" in _completion(kinds["gpu"])("h100")
    assert not [name for name in _completion(kinds["gpu"])("h100") if not name.startswith("H100")]
    assert "GPT-3" in _completion(kinds["params"])("gpt")
    assert _completion(kinds["precision"])("fp") == ["fp32", "fp16", "fp8", "fp4"]
    assert _completion(kinds["gpus"])("1") == []
    monkeypatch.setenv("_COMPUTE_COST_COMPLETE", "complete_bash")
    app = typer.Typer()
    add(app, ["train"])
    assert len(app.registered_commands) > 40, "a shell that completes asks for all of them"
