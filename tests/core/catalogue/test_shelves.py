"""The catalogue: every row checked, every figure with its source, no name for two things."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue import schema
from compute_cost.catalogue.records import period_end
from tests.support import ROOT, command

NAMES = [
    "A100", "A100-80GB", "a100 80gb", "A100-40GB", "A100 PCIe 80GB", "H100", "H100 PCIe", "H800", "H200", "B200", "B300", "GB200", "GB300", "V100",
    "TPU v2", "TPU v3", "TPU v4", "TPU v5e", "TPU v5p", "TPU v6e", "TPU v7", "L4", "L40S", "A40", "A6000", "RTX A6000", "RTX 3090", "4090", "RTX 4090",
    "RTX 6000 Ada", "MI300X", "M1 Max", "M2 Max", "M2 Ultra", "M3 Max", "M4 Pro", "T4", "A10", "Trainium2", "Gaudi 2",
]  # fmt: skip
MODELS = [
    "GPT-3", "gpt3", "Llama 2 70B", "Llama 3 70B", "Llama 3 8B", "Llama-3.1-405B", "Mixtral 8x7B", "Mistral 7B", "BLOOM", "PaLM", "Falcon 180B",
    "DeepSeek V3", "Qwen2 72B", "OPT-175B", "GPT-NeoX-20B", "Chinchilla 70B", "Gemma 2 27B", "DBRX", "Kimi K2", "gpt-oss-120b",
]  # fmt: skip


def test_every_row_is_well() -> None:
    assert schema.problems() == []
    done = command("data", "check")
    assert done.returncode == 0, done.stderr
    assert "all well" in done.stdout


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


def test_files_are_plain_tables() -> None:
    for path in (ROOT / "core" / "data").glob("*.csv"):
        raw = path.read_bytes()
        assert b"\r" not in raw, f"{path.name} has Windows line ends"
        rows = list(csv.reader(raw.decode("utf-8").splitlines()))
        assert {len(row) for row in rows} == {len(rows[0])}, path.name


@pytest.mark.parametrize("name", NAMES)
def test_names_people_type(name: str) -> None:
    assert catalogue.accelerators().get(name) is not None


@pytest.mark.parametrize("name", MODELS)
def test_models_people_name(name: str) -> None:
    assert catalogue.models().get(name) is not None


def test_one_chip_is_not_another() -> None:
    get = catalogue.accelerators().get
    assert get("A100") is get("A100-80GB") is not get("A100-40GB")
    assert get("H100") is not get("H100 PCIe")
    for stranger in ("A1000", "RTX A4000", "H10", "TPU", "A", "GPU", "", " ", "x" * 5000):
        assert get(stranger) is None


def test_size_of_the_catalogue() -> None:
    assert len(catalogue.accelerators().rows) >= 60
    assert len(catalogue.models().rows) >= 60


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


def test_dense_peaks() -> None:
    """Sparse peaks are twice as high and often quoted; NVIDIA's data sheets list both."""
    peaks = {"A100": 312e12, "H100": 989e12, "V100": 125e12, "RTX 4090": 165.2e12, "MI300X": 1307e12, "TPU v4": 275e12, "L40S": 362e12}
    for name, peak in peaks.items():
        chip = catalogue.accelerators().get(name)
        assert chip is not None
        assert chip.peak()[1] == pytest.approx(peak, rel=1e-3)


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
