"""What is served: the bytes of weights and KV cache that a model takes in its formats."""

from __future__ import annotations

from typing import NamedTuple

from compute_cost.catalogue.records import Model
from compute_cost.inputs import assumed
from compute_cost.physics import shape
from compute_cost.physics.elementwise import larger, logarithm, smaller
from compute_cost.physics.formats import bits_of, format_of
from compute_cost.physics.model_memory import CACHE, weight_bytes

EXPERTS_PER_TOKEN = 8.0  # of a usual mixture, where the catalogue does not say
EXPERT_WIDTH = 2048.0  # the same


class Offload(NamedTuple):
    """What of the weights is in the machine's own memory, read and multiplied there."""

    experts: float = 0.0  # bytes of the routed experts
    rest: float = 0.0  # bytes of all else
    speed: float = 1.0  # at which the machine's processor works through them [byte/s]

    @property
    def moved(self) -> float:
        """Bytes that are not on the accelerators."""
        return self.experts + self.rest


ON_CHIPS = Offload()
EACH_TOKEN = 1.0


class Served(NamedTuple):
    """What is served: sizes of the model [parameters], its shape, and the bytes of weights and KV cache."""

    name: str
    params: float
    active: float
    experts_params: float  # weights of all routed experts
    touched_by_one: float  # share of them that one token uses
    rarity: float  # -ln(1 - that)
    layers: float
    hidden: float
    attention_width: float
    score_width: float  # as attention width, but over the latent where a step reads the cache compressed
    weight_bytes: float
    expert_bytes: float  # of them, those of the routed experts
    unread_bytes: float  # of them, those of an embedding table of its own, of which a step reads a few rows
    cache: shape.Cache
    cache_bits: float  # of one key or value
    full_layers: float  # those that attend to all tokens
    window_layers: float
    heads: float | None
    kv_parts: float  # how many chips the keys and values of a token can be split over
    experts: float | None
    experts_per_token: float
    expert_width: float  # inside the feed-forward part of one expert [elements]
    mixture: bool
    precision: str
    kv_precision: str
    cached: float = 0.0  # share of every input whose keys and values are there already
    verified: float = 1.0  # tokens of each sequence that a decoding pass works on: the next one and those that were proposed
    passes: float = EACH_TOKEN  # decoding passes, with what proposing costs, for each output token
    offload: Offload = ON_CHIPS  # the bytes above are without it

    def cache_at(self, context: float) -> float:
        """Bytes of one sequence's KV cache."""
        return self.cache.bytes_of(context, self.cache_bits) + self.cache.state

    def seen(self, tokens: float, window: float = 1.0) -> float:
        """Of the last token of so many, the earlier ones that it attends to, summed over the layers; `window` in windows."""
        return self.full_layers * tokens + self.window_layers * smaller(tokens, window * self.cache.window)

    @property
    def dense_bytes(self) -> float:
        """Bytes of the weights that are no expert's."""
        return self.weight_bytes - self.expert_bytes

    @property
    def dense_active(self) -> float:
        """Active parameters that are no expert's."""
        return larger(0.0, self.active - self.experts_params * self.touched_by_one)

    def ram_seconds(self, tokens: float, skew: float) -> float:
        """Seconds of the machine's processor for its part of the weights, in a pass with so many tokens."""
        return (self.offload.rest + self.offload.experts * self.touched_experts(tokens, skew)) / self.offload.speed

    def touched_experts(self, tokens: float, skew: float) -> float:
        """Share of the routed experts that `tokens` tokens of one step use: one is read if any of them is routed to it.

        share = 1 - (1 - a) x (1 - skew x ln(1 - a) x (tokens - 1))^(-1 / skew), of one token a

        Some experts are chosen more often than others, so further tokens touch fewer new ones: their chances are spread as a gamma
        distribution whose variance is `skew` times the square of its mean. As skew goes to 0 it is 1 - (1 - a)^tokens.
        """
        if not self.mixture:
            return 0.0
        missed_by_others: float = (1 + skew * self.rarity * (tokens - 1)) ** (-1 / skew)
        return 1 - (1 - self.touched_by_one) * missed_by_others


def served(model: Model, active: float, precision: str, kv_precision: str = CACHE) -> Served:
    """The workload of a model at a precision; a shape that is not published is the usual one of its size."""
    weights = served_format(model, precision)
    mixture = shape.is_mixture(model, active)
    share = model.experts_per_token / model.experts if model.experts and model.experts_per_token else active / model.params
    experts = min(model.params, (model.params - active) / (1 - share)) if mixture and share < 1 else 0.0
    hidden = model.hidden or shape.usual(active).hidden
    layers = model.layers or larger(2.0, hidden / assumed("width_per_layer"))
    width = shape.kv_width(model, layers, hidden)
    full_layers, window_layers = shape.caching_layers(model, layers)
    held, routed = weight_bytes(model, weights), experts * bits_of(weights) / 8 if mixture else 0.0
    return Served(
        model.name, model.params, active, experts, share, -logarithm(larger(1e-9, 1 - share)), layers, hidden,
        model.attention_width or hidden,
        (model.heads or 0) * width if model.attention == "mla" else model.attention_width or hidden,
        held, routed, smaller(_unread(model, weights), held - routed),
        shape.cache_of(model, layers, hidden, width), bits_of(kv_precision), full_layers, window_layers, model.heads, shape.kv_parts(model),
        model.experts, model.experts_per_token or EXPERTS_PER_TOKEN, model.ffn or EXPERT_WIDTH, mixture, weights, kv_precision,
    )  # fmt: skip


def _unread(model: Model, precision: str) -> float:
    """Bytes of the embedding table where the output head has one of its own."""
    bits = format_of(precision).head_bits or bits_of(precision)
    return 0.0 if model.tied_embeddings else shape.head_params(model) / 2 * bits / 8


def served_format(model: Model, precision: str | None) -> str:
    """The format of the weights: 16 bits unless told or released otherwise; 4-bit released weights are not made wider."""
    if precision is None or model.released_precision == "mxfp4":
        return model.released_precision or "bf16"
    return precision
