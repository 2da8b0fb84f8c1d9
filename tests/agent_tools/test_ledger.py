"""References to results: what each stands for, and what is said where there is nothing."""

from __future__ import annotations

import pytest

from compute_cost.errors import InputError
from compute_cost_tools.calls import run
from compute_cost_tools.ledger import MOST_CALLS, Ledger, numbers


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """After a question and three calls: c1 a cost, c2 days, c3 a table."""
    kept = Ledger()
    kept.say("What does GPT-3 cost on 1,024 A100 at $2? We have 2 years and 70B of tokens.")
    arguments = {"params": "GPT-3", "gpu": "A100", "price_per_gpu_hour": 2, "gpus": 1024}
    names = [kept.add(run("train_cost", arguments)), kept.add(run("train_days", {"params": "GPT-3", "gpu": "A100", "gpus": 1024}))]
    names.append(kept.add(run("cheapest_gpu", {"params": "GPT-3"})))
    assert names == ["c1", "c2", "c3"]
    return kept


def test_the_value_its_ends_and_the_range(ledger: Ledger) -> None:
    result = ledger.call("c1").result
    assert ledger.quote("c1") == ledger.quote("c1.value") == ledger.quote(" C1.value ")
    assert ledger.quote("c1").text.startswith("$")
    assert ledger.value("c1.low") == result.low < ledger.value("c1") == result.value < result.high == ledger.value("c1.high")  # type: ignore[operator]
    assert ledger.quote("c1.range").text == f"80% range {result.range_text()}"
    assert ledger.quote("c2").text.endswith(" days")


def test_figures_inputs_cells_and_words(ledger: Ledger) -> None:
    result = ledger.call("c1").result
    assert ledger.quote("c1.gpu_hours").text.endswith(" GPU-hours")
    assert ledger.quote("c1.gpus").text == "1,024 GPUs"
    assert ledger.quote("c1.price_per_gpu_hour").unit == "USD per GPU-hour"
    assert ledger.quote("c1.gpu").unit is None, "a name is no figure"
    assert ledger.quote("c1.warnings.1").text == result.warnings[0]
    assert ledger.quote("c1.sources.1").text.startswith(result.sources[0].title)
    assert ledger.quote("c1.steps.1").unit == result.steps[0].unit
    first = ledger.call("c3").result.table[1]
    assert ledger.quote("c3.table.1.accelerator").text == first[0]
    assert ledger.value("c3.table.1.cost (USD)") == first[1]
    assert ledger.quote("c3.table.1.cost (USD)").text.startswith("$")
    assert ledger.quote("c3.table.1.low").text.endswith("(low)"), "a cell without a unit says what it is"


def test_the_users_own_words(ledger: Ledger) -> None:
    assert ledger.quote("you: 2 years").text == '"2 years"'
    assert ledger.quote("you:  $2").text == '"$2"'
    for words in ("3 years", "024", "02", "0B", "A100 at", ""):
        said = words == "A100 at"
        assert ledger.has_said(words) is said, words
    with pytest.raises(InputError, match="the user did not say that"):
        ledger.quote("you: 3 years")


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("c9.value", "the results are c1, c2, c3"),
        ("total", "the results are c1, c2, c3"),
        ("c1.gpu_hour", "gpu_hours"),
        ("c1.nothing at all", "it has value, low, high, range"),
        ("c3.table.999.accelerator", "count from 1 to"),
        ("c3.table.-1.accelerator", "count from 1 to"),
        ("c3.table.1.price", "the columns are accelerator"),
        ("c1.table.1.cost", "it has none"),
        ("", "the results are"),
    ],
)
def test_a_reference_to_nothing_says_what_there_is(ledger: Ledger, reference: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        ledger.quote(reference)


def test_the_same_call_keeps_its_name_and_the_oldest_are_forgotten() -> None:
    kept, call = Ledger(), run("train_flops", {"params": "GPT-3"})
    assert [kept.add(call), kept.add(call)] == ["c1", "c1"]
    with pytest.raises(InputError, match="no tool has answered yet"):
        Ledger().call("c1")
    for number in range(MOST_CALLS):
        kept.add(run("train_flops", {"params": 1e9 + number, "tokens": 1e9}))
    with pytest.raises(InputError):
        kept.call("c1")
    assert kept.call(f"c{MOST_CALLS + 1}")


def test_numbers_of_a_text() -> None:
    assert list(numbers("1,024 A100 for 40% of 2 years, twelve million")) == [1024, 100, 40, 2, 12e6]


def test_links_are_those_of_sources_and_of_the_user(ledger: Ledger) -> None:
    assert ledger.has_link("https://arxiv.org/abs/2005.14165")
    assert not ledger.has_link("https://example.org/made-up")
