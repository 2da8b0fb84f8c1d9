"""Random draws of train_cost: percentiles as in closed form, swings as of single calls."""

from __future__ import annotations

import csv
import io
import math
import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import compute_cost
from compute_cost.answers import draws as monte_carlo
from compute_cost.answers.array_costs import train_costs
from compute_cost.answers.draws import _quantiles, draws
from compute_cost.errors import CostError, InputError
from compute_cost.ranges import Z90
from tests.support import ROOT, command, sample_call

FIXED: dict[str, Any] = {"params": 7e9, "tokens": 1e12, "gpu": "A100", "price_per_gpu_hour": 2, "utilization": 0.4}


def test_the_command_draws() -> None:
    arguments = ("table", "train_cost", '{"params": "7B", "tokens": ["1T", "2T"], "gpu": "A100"}', "--draws", "5000", "--seed", "3")
    cost, *inputs = csv.DictReader(io.StringIO(command(*arguments).stdout))
    found = draws("train_cost", {"params": "7B", "tokens": ["1T", "2T"], "gpu": "A100"}, 5000, 3)
    assert [float(cost[one]) for one in ("P10", "P50", "P90", "mean")] == [found.p10, found.p50, found.p90, found.mean]
    assert cost["figure"] == "cost"
    assert {one["figure"] for one in inputs} == {"tokens", "utilization", "price_per_gpu_hour", "width_per_layer"}
    assert [float(one["swing"]) for one in inputs] == [one.size for one in found.tornado]


def test_percentiles_of_a_log_normal_as_in_closed_form() -> None:
    """Three factors, 80% from 1/2 to 2, 1/3 to 3 and 1/1.5 to 1.5 of the middle: logarithms add, variances add."""
    spread = {"params": [3.5e9, 14e9], "tokens": [1e12 / 3, 3e12], "price_per_gpu_hour": [2 / 1.5, 3]}
    found = draws("train_cost", {**FIXED, **spread}, 400_000, 1)
    middle = compute_cost.train_cost(*FIXED.values()).value
    factor = math.exp(math.hypot(math.log(2), math.log(3), math.log(1.5)))
    assert found.middle == pytest.approx(middle, rel=1e-12)
    # Four standard errors of the percentile: sqrt(share (1 - share) / n) / density, over the value.
    for value, wanted, tolerance in ((found.p10, middle / factor, 0.012), (found.p50, middle, 0.01), (found.p90, middle * factor, 0.012)):
        assert value == pytest.approx(wanted, rel=tolerance)
    assert found.mean == pytest.approx(middle * math.exp((math.log(factor) / Z90) ** 2 / 2), rel=0.02)


@pytest.mark.parametrize("seq_len", [None, 65536])
def test_draws_are_those_of_every_input_on_its_own(seq_len: int | None) -> None:
    """Each input drawn apart and put through the formula, a utilization that often meets 1 and lopsided quotes among them."""
    ends: dict[str, Any] = {"params": [1e9, 1e11], "tokens": [1e12, 4e12], "utilization": [0.6, 0.98]}
    assume = {"width_per_layer": 128.0} if seq_len else {}  # as train_costs has it, and not uncertain
    found = draws("train_cost", {"gpu": "H100", "seq_len": seq_len, "assume": assume, **ends}, 300_000, 3)
    price = compute_cost.gpu_price("H100")
    ends["price_per_gpu_hour"] = [price.low, price.high]
    generator = np.random.default_rng(11)
    drawn: dict[str, Any] = {}
    for name, (low, high) in ends.items():
        middle = price.value if name == "price_per_gpu_hour" else math.sqrt(low * high)
        normal = generator.standard_normal(300_000)
        drawn[name] = middle * np.exp(normal / Z90 * np.where(normal < 0, math.log(middle / low), math.log(high / middle)))
    drawn["utilization"] = np.minimum(drawn["utilization"], 1)
    costs = train_costs(**drawn, gpu="H100", seq_len=seq_len)
    shares = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]
    assert np.quantile(found.values, shares) == pytest.approx(np.quantile(costs, shares), rel=0.05)
    assert found.mean == pytest.approx(costs.mean(), rel=0.05)


def test_predicted_utilization_and_quotes_are_uncertain_and_given_ones_are_not() -> None:
    single = compute_cost.train_cost("GPT-3", None, "A100")
    found = draws("train_cost", {"params": "GPT-3", "gpu": "A100"}, 200_000, 5)
    assert found.middle == pytest.approx(single.value, rel=1e-12)
    assert [found.p10, found.p50, found.p90] == pytest.approx([single.low, single.value, single.high], rel=0.1)
    assert {one.input.name for one in found.tornado} == {"utilization", "price_per_gpu_hour"}
    fixed = draws("train_cost", FIXED, 1000)
    assert fixed.tornado == ()
    assert fixed.p10 == fixed.p50 == fixed.p90 == fixed.values.max() == compute_cost.train_cost(*FIXED.values()).value


def test_a_range_keeps_its_ends() -> None:
    """A tenth lies below the low end and a tenth above the high one: of lopsided quotes, and of params with an attention term."""
    price = compute_cost.gpu_price("H100")
    assert price.value / price.low != pytest.approx(price.high / price.value, rel=0.01)
    found = draws("train_cost", {**FIXED, "gpu": "H100", "price_per_gpu_hour": None}, 200_000, 2)
    wanted = [
        compute_cost.train_cost(**{**FIXED, "gpu": "H100", "price_per_gpu_hour": one}).value for one in (price.low, price.value, price.high)
    ]
    assert [found.p10, found.p50, found.p90] == pytest.approx(wanted, rel=0.01)
    found = draws("train_cost", {**FIXED, "params": ["1B", "100B"], "seq_len": 65536, "assume": ["width_per_layer=128"]}, 400_000, 2)
    wanted = [compute_cost.train_cost(**{**FIXED, "params": one, "seq_len": 65536}).value for one in (1e9, 1e10, 1e11)]
    assert [found.p10, found.p50, found.p90] == pytest.approx(wanted, rel=0.02)
    assert [found.tornado[0].at_low, found.tornado[0].at_high] == pytest.approx(wanted[::2], rel=1e-12)


def test_a_seed_gives_one_answer_and_another_seed_another() -> None:
    arguments = {"params": "7B", "tokens": ["1T", "2T"]}
    first, again, other = (draws("train_cost", arguments, 40_000, seed) for seed in (7, 7, 8))
    assert np.array_equal(first.values, again.values)
    assert first.p90 == again.p90 != other.p90
    assert len(np.unique(first.values)) == 40_000, "a block of draws came twice"


def test_a_tornado_is_the_swing_of_single_calls() -> None:
    found = draws("train_cost", {**FIXED, "tokens": [5e11, 2e12], "price_per_gpu_hour": [1.8, 2.2], "utilization": [0.3, 0.5]}, 1000)
    assert [one.input.name for one in found.tornado] == ["tokens", "utilization", "price_per_gpu_hour"]
    middle: dict[str, Any] = {
        "params": 7e9,
        "gpu": "A100",
        "tokens": 1e12,
        "price_per_gpu_hour": math.sqrt(1.8 * 2.2),
        "utilization": math.sqrt(0.15),
    }
    for known, *ends in found.tornado:
        singles = [compute_cost.train_cost(**{**middle, known.name: at}).value for at in (known.low, known.high)]
        assert ends == pytest.approx(singles, rel=1e-12)


def test_wrong_draws_are_refused() -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"params": "GPT-33"}, "params: "), ({}, "params: missing"), ({"params": "7B"}, "tokens: "), ({**FIXED, "mfu": 1}, "no argument"),
        ({**FIXED, "tokens": [2e12, 1e12]}, "tokens: "), ({**FIXED, "tokens": [1e12]}, "tokens: "), ({**FIXED, "gpu": ["A100", "H100"]}, "gpu: "),
        ({**FIXED, "params": ["GPT-3", "BLOOM"]}, "params: "), ({**FIXED, "utilization": [0.3, 1.3]}, "utilization: 1.3"),
        ({**FIXED, "as_of": ["2024", "2025"]}, "as_of: "), ({**FIXED, "assume": {"pue": [1.1, 1.3]}}, "assume: "), ({**FIXED, "assume": 3}, "assume: "),
    ]  # fmt: skip
    for arguments, says in cases:
        with pytest.raises(CostError, match=says):
            draws("train_cost", arguments, 1000)
    with pytest.raises(InputError, match="name: .*its answer is text"):
        draws("gpu_fact", {"gpu": "A100", "field": "vendor"}, 1000)
    with pytest.raises(InputError, match="draws: .*at most 5,000"):
        draws("cheapest_gpu", {"params": "GPT-3"}, 5001)
    for n, seed in ((99, 0), (10**8, 0), (1000.0, 0), (1000, -1), (True, 0)):
        with pytest.raises(InputError):
            draws("train_cost", FIXED, n, seed)  # type: ignore[arg-type]


def test_the_vector_refuses_what_the_scalar_refuses() -> None:
    for wrong, says in (
        ({"tokens": [1e12, 1e4]}, "tokens: 10000 .*too little for a training run"),
        ({"price_per_gpu_hour": [2, 500]}, "price_per_gpu_hour: 500 "),
    ):
        arguments: dict[str, Any] = {"params": 7e9, "tokens": 1e12, "price_per_gpu_hour": 2.0, "utilization": 0.4, **wrong}
        with pytest.raises(InputError, match=says) as many:
            train_costs(**arguments)
        last: dict[str, Any] = {name: float(one[-1]) if isinstance(one, list) else one for name, one in arguments.items()}
        with pytest.raises(InputError) as single:
            compute_cost.train_cost(**last)
        assert str(many.value) == str(single.value)


@pytest.mark.parametrize("n", [100, 101, 5_000, 250_001])
def test_the_quick_percentiles_are_numpys(n: int) -> None:
    shares = (0.1, 0.5, 0.9)
    drawn = np.random.default_rng(n).lognormal(size=n)
    for values in (drawn, np.full(n, 3.0), np.sort(drawn), np.round(drawn), -drawn):
        before = values.copy()
        assert _quantiles(values, shares) == pytest.approx(list(np.quantile(values, shares)), rel=1e-12)
        assert np.array_equal(values, before)


CALLS: list[tuple[str, dict[str, Any], int]] = [
    ("train_energy", {"params": "GPT-3", "assume": {"average_draw_gpu": [0.5, 0.8]}}, 100_000),
    ("project_cost", {"params": "GPT-3", "gpu": "A100", "trial_share": [0.2, 0.8]}, 100_000),
    ("gpu_price", {"gpu": "H100"}, 100_000),
    ("train_days", {"params": ["5B", "10B"], "tokens": "1T", "gpu": "A100", "gpus": [48, 96]}, 20_000),
    ("project_cost", {"params": "GPT-3", "gpu": "A100", "gpus": 1024, "months_reserved": 9}, 4_000),
    ("gpus_needed", {"params": "70B", "tokens": "1T", "gpu": "H100", "days": 60}, 600),
    ("compute_optimal", {"budget": "$1M"}, 300),
]


@pytest.mark.parametrize(("name", "arguments", "n"), CALLS, ids=[name for name, *_ in CALLS])
def test_any_estimate_is_drawn_by_its_own_formula(name: str, arguments: dict[str, Any], n: int) -> None:
    """The control works the estimate out anew for each draw, with inputs moved to other draws than those under test."""
    found = draws(name, arguments, n, 1)
    problem = monte_carlo._Problem(compute_cost.registry.get(name), arguments)
    generator = np.random.default_rng(5)
    control: list[float] = []
    for _ in range(min(n, 3_000)):
        by = {one.input.name: float(np.clip(generator.standard_normal() / Z90, one.by[0], one.by[-1])) for one in problem.inputs}
        control.append(float(problem.moved(by)[0].value))
    # Four standard errors of a control's percentile: sqrt(share (1 - share) / n) / density, here of a normal logarithm or less.
    spread = float(np.std(np.log(np.array(control)))) or 1e-9
    for value, share, error in ((found.p10, 0.1, 1.71), (found.p50, 0.5, 1.25), (found.p90, 0.9, 1.71)):
        assert abs(math.log(value / np.quantile(control, share))) < 4 * spread * error / math.sqrt(min(n, 3_000)) * 1.5, share
    assert found.middle == compute_cost.registry.get(name).call(**_at_middle(arguments)).value
    assert {one.input.name for one in found.tornado} >= {key for key, value in arguments.items() if isinstance(value, list)}
    for one in found.tornado:
        if one.input.origin == "given" and one.input.name != "average_draw_gpu":
            singles = [
                compute_cost.registry.get(name).call(**_at_middle(arguments) | {one.input.name: end}).value
                for end in (one.input.low, one.input.high)
            ]
            assert [one.at_low, one.at_high] == pytest.approx(singles, rel=1e-12)


def _at_middle(arguments: dict[str, Any]) -> dict[str, Any]:
    """Ranges at their geometric middles."""
    found: dict[str, Any] = {}
    for name, value in arguments.items():
        if name == "assume":
            found[name] = _at_middle(value)
        elif isinstance(value, list):
            low, high = (float(one[:-1]) * 1e9 if isinstance(one, str) else one for one in value)
            middle = math.sqrt(low * high)
            found[name] = float(round(middle)) if name == "gpus" else middle
        else:
            found[name] = value
    return found


@pytest.mark.parametrize("name", [name for name, doc in compute_cost.registry.estimates().items() if doc.answers != "text"])
def test_every_number_can_be_drawn(name: str) -> None:
    arguments = sample_call(name)
    single = compute_cost.registry.get(name).call(**arguments)
    if isinstance(single.value, str):
        with pytest.raises(InputError, match="its answer is text"):
            draws(name, arguments, 100)
        return
    found = draws(name, arguments, 150)
    assert (found.middle, found.unit, found.name) == (single.value, single.unit, next(iter(single.values)))
    assert found.p10 <= found.p50 <= found.p90
    assert np.isfinite(found.values).all()
    assert {one.input.name for one in found.tornado} == {one.input.name for one in single.swings}
    assert [one.size for one in found.tornado] == [one.size for one in single.swings]
    if not single.swings:
        assert set(found.values) == {single.value}


def test_draws_of_a_served_model_that_do_not_fit_are_counted_at_once() -> None:
    """One H100 holds the weights of 70 billion parameters in 8 bits and little more: long requests do not fit beside them."""
    arguments = {
        "params": "Llama 3.1 70B",
        "gpu": "H100",
        "gpus": 1,
        "precision": "fp8",
        "kv_precision": "fp8",
        "input_tokens": [2000, 60_000],
        "output_tokens": 100,
    }
    found = draws("infer_cost", arguments, 200_000)
    assert monte_carlo._Problem(compute_cost.registry.get("infer_cost"), arguments).takes_arrays()
    assert 0.01 < 1 - len(found.values) / 200_000 < 0.9
    assert re.match(r"[\d,]+ of 200,000 draws have no answer and are left out, such as: gpus: 1 can't be used; ", found.warnings[0])
    alone = draws("infer_cost", {**arguments, "gpus": None}, 500)
    assert len(alone.values) == 500, "the control: more accelerators are taken where one does not hold it"


def test_a_prediction_follows_what_is_drawn() -> None:
    """The utilization rises with the size here: held at the middle, the cost would spread more."""
    arguments = {"params": ["0.5B", "20B"], "tokens": 1e12, "gpu": "H100", "price_per_gpu_hour": 2, "assume": {"width_per_layer": 128}}
    found = draws("train_cost", arguments, 200_000)
    held = draws("train_cost", {**arguments, "utilization": [0.2, 0.4], "assume": None}, 200_000)
    singles = [compute_cost.train_cost(size, 1e12, "H100", 2).value for size in (5e8, 20e9)]
    by_size = next(one for one in found.tornado if one.input.name == "params")
    assert [by_size.at_low, by_size.at_high] == pytest.approx(singles, rel=1e-12)
    assert by_size.at_high / by_size.at_low < 0.95 * 40
    assert next(one for one in held.tornado if one.input.name == "params").size == pytest.approx(
        held.middle * (math.sqrt(40) - 1 / math.sqrt(40))
    )
    # Log-normal factors: half the logarithm of the size's swing joined with that of the utilization's own error.
    error = next(one for one in found.tornado if one.input.name == "utilization")
    half = math.hypot(math.log(by_size.at_high / by_size.at_low) / 2, math.log(error.at_low / error.at_high) / 2)
    assert math.log(found.p90 / found.p10) / 2 == pytest.approx(half, rel=0.03)


def test_draws_without_an_answer_are_counted() -> None:
    """64 A100 hold the training states of about 220 billion parameters, and no more."""
    arguments = {"params": ["1B", "400B"], "tokens": 1e12, "gpu": "A100", "gpus": 64}
    found = draws("train_days", arguments, 2_000, 1)
    left_out = 2_000 - len(found.values)
    with pytest.raises(CostError, match="set gpus to"):
        compute_cost.train_days("400B", 1e12, "A100", 64)
    assert 200 < left_out < 600
    assert found.warnings[0].startswith(f"{left_out} of 2,000 draws have no answer and are left out, such as: gpus: 64 can't be used")
    assert np.isfinite(found.values).all()
    assert np.array_equal(found.values, draws("train_days", arguments, 2_000, 1).values)
    printed = command(
        "table", "train_days", '{"params": ["1B", "400B"], "tokens": 1e12, "gpu": "A100", "gpus": 64}', "--draws", "2000", "--seed", "1"
    )
    assert printed.stderr.strip() == found.warnings[0]
    assert printed.stdout.splitlines()[1].startswith("days,")


def test_a_range_without_effect_is_named() -> None:
    found = draws("train_cost", {**FIXED, "gpus": [8, 64]}, 1000)
    assert found.warnings == ("gpus was given as a range, but has no effect here",)
    assert found.p10 == found.p90
    whole = draws("train_days", {"params": 7e9, "tokens": 1e12, "gpu": "A100", "gpus": [2, 8], "utilization": 0.4}, 1000)
    hours = compute_cost.train_gpu_hours(7e9, 1e12, "A100", 0.4).value
    counts = hours / 24 / whole.values
    assert np.allclose(counts, np.round(counts)), "accelerators are whole"
    assert counts.min() >= 1


def test_no_draw_lies_beyond_the_bounds_of_an_input() -> None:
    """A utilization of 80% for half of the hours is never above 100%: the fewest hours are those at the chip's peak."""
    found = draws("train_gpu_hours", {"params": 7e9, "tokens": 1e12, "gpu": "A100", "utilization": [0.7, 0.95]}, 100_000)
    fewest = compute_cost.train_gpu_hours(7e9, 1e12, "A100", 1).value
    assert fewest * (1 - 1e-12) <= found.values.min() < fewest * 1.01
    assert (found.values < fewest * 1.02).mean() > 0.02, "the control: many would be"


def test_without_numpy_it_says_which_extra() -> None:
    """A grid needs none."""
    code = "import sys; sys.modules['numpy'] = None; import compute_cost; compute_cost.cost_table('train_cost', 'GPT-3'); from compute_cost.answers.draws import *; draws('train_cost', {})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert 'install the extra: pip install ".[tables]"' in done.stderr.splitlines()[-1]
