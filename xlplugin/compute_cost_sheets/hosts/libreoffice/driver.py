"""Runs under LibreOffice's own Python: opens a workbook, sets cells, recalculates everything and prints what came out.

Reads one JSON object on standard input: soffice, profile, extensions (folder or null), books [{book, changes [[[sheet, cell, value]]],
addin, saves [file]}]. A cell without a sheet is a name of the workbook; `saves` are of the book with the first of its changes.
Prints {"books": [[{"sheets": {sheet: {cell: {formula, value, error, why, label, unit}}}, "seconds": of the recalculation}]], one for
each of its changes, "functions": {name: help}, "version": what the add-in says}.
Cached values are never believed: every formula is set again before the calculation.
"""

import contextlib
import csv
import json
import os
import sys
import tempfile
import time
import uuid

from office import new_book, prop, started, url

FORMULA_CELLS = 16
ERROR_RESULT = 4
MOST_BESIDE = 8  # columns in which a label is looked for
MOST_WORDS = 500  # errors that are put into words
FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8", ".pdf": "calc_pdf_Export"}


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


def shown(book, sheet):
    """Every cell of a sheet as it is shown: one file instead of two calls to the office for each cell."""
    number = [other.Name for other in book.Sheets].index(sheet.Name) + 1
    with tempfile.TemporaryDirectory(prefix="compute-cost-") as folder:
        options = f"44,34,76,1,,0,false,true,false,false,false,{number}"  # comma, quote, UTF-8, from line 1, cells as they are shown
        csv_filter = prop("FilterName", "Text - txt - csv (StarCalc)"), prop("FilterOptions", options)
        book.storeToURL(url(os.path.join(folder, "shown.csv")), csv_filter)
        (name,) = os.listdir(folder)  # that of the sheet is added to it
        with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
            return list(csv.reader(file))


def outcomes(book, sheet):
    """{cell: formula, value, error, and the texts beside it} of every formula, read area by area."""
    wrong = {}
    failed = sheet.queryFormulaCells(ERROR_RESULT)
    texts = shown(book, sheet) if failed.Count else []
    for where in failed.RangeAddresses:
        for row in range(where.StartRow, where.EndRow + 1):
            for column in range(where.StartColumn, where.EndColumn + 1):
                wrong[row, column] = texts[row][column]
    by_cell = {}
    for area in formula_areas(sheet):
        where = area.RangeAddress
        texts = beside(sheet, where)
        formulas = area.getFormulaArray()
        for down, values in enumerate(area.getDataArray(), where.StartRow):
            for across, value in enumerate(values, where.StartColumn):
                error = wrong.get((down, across))
                formula = formulas[down - where.StartRow][across - where.StartColumn]
                label, unit = texts[down - where.StartRow]
                outcome = {"formula": formula, "value": None if error else value, "error": error, "label": label, "unit": unit}
                by_cell[address(across, down)] = outcome
    return by_cell


def beside(sheet, where):
    """The text to the left of each row of an area and the one to its right: what the row is, and in which unit."""
    first, last = max(where.StartColumn - MOST_BESIDE, 0), where.EndColumn + 1
    rows = sheet.getCellRangeByPosition(first, where.StartRow, last, where.EndRow).getDataArray()
    width = where.StartColumn - first
    labels = [next((text for text in reversed(row[:width]) if isinstance(text, str) and text), "") for row in rows]
    return [(label, row[-1] if isinstance(row[-1], str) else "") for label, row in zip(labels, rows, strict=True)]


def explain(book, sheets):
    """Adds the words for each error, asked of the add-in on a sheet that is taken away again."""
    wrong = [(sheet, cell) for sheet, cells in sheets.items() for cell, outcome in cells.items() if outcome["error"]][:MOST_WORDS]
    if not wrong:
        return
    name = "why" + uuid.uuid4().hex
    book.Sheets.insertNewByName(name, book.Sheets.Count)
    asking = book.Sheets.getByName(name).getCellRangeByPosition(0, 0, 0, len(wrong) - 1)
    asking.setFormulaArray([["=COST_WHY($'{}'.{})".format(sheet.replace("'", "''"), cell)] for sheet, cell in wrong])
    book.calculate()
    for (sheet, cell), (words,) in zip(wrong, asking.getDataArray(), strict=True):
        if isinstance(words, str) and words:
            sheets[sheet][cell]["why"] = words
    book.Sheets.removeByName(name)


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
    described = {}
    for index in range(known.Count):
        function = {part.Name: part.Value for part in known.getByIndex(index)}
        arguments = [[part.Name, part.Description, part.IsOptional] for part in function["Arguments"] or ()]
        described[function["Name"]] = {"description": function["Description"], "category": function["Category"], "arguments": arguments}
    return described


def recalculated(desktop, job):
    """One workbook with each of its changes: what its formulas come to."""
    book = desktop.loadComponentFromURL(url(job["book"]), "_blank", 0, (prop("Hidden", True),))
    if book is None or not hasattr(book, "Sheets"):
        raise SystemExit(f"{os.path.basename(job['book'])} is not a workbook that LibreOffice can open")
    locked = [sheet for sheet in book.Sheets if sheet.isProtected()]
    for sheet in locked:
        sheet.unprotect("")  # nothing can be written on a protected one
        if sheet.isProtected():
            raise SystemExit(f"{os.path.basename(job['book'])}: the sheet {sheet.Name} is protected by a password; take it off first")
    automatic = book.isAutomaticCalculationEnabled()
    book.enableAutomaticCalculation(False)  # else every formula that is set again calculates what hangs on it
    for sheet in book.Sheets:
        reset(sheet)
    answers = []
    for changes in job["changes"]:
        with changed(book, changes):
            answers.append(recalculate(book, job["addin"]))
            if len(answers) == 1:
                book.enableAutomaticCalculation(automatic)  # as it is stored in the file
                save(book, job["saves"], locked)
                book.enableAutomaticCalculation(False)
    book.close(True)
    return answers


@contextlib.contextmanager
def changed(book, changes):
    """The book with these cells set; what they held comes back at the end."""
    held = []
    for sheet, where, value in changes:
        cell = target(book, sheet, where)
        held.append(
            (cell, cell.Formula if cell.Type.value == "FORMULA" else None, cell.Value if cell.Type.value == "VALUE" else cell.String)
        )
        fill(cell, value)
    yield
    for cell, formula, value in reversed(held):
        if formula is None:
            fill(cell, value)
        elif formula.startswith("{"):
            cell.setArrayFormula(formula[1:-1])
        else:
            cell.setFormula(formula)


def fill(cell, value):
    if isinstance(value, str):
        cell.setString(value)
    else:
        cell.setValue(value)


def recalculate(book, addin):
    """What each formula comes to, and how long that takes."""
    started_at = time.perf_counter()
    book.calculateAll()
    seconds = time.perf_counter() - started_at
    sheets = {sheet.Name: outcomes(book, sheet) for sheet in book.Sheets}
    if addin:
        explain(book, sheets)
    return {"sheets": sheets, "seconds": seconds}


def save(book, paths, locked):
    """The book as files, with the protection of its sheets."""
    for sheet in locked:
        sheet.protect("")
    for path in paths:
        book.storeToURL(url(path), (prop("FilterName", FILTERS[os.path.splitext(path)[1]]),))
    for sheet in locked:
        sheet.unprotect("")


def target(book, sheet, where):
    """The cell that is to be changed: of a sheet, or the one that a name of the workbook stands for."""
    if sheet:
        if not book.Sheets.hasByName(sheet):
            raise SystemExit(f"--set: {sheet!r} is not a sheet; the workbook has {', '.join(book.Sheets.ElementNames)}")
        return book.Sheets.getByName(sheet).getCellRangeByName(where).getCellByPosition(0, 0)
    names = {name.casefold(): name for name in book.NamedRanges.ElementNames}
    cells = book.NamedRanges.getByName(names[where.casefold()]).getReferredCells() if where.casefold() in names else None
    if cells is None:
        raise SystemExit(f"--set: {where!r} is not the name of a cell; the workbook has {', '.join(names.values()) or 'none'}")
    return cells.getCellByPosition(0, 0)


def main():
    job = json.load(sys.stdin)
    with started(job) as (context, desktop):
        answers = [recalculated(desktop, book_job) for book_job in job["books"]]
        json.dump({"books": answers, "functions": functions(context), "version": probe(desktop)}, sys.stdout)


main()
