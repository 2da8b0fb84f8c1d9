"""The add-in as a user gets it: installed by LibreOffice's own installer, with its help, its version and plain faults."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import compute_cost
from compute_cost import registry
from compute_cost.errors import CostError
from compute_cost_sheets.hosts.libreoffice import install as installing
from compute_cost_sheets.hosts.libreoffice.build import build
from compute_cost_sheets.hosts.libreoffice.evaluate import HOST, LibreOfficeMissing, clean_environment, programs, run_inside
from compute_cost_sheets.hosts.libreoffice.install import NotInstalled, install
from compute_cost_sheets.hosts.libreoffice.names import IDENTIFIER, typed_name
from compute_cost_sheets.spelling import WHY
from tests.support import ROOT, skip

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]


ADD_IN_CATEGORY = 11


OLD = "0.0.1"


User = Callable[..., subprocess.CompletedProcess[str]]


def as_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


PACKAGES = ("core", "xlplugin")  # the folders whose packages an add-in is built from


@pytest.fixture
def user(libreoffice: None) -> Iterator[User]:
    """Runs LibreOffice's Python with this package as somebody who is not root, with a home of their own that is removed afterwards.

    unopkg refuses root, so a container's root hands over to the system's user nobody.
    """
    home = Path(tempfile.mkdtemp(prefix="compute-cost-home-"))
    for name in PACKAGES:
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    handed_over: dict[str, Any] = {}
    if as_root():
        import pwd

        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            skip("needs a user nobody: unopkg refuses root")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        handed_over = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(code: str, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        python = programs()[1]
        environment = {key: value for key, value in clean_environment(python).items() if not key.startswith("XDG_")}
        environment |= {
            "HOME": str(home),
            "PYTHONPATH": os.pathsep.join(str(home / name) for name in PACKAGES),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return subprocess.run(
            [python, "-c", code, *arguments], capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
            cwd=home, env=environment, input=given, **handed_over,
        )  # fmt: skip

    try:
        yield run
    finally:
        shutil.rmtree(home, ignore_errors=True)


INSTALL = """
import sys
from pathlib import Path
import compute_cost
compute_cost.__version__ = sys.argv[1]
from compute_cost.errors import CostError
from compute_cost_sheets.hosts.libreoffice.build import build
from compute_cost_sheets.hosts.libreoffice.check import installed_versions
from compute_cost_sheets.hosts.libreoffice.install import install
try:
    install(build(Path(sys.argv[1], "compute-cost.oxt")))
except CostError as problem:
    print(problem)
print(sorted(installed_versions()))
"""


# What the installed add-in answers in an office that is started with this user's own profile and nothing else.


ASK = """
import json, runpy, sys
sys.path.insert(0, "xlplugin/compute_cost_sheets/hosts/libreoffice")
runpy.run_path("xlplugin/compute_cost_sheets/hosts/libreoffice/driver.py")
"""


REMOVE = """
import subprocess, sys
from compute_cost_sheets.hosts.libreoffice.install import unopkg
sys.exit(subprocess.run([unopkg(), "remove", sys.argv[1]]).returncode)
"""


VERSIONS = """
from compute_cost_sheets.hosts.libreoffice.check import installed_versions
print(sorted(installed_versions()))
"""


def answer(user: User, home: str = ".config/libreoffice/4") -> dict[str, Any]:
    job: dict[str, Any] = {"soffice": programs()[0], "profile": home, "extensions": None, "books": []}
    done = user(ASK, given=json.dumps(job))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_installs_replaces_an_older_version_and_is_removed(user: User) -> None:
    done = user(INSTALL, OLD)
    assert done.stdout.splitlines() == [f"['{OLD}']"], done.stderr
    done = user(INSTALL, compute_cost.__version__)
    assert done.stdout.splitlines() == [f"['{compute_cost.__version__}']"], done.stderr
    found = answer(user)
    assert found["version"] == compute_cost.__version__
    assert "TRAIN_COST" in found["functions"]
    done = user(REMOVE, IDENTIFIER)
    assert done.returncode == 0, done.stderr
    without = answer(user)
    assert without["version"] == "#NAME?", "the negative control: nothing else provides the functions"
    assert "TRAIN_COST" not in without["functions"]
    assert user(VERSIONS).stdout == "[]\n", "LibreOffice empties the folders when it starts"


def test_a_locked_profile_is_named(user: User) -> None:
    lock = "import pathlib; p = pathlib.Path('.config/libreoffice/4'); p.mkdir(parents=True); (p / '.lock').write_text('[x]')"
    assert user(lock).returncode == 0
    hold = user(INSTALL, compute_cost.__version__).stdout.splitlines()
    assert hold[0].startswith("LibreOffice's profile is in use: end LibreOffice"), hold


@pytest.mark.skipif(not as_root(), reason="only root is refused")
def test_root_is_told_what_to_do(libreoffice: None, tmp_path: Path) -> None:
    with pytest.raises(NotInstalled, match="without sudo, or for everybody on this machine: unopkg add --shared") as caught:
        install(build(tmp_path / "a.oxt"))
    assert "\n" not in str(caught.value)


def test_without_the_installer_or_the_office(libreoffice: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = programs()
    monkeypatch.setattr(installing, "programs", lambda: (str(tmp_path / "soffice"), real[1]))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotInstalled, match="unopkg, LibreOffice's installer of add-ins, is not on the path; in LibreOffice: Tools"):
        install(tmp_path / "a.oxt")
    monkeypatch.undo()
    monkeypatch.setattr(shutil, "which", lambda *a, **b: None)
    monkeypatch.setattr(Path, "is_file", lambda self: False)
    with pytest.raises(LibreOfficeMissing, match="is not installed"):
        install(tmp_path / "a.oxt")


def test_a_fault_of_the_installer_is_one_line(libreoffice: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.name == "nt":
        pytest.skip("the stand-in is a shell script")
    fake = tmp_path / "unopkg"
    monkeypatch.setattr(installing, "unopkg", lambda: str(fake))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    for script, message in (
        ("echo 'a fault' >&2; echo 'of two lines' >&2; exit 1", "unopkg could not install the add-in: a fault of two lines"),
        ("echo 'delete the lock file at: /x/.lock' >&2; exit 1", "LibreOffice's profile is in use: end LibreOffice"),
        ("exit 0", f"does not list version {compute_cost.__version__}"),
    ):
        fake.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        fake.chmod(0o755)
        with pytest.raises(CostError, match=message) as caught:
            install(tmp_path / "a.oxt")
        assert "\n" not in str(caught.value)


def test_the_function_wizard_shows_our_help(libreoffice: None, tmp_path: Path) -> None:
    soffice, python = programs()
    with zipfile.ZipFile(build(tmp_path / "a.oxt")) as archive:
        archive.extractall(tmp_path / "extensions" / "addin")
    job = {"soffice": soffice, "profile": str(tmp_path / "profile"), "extensions": str(tmp_path / "extensions"), "books": []}
    known = run_inside(python, HOST / "driver.py", job)["functions"]
    assert known["SUM"]["category"] != ADD_IN_CATEGORY, "the category tells ours from others"
    for doc in registry.estimates().values():
        shown = known[typed_name(doc)]
        assert shown["description"] == doc.summary
        assert shown["category"] == ADD_IN_CATEGORY
        assert [(name, text) for name, text, _ in shown["arguments"]] == [(one.name, one.help) for one in doc.parameters]
        assert all(optional for _, _, optional in shown["arguments"]), "what is required is checked by the estimate"
    why = known[WHY]
    assert (why["category"], [name for name, _, _ in why["arguments"]]) == (ADD_IN_CATEGORY, ["cell"])
