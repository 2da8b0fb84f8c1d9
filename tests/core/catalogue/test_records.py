"""What a row knows of itself: the peak of a precision, a model's active parameters and width, the day a price counts from."""

from __future__ import annotations

import datetime
import re
from dataclasses import fields

import pytest

import compute_cost
from build_pages import meanings
from compute_cost.catalogue import schema
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.records import Model, Price
from tests.support import model

# Peaks

pytestmark = pytest.mark.live  # the check is of the package's own rows


def test_a_model_of_a_size_is_a_dense_one_of_which_nothing_else_is_known() -> None:
    found = Model.of_size(7e9)
    known = {"params": 7e9, "kind": "dense"}
    assert {one.name: getattr(found, one.name) for one in fields(Model)} == {
        name: known.get(name, None if one.number else "") for name, one in columns(Model).items()
    }
    assert found.active == 7e9
    assert Model.of_size(7e9) is found


# Models


def test_a_bare_count_is_a_dense_model_of_which_nothing_else_is_known() -> None:
    found = Model.of_size(7e9)
    assert (found.params, found.active, found.kind, found.id, found.name) == (7e9, 7e9, "dense", "", "")
    assert [found.tokens, found.layers, found.attention_width, found.released_precision] == [None, None, None, ""]
    assert found is Model.of_size(7e9)
    assert Model.of_size(8e9).params == 8e9


def test_active_parameters_are_all_unless_fewer_are_known() -> None:
    assert model("DeepSeek-V3").active == 37e9
    assert model("DeepSeek-V3", active_params=None).active == 671e9


def test_the_width_of_attention_is_that_of_its_heads() -> None:
    assert model("PaLM 540B").attention_width == 48 * 256  # on a layer of 18,432
    assert model("PaLM 540B", head_dim=None).attention_width == 18432
    assert model("PaLM 540B", heads=None, hidden=None).attention_width is None


# Days


@pytest.mark.parametrize(
    ("date", "recorded", "day"),
    [
        ("2024-07-20", "2024-08-01", "2024-07-20"),
        ("2024", "2024-08-01", "2024-08-01"),  # not later than it was written down
        ("2024-07", "2024", "2024-07-31"),
        ("2024-07-20", "2024-07-20", "2024-07-20"),
    ],
)
def test_a_price_counts_from_the_end_of_its_period_but_not_from_the_future(date: str, recorded: str, day: str) -> None:
    price = Price("a100-sxm-80", "lambda", "neocloud", "on_demand", 1.0, date, recorded, "gpuhunt", "checked", "", "", "", None)
    assert price.day == datetime.date.fromisoformat(day)


# Facts as users see them


def test_a_rumor_and_an_unchecked_shape_are_said() -> None:
    assert any("rumor" in text for text in compute_cost.train_cost("GPT-4").warnings)
    assert model("GPT-4").confidence == "rumor"


@pytest.mark.parametrize("name", schema.FILES)
def test_every_number_has_its_unit(name: str) -> None:
    """In the comment behind the column, from which the README of the folder is written."""
    meaning = meanings(schema.FILES[name])
    assert list(meaning) == list(columns(schema.FILES[name]))
    bare = [column for column, one in columns(schema.FILES[name]).items() if one.number and not re.search(r"\[.+\]$", meaning[column])]
    assert bare == []
