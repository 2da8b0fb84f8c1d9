"""A formula may ask for more than a server can do: it is told so, others are served meanwhile, and nothing keeps the server from its end."""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import compute_cost
from compute_cost_sheets import batch, cells
from compute_cost_sheets.functions import all_functions
from tests.support.office_server import Server, running

pytestmark = pytest.mark.slow
GPT3 = ["TRAIN_COST", "GPT-3"]


def crossed(rows: int, columns: int) -> list[Any]:
    """A column against a row: small to send, and rows times columns to calculate."""
    return ["TRAIN_COST", [[1e9 + row] for row in range(rows)], [[1e12 + column for column in range(columns)]]]


def test_more_cells_than_a_column_has_are_refused_at_once(office_server: Server) -> None:
    started = time.monotonic()
    refused, fits = office_server.results(crossed(3000, 3000), GPT3)
    assert refused == ('#COST! arguments: "3,000 x 3,000 cells" can\'t be used; one formula fills at most 1,048,576; give smaller ranges')
    assert fits == compute_cost.train_cost("GPT-3").value
    assert time.monotonic() - started < 5


def test_a_range_that_takes_too_long_is_given_up_and_others_go_on() -> None:
    batch.calculate([GPT3], 60)  # makes the functions, which is no part of the time
    started = time.monotonic()
    late, never = batch.calculate([crossed(1000, 1000), GPT3], 0.5)
    assert "they take longer than the server may" in late
    assert "gave up after 0.5 seconds" in never
    assert time.monotonic() - started < 3
    # Only while that batch ran: other hosts have all the time they want.
    assert len(all_functions()["TRAIN_COST"](*crossed(5, 7)[1:])) == 5
    assert cells.GIVEN_UP.get()() is False


@pytest.mark.skipif(sys.platform == "win32", reason="Windows stops the server another way")
def test_it_ends_in_the_middle_of_a_long_calculation(tmp_path: Path) -> None:
    with running(tmp_path) as server, concurrent.futures.ThreadPoolExecutor() as pool:
        pending = [pool.submit(server.results, crossed(1000, 1000)) for _ in range(2)]
        time.sleep(1.5)
        assert not any(one.done() for one in pending), "it was too fast, so this shows nothing"
        assert server.request("GET", "/health")[0] == 200
        started = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - started < 10
        for one in pending:
            with contextlib.suppress(OSError, AssertionError, ValueError):  # cut off, or an answer that says so
                one.result()


def test_a_fault_of_our_own_is_told_apart_and_harms_no_other_cell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> float:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(batch, "_functions", lambda _: {"BROKEN": broken, "INFINITE": lambda: float("inf"), "ONE": lambda: 1.0})
    answers = batch.calculate([["ONE"], ["BROKEN"], ["INFINITE"], ["ONE"]], 10)
    first, bug, infinite, last = json.loads(batch.write(answers))["results"]
    assert first == last == 1.0
    assert "bug in compute-cost itself" in bug
    assert "ZeroDivisionError: a bug" in capsys.readouterr().err
    assert "outside the range of numbers" in infinite


def test_a_batch_that_takes_too_long_still_answers() -> None:
    answers = batch.calculate([["TRAIN_COST", "GPT-3"]] * 3, -1.0)
    assert len(answers) == 3
    assert all("gave up after" in one for one in answers)


def test_many_calls_together_answer_as_each_alone() -> None:
    """Whatever stands beside it, in any order: a mistake, a range, an argument too many, another function, a bug's cell."""
    calls: list[list[Any]] = [
        ["TRAIN_COST", 7e9, 1e12, "H100"],
        ["TRAIN_COST", 7e9, 1e12, "H1OO"],
        ["INFER_COST", "70B", "4x H100", None],
        ["TRAIN_COST", [[7e9], [8e9]], 1e12, "H100"],
        ["TRAIN_COST", 8e9, "gpu=H100", None],
        ["NOTHING", 1.0],
        ["TRAIN_COST"],
        ["TRAIN_COST", *["70B"] * 30],
        ["TRAIN_COST", "8B", "1T", "H100", 0.0],
        ["TRAIN_COST", "9B", "1T", "H100", 0.0],
        ["FUTURE_COST", 1000.0, 0.0],
        ["FUTURE_COST", 0.0, 2.0],
        ["GPU_PRICE", "H100", None, "2030-01-01"],
        ["GPU_PRICE", "H100", None, "2026-06-30"],
        ["ESTIMATE_LOW", "TRAIN_COST", "GPT-3"],
        ["COST_WHY", "TRAIN_COST", "GPT-33"],
        ["COST_WHY", "TRAIN_COST", "GPT-3"],
    ]
    for zero in (False, True):
        alone = [batch.calculate([call], 60, blank_is_zero=zero)[0] for call in calls]
        assert batch.calculate(calls * 2, 60, blank_is_zero=zero) == alone * 2
        assert sum(isinstance(answer, float) for answer in alone) == (8 if zero else 6)


def test_numbers_are_read_as_a_spreadsheet_has_them() -> None:
    assert [type(cell) for cell in batch.read(b'{"calls": [["X", 7000000000, 1.5, true]]}')[0]] == [str, float, float, bool]


def test_eight_clients_at_once_get_every_answer_right(office_server: Server) -> None:
    """50 batches from each of 8: none is lost, and none gets another's answer."""

    def client(number: int) -> int:
        right = 0
        for turn in range(50):
            params = 1e9 * (number + 1) + turn
            found = office_server.results(["TRAIN_FLOPS", params, 1e12], ["TRAIN_FLOPS", "x"], ["TRAIN_FLOPS", [[params], [1e9]], 1e12])
            flops = compute_cost.train_flops(params, 1e12).value
            assert found[0] == flops
            assert found[1].startswith('#COST! params: "x" is not known')
            assert found[2] == [[flops], [compute_cost.train_flops(1e9, 1e12).value]]
            right += 1
        return right

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(client, range(8))) == 400
