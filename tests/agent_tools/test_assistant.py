"""Whether a language model is asked, and what it is told."""

from __future__ import annotations

import pytest

from compute_cost_tools import schema
from compute_cost_tools.assistant import is_named, settings


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, False),
        ({"OPENAI_API_KEY": "k"}, True),
        ({"OPENAI_BASE_URL": "http://localhost:1"}, True),
        ({"OPENAI_API_KEY": " ", "OPENAI_BASE_URL": ""}, False),
    ],
)
def test_a_model_is_asked_only_where_the_environment_names_one(
    environment: dict[str, str], named: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert is_named() is named


def test_the_texts_name_tools_that_are_there() -> None:
    offered = {tool.name for tool in schema.tools()}
    words = {word.strip("`.,:;()") for text in settings().values() for word in str(text).split()}
    assert words
    assert {word for word in words if "_" in word and "{" not in word} <= offered | {"per_million_tokens"}
