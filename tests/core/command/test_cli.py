"""The command line: one call's answer as JSON, a table as CSV, and one line with exit code 2 for what can't be answered."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from pathlib import Path

import pytest

import compute_cost
from compute_cost import catalogue, registry
from compute_cost.catalogue import schema
from tests.support import command
from tests.support.command_line import refused, run

pytestmark = pytest.mark.live


# One call


def test_a_call_prints_the_whole_answer_as_json() -> None:
    done = run("call", "train_cost", '{"params": "GPT-3", "gpu": "A100"}')
    assert (done.exit_code, done.stderr) == (0, "")
    assert json.loads(done.stdout) == json.loads(json.dumps(compute_cost.train_cost("GPT-3", None, "A100").as_dict()))


def test_an_estimate_without_arguments_and_by_its_cell_name() -> None:
    assert json.loads(run("call", "cost_version").stdout)["value"] == compute_cost.__version__
    assert json.loads(run("call", "GPU_FACT", '{"gpu": "H100", "field": "memory"}').stdout)["value"] == 80


def test_arguments_come_from_the_input() -> None:
    done = command("call", "gpu_fact", "-", input='{"gpu": "H100", "field": "memory"}')
    assert json.loads(done.stdout)["value"] == 80


def test_letters_beyond_ascii_stay_readable() -> None:
    done = run("call", "find", '{"kind": "gpu", "text": "显卡"}')
    assert "显卡" in done.stdout
    assert "\\u" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("train_costs",), 'name: "train_costs" is not known; did you mean train_cost'),
        (("train_cost", '{"params": "GPT-33"}'), 'params: "GPT-33" is not known'),
        (("train_cost", "{}"), "params: missing"),
        (("train_cost", "[]"), "arguments: "),
        (("train_cost", '{"mfu": 1}'), 'train_cost has no argument "mfu"'),
    ],
)
def test_what_can_not_be_answered_is_one_line(arguments: tuple[str, ...], says: str) -> None:
    assert refused("call", *arguments).startswith(says)


# A table


def test_a_table_has_a_row_for_each_combination() -> None:
    arguments = '{"params": ["7B", "70B"], "tokens": "1T", "gpu": ["A100", "B9999"], "price_per_gpu_hour": 2}'
    rows = list(csv.DictReader(io.StringIO(run("table", "train_cost", arguments).stdout)))
    assert [(row["params"], row["gpu"]) for row in rows] == [("7B", "A100"), ("7B", "B9999"), ("70B", "A100"), ("70B", "B9999")]
    assert float(rows[0]["value"]) == compute_cost.train_cost("7B", "1T", "A100", 2).value
    assert rows[1]["error"].startswith('gpu: "B9999" is not known')
    as_json = json.loads(run("table", "train_cost", arguments, "--json").stdout)
    assert [row["error"] for row in as_json] == [row["error"] for row in rows]
    assert as_json[0]["value"] == float(rows[0]["value"])


def test_draws_have_percentiles_and_a_seed() -> None:
    arguments = (
        "table",
        "train_cost",
        '{"params": "7B", "tokens": ["1T", "2T"], "gpu": "A100", "price_per_gpu_hour": 2}',
        "--draws",
        "1000",
    )
    first, *_ = csv.DictReader(io.StringIO(run(*arguments).stdout))
    assert float(first["P10"]) < float(first["P50"]) < float(first["P90"])
    assert run(*arguments).stdout == run(*arguments, "--seed", "0").stdout != run(*arguments, "--seed", "1").stdout
    assert refused("table", "train_flops", "{}", "--draws", "1000").startswith("params: ")


def test_a_table_that_can_not_be_made_is_one_line() -> None:
    assert refused("table", "train_cost", '{"params": []}').startswith("params: ")
    assert refused("table", "nothing", "{}").startswith('name: "nothing" is not known')


# A picture


def test_a_picture_ends_in_a_format_that_can_be_drawn(tmp_path: Path) -> None:
    assert refused("plot", "train_cost", '{"params": "GPT-3"}', "-o", str(tmp_path / "x.docx")) == (
        "--output: 'x.docx' is not a picture; end it with .png, .svg or .pdf"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_a_picture_is_written_and_named(ending: str, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    target = tmp_path / f"cost{ending}"
    done = run("plot", "train_cost", '{"params": "GPT-3", "price_per_gpu_hour": 2}', "-o", str(target))
    assert done.stdout.strip() == str(target), done.output
    assert target.read_bytes()[:5] in (b"\x89PNG\r", b"<?xml", b"%PDF-")


def test_without_a_name_a_picture_has_that_of_its_estimate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    assert run("plot", " TRAIN_COST ", '{"params": "GPT-3", "price_per_gpu_hour": 2}').exit_code == 0
    assert [one.name for one in tmp_path.iterdir()] == ["train_cost.png"]


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert refused("plot", "train_cost", '{"params": "GPT-3"}') == 'drawing needs matplotlib; install the extra: pip install ".[plots]"'


# The catalogue


def test_the_check_counts_every_file() -> None:
    done = run("data", "check")
    assert done.exit_code == 0
    assert done.stdout == ", ".join(f"{len(catalogue.read_rows(name))} {name}" for name in schema.FILES) + ": no problems found\n"


def test_what_is_wrong_with_the_catalogue_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "problems", lambda _: ["models.csv line 2: params: too few", "prices.csv: no accelerator h999"])
    done = run("data", "check")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines() == ["models.csv line 2: params: too few", "prices.csv: no accelerator h999"]


# All of it


def test_the_version() -> None:
    assert run("--version").stdout.strip() == compute_cost.__version__


def test_without_a_command_the_help_names_all_of_them() -> None:
    """In a process of its own: the front ends add theirs there."""
    shown = command().stdout + command().stderr
    for name in ("call", "table", "plot", "data", "prices", "accuracy", "ask", "mcp", "tools", "sheets"):
        assert f" {name} " in shown, name


@pytest.mark.skipif(os.name == "nt", reason="locales of POSIX")
def test_a_console_of_another_encoding_gets_utf_8() -> None:
    done = command("call", "find", '{"kind": "gpu", "text": "显卡"}', env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert done.returncode == 0, done.stderr
    assert "显卡" in done.stdout


def test_an_error_of_ours_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug is seen as one: only what a user can put right is one line with exit code 2."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(registry, "get", broken)
    done = run("call", "train_cost", "{}")
    assert isinstance(done.exception, ZeroDivisionError)
