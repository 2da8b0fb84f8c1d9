"""How much arithmetic it takes to run a model."""

from __future__ import annotations

from typing import Annotated

from compute_cost.errors import NoData
from compute_cost.parameters import Params, Quantity
from compute_cost.physics.compute import ENCODER_DECODER_SHARE, attention_per_token, trace_model
from compute_cost.registry import estimate
from compute_cost.result import Result, Trace

InferTokens = Annotated[float | None, Quantity("Tokens processed; one if left out.", "tokens", low=1, high=1e18, example='1 or "1M"')]
TokensInContext = Annotated[
    float | None,
    Quantity("Tokens already in the context that each token attends to.", "tokens", low=1, high=1e9, whole=True, example="4096"),
]


@estimate("FLOP")
def infer_flops(params: Params, tokens: InferTokens = None, context: TokensInContext = None) -> Result:
    """Arithmetic to run a language model, in floating-point operations (for one token unless told).

    flop [FLOP] = (2 x active parameters + 4 x layers x attention width x context) x tokens

    One multiplication and one addition per weight and token (Kaplan et al. 2020, arXiv 2001.08361,
    section 2.1). The attention term is a third of the training term and is counted where `context` is given.
    Valid for transformers of any size.

    Raises InputError for a value out of bounds, UnknownName for a model that is not in the catalogue,
    NoData for image models.
    """
    if params.kind == "diffusion":
        raise NoData(f"params: {params.name} is an image model; its work is not counted in tokens")
    count = tokens or 1.0
    share = ENCODER_DECODER_SHARE if params.kind == "encoder-decoder" else 1.0
    weights = 2 * params.active * share
    attention = attention_per_token(params, params.active, context) / 3 if context else 0.0
    flop = (weights + attention) * count

    def trace(trace: Trace) -> None:
        trace_model(trace, params)
        trace.input("tokens", count, "tokens", "assumed" if tokens is None else "given")
        trace.step("Compute per token, weights", "2 x active parameters", weights, "FLOP", "kaplan-2020")
        if context:
            trace.input("context", context, "tokens", "given")
            trace.step("Compute per token, attention", "4 x layers x attention width x context", attention, "FLOP", "palm-paper")
        trace.step("Inference compute", "compute per token x tokens", flop, "FLOP")

    return Result(flop, "FLOP", trace, name="flop")
