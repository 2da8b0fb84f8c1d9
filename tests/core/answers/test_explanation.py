"""Any estimate opened up: its steps, what its inputs do, its range, its table."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
from compute_cost import registry
from compute_cost.errors import NoData, UnknownName
from tests.core.test_every_estimate import good

HEADER = ("kind", "what", "how", "value", "unit", "source", "input_low", "input_high", "value_at_low", "value_at_high")


def inputs(table: Any) -> dict[str, tuple[Any, ...]]:
    """The rows of inputs by name; every row is as long as the header."""
    assert table[0] == HEADER
    assert {len(row) for row in table} == {len(HEADER)}
    return {row[1]: row for row in table if row[0] == "input"}


def test_explain_shows_each_range_and_what_it_does() -> None:
    found = inputs(compute_cost.explain("TRAIN_ENERGY", "GPT-3", None, "A100").table)
    draw = compute_cost.assumption("average_draw_gpu")
    ends = [compute_cost.train_energy("GPT-3", gpu="A100", assume={"average_draw_gpu": end}).value for end in (draw.low, draw.high)]
    assert found["average_draw_gpu"] == (
        "input",
        "average_draw_gpu",
        "assumed",
        draw.value,
        "1",
        draw.sources[0].id,
        draw.low,
        draw.high,
        *ends,
    )
    low, high, at_low, at_high = found["utilization"][-4:]
    assert low < found["utilization"][3] < high
    assert at_low > at_high, "the worse the chip is used, the more energy"
    assert at_low == pytest.approx(compute_cost.train_energy("GPT-3", gpu="A100", utilization=low).value, rel=1e-12)
    assert found["model"][-4:] == ("", "", "", ""), "what is certain has no range"


@pytest.mark.parametrize(
    "name", [name for name in registry.estimates() if name not in ("explain", "estimate_range", "estimate_table", "cost_table")]
)
def test_every_estimate_can_be_explained(name: str) -> None:
    doc = registry.get(name)
    arguments = good(name)
    places = [arguments.get(one.name) for one in doc.parameters]
    single = doc.call(*places)
    found = compute_cost.explain(name, *places)
    assert found.value == len(single.steps) == found.low == found.high
    assert [row[1:5] for row in found.table if row[0] == "step"] == [(one.label, one.formula, one.value, one.unit) for one in single.steps]
    rows = inputs(found.table)
    assert list(rows) == [one.name for one in single.inputs]
    assert {key for key, row in rows.items() if row[-1] != ""} == {one.input.name for one in single.swings}
    assert [row[1] for row in found.table if row[0] == "warning"] == list(single.warnings)
    assert found.sources == single.sources
    ranged = compute_cost.estimate_range(name, *places)
    assert (ranged.value, ranged.low, ranged.high, ranged.unit) == (single.value, single.low, single.high, single.unit)
    assert ranged.table[1][:4] == (single.value, single.low, single.high, single.unit)
    assert ranged.values == single.values


def test_a_table_is_handed_on_or_there_is_none() -> None:
    inner = compute_cost.gpu_price("H100")
    found = compute_cost.estimate_table("GPU_PRICE", "H100")
    assert found.table == inner.table
    assert found.value == found.low == found.high == len(inner.table) - 1
    with pytest.raises(NoData, match="^name: train_cost has no table"):
        compute_cost.estimate_table("train_cost", "GPT-3")
    for name in ("explain", "estimate_range", "estimate_table"):
        with pytest.raises(UnknownName, match="^name: "):
            registry.get(name).call("train_costs")
        with pytest.raises(UnknownName, match="did you mean GPT-3"):
            registry.get(name).call("train_cost", "GPT-33")
