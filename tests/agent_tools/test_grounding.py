"""A text with references: what is filled in, and that every other figure is refused however it is written."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from compute_cost.amounts import show
from compute_cost_tools import attacks
from compute_cost_tools.grounding import LONGEST_TEXT, MARK, advice, write
from compute_cost_tools.ledger import Ledger

SETS = attacks.sets()


def test_true_answers_are_written() -> None:
    ledger = SETS["finetune"].ledger()
    for text in SETS["finetune"].texts[attacks.NATURAL]:
        written = write(text, ledger)
        if not written.strange:  # how many are not: test_the_evaluation_can_tell
            assert MARK not in written.text
            assert "{" not in written.text
            assert "{c1.value}" not in text or ledger.quote("c1").text in written.text


# Natural answers that look like a claim, and are refused for it.
REFUSED = (
    "Most of the cost is rent: {c1.price_per_gpu_hour} times the hours.",
    "Cost per request: ask me to divide {c5.value} by your requests.",
    "That is the price of one GPU for an hour.",
    "A month of serving is {c4.value}.",
    "Every request costs a share of {c5.value}.",
)


@pytest.mark.parametrize("text", REFUSED)
def test_an_answer_that_looks_like_a_claim_is_refused(ledger: Ledger, text: str) -> None:
    assert text in SETS[attacks.FIRST].texts[attacks.NATURAL]
    assert write(text, ledger).strange


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("It takes {c2.value} days.", "It takes {c2.value}."),
        ("It costs ${c1.value}.", "It costs {c1.value}."),
        ("with {c2.gpus} GPUs", "with {c2.gpus}"),
        ("{c4.value} per month", "{c4.value}"),
        ("{c4.value}/month or {c4.low} monthly", "{c4.value} or {c4.low}"),
        ("{c3.value} per million tokens", "{c3.value}"),
    ],
)
def test_a_unit_that_is_written_twice_is_read_once(ledger: Ledger, text: str, read: str) -> None:
    assert write(text, ledger).text == write(read, ledger).text
    assert not write(text, ledger).strange


@pytest.mark.parametrize("sign", ["minus", "negative"])
def test_a_sign_in_words_before_a_figure_is_refused(ledger: Ledger, sign: str) -> None:
    assert write(f"It costs {sign} {{c1.value}}.", ledger).strange


# Pieces that claim a figure in any sentence.
AROUND = ("plain", "words", "currency", "unit and per", "glued", "borrowed", "80%", "han", "scripts", "beside names", "references", "links")


@pytest.mark.parametrize("kind", AROUND)
def test_any_other_figure_is_refused(ledger: Ledger, kind: str) -> None:
    for text in SETS[attacks.FIRST].texts[kind]:
        written = write(text, ledger)
        assert written.strange, text
        assert MARK in written.text
        assert write(f"It costs {{c1.value}}, that is {text} in all.", ledger).strange, text
        assert write(f"Well: {text}", ledger).strange, text


def test_the_evaluation_can_tell() -> None:
    tried = attacks.run()
    assert attacks.holds(tried)
    of_attacks, of_natural = ([one for one in tried if (one.kind == attacks.NATURAL) is natural] for natural in (False, True))
    assert min(len(of_attacks), len(of_natural)) >= 10_000
    right = sum(one.refused for one in of_attacks)
    assert attacks.summary(tried)[-1] == ["all attacks", f"{len(of_attacks)}", f"{right}/{len(of_attacks)}"]
    assert right >= 0.98 * len(of_attacks), "they were read when the model was fitted"
    in_words = [one for one in of_attacks if "said to be something else" not in one.kind]
    assert sum(one.refused for one in in_words) >= 0.992 * len(in_words), "of figures that nobody gave"
    assert sum(one.refused for one in of_natural) <= 0.006 * len(of_natural)
    assert not attacks.holds([replace(one, refused=False) for one in tried])
    assert not attacks.holds([replace(one, refused=True) for one in tried])


def test_the_advice_says_what_to_write_and_what_was_wrong(ledger: Ledger) -> None:
    said = advice(write("{c9.value} and $3", ledger).strange)
    assert "{c1.value}" in said
    assert "the results are c1, c2, c3, c4" in said


def test_the_mark_stands_behind_what_is_wrong(ledger: Ledger) -> None:
    assert write("It costs $4.7 million. Really.", ledger).text == f"It costs $4.7{MARK} million{MARK}. Really."
    assert [bad.text for bad in write("It costs $4.7 million.", ledger).strange] == ["$4.7", "million"]


def test_without_a_result_nothing_can_be_quoted() -> None:
    assert write("It costs {c1.value}.", Ledger()).strange
    assert not write("Which model do you mean?", Ledger()).strange


@pytest.mark.parametrize(
    "piece", ["{c1.value} ", "9", "a ", "{", "}", "$", "Llama ", "Llama 3 70B ", "一", "per month ", "https://", "\n1. ", "{you:", "70"]
)
def test_no_text_is_slow(ledger: Ledger, piece: str) -> None:
    started = time.perf_counter()
    write(piece * (LONGEST_TEXT // len(piece)), ledger)
    assert time.perf_counter() - started < 5


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    written = write(text, Ledger())
    assert not written.quotes
    assert written.strange or written.text == text


@given(st.floats(1e-6, 1e15), st.sampled_from(["USD", "days", "1", "GPU-hours", "USD per month"]))
def test_no_amount_in_digits_passes(value: float, unit: str) -> None:
    assert write(f"It is {show(value, unit)}.", Ledger()).strange
