"""The start and the end of the server for Excel, and what it refuses to serve."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest

from compute_cost.errors import InputError
from compute_cost_sheets.hosts.office_js.serve import serve
from tests.support import command
from tests.support.office_server import Server, running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as server:
        assert server.process.stdout is not None
        server.process.send_signal(number)
        assert server.process.wait(20) == 0
        assert server.process.stdout.read() == "Stopped.\n"


def test_it_listens_on_this_computer_only_and_says_how_to_go_on(office_server: Server) -> None:
    with pytest.raises(OSError, match=r".*"):
        socket.create_connection((_outside_address(), office_server.port), 2).close()
    for said in (
        "certutil -user -addstore Root",
        "security add-trusted-cert",
        "Upload My Add-in",
        "Documents/wef",
        "Ctrl+C",
        str(office_server.folder),
    ):
        assert said in office_server.printed


def _outside_address() -> str:
    """This computer's address for others; one that no computer has where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.2"


def test_beyond_this_computer_it_wants_a_token(tmp_path: Path) -> None:
    with running(tmp_path, "--host", "127.0.0.2", "--manifest", str(tmp_path / "made" / "m.xml")) as server:
        assert server.token
        assert server.post("/batch", {"calls": []})[0] == 401
        assert server.post("/batch", {"calls": []}, Authorization="Bearer wrong")[0] == 401
        assert server.post("/batch", {"calls": []}, Authorization=f"Bearer {server.token}") == (200, {"results": []})
        assert server.request("GET", "/find?kind=gpu&text=h")[0] == 401
        assert server.request("GET", "/health")[0] == 200
        written = (tmp_path / "made" / "m.xml").read_text(encoding="utf-8")
        assert f"https://127.0.0.2:{server.port}/taskpane.html?token={server.token}" in written


@pytest.mark.parametrize(
    ("port", "host", "token", "manifest_file", "message"),
    [
        (0, "0.0.0.0", None, None, "--host"),  # noqa: S104 (refused)
        (0, "0", None, None, "--host"),
        (0, "::", None, None, "--host"),
        (0, "a b", None, None, "--host"),
        (0, "192.0.2.77", None, None, "--host"),
        (0, "localhost", "short", None, "--token"),
        (99_999, "localhost", None, None, "--port"),
        (0, "localhost", None, "file/m.xml", "can't be written"),
    ],
)
def test_what_can_not_be_served_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, port: int, host: str, token: str | None, manifest_file: str | None, message: str
) -> None:
    monkeypatch.setenv("COMPUTE_COST_DATA", str(tmp_path))
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        serve(port, host, token, tmp_path / manifest_file if manifest_file else None, print)


def test_a_port_in_use_is_one_line(office_server: Server, tmp_path: Path) -> None:
    done = command("sheets", "serve", "--port", str(office_server.port), env={**os.environ, "COMPUTE_COST_DATA": str(tmp_path)})
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"--port: {office_server.port}" in done.stderr
