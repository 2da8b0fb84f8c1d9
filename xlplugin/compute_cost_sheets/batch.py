"""The cells of one recalculation, calculated together: one bad call never affects another."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from itertools import starmap
from typing import Any

from compute_cost.errors import InputError, UnknownName, search_hint
from compute_cost.registry import estimates
from compute_cost_sheets.cells import GIVEN_UP, error_text
from compute_cost_sheets.functions import all_functions, many_cells

MOST_CALLS = 10_000
# What Excel can show: a number, a text, a logical value, nothing, or rows of them.
Cells = Any


@cache
def _functions(blank_is_zero: bool) -> Mapping[str, Callable[..., Cells]]:
    return all_functions(blank_is_zero)


@cache
def _together(blank_is_zero: bool) -> Mapping[str, Callable[[Sequence[Sequence[Any]], Callable[..., Cells]], Iterable[Cells]]]:
    """What answers many calls of a function, by its name."""
    return {doc.cell_name: many_cells(doc, blank_is_zero) for doc in estimates().values()}


def read(body: bytes) -> list[list[Any]]:
    """The calls of a request, {"calls": [[NAME, argument, ...], ...]}. Raises InputError where it is anything else."""
    try:
        given = json.loads(body, parse_int=float, parse_constant=_no_constant)  # as in a spreadsheet, where no number is whole
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

    def answer(name: str, *cells: Any) -> Cells:
        return _late(len(calls), seconds) if given_up() else _answer(name, cells, functions)

    alike: dict[tuple[str, int], list[int]] = {}  # the places of calls of one function with as many arguments
    for place, call in enumerate(calls):
        alike.setdefault((call[0], len(call)), []).append(place)
    answers: list[Cells] = [None] * len(calls)
    before = GIVEN_UP.set(given_up)
    try:
        for (name, _), places in alike.items():
            one = partial(answer, name)
            given = [calls[place][1:] for place in places]
            many = _together(blank_is_zero).get(name)
            for place, value in zip(places, many(given, one) if many else starmap(one, given), strict=True):
                answers[place] = value
    finally:
        GIVEN_UP.reset(before)
    return answers


def _late(calls: int, seconds: float) -> str:
    return error_text(InputError("calls", calls, f"the server gave up after {seconds:g} seconds; recalculate fewer cells at a time"))


def _answer(name: str, cells: Sequence[Any], functions: Mapping[str, Callable[..., Cells]]) -> Cells:
    function = functions.get(name)
    try:
        if function is None:
            raise UnknownName("name", name, functions, search_hint("estimate"))
        return function(*cells)
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
