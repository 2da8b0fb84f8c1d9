"""`compute-cost prices index`: the price at the end of each month since the first quote, as gpu_price gives it."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from typer.testing import CliRunner

import compute_cost
from compute_cost.command.cli import app


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["prices", "index", *arguments])
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize("asked", [("H100",), ("H100", "--provider", "aws"), ("A100", "--term", "reserved_1y"), ("A800",)])
def test_each_month_is_what_gpu_price_answers(asked: tuple[str, ...]) -> None:
    code, said, _ = run(*asked, "--json")
    rows = json.loads(said)
    assert code == 0
    months = [row["month"] for row in rows]
    assert all(later > earlier for earlier, later in pairwise(months))
    options = {"--provider": None, "--term": "on_demand"} | dict(zip(asked[1::2], asked[2::2], strict=True))
    for row in rows[:-1:7]:
        expected = compute_cost.gpu_price(asked[0], None, row["month"], options["--provider"])
        if options["--term"] == "on_demand":
            assert float(row["USD per GPU-hour"]) == pytest.approx(expected.value, abs=0.001)
    assert months[-1] == "2026-11"


def test_a_mistake_is_one_line() -> None:
    for asked, says in (
        (("H1000",), "gpu"),
        (("H100", "--term", "weekly"), "term"),
        (("H100", "--provider", "nobody"), "provider"),
        (("M2 Ultra",), "no on_demand price"),
    ):
        code, said, problem = run(*asked)
        assert (code, said, problem.count("\n")) == (2, "", 1)
        assert says in problem
