"""Entries of one's own: named as yours, apart from the catalogue, and a damaged one breaks nothing but itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue import own
from compute_cost.errors import CostError, NoData

LINE = "27B; layers 64; kv_heads 4; head_dim 256"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("COMPUTE_COST_DATA", str(tmp_path))
    catalogue.forget()
    place = tmp_path / "my_catalogue"
    place.mkdir()
    yield place
    monkeypatch.undo()
    catalogue.forget()


def put(folder: Path, file: str, *rows: str) -> None:
    (folder / file).write_text("\n".join(["name,line,note,added", *rows]) + "\n", encoding="utf-8")
    catalogue.forget()


def test_an_entry_answers_by_its_name_and_is_named_yours(folder: Path) -> None:
    put(folder, "models.csv", f"Our Model 2,{LINE},measured by us,2026-11-22")
    put(folder, "gpus.csv", "Lab Card,48 GB; 960 GB/s,,2026-11-22")
    result = compute_cost.memory_fit("our-model 2", "LAB CARD")
    assert result.value == compute_cost.memory_fit(LINE, "48 GB; 960 GB/s").value
    assert {(one.value, one.origin) for one in result.inputs if one.name in ("model", "gpu")} == {
        ("Our Model 2", "yours"),
        ("Lab Card", "yours"),
    }
    assert any(text.startswith("Our Model 2 is of your own catalogue; measured by us; not given") for text in result.warnings)
    assert any(text.startswith("Lab Card is of your own catalogue") for text in result.warnings)


def test_a_damaged_entry_names_its_line_and_breaks_nothing_else(folder: Path) -> None:
    put(folder, "models.csv", "broken,27B; layers -1,,", f"good,{LINE},,", "no-line,,,", f"good,{LINE},,", "=1,27B,,", "short")
    assert compute_cost.memory_needed("good").value == compute_cost.memory_needed(LINE).value
    assert compute_cost.memory_needed("GPT-3").value > compute_cost.memory_needed("175M").value
    with pytest.raises(NoData, match=r"line 2 of your catalogue .*models.csv can't be used: layers can't be"):
        compute_cost.memory_needed("broken")
    with pytest.raises(NoData, match="line 4 of your catalogue"):
        compute_cost.memory_needed("no-line")
    with pytest.raises(CostError, match="is not known"):
        compute_cost.memory_needed("Our Model 3")
    assert [bool(entry.problem) for entry in own.entries("model")] == [True, False, True, True, True, True]


def test_a_file_that_is_none_breaks_only_names_that_are_not_known(folder: Path) -> None:
    (folder / "gpus.csv").write_bytes(b"\xff\xfe\x00")
    catalogue.forget()
    assert compute_cost.gpu_fact("H100", "memory").value == 80
    with pytest.raises(NoData, match=r"your catalogue .*gpus.csv can't be read"):
        compute_cost.gpu_fact("Lab Card", "memory")
    (folder / "gpus.csv").write_bytes(b"x" * (own.LONGEST_FILE + 1))
    catalogue.forget()
    with pytest.raises(NoData, match="has more than 2,000,000 bytes"):
        compute_cost.gpu_fact("Lab Card", "memory")


def test_the_catalogue_comes_first(folder: Path) -> None:
    put(folder, "gpus.csv", "H100,1 GB,,")
    assert compute_cost.gpu_fact("H100", "memory").value == 80


def test_without_files_there_is_nothing(folder: Path) -> None:
    assert own.entries("model") == ()
    assert own.find("gpu", "anything") is None
