"""Runs under LibreOffice's own Python for libreoffice_speed.py: times the recalculation of columns of formulas.

Reads {soffice, profile, extensions, cells, rounds, chips [[name, peak]] of the table that native formulas look into, asked [name of a
chip, over and over], formulas {name: formula of row {0}, or an array formula}}.
Prints {"cpu": {name: [seconds, one a round]}, "wall": the same, "calls": {name: [one a round]}, "inputs": rows of the last round,
"values": {name: column, null where a cell shows an error}}.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "xlplugin" / "compute_cost_sheets" / "hosts" / "libreoffice"))
from office import new_book, started  # loads uno, which makes the next import possible

from com.sun.star.beans import NamedValue  # isort: skip
from com.sun.star.sheet.FillDirection import TO_BOTTOM  # isort: skip


def inputs(cells, shift, asked):
    """params, tokens, gpu, price, utilization: no two rows and no two rounds alike."""
    return tuple(
        (7e9 + row + 1e6 * shift, 1e12 + row, asked[row % len(asked)], 1.5 + row / cells, 0.2 + (row + shift / 100) / cells / 2)
        for row in range(cells)
    )


def main():
    job = json.load(sys.stdin)
    cells, chips, asked = job["cells"], job["chips"], job["asked"]
    rounds = {"cpu": {}, "wall": {}, "calls": {}, "values": {}}
    with started(job) as (context, desktop):
        timer = context.ServiceManager.createInstanceWithContext("org.computecost.Timer", context)
        book = new_book(desktop)
        sheet = book.Sheets.getByIndex(0)
        sheet.getCellRangeByName(f"L1:M{len(chips)}").setDataArray(tuple(map(tuple, chips)))
        given, answers = sheet.getCellRangeByName(f"A1:E{cells}"), sheet.getCellRangeByName(f"G1:G{cells}")
        book.enableAutomaticCalculation(False)
        for shift in range(job["rounds"]):  # each round times every formula, so that a busy moment hits them alike
            for number, (name, formula) in enumerate(job["formulas"].items()):
                whole = "{0}" not in formula
                given.setDataArray(inputs(cells, -1 - number, asked))
                if whole:
                    answers.setArrayFormula(formula)
                else:
                    answers.getCellByPosition(0, 0).setFormula(formula.format(1))
                    answers.fillAuto(TO_BOTTOM, 1)
                book.calculate()
                rows = inputs(cells, shift, asked)
                given.setDataArray(rows)
                measured = timer.execute((NamedValue("book", book), NamedValue("whole", whole)))
                for what, value in zip(("cpu", "wall", "calls"), measured, strict=True):
                    rounds[what].setdefault(name, []).append(value)
                rounds["values"][name] = [row[0] for row in answers.getDataArray()]
                answers.clearContents(1023)
        rounds["inputs"] = rows
        book.close(True)
    json.dump(rounds, sys.stdout)


main()
