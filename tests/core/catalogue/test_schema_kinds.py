"""What a column may hold: amounts, dates, sources and names as the files write them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from compute_cost.catalogue.schema_kinds import Date, Maybe, Number, OptionalDate, OptionalSource, Positive, Row, Slug, SourceId, blank


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Positive, "2.5", 2.5), (Positive, "3e2", 300.0), (Maybe, "", None), (Maybe, "2.5", 2.5), (Number, "", None), (Number, "-1", -1.0), (Number, "0", 0.0),
        (Date, "2024", "2024"), (Date, "2024-02-29", "2024-02-29"), (OptionalDate, "", None), (OptionalDate, "2024-02", "2024-02"), (SourceId, "kaplan-2020", "kaplan-2020"),
        (OptionalSource, "", None), (Slug, "llama-3.1-70b", "llama-3.1-70b"), (Slug, "4", "4"),
    ],
)  # fmt: skip
def test_takes(kind: Any, text: str, value: object) -> None:
    assert TypeAdapter(kind).validate_python(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Positive, "0"), (Positive, "-1"), (Positive, ""), (Positive, "nan"), (Positive, "inf"), (Positive, "many"), (Maybe, "0"), (Maybe, "nan"), (Number, "few"),
        (Date, ""), (Date, "soon"), (Date, "2024-13"), (Date, "2023-02-29"), (OptionalDate, "soon"), (SourceId, ""), (SourceId, "nowhere"), (OptionalSource, "nowhere"),
        (Slug, ""), (Slug, "Upper"), (Slug, "a b"), (Slug, "-a"), (Slug, "a\n"),
    ],
)  # fmt: skip
def test_refuses(kind: Any, text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(text)


def test_a_row_has_no_unknown_column() -> None:
    class Name(Row):
        name: str

    assert Name.model_validate({"name": "a"}).name == "a"
    for wrong in ({"name": "a", "more": "b"}, {}):
        with pytest.raises(ValidationError):
            Name.model_validate(wrong)


def test_only_an_empty_cell_is_blank() -> None:
    assert blank("") is None
    assert blank(" ") == " "
