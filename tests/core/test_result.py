"""What an answer carries: value and range that can't be changed, and a story that is told once and only when asked for."""

from __future__ import annotations

import json

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.result import Figure, Result, Trace, range_text


def silent(trace: Trace) -> None:
    """No story."""


def result(tracer: object = silent, **more: object) -> Result:
    return Result(100.0, "USD", tracer, **more)  # type: ignore[arg-type]


# Value and range


def test_without_a_range_both_ends_are_the_value() -> None:
    assert (result().low, result().high) == (100.0, 100.0)
    ranged = result(low=50.0, high=300.0)
    assert (ranged.low, ranged.value, ranged.high) == (50.0, 100.0, 300.0)
    zero = result(low=0.0)
    assert zero.low == 0.0, "zero is an end and not a blank"


def test_it_can_not_be_changed() -> None:
    for found in (result(), compute_cost.train_cost("GPT-3")):
        for name in ("value", "low", "steps", "anything"):
            with pytest.raises(AttributeError, match=f"can't be changed \\({name}\\)"):
                setattr(found, name, 1)


def test_figures_by_name_the_value_first() -> None:
    found = result(name="cost", values={"hours": Figure(2.0, "GPU-hours")})
    assert list(found.values.items()) == [("cost", Figure(100.0, "USD")), ("hours", Figure(2.0, "GPU-hours"))]
    assert list(result().values) == ["value"]


def test_figures_and_story_are_worked_out_once_and_only_when_asked_for() -> None:
    asked = []

    def values() -> dict[str, Figure]:
        asked.append("values")
        return {"hours": Figure(2.0, "GPU-hours")}

    def tracer(trace: Trace) -> None:
        asked.append("story")
        trace.step("Cost", "hours x price", 100.0, "USD")

    found = result(tracer, values=values)
    assert (found.value, asked) == (100.0, [])
    assert found.values["hours"].value == found.values["hours"].value == 2
    assert asked == ["values"]
    assert len(found.steps) == len(found.steps) == 1
    assert [*found.inputs, *found.warnings, *found.sources] == []
    assert asked == ["values", "story"]


# The story


def test_the_first_word_about_an_input_counts_and_a_warning_is_said_once() -> None:
    trace = Trace()
    trace.input("gpus", 8.0, "GPUs", "given")
    trace.input("gpus", 16.0, "GPUs", "assumed")
    assert [(one.value, one.origin) for one in trace.inputs] == [(8.0, "given")]
    for _ in range(2):
        trace.warn("mind the gap")
    assert trace.warnings == ["mind the gap"]


def test_sources_come_in_the_order_of_their_first_use() -> None:
    def tracer(trace: Trace) -> None:
        trace.input("gpu", "A100", "", "given", "epoch-hardware")
        trace.step("Work", "6 N D", 1.0, "FLOP", "kaplan-2020", "palm-paper")
        trace.step("Again", "the same", 1.0, "FLOP", "kaplan-2020", "")
        trace.cite("gpt3-paper")

    found = result(tracer)
    assert [one.id for one in found.sources] == ["epoch-hardware", "kaplan-2020", "palm-paper", "gpt3-paper"]
    assert found.sources[1] == catalogue.source("kaplan-2020")
    assert found.steps[0].sources == ("kaplan-2020", "palm-paper")


def test_an_answer_that_builds_on_another_tells_its_story() -> None:
    def inner(trace: Trace) -> None:
        trace.input("gpus", 8.0, "GPUs", "given")
        trace.step("Hours", "by hand", 2.0, "GPU-hours", "palm-paper")
        trace.warn("weak")

    def outer(trace: Trace) -> None:
        trace.include(result(inner))
        trace.step("Cost", "hours x price", 100.0, "USD")

    found = result(outer)
    assert [one.label for one in found.steps] == ["Hours", "Cost"]
    assert [one.name for one in found.inputs] == ["gpus"]
    assert found.warnings == ("weak",)
    assert [one.id for one in found.sources] == ["palm-paper"]


def test_an_assumption_that_nobody_checked_is_named_by_its_confidence() -> None:
    known = catalogue.assumptions()
    weak = [one.name for one in known.values() if one.confidence == "not checked"][:2]
    partly = next(one.name for one in known.values() if one.confidence == "partly checked")
    strong = next(one.name for one in known.values() if one.confidence == "checked")

    def tracer(trace: Trace) -> None:
        for name in (*weak, partly, strong):
            trace.input(name, 1.0, "", "assumed")

    assert result(tracer).warnings == (
        f"assumed and not checked against a source: {weak[0]}, {weak[1]}", f"assumed and partly checked against a source: {partly}",
    )  # fmt: skip

    def given(trace: Trace) -> None:
        trace.input(weak[0], 1.0, "", "given")

    assert result(given).warnings == (), "what was given needs no check"


# As data and as text


def test_as_data_for_json() -> None:
    def tracer(trace: Trace) -> None:
        trace.input("gpus", 8.0, "GPUs", "given")
        trace.step("Cost", "hours x price", 100.0, "USD", "palm-paper")
        trace.warn("weak")

    data = json.loads(json.dumps(result(tracer, low=50.0, table=(("a", "b"), (1.0, 2.0))).as_dict()))
    assert {key: data[key] for key in ("value", "unit", "low", "high")} == {"value": 100.0, "unit": "USD", "low": 50.0, "high": 100.0}
    assert data["table"] == [["a", "b"], [1.0, 2.0]]
    assert data["inputs"] == [{"name": "gpus", "value": 8.0, "unit": "GPUs", "origin": "given", "source": ""}]
    assert data["steps"] == [{"label": "Cost", "formula": "hours x price", "value": 100.0, "unit": "USD", "sources": ["palm-paper"]}]
    assert data["warnings"] == ["weak"]
    assert data["values"] == {"value": {"value": 100.0, "unit": "USD"}}
    assert set(data["sources"][0]) == {"id", "title", "publisher", "url", "date", "license", "note"}
    assert "table" not in result().as_dict()


def test_a_result_shows_itself_to_people() -> None:
    assert repr(Result(560897.4, "USD", silent)) == "<Result $560,897>"
    assert repr(Result(560897.4, "USD", silent, low=4e5, high=1.2e6)) == "<Result $560,897 ($400,000 to $1.2 million)>"
    assert result().range_text() == ""


@pytest.mark.parametrize(
    ("low", "high", "unit", "value", "text"),
    [
        (637375.0, 1.77e6, "USD", None, "$637,000 to $1.77 million"), (0.2, 0.4, "1", None, "20% to 40%"), (1234.0, 5678.0, "GPU-hours", None, "1,230 to 5,680"),
        (2.0, 3.0, "USD per GPU-hour", None, "$2.00 to $3.00"), ("a", "b", "", None, "a to b"),
        (1001.0, 1004.0, "tokens", 1002.4, "1,001 to 1,004"),  # with three digits the value would lie outside
        (1234.0, 5678.0, "GPU-hours", 2000.0, "1,230 to 5,680"),
    ],
)  # fmt: skip
def test_the_range_for_people(low: float | str, high: float | str, unit: str, value: float | None, text: str) -> None:
    assert range_text(low, high, unit, value) == text
