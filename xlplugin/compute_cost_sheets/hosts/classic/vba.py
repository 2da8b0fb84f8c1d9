"""The macros of our files for Excel: a function for each estimate, which hands its call to Python through xlwings' own macros.

xlwings' macros are read from the installed xlwings when a file is written, so that their version matches the Python side's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from compute_cost import registry
from compute_cost.registry import Doc
from compute_cost_sheets.functions import WHY
from compute_cost_sheets.hosts.classic import macros
from compute_cost_sheets.hosts.classic.macros import Module
from compute_cost_sheets.hosts.classic.names import CATEGORY, MODULE

HERE = Path(__file__).parent
PROJECT = "ComputeCost"
LONGEST_HELP = 255  # Excel's function wizard takes no more


def project(*sheets: str) -> bytes:
    """The file vbaProject.bin of a workbook with sheets of these code names."""
    documents = {"ThisWorkbook": Module("workbook", ""), **{sheet: Module("sheet", "") for sheet in sheets}}
    bridge = {"xlwings": Module("module", _plain("xlwings.bas")), "Dictionary": Module("class", _plain("addin/Dictionary.cls"))}
    ours = {"Functions": functions(), "Answers": _ours("answers.bas").replace("{module}", MODULE), "Ribbon": _ours("ribbon.bas")}
    return macros.project(PROJECT, {**documents, **{name: Module("module", text) for name, text in ours.items()}, **bridge})


def functions() -> str:
    """The module with a function for each estimate and what the function wizard says of it."""
    docs = list(registry.estimates().values())
    wizard = ["", "' Tells the function wizard what the functions and their arguments mean; Excel runs it when it opens the file.",
              "Public Sub Auto_Open()", "    On Error Resume Next", *(f"    Help_{doc.cell_name}" for doc in docs), "End Sub"]  # fmt: skip
    lines = [line for doc in docs for line in (*_function(doc), *_help(doc))]
    return "\n".join(["Option Explicit", *wizard, *lines, ""])


def _function(doc: Doc) -> Iterator[str]:
    names = [parameter.name for parameter in doc.parameters]
    optional = next((index for index, parameter in enumerate(doc.parameters) if not parameter.required), len(names))
    signature = ", ".join(name if index < optional else f"Optional {name}" for index, name in enumerate(names))
    yield ""
    yield f"Public Function {doc.cell_name}({signature}) As Variant"
    if doc.name == WHY:
        yield from (
            f"    If IsErrorCell({names[0]}) Then",
            f"        {doc.cell_name} = WordsFor({names[0]})",
            "        Exit Function",
            "    End If",
        )
    yield f'    {doc.cell_name} = Answered("{doc.cell_name}", Array({", ".join(names)}))'
    yield "End Function"


def _help(doc: Doc) -> Iterator[str]:
    def text(words: str) -> str:
        return '"' + words[:LONGEST_HELP].replace('"', '""') + '"'

    yield f"Private Sub Help_{doc.cell_name}()"
    options = f'Macro:="{doc.cell_name}", Description:={text(doc.summary)}, Category:="{CATEGORY}"'
    if doc.parameters:
        yield f"    Dim help(1 To {len(doc.parameters)}) As String"
        yield from (f"    help({index}) = {text(parameter.help)}" for index, parameter in enumerate(doc.parameters, 1))
        options += ", ArgumentDescriptions:=help"
    yield f"    Application.MacroOptions {options}"
    yield "End Sub"


def _ours(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _plain(name: str) -> str:
    """One of xlwings' modules without the lines that only a file of its own has."""
    package = find_spec("xlwings")
    if package is None or package.origin is None:
        raise ImportError("xlwings")
    text = (Path(package.origin).parent / name).read_text(encoding="utf-8")
    return re.sub(r"\A(?:VERSION .*\n(?:BEGIN\n(?:.*\n)*?END\n)?)?(?:Attribute VB_.*\n)+", "", text.replace("\r\n", "\n"))
