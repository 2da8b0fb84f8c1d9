"""The one list of estimates: how a function is registered, found, called and written as a formula."""

from __future__ import annotations

import datetime
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from typing import Annotated, Any

import pytest

import compute_cost
from compute_cost import catalogue, registry
from compute_cost.answers.draws import draws
from compute_cost.errors import InputError, MissingInput, UnknownArgument, UnknownName
from compute_cost.inputs import step
from compute_cost.parameters import REQUIRED, Anything, Choice, Quantity
from compute_cost.registry import Doc, estimate
from compute_cost.result import Answer, Result
from compute_cost_sheets.functions import all_functions

Side = Annotated[float, Quantity("Length of one side.", "m", high=1e6, above=True, example="2")]


@pytest.fixture
def many() -> Iterator[None]:
    @estimate("m")
    def total_length(*a: Side) -> Answer:
        """Length of sides in a row."""
        return Answer(step("Total", "sum", sum(one for one in a if one is not None), "m"), "length")

    yield
    del registry._DEFINED["total_length"]


def test_no_estimate_has_more_arguments_than_can_be_handed_on() -> None:
    own = [doc for doc in registry.estimates().values() if not any(isinstance(one.kind, Anything) for one in doc.parameters)]
    assert max(len(doc.parameters) for doc in own) <= registry.MOST_ARGUMENTS


Factor = Annotated[float | None, Quantity("Factor.", "times", example="2")]


@pytest.fixture
def worked_out() -> Iterator[list[float]]:
    """The sides of which the estimate below has worked out an answer."""
    sides: list[float] = []

    @estimate("m")
    def square(side: Side, factor: Factor = None) -> Answer:
        """Length around a square."""
        sides.append(side)
        return Answer(step("Around", "4 x side", 4 * side * (factor or 1), "m"), "length")

    yield sides
    del registry._DEFINED["square"]


def test_the_answer_to_a_question_asked_again_is_kept(worked_out: list[float]) -> None:
    call = registry.get("square").call
    assert [call(2).value for _ in range(5)] == [8] * 5
    assert worked_out == [2, 2], "the second time it is kept"
    assert [call("2").value, call(2, 3).value, call(2, None).value, call(side=2).value] == [8, 24, 8, 8]
    assert worked_out == [2] * 6, "other arguments are another question"
    assert [call(1).value for _ in range(3)] == [4, 4, 4]
    with pytest.raises(InputError):
        call(True)  # it equals 1, whose answer is kept, and is no number
    catalogue.forget()
    worked_out.clear()
    assert [call(2).value, call(2).value] == [8, 8]
    assert worked_out == [2]


def test_no_more_than_the_last_answers_are_kept(worked_out: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "MOST_KEPT", 2)
    call = registry.get("square").call
    for side in (1, 1, 2, 2, 3, 3, 1, 1):
        assert call(side).value == 4 * side
    assert worked_out == [1, 1, 2, 2, 3, 3, 1], "the answer for 1 made room, and is kept at once when it comes again"
    monkeypatch.setattr(registry, "MOST_ONCE", 2)
    for side in (10, 11, 12, 10):
        assert call(side).value == 4 * side
    assert worked_out[7:] == [10, 11, 12, 10], "what was asked once long ago is new again"


def test_what_may_change_is_worked_out_each_time(worked_out: list[float]) -> None:
    class Length:
        meters = 2.0

        def __float__(self) -> float:
            return self.meters

    length, call = Length(), registry.get("square").call
    assert call(length).value == 8
    length.meters = 3.0
    assert call(length).value == 12


@pytest.mark.usefixtures("many")
def test_a_list_of_arguments_is_plain_parameters() -> None:
    numbers = range(1, registry.MOST_ARGUMENTS + 1)
    names = [f"a{number}" for number in numbers]
    assert [one.name for one in registry.get("total_length").parameters] == names
    assert registry.get("total_length").call("1", a20=2).value == 3
    for name in ("explain", "estimate_range", "estimate_table", "cost_table"):
        assert [one.name for one in registry.get(name).parameters] == ["name", *names]
    assert compute_cost.estimate_range("total_length", *numbers).value == sum(numbers)
    assert compute_cost.estimate_range("total_length", a20=7).value == 7
    assert compute_cost.explain("total_length", *numbers).steps[0].value == sum(numbers)
    assert all_functions()["COST_TABLE"]("total_length", *numbers)[1][0] == sum(numbers)
    for name in ("total_length", "explain", "cost_table"):
        with pytest.raises(UnknownArgument, match="has no argument"):
            registry.get(name).call("total_length", *numbers, 21)


Share = Annotated[float | None, Quantity("Share that is kept.", "1", high=1, example="0.5")]


Color = Annotated[str | None, Choice("Color of it.", choices=("red", "blue"))]


@pytest.fixture
def box() -> Iterator[Doc]:
    @estimate("m3")
    def box_volume(width: Side, depth: Side = REQUIRED, kept: Share = None, color: Color = None) -> Answer:
        """Volume of a box.

        Raises InputError for a side out of bounds.
        """
        return Answer(width * depth * (1.0 if kept is None else kept), color or "none")

    yield registry.get("box_volume")
    del registry._DEFINED["box_volume"]


# Registered


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_an_empty_text_is_an_argument_left_out(box: Doc, blank: str) -> None:
    usual = box.call(2, 3)
    for found in (box.call(2, 3, blank, blank), box.call(2, depth=3, kept=blank, color=blank)):
        assert (found.value, found.unit, found.inputs) == (usual.value, usual.unit, usual.inputs)
    with pytest.raises(MissingInput, match="^depth: missing; box_volume needs it"):
        box.call(2, blank)
    assert box.call(2, 3, blank).question.written == box.call(2, 3, None, None).question.written, "nor is it shown"
    assert compute_cost.rent_cost("H100", "", hours="", term="", provider="", as_of="").value == compute_cost.rent_cost("H100").value


def test_a_function_becomes_a_doc(box: Doc) -> None:
    assert (box.name, box.unit, box.summary, box.answers, box.cell_name) == ("box_volume", "m3", "Volume of a box.", "number", "BOX_VOLUME")
    assert box.text.endswith("Raises InputError for a side out of bounds.")
    assert box.signature() == "box_volume(width, depth, [kept], [color])"
    assert [one.required for one in box.parameters] == [True, True, False, False]
    assert (box.call.__name__, box.call.__doc__, box.call.__module__) == ("box_volume", box.call.__doc__, __name__)


def test_the_help_of_an_argument_is_a_sentence_with_unit_and_example(box: Doc) -> None:
    width, _, kept, color = box.parameters
    assert width.help == "Length of one side. In m. Example: 2."
    assert kept.help == "Share that is kept. A share: 0.4 is 40%. Example: 0.5."
    assert color.help == "Color of it. One of red, blue."


def test_what_can_not_be_registered() -> None:
    with pytest.raises(TypeError, match="no docstring"):

        @estimate("m2")
        def bare(side: Side) -> Answer:
            raise NotImplementedError

    with pytest.raises(TypeError, match="needs an annotation"):

        @estimate("m2")
        def untyped(side: float) -> Answer:
            """Area."""
            raise NotImplementedError

    with pytest.raises(TypeError, match="two estimates"):
        registry.estimate("USD")(compute_cost.train_cost)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", list(registry.estimates()))
def test_docstrings_tell_what_is_raised(name: str) -> None:
    doc = registry.get(name)
    assert doc.summary.endswith(".")
    assert name == "cost_version" or "Raises" in doc.text, f"{name} does not say what it raises"
    for parameter in doc.parameters:
        assert parameter.help.endswith(".")


def test_formula_text() -> None:
    assert registry.formula("train_cost", {"params": "GPT-3"}) == '=TRAIN_COST("GPT-3")'
    assert registry.formula("train_cost", {"params": 175e9, "gpu": "A100", "utilization": 0.4}) == '=TRAIN_COST(175000000000,,"A100",,0.4)'
    assert registry.formula("find", {"kind": "gpu", "text": 'a"b'}) == '=COST_FIND("gpu","a""b")'
    assert (
        registry.formula("train_cost", {"params": [7e9, "70B"], "tokens": [[1e12], [0.5]]})
        == '=TRAIN_COST({7000000000,"70B"},{1000000000000;0.5})'
    )


def test_a_formula_points_at_cells() -> None:
    given = {"params": registry.Reference("$B$2"), "gpu": "A100", "pue": registry.Reference("B3")}
    assert registry.formula("train_energy", given) == '=TRAIN_ENERGY($B$2,,"A100",,B3)'
    assert registry.formula("train_energy", {"params": "B2"}) == '=TRAIN_ENERGY("B2")', "a text that looks like an address is a text"
    assumed = registry.formula("train_energy", {"params": "GPT-3", "average_draw_gpu": registry.Reference("B4")})
    assert assumed == '=TRAIN_ENERGY("GPT-3","average_draw_gpu="&B4)'


def test_a_name_that_is_not_known_is_looked_for_once() -> None:
    """In a thousand cells it takes no longer than in a few: each says the same."""
    refused: list[str] = []
    started = time.process_time()
    for tokens in range(1000):
        with pytest.raises(UnknownName) as caught:
            compute_cost.train_cost("Llama 99", 1e12 + tokens)
        refused.append(str(caught.value))
    assert len({*refused}) == 1
    assert len(traceback.extract_tb(caught.tb)) < 10, "it does not grow by being raised again"
    assert time.process_time() - started < 1.0  # each anew takes ten milliseconds or more


ALL_OF_A_TREND = {"price_performance_doubling": 2.2, "rent_swing": 1.5, "rent_swing_months": 9}


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (
            {"cost": 1000, "years": 2, "assume": ALL_OF_A_TREND},
            '=FUTURE_COST(1000,2,"price_performance_doubling=2.2; rent_swing=1.5; rent_swing_months=9")',
        ),
        (
            {"cost": 1000, "years": 2, "improvement_per_year": 1.3, "rent_swing": 1.5, "rent_swing_months": 9},
            '=FUTURE_COST(1000,2,"improvement_per_year=1.3; rent_swing=1.5; rent_swing_months=9")',
        ),
    ],
)
def test_a_formula_has_no_more_places_than_its_function(arguments: dict[str, Any], wanted: str) -> None:
    """A host refuses more: assumptions for which no place is left share one, which reads as each of them."""
    assert registry.formula("future_cost", arguments) == wanted
    cells = [cell.strip('"') for cell in wanted.partition("(")[2].removesuffix(")").split(",")]
    call = registry.get("future_cost").call
    assert len(cells) == 3
    assert (call(*cells).value, call(*cells).low) == (call(**arguments).value, call(**arguments).low)
    assert call(*cells).low != call(*cells[:2]).low, "the assumptions count"


def test_assumptions_that_share_a_place_point_at_cells() -> None:
    given = {"cost": 1, "years": 2, "improvement_per_year": registry.Reference("B2"), "rent_swing": registry.Reference("B3")}
    assert registry.formula("future_cost", given) == '=FUTURE_COST(1,2,"improvement_per_year="&B2&"; rent_swing="&B3)'


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("pue=1.1", [("pue", "1.1")]),
        ("pue = 1.1; hours_per_month=720 ;rent_swing=", [("pue", "1.1"), ("hours_per_month", "720"), ("rent_swing", None)]),
        ("params=27B; layers=64; head_dim=256", [("params", "27B; layers=64; head_dim=256")]),
        ("load=50%; 70%; pue=1.1", [("load", "50%; 70%"), ("pue", "1.1")]),
        ("27B; pue=1.1", []),
        (1.1, []),
    ],
)
def test_behind_one_name_and_its_value_assumptions_may_follow(text: Any, pairs: list[tuple[str, str | None]]) -> None:
    """What else a semicolon parts belongs to the value: a line that describes a model, amounts by month."""
    assert registry.all_named(text) == pairs


def test_where_every_place_is_taken_the_last_text_holds_several_names() -> None:
    """No spreadsheet takes more arguments than a function has."""
    full = {"tokens": 3e13, "synthetic_tokens": 1e12}
    one, two = {"text_stock": 5e14}, {"text_stock": 5e14, "text_growth": 1.05}
    assert registry.formula("data_limit", {**full, "assume": one}) == (
        '=DATA_LIMIT(30000000000000,"synthetic_tokens=1000000000000; text_stock=500000000000000")'
    )
    assert registry.formula("data_limit", {"tokens": 3e13, "assume": two}) == (
        '=DATA_LIMIT(30000000000000,"text_stock=500000000000000; text_growth=1.05")'
    )
    pointed = registry.formula("data_limit", {**full, "synthetic_tokens": registry.Reference("B2"), "assume": two})
    assert pointed == '=DATA_LIMIT(30000000000000,"synthetic_tokens="&B2&"; text_stock=500000000000000; text_growth=1.05")'


def test_a_semicolon_within_a_value_parts_nothing() -> None:
    line = "27B; layers 64; kv_heads 4; head_dim 256"
    one = compute_cost.memory_needed(line, "fp8", 8192)
    assert registry.get("memory_needed").call(f"params={line}; precision=fp8; context=8192").value == one.value
    with pytest.raises(InputError, match="pue: .* can't be used; it is given twice"):
        compute_cost.train_energy(*ENERGY, "pue=1.1; pue=1.2")


def test_a_value_behind_its_name_has_no_quotation_marks_of_its_own() -> None:
    day = datetime.date(2026, 3, 31)
    for written in (day, day.isoformat()):
        assert registry.formula("train_cost", {"params": "GPT-3", "gpu": "A100", "as_of": written}) == (
            '=TRAIN_COST("GPT-3",,"A100","as_of=2026-03-31")'
        )
    assert registry.formula("energy_use", {"gpu": "H100", "gpus": 8, "output_tokens": 1.5}).endswith(',"output_tokens=1.5")')


ENERGY = ("GPT-3", None, "H100", 0.4)


WAYS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    (ENERGY, {"assume": {"average_draw_gpu": 0.6, "pue": 1.1}}), (ENERGY, {"assume": ["average_draw_gpu=60%", "PUE=1.1"]}),
    (ENERGY, {"assume": "average_draw_gpu=0.6", "pue": 1.1}), (ENERGY, {"average_draw_gpu": 0.6, "pue": "1.1"}),
    ((*ENERGY, "average_draw_gpu=0.6", "pue=1.1"), {}), (("GPT-3", "average_draw_gpu = 0.6", "H100", "0.4", "pue=1.1"), {}),
    ((*ENERGY, "average_draw_gpu=0.6; pue=1.1"), {}), (ENERGY, {"assume": "pue=1.1; average_draw_gpu=0.6;"}),
    (("GPT-3", "gpu=H100;utilization = 0.4 ; pue=1.1; average_draw_gpu=0.6"), {}),
    ((*ENERGY, 1.1, None, "average_draw_gpu=0.6"), {}), (("GPT-3", "gpu=H100", "utilization=0.4", "pue=1.1", "average_draw_gpu=0.6"), {}),
]  # fmt: skip


@pytest.mark.parametrize(("given", "named"), WAYS)
def test_an_assumption_is_put_in_place_by_its_name(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    """By hand: the energy is proportional to draw and PUE; what is given is no longer assumed, and has no range."""
    usual = compute_cost.train_energy(*ENERGY)
    found = compute_cost.train_energy(*given, **named)
    draw, pue = (compute_cost.assumption(name).value for name in ("average_draw_gpu", "pue"))
    assert isinstance(draw, float)
    assert isinstance(pue, float)
    assert found.value == pytest.approx(usual.value / draw * 0.6 / pue * 1.1, rel=1e-12)
    inputs = {one.name: (one.value, one.origin, one.low) for one in found.inputs}
    assert inputs["average_draw_gpu"] == (0.6, "given", None)
    assert inputs["pue"] == (1.1, "given", None)
    assert found.low == found.value == found.high, "nothing else is uncertain here"
    assert usual.low < usual.value < usual.high, "the control"


def _value(found: Result) -> Any:
    return found.value


def _last_step(found: Result) -> Any:
    return found.steps[-1].value


def test_explain_and_its_neighbors_hand_an_assumption_on() -> None:
    plain = compute_cost.train_energy(*ENERGY, assume={"average_draw_gpu": 0.6})
    for name, read in (("estimate_range", _value), ("explain", _last_step)):
        for found in (
            registry.get(name).call("train_energy", *ENERGY, "average_draw_gpu=0.6"),
            registry.get(name).call("train_energy", *ENERGY, assume={"average_draw_gpu": 0.6}),
        ):
            assert read(found) == plain.value
            assert next(one for one in found.inputs if one.name == "average_draw_gpu").origin == "given"
        with pytest.raises(InputError, match='assume: "hours_per_month" can\'t be used; .* does not assume it here; it assumes '):
            registry.get(name).call("train_energy", *ENERGY, assume={"hours_per_month": 700})
    ranged = compute_cost.estimate_range("train_energy", "GPT-3")
    assert [one.input.name for one in ranged.swings] == [one.input.name for one in compute_cost.train_energy("GPT-3").swings]


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ({"assume": {"puee": 1.1}}, "train_energy has no argument \"puee\"; did you mean pue"),
        ({"assume": {"average_draw_gpus": 0.5}}, "did you mean average_draw_gpu"),
        ({"assume": {"hours_per_month": 700}}, "assume: .*train_energy does not assume it here; it assumes .*average_draw_gpu"),
        ({"assume": {"average_draw_tpu": 0.5}}, "did you mean average_draw_gpu"),
        ({"assume": {"average_draw_gpu": 1.5}}, "average_draw_gpu: 1.5 .*from|average_draw_gpu: 1.5 .*above 0 and at most 1"),
        ({"assume": {"average_draw_gpu": -0.1}}, "average_draw_gpu: -0.1"), ({"assume": {"average_draw_gpu": "much"}}, "average_draw_gpu: \"much\""),
        ({"assume": {"gpu_default": 1}}, "no argument"), ({"assume": 3}, "assume: 3 .*pue=1.1"), ({"assume": ["pue"]}, "assume: \"pue\""),
        ({"assume": {"average_draw_gpu": [0.5, 0.6]}}, "average_draw_gpu: "), ({"assume": {"pue": 1.1}, "pue": 1.2}, "pue: 1.1 .*given twice"),
        ({"assume": ["average_draw_gpu=0.5", "average_draw_gpu=0.6"]}, "given twice"), ({"assume": {"server_power_h100": 1e300}}, "assume: |server_power_h100: "),
    ],
)  # fmt: skip
def test_a_wrong_assumption_is_refused(named: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        compute_cost.train_energy(*ENERGY, **named)
    assert "\n" not in str(caught.value)
    with pytest.raises(UnknownArgument, match="number 10"):
        registry.get("train_energy").call(*ENERGY, *[None] * 5, "no text of a name")


def test_an_assumption_of_a_formula_beyond_numbers_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"^(assume: .*there is no answer with values so far|params: .* is more than any training run sees)"
    ):
        compute_cost.compute_optimal(1e6, assume={"chinchilla_2_exponent": 9.75})


def test_an_assumption_far_from_its_range_is_asked_about() -> None:
    """A third of its low end, or three times its high one."""
    for draw, asked in ((0.0, True), (0.05, True), (0.25, False), (1.0, False)):
        found = compute_cost.train_energy(*ENERGY, assume={"average_draw_gpu": draw})
        assert any(text.startswith(f"average_draw_gpu: {draw:.0%} is far from 60% to 90%") for text in found.warnings) is asked


def test_blank_and_absent_assumptions_are_the_default() -> None:
    usual = compute_cost.train_energy(*ENERGY)
    for found in (
        compute_cost.train_energy(*ENERGY, assume=None),
        compute_cost.train_energy(*ENERGY, assume={}),
        compute_cost.train_energy(*ENERGY, assume={"pue": None}),
    ):
        assert found.value == usual.value


def test_a_formula_writes_assumptions_as_texts() -> None:
    for arguments, wanted in (
        ({"params": "GPT-3", "assume": {"pue": 1.1}}, '=TRAIN_ENERGY("GPT-3","pue=1.1")'),
        ({"params": "GPT-3", "gpu": "A100", "assume": ["average_draw_gpu=60%"]}, '=TRAIN_ENERGY("GPT-3",,"A100","average_draw_gpu=60%")'),
        (
            {"params": "GPT-3", "precision": "bf16", "average_draw_gpu": 0.6},
            '=TRAIN_ENERGY("GPT-3","precision=bf16","average_draw_gpu=0.6")',
        ),
    ):
        assert registry.formula("train_energy", arguments) == wanted
        cells = [None if not cell else cell.strip('"') for cell in wanted.removeprefix("=TRAIN_ENERGY(").removesuffix(")").split(",")]
        assert registry.get("train_energy").call(*cells).value == registry.get("train_energy").call(**arguments).value


def test_a_formula_counts_no_blanks_beyond_three_and_takes_no_place_of_a_free_text() -> None:
    of_month = {"gpu": "A100", "gpus": 8, "term": "on_demand", "assume": {"hours_per_month": 720}}
    for name, arguments, wanted in (
        ("serving_cost", {"params": "GPT-3", "users_per_day": 1000.0}, '=SERVING_COST("GPT-3","users_per_day=1000")'),
        ("rent_cost", of_month, '=RENT_COST("A100",8,,"on_demand",,"hours_per_month=720")'),
    ):
        assert registry.formula(name, arguments) == wanted
        cells = [None if not cell else cell.strip('"') for cell in wanted.partition("(")[2].removesuffix(")").split(",")]
        assert registry.get(name).call(*cells).value == registry.get(name).call(**arguments).value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (7, "7"), (7.0, "7"), (0.5, "0.5"), (1e14, "100000000000000"), (1e16, "1E+16"), (1e-7, "1E-07"), (-2.0, "-2"), (True, "TRUE"),
        ("two  words", '"two words"'), ("line\nbreak", '"line break"'), (datetime.date(2024, 7, 20), '"2024-07-20"'), ([], "{}"), ([None, 1], '{"",1}'),
        ([[1, 2], [3, 4]], "{1,2;3,4}"), ((1, "a"), '{1,"a"}'),
    ],
)  # fmt: skip
def test_how_an_argument_is_written(value: object, text: str) -> None:
    assert registry.formula("find", {"kind": value}) == (f"=COST_FIND({text})" if text else "=COST_FIND()")


# Found


def test_an_estimate_is_found_by_its_name_however_it_is_written() -> None:
    assert registry.get("train_cost") is registry.get("TRAIN_COST") is registry.get(" Train_Cost ")
    assert registry.get("COST_FIND") is registry.get("find"), "FIND is the spreadsheet's own"
    for wrong in ("train_costs", "", "x" * 10_000, "train cost"):
        with pytest.raises(UnknownName, match=r'^name: .*find\("estimate", text\)'):
            registry.get(wrong)


def test_an_estimate_is_an_attribute_of_the_package() -> None:
    assert compute_cost.train_cost is registry.get("train_cost").call
    assert set(registry.estimates()) <= set(dir(compute_cost))
    with pytest.raises(AttributeError, match="compute_cost has no estimate or attribute train_costs"):
        _ = compute_cost.train_costs  # type: ignore[attr-defined]


# Called


def test_arguments_by_place_by_name_or_both(box: Doc) -> None:
    for found in (
        box.call(2, 3),
        box.call(2, depth=3),
        box.call(depth="3", width="2"),
        box.call(2, 3, None, None),
        box.call(2, 3, color=None),
    ):
        assert found.value == 6
    assert box.call(2, 3, 0.5).value == 3
    assert box.call(2, 3, 0).value == 0, "zero is zero and no blank"
    assert list(box.call(2, 3, color="RED").values) == ["red"]


def test_what_is_missing_says_how_to_give_it(box: Doc) -> None:
    for given in ((), (2,), (2, None), (None, 3)):
        with pytest.raises(MissingInput, match=r"^(width|depth): missing; box_volume needs it: Length of one side\. For example 2$"):
            box.call(*given)


def test_arguments_that_it_does_not_have(box: Doc) -> None:
    with pytest.raises(UnknownArgument, match="^box_volume has no argument number 5; it takes 4: width, depth, kept, color$"):
        box.call(1, 2, 0.5, "red", 5)
    with pytest.raises(UnknownArgument, match='has no argument "colour"; did you mean color'):
        box.call(1, 2, colour="red")
    with pytest.raises(InputError, match="^width: 1 can't be used; it is given twice; give it once, in its place or by its name$"):
        box.call(1, 2, width=1)
    with pytest.raises(InputError, match="^kept: 2 can't"):
        box.call(1, 2, 2)


# What a name gives besides its thing

COPY = "someone/Llama-3.1-8B-Instruct-Q4_K_M.gguf"


def input_of(found: Result, name: str) -> tuple[Any, str]:
    return next((one.value, one.origin) for one in found.inputs if one.name == name)


def test_what_a_name_gives_is_an_argument_that_the_inputs_show_as_coming_from_it() -> None:
    found = compute_cost.memory_needed(COPY)
    assert input_of(found, "precision") == ("q4_k_m", "name")
    assert found.value == compute_cost.memory_needed("Llama 3.1 8B", "q4_k_m").value
    assert found.value < compute_cost.memory_needed("Llama 3.1 8B").value / 2
    assert "it gives precision q4_k_m" in found.warnings[0]
    chips = compute_cost.train_cost("Llama 3.1 8B", "1T", "64xH100")
    assert input_of(chips, "gpus") == (64.0, "name")
    assert chips.value == compute_cost.train_cost("Llama 3.1 8B", "1T", "H100", gpus=64).value


def test_what_a_name_gives_may_be_given_as_well_but_not_otherwise() -> None:
    assert input_of(compute_cost.memory_needed(COPY, "Q4_K_M"), "precision")[0] == "q4_k_m"
    with pytest.raises(InputError, match=r'precision: "bf16" can.t be used; .* gives precision q4_k_m'):
        compute_cost.memory_needed(COPY, "bf16")
    with pytest.raises(InputError, match='"64xH100" gives gpus 64'):
        compute_cost.train_cost("Llama 3.1 8B", "1T", "64xH100", gpus=8)
    with pytest.raises(InputError, match="no training run in Q4_K_M is known"):
        compute_cost.train_cost(COPY, "1T")


def test_what_a_name_gives_and_an_estimate_does_not_take_is_said_to_count_for_nothing() -> None:
    found = compute_cost.gpu_price("8xH100")
    assert found.value == compute_cost.gpu_price("H100").value
    assert "the name says gpus 8, which has no effect in gpu_price" in found.warnings


def test_a_machine_is_its_chips_at_the_prices_of_its_provider() -> None:
    machine = "p5.48xlarge"
    assert (
        compute_cost.gpu_price(machine).value
        == compute_cost.gpu_price("H100", provider="aws").value
        != compute_cost.gpu_price("H100").value
    )
    found = compute_cost.infer_cost("Llama 3.1 70B", machine)
    assert input_of(found, "provider") == ("aws", "name")
    assert input_of(found, "gpus") == (8.0, "name")
    assert found.value > compute_cost.infer_cost("Llama 3.1 70B", "8xH100").value
    with pytest.raises(InputError, match="gives provider aws"):
        compute_cost.gpu_price(machine, provider="gcp")


def test_several_machines_have_a_multiple_of_the_chips_of_one() -> None:
    many = compute_cost.train_days("Llama 3.1 8B", "1T", "p5.48xlarge", 64)
    assert many.value == compute_cost.train_days("Llama 3.1 8B", "1T", "H100", 64).value
    assert input_of(many, "gpus") == (64.0, "given")
    assert "one machine has 8" in many.warnings[0]
    assert input_of(compute_cost.train_days("Llama 3.1 8B", "1T", "p5.48xlarge", 8), "gpus")[0] == 8
    for count in (12, 4, 1):
        with pytest.raises(InputError, match='gpus: .* one "p5.48xlarge" has 8; give a multiple of 8'):
            compute_cost.train_days("Llama 3.1 8B", "1T", "p5.48xlarge", count)
    with pytest.raises(InputError, match='"8xH100" gives gpus 8'):
        compute_cost.train_days("Llama 3.1 8B", "1T", "8xH100", 64)


def test_names_give_arguments_wherever_they_are_handed_on() -> None:
    plain = compute_cost.memory_needed("Llama 3.1 8B", "q4_k_m")
    assert ("input", "precision", "name", "q4_k_m") in [row[:4] for row in compute_cost.explain("memory_needed", COPY).table]
    assert compute_cost.cost_table("memory_needed", [COPY, "Llama 3.1 8B"]).table[1][1] == plain.value
    assert compute_cost.memory_needed(f"params={COPY}").value == plain.value
    assert compute_cost.memory_needed(params=COPY).value == plain.value
    bridge = compute_cost.cost_bridge("memory_needed", {"params": "Llama 3.1 8B"}, {"params": COPY})
    assert bridge.value == pytest.approx(plain.value - compute_cost.memory_needed("Llama 3.1 8B").value)
    assert draws("memory_needed", {"params": COPY}, n=1000).middle == plain.value
    saved = compute_cost.memory_needed(COPY).as_dict()
    assert compute_cost.cost_bridge("memory_needed", saved).value == pytest.approx(0.0)


def test_lines_of_a_cost_may_be_put_to_nothing() -> None:
    """A price, a yearly share and a share of the price may be 0; what is 0 itself may be any amount."""
    for name in ("network_share", "operations_share", "colocation_price", "power_growth"):
        assert compute_cost.rent_or_own("H100", assume={name: 0}).value < compute_cost.rent_or_own("H100").value
    assert compute_cost.rent_or_own("H100", assume={"support_price": 4500}).value > compute_cost.rent_or_own("H100").value
    for name in ("pue", "hours_per_month", "useful_life"):
        with pytest.raises(InputError, match=f"^{name}: 0"):
            compute_cost.rent_or_own("H100", assume={name: 0})


def test_a_formula_holds_nothing_that_is_not_seen() -> None:
    """A name pasted from a web page is read without what the page puts between its letters."""
    assert registry.formula("train_cost", {"params": "7B", "gpu": "H\u200b100"}) == '=TRAIN_COST("7B",,"H100")'
    assert registry.formula("train_cost", {"params": "Llama 2\n7B"}) == '=TRAIN_COST("Llama 2 7B")'


@pytest.mark.parametrize(("pue", "asked"), [(1.2, False), (4.6, False), (4.7, True)])
def test_an_argument_far_from_the_assumption_that_it_replaces_is_asked_about(pue: float, asked: bool) -> None:
    """As one is that is put in place by its name: 1.1 to 1.54 is usual, three times that is far."""
    found = compute_cost.train_energy("GPT-3", gpu="A100", pue=pue)
    assert any(text.startswith(f"pue: {pue:g} is far from 1.1 to 1.54") for text in found.warnings) is asked


def test_nothing_is_meant_as_nothing() -> None:
    free = compute_cost.unit_margin(20, 100, 300, token_cost=1, input_tokens=1000, output_tokens=300, fee_share=0)
    assert not any(text.startswith("payment_fee: ") for text in free.warnings)


def test_the_table_of_modules_is_exact() -> None:
    """Each estimate is defined in the module that the table names, in that order, and no other is: also where one was asked for alone."""
    defined = [(doc.name, getattr(doc.call.of, "__module__", "")) for doc in registry.estimates().values()]  # type: ignore[attr-defined]
    assert defined == list(registry.MODULE_OF.items())
    assert list(registry._DEFINED.keys() - registry.MODULE_OF.keys()) == []


ALONE = """
import sys
import compute_cost
from compute_cost import registry

def train_days(size):
    "Another estimate of a name that the table has."

try:
    registry.estimate("days")(train_days)
    raise AssertionError
except TypeError as problem:
    assert str(problem) == "two estimates are named train_days"

def train_weeks(size):
    "One of our own that the table has not."

train_weeks.__module__ = "compute_cost.training.run"
try:
    registry.estimate("weeks")(train_weeks)
    raise AssertionError
except TypeError as problem:
    assert str(problem).startswith("the estimate train_weeks is missing from MODULES")

def loaded():
    return {name for name in registry.MODULE_OF.values() if name in sys.modules}

assert loaded() == set()
assert {"train_cost", "rent_or_own"} <= set(dir(compute_cost)) & set(registry.estimates()) & set(compute_cost.__all__)
assert len(registry.estimates()) == len(registry.MODULE_OF) > 60 and "train_cots" not in registry.estimates()
assert not hasattr(compute_cost, "train_cots") and loaded() == set()
registry.get("COST_FIND"), registry.get(" Train_Cost ")
assert "compute_cost.training.run" in loaded() and "compute_cost.answers.lookup" in loaded()
assert "compute_cost.company.ownership" not in loaded() and "compute_cost.serving.cost" not in loaded()
from compute_cost import *
assert rent_or_own.__name__ == "rent_or_own" and loaded() == set(registry.MODULE_OF.values())
"""


def test_one_estimate_needs_no_other() -> None:
    """Every name is known from the start; a module is imported when one of its estimates is asked for."""
    subprocess.run([sys.executable, "-W", "error", "-c", ALONE], check=True)
