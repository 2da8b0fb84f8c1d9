"""Cells per second of 10,000 distinct TRAIN_COST cells in Excel's Office.js: ours, batched, against xlwings Server's request for each cell.

The second ratio is that of the processor's time, of server and client together: a machine that others use too moves it less.
Both servers run on this machine and are driven in turns by the client that each of them serves to Excel, run in Node by a stand-in
for Excel, over HTTPS with the same certificate, as Excel demands it; theirs on six kept connections, a browser's number. Both call the
same estimate of this package. xlwings Server is installed into an environment of its own in a temporary folder
and runs under its non-commercial key; nothing of it is a part or an extra of this package. Needs Node.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the stand-in for Excel that the tests use
import compute_cost  # noqa: E402
from tests.support.office_server import Excel, running  # noqa: E402

CELLS, SHEETS, ROUNDS, CONNECTIONS = 10_000, 5, 4, 6
PEER = "xlwings-server==1.20.0"
FUNCTION = """import compute_cost
from xlwings import func


@func
def train_cost(params, tokens, gpu):
    return compute_cost.train_cost(params, tokens, gpu).value
"""

Cell = tuple[float, float, str]


def sheet(turn: int) -> list[Cell]:
    """A table of costs as people make them: 100 model sizes by 100 training sets, other ones in each round."""
    return [(7e9 + 1e9 * (index % 100) + turn, 1e12 + 1e10 * (index // 100), "A100") for index in range(CELLS)]


def sizes(turn: int) -> list[Cell]:
    """The hardest case: 10,000 model sizes, each with a utilization that has to be predicted afresh."""
    return [(7e9 + 1e6 * index + turn, 1e12, "A100") for index in range(CELLS)]


@contextmanager
def xlwings_server(folder: Path, certificate: Path) -> Iterator[tuple[str, int]]:
    """xlwings Server with one function that calls our estimate; its address and its process."""
    environment, project = folder / "environment", folder / "project"
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    subprocess.run(
        [str(scripts / "python"), "-m", "pip", "install", "--quiet", "--quiet", PEER, str(ROOT)], check=True, capture_output=True
    )
    subprocess.run([str(scripts / "xlwings-server"), "init", project.name], check=True, cwd=folder, stdout=subprocess.DEVNULL)
    (project / "custom_functions" / "functions.py").write_text(FUNCTION, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"XLWINGS_LICENSE_KEY": "noncommercial", "XLWINGS_ENVIRONMENT": "prod", "XLWINGS_PROJECT_DIR": str(project)}
    command = [str(scripts / "python"), "-m", "uvicorn", "xlwings_server.main:main_app", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--log-level", "warning", "--ssl-certfile", str(certificate), "--ssl-keyfile", str(certificate.with_suffix(".pem"))]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=project, env={**os.environ, **settings}, stdout=log, stderr=subprocess.STDOUT)
        try:
            address = f"https://127.0.0.1:{port}"
            _wait(port, process, folder / "log")
            yield address, process.pid
        finally:
            process.terminate()
            process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            sys.exit(log.read_text(encoding="utf-8", errors="replace"))
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return
        time.sleep(0.2)
    sys.exit("xlwings Server did not start")


def processor_seconds(process: int) -> float:
    """What the processor has spent on a process, on Linux; elsewhere not a number."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return math.nan
    return (int(fields[11]) + int(fields[12])) / float(os.sysconf("SC_CLK_TCK"))


def theirs(address: str, process: int, certificate: Path, cells: list[Cell]) -> tuple[float, float]:
    """Cells per second of xlwings Server, and seconds of the processor for each."""
    before = processor_seconds(process)
    job = {"address": address, "function": "TRAIN_COST", "cells": cells, "connections": CONNECTIONS}
    node = [shutil.which("node") or "node", str(ROOT / "benchmarks" / "office_js_peer.mjs")]
    trusting = {**os.environ, "NODE_EXTRA_CA_CERTS": str(certificate)}
    done = subprocess.run(node, input=json.dumps(job), capture_output=True, text=True, encoding="utf-8", check=False, env=trusting)
    assert done.returncode == 0, done.stderr
    answered = json.loads(done.stdout)
    assert answered["requests"] == len(cells)
    assert answered["answers"] == [[[compute_cost.train_cost(*cell).value]] for cell in (cells[0], cells[-1])]
    spent = processor_seconds(process) - before + float(answered["cpu"])
    return len(cells) / float(answered["seconds"]), spent / len(cells)


def ours(excel: Excel, process: int, cells: list[Cell]) -> tuple[float, float, int]:
    """The same of our add-in, and the requests that it took."""
    before = processor_seconds(process)
    answered: dict[str, Any] = excel.recalculate(*(["TRAIN_COST", [[params]], [[tokens]], [[gpu]]] for params, tokens, gpu in cells))
    for index in (0, len(cells) - 1):
        assert answered["cells"][index]["value"] == [[compute_cost.train_cost(*cells[index]).value]]
    assert all("value" in cell for cell in answered["cells"]), "a cell is lost"
    spent = processor_seconds(process) - before + float(answered["cpu"]) / 1000
    return len(cells) / float(answered["milliseconds"]) * 1000, spent / len(cells), int(answered["requests"])


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary, running(Path(temporary, "ours")) as server, Excel(server) as excel:
        own = server.process.pid
        for turn in (-1, -2):  # neither is measured cold
            ours(excel, own, sheet(turn))
        with xlwings_server(Path(temporary), server.certificate) as (address, peer):
            theirs(address, peer, server.certificate, sheet(-1)[:1000])
            for what, cells in (("100 sizes by 100 training sets", sheet), ("10,000 sizes, each predicted afresh", sizes)):
                speeds: list[tuple[float, float, float, float]] = []
                requests = 0
                for turn in range(ROUNDS):  # in turns, so that other work on the machine meets both
                    several = [ours(excel, own, cells(turn * SHEETS + number)) for number in range(SHEETS)]  # one is over in an instant
                    requests = several[0][2]
                    theirs_now = theirs(address, peer, server.certificate, cells(turn)[: CELLS // ROUNDS])
                    speeds.append((*(statistics.median(column) for column in list(zip(*several, strict=True))[:2]), *theirs_now))
                mine, spent, other, their_spent = (statistics.median(column) for column in zip(*speeds, strict=True))
                ratio = statistics.median(fast / slow for fast, _, slow, _ in speeds)
                of_processor = statistics.median(much / little for _, little, _, much in speeds)
                print(
                    f"{what}: {mine:,.0f} cells/s in {requests} request(s) against {other:,.0f} cells/s, {ratio:.0f} times; "
                    f"processor {spent * 1e6:.1f} us a cell against {their_spent * 1e6:,.0f}, {of_processor:.0f} times"
                )


if __name__ == "__main__":
    main()
