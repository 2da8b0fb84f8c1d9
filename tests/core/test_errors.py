"""The family of errors and what their one line says: the parameter, what came, what to do; nothing that steers a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from compute_cost.errors import (
    CostError,
    DoesNotFit,
    InputError,
    MissingInput,
    NoData,
    UnknownArgument,
    UnknownName,
    near,
    one_line,
    quote,
    search_hint,
)


class Awkward:
    """A foreign object that can't even say what it is."""

    def __repr__(self) -> str:
        raise RuntimeError


# The family


def test_who_belongs_to_whom() -> None:
    """Whoever catches ValueError, CostError or InputError gets what the docstring of errors draws."""
    assert issubclass(CostError, ValueError)
    assert issubclass(NoData, CostError)
    assert not issubclass(NoData, InputError)
    for kind in (MissingInput, UnknownName, UnknownArgument, DoesNotFit):
        assert issubclass(kind, InputError)


def test_an_input_error_names_parameter_value_and_what_is_allowed() -> None:
    found = InputError("gpus", 1.5, "give a whole number")
    assert str(found) == "gpus: 1.5 can't be used; give a whole number"
    assert (found.parameter, found.given, found.allowed) == ("gpus", 1.5, "give a whole number")
    assert str(InputError("gpu", 'A"1', "no")) == r'gpu: "A\"1" can' + "'t be used; no"


def test_a_missing_input_says_so() -> None:
    found = MissingInput("tokens", "give the training tokens")
    assert str(found) == "tokens: missing; give the training tokens"
    assert (found.parameter, found.given) == ("tokens", None)


def test_an_unknown_name_comes_with_suggestions_and_how_to_search() -> None:
    found = UnknownName("gpu", "H1000", ["H100", "A100", "H200"], search_hint("gpu"))
    assert found.suggestions[0] == "H100"
    assert str(found).startswith('gpu: "H1000" is not known; did you mean H100')
    assert str(found).endswith('? find("gpu", text) lists the known names (in a cell: =COST_FIND; in a terminal: compute-cost gpus)')
    assert str(UnknownName("gpu", "zebra", ["H100"], "see the list")) == 'gpu: "zebra" is not known; see the list'


def test_an_unknown_argument_names_those_there_are() -> None:
    found = UnknownArgument("train_cost", "utilisation", ["params", "utilization"])
    assert str(found) == 'train_cost has no argument "utilisation"; did you mean utilization? it takes params, utilization'
    assert str(UnknownArgument("find", "x", ["kind"])) == 'find has no argument "x"; it takes kind'
    assert found.parameter == "utilisation"


# Quoting


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("GPT-3", '"GPT-3"'), (2.5, "2.5"), (1024.0, "1024"), (-0.5, "-0.5"), (1e17, "1e+17"), (float("nan"), "nan"), (None, "None"), ([1, "a"], "[1, 'a']"), ('say "hi"', r'"say \"hi\""'), ("back\\slash", r'"back\\slash"'),
        ("two\nlines\tand  gaps", '"two lines and gaps"'), ("\x1b[31mred\x07", '" [31mred "'), ("\u202ereversed", '" reversed"'), (Awkward(), "a Awkward"),
    ],
)  # fmt: skip
def test_a_value_is_quoted_on_one_line(value: object, shown: str) -> None:
    assert quote(value) == shown


def test_a_long_value_is_cut_where_it_can_be_seen() -> None:
    assert quote("x" * 58) == '"' + "x" * 58 + '"'
    assert quote("x" * 59) == '"' + "x" * 58 + "…"
    assert len(quote("x" * 100_000)) == 60
    assert quote("abcdef", limit=5) == '"abc…'


@given(st.text(max_size=300))
def test_any_text_is_one_printable_line_that_can_not_end_its_quotes(text: str) -> None:
    shown = quote(text)
    assert shown.isprintable()
    assert len(shown) <= 60
    inner = shown[1:-1].replace("\\\\", "").replace('\\"', "")
    assert '"' not in inner


@pytest.mark.parametrize(("text", "line"), [("a\r\nb", "a b"), ("  a \x00 b ", "a b"), ("", ""), ("价格\u2028价格", "价格 价格")])
def test_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


# Suggestions


def test_near_names_best_first_whatever_the_case() -> None:
    known = ["Llama 2 70B", "Llama 3 70B", "Llama 3 8B", "GPT-3"]
    assert near("llama 3 70b", known)[0] == "Llama 3 70B"
    assert near("LLAMA 3 70B", known, most=1) == ["Llama 3 70B"]
    assert near("zebra", known) == []
    assert near("peu", ["pue", "tokens", "precision"]) == ["pue"], "two of three letters"
    assert near("x" * 100_000, known) == []
    assert len(near("Llama 70B", known)) <= 3
