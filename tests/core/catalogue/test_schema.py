"""The check of the catalogue: all is well as shipped, and each kind of mistake in a row is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from compute_cost import catalogue
from compute_cost.catalogue import schema
from tests.support import command

Rows = list[dict[str, str]]
REAL = catalogue.read_rows


@pytest.fixture
def with_rows(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Takes the rows that a file is to hold, and gives what the check finds then."""

    def check(name: str, rows: Rows) -> list[str]:
        monkeypatch.setattr(catalogue, "read_rows", lambda asked: rows if asked == name else REAL(asked))
        return schema.problems()

    return check


Check = Callable[[str, Rows], list[str]]


def test_every_row_is_well() -> None:
    assert schema.problems() == []
    done = command("data", "check")
    assert done.returncode == 0, done.stderr
    assert "all well" in done.stdout
    assert f"{len(REAL('accelerators'))} accelerators" in done.stdout


WRONG = [
    ("accelerators", "memory", "-1"), ("accelerators", "memory", ""), ("accelerators", "memory", "inf"), ("accelerators", "source", "nowhere"),
    ("accelerators", "released", "soon"), ("accelerators", "confidence", ""), ("accelerators", "confidence", "sure"), ("accelerators", "name", ""),
    ("accelerators", "market", "garage"), ("accelerators", "fp32", "0"), ("accelerators", "id", "Has Spaces"), ("accelerators", "purchase_source", "nowhere"),
    ("models", "kind", "sparse"), ("models", "params", "0"), ("models", "params", "many"), ("models", "gated_ffn", "2"), ("models", "attention", "flash"),
    ("models", "released_precision", "int4"), ("models", "shape_confidence", "sure"), ("models", "layers", "-3"),
    ("prices", "price", "0.01"), ("prices", "price", "101"), ("prices", "term", "monthly"), ("prices", "provider_class", "garage"), ("prices", "date", "2024-13"),
    ("published_runs", "role", "train"), ("published_runs", "year", "2011"), ("published_runs", "utilization_basis", "guess"), ("published_runs", "use", "no"),
    ("published_estimates", "unit", "EUR"), ("published_estimates", "value", "0"), ("step_throughput", "utilization", "1.1"), ("step_throughput", "precision", "fp7"),
    ("utilization", "value", "many"), ("utilization", "name", "Has Spaces"), ("held_out", "predicted", "0"), ("held_out", "unit", "days"),
    ("assumptions", "description", "short"), ("assumptions", "low", "few"), ("assumptions", "date", ""), ("sources", "url", "http://plain.example"), ("sources", "title", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "column", "wrong"), WRONG, ids=[f"{name}.{column}={wrong}" for name, column, wrong in WRONG])
def test_a_bad_cell_is_found_by_file_line_and_column(name: str, column: str, wrong: str, with_rows: Check) -> None:
    good = REAL(name)
    found = with_rows(name, [good[0], {**good[1], column: wrong}, *good[2:]])
    assert any(line.startswith(f"{name}.csv line 3: {column}: ") for line in found), found[:3]


def test_every_file_is_checked() -> None:
    assert {name for name, _, _ in WRONG} == set(schema.FILES)


def test_a_column_more_or_less_is_found(with_rows: Check) -> None:
    good = REAL("sources")
    assert any("line 2: extra" in line for line in with_rows("sources", [{**good[0], "extra": "1"}, *good[1:]]))
    less = {key: value for key, value in good[0].items() if key != "license"}
    assert any("line 2: license" in line for line in with_rows("sources", [less, *good[1:]]))


@pytest.mark.parametrize("name", ["accelerators", "models"])
def test_a_name_for_two_things_is_found(name: str, with_rows: Check) -> None:
    good = REAL(name)
    found = with_rows(name, [good[0], {**good[1], "aliases": good[0]["name"].upper()}, *good[2:]])
    assert found == [f"{name}.csv: {catalogue.key(good[0]['name'])!r} means both {good[0]['id']} and {good[1]['id']}"]


@pytest.mark.parametrize("name", sorted(set(schema.FILES) - {"prices", "held_out"}))  # whose rows have no name of their own
def test_a_row_that_stands_twice_is_found(name: str, with_rows: Check) -> None:
    good = REAL(name)
    assert with_rows(name, [*good, good[0]]) == [f"{name}.csv: {good[0].get('id') or good[0]['name']} stands twice"]


@pytest.mark.parametrize("start", ["=", "+", "@"])
def test_a_text_that_a_spreadsheet_takes_for_a_formula_is_found(start: str, with_rows: Check) -> None:
    good = REAL("sources")
    row = {**good[0], "note": f"{start}1+1"}
    assert f"sources.csv: {good[0]['id']}: note starts like a formula" in with_rows("sources", [row, *good[1:]])


# Rows that name each other


def test_a_chip_that_is_not_there_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    runs, steps, prices = catalogue.runs(), catalogue.step_rows(), catalogue.prices()
    monkeypatch.setattr(catalogue, "prices", lambda: {**prices, "h999": ()})
    monkeypatch.setattr(catalogue, "runs", lambda: (replace(runs[0], gpu="h999"), replace(runs[1], gpu=""), *runs[2:]))
    monkeypatch.setattr(catalogue, "step_rows", lambda: (replace(steps[0], gpu="h999"), *steps[1:]))
    assert schema.problems() == [
        "prices.csv: no accelerator h999",
        f"published_runs.csv: {runs[0].id}: no accelerator h999",
        f"step_throughput.csv: {steps[0].id}: no accelerator h999",
    ]


def test_a_model_that_is_not_there_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    runs, estimates = catalogue.runs(), catalogue.published_estimates()
    monkeypatch.setattr(catalogue, "runs", lambda: (replace(runs[0], catalogue_model="gpt-99"), *runs[1:]))
    monkeypatch.setattr(catalogue, "published_estimates", lambda: (replace(estimates[0], model="gpt-99"), *estimates[1:]))
    assert sorted(schema.problems()) == sorted(f"{one.id} names no model of the catalogue: gpt-99" for one in (runs[0], estimates[0]))


def test_more_active_than_all_parameters_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = catalogue.models().rows
    index = catalogue.Index([replace(rows[0], active_params=rows[0].params * 1.01), *rows[1:]])
    monkeypatch.setattr(catalogue, "models", lambda: index)
    assert schema.problems() == [f"models.csv: {rows[0].id} has more active than total parameters"]


def test_a_default_chip_that_is_none_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    known = catalogue.assumption
    monkeypatch.setattr(catalogue, "assumption", lambda name: replace(known(name), value="H999") if name == "gpu" else known(name))
    assert schema.problems() == ["assumptions.csv: gpu is no accelerator"]
