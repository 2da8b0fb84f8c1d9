"""What a page asks, by path: the server and the worker of a page without one both answer here."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from compute_cost.errors import CostError, InputError
from compute_cost_sheets import batch
from compute_cost_sheets.calculator import book, questions
from compute_cost_sheets.calculator.questions import Question

SECONDS = 20.0  # that the cells of one request may take
BUG = "a bug in compute-cost itself; its window shows the details"


def answer(path: str, query: Mapping[str, str], body: bytes, abandoned: Callable[[], bool] = lambda: False) -> bytes:
    """The answer to what is asked at a path, as JSON; a workbook as its bytes. Raises CostError, InputError for what is no question.

    `abandoned` says whether nobody waits for it any more.
    """
    if path not in PATHS:
        raise InputError("path", path, f"ask one of {', '.join(PATHS)}")
    if path == "/batch":
        zero = query.get("blank") == "zero"  # what the client's Excel passes for a blank cell
        return batch.write(batch.calculate(batch.read(body), SECONDS, abandoned, zero))
    if path == "/find":
        return _json(questions.matches(query.get("kind", ""), query.get("text", "")))
    if path == "/named":
        return _json(questions.named_in(query.get("text", "")))
    if path == "/call":
        return _json(_of_a_call(body))
    given, question = _question(body)
    if path == "/estimate":
        return _json(questions.answer(question))
    if path == "/block":
        return _json(book.block(question, given.get("at", "A1")))
    if path == "/scenarios":
        values = given.get("values")
        listed = values if isinstance(values, list) and all(isinstance(value, str) for value in values) else []
        return _json(book.scenarios(question, str(given.get("vary", "")), listed, given.get("at", "A1")))
    return book.workbook(question, str(given.get("host", "office_js")))


PATHS = ("/batch", "/find", "/named", "/call", "/estimate", "/block", "/scenarios", "/book")


def _question(body: bytes) -> tuple[dict[str, Any], Question]:
    """What was sent, and the question in it."""
    try:
        given = json.loads(body)
        name, arguments, places = given["name"], given["arguments"], given.get("places") or {}
        if not (isinstance(name, str) and isinstance(arguments, dict) and isinstance(places, dict)):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError):
        written = body[:60].decode("utf-8", "replace")
        raise InputError("request", written, 'send {"name": "train_cost", "arguments": {"params": "GPT-3"}}') from None
    return given, Question(name, arguments, {key: str(place) for key, place in places.items() if place})


def _of_a_call(body: bytes) -> dict[str, Any]:
    ((name, *given),) = batch.read(body)[:1] or [[""]]
    name, arguments = questions.of_a_call(name, given)
    return {"name": name, "arguments": arguments}


def _json(given: Any) -> bytes:
    return json.dumps(given, allow_nan=False, ensure_ascii=False).encode()


def told(address: str, body: str) -> tuple[int, bytes]:
    """The answer for a page that has no server, asked as a server is: a status and the content."""
    path, _, query = address.partition("?")
    try:
        return 200, answer(path, dict(parse_qsl(query)), body.encode("utf-8", "replace"))
    except CostError as problem:
        return 400, _json({"error": str(problem)})
    except Exception:  # the page goes on; what went wrong stands in its console
        traceback.print_exc(file=sys.stderr)
        return 500, _json({"error": BUG})
