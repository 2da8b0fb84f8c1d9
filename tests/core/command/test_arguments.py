"""The arguments of a call as JSON: one object with unique keys, or one line that says how to write it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from compute_cost.command.arguments import parse_object
from compute_cost.errors import InputError


def test_an_object_is_read_as_it_is() -> None:
    assert parse_object('{"params": "GPT-3", "gpus": [8, 64], "gpu": null, "utilization": 0.4}') == {
        "params": "GPT-3", "gpus": [8, 64], "gpu": None, "utilization": 0.4,
    }  # fmt: skip
    assert parse_object(" {} ") == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Expecting value"), ("{", "Expecting"), ("[1]", "no object"), ('"GPT-3"', "no object"), ("null", "no object"), ("{'params': 1}", "property name"),
        ('{"a": 1, "a": 2}', "a key is there twice"), ('{"a": {"b": 1, "b": 1}}', "a key is there twice"), ('{"a": 1} {}', "Extra data"),
        ('{"a": "' + "x" * 20_000 + '"}', "longer than 20,000 characters"), ("[" * 19_999, "recursion"),
    ],
)  # fmt: skip
def test_what_is_none_is_refused_in_one_line(text: str, why: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_object(text)
    said = str(caught.value)
    assert said.startswith("arguments: ")
    assert why in said
    assert said.endswith('write them like {"params": "GPT-3", "gpu": "A100"}')
    assert "\n" not in said
    assert len(said) < 400


def test_as_long_as_is_allowed() -> None:
    text = '{"a": "' + "x" * 19_991 + '"}'
    assert len(text) == 20_000
    assert len(parse_object(text)["a"]) == 19_991


@given(st.text(max_size=200))
def test_any_text_is_an_object_or_refused(text: str) -> None:
    refused = ""
    try:
        assert isinstance(parse_object(text), dict)
    except InputError as problem:
        refused = str(problem)
    assert refused.isprintable()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_left_to_the_argument_that_gets_it(number: str) -> None:
    """Python reads these; every estimate refuses them by the argument's name."""
    assert not math.isfinite(parse_object(f'{{"a": {number}}}')["a"])
