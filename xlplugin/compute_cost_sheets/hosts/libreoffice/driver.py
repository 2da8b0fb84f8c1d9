"""Runs under LibreOffice's own Python: opens a workbook, sets cells, recalculates everything and prints what came out.

Reads one JSON object on standard input: soffice, profile, extensions (folder or null), jobs [{book, sets [[sheet, cell, value]]}].
Prints {"jobs": [{sheet: {cell: {"value": ..., "error": ...}}}], "functions": {name: help}, "version": what the add-in says}.
Cached values are never believed: every formula is set again before the calculation.
"""

import json
import os
import sys

from office import new_book, prop, started, url

FORMULA_CELLS = 16
ERROR_RESULT = 4


def formula_areas(sheet):
    return list(sheet.queryContentCells(FORMULA_CELLS))


def reset(sheet):
    """Set every formula again: names of the add-in are resolved and no cached value survives."""
    for area in formula_areas(sheet):
        formulas = area.getFormulaArray()
        if not any(formula.startswith("{") for row in formulas for formula in row):
            area.setFormulaArray(formulas)
            continue
        done = set()  # the cells of array formulas, each of which is set once as a whole
        for down, row in enumerate(formulas):
            for across, formula in enumerate(row):
                if (down, across) not in done:
                    done |= reset_cell(sheet, area, down, across, formula)


def reset_cell(sheet, area, down, across, formula):
    """Set one formula again; gives the places of the area that it fills."""
    cell = area.getCellByPosition(across, down)
    if not formula.startswith("{"):
        cell.setFormula(formula)
        return set()
    whole = sheet.createCursorByRange(cell)
    whole.collapseToCurrentArray()
    whole.setArrayFormula(formula[1:-1])
    rows, columns = whole.Rows.Count, whole.Columns.Count
    return {(down + below, across + right) for below in range(rows) for right in range(columns)}


def outcomes(sheet):
    """{cell: value and error} of every formula, read area by area."""
    wrong = {}
    for area in sheet.queryFormulaCells(ERROR_RESULT):
        where = area.RangeAddress
        for row in range(where.StartRow, where.EndRow + 1):
            for column in range(where.StartColumn, where.EndColumn + 1):
                cell = sheet.getCellByPosition(column, row)
                wrong[row, column] = cell.String or f"Err:{cell.getError()}"
    found = {}
    for area in formula_areas(sheet):
        where = area.RangeAddress
        for down, values in enumerate(area.getDataArray(), where.StartRow):
            for across, value in enumerate(values, where.StartColumn):
                error = wrong.get((down, across))
                if error is None and isinstance(value, str) and value.startswith("#COST!"):
                    error = value
                found[address(across, down)] = {"value": None if (down, across) in wrong else value, "error": error}
    return found


def address(column, row):
    letters = ""
    while column >= 0:
        letters, column = chr(ord("A") + column % 26) + letters, column // 26 - 1
    return f"{letters}{row + 1}"


def probe(desktop):
    """What the add-in says of its version: proof that it runs, not only that its names are known."""
    book = new_book(desktop)
    cell = book.Sheets.getByIndex(0).getCellByPosition(0, 0)
    cell.setFormula("=COST_VERSION()")
    version = cell.String
    book.close(True)
    return version


def functions(context):
    """Every function that Calc knows, with what its function wizard shows."""
    known = context.ServiceManager.createInstanceWithContext("com.sun.star.sheet.FunctionDescriptions", context)
    found = {}
    for index in range(known.Count):
        one = {part.Name: part.Value for part in known.getByIndex(index)}
        arguments = [[part.Name, part.Description, part.IsOptional] for part in one["Arguments"] or ()]
        found[one["Name"]] = {"description": one["Description"], "category": one["Category"], "arguments": arguments}
    return found


def recalculate(desktop, job):
    """What each formula of one workbook comes to with its cells set; each job opens the file again."""
    book = desktop.loadComponentFromURL(url(job["book"]), "_blank", 0, (prop("Hidden", True),))
    if book is None or not hasattr(book, "Sheets"):
        raise SystemExit(f"{os.path.basename(job['book'])} is not a workbook that LibreOffice can open")
    for sheet, where, value in job["sets"]:
        cell = book.Sheets.getByName(sheet).getCellRangeByName(where)
        if isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)
    for sheet in book.Sheets:
        reset(sheet)
    book.calculateAll()
    sheets = {sheet.Name: outcomes(sheet) for sheet in book.Sheets}
    book.close(True)
    return sheets


def main():
    job = json.load(sys.stdin)
    with started(job) as (context, desktop):
        answers = [recalculate(desktop, one) for one in job["jobs"]]
        json.dump({"jobs": answers, "functions": functions(context), "version": probe(desktop)}, sys.stdout)


main()
