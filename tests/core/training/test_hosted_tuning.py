"""Fine-tuning at a host: its price by size, model and method, its minimum, and who else tunes where it has none."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue.records import TuningPrice
from compute_cost.errors import CostError


def price(host: str, model: str = "", over: float | None = None, up_to: float | None = None, **more: Any) -> TuningPrice:
    row: dict[str, Any] = {"method": "lora", "price": 2.0, "minimum": None, "date": "2026-01", "source": "compute-cost", "note": ""}
    return TuningPrice(host=host, model=model, over=over, up_to=up_to, confidence="checked", **{**row, **more})


@pytest.fixture(autouse=True)
def prices(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (
        price("mistral", "llama-2-7b", price=5.0, minimum=4.0),
        price("fireworks", up_to=16.0),
        price("fireworks", over=16.0, up_to=80.0, price=6.0),
        price("together", up_to=16.0, method="full", price=3.0),
    )
    monkeypatch.setattr(catalogue, "tuning_prices", lambda: rows)


def cost(params: Any, tokens: float = 1e7, **more: Any) -> float:
    return compute_cost.finetune_cost(params, tokens, **more).value


def test_tokens_times_epochs_times_the_price_of_the_size() -> None:
    assert cost("Llama 2 7B", provider="Fireworks", epochs=3) == pytest.approx(60)
    assert cost(16e9, provider="Fireworks") == pytest.approx(20), "up to a size holds that size"
    assert cost(16.1e9, provider="Fireworks") == pytest.approx(60)
    examples = compute_cost.finetune_cost("Llama 2 7B", examples=1000, tokens_per_example=500, provider="Fireworks")
    assert examples.value == pytest.approx(1000 * 500 * 2 / 1e6)


def test_a_price_of_one_model_and_its_minimum() -> None:
    assert cost("Llama 2 7B", provider="Mistral") == pytest.approx(50)
    assert cost("Llama 2 7B", 1e5, provider="Mistral") == 4.0


def test_what_hosts_do_not_tune_has_no_price_by_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CostError, match=r"^params: .*whose fine-tuning is not estimated"):
        cost("SDXL", provider="Fireworks")
    monkeypatch.setattr(catalogue, "is_closed", lambda model: model.id == "llama-2-7b")
    with pytest.raises(CostError, match="its price for fine-tuning of Llama 2 7B is not in the catalogue; that of Mistral AI is"):
        cost("Llama 2 7B", provider="Fireworks")
    assert cost("Llama 2 7B", provider="Mistral") == pytest.approx(50), "a price of its own holds all the same"


def test_the_method_is_the_hosts_unless_another_is_asked_for() -> None:
    found = compute_cost.finetune_cost("Llama 2 7B", 1e7, provider="Together")
    assert found.value == pytest.approx(30)
    assert {one.name: one.value for one in found.inputs}["method"] == "full"
    with pytest.raises(CostError, match=r"lora fine-tuning of Llama 2 7B is not in the catalogue; that of Mistral AI, Fireworks AI is"):
        cost("Llama 2 7B", method="lora", provider="Together")


def test_what_hosts_ask_stands_beside_rented_accelerators() -> None:
    found = compute_cost.finetune_cost("Llama 2 7B", 1e7, "H100", "lora", epochs=3)
    beside = {one.label: one.value for one in found.steps if one.label.startswith("Hosted")}
    assert beside == {
        "Hosted fine-tuning at Mistral AI, lora": pytest.approx(150),
        "Hosted fine-tuning at Fireworks AI, lora": pytest.approx(60),
    }
    assert found.value != pytest.approx(60)


@pytest.mark.parametrize(
    ("arguments", "way_out"),
    [
        ({"provider": "nosuch host"}, "Fireworks"),
        ({"provider": "OpenAI"}, "that of Mistral AI, Fireworks AI, Together AI is"),
        ({"provider": "Fireworks", "gpu": "H100", "gpus": 2}, "leave gpu and gpus out"),
        ({"provider": "Fireworks", "as_of": "2026-01-01"}, "leave as_of out"),
        ({"provider": "Fireworks", "params": 405e9}, "leave provider out"),
    ],
)
def test_a_host_that_can_not_be_asked_says_who_can(arguments: dict[str, Any], way_out: str) -> None:
    with pytest.raises(CostError, match=way_out) as caught:
        compute_cost.finetune_cost(**{"params": "Llama 2 7B", "tokens": 1e7, **arguments})
    assert str(caught.value).startswith("provider: ")


def test_a_price_without_a_model_or_a_size_is_of_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "tuning_prices", lambda: (price("fireworks"),))
    with pytest.raises(CostError, match="no host's price"):
        cost("Llama 2 7B", provider="Fireworks")
