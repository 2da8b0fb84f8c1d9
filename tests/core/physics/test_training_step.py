"""The time of a training step, part by part with made-up constants, and how many accelerators hold a model."""

from __future__ import annotations

import math
from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import DoesNotFit, InputError
from compute_cost.physics.chips import Shares, StepConstants, step_constants
from compute_cost.physics.formats import peak_of
from compute_cost.physics.training_step import USUAL, Setting, StepTime, Workload, fastest, fewest_to_train, step_time, training_memory
from compute_cost.physics.utilization import widths_of, workload
from tests.support import chip, model

# Nothing is lost unless a test says so.
FREE = step_constants()._replace(
    eight_bit_products=1.0, four_bit_products=1.0, attention_ampere=1.0, attention_hopper=1.0, attention_hopper_narrow=1.0, attention_blackwell=1.0,
    attention_other=1.0, narrow_layer_width=0.0, activation_passes=0.0, mixture_passes=0.0, low_precision_passes=0.0, recomputation=0.0,
    crowded_memory=0.0, exposed_gradients=0.0, tensor_parallel_traffic=0.0, exposed_experts=0.0, launch=0.0, launch_mixture=0.0,
    software_gain=0.0, software_gain_mixture=0.0, hugging_face=1.0, hugging_face_launch=0.0, line_efficiency=1.0, hop_latency=0.0,
    shares=Shares((("h100-sxm-80", 16, 1.0), ("h100-sxm-80", 8, 1.0))),
)  # fmt: skip
PEAK = 1000e12
# 1000 TFLOP/s, 3 TB/s, 80 GB, 450 GB/s one way among eight, 50 GB/s between them.
H100 = chip("H100", bf16=1000.0, memory_bandwidth=3000.0, memory=80.0, link_bandwidth=900.0, network_gbit=400.0)


def work(params: float = 1e9, layers: float = 16, hidden: float = 2048, seq_len: float = 4096, mixture: bool = False) -> Workload:
    return Workload(params, params, layers, hidden, 6 * params, 12 * layers * hidden * seq_len, seq_len, mixture)


def seconds(
    found: Workload, gpus: float = 1, gpu: Accelerator = H100, peak: float = PEAK, setting: Setting = USUAL, **losses: Any
) -> float:
    return step_time(found, gpu, peak, gpus, FREE._replace(**losses), setting).seconds


# Computation


def test_without_losses_a_step_is_its_arithmetic_at_the_peak() -> None:
    """6e9 of weights and 12 x 16 x 2,048 x 4,096 of attention, at 1e15 FLOP/s; on any number of accelerators."""
    assert seconds(work()) == pytest.approx((6e9 + 12 * 16 * 2048 * 4096) / 1e15)
    for gpus in (8, 64, 4096):
        assert seconds(work(), gpus) == pytest.approx(seconds(work()))


def test_efficiencies_divide_their_own_part() -> None:
    weights, attention = 6e9 / PEAK, 12 * 16 * 2048 * 4096 / PEAK
    assert seconds(work(), shares=Shares((("h100-sxm-80", 16, 0.5),))) == pytest.approx(2 * weights + attention)
    assert seconds(work(), attention_hopper=0.25) == pytest.approx(weights + 4 * attention)
    assert seconds(work(), attention_hopper_narrow=0.25) == pytest.approx(weights + attention), "16 bits are not narrow"
    assert seconds(work(), narrow_layer_width=2048.0) == pytest.approx(2 * weights + attention), "twice at the width of the constant"
    assert seconds(work(), narrow_layer_width=512.0) == pytest.approx(1.25 * weights + attention)


def test_attention_runs_at_the_16_bit_peak_at_most() -> None:
    assert seconds(work(), peak=2 * PEAK) == pytest.approx(3e9 / PEAK + 12 * 16 * 2048 * 4096 / PEAK)
    assert seconds(work(), peak=PEAK / 2) == pytest.approx(2 * seconds(work())), "in a wider format both are slower"


def test_passes_over_the_activations_take_memory_bandwidth() -> None:
    """100 passes of 2 bytes x a billion / (12 x 2,048) over 3 TB/s; in narrow formats and mixtures of experts there are more."""
    once = 100 * 2 * 1e9 / (12 * 2048) / 3e12
    plain = seconds(work())
    assert seconds(work(), activation_passes=100.0) - plain == pytest.approx(once)
    narrow = seconds(work(), peak=2 * PEAK, activation_passes=100.0, low_precision_passes=0.5) - seconds(work(), peak=2 * PEAK)
    assert narrow == pytest.approx(1.5 * once)
    assert seconds(work(), activation_passes=100.0, low_precision_passes=0.5) - plain == pytest.approx(once), "16 bits are not narrow"
    experts = seconds(work(mixture=True), 8, activation_passes=100.0, mixture_passes=2.0) - seconds(work(mixture=True), 8)
    assert experts == pytest.approx(3 * once)


KEPT, LEAST = 34 * 16 * 2048 * 8192, (2 * 16 + 34) * 2048 * 8192  # bytes of 8,192 tokens: of all layers, of inputs and one layer


def sized(needed: float) -> Accelerator:
    """A chip that has so many bytes for training: what its driver reports, less a tenth and the runtime."""
    share, runtime = catalogue.constant("memory_share"), catalogue.constant("runtime_memory") * 1e9
    return chip("H100", bf16=1000.0, memory_bandwidth=3000.0, memory_reported=(needed + runtime) / share / 2**20)


def test_activations_that_do_not_fit_are_worked_out_again() -> None:
    """34 bytes x 16 layers x 2,048 for 8,192 tokens are 9.1 GB beside the states, 16e9; half of the layers, or all, are done twice."""
    for more, share in ((1.001 * KEPT, 0.0), (0.999 * KEPT, 0.5), (1.001 * (KEPT + LEAST) / 2, 0.5), (0.999 * (KEPT + LEAST) / 2, 1.0)):
        gpu = sized(16e9 + more)
        again = step_time(work(), gpu, PEAK, 1, FREE._replace(recomputation=0.25))
        assert again.recomputed == share
        assert again.seconds == pytest.approx((1 + 0.25 * share) * seconds(work()))
        assert again.compute == pytest.approx(again.seconds), "what is worked out again counts as computation"


def test_a_memory_that_is_nearly_full_costs_time() -> None:
    """States and activations of 4,096 tokens in as many bytes: all of the loss; in a tenth more half of it; in a quarter more none."""
    for share, loss in ((1.0, 1.0), (0.9, 0.5), (0.8, 0.0), (0.5, 0.0)):
        gpu = sized((16e9 + KEPT / 2) / share + 1)
        found = seconds(work(), gpu=gpu, setting=Setting(global_batch=1.0), crowded_memory=0.4, recomputation=10.0)
        assert found == pytest.approx((1 + 0.4 * loss) * seconds(work()))


# Settings


def test_a_pass_of_few_tokens_waits_for_its_kernels() -> None:
    """One millisecond a layer for 4,096 tokens is 16 ms / 4,096; joined with the computation by the fourth power."""
    busy, starting = seconds(work()), 16 * 1e-3 / 4096
    found = seconds(work(), setting=Setting(micro_batch=1.0), launch=1e-3)
    assert found == pytest.approx((busy**4 + starting**4) ** 0.25)
    assert seconds(work(), launch=1e-3) == busy, "a stack that chooses its passes makes them long enough"
    assert seconds(work(), setting=Setting(global_batch=1.0), launch=1e-3) == pytest.approx(found), "of a batch no pass is longer than it"
    assert seconds(work(), setting=Setting(micro_batch=8.0), launch=1e-3) < found


def test_a_hugging_face_trainer_takes_longer() -> None:
    slower = seconds(work(), setting=Setting(tuned=False), hugging_face=1.5)
    assert slower == pytest.approx(1.5 * seconds(work()))
    assert seconds(work(), setting=Setting(tuned=False, micro_batch=1.0), hugging_face_launch=1e-3) > seconds(work())


def test_software_of_an_earlier_day_is_slower_as_far_as_it_was_measured() -> None:
    """Two tenths a year in logarithm: a year before the newest release, ten years before it, and after it."""
    known: dict[str, Any] = {
        "software_gain": 0.2,
        "software_gain_mixture": 0.5,
        "software_known_until": 2026.5,
        "software_known_years": 1.5,
    }
    for day, behind in ((2025.5, 1.0), (2016.0, 1.5), (2026.5, 0.0), (2028.0, 0.0)):
        assert seconds(work(), setting=Setting(day=day), **known) == pytest.approx(math.exp(0.2 * behind) * seconds(work()))
    mixture = work(mixture=True)
    assert seconds(mixture, 8, setting=Setting(day=2025.5), **known) == pytest.approx(math.exp(0.5) * seconds(mixture, 8))


def test_a_small_batch_shows_its_exchange() -> None:
    """64 sequences of 4,096 tokens over 512: 512 tokens each, so gradients and weights of 6 bytes a parameter weigh eight times as much."""
    for sequences in (64.0, 512.0):
        found = step_time(work(), H100, PEAK, 512, FREE._replace(exposed_gradients=1.0), Setting(global_batch=sequences))
        sharded = 6e9 / (sequences * 4096 / 512 * 400e9)
        assert 0 < found.network <= sharded
    small, large = (seconds(work(), 512, setting=Setting(global_batch=size), exposed_gradients=1.0) for size in (64.0, 512.0))
    assert small > 1.3 * large


def test_a_fixed_time_a_step_shows_more_the_fewer_tokens_it_has() -> None:
    """What 512 exchange once a step does not depend on the batch: half the tokens, the same seconds, until several share a sequence."""
    of_step = []
    for sequences in (2048.0, 1024.0, 512.0, 256.0, 128.0, 64.0):
        found = step_time(work(), H100, PEAK, 512, FREE._replace(exposed_gradients=1.0), Setting(global_batch=sequences))
        of_step.append(found.network * sequences * 4096 / 512)
    assert of_step[:3] == pytest.approx([of_step[0]] * 3)
    assert of_step == sorted(of_step)


# Network


def test_gradients_and_weights_over_the_network() -> None:
    """6 bytes a parameter for the tokens of one accelerator: 512 of them share 2.1 million tokens, 4,096 each; the slower
    of the links is 50 GB/s x 8."""
    network = 6e9 / (4096 * 400e9)
    shown = seconds(work(), 512, exposed_gradients=1.0) - seconds(work(), 512)
    assert shown == pytest.approx(network)
    slow = seconds(work(), 512, exposed_gradients=1.0, hop_latency=1e-6) - seconds(work(), 512)
    assert slow == pytest.approx(network + 20 * 9 * 1e-6 / 4096), "each of twenty parts on a tree of 2^9"
    assert seconds(work(), 512, exposed_gradients=1.0, line_efficiency=0.5) - seconds(work(), 512) == pytest.approx(2 * network)
    assert seconds(work(), 512, exposed_gradients=0.3) - seconds(work(), 512) == pytest.approx(0.3 * network)
    assert seconds(work(), 1, exposed_gradients=1.0) == seconds(work(), 1), "one accelerator exchanges nothing"


def test_what_computation_is_too_short_to_hide_shows() -> None:
    """A network a hundred times slower takes 6e9 / (4,096 x 4 GB/s); what is hidden is at most the computation."""
    slow = chip("H100", bf16=1000.0, network_gbit=4.0)
    network, busy = 6e9 / (4096 * 4e9), seconds(work())
    assert seconds(work(), 512, slow) == pytest.approx(network)  # beside the computation
    assert seconds(work(), 512, slow, exposed_gradients=0.5) == pytest.approx(busy + network - 0.5 * busy)


def test_a_slower_network_never_helps() -> None:
    for gpu, peak, params in (("RTX 4090", 165.2e12, 7e9), ("H100", 989e12, 70e9)):
        task = workload(params, params, None)
        times = [step_time(task, chip(gpu, network_gbit=gbit), peak, 64).seconds for gbit in (400.0, 100.0, 25.0, 3.125, 1.0)]
        assert times == sorted(times)
        assert times[-1] > 1.4 * times[0]


def test_experts_exchange_inside_a_server_and_beyond() -> None:
    """56 bytes x width x layers a token; with 16 to a group half of it leaves the servers of eight."""
    inside = seconds(work(mixture=True), 8, exposed_experts=1.0) - seconds(work(mixture=True), 8)
    assert inside == pytest.approx(56 * 2048 * 16 / 450e9)
    # Weights and gradients, 6 bytes x 64 billion, take half of the memory of 16 with 48 GB; with the optimizer over 32 it fits.
    large = sized(48e9)
    task = work(64e9, layers=64, hidden=8192, mixture=True)
    found = step_time(task, large, PEAK, 32, FREE._replace(exposed_experts=1.0))
    assert found.layout == "expert 16 x pipeline 1 x data 2"
    assert found.network == pytest.approx(56 * 8192 * 64 * (0.5 / 450e9 + 0.5 / 50e9))


# 64 sequences of 4,096 tokens for 64 accelerators.
TALL, SMALL = work(40e9, layers=48, hidden=8333), Setting(global_batch=64.0)
BATCH = 64 * 4096


def test_layers_shared_by_tensor_parallel_exchange_their_activations() -> None:
    """16 bytes x (8 - 1) x width x layers over the links; each copy's gradients and weights, 6 bytes of an eighth of them, once a step."""
    large = sized(80e9)
    assert step_time(TALL, large, PEAK, 64, FREE).layout == "fully sharded data parallel"
    in_two = Setting(global_batch=128.0, micro_batch=1.0)  # fully sharded weights are gathered for each of two passes
    found = step_time(TALL, large, PEAK, 64, FREE._replace(exposed_gradients=1.0), in_two)
    assert found.layout == "tensor 8 x pipeline 1 x data 8"
    assert found.network == pytest.approx(6 * 40e9 / 8 / (2 * BATCH / 64) / 50e9)
    shared = step_time(TALL, large, PEAK, 64, FREE._replace(exposed_gradients=1.0, tensor_parallel_traffic=0.01), in_two)
    assert shared.layout == found.layout
    assert shared.network - found.network == pytest.approx(0.01 * 16 * 7 * 8333 * 48 / 450e9)


def test_stages_wait_for_the_first() -> None:
    """In half of 60 GB weights and gradients of 40 billion over eight do not fit: two stages, of 24 layers, start eight times for each of
    the 16 sequences of a copy."""
    small = sized(60e9)
    found = step_time(TALL, small, PEAK, 64, FREE._replace(exposed_gradients=1.0), SMALL)
    assert found.layout == "tensor 8 x pipeline 2 x data 4"
    busy = (6 * 40e9 + 12 * 48 * 8333 * 4096) / PEAK
    turns = 4 * 8333 * 8 * 2 / 50e9  # 4 bytes of width, in eight turns through two stages, over the network between servers
    assert found.network == pytest.approx(busy / (8 * 16) + turns + 6 * 40e9 / 16 / (BATCH / 64) / 50e9)


# What limits


@pytest.mark.parametrize(
    ("memory", "network", "limit"),
    [
        (0.0, 0.0, "compute"), (0.24, 0.24, "compute"), (0.25, 0.1, "memory bandwidth"), (0.1, 0.25, "network"), (0.3, 0.4, "network"),
        (0.4, 0.3, "memory bandwidth"),
    ],
)  # fmt: skip
def test_what_takes_a_quarter_of_the_step_limits_it(memory: float, network: float, limit: str) -> None:
    found = StepTime(1.0, 1 - memory - network, memory, network, "", (), recomputed=0.0)
    assert (found.limit, found.network_share) == (limit, network)


def test_the_parts_of_a_step_add_up() -> None:
    c = step_constants()
    for params, gpu, gpus in ((7e9, "H100", 8), (70e9, "A100", 1024), (405e9, "H100", 16384), (7e9, "RTX 4090", 64)):
        found = step_time(workload(params, params, None), chip(gpu), peak_of(chip(gpu))[1], gpus, c)
        assert found.compute + found.memory + found.network == pytest.approx(found.seconds)
        assert min(found.compute, found.memory) > 0
        assert found.network >= 0


# Memory


def fits(task: Workload, gpu: Accelerator, gpus: float, c: StepConstants) -> bool:
    return fastest(task, gpu, peak_of(gpu)[1], gpus, c) is not None


@pytest.mark.parametrize(
    ("task", "gpu"),
    [
        (workload(7e9, 7e9, None), "H100"), (workload(70e9, 70e9, None), "A100-40GB"), (workload(405e9, 405e9, (126, 16384, 16384)), "H100"),
        (workload(671e9, 37e9, (61, 7168, 20480), mixture=True), "H800"), (workload(7e9, 7e9, None), "RTX 4090"),
    ],
)  # fmt: skip
def test_the_fewest_accelerators_hold_16_bytes_a_parameter_and_one_less_does_not(task: Workload, gpu: str) -> None:
    c = step_constants()
    found = fewest_to_train(task, chip(gpu))
    assert found
    assert fits(task, chip(gpu), found, c)
    assert not fits(task, chip(gpu), found - 1, c)
    states = 16 * task.params / training_memory(chip(gpu))
    assert states <= found < 2 * states + 1


@pytest.mark.parametrize(("name", "gpu"), [("Llama 2 7B", "H100"), ("Llama 2 70B", "A100"), ("Mixtral 8x7B", "H100"), ("GPT-3", "H100")])
def test_it_is_the_rule_of_memory_fit(name: str, gpu: str) -> None:
    """The same states, gathered layer and activations; the scores over the vocabulary, which training splits too, are all that differs."""
    known = model(name)
    task = workload(known.params, known.active, widths_of(known), seq_len=2048, mixture=known.kind == "moe")
    asked = compute_cost.memory_fit(name, gpu, context=2048, use="training").values["gpus_needed"].value
    assert fewest_to_train(task, chip(gpu)) == pytest.approx(asked, rel=0.03, abs=1)


def test_a_model_on_one_accelerator() -> None:
    """16 GB of states a billion parameters, and activations of a sequence of 4,096 with all layers recomputed."""
    assert fewest_to_train(work(), sized(16e9 + LEAST / 2 + 1e6)) == 1
    assert fewest_to_train(work(), sized(16e9 + LEAST / 2 - 1e6)) == 2


def test_too_few_are_refused_with_the_number_that_would_do() -> None:
    task = workload(70e9, 70e9, None)
    needed = fewest_to_train(task, chip("H100"))
    assert needed
    with pytest.raises(DoesNotFit, match=rf"^gpus: 4 .*70 billion parameters .* at least {needed} H100 SXM 80GB \(80 GB each\)") as caught:
        step_time(task, chip("H100"), 989e12, 4)
    assert isinstance(caught.value, InputError)
    assert str(caught.value).endswith(f"set gpus to {needed} or more, or give a utilization")
    assert step_time(task, chip("H100"), 989e12, needed).seconds > 0


def test_what_no_number_of_accelerators_holds() -> None:
    """One layer's weights and gradients alone exceed the memory."""
    task = work(1e15, layers=10, hidden=2_886_751)
    assert fewest_to_train(task, chip("T4")) is None
    with pytest.raises(DoesNotFit, match='^gpu: "T4.* no number of them holds .* in training; name another gpu or give a utilization'):
        step_time(task, chip("T4"), 65e12, 1_000_000)
