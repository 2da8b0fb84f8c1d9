"""What every engine answers with: which call counts, and its arguments in base units."""

from __future__ import annotations

import json

import pytest

from compute_cost.errors import NoData
from compute_cost_tools.calls import run
from compute_cost_tools.reply import Refused, Reply, in_base_units

COST = run("train_cost", {"params": "175B", "tokens": "300B", "gpu": "A100", "price_per_gpu_hour": "$2", "utilization": "100%"})
FLOPS = run("train_flops", {"params": "GPT-3"})


def test_the_last_call_answers_unless_the_answer_was_held_back() -> None:
    assert Reply("a", [FLOPS, COST]).call is COST
    assert Reply("a", [COST], asks=["Which?"]).call is None
    assert Reply("a", [COST], declined="no").call is None
    assert Reply("a").call is None


def test_a_refused_call_was_chosen_too() -> None:
    refused = Refused("train_cost", {"params": "GPT-3"}, NoData("no price"))
    assert Reply("a", refused=refused).chosen is refused
    assert Reply("a", [COST], refused=refused).chosen is COST
    assert str(refused) == "no price"
    assert refused.as_dict() == {
        "tool": "train_cost",
        "arguments": {"params": "GPT-3"},
        "result": None,
        "answer": "no price",
        "asks": [],
        "not_used": [],
    }


def test_as_data_for_json() -> None:
    data = json.loads(json.dumps(Reply("a", [COST]).as_dict()))
    assert (data["tool"], data["answer"], data["asks"]) == ("train_cost", "a", [])
    assert data["arguments"] == {"params": 175e9, "tokens": 300e9, "gpu": "A100", "price_per_gpu_hour": 2, "utilization": 1}
    assert data["result"]["value"] == COST.result.value
    assert "calls" not in data
    both = Reply("a", [FLOPS, COST]).as_dict()
    assert [one["tool"] for one in both["calls"]] == ["train_flops", "train_cost"]
    asked = Reply("a", [COST], asks=["Which?"]).as_dict()
    assert (asked["tool"], asked["result"], asked["asks"]) == (None, None, ["Which?"])
    assert [one["tool"] for one in asked["calls"]] == ["train_cost"], "what was looked up before it asked"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"params": "GPT-3"}, {"params": "GPT-3"}), ({"params": "70B"}, {"params": 70e9}), ({"tokens": "2万亿", "utilization": "40%"}, {"tokens": 2e12, "utilization": 0.4}),
        ({"gpu": "h100", "as_of": "2024"}, {"gpu": "h100", "as_of": "2024"}), ({"gpu": None, "mfu": 1}, {}), ({"tokens": "many"}, {"tokens": "many"}),
        ({"utilization": "naive"}, {"utilization": 0.1}),
    ],
)  # fmt: skip
def test_amounts_are_in_base_units_and_the_rest_as_written(arguments: dict[str, object], said: dict[str, object]) -> None:
    assert in_base_units("train_cost", arguments) == said
