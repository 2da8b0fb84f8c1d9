"""docs/evals.md: a table for each engine, the newest of its own and those of the others as they were."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from compute_cost_tools import evals, evals_page
from compute_cost_tools.offline import Offline
from tests.agent_tools.test_evals import GPT3, WEATHER, question

pytestmark = pytest.mark.live  # the page is of the package's own models


def test_a_page_keeps_the_tables_of_other_engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evals_page, "PAGE", tmp_path / "evals.md")
    evals_page.PAGE.write_text("# Head\n\nWhat is counted.\n\n## Another\n\nold\n\n## The reader\n\nstale\n", encoding="utf-8")
    before = datetime.date.today()
    evals_page.write("the reader", evals.run([question(GPT3), question(WEATHER | {"tool": "train_cost"})], Offline))
    page = evals_page.PAGE.read_text(encoding="utf-8")
    assert page.startswith("# Head\n\nWhat is counted.\n\n## Another\n\nold\n\n## The reader\n")
    assert "stale" not in page
    assert any(f"Run on {day} with version" in page for day in (before, datetime.date.today()))
    assert "| T | what's the weather? | train_cost() | declines:" in page
    assert list(tmp_path.iterdir()) == [evals_page.PAGE]


def test_the_published_table_of_the_reader_is_of_this_version() -> None:
    """All columns but the times; compute-cost evals --offline --write brings the page up to date."""

    def counts(text: str) -> list[list[str]]:
        table = text.partition("\nNot exact:")[0]
        rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in table.splitlines() if line.startswith("| ")]
        return [row for row in rows if row[0] in evals.COLUMNS and not row[0].startswith(("seconds", "tokens"))]

    page = evals_page.PAGE.read_text(encoding="utf-8")
    published = page.split("\n## The offline reader\n", 1)[1].split("\n## ", 1)[0]
    assert len(counts(published)) == len(evals.COLUMNS) - 3
    assert counts(published) == counts(evals_page.section("the offline reader", evals.run(evals.question_sets(), Offline)))
