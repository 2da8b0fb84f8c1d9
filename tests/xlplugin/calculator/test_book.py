"""A question as cells: every formula, worked out over the cells that it points at, gives the number of core."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

import compute_cost
from compute_cost.errors import InputError
from compute_cost_sheets.calculator import book, questions
from compute_cost_sheets.calculator.questions import Question
from compute_cost_sheets.functions import all_functions
from compute_cost_sheets.spelling import SPELLINGS, calls
from tests.support import needs

FUNCTIONS = all_functions()
TRAINING = Question("train_cost", {"params": "GPT-3", "gpu": "A100", "utilization": "40%"})


def worked_out(formula: Any, sheet: dict[str, Any]) -> Any:
    """What a sheet shows for a formula of one call, whose arguments are texts, numbers and references."""
    (call,) = calls(formula["formula"] if isinstance(formula, dict) else formula)

    def value(text: str) -> Any:
        text = text.strip()
        if not text:
            return None
        if text.startswith('"'):
            named = re.fullmatch(r'"(\w+=)"&(\$[A-Z]+\$?\d+)', text)
            return f"{named[1]}{sheet[named[2].replace('$', '')]}" if named else text[1:-1].replace('""', '"')
        return sheet[text.replace("$", "")] if text.replace("$", "") in sheet else float(text)

    return FUNCTIONS[call.doc.cell_name](*map(value, call.arguments))


def sheet_of(rows: book.Rows, column: str, row: int) -> dict[str, Any]:
    letters = [chr(ord(column) + place) for place in range(4)]
    return {f"{letters[across]}{row + down}": cell for down, line in enumerate(rows) for across, cell in enumerate(line)}


def test_a_block_has_labels_units_and_the_answer_with_its_range() -> None:
    rows = book.block(TRAINING, "C5")
    sheet = sheet_of(rows, "C", 5)
    result = compute_cost.train_cost("GPT-3", None, "A100", None, 0.4)
    shown = {label: worked_out(cell, sheet) for label, cell, _ in rows if isinstance(cell, dict)}
    assert [label for label, *_ in rows[:4]] == ["Training cost", "Model", "GPU", "Utilization"]
    assert shown["Training cost"] == result.value
    assert (shown["Low end of its 80% range"], shown["High end of its 80% range"]) == (result.low, result.high)
    assert all(one[:20] in shown["Warnings"] for one in result.warnings[:1])
    assert [unit for label, _, unit in rows if label == "Training cost"][1] == "USD"


def test_a_changed_input_changes_what_the_formulas_give() -> None:
    """The control: a formula that held constants would not."""
    rows = book.block(TRAINING, "A1")
    sheet = sheet_of(rows, "A", 1) | {"B3": "H100"}
    formula = next(cell for label, cell, _ in rows[1:] if label == "Training cost")
    assert worked_out(formula, sheet) == compute_cost.train_cost("GPT-3", None, "H100", None, 0.4).value


@pytest.mark.parametrize("form", questions.forms(), ids=lambda form: form["name"])
def test_every_question_becomes_cells_with_its_own_answer(form: dict[str, Any]) -> None:
    question = Question(form["name"], form["start"])
    rows = book.block(question, "B2")
    sheet = sheet_of(rows, "B", 2)
    result = questions.answer(question)
    label, formula, _ = next(row for row in rows[1:] if row[0] == result["title"] and isinstance(row[1], dict))
    assert worked_out(formula, sheet) == result["value"], label
    assert all(len(row) == 3 for row in rows)
    assert len(rows) == 2 + len(form["start"]) + 2 * bool(result["range"]) + bool(result["warnings"])


def test_an_assumption_stands_in_a_cell_too() -> None:
    result = compute_cost.goodput(1024, 30)
    assumed = next(one for one in result.inputs if one.origin == "assumed" and isinstance(one.value, float))
    other = float(f"{float(assumed.value) * 1.1:.6g}")
    rows = book.block(Question("goodput", {"gpus": "1024", "days": "30", assumed.name: str(other)}), "A1")
    formula = next(cell for label, cell, _ in rows[1:] if label == "Goodput")
    assert worked_out(formula, sheet_of(rows, "A", 1)) == compute_cost.goodput(1024, 30, assume={assumed.name: other}).value


def test_scenarios_are_rows_that_point_at_their_own_first_cell() -> None:
    rows = book.scenarios(TRAINING, "gpu", ["A100", "H100"], "Z9")
    assert rows[0] == ["GPU", "Training cost", "Low end of its 80% range", "High end of its 80% range"]
    assert [row[1]["formula"] for row in rows[1:]] == [f'=COMPUTE.TRAIN_COST("GPT-3",,$Z{row},,"40%")' for row in (10, 11)]
    for name, row in zip(("A100", "H100"), rows[1:], strict=True):
        result = compute_cost.train_cost("GPT-3", None, name, None, 0.4)
        sheet = {"Z10": "A100", "Z11": "H100"}
        assert [worked_out(cell, sheet) for cell in row[1:]] == [result.value, result.low, result.high]


@pytest.mark.parametrize("at", ["", "B0", "2B", "B2:C3", "b2", "B9999999", "ABCD1"])
def test_what_is_no_cell_is_refused(at: str) -> None:
    with pytest.raises(InputError, match="give the address of a cell"):
        book.block(TRAINING, at)


@pytest.mark.parametrize("values", [[], ["A100"] * 51])
def test_scenarios_have_a_number(values: list[str]) -> None:
    with pytest.raises(InputError, match="give 1 to 50 of them"):
        book.scenarios(TRAINING, "gpu", values)


@pytest.mark.parametrize("host", SPELLINGS)
def test_the_workbook_holds_live_formulas_and_the_numbers_of_its_day(host: str) -> None:
    openpyxl = needs("openpyxl", "dev")
    content = io.BytesIO(book.workbook(TRAINING, host))
    live, kept = (openpyxl.load_workbook(content, data_only=only)["Estimate"] for only in (False, True))
    result = compute_cost.train_cost("GPT-3", None, "A100", None, 0.4)
    sheet = {cell.coordinate: cell.value for row in live.iter_rows() for cell in row}
    answers = [cell.coordinate for row in live.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert [kept[place].value for place in answers[:3]] == pytest.approx([result.value, result.low, result.high])
    assert [worked_out(sheet[place], sheet) for place in answers[:3]] == [result.value, result.low, result.high]
    assert sheet[answers[0]].startswith("=" + SPELLINGS[host]("TRAIN_COST"))
    texts = {str(value) for value in sheet.values()}
    assert {step.label for step in result.steps} | {source.url for source in result.sources if source.url} <= texts


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    openpyxl = needs("openpyxl", "dev")
    question = Question("find", {"kind": "model", "text": "=1+1"})
    sheet = openpyxl.load_workbook(io.BytesIO(book.workbook(question)))["Estimate"]
    assert [cell.data_type for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"] == ["s"]


def test_an_unknown_host_is_refused() -> None:
    with pytest.raises(InputError, match="give one of classic, office_js, libreoffice"):
        book.workbook(TRAINING, "lotus")


def test_every_formula_of_a_question_is_short_enough_for_excel() -> None:
    cells = [row[1] for form in questions.forms() for row in book.block(Question(form["name"], form["start"]))]
    assert max(len(cell["formula"]) for cell in cells if isinstance(cell, dict)) < 300
