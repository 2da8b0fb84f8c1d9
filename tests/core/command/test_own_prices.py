"""`compute-cost prices add`, `list` and `remove`: what is added is known by its name in every estimate, what can't be used is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compute_cost import catalogue, registry
from compute_cost.catalogue import price_book
from compute_cost.command.cli import app

RENT = registry.get("rent_cost").call  # with the short name `price`, which no signature shows


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COMPUTE_COST_DATA", str(tmp_path))
    catalogue.forget()
    return tmp_path


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["prices", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_what_is_added_prices_every_estimate_until_it_is_removed() -> None:
    code, said, _ = run("add", "contract-2026", "H100; 18.80 EUR per node of 8; 1.08 USD per EUR; 24 months")
    assert code == 0
    assert said.startswith("contract-2026 is yours now: $2.538 per GPU-hour (18.8 EUR per node of 8 at 1.08 USD per EUR), h100-sxm-80\n")
    assert RENT("H100", 1, 1, price="contract-2026").value == pytest.approx(2.538)
    assert run("add", "contract-2026", "A100; 1.20")[0] == 0
    assert RENT("A100", 1, 1, price="contract-2026").value == 1.2
    listed = json.loads(run("list", "--json")[1])
    assert [(row["name"], row["chip"]) for row in listed] == [("contract-2026", "h100-sxm-80"), ("contract-2026", "a100-sxm-80")]
    assert run("add", "contract-2026", "H100; 2.00", "--replace")[0] == 0
    assert len(json.loads(run("list", "--json")[1])) == 1
    assert run("remove", "Contract 2026")[0] == 0
    assert run("remove", "contract-2026")[0] == 2


def test_a_csv_of_contracts_is_added_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    file.write_text("name,gpu,price,currency,usd_per_unit\na1,H100,2,,\na2,A100,1.1,EUR,1.1\n", encoding="utf-8")
    assert run("add", str(file))[0] == 0
    assert RENT("A100", 1, 1, price="a2").value == pytest.approx(1.21)
    before = price_book.file().read_bytes()
    file.write_text("name,gpu,price,currency\na3,H100,2,\na4,A100,1.1,EUR\n", encoding="utf-8")
    code, _, problem = run("add", str(file))
    assert (code, problem.count("\n")) == (2, 1)
    assert "row 2, currency: give its rate too" in problem
    assert price_book.file().read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["two", "H100; 2"], "it reads as a figure"),
        (["", "H100; 2"], "is not a name"),
        (["mine", "H100"], "give the price"),
        (["mine"], "give the price too"),
        (["mine", "H100; 2; sometimes; perhaps"], "neither a price"),
        (["nowhere.csv"], "has no prices"),
    ],
)
def test_what_could_not_be_used_is_refused_in_one_line(arguments: list[str], says: str) -> None:
    code, said, problem = run("add", *arguments)
    assert (code, said, problem.count("\n")) == (2, "", 1)
    assert says in problem
    assert not price_book.file().exists()


def test_two_prices_that_contradict_each_other_are_refused_with_their_rows(tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    file.write_text("name,gpu,price,from,to\na1,H100,2,2026-01,2026-12\na1,A100,1,,\na1,H100,2.2,2026-06,\n", encoding="utf-8")
    code, _, problem = run("add", str(file))
    assert (code, problem.count("\n")) == (2, 1)
    assert "row 1 (2 USD per GPU-hour) and row 3 (2.2 USD per GPU-hour)" in problem
    assert not price_book.file().exists()
    file.write_text("name,gpu,price,from,to\na1,H100,2,2026-01,2026-05\na1,A100,1,,\na1,H100,2.2,2026-06,\n", encoding="utf-8")
    assert run("add", str(file))[0] == 0, "one after the other is no contradiction"
    code, _, problem = run("add", "a1", "H100; 3; from 2026-07")
    assert code == 2
    assert "line 4 of prices.csv (2.2 USD per GPU-hour) and this one (3 USD per GPU-hour)" in problem
    assert run("add", "a1", "H100; 3; from 2026-07", "--replace")[0] == 0
