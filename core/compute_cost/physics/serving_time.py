"""How long serving takes: the time of one decoding step and of one prefill, for a batch of requests on a group of chips.

The group shares the model as a layout says (serving_layout): copies, which share the requests; in a copy, sets of chips that take
turns by layers; in a set, chips that work on each layer together. The times are those of one set.

decoding step [s] = weights read + arithmetic + KV cache read + exchange between chips + time per layer and sequence

    weights read     bytes of its part of the weights that the batch touches / (bandwidth x efficiency); of a mixture's experts those
                     that any of its tokens is routed to, fewer than by equal chances as some are chosen more often
                     + the same bytes x work per byte / fp32 peak: on wide memory the ordinary cores hold it up
    arithmetic       2 x active parameters x batch / (chips x peak x efficiency); slices of matrices are slower than whole ones, and
                     a mixture's products wait for its busiest experts
    KV cache read    batch x bytes of the cache at the mean context / (chips that it is split over x bandwidth x efficiency)
    exchange         tensor parallel: two all-reduces a layer, a latency each, and the activations over the links; experts
                     spread: each token to the chips of its experts and back
    time per layer   starting its kernels, sooner on a card at home; in a mixture of experts also routing, and uneven experts, a time
                     that grows with the tokens for each expert as tokens / (tokens + mixture_half_tokens)
    time per sequence   of the host, for each token of each request: scheduling, sampling, text, sending
prefill [s]        = arithmetic of the input tokens, attention included, + their exchange + the host's time for a request
time per token [s] = decoding step + prefill x (batch - 1) / output tokens: the others' prefills come between (continuous batching)
tokens per second  = batch / (decoding step + prefill x batch / output tokens); of a single stream, whose rate counts from its first
                     token on, 1 / decoding step

Where a draft model or the model's own heads (MTP) propose tokens, a decoding pass works on all of them and yields those that the model
accepts: (1 - a^(n + 1)) / (1 - a) tokens of n proposed with acceptance a. The decoding step is then that of an output token.
Where the accelerators do not hold the weights, the machine's own memory takes the experts first and reads what a pass touches of them
at its own speed; for an input they are fetched over PCIe.

Software is of a level: vendor-tuned (a chip maker's own engine and settings, as in MLPerf), tuned (an open engine with settings
chosen for the task) or default (as installed). The levels differ in the host's time per sequence, in how well narrow formats are
multiplied, and in how many requests an engine takes at once.

Keys and values are split over as many chips as there are KV heads, and are whole on each where they are compressed (latent
attention). A batch is the requests at once over all chips; left out it is as many as the memory left by the weights holds, up to
what each engine takes. Constants: core/compute_cost/data/inference.csv, fitted by benchmarks/fit_inference.py to published
throughput. Valid for decoder transformers of 1 to 1,000 billion parameters, contexts up to about 32,000 tokens.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import DoesNotFit
from compute_cost.physics.chips import UNIFIED, Links, links, step_constants
from compute_cost.physics.elementwise import fails, floored, larger, only_where, smaller
from compute_cost.physics.formats import is_unpacked, multiplied_in
from compute_cost.physics.model_memory import usable_memory
from compute_cost.physics.served_model import EACH_TOKEN, ON_CHIPS, Served
from compute_cost.physics.serving_layout import Layout


class ServingConstants(NamedTuple):
    """The constants of the serving time; each name is a row of core/compute_cost/data/inference.csv, which says what it means."""

    bandwidth: float
    core_work: float
    matrix_efficiency: float
    matrix_efficiency_amd: float
    matrix_efficiency_mixture: float
    matrix_halving: float
    matrix_unpacking: float
    expert_half_width: float
    expert_skew: float
    narrow_width: float
    attention_efficiency: float
    layer_seconds: float
    layer_share_card: float
    mixture_layer_seconds: float
    mixture_full_seconds: float
    mixture_half_tokens: float
    sequence_seconds: float
    request_seconds: float
    exchange_seconds: float
    exchange_traffic: float
    pipeline_efficiency: float
    output_held: float
    most_sequences: float


READ_AT_ONCE = 512  # tokens of an input for which engines at home fetch the weights once (llama.cpp's default)

LEVELS = ("vendor-tuned", "tuned", "default")


USUAL_LEVEL = "tuned"


@catalogue.kept()
def serving_constants(level: str = USUAL_LEVEL) -> ServingConstants:
    """The constants at a level of tuning: a row with the level behind its name comes before that of the name alone."""
    return ServingConstants(*(at_level(name, level) for name in ServingConstants._fields))


def at_level(name: str, level: str) -> float:
    """The constant of that name for a level of tuning."""
    table = catalogue.serving_coefficients()
    return (table.get(f"{name}_{level.replace('-', '_')}") or table[name]).value


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
    overhead: float  # time per layer
    host: float  # time per sequence
    ram: float  # what is in the machine's own memory
    prefill: float  # the chips' time for one request's input alongside others
    prefill_exchange: float  # the part of it that goes over the links
    first_token: float  # the wait of a request that starts at once
    sets: float  # what all the chips do at the same time, in units of what one set does
    own_prefill: float  # 1 where a request's own prefill counts in the rate, 0 where the rate starts with its first token

    @property
    def per_token(self) -> float:
        """Seconds between two tokens of one stream, the other requests' prefills included."""
        waiting = self.step + self.prefill * larger(0.0, self.at_once - 1) / self.output_tokens
        return waiting * self.batch / (self.at_once * self.sets)

    @property
    def tokens_per_second(self) -> float:
        reading = self.prefill * (larger(0.0, self.at_once - 1) + self.own_prefill) / self.output_tokens
        return self.at_once / (self.step + reading) * self.sets

    @property
    def first_token_under_load(self) -> float:
        """The wait of a request that comes at random while the batch is served: for the rest of a decoding step, for the prefills
        that came before it (one server, random arrivals, equal service: Pollaczek and Khinchine), and its own, which runs in a step
        in which the others' next tokens are made too."""
        others = 1 - 1 / larger(1.0, self.at_once)
        busy = self.input_share * others
        return self.first_token + self.step * 1.5 * others + busy / (2 * (1 - busy)) * self.prefill

    @property
    def last_first_token(self) -> float:
        """The wait of the last request where all that are served at once start together: behind the inputs of its copy's others.

        The slowest percent of benchmarks that start a number of requests and keep it going wait about as long where inputs are long,
        and longer where they are short: docs/accuracy.md has by how much.
        """
        others = 1 - 1 / larger(1.0, self.at_once)
        return self.first_token + self.step * 1.5 * others + self.prefill * larger(0.0, self.at_once - 1)

    @property
    def input_tokens_per_second(self) -> float:
        """Of a single request the speed at which its input is read; of more, the input that comes with their output.

        More than the chips read when they do nothing else can't come: at few requests the rate leaves out a request's own
        prefill, as each stream counts from its first token on.
        """
        if not self.own_prefill:
            return self.input_tokens / self.first_token
        reading = self.input_tokens / self.prefill * self.sets
        return min(self.tokens_per_second * self.input_tokens / self.output_tokens, reading)

    @property
    def input_share(self) -> float:
        """Share of the chips' time that goes into reading the input; the rest goes into output tokens."""
        reading = self.prefill * self.at_once / self.output_tokens
        return reading / (reading + self.step)

    @property
    def limit(self) -> str:
        """What takes most of a request's time: memory bandwidth, compute, the links, time per layer, or the host."""
        prefills = self.at_once / self.output_tokens  # for each decoding step
        times = {
            "memory bandwidth": self.cache + self.weights,
            "compute": (self.prefill - self.prefill_exchange) * prefills + self.arithmetic,
            "links": self.exchange + self.prefill_exchange * prefills,
            "time per layer": self.overhead,
            "host": self.host,
            "memory of the machine": self.ram,
        }
        return max(times, key=lambda name: times[name])


class OfSet(NamedTuple):
    """What one set of chips takes, whatever the number of sets and of requests: seconds, and bytes on one of its chips."""

    held: float  # bytes of the weights
    ways: float  # chips that the cache of a request is split over
    request: float  # bytes of the cache of one request; what keeps nothing of its tokens is limited by the cap alone
    most: float  # sequences that an engine takes where no batch is given
    weights: float  # seconds to read them, of a mixture for each byte
    arithmetic: float  # for each sequence
    scores: float  # for each sequence, of attention
    traffic: float  # for each sequence
    all_reduces: float
    prefill: float
    prefill_exchange: float
    first_token: float


class Pace(NamedTuple):
    """What the times of a layout follow from, whatever the batch."""

    basis: Basis
    of_set: OfSet
    layout: Layout
    room: float  # sequences that a copy's memory holds

    def at(self, batch: float | None, own_prefill: float = 1.0) -> ServingTime:
        """The times for `batch` requests at once over all copies; None: as many as fit. See own_prefill_of."""
        basis, layout = self.basis, self.layout
        work, c = basis.work, basis.constants
        _, ways, _, most, weights, arithmetic, scores, traffic, all_reduces, prefill, prefill_exchange, first_token = self.of_set
        copies, stages, together, spread = layout
        room = copies * only_where(self.room >= 1, self.room)
        count = smaller(most * copies if batch is None else batch, room)
        # Fewer requests than copies keep only as many busy. Taking turns, each set has some layers and works on a share of them.
        busy = smaller(copies, count) if copies > 1 else 1.0
        of_copy = count / busy
        taking_turns = larger(1.0, smaller(stages, of_copy)) if stages > 1 else 1.0
        at_once = of_copy / taking_turns
        verified = at_once * work.verified
        if work.mixture:
            weights = read_by_chip(work, layout, verified, c.expert_skew) * weights
        arithmetic = verified * arithmetic
        cache = at_once * larger(basis.cache / (smaller(together, at_once) if spread else ways), scores * work.verified)
        exchange = verified * traffic + all_reduces
        overhead = basis.layers + (basis.routing * verified / (verified + basis.half_batch) if work.mixture else 0.0)
        host = at_once * c.sequence_seconds
        ram = 0.0 if work.offload is ON_CHIPS else work.ram_seconds(verified, c.expert_skew)
        if work.passes is not EACH_TOKEN:  # of a pass, of which an output token is a part
            share = work.passes
            weights, arithmetic, cache, exchange = weights * share, arithmetic * share, cache * share, exchange * share
            overhead, host, ram = overhead * share, host * share, ram * share
        return ServingTime(
            count, at_once, room, basis.input_tokens, basis.output_tokens,
            weights + arithmetic + cache + exchange + overhead + host + ram,
            weights, arithmetic, cache, exchange, overhead, host, ram, prefill, prefill_exchange, first_token,
            busy * (1 + (taking_turns - 1) * c.pipeline_efficiency), own_prefill,
        )  # fmt: skip


def serving_time(
    work: Served,
    gpu: Accelerator,
    layout: Layout,
    input_tokens: float,
    output_tokens: float,
    batch: float | None = None,
    constants: ServingConstants | None = None,
) -> ServingTime:
    """Times for `batch` requests at once over all copies, each of so many input and output tokens; None: as many as fit.

    Raises DoesNotFit where a copy's weights and one request exceed the memory, with the number of chips needed.
    """
    basis = basis_of(work, gpu, usable_memory(gpu), input_tokens, output_tokens, constants or serving_constants())
    pace = basis.pace(layout)
    if fails(pace.room >= 1):
        raise does_not_fit(work, gpu, layout.used, input_tokens, output_tokens)
    return pace.at(batch, own_prefill_of(batch))


def own_prefill_of(batch: float | None) -> float:
    """Whether a request's own prefill counts in the rate of so many as were asked for: 0 for a single stream, measured from its first
    token on. Servers that take one request at a time to keep a speed still read each input before they answer."""
    return 0.0 if isinstance(batch, (int, float)) and batch == 1 else 1.0


class Copy(NamedTuple):
    """The times of one copy of a layout, and its rate [tokens/s], which many layouts have in common."""

    time: ServingTime
    rate: float

    def times(self, copies: float) -> ServingTime:
        """The times of so many."""
        batch, at_once, room, *same, sets, own_prefill = self.time
        return ServingTime._make((batch * copies, at_once, room * copies, *same, sets * copies, own_prefill))


_UNKNOWN = Copy(ServingTime(*[0.0] * len(ServingTime._fields)), 0.0)  # None is one that does not hold the model


class Basis(NamedTuple):
    """What the paces of all layouts have in common: the model, the chip and the requests, whatever shares them."""

    work: Served
    constants: ServingConstants
    links: Links
    input_tokens: float
    output_tokens: float
    usable: float  # bytes of one chip
    request: float  # bytes of the cache of one request
    peak16: float  # of one chip [FLOP/s]
    speed: float  # of one chip in matrix products [FLOP/s]
    weights: float  # seconds for each byte on a chip
    token: float  # FLOP of a token in matrix products
    cache: float  # seconds for each sequence, read by one chip
    scores: float  # FLOP for each sequence, of attention
    read_tokens: float  # of the input, those that are not read from the cache
    input_scores: float  # FLOP of attention over the input
    fetching: float  # seconds to fetch weights for the input
    layers: float  # seconds
    routing: float  # seconds of the experts, with many tokens for each
    half_batch: float  # at which it is half of that
    # Each is worked out when first asked for: by the chips of a set and whether experts are spread; by a copy's stages and these.
    sets: dict[tuple[float, bool], OfSet]
    copies: dict[tuple[float, float, bool], Copy | None]

    def of_set(self, layout: Layout) -> OfSet:
        """What a set of the layout takes: many layouts have the same sets."""
        key = layout.together, layout.spread
        known = self.sets.get(key)
        if known is None:
            known = self.sets[key] = self._of_set(layout)
        return known

    def pace(self, layout: Layout) -> Pace:
        """The pace of a layout; where the memory left by the weights has room for less than one request, it does not hold the model."""
        of_set = self.of_set(layout)
        room = floored((layout.stages * self.usable - of_set.held) / of_set.request)
        return Pace(self, of_set, layout, larger(0.0, room))

    def copy(self, layout: Layout) -> Copy | None:
        """One copy of a layout that serves as many requests at once as fit; None where it does not hold the model."""
        key = layout[1:]
        copy = self.copies.get(key, _UNKNOWN)
        if copy is _UNKNOWN:
            pace = self.pace(Layout(1.0, *key))
            time = pace.at(None) if pace.room >= 1 else None
            copy = self.copies[key] = Copy(time, time.tokens_per_second) if time else None
        return copy

    def _of_set(self, layout: Layout) -> OfSet:
        work, c, chips = self.work, self.constants, layout.together
        speed = chips * self.speed * (1.0 if layout.spread else narrow_share(work, chips, c))
        attention_speed = chips * self.peak16 * c.attention_efficiency
        traffic = exchange_seconds(work, self.links, layout, c)
        squared = self.input_scores / attention_speed
        moved = self.read_tokens * traffic + self.fetching
        prefill = self.token * self.read_tokens / speed + squared + moved + c.request_seconds
        # With the experts spread one request's attention is the work of one chip.
        alone = (chips - 1) * (2 * work.dense_active * self.read_tokens / speed + squared) if layout.spread else 0.0
        read = read_by_chip(work, layout, self.read_tokens, c.expert_skew) * self.weights
        ways = cache_ways(work, layout)
        return OfSet(
            held_by_chip(work, layout), ways,
            larger(self.request / ways, 1.0),
            c.most_sequences * (chips if layout.spread else 1.0),
            self.weights if work.mixture else read,
            self.token / speed, self.scores / attention_speed, traffic,
            2 * work.layers * c.exchange_seconds if chips > 1 else 0.0,
            prefill, moved,
            larger(prefill + alone, read) + self.layers,
        )  # fmt: skip


def basis_of(work: Served, gpu: Accelerator, usable: float, input_tokens: float, output_tokens: float, c: ServingConstants) -> Basis:
    """What a model, chips with so many usable bytes each and requests of so many tokens mean for every layout."""
    bandwidth = gpu.memory_bandwidth * 1e9 * c.bandwidth
    held = input_tokens + output_tokens / 2
    # Summed over the input a token sees half of it, but of a window all that lies within.
    there = work.cached * input_tokens  # what is read before is not read again, but attended to
    new = input_tokens - there
    pairs = work.seen(input_tokens, 2) * input_tokens - work.seen(there, 2) * there
    return Basis(
        work, c, links(gpu, step_constants()), input_tokens, output_tokens, usable,
        request=request_bytes(work, input_tokens, output_tokens, c),
        peak16=gpu.peak16,
        speed=compute_speed(work, gpu, c),
        weights=1 / bandwidth + core_seconds(gpu, c),
        token=2 * multiplied(work, c),
        cache=work.cache_at(held) / bandwidth,
        scores=4 * work.score_width * work.seen(held),
        read_tokens=new,
        input_scores=2 * work.attention_width * pairs,
        fetching=fetching_seconds(work, gpu, new),
        layers=work.layers * (layer_seconds(gpu, c) + (c.mixture_layer_seconds if work.mixture else 0.0)),
        routing=work.layers * c.mixture_full_seconds if work.mixture else 0.0,
        half_batch=c.mixture_half_tokens / work.touched_by_one,
        sets={},
        copies={},
    )  # fmt: skip


def layer_seconds(gpu: Accelerator, c: ServingConstants) -> float:
    """Seconds per layer to start its kernels. On a card at home one program does it whose kernels are fused and recorded."""
    return c.layer_seconds * (1.0 if gpu.market == "datacenter" or gpu.link == UNIFIED else c.layer_share_card)


def fetching_seconds(work: Served, gpu: Accelerator, tokens: float) -> float:
    """Seconds to bring what the machine's memory holds of the weights to the accelerators, once for each chunk of an input."""
    if work.offload is ON_CHIPS:
        return 0.0
    return work.offload.moved * larger(1.0, tokens / READ_AT_ONCE) / (step_constants().pcie_bandwidth / 2 * 1e9)


def held_by_chip(work: Served, layout: Layout) -> float:
    """Bytes of a set's weights on one of its chips: where experts are spread, all else is whole on each."""
    dense = work.dense_bytes / (1.0 if layout.spread else layout.together)
    return dense + work.expert_bytes / layout.together if work.mixture else dense


def read_by_chip(work: Served, layout: Layout, tokens: float, skew: float) -> float:
    """Bytes of the weights that one chip of a set reads in a step with so many tokens."""
    dense = (work.dense_bytes - work.unread_bytes) / (1.0 if layout.spread else layout.together)
    return dense + work.expert_bytes * work.touched_experts(tokens, skew) / layout.together if work.mixture else dense


def cache_ways(work: Served, layout: Layout) -> float:
    """Over how many chips of a set its requests' cache is split: keys and values no further than there are KV heads."""
    return layout.together if layout.spread else smaller(layout.together, work.kv_parts)


def narrow_share(work: Served, chips: float, c: ServingConstants) -> float:
    """What matrix products keep of their speed where each chip has only a slice of every matrix."""
    return (work.hidden + c.narrow_width) / (work.hidden + c.narrow_width * chips)


def core_seconds(gpu: Accelerator, c: ServingConstants) -> float:
    """Seconds that the ordinary cores of a chip take for each byte of weights; matrix engines read it directly."""
    if not gpu.fp32 or gpu.vendor not in ("NVIDIA", "AMD", "Apple"):
        return 0.0
    return c.core_work / (gpu.fp32 * 1e12)


def compute_speed(work: Served, gpu: Accelerator, c: ServingConstants) -> float:
    """FLOP/s of one chip in matrix products: less of the peak for narrower formats and unpacked weights."""
    _, peak = multiplied_in(gpu, work.precision)
    half = gpu.peak16
    reached = c.matrix_efficiency * (c.matrix_efficiency_amd if gpu.vendor == "AMD" else 1.0)
    if work.mixture:  # the busiest experts set the pace of all
        reached *= c.matrix_efficiency_mixture
    if peak > half:
        reached *= c.matrix_halving ** math.log2(peak / half)
    if is_unpacked(gpu, work.precision):
        reached *= c.matrix_unpacking
    return peak * reached


def multiplied(work: Served, c: ServingConstants) -> float:
    """Active parameters of a token as matrix products take them: those of narrow experts count for more, as they run slower."""
    if not work.mixture:
        return work.active
    return work.dense_active + (work.active - work.dense_active) * (1 + c.expert_half_width / work.expert_width)


def exchange_seconds(work: Served, line: Links, layout: Layout, c: ServingConstants) -> float:
    """Seconds that a token's activations take over the links of a set.

    Tensor parallel: two all-reduces a layer of 16-bit activations. Experts spread: each chip sends its own tokens to the
    chips of their experts in 8 bits, and gets 16 bits back; what leaves a server goes over its network.
    """
    chips = layout.together
    if chips <= 1:
        return 0.0
    if not layout.spread:
        return c.exchange_traffic * 2 * work.layers * 2 * work.hidden * 2 * (chips - 1) / chips / line.inside
    sent = work.layers * work.hidden * 3 * smaller(work.experts_per_token, chips) / chips
    outside = max(0.0, chips - line.domain) / chips
    inside = 1 - 1 / chips - outside
    return c.exchange_traffic * sent * (inside / line.inside + outside / line.between)


def request_bytes(work: Served, input_tokens: float, output_tokens: float, c: ServingConstants) -> float:
    """Bytes of the cache of one request; output counts by the share of it that is held on average."""
    return work.cache_at(input_tokens + c.output_held * output_tokens)


def fewest_to_serve(work: Served, usable: float, input_tokens: float, output_tokens: float, c: ServingConstants | None = None) -> int:
    """The smallest number of chips of so many usable bytes that holds the weights and one request."""
    needed = work.weight_bytes + request_bytes(work, input_tokens, output_tokens, c or serving_constants())
    return max(1, math.ceil(needed / usable))


def does_not_fit(
    work: Served, gpu: Accelerator, gpus: float, input_tokens: float, output_tokens: float, needed: float | None = None
) -> DoesNotFit:
    """The error that so many chips do not hold the model and one request, with the number that does: `needed` where it is known."""
    usable = usable_memory(gpu)
    needed = needed or fewest_to_serve(work, usable, input_tokens, output_tokens)
    remedy = (
        f"weights of {work.weight_bytes / 1e9:,.1f} GB and the KV cache of one request need the memory of at least {needed:,.0f} "
        f"{gpu.name} ({usable / 1e9:,.1f} GB usable on each); set gpus to {needed:,.0f} or more, or give a narrower precision"
    )
    return DoesNotFit("gpus", int(gpus), remedy)
