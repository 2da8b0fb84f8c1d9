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
from dataclasses import dataclass
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import DoesNotFit
from compute_cost.physics.bisection import last
from compute_cost.physics.chips import Links, StepConstants, chip_rates, matrix_share, step_constants
from compute_cost.physics.elementwise import larger, smaller
from compute_cost.physics.model_memory import sequence_split, sharded_bytes, usable_share

# Bytes per parameter: 16-bit weights and gradients, 32-bit master weights and two optimizer moments.
GATHERED, WEIGHTS_AND_GRADIENTS, OPTIMIZER, ALL_STATES = 4.0, 6.0, 12.0, 16.0
# Bytes per parameter that accelerators with the same part of a model exchange: 32-bit gradients and 16-bit weights once a step, or
# where the model is fully sharded weights twice and gradients once, all 16-bit, in each pass. Both are sent in parts.
EXCHANGED, PARTS, PARTS_OF_LAYER = 6.0, 20.0, 3.0
KEPT = 34.0  # bytes of activations of a token per layer and unit of width; 2 where only the layer's input is kept
ROW = 4096.0  # tokens of a usual sequence
SHORT = 8192.0  # tokens: passes over fewer are not worth recomputing for
SLOW_NETWORK = 0.35  # share of the step from which on a network makes teams share the layers of a small model; no fitted row tells
CROWDED = 0.8  # share of the memory from which on its shortage costs time
MOST_GPUS = 1 << 20
WHOLE = (1,)  # numbers of accelerators to share layers among where none are shared


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
    """Accelerator-seconds per token of the fastest layout, and what they go to. `recomputed` is the share of layers done twice.

    `spread` is the form of the layout in words, with places for `sizes`, its numbers from the inside out.
    """

    seconds: float
    compute: float
    memory: float
    network: float
    spread: str
    sizes: tuple[float, ...]
    recomputed: float

    def times(self, factor: float) -> StepTime:
        """The same step that takes so many times as long, all its parts alike."""
        seconds, compute, memory, network = (factor * part for part in self[:4])
        return self._replace(seconds=seconds, compute=compute, memory=memory, network=network)

    @property
    def layout(self) -> str:
        """How the model is spread, in words."""
        return self.spread.format(*self.sizes)

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


class _Pace(NamedTuple):
    """One chip at one precision: FLOP/s of matrix products and of attention, byte/s of memory, and the bytes that training may take.

    `narrow` says whether the products are in less than 16 bits.
    """

    products: float
    attention: float
    narrow: bool
    bandwidth: float
    memory: float
    links: Links


class _Plan(NamedTuple):
    """One layout: network time in addition to the computation's `busy` seconds."""

    seconds: float
    busy: float
    network: float
    spread: str
    sizes: tuple[float, ...]
    recomputed: float


@dataclass(slots=True)
class _Task:
    """What every layout starts from: the memory of one accelerator [bytes], the computation [s] and the tokens of a step.

    `longest`: a pass of more tokens is not worth working any layers out again. `activations`: shares of the layers that are worked out
    again, the least first, each with the bytes of activations that are kept of one token.
    Not a tuple: its fields take ten times as long to read by name, and a new prediction reads hundreds.
    """

    work: Workload
    setting: Setting
    net: Links
    memory: float
    gpus: float
    server: float
    busy: float
    batch: float
    longest: float
    activations: tuple[tuple[float, float], ...]
    c: StepConstants


def _exposed(network: float, busy: float, share: float) -> float:
    """Network time that shows: a share of it always, and all that computation is too short to hide."""
    always, beyond = share * network, network - (1 - share) * busy
    return beyond if beyond > always else always


def _exchange(size: float, line: float, parts: float, members: float, c: StepConstants) -> float:
    """Seconds in which `members` exchange `size` bytes over a line [byte/s], each of the parts on a tree of all of them."""
    return size / line + parts * math.log2(members) * c.hop_latency


def _batch(work: Workload, gpus: float) -> float:
    """Tokens per step that a run of this size usually takes; at least one sequence, or as many tokens, for every accelerator."""
    for_all = gpus * (work.seq_len if work.seq_len > ROW else ROW)
    usual = 4e6 * math.sqrt(work.active / 5e10)
    tokens = for_all if for_all > usual else usual
    return 0.5e6 if tokens < 0.5e6 else 16e6 if tokens > 16e6 else tokens


def step_time(
    work: Workload, gpu: Accelerator, peak: float, gpus: float, constants: StepConstants | None = None, setting: Setting = USUAL
) -> StepTime:
    """The step time on `gpus` accelerators with a dense peak [FLOP/s] of the precision used.

    Raises DoesNotFit where weights, gradients and optimizer states exceed the memory, with the number needed.
    """
    trained = fastest(work, gpu, peak, gpus, constants or step_constants(), setting)
    if trained is None:
        raise _does_not_fit(work, gpu, gpus)
    return trained


def fastest(work: Workload, gpu: Accelerator, peak: float, gpus: float, c: StepConstants, setting: Setting = USUAL) -> StepTime | None:
    """The step time as step_time gives it; None where the accelerators do not hold the training states."""
    chip, largest = _pace(gpu, peak, c), catalogue.constant("largest_server")
    if _bytes(work, gpus, largest) > chip.memory:
        return None
    products, attention, passes = _computation(work, chip, c)
    done = products + attention + passes
    busy = done * software(work.mixture, setting, c)
    tokens = setting.global_batch * work.seq_len if setting.global_batch else _batch(work, gpus)
    longest = work.seq_len if work.seq_len > SHORT else SHORT
    task = _Task(work, setting, chip.links, chip.memory, gpus, smaller(gpus, largest), busy, tokens, longest, _activations(work), c)
    best = _expert_parallel(task) if work.mixture else _dense(task)
    seconds, busy, network, spread, sizes, recomputed = best
    passes = busy * passes / done
    return StepTime(seconds, busy - passes, passes, network, spread, sizes, recomputed)


def computation(work: Workload, gpu: Accelerator, peak: float, c: StepConstants) -> Computation:
    """Seconds of arithmetic and memory passes for one token on one accelerator in a tuned stack."""
    return _computation(work, _pace(gpu, peak, c), c)


def _computation(work: Workload, chip: _Pace, c: StepConstants) -> Computation:
    _, active, _, hidden, weights_flop, attention_flop, _, mixture = work
    products = weights_flop / chip.products * (1 + c.narrow_layer_width / hidden)
    extra = (c.mixture_passes if mixture else 0) + (c.low_precision_passes if chip.narrow else 0)
    passes = c.activation_passes * (1 + extra) * 2 * active / (12 * hidden) / chip.bandwidth
    return Computation(products, attention_flop / chip.attention, passes)


@catalogue.kept(2000)
def _pace(gpu: Accelerator, peak: float, c: StepConstants) -> _Pace:
    chip = chip_rates(gpu, c)
    narrow = peak > 1.01 * chip.peak16
    efficiency = chip.narrow_attention_efficiency if narrow else chip.attention_efficiency
    products = peak * matrix_share(gpu, 16 * chip.peak16 / peak, c)
    return _Pace(products, efficiency * min(chip.peak16, peak), narrow, chip.memory_bandwidth, training_memory(gpu), chip.links)


def software(mixture: bool, setting: Setting, c: StepConstants) -> float:
    """Time of the computation over that of a tuned stack of the newest measured release.

    Tuned software of an earlier day is slower, mixtures of experts most of all. It is followed as far back as it was measured,
    and not beyond the newest release.
    """
    if setting.tuned and setting.day >= c.software_known_until:
        return 1.0
    behind = min(c.software_known_years, max(0.0, c.software_known_until - setting.day))
    gain = c.software_gain_mixture if mixture else c.software_gain
    return math.exp(gain * behind) * (1.0 if setting.tuned else c.hugging_face)


def _launched(task: _Task, busy: float, tokens: float) -> float:
    """Computation, or the time in which its kernels are started where a pass has too few tokens to cover it."""
    if task.setting.tuned and not (task.setting.micro_batch or task.setting.global_batch):
        return busy  # a tuned stack is taken to run with passes that are long enough
    each = task.c.launch_mixture if task.work.mixture else task.c.launch
    if not task.setting.tuned:
        each = max(each, task.c.hugging_face_launch)
    return math.pow(busy**4 + (task.work.layers * each / tokens) ** 4, 0.25)


def _activations(work: Workload) -> tuple[tuple[float, float], ...]:
    """None, half or all of the layers to work out again, each with the bytes of activations of one token that are then kept.

    They are those of the other layers, and for the rest those of one layer and the inputs of all.
    """
    every, least = KEPT * work.layers * work.hidden, _least_activations(work)
    return (0.0, every), (0.5, every * 0.5 + least * 0.5), (1.0, least)


def _least_activations(work: Workload) -> float:
    return (2 * work.layers + KEPT) * work.hidden


def _crowded(task: _Task, bytes_held: float) -> float:
    beyond = bytes_held / task.memory - CROWDED
    return 1.0 if beyond <= 0 else 1 + task.c.crowded_memory * smaller(1.0, beyond / (1 - CROWDED))


def _dense(task: _Task) -> _Plan:
    best = _fully_sharded(task)
    if task.gpus >= 8:
        # Nobody shares the layers of a small model without need, which a small batch may be, or a network that takes too much.
        needed = task.work.params >= 1e10 or task.setting.global_batch or best.network > SLOW_NETWORK * best.seconds
        shares = (1, 2, 4, 8) if needed else WHOLE
        best = _tensor_parallel(task, best, shares)
    return best


def _fully_sharded(task: _Task) -> _Plan:
    work, gpus, c, setting = task.work, task.gpus, task.c, task.setting
    seq_len, hidden, layers = work.seq_len, work.hidden, work.layers
    inside, between, domain = task.net
    split, states = 1.0, _states(work, gpus, 1.0)
    if states >= task.memory:  # a layer that is too large to be gathered whole is shared by the accelerators of a server
        split, states = task.server, _states(work, gpus, task.server)
    free = task.memory - states
    line = c.line_efficiency * (smaller(inside, between * domain) if gpus > domain else inside)
    share = task.batch / gpus
    if not setting.global_batch:  # then one sequence at least is taken for each of up to 512 accelerators
        least = seq_len if gpus <= 512 else 1.0
        share = least if share < least else share
    if setting.micro_batch:
        share = smaller(share, setting.micro_batch * seq_len)
    shared = _shared_layers(c.tensor_parallel_traffic, split, hidden, layers, inside) if split > 1 else 0.0
    weights = _exchange(EXCHANGED * work.params, line, PARTS_OF_LAYER * layers, gpus, c)
    worthwhile = share if share < task.longest else task.longest
    best: _Plan | None = None
    most = math.inf
    for recomputed, each in task.activations:
        least = task.busy * (1 + c.recomputation * recomputed)
        if least >= most:
            break
        if recomputed < 1 and free < each * worthwhile:
            continue
        tokens = free / each
        tokens = share if tokens > share else tokens
        tokens = 64.0 if tokens < 64 else tokens
        crowded = _crowded(task, states + each * (tokens if tokens < seq_len else seq_len))
        time = _launched(task, least * crowded, tokens)
        network = shared
        if gpus > 1:
            network += _exposed(weights / tokens, time, c.exposed_gradients)
            if tokens < seq_len:
                network += _exposed(_shared_sequence(hidden, layers, seq_len / tokens, inside), time, c.exposed_gradients)
        if time + network < most:
            most = time + network
            best = _Plan(most, time, network, "fully sharded data parallel", (), recomputed)
        if tokens == share and crowded == 1:  # as long as a pass can be: more recomputation only costs time
            break
    assert best is not None  # all layers recomputed are always tried
    return best


def _shared_layers(traffic: float, split: float, hidden: float, layers: float, line: float) -> float:
    """Accelerator-seconds in which the chips that share each layer exchange the activations of one token."""
    return traffic * 16 * (split - 1) * hidden * layers / line


def _shared_sequence(hidden: float, layers: float, sharing: float, line: float) -> float:
    """Accelerator-seconds in which keys and values of one token, a quarter of the width each, pass the chips that share a sequence."""
    return 3 * hidden * layers * sharing / line


def _tensor_parallel(task: _Task, best: _Plan, shares: tuple[int, ...]) -> _Plan:
    """The fastest way to share layers, where it beats `best`; with 1 of `shares` each accelerator holds a copy of the whole model."""
    gpus, memory, n = task.gpus, task.memory, task.work.params
    # Weights and gradients are split until they leave half of the memory, beside the optimizer states that all share.
    optimizer = OPTIMIZER * n / gpus
    room = 0.5 * memory - optimizer
    needed = WEIGHTS_AND_GRADIENTS * n / room if room > 0 else math.inf
    if shares == WHOLE and needed > 1:
        return best
    c, batch, busy = task.c, task.batch, task.busy
    _, _, layers, hidden, _, _, seq_len, _ = task.work
    inside, between, domain = task.net
    exposed, micro, most = c.exposed_gradients, task.setting.micro_batch or 1.0, best.seconds
    for tensor in shares:
        exchange = _shared_layers(c.tensor_parallel_traffic, tensor, hidden, layers, inside)
        # Nobody shares a layer over a network, and among more chips it takes more exchange.
        if tensor > domain or busy + exchange >= most:
            break
        if tensor == 1 and needed > 1:
            continue
        pipeline, stages, most_stages = 1, smaller(needed / tensor, layers), gpus / tensor
        while pipeline < stages and 2 * pipeline <= most_stages:
            pipeline *= 2
        group = tensor * pipeline
        states = WEIGHTS_AND_GRADIENTS * n / group + optimizer
        free = memory - states
        if free <= 0:
            continue
        recomputed, each = _least_recomputed(task, free, task.longest / tensor)
        time = busy * (1 + c.recomputation * recomputed)
        if time + exchange >= most:
            continue
        time *= _crowded(task, states + seq_len * each / tensor)
        # Where a step has fewer sequences than there are copies of the model, several of them share a sequence.
        copies = gpus / group if gpus > group else 1.0
        sequences = batch / (seq_len * copies)
        passes = sequences / micro if sequences > micro else 1.0
        time = _launched(task, time, batch / (gpus * passes))
        network = exchange + (_stages(task, time, pipeline, passes, tensor) if pipeline > 1 else 0.0)
        if time + network >= most:
            continue
        if copies > 1:
            # All accelerators of a server that hold the same part of the model use its lines together.
            line = inside if gpus <= domain else smaller(inside, between * (domain / group if domain > group else 1.0))
            parts = _exchange(EXCHANGED * n / group, c.line_efficiency * line, PARTS, copies, c)
            network += _exposed(parts * gpus / batch, time, exposed)
        if sequences < 1:
            network += _exposed(_shared_sequence(hidden, layers, 1 / sequences, inside) / tensor, time, exposed)
        if time + network < most:
            most = time + network
            layout = "tensor {:.0f} x pipeline {:.0f} x data {:.0f}" if group > 1 else "data parallel, optimizer states sharded"
            best = _Plan(most, time, network, layout, (tensor, pipeline, copies), recomputed)
    return best


def _stages(task: _Task, time: float, pipeline: float, passes: float, together: float) -> float:
    """Accelerator-seconds that the stages of a pipeline wait for the first, and for activations of 4 bytes a unit of width in each turn."""
    work = task.work
    inside, between, domain = task.net
    turns = work.layers / pipeline
    turns = 8.0 if turns > 8 else 1.0 if turns < 1 else turns
    line = inside if pipeline * together <= domain else between
    return time * (pipeline - 1) / (turns * passes) + _exposed(4 * work.hidden * turns * pipeline / line, time, task.c.exposed_gradients)


def _expert_parallel(task: _Task) -> _Plan:
    gpus, c, batch = task.gpus, task.c, task.batch
    n, _, layers, hidden, _, _, seq_len, _ = task.work
    inside, between, domain = task.net
    micro = (task.setting.micro_batch or 1.0) * seq_len
    line = c.line_efficiency * (between if gpus > domain else inside)
    spread = smaller(larger(8.0, WEIGHTS_AND_GRADIENTS * n / (0.5 * task.memory)), gpus)
    best: _Plan | None = None
    most = math.inf
    while True:
        free = task.memory - WEIGHTS_AND_GRADIENTS * n / spread - 10 * n / gpus
        if free > 0:
            experts = smaller(spread, 64.0)
            pipeline = spread / experts
            outside = larger(0.0, 1 - domain / experts) if gpus > domain else 0.0
            recomputed, _ = _least_recomputed(task, free, task.longest)
            time = _launched(task, task.busy * (1 + c.recomputation * recomputed), micro / pipeline)
            exchange = 56 * hidden * layers * ((1 - outside) / inside + outside / between)
            passes = larger(1.0, batch / seq_len * spread / gpus)
            network = _exposed(exchange, time, c.exposed_experts)
            if pipeline > 1:
                network += _stages(task, time, pipeline, passes, experts)
            if gpus > spread:
                parts = _exchange(EXCHANGED * n / spread, line, PARTS, gpus / spread, c)
                network += _exposed(parts * gpus / batch, time, c.exposed_gradients)
            if time + network < most:
                most = time + network
                layout = "expert {:.0f} x pipeline {:.0f} x data {:.0f}"
                best = _Plan(most, time, network, layout, (experts, pipeline, gpus / spread), recomputed)
        if spread >= gpus or (best is not None and spread >= 512):
            break
        spread = smaller(2 * spread, gpus)
    assert best is not None, task.work
    return best


def _least_recomputed(task: _Task, free: float, tokens: float) -> tuple[float, float]:
    """The least share of the layers to recompute so that the activations of so many tokens fit, all where even that does not do.

    With it the bytes of activations of one token.
    """
    for choice in task.activations:
        if tokens * choice[1] < free:
            break
    return choice


@catalogue.kept(1000)
def training_memory(gpu: Accelerator) -> float:
    """Bytes of one accelerator that training may take: the share of memory_fit, less what the runtime takes."""
    c = step_constants()
    return chip_rates(gpu, c).reported_memory * catalogue.constant(usable_share(gpu)) - catalogue.constant("runtime_memory") * 1e9


def _states(work: Workload, gpus: float, split: float) -> float:
    """Bytes of all states on one accelerator, and of the layer that it gathers, its part of it where `split` share the layer."""
    return sharded_bytes(ALL_STATES * work.params, GATHERED * work.active / work.layers / split, gpus)


def _bytes(work: Workload, gpus: float, largest: float) -> float:
    """Bytes on one of `gpus` accelerators at the least, in servers of `largest`: the rule of memory_fit, for one sequence."""
    server = smaller(gpus, largest)
    split = sequence_split(server, gpus, largest)
    return _states(work, gpus, server) + work.seq_len * _least_activations(work) / smaller(gpus, split)


def fewest_to_train(work: Workload, gpu: Accelerator) -> int | None:
    """The smallest number of accelerators whose memory holds the training states; None if no number up to a million does."""
    memory, largest = training_memory(gpu), catalogue.constant("largest_server")
    high = 1
    while _bytes(work, high, largest) > memory:
        high *= 2
        if high > MOST_GPUS:
            return None
    return int(last(lambda chips: _bytes(work, chips, largest) > memory, high // 2, high)) + 1


def _does_not_fit(work: Workload, gpu: Accelerator, gpus: float) -> DoesNotFit:
    """Why so many accelerators can't train, by the argument that has to change: where no number of them could, it is another one."""
    needed, size = fewest_to_train(work, gpu), show(work.params, "parameters")
    row = f"a sequence of {work.seq_len:,.0f} tokens"
    if needed is None and work.seq_len > SHORT and fewest_to_train(work._replace(seq_len=SHORT), gpu):
        least = f"no number of {gpu.name} holds {row} of {size}, which eight servers share at most"
        return DoesNotFit("seq_len", int(work.seq_len), f"{least}; give a shorter one, or a utilization")
    if needed is None:
        return DoesNotFit("gpu", gpu.name, f"no number of them holds {size} in training; name another gpu or give a utilization")
    held = f"optimizer states of {size}" + (f" and {row}" if work.seq_len > SHORT else "")
    memory = f"need the memory of at least {needed:,} {gpu.name} ({gpu.memory:g} GB each)"
    remedy = f"set gpus to {needed:,} or more, or give a utilization"
    return DoesNotFit("gpus", int(gpus), f"the weights, gradients and {held} {memory}; {remedy}")
