"""The served functions.js in Node, with a stand-in for Excel: cells, batches, errors, a slow and a dead server."""

from __future__ import annotations

import shutil
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import compute_cost
from compute_cost import registry
from compute_cost_sheets import cells
from tests.support import skip, worked_examples
from tests.support.office_server import Excel, Server, running

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def node() -> None:
    if not shutil.which("node"):
        skip("needs Node")


@pytest.fixture(scope="module")
def excel(node: None, office_server: Server) -> Iterator[Excel]:
    with Excel(office_server) as found:
        yield found


def shown(excel: Excel, *call: Any) -> Any:
    """What one cell shows: the value of a single one, else the rows; or the error."""
    (cell,) = excel.recalculate(list(call))["cells"]
    if "error" in cell:
        return cell
    rows = cell["value"]
    return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows


def test_every_estimate_is_a_function_of_excel(excel: Excel) -> None:
    assert excel.functions == len(registry.estimates())


def test_every_worked_example_gives_the_number_of_the_core(excel: Excel) -> None:
    calls, expected = [], []
    for one in worked_examples():
        doc = registry.get(one.estimate)
        # As Excel hands arguments over: each a range, an omitted one null.
        given = [None if value is None else [[value]] for value in one.cells]
        calls.append([doc.cell_name, *given])
        expected.append(doc.call(**one.arguments).value)
    found = excel.recalculate(*calls)
    assert found["requests"] == 1
    assert [cell["value"][0][0] for cell in found["cells"]] == pytest.approx(expected, rel=1e-12)


def test_a_thousand_cells_are_one_request(excel: Excel) -> None:
    calls = [["TRAIN_COST", [["GPT-3"]], [[300e9 + index]], [["A100"]], None] for index in range(1000)]
    found = excel.recalculate(*calls)
    assert found["requests"] == 1
    for index in (0, 499, 999):
        assert found["cells"][index]["value"] == [[compute_cost.train_cost("GPT-3", 300e9 + index, "A100").value]]


def test_more_cells_than_fit_one_request_lose_none(office_server: Server) -> None:
    with Excel(office_server, mostCalls=1000) as excel:
        found = excel.recalculate(*(["TRAIN_COST", [["GPT-3"]], [[300e9 + index]], [["A100"]]] for index in range(4500)))
    assert found["requests"] == 5
    assert len({cell["value"][0][0] for cell in found["cells"]}) == 4500
    assert found["cells"][4499]["value"] == [[compute_cost.train_cost("GPT-3", 300e9 + 4499, "A100").value]]


def test_large_ranges_are_spread_over_requests(excel: Excel) -> None:
    column = [[7_000_000_000 + row] for row in range(30_000)]  # about 400,000 characters of a million
    found = excel.recalculate(*(["TRAIN_COST", column, [[tokens]], [["A100"]], [[2]], [[0.4]]] for tokens in (1e12, 2e12, 3e12)))
    assert found["requests"] == 2
    assert [len(cell["value"]) for cell in found["cells"]] == [30_000] * 3


def test_equal_cells_are_sent_once(excel: Excel) -> None:
    found = excel.recalculate(*[["TRAIN_COST", [["GPT-3"]]]] * 500)
    assert {tuple(cell["value"][0]) for cell in found["cells"]} == {(compute_cost.train_cost("GPT-3").value,)}


def test_a_mistake_is_a_real_error_with_its_message(excel: Excel) -> None:
    cell = shown(excel, "TRAIN_COST", [["GPT-33"]])
    assert cell["error"] == "#VALUE!"
    assert cell["message"].startswith('params: "GPT-33" is not known; did you mean')
    assert cell["message"].endswith('; =COMPUTE.COST_FIND("model", text) lists the known names')
    assert "\n" not in cell["message"]


def test_in_a_range_only_the_wrong_cell_is_an_error(excel: Excel) -> None:
    rows = shown(excel, "TRAIN_COST", [["GPT-3"], ["GPT-33"]], None, [["A100", "H100"]])
    assert rows[0] == [compute_cost.train_cost("GPT-3", None, "A100").value, compute_cost.train_cost("GPT-3", None, "H100").value]
    assert [cell["error"] for cell in rows[1]] == ["#VALUE!", "#VALUE!"]


def test_a_table_spills(excel: Excel) -> None:
    rows = shown(excel, "ESTIMATE_RANGE", [["TRAIN_COST"]], [["GPT-3"]], None, [["A100"]])
    assert rows[0][:3] == ["value", "low", "high"]
    assert rows[1][2] == compute_cost.train_cost("GPT-3", None, "A100").high


def test_an_error_cell_is_refused_and_a_blank_is_the_default(excel: Excel) -> None:
    error = {"type": "Error", "basicType": "Error", "basicValue": "#DIV/0!", "errorType": "Div0"}
    cell = shown(excel, "TRAIN_COST", [["GPT-3"]], None, [[error]])
    assert cell["message"].startswith('gpu: "#DIV/0!" can\'t be used; the cell holds an error')
    for blank in (None, "", [[None]], [[""]]):
        assert shown(excel, "TRAIN_COST", [["GPT-3"]], None, blank) == compute_cost.train_cost("GPT-3").value


def test_where_excel_passes_an_empty_cell_as_zero_it_is_the_default_unless_zero_makes_sense(office_server: Server, excel: Excel) -> None:
    call = ["SERVING_COST", [["Llama 3 8B"]], [[1e12]], None, None, None, None]
    zero = compute_cost.serving_cost("Llama 3 8B", 1e12, headroom=0).value
    assert zero != compute_cost.serving_cost("Llama 3 8B", 1e12).value
    price = ["TRAIN_COST", [["GPT-3"]], None, [["A100"]], [[0]]]
    assert shown(excel, *price)["message"].startswith("price_per_gpu_hour: 0"), "in this Excel a zero is what was typed"
    assert shown(excel, *call, [[0]]) == zero
    with Excel(office_server, requirement="1.17") as old:
        assert shown(old, *call, [[0]]) == zero
        assert shown(old, *price) == compute_cost.train_cost("GPT-3", None, "A100").value
        assert shown(old, "ESTIMATE_LOW", [["TRAIN_COST"]], *price[1:]) == compute_cost.train_cost("GPT-3", None, "A100").low


ERROR = {"type": "Error", "basicType": "Error", "basicValue": "#VALUE!", "errorType": "Value"}


def test_the_words_of_a_mistake_are_one_call_away(excel: Excel) -> None:
    excel.recalculate(["TRAIN_COST", [["GPT-33"]]], ["TRAIN_COST", [["GPT-3"], ["GPT-34"]]])
    for place, says in (("Sheet1!A1", '"GPT-33" is not known'), ("Sheet1!A3", '"GPT-34" is not known')):
        (cell,) = excel.recalculate(["COST_WHY", [[ERROR]]], parameters=[place])["cells"]
        assert says in cell["value"][0][0]
    (cell,) = excel.recalculate(["COST_WHY", [[ERROR]]], parameters=["Sheet1!Z99"])["cells"]
    assert cell["value"][0][0].startswith("no Compute Cost function of this session has failed in that cell")
    excel.recalculate(["TRAIN_COST", [["GPT-3"]]])
    (cell,) = excel.recalculate(["COST_WHY", [[ERROR]]], parameters=["Sheet1!A1"])["cells"]
    assert "has failed in that cell" in cell["value"][0][0], "it was mended"
    assert '"GPT-33" is not known' in shown(excel, "COST_WHY", [["TRAIN_COST"]], [["GPT-33"]])
    assert shown(excel, "COST_WHY", [["TRAIN_COST"]], [["GPT-3"]]) == shown(excel, "COST_WHY", [[12.5]]) == "no mistake"


def test_a_dead_server_is_a_clear_error_and_never_an_old_number(tmp_path: Path) -> None:
    with running(tmp_path) as server, Excel(server) as excel:
        call = ["TRAIN_COST", [["GPT-3"]]]
        assert shown(excel, *call) == compute_cost.train_cost("GPT-3").value
        server.stop()
        found = excel.recalculate(call, ["TRAIN_COST", [["BLOOM"]]])
        assert found["requests"] == 1, "it was asked again"
        for cell in found["cells"]:
            assert cell["error"] == "#VALUE!"
            assert cell["message"].startswith(f"no answer from {server.address}; start it with: compute-cost sheets serve")


@contextmanager
def answering(reply: bytes, delay: float = 0.0) -> Iterator[str]:
    """A server that answers every request with `reply`, after `delay` seconds."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            stop.wait(delay)
            self.wfile.write(reply)

    stop = threading.Event()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        stop.set()
        server.shutdown()


def test_a_slow_server_is_a_clear_error_in_time(office_server: Server) -> None:
    with answering(b"", delay=30) as address, Excel(office_server, origin=address, seconds=1) as excel:
        started = time.monotonic()
        cell = shown(excel, "TRAIN_COST", [["GPT-3"]])
        assert time.monotonic() - started < 10
        assert cell["message"] == f"no answer from {address} within 1 seconds; recalculate fewer cells at a time"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"results": []}', "does not fit the question"),
        (b'{"results": [1, 2]}', "does not fit the question"),
        (b"{}", "does not fit the question"),
        (b"<html>", "no answer from"),
    ],
)
def test_an_answer_that_does_not_fit_is_an_error(office_server: Server, body: bytes, message: str) -> None:
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body)
    with answering(reply) as address, Excel(office_server, origin=address) as excel:
        assert message in shown(excel, "TRAIN_COST", [["GPT-3"]])["message"]


def test_a_range_that_is_too_large_is_refused_with_a_message(excel: Excel) -> None:
    cell = shown(excel, "TRAIN_COST", [[float(7e9 + row)] for row in range(1_000_000)])
    assert cell == {"error": "#VALUE!", "message": "the request is larger than 8,000 kB; ask for less at a time"}
    assert shown(excel, "TRAIN_COST", [["GPT-3"]]) == compute_cost.train_cost("GPT-3").value


def test_of_a_whole_column_the_used_part_is_sent(excel: Excel) -> None:
    rows = shown(excel, "TRAIN_COST", [["GPT-3"], ["BLOOM"], *[[""]] * (cells.WHOLE_COLUMN - 2)])
    assert rows == [[compute_cost.train_cost(name).value] for name in ("GPT-3", "BLOOM")]


def test_named_arguments_stand_beside_the_others_in_any_order(excel: Excel) -> None:
    wanted = compute_cost.train_cost("GPT-3", None, "A100", gpus=1024).value
    for call in (["gpu=A100", "gpus=1024"], ["gpus=1024", "gpu=A100"], [None, "A100", "gpus=1024"], ["gpus=1024", "A100"]):
        assert shown(excel, "TRAIN_COST", [["GPT-3"]], *([[one]] for one in call)) == wanted
    months = [[f"as_of=2026-0{month}-28" for month in (1, 2, 3)]]
    assert shown(excel, "ESTIMATE_LOW", [["GPU_PRICE"]], [["H100"]], months) == [
        [compute_cost.gpu_price("H100", as_of=text[0].partition("=")[2]).low for text in zip(months[0], strict=True)]
    ]


def test_with_a_token_the_page_passes_it_on(tmp_path: Path) -> None:
    with running(tmp_path, "--token", "a-token-of-the-test") as server:
        assert server.token
        with Excel(server) as excel:
            assert shown(excel, "TRAIN_COST", [["GPT-3"]]) == compute_cost.train_cost("GPT-3").value
        server.token = None
        with Excel(server) as excel:
            assert shown(excel, "TRAIN_COST", [["GPT-3"]])["message"].startswith("the token is missing or wrong")
