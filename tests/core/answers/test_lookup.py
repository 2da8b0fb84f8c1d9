"""Facts, assumptions, sources and search: as the catalogue has them, with where they come from."""

from __future__ import annotations

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import InputError, NoData, UnknownName


def test_a_fact_of_a_chip_is_the_catalogues() -> None:
    for chip in catalogue.accelerators().rows:
        found = compute_cost.gpu_fact(chip.name, "memory")
        assert (found.value, found.unit, found.low, found.high) == (chip.memory, "GB", chip.memory, chip.memory)
        assert [one.id for one in found.sources] == [chip.source]
        weak = f"the figures of {chip.name} are {chip.confidence} against their source"
        assert (weak in found.warnings) is (chip.confidence != "checked")
        assert any(text == f"note: {chip.note}" for text in found.warnings) is bool(chip.note)
    assert compute_cost.gpu_fact("H100", "vendor").value == "NVIDIA"
    with pytest.raises(NoData, match="^field: the peak_fp8 of A100"):
        compute_cost.gpu_fact("A100", "peak_fp8")


def test_a_fact_of_a_model_is_the_catalogues() -> None:
    for model in catalogue.models().rows:
        found = compute_cost.model_fact(model.name, "params")
        assert (found.value, found.unit) == (model.params, "parameters")
        assert any(f"the counts of {model.name}" in text for text in found.warnings) is (model.confidence != "checked")
        if model.layers:
            shape = compute_cost.model_fact(model.name, "layers")
            assert shape.value == model.layers
            assert any(text.startswith(f"the shape of {model.name} is ") for text in shape.warnings) is (
                model.shape_confidence not in ("checked", "")
            )
            assert (model.shape_source or model.source) in {one.id for one in shape.sources}


def test_an_assumption_has_its_own_range() -> None:
    for name, row in catalogue.assumptions().items():
        found = compute_cost.assumption(name)
        assert (found.value, found.unit) == (row.value, row.unit)
        assert (found.low, found.high) == (row.value if row.low is None else row.low, row.value if row.high is None else row.high)
        assert any(text.startswith(f"{name}: ") for text in found.warnings) is (row.confidence != "checked")
    with pytest.raises(UnknownName, match="did you mean hours_per_month"):
        compute_cost.assumption("hours_per_months")
    with pytest.raises(InputError, match="it assumes nothing"):
        compute_cost.assumption("pue", assume={"pue": 1.1})


def test_a_source_and_a_search() -> None:
    found = compute_cost.source("kaplan-2020")
    assert {str(key): value for key, value in found.table}["title"] == found.value
    matches = compute_cost.find("gpu", "A100")
    assert matches.value == len(matches.table) - 1 == matches.low == matches.high
    assert all("a100" in " ".join(map(str, row)).casefold() for row in matches.table[1:])
    assert compute_cost.find("assumption", "pue").table[1][0] == "pue"
