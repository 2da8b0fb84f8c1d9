"""`compute-cost data overdue`: what is past its day, the longest first, and nothing else."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from compute_cost.catalogue import expiry
from compute_cost.catalogue.columns import period_end
from compute_cost.command.cli import app


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["data", "overdue", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_the_list_is_that_of_the_day() -> None:
    code, said, _ = run("--on", "2027-06-30", "--json")
    rows = json.loads(said)
    assert code == 0
    assert [(row["figure"], row["expires"]) for row in rows] == [
        (one.figure, one.expires.isoformat()) for one in expiry.overdue(period_end("2027-06-30"))
    ]
    assert all(row["days"] > 0 for row in rows)
    later = json.loads(run("--on", "2040", "--json")[1])
    assert {row["figure"] for row in rows} < {row["figure"] for row in later}
    assert len(later) == len(list(expiry.figures())), "every figure has a day"


def test_what_was_looked_up_again_and_kept_says_why() -> None:
    code, said, summary = run("--on", "2026-12-31")
    assert code == 0
    assert "tokens_per_parameter\n  kept: the rule of the paper itself\n" in said
    rows = {row["figure"]: row for row in json.loads(run("--on", "2026-12-31", "--json")[1])}
    assert (rows["tokens_per_parameter"]["reviewed"], rows["tokens_per_parameter"]["reason"]) == (
        "2026-11-29",
        "the rule of the paper itself",
    )
    assert summary == f"\n{len(rows) - 1} not looked up since\n"


def test_what_was_not_looked_up_comes_first_and_is_counted() -> None:
    """A reason holds no longer than its figure: in ten years nearly all are to be looked up again."""
    code, _, summary = run("--on", "2036-12-31")
    assert code == 0
    count = sum(not due.reason for due in expiry.overdue(period_end("2036-12-31")))
    assert summary == f"\n{count} not looked up since\n"


def test_an_empty_list_and_a_wrong_day_are_one_line() -> None:
    assert run("--on", "1999") == (0, "", "nothing is overdue on 1999-12-31\n")
    assert run("--on", "1999", "--json") == (0, "[]\n", "")
    code, said, problem = run("--on", "soon")
    assert (code, said, problem.count("\n")) == (2, "", 1)
    assert "figure" in run("--csv")[1].splitlines()[0]
