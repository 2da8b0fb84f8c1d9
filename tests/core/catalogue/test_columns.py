"""What a cell may hold: each kind takes what it should, refuses what it should, and says so in words."""

# No `from __future__ import annotations`: a definition below must hold its kinds as objects, as in records.py.

from dataclasses import dataclass, fields

import pytest

from compute_cost.catalogue import columns, schema
from compute_cost.catalogue.columns import Column, Kind, period_end, wrong_cells
from compute_cost.catalogue.records import Accelerator, Price
from compute_cost.catalogue.shelves import objects, read_rows

GIVEN = [
    pytest.param(name, column, one, id=f"{name}.{column}")
    for name in schema.FILES
    for column, one in columns.columns(schema.FILES[name]).items()
]


def kind(name: str) -> Kind:
    """The kind of that name in compute_cost.catalogue.columns."""
    found = getattr(columns, name).__metadata__[0]
    assert isinstance(found, Kind)
    return found


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("Number", ["0", "-1", "1.5", "2.85e+20", "1e-05"], ["", "x", "nan", "inf", "-inf", "1e999", "1_000", "1,000", " 1", "1 ", "+1", ".5", "0x10", "１", "1\n"]),
        ("MaybeNumber", ["", "0", "-1"], ["x", " ", "-"]),
        ("Positive", ["1", "1e-300"], ["", "0", "-1", "0.0", "1e-999"]),
        ("MaybePositive", ["", "1"], ["0", "-1"]),
        ("MaybeCount", ["", "0", "5.4"], ["-1", "x"]),
        ("MaybeShare", ["", "1", "0.001"], ["0", "1.0001", "40%"]),
        ("Id", ["a", "gpt-3.5", "3090"], ["", "GPT", "a b", "-a", "a_b", "a" * 81, "é", "a\n"]),
        ("Slug", ["hopper"], ["", "Hopper"]),
        ("Variable", ["pue", "kv_cache_bits"], ["", "PUE", "2x", "a-b"]),
        ("Name", ["xx", "A, \"B\""], ["", "x", "=1", "+x", "@x", "a\nb", "a\tb", "x" * 501]),
        ("Text", ["", "-", "x"], ["=1", "@SUM(A1)", "a\x00b"]),
        ("Sentence", ["ten letters"], ["", "too short"]),
        ("Date", ["2024", "2024-02", "2024-02-29"], ["", "soon", "2023-02-29", "24", "2024-13", "2024-1"]),
        ("MaybeDate", ["", "2024"], ["soon"]),
        ("Confidence", ["checked", "rumor"], ["", "Checked", "sure"]),
        ("MaybeConfidence", ["", "checked"], ["sure"]),
        ("SourceId", ["gpt3-paper"], ["", "Not an id"]),
        ("MaybeSourceId", ["", "gpt3-paper"], ["Not an id"]),
        ("ChipId", ["h100-sxm-80"], ["", "H100"]),
        ("MaybeChipId", ["", "h100-sxm-80"], ["H100"]),
        ("MaybeModelId", ["", "gpt-3"], ["GPT-3"]),
    ],
)  # fmt: skip
def test_what_each_kind_takes(name: str, right: list[str], wrong: list[str]) -> None:
    assert [cell for cell in right if not kind(name).fits(cell)] == []
    assert [cell for cell in wrong if kind(name).fits(cell)] == []


def test_no_kind_is_untried() -> None:
    tried = {mark.args[1][i][0] for mark in test_what_each_kind_takes.pytestmark for i in range(len(mark.args[1]))}  # type: ignore[attr-defined]
    assert tried == {name for name in vars(columns) if hasattr(getattr(columns, name), "__metadata__")}


@pytest.mark.parametrize(("name", "column", "one"), [given for given in GIVEN if getattr(given.values[2], "number", False)])
def test_an_empty_cell_is_none_exactly_where_the_type_says_so(name: str, column: str, one: Column) -> None:
    typed = next(field.type for field in fields(schema.FILES[name]) if field.name == column)
    assert one.kind.fits("") == ("None" in str(typed))


@pytest.mark.parametrize(("name", "column", "one"), GIVEN)
def test_no_cell_is_a_formula(name: str, column: str, one: Column) -> None:
    """A spreadsheet that opens the file runs none."""
    assert not any(one.kind.fits(cell) for cell in ("=1", "+1", "@A1", "=cmd|' /C calc'!A0"))


def test_a_column_is_typed_in_one_place() -> None:
    """A column added to a definition is read, and checked, without another word."""

    @dataclass(frozen=True)
    class Wider(Price):
        gpus: columns.MaybePositive

    row = dict(read_rows("prices")[0])
    assert list(columns.columns(Wider)) == [*row, "gpus"]
    assert [one.gpus for one in objects([{**row, "gpus": "8"}, {**row, "gpus": ""}], Wider)] == [8.0, None]
    wanted = columns.columns(Wider)
    assert list(wrong_cells(wanted, {**row, "gpus": "8"})) == []
    assert list(wrong_cells(wanted, {**row, "gpus": "many"})) == [("gpus", "a number above 0; or empty")]
    assert list(wrong_cells(wanted, row)) == [("gpus", "a number above 0; or empty")]


def test_words_are_words_and_numbers_are_numbers() -> None:
    chip = next(one for one in objects(read_rows("accelerators"), Accelerator) if one.id == "h100-sxm-80")
    assert (chip.name, chip.memory, chip.fp4) == ("H100 SXM 80GB", 80.0, None)


@pytest.mark.parametrize(("text", "day"), [("2024", "2024-12-31"), ("2024-02", "2024-02-29"), ("2024-02-03", "2024-02-03")])
def test_a_partial_date_counts_at_its_end(text: str, day: str) -> None:
    assert period_end(text).isoformat() == day


@pytest.mark.parametrize("text", ["", "24", "2024-13", "2024-02-30", "soon", "2024-1-1"])
def test_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        period_end(text)
