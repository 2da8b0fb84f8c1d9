"""Anything at all, many times: what people type, cells, questions and tool calls answer or are refused in one line.

COMPUTE_COST_CASES sets how many cases all properties together get: a few for a developer, 100,000 in .ci/run,
a million in .ci/full. The other properties of the house scale by hypothesis' own defaults.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from compute_cost import amounts, registry
from compute_cost.amounts import Unreadable
from compute_cost.errors import CostError
from compute_cost_sheets.functions import all_functions
from compute_cost_tools import reader
from compute_cost_tools.calls import call
from compute_cost_tools.schema import tools

pytestmark = pytest.mark.slow
CASES = int(os.environ.get("COMPUTE_COST_CASES", "2000"))
UNITS = ("", "1", "parameters", "tokens", "USD", "USD per GPU-hour", "GPUs", "days", "months", "FLOP")


def cases(share: float) -> settings:
    return settings(max_examples=max(20, round(CASES * share)), deadline=None, suppress_health_check=list(HealthCheck))


# Text near what people write: pieces of amounts in any order, as well as any text at all.
PIECES = (
    "1", "175", "0.5", ",", ".", "e", "E+3", "-", "$", "US$", "%", "B", "T", "k", "万", "亿", "万亿", " ", "billion", "tokens", "/h",
    "１７", "٣", "#N/A", "=", "nan", "inf", "½", "1/2 ", "10^", "**", " x ", "²⁴", "(", ")", "'000", " 000", "half a ", "one ", "hundred ", "and ",
    "dozen", " lakh", "三", "点", "成", "百分之", "several ",
)  # fmt: skip
TYPED = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
VALUES = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(-(10**20), 10**20), TYPED,
    st.sampled_from(["GPT-3", "H100", "A100", "bf16", "naive", "2024", "7B", "40%", "$2", 1, 0, 0.5, 1e9, 1e300, 1e-300]),
)  # fmt: skip


@cases(0.4)
@given(TYPED, st.sampled_from(UNITS))
def test_an_amount_is_finite_or_refused(text: str, unit: str) -> None:
    with contextlib.suppress(Unreadable):
        assert math.isfinite(amounts.read(text, unit))


@cases(0.2)
@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(UNITS))
def test_what_is_shown_reads_back_as_nearly_the_same(number: float, unit: str) -> None:
    shown = amounts.show(number, unit)
    assert shown
    assert "nan" not in shown
    if unit == "tokens" and 10 <= abs(number) < 1e15:  # 1.125 tokens, which nobody has, may be 1125 of them
        assert amounts.read(shown, unit) == pytest.approx(number, rel=1e-3, abs=0.5 if abs(number) >= 1000 else 0)


# One cheap estimate of each kind is enough here: test_every_estimate tries all of them.
FUNCTIONS = ("TRAIN_COST", "TRAIN_FLOPS", "GPU_PRICE", "MEMORY_NEEDED", "GPU_FACT", "RESERVE_OR_RENT", "DATA_LIMIT")
CELL = st.one_of(VALUES, st.lists(st.lists(VALUES, max_size=3), max_size=3))


@cases(0.2)
@given(st.sampled_from(FUNCTIONS), st.lists(CELL, max_size=11))
def test_any_cells_give_numbers_or_short_texts(name: str, cells: list[Any]) -> None:
    shown = all_functions()[name](*cells)
    for row in shown if isinstance(shown, tuple) else ((shown,),):
        for one in row if isinstance(row, tuple) else (row,):
            assert isinstance(one, (int, float, str)), one
            assert not isinstance(one, float) or math.isfinite(one)
            assert not isinstance(one, str) or (len(one) <= 255 and "\n" not in one)


TOOLS = [tool.name for tool in (*tools(everything=True), *tools()[-1:])]  # run_estimate as well
NAMES = sorted({name for tool in tools(everything=True) for name in tool.properties} | {"mfu", "arguments", "__class__", ""})


@cases(0.15)
@given(st.sampled_from(TOOLS), st.dictionaries(st.sampled_from(NAMES), st.one_of(VALUES, st.lists(VALUES, max_size=2)), max_size=6))
def test_any_tool_call_answers_or_is_refused_in_one_line(name: str, arguments: dict[str, Any]) -> None:
    refused = ""
    try:
        json.dumps(call(name, arguments), allow_nan=False)
    except CostError as problem:
        refused = str(problem)
    assert "\n" not in refused
    assert len(refused) < 1500


WORDS = (
    "what", "does", "cost", "to", "train", "GPT-3", "H100", "on", "175B", "300 billion", "tokens", "how", "many", "days", "64", "GPUs",
    "训练", "多少钱", "万亿", "?", "rent", "or", "own", "for", "$2", "40%", "and", "not", "memory", "serve", "2024", "-", "1,000", "a month",
)  # fmt: skip


@cases(0.05)
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)))
def test_any_question_is_read_asked_back_or_declined(question: str) -> None:
    with contextlib.suppress(CostError):
        reading = reader.read(question)
        assert reading.tool or reading.asks or reading.declined
        if reading.tool:
            registry.get(reading.tool).call(**reading.arguments)
