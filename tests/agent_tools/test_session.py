"""One conversation with the tools: numbers of results, references as arguments, texts that are filled in, short tables."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import compute_cost
from compute_cost.answers import in_words
from compute_cost.errors import CostError, InputError, MissingInput, UnknownArgument
from compute_cost_tools import schema
from compute_cost_tools.session import Session, rounded, told
from tests.support import sample_call

GPT3: dict[str, Any] = {"params": "GPT-3", "gpu": "A100", "price_per_gpu_hour": 2}


def test_results_are_numbered_and_quoted() -> None:
    session = Session()
    name, call = session.call("train_cost", GPT3)
    assert name == "c1"
    quoted = session.quote({"text": "On {you: 64 A100} it costs {c1.value}.", "question": "what does GPT-3 cost on 64 A100?"})
    said, _, below = quoted["text"].partition("\n\n")
    assert said == f'On "64 A100" (your words) it costs {session.ledger.quote("c1").text}.'
    assert below == f"{in_words.headline(call)} {call.formula}"  # what it is of, whatever the text says of it
    assert told(name, call)["value"] == compute_cost.train_cost("GPT-3", gpu="A100", price_per_gpu_hour=2).value


def test_a_figure_goes_into_another_call_as_it_is() -> None:
    session = Session()
    _, cost = session.call("train_cost", GPT3)
    _, in_euro = session.call("in_currency", {"amount": "{c1.value}", "exchange_rate": 0.9, "currency_code": "EUR"})
    assert in_euro.result.value == float(cost.result.value) * 0.9
    assert in_euro.formula == f'=IN_CURRENCY({cost.result.value!r},0.9,"EUR")'
    inner = {"amount": "{c1.low}", "exchange_rate": 0.9, "currency_code": "EUR"}
    for written in (inner, json.dumps(inner)):
        _, low = session.call(schema.RUN_ESTIMATE, {"name": "in_currency", "arguments": written})
        assert low.result.value == float(cost.result.low) * 0.9
    name, total = session.call("combine", {"how": "add", "results": "c1, c1"})
    assert total.result.value == pytest.approx(2 * float(cost.result.value))
    assert session.ledger.quote(f"{name}.value").unit == "USD"


@pytest.mark.parametrize("value", ["{c7.value}", "{c1.nothing}", "{you: 3}"])
def test_a_reference_to_nothing_is_no_argument(value: str) -> None:
    session = Session()
    session.call("train_cost", GPT3)
    with pytest.raises(InputError, match="^reference: "):
        session.call("train_cost", {**GPT3, "gpus": value})


def test_what_nobody_said_is_the_assistants_choice() -> None:
    session = Session(hears=True)
    session.ledger.say("cost of GPT-3 on 1,024 A100 at 40% utilization?")
    arguments = {"params": "GPT-3", "gpu": "A100", "gpus": 1024, "utilization": "40%", "tokens": "2T"}
    assert session.call("train_cost", arguments)[1].chosen == ("tokens",)
    assert Session().call("train_cost", arguments)[1].chosen == (), "without the user's words nothing can be said of it"
    _, again = session.call("train_days", {"params": "GPT-3", "gpu": "A100", "gpus": "{c1.gpus}", "tokens": "2T"})
    assert again.chosen == (), "it is in an earlier result now"


def test_a_chip_or_a_model_is_said_by_any_of_its_names() -> None:
    session = Session(hears=True)
    session.ledger.say("We have 8 NVIDIA A100-SXM4-80GB and want to run meta-llama/Llama-3.1-8B-Instruct.")
    assert session.call("memory_fit", {"params": "Llama 3.1 8B", "gpu": "A100 SXM 80GB"})[1].chosen == ()
    assert session.call("memory_fit", {"params": "Llama 3.1 70B", "gpu": "A100 SXM 40GB"})[1].chosen == ("params", "gpu")


def test_a_long_table_is_cut_and_says_how_long_it_is() -> None:
    session = Session()
    short, full = (told(*session.call("cheapest_gpu", {"params": "GPT-3", "detail": detail})) for detail in ("concise", "full"))
    rows, left = len(short["table"]) - 1, short["more"]["rows"]
    assert rows + left == len(full["table"]) - 1 > rows > 0
    assert short["table"][1][0] == full["table"][1][0]
    assert "more" not in full


# What cl100k_base takes for one token, within 4% on these answers: a word of up to nine letters, three digits, two signs.
TOKEN = re.compile(r" ?[A-Za-z]{1,9}|\d{1,3}|[^\sA-Za-z\d]{1,2}|\n")


@pytest.mark.parametrize("name", schema.texts()["default"])
def test_a_concise_answer_takes_under_500_tokens(name: str) -> None:
    """Its words and its data together."""
    number, call = Session().call(name, sample_call(name))
    data = told(number, call)
    assert len(TOKEN.findall(f"{json.dumps(data, ensure_ascii=False)}{number} = {in_words.brief(call)}")) < 520
    assert (data["value"], data["unit"], data["formula"]) == (call.result.value, call.result.unit, call.formula)
    assert len(data.get("warnings", ())) + data.get("more", {}).get("warnings", 0) == len(call.result.warnings)
    assert all(swing.input.name in data["drivers"] for swing in call.result.swings[:2] if swing.size)
    everything = told(*Session().call(name, {**sample_call(name), "detail": "full"}))
    for key in ("inputs", "steps", "values", "sources"):
        assert everything[key] == call.result.as_dict()[key]


def test_figures_left_out_are_named_and_may_be_quoted() -> None:
    session = Session()
    more = told(*session.call("train_cost", GPT3))["more"]["figures"]
    assert "gpu_hours" in more
    assert "GPU-hours" in session.quote({"text": "It takes {c1.gpu_hours}."})["text"]


def test_four_digits() -> None:
    assert rounded({"value": 2.0949999999999998, "table": [["a", 123456.7]], "whole": 3}) == {
        "value": 2.095,
        "table": [["a", 123500.0]],
        "whole": 3,
    }


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, MissingInput), ({"text": " "}, MissingInput), ({"text": 3}, MissingInput), ({"text": "a", "words": "b"}, UnknownArgument),
        ({"text": "It costs $3."}, InputError), ({"text": "It costs {c1.value}."}, InputError),
    ],
)  # fmt: skip
def test_a_text_that_can_not_be_written(arguments: dict[str, Any], error: type[CostError]) -> None:
    with pytest.raises(error) as caught:
        Session().quote(arguments)
    assert "\n" not in str(caught.value)
