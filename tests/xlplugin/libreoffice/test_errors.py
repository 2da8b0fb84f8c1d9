"""A failed line in a real LibreOffice: every total over it is an error too, and its words are one call away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import compute_cost
from compute_cost_sheets.hosts.libreoffice.evaluate import Evaluation, evaluate

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]

ERRORS = ("#VALUE!", "Err:")  # the second where INDEX looks into an error
RIGHT, FAILED = "H100", "NVIDIA H1000"
# What is worked out over three lines, one cell of which may have failed: an error then, and a number where none has.
TOTALS = {
    "sum": "=SUM({0})", "average": "=AVERAGE({0})", "net present value": "=NPV(0.1,{0})", "present value": "=NPV(0.1,B1:B2)+B3",
    "product": "=SUMPRODUCT({0},{0})", "largest": "=MAX({0})", "median": "=MEDIAN({0})", "subtotal": "=SUBTOTAL(9,{0})",
    "arithmetic": "=B1+B2*2-B3", "comparison": "=IF(B2>B1,1,0)", "power": "=B2^2", "text": '=B2&""', "rate": "=IRR({0})",
}  # fmt: skip
SEEN = {
    "iserror": "=ISERROR(B2)",
    "isnumber": "=ISNUMBER(B2)",
    "iferror": "=IFERROR(B2,-1)",
    "count of errors": "=SUMPRODUCT(ISERROR({0})*1)",
}
SKIPPED = {"conditional sum": '=SUMIF({0},">0")', "count": "=COUNT({0})"}  # by the design of spreadsheets
# A call within another function, which gets its answer without a cell between.
WITHIN = ["MAX(0,{0})", "MIN(1E12,{0})", "SUM(1,{0})", "AVERAGE(1,{0})", "PRODUCT(2,{0})", "NPV(0.1,{0},1)", "SUMPRODUCT({0},2)", "{0}+1",
          "ROUND({0},0)", "IF({0}>1,1,0)", "MAX(0,{1})", "MAX(0,{2})", "MAX({3})", "MIN({3})", "MAX({3},0)", "MIN({3},1E15)", "SUM(1,{3})",
          "AVERAGE({3})", "PRODUCT({3})", "NPV(0.1,{3})", "SUMPRODUCT({3})", "MEDIAN({3})", "LARGE({3},1)"]  # fmt: skip
CALLS = ['TRAIN_COST("GPT-3",,A2)', 'ESTIMATE_LOW("TRAIN_COST","GPT-3",,A2)', 'GPU_FACT(A2,"memory")', 'TRAIN_COST("GPT-3",,A1:A3)']
# Forms of the three lines: a formula each, an array over a column, and a table look-up.
LINES = {
    "cells": [(f"B{row}", f'=TRAIN_COST("GPT-3",,A{row})') for row in (1, 2, 3)],
    "array": [("B1:B3", '=TRAIN_COST("GPT-3",,A1:A3)')],
    "ranges": [(f"B{row}", f'=INDEX(ESTIMATE_RANGE("TRAIN_COST","GPT-3",,A{row}),2,1)') for row in (1, 2, 3)],
    "figures": [(f"B{row}", f'=ESTIMATE_VALUE("TRAIN_COST","cost","GPT-3","gpu="&A{row})') for row in (1, 2, 3)],
    "images": [(f"B{row}", f'=IMAGE_COST("SDXL",1000,A{row},"steps=30")') for row in (1, 2, 3)],
    "speech": [(f"B{row}", f'=SPEECH_COST("Whisper large-v3",100,A{row})') for row in (1, 2, 3)],
    "preferences": [(f"B{row}", f'=DPO_COST("Llama 3.1 8B","pairs=60000","tokens_per_pair=1000","gpu="&A{row})') for row in (1, 2, 3)],
    "distillation": [
        (f"B{row}", f'=DISTILL_COST("DeepSeek-R1","Llama 3.1 8B",100000,"prompt_tokens=200","response_tokens=2000","gpu="&A{row})')
        for row in (1, 2, 3)
    ],
    "facts": [(f"B{row}", f'=GPU_FACT(A{row},"memory")') for row in (1, 2, 3)],
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("books") / "errors.xlsx"
    with xlsxwriter.Workbook(str(path)) as file:
        for kind, lines in LINES.items():
            for name, chip in (("failed", FAILED), ("well", RIGHT)):
                sheet = file.add_worksheet(f"{kind} {name}")
                for row, gpu in enumerate(("A100", chip, "V100")):
                    sheet.write(row, 0, gpu)
                for place, formula in lines:
                    if ":" in place:
                        sheet.write_array_formula(place, f"{{{formula}}}", None, 7)
                    else:
                        sheet.write_formula(place, formula, None, 7)
                for row, formula in enumerate({**TOTALS, **SEEN, **SKIPPED}.values()):
                    sheet.write_formula(row, 3, formula.format("B1:B3"), None, 7)
                for row, formula in enumerate(WITHIN):
                    sheet.write_formula(row, 7, "=" + formula.format(*CALLS), None, 7)
                sheet.write_formula("F1", "=COST_WHY(B2)")
                sheet.write_formula("F2", "=COST_WHY(D1)")
                sheet.write_formula("F3", f'=COST_WHY_CALL("TRAIN_COST","GPT-3",,"{chip}")')
    return path


@pytest.fixture(scope="module")
def found(libreoffice: None, book: Path) -> Evaluation:
    return evaluate(book)


def shown(found: Evaluation, sheet: str, what: str) -> Any:
    row = list({**TOTALS, **SEEN, **SKIPPED}).index(what) + 1
    cell = found.sheets[sheet][f"D{row}"]
    return cell["error"] or cell["value"]


@pytest.mark.parametrize("what", TOTALS)
@pytest.mark.parametrize("kind", LINES)
def test_a_failed_line_makes_every_total_an_error(found: Evaluation, kind: str, what: str) -> None:
    assert found.unresolved == []
    assert found.sheets[f"{kind} failed"]["B2"]["error"].startswith(ERRORS)
    assert str(shown(found, f"{kind} failed", what)).startswith(ERRORS)
    well = shown(found, f"{kind} well", what)  # the control: where no line has failed, the total is there
    assert what == "rate" or isinstance(well, float) or (what == "text" and float(well)), well


@pytest.mark.parametrize("place", range(len(WITHIN)), ids=WITHIN)
def test_a_failed_call_within_another_function_makes_it_an_error(found: Evaluation, place: int) -> None:
    """LibreOffice's MAX and MIN pass a table with an error over behind something else, as in =MAX(0,1/{1;0}): a single call's is none."""
    assert str(found.sheets["cells failed"][f"H{place + 1}"]["error"]).startswith(ERRORS)
    assert isinstance(found.sheets["cells well"][f"H{place + 1}"]["value"], float)


@pytest.mark.parametrize("kind", LINES)
def test_what_looks_for_errors_sees_it(found: Evaluation, kind: str) -> None:
    assert [shown(found, f"{kind} failed", what) for what in SEEN] == [1, 0, -1, 1]
    well = [shown(found, f"{kind} well", what) for what in SEEN]
    assert well[:2] == [0, 1]
    assert well[2] > 0
    assert well[3] == 0


@pytest.mark.parametrize("kind", LINES)
def test_what_skips_errors_by_design_counts_the_others(found: Evaluation, kind: str) -> None:
    assert shown(found, f"{kind} failed", "count") == 2
    assert shown(found, f"{kind} well", "count") == 3


@pytest.mark.parametrize("kind", LINES)
def test_the_words_are_one_call_away(found: Evaluation, kind: str) -> None:
    cells = found.sheets[f"{kind} failed"]
    joined = "&A" in LINES[kind][0][1]  # a text that the office puts together: the words say to give it a cell of its own
    assert ("worked out within" if joined else f'gpu: "{FAILED}" is not known') in cells["F1"]["value"]
    assert f'gpu: "{FAILED}" is not known' in cells["F3"]["value"]
    if not joined:
        assert cells["F2"]["value"] == f"'{kind} failed'.B2: {cells['F1']['value']}"
    well = found.sheets[f"{kind} well"]
    assert well["F1"]["value"] == well["F2"]["value"] == well["F3"]["value"] == "no mistake"


def test_the_control_without_the_add_in(libreoffice: None, book: Path) -> None:
    without = evaluate(book, addin=False)
    assert without.sheets["cells failed"]["B2"]["error"] == "#NAME?"
    assert without.unresolved


CELLS: list[tuple[str, Any]] = [
    ("=FUTURE_COST(1000,0)", 1000.0),
    ("=FUTURE_COST(1000,Z1)", 1000.0),
    ('=TRAIN_COST("GPT-3",Z1,"A100",Z2,Z3)', compute_cost.train_cost),
    ('=TRAIN_COST("GPT-3","default","A100","default")', compute_cost.train_cost),
    ('=TRAIN_COST("GPT-3","gpus=default","gpu=A100","price_per_gpu_hour=default")', compute_cost.train_cost),
    ('=ESTIMATE_VALUE("TRAIN_COST","cost","GPT-3",Z1,"A100",0)', compute_cost.train_cost),
]


def test_zeros_blanks_and_the_word_default(libreoffice: None, tmp_path: Path) -> None:
    path = tmp_path / "zeros.xlsx"
    with xlsxwriter.Workbook(str(path)) as file:
        sheet = file.add_worksheet("S")
        for row, (formula, _) in enumerate(CELLS):
            sheet.write_formula(row, 0, formula, None, 7)
        sheet.write_formula("B1", '=TRAIN_COST("GPT-3",,"A100","0")')
        sheet.write_formula("B2", '=TRAIN_COST("GPT-3",TRUE())')
        sheet.write_formula("B3", "=TRAIN_COST(Z9,300E9)")
        sheet.write_formula("B4", '=GPU_PRICE("H100",,"2028-06-01")')
        sheet.write_formula("B5", '=TRAIN_DAYS("7B","1T","H100","10.000")')
        sheet.write_formula("B6", '=GPU_FACT(D1:D2,"memory")')
        sheet.write_formula("B7", '=TRAIN_COST("GPT"&"-33")')
        sheet.write_formula("B8", "=1/0")
        sheet.write_formula("B9", "=TRAIN_COST(B8,1)")
        sheet.write_column("D1", ["A100", "H100"])
        for row in range(1, 10):
            sheet.write_formula(f"C{row}", f"=COST_WHY(B{row})")
    cells = evaluate(path).sheets["S"]
    for row, (formula, wanted) in enumerate(CELLS, 1):
        value = wanted if isinstance(wanted, float) else wanted("GPT-3", None, "A100").value
        assert cells[f"A{row}"]["value"] == pytest.approx(value, rel=1e-12), formula
    assert {cells[f"B{row}"]["error"] for row in range(1, 8)} == {"#VALUE!"}
    words = [cells[f"C{row}"]["value"] for row in range(1, 10)]
    says = ["price_per_gpu_hour: 0 can't", "tokens: 1", "params: missing", "as_of: ", "gpus: ", "arguments: ", '"GPT"&"-33" is worked out within',
            "#DIV/0! is not of a Compute Cost function", "S.B8: #DIV/0! is not of"]  # fmt: skip
    for text, start in zip(words, says, strict=True):
        assert text.startswith(start), text
