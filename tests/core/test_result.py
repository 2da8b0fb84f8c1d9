"""What an answer carries: value and range that can't be changed, and a story that is told once and only when asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import InputError
from compute_cost.inputs import Cell, Figure, assumed, default, fact, figure, is_kept, step, uncertain, unheard, warn
from compute_cost.ranges import interval
from compute_cost.result import Answer, Question, Result, Table, range_text


def result(function: Callable[[], Answer] = lambda: Answer(100.0), unit: str = "USD") -> Result:
    """The answer of an estimate without parameters."""
    return Result(Question("made", function, (), (), {}), unit)


def quoted(value: Cell = 100.0, low: Cell | None = None, high: Cell | None = None, name: str = "value", table: Table = ()) -> Result:
    """An answer with the range that it quotes."""
    return result(lambda: Answer(value, name, table=table, low=low, high=high))


# Value and range


def test_without_a_range_both_ends_are_the_value() -> None:
    assert (result().low, result().high) == (100.0, 100.0)
    ranged = quoted(100.0, 50.0, 300.0)
    assert (ranged.low, ranged.value, ranged.high) == (50.0, 100.0, 300.0)
    zero = quoted(100.0, 0.0)
    assert (zero.low, zero.high) == (0.0, 100.0), "zero is an end and not a blank"


def test_its_range_is_that_of_its_uncertain_inputs() -> None:
    found = result(lambda: Answer(50 * uncertain("price", 2.0, 1.0, 4.0, "USD", "")))
    assert (found.low, found.value, found.high) == pytest.approx((50.0, 100.0, 200.0))
    assert (found.low, found.high) == interval(100.0, found.swings)
    assert [one.input.name for one in found.swings] == ["price"]


def test_it_can_not_be_changed() -> None:
    for found in (result(), compute_cost.train_cost("GPT-3")):
        for name in ("value", "low", "steps", "anything"):
            with pytest.raises(AttributeError, match=f"can't be changed \\({name}\\)"):
                setattr(found, name, 1)


def test_figures_by_name_the_value_first() -> None:
    def hours() -> Answer:
        figure("hours", 2.0, "GPU-hours")
        return Answer(100.0, "cost")

    assert list(result(hours).values.items()) == [("cost", Figure(100.0, "USD")), ("hours", Figure(2.0, "GPU-hours"))]
    assert list(result().values) == ["value"]


def test_the_unit_is_the_answers_own_where_it_has_one() -> None:
    assert result(lambda: Answer(8.0, unit="GPUs")).unit == "GPUs"
    assert result().unit == "USD"


def test_the_story_is_worked_out_once_and_only_when_asked_for() -> None:
    asked = []

    def hours() -> Answer:
        asked.append("run")
        figure("hours", 2.0, "GPU-hours")
        return Answer(step("Cost", "hours x price", 100.0, "USD"))

    question = Question("made", hours, (), (), {})
    answered = question.run()[0]
    assert asked == ["run"]
    found = Result(question, "USD", answered)
    assert (found.value, asked) == (100.0, ["run"])
    assert found.values["hours"].value == found.values["hours"].value == 2
    assert len(found.steps) == len(found.steps) == 1
    assert [*found.inputs, *found.warnings, *found.sources] == []
    assert asked == ["run", "run"], "once for the value, once for all of the story"


def test_the_rows_of_a_table_are_worked_out_once_and_only_when_asked_for() -> None:
    asked = []

    def rows() -> Table:
        asked.append("table")
        return (("a",), (1.0,))

    found = result(lambda: Answer(1.0, table=rows))
    assert [found.value, *found.steps, *asked] == [1.0]
    assert found.table == found.table == (("a",), (1.0,))
    assert asked == ["table"]
    assert found.rows == 1
    counted = result(lambda: Answer(1.0, table=rows, rows=lambda: 7))
    assert counted.rows == counted.rows == 7
    assert asked == ["table"], "the rows are counted without them"


# The story


def test_the_first_word_about_an_input_counts_and_a_warning_is_said_once() -> None:
    def twice() -> Answer:
        fact("gpus", 8.0, "GPUs", "")
        default("gpus", None, 16.0, "GPUs")
        for _ in range(2):
            warn("mind the gap")
        return Answer(1.0)

    found = result(twice)
    assert [(one.value, one.origin) for one in found.inputs] == [(8.0, "catalogue")]
    assert found.warnings == ("mind the gap",)


def test_sources_come_in_the_order_of_their_first_use() -> None:
    def cited() -> Answer:
        fact("tokens", 1.0, "tokens", "epoch-hardware")
        step("Work", "6 N D", 1.0, "FLOP", "kaplan-2020", "palm-paper")
        step("Again", "the same", 1.0, "FLOP", "kaplan-2020", "")
        step("Last", "the same", 1.0, "FLOP", "gpt3-paper")
        return Answer(1.0)

    found = result(cited)
    assert [one.id for one in found.sources] == ["epoch-hardware", "kaplan-2020", "palm-paper", "gpt3-paper"]
    assert found.sources[1] == catalogue.source("kaplan-2020")
    assert found.steps[0].sources == ("kaplan-2020", "palm-paper")


def test_an_answer_about_another_tells_its_story() -> None:
    def inner() -> Answer:
        default("gpus", None, 8.0, "GPUs")
        step("Hours", "by hand", 2.0, "GPU-hours", "palm-paper")
        warn("weak")
        return Answer(2.0)

    def outer() -> Answer:
        result(inner).include()
        return Answer(step("Cost", "hours x price", 100.0, "USD"))

    found = result(outer)
    assert [one.label for one in found.steps] == ["Hours", "Cost"]
    assert [one.name for one in found.inputs] == ["gpus"]
    assert found.warnings == ("weak",)
    assert [one.id for one in found.sources] == ["palm-paper"]


def test_an_assumption_that_nobody_checked_is_named_by_its_confidence() -> None:
    known = [one for one in catalogue.assumptions().values() if isinstance(one.value, float)]
    weak = [one.name for one in known if one.confidence == "not checked"][:2]
    partly = next(one.name for one in known if one.confidence == "partly checked")
    strong = next(one.name for one in known if one.confidence == "checked")

    def assuming() -> Answer:
        return Answer(sum(assumed(name) for name in (*weak, partly, strong)))

    assert result(assuming).warnings == (
        f"assumed and not checked against a source: {weak[0]}, {weak[1]}",
        f"assumed and partly checked against a source: {partly}",
    )
    assert result(lambda: Answer(assumed(weak[0], 1.0))).warnings == (), "what was given needs no check"


# As data and as text


def test_as_data_for_json() -> None:
    def told() -> Answer:
        fact("gpus", 8.0, "GPUs", "")
        step("Cost", "hours x price", 100.0, "USD", "palm-paper")
        warn("weak")
        return Answer(100.0, low=50.0, table=(("a", "b"), (1.0, 2.0)))

    data = json.loads(json.dumps(result(told).as_dict()))
    assert {key: data[key] for key in ("value", "unit", "low", "high")} == {"value": 100.0, "unit": "USD", "low": 50.0, "high": 100.0}
    assert data["table"] == [["a", "b"], [1.0, 2.0]]
    (one,) = data["inputs"]
    assert {key: one[key] for key in ("name", "value", "unit", "origin", "source")} == {
        "name": "gpus", "value": 8.0, "unit": "GPUs", "origin": "catalogue", "source": "",
    }  # fmt: skip
    assert data["steps"] == [{"label": "Cost", "formula": "hours x price", "value": 100.0, "unit": "USD", "sources": ["palm-paper"]}]
    assert data["warnings"] == ["weak"]
    assert data["values"] == {"value": {"value": 100.0, "unit": "USD"}}
    assert set(data["sources"][0]) == {"id", "title", "publisher", "url", "date", "license", "note"}
    assert "table" not in result().as_dict()


def test_a_result_shows_itself_to_people() -> None:
    assert repr(quoted(560897.4)) == "<Result $560,897>"
    assert repr(quoted(560897.4, 4e5, 1.2e6)) == "<Result $560,897 ($400,000 to $1.2 million)>"
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


# What was asked


def test_arguments_are_inputs_and_tell_who_gave_them() -> None:
    named = compute_cost.memory_needed("Llama-3.1-8B-Instruct-Q4_K_M.gguf", context=4096)
    origins = {entry.name: entry.origin for entry in named.inputs}
    assert [origins[name] for name in ("model", "context", "precision", "use")] == ["given", "given", "name", "assumed"]


def test_what_a_name_says_besides_is_told_where_it_counts_for_nothing() -> None:
    words = "the name says precision q4_k_m, which has no effect in {}"
    name = "Llama-3.1-8B-Instruct-Q4_K_M.gguf"
    assert words.format("model_fact") in compute_cost.model_fact(name, "params").warnings
    assert words.format("memory_needed") not in compute_cost.memory_needed(name).warnings


def test_an_assumption_that_is_not_made_is_refused_with_the_one_that_is() -> None:
    with pytest.raises(InputError, match="does not assume it here; did you mean server_power_h100[?] it assumes average_draw_gpu"):
        compute_cost.train_energy("GPT-3", gpu="H100", assume={"server_power_a100": 1})
    with pytest.raises(InputError, match="does not assume it here; it assumes average_draw_gpu"):
        compute_cost.train_energy("GPT-3", gpu="H100", assume={"serving_load": 0.5})


def test_of_a_long_table_only_the_rows_that_are_shown_are_worked_out() -> None:
    made: list[int] = []

    def rows() -> Iterator[tuple[Cell, ...]]:
        yield ("row",)
        for number in range(40):
            made.append(number)
            yield (float(number),)

    found = result(lambda: Answer(1.0, table=rows, rows=40))
    assert (found.rows, found.top) == (40, (("row",), *((float(number),) for number in range(5))))
    assert made == [0, 1, 2, 3, 4]
    assert len(found.table) == 41
    assert found.table[:6] == found.top


def test_an_input_that_is_only_told_beside_the_value_moves_nothing() -> None:
    def function() -> Answer:
        if is_kept():
            uncertain("beside", 2.0, 1.0, 3.0, "1")
        return Answer(5 * uncertain("price", 2.0, 1.0, 4.0, "USD"))

    found = result(function)
    assert [swing.input.name for swing in found.swings] == ["price"]
    assert {entry.name for entry in found.inputs} == {"price", "beside"}


def test_an_input_that_only_a_search_asks_for_moves_nothing() -> None:
    """Moved, the trials may lead to where it is asked for: whether the value rests on it is a matter of the middle."""

    def function() -> Answer:
        with unheard():
            more = uncertain("size", 2.0, 1.0, 4.0, "1") > 3
        return Answer(5 * uncertain("price", 2.0, 1.0, 4.0, "USD") + (uncertain("size", 2.0, 1.0, 4.0, "1") if more else 0.0))

    assert [swing.input.name for swing in result(function).swings] == ["price"]
