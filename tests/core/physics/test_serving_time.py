"""The mechanism of the serving time, part by part, against figures worked out by hand or published."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import DoesNotFit, InputError
from compute_cost.physics.chips import links, step_constants
from compute_cost.physics.model_memory import usable_memory
from compute_cost.physics.served_model import Offload, Served, served
from compute_cost.physics.serving_layout import Layout, server_share
from compute_cost.physics.serving_time import (
    LEVELS,
    READ_AT_ONCE,
    ServingConstants,
    ServingTime,
    basis_of,
    cache_ways,
    compute_speed,
    does_not_fit,
    exchange_seconds,
    fetching_seconds,
    fewest_to_serve,
    held_by_chip,
    layer_seconds,
    multiplied,
    narrow_share,
    read_by_chip,
    serving_constants,
    serving_time,
)
from tests.support import chip, model

# Nothing is lost unless a test says so.
FREE = serving_constants()._replace(
    bandwidth=1.0, core_work=0.0, matrix_efficiency=1.0, matrix_efficiency_amd=1.0, matrix_efficiency_mixture=1.0, matrix_halving=1.0,
    matrix_unpacking=1.0, layer_share_card=1.0, expert_half_width=0.0, expert_skew=1e-9, narrow_width=0.0, attention_efficiency=1.0,
    layer_seconds=0.0, mixture_layer_seconds=0.0, mixture_full_seconds=0.0,
    sequence_seconds=0.0, request_seconds=0.0, exchange_seconds=0.0, exchange_traffic=0.0, output_held=1.0, most_sequences=4096.0,
)  # fmt: skip
# 1000 TFLOP/s, 4 TB/s, 80 GB, 450 GB/s one way among eight.
H100 = chip("H100", bf16=1000.0, fp8=2000.0, fp32=60.0, memory_bandwidth=4000.0, memory=80.0, link_bandwidth=900.0)


def work(name: str, precision: str = "bf16") -> Served:
    found = model(name)
    return served(found, found.active, precision)


LLAMA = work("Llama 3 8B")  # 8.03 billion parameters, 32 layers of 4,096, a cache of 131,072 bytes a token
READ = 2 * (8030261248 - 128256 * 4096)  # bytes of its weights that a step reads: all but the embedding table


def times(
    gpus: float = 1, input_tokens: float = 1000, output_tokens: float = 1000, batch: float | None = 1, together: float | None = None,
    gpu: Accelerator = H100, served_work: Served = LLAMA, **losses: float,
) -> ServingTime:  # fmt: skip
    set_of = together or server_share(gpu, gpus)
    layout = Layout(stages=gpus / set_of, together=set_of)
    return serving_time(served_work, gpu, layout, input_tokens, output_tokens, batch, FREE._replace(**losses))


# A decoding step by hand


def test_a_single_stream_reads_its_weights_and_its_cache() -> None:
    """15 GB of weights over 4 TB/s are 3.75 ms; the cache at the mean of 1,000 to 2,000 tokens, 131,072 bytes each, 0.05 ms."""
    found = times()
    assert found.weights == pytest.approx(READ / 4e12)
    assert found.cache == pytest.approx(1500 * 131072 / 4e12)
    assert found.step == pytest.approx(found.weights + found.arithmetic + found.cache)
    assert found.arithmetic == pytest.approx(2 * 8030261248 / 1e15)
    assert found.tokens_per_second == pytest.approx(1 / found.step)
    assert found.per_token == pytest.approx(found.step)
    assert found.limit == "memory bandwidth"


def test_an_embedding_table_is_read_where_it_is_the_output_head_too() -> None:
    tied = work("Gemma 3 27B")
    assert tied.unread_bytes == 0
    assert times(2, served_work=tied).weights == pytest.approx(tied.weight_bytes / 2 / 4e12)
    assert LLAMA.weight_bytes - LLAMA.unread_bytes == READ


def test_a_batch_reads_its_weights_once_and_every_cache() -> None:
    found = times(batch=100)
    assert found.weights == times().weights
    assert found.cache == pytest.approx(100 * times().cache)
    assert found.arithmetic == pytest.approx(2 * 8030261248 * 100 / 1e15)
    assert found.step == pytest.approx(found.weights + found.arithmetic + found.cache)


def test_each_efficiency_divides_its_own_part() -> None:
    assert times(bandwidth=0.5).weights == pytest.approx(2 * times().weights)
    assert times(bandwidth=0.5).cache == pytest.approx(2 * times().cache)
    assert times(matrix_efficiency=0.5).arithmetic == pytest.approx(2 * times().arithmetic)


def test_ordinary_cores_work_on_every_byte() -> None:
    """6 FLOP a byte on 60 TFLOP/s; matrix engines of a TPU read it directly."""
    assert times(core_work=6.0).weights - times().weights == pytest.approx(READ * 6 / 60e12)
    for tpu in (chip("TPU v4"), chip("TPU v4", fp32=60.0)):
        assert times(gpus=4, gpu=tpu, core_work=6.0).weights == times(gpus=4, gpu=tpu).weights


def test_time_per_layer_and_sequence() -> None:
    found = times(batch=10, layer_seconds=1e-4, sequence_seconds=1e-5)
    assert (found.overhead, found.host) == pytest.approx((32e-4, 10e-5))
    assert found.step - times(batch=10).step == pytest.approx(32e-4 + 10e-5)
    assert times(request_seconds=1e-3).prefill == pytest.approx(times().prefill + 1e-3)


def test_slices_of_a_matrix_are_slower_than_whole_ones() -> None:
    """Of width 4,096 over 8 chips, with 512 lost to each edge: (4,096 + 512) / (4,096 + 8 x 512) is what is left."""
    assert times(8, batch=8, narrow_width=512.0).arithmetic == pytest.approx(times(8, batch=8).arithmetic * 8192 / 4608)
    assert times(1, batch=8, narrow_width=512.0).arithmetic == times(1, batch=8).arithmetic
    wide, slim = (work(name) for name in ("Llama 3.1 405B", "Llama 3 8B"))
    c = serving_constants()
    assert narrow_share(wide, 8, c) > 1.3 * narrow_share(slim, 8, c)


def test_chips_that_share_a_layer_divide_all_but_the_overhead() -> None:
    one, four = times(batch=8, layer_seconds=1e-4), times(4, batch=8, layer_seconds=1e-4)
    for name in ("weights", "cache", "arithmetic", "prefill"):
        assert getattr(four, name) == pytest.approx(getattr(one, name) / 4), name
    assert four.overhead == one.overhead


def test_the_exchange_between_chips() -> None:
    """Two all-reduces in each of 32 layers: a latency each, and 2 bytes x 4,096 of each request, sent 2 x 3/4 of the time."""
    assert times(4, exchange_seconds=1e-5).exchange == pytest.approx(64e-5)
    assert times(2, exchange_seconds=1e-5).exchange == pytest.approx(64e-5)
    assert times(1, exchange_seconds=1e-5, exchange_traffic=1.0).exchange == 0
    each = 2 * 32 * 2 * 4096 * 2 * 3 / 4 / 450e9
    assert times(4, batch=10, exchange_traffic=1.0).exchange == pytest.approx(10 * each)
    assert times(4, exchange_traffic=1.0).prefill_exchange == pytest.approx(1000 * each)


PARTS = ("weights", "arithmetic", "cache", "exchange", "overhead", "host", "ram")
ALL_LOSSES: dict[str, Any] = {"layer_seconds": 1e-4, "sequence_seconds": 1e-5, "exchange_seconds": 1e-5, "exchange_traffic": 1.0}


def test_a_step_is_the_sum_of_its_parts_and_proposed_tokens_take_the_same_share_of_each() -> None:
    at_home = LLAMA._replace(offload=Offload(rest=4e9, speed=100e9))
    whole = times(4, batch=8, served_work=at_home, **ALL_LOSSES)
    parts = [getattr(whole, name) for name in PARTS]
    assert all(part > 0 for part in parts)
    assert whole.step == pytest.approx(sum(parts))
    less = times(4, batch=8, served_work=at_home._replace(passes=0.4), **ALL_LOSSES)
    assert [getattr(less, name) for name in PARTS] == pytest.approx([0.4 * part for part in parts])
    assert less.step == pytest.approx(0.4 * whole.step)
    assert less.prefill == whole.prefill, "nothing is proposed while an input is read"


def test_proposed_tokens_are_worked_on_and_their_cache_is_read_once() -> None:
    three = times(4, batch=8, served_work=LLAMA._replace(verified=3.0), **ALL_LOSSES)
    alone = times(4, batch=8, **ALL_LOSSES)
    assert three.arithmetic == pytest.approx(3 * alone.arithmetic)
    assert three.exchange - 64e-5 == pytest.approx(3 * (alone.exchange - 64e-5))
    assert (three.cache, three.host, three.weights) == (alone.cache, alone.host, alone.weights)


def test_what_the_memory_of_the_machine_holds() -> None:
    """4 GB that its processor works through at 100 GB/s; for an input they come over PCIe, one way, once for every 512 tokens."""
    at_home = LLAMA._replace(offload=Offload(rest=3e9, experts=1e9, speed=100e9))
    link = step_constants().pcie_bandwidth / 2 * 1e9
    assert times(served_work=at_home._replace(offload=Offload(rest=4e9, speed=100e9))).ram == pytest.approx(0.04)
    assert fetching_seconds(at_home, H100, 10) == fetching_seconds(at_home, H100, READ_AT_ONCE) == pytest.approx(4e9 / link)
    assert fetching_seconds(at_home, H100, 3 * READ_AT_ONCE) == pytest.approx(3 * 4e9 / link)
    assert fetching_seconds(LLAMA, H100, 10) == 0
    assert READ_AT_ONCE == 512
    assert times(served_work=at_home).prefill - times().prefill == pytest.approx(1000 / 512 * 4e9 / link)
    assert times(served_work=at_home._replace(offload=Offload(rest=4e9, speed=1e9))).limit == "memory of the machine"


# A prefill by hand


def test_reading_the_input_is_its_arithmetic_with_attention() -> None:
    """2 FLOP x 8.03 billion x 1,000 tokens, and causal scores: 2 x 32 layers x 4,096 x 1,000^2."""
    squares = 2 * 32 * 4096 * 1000**2
    assert times().prefill == pytest.approx((2 * 8030261248 * 1000 + squares) / 1e15)
    assert times(attention_efficiency=0.5).prefill - times().prefill == pytest.approx(squares / 1e15)
    assert times(matrix_efficiency=0.5).prefill - times().prefill == pytest.approx(2 * 8030261248 * 1000 / 1e15)


def test_a_short_input_waits_for_the_weights() -> None:
    assert times(input_tokens=1).first_token == pytest.approx(times().weights)
    assert times(input_tokens=1, layer_seconds=1e-4).first_token == pytest.approx(times().weights + 32e-4)
    assert times(input_tokens=10_000).first_token == pytest.approx(times(input_tokens=10_000).prefill)


@pytest.mark.parametrize(
    ("precision", "gpu", "speed"),
    [
        ("bf16", H100, 1000e12), ("fp8", H100, 2000e12 * 0.8), ("fp4", chip("GB200", bf16=1000.0, fp4=4000.0), 4000e12 * 0.8**2),
        ("int4", H100, 1000e12 * 0.6), ("bf16", chip("MI300X", bf16=1300.0), 1300e12 * 0.5),
    ],
)  # fmt: skip
def test_the_speed_of_reading(precision: str, gpu: Accelerator, speed: float) -> None:
    c = FREE._replace(matrix_halving=0.8, matrix_unpacking=0.6, matrix_efficiency_amd=0.5)
    assert compute_speed(work("Llama 3 8B", precision), gpu, c) == pytest.approx(speed)


def test_the_uneven_experts_of_a_mixture_hold_up_its_products_and_no_others() -> None:
    c = FREE._replace(matrix_efficiency_mixture=0.7)
    assert compute_speed(work("Mixtral 8x7B"), H100, c) == pytest.approx(700e12)
    assert compute_speed(LLAMA, H100, c) == pytest.approx(1000e12)


@pytest.mark.parametrize(
    ("market", "link", "seconds"),
    [
        ("datacenter", "NVLink4", 1e-4),
        ("consumer", "PCIe4 x16", 6e-5),
        ("workstation", "PCIe5 x16", 6e-5),
        ("laptop", "unified memory", 1e-4),
    ],
)
def test_a_card_at_home_starts_its_layers_sooner(market: str, link: str, seconds: float) -> None:
    gpu = replace(H100, market=market, link=link)
    assert layer_seconds(gpu, FREE._replace(layer_seconds=1e-4, layer_share_card=0.6)) == pytest.approx(seconds)


def test_a_mixture_reads_slower_and_only_with_its_active_parameters() -> None:
    mixtral = work("Mixtral 8x7B")
    experts = 12.9e9 - mixtral.dense_active
    half = FREE._replace(expert_half_width=14336.0)
    assert multiplied(mixtral, half) == pytest.approx(mixtral.dense_active + 2 * experts), "experts of that width run at half the speed"
    assert multiplied(mixtral, FREE) == pytest.approx(12.9e9)
    assert multiplied(work("Llama 3 8B"), half) == work("Llama 3 8B").active, "a dense model has none"
    squares = 2 * 32 * 4096 * 1000**2
    assert times(2, served_work=work("Mixtral 8x7B")).prefill == pytest.approx((2 * 12.9e9 * 1000 + squares) / 2e15)


# Streams, batches and groups


def test_prefills_of_the_others_come_between_the_tokens_of_one() -> None:
    """10 requests of 1,000 tokens each: while one is written, nine are read; the time for them spread over 500 tokens."""
    found = times(batch=10, output_tokens=500)
    assert found.per_token == pytest.approx(found.step + found.prefill * 9 / 500)
    assert found.tokens_per_second == pytest.approx(10 / (found.step + found.prefill * 10 / 500)), "each stream reads its own input too"
    assert found.input_share == pytest.approx(found.prefill * 10 / 500 / (found.prefill * 10 / 500 + found.step))


def test_input_tokens_come_with_the_output_of_a_batch() -> None:
    found = times(batch=100, output_tokens=250)
    assert found.input_tokens_per_second == pytest.approx(4 * found.tokens_per_second)
    assert times().input_tokens_per_second == pytest.approx(1000 / times().first_token)
    long = times(batch=2, input_tokens=100_000, output_tokens=1)
    assert long.input_tokens_per_second == pytest.approx(100_000 / (long.prefill + long.step / 2)), "no faster than the chips can read"
    turns = times(4, batch=8, input_tokens=100_000, output_tokens=1, together=1)
    reading = turns.sets * 100_000 / (turns.prefill + turns.step / turns.at_once)
    assert turns.input_tokens_per_second == pytest.approx(reading), "each of those that take turns"


def test_chips_that_take_turns_serve_one_stream_as_one_chip_does() -> None:
    one, turns = times(), times(4, together=1)
    assert turns.step == pytest.approx(one.step)
    assert turns.tokens_per_second == pytest.approx(one.tokens_per_second)
    # Of eight streams each of four chips has two at once; each further chip adds the constant's share.
    many = times(4, batch=8, together=1, pipeline_efficiency=0.5)
    assert (many.at_once, many.sets) == (2, 2.5)
    two = times(1, batch=2)
    assert times(1, batch=None).own_prefill == 1 > times(1, batch=1).own_prefill
    assert many.tokens_per_second == pytest.approx(2.5 * two.tokens_per_second)


def test_each_of_a_set_that_takes_turns_waits_for_the_others() -> None:
    """Of 8 streams on 4 chips in turn, 2 at once on each: a stream gets a token when all 8 have one."""
    turns = times(4, batch=8, together=1, output_tokens=500)
    assert turns.per_token == pytest.approx((turns.step + turns.prefill / 500) * 8 / (2 * turns.sets))


def test_copies_share_the_requests_and_stand_idle_without_one() -> None:
    def of_copies(batch: float | None) -> ServingTime:
        return serving_time(LLAMA, H100, Layout(copies=4), 1000, 1000, batch, FREE._replace(most_sequences=100.0))

    assert (of_copies(8).at_once, of_copies(8).sets) == (2, 4)
    assert (of_copies(3).at_once, of_copies(3).sets) == (1, 3)
    assert of_copies(8).tokens_per_second == pytest.approx(4 * times(batch=2).tokens_per_second)
    assert (of_copies(None).batch, of_copies(None).room) == (400, 4 * 213)
    assert of_copies(1000).batch == 852


def test_engines_of_spread_experts_each_take_their_own_requests() -> None:
    mixture = work("Qwen3 30B A3B", "fp8")
    capped = FREE._replace(most_sequences=3.0)
    batch = [serving_time(mixture, H100, Layout(together=8, spread=spread), 100, 100, None, capped).batch for spread in (False, True)]
    assert batch == [3, 24]


def test_the_wait_for_the_first_token_while_others_are_served() -> None:
    """By Pollaczek and Khinchine with equal service: busy / 2 (1 - busy) prefills, and a step and a half; alone, only its own prefill."""
    ten = times(batch=10, output_tokens=500)
    reading = 10 * ten.prefill / 500
    busy = 0.9 * reading / (reading + ten.step)
    wait = 1.5 * 0.9 * ten.step
    assert ten.first_token_under_load == pytest.approx(ten.first_token + wait + busy / (2 * (1 - busy)) * ten.prefill)
    assert ten.last_first_token == pytest.approx(ten.first_token + wait + 9 * ten.prefill), "behind the inputs of the nine others"
    assert times().first_token_under_load == times().last_first_token == times().first_token


def test_what_was_read_before_is_attended_to_and_not_read_again() -> None:
    """Half of 1,000 tokens: 2 FLOP x 8.03 billion x 500, and the scores of all 1,000 less those of the first 500."""
    half = times(served_work=LLAMA._replace(cached=0.5))
    squares = 2 * 32 * 4096 * (1000**2 - 500**2)
    assert half.prefill == pytest.approx((2 * 8030261248 * 500 + squares) / 1e15)


def test_the_attention_of_one_request_is_the_work_of_one_of_the_chips_that_experts_are_spread_over() -> None:
    mixture = work("Qwen3 30B A3B", "fp8")
    spread, tensor = (serving_time(mixture, H100, Layout(together=8, spread=way), 20_000, 100, 8, FREE) for way in (True, False))
    pairs = mixture.seen(20_000, 2) * 20_000
    own = 2 * mixture.dense_active * 20_000 / (8 * 2000e12) + 2 * mixture.attention_width * pairs / (8 * 1000e12)
    assert spread.first_token - spread.prefill == pytest.approx(7 * own)
    assert tensor.first_token == tensor.prefill


def test_servers_take_turns_where_a_group_is_larger_than_one() -> None:
    assert [server_share(H100, gpus) for gpus in (1, 8, 9, 12, 16)] == [1, 8, 4.5, 6, 8]
    assert server_share(chip("GB200"), 72) == 72
    sixteen = times(16, batch=1)
    assert sixteen.step == pytest.approx(times(8, batch=1).step)


@pytest.mark.parametrize(
    ("changed", "limit"),
    [
        ({"batch": 2000, "input_tokens": 10, "output_tokens": 10}, "compute"),
        ({"input_tokens": 50_000, "output_tokens": 1}, "compute"), ({"layer_seconds": 1.0}, "time per layer"), ({"sequence_seconds": 1.0}, "host"),
        ({"gpus": 4, "exchange_seconds": 1.0}, "links"), ({"gpus": 4, "exchange_traffic": 1e4, "output_tokens": 1}, "links"), ({}, "memory bandwidth"),
    ],
)  # fmt: skip
def test_what_limits(changed: dict[str, Any], limit: str) -> None:
    assert times(**changed).limit == limit


# Memory


def room(task: Served, stages: float, input_tokens: float, constants: ServingConstants) -> float:
    """Requests of so many input and 1,000 output tokens that H100s hold which take turns by layers."""
    return basis_of(task, H100, usable_memory(H100), input_tokens, 1000, constants).pace(Layout(stages=stages)).room


def test_requests_that_fit_beside_the_weights() -> None:
    """Nine tenths of 80 GB are 72: 55.9 GB beside 16.06 GB of weights hold 213 requests of 2,000 x 131,072 bytes."""
    usable = 72e9
    assert usable_memory(H100) == pytest.approx(usable)
    assert room(LLAMA, 1, 1000, FREE) == 213 == (usable - 2 * 8030261248) // (2000 * 131072)
    assert room(LLAMA, 1, 1000, FREE._replace(output_held=0.5)) == (usable - 2 * 8030261248) // (1500 * 131072)
    assert room(LLAMA, 2, 1000, FREE) == (2 * usable - 2 * 8030261248) // (2000 * 131072)
    assert usable_memory(chip("M1 Max")) == 48 * 2**30, "three quarters, as Metal says"
    assert usable_memory(chip("M1 Max", memory=32.0, memory_reported=None)) == pytest.approx(21.3 * 2**30, rel=3e-3), "two thirds"
    assert usable_memory(chip("RTX 4090")) == pytest.approx(23.0 * 2**30, rel=2e-3), "of 24 GB; ollama sees 23.2 GiB free"


def test_a_batch_left_out_is_what_fits_up_to_a_cap_and_a_larger_one_waits() -> None:
    assert times(batch=None).batch == times(batch=1000).batch == times().room == 213
    assert times(batch=100).batch == 100
    assert times(batch=None, most_sequences=50.0).batch == 50
    assert times(batch=100, most_sequences=50.0).batch == 100, "the cap is for what nobody said"


def test_what_does_not_fit_is_refused_with_the_number_that_would_do() -> None:
    large = work("Llama 3 70B")  # 141 GB
    assert fewest_to_serve(large, usable_memory(H100), 1000, 1000, FREE) == 2
    assert fewest_to_serve(LLAMA, usable_memory(H100), 1000, 1000, FREE) == 1
    assert fewest_to_serve(LLAMA, usable_memory(H100), 1000, 600_000, FREE) == 2, "16 GB and 79 GB of cache"
    assert fewest_to_serve(LLAMA, usable_memory(H100), 1000, 600_000, FREE._replace(output_held=0.5)) == 1
    with pytest.raises(
        DoesNotFit, match=r"^gpus: 1 .*weights of 141\.1 GB .*at least 2 H100 SXM 80GB \(72\.0 GB usable on each\); set gpus to 2"
    ) as caught:
        times(served_work=large)
    assert isinstance(caught.value, InputError)
    assert times(2, served_work=large).room >= 1
    assert "at least 3 " in str(does_not_fit(large, H100, 1, 1000, 1000, needed=3)), "where the layouts ask for more than the memory does"


def test_fewest_holds_one_request_and_one_less_does_not() -> None:
    for name, length in (("Llama 3 70B", 1000), ("Llama 3 8B", 600_000), ("DeepSeek-V3", 10_000)):
        task = work(name)
        found = fewest_to_serve(task, usable_memory(H100), length, 1000)
        assert room(task, found, length, serving_constants()) >= 1
        assert found == 1 or room(task, found - 1, length, serving_constants()) < 1


# Constants


def test_every_constant_of_the_mechanism_is_in_the_data_and_plausible() -> None:
    table = catalogue.serving_coefficients()
    assert serving_constants()._asdict() == {name: table[name].value for name in ServingConstants._fields}
    shares = [name for name in ServingConstants._fields if name.startswith(("bandwidth", "matrix")) or "efficiency" in name]
    assert all(0.2 < table[name].value <= 1 for name in shares)


# Against published figures and properties


def test_the_overhead_of_a_mixture_grows_with_the_tokens_of_each_expert() -> None:
    """Hardly anything for one stream, half at the constant's tokens for each expert, nearly all where a server is full; nothing if dense."""
    c = serving_constants()
    mixture = work("Qwen3 30B A3B", "fp8")  # 8 of 128 experts a token: 16 tokens bring each expert one
    none = c._replace(mixture_full_seconds=0.0)

    def further(batch: float, task: Served = mixture) -> float:
        with_, without = (serving_time(task, chip("B200"), Layout(), 100, 100, batch, one) for one in (c, none))
        assert with_.step - without.step == pytest.approx(with_.overhead - without.overhead)
        return (with_.overhead - without.overhead) / task.layers

    assert further(1) < 0.02 * c.mixture_full_seconds
    assert further(16 * c.mixture_half_tokens) == pytest.approx(c.mixture_full_seconds / 2)
    assert further(4000) > 0.9 * c.mixture_full_seconds
    assert further(4000, work("Llama 3 8B", "fp8")) == 0


def test_spread_experts_are_read_apart_and_all_else_is_whole_on_each() -> None:
    mixture = work("DeepSeek-V3", "fp8")
    spread, tensor = Layout(together=8, spread=True), Layout(together=8)
    assert held_by_chip(mixture, tensor) == pytest.approx(mixture.weight_bytes / 8)
    assert held_by_chip(mixture, spread) == pytest.approx(mixture.dense_bytes + mixture.expert_bytes / 8)
    assert read_by_chip(mixture, spread, 1e6, 1e-9) == pytest.approx(held_by_chip(mixture, spread) - mixture.unread_bytes)
    assert read_by_chip(mixture, tensor, 1, 1e-9) < 0.15 * held_by_chip(mixture, tensor), "one token reads its own experts alone"


def test_spread_experts_exchange_tokens_and_not_sums() -> None:
    """Each of 8 chips sends its own eighth of the tokens to up to 8 chips: 3 bytes of 7,168 elements in 61 layers; a 72nd stays."""
    c = serving_constants()._replace(exchange_traffic=1.0)
    mixture = work("DeepSeek-V3", "fp8")
    found = exchange_seconds(mixture, links(chip("H200"), step_constants()), Layout(together=8, spread=True), c)
    assert found == pytest.approx(61 * 7168 * 3 * 8 / 8 * 7 / 8 / 450e9)
    line = links(chip("H200"), step_constants())
    two_servers = exchange_seconds(mixture, line, Layout(together=16, spread=True), c)
    in_a_rack = exchange_seconds(mixture, links(chip("GB200"), step_constants()), Layout(together=16, spread=True), c)
    assert two_servers > in_a_rack, "half of it leaves the server"
    sent = 61 * 7168 * 3 * 8 / 16
    assert two_servers == pytest.approx(sent * ((1 - 1 / 16 - 1 / 2) / line.inside + 1 / 2 / line.between))


def test_levels_differ_in_the_host_in_narrow_formats_and_in_the_requests_that_are_taken() -> None:
    vendor, tuned, default = (serving_constants(level) for level in LEVELS)
    assert vendor.sequence_seconds < tuned.sequence_seconds == default.sequence_seconds
    assert vendor.matrix_halving > tuned.matrix_halving
    assert (vendor.most_sequences, tuned.most_sequences, default.most_sequences) == (4096, 512, 256)
    assert tuned == serving_constants()
    assert default._replace(most_sequences=512.0) == tuned


@pytest.mark.parametrize(
    ("name", "gpu", "gpus", "precision", "lengths", "batch", "published"),
    [
        ("gpt-oss-20b", "RTX 4090", 1, None, (128, 128), 1, 189.09),  # llama.cpp, geerlingguy/ai-benchmarks, 2025-12
        ("DeepSeek-R1", "M3 Ultra", 1, "int4", (128, 256), 1, 19.89),  # llama.cpp, the same
        ("DeepSeek-R1", "GB200", 4, "fp4", (1000, 1000), 1, 109.3),  # vLLM, V3.2, vLLM blog of 2026-05-11
        ("Mixtral 8x7B", "A100 40GB", 4, "fp16", (1024, 1024), 1, 98.0),  # vLLM, Argonne LLM-Inference-Bench, 2024
        ("gpt-oss-120b", "B200", 2, None, (400, 1566), 8, 1701.2),  # vLLM, ML.ENERGY 3.0, 2026
        ("Qwen3 30B A3B", "H100", 1, "bf16", (400, 931), 88, 2658.8),  # vLLM, ML.ENERGY 3.0, 2026
    ],
)
def test_mixtures_at_a_given_batch(
    name: str, gpu: str, gpus: float, precision: str | None, lengths: tuple[float, float], batch: float, published: float
) -> None:
    found = compute_cost.infer_throughput(name, gpu, gpus, precision, *lengths, batch)
    assert 0.5 < found.value / published < 1.5
    assert found.low < published < found.high


@pytest.mark.parametrize("gpus", [2, 4, 8])
def test_two_chips_exchange_as_well_as_eight(gpus: int) -> None:
    """Two all-reduces a layer of 16-bit activations, each sending 2 (n - 1) / n of them over NVLink, 450 GB/s one way."""
    llama, c = work("Llama 3.3 70B", "fp8"), serving_constants()
    sent = 80 * 2 * 8192 * 2 * 2 * (gpus - 1) / gpus
    assert exchange_seconds(llama, links(chip("H100"), step_constants()), Layout(together=gpus), c) == pytest.approx(
        c.exchange_traffic * sent / 450e9
    )
    assert exchange_seconds(llama, links(chip("H100"), step_constants()), Layout(), c) == 0
    one, more = (serving_time(llama, chip("H200"), Layout(together=count), 1000, 1000, 16) for count in (1, gpus))
    assert one.exchange == 0
    assert more.exchange > 160 * c.exchange_seconds


def test_a_compressed_cache_is_whole_on_each_chip_of_a_tensor_parallel_set() -> None:
    """DeepSeek-V3 keeps 61 layers x 576 elements of 2 bytes a token; 8 KV heads of Llama 3.3 split over 8 chips, and no further."""
    deepseek, llama = work("DeepSeek-V3", "fp8"), work("Llama 3.3 70B", "fp8")
    sets = [Layout(together=count) for count in (1.0, 8.0, 16.0)]
    assert [cache_ways(deepseek, one) for one in sets] == [1, 1, 1]
    assert [cache_ways(llama, one) for one in sets] == [1, 8, 8]
    spread = Layout(together=8, spread=True)
    assert cache_ways(deepseek, spread) == 8, "each chip has its own requests"
    whole, split = (serving_time(deepseek, chip("H200"), one, 1000, 1000, 256, FREE).cache for one in (sets[1], spread))
    assert whole == pytest.approx(256 * 61 * 576 * 2 * 1500 / 4800e9)
    assert split < whole / 2


def test_attention_over_a_compressed_cache_is_held_up_by_its_arithmetic() -> None:
    """DeepSeek-V3: 61 layers, 128 heads over a latent of 576, two products of 2 FLOP for each token of the context."""
    c = serving_constants()
    found = serving_time(work("DeepSeek-V3", "fp8"), chip("H200"), Layout(together=8, spread=True), 1000, 1000, 256)
    flops = 4 * 61 * 128 * 576 * 1500 * 256
    assert found.cache == pytest.approx(flops / (8 * 989.5e12 * c.attention_efficiency), rel=0.001)


def test_a_window_bounds_what_a_long_input_attends_to() -> None:
    """What a prefill of twice the length takes beyond twice the time is attention alone; windowed layers add none to it."""
    hybrid = work("Gemma 3 27B")
    window, share = hybrid.cache.window, hybrid.full_layers / hybrid.layers
    assert 0 < share < 0.5

    def squared(task: Served, tokens: float) -> float:
        once, twice = (serving_time(task, chip("H200"), Layout(), count, 100, 1, FREE).prefill for count in (tokens, 2 * tokens))
        return twice - 2 * once

    full = hybrid._replace(full_layers=hybrid.layers, window_layers=0.0)
    assert squared(hybrid, 8 * window) == pytest.approx(share * squared(full, 8 * window))
    assert squared(hybrid, window / 2) == pytest.approx(squared(full, window / 2))
