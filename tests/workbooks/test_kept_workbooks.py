"""The workbooks of the repository: what a reader gets, without the plug-in too, and that the script builds them.

They are built at a release. What the script builds today may keep other figures and list more chips and models, and nothing else.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from compute_cost_sheets.hosts.libreoffice.evaluate import stored_formulas
from tests.support import ROOT
from tests.support.workbook_case import cached, cell_of
from tests.support.workbook_form import differences
from tests.workbooks.conftest import build

pytestmark = pytest.mark.live
BOOKS = sorted((ROOT / "workbooks").glob("*.xlsx"))
NAMES = [book.stem for book in BOOKS]
SHEETS = ("About", "Inputs", "Outputs", "Checks", "Sources", "Bridge", "Register", "Lists", "Changes")
LONGEST = 300  # characters of a formula that people still read
INPUT_COLOR, INPUT_FILL, CONSTANT_FILL = "FF0000FF", "FFFFF9DB", "FFEDEDED"

every_book = pytest.mark.parametrize("book", BOOKS, ids=NAMES)


@cache
def sheets(book: Path) -> tuple[Worksheet, ...]:
    return tuple(openpyxl.load_workbook(book).worksheets)


def about(book: Path) -> str:
    return "\n".join(value for value in cached(book)["About"].values() if isinstance(value, str))


def test_the_six_are_there() -> None:
    assert set(NAMES) == {"gpt3_training", "training_budget", "inference_service", "rent_or_own", "startup_model", "back_test"}


@every_book
def test_a_reader_without_the_plug_in_keeps_the_numbers(book: Path) -> None:
    with zipfile.ZipFile(book) as archive:
        calculation = re.search(r"<calcPr[^>]*>", archive.read("xl/workbook.xml").decode())
    assert calculation is not None
    assert "fullCalcOnLoad" not in calculation[0]
    assert int(re.findall(r'calcId="(\d+)"', calculation[0])[0]) >= 191029, "an old id makes Excel recalculate on opening"
    for sheet, cells in stored_formulas(book).items():
        for cell, formula in cells.items():
            blank_may_be = '""' in formula  # the formula itself may leave the cell empty
            assert blank_may_be or cached(book)[sheet][cell] is not None, f"{sheet}!{cell} has no kept value"
    assert cached(book)["Checks"][cell_of(book, "Master check", "Checks")] == 0


@every_book
def test_no_constant_hides_in_a_formula(book: Path) -> None:
    """Numbers in formulas are 0 and 1 (the outcomes of a check) and nothing else; amounts are inputs."""
    for sheet, cells in stored_formulas(book).items():
        for cell, formula in cells.items():
            bare = re.sub(r""""[^"]*"|'[^']*'!|\$?[A-Z]{1,3}\$?[0-9]+""", " ", formula)
            numbers = set(re.findall(r"(?<![A-Za-z_0-9])[0-9.]+(?:E[+-]?[0-9]+)?", bare))
            assert numbers <= {"0", "1"}, f"{sheet}!{cell}: {formula}"
            assert not re.search(r"\b(IFERROR|IFNA|OFFSET|INDIRECT|RAND|NOW|TODAY)\(", formula), f"{sheet}!{cell}: {formula}"


@every_book
def test_sheets_print_and_can_be_read(book: Path) -> None:
    titles = [sheet.title for sheet in sheets(book)]
    assert set(SHEETS) <= set(titles)
    assert titles[0] == "About"
    for sheet in sheets(book):
        assert sheet.page_setup.orientation == "landscape", sheet.title
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert str(sheet.print_title_rows).startswith("$1:$")
        assert sheet.oddFooter is not None
        assert sheet.oddFooter.right.text
        assert sheet.freeze_panes is not None
    with zipfile.ZipFile(book) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert charts
    for chart in charts:
        for axis in re.findall(r"<c:(?:cat|val)Ax>.*?</c:(?:cat|val)Ax>", chart, re.DOTALL):
            assert "<c:title>" in axis, f"an axis without a title in {re.findall(r'<a:t>([^<]*)', chart)[:1]}"
    assert book.stat().st_size < (1_300_000 if book.stem == "startup_model" else 100_000), "it has to go by mail"


@every_book
def test_formulas_are_short_and_protected_and_inputs_are_open(book: Path) -> None:
    for sheet in sheets(book):
        assert sheet.protection.sheet, sheet.title
        assert not sheet.protection.password
        for cells in sheet.iter_rows():
            for cell in cells:
                is_input = cell.fill.fgColor.rgb == INPUT_FILL and sheet.title != "About"  # which shows the color
                assert cell.protection.locked != is_input, f"{sheet.title}!{cell.coordinate}"
    for title, formulas in stored_formulas(book).items():
        for place, formula in formulas.items():
            assert len(formula) <= LONGEST, f"{title}!{place}: {formula}"


@every_book
def test_the_register_names_every_input_and_has_room_for_a_signature(book: Path) -> None:
    register = next(sheet for sheet in sheets(book) if sheet.title == "Register")
    inputs = next(sheet for sheet in sheets(book) if sheet.title == "Inputs")
    listed = {cell.value for cell in register["A"]}
    given = [cell for cell in inputs["B"][4:] if cell.fill.fgColor.rgb == INPUT_FILL]
    assert {inputs.cell(cell.row, 1).value for cell in given} <= listed
    signed = [cell for cell in register["I"] if cell.fill.fgColor.rgb == INPUT_FILL]
    assert len(signed) >= len(given)
    for cell in signed:
        dated, origin = register.cell(cell.row, 7).value, register.cell(cell.row, 6).value
        assert dated, cell.coordinate
        assert origin, cell.coordinate


@every_book
def test_the_bridge_splits_a_change(book: Path) -> None:
    assert any("COST_BRIDGE(" in formula for formula in stored_formulas(book)["Bridge"].values())
    change, total = (cached(book)["Bridge"][cell_of(book, label, "Bridge")] for label in ("Change", "Sum of the changes below"))
    assert change
    assert total == pytest.approx(change)


@every_book
def test_inputs_have_a_unit_or_a_list_and_a_note(book: Path) -> None:
    """What may be changed is blue on yellow and held to a list or to bounds; any other number on Inputs is a gray constant."""
    sheet = next(one for one in sheets(book) if one.title == "Inputs")
    allowed = {cell for rule in sheet.data_validations.dataValidation for cell in str(rule.sqref).split()}
    inputs = [cell for cell in sheet["B"][4:] if cell.fill.fgColor.rgb == INPUT_FILL]
    constants = [cell for cell in sheet["B"][4:] if cell.fill.fgColor.rgb == CONSTANT_FILL]
    assert len(inputs) >= 5
    assert {"Tolerance of the checks", "Version this workbook was built with"} <= {sheet.cell(cell.row, 1).value for cell in constants}
    for cell in constants:
        assert cell.font.color.rgb != INPUT_COLOR, cell.coordinate
        assert cell.coordinate not in allowed, "a constant asks for no input"
    for cell in inputs:
        label, unit, note = (sheet.cell(cell.row, column).value for column in (1, 3, 4))
        assert cell.font.color.rgb == INPUT_COLOR, cell.coordinate
        assert label, cell.coordinate
        assert note, f"{label} has no note"
        assert unit or isinstance(cell.value, str), f"{label} has no unit"
        assert isinstance(cell.value, str) or cell.coordinate in allowed, f"{label} is not held to any bounds"
    for cell in sheet["B"][4:]:
        assert cell in inputs or cell in constants or not isinstance(cell.value, (int, float)), (
            f"{cell.coordinate} is a number but neither input nor constant"
        )


@every_book
def test_drop_downs_hold_their_default(book: Path) -> None:
    lists, values = 0, cached(book)
    for sheet in sheets(book):
        for rule in sheet.data_validations.dataValidation:
            if rule.type != "list":
                continue
            lists += 1
            column, first, last = re.findall(r"Lists!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)", rule.formula1)[0]
            choices = [values["Lists"][f"{column}{row}"] for row in range(int(first), int(last) + 1)]
            assert all(choices), rule.formula1
            assert values["Lists"].get(f"{column}{int(last) + 1}") is None
            for cell in str(rule.sqref).split():
                assert values[sheet.title][cell] in (*choices, None), f"{sheet.title}!{cell}"
    assert lists >= 2


def test_the_readmes_command_changes_an_input() -> None:
    cell = cell_of(ROOT / "workbooks" / "gpt3_training.xlsx", "Accelerator", "Inputs")
    assert f'gpt3_training.xlsx --set "Inputs!{cell}=H100"' in (ROOT / "README.md").read_text(encoding="utf-8")


@every_book
def test_each_file_says_which_host_it_is_for_and_what_to_do_in_another(book: Path) -> None:
    assert "as Excel on Windows does" in about(book)
    assert "compute-cost.xlam" in about(book)
    assert "compute-cost sheets convert FILE --host libreoffice" in about(book)
    for page in (ROOT / "docs" / "start" / "libreoffice.md", ROOT / "docs" / "workbooks.md", ROOT / "README.md"):
        assert "compute-cost sheets convert BOOK" in page.read_text(encoding="utf-8")
    assert "workbooks/libreoffice" in (ROOT / ".ci" / "release").read_text(encoding="utf-8")


# The script


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbooks as the script builds them of today's catalogue."""
    return build(tmp_path_factory.mktemp("today"))


def test_the_script_builds_them(today: Path) -> None:
    assert sorted(made.name for made in today.iterdir()) == [book.name for book in BOOKS]
    for kept in BOOKS:
        assert differences(today / kept.name, kept) == [], f"{kept.name}: run python workbooks/build_workbooks.py"


def rewritten(book: Path, folder: Path, part: str, change: Callable[[str], str]) -> Path:
    """A copy of a workbook with one part of its archive changed."""
    copy = folder / book.name
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, change(text) if name == part else text)
            assert name != part or change(text) != text, "the control changes something"
    return copy


def sheet_part(book: Path, title: str) -> str:
    return f"xl/worksheets/sheet{[sheet.title for sheet in sheets(book)].index(title) + 1}.xml"


@pytest.mark.parametrize(
    ("title", "pattern", "by", "place"),
    [
        ("Outputs", r"(?<=<f>)(?=.*?</f>)", "1+", "Outputs!"),  # a formula
        ("Errors", r"(?<=<f>)Runs!\$J", "Runs!$K", "Errors!"),  # one of a long sheet
        ("Inputs", r'(?<=<c r="B8" s=")\d+', "1", "Inputs!B8"),  # a style
        ("Inputs", r"<dataValidation .*?</dataValidation>", "", "Inputs"),  # what may be put in
        ("Outputs", r'(?<=<col min="1" max="1" width=")', "1", "Outputs"),  # a width
    ],
)
def test_a_change_of_formula_or_layout_is_seen(tmp_path: Path, title: str, pattern: str, by: str, place: str) -> None:
    book = ROOT / "workbooks" / "back_test.xlsx"
    changed = rewritten(book, tmp_path, sheet_part(book, title), lambda text: re.sub(pattern, by, text, count=1))
    assert [name for name in differences(changed, book) if name.startswith(place)] == differences(changed, book) != []


@pytest.mark.parametrize(
    ("part", "pattern", "by"),
    [
        ("xl/sharedStrings.xml", "(?<=<t>)Number of runs(?=</t>)", "Count of runs"),  # a label
        ("xl/charts/chart1.xml", r"Runs!\$J\$6", "Runs!$K$6"),  # what a chart draws
        ("xl/workbook.xml", "191029", "0"),  # whether Excel recalculates
        ("xl/styles.xml", "0.0%", "0.00%"),  # a number format
    ],
)
def test_a_change_of_the_other_parts_is_seen(tmp_path: Path, part: str, pattern: str, by: str) -> None:
    book = ROOT / "workbooks" / "back_test.xlsx"
    assert differences(rewritten(book, tmp_path, part, lambda text: re.sub(pattern, by, text, count=1)), book)


def test_figures_and_the_length_of_lists_are_no_difference(tmp_path: Path) -> None:
    book = ROOT / "workbooks" / "back_test.xlsx"
    figure = rewritten(book, tmp_path, sheet_part(book, "Outputs"), lambda text: re.sub(r"(?<=</f><v>)[\d.]+", "1", text))
    assert differences(figure, book) == []
    last = max(int(row) for row in re.findall(r"Runs!\$J\$6:\$J\$(\d+)", stored_formulas(book)["Checks"]["B9"]))
    longer = rewritten(book, tmp_path, sheet_part(book, "Checks"), lambda text: text.replace(f"$J${last}", f"$J${last + 1}"))
    assert differences(longer, book) == []
