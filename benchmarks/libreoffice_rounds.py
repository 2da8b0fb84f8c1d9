"""Runs under LibreOffice's own Python for libreoffice_speed.py: times the recalculation of columns of formulas.

Reads {soffice, profile, extensions, cells, rounds, chips [[name, peak]], formulas {name: formula of row {0}, or an array formula}}.
Prints {"cpu": {name: [seconds, one a round]}, "wall": the same, "calls": {name: [one a round]}, "inputs": rows of the last round,
"values": {name: column}}.
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "xlplugin" / "compute_cost_sheets" / "hosts" / "libreoffice"))
from office import new_book, started  # loads uno, which makes the next import possible

from com.sun.star.sheet.FillDirection import TO_BOTTOM  # isort: skip


def inputs(cells, shift, chips):
    """params, tokens, gpu, price, utilization: no two rows and no two rounds alike."""
    return tuple(
        (7e9 + row + 1e6 * shift, 1e12 + row, chips[row % len(chips)][0], 1.5 + row / cells, 0.2 + (row + shift / 100) / cells / 2)
        for row in range(cells)
    )


def ask(cell, function):
    """What a counting function of the add-in says now; asked in a workbook of its own."""
    cell.setFormula(f"={function}()")
    return cell.Value


def main():
    job = json.load(sys.stdin)
    cells, chips = job["cells"], job["chips"]
    found = {"cpu": {}, "wall": {}, "calls": {}, "values": {}}
    with started(job) as (_, desktop):
        counting, book = new_book(desktop), new_book(desktop)
        counter = counting.Sheets.getByIndex(0).getCellRangeByName("A1")
        sheet = book.Sheets.getByIndex(0)
        sheet.getCellRangeByName(f"L1:M{len(chips)}").setDataArray(tuple(map(tuple, chips)))
        given, answers = sheet.getCellRangeByName(f"A1:E{cells}"), sheet.getCellRangeByName(f"G1:G{cells}")
        book.enableAutomaticCalculation(False)
        for shift in range(job["rounds"]):  # each round times every formula, so that a busy moment hits them alike
            for number, (name, formula) in enumerate(job["formulas"].items()):
                whole = "{0}" not in formula
                given.setDataArray(inputs(cells, -1 - number, chips))
                if whole:
                    answers.setArrayFormula(formula)
                else:
                    answers.getCellByPosition(0, 0).setFormula(formula.format(1))
                    answers.fillAuto(TO_BOTTOM, 1)
                book.calculate()
                rows = inputs(cells, shift, chips)
                given.setDataArray(rows)
                before = ask(counter, "CALL_COUNT")
                start, cpu = time.perf_counter(), ask(counter, "CPU_SECONDS")
                # An array formula has followed its inputs already, so it is timed when it is made to calculate once more.
                if whole:
                    book.calculateAll()
                else:
                    book.calculate()
                found["cpu"].setdefault(name, []).append(ask(counter, "CPU_SECONDS") - cpu)
                found["wall"].setdefault(name, []).append(time.perf_counter() - start)
                found["calls"].setdefault(name, []).append(ask(counter, "CALL_COUNT") - before)
                found["values"][name] = [row[0] for row in answers.getDataArray()]
                answers.clearContents(1023)
        found["inputs"] = rows
        book.close(True)
        counting.close(True)
    json.dump(found, sys.stdout)


main()
