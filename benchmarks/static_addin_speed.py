"""The Excel add-in that needs no server, in headless Chromium: the first cell after a load, and cells per second.

The folder of `compute-cost sheets static` on a plain static host of this machine, with a stand-in for Excel. A load counts from the start
of the navigation, with the browser's cache warm. `--soak` asks 200,000 distinct cells besides, mistakes among them, and looks at each.
"""

from __future__ import annotations

import math
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the stand-in for Excel and the static host that the tests use
import compute_cost  # noqa: E402
from compute_cost_sheets.hosts.office_js import pages  # noqa: E402
from tests.support.browser import browsing, hosted  # noqa: E402

STUB = (ROOT / "tests" / "xlplugin" / "office_js" / "node" / "office_stub.js").read_text(encoding="utf-8")
LOADS, CELLS, ROUNDS, SOAK = 7, 10_000, 4, 200_000
WRONG = 7  # each seventh cell of the soak asks for an accelerator that there is not
FIRST = """async () => {
    const rows = await book.functions.TRAIN_COST([["GPT-3"]], null, [["A100"]], {});
    return [performance.now(), rows[0][0]];
}"""
CALLS = """async (calls) => {
    const started = performance.now();
    const one = (call, at) => book.functions.TRAIN_COST(...call.map((cell) => [[cell]]), { address: `S!A${at + 1}` });
    const rows = await Promise.allSettled(calls.map(one));
    const seconds = (performance.now() - started) / 1000;
    return [seconds, rows.map((row) => (row.status === "fulfilled" ? row.value[0][0] : row.reason.message))];
}"""


def loaded(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.route("https://appsforoffice.microsoft.com/**", lambda route: route.fulfill(body=STUB, content_type="text/javascript"))
    page.goto(f"{address}/taskpane.html", wait_until="commit")
    while not page.evaluate("typeof book === 'object' && 'TRAIN_COST' in book.functions"):
        pass
    return page


def first_cells(context: BrowserContext, address: str) -> list[float]:
    """Seconds from the start of each load to its first cell, the cold one first."""
    waits = []
    for _ in range(LOADS + 1):
        page = loaded(context, address)
        milliseconds, value = page.evaluate(FIRST)
        assert math.isclose(value, compute_cost.train_cost("GPT-3", None, "A100").value, rel_tol=1e-12)
        waits.append(milliseconds / 1000)
        page.close()
    return waits


def answered(page: Page, calls: list[list[Any]]) -> tuple[float, int]:
    """Seconds for the cells of one recalculation, and how many of them are lost or wrong."""
    seconds, shown = page.evaluate(CALLS, calls)
    wrong = len(calls) - len(shown)
    for call, cell in zip(calls, shown, strict=False):
        if call[2] == "A100":
            wrong += not (isinstance(cell, float | int) and math.isclose(cell, compute_cost.train_cost(*call).value, rel_tol=1e-12))
        else:
            wrong += not str(cell).startswith('gpu: "A1OO" is not known; ')
    return seconds, wrong


def main() -> None:
    kinds: dict[str, Callable[[int], list[Any]]] = {
        "price and utilization given": lambda n: [1e9 + 1e6 * n, 3e11, "A100", 2, 0.4],
        "a size predicted afresh in each": lambda n: [1e9 + 1e6 * n, 3e11, "A100"],
    }
    with tempfile.TemporaryDirectory() as temporary, browsing() as browser:
        pages.build(Path(temporary), None, None)
        with hosted(Path(temporary)) as address:
            context = browser.new_context()
            cold, *warm = first_cells(context, address)
            print(f"first cell after a load: {statistics.median(warm):.1f} s (median of {LOADS}, the cold load before {cold:.1f} s)")
            page = loaded(context, address)
            for what, call in kinds.items():
                rounds = [answered(page, [call(turn * CELLS + n) for n in range(CELLS)]) for turn in range(ROUNDS)]
                assert not sum(wrong for _, wrong in rounds)
                print(f"{CELLS:,} cells, {what}: {CELLS / statistics.median(seconds for seconds, _ in rounds):,.0f} cells/s")
            if "--soak" in sys.argv:
                cells = [["GPT-3", 1e11 + 1e6 * n, "A100" if n % WRONG else "A1OO", 2] for n in range(SOAK)]
                seconds, wrong = answered(page, cells)
                print(f"{SOAK:,} cells: {wrong} lost or wrong, in {seconds:.0f} s")
                if wrong:
                    sys.exit(1)


if __name__ == "__main__":
    main()
