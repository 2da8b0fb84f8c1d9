"""What `compute-cost sheets doctor` says of each host, present and missing."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import compute_cost
from compute_cost_sheets import commands, doctor
from compute_cost_sheets.hosts.classic import check as classic
from compute_cost_sheets.hosts.libreoffice import check as office
from compute_cost_sheets.hosts.libreoffice.build import build
from compute_cost_sheets.hosts.libreoffice.evaluate import LibreOfficeMissing
from compute_cost_sheets.hosts.libreoffice.names import IDENTIFIER
from compute_cost_sheets.hosts.office_js import check as office_js
from compute_cost_sheets.readiness import Readiness
from tests.support import command

DESCRIPTION = (
    '<description xmlns="http://openoffice.org/extensions/description/2006"><version value="{}"/><identifier value="{}"/></description>'
)


def missing_office() -> tuple[str, str]:
    raise LibreOfficeMissing("LibreOffice is not installed; put it there")


def test_every_host_answers_and_json_holds_the_same(tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    shown = command("sheets", "doctor", env=environment)
    listed = command("sheets", "doctor", "--json", env=environment)
    hosts = json.loads(listed.stdout)
    assert [one["host"] for one in hosts] == ["Excel on Windows", "Excel on Mac and web", "xlwings Lite", "LibreOffice"]
    assert all(one["next_step"] for one in hosts)
    for one in hosts:
        assert one["usable"] in ("yes", "no", "can't be checked")
        assert one["host"] in shown.stdout
        assert one["next_step"] in shown.stdout
    usable = any(one["usable"] == "yes" for one in hosts)
    assert (shown.returncode, listed.returncode) == ((0, 0) if usable else (1, 1)), shown.stderr


def test_no_usable_host_is_exit_1(monkeypatch: pytest.MonkeyPatch) -> None:
    app = typer.Typer()
    commands.add(app)
    unknown = Readiness("a host", "can't be checked", (), ("something",), "do this")
    monkeypatch.setattr(doctor, "CHECKS", (lambda: unknown,))
    done = CliRunner().invoke(app, ["sheets", "doctor"])
    assert done.exit_code == 1
    assert "do this" in done.output
    monkeypatch.setattr(doctor, "CHECKS", (lambda: unknown, lambda: Readiness("b", "yes", (), (), "type")))
    assert CliRunner().invoke(app, ["sheets", "doctor"]).exit_code == 0


def test_libreoffice_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "programs", missing_office)
    found = office.check()
    assert found.usable == "no"
    assert "put it there" in found.next_step


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where LibreOffice unpacks the add-ins of a user whose home is elsewhere."""
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "AppData"))
    profile = {"win32": "AppData/LibreOffice", "darwin": "Library/Application Support/LibreOffice"}.get(sys.platform, ".config/libreoffice")
    return tmp_path / profile / "4/user/uno_packages/cache/uno_packages"


def test_libreoffice_as_its_folders_say(libreoffice: None, cache: Path) -> None:
    check = office.check
    bare = check()
    assert bare.usable == "yes"
    assert "the add-in" in bare.missing
    assert bare.next_step == "compute-cost sheets addin --install"
    place = cache / "x.tmp_/compute-cost.oxt"
    place.mkdir(parents=True)
    (place / "description.xml").write_text(DESCRIPTION.format(compute_cost.__version__, "another.addin"), encoding="utf-8")
    assert check() == bare, "another add-in is not ours"
    (place / "description.xml").write_text(DESCRIPTION.format("0.0.1", IDENTIFIER), encoding="utf-8")
    old = check()
    assert "add-in 0.0.1" in old.found
    assert old.missing[0].startswith(f"add-in {compute_cost.__version__}")
    (place / "description.xml").write_text(DESCRIPTION.format(compute_cost.__version__, IDENTIFIER), encoding="utf-8")
    assert check().missing == ()


def test_the_add_in_that_we_build_is_recognized(libreoffice: None, cache: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(build(tmp_path / "a.oxt")) as archive:
        archive.extractall(cache / "a.oxt")
    assert list(office.installed_versions()) == [compute_cost.__version__]


def test_an_office_whose_python_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "programs", lambda: ("/somewhere/soffice", sys.executable))
    monkeypatch.setattr(office, "_python_version", lambda python: (3, 8))
    found = office.check()
    assert found.usable == "no"
    assert "3.11" in found.missing[0]


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """As on Windows with everything there; returns the folder of its virtual environment."""
    environment = tmp_path / "venv"
    (environment / "Scripts").mkdir(parents=True)
    (environment / "xlwings64-0.0.dll").touch()
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", str(environment / "Scripts" / "python.exe"))
    monkeypatch.setattr(classic, "desktop_excel", lambda: "Excel (Excel.Application.16)")
    monkeypatch.setattr(classic, "absent", lambda *names: ())
    return environment


def test_excel_on_windows_with_all_it_needs(windows: Path, tmp_path: Path) -> None:
    ready = classic.check()
    assert (ready.usable, ready.missing, ready.next_step) == ("yes", (), "compute-cost sheets excel")
    assert ready.found == ("Excel (Excel.Application.16)", "xlwings", "xlsxwriter", "pywin32")
    (tmp_path / ".xlwings").mkdir()
    (tmp_path / ".xlwings" / "xlwings.conf").write_text('"UDF MODULES","compute_cost_sheets.hosts.classic.functions"\n', encoding="utf-8")
    assert classic.check().found[-1] == "your xlwings.conf names the functions"


def test_excel_on_windows_without_one_of_its_parts(windows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (windows / "xlwings64-0.0.dll").unlink()
    assert classic.check().missing == ("xlwings' library (a .dll) next to Python",)
    assert "virtual environment" in classic.check().next_step
    (windows / "xlwings64-0.0.dll").touch()
    monkeypatch.setattr(classic, "absent", lambda *names: ("win32com",))
    assert (classic.check().usable, classic.check().missing) == ("no", ("pywin32",))
    assert classic.check().next_step.startswith("pip install")
    monkeypatch.setattr(classic, "absent", lambda *names: ())
    monkeypatch.setattr(classic, "desktop_excel", lambda: None)
    assert (classic.check().usable, classic.check().missing) == ("no", ("desktop Excel",))


def test_excel_on_windows_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    found = classic.check()
    assert found.usable == "no"
    assert found.missing[0] == "Windows (this is linux)"


def test_the_server_without_and_with_an_excel_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_js, "absent", lambda *names: ("uvicorn",))
    assert office_js.check().usable == "no"
    assert office_js.check().missing == ("uvicorn",)
    monkeypatch.setattr(office_js, "absent", lambda *names: ())
    monkeypatch.setattr(office_js, "desktop_excel", lambda: None)
    assert office_js.check().usable == "can't be checked"
    monkeypatch.setattr(office_js, "desktop_excel", lambda: "Excel in /Applications")
    assert office_js.check().usable == "yes"
