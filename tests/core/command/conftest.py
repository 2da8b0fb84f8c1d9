"""A published catalog of invented rows, as gpuhunt publishes it, and a data folder of the test's own; no network."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compute_cost import catalogue
from compute_cost.command import price_commands, price_update, tariff_refresh
from compute_cost.command.cli import app
from tests.support import ROOT

RECORDED = ROOT / "tests" / "data" / "gpuhunt"
# The lists are of a day after the catalogue's, and are read some days later.
DAY = catalogue.catalogue_date() + datetime.timedelta(days=40)
TODAY, NEXT = DAY + datetime.timedelta(days=5), f"{DAY + datetime.timedelta(days=4):%Y%m%d}-9"


def publish(folder: Path, version: str = f"{DAY:%Y%m%d}-7") -> str:
    """The recorded catalog laid out as gpuhunt publishes it; the address of it."""
    for path in RECORDED.glob("*.csv"):
        target = folder / path.stem / version
        target.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(target / "catalog.zip", "w") as file:
            file.write(path, path.name)
        (folder / path.stem / "version").write_text(version + "\n", encoding="utf-8")
    return folder.as_uri()


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of the test's own and a published catalog in a folder; no network."""
    monkeypatch.setenv("COMPUTE_COST_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("GPUHUNT_CATALOG_URL", publish(tmp_path / "published"))
    monkeypatch.delenv("GPUHUNT_CATALOG_DIR", raising=False)
    monkeypatch.setattr(price_commands, "today", lambda: TODAY)
    monkeypatch.setattr(tariff_refresh, "fetch", list)  # no list of hosted models
    catalogue.forget()
    yield tmp_path / "data"
    catalogue.forget()


def update() -> tuple[price_update.Report, Path]:
    return price_update.update(price_commands._fetch, TODAY)


def run() -> Result:
    return CliRunner().invoke(app, ["prices", "update"])
