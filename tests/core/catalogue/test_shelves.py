"""The catalogue: what people call a thing is found, every figure has its source, and no name is taken for its neighbor."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue import shelves
from compute_cost.catalogue.shelves import read_text
from compute_cost.errors import NoData


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


def test_a_file_of_the_source_alone_is_missed_plainly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "id,table,model" in read_text("step_throughput")
    monkeypatch.setattr(shelves, "MEASURED", tmp_path / "nowhere")
    with pytest.raises(NoData, match=r"step_throughput\.csv are not installed; a checkout of the source has them in benchmarks/data"):
        read_text("step_throughput")
    assert "id,name,aliases" in read_text("accelerators")


@pytest.mark.parametrize(("system", "name", "inside"), [("linux", "XDG_DATA_HOME", ""), ("darwin", "HOME", "/Library/Application Support"), ("win32", "LOCALAPPDATA", "")])  # fmt: skip
def test_where_the_users_prices_lie(system: str, name: str, inside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMPUTE_COST_DATA", raising=False)
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv(name, "/x")
    assert catalogue.user_prices_file().as_posix() == f"/x{inside}/compute-cost/prices.csv"
