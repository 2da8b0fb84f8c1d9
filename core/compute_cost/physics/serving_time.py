"""How long serving takes: the time of one decoding step and of one prefill, for a batch of requests on a group of chips.

decoding step [s] = max(weights read, arithmetic) + KV cache read + exchange between chips + time per layer and sequence

    weights read     bytes of the weights that the batch touches / (chips x bandwidth x efficiency)
                     + the same bytes x work per byte / (chips x fp32 peak): on wide memory the ordinary cores hold it up
    arithmetic       2 x active parameters x batch / (chips x peak x efficiency)
    KV cache read    batch x bytes of the cache at the mean context / (chips x bandwidth x efficiency)
    exchange         two all-reduces a layer (tensor parallel): a latency each, and the activations over the links
    time per layer   starting its kernels; in a mixture of experts also routing and uneven experts, a time that grows with
                     the batch as batch / (batch + mixture_half_batch): one stream has little to route and nothing uneven
prefill [s]        = arithmetic of the input tokens, attention included, + their exchange
time per token [s] = decoding step + prefill x (batch - 1) / output tokens: the others' prefills come between (continuous batching)
tokens per second  = batch / time per token

Split by layer the chips take turns: one stream runs at the speed of one chip, and only many streams keep all of them
busy; so do the servers where a group is larger than one server or link domain. A batch left out is as many sequences
as the memory left by the weights holds, up to a cap. Constants: core/compute_cost/data/inference.csv, fitted by
benchmarks/fit_inference.py to published throughput. Valid for decoder transformers of 1 to 1,000 billion parameters on
one chip up to one node or NVLink domain, contexts up to about 32,000 tokens.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import DoesNotFit
from compute_cost.physics.chips import links, step_constants
from compute_cost.physics.elementwise import fails, floored, larger, only_where, smaller
from compute_cost.physics.formats import is_four_bit, is_unpacked, multiplied_in
from compute_cost.physics.model_memory import usable_memory
from compute_cost.physics.served_model import Served


class ServingConstants(NamedTuple):
    """The constants of the serving time; each name is a row of core/compute_cost/data/inference.csv, which says what it means."""

    weight_bandwidth: float
    weight_bandwidth_4bit: float
    weight_bandwidth_apple: float
    cache_bandwidth: float
    prefill_efficiency: float
    prefill_efficiency_consumer: float
    prefill_halving: float
    prefill_unpacking: float
    attention_efficiency: float
    decode_efficiency: float
    mixture_efficiency: float
    core_work: float
    core_work_apple: float
    layer_seconds: float
    layer_seconds_apple: float
    mixture_layer_seconds: float
    mixture_half_batch: float
    sequence_seconds: float
    exchange_seconds: float
    exchange_traffic: float
    pipeline_efficiency: float
    output_held: float
    most_sequences: float


@catalogue.kept()
def serving_constants() -> ServingConstants:
    table = catalogue.serving_coefficients()
    return ServingConstants(*(table[name].value for name in ServingConstants._fields))


class ServingTime(NamedTuple):
    """Seconds of a decoding step and what they go to, of a prefill, and the batch they are for."""

    batch: float
    at_once: float  # those of them that one step works on; fewer than the batch where layers are split
    room: float  # sequences that the memory holds
    input_tokens: float
    output_tokens: float
    step: float
    weights: float
    arithmetic: float
    cache: float
    exchange: float
    overhead: float
    prefill: float  # the chips' time for one request's input alongside others
    prefill_exchange: float  # the part of it that goes over the links
    first_token: float  # the wait of a request that starts at once
    chips_in_turn: float  # what the chips do at the same time where layers are split; 1 where they work on one step together

    @property
    def per_token(self) -> float:
        """Seconds between two tokens of one stream, the other requests' prefills included."""
        return self.batch / self.tokens_per_second

    @property
    def tokens_per_second(self) -> float:
        waiting = self.step + self.prefill * larger(0.0, self.at_once - 1) / self.output_tokens
        return self.at_once / waiting * self.chips_in_turn

    @property
    def input_tokens_per_second(self) -> float:
        """Of a single request the speed at which its input is read; of more, the input that comes with their output.

        More than the chips read when they do nothing else can't come: at few requests the rate leaves out a request's own
        prefill, as each stream counts from its first token on.
        """
        if self.batch <= 1:
            return self.input_tokens / self.first_token
        reading = self.input_tokens / self.prefill * self.chips_in_turn
        return min(self.tokens_per_second * self.input_tokens / self.output_tokens, reading)

    @property
    def input_share(self) -> float:
        """Share of the chips' time that goes into reading the input; the rest goes into output tokens."""
        reading = self.prefill * self.at_once / self.output_tokens
        return reading / (reading + self.step)

    @property
    def limit(self) -> str:
        """What takes most of a request's time: memory bandwidth, compute, the links, or time per layer and sequence."""
        by_memory = self.weights >= self.arithmetic
        prefills = self.at_once / self.output_tokens  # for each decoding step
        times = {
            "memory bandwidth": self.cache + (self.weights if by_memory else 0.0),
            "compute": (self.prefill - self.prefill_exchange) * prefills + (0.0 if by_memory else self.arithmetic),
            "links": self.exchange + self.prefill_exchange * prefills,
            "time per layer": self.overhead,
        }
        return max(times, key=lambda name: times[name])


def serving_time(
    work: Served,
    gpu: Accelerator,
    gpus: float,
    input_tokens: float,
    output_tokens: float,
    batch: float | None = None,
    together: float | None = None,
    constants: ServingConstants | None = None,
) -> ServingTime:
    """Times for `batch` requests at once, each of so many input and output tokens; None: as many as the memory holds.

    `together` is how many chips share each layer (tensor parallel), all of a server if left out; such groups of chips take
    turns, each with some of the layers.

    Raises DoesNotFit where weights and one request exceed the memory, with the number of chips needed.
    """
    c = constants or serving_constants()
    room = sequences(work, gpu, gpus, input_tokens, output_tokens, c)
    holds = room >= 1
    if fails(holds):
        raise DoesNotFit("gpus", int(gpus), _way_out(work, gpu, input_tokens, output_tokens, c))
    count = smaller(batch or c.most_sequences, only_where(holds, room))
    # Taking turns, each group has some layers and works on a share of the sequences.
    chips = together or server_share(gpu, gpus)
    parts = gpus / chips
    stages = larger(1.0, smaller(parts, count))
    at_once = count / stages

    bandwidth = chips * gpu.memory_bandwidth * 1e9
    by_core = core_seconds(gpu, c) / chips
    weight_seconds = 1 / (bandwidth * weight_efficiency(work, gpu, c)) + by_core
    weights = work.touched_bytes(at_once) * weight_seconds
    speed = chips * compute_speed(work, gpu, c)
    attention_speed = chips * gpu.peak16 * c.attention_efficiency
    arithmetic = 2 * work.active * at_once / (speed * c.decode_efficiency)
    held = input_tokens + output_tokens / 2
    cached = work.cache_at(held)
    scores = 4 * work.score_width * work.seen(held) / attention_speed
    cache = at_once * larger(cached / (bandwidth * c.cache_bandwidth), scores)
    traffic = exchange_seconds(work, gpu, chips, c)
    exchange = at_once * traffic + (2 * work.layers * c.exchange_seconds if chips > 1 else 0.0)
    per_layer = c.layer_seconds_apple if gpu.generation == "apple" else c.layer_seconds
    routing = c.mixture_layer_seconds * at_once / (at_once + c.mixture_half_batch) if work.mixture else 0.0
    overhead = work.layers * (per_layer + routing) + at_once * c.sequence_seconds
    step = larger(weights, arithmetic) + cache + exchange + overhead

    # Summed over the input a token sees half of it, but of a window all that lies within.
    squared = 2 * work.attention_width * work.seen(input_tokens, 2) * input_tokens
    prefill = 2 * work.active * input_tokens / speed + squared / attention_speed + input_tokens * traffic
    first = larger(prefill, work.touched_bytes(input_tokens) * weight_seconds) + work.layers * per_layer
    return ServingTime(
        count, at_once, room, input_tokens, output_tokens, step, weights, arithmetic, cache, exchange, overhead,
        prefill, input_tokens * traffic, first, 1 + (stages - 1) * c.pipeline_efficiency,
    )  # fmt: skip


def server_share(gpu: Accelerator, gpus: float) -> float:
    """Chips of one server (or link domain) where so many are spread over the fewest servers; a fraction if unevenly."""
    return gpus / math.ceil(gpus / links(gpu, step_constants()).domain)


def weight_efficiency(work: Served, gpu: Accelerator, c: ServingConstants) -> float:
    """Share of the memory bandwidth that reading weights reaches; unpacking four bits takes some of it."""
    reached = c.weight_bandwidth_apple if gpu.generation == "apple" else c.weight_bandwidth
    return reached * (c.weight_bandwidth_4bit if is_four_bit(work.precision) else 1.0)


def core_seconds(gpu: Accelerator, c: ServingConstants) -> float:
    """Seconds that the ordinary cores of a chip take for each byte of weights; matrix engines read it directly."""
    if not gpu.fp32 or gpu.vendor not in ("NVIDIA", "AMD", "Apple"):
        return 0.0
    return (c.core_work_apple if gpu.generation == "apple" else c.core_work) / (gpu.fp32 * 1e12)


def compute_speed(work: Served, gpu: Accelerator, c: ServingConstants) -> float:
    """FLOP/s of one chip in prefill: less of the peak for narrower formats, unpacked weights and mixtures."""
    _, peak = multiplied_in(gpu, work.precision)
    half = gpu.peak16
    reached = c.prefill_efficiency if gpu.market == "datacenter" else c.prefill_efficiency_consumer
    if peak > half:
        reached *= c.prefill_halving ** math.log2(peak / half)
    if is_unpacked(gpu, work.precision):
        reached *= c.prefill_unpacking
    return peak * reached * (c.mixture_efficiency if work.mixture else 1.0)


def exchange_seconds(work: Served, gpu: Accelerator, gpus: float, c: ServingConstants) -> float:
    """Seconds that a token's activations take over the links: two all-reduces a layer of 16-bit activations."""
    if gpus <= 1:
        return 0.0
    line = links(gpu, step_constants()).inside
    return c.exchange_traffic * 2 * work.layers * 2 * work.hidden * 2 * (gpus - 1) / gpus / line


def sequences(work: Served, gpu: Accelerator, gpus: float, input_tokens: float, output_tokens: float, c: ServingConstants) -> float:
    """Requests that the memory left by the weights holds; output counts by the share of it that is held on average."""
    free = gpus * usable_memory(gpu) - work.weight_bytes
    held = work.cache_at(input_tokens + c.output_held * output_tokens)
    return larger(0.0, floored(free / larger(held, 1.0)))  # what keeps nothing of its tokens is limited by the cap alone


def fewest_to_serve(work: Served, gpu: Accelerator, input_tokens: float, output_tokens: float, c: ServingConstants | None = None) -> int:
    """The smallest number of chips that holds the weights and one request."""
    known = c or serving_constants()
    one = work.weight_bytes + work.cache_at(input_tokens + known.output_held * output_tokens)
    return max(1, math.ceil(one / usable_memory(gpu)))


def _way_out(work: Served, gpu: Accelerator, input_tokens: float, output_tokens: float, c: ServingConstants) -> str:
    needed = fewest_to_serve(work, gpu, input_tokens, output_tokens, c)
    return (
        f"weights of {work.weight_bytes / 1e9:,.1f} GB and the KV cache of one request need the memory of at least {needed:,} {gpu.name} "
        f"({gpu.memory:g} GB each, {usable_memory(gpu) / 1e9:,.0f} usable); set gpus to {needed:,} or more, or give a narrower precision"
    )
