"""How much arithmetic it takes to run a model."""

from __future__ import annotations

from typing import Annotated

from compute_cost.errors import NoData
from compute_cost.inputs import default, step
from compute_cost.parameters import Params, Quantity
from compute_cost.physics.compute import active_parameters, attention_per_token, half_passed, share_passed
from compute_cost.registry import estimate
from compute_cost.result import Answer

InferTokens = Annotated[float | None, Quantity("Tokens processed; one if left out.", "tokens", low=1, high=1e18, example='1 or "1M"')]
TokensInContext = Annotated[
    float | None,
    Quantity("Tokens already in the context that each token attends to.", "tokens", low=1, high=1e9, whole=True, example="4096"),
]


@estimate("FLOP")
def infer_flops(params: Params, tokens: InferTokens = None, context: TokensInContext = None) -> Answer:
    """Arithmetic to run a language model, in floating-point operations (for one token unless given).

    flop [FLOP] = (2 x active parameters + 4 x layers x attention width x context) x tokens

    One multiplication and one addition per weight and token (Kaplan et al. 2020, arXiv 2001.08361,
    section 2.1); half of both in an encoder-decoder, whose token passes one of the two. The attention term is a third of the
    training term and is counted where `context` is given. Valid for transformers of any size.

    Raises InputError for a value out of bounds, UnknownName for a model that is not in the catalogue,
    NoData for models of images, video or speech.
    """
    if not params.in_tokens:
        raise NoData(f"params: {params.name} is {params.makes}; its work is not counted in tokens")
    count = default("tokens", tokens, 1.0, "tokens")
    active = active_parameters(params, None)
    half = half_passed(params)
    weights = step("Compute per token, weights", f"2 x active parameters{half}", 2 * active * share_passed(params), "FLOP", "kaplan-2020")
    attention = 0.0
    if context:
        attention = attention_per_token(params, active, context) / 3
        step("Compute per token, attention", f"4 x layers x attention width x context{half}", attention, "FLOP", "palm-paper")
    return Answer(step("Inference compute", "compute per token x tokens", (weights + attention) * count, "FLOP"), "flop")
