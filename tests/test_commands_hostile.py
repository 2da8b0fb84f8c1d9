"""Commands in a hostile world: texts that steer terminals, a closed or full output, no home, folders that can't be written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT, command

pytestmark = pytest.mark.slow
RUN = [sys.executable, "-W", "error", "-c", "from compute_cost.command.cli import main; main()"]
STEERS = "\x1b[31m\x1b]0;owned\x07\x9b2J"
LOUD = {
    "estimate": ("call", f"train{STEERS}_cost", "{}"),
    "JSON": ("call", "train_cost", f'{{"params": "{STEERS}GPT-3"}}'),
    "argument": ("call", "train_cost", '{"\\u001b[31m\\u009b": 1}'),
    "model": ("call", "train_cost", '{"params": "\\u001b[31m\\u009bGPT-3"}'),
    "question": ("ask", "--offline", f"what does {STEERS}GPT-99 cost to train?"),
    "form": ("tools", "--format", STEERS),
    "picture": ("plot", "train_cost", '{"params": "GPT-3"}', "-o", f"missing{STEERS}/x.png"),
    "workbook": ("sheets", "evaluate", f"missing{STEERS}.xlsx"),
    "server": ("sheets", "serve", "--host", STEERS),
    "assistant's server": ("mcp", "--http", "--host", STEERS),
    "command": (f"no{STEERS}",),
}


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of POSIX")
@pytest.mark.parametrize("what", LOUD)
def test_no_argument_steers_the_terminal(what: str) -> None:
    """On a real terminal, because the library that prints leaves such characters out of pipes."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*RUN, *LOUD[what]], stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env={**os.environ, "NO_COLOR": "1", "TERM": "dumb"}
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # how Linux says that the other side has closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert process.wait(60) in (0, 1, 2)
    text = shown.decode("utf-8")
    assert text.strip()
    assert "Traceback" not in text
    for steering in ("\x1b]", "\x07", "\x9b", "\x1b[31m\x1b"):
        assert steering not in text


HALF = {"words": b"\xff\xfe", "surrogate": "\ud800".encode("utf-8", "surrogatepass")}


@pytest.mark.skipif(sys.platform == "win32", reason="arguments of Windows are text")
@pytest.mark.parametrize("locale", [{}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}], ids=["UTF-8", "C"])
@pytest.mark.parametrize("half", HALF)
def test_arguments_that_are_no_text_are_refused_in_one_line(half: str, locale: dict[str, str]) -> None:
    given = [b"call", b"train_cost", b'{"params": "' + HALF[half] + b'"}']
    done = subprocess.run(
        [*map(os.fsencode, RUN), *given], capture_output=True, cwd=ROOT, env={**os.environ, **locale}, timeout=60, check=False
    )
    lines = done.stderr.decode("utf-8").splitlines()
    assert (done.returncode, len(lines)) == (2, 1), lines
    assert "params" in lines[0]


CHEAP = '{"params": "GPT-3"}'


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_the_output_is_said_in_one_line() -> None:
    for given in (("call", "train_cost", CHEAP), ("table", "cheapest_gpu", CHEAP), ("tools",)):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([*RUN, *given], stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (2, "the output can't be written (No space left on device)\n")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX")
def test_an_output_that_nobody_reads_ends_quietly() -> None:
    """As in `compute-cost ... | head -1`, and with no output at all."""
    for given in (("tools",), ("table", "cheapest_gpu", CHEAP)):
        process = subprocess.Popen([*RUN, *given], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait(60)) == (b"", 1)
        process.stderr.close()
        script = f'exec "$@" >&-; {sys.executable}'
        done = subprocess.run(
            ["sh", "-c", script, "sh", *RUN, *given], stderr=subprocess.PIPE, text=True, cwd=ROOT, timeout=60, check=False
        )
        assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signal")
def test_ctrl_c_ends_without_a_traceback() -> None:
    process = subprocess.Popen([*RUN, "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write('{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
    process.stdin.flush()
    process.stdout.readline()  # it has started
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert "Traceback" not in errors
    assert process.returncode != 0


def test_a_home_that_is_missing_or_a_file_is_no_obstacle_to_an_answer(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    plain = {
        name: value for name, value in os.environ.items() if name not in ("HOME", "XDG_DATA_HOME", "COMPUTE_COST_DATA", "LOCALAPPDATA")
    }
    asked = ("call", "gpu_price", '{"gpu": "H100"}')
    usual = command(*asked)
    assert usual.returncode == 0
    for extra in (
        {},
        {"HOME": str(tmp_path / "missing")},
        {"COMPUTE_COST_DATA": str(tmp_path / "file")},
        {"COMPUTE_COST_DATA": str(tmp_path / "no" / "such")},
    ):
        done = command(*asked, env=plain | extra)
        assert (done.returncode, done.stdout, done.stderr) == (0, usual.stdout, ""), extra


WRITES = {
    "add-in": ("sheets", "addin", "{}/x.oxt"),
    "files for Excel": ("sheets", "excel", "{}"),
    "all hosts": ("sheets", "build", "{}"),
    "manifest": ("sheets", "serve", "--port", "0", "--manifest", "{}/x.xml"),
    "picture": ("plot", "train_cost", CHEAP, "-o", "{}/x.png"),
}


@pytest.mark.parametrize("what", WRITES)
def test_a_place_that_can_not_be_written_is_named_in_one_line(what: str, tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("mine", encoding="utf-8")
    given = [one.format(place) if "{}" in one and one != CHEAP else one for one in WRITES[what]]
    done = command(*given, env={**os.environ, "COMPUTE_COST_DATA": str(tmp_path / "data")})
    assert done.returncode == 2, done.stdout
    assert len(done.stderr.splitlines()) == 1
    assert str(place)[:40] in done.stderr  # long ones are shortened
    assert "can't be written" in done.stderr
    assert place.read_text(encoding="utf-8") == "mine"


LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
from compute_cost.command.cli import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
@pytest.mark.parametrize("what", ["add-in", "files for Excel", "all hosts", "picture"])
def test_a_disk_that_fills_up_leaves_the_old_file_and_nothing_half_written(what: str, tmp_path: Path) -> None:
    names = {"add-in": "x.oxt", "picture": "x.png", "all hosts": "compute-cost.oxt"}
    if name := names.get(what):
        (tmp_path / name).write_bytes(b"old")
    given = [one.format(tmp_path) if "{}" in one and one != CHEAP else one for one in WRITES[what]]
    done = subprocess.run([sys.executable, "-c", LIMITED, *given], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 2, done.stdout
    assert "File too large" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    left = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert left == ({name: 3} if name else {"xlwings.conf": left.get("xlwings.conf")}), left
