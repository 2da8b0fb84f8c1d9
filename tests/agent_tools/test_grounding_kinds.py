"""What kind of thing a figure is said to be: what contradicts it is refused, and a note stands where no word says it."""

from __future__ import annotations

import pytest

from compute_cost_tools import attacks
from compute_cost_tools.grounding import write
from compute_cost_tools.ledger import Ledger


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """c1 is a cost, c2 days, c3 a cost per million tokens, c4 a cost per month, c5 an API bill, c6 a number of GPUs."""
    return attacks.ledger()


@pytest.mark.parametrize(
    "text",
    [
        "The most you pay is {c1.low}.", "It is capped at {c1.low}.", "Maximum: {c1.low}", "At least you pay {c1.high}.", "The floor is {c1.high}.",
        "Typically you pay {c1.high}.", "You pay at most {c1}.", "最多{c1.low}。", "至少{c1.high}。",
        "It costs {c2}.", "{c2} is the price.", "It lasts {c1}.", "That amount is {c2}.", "This saves you {c1}.", "Your revenue is {c4}.",
        "The API is {c5} cheaper.", "Multiply {c5} by your headcount.", "Hosting costs {c1}.", "Training costs {c4}.", "The API bill is {c1}.",
        "Just calling gpt-4o for your requests comes to {c4}.", "Claude Sonnet 4.5 would cost {c1}.", "OpenAI bills you {c4}.", "gpt-4o: {c4}",
        "Going through the hosted model costs {c3}.", "用gpt-4o的费用是{c4}。",
        "{c1.price_per_gpu_hour} rents the entire cluster.", "Training takes {you: 2 years}.", "{you: €5 million} is what it costs.",
    ],
)  # fmt: skip
def test_a_true_figure_is_not_said_to_be_something_else(ledger: Ledger, text: str) -> None:
    assert write(text, ledger).strange


@pytest.mark.parametrize(
    "text",
    [
        "At least you pay {c1.low}.", "At most you pay {c1.high}.", "Maximum: {c1.high}", "It runs from {c1.low} to {c1.high}.",
        "In the worst case it is {c1.high}, in the best {c1.low}.", "You pay {c1}.", "It takes {c2}.", "Hosting costs {c4}, training {c1}.",
        "That is not what hosting costs: training costs {c1}.", "You have {c6.headroom_per_gpu} left over.", "最多{c1.high}，最少{c1.low}。",
        "Calling gpt-4o costs {c5}.", "Hosting in place of gpt-4o costs {c4}.", "Compared with GPT-4o the fleet is {c4}.",
        "OpenAI charges {c5} and your own fleet costs {c4}.", "Switching from gpt-4o to your own fleet costs {c4}.", "Cost after training: {c4}",
        "To match GPT-4o on your own cards you pay {c4}.", "A GPT-4o class model takes {c1} to train.",
        "You have {you: 2 years}, and it takes {c2}.", "The most likely cost is {c1}.",
    ],
)  # fmt: skip
def test_what_it_is_may_be_said(ledger: Ledger, text: str) -> None:
    written = write(text, ledger)
    assert not written.strange
    assert "end of the 80% range" not in written.text
    assert "your words" not in written.text


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("You would pay {c1.low}.", " (low end of the 80% range)."),
        ("You would pay {c1.high}.", " (high end of the 80% range)."),
        ("A sum (say {c1.low}) is due.", ", low end of the 80% range) is due."),
        ("费用为{c1.low}。", "（80%区间的下限）。"),
        ("Against {you: €5 million}, it is dear.", '"€5 million" (your words),'),
        ("期限是{you: 2 years}。", '"2 years"（您的原话）。'),
    ],
)
def test_a_note_says_what_no_word_does(ledger: Ledger, text: str, note: str) -> None:
    written = write(text, ledger)
    assert not written.strange
    assert note in written.text


def test_a_figure_without_a_range_has_no_ends(ledger: Ledger) -> None:
    assert "range" not in write("You pay {c5.low}.", ledger).text
    assert not write("The most you pay is {c5.low}.", ledger).strange
