"""The catalogue that each module's tests answer from, and engines that are started once for all tests."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import skip
from tests.support.catalogue import answer_from, write_fixed
from tests.support.office_server import Server, running

FIXED = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Open the fixed catalogue before the modules are read: what they make of the catalogue at their top is made of that one."""
    made = tempfile.TemporaryDirectory(prefix="fixed_catalogue_")
    config.add_cleanup(made.cleanup)
    config.stash[FIXED] = Path(made.name)
    answer_from(None)
    write_fixed(config.stash[FIXED])
    answer_from(config.stash[FIXED])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        module = item.getparent(pytest.Module)
        if item.get_closest_marker("live") and not (module and module.get_closest_marker("live")):
            raise pytest.UsageError(f"{item.nodeid}: mark the whole module live (pytestmark = pytest.mark.live)")


@pytest.fixture(scope="session")
def fixed_catalogue(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.stash[FIXED]


@pytest.fixture(scope="module", autouse=True)
def catalogue_of_the_module(request: pytest.FixtureRequest, fixed_catalogue: Path) -> None:
    """Today's prices, chips and models for modules marked live, the fixed catalogue for all others."""
    answer_from(None if request.node.get_closest_marker("live") else fixed_catalogue)


@pytest.fixture(scope="session")
def libreoffice() -> None:
    """Needs a real LibreOffice."""
    from compute_cost_sheets.hosts.libreoffice.evaluate import LibreOfficeMissing, programs

    try:
        programs()
    except LibreOfficeMissing as missing:
        skip(str(missing))


@pytest.fixture(scope="session")
def office_server(tmp_path_factory: pytest.TempPathFactory, fixed_catalogue: Path) -> Iterator[Server]:
    """The server for Excel, with a certificate and a manifest of its own, on the fixed catalogue."""
    with running(tmp_path_factory.mktemp("office_js"), COMPUTE_COST_CATALOGUE=str(fixed_catalogue)) as server:
        yield server
