"""The catalogue: a bad row is found, every figure has its source, no name stands for two things."""

from __future__ import annotations

from pathlib import Path

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue import schema
from compute_cost.catalogue.records import period_end


def test_a_bad_row_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: each kind of mistake is caught."""
    good = catalogue.read_rows("accelerators")
    for column, wrong in (("memory", "-1"), ("source", "nowhere"), ("released", "soon"), ("confidence", ""), ("name", "")):
        rows = [{**good[0], column: wrong}, *good[1:]]
        monkeypatch.setattr(catalogue, "read_rows", lambda name, rows=rows: rows if name == "accelerators" else _real(name))
        assert any(f"accelerators.csv line 2: {column}" in line for line in schema.problems()), column
    twice = [good[0], {**good[1], "aliases": good[0]["name"]}, *good[2:]]
    monkeypatch.setattr(catalogue, "read_rows", lambda name: twice if name == "accelerators" else _real(name))
    assert any("means both" in line for line in schema.problems())


_real = catalogue.read_rows


def test_one_chip_is_not_another() -> None:
    get = catalogue.accelerators().get
    assert get("A100") is get("A100-80GB") is not get("A100-40GB")
    assert get("H100") is not get("H100 PCIe")
    for stranger in ("A1000", "RTX A4000", "H10", "TPU", "A", "GPU", "", " ", "x" * 5000):
        assert get(stranger) is None


def test_sources_survive_loading() -> None:
    """A loader that drops sources is the classic mistake of this field."""
    for chip in catalogue.accelerators().rows:
        assert catalogue.source(chip.source).title
    for model in catalogue.models().rows:
        assert catalogue.source(model.source).title
    for rows in catalogue.prices().values():
        for row in rows:
            assert catalogue.source(row.source).title


def test_an_unchecked_figure_lowers_trust_visibly() -> None:
    unchecked = next(chip for chip in catalogue.accelerators().rows if chip.confidence == "not checked" and chip.fp32)
    assert any("not checked" in text for text in compute_cost.gpu_fact(unchecked.name, "peak_fp32").warnings)
    assert any("rumor" in text for text in compute_cost.train_cost("GPT-4").warnings)
    assert not any("checked" in text for text in compute_cost.gpu_fact("A100", "memory").warnings)


def test_precisions_a_chip_lacks_are_refused() -> None:
    with pytest.raises(compute_cost.CostError, match="V100 SXM2 32GB has no bf16 peak"):
        compute_cost.train_cost("GPT-3", gpu="V100", precision="bf16")
    with pytest.raises(compute_cost.CostError, match="no mxfp8 peak"):
        compute_cost.train_cost("GPT-3", gpu="H100", precision="mxfp8")
    assert compute_cost.train_cost("GPT-3", gpu="V100").value > 0


@pytest.mark.parametrize(("text", "day"), [("2024", "2024-12-31"), ("2024-02", "2024-02-29"), ("2024-02-03", "2024-02-03")])
def test_a_partial_date_counts_at_its_end(text: str, day: str) -> None:
    assert period_end(text).isoformat() == day


@pytest.mark.parametrize("text", ["", "24", "2024-13", "2024-02-30", "soon", "2024-1-1"])
def test_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        period_end(text)
