"""The xlwings functions through xlwings' real Windows modules, with stand-ins for pywin32 and Excel (tests/support/stub_excel.py)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

import compute_cost
from compute_cost import registry
from compute_cost_sheets import cells
from compute_cost_sheets.functions import all_functions
from compute_cost_sheets.hosts.classic import vba
from compute_cost_sheets.hosts.classic.names import CATEGORY, MODULE
from tests.support import ROOT, sample_call, worked_examples

GOLDEN = ROOT / "tests" / "golden" / "classic.bas"
MISSING = {"missing": 1}
BLANK = {"range": None}  # a reference to a blank cell
# Words that VBA reserves ([MS-VBAL] 3.3.5.2), without the types and functions that no estimate is near to.
RESERVED = frozenset(re.findall(r"\w+", """
    abs addressof and any array as attribute boolean byref byte byval call case circle close const currency date debug decimal
    declare dim do doevents double each else elseif empty end endif enum eqv erase error event exit false fix for friend function
    get  global gosub goto if imp implements in input inputb int integer is lbound len lenb let like line lock long longlong longptr
    loop  lset me mod new next not nothing null on open option optional or paramarray preserve print private pset public put
    raiseevent  redim rem resume return rset scale seek select set sgn shared single spc static stop string sub tab then to true
    type typeof  ubound unlock until variant wend while with withevents write xor
"""))  # fmt: skip


class Excel:
    """The Python side, and calls as our macros make them for cells."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin
        assert process.stdout
        self.to, self.back = process.stdin, process.stdout
        self.paid: list[str] = json.loads(self.back.readline())["paid"]

    def __call__(self, name: str, *arguments: Any) -> Any:
        """What the cell shows; arguments behind the last given are left out, as Excel does."""
        rest = [MISSING] * (len(registry.get(name).parameters) - len(arguments))
        print(json.dumps([name, [*arguments, *rest]]), file=self.to, flush=True)
        return json.loads(self.back.readline())


@pytest.fixture(scope="module")
def excel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Excel]:
    errors = tmp_path_factory.mktemp("excel") / "errors.txt"
    with errors.open("w", encoding="utf-8") as log, subprocess.Popen(
        [sys.executable, "-W", "error", str(ROOT / "tests" / "support" / "stub_excel.py")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "XLWINGS_LICENSE_KEY": ""},
    ) as process:  # fmt: skip
        try:
            yield Excel(process)
        finally:
            process.communicate(timeout=30)
    assert process.returncode == 0, errors.read_text(encoding="utf-8")


def test_the_module_imports_without_excel() -> None:
    from compute_cost_sheets.hosts.classic import functions

    assert vars(functions)["TRAIN_COST"](175e9, 300e9, "A100", 2, 1) == 560897.4358974359


def test_the_vba_is_the_golden_file() -> None:
    golden = GOLDEN.read_text(encoding="utf-8")
    assert vba.functions() == golden, "if that is meant: python tests/support/stub_excel.py --write"


def test_every_estimate_is_one_function_that_vba_takes() -> None:
    text = vba.functions()
    signatures = re.findall(r"^Public Function ([A-Z_0-9]+)\((.*)\) As Variant$", text, re.MULTILINE)
    assert sorted(name for name, _ in signatures) == sorted(doc.cell_name for doc in registry.estimates().values())
    for name, arguments in signatures:
        names = [one.removeprefix("Optional ").lower() for one in arguments.split(", ") if one]
        assert not RESERVED & {name.lower(), *names}
        assert name.lower() not in names, "VBA takes no argument with the name of its function"
        assert all(re.fullmatch("[a-z][a-z0-9_]*", one) for one in names)
        assert len(names) + sum(map(len, names)) <= 254, "beyond that Excel's function wizard shows nothing (xlwings issue 1489)"
        assert f'    {name} = Answered("{name}", Array({", ".join(names)}))' in text
    assert max(map(len, text.splitlines())) < 1023, "VBA's longest line"


def test_nothing_needs_the_paid_part_of_xlwings(excel: Excel) -> None:
    """xlwings itself loads the helpers of its paid part; whatever asks for a license would stand beside them."""
    assert set(excel.paid) <= {"xlwings.pro", "xlwings.pro.utils"}


def test_optional_arguments_are_optional_in_vba() -> None:
    assert "Function TRAIN_COST(params, Optional tokens, Optional gpu," in vba.functions()
    assert "Function COST_VERSION()" in vba.functions()


def test_the_wizard_explains_every_argument() -> None:
    text = vba.functions()
    for doc in registry.estimates().values():
        (shown,) = re.findall(rf"^Private Sub Help_{doc.cell_name}\(\)\n(.*?)^End Sub$", text, re.MULTILINE | re.DOTALL)
        assert f"    Help_{doc.cell_name}\n" in text, "called when the file is opened"
        texts = [line.replace('""', '"') for line in re.findall(r'= "(.*)"$', shown, re.MULTILINE)]
        assert texts == [parameter.help for parameter in doc.parameters], "cut off: help above 255"
        assert f'Description:="{doc.summary.replace(chr(34), chr(34) * 2)}", Category:="{CATEGORY}"' in shown
        assert all(len(one) <= 255 for one in [doc.summary, *texts])


@pytest.mark.parametrize("example", worked_examples(), ids=lambda example: example.name)
def test_worked_examples(excel: Excel, example: Any) -> None:
    doc = registry.get(example.estimate)
    given = [MISSING if value is None else value for value in example.cells]
    expected = doc.call(**example.arguments).value
    assert excel(doc.cell_name, *given) == pytest.approx(expected, rel=1e-12)


def test_left_out_blank_and_empty_text_are_the_default(excel: Excel) -> None:
    default = compute_cost.train_cost("GPT-3").value
    assert excel("TRAIN_COST", "GPT-3") == default
    assert excel("TRAIN_COST", {"range": "GPT-3"}, BLANK, {"range": [["  "[:0]]]}, "", BLANK) == default


def test_a_zero_is_not_a_blank(excel: Excel) -> None:
    assert excel("TRAIN_COST", "GPT-3", MISSING, MISSING, {"range": 0.0}).startswith("#COST! price_per_gpu_hour: 0 can't")


def test_named_arguments_zeros_the_word_default_and_the_words_of_a_mistake(excel: Excel) -> None:
    wanted = compute_cost.train_cost("GPT-3", None, "A100", gpus=1024).value
    for call in (["gpu=A100", "gpus=1024"], ["gpus=1024", {"range": "gpu=A100"}], ["default", "A100", "gpus=1024", "Default"]):
        assert excel("TRAIN_COST", "GPT-3", *call) == wanted
    assert excel("FUTURE_COST", 1000.0, {"range": 0.0}) == 1000.0
    assert excel("COST_WHY", "TRAIN_COST", "GPT-33").startswith('params: "GPT-33" is not known')
    assert excel("ESTIMATE_HIGH", "TRAIN_COST", "GPT-3") == compute_cost.train_cost("GPT-3").high
    assert excel("GPU_PRICE", "H100", MISSING, {"date": "2029-01-01"}).startswith("#COST! as_of: "), "of which our macros make an error"


@pytest.mark.parametrize("name", [name for name in registry.estimates() if name not in registry.FOR_CELLS_ONLY])
def test_every_estimate_takes_its_arguments_by_name(excel: Excel, name: str) -> None:
    """In the places of its own call, in the opposite order; a place that takes any text keeps its own."""
    doc, arguments = registry.get(name), sample_call(name)
    spoken = [f"{one.name}={arguments[one.name]}" for one in doc.parameters if one.name in arguments and not one.kind.free]
    given = [MISSING if one.name not in arguments else arguments[one.name] if one.kind.free else spoken.pop() for one in doc.parameters]
    shown, result = excel(doc.cell_name, *given), doc.call(**arguments)
    shown, wanted = (shown[-1][0], result.table[-1][0]) if doc.answers == "table" else (shown, result.value)
    assert shown == (pytest.approx(wanted, rel=1e-12) if isinstance(wanted, float) else wanted)


def test_numbers_as_money_cells_and_dates_as_excel_keeps_them(excel: Excel) -> None:
    priced = excel("TRAIN_COST", "GPT-3", MISSING, "A100", {"range": {"currency": "2.5"}})
    assert priced == compute_cost.train_cost("GPT-3", None, "A100", 2.5).value
    dated = compute_cost.gpu_price("H100", None, "2026-06-30").value
    assert excel("GPU_PRICE", "H100", MISSING, {"range": {"date": "2026-06-30"}}) == dated
    assert excel("GPU_PRICE", "H100", MISSING, {"range": 46203.0}) == dated


def test_a_range_spills(excel: Excel) -> None:
    column = {"range": [["A100"], ["H100"]]}
    prices = {"range": [[2.0, 3.0, None]]}
    assert excel("TRAIN_COST", "GPT-3", MISSING, column) == [
        [compute_cost.train_cost("GPT-3", None, gpu).value] for gpu in ("A100", "H100")
    ]
    assert excel("TRAIN_COST", "GPT-3", MISSING, column, prices) == [
        [compute_cost.train_cost("GPT-3", None, gpu, price).value for price in (2, 3, None)] for gpu in ("A100", "H100")
    ]
    row = [compute_cost.train_cost("GPT-3", None, "A100", price).value for price in (2, 3, None)]
    assert excel("TRAIN_COST", "GPT-3", MISSING, "A100", prices) == row, "VBA takes a row as a flat array"
    assert excel("TRAIN_COST", {"range": [["GPT-3"], ["GPT-33"]]})[1][0].startswith('#COST! params: "GPT-33"')


def test_a_table_spills_with_texts_that_fit(excel: Excel) -> None:
    found = compute_cost.train_cost("GPT-3")
    table = excel("ESTIMATE_RANGE", "TRAIN_COST", "GPT-3")
    assert table[1][:3] == [found.value, found.low, found.high]
    whole = all_functions()["ESTIMATE_RANGE"]("TRAIN_COST", "GPT-3")[1][4]
    assert len(whole) > 255, "the control: this text is too long for a cell of an array"
    first, last = table[1][4].split("… ")
    assert whole.startswith(first)
    assert whole.endswith(f"; {last}")
    assert len(table[1][4]) == cells.LONGEST_TEXT


@pytest.mark.parametrize(("code", "name"), [
    (-2146826281, "#DIV/0!"), (-2146826246, "#N/A"), (-2146826259, "#NAME?"), (-2146826288, "#NULL!"), (-2146826252, "#NUM!"),
    (-2146826265, "#REF!"), (-2146826273, "#VALUE!"), (-2146826243, "#SPILL!"), (-2146826238, "#CALC!"),
])  # fmt: skip
def test_an_error_is_refused_in_every_argument(excel: Excel, code: int, name: str) -> None:
    """Without err_to_str each of them would be a blank, and priced as a default."""
    for parameter in range(1, 10):
        for error in (code, {"range": code}, {"range": [[code]]}):
            shown = excel("TRAIN_COST", "GPT-3", *[MISSING] * (parameter - 1), error)
            assert shown.startswith(f'#COST! {registry.get("train_cost").parameters[parameter].name}: "{name}"')
            assert "holds an error" in shown


def test_an_error_in_a_range_spoils_its_own_cell_only(excel: Excel) -> None:
    shown = excel("TRAIN_COST", "GPT-3", MISSING, {"range": [["A100"], [-2146826246]]})
    assert shown[0][0] == compute_cost.train_cost("GPT-3", None, "A100").value
    assert shown[1][0].startswith('#COST! gpu: "#N/A"')


@pytest.mark.parametrize("text", ["x" * 10_000, "\N{ROCKET}" * 200, "GPT-33", "一" * 300])
def test_a_mistake_fits_a_cell_and_shows_where_it_was_cut(excel: Excel, text: str) -> None:
    for shown in (excel("TRAIN_COST", text), excel("TRAIN_COST", {"range": [[text], [text]]})[1][0]):
        assert shown.startswith("#COST! params: ")
        assert len(shown.encode("utf-16-le")) // 2 <= 255
    long = cells.shorten(text * 200)
    assert long.endswith("…")
    assert len(long.encode("utf-16-le")) // 2 <= 255


def test_the_macros_name_the_module_that_the_configuration_names() -> None:
    assert 'PYTHON_MODULE As String = "{module}"' in (vba.HERE / "answers.bas").read_text(encoding="utf-8")
    assert find_spec(MODULE) is not None
