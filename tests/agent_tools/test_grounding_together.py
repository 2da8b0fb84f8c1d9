"""What a sentence says of several figures together: the figures themselves decide whether it holds."""

from __future__ import annotations

import pytest

from compute_cost_tools.grounding import write
from compute_cost_tools.grounding_together import Amount, said
from compute_cost_tools.ledger import Ledger

# Of the results in conftest.py: c1 costs $22.5 million over 15 trillion tokens, c2 is 239 days, c4 a cost a month, c6 is of int4.


@pytest.mark.parametrize(
    "text",
    [
        "The estimate of {c1} fits within your {you: €5 million}.", "{c1} is below {you: €5 million}.", "{you: €5 million} covers {c1}.",
        "{c2} is longer than your {you: 2 years}.", "It is {c1}, and {c2} exceeds {you: 2 years}.",
        "The published {c1.published_gpu_hours} are fewer than {c1.gpu_hours}.", "{c1}没有超出{you: €5 million}。", "{you: €5 million} 足够支付 {c1}。",
        "{c5.output_price} is lower than {c5.input_price}.", "{you: 2 years} is not enough for {c2}.",
        "Training on {you: 2T tokens} costs {c1}.", "With {you: 10,000 requests a day} hosting costs {c4}.", "用{you: 2T tokens}训练的费用是{c1}。",
        "Add {c4} to {c1} and it comes to {c5}.", "{c1}, plus {c4}, makes {c5}.", "It runs from {c5.low} up to {c1.high}.",
    ],
)  # fmt: skip
def test_what_the_figures_contradict_is_refused(ledger: Ledger, text: str) -> None:
    assert write(text, ledger).strange


@pytest.mark.parametrize(
    "text",
    [
        "{c1} is far above your {you: €5 million}.", "{you: €5 million} does not cover {c1}.", "{c2} is well within {you: 2 years}.",
        "{c2} fits inside {you: 2 years}.", "The computed {c1.gpu_hours} are a little below the published {c1.published_gpu_hours}.",
        "{c1}超过{you: €5 million}。", "{c5.input_price} is lower than {c5.output_price}.", "{you: 2 years} is enough for {c2}.",
        "{c4} costs more than training ({c1}).",  # per month against once: nothing is compared
        "You said {you: 2T tokens}; the model had {c1.tokens}, and that costs {c1}.", "For {you: 2T tokens} I used {c1.tokens}: {c1}.",
        "At {c1.price_per_gpu_hour} the {c1.gpu_hours} add up to {c1}.", "{c5.input_cost} plus {c5.output_cost} makes {c5}.",
        "It runs from {c1.low} up to {c1.high}.",
    ],
)  # fmt: skip
def test_what_the_figures_bear_out_may_be_said(ledger: Ledger, text: str) -> None:
    assert not write(text, ledger).strange


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("2T tokens", Amount(2e12, "tokens")),
        ("€5 million", Amount(5e6, "other_money")),
        ("2 years", Amount(2 * 8760.0, "time")),
        ("10,000 requests a day", Amount(1e4, "requests", "day")),
        ("1024 H100 and 2T tokens", Amount(2e12, "tokens")),
        ("$40k", Amount(4e4, "money")),
        ("¥500 million", Amount(5e8, "¥")),  # with which nothing in dollars is compared
        ("2 years or 5 years", None),
        ("something else", None),
    ],
)
def test_an_amount_of_the_user(words: str, amount: Amount | None) -> None:
    assert said(words) == amount
