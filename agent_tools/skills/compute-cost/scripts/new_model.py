"""Writes a cost model with live formulas: python new_model.py MODEL.json MODEL.xlsx (the form of MODEL.json: references/formulas.md).

A function, an input or an argument that is not there is refused before anything is written. Needs: pip install "compute-cost[sheets]".
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

from compute_cost import registry

HEAD = ("What", "Value", "80% range from", "to", "Unit", "What to mind")


def build(model: dict[str, Any]) -> Workbook:
    """The workbook. Raises ValueError with one line for what can't be written."""
    book = Workbook()
    del book[book.sheetnames[0]]
    inputs, costs = book.create_sheet("Inputs"), book.create_sheet("Costs")
    inputs.append(["Input", "Value", "Unit", "Note"])
    for row, given in enumerate(model["inputs"], 2):
        name = given["name"]
        if not re.fullmatch(r"[a-z_]{2,30}", name) or name in book.defined_names:
            raise ValueError(f"input {name!r}: give each input a name of its own in small letters and underscores")
        inputs.append([name, _plain(given["value"]), given.get("unit", ""), given.get("note", "")])
        book.defined_names[name] = DefinedName(name, attr_text=f"Inputs!$B${row}")
    costs.append(list(HEAD))
    for line in model["lines"]:
        name, arguments = _call(line["call"], set(book.defined_names))
        joined = "".join(f",{argument}" for argument in arguments)
        further = [f'={function}("{name}"{joined})' for function in ("ESTIMATE_LOW", "ESTIMATE_HIGH")]
        unit = registry.get(name.lower()).unit
        costs.append([_plain(line["label"]), f"={name}({joined[1:]})", *further, unit, f'=COST_WARNINGS("{name}"{joined})'])
    for sheet in (inputs, costs):
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for column, width in zip("ABCDEF", (30, 18, 18, 18, 24, 60), strict=True):
            sheet.column_dimensions[column].width = width
        sheet.freeze_panes = "A2"
    book.properties.title = model["title"]
    return book


def _call(call: list[Any], inputs: set[str]) -> tuple[str, list[str]]:
    """The function and its arguments as a formula writes them."""
    name, *given = call
    doc = registry.estimates().get(str(name).lower())
    if doc is None:
        raise ValueError(f'{name!r} is no function; find one with: compute-cost call find \'{{"kind": "estimate", "text": ...}}\'')
    ordered = [value for value in given if not (isinstance(value, str) and re.match(r"\w+=", value))]
    if len(ordered) > len(doc.parameters):
        raise ValueError(f"{name} takes {len(doc.parameters)} arguments: {', '.join(parameter.name for parameter in doc.parameters)}")
    return doc.cell_name, [_argument(value, inputs) for value in given]


def _argument(given: Any, inputs: set[str]) -> str:
    if given is None:
        return ""
    if isinstance(given, str):
        return given if given in inputs else '"' + given.replace('"', '""') + '"'
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise ValueError(f"{given!r}: an argument is the name of an input, a number, a text or null")
    return repr(given)


def _plain(value: Any) -> Any:
    """Text that is shown and never run as a formula."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@"):
        raise ValueError(f"{value!r}: a text may not begin like a formula")
    return value


def main() -> None:
    source, target = (Path(argument) for argument in sys.argv[1:])
    try:
        build(json.loads(source.read_text(encoding="utf-8"))).save(target)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise SystemExit(f"{source}: {problem}") from None
    print(f"{target}: recalculate with: compute-cost sheets evaluate {target} --strict")


if __name__ == "__main__":
    main()
