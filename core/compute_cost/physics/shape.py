"""The usual shape of a transformer, for what the catalogue does not say: layers, width, keys and values, experts.

A transformer of N parameters has about N = 12 layers x width^2, at the usual ratio of width to layers (assumption
width_per_layer). What its cache keeps follows the spread of open models by their size (assumption usual_cache_width).
Valid for decoders of 0.1 to 1,000 billion parameters; layers and width of a mixture of experts follow from its active
parameters.
"""

from __future__ import annotations

import math
from typing import NamedTuple, Protocol

from compute_cost.catalogue.records import Model
from compute_cost.inputs import assumed
from compute_cost.physics.elementwise import larger, rounded, smaller

USUAL_KV_HEADS = 8.0  # of grouped-query attention


class UsualShape(NamedTuple):
    """Layers and width of a usual transformer; whole numbers are left to the caller."""

    layers: float
    hidden: float


def usual(active: float) -> UsualShape:
    """The usual shape of a model with so many active parameters: width = (N x width per layer / 12)^(1/3)."""
    ratio = assumed("width_per_layer")
    hidden: float = (active * ratio / 12) ** (1 / 3)  # and not math.cbrt, so that arrays of sizes work too
    return UsualShape(hidden / ratio, hidden)


def kv_width(model: Model, layers: float, hidden: float) -> float:
    """Keys and values of one token and layer together: the model's own, or its layers' part of what is usual for its size."""
    if model.kv_width:
        return model.kv_width
    if model.kv_heads and model.head_dim:
        return 2 * model.kv_heads * model.head_dim
    kept = assumed("usual_cache_width") * (model.params / 1e9) ** assumed("usual_cache_growth")
    return smaller(kept / layers, 2 * hidden)


def kv_parts(model: Model) -> float:
    """How many chips a token's keys and values can be split over; the latent vector of multi-head latent attention is whole on each."""
    return 1.0 if model.attention == "mla" else model.kv_heads or USUAL_KV_HEADS


def head_params(model: Model) -> float:
    """Parameters of the embedding and the output head: the model's own, or what is usual for its size."""
    if not model.in_tokens:
        return 0.0
    if model.vocab and model.hidden:
        return min(model.vocab * model.hidden * (1 if model.tied_embeddings else 2), model.params)
    return smaller(assumed("usual_head_params") * (model.params / 1e9) ** assumed("usual_head_growth"), model.params)


def is_mixture(model: Model, active: float) -> bool:
    """Whether a token uses a part of the weights.

    Only the numbers tell of an unnamed model; a named one may have idle weights, such as embedding tables, without experts.
    """
    return model.kind == "moe" or (not model.id and model.params > 1.3 * active)


class Cache(NamedTuple):
    """What a model keeps of a sequence, over all its layers: elements in the cache's format, 8-bit keys of an index, and a state."""

    growing: float  # elements for every token
    windowed: float  # elements for each of the last tokens, as many as the window has
    window: float  # [tokens]
    index_keys: float  # 8-bit elements for every token
    state: float = 0.0  # of recurrent layers, whatever the context [bytes]

    def bytes_of(self, tokens: float, bits: float) -> float:
        """Bytes of one sequence of so many tokens, with so many bits an element, besides the state."""
        elements = self.growing * tokens + self.windowed * smaller(tokens, self.window)
        return elements * bits / 8 + self.index_keys * tokens


def cache_of(model: Model, layers: float, hidden: float, width: float | None = None) -> Cache:
    """What a model with so many layers of such a width keeps of a sequence. An encoder reads its text once and keeps nothing.

    `width` is that of its keys and values, where the caller has worked it out.

    Layers with a window keep no more than the window; recurrent ones (Mamba, linear attention) a state of constant size, which
    engines hold in recurrent_state_bits whatever the cache's format; a decoder that reads from an encoder keeps the encoder's tokens
    in each of its own layers.
    """
    if model.kind == "encoder":
        return Cache(0.0, 0.0, 0.0, 0.0)
    grows, windowed = caching_layers(model, layers)
    width = kv_width(model, layers, hidden) if width is None else width
    kept = state_width(model, layers - grows - windowed, hidden)
    state = kept * assumed("recurrent_state_bits") / 8 if kept else 0.0
    return Cache(grows * (model.global_kv_width or width), windowed * width, model.window or 0.0, grows * (model.index_width or 0.0), state)


def state_width(model: Model, recurrent: float, hidden: float) -> float:
    """Elements of the state of its recurrent layers: the model's own, or what so many such layers of that width usually keep."""
    if model.state_width is not None:
        return model.state_width
    return recurrent * hidden * assumed("usual_state_width") if keeps_unknown_state(model) else 0.0


def keeps_unknown_state(model: Model) -> bool:
    """Whether some of its layers see neither all tokens nor a window of them, and what they keep instead is not known."""
    if model.state_width is not None or model.global_layers is None or model.kind not in ("dense", "moe") or not model.layers:
        return False
    return sum(caching_layers(model, model.layers)) < model.layers


def caching_layers(model: Model, layers: float) -> tuple[float, float]:
    """How many of its layers keep all tokens, and how many a window of them; the others are recurrent, or an encoder's.

    Of a hybrid of which that is not known, the share is that of most others.
    """
    if model.global_layers is not None:
        grows = model.global_layers
    else:
        grows = layers * (assumed("hybrid_full_share") if model.attention == "hybrid" else 1.0)
    if not model.window:
        return grows, 0.0
    return grows, layers - grows if model.window_layers is None else model.window_layers


class Shape(NamedTuple):
    """What the cache, the activations and the adapters are worked out from. `known` says whether the catalogue has it."""

    layers: float
    hidden: float
    query_width: float
    kv_width: float  # keys and values of one token and layer together
    kv_parts: float  # how many chips a token's keys and values can be split over
    cache: Cache
    heads: float | None
    ffn: float  # width that one token passes in a layer's feed-forward part
    ffn_matrices: float
    vocab: float
    known: bool
    head_share: float = 0.0  # of the weights that are embedding and output head, which stand before and behind the layers


def shape_of(model: Model) -> Shape:
    """The model's shape; what is missing is filled in from a usual transformer, N = 12 layers x width^2, with grouped-query attention."""
    layers, hidden = model.layers, model.hidden
    if not (layers and hidden):
        standard = usual(model.active)
        layers, hidden = layers or larger(1.0, rounded(standard.layers)), hidden or standard.hidden
    width = kv_width(model, layers, hidden)
    known = bool(model.layers and (model.kv_width or model.kv_heads or model.global_layers == 0))
    return Shape(
        layers, hidden, model.attention_width or hidden, width, kv_parts(model), cache_of(model, layers, hidden, width), model.heads,
        (model.ffn or 4 * hidden) * (model.experts_per_token or 1.0), 3.0 if model.gated_ffn else 2.0, model.vocab or 0.0, known,
        head_params(model) / model.params if model.vocab else 0.0,
    )  # fmt: skip


class Heads(Protocol):
    """What has attention heads."""

    @property
    def heads(self) -> float | None: ...
    @property
    def kv_parts(self) -> float: ...


def splits_evenly(shape: Heads, chips: float) -> bool:
    """Whether tensor parallelism can share a layer among so many chips: each takes the same number of attention heads, and
    whole KV heads or a copy of one. Where the heads are unknown, powers of two can."""
    if not shape.heads:
        return math.log2(chips).is_integer()
    return shape.heads % chips == 0 and (shape.kv_parts % chips == 0 or chips % shape.kv_parts == 0)


def largest_split(shape: Shape, most: float) -> float:
    """The largest number of chips up to `most` that tensor parallelism can share a layer among."""
    if not shape.heads:
        return float(2 ** int(math.log2(most)))
    return next(float(split) for split in range(int(min(most, shape.heads)), 0, -1) if splits_evenly(shape, split))
