"""How much arithmetic it takes to train a model."""

from __future__ import annotations

from compute_cost.parameters import ActiveParams, Params, SequenceLength, Tokens
from compute_cost.physics.compute import training_work
from compute_cost.registry import estimate
from compute_cost.result import Result


@estimate("FLOP")
def train_flops(params: Params, tokens: Tokens = None, seq_len: SequenceLength = None, active_params: ActiveParams = None) -> Result:
    """Arithmetic to train a language model once, in floating-point operations.

    flop [FLOP] = (6 x active parameters + 12 x layers x attention width x seq_len) x tokens

    6 per parameter and token: 2 in the forward pass, 4 in the backward pass (Kaplan et al. 2020,
    arXiv 2001.08361, section 2.1). The attention term (Chowdhery et al. 2022, arXiv 2204.02311,
    appendix B) is included where the model's shape is in the catalogue or seq_len is given; it
    counts full, not causal, scores and no recomputation. A mixture of experts counts its active
    parameters; an encoder-decoder half of its weights; an image model has its published compute.
    Valid for transformers above about 10 million parameters and sequences up to about 100,000 tokens.

    Raises InputError for a value out of bounds, MissingInput where the tokens are unknown,
    UnknownName for a model that is not in the catalogue, NoData for an image model without published compute.
    """
    work = training_work(params, tokens, seq_len, active_params)
    return Result(work.flop, "FLOP", work.trace, name="flop")
