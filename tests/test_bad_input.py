"""Every wrong value gets one clear line that names the parameter, what came and what is allowed, in every front end."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from compute_cost import registry
from compute_cost.errors import CostError, InputError, MissingInput, UnknownArgument, UnknownName
from compute_cost.registry import is_left_out
from compute_cost_sheets.functions import all_functions
from compute_cost_tools.calls import call
from tests.support import command

GOOD: dict[str, Any] = {
    "params": 175e9, "tokens": 300e9, "gpu": "A100", "price_per_gpu_hour": 2, "utilization": 0.4, "gpus": 1024,
    "precision": "bf16", "seq_len": 2048, "active_params": 175e9, "as_of": "2026-01-01",
}  # fmt: skip
NUMBERS = ("params", "tokens", "price_per_gpu_hour", "utilization", "gpus", "seq_len", "active_params")
WRONG_NUMBERS: list[Any] = [
    -1, 0, math.nan, math.inf, -math.inf, True, False, "", "  ", "x" * 10_000, "9" * 10_000, "abc", "1e999", "-5B", "12 apples",
    "1,2", "1.2.3", "#N/A", "#DIV/0!", [1], [1, 2], {}, 1j, b"7", "0x10", "١٢x", "=1+1", "300B furlongs", 10**400,
]  # fmt: skip
CASES: list[tuple[str, Any]] = [(name, wrong) for name in NUMBERS for wrong in WRONG_NUMBERS]
WRONG_NAMES: list[Any] = ["nonsense", "", 3.7, True, "x" * 10_000, -1, math.nan, []]
CASES += [(name, wrong) for name in ("gpu", "precision", "as_of") for wrong in WRONG_NAMES]
CASES += [("utilization", 40), ("utilization", "400%"), ("utilization", 1.0001), ("gpus", 1.5), ("params", "GPT-33"), ("gpu", "A1000")]


def name_of(case: tuple[str, Any]) -> str:
    return f"{case[0]}={str(case[1])[:20]}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_core_refuses(case: tuple[str, Any]) -> None:
    name, wrong = case
    if is_left_out(wrong) and name not in ("params", "tokens"):  # an empty text is the default, here as everywhere
        assert (
            registry.get("train_cost").call(**{**GOOD, name: wrong}).value == registry.get("train_cost").call(**{**GOOD, name: None}).value
        )
        return
    with pytest.raises(InputError) as caught:
        registry.get("train_cost").call(**{**GOOD, name: wrong})
    message = str(caught.value)
    assert message.startswith(f"{name}:"), message
    assert "\n" not in message
    assert len(message) < 400, message
    assert caught.value.parameter == name


def test_good_input_is_taken() -> None:
    """The control: without a wrong value the same call answers."""
    cost = registry.get("train_cost").call(**GOOD).value
    assert isinstance(cost, float)
    assert cost > 0


def said_of(estimate: str, **arguments: Any) -> str:
    with pytest.raises(InputError) as caught:
        registry.get(estimate).call(**arguments)
    return str(caught.value)


def test_what_is_allowed_reads_as_english() -> None:
    assert said_of("train_cost", **{**GOOD, "utilization": 2}) == (
        'utilization: 2 can\'t be used; give a share above 0 and at most 1, such as 0.4, "40%" or "naive"; for 2% give 0.02'
    )
    assert said_of("in_currency", amount=5, exchange_rate=0, currency_code="EUR") == (
        "exchange_rate: 0 can't be used; give an amount per USD above 0 and at most 1 billion, such as 0.92"
    )
    said = said_of("train_cost", params="70B", tokens="1T", gpu="H100", gpus=2)
    assert "states of 70 billion parameters need the memory of at least 15 H100 SXM 80GB (80 GB each); set gpus to 15 or more" in said


# A list of one thing is that thing to a tool (test_calls.py).
@pytest.mark.parametrize("case", [case for case in CASES if case[1] != [1] or case[0] in ("params", "tokens")], ids=name_of)
def test_tool_refuses(case: tuple[str, Any]) -> None:
    name, wrong = case
    if is_left_out(wrong) and name not in ("params", "tokens"):  # an empty text is the default, here as everywhere
        assert call("train_cost", {**GOOD, name: wrong}) == call("train_cost", {**GOOD, name: None})
        return
    with pytest.raises(CostError, match=f"^{name}:"):
        call("train_cost", {**GOOD, name: wrong})


# A list is a range in a cell, so it is tried with the ranges (test_cells.py).
@pytest.mark.parametrize("case", [case for case in CASES if not isinstance(case[1], list)], ids=name_of)
def test_cell_refuses_or_takes_a_blank(case: tuple[str, Any]) -> None:
    name, wrong = case
    doc = registry.get("train_cost")
    shown = all_functions()["TRAIN_COST"](*({**GOOD, name: wrong}.get(parameter.name) for parameter in doc.parameters))
    if is_left_out(wrong) and name not in ("params", "tokens"):  # a blank cell is the default, here as everywhere
        blank = registry.get("train_cost").call(**{**GOOD, name: None})
        assert shown == blank.value
        return
    assert isinstance(shown, str), shown
    assert shown.startswith(f"#COST! {name}:")
    assert len(shown) <= 255


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ('{"params": "GPT-5"}', "GPT-5"),
        ('{"params": "7B"}', "tokens"),
        ('{"params": "GPT-3", "mfu": 0.5}', "mfu"),
        ('{"params": "GPT-3", "params": 1}', "twice"),
        ('{"params": NaN}', "params"),
        ("[1]", "JSON object"),
        ("{", "JSON object"),
        ("[" * 100_000, "JSON object"),
        ('{"params": "' + "x" * 30_000 + '"}', "20,000"),
    ],
)
def test_command_refuses(arguments: str, says: str) -> None:
    done = command("call", "train_cost", arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_unknown_estimate_is_named() -> None:
    done = command("call", "train_costs", "{}")
    assert done.returncode == 2
    assert "did you mean train_cost" in done.stderr


def test_near_misses_are_suggested_and_never_taken() -> None:
    with pytest.raises(UnknownName, match="did you mean A100"):
        registry.get("train_cost").call(175e9, 3e11, "A1000")
    with pytest.raises(UnknownName, match="GPT-4"):
        registry.get("train_cost").call("GPT-9")
    with pytest.raises(InputError, match="GPT-5 is sold by the token"):
        registry.get("train_cost").call("GPT-5")


def test_arguments() -> None:
    with pytest.raises(UnknownArgument, match="utilization"):
        registry.get("train_cost").call(175e9, 3e11, utilisation=0.4)
    with pytest.raises(UnknownArgument, match="number 3"):
        registry.get("gpu_fact").call("H100", "memory", 1)
    with pytest.raises(InputError, match="^tokens: .*twice"):
        registry.get("train_cost").call(175e9, 3e11, tokens=3e11)
    with pytest.raises(MissingInput, match="^params: missing"):
        registry.get("train_cost").call()
    with pytest.raises(MissingInput, match="^tokens: missing"):
        registry.get("train_cost").call(7e9)
    with pytest.raises(MissingInput, match="^gpus: missing"):
        registry.get("train_days").call(7e9, 1e12)
    with pytest.raises(InputError, match="^active_params"):
        registry.get("train_cost").call(7e9, 1e12, active_params=8e9)


def test_json_of_a_bad_tool_call() -> None:
    with pytest.raises(CostError, match="the tools are"):
        call("rm", {})
    with pytest.raises(CostError, match="detail"):
        call("train_cost", {"params": "GPT-3", "detail": "everything"})
    assert json.dumps(call("train_cost", {"params": "GPT-3", "detail": "full", "gpu": None}))
