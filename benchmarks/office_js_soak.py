"""200,000 distinct cells through the add-in on this machine, mistakes among them: every one must come back, each with its own answer.

In ten recalculations of 20,000 cells, by the client that Excel loads, run in Node by a stand-in for Excel, over HTTPS.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the stand-in for Excel that the tests use
import compute_cost  # noqa: E402
from tests.support.office_server import Excel, running  # noqa: E402

CELLS, TURNS = 20_000, 10
WRONG = 7  # each seventh cell asks for an accelerator that there is not


def calls(turn: int) -> list[list[Any]]:
    first = turn * CELLS
    return [
        ["TRAIN_COST", [["GPT-3"]], [[1e11 + 1e6 * n]], [["A100" if n % WRONG else "A1OO"]], [[2]]] for n in range(first, first + CELLS)
    ]


def main() -> None:
    lost = wrong = requests = 0
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server, Excel(server) as excel:
        for turn in range(TURNS):
            answered = excel.recalculate(*calls(turn))
            requests += answered["requests"]
            lost += CELLS - len(answered["cells"])
            for number, cell in enumerate(answered["cells"], turn * CELLS):
                if number % WRONG:
                    wrong += cell.get("value") != [[compute_cost.train_cost("GPT-3", 1e11 + 1e6 * number, "A100", 2).value]]
                else:
                    wrong += not cell.get("message", "").startswith('gpu: "A1OO" is not known; ')
        seconds = time.monotonic() - started
        still_there = server.results(["COST_VERSION"]) == [compute_cost.cost_version().value]
    print(f"{CELLS * TURNS:,} cells in {requests} requests: {lost} lost, {wrong} wrong; {seconds:.0f} s with the check of every cell")
    if lost or wrong or not still_there:
        sys.exit(1)


if __name__ == "__main__":
    main()
