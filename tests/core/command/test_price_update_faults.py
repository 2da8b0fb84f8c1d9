"""`prices update` when the machine fails it: killed at any moment, no room, no right to write. The old prices stay whole."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from pathlib import Path

import pytest

from compute_cost import catalogue
from tests.support import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")]


TODAY = catalogue.catalogue_date() + datetime.timedelta(days=40)


OLD = (
    "gpu,provider,provider_class,term,price,date,recorded,source,confidence,note\n"
    f"h100-sxm-80,lambda,neocloud,on_demand,3.01,{TODAY},{TODAY},gpuhunt,not checked,\n"
).encode()


# Runs the update in a process of its own, with a fault in it: argv[1] is code that is run first.


PROGRAM = """
import datetime, os, resource, signal, sys
from compute_cost.command import price_commands
today = datetime.date.fromisoformat(sys.argv[2])
price_commands.today = lambda: today
price_commands._update_tariffs = lambda: None  # whose list comes from the network
exec(sys.argv[1])
from compute_cost.command.cli import main
sys.argv = ["compute-cost", "prices", "update"]
main()
"""


# Ends the process, without a word, at the n-th line of our own code that it comes to.


KILL = """
left = {line}
def trace(frame, event, _):
    global left
    if "price_" not in frame.f_code.co_filename:
        return None
    if event == "line":
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return trace
sys.settrace(trace)
"""


# Lets a file grow to so many bytes; a write beyond is an error, as on a full disk.


FULL = "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"


def update(folder: Path, fault: str = "") -> subprocess.CompletedProcess[str]:
    lists = str(ROOT / "tests" / "data" / "gpuhunt")
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, fault, TODAY.isoformat()], capture_output=True, text=True, cwd=ROOT, timeout=120, check=False,
        env={**os.environ, "COMPUTE_COST_DATA": str(folder), "GPUHUNT_CATALOG_DIR": lists},
    )  # fmt: skip


def prices(folder: Path) -> bytes:
    return (folder / "prices.csv").read_bytes()


def readable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many rows a reader finds; a damaged file would raise."""
    monkeypatch.setenv("COMPUTE_COST_DATA", str(folder))
    return len(catalogue.user_prices())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir()
    (made / "prices.csv").write_bytes(OLD)
    return made


def test_killed_at_any_moment_it_leaves_the_old_or_the_new(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time further on, until it is done; what a killed one left behind keeps nobody from the next."""
    seen = []
    for line in (1, 200, 900, 1300, 1350, 1400, 1500, 3000):
        (folder / "prices.csv").write_bytes(OLD)
        done = update(folder, KILL.format(line=line))
        assert done.returncode in (-9, 0), done.stderr
        content = prices(folder)
        assert content == OLD or (content.startswith(OLD) and content.endswith(b"\n"))
        assert readable(folder, monkeypatch) == content.count(b"\n") - 1
        seen.append((done.returncode, content == OLD))
    assert (-9, True) in seen, "it was never killed in time"
    done = update(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert prices(folder).startswith(OLD)
    assert {one.name for one in folder.iterdir()} == {"prices.csv", "prices.lock"}


@pytest.mark.parametrize("size", [1, 700])
def test_a_full_disk_is_one_line_and_the_old_prices_stay(size: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = update(folder, FULL.format(size=size))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert "nothing was changed" in done.stderr
    assert prices(folder) == OLD
    assert readable(folder, monkeypatch) == 1
    assert update(folder).returncode == 0
    assert len(prices(folder)) > len(OLD)


def test_what_an_interrupted_update_left_is_never_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "prices.part").write_bytes(OLD[:150])
    assert readable(folder, monkeypatch) == 1
    assert update(folder).returncode == 0
    assert prices(folder).startswith(OLD)
    assert not (folder / "prices.part").exists()


def test_where_nothing_can_be_written_it_says_so_in_one_line(folder: Path) -> None:
    (folder / "prices.part").mkdir()  # stands for a folder without the right to write, which an administrator always has
    done = update(folder)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert "nothing was changed" in done.stderr
    assert prices(folder) == OLD
    done = update(folder / "prices.csv")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr


def test_updates_at_the_same_time_lose_no_row(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = str(ROOT / "tests" / "data" / "gpuhunt")
    environment = {**os.environ, "COMPUTE_COST_DATA": str(folder), "GPUHUNT_CATALOG_DIR": lists}
    command = [sys.executable, "-c", PROGRAM, "", TODAY.isoformat()]
    both = [subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [one.communicate(timeout=120)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0, 0]
    rows = prices(folder).splitlines()
    assert rows[:2] == OLD.splitlines()
    assert len(set(rows)) == len(rows)
    assert sum("21 prices added" in one for one in said) == 1
    assert sum(" 0 prices added" in f" {line}" for one in said for line in one.splitlines()) == 2
    assert readable(folder, monkeypatch) == len(rows) - 1
