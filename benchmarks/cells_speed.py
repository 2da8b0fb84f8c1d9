"""Time of one of 10,000 changed cells in Python, as hosts call them, against the same call without a spreadsheet's rule for cells.

The same for 10,000 cells with the same arguments ("again"), as a recalculation of what has not changed.

With --against FOLDER, another version's checkout, both run by turns in processes of their own, and the least processor times are
compared: what else the machine does only adds.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CELLS = 10_000
ROUNDS = 7
ROOT = Path(__file__).resolve().parents[1]
GIVEN, PREDICTED = "utilization given", "utilization predicted"
CALL, EACH, ARRAY = "a call in Python", "a cell for each call", "a range in one call"


def seconds(call: Callable[[], Any]) -> float:
    started = time.process_time()  # the processor's time: a machine that others use too would stop the longer call more often
    call()
    return time.process_time() - started


def cell_functions(folder: Path) -> Any:
    """The module of that checkout that makes functions of cells; before 0.3 the folders themselves were the packages."""
    renamed = (folder / "core" / "compute_cost").is_dir()
    sys.path[:0] = [str(folder / name) for name in ("core", "xlplugin")] if renamed else [str(folder)]
    functions = importlib.import_module("compute_cost_sheets.functions" if renamed else "xlplugin.functions")
    assert Path(str(functions.__file__)).is_relative_to(folder), functions.__file__
    return functions


def measure(folder: Path, first: float) -> dict[str, float]:
    """Microseconds of one of 10,000 sizes that were never asked before, by what is asked and how, and of one size again and again."""
    functions = cell_functions(folder)
    doc = functions.registry.estimates()["train_cost"]
    cell = functions.cell_function(doc)
    times: dict[str, float] = {}
    size = first
    for what, share in ((GIVEN, 0.4), (PREDICTED, None)):
        calls: dict[str, Callable[[list[float]], Any]] = {
            CALL: lambda sizes, share=share: [doc.call(n, 1e12, "H100", None, share).value for n in sizes],  # type: ignore[misc]
            EACH: lambda sizes, share=share: [cell(n, 1e12, "H100", None, share) for n in sizes],  # type: ignore[misc]
            ARRAY: lambda sizes, share=share: cell(tuple((n,) for n in sizes), 1e12, "H100", None, share),  # type: ignore[misc]
        }
        for way, call in calls.items():
            call([size])  # the catalogue is read
            sizes = [size + step for step in range(1, CELLS + 1)]
            size = sizes[-1] + 1
            times[f"{way}, {what}"] = seconds(lambda call=call, sizes=sizes: call(sizes)) / CELLS * 1e6  # type: ignore[misc]
            last = call(sizes[-1:])
            assert isinstance(last[0] if way != ARRAY else last if isinstance(last, float) else last[0][0], float), last
        for way in (CALL, EACH):
            times[f"{way} again, {what}"] = seconds(lambda call=calls[way], sizes=[size] * CELLS: call(sizes)) / CELLS * 1e6  # type: ignore[misc]
    return times


def rounds(folders: dict[str, Path], count: int) -> dict[str, dict[str, float]]:
    """The least times of each checkout over rounds that take turns."""
    least: dict[str, dict[str, float]] = {name: {} for name in folders}
    for number in range(count):
        for name, folder in folders.items():
            command = [sys.executable, __file__, "--measure", str(folder), "--first", str(1e9 + number * 1e8)]
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONHASHSEED": "0"})
            for what, taken in json.loads(done.stdout).items():
                least[name][what] = min(taken, least[name].get(what, taken))
    return least


def main() -> None:
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--against", type=Path, help="the folder of another version's checkout")
    read.add_argument("--rounds", type=int, default=ROUNDS)
    read.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    read.add_argument("--first", type=float, default=1e9, help=argparse.SUPPRESS)
    given = read.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure.resolve(), given.first)))
        return
    folders = {"now": ROOT} | ({"before": given.against.resolve()} if given.against else {})
    least = rounds(folders, given.rounds)
    now, before = least["now"], least.get("before")
    for what, taken in now.items():
        plain = now[f"{CALL}, {what.split(', ')[1]}"]
        than = f", {taken / before[what]:.2f} times the other version's {before[what]:.2f} us" if before else ""
        print(f"{what}: {taken:.2f} us, {taken / plain:.2f} times the call{than}")


if __name__ == "__main__":
    main()
