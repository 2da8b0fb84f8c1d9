"""The server for Excel over HTTPS: what it answers, what it refuses, how it starts and ends."""

from __future__ import annotations

import concurrent.futures
import json
from typing import Any

import pytest

import compute_cost
from compute_cost_sheets import batch
from compute_cost_sheets.hosts.office_js.app import MOST_BYTES
from tests.support.office_server import Server


def test_a_batch_answers_every_call_in_order(office_server: Server) -> None:
    naive, unknown, ranged, name = office_server.results(
        ["TRAIN_COST", 175e9, 300e9, "A100", 2, 1],
        ["TRAIN_COST", "GPT-33"],
        ["TRAIN_COST", [["GPT-3"], ["x"]], None, "A100"],
        ["NO_SUCH", 1],
    )
    assert naive == 560897.4358974359
    assert unknown.startswith('#COST! params: "GPT-33" is not known')
    assert ranged[0] == [compute_cost.train_cost("GPT-3", None, "A100").value]
    assert ranged[1][0].startswith('#COST! params: "x" is not known')
    assert name.startswith('#COST! name: "NO_SUCH" is not known')


@pytest.mark.parametrize("cell", ["#DIV/0!", "#N/A", "#COST! params: wrong"])
def test_an_error_cell_is_refused_and_a_blank_is_the_default(office_server: Server, cell: str) -> None:
    error, blank, empty = office_server.results(
        ["TRAIN_COST", "GPT-3", None, cell], ["TRAIN_COST", "GPT-3", None, ""], ["TRAIN_COST", "GPT-3"]
    )
    assert error.startswith("#COST! gpu:")
    assert "holds an error" in error
    assert blank == empty == compute_cost.train_cost("GPT-3").value


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"calls": 1}', b'{"calls": [1]}', b'{"calls": [[]]}', b'{"calls": [[1]]}', b'{"calls": [["TRAIN_COST", NaN]]}',
     b'{"calls": [["TRAIN_COST", Infinity]]}', b"\xff\xfe", b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_batch_is_refused_with_one_line(office_server: Server, body: bytes) -> None:
    status, content, _ = office_server.request("POST", "/batch", body, content_type="application/json")
    assert status == 400
    message = json.loads(content)["error"]
    assert message.startswith("request:")
    assert "\n" not in message


def test_strange_arguments_never_break_the_batch(office_server: Server) -> None:
    strange: list[Any] = [
        True,
        {"a": 1},
        [[{"a": [1]}]],
        [[[1]]],
        [],
        [[]],
        [[1], [1, 2]],
        "x" * 10_000,
        -0.0,
        1e308,
        10**400,
        "\ud800",
        "\x00",
    ]
    results = office_server.results(*(["TRAIN_COST", one, 300e9, "A100"] for one in strange), ["TRAIN_COST", "GPT-3"])
    assert results[-1] == compute_cost.train_cost("GPT-3").value
    assert all(
        isinstance(one, str) and one.startswith("#COST! ") and len(one) <= 255
        for one in results[: len(strange)]
        if not isinstance(one, list)
    )


def test_too_many_calls_and_too_many_bytes_are_refused(office_server: Server) -> None:
    status, found = office_server.post("/batch", {"calls": [["COST_VERSION"]] * (batch.MOST_CALLS + 1)})
    assert (status, "at most" in found["error"]) == (400, True)
    status, content, _ = office_server.request("POST", "/batch", b" " * (MOST_BYTES + 1), content_type="application/json")
    assert status == 413
    assert json.loads(content)["error"] == "the request is larger than 8,000 kB; ask for less at a time"


def test_the_size_is_counted_as_it_comes_not_taken_from_the_header(office_server: Server) -> None:
    parts = (b" " * 100_000 for _ in range(MOST_BYTES // 100_000 + 2))  # sent in chunks, without a length
    status, _, _ = office_server.request("POST", "/batch", parts, content_type="application/json")
    assert status == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_read(office_server: Server, kind: str) -> None:
    """A form of another site could send these without asking first."""
    status, _, _ = office_server.request("POST", "/batch", b'{"calls": []}', content_type=kind)
    assert status == 415


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "localhost", "localhost:1", "127.0.0.1.evil.example:{port}", ""])
def test_a_foreign_host_is_refused(office_server: Server, host: str) -> None:
    status, content, _ = office_server.request("GET", "/health", Host=host.format(port=office_server.port))
    assert status == 421, content


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://localhost:{port}",
        "https://excel.officeapps.live.com.evil.example",
        "https://evilofficeapps.live.com",
    ],
)
def test_a_foreign_origin_is_refused(office_server: Server, origin: str) -> None:
    sent = origin.format(port=office_server.port)
    status, found = office_server.post("/batch", {"calls": []}, Origin=sent)
    assert status == 403, found
    status, _, headers = office_server.request("OPTIONS", "/batch", Origin=sent, Access_Control_Request_Method="POST")
    assert status == 403
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("origin", ["{own}", "https://usc-excel.officeapps.live.com", "https://excel.cloud.microsoft"])
def test_excel_and_our_own_page_may_ask(office_server: Server, origin: str) -> None:
    sent = origin.format(own=office_server.address)
    status, _, headers = office_server.request(
        "OPTIONS", "/batch", Origin=sent, Access_Control_Request_Method="POST", Access_Control_Request_Headers="content-type"
    )
    assert (status, headers["access-control-allow-origin"]) == (200, sent)
    assert office_server.post("/batch", {"calls": []}, Origin=sent) == (200, {"results": []})


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/%2e%2e/app.py", "/..%2fapp.py", "/static/functions.js", "/app.py", "//etc/passwd", "/localhost.pem", "/.."],
)
def test_only_the_listed_files_are_served(office_server: Server, path: str) -> None:
    status, content, _ = office_server.request("GET", path)
    assert status == 404, content


@pytest.mark.parametrize(
    "path",
    [
        "/taskpane.html",
        "/taskpane.js",
        "/taskpane.css",
        "/functions.js",
        "/functions.json",
        "/manifest.xml",
        "/index.html",
        "/calculator.js",
        "/calculator.css",
        "/python.mjs",
        "/forms.json",
        "/settings.js",
        "/icon-16.png",
        "/icon-80.png",
    ],
)
def test_every_file_of_the_add_in_is_served_with_safe_headers(office_server: Server, path: str) -> None:
    status, content, headers = office_server.request("GET", path)
    assert (status, bool(content)) == (200, True)
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self' https://appsforoffice.microsoft.com;" in headers["content-security-policy"]
    assert "server" not in headers


def test_health_answers_while_cells_are_calculated(office_server: Server) -> None:
    calls = [["TRAIN_COST", 1e9 + index, 1e12, "H100"] for index in range(batch.MOST_CALLS)]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        pending = pool.submit(office_server.results, *calls)
        answered = 0
        while not pending.done():
            assert office_server.request("GET", "/health")[0] == 200
            answered += not pending.done()
        assert len(pending.result()) == len(calls)
    assert answered, "no health check was answered during the calculation"


def test_the_pane_is_given_the_formula_the_steps_and_the_sources(office_server: Server) -> None:
    status, found = office_server.post(
        "/estimate", {"name": "train_cost", "arguments": {"params": "175e9", "tokens": "300B", "gpu": "A100", "utilization": ""}}
    )
    assert status == 200
    result = compute_cost.train_cost(175e9, "300B", "A100")
    assert (found["value"], found["low"], found["high"]) == (result.value, result.low, result.high)
    assert found["calls"][0]["text"] == '=COMPUTE.TRAIN_COST(175000000000,"300B","A100")'
    assert found["shown"].startswith("$")
    assert [one["label"] for one in found["steps"]] == [one.label for one in result.steps]
    assert found["sources"][0]["date"]
    status, found = office_server.post("/estimate", {"name": "train_cost", "arguments": {"params": "GPT-33"}})
    assert (status, "did you mean" in found["error"]) == (400, True)
    for bad in (
        {},
        {"name": "train_cost"},
        {"name": 1, "arguments": {}},
        {"name": "train_cost", "arguments": {"params": {}}},
        {"name": "train_cost", "arguments": {"x": "1"}},
    ):
        assert office_server.post("/estimate", bad)[0] == 400


def test_names_are_found_as_they_are_typed(office_server: Server) -> None:
    found = json.loads(office_server.request("GET", "/find?kind=gpu&text=h10")[1])
    assert found[0]["name"].startswith("H100")
    assert found[0]["what"]
    assert json.loads(office_server.request("GET", "/find?kind=model&text=")[1]) == []
    assert office_server.request("GET", "/find?kind=nothing&text=x")[0] == 400


def test_the_other_questions_of_a_page_are_answered(office_server: Server) -> None:
    question = {"name": "train_cost", "arguments": {"params": "GPT-3", "gpu": "A100"}}
    assert office_server.post("/call", {"calls": [["TRAIN_COST", "GPT-3", None, "A100"]]}) == (200, question)
    status, rows = office_server.post("/block", {**question, "at": "B2"})
    assert (status, rows[2][1], rows[3][1]) == (200, "A100", {"formula": "=COMPUTE.TRAIN_COST($C$3,,$C$4)"})
    status, rows = office_server.post("/scenarios", {**question, "at": "B2", "vary": "gpu", "values": ["A100", "H100"]})
    assert (status, [row[0] for row in rows]) == (200, ["GPU", "A100", "H100"])
    sent = json.dumps(question).encode()
    status, content, headers = office_server.request("POST", "/book", sent, content_type="application/json")
    assert (status, content[:2], headers["content-type"].endswith("spreadsheetml.sheet")) == (200, b"PK", True)
    for path in ("/block", "/scenarios", "/book", "/call", "/estimate"):
        status, found = office_server.post(path, {"calls": [], "at": 5})
        assert (status, list(found)) == (400, ["error"]), path
