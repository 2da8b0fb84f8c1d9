"""Recalculation in one LibreOffice, in one run: changed add-in cells against native formulas, and against what bounds them.

    python benchmarks/libreoffice_speed.py [--cells 10000] [--rounds 7]
    python benchmarks/libreoffice_speed.py --soak     200,000 cells, one call each: none may be lost

Every cell has inputs of its own, and all of them change before each measurement. The native formula does what TRAIN_COST does
with a given utilization and price: look the chip's peak up by its name among all chips, 6 N D / (peak x utilization) / 3600 x
price. EMPTY_COST is an add-in function with the arguments of TRAIN_COST that answers 0: what LibreOffice and its Python need
before any of our code runs, and so the bound. A counter inside the add-in shows that the calls happened; every answer of the
last round is compared with core's. CPU time is that of the whole office process: on a shared machine it says more than the clock.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import compute_cost
from compute_cost import catalogue, registry
from compute_cost.physics.formats import peak_of
from compute_cost_sheets.hosts.libreoffice.build import build, function_help, method_interface
from compute_cost_sheets.hosts.libreoffice.evaluate import programs, run_inside

LOOKED_UP, PREDICTED = "native, chip looked up", "TRAIN_COST, utilization predicted"
FORMULAS = {
    LOOKED_UP: "=6*A{0}*B{0}/(VLOOKUP(C{0};$L$1:$M$CHIPS;2;0)*E{0})/3600*D{0}",
    "native, arithmetic only": "=6*A{0}*B{0}/($M$1*E{0})/3600*D{0}",
    "EMPTY_COST, the bound": "=EMPTY_COST(A{0};B{0};C{0};D{0};E{0})",
    "TRAIN_COST, utilization given": "=TRAIN_COST(A{0};B{0};C{0};D{0};E{0})",
    PREDICTED: "=TRAIN_COST(A{0};B{0};C{0};D{0})",
    "EMPTY_COST over a range": "=EMPTY_COST(A1:AROWS;B1:BROWS;C1:CROWS;D1:DROWS;E1:EROWS)",
    "TRAIN_COST over a range, utilization given": "=TRAIN_COST(A1:AROWS;B1:BROWS;C1:CROWS;D1:DROWS;E1:EROWS)",
    "TRAIN_COST over a range, utilization predicted": "=TRAIN_COST(A1:AROWS;B1:BROWS;C1:CROWS;D1:DROWS)",
}
# Counts the calls, and answers the empty ones with rows of zeros as TRAIN_COST answers with rows of costs.
COUNTING = """

import time

calls = 0


def _counted(method):
    def counted(self, *arguments):
        global calls
        calls += 1
        return method(self, *arguments)

    return counted


AddIn.traincost = _counted(AddIn.traincost)
AddIn.emptycost = _counted(lambda self, first, *rest: ((0.0,),) * len(first) if type(first) is tuple else ((0.0,),))
AddIn.callcount = lambda self: ((float(calls),),)
AddIn.cpuseconds = lambda self: ((time.process_time(),),)
"""


def counting_addin(folder: Path) -> None:
    """The real add-in, unpacked, with the empty function and the counter."""
    with zipfile.ZipFile(build(folder / "addin.oxt")) as archive:
        archive.extractall(folder / "extensions" / "addin")
    cost = registry.get("train_cost")
    extra = [replace(cost, name="empty_cost"), *(replace(cost, name=name, parameters=()) for name in ("call_count", "cpu_seconds"))]
    for name, mark, texts in (
        ("XComputeCost.idl", "\n};\n}; };", [f"\n{method_interface(doc)}" for doc in extra]),
        ("CalcAddIns.xcu", "</node></node></node></oor:component-data>", [function_help(doc) for doc in extra]),
        ("component.py", "\n\ng_ImplementationHelper =", [COUNTING]),
    ):
        path = folder / "extensions" / "addin" / name
        text = path.read_text(encoding="utf-8")
        assert text.count(mark) == 1, f"{name} has changed"
        path.write_text(text.replace(mark, "".join(texts) + mark), encoding="utf-8")


def expected(name: str, row: tuple[float, float, str, float, float]) -> float:
    params, tokens, gpu, price, utilization = row
    if name.startswith("EMPTY"):
        return 0.0
    if name.startswith("native"):
        chip = catalogue.accelerators().get(gpu if name == LOOKED_UP else chips()[0][0])
        assert chip is not None
        return 6 * params * tokens / (peak_of(chip)[1] * utilization) / 3600 * price
    given = None if name.endswith("predicted") else utilization
    return float(compute_cost.train_cost(params, tokens, gpu, price, given).value)


@cache
def chips() -> list[tuple[str, float]]:
    """Chips on which a model of 7 billion parameters can be trained, with their dense peaks."""
    found = []
    for chip in catalogue.accelerators().rows:
        try:
            compute_cost.train_cost(7e9, 1e12, chip.name, 2.0)
        except compute_cost.CostError:
            continue
        found.append((chip.name, peak_of(chip)[1]))
    return found


def lost(name: str, found: dict[str, Any]) -> int:
    """How many cells of the last round do not show what core answers."""
    pairs = zip(found["inputs"], found["values"][name], strict=True)
    return sum(not (isinstance(value, float) and math.isclose(value, expected(name, row), rel_tol=1e-12)) for row, value in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--soak", action="store_true")
    options = parser.parse_args()
    cells, rounds = (200_000, 1) if options.soak else (options.cells, options.rounds)
    soffice, python = programs()
    formulas = {name: text.replace("CHIPS", str(len(chips()))).replace("ROWS", str(cells)) for name, text in FORMULAS.items()}
    if options.soak:
        formulas = {name: text for name, text in formulas.items() if "{0}" in text}
    with tempfile.TemporaryDirectory(prefix="compute-cost-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        counting_addin(folder)
        job: dict[str, Any] = {"soffice": soffice, "profile": str(folder / "profile"), "extensions": str(folder / "extensions")}
        job |= {"cells": cells, "rounds": rounds, "chips": chips(), "formulas": formulas}
        found = run_inside(python, Path(__file__).with_name("libreoffice_rounds.py"), job)
    print(f"{cells:,} changed cells, {rounds} rounds; us of one cell and ratios to the first line are medians of the rounds")
    print(f"{'':48}{'CPU us':>8}{'ratio':>7}{'wall us':>9}{'ratio':>7}   calls  cells lost")
    wrong = 0
    for name in formulas:
        line = f"{name:48}"
        for kind, width in (("cpu", 8), ("wall", 9)):
            seconds, first = found[kind][name], found[kind][LOOKED_UP]
            ratio = median(one / native for one, native in zip(seconds, first, strict=True))
            line += f"{median(seconds) / cells * 1e6:{width}.2f}{ratio:7.1f}"
        missing = lost(name, found)
        called = max(found["calls"][name])
        wrong += missing + (not name.startswith("native") and called != (cells if "{0}" in FORMULAS[name] else 1))
        print(f"{line}{called:8.0f}{missing:12}")
    if wrong:
        raise SystemExit(f"{wrong} cells or calls are not what core answers")


if __name__ == "__main__":
    main()
