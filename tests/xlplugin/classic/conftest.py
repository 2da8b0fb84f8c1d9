"""Windows, as far as the configuration of xlwings sees it."""

from __future__ import annotations

import sys

import pytest

from compute_cost_sheets.hosts.classic import configuration


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> str:
    """As on Windows, where this Python is the one that Excel shall start."""
    python = r"C:\Users\Ann\venv\Scripts\python.exe"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", python)
    monkeypatch.setattr(configuration, "CODE_PAGE", "cp1252")
    return python
