"""The catalogue that tests answer from, how they run on several processors, and engines that are started once for all of them."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from compute_cost_sheets.calculator.pyodide import VERSION
from tests.support import command, made_once, npm_package, skip
from tests.support.fixed_catalogue import answer_from, write_fixed
from tests.support.office_server import Server, running

FIXED = pytest.StashKey[Path]()
settings.register_profile("any machine", deadline=None)  # a busy machine is no defect of what it tests
settings.load_profile("any machine")


def pytest_configure(config: pytest.Config) -> None:
    """Open the fixed catalogue before the modules are read: what they make of the catalogue at their top is made of that one."""
    made = tempfile.TemporaryDirectory(prefix="fixed_catalogue_")
    config.add_cleanup(made.cleanup)
    config.stash[FIXED] = Path(made.name)
    config.stash[FIXED].chmod(0o755)  # tests also start programs as another user
    answer_from(None)
    write_fixed(config.stash[FIXED])
    answer_from(config.stash[FIXED])
    # A shell has what it runs in the background ignore Ctrl-C, and so would every program that a test starts and interrupts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules are live as a whole; the long files begin, so that no core waits for the last of them."""
    for item in items:
        module = item.getparent(pytest.Module)
        if item.get_closest_marker("live") and not (module and module.get_closest_marker("live")):
            raise pytest.UsageError(f"{item.nodeid}: mark the whole module live (pytestmark = pytest.mark.live)")
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def fixed_catalogue(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.stash[FIXED]


@pytest.fixture(scope="module", autouse=True)
def catalogue_of_the_module(request: pytest.FixtureRequest, fixed_catalogue: Path) -> None:
    """Today's prices, chips and models for modules marked live, the fixed catalogue for all others."""
    answer_from(None if request.node.get_closest_marker("live") else fixed_catalogue)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A run of named files stays in one process, where prints and debuggers work as usual.

    A run of folders takes a process more than there are cores: one of them often waits, for an office, a browser or a server.
    """
    if all(".py" in argument for argument in config.args):
        return 0
    return 1 + (len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1)


@pytest.fixture(scope="session")
def libreoffice() -> None:
    """Needs a real LibreOffice."""
    from compute_cost_sheets.hosts.libreoffice.evaluate import LibreOfficeMissing, programs

    try:
        programs()
    except LibreOfficeMissing as missing:
        skip(str(missing))


@pytest.fixture(scope="session")
def static_addin(tmp_path_factory: pytest.TempPathFactory, fixed_catalogue: Path) -> Path:
    """The add-in for Excel that needs no server, on the fixed catalogue."""

    def make(folder: Path) -> None:
        done = command("sheets", "static", str(folder), env={**os.environ, "COMPUTE_COST_CATALOGUE": str(fixed_catalogue)})
        assert done.returncode == 0, done.stderr

    npm_package("pyodide", VERSION)  # skips without npm
    return made_once(tmp_path_factory, "static_addin", make)


@pytest.fixture(scope="session")
def office_server(tmp_path_factory: pytest.TempPathFactory, fixed_catalogue: Path) -> Iterator[Server]:
    """The server for Excel, with a certificate and a manifest of its own, on the fixed catalogue."""
    with running(tmp_path_factory.mktemp("office_js"), COMPUTE_COST_CATALOGUE=str(fixed_catalogue)) as server:
        yield server
