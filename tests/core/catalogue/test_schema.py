"""The check of the data: all is well, and whatever is not is named by file, line and column."""

from __future__ import annotations

import csv
import functools
import io
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from compute_cost.catalogue import schema, shelves
from compute_cost.catalogue.columns import columns
from tests.support import ROOT, command

pytestmark = pytest.mark.live  # the check is of the package's own rows


@pytest.fixture(scope="module", autouse=True)
def one_check_of_each_text() -> Iterator[None]:
    """Most tests change one file of many: the cells of the others are as they were."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "checked", functools.cache(schema.checked))
        yield


@functools.cache
def good() -> dict[str, str]:
    return schema.texts()


def table(name: str) -> list[list[str]]:
    return list(csv.reader(good()[name].splitlines()))


def written(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def changed(name: str, cells: Mapping[tuple[int, str], str]) -> dict[str, str]:
    """The files with other cells, each by line and column, in one of them."""
    rows = table(name)
    for (line, column), cell in cells.items():
        rows[line - 1][rows[0].index(column)] = cell
    return {**good(), name: written(rows)}


def line_of(name: str, key: str) -> int:
    return next(line for line, row in enumerate(table(name), start=1) if key in row)


def test_every_row_is_well() -> None:
    assert schema.problems(good()) == []
    done = command("data", "check")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(": no problems found\n")
    assert all(f" {name}" in done.stdout for name in schema.FILES)


def test_every_file_is_checked() -> None:
    for folder, files in (("core/compute_cost/data", schema.PACKAGED), ("benchmarks/data", schema.MEASURED)):
        assert {path.stem for path in (ROOT / folder).glob("*.csv")} == set(files)


def test_an_installed_package_checks_what_it_has(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shelves, "MEASURED", tmp_path / "nowhere")
    assert list(schema.texts()) == list(schema.PACKAGED)
    assert schema.problems(schema.texts()) == []


def test_the_command_names_what_is_wrong(tmp_path: Path) -> None:
    """In a package without benchmarks/data beside it, as it is installed."""
    shutil.copytree(ROOT / "core" / "compute_cost", tmp_path / "compute_cost", ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONUTF8": "1"}
    done = command("data", "check", env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "step_throughput" not in done.stdout
    wrong = changed("prices", {(7, "price"): "400"})["prices"]
    (tmp_path / "compute_cost" / "data" / "prices.csv").write_text(wrong, encoding="utf-8")
    done = command("data", "check", env=environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "prices.csv line 7: price: '400' is not a number from 0.02 to 100\n"


@pytest.mark.parametrize("name", schema.FILES)
def test_a_wrong_cell_of_any_column_is_named(name: str) -> None:
    """One in each column, each in a row of its own where there are as many, and nothing else is named."""
    length = len(table(name)) - 1
    cells = {(2 + at % length, column): "=1" for at, column in enumerate(columns(schema.FILES[name]))}
    found = schema.problems(changed(name, cells))
    assert sorted(line.split("'=1'")[0] for line in found) == sorted(f"{name}.csv line {line}: {column}: " for line, column in cells)
    assert all(f"is not {columns(schema.FILES[name])[line.split(': ')[1]].kind.words}" in line for line in found)


@pytest.mark.parametrize(
    ("name", "column", "cell"),
    [
        ("accelerators", "memory", "-1"), ("accelerators", "market", "gaming"), ("accelerators", "released", "soon"), ("accelerators", "power", "0"),
        ("accelerators", "confidence", ""), ("accelerators", "name", ""), ("accelerators", "purchase_date", "yesterday"),
        ("models", "kind", "sparse"), ("models", "params", ""), ("models", "gated_ffn", "2"), ("models", "tied_embeddings", "0"),
        ("models", "attention", "flash"), ("models", "released_precision", "fp16"), ("models", "shape_confidence", "sure"),
        ("prices", "price", "0.01"), ("prices", "price", "101"), ("prices", "term", "weekly"), ("prices", "provider", "a sentence of words"),
        ("prices", "provider_class", "broker"), ("prices", "recorded", ""),
        ("published_runs", "year", "2011"), ("published_runs", "year", "2024.5"), ("published_runs", "utilization", "1.2"), ("published_runs", "role", "train"),
        ("published_runs", "kind", "other"), ("published_runs", "utilization_basis", "guess"), ("published_runs", "use", ""),
        ("published_estimates", "value", "0"), ("published_estimates", "unit", "EUR"),
        ("utilization", "value", "nan"), ("utilization", "low", "inf"), ("inference", "value", ""), ("inference", "description", "short"),
        ("inference_rows", "use", "training"), ("inference_rows", "rows", "0"),
        ("assumptions", "value", ""), ("assumptions", "name", "Two Words"), ("assumptions", "low", "few"),
        ("sources", "url", "http://plain.example"), ("sources", "title", ""), ("sources", "date", "2026-02-30"),
        ("step_throughput", "table", "modded-nanogpt"), ("step_throughput", "precision", "int8"), ("step_throughput", "utilization", "0"),
        ("serving_benchmarks", "level", "best"), ("serving_benchmarks", "parallelism", "pipeline"), ("serving_benchmarks", "batch", "-8"),
        ("held_out", "unit", "1"), ("held_out", "table", "dense"), ("held_out_inference", "upper", ""), ("held_out_inference", "unit", "1"),
    ],
)  # fmt: skip
def test_a_value_that_can_not_be_is_named(name: str, column: str, cell: str) -> None:
    assert schema.problems(changed(name, {(5, column): cell})) == [
        f"{name}.csv line 5: {column}: {cell!r} is not {columns(schema.FILES[name])[column].kind.words}"
    ]


@pytest.mark.parametrize(
    ("name", "column"),
    [(name, column) for name, record in schema.FILES.items() for column, one in columns(record).items() if one.kind.files],
)
def test_an_id_of_nothing_is_named(name: str, column: str) -> None:
    found = schema.problems(changed(name, {(3, column): "nowhere"}))
    assert found == [f"{name}.csv line 3: {column}: 'nowhere' is not {columns(schema.FILES[name])[column].kind.words}"]


@pytest.mark.parametrize(
    ("name", "column"), [(name, column) for name, record in schema.FILES.items() for column, one in columns(record).items() if one.kind.own]
)
def test_an_id_that_stands_twice_is_named(name: str, column: str) -> None:
    rows = table(name)
    first = rows[1][rows[0].index(column)]
    found = schema.problems({**good(), name: written([*rows, rows[1]])})
    assert found == [f"{name}.csv line {line}: {column}: {first!r} is there twice" for line in (2, len(rows) + 1)]


@pytest.mark.parametrize("name", schema.FILES)
def test_a_file_of_another_shape_is_named(name: str) -> None:
    header, *rows = table(name)
    first = [header, *rows]
    shapes: list[tuple[str, list[list[str]]]] = [
        ("line 1: the columns must be", [row[:-1] for row in first]),
        ("line 1: the columns must be", [[*row, "more"] for row in first]),
        ("line 1: the columns must be", [row[::-1] for row in first]),
        ("line 1: the columns must be", []),
        (f"line 3: {header[-1]}: None is not", [header, rows[0], rows[1][:-1], *rows[2:]]),
        ("line 3: more cells than columns", [header, rows[0], [*rows[1], "more"], *rows[2:]]),
    ]
    for said, wrong in shapes:
        found = schema.problems({**good(), name: written(wrong)})
        assert len(found) == 1, found
        assert found[0].startswith(f"{name}.csv {said}")


def test_a_blank_line_moves_no_other() -> None:
    header, first, *rest = good()["prices"].splitlines()
    wrong = rest[0].replace("hyperscaler", "broker").replace("neocloud", "broker")
    found = schema.problems({**good(), "prices": "\n".join([header, first, "", wrong, *rest[1:]])})
    assert [line.split(": ")[0] for line in found] == ["prices.csv line 4"]


def test_a_name_for_two_things_is_named() -> None:
    for name in ("accelerators", "models"):
        rows = table(name)
        found = schema.problems(changed(name, {(3, "aliases"): rows[1][rows[0].index("name")]}))
        assert len(found) == 1
        assert f"{name}.csv line 3: " in found[0]
        assert f"means both {rows[1][0]} and {rows[2][0]}" in found[0]


@pytest.mark.parametrize(
    ("name", "row", "cells", "said"),
    [
        ("models", "gpt-3", {"active_params": "175000000001"}, "active_params: '175000000001' is more than all parameters"),
        ("published_runs", "bert-large", {"active_params": "340000001"}, "active_params: "),
        ("step_throughput", "llm-foundry-1", {"active_params": "64862437377"}, "active_params: "),
        ("utilization", "reach_b200", {"low": "0.9"}, "low: '0.9' is above the value"),
        ("inference", "bandwidth", {"high": "0.5"}, "high: '0.5' is below the value"),
        ("assumptions", "average_draw_gpu", {"low": "0.8"}, "low: '0.8' is above the value"),
        ("assumptions", "average_draw_gpu", {"value": "most"}, "value: 'most' has a unit but is not a number"),
        ("assumptions", "as_of", {"value": "today"}, "as_of: 'today' is not a date"),
        ("assumptions", "gpu", {"value": "H100000"}, "gpu: 'H100000' is not an accelerator"),
    ],
)
def test_figures_that_do_not_go_together_are_named(name: str, row: str, cells: dict[str, str], said: str) -> None:
    line = line_of(name, row)
    found = schema.problems(changed(name, {(line, column): cell for column, cell in cells.items()}))
    assert len(found) == 1
    assert found[0].startswith(f"{name}.csv")
    assert said in found[0]


def test_a_row_of_the_fit_that_is_not_counted_is_named() -> None:
    line = line_of("serving_benchmarks", "tensorrt-llm-llama-3.3-70b-b200-1-fp4-128-128")
    count = {(row[0], row[1]): int(row[2]) for row in table("inference_rows")[1:]}["blackwell", "saturated"]
    found = schema.problems(changed("serving_benchmarks", {(line, "role"): "check"}))
    assert found == [f"inference_rows.csv: blackwell, saturated: {count} rows, but {count - 1} in serving_benchmarks.csv"]
    extra = {**good(), "inference_rows": good()["inference_rows"] + "volta,saturated,1\n"}
    assert schema.problems(extra) == ["inference_rows.csv: volta, saturated: 1 rows, but no in serving_benchmarks.csv"]


def test_files_are_plain_tables() -> None:
    paths = [path for folder in ("core/compute_cost/data", "benchmarks/data") for path in (ROOT / folder).glob("*.csv")]
    assert len(paths) == len(schema.FILES)
    for path in paths:
        raw = path.read_bytes()
        assert b"\r" not in raw, f"{path.name} has Windows line ends"
        assert raw.endswith(b"\n"), f"{path.name} lacks the end of its last line"
        rows = list(csv.reader(raw.decode("utf-8").splitlines()))
        assert {len(row) for row in rows} == {len(rows[0])}, path.name


def test_a_shape_that_gives_other_parameters_is_named() -> None:
    """Unless the note says what it gives."""
    line = line_of("models", "llama-3.1-8b")
    doubled = schema.problems(changed("models", {(line, "layers"): "64"}))
    assert len(doubled) == 1
    says = f'models.csv line {line}: params: its shape gives 15.01 billion, not 8.03 billion; correct it, or note "The shape gives 15.01B"'
    assert doubled[0].startswith(says)
    told = {(line, "layers"): "64", (line, "note"): "The shape gives 15.01B: a model of its own twice over."}
    assert schema.problems(changed("models", told)) == []
    assert len(schema.problems(changed("models", told | {(line, "note"): "The shape gives 8.03B."}))) == 1


def test_a_row_that_cites_a_lead_is_named() -> None:
    """What ships is allowed by its license or stated by its own author; a price list without a license is a lead and no source."""
    line = line_of("prices", "gpuhunt")
    (problem,) = schema.problems(changed("prices", {(line, "source"): "silicon-index"}))
    assert problem.startswith(f"prices.csv line {line}: source: 'silicon-index' is a lead")


def test_a_source_that_nothing_cites_is_named() -> None:
    rows = table("sources")
    nobody = ["nobody-cites-it", *rows[1][1:]]
    (problem,) = schema.problems({**good(), "sources": written([*rows, nobody])})
    assert problem == f"sources.csv line {len(rows) + 1}: id: no row cites 'nobody-cites-it': cite it, or leave it out"


def test_what_the_code_cites_stands_in_the_code() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "core").rglob("*.py") if path.name != "schema.py")
    assert {name for name in schema.CITED_BY_CODE if f'"{name}"' not in code} == set()


def test_every_source_has_an_address() -> None:
    without = {row[0] for row in table("sources")[1:] if not row[table("sources")[0].index("url")]}
    assert without <= {"compute-cost", "judged-prices", "yours"}, "what everybody can look up says where"


def test_every_source_says_why_its_figures_may_ship() -> None:
    line = line_of("sources", "gpuhunt")
    (problem,) = schema.problems(changed("sources", {(line, "license"): ""}))
    assert problem.startswith(f"sources.csv line {line}: license: '' is not")
