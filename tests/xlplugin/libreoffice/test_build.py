"""The add-in for LibreOffice as a file: the same from the same source, with its version, and without what a cell does not need."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

import compute_cost
from compute_cost.catalogue import schema
from compute_cost_sheets.hosts.libreoffice.build import build


def test_the_same_input_builds_the_same_add_in(tmp_path: Path) -> None:
    first, second = build(tmp_path / "a.oxt"), build(tmp_path / "b.oxt")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        names = archive.namelist()
    assert not [name for name in names if "cli" in name or "compute_cost_tools" in name]
    assert {Path(name).stem for name in names if name.endswith(".csv")} == set(schema.PACKAGED), "what answers need, and no more"


def test_the_add_in_carries_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute_cost, "__version__", "9.8.7")
    with zipfile.ZipFile(build(tmp_path / "a.oxt")) as archive:
        assert '<version value="9.8.7"/>' in archive.read("description.xml").decode()


def test_no_argument_is_a_word_of_the_interface_language() -> None:
    """An argument called `service` would keep Calc from loading every function."""
    from compute_cost import registry
    from compute_cost_sheets.hosts.libreoffice.names import RESERVED, argument_name

    arguments = {one.name for doc in registry.estimates().values() for one in doc.parameters}
    assert "service" in arguments & RESERVED
    assert not {argument_name(name) for name in arguments} & RESERVED
