"""Random draws of train_cost: percentiles as in closed form, swings as of single calls."""

from __future__ import annotations

import csv
import io
import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import compute_cost
from compute_cost.answers.array_costs import train_costs
from compute_cost.answers.draws import Z90, _quantile, draws
from compute_cost.errors import CostError, InputError
from tests.support import ROOT, command

FIXED = {"params": 7e9, "tokens": 1e12, "gpu": "A100", "price_per_gpu_hour": 2, "utilization": 0.4}


def test_the_command_draws() -> None:
    arguments = ("table", "train_cost", '{"params": "7B", "tokens": ["1T", "2T"], "gpu": "A100"}', "--draws", "5000", "--seed", "3")
    cost, *inputs = csv.DictReader(io.StringIO(command(*arguments).stdout))
    found = draws("train_cost", {"params": "7B", "tokens": ["1T", "2T"], "gpu": "A100"}, 5000, 3)
    assert [float(cost[one]) for one in ("P10", "P50", "P90", "mean")] == [found.p10, found.p50, found.p90, found.mean]
    assert {one["figure"] for one in inputs} == {"tokens", "utilization", "price_per_gpu_hour"}
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
    found = draws("train_cost", {"gpu": "H100", "seq_len": seq_len, **ends}, 300_000, 3)
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
    assert np.quantile(found.costs, shares) == pytest.approx(np.quantile(costs, shares), rel=0.05)
    assert found.mean == pytest.approx(costs.mean(), rel=0.05)


def test_predicted_utilization_and_quotes_are_uncertain_and_given_ones_are_not() -> None:
    single = compute_cost.train_cost("GPT-3", None, "A100")
    found = draws("train_cost", {"params": "GPT-3", "gpu": "A100"}, 200_000, 5)
    assert found.middle == pytest.approx(single.value, rel=1e-12)
    assert [found.p10, found.p50, found.p90] == pytest.approx([single.low, single.value, single.high], rel=0.1)
    assert {one.spread.name for one in found.tornado} == {"utilization", "price_per_gpu_hour"}
    fixed = draws("train_cost", FIXED, 1000)
    assert fixed.tornado == ()
    assert fixed.p10 == fixed.p50 == fixed.p90 == fixed.costs.max() == compute_cost.train_cost(*FIXED.values()).value


def test_a_range_keeps_its_ends() -> None:
    """A tenth lies below the low end and a tenth above the high one: of lopsided quotes, and of params with an attention term."""
    price = compute_cost.gpu_price("H100")
    assert price.value / price.low != pytest.approx(price.high / price.value, rel=0.01)
    found = draws("train_cost", {**FIXED, "gpu": "H100", "price_per_gpu_hour": None}, 200_000, 2)
    wanted = [
        compute_cost.train_cost(**{**FIXED, "gpu": "H100", "price_per_gpu_hour": one}).value for one in (price.low, price.value, price.high)
    ]
    assert [found.p10, found.p50, found.p90] == pytest.approx(wanted, rel=0.01)
    found = draws("train_cost", {**FIXED, "params": ["1B", "100B"], "seq_len": 65536}, 400_000, 2)
    wanted = [compute_cost.train_cost(**{**FIXED, "params": one, "seq_len": 65536}).value for one in (1e9, 1e10, 1e11)]
    assert [found.p10, found.p50, found.p90] == pytest.approx(wanted, rel=0.02)
    assert [found.tornado[0].at_low, found.tornado[0].at_high] == pytest.approx(wanted[::2], rel=1e-12)


def test_a_seed_gives_one_answer_and_another_seed_another() -> None:
    arguments = {"params": "7B", "tokens": ["1T", "2T"]}
    first, again, other = (draws("train_cost", arguments, 40_000, seed) for seed in (7, 7, 8))
    assert np.array_equal(first.costs, again.costs)
    assert first.p90 == again.p90 != other.p90
    assert len(np.unique(first.costs)) == 40_000, "a block of draws came twice"


def test_a_tornado_is_the_swing_of_single_calls() -> None:
    found = draws("train_cost", {**FIXED, "tokens": [5e11, 2e12], "price_per_gpu_hour": [1.8, 2.2], "utilization": [0.3, 0.5]}, 1000)
    assert [one.spread.name for one in found.tornado] == ["tokens", "utilization", "price_per_gpu_hour"]
    middle = {"params": 7e9, "gpu": "A100", "tokens": 1e12, "price_per_gpu_hour": math.sqrt(1.8 * 2.2), "utilization": math.sqrt(0.15)}
    for spread, *ends in found.tornado:
        singles = [compute_cost.train_cost(**{**middle, spread.name: at}).value for at in (spread.low, spread.high)]
        assert ends == pytest.approx(singles, rel=1e-12)


def test_wrong_draws_are_refused() -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"params": "GPT-33"}, "params: "), ({}, "params: missing"), ({"params": "7B"}, "tokens: "), ({**FIXED, "mfu": 1}, "no argument"),
        ({**FIXED, "tokens": [2e12, 1e12]}, "tokens: "), ({**FIXED, "tokens": [1e12]}, "tokens: "), ({**FIXED, "gpus": [8, 64]}, "gpus: "),
        ({**FIXED, "params": ["GPT-3", "BLOOM"]}, "params: "), ({**FIXED, "utilization": [0.3, 1.3]}, "utilization: 1.3"),
        ({**FIXED, "params": [1e9, 2e9], "active_params": 1e9}, "params: "),
    ]  # fmt: skip
    for arguments, says in cases:
        with pytest.raises(CostError, match=says):
            draws("train_cost", arguments, 1000)
    for n, seed in ((99, 0), (10**8, 0), (1000.0, 0), (1000, -1), (True, 0)):
        with pytest.raises(InputError):
            draws("train_cost", FIXED, n, seed)  # type: ignore[arg-type]


@pytest.mark.parametrize("n", [100, 101, 5_000, 250_001])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_quick_percentile_is_numpys(n: int, share: float) -> None:
    drawn = np.random.default_rng(n).lognormal(size=n)
    for values in (drawn, np.full(n, 3.0), np.sort(drawn), np.round(drawn)):
        before = values.copy()
        assert _quantile(values, share) == pytest.approx(float(np.quantile(values, share)), rel=1e-12)
        assert np.array_equal(values, before)


def test_without_numpy_it_says_which_extra() -> None:
    """A grid needs none."""
    code = "import sys; sys.modules['numpy'] = None; import compute_cost; compute_cost.cost_table('train_cost', 'GPT-3'); from compute_cost.answers.draws import *; draws('train_cost', {})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert "install the extra: pip install .[tables]" in done.stderr.splitlines()[-1]
