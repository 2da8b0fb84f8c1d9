"""How much arithmetic a transformer needs: floating-point operations (FLOP) to train it and to run it."""

from __future__ import annotations

import math
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Model, Run
from compute_cost.errors import InputError, MissingInput, NoData
from compute_cost.inputs import TOO_FAR, DataNote, fact, is_kept, step, warn
from compute_cost.physics import shape
from compute_cost.physics.elementwise import any_of, fails, only_where
from compute_cost.physics.model_memory import warn_beyond_context

# Fewer are mostly a slip of the scale, such as 300 for 300 billion; a small fine-tuning run may have so few.
FEWEST_TOKENS_PER_PARAMETER = 0.001
# More are mostly a slip of the model's size, such as 70,000 for 70 billion; the smallest models have seen 80,000 or so.
MOST_TOKENS_PER_PARAMETER = 200_000
SMALLEST_MODEL = 1000  # parameters that anyone gives; fewer are an estimate's own, on the way to an answer that there is not


class TrainingWork(NamedTuple):
    """The arithmetic of one training run and what it was worked out from."""

    model: Model
    tokens: float
    active: float
    seq_len: float | None  # where the scores of attention are counted
    attention: float  # FLOP per token in the attention scores; 0 where neither shape nor sequence length is known
    per_token: float
    flop: float
    published: Run | None = None  # where the compute is taken from, for a model that is not counted in tokens
    document: float | None = None  # tokens that attention reaches over, where rows are packed with several documents


def training_work(
    model: Model, tokens: float | None, seq_len: float | None, active_params: float | None, document: float | None = None
) -> TrainingWork:
    """FLOP of one training run: (6 N_active + 12 layers x width x seq_len) x tokens; attention reaches over a document at most."""
    if not model.in_tokens:
        return _published_work(model)
    active = active_parameters(model, active_params)
    count = _tokens(model, tokens, active)
    length = seq_len or model.seq_len
    attention, counted = 0.0, None
    if length and (model.layers or seq_len):
        counted = length if seq_len else fact("seq_len", length, "tokens", origin=model.origin)
        attention = attention_per_token(model, active, min(counted, document) if document else counted)
    per_token = 6 * active * share_passed(model) + attention
    if is_kept():
        _explain(model, active, per_token, attention)
        warn_beyond_context(model, seq_len or 0.0)
    flop = step("Training compute", "compute per token x tokens", per_token * count, "FLOP", figure="flop")
    return TrainingWork(model, count, active, counted, attention, per_token, flop, document=document)


def active_parameters(model: Model, given: float | None) -> float:
    """The parameters that one token uses: as given for active_params, else the model's own. Raises InputError for more than all."""
    if given is None:
        own = model.active_params
        return (
            model.params
            if own is None or own == model.params
            else fact("active_params", own, "parameters", model.source, origin=model.origin)
        )
    if given > model.params:
        raise InputError("active_params", given, f"it must not exceed the parameters, {model.params:g}")
    return given


def _tokens(model: Model, given: float | None, active: float) -> float:
    if given is None:
        if model.tokens is None:
            why = (
                f"{model.name}'s training tokens are not published" if model.name else "a parameter count alone says nothing about the data"
            )
            raise MissingInput("tokens", f'{why}; give the training tokens, such as "300B"')
        return fact("tokens", model.tokens, "tokens", model.source, origin=model.origin)
    fewest, most = FEWEST_TOKENS_PER_PARAMETER * active, MOST_TOKENS_PER_PARAMETER * active
    if not any_of((given < fewest) | ((given > most) & (active >= SMALLEST_MODEL))):
        return given
    if fails(given >= fewest):
        _question_tokens(given, active)
    if fails(given <= most):
        _question_size(given, active, "params" if active == model.params else "active_params")
    return only_where((given * TOO_FAR >= fewest) & (given <= most * TOO_FAR), given)


def _question_tokens(given: float, active: float) -> None:
    """Warns of very few tokens for so many parameters; raises InputError for fewer than any training has."""
    usual = math.log10(catalogue.constant("tokens_per_parameter") * active / given)
    meant = show(given * 1000 ** round(usual / 3))
    few = f"{show(given, 'tokens')} for {show(active, 'parameters')}"
    if given * TOO_FAR < FEWEST_TOKENS_PER_PARAMETER * active:
        raise InputError("tokens", given, f"{few} is too little for a training run; did you mean {meant}?")
    warn(f"tokens: {few} is very little training; did you mean {meant}?")


def _question_size(tokens: float, active: float, parameter: str) -> None:
    """Warns of very many tokens for so few parameters; raises InputError for more than any training has."""
    usual = math.log10(tokens / (catalogue.constant("tokens_per_parameter") * active))
    meant = show(active * 1000 ** (usual // 3))  # small models are trained on far more than their share, so the smaller slip
    many = f"{show(tokens, 'tokens')} for {show(active, 'parameters')}"
    if tokens > MOST_TOKENS_PER_PARAMETER * active * TOO_FAR:
        raise InputError(parameter, active, f"{many} is more than any training run sees; did you mean {meant}?")
    warn(f"{parameter}: {many} is very much training; did you mean {meant}?")


def _explain(model: Model, active: float, per_token: float, attention: float) -> None:
    half = half_passed(model)
    step("Compute per token, weights", f"6 x active parameters{half}", per_token - attention, "FLOP", "kaplan-2020")
    if not attention:
        warn(DataNote("attention is left out of the compute: neither shape nor sequence length is known (it adds a few percent)"))
        return
    step("Compute per token, attention", f"12 x layers x attention width x sequence length{half}", attention, "FLOP", "palm-paper")
    if not model.layers:
        warn(DataNote(f"shape unknown: layers and width for the attention term are those usual for {show(active, 'parameters')}"))


def _published_work(model: Model) -> TrainingWork:
    """The work of a model of images, video or speech: the compute that has been published, as these are not counted in tokens."""
    run = next((row for row in catalogue.runs() if row.catalogue_model == model.id and row.flop), None)
    if run is None or run.flop is None:
        raise NoData(f"params: {model.name} is {model.makes}, which is not counted in tokens, and its training compute is not published")
    step("Training compute", f"as published for {run.model}", run.flop, "FLOP", run.source, "epoch-models", figure="flop")
    warn(f"{model.makes}: its compute is the published figure, so tokens and sequence length have no effect")
    return TrainingWork(model, 0.0, model.active, None, 0.0, 0.0, run.flop, run)


def share_passed(model: Model) -> float:
    """Share of the weights and layers that one token passes: a token of an encoder-decoder passes the encoder or the decoder."""
    return 0.5 if model.kind == "encoder-decoder" else 1.0


def half_passed(model: Model) -> str:
    """That share as it stands at the end of a formula; "" for a token that passes all of them."""
    share = share_passed(model)
    return f" x {share:g} ({model.kind})" if share < 1 else ""


def attention_per_token(model: Model, active: float, seq_len: float) -> float:
    """Training FLOP per token in the attention scores, 12 x layers that it passes x width x seq_len (PaLM, appendix B).

    Without a shape, layers and width follow from the parameters of a usual transformer,
    N = 12 layers x width^2, at the usual ratio of width to layers.
    """
    if model.layers and model.attention_width:
        return 12 * scoring_layers(model, model.layers) * model.attention_width * seq_len * share_passed(model)
    usual = shape.usual(active)
    return 12 * usual.layers * usual.hidden * seq_len


def scoring_layers(model: Model, layers: float) -> float:
    """Layers with scores of attention: of a decoder all but the recurrent ones; one with a window counts in full, as is usual."""
    return sum(shape.caching_layers(model, layers)) if model.kind in ("dense", "moe") else layers
