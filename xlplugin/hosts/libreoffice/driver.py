"""Runs under LibreOffice's own Python: opens a workbook, sets cells, recalculates everything and prints what came out.

Reads one JSON object on standard input: soffice, profile, extensions (folder or null), jobs [{book, sets [[sheet, cell, value]]}].
Prints {"jobs": [{sheet: {cell: {"value": ..., "error": ...}}}], "functions": [...], "version": what the add-in says}.
Cached values are never believed: every formula is set anew before the calculation.
"""

import json
import sys

from office import new_book, prop, started, url

FORMULA_CELLS = 16
TEXT_RESULT = 2


def formula_cells(sheet):
    for area in sheet.queryContentCells(FORMULA_CELLS):
        where = area.RangeAddress
        for row in range(where.StartRow, where.EndRow + 1):
            for column in range(where.StartColumn, where.EndColumn + 1):
                yield sheet.getCellByPosition(column, row)


def reset(sheet):
    """Set every formula anew: names of the add-in are resolved and no cached value survives."""
    for cell in list(formula_cells(sheet)):
        formula = cell.Formula
        if not formula.startswith("{"):
            cell.setFormula(formula)
            continue
        whole = sheet.createCursorByRange(cell)
        whole.collapseToCurrentArray()
        where, own = whole.RangeAddress, cell.CellAddress
        if (where.StartColumn, where.StartRow) == (own.Column, own.Row):
            whole.setArrayFormula(formula[1:-1])


def outcome(cell):
    if cell.getError():
        return {"value": None, "error": cell.String or f"Err:{cell.getError()}"}
    if cell.FormulaResultType2 == TEXT_RESULT:
        text = cell.String
        return {"value": text, "error": text if text.startswith("#COST!") else None}
    return {"value": cell.Value, "error": None}


def address(cell):
    return cell.AbsoluteName.rsplit(".", 1)[1].replace("$", "")


def probe(desktop):
    """What the add-in says of its version: proof that it runs, not only that its names are known."""
    book = new_book(desktop)
    cell = book.Sheets.getByIndex(0).getCellByPosition(0, 0)
    cell.setFormula("=COST_VERSION()")
    version = cell.String
    book.close(True)
    return version


def recalculate(desktop, job):
    """What each formula of one workbook comes to with its cells set; each job opens the file anew."""
    book = desktop.loadComponentFromURL(url(job["book"]), "_blank", 0, (prop("Hidden", True),))
    if book is None or not hasattr(book, "Sheets"):
        raise SystemExit(f"{job['book']} is no workbook that LibreOffice can open")
    for sheet, where, value in job["sets"]:
        cell = book.Sheets.getByName(sheet).getCellRangeByName(where)
        if isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)
    for sheet in book.Sheets:
        reset(sheet)
    book.calculateAll()
    sheets = {sheet.Name: {address(cell): outcome(cell) for cell in formula_cells(sheet)} for sheet in book.Sheets}
    book.close(True)
    return sheets


def main():
    job = json.load(sys.stdin)
    with started(job) as (context, desktop):
        answers = [recalculate(desktop, one) for one in job["jobs"]]
        known = context.ServiceManager.createInstanceWithContext("com.sun.star.sheet.FunctionDescriptions", context)
        functions = [next(p.Value for p in known.getByIndex(i) if p.Name == "Name") for i in range(known.Count)]
        json.dump({"jobs": answers, "functions": functions, "version": probe(desktop)}, sys.stdout)


main()
