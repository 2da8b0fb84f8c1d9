"""How long one training step takes: arithmetic, memory bandwidth and network, for the fastest way to spread the model.

seconds per token and accelerator = (matrix products + attention + memory passes) x (1 + recomputation) + network

    matrix products  6 N_active / (peak x matrix efficiency), less on narrow layers and on chips with few watts per FLOP/s
    attention        12 layers x width x sequence length / (attention efficiency x 16-bit peak)
    memory passes    element-wise passes over the activations, 2 bytes x layers x hidden each, / memory bandwidth
    network          gradients and weights, tensor- and expert-parallel exchange, pipeline bubbles: what computation can't hide

Three ways to spread a model are tried (fully sharded data parallel; tensor, pipeline and data parallel; expert, pipeline
and data parallel) and the fastest that fits the memory is taken. Constants: core/compute_cost/data/utilization.csv, fitted by
benchmarks/fit_utilization.py to published throughput. Valid for decoder transformers of 0.1 to 1,000 billion
parameters on up to about 30,000 accelerators, sequences of 512 to 65,536 tokens.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import DoesNotFit
from compute_cost.physics.chips import ChipRates, Links, StepConstants, chip_rates, step_constants

# Bytes per parameter: 16-bit weights and gradients, 32-bit master weights and two optimizer moments.
WEIGHTS_AND_GRADIENTS, OPTIMIZER, ALL_STATES = 6.0, 12.0, 16.0
MOST_GPUS = 1 << 20


class Workload(NamedTuple):
    """What a training step works on. `weights_flop` and `attention_flop` are FLOP per token, forward and backward."""

    params: float
    active: float
    layers: float
    hidden: float
    weights_flop: float
    attention_flop: float
    seq_len: float
    mixture: bool

    @property
    def flop(self) -> float:
        return self.weights_flop + self.attention_flop


class StepTime(NamedTuple):
    """Accelerator-seconds per token of the fastest layout, and what they go to."""

    seconds: float
    compute: float
    memory: float
    network: float
    layout: str
    recomputation: bool

    @property
    def limit(self) -> str:
        """What limits the step: the network or the memory bandwidth where it takes a quarter of the time, else compute."""
        share, name = max((self.network, "network"), (self.memory, "memory bandwidth"))
        return name if share >= 0.25 * self.seconds else "compute"

    @property
    def network_share(self) -> float:
        return self.network / self.seconds


class _Plan(NamedTuple):
    """One layout: network time in addition to the computation's `busy` seconds."""

    busy: float
    network: float
    layout: str
    recomputation: bool


def _exposed(network: float, busy: float, share: float) -> float:
    """Network time that shows: a share of it always, and all that computation is too short to hide."""
    return max(share * network, network - (1 - share) * busy)


def _global_batch(work: Workload, gpus: float) -> float:
    """Tokens per step that a run of this size usually takes; at least one sequence for every accelerator."""
    return max(min(16e6, max(0.5e6, 4e6 * math.sqrt(work.active / 5e10))), min(16e6, gpus * work.seq_len))


def step_time(work: Workload, gpu: Accelerator, peak: float, gpus: float, constants: StepConstants | None = None) -> StepTime:
    """The step time on `gpus` accelerators with a dense peak [FLOP/s] of the precision used.

    Raises DoesNotFit where weights, gradients and optimizer states exceed the memory, with the number needed.
    """
    c = constants or step_constants()
    trained = fastest(work, gpu, peak, gpus, c)
    if trained is None:
        raise DoesNotFit("gpus", int(gpus), _remedy(work, gpu, c))
    return trained


def fastest(work: Workload, gpu: Accelerator, peak: float, gpus: float, c: StepConstants) -> StepTime | None:
    """The step time as step_time gives it; None where no layout holds the training states."""
    chip = chip_rates(gpu, c)
    compute, memory = _computation(work, chip, peak, c)
    best: _Plan | None = None
    for plan in _plans(work, chip, gpus, compute + memory, c):
        if best is None or plan.busy + plan.network < best.busy + best.network:
            best = plan
    if best is None:
        return None
    scale = best.busy / (compute + memory)
    return StepTime(best.busy + best.network, compute * scale, memory * scale, best.network, best.layout, best.recomputation)


def _computation(work: Workload, chip: ChipRates, peak: float, c: StepConstants) -> tuple[float, float]:
    products = work.weights_flop / (peak * chip.matrix_efficiency) * (1 + c.narrow_layer_width / work.hidden)
    passes = c.activation_passes * (1 + (c.mixture_passes if work.mixture else 0) + (c.low_precision_passes if peak > chip.peak16 else 0))
    attention = work.attention_flop / (chip.attention_efficiency * min(chip.peak16, peak))
    return products + attention, passes * 2 * work.layers * work.hidden / chip.memory_bandwidth


def _plans(work: Workload, chip: ChipRates, gpus: float, busy: float, c: StepConstants) -> Iterator[_Plan]:
    if work.mixture:
        yield from _expert_parallel(work, chip.links, chip.usable_memory, gpus, busy, c)
        return
    yield from _fully_sharded(work, chip.links, chip.usable_memory, gpus, busy, c)
    if gpus >= 8 and work.params >= 1e10:
        yield from _tensor_parallel(work, chip.links, chip.usable_memory, gpus, busy, c)


# Activations kept for one token: 40 bytes per layer and unit of width, or the layers' inputs alone with recomputation.
def _activations(work: Workload) -> tuple[float, float]:
    return 40 * work.layers * work.hidden, (2 * work.layers + 40) * work.hidden


def _fully_sharded(work: Workload, net: Links, memory: float, gpus: float, busy: float, c: StepConstants) -> Iterator[_Plan]:
    free = memory - ALL_STATES * work.params / gpus - WEIGHTS_AND_GRADIENTS * work.params / work.layers
    if free <= 0:
        return
    line = c.line_efficiency * (min(net.inside, net.between * net.domain) if gpus > net.domain else net.inside)
    per_gpu = max(_global_batch(work, gpus) / gpus, work.seq_len if gpus <= 512 else 1.0)
    for again, bytes_per_token in zip((False, True), _activations(work), strict=True):
        if not again and free < bytes_per_token * max(work.seq_len, 8192):
            continue
        time = busy * (1 + c.recomputation * again)
        tokens = max(64.0, min(free / bytes_per_token, per_gpu))
        network = _exposed(6 * work.params / (tokens * line), time, c.exposed_gradients) if gpus > 1 else 0.0
        yield _Plan(time, network, "fully sharded data parallel", again)


def _tensor_parallel(work: Workload, net: Links, memory: float, gpus: float, busy: float, c: StepConstants) -> Iterator[_Plan]:
    n, layers, batch = work.params, work.layers, _global_batch(work, gpus)
    for tensor in (4, 8):
        pipeline = 1
        while _split_states(n, tensor * pipeline, gpus) > 0.5 * memory and tensor * pipeline * 2 <= gpus and pipeline < layers:
            pipeline *= 2
        free = memory - _split_states(n, tensor * pipeline, gpus)
        if free <= 0:
            continue
        copies = max(1.0, gpus / (tensor * pipeline))
        again = max(work.seq_len, 8192) * _activations(work)[0] / tensor >= free
        time = busy * (1 + c.recomputation * again)
        exchange = net.inside if tensor <= net.domain else net.between
        bubble = (pipeline - 1) / (min(8.0, max(1.0, layers / pipeline)) * max(1.0, batch / (work.seq_len * copies)))
        network = c.tensor_parallel_traffic * 16 * (tensor - 1) * work.hidden * layers / exchange + time * bubble
        if copies > 1:
            line = c.line_efficiency * (net.between if gpus > net.domain else net.inside)
            network += _exposed(4 * n * gpus / (tensor * pipeline * line * batch), time, c.exposed_gradients)
        yield _Plan(time, network, f"tensor {tensor} x pipeline {pipeline} x data {copies:.0f}", again)


def _expert_parallel(work: Workload, net: Links, memory: float, gpus: float, busy: float, c: StepConstants) -> Iterator[_Plan]:
    n, layers, batch = work.params, work.layers, _global_batch(work, gpus)
    spread = min(max(8.0, WEIGHTS_AND_GRADIENTS * n / (0.5 * memory)), gpus)
    while True:
        free = memory - WEIGHTS_AND_GRADIENTS * n / spread - 10 * n / gpus
        if free > 0:
            experts = min(spread, 64.0)
            pipeline = spread / experts
            outside = max(0.0, 1 - net.domain / experts) if gpus > net.domain else 0.0
            again = free < _activations(work)[0] * max(work.seq_len, 8192)
            time = busy * (1 + c.recomputation * again)
            exchange = 56 * work.hidden * layers * ((1 - outside) / net.inside + outside / net.between)
            bubble = (pipeline - 1) / (min(8.0, max(1.0, layers / pipeline)) * max(1.0, batch / work.seq_len * spread / gpus))
            network = _exposed(exchange, time, c.exposed_experts) + time * bubble
            if gpus > spread:
                line = c.line_efficiency * (net.between if gpus > net.domain else net.inside)
                network += _exposed(4 * n * gpus / (spread * line * batch), time, c.exposed_gradients)
            yield _Plan(time, network, f"expert {experts:.0f} x pipeline {pipeline:.0f} x data {gpus / spread:.0f}", again)
        spread *= 2
        if spread > gpus or spread > 1024:
            return


def _split_states(params: float, split: float, gpus: float) -> float:
    """Bytes on one accelerator: weights and gradients over tensor and pipeline, optimizer states over all."""
    return WEIGHTS_AND_GRADIENTS * params / split + OPTIMIZER * params / gpus


def fewest_to_train(work: Workload, gpu: Accelerator, constants: StepConstants | None = None) -> int | None:
    """The smallest number of accelerators whose memory holds the training states; None if no number up to a million does."""
    c = constants or step_constants()
    chip = chip_rates(gpu, c)

    def fits(count: int) -> bool:
        return next(_plans(work, chip, count, 1.0, c), None) is not None

    high = 1
    while not fits(high):
        high *= 2
        if high > MOST_GPUS:
            return None
    return _first(fits, high // 2 + 1, high)


def _first(test: Callable[[int], bool], low: int, high: int) -> int:
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if test(middle) else (middle + 1, high)
    return low


def _remedy(work: Workload, gpu: Accelerator, c: StepConstants) -> str:
    needed, size = fewest_to_train(work, gpu, c), show(work.params, "parameters")
    if needed is None:
        return f"no number of {gpu.name} holds {size} in training; name another gpu or give a utilization"
    return (
        f"the weights, gradients and optimizer states of {size} need the memory of at least {needed:,} {gpu.name} "
        f"({gpu.memory:g} GB each); set gpus to {needed:,} or more, or give a utilization"
    )
