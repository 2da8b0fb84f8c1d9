"""What must hold for any run: the money follows the work, the units hold, the range holds the value."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

import compute_cost
from compute_cost.errors import InputError

PARAMS = st.floats(min_value=1e8, max_value=1e12)
TOKENS = st.floats(min_value=1e9, max_value=3e13)
SHARES = st.floats(min_value=0.08, max_value=1)  # a tenth of the least is still a utilization that is answered
PRICES = st.floats(min_value=0.5, max_value=4)  # of all the chips below at most twenty times off, also ten times the price
FACTORS = st.floats(min_value=1.01, max_value=10)


@given(PARAMS, TOKENS, PRICES, SHARES, FACTORS)
def test_cost_is_proportional(params: float, tokens: float, price: float, share: float, factor: float) -> None:
    base = compute_cost.train_cost(params, tokens, "A100", price, share).value
    assert compute_cost.train_cost(params, tokens * factor, "A100", price, share).value == pytest.approx(base * factor)
    assert compute_cost.train_cost(params, tokens, "A100", price * factor, share).value == pytest.approx(base * factor)
    assert compute_cost.train_cost(params * factor, tokens, "A100", price, share).value == pytest.approx(base * factor)
    assert compute_cost.train_cost(params, tokens, "A100", price, share / factor).value == pytest.approx(base * factor)


CHIPS = st.sampled_from(["V100", "A100", "H100", "H200", "B200", "MI300X", "TPU v4"])


@given(PARAMS, TOKENS, CHIPS, PRICES, st.floats(min_value=1.5, max_value=10))
def test_with_a_predicted_utilization_more_work_costs_more(params: float, tokens: float, gpu: str, price: float, factor: float) -> None:
    """Sizes nearer to each other may cost alike: where the layout or recomputation changes, the cost steps by up to a tenth."""
    base = compute_cost.train_cost(params, tokens, gpu, price)
    assert compute_cost.train_cost(params, tokens * factor, gpu, price).value == pytest.approx(base.value * factor)
    assert compute_cost.train_cost(params, tokens, gpu, price * factor).value == pytest.approx(base.value * factor)
    if params / factor >= 1e8:
        assert compute_cost.train_cost(params / factor, tokens, gpu, price).value < base.value
    assert base.value == pytest.approx(compute_cost.train_gpu_hours(params, tokens, gpu).value * price)


@given(PARAMS, TOKENS, CHIPS, st.floats(min_value=10, max_value=300), st.floats(min_value=1.2, max_value=5))
def test_less_time_takes_no_fewer_accelerators(params: float, tokens: float, gpu: str, days: float, factor: float) -> None:
    try:
        hurried = compute_cost.gpus_needed(params, tokens, gpu, days).value
    except InputError:
        return  # no number of accelerators does it
    assert hurried >= compute_cost.gpus_needed(params, tokens, gpu, days * factor).value


@given(st.floats(min_value=0.05, max_value=0.9), FACTORS)
def test_idle_hours_are_paid(load: float, factor: float) -> None:
    busier = min(1.0, load * factor)
    for name, fixed in (("rent_or_own", {"gpu": "H100"}), ("infer_cost", {"params": "Llama 3.1 8B", "gpu": "H100"})):
        cost, less = (float(getattr(compute_cost, name)(**fixed, load=share).value) for share in (load, busier))
        assert cost * load == pytest.approx(less * busier)
        assert less <= cost


@given(st.floats(min_value=1e6, max_value=1e11), FACTORS)
def test_a_larger_day_needs_no_smaller_fleet(tokens: float, factor: float) -> None:
    assert (
        compute_cost.serving_cost("Llama 3.1 8B", tokens * factor, "H100").value
        >= compute_cost.serving_cost("Llama 3.1 8B", tokens, "H100").value
    )


@given(st.floats(min_value=1, max_value=23), PRICES, FACTORS)
def test_a_reservation_pays_for_months_and_not_for_use(months: float, price: float, factor: float) -> None:
    one = compute_cost.reserve_or_rent(months, 24, 1, "A100", price, price)
    assert one.value == pytest.approx(24 / months)
    assert compute_cost.reserve_or_rent(months, 24, 1, "A100", price * factor, price).value == pytest.approx(one.value / factor)


@given(st.floats(min_value=1e6, max_value=1e9), FACTORS, st.floats(min_value=1e5, max_value=1e7))
def test_more_capital_lasts_no_shorter(capital: float, factor: float, compute: float) -> None:
    def runway(raised: float) -> float:
        months = compute_cost.compute_share(raised, compute, compute / 4).values["runway"].value
        return months if isinstance(months, float) else float("inf")

    assert runway(capital * factor) >= runway(capital)


@given(PARAMS, TOKENS, st.lists(CHIPS, min_size=2, max_size=3, unique=True), st.lists(PRICES, min_size=2, max_size=3, unique=True))
def test_a_table_holds_what_single_calls_answer(params: float, tokens: float, chips: list[str], prices: list[float]) -> None:
    header, *rows = compute_cost.cost_table("train_cost", params, tokens, chips, prices).table
    column = header.index("value")
    singles = [compute_cost.train_cost(params, tokens, gpu, price).value for gpu in chips for price in prices]
    assert [row[column] for row in rows] == singles


@given(PARAMS, TOKENS)
def test_the_range_holds_the_value(params: float, tokens: float) -> None:
    found = compute_cost.train_cost(params, tokens, "A100")
    assert found.low < found.value < found.high


@given(PARAMS, TOKENS, st.integers(min_value=1, max_value=100_000), SHARES)
def test_days_and_hours_agree(params: float, tokens: float, gpus: int, share: float) -> None:
    hours = compute_cost.train_gpu_hours(params, tokens, "H100", share).value
    assert compute_cost.train_days(params, tokens, "H100", gpus, share).value == pytest.approx(hours / gpus / 24)


@given(PARAMS, TOKENS, st.integers(min_value=1, max_value=131_072))
def test_attention_only_adds(params: float, tokens: float, length: int) -> None:
    plain = compute_cost.train_flops(params, tokens).value
    assert plain == pytest.approx(6 * params * tokens)
    assert compute_cost.train_flops(params, tokens, length).value > plain


@given(st.sampled_from(["fp32", "bf16", "fp8", "int4"]), PARAMS)
def test_memory_follows_the_bits(precision: str, params: float) -> None:
    assert compute_cost.memory_needed(params, precision).value <= compute_cost.memory_needed(params, "fp32").value


def test_training_is_three_times_a_forward_pass() -> None:
    for model in ("GPT-3", "Llama-3.1-405B", "DeepSeek-V3"):
        one = compute_cost.infer_flops(model, context=int(compute_cost.model_fact(model, "seq_len").value)).value
        tokens = float(compute_cost.model_fact(model, "tokens").value)
        assert compute_cost.train_flops(model).value == pytest.approx(3 * one * tokens)
