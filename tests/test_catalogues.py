"""Another catalogue can be opened: everything then answers from it, nothing is left of the one before, and a bad one is refused."""

from __future__ import annotations

import ast
import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue, registry
from compute_cost.catalogue import names, near_misses, shelves
from compute_cost.errors import NoData
from compute_cost.prices import tariffs
from compute_cost_tools.calls import run
from compute_cost_tools.grounding import write
from compute_cost_tools.ledger import Ledger
from compute_cost_tools.reader import read
from tests import freeze
from tests.conftest import pytest_collection_modifyitems
from tests.support import ROOT, command
from tests.support.fixed_catalogue import FIXED, write_fixed

Row = dict[str, str]


def asked() -> dict[str, Any]:
    """Answers of every estimate, and what the readers of questions and of answers make of names that one catalogue knows."""
    answers: dict[str, Any] = freeze.answers()
    beside = compute_cost.self_host_or_api("meta-llama/llama-3.1-70b-instruct", requests_per_day=100_000)
    answers["hosted beside own"] = [beside.value, beside.values["api_cost"].value]
    answers["as its driver prints it"] = compute_cost.gpu_fact("NVIDIA H100 80GB HBM3", "name").value
    answers["as its file is called"] = compute_cost.memory_needed("Llama-3.1-8B-Instruct-Q4_K_M.gguf").value
    answers["sold under another spelling"] = compute_cost.api_cost("llama3.1:8b").value
    answers["in a provider's machine"] = compute_cost.gpu_price("p5.48xlarge").value
    answers["a price of your own"] = compute_cost.rent_cost("H100", 1, 1, price_per_gpu_hour="H100; $2.50 an hour").value
    answers["tuned at a host"] = compute_cost.finetune_cost("Llama 3.1 8B", 1e7, provider="Fireworks").value
    answers["a price as text"] = compute_cost.rent_cost("H100", 1, 1, price_per_gpu_hour="$2.50").value
    answers["refused"] = [names.refused("gpu", "NVIDIA Groq LPU"), names.refused("model", "someone/stable-audio-open-1.0-GGUF")]
    answers["nearest"] = [near_misses.nearest(what, written) for what, written in (("model", "Quokka 3 40B"), ("gpu", "H1000"))]
    answers["found by everyday words"] = [row[0] for row in compute_cost.find("estimate", "VRAM").table]
    answers["accelerators on sale"] = compute_cost.memory_fit(7e9).rows
    answers["described"] = compute_cost.memory_needed("27B; layers 64", context=4096).value
    for question in (
        "What does Quokka 2 40B cost to train?", "what does quokka cost to train?", "what does GPT-5 cost to train?", "What does GPT-3 cost to train on H100?", "speed of Q9"
    ):  # fmt: skip
        answers[question] = read(question).understood()
    answers["a call of a tool"] = run("train_flops", {"params": "GPT-3"}).result.value
    answers["figures"] = [bad.text for bad in write("Quokka 2 40B ran on 12 H100s.", Ledger()).strange]
    return answers


def asked_in_a_new_process(folder: Path) -> Any:
    code = "import json; from tests.test_catalogues import asked; print(json.dumps(asked()))"
    environment = {**os.environ, "COMPUTE_COST_CATALOGUE": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", cwd=ROOT, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def changed(folder: Path, name: str, change: Callable[[list[Row]], list[Row]]) -> None:
    """Rewrite a file of a catalogue."""
    path = folder / f"{name}.csv"
    rows = change(list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def scaled(column: str, factor: float, *names: str) -> Callable[[list[Row]], list[Row]]:
    """Rows with a number multiplied; of the rows of these names, where there are any."""

    def change(rows: list[Row]) -> list[Row]:
        for row in rows:
            if not names or row["name"] in names:
                row[column] = str(float(row[column]) * factor)
        return rows

    return change


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Path]:
    """Another catalogue, not yet open: dearer prices, slower chips, a new model, other constants and another default chip."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    for file in catalogue.folder().iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    changed(folder, "prices", scaled("price", 1.25))
    changed(folder, "utilization", scaled("value", 0.9, "reach_h100_sxm_80", "reach_a100_sxm_80", "practice_level"))
    changed(folder, "inference", scaled("value", 0.9, "weight_bandwidth"))
    changed(folder, "assumptions", lambda rows: [row | {"value": "A100"} if row["name"] == "gpu" else row for row in rows])
    changed(folder, "published_runs", lambda rows: rows[: len(rows) // 2])
    changed(folder, "inference_rows", lambda rows: rows[: len(rows) // 4])
    changed(folder, "models", lambda rows: [*rows, rows[0] | {"id": "quokka-2-40b", "name": "Quokka 2 40B", "aliases": "Quokka"}])
    yield folder
    catalogue.open(None)


def test_what_is_opened_answers_as_in_a_new_process_and_leaves_nothing_behind(other: Path) -> None:
    before = asked()
    catalogue.open(other)
    there = asked()
    assert there == asked_in_a_new_process(other)
    moved = {question for question in before if there[question] != before[question]}
    assert {"figures", "hosted beside own", "What does Quokka 2 40B cost to train?", "what does quokka cost to train?"} < moved
    assert {registry.formula(name, arguments) for name, arguments in freeze.PAST} < moved
    catalogue.open(None)
    assert asked() == before


def test_the_answers_above_fill_every_place_that_keeps_and_forget_empties_it() -> None:
    owners = [emptier.__self__ for emptier in shelves._emptiers]  # type: ignore[attr-defined]
    answers = [owner for owner in owners if isinstance(owner, dict)]
    places = [owner for owner in owners if not isinstance(owner, dict)]
    catalogue.forget()
    assert not any(answers)
    assert [place.__name__ for place in places if place.cache_info().currsize] == []
    asked()
    assert sum(map(bool, answers)) > 40, "most estimates keep their last answers"
    unused = {
        "held_out",
        "held_out_serving",
        "held_out_media",
        "image_rows",
        "rival_serving",
        "speech_rows",
        "step_rows",
        "serving_rows",
        "fine_tuning_rows",
        "reinforcement_rows",
        "published_estimates",
        "published_figures",
        "published_indices",
    }  # of the accuracy alone
    assert {place.__name__ for place in places if not place.cache_info().currsize} <= unused
    assert {type(place) for place in places} == {type(lru_cache(str))}, "a kept answer is as fast as functools gives it"


def cached(path: Path) -> Iterator[ast.FunctionDef]:
    """The functions of a file that a cache of functools keeps."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and any(
            getattr(name, "id", getattr(name, "attr", "")) in ("cache", "lru_cache")
            for one in node.decorator_list
            for name in ast.walk(one)
        ):
            yield node


def test_what_follows_from_the_catalogue_is_kept_by_it_alone() -> None:
    """A cache of functools would still hold what was worked out from a catalogue that is closed."""
    of_core = [node.name for path in (ROOT / "core").rglob("*.py") for node in cached(path)]
    # A model that is but a size, or that a text describes, an amount as it is written or the form of one, the unit of a bill, a normal
    # distribution, the words of a language, a line of so many letters, the hours of a week, the worth of a plan, the words that an
    # argument takes: no row says anything about them.
    assert sorted(of_core) == [
        "_array", "_draws", "_evenly", "_half_intervals", "_hours_in", "_labels", "_line", "_of_config", "_of_line", "_piece", "_read",
        "_taking_the_word", "_tokens_in", "_worth_of", "of_size", "others", "week",
    ]  # fmt: skip
    others = [
        (path.name, node) for folder in ("agent_tools", "xlplugin") for path in (ROOT / folder).rglob("*.py") for node in cached(path)
    ]
    assert len(others) >= 10
    for file, node in others:
        assert "catalogue" not in {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}, f"{file}: {node.name}"


def test_importing_the_package_reads_no_row() -> None:
    code = (
        "import compute_cost.catalogue.shelves as shelves\n"
        "shelves.read_rows = None\n"
        "import compute_cost, compute_cost.command.cli, compute_cost_sheets.commands, compute_cost_tools.commands\n"
        "import compute_cost_sheets.functions, compute_cost_tools.mcp_resources, compute_cost_tools.reader, compute_cost_tools.evals\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr


def test_the_version_says_that_another_catalogue_answers(other: Path) -> None:
    catalogue.open(other)
    assert any("a catalogue other than" in text for text in compute_cost.cost_version().warnings)
    answer = command("call", "cost_version", "{}", env={**os.environ, "COMPUTE_COST_CATALOGUE": ""})
    assert answer.returncode == 0, answer.stderr
    assert "a catalogue other than" not in answer.stdout, "the control: the package's own is none"


# The two catalogues of the tests


def test_a_module_answers_from_the_fixed_catalogue_unless_it_is_live(request: pytest.FixtureRequest) -> None:
    """The control is in the live tests of the data: they read the package's own."""
    assert not catalogue.is_package()
    marked = request.node
    marked.add_marker("live")
    with pytest.raises(pytest.UsageError, match="mark the whole module live"):
        pytest_collection_modifyitems([marked])


def test_the_fixed_catalogue_moves_with_columns_and_constants_and_not_with_prices_chips_and_measured_rows(
    other: Path, tmp_path: Path
) -> None:
    changed(other, "accelerators", lambda rows: [row | {"sockets": "2"} for row in [*rows, rows[0] | {"id": "new-1", "name": "New 1"}]])
    changed(other, "prices", lambda rows: [*rows, rows[0] | {"gpu": "new-1"}])
    changed(other, "assumptions", lambda rows: [*rows, rows[0] | {"name": "tokens_per_page", "value": "400"}])
    changed(other, "published_runs", lambda rows: [rows[0] | {"gpu": "new-1"}, *rows[1:]])
    before = len(catalogue.runs())
    catalogue.open(other)
    made = tmp_path / "made"
    made.mkdir()
    write_fixed(made)
    catalogue.open(made)
    assert catalogue.read_rows("prices") == _rows("prices")
    assert catalogue.read_rows("accelerators") == [row | {"sockets": ""} for row in _rows("accelerators")]
    assert catalogue.constant("tokens_per_page") == 400
    assert catalogue.default_gpu().id == "h100-sxm-80", "the default of the other catalogue is not taken over"
    assert len(catalogue.runs()) == before // 2 - 1


def _rows(name: str) -> list[Row]:
    return list(csv.DictReader((FIXED / f"{name}.csv").read_text(encoding="utf-8").splitlines()))


def test_a_file_that_excel_has_saved_is_the_same(other: Path) -> None:
    """With a mark at its beginning and Windows' ends of lines."""
    catalogue.open(other)
    price = compute_cost.gpu_price("H100").value
    for name in ("prices", "accelerators", "tariffs"):
        path = other / f"{name}.csv"
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    catalogue.open(other)
    assert compute_cost.gpu_price("H100").value == price
    assert compute_cost.api_cost("gpt-4o").value > 0


# Bad catalogues


def test_a_folder_that_is_no_catalogue_is_named_and_the_open_one_stays(tmp_path: Path, other: Path) -> None:
    price = compute_cost.gpu_price("H100").value
    (other / "prices.csv").unlink()
    (other / "models.csv").unlink()
    for folder, message in (
        (tmp_path / "nowhere", "can't be opened"),
        (other / "sources.csv", "can't be opened"),
        (other, "has no models.csv, prices.csv; copy what it lacks from"),
    ):
        with pytest.raises(NoData, match=message):
            catalogue.open(folder)
        assert compute_cost.gpu_price("H100").value == price
        done = command("call", "gpu_price", '{"gpu": "H100"}', env={**os.environ, "COMPUTE_COST_CATALOGUE": str(folder)})
        assert (done.returncode, done.stdout) == (2, "")
        assert message in done.stderr
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("text", ["cheap", "nan", "inf", "1e999", "2.5 USD"])
def test_a_word_is_no_number(other: Path, text: str) -> None:
    changed(other, "prices", lambda rows: [rows[0], rows[1] | {"price": text}, *rows[2:]])
    catalogue.open(other)
    with pytest.raises(NoData, match=rf'prices\.csv is damaged \(line 3: price can\'t be "{text}"\)'):
        compute_cost.gpu_price("H100")


def test_a_missing_column_and_a_row_that_ends_early_are_named(other: Path) -> None:
    path = other / "accelerators.csv"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace("memory_bandwidth,", "bandwidth,", 1), encoding="utf-8")
    catalogue.open(other)
    with pytest.raises(NoData, match=r"accelerators\.csv is damaged \(line 2: memory_bandwidth can't be None\)"):
        compute_cost.gpu_price("H100")
    path.write_text(f"{whole}short-1,Short 1\n", encoding="utf-8")
    catalogue.forget()
    with pytest.raises(NoData, match=r"accelerators\.csv is damaged \(line \d+: aliases can't be None\)"):
        compute_cost.gpu_price("H100")
    path.write_bytes(b"\xff")
    catalogue.forget()
    with pytest.raises(NoData, match=r"accelerators\.csv can't be read"):
        compute_cost.gpu_price("H100")


def test_a_catalogue_from_before_a_kind_of_words_answers_without_it(other: Path) -> None:
    assert tariffs.is_sold("Sonnet 4.5")
    changed(other, "name_words", lambda rows: [row for row in rows if row["kind"] != "family"])
    catalogue.open(other)
    assert tariffs.is_sold("Claude Sonnet 4.5")
    assert not tariffs.is_sold("Sonnet 4.5")
    assert write("Sonnet 4.5 it is.", Ledger()).strange
    assert "model" not in read("2M in, 300k out, 2.5 pro").arguments


def test_the_check_is_of_the_open_catalogue(other: Path) -> None:
    changed(other, "prices", lambda rows: [rows[0] | {"term": "on-demand"}, *rows[1:]])
    environment = {**os.environ, "COMPUTE_COST_CATALOGUE": str(other)}
    done = command("data", "check", env=environment)
    assert done.returncode == 1
    assert "prices.csv line 2: term" in done.stderr
    (other / "prices.csv").unlink()
    done = command("data", "check", env=environment)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
