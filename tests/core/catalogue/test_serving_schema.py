"""The check of the serving files: each kind of mistake in a row is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from compute_cost import catalogue
from compute_cost.catalogue import schema, serving_schema
from compute_cost.catalogue.serving_records import serving_rows

Rows = list[dict[str, str]]
REAL = catalogue.read_rows


@pytest.fixture
def with_rows(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Takes the rows that a file is to hold, and gives what the check of the whole catalogue finds then."""

    def check(name: str, rows: Rows) -> list[str]:
        monkeypatch.setattr(catalogue, "read_rows", lambda asked: rows if asked == name else REAL(asked))
        return schema.problems()

    return check


Check = Callable[[str, Rows], list[str]]

WRONG = [
    ("serving_benchmarks", "table", "rumors"), ("serving_benchmarks", "precision", "fp7"), ("serving_benchmarks", "parallelism", "both"),
    ("serving_benchmarks", "tokens_per_second", "0"), ("serving_benchmarks", "gpus", ""), ("serving_benchmarks", "batch", "-1"), ("serving_benchmarks", "role", "train"),
    ("serving_benchmarks", "use", "no"), ("serving_benchmarks", "source", "nowhere"), ("serving_benchmarks", "date", "soon"), ("serving_benchmarks", "confidence", "sure"),
    ("inference", "value", "many"), ("inference", "description", "short"), ("inference", "source", "nowhere"),
    ("held_out_inference", "factor", "0"), ("held_out_inference", "unit", "tokens"), ("held_out_inference", "table", "rumors"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "column", "wrong"), WRONG, ids=[f"{name}.{column}={wrong}" for name, column, wrong in WRONG])
def test_a_bad_cell_is_found_by_file_line_and_column(name: str, column: str, wrong: str, with_rows: Check) -> None:
    good = REAL(name)
    found = with_rows(name, [good[0], {**good[1], column: wrong}, *good[2:]])
    assert any(line.startswith(f"{name}.csv line 3: {column}: ") for line in found), found[:3]


def test_every_file_is_checked() -> None:
    assert {name for name, _, _ in WRONG} == set(serving_schema.FILES)


def test_rows_that_name_what_is_not_there_or_say_nothing_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third, *rest = serving_rows()
    rows = (
        replace(first, gpu="h999"), replace(second, model="gpt-99"), replace(third, tokens_per_second=None, images_per_minute=None), *rest,
    )  # fmt: skip
    monkeypatch.setattr(serving_schema, "serving_rows", lambda: rows)
    assert sorted(serving_schema.cross_checks()) == sorted([
        f"serving_benchmarks.csv: {first.id}: no accelerator h999",
        f"serving_benchmarks.csv: {second.id}: no model gpt-99",
        f"serving_benchmarks.csv: {third.id}: no figure",
    ])  # fmt: skip


def test_a_chip_that_is_not_in_the_catalogue_may_be_left_blank() -> None:
    assert any(not row.gpu for row in serving_rows())
    assert serving_schema.cross_checks() == []


def test_rows_that_stand_twice_are_found(monkeypatch: pytest.MonkeyPatch, with_rows: Check) -> None:
    rows, constants = serving_rows(), REAL("inference")
    assert with_rows("inference", [*constants, constants[0]]) == [f"inference.csv: {constants[0]['name']} stands twice"]
    monkeypatch.setattr(catalogue, "read_rows", REAL)
    monkeypatch.setattr(serving_schema, "serving_rows", lambda: (*rows, rows[0]))
    assert serving_schema.cross_checks() == [f"serving_benchmarks.csv: {rows[0].id} stands twice"]
