"""The scoreboard as a page: that of the docs, with every run and the figures of the scores."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compute_cost import catalogue
from compute_cost.accuracy import report, scores
from compute_cost.command.cli import app
from tests.support import ROOT, command

pytestmark = pytest.mark.live


@functools.cache
def page() -> str:
    return report.report()


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a page as rows of cells, without their rules."""
    found: list[list[list[str]]] = []
    before = ""
    for line in text.splitlines():
        if line.startswith(("| ", "|---")):
            if not before.startswith("|"):
                found.append([])
            if not line.startswith("|---"):
                found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
        before = line
    return found


def runs_by_model() -> dict[str, list[str]]:
    table = next(table for table in tables(page()) if table[0][:2] == ["run", "organization"])
    return {row[0]: row for row in table[1:]}


def test_the_command_prints_the_report_of_the_docs() -> None:
    result = CliRunner().invoke(app, ["accuracy"])
    assert result.exit_code == 0, result.output
    assert result.output == page() == (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8"), "run compute-cost accuracy --write"
    for words in (
        "flat 0.35",
        "flat 0.375",
        "6ND at peak",
        "one organization left out",
        "a table per generation",
        "next release",
        "noise floor",
        "80% interval",
    ):
        assert words in result.output


def test_the_tables_are_whole() -> None:
    every = tables(page())
    assert len(every) == 11
    for table in every:
        assert {len(row) for row in table} == {len(table[0])}
        assert len(table) > 1
    *_, runs, left_out = every
    assert [row[0] for row in runs[1:]] == [run.model for run in scores.whole_runs()]
    assert [row[0] for row in left_out[1:]] == [run.model for run in scores.whole_runs(fitted=False)]
    assert all(row[-1] and not row[-1].startswith("out: ") for row in left_out[1:]), "each with the reason"


def test_the_figures_are_those_of_the_scores() -> None:
    whole = {row[0]: row for row in tables(page())[0]}
    ours = scores.score(scores.held_out()["whole run", "one run left out"])
    assert whole["ours, one run left out"][1:] == [
        str(ours.rows), f"{ours.median:.1%}", f"{ours.ninetieth:.1%}", f"{ours.within:.0%}", f"{ours.bias:+.3f}", f"{ours.covered} of {ours.rows}", f"{ours.width:.2f}",
    ]  # fmt: skip
    rule = scores.score(scores.flat(0.35))
    assert whole["flat 0.35"][1:] == [
        str(rule.rows),
        f"{rule.median:.1%}",
        f"{rule.ninetieth:.1%}",
        f"{rule.within:.0%}",
        f"{rule.bias:+.3f}",
        "",
        "",
    ]


def test_a_run_outside_its_interval_is_marked() -> None:
    runs = runs_by_model()
    models = {run.id: run.model for run in scores.whole_runs()}
    for pair in scores.held_out()["whole run", "one run left out"]:
        assert pair.factor
        assert pair.above
        inside = pair.predicted / pair.factor <= pair.published <= pair.predicted * pair.above
        row = runs[models[pair.id]]
        assert row[6].endswith(" (outside)") is not inside, row
        assert row[7] == f"x{pair.predicted / pair.published:.2f}"


def test_how_many_chips_is_said_or_that_nobody_said_it() -> None:
    runs = runs_by_model()
    assert runs["Llama-3.1-405B"][3] == "16,384"
    assert next(run for run in catalogue.runs() if run.id == "llama-2-7b").gpus is None
    assert runs["Llama-2-7B"][3] == "not published"


def test_names_in_the_plot_are_moved_apart() -> None:
    assert report._apart([0.0, 0.0, 5.0], 1.0) == pytest.approx([-0.5, 0.5, 5.0], abs=1e-4)
    assert report._apart([0.0, 2.0], 1.0) == [0.0, 2.0], "only as far as they must"


def test_the_plot_is_an_image_and_the_same_one_when_it_is_drawn_again(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    first, again = tmp_path / "first.png", tmp_path / "again.png"
    for path in (first, again):
        report.plot(path)
    assert first.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert first.read_bytes() == again.read_bytes()
    assert (ROOT / "docs" / "accuracy.png").stat().st_size > 30_000


def test_writing_the_page_without_a_checkout_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.setattr("compute_cost.__file__", str(tmp_path / "a" / "b" / "c" / "__init__.py"))
    done = CliRunner().invoke(app, ["accuracy", "--write"])
    assert done.exit_code == 2
    assert done.stderr.startswith("--write needs a checkout with its docs folder: ")
    assert len(done.stderr.splitlines()) == 1


def test_an_installed_package_prints_the_report_it_was_built_with(tmp_path: Path) -> None:
    """The rows behind the report stay with the source. The package is laid out as its wheel would install it."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    shutil.copytree(ROOT / "core" / "compute_cost", tmp_path / "compute_cost", ignore=shutil.ignore_patterns("__pycache__"))

    def accuracy(*options: str) -> subprocess.CompletedProcess[str]:
        return command("accuracy", *options, env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONUTF8": "1"})

    missing = "the rows of held_out.csv are not installed; a checkout of the source has them in benchmarks/data\n"
    done = accuracy()
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"accuracy: {missing}")
    for ours, there in wheel["force-include"].items():
        shutil.copy(ROOT / ours, tmp_path / there)
    done = accuracy()
    assert (done.returncode, done.stderr) == (0, f"accuracy: as worked out when this version was built; {missing}")
    assert done.stdout == (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    done = accuracy("--write")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"accuracy: {missing}")
