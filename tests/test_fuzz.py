"""Anything at all, many times: what people type, cells, questions and tool calls answer or are refused in one line.

COMPUTE_COST_CASES sets how many cases all properties together get: a few for a developer, 100,000 in .ci/run,
a million in .ci/full. Hypothesis draws, shows and keeps seeds alone, and Python's own generator many cases of each: it takes a small
part of the time. The other properties of the house scale by hypothesis' own defaults.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import random
import struct
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from compute_cost import amounts, registry
from compute_cost.amounts import Unreadable
from compute_cost.errors import CostError
from compute_cost_sheets.functions import all_functions
from compute_cost_tools import reader
from compute_cost_tools.calls import call
from compute_cost_tools.schema import tools

pytestmark = pytest.mark.slow
CASES = int(os.environ.get("COMPUTE_COST_CASES", "2000"))
EACH = 20  # cases of one seed
SEEDS = st.integers(0, 2**64 - 1)
UNITS = ("", "1", "parameters", "tokens", "USD", "USD per GPU-hour", "GPUs", "days", "months", "FLOP")


def cases(share: float) -> settings:
    """For a part of all cases. A smaller seed is no simpler case, so none is looked for."""
    phases = [Phase.explicit, Phase.reuse, Phase.generate]
    return settings(max_examples=max(1, round(CASES * share / EACH)), suppress_health_check=list(HealthCheck), phases=phases)


class Chance(random.Random):
    """Draws what people write, and what nobody does."""

    def typed(self) -> str:
        """Text near what people write, pieces of amounts in any order, as well as any text at all."""
        if self.random() < 0.5:
            return "".join(self.choices(PIECES, k=self.randrange(13)))
        return self.text(80)

    def text(self, most: int) -> str:
        """Any characters but halves of some: those of a keyboard, of Latin and Chinese, and all there are."""
        most_of = self.choice((0x7F, 0x2FF, 0x9FFF, 0x10FFFF))
        codes = (self.randint(0 if most_of > 0x7F else 32, most_of) for _ in range(self.randrange(most + 1)))
        return "".join(chr(code) for code in codes if not 0xD800 <= code <= 0xDFFF)

    def float(self) -> float:
        """A number of any size, plain or at the edges of what numbers can be."""
        kind = self.random()
        if kind < 0.3:
            return self.choice((0.0, -0.0, 1.0, 5e-324, 2.2e-308, 1.8e308, math.inf, -math.inf, math.nan, 2.0**53 + 1))
        if kind < 0.6:
            return round(self.uniform(-1000, 1000), self.randrange(4))
        return float(struct.unpack("d", self.randbytes(8))[0])

    def value(self) -> Any:
        """What may come from a cell or an assistant."""
        kind = self.randrange(6)
        if kind == 0:
            return self.choice((None, True, False))
        if kind == 1:
            return self.float()
        if kind == 2:
            return self.randint(-(10 ** self.randrange(21)), 10 ** self.randrange(21))
        return self.typed() if kind == 3 else self.choice(USUAL)

    def cell(self) -> Any:
        """A value, or a range of cells as rows, which need not be alike."""
        if self.random() < 0.5:
            return self.value()
        return [[self.value() for _ in range(self.randrange(4))] for _ in range(self.randrange(4))]

    def question(self) -> str:
        if self.random() < 0.5:
            return self.text(200)
        return " ".join(self.choices(WORDS, k=self.randrange(26)))


PIECES = (
    "1", "175", "0.5", ",", ".", "e", "E+3", "-", "$", "US$", "%", "B", "T", "k", "万", "亿", "万亿", " ", "billion", "tokens", "/h",
    "１７", "٣", "#N/A", "=", "nan", "inf", "½", "1/2 ", "10^", "**", " x ", "²⁴", "(", ")", "'000", " 000", "half a ", "one ", "hundred ", "and ",
    "dozen", " lakh", "三", "点", "成", "百分之", "several ",
)  # fmt: skip
USUAL = ("GPT-3", "H100", "A100", "bf16", "naive", "2024", "7B", "40%", "$2", 1, 0, 0.5, 1e9, 1e300, 1e-300)
WORDS = (
    "what", "does", "cost", "to", "train", "GPT-3", "H100", "on", "175B", "300 billion", "tokens", "how", "many", "days", "64", "GPUs",
    "训练", "多少钱", "万亿", "?", "rent", "or", "own", "for", "$2", "40%", "and", "not", "memory", "serve", "2024", "-", "1,000", "a month",
)  # fmt: skip


@cases(0.43)
@given(SEEDS)
def test_an_amount_is_finite_or_refused(seed: int) -> None:
    chance = Chance(seed)
    for _ in range(EACH):
        text, unit = chance.typed(), chance.choice(UNITS)
        with contextlib.suppress(Unreadable):
            assert math.isfinite(amounts.read(text, unit)), (text, unit)


@cases(0.2)
@given(SEEDS)
def test_what_is_shown_reads_back_as_nearly_the_same(seed: int) -> None:
    chance = Chance(seed)
    for _ in range(EACH):
        number, unit = chance.float(), chance.choice(UNITS)
        if not math.isfinite(number):
            continue
        shown = amounts.show(number, unit)
        assert shown
        assert "nan" not in shown
        if unit == "tokens" and 10 <= abs(number) < 1e15:  # 1.125 tokens, which nobody has, may be 1125 of them
            assert amounts.read(shown, unit) == pytest.approx(number, rel=1e-3, abs=0.5 if abs(number) >= 1000 else 0)


# One cheap estimate of each kind is enough here: test_every_estimate tries all of them.
CELLS = all_functions()
FUNCTIONS = ("TRAIN_COST", "TRAIN_FLOPS", "GPU_PRICE", "MEMORY_NEEDED", "GPU_FACT", "RESERVE_OR_RENT", "DATA_LIMIT")


@cases(0.2)
@given(SEEDS)
def test_any_cells_give_numbers_or_short_texts(seed: int) -> None:
    chance = Chance(seed)
    for _ in range(EACH):
        name, cells = chance.choice(FUNCTIONS), [chance.cell() for _ in range(chance.randrange(12))]
        shown = CELLS[name](*cells)
        for row in shown if isinstance(shown, tuple) else ((shown,),):
            for cell in row if isinstance(row, tuple) else (row,):
                assert isinstance(cell, (int, float, str)), (name, cells)
                assert not isinstance(cell, float) or math.isfinite(cell), (name, cells)
                assert not isinstance(cell, str) or (len(cell) <= 255 and "\n" not in cell), (name, cells)


TOOLS = [tool.name for tool in (*tools(everything=True), *tools()[-1:])]  # run_estimate as well
NAMES = sorted({name for tool in tools(everything=True) for name in tool.properties} | {"mfu", "arguments", "__class__", ""})


@cases(0.15)
@given(SEEDS)
def test_any_tool_call_answers_or_is_refused_in_one_line(seed: int) -> None:
    chance = Chance(seed)
    for _ in range(EACH):
        name, arguments, refused = chance.choice(TOOLS), {}, ""
        for argument in chance.sample(NAMES, chance.randrange(7)):
            value = chance.value()
            arguments[argument] = [value, chance.value()][: chance.randrange(3)] if chance.random() < 0.3 else value
        try:
            json.dumps(call(name, arguments), allow_nan=False)
        except CostError as problem:
            refused = str(problem)
        assert "\n" not in refused, (name, arguments)
        assert len(refused) < 1500, (name, arguments)


@cases(0.02)
@given(SEEDS)
def test_any_question_is_read_asked_back_or_declined(seed: int) -> None:
    chance = Chance(seed)
    for _ in range(EACH):
        question = chance.question()
        with contextlib.suppress(CostError):
            reading = reader.read(question)
            assert reading.tool or reading.asks or reading.declined, question
            if reading.tool:
                registry.get(reading.tool).call(**reading.arguments)
