"""How tests run on several processors, and engines that are started once for all tests."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.support import skip
from tests.support.office_server import Server, running


def pytest_configure() -> None:
    """A shell has what it runs in the background ignore Ctrl-C, and so would every program that a test starts and interrupts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """A run of named files stays in one process, where prints and debuggers work as usual; a run of folders takes every core."""
    return 0 if all(".py" in argument for argument in config.args) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files begin, so that no core waits for the last of them."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def libreoffice() -> None:
    """Needs a real LibreOffice."""
    from compute_cost_sheets.hosts.libreoffice.evaluate import LibreOfficeMissing, programs

    try:
        programs()
    except LibreOfficeMissing as missing:
        skip(str(missing))


@pytest.fixture(scope="session")
def office_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server for Excel, with a certificate and a manifest of its own."""
    with running(tmp_path_factory.mktemp("office_js")) as server:
        yield server
