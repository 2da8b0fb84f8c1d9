"""What a model holds in memory, part by part: weights, cache and activations, and the states of training and fine-tuning.

Everything here is in bytes, with the model's own shape where the catalogue has it and a usual shape where not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import InputError
from compute_cost.inputs import assumed, warn
from compute_cost.physics.bisection import last
from compute_cost.physics.chips import UNIFIED, reported_memory
from compute_cost.physics.elementwise import larger, smaller
from compute_cost.physics.formats import bits_of, format_of, nominal_bits
from compute_cost.physics.shape import Shape, head_params, largest_split, shape_of

FROZEN = ("lora", "qlora")  # the base model is held, but not trained
SINGLE = ("fp32", "tf32")
CACHE = "bf16"  # what engines keep a cache in unless told otherwise; a 16-bit format as any other
CONTEXT_SPLIT = 8.0  # servers that share one sequence at most, each a part of its tokens
SMALL_UNIFIED = 36  # GB of unified memory up to which a Mac gives its GPU two thirds, and not three quarters


def usable_memory(gpu: Accelerator) -> float:
    """Bytes of one chip's memory that a model may take: a share of what its driver reports."""
    return reported_memory(gpu) * assumed(usable_share(gpu))


USABLE_SHARES = ("memory_share", "card_memory_share", "unified_memory_share", "unified_memory_share_small")


def usable_share(gpu: Accelerator) -> str:
    """The assumption that says which share of the memory that a chip's driver reports a model may take."""
    if gpu.link == UNIFIED and not gpu.memory_reported:
        return "unified_memory_share" if gpu.memory > SMALL_UNIFIED else "unified_memory_share_small"
    return "memory_share" if gpu.market == "datacenter" else "card_memory_share"


PARTS = ("weights", "gradients", "optimizer_states", "adapters", "kv_cache", "recurrent_state", "activations", "overhead")


class Footprint(NamedTuple):
    """Bytes by part, of which PARTS add up. `activations_kept` is what activations would take without recomputation."""

    weights: float
    gradients: float = 0.0
    optimizer_states: float = 0.0
    adapters: float = 0.0
    kv_cache: float = 0.0
    activations: float = 0.0
    activations_kept: float = 0.0
    overhead: float = 0.0
    recurrent_state: float = 0.0
    active_share: float = 1.0  # of the parameters, that one token passes through

    @property
    def states(self) -> float:
        """What can be sharded in training: weights, gradients, optimizer states and adapters."""
        return self.weights + self.gradients + self.optimizer_states + self.adapters

    @property
    def total(self) -> float:
        return self.states + self.kv_cache + self.recurrent_state + self.activations + self.overhead


def warn_beyond_context(model: Model, tokens: float) -> None:
    """A longer request than the model is made for is worked out all the same, as some people stretch it."""
    if model.max_context and tokens > model.max_context:
        warn(f"{model.name} is made for {model.max_context:,.0f} tokens, and {tokens:,.0f} are asked for")


def weight_bytes(model: Model, precision: str) -> float:
    """Bytes of the weights: a narrow format covers the matrices, and keeps embedding and output head in more bits."""
    kept = format_of(precision).head_bits
    if not kept:
        return model.params * bits_of(precision) / 8
    head = head_params(model)
    return ((model.params - head) * bits_of(precision) + head * kept) / 8


def kv_cache_bytes(shape: Shape, context: float, batch: float, kv_precision: str) -> float:
    """Bytes of the keys and values of so many sequences."""
    return shape.cache.bytes_of(context, bits_of(kv_precision)) * batch


def inference_activations(shape: Shape, context: float, batch: float) -> float:
    """Bytes of one layer's working values for the tokens read at once, in 16 bits, and of the next tokens' 32-bit scores."""
    tokens = smaller(context * batch, assumed("prefill_chunk"))
    return tokens * (2 * shape.ffn + 4 * shape.hidden) * 2 + batch * shape.vocab * 4


def image_activations(model: Model, images: float) -> float:
    """Bytes to draw images at once: in proportion to their pixels. What a video takes nobody has measured for the catalogue."""
    if model.kind == "video":
        return 0.0
    side = model.image_side or 512.0
    return images * assumed("activations_per_image") * 1e9 * (side / 512) ** 2


def training_activations(shape: Shape, context: float, batch: float, again: bool) -> float:
    """Bytes for the backward pass: 34 x tokens x width per layer, with recomputation 2 and one layer at a time in full.

    Korthikanti et al. 2022 (arXiv 2205.05198), table 2 on one chip, without the attention scores, which fused
    kernels don't store. The scores over the vocabulary are held once in 32 bits.
    """
    per_layer = context * batch * shape.hidden
    everything = 34 * per_layer * shape.layers
    scores = context * batch * shape.vocab * 4
    return scores + (smaller(2 * per_layer * shape.layers + 34 * per_layer, everything) if again else everything)


def adapter_params(model: Model, shape: Shape, rank: float | None = None) -> float:
    """Parameters of low-rank adapters on every matrix of each layer; of a mixture of experts on its attention alone."""
    attention = 2 * (shape.hidden + shape.query_width) + 2 * (shape.hidden + shape.kv_width / 2)
    feed_forward = 0.0 if model.kind == "moe" else shape.ffn_matrices * (shape.hidden + shape.ffn)
    return assumed("lora_rank", rank, "rank") * shape.layers * (attention + feed_forward)


def kept_precision(model: Model, use: str, precision: str | None) -> str:
    """The format that the weights are kept in: as given or as released, else bf16.

    Training in fp8 or fp4 computes in that format but keeps its weights in 16 bits; QLoRA's base is 4-bit unless a
    format that stores weights in fewer than 16 bits is given. Raises InputError for training in a format that nothing is trained in.
    """
    if use == "training":
        if precision and not format_of(precision).trained_in:
            raise InputError(
                "precision",
                precision,
                f"{format_of(precision).name} is a format of stored weights, not of training; give bf16 or fp8",
            )
        return precision if precision in SINGLE else "bf16"
    if use == "qlora":
        stored = precision and nominal_bits(precision) < 16 and format_of(precision).trained_in != "fp8"
        return precision if precision and stored else "nf4"
    return precision or (model.released_precision if use == "inference" else "") or "bf16"


def footprint(
    model: Model,
    use: str,
    precision: str | None,
    context: float | None,
    batch: float,
    shape: Shape | None = None,
    kv_precision: str | None = None,
    rank: float | None = None,
) -> Footprint:
    """Everything that is held for a use; activations, cache and overhead only where a context is given (or images are drawn).

    The shape is worked out where it matters, unless the caller has done so.
    """
    weights = weight_bytes(model, kept_precision(model, use, precision))
    gradients = optimizer = adapters = cache = state = activations = kept = 0.0
    images = model.draws
    if use == "training":
        single = precision in SINGLE
        gradients = model.params * (4 if single else 2)
        optimizer = model.params * assumed("optimizer_bytes_single" if single else "optimizer_bytes_mixed")
    if images:
        if use == "inference":
            activations = kept = image_activations(model, batch)
    elif context or use in FROZEN:
        shape = shape or shape_of(model)
        if use in FROZEN:
            adapters = adapter_params(model, shape, rank) * assumed("bytes_per_adapter_parameter")
        if context and use == "inference":
            cache, state = kv_cache_bytes(shape, context, batch, kv_precision or CACHE), shape.cache.state * batch
            activations = kept = inference_activations(shape, context, batch)
        elif context:
            activations, kept = (training_activations(shape, context, batch, again) for again in (True, False))
    overhead = assumed("runtime_memory") * 1e9 if context or images else 0.0
    return Footprint(weights, gradients, optimizer, adapters, cache, activations, kept, overhead, state, model.active / model.params)


def sharded_bytes(states: float, gathered: float, chips: float) -> float:
    """Bytes on each of `chips` that share training states and gather a layer of them at a time; one chip gathers nothing."""
    if chips <= 1:
        return states
    each = states / chips + gathered
    return each if each < states else states


def sequence_split(within: float, chips: float, server: float) -> float:
    """Over how many chips one sequence of training is spread: those of a server that share a layer, and several servers."""
    return within * smaller(larger(1.0, chips / server), CONTEXT_SPLIT)


def bytes_per_chip(parts: Footprint, shape: Shape, use: str, chips: float, batch: float) -> float:
    """Bytes on the fullest of `chips`; never more than on fewer chips.

    Inference splits every matrix (each chip its share of the heads) or gives each chip whole layers, whichever holds less;
    training shards all states and gathers a layer at a time (ZeRO stage 3, FSDP), its part of it where the chips of a server share
    the layers, and of a mixture without the experts, which stay where they are; sequences go to different chips and are split over
    eight servers at most.
    """
    if use != "inference":
        server = assumed("largest_server")
        split = largest_split(shape, min(chips, server))
        gathered = (parts.weights + parts.gradients) * parts.active_share / shape.layers / split
        share = max(1 / chips, 1 / (batch * sequence_split(split, chips, server)))
        return sharded_bytes(parts.states, gathered, chips) + parts.activations * share + parts.overhead
    split = largest_split(shape, chips)
    by_tensor = (parts.weights + parts.recurrent_state) / split + parts.kv_cache * max(1 / split, 1 / shape.kv_parts)
    return min(by_tensor, _by_layer(parts, shape, chips)) + parts.activations + parts.overhead


def _by_layer(parts: Footprint, shape: Shape, chips: float) -> float:
    """Bytes on the fullest of `chips` that each hold whole layers in their order: the embedding is with the first of them, the output
    head with the last."""
    held = parts.weights + parts.recurrent_state + parts.kv_cache
    if not 1 < chips <= shape.layers:
        return held / chips
    end = parts.weights * shape.head_share / 2
    layer = (held - 2 * end) / shape.layers
    least = int(shape.layers // chips)
    for most in sorted(count * layer + more for count in range(least, least + 3) for more in (0.0, end)):
        between, outer = int(most / layer * (1 + 1e-12)), int(max(0.0, most - end) / layer * (1 + 1e-12))
        if (chips - 2) * between + 2 * outer >= shape.layers and most >= end:
            return most
    return held / chips + layer + end


def chips_needed(parts: Footprint, shape: Shape, use: str, batch: float, usable: float) -> float | None:
    """The smallest number of chips of which each holds its part in `usable` bytes; None if no number does."""
    return fewest_that_hold(lambda chips: bytes_per_chip(parts, shape, use, chips, batch), usable)


def fewest_that_hold(held: Callable[[int], float], usable: float) -> float | None:
    """The same where `held` says how many bytes each of so many chips holds."""
    high = 1
    while held(high) > usable:
        high *= 2
        if high > 1e9:
            return None
    return float(last(lambda chips: held(chips) > usable, high // 2, high) + 1)
