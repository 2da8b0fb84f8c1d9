"""The offline reader as an engine: it says what it understood, answers, asks back or declines, and never calls itself a model."""

from __future__ import annotations

import re

import pytest

from compute_cost.answers import in_words, languages
from compute_cost.errors import InputError
from compute_cost_tools import answer, evals, missing, reader
from compute_cost_tools.offline import Offline
from compute_cost_tools.reading.phrases import load
from compute_cost_tools.reply import Refused, Silent


class Recorder(Silent):
    def __init__(self) -> None:
        self.shown, self.notes = "", list[str]()

    def text(self, piece: str) -> None:
        self.shown += piece

    def note(self, line: str) -> None:
        self.notes.append(line)


def test_it_says_that_it_is_no_language_model() -> None:
    assert Offline().announcement == answer.NOT_A_MODEL
    assert Offline("(No key.)").announcement == f"{answer.NOT_A_MODEL} (No key.)"
    assert Offline().is_offline


def test_an_answer_comes_after_what_was_understood() -> None:
    screen = Recorder()
    reply = Offline().ask("what does GPT-3 cost to train on A100 at $2 an hour?", screen)
    assert reply.call
    assert reply.call.name == "train_cost"
    assert reply.call.arguments == {"params": "GPT-3", "gpu": "A100", "price_per_gpu_hour": 2}
    (note,) = screen.notes
    assert note.startswith("Understood: train_cost(")
    assert all(said in note for said in ("params=GPT-3", "gpu=A100", "price_per_gpu_hour=2"))
    assert screen.shown == f"\n{reply.answer}\n"
    assert reply.answer.startswith(in_words.headline(reply.call)[:60])


def test_it_asks_back_and_declines_without_a_call() -> None:
    asked = Offline().ask("what does a 70B model cost to train?", Silent())
    assert asked.asks
    assert asked.call is None
    assert asked.answer == "\n".join(asked.asks)
    declined = Offline().ask("what's the weather?", Silent())
    assert declined.declined
    assert declined.answer.startswith("I can't answer that: ")
    assert declined.answer.endswith("Try: what does GPT-3 cost to train on A100?")


def test_an_estimate_that_refuses_keeps_its_call() -> None:
    with pytest.raises(Refused) as caught:
        Offline().ask("what does Llama 2 7B cost to train on V100 PCIe?", Silent())
    assert caught.value.name == "train_cost"
    assert "no price of V100 PCIe" in str(caught.value)


@pytest.mark.parametrize("question", ["", "  ", "x" * 501])
def test_a_question_out_of_bounds(question: str) -> None:
    with pytest.raises(InputError, match="^question: "):
        Offline().ask(question, Silent())


@pytest.mark.parametrize(
    ("question", "taken"),
    [
        ("Llama 3 8B on a 4090, tokens per second?", "batch 1"),
        ("cost of 100 images with FLUX on an A100", "FLUX.1-dev"),
        ("Llama 3 8B on a 4090 for one user, tokens per second?", ""),
        ("Llama 3 8B on an L4, tokens per second?", ""),
    ],
)
def test_what_is_taken_as_usual_is_said_in_the_answer(question: str, taken: str) -> None:
    said = [line for line in Offline().ask(question, Recorder()).answer.splitlines() if line.startswith("Not said, so taken as usual: ")]
    assert said == ([f"Not said, so taken as usual: {taken}."] if taken else [])


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("训练一个7B模型要多少钱", "训练多少token？"),
        ("训练GPT-10要多少钱", "不认识GPT-10；是指"),
        ("训练GPT-3的成本折合多少人民币", "用不上“人民币”：金额以美元计"),
        ("微调7B最少几张A100", "怎样微调：lora、qlora还是全参？"),
        ("用GRPO训练7B要多少钱", "强化学习需要：步数"),
    ],
)
def test_a_question_in_chinese_is_asked_back_in_chinese(question: str, said: str) -> None:
    reply = Offline().ask(question, Silent())
    assert said in reply.answer
    assert reply.asks
    assert reply.as_dict()["asks"] == reply.asks


def test_what_is_declined_in_chinese_says_so_in_chinese() -> None:
    reply = Offline().ask("今天天气怎么样", Silent())
    assert reply.answer == "无法回答：这与AI算力的费用无关，或用了本阅读器不认识的词。可以这样问：训练GPT-3用A100要多少钱？"
    english = Offline().ask("how is the weather today", Silent())
    assert english.answer.startswith("I can't answer that: this is not about what AI compute costs")


def test_every_question_back_has_its_words_in_chinese() -> None:
    """Those of missing inputs and of words that rule an answer out, and all that the shipped questions are met with."""
    chinese = languages.of("多少")
    asked = list(missing.questions().values())
    asked += [row["why"] for row in load("choices")["asides"]]
    for question in evals.question_sets():
        reading = reader.read(question.text)
        asked += [*reading.asks, *filter(None, [reading.declined])]
    assert not [one for one in dict.fromkeys(asked) if not re.search(chinese.letters, chinese.question(one))]
    assert languages.IN_ENGLISH.question("How many tokens or examples?") == "How many tokens or examples?"
