"""Scenario tables: equal to single calls, nothing dropped."""

from __future__ import annotations

import csv
import io
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import compute_cost
from compute_cost import registry
from compute_cost.answers import tables
from compute_cost.errors import CostError, InputError, UnknownArgument
from compute_cost_sheets.functions import all_functions
from compute_cost_sheets.hosts.libreoffice.evaluate import evaluate
from compute_cost_tools.calls import call
from tests.support import command

TABLE = all_functions()["COST_TABLE"]
TAIL = ("value", "low", "high", "unit", "error")
FIXED = {"params": 7e9, "tokens": 1e12, "gpu": "A100", "price_per_gpu_hour": 2, "utilization": 0.4}


def test_a_grid_equals_single_calls() -> None:
    sizes: list[float | str] = ["7B", 70e9]
    chips, prices = ["A100", "H100"], [2, 3.5]
    wanted: list[tuple[Any, ...]] = [("params", "gpu", "price_per_gpu_hour", *TAIL)]
    for inputs in itertools.product(sizes, chips, prices):
        one = compute_cost.train_cost(inputs[0], "1T", inputs[1], inputs[2])
        wanted.append((*inputs, one.value, one.low, one.high, "USD", ""))
    assert list(compute_cost.cost_table("TRAIN_COST", sizes, "1T", chips, prices).table) == wanted


def test_one_row_where_nothing_varies() -> None:
    for name, *arguments in (("train_days", "GPT-3", None, "A100", 1024), ("gpu_fact", "A100", "memory"), ("cheapest_gpu", "GPT-3")):
        single = registry.get(name).call(*arguments)
        assert compute_cost.cost_table(name, *arguments).table == (TAIL, (single.value, single.low, single.high, single.unit, ""))


def test_a_row_without_answer_stays_and_says_why() -> None:
    found = compute_cost.cost_table("train_cost", ["7B", "GPT-33"], "1T", ["A100", "V100 PCIe"])
    assert found.table[0] == ("params", "gpu", *TAIL)
    assert [row[:2] for row in found.table[1:]] == [("7B", "A100"), ("7B", "V100 PCIe"), ("GPT-33", "A100"), ("GPT-33", "V100 PCIe")]
    for row in found.table[1:]:
        if row[:2] == ("7B", "A100"):
            assert row[-1] == ""
            continue
        with pytest.raises(CostError) as caught:
            compute_cost.train_cost(row[0], "1T", str(row[1]))
        assert row[2:6] == ("", "", "", "")
        assert row[-1] == str(caught.value)
    assert (found.value, found.values["unanswered"].value) == (1, 3)
    assert "3 of 4 rows have no answer; the column error says why" in found.warnings


def test_too_many_rows_are_refused_before_any_is_worked_out() -> None:
    hundred, exactly = [0.5 + 0.05 * one for one in range(1, 101)], [0.01 * one for one in range(1, 101)]
    with pytest.raises(InputError, match="at most 10,000 rows; 100 tokens x 100 price_per_gpu_hour x 2 utilization"):
        compute_cost.cost_table("train_cost", "7B", hundred, "A100", hundred, [0.3, 0.4])
    with pytest.raises(InputError, match="more than 10,000 values"):
        compute_cost.cost_table("train_cost", "7B", [1.0] * 10_001)
    assert compute_cost.cost_table("train_cost", "7B", "1T", "A100", hundred, exactly).value == 10_000


def test_what_a_table_refuses() -> None:
    refused: list[tuple[tuple[Any, ...], str]] = [
        (("train_costs", "7B"), "not known"), (("COST_TABLE", "train_cost"), "can't hold tables"), (("gpu_fact", 1, 2, 3), "number 3"),
        (("train_cost", []), "no value"), (("train_cost", [[]]), "no value"), (("train_cost", [[[1]]]), "rows"), (("train_cost", [{}]), "a1: "),
    ]  # fmt: skip
    for arguments, says in refused:
        with pytest.raises(InputError, match=says):
            compute_cost.cost_table(*arguments)
    with pytest.raises(UnknownArgument):
        tables.grid(registry.get("train_cost"), {"mfu": 0.4})


def test_text_with_commas_spans_the_grid() -> None:
    read = tables.Values("").reader("a1")
    for text in ("A100, H100", "A100,H100", "A100; H100", "A100 ,H100"):
        assert read(text) == ("A100", "H100")
    assert read("1,000, 2,000") == ("1,000", "2,000")
    for text in ("1,000", "2,5", "H100", "A100,"):
        assert read(text) == text


def test_a_grid_varies_assumptions_and_named_arguments() -> None:
    singles = [
        compute_cost.train_energy("GPT-3", gpu=gpu, assume={"average_draw_gpu": draw}) for gpu in ("A100", "H100") for draw in (0.6, 0.8)
    ]
    wanted = [(one.value, one.low, one.high, "kWh", "") for one in singles]
    found = compute_cost.cost_table("train_energy", "GPT-3", "gpu=A100, H100", "average_draw_gpu=0.6, 0.8")
    assert found.table[0] == ("gpu", "average_draw_gpu", *TAIL)
    assert [row[2:] for row in found.table[1:]] == wanted
    ranges = compute_cost.cost_table("train_energy", "GPT-3", None, ["gpu=A100", "H100"], ["average_draw_gpu=0.6", 0.8])
    assert [row[2:] for row in ranges.table[1:]] == wanted
    by_mapping = tables.grid(
        registry.get("train_energy"), {"assume": {"average_draw_gpu": [0.6, 0.8]}, "params": "GPT-3", "gpu": ["A100", "H100"]}
    )
    assert [row[2:] for row in by_mapping.table()[1:]] == wanted
    rows = json.loads(
        command(
            "table", "train_energy", '{"params": "GPT-3", "gpu": ["A100", "H100"], "assume": {"average_draw_gpu": [0.6, 0.8]}}', "--json"
        ).stdout
    )
    assert [(row["value"], row["low"], row["high"], row["unit"], row["error"]) for row in rows] == wanted
    fixed = compute_cost.cost_table("train_energy", "GPT-3", ["1T", "2T"], assume={"average_draw_gpu": 0.6})
    assert fixed.table == compute_cost.cost_table("train_energy", "GPT-3", ["1T", "2T"], "average_draw_gpu=0.6").table


def test_a_wrong_name_in_a_grid_is_refused_before_any_row() -> None:
    for listed, says in (
        (("rank=8, 16",), "no argument"),
        (("puee=1.1",), "did you mean pue"),
        (("pue=1.1", "pue=1.2"), 'pue: "1.2" .*given twice'),
        (("1T", "tokens=2T"), 'tokens: "2T" .*given twice'),
    ):
        with pytest.raises(InputError, match=says):
            compute_cost.cost_table("train_energy", "GPT-3", *listed)
    unused = compute_cost.cost_table("train_cost", ["GPT-3", "BLOOM"], "pue=1.1")
    assert unused.value == 0
    assert all("does not assume it here" in str(row[-1]) for row in unused.table[1:])


@pytest.mark.parametrize("sequence", [list, tuple])
def test_a_cell_takes_ranges(sequence: type) -> None:
    """LibreOffice passes a range as tuples of tuples, classic as lists of lists, and either a cell as a range of one."""
    column, row = sequence([sequence(["7B"]), sequence(["70B"]), sequence([None])]), sequence([sequence(["A100", "H100", ""])])
    one = sequence([sequence(["1T"])])
    wanted = compute_cost.cost_table("TRAIN_COST", ["7B", "70B"], "1T", ["A100", "H100"]).table
    assert TABLE(sequence([sequence(["TRAIN_COST"])]), column, one, row) == wanted
    assert TABLE("TRAIN_COST", column, "1T", row, sequence([sequence([None])])) == wanted
    assert TABLE("TRAIN_COST", column, "1T", row, sequence([sequence([None, ""])])) == wanted


def test_a_cell_refuses_error_cells_and_wrong_ranges() -> None:
    for error in ("#N/A", "#COST! params: wrong"):
        assert TABLE("TRAIN_COST", [["7B"], [error]], "1T").startswith("#COST! a1: ")
        assert TABLE("TRAIN_COST", "7B", error).startswith("#COST! a2: ")
    assert TABLE([["TRAIN_COST"], ["TRAIN_DAYS"]], "7B", "1T").startswith("#COST! name: ")
    assert TABLE("TRAIN_COST", [[]], "1T").startswith("#COST! a1: ")
    assert "spills a table" in all_functions()["EXPLAIN"]("TRAIN_COST", [["7B"], ["70B"]]), "other tables still take no range"
    assert TABLE("TRAIN_COST", *["7B"] * (registry.MOST_ARGUMENTS + 1)).startswith("#COST! cost_table has no argument")


def test_a_tool_takes_text_or_lists_and_writes_either_as_a_formula() -> None:
    wanted = compute_cost.cost_table("train_cost", ["7B", "70B"], "1T", ["A100", "H100"])
    text = call("cost_table", {"name": "train_cost", "a1": "7B, 70B", "a2": "1T", "a3": "A100, H100"})
    assert text["formula"] == '=COST_TABLE("train_cost","7B, 70B","1T","A100, H100")'
    lists = call("cost_table", {"name": "train_cost", "a1": ["7B", "70B"], "a2": "1T", "a3": ["A100", "H100"]})
    assert lists["formula"] == '=COST_TABLE("train_cost",{"7B","70B"},"1T",{"A100","H100"})'
    for found in (text, lists):
        assert found["table"] == [list(row) for row in wanted.table]
        assert "name" not in found.get("assumed", {})
        assert len(found["sources"]) > 1


@pytest.mark.libreoffice
def test_the_formula_of_lists_answers_in_libreoffice(libreoffice: None, tmp_path: Path) -> None:
    """A row, a column and a block of values, numbers and text: the sum of the spilled column of values is the core's."""
    cases: list[dict[str, Any]] = [
        {"name": "train_cost", "a1": ["7B", "70B"], "a2": 1e12, "a3": ["A100", "H100"]},
        {"name": "train_flops", "a1": [[7e9], [70e9]], "a2": [[1e12, 2e12], [3e12, 4e12]]},
        {"name": "train_flops", "a1": [1.5e9], "a2": 1e12},
    ]
    book = tmp_path / "lists.xlsx"
    with xlsxwriter.Workbook(str(book)) as file:
        sheet = file.add_worksheet("Lists")
        for row, arguments in enumerate(cases):
            table = registry.formula("cost_table", arguments).removeprefix("=")
            place = len(compute_cost.cost_table(**arguments).table[0]) - len(TAIL) + 1
            sheet.write_array_formula(row, 0, row, 0, f"{{=SUM(INDEX({table},0,{place}))}}", None, -1)
    found = evaluate(book)
    for row, arguments in enumerate(cases, start=1):
        values = [float(line[-len(TAIL)]) for line in compute_cost.cost_table(**arguments).table[1:]]
        assert found.value("Lists", f"A{row}") == pytest.approx(sum(values), rel=1e-12), arguments


def test_the_reason_of_a_row_without_an_answer_is_whole() -> None:
    """A host whose cells hold less cuts it off by itself."""
    with pytest.raises(CostError) as refused:
        compute_cost.memory_needed("lama 3 70")
    assert len(str(refused.value)) > 255, "the control: this one is longer than an Excel function can answer"
    assert compute_cost.cost_table("memory_needed", ["lama 3 70", "GPT-3"]).table[1][-1] == str(refused.value)


def test_the_command_prints_csv_and_json() -> None:
    arguments = '{"gpu": ["A100", "B9999"], "params": [7e9, null], "tokens": "1T", "price_per_gpu_hour": 2}'
    done = command("table", "TRAIN_COST", arguments)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["params"] for row in rows] == ["7000000000.0", "7000000000.0", "default", "default"]
    assert float(rows[0]["value"]) == compute_cost.train_cost(7e9, "1T", "A100", 2).value
    assert rows[1]["error"].startswith('gpu: "B9999" is not known')
    assert rows[2]["error"].startswith("params: missing")
    as_json = json.loads(command("table", "train_cost", arguments, "--json").stdout)
    assert [row["error"] for row in as_json] == [row["error"] for row in rows]
    for wrong in (("train_costs", "{}"), ("train_cost", '{"mfu": 1}'), ("train_cost", "[]"), ("train_flops", "{}", "--draws", "1000")):
        done = command("table", *wrong)
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1
