"""The cells of one recalculation, calculated together: one bad call never affects another."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from compute_cost.errors import InputError, UnknownName, search_hint
from compute_cost_sheets.cells import GIVEN_UP, error_text
from compute_cost_sheets.functions import all_functions

MOST_CALLS = 10_000
# What Excel can show: a number, a text, a logical value, nothing, or rows of them.
Cells = Any


@cache
def _functions(blank_is_zero: bool) -> Mapping[str, Callable[..., Cells]]:
    return all_functions(blank_is_zero)


def read(body: bytes) -> list[list[Any]]:
    """The calls of a request, {"calls": [[NAME, argument, ...], ...]}. Raises InputError where it is anything else."""
    try:
        given = json.loads(body, parse_constant=_no_constant)
        calls = given["calls"]
        if not isinstance(calls, list) or not all(isinstance(call, list) and call and isinstance(call[0], str) for call in calls):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError):
        raise InputError("request", body[:60].decode("utf-8", "replace"), 'send {"calls": [["TRAIN_COST", "GPT-3"], ...]}') from None
    if len(calls) > MOST_CALLS:
        raise InputError("calls", len(calls), f"send at most {MOST_CALLS:,} at a time")
    return calls


def calculate(
    calls: list[list[Any]], seconds: float, abandoned: Callable[[], bool] = lambda: False, blank_is_zero: bool = False
) -> list[Cells]:
    """The answer to each call, in their order; a mistake is its own call's answer, as text that starts with #COST!.

    Calls, and cells of ranges, that have not been started after `seconds`, or when nobody waits any more (`abandoned`),
    are answered with that, so a request always ends. `blank_is_zero` says that the client's Excel passes a blank cell as 0.
    """
    stop = time.monotonic() + seconds

    def given_up() -> bool:
        return time.monotonic() > stop or abandoned()

    functions = _functions(blank_is_zero)
    before = GIVEN_UP.set(given_up)
    try:
        return [_late(len(calls), seconds) if given_up() else _answer(call, functions) for call in calls]
    finally:
        GIVEN_UP.reset(before)


def _late(calls: int, seconds: float) -> str:
    return error_text(InputError("calls", calls, f"the server gave up after {seconds:g} seconds; recalculate fewer cells at a time"))


def _answer(call: list[Any], functions: Mapping[str, Callable[..., Cells]]) -> Cells:
    name = call[0]
    function = functions.get(name)
    try:
        if function is None:
            raise UnknownName("name", name, functions, search_hint("estimate"))
        return function(*call[1:])
    except InputError as problem:
        return error_text(problem)
    except Exception:  # a bug in this package: told apart from the user's mistakes, and the other cells go on
        traceback.print_exc(file=sys.stderr)
        return error_text(InputError("formula", name, "this is a bug in compute-cost itself; its window shows the details"))


def write(answers: list[Cells]) -> bytes:
    """The answers as JSON, where numbers are finite."""
    try:
        return _json(answers)
    except ValueError:  # one answer is infinite or not a number: that one becomes a message
        return _json([_finite(answer) for answer in answers])


def _json(answers: list[Cells]) -> bytes:
    return json.dumps({"results": answers}, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()


def _finite(answer: Cells) -> Cells:
    if isinstance(answer, (list, tuple)):
        return [_finite(cell) for cell in answer]
    if isinstance(answer, float) and answer - answer != 0:
        return error_text(InputError("result", answer, "it is outside the range of numbers; give smaller inputs"))
    return answer


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")
