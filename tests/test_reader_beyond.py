"""The offline reader on what no estimate covers and on words that it does not know: a question back, never another question's answer."""

from __future__ import annotations

import pytest

from agent_tools import reader


@pytest.mark.parametrize(
    "question",
    [
        "reserve 24, use 10 hours",
        "we reserved 8 GPUs for 24 and need them 12 hours",
        "reserve 24 hours, use 10",
        "sign for 36 hours of H100, need 4",
        "签24,只用10小时,H100",
    ],
)
def test_hours_of_a_reservation_are_asked_about(question: str) -> None:
    found = reader.read(question)
    assert found.tool == ""
    assert found.asks


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("train GPT-3 on 10.000 H100, how many days", "10.000"),
        ("train a 1.500B model on 1T tokens, cost", "1.500B"),
        ("cost to train 7B on 2.000B tokens", "2.000B"),
        ("we have a budget of $10.000, what size model can we train on H100", "$10.000"),
        ("gpt-4o price for 100.000 input tokens and 20 output tokens", "100.000"),
        ("memory of Llama 3 8B at 8.192 context", "8.192"),
        ("how fast is Llama 3 8B on an L4 with 1.024 requests", "1.024"),
        ("训练7B模型,1万亿token,1.024张H100,多少钱", "1.024"),
    ],
)
def test_a_dot_before_three_digits_may_group_thousands(question: str, written: str) -> None:
    found = reader.read(question)
    assert found.tool == ""
    assert any(one.startswith(written) and "group thousands" in one for one in found.asks), found.asks


@pytest.mark.parametrize(
    ("question", "argument", "value"),
    [
        ("cost to train a 7B on 1T tokens with H100 at $2.095 an hour", "price_per_gpu_hour", 2.095),
        ("energy to train GPT-3 with PUE 1.125", "pue", 1.125),
        ("what does a 0.125B model cost to train on 1T tokens", "params", 0.125e9),
        ("train GPT-3 on 10,000 H100, how many days", "gpus", 10000),
        ("what does a 1.5578B model cost to train on 1T tokens", "params", 1.5578e9),
    ],
)
def test_other_decimals_are_read(question: str, argument: str, value: float) -> None:
    found = reader.read(question)
    assert found.asks == []
    assert found.arguments[argument] == pytest.approx(value)
