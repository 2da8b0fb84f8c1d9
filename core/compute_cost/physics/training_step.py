"""How long one training step takes: arithmetic, memory bandwidth and network, for the fastest way to spread the model.

seconds per token and accelerator =
    (matrix products + attention + memory passes) x software x (1 + recomputation) x crowded memory + network

    matrix products  6 N_active / (peak x the share of it that a step's products reach on the chip), less on narrow layers
    attention        12 layers x width x sequence length / (attention efficiency x 16-bit peak)
    memory passes    element-wise passes over the activations, 2 bytes x N_active / (12 width) each, / memory bandwidth
    software         of the day, and of a Hugging Face trainer instead of a tuned stack
    recomputation    of none, half or all layers: the least with which the activations fit
    crowded memory   what is lost where states and activations take nearly all of it
    network          gradients and weights, tensor-, context- and expert-parallel exchange, pipeline bubbles: what computation can't hide

Three ways to spread a model are tried (fully sharded data parallel; tensor, pipeline and data parallel; expert, pipeline
and data parallel) and the fastest is taken. Constants: core/compute_cost/data/utilization.csv, fitted by
benchmarks/fit_utilization.py to published throughput. Valid for decoder transformers of 0.1 to 1,000 billion
parameters on up to about 30,000 accelerators, sequences of 512 to 131,072 tokens.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import DoesNotFit
from compute_cost.physics.bisection import last
from compute_cost.physics.chips import Links, StepConstants, chip_rates, matrix_share, step_constants
from compute_cost.physics.model_memory import sequence_split, sharded_bytes, usable_share

# Bytes per parameter: 16-bit weights and gradients, 32-bit master weights and two optimizer moments.
GATHERED, WEIGHTS_AND_GRADIENTS, OPTIMIZER, ALL_STATES = 4.0, 6.0, 12.0, 16.0
KEPT = 34.0  # bytes of activations of a token per layer and unit of width; 2 where only the layer's input is kept
RECOMPUTED = (0.0, 0.5, 1.0)  # share of the layers whose activations are worked out again
SHORT = 8192.0  # tokens: passes over fewer are not worth recomputing for
CROWDED = 0.8  # share of the memory from which on its shortage costs time
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


class Setting(NamedTuple):
    """How a step is run: sequences of a step and of a pass on one accelerator (None: as is usual), stack, and day [years]."""

    global_batch: float | None = None
    micro_batch: float | None = None
    tuned: bool = True
    day: float = math.inf


USUAL = Setting()


class StepTime(NamedTuple):
    """Accelerator-seconds per token of the fastest layout, and what they go to. `recomputed` is the share of layers done twice."""

    seconds: float
    compute: float
    memory: float
    network: float
    layout: str
    recomputed: float

    @property
    def limit(self) -> str:
        """What limits the step: the network or the memory bandwidth where it takes a quarter of the time, else compute."""
        share, name = max((self.network, "network"), (self.memory, "memory bandwidth"))
        return name if share >= 0.25 * self.seconds else "compute"

    @property
    def network_share(self) -> float:
        return self.network / self.seconds


class Computation(NamedTuple):
    """Seconds of one token on one accelerator, without what is computed again."""

    products: float
    attention: float
    passes: float


class _Plan(NamedTuple):
    """One layout: network time in addition to the computation's `busy` seconds."""

    busy: float
    network: float
    layout: str
    recomputed: float


class _Task(NamedTuple):
    """What every layout starts from: the memory of one accelerator [bytes], the computation [s] and the tokens of a step."""

    work: Workload
    setting: Setting
    net: Links
    memory: float
    gpus: float
    busy: float
    batch: float
    c: StepConstants


def _exposed(network: float, busy: float, share: float) -> float:
    """Network time that shows: a share of it always, and all that computation is too short to hide."""
    return max(share * network, network - (1 - share) * busy)


def _batch(work: Workload, gpus: float) -> float:
    """Tokens per step that a run of this size usually takes; at least one sequence for every accelerator."""
    return max(min(16e6, max(0.5e6, 4e6 * math.sqrt(work.active / 5e10))), min(16e6, gpus * work.seq_len))


def step_time(
    work: Workload, gpu: Accelerator, peak: float, gpus: float, constants: StepConstants | None = None, setting: Setting = USUAL
) -> StepTime:
    """The step time on `gpus` accelerators with a dense peak [FLOP/s] of the precision used.

    Raises DoesNotFit where weights, gradients and optimizer states exceed the memory, with the number needed.
    """
    trained = fastest(work, gpu, peak, gpus, constants or step_constants(), setting)
    if trained is None:
        raise DoesNotFit("gpus", int(gpus), _remedy(work, gpu))
    return trained


def fastest(work: Workload, gpu: Accelerator, peak: float, gpus: float, c: StepConstants, setting: Setting = USUAL) -> StepTime | None:
    """The step time as step_time gives it; None where the accelerators do not hold the training states."""
    memory = training_memory(gpu)
    if _bytes(work, gpus) > memory:
        return None
    chip = chip_rates(gpu, c)
    parts = computation(work, gpu, peak, c)
    busy = sum(parts) * software(work.mixture, setting, c)
    tokens = setting.global_batch * work.seq_len if setting.global_batch else _batch(work, gpus)
    task = _Task(work, setting, chip.links, memory, gpus, busy, tokens, c)
    best = min(_expert_parallel(task) if work.mixture else _dense(task), key=lambda plan: plan.busy + plan.network)
    passes = best.busy * parts.passes / sum(parts)
    return StepTime(best.busy + best.network, best.busy - passes, passes, best.network, best.layout, best.recomputed)


def computation(work: Workload, gpu: Accelerator, peak: float, c: StepConstants) -> Computation:
    """Seconds of arithmetic and memory passes for one token on one accelerator in a tuned stack."""
    chip = chip_rates(gpu, c)
    bits = 16 * chip.peak16 / peak
    narrow = peak > 1.01 * chip.peak16
    products = work.weights_flop / (peak * matrix_share(gpu, bits, c)) * (1 + c.narrow_layer_width / work.hidden)
    extra = (c.mixture_passes if work.mixture else 0) + (c.low_precision_passes if narrow else 0)
    passes = c.activation_passes * (1 + extra) * 2 * work.active / (12 * work.hidden) / chip.memory_bandwidth
    efficiency = chip.narrow_attention_efficiency if narrow else chip.attention_efficiency
    return Computation(products, work.attention_flop / (efficiency * min(chip.peak16, peak)), passes)


def software(mixture: bool, setting: Setting, c: StepConstants) -> float:
    """Time of the computation over that of a tuned stack of the newest measured release.

    Tuned software of an earlier day is slower, mixtures of experts most of all. It is followed as far back as it was measured,
    and not beyond the newest release.
    """
    behind = min(c.software_known_years, max(0.0, c.software_known_until - setting.day))
    gain = c.software_gain_mixture if mixture else c.software_gain
    return math.exp(gain * behind) * (1.0 if setting.tuned else c.hugging_face)


def _launched(task: _Task, busy: float, tokens: float) -> float:
    """Computation, or the time in which its kernels are started where a pass has too few tokens to cover it."""
    if not (task.setting.micro_batch or not task.setting.tuned):
        return busy  # a tuned stack is taken to run with passes that are long enough
    each = task.c.launch_mixture if task.work.mixture else task.c.launch
    if not task.setting.tuned:
        each = max(each, task.c.hugging_face_launch)
    return math.pow(busy**4 + (task.work.layers * each / tokens) ** 4, 0.25)


def _activations(work: Workload, recomputed: float) -> float:
    """Bytes of activations for one token: of all layers, or of one layer and the inputs of those that are recomputed."""
    least = (2 * work.layers + KEPT) * work.hidden
    return KEPT * work.layers * work.hidden * (1 - recomputed) + least * recomputed


def _crowded(task: _Task, used: float) -> float:
    return 1 + task.c.crowded_memory * max(0.0, min(1.0, (used / task.memory - CROWDED) / (1 - CROWDED)))


def _dense(task: _Task) -> Iterator[_Plan]:
    sharded = list(_fully_sharded(task))
    yield from sharded
    if task.gpus >= 8 and (task.work.params >= 1e10 or task.setting.global_batch):
        yield from _tensor_parallel(task, min(plan.busy + plan.network for plan in sharded))


def _fully_sharded(task: _Task) -> Iterator[_Plan]:
    work, net, gpus, c, setting = task.work, task.net, task.gpus, task.c, task.setting
    # A layer that is too large to be gathered whole is shared by the accelerators of a server.
    split = next((one for one in (1.0, _server(gpus)) if _states(work, gpus, one) < task.memory), _server(gpus))
    states = _states(work, gpus, split)
    free = task.memory - states
    line = c.line_efficiency * (min(net.inside, net.between * net.domain) if gpus > net.domain else net.inside)
    # Without a batch of one's own, one sequence at least is taken for each of up to 512 accelerators.
    share = task.batch / gpus if setting.global_batch else max(task.batch / gpus, work.seq_len if gpus <= 512 else 1.0)
    if setting.micro_batch:
        share = min(share, setting.micro_batch * work.seq_len)
    for recomputed in RECOMPUTED:
        each = _activations(work, recomputed)
        if recomputed < 1 and free < each * min(share, max(work.seq_len, SHORT)):
            continue
        tokens = max(64.0, min(free / each, share))
        crowded = _crowded(task, states + each * min(tokens, work.seq_len))
        time = _launched(task, task.busy * (1 + c.recomputation * recomputed) * crowded, tokens)
        network = _shared_layers(work, net, split, c)
        if gpus > 1:
            network += _exposed(6 * work.params / (tokens * line), time, c.exposed_gradients)
            if tokens < work.seq_len:  # a sequence is split: keys and values, a quarter of the width each, pass from chip to chip
                network += _exposed(3 * work.hidden * work.layers * work.seq_len / tokens / net.inside, time, c.exposed_gradients)
        yield _Plan(time, network, "fully sharded data parallel", recomputed)
        if tokens == share and crowded == 1:  # as long as a pass can be: more recomputation only costs time
            return


def _shared_layers(work: Workload, net: Links, split: float, c: StepConstants) -> float:
    """Accelerator-seconds in which the chips that share each layer exchange the activations of one token."""
    return c.tensor_parallel_traffic * 16 * (split - 1) * work.hidden * work.layers / net.inside


def _tensor_parallel(task: _Task, beaten: float) -> Iterator[_Plan]:
    """The ways to share layers that may take less than `beaten` seconds."""
    work, net, gpus, c = task.work, task.net, task.gpus, task.c
    n, layers = work.params, work.layers
    # Weights and gradients are split until they leave half of the memory, beside the optimizer states that all share.
    room = 0.5 * task.memory - OPTIMIZER * n / gpus
    needed = WEIGHTS_AND_GRADIENTS * n / room if room > 0 else math.inf
    for tensor in (2, 4, 8):
        exchange = _shared_layers(work, net, tensor, c)
        if tensor > net.domain or task.busy + exchange >= beaten:  # nobody shares a layer over a network; more exchange only more of it
            return
        pipeline = 1
        while pipeline * tensor < needed and 2 * pipeline <= gpus / tensor and pipeline < layers:
            pipeline *= 2
        states = WEIGHTS_AND_GRADIENTS * n / (tensor * pipeline) + OPTIMIZER * n / gpus
        free = task.memory - states
        if free <= 0:
            continue
        copies = max(1.0, gpus / (tensor * pipeline))
        recomputed = _least_recomputed(work, free, tensor)
        time = task.busy * (1 + c.recomputation * recomputed)
        time *= _crowded(task, states + work.seq_len * _activations(work, recomputed) / tensor)
        micro = task.setting.micro_batch or 1.0
        time = _launched(task, time, micro * work.seq_len / (tensor * pipeline))
        passes = max(1.0, task.batch / (work.seq_len * copies * micro))
        network = exchange + _stages(task, time, pipeline, passes, tensor)
        if copies > 1:
            line = c.line_efficiency * (net.between if gpus > net.domain else net.inside)
            network += _exposed(4 * n * gpus / (tensor * pipeline * line * task.batch), time, c.exposed_gradients)
        yield _Plan(time, network, f"tensor {tensor} x pipeline {pipeline} x data {copies:.0f}", recomputed)


def _stages(task: _Task, time: float, pipeline: float, passes: float, together: float) -> float:
    """Accelerator-seconds that the stages of a pipeline wait for the first, and for activations of 4 bytes a unit of width in each turn."""
    if pipeline <= 1:
        return 0.0
    work, net = task.work, task.net
    turns = min(8.0, max(1.0, work.layers / pipeline))
    line = net.inside if pipeline * together <= net.domain else net.between
    return time * (pipeline - 1) / (turns * passes) + _exposed(4 * work.hidden * turns * pipeline / line, time, task.c.exposed_gradients)


def _expert_parallel(task: _Task) -> Iterator[_Plan]:
    work, net, gpus, c = task.work, task.net, task.gpus, task.c
    n = work.params
    spread, found = min(max(8.0, WEIGHTS_AND_GRADIENTS * n / (0.5 * task.memory)), gpus), False
    while True:
        free = task.memory - WEIGHTS_AND_GRADIENTS * n / spread - 10 * n / gpus
        if free > 0:
            found = True
            experts = min(spread, 64.0)
            pipeline = spread / experts
            outside = max(0.0, 1 - net.domain / experts) if gpus > net.domain else 0.0
            recomputed = _least_recomputed(work, free, 1)
            time = task.busy * (1 + c.recomputation * recomputed)
            time = _launched(task, time, (task.setting.micro_batch or 1.0) * work.seq_len / pipeline)
            exchange = 56 * work.hidden * work.layers * ((1 - outside) / net.inside + outside / net.between)
            passes = max(1.0, task.batch / work.seq_len * spread / gpus)
            network = _exposed(exchange, time, c.exposed_experts) + _stages(task, time, pipeline, passes, experts)
            if gpus > spread:
                line = c.line_efficiency * (net.between if gpus > net.domain else net.inside)
                network += _exposed(4 * n * gpus / (spread * line * task.batch), time, c.exposed_gradients)
            yield _Plan(time, network, f"expert {experts:.0f} x pipeline {pipeline:.0f} x data {gpus / spread:.0f}", recomputed)
        if spread >= gpus or (found and spread >= 512):
            return
        spread = min(2 * spread, gpus)


def _least_recomputed(work: Workload, free: float, split: float) -> float:
    """The least share of the layers to recompute so that the activations of a pass fit; all where even that does not do."""
    tokens = max(work.seq_len, SHORT) / split
    return next((share for share in RECOMPUTED if tokens * _activations(work, share) < free), 1.0)


@catalogue.kept(1000)
def training_memory(gpu: Accelerator) -> float:
    """Bytes of one accelerator that training may take: the share of memory_fit, less what the runtime takes."""
    c = step_constants()
    return chip_rates(gpu, c).reported_memory * catalogue.constant(usable_share(gpu)) - catalogue.constant("runtime_memory") * 1e9


def _server(gpus: float) -> float:
    return min(gpus, catalogue.constant("largest_server"))


def _states(work: Workload, gpus: float, split: float) -> float:
    """Bytes of all states on one accelerator, and of the layer that it gathers, its part of it where `split` share the layer."""
    return sharded_bytes(ALL_STATES * work.params, GATHERED * work.active / work.layers / split, gpus)


def _bytes(work: Workload, gpus: float) -> float:
    """Bytes on one of `gpus` accelerators at the least: the rule of memory_fit, for one sequence."""
    server = _server(gpus)
    split = sequence_split(server, gpus, catalogue.constant("largest_server"))
    return _states(work, gpus, server) + work.seq_len * _activations(work, 1.0) / min(gpus, split)


def fewest_to_train(work: Workload, gpu: Accelerator) -> int | None:
    """The smallest number of accelerators whose memory holds the training states; None if no number up to a million does."""
    memory = training_memory(gpu)
    high = 1
    while _bytes(work, high) > memory:
        high *= 2
        if high > MOST_GPUS:
            return None
    return int(last(lambda chips: _bytes(work, chips) > memory, high // 2, high)) + 1


def _remedy(work: Workload, gpu: Accelerator) -> str:
    needed, size = fewest_to_train(work, gpu), show(work.params, "parameters")
    if needed is None:
        return f"no number of {gpu.name} holds {size} in training; name another gpu or give a utilization"
    return (
        f"the weights, gradients and optimizer states of {size} need the memory of at least {needed:,} {gpu.name} "
        f"({gpu.memory:g} GB each); set gpus to {needed:,} or more, or give a utilization"
    )
