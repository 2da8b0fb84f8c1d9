"""Engines that are started once for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import skip
from tests.support.office_server import Server, running


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
