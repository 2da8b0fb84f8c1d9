"""The model that reads sentences in which no rule finds a claim: what it is made of, what it refuses, and what that rests on."""

from __future__ import annotations

import pytest

from compute_cost_tools import attacks, grounding_likely
from compute_cost_tools.grounding import by_rules, write
from compute_cost_tools.grounding_units import SENTENCE, parts
from compute_cost_tools.ledger import Ledger


def told(text: str, ledger: Ledger) -> list[set[str]]:
    found = by_rules(text, ledger)
    return [grounding_likely.features(found.text, part) for part in parts(found.text, SENTENCE, found.references)]


def test_a_sentence_is_its_words_their_letters_and_what_stands_near_a_figure(ledger: Ledger) -> None:
    (features,) = told("It costs {c1} in all", ledger)
    assert {
        "",
        "it",
        "^ it costs",
        "costs <money>",
        "in all $",
        "~^cos",
        "~osts",
        "<money> costs<",
        "<money> >all",
        "'cost it<",
    } <= features
    assert "~it" not in features
    (features,) = told("训练要{c2}，H100上", ledger)
    assert {"训", "训 练", "<time>", "练 要 <time>", "<name>", "<time> 要<"} <= features
    (features,) = told("You said {you: 2 years}, per token it is {c3}", ledger)
    assert {"<you>", "<money/million tokens>"} <= features


def test_the_sentence_that_claims_is_the_one_that_is_marked(ledger: Ledger) -> None:
    texts = attacks.sets()[attacks.FIRST].texts["in sentences: a true figure said to be something else"]
    alone = next(text for text in texts if not by_rules(text, ledger).strange and text.count(".") == text.count("{c") + 1)
    written = write(f"Training costs {{c1}}. {alone} Which clouds may you use?", ledger)
    assert [bad.text for bad in written.strange] == [alone]
    assert written.strange[0].why == grounding_likely.WHY


def test_the_weights_decide_and_nothing_else(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = [
        text
        for kind, texts in attacks.sets()[attacks.FIRST].texts.items()
        for text in texts
        if kind != attacks.NATURAL and not by_rules(text, ledger).strange
    ]
    assert sum(bool(write(text, ledger).strange) for text in alone) >= 0.75 * len(alone) >= 100
    monkeypatch.setattr(grounding_likely, "weights", dict)
    assert not any(write(text, ledger).strange for text in alone)


def test_words_without_a_figure_are_no_claim(ledger: Ledger) -> None:
    for text in ("Which model do you mean?", "I can't look up share prices.", "你想训练哪个模型？", "Danke!"):
        assert not write(text, ledger).strange
