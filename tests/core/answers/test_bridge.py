"""Why a figure moved: rows that add up, by hand, in every order, for days, inputs, versions."""

from __future__ import annotations

import copy
import itertools
import json
import math
from typing import Any

import pytest

import compute_cost
from compute_cost.answers import bridge
from compute_cost.errors import InputError, UnknownName
from compute_cost_sheets.functions import all_functions
from compute_cost_tools.calls import call
from tests.support import command

OLD = "params=GPT-3; gpu=A100; as_of=2024-12-31"


def changes(found: compute_cost.Result) -> dict[Any, Any]:
    """The change by each input; the rows add up to the difference."""
    assert found.table[0] == ("input", "from", "to", "unit", "change")
    rows = {row[0]: row[-1] for row in found.table[1:]}
    assert len(rows) == len(found.table) - 1
    assert math.fsum(float(one) for one in rows.values()) == pytest.approx(found.value, rel=1e-12, abs=1e-9)
    return rows


def test_a_price_that_moved_with_the_day_is_the_whole_change() -> None:
    found = compute_cost.cost_bridge("TRAIN_COST", f"{OLD}; utilization=0.4", "params=GPT-3; gpu=A100; utilization=0.4")
    then, now = (compute_cost.train_cost("GPT-3", None, "A100", None, 0.4, as_of=day) for day in ("2024-12-31", None))
    assert found.value == now.value - then.value != 0
    assert (found.values["before"].value, found.values["after"].value, found.unit) == (then.value, now.value, "USD")
    assert changes(found) == {"price_per_gpu_hour": found.value, "as_of": 0.0}
    prices = [compute_cost.gpu_price("A100", as_of=day).value for day in ("2024-12-31", None)]
    assert found.table[1] == ("price_per_gpu_hour", *prices, "USD per GPU-hour", found.value)
    assert found.table[2][:3] == ("as_of", "2024-12-31", compute_cost.assumption("as_of").value)


def test_two_factors_share_what_they_do_together() -> None:
    """6 N D moves by both: each order gives the interplay to the second, so each gets half. By hand: 7e9 to 14e9 and 1e12 to 3e12."""
    found = compute_cost.cost_bridge("train_flops", "params=7B; tokens=1T", {"params": 14e9, "tokens": "3T"})
    assert changes(found) == pytest.approx({"params": 6 * 7e9 * (1e12 + 3e12) / 2, "tokens": 6 * 2e12 * (7e9 + 14e9) / 2}, rel=1e-12)
    back = compute_cost.cost_bridge("train_flops", "params=14B; tokens=3T", "params=7B; tokens=1T")
    assert changes(back) == pytest.approx({name: -change for name, change in changes(found).items()}, rel=1e-12)


def test_the_change_of_each_input_is_the_mean_over_all_orders() -> None:
    """The control changes one after the other in each of the 24 orders, by plain calls with everything given."""
    before: dict[str, Any] = {"params": 7e9, "tokens": 1e12, "price_per_gpu_hour": 2.0, "utilization": 0.3}
    after: dict[str, Any] = {"params": 70e9, "tokens": 2e12, "price_per_gpu_hour": 1.5, "utilization": 0.45}
    totals = dict.fromkeys(before, 0.0)
    for order in itertools.permutations(before):
        state = dict(before)
        for name in order:
            was = compute_cost.train_cost(gpu="A100", **state).value
            state[name] = after[name]
            totals[name] += (compute_cost.train_cost(gpu="A100", **state).value - was) / 24
    found = compute_cost.cost_bridge("train_cost", {**before, "gpu": "A100"}, {**after, "gpu": "A100"})
    assert changes(found) == pytest.approx(totals, rel=1e-9)


def test_what_was_predicted_or_looked_up_has_its_own_row() -> None:
    found = compute_cost.cost_bridge("train_cost", "params=GPT-3; gpu=A100", "params=Llama 3.1 70B; gpu=H100")
    assert set(changes(found)) == {"params", "gpu", "tokens", "seq_len", "utilization", "price_per_gpu_hour"}
    by_name = {row[0]: row for row in found.table}
    assert by_name["params"][1:3] == ("GPT-3", "Llama 3.1 70B")
    assert by_name["gpu"][1:3] == ("A100 SXM 80GB", "H100 SXM 80GB")
    assert by_name["tokens"][1:3] == tuple(compute_cost.model_fact(name, "tokens").value for name in ("GPT-3", "Llama 3.1 70B"))
    for name, cell in (("utilization", 1), ("price_per_gpu_hour", 1)):
        one = compute_cost.train_cost("GPT-3", None, "A100")
        assert by_name[name][cell] == next(known.value for known in one.inputs if known.name == name)


def test_given_on_one_side_alone_and_assumptions_by_name() -> None:
    found = compute_cost.cost_bridge("train_energy", "params=GPT-3", "params=GPT-3; pue=1.1; average_draw_gpu=60%")
    assert set(changes(found)) == {"pue", "average_draw_gpu"}
    pue, draw = compute_cost.assumption("pue").value, compute_cost.assumption("average_draw_gpu").value
    assert isinstance(pue, float)
    assert isinstance(draw, float)
    base = compute_cost.train_energy("GPT-3").value / (pue * draw)
    assert changes(found)["pue"] == pytest.approx(base * (1.1 - pue) * (draw + 0.6) / 2, rel=1e-9)
    assert changes(found)["average_draw_gpu"] == pytest.approx(base * (0.6 - draw) * (pue + 1.1) / 2, rel=1e-9)
    given = compute_cost.cost_bridge("train_cost", "params=GPT-3; price_per_gpu_hour=2", "params=GPT-3")
    assert changes(given) == {"price_per_gpu_hour": given.value}
    both = compute_cost.cost_bridge("train_energy", "params=GPT-3", "params=GPT-3; gpu=A100", assume={"pue": 1.0})
    assert both.values["before"].value == compute_cost.train_energy("GPT-3", pue=1).value


def test_orders_without_an_answer_are_left_out() -> None:
    """fp8 exists on the H100 alone: the chip has to change first, and the precision then gets what it does on the H100."""
    sides = (
        "params=7B; tokens=1T; utilization=0.4; price_per_gpu_hour=2; gpu={}; precision={}".format(*one)
        for one in (("A100", "bf16"), ("H100", "fp8"))
    )
    found = changes(compute_cost.cost_bridge("train_cost", *sides))
    old, chip, new = (
        compute_cost.train_cost(7e9, 1e12, gpu, 2, 0.4, precision=precision).value
        for gpu, precision in (("A100", "bf16"), ("H100", "bf16"), ("H100", "fp8"))
    )
    assert found == pytest.approx({"gpu": chip - old, "precision": new - chip}, rel=1e-12)
    sides = (
        "params=7B; tokens=1T; utilization=0.4; price_per_gpu_hour=2; gpu={}; precision={}".format(*one)
        for one in (("H100", "fp8"), ("B200", "fp4"))
    )
    assert set(changes(compute_cost.cost_bridge("train_cost", *sides))) == {"gpu", "precision"}
    sides = (
        "params=7B; tokens=1T; utilization=0.4; price_per_gpu_hour=2; gpu={}; precision={}".format(*one)
        for one in (("B200", "fp4"), ("T4", "fp16"))
    )
    joint = compute_cost.cost_bridge("train_cost", *sides)
    assert set(changes(joint)) <= {"gpu", "precision", "gpu and precision"}


def test_inputs_that_only_change_together_share_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """8 cards do not hold 70 billion parameters, and more inputs than are looked at in every order go one after the other."""
    before, after = {"params": 1e9, "tokens": 1e11, "gpu": "A100", "gpus": 2}, {"params": 70e9, "tokens": 1e12, "gpu": "A100", "gpus": 64}
    assert set(changes(compute_cost.cost_bridge("train_days", before, after))) == {"params", "tokens", "gpus", "utilization"}
    monkeypatch.setattr(bridge, "MOST_ORDERED", 0)
    found = compute_cost.cost_bridge("train_flops", "params=7B; tokens=1T", "params=14B; tokens=3T")
    assert changes(found) == pytest.approx({"params": 6 * 7e9 * 1e12, "tokens": 6 * 14e9 * 2e12}, rel=1e-12)
    sides = (
        "params=7B; tokens=1T; utilization=0.4; price_per_gpu_hour=2; precision={1}; gpu={0}".format(*one)
        for one in (("H100", "fp8"), ("A100", "bf16"))
    )
    assert set(changes(compute_cost.cost_bridge("train_cost", *sides))) == {"gpu and precision"}


def test_a_search_keeps_to_its_arguments() -> None:
    """The price of the cheapest chip can't be put in place for all chips: the day has the whole change."""
    found = compute_cost.cost_bridge("cheapest_gpu", "params=GPT-3; as_of=2024-12-31", "params=GPT-3; as_of=2025-12-31")
    assert changes(found) == {"as_of": found.value}


def test_what_is_held_of_one_side_alone_does_not_touch_the_other() -> None:
    """The number of accelerators is searched for on one side and given on the other: nothing is left for the method to explain."""
    found = compute_cost.cost_bridge(
        "infer_cost", "params=Llama 3.1 70B; gpu=A100", "params=Llama 3.1 70B; gpu=H100; gpus=8; precision=fp8"
    )
    assert {"gpu", "gpus", "precision"} <= set(changes(found))
    assert "method" not in changes(found)
    back = compute_cost.cost_bridge("infer_cost", "params=Llama 3.1 70B; gpu=H100; gpus=8; precision=fp8", "params=Llama 3.1 70B; gpu=A100")
    assert changes(found)["gpu"] < 0 < changes(back)["gpu"]
    assert "method" not in changes(back)


def test_what_does_not_suit_the_other_side_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Held for one side alone, and wrong for the other: the arguments then have the whole change."""
    monkeypatch.setattr(
        bridge, "_held", lambda result: ({"utilization": 0.9} if result.question.values[2].name.startswith("H100") else {}, 1.0)
    )
    assert set(changes(compute_cost.cost_bridge("train_cost", "params=GPT-3; gpu=A100", "params=GPT-3; gpu=H100"))) == {"gpu"}


def test_an_input_that_is_the_answer_itself_explains_nothing() -> None:
    """A quoted price is what is asked for: the chip, the day and the provider moved it, in orders in which there was a price."""
    found = compute_cost.cost_bridge("gpu_price", "gpu=A100; as_of=2024-06-30", "gpu=A100")
    assert changes(found) == {"as_of": found.value}
    found = compute_cost.cost_bridge("gpu_price", "gpu=A100; as_of=2024-06-30", "gpu=H100; provider=aws")
    assert set(changes(found)) == {"gpu", "as_of", "provider"}
    budget = compute_cost.cost_bridge("compute_optimal", "budget=1e6; utilization=0.4", "budget=2e6; utilization=0.4")
    assert changes(budget) == {"budget": budget.value}


@pytest.fixture
def saved() -> Any:
    return json.loads(command("call", "train_cost", '{"params": "GPT-3", "gpu": "A100", "as_of": "2025-12-31"}').stdout)


def test_a_saved_result_is_compared_with_this_version(saved: Any) -> None:
    same = compute_cost.cost_bridge("train_cost", saved)
    assert (same.value, changes(same)) == (0, {})
    assert [same.low, same.high] == pytest.approx([0, 0], abs=1e-6), "what moves this version's answer moves the saved one alike"
    old = copy.deepcopy(saved)
    price = next(one for one in old["inputs"] if one["name"] == "price_per_gpu_hour")
    was, price["value"] = price["value"], price["value"] * 1.5
    old["value"] *= 1.5
    found = compute_cost.cost_bridge("train_cost", json.dumps(old))
    assert changes(found) == {"price_per_gpu_hour": pytest.approx(saved["value"] - old["value"], rel=1e-12)}
    assert found.table[1][1:3] == (price["value"], was)
    less = compute_cost.train_cost("GPT-3", None, "A100", as_of="2025-12-31")
    assert [found.low, found.high] == pytest.approx([-less.high / 2, -less.low / 2], rel=0.1), (
        "half as much again, with the interval of that"
    )
    old["value"] *= 1.1  # and the formula was another
    found = compute_cost.cost_bridge("train_cost", old, {"params": "GPT-3", "gpu": "A100", "as_of": "2025-12-31"})
    assert changes(found) == pytest.approx({"price_per_gpu_hour": -saved["value"] / 2, "method": -saved["value"] * 0.15}, rel=1e-9)
    both = compute_cost.cost_bridge("train_cost", old, saved)
    assert changes(both) == pytest.approx(changes(found), rel=1e-9)
    chip = compute_cost.cost_bridge("train_cost", old, "params=GPT-3; gpu=H100; as_of=2025-12-31")
    assert changes(chip)["method"] == pytest.approx(changes(found)["method"], rel=1e-9)


def test_a_saved_result_has_what_was_given_and_assumed_by_the_caller() -> None:
    saved = compute_cost.train_energy("70B", "1T", "H100", 0.4, 1.2, assume={"average_draw_gpu": 0.6}).as_dict()
    found = compute_cost.cost_bridge("train_energy", saved)
    assert (found.value, changes(found)) == (0, {})
    found = compute_cost.cost_bridge("train_energy", saved, "params=70B; tokens=1T; gpu=H100; utilization=0.4; pue=1.2")
    assert set(changes(found)) == {"average_draw_gpu"}


def test_the_interval_is_that_of_the_difference() -> None:
    """The utilization's error moves both alike: twice the tokens cost as much again, with the interval of that alone."""
    found = compute_cost.cost_bridge("train_cost", "params=7B; tokens=1T; gpu=H100", "params=7B; tokens=2T; gpu=H100")
    once = compute_cost.train_cost("7B", "1T", "H100")
    assert [found.low, found.value, found.high] == pytest.approx([once.low, once.value, once.high], rel=1e-9)
    fixed = "params=7B; gpu=H100; utilization=0.4; price_per_gpu_hour=2; tokens="
    certain = compute_cost.cost_bridge("train_cost", f"{fixed}1T", f"{fixed}2T")
    assert certain.low == certain.value == certain.high


def test_its_steps_and_sources_are_those_of_both() -> None:
    found = compute_cost.cost_bridge("train_cost", OLD, "params=GPT-3; gpu=H100")
    one, other = compute_cost.train_cost("GPT-3", None, "A100", as_of="2024-12-31"), compute_cost.train_cost("GPT-3", None, "H100")
    assert {source.id for source in found.sources} == {source.id for each in (one, other) for source in each.sources}
    assert set(found.warnings) >= {*one.warnings, *other.warnings} - {text for text in found.warnings if text.startswith("assumed and")}
    assert [step.value for step in found.steps if step.label.startswith("Change by ")] == [row[-1] for row in found.table[1:]]
    assert {known.name for known in found.inputs} >= {"name", "before", "after", "utilization", "price_per_gpu_hour"}


def test_wrong_cases_are_refused_with_their_side() -> None:
    wrong: list[tuple[tuple[Any, ...], str]] = [
        (("train_costs", OLD, OLD), "name: "), (("train_cost", "GPT-3", OLD), 'before: "GPT-3" can\'t be used; write each input once, as name=value'),
        (("train_cost", OLD, "params=GPT-3; params=7B"), "after: "), (("train_cost", OLD, "params=GPT-33"), "after: .*did you mean GPT-3"),
        (("train_cost", "params=GPT-3; mfu=0.4", OLD), "before: .*no argument"), (("train_cost", "{", OLD), "before: .*not a JSON object"),
        (("train_cost", "params=GPT-3; pue=1.1", OLD), "before: .*does not assume it"), (("train_cost", {}, OLD), "before: "),
        (("train_cost", {1: 2}, OLD), "before: "), (("train_cost", {"params": [1]}, OLD), "before: "), (("train_cost", "; ;", OLD), "before: "),
        (("train_cost", {"value": "x", "inputs": []}, OLD), "before: "), (("train_cost", {"value": 1, "inputs": [3]}, OLD), "before: "),
        (("train_cost", {"value": 1, "inputs": []}, OLD), "before: .*params: "), (("gpu_fact", "gpu=A100; field=vendor", None), "name: .*text"),
        (("cost_bridge", "name=train_cost", None), "name: "), (("train_cost", "params=" + "x" * 60_000, OLD), "before: .*characters"),
    ]  # fmt: skip
    for arguments, says in wrong:
        with pytest.raises(InputError, match=f"(?s)^{says}") as caught:
            compute_cost.cost_bridge(*arguments)
        assert "\n" not in str(caught.value)
    with pytest.raises(UnknownName):
        compute_cost.cost_bridge("train_costs", OLD)
    with pytest.raises(InputError, match="^after: .*in USD per thousand images, that of before in USD per million tokens"):
        compute_cost.cost_bridge("infer_cost", "params=7B", "params=Stable Diffusion 1.4")


def test_every_front_end_has_it() -> None:
    other = "params=GPT-3; gpu=H100"
    found = compute_cost.cost_bridge("train_cost", OLD, other)
    assert all_functions()["COST_BRIDGE"]("TRAIN_COST", OLD, other) == found.table
    told = call("cost_bridge", {"name": "train_cost", "before": OLD, "after": other})
    assert told["table"] == [list(row) for row in found.table]
    assert told["formula"] == f'=COST_BRIDGE("train_cost","{OLD}","{other}")'
    assert call("cost_bridge", {"name": "train_cost", "before": {"params": "GPT-3"}, "after": other})["value"] == 0
    done = command("call", "cost_bridge", json.dumps({"name": "train_cost", "before": OLD, "after": other}))
    assert json.loads(done.stdout)["table"] == told["table"]
    held = command("call", "cost_bridge", json.dumps({"name": "train_cost", "before": compute_cost.train_cost("GPT-3").as_dict()}))
    assert json.loads(held.stdout)["value"] == 0, "a saved result fits into a call"
