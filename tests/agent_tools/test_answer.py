"""What stands around an answer in words: what an assistant chose, and a call on one line."""

from __future__ import annotations

from compute_cost.answers import in_words
from compute_cost.answers.in_words import BRIEF
from compute_cost_tools import answer
from compute_cost_tools.calls import run
from compute_cost_tools.session import Session

NAIVE = {"params": "175B", "tokens": "300B", "gpu": "A100", "price_per_gpu_hour": "$2", "utilization": "100%"}


def test_below_an_assistants_own_words() -> None:
    session = Session(hears=True)
    session.ledger.say("what does GPT-3 cost?")
    _, call = session.call("train_cost", {"params": "GPT-3", "gpu": "A100"})
    text = answer.ending([call], BRIEF)
    assert text.startswith("Chosen by the assistant (not said by you): gpu A100")
    assert text.endswith(in_words.brief(call))
    assert "Chosen" not in answer.ending([run("train_cost", NAIVE)], BRIEF)


def test_a_call_on_one_line() -> None:
    call = run("train_cost", NAIVE)
    assert answer.call_line(call) == "train_cost(params=175B, tokens=300B, gpu=A100, price_per_gpu_hour=$2, utilization=100%): $560,897"
