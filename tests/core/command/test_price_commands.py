"""`compute-cost prices update` as a user runs it: what it reports, offline, without the extra, and what it tries again."""

from __future__ import annotations

import http.client
import os
import ssl
import subprocess
import sys
import urllib.error
import zipfile
from pathlib import Path
from unittest import mock

import pytest

from compute_cost import catalogue
from compute_cost.command import price_commands
from compute_cost.errors import NoData
from tests.core.command.conftest import DAY, RECORDED, TODAY, run, update
from tests.support import ROOT, command

pytest.importorskip("gpuhunt", reason="needs the extra prices")
pytestmark = pytest.mark.usefixtures("own_folder")


def test_the_command_reports() -> None:
    done = run()
    assert (done.exit_code, done.stderr) == (0, "")
    assert "21 prices added to " in done.stdout
    assert "0 were there already, 3 refused, 5 of unknown accelerators" in done.stdout
    assert f'as_of stays {catalogue.catalogue_date()} unless given; the new prices count with as_of "{DAY}" or later' in done.stdout
    assert "21 were there already" in run().stdout


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> mock.Mock:
    """Counts the attempts at the network."""
    made = mock.Mock(side_effect=price_commands._load)
    monkeypatch.setattr(price_commands, "_load", made)
    return made


OFFLINE = "offline: none of gpuhunt's price lists could be reached; try again with a network connection; nothing was changed\n"


def test_offline_says_so_in_one_line_and_changes_nothing(tries: mock.Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed port of this machine answers as a missing network does."""
    _, path = update()
    content = path.read_bytes()
    tries.reset_mock()
    monkeypatch.setenv("GPUHUNT_CATALOG_URL", "http://127.0.0.1:9")
    done = run()
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", OFFLINE)
    assert path.read_bytes() == content
    assert tries.call_count == price_commands.ATTEMPTS


def test_offline_as_a_user_sees_it(own_folder: Path) -> None:
    done = command("prices", "update", env={**os.environ, "GPUHUNT_CATALOG_URL": "http://127.0.0.1:9"})
    assert (done.returncode, done.stderr, own_folder.exists()) == (2, OFFLINE, False)


# gpuhunt leaves the closing of a list's file to the garbage collector; nothing of ours opens one here.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_lists_of_a_folder_need_no_network(tries: mock.Mock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPUHUNT_CATALOG_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("GPUHUNT_CATALOG_DIR", str(RECORDED))
    report, _ = update()
    assert (len(report.added), len(report.unread), tries.call_count) == (21, 1, 0)
    assert {(one.date, one.confidence) for one in report.added} == {(str(TODAY), "date inferred")}
    monkeypatch.setenv("GPUHUNT_CATALOG_DIR", str(tmp_path))
    with pytest.raises(NoData, match="GPUHUNT_CATALOG_DIR"):
        update()
    (tmp_path / "aws.csv").write_bytes(b"\xff")
    assert "the price list of aws" in update()[0].unread[0]


def test_what_will_not_get_better_is_not_tried_again(tries: mock.Mock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPUHUNT_CATALOG_URL", (tmp_path / "nothing").as_uri())
    with pytest.raises(NoData, match="could be read"):
        update()
    assert tries.call_count == 1


def answer(status: int) -> urllib.error.HTTPError:
    return urllib.error.HTTPError("", status, "no", None, None)  # type: ignore[arg-type]


FAULTS = [
    (answer(503), True), (answer(500), True), (answer(429), True), (answer(408), True), (answer(404), False), (answer(403), False), (ConnectionResetError(), True),
    (TimeoutError(), True), (http.client.BadStatusLine(""), True), (http.client.IncompleteRead(b""), True), (urllib.error.URLError(OSError("no route")), True),
    (urllib.error.URLError(ssl.SSLCertVerificationError()), False), (urllib.error.URLError(FileNotFoundError()), False), (urllib.error.URLError("unknown url type"), False),
    (zipfile.BadZipFile(), False), (ValueError(), False),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "transient"), FAULTS, ids=[f"{type(fault).__name__} {fault}" for fault, _ in FAULTS])
def test_what_may_get_better(fault: Exception, transient: bool) -> None:
    assert price_commands._transient(fault) is transient


@pytest.mark.parametrize(
    ("version", "day"),
    [
        ("20260819-1234", "2026-08-19"),
        ("20260819", "2026-08-19"),
        ("20261319-1", None),
        ("20260230-1", None),
        ("202608190-1", None),
        ("v3", None),
        ("", None),
    ],
)
def test_the_day_of_a_list_is_in_its_version(version: str, day: str | None) -> None:
    found = price_commands._day(version)
    assert (found.isoformat() if found else None) == day


def test_one_list_that_can_not_be_had_does_not_keep_the_others_away(tries: mock.Mock, tmp_path: Path) -> None:
    """Its provider is named; a missing file is no fault that passes, so it is asked once."""
    for version in (tmp_path / "published").glob("lambdalabs/version"):
        version.unlink()
    done = run()
    assert done.exit_code == 0
    assert any(line.startswith("not read: the price list of lambdalabs (") for line in done.stdout.splitlines())
    assert "prices added to" in done.stdout
    assert " 0 prices added to" not in f" {done.stdout}"
    assert tries.call_count == 1


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpuhunt", None)
    done = run()
    assert done.exit_code == 2
    assert done.stderr == 'prices update reads the package gpuhunt; install the extra: pip install ".[prices]"; nothing was changed\n'


def test_core_and_its_commands_need_no_extra() -> None:
    code = "import compute_cost.command.cli, sys; compute_cost.gpu_price('H100'); print([m for m in ('gpuhunt', 'tenacity', 'requests') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
