"""Any estimate opened up for a spreadsheet: steps, range and table are those of the estimate itself."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
from compute_cost import registry
from compute_cost.errors import CostError, MissingInput, NoData, UnknownName
from tests.support import sample_call

# Explained


def test_the_rows_are_what_the_estimate_says() -> None:
    inner = compute_cost.train_cost("GPT-3", None, "A100")
    found = compute_cost.explain("TRAIN_COST", "GPT-3", None, "A100")
    header, *rows = found.table
    assert header == ("kind", "what", "how", "value", "unit", "source", "input_low", "input_high", "value_at_low", "value_at_high")
    by_kind = {kind: [row for row in rows if row[0] == kind] for kind in ("step", "input", "warning", "source")}
    assert sum(len(one) for one in by_kind.values()) == len(rows)
    assert [row[1:5] for row in by_kind["step"]] == [(one.label, one.formula, one.value, one.unit) for one in inner.steps]
    assert [row[1:5] for row in by_kind["input"]] == [(one.name, one.origin, one.value, one.unit) for one in inner.inputs]
    swings = {one.input.name: (one.input.low, one.input.high, one.at_low, one.at_high) for one in inner.swings}
    assert swings
    assert {row[1]: row[6:] for row in rows if row[6:] != ("",) * 4} == swings
    assert [row[1] for row in by_kind["warning"]] == list(inner.warnings)
    assert [(row[1], row[2], row[5]) for row in by_kind["source"]] == [(one.title, one.url, one.id) for one in inner.sources]
    assert [row[0] for row in rows] == sorted(
        (row[0] for row in rows), key=lambda kind: ["step", "input", "warning", "source"].index(str(kind))
    )
    assert (found.value, found.unit) == (len(inner.steps), "steps")


def test_a_step_names_all_of_its_sources() -> None:
    rows = compute_cost.explain("train_cost", "GPT-3").table
    step = next(row for row in rows if row[1] == "Step utilization")
    assert str(step[5]).split(", ") == list(
        next(one for one in compute_cost.train_cost("GPT-3").steps if one.label == "Step utilization").sources
    )


def test_it_tells_the_story_of_the_estimate_as_its_own() -> None:
    inner, found = compute_cost.train_cost("GPT-3"), compute_cost.explain("train_cost", "GPT-3")
    assert (found.steps, found.warnings) == (inner.steps, inner.warnings)
    assert [(one.name, one.value) for one in found.inputs if one not in inner.inputs] == [("name", "train_cost")]
    assert [one for one in found.inputs if one.name != "name"] == list(inner.inputs)
    assert set(found.sources) == set(inner.sources)


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
    "name", [name for name, doc in registry.estimates().items() if not any(one.kind.handed_on for one in doc.parameters)]
)
def test_every_estimate_can_be_explained(name: str) -> None:
    doc = registry.get(name)
    arguments = sample_call(name)
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


# The range


def test_a_header_and_one_row() -> None:
    inner = compute_cost.train_cost("GPT-3", None, "A100")
    found = compute_cost.estimate_range("TRAIN_COST", "GPT-3", None, "A100")
    header, row = found.table
    assert header == ("value", "low", "high", "unit", "sources")
    assert row[:4] == (inner.value, inner.low, inner.high, "USD")
    for one in inner.sources:
        assert f"{one.title} ({one.date})" in str(row[4])
    assert (found.value, found.low, found.high, found.unit) == (inner.value, inner.low, inner.high, inner.unit)
    assert found.values["cost"] == inner.values["cost"]
    assert found.values["gpu_hours"] == inner.values["gpu_hours"]


def test_an_answer_in_words_has_no_range() -> None:
    _, row = compute_cost.estimate_range("model_fact", "GPT-3", "organization").table
    assert row[:4] == ("OpenAI", "OpenAI", "OpenAI", "")


# The table


def test_estimate_table_spills_the_table_of_an_estimate() -> None:
    inner = compute_cost.rent_or_own("H100", 8, 24)
    found = compute_cost.estimate_table("RENT_OR_OWN", "H100", 8, 24)
    assert found.table == inner.table
    assert found.value == len(inner.table) - 1
    assert (found.steps, found.warnings) == (inner.steps, inner.warnings)


def test_an_estimate_without_a_table_says_where_to_look() -> None:
    with pytest.raises(NoData, match="^name: train_cost has no table; explain shows its steps"):
        compute_cost.estimate_table("train_cost", "GPT-3")


# All three


OPENERS = ("explain", "estimate_range", "estimate_table")


@pytest.mark.parametrize("opener", OPENERS)
def test_what_the_estimate_refuses_is_refused_in_its_words(opener: str) -> None:
    def said(name: str, *arguments: object) -> str:
        with pytest.raises(CostError) as caught:
            registry.get(name).call(*arguments)
        return str(caught.value)

    assert said(opener, "train_cost", "GPT-33") == said("train_cost", "GPT-33")
    assert said(opener, "train_cost", "7B") == said("train_cost", "7B")
    assert said(opener, "gpu_fact", "H100", "memory", 1) == said("gpu_fact", "H100", "memory", 1)
    with pytest.raises(UnknownName, match='^name: "train_costs" is not known; did you mean train_cost'):
        registry.get(opener).call("train_costs")
    with pytest.raises(MissingInput, match="^name: missing"):
        registry.get(opener).call()


@pytest.mark.parametrize("opener", OPENERS)
def test_blanks_at_the_end_are_no_arguments(opener: str) -> None:
    """A spreadsheet hands over all of a row's cells."""
    assert registry.get(opener).call("gpu_price", "A100", *[None] * 12).table == registry.get(opener).call("gpu_price", "A100").table


def test_every_estimate_can_be_opened_with_all_of_its_arguments() -> None:
    own = [doc for doc in registry.estimates().values() if not any(one.kind.handed_on for one in doc.parameters)]
    most = max(len(doc.parameters) for doc in own)
    for opener in OPENERS:
        assert len(registry.get(opener).parameters) - 1 >= most
