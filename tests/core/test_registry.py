"""The one list of estimates: how a function is registered, found, called and written as a formula."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Annotated

import pytest

import compute_cost
from compute_cost import registry
from compute_cost.errors import InputError, MissingInput, UnknownArgument, UnknownName
from compute_cost.parameters import REQUIRED, Choice, Quantity
from compute_cost.registry import Doc, estimate
from compute_cost.result import Result, Trace

Side = Annotated[float, Quantity("length of one side", "m", high=1e6, above=True, example="2")]
Share = Annotated[float | None, Quantity("Share that is kept.", "1", high=1, example="0.5")]
Color = Annotated[str | None, Choice("Color of it.", choices=("red", "blue"))]


def silent(trace: Trace) -> None:
    """No story."""


@pytest.fixture
def box() -> Iterator[Doc]:
    @estimate("m3")
    def box_volume(width: Side, depth: Side = REQUIRED, kept: Share = None, color: Color = None) -> Result:
        """Volume of a box.

        Raises InputError for a side out of bounds.
        """
        return Result(width * depth * (1.0 if kept is None else kept), "m3", silent, name=color or "none")

    yield registry.get("box_volume")
    del registry._ESTIMATES["box_volume"]


# Registered


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
    """A mistake of whoever writes an estimate, seen when the package is imported."""
    with pytest.raises(TypeError, match="no docstring"):

        @estimate("m2")
        def bare(side: Side) -> Result:
            raise NotImplementedError

    with pytest.raises(TypeError, match="needs an annotation"):

        @estimate("m2")
        def untyped(side: float) -> Result:
            """Area."""
            raise NotImplementedError

    with pytest.raises(TypeError, match="two estimates"):
        registry.estimate("USD")(compute_cost.train_cost)


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
        _ = compute_cost.train_costs


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
        with pytest.raises(MissingInput, match=r"^(width|depth): missing; box_volume needs it: length of one side For example 2$"):
            box.call(*given)


def test_arguments_that_it_does_not_have(box: Doc) -> None:
    with pytest.raises(UnknownArgument, match='^box_volume has no argument "number 5"; it takes width, depth, kept, color$'):
        box.call(1, 2, 0.5, "red", 5)
    with pytest.raises(UnknownArgument, match='has no argument "colour"; did you mean color'):
        box.call(1, 2, colour="red")
    with pytest.raises(UnknownArgument, match='has no argument "width, given twice"'):
        box.call(1, 2, width=1)
    with pytest.raises(InputError, match="^kept: 2.0"):
        box.call(1, 2, 2)
