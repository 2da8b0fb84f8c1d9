"""What stands beside a figure: units, currencies, what it is per, and arithmetic."""

from __future__ import annotations

import pytest

from compute_cost_tools.grounding import write
from compute_cost_tools.ledger import Ledger


@pytest.mark.parametrize(
    "text",
    [
        "{c1} рублей", "Das Training dauert {c2} Wochen.", "L'entraînement dure {c2} semaines.", "{c5} a person", "{c5} for each of you",
        "每人{c5}", "人均{c5}", "Every request costs a share of {c5}.", "{c5} for every seat", "{c1} per capita", "{c1} won",
        "You need {c6} racks.", "It costs {c1}, which is in euros, of your {you: €5 million}.", "Every H100 works for {c1.gpu_hours}.",
        "| Item | Cost per year |\n|---|---|\n| Serving | {c4} |", "| Item | Cost (euros) |\n|---|---|\n| Training | {c1} |",
        "### Price of each H100\n\n{c1}", "Expect {c4} to be paid every Friday.",
        "Of your {you: €5 million} it takes {c1} (EUR).", "{c1} (£)", "{c1} [in euros]", "{c2} (weeks)", "{c1}（人民币）", "{c1} (thousand)",
        "It emits {c2} tonnes.", "It takes {c2} gallons.", "Somewhere from {c1.low} to {c4.high}.", "Between {c4.high} – {c1.low}.",
        "It serves {c1} users.", "That is {c2} runs.", "It is enough for {c4} students and their teachers.", "可供{c6}个用户使用。",
        "{c5} is the price of a seat.", "The price of a seat is {c5}.",
    ],
)  # fmt: skip
def test_another_unit_or_rate_is_refused(ledger: Ledger, text: str) -> None:
    assert write(text, ledger).strange


@pytest.mark.parametrize(
    "text",
    [
        "{c1} won't change.", "{c6.precision} weights and {c1.gpu} cards", "Every figure comes from a tool, {c1} too.",
        "Every request sends {c5.input_tokens}.", "Each answer is an estimate, so treat {c1} with care.", "The cost of a training run is {c1}.",
        "At {c1.price_per_gpu_hour} a run costs {c1}.", "Il prezzo per un modello come questo è {c1}.", "Das Training dauert {c2} Tage.",
        "Use A3, P5 or ND H100 v5 machines; keep files on S3.", "It was published for Llama 3. Others differ.", "Llama 3 70Bの費用は{c1}です。",
        "Take {c1.gpu_hours} and {c1.price_per_gpu_hour} and multiply them.", "{c1} (USD)", "{c2} (in days)", "{c1} (see the sources)",
        "| Item | Cost per month |\n|---|---|\n| Serving | {c4} |", "Your {you: €5 million} is in euros; {c1} is in dollars.", "serving, w/ autoscaling: {c4}",
        "## Cost\n\n{c1}", "You need {c4.groups} behind a load balancer.", "结果：**{c1}**", "It starves every other group.",
        "It runs from {c1.low} to {c1.high}.", "{c1} runs over most budgets.", "{c4} answers that.", "You named {you: 2T tokens} {you: 2 years}.", "It is {c5}. The price of a rack is unknown.",
        "The prefill is per the default; it is {c4}.", "Nobody tried the 4090; {c3} is for the H100.", "| Peso | {c4} |", "NVL72 racks are not priced here, {c1} is.",
    ],
)  # fmt: skip
def test_words_that_claim_nothing_stay(ledger: Ledger, text: str) -> None:
    assert not write(text, ledger).strange


@pytest.mark.parametrize("name", ["S3", "Llama 3", "P5", "24/7"])
def test_a_name_measures_nothing(ledger: Ledger, name: str) -> None:
    for unit in ("dollars", "million", "days", "times", "%"):
        assert write(f"It needs {name} {unit}.", ledger).strange
    assert write(f"It costs {name}.", ledger).strange


@pytest.mark.parametrize("quarter", ["Q3", "H1"])
def test_a_part_of_a_year_is_no_name(ledger: Ledger, quarter: str) -> None:
    assert write(f"It ships in {quarter}.", ledger).strange
